//! The people in `contacts[]` of a body, looked up by id. The list is not parallel to any other
//! list.

use std::cell::Cell;
use std::collections::HashMap;

use super::ids::{Ids, Person};
use super::json::Node;

/// The contacts of one change.
#[derive(Debug, Default)]
pub(super) struct People<'a> {
    list: Vec<(Person<'a>, Cell<bool>)>,
    by_id: HashMap<String, usize>,
}

impl<'a> People<'a> {
    pub(super) fn read(nodes: Vec<Node<'a>>) -> Self {
        let mut people = People::default();
        for person in nodes.into_iter().filter_map(Person::read) {
            let at = people.list.len();
            for id in person.ids.values() {
                people.by_id.entry(id.to_owned()).or_insert(at);
            }
            people.list.push((person, Cell::new(false)));
        }
        people
    }

    /// Returns the person with one of the ids. If the ids are empty, returns the only person of the
    /// list.
    pub(super) fn find(&self, ids: &Ids) -> Option<&Person<'a>> {
        let at = match (ids.is_empty(), self.list.len()) {
            (true, 1) => Some(&0),
            (true, _) => None,
            (false, _) => ids.values().find_map(|id| self.by_id.get(id)),
        }?;
        let (person, mentioned) = self.list.get(*at)?;
        mentioned.set(true);
        Some(person)
    }

    /// Returns the people that no other element of the change refers to.
    pub(super) fn unmentioned(&self) -> impl Iterator<Item = &Person<'a>> {
        self.list
            .iter()
            .filter(|(_, mentioned)| !mentioned.get())
            .map(|(person, _)| person)
    }
}
