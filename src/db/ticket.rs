//! Opening and changing tickets.

use futures_util::stream::{Stream, StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sqlx::postgres::PgConnection;

use crate::domain::event::EventKind;
use crate::domain::ids::{AgentId, ConversationId, OperationId, TeamId, TicketId};
use crate::domain::vocabulary::{Priority, TicketStatus};
use crate::error::Result;

/// The initial values of a new ticket.
#[derive(Debug, Clone)]
pub struct NewTicket<'a> {
    /// The owner. `None` means the team's queue.
    pub owner: Option<AgentId>,
    /// The team. `None` means the conversation's team.
    pub team: Option<TeamId>,
    /// The priority.
    pub priority: Priority,
    /// The category.
    pub category: Option<&'a str>,
    /// The due time.
    pub due: Option<Timestamp>,
}

/// Opens one ticket for each conversation, and writes the event `escalated` for each conversation.
/// Returns pairs of ticket and conversation.
///
/// # Errors
/// [`crate::error::Kind::Denied`] for a conversation that belongs to another agent.
pub async fn open(
    conn: &mut PgConnection,
    operation: OperationId,
    conversations: &[(ConversationId, i32)],
    new: &NewTicket<'_>,
    reason: Option<&str>,
    note: Option<&Value>,
) -> Result<Vec<(TicketId, ConversationId)>> {
    let ids: Vec<i64> = conversations.iter().map(|c| c.0.0).collect();
    let seqs: Vec<i32> = conversations.iter().map(|c| c.1).collect();
    let due = new.due.map(ToSqlx::to_sqlx);
    let rows = sqlx::query!(
        r#"select ticket_id as "ticket_id!", conversation_id as "conversation_id!"
        from open_tickets($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"#,
        operation.0,
        &ids,
        &seqs,
        new.owner.map(|o| o.0),
        new.team.map(|t| t.0),
        new.priority.as_str(),
        new.category,
        due as Option<jiff_sqlx::Timestamp>,
        reason,
        note
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| (TicketId(r.ticket_id), ConversationId(r.conversation_id)))
        .collect())
}

/// A ticket whose row is locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// The id.
    pub id: TicketId,
    /// The number of its newest event.
    pub seq: i32,
    /// The conversation.
    pub conversation: ConversationId,
    /// The owner.
    pub owner: Option<AgentId>,
    /// The team.
    pub team: TeamId,
    /// The priority.
    pub priority: Priority,
    /// The status.
    pub status: TicketStatus,
    /// The due time.
    pub due: Option<Timestamp>,
    /// The category.
    pub category: Option<String>,
}

/// Locks tickets in id order.
///
/// # Errors
/// Any database error.
pub async fn lock(conn: &mut PgConnection, ids: &[i64]) -> Result<Vec<Ticket>> {
    let rows = sqlx::query!(
        r#"select id, seq, conversation_id, owner_id, team_id, priority, status, due_at, category from ticket
        where id = any($1) order by id for no key update"#,
        ids
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Ticket {
                id: TicketId(r.id),
                seq: r.seq,
                conversation: ConversationId(r.conversation_id),
                owner: r.owner_id.map(AgentId),
                team: TeamId(r.team_id),
                priority: r.priority.parse()?,
                status: r.status.parse()?,
                due: r.due_at.map(|t| t.to_jiff()),
                category: r.category,
            })
        })
        .collect()
}

