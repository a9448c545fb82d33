//! The log of `serve` and timers, and of any command with `--verbose` or `--debug`: to stderr, plain or as JSON.
//! It never contains bodies, tokens or customer text.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Starts the log of `--verbose`, connections and retries, or of `--debug`, which adds the statements without their
/// values. Each line has the time since the start.
pub fn verbose(statements: bool) {
    let filter = if statements {
        "warn,inbox=debug,sqlx=debug"
    } else {
        "warn,inbox=debug,sqlx=off"
    };
    let started = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .with_timer(tracing_subscriber::fmt::time::uptime())
        .log_internal_errors(false)
        .with_ansi(false)
        .with_target(false)
        .try_init();
    drop(started);
}

/// Starts the log. `INBOX_LOG` filters (`warn`, `inbox=debug`; default `info`),
/// `INBOX_LOG_FORMAT=json` writes one object a line.
pub fn start() {
    // The libraries' own logs may hold values of statements.
    let filter = EnvFilter::try_from_env("INBOX_LOG").unwrap_or_else(|_| EnvFilter::new("warn,inbox=info,sqlx=off"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // It would report a log that cannot be written to the same standard error, and panic.
        .log_internal_errors(false)
        .with_ansi(std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none());
    let json = std::env::var("INBOX_LOG_FORMAT").is_ok_and(|f| f == "json");
    let started = if json {
        builder.json().flatten_event(true).try_init()
    } else {
        builder.with_target(false).try_init()
    };
    // A second start, in tests, changes nothing.
    drop(started);
}
