//! The audit trail: events in the order in which they happened, each with the state before it.

use futures_util::stream::{BoxStream, Stream, StreamExt as _};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sqlx::postgres::PgConnection;

use crate::domain::event::{EventKind, How, Subject};
use crate::domain::ids::{ConversationId, OperationId, TicketId};
use crate::domain::vocabulary::Stored;
use crate::error::{Error, Result};

/// A filter of events. An event must match every field. An empty list matches every event.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only events of these subjects.
    pub of: Option<EventScope>,
    /// Only events of these kinds of subject.
    pub subjects: Vec<String>,
    /// Only events by these agents.
    pub actors: Vec<i64>,
    /// Only events of these kinds.
    pub kinds: Vec<String>,
    /// Only events of these operations.
    pub operations: Vec<i64>,
    /// Only events at or after this time.
    pub since: Option<Timestamp>,
    /// Only events before this time.
    pub until: Option<Timestamp>,
    /// Only events with these words in the reason or the note.
    pub search: Option<String>,
    /// Only events of this transaction and later ones.
    pub from_xid: Option<String>,
    /// Only events of transactions before this one.
    pub to_xid: Option<String>,
}

/// The subjects of events, by id.
#[derive(Debug, Clone, Default)]
pub struct EventScope {
    /// Conversations.
    pub conversations: Vec<i64>,
    /// Tickets.
    pub tickets: Vec<i64>,
    /// Contacts.
    pub contacts: Vec<i64>,
}

/// The audited fields of a conversation or a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audited {
    /// The status.
    pub status: Option<String>,
    /// The owner.
    pub owner: Option<i64>,
    /// The team.
    pub team: Option<i64>,
    /// The priority.
    pub priority: Option<String>,
    /// The labels.
    pub labels: Option<Vec<String>>,
    /// The end of the snooze, or the due time of the ticket.
    pub until: Option<Timestamp>,
}

/// A note that was added with an event.
#[derive(Debug, Clone, Default)]
pub struct NoteLine {
    /// The id of the note.
    pub id: i64,
    /// The text. `[erased]` if the text is erased, `None` if there was no text.
    pub body: Option<String>,
    /// The order number in the note.
    pub order_id: Option<String>,
    /// The courier.
    pub courier: Option<String>,
    /// The courier's tracking number.
    pub tracking_no: Option<String>,
    /// The steps that the agent tried.
    pub tried: Option<String>,
    /// The time that was promised to the customer.
    pub promised_by: Option<Timestamp>,
    /// The note that this note replaces.
    pub replaces: Option<i64>,
}

/// One event of the history.
#[derive(Debug, Clone)]
pub struct EventLine {
    /// The kind of subject.
    pub subject: Stored<Subject>,
    /// The id of the subject.
    pub subject_id: i64,
    /// The number of the event in the history of its subject.
    pub seq: i32,
    /// The time.
    pub at: Timestamp,
    /// The kind of event.
    pub kind: Stored<EventKind>,
    /// The actor.
    pub actor: i64,
    /// The operation.
    pub operation: OperationId,
    /// The verb as typed: `assign`, `ticket set`.
    pub verb: Option<String>,
    /// The Postgres login.
    pub login: Option<String>,
    /// The client's address.
    pub address: Option<String>,
    /// The program's version.
    pub version: Option<String>,
    /// The OS user of the client, as a hint.
    pub os_user: Option<String>,
    /// The state after the event.
    pub now: Audited,
    /// The state before the event. Empty for the first event.
    pub was: Audited,
    /// The kind of change of ownership.
    pub how: Option<Stored<How>>,
    /// The data of the kind. For an administered resource, the whole row.
    pub data: Option<Value>,
    /// The data before the event. Conversations do not have it.
    pub data_was: Option<Value>,
    /// The reason.
    pub reason: Option<String>,
    /// The note that was added with the event.
    pub note: Option<NoteLine>,
}

