//! The only code that writes to a terminal: rows in every format, timelines, messages, prompts and progress.
//!
//! Data goes to stdout, everything else to stderr. A closed stdout (`| head -1`) is no error: what follows is
//! dropped and [`Output::closed`] says so. A terminal changes colour, width and relative times, never the data.

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

/// Returns text that anybody wrote as one safe line of at most `max` columns.
pub fn one_line(text: &str, max: usize) -> String {
    sanitize::line(text, max)
}

/// Refuses a column that the rows do not have, before any work is done.
///
/// # Errors
/// A usage error that lists the valid names.
pub fn check_sort<R: Row>(column: &str) -> Result<()> {
    row::position(&R::headings(), column).map(|_| ())
}

/// Sorts rows by a column, nothing last, and keeps the first `limit`.
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

/// Names an output format.
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
    /// Returns the format that a file's ending asks for.
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

    /// Returns whether messages on stderr are JSON objects too.
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

/// When to use colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// Holds what the command line says about output.
#[derive(Debug, Clone)]
pub struct Options {
    /// The format of rows.
    pub format: Format,
    /// Print column names in table, CSV and TSV.
    pub header: bool,
    /// Print references alone, one per line.
    pub ids: bool,
    /// Print these columns, in this order.
    pub columns: Option<Vec<String>>,
    /// Print nothing on success.
    pub quiet: bool,
    /// When to use colour.
    pub color: ColorWhen,
    /// Send long human output through a pager.
    pub pager: bool,
    /// The zone that times are shown in.
    pub tz: TimeZone,
    /// What relative times on a terminal are relative to.
    pub now: Timestamp,
}

impl Options {
    /// Returns whether a person reads the output: a table, and not only references or nothing.
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
    /// Output that may become longer than the screen.
    Held {
        stream: BufWriter<Stream>,
        text: Vec<u8>,
    },
    Paged(Pager),
    Gone,
}

/// Writes everything the program prints.
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

    /// Writes to the given streams: a file for an export, memory in tests.
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

    /// Returns the options this was made with.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Returns the properties of the terminal.
    pub fn terminal(&self) -> &Terminal {
        &self.terminal
    }

    /// Returns whether stdout's reader has gone, so that a long run can end early with exit 0.
    pub fn closed(&self) -> bool {
        self.closed
    }

    /// Lets output that becomes longer than the screen go through a pager. For commands that only read.
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
    /// A usage error where `--columns` names one that does not exist.
    pub fn rows<R: Row>(&mut self) -> Result<RowWriter<'_>> {
        self.rows_of(R::headings())
    }

    /// Starts rows whose columns are known at run time only.
    ///
    /// # Errors
    /// A usage error where `--columns` names one that does not exist.
    pub fn rows_of(&mut self, columns: Vec<Heading>) -> Result<RowWriter<'_>> {
        RowWriter::new(self, columns)
    }

    /// Prints all rows and gives their number.
    ///
    /// # Errors
    /// As [`Output::rows`]; also a stdout that cannot be written.
    pub fn print_rows<R: Row>(&mut self, rows: impl IntoIterator<Item = R>) -> Result<u64> {
        let mut writer = self.rows::<R>()?;
        for row in rows {
            writer.push(&row)?;
        }
        writer.finish()
    }

    /// Refuses a `--columns` that names a column the rows do not have, before any work is done.
    ///
    /// # Errors
    /// A usage error that lists the valid names.
    pub fn check_columns<R: Row>(&self) -> Result<()> {
        row::pick(&R::headings(), self.options.columns.as_deref(), true).map(|_| ())
    }

    /// Refuses a `--columns` that names a column the entries of a timeline do not have, before any work is done.
    ///
    /// # Errors
    /// A usage error that lists the valid names.
    pub fn check_timeline_columns(&self) -> Result<()> {
        self.check_columns::<timeline::EntryRow<'_>>()
    }

    /// Starts timelines, one per conversation or ticket.
    ///
    /// # Errors
    /// A usage error where `--columns` names one that does not exist.
    pub fn timelines(&mut self) -> Result<TimelineWriter<'_>> {
        TimelineWriter::new(self)
    }

    /// Prints one safe line of human text on stdout, unless `-q`.
    ///
    /// # Errors
    /// A stdout that cannot be written.
    pub fn line(&mut self, tone: Tone, text: &str) -> Result<()> {
        if self.options.quiet {
            return Ok(());
        }
        let clean = sanitize::line(text, usize::MAX);
        let line = format!("{}\n", self.paint(tone, &clean));
        self.write(line.as_bytes())
    }

    /// Prints a line of text with so many spaces before it, unless quiet.
    ///
    /// # Errors
    /// What writing fails with.
    pub fn indented(&mut self, by: usize, tone: Tone, text: &str) -> Result<()> {
        if self.options.quiet {
            return Ok(());
        }
        self.write(" ".repeat(by).as_bytes())?;
        self.line(tone, text)
    }

    /// Writes generated text such as completions or a man page as it stands. Never customer text.
    ///
    /// # Errors
    /// A stdout that cannot be written.
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

    /// Reports an error with its hint on stderr, as JSON where the format is JSON.
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

    /// Writes to stderr after what is already on its way to stdout. A pager has to be left first.
    fn complain(&mut self, text: &str) {
        if let Err(e) = self.flush().and_then(|()| Ok(self.err.write_all(text.as_bytes())?)) {
            // Without a stderr there is nowhere left to say it; the exit code still tells.
            tracing::debug!(kind = e.kind.code(), "stderr cannot be written");
        }
    }

    /// Returns the prompts, which ask on stderr and only on a terminal.
    pub fn prompter(&self) -> Prompter {
        Prompter::new(&self.terminal, self.color_err())
    }

    /// Starts a bar, or a spinner without a total. Shows nothing off a terminal, before half a second, or with `-q`.
    pub fn progress(&self, what: &str, total: Option<u64>) -> Progress {
        let visible = self.terminal.stderr && !self.terminal.dumb && !self.options.quiet;
        Progress::new(&sanitize::line(what, 60), total, visible)
    }

    /// Sends what has been written on its way: after each batch of `--follow`, and at the end.
    ///
    /// # Errors
    /// A stdout that cannot be written.
    pub fn flush(&mut self) -> Result<()> {
        self.settle()?;
        let flushed = match &mut self.sink {
            Sink::Direct(stream) => stream.flush(),
            Sink::Paged(pager) => pager.flush(),
            Sink::Held { .. } | Sink::Gone => Ok(()),
        };
        self.outcome(flushed)
    }

    /// Flushes, and waits until the user has left the pager. The last call of a command.
    ///
    /// # Errors
    /// A stdout that cannot be written, such as a full disk.
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

    /// Lets go of held text: it fitted on the screen, or has to be seen now.
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
