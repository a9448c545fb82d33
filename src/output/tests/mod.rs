mod formats;
mod streams;
mod timelines;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use insta::assert_snapshot;
use jiff::tz::TimeZone;
use serde_json::json;

use super::*;
use crate::error::Kind;

#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Memory {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

struct Refuses(io::ErrorKind);

impl Write for Refuses {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(self.0.into())
    }
}

struct Line {
    reference: &'static str,
    status: Value,
    phone: &'static str,
    waiting: Option<f64>,
    last: &'static str,
    labels: &'static [&'static str],
    text: &'static str,
}

impl Row for Line {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("conversation", "The reference.", |r: &Self| r.reference.into()),
            Column::new("status", "Its status.", |r: &Self| r.status.clone()),
            Column::new("phone", "The customer's number.", |r: &Self| r.phone.into()),
            Column::new("waiting", "Since the first unanswered message.", |r: &Self| {
                Value::duration(r.waiting)
            })
            .right(),
            Column::new("last", "The last message's time.", |r: &Self| {
                let last: Timestamp = r.last.parse().unwrap();
                last.into()
            }),
            Column::new("seen", "The same to the second.", |r: &Self| {
                let last: Timestamp = r.last.parse().unwrap();
                last.into()
            })
            .exact()
            .wide(),
            Column::new("labels", "Its labels.", |r: &Self| {
                Value::list(r.labels.iter().copied())
            })
            .wide(),
            Column::new("text", "The last message.", |r: &Self| {
                Value::customer(r.text.to_owned())
            }),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.reference.to_owned())
    }
}

fn line(reference: &'static str, text: &'static str) -> Line {
    Line {
        reference,
        status: Value::text("open").tone(Tone::Good),
        phone: "+923001234567",
        waiting: Some(7_500.25),
        last: "2026-11-01T19:30:00Z",
        labels: &["cod", "urgent"],
        text,
    }
}

fn nasty() -> Vec<Line> {
    vec![
        line("C-1", "السلام علیکم، میرا آرڈر #1001 لاہور کہاں ہے؟"),
        line("C-2", "=HYPERLINK(\"http://x\",\"y\")"),
        line("C-3", "\x1b[31mred\x1b]0;title\x07 \u{9b}2J\x7f\x00"),
        line("C-4", "two\r\nlines,\tand \"quotes\"\n\n\n\\n\n"),
        line("C-5", "👨‍👩‍👧‍👦 👍🏽 ❤️ 🇵🇰 ok"),
        line("C-6", "abc\u{202e}cba \u{2068}Ali\u{2069} z\u{200b}w\u{feff}"),
        Line {
            status: Value::text("snoozed").tone(Tone::Faint),
            waiting: None,
            labels: &[],
            text: "",
            ..line("C-7", "")
        },
    ]
}

fn options(format: Format) -> Options {
    Options {
        format,
        tz: TimeZone::get("Asia/Karachi").unwrap(),
        now: "2026-11-01T19:35:00Z".parse().unwrap(),
        ..Options::default()
    }
}

fn screen(columns: u16) -> Terminal {
    Terminal {
        stdin: true,
        stdout: true,
        stderr: true,
        columns: Some(columns),
        lines: Some(24),
        ..Terminal::default()
    }
}

/// The compiler refuses these characters in a literal.
fn shown(text: &str) -> String {
    let marks = [
        ('\u{2068}', "<FSI>"),
        ('\u{2069}', "<PDI>"),
        ('\u{200b}', "<ZWSP>"),
        ('\u{feff}', "<BOM>"),
    ];
    marks
        .iter()
        .fold(text.to_owned(), |text, (c, name)| text.replace(*c, name))
}

fn print(options: Options, terminal: Terminal, rows: Vec<Line>) -> String {
    let out = Memory::default();
    let mut output = Output::new(options, terminal, Box::new(out.clone()), Box::new(Memory::default()));
    output.print_rows(rows).unwrap();
    output.finish().unwrap();
    out.text()
}
