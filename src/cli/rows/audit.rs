//! The rows of `inbox audit`, and the words that history is told in.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value as Json;

use crate::cli::rows::text;
use crate::db::audit::{EventLine, LegLine, NoteLine, ReplyLine};
use crate::db::directory::Handles;
use crate::domain::shift::Days;
use crate::output::{Column, Row, Value};

/// Turns ids and times into words.
#[derive(Debug)]
pub struct Words {
    /// The handles of agents and teams.
    pub handles: Handles,
    /// The zone for times inside a text.
    pub tz: TimeZone,
}

impl Words {
    /// Names an agent.
    pub fn agent(&self, id: i64) -> String {
        let handle = self.handles.agents.get(&id).cloned();
        handle.unwrap_or_else(|| format!("agent {id}"))
    }

    fn team(&self, id: i64) -> String {
        let handle = self.handles.teams.get(&id).cloned();
        handle.unwrap_or_else(|| format!("team {id}"))
    }

    fn time(&self, at: Timestamp) -> String {
        at.to_zoned(self.tz.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// Names what an event is about: `C-12`, `T-3`, `agent sara`.
    pub fn subject(&self, e: &EventLine) -> String {
        let id = e.subject_id;
        let named = |member: &str| {
            let name = e.data.as_ref()?.get(member)?.as_str()?;
            Some(format!("{} {name}", e.subject))
        };
        match e.subject.as_str() {
            "conversation" => format!("C-{id}"),
            "ticket" => format!("T-{id}"),
            "setting" => named("name").unwrap_or_else(|| format!("setting {id}")),
            "roster" => format!("R-{id}"),
            "acting" => named("login").unwrap_or_else(|| format!("acting {id}")),
            other => named("handle").unwrap_or_else(|| format!("{other} {id}")),
        }
    }

    /// Names who did it.
    pub fn actor(&self, e: &EventLine) -> Value {
        Value::text(self.agent(e.actor))
    }

    /// Gives what changed: the name of each thing, as it was and as it is.
    pub fn changes(&self, e: &EventLine) -> Vec<(String, Option<String>, Option<String>)> {
        let mut changes = Vec::new();
        let mut put = |name: &str, was: Option<String>, now: Option<String>| {
            if was != now {
                changes.push((name.to_owned(), was, now));
            }
        };
        let (was, now) = (&e.was, &e.now);
        put(
            "owner",
            was.owner.map(|o| self.agent(o)),
            now.owner.map(|o| self.agent(o)),
        );
        put("team", was.team.map(|t| self.team(t)), now.team.map(|t| self.team(t)));
        put("status", was.status.clone(), now.status.clone());
        put("priority", was.priority.clone(), now.priority.clone());
        let labels = |l: &Option<Vec<String>>| l.as_ref().filter(|l| !l.is_empty()).map(|l| l.join(","));
        put("labels", labels(&was.labels), labels(&now.labels));
        let until = if e.subject == "ticket" { "due" } else { "until" };
        put(until, was.until.map(|t| self.time(t)), now.until.map(|t| self.time(t)));
        if e.subject == "conversation" {
            for (name, value) in members(e.data.as_ref()) {
                if let Some(value) = self.fact(name, value) {
                    put(name, None, Some(value));
                }
            }
        } else {
            for (name, value) in members(e.data.as_ref()) {
                let before = e.data_was.as_ref().and_then(|d| d.get(name));
                if !matches!(name.as_str(), "id" | "handle" | "conversation") {
                    put(name, before.and_then(|v| self.fact(name, v)), self.fact(name, value));
                }
            }
            for (name, before) in members(e.data_was.as_ref()) {
                if e.data.as_ref().is_none_or(|d| d.get(name).is_none()) {
                    put(name, self.fact(name, before), None);
                }
            }
        }
        changes
    }

    /// Gives what changed on one line.
    pub fn change(&self, e: &EventLine) -> Value {
        let parts: Vec<String> = self
            .changes(e)
            .into_iter()
            .map(|(name, was, now)| format!("{name}: {}", arrow(was, now)))
            .collect();
        Value::customer((!parts.is_empty()).then(|| parts.join(", ")))
    }

    /// Reads a member of an event's data: ids become handles and references.
    fn fact(&self, name: &str, value: &Json) -> Option<String> {
        match (name, value) {
            (_, Json::Null) => None,
            // Whose a conversation is from its first event on: its own columns say it.
            ("channel" | "contact" | "store", Json::Number(_)) => None,
            ("to_agent" | "agent_id" | "off_shift", Json::Number(n)) => n.as_i64().map(|id| self.agent(id)),
            ("to_team" | "team_id", Json::Number(n)) => n.as_i64().map(|id| self.team(id)),
            ("teams", Json::Array(ids)) => {
                let ids = ids.iter().filter_map(Json::as_i64).map(|id| self.team(id));
                Some(ids.collect::<Vec<_>>().join(",")).filter(|t| !t.is_empty())
            }
            ("shift_id", Json::Number(n)) => n.as_i64().map(|id| {
                let handle = self.handles.shifts.get(&id).cloned();
                handle.unwrap_or_else(|| format!("shift {id}"))
            }),
            ("days", Json::Array(numbers)) => {
                let numbers = numbers.iter().filter_map(|n| i32::try_from(n.as_i64()?).ok());
                Some(Days::of_numbers(&numbers.collect::<Vec<_>>()).to_string())
            }
            ("ticket", Json::Number(n)) => Some(format!("T-{n}")),
            ("undoes", Json::Number(n)) => Some(format!("O-{n}")),
            (_, Json::String(text)) => {
                let time = name.ends_with("_at").then(|| text.parse::<Timestamp>().ok()).flatten();
                Some(time.map_or_else(|| text.clone(), |at| self.time(at)))
            }
            (_, other) => Some(other.to_string()),
        }
    }
}

fn members(data: Option<&Json>) -> impl Iterator<Item = (&String, &Json)> {
    data.and_then(Json::as_object).into_iter().flatten()
}

/// Writes a change: both sides where there are two, else the one there is.
pub fn arrow(was: Option<String>, now: Option<String>) -> String {
    match (was, now) {
        (Some(was), now) => format!("{was} → {}", now.unwrap_or_else(|| "-".to_owned())),
        (None, now) => now.unwrap_or_else(|| "-".to_owned()),
    }
}

/// Gives a note's typed fields.
pub fn fields(note: &NoteLine) -> Vec<(std::borrow::Cow<'static, str>, Value)> {
    let text = |t: &Option<String>| t.clone().map(Value::Customer);
    [
        ("order", text(&note.order_id)),
        ("courier", text(&note.courier)),
        ("tracking", text(&note.tracking_no)),
        ("tried", text(&note.tried)),
        ("promised_by", note.promised_by.map(Value::Time)),
        ("replaces", note.replaces.map(Value::Int)),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.into(), value?)))
    .collect()
}

