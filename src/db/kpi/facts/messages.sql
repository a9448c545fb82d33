-- Messages. A row is one message: its metric, the cell it belongs to, and where to find it. The
-- result is the rows grouped by the requested dimensions, or the rows themselves with the dimension
-- 'row'. There is no other source.
--
-- $1 from, $2 to (half-open); $3 starts of the buckets, the first is $1; $4 metrics; $5 dimensions:
-- any of agent, team, store, channel, row.
--
-- Message times are Meta's and precede the leg that they started by a moment, so the first leg
-- counts from the beginning.
with happened as (
    -- customers' messages, for the owner at that time; messages of people and bots that did not
    -- finally fail, for the sender
    select case when m.direction = 'inbound' then 'inbound' when m.author = 'human' then 'outbound_human'
        else 'outbound_bot' end as metric, width_bucket(m.at, $3::timestamptz[]) as bucket,
        case when m.direction = 'inbound' then l.agent_id else m.agent_id end as agent_id, l.team_id, c.store_id,
        m.channel_id, m.conversation_id, m.id as reference, null::timestamptz as since, m.at
    from message m
        left join conversation c on c.id = m.conversation_id
        left join leg l on $5::text[] && '{agent,team,row}' and l.conversation_id = m.conversation_id
            and (l.from_at <= m.at or l.seq = 1) and (l.to_at > m.at or l.to_at is null)
    where m.at >= $1::timestamptz and m.at < $2::timestamptz and m.conversation_id is not null
        and ('inbound' = any ($4::text[]) and m.direction = 'inbound' and m.author = 'customer' and m.counts
            or 'outbound_human' = any ($4::text[]) and m.direction = 'outbound' and m.author = 'human' and m.counts
                and not m.failed
            or 'outbound_bot' = any ($4::text[]) and m.direction = 'outbound' and m.author <> 'human' and not m.failed
                and m.kind not in ('reaction', 'edit', 'revoke', 'system'))
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
