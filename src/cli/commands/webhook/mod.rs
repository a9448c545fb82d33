//! `inbox webhook`.

mod list;
mod play;
mod replay;
mod show;

pub use play::Played;
pub use show::EventRow;

use crate::cli::{Context, Exit};
use crate::db::webhook::dead_letter::Cause;
use crate::error::{Error, Result};

/// Inspect deliveries from WhatsApp, and replay failed events
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    List(Box<list::Args>),
    Show(Box<show::Args>),
    Replay(Box<replay::Args>),
    Play(Box<play::Args>),
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
            Command::Replay(a) => Box::pin(a.run(context)).await,
            Command::Play(a) => Box::pin(a.run(context)).await,
        }
    }
}

fn cause(text: &str) -> Result<Cause> {
    let wanted = text.replace('-', "_");
    Cause::ALL.into_iter().find(|c| c.as_str() == wanted).ok_or_else(|| {
        let all: Vec<&str> = Cause::ALL.iter().map(|c| c.as_str()).collect();
        Error::usage(format!("{} is not a cause", crate::domain::vocabulary::quoted(text)))
            .hint(format!("one of: {}", all.join(", ")))
    })
}
