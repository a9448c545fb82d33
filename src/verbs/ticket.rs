//! Changing tickets.

use std::collections::HashSet;

use jiff::Timestamp;
use sqlx::postgres::PgConnection;

use super::NewNote;
use crate::domain::ids::{AgentId, TeamId, TicketId};
use crate::domain::words::{Priority, TicketStatus};
use crate::error::{Error, Result};
use crate::store::operation::Operation;
use crate::store::ticket::{Ticket, lock, record};

/// What is asked of tickets.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "a variant's line says what its fields are")]
pub enum TicketChange {
    /// Another owner, or another team's queue.
    Assign {
        owner: Option<AgentId>,
        team: Option<TeamId>,
    },
    /// Other values; none leaves one as it is.
    Set {
        status: Option<TicketStatus>,
        priority: Option<Priority>,
        due: Option<Option<Timestamp>>,
        category: Option<Option<String>>,
    },
    /// A note and nothing else.
    Note,
}

/// A ticket before and after.
#[derive(Debug, Clone)]
pub struct TicketChanged {
    /// As it was.
    pub before: Ticket,
    /// As it is.
    pub after: Ticket,
    /// Whether an event was written.
    pub changed: bool,
}

/// Changes tickets, all or nothing.
///
/// # Errors
/// [`crate::error::Kind::NotFound`] naming the first that is none; [`crate::error::Kind::Denied`] for another's.
pub async fn change(
    conn: &mut PgConnection,
    operation: &Operation,
    ids: &[TicketId],
    change: &TicketChange,
    reason: Option<&str>,
    note: Option<&NewNote>,
) -> Result<Vec<TicketChanged>> {
    let raw: Vec<i64> = ids.iter().map(|i| i.0).collect();
    let rows = lock(conn, &raw).await?;
    let found: HashSet<TicketId> = rows.iter().map(|r| r.id).collect();
    if let Some(missing) = ids.iter().find(|i| !found.contains(i)) {
        return Err(Error::not_found(format!("no ticket {missing}")).hint("inbox ticket list shows them"));
    }
    let note = note.map(NewNote::to_json).transpose()?;
    let mut done = Vec::with_capacity(rows.len());
    let mut write = Vec::with_capacity(rows.len());
    for before in rows {
        let mut after = before.clone();
        match change {
            TicketChange::Assign { owner, team } => {
                after.owner = *owner;
                after.team = team.unwrap_or(before.team);
            }
            TicketChange::Set {
                status,
                priority,
                due,
                category,
            } => {
                after.status = status.unwrap_or(before.status);
                after.priority = priority.unwrap_or(before.priority);
                after.due = due.unwrap_or(before.due);
                after.category = category.clone().unwrap_or_else(|| before.category.clone());
            }
            TicketChange::Note => {}
        }
        let changed = note.is_some() || after != before;
        if changed {
            write.push(after.clone());
        }
        done.push(TicketChanged { before, after, changed });
    }
    let kind = match change {
        TicketChange::Assign { .. } => "ticket_assigned",
        TicketChange::Set { .. } => "ticket_set",
        TicketChange::Note => "ticket_noted",
    };
    record(conn, operation.id, kind, &write, reason, note.as_ref()).await?;
    Ok(done)
}
