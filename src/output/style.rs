//! The meaning of colours, and the two ways to apply them: directly, or as zero-width marks that
//! survive the table layout.

use std::borrow::Cow;

/// The role of a piece of text, which decides its colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// Normal text.
    #[default]
    Plain,
    /// A heading or a reference.
    Strong,
    /// Detail of low importance.
    Faint,
    /// Good results, and messages from the business.
    Good,
    /// Text that needs attention soon.
    Warn,
    /// Text about delays, failures or refusals.
    Bad,
    /// Messages from the customer.
    Accent,
    /// Text that only the team sees: notes.
    Note,
}

const RESET: &str = "\x1b[0m";

/// The end of a coloured piece inside a table cell. The sanitiser removes these marks from all
/// data.
const CLOSE: char = '\u{2064}';

/// Prevents `unicode-width` from measuring a lam-alef pair as one column, because terminals use
/// two. It has no width, and is removed after the layout.
const UNJOIN: char = '\u{1160}';

impl Tone {
    fn sgr(self) -> &'static str {
        match self {
            Tone::Plain => "",
            Tone::Strong => "\x1b[1m",
            Tone::Faint => "\x1b[2m",
            Tone::Good => "\x1b[32m",
            Tone::Warn => "\x1b[33m",
            Tone::Bad => "\x1b[31m",
            Tone::Accent => "\x1b[36m",
            Tone::Note => "\x1b[35m",
        }
    }

    fn mark(self) -> Option<char> {
        match self {
            Tone::Plain => None,
            Tone::Strong => Some('\u{2061}'),
            Tone::Faint => Some('\u{206A}'),
            Tone::Good => Some('\u{206B}'),
            Tone::Warn => Some('\u{206C}'),
            Tone::Bad => Some('\u{206D}'),
            Tone::Accent => Some('\u{206E}'),
            Tone::Note => Some('\u{206F}'),
        }
    }

    fn of_mark(c: char) -> Option<Tone> {
        if !('\u{2061}'..='\u{206F}').contains(&c) {
            return None;
        }
        let tones = [
            Tone::Strong,
            Tone::Faint,
            Tone::Good,
            Tone::Warn,
            Tone::Bad,
            Tone::Accent,
            Tone::Note,
        ];
        tones.into_iter().find(|tone| tone.mark() == Some(c))
    }
}

/// Wraps text in the tone's escape sequences if colour is on.
pub(super) fn paint(tone: Tone, text: &str, color: bool) -> Cow<'_, str> {
    if !color || tone == Tone::Plain || text.is_empty() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}{text}{RESET}", tone.sgr()))
}

/// Prepares clean text for the table renderer: adds tone marks, and keeps lam-alef pairs two
/// columns wide.
pub(super) fn mark(tone: Tone, text: String, color: bool) -> String {
    let text = unjoin(text);
    match tone.mark().filter(|_| color && !text.is_empty()) {
        Some(open) => format!("{open}{text}{CLOSE}"),
        None => text,
    }
}

/// Converts the marks in a laid-out line into escape sequences and removes the helper characters.
pub(super) fn unmark(line: &str) -> Cow<'_, str> {
    if line.is_ascii() {
        return Cow::Borrowed(line);
    }
    let mut painted = String::with_capacity(line.len() + 16);
    for c in line.chars() {
        match c {
            UNJOIN => {}
            CLOSE => painted.push_str(RESET),
            other => match Tone::of_mark(other) {
                Some(tone) => painted.push_str(tone.sgr()),
                None => painted.push(other),
            },
        }
    }
    Cow::Owned(painted)
}

fn unjoin(text: String) -> String {
    if text.is_ascii() || !text.contains(is_lam) {
        return text;
    }
    let mut apart = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_alef(c) {
            apart.push(UNJOIN);
        }
        apart.push(c);
    }
    apart
}

fn is_lam(c: char) -> bool {
    matches!(c, '\u{644}' | '\u{6B5}'..='\u{6B8}' | '\u{76A}' | '\u{8A6}' | '\u{8C7}')
}

fn is_alef(c: char) -> bool {
    matches!(c,
        '\u{622}' | '\u{623}' | '\u{625}' | '\u{627}' | '\u{671}'..='\u{673}' | '\u{675}'
        | '\u{773}' | '\u{774}' | '\u{870}'..='\u{882}')
}
