//! Undoing an operation: a compensating one, itself audited.

use std::collections::HashMap;

use serde_json::json;
use sqlx::postgres::PgConnection;

use super::conversation::{ChangeOptions, Changed, Failure, Outcome, Selection, lock, stop_unless, take_refused};
use crate::db;
use crate::db::operation::Operation;
use crate::domain::conversation::Step;
use crate::domain::ids::OperationId;
use crate::error::{Error, Result};

/// Puts every conversation that an operation changed back to what it was, where nobody has changed the same since.
///
/// # Errors
/// [`crate::error::Kind::Conflict`] for what has changed since and for an operation that is undone; [`crate::error::Kind::Denied`] for another's operation.
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
                "only changes of conversations are undone: inbox audit --operation {past} shows what it changed; inbox shift revoke takes roster entries back"
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
    let locked = lock(conn, &Selection::by_id(ids), options).await?;
    let mut failed = locked.failed;
    let mut steps = Vec::with_capacity(locked.rows.len());
    let mut done = Vec::with_capacity(locked.rows.len());
    for row in locked.rows {
        let undone = effects
            .get(&row.id)
            .and_then(|e| Some((e, e.before.as_ref()?)))
            .map(|(e, before)| row.state.undoing(before, &e.after).filter(|_| !e.changed_since));
        match undone {
            None => failed.push(Failure {
                id: row.id,
                error: Error::conflict(format!(
                    "{} was opened by {past}: a conversation is never removed",
                    row.id
                )),
                lost_take: false,
            }),
            Some(None) => failed.push(Failure {
                id: row.id,
                error: Error::conflict(format!(
                    "what {past} changed in {} has been changed again since",
                    row.id
                ))
                .hint(format!("inbox show {}", row.id)),
                lost_take: false,
            }),
            Some(Some(state)) if state == row.state => done.push(Changed {
                after: state,
                kind: None,
                ticket: None,
                before: row,
            }),
            Some(Some(state)) => {
                steps.push((
                    row.id,
                    row.seq,
                    Step {
                        kind: "undone",
                        state: state.clone(),
                        data: json!({"undoes": past.0}),
                    },
                ));
                done.push(Changed {
                    after: state,
                    kind: Some("undone"),
                    ticket: None,
                    before: row,
                });
            }
        }
    }
    stop_unless(options.keep_going, &mut failed)?;
    if options.keep_going {
        let refused = take_refused(conn, operation, &mut steps, &mut failed).await?;
        done.retain(|c| !refused.contains(&c.before.id));
    }
    db::conversation::record(conn, operation.id, &steps, options.reason.as_deref(), None).await?;
    Ok(Outcome { done, failed })
}
