//! `inbox note`.

use serde_json::json;

use crate::cli::verb::{Common, Verb};
use crate::cli::write::WriteResult;
use crate::cli::{Context, Exit};
use crate::domain::conversation::Change;
use crate::domain::reference::{Bare, RefContext};
use crate::error::{Error, Result};
use crate::verbs::act;

const VERB: Verb = Verb::new("note");

/// Write an internal note, which the customer never sees
///
/// The last argument is the text of the note, unless it is a reference. The flag --note can also contain the text.
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
    /// [`crate::error::Kind::Usage`] if the text is missing.
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
            return Err(Error::usage("no conversation was given").hint("inbox note C-12 'text of the note'"));
        }
        let replaces = self.replaces;
        self.common
            .run_on(
                context,
                VERB,
                None,
                json!({"replaces": replaces}),
                &selector,
                async |session, selection, options| {
                    let mut options = options.clone();
                    match &mut options.note {
                        None => {
                            return Err(Error::usage("the note has no text").hint(
                                "inbox note C-12 'text of the note', or --note @FILE, --note-order, --courier …",
                            ));
                        }
                        Some(note) => note.replaces = replaces,
                    }
                    let outcome = act(session.conn, session.operation, selection, &options, |_| Change::Note).await?;
                    WriteResult::of(session, outcome).await
                },
            )
            .await
    }
}
