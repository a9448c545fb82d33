//! Messages and their delivery statuses.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgConnection;

use crate::error::{Error, Result};

/// The key of a message: channel and WhatsApp's id.
pub type Key = (i64, String);

fn keys<'a>(keys: impl Iterator<Item = &'a Key>) -> (Vec<i64>, Vec<String>) {
    keys.map(|k| (k.0, k.1.clone())).unzip()
}

/// The stored version of a message, with the fields that decisions need.
#[derive(Debug, Clone)]
pub struct Known {
    /// The id.
    pub id: i64,
    /// The key.
    pub key: Key,
    /// The customer.
    pub contact: Option<i64>,
    /// The conversation.
    pub conversation: Option<i64>,
    /// The rank of the stored version.
    pub rank: i16,
    /// Whether the message is outbound.
    pub outbound: bool,
    /// The kind of author.
    pub author: String,
    /// The type.
    pub kind: String,
    /// Meta's time.
    pub at: Timestamp,
    /// The time when the message first became visible.
    pub received_at: Timestamp,
    /// Whether the message is content by the rules of runs.
    pub counts: bool,
    /// Whether the message failed finally.
    pub failed: bool,
    /// Whether the message arrived out of order.
    pub late: bool,
}

/// Returns messages by key.
///
/// # Errors
/// Any database error.
pub async fn find(conn: &mut PgConnection, wanted: impl Iterator<Item = &Key>) -> Result<Vec<Known>> {
    let (channel, wamid) = keys(wanted);
    let rows = sqlx::query!(
        r#"select m.id, m.channel_id, m.wamid, m.contact_id, m.conversation_id, m.rank, m.direction, m.author, m.kind,
            m.at, m.received_at, m.counts, m.failed, m.late
        from unnest($1::bigint[], $2::text[]) as w (channel_id, wamid)
            join message m on m.channel_id = w.channel_id and m.wamid = w.wamid"#,
        &channel,
        &wamid
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Known {
            id: r.id,
            key: (r.channel_id, r.wamid),
            contact: r.contact_id,
            conversation: r.conversation_id,
            rank: r.rank,
            outbound: r.direction == "outbound",
            author: r.author,
            kind: r.kind,
            at: r.at.to_jiff(),
            received_at: r.received_at.to_jiff(),
            counts: r.counts,
            failed: r.failed,
            late: r.late,
        })
        .collect())
}

/// Locks, by channel and wamid, the messages that no other session has locked, and returns them.
///
/// # Errors
/// Any database error.
pub async fn lock(conn: &mut PgConnection, ids: &[i64]) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar!(
        "select id from message where id = any($1) order by channel_id, wamid for no key update skip locked",
        ids
    )
    .fetch_all(conn)
    .await?)
}

/// Returns the channels of wamids that came without a channel.
///
/// # Errors
/// Any database error.
pub async fn channels(conn: &mut PgConnection, wamids: &[String]) -> Result<Vec<Key>> {
    let rows = sqlx::query!(
        "select m.channel_id, m.wamid from channel c join message m on m.channel_id = c.id where m.wamid = any($1)",
        wamids
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|r| (r.channel_id, r.wamid)).collect())
}

/// Returns the positions of messages from forgotten customers. A channel of `None` means any
/// channel.
///
/// # Errors
/// Any database error.
pub async fn forgotten(conn: &mut PgConnection, asked: &[(Option<i64>, String)]) -> Result<HashSet<usize>> {
    let (channel, wamid): (Vec<Option<i64>>, Vec<String>) = asked.iter().cloned().unzip();
    let rows = sqlx::query_scalar!(
        r#"select ord as "ord!" from forgotten_messages($1, $2)"#,
        &channel as &[Option<i64>],
        &wamid
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().filter_map(|n| usize::try_from(n - 1).ok()).collect())
}

