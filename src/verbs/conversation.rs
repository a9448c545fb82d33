//! The one way to change conversations: lock, let the state machine decide, let the database judge and write. For 1 or 10,000.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::postgres::PgConnection;

use super::NewNote;
use super::shift::keep_from_absent;
use crate::db::operation::Operation;
use crate::db::{self};
use crate::domain::conversation::{Change, Conversation, Refusal, State, Step};
use crate::domain::ids::{ConversationId, TicketId};
use crate::error::{Error, Kind, Result};

/// Which conversations: the filter to lock by, and what was asked for by reference.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The filter, as `conversation_ids` takes it.
    pub filter: Value,
    /// The references, in the order given; none for a filter.
    pub asked: Option<Vec<ConversationId>>,
}

impl Selection {
    /// Picks by reference.
    pub fn by_id(ids: Vec<ConversationId>) -> Selection {
        Selection {
            filter: json!({"ids": ids.iter().map(|i| i.0).collect::<Vec<_>>()}),
            asked: Some(ids),
        }
    }

    /// Picks by filter.
    pub fn by_filter(filter: Value) -> Selection {
        Selection { filter, asked: None }
    }
}

/// The owner that a change insists on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfOwner {
    /// Nobody.
    Nobody,
    /// This agent's handle.
    Agent(String),
}

/// What goes options with a change.
#[derive(Debug, Clone, Default)]
pub struct ChangeOptions {
    /// Why, for the history.
    pub reason: Option<String>,
    /// A note on each.
    pub note: Option<NewNote>,
    /// Change only what this owner still has.
    pub if_owner: Option<IfOwner>,
    /// Change what can be changed and report the rest.
    pub keep_going: bool,
}

/// One conversation after the change.
#[derive(Debug, Clone)]
pub struct Changed {
    /// As it was.
    pub before: Conversation,
    /// As it is.
    pub after: State,
    /// The kind of event that was written; none where it already was so.
    pub kind: Option<&'static str>,
    /// The ticket that was opened.
    pub ticket: Option<TicketId>,
}

/// One conversation that could not be changed.
#[derive(Debug)]
pub struct Failure {
    /// Which.
    pub id: ConversationId,
    /// Why.
    pub error: Error,
    /// Whether it was a take that another agent had won.
    pub lost_take: bool,
}

/// What came of a change.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The conversations selected, changed or already so.
    pub done: Vec<Changed>,
    /// Those that could not be changed; only with `keep_going`.
    pub failed: Vec<Failure>,
}

impl Outcome {
    /// Counts what was selected.
    pub fn selected(&self) -> usize {
        self.done.len() + self.failed.len()
    }

    /// Counts what was changed.
    pub fn changed(&self) -> usize {
        self.done.iter().filter(|c| c.kind.is_some()).count()
    }
}

/// Changes every selection conversation as `decide` says, in the caller's transaction.
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
    let locked = lock(conn, selection, options).await?;
    let Locked { mut rows, mut failed } = locked;
    keep_from_absent(conn, &mut rows).await?;
    let mut done = Vec::with_capacity(rows.len());
    let mut steps: Vec<(ConversationId, i32, Step)> = Vec::with_capacity(rows.len());
    for row in rows {
        let change = decide(&row);
        match row.apply(&change) {
            Ok(Some(step)) => {
                done.push(Changed {
                    after: step.state.clone(),
                    kind: Some(step.kind),
                    ticket: None,
                    before: row.clone(),
                });
                steps.push((row.id, row.seq, step));
            }
            // It is so already; what was said about it is kept all the same.
            Ok(None) if options.note.is_some() && change != Change::Note => {
                let step = Step {
                    kind: "noted",
                    state: row.state.clone(),
                    data: json!({}),
                };
                done.push(Changed {
                    after: row.state.clone(),
                    kind: Some("noted"),
                    ticket: None,
                    before: row.clone(),
                });
                steps.push((row.id, row.seq, step));
            }
            Ok(None) => done.push(Changed {
                after: row.state.clone(),
                kind: None,
                ticket: None,
                before: row,
            }),
            Err(refusal) => failed.push(Failure {
                id: row.id,
                lost_take: refusal == Refusal::Owned,
                error: refused(&row, refusal, operation.at),
            }),
        }
    }
    stop_unless(options.keep_going, &mut failed)?;
    if options.keep_going {
        let refused = take_refused(conn, operation, &mut steps, &mut failed).await?;
        done.retain(|c| !refused.contains(&c.before.id));
    }
    let note = options.note.as_ref().map(NewNote::to_json).transpose()?;
    db::conversation::record(conn, operation.id, &steps, options.reason.as_deref(), note.as_ref()).await?;
    failed.sort_by_key(|f| f.id);
    Ok(Outcome { done, failed })
}

