//! The common path of all changes of conversations: lock, decide, check with the database, record.
//! It works for 1 or 10,000 conversations.
//!
//! The daily verbs, undo, escalation, arriving messages and timers all use [`Batch`]. A pure
//! function of the locked row decides the new state of each conversation.

use std::collections::HashSet;

use jiff::Timestamp;
use sqlx::postgres::PgConnection;

use super::NewNote;
use super::absence::keep_from_absent;
use crate::db;
use crate::domain::conversation::{Change, Conversation, Refusal, State, Step};
use crate::domain::event::EventKind;
use crate::domain::ids::{ConversationId, OperationId, TicketId};
use crate::domain::query::Query;
use crate::domain::time::whole_seconds;
use crate::error::{Error, Kind, Result};

/// The selected conversations: the filter for the lock, and the requested references.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The filter for the lock.
    pub query: Query,
    /// The references, in the order given. `None` for a filter.
    pub asked: Option<Vec<ConversationId>>,
}

impl Selection {
    /// Selects by reference.
    pub fn by_id(ids: Vec<ConversationId>) -> Selection {
        Selection {
            query: Query::ids(ids.iter().map(|i| i.0)),
            asked: Some(ids),
        }
    }

    /// Selects by query.
    pub fn by_query(query: Query) -> Selection {
        Selection { query, asked: None }
    }
}

/// The owner that a change requires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfOwner {
    /// The conversation must have no owner.
    Nobody,
    /// The conversation's owner must be the agent with this handle.
    Agent(String),
}

/// The options of a change.
#[derive(Debug, Clone, Default)]
pub struct ChangeOptions {
    /// The reason, for the history.
    pub reason: Option<String>,
    /// A note for each conversation.
    pub note: Option<NewNote>,
    /// The required owner. Conversations of other owners do not change.
    pub if_owner: Option<IfOwner>,
    /// Whether to change the other conversations after a refusal, and to report the refusals.
    pub keep_going: bool,
}

/// One conversation after the change.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The conversation before the change.
    pub before: Conversation,
    /// The state after the change.
    pub after: State,
    /// The kind of event that was written. `None` if the conversation already had the requested
    /// state.
    pub kind: Option<EventKind>,
    /// The ticket that was opened.
    pub ticket: Option<TicketId>,
}

/// One conversation that could not be changed.
#[derive(Debug)]
pub struct Failure {
    /// The conversation.
    pub id: ConversationId,
    /// The reason.
    pub error: Error,
    /// Whether another agent took the conversation first.
    pub lost_take: bool,
}

/// The result of a change.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The selected conversations that have the requested state, changed or unchanged.
    pub done: Vec<Changed>,
    /// The conversations that could not be changed. Only `keep_going` fills this list.
    pub failed: Vec<Failure>,
}

impl Outcome {
    /// Returns the number of selected conversations.
    pub fn selected(&self) -> usize {
        self.done.len() + self.failed.len()
    }

    /// Returns the number of changed conversations.
    pub fn changed(&self) -> usize {
        self.done.iter().filter(|c| c.kind.is_some()).count()
    }
}

/// The decision about one locked conversation.
#[derive(Debug)]
pub enum Decision {
    /// Write this event and the state after it.
    Write(Step),
    /// The conversation already has the requested state.
    Keep,
    /// The conversation cannot be changed.
    Refuse {
        /// The reason.
        error: Error,
        /// Whether another agent took the conversation first.
        lost_take: bool,
    },
    /// The conversation is not affected. It is neither changed nor included in the result.
    Skip,
    /// The decision needs the details of the conversation. They are read, and the decision is
    /// repeated.
    Read,
}

impl Decision {
    /// Returns the decision for an automatic change. A conversation whose state no longer allows
    /// the change is skipped.
    pub fn where_it_fits(row: &Conversation, change: &Change) -> Decision {
        match row.apply(change) {
            Ok(Some(step)) => Decision::Write(step),
            Err(Refusal::Unread) => Decision::Read,
            Ok(None) | Err(_) => Decision::Skip,
        }
    }

    /// Returns a refusal with an error.
    pub fn refuse(error: Error) -> Decision {
        Decision::Refuse {
            error,
            lost_take: false,
        }
    }
}

/// A decided change of many conversations, before it is recorded. The rows are locked.
#[derive(Debug)]
pub struct Batch {
    operation: OperationId,
    steps: Vec<(ConversationId, i32, Step)>,
    done: Vec<Changed>,
    failed: Vec<Failure>,
}

