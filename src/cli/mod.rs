//! The command line: one file per subcommand, each with its `Args` (whose doc comments are the help) and its `run`.

pub mod args;
mod audit;
mod chain;
mod config;
mod cx;
mod db;
mod demo;
mod doctor;
mod generated;
mod help;
mod init;
mod kpi;
mod list;
mod local;
mod nouns;
mod past;
mod rows;
mod select;
mod serve;
mod show;
mod tick;
mod ticket;
mod tickets;
mod verbs;
mod webhook;
mod whoami;
mod why;
mod write;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::error::{Error, Kind, Result};
use args::ConnArgs;
pub use cx::Cx;

/// A shared WhatsApp inbox: one accountable owner for every conversation, a history that cannot be forged, numbers that add up
#[derive(Debug, Parser)]
#[command(
    name = "inbox",
    version,
    propagate_version = true,
    infer_long_args = false,
    disable_help_subcommand = true
)]
#[command(
    after_help = "Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 not permitted, 5 conflict, 6 some failed, 7 check failed, 8 unreachable, 9 connection lost while committing, 130 interrupted."
)]
pub struct Cli {
    #[command(flatten)]
    conn: ConnArgs,
    #[command(subcommand)]
    command: Command,
}

/// Every subcommand; adding a variant makes the compiler show the rest.
#[derive(Debug, Subcommand)]
enum Command {
    List(Box<list::Args>),
    Show(show::Args),
    Take(verbs::take::Args),
    Assign(verbs::assign::Args),
    Release(verbs::release::Args),
    Note(verbs::note::Args),
    Handoff(verbs::handoff::Args),
    Accept(verbs::accept::Args),
    Decline(verbs::decline::Args),
    Escalate(verbs::escalate::Args),
    Resolve(verbs::resolve::Args),
    Reopen(verbs::reopen::Args),
    Pending(verbs::pending::Args),
    Snooze(verbs::snooze::Args),
    Label(verbs::label::Args),
    Undo(verbs::undo::Args),
    Ticket(ticket::Args),
    Shift(nouns::shift::Args),
    Agent(nouns::agent::Args),
    Team(nouns::place::team::Args),
    Store(nouns::place::store::Args),
    Channel(nouns::channel::Args),
    Contact(nouns::contact::Args),
    Init(init::Args),
    Doctor(doctor::Args),
    Db(db::Args),
    Local(local::Args),
    Whoami(whoami::Args),
    Config(config::Args),
    Audit(Box<audit::Args>),
    Why(why::Args),
    Kpi(kpi::Args),
    Serve(serve::Args),
    Tick(tick::Args),
    Webhook(webhook::Args),
    Demo(demo::Args),
    Completions(generated::Completions),
    Man(generated::Man),
}

/// What a command ends with when it did not fail: 0, or a code of its own such as 6 or 7.
pub type Exit = u8;

/// Gives the definition of the whole command line.
pub fn command() -> clap::Command {
    help::grouped(ungrouped())
}

/// Gives the definition as it is before its help page is put in order.
fn ungrouped() -> clap::Command {
    Cli::command()
}

/// Runs the program: parses, runs, reports, and gives the exit code.
pub fn main() -> ExitCode {
    let parsed = command()
        .try_get_matches()
        .and_then(|mut matches| Cli::from_arg_matches_mut(&mut matches));
    let mut cli = match parsed {
        Ok(cli) => cli,
        Err(e) => return usage(&e),
    };
    // These two work whatever the settings are.
    let made = if let Command::Completions(a) = &cli.command {
        Some(a.run())
    } else if let Command::Man(a) = &cli.command {
        Some(a.run())
    } else {
        None
    };
    if let Some(made) = made {
        return match made {
            Ok(exit) => ExitCode::from(exit),
            Err(e) => cx::report_without_settings(&e),
        };
    }
    cli.conn.setting_up = matches!(cli.command, Command::Init(_));
    let mut cx = match Cx::new(&cli.conn) {
        Ok(cx) => cx,
        Err(e) => return cx::report_without_settings(&e),
    };
    let exit = match run(&mut cx, cli.command) {
        Ok(exit) => exit,
        Err(e) => cx.report(&e),
    };
    ExitCode::from(exit)
}

