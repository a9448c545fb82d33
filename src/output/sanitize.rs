//! Text from customers is data. No part of it may move the cursor, reorder a line or run in a
//! spreadsheet.
//!
//! Human formats print active characters as visible escapes (`\x1b`, `\u{202e}`) and leave out
//! characters without width and meaning. Urdu, its joiners, emoji families and flags do not change.
//! JSON does not use this module.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The character for a line break inside one line.
const BREAK: &str = "⏎";
/// The maximum number of characters in a cluster. The longest emoji sequences in use have eleven.
/// Longer clusters contain too many combining marks.
const CLUSTER: usize = 16;

enum Fate {
    Keep,
    Drop,
    Escape,
}

fn fate(c: char) -> Fate {
    match c {
        ' '..='~' => Fate::Keep,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' => Fate::Escape,
        // Embeddings and overrides reorder the text after them.
        '\u{202A}'..='\u{202E}' => Fate::Escape,
        // Isolates. Phones put them around names, so they are left out and not escaped.
        '\u{2066}'..='\u{2069}' => Fate::Drop,
        // Soft hyphen, fillers, zero-width space, invisible operators, byte order mark, annotations.
        '\u{AD}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}' | '\u{2060}'..='\u{2065}' => Fate::Drop,
        '\u{206A}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' => Fate::Drop,
        _ => Fate::Keep,
    }
}

fn is_break(cluster: &str) -> bool {
    matches!(
        cluster,
        "\n" | "\r\n" | "\r" | "\x0b" | "\x0c" | "\u{85}" | "\u{2028}" | "\u{2029}"
    )
}

fn escape(out: &mut String, c: char) {
    let code = u32::from(c);
    out.push_str(&if code < 0x100 {
        format!("\\x{code:02x}")
    } else {
        format!("\\u{{{code:x}}}")
    });
}

/// Returns the number of columns of clean text on a terminal.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    // The width is computed per cluster. The rule for whole strings assumes that terminals draw
    // lam-alef in one cell, but they do not.
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// Returns any text as one safe line, shortened with `…` at `max` columns. A line break becomes `
/// `.
pub(super) fn line(text: &str, max: usize) -> String {
    let text = text.trim();
    if text.len() <= max && text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return text.to_owned();
    }
    let mut cut = Cut::new(max);
    let mut pending_break = false;
    for cluster in text.graphemes(true) {
        if is_break(cluster) {
            pending_break = !cut.text.is_empty();
            continue;
        }
        if pending_break {
            pending_break = false;
            if !cut.push(BREAK) {
                break;
            }
        }
        if !cut.push(&clean(cluster)) {
            break;
        }
    }
    cut.finish()
}

/// Splits text at its line breaks into safe lines, with at most `max` columns in total.
pub(super) fn lines(text: &str, max: usize) -> Vec<String> {
    let mut done = Vec::new();
    let mut left = max;
    let mut cut = Cut::new(left);
    for cluster in text.trim().graphemes(true) {
        if is_break(cluster) {
            let ended = std::mem::replace(&mut cut, Cut::new(0)).finish();
            left = left.saturating_sub(width(&ended) + 1);
            cut = Cut::new(left);
            done.push(ended);
        } else if !cut.push(&clean(cluster)) {
            break;
        }
    }
    done.push(cut.finish());
    // Several empty lines are reduced to one.
    done.dedup_by(|a, b| a.is_empty() && b.is_empty());
    done
}

/// Shortens clean text to `max` columns.
pub(super) fn truncate(text: &str, max: usize) -> Cow<'_, str> {
    if width(text) <= max {
        return Cow::Borrowed(text);
    }
    let mut cut = Cut::new(max);
    for cluster in text.graphemes(true) {
        if !cut.push(cluster) {
            break;
        }
    }
    Cow::Owned(cut.finish())
}

/// Breaks one clean line into pieces of at most `max` columns, between words if possible.
pub(super) fn wrap(text: &str, max: usize) -> Vec<String> {
    let max = max.max(2);
    let mut pieces = Vec::new();
    let mut piece = String::new();
    let mut used = 0;
    for word in words(text) {
        let wide = width(word);
        let blank = word.starts_with(' ');
        if used + wide <= max {
            piece.push_str(word);
            used += wide;
        } else if blank {
            pieces.push(std::mem::take(&mut piece));
            used = 0;
        } else {
            if used > 0 && wide <= max {
                pieces.push(std::mem::take(&mut piece).trim_end().to_owned());
                used = 0;
            }
            for cluster in word.graphemes(true) {
                let wide = cluster.width();
                if used + wide > max {
                    pieces.push(std::mem::take(&mut piece));
                    used = 0;
                }
                piece.push_str(cluster);
                used += wide;
            }
        }
    }
    pieces.push(piece.trim_end().to_owned());
    pieces
}

/// Returns alternating pieces: spaces, and other characters.
fn words(mut rest: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = rest.find(|c| (c == ' ') != (first == ' ')).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

fn clean(cluster: &str) -> Cow<'_, str> {
    if cluster == "\t" {
        return Cow::Borrowed(" ");
    }
    let harmless = cluster.chars().nth(CLUSTER).is_none() && cluster.chars().all(|c| matches!(fate(c), Fate::Keep));
    if harmless {
        return Cow::Borrowed(cluster);
    }
    let mut safe = String::with_capacity(cluster.len().min(4 * CLUSTER));
    for c in cluster.chars().take(CLUSTER) {
        match fate(c) {
            Fate::Keep => safe.push(c),
            Fate::Drop => {}
            Fate::Escape => escape(&mut safe, c),
        }
    }
    Cow::Owned(safe)
}

