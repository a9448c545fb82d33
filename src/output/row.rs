//! The typed definition of rows for every format.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::style::Tone;
use super::{sanitize, time};
use crate::error::{Error, Result};

/// One cell. Its type decides how it may be printed.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value: `-` for people, empty in CSV and TSV, `null` in JSON.
    Null,
    /// Text from the program or an administrator: ids, handles, statuses, phone numbers.
    Text(Cow<'static, str>),
    /// Free text from any person. It is made safe for people and spreadsheets, and is exact in
    /// JSON.
    Customer(String),
    /// An integer.
    Int(i64),
    /// A figure, printed with at most three decimals.
    Float(f64),
    /// Seconds: `2h 05m` for people, plain seconds with at most three decimals in other formats.
    Duration(f64),
    /// Yes or no.
    Bool(bool),
    /// A time, in the chosen zone.
    Time(Timestamp),
    /// Several values in one cell.
    List(Vec<Value>),
    /// Named values in one cell.
    Fields(Vec<(Cow<'static, str>, Value)>),
    /// Any JSON. Its strings are treated as customer text.
    Json(serde_json::Value),
    /// A value with a colour for terminals.
    Toned(Tone, Box<Value>),
}

impl Value {
    /// Creates text from the program.
    pub fn text(text: impl Into<Cow<'static, str>>) -> Self {
        Value::Text(text.into())
    }

    /// Creates free text from a person, or a null.
    pub fn customer(text: impl Into<Option<String>>) -> Self {
        text.into().map_or(Value::Null, Value::Customer)
    }

    /// Creates a duration in seconds, or a null.
    pub fn duration(seconds: impl Into<Option<f64>>) -> Self {
        seconds.into().map_or(Value::Null, Value::Duration)
    }

    /// Creates a list.
    pub fn list<T: Into<Value>>(items: impl IntoIterator<Item = T>) -> Self {
        Value::List(items.into_iter().map(Into::into).collect())
    }

    /// Sets the colour of the value on terminals.
    #[must_use]
    pub fn tone(self, tone: Tone) -> Self {
        Value::Toned(tone, Box::new(self))
    }

    /// Returns the value without its colour, and the colour.
    pub(super) fn split_tone(&self) -> (&Value, Tone) {
        if let Value::Toned(tone, value) = self {
            (value.split_tone().0, *tone)
        } else {
            (self, Tone::Plain)
        }
    }

    /// Returns whether a table may shorten the value.
    pub(super) fn is_prose(&self) -> bool {
        match self {
            Value::Customer(_) | Value::List(_) | Value::Fields(_) | Value::Json(_) => true,
            Value::Toned(_, value) => value.is_prose(),
            Value::Null | Value::Text(_) | Value::Int(_) | Value::Float(_) | Value::Duration(_) => false,
            Value::Bool(_) | Value::Time(_) => false,
        }
    }

    fn holds_customer_text(&self) -> bool {
        match self {
            Value::Customer(_) | Value::Json(_) => true,
            Value::Toned(_, value) => value.holds_customer_text(),
            Value::List(items) => items.iter().any(Value::holds_customer_text),
            Value::Fields(fields) => fields.iter().any(|(_, value)| value.holds_customer_text()),
            Value::Null | Value::Text(_) | Value::Int(_) | Value::Float(_) | Value::Duration(_) => false,
            Value::Bool(_) | Value::Time(_) => false,
        }
    }

    /// Writes the value for people, on one safe line of at most `max` columns.
    pub(super) fn human(&self, how: &Human<'_>, max: usize) -> String {
        match self {
            Value::Null => "-".to_owned(),
            Value::Text(text) => or_dash(sanitize::line(text, max)),
            Value::Customer(text) => or_dash(sanitize::line(text, max)),
            Value::Int(n) => n.to_string(),
            Value::Float(n) => time::decimal(*n).unwrap_or_else(|| "-".to_owned()),
            Value::Duration(seconds) => time::duration(*seconds),
            Value::Bool(true) => "yes".to_owned(),
            Value::Bool(false) => "no".to_owned(),
            Value::Time(at) => how.time(*at),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(|item| item.human(how, max)).collect();
                or_dash(sanitize::truncate(&items.join(", "), max).into_owned())
            }
            Value::Fields(fields) => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(name, value)| format!("{}={}", sanitize::line(name, max), value.human(how, max)))
                    .collect();
                or_dash(sanitize::truncate(&fields.join(" "), max).into_owned())
            }
            Value::Json(serde_json::Value::Null) => "-".to_owned(),
            Value::Json(serde_json::Value::String(text)) => or_dash(sanitize::line(text, max)),
            Value::Json(json) => sanitize::line(&json.to_string(), max),
            Value::Toned(_, value) => value.human(how, max),
        }
    }

    /// Writes the value for a CSV or TSV cell, without quotes.
    pub(super) fn machine(&self, tz: &TimeZone) -> String {
        match self {
            Value::Null => String::new(),
            Value::Text(text) => text.clone().into_owned(),
            Value::Customer(text) => sanitize::defuse(text).into_owned(),
            Value::Int(n) => n.to_string(),
            Value::Float(n) | Value::Duration(n) => time::decimal(*n).unwrap_or_default(),
            Value::Bool(yes) => yes.to_string(),
            Value::Time(at) => time::rfc3339(*at, tz),
            Value::List(items) if items.iter().all(Value::is_flat) => {
                let joined = items.iter().map(|item| item.raw(tz)).collect::<Vec<_>>().join(",");
                if self.holds_customer_text() {
                    sanitize::defuse(&joined).into_owned()
                } else {
                    joined
                }
            }
            Value::List(_) | Value::Fields(_) => {
                let mut json = String::new();
                self.json(&mut json, tz);
                json
            }
            Value::Json(serde_json::Value::Null) => String::new(),
            Value::Json(serde_json::Value::String(text)) => sanitize::defuse(text).into_owned(),
            Value::Json(json) => json.to_string(),
            Value::Toned(_, value) => value.machine(tz),
        }
    }

    fn raw(&self, tz: &TimeZone) -> String {
        if let (Value::Customer(text), _) = self.split_tone() {
            text.clone()
        } else {
            self.machine(tz)
        }
    }

    fn is_flat(&self) -> bool {
        match self {
            Value::List(_) | Value::Fields(_) | Value::Json(_) => false,
            Value::Toned(_, value) => value.is_flat(),
            Value::Null | Value::Text(_) | Value::Customer(_) | Value::Int(_) | Value::Float(_) => true,
            Value::Duration(_) | Value::Bool(_) | Value::Time(_) => true,
        }
    }

    /// Appends the value as JSON, with exact customer text.
    pub(super) fn json(&self, out: &mut String, tz: &TimeZone) {
        match self {
            Value::Null => out.push_str("null"),
            Value::Text(text) => json_string(out, text),
            Value::Customer(text) => json_string(out, text),
            Value::Int(n) => out.push_str(&n.to_string()),
            Value::Float(n) | Value::Duration(n) => {
                out.push_str(time::decimal(*n).as_deref().unwrap_or("null"));
            }
            Value::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
            Value::Time(at) => json_string(out, &time::rfc3339(*at, tz)),
            Value::List(items) => {
                out.push('[');
                for (n, item) in items.iter().enumerate() {
                    if n > 0 {
                        out.push(',');
                    }
                    item.json(out, tz);
                }
                out.push(']');
            }
            Value::Fields(fields) => json_object(out, fields.iter().map(|(name, value)| (name.as_ref(), value)), tz),
            Value::Json(json) => json_escaped(out, &json.to_string()),
            Value::Toned(_, value) => value.json(out, tz),
        }
    }
}

