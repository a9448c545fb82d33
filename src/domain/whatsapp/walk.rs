//! Reads a body from the outside in: entries, changes, and the lists in a change's value.

use super::event::{Event, Source};
use super::ids::clip;
use super::json::{Node, Obj};
use super::message::{self, Thread, Way, time};
use super::people::People;
use super::{DEEPEST, Defect, Item, MAX_EVENTS, MAX_UPDATES, Origin, Poison, account, content, ids};

/// The members of a value that contain lists of elements.
const LISTS: [&str; 13] = [
    "contacts",
    "messages",
    "message_echoes",
    "smb_message_echoes",
    "statuses",
    "calls",
    "errors",
    "history",
    "standby",
    "user_id_update",
    "user_preferences",
    "state_sync",
    "messaging_handovers",
];

/// The members of a value that contain only its origin.
const LABELS: [&str; 2] = ["messaging_product", "metadata"];

/// The error code by which a business declines to share its history.
const HISTORY_DECLINED: i64 = 2_593_109;

/// Walks a whole body.
pub(super) fn body(body: Obj<'_>, node: Node<'_>) -> Result<Vec<Item>, Poison> {
    let mut out = Items::default();
    let origin = Origin {
        field: "unknown".to_owned(),
        ..Origin::default()
    };
    if let Some(entries) = body.get("entry") {
        let (entries, beyond) = entries.first_of_list(MAX_UPDATES);
        for (i, entry) in entries.into_iter().enumerate() {
            walk_entry(&mut out, entry, &format!("entry[{i}]"));
        }
        out.push_excess(&origin, format!("entry[{MAX_UPDATES}]"), beyond);
    } else if body.has("changes") {
        walk_entry(&mut out, node, "");
    } else if body.has("value") {
        walk_change(&mut out, origin, node, "");
    } else if LISTS.iter().any(|list| body.has(list)) {
        walk_value(&mut out, origin, node, "", Source::Live);
    } else {
        return Err(Poison::NoEntry);
    }
    Ok(out.finish())
}

fn walk_entry(out: &mut Items, node: Node<'_>, path: &str) {
    let mut origin = Origin {
        field: "unknown".to_owned(),
        ..Origin::default()
    };
    let Some(entry) = node.object() else {
        return push(out, &origin, path, node, Err(Defect::NotAnObject));
    };
    origin.waba = entry.text("id").map(|id| clip(&id, 128));
    origin.entry_time = time(&entry, "time");
    if !entry.has("changes") {
        return push(out, &origin, path, node, Err(Defect::Hollow));
    }
    let (changes, beyond) = entry.first_of_list("changes", MAX_UPDATES);
    for (i, change) in changes.into_iter().enumerate() {
        walk_change(out, origin.clone(), change, &step(path, &format!("changes[{i}]")));
    }
    out.push_excess(&origin, step(path, &format!("changes[{MAX_UPDATES}]")), beyond);
}

fn step(path: &str, next: &str) -> String {
    if path.is_empty() {
        next.to_owned()
    } else {
        format!("{path}.{next}")
    }
}

fn walk_change(out: &mut Items, mut origin: Origin, node: Node<'_>, path: &str) {
    let Some(change) = node.object() else {
        return push(out, &origin, path, node, Err(Defect::NotAnObject));
    };
    if let Some(field) = change.text("field") {
        origin.field = clip(&field, 128);
    }
    let source = match origin.field.as_str() {
        "history" => Source::History,
        "standby" => Source::Standby,
        "smb_message_echoes" | "message_echoes" => Source::Echo,
        _ => Source::Live,
    };
    match change.get("value") {
        Some(value) => walk_value(out, origin, value, &step(path, "value"), source),
        None => push(out, &origin, path, node, Err(Defect::Hollow)),
    }
}

