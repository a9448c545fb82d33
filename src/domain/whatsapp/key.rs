//! The keys by which two deliveries of the same event are recognized.

use std::fmt;

use super::event::Event;
use super::{Ids, Item, json::Node};

/// Identifies an event across retries. The bodies of retries may differ.
///
/// `channel` is the `phone_number_id`, or empty if the sender leaves it out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// A message, edit, revoke, reaction, system notice, echo, call or history message. They share
    /// one id space.
    Message {
        /// The `phone_number_id`.
        channel: String,
        /// The message's id.
        wamid: String,
    },
    /// A status.
    Status {
        /// The `phone_number_id`.
        channel: String,
        /// The message's id.
        wamid: String,
        /// The status value, lower-cased.
        status: String,
        /// The participant of a group, otherwise empty.
        participant: String,
    },
    /// A change of a business-scoped id.
    UserId {
        /// The previous ids.
        channel: String,
        /// The new ids.
        previous: String,
        /// The ids after.
        current: String,
    },
    /// Account, template, phone number and group fields.
    Account {
        /// The entry's id.
        entry: String,
        /// The change's field.
        field: String,
        /// The hash of the value.
        value: String,
        /// The entry's time, or 0.
        time: i64,
    },
    /// A name, preference or handover. The key is the same for equal content at the same time.
    Other {
        /// The `phone_number_id`.
        channel: String,
        /// The event's kind.
        kind: &'static str,
        /// The hash of the element.
        value: String,
        /// Meta's time, or 0.
        time: i64,
    },
}

impl Item {
    /// Returns the deduplication key. `None` for a defect.
    pub fn key(&self) -> Option<Key> {
        let channel = self.phone_number_id.clone().unwrap_or_default();
        let other = |kind: &'static str, time: Option<i64>| Key::Other {
            channel: channel.clone(),
            kind,
            value: Node::parse(&self.raw).map(Node::fingerprint).unwrap_or_default(),
            time: time.unwrap_or_default(),
        };
        let event = self.event.as_ref().ok()?;
        Some(match event {
            Event::Message(m) => Key::Message {
                wamid: m.wamid.clone(),
                channel,
            },
            Event::Status(s) => Key::Status {
                wamid: s.wamid.clone(),
                status: s.status.as_str().to_owned(),
                participant: s.participant.clone().unwrap_or_default(),
                channel,
            },
            Event::UserIdUpdate(u) => Key::UserId {
                previous: strongest(&u.previous),
                current: strongest(&u.current),
                channel,
            },
            Event::Account(a) => Key::Account {
                entry: self.waba.clone().unwrap_or_default(),
                field: a.field.clone(),
                value: a.value_hash.clone(),
                time: a.at.unwrap_or_default(),
            },
            Event::ContactName(c) => other(event.kind(), c.at),
            Event::Preference(p) => other(event.kind(), p.at),
            Event::ThreadControl(h) => other(event.kind(), h.at),
            Event::HistoryDeclined(_) => other(event.kind(), None),
        })
    }
}

/// Returns only the business-scoped id if there is one, because the phone number is in both halves.
fn strongest(ids: &Ids) -> String {
    let id = ids.bsuid.as_ref().or(ids.parent_bsuid.as_ref()).or(ids.phone.as_ref());
    id.cloned().unwrap_or_default()
}

impl fmt::Display for Key {
    /// Writes one line that differs for every two keys. The parts are joined with U+001F, which no
    /// id contains.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = '\u{1f}';
        match self {
            Key::Message { channel, wamid } => write!(f, "message{s}{channel}{s}{wamid}"),
            Key::Status {
                channel,
                wamid,
                status,
                participant,
            } => {
                write!(f, "status{s}{channel}{s}{wamid}{s}{status}{s}{participant}")
            }
            Key::UserId {
                channel,
                previous,
                current,
            } => write!(f, "user_id{s}{channel}{s}{previous}{s}{current}"),
            Key::Account {
                entry,
                field,
                value,
                time,
            } => write!(f, "account{s}{entry}{s}{field}{s}{value}{s}{time}"),
            Key::Other {
                channel,
                kind,
                value,
                time,
            } => write!(f, "{kind}{s}{channel}{s}{value}{s}{time}"),
        }
    }
}
