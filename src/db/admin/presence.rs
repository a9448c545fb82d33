//! Whether agents are away, and until when.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::postgres::PgConnection;

use crate::domain::ids::{AgentId, OperationId};
use crate::domain::vocabulary::Absence;
use crate::error::Result;

/// An absence as the workspace holds it: its kind, and until when, where that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Away {
    /// Why.
    pub kind: Absence,
    /// Until when.
    pub until: Option<Timestamp>,
}

/// Writes that an agent is away, or back.
///
/// # Errors
/// [`crate::error::Kind::Denied`] for an agent who says so of another; [`crate::error::Kind::Conflict`] for
/// an agent who is disabled or not away, and for a time that has passed.
pub async fn set(conn: &mut PgConnection, operation: OperationId, agent: AgentId, away: Option<Away>) -> Result<()> {
    sqlx::query!(
        "select set_presence($1, $2, $3, $4)",
        operation.0,
        agent.0,
        away.map(|a| a.kind.as_str()),
        away.and_then(|a| a.until).map(|t| t.to_sqlx()) as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Brings agents back whose absence has ended, at most `limit`, and returns how many.
///
/// # Errors
/// The usual ones of the database.
pub async fn bring_back(conn: &mut PgConnection, operation: OperationId, limit: i32) -> Result<usize> {
    let count = sqlx::query_scalar!(r#"select bring_back($1, $2) as "n!""#, operation.0, limit)
        .fetch_one(conn)
        .await?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// Returns the end of the absence that ended first of those that still stand.
///
/// # Errors
/// The usual ones of the database.
pub async fn oldest_return(conn: &mut PgConnection) -> Result<Option<Timestamp>> {
    let at = sqlx::query_scalar!("select min(away_until) from agent where away_until <= app_now()")
        .fetch_one(conn)
        .await?;
    Ok(at.map(|t| t.to_jiff()))
}
