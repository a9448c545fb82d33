//! Adds and changes agents, one or a whole file of them.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};
use sqlx::postgres::PgConnection;

use super::administer::{Field, ResourceChanged, add, edit};
use crate::db::admin::resource;
use crate::db::operation::Operation;
use crate::domain::staff_file::{Problem, StaffLine};
use crate::domain::vocabulary::Role;
use crate::error::{Error, Result};

/// The changes of an agent. A field that is `None` does not change.
#[derive(Debug, Clone, Default)]
pub struct AgentChange {
    /// The name.
    pub name: Option<String>,
    /// The role.
    pub role: Option<Role>,
    /// All teams of the agent.
    pub teams: Option<Vec<String>>,
    /// Teams to join.
    pub join: Vec<String>,
    /// Teams to leave.
    pub leave: Vec<String>,
    /// The largest number of conversations that the agent should own.
    pub capacity: Option<Option<i32>>,
    /// The agent's Postgres login.
    pub login: Option<Option<String>>,
}

impl AgentChange {
    /// Returns the columns to set, from the agent's present teams.
    async fn fields(&self, conn: &mut PgConnection, now: &[i64]) -> Result<Vec<Field>> {
        let mut fields = Vec::new();
        if let Some(name) = &self.name {
            fields.push(Field::new("name", name.as_str()));
        }
        if let Some(role) = self.role {
            fields.push(Field::new("role", role.as_str()));
        }
        if self.teams.is_some() || !self.join.is_empty() || !self.leave.is_empty() {
            fields.push(self.teams(conn, now).await?);
        }
        if let Some(capacity) = self.capacity {
            fields.push(Field::new("capacity", capacity));
        }
        if let Some(login) = &self.login {
            fields.push(Field::new("login", login.clone()));
        }
        Ok(fields)
    }

    async fn teams(&self, conn: &mut PgConnection, now: &[i64]) -> Result<Field> {
        let all: HashMap<String, i64> = resource::team_ids(conn).await?.into_iter().collect();
        let id = |handle: &String| {
            all.get(handle).copied().ok_or_else(|| {
                Error::not_found(format!("no team \"{handle}\"")).hint("inbox team list shows the handles")
            })
        };
        let mut ids: Vec<i64> = match &self.teams {
            Some(teams) => teams.iter().map(id).collect::<Result<_>>()?,
            None => now.to_vec(),
        };
        ids.extend(self.join.iter().map(id).collect::<Result<Vec<_>>>()?);
        let leave: Vec<i64> = self.leave.iter().map(id).collect::<Result<_>>()?;
        ids.retain(|i| !leave.contains(i));
        ids.sort_unstable();
        ids.dedup();
        let names: BTreeMap<&str, i64> = all
            .iter()
            .filter(|(_, i)| ids.contains(i))
            .map(|(h, i)| (h.as_str(), *i))
            .collect();
        Ok(Field::shown(
            "teams",
            json!(ids),
            json!(names.keys().collect::<Vec<_>>()),
        ))
    }
}

/// Adds an agent. The default name is the handle, the default role is `agent`. By default the agent
/// has no teams, no capacity and no login.
///
/// # Errors
/// [`crate::error::Kind::Conflict`] for a handle or login that is already in use.
/// [`crate::error::Kind::NotFound`] for a team that does not exist.
pub async fn add_agent(
    conn: &mut PgConnection,
    operation: &Operation,
    handle: &str,
    change: &AgentChange,
    reason: Option<&str>,
) -> Result<ResourceChanged> {
    let whole = AgentChange {
        name: Some(change.name.clone().unwrap_or_else(|| handle.to_owned())),
        role: Some(change.role.unwrap_or(Role::Agent)),
        ..change.clone()
    };
    let fields: Vec<Field> = whole
        .fields(conn, &[])
        .await?
        .into_iter()
        .filter(|f| f.stored != Value::Null)
        .collect();
    add(conn, operation, "agent", handle, &fields, reason).await
}

/// Writes the columns of an agent whose value differs.
///
/// # Errors
/// [`crate::error::Kind::NotFound`] for an agent or team that does not exist.
pub async fn edit_agent(
    conn: &mut PgConnection,
    operation: &Operation,
    handle: &str,
    change: &AgentChange,
    reason: Option<&str>,
) -> Result<ResourceChanged> {
    let (_, row) = super::administer::find(conn, "agent", handle).await?;
    let now: Vec<i64> = row
        .get("teams")
        .and_then(Value::as_array)
        .map(|t| t.iter().filter_map(Value::as_i64).collect())
        .unwrap_or_default();
    let fields = change.fields(conn, &now).await?;
    edit(conn, operation, "agent", handle, &fields, reason).await
}

/// Returns the conflicts of a file with the workspace: unknown teams, handles of teams, disabled
/// agents.
///
/// # Errors
/// Any database error.
pub async fn check_staff(conn: &mut PgConnection, lines: &[StaffLine]) -> Result<Vec<Problem>> {
    let teams: HashMap<String, i64> = resource::team_ids(conn).await?.into_iter().collect();
    let agents: HashMap<String, bool> = resource::agent_states(conn).await?.into_iter().collect();
    let mut problems = Vec::new();
    for line in lines {
        let mut wrong = |what: String| problems.push(Problem { line: line.line, what });
        if teams.contains_key(line.handle.as_str()) {
            wrong(format!("{} is a team", line.handle));
        }
        if agents.get(line.handle.as_str()) == Some(&true) {
            wrong(format!("{0} is disabled: inbox agent enable {0}", line.handle));
        }
        for team in line.teams.iter().flatten().filter(|t| !teams.contains_key(t.as_str())) {
            wrong(format!("no team \"{team}\""));
        }
    }
    Ok(problems)
}

/// Adds the new agents of a file and changes the agents that differ. Makes all changes or none.
///
/// # Errors
/// The first refusal by the database, with the line number.
pub async fn import(
    conn: &mut PgConnection,
    operation: &Operation,
    lines: &[StaffLine],
    reason: Option<&str>,
) -> Result<Vec<ResourceChanged>> {
    let known: HashMap<String, bool> = resource::agent_states(conn).await?.into_iter().collect();
    let mut done = Vec::with_capacity(lines.len());
    for line in lines {
        let change = AgentChange {
            name: line.name.clone(),
            role: line.role,
            teams: line.teams.as_ref().map(|t| t.iter().map(ToString::to_string).collect()),
            capacity: line.capacity,
            login: line.login.clone(),
            ..AgentChange::default()
        };
        let handle = line.handle.as_str();
        let one = if known.contains_key(handle) {
            edit_agent(conn, operation, handle, &change, reason).await
        } else {
            add_agent(conn, operation, handle, &change, reason).await
        };
        done.push(one.map_err(|mut e| {
            e.message = format!("line {} ({handle}): {}", line.line, e.message).into();
            e
        })?);
    }
    Ok(done)
}
