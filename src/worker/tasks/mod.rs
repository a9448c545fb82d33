//! The background tasks. `serve` runs every task every few seconds. `inbox tick` runs each task
//! once until all its work is done. `inbox doctor` reports overdue tasks.
//!
//! A task is one file with its [`Task`], and one line in [`ALL`].

mod absences;
mod dead_letters;
mod deaths;
mod offers;
mod retention;
mod snoozes;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use sqlx::postgres::PgConnection;
use sqlx::{Postgres, Transaction};

use super::alive;
use crate::db::server::connect::Mode;
use crate::db::{self, Workspace};
use crate::domain::query::Query;
use crate::error::{Error, Result};
use crate::verbs::batch::{Batch, Decision};
use crate::verbs::ingest::open_operation;
use crate::verbs::{ChangeOptions, Selection};

/// Every task, in the order in which they run.
pub const ALL: &[Task] = &[
    deaths::TASK,
    snoozes::TASK,
    offers::TASK,
    absences::TASK,
    retention::TASK,
    dead_letters::TASK,
];

/// The maximum number of conversations in one transaction.
const MAX_ROWS: i64 = 500;

/// Does one batch of the due work, in separate transactions.
type DoBatch = for<'a> fn(&'a mut PgConnection, Scope<'a>) -> BoxFuture<'a, Result<Done>>;

/// Returns the due time of the oldest work that is not done.
type FindOverdue = for<'a> fn(&'a mut PgConnection) -> BoxFuture<'a, Result<Option<Timestamp>>>;

/// One kind of background work. Several processes can run it at the same time, any number of times.
#[derive(Debug)]
pub struct Task {
    /// The name, in logs and messages.
    pub name: &'static str,
    /// The name and meaning of each number in the result.
    pub counts: &'static [(&'static str, &'static str)],
    batch: DoBatch,
    /// `None` if a delay does no harm.
    overdue: Option<FindOverdue>,
}

/// The workspace of a task, and its agent.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The schema.
    pub workspace: &'a Workspace,
    /// The agent to act as: `system`.
    pub acting: Option<&'a str>,
}

/// The result of a batch.
#[derive(Debug, Default)]
struct Done {
    /// The numbers in the order of [`Task::counts`].
    counts: Vec<usize>,
    /// Whether more may be due.
    more: bool,
}

impl Task {
    /// Does all due work, batch by batch. Returns the numbers in the order of [`Task::counts`].
    ///
    /// # Errors
    /// [`crate::error::Kind::Denied`] for a login that may not act as `system`.
    pub async fn run(&self, conn: &mut PgConnection, scope: Scope<'_>) -> Result<Vec<usize>> {
        let mut all = vec![0; self.counts.len()];
        loop {
            let done = alive((self.batch)(conn, scope)).await?;
            for (sum, count) in all.iter_mut().zip(&done.counts) {
                *sum += count;
            }
            if !done.more {
                break;
            }
        }
        if all.iter().any(|count| *count > 0) {
            let counts: Vec<_> = self.counts.iter().map(|c| c.0).zip(&all).collect();
            tracing::info!(task = self.name, ?counts, "background work was done");
        }
        Ok(all)
    }

    /// Returns the due time of the oldest work that is not done. `None` if no work is overdue.
    ///
    /// # Errors
    /// Any database error.
    pub async fn overdue(&self, conn: &mut PgConnection) -> Result<Option<Timestamp>> {
        match self.overdue {
            Some(overdue) => overdue(conn).await,
            None => Ok(None),
        }
    }
}

/// Changes the due conversations, in one transaction and under one operation. `lock` returns their
/// ids. If there are none, or no change is allowed any more, nothing is written.
async fn change_due(
    conn: &mut PgConnection,
    scope: Scope<'_>,
    lock: impl AsyncFn(&mut PgConnection, i64) -> Result<Vec<i64>>,
    decide: impl Fn(&crate::domain::conversation::Conversation, Timestamp) -> Decision,
) -> Result<Done> {
    let mut tx = db::begin(conn, scope.workspace, Mode::Work).await?;
    let due = lock(&mut tx, MAX_ROWS).await?;
    if due.is_empty() {
        return finish(tx, vec![0]).await;
    }
    let operation = open_operation(&mut tx, scope.acting, "tick").await?;
    let now = db::message::now(&mut tx).await?;
    let (selection, options) = (Selection::by_query(Query::ids(due)), ChangeOptions::default());
    let batch = Batch::decide(&mut tx, operation, &selection, &options, |row| decide(row, now)).await?;
    let changed = batch.record(&mut tx, &options).await?.changed();
    db::operation::finish(&mut tx, operation, changed, changed, None, 0).await?;
    finish(tx, vec![changed]).await
}

/// Commits the changes. Without a change, nothing is written, not even the operation.
async fn finish(tx: Transaction<'_, Postgres>, counts: Vec<usize>) -> Result<Done> {
    let more = counts.iter().any(|count| *count > 0);
    if more {
        db::commit(tx, None).await?;
    } else {
        tx.rollback().await.map_err(Error::from)?;
    }
    Ok(Done { counts, more })
}
