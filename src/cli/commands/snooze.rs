//! `inbox snooze`.

use serde_json::json;

use crate::cli::args::{FilterArgs, IfOwnerArgs, OutputArgs, RefArgs, TimeRangeArgs, WriteArgs};
use crate::cli::verb::{Common, NoteArgs, Verb, ahead};
use crate::cli::{Context, Exit};
use crate::domain::conversation::Change;
use crate::error::Result;

const VERB: Verb = Verb::new("snooze");

/// Set a conversation aside until a time or the next message
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    refs: RefArgs,
    /// End of the snooze: 2h, 'tomorrow 09:00', monday
    #[arg(long, value_name = "TIME")]
    until: String,
    #[command(flatten)]
    write: WriteArgs,
    #[command(flatten)]
    note: NoteArgs,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    if_owner: IfOwnerArgs,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for a time in the past.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        let until = self.until;
        // --until is the end of the snooze, and not a filter.
        let mut common = Common {
            refs: self.refs,
            write: self.write,
            note: self.note,
            filter: self.filter,
            range: TimeRangeArgs::default(),
            output: self.output,
        };
        common
            .run(
                context,
                VERB,
                Some(&self.if_owner),
                json!({"until": until}),
                async |session| {
                    let until = ahead(session.clock(), "--until", &until)?;
                    Ok(move |_: &_| Change::Snooze { until })
                },
            )
            .await
    }
}
