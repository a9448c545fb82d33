//! Errors, warnings and notes: lines for people, or one JSON object each if the format is JSON.

use std::borrow::Cow;

use jiff::tz::TimeZone;

use super::row::{self, Value};
use super::sanitize;
use super::style::{self, Tone};
use crate::error::Error;

/// The severity of a notice.
#[derive(Debug, Clone, Copy)]
pub(super) enum Level {
    Note,
    Warning,
}

/// Writes an error with its hint.
pub(super) fn error(error: &Error, as_json: bool, color: bool) -> String {
    if as_json {
        return object(
            "error",
            vec![
                ("code".into(), error.kind.code().into()),
                ("message".into(), Value::Text(error.message.clone())),
                ("hint".into(), error.hint.clone().map_or(Value::Null, Value::Text)),
            ],
        );
    }
    let mut text = labelled("error", Tone::Bad, &error.message, color);
    if let Some(hint) = &error.hint {
        text.push_str(&labelled("hint", Tone::Accent, hint, color));
    }
    text
}

/// Writes a note or a warning.
pub(super) fn notice(level: Level, text: &str, as_json: bool, color: bool) -> String {
    let (label, tone) = match level {
        Level::Note => ("note", Tone::Accent),
        Level::Warning => ("warning", Tone::Warn),
    };
    if as_json {
        return object(label, vec![("message".into(), Value::text(text.to_owned()))]);
    }
    labelled(label, tone, text, color)
}

fn object(label: &str, fields: Vec<(Cow<'static, str>, Value)>) -> String {
    let mut out = String::new();
    row::json_object(&mut out, [(label, &Value::Fields(fields))].into_iter(), &TimeZone::UTC);
    out.push('\n');
    out
}

/// Writes a label before the first line and indents the other lines.
fn labelled(label: &str, tone: Tone, text: &str, color: bool) -> String {
    let mut out = String::new();
    for (n, line) in sanitize::lines(text, usize::MAX).iter().enumerate() {
        if n == 0 {
            out.push_str(&style::paint(tone, label, color));
            out.push_str(": ");
        } else {
            out.push_str(&" ".repeat(label.len() + 2));
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_is_two_lines_for_people_and_one_object_for_programs() {
        let e = Error::conflict("C-12 belongs to sara since 14:05").hint("inbox show C-12");
        assert_eq!(
            error(&e, false, false),
            "error: C-12 belongs to sara since 14:05\nhint: inbox show C-12\n"
        );
        assert_eq!(
            error(&e, true, true),
            "{\"error\":{\"code\":\"conflict\",\"message\":\"C-12 belongs to sara since 14:05\",\
             \"hint\":\"inbox show C-12\"}}\n"
        );
        let bare = error(&Error::failed("x"), true, false);
        assert_eq!(
            bare,
            "{\"error\":{\"code\":\"failed\",\"message\":\"x\",\"hint\":null}}\n"
        );
    }

    #[test]
    fn reference_typed_with_escapes_does_not_reach_the_terminal() {
        let e = Error::not_found("no conversation \x1b]0;owned\x07");
        let text = error(&e, false, true);
        assert_eq!(text, "\x1b[31merror\x1b[0m: no conversation \\x1b]0;owned\\x07\n");
    }

    #[test]
    fn further_lines_are_indented_under_the_first() {
        assert_eq!(notice(Level::Note, "one\ntwo", false, false), "note: one\n      two\n");
        assert_eq!(
            notice(Level::Warning, "one", true, false),
            "{\"warning\":{\"message\":\"one\"}}\n"
        );
    }
}
