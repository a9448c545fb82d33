//! Runs and the times of conversations: the last state to continue from, all facts to compute the
//! runs again, and the writes.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgConnection;

use crate::domain::ids::AgentId;
use crate::domain::run::{End, Run, Said, Speaker, Tail};
use crate::error::Result;

/// The times of a conversation that come from its messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    /// The id.
    pub id: i64,
    /// The time of the first message.
    pub opened_at: Timestamp,
    /// The time of the newest message of any kind.
    pub last_message_at: Option<Timestamp>,
    /// The time of the customer's first message that is content.
    pub first_customer_at: Option<Timestamp>,
    /// The time of the customer's newest message, which starts the 24-hour window.
    pub last_customer_at: Option<Timestamp>,
    /// The time of the first message in the open run.
    pub waiting_since: Option<Timestamp>,
    /// The time of the first human reply.
    pub first_reply_at: Option<Timestamp>,
    /// The agent who is credited with the first reply.
    pub first_reply_by: Option<i64>,
}

/// Reads the times of conversations and the last state of their runs.
///
/// # Errors
/// Any database error.
pub async fn tails(conn: &mut PgConnection, ids: &[i64]) -> Result<Vec<(Times, Tail)>> {
    // With a plain join, planned on a new table, the database would read every open run for each
    // conversation. The connection would keep this plan.
    let rows = sqlx::query!(
        r#"select c.id, c.started_by, c.opened_at, c.last_message_at, c.first_customer_at, c.last_customer_at,
            c.waiting_since, c.first_reply_at, c.first_reply_by, r.seq as "seq?", r.started_at as "started_at?",
            r.last_at as "last_at?", r.messages as "messages?", r.first as "first?",
            (select max(x.seq) from run x where x.conversation_id = c.id) as last_seq,
            (select max(case p.status when 'resolved' then p.from_at end)
                from phase p
                where p.conversation_id = c.id) as resolved
        from conversation c
            left join lateral (select * from run x where x.conversation_id = c.id and x.ended_at is null limit 1) r
                on true
        where c.id = any($1)"#,
        ids
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            let times = Times {
                id: r.id,
                opened_at: r.opened_at.to_jiff(),
                last_message_at: r.last_message_at.map(|t| t.to_jiff()),
                first_customer_at: r.first_customer_at.map(|t| t.to_jiff()),
                last_customer_at: r.last_customer_at.map(|t| t.to_jiff()),
                waiting_since: r.waiting_since.map(|t| t.to_jiff()),
                first_reply_at: r.first_reply_at.map(|t| t.to_jiff()),
                first_reply_by: r.first_reply_by,
            };
            let open = match (r.seq, r.started_at, r.last_at, r.messages, r.first) {
                (Some(seq), Some(started), Some(last), Some(messages), Some(first)) => Some((
                    seq,
                    Run {
                        started_at: started.to_jiff(),
                        last_at: last.to_jiff(),
                        messages,
                        end: None,
                        first,
                    },
                )),
                _ => None,
            };
            let tail = Tail {
                open,
                last_seq: r.last_seq.unwrap_or(0),
                last_message_at: times.last_message_at,
                last_resolve: r.resolved.map(|t| t.to_jiff()),
                first_reply: times.first_reply_at.map(|at| (at, times.first_reply_by.map(AgentId))),
                first_customer_at: times.first_customer_at,
                by_us: r.started_by == "us",
            };
            (times, tail)
        })
        .collect())
}

/// All facts from which the runs of a conversation are computed.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The messages that are content.
    pub said: Vec<Said>,
    /// The times of the resolves.
    pub resolves: Vec<Timestamp>,
    /// The time of the newest message of any kind.
    pub last_message_at: Option<Timestamp>,
    /// The time of the customer's newest message, messages to a bot included.
    pub last_customer_at: Option<Timestamp>,
}

