//! References as users type them: `C-1042`, `T-88`, a phone number, a range, or `-` for lines on
//! standard input.

use std::collections::HashSet;
use std::fmt;

use serde::Serialize;

use super::ids::{ConversationId, TicketId, positive, strip_letter};
use super::vocabulary::quoted;
use crate::error::{Error, Result};

/// A reference from the command line, before any look-up.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reference {
    /// A conversation by its number.
    Conversation(i64),
    /// A ticket by its number.
    Ticket(i64),
    /// A contact by phone number, in digits with the country code and without the `+`.
    Phone(String),
    /// A contact by WhatsApp's business-scoped user id, `PK.1349…`.
    Bsuid(String),
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reference::Conversation(n) => ConversationId(*n).fmt(f),
            Reference::Ticket(n) => TicketId(*n).fmt(f),
            Reference::Phone(digits) => f.pad(&format!("+{digits}")),
            Reference::Bsuid(id) => f.pad(id),
        }
    }
}

/// The meaning of a bare number as a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bare {
    /// `1042` is `C-1042`. Tickets must be written `T-88`.
    Conversation,
    /// `88` is `T-88`. Only tickets are accepted.
    Ticket,
}

/// The settings to read references.
#[derive(Debug, Clone, Copy)]
pub struct RefContext<'a> {
    /// The meaning of a bare number.
    pub bare: Bare,
    /// The workspace's country code in digits (`92`). It replaces the leading `0` of a number.
    pub phone_prefix: &'a str,
}

/// The maximum number of references in one range.
pub const RANGE_CAP: i64 = 100_000;

/// The number of digits from which a bare number is read as a phone number.
const PHONE_LIKE: usize = 11;