/// What is locked, and what could not be.
pub struct Locked {
    /// The conversations, in id order.
    pub rows: Vec<Conversation>,
    /// References to nothing, and those whose owner is another than insisted on.
    pub failed: Vec<Failure>,
}

/// Locks what is selection and keeps to the owner insisted on.
///
/// # Errors
/// What the database says.
pub async fn lock(conn: &mut PgConnection, selection: &Selection, options: &ChangeOptions) -> Result<Locked> {
    let mut rows = db::conversation::lock(conn, &selection.filter).await?;
    let mut failed = Vec::new();
    if let Some(asked) = &selection.asked {
        let found: HashSet<ConversationId> = rows.iter().map(|r| r.id).collect();
        failed.extend(asked.iter().filter(|id| !found.contains(id)).map(|id| Failure {
            id: *id,
            error: Error::not_found(format!("no conversation {id}")).hint("inbox list shows the live ones"),
            lost_take: false,
        }));
    }
    if let Some(wanted) = &options.if_owner {
        rows.retain(|row| {
            let held = match wanted {
                IfOwner::Nobody => row.owner.is_none(),
                IfOwner::Agent(handle) => row.owner.as_deref() == Some(handle.as_str()),
            };
            if !held {
                let wanted = match wanted {
                    IfOwner::Nobody => "by nobody",
                    IfOwner::Agent(handle) => handle,
                };
                failed.push(Failure {
                    id: row.id,
                    error: Error::conflict(format!(
                        "{} is owned by {} since {}, not {wanted}",
                        row.id,
                        row.owner.as_deref().unwrap_or("nobody"),
                        seconds(row.since)
                    ))
                    .hint("nothing was overwritten: look at it again with inbox show"),
                    lost_take: false,
                });
            }
            held
        });
    }
    Ok(Locked { rows, failed })
}

/// Asks the database what it would refuse, and moves that from the steps to the failures; gives which conversations those are.
///
/// # Errors
/// What the database says.
pub async fn take_refused(
    conn: &mut PgConnection,
    operation: &Operation,
    steps: &mut Vec<(ConversationId, i32, Step)>,
    failed: &mut Vec<Failure>,
) -> Result<HashSet<ConversationId>> {
    if steps.is_empty() {
        return Ok(HashSet::new());
    }
    let mut refusals = db::conversation::refused(conn, operation.id, steps).await?;
    refusals.extend(db::conversation::forgotten(conn, steps).await?);
    let refused: HashSet<_> = refusals.iter().map(|r| r.id).collect();
    steps.retain(|s| !refused.contains(&s.0));
    failed.extend(refusals.into_iter().map(|r| Failure {
        id: r.id,
        error: Error::new(kind_of(&r.code), r.message),
        lost_take: false,
    }));
    Ok(refused)
}

/// Without `keep_going`, one failure stops everything.
pub fn stop_unless(keep_going: bool, failed: &mut Vec<Failure>) -> Result<()> {
    if keep_going || failed.is_empty() {
        return Ok(());
    }
    failed.sort_by_key(|f| f.id);
    let more = failed.len() - 1;
    let first = failed.swap_remove(0);
    if more == 0 {
        return Err(first.error);
    }
    Err(Error::new(
        first.error.kind,
        format!(
            "{}; and {more} more could not be changed. Nothing was changed",
            first.error.message
        ),
    )
    .hint("--keep-going changes the rest and reports each"))
}

fn refused(row: &Conversation, refusal: Refusal, now: Timestamp) -> Error {
    let id = row.id;
    match refusal {
        Refusal::Owned => {
            let held = (now.as_second() - row.since.as_second()).max(0);
            Error::conflict(format!(
                "{id} is owned by {} since {} ({held} s ago)",
                row.owner.as_deref().unwrap_or("somebody"),
                seconds(row.since)
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

/// Writes an instant without fractions of a second: people read it.
fn seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// Gives the kind of error for one of the database's codes.
fn kind_of(code: &str) -> Kind {
    match code {
        "IB003" => Kind::NotFound,
        "IB004" => Kind::Denied,
        "IB005" => Kind::Conflict,
        _ => Kind::Failed,
    }
}
