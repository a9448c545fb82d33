//! `inbox note`.

use serde_json::json;

use super::Common;
use crate::cli::write::Written;
use crate::cli::{Cx, Exit};
use crate::domain::conversation::Change;
use crate::domain::reference::{Bare, RefContext};
use crate::error::{Error, Result};
use crate::verbs::act;

/// Write an internal note: the team sees it, the customer never does
///
/// The last word that is no reference is the text: inbox note C-12 'called TCS, rider was sent back'
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    common: Common,
    /// The number of the note that this one replaces
    #[arg(long, value_name = "N")]
    replaces: Option<i64>,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] without a text.
    pub async fn run(mut self, cx: &mut Cx) -> Result<Exit> {
        let shape = RefContext {
            bare: Bare::Conversation,
            phone_prefix: "0",
        };
        if self.common.note.note.is_none()
            && let Some(last) = self.common.refs.refs.last()
            && last != "-"
            && shape.parse_each(last, |_| ()).is_err()
        {
            self.common.note.note = self.common.refs.refs.pop();
        }
        let wanted = self.common.wanted(cx)?;
        if wanted.is_empty() {
            return Err(Error::usage("no conversation was named").hint("inbox note C-12 'what happened'"));
        }
        let replaces = self.replaces;
        self.common
            .run_on(
                cx,
                "note",
                None,
                json!({"replaces": replaces}),
                &wanted,
                async |conn, _, _, operation, picked, along| {
                    let mut along = along.clone();
                    match &mut along.note {
                        None => {
                            return Err(Error::usage("the note has no text")
                                .hint("inbox note C-12 'what happened', or --note @FILE, --note-order, --courier …"));
                        }
                        Some(note) => note.replaces = replaces,
                    }
                    let outcome = act(conn, operation, picked, &along, |_| Change::Note).await?;
                    Written::of(conn, operation, outcome).await
                },
            )
            .await
    }
}
