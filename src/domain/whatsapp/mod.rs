//! Reads the webhook bodies of the WhatsApp Cloud API into events that can be applied one by one.
//!
//! No element is dropped. Every element of a body becomes an [`Item`] with its exact JSON, and with
//! an [`Event`] or the [`Defect`] that prevented its reading. An element does not affect other
//! elements. Only a body that cannot be read at all is [`Poison`]. The elements beyond
//! [`MAX_UPDATES`] or [`MAX_EVENTS`] become one item with [`Defect::TooMany`], which contains their
//! number.
//!
//! The parser tolerates missing members, null, duplicate members (the last is used) and members of
//! another type; a single object instead of a list; times and ids as numbers; ids in the wrong
//! member (recognized by shape); unknown types and fields; bodies without the envelope. Postgres
//! can store all texts: U+0000 and lone surrogates become visible escapes (`\u0000`, `\ud83d`). The
//! raw JSON contains no U+0000 and preserves the sent text. Elements nested deeper than [`DEEPEST`]
//! levels are a defect, so that an ordinary recursive parser can read the raw JSON of an event.
//! Time and memory are linear in the size of the body.

mod account;
mod content;
mod event;
mod ids;
mod json;
mod key;
mod message;
mod people;
mod walk;

use std::fmt;

pub use event::{
    Account, ApiError, Author, Call, ContactName, Direction, Event, Forwarded, Kind, Media, Message, Preference,
    Product, Referral, Severity, Source, Status, StatusKind, ThreadControl, UserIdUpdate,
};
pub use ids::Ids;
pub use key::Key;

/// The deepest nesting of a readable element.
pub const DEEPEST: usize = 128;

/// The number of updates that are read from one change, and the number of changes and entries. It
/// is the limit of a body in WhatsApp's documentation. All messages of a `history` update together
/// are one update, because there can be thousands.
pub const MAX_UPDATES: usize = 1_000;

/// The number of events that are read from one body. A body of 3 MB, WhatsApp's limit, contains at
/// most about 12,000 messages.
pub const MAX_EVENTS: usize = 20_000;

/// One element of a body, independent of the other elements.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The path in the body: `entry[0].changes[1].value.messages[2]`.
    pub path: String,
    /// The field of the change, such as `messages`. `unknown` when no field was given.
    pub field: String,
    /// The WhatsApp business account.
    pub waba: Option<String>,
    /// The phone number id that identifies the channel. It is missing for account-level fields and
    /// for some senders' statuses.
    pub phone_number_id: Option<String>,
    /// The business's number in Meta's display form. It is never a key, because its format varies.
    pub display_phone_number: Option<String>,
    /// The entry's time in Unix seconds.
    pub entry_time: Option<i64>,
    /// The exact JSON text of this element. Empty for [`Defect::TooMany`].
    pub raw: String,
    /// The event, or the reason why the element is unreadable.
    pub event: Result<Event, Defect>,
}

/// The reason why one element is unreadable. Only this element becomes a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Defect {
    /// The element is not an object.
    NotAnObject,
    /// A message, call or status without an id.
    NoId,
    /// An id of more than 512 bytes.
    IdTooLong,
    /// A status without a value.
    NoStatus,
    /// A change of ids without an id.
    NoIds,
    /// An element nested deeper than [`DEEPEST`] levels.
    TooDeep,
    /// An entry without `changes`, or a change without `value`.
    Hollow,
    /// The number of elements beyond [`MAX_UPDATES`] or [`MAX_EVENTS`]. The item's path is that of
    /// the first one.
    TooMany(usize),
}

impl Defect {
    /// Returns a stable word for dead letters.
    pub fn code(self) -> &'static str {
        match self {
            Defect::NotAnObject => "not_an_object",
            Defect::NoId => "no_id",
            Defect::IdTooLong => "id_too_long",
            Defect::NoStatus => "no_status",
            Defect::NoIds => "no_ids",
            Defect::TooDeep => "too_deep",
            Defect::Hollow => "hollow",
            Defect::TooMany(_) => "too_many",
        }
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Defect::TooMany(count) => {
                return write!(
                    f,
                    "{count} elements from here on exceed what WhatsApp sends and were not read"
                );
            }
            Defect::NotAnObject => "something else stands where an object has to be",
            Defect::NoId => "it has no id",
            Defect::IdTooLong => "its id is longer than 512 bytes",
            Defect::NoStatus => "the status has no value",
            Defect::NoIds => "the change of ids names no id",
            Defect::TooDeep => "it is nested deeper than 128 levels",
            Defect::Hollow => "it has neither changes nor a value",
        })
    }
}

/// The reason why a whole body is unreadable. The body becomes a dead letter and the response is
/// 200, because a repeat would have the same result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Poison {
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The text is not JSON. The position is that of the first error.
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// The value is JSON but not an object.
    NotAnObject,
    /// The object has neither `entry` nor a member of a change.
    NoEntry,
}

impl Poison {
    /// Returns a stable word for dead letters.
    pub fn code(self) -> &'static str {
        match self {
            Poison::NotUtf8 => "not_utf8",
            Poison::NotJson { .. } => "not_json",
            Poison::NotAnObject => "not_an_object",
            Poison::NoEntry => "no_entry",
        }
    }
}

impl fmt::Display for Poison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Poison::NotUtf8 => f.write_str("the body is not UTF-8"),
            Poison::NotJson { line, column } => write!(f, "the body is not JSON (line {line}, column {column})"),
            Poison::NotAnObject => f.write_str("the body is not a JSON object"),
            Poison::NoEntry => f.write_str("the body has no entry"),
        }
    }
}

impl std::error::Error for Poison {}

/// The properties of an element from the levels above it.
#[derive(Debug, Clone, Default)]
struct Origin {
    field: String,
    waba: Option<String>,
    phone_number_id: Option<String>,
    display: Option<String>,
    display_digits: Option<String>,
    entry_time: Option<i64>,
}

impl Origin {
    /// Returns whether a value is the business's own number.
    fn is_business(&self, value: &str) -> bool {
        let Some(digits) = ids::phone_digits(value) else {
            return false;
        };
        self.phone_number_id.as_ref() == Some(&digits) || self.display_digits.as_ref() == Some(&digits)
    }
}

/// Reads the elements of a webhook body, in their order.
///
/// # Errors
///
/// [`Poison`] when the whole body is unreadable. A body without elements is valid: `entry: []` has
/// no effect.
pub fn parse(body: &[u8]) -> Result<Vec<Item>, Poison> {
    let text = std::str::from_utf8(body).map_err(|_| Poison::NotUtf8)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let node = json::Node::parse(text).map_err(|e| Poison::NotJson {
        line: e.line(),
        column: e.column(),
    })?;
    walk::body(node.object().ok_or(Poison::NotAnObject)?, node)
}

#[cfg(test)]
mod tests;
