//! The command line: one file per subcommand, each with its `Args` (whose doc comments are the
//! help) and its `run`.

pub mod args;
mod commands;
mod complete;
mod context;
mod deadline;
mod external;
mod help;
mod past;
mod resource;
mod rows;
mod select;
mod session;
mod stdin;
mod suggest;
mod verb;
mod write;

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args as _, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::error::{Error, Kind, Result};
use args::ConnArgs;
pub use context::Context;
use deadline::{Guard, MIGRATION, statement_limit};

/// A shared WhatsApp inbox: one owner per conversation, a tamper-evident history
#[derive(Debug, Parser)]
#[command(
    name = "inbox",
    version,
    propagate_version = true,
    infer_long_args = false,
    disable_help_subcommand = true
)]
pub struct Cli {
    #[command(flatten)]
    conn: ConnArgs,
    #[command(subcommand)]
    command: Command,
}

/// Defines the list of subcommands, and a separate definition of each subcommand. The whole tree has
/// two thousand arguments, and building it takes longer than most commands take to run.
macro_rules! commands {
    ($($variant:ident = $name:literal $(| $alias:literal)? ($args:ty),)+) => {
        /// Every subcommand. After an addition, the compiler reports the other places to change.
        #[derive(Debug, Subcommand)]
        enum Command {
            $(#[command(name = $name $(, visible_alias = $alias)?)] $variant($args),)+
        }

        /// Returns the definition of one subcommand.
        fn subcommand(name: &str) -> Option<clap::Command> {
            match name {
                $($name $(| $alias)? => Some(
                    <$args as clap::Args>::augment_args(clap::Command::new($name)$(.visible_alias($alias))?)
                ),)+
                _ => None,
            }
        }
    };
}

commands! {
    List = "list" (Box<commands::list::Args>),
    Show = "show" (commands::show::Args),
    Take = "take" (commands::take::Args),
    Assign = "assign" (commands::assign::Args),
    Release = "release" (commands::release::Args),
    Note = "note" (commands::note::Args),
    Handoff = "handoff" (commands::handoff::Args),
    Accept = "accept" (commands::accept::Args),
    Decline = "decline" (commands::decline::Args),
    Escalate = "escalate" (commands::escalate::Args),
    Resolve = "resolve" (commands::resolve::Args),
    Reopen = "reopen" (commands::reopen::Args),
    Pending = "pending" (commands::pending::Args),
    Snooze = "snooze" (commands::snooze::Args),
    Label = "label" (commands::label::Args),
    Undo = "undo" (commands::undo::Args),
    Ticket = "ticket" (commands::ticket::Args),
    Shift = "shift" (commands::shift::Args),
    Agent = "agent" (commands::agent::Args),
    Team = "team" (commands::team::Args),
    Store = "store" (commands::store::Args),
    Channel = "channel" (commands::channel::Args),
    Contact = "contact" (commands::contact::Args),
    Init = "init" (commands::init::Args),
    Doctor = "doctor" (commands::doctor::Args),
    Db = "db" (commands::db::Args),
    Local = "local" (commands::local::Args),
    Whoami = "whoami" (commands::whoami::Args),
    Config = "config" (commands::config::Args),
    Workspace = "workspace" (commands::workspace::Args),
    Audit = "audit" (Box<commands::audit::Args>),
    Why = "why" (commands::why::Args),
    Kpi = "kpi" (commands::kpi::Args),
    Serve = "serve" (commands::serve::Args),
    Tick = "tick" (commands::tick::Args),
    Webhook = "webhook" (commands::webhook::Args),
    Demo = "demo" (commands::demo::Args),
    Completions = "completions" | "completion" (commands::completions::Args),
    Man = "man" (commands::man::Args),
    Schema = "schema" (commands::schema::Args),
    Help = "help" (commands::help::Args),
    Version = "version" (commands::version::Args),
}

/// The exit code of a command that did not fail: 0, or another code such as 6 or 7.
pub type Exit = u8;

/// Returns the definition of the whole command line, with its help pages.
pub fn command() -> clap::Command {
    help::complete(Cli::command())
}

/// Runs the program: parses the arguments, runs the command, and reports errors. Returns the exit code.
pub fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    if let Some(exit) = complete::answer(&args) {
        return exit;
    }
    let mut cli = match parse(&args) {
        Ok(cli) => cli,
        Err(e) => {
            return match external::run(&args, &e) {
                Some(failed) => context::report_without_settings(&failed),
                None => usage(&suggest::improve(e)),
            };
        }
    };
    if let Some(made) = run_without_settings(&cli.command) {
        return match made {
            Ok(exit) => ExitCode::from(exit),
            Err(e) => context::report_without_settings(&e),
        };
    }
    if cli.conn.debug || cli.conn.verbose {
        crate::telemetry::verbose(cli.conn.debug);
    }
    cli.conn.setting_up =
        matches!(cli.command, Command::Init(_)) || matches!(&cli.command, Command::Config(config) if config.writes());
    let mut context = match Context::new(&cli.conn) {
        Ok(context) => context,
        Err(e) => return context::report_without_settings(&e),
    };
    let exit = match run(&mut context, cli.command) {
        Ok(exit) => exit,
        Err(e) => context.report(&e),
    };
    tracing::debug!(exit, "done");
    ExitCode::from(exit)
}

