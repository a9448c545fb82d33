//! Questions on stderr, only if a user can answer. In a script the program never waits for input.

use std::io;

use dialoguer::console::Term;
use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};
use dialoguer::{Confirm, FuzzySelect, Input};

use super::sanitize;
use super::terminal::Terminal;
use crate::error::{Error, Kind, Result};

/// Asks the user. If nobody can answer, returns an error with the flag to use.
pub struct Prompter {
    interactive: bool,
    room: usize,
    theme: Box<dyn Theme + Send>,
}

impl Prompter {
    pub(super) fn new(terminal: &Terminal, color: bool) -> Self {
        Prompter {
            interactive: terminal.interactive(),
            // The selection list counts lines, so a label must not wrap. The list needs two columns
            // before each label.
            room: usize::from(terminal.columns.unwrap_or(80)).saturating_sub(4).max(16),
            theme: if color {
                Box::new(ColorfulTheme::default())
            } else {
                Box::new(SimpleTheme)
            },
        }
    }

    /// Returns whether the program asks questions.
    pub fn is_interactive(&self) -> bool {
        self.interactive
    }

    /// Asks yes or no, with no as the default. Returns yes if nobody can answer.
    ///
    /// # Errors
    /// [`Kind::Interrupted`] on Ctrl-C.
    pub fn confirm(&self, question: &str) -> Result<bool> {
        if !self.interactive {
            return Ok(true);
        }
        let question = sanitize::line(question, 4 * self.room);
        self.ask(|term| {
            Confirm::with_theme(self.theme.as_ref())
                .with_prompt(question)
                .default(false)
                .interact_on(term)
        })
    }

    /// Shows a list in which the user selects an item by typing a part of it. Returns the index of
    /// the item. `flag` is the flag for a script.
    ///
    /// # Errors
    /// A usage error with the flag if nobody can answer. [`Kind::Interrupted`] on Ctrl-C or Escape.
    pub fn pick(&self, what: &str, flag: &str, labels: &[String]) -> Result<usize> {
        if !self.interactive {
            return Err(missing(what, flag));
        }
        if labels.is_empty() {
            return Err(Error::not_found(format!("there is no {what} to choose from")));
        }
        let labels: Vec<String> = labels.iter().map(|label| sanitize::line(label, self.room)).collect();
        let picked = self.ask(|term| {
            FuzzySelect::with_theme(self.theme.as_ref())
                .with_prompt(sanitize::line(what, self.room))
                .items(&labels)
                .default(0)
                .max_length(12)
                .interact_on_opt(term)
        })?;
        picked.ok_or_else(interrupted)
    }

    /// Asks for a line of text. `flag` is the flag for a script.
    ///
    /// # Errors
    /// A usage error with the flag if nobody can answer. [`Kind::Interrupted`] on Ctrl-C.
    pub fn text(&self, what: &str, flag: &str, default: Option<&str>) -> Result<String> {
        if !self.interactive {
            return match default {
                Some(default) => Ok(default.to_owned()),
                None => Err(missing(what, flag)),
            };
        }
        self.ask(|term| {
            let mut input =
                Input::<String>::with_theme(self.theme.as_ref()).with_prompt(sanitize::line(what, self.room));
            if let Some(default) = default {
                input = input.default(default.to_owned());
            }
            input.interact_text_on(term)
        })
    }

    fn ask<T>(&self, question: impl FnOnce(&Term) -> dialoguer::Result<T>) -> Result<T> {
        // On Ctrl-C the terminal library sends SIGINT to the process. Without a handler, the
        // process would end with a hidden cursor. A listening runtime converts the signal into an
        // error, which is returned here.
        let listening = tokio::runtime::Handle::try_current()
            .ok()
            .map(|_| tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt()));
        let term = Term::stderr();
        let answer = question(&term);
        drop(listening);
        answer.map_err(|dialoguer::Error::IO(e)| {
            let shown = term.show_cursor().and_then(|()| term.write_line(""));
            match (e.kind(), shown) {
                (io::ErrorKind::Interrupted | io::ErrorKind::UnexpectedEof, _) => interrupted(),
                (_, shown) => {
                    let e = shown.err().unwrap_or(e);
                    Error::failed(format!("cannot ask on this terminal: {e}")).caused_by(e)
                }
            }
        })
    }
}

fn missing(what: &str, flag: &str) -> Error {
    Error::usage(format!("no {what} was given")).hint(format!("give {flag}"))
}

fn interrupted() -> Error {
    Error::new(Kind::Interrupted, "interrupted; nothing was changed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompt_names_the_flag_instead_of_waiting_in_a_script() {
        let prompter = Prompter::new(&Terminal::default(), false);
        let e = prompter.pick("agent", "--to HANDLE", &["ali".to_owned()]).unwrap_err();
        assert_eq!((e.kind, e.message.as_ref()), (Kind::Usage, "no agent was given"));
        assert_eq!(e.hint.as_deref(), Some("give --to HANDLE"));
        assert_eq!(prompter.text("name", "--name", None).unwrap_err().kind, Kind::Usage);
        assert_eq!(prompter.text("name", "--name", Some("x")).unwrap(), "x");
        assert!(prompter.confirm("change 400 conversations?").unwrap());
    }
}