/// Collects clusters up to a width, and records the last position at which the `…` still fits.
struct Cut {
    text: String,
    used: usize,
    max: usize,
    /// The number of bytes that fit before the `…`.
    safe: usize,
    over: bool,
}

impl Cut {
    fn new(max: usize) -> Self {
        Cut {
            text: String::new(),
            used: 0,
            max,
            safe: 0,
            over: false,
        }
    }

    /// Adds a piece. Returns false when the text is full.
    fn push(&mut self, piece: &str) -> bool {
        let wide = width(piece);
        if self.used + wide > self.max {
            self.over = true;
            return false;
        }
        self.text.push_str(piece);
        self.used += wide;
        if self.used < self.max {
            self.safe = self.text.len();
        }
        true
    }

    fn finish(mut self) -> String {
        if self.over && self.max > 0 {
            self.text.truncate(self.safe);
            self.text.push('…');
        }
        self.text
    }
}

/// Adds the prefix `'` to text that a spreadsheet would run as a formula.
pub(super) fn defuse(text: &str) -> Cow<'_, str> {
    let trigger = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    let control = text.starts_with(['\t', '\r', '\n']);
    let seen = text.trim_start_matches(|c: char| c.is_whitespace() || c.width().unwrap_or(0) == 0);
    if control || seen.starts_with(trigger) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Writes control characters and bidi overrides as escapes. All other text stays, including line
/// breaks and tabs.
pub(super) fn csv(text: &str) -> Cow<'_, str> {
    let acts = |c: char| !matches!(c, '\t' | '\n' | '\r') && matches!(fate(c), Fate::Escape);
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if acts(c) {
            escape(&mut safe, c);
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// Writes a TSV cell on one line. `\t`, `\n`, `\r` and `\\` are escapes, as in Postgres' `COPY`.
pub(super) fn tsv(text: &str) -> Cow<'_, str> {
    let acts = |c: char| c == '\\' || matches!(fate(c), Fate::Escape);
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' => safe.push_str("\\\\"),
            '\t' => safe.push_str("\\t"),
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            c if acts(c) => escape(&mut safe, c),
            c => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

/// Returns whether a character is written as `\uXXXX` in JSON. This form is exact and cannot affect
/// a terminal.
pub(super) fn escaped_in_json(c: char) -> bool {
    c > '~' && (!matches!(fate(c), Fate::Keep) || matches!(c, '\u{2028}' | '\u{2029}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown_and_invisible_ones_left_out() {
        let cases = [
            ("\x1b[2J\x07", "\\x1b[2J\\x07"),
            ("a\u{9b}31m", "a\\x9b31m"),
            ("x\u{202e}y", "x\\u{202e}y"),
            ("\u{2068}Ali\u{2069}", "Ali"),
            ("a\u{200b}b\u{feff}\u{2061}c\u{206b}", "abc"),
            ("a\tb", "a b"),
            ("\r\n a\r\n\r\nb\rc\u{2028}d \n", "a⏎b⏎c⏎d"),
            ("a\u{0}b", "a\\x00b"),
        ];
        for (text, safe) in cases {
            assert_eq!(line(text, 100), safe);
        }
    }

    #[test]
    fn urdu_and_emoji_are_unchanged() {
        for text in ["السلام علیکم", "می‌خواهم", "👨‍👩‍👧‍👦", "👩🏽‍❤️‍💋‍👨🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️ 🇵🇰 1️⃣", "‏أهلا"]
        {
            assert_eq!(line(text, 100), text);
            assert_eq!(csv(text), text);
            assert_eq!(tsv(text), text);
        }
    }

    #[test]
    fn cutting_leaves_clusters_whole_and_keeps_the_width() {
        assert_eq!(line("hello world", 8), "hello w…");
        assert_eq!(line("hello", 5), "hello");
        assert_eq!(line("👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 5), "👨‍👩‍👧‍👦👨‍👩‍👧‍👦…");
        assert_eq!(line("👍🏽👍🏽", 3), "👍🏽…");
        assert_eq!(truncate("漢字漢字", 4), "漢…");
        assert_eq!(truncate("abc", 0), "");
        for max in 0..12 {
            assert!(width(&line("a👍🏽لاہور\x1b漢字", max)) <= max);
        }
    }

    #[test]
    fn many_combining_marks_do_not_exceed_the_width() {
        let pile = format!("a{}", "\u{301}".repeat(10_000));
        assert!(line(&pile, 10).chars().count() <= CLUSTER);
    }

    #[test]
    fn lines_wrap_between_words_and_split_long_ones() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("a  b", 10), ["a  b"]);
        for max in 2..20 {
            for piece in wrap("السلام علیکم 👨‍👩‍👧‍👦👨‍👩‍👧‍👦 order-1001-kahan-hai", max)
            {
                assert!(width(&piece) <= max, "{max}: {piece}");
            }
        }
    }

    #[test]
    fn formulas_are_escaped_in_every_disguise() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@x",
            "\t=1",
            "\r=1",
            "\nx",
            " =1",
            "\u{feff}=1",
            "＝1",
        ] {
            assert_eq!(defuse(text), format!("'{text}"));
        }
        for text in ["", "hello", "1+1", "a=b", "السلام"] {
            assert_eq!(defuse(text), text);
        }
    }

    #[test]
    fn tsv_cell_can_be_read_back() {
        assert_eq!(tsv("a\tb\nc\\d\r\x1b"), "a\\tb\\nc\\\\d\\r\\x1b");
    }
}
