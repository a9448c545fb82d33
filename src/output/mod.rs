//! Only this module writes to a terminal: rows in every format, timelines, messages, prompts and
//! progress.
//!
//! Data go to stdout, all other output goes to stderr. A closed stdout (`| head -1`) is not an
//! error: the remaining output is dropped and [`Output::closed`] returns true. A terminal affects
//! colour, width and relative times, but never the data.

mod block;
mod file;
mod message;
mod pager;
mod progress;
mod prompt;
mod row;
mod sanitize;
mod style;
mod table;
mod terminal;
#[cfg(test)]
mod tests;
mod time;
mod timeline;
mod writer;

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use clap::ValueEnum;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::error::{Error, Result};
pub use block::{Block, Line};
pub use file::{Draft, Target};
use pager::Pager;
pub use pager::is_paging;
pub use progress::Progress;
pub use prompt::Prompter;
pub use row::{Column, Heading, Row, Value};
pub use style::Tone;
pub use terminal::Terminal;
pub use timeline::{Entry, Timeline, TimelineWriter};
pub use writer::RowWriter;

/// Returns untrusted text as one safe line of at most `max` columns.
pub fn one_line(text: &str, max: usize) -> String {
    sanitize::line(text, max)
}

/// Refuses a column that the rows do not have, before any other work.
///
/// # Errors
/// A usage error with the list of valid names.
pub fn check_sort<R: Row>(column: &str) -> Result<()> {
    row::position(&R::headings(), column).map(|_| ())
}

/// Sorts rows by a column, empty values last, and keeps the first `limit` rows.
///
/// # Errors
/// See [`check_sort`].
pub fn sort_rows<R: Row>(rows: &mut Vec<R>, column: &str, reverse: bool, limit: Option<u32>) -> Result<()> {
    let position = row::position(&R::headings(), column)?;
    if let Some(column) = R::columns().into_iter().nth(position) {
        rows.sort_by_cached_key(|row| row::SortKey::of(column.value(row), reverse));
    }
    if let Some(limit) = limit {
        rows.truncate(limit.try_into().unwrap_or(usize::MAX));
    }
    Ok(())
}

/// Returns the columns of a timeline's entries.
pub fn timeline_headings() -> Vec<Heading> {
    timeline::EntryRow::headings()
}

/// Returns the error for output that could not be written.
pub fn unwritten(cause: io::Error) -> Error {
    Error::failed(format!("cannot write the output: {cause}")).caused_by(cause)
}

/// An output format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns for people.
    #[default]
    Table,
    /// The table with every column.
    Wide,
    /// One array of objects.
    Json,
    /// One object per line.
    Jsonl,
    /// Comma-separated, formulas in customer text defused.
    Csv,
    /// Tab-separated, one line per row.
    Tsv,
}

impl Format {
    /// Returns the format for a file extension.
    pub fn of_path(path: &Path) -> Option<Format> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "json" => Some(Format::Json),
            "jsonl" | "ndjson" => Some(Format::Jsonl),
            "csv" => Some(Format::Csv),
            "tsv" => Some(Format::Tsv),
            "txt" => Some(Format::Table),
            _ => None,
        }
    }

    /// Returns whether messages on stderr are also JSON objects.
    pub fn is_json(self) -> bool {
        match self {
            Format::Json | Format::Jsonl => true,
            Format::Table | Format::Wide | Format::Csv | Format::Tsv => false,
        }
    }

    /// Returns whether the format is for people.
    pub fn is_human(self) -> bool {
        match self {
            Format::Table | Format::Wide => true,
            Format::Json | Format::Jsonl | Format::Csv | Format::Tsv => false,
        }
    }
}

/// The rule for the use of colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set; everywhere if `CLICOLOR_FORCE` is set.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// The output options of the command line.
#[derive(Debug, Clone)]
pub struct Options {
    /// The format of rows.
    pub format: Format,
    /// Whether to print column names in table, CSV and TSV.
    pub header: bool,
    /// Whether to print only references, one per line.
    pub ids: bool,
    /// The columns to print, in this order.
    pub columns: Option<Vec<String>>,
    /// Whether to print nothing on success.
    pub quiet: bool,
    /// The rule for the use of colour.
    pub color: ColorWhen,
    /// Whether to send long human output through a pager.
    pub pager: bool,
    /// The zone for printed times.
    pub tz: TimeZone,
    /// The reference time of relative times on a terminal.
    pub now: Timestamp,
}

impl Options {
    /// Returns whether people read the output: a table that is not reduced to references and not
    /// quiet.
    pub fn is_for_people(&self) -> bool {
        self.format.is_human() && !self.ids && !self.quiet
    }
}

impl Default for Options {
    fn default() -> Self {
        Options {
            format: Format::Table,
            header: true,
            ids: false,
            columns: None,
            quiet: false,
            color: ColorWhen::Auto,
            pager: true,
            tz: TimeZone::UTC,
            now: Timestamp::now(),
        }
    }
}

