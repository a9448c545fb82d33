//! The owners of conversations while customers waited, and the other work of each owner in that
//! time.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sqlx::postgres::PgConnection;

use crate::domain::event::{How, Subject};
use crate::domain::ids::{AgentId, OperationId};
use crate::domain::vocabulary::Stored;
use crate::error::Result;

/// A wait of a customer to analyze.
#[derive(Debug, Clone, Copy)]
pub struct Waiting {
    /// The conversation.
    pub conversation: i64,
    /// The start.
    pub from: Timestamp,
    /// The end.
    pub to: Timestamp,
}

/// An activity of an agent: an event or a reply.
#[derive(Debug, Clone)]
pub struct Activity {
    /// The time.
    pub at: Timestamp,
    /// `replied`, or the kind of event.
    pub what: String,
    /// The kind of the subject.
    pub subject: Stored<Subject>,
    /// The id of the subject.
    pub subject_id: i64,
}

/// One owner's share of a wait: the part of a leg that overlaps the wait.
#[derive(Debug, Clone)]
pub struct Share {
    /// The position of the wait in the request, from 0.
    pub wait: usize,
    /// The number of the leg.
    pub leg: i32,
    /// The owner. `None` means that nobody owned the conversation.
    pub owner: Option<AgentId>,
    /// The handle of the team.
    pub team: String,
    /// The id of the team.
    pub team_id: i64,
    /// The kind of change that started the leg.
    pub how: Stored<How>,
    /// The start of the leg.
    pub since: Timestamp,
    /// The handle of the agent whose change started the leg.
    pub actor: Option<String>,
    /// The operation that started the leg.
    pub operation: OperationId,
    /// The reason.
    pub reason: Option<String>,
    /// The start of the share.
    pub from: Timestamp,
    /// The end of the share.
    pub to: Timestamp,
    /// The owner's replies in other conversations in that time.
    pub replies: i64,
    /// The owner's events about other subjects in that time, as an object of kinds and numbers.
    pub elsewhere: Value,
    /// The owner's events about this conversation and its tickets.
    pub here: Value,
    /// The number of other conversations of the owner in which a customer waited for an answer when
    /// the share began.
    pub others: i64,
    /// The owner's last activity before the share.
    pub before: Option<Activity>,
    /// The owner's first activity after the share.
    pub after: Option<Activity>,
}

