//! Examines, from another connection, a session that does not answer. Returns the lock that the
//! session waits for, and the sessions that hold the lock.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::postgres::PgConnection;

use crate::error::{Error, Kind, Result};

/// The state of the sessions that work for a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// The server no longer has any of the sessions.
    Gone,
    /// All sessions are idle, or all wait for the client to read. The answer to the client was
    /// lost.
    Idle,
    /// At least one session is running.
    Active,
    /// At least one session waits for a lock.
    Waiting(Wait),
}

/// A lock that a session waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// The locked object, such as `C-12` or `the agent ana`. `None` when the server does not show
    /// the object.
    pub what: Option<String>,
    /// The sessions that hold the lock and wait for no other, oldest transaction first.
    pub holders: Vec<Holder>,
}

/// A session that holds a lock and waits for no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The server process. Zero for a prepared transaction.
    pub pid: i32,
    /// The login. `None` for a process of the server.
    pub login: Option<String>,
    /// The application name of the session, such as `psql`.
    pub application: Option<String>,
    /// The start of the transaction. `None` when the login has no right to read it. The right is
    /// `pg_read_all_stats`.
    pub since: Option<Timestamp>,
}

/// Returns the state of server processes. Needs a transaction inside the workspace.
///
/// # Errors
/// Any database error.
pub async fn look(conn: &mut PgConnection, backends: &[i32]) -> Result<Seen> {
    let sessions = sqlx::query!(
        r#"select state, wait_event, cardinality(pg_blocking_pids(pid)) > 0 as "blocked!"
        from pg_stat_activity where pid = any ($1)"#,
        backends
    )
    .fetch_all(&mut *conn)
    .await?;
    if sessions.is_empty() {
        return Ok(Seen::Gone);
    }
    if sessions.iter().any(|s| s.blocked) {
        let holders = holders(conn, backends).await?;
        let what = what(conn, backends).await?;
        return Ok(Seen::Waiting(Wait { what, holders }));
    }
    let computes = |state: Option<&str>, event: Option<&str>| {
        // The server hides the session's state from another login, so the result is `Active`.
        state.is_none_or(|s| s == "active") && event != Some("ClientWrite")
    };
    let active = sessions
        .iter()
        .any(|s| computes(s.state.as_deref(), s.wait_event.as_deref()));
    Ok(if active { Seen::Active } else { Seen::Idle })
}

async fn holders(conn: &mut PgConnection, backends: &[i32]) -> Result<Vec<Holder>> {
    let rows = sqlx::query!(
        r#"with recursive blocker (pid, depth) as (
            select b, 1 from unnest($1::int[]) w, unnest(pg_blocking_pids(w)) b
            union
            select b, depth + 1 from blocker, unnest(pg_blocking_pids(blocker.pid)) b where depth < 16
        )
        select distinct b.pid as "pid!", a.usename::text as login, nullif(a.application_name, '') as application,
            a.xact_start as since
        from blocker b left join pg_stat_activity a on a.pid = b.pid
        where cardinality(pg_blocking_pids(b.pid)) = 0 and b.pid <> all ($1)
        order by a.xact_start nulls last, 1"#,
        backends
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Holder {
            pid: r.pid,
            login: r.login,
            application: r.application,
            since: r.since.map(|t| t.to_jiff()),
        })
        .collect())
}

/// Returns the name of the locked row. A session that waits for a row lock has or requests a lock
/// on the row's place in the table.
async fn what(conn: &mut PgConnection, backends: &[i32]) -> Result<Option<String>> {
    let lock = sqlx::query!(
        r#"select l.locktype as "kind!", c.relname::text as "table", format('(%s,%s)', l.page, l.tuple) as "place!"
        from pg_locks l left join pg_class c on c.oid = l.relation
        where l.pid = any ($1) and (l.locktype = 'tuple' or not l.granted)
        order by l.locktype = 'tuple' desc limit 1"#,
        backends
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(lock) = lock else { return Ok(None) };
    let Some(table) = lock.table else { return Ok(None) };
    if lock.kind != "tuple" {
        return Ok(Some(format!("the table {table}")));
    }
    let name = sqlx::query_scalar!(
        r#"select case $1
            when 'conversation' then (select 'C-' || id from conversation where ctid = $2::text::tid)
            when 'ticket' then (select 'T-' || id from ticket where ctid = $2::text::tid)
            when 'agent' then (select 'the agent ' || handle from agent where ctid = $2::text::tid)
            when 'team' then (select 'the team ' || handle from team where ctid = $2::text::tid)
            when 'store' then (select 'the store ' || handle from store where ctid = $2::text::tid)
            when 'channel' then (select 'the channel ' || handle from channel where ctid = $2::text::tid)
            when 'shift' then (select 'the shift ' || handle from shift where ctid = $2::text::tid)
        end as name"#,
        table,
        lock.place
    )
    .fetch_one(conn)
    .await?;
    Ok(Some(name.unwrap_or_else(|| format!("a row of the table {table}"))))
}

/// Ends a session. Returns whether the session still existed.
///
/// # Errors
/// [`Kind::Denied`] when the login has no right to end the session.
pub async fn terminate(conn: &mut PgConnection, holder: &Holder) -> Result<bool> {
    let ended = sqlx::query_scalar!(r#"select pg_terminate_backend($1) as "ended!""#, holder.pid)
        .fetch_one(conn)
        .await;
    ended.map_err(|e| {
        let e = Error::from(e);
        if e.kind != Kind::Denied {
            return e;
        }
        let login = holder.login.as_deref().unwrap_or("another login");
        Error::new(
            Kind::Denied,
            format!(
                "this login may not end the session of the login \"{login}\" (pid {})",
                holder.pid
            ),
        )
        .hint(format!(
            "grant pg_signal_backend to this login, or have an administrator of Postgres run: \
            select pg_terminate_backend({})",
            holder.pid
        ))
        .caused_by(e)
    })
}

/// Returns the seconds between a time and the server's present time.
///
/// # Errors
/// Any database error.
pub async fn seconds_since(conn: &mut PgConnection, then: Timestamp) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select greatest(extract(epoch from clock_timestamp() - $1::timestamptz), 0)::bigint as "seconds!""#,
        then.to_sqlx() as _
    )
    .fetch_one(conn)
    .await?)
}

/// Returns the number of other sessions of logins on the server.
///
/// # Errors
/// Any database error.
pub async fn other_sessions(conn: &mut PgConnection) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!"
        from pg_stat_activity
        where usesysid is not null and datid is not null and pid <> pg_backend_pid()"#
    )
    .fetch_one(conn)
    .await?)
}

/// Returns whether the server itself sent the error. In this case the server is reachable.
pub fn is_answer(e: &Error) -> bool {
    use std::error::Error as _;
    e.source()
        .and_then(|cause| cause.downcast_ref::<sqlx::Error>())
        .is_some_and(|cause| cause.as_database_error().is_some())
}