/// Writes the state of tickets after a change, one event each.
///
/// # Errors
/// [`crate::error::Kind::Denied`] for the first ticket that the actor may not change.
pub async fn record(
    conn: &mut PgConnection,
    operation: OperationId,
    kind: EventKind,
    tickets: &[Ticket],
    reason: Option<&str>,
    note: Option<&Value>,
) -> Result<usize> {
    if tickets.is_empty() {
        return Ok(0);
    }
    let id: Vec<i64> = tickets.iter().map(|t| t.id.0).collect();
    let seq: Vec<i32> = tickets.iter().map(|t| t.seq).collect();
    let status: Vec<String> = tickets.iter().map(|t| t.status.as_str().to_owned()).collect();
    let owner: Vec<Option<i64>> = tickets.iter().map(|t| t.owner.map(|o| o.0)).collect();
    let team: Vec<i64> = tickets.iter().map(|t| t.team.0).collect();
    let priority: Vec<String> = tickets.iter().map(|t| t.priority.as_str().to_owned()).collect();
    let due: Vec<Option<jiff_sqlx::Timestamp>> = tickets.iter().map(|t| t.due.map(ToSqlx::to_sqlx)).collect();
    let category: Vec<Option<String>> = tickets.iter().map(|t| t.category.clone()).collect();
    let written = sqlx::query_scalar!(
        r#"select count(*) as "n!" from record_tickets($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"#,
        operation.0,
        &id,
        &seq,
        kind.as_str(),
        &status,
        &owner as &[Option<i64>],
        &team,
        &priority,
        &due as &[Option<jiff_sqlx::Timestamp>],
        &category as &[Option<String>],
        reason,
        note
    )
    .fetch_one(conn)
    .await?;
    Ok(usize::try_from(written).unwrap_or(0))
}

/// A ticket for display.
#[derive(Debug, Clone)]
pub struct TicketLine {
    /// The id.
    pub id: TicketId,
    /// The conversation.
    pub conversation: ConversationId,
    /// The status.
    pub status: String,
    /// The priority.
    pub priority: String,
    /// The handle of the owner.
    pub owner: Option<String>,
    /// The handle of the team.
    pub team: String,
    /// The category.
    pub category: Option<String>,
    /// The due time.
    pub due: Option<Timestamp>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The handle of the agent who opened the ticket.
    pub opened_by: String,
    /// When it was resolved or closed.
    pub closed_at: Option<Timestamp>,
}

/// A filter of tickets. A ticket must match every field. An empty list matches every ticket.
#[derive(Debug, Clone, Default)]
pub struct TicketFilter {
    /// Only tickets with these ids.
    pub ids: Option<Vec<i64>>,
    /// Only tickets that one of these agents owns.
    pub owners: Vec<String>,
    /// Only tickets without an owner. With `owners`, also tickets of these owners.
    pub nobody: bool,
    /// Only tickets in the queue of one of these teams.
    pub teams: Vec<String>,
    /// Only tickets in one of these statuses. Without a status, all tickets that are not closed.
    pub statuses: Vec<String>,
    /// Only tickets with one of these priorities.
    pub priorities: Vec<String>,
    /// Only tickets with one of these categories.
    pub categories: Vec<String>,
    /// Only tickets of these conversations.
    pub conversations: Option<Vec<i64>>,
    /// Only tickets that are not closed and are due before this time.
    pub due_before: Option<Timestamp>,
    /// Only tickets opened at or after this time.
    pub since: Option<Timestamp>,
    /// Only tickets opened before this time.
    pub until: Option<Timestamp>,
    /// The tickets in their state at this time.
    pub as_of: Option<Timestamp>,
}

