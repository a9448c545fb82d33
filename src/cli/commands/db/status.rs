//! `inbox db status`.

use super::{StepRow, all};
use crate::cli::args::OutputArgs;
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::schema::code;
use crate::db::server::connect::Mode;
use crate::error::Result;

/// List the migrations of the program and of the workspace
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        let mut conn = context.connect().await?;
        let list = all(context, &mut conn).await?;
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let recorded = code::recorded(&mut tx).await;
        tx.rollback().await?;
        let mut out = context.output(None)?;
        match &recorded {
            Ok(recorded) => out.note(&format!(
                "the workspace has version {} and is open to programs from version {} on; this program is version {}",
                recorded.version,
                recorded.compatible_from,
                code::VERSION
            )),
            Err(e) => out.warn(&e.message),
        }
        if list.iter().any(|s| s.applied_at.is_none()) {
            out.warn("migrations are missing: inbox db migrate");
        }
        out.print_rows(list.into_iter().map(StepRow))?;
        out.finish()?;
        Ok(0)
    }
}
