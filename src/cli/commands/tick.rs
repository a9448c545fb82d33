//! `inbox tick`.

use crate::cli::args::OutputArgs;
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::connect::Mode;
use crate::error::{Kind, Result};
use crate::output::{Column, Row, Value};
use crate::worker::tasks::{self, Scope};

/// Do the background work that `serve` does every few seconds: for cron, where serve does not run
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
        context.output(None)?.check_columns::<Count>()?;
        let mut conn = context.connect().await?;
        // Tells whoever watches this command which session is its own.
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
                // The others get their turn, unless the connection is gone.
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

/// How often one kind of work was done.
struct Count {
    work: &'static str,
    meaning: &'static str,
    count: usize,
}

impl Row for Count {
    const COLUMNS: &'static [Column] = &[
        Column::new("work", "The work that was due."),
        Column::new("count", "How often it was done.").right(),
        Column::new("meaning", "What was done."),
    ];

    fn values(&self) -> Vec<Value> {
        vec![
            Value::text(self.work),
            Value::Int(i64::try_from(self.count).unwrap_or(i64::MAX)),
            Value::text(self.meaning),
        ]
    }
}