/// Creates the query: the same columns and filters, in either order. Every row that is joined to
/// the event is looked up by key, one row at a time, so that the rows come in the order of the
/// index without a sort. A single actor, kind or operation has its own parameter, because an index
/// gives the order for one value and not for a list.
macro_rules! events {
    ($order:literal, $filter:expr, $limit:expr, $conn:expr) => {{
        let f: &Filter = $filter;
        let one = |list: &[i64]| if let [one] = list { Some(*one) } else { None };
        let several = |list: &[i64]| (list.len() > 1).then(|| list.to_vec());
        let of = f.of.clone();
        let kind = if let [one] = &f.kinds[..] {
            Some(one.clone())
        } else {
            None
        };
        sqlx::query!(
            r#"select e.subject as "subject!", e.subject_id as "subject_id!", e.seq as "seq!", e.at as "at!",
                e.kind as "kind!", e.actor_id as "actor_id!", e.operation_id as "operation_id!", o.verb as "verb?",
                o.login as "login?", o.address as "address?", o.version as "version?", o.os_user as "os_user?",
                e.status as "status?", e.owner_id as "owner_id?", e.team_id as "team_id?", e.priority as "priority?",
                e.labels as "labels?", e.until_at as "until_at?", e.how as "how?", e.data as "data?",
                p.status as "was_status?", p.owner_id as "was_owner?", p.team_id as "was_team?",
                p.priority as "was_priority?", p.labels as "was_labels?", p.until_at as "was_until?",
                p.data as "data_was?", r.body as "reason?", n.id as "note_id?", n.body as "note?",
                n.order_id as "order_id?", n.courier as "courier?", n.tracking_no as "tracking_no?",
                n.tried as "tried?", n.promised_by as "promised_by?", n.replaces as "replaces?"
            from (select e.subject, e.subject_id, e.seq, e.at, e.kind, e.actor_id, e.operation_id, e.status,
                    e.owner_id, e.team_id, e.priority, e.labels, e.until_at, e.how, e.data, e.reason_id, e.note_id
                from event e
                where ($1::bigint[] is null or e.subject = 'conversation' and e.subject_id = any($1)
                    or e.subject = 'ticket' and e.subject_id = any($2)
                    or e.subject = 'contact' and e.subject_id = any($3))
                    and ($4::text[] is null or e.subject = any($4)) and ($5::bigint is null or e.actor_id = $5)
                    and ($6::bigint[] is null or e.actor_id = any($6)) and ($7::text is null or e.kind = $7)
                    and ($8::text[] is null or e.kind = any($8)) and ($9::bigint is null or e.operation_id = $9)
                    and ($10::bigint[] is null or e.operation_id = any($10))
                    and ($11::timestamptz is null or e.at >= $11) and ($12::timestamptz is null or e.at < $12)
                    and ($13::text is null
                        or e.reason_id = any(array(select r.id
                            from reason r
                            where r.body is not null
                                and to_tsvector('simple', r.body) @@ websearch_to_tsquery('simple', $13)))
                        or e.subject = 'conversation'
                            and e.subject_id = any(array(select n.conversation_id
                                from note n
                                where to_tsvector('simple',
                                    coalesce(n.body, '') || ' ' || coalesce(n.tried, '') || ' '
                                        || coalesce(n.courier, '') || ' ' || coalesce(n.tracking_no, '') || ' '
                                        || coalesce(n.order_id, '')) @@ websearch_to_tsquery('simple', $13)))
                            and e.note_id = any(array(select n.id
                                from note n
                                where to_tsvector('simple',
                                    coalesce(n.body, '') || ' ' || coalesce(n.tried, '') || ' '
                                        || coalesce(n.courier, '') || ' ' || coalesce(n.tracking_no, '') || ' '
                                        || coalesce(n.order_id, '')) @@ websearch_to_tsquery('simple', $13)))
                        or e.subject = 'ticket'
                            and e.subject_id = any(array(select n.ticket_id
                                from note n
                                where n.ticket_id is not null
                                    and to_tsvector('simple',
                                        coalesce(n.body, '') || ' ' || coalesce(n.tried, '') || ' '
                                            || coalesce(n.courier, '') || ' ' || coalesce(n.tracking_no, '') || ' '
                                            || coalesce(n.order_id, '')) @@ websearch_to_tsquery('simple', $13)))
                            and e.note_id = any(array(select n.id
                                from note n
                                where to_tsvector('simple',
                                    coalesce(n.body, '') || ' ' || coalesce(n.tried, '') || ' '
                                        || coalesce(n.courier, '') || ' ' || coalesce(n.tracking_no, '') || ' '
                                        || coalesce(n.order_id, '')) @@ websearch_to_tsquery('simple', $13))))
                    and ($14::text is null or e.xid >= $14::text::xid8)
                    and ($15::text is null or e.xid < $15::text::xid8)
                "#
                + $order
                + r#"
                limit $16
            ) e
                left join lateral (select p.status, p.owner_id, p.team_id, p.priority, p.labels, p.until_at,
                        case when p.subject <> 'conversation' then p.data end as data
                    from event p
                    where p.subject = e.subject and p.subject_id = e.subject_id and p.seq = e.seq - 1
                    offset 0) p on true
                left join lateral (select o.verb, o.login, host(o.address) as address, o.version, o.os_user
                    from operation o
                    where o.id = e.operation_id
                    offset 0) o on true
                left join lateral (select coalesce(r.body, '[erased]') as body
                    from reason r
                    where r.id = e.reason_id
                    offset 0) r on true
                left join lateral (select n.id,
                        case when coalesce(n.body, encode(n.salt, 'hex')) is null then '[erased]'
                            else n.body end as body,
                        n.order_id, n.courier, n.tracking_no, n.tried, n.promised_by, n.replaces
                    from note n
                    where n.id = e.note_id
                    offset 0) n on true
            order by e.at, e.subject, e.subject_id, e.seq"#,
            of.as_ref().map(|o| o.conversations.clone()) as Option<Vec<i64>>,
            of.as_ref().map(|o| o.tickets.clone()) as Option<Vec<i64>>,
            of.as_ref().map(|o| o.contacts.clone()) as Option<Vec<i64>>,
            (!f.subjects.is_empty()).then(|| f.subjects.clone()) as Option<Vec<String>>,
            one(&f.actors),
            several(&f.actors) as Option<Vec<i64>>,
            kind,
            (f.kinds.len() > 1).then(|| f.kinds.clone()) as Option<Vec<String>>,
            one(&f.operations),
            several(&f.operations) as Option<Vec<i64>>,
            f.since.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
            f.until.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
            f.search,
            f.from_xid,
            f.to_xid,
            $limit as Option<i64>
        )
        .fetch($conn)
        .map(|row| {
            let r = row?;
            Ok(EventLine {
                subject: r.subject.into(),
                subject_id: r.subject_id,
                seq: r.seq,
                at: r.at.to_jiff(),
                kind: r.kind.into(),
                actor: r.actor_id,
                operation: OperationId(r.operation_id),
                verb: r.verb,
                login: r.login,
                address: r.address,
                version: r.version,
                os_user: r.os_user,
                now: Audited {
                    status: r.status,
                    owner: r.owner_id,
                    team: r.team_id,
                    priority: r.priority,
                    labels: r.labels,
                    until: r.until_at.map(|t| t.to_jiff()),
                },
                was: Audited {
                    status: r.was_status,
                    owner: r.was_owner,
                    team: r.was_team,
                    priority: r.was_priority,
                    labels: r.was_labels,
                    until: r.was_until.map(|t| t.to_jiff()),
                },
                how: r.how.map(Into::into),
                data: r.data,
                data_was: r.data_was,
                reason: r.reason,
                note: r.note_id.map(|id| NoteLine {
                    id,
                    body: r.note,
                    order_id: r.order_id,
                    courier: r.courier,
                    tracking_no: r.tracking_no,
                    tried: r.tried,
                    promised_by: r.promised_by.map(|t| t.to_jiff()),
                    replaces: r.replaces,
                }),
            })
        })
        .boxed_local()
    }};
}

