//! Conversations for arriving messages: looked up by customer, locked without waiting for verbs,
//! and opened.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sqlx::postgres::PgConnection;

use crate::domain::ids::OperationId;
use crate::domain::vocabulary::Status;
use crate::error::{Error, Result};

/// A customer on a channel, with the earliest time of the messages.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    /// The channel.
    pub channel: i64,
    /// The customer.
    pub contact: i64,
    /// The earliest of the messages to place.
    pub from: Timestamp,
}

/// A conversation whose row this transaction has locked.
#[derive(Debug, Clone)]
pub struct Locked {
    /// The id.
    pub id: i64,
    /// The channel.
    pub channel: i64,
    /// The customer.
    pub contact: i64,
    /// The status.
    pub status: Status,
    /// The time of the first message.
    pub opened_at: Timestamp,
    /// The time of the resolve. `None` if the conversation is live.
    pub resolved_at: Option<Timestamp>,
    /// The time of the newest event.
    pub head_at: Timestamp,
    /// The time of the newest message.
    pub last_message_at: Option<Timestamp>,
    /// The time of the newest human reply. It is read only for resolved conversations.
    pub last_reply_at: Option<Timestamp>,
}

/// The conversations that this transaction locked, and the conversations that another session has
/// locked.
#[derive(Debug, Default)]
pub struct Found {
    /// The locked conversations, in id order.
    pub locked: Vec<Locked>,
    /// The id, channel and customer of each conversation that another session has locked.
    pub held: Vec<(i64, i64, i64)>,
}

/// Locks, in id order, the live conversations of the pairs, the conversations with a window that
/// could include a message, and the given conversations. Skips rows that another session has
/// locked.
///
/// # Errors
/// Any database error.
pub async fn lock(conn: &mut PgConnection, pairs: &[Pair], ids: &[i64], window: i64) -> Result<Found> {
    let channel: Vec<i64> = pairs.iter().map(|p| p.channel).collect();
    let contact: Vec<i64> = pairs.iter().map(|p| p.contact).collect();
    let from: Vec<jiff_sqlx::Timestamp> = pairs.iter().map(|p| p.from.to_sqlx()).collect();
    let wanted = sqlx::query!(
        r#"select c.id as "id!", c.channel_id as "channel!", c.contact_id as "contact!"
        from unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) as p (channel_id, contact_id, earliest)
            join conversation c on c.contact_id = p.contact_id and c.channel_id = p.channel_id
        where c.status <> 'resolved' or c.resolved_at >= p.earliest - make_interval(secs => $4)
        union select c.id, c.channel_id, c.contact_id from conversation c where c.id = any($5)"#,
        &channel,
        &contact,
        &from as &[jiff_sqlx::Timestamp],
        window as f64,
        ids
    )
    .fetch_all(&mut *conn)
    .await?;
    if wanted.is_empty() {
        return Ok(Found::default());
    }
    let mut all: Vec<i64> = wanted.iter().map(|r| r.id).collect();
    all.sort_unstable();
    let rows = sqlx::query_as!(
        Raw,
        r#"select id, channel_id, contact_id, status, opened_at, resolved_at, head_at, last_message_at from conversation
        where id = any($1) order by id for no key update skip locked"#,
        &all
    )
    .fetch_all(&mut *conn)
    .await?;
    let locked_ids: std::collections::HashSet<i64> = rows.iter().map(|r| r.id).collect();
    let resolved: Vec<i64> = rows.iter().filter(|r| r.resolved_at.is_some()).map(|r| r.id).collect();
    let replies: std::collections::HashMap<i64, Timestamp> = if resolved.is_empty() {
        std::collections::HashMap::new()
    } else {
        sqlx::query!(
            r#"select i.id as "id!",
                (select m.at
                    from message m
                    where m.conversation_id = i.id and m.direction = 'outbound' and m.author = 'human' and m.counts
                        and not m.failed
                    order by m.at desc, m.id desc
                    limit 1) as at
            from unnest($1::bigint[]) as i (id)"#,
            &resolved
        )
        .fetch_all(&mut *conn)
        .await?
        .into_iter()
        .filter_map(|r| Some((r.id, r.at?.to_jiff())))
        .collect()
    };
    let locked = rows
        .into_iter()
        .map(|r| {
            Ok(Locked {
                id: r.id,
                channel: r.channel_id,
                contact: r.contact_id,
                status: r.status.parse()?,
                opened_at: r.opened_at.to_jiff(),
                resolved_at: r.resolved_at.map(|t| t.to_jiff()),
                head_at: r.head_at.to_jiff(),
                last_message_at: r.last_message_at.map(|t| t.to_jiff()),
                last_reply_at: replies.get(&r.id).copied(),
            })
        })
        .collect::<Result<_>>()?;
    let held = wanted
        .into_iter()
        .filter(|r| !locked_ids.contains(&r.id))
        .map(|r| (r.id, r.channel, r.contact))
        .collect();
    Ok(Found { locked, held })
}

