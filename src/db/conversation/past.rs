//! Past states of conversations, rebuilt from events, legs, phases and messages.

use futures_util::stream::{Stream, StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgConnection;

use super::list::ListLine;
use crate::domain::ids::{ConversationId, TicketId};
use crate::domain::query::Query;
use crate::error::Result;

/// Returns the conversations that the filter selected at a time, with their state at that time,
/// longest waiting first, row by row. With `last`, adds the last message at that time.
pub fn list<'c>(
    conn: &'c mut PgConnection,
    query: &Query,
    at: Timestamp,
    limit: Option<i64>,
    last: bool,
) -> impl Stream<Item = Result<ListLine>> + Unpin + use<'c> {
    sqlx::query!(
        r#"select p.id as "id!", p.status as "status!", p.priority as "priority!", a.handle as "owner?",
            p.owned_since as "owned_since!", g.handle as "team!", s.handle as "store!", n.handle as "channel!",
            k.name as "name?", k.username as "username?", x.contact as "contact?", p.labels as "labels!",
            p.open_ticket, coalesce(ha.handle, hg.handle) as "offered_to?", p.snoozed_until, p.waiting_since,
            p.last_customer_at, p.last_message_at, c.opened_at as "opened_at!",
            case p.status when 'resolved' then p.status_since end as resolved_at, m.summary as "last?"
        from (select *
            from conversations_at($1, $2) p
            order by case when p.status = 'open' then p.waiting_since end nulls last, p.id
            limit $3) p
            join conversation c on c.id = p.id
            join contact k on k.id = c.contact_id
            join team g on g.id = p.team_id
            join store s on s.id = c.store_id
            join channel n on n.id = c.channel_id
            left join agent a on a.id = p.owner_id
            left join agent ha on ha.id = p.offered_agent
            left join team hg on hg.id = p.offered_team
            left join lateral (select case i.kind when 'wa_id' then '+' || i.value else i.value end as contact
                from contact_alias i
                where i.contact_id = c.contact_id and i.superseded_at is null
                order by i.kind = 'wa_id' desc, i.kind, i.last_seen desc
                limit 1) x on true
            left join lateral (select coalesce(m.summary, m.text) as summary
                from message m
                where $4 and m.conversation_id = c.id and m.kind not in ('reaction', 'edit', 'revoke')
                    and m.received_at <= $2
                order by m.at desc, m.id desc
                limit 1) m on true
        order by case when p.status = 'open' then p.waiting_since end nulls last, p.id"#,
        query.to_json(),
        at.to_sqlx() as jiff_sqlx::Timestamp,
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
            owned_since: Some(r.owned_since.to_jiff()),
            team: r.team,
            store: r.store,
            channel: r.channel,
            name: r.name,
            username: r.username,
            contact: r.contact,
            labels: r.labels,
            ticket: r.open_ticket.map(TicketId),
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

/// Returns the number of conversations that the filter selected at a time.
///
/// # Errors
/// Any database error.
pub async fn count(conn: &mut PgConnection, query: &Query, at: Timestamp) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from conversations_at($1, $2)"#,
        query.to_json(),
        at.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(conn)
    .await?)
}

/// Returns the conversations of a phone number or WhatsApp user id that were not resolved at a
/// time.
///
/// # Errors
/// Any database error.
pub async fn live_of_contact(conn: &mut PgConnection, alias: &str, at: Timestamp) -> Result<Vec<ConversationId>> {
    let ids = sqlx::query_scalar!(
        r#"select id as "id!" from conversations_at($1, $2) order by id"#,
        Query::live_of(alias).to_json(),
        at.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(ConversationId).collect())
}

/// Returns the first of the given conversations that was opened after a time, and the time when it
/// was opened.
///
/// # Errors
/// Any database error.
pub async fn opened_later(
    conn: &mut PgConnection,
    ids: &[i64],
    at: Timestamp,
) -> Result<Option<(ConversationId, Timestamp)>> {
    let later = sqlx::query!(
        "select conversation_id, from_at
        from phase
        where conversation_id = any($1) and seq = 1 and from_at > $2
        order by 1
        limit 1",
        ids,
        at.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(conn)
    .await?;
    Ok(later.map(|r| (ConversationId(r.conversation_id), r.from_at.to_jiff())))
}

/// Returns the conversations in which an order number occurs. Includes only messages that had
/// arrived by a time and notes that were written by then.
///
/// # Errors
/// Any database error.
pub async fn of_order(
    conn: &mut PgConnection,
    key: &str,
    at: Timestamp,
    names: impl Fn(&str) -> bool,
) -> Result<Vec<i64>> {
    let mut texts = sqlx::query!(
        r#"select k.conversation_id, x.text as "text!"
        from order_key k
            cross join lateral (select m.text
                from message m
                where m.conversation_id = k.conversation_id and m.received_at <= $2
                union all
                select t.text
                from note n
                    cross join lateral unnest(array[n.order_id, n.body, n.tried, n.courier,
                        n.tracking_no]) as t (text)
                where n.conversation_id = k.conversation_id and n.at <= $2) x
        where k.key = $1 and x.text is not null
        order by k.conversation_id"#,
        key,
        at.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch(conn);
    let mut found: Vec<i64> = Vec::new();
    while let Some(row) = texts.try_next().await? {
        if found.last() != Some(&row.conversation_id) && names(&row.text) {
            found.push(row.conversation_id);
        }
    }
    Ok(found)
}
