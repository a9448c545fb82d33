//! `inbox local`: the private Postgres of this machine.

use crate::cli::args::OutputArgs;
use crate::cli::{Context, Exit};
use crate::error::{Error, Result};
use crate::local::{State, Status};
use crate::output::{Column, Row, Tone, Value};

/// Look after the private Postgres of this machine, which starts by itself when it is needed
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  inbox local status -o json --columns url
  inbox local stop

INBOX_LOCAL_DIR names another folder for its data, INBOX_PG_BIN the folder of Postgres' programs.")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Start it
    Start(Output),
    /// Stop it; the next command that needs it starts it again
    Stop(Output),
    /// Show what it does and how to connect to it
    Status(Output),
}

#[derive(Debug, clap::Args)]
struct Output {
    #[command(flatten)]
    output: OutputArgs,
}

struct LocalRow(Status);

impl Row for LocalRow {
    const COLUMNS: &'static [Column] = &[
        Column::new(
            "state",
            "absent, stopped, busy (starting, recovering, stopping) or running.",
        ),
        Column::new("postgres", "The major version that made the data."),
        Column::new("pid", "The server's process."),
        Column::new("url", "How to connect: psql understands it too."),
        Column::new("dir", "The folder of its data.").wide(),
        Column::new("log", "The server's log.").wide(),
    ];

    fn values(&self) -> Vec<Value> {
        let (state, tone) = match self.0.state {
            State::Absent => ("absent", Tone::Faint),
            State::Stopped => ("stopped", Tone::Plain),
            State::Busy => ("busy", Tone::Warn),
            State::Running => ("running", Tone::Good),
        };
        vec![
            Value::text(state).tone(tone),
            self.0.major.into(),
            self.0.pid.into(),
            Value::text(self.0.address.url()),
            Value::text(self.0.dir.display().to_string()),
            Value::text(self.0.log.display().to_string()),
        ]
    }
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] where no local database was made; what starting and stopping fail with.
    pub fn run(self, context: &mut Context) -> Result<Exit> {
        let (Command::Start(o) | Command::Stop(o) | Command::Status(o)) = &self.command;
        context.with_output(&o.output)?;
        let cluster = context.cluster()?;
        let mut out = context.output(None)?;
        match &self.command {
            Command::Status(_) => {}
            Command::Start(_) | Command::Stop(_) if !cluster.exists()? => {
                let dir = cluster.status()?.dir;
                return Err(Error::usage(format!("there is no local database in {}", dir.display()))
                    .hint("inbox init --local makes one; INBOX_LOCAL_DIR names another folder"));
            }
            Command::Start(_) => {
                cluster.ensure_started()?;
            }
            Command::Stop(_) => {
                if !cluster.stop()? {
                    out.note("it was not running");
                }
            }
        }
        let status = cluster.status()?;
        if status.state == State::Running && cluster.is_outdated() {
            out.warn("Postgres was upgraded while this server runs: inbox local stop, then inbox local start");
        }
        out.print_rows([LocalRow(status)])?;
        out.finish()?;
        Ok(0)
    }
}
