//! The rows of `inbox audit`, and the words for its events.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value as Json;

use crate::cli::rows::text;
use crate::db::admin::directory::Handles;
use crate::db::audit::trail::{EventLine, LegLine, NoteLine, ReplyLine};
use crate::domain::event::Subject;
use crate::domain::shift::Days;
use crate::output::{Column, Row, Value};

/// Converts ids and times into words.
#[derive(Debug)]
pub struct Words {
    /// The handles of agents and teams.
    pub handles: Handles,
    /// The time zone of times in texts.
    pub tz: TimeZone,
}

impl Words {
    /// Returns the name of an agent.
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

    /// Returns the subject of an event: `C-12`, `T-3`, `agent sara`.
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

    /// Returns the name of the actor.
    pub fn actor(&self, e: &EventLine) -> Value {
        Value::text(self.agent(e.actor))
    }

    /// Returns each changed field with its old and new value.
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
            // Separate columns already show the owner and team of a new conversation.
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

/// Writes a change: the old and new value, or the only value.
pub fn arrow(was: Option<String>, now: Option<String>) -> String {
    match (was, now) {
        (Some(was), now) => format!("{was} → {}", now.unwrap_or_else(|| "-".to_owned())),
        (None, now) => now.unwrap_or_else(|| "-".to_owned()),
    }
}

/// Returns the fields of a note.
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
    /// The names of the ids.
    pub words: &'a Words,
}

