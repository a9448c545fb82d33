//! The rows of administered resources.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::cli::rows::tone_of;
use crate::db::admin::resource::{AgentLine, ChannelLine, Grant, StoreLine, TeamLine};
use crate::db::operation::Operation;
use crate::domain::event::EventKind;
use crate::domain::ids::OperationId;
use crate::output::{Column, Row, Tone, Value};
use crate::verbs::administer::ResourceChanged;

/// One administered thing that a command was asked to change; kept as it is for a repeated key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResourceRow {
    #[serde(rename = "noun")]
    resource: String,
    handle: String,
    result: String,
    changes: serde_json::Map<String, serde_json::Value>,
    conversations: usize,
    tickets: usize,
    operation: Option<OperationId>,
    #[serde(default)]
    problem: Option<String>,
}

impl ResourceRow {
    /// Creates the row of a change's result.
    pub fn of(done: ResourceChanged, operation: &Operation) -> ResourceRow {
        ResourceRow {
            operation: done.is_change().then_some(operation.id),
            resource: done.resource.to_owned(),
            handle: done.handle,
            result: done.result.to_owned(),
            changes: done.changes,
            conversations: done.conversations,
            tickets: done.tickets,
            problem: done.problem,
        }
    }

    /// Returns whether anything changed.
    pub fn is_changed(&self) -> bool {
        self.operation.is_some()
    }

    /// Returns whether the change was refused.
    pub fn is_failed(&self) -> bool {
        self.problem.is_some()
    }

    /// Returns the changes on one line.
    pub fn summary(rows: &[ResourceRow]) -> Option<String> {
        let changed: Vec<&ResourceRow> = rows.iter().filter(|r| r.is_changed()).collect();
        match changed.as_slice() {
            [] => None,
            [one] if one.resource == "acting" => Some(format!("the login {} was {}", one.handle, one.result)),
            [one] if one.result == EventKind::WentAway.as_str() => Some(format!("{} is away", one.handle)),
            [one] if one.result == EventKind::CameBack.as_str() => Some(format!("{} is back", one.handle)),
            [one] => Some(format!("{} {} was {}", one.resource, one.handle, one.result)),
            several => Some(format!("{} changes were made", several.len())),
        }
    }

    /// Returns the question to ask before conversations or tickets are moved with a resource.
    pub fn question(rows: &[ResourceRow]) -> Option<String> {
        let moved: usize = rows.iter().map(|r| r.conversations + r.tickets).sum();
        let who: Vec<&str> = rows
            .iter()
            .filter(|r| r.conversations + r.tickets > 0)
            .map(|r| &*r.handle)
            .collect();
        (moved > 1).then(|| format!("Move {moved} conversations and tickets of {}?", who.join(", ")))
    }
}

fn value_of(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::String(text) => Value::Customer(text.clone()),
        serde_json::Value::Array(items) => Value::List(items.iter().map(value_of).collect()),
        serde_json::Value::Number(n) => n.as_i64().map_or(Value::Null, Value::Int),
        serde_json::Value::Bool(b) => Value::Bool(*b),
        serde_json::Value::Object(_) => Value::Json(json.clone()),
    }
}

impl Row for ResourceRow {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new(
                "noun",
                "agent, team, store, channel, shift, roster, setting or acting (a grant).",
                |r: &Self| Value::text(r.resource.clone()),
            ),
            Column::new(
                "handle",
                "The handle; for a setting its name, for a grant the login, for a roster the entry.",
                |r: &Self| Value::text(r.handle.clone()),
            ),
            Column::new(
                "result",
                "added, changed, disabled, enabled, granted, revoked, unchanged (no change was needed) or failed.",
                |r: &Self| Value::text(r.result.clone()).tone(tone_of(&r.result)),
            ),
            Column::new("changes", "The new values.", ResourceRow::shown_changes),
            Column::new(
                "conversations",
                "The number of conversations that were moved.",
                |r: &Self| count(r.conversations),
            )
            .wide(),
            Column::new("tickets", "The number of tickets that were moved.", |r: &Self| {
                count(r.tickets)
            })
            .wide(),
            Column::new(
                "operation",
                "The operation, which groups all changes of one command.",
                |r: &Self| r.operation.map(|o| o.to_string()).into(),
            ),
            Column::new("problem", "The reason of the failure.", |r: &Self| {
                r.problem.clone().into()
            })
            .flex(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.handle.clone())
    }
}

fn count(n: usize) -> Value {
    Value::Int(i64::try_from(n).unwrap_or(i64::MAX))
}

