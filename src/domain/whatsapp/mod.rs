//! The WhatsApp Cloud API's webhook bodies, read into events that can be applied one by one.
//!
//! Nothing is dropped: every element of a body gives an [`Item`] with its exact JSON, either with
//! an [`Event`] or with the [`Defect`] that kept it from being read, and no element affects its
//! siblings. Only a body that cannot be walked at all is [`Poison`]. What exceeds [`MAX_UPDATES`]
//! or [`MAX_EVENTS`] is one item with [`Defect::TooMany`], which counts it.
//!
//! What is tolerated: members missing, null, doubled (the last wins) or of another type; a lone
//! object where a list is expected; times and ids as numbers; ids in each other's members (told
//! apart by shape); types and fields that do not exist yet; bodies without the envelope. Text can
//! always be stored in Postgres: U+0000 and lone surrogates stand as visible escapes (`\u0000`,
//! `\ud83d`); the raw JSON, itself free of U+0000, keeps what was really sent. Elements nested
//! beyond [`DEEPEST`] levels are a defect, so that whoever reads the raw JSON of an event again can
//! do so with an ordinary recursive parser. Time and memory are linear in the body.

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

/// The deepest nesting of an element that is read.
pub const DEEPEST: usize = 128;

/// How many updates of one change are read, and how many changes and entries: the limit that
/// WhatsApp documents for a body. The messages of a `history` update count as one, since there can
/// be thousands.
pub const MAX_UPDATES: usize = 1_000;

/// How many events of one body are read. A body of 3 MB, WhatsApp's limit, holds at most about 12,000 messages.
pub const MAX_EVENTS: usize = 20_000;

/// One element of a body, independent of its siblings.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Where it stood: `entry[0].changes[1].value.messages[2]`.
    pub path: String,
    /// The change's field, such as `messages`; `unknown` when none was given.
    pub field: String,
    /// The WhatsApp business account.
    pub waba: Option<String>,
    /// What the channel is found by. Missing for account-level fields and for some senders' statuses.
    pub phone_number_id: Option<String>,
    /// The business's number as Meta shows it; its format varies, so never a key.
    pub display_phone_number: Option<String>,
    /// The entry's time in Unix seconds.
    pub entry_time: Option<i64>,
    /// The exact JSON text of this element; empty for [`Defect::TooMany`].
    pub raw: String,
    /// What it says, or why it could not be read.
    pub event: Result<Event, Defect>,
}

/// Why one element could not be read. It goes to the dead letters alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Defect {
    /// Something else where an object has to be.
    NotAnObject,
    /// A message, call or status without an id.
    NoId,
    /// An id of more than 512 bytes.
    IdTooLong,
    /// A status without a value.
    NoStatus,
    /// A change of ids that names none.
    NoIds,
    /// Nested beyond [`DEEPEST`] levels.
    TooDeep,
    /// An entry without `changes`, or a change without `value`.
    Hollow,
    /// So many elements beyond [`MAX_UPDATES`] or [`MAX_EVENTS`], of which this is the first.
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

/// Why a body as a whole cannot be walked. It goes to the dead letters with 200: sending it again would not mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Poison {
    /// The bytes are no UTF-8.
    NotUtf8,
    /// The text is no JSON; where that showed.
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// JSON, but no object.
    NotAnObject,
    /// An object with neither `entry` nor anything that a change holds.
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

/// What the surroundings of an element say about it.
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

/// Reads a webhook body into its elements, in the order they stand.
///
/// # Errors
///
/// [`Poison`] when the body as a whole cannot be walked. A body without elements is fine: `entry: []` is a valid no-op.
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
