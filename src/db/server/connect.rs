//! Connecting, and the transaction every command runs in.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection, Postgres, Row, Transaction};

use super::failure::is_retryable;
use super::progress;
use crate::domain::session::{SessionLimits, TargetSession};
use crate::error::{Error, Kind, Result};

/// The Postgres schema that contains one company's data, and the settings at the start of each
/// transaction in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    name: String,
    /// The `set local` statements for a transaction that only reads.
    reads: String,
    /// The `set local` statements for a transaction that changes data.
    writes: String,
}

impl Workspace {
    /// Returns the name of the schema.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// Returns the `set local` statements that limit a transaction with changes, for transactions
    /// that do not start with [`begin`].
    pub(in crate::db) fn limits(&self) -> &str {
        self.writes.trim_start_matches("; ")
    }

    /// Returns the `set local` statements that limit a transaction that only reads.
    pub(in crate::db) fn read_limits(&self) -> &str {
        self.reads.trim_start_matches("; ")
    }

    /// Replaces the default limits of a session.
    #[must_use]
    pub fn with_limits(mut self, limits: &SessionLimits) -> Workspace {
        self.reads = limits.statements(false);
        self.writes = limits.statements(true);
        self
    }
}

impl fmt::Display for Workspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name)
    }
}

impl FromStr for Workspace {
    type Err = Error;

    /// Accepts only names that need no quotes in SQL, so that a name can be used in `set
    /// search_path`.
    fn from_str(text: &str) -> Result<Self> {
        let mut chars = text.chars();
        let first = chars.next().is_some_and(|c| c.is_ascii_lowercase() || c == '_');
        if first
            && text.len() <= 63
            && !text.starts_with("pg_")
            && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        {
            Ok(Workspace {
                name: text.to_owned(),
                reads: String::new(),
                writes: String::new(),
            }
            .with_limits(&SessionLimits::default()))
        } else {
            Err(Error::usage(format!("{text:?} is not a name for a workspace"))
                .hint("use lower-case letters, digits and _, at most 63"))
        }
    }
}

/// The servers of one database in the order of the connection attempts, and the required kind of
/// server.
#[derive(Debug, Clone)]
pub struct ConnectOptions {
    servers: Vec<PgConnectOptions>,
    target: TargetSession,
}

impl From<PgConnectOptions> for ConnectOptions {
    fn from(server: PgConnectOptions) -> Self {
        ConnectOptions::new(vec![server], TargetSession::Any)
    }
}

impl ConnectOptions {
    /// Creates options for servers with the same database.
    pub fn new(servers: Vec<PgConnectOptions>, target: TargetSession) -> ConnectOptions {
        // Every supported version of Postgres prints exact floats by default, and PgBouncer refuses
        // this start-up parameter.
        let servers = servers.into_iter().map(|s| s.extra_float_digits(None)).collect();
        ConnectOptions { servers, target }
    }

    /// Sets the name that the server displays for the program.
    #[must_use]
    pub fn application_name(self, name: &str) -> ConnectOptions {
        ConnectOptions {
            servers: self.servers.into_iter().map(|s| s.application_name(name)).collect(),
            target: self.target,
        }
    }
}

/// Opens a connection to the first server that answers and is of the required kind. As in libpq,
/// `timeout` applies to each server, and a server that refuses the login ends the search.
///
/// # Errors
/// [`Kind::Unreachable`] when no server answers, or no server is of the required kind.
pub async fn connect(options: &ConnectOptions, timeout: Duration) -> Result<PgConnection> {
    let mut last = None;
    let first = [options.target];
    let either = [TargetSession::Standby, TargetSession::Any];
    let kinds: &[TargetSession] = match options.target {
        TargetSession::PreferStandby => &either,
        TargetSession::Any
        | TargetSession::ReadWrite
        | TargetSession::ReadOnly
        | TargetSession::Primary
        | TargetSession::Standby => &first,
    };
    for kind in kinds {
        for server in &options.servers {
            match tokio::time::timeout(timeout, connect_to(server, *kind)).await {
                Ok(Ok(connection)) => return Ok(connection),
                Ok(Err(e)) if e.kind != Kind::Unreachable => return Err(e),
                Ok(Err(e)) => last = Some(e),
                Err(_) => {
                    last = Some(
                        Error::new(
                            Kind::Unreachable,
                            format!("the database did not answer within {} s", timeout.as_secs()),
                        )
                        .hint("nothing was changed; try again, or add a longer --timeout"),
                    );
                }
            }
        }
    }
    let mut e = last.unwrap_or_else(|| Error::usage("no database server is configured"));
    let count = options.servers.len();
    if count > 1 {
        e.message = format!("none of {count} servers can be used; the last one: {}", e.message).into();
    }
    Err(e)
}

async fn connect_to(server: &PgConnectOptions, wanted: TargetSession) -> Result<PgConnection> {
    let (host, port, login) = (server.get_host(), server.get_port(), server.get_username());
    let database = server.get_database().unwrap_or_default();
    tracing::debug!(host, port, login, database, "connecting");
    let mut connection = PgConnection::connect_with(server).await?;
    tracing::debug!("connected");
    if wanted == TargetSession::Any {
        return Ok(connection);
    }
    // This statement uses the simple protocol, because a pooler may run a prepared statement on
    // another connection.
    let row = sqlx::raw_sql("select pg_is_in_recovery()::text, current_setting('default_transaction_read_only')")
        .fetch_one(&mut connection)
        .await?;
    let (recovery, read_only): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    if wanted.accepts(recovery == "true", read_only == "on") {
        return Ok(connection);
    }
    let place = match server.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", server.get_host(), server.get_port()),
    };
    Err(Error::new(
        Kind::Unreachable,
        format!(
            "the server at {place} is not {} (target_session_attrs)",
            wanted.as_str()
        ),
    )
    .hint("nothing changed; check which server is the primary"))
}

