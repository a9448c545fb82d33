//! The row of `inbox list`.

use jiff::Timestamp;

use crate::cli::rows::text;
use crate::db::conversation::list::ListLine;
use crate::domain::vocabulary::{Status, Stored};
use crate::output::{Column, Row, Tone, Value};

/// Seconds after a customer's message in which the business may send any reply.
const WINDOW: f64 = 24.0 * 3600.0;
/// A reply window that closes within this number of seconds is highlighted.
const CLOSING: f64 = 2.0 * 3600.0;

/// One conversation at a given time.
#[derive(Debug, Clone)]
pub struct ListRow {
    /// The conversation.
    pub line: ListLine,
    /// The time to which waiting and window are measured.
    pub now: Timestamp,
}

/// Returns the seconds between two times.
pub fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64()
}

/// Returns the time left of the 24-hour window, or nothing once it is closed.
pub fn window(last_customer_at: Option<Timestamp>, now: Timestamp) -> Value {
    match last_customer_at.map(|at| WINDOW - seconds(at, now)) {
        Some(left) if left > 0.0 => {
            Value::Duration(left.round()).tone(if left < CLOSING { Tone::Warn } else { Tone::Plain })
        }
        Some(_) | None => Value::Null,
    }
}

/// Returns the time that the customer has waited for a reply.
pub fn waiting(status: &Stored<Status>, since: Option<Timestamp>, now: Timestamp) -> Value {
    Value::duration(
        since
            .filter(|_| status.is(Status::Open))
            .map(|since| seconds(since, now).max(0.0).round()),
    )
}

/// Returns a customer's name, else the username, else the number or id. A customer who has none of
/// these was erased.
pub fn customer(name: Option<&str>, username: Option<&str>, contact: Option<&str>) -> Value {
    let username = username.map(|u| format!("@{u}"));
    match (name.filter(|n| !n.trim().is_empty()), username, contact) {
        (Some(name), _, _) => Value::customer(name.to_owned()),
        (None, Some(username), _) => Value::customer(username),
        (None, None, Some(contact)) => Value::text(contact.to_owned()),
        (None, None, None) => Value::text("[forgotten]").tone(Tone::Faint),
    }
}

/// Colours every priority except normal.
pub fn priority(priority: &str) -> Value {
    Value::text(priority.to_owned()).tone(match priority {
        "urgent" => Tone::Bad,
        "high" => Tone::Warn,
        _ => Tone::Plain,
    })
}

impl Row for ListRow {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("conversation", "The conversation.", |r: &Self| {
                Value::text(r.line.id.to_string())
            }),
            Column::new("status", "open, pending, snoozed or resolved.", |r: &Self| {
                Value::text(r.line.status.to_string())
            }),
            Column::new("priority", "low, normal, high or urgent.", |r: &Self| {
                priority(&r.line.priority)
            }),
            Column::new(
                "owner",
                "The agent who is accountable for the conversation.",
                |r: &Self| text(r.line.owner.as_ref()),
            ),
            Column::new("team", "The team of the conversation.", |r: &Self| {
                Value::text(r.line.team.clone())
            }),
            Column::new(
                "waiting",
                "The time since the first unanswered message, while the conversation is open.",
                |r: &Self| waiting(&r.line.status, r.line.waiting_since, r.now),
            )
            .right(),
            Column::new(
                "window",
                "The time left of the 24 hours after the customer's last message, in which any reply is allowed.",
                |r: &Self| {
                    if r.line.status.is(Status::Resolved) {
                        Value::Null
                    } else {
                        window(r.line.last_customer_at, r.now)
                    }
                },
            )
            .right(),
            Column::new(
                "customer",
                "The customer's name, else the username, else the number or WhatsApp's user id.",
                |r: &Self| {
                    customer(
                        r.line.name.as_deref(),
                        r.line.username.as_deref(),
                        r.line.contact.as_deref(),
                    )
                },
            )
            .most(20),
            Column::new(
                "last",
                "The last message, on one line of at most 200 characters.",
                |r: &Self| Value::customer(r.line.last.clone()),
            )
            .most(32),
            Column::new(
                "contact",
                "The phone number; without a number, WhatsApp's user id.",
                |r: &Self| text(r.line.contact.as_ref()),
            )
            .wide(),
            Column::new("name", "The customer's name.", |r: &Self| {
                Value::customer(r.line.name.clone())
            })
            .wide(),
            Column::new("username", "The customer's username.", |r: &Self| {
                Value::customer(r.line.username.clone())
            })
            .wide(),
            Column::new("store", "The store of the channel.", |r: &Self| {
                Value::text(r.line.store.clone())
            })
            .wide(),
            Column::new(
                "channel",
                "The business number that received the messages.",
                |r: &Self| Value::text(r.line.channel.clone()),
            )
            .wide(),
            Column::new("labels", "The labels of the conversation.", |r: &Self| {
                Value::list(r.line.labels.iter().cloned())
            })
            .wide(),
            Column::new("ticket", "The oldest ticket that is not closed.", |r: &Self| {
                text(r.line.ticket.as_ref())
            })
            .wide(),
            Column::new(
                "offered_to",
                "The agent or team that a handoff offers the conversation to, until it is accepted.",
                |r: &Self| text(r.line.offered_to.as_ref()),
            )
            .wide(),
            Column::new("snoozed_until", "The end of the snooze.", |r: &Self| {
                r.line.snoozed_until.into()
            })
            .wide(),
            Column::new(
                "owned_since",
                "The time at which the owner became the owner.",
                |r: &Self| r.line.owned_since.filter(|_| r.line.owner.is_some()).into(),
            )
            .wide(),
            Column::new(
                "waiting_since",
                "The time of the first unanswered message.",
                |r: &Self| r.line.waiting_since.into(),
            )
            .wide(),
            Column::new(
                "last_customer_at",
                "The time of the customer's last message.",
                |r: &Self| r.line.last_customer_at.into(),
            )
            .wide(),
            Column::new("last_message_at", "The time of the last message.", |r: &Self| {
                r.line.last_message_at.into()
            })
            .wide(),
            Column::new(
                "opened_at",
                "The time at which the conversation was opened.",
                |r: &Self| r.line.opened_at.into(),
            )
            .wide(),
            Column::new(
                "resolved_at",
                "The time at which the conversation was resolved.",
                |r: &Self| r.line.resolved_at.into(),
            )
            .wide(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.line.id.to_string())
    }
}
