//! The row of `inbox list`.

use jiff::Timestamp;

use crate::cli::rows::text;
use crate::db::conversation::list::ListLine;
use crate::domain::vocabulary::{Status, Stored};
use crate::output::{Column, Row, Tone, Value};

/// Seconds for which a customer's message lets the business answer freely.
const WINDOW: f64 = 24.0 * 3600.0;
/// A window that closes within this many seconds is marked.
const CLOSING: f64 = 2.0 * 3600.0;

/// One conversation at a moment.
#[derive(Debug, Clone)]
pub struct ListRow {
    /// The conversation.
    pub line: ListLine,
    /// What waiting and the window are counted to.
    pub now: Timestamp,
}

/// Returns the seconds from one moment to another.
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

/// Returns a customer's name, else the username, else the number or id. A customer without any of
/// these is forgotten.
pub fn customer(name: Option<&str>, username: Option<&str>, contact: Option<&str>) -> Value {
    let username = username.map(|u| format!("@{u}"));
    match (name.filter(|n| !n.trim().is_empty()), username, contact) {
        (Some(name), _, _) => Value::customer(name.to_owned()),
        (None, Some(username), _) => Value::customer(username),
        (None, None, Some(contact)) => Value::text(contact.to_owned()),
        (None, None, None) => Value::text("[forgotten]").tone(Tone::Faint),
    }
}

/// Colours a priority that is not the usual one.
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
            Column::new("owner", "The one agent accountable for it.", |r: &Self| {
                text(r.line.owner.as_ref())
            }),
            Column::new("team", "Whose queue it is in.", |r: &Self| {
                Value::text(r.line.team.clone())
            }),
            Column::new(
                "waiting",
                "How long the customer has waited for an answer, while it is open.",
                |r: &Self| waiting(&r.line.status, r.line.waiting_since, r.now),
            )
            .right(),
            Column::new(
                "window",
                "Time left to answer freely: 24 hours from the customer's last message.",
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
                "The name; without one the username, the number or WhatsApp's user id.",
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
                "The phone number, or WhatsApp's user id where there is none.",
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
            Column::new("store", "The shop.", |r: &Self| Value::text(r.line.store.clone())).wide(),
            Column::new("channel", "The business number it came to.", |r: &Self| {
                Value::text(r.line.channel.clone())
            })
            .wide(),
            Column::new("labels", "What is on it.", |r: &Self| {
                Value::list(r.line.labels.iter().cloned())
            })
            .wide(),
            Column::new("ticket", "The oldest ticket that is not closed.", |r: &Self| {
                text(r.line.ticket.as_ref())
            })
            .wide(),
            Column::new(
                "offered_to",
                "Whom a handoff that is not yet accepted offers it to.",
                |r: &Self| text(r.line.offered_to.as_ref()),
            )
            .wide(),
            Column::new("snoozed_until", "When the snooze ends.", |r: &Self| {
                r.line.snoozed_until.into()
            })
            .wide(),
            Column::new("owned_since", "Since when the owner has it.", |r: &Self| {
                r.line.owned_since.filter(|_| r.line.owner.is_some()).into()
            })
            .wide(),
            Column::new(
                "waiting_since",
                "The first message that nobody has answered.",
                |r: &Self| r.line.waiting_since.into(),
            )
            .wide(),
            Column::new("last_customer_at", "When the customer wrote last.", |r: &Self| {
                r.line.last_customer_at.into()
            })
            .wide(),
            Column::new("last_message_at", "When anybody wrote last.", |r: &Self| {
                r.line.last_message_at.into()
            })
            .wide(),
            Column::new("opened_at", "When it began.", |r: &Self| r.line.opened_at.into()).wide(),
            Column::new("resolved_at", "When it ended.", |r: &Self| r.line.resolved_at.into()).wide(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.line.id.to_string())
    }
}
