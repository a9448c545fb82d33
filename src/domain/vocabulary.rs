//! The closed word lists of the product: statuses, priorities, roles. Each list is one enum, and
//! each word has one spelling.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, Result};

/// A closed list of words. Parsing, help and completion use the same enum.
pub trait Word: Copy + Eq + fmt::Debug + Send + Sync + 'static {
    /// The noun for messages: "status", "priority".
    const NOUN: &'static str;
    /// Lists every value in its natural order.
    const ALL: &'static [Self];
    /// Returns the one spelling, as stored, printed and typed.
    fn as_str(self) -> &'static str;
}

/// Reads a word. `-` and `_` are the same, and case is ignored.
///
/// # Errors
/// [`crate::error::Kind::Usage`] with the word and the valid words.
pub fn parse_word<W: Word>(text: &str) -> Result<W> {
    let wanted = text.trim().to_ascii_lowercase().replace('-', "_");
    W::ALL.iter().copied().find(|w| w.as_str() == wanted).ok_or_else(|| {
        let valid: Vec<_> = W::ALL.iter().map(|w| w.as_str()).collect();
        Error::usage(format!("{} is not a {}", quoted(text), W::NOUN)).hint(format!("one of: {}", valid.join(", ")))
    })
}

/// A stored word: a word of this program, or a word of a newer program. A newer word is printed
/// unchanged, and nothing is concluded from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored<W> {
    /// A word of this program.
    Known(W),
    /// A word of a newer program.
    Newer(String),
}

impl<W: Word> Stored<W> {
    /// Returns the spelling.
    pub fn as_str(&self) -> &str {
        match self {
            Stored::Known(word) => word.as_str(),
            Stored::Newer(word) => word,
        }
    }

    /// Returns the word. `None` for a word of a newer program.
    pub fn known(&self) -> Option<W> {
        match self {
            Stored::Known(word) => Some(*word),
            Stored::Newer(_) => None,
        }
    }

    /// Returns whether this is a certain word.
    pub fn is(&self, word: W) -> bool {
        self.known() == Some(word)
    }
}

impl<W: Word> From<String> for Stored<W> {
    fn from(text: String) -> Self {
        known(&text).map_or(Stored::Newer(text), Stored::Known)
    }
}

impl<W: Word> fmt::Display for Stored<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<W: Word> Serialize for Stored<W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de, W: Word> Deserialize<'de> for Stored<W> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        String::deserialize(deserializer).map(Stored::from)
    }
}

/// Returns the value with exactly this spelling. `None` for a word of a newer program.
pub fn known<W: Word>(text: &str) -> Option<W> {
    W::ALL.iter().copied().find(|w| w.as_str() == text)
}

/// Checks a name: 1 to 200 characters, as in the database, and no control characters.
///
/// # Errors
/// [`crate::error::Kind::Usage`] for an invalid name.
pub fn name(text: &str) -> Result<String> {
    const MAX_CHARS: usize = 200;
    if text.trim().is_empty() || text.chars().count() > MAX_CHARS || text.chars().any(char::is_control) {
        return Err(Error::usage(format!(
            "{} is not a valid name: it needs 1 to {MAX_CHARS} characters and no control characters",
            quoted(text)
        )));
    }
    Ok(text.to_owned())
}

/// Quotes typed text for a message. Control characters are escaped, and the text ends after 60
/// characters.
pub fn quoted(text: &str) -> String {
    const MAX_CHARS: usize = 60;
    let mut out = String::from("'");
    for (n, c) in text.chars().enumerate() {
        if n == MAX_CHARS {
            out.push('…');
            break;
        }
        if is_unprintable(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out.push('\'');
    out
}

/// Returns whether a character can move the cursor or change the text direction.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident, $noun:literal, { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Lists every value in its natural order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the one spelling, as stored, printed and typed.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl Word for $name {
            const NOUN: &'static str = $noun;
            const ALL: &'static [Self] = Self::ALL;
            fn as_str(self) -> &'static str { Self::as_str(self) }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = Error;
            fn from_str(text: &str) -> Result<Self> { parse_word(text) }
        }
    };
}

pub(super) use vocabulary;

vocabulary! {
    /// The status of a conversation.
    Status, "status", {
        /// An agent must act.
        Open = "open",
        /// The conversation waits for the customer. The customer's next message opens it.
        Pending = "pending",
        /// The conversation waits until a time. The customer's next message also opens it.
        Snoozed = "snoozed",
        /// The conversation is ended.
        Resolved = "resolved",
    }
}

