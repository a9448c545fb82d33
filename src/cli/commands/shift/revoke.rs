//! `inbox shift revoke`.

use serde_json::json;

use crate::cli::resource::Change;
use crate::cli::{Context, Exit};
use crate::domain::ids::RosterId;
use crate::error::Result;
use crate::verbs::shift::revoke;

/// Revoke roster entries that are mistakes
///
/// Earlier entries then apply again, also to the past.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Entries, such as R-7
    #[arg(value_name = "ENTRY", required = true)]
    entries: Vec<RosterId>,
    #[command(flatten)]
    change: Change,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        let args = json!({"entries": self.entries});
        self.change
            .run(context, "shift revoke", args, async |session| {
                let (reason, keep_going) = (self.change.reason(), self.change.keep_going());
                revoke(session.conn, session.operation, &self.entries, reason, keep_going).await
            })
            .await
    }
}