fn or_dash(text: String) -> String {
    if text.is_empty() { "-".to_owned() } else { text }
}

/// Appends an object with its keys in the given order.
pub(super) fn json_object<'a>(out: &mut String, fields: impl Iterator<Item = (&'a str, &'a Value)>, tz: &TimeZone) {
    out.push('{');
    for (n, (name, value)) in fields.enumerate() {
        if n > 0 {
            out.push(',');
        }
        json_string(out, name);
        out.push(':');
        value.json(out, tz);
    }
    out.push('}');
}

/// Appends a JSON string.
pub(super) fn json_string(out: &mut String, text: &str) {
    json_escaped(out, &serde_json::Value::from(text).to_string());
}

/// Appends finished JSON. Only its strings can contain characters beyond ASCII.
fn json_escaped(out: &mut String, json: &str) {
    for c in json.chars() {
        if sanitize::escaped_in_json(c) {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
}

/// The settings for values printed for people.
pub(super) struct Human<'a> {
    pub tz: &'a TimeZone,
    /// The reference time of relative times. Without it, times are absolute.
    pub now: Option<Timestamp>,
    /// Whether absolute times have seconds.
    pub seconds: bool,
}

impl Human<'_> {
    fn time(&self, at: Timestamp) -> String {
        match self.now {
            Some(now) => time::relative(at, now, self.tz),
            None => time::stamp(at, self.tz, self.seconds),
        }
    }
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(Cow::Owned(text))
    }
}

impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Value::Int(n)
    }
}

impl From<i32> for Value {
    fn from(n: i32) -> Self {
        Value::Int(n.into())
    }
}

impl From<u32> for Value {
    fn from(n: u32) -> Self {
        Value::Int(n.into())
    }
}

impl From<f64> for Value {
    fn from(n: f64) -> Self {
        Value::Float(n)
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Value::Bool(yes)
    }
}

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Value::Time(at)
    }
}

impl From<serde_json::Value> for Value {
    fn from(json: serde_json::Value) -> Self {
        Value::Json(json)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// The description of one column. Its name is the header, the JSON key and the word for
/// `--columns`.
#[derive(Debug, Clone)]
pub struct Heading {
    /// The name, which must not change.
    pub name: Cow<'static, str>,
    /// One sentence for the documentation.
    pub doc: Cow<'static, str>,
    pub(super) wide: bool,
    pub(super) right: bool,
    pub(super) exact: bool,
    pub(super) flex: bool,
    /// The maximum width in the plain table on a terminal.
    pub(super) most: Option<usize>,
}

impl Heading {
    /// Creates a left-aligned column for every format.
    pub fn new(name: impl Into<Cow<'static, str>>, doc: impl Into<Cow<'static, str>>) -> Self {
        Self::of(name.into(), doc.into())
    }

    const fn of(name: Cow<'static, str>, doc: Cow<'static, str>) -> Self {
        Heading {
            name,
            doc,
            wide: false,
            right: false,
            exact: false,
            flex: false,
            most: None,
        }
    }

    /// Returns whether the plain table contains the column.
    pub fn is_in_table(&self) -> bool {
        !self.wide
    }

    /// Leaves the column out of the plain table.
    #[must_use]
    pub const fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// Aligns numbers and durations to the right.
    #[must_use]
    pub const fn right(mut self) -> Self {
        self.right = true;
        self
    }

    /// Prints times with seconds and never relative.
    #[must_use]
    pub const fn exact(mut self) -> Self {
        self.exact = true;
        self
    }
}

/// One column of a row type: its heading, and the function that returns the value of a row.
#[derive(Clone)]
pub struct Column<R> {
    /// The heading.
    pub heading: Heading,
    value: fn(&R) -> Value,
}

impl<R> Column<R> {
    /// Creates a left-aligned column for every format.
    pub const fn new(name: &'static str, doc: &'static str, value: fn(&R) -> Value) -> Self {
        Column {
            heading: Heading::of(Cow::Borrowed(name), Cow::Borrowed(doc)),
            value,
        }
    }

    /// Returns the value of a row in this column.
    pub fn value(&self, row: &R) -> Value {
        (self.value)(row)
    }

    /// Returns the same column for another type of row.
    pub fn filled_by<S>(self, value: fn(&S) -> Value) -> Column<S> {
        Column {
            heading: self.heading,
            value,
        }
    }

    /// Leaves the column out of the plain table.
    #[must_use]
    pub const fn wide(mut self) -> Self {
        self.heading.wide = true;
        self
    }

    /// Aligns numbers and durations to the right.
    #[must_use]
    pub const fn right(mut self) -> Self {
        self.heading.right = true;
        self
    }

    /// Prints times with seconds and never relative.
    #[must_use]
    pub const fn exact(mut self) -> Self {
        self.heading.exact = true;
        self
    }

    /// Limits the column to this width in the plain table on a terminal. Other output contains the
    /// whole value.
    #[must_use]
    pub const fn most(mut self, width: usize) -> Self {
        self.heading.most = Some(width);
        self
    }

    /// Allows a narrow terminal to shorten the column. Free text, lists and JSON are always
    /// shortened.
    #[must_use]
    pub const fn flex(mut self) -> Self {
        self.heading.flex = true;
        self
    }
}

/// A type that can be printed as a row in every format.
pub trait Row: Sized {
    /// Returns the columns, in their order.
    fn columns() -> impl IntoIterator<Item = Column<Self>>;

    /// Returns the reference that `--ids` prints, such as `C-1042`.
    fn reference(&self) -> Option<String> {
        None
    }

    /// Returns the headings of the columns.
    fn headings() -> Vec<Heading> {
        Self::columns().into_iter().map(|c| c.heading).collect()
    }

    /// Returns one value per column.
    fn values(&self) -> Vec<Value> {
        Self::columns().into_iter().map(|c| c.value(self)).collect()
    }
}

/// Returns the wanted columns by name, or all columns of the format.
///
/// # Errors
/// A usage error with the list of valid names.
pub(super) fn pick(columns: &[Heading], wanted: Option<&[String]>, all: bool) -> Result<Vec<usize>> {
    let Some(wanted) = wanted else {
        return Ok((0..columns.len()).filter(|&n| all || !columns[n].wide).collect());
    };
    wanted
        .iter()
        .map(|name| {
            let name = name.trim();
            columns.iter().position(|column| column.name == name).ok_or_else(|| {
                let valid: Vec<&str> = columns.iter().map(|column| column.name.as_ref()).collect();
                let near = valid
                    .iter()
                    .max_by(|a, b| strsim::jaro(name, a).total_cmp(&strsim::jaro(name, b)));
                let near = near.filter(|near| strsim::jaro(name, near) > 0.7);
                let near = near.map(|near| format!("did you mean {near}? ")).unwrap_or_default();
                Error::usage(format!("there is no column {name:?}"))
                    .hint(format!("{near}columns: {}", valid.join(", ")))
            })
        })
        .collect()
}

/// Returns the position of a column by its name.
///
/// # Errors
/// A usage error with the list of valid names.
pub(super) fn position(columns: &[Heading], name: &str) -> Result<usize> {
    Ok(pick(columns, Some(&[name.to_owned()]), true)?
        .first()
        .copied()
        .unwrap_or_default())
}

impl Value {
    /// Compares two values of one column. Null comes last, numbers and times are compared by size,
    /// and text without regard to case.
    pub(super) fn order(&self, other: &Value) -> std::cmp::Ordering {
        use std::cmp::Ordering;
        let (a, b) = (self.split_tone().0, other.split_tone().0);
        match (a, b) {
            (Value::Null, Value::Null) => Ordering::Equal,
            (Value::Null, _) => Ordering::Greater,
            (_, Value::Null) => Ordering::Less,
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (Value::Float(a) | Value::Duration(a), Value::Float(b) | Value::Duration(b)) => a.total_cmp(b),
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Time(a), Value::Time(b)) => a.cmp(b),
            _ => natural(&a.raw(&TimeZone::UTC)).cmp(&natural(&b.raw(&TimeZone::UTC))),
        }
    }
}

/// Returns a key by which C-9 comes before C-10, and case does not matter.
fn natural(text: &str) -> (String, u64, String) {
    let lower = text.to_lowercase();
    let digits = lower.find(|c: char| c.is_ascii_digit()).unwrap_or(lower.len());
    let end = lower[digits..]
        .find(|c: char| !c.is_ascii_digit())
        .map_or(lower.len(), |n| digits + n);
    let number = lower[digits..end].parse().unwrap_or(0);
    (lower[..digits].to_owned(), number, lower)
}

/// The sort key of a row: one value, ascending or descending. Null is always last.
pub(super) struct SortKey {
    value: Value,
    reverse: bool,
}

impl SortKey {
    pub fn of(value: Value, reverse: bool) -> Self {
        SortKey { value, reverse }
    }
}

impl PartialEq for SortKey {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for SortKey {}

impl PartialOrd for SortKey {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SortKey {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let order = self.value.order(&other.value);
        let is_null = |v: &Value| matches!(v.split_tone().0, Value::Null);
        if self.reverse && !is_null(&self.value) && !is_null(&other.value) {
            order.reverse()
        } else {
            order
        }
    }
}