impl ResourceRow {
    fn shown_changes(&self) -> Value {
        let mut changes: Vec<(Cow<'static, str>, Value)> = self
            .changes
            .iter()
            .filter(|(name, _)| *name != "disabled_at")
            .map(|(name, value)| (Cow::Owned(name.clone()), value_of(value)))
            .collect();
        for (name, n) in [("conversations", self.conversations), ("tickets", self.tickets)] {
            if n > 0 {
                changes.push((Cow::Borrowed(name), count(n)));
            }
        }
        Value::Fields(changes)
    }
}

/// Returns the column `state`.
pub fn state(disabled_at: Option<jiff::Timestamp>) -> Value {
    match disabled_at {
        None => Value::text("active"),
        Some(_) => Value::text("disabled").tone(Tone::Faint),
    }
}

impl Row for AgentLine {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("handle", "The handle of the agent.", |r: &Self| {
                Value::text(r.handle.clone())
            }),
            Column::new("name", "The name of the person or bot.", |r: &Self| {
                Value::Customer(r.name.clone())
            }),
            Column::new("role", "viewer, agent, supervisor, admin or bot.", |r: &Self| {
                Value::text(r.role.clone())
            }),
            Column::new("teams", "The teams of the agent.", |r: &Self| {
                Value::list(r.teams.clone())
            }),
            Column::new(
                "live",
                "The number of live conversations that the agent owns.",
                |r: &Self| {
                    let full = r.capacity.is_some_and(|c| r.live > i64::from(c));
                    let tone = if full { Tone::Warn } else { Tone::Plain };
                    Value::Int(r.live).tone(tone)
                },
            )
            .right(),
            Column::new("capacity", "The maximum number of conversations to own.", |r: &Self| {
                r.capacity.into()
            })
            .right(),
            Column::new(
                "tickets",
                "The number of open tickets that the agent owns.",
                |r: &Self| Value::Int(r.tickets),
            )
            .right(),
            Column::new("last_active_at", "The time of the agent's last change.", |r: &Self| {
                r.last_active_at.into()
            }),
            Column::new("state", "active, away or disabled.", |r: &Self| {
                if r.away.is_some() && r.disabled_at.is_none() {
                    Value::text("away").tone(Tone::Warn)
                } else {
                    state(r.disabled_at)
                }
            }),
            Column::new("away_until", "The planned end of the absence.", |r: &Self| {
                r.away_until.into()
            }),
            Column::new(
                "away",
                "The kind of absence: break, lunch, leave or training.",
                |r: &Self| r.away.clone().into(),
            )
            .wide(),
            Column::new("login", "The Postgres login of the agent.", |r: &Self| {
                r.login.clone().into()
            })
            .wide(),
            Column::new(
                "disabled_at",
                "The time at which the agent was disabled.",
                |r: &Self| r.disabled_at.into(),
            )
            .wide(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.handle.clone())
    }
}

impl Row for TeamLine {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("handle", "The handle of the team.", |r: &Self| {
                Value::text(r.handle.clone())
            }),
            Column::new("name", "The name.", |r: &Self| Value::Customer(r.name.clone())),
            Column::new("agents", "The number of enabled agents in the team.", |r: &Self| {
                Value::Int(r.agents)
            })
            .right(),
            Column::new("live", "The number of live conversations.", |r: &Self| {
                Value::Int(r.live)
            })
            .right(),
            Column::new(
                "unowned",
                "The number of live conversations without an owner.",
                |r: &Self| Value::Int(r.unowned),
            )
            .right(),
            Column::new(
                "waiting_since",
                "The time since which the longest waiting customer has waited.",
                |r: &Self| r.waiting_since.into(),
            ),
            Column::new("state", "active or disabled.", |r: &Self| state(r.disabled_at)),
            Column::new("disabled_at", "The time at which it was disabled.", |r: &Self| {
                r.disabled_at.into()
            })
            .wide(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.handle.clone())
    }
}

impl Row for StoreLine {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("handle", "The handle of the store.", |r: &Self| {
                Value::text(r.handle.clone())
            }),
            Column::new("name", "The name.", |r: &Self| Value::Customer(r.name.clone())),
            Column::new("channels", "The enabled channels of the store.", |r: &Self| {
                Value::list(r.channels.clone())
            }),
            Column::new("live", "The number of live conversations.", |r: &Self| {
                Value::Int(r.live)
            })
            .right(),
            Column::new("state", "active or disabled.", |r: &Self| state(r.disabled_at)),
            Column::new("disabled_at", "The time at which it was disabled.", |r: &Self| {
                r.disabled_at.into()
            })
            .wide(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.handle.clone())
    }
}

impl Row for ChannelLine {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("handle", "The handle of the channel.", |r: &Self| {
                Value::text(r.handle.clone())
            }),
            Column::new("display_phone", "The phone number, as people write it.", |r: &Self| {
                r.display_phone.clone().into()
            }),
            Column::new("store", "The store of the channel.", |r: &Self| {
                Value::text(r.store.clone())
            }),
            Column::new("team", "The team for new conversations.", |r: &Self| {
                Value::text(r.team.clone())
            }),
            Column::new("live", "The number of live conversations.", |r: &Self| {
                Value::Int(r.live)
            })
            .right(),
            Column::new("state", "active or disabled.", |r: &Self| state(r.disabled_at)),
            Column::new("phone_number_id", "WhatsApp's id of the number.", |r: &Self| {
                Value::text(r.phone_number_id.clone())
            }),
            Column::new("disabled_at", "The time at which it was disabled.", |r: &Self| {
                r.disabled_at.into()
            })
            .wide(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.handle.clone())
    }
}

impl Row for Grant {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("login", "The Postgres login.", |r: &Self| Value::text(r.login.clone())),
            Column::new(
                "may_act_as",
                "The agent that the login may act as, or anyone.",
                |r: &Self| Value::text(r.agent.clone().unwrap_or_else(|| "anyone".to_owned())),
            ),
            Column::new("since", "The time of the grant.", |r: &Self| Value::Time(r.since)),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.login.clone())
    }
}