/// Creates the query: the same columns and filters over the present or past tickets.
macro_rules! tickets {
    ($source:literal, $f:expr, $limit:expr, $conn:expr) => {{
        let f: &TicketFilter = $f;
        let some = |list: &[String]| (!list.is_empty()).then(|| list.to_vec());
        let live = f.statuses.is_empty() && f.ids.is_none();
        sqlx::query!(
            r#"select t.id as "id!", t.conversation_id as "conversation_id!", t.status as "status!",
                t.priority as "priority!", a.handle as "owner?", g.handle as team, t.category as "category?",
                t.due_at as "due_at?", t.opened_at as "opened_at!", o.handle as opened_by, t.closed_at as "closed_at?"
            from "#
                + $source
                + r#" t
                join team g on g.id = t.team_id
                join agent o on o.id = t.opened_by
                left join agent a on a.id = t.owner_id
            where ($1::bigint[] is null or t.id = any($1)) and (not $2 or t.closed_at is null)
                and ($3::text[] is null and not $4
                    or $3::text[] is not null
                        and t.owner_id = any(array(select w.id from agent w where w.handle = any($3)))
                    or $4 and t.owner_id is null)
                and ($5::text[] is null or t.team_id = any(array(select w.id from team w where w.handle = any($5))))
                and ($6::text[] is null or t.status = any($6)) and ($7::text[] is null or t.priority = any($7))
                and ($8::text[] is null or t.category = any($8))
                and ($9::bigint[] is null or t.conversation_id = any($9))
                and ($10::timestamptz is null or t.closed_at is null and t.due_at < $10)
                and ($11::timestamptz is null or t.opened_at >= $11) and ($12::timestamptz is null or t.opened_at < $12)
                and ($14::timestamptz is null or t.opened_at <= $14)
            order by t.due_at nulls last, array_position(array['urgent', 'high', 'normal', 'low'], t.priority), t.id
            limit $13"#,
            f.ids.clone() as Option<Vec<i64>>,
            live,
            some(&f.owners) as Option<Vec<String>>,
            f.nobody,
            some(&f.teams) as Option<Vec<String>>,
            some(&f.statuses) as Option<Vec<String>>,
            some(&f.priorities) as Option<Vec<String>>,
            some(&f.categories) as Option<Vec<String>>,
            f.conversations.clone() as Option<Vec<i64>>,
            f.due_before.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
            f.since.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
            f.until.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
            $limit as Option<i64>,
            f.as_of.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>
        )
        .fetch($conn)
        .map(|row| {
            let r = row?;
            Ok(TicketLine {
                id: TicketId(r.id),
                conversation: ConversationId(r.conversation_id),
                status: r.status,
                priority: r.priority,
                owner: r.owner,
                team: r.team,
                category: r.category,
                due: r.due_at.map(|t| t.to_jiff()),
                opened_at: r.opened_at.to_jiff(),
                opened_by: r.opened_by,
                closed_at: r.closed_at.map(|t| t.to_jiff()),
            })
        })
    }};
}

/// Returns tickets for display, row by row: by due time, then the most urgent first. Past tickets
/// are rebuilt from their events.
pub fn list<'c>(
    conn: &'c mut PgConnection,
    f: &TicketFilter,
    limit: Option<i64>,
) -> impl Stream<Item = Result<TicketLine>> + Unpin + use<'c> {
    match f.as_of {
        None => tickets!("ticket", f, limit, conn).left_stream(),
        // A ticket that was closed by that time and is still closed is skipped without reading its
        // events, if only live tickets are requested.
        Some(_) => tickets!(
            r#"(select k.id, k.conversation_id, e.status, e.priority, e.owner_id, e.team_id,
                e.data ->> 'category' as category, e.until_at as due_at, k.opened_at, k.opened_by,
                case when e.status in ('resolved', 'closed') then (select min(x.at)
                    from event x
                    where x.subject = 'ticket' and x.subject_id = k.id and x.at <= $14
                        and x.seq > coalesce((select max(y.seq)
                            from event y
                            where y.subject = 'ticket' and y.subject_id = k.id and y.at <= $14
                                and y.status not in ('resolved', 'closed')), 0)) end as closed_at
                from ticket k
                    cross join lateral (select e.*
                        from event e
                        where e.subject = 'ticket' and e.subject_id = k.id and e.at <= $14
                        order by e.seq desc
                        limit 1) e
                where k.closed_at is null or k.closed_at > $14 or not $2)"#,
            f,
            limit,
            conn
        )
        .right_stream(),
    }
}

/// Returns tickets for display, in id order.
///
/// # Errors
/// Any database error.
pub async fn rows(conn: &mut PgConnection, ids: &[i64]) -> Result<Vec<TicketLine>> {
    rows_at(conn, ids, None).await
}

/// Returns tickets in their state at a time, in id order. Tickets that did not exist yet are left
/// out.
///
/// # Errors
/// Any database error.
pub async fn rows_at(conn: &mut PgConnection, ids: &[i64], as_of: Option<Timestamp>) -> Result<Vec<TicketLine>> {
    let filter = TicketFilter {
        ids: Some(ids.to_vec()),
        as_of,
        ..TicketFilter::default()
    };
    let mut rows: Vec<TicketLine> = list(conn, &filter, None).try_collect().await?;
    rows.sort_by_key(|t| t.id);
    Ok(rows)
}
