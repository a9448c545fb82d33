//! What is done in the background because its time has come. `serve` runs every task every few
//! seconds, `inbox tick` runs each once to the end, and `inbox doctor` names what is overdue.
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

/// How many conversations one transaction changes.
const MAX_ROWS: i64 = 500;

/// Does one batch of what is due, in transactions of its own.
type DoBatch = for<'a> fn(&'a mut PgConnection, Scope<'a>) -> BoxFuture<'a, Result<Done>>;

/// Finds the time at which the oldest thing that is still to be done was due.
type FindOverdue = for<'a> fn(&'a mut PgConnection) -> BoxFuture<'a, Result<Option<Timestamp>>>;

/// One kind of background work. Safe to run anywhere, any number of times, by several processes at once.
#[derive(Debug)]
pub struct Task {
    /// Its name, in logs and messages.
    pub name: &'static str,
    /// What it counts: the name of each count, and its meaning.
    pub counts: &'static [(&'static str, &'static str)],
    batch: DoBatch,
    /// None where a delay does no harm.
    overdue: Option<FindOverdue>,
}

/// Where a task works, and as whom.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The schema.
    pub workspace: &'a Workspace,
    /// The agent to act as: `system`.
    pub acting: Option<&'a str>,
}

/// What a batch did.
#[derive(Debug, Default)]
struct Done {
    /// In the order of [`Task::counts`].
    counts: Vec<usize>,
    /// Whether more may be due.
    more: bool,
}

impl Task {
    /// Does all that is due, batch by batch. Returns the counts in the order of [`Task::counts`].
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

    /// Returns the time at which the oldest thing that is still to be done was due; none where nothing is overdue.
    ///
    /// # Errors
    /// The usual ones of the database.
    pub async fn overdue(&self, conn: &mut PgConnection) -> Result<Option<Timestamp>> {
        match self.overdue {
            Some(overdue) => overdue(conn).await,
            None => Ok(None),
        }
    }
}

/// Changes the conversations that are due, in one transaction and under one operation. `lock`
/// returns their ids; nothing is written where it finds none, or where no change fits any more.
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

/// Commits what was changed. Where nothing was, nothing is written, the operation included.
async fn finish(tx: Transaction<'_, Postgres>, counts: Vec<usize>) -> Result<Done> {
    let more = counts.iter().any(|count| *count > 0);
    if more {
        db::commit(tx, None).await?;
    } else {
        tx.rollback().await.map_err(Error::from)?;
    }
    Ok(Done { counts, more })
}
