//! `inbox release`.

use serde_json::json;

use super::Common;
use crate::cli::args::IfOwnerArgs;
use crate::cli::{Cx, Exit};
use crate::domain::conversation::Change;
use crate::error::Result;

/// Give a conversation back to its team's queue
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
    /// What the change refuses, with nothing changed.
    pub async fn run(mut self, cx: &mut Cx) -> Result<Exit> {
        self.common
            .run(cx, "release", Some(&self.if_owner), json!({}), async |_, _, _, _| {
                Ok(|_: &_| Change::Release)
            })
            .await
    }
}
