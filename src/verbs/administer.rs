//! Adds and changes administered resources. Only columns with a new value are written, and every
//! changed row gets an event.

use serde_json::{Map, Value};
use sqlx::postgres::PgConnection;

use super::ticket::TicketChange;
use super::{ChangeOptions, Selection, act, ticket};
use crate::db;
use crate::db::admin::directory::{self, Recipient};
use crate::db::admin::resource;
use crate::db::operation::Operation;
use crate::domain::conversation::Change;
use crate::domain::event::EventKind;
use crate::domain::ids::AgentId;
use crate::domain::query::Query;
use crate::error::{Error, Result};

/// One column to set.
#[derive(Debug, Clone)]
pub struct Field {
    /// The name of the column.
    pub name: &'static str,
    /// The stored value.
    pub stored: Value,
    /// The displayed value: handles instead of ids.
    pub shown: Value,
}

impl Field {
    /// Creates a field whose displayed value is the stored value.
    pub fn new(name: &'static str, value: impl Into<Value>) -> Field {
        let stored = value.into();
        Field {
            name,
            shown: stored.clone(),
            stored,
        }
    }

    /// Creates a field with a different displayed value.
    pub fn shown(name: &'static str, stored: impl Into<Value>, shown: impl Into<Value>) -> Field {
        Field {
            name,
            stored: stored.into(),
            shown: shown.into(),
        }
    }
}

/// The result of one change.
#[derive(Debug, Clone)]
pub struct ResourceChanged {
    /// `agent`, `team`, `store`, `channel`, `shift`, `roster`, `setting` or `acting`.
    pub resource: &'static str,
    /// The handle, or the setting's name.
    pub handle: String,
    /// The event's kind, `unchanged` or `failed`.
    pub result: &'static str,
    /// The columns that were set, with their displayed values.
    pub changes: Map<String, Value>,
    /// The number of conversations that the change moved.
    pub conversations: usize,
    /// The number of tickets that the change moved.
    pub tickets: usize,
    /// The reason of a failure.
    pub problem: Option<String>,
}

impl ResourceChanged {
    pub(super) fn of(resource: &'static str, handle: &str, result: &'static str, fields: &[Field]) -> ResourceChanged {
        ResourceChanged {
            resource,
            handle: handle.to_owned(),
            result,
            changes: fields.iter().map(|f| (f.name.to_owned(), f.shown.clone())).collect(),
            conversations: 0,
            tickets: 0,
            problem: None,
        }
    }

    /// Returns whether the change wrote a row.
    pub fn is_change(&self) -> bool {
        !matches!(self.result, "unchanged" | "failed")
    }
}

/// Makes the changes in order, all of them or none. With `keep_going`, a refused change is reported
/// as failed, and the other changes are made.
///
/// # Errors
/// Without `keep_going`, the first refusal.
pub async fn each<T: ToString>(
    conn: &mut PgConnection,
    keep_going: bool,
    resource: &'static str,
    items: &[T],
    mut change: impl AsyncFnMut(&mut PgConnection, &T) -> Result<ResourceChanged>,
) -> Result<Vec<ResourceChanged>> {
    let mut done = Vec::with_capacity(items.len());
    for item in items {
        let one = if keep_going {
            db::attempt(conn, async |conn| change(conn, item).await).await?
        } else {
            Ok(change(conn, item).await?)
        };
        done.push(one.unwrap_or_else(|e| ResourceChanged {
            problem: Some(e.message.into_owned()),
            ..ResourceChanged::of(resource, &item.to_string(), "failed", &[])
        }));
    }
    Ok(done)
}

pub(super) fn stored(fields: &[Field]) -> Value {
    Value::Object(fields.iter().map(|f| (f.name.to_owned(), f.stored.clone())).collect())
}

/// Adds a row.
///
/// # Errors
/// [`crate::error::Kind::Conflict`] for a handle that is already in use.
/// [`crate::error::Kind::Denied`] when the actor is not an admin.
pub async fn add(
    conn: &mut PgConnection,
    operation: &Operation,
    resource: &'static str,
    handle: &str,
    fields: &[Field],
    reason: Option<&str>,
) -> Result<ResourceChanged> {
    let mut all = vec![Field::new("handle", handle)];
    all.extend(fields.iter().cloned());
    directory::put(
        conn,
        operation.id,
        resource,
        None,
        &stored(&all),
        EventKind::Added,
        reason,
    )
    .await?;
    Ok(ResourceChanged::of(resource, handle, EventKind::Added.as_str(), fields))
}

/// Returns the row of a handle.
///
/// # Errors
/// [`crate::error::Kind::NotFound`] with the handle.
pub async fn find(conn: &mut PgConnection, resource: &str, handle: &str) -> Result<(i64, Value)> {
    resource::row(conn, resource, handle).await?.ok_or_else(|| {
        Error::not_found(format!("no {resource} \"{handle}\""))
            .hint(format!("inbox {resource} list --all shows the handles"))
            .unknown(crate::db::admin::directory::kinds(resource), handle)
    })
}

