//! Code that both commands run first: it builds the question and prepares its query.

use crate::cli::Context;
use crate::cli::session::WorkspaceView;
use crate::db::server::connect::Mode;
use crate::db::{self};
use crate::domain::filter::TimeRange;
use crate::domain::kpi::{Buckets, Dimension, Metric, Question};
use crate::domain::time::Clock;
use crate::error::{Error, Result};
use crate::output::{Heading, Output};

/// Code that both commands run first: it builds the question and prepares its query.
pub(super) struct Report {
    pub(super) question: Question,
    pub(super) conn: sqlx::postgres::PgConnection,
    pub(super) out: Output,
}

impl Report {
    pub(super) async fn open(
        context: &Context,
        range: &TimeRange,
        by: Vec<Dimension>,
        metrics: Vec<Metric>,
        columns: &[Heading],
    ) -> Result<Report> {
        if range.since.is_none() && range.period.is_none() {
            return Err(Error::usage("no period was given")
                .hint("add --period yesterday, --period 2026-11, or --since and --until"));
        }
        let mut conn = context.connect().await?;
        let mut transaction = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let view = WorkspaceView::read(&mut transaction, context).await?;
        transaction.commit().await?;
        let mut out = context.output(Some(&view.info))?;
        // An unknown column is refused before the work.
        drop(out.rows_of(columns.to_vec())?);
        let (now, zone) = (view.info.now, &view.zone);
        let clock = Clock { now, zone };
        let (from, to) = range.resolve(clock)?;
        let from = from.ok_or_else(|| Error::failed("the range has no start"))?;
        let to = to.unwrap_or(now);
        if to > now {
            out.note("the period is not over; the figures are as of now");
        }
        Ok(Report {
            question: Question {
                buckets: Buckets::new(from, to, &by, zone)?,
                now,
                by,
                metrics,
            },
            conn,
            out,
        })
    }
}
