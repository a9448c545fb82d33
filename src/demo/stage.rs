//! Runs the real commands, and prints each command before its output.

use std::path::PathBuf;
use std::process::Stdio;

use crate::config::{Env, Flags, Key, Settings};
use crate::error::{Error, Result};
use crate::output::{Output, Progress, Tone};

/// The maximum width of a command on one line.
const WIDTH: usize = 78;
/// The number of spaces before a continued line of a command.
const INDENT: usize = 4;

/// Runs the demo's commands with this program and the demo's profile.
pub struct Stage {
    program: PathBuf,
    /// The flags before every subcommand.
    global: Vec<String>,
    /// The environment variables that would change the result of a command.
    hidden: Vec<&'static str>,
    /// The hidden variables that would select other data or another agent.
    astray: Vec<&'static str>,
    out: Output,
}

impl Stage {
    /// Creates a stage for a profile. `kept` are the settings of the database
    /// that come from the environment.
    ///
    /// # Errors
    /// [`crate::error::Kind::Failed`] when the program's own path is unknown.
    pub fn set(out: Output, profile: &str, config: Option<&PathBuf>, kept: &[Key]) -> Result<Stage> {
        let program = std::env::current_exe()?;
        let mut global = vec!["--profile".to_owned(), profile.to_owned()];
        let usual = Settings::resolve(&Flags::default(), &Env::of_process()?)
            .ok()
            .and_then(|s| s.file);
        if let Some(file) = config.filter(|file| usual.as_ref() != Some(*file)) {
            global.extend(["--config".to_owned(), file.display().to_string()]);
        }
        let own = [Key::Color, Key::Pager, Key::Timeout, Key::LocalDir, Key::PgBin];
        let elsewhere = [Key::DatabaseUrl, Key::Local, Key::ReadFrom, Key::Workspace, Key::As];
        let set = |wanted: &dyn Fn(&Key) -> bool| -> Vec<&'static str> {
            let keys = Key::ALL.iter().filter(|key| wanted(key) && !kept.contains(key));
            let names = keys.flat_map(|key| key.env().iter().copied());
            names.filter(|name| std::env::var_os(name).is_some()).collect()
        };
        let hidden = set(&|key| !own.contains(key));
        let astray = set(&|key| elsewhere.contains(key));
        Ok(Stage {
            program,
            global,
            hidden,
            astray,
            out,
        })
    }

    /// Creates a command that is not started yet.
    pub fn command(&self, words: &[String]) -> std::process::Command {
        let mut command = std::process::Command::new(&self.program);
        command.args(&self.global).args(words);
        for name in &self.hidden {
            command.env_remove(name);
        }
        // The demo uses no pager and asks no questions.
        command
            .env("INBOX_NO_INPUT", "1")
            .env("INBOX_PAGER", "cat")
            .stdin(Stdio::null());
        command
    }

    fn child(&self, words: &[String]) -> tokio::process::Command {
        let mut command = tokio::process::Command::from(self.command(words));
        command.kill_on_drop(true);
        command
    }

    /// Returns a command line that can be pasted into any shell.
    pub fn pasted(&self, words: &str) -> String {
        let mut line = String::new();
        if !self.astray.is_empty() {
            line.push_str("env");
            for name in &self.astray {
                line.push_str(" -u ");
                line.push_str(name);
            }
            line.push(' ');
        }
        line.push_str(&quoted(&self.program.display().to_string()));
        for word in &self.global {
            line.push(' ');
            line.push_str(&quoted(word));
        }
        format!("{line} {words}")
    }

    /// Prints a heading.
    ///
    /// # Errors
    /// Any error of writing.
    pub fn heading(&mut self, text: &str) -> Result<()> {
        let rule = "─".repeat(WIDTH.saturating_sub(text.chars().count() + 4));
        self.out.line(Tone::Plain, "")?;
        self.out.line(Tone::Strong, &format!("── {text} {rule}"))
    }

    /// Prints lines of text.
    ///
    /// # Errors
    /// Any error of writing.
    pub fn say(&mut self, text: &str) -> Result<()> {
        for line in text.lines() {
            let indent = line.len() - line.trim_start_matches(' ').len();
            self.out.indented(indent, Tone::Plain, line)?;
        }
        self.out.flush()
    }

    /// Returns a progress bar for work that is not printed.
    pub fn progress(&self, what: &str, total: u64) -> Progress {
        self.out.progress(what, Some(total))
    }

    fn announce(&mut self, line: &str) -> Result<()> {
        for (n, part) in broken(line).iter().enumerate() {
            self.out.indented(if n == 0 { 0 } else { INDENT }, Tone::Accent, part)?;
        }
        // The output of the command follows.
        self.out.flush()
    }

    /// Runs a command without printing it. Returns its output.
    ///
    /// # Errors
    /// [`crate::error::Kind::Failed`] with the command and its error output, when it fails.
    pub async fn quiet(&self, words: Vec<String>) -> Result<Vec<u8>> {
        let done = self
            .child(&words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .output()
            .await?;
        if done.status.success() {
            return Ok(done.stdout);
        }
        let said = String::from_utf8_lossy(&done.stderr);
        Err(Error::failed(format!(
            "inbox {} ended with {}: {}",
            line_of(&words),
            done.status,
            said.trim_end()
        )))
    }

    /// Prints a command that is already running.
    ///
    /// # Errors
    /// Any error of writing.
    pub fn running(&mut self, text: &str, words: &[&str]) -> Result<()> {
        let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
        self.out.line(Tone::Plain, "")?;
        self.say(text)?;
        self.announce(&format!("inbox {} &", line_of(&words)))
    }

    /// Prints a text and a command, and runs the command.
    ///
    /// # Errors
    /// [`crate::error::Kind::Failed`] when the command does not end as expected.
    pub async fn show(&mut self, text: &str, words: &[&str], exit: i32) -> Result<()> {
        let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
        self.out.line(Tone::Plain, "")?;
        self.say(text)?;
        self.announce(&format!("inbox {}", line_of(&words)))?;
        let status = self.child(&words).status().await?;
        ended(&words, status, exit)
    }

    /// Prints a text and two commands with a pipe between them, and runs the commands.
    ///
    /// # Errors
    /// [`crate::error::Kind::Failed`] when one of the commands fails.
    pub async fn show_pipe(&mut self, text: &str, left: &[&str], right: &[&str]) -> Result<()> {
        let own = |words: &[&str]| -> Vec<String> { words.iter().map(|w| (*w).to_owned()).collect() };
        let (left, right) = (own(left), own(right));
        self.out.line(Tone::Plain, "")?;
        self.say(text)?;
        self.announce(&format!("inbox {} | inbox {}", line_of(&left), line_of(&right)))?;
        let mut first = self.child(&left).stdout(Stdio::piped()).spawn()?;
        let pipe: Stdio = match first.stdout.take() {
            Some(out) => out.try_into()?,
            None => Stdio::null(),
        };
        let second = self.child(&right).stdin(pipe).status().await?;
        ended(&left, first.wait().await?, 0)?;
        ended(&right, second, 0)
    }

    /// Ends the output.
    ///
    /// # Errors
    /// Any error of writing.
    pub fn finish(&mut self) -> Result<()> {
        self.out.finish()
    }
}

