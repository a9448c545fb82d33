//! The administered nouns: agents, teams, stores, channels, grants to act, settings.

use serde_json::Value;
use sqlx::postgres::PgConnection;

use crate::domain::event::EventKind;
use crate::domain::ids::{AgentId, OperationId, TeamId};
use crate::domain::vocabulary::Role;
use crate::error::{Error, Result};

/// An agent, as verbs need it.
#[derive(Debug, Clone)]
pub struct Agent {
    /// Its id.
    pub id: AgentId,
    /// Its handle.
    pub handle: String,
    /// Its role.
    pub role: Role,
    /// Its teams.
    pub teams: Vec<i64>,
    /// Whether it is disabled.
    pub disabled: bool,
}

/// Who something can be given to.
#[derive(Debug, Clone)]
pub enum Recipient {
    /// A person or a bot.
    Agent(Agent),
    /// A team's queue.
    Team(TeamId, String),
}

impl Recipient {
    /// Returns the handle.
    pub fn handle(&self) -> &str {
        match self {
            Recipient::Agent(a) => &a.handle,
            Recipient::Team(_, handle) => handle,
        }
    }
}

/// Finds agents by handle, in the order asked for.
///
/// # Errors
/// [`crate::error::Kind::NotFound`] naming the first handle that is none.
pub async fn agents(conn: &mut PgConnection, handles: &[String]) -> Result<Vec<Agent>> {
    agents_if_any(conn, handles).await?.into_iter().collect()
}

/// Finds agents by handle, in the order asked for; for a handle that is none, the refusal.
///
/// # Errors
/// What the database says.
pub async fn agents_if_any(conn: &mut PgConnection, handles: &[String]) -> Result<Vec<Result<Agent>>> {
    if handles.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        r#"select a.id as "id?", w.handle as "wanted!", a.role as "role?", a.teams as "teams?",
            a.disabled_at is not null as "disabled!"
        from unnest($1::text[]) with ordinality as w (handle, ord) left join agent a on a.handle = w.handle
        order by w.ord"#,
        handles
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| match (r.id, r.role, r.teams) {
            (Some(id), Some(role), Some(teams)) => Ok(Agent {
                id: AgentId(id),
                handle: r.wanted,
                role: role.parse()?,
                teams,
                disabled: r.disabled,
            }),
            _ => Err(Error::not_found(format!("no agent \"{}\"", r.wanted))
                .hint("inbox agent list shows the handles")
                .unknown(&["agent"], &r.wanted)),
        })
        .collect())
}

/// Finds the agent or team of a handle, to give something to.
///
/// # Errors
/// [`crate::error::Kind::NotFound`] when it is neither; [`crate::error::Kind::Conflict`] for a
/// disabled agent or team, or for a viewer. The database checks again behind its locks; this check
/// names the recipient when there are several.
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
    let noun = if row.agent.is_some() { "agent" } else { "team" };
    if row.disabled {
        return Err(
            Error::conflict(format!("{handle} is disabled and can be given nothing"))
                .hint(format!("inbox {noun} enable {handle}, or name another")),
        );
    }
    match (row.agent, row.role, row.teams, row.team) {
        (Some(_), Some(role), _, _) if matches!(role.as_str(), "viewer" | "system") => {
            Err(Error::conflict(format!("{handle} ({role}) can own nothing"))
                .hint("name an agent, a supervisor, an admin, a bot or a team"))
        }
        (Some(id), Some(role), Some(teams), _) => Ok(Recipient::Agent(Agent {
            id: AgentId(id),
            handle: handle.to_owned(),
            role: role.parse()?,
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
/// [`crate::error::Kind::NotFound`] naming the first.
pub async fn check_handles(conn: &mut PgConnection, wanted: &[(&str, String)]) -> Result<()> {
    if wanted.is_empty() {
        return Ok(());
    }
    let (nouns, handles): (Vec<String>, Vec<String>) = wanted.iter().map(|(n, h)| ((*n).to_owned(), h.clone())).unzip();
    let unknown = sqlx::query!(
        r#"select w.noun as "noun!", w.handle as "handle!"
        from unnest($1::text[], $2::text[]) with ordinality as w (noun, handle, ord)
        where not exists (select from (select 'agent' as noun, handle from agent
                union all
                select 'team', handle from team
                union all
                select 'store', handle from store
                union all
                select 'channel', handle from channel
                union all
                select 'shift', handle from shift) n
            where n.noun = w.noun and n.handle = w.handle)
        order by w.ord
        limit 1"#,
        &nouns,
        &handles
    )
    .fetch_optional(conn)
    .await?;
    match unknown {
        None => Ok(()),
        Some(r) => Err(Error::not_found(format!("no {} \"{}\"", r.noun, r.handle))
            .hint(format!("inbox {} list shows the handles", r.noun))
            .unknown(kinds(&r.noun), &r.handle)),
    }
}

/// Returns a noun as the kinds of handles that may have been meant.
pub fn kinds(noun: &str) -> &'static [&'static str] {
    match noun {
        "agent" => &["agent"],
        "team" => &["team"],
        "store" => &["store"],
        "channel" => &["channel"],
        "shift" => &["shift"],
        _ => &[],
    }
}

/// Finds the id of a handle of `agent`, `team`, `store`, `channel` or `shift`, or of a setting's name.
///
/// # Errors
/// What the database says.
pub async fn noun_id(conn: &mut PgConnection, noun: &str, handle: &str) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id!"
        from (select 'agent' as noun, id, handle from agent
            union all
            select 'team', id, handle from team
            union all
            select 'store', id, handle from store
            union all
            select 'channel', id, handle from channel
            union all
            select 'shift', id, handle from shift
            union all
            select 'setting', id, name from setting) n
        where noun = $1 and handle = $2"#,
        noun,
        handle
    )
    .fetch_optional(conn)
    .await?)
}

