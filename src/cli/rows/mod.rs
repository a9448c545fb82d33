//! The rows that commands print.

mod audit;
pub mod list;
pub mod resource;
pub mod timeline;
mod why;

use serde::{Deserialize, Serialize};

use crate::db::ticket::TicketLine;
use crate::domain::event::EventKind;
use crate::domain::ids::{ConversationId, OperationId, TicketId};
use crate::domain::vocabulary::{Status, Stored};
use crate::output::{Column, Row, Tone, Value};
pub use audit::{EventRow, LegRow, ReplyRow, Words};
pub use list::ListRow;
pub use timeline::EntryKinds;
pub use why::{Owned, Waited, WhyRow};

/// The result for one conversation. It is stored for a repeated key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeRow {
    /// The conversation.
    pub conversation: ConversationId,
    /// `changed`, `unchanged` or `failed`.
    pub result: String,
    /// The kind of event.
    pub event: Option<Stored<EventKind>>,
    /// Its status now.
    pub status: Option<Stored<Status>>,
    /// The owner before.
    pub was: Option<String>,
    /// The owner now.
    pub owner: Option<String>,
    /// Its team now.
    pub team: Option<String>,
    /// The ticket, if the command opened one.
    pub ticket: Option<TicketId>,
    /// The operation.
    pub operation: Option<OperationId>,
    /// The reason of a failure.
    pub problem: Option<String>,
}

fn text(value: Option<&impl ToString>) -> Value {
    value.map_or(Value::Null, |v| Value::text(v.to_string()))
}

/// Returns the colour of a result, so that failures stand out.
pub(super) fn tone_of(result: &str) -> Tone {
    if result == "failed" { Tone::Bad } else { Tone::Plain }
}

impl Row for ChangeRow {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("conversation", "The conversation.", |r: &Self| {
                Value::text(r.conversation.to_string())
            }),
            Column::new(
                "result",
                "changed, unchanged (no change was needed) or failed.",
                |r: &Self| Value::text(r.result.clone()).tone(tone_of(&r.result)),
            ),
            Column::new("event", "The kind of event in the history.", |r: &Self| {
                text(r.event.as_ref())
            })
            .wide(),
            Column::new("status", "The current status.", |r: &Self| text(r.status.as_ref())),
            Column::new("was", "The previous owner.", |r: &Self| text(r.was.as_ref())).wide(),
            Column::new("owner", "The current owner.", |r: &Self| text(r.owner.as_ref())),
            Column::new("team", "The current team.", |r: &Self| text(r.team.as_ref())),
            Column::new("ticket", "The ticket that was opened.", |r: &Self| {
                text(r.ticket.as_ref())
            }),
            Column::new(
                "operation",
                "The operation, which groups all changes of one command.",
                |r: &Self| text(r.operation.as_ref()),
            ),
            Column::new("problem", "The reason of the failure.", |r: &Self| {
                text(r.problem.as_ref())
            })
            .flex(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.conversation.to_string())
    }
}

/// One ticket.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TicketRow {
    ticket: TicketId,
    conversation: ConversationId,
    status: String,
    priority: String,
    owner: Option<String>,
    team: String,
    category: Option<String>,
    due_at: Option<jiff::Timestamp>,
    opened_at: jiff::Timestamp,
    opened_by: String,
    closed_at: Option<jiff::Timestamp>,
}

impl From<TicketLine> for TicketRow {
    fn from(t: TicketLine) -> Self {
        TicketRow {
            ticket: t.id,
            conversation: t.conversation,
            status: t.status,
            priority: t.priority,
            owner: t.owner,
            team: t.team,
            category: t.category,
            due_at: t.due,
            opened_at: t.opened_at,
            opened_by: t.opened_by,
            closed_at: t.closed_at,
        }
    }
}

impl Row for TicketRow {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("ticket", "The ticket.", |r: &Self| Value::text(r.ticket.to_string())),
            Column::new("conversation", "The conversation of the ticket.", |r: &Self| {
                Value::text(r.conversation.to_string())
            }),
            Column::new(
                "status",
                "open, in_progress, waiting, resolved or closed.",
                |r: &Self| Value::text(r.status.clone()),
            ),
            Column::new("priority", "low, normal, high or urgent.", |r: &Self| {
                Value::text(r.priority.clone())
            }),
            Column::new("owner", "The agent who works on the ticket.", |r: &Self| {
                text(r.owner.as_ref())
            }),
            Column::new("team", "The team of the ticket.", |r: &Self| {
                Value::text(r.team.clone())
            }),
            Column::new("category", "The category of the ticket.", |r: &Self| {
                text(r.category.as_ref())
            }),
            Column::new("due_at", "The due time.", |r: &Self| r.due_at.into()),
            Column::new("opened_at", "The time at which the ticket was opened.", |r: &Self| {
                Value::Time(r.opened_at)
            }),
            Column::new("opened_by", "The agent who opened the ticket.", |r: &Self| {
                Value::text(r.opened_by.clone())
            })
            .wide(),
            Column::new(
                "closed_at",
                "The time at which the ticket was resolved or closed.",
                |r: &Self| r.closed_at.into(),
            )
            .wide(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.ticket.to_string())
    }
}