impl RefContext<'_> {
    /// Reads one reference. For ranges see [`RefContext::parse_each`].
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] with the reference.
    pub fn parse(&self, text: &str) -> Result<Reference> {
        let text = text.trim();
        let reference = self.read(text)?;
        match (self.bare, &reference) {
            (Bare::Ticket, Reference::Conversation(_) | Reference::Phone(_) | Reference::Bsuid(_)) => {
                Err(Error::usage(format!("{} is not a ticket", quoted(text))).hint("write it like T-88"))
            }
            (Bare::Ticket, Reference::Ticket(_)) | (Bare::Conversation, _) => Ok(reference),
        }
    }

    fn read(&self, text: &str) -> Result<Reference> {
        if text.starts_with('+') || text.starts_with('0') {
            return self.phone(text).map(Reference::Phone);
        }
        if is_bsuid(text) {
            return Ok(Reference::Bsuid(text.to_owned()));
        }
        if let Some(n) = strip_letter(text, "C").and_then(positive) {
            return Ok(Reference::Conversation(n));
        }
        if let Some(n) = strip_letter(text, "T").and_then(positive) {
            return Ok(Reference::Ticket(n));
        }
        match positive(text) {
            Some(_) if text.len() >= PHONE_LIKE => {
                Err(not_a_reference(text).hint(format!("a phone number starts with + or 0: +{text}")))
            }
            Some(n) => Ok(match self.bare {
                Bare::Conversation => Reference::Conversation(n),
                Bare::Ticket => Reference::Ticket(n),
            }),
            None => Err(not_a_reference(text).hint(match self.bare {
                Bare::Conversation => {
                    "write C-1042, T-88, a range C-10..C-19, or a phone number that starts with + or 0"
                }
                Bare::Ticket => "write T-88 or a range T-10..T-19",
            })),
        }
    }

    /// Reads a phone number into digits: `+92 300 1234567`, `0092…` and `0300-1234567` are the same.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] if the text does not have 7 to 15 digits, or has characters
    /// other than digits, spaces and `-.()`.
    pub fn phone(&self, text: &str) -> Result<String> {
        let bad = |why: &str| Error::usage(format!("{} is not a phone number: {why}", quoted(text)));
        let (international, rest) = match text.trim().strip_prefix('+') {
            Some(rest) => (true, rest),
            None => (false, text.trim()),
        };
        let mut digits = String::with_capacity(16);
        for c in rest.chars() {
            match c {
                '0'..='9' => digits.push(c),
                ' ' | '-' | '.' | '(' | ')' | '\u{a0}' | '\u{2011}' => {}
                _ => {
                    return Err(bad(
                        "only digits, spaces, dashes, dots and brackets may follow the + or 0",
                    ));
                }
            }
        }
        let full = if international {
            digits
        } else if let Some(rest) = digits.strip_prefix("00") {
            rest.to_owned()
        } else if let Some(national) = digits.strip_prefix('0') {
            if self.phone_prefix.is_empty() {
                return Err(bad("the workspace has no phone prefix").hint("write it with + and the country code"));
            }
            format!("{}{national}", self.phone_prefix)
        } else {
            return Err(bad("it starts with neither + nor 0"));
        };
        if full.starts_with('0') {
            return Err(bad("a country code does not start with 0"));
        }
        if !(7..=15).contains(&full.len()) {
            return Err(bad("it needs 7 to 15 digits with the country code"));
        }
        Ok(full)
    }

    /// Reads a reference or a range `C-10..C-19` (both ends included) and passes each reference to
    /// `each`.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] with the reference: malformed, a range of two kinds, reversed,
    /// or of more than [`RANGE_CAP`] references.
    pub fn parse_each(&self, text: &str, mut each: impl FnMut(Reference)) -> Result<()> {
        let text = text.trim();
        let Some((from, to)) = text.split_once("..") else {
            each(self.parse(text)?);
            return Ok(());
        };
        let bad = |why: String| {
            Error::usage(format!("{} is not a range: {why}", quoted(text))).hint("write it like C-10..C-19")
        };
        let first = self.parse(from).map_err(|e| bad(e.message.into_owned()))?;
        // In `C-10..19` the bare end has the kind of the start.
        let second = match (&first, positive(to)) {
            (Reference::Conversation(_), Some(n)) => Reference::Conversation(n),
            (Reference::Ticket(_), Some(n)) => Reference::Ticket(n),
            (Reference::Phone(_) | Reference::Bsuid(_), _) | (_, None) => {
                self.parse(to).map_err(|e| bad(e.message.into_owned()))?
            }
        };
        let (a, b, make): (i64, i64, fn(i64) -> Reference) = match (first, second) {
            (Reference::Conversation(a), Reference::Conversation(b)) => (a, b, Reference::Conversation),
            (Reference::Ticket(a), Reference::Ticket(b)) => (a, b, Reference::Ticket),
            (a, b) => return Err(bad(format!("{a} and {b} do not span one"))),
        };
        if a > b {
            return Err(bad("it ends before it begins".to_owned()));
        }
        if b - a >= RANGE_CAP {
            return Err(bad(format!("it has more than {RANGE_CAP} references")));
        }
        (a..=b).for_each(|n| each(make(n)));
        Ok(())
    }
}

fn not_a_reference(text: &str) -> Error {
    Error::usage(format!("{} is not a reference", quoted(text)))
}

