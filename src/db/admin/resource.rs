//! Reads the administered resources: lists, single rows, and the work that an agent is accountable
//! for.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;
use sqlx::postgres::PgConnection;

use crate::domain::ids::{AgentId, ConversationId, TicketId};
use crate::error::Result;

/// An agent as a list shows it.
#[derive(Debug, Clone)]
pub struct AgentLine {
    /// The id.
    pub id: AgentId,
    /// The handle.
    pub handle: String,
    /// The name.
    pub name: String,
    /// The role.
    pub role: String,
    /// The handles of the agent's teams.
    pub teams: Vec<String>,
    /// The largest number of conversations that the agent should own.
    pub capacity: Option<i32>,
    /// The agent's Postgres login.
    pub login: Option<String>,
    /// The time when the agent was disabled. `None` if the agent is enabled.
    pub disabled_at: Option<Timestamp>,
    /// The kind of absence. `None` if the agent is not away.
    pub away: Option<String>,
    /// The end of the absence. `None` if the end is not known.
    pub away_until: Option<Timestamp>,
    /// The number of live conversations that the agent owns.
    pub live: i64,
    /// The number of tickets that the agent owns and that are not closed.
    pub tickets: i64,
    /// The time of the agent's last change.
    pub last_active_at: Option<Timestamp>,
}

/// Lists agents by handle, without the agent `system`.
///
/// # Errors
/// Any database error.
pub async fn agents(conn: &mut PgConnection) -> Result<Vec<AgentLine>> {
    let rows = sqlx::query!(
        r#"select a.id, a.handle, a.name, a.role,
            array(select g.handle from team g where g.id = any(a.teams) order by g.handle) as "teams!",
            a.capacity, a.login, a.disabled_at, a.away, a.away_until,
            coalesce(l.n, 0) as "live!", coalesce(t.n, 0) as "tickets!",
            (select max(o.at) from operation o where o.actor_id = a.id) as last
        from agent a
            left join (select owner_id, count(*) as n from conversation where owner_id is not null group by owner_id) l
                on l.owner_id = a.id
            left join (select owner_id, count(*) as n from ticket where closed_at is null group by owner_id) t
                on t.owner_id = a.id
        where a.role <> 'system' order by a.handle"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| AgentLine {
            id: AgentId(r.id),
            handle: r.handle,
            name: r.name,
            role: r.role,
            teams: r.teams,
            capacity: r.capacity,
            login: r.login,
            disabled_at: r.disabled_at.map(|t| t.to_jiff()),
            away: r.away,
            away_until: r.away_until.map(|t| t.to_jiff()),
            live: r.live,
            tickets: r.tickets,
            last_active_at: r.last.map(|t| t.to_jiff()),
        })
        .collect())
}

/// A team as a list shows it.
#[derive(Debug, Clone)]
pub struct TeamLine {
    /// The handle.
    pub handle: String,
    /// The name.
    pub name: String,
    /// The number of enabled agents in the team.
    pub agents: i64,
    /// The number of live conversations in the team's queue.
    pub live: i64,
    /// The number of live conversations without an owner.
    pub unowned: i64,
    /// The start of the longest wait of a customer in the queue.
    pub waiting_since: Option<Timestamp>,
    /// The time when the team was disabled. `None` if the team is enabled.
    pub disabled_at: Option<Timestamp>,
}

/// Lists teams by handle.
///
/// # Errors
/// Any database error.
pub async fn teams(conn: &mut PgConnection) -> Result<Vec<TeamLine>> {
    let rows = sqlx::query!(
        r#"select g.handle, g.name,
            (select count(*) from agent a where g.id = any(a.teams) and a.disabled_at is null) as "agents!",
            coalesce(l.n, 0) as "live!", coalesce(l.unowned, 0) as "unowned!", l.waiting_since, g.disabled_at
        from team g
            left join (select team_id, count(*) as n, count(*) filter (where owner_id is null) as unowned,
                    min(waiting_since) filter (where status = 'open') as waiting_since
                from conversation
                where status <> 'resolved'
                group by team_id) l on l.team_id = g.id
        order by g.handle"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| TeamLine {
            handle: r.handle,
            name: r.name,
            agents: r.agents,
            live: r.live,
            unowned: r.unowned,
            waiting_since: r.waiting_since.map(|t| t.to_jiff()),
            disabled_at: r.disabled_at.map(|t| t.to_jiff()),
        })
        .collect())
}

