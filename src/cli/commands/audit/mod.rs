//! `inbox audit`: the trail, the owners of a conversation, verification and seals.

mod owner;
mod seal;
mod trail;
mod verify;

pub use verify::FindingRow;

use crate::cli::{Context, Exit};
use crate::error::Result;

/// Show the history: who did what, when, and why
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    trail: trail::Trail,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Owner(owner::Args),
    Verify(verify::Args),
    Seal(seal::Args),
}

impl Args {
    /// Returns whether the command runs until it is interrupted.
    pub fn follows(&self) -> bool {
        self.trail.follow
    }

    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for an invalid filter; [`crate::error::Kind::NotFound`] for an
    /// unknown reference or handle.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        match self.command {
            None => self.trail.run(context).await,
            Some(Command::Owner(a)) => a.run(context).await,
            Some(Command::Verify(a)) => a.run(context).await,
            Some(Command::Seal(a)) => a.run(context).await,
        }
    }
}
