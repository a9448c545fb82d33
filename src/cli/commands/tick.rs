//! `inbox tick`.

use crate::cli::args::OutputArgs;
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::connect::Mode;
use crate::error::Result;
use crate::output::{Column, Row, Value};
use crate::worker::timers::{self, Ticked};

/// End snoozes and expire offers whose time has come, erase what is older than the workspace keeps it: what `serve` does every few seconds, for cron
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Denied`] for a login that may not act as `system`.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        context.output(None)?.check_columns::<Ticked>()?;
        let mut conn = context.connect().await?;
        // Tells whoever watches this command which session is its own.
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        db::operation::workspace_info(&mut tx).await?;
        tx.rollback().await?;
        let ticked = timers::tick(&mut conn, &context.workspace, Some("system")).await?;
        let mut out = context.output(None)?;
        out.print_rows([ticked])?;
        out.finish()?;
        Ok(0)
    }
}

impl Row for Ticked {
    const COLUMNS: &'static [Column] = &[
        Column::new("snoozes_ended", "Conversations whose snooze has ended.").right(),
        Column::new("offers_expired", "Offers that nobody accepted in time.").right(),
        Column::new("webhooks_emptied", "Raw webhooks older than retention_deliveries.").right(),
        Column::new("texts_erased", "Messages older than retention_messages.").right(),
    ];

    fn values(&self) -> Vec<Value> {
        [self.snoozes, self.offers, self.bodies, self.texts]
            .map(|n| Value::Int(i64::try_from(n).unwrap_or(i64::MAX)))
            .into()
    }
}
