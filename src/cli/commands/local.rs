//! `inbox local`: the private Postgres of this machine.

use crate::cli::args::OutputArgs;
use crate::cli::{Context, Exit};
use crate::error::{Error, Result};
use crate::local::{State, Status};
use crate::output::{Column, Row, Tone, Value};

/// Manage the private Postgres of this machine
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Start the server
    Start(Output),
    /// Stop the server; the next command starts it again
    Stop(Output),
    /// Show the state of the server and its URL
    Status(Output),
}

#[derive(Debug, clap::Args)]
struct Output {
    #[command(flatten)]
    output: OutputArgs,
}

/// The state of the server.
pub struct LocalRow(Status);

impl Row for LocalRow {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new(
                "state",
                "absent, stopped, busy (starting, recovering, stopping) or running.",
                |r: &Self| {
                    let (state, tone) = match r.0.state {
                        State::Absent => ("absent", Tone::Faint),
                        State::Stopped => ("stopped", Tone::Plain),
                        State::Busy => ("busy", Tone::Warn),
                        State::Running => ("running", Tone::Good),
                    };
                    Value::text(state).tone(tone)
                },
            ),
            Column::new(
                "postgres",
                "The major version of Postgres that created the data.",
                |r: &Self| r.0.major.into(),
            ),
            Column::new("pid", "The process id of the server.", |r: &Self| r.0.pid.into()),
            Column::new("url", "The URL to connect to, also with psql.", |r: &Self| {
                Value::text(r.0.address.url())
            }),
            Column::new("dir", "The folder of the data.", |r: &Self| {
                Value::text(r.0.dir.display().to_string())
            })
            .wide(),
            Column::new("log", "The log file of the server.", |r: &Self| {
                Value::text(r.0.log.display().to_string())
            })
            .wide(),
        ]
    }
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] if no local database was created; the errors of starting and stopping.
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
                    .hint("to create one, run: inbox init --local; INBOX_LOCAL_DIR sets another folder"));
            }
            Command::Start(_) => {
                cluster.ensure_started()?;
            }
            Command::Stop(_) => {
                if !cluster.stop()? {
                    out.note("the server was not running");
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
