//! `inbox agent revoke-acting`.

use super::grant_acting::acting;
use super::login;
use crate::cli::resource::Change;
use crate::cli::{Context, Exit};
use crate::error::Result;

/// Revoke the right of a login to act as an agent
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Agent
    #[arg(required_unless_present = "any", conflicts_with = "any")]
    handle: Option<String>,
    /// Revoke the right to act as any agent
    #[arg(long)]
    any: bool,
    /// Postgres login
    #[arg(long, value_name = "LOGIN", value_parser = login)]
    login: String,
    #[command(flatten)]
    change: Change,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        acting(context, &self.change, self.handle.as_deref(), &self.login, None).await
    }
}
