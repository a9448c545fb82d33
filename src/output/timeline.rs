//! The timeline of one conversation: each message and action with its author and time.

use std::borrow::Cow;

use jiff::Timestamp;

use super::row::{self, Column, Human, Row, Value};
use super::sanitize;
use super::style::{self, Tone};
use super::writer::RowWriter;
use super::{Output, time};
use crate::error::Result;

/// The maximum width of a text. JSON contains the whole text.
const TEXT: usize = 20_000;
/// The width of a timeline that is not printed on a terminal.
const WIDTH: usize = 100;
/// The maximum width on a wide terminal, because long lines are hard to read.
const WIDEST: usize = 120;
/// The maximum width of a name.
const WHO: usize = 16;
/// The maximum width of an action in its column. A longer action gets separate lines.
const WHAT: usize = 20;
/// The minimum width of the text next to its entry. With less space, the text is printed under the
/// entry.
const NARROW: usize = 24;

/// One line of a timeline.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The time.
    pub at: Timestamp,
    /// The kind: `message`, `note`, `event`, `leg`, `ticket`.
    pub kind: &'static str,
    /// The author.
    pub who: Value,
    /// The action, in a word or two.
    pub what: String,
    /// The text.
    pub text: Value,
    /// Typed fields in addition to the text.
    pub detail: Vec<(Cow<'static, str>, Value)>,
    /// The colour of the start of the line.
    pub tone: Tone,
}

/// The head and the entries of one conversation or ticket.
#[derive(Debug, Clone)]
pub struct Timeline {
    /// The reference, such as `C-1042`.
    pub reference: String,
    /// The facts at the top. In JSON they are keys next to `reference` and `timeline`.
    pub head: Vec<(&'static str, Value)>,
    /// The entries in order.
    pub entries: Vec<Entry>,
}

/// One entry as a row, for CSV, TSV, and any format with `--columns`.
pub(super) struct EntryRow<'a>(&'a str, &'a Entry);

impl Row for EntryRow<'_> {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("reference", "The conversation or ticket.", |r: &Self| {
                Value::text(r.0.to_owned())
            }),
            Column::new("at", "The time of the entry.", |r: &Self| r.1.at.into()).exact(),
            Column::new("kind", "Message, note, event, leg or ticket.", |r: &Self| {
                r.1.kind.into()
            }),
            Column::new("who", "The author or actor of the entry.", |r: &Self| r.1.who.clone()),
            Column::new("what", "The kind of change.", |r: &Self| Value::text(r.1.what.clone())),
            Column::new("text", "The text of the message or note.", |r: &Self| r.1.text.clone()),
            Column::new("detail", "The other fields of the entry.", |r: &Self| {
                if r.1.detail.is_empty() {
                    Value::Null
                } else {
                    Value::Fields(r.1.detail.clone())
                }
            }),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.0.to_owned())
    }
}

/// Writes timelines. [`TimelineWriter::finish`] completes the output.
#[must_use = "finish() writes what is still pending"]
pub struct TimelineWriter<'o> {
    body: Body<'o>,
    count: u64,
}