/// A complete message to write.
#[derive(Debug, Clone)]
pub struct Row {
    /// The key.
    pub key: Key,
    /// The customer.
    pub contact: Option<i64>,
    /// The conversation.
    pub conversation: Option<i64>,
    /// The rank of this version.
    pub rank: i16,
    /// The source.
    pub source: &'static str,
    /// Whether the message is outbound.
    pub outbound: bool,
    /// The kind of author.
    pub author: String,
    /// The agent who wrote the message or is credited with it.
    pub agent: Option<i64>,
    /// Whether the agent is inferred as the owner of the conversation at that time.
    pub inferred: bool,
    /// The type.
    pub kind: String,
    /// Meta's time.
    pub at: Timestamp,
    /// The time when the message first became visible.
    pub received_at: Timestamp,
    /// Whether the message arrived out of order.
    pub late: bool,
    /// Whether the message is content by the rules of runs.
    pub counts: bool,
    /// The readable text.
    pub text: Option<String>,
    /// The text on one line.
    pub summary: Option<String>,
    /// The wamid of the quoted message.
    pub reply_to: Option<String>,
    /// The wamid of the message that this message edits, deletes or reacts to.
    pub target: Option<String>,
    /// The exact JSON.
    pub raw: Option<String>,
}

/// Inserts messages, or replaces stored versions of a lower rank. Returns their ids in the order of
/// the rows. The commitment is the salted hash of `message_text`.
///
/// # Errors
/// [`crate::error::Kind::Conflict`] when another process has written one of the messages since it
/// was read. The caller must decide again.
pub async fn put(conn: &mut PgConnection, rows: &[Row]) -> Result<Vec<i64>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut order: Vec<&Row> = rows.iter().collect();
    order.sort_by(|a, b| a.key.cmp(&b.key));
    let channel: Vec<i64> = order.iter().map(|r| r.key.0).collect();
    let wamid: Vec<&str> = order.iter().map(|r| r.key.1.as_str()).collect();
    let contact: Vec<Option<i64>> = order.iter().map(|r| r.contact).collect();
    let conversation: Vec<Option<i64>> = order.iter().map(|r| r.conversation).collect();
    let rank: Vec<i16> = order.iter().map(|r| r.rank).collect();
    let source: Vec<&str> = order.iter().map(|r| r.source).collect();
    let outbound: Vec<bool> = order.iter().map(|r| r.outbound).collect();
    let author: Vec<&str> = order.iter().map(|r| r.author.as_str()).collect();
    let agent: Vec<Option<i64>> = order.iter().map(|r| r.agent).collect();
    let inferred: Vec<bool> = order.iter().map(|r| r.inferred).collect();
    let kind: Vec<&str> = order.iter().map(|r| r.kind.as_str()).collect();
    let at: Vec<jiff_sqlx::Timestamp> = order.iter().map(|r| r.at.to_sqlx()).collect();
    let received: Vec<jiff_sqlx::Timestamp> = order.iter().map(|r| r.received_at.to_sqlx()).collect();
    let late: Vec<bool> = order.iter().map(|r| r.late).collect();
    let counts: Vec<bool> = order.iter().map(|r| r.counts).collect();
    let text: Vec<Option<&str>> = order.iter().map(|r| r.text.as_deref()).collect();
    let summary: Vec<Option<&str>> = order.iter().map(|r| r.summary.as_deref()).collect();
    let reply_to: Vec<Option<&str>> = order.iter().map(|r| r.reply_to.as_deref()).collect();
    let target: Vec<Option<&str>> = order.iter().map(|r| r.target.as_deref()).collect();
    let raw: Vec<Option<&str>> = order.iter().map(|r| r.raw.as_deref()).collect();
    let written = sqlx::query!(
        r#"with input as materialized (
            select i.*, uuid_send(gen_random_uuid()) as salt
            from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::smallint[], $6::text[], $7::bool[],
                $8::text[], $9::bigint[], $10::bool[], $11::text[], $12::timestamptz[], $13::timestamptz[],
                $14::bool[], $15::bool[], $16::text[], $17::text[], $18::text[], $19::text[],
                $20::text[]) with ordinality as i (channel_id, wamid, contact_id, conversation_id, rank, source,
                outbound, author, agent_id, inferred, kind, at, received_at, late, counts, text, summary, reply_to,
                target, raw, ord)
        )
        insert into message as m (channel_id, wamid, contact_id, conversation_id, rank, source, direction,
            author, agent_id, inferred, kind, at, received_at, late, counts, text, summary, reply_to, target,
            raw, salt, commitment)
        select i.channel_id, i.wamid, i.contact_id, i.conversation_id, i.rank, i.source,
            case when i.outbound then 'outbound' else 'inbound' end, i.author, i.agent_id, i.inferred, i.kind, i.at,
            i.received_at, i.late, i.counts, i.text, i.summary, i.reply_to, i.target, i.raw, i.salt,
            sha256(i.salt
                || message_text(i.wamid, i.kind, i.at, case when i.outbound then 'outbound' else 'inbound' end,
                    i.author, i.text, i.summary, i.raw))
        from input i
        order by i.ord
        on conflict (channel_id, wamid)
            do update set contact_id = excluded.contact_id, conversation_id = excluded.conversation_id,
                rank = excluded.rank, source = excluded.source, direction = excluded.direction,
                author = excluded.author, agent_id = excluded.agent_id, inferred = excluded.inferred,
                kind = excluded.kind, at = excluded.at, received_at = excluded.received_at, late = excluded.late,
                counts = excluded.counts, text = excluded.text, summary = excluded.summary,
                reply_to = excluded.reply_to, target = excluded.target, raw = excluded.raw, salt = excluded.salt,
                commitment = excluded.commitment, xid = excluded.xid
        where m.rank < excluded.rank or m.rank = 0 and excluded.rank = 0
        returning m.id, m.channel_id, m.wamid"#,
        &channel,
        &wamid as &[&str],
        &contact as &[Option<i64>],
        &conversation as &[Option<i64>],
        &rank,
        &source as &[&str],
        &outbound,
        &author as &[&str],
        &agent as &[Option<i64>],
        &inferred,
        &kind as &[&str],
        &at as &[jiff_sqlx::Timestamp],
        &received as &[jiff_sqlx::Timestamp],
        &late,
        &counts,
        &text as &[Option<&str>],
        &summary as &[Option<&str>],
        &reply_to as &[Option<&str>],
        &target as &[Option<&str>],
        &raw as &[Option<&str>]
    )
    .fetch_all(conn)
    .await?;
    if written.len() != rows.len() {
        return Err(Error::conflict("a message was written by another process meanwhile"));
    }
    let ids: std::collections::HashMap<Key, i64> =
        written.into_iter().map(|r| ((r.channel_id, r.wamid), r.id)).collect();
    Ok(rows.iter().map(|r| ids.get(&r.key).copied().unwrap_or(0)).collect())
}

