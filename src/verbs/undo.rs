//! Undoes an operation with a compensating operation, which is also audited.

use std::collections::HashMap;

use serde_json::json;
use sqlx::postgres::PgConnection;

use super::batch::{Batch, ChangeOptions, Decision, Outcome, Selection};
use crate::db;
use crate::db::operation::Operation;
use crate::domain::conversation::Step;
use crate::domain::event::EventKind;
use crate::domain::ids::OperationId;
use crate::error::{Error, Result};

/// Restores every conversation that an operation changed to its earlier state, unless a later event
/// changed the same fields.
///
/// # Errors
/// [`crate::error::Kind::Conflict`] for a conversation that has changed since, and for an operation
/// that is already undone. [`crate::error::Kind::Denied`] for an operation of another agent.
pub async fn undo(
    conn: &mut PgConnection,
    operation: &Operation,
    past: OperationId,
    options: &ChangeOptions,
) -> Result<Outcome> {
    let known = db::operation::past(conn, past).await?;
    if let Some(by) = known.undone_by {
        return Err(
            Error::conflict(format!("{past} is undone, by {by}")).hint(format!("inbox undo {by} does it again"))
        );
    }
    let effects: HashMap<_, _> = db::conversation::effects(conn, past)
        .await?
        .into_iter()
        .map(|e| (e.id, e))
        .collect();
    if effects.is_empty() {
        return Err(
            Error::conflict(format!("{past} ({}) changed no conversation", known.verb)).hint(format!(
                "only changes of conversations can be undone: inbox audit --operation {past} shows its changes; \
                 inbox shift revoke withdraws roster entries"
            )),
        );
    }
    if effects.values().all(|e| e.before.as_ref() == Some(&e.after)) {
        return Err(Error::conflict(format!(
            "{past} ({}) changed no owner, team, status, priority or label",
            known.verb
        ))
        .hint("notes, offers and tickets stay: inbox ticket set T-88 --status closed, inbox decline C-12"));
    }
    let mut ids: Vec<_> = effects.keys().copied().collect();
    ids.sort_unstable();
    let batch = Batch::decide(conn, operation.id, &Selection::by_id(ids), options, |row| {
        let Some((effect, before)) = effects.get(&row.id).and_then(|e| Some((e, e.before.as_ref()?))) else {
            return Decision::refuse(Error::conflict(format!(
                "{} was opened by {past}: a conversation is never removed",
                row.id
            )));
        };
        match row
            .state
            .undoing(before, &effect.after)
            .filter(|_| !effect.changed_since)
        {
            None => Decision::refuse(
                Error::conflict(format!(
                    "what {past} changed in {} has been changed again since",
                    row.id
                ))
                .hint(format!("inbox show {}", row.id)),
            ),
            Some(state) if state == row.state => Decision::Keep,
            Some(state) => Decision::Write(Step {
                kind: EventKind::Undone,
                state,
                data: json!({"undoes": past.0}),
            }),
        }
    })
    .await?;
    batch.record(conn, options).await
}
