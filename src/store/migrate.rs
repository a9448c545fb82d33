//! Migrations: forward only, run by `db migrate` and `init` alone.

use sqlx::migrate::{Migrate, Migrator};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor};

use super::Workspace;
use crate::error::{Error, Result};

static MIGRATOR: Migrator = sqlx::migrate!();

/// Gives the newest version this program knows.
pub fn known_version() -> i64 {
    MIGRATOR.iter().map(|m| m.version).max().unwrap_or(0)
}

/// One migration and whether it is applied.
#[derive(Debug)]
pub struct Step {
    /// Its number.
    pub version: i64,
    /// Its name.
    pub description: String,
    /// Whether the workspace has it.
    pub applied: bool,
}

/// Makes the schema where it is missing and applies what it does not have yet; gives how many were applied.
///
/// # Errors
/// [`crate::error::Kind::Denied`] without the right to create; [`crate::error::Kind::Failed`] when an applied migration was edited.
pub async fn migrate(conn: &mut PgConnection, workspace: &Workspace) -> Result<usize> {
    let before = steps(conn, workspace).await?.iter().filter(|s| s.applied).count();
    conn.execute(AssertSqlSafe(format!(r#"create schema if not exists "{workspace}""#)))
        .await?;
    enter(conn, workspace).await?;
    MIGRATOR.run(&mut *conn).await.map_err(|e| match e {
        sqlx::migrate::MigrateError::VersionMissing(v) => {
            Error::usage(format!("the workspace is newer (migration {v}) than this program")).hint("upgrade inbox")
        }
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "every other failure of a migration is reported as it is"
        )]
        other => Error::failed(format!("a migration failed: {other}")).caused_by(other),
    })?;
    Ok(MIGRATOR.iter().count().saturating_sub(before))
}

/// Sets the search path for the whole session.
///
/// # Errors
/// [`crate::error::Kind::Unreachable`] when the connection is gone.
pub async fn enter(conn: &mut PgConnection, workspace: &Workspace) -> Result<()> {
    conn.execute(AssertSqlSafe(format!(r#"set search_path to "{workspace}", pg_temp"#)))
        .await?;
    Ok(())
}

/// Lists the migrations this program knows, and which of them the workspace has.
///
/// # Errors
/// [`crate::error::Kind::Unreachable`] when the connection is gone.
pub async fn steps(conn: &mut PgConnection, workspace: &Workspace) -> Result<Vec<Step>> {
    let table = format!("{workspace}._sqlx_migrations");
    let there = sqlx::query_scalar!("select to_regclass($1) is not null as \"there!\"", table)
        .fetch_one(&mut *conn)
        .await?;
    let applied: Vec<i64> = if there {
        conn.list_applied_migrations(&table)
            .await
            .map_err(|e| Error::failed(e.to_string()).caused_by(e))?
            .iter()
            .map(|m| m.version)
            .collect()
    } else {
        Vec::new()
    };
    Ok(MIGRATOR
        .iter()
        .map(|m| Step {
            version: m.version,
            description: m.description.to_string(),
            applied: applied.contains(&m.version),
        })
        .collect())
}
