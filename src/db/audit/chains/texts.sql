-- Whether an event differs from its operation, or its reason or note from the event.
o.id is null or o.actor_id <> e.actor_id or o.xid <> e.xid
    or e.kind = 'undone' and to_jsonb(o.undoes) is distinct from e.data -> 'undoes'
    or r.commitment is distinct from e.reason_commitment
    or r.salt is not null and sha256(r.salt || convert_to(r.body, 'UTF8')) is distinct from r.commitment
    or n.commitment is distinct from e.note_commitment
    -- A note has the actor, the time and the subject of its event.
    or n.id is not null
        and (n.agent_id, n.at, case when n.ticket_id is null then 'conversation' else 'ticket' end,
            coalesce(n.ticket_id, n.conversation_id))
            is distinct from (e.actor_id, e.at, e.subject, e.subject_id)
    or n.ticket_id is not null
        and not exists (select 1 from ticket t where t.id = n.ticket_id and t.conversation_id = n.conversation_id)
    or n.salt is not null and sha256(n.salt || convert_to(concat('inbox-note-1', '|',
        coalesce(octet_length(n.body) || ':' || n.body, '-'), '|',
        coalesce(octet_length(n.order_id) || ':' || n.order_id, '-'), '|',
        coalesce(octet_length(n.courier) || ':' || n.courier, '-'), '|',
        coalesce(octet_length(n.tracking_no) || ':' || n.tracking_no, '-'), '|',
        coalesce(octet_length(n.tried) || ':' || n.tried, '-'), '|',
        (extract(epoch from n.promised_by) * 1000000)::bigint, '|', n.replaces), 'UTF8')) is distinct from n.commitment
