//! Records that an agent is away, or is back.

use serde_json::Value;
use sqlx::postgres::PgConnection;

use super::administer::{Field, ResourceChanged, find};
use crate::db::admin::presence::{self, Away};
use crate::db::operation::Operation;
use crate::domain::event::EventKind;
use crate::domain::ids::AgentId;
use crate::error::Result;

/// Records that an agent is away. Without `away`, records that the agent is back. An agent who
/// already has this state does not change.
///
/// # Errors
/// [`crate::error::Kind::NotFound`] for an agent who does not exist. [`crate::error::Kind::Denied`]
/// when an agent changes the absence of another agent. [`crate::error::Kind::Conflict`] for a
/// disabled agent.
pub async fn set(
    conn: &mut PgConnection,
    operation: &Operation,
    handle: &str,
    away: Option<Away>,
) -> Result<ResourceChanged> {
    let (id, now) = find(conn, "agent", handle).await?;
    let fields = [
        Field::new("away", away.map(|a| a.kind.as_str())),
        Field::new("away_until", away.and_then(|a| a.until).map(|t| t.to_string())),
    ];
    let is_so = |field: &Field| {
        let stored = now.get(field.name).unwrap_or(&Value::Null);
        match (stored.as_str(), field.stored.as_str()) {
            (Some(stored), Some(wanted)) if field.name == "away_until" => {
                stored.parse::<jiff::Timestamp>().ok() == wanted.parse().ok()
            }
            (stored, wanted) => stored == wanted,
        }
    };
    if fields.iter().all(is_so) {
        return Ok(ResourceChanged::of("agent", handle, "unchanged", &[]));
    }
    presence::set(conn, operation.id, AgentId(id), away).await?;
    let kind = if away.is_some() {
        EventKind::WentAway
    } else {
        EventKind::CameBack
    };
    let told: Vec<Field> = fields.into_iter().filter(|f| !f.stored.is_null()).collect();
    Ok(ResourceChanged::of("agent", handle, kind.as_str(), &told))
}
