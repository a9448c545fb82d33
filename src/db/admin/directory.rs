//! The administered resources: agents, teams, stores, channels, grants to act and settings.

use serde_json::Value;
use sqlx::postgres::PgConnection;

use crate::domain::event::EventKind;
use crate::domain::ids::{AgentId, OperationId, TeamId};
use crate::error::{Error, Result};

/// The properties of an agent that verbs need.
#[derive(Debug, Clone)]
pub struct Agent {
    /// The id.
    pub id: AgentId,
    /// The handle.
    pub handle: String,
    /// The teams.
    pub teams: Vec<i64>,
    /// Whether it is disabled.
    pub disabled: bool,
}

/// The agent or team that receives an assignment or an offer.
#[derive(Debug, Clone)]
pub enum Recipient {
    /// A human or a bot.
    Agent(Agent),
    /// A team's queue.
    Team(TeamId, String),
}

/// Returns agents by handle, in the order of the given handles.
///
/// # Errors
/// [`crate::error::Kind::NotFound`] with the first handle that is not an agent's.
pub async fn agents(conn: &mut PgConnection, handles: &[String]) -> Result<Vec<Agent>> {
    agents_if_any(conn, handles).await?.into_iter().collect()
}

/// Returns agents by handle, in the order of the given handles. For a handle that is not an
/// agent's, the result is the error.
///
/// # Errors
/// Any database error.
pub async fn agents_if_any(conn: &mut PgConnection, handles: &[String]) -> Result<Vec<Result<Agent>>> {
    if handles.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        r#"select a.id as "id?", w.handle as "wanted!", a.teams as "teams?",
            a.disabled_at is not null as "disabled!"
        from unnest($1::text[]) with ordinality as w (handle, ord) left join agent a on a.handle = w.handle
        order by w.ord"#,
        handles
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| match (r.id, r.teams) {
            (Some(id), Some(teams)) => Ok(Agent {
                id: AgentId(id),
                handle: r.wanted,
                teams,
                disabled: r.disabled,
            }),
            _ => Err(Error::not_found(format!("no agent \"{}\"", r.wanted))
                .hint("inbox agent list shows the handles")
                .unknown(&["agent"], &r.wanted)),
        })
        .collect())
}

/// Returns the agent or team of a handle, as the recipient of an assignment or offer.
///
/// # Errors
/// [`crate::error::Kind::NotFound`] when the handle belongs to neither.
/// [`crate::error::Kind::Conflict`] for a disabled agent or team, or for a viewer. The database
/// checks again after it locks the rows. This check names the recipient when there are several.
pub async fn recipient(conn: &mut PgConnection, handle: &str) -> Result<Recipient> {
    let row = sqlx::query!(
        r#"select a.id as "agent?", a.role as "role?", a.teams as "teams?",
            coalesce(a.disabled_at, g.disabled_at) is not null as "disabled!", g.id as "team?"
        from (select $1::text as handle) w
            left join agent a on a.handle = w.handle
            left join team g on g.handle = w.handle"#,
        handle
    )
    .fetch_one(conn)
    .await?;
    let resource = if row.agent.is_some() { "agent" } else { "team" };
    if row.disabled {
        return Err(
            Error::conflict(format!("{handle} is disabled and cannot own conversations or tickets"))
                .hint(format!("inbox {resource} enable {handle}, or name another")),
        );
    }
    match (row.agent, row.role, row.teams, row.team) {
        (Some(_), Some(role), _, _) if matches!(role.as_str(), "viewer" | "system") => Err(Error::conflict(format!(
            "{handle} ({role}) cannot own conversations or tickets"
        ))
        .hint("name an agent, a supervisor, an admin, a bot or a team")),
        (Some(id), _, Some(teams), _) => Ok(Recipient::Agent(Agent {
            id: AgentId(id),
            handle: handle.to_owned(),
            teams,
            disabled: row.disabled,
        })),
        (_, _, _, Some(team)) => Ok(Recipient::Team(TeamId(team), handle.to_owned())),
        _ => Err(Error::not_found(format!("no agent or team \"{handle}\""))
            .hint("inbox agent list and inbox team list show the handles")
            .unknown(&["agent", "team"], handle)),
    }
}

