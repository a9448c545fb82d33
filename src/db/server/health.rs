//! The queries of `doctor`. Each check has its own function, so that the other checks still run if
//! one fails.

use jiff::Timestamp;
use sqlx::postgres::PgConnection;

use crate::db::Workspace;
use crate::domain::order::order_keys;
use crate::error::Result;

/// The server's description of itself.
#[derive(Debug, Clone)]
pub struct Server {
    /// The version number, such as 150004.
    pub version: i32,
    /// The number of open connections.
    pub connections: i64,
    /// The largest number of connections for all logins together.
    pub most: i64,
    /// The server's clock.
    pub now: Timestamp,
}

/// Reads the server's description of itself. Works without a workspace.
///
/// # Errors
/// Any database error.
pub async fn server(conn: &mut PgConnection) -> Result<Server> {
    let row = sqlx::query!(
        r#"select current_setting('server_version_num')::int as "version!",
            (select count(*) from pg_stat_activity where backend_type = 'client backend') as "connections!",
            current_setting('max_connections')::bigint
                - current_setting('superuser_reserved_connections')::bigint as "most!",
            clock_timestamp() as "now!""#
    )
    .fetch_one(conn)
    .await?;
    Ok(Server {
        version: row.version,
        connections: row.connections,
        most: row.most,
        now: row.now.to_jiff(),
    })
}

/// Lists functions and tables of the workspace that its owner does not own.
///
/// # Errors
/// Any database error.
pub async fn strangers(conn: &mut PgConnection, workspace: &Workspace) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"select x.name as "name!"
        from pg_namespace n
            join (select proname::text as name, pronamespace as ns, proowner as owner from pg_proc
                union all
                select relname::text, relnamespace, relowner from pg_class where relkind in ('r', 'p', 'v', 'S')) x
                on x.ns = n.oid
        where n.nspname = $1 and x.owner <> n.nspowner
        order by 1"#,
        workspace.as_str()
    )
    .fetch_all(conn)
    .await?)
}

/// The end of the sentences of [`powers`] about a login that can get such a right and does not have
/// it yet.
pub const POTENTIAL: &str = "(createrole)";

/// Lists the ways to change the workspace without its guards, one sentence each: the rights of
/// logins that are not superusers, and active objects of the server. Superusers can change
/// everything and are left out, except a superuser who owns the workspace.
///
/// # Errors
/// Any database error.
pub async fn powers(conn: &mut PgConnection, workspace: &Workspace) -> Result<Vec<String>> {
    Ok(
        sqlx::query_file_scalar!("src/db/server/health/powers.sql", workspace.as_str())
            .fetch_all(conn)
            .await?,
    )
}

/// Returns whether every login of the server has the right to connect to the database.
///
/// # Errors
/// Any database error.
pub async fn open_to_public(conn: &mut PgConnection) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (
            select 1 from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
            where d.datname = current_database() and a.grantee = 0 and a.privilege_type = 'CONNECT') as "open!""#
    )
    .fetch_one(conn)
    .await?)
}

/// The unfinished work of the webhooks.
#[derive(Debug, Clone)]
pub struct Webhooks {
    /// The number of deliveries that are not applied.
    pub waiting: i64,
    /// The arrival of the oldest of these deliveries.
    pub oldest: Option<Timestamp>,
    /// The number of dead letters that are not yet replayed.
    pub dead: i64,
    /// The numbers without a channel that received messages.
    pub unknown: Vec<String>,
    /// The number of enabled channels.
    pub channels: i64,
}

/// Reads the unfinished work of the webhooks.
///
/// # Errors
/// [`crate::error::Kind::Denied`] when the login may not read deliveries.
pub async fn webhooks(conn: &mut PgConnection) -> Result<Webhooks> {
    let row = sqlx::query!(
        r#"select (select count(*) from delivery where state = 'new') as "waiting!",
            (select min(received_at) from delivery where state = 'new') as oldest,
            (select count(*) from dead_letter where replayed_at is null) as "dead!",
            array(select distinct phone_number_id
                from dead_letter
                where replayed_at is null and cause = 'unknown_channel' and phone_number_id is not null
                order by 1
                limit 20) as "unknown!", (select count(*) from channel where disabled_at is null) as "channels!""#
    )
    .fetch_one(conn)
    .await?;
    Ok(Webhooks {
        waiting: row.waiting,
        oldest: row.oldest.map(|t| t.to_jiff()),
        dead: row.dead,
        unknown: row.unknown,
        channels: row.channels,
    })
}

/// Compares the most recently changed conversations with their newest event and their open leg.
/// Returns the number of compared conversations, and those that differ.
///
/// # Errors
/// Any database error.
pub async fn sampled(conn: &mut PgConnection, most: i64) -> Result<(i64, Vec<i64>)> {
    let row = sqlx::query!(
        r#"with sample as (
            select * from conversation order by id desc limit $1
        ), bad as (
            select s.id
            from sample s left join event e on e.subject = 'conversation' and e.subject_id = s.id and e.seq = s.seq
            where e.hash is distinct from s.head
                or (e.status, e.owner_id, e.team_id, e.priority)
                    is distinct from (s.status, s.owner_id, s.team_id, s.priority)
                    or exists (select 1
                        from event x
                        where x.subject = 'conversation' and x.subject_id = s.id and x.seq = s.seq + 1)
                    or not exists (select 1
                        from leg l
                        where l.conversation_id = s.id and l.to_at is null
                            and l.agent_id is not distinct from s.owner_id and l.team_id = s.team_id)
                    or (select count(*) from leg l where l.conversation_id = s.id and l.to_at is null) <> 1
        )
        select (select count(*) from sample) as "seen!", array(select id from bad order by id limit 20) as "bad!""#,
        most
    )
    .fetch_one(conn)
    .await?;
    Ok((row.seen, row.bad))
}

/// Searches the newest notes about an order by their order numbers. Returns the number of searches,
/// and the conversations that were missing from the results.
///
/// # Errors
/// Any database error.
pub async fn orders(conn: &mut PgConnection, limit: i64) -> Result<(usize, Vec<i64>)> {
    let rows = sqlx::query!(
        r#"select n.conversation_id, n.order_id as "order_id!",
            array(select k.key from order_key k where k.conversation_id = n.conversation_id) as "keys!"
        from note n where n.order_id is not null order by n.id desc limit $1"#,
        limit
    )
    .fetch_all(conn)
    .await?;
    let lost = |order: &str, keys: &[String]| order_keys(order).iter().any(|key| !keys.contains(key));
    let mut bad: Vec<i64> = rows
        .iter()
        .filter(|r| lost(&r.order_id, &r.keys))
        .map(|r| r.conversation_id)
        .collect();
    bad.sort_unstable();
    bad.dedup();
    Ok((rows.len(), bad))
}

/// Lists the agents' logins that do not exist in Postgres, and those that lack a group or have a
/// group too many.
///
/// # Errors
/// Any database error.
pub async fn logins(conn: &mut PgConnection) -> Result<(Vec<String>, Vec<String>)> {
    let row = sqlx::query!(
        r#"with logins as (
            select login as l from agent where login is not null and disabled_at is null
            union
            select login from acting where revoked_at is null
        )
        select array(select l
            from logins
            where not exists (select 1 from pg_roles where rolname = l)
            order by 1) as "absent!",
            array(select l
                from logins join pg_roles on rolname = l
                where not (select rolsuper from pg_roles where rolname = l)
                    and exists (select 1 from login_statements(l))
                order by 1) as "lacking!""#
    )
    .fetch_one(conn)
    .await?;
    Ok((row.absent, row.lacking))
}