/// Adds (`id` none) or changes an administered row and writes its event; `row` holds the columns to set.
///
/// # Errors
/// [`crate::error::Kind::Denied`] for who is no admin; [`crate::error::Kind::Conflict`] for a handle that is taken.
pub async fn put(
    conn: &mut PgConnection,
    operation: OperationId,
    noun: &str,
    id: Option<i64>,
    row: &Value,
    kind: EventKind,
    reason: Option<&str>,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select put_resource($1, $2, $3, $4, $5, $6) as "id!""#,
        operation.0,
        noun,
        id,
        row,
        kind.as_str(),
        reason
    )
    .fetch_one(conn)
    .await?)
}

/// Creates the first agents of an empty workspace: `system`, and the caller as admin. `shared`: the
/// login can act as any agent.
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

/// Handles by id, of the agents and teams asked for.
#[derive(Debug, Default)]
pub struct Handles {
    /// Of agents.
    pub agents: std::collections::HashMap<i64, String>,
    /// Of teams.
    pub teams: std::collections::HashMap<i64, String>,
    /// Of shifts; with [`all_handles`] alone.
    pub shifts: std::collections::HashMap<i64, String>,
}

/// Returns the handles of agents and teams.
///
/// # Errors
/// What the database says.
pub async fn handles(conn: &mut PgConnection, agents: &[i64], teams: &[i64]) -> Result<Handles> {
    let rows = sqlx::query!(
        r#"select 'agent' as "noun!", id as "id!", handle as "handle!" from agent where id = any($1)
        union all select 'team', id, handle from team where id = any($2)"#,
        agents,
        teams
    )
    .fetch_all(conn)
    .await?;
    let mut found = Handles::default();
    for r in rows {
        let map = if r.noun == "agent" {
            &mut found.agents
        } else {
            &mut found.teams
        };
        map.insert(r.id, r.handle);
    }
    Ok(found)
}

/// Returns the handle of every agent, team and shift there ever was; there are thousands at most.
///
/// # Errors
/// What the database says.
pub async fn all_handles(conn: &mut PgConnection) -> Result<Handles> {
    let rows = sqlx::query!(
        r#"select 'agent' as "noun!", id as "id!", handle as "handle!" from agent
        union all
        select 'team', id, handle from team
        union all
        select 'shift', id, handle from shift"#
    )
    .fetch_all(conn)
    .await?;
    let mut found = Handles::default();
    for r in rows {
        let map = match r.noun.as_str() {
            "agent" => &mut found.agents,
            "team" => &mut found.teams,
            _ => &mut found.shifts,
        };
        map.insert(r.id, r.handle);
    }
    Ok(found)
}

/// Returns the handles of everybody and every team that can be given something.
///
/// # Errors
/// What the database says.
pub async fn recipients(conn: &mut PgConnection) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"select handle as "handle!" from agent where disabled_at is null and role not in ('viewer', 'system')
        union all select handle from team where disabled_at is null order by 1"#
    )
    .fetch_all(conn)
    .await?)
}
