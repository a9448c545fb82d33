//! Selecting, locking and changing conversations.

pub mod episode;
pub mod list;
pub mod past;
pub mod run;
pub mod show;
pub mod why;

use std::collections::HashMap;

use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sqlx::postgres::PgConnection;

use crate::domain::conversation::{Conversation, Details, State, Step};
use crate::domain::ids::{AgentId, ConversationId, OperationId, TeamId, TicketId};
use crate::domain::query::Query;
use crate::domain::vocabulary::Status;
use crate::error::Result;

/// Locks the selected conversations in the order of their ids, and returns those that the query
/// still selects after the lock.
///
/// # Errors
/// Any database error.
pub async fn lock(conn: &mut PgConnection, query: &Query) -> Result<Vec<Conversation>> {
    let ids = query.only_ids();
    let rows = sqlx::query!(
        r#"select id as "id!", seq as "seq!", status as "status!", owner_id, team_id as "team_id!",
            priority as "priority!", labels as "labels!", snoozed_until
        from lock_rows($1, $2)"#,
        ids as _,
        ids.is_none().then(|| query.to_json())
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Conversation {
                id: ConversationId(r.id),
                seq: r.seq,
                state: State {
                    status: r.status.parse()?,
                    owner: r.owner_id.map(AgentId),
                    team: TeamId(r.team_id),
                    priority: r.priority.parse()?,
                    labels: r.labels,
                    snoozed_until: r.snoozed_until.map(|t| t.to_jiff()),
                },
                details: None,
            })
        })
        .collect()
}

/// Reads the details of locked conversations.
///
/// # Errors
/// Any database error.
pub async fn read_details<'a>(
    conn: &mut PgConnection,
    rows: impl IntoIterator<Item = &'a mut Conversation>,
) -> Result<()> {
    let mut rows: HashMap<i64, &mut Conversation> = rows.into_iter().map(|row| (row.id.0, row)).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let found = sqlx::query!(
        r#"select id as "id!", owner, owned_since as "owned_since!", last_owner_id, offered_agent, offered_team,
            open_ticket
        from lock_conversations($1)"#,
        Query::ids(rows.keys().copied()).to_json()
    )
    .fetch_all(conn)
    .await?;
    for r in found {
        if let Some(row) = rows.get_mut(&r.id) {
            row.details = Some(Details {
                owner: r.owner,
                since: r.owned_since.to_jiff(),
                last_owner: r.last_owner_id.map(AgentId),
                off_shift: None,
                offered_agent: r.offered_agent.map(AgentId),
                offered_team: r.offered_team.map(TeamId),
                open_ticket: r.open_ticket.map(TicketId),
            });
        }
    }
    Ok(())
}

/// Changes to write, as the columns that the database takes.
#[derive(Debug, Default)]
struct Columns {
    id: Vec<i64>,
    seq: Vec<i32>,
    kind: Vec<String>,
    status: Vec<String>,
    owner: Vec<Option<i64>>,
    team: Vec<i64>,
    priority: Vec<String>,
    labels: Vec<String>,
    until: Vec<Option<jiff_sqlx::Timestamp>>,
    data: Vec<Value>,
}

impl Columns {
    fn of(steps: &[(ConversationId, i32, Step)]) -> Columns {
        let mut c = Columns::default();
        for (id, seq, step) in steps {
            c.id.push(id.0);
            c.seq.push(*seq);
            c.kind.push(step.kind.as_str().to_owned());
            c.status.push(step.state.status.as_str().to_owned());
            c.owner.push(step.state.owner.map(|o| o.0));
            c.team.push(step.state.team.0);
            c.priority.push(step.state.priority.as_str().to_owned());
            c.labels.push(step.state.labels.join(","));
            c.until.push(step.state.snoozed_until.map(ToSqlx::to_sqlx));
            c.data.push(step.data.clone());
        }
        c
    }
}

/// A change that the database would refuse.
#[derive(Debug)]
pub struct Refused {
    /// The conversation.
    pub id: ConversationId,
    /// The SQLSTATE of the refusal.
    pub code: String,
    /// The message of the refusal.
    pub message: String,
}

