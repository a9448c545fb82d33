//! The rows of `inbox audit`, and the words that history is told in.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value as Json;

use crate::cli::rows::text;
use crate::db::admin::directory::Handles;
use crate::db::audit::trail::{EventLine, LegLine, NoteLine, ReplyLine};
use crate::domain::event::Subject;
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
        let named_by = match e.subject.known() {
            Some(Subject::Conversation) => return format!("C-{id}"),
            Some(Subject::Ticket) => return format!("T-{id}"),
            Some(Subject::Roster) => return format!("R-{id}"),
            Some(Subject::Setting) => "name",
            Some(Subject::Acting) => "login",
            Some(
                Subject::Contact | Subject::Store | Subject::Team | Subject::Agent | Subject::Channel | Subject::Shift,
            )
            | None => "handle",
        };
        named(named_by).unwrap_or_else(|| format!("{} {id}", e.subject))
    }

    /// Names who did it.
    pub fn actor(&self, e: &EventLine) -> Value {
        Value::text(self.agent(e.actor))
    }

    /// Returns the changes: each name with its old and new value.
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
        let until = if e.subject.is(Subject::Ticket) { "due" } else { "until" };
        put(until, was.until.map(|t| self.time(t)), now.until.map(|t| self.time(t)));
        if e.subject.is(Subject::Conversation) {
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

    /// Returns the changes on one line.
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
                let time = name.ends_with("_at") || name.ends_with("_until");
                let time = time.then(|| text.parse::<Timestamp>().ok()).flatten();
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

/// Returns a note's typed fields.
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
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("at", "When it happened.", |r: &Self| r.line.at.into()).exact(),
            Column::new(
                "event",
                "What it is about, and its number in the history of that.",
                |r: &Self| Value::text(format!("{}#{}", r.words.subject(&r.line), r.line.seq)),
            ),
            Column::new("kind", "What happened.", |r: &Self| {
                Value::text(r.line.kind.to_string())
            }),
            Column::new("actor", "Who did it.", |r: &Self| {
                Value::text(r.words.agent(r.line.actor))
            }),
            Column::new("operation", "All events of one invocation.", |r: &Self| {
                Value::text(r.line.operation.to_string())
            }),
            Column::new("change", "What it changed, old to new.", |r: &Self| {
                r.words.change(&r.line)
            })
            .most(60),
            Column::new("reason", "Why, in the words of who did it.", |r: &Self| {
                Value::customer(r.line.reason.clone())
            })
            .most(40),
            Column::new("note", "The text of the note that came with it.", |r: &Self| {
                Value::customer(r.line.note.as_ref().and_then(|n| n.body.clone()))
            })
            .most(40),
            Column::new(
                "note_fields",
                "The note's order, courier, tracking number and so on.",
                |r: &Self| {
                    r.line
                        .note
                        .as_ref()
                        .map(fields)
                        .filter(|f| !f.is_empty())
                        .map_or(Value::Null, Value::Fields)
                },
            )
            .wide(),
            Column::new("verb", "The command that was typed.", |r: &Self| {
                text(r.line.verb.as_ref())
            })
            .wide(),
            Column::new("login", "The Postgres login it came from.", |r: &Self| {
                text(r.line.login.as_ref())
            })
            .wide(),
            Column::new(
                "address",
                "The address of the client, where it came over the network.",
                |r: &Self| text(r.line.address.as_ref()),
            )
            .wide(),
            Column::new(
                "os_user",
                "The account on the client's machine: a hint, no proof.",
                |r: &Self| Value::customer(r.line.os_user.clone()),
            )
            .wide(),
            Column::new("version", "The program's version.", |r: &Self| {
                text(r.line.version.as_ref())
            })
            .wide(),
            Column::new("subject", "The kind of thing it is about.", |r: &Self| {
                Value::text(r.line.subject.to_string())
            })
            .wide(),
            Column::new("how", "How the owner or team changed.", |r: &Self| {
                text(r.line.how.as_ref())
            })
            .wide(),
            Column::new("was_status", "The status before.", |r: &Self| {
                text(r.line.was.status.as_ref())
            })
            .wide(),
            Column::new("status", "The status after.", |r: &Self| {
                text(r.line.now.status.as_ref())
            })
            .wide(),
            Column::new("was_owner", "The owner before.", |r: &Self| r.agent(r.line.was.owner)).wide(),
            Column::new("owner", "The owner after.", |r: &Self| r.agent(r.line.now.owner)).wide(),
            Column::new("was_team", "The team before.", |r: &Self| r.team(r.line.was.team)).wide(),
            Column::new("team", "The team after.", |r: &Self| r.team(r.line.now.team)).wide(),
            Column::new("was_priority", "The priority before.", |r: &Self| {
                text(r.line.was.priority.as_ref())
            })
            .wide(),
            Column::new("priority", "The priority after.", |r: &Self| {
                text(r.line.now.priority.as_ref())
            })
            .wide(),
            Column::new("was_labels", "The labels before.", |r: &Self| {
                labels(&r.line.was.labels)
            })
            .wide(),
            Column::new("labels", "The labels after.", |r: &Self| labels(&r.line.now.labels)).wide(),
            Column::new(
                "was_until",
                "The end of the snooze, or the due time, before.",
                |r: &Self| r.line.was.until.into(),
            )
            .wide(),
            Column::new("until", "The end of the snooze, or the due time, after.", |r: &Self| {
                r.line.now.until.into()
            })
            .wide(),
            Column::new("data", "What else the history holds of it.", |r: &Self| {
                r.line.data.clone().into()
            })
            .wide(),
            Column::new(
                "reply",
                "With --replies: what was written to the customer.",
                |_: &Self| Value::Null,
            )
            .wide(),
        ]
    }

    fn reference(&self) -> Option<String> {
        let with_number = [Subject::Conversation, Subject::Ticket, Subject::Roster];
        let subject = self.line.subject.known()?;
        with_number.contains(&subject).then(|| self.words.subject(&self.line))
    }
}