type Stream = Box<dyn Write + Send>;

enum Sink {
    Direct(BufWriter<Stream>),
    /// Output that is buffered because it may become longer than the screen.
    Held {
        stream: BufWriter<Stream>,
        text: Vec<u8>,
    },
    Paged(Pager),
    Gone,
}

/// Writes all output of the program.
pub struct Output {
    options: Options,
    terminal: Terminal,
    sink: Sink,
    err: Stream,
    closed: bool,
}

impl Output {
    /// Writes to the process's stdout and stderr.
    pub fn stdio(options: Options, terminal: Terminal) -> Self {
        Self::new(options, terminal, Box::new(io::stdout()), Box::new(io::stderr()))
    }

    /// Writes to the given streams: a file for an export, or memory in tests.
    pub fn new(options: Options, terminal: Terminal, out: Stream, err: Stream) -> Self {
        if terminal.stderr {
            dialoguer::console::set_colors_enabled_stderr(terminal.color(options.color, terminal.stderr));
        }
        Output {
            options,
            terminal,
            sink: Sink::Direct(BufWriter::with_capacity(64 * 1024, out)),
            err,
            closed: false,
        }
    }

    /// Returns the options.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Returns the properties of the terminal.
    pub fn terminal(&self) -> &Terminal {
        &self.terminal
    }

    /// Returns whether the reader of stdout has closed it, so that a long run can end early with
    /// exit code 0.
    pub fn closed(&self) -> bool {
        self.closed
    }

    /// Uses a pager for output that becomes longer than the screen. It is for commands that only
    /// read.
    pub fn page(&mut self) {
        if !(self.options.pager && self.terminal.stdout && self.options.format.is_human()) || self.options.quiet {
            return;
        }
        self.sink = match std::mem::replace(&mut self.sink, Sink::Gone) {
            Sink::Direct(stream) => Sink::Held {
                stream,
                text: Vec::new(),
            },
            sink @ (Sink::Held { .. } | Sink::Paged(_) | Sink::Gone) => sink,
        };
    }