impl Status {
    /// Returns whether the conversation is not resolved.
    pub fn is_live(self) -> bool {
        match self {
            Status::Open | Status::Pending | Status::Snoozed => true,
            Status::Resolved => false,
        }
    }
}

vocabulary! {
    /// Orders conversations and tickets by urgency, lowest first.
    Priority, "priority", {
        /// The work can wait.
        Low = "low",
        /// The default.
        Normal = "normal",
        /// The work comes before normal work.
        High = "high",
        /// The work comes before all other work.
        Urgent = "urgent",
    }
}

vocabulary! {
    /// The status of a ticket.
    TicketStatus, "ticket status", {
        /// No agent has started.
        Open = "open",
        /// The owner works on the ticket.
        InProgress = "in_progress",
        /// The ticket waits for a third party, such as a courier or a warehouse.
        Waiting = "waiting",
        /// The problem is solved.
        Resolved = "resolved",
        /// The problem is solved and the ticket is archived.
        Closed = "closed",
    }
}

vocabulary! {
    /// The reason why an agent is away.
    Absence, "kind of absence", {
        /// A short break.
        Break = "break",
        /// A meal.
        Lunch = "lunch",
        /// A day off, or an illness.
        Leave = "leave",
        /// Training.
        Training = "training",
    }
}
vocabulary! {
    /// The role of an agent. The database enforces the rules.
    Role, "role", {
        /// A viewer can only read.
        Viewer = "viewer",
        /// An agent can change conversations that the agent owns or that nobody owns.
        Agent = "agent",
        /// A supervisor can also change conversations of other owners, and plans shifts.
        Supervisor = "supervisor",
        /// An admin can change agents, teams, channels and settings.
        Admin = "admin",
        /// A bot is a program with the rights of an agent. Every KPI reports bots separately.
        Bot = "bot",
        /// The program itself, for `serve` and timers. The database allows this role only for the
        /// agent `system`.
        System = "system",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    fn spelled_once<W: Word + FromStr<Err = Error> + Serialize + for<'a> Deserialize<'a>>() {
        assert!(!W::ALL.is_empty());
        for &w in W::ALL {
            assert_eq!(w.as_str().parse::<W>().unwrap(), w);
            let json = serde_json::to_string(&w).unwrap();
            assert_eq!(json, format!("\"{}\"", w.as_str()));
            assert_eq!(serde_json::from_str::<W>(&json).unwrap(), w);
        }
    }

    #[test]
    fn every_word_reads_back_as_itself_and_is_the_same_in_json() {
        spelled_once::<Status>();
        spelled_once::<Priority>();
        spelled_once::<TicketStatus>();
        spelled_once::<Role>();
        spelled_once::<Absence>();
    }

    #[test]
    fn dash_equals_underscore_and_case_is_ignored() {
        assert_eq!("in-progress".parse::<TicketStatus>().unwrap(), TicketStatus::InProgress);
        assert_eq!("OPEN".parse::<Status>().unwrap(), Status::Open);
    }

    #[test]
    fn invalid_word_is_named_with_the_valid_ones() {
        let e = "opne".parse::<Status>().unwrap_err();
        assert_eq!(e.kind, Kind::Usage);
        assert_eq!(e.message, "'opne' is not a status");
        assert_eq!(e.hint.unwrap(), "one of: open, pending, snoozed, resolved");
    }

    #[test]
    fn urgent_sorts_above_low() {
        assert!(Priority::Urgent > Priority::High && Priority::Normal > Priority::Low);
    }

    #[test]
    fn only_resolved_is_not_live() {
        let live: Vec<_> = Status::ALL.iter().filter(|s| s.is_live()).collect();
        assert_eq!(live, [&Status::Open, &Status::Pending, &Status::Snoozed]);
    }

    #[test]
    fn quoting_escapes_control_characters_and_cuts_long_text() {
        assert_eq!(quoted("a\u{1b}[31m\n"), "'a\\u{1b}[31m\\u{a}'");
        assert_eq!(quoted("\u{202e}x"), "'\\u{202e}x'");
        assert_eq!(quoted("سارہ"), "'سارہ'");
        assert_eq!(quoted(&"x".repeat(100)).chars().count(), 63);
    }
}
