//! Rosters: adds and revokes the entries that assign agents to shifts.

use std::collections::HashSet;

use jiff::civil::Date;
use serde_json::Value;
use sqlx::postgres::PgConnection;

use super::administer::{Field, ResourceChanged, each, find};
use crate::db;
use crate::db::operation::Operation;
use crate::domain::event::EventKind;
use crate::domain::ids::{Handle, RosterId};
use crate::domain::shift::{Days, Entry, said_already};
use crate::error::{Error, Result};

/// An entry for some agents. Each agent gets a separate row.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// The handles of the agents. An agent who is given twice gets one entry.
    pub agents: Vec<String>,
    /// The shift. `None` means that the agents are off, whatever the shift.
    pub shift: Option<Handle>,
    /// Whether the agents work. Otherwise they are off.
    pub works: bool,
    /// The first day.
    pub first: Date,
    /// The last day, included. `None` means until further notice.
    pub last: Option<Date>,
    /// The days of the week.
    pub days: Days,
}

/// Adds roster entries for agents. An agent with an identical entry gets no new one.
///
/// # Errors
/// [`crate::error::Kind::Usage`] when the range contains none of the days of the week.
/// [`crate::error::Kind::NotFound`] with an unknown handle. [`crate::error::Kind::Conflict`] for a
/// disabled handle. [`crate::error::Kind::Denied`] when the actor is not a supervisor.
pub async fn enter(
    conn: &mut PgConnection,
    operation: &Operation,
    new: &NewEntry,
    reason: Option<&str>,
    keep_going: bool,
) -> Result<Vec<ResourceChanged>> {
    if let Some(last) = new.last
        && !new.days.meet(new.first, new.last)
    {
        return Err(Error::usage(format!(
            "no day of {}..{last} is one of {}: the entry would have no effect",
            new.first, new.days
        )));
    }
    let shift = match &new.shift {
        None => None,
        Some(handle) => {
            let (id, row) = find(conn, "shift", handle.as_str()).await?;
            if row.get("disabled_at") != Some(&Value::Null) {
                return Err(Error::conflict(format!("the shift {handle} is disabled"))
                    .hint(format!("inbox shift enable {handle}")));
            }
            Some(id)
        }
    };
    let mut seen = HashSet::new();
    let handles: Vec<String> = new.agents.iter().filter(|h| seen.insert(*h)).cloned().collect();
    let mut agents = db::admin::directory::agents_if_any(conn, &handles).await?.into_iter();
    let ids: Vec<i64> = agents.as_slice().iter().flatten().map(|a| a.id.0).collect();
    db::admin::shift::lock(conn, &ids, &[]).await?;
    let entries = db::admin::shift::rosters(conn, Some(&ids), None).await?.entries;
    each(conn, keep_going, "roster", &handles, async |conn, _| {
        let agent = agents
            .next()
            .unwrap_or_else(|| Err(Error::failed("an agent is gone")))?;
        if agent.disabled {
            return Err(
                Error::conflict(format!("{} is disabled and cannot be on a roster", agent.handle))
                    .hint(format!("inbox agent enable {}, or leave the handle out", agent.handle)),
            );
        }
        let entry = Entry {
            id: 0,
            agent: agent.id.0,
            shift,
            works: new.works,
            first: new.first,
            last: new.last,
            days: new.days,
        };
        if let Some(there) = said_already(&entries, &entry) {
            let handle = RosterId(there.id).to_string();
            return Ok(ResourceChanged::of("roster", &handle, "unchanged", &[]));
        }
        let fields = [
            Field::shown("agent_id", entry.agent, agent.handle.as_str()),
            Field::shown("shift_id", shift, new.shift.as_ref().map(Handle::as_str)),
            Field::new("works", entry.works),
            Field::new("first_day", entry.first.to_string()),
            Field::new("last_day", entry.last.map(|d| d.to_string())),
            Field::shown("days", entry.days.numbers(), entry.days.to_string()),
        ];
        let row = super::administer::stored(&fields);
        let id = db::admin::directory::put(conn, operation.id, "roster", None, &row, EventKind::Added, reason).await?;
        Ok(ResourceChanged::of(
            "roster",
            &RosterId(id).to_string(),
            "added",
            &fields,
        ))
    })
    .await
}

/// Revokes entries. Older entries for the same days apply again.
///
/// # Errors
/// [`crate::error::Kind::NotFound`] with an entry that does not exist.
/// [`crate::error::Kind::Denied`] when the actor is not a supervisor.
pub async fn revoke(
    conn: &mut PgConnection,
    operation: &Operation,
    entries: &[RosterId],
    reason: Option<&str>,
    keep_going: bool,
) -> Result<Vec<ResourceChanged>> {
    let ids: Vec<i64> = entries.iter().map(|id| id.0).collect();
    db::admin::shift::lock(conn, &[], &ids).await?;
    each(conn, keep_going, "roster", entries, async |conn, id| {
        let name = id.to_string();
        match db::admin::shift::is_revoked(conn, *id).await? {
            None => {
                Err(Error::not_found(format!("no roster entry {id}"))
                    .hint("inbox shift roster --all has their numbers"))
            }
            Some(true) => Ok(ResourceChanged::of("roster", &name, "unchanged", &[])),
            Some(false) => {
                let fields = [Field::new("revoked_at", operation.at.to_string())];
                let row = super::administer::stored(&fields);
                db::admin::directory::put(
                    conn,
                    operation.id,
                    "roster",
                    Some(id.0),
                    &row,
                    EventKind::Revoked,
                    reason,
                )
                .await?;
                Ok(ResourceChanged::of("roster", &name, "revoked", &[]))
            }
        }
    })
    .await
}