/// Refuses unknown handles, because an empty answer would hide a typing error. Each handle has a
/// kind: `agent`, `team`, `store`, `channel` or `shift`.
///
/// # Errors
/// [`crate::error::Kind::NotFound`] with the first unknown handle.
pub async fn check_handles(conn: &mut PgConnection, wanted: &[(&str, String)]) -> Result<()> {
    if wanted.is_empty() {
        return Ok(());
    }
    let (resources, handles): (Vec<String>, Vec<String>) =
        wanted.iter().map(|(n, h)| ((*n).to_owned(), h.clone())).unzip();
    let unknown = sqlx::query!(
        r#"select w.resource as "resource!", w.handle as "handle!"
        from unnest($1::text[], $2::text[]) with ordinality as w (resource, handle, ord)
        where not exists (select from (select 'agent' as resource, handle from agent
                union all
                select 'team', handle from team
                union all
                select 'store', handle from store
                union all
                select 'channel', handle from channel
                union all
                select 'shift', handle from shift) n
            where n.resource = w.resource and n.handle = w.handle)
        order by w.ord
        limit 1"#,
        &resources,
        &handles
    )
    .fetch_optional(conn)
    .await?;
    match unknown {
        None => Ok(()),
        Some(r) => Err(Error::not_found(format!("no {} \"{}\"", r.resource, r.handle))
            .hint(format!("inbox {} list shows the handles", r.resource))
            .unknown(kinds(&r.resource), &r.handle)),
    }
}

/// Returns the kinds of handle that a resource's name can refer to.
pub fn kinds(resource: &str) -> &'static [&'static str] {
    match resource {
        "agent" => &["agent"],
        "team" => &["team"],
        "store" => &["store"],
        "channel" => &["channel"],
        "shift" => &["shift"],
        _ => &[],
    }
}

/// Adds an administered row (if `id` is `None`) or changes it, and writes the event. `row` contains
/// the columns to set.
///
/// # Errors
/// [`crate::error::Kind::Denied`] when the actor is not an admin. [`crate::error::Kind::Conflict`]
/// when the handle is already in use.
pub async fn put(
    conn: &mut PgConnection,
    operation: OperationId,
    resource: &str,
    id: Option<i64>,
    row: &Value,
    kind: EventKind,
    reason: Option<&str>,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select put_resource($1, $2, $3, $4, $5, $6) as "id!""#,
        operation.0,
        resource,
        id,
        row,
        kind.as_str(),
        reason
    )
    .fetch_one(conn)
    .await?)
}

/// Creates the first agents of an empty workspace: `system`, and the caller as admin. If `shared`
/// is true, the login can act as any agent.
///
/// # Errors
/// [`crate::error::Kind::Conflict`] when the workspace has agents.
pub async fn bootstrap(conn: &mut PgConnection, handle: &str, name: &str, shared: bool) -> Result<AgentId> {
    let os_user = crate::db::operation::os_user();
    let id = sqlx::query_scalar!(
        r#"select bootstrap($1, $2, $3, $4, $5) as "id!""#,
        handle,
        name,
        shared,
        env!("CARGO_PKG_VERSION"),
        os_user
    )
    .fetch_one(conn)
    .await?;
    Ok(AgentId(id))
}

/// The handles of the requested agents and teams, by id.
#[derive(Debug, Default)]
pub struct Handles {
    /// The handles of agents.
    pub agents: std::collections::HashMap<i64, String>,
    /// The handles of teams.
    pub teams: std::collections::HashMap<i64, String>,
    /// The handles of shifts. Only [`all_handles`] fills this field.
    pub shifts: std::collections::HashMap<i64, String>,
}

/// Returns the handles of agents and teams.
///
/// # Errors
/// Any database error.
pub async fn handles(conn: &mut PgConnection, agents: &[i64], teams: &[i64]) -> Result<Handles> {
    let rows = sqlx::query!(
        r#"select 'agent' as "resource!", id as "id!", handle as "handle!" from agent where id = any($1)
        union all select 'team', id, handle from team where id = any($2)"#,
        agents,
        teams
    )
    .fetch_all(conn)
    .await?;
    let mut found = Handles::default();
    for r in rows {
        let map = if r.resource == "agent" {
            &mut found.agents
        } else {
            &mut found.teams
        };
        map.insert(r.id, r.handle);
    }
    Ok(found)
}

/// Returns the handle of every agent, team and shift, disabled ones included. There are thousands
/// at most.
///
/// # Errors
/// Any database error.
pub async fn all_handles(conn: &mut PgConnection) -> Result<Handles> {
    let rows = sqlx::query!(
        r#"select 'agent' as "resource!", id as "id!", handle as "handle!" from agent
        union all
        select 'team', id, handle from team
        union all
        select 'shift', id, handle from shift"#
    )
    .fetch_all(conn)
    .await?;
    let mut found = Handles::default();
    for r in rows {
        let map = match r.resource.as_str() {
            "agent" => &mut found.agents,
            "team" => &mut found.teams,
            _ => &mut found.shifts,
        };
        map.insert(r.id, r.handle);
    }
    Ok(found)
}

/// Returns the handles of all agents and teams that can receive an assignment.
///
/// # Errors
/// Any database error.
pub async fn recipients(conn: &mut PgConnection) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"select handle as "handle!" from agent where disabled_at is null and role not in ('viewer', 'system')
        union all select handle from team where disabled_at is null order by 1"#
    )
    .fetch_all(conn)
    .await?)
}
