//! The reader of `audit verify`. Several connections read the same snapshot, each in the order of
//! keys, so that the memory use does not depend on the size of the workspace.

use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor};

use crate::db::Workspace;
use crate::db::server::connect::ConnectOptions;
use crate::domain::event::Subject;
use crate::error::{Error, Kind, Result};

/// The settings for the connections of a check.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The options to connect to the server.
    pub options: ConnectOptions,
    /// The timeout of the connection.
    pub timeout: Duration,
    /// The schema.
    pub workspace: Workspace,
    /// The snapshot that all readers share.
    pub snapshot: String,
    /// Whether the check uses only one connection at a time, because a pooler has few connections
    /// and other sessions need them. The pieces to check must then be small.
    pub few: bool,
    /// Whether to compare the guards with this program's guards. Both must have the same version.
    pub guards: bool,
}

/// The range of the chains to check.
#[derive(Debug, Clone)]
pub struct Span {
    /// The first id of the range.
    pub low: i64,
    /// The id after the last id of the range.
    pub high: i64,
    /// A choice among the chains of the range.
    pub only: Only,
}

/// A choice among the chains.
#[derive(Debug, Clone)]
pub enum Only {
    /// All of them.
    All,
    /// The chains with an event since that time. The check covers the whole chain.
    Since(jiff::Timestamp),
    /// The chains of these ids.
    Ids(Vec<i64>),
}

impl Span {
    /// Returns the range of all chains.
    pub fn all() -> Span {
        Span {
            low: 0,
            high: i64::MAX,
            only: Only::All,
        }
    }

    pub(super) fn condition(&self, subject: Subject, column: &str) -> String {
        let range = format!("{column} >= {} and {column} < {}", self.low, self.high);
        match &self.only {
            Only::All => range,
            Only::Since(at) => format!(
                "{range} and {column} = any (array(
                    select distinct s.subject_id from event s where s.subject = '{subject}' and s.at >= '{at}'))"
            ),
            Only::Ids(ids) => {
                let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                format!("{range} and {column} = any ('{{{}}}'::bigint[])", ids.join(","))
            }
        }
    }
}

impl Reader {
    pub(crate) async fn connect(&self) -> Result<PgConnection> {
        let mut conn = crate::db::connect(&self.options, self.timeout).await?;
        // Every table is read in the order of keys, and related rows are looked up by key. No set
        // of rows is collected first, in memory or in files. The server created the name of the
        // snapshot.
        let begin = format!(
            r#"begin isolation level repeatable read, read only; set transaction snapshot '{}';
            set local search_path to "{}", pg_temp; set local timezone to 'UTC';
            set local enable_hashjoin to off; set local enable_mergejoin to off; set local random_page_cost to 1.1;
            set local max_parallel_workers_per_gather to 0; set local jit to off; {}"#,
            self.snapshot.replace('\'', "''"),
            self.workspace,
            self.workspace.read_limits()
        );
        // A pooler accepts the connection at once. The first statement waits until the pooler has a
        // free connection to the server.
        match tokio::time::timeout(self.timeout, conn.execute(AssertSqlSafe(begin))).await {
            Ok(begun) => begun?,
            Err(_) => {
                let seconds = self.timeout.as_secs();
                return Err(
                    Error::new(Kind::Unreachable, format!("no connection was free within {seconds} s")).hint(
                        "nothing changed; the check needs two connections at once: see the size of the connection pool",
                    ),
                );
            }
        };
        let backend = sqlx::query_scalar!(r#"select pg_backend_pid() as "pid!""#)
            .fetch_one(&mut conn)
            .await?;
        crate::db::server::progress::add_backend(backend);
        Ok(conn)
    }
}

/// Exports the snapshot of a read transaction, so that other connections can use the snapshot.
///
/// # Errors
/// Any database error.
pub async fn export_snapshot(conn: &mut PgConnection) -> Result<String> {
    Ok(sqlx::query_scalar!(r#"select pg_export_snapshot() as "s!""#)
        .fetch_one(conn)
        .await?)
}

/// The size of the history to check.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// The estimated number of events, for a progress bar.
    pub events: u64,
    /// The lowest conversation id.
    pub low: i64,
    /// The highest.
    pub high: i64,
    /// The highest operation id.
    pub operations: i64,
}

/// Returns the extent of the history: an estimated number of events, and the highest ids.
///
/// # Errors
/// Any database error.
pub async fn extent(conn: &mut PgConnection) -> Result<Extent> {
    let row = sqlx::query!(
        r#"select greatest((select reltuples::bigint from pg_class where oid = 'event'::regclass), 0) as "events!",
            coalesce((select min(subject_id) from event where subject = 'conversation'), 0) as "low!",
            greatest((select coalesce(max(subject_id), 0) from event where subject = 'conversation'),
                (select coalesce(max(id), 0) from conversation)) as "high!",
            coalesce((select max(id) from operation), 0) as "operations!""#
    )
    .fetch_one(conn)
    .await?;
    Ok(Extent {
        events: u64::try_from(row.events).unwrap_or(0),
        low: row.low,
        high: row.high,
        operations: row.operations,
    })
}

/// Returns the first of the conversations that has no row, no event and no interval.
///
/// # Errors
/// Any database error.
pub async fn unheard_of(conn: &mut PgConnection, ids: &[i64]) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        r#"select w.id as "id!" from unnest($1::bigint[]) with ordinality as w (id, ord)
        where not exists (select 1 from conversation c where c.id = w.id)
            and not exists (select 1 from event e where e.subject = 'conversation' and e.subject_id = w.id)
            and not exists (select 1 from leg l where l.conversation_id = w.id)
            and not exists (select 1 from phase p where p.conversation_id = w.id)
        order by w.ord limit 1"#,
        ids
    )
    .fetch_optional(conn)
    .await?)
}
