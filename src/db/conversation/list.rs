//! Conversations for a list.

use futures_util::stream::{Stream, StreamExt as _};
use jiff::Timestamp;
use sqlx::postgres::PgConnection;

use crate::domain::ids::{ConversationId, TicketId};
use crate::domain::query::Query;
use crate::domain::vocabulary::{Status, Stored};
use crate::error::Result;

/// One conversation, with the columns of a list.
#[derive(Debug, Clone)]
pub struct ListLine {
    /// The id.
    pub id: ConversationId,
    /// The status.
    pub status: Stored<Status>,
    /// The priority.
    pub priority: String,
    /// The handle of the owner.
    pub owner: Option<String>,
    /// The time since which the owner has the conversation, or since which nobody owns it.
    pub owned_since: Option<Timestamp>,
    /// The handle of the team.
    pub team: String,
    /// The handle of the store.
    pub store: String,
    /// The handle of the channel.
    pub channel: String,
    /// The customer's name as WhatsApp sent it.
    pub name: Option<String>,
    /// The customer's username.
    pub username: Option<String>,
    /// The customer's phone number with `+`, or WhatsApp's user id if there is no number.
    pub contact: Option<String>,
    /// The labels.
    pub labels: Vec<String>,
    /// The oldest ticket that is not closed.
    pub ticket: Option<TicketId>,
    /// The handle of the recipient of an offer that is not yet accepted.
    pub offered_to: Option<String>,
    /// The end of the snooze.
    pub snoozed_until: Option<Timestamp>,
    /// The time of the customer's first message without an answer.
    pub waiting_since: Option<Timestamp>,
    /// The time of the customer's last message, which starts the 24-hour window.
    pub last_customer_at: Option<Timestamp>,
    /// The time of the last message.
    pub last_message_at: Option<Timestamp>,
    /// The time when the conversation was opened.
    pub opened_at: Timestamp,
    /// The time when the conversation was resolved.
    pub resolved_at: Option<Timestamp>,
    /// The last message, on one line.
    pub last: Option<String>,
}

/// Returns the selected conversations, longest waiting first, row by row. With `last`, adds the
/// last message, which needs one look-up for each conversation.
pub fn list<'c>(
    conn: &'c mut PgConnection,
    query: &Query,
    limit: Option<i64>,
    last: bool,
) -> impl Stream<Item = Result<ListLine>> + Unpin + use<'c> {
    // A waiting customer's conversation has the status open. No customer waits in a snoozed or
    // resolved conversation.
    sqlx::query!(
        r#"select c.id as "id!", c.status as "status!", c.priority as "priority!", c.owner as "owner?",
            l.from_at as "owned_since?", c.team as "team!", c.store as "store!", c.channel as "channel!",
            k.name as "name?", k.username as "username?", x.contact as "contact?", c.labels as "labels!",
            t.id as "ticket?", coalesce(ha.handle, hg.handle) as "offered_to?", c.snoozed_until, c.waiting_since,
            c.last_customer_at, c.last_message_at, c.opened_at as "opened_at!", c.resolved_at, m.summary as "last?"
        from (select c.*, a.handle as owner, g.handle as team, s.handle as store, n.handle as channel
            from conversation_ids($1) as f (id)
                join conversation c on c.id = f.id
                join team g on g.id = c.team_id
                join store s on s.id = c.store_id
                join channel n on n.id = c.channel_id
                left join agent a on a.id = c.owner_id
            order by case when c.status = 'open' then c.waiting_since end nulls last, c.id
            limit $2) c
            join contact k on k.id = c.contact_id
            left join leg l on l.conversation_id = c.id and l.to_at is null
            left join lateral (select case i.kind when 'wa_id' then '+' || i.value else i.value end as contact
                from contact_alias i
                where i.contact_id = c.contact_id and i.superseded_at is null
                order by i.kind = 'wa_id' desc, i.kind, i.last_seen desc
                limit 1) x on true
            left join lateral (select t.id
                from ticket t
                where t.conversation_id = c.id and t.closed_at is null
                order by t.id
                limit 1) t on true
            left join handoff h on h.conversation_id = c.id and h.state = 'offered'
            left join agent ha on ha.id = h.to_agent
            left join team hg on hg.id = h.to_team
            left join lateral (select coalesce(m.summary, m.text) as summary
                from message m
                where $3 and m.conversation_id = c.id and m.kind not in ('reaction', 'edit', 'revoke')
                order by m.at desc, m.id desc
                limit 1) m on true
        order by case when c.status = 'open' then c.waiting_since end nulls last, c.id"#,
        query.to_json(),
        limit,
        last
    )
    .fetch(conn)
    .map(|row| {
        let r = row?;
        Ok(ListLine {
            id: ConversationId(r.id),
            status: r.status.into(),
            priority: r.priority,
            owner: r.owner,
            owned_since: r.owned_since.map(|t| t.to_jiff()),
            team: r.team,
            store: r.store,
            channel: r.channel,
            name: r.name,
            username: r.username,
            contact: r.contact,
            labels: r.labels,
            ticket: r.ticket.map(TicketId),
            offered_to: r.offered_to,
            snoozed_until: r.snoozed_until.map(|t| t.to_jiff()),
            waiting_since: r.waiting_since.map(|t| t.to_jiff()),
            last_customer_at: r.last_customer_at.map(|t| t.to_jiff()),
            last_message_at: r.last_message_at.map(|t| t.to_jiff()),
            opened_at: r.opened_at.to_jiff(),
            resolved_at: r.resolved_at.map(|t| t.to_jiff()),
            last: r.last,
        })
    })
}

/// Returns the number of selected conversations.
///
/// # Errors
/// Any database error.
pub async fn count(conn: &mut PgConnection, query: &Query) -> Result<i64> {
    Ok(
        sqlx::query_scalar!(r#"select count(*) as "n!" from conversation_ids($1)"#, query.to_json())
            .fetch_one(conn)
            .await?,
    )
}
