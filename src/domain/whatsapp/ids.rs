//! The ids of a customer, identified by the shape of the value and not by the name of the member.

use super::json::{Node, Obj};

/// The ids of one customer in one event. Any of them may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Ids {
    /// WhatsApp phone number, only digits, with the country code.
    pub phone: Option<String>,
    /// Business-scoped user id, `PK.1349…`. Also any other opaque id that is not a phone number, a
    /// parent or a group.
    pub bsuid: Option<String>,
    /// Business-scoped id of the parent portfolio, `PK.ENT.1181…`.
    pub parent_bsuid: Option<String>,
}

impl Ids {
    /// Returns whether there is no id at all. Such an event is quarantined.
    pub fn is_empty(&self) -> bool {
        self.phone.is_none() && self.bsuid.is_none() && self.parent_bsuid.is_none()
    }

    /// Adds a value under the kind of its shape, unless there is already an id of that kind.
    pub(super) fn add(&mut self, value: &str) {
        match Shape::of(value) {
            Some(Shape::Phone(v)) => self.phone.get_or_insert(v),
            Some(Shape::Parent(v)) => self.parent_bsuid.get_or_insert(v),
            Some(Shape::Bsuid(v) | Shape::Opaque(v)) => self.bsuid.get_or_insert(v),
            Some(Shape::Group(_)) | None => return,
        };
    }

    /// Adds the ids of `other` that are missing here.
    pub(super) fn fill(&mut self, other: &Ids) {
        let slots = [
            (&mut self.phone, &other.phone),
            (&mut self.bsuid, &other.bsuid),
            (&mut self.parent_bsuid, &other.parent_bsuid),
        ];
        for (mine, theirs) in slots {
            if mine.is_none() {
                mine.clone_from(theirs);
            }
        }
    }

    /// Lists the ids, the strongest first: business-scoped id, phone, parent.
    pub(super) fn values(&self) -> impl Iterator<Item = &str> {
        [&self.bsuid, &self.phone, &self.parent_bsuid]
            .into_iter()
            .filter_map(|v| v.as_deref())
    }

    /// Reads, for each kind, the first of the members with an id of that kind.
    pub(super) fn read(object: &Obj<'_>, members: &[&str]) -> Self {
        let mut ids = Ids::default();
        for value in members.iter().filter_map(|name| object.text(name)) {
            ids.add(&value);
        }
        ids
    }
}

/// The kind of a value by its shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    Phone(String),
    Bsuid(String),
    Parent(String),
    Group(String),
    Opaque(String),
}

impl Shape {
    /// Returns the kind of a value. `None` for a value that cannot identify a customer: empty,
    /// masked like `9191****873`, or too long.
    pub(super) fn of(value: &str) -> Option<Self> {
        let value = value.trim();
        let lower = value.to_ascii_lowercase();
        if lower.ends_with("@g.us") {
            return Some(Shape::Group(value.to_owned()));
        }
        let bare = match lower.strip_suffix("@s.whatsapp.net").or(lower.strip_suffix("@c.us")) {
            Some(bare) => &value[..bare.len()],
            None => value,
        };
        if let Some(digits) = phone_digits(bare) {
            return Some(Shape::Phone(digits));
        }
        let mut parts = bare.split('.');
        let country = parts.next().unwrap_or_default();
        let is_country = country.len() == 2 && country.bytes().all(|b| b.is_ascii_alphabetic());
        let alphanumeric =
            |p: Option<&str>| p.is_some_and(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_alphanumeric()));
        if is_country && bare.len() <= 128 {
            let rest = parts.next();
            if rest.is_some_and(|p| p.eq_ignore_ascii_case("ENT"))
                && alphanumeric(parts.next())
                && parts.next().is_none()
            {
                return Some(Shape::Parent(bare.to_owned()));
            }
            if alphanumeric(rest) && bare.matches('.').count() == 1 {
                return Some(Shape::Bsuid(bare.to_owned()));
            }
        }
        // A masked number would combine different customers. A placeholder identifies no customer.
        let opaque = !bare.is_empty()
            && bare.len() <= 128
            && !bare.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '*' | '<' | '>' | '\\'));
        opaque.then(|| Shape::Opaque(bare.to_owned()))
    }
}

/// Returns the digits of a text in the form of a phone number: 5 to 20 digits, with `+`, spaces,
/// dots, brackets or dashes.
pub(super) fn phone_digits(value: &str) -> Option<String> {
    let ok = |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '.' | '\u{a0}');
    if value.len() > 48 || !value.chars().all(ok) {
        return None;
    }
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    (5..=20).contains(&digits.len()).then_some(digits)
}

/// The data in `contacts[]` about one person.
#[derive(Debug, Clone, Default)]
pub(super) struct Person<'a> {
    pub(super) ids: Ids,
    pub(super) name: Option<String>,
    pub(super) username: Option<String>,
    pub(super) node: Node<'a>,
}

impl<'a> Person<'a> {
    pub(super) fn read(node: Node<'a>) -> Option<Self> {
        let object = node.object()?;
        let profile = object.object("profile");
        let named = |member: &str| {
            profile
                .as_ref()
                .and_then(|p| p.text(member))
                .or_else(|| object.text(member))
        };
        Some(Person {
            ids: Ids::read(&object, &["user_id", "wa_id", "parent_user_id", "phone_number", "id"]),
            name: named("name").map(|n| clip(&n, 256)),
            username: named("username").map(|n| clip(&n, 128)),
            node,
        })
    }
}

/// Shortens a text to a number of characters, with an ellipsis at the end.
pub(super) fn clip(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_is_classified_by_shape() {
        let cases = [
            ("923001234567", Some(Shape::Phone("923001234567".into()))),
            ("+92 300-1234567", Some(Shape::Phone("923001234567".into()))),
            ("923001234567@s.whatsapp.net", Some(Shape::Phone("923001234567".into()))),
            (
                "PK.13491208655302741918",
                Some(Shape::Bsuid("PK.13491208655302741918".into())),
            ),
            ("PK.aB3", Some(Shape::Bsuid("PK.aB3".into()))),
            (
                "PK.ENT.118157992128868",
                Some(Shape::Parent("PK.ENT.118157992128868".into())),
            ),
            (
                "120363418770915618@g.us",
                Some(Shape::Group("120363418770915618@g.us".into())),
            ),
            ("REDACTED", Some(Shape::Opaque("REDACTED".into()))),
            ("123", Some(Shape::Opaque("123".into()))),
            ("9191****873", None),
            ("<WHATSAPP_USER_PHONE_NUMBER>", None),
            ("", None),
        ];
        for (value, shape) in cases {
            assert_eq!(Shape::of(value), shape, "{value}");
        }
    }

    #[test]
    fn ids_are_classified_in_any_member() {
        let mut ids = Ids::default();
        for value in ["PK.ENT.99", "923001234567", "PK.77", "120363@g.us"] {
            ids.add(value);
        }
        assert_eq!(ids.phone.as_deref(), Some("923001234567"));
        assert_eq!(ids.bsuid.as_deref(), Some("PK.77"));
        assert_eq!(ids.parent_bsuid.as_deref(), Some("PK.ENT.99"));
    }
}
