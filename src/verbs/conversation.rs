//! Changes of conversations as the state machine decides them.

use jiff::Timestamp;
use serde_json::json;
use sqlx::postgres::PgConnection;

use super::batch::{Batch, ChangeOptions, Decision, Outcome, Selection};
use crate::db::operation::Operation;
use crate::domain::conversation::{Change, Conversation, Refusal, Step};
use crate::domain::event::EventKind;
use crate::domain::time::whole_seconds;
use crate::error::{Error, Result};

/// Changes every selected conversation as `decide` says, in the caller's transaction.
///
/// # Errors
/// Without `keep_going`, the first refusal, naming how many more there are; nothing is written then.
pub async fn act(
    conn: &mut PgConnection,
    operation: &Operation,
    selection: &Selection,
    options: &ChangeOptions,
    mut decide: impl FnMut(&Conversation) -> Change,
) -> Result<Outcome> {
    let noted = options.note.is_some();
    let batch = Batch::decide(conn, operation.id, selection, options, |row| {
        let change = decide(row);
        match row.apply(&change) {
            Ok(Some(step)) => Decision::Write(step),
            // A note is kept also where nothing else changes.
            Ok(None) if noted && change != Change::Note => Decision::Write(Step {
                kind: EventKind::Noted,
                state: row.state.clone(),
                data: json!({}),
            }),
            Ok(None) => Decision::Keep,
            Err(refusal) => Decision::Refuse {
                lost_take: refusal == Refusal::Owned,
                error: refused(row, refusal, operation.at),
            },
        }
    })
    .await?;
    batch.record(conn, options).await
}

fn refused(row: &Conversation, refusal: Refusal, now: Timestamp) -> Error {
    let id = row.id;
    match refusal {
        Refusal::Owned => {
            let held = (now.as_second() - row.since.as_second()).max(0);
            Error::conflict(format!(
                "{id} is owned by {} since {} ({held} s ago)",
                row.owner.as_deref().unwrap_or("somebody"),
                whole_seconds(row.since)
            ))
            .hint("an owner gives it on with inbox handoff; a supervisor moves it with inbox assign")
        }
        Refusal::Resolved => Error::conflict(format!("{id} is resolved")).hint(format!("inbox reopen {id}")),
        Refusal::Live => Error::conflict(format!("{id} is not resolved")),
        Refusal::NotOffered => {
            Error::conflict(format!("{id} is offered to nobody")).hint("inbox list --offered=anyone shows the offers")
        }
        Refusal::Offered => Error::conflict(format!("{id} is offered to somebody already"))
            .hint(format!("inbox decline {id} takes the offer back")),
    }
}