/// Reads the facts from which the runs of conversations are computed. With `as_of`, reads only the
/// messages and resolves up to that time.
///
/// # Errors
/// Any database error.
pub async fn facts(
    conn: &mut PgConnection,
    ids: &[i64],
    as_of: Option<Timestamp>,
) -> Result<std::collections::HashMap<i64, Facts>> {
    let at = as_of.map(ToSqlx::to_sqlx);
    let mut all: std::collections::HashMap<i64, Facts> = ids.iter().map(|id| (*id, Facts::default())).collect();
    let rows = sqlx::query!(
        r#"select m.conversation_id as "conversation!", m.id, m.at, m.received_at,
            m.direction = 'inbound' as "inbound!", m.agent_id,
            m.counts and m.author in ('customer', 'human')
                and not (m.failed
                    and ($2::timestamptz is null
                        or coalesce((select min(s.received_at)
                            from message_status s
                            where s.channel_id = m.channel_id and s.wamid = m.wamid and s.status = 'failed'),
                            '-infinity') <= $2)) as "said!",
            m.direction = 'inbound'
                and (m.counts
                    or m.source = 'standby'
                        and m.kind not in ('reaction', 'edit', 'revoke', 'system', 'request_welcome')) as "window!"
        from message m
        where m.conversation_id = any($1) and ($2 is null or m.received_at <= $2)"#,
        ids,
        at as Option<jiff_sqlx::Timestamp>
    )
    .fetch_all(&mut *conn)
    .await?;
    for r in rows {
        let Some(facts) = all.get_mut(&r.conversation) else {
            continue;
        };
        let at = r.at.to_jiff();
        facts.last_message_at = facts.last_message_at.max(Some(at));
        if r.window {
            facts.last_customer_at = facts.last_customer_at.max(Some(at));
        }
        if r.said {
            facts.said.push(Said {
                id: r.id,
                at,
                received_at: r.received_at.to_jiff(),
                by: if r.inbound {
                    Speaker::Customer
                } else {
                    Speaker::Human(r.agent_id.map(AgentId))
                },
            });
        }
    }
    // The program checks the statuses. If the query checked them, the planner might read the index
    // of all resolves.
    let resolves = sqlx::query!(
        r#"select conversation_id, status = 'resolved' as "resolved!", from_at
        from phase
        where conversation_id = any($1)
        order by conversation_id, seq"#,
        ids
    )
    .fetch_all(conn)
    .await?;
    for r in resolves.into_iter().filter(|r| r.resolved) {
        let from = r.from_at.to_jiff();
        if let Some(facts) = all.get_mut(&r.conversation_id)
            && as_of.is_none_or(|at| from <= at)
        {
            facts.resolves.push(from);
        }
    }
    Ok(all)
}

/// Reads the runs of conversations with their numbers, in order.
///
/// # Errors
/// Any database error.
pub async fn of(conn: &mut PgConnection, ids: &[i64]) -> Result<Vec<(i64, i32, Run)>> {
    let rows = sqlx::query!(
        r#"select conversation_id, seq, started_at, last_at, messages, ended_at, outcome = 'answered' as answered,
            answered_by, first
        from run
        where conversation_id = any($1)
        order by conversation_id, started_at, seq"#,
        ids
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            let end = r.ended_at.map(|at| match r.answered {
                Some(true) => End::Answered(at.to_jiff(), r.answered_by.map(AgentId)),
                Some(false) | None => End::Resolved(at.to_jiff()),
            });
            let run = Run {
                started_at: r.started_at.to_jiff(),
                last_at: r.last_at.to_jiff(),
                messages: r.messages,
                end,
                first: r.first,
            };
            (r.conversation_id, r.seq, run)
        })
        .collect())
}

/// Returns the conversations that the business started.
///
/// # Errors
/// Any database error.
pub async fn begun_by_us(conn: &mut PgConnection, ids: &[i64]) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar!(
        "select id from conversation where id = any($1) and started_by = 'us'",
        ids
    )
    .fetch_all(conn)
    .await?)
}