/// Sets the channel of a value.
fn locate(origin: &mut Origin, value: &Obj<'_>) {
    let metadata = value.object("metadata");
    // A handover has no metadata: the business is its recipient.
    let recipient = value.object("recipient");
    let places = [metadata.as_ref(), recipient.as_ref(), Some(value)];
    let find = |name: &str| {
        places
            .iter()
            .flatten()
            .find_map(|o| o.text(name))
            .map(|t| clip(&t, 128))
    };
    if let Some(id) = find("phone_number_id") {
        origin.phone_number_id = Some(id);
    }
    if let Some(display) = find("display_phone_number") {
        origin.display_digits = ids::phone_digits(&display);
        origin.display = Some(display);
    }
}

fn walk_value(out: &mut Items, mut origin: Origin, node: Node<'_>, path: &str, source: Source) {
    let before = out.count();
    let Some(value) = node.object() else {
        // No such payload is known yet, but an account field may contain any value.
        let event = if source == Source::Live && origin.field != "messages" {
            account(&origin, node)
        } else {
            Err(Defect::NotAnObject)
        };
        return push(out, &origin, path, node, event);
    };
    locate(&mut origin, &value);
    let origin = &origin;
    let mut excess = Excess::new(path);
    let people = People::read(excess.first_of(&value, "contacts", MAX_UPDATES));
    let mut left = MAX_UPDATES;
    let mut each = |list: &str| {
        let nodes = excess.first_of(&value, list, left);
        left -= nodes.len();
        let path = step(path, list);
        nodes
            .into_iter()
            .enumerate()
            .map(move |(i, node)| (format!("{path}[{i}]"), node))
    };

    for (path, node) in each("messages") {
        let way = Way {
            source,
            echoes: source == Source::Echo,
            thread: None,
        };
        push(
            out,
            origin,
            &path,
            node,
            sound(node).and_then(|()| a_message(origin, &people, node, way)),
        );
    }
    let echoes = each("message_echoes");
    for (path, node) in echoes.chain(each("smb_message_echoes")) {
        let source = if source == Source::Standby {
            Source::Standby
        } else {
            Source::Echo
        };
        let way = Way {
            source,
            echoes: true,
            thread: None,
        };
        push(
            out,
            origin,
            &path,
            node,
            sound(node).and_then(|()| a_message(origin, &people, node, way)),
        );
    }
    for (path, node) in each("statuses") {
        let source = if source == Source::Standby {
            Source::Standby
        } else {
            Source::Live
        };
        let event = sound(node)
            .and_then(|()| message::status(origin, &people, node, source))
            .and_then(|status| match status {
                Some(status) => Ok(Event::Status(Box::new(status))),
                None => account(origin, node),
            });
        push(out, origin, &path, node, event);
    }
    for (path, node) in each("calls") {
        let event = sound(node).and_then(|()| message::call(origin, &people, node, source));
        push(out, origin, &path, node, event.map(|m| Event::Message(Box::new(m))));
    }
    for (path, node) in each("history") {
        walk_history(out, origin, &people, node, &path);
    }
    for (path, node) in each("standby") {
        walk_standby(out, origin, node, &path, source);
    }
    for (path, node) in each("user_id_update") {
        let event = sound(node).and_then(|()| account::user_id_update(origin, node));
        if let Ok(update) = &event {
            people.find(&update.current);
        }
        push(out, origin, &path, node, event.map(Event::UserIdUpdate));
    }
    for (path, node) in each("user_preferences") {
        let event = sound(node).and_then(|()| account::preference(origin, &people, node));
        push(out, origin, &path, node, event.map(Event::Preference));
    }
    for (path, node) in each("state_sync") {
        let event = sound(node).and_then(|()| account::address_book(origin, node));
        push(out, origin, &path, node, event.map(Event::ContactName));
    }
    for (path, node) in each("messaging_handovers") {
        let event = sound(node).and_then(|()| node.object().ok_or(Defect::NotAnObject));
        push(
            out,
            origin,
            &path,
            node,
            event.map(|o| Event::ThreadControl(account::handover(origin, &people, &o))),
        );
    }
    let is_handover = ["control_passed", "control_taken"].iter().any(|name| value.has(name))
        || (origin.field == "messaging_handovers" && !value.has("messaging_handovers"));
    if is_handover {
        let event = sound(node).map(|()| Event::ThreadControl(account::handover(origin, &people, &value)));
        push(out, origin, path, node, event);
    }
    let says_more = value
        .members()
        .any(|(name, _)| !LISTS.contains(&name) && !LABELS.contains(&name));
    // The errors of an account field belong to its event. All other errors are separate elements.
    if out.any_since(before) || !says_more {
        for (path, node) in each("errors") {
            push(out, origin, &path, node, sound(node).map(|()| an_error(origin, node)));
        }
    }
    for person in people.unmentioned() {
        if let Some(name) = account::introduction(origin, person) {
            let event = sound(person.node).map(|()| Event::ContactName(name));
            push(out, origin, &step(path, "contacts"), person.node, event);
        }
    }
    if let Some((path, beyond)) = excess.first {
        out.push_excess(origin, path, beyond);
    }
    // A value that has only empty lists is valid and has no effect. Every other value is kept.
    if !out.any_since(before) && says_more {
        push(out, origin, path, node, account(origin, node));
    }
}

