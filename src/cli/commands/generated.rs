//! `inbox completions` and `inbox man`: made from the definition of the command line, so that they cannot say anything else.

use std::path::PathBuf;

use clap_complete::Shell;

use crate::cli::Exit;
use crate::error::{Error, Result};
use crate::output::{Options, Output, Terminal};

/// Print the completions of a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  inbox completions bash >/etc/bash_completion.d/inbox
  inbox completions zsh >/usr/local/share/zsh/site-functions/_inbox
  inbox completions fish >~/.config/fish/completions/inbox.fish")]
pub struct Completions {
    /// The shell
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(["bash", "zsh", "fish"]))]
    shell: String,
}

/// Write the man pages, one a command, or print the first
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  inbox man | man -l -
  inbox man --dir /usr/local/share/man/man1")]
pub struct Man {
    /// Write all pages into this folder
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

fn print(bytes: &[u8]) -> Result<Exit> {
    let mut out = Output::stdio(Options::default(), Terminal::detect());
    out.raw(bytes)?;
    out.finish()?;
    Ok(0)
}

impl Completions {
    /// Runs it. Needs neither settings nor a database.
    ///
    /// # Errors
    /// A stdout that cannot be written.
    pub fn run(&self) -> Result<Exit> {
        let shell: Shell = self
            .shell
            .parse()
            .map_err(|_| Error::usage(format!("no completions for {}", self.shell)))?;
        let mut text = Vec::new();
        clap_complete::generate(shell, &mut crate::cli::command(), "inbox", &mut text);
        print(&text)
    }
}

impl Man {
    /// Runs it. Needs neither settings nor a database.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn run(&self) -> Result<Exit> {
        // The man pages list the subcommands by themselves.
        let command = crate::cli::ungrouped();
        let Some(dir) = &self.dir else {
            let mut text = Vec::new();
            clap_mangen::Man::new(command).render(&mut text)?;
            return print(&text);
        };
        fs_err::create_dir_all(dir)?;
        clap_mangen::generate_to(command, dir)
            .map_err(|e| Error::failed(format!("{} cannot be written: {e}", dir.display())).caused_by(e))?;
        Ok(0)
    }
}
