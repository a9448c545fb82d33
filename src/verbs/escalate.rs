//! Escalation: a ticket with an owner, a priority and a status that outlives the conversation.

use sqlx::postgres::PgConnection;

use super::NewNote;
use super::conversation::{Along, Changed, Failure, Outcome, Picked, lock, stop_unless};
use crate::error::{Error, Result};
use crate::store;
use crate::store::operation::Operation;
use crate::store::ticket::NewTicket;

/// Opens a ticket on every picked conversation. `another`: even where one is open.
///
/// # Errors
/// [`crate::error::Kind::Conflict`] naming the open ticket; [`crate::error::Kind::Denied`] for what another owns.
pub async fn escalate(
    conn: &mut PgConnection,
    operation: &Operation,
    picked: &Picked,
    along: &Along,
    new: &NewTicket<'_>,
    another: bool,
) -> Result<Outcome> {
    let locked = lock(conn, picked, along).await?;
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
    stop_unless(along.keep_going, &mut failed)?;
    let note = along.note.as_ref().map(NewNote::to_json).transpose()?;
    let mut done = Vec::with_capacity(rest.len());
    if along.keep_going {
        // One by one inside savepoints would be needed to go past the database's refusal; so its verdict is asked first.
        let steps: Vec<_> = rest
            .iter()
            .map(|r| {
                (
                    r.id,
                    r.seq,
                    crate::domain::conversation::Step {
                        kind: "escalated",
                        state: r.state.clone(),
                        data: serde_json::json!({}),
                    },
                )
            })
            .collect();
        let refusals = store::conversation::refused(conn, operation.id, &steps).await?;
        let refused: std::collections::HashSet<_> = refusals.iter().map(|r| r.id).collect();
        failed.extend(refusals.into_iter().map(|r| Failure {
            id: r.id,
            error: Error::new(crate::error::Kind::Denied, r.message),
            lost_take: false,
        }));
        done.extend(rest.into_iter().filter(|r| !refused.contains(&r.id)));
    } else {
        done = rest;
    }
    let mut outcome = Outcome {
        done: Vec::with_capacity(done.len()),
        failed,
    };
    if done.is_empty() {
        return Ok(outcome);
    }
    let pairs: Vec<_> = done.iter().map(|r| (r.id, r.seq)).collect();
    let opened: std::collections::HashMap<_, _> =
        store::ticket::open(conn, operation.id, &pairs, new, along.reason.as_deref(), note.as_ref())
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
