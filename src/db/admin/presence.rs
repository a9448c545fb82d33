//! The absences of agents, with their ends.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::postgres::PgConnection;

use crate::domain::ids::{AgentId, OperationId};
use crate::domain::vocabulary::Absence;
use crate::error::Result;

/// An absence as the workspace stores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Away {
    /// The kind of absence.
    pub kind: Absence,
    /// The end of the absence. `None` if the end is not known.
    pub until: Option<Timestamp>,
}

/// Records that an agent is away, or is back.
///
/// # Errors
/// [`crate::error::Kind::Denied`] when an agent changes the absence of another agent.
/// [`crate::error::Kind::Conflict`] for an agent who is disabled or not away, and for a time in the
/// past.
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

/// Ends the absences whose time is over, at most `limit`, and returns the number of agents who are
/// back.
///
/// # Errors
/// Any database error.
pub async fn bring_back(conn: &mut PgConnection, operation: OperationId, limit: i32) -> Result<usize> {
    let count = sqlx::query_scalar!(r#"select bring_back($1, $2) as "n!""#, operation.0, limit)
        .fetch_one(conn)
        .await?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// Returns the earliest end among the absences that are over but not yet removed.
///
/// # Errors
/// Any database error.
pub async fn oldest_return(conn: &mut PgConnection) -> Result<Option<Timestamp>> {
    let at = sqlx::query_scalar!("select min(away_until) from agent where away_until <= app_now()")
        .fetch_one(conn)
        .await?;
    Ok(at.map(|t| t.to_jiff()))
}