impl Batch {
    /// Locks the selected conversations and decides about each. With `keep_going`, the database
    /// also checks the changes, and its refusals become failures.
    ///
    /// # Errors
    /// Without `keep_going`, the first refusal, with the number of other refusals.
    pub async fn decide(
        conn: &mut PgConnection,
        operation: OperationId,
        selection: &Selection,
        options: &ChangeOptions,
        mut decide: impl FnMut(&Conversation) -> Decision,
    ) -> Result<Batch> {
        let Locked { mut rows, mut failed } = lock(conn, selection, options).await?;
        let mut decisions: Vec<Decision> = rows.iter().map(&mut decide).collect();
        let unread = |decision: &Decision| matches!(decision, Decision::Read);
        if decisions.iter().any(unread) {
            let asked = rows.iter_mut().zip(&decisions).filter(|(_, decision)| unread(decision));
            db::conversation::read_details(conn, asked.map(|(row, _)| row)).await?;
            keep_from_absent(conn, &mut rows).await?;
            for (row, decision) in rows.iter().zip(&mut decisions).filter(|(_, decision)| unread(decision)) {
                *decision = decide(row);
            }
        }
        let mut done = Vec::with_capacity(rows.len());
        let mut steps = Vec::with_capacity(rows.len());
        for (row, decision) in rows.into_iter().zip(decisions) {
            match decision {
                Decision::Write(step) => {
                    steps.push((row.id, row.seq, step.clone()));
                    done.push(Changed {
                        after: step.state,
                        kind: Some(step.kind),
                        ticket: None,
                        before: row,
                    });
                }
                Decision::Keep => done.push(Changed {
                    after: row.state.clone(),
                    kind: None,
                    ticket: None,
                    before: row,
                }),
                Decision::Refuse { error, lost_take } => failed.push(Failure {
                    id: row.id,
                    error,
                    lost_take,
                }),
                Decision::Skip => {}
                Decision::Read => return Err(Error::failed(format!("the details of {} are missing", row.id))),
            }
        }
        stop_unless(options.keep_going, &mut failed)?;
        if options.keep_going {
            let refused = take_refused(conn, operation, &mut steps, &mut failed).await?;
            done.retain(|c| !refused.contains(&c.before.id));
        }
        failed.sort_by_key(|f| f.id);
        Ok(Batch {
            operation,
            steps,
            done,
            failed,
        })
    }

    /// Writes the events, and the rows that follow from them.
    ///
    /// # Errors
    /// [`Kind::Denied`] for the first conversation that the actor may not change.
    pub async fn record(self, conn: &mut PgConnection, options: &ChangeOptions) -> Result<Outcome> {
        let note = options.note.as_ref().map(NewNote::to_json).transpose()?;
        let reason = options.reason.as_deref();
        db::conversation::record(conn, self.operation, &self.steps, reason, note.as_ref()).await?;
        Ok(self.into_outcome())
    }

    /// Returns the conversations to change, with the number of the newest event of each. It is for
    /// a verb that records the change itself and then calls [`Batch::into_outcome`].
    pub fn to_record(&self) -> Vec<(ConversationId, i32)> {
        self.steps.iter().map(|(id, seq, _)| (*id, *seq)).collect()
    }

    /// Returns the outcome of a recorded batch.
    pub fn into_outcome(self) -> Outcome {
        Outcome {
            done: self.done,
            failed: self.failed,
        }
    }
}

/// The locked conversations, and the conversations that could not be locked.
struct Locked {
    /// The locked rows in id order.
    rows: Vec<Conversation>,
    /// References without a conversation, and conversations with another owner than in
    /// `--if-owner`.
    failed: Vec<Failure>,
}

/// Locks the selected conversations. Refuses conversations with another owner than in `--if-owner`.
async fn lock(conn: &mut PgConnection, selection: &Selection, options: &ChangeOptions) -> Result<Locked> {
    let mut rows = db::conversation::lock(conn, &selection.query).await?;
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
        db::conversation::read_details(conn, &mut rows).await?;
        rows.retain(|row| {
            let owner = row.details.as_ref().and_then(|d| d.owner.as_deref());
            let held = match wanted {
                IfOwner::Nobody => owner.is_none(),
                IfOwner::Agent(handle) => owner == Some(handle.as_str()),
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
                        owner.unwrap_or("nobody"),
                        row.details
                            .as_ref()
                            .map_or(Timestamp::UNIX_EPOCH, |d| whole_seconds(d.since))
                    ))
                    .hint("nothing was changed; see the current state with inbox show"),
                    lost_take: false,
                });
            }
            held
        });
    }
    Ok(Locked { rows, failed })
}

/// Moves the steps that the database would refuse to the failures. Returns the refused
/// conversations.
async fn take_refused(
    conn: &mut PgConnection,
    operation: OperationId,
    steps: &mut Vec<(ConversationId, i32, Step)>,
    failed: &mut Vec<Failure>,
) -> Result<HashSet<ConversationId>> {
    if steps.is_empty() {
        return Ok(HashSet::new());
    }
    let mut refusals = db::conversation::refused(conn, operation, steps).await?;
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

/// Returns the first failure as an error, unless `keep_going` is set.
fn stop_unless(keep_going: bool, failed: &mut Vec<Failure>) -> Result<()> {
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

/// Returns the kind of error for an SQLSTATE.
fn kind_of(code: &str) -> Kind {
    match code {
        "IB003" => Kind::NotFound,
        "IB004" => Kind::Denied,
        "IB005" => Kind::Conflict,
        _ => Kind::Failed,
    }
}