fn ended(words: &[String], status: std::process::ExitStatus, wanted: i32) -> Result<()> {
    if status.code() == Some(wanted) {
        return Ok(());
    }
    Err(Error::failed(format!("inbox {} ended with {status}", line_of(words))))
}

fn line_of(words: &[String]) -> String {
    words.iter().map(|w| quoted(w)).collect::<Vec<_>>().join(" ")
}

/// Quotes a word for the shell, if it needs quotes.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Breaks a long command before its flags and pipes, so that the shell still reads one command.
fn broken(line: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut now = "$ ".to_owned();
    for part in pieces(line) {
        let indent = if lines.is_empty() { 0 } else { INDENT };
        if indent + now.chars().count() + part.chars().count() > WIDTH && now.len() > 4 {
            lines.push(format!("{} \\", now.trim_end()));
            now.clear();
        }
        now.push_str(part);
    }
    lines.push(now.trim_end().to_owned());
    lines
}

/// Splits a line at the possible breaks: before ` --` and ` | ` outside of quotes.
fn pieces(line: &str) -> Vec<&str> {
    let (mut from, mut quoted) = (0, false);
    let mut pieces = Vec::new();
    for (at, c) in line.char_indices() {
        quoted ^= c == '\'';
        let rest = &line[at..];
        if !quoted && at > from && (rest.starts_with(" --") || rest.starts_with(" | ")) {
            pieces.push(&line[from..=at]);
            from = at + 1;
        }
    }
    pieces.push(&line[from..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn word_is_quoted_when_the_shell_would_change_it() {
        assert_eq!(quoted("--to"), "--to");
        assert_eq!(quoted("+923001234567"), "+923001234567");
        assert_eq!(quoted("it's late"), r"'it'\''s late'");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("$HOME"), "'$HOME'");
    }

    #[test]
    fn long_command_breaks_before_its_flags_and_joins_again() {
        let line = "inbox handoff C-12 --to returns --reason 'exchange -- size L | XL' \
            --note 'pickup booked for tomorrow' --order 1007 --as sara";
        let lines = broken(line);
        assert!(
            lines.len() > 1 && lines.iter().all(|l| l.chars().count() <= WIDTH + 2),
            "{lines:#?}"
        );
        let joined: Vec<&str> = lines.iter().map(|l| l.trim_end_matches('\\').trim()).collect();
        assert_eq!(joined.join(" "), format!("$ {line}"));
        assert_eq!(broken("inbox list"), ["$ inbox list"]);
    }
}
