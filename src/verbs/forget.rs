//! Forgets contacts.

use futures_util::TryStreamExt as _;
use serde_json::{Map, Value};
use sqlx::postgres::PgConnection;

use crate::db::contact::list::ContactFilter;
use crate::db::erasure;
use crate::db::operation::Operation;
use crate::domain::ids::ConversationId;
use crate::error::{Error, Result};

/// The result of forgetting one contact. It contains no data that identifies the customer.
#[derive(Debug, Clone)]
pub struct Forgotten {
    /// The contact.
    pub contact: i64,
    /// The conversations.
    pub conversations: Vec<ConversationId>,
    /// The number of erased items by kind. Empty if there was no data to erase.
    pub erased: Map<String, Value>,
}

/// Forgets all the contacts or none. A contact without data to erase does not change.
///
/// # Errors
/// [`crate::error::Kind::Denied`] when the actor is not an admin. [`crate::error::Kind::Conflict`]
/// while a conversation is live or an event of the contact is not applied.
/// [`crate::error::Kind::Usage`] for a reason that contains data to be erased.
pub async fn forget(
    conn: &mut PgConnection,
    operation: &Operation,
    contacts: &[i64],
    reason: Option<&str>,
) -> Result<Vec<Forgotten>> {
    let which = ContactFilter {
        ids: Some(contacts.to_vec()),
        forgotten: true,
        ..ContactFilter::default()
    };
    let lines: Vec<_> = crate::db::contact::list::list(conn, &which).try_collect().await?;
    let mut done = Vec::with_capacity(lines.len());
    for line in lines {
        let mut names = line.aliases.iter().chain(&line.name).chain(&line.username);
        if reason.is_some_and(|r| names.any(|n| says(r, n))) {
            return Err(Error::usage("the reason names the customer, and would not be erased")
                .hint("--reason 'asked for it in C-12'"));
        }
        let erased = erasure::forget(conn, operation.id, line.id, reason).await?;
        done.push(Forgotten {
            contact: line.id,
            conversations: line.conversations,
            erased: match erased {
                Some(Value::Object(erased)) => erased,
                Some(_) | None => Map::new(),
            },
        });
    }
    Ok(done)
}

/// Returns whether a text contains a name or the last nine digits of a number, in any spelling.
fn says(text: &str, name: &str) -> bool {
    let digits = |s: &str| -> String { s.chars().filter(char::is_ascii_digit).collect() };
    let number = digits(name);
    let named = name.chars().count() > 2 && text.to_lowercase().contains(&name.to_lowercase());
    named || name.starts_with('+') && number.len() >= 9 && digits(text).contains(&number[number.len() - 9..])
}
