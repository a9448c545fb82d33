//! `inbox take`.

use serde_json::json;

use crate::cli::verb::{Choices, Common, Verb};
use crate::cli::{Context, Exit};
use crate::domain::conversation::Change;
use crate::error::Result;

const VERB: Verb = Verb {
    keeps_lost: true,
    ..Verb::new("take").on(Choices::Unowned)
};

/// Become the owner of an unassigned conversation
///
/// If several agents take a conversation at the same time, exactly one of them becomes the owner.
/// The command of the others ends with exit code 5, and its error names the owner.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    common: Common,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Conflict`] if the conversation has an owner. The error names the owner.
    pub async fn run(mut self, context: &mut Context) -> Result<Exit> {
        self.common
            .run(context, VERB, None, json!({}), async |session| {
                let by = session.operation.actor;
                Ok(move |_: &_| Change::Take { by })
            })
            .await
    }
}
