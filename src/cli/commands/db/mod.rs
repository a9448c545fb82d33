//! `inbox db`.

mod migrate;
mod roles;
mod status;

use jiff::Timestamp;

use crate::cli::{Context, Exit};
use crate::db;
use crate::db::schema::migrate::{Step, steps};
use crate::db::server::connect::Mode;
use crate::error::Result;
use crate::output::{Column, Row, Tone, Value};

/// Manage the tables of the workspace
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Migrate(migrate::Args),
    Status(status::Args),
    Roles(roles::Args),
}

/// One migration.
pub struct StepRow(Step);

impl Row for StepRow {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("version", "The number of the migration.", |r: &Self| {
                Value::Int(r.0.version)
            })
            .right(),
            Column::new("description", "The content of the migration.", |r: &Self| {
                Value::text(r.0.description.clone())
            }),
            Column::new(
                "state",
                "applied, missing, newer (this program does not know it) or changed.",
                |r: &Self| {
                    let (state, tone) = match (r.0.applied_at, r.0.known, r.0.same) {
                        (_, false, _) => ("newer", Tone::Warn),
                        (None, true, _) => ("missing", Tone::Warn),
                        (Some(_), true, false) => ("changed", Tone::Bad),
                        (Some(_), true, true) => ("applied", Tone::Good),
                    };
                    Value::text(state).tone(tone)
                },
            ),
            Column::new(
                "applied_at",
                "The time at which the migration was applied.",
                |r: &Self| r.0.applied_at.map(|t: Timestamp| t).into(),
            ),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.0.version.to_string())
    }
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// The errors of the subcommand.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        match self.command {
            Command::Migrate(a) => a.run(context).await,
            Command::Status(a) => a.run(context).await,
            Command::Roles(a) => a.run(context).await,
        }
    }
}

async fn all(context: &Context, conn: &mut sqlx::postgres::PgConnection) -> Result<Vec<Step>> {
    let mut tx = db::begin(conn, &context.workspace, Mode::Read).await?;
    let list = steps(&mut tx).await?;
    tx.rollback().await?;
    Ok(list)
}
