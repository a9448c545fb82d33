//! Connecting, and the transaction every command runs in.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection, Postgres, Transaction};

use super::failure::is_retryable;
use crate::error::{Error, Kind, Result};

/// Names the Postgres schema that holds one company's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace(String);

impl Workspace {
    /// Gives the name of the schema.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Workspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Workspace {
    type Err = Error;

    /// Accepts what needs no quoting in SQL, so that a name can stand in `set search_path`.
    fn from_str(text: &str) -> Result<Self> {
        let mut chars = text.chars();
        let first = chars.next().is_some_and(|c| c.is_ascii_lowercase() || c == '_');
        if first
            && text.len() <= 63
            && !text.starts_with("pg_")
            && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        {
            Ok(Workspace(text.to_owned()))
        } else {
            Err(Error::usage(format!("{text:?} is not a name for a workspace"))
                .hint("use lower-case letters, digits and _, at most 63"))
        }
    }
}

/// Opens one connection.
///
/// # Errors
/// [`Kind::Unreachable`] when the server does not answer within `timeout`.
pub async fn connect(options: &PgConnectOptions, timeout: Duration) -> Result<PgConnection> {
    match tokio::time::timeout(timeout, PgConnection::connect_with(options)).await {
        Ok(connected) => Ok(connected?),
        Err(_) => Err(Error::new(
            Kind::Unreachable,
            format!("the database did not answer within {} s", timeout.as_secs()),
        )
        .hint("nothing changed; try again, or give it longer with --timeout")),
    }
}

/// Says goodbye, after everything was read. The server's answer is not waited for, and a transaction still open is rolled back by it.
pub async fn close(conn: PgConnection) {
    if let Err(e) = conn.close().await {
        tracing::debug!(error = %e, "the connection was gone before its end");
    }
}

/// Says what a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// One consistent view: everything a command prints is of the same instant.
    Read,
    /// The same for the history, found by index: at its usual price of a random page, the planner reads the newest events of a kind that has become
    /// rare by going back through all others.
    History,
    /// Changes, each statement seeing what was committed before it.
    Write,
    /// The same for a worker of `serve`: joins go by index whatever the tables looked like when a plan was kept, no statement waits more than a
    /// moment for a lock, and none takes longer than the worker waits.
    Work,
    /// The same for what need not survive a crash of the database.
    Note,
}

/// What holds in the transactions of a worker. An answer that takes longer than the timeout means that the connection is dead.
const WORK: &str = "; set local enable_seqscan to off; set local enable_hashjoin to off; set local enable_mergejoin to off; \
    set local lock_timeout to '150ms'; set local statement_timeout to '8s'; set local idle_in_transaction_session_timeout to '15s'";

/// Begins a transaction inside the workspace, in one round trip. The search path holds for the transaction alone, so that it works
/// behind a pooler in transaction mode; it is dropped with a rollback.
///
/// # Errors
/// [`Kind::Unreachable`] when the connection is gone.
pub async fn begin<'c>(
    conn: &'c mut PgConnection,
    workspace: &Workspace,
    mode: Mode,
) -> Result<Transaction<'c, Postgres>> {
    let (mode, more) = match mode {
        Mode::Read => ("isolation level repeatable read, read only", ""),
        Mode::History => (
            "isolation level repeatable read, read only",
            "; set local random_page_cost to 1.1",
        ),
        Mode::Write => ("isolation level read committed", ""),
        Mode::Work => ("isolation level read committed", WORK),
        Mode::Note => (
            "isolation level read committed",
            "; set local enable_seqscan to off; set local synchronous_commit to off; set local lock_timeout to '150ms'; \
                set local statement_timeout to '8s'; set local idle_in_transaction_session_timeout to '15s'",
        ),
    };
    // The name was checked when the workspace was made; nothing else is put into the text.
    let statement = format!(
        r#"begin {mode}; set local search_path to "{workspace}", pg_temp; set local timezone to 'UTC'; set local jit to off{more}"#
    );
    Ok(conn.begin_with(AssertSqlSafe(statement)).await?)
}

/// Does something in a savepoint. What is refused leaves nothing behind and comes as the inner result; the transaction goes on.
///
/// # Errors
/// What is no refusal: a lost connection, a deadlock, a fault.
pub async fn attempt<T>(
    conn: &mut PgConnection,
    what: impl AsyncFnOnce(&mut PgConnection) -> Result<T>,
) -> Result<Result<T>> {
    let mut savepoint = conn.begin().await?;
    match what(&mut savepoint).await {
        Ok(done) => {
            savepoint.commit().await?;
            Ok(Ok(done))
        }
        Err(e)
            if matches!(e.kind, Kind::Usage | Kind::NotFound | Kind::Denied | Kind::Conflict) && !is_retryable(&e) =>
        {
            savepoint.rollback().await?;
            Ok(Err(e))
        }
        Err(e) => Err(e),
    }
}

/// Commits. An answer that never came leaves the outcome unknown.
///
/// # Errors
/// [`Kind::CommitLost`] when the connection went away meanwhile; else what the database says at commit.
pub async fn commit(transaction: Transaction<'_, Postgres>, operation: Option<i64>) -> Result<()> {
    transaction.commit().await.map_err(|e| {
        let e = Error::from(e);
        if e.kind != Kind::Unreachable {
            return e;
        }
        let look = match operation {
            Some(id) => format!("look with: inbox audit --operation {id}; or repeat with the same --idempotency-key"),
            None => "look at the result before repeating".to_owned(),
        };
        Error::new(
            Kind::CommitLost,
            "the connection was lost while committing: whether it was done is unknown",
        )
        .hint(look)
        .caused_by(e)
    })
}