/// One event.
pub struct EventRow<'a> {
    /// The event.
    pub line: EventLine,
    /// What its ids are called.
    pub words: &'a Words,
}

impl Row for EventRow<'_> {
    const COLUMNS: &'static [Column] = &[
        Column::new("at", "When it happened.").exact(),
        Column::new("event", "What it is about, and its number in the history of that."),
        Column::new("kind", "What happened."),
        Column::new("actor", "Who did it."),
        Column::new("operation", "All events of one invocation."),
        Column::new("change", "What it changed, old to new.").most(60),
        Column::new("reason", "Why, in the words of who did it.").most(40),
        Column::new("note", "The text of the note that came with it.").most(40),
        Column::new("note_fields", "The note's order, courier, tracking number and so on.").wide(),
        Column::new("verb", "The command that was typed.").wide(),
        Column::new("login", "The Postgres login it came from.").wide(),
        Column::new("address", "The address of the client, where it came over the network.").wide(),
        Column::new("os_user", "The account on the client's machine: a hint, no proof.").wide(),
        Column::new("version", "The program's version.").wide(),
        Column::new("subject", "The kind of thing it is about.").wide(),
        Column::new("how", "How the owner or team changed.").wide(),
        Column::new("was_status", "The status before.").wide(),
        Column::new("status", "The status after.").wide(),
        Column::new("was_owner", "The owner before.").wide(),
        Column::new("owner", "The owner after.").wide(),
        Column::new("was_team", "The team before.").wide(),
        Column::new("team", "The team after.").wide(),
        Column::new("was_priority", "The priority before.").wide(),
        Column::new("priority", "The priority after.").wide(),
        Column::new("was_labels", "The labels before.").wide(),
        Column::new("labels", "The labels after.").wide(),
        Column::new("was_until", "The end of the snooze, or the due time, before.").wide(),
        Column::new("until", "The end of the snooze, or the due time, after.").wide(),
        Column::new("data", "What else the history holds of it.").wide(),
        Column::new("reply", "With --replies: what was written to the customer.").wide(),
    ];

    fn reference(&self) -> Option<String> {
        matches!(self.line.subject.as_str(), "conversation" | "ticket" | "roster")
            .then(|| self.words.subject(&self.line))
    }

    fn values(&self) -> Vec<Value> {
        let (e, w) = (&self.line, self.words);
        let agent = |id: Option<i64>| text(id.map(|id| w.agent(id)).as_ref());
        let team = |id: Option<i64>| text(id.map(|id| w.team(id)).as_ref());
        let labels = |l: &Option<Vec<String>>| l.as_ref().map_or(Value::Null, |l| Value::list(l.iter().cloned()));
        let note_fields = e.note.as_ref().map(fields).filter(|f| !f.is_empty());
        vec![
            e.at.into(),
            // A setting's name or a login may be anything.
            Value::text(format!("{}#{}", w.subject(e), e.seq)),
            Value::text(e.kind.clone()),
            Value::text(w.agent(e.actor)),
            Value::text(e.operation.to_string()),
            w.change(e),
            Value::customer(e.reason.clone()),
            Value::customer(e.note.as_ref().and_then(|n| n.body.clone())),
            note_fields.map_or(Value::Null, Value::Fields),
            text(e.verb.as_ref()),
            text(e.login.as_ref()),
            text(e.address.as_ref()),
            Value::customer(e.os_user.clone()),
            text(e.version.as_ref()),
            Value::text(e.subject.clone()),
            text(e.how.as_ref()),
            text(e.was.status.as_ref()),
            text(e.now.status.as_ref()),
            agent(e.was.owner),
            agent(e.now.owner),
            team(e.was.team),
            team(e.now.team),
            text(e.was.priority.as_ref()),
            text(e.now.priority.as_ref()),
            labels(&e.was.labels),
            labels(&e.now.labels),
            e.was.until.into(),
            e.now.until.into(),
            e.data.clone().into(),
            Value::Null,
        ]
    }
}

