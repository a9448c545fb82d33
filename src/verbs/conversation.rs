//! Changes of conversations by the state machine.

use jiff::Timestamp;
use serde_json::json;
use sqlx::postgres::PgConnection;

use super::batch::{Batch, ChangeOptions, Decision, Outcome, Selection};
use crate::db::operation::Operation;
use crate::domain::conversation::{Change, Conversation, Details, Refusal, Step};
use crate::domain::event::EventKind;
use crate::domain::ids::ConversationId;
use crate::domain::time::whole_seconds;
use crate::error::{Error, Result};

/// Changes every selected conversation by the decision of `decide`, in the caller's transaction.
///
/// # Errors
/// Without `keep_going`, the first refusal, with the number of other refusals. In this case no
/// change is written.
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
            // A note is written even if the conversation does not change otherwise.
            Ok(None) if noted && change != Change::Note => Decision::Write(Step {
                kind: EventKind::Noted,
                state: row.state.clone(),
                data: json!({}),
            }),
            Ok(None) => Decision::Keep,
            Err(refusal) => match &row.details {
                None => Decision::Read,
                Some(details) => Decision::Refuse {
                    lost_take: refusal == Refusal::Owned,
                    error: refused(row.id, details, refusal, operation.at),
                },
            },
        }
    })
    .await?;
    batch.record(conn, options).await
}

fn refused(id: ConversationId, details: &Details, refusal: Refusal, now: Timestamp) -> Error {
    match refusal {
        Refusal::Owned => {
            let held = (now.as_second() - details.since.as_second()).max(0);
            Error::conflict(format!(
                "{id} is owned by {} since {} ({held} s ago)",
                details.owner.as_deref().unwrap_or("somebody"),
                whole_seconds(details.since)
            ))
            .hint("the owner can use inbox handoff; a supervisor can use inbox assign")
        }
        Refusal::Resolved => Error::conflict(format!("{id} is resolved")).hint(format!("inbox reopen {id}")),
        Refusal::Live => Error::conflict(format!("{id} is not resolved")),
        Refusal::NotOffered => Error::conflict(format!("{id} is not offered to anyone"))
            .hint("inbox list --offered=anyone shows the offers"),
        Refusal::Offered => Error::conflict(format!("{id} is already offered to another agent or team"))
            .hint(format!("inbox decline {id} withdraws the offer")),
        Refusal::Unread => Error::failed(format!("the details of {id} are missing")),
    }
}