/// Runs a command that needs no settings.
fn run_without_settings(command: &Command) -> Option<Result<Exit>> {
    if let Command::Completions(a) = command {
        Some(a.run())
    } else if let Command::Man(a) = command {
        Some(a.run())
    } else if let Command::Help(a) = command {
        Some(a.run())
    } else if let Command::Version(a) = command {
        Some(a.run())
    } else {
        None
    }
}

/// Parses with the definition of the named subcommand only. If that fails, for example for a request
/// for help, the definition of the whole tree is used.
fn parse(args: &[OsString]) -> std::result::Result<Cli, clap::Error> {
    let named = args.iter().skip(1).find_map(|arg| subcommand(arg.to_str()?));
    let short = ConnArgs::augment_args(
        clap::Command::new("inbox")
            .version(env!("CARGO_PKG_VERSION"))
            .disable_help_subcommand(true),
    );
    match short.subcommands(named).try_get_matches_from(args) {
        Err(e) if e.kind() == clap::error::ErrorKind::DisplayVersion => return Err(e),
        Ok(mut matches) if matches.subcommand_name().is_some() => {
            if let Ok(cli) = Cli::from_arg_matches_mut(&mut matches) {
                return Ok(cli);
            }
        }
        Ok(_) | Err(_) => {}
    }
    let mut matches = command().try_get_matches_from(args)?;
    Cli::from_arg_matches_mut(&mut matches)
}