/// Returns the shape of a business-scoped user id: `PK.1349…`, a parent's `PK.ENT.1181…`.
fn is_bsuid(text: &str) -> bool {
    let Some((country, rest)) = text.split_once('.') else {
        return false;
    };
    let id = rest.strip_prefix("ENT.").unwrap_or(rest);
    country.len() == 2
        && country.bytes().all(|b| b.is_ascii_uppercase())
        && (1..=128).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Reads all references of a command from the arguments. The argument `-` reads one reference per
/// line of `lines`.
///
/// The order is kept and repetitions are dropped. Empty lines, a byte order mark, carriage returns
/// and commas after a reference are ignored. `lines` is read only if there is a `-`, line by line.
///
/// # Errors
/// [`crate::error::Kind::Usage`] with the reference, and with the line number for a reference from
/// `-`. Any error of reading `lines`.
pub fn parse_refs(
    args: &[String],
    lines: impl Iterator<Item = Result<String>>,
    context: RefContext<'_>,
) -> Result<Vec<Reference>> {
    let mut refs = Vec::new();
    let mut seen = HashSet::new();
    let mut add = |text: &str| {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        for part in parts {
            context.parse_each(part, |reference| {
                if seen.insert(reference.clone()) {
                    refs.push(reference);
                }
            })?;
        }
        Ok::<(), Error>(())
    };
    let mut lines = Some(lines);
    for arg in args {
        if arg != "-" {
            add(arg)?;
            continue;
        }
        let Some(lines) = lines.take() else {
            return Err(Error::usage("'-' was given twice, but there is one standard input"));
        };
        for (n, line) in lines.enumerate() {
            let line = line?;
            add(line.trim_start_matches('\u{feff}')).map_err(|mut e| {
                e.message = format!("line {}: {}", n + 1, e.message).into();
                e
            })?;
        }
    }
    Ok(refs)
}

#[cfg(test)]
mod tests {
    use super::Reference::{Bsuid, Conversation, Phone, Ticket};
    use super::*;
    use crate::error::Kind;
    use proptest::prelude::*;

    const CX: RefContext<'static> = RefContext {
        bare: Bare::Conversation,
        phone_prefix: "92",
    };
    const TICKETS: RefContext<'static> = RefContext {
        bare: Bare::Ticket,
        phone_prefix: "92",
    };

    fn refs(args: &[&str], stdin: &str) -> Result<Vec<Reference>> {
        let args: Vec<String> = args.iter().map(|s| (*s).to_owned()).collect();
        parse_refs(&args, stdin.split('\n').map(|l| Ok(l.to_owned())), CX)
    }

    #[test]
    fn conversation_can_be_written_three_ways() {
        for text in ["C-1042", "c-1042", "c1042", "C1042", "1042", " 1042 "] {
            assert_eq!(CX.parse(text).unwrap(), Conversation(1042), "{text}");
        }
    }

    #[test]
    fn bare_number_is_a_ticket_when_tickets_are_expected() {
        assert_eq!(TICKETS.parse("88").unwrap(), Ticket(88));
        assert_eq!(TICKETS.parse("t88").unwrap(), Ticket(88));
        assert_eq!(CX.parse("T-88").unwrap(), Ticket(88));
        for text in ["C-88", "+923001234567", "PK.13"] {
            assert_eq!(
                TICKETS.parse(text).unwrap_err().message,
                format!("'{text}' is not a ticket")
            );
        }
    }

    #[test]
    fn phone_number_is_the_same_in_every_spelling() {
        for text in [
            "+923001234567",
            "+92 300 1234567",
            "+92-300-1234567",
            "+92 (300) 123.4567",
            "03001234567",
            "0300 1234567",
            "0300-123-4567",
            "00923001234567",
        ] {
            assert_eq!(CX.parse(text).unwrap(), Phone("923001234567".into()), "{text}");
        }
    }

    #[test]
    fn impossible_phone_number_is_refused_by_name() {
        for text in [
            "+92",
            "0",
            "01",
            "+0300123456",
            "+9230012345678901",
            "+92300x",
            "0300O123456",
            "+",
        ] {
            let e = CX.parse(text).unwrap_err();
            assert_eq!(e.kind, Kind::Usage);
            assert!(e.message.contains(text), "{}", e.message);
        }
        let none = RefContext { phone_prefix: "", ..CX };
        assert!(
            none.parse("03001234567")
                .unwrap_err()
                .message
                .contains("no phone prefix")
        );
    }

    #[test]
    fn long_bare_number_is_refused_with_the_likely_phone_number() {
        let e = CX.parse("923001234567").unwrap_err();
        assert_eq!(e.hint.unwrap(), "a phone number starts with + or 0: +923001234567");
    }

    #[test]
    fn business_scoped_id_is_kept_unchanged() {
        assert_eq!(
            CX.parse("PK.13491208655302741918").unwrap(),
            Bsuid("PK.13491208655302741918".into())
        );
        assert_eq!(CX.parse("PK.ENT.1181aB").unwrap(), Bsuid("PK.ENT.1181aB".into()));
        assert!(CX.parse("pk.1349").is_err());
        assert!(CX.parse("PK.").is_err());
        assert!(CX.parse("PK.1-3").is_err());
    }

    #[test]
    fn invalid_reference_is_named_in_the_message() {
        for text in [
            "",
            "C-",
            "C-0",
            "C-x",
            "-5",
            "C--5",
            "X-1",
            "1.5",
            "C-99999999999999999999",
            "۱۲",
            "C -1",
        ] {
            let e = CX.parse(text).unwrap_err();
            assert_eq!(e.message, format!("'{text}' is not a reference"));
            assert!(e.hint.is_some());
        }
        assert!(!CX.parse("\u{1b}[2J").unwrap_err().message.contains('\u{1b}'));
    }

    #[test]
    fn range_includes_both_ends() {
        assert_eq!(
            refs(&["C-10..C-12"], "").unwrap(),
            [Conversation(10), Conversation(11), Conversation(12)]
        );
        assert_eq!(refs(&["10..11"], "").unwrap(), [Conversation(10), Conversation(11)]);
        assert_eq!(refs(&["C-7..7"], "").unwrap(), [Conversation(7)]);
        assert_eq!(refs(&["T-10..11"], "").unwrap(), [Ticket(10), Ticket(11)]);
    }

    #[test]
    fn range_that_is_reversed_mixed_or_too_long_is_refused() {
        for (range, why) in [
            ("C-19..C-10", "ends before it begins"),
            ("C-1..T-5", "do not span one"),
            ("C-1..", "is not a reference"),
            ("..C-5", "is not a reference"),
            ("+923001234567..+923001234569", "do not span one"),
            ("C-1..C-100001", "more than 100000"),
            ("1..9223372036854775807", "more than 100000"),
        ] {
            let e = refs(&[range], "").unwrap_err();
            assert_eq!(e.kind, Kind::Usage);
            assert!(e.message.contains(range) && e.message.contains(why), "{}", e.message);
        }
        assert_eq!(refs(&["C-1..C-100000"], "").unwrap().len(), 100_000);
    }

    #[test]
    fn repeats_are_dropped_and_the_order_is_kept() {
        let got = refs(&["C-3", "1", "c3", "1..3"], "").unwrap();
        assert_eq!(got, [Conversation(3), Conversation(1), Conversation(2)]);
    }

    #[test]
    fn standard_input_accepts_crlf_and_spreadsheet_columns() {
        let got = refs(
            &["-", "C-9"],
            "\u{feff}C-1\r\n\r\n  C-2,\nC-3,,\n\n0300 1234567\r\nC-1\n",
        )
        .unwrap();
        assert_eq!(
            got,
            [
                Conversation(1),
                Conversation(2),
                Conversation(3),
                Phone("923001234567".into()),
                Conversation(9)
            ]
        );
    }

    #[test]
    fn invalid_line_is_reported_with_its_number() {
        let e = refs(&["-"], "C-1\n\nC-x\n").unwrap_err();
        assert_eq!(e.message, "line 3: 'C-x' is not a reference");
    }

    #[test]
    fn empty_standard_input_is_no_reference_and_no_error() {
        assert_eq!(refs(&["-"], "").unwrap(), []);
        assert_eq!(refs(&[], "C-1").unwrap(), []);
    }

    #[test]
    fn standard_input_can_be_named_once() {
        assert!(refs(&["-", "-"], "C-1").unwrap_err().message.contains("twice"));
    }

    #[test]
    fn reading_error_is_passed_on() {
        let lines = [Ok("C-1".to_owned()), Err(Error::failed("stdin: broken"))];
        let e = parse_refs(&["-".to_owned()], lines.into_iter(), CX).unwrap_err();
        assert_eq!(e.message, "stdin: broken");
    }

    #[test]
    fn hundred_thousand_lines_are_read() {
        let lines = (1..=100_000).map(|n| Ok(format!("C-{n}")));
        assert_eq!(parse_refs(&["-".to_owned()], lines, CX).unwrap().len(), 100_000);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_but_never_panics(text in "\\PC{0,40}") {
            let mut n = 0u32;
            let outcome = CX.parse_each(&text, |_| n += 1);
            prop_assert_eq!(outcome.is_ok(), n > 0);
        }

        #[test]
        fn printed_references_read_back(n in 1i64..i64::MAX) {
            for r in [Conversation(n), Ticket(n)] {
                prop_assert_eq!(CX.parse(&r.to_string()).unwrap(), r);
            }
        }
    }
}