impl EventRow<'_> {
    fn agent(&self, id: Option<i64>) -> Value {
        text(id.map(|id| self.words.agent(id)).as_ref())
    }

    fn team(&self, id: Option<i64>) -> Value {
        text(id.map(|id| self.words.team(id)).as_ref())
    }
}

fn labels(labels: &Option<Vec<String>>) -> Value {
    labels.as_ref().map_or(Value::Null, |l| Value::list(l.iter().cloned()))
}

/// One reply to a customer, among the events of who gave it.
pub struct ReplyRow<'a> {
    /// The reply.
    pub line: &'a ReplyLine,
    /// What its ids are called.
    pub words: &'a Words,
}

impl Row for ReplyRow<'_> {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        EventRow::columns().into_iter().map(|event| {
            let value: fn(&Self) -> Value = match event.heading.name.as_ref() {
                "at" => |r| r.line.at.into(),
                "event" => |r| Value::text(r.line.conversation.to_string()),
                "kind" => |_| "replied".into(),
                "actor" => |r| Value::text(r.words.agent(r.line.agent)),
                "subject" => |_| "conversation".into(),
                "data" => |r| match r.line.inferred {
                    true => Value::Fields(vec![("sender".into(), "assumed, as owner at that time".into())]),
                    false => Value::Null,
                },
                "reply" => |r| Value::customer(r.line.text.clone()),
                _ => |_| Value::Null,
            };
            event.filled_by(value)
        })
    }

    fn reference(&self) -> Option<String> {
        Some(self.line.conversation.to_string())
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
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("conversation", "The conversation.", |r: &Self| {
                Value::text(r.line.conversation.to_string())
            }),
            Column::new("leg", "Its number.", |r: &Self| Value::Int(r.line.seq.into())).right(),
            Column::new(
                "owner",
                "Who was accountable; nobody while it waited in the team's queue.",
                |r: &Self| text(r.line.owner.as_ref()),
            ),
            Column::new("team", "Whose queue it was in.", |r: &Self| {
                Value::text(r.line.team.clone())
            }),
            Column::new(
                "how",
                "auto, take, assign, handoff, shift, sweep, release, resolve or undo.",
                |r: &Self| Value::text(r.line.how.to_string()),
            ),
            Column::new("from", "From when.", |r: &Self| r.line.from.into()).exact(),
            Column::new("to", "Until when; none if it goes on.", |r: &Self| r.line.to.into()).exact(),
            Column::new("duration", "How long; up to now if it goes on.", |r: &Self| {
                Value::Duration(crate::cli::rows::list::seconds(r.line.from, r.line.to.unwrap_or(r.now)).max(0.0))
            })
            .right(),
            Column::new("actor", "Who brought it about.", |r: &Self| text(r.line.actor.as_ref())),
            Column::new("operation", "In which invocation.", |r: &Self| {
                Value::text(r.line.operation.to_string())
            }),
            Column::new("reason", "Why.", |r: &Self| Value::customer(r.line.reason.clone())).most(40),
            Column::new("event", "What the history calls it.", |r: &Self| {
                text(r.line.event.as_ref())
            })
            .wide(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.line.conversation.to_string())
    }
}