/// Returns the changes that the database would refuse. Writes nothing.
///
/// # Errors
/// Any database error.
pub async fn refused(
    conn: &mut PgConnection,
    operation: OperationId,
    steps: &[(ConversationId, i32, Step)],
) -> Result<Vec<Refused>> {
    let c = Columns::of(steps);
    let rows = sqlx::query!(
        r#"select conversation_id as "id!", code as "code!", message as "message!"
        from refused_conversations($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"#,
        operation.0,
        &c.id,
        &c.seq,
        &c.kind,
        &c.status,
        &c.owner as &[Option<i64>],
        &c.team,
        &c.priority,
        &c.labels,
        &c.until as &[Option<jiff_sqlx::Timestamp>],
        &c.data
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Refused {
            id: ConversationId(r.id),
            code: r.code,
            message: r.message,
        })
        .collect())
}

/// Returns the steps that would open a conversation again although its customer was forgotten.
///
/// # Errors
/// Any database error.
pub async fn forgotten(conn: &mut PgConnection, steps: &[(ConversationId, i32, Step)]) -> Result<Vec<Refused>> {
    let live = steps.iter().filter(|s| s.2.state.status != Status::Resolved);
    let ids: Vec<i64> = live.map(|s| s.0.0).collect();
    let rows = sqlx::query_scalar!(
        r#"select c.id from conversation c join contact k on k.id = c.contact_id
        where c.id = any($1) and c.status = 'resolved' and k.forgotten_at is not null order by c.id"#,
        &ids
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|id| Refused {
            id: ConversationId(id),
            code: "IB005".to_owned(),
            message: format!("C-{id} belongs to a customer who was forgotten, and stays resolved"),
        })
        .collect())
}

/// Writes changes: one event each, and the resulting row, legs, phases and handoff. Writes all
/// changes or none.
///
/// # Errors
/// [`crate::error::Kind::Denied`] for the first change that the actor may not make.
/// [`crate::error::Kind::Conflict`] for a conversation that another session has changed.
pub async fn record(
    conn: &mut PgConnection,
    operation: OperationId,
    steps: &[(ConversationId, i32, Step)],
    reason: Option<&str>,
    note: Option<&Value>,
) -> Result<usize> {
    if steps.is_empty() {
        return Ok(0);
    }
    let c = Columns::of(steps);
    let written = sqlx::query_scalar!(
        r#"select count(*) as "n!" from record_conversations($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"#,
        operation.0,
        &c.id,
        &c.seq,
        &c.kind,
        &c.status,
        &c.owner as &[Option<i64>],
        &c.team,
        &c.priority,
        &c.labels,
        &c.until as &[Option<jiff_sqlx::Timestamp>],
        &c.data,
        reason,
        note
    )
    .fetch_one(conn)
    .await?;
    Ok(usize::try_from(written).unwrap_or(0))
}

/// Records takes that failed because another agent was first. It is called after the rollback of
/// their transaction.
///
/// # Errors
/// Any database error.
pub async fn attempts(conn: &mut PgConnection, acting: Option<&str>, ids: &[i64]) -> Result<()> {
    sqlx::query!("select record_attempts($1, $2)", acting, ids)
        .execute(conn)
        .await?;
    Ok(())
}

/// Returns the live conversations of a phone number or business-scoped user id.
///
/// # Errors
/// Any database error.
pub async fn live_of_contact(conn: &mut PgConnection, alias: &str) -> Result<Vec<ConversationId>> {
    let ids = sqlx::query_scalar!(
        r#"select c.id as "id!" from contact_alias a join conversation c on c.contact_id = a.contact_id
        where a.value = $1 and c.status <> 'resolved' group by c.id order by c.id"#,
        alias
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(ConversationId).collect())
}

/// Returns the ids that belong to conversations.
///
/// # Errors
/// Any database error.
pub async fn existing(conn: &mut PgConnection, ids: &[i64]) -> Result<Vec<i64>> {
    Ok(
        sqlx::query_scalar!("select id from conversation where id = any($1)", ids)
            .fetch_all(conn)
            .await?,
    )
}

/// Returns the number of live conversations that each agent owns.
///
/// # Errors
/// Any database error.
pub async fn loads(conn: &mut PgConnection, agents: &[i64]) -> Result<Vec<(i64, i64)>> {
    let rows = sqlx::query!(
        r#"select owner_id as "owner!", count(*) as "n!" from conversation where owner_id = any($1) group by owner_id"#,
        agents
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|r| (r.owner, r.n)).collect())
}

