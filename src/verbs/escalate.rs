//! Escalation: a ticket with an owner, a priority and a status that outlives the conversation.

use serde_json::json;
use sqlx::postgres::PgConnection;

use super::NewNote;
use super::conversation::{ChangeOptions, Changed, Failure, Outcome, Selection, lock, stop_unless, take_refused};
use crate::db;
use crate::db::operation::Operation;
use crate::db::ticket::NewTicket;
use crate::domain::conversation::{Conversation, Step};
use crate::error::{Error, Result};

/// Opens a ticket on every selection conversation. `another`: even where one is open.
///
/// # Errors
/// [`crate::error::Kind::Conflict`] naming the open ticket; [`crate::error::Kind::Denied`] for what another owns.
pub async fn escalate(
    conn: &mut PgConnection,
    operation: &Operation,
    selection: &Selection,
    options: &ChangeOptions,
    new: &NewTicket<'_>,
    another: bool,
) -> Result<Outcome> {
    let locked = lock(conn, selection, options).await?;
    let mut failed = locked.failed;
    let (open, rest): (Vec<_>, Vec<_>) = locked
        .rows
        .into_iter()
        .partition(|r| r.open_ticket.is_some() && !another);
    failed.extend(open.into_iter().map(|row| {
        let ticket = row.open_ticket.map_or_else(String::new, |t| t.to_string());
        Failure {
            id: row.id,
            error: Error::conflict(format!("{} has the open ticket {ticket}", row.id))
                .hint(format!("inbox ticket show {ticket}; --another opens a second one")),
            lost_take: false,
        }
    }));
    stop_unless(options.keep_going, &mut failed)?;
    let note = options.note.as_ref().map(NewNote::to_json).transpose()?;
    let mut done = rest;
    if options.keep_going {
        let step = |r: &Conversation| Step {
            kind: "escalated",
            state: r.state.clone(),
            data: json!({}),
        };
        let mut steps: Vec<_> = done.iter().map(|r| (r.id, r.seq, step(r))).collect();
        let refused = take_refused(conn, operation, &mut steps, &mut failed).await?;
        done.retain(|r| !refused.contains(&r.id));
    }
    let mut outcome = Outcome {
        done: Vec::with_capacity(done.len()),
        failed,
    };
    if done.is_empty() {
        return Ok(outcome);
    }
    let pairs: Vec<_> = done.iter().map(|r| (r.id, r.seq)).collect();
    let opened: std::collections::HashMap<_, _> = db::ticket::open(
        conn,
        operation.id,
        &pairs,
        new,
        options.reason.as_deref(),
        note.as_ref(),
    )
    .await?
    .into_iter()
    .map(|(t, c)| (c, t))
    .collect();
    outcome.done.extend(done.into_iter().map(|row| Changed {
        after: row.state.clone(),
        kind: Some("escalated"),
        ticket: opened.get(&row.id).copied(),
        before: row,
    }));
    Ok(outcome)
}