/// Writes the columns whose value differs.
///
/// # Errors
/// [`crate::error::Kind::NotFound`] with the handle. [`crate::error::Kind::Denied`] when the actor
/// is not an admin.
pub async fn edit(
    conn: &mut PgConnection,
    operation: &Operation,
    resource: &'static str,
    handle: &str,
    fields: &[Field],
    reason: Option<&str>,
) -> Result<ResourceChanged> {
    let row = find(conn, resource, handle).await?;
    change(
        conn,
        operation,
        (resource, handle),
        &row,
        fields,
        EventKind::Changed,
        reason,
    )
    .await
}

async fn change(
    conn: &mut PgConnection,
    operation: &Operation,
    (resource, handle): (&'static str, &str),
    (id, now): &(i64, Value),
    fields: &[Field],
    kind: EventKind,
    reason: Option<&str>,
) -> Result<ResourceChanged> {
    let differing: Vec<Field> = fields
        .iter()
        .filter(|f| now.get(f.name).unwrap_or(&Value::Null) != &f.stored)
        .cloned()
        .collect();
    if differing.is_empty() {
        return Ok(ResourceChanged::of(resource, handle, "unchanged", &[]));
    }
    directory::put(
        conn,
        operation.id,
        resource,
        Some(*id),
        &stored(&differing),
        kind,
        reason,
    )
    .await?;
    Ok(ResourceChanged::of(resource, handle, kind.as_str(), &differing))
}

/// Sets a setting of the workspace.
///
/// # Errors
/// [`crate::error::Kind::Denied`] when the actor is not an admin.
pub async fn set(
    conn: &mut PgConnection,
    operation: &Operation,
    name: &str,
    value: Field,
    reason: Option<&str>,
) -> Result<ResourceChanged> {
    match resource::row(conn, "setting", name).await? {
        Some(row) => {
            change(
                conn,
                operation,
                ("setting", name),
                &row,
                &[value],
                EventKind::Changed,
                reason,
            )
            .await
        }
        None => {
            let fields = [Field::new("name", name), value];
            directory::put(
                conn,
                operation.id,
                "setting",
                None,
                &stored(&fields),
                EventKind::Added,
                reason,
            )
            .await?;
            Ok(ResourceChanged::of(
                "setting",
                name,
                EventKind::Changed.as_str(),
                &fields[1..],
            ))
        }
    }
}

/// Enables a disabled row.
///
/// # Errors
/// See [`edit`].
pub async fn enable(
    conn: &mut PgConnection,
    operation: &Operation,
    resource: &'static str,
    handle: &str,
    reason: Option<&str>,
) -> Result<ResourceChanged> {
    let row = find(conn, resource, handle).await?;
    let fields = [Field::new("disabled_at", Value::Null)];
    change(
        conn,
        operation,
        (resource, handle),
        &row,
        &fields,
        EventKind::Enabled,
        reason,
    )
    .await
}

/// Disables a team, store or channel. Refuses while another resource or a live conversation depends
/// on the row.
///
/// # Errors
/// [`crate::error::Kind::Conflict`] with the dependents.
pub async fn disable(
    conn: &mut PgConnection,
    operation: &Operation,
    resource: &'static str,
    handle: &str,
    reason: Option<&str>,
) -> Result<ResourceChanged> {
    let row = find(conn, resource, handle).await?;
    if row.1.get("disabled_at") != Some(&Value::Null) {
        return Ok(ResourceChanged::of(resource, handle, "unchanged", &[]));
    }
    let (live, channels) = resource::needed_by(conn, resource, row.0).await?;
    if let Some(channel) = channels.first() {
        return Err(Error::conflict(format!(
            "the {resource} {handle} gets the conversations of {}",
            channels.join(", ")
        ))
        .hint(format!(
            "inbox channel edit {channel} --{resource} OTHER, or inbox channel disable {channel}"
        )));
    }
    if live > 0 {
        return Err(
            Error::conflict(format!("the {resource} {handle} has {live} live conversations"))
                .hint(format!("inbox assign --{resource} {handle} --to OTHER moves them")),
        );
    }
    let fields = [Field::new("disabled_at", operation.at.to_string())];
    change(
        conn,
        operation,
        (resource, handle),
        &row,
        &fields,
        EventKind::Disabled,
        reason,
    )
    .await
}

/// The recipient of an agent's work when the agent leaves.
#[derive(Debug, Clone)]
pub enum Leaving {
    /// Another agent, or a team's queue.
    Give(Recipient),
    /// The queue of each conversation's team.
    Release,
    /// No recipient: the agent must not own any work.
    Nothing,
}

/// Disables an agent. The agent's work goes to the recipient in `leaving`, and offers to the agent
/// are declined.
///
/// # Errors
/// [`crate::error::Kind::Conflict`] when the agent owns work and no recipient was given, and for
/// the last admin.
pub async fn disable_agent(
    conn: &mut PgConnection,
    operation: &Operation,
    handle: &str,
    leaving: &Leaving,
    reason: Option<&str>,
) -> Result<ResourceChanged> {
    let row = find(conn, "agent", handle).await?;
    let id = AgentId(row.0);
    if row.1.get("disabled_at") != Some(&Value::Null) {
        return Ok(ResourceChanged::of("agent", handle, "unchanged", &[]));
    }
    let held = resource::held(conn, id).await?;
    let (change_of, ticket_change) = match leaving {
        Leaving::Give(Recipient::Agent(to)) if to.id == id => {
            return Err(Error::usage(format!("{handle} already owns these conversations"))
                .hint("--give-to another agent or a team"));
        }
        Leaving::Give(Recipient::Agent(to)) => (
            Change::Assign {
                to: to.id,
                teams: to.teams.clone(),
            },
            TicketChange::Assign {
                owner: Some(to.id),
                team: None,
            },
        ),
        Leaving::Give(Recipient::Team(to, _)) => (
            Change::AssignTeam { to: *to },
            TicketChange::Assign {
                owner: None,
                team: Some(*to),
            },
        ),
        Leaving::Release => (
            Change::Release,
            TicketChange::Assign {
                owner: None,
                team: None,
            },
        ),
        Leaving::Nothing if held.conversations > 0 || !held.tickets.is_empty() => {
            return Err(Error::conflict(format!(
                "{handle} owns {} conversations and {} tickets",
                held.conversations,
                held.tickets.len()
            ))
            .hint(format!(
                "inbox agent disable {handle} --give-to HANDLE, or --release to return them to their queues"
            )));
        }
        Leaving::Nothing => (Change::Release, TicketChange::Note),
    };
    let options = ChangeOptions {
        reason: reason.map(str::to_owned),
        ..ChangeOptions::default()
    };
    let owned = Selection::by_query(Query::owned_by(handle));
    let moved = act(conn, operation, &owned, &options, |_| change_of.clone()).await?;
    let offered = Selection::by_id(held.offers);
    act(conn, operation, &offered, &options, |_| Change::Decline).await?;
    if !held.tickets.is_empty() {
        ticket::change(conn, operation, &held.tickets, &ticket_change, &options).await?;
    }
    let fields = [Field::new("disabled_at", operation.at.to_string())];
    let mut done = change(
        conn,
        operation,
        ("agent", handle),
        &row,
        &fields,
        EventKind::Disabled,
        reason,
    )
    .await?;
    done.conversations = moved.changed();
    done.tickets = held.tickets.len();
    Ok(done)
}

/// Grants a login the right to act as an agent, or as any agent.
///
/// # Errors
/// [`crate::error::Kind::Denied`] when the actor is not an admin.
pub async fn grant(
    conn: &mut PgConnection,
    operation: &Operation,
    login: &str,
    agent: Option<(i64, &str)>,
    reason: Option<&str>,
) -> Result<ResourceChanged> {
    let fields = [
        Field::new("login", login),
        Field::shown("agent_id", agent.map(|a| a.0), agent.map_or("anyone", |a| a.1)),
    ];
    if in_force(conn, login, agent).await?.is_some() {
        return Ok(ResourceChanged::of("acting", login, "unchanged", &[]));
    }
    directory::put(
        conn,
        operation.id,
        "acting",
        None,
        &stored(&fields),
        EventKind::Granted,
        reason,
    )
    .await?;
    Ok(grant_changed(login, agent, EventKind::Granted.as_str()))
}

/// Revokes a grant.
///
/// # Errors
/// [`crate::error::Kind::NotFound`] when there is no such grant.
pub async fn revoke(
    conn: &mut PgConnection,
    operation: &Operation,
    login: &str,
    agent: Option<(i64, &str)>,
    reason: Option<&str>,
) -> Result<ResourceChanged> {
    let Some(id) = in_force(conn, login, agent).await? else {
        return Err(Error::not_found(format!(
            "the login \"{login}\" has no grant to act as {}",
            agent.map_or("anyone", |a| a.1)
        ))
        .hint("inbox agent grants lists them"));
    };
    let fields = [Field::new("revoked_at", operation.at.to_string())];
    directory::put(
        conn,
        operation.id,
        "acting",
        Some(id),
        &stored(&fields),
        EventKind::Revoked,
        reason,
    )
    .await?;
    Ok(grant_changed(login, agent, EventKind::Revoked.as_str()))
}

fn grant_changed(login: &str, agent: Option<(i64, &str)>, result: &'static str) -> ResourceChanged {
    ResourceChanged::of(
        "acting",
        login,
        result,
        &[Field::new("as", agent.map_or("anyone", |a| a.1))],
    )
}

async fn in_force(conn: &mut PgConnection, login: &str, agent: Option<(i64, &str)>) -> Result<Option<i64>> {
    let grants = resource::grants(conn, Some(login)).await?;
    Ok(grants
        .into_iter()
        .find(|g| g.agent.as_deref() == agent.map(|a| a.1))
        .map(|g| g.id))
}
