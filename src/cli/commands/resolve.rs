//! `inbox resolve`.

use serde_json::json;

use crate::cli::args::IfOwnerArgs;
use crate::cli::verb::{Common, Verb};
use crate::cli::{Context, Exit};
use crate::domain::conversation::Change;
use crate::error::Result;

const VERB: Verb = Verb::new("resolve");

/// Resolve a conversation, which then has no owner
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    if_owner: IfOwnerArgs,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// The change's own refusal. In this case, nothing is changed.
    pub async fn run(mut self, context: &mut Context) -> Result<Exit> {
        self.common
            .run(context, VERB, Some(&self.if_owner), json!({}), async |_| {
                Ok(|_: &_| Change::Resolve)
            })
            .await
    }
}
