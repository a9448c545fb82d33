-- Durations. A row is one duration, from `since` to `at` and never below 0, as in messages.sql.
-- Percentiles are nearest rank (percentile_disc), from the raw values of each cell.
--
-- $1 from, $2 to (half-open); $3 starts of the buckets, the first is $1; $4 metrics; $5 dimensions:
-- any of agent, team, store, channel, row; $6 the moment after which a resolve is provisional,
-- because its reopen window has not passed at the range's end.
with frt as (
    -- once for each conversation that a customer started: first human reply - first customer message; the sender
    select 'frt' as metric, width_bucket(c.first_reply_at, $3::timestamptz[]) as bucket, c.first_reply_by as agent_id,
        l.team_id, c.store_id, c.channel_id, c.id as conversation_id, null::bigint as reference,
        c.first_customer_at as since, c.first_reply_at as at
    from conversation c
        left join leg l on $5::text[] && '{team,row}' and l.conversation_id = c.id
            and (l.from_at <= c.first_reply_at or l.seq = 1) and (l.to_at > c.first_reply_at or l.to_at is null)
    where 'frt' = any ($4::text[]) and c.started_by = 'customer' and c.first_customer_at is not null
        and c.first_reply_at >= $1::timestamptz and c.first_reply_at < $2::timestamptz
), resolved as (
    -- the range's resolves, in their order within each conversation
    select e.actor_id as agent_id, e.team_id, c.store_id, c.channel_id, c.id as conversation_id,
        e.seq::bigint as reference, c.opened_at as since, e.at, row_number() over w as nth,
        lead(e.seq) over w is null as is_last
    from event e join conversation c on c.id = e.subject_id
    where $4::text[] && '{first_resolve,full_resolve}' and e.subject = 'conversation' and e.kind = 'resolved'
        and e.at >= $1 and e.at < $2
    window w as (partition by e.subject_id order by e.seq)
), first_resolve as (
    -- the conversation's first resolve of all - opening; the resolver
    select 'first_resolve' as metric, width_bucket(r.at, $3) as bucket, r.agent_id, r.team_id, r.store_id,
        r.channel_id, r.conversation_id, r.reference, r.since, r.at
    from resolved r
    where 'first_resolve' = any ($4::text[]) and r.nth = 1
        and not exists (select from event p
            where p.subject = 'conversation' and p.subject_id = r.conversation_id and p.kind = 'resolved'
                and p.at < $1)
), full_resolve as (
    -- the conversation's last resolve before the range's end - opening; the resolver
    select 'full_resolve' as metric, width_bucket(r.at, $3) as bucket, r.agent_id, r.team_id, r.store_id,
        r.channel_id, r.conversation_id, r.reference, r.since, r.at
    from resolved r
    where 'full_resolve' = any ($4::text[]) and r.is_last
), happened as (
    select * from frt union all select * from first_resolve union all select * from full_resolve
), grouped as (
    select metric, bucket, case when $5::text[] && '{agent,row}' then agent_id end as agent_id,
        case when $5::text[] && '{team,row}' then team_id end as team_id,
        case when $5::text[] && '{store,row}' then store_id end as store_id,
        case when $5::text[] && '{channel,row}' then channel_id end as channel_id,
        case when 'row' = any ($5::text[]) then conversation_id end as conversation_id,
        case when 'row' = any ($5::text[]) then reference end as reference,
        case when 'row' = any ($5::text[]) then since end as since,
        case when 'row' = any ($5::text[]) then at end as at, count(*) as n, sum(v.micros)::bigint as sum,
        max(v.micros) as max, percentile_disc(array[0.5, 0.9, 0.95]) within group (order by v.micros) as percentiles,
        count(*) filter (where metric = 'full_resolve' and at > $6::timestamptz) as provisional
    from happened
        cross join lateral (select greatest(0, (extract(epoch from at - since) * 1000000)::bigint) as micros) v
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
