//! Ids in their printed form, and the handles of agents, teams, stores, channels and shifts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::vocabulary::quoted;
use crate::error::{Error, Result};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl From<i64> for $name {
            fn from(n: i64) -> Self { $name(n) }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> Self { id.0 }
        }
    };
    ($(#[$doc:meta])* $name:ident, $letter:literal, $noun:literal) => {
        id!($(#[$doc])* $name);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&format!(concat!($letter, "-{}"), self.0))
            }
        }

        impl FromStr for $name {
            type Err = Error;
            fn from_str(text: &str) -> Result<Self> {
                let trimmed = text.trim();
                let number = strip_letter(trimmed, $letter).unwrap_or(trimmed);
                positive(number).map($name).ok_or_else(|| {
                    Error::usage(format!(concat!("{} is not ", $noun), quoted(text)))
                        .hint(concat!("write it like ", $letter, "-12"))
                })
            }
        }
    };
}

id! {
    /// Identifies a conversation, printed as `C-1042`.
    ConversationId, "C", "a conversation"
}
id! {
    /// Identifies a ticket, printed as `T-88`.
    TicketId, "T", "a ticket"
}
id! {
    /// Identifies an operation (all events of one invocation), printed as `O-12`.
    OperationId, "O", "an operation"
}
id! {
    /// Identifies an entry of a roster, printed as `R-7`.
    RosterId, "R", "a roster entry"
}
id! {
    /// Identifies an agent inside the database. Users see the handle.
    AgentId
}
id! {
    /// Identifies a team inside the database. Users see the handle.
    TeamId
}
id! {
    /// Identifies a store inside the database. Users see the handle.
    StoreId
}
id! {
    /// Identifies a channel inside the database. Users see the handle.
    ChannelId
}
id! {
    /// Identifies a contact inside the database.
    ContactId
}

/// Removes `C`, `c`, `C-` or `c-` from the start of a text.
pub(super) fn strip_letter<'a>(text: &'a str, letter: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(letter.len())?;
    head.eq_ignore_ascii_case(letter)
        .then(|| rest.strip_prefix('-').unwrap_or(rest))
}

/// Reads a plain positive number. Accepts only digits, without sign and spaces.
pub(super) fn positive(text: &str) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|&n| n > 0)
}

/// Words that have another meaning in the place of a handle.
pub const RESERVED: &[&str] = &[
    "me",
    "nobody",
    "none",
    "null",
    "system",
    "any",
    "anyone",
    "anybody",
    "all",
    "everyone",
    "everybody",
    "unassigned",
    "unowned",
    "self",
    "customer",
];

/// The handle of an agent, team, store, channel or shift: lower-case, 1 to 32 characters, never
/// reused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Handle(String);

impl Handle {
    /// Returns the handle as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Handle {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let first = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
        let rest = text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b));
        if !(first && rest && text.len() <= 32) {
            let e = Error::usage(format!("{} is not a handle", quoted(text)));
            let lower = text.trim().trim_start_matches('@').to_ascii_lowercase();
            return Err(if lower != text && lower.parse::<Handle>().is_ok() {
                e.hint(format!("handles are lower-case: {lower}"))
            } else {
                e.hint("a handle starts with a letter a-z, then letters, digits, '.', '_' or '-', 32 at most")
            });
        }
        if RESERVED.contains(&text) {
            return Err(Error::usage(format!("the handle {} is reserved", quoted(text))));
        }
        Ok(Handle(text.to_owned()))
    }
}

impl TryFrom<String> for Handle {
    type Error = Error;
    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Handle> for String {
    fn from(handle: Handle) -> Self {
        handle.0
    }
}

impl AsRef<str> for Handle {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_as_printed() {
        assert_eq!(ConversationId(1042).to_string(), "C-1042");
        assert_eq!(TicketId(88).to_string(), "T-88");
        assert_eq!(OperationId(12).to_string(), "O-12");
        assert_eq!("o12".parse::<OperationId>().unwrap(), OperationId(12));
        assert_eq!("12".parse::<OperationId>().unwrap(), OperationId(12));
        assert_eq!(
            "C-12".parse::<OperationId>().unwrap_err().message,
            "'C-12' is not an operation"
        );
    }

    #[test]
    fn handle_is_lower_case_short_and_not_a_reserved_word() {
        for ok in ["a", "sara", "ali.khan", "ops-2", "x_1", &"a".repeat(32)] {
            assert_eq!(ok.parse::<Handle>().unwrap().as_str(), ok);
        }
        for bad in ["", "1a", "-a", "a b", "sára", "a/b", &"a".repeat(33), "a\n"] {
            assert!(
                bad.parse::<Handle>().unwrap_err().message.ends_with("is not a handle"),
                "{bad}"
            );
        }
        for word in RESERVED {
            assert!(
                word.parse::<Handle>().unwrap_err().message.ends_with("is reserved"),
                "{word}"
            );
        }
        assert_eq!(
            "@Sara".parse::<Handle>().unwrap_err().hint.unwrap(),
            "handles are lower-case: sara"
        );
    }

    #[test]
    fn handle_in_json_is_validated() {
        assert_eq!(serde_json::from_str::<Handle>("\"sara\"").unwrap().to_string(), "sara");
        assert!(serde_json::from_str::<Handle>("\"me\"").is_err());
    }
}