struct Raw {
    id: i64,
    channel_id: i64,
    contact_id: i64,
    status: String,
    opened_at: jiff_sqlx::Timestamp,
    resolved_at: Option<jiff_sqlx::Timestamp>,
    head_at: jiff_sqlx::Timestamp,
    last_message_at: Option<jiff_sqlx::Timestamp>,
}

/// A conversation to open.
#[derive(Debug, Clone)]
pub struct New {
    /// The channel, which determines store and team.
    pub channel: i64,
    /// The customer.
    pub contact: i64,
    /// The status.
    pub status: Status,
    /// Whether the business started the conversation.
    pub by_us: bool,
    /// The time of the first message.
    pub opened_at: Timestamp,
    /// The data of the event that opens the conversation.
    pub data: Value,
}

/// Opens conversations and returns their ids in the given order.
///
/// # Errors
/// [`crate::error::Kind::Denied`] unless the operation is the system's.
pub async fn open(conn: &mut PgConnection, operation: OperationId, new: &[New]) -> Result<Vec<i64>> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let channel: Vec<i64> = new.iter().map(|n| n.channel).collect();
    let contact: Vec<i64> = new.iter().map(|n| n.contact).collect();
    let owner: Vec<Option<i64>> = vec![None; new.len()];
    let status: Vec<String> = new.iter().map(|n| n.status.to_string()).collect();
    let by: Vec<String> = new
        .iter()
        .map(|n| if n.by_us { "us" } else { "customer" }.to_owned())
        .collect();
    let at: Vec<jiff_sqlx::Timestamp> = new.iter().map(|n| n.opened_at.to_sqlx()).collect();
    let data: Vec<Value> = new.iter().map(|n| n.data.clone()).collect();
    let rows = sqlx::query!(
        r#"select id as "id!", channel_id as "channel!", contact_id as "contact!"
        from open_conversations($1, $2, $3, $4, $5, $6, $7, $8)"#,
        operation.0,
        &channel,
        &contact,
        &owner as &[Option<i64>],
        &status,
        &by,
        &at as &[jiff_sqlx::Timestamp],
        &data
    )
    .fetch_all(conn)
    .await?;
    let ids: std::collections::HashMap<(i64, i64), i64> =
        rows.into_iter().map(|r| ((r.channel, r.contact), r.id)).collect();
    new.iter()
        .map(|n| {
            ids.get(&(n.channel, n.contact))
                .copied()
                .ok_or_else(|| Error::failed("a conversation was not opened: its channel is gone"))
        })
        .collect()
}

/// Locks conversations whose snooze is over, the earliest end first. Skips rows that another
/// session has locked.
///
/// # Errors
/// Any database error.
pub async fn lock_snoozes_over(conn: &mut PgConnection, limit: i64) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar!(
        r#"select id
        from conversation
        where status = 'snoozed' and snoozed_until <= app_now()
        order by snoozed_until
        limit $1
        for no key update skip locked"#,
        limit
    )
    .fetch_all(conn)
    .await?)
}

/// Returns the earliest end among the snoozes that are over but not yet removed.
///
/// # Errors
/// Any database error.
pub async fn oldest_snooze_over(conn: &mut PgConnection) -> Result<Option<Timestamp>> {
    let at = sqlx::query_scalar!(
        "select min(snoozed_until) from conversation where status = 'snoozed' and snoozed_until <= app_now()"
    )
    .fetch_one(conn)
    .await?;
    Ok(at.map(|t| t.to_jiff()))
}

/// Returns the earliest end among the offers that are over but not yet removed.
///
/// # Errors
/// Any database error.
pub async fn oldest_offer_over(conn: &mut PgConnection) -> Result<Option<Timestamp>> {
    let at = sqlx::query_scalar!("select min(due_at) from handoff where state = 'offered' and due_at <= app_now()")
        .fetch_one(conn)
        .await?;
    Ok(at.map(|t| t.to_jiff()))
}

/// Locks conversations with an expired offer, the earliest first. Skips rows that another session
/// has locked.
///
/// # Errors
/// Any database error.
pub async fn lock_offers_over(conn: &mut PgConnection, limit: i64) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar!(
        r#"select c.id from handoff h join conversation c on c.id = h.conversation_id
        where h.state = 'offered' and h.due_at is not null and h.due_at <= app_now() order by h.due_at limit $1
        for no key update of c skip locked"#,
        limit
    )
    .fetch_all(conn)
    .await?)
}