/// Returns conversations of a filter for a selection list on a terminal. The agent's own
/// conversations come first, then the longest waiting. Each has a line that distinguishes it.
///
/// # Errors
/// Any database error.
pub async fn choices(
    conn: &mut PgConnection,
    query: &Query,
    own: Option<AgentId>,
    most: i64,
) -> Result<Vec<(ConversationId, String)>> {
    let rows = sqlx::query!(
        r#"select c.id, coalesce(k.name, k.username, '') as "name!", c.status,
            coalesce(a.handle, 'nobody') as "owner!", g.handle as team
        from conversation_ids($1) i
            join conversation c on c.id = i
            join contact k on k.id = c.contact_id
            join team g on g.id = c.team_id
            left join agent a on a.id = c.owner_id
        order by (c.owner_id = $2) is true desc, c.waiting_since nulls last, c.head_at desc, c.id
        limit $3"#,
        query.to_json(),
        own.map(|id| id.0),
        most
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            (
                ConversationId(r.id),
                format!("C-{}  {}  {}  {}  {}", r.id, r.owner, r.team, r.status, r.name),
            )
        })
        .collect())
}

/// The effect of an operation on one conversation: the audited state before its first event and
/// after its last.
#[derive(Debug, Clone)]
pub struct Effect {
    /// The conversation.
    pub id: ConversationId,
    /// The state before the operation. `None` if the operation opened the conversation.
    pub before: Option<State>,
    /// The state after the operation.
    pub after: State,
    /// Whether a later event changed one of the same fields again, even back to its old value.
    pub changed_since: bool,
}

/// Returns the changes of an operation to conversations, in id order.
///
/// # Errors
/// Any database error.
pub async fn effects(conn: &mut PgConnection, operation: OperationId) -> Result<Vec<Effect>> {
    let rows = sqlx::query!(
        r#"select o.subject_id as "id!", b.status as "b_status?", b.owner_id as "b_owner?", b.team_id as "b_team?",
            b.priority as "b_priority?", b.labels as "b_labels?", b.until_at as "b_until?", l.status as "l_status!",
            l.owner_id as "l_owner?", l.team_id as "l_team!", l.priority as "l_priority!", l.labels as "l_labels!",
            l.until_at as "l_until?",
            exists (select 1
                from event x
                where x.subject = 'conversation' and x.subject_id = o.subject_id and x.seq > o.high
                    and (b.status <> l.status and x.status <> l.status
                        or b.owner_id is distinct from l.owner_id and x.owner_id is distinct from l.owner_id
                        or b.team_id <> l.team_id and x.team_id <> l.team_id
                        or b.priority <> l.priority and x.priority <> l.priority
                        or b.labels <> l.labels and x.labels <> l.labels
                        or b.until_at is distinct from l.until_at
                            and x.until_at is distinct from l.until_at)) as "changed_since!"
        from (select subject_id, min(seq) as low, max(seq) as high
            from event
            where subject = 'conversation' and operation_id = $1
            group by subject_id) o
            join event l on l.subject = 'conversation' and l.subject_id = o.subject_id and l.seq = o.high
            left join event b on b.subject = 'conversation' and b.subject_id = o.subject_id and b.seq = o.low - 1
        order by o.subject_id"#,
        operation.0
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|r| {
            let before = match (r.b_status, r.b_team, r.b_priority) {
                (Some(status), Some(team), Some(priority)) => Some(State {
                    status: status.parse()?,
                    owner: r.b_owner.map(AgentId),
                    team: TeamId(team),
                    priority: priority.parse()?,
                    labels: r.b_labels.unwrap_or_default(),
                    snoozed_until: r.b_until.map(|t| t.to_jiff()),
                }),
                _ => None,
            };
            Ok(Effect {
                id: ConversationId(r.id),
                changed_since: r.changed_since,
                before,
                after: State {
                    status: r.l_status.parse()?,
                    owner: r.l_owner.map(AgentId),
                    team: TeamId(r.l_team),
                    priority: r.l_priority.parse()?,
                    labels: r.l_labels,
                    snoozed_until: r.l_until.map(|t| t.to_jiff()),
                },
            })
        })
        .collect()
}
