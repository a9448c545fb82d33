//! `inbox webhook replay`.

use super::cause;
use crate::cli::args::OutputArgs;
use crate::cli::{Context, Exit};
use crate::db::webhook::dead_letter::Cause;
use crate::error::{Error, Kind, Result};
use crate::output::{Column, Row, Tone, Value};
use crate::worker::replay::{self, ReplayFilter, Tried};

/// Apply dead letters again
///
/// If a letter fails again, the new reason is stored and the exit code is 6. `serve` applies letters
/// of an unknown channel by itself after the channel is added.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Numbers of the letters, from inbox webhook list --dead
    #[arg(value_name = "LETTER", required_unless_present_any = ["all", "cause"], conflicts_with = "all")]
    letters: Vec<i64>,
    /// Apply every dead letter
    #[arg(long)]
    all: bool,
    /// Apply letters of this cause: unknown_channel, no_identity, malformed, failed
    #[arg(long, value_name = "CAUSE", value_parser = cause)]
    cause: Option<Cause>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_rows::<Tried>(&self.output)?;
        let mut conn = context.connect().await?;
        let which = ReplayFilter {
            ids: (!self.letters.is_empty()).then(|| self.letters.clone()),
            cause: self.cause,
            found_channel: false,
        };
        let tried = replay::replay(&mut conn, &context.workspace, Some("system"), &which).await?;
        if let Some(missing) = self.letters.iter().find(|id| tried.iter().all(|t| t.id != **id)) {
            return Err(Error::not_found(format!("there is no dead letter {missing}"))
                .hint("to list dead letters, run: inbox webhook list --dead"));
        }
        let failed = tried.iter().filter(|t| t.failed.is_some()).count();
        let mut out = context.output(None)?;
        out.print_rows(tried)?;
        out.finish()?;
        Ok(if failed > 0 { Kind::Partial.exit_code() } else { 0 })
    }
}

impl Row for Tried {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("letter", "The dead letter.", |r: &Self| Value::Int(r.id)).right(),
            Column::new("delivery", "The delivery that contains it.", |r: &Self| {
                Value::Int(r.delivery)
            })
            .right(),
            Column::new("outcome", "applied, or the cause of the failure.", |r: &Self| {
                Value::text(r.failed.as_ref().map_or("applied", |(cause, _)| cause.as_str()))
                    .tone(if r.failed.is_some() { Tone::Bad } else { Tone::Plain })
            }),
            Column::new("reason", "The cause in words.", |r: &Self| {
                Value::customer(r.failed.as_ref().map(|(_, reason)| reason.clone()))
            }),
            Column::new("path", "The position in the body.", |r: &Self| {
                Value::text(r.path.clone())
            })
            .wide(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}