    /// Starts rows of a type.
    ///
    /// # Errors
    /// A usage error if `--columns` contains an unknown column.
    pub fn rows<R: Row>(&mut self) -> Result<RowWriter<'_>> {
        self.rows_of(R::headings())
    }

    /// Starts rows whose columns are known only at run time.
    ///
    /// # Errors
    /// A usage error if `--columns` contains an unknown column.
    pub fn rows_of(&mut self, columns: Vec<Heading>) -> Result<RowWriter<'_>> {
        RowWriter::new(self, columns)
    }

    /// Prints all rows and returns their number.
    ///
    /// # Errors
    /// The errors of [`Output::rows`], and an error of writing to stdout.
    pub fn print_rows<R: Row>(&mut self, rows: impl IntoIterator<Item = R>) -> Result<u64> {
        let mut writer = self.rows::<R>()?;
        for row in rows {
            writer.push(&row)?;
        }
        writer.finish()
    }

    /// Refuses a `--columns` with an unknown column of the rows, before any other work.
    ///
    /// # Errors
    /// A usage error with the list of valid names.
    pub fn check_columns<R: Row>(&self) -> Result<()> {
        row::pick(&R::headings(), self.options.columns.as_deref(), true).map(|_| ())
    }

    /// Refuses a `--columns` with an unknown column of a timeline's entries, before any other work.
    ///
    /// # Errors
    /// A usage error with the list of valid names.
    pub fn check_timeline_columns(&self) -> Result<()> {
        self.check_columns::<timeline::EntryRow<'_>>()
    }

    /// Starts timelines, one per conversation or ticket.
    ///
    /// # Errors
    /// A usage error if `--columns` contains an unknown column.
    pub fn timelines(&mut self) -> Result<TimelineWriter<'_>> {
        TimelineWriter::new(self)
    }

    /// Prints one safe line of human text on stdout, unless `-q`.
    ///
    /// # Errors
    /// An error of writing to stdout.
    pub fn line(&mut self, tone: Tone, text: &str) -> Result<()> {
        if self.options.quiet {
            return Ok(());
        }
        let clean = sanitize::line(text, usize::MAX);
        let line = format!("{}\n", self.paint(tone, &clean));
        self.write(line.as_bytes())
    }

    /// Prints a line of text with `by` spaces before it, unless quiet.
    ///
    /// # Errors
    /// An error of writing to stdout.
    pub fn indented(&mut self, by: usize, tone: Tone, text: &str) -> Result<()> {
        if self.options.quiet {
            return Ok(());
        }
        self.write(" ".repeat(by).as_bytes())?;
        self.line(tone, text)
    }

    /// Writes generated text, such as completions or a man page, without changes. It must not
    /// contain customer text.
    ///
    /// # Errors
    /// An error of writing to stdout.
    pub fn raw(&mut self, bytes: &[u8]) -> Result<()> {
        self.write(bytes)
    }

    /// Prints a note on stderr, unless `-q`.
    pub fn note(&mut self, text: &str) {
        self.say(message::Level::Note, text);
    }

    /// Prints a warning on stderr, unless `-q`.
    pub fn warn(&mut self, text: &str) {
        self.say(message::Level::Warning, text);
    }

    /// Reports an error with its hint on stderr, as JSON if the format is JSON.
    pub fn error(&mut self, error: &Error) {
        let text = message::error(error, self.options.format.is_json(), self.color_err());
        self.complain(&text);
    }

    fn say(&mut self, level: message::Level, text: &str) {
        if self.options.quiet {
            return;
        }
        let text = message::notice(level, text, self.options.format.is_json(), self.color_err());
        self.complain(&text);
    }

    /// Writes to stderr after the pending output on stdout. A pager must end first.
    fn complain(&mut self, text: &str) {
        if let Err(e) = self.flush().and_then(|()| Ok(self.err.write_all(text.as_bytes())?)) {
            // If stderr cannot be written, only the exit code reports the error.
            tracing::debug!(kind = e.kind.code(), "stderr cannot be written");
        }
    }

    /// Returns the prompts. They are printed on stderr and only on a terminal.
    pub fn prompter(&self) -> Prompter {
        Prompter::new(&self.terminal, self.color_err())
    }

    /// Starts a progress bar, or a spinner without a total. Shows nothing without a terminal, in
    /// the first half second, or with `-q`.
    pub fn progress(&self, what: &str, total: Option<u64>) -> Progress {
        let visible = self.terminal.stderr && !self.terminal.dumb && !self.options.quiet;
        Progress::new(&sanitize::line(what, 60), total, visible)
    }

    /// Writes all pending output: after each batch of `--follow`, and at the end.
    ///
    /// # Errors
    /// An error of writing to stdout.
    pub fn flush(&mut self) -> Result<()> {
        self.settle()?;
        let flushed = match &mut self.sink {
            Sink::Direct(stream) => stream.flush(),
            Sink::Paged(pager) => pager.flush(),
            Sink::Held { .. } | Sink::Gone => Ok(()),
        };
        self.outcome(flushed)
    }

    /// Flushes, and waits until the user has closed the pager. It is the last call of a command.
    ///
    /// # Errors
    /// An error of writing to stdout, such as a full disk.
    pub fn finish(&mut self) -> Result<()> {
        self.flush()?;
        match std::mem::replace(&mut self.sink, Sink::Gone) {
            Sink::Paged(pager) => {
                let left = pager.wait();
                self.outcome(left)
            }
            sink @ (Sink::Direct(_) | Sink::Held { .. } | Sink::Gone) => {
                self.sink = sink;
                Ok(())
            }
        }
    }

    /// Prints the buffered text, because it fits on the screen or must be visible now.
    fn settle(&mut self) -> Result<()> {
        let mut written = Ok(());
        self.sink = match std::mem::replace(&mut self.sink, Sink::Gone) {
            Sink::Held { mut stream, text } => {
                written = stream.write_all(&text);
                Sink::Direct(stream)
            }
            sink @ (Sink::Direct(_) | Sink::Paged(_) | Sink::Gone) => sink,
        };
        self.outcome(written)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if self.closed {
            return Ok(());
        }
        let written = match &mut self.sink {
            Sink::Direct(stream) => stream.write_all(bytes),
            Sink::Paged(pager) => pager.write_all(bytes),
            Sink::Gone => Ok(()),
            Sink::Held { text, .. } => {
                text.extend_from_slice(bytes);
                let lines = text.iter().filter(|&&b| b == b'\n').count();
                if lines < self.terminal.height() {
                    return Ok(());
                }
                return self.start_pager();
            }
        };
        self.outcome(written)
    }

    fn start_pager(&mut self) -> Result<()> {
        let Some(mut pager) = Pager::start(self.terminal.pager.as_deref()) else {
            return self.settle();
        };
        let mut written = Ok(());
        if let Sink::Held { text, .. } = &self.sink {
            written = pager.write_all(text);
        }
        self.sink = Sink::Paged(pager);
        self.outcome(written)
    }

    fn outcome(&mut self, written: io::Result<()>) -> Result<()> {
        match written {
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            Err(e) => Err(unwritten(e)),
            Ok(()) => Ok(()),
        }
    }

    fn color_out(&self) -> bool {
        self.terminal.color(self.options.color, self.terminal.stdout)
    }

    fn color_err(&self) -> bool {
        self.terminal.color(self.options.color, self.terminal.stderr)
    }

    fn paint<'t>(&self, tone: Tone, text: &'t str) -> Cow<'t, str> {
        style::paint(tone, text, self.color_out())
    }
}
