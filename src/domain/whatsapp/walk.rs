//! The way through a body: entries, changes, and the lists in a change's value.

use super::event::{Event, Source};
use super::ids::clip;
use super::json::{Node, Obj};
use super::message::{self, Thread, Way, time};
use super::people::People;
use super::{DEEPEST, Defect, Item, Origin, Poison, account, content, ids};

/// The members of a value that hold lists of elements.
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

/// The members of a value that say where it comes from and nothing else.
const LABELS: [&str; 2] = ["messaging_product", "metadata"];

/// The error code by which a business declines to share its history.
const HISTORY_DECLINED: i64 = 2_593_109;

/// Walks a whole body.
pub(super) fn body(body: Obj<'_>, node: Node<'_>) -> Result<Vec<Item>, Poison> {
    let mut out = Vec::new();
    let origin = Origin {
        field: "unknown".to_owned(),
        ..Origin::default()
    };
    if let Some(entries) = body.get("entry") {
        for (i, entry) in entries.list().into_iter().enumerate() {
            walk_entry(&mut out, entry, &format!("entry[{i}]"));
        }
    } else if body.has("changes") {
        walk_entry(&mut out, node, "");
    } else if body.has("value") {
        walk_change(&mut out, origin, node, "");
    } else if LISTS.iter().any(|list| body.has(list)) {
        walk_value(&mut out, origin, node, "", Source::Live);
    } else {
        return Err(Poison::NoEntry);
    }
    Ok(out)
}

fn walk_entry(out: &mut Vec<Item>, node: Node<'_>, path: &str) {
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
    for (i, change) in entry.list("changes").into_iter().enumerate() {
        walk_change(out, origin.clone(), change, &step(path, &format!("changes[{i}]")));
    }
}

fn step(path: &str, next: &str) -> String {
    if path.is_empty() {
        next.to_owned()
    } else {
        format!("{path}.{next}")
    }
}

fn walk_change(out: &mut Vec<Item>, mut origin: Origin, node: Node<'_>, path: &str) {
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

/// Finds the channel that a value is about.
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

fn walk_value(out: &mut Vec<Item>, mut origin: Origin, node: Node<'_>, path: &str, source: Source) {
    let before = out.len();
    let Some(value) = node.object() else {
        // Not seen yet, but an account field may hold anything.
        let event = if source == Source::Live && origin.field != "messages" {
            account(&origin, node)
        } else {
            Err(Defect::NotAnObject)
        };
        return push(out, &origin, path, node, event);
    };
    locate(&mut origin, &value);
    let origin = &origin;
    let people = People::read(value.list("contacts"));
    let each = |list: &str| {
        let path = step(path, list);
        value
            .list(list)
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
    for (path, node) in each("message_echoes").chain(each("smb_message_echoes")) {
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
            event.map(|o| Event::Handover(account::handover(origin, &people, &o))),
        );
    }
    let is_handover = ["control_passed", "control_taken"].iter().any(|name| value.has(name))
        || (origin.field == "messaging_handovers" && !value.has("messaging_handovers"));
    if is_handover {
        let event = sound(node).map(|()| Event::Handover(account::handover(origin, &people, &value)));
        push(out, origin, path, node, event);
    }
    let says_more = value
        .members()
        .any(|(name, _)| !LISTS.contains(&name) && !LABELS.contains(&name));
    // The errors of an account field belong to what it tells; all others stand for themselves.
    if out.len() > before || !says_more {
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
    // What has lists of ours and nothing in them is a valid no-op; all else is kept as it is.
    if out.len() == before && says_more {
        push(out, origin, path, node, account(origin, node));
    }
}

fn walk_history(out: &mut Vec<Item>, origin: &Origin, people: &People<'_>, node: Node<'_>, path: &str) {
    let before = out.len();
    let Some(chunk) = node.object() else {
        return push(out, origin, path, node, Err(Defect::NotAnObject));
    };
    for (i, node) in chunk.list("threads").into_iter().enumerate() {
        let path = format!("{path}.threads[{i}]");
        let Some(object) = node.object() else {
            push(out, origin, &path, node, Err(Defect::NotAnObject));
            continue;
        };
        let thread = Thread::read(&object);
        for (i, node) in object.list("messages").into_iter().enumerate() {
            let way = Way {
                source: Source::History,
                echoes: false,
                thread: Some(&thread),
            };
            let event = sound(node).and_then(|()| a_message(origin, people, node, way));
            push(out, origin, &format!("{path}.messages[{i}]"), node, event);
        }
    }
    for (i, node) in chunk.list("errors").into_iter().enumerate() {
        let event = sound(node).map(|()| an_error(origin, node));
        push(out, origin, &format!("{path}.errors[{i}]"), node, event);
    }
    // Progress without messages.
    if out.len() == before {
        push(out, origin, path, node, account(origin, node));
    }
}

fn walk_standby(out: &mut Vec<Item>, origin: &Origin, node: Node<'_>, path: &str, around: Source) {
    let Some(object) = node.object() else {
        return push(out, origin, path, node, Err(Defect::NotAnObject));
    };
    let holds_lists = LISTS.iter().any(|list| object.has(list));
    if holds_lists && around == Source::Standby && path.matches("standby").count() > 1 {
        // Standby in standby would be a way to nest without end.
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

/// Refuses what is nested too deep, before anything looks inside.
fn sound(node: Node<'_>) -> Result<(), Defect> {
    if node.depth() > DEEPEST {
        Err(Defect::TooDeep)
    } else {
        Ok(())
    }
}

fn push(out: &mut Vec<Item>, origin: &Origin, path: &str, node: Node<'_>, event: Result<Event, Defect>) {
    out.push(Item {
        path: path.to_owned(),
        field: origin.field.clone(),
        waba: origin.waba.clone(),
        phone_number_id: origin.phone_number_id.clone(),
        display_phone_number: origin.display.clone(),
        entry_time: origin.entry_time,
        raw: node.raw().to_owned(),
        event,
    });
}
