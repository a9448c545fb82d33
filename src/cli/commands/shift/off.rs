//! `inbox shift off`.

use super::entry::{Named, OnDays, enter_all};
use crate::cli::resource::Change;
use crate::cli::{Context, Exit};
use crate::domain::ids::Handle;
use crate::error::Result;

/// Record days off for agents
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Agents, separated by commas, or `me`
    #[arg(value_name = "AGENTS", value_delimiter = ',', required = true)]
    agents: Vec<Named>,
    /// Shift to be off from [default: every shift]
    #[arg(long, value_name = "HANDLE")]
    shift: Option<Handle>,
    #[command(flatten)]
    on: OnDays,
    #[command(flatten)]
    change: Change,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        let entry = (self.agents, self.shift, false);
        enter_all(context, "shift off", entry, &self.on, &self.change).await
    }
}
