//! The one typed row definition that feeds every format.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::style::Tone;
use super::{sanitize, time};
use crate::error::{Error, Result};

/// Holds one cell, typed by what may be done with it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing: `-` for people, empty in CSV and TSV, `null` in JSON.
    Null,
    /// Text that the program or an administrator chose: ids, handles, statuses, phone numbers.
    Text(Cow<'static, str>),
    /// Free text that anybody typed: made safe for people and spreadsheets, exact in JSON.
    Customer(String),
    /// A count or a number.
    Int(i64),
    /// A figure, shown with at most three decimals.
    Float(f64),
    /// Seconds: `2h 05m` for people, plain seconds with at most three decimals elsewhere.
    Duration(f64),
    /// Yes or no.
    Bool(bool),
    /// A moment, in the chosen zone.
    Time(Timestamp),
    /// Several values in one cell.
    List(Vec<Value>),
    /// Named values in one cell.
    Fields(Vec<(Cow<'static, str>, Value)>),
    /// Any JSON; its strings are treated as customer text.
    Json(serde_json::Value),
    /// A value with a colour for terminals.
    Toned(Tone, Box<Value>),
}

impl Value {
    /// Makes text of our own.
    pub fn text(text: impl Into<Cow<'static, str>>) -> Self {
        Value::Text(text.into())
    }

    /// Makes free text that anybody typed, or nothing.
    pub fn customer(text: impl Into<Option<String>>) -> Self {
        text.into().map_or(Value::Null, Value::Customer)
    }

    /// Makes a duration in seconds, or nothing.
    pub fn duration(seconds: impl Into<Option<f64>>) -> Self {
        seconds.into().map_or(Value::Null, Value::Duration)
    }

    /// Makes a list.
    pub fn list<T: Into<Value>>(items: impl IntoIterator<Item = T>) -> Self {
        Value::List(items.into_iter().map(Into::into).collect())
    }

    /// Colours the value on terminals.
    #[must_use]
    pub fn tone(self, tone: Tone) -> Self {
        Value::Toned(tone, Box::new(self))
    }

    /// Gives the value without its colour, and the colour.
    pub(super) fn split_tone(&self) -> (&Value, Tone) {
        if let Value::Toned(tone, value) = self {
            (value.split_tone().0, *tone)
        } else {
            (self, Tone::Plain)
        }
    }

    /// Says whether a table may cut the value to fit.
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

    /// Writes the value for a CSV or TSV cell, before any quoting.
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

    /// Appends the value as JSON, customer text exact.
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

/// Appends finished JSON, in which only strings can hold anything beyond ASCII.
fn json_escaped(out: &mut String, json: &str) {
    for c in json.chars() {
        if sanitize::escaped_in_json(c) {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
}

/// Says how people see values here.
pub(super) struct Human<'a> {
    pub tz: &'a TimeZone,
    /// Times relative to this moment; absolute without it.
    pub now: Option<Timestamp>,
    /// Absolute times carry seconds.
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

/// Describes one column; its name is the header, the JSON key and the word for `--columns`.
#[derive(Debug, Clone)]
pub struct Column {
    /// The name, a contract.
    pub name: Cow<'static, str>,
    /// One sentence for the documentation.
    pub doc: Cow<'static, str>,
    pub(super) wide: bool,
    pub(super) right: bool,
    pub(super) exact: bool,
    pub(super) flex: bool,
    /// The widest it gets in the plain table on a terminal.
    pub(super) most: Option<usize>,
}

impl Column {
    /// Makes a left-aligned column that every format shows.
    pub const fn new(name: &'static str, doc: &'static str) -> Self {
        Self::of(Cow::Borrowed(name), Cow::Borrowed(doc))
    }

    /// Makes a column whose name is known at run time only.
    pub fn named(name: String, doc: String) -> Self {
        Self::of(Cow::Owned(name), Cow::Owned(doc))
    }

    const fn of(name: Cow<'static, str>, doc: Cow<'static, str>) -> Self {
        Column {
            name,
            doc,
            wide: false,
            right: false,
            exact: false,
            flex: false,
            most: None,
        }
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

    /// Shows times with seconds and never relative.
    #[must_use]
    pub const fn exact(mut self) -> Self {
        self.exact = true;
        self
    }

    /// Cuts the column at this width in the plain table on a terminal; everything else has all of it.
    #[must_use]
    pub const fn most(mut self, width: usize) -> Self {
        self.most = Some(width);
        self
    }

    /// Lets a narrow terminal cut the column; free text, lists and JSON are cut anyway.
    #[must_use]
    pub const fn flex(mut self) -> Self {
        self.flex = true;
        self
    }
}

/// Turns a type into a row of every format.
pub trait Row {
    /// The columns, in their order.
    const COLUMNS: &'static [Column];

    /// Gives what `--ids` prints, such as `C-1042`.
    fn reference(&self) -> Option<String> {
        None
    }

    /// Gives one value per column.
    fn values(&self) -> Vec<Value>;
}

/// Finds the wanted columns by name, or all that the format shows.
///
/// # Errors
/// A usage error that lists the valid names.
pub(super) fn pick(columns: &[Column], wanted: Option<&[String]>, all: bool) -> Result<Vec<usize>> {
    let Some(wanted) = wanted else {
        return Ok((0..columns.len()).filter(|&n| all || !columns[n].wide).collect());
    };
    wanted
        .iter()
        .map(|name| {
            let name = name.trim();
            columns.iter().position(|column| column.name == name).ok_or_else(|| {
                let valid: Vec<&str> = columns.iter().map(|column| column.name.as_ref()).collect();
                Error::usage(format!("no column is called {name:?}")).hint(format!("columns: {}", valid.join(", ")))
            })
        })
        .collect()
}