/// Writes runs by their numbers. For the conversations in `whole`, the given runs are complete, and
/// `whole` contains their number.
///
/// # Errors
/// Any database error.
pub async fn put(conn: &mut PgConnection, runs: &[(i64, i32, Run)], whole: &[(i64, i32)]) -> Result<()> {
    if !whole.is_empty() {
        let (id, count): (Vec<i64>, Vec<i32>) = whole.iter().copied().unzip();
        sqlx::query!(
            "delete from run r using unnest($1::bigint[], $2::int[]) as w (id, n)
            where r.conversation_id = w.id and r.seq > w.n",
            &id,
            &count
        )
        .execute(&mut *conn)
        .await?;
    }
    if runs.is_empty() {
        return Ok(());
    }
    let id: Vec<i64> = runs.iter().map(|r| r.0).collect();
    let seq: Vec<i32> = runs.iter().map(|r| r.1).collect();
    let started: Vec<jiff_sqlx::Timestamp> = runs.iter().map(|r| r.2.started_at.to_sqlx()).collect();
    let last: Vec<jiff_sqlx::Timestamp> = runs.iter().map(|r| r.2.last_at.to_sqlx()).collect();
    let messages: Vec<i32> = runs.iter().map(|r| r.2.messages).collect();
    let first: Vec<bool> = runs.iter().map(|r| r.2.first).collect();
    let end = |r: &(i64, i32, Run)| match r.2.end {
        Some(End::Answered(at, by)) => (Some(at.to_sqlx()), Some("answered"), by.map(|a| a.0)),
        Some(End::Resolved(at)) => (Some(at.to_sqlx()), Some("resolved"), None),
        None => (None, None, None),
    };
    let ended: Vec<Option<jiff_sqlx::Timestamp>> = runs.iter().map(|r| end(r).0).collect();
    let outcome: Vec<Option<&str>> = runs.iter().map(|r| end(r).1).collect();
    let by: Vec<Option<i64>> = runs.iter().map(|r| end(r).2).collect();
    // Runs that end are written before runs that become open, because a conversation can have only
    // one open run.
    sqlx::query!(
        r#"insert into run as r (conversation_id, seq, started_at, last_at, messages, ended_at, outcome,
            answered_by, first)
        select *
        from unnest($1::bigint[], $2::int[], $3::timestamptz[], $4::timestamptz[], $5::int[], $6::timestamptz[],
            $7::text[], $8::bigint[], $9::bool[])
            as i (conversation_id, seq, started_at, last_at, messages, ended_at, outcome, answered_by, first)
        order by i.conversation_id, i.ended_at is null, i.seq
        on conflict (conversation_id, seq)
            do update set started_at = excluded.started_at, last_at = excluded.last_at, messages = excluded.messages,
                ended_at = excluded.ended_at, outcome = excluded.outcome, answered_by = excluded.answered_by,
                first = excluded.first
        where (r.started_at, r.last_at, r.messages, r.ended_at, r.outcome, r.answered_by, r.first)
            is distinct from (excluded.started_at, excluded.last_at, excluded.messages, excluded.ended_at,
                excluded.outcome, excluded.answered_by, excluded.first)"#,
        &id,
        &seq,
        &started as &[jiff_sqlx::Timestamp],
        &last as &[jiff_sqlx::Timestamp],
        &messages,
        &ended as &[Option<jiff_sqlx::Timestamp>],
        &outcome as &[Option<&str>],
        &by as &[Option<i64>],
        &first
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes the times of conversations. They come from messages and are not audited.
///
/// # Errors
/// Any database error.
pub async fn put_times(conn: &mut PgConnection, times: &[Times]) -> Result<()> {
    if times.is_empty() {
        return Ok(());
    }
    let optional = |at: Option<Timestamp>| at.map(ToSqlx::to_sqlx);
    let id: Vec<i64> = times.iter().map(|t| t.id).collect();
    let opened: Vec<jiff_sqlx::Timestamp> = times.iter().map(|t| t.opened_at.to_sqlx()).collect();
    let last_message: Vec<Option<jiff_sqlx::Timestamp>> = times.iter().map(|t| optional(t.last_message_at)).collect();
    let first_customer: Vec<Option<jiff_sqlx::Timestamp>> =
        times.iter().map(|t| optional(t.first_customer_at)).collect();
    let last_customer: Vec<Option<jiff_sqlx::Timestamp>> = times.iter().map(|t| optional(t.last_customer_at)).collect();
    let waiting: Vec<Option<jiff_sqlx::Timestamp>> = times.iter().map(|t| optional(t.waiting_since)).collect();
    let reply: Vec<Option<jiff_sqlx::Timestamp>> = times.iter().map(|t| optional(t.first_reply_at)).collect();
    let by: Vec<Option<i64>> = times.iter().map(|t| t.first_reply_by).collect();
    sqlx::query!(
        r#"update conversation c
        set opened_at = t.opened_at, last_message_at = t.last_message_at, first_customer_at = t.first_customer_at,
            last_customer_at = t.last_customer_at, waiting_since = t.waiting_since, first_reply_at = t.first_reply_at,
            first_reply_by = t.first_reply_by
        from unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[],
            $6::timestamptz[], $7::timestamptz[], $8::bigint[])
            as t (id, opened_at, last_message_at, first_customer_at, last_customer_at, waiting_since, first_reply_at,
                first_reply_by)
        where c.id = t.id"#,
        &id,
        &opened as &[jiff_sqlx::Timestamp],
        &last_message as &[Option<jiff_sqlx::Timestamp>],
        &first_customer as &[Option<jiff_sqlx::Timestamp>],
        &last_customer as &[Option<jiff_sqlx::Timestamp>],
        &waiting as &[Option<jiff_sqlx::Timestamp>],
        &reply as &[Option<jiff_sqlx::Timestamp>],
        &by as &[Option<i64>]
    )
    .execute(conn)
    .await?;
    Ok(())
}
