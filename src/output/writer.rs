//! Writes rows in any format. The memory use does not depend on the number of rows.

use csv::{Writer, WriterBuilder};
use jiff::tz::TimeZone;

use super::row::{self, Heading, Row, Value};
use super::sanitize;
use super::table::{Layout, Page};
use super::{Format, Output};
use crate::error::{Error, Result};

/// The maximum width of free text in a plain table on a terminal.
pub(super) const CAP: usize = 200;
/// The maximum width of free text in `-o wide`, and in any table that is not printed on a terminal.
pub(super) const WIDE_CAP: usize = 2_000;
/// The number of bytes that are collected before a write.
const BATCH: usize = 32 * 1024;

/// Writes rows one by one. [`RowWriter::finish`] completes the output.
#[must_use = "finish() writes what is still pending"]
pub struct RowWriter<'o> {
    out: &'o mut Output,
    columns: Vec<Heading>,
    picked: Vec<usize>,
    tz: TimeZone,
    body: Body,
    text: String,
    rows: u64,
    /// Whether the JSON array already has an object.
    objects: bool,
}

enum Body {
    Quiet,
    Ids,
    Json,
    Jsonl,
    Csv(Box<Writer<Vec<u8>>>),
    Tsv,
    Table(Box<Layout>),
}

impl<'o> RowWriter<'o> {
    pub(super) fn new(out: &'o mut Output, columns: Vec<Heading>) -> Result<Self> {
        let options = &out.options;
        let picked = row::pick(&columns, options.columns.as_deref(), options.format != Format::Table)?;
        let (quiet, ids, header) = (options.quiet, options.ids, options.header);
        let names = || picked.iter().map(|&n| columns[n].name.as_ref());
        let mut text = String::new();
        let body = match options.format {
            _ if quiet => Body::Quiet,
            _ if ids => Body::Ids,
            Format::Json => {
                text.push('[');
                Body::Json
            }
            Format::Jsonl => Body::Jsonl,
            Format::Csv => {
                let mut csv = csv_writer();
                if header && !picked.is_empty() {
                    csv.write_record(names()).map_err(csv_error)?;
                }
                Body::Csv(Box::new(csv))
            }
            Format::Tsv => {
                if header && !picked.is_empty() {
                    let names: Vec<_> = names().map(sanitize::tsv).collect();
                    text = names.join("\t") + "\n";
                }
                Body::Tsv
            }
            Format::Table | Format::Wide => {
                let width = out.terminal.width();
                // Output for grep or for a file has no width to fit.
                let whole = options.format == Format::Wide || width.is_none();
                let page = Page {
                    tz: options.tz.clone(),
                    now: width.map(|_| options.now),
                    width,
                    cap: if whole { WIDE_CAP } else { CAP },
                    color: out.color_out(),
                    header,
                };
                let shown = picked.iter().map(|&n| Heading {
                    most: columns[n].most.filter(|_| !whole),
                    ..columns[n].clone()
                });
                Body::Table(Box::new(Layout::new(page, shown.collect())))
            }
        };
        Ok(RowWriter {
            tz: out.options.tz.clone(),
            out,
            columns,
            picked,
            body,
            text,
            rows: 0,
            objects: false,
        })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// An error of writing to stdout. A closed stdout is not an error: see [`RowWriter::closed`].
    pub fn push<R: Row>(&mut self, row: &R) -> Result<()> {
        match self.body {
            Body::Quiet => {
                self.rows += 1;
                Ok(())
            }
            Body::Ids => self.push_values(row.reference(), &[]),
            Body::Json | Body::Jsonl | Body::Csv(_) | Body::Tsv | Body::Table(_) => {
                self.push_values(None, &row.values())
            }
        }
    }

    /// Adds a row of columns that are known only at run time. `--ids` prints `reference`.
    ///
    /// # Errors
    /// The errors of [`RowWriter::push`], and a row whose number of values differs from the number
    /// of columns.
    pub fn push_values(&mut self, reference: Option<String>, values: &[Value]) -> Result<()> {
        self.rows += 1;
        if !matches!(self.body, Body::Quiet | Body::Ids) && values.len() != self.columns.len() {
            let (got, want) = (values.len(), self.columns.len());
            return Err(Error::failed(format!("a row has {got} values for {want} columns")));
        }
        let cells = self.picked.iter().map(|&n| &values[n]);
        match &mut self.body {
            Body::Quiet => return Ok(()),
            Body::Ids => {
                if let Some(reference) = reference {
                    self.text.push_str(&sanitize::tsv(&reference));
                    self.text.push('\n');
                }
            }
            Body::Json | Body::Jsonl => {
                let names = self.picked.iter().map(|&n| self.columns[n].name.as_ref());
                let mut object = String::new();
                row::json_object(&mut object, names.zip(cells), &self.tz);
                return self.push_json(&object);
            }
            Body::Csv(csv) => {
                if !self.picked.is_empty() {
                    for cell in cells {
                        let text = cell.machine(&self.tz);
                        csv.write_field(sanitize::csv(&text).as_bytes()).map_err(csv_error)?;
                    }
                    csv.write_record(None::<&[u8]>).map_err(csv_error)?;
                }
            }
            Body::Tsv => {
                for (n, cell) in cells.enumerate() {
                    if n > 0 {
                        self.text.push('\t');
                    }
                    self.text.push_str(&sanitize::tsv(&cell.machine(&self.tz)));
                }
                if !self.picked.is_empty() {
                    self.text.push('\n');
                }
            }
            Body::Table(layout) => layout.push(cells),
        }
        self.drain(false)
    }

    /// Adds a finished JSON object that contains more than a row.
    pub(super) fn push_json(&mut self, object: &str) -> Result<()> {
        if matches!(self.body, Body::Json) {
            self.text.push_str(if self.objects { ",\n" } else { "\n" });
            self.objects = true;
        }
        self.text.push_str(object);
        if matches!(self.body, Body::Jsonl) {
            self.text.push('\n');
        }
        self.drain(false)
    }

    pub(super) fn tz(&self) -> &TimeZone {
        &self.tz
    }

    /// Returns whether the reader of stdout has closed it, so that no more rows are needed.
    pub fn closed(&self) -> bool {
        self.out.closed()
    }

    /// Writes all rows so far, for `--follow`.
    ///
    /// # Errors
    /// An error of writing to stdout.
    pub fn flush(&mut self) -> Result<()> {
        self.drain(true)?;
        self.out.flush()
    }

    /// Completes the rows and returns their number. [`Output::finish`] flushes.
    ///
    /// # Errors
    /// An error of writing to stdout.
    pub fn finish(mut self) -> Result<u64> {
        if matches!(self.body, Body::Json) {
            self.text.push_str(if self.objects { "\n]\n" } else { "]\n" });
        }
        self.drain(true)?;
        Ok(self.rows)
    }

    fn drain(&mut self, all: bool) -> Result<()> {
        match &mut self.body {
            Body::Csv(csv) if all || csv.get_ref().len() >= BATCH => {
                let full = std::mem::replace(csv.as_mut(), csv_writer());
                let bytes = full.into_inner().map_err(|e| Error::from(e.into_error()))?;
                self.out.write(&bytes)?;
            }
            Body::Table(layout) if all || layout.is_full() => {
                let text = layout.render();
                self.out.write(text.as_bytes())?;
            }
            Body::Csv(_) | Body::Table(_) | Body::Quiet | Body::Ids | Body::Json | Body::Jsonl | Body::Tsv => {}
        }
        if all || self.text.len() >= BATCH {
            self.out.write(self.text.as_bytes())?;
            self.text.clear();
        }
        Ok(())
    }
}

fn csv_writer() -> Writer<Vec<u8>> {
    WriterBuilder::new().from_writer(Vec::new())
}

fn csv_error(e: csv::Error) -> Error {
    Error::failed(format!("cannot write CSV: {e}")).caused_by(e)
}
