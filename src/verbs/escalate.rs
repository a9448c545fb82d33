//! Escalation: a ticket with an owner, a priority and a status that outlives the conversation.

use std::collections::HashMap;

use serde_json::json;
use sqlx::postgres::PgConnection;

use super::NewNote;
use super::batch::{Batch, ChangeOptions, Decision, Outcome, Selection};
use crate::db;
use crate::db::operation::Operation;
use crate::db::ticket::NewTicket;
use crate::domain::conversation::Step;
use crate::domain::event::EventKind;
use crate::error::{Error, Result};

/// Opens a ticket for every selected conversation. With `another`, also opens a ticket for a
/// conversation that has an open ticket.
///
/// # Errors
/// [`crate::error::Kind::Conflict`] with the open ticket. [`crate::error::Kind::Denied`] for a
/// conversation that belongs to another agent.
pub async fn escalate(
    conn: &mut PgConnection,
    operation: &Operation,
    selection: &Selection,
    options: &ChangeOptions,
    new: &NewTicket<'_>,
    another: bool,
) -> Result<Outcome> {
    let batch = Batch::decide(conn, operation.id, selection, options, |row| {
        match row.details.as_ref().map(|d| d.open_ticket) {
            None => Decision::Read,
            Some(Some(ticket)) if !another => Decision::refuse(
                Error::conflict(format!("{} has the open ticket {ticket}", row.id))
                    .hint(format!("inbox ticket show {ticket}; --another opens a second one")),
            ),
            Some(_) => Decision::Write(Step {
                kind: EventKind::Escalated,
                state: row.state.clone(),
                data: json!({}),
            }),
        }
    })
    .await?;
    let chosen = batch.to_record();
    let mut outcome = batch.into_outcome();
    if chosen.is_empty() {
        return Ok(outcome);
    }
    let note = options.note.as_ref().map(NewNote::to_json).transpose()?;
    let reason = options.reason.as_deref();
    let opened = db::ticket::open(conn, operation.id, &chosen, new, reason, note.as_ref()).await?;
    let tickets: HashMap<_, _> = opened
        .into_iter()
        .map(|(ticket, conversation)| (conversation, ticket))
        .collect();
    for changed in &mut outcome.done {
        changed.ticket = tickets.get(&changed.before.id).copied();
    }
    Ok(outcome)
}