fn walk_history(out: &mut Items, origin: &Origin, people: &People<'_>, node: Node<'_>, path: &str) {
    let before = out.count();
    let Some(chunk) = node.object() else {
        return push(out, origin, path, node, Err(Defect::NotAnObject));
    };
    let (threads, beyond) = chunk.first_of_list("threads", MAX_EVENTS);
    for (i, node) in threads.into_iter().enumerate() {
        let path = format!("{path}.threads[{i}]");
        let Some(object) = node.object() else {
            push(out, origin, &path, node, Err(Defect::NotAnObject));
            continue;
        };
        let thread = Thread::read(&object);
        let (messages, beyond) = object.first_of_list("messages", MAX_EVENTS);
        for (i, node) in messages.into_iter().enumerate() {
            let way = Way {
                source: Source::History,
                echoes: false,
                thread: Some(&thread),
            };
            let event = sound(node).and_then(|()| a_message(origin, people, node, way));
            push(out, origin, &format!("{path}.messages[{i}]"), node, event);
        }
        out.push_excess(origin, format!("{path}.messages[{MAX_EVENTS}]"), beyond);
    }
    out.push_excess(origin, format!("{path}.threads[{MAX_EVENTS}]"), beyond);
    for (i, node) in chunk.list("errors").into_iter().enumerate() {
        let event = sound(node).map(|()| an_error(origin, node));
        push(out, origin, &format!("{path}.errors[{i}]"), node, event);
    }
    // The element contains only the progress of the history, without messages.
    if !out.any_since(before) {
        push(out, origin, path, node, account(origin, node));
    }
}

fn walk_standby(out: &mut Items, origin: &Origin, node: Node<'_>, path: &str, around: Source) {
    let Some(object) = node.object() else {
        return push(out, origin, path, node, Err(Defect::NotAnObject));
    };
    let holds_lists = LISTS.iter().any(|list| object.has(list));
    if holds_lists && around == Source::Standby && path.matches("standby").count() > 1 {
        // Standby inside standby would allow nesting without limit.
        return push(out, origin, path, node, Err(Defect::TooDeep));
    }
    if holds_lists {
        let path = path.strip_suffix("[0]").unwrap_or(path);
        return walk_value(out, origin.clone(), node, path, Source::Standby);
    }
    let echoes = object.has("message") && !object.has("type");
    let way = Way {
        source: Source::Standby,
        echoes,
        thread: None,
    };
    let event = sound(node).and_then(|()| a_message(origin, &People::default(), node, way));
    push(out, origin, path, node, event);
}

