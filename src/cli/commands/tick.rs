//! `inbox tick`.

use crate::cli::args::OutputArgs;
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::server::connect::Mode;
use crate::error::{Kind, Result};
use crate::output::{Column, Row, Value};
use crate::worker::tasks::{self, Scope};

/// Run due background work once, for workspaces without `serve`
///
/// The command ends snoozes and offers whose time has passed. It erases texts that are older than
/// the retention policy allows, and applies events that waited for a channel. `serve` does the same
/// every few seconds.
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
        context.with_rows::<Count>(&self.output)?;
        let mut conn = context.connect().await?;
        // The supervisor of this command finds its session by this id.
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        db::operation::workspace_info(&mut tx).await?;
        tx.rollback().await?;
        let scope = Scope {
            workspace: &context.workspace,
            acting: Some("system"),
        };
        let mut counts = Vec::new();
        let mut failed = None;
        for task in tasks::ALL {
            match task.run(&mut conn, scope).await {
                Ok(done) => counts.extend(task.counts.iter().zip(done).map(|(name, count)| Count {
                    work: name.0,
                    meaning: name.1,
                    count,
                })),
                // The other tasks run, unless the connection is lost.
                Err(e) if e.kind == Kind::Unreachable => return Err(e),
                Err(e) => failed = failed.or(Some(e)),
            }
        }
        let mut out = context.output(None)?;
        out.print_rows(counts)?;
        out.finish()?;
        failed.map_or(Ok(0), Err)
    }
}

/// One kind of background work, with the number of changes.
pub struct Count {
    work: &'static str,
    meaning: &'static str,
    count: usize,
}

impl Row for Count {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("work", "The kind of work.", |r: &Self| Value::text(r.work)),
            Column::new("count", "The number of changes.", |r: &Self| {
                Value::Int(i64::try_from(r.count).unwrap_or(i64::MAX))
            })
            .right(),
            Column::new("meaning", "A description of the work.", |r: &Self| {
                Value::text(r.meaning)
            }),
        ]
    }
}
