//! `inbox agent back`.

use serde_json::json;

use super::away::set;
use crate::cli::resource::Change;
use crate::cli::{Context, Exit};
use crate::domain::ids::Handle;
use crate::error::Result;

/// Record that you or another agent is back
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Agent [default: you]
    handle: Option<Handle>,
    #[command(flatten)]
    change: Change,
}

impl Args {
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        let args = json!({"handle": self.handle});
        set(context, &self.change, "agent back", args, self.handle.as_ref(), None).await
    }
}
