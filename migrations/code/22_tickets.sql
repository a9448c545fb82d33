-- The only functions that change tickets.

-- Opens a ticket for each conversation, with the event `escalated`. A conversation has at most 100
-- open tickets.
create or replace function open_tickets(
    p_operation bigint, p_id bigint[], p_seq int[], p_owner bigint, p_team bigint, p_priority text, p_category text,
        p_due timestamptz, p_reason text, p_note jsonb
) returns table (ticket_id bigint, conversation_id bigint)
language plpgsql security definer set search_path from current as $$
#variable_conflict use_column
declare
    op operation := current_operation(p_operation);
    v_ticket bigint[];
begin
    perform 1 from agent a where a.id = p_owner for share;
    if p_owner is not null and not exists (select 1 from agent a where a.id = p_owner and a.disabled_at is null
        and a.role not in ('viewer', 'system'))
        or p_team is not null and not exists (select 1 from team t where t.id = p_team and t.disabled_at is null) then
        raise exception using errcode = 'IB005',
            message = 'a ticket cannot be given to a disabled agent or team, or to a viewer';
    end if;
    if exists (select 1 from ticket t where t.conversation_id = any (p_id) and t.closed_at is null
        group by t.conversation_id having count(*) >= 100) then
        raise exception using errcode = 'IB005', message = 'a conversation can have at most 100 open tickets',
            hint = 'inbox ticket set T-1 --status closed ends one';
    end if;
    select array_agg(nextval(pg_get_serial_sequence('ticket', 'id')) order by i.ord) into v_ticket
        from unnest(p_id) with ordinality as i (id, ord);
    perform record_conversations(p_operation, p_id, p_seq, n.kinds, n.statuses, n.owners, n.teams, n.priorities,
        n.labels, n.untils, n.data, p_reason, p_note)
    from (
        select array_agg('escalated'::text) as kinds, array_agg(c.status order by i.ord) as statuses,
            array_agg(c.owner_id order by i.ord) as owners,
            array_agg(c.team_id order by i.ord) as teams, array_agg(c.priority order by i.ord) as priorities,
            array_agg(array_to_string(c.labels, ',') order by i.ord) as labels,
                array_agg(c.snoozed_until order by i.ord) as untils,
            array_agg(jsonb_build_object('ticket', i.ticket_id) order by i.ord) as data
        from unnest(p_id, v_ticket) with ordinality as i (id, ticket_id, ord) left join conversation c on c.id = i.id
    ) n;
    return query
    with input as materialized (
        select i.id as conversation_id, i.ticket_id, app_now() as at, coalesce(p_team, c.team_id) as team_id,
            jsonb_strip_nulls(jsonb_build_object('conversation', i.id, 'category', p_category)) as data
        from unnest(p_id, v_ticket) as i (id, ticket_id) join conversation c on c.id = i.id
    ), written as (
        insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, status, owner_id, team_id,
            priority, until_at, data, hash)
        select 'ticket', i.ticket_id, 1, i.at, 'ticket_opened', op.actor_id, op.id, 'open', p_owner, i.team_id,
            p_priority, p_due, i.data,
            event_hash('', op.digest, 'ticket', i.ticket_id, 1, i.at, 'ticket_opened', op.actor_id, op.id, 'open',
                p_owner, i.team_id, p_priority, null, p_due,
                null, null, null, i.data)
        from input i
        returning event.subject_id, event.hash
    )
    insert into ticket (id, conversation_id, owner_id, team_id, priority, status, due_at, category, seq, head,
        head_at, opened_at, opened_by)
    select i.ticket_id, i.conversation_id, p_owner, i.team_id, p_priority, 'open', p_due, p_category, 1, w.hash, i.at,
        i.at, op.actor_id
    from input i join written w on w.subject_id = i.ticket_id
    returning ticket.id, ticket.conversation_id;
end $$;

-- Changes tickets. Writes one event for each ticket. Makes all changes or none.
create or replace function record_tickets(
    p_operation bigint, p_id bigint[], p_seq int[], p_kind text, p_status text[], p_owner bigint[], p_team bigint[],
        p_priority text[], p_due timestamptz[],
    p_category text[], p_reason text, p_note jsonb
) returns table (id bigint, seq int, at timestamptz)
language plpgsql security definer set search_path from current as $$
#variable_conflict use_column
declare
    op operation := current_operation(p_operation);
    me agent;
    bad record;
    v_reason bigint;
    v_reason_commitment bytea;
    v_note_of bigint[] := '{}';
    v_note bigint[] := '{}';
    v_note_commitment bytea[] := '{}';
    v_note_at timestamptz[] := '{}';
