-- Events other than messages that are counted. A row is one event, as in messages.sql.
--
-- $1 from, $2 to (half-open); $3 starts of the buckets, the first is $1; $4 metrics; $5 dimensions:
-- any of agent, team, store, channel, row.
--
-- Message times are Meta's and precede the leg that they started by a moment, so the first leg
-- counts from the beginning.
with opened as (
    -- conversations that a customer started; the team at opening
    select 'opened' as metric, width_bucket(c.opened_at, $3::timestamptz[]) as bucket, null::bigint as agent_id,
        l.team_id, c.store_id, c.channel_id, c.id as conversation_id, null::bigint as reference,
        null::timestamptz as since, c.opened_at as at
    from conversation c join leg l on l.conversation_id = c.id and l.seq = 1
    where 'opened' = any ($4::text[]) and c.started_by = 'customer' and c.opened_at >= $1::timestamptz
        and c.opened_at < $2::timestamptz
), resolved_unanswered as (
    -- resolves while the customer had written and no person had replied; the resolver
    select 'resolved_unanswered' as metric, width_bucket(e.at, $3) as bucket, e.actor_id as agent_id, e.team_id,
        c.store_id, c.channel_id, c.id as conversation_id, null::bigint as reference, null::timestamptz as since, e.at
    from event e join conversation c on c.id = e.subject_id
    where 'resolved_unanswered' = any ($4::text[]) and e.subject = 'conversation' and e.kind = 'resolved'
        and e.at >= $1 and e.at < $2 and c.first_customer_at <= e.at
        and (c.first_reply_at > e.at or c.first_reply_at is null)
), moves as (
    -- moves after the first human reply, twice each: away from the previous owner and their team,
    -- and to the new owner and their team. A handoff can start from the queue, other moves only
    -- from an owner. The same owner in another team is not a move between people. An event carries
    -- the owner and the team after it, so the event before it has the previous ones.
    select case when e.how in ('handoff', 'assign') then 'handoffs' else e.how end || s.side as metric,
        width_bucket(e.at, $3) as bucket, s.agent_id, s.team_id, c.store_id, c.channel_id, c.id as conversation_id,
        e.seq::bigint as reference, null::timestamptz as since, e.at
    from event e
        join event b on b.subject = 'conversation' and b.subject_id = e.subject_id and b.seq = e.seq - 1
        join conversation c on c.id = e.subject_id
        cross join lateral (values ('_out', b.owner_id, b.team_id), ('_in', e.owner_id, e.team_id))
            s (side, agent_id, team_id)
    where case when e.how in ('handoff', 'assign') then 'handoffs' else e.how end || s.side = any ($4::text[])
        and $4::text[] && '{handoffs_out,handoffs_in,shift_out,shift_in,auto_out,auto_in,sweep_out,sweep_in}'
        and e.subject = 'conversation'
        and e.kind in ('assigned', 'handed_off', 'handoff_accepted', 'rotated', 'swept', 'reopened') and e.at >= $1
        and e.at < $2 and e.how in ('handoff', 'assign', 'shift', 'auto', 'sweep') and c.first_reply_at <= e.at
        and (b.owner_id is not null or e.how = 'handoff')
        and (e.owner_id is null or e.owner_id is distinct from b.owner_id)
), escalated as (
    -- tickets; the agent who opened them, in the team of the conversation at that time
    select 'escalated' as metric, width_bucket(t.opened_at, $3) as bucket, t.opened_by as agent_id, l.team_id,
        c.store_id, c.channel_id, c.id as conversation_id, t.id as reference, null::timestamptz as since,
        t.opened_at as at
    from ticket t
        join conversation c on c.id = t.conversation_id
        join leg l on l.conversation_id = c.id and (l.from_at <= t.opened_at or l.seq = 1)
            and (l.to_at > t.opened_at or l.to_at is null)
    where 'escalated' = any ($4::text[]) and t.opened_at >= $1 and t.opened_at < $2
), happened as (
    select * from opened
    union all
    select * from resolved_unanswered
    union all
    select * from moves
    union all
    select * from escalated
), grouped as (
    select metric, bucket, case when $5::text[] && '{agent,row}' then agent_id end as agent_id,
        case when $5::text[] && '{team,row}' then team_id end as team_id,
        case when $5::text[] && '{store,row}' then store_id end as store_id,
        case when $5::text[] && '{channel,row}' then channel_id end as channel_id,
        case when 'row' = any ($5::text[]) then conversation_id end as conversation_id,
        case when 'row' = any ($5::text[]) then reference end as reference,
        case when 'row' = any ($5::text[]) then since end as since,
        case when 'row' = any ($5::text[]) then at end as at, count(*) as n, null::bigint as sum, null::bigint as max,
        null::bigint[] as percentiles, 0::bigint as provisional
    from happened
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
)
select g.metric as "metric!", g.bucket as "bucket!", a.handle as "agent?", t.handle as "team?", s.handle as "store?",
    h.handle as "channel?", g.conversation_id, g.reference, g.since, g.at, g.n as "n!", g.sum, g.max,
    g.percentiles as "percentiles?", g.provisional as "provisional!"
from grouped g
    left join agent a on a.id = g.agent_id
    left join team t on t.id = g.team_id
    left join store s on s.id = g.store_id
    left join channel h on h.id = g.channel_id
order by g.bucket, g.at, g.conversation_id, g.reference, g.metric
