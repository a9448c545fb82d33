//! `inbox ticket`.

mod assign;
mod common;
mod list;
mod note;
mod set;
mod show;

use crate::cli::{Context, Exit};
use crate::error::Result;

/// Manage tickets, which follow up on escalations
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    List(Box<list::Args>),
    Show(show::Args),
    Assign(Box<assign::Args>),
    Set(Box<set::Args>),
    Note(Box<note::Args>),
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// The errors of the subcommand.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        match self.command {
            Command::List(a) => a.run(context).await,
            Command::Show(a) => a.run(context).await,
            Command::Assign(a) => a.run(context).await,
            Command::Set(a) => a.run(context).await,
            Command::Note(a) => a.run(context).await,
        }
    }
}
