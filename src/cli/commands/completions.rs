//! `inbox completions`.

use clap_complete::env::{EnvCompleter, Shells};

use crate::cli::Exit;
use crate::error::{Error, Result};
use crate::output::{Options, Output, Terminal};

/// The variable that makes the program answer a shell: its name.
pub const VARIABLE: &str = "INBOX_COMPLETE";

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
        print(&script(&self.shell)?)
    }
}

/// Returns the script that makes a shell ask this program.
///
/// # Errors
/// [`crate::error::Kind::Usage`] for an unknown shell.
fn script(shell: &str) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    completer(shell)
        .ok_or_else(|| Error::usage(format!("no completions for {shell}")))?
        .write_registration(VARIABLE, "inbox", "inbox", "inbox", &mut text)?;
    if shell == "zsh" {
        // A file on the fpath is first called as the function itself.
        text.extend_from_slice(
            b"if [[ \"$funcstack[1]\" == \"_inbox\" ]]; then\n    _clap_dynamic_completer_inbox \"$@\"\nfi\n",
        );
    }
    Ok(text)
}

/// Returns the generator of a shell's script and its answers.
pub fn completer(shell: &str) -> Option<&'static dyn EnvCompleter> {
    const SHELLS: Shells<'static> = Shells::builtins();
    SHELLS.0.iter().copied().find(|s| s.is(shell))
}