/// One reply to a customer, among the events of who gave it.
pub struct ReplyRow<'a> {
    /// The reply.
    pub line: &'a ReplyLine,
    /// What its ids are called.
    pub words: &'a Words,
}

impl Row for ReplyRow<'_> {
    const COLUMNS: &'static [Column] = EventRow::COLUMNS;

    fn reference(&self) -> Option<String> {
        Some(self.line.conversation.to_string())
    }

    fn values(&self) -> Vec<Value> {
        let r = self.line;
        let assumed = Value::Fields(vec![("sender".into(), "assumed, as owner at that time".into())]);
        Self::COLUMNS
            .iter()
            .map(|column| match column.name.as_ref() {
                "at" => r.at.into(),
                "event" => Value::text(r.conversation.to_string()),
                "kind" => "replied".into(),
                "actor" => Value::text(self.words.agent(r.agent)),
                "subject" => "conversation".into(),
                "data" if r.inferred => assumed.clone(),
                "reply" => Value::customer(r.text.clone()),
                _ => Value::Null,
            })
            .collect()
    }
}

/// One interval of ownership.
pub struct LegRow {
    /// The leg.
    pub line: LegLine,
    /// What an open leg is counted to.
    pub now: Timestamp,
}

impl Row for LegRow {
    const COLUMNS: &'static [Column] = &[
        Column::new("conversation", "The conversation."),
        Column::new("leg", "Its number.").right(),
        Column::new(
            "owner",
            "Who was accountable; nobody while it waited in the team's queue.",
        ),
        Column::new("team", "Whose queue it was in."),
        Column::new(
            "how",
            "auto, take, assign, handoff, shift, sweep, release, resolve or undo.",
        ),
        Column::new("from", "From when.").exact(),
        Column::new("to", "Until when; none if it goes on.").exact(),
        Column::new("duration", "How long; up to now if it goes on.").right(),
        Column::new("actor", "Who brought it about."),
        Column::new("operation", "In which invocation."),
        Column::new("reason", "Why.").most(40),
        Column::new("event", "What the history calls it.").wide(),
    ];

    fn reference(&self) -> Option<String> {
        Some(self.line.conversation.to_string())
    }

    fn values(&self) -> Vec<Value> {
        let l = &self.line;
        let seconds = crate::cli::rows::list::seconds(l.from, l.to.unwrap_or(self.now)).max(0.0);
        vec![
            Value::text(l.conversation.to_string()),
            Value::Int(l.seq.into()),
            text(l.owner.as_ref()),
            Value::text(l.team.clone()),
            Value::text(l.how.clone()),
            l.from.into(),
            l.to.into(),
            Value::Duration(seconds),
            text(l.actor.as_ref()),
            Value::text(l.operation.to_string()),
            Value::customer(l.reason.clone()),
            text(l.event.as_ref()),
        ]
    }
}
