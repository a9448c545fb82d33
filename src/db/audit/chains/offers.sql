-- Offers whose row differs from the events.
select coalesce(o.conversation_id, h.conversation_id), coalesce(o.seq, h.event_seq)
from (select e.subject_id as conversation_id, e.seq, e.actor_id as offered_by, e.owner_id as from_agent,
        case when jsonb_typeof(e.data -> 'to_agent') = 'number'
            then (e.data ->> 'to_agent')::numeric::bigint end as to_agent,
        case when jsonb_typeof(e.data -> 'to_team') = 'number'
            then (e.data ->> 'to_team')::numeric::bigint end as to_team,
        e.at as offered_at,
        -- Only in the program's form, because the meaning of other forms could change.
        case when e.data ->> 'due_at' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z$'
            then (e.data ->> 'due_at')::timestamptz end as due_at,
        coalesce(d.state, 'offered') as state, d.at as decided_at, d.actor_id as decided_by
    from event e
        left join lateral (
            -- The next event that ends an offer.
            select x.at, x.actor_id,
                case x.kind when 'handoff_accepted' then 'accepted' when 'handoff_declined' then 'declined'
                    when 'handoff_expired' then 'expired' else 'withdrawn' end as state
            from event x
            where x.subject = 'conversation' and x.subject_id = e.subject_id and x.seq > e.seq
                and (x.how is not null or x.status = 'resolved' or x.kind in ('handoff_declined', 'handoff_expired'))
            order by x.seq
            limit 1) d on true
    where e.subject = 'conversation' and e.kind = 'handoff_offered') o
    full join handoff h on h.conversation_id = o.conversation_id and h.event_seq = o.seq
where (o.offered_by, o.from_agent, o.to_agent, o.to_team, o.offered_at, o.due_at, o.state, o.decided_at, o.decided_by)
    is distinct from (h.offered_by, h.from_agent, h.to_agent, h.to_team, h.offered_at, h.due_at, h.state,
        h.decided_at, h.decided_by)