enum Body<'o> {
    Human(&'o mut Output),
    Ids(RowWriter<'o>),
    Objects(RowWriter<'o>),
    Rows(RowWriter<'o>),
}

impl<'o> TimelineWriter<'o> {
    pub(super) fn new(out: &'o mut Output) -> Result<Self> {
        let options = out.options();
        let (plain, human, json) = (
            options.columns.is_none(),
            options.format.is_human(),
            options.format.is_json(),
        );
        let silent = options.ids || options.quiet;
        let body = if silent {
            Body::Ids(out.rows::<EntryRow<'_>>()?)
        } else if human && plain {
            Body::Human(out)
        } else if json && plain {
            Body::Objects(out.rows::<EntryRow<'_>>()?)
        } else {
            Body::Rows(out.rows::<EntryRow<'_>>()?)
        };
        Ok(TimelineWriter { body, count: 0 })
    }

    /// Adds a timeline.
    ///
    /// # Errors
    /// An error of writing to stdout.
    pub fn push(&mut self, timeline: &Timeline) -> Result<()> {
        self.count += 1;
        match &mut self.body {
            Body::Human(out) => {
                let mut text = render(timeline, out);
                if self.count > 1 {
                    text.insert(0, '\n');
                }
                out.write(text.as_bytes())
            }
            Body::Ids(rows) => rows.push_values(Some(timeline.reference.clone()), &[]),
            Body::Objects(rows) => {
                let object = object(timeline, rows);
                rows.push_json(&object)
            }
            Body::Rows(rows) => timeline
                .entries
                .iter()
                .try_for_each(|entry| rows.push(&EntryRow(&timeline.reference, entry))),
        }
    }

    /// Completes the output.
    ///
    /// # Errors
    /// An error of writing to stdout.
    pub fn finish(self) -> Result<()> {
        match self.body {
            Body::Human(_) => Ok(()),
            Body::Ids(rows) | Body::Objects(rows) | Body::Rows(rows) => rows.finish().map(|_| ()),
        }
    }
}

fn object(timeline: &Timeline, rows: &RowWriter<'_>) -> String {
    let reference = Value::text(timeline.reference.clone());
    let entries = timeline
        .entries
        .iter()
        .map(|entry| {
            let names = EntryRow::headings().into_iter().map(|column| column.name);
            // The reference is in the enclosing object.
            Value::Fields(
                names
                    .zip(EntryRow(&timeline.reference, entry).values())
                    .skip(1)
                    .collect(),
            )
        })
        .collect();
    let entries = Value::List(entries);
    let mut fields = vec![("reference", &reference)];
    fields.extend(timeline.head.iter().map(|(name, value)| (*name, value)));
    fields.push(("timeline", &entries));
    let mut object = String::new();
    row::json_object(&mut object, fields.into_iter(), rows.tz());
    object
}

struct Painter<'a> {
    how: Human<'a>,
    color: bool,
    width: usize,
    text: String,
}

fn render(timeline: &Timeline, out: &Output) -> String {
    let width = out.terminal().width();
    let mut painter = Painter {
        how: Human {
            tz: &out.options().tz,
            now: None,
            seconds: false,
        },
        color: out.color_out(),
        width: width.map_or(WIDTH, |width| width.min(WIDEST)),
        text: String::new(),
    };
    painter.line(&[(Tone::Strong, &sanitize::line(&timeline.reference, TEXT))]);
    // On a terminal, the times of the head may be relative, as in a table. The times of the entries
    // are always absolute, because they are the record.
    painter.how.now = width.map(|_| out.options().now);
    painter.head(&timeline.head);
    painter.how.now = None;
    painter.entries(&timeline.entries);
    painter.text
}

impl Painter<'_> {
    fn line(&mut self, pieces: &[(Tone, &str)]) {
        for (tone, text) in pieces {
            self.text.push_str(&style::paint(*tone, text, self.color));
        }
        let end = self.text.trim_end_matches(' ').len();
        self.text.truncate(end);
        self.text.push('\n');
    }

    fn head(&mut self, head: &[(&'static str, Value)]) {
        let names = head.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let indent = names + 4;
        let room = self.width.saturating_sub(indent).max(NARROW / 2);
        for (name, value) in head {
            let (value, tone) = value.split_tone();
            let text = value.human(&self.how, TEXT);
            for (n, piece) in sanitize::wrap(&text, room).iter().enumerate() {
                let name = if n == 0 { *name } else { "" };
                let name = format!("  {name:<names$}  ");
                self.line(&[(Tone::Faint, &name), (tone, piece)]);
            }
        }
    }

    fn entries(&mut self, entries: &[Entry]) {
        let grid = Grid::of(entries, self.width, &self.how);
        let mut day = String::new();
        for entry in entries {
            let at = entry.at.to_zoned(self.how.tz.clone());
            let date = at.strftime("%A %Y-%m-%d").to_string();
            if date != day {
                let rule = "─".repeat(self.width.saturating_sub(date.len() + 4));
                self.text.push('\n');
                self.line(&[(Tone::Faint, &format!("── {date} {rule}"))]);
                day = date;
            }
            self.entry(entry, &grid);
        }
    }

    fn entry(&mut self, entry: &Entry, grid: &Grid) {
        let clock = time::stamp(entry.at, self.how.tz, true).split_off(11);
        let who = pad(&entry.who.human(&self.how, WHO), grid.who);
        let what = sanitize::line(&entry.what, TEXT);
        let mut said = self.said(entry, grid.room).into_iter();
        let mut deeds = sanitize::wrap(&what, self.width.saturating_sub(grid.before_what).max(NARROW / 2)).into_iter();
        let deed = pad(&deeds.next().unwrap_or_default(), grid.what);
        let together = grid.beside && sanitize::width(&what) <= grid.what;
        let (tone, first) = together.then(|| said.next()).flatten().unwrap_or_default();
        self.line(&[
            (Tone::Faint, &clock),
            (Tone::Plain, "  "),
            (entry.tone, &who),
            (Tone::Plain, "  "),
            (Tone::Plain, &deed),
            (Tone::Plain, "  "),
            (tone, &first),
        ]);
        for deed in deeds {
            self.line(&[(Tone::Plain, &" ".repeat(grid.before_what)), (Tone::Plain, &deed)]);
        }
        for (tone, piece) in said {
            self.line(&[(Tone::Plain, &" ".repeat(grid.indent)), (tone, &piece)]);
        }
    }

    fn said(&self, entry: &Entry, room: usize) -> Vec<(Tone, String)> {
        let (text, tone) = entry.text.split_tone();
        let lines = if let Value::Customer(text) = text {
            sanitize::lines(text, TEXT)
        } else if *text == Value::Null {
            Vec::new()
        } else {
            vec![text.human(&self.how, TEXT)]
        };
        let mut said: Vec<(Tone, String)> = lines
            .iter()
            .flat_map(|line| sanitize::wrap(line, room))
            .map(|piece| (tone, piece))
            .collect();
        if !entry.detail.is_empty() {
            let field =
                |(name, value): &(Cow<'static, str>, Value)| format!("{name}: {}", value.human(&self.how, TEXT));
            let fields: Vec<String> = entry.detail.iter().map(field).collect();
            let pieces = sanitize::wrap(&fields.join(" · "), room);
            said.extend(pieces.into_iter().map(|piece| (Tone::Faint, piece)));
        }
        said
    }
}

/// The columns of the entries.
struct Grid {
    who: usize,
    what: usize,
    before_what: usize,
    /// Whether the text is next to the action. Without enough space it is under the action.
    beside: bool,
    indent: usize,
    room: usize,
}

impl Grid {
    fn of(entries: &[Entry], width: usize, how: &Human<'_>) -> Grid {
        let who = |entry: &Entry| sanitize::width(&entry.who.human(how, WHO));
        let who = entries.iter().map(who).max().unwrap_or(0);
        let what = |entry: &Entry| sanitize::width(&sanitize::line(&entry.what, TEXT));
        let what = entries.iter().map(what).filter(|&wide| wide <= WHAT).max().unwrap_or(0);
        // The widths of the clock, a gap, the author and a gap.
        let before_what = 8 + 2 + who + 2;
        let indent = before_what + what + 2;
        let beside = width >= indent + NARROW;
        let indent = if beside { indent } else { 4 };
        Grid {
            who,
            what,
            before_what,
            beside,
            indent,
            room: width.saturating_sub(indent).max(NARROW / 2),
        }
    }
}

fn pad(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(sanitize::width(text));
    format!("{text}{}", " ".repeat(missing))
}