begin
    select * into me from agent where id = op.actor_id;
    if p_kind is null or p_kind not in ('ticket_assigned', 'ticket_set', 'ticket_noted') then
        raise exception using errcode = 'IB001', message = format('a ticket cannot have the event "%s"', p_kind);
    end if;
    perform 1 from ticket t where t.id = any (p_id) order by t.id for no key update;
    perform 1 from agent a where a.id = any (p_owner) order by a.id for share;
    select j.* into bad from (
        select i.id, t.owner_id,
            case
            when t.id is null then 'IB003'
            when t.seq is distinct from i.seq then 'changed'
            when i.owner_id is distinct from t.owner_id and i.owner_id is not null
                and not exists (select 1 from agent a where a.id = i.owner_id and a.disabled_at is null
                    and a.role not in ('viewer', 'system')) then 'target'
            when i.team_id <> t.team_id and not exists (select 1 from team g where g.id = i.team_id
                and g.disabled_at is null) then 'target'
            when (i.owner_id is distinct from t.owner_id or i.team_id <> t.team_id) and p_kind <> 'ticket_assigned'
                then 'shape'
            when (i.status <> t.status or i.priority <> t.priority or i.due_at is distinct from t.due_at
                or i.category is distinct from t.category)
                and p_kind <> 'ticket_set' then 'shape'
            when me.disabled_at is not null then 'IB004'
            when me.role in ('supervisor', 'admin') or p_kind = 'ticket_noted' and me.role in ('agent', 'bot') then null
            when me.role in ('agent', 'bot')
                and (t.owner_id = me.id or t.owner_id is null and t.team_id = any (me.teams)) then null
            else 'IB004' end as why
        from unnest(p_id, p_seq, p_status, p_owner, p_team, p_priority, p_due, p_category)
                as i (id, seq, status, owner_id, team_id, priority, due_at, category)
            left join ticket t on t.id = i.id
    ) j where j.why is not null
    limit 1;
    if found then
        raise exception using
            errcode = case bad.why when 'IB003' then 'IB003' when 'IB004' then 'IB004' when 'shape' then 'IB001'
                else 'IB005' end,
            message = case bad.why
                when 'IB003' then format('no ticket T-%s', bad.id)
                when 'changed' then format('T-%s was changed by someone else meanwhile', bad.id)
                when 'target' then format('T-%s cannot be given to a disabled agent or team, or to a viewer',
                    bad.id)
                when 'shape' then format('the event "%s" does not say what would change in T-%s', p_kind, bad.id)
                else format('%s (%s) may not change T-%s, %s', me.handle, me.role, bad.id,
                    coalesce('owned by ' || (select a.handle from agent a where a.id = bad.owner_id),
                        'which is another team''s')) end;
    end if;
    if p_note is null and p_kind = 'ticket_noted' then
        raise exception using errcode = 'IB001', message = 'the event "ticket_noted" has a note',
            hint = 'inbox ticket note T-1 TEXT writes both';
    end if;
    if p_note is null and exists (
        select 1
        from unnest(p_id, p_status, p_owner, p_team, p_priority, p_due, p_category)
                as i (id, status, owner_id, team_id, priority, due_at, category)
            join ticket t on t.id = i.id
        where (i.status, i.owner_id, i.team_id, i.priority, i.due_at, i.category)
            is not distinct from (t.status, t.owner_id, t.team_id, t.priority, t.due_at, t.category)) then
        raise exception using errcode = 'IB005', message = 'a ticket would not change';
    end if;
    if p_reason is not null then
        select r.reason_id, r.commitment into v_reason, v_reason_commitment from write_reason(p_reason) r;
    end if;
    if p_note is not null then
        select array_agg(w.ticket_id), array_agg(w.note_id), array_agg(w.commitment), array_agg(w.at) into v_note_of,
            v_note, v_note_commitment, v_note_at
        from write_notes(op.actor_id, (select array_agg(t.conversation_id order by t.id) from ticket t
            where t.id = any (p_id)),
            (select array_agg(t.id order by t.id) from ticket t where t.id = any (p_id)), p_note) w;
    end if;
    return query
    with timed as (
        select i.*, t.seq + 1 as seq, t.head as prev,
            coalesce(n.note_at, greatest(app_now(), t.head_at + interval '1 microsecond')) as at, n.note_id,
            n.note_commitment,
            jsonb_strip_nulls(jsonb_build_object('conversation', t.conversation_id, 'category', i.category)) as data
        from unnest(p_id, p_status, p_owner, p_team, p_priority, p_due, p_category) as i (id, status, owner_id,
            team_id, priority, due_at, category)
            join ticket t on t.id = i.id
            left join unnest(v_note_of, v_note, v_note_commitment, v_note_at) as n (ticket_id, note_id,
                note_commitment, note_at) on n.ticket_id = i.id
    ), written as (
        insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, status, owner_id, team_id,
            priority, until_at, data,
            reason_id, reason_commitment, note_id, note_commitment, hash)
        select 'ticket', t.id, t.seq, t.at, p_kind, op.actor_id, op.id, t.status, t.owner_id, t.team_id, t.priority,
            t.due_at, t.data,
            v_reason, v_reason_commitment, t.note_id, t.note_commitment,
            event_hash(t.prev, op.digest, 'ticket', t.id, t.seq, t.at, p_kind, op.actor_id, op.id, t.status,
                t.owner_id, t.team_id, t.priority, null, t.due_at,
                null, v_reason_commitment, t.note_commitment, t.data)
        from timed t
        returning event.subject_id, event.seq, event.at, event.status, event.owner_id, event.team_id, event.priority,
            event.until_at, event.data, event.hash
    )
    update ticket t set status = w.status, owner_id = w.owner_id, team_id = w.team_id, priority = w.priority,
        due_at = w.until_at,
        category = w.data ->> 'category', seq = w.seq, head = w.hash, head_at = w.at,
        closed_at = case when w.status in ('resolved', 'closed') then coalesce(t.closed_at, w.at) end
    from written w where t.id = w.subject_id
    returning t.id, t.seq, t.head_at;
end $$;
