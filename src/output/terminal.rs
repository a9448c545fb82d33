//! The properties of the terminal, read once. Tests create their own values.

use std::io::{self, IsTerminal};

use super::ColorWhen;

/// The terminal properties of the streams, the size of the screen, and the settings in the
/// environment.
#[derive(Debug, Clone, Default)]
pub struct Terminal {
    /// Whether stdin is a terminal.
    pub stdin: bool,
    /// Whether stdout is a terminal.
    pub stdout: bool,
    /// Whether stderr is a terminal.
    pub stderr: bool,
    /// The number of columns of the screen, if known.
    pub columns: Option<u16>,
    /// The number of lines of the screen, if known.
    pub lines: Option<u16>,
    /// Whether `TERM=dumb` is set: no colour and no progress bars.
    pub dumb: bool,
    /// Whether `NO_COLOR` is set.
    pub no_color: bool,
    /// Whether `CLICOLOR_FORCE` is set.
    pub force_color: bool,
    /// Whether `INBOX_NO_INPUT` is set or `--no-input` was given.
    pub no_input: bool,
    /// The value of `INBOX_PAGER`, else of `PAGER`.
    pub pager: Option<String>,
}

impl Terminal {
    /// Reads the process's streams and environment. `COLUMNS` and `LINES` take precedence over the
    /// real size.
    pub fn detect() -> Self {
        let size = rustix::termios::tcgetwinsize(io::stdout())
            .or_else(|_| rustix::termios::tcgetwinsize(io::stderr()))
            .ok();
        let mut terminal = Self::from_environment(|name| std::env::var(name).ok());
        terminal.stdin = io::stdin().is_terminal();
        terminal.stdout = io::stdout().is_terminal();
        terminal.stderr = io::stderr().is_terminal();
        terminal.columns = terminal.columns.or(size.map(|s| s.ws_col)).filter(|&n| n > 0);
        terminal.lines = terminal.lines.or(size.map(|s| s.ws_row)).filter(|&n| n > 0);
        terminal
    }

    fn from_environment(get: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| get(name).filter(|value| !value.is_empty());
        let number = |name: &str| set(name).and_then(|value| value.parse().ok());
        Terminal {
            columns: number("COLUMNS"),
            lines: number("LINES"),
            dumb: set("TERM").is_some_and(|term| term == "dumb"),
            no_color: set("NO_COLOR").is_some(),
            force_color: set("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
            no_input: set("INBOX_NO_INPUT").is_some_and(|value| value != "0"),
            pager: get("INBOX_PAGER").or_else(|| get("PAGER")),
            ..Terminal::default()
        }
    }

    /// Returns whether a stream gets colour: by the flag, then `NO_COLOR`, `CLICOLOR_FORCE`, and
    /// the kind of stream.
    pub(super) fn color(&self, when: ColorWhen, is_terminal: bool) -> bool {
        match when {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => !self.no_color && (self.force_color || (is_terminal && !self.dumb)),
        }
    }

    /// Returns the width for human output. `None` if stdout is not a terminal.
    pub(super) fn width(&self) -> Option<usize> {
        self.stdout.then(|| self.columns.unwrap_or(80).max(20).into())
    }

    pub(super) fn height(&self) -> usize {
        self.lines.unwrap_or(24).into()
    }

    /// Returns whether the program can ask a question and get an answer.
    pub fn interactive(&self) -> bool {
        self.stdin && self.stderr && !self.no_input
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Terminal {
        Terminal::from_environment(|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn colour_follows_the_flag_then_the_environment_then_the_stream() {
        type Case<'a> = (&'a [(&'a str, &'a str)], ColorWhen, bool, bool);
        let cases: [Case<'_>; 10] = [
            (&[], ColorWhen::Auto, true, true),
            (&[], ColorWhen::Auto, false, false),
            (&[("NO_COLOR", "1")], ColorWhen::Auto, true, false),
            (&[("NO_COLOR", "")], ColorWhen::Auto, true, true),
            (&[("NO_COLOR", "1")], ColorWhen::Always, false, true),
            (&[("CLICOLOR_FORCE", "1")], ColorWhen::Auto, false, true),
            (&[("CLICOLOR_FORCE", "0")], ColorWhen::Auto, false, false),
            (
                &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")],
                ColorWhen::Auto,
                true,
                false,
            ),
            (&[("CLICOLOR_FORCE", "1")], ColorWhen::Never, true, false),
            (&[("TERM", "dumb")], ColorWhen::Auto, true, false),
        ];
        for (pairs, when, is_terminal, color) in cases {
            assert_eq!(environment(pairs).color(when, is_terminal), color, "{pairs:?} {when:?}");
        }
    }

    #[test]
    fn inbox_pager_precedes_pager() {
        assert_eq!(
            environment(&[("INBOX_PAGER", "a"), ("PAGER", "b")]).pager.as_deref(),
            Some("a")
        );
        assert_eq!(environment(&[("PAGER", "b")]).pager.as_deref(), Some("b"));
        assert_eq!(
            environment(&[("INBOX_PAGER", ""), ("PAGER", "b")]).pager.as_deref(),
            Some("")
        );
    }

    #[test]
    fn prompts_are_off_when_nobody_can_answer() {
        let person = Terminal {
            stdin: true,
            stderr: true,
            ..Terminal::default()
        };
        assert!(person.interactive());
        for script in [
            Terminal {
                stdin: false,
                ..person.clone()
            },
            Terminal {
                stderr: false,
                ..person.clone()
            },
            Terminal {
                no_input: true,
                ..person.clone()
            },
        ] {
            assert!(!script.interactive());
        }
    }
}