/// Closes a connection after everything was read. Does not wait for the server, which rolls back an
/// open transaction.
pub async fn close(conn: PgConnection) {
    if let Err(e) = conn.close().await {
        tracing::debug!(error = %e, "the connection was gone before its end");
    }
}

/// The purpose of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Reads from one snapshot: all data that a command prints is of the same time.
    Read,
    /// Reads the history from one snapshot, by index. At the default cost of a random page, the
    /// planner would scan all events to select the newest events of a rare kind.
    History,
    /// Changes data. Each statement sees all changes that were committed before it.
    Write,
    /// Changes data for a worker of `serve`. Joins use indexes even with plans kept from small
    /// tables. Statements wait only briefly for a lock. No statement takes longer than the worker's
    /// timeout.
    Work,
    /// Changes data that can be lost in a crash of the database.
    Note,
}

/// The settings of a worker's transactions. An answer that takes longer than the timeout means that
/// the connection is lost.
const WORK: &str = "; set local enable_seqscan to off; set local enable_hashjoin to off; \
    set local enable_mergejoin to off; set local lock_timeout to '150ms'; set local statement_timeout to '8s'; \
    set local idle_in_transaction_session_timeout to '5s'";

/// Begins a transaction inside the workspace, in one round trip. The settings apply only to the
/// transaction, so that they work behind a pooler in transaction mode. They also end a session
/// whose client is idle or unreachable: see [`SessionLimits`].
///
/// # Errors
/// [`Kind::Unreachable`] when the connection is lost.
pub async fn begin<'c>(
    conn: &'c mut PgConnection,
    workspace: &Workspace,
    mode: Mode,
) -> Result<Transaction<'c, Postgres>> {
    let (mode, limits, more) = match mode {
        Mode::Read => ("isolation level repeatable read, read only", &workspace.reads, ""),
        Mode::History => (
            "isolation level repeatable read, read only",
            &workspace.reads,
            "; set local random_page_cost to 1.1",
        ),
        Mode::Write => ("isolation level read committed", &workspace.writes, ""),
        Mode::Work => ("isolation level read committed", &workspace.writes, WORK),
        Mode::Note => (
            "isolation level read committed",
            &workspace.writes,
            "; set local enable_seqscan to off; set local synchronous_commit to off; \
                set local lock_timeout to '150ms'; set local statement_timeout to '8s'; \
                set local idle_in_transaction_session_timeout to '5s'",
        ),
    };
    // The name was checked when the workspace value was created, and the limits are numbers.
    let statement = format!(
        r#"begin {mode};
        set local search_path to "{workspace}", pg_temp;
        set local timezone to 'UTC';
        set local jit to off{limits}{more}"#
    );
    Ok(conn.begin_with(AssertSqlSafe(statement)).await?)
}

/// Checks that deliveries can be written in this transaction, without writing anything.
///
/// # Errors
/// [`Kind::Unreachable`] on a read-only server. [`Kind::Denied`] for a login without the right to
/// insert.
pub async fn check_writable(conn: &mut PgConnection) -> Result<()> {
    let row = sqlx::raw_sql(
        "select current_setting('transaction_read_only'), has_table_privilege('delivery', 'insert')::text",
    )
    .fetch_one(conn)
    .await?;
    let (read_only, may): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    if read_only == "on" {
        return Err(Error::new(Kind::Unreachable, "the database is read-only").hint(
            "nothing changed; try again after the fail-over, or name all servers and target_session_attrs=read-write",
        ));
    }
    if may != "true" {
        return Err(Error::new(Kind::Denied, "the login may not store deliveries")
            .hint("inbox db roles prints the missing rights"));
    }
    Ok(())
}

/// Runs `what` in a savepoint. A refusal rolls back to the savepoint and becomes the inner result,
/// and the transaction continues.
///
/// # Errors
/// Errors that are not refusals: a lost connection, a deadlock, a fault.
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

/// Commits the transaction. If the answer does not arrive, the outcome is unknown.
///
/// # Errors
/// [`Kind::CommitLost`] when the connection was lost during the commit. Any database error at
/// commit.
pub async fn commit(transaction: Transaction<'_, Postgres>, operation: Option<i64>) -> Result<()> {
    progress::committing(operation, transaction.commit())
        .await
        .map_err(|e| {
            let e = Error::from(e);
            if e.kind != Kind::Unreachable {
                return e;
            }
            commit_lost("the connection was lost while committing", operation).caused_by(e)
        })
}

/// Returns the error for a commit without an answer. `what` is the reason.
pub fn commit_lost(what: &str, operation: Option<i64>) -> Error {
    let look = match operation {
        Some(id) => format!("check with: inbox audit --operation {id}; or repeat with the same --idempotency-key"),
        None => "check the result before you repeat the command".to_owned(),
    };
    Error::new(
        Kind::CommitLost,
        format!("{what}: it is unknown whether the change was committed"),
    )
    .hint(look)
}
