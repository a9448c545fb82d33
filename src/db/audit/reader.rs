//! How `audit verify` reads: several connections in one snapshot, each in the order of keys, memory flat on any size.

use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor};

use crate::db::Workspace;
use crate::db::server::connect::ConnectOptions;
use crate::domain::event::Subject;
use crate::error::{Error, Kind, Result};

/// How a checker gets to the database.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The way to the server.
    pub options: ConnectOptions,
    /// How long to wait for it.
    pub timeout: Duration,
    /// The schema.
    pub workspace: Workspace,
    /// The snapshot that all readers share.
    pub snapshot: String,
    /// Whether one connection at a time has to do, because a pooler has few and others need them. The pieces to check
    /// must be small.
    pub few: bool,
    /// Whether the guards are to be compared with this program's: they are of its version.
    pub guards: bool,
}

/// Which chains are checked.
#[derive(Debug, Clone)]
pub struct Span {
    /// Ids from this one on.
    pub low: i64,
    /// Ids before this one.
    pub high: i64,
    /// Of these alone.
    pub only: Only,
}

/// A choice among the chains.
#[derive(Debug, Clone)]
pub enum Only {
    /// All of them.
    All,
    /// Those with an event since then; the whole chain is checked.
    Since(jiff::Timestamp),
    /// Those of these ids.
    Ids(Vec<i64>),
}

impl Span {
    /// Everything.
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
        // Everything is read in the order of keys, and the rest looked up by key: nothing is collected first, in memory
        // or in files.
        // The snapshot's name came from the server.
        let begin = format!(
            r#"begin isolation level repeatable read, read only; set transaction snapshot '{}';
            set local search_path to "{}", pg_temp; set local timezone to 'UTC';
            set local enable_hashjoin to off; set local enable_mergejoin to off; set local random_page_cost to 1.1;
            set local max_parallel_workers_per_gather to 0; set local jit to off; {}"#,
            self.snapshot.replace('\'', "''"),
            self.workspace,
            self.workspace.read_limits()
        );
        // A pooler accepts the connection, and lets the first statement wait until it has one of its own.
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

/// Exports the snapshot of a read transaction, for other connections to share.
///
/// # Errors
/// What the database says.
pub async fn export_snapshot(conn: &mut PgConnection) -> Result<String> {
    Ok(sqlx::query_scalar!(r#"select pg_export_snapshot() as "s!""#)
        .fetch_one(conn)
        .await?)
}

/// How much there is to check.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// How many events, about: for a progress bar.
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
/// What the database says.
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

/// Returns the first of the conversations of which there is nothing at all: no row, no event, no interval.
///
/// # Errors
/// What the database says.
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
