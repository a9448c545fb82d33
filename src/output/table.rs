//! Rows as an aligned table. It is rendered in chunks of limited size, so that ten million rows
//! need no more memory.

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Row, Table, Width, presets};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::row::{Heading, Human, Value};
use super::sanitize;
use super::style::{self, Tone};

/// The number of rows that are measured and rendered together.
const CHUNK: usize = 1_000;
/// Blank columns between two table columns.
const GAP: usize = 2;
/// The minimum width of a column that may be shortened.
const NARROWEST: usize = 8;
/// The minimum width of a shortened header.
const SHORTEST_NAME: usize = 5;

/// The page of a table.
pub(super) struct Page {
    pub tz: TimeZone,
    /// The reference time of relative times, on a terminal.
    pub now: Option<Timestamp>,
    /// The width of the terminal. Other output is not fitted to a width.
    pub width: Option<usize>,
    /// The maximum width of free text, on any output.
    pub cap: usize,
    pub color: bool,
    pub header: bool,
}

/// Collects rows and renders them in chunks. Column widths grow from chunk to chunk and never
/// shrink.
pub(super) struct Layout {
    page: Page,
    columns: Vec<Heading>,
    flex: Vec<bool>,
    /// The widths of the headers, and of the values so far.
    names: Vec<usize>,
    values: Vec<usize>,
    pending: Vec<Vec<Content>>,
    shape: Option<Shape>,
}

/// One cell, clean and measured. The measuring of text by clusters has the highest cost.
struct Content {
    text: String,
    tone: Tone,
    width: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Shape {
    Table,
    /// One line per field, if the columns do not fit.
    Records,
}

impl Layout {
    pub fn new(page: Page, columns: Vec<Heading>) -> Self {
        Layout {
            flex: columns.iter().map(|column| column.flex).collect(),
            names: columns
                .iter()
                .map(|column| if page.header { sanitize::width(&column.name) } else { 0 })
                .collect(),
            values: vec![0; columns.len()],
            columns,
            page,
            pending: Vec::new(),
            shape: None,
        }
    }

    pub fn push<'v>(&mut self, values: impl Iterator<Item = &'v Value>) {
        let mut cells = Vec::with_capacity(self.columns.len());
        for (n, (column, value)) in self.columns.iter().zip(values).enumerate() {
            let how = Human {
                tz: &self.page.tz,
                now: self.page.now.filter(|_| !column.exact),
                seconds: column.exact,
            };
            let (value, tone) = value.split_tone();
            let text = value.human(&how, column.most.unwrap_or(self.page.cap));
            self.flex[n] |= value.is_prose();
            let width = sanitize::width(&text);
            self.values[n] = self.values[n].max(width);
            cells.push(Content { text, tone, width });
        }
        self.pending.push(cells);
    }

    pub fn is_full(&self) -> bool {
        self.pending.len() >= CHUNK
    }

    /// Renders the pending rows, with the header on the first call.
    pub fn render(&mut self) -> String {
        let first = self.shape.is_none();
        let natural: Vec<usize> = self.names.iter().zip(&self.values).map(|(n, v)| *n.max(v)).collect();
        let widths = match self.page.width {
            Some(page) => self.fit(&natural, page),
            None => Some(natural.clone()),
        };
        let shape = *self.shape.get_or_insert(match widths {
            Some(_) => Shape::Table,
            None => Shape::Records,
        });
        let rows = std::mem::take(&mut self.pending);
        if shape == Shape::Records && !(first && rows.is_empty()) {
            return self.records(rows, first);
        }
        self.table(rows, &widths.unwrap_or(natural), first && self.page.header)
    }

    /// Narrows the widest columns until the row fits: first columns whose text may be shortened,
    /// then headers that are wider than their values. Returns `None` if the row still does not fit.
    fn fit(&self, natural: &[usize], page: usize) -> Option<Vec<usize>> {
        let mut widths = natural.to_vec();
        let gaps = widths.len().saturating_sub(1) * GAP;
        let mut total: usize = widths.iter().sum::<usize>() + gaps;
        let text = |n: usize| if self.flex[n] { NARROWEST } else { usize::MAX };
        let header = |n: usize| self.values[n].max(SHORTEST_NAME.min(self.names[n]));
        let floors: [&dyn Fn(usize) -> usize; 2] = [&text, &|n| header(n).min(text(n))];
        for floor in floors {
            while total > page {
                let widest = (0..widths.len())
                    .filter(|&n| widths[n] > floor(n))
                    .max_by_key(|&n| widths[n]);
                let Some(widest) = widest else { break };
                widths[widest] -= 1;
                total -= 1;
            }
        }
        (total <= page).then_some(widths)
    }

    fn table(&self, rows: Vec<Vec<Content>>, widths: &[usize], header: bool) -> String {
        if self.columns.is_empty() {
            return String::new();
        }
        let color = self.page.color;
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Disabled);
        if header {
            let name = |(n, column): (usize, &Heading)| {
                let name = sanitize::truncate(&column.name, widths[n]).into_owned();
                Cell::new_owned(style::mark(Tone::Strong, name, color))
            };
            table.set_header(Row::from(self.columns.iter().enumerate().map(name).collect::<Vec<_>>()));
        }
        for row in rows {
            let cell = |(n, mut cell): (usize, Content)| {
                if cell.width > widths[n] {
                    cell.text = sanitize::truncate(&cell.text, widths[n]).into_owned();
                }
                Cell::new_owned(style::mark(cell.tone, cell.text, color))
            };
            table.add_row(Row::from(row.into_iter().enumerate().map(cell).collect::<Vec<_>>()));
        }
        for (n, column) in self.columns.iter().enumerate() {
            if let Some(laid_out) = table.column_mut(n) {
                let width = u16::try_from(widths[n] + GAP).unwrap_or(u16::MAX);
                laid_out.set_padding((0, u16::try_from(GAP).unwrap_or(0)));
                laid_out.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
                if column.right {
                    laid_out.set_cell_alignment(CellAlignment::Right);
                }
            }
        }
        let mut text = String::new();
        for line in table.lines() {
            text.push_str(&style::unmark(line.trim_end()));
            text.push('\n');
        }
        text
    }

    fn records(&self, rows: Vec<Vec<Content>>, first: bool) -> String {
        let names = self
            .columns
            .iter()
            .map(|column| sanitize::width(&column.name))
            .max()
            .unwrap_or(0);
        let room = self.page.width.unwrap_or(80).saturating_sub(names + GAP).max(NARROWEST);
        let mut text = String::new();
        for (n, row) in rows.into_iter().enumerate() {
            if !(first && n == 0) {
                text.push('\n');
            }
            for (column, Content { text: value, tone, .. }) in self.columns.iter().zip(row) {
                let pad = " ".repeat(names - sanitize::width(&column.name) + GAP);
                text.push_str(&style::paint(Tone::Strong, &column.name, self.page.color));
                text.push_str(&pad);
                for (n, piece) in sanitize::wrap(&value, room).iter().enumerate() {
                    if n > 0 {
                        text.push_str(&" ".repeat(names + GAP));
                    }
                    text.push_str(&style::paint(tone, piece, self.page.color));
                    text.push('\n');
                }
            }
        }
        text
    }
}