/// A delivery status of a message.
#[derive(Debug, Clone)]
pub struct StatusRow {
    /// The message's key.
    pub key: Key,
    /// `sent`, `delivered` …
    pub status: String,
    /// The participant of a group, otherwise empty.
    pub participant: String,
    /// Meta's time.
    pub at: Timestamp,
    /// The error code of a failure.
    pub error_code: Option<i64>,
    /// The title of the error from Meta.
    pub error_title: Option<String>,
    /// The opaque data that was passed to the send call.
    pub opaque: Option<String>,
}

/// Stores statuses. Statuses that are already stored do not change.
///
/// # Errors
/// Any database error.
pub async fn put_statuses(conn: &mut PgConnection, rows: &[StatusRow]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let (channel, wamid) = keys(rows.iter().map(|r| &r.key));
    let status: Vec<&str> = rows.iter().map(|r| r.status.as_str()).collect();
    let participant: Vec<&str> = rows.iter().map(|r| r.participant.as_str()).collect();
    let at: Vec<jiff_sqlx::Timestamp> = rows.iter().map(|r| r.at.to_sqlx()).collect();
    let code: Vec<Option<i64>> = rows.iter().map(|r| r.error_code).collect();
    let title: Vec<Option<&str>> = rows.iter().map(|r| r.error_title.as_deref()).collect();
    let opaque: Vec<Option<&str>> = rows.iter().map(|r| r.opaque.as_deref()).collect();
    sqlx::query!(
        r#"insert into message_status (channel_id, wamid, status, participant, at, received_at, error_code,
            error_title, opaque)
        select i.channel_id, i.wamid, i.status, i.participant, i.at, app_now(), i.code, i.title, i.opaque
        from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bigint[],
            $7::text[], $8::text[]) as i (channel_id, wamid, status, participant, at, code, title, opaque)
        order by i.channel_id, i.wamid, i.status, i.participant
        on conflict do nothing"#,
        &channel,
        &wamid,
        &status as &[&str],
        &participant as &[&str],
        &at as &[jiff_sqlx::Timestamp],
        &code as &[Option<i64>],
        &title as &[Option<&str>],
        &opaque as &[Option<&str>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Sets from the statuses whether outbound messages failed. Any evidence of delivery takes
/// precedence over a failure. Returns the conversations of the messages that changed.
///
/// # Errors
/// Any database error.
pub async fn judge(conn: &mut PgConnection, wanted: impl Iterator<Item = &Key>) -> Result<Vec<i64>> {
    let (channel, wamid) = keys(wanted);
    if wamid.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query_scalar!(
        r#"with verdict as (
            select s.channel_id, s.wamid,
                bool_or(s.status = 'failed') and not bool_or(s.status in ('delivered', 'read', 'played')) as failed
            from unnest($1::bigint[], $2::text[]) as w (channel_id, wamid)
                join message_status s on s.channel_id = w.channel_id and s.wamid = w.wamid
            group by 1, 2
        )
        update message m
        set failed = v.failed
        from verdict v
        where m.channel_id = v.channel_id and m.wamid = v.wamid and m.direction = 'outbound' and m.failed <> v.failed
        returning m.conversation_id"#,
        &channel,
        &wamid
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().flatten().collect())
}

