//! Changes tickets.

use std::collections::HashSet;

use jiff::Timestamp;
use sqlx::postgres::PgConnection;

use super::{ChangeOptions, NewNote};
use crate::db;
use crate::db::operation::Operation;
use crate::db::ticket::{Ticket, lock, record};
use crate::domain::event::EventKind;
use crate::domain::ids::{AgentId, TeamId, TicketId};
use crate::domain::vocabulary::{Priority, TicketStatus};
use crate::error::{Error, Result};

/// A change of tickets.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "a variant's line says what its fields are")]
pub enum TicketChange {
    /// A new owner, or the queue of another team.
    Assign {
        owner: Option<AgentId>,
        team: Option<TeamId>,
    },
    /// New values of fields. A field that is `None` does not change.
    Set {
        status: Option<TicketStatus>,
        priority: Option<Priority>,
        due: Option<Option<Timestamp>>,
        category: Option<Option<String>>,
    },
    /// Only a note.
    Note,
}

/// A ticket after a change.
#[derive(Debug, Clone)]
pub struct TicketChanged {
    /// The ticket after the change.
    pub after: Ticket,
    /// Whether an event was written.
    pub changed: bool,
}

/// The result of a change of tickets.
#[derive(Debug, Default)]
pub struct TicketOutcome {
    /// The tickets without a failure, changed or unchanged.
    pub done: Vec<TicketChanged>,
    /// The tickets that could not be changed. Only `keep_going` fills this list.
    pub failed: Vec<(TicketId, Error)>,
}

/// Changes all tickets or none. With `keep_going`, changes the tickets that the database accepts.
///
/// # Errors
/// [`crate::error::Kind::NotFound`] with the first ticket that does not exist.
/// [`crate::error::Kind::Denied`] for a ticket of another agent.
pub async fn change(
    conn: &mut PgConnection,
    operation: &Operation,
    ids: &[TicketId],
    change: &TicketChange,
    options: &ChangeOptions,
) -> Result<TicketOutcome> {
    let raw: Vec<i64> = ids.iter().map(|i| i.0).collect();
    let rows = lock(conn, &raw).await?;
    let found: HashSet<TicketId> = rows.iter().map(|r| r.id).collect();
    let mut outcome = TicketOutcome::default();
    for missing in ids.iter().filter(|i| !found.contains(i)) {
        let error = Error::not_found(format!("no ticket {missing}")).hint("inbox ticket list shows them");
        if !options.keep_going {
            return Err(error);
        }
        outcome.failed.push((*missing, error));
    }
    let note = options.note.as_ref().map(NewNote::to_json).transpose()?;
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
        outcome.done.push(TicketChanged { after, changed });
    }
    let kind = match change {
        TicketChange::Assign { .. } => EventKind::TicketAssigned,
        TicketChange::Set { .. } => EventKind::TicketSet,
        TicketChange::Note => EventKind::TicketNoted,
    };
    let reason = options.reason.as_deref();
    if !options.keep_going {
        record(conn, operation.id, kind, &write, reason, note.as_ref()).await?;
        return Ok(outcome);
    }
    // The database reports only the first refused ticket. A part with a refused ticket is halved
    // until it contains only that ticket.
    let mut parts = vec![write.as_slice()];
    while let Some(part) = parts.pop() {
        let written = db::attempt(conn, async |conn| {
            record(conn, operation.id, kind, part, reason, note.as_ref()).await
        });
        match (written.await?, part) {
            (Ok(_), _) => {}
            (Err(e), [one]) => outcome.failed.push((one.id, e)),
            (Err(_), _) => {
                let (first, second) = part.split_at(part.len() / 2);
                parts.extend([second, first]);
            }
        }
    }
    let failed: HashSet<TicketId> = outcome.failed.iter().map(|f| f.0).collect();
    outcome.done.retain(|d| !failed.contains(&d.after.id));
    Ok(outcome)
}
