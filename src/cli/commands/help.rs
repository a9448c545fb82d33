//! `inbox help`: the page of a command, or a topic.

use clap::error::ErrorKind;

use crate::cli::help::{TOPICS, Topic};
use crate::cli::{Exit, suggest};
use crate::error::{Error, Result};
use crate::output::{Options, Output, Terminal};

/// Show the help of a command or a topic
///
/// The topics are exit-codes, environment, time, filters, formatting, references, flags, scripting
/// and permissions. They are also man pages: man inbox-exit-codes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Command, such as `ticket list`, or topic
    #[arg(value_name = "NAME")]
    words: Vec<String>,
}

impl Args {
    /// Runs it. Needs neither settings nor a database.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for an unknown command or topic.
    pub fn run(&self) -> Result<Exit> {
        if let [word] = self.words.as_slice()
            && let Some(topic) = Topic::find(word)
        {
            let mut out = Output::stdio(Options::default(), Terminal::detect());
            out.page();
            out.raw(topic.page().as_bytes())?;
            out.finish()?;
            return Ok(0);
        }
        let mut here = &crate::cli::command();
        for word in &self.words {
            here = match here.find_subcommand(word) {
                Some(found) => found,
                None => return Err(unknown(&self.words, word, here)),
            };
        }
        let line = ["inbox".into()]
            .into_iter()
            .chain(self.words.clone())
            .chain(["--help".into()]);
        match crate::cli::command().try_get_matches_from(line) {
            Err(e) if e.kind() == ErrorKind::DisplayHelp => match e.print() {
                Err(cause) if cause.kind() != std::io::ErrorKind::BrokenPipe => Err(crate::output::unwritten(cause)),
                Ok(()) | Err(_) => Ok(0),
            },
            Ok(_) | Err(_) => Err(Error::usage(format!("there is no help for '{}'", self.words.join(" ")))),
        }
    }
}

fn unknown(words: &[String], word: &str, here: &clap::Command) -> Error {
    let quoted = crate::domain::vocabulary::quoted(&words.join(" "));
    let commands = here
        .get_subcommands()
        .filter(|c| !c.is_hide_set())
        .map(clap::Command::get_name);
    let topics = TOPICS.iter().map(|t| t.name).filter(|_| words.len() == 1);
    let error = Error::usage(format!("there is no command or topic {quoted}"));
    match suggest::nearest(word, commands.chain(topics)) {
        Some(near) => error.hint(format!("did you mean {near}? inbox help lists all commands and topics")),
        None => error.hint("inbox help lists all commands and topics"),
    }
}