fn a_message(origin: &Origin, people: &People<'_>, node: Node<'_>, way: Way<'_, '_>) -> Result<Event, Defect> {
    message::message(origin, people, node, way).map(|m| Event::Message(Box::new(m)))
}

fn an_error(origin: &Origin, node: Node<'_>) -> Event {
    let declined = content::errors(vec![node])
        .into_iter()
        .find(|e| e.code == Some(HISTORY_DECLINED));
    declined.map_or_else(|| Event::Account(account::error(origin, node)), Event::HistoryDeclined)
}

fn account(origin: &Origin, node: Node<'_>) -> Result<Event, Defect> {
    sound(node).map(|()| Event::Account(account::account(origin, node)))
}

/// Refuses an element that is nested too deep, before any other code reads it.
fn sound(node: Node<'_>) -> Result<(), Defect> {
    if node.depth() > DEEPEST {
        Err(Defect::TooDeep)
    } else {
        Ok(())
    }
}

fn push(out: &mut Items, origin: &Origin, path: &str, node: Node<'_>, event: Result<Event, Defect>) {
    if out.list.len() >= MAX_EVENTS {
        return out.count_excess(origin, path, 1);
    }
    out.list
        .push(item(origin, path.to_owned(), node.raw().to_owned(), event));
}

fn item(origin: &Origin, path: String, raw: String, event: Result<Event, Defect>) -> Item {
    Item {
        path,
        field: origin.field.clone(),
        waba: origin.waba.clone(),
        phone_number_id: origin.phone_number_id.clone(),
        display_phone_number: origin.display.clone(),
        entry_time: origin.entry_time,
        raw,
        event,
    }
}

/// The items of a body: at most [`MAX_EVENTS`], and one for all others.
#[derive(Default)]
struct Items {
    list: Vec<Item>,
    /// The first item that is not in the list, and the number of such items.
    excess: Option<(Item, usize)>,
}

impl Items {
    fn count(&self) -> usize {
        self.list.len() + self.excess.as_ref().map_or(0, |(_, count)| *count)
    }

    fn any_since(&self, before: usize) -> bool {
        self.count() > before
    }

    /// Adds one item for the elements of a list beyond its limit.
    fn push_excess(&mut self, origin: &Origin, path: String, beyond: usize) {
        if beyond == 0 {
        } else if self.list.len() >= MAX_EVENTS {
            self.count_excess(origin, &path, beyond);
        } else {
            self.list
                .push(item(origin, path, String::new(), Err(Defect::TooMany(beyond))));
        }
    }

    fn count_excess(&mut self, origin: &Origin, path: &str, more: usize) {
        let excess = &mut self.excess;
        let first =
            excess.get_or_insert_with(|| (item(origin, path.to_owned(), String::new(), Err(Defect::TooMany(0))), 0));
        first.1 += more;
    }

    fn finish(self) -> Vec<Item> {
        let mut list = self.list;
        list.extend(self.excess.map(|(item, count)| Item {
            event: Err(Defect::TooMany(count)),
            ..item
        }));
        list
    }
}

/// The elements of a change beyond [`MAX_UPDATES`].
struct Excess<'p> {
    path: &'p str,
    /// The path of the first element, and the number of elements.
    first: Option<(String, usize)>,
}

impl<'p> Excess<'p> {
    fn new(path: &'p str) -> Self {
        Excess { path, first: None }
    }

    /// Reads the first elements of a list of the change, and records the number of the others.
    fn first_of<'a>(&mut self, value: &Obj<'a>, list: &str, max: usize) -> Vec<Node<'a>> {
        let (nodes, beyond) = value.first_of_list(list, max);
        if beyond > 0 {
            let path = || step(self.path, &format!("{list}[{}]", nodes.len()));
            self.first.get_or_insert_with(|| (path(), 0)).1 += beyond;
        }
        nodes
    }
}