impl Row for EventRow<'_> {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("at", "The time of the event.", |r: &Self| r.line.at.into()).exact(),
            Column::new(
                "event",
                "The subject of the event, and the number of the event in the subject's history.",
                |r: &Self| Value::text(format!("{}#{}", r.words.subject(&r.line), r.line.seq)),
            ),
            Column::new("kind", "The kind of event.", |r: &Self| {
                Value::text(r.line.kind.to_string())
            }),
            Column::new("actor", "The agent who caused the event.", |r: &Self| {
                Value::text(r.words.agent(r.line.actor))
            }),
            Column::new(
                "operation",
                "The operation, which groups all events of one command.",
                |r: &Self| Value::text(r.line.operation.to_string()),
            ),
            Column::new(
                "change",
                "The changed fields, each with its old and new value.",
                |r: &Self| r.words.change(&r.line),
            )
            .most(60),
            Column::new("reason", "The reason that the actor gave.", |r: &Self| {
                Value::customer(r.line.reason.clone())
            })
            .most(40),
            Column::new(
                "note",
                "The text of the note that was written with the event.",
                |r: &Self| Value::customer(r.line.note.as_ref().and_then(|n| n.body.clone())),
            )
            .most(40),
            Column::new(
                "note_fields",
                "The order, courier, tracking number and other fields of the note.",
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
            Column::new("verb", "The command that caused the event.", |r: &Self| {
                text(r.line.verb.as_ref())
            })
            .wide(),
            Column::new("login", "The Postgres login of the session.", |r: &Self| {
                text(r.line.login.as_ref())
            })
            .wide(),
            Column::new(
                "address",
                "The network address of the client; empty for a local client.",
                |r: &Self| text(r.line.address.as_ref()),
            )
            .wide(),
            Column::new(
                "os_user",
                "The user account on the client's machine, which the client can forge.",
                |r: &Self| Value::customer(r.line.os_user.clone()),
            )
            .wide(),
            Column::new("version", "The version of the program.", |r: &Self| {
                text(r.line.version.as_ref())
            })
            .wide(),
            Column::new(
                "subject",
                "The kind of subject, such as conversation or ticket.",
                |r: &Self| Value::text(r.line.subject.to_string()),
            )
            .wide(),
            Column::new("how", "How the owner or team changed.", |r: &Self| {
                text(r.line.how.as_ref())
            })
            .wide(),
            Column::new("was_status", "The status before the event.", |r: &Self| {
                text(r.line.was.status.as_ref())
            })
            .wide(),
            Column::new("status", "The status after the event.", |r: &Self| {
                text(r.line.now.status.as_ref())
            })
            .wide(),
            Column::new("was_owner", "The owner before the event.", |r: &Self| {
                r.agent(r.line.was.owner)
            })
            .wide(),
            Column::new("owner", "The owner after the event.", |r: &Self| {
                r.agent(r.line.now.owner)
            })
            .wide(),
            Column::new("was_team", "The team before the event.", |r: &Self| {
                r.team(r.line.was.team)
            })
            .wide(),
            Column::new("team", "The team after the event.", |r: &Self| r.team(r.line.now.team)).wide(),
            Column::new("was_priority", "The priority before the event.", |r: &Self| {
                text(r.line.was.priority.as_ref())
            })
            .wide(),
            Column::new("priority", "The priority after the event.", |r: &Self| {
                text(r.line.now.priority.as_ref())
            })
            .wide(),
            Column::new("was_labels", "The labels before the event.", |r: &Self| {
                labels(&r.line.was.labels)
            })
            .wide(),
            Column::new("labels", "The labels after the event.", |r: &Self| {
                labels(&r.line.now.labels)
            })
            .wide(),
            Column::new(
                "was_until",
                "The end of the snooze, or the due time, before the event.",
                |r: &Self| r.line.was.until.into(),
            )
            .wide(),
            Column::new(
                "until",
                "The end of the snooze, or the due time, after the event.",
                |r: &Self| r.line.now.until.into(),
            )
            .wide(),
            Column::new("data", "Other data of the event.", |r: &Self| {
                r.line.data.clone().into()
            })
            .wide(),
            Column::new(
                "reply",
                "The text of the reply to the customer, with --replies.",
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

/// One reply to a customer, listed among the events of the agent who sent it.
pub struct ReplyRow<'a> {
    /// The reply.
    pub line: &'a ReplyLine,
    /// The names of the ids.
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
    /// The time to which an open leg is measured.
    pub now: Timestamp,
}

impl Row for LegRow {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("conversation", "The conversation.", |r: &Self| {
                Value::text(r.line.conversation.to_string())
            }),
            Column::new("leg", "The number of the interval.", |r: &Self| {
                Value::Int(r.line.seq.into())
            })
            .right(),
            Column::new(
                "owner",
                "The accountable agent; nobody while the conversation was in the team's queue.",
                |r: &Self| text(r.line.owner.as_ref()),
            ),
            Column::new("team", "The team of the conversation.", |r: &Self| {
                Value::text(r.line.team.clone())
            }),
            Column::new(
                "how",
                "auto, take, assign, handoff, shift, sweep, release, resolve or undo.",
                |r: &Self| Value::text(r.line.how.to_string()),
            ),
            Column::new("from", "The start of the interval.", |r: &Self| r.line.from.into()).exact(),
            Column::new(
                "to",
                "The end of the interval; empty if it has not ended.",
                |r: &Self| r.line.to.into(),
            )
            .exact(),
            Column::new(
                "duration",
                "The length of the interval; if it has not ended, the length so far.",
                |r: &Self| {
                    Value::Duration(crate::cli::rows::list::seconds(r.line.from, r.line.to.unwrap_or(r.now)).max(0.0))
                },
            )
            .right(),
            Column::new("actor", "The agent who caused the change.", |r: &Self| {
                text(r.line.actor.as_ref())
            }),
            Column::new("operation", "The operation of the change.", |r: &Self| {
                Value::text(r.line.operation.to_string())
            }),
            Column::new("reason", "The reason of the change.", |r: &Self| {
                Value::customer(r.line.reason.clone())
            })
            .most(40),
            Column::new("event", "The kind of event that began the interval.", |r: &Self| {
                text(r.line.event.as_ref())
            })
            .wide(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.line.conversation.to_string())
    }
}