/// Returns events in the order in which they happened, row by row. With `newest`, returns only that
/// number of newest events.
pub fn events<'c>(
    conn: &'c mut PgConnection,
    filter: &Filter,
    newest: Option<i64>,
) -> futures_util::stream::LocalBoxStream<'c, Result<EventLine>> {
    match newest {
        None => events!("order by e.at, e.subject, e.subject_id, e.seq", filter, None, conn),
        Some(n) => events!(
            "order by e.at desc, e.subject desc, e.subject_id desc, e.seq desc",
            filter,
            Some(n),
            conn
        ),
    }
}

/// One reply to a customer.
#[derive(Debug, Clone)]
pub struct ReplyLine {
    /// The time when the reply was sent, by WhatsApp's clock.
    pub at: Timestamp,
    /// The conversation.
    pub conversation: ConversationId,
    /// The agent who is credited with the reply.
    pub agent: i64,
    /// Whether the agent is inferred as the owner of the conversation at that time.
    pub inferred: bool,
    /// The text.
    pub text: Option<String>,
}

/// Returns the replies to customers by the actors in a filter, in the order of sending. Only the
/// actors, conversations and times of the filter apply. With `as_of`, returns only replies that had
/// arrived by then.
///
/// # Errors
/// Any database error.
pub async fn replies(conn: &mut PgConnection, filter: &Filter, as_of: Option<Timestamp>) -> Result<Vec<ReplyLine>> {
    let rows = sqlx::query!(
        r#"select m.at, m.conversation_id as "conversation!", m.agent_id as "agent!", m.inferred,
            coalesce(m.text, m.summary) as text
        from message m
        where m.agent_id = any($1) and m.direction = 'outbound' and m.counts and m.conversation_id is not null
            and ($2::bigint[] is null or m.conversation_id = any($2)) and ($3::timestamptz is null or m.at >= $3)
            and ($4::timestamptz is null or m.at < $4) and ($5::timestamptz is null or m.received_at <= $5)
        order by m.at, m.id"#,
        &filter.actors,
        filter.of.as_ref().map(|o| o.conversations.clone()) as Option<Vec<i64>>,
        filter.since.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        filter.until.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        as_of.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| ReplyLine {
            at: r.at.to_jiff(),
            conversation: ConversationId(r.conversation),
            agent: r.agent,
            inferred: r.inferred,
            text: r.text,
        })
        .collect())
}

