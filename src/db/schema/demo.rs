//! The workspace of `inbox demo`. The whole workspace is dropped after use. It has its own clock
//! while a day is played.
//!
//! The comment of the schema marks it as a demo. The transaction that creates the schema also
//! writes the comment. Every demo has the comment, also an incomplete one. A schema without the
//! comment is never dropped.

use jiff::SignedDuration;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};

use crate::db::Workspace;
use crate::error::{Error, Result};

const MARK: &str = "created by inbox demo; the next inbox demo drops it";

/// Creates the demo's schema without tables. Drops the schema of an earlier demo.
///
/// # Errors
/// [`crate::error::Kind::Conflict`] for a schema that is not a demo's. Such a schema does not
/// change. [`crate::error::Kind::Denied`] without the right to create a schema.
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
            // A `serve` that remains from a killed demo may hold a lock for a moment.
            tx.execute(AssertSqlSafe(format!(
                r#"set local lock_timeout = '10s';
                set local client_min_messages = warning;
                drop schema "{workspace}" cascade"#
            )))
            .await?;
        }
        Some(_) => {
            return Err(Error::conflict(format!(
                "the workspace {workspace} was not created by inbox demo, so it is not changed"
            ))
            .hint("inbox demo --workspace OTHER plays in another one"));
        }
    }
    // Both parts of the SQL are constants or checked names.
    tx.execute(AssertSqlSafe(format!(
        r#"create schema "{workspace}"; comment on schema "{workspace}" is '{MARK}'"#
    )))
    .await?;
    crate::db::commit(tx, None).await
}

/// Sets the workspace's clock back by a duration, for every session in the workspace. Zero resets
/// the clock.
///
/// # Errors
/// [`crate::error::Kind::Denied`] when the login does not own the workspace.
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

/// Returns the number of deliveries that are not yet applied.
///
/// # Errors
/// Any database error.
pub async fn backlog(conn: &mut PgConnection) -> Result<i64> {
    Ok(
        sqlx::query_scalar!(r#"select count(*) as "n!" from delivery where state = 'new'"#)
            .fetch_one(conn)
            .await?,
    )
}
