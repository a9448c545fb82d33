-- Open runs. A row is one run at one moment, as in messages.sql. Its age counts from `since`.
--
-- $1 the range's end; $2 the ends of the buckets in order, without buckets that have not begun; $3
-- dimensions: any of agent, team, store, channel, row.
with happened as (
    -- runs open at a bucket's end, once for each such end; the owner at that end. Events at the end
    -- itself belong to the next bucket. width_bucket returns the number of ends at or before a
    -- moment; most runs have no end in between. The look-ups are lateral, because the planner
    -- assumes that each run is open at ten ends, and would read all legs.
    select 'unanswered' as metric, (w.before + b.nth)::int as bucket, l.agent_id, l.team_id, c.store_id, c.channel_id,
        r.conversation_id, r.seq::bigint as reference, r.started_at as since, b.at
    from run r
        cross join lateral (select width_bucket(r.started_at, $2::timestamptz[]) as before,
            case when r.ended_at is null then cardinality($2) else width_bucket(r.ended_at, $2) end as last) w
        cross join lateral unnest(($2)[w.before + 1 : w.last]) with ordinality b (at, nth)
        cross join lateral (select x.store_id, x.channel_id
            from conversation x
            where x.id = r.conversation_id
            offset 0) c
        cross join lateral (select x.agent_id, x.team_id
            from leg x
            where x.conversation_id = r.conversation_id and (x.from_at < b.at or x.seq = 1)
            order by x.seq desc
            limit 1) l
    where r.started_at < $1::timestamptz and (r.ended_at >= ($2)[1] or r.ended_at is null) and w.last > w.before
), grouped as (
    select metric, bucket, case when $3::text[] && '{agent,row}' then agent_id end as agent_id,
        case when $3::text[] && '{team,row}' then team_id end as team_id,
        case when $3::text[] && '{store,row}' then store_id end as store_id,
        case when $3::text[] && '{channel,row}' then channel_id end as channel_id,
        case when 'row' = any ($3::text[]) then conversation_id end as conversation_id,
        case when 'row' = any ($3::text[]) then reference end as reference,
        case when 'row' = any ($3::text[]) then since end as since,
        case when 'row' = any ($3::text[]) then at end as at, count(*) as n, sum(v.micros)::bigint as sum,
        max(v.micros) as max, null::bigint[] as percentiles, 0::bigint as provisional
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