/// Returns the contacts of the conversations. Refuses a conversation or ticket that does not exist.
///
/// # Errors
/// [`crate::error::Kind::NotFound`] with the first id that does not exist.
pub async fn check(conn: &mut PgConnection, of: &EventScope) -> Result<Vec<i64>> {
    let rows = sqlx::query!(
        r#"select i.id as "id!", true as "conversation!", c.contact_id as "found?"
        from unnest($1::bigint[]) i (id) left join conversation c on c.id = i.id
        union all
        select i.id, false, t.id from unnest($2::bigint[]) i (id) left join ticket t on t.id = i.id"#,
        &of.conversations,
        &of.tickets
    )
    .fetch_all(conn)
    .await?;
    let mut contacts = Vec::new();
    for r in rows {
        match r.found {
            Some(contact) if r.conversation => contacts.push(contact),
            Some(_) => {}
            None if r.conversation => {
                return Err(Error::not_found(format!("no conversation {}", ConversationId(r.id))));
            }
            None => return Err(Error::not_found(format!("no ticket {}", TicketId(r.id)))),
        }
    }
    contacts.sort_unstable();
    contacts.dedup();
    Ok(contacts)
}

/// Returns the oldest transaction that may still be running. The history before this transaction is
/// complete.
///
/// # Errors
/// Any database error.
pub async fn horizon(conn: &mut PgConnection) -> Result<String> {
    Ok(
        sqlx::query_scalar!(r#"select pg_snapshot_xmin(pg_current_snapshot())::text as "xmin!""#)
            .fetch_one(conn)
            .await?,
    )
}

/// Returns the contacts that have or had a phone number or a WhatsApp user id.
///
/// # Errors
/// Any database error.
pub async fn contacts(conn: &mut PgConnection, alias: &str) -> Result<Vec<i64>> {
    Ok(
        sqlx::query_scalar!("select distinct contact_id from contact_alias where value = $1", alias)
            .fetch_all(conn)
            .await?,
    )
}

/// Returns all conversations of contacts, and the tickets of these conversations.
///
/// # Errors
/// Any database error.
pub async fn of_contacts(conn: &mut PgConnection, contacts: &[i64]) -> Result<EventScope> {
    let conversations = sqlx::query_scalar!("select id from conversation where contact_id = any($1)", contacts)
        .fetch_all(&mut *conn)
        .await?;
    let tickets = sqlx::query_scalar!("select id from ticket where conversation_id = any($1)", &conversations)
        .fetch_all(conn)
        .await?;
    Ok(EventScope {
        conversations,
        tickets,
        contacts: contacts.to_vec(),
    })
}

/// One interval of ownership.
#[derive(Debug, Clone)]
pub struct LegLine {
    /// The conversation.
    pub conversation: ConversationId,
    /// The number of the leg.
    pub seq: i32,
    /// The owner. `None` means that nobody owned the conversation.
    pub owner: Option<String>,
    /// The team.
    pub team: String,
    /// The kind of change that started the leg.
    pub how: Stored<How>,
    /// The start.
    pub from: Timestamp,
    /// The end. `None` if the leg is still open.
    pub to: Option<Timestamp>,
    /// The agent whose change started the leg.
    pub actor: Option<String>,
    /// The operation that started the leg.
    pub operation: OperationId,
    /// The kind of event that started the leg.
    pub event: Option<Stored<EventKind>>,
    /// The reason.
    pub reason: Option<String>,
}

/// Returns the legs of conversations in their order, row by row. With `as_of`, returns the legs as
/// they were at that time. An accepted handoff has the reason of its offer.
pub fn legs<'c>(
    conn: &'c mut PgConnection,
    ids: &[i64],
    as_of: Option<Timestamp>,
) -> impl Stream<Item = Result<LegLine>> + Unpin + use<'c> {
    let rows: BoxStream<'c, _> = sqlx::query!(
        r#"select l.conversation_id, l.seq, a.handle as "owner?", g.handle as team, l.how, l.from_at,
            case when $2::timestamptz is null or l.to_at <= $2 then l.to_at end as to_at, l.operation_id,
            w.handle as "actor?", e.kind as "kind?",
            case when r.id is not null then coalesce(r.body, '[erased]') end as "reason?"
        from leg l
            join team g on g.id = l.team_id
            left join agent a on a.id = l.agent_id
            left join event e on e.subject = 'conversation' and e.subject_id = l.conversation_id and e.at = l.from_at
                and e.operation_id = l.operation_id
            left join agent w on w.id = e.actor_id
            left join lateral (select x.reason_id
                from event x
                where e.kind = 'handoff_accepted' and e.reason_id is null and x.subject = 'conversation'
                    and x.subject_id = e.subject_id and x.seq < e.seq and x.kind = 'handoff_offered'
                order by x.seq desc
                limit 1) o on true
            left join reason r on r.id = coalesce(e.reason_id, o.reason_id)
        where l.conversation_id = any($1) and ($2 is null or l.from_at <= $2)
        order by l.conversation_id, l.seq"#,
        ids,
        as_of.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>
    )
    .fetch(conn);
    rows.map(|row| {
        let r = row?;
        Ok(LegLine {
            conversation: ConversationId(r.conversation_id),
            seq: r.seq,
            owner: r.owner,
            team: r.team,
            how: r.how.into(),
            from: r.from_at.to_jiff(),
            to: r.to_at.map(|t| t.to_jiff()),
            actor: r.actor,
            operation: OperationId(r.operation_id),
            event: r.kind.map(Into::into),
            reason: r.reason,
        })
    })
}
