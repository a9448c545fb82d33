//! Converts messages and events into the entries of a timeline.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::cli::rows::audit::{Words, arrow, fields};
use crate::db::audit::trail::EventLine;
use crate::db::conversation::show::MessageLine;
use crate::domain::event::{EventKind, Subject};
use crate::output::{Entry, Tone, Value};

type Detail = (Cow<'static, str>, Value);

/// The width, in columns, of a quoted message next to the reply.
const QUOTE: usize = 60;

/// Returns the entries of messages. An edit or a deletion is a separate entry, and its message has
/// a mark. A reaction is only shown on its message.
pub fn messages(lines: &[MessageLine], customer: &Value) -> Vec<Entry> {
    let known: HashMap<&str, &MessageLine> = lines.iter().map(|m| (m.wamid.as_str(), m)).collect();
    let mut marks: HashMap<&str, Vec<Detail>> = HashMap::new();
    for m in lines {
        let Some(target) = m.target.as_deref().filter(|t| known.contains_key(t)) else {
            continue;
        };
        let on = marks.entry(target).or_default();
        match m.kind.as_str() {
            "reaction" => {
                let name = if m.author == "customer" {
                    "reaction"
                } else {
                    "our_reaction"
                };
                on.retain(|(n, _)| n != name);
                if let Some(emoji) = emoji(m) {
                    on.push((name.into(), Value::customer(emoji)));
                }
            }
            "edit" => on.push(("edited".into(), m.at.into())),
            "revoke" => on.push(("deleted".into(), m.at.into())),
            _ => {}
        }
    }
    lines
        .iter()
        .filter(|m| m.kind != "reaction" || !m.target.as_deref().is_some_and(|t| known.contains_key(t)))
        .map(|m| message(m, customer, &known, marks.remove(m.wamid.as_str()).unwrap_or_default()))
        .collect()
}

fn emoji(m: &MessageLine) -> Option<String> {
    let summary = m.summary.as_deref()?;
    let inner = summary.strip_prefix("[reaction ")?.strip_suffix(']')?;
    (inner != "removed").then(|| inner.to_owned())
}

fn message(m: &MessageLine, customer: &Value, known: &HashMap<&str, &MessageLine>, marks: Vec<Detail>) -> Entry {
    let inbound = m.author == "customer";
    let (who, verb, tone) = match m.author.as_str() {
        "customer" => (customer.clone(), "wrote", Tone::Accent),
        "human" => (
            m.agent.clone().map_or_else(|| "us".into(), Value::from),
            "replied",
            Tone::Good,
        ),
        "bot" => (
            m.agent.clone().map_or_else(|| "bot".into(), Value::from),
            "replied",
            Tone::Faint,
        ),
        _ => ("whatsapp".into(), "notice", Tone::Faint),
    };
    let what = match m.kind.as_str() {
        "text" | "button" | "interactive" | "system" => verb.to_owned(),
        "edit" => "edited".to_owned(),
        "revoke" => "deleted a message".to_owned(),
        "reaction" => "reacted".to_owned(),
        _ if m.rank == 0 => "message not received".to_owned(),
        kind => format!("sent {}", kind.replace('_', " ")),
    };
    let mut detail: Vec<Detail> = Vec::new();
    let quoted = m
        .reply_to
        .as_deref()
        .or(m.target.as_deref())
        .and_then(|id| known.get(id));
    if let Some(quoted) = quoted {
        let words = quoted.text.as_deref().or(quoted.summary.as_deref()).unwrap_or_default();
        let name = if m.reply_to.is_some() { "reply_to" } else { "of" };
        detail.push((name.into(), Value::customer(shortened(words))));
    }
    if m.source == "echo" {
        detail.push(("from".into(), "phone app".into()));
    }
    if m.source == "history" {
        detail.push(("from".into(), "history".into()));
    }
    if m.inferred {
        detail.push(("sender".into(), "assumed, as owner at that time".into()));
    }
    if m.late {
        detail.push(("arrived".into(), m.received_at.into()));
    }
    let failed = m.state.as_deref() == Some("failed");
    if let (Some(state), false) = (&m.state, inbound) {
        detail.push(("delivery".into(), Value::text(state.clone())));
        if failed && let Some(problem) = &m.problem {
            detail.push(("problem".into(), Value::customer(problem.clone())));
        }
    }
    detail.extend(marks);
    let text = Value::customer(m.text.clone().or_else(|| m.summary.clone()));
    Entry {
        at: m.at,
        kind: "message",
        who,
        what,
        text,
        detail,
        tone: if failed { Tone::Bad } else { tone },
    }
}

fn shortened(text: &str) -> String {
    let mut words: String = text.chars().take(QUOTE).collect();
    if words.len() < text.len() {
        words.push('…');
    }
    words
}

/// The kinds of entries to show.
#[derive(Debug, Clone, Copy)]
pub struct EntryKinds {
    /// Messages between the customer and the business.
    pub messages: bool,
    /// Notes of the team.
    pub notes: bool,
    /// Events.
    pub events: bool,
}

/// Returns the entries of an event and its note.
pub fn event(e: &EventLine, words: &Words, replaced: &HashMap<i64, i64>, told: EntryKinds) -> Vec<Entry> {
    let who = words.actor(e);
    let of_ticket = e.subject.is(Subject::Ticket).then(|| words.subject(e));
    let named = |what: &str| match &of_ticket {
        Some(ticket) => format!("{ticket} {what}"),
        None => what.to_owned(),
    };
    let mut entries = Vec::with_capacity(2);
    let only_noted = matches!(e.kind.known(), Some(EventKind::Noted | EventKind::TicketNoted));
    if told.events && !only_noted {
        let kind = e.kind.as_str();
        let kind = kind.strip_prefix("ticket_").unwrap_or(kind).replace('_', " ");
        let mut detail: Vec<Detail> = words
            .changes(e)
            .into_iter()
            .map(|(name, was, now)| (name.into(), Value::customer(arrow(was, now))))
            .collect();
        if let Some(how) = &e.how {
            detail.push(("how".into(), Value::text(how.to_string())));
        }
        detail.push(("operation".into(), Value::text(e.operation.to_string())));
        entries.push(Entry {
            at: e.at,
            kind: if of_ticket.is_some() { "ticket" } else { "event" },
            who: who.clone(),
            what: named(&kind),
            text: Value::customer(e.reason.clone()),
            detail,
            tone: Tone::Plain,
        });
    }
    if let Some(note) = e.note.as_ref().filter(|_| told.notes) {
        let mut detail = fields(note);
        detail.push(("note".into(), Value::Int(note.id)));
        if let Some(by) = replaced.get(&note.id) {
            detail.push(("replaced_by".into(), Value::Int(*by)));
        }
        if only_noted && let Some(reason) = &e.reason {
            detail.push(("reason".into(), Value::customer(reason.clone())));
        }
        let gone = replaced.contains_key(&note.id);
        entries.push(Entry {
            at: e.at,
            kind: "note",
            who,
            what: named(if gone { "noted (replaced)" } else { "noted" }),
            text: Value::customer(note.body.clone()).tone(if gone { Tone::Faint } else { Tone::Note }),
            detail,
            tone: Tone::Note,
        });
    }
    entries
}
