//! The rows that commands print.

mod audit;
pub mod list;
pub mod resource;
pub mod timeline;
mod why;

use serde::{Deserialize, Serialize};

use crate::db::ticket::TicketLine;
use crate::domain::ids::{ConversationId, OperationId, TicketId};
use crate::output::{Column, Row, Tone, Value};
pub use audit::{EventRow, LegRow, ReplyRow, Words};
pub use list::ListRow;
pub use timeline::EntryKinds;
pub use why::{Owned, Waited, WhyRow};

/// One conversation that a command was asked to change; kept as it is for a repeated key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeRow {
    /// The conversation.
    pub conversation: ConversationId,
    /// `changed`, `unchanged` or `failed`.
    pub result: String,
    /// The kind of event.
    pub event: Option<String>,
    /// Its status now.
    pub status: Option<String>,
    /// The owner before.
    pub was: Option<String>,
    /// The owner now.
    pub owner: Option<String>,
    /// Its team now.
    pub team: Option<String>,
    /// Its ticket, where one was opened.
    pub ticket: Option<TicketId>,
    /// The operation.
    pub operation: Option<OperationId>,
    /// Why it failed.
    pub problem: Option<String>,
}

fn text(value: Option<&impl ToString>) -> Value {
    value.map_or(Value::Null, |v| Value::text(v.to_string()))
}

/// Makes a failure stand out.
pub(super) fn tone_of(result: &str) -> Tone {
    if result == "failed" { Tone::Bad } else { Tone::Plain }
}

impl Row for ChangeRow {
    const COLUMNS: &'static [Column] = &[
        Column::new("conversation", "The conversation."),
        Column::new("result", "changed, unchanged (it was so already) or failed."),
        Column::new("event", "The kind of event in the history."),
        Column::new("status", "Its status now."),
        Column::new("was", "The owner before."),
        Column::new("owner", "The owner now."),
        Column::new("team", "Its team now."),
        Column::new("ticket", "The ticket that was opened."),
        Column::new("operation", "All changes of one invocation."),
        Column::new("problem", "Why it failed.").flex(),
    ];

    fn reference(&self) -> Option<String> {
        Some(self.conversation.to_string())
    }

    fn values(&self) -> Vec<Value> {
        vec![
            Value::text(self.conversation.to_string()),
            Value::text(self.result.clone()).tone(tone_of(&self.result)),
            text(self.event.as_ref()),
            text(self.status.as_ref()),
            text(self.was.as_ref()),
            text(self.owner.as_ref()),
            text(self.team.as_ref()),
            text(self.ticket.as_ref()),
            text(self.operation.as_ref()),
            text(self.problem.as_ref()),
        ]
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

/// The columns of a ticket, with what came of a change beside them.
macro_rules! ticket_columns {
    ($($result:expr, $operation:expr, $problem:expr)?) => {
        &[
            Column::new("ticket", "The ticket."),
            $($result,)?
            Column::new("conversation", "What it follows up."),
            Column::new("status", "open, in_progress, waiting, resolved or closed."),
            Column::new("priority", "low, normal, high or urgent."),
            Column::new("owner", "Who works on it."),
            Column::new("team", "Whose queue it is in."),
            Column::new("category", "What it is about."),
            Column::new("due_at", "When it must be done."),
            Column::new("opened_at", "When it was opened."),
            Column::new("opened_by", "Who escalated.").wide(),
            Column::new("closed_at", "When it was resolved or closed.").wide(),
            $($operation, $problem)?
        ]
    };
}

impl Row for TicketRow {
    const COLUMNS: &'static [Column] = ticket_columns!();

    fn reference(&self) -> Option<String> {
        Some(self.ticket.to_string())
    }

    fn values(&self) -> Vec<Value> {
        vec![
            Value::text(self.ticket.to_string()),
            Value::text(self.conversation.to_string()),
            Value::text(self.status.clone()),
            Value::text(self.priority.clone()),
            text(self.owner.as_ref()),
            Value::text(self.team.clone()),
            text(self.category.as_ref()),
            self.due_at.into(),
            Value::Time(self.opened_at),
            Value::text(self.opened_by.clone()),
            self.closed_at.into(),
        ]
    }
}

/// One ticket that a command was asked to change; kept as it is for a repeated key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TicketChangeRow {
    /// As it is now.
    #[serde(flatten)]
    now: Option<TicketRow>,
    /// The one that could not be changed.
    failed: Option<TicketId>,
    #[serde(default)]
    result: String,
    operation: Option<OperationId>,
    problem: Option<String>,
}

impl TicketChangeRow {
    /// Makes the row of a ticket that was changed (by the operation) or was so already.
    pub fn done(ticket: TicketLine, operation: Option<OperationId>) -> Self {
        TicketChangeRow {
            now: Some(ticket.into()),
            failed: None,
            result: if operation.is_some() { "changed" } else { "unchanged" }.to_owned(),
            operation,
            problem: None,
        }
    }

    /// Makes the row of one that could not be changed.
    pub fn failed(ticket: TicketId, problem: String) -> Self {
        TicketChangeRow {
            now: None,
            failed: Some(ticket),
            result: "failed".to_owned(),
            operation: None,
            problem: Some(problem),
        }
    }

    /// Gives the ticket.
    pub fn ticket(&self) -> Option<TicketId> {
        self.now.as_ref().map(|t| t.ticket).or(self.failed)
    }
}

impl Row for TicketChangeRow {
    /// Those of a ticket, with what came of the change.
    const COLUMNS: &'static [Column] = ticket_columns!(
        Column::new("result", "changed, unchanged (it was so already) or failed."),
        Column::new("operation", "All changes of one invocation."),
        Column::new("problem", "Why it failed.").flex()
    );

    fn reference(&self) -> Option<String> {
        self.ticket().map(|t| t.to_string())
    }

    fn values(&self) -> Vec<Value> {
        let nothing = || vec![Value::Null; TicketRow::COLUMNS.len()];
        let mut values = self.now.as_ref().map_or_else(nothing, Row::values);
        values[0] = text(self.ticket().as_ref());
        values.insert(1, Value::text(self.result.clone()).tone(tone_of(&self.result)));
        values.extend([text(self.operation.as_ref()), text(self.problem.as_ref())]);
        values
    }
}
