//! A lazy, tolerant view of JSON text. Every node is the exact text that was sent.
//!
//! `serde_json` does all the scanning. This module is needed because a webhook can contain values
//! that `Value` and derived structs refuse: lone surrogates in strings, duplicate members, numbers
//! instead of text, a single value instead of a list.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

/// The number of elements that are read from a list inside an event. WhatsApp sends at most a few
/// dozen. The event's JSON contains all elements.
const MAX_ELEMENTS: usize = 1_000;

/// The number of members that are read from an object.
const MAX_MEMBERS: usize = 10_000;

/// One JSON value as the text that was sent. The text is well-formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Node<'a>(&'a str);

/// The members of one JSON object, in the order they were sent.
#[derive(Debug)]
pub(super) struct Obj<'a>(Vec<(Cow<'a, str>, Node<'a>)>);

impl Default for Node<'_> {
    fn default() -> Self {
        Node("null")
    }
}

impl<'a> Node<'a> {
    /// Checks that the text is one well-formed JSON value. The scan is not recursive, so that any
    /// depth is allowed.
    pub(super) fn parse(text: &'a str) -> serde_json::Result<Self> {
        serde_json::from_str::<&RawValue>(text).map(|raw| Node(raw.get()))
    }

    /// Returns the exact text.
    pub(super) fn raw(self) -> &'a str {
        self.0
    }

    fn first(self) -> u8 {
        self.0.as_bytes().first().copied().unwrap_or(b'n')
    }

    pub(super) fn is_null(self) -> bool {
        self.first() == b'n'
    }

    /// Reads an object. Returns `None` for any other value.
    pub(super) fn object(self) -> Option<Obj<'a>> {
        if self.first() != b'{' {
            return None;
        }
        serde_json::from_str(self.0).ok()
    }

    /// Reads the first [`MAX_ELEMENTS`] elements of a list. A single value is a list of one
    /// element, and null is an empty list.
    pub(super) fn list(self) -> Vec<Node<'a>> {
        self.first_of_list(MAX_ELEMENTS).0
    }

    /// Reads the first elements of a list, and returns the number of the other elements.
    pub(super) fn first_of_list(self, max: usize) -> (Vec<Node<'a>>, usize) {
        struct Elements(usize);
        impl<'de> Visitor<'de> for Elements {
            type Value = (Vec<Node<'de>>, usize);
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let (mut nodes, mut beyond) = (Vec::new(), 0);
                while let Some(raw) = seq.next_element::<&'de RawValue>()? {
                    if nodes.len() < self.0 {
                        nodes.push(Node(raw.get()));
                    } else {
                        beyond += 1;
                    }
                }
                Ok((nodes, beyond))
            }
        }
        match self.first() {
            b'[' => serde_json::Deserializer::from_str(self.0)
                .deserialize_seq(Elements(max))
                .unwrap_or_default(),
            b'n' => (Vec::new(), 0),
            _ => (vec![self], 0),
        }
    }

    /// Reads text. Numbers and booleans become their spelling, every other value `None`.
    pub(super) fn text(self) -> Option<String> {
        match self.first() {
            b'"' => serde_json::from_str::<Text>(self.0).ok().map(|t| t.0.into_owned()),
            b'{' | b'[' | b'n' => None,
            _ => Some(self.0.to_owned()),
        }
    }

    /// Reads an integer, written as a number or as text.
    pub(super) fn int(self) -> Option<i64> {
        let text = self.text()?;
        let text = text.trim();
        if let Ok(n) = text.parse() {
            return Some(n);
        }
        let n: f64 = text.parse().ok()?;
        // Above 2^53, a float no longer identifies one integer.
        (n.fract() == 0.0 && n.abs() < 9_007_199_254_740_992.0).then_some(n as i64)
    }

    /// Reads a finite decimal number, written as a number or as text.
    pub(super) fn number(self) -> Option<f64> {
        self.text()?.trim().parse().ok().filter(|n: &f64| n.is_finite())
    }

    /// Reads a boolean. The words `true` and `false` are also accepted.
    pub(super) fn bool(self) -> bool {
        self.text().is_some_and(|t| t.eq_ignore_ascii_case("true"))
    }

    /// Returns the nesting depth of brackets.
    pub(super) fn depth(self) -> usize {
        let (mut depth, mut deepest, mut quoted, mut escaped) = (0usize, 0usize, false, false);
        for b in self.0.bytes() {
            match (quoted, b) {
                (true, _) if escaped => escaped = false,
                (true, b'\\') => escaped = true,
                (_, b'"') => quoted = !quoted,
                (false, b'{' | b'[') => {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                (false, b'}' | b']') => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        deepest
    }

    /// Returns a hash of the value. The order of members, spacing and escapes do not matter.
    ///
    /// Beyond 64 KiB or 64 levels the text itself is hashed, so that the cost stays linear.
    pub(super) fn fingerprint(self) -> String {
        let mut canonical = String::new();
        if self.0.len() <= 64 * 1024 && self.depth() <= 64 {
            self.canonical(&mut canonical);
        } else {
            canonical.push_str(self.0);
        }
        hex::encode(Sha256::digest(canonical.as_bytes()))
    }

    fn canonical(self, out: &mut String) {
        if let Some(object) = self.object() {
            let mut members = object.0;
            // The sort is stable. The last of two equal names stays last and is used, as in `get`.
            members.sort_by(|a, b| a.0.cmp(&b.0));
            out.push('{');
            for (i, (name, node)) in members.iter().enumerate() {
                if members.get(i + 1).is_some_and(|next| next.0 == *name) {
                    continue;
                }
                quote(name, out);
                out.push(':');
                node.canonical(out);
                out.push(',');
            }
            out.push('}');
        } else if self.first() == b'[' {
            out.push('[');
            for node in self.first_of_list(usize::MAX).0 {
                node.canonical(out);
                out.push(',');
            }
            out.push(']');
        } else if self.first() == b'"' {
            quote(&self.text().unwrap_or_default(), out);
        } else {
            out.push_str(self.0);
        }
    }
}

fn quote(text: &str, out: &mut String) {
    out.push_str(&format!("{text:?}"));
}

impl<'a> Obj<'a> {
    /// Returns a member that exists and is not null. Of two members with one name, returns the
    /// last.
    pub(super) fn get(&self, name: &str) -> Option<Node<'a>> {
        let found = self.0.iter().rev().find(|(n, _)| n == name)?;
        (!found.1.is_null()).then_some(found.1)
    }

    pub(super) fn object(&self, name: &str) -> Option<Obj<'a>> {
        self.get(name)?.object()
    }

    pub(super) fn list(&self, name: &str) -> Vec<Node<'a>> {
        self.get(name).map(Node::list).unwrap_or_default()
    }

    pub(super) fn first_of_list(&self, name: &str, max: usize) -> (Vec<Node<'a>>, usize) {
        self.get(name).map(|list| list.first_of_list(max)).unwrap_or_default()
    }

    /// Returns a member's trimmed text. `None` when the text is empty.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let text = self.get(name)?.text()?;
        let trimmed = text.trim();
        (!trimmed.is_empty()).then(|| trimmed.to_owned())
    }

    /// Returns the text of the first of several members that has text.
    pub(super) fn first_text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.text(name))
    }

    pub(super) fn int(&self, name: &str) -> Option<i64> {
        self.get(name)?.int()
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(Node::bool)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(super) fn members(&self) -> impl Iterator<Item = (&str, Node<'a>)> {
        self.0.iter().map(|(name, node)| (name.as_ref(), *node))
    }
}

