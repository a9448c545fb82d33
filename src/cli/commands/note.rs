//! `inbox note`.

use serde_json::json;

use crate::cli::verb::Common;
use crate::cli::write::WriteResult;
use crate::cli::{Context, Exit};
use crate::domain::conversation::Change;
use crate::domain::reference::{Bare, RefContext};
use crate::error::{Error, Result};
use crate::verbs::act;

/// Write an internal note, which the customer never sees
///
/// The last argument is the text of the note, unless it is a reference. --note gives the text as a flag.
#[derive(Debug, clap::Args)]
#[command(override_usage = "inbox note [OPTIONS] [REF]... [TEXT]")]
pub struct Args {
    /// Number of the note that this one replaces
    #[arg(long, value_name = "N")]
    replaces: Option<i64>,
    #[command(flatten)]
    common: Common,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] without a text.
    pub async fn run(mut self, context: &mut Context) -> Result<Exit> {
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
        let selector = self.common.selector(context)?;
        if selector.is_empty() {
            return Err(Error::usage("no conversation was given").hint("inbox note C-12 'what happened'"));
        }
        let replaces = self.replaces;
        self.common
            .run_on(
                context,
                "note",
                None,
                json!({"replaces": replaces}),
                &selector,
                async |conn, context, _, operation, selection, options| {
                    let mut options = options.clone();
                    match &mut options.note {
                        None => {
                            return Err(Error::usage("the note has no text")
                                .hint("inbox note C-12 'what happened', or --note @FILE, --note-order, --courier …"));
                        }
                        Some(note) => note.replaces = replaces,
                    }
                    let outcome = act(conn, operation, selection, &options, |_| Change::Note).await?;
                    WriteResult::of(conn, context, operation, outcome).await
                },
            )
            .await
    }
}