fn run(context: &mut Context, command: Command) -> Result<Exit> {
    // `serve` handles signals itself, and needs more than one thread.
    if let Command::Serve(a) = command {
        return a.run(context);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let done = if matches!(command, Command::Demo(_)) {
        // `demo` stops its server itself, and handles more signals.
        runtime.block_on(async {
            tokio::select! {
                biased;
                exit = Box::pin(dispatch_or_explain(context, command)) => exit,
                _ = tokio::signal::ctrl_c() => Err(Error::new(Kind::Interrupted, "interrupted; nothing is half-done")),
            }
        })
    } else {
        let limit = context.settings.timeout().filter(|_| !follows(&command));
        // Building an index on a large table has no time limit.
        let migrates = matches!(command, Command::Db(_) | Command::Init(_));
        let silence = if migrates { MIGRATION } else { statement_limit(limit) };
        let watch = Arc::clone(&context.watch);
        let guard = Guard::start(&watch, limit, context.terminal.interactive(), report_from_outside)?;
        runtime.block_on(guard.run(&watch, silence, dispatch_or_explain(context, command)))
    };
    // Threads that still read in the background end with the process.
    runtime.shutdown_background();
    done
}

/// Returns whether a command runs until it is interrupted. `--timeout` then limits only its connecting.
fn follows(command: &Command) -> bool {
    matches!(command, Command::Audit(audit) if audit.follows())
}

/// Reports the error of a command whose main thread is blocked; returns its exit code.
fn report_from_outside(error: &Error) -> Exit {
    if asked_for_json() {
        context::report_as_json(error);
    } else {
        context::report_without_settings(error);
    }
    error.kind.exit_code()
}

async fn dispatch_or_explain(context: &mut Context, command: Command) -> Result<Exit> {
    match dispatch(context, command).await {
        Err(e) => Err(context.explain(e).await),
        done => done,
    }
}

async fn dispatch(context: &mut Context, command: Command) -> Result<Exit> {
    match command {
        Command::List(a) => a.run(context).await,
        Command::Show(a) => a.run(context).await,
        Command::Take(a) => a.run(context).await,
        Command::Assign(a) => a.run(context).await,
        Command::Release(a) => a.run(context).await,
        Command::Note(a) => a.run(context).await,
        Command::Handoff(a) => a.run(context).await,
        Command::Accept(a) => a.run(context).await,
        Command::Decline(a) => a.run(context).await,
        Command::Escalate(a) => a.run(context).await,
        Command::Resolve(a) => a.run(context).await,
        Command::Reopen(a) => a.run(context).await,
        Command::Pending(a) => a.run(context).await,
        Command::Snooze(a) => a.run(context).await,
        Command::Label(a) => a.run(context).await,
        Command::Undo(a) => a.run(context).await,
        Command::Ticket(a) => a.run(context).await,
        Command::Shift(a) => a.run(context).await,
        Command::Agent(a) => a.run(context).await,
        Command::Team(a) => a.run(context).await,
        Command::Store(a) => a.run(context).await,
        Command::Channel(a) => a.run(context).await,
        Command::Contact(a) => a.run(context).await,
        Command::Init(a) => a.run(context).await,
        Command::Doctor(a) => Box::pin(a.run(context)).await,
        Command::Db(a) => a.run(context).await,
        Command::Local(a) => a.run(context),
        Command::Whoami(a) => a.run(context).await,
        Command::Config(a) => a.run(context).await,
        Command::Workspace(a) => a.run(context).await,
        Command::Audit(a) => a.run(context).await,
        Command::Why(a) => a.run(context).await,
        Command::Kpi(a) => a.run(context).await,
        Command::Serve(a) => a.run(context),
        Command::Tick(a) => a.run(context).await,
        Command::Webhook(a) => a.run(context).await,
        Command::Demo(a) => Box::pin(a.run(context)).await,
        Command::Completions(a) => a.run(),
        Command::Man(a) => a.run(),
        Command::Schema(a) => a.run(context).await,
        Command::Help(a) => a.run(),
        Command::Version(a) => a.run(),
    }
}

/// Returns whether the command line selects JSON. This works even if the arguments are invalid.
fn asked_for_json() -> bool {
    let asked: Vec<OsString> = std::env::args_os().collect();
    asked
        .windows(2)
        .any(|w| (w[0] == "-o" || w[0] == "--output") && (w[1] == "json" || w[1] == "jsonl"))
        || asked.iter().any(|a| {
            a.to_str()
                .is_some_and(|a| matches!(a, "-ojson" | "-ojsonl" | "--output=json" | "--output=jsonl"))
        })
}

/// Reports arguments that clap refuses, as JSON if the command line selects JSON.
fn usage(e: &clap::Error) -> ExitCode {
    if asked_for_json() && e.use_stderr() {
        let text = e.to_string();
        let first = text
            .lines()
            .next()
            .unwrap_or_default()
            .trim_start_matches("error: ")
            .to_owned();
        return context::report_as_json(&Error::usage(first).hint("inbox --help"));
    }
    match e.print() {
        Err(cause) if !e.use_stderr() && cause.kind() != std::io::ErrorKind::BrokenPipe => {
            context::report_without_settings(&crate::output::unwritten(cause))
        }
        // A closed stdout is not a failure: `inbox --help | head -1`.
        Ok(()) | Err(_) => ExitCode::from(if e.use_stderr() { Kind::Usage.exit_code() } else { 0 }),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::CommandFactory as _;

    #[test]
    fn every_subcommand_is_well_formed() {
        super::command().debug_assert();
    }

    #[test]
    fn single_subcommand_equals_that_of_the_whole_tree() {
        let whole = super::Cli::command();
        let mut seen = 0;
        for one in whole.get_subcommands() {
            let mut alone = super::subcommand(one.get_name()).unwrap();
            assert_eq!(
                alone.render_long_help().to_string(),
                one.clone().render_long_help().to_string()
            );
            seen += 1;
        }
        assert!(seen > 30, "{seen}");
        assert!(super::subcommand("nothing").is_none());
    }

    #[test]
    fn words_are_parsed_alike_after_any_global_flags() {
        let parse = |line: &str| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            super::parse(&words).map(|cli| format!("{:?}", cli.command))
        };
        let take = parse("inbox take C-1").unwrap();
        assert!(take.starts_with("Take"), "{take}");
        // A value can be equal to the name of another subcommand.
        for line in [
            "inbox --as list take C-1",
            "inbox --profile take take C-1",
            "inbox take --as show C-1",
        ] {
            assert_eq!(parse(line).unwrap(), take, "{line}");
        }
        for (line, says) in [
            ("inbox tak C-1", "take"),
            ("inbox", "Usage"),
            ("inbox take --nothing", "--nothing"),
            ("inbox audit --help", "verify"),
            ("inbox take --version", "inbox-take"),
            ("inbox --version", "inbox 0"),
        ] {
            let said = parse(line).unwrap_err().to_string();
            assert!(said.contains(says), "{line}: {said}");
        }
    }
}