/// A store as a list shows it.
#[derive(Debug, Clone)]
pub struct StoreLine {
    /// The handle.
    pub handle: String,
    /// The name.
    pub name: String,
    /// The handles of the store's enabled channels.
    pub channels: Vec<String>,
    /// The number of live conversations of the store.
    pub live: i64,
    /// The time when the store was disabled. `None` if the store is enabled.
    pub disabled_at: Option<Timestamp>,
}

/// Lists stores by handle.
///
/// # Errors
/// Any database error.
pub async fn stores(conn: &mut PgConnection) -> Result<Vec<StoreLine>> {
    let rows = sqlx::query!(
        r#"select s.handle, s.name,
            array(select h.handle
                from channel h
                where h.store_id = s.id and h.disabled_at is null
                order by h.handle) as "channels!", coalesce(l.n, 0) as "live!", s.disabled_at
        from store s
            left join (select store_id, count(*) as n
                from conversation
                where status <> 'resolved'
                group by store_id) l on l.store_id = s.id
        order by s.handle"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| StoreLine {
            handle: r.handle,
            name: r.name,
            channels: r.channels,
            live: r.live,
            disabled_at: r.disabled_at.map(|t| t.to_jiff()),
        })
        .collect())
}

/// A channel as a list shows it.
#[derive(Debug, Clone)]
pub struct ChannelLine {
    /// The handle.
    pub handle: String,
    /// WhatsApp's id of the number.
    pub phone_number_id: String,
    /// The phone number in its readable form.
    pub display_phone: Option<String>,
    /// The handle of the channel's store.
    pub store: String,
    /// The handle of the team that gets new conversations.
    pub team: String,
    /// The number of live conversations of the channel.
    pub live: i64,
    /// The time when the channel was disabled. `None` if the channel is enabled.
    pub disabled_at: Option<Timestamp>,
}

/// Lists channels by handle.
///
/// # Errors
/// Any database error.
pub async fn channels(conn: &mut PgConnection) -> Result<Vec<ChannelLine>> {
    let rows = sqlx::query!(
        r#"select h.handle, h.phone_number_id, h.display_phone, s.handle as store, g.handle as team,
            coalesce(l.n, 0) as "live!", h.disabled_at
        from channel h
            join store s on s.id = h.store_id
            join team g on g.id = h.team_id
            left join (select channel_id, count(*) as n
                from conversation
                where status <> 'resolved'
                group by channel_id) l on l.channel_id = h.id
        order by h.handle"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| ChannelLine {
            handle: r.handle,
            phone_number_id: r.phone_number_id,
            display_phone: r.display_phone,
            store: r.store,
            team: r.team,
            live: r.live,
            disabled_at: r.disabled_at.map(|t| t.to_jiff()),
        })
        .collect())
}

/// Returns all columns of the administered row with a handle (for a setting: with a name).
///
/// # Errors
/// Any database error.
pub async fn row(conn: &mut PgConnection, resource: &str, handle: &str) -> Result<Option<(i64, Value)>> {
    let row = sqlx::query!(
        r#"select id as "id!", row as "row!" from (
            select id, to_jsonb(t) as row from agent t where $1 = 'agent' and handle = $2
            union all select id, to_jsonb(t) from team t where $1 = 'team' and handle = $2
            union all select id, to_jsonb(t) from store t where $1 = 'store' and handle = $2
            union all select id, to_jsonb(t) from channel t where $1 = 'channel' and handle = $2
            union all select id, to_jsonb(t) from shift t where $1 = 'shift' and handle = $2
            union all select id, to_jsonb(t) from setting t where $1 = 'setting' and name = $2) n"#,
        resource,
        handle
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|r| (r.id, r.row)))
}