/// Returns the shares of waits, in order. The first leg begins at the start of the wait, because
/// the waiting message opens the conversation a moment after it was sent. With `as_of`, later
/// changes and messages are ignored. The waits of other customers are an exception: they are read
/// from the present runs.
///
/// # Errors
/// Any database error.
pub async fn shares(conn: &mut PgConnection, waits: &[Waiting], as_of: Option<Timestamp>) -> Result<Vec<Share>> {
    let id: Vec<i64> = waits.iter().map(|w| w.conversation).collect();
    let from: Vec<jiff_sqlx::Timestamp> = waits.iter().map(|w| w.from.to_sqlx()).collect();
    let to: Vec<jiff_sqlx::Timestamp> = waits.iter().map(|w| w.to.to_sqlx()).collect();
    // Each look-up is a separate subquery with `offset 0`. In a join, the planner would read the
    // whole history once instead of a few rows each time.
    let rows = sqlx::query!(
        r#"select w.nth as "nth!", l.seq, l.agent_id, g.handle as team, l.team_id, l.how, l.from_at as since,
            y.handle as "actor?", l.operation_id, r.body as "reason?", s.from_at as "from_at!", s.to_at as "to_at!",
            d.replies as "replies!", d.elsewhere as "elsewhere!", d.here as "here!", d.others as "others!",
            b.at as "before_at?", b.what as "before?", b.subject as "before_subject?", b.subject_id as "before_id?",
            f.at as "after_at?", f.what as "after?", f.subject as "after_subject?", f.subject_id as "after_id?"
        from unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[]) with ordinality as w (id, from_at, to_at, nth)
            cross join lateral (select x.*
                from leg x
                where x.conversation_id = w.id and (x.seq = 1 or x.from_at <= w.from_at or x.from_at < w.to_at)
                    and (x.to_at is null or x.to_at > w.from_at)
                offset 0) l
            cross join lateral (select case when l.seq = 1 then w.from_at
                else greatest(l.from_at, w.from_at) end as from_at, least(l.to_at, w.to_at) as to_at) s
            cross join lateral (select array(select t.id from ticket t where t.conversation_id = w.id) as tickets
                offset 0) t
            cross join lateral (select (select count(*)
                    from message m
                    where m.agent_id = l.agent_id and m.at >= s.from_at and m.at < s.to_at
                        and m.direction = 'outbound' and m.counts and not m.failed and m.conversation_id <> w.id
                        and ($4::timestamptz is null or m.received_at <= $4)) as replies,
                    coalesce((select jsonb_object_agg(k.kind, k.n)
                        from (select e.kind, count(*) as n
                            from event e
                            where e.actor_id = l.agent_id and e.at >= s.from_at and e.at < s.to_at
                                and not (e.subject = 'conversation' and e.subject_id = w.id
                                    or e.subject = 'ticket' and e.subject_id = any (t.tickets))
                            group by e.kind) k), '{}') as elsewhere,
                    coalesce((select jsonb_object_agg(k.kind, k.n)
                        from (select e.kind, count(*) as n
                            from event e
                            where e.actor_id = l.agent_id and e.at >= s.from_at and e.at < s.to_at
                                and (e.subject = 'conversation' and e.subject_id = w.id
                                    or e.subject = 'ticket' and e.subject_id = any (t.tickets))
                            group by e.kind) k), '{}') as here,
                    (select count(*)
                        from leg x
                        where x.agent_id = l.agent_id and x.from_at <= s.from_at
                            and coalesce(x.to_at, 'infinity') > s.from_at and x.conversation_id <> w.id
                            and exists (select 1
                                from run u
                                where u.conversation_id = x.conversation_id and u.started_at <= s.from_at
                                    and (u.ended_at is null or u.ended_at > s.from_at)
                                offset 0)) as others
                offset 0) d
            left join lateral (select *
                from ((select e.at, e.kind as what, e.subject, e.subject_id
                    from event e
                    where e.actor_id = l.agent_id and e.at < s.from_at
                    order by e.at desc
                    limit 1)
                    union all (select m.at, 'replied', 'conversation', m.conversation_id
                        from message m
                        where m.agent_id = l.agent_id and m.at < s.from_at and m.direction = 'outbound' and m.counts
                            and m.conversation_id is not null and ($4 is null or m.received_at <= $4)
                        order by m.at desc
                        limit 1)) x
                order by x.at desc
                limit 1) b on true
            left join lateral (select *
                from ((select e.at, e.kind as what, e.subject, e.subject_id
                    from event e
                    where e.actor_id = l.agent_id and e.at >= s.to_at and ($4 is null or e.at <= $4)
                    order by e.at
                    limit 1)
                    union all (select m.at, 'replied', 'conversation', m.conversation_id
                        from message m
                        where m.agent_id = l.agent_id and m.at >= s.to_at and m.direction = 'outbound' and m.counts
                            and m.conversation_id is not null and ($4 is null or m.received_at <= $4)
                        order by m.at
                        limit 1)) x
                order by x.at
                limit 1) f on true
            join team g on g.id = l.team_id
            left join lateral (select e.seq, e.kind, e.actor_id, e.reason_id
                from event e
                where e.subject = 'conversation' and e.subject_id = w.id and e.at = l.from_at
                    and e.operation_id = l.operation_id
                offset 0) e on true
            left join lateral (select x.reason_id
                from event x
                where e.kind = 'handoff_accepted' and x.subject = 'conversation' and x.subject_id = w.id
                    and x.seq < e.seq and x.kind = 'handoff_offered'
                order by x.seq desc
                limit 1) o on true
            left join agent y on y.id = e.actor_id
            left join reason r on r.id = coalesce(e.reason_id, o.reason_id)
        order by w.nth, l.seq"#,
        &id,
        &from as &[jiff_sqlx::Timestamp],
        &to as &[jiff_sqlx::Timestamp],
        as_of.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>
    )
    .fetch_all(conn)
    .await?;
    let deed = |at: Option<jiff_sqlx::Timestamp>, what, subject, id| {
        Some(Activity {
            at: at?.to_jiff(),
            what: what?,
            subject: Stored::from(subject?),
            subject_id: id?,
        })
    };
    Ok(rows
        .into_iter()
        .map(|r| Share {
            wait: usize::try_from(r.nth - 1).unwrap_or(0),
            leg: r.seq,
            owner: r.agent_id.map(AgentId),
            team: r.team,
            team_id: r.team_id,
            how: r.how.into(),
            since: r.since.to_jiff(),
            actor: r.actor,
            operation: OperationId(r.operation_id),
            reason: r.reason,
            from: r.from_at.to_jiff(),
            to: r.to_at.to_jiff(),
            replies: r.replies,
            elsewhere: r.elsewhere,
            here: r.here,
            others: r.others,
            before: deed(r.before_at, r.before, r.before_subject, r.before_id),
            after: deed(r.after_at, r.after, r.after_subject, r.after_id),
        })
        .collect())
}

/// Returns, for each team and each time, the enabled agents who were in the team at that time, by
/// the history.
///
/// # Errors
/// Any database error.
pub async fn members(conn: &mut PgConnection, asked: &[(i64, Timestamp)]) -> Result<Vec<Vec<i64>>> {
    let team: Vec<i64> = asked.iter().map(|a| a.0).collect();
    let at: Vec<jiff_sqlx::Timestamp> = asked.iter().map(|a| a.1.to_sqlx()).collect();
    let rows = sqlx::query!(
        r#"select w.nth as "nth!", a.id
        from unnest($1::bigint[], $2::timestamptz[]) with ordinality as w (team_id, at, nth)
            cross join agent a
            cross join lateral (select e.data
                from event e
                where e.subject = 'agent' and e.subject_id = a.id and e.at <= w.at
                order by e.seq desc
                limit 1) v
        where v.data -> 'teams' @> to_jsonb(w.team_id) and v.data ->> 'disabled_at' is null
        order by w.nth, a.handle"#,
        &team,
        &at as &[jiff_sqlx::Timestamp]
    )
    .fetch_all(conn)
    .await?;
    let mut members = vec![Vec::new(); asked.len()];
    for r in rows {
        if let Some(list) = usize::try_from(r.nth - 1).ok().and_then(|n| members.get_mut(n)) {
            list.push(r.id);
        }
    }
    Ok(members)
}
