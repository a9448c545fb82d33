//! Saying that an agent is away, or back.

use serde_json::Value;
use sqlx::postgres::PgConnection;

use super::administer::{Field, ResourceChanged, find};
use crate::db::admin::presence::{self, Away};
use crate::db::operation::Operation;
use crate::domain::event::EventKind;
use crate::domain::ids::AgentId;
use crate::error::Result;

/// Writes that an agent is away, or without `away` back. What is so already stays unchanged.
///
/// # Errors
/// [`crate::error::Kind::NotFound`] for an agent who does not exist; [`crate::error::Kind::Denied`] for an
/// agent who says so of another; [`crate::error::Kind::Conflict`] for a disabled one.
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
