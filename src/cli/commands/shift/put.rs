//! `inbox shift put`.

use super::entry::{Named, OnDays, enter_all};
use crate::cli::resource::Change;
use crate::cli::{Context, Exit};
use crate::domain::ids::Handle;
use crate::error::Result;

/// Put agents on a shift
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Agents, separated by commas, or `me`
    #[arg(value_name = "AGENTS", value_delimiter = ',', required = true)]
    agents: Vec<Named>,
    /// Shift
    shift: Handle,
    #[command(flatten)]
    on: OnDays,
    #[command(flatten)]
    change: Change,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        let entry = (self.agents, Some(self.shift), true);
        enter_all(context, "shift put", entry, &self.on, &self.change).await
    }
}
