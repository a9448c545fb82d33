//! `inbox ticket note`.

use serde_json::json;

use super::common::Common;
use crate::cli::verb::NoteArgs;
use crate::cli::{Context, Exit};
use crate::domain::reference::{Bare, RefContext};
use crate::error::{Error, Result};
use crate::verbs::ticket::TicketChange;

/// Write an internal note on a ticket
///
/// The last argument is the text of the note, unless it is a reference. The flag --note can also contain the text.
#[derive(Debug, clap::Args)]
#[command(override_usage = "inbox ticket note [OPTIONS] <TICKET>... [TEXT]")]
pub struct Args {
    #[command(flatten)]
    common: Common,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] if the text is missing.
    pub async fn run(mut self, context: &mut Context) -> Result<Exit> {
        self.common.settle();
        let shape = RefContext {
            bare: Bare::Ticket,
            phone_prefix: "",
        };
        if self.common.note.note.is_none()
            && self.common.refs.len() > 1
            && let Some(last) = self.common.refs.last()
            && last != "-"
            && shape.parse_each(last, |_| ()).is_err()
        {
            self.common.note.note = self.common.refs.pop();
        }
        if self.common.note.compared() == NoteArgs::default().compared() {
            return Err(
                Error::usage("the note has no text").hint("inbox ticket note T-88 'text of the note', or --note @FILE")
            );
        }
        self.common
            .run(context, "ticket note", json!({}), async |_| Ok(TicketChange::Note))
            .await
    }
}
