//! The workspace that `inbox demo` makes: thrown away as a whole, with a clock of its own while a day is played.
//!
//! The comment of the schema marks it as a demo's. It is written in the transaction that creates
//! the schema, so no incomplete demo is without it, and a schema without it is never dropped.

use jiff::SignedDuration;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};

use crate::db::Workspace;
use crate::error::{Error, Result};

const MARK: &str = "made by inbox demo; the next inbox demo drops it";

/// Creates the demo's schema, empty; drops the one that an earlier demo made.
///
/// # Errors
/// [`crate::error::Kind::Conflict`] for a schema that is not a demo's, which stays unchanged;
/// [`crate::error::Kind::Denied`] without the right to create.
pub async fn make(conn: &mut PgConnection, workspace: &Workspace) -> Result<()> {
    let mut tx = conn.begin().await?;
    let found = sqlx::query_scalar!(
        r#"select coalesce(obj_description(n.oid, 'pg_namespace'), '') as "mark!"
        from pg_namespace n
        where n.nspname = $1"#,
        workspace.as_str()
    )
    .fetch_optional(&mut *tx)
    .await?;
    match found.as_deref() {
        None => {}
        Some(MARK) => {
            // What is left of a killed demo's `serve` may hold a lock for a moment.
            tx.execute(AssertSqlSafe(format!(
                r#"set local lock_timeout = '10s';
                set local client_min_messages = warning;
                drop schema "{workspace}" cascade"#
            )))
            .await?;
        }
        Some(_) => {
            return Err(Error::conflict(format!(
                "the workspace {workspace} was not made by inbox demo: it is left alone"
            ))
            .hint("inbox demo --workspace OTHER plays in another one"));
        }
    }
    // Both texts are constants or checked names.
    tx.execute(AssertSqlSafe(format!(
        r#"create schema "{workspace}"; comment on schema "{workspace}" is '{MARK}'"#
    )))
    .await?;
    crate::db::commit(tx, None).await
}

/// Sets the workspace's clock back by so much, for everything that runs in it; zero sets it right.
///
/// # Errors
/// [`crate::error::Kind::Denied`] for who does not own the workspace.
pub async fn set_clock_back(conn: &mut PgConnection, workspace: &Workspace, by: SignedDuration) -> Result<()> {
    let micros = by.as_micros();
    let body = if micros == 0 {
        "select clock_timestamp()".to_owned()
    } else {
        format!("select clock_timestamp() - interval ''{micros} microseconds''")
    };
    conn.execute(AssertSqlSafe(format!(
        r#"create or replace function "{workspace}".app_now() returns timestamptz language sql volatile as '{body}'"#
    )))
    .await?;
    Ok(())
}

/// Counts the deliveries that wait to be applied.
///
/// # Errors
/// What the database says.
pub async fn backlog(conn: &mut PgConnection) -> Result<i64> {
    Ok(
        sqlx::query_scalar!(r#"select count(*) as "n!" from delivery where state = 'new'"#)
            .fetch_one(conn)
            .await?,
    )
}