impl<'de> Deserialize<'de> for Obj<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Obj<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(name) = map.next_key::<Text<'de>>()? {
                    let raw: &'de RawValue = map.next_value()?;
                    if members.len() < MAX_MEMBERS {
                        members.push((name.0, Node(raw.get())));
                    }
                }
                Ok(Obj(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// A JSON string that Postgres can store: U+0000 and lone surrogates become their visible escapes,
/// `\u0000` and `\ud83d`.
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl<'de> Visitor<'de> for Bytes {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
                Ok(match std::str::from_utf8(bytes) {
                    Ok(text) if !text.contains('\0') => Text(Cow::Borrowed(text)),
                    _ => Text(Cow::Owned(storable(bytes))),
                })
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(storable(bytes))))
            }
        }
        // When serde_json reads bytes, it returns a lone surrogate as WTF-8 instead of an error.
        deserializer.deserialize_bytes(Bytes)
    }
}

fn storable(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(&b) = bytes.get(i) {
        match (b, bytes.get(i + 1), bytes.get(i + 2)) {
            (0, _, _) => {
                out.extend_from_slice(b"\\u0000");
                i += 1;
            }
            (0xED, Some(&second @ 0xA0..=0xBF), Some(&third @ 0x80..=0xBF)) => {
                let unit = 0xD000 | (u32::from(second & 0x3F) << 6) | u32::from(third & 0x3F);
                out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                i += 3;
            }
            _ => {
                out.push(b);
                i += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(text: &str) -> Node<'_> {
        Node::parse(text).unwrap()
    }

    #[test]
    fn nul_and_lone_surrogates_become_visible_escapes() {
        assert_eq!(node(r#""a\u0000b""#).text().unwrap(), "a\\u0000b");
        assert_eq!(node(r#""x\ud83dy""#).text().unwrap(), "x\\ud83dy");
        assert_eq!(node(r#""x\udc00""#).text().unwrap(), "x\\udc00");
        assert_eq!(node(r#""\ud83d\ude00 \u0645""#).text().unwrap(), "😀 م");
        assert_eq!(node(r#""\ud83d\ud83d\ude00""#).text().unwrap(), "\\ud83d😀");
    }

    #[test]
    fn name_with_a_lone_surrogate_does_not_hide_other_members() {
        let object = node(r#"{"\ud800":1,"b\u0063":"2"}"#).object().unwrap();
        assert_eq!(object.text("bc").unwrap(), "2");
    }

    #[test]
    fn last_of_two_equal_members_wins_and_null_is_absent() {
        let object = node(r#"{"a":1,"a":2,"b":null}"#).object().unwrap();
        assert_eq!(object.int("a"), Some(2));
        assert!(!object.has("b"));
    }

    #[test]
    fn numbers_are_read_from_either_spelling_and_huge_ones_are_refused() {
        assert_eq!(node("17").int(), Some(17));
        assert_eq!(node(r#"" 17 ""#).int(), Some(17));
        assert_eq!(node("1.7e3").int(), Some(1700));
        assert_eq!(node("1e400").int(), None);
        assert_eq!(node("1e400").number(), None);
        assert_eq!(node("1e400").text().unwrap(), "1e400");
        assert_eq!(node("99999999999999999999999").int(), None);
    }

    #[test]
    fn nesting_is_measured_outside_strings_and_never_overflows() {
        assert_eq!(node(r#"{"a":["[[[[\"[["]}"#).depth(), 2);
        let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(node(&deep).depth(), 200_000);
        assert_eq!(node(&deep).fingerprint().len(), 64);
    }

    #[test]
    fn fingerprint_ignores_spelling() {
        let one = node(r#"{"a":[1,"é"],"b":{"c":null}}"#).fingerprint();
        assert_eq!(one, node(r#"{ "b" : {"c":null}, "a" : [1, "\u00e9"] }"#).fingerprint());
        assert_ne!(one, node(r#"{"a":[1,"e"],"b":{"c":null}}"#).fingerprint());
    }
}
