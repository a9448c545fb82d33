//! The rows of administration.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::cli::rows::tone_of;
use crate::cli::write::WriteResult;
use crate::db::operation::Operation;
use crate::db::resource::{AgentLine, ChannelLine, Grant, StoreLine, TeamLine};
use crate::domain::ids::OperationId;
use crate::output::{Column, Row, Tone, Value};
use crate::verbs::administer::ResourceChanged;

/// One administered thing that a command was asked to change; kept as it is for a repeated key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResourceRow {
    noun: String,
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
    /// Makes a row of what came of a change.
    pub fn of(done: ResourceChanged, operation: &Operation) -> ResourceRow {
        ResourceRow {
            operation: done.is_change().then_some(operation.id),
            noun: done.noun.to_owned(),
            handle: done.handle,
            result: done.result.to_owned(),
            changes: done.changes,
            conversations: done.conversations,
            tickets: done.tickets,
            problem: done.problem,
        }
    }

    fn changed(&self) -> bool {
        self.operation.is_some()
    }
}

impl WriteResult<ResourceRow> {
    /// Gives one row to print.
    pub fn one(row: ResourceRow) -> Self {
        Self::rows(vec![row])
    }

    /// Gives rows to print.
    pub fn rows(rows: Vec<ResourceRow>) -> Self {
        WriteResult {
            selected: rows.len(),
            changed: rows.iter().filter(|r| r.changed()).count(),
            failed: rows.iter().filter(|r| r.problem.is_some()).count(),
            question: question(&rows),
            rows,
        }
    }
}

/// Asks before much is moved along with a noun.
fn question(rows: &[ResourceRow]) -> Option<String> {
    let moved: usize = rows.iter().map(|r| r.conversations + r.tickets).sum();
    let who: Vec<&str> = rows
        .iter()
        .filter(|r| r.conversations + r.tickets > 0)
        .map(|r| &*r.handle)
        .collect();
    (moved > 1).then(|| format!("Move {moved} conversations and tickets of {}?", who.join(", ")))
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
    const COLUMNS: &'static [Column] = &[
        Column::new(
            "noun",
            "agent, team, store, channel, shift, roster, setting or acting (a grant).",
        ),
        Column::new(
            "handle",
            "Its handle; of a setting the name, of a grant the login, of a roster the entry.",
        ),
        Column::new(
            "result",
            "added, changed, disabled, enabled, granted, revoked, unchanged (it was so already) or failed.",
        ),
        Column::new("changes", "What was set."),
        Column::new("conversations", "How many conversations were moved along with it.").wide(),
        Column::new("tickets", "How many tickets were.").wide(),
        Column::new("operation", "All changes of one invocation."),
        Column::new("problem", "Why it failed.").flex(),
    ];

    fn reference(&self) -> Option<String> {
        Some(self.handle.clone())
    }

    fn values(&self) -> Vec<Value> {
        let moved = |n: usize| Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
        let mut changes: Vec<(Cow<'static, str>, Value)> = self
            .changes
            .iter()
            .filter(|(name, _)| *name != "disabled_at")
            .map(|(name, value)| (Cow::Owned(name.clone()), value_of(value)))
            .collect();
        for (name, n) in [("conversations", self.conversations), ("tickets", self.tickets)] {
            if n > 0 {
                changes.push((Cow::Borrowed(name), moved(n)));
            }
        }
        vec![
            Value::text(self.noun.clone()),
            Value::text(self.handle.clone()),
            Value::text(self.result.clone()).tone(tone_of(&self.result)),
            Value::Fields(changes),
            moved(self.conversations),
            moved(self.tickets),
            self.operation.map(|o| o.to_string()).into(),
            self.problem.clone().into(),
        ]
    }
}

/// Gives the column `state`.
pub fn state(disabled_at: Option<jiff::Timestamp>) -> Value {
    match disabled_at {
        None => Value::text("active"),
        Some(_) => Value::text("disabled").tone(Tone::Faint),
    }
}

