//! Notes: internal text with typed fields. A note is never sent to a customer.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::domain::order::order_keys;
use crate::error::{Error, Result};

/// A note to write, alone or with a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewNote {
    /// The text.
    pub body: Option<String>,
    /// The order number, as typed.
    pub order_id: Option<String>,
    /// The courier.
    pub courier: Option<String>,
    /// The courier's tracking number.
    pub tracking_no: Option<String>,
    /// The steps that the agent already tried.
    pub tried: Option<String>,
    /// The time that was promised to the customer.
    pub promised_by: Option<Timestamp>,
    /// The note that this note replaces.
    pub replaces: Option<i64>,
}

/// The maximum length of a note's text, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

impl NewNote {
    /// Returns whether all fields are empty.
    pub fn is_empty(&self) -> bool {
        *self
            == NewNote {
                replaces: self.replaces,
                ..NewNote::default()
            }
    }

    /// Returns the note in the form that the database takes, with the order keys for searches.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for a text that is too long or contains U+0000.
    pub fn to_json(&self) -> Result<Value> {
        let texts = [
            &self.body,
            &self.order_id,
            &self.courier,
            &self.tracking_no,
            &self.tried,
        ];
        for text in texts.into_iter().flatten() {
            if text.len() > MAX_BYTES {
                return Err(Error::usage(format!(
                    "a note's text is {} bytes long; at most {MAX_BYTES} are kept",
                    text.len()
                ))
                .hint("store the long text elsewhere, and note its location"));
            }
            if text.contains('\0') {
                return Err(Error::usage("a note's text contains a NUL character"));
            }
        }
        let mut keys: Vec<String> = texts.into_iter().flatten().flat_map(|t| order_keys(t)).collect();
        keys.sort();
        keys.dedup();
        let mut note = serde_json::Map::new();
        for (name, text) in [
            ("body", &self.body),
            ("order_id", &self.order_id),
            ("courier", &self.courier),
            ("tracking_no", &self.tracking_no),
            ("tried", &self.tried),
        ] {
            if let Some(text) = text {
                note.insert(name.to_owned(), json!(text));
            }
        }
        if let Some(at) = self.promised_by {
            note.insert("promised_by".to_owned(), json!(at));
        }
        if let Some(replaces) = self.replaces {
            note.insert("replaces".to_owned(), json!(replaces));
        }
        note.insert("keys".to_owned(), json!(keys));
        Ok(Value::Object(note))
    }
}
