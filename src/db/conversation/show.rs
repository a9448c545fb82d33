//! All details of one conversation.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgConnection;

use crate::domain::ids::{ConversationId, TicketId};
use crate::error::Result;

/// The details of a conversation that are not in its row of a list.
#[derive(Debug, Clone, Default)]
pub struct ConversationContext {
    /// All present and past ids of the customer, newest first, each with the time when it was last
    /// seen.
    pub aliases: Vec<String>,
    /// The tickets, oldest first. The flag is true if the ticket is closed.
    pub tickets: Vec<(TicketId, bool)>,
    /// The customer's other conversations, newest first, at most 20.
    pub others: Vec<ConversationId>,
    /// The replaced notes, each with the number of the note that replaces it.
    pub replaced: Vec<(i64, i64)>,
    /// The number of messages.
    pub messages: i64,
    /// The number of events of the conversation and its tickets.
    pub events: i64,
}

/// Returns the context of a conversation. With `as_of`, returns the context as it was stored at
/// that time.
///
/// # Errors
/// Any database error.
pub async fn around(conn: &mut PgConnection, id: i64, as_of: Option<Timestamp>) -> Result<ConversationContext> {
    let at = as_of.map(ToSqlx::to_sqlx);
    let row = sqlx::query!(
        r#"select array(select case a.kind when 'wa_id' then '+' || a.value else a.value end
            from contact_alias a
            where a.contact_id = c.contact_id and ($2::timestamptz is null or a.first_seen <= $2)
            order by a.superseded_at is not null, a.last_seen desc, a.value) as "aliases!",
            array(select o.id
                from conversation o
                where o.contact_id = c.contact_id and o.id <> c.id
                    and ($2 is null
                        or exists (select 1
                            from phase h
                            where h.conversation_id = o.id and h.seq = 1 and h.from_at <= $2))
                order by o.id desc
                limit 20) as "others!",
            (select count(*)
                from message m
                where m.conversation_id = c.id and ($2 is null or m.received_at <= $2)) as "messages!",
            (select count(*)
                from event e
                where e.subject = 'conversation' and e.subject_id = c.id
                    and ($2 is null or e.at <= $2)) + (select count(*)
                from ticket t join event e on e.subject = 'ticket' and e.subject_id = t.id
                where t.conversation_id = c.id and ($2 is null or e.at <= $2)) as "events!"
        from conversation c
        where c.id = $1"#,
        id,
        at as Option<jiff_sqlx::Timestamp>
    )
    .fetch_one(&mut *conn)
    .await?;
    let tickets = sqlx::query!(
        r#"select t.id,
            (select e.status in ('resolved', 'closed')
                from event e
                where e.subject = 'ticket' and e.subject_id = t.id and ($2::timestamptz is null or e.at <= $2)
                order by e.seq desc
                limit 1) as "closed!"
        from ticket t
        where t.conversation_id = $1 and ($2 is null or t.opened_at <= $2)
        order by t.id"#,
        id,
        at as Option<jiff_sqlx::Timestamp>
    )
    .fetch_all(&mut *conn)
    .await?;
    let replaced = sqlx::query!(
        r#"select id, replaces as "replaces!"
        from note
        where conversation_id = $1 and replaces is not null and ($2::timestamptz is null or at <= $2)"#,
        id,
        at as Option<jiff_sqlx::Timestamp>
    )
    .fetch_all(conn)
    .await?;
    Ok(ConversationContext {
        aliases: row.aliases,
        tickets: tickets.into_iter().map(|t| (TicketId(t.id), t.closed)).collect(),
        others: row.others.into_iter().map(ConversationId).collect(),
        replaced: replaced.into_iter().map(|n| (n.replaces, n.id)).collect(),
        messages: row.messages,
        events: row.events,
    })
}

/// One message with its delivery status.
#[derive(Debug, Clone)]
pub struct MessageLine {
    /// WhatsApp's id of the message.
    pub wamid: String,
    /// The time when the message was sent, by WhatsApp's clock.
    pub at: Timestamp,
    /// The time when the message arrived.
    pub received_at: Timestamp,
    /// Whether the message arrived out of order.
    pub late: bool,
    /// The rank of the stored version. 0 means that only the existence of the message is known.
    pub rank: i16,
    /// The source of the message: `live`, `echo`, `history` and so on.
    pub source: String,
    /// `customer`, `human`, `bot` or `system`.
    pub author: String,
    /// The handle of the agent who is credited with the reply.
    pub agent: Option<String>,
    /// Whether the agent is inferred as the owner of the conversation at that time.
    pub inferred: bool,
    /// The type.
    pub kind: String,
    /// The text. `[erased]` if the text is erased.
    pub text: Option<String>,
    /// The text on one line, or a description of a message without text.
    pub summary: Option<String>,
    /// The message that this message quotes.
    pub reply_to: Option<String>,
    /// The message that this message edits, deletes or reacts to.
    pub target: Option<String>,
    /// `sent`, `delivered`, `read`, `played` or `failed`.
    pub state: Option<String>,
    /// The reason of the failure.
    pub problem: Option<String>,
}

/// Returns the newest messages of a conversation, in the order of sending. Without a limit, returns
/// all messages. With `as_of`, returns the messages that had arrived by then, with their status at
/// that time.
///
/// # Errors
/// Any database error.
pub async fn messages(
    conn: &mut PgConnection,
    id: i64,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    as_of: Option<Timestamp>,
    limit: Option<i64>,
) -> Result<Vec<MessageLine>> {
    let rows = sqlx::query!(
        r#"select m.wamid, m.at, m.received_at, m.late, m.rank, m.source, m.author, a.handle as "agent?", m.inferred,
            m.kind,
            case when coalesce(m.text, m.summary, encode(m.salt, 'hex')) is null then '[erased]'
                else m.text end as text, m.summary, m.reply_to, m.target, s.status as "state?",
            nullif(concat_ws(' ', s.error_code, s.error_title), '') as problem
        from (select *
            from message m
            where m.conversation_id = $1 and ($2::timestamptz is null or m.at >= $2)
                and ($3::timestamptz is null or m.at < $3) and ($5::timestamptz is null or m.received_at <= $5)
            order by m.at desc, m.id desc
            limit $4) m
            left join agent a on a.id = m.agent_id
            left join lateral (select s.status, s.error_code, s.error_title
                from message_status s
                where s.channel_id = m.channel_id and s.wamid = m.wamid and ($5 is null or s.received_at <= $5)
                order by array_position(array['sent', 'delivered', 'read', 'played', 'failed'],
                    s.status) desc nulls last, s.participant
                limit 1) s on true
        order by m.at, m.id"#,
        id,
        since.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        until.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        limit,
        as_of.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| MessageLine {
            wamid: r.wamid,
            at: r.at.to_jiff(),
            received_at: r.received_at.to_jiff(),
            late: r.late,
            rank: r.rank,
            source: r.source,
            author: r.author,
            agent: r.agent,
            inferred: r.inferred,
            kind: r.kind,
            text: r.text,
            summary: r.summary,
            reply_to: r.reply_to,
            target: r.target,
            state: r.state,
            problem: r.problem,
        })
        .collect())
}