impl Row for AgentLine {
    const COLUMNS: &'static [Column] = &[
        Column::new("handle", "How the agent is named."),
        Column::new("name", "The person's or bot's name."),
        Column::new("role", "viewer, agent, supervisor, admin or bot."),
        Column::new("teams", "The teams he is in."),
        Column::new("live", "The live conversations he owns.").right(),
        Column::new("capacity", "How many he should own at most.").right(),
        Column::new("tickets", "The tickets he owns that are not closed.").right(),
        Column::new("last_active_at", "When he last changed something."),
        Column::new("state", "active or disabled."),
        Column::new("login", "His Postgres login.").wide(),
        Column::new("disabled_at", "Since when he is disabled.").wide(),
    ];

    fn reference(&self) -> Option<String> {
        Some(self.handle.clone())
    }

    fn values(&self) -> Vec<Value> {
        let full = self.capacity.is_some_and(|c| self.live > i64::from(c));
        let tone = if full { Tone::Warn } else { Tone::Plain };
        vec![
            Value::text(self.handle.clone()),
            Value::Customer(self.name.clone()),
            Value::text(self.role.clone()),
            Value::list(self.teams.clone()),
            Value::Int(self.live).tone(tone),
            self.capacity.into(),
            Value::Int(self.tickets),
            self.last_active_at.into(),
            state(self.disabled_at),
            self.login.clone().into(),
            self.disabled_at.into(),
        ]
    }
}

impl Row for TeamLine {
    const COLUMNS: &'static [Column] = &[
        Column::new("handle", "How the team is named."),
        Column::new("name", "What it is called."),
        Column::new("agents", "How many enabled agents are in it.").right(),
        Column::new("live", "Its live conversations.").right(),
        Column::new("unowned", "Those that nobody owns.").right(),
        Column::new("waiting_since", "Since when the customer waits who waits longest."),
        Column::new("state", "active or disabled."),
        Column::new("disabled_at", "Since when it is disabled.").wide(),
    ];

    fn reference(&self) -> Option<String> {
        Some(self.handle.clone())
    }

    fn values(&self) -> Vec<Value> {
        vec![
            Value::text(self.handle.clone()),
            Value::Customer(self.name.clone()),
            Value::Int(self.agents),
            Value::Int(self.live),
            Value::Int(self.unowned),
            self.waiting_since.into(),
            state(self.disabled_at),
            self.disabled_at.into(),
        ]
    }
}

impl Row for StoreLine {
    const COLUMNS: &'static [Column] = &[
        Column::new("handle", "How the store is named."),
        Column::new("name", "What it is called."),
        Column::new("channels", "Its channels in use."),
        Column::new("live", "Its live conversations.").right(),
        Column::new("state", "active or disabled."),
        Column::new("disabled_at", "Since when it is disabled.").wide(),
    ];

    fn reference(&self) -> Option<String> {
        Some(self.handle.clone())
    }

    fn values(&self) -> Vec<Value> {
        vec![
            Value::text(self.handle.clone()),
            Value::Customer(self.name.clone()),
            Value::list(self.channels.clone()),
            Value::Int(self.live),
            state(self.disabled_at),
            self.disabled_at.into(),
        ]
    }
}

impl Row for ChannelLine {
    const COLUMNS: &'static [Column] = &[
        Column::new("handle", "How the channel is named."),
        Column::new("display_phone", "The number as people write it."),
        Column::new("store", "The store it belongs to."),
        Column::new("team", "The team that gets its new conversations."),
        Column::new("live", "Its live conversations.").right(),
        Column::new("state", "active or disabled."),
        Column::new("phone_number_id", "WhatsApp's id of the number."),
        Column::new("disabled_at", "Since when it is disabled.").wide(),
    ];

    fn reference(&self) -> Option<String> {
        Some(self.handle.clone())
    }

    fn values(&self) -> Vec<Value> {
        vec![
            Value::text(self.handle.clone()),
            self.display_phone.clone().into(),
            Value::text(self.store.clone()),
            Value::text(self.team.clone()),
            Value::Int(self.live),
            state(self.disabled_at),
            Value::text(self.phone_number_id.clone()),
            self.disabled_at.into(),
        ]
    }
}

impl Row for Grant {
    const COLUMNS: &'static [Column] = &[
        Column::new("login", "The Postgres login."),
        Column::new("may_act_as", "The agent, or anyone."),
        Column::new("since", "When it was granted."),
    ];

    fn reference(&self) -> Option<String> {
        Some(self.login.clone())
    }

    fn values(&self) -> Vec<Value> {
        vec![
            Value::text(self.login.clone()),
            Value::text(self.agent.clone().unwrap_or_else(|| "anyone".to_owned())),
            Value::Time(self.since),
        ]
    }
}