/// The result for one ticket. It is stored for a repeated key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TicketChangeRow {
    /// The current ticket.
    #[serde(flatten)]
    now: Option<TicketRow>,
    /// The ticket that could not be changed.
    failed: Option<TicketId>,
    #[serde(default)]
    result: String,
    operation: Option<OperationId>,
    problem: Option<String>,
}

impl TicketChangeRow {
    /// Creates the row of a ticket that the operation changed, or that needed no change.
    pub fn done(ticket: TicketLine, operation: Option<OperationId>) -> Self {
        TicketChangeRow {
            now: Some(ticket.into()),
            failed: None,
            result: if operation.is_some() { "changed" } else { "unchanged" }.to_owned(),
            operation,
            problem: None,
        }
    }

    /// Creates the row of a ticket that could not be changed.
    pub fn failed(ticket: TicketId, problem: String) -> Self {
        TicketChangeRow {
            now: None,
            failed: Some(ticket),
            result: "failed".to_owned(),
            operation: None,
            problem: Some(problem),
        }
    }

    /// Returns whether the ticket was changed.
    pub fn is_changed(&self) -> bool {
        self.result == "changed"
    }

    /// Returns the ticket.
    pub fn ticket(&self) -> Option<TicketId> {
        self.now.as_ref().map(|t| t.ticket).or(self.failed)
    }
}

impl Row for TicketChangeRow {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("ticket", "The ticket.", |r: &Self| text(r.ticket().as_ref())),
            Column::new(
                "result",
                "changed, unchanged (no change was needed) or failed.",
                |r: &Self| Value::text(r.result.clone()).tone(tone_of(&r.result)),
            ),
            Column::new("conversation", "The conversation of the ticket.", |r: &Self| {
                r.now
                    .as_ref()
                    .map_or(Value::Null, |t| Value::text(t.conversation.to_string()))
            }),
            Column::new(
                "status",
                "open, in_progress, waiting, resolved or closed.",
                |r: &Self| r.now.as_ref().map_or(Value::Null, |t| Value::text(t.status.clone())),
            ),
            Column::new("priority", "low, normal, high or urgent.", |r: &Self| {
                r.now.as_ref().map_or(Value::Null, |t| Value::text(t.priority.clone()))
            }),
            Column::new("owner", "The agent who works on the ticket.", |r: &Self| {
                r.now.as_ref().map_or(Value::Null, |t| text(t.owner.as_ref()))
            }),
            Column::new("team", "The team of the ticket.", |r: &Self| {
                r.now.as_ref().map_or(Value::Null, |t| Value::text(t.team.clone()))
            }),
            Column::new("category", "The category of the ticket.", |r: &Self| {
                r.now.as_ref().map_or(Value::Null, |t| text(t.category.as_ref()))
            }),
            Column::new("due_at", "The due time.", |r: &Self| {
                r.now.as_ref().map_or(Value::Null, |t| t.due_at.into())
            }),
            Column::new("opened_at", "The time at which the ticket was opened.", |r: &Self| {
                r.now.as_ref().map_or(Value::Null, |t| Value::Time(t.opened_at))
            }),
            Column::new("opened_by", "The agent who opened the ticket.", |r: &Self| {
                r.now.as_ref().map_or(Value::Null, |t| Value::text(t.opened_by.clone()))
            })
            .wide(),
            Column::new(
                "closed_at",
                "The time at which the ticket was resolved or closed.",
                |r: &Self| r.now.as_ref().map_or(Value::Null, |t| t.closed_at.into()),
            )
            .wide(),
            Column::new(
                "operation",
                "The operation, which groups all changes of one command.",
                |r: &Self| text(r.operation.as_ref()),
            ),
            Column::new("problem", "The reason of the failure.", |r: &Self| {
                text(r.problem.as_ref())
            })
            .flex(),
        ]
    }

    fn reference(&self) -> Option<String> {
        self.ticket().map(|t| t.to_string())
    }
}
