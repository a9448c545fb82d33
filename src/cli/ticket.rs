//! `inbox ticket`.

use super::tickets::{List, Show};
use super::verbs::ticket as change;
use super::{Cx, Exit};
use crate::error::Result;

/// Follow-up from escalations
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    List(Box<List>),
    Show(Show),
    Assign(Box<change::Assign>),
    Set(Box<change::Set>),
    Note(Box<change::Note>),
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// What the subcommand refuses.
    pub async fn run(self, cx: &mut Cx) -> Result<Exit> {
        match self.command {
            Command::List(a) => a.run(cx).await,
            Command::Show(a) => a.run(cx).await,
            Command::Assign(a) => a.run(cx).await,
            Command::Set(a) => a.run(cx).await,
            Command::Note(a) => a.run(cx).await,
        }
    }
}