fn run(cx: &mut Cx, command: Command) -> Result<Exit> {
    // It ends in its own way, and needs more than one thread.
    if let Command::Serve(a) = command {
        return a.run(cx);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let done = runtime.block_on(async {
        tokio::select! {
            biased;
            exit = Box::pin(dispatch_or_explain(cx, command)) => exit,
            _ = tokio::signal::ctrl_c() => Err(Error::new(Kind::Interrupted, "interrupted; nothing is half-done")),
        }
    });
    // Whatever still reads in the background ends with the process.
    runtime.shutdown_background();
    done
}

async fn dispatch_or_explain(cx: &mut Cx, command: Command) -> Result<Exit> {
    match dispatch(cx, command).await {
        Err(e) => Err(cx.explain(e).await),
        done => done,
    }
}

async fn dispatch(cx: &mut Cx, command: Command) -> Result<Exit> {
    match command {
        Command::List(a) => a.run(cx).await,
        Command::Show(a) => a.run(cx).await,
        Command::Take(a) => a.run(cx).await,
        Command::Assign(a) => a.run(cx).await,
        Command::Release(a) => a.run(cx).await,
        Command::Note(a) => a.run(cx).await,
        Command::Handoff(a) => a.run(cx).await,
        Command::Accept(a) => a.run(cx).await,
        Command::Decline(a) => a.run(cx).await,
        Command::Escalate(a) => a.run(cx).await,
        Command::Resolve(a) => a.run(cx).await,
        Command::Reopen(a) => a.run(cx).await,
        Command::Pending(a) => a.run(cx).await,
        Command::Snooze(a) => a.run(cx).await,
        Command::Label(a) => a.run(cx).await,
        Command::Undo(a) => a.run(cx).await,
        Command::Ticket(a) => a.run(cx).await,
        Command::Shift(a) => a.run(cx).await,
        Command::Agent(a) => a.run(cx).await,
        Command::Team(a) => a.run(cx).await,
        Command::Store(a) => a.run(cx).await,
        Command::Channel(a) => a.run(cx).await,
        Command::Contact(a) => a.run(cx).await,
        Command::Init(a) => a.run(cx).await,
        Command::Doctor(a) => Box::pin(a.run(cx)).await,
        Command::Db(a) => a.run(cx).await,
        Command::Local(a) => a.run(cx),
        Command::Whoami(a) => a.run(cx).await,
        Command::Config(a) => a.run(cx).await,
        Command::Audit(a) => a.run(cx).await,
        Command::Why(a) => a.run(cx).await,
        Command::Kpi(a) => a.run(cx).await,
        Command::Serve(a) => a.run(cx),
        Command::Tick(a) => a.run(cx).await,
        Command::Webhook(a) => a.run(cx).await,
        Command::Demo(a) => Box::pin(a.run(cx)).await,
        Command::Completions(a) => a.run(),
        Command::Man(a) => a.run(),
    }
}

/// Reports words that clap does not understand: as JSON where JSON was asked for.
fn usage(e: &clap::Error) -> ExitCode {
    let asked: Vec<OsString> = std::env::args_os().collect();
    let json = asked
        .windows(2)
        .any(|w| (w[0] == "-o" || w[0] == "--output") && (w[1] == "json" || w[1] == "jsonl"))
        || asked.iter().any(|a| {
            a.to_str()
                .is_some_and(|a| matches!(a, "-ojson" | "-ojsonl" | "--output=json" | "--output=jsonl"))
        });
    if json && e.use_stderr() {
        let text = e.to_string();
        let first = text
            .lines()
            .next()
            .unwrap_or_default()
            .trim_start_matches("error: ")
            .to_owned();
        return cx::report_as_json(&Error::usage(first).hint("inbox --help"));
    }
    // A closed stdout is no failure: `inbox --help | head -1`.
    let printed = e.print();
    drop(printed);
    ExitCode::from(if e.use_stderr() { Kind::Usage.exit_code() } else { 0 })
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_subcommand_is_well_formed() {
        super::command().debug_assert();
    }
}
