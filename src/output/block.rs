//! A few sentences about one subject, for people: a title, and lines with labels at the left.

use super::row::{Human, Value};
use super::style::{self, Tone};
use super::{Output, sanitize};
use crate::error::Result;

/// The width of a block that is not printed on a terminal.
const WIDTH: usize = 100;
/// The maximum width on a wide terminal, because long lines are hard to read.
const WIDEST: usize = 120;
/// The maximum length of a line.
const TEXT: usize = 2_000;
/// The minimum width of the text.
const NARROW: usize = 24;

/// One line of a block.
#[derive(Debug, Clone)]
pub struct Line {
    /// The label at the left. Empty if the line continues the line above.
    pub label: Value,
    /// Words and values, printed one after another without additional spaces.
    pub text: Vec<Value>,
    /// The colour of the text.
    pub tone: Tone,
}

/// A title and its lines.
#[derive(Debug, Clone)]
pub struct Block {
    /// The title.
    pub title: Vec<Value>,
    /// The colour of the title.
    pub tone: Tone,
    /// The lines in order.
    pub lines: Vec<Line>,
}

impl Output {
    /// Writes blocks with an empty line between them, unless quiet.
    ///
    /// # Errors
    /// An error of writing to stdout.
    pub fn blocks(&mut self, blocks: &[Block]) -> Result<()> {
        if self.options.quiet {
            return Ok(());
        }
        for (n, block) in blocks.iter().enumerate() {
            let mut text = render(block, self);
            if n > 0 {
                text.insert(0, '\n');
            }
            self.write(text.as_bytes())?;
        }
        Ok(())
    }
}

fn render(block: &Block, out: &Output) -> String {
    let how = Human {
        tz: &out.options().tz,
        now: None,
        seconds: true,
    };
    let width = out.terminal().width().map_or(WIDTH, |width| width.min(WIDEST));
    let color = out.color_out();
    let mut text = String::new();
    for piece in sanitize::wrap(&sentence(&block.title, &how), width) {
        text.push_str(&style::paint(block.tone, &piece, color));
        text.push('\n');
    }
    let labels: Vec<String> = block
        .lines
        .iter()
        .map(|line| {
            if line.label == Value::Null {
                return String::new();
            }
            line.label.human(&how, TEXT)
        })
        .collect();
    let left = labels.iter().map(|label| sanitize::width(label)).max().unwrap_or(0);
    let room = width.saturating_sub(left + 4).max(NARROW);
    for (line, label) in block.lines.iter().zip(&labels) {
        for (n, piece) in sanitize::wrap(&sentence(&line.text, &how), room).iter().enumerate() {
            let label = if n == 0 { label.as_str() } else { "" };
            let gap = " ".repeat(left.saturating_sub(sanitize::width(label)) + 2);
            text.push_str("  ");
            text.push_str(&style::paint(Tone::Strong, label, color));
            text.push_str(&gap);
            text.push_str(&style::paint(line.tone, piece, color));
            text.push('\n');
        }
    }
    text
}

/// Joins words and values into one safe line. Words keep their leading and trailing spaces.
fn sentence(pieces: &[Value], how: &Human<'_>) -> String {
    let mut text = String::new();
    for piece in pieces {
        if let Value::Text(words) = piece {
            text.push_str(words);
        } else {
            text.push_str(&piece.human(how, TEXT));
        }
    }
    sanitize::line(&text, TEXT)
}