/// Adds a contact's messages without a conversation to new conversations: messages to a bot,
/// reactions and failed sends, but not history. Returns the conversation and the text of each
/// message.
///
/// # Errors
/// Any database error.
pub async fn adopt(conn: &mut PgConnection, conversations: &[i64], window: i64) -> Result<Vec<(i64, Option<String>)>> {
    if conversations.is_empty() {
        return Ok(Vec::new());
    }
    // The condition is not `is null`, because the planner would then also read all of history from
    // the index on conversations.
    let rows = sqlx::query!(
        r#"update message m
        set conversation_id = c.id
        from conversation c
        where c.id = any($1) and m.contact_id = c.contact_id and m.channel_id = c.channel_id
            and coalesce(m.conversation_id, 0) = 0 and m.source <> 'history'
            and m.at > c.opened_at - make_interval(secs => $2)
        returning c.id, m.text"#,
        conversations,
        window as f64
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.text)).collect())
}

/// Adds conversations to the index of order numbers, by the numbers in their messages.
///
/// # Errors
/// Any database error.
pub async fn file_orders(conn: &mut PgConnection, orders: &[(String, i64)]) -> Result<()> {
    if orders.is_empty() {
        return Ok(());
    }
    let (key, conversation): (Vec<String>, Vec<i64>) = orders.iter().cloned().unzip();
    sqlx::query!(
        r#"insert into order_key (key, conversation_id)
        select *
        from unnest($1::text[], $2::bigint[]) as i (key, conversation_id)
        order by i.key, i.conversation_id
        on conflict do nothing"#,
        &key,
        &conversation
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns the owners of conversations at a time with a precision of one second: one answer for
/// each question, in order.
///
/// # Errors
/// Any database error.
pub async fn owners(conn: &mut PgConnection, questions: &[(i64, Timestamp)]) -> Result<Vec<Option<i64>>> {
    if questions.is_empty() {
        return Ok(Vec::new());
    }
    let conversation: Vec<i64> = questions.iter().map(|q| q.0).collect();
    let at: Vec<jiff_sqlx::Timestamp> = questions.iter().map(|q| q.1.to_sqlx()).collect();
    Ok(sqlx::query_scalar!(
        r#"select (select l.agent_id
            from leg l
            where l.conversation_id = q.id and l.from_at < q.at + interval '1 second'
            order by l.seq desc
            limit 1) as agent
        from unnest($1::bigint[], $2::timestamptz[]) with ordinality as q (id, at, ord)
        order by q.ord"#,
        &conversation,
        &at as &[jiff_sqlx::Timestamp]
    )
    .fetch_all(conn)
    .await?)
}

/// Returns the clock of the database.
///
/// # Errors
/// Any database error.
pub async fn now(conn: &mut PgConnection) -> Result<Timestamp> {
    let now = sqlx::query_scalar!(r#"select app_now() as "now!""#)
        .fetch_one(conn)
        .await?;
    Ok(now.to_jiff())
}
