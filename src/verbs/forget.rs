//! Forgetting contacts.

use futures_util::TryStreamExt as _;
use serde_json::{Map, Value};
use sqlx::postgres::PgConnection;

use crate::db::contact::list::ContactFilter;
use crate::db::erasure;
use crate::db::operation::Operation;
use crate::domain::ids::ConversationId;
use crate::error::{Error, Result};

/// What came of forgetting one contact. Nothing here tells who it was.
#[derive(Debug, Clone)]
pub struct Forgotten {
    /// The contact.
    pub contact: i64,
    /// Its conversations.
    pub conversations: Vec<ConversationId>,
    /// What was erased, by kind; empty where nothing was left.
    pub erased: Map<String, Value>,
}

/// Forgets contacts: all or none. One that has nothing left to erase stays as it is.
///
/// # Errors
/// [`crate::error::Kind::Denied`] for who is no admin; [`crate::error::Kind::Conflict`] while a
/// conversation is live or something of the contact waits to be applied;
/// [`crate::error::Kind::Usage`] for a reason that would keep what is to be erased.
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
            return Err(
                Error::usage("the reason would keep what is to be erased: it names the customer")
                    .hint("--reason 'asked for it in C-12'"),
            );
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

/// Returns whether a text has a name, or the last nine digits of a number, however they are written.
fn says(text: &str, name: &str) -> bool {
    let digits = |s: &str| -> String { s.chars().filter(char::is_ascii_digit).collect() };
    let number = digits(name);
    let named = name.chars().count() > 2 && text.to_lowercase().contains(&name.to_lowercase());
    named || name.starts_with('+') && number.len() >= 9 && digits(text).contains(&number[number.len() - 9..])
}
