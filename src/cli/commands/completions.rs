//! `inbox completions`.

use crate::cli::{Exit, complete};
use crate::error::Result;
use crate::output::{Options, Output, Terminal};

/// Print the completion script of a shell
///
/// The script asks inbox itself for the words that fit: commands, flags, handles, references,
/// columns and others. The answer comes within 100 ms, or there is none. INBOX_COMPLETE_TIMEOUT
/// sets another limit in milliseconds.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Shell
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(["bash", "zsh", "fish"]))]
    shell: String,
}

/// Prints bytes as they are, without settings.
pub(super) fn print(bytes: &[u8]) -> Result<Exit> {
    let mut out = Output::stdio(Options::default(), Terminal::detect());
    out.raw(bytes)?;
    out.finish()?;
    Ok(0)
}

impl Args {
    /// Runs it. Needs neither settings nor a database.
    ///
    /// # Errors
    /// A stdout that cannot be written.
    pub fn run(&self) -> Result<Exit> {
        print(&complete::script(&self.shell)?)
    }
}
