//! `inbox kpi`.

mod export;
mod file;
mod report;
mod rows;

pub use export::default_columns;

use crate::cli::{Context, Exit};
use crate::error::Result;

/// Export figures, and the rows behind them
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Export(Box<export::Args>),
    Rows(Box<rows::Args>),
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// The errors of the subcommand.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        match self.command {
            Command::Export(a) => a.run(context).await,
            Command::Rows(a) => a.run(context).await,
        }
    }
}