/// Returns the settings that have been set.
///
/// # Errors
/// Any database error.
pub async fn settings(conn: &mut PgConnection) -> Result<HashMap<String, Value>> {
    let rows = sqlx::query!("select name, value from setting").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|r| (r.name, r.value)).collect())
}

/// A grant to act.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The id.
    pub id: i64,
    /// The login.
    pub login: String,
    /// The agent that the login can act as. `None` means any agent.
    pub agent: Option<String>,
    /// The time when the grant began.
    pub since: Timestamp,
}

/// Lists the grants in force, of one login or of all.
///
/// # Errors
/// Any database error.
pub async fn grants(conn: &mut PgConnection, login: Option<&str>) -> Result<Vec<Grant>> {
    let rows = sqlx::query!(
        r#"select x.id, x.login, a.handle as "agent?", x.head_at from acting x left join agent a on a.id = x.agent_id
        where x.revoked_at is null and ($1::text is null or x.login = $1) order by x.login, a.handle nulls first"#,
        login
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Grant {
            id: r.id,
            login: r.login,
            agent: r.agent,
            since: r.head_at.to_jiff(),
        })
        .collect())
}

/// Returns the logins that belong to an agent or can act as the agent.
///
/// # Errors
/// Any database error.
pub async fn logins_of(conn: &mut PgConnection, handle: &str) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"select login as "login!" from agent where handle = $1 and login is not null
        union
        select x.login from acting x join agent a on a.id = x.agent_id where a.handle = $1 and x.revoked_at is null"#,
        handle
    )
    .fetch_all(conn)
    .await?)
}

/// Returns the ids of all teams by handle.
///
/// # Errors
/// Any database error.
pub async fn team_ids(conn: &mut PgConnection) -> Result<Vec<(String, i64)>> {
    let rows = sqlx::query!("select handle, id from team").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|r| (r.handle, r.id)).collect())
}

/// Returns all agents by handle, and whether each is disabled.
///
/// # Errors
/// Any database error.
pub async fn agent_states(conn: &mut PgConnection) -> Result<Vec<(String, bool)>> {
    let rows = sqlx::query!(r#"select handle, disabled_at is not null as "disabled!" from agent"#)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(|r| (r.handle, r.disabled)).collect())
}

/// The work that an agent is accountable for.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// The number of live conversations.
    pub conversations: i64,
    /// The tickets that are not closed.
    pub tickets: Vec<TicketId>,
    /// The conversations that are offered to the agent.
    pub offers: Vec<ConversationId>,
}

/// Returns the conversations, tickets and offers of an agent.
///
/// # Errors
/// Any database error.
pub async fn held(conn: &mut PgConnection, agent: AgentId) -> Result<Held> {
    let row = sqlx::query!(
        r#"select (select count(*) from conversation where owner_id = $1) as "conversations!",
            array(select id from ticket where owner_id = $1 and closed_at is null order by id) as "tickets!",
            array(select conversation_id
                from handoff
                where to_agent = $1 and state = 'offered'
                order by conversation_id) as "offers!""#,
        agent.0
    )
    .fetch_one(conn)
    .await?;
    Ok(Held {
        conversations: row.conversations,
        tickets: row.tickets.into_iter().map(TicketId).collect(),
        offers: row.offers.into_iter().map(ConversationId).collect(),
    })
}

/// Returns the dependents of a team or store: the number of live conversations, and the handles of
/// enabled channels.
///
/// # Errors
/// Any database error.
pub async fn needed_by(conn: &mut PgConnection, resource: &str, id: i64) -> Result<(i64, Vec<String>)> {
    let row = sqlx::query!(
        r#"select case when $1 = 'team' then (select count(*)
            from conversation
            where team_id = $2 and status <> 'resolved') else 0 end as "live!",
            array(select handle
                from channel
                where disabled_at is null and (case $1 when 'team' then team_id when 'store' then store_id end) = $2
                order by handle) as "channels!""#,
        resource,
        id
    )
    .fetch_one(conn)
    .await?;
    Ok((row.live, row.channels))
}
