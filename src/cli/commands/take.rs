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
/// If several agents take it at the same time, exactly one of them wins. The others exit with 5 and
/// learn who the owner is, and since when.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    common: Common,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Conflict`] naming who was first, and since when.
    pub async fn run(mut self, context: &mut Context) -> Result<Exit> {
        self.common
            .run(context, VERB, None, json!({}), async |session| {
                let by = session.operation.actor;
                Ok(move |_: &_| Change::Take { by })
            })
            .await
    }
}
