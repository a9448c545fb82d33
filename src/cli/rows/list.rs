//! The row of `inbox list`.

use jiff::Timestamp;

use crate::cli::rows::text;
use crate::db::list::ListLine;
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

/// Gives the seconds from one moment to another.
pub fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64()
}

/// Gives the time left of the 24-hour window, or nothing once it is closed.
pub fn window(last_customer_at: Option<Timestamp>, now: Timestamp) -> Value {
    match last_customer_at.map(|at| WINDOW - seconds(at, now)) {
        Some(left) if left > 0.0 => {
            Value::Duration(left.round()).tone(if left < CLOSING { Tone::Warn } else { Tone::Plain })
        }
        Some(_) | None => Value::Null,
    }
}

/// Gives how long the customer has waited, while it is on us.
pub fn waiting(status: &str, since: Option<Timestamp>, now: Timestamp) -> Value {
    Value::duration(
        since
            .filter(|_| status == "open")
            .map(|since| seconds(since, now).max(0.0).round()),
    )
}

/// Gives what to call a customer: a name, else the username, else the number or id; who has none of these is forgotten.
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
    const COLUMNS: &'static [Column] = &[
        Column::new("conversation", "The conversation."),
        Column::new("status", "open, pending, snoozed or resolved."),
        Column::new("priority", "low, normal, high or urgent."),
        Column::new("owner", "The one agent accountable for it."),
        Column::new("team", "Whose queue it is in."),
        Column::new(
            "waiting",
            "How long the customer has waited for an answer, while it is open.",
        )
        .right(),
        Column::new(
            "window",
            "Time left to answer freely: 24 hours from the customer's last message.",
        )
        .right(),
        Column::new(
            "customer",
            "The name; without one the username, the number or WhatsApp's user id.",
        )
        .most(20),
        Column::new("last", "The last message, on one line of at most 200 characters.").most(32),
        Column::new(
            "contact",
            "The phone number, or WhatsApp's user id where there is none.",
        )
        .wide(),
        Column::new("name", "The customer's name.").wide(),
        Column::new("username", "The customer's username.").wide(),
        Column::new("store", "The shop.").wide(),
        Column::new("channel", "The business number it came to.").wide(),
        Column::new("labels", "What is on it.").wide(),
        Column::new("ticket", "The oldest ticket that is not closed.").wide(),
        Column::new("offered_to", "Whom a handoff that is not yet accepted offers it to.").wide(),
        Column::new("snoozed_until", "When the snooze ends.").wide(),
        Column::new("owned_since", "Since when the owner has it.").wide(),
        Column::new("waiting_since", "The first message that nobody has answered.").wide(),
        Column::new("last_customer_at", "When the customer wrote last.").wide(),
        Column::new("last_message_at", "When anybody wrote last.").wide(),
        Column::new("opened_at", "When it began.").wide(),
        Column::new("resolved_at", "When it ended.").wide(),
    ];

    fn reference(&self) -> Option<String> {
        Some(self.line.id.to_string())
    }

    fn values(&self) -> Vec<Value> {
        let c = &self.line;
        vec![
            Value::text(c.id.to_string()),
            Value::text(c.status.clone()),
            priority(&c.priority),
            text(c.owner.as_ref()),
            Value::text(c.team.clone()),
            waiting(&c.status, c.waiting_since, self.now),
            if c.status == "resolved" {
                Value::Null
            } else {
                window(c.last_customer_at, self.now)
            },
            customer(c.name.as_deref(), c.username.as_deref(), c.contact.as_deref()),
            Value::customer(c.last.clone()),
            text(c.contact.as_ref()),
            Value::customer(c.name.clone()),
            Value::customer(c.username.clone()),
            Value::text(c.store.clone()),
            Value::text(c.channel.clone()),
            Value::list(c.labels.iter().cloned()),
            text(c.ticket.as_ref()),
            text(c.offered_to.as_ref()),
            c.snoozed_until.into(),
            c.owned_since.filter(|_| c.owner.is_some()).into(),
            c.waiting_since.into(),
            c.last_customer_at.into(),
            c.last_message_at.into(),
            c.opened_at.into(),
            c.resolved_at.into(),
        ]
    }
}
