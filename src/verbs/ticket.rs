//! Changing tickets.

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

/// A ticket after a change.
#[derive(Debug, Clone)]
pub struct TicketChanged {
    /// As it is.
    pub after: Ticket,
    /// Whether an event was written.
    pub changed: bool,
}

/// What came of changing tickets.
#[derive(Debug, Default)]
pub struct TicketOutcome {
    /// Those that could be changed, the unchanged among them.
    pub done: Vec<TicketChanged>,
    /// Those that could not; only with `keep_going`.
    pub failed: Vec<(TicketId, Error)>,
}

/// Changes tickets, all or nothing; with `keep_going`, those that can be changed.
///
/// # Errors
/// [`crate::error::Kind::NotFound`] naming the first that is none; [`crate::error::Kind::Denied`] for another's.
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
    // The database names the first it refuses: what holds a refused one is halved until that stands alone.
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
