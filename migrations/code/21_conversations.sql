-- The only functions that change conversations. They run with the rights of the schema's owner,
-- derive the actor from the login, and write the event together with the change.

-- Changes conversations. Writes one event for each conversation, and the resulting row, legs,
-- phases and offers. Makes all changes or none.
create or replace function record_conversations(
    p_operation bigint, p_id bigint[], p_seq int[], p_kind text[], p_status text[], p_owner bigint[], p_team bigint[],
        p_priority text[],
    p_labels text[], p_until timestamptz[], p_data jsonb[], p_reason text, p_note jsonb
) returns table (id bigint, seq int, at timestamptz)
language plpgsql security definer set search_path from current as $$
#variable_conflict use_column
declare
    op operation := current_operation(p_operation);
    bad record;
    v_reason bigint;
    v_reason_commitment bytea;
    v_note_of bigint[];
    v_note bigint[];
    v_note_commitment bytea[];
    v_note_at timestamptz[];
    v_id bigint[];
    v_seq int[];
    v_at timestamptz[];
    v_kind text[];
    v_status text[];
    v_old_status text[];
    v_owner bigint[];
    v_team bigint[];
    v_how text[];
    v_data jsonb[];
    -- whether owners or teams change, whether statuses change, whether offers are created or
    -- decided
    v_moves boolean;
    v_turns boolean;
    v_offers boolean;
begin
    -- The rows are locked in the common lock order. The lock is cheap if the caller already has it.
    perform 1 from conversation c where c.id = any (p_id) order by c.id for no key update;
    -- The new owners are locked, so that no other session can disable them before this transaction
    -- commits. Otherwise each transaction would see the state before the other.
    perform 1 from agent a where a.id = any (p_owner) order by a.id for share;
    select r.* into bad from refusals(op, p_id, p_seq, p_kind, p_status, p_owner, p_team, p_priority, p_labels,
        p_until, p_data) r limit 1;
    if found then
        raise exception using errcode = bad.code, message = bad.message,
            hint = case bad.code when 'IB004' then 'agents can change conversations they own or that are unassigned '
                'in their teams; ask a supervisor' else '' end;
    end if;
    if p_note is null and 'noted' = any (p_kind) then
        raise exception using errcode = 'IB001', message = 'the event "noted" has a note',
            hint = 'inbox note C-1 TEXT writes both';
    end if;
    if p_reason is not null then
        select r.reason_id, r.commitment into v_reason, v_reason_commitment from write_reason(p_reason) r;
    end if;
    if p_note is not null then
        select array_agg(w.conversation_id), array_agg(w.note_id), array_agg(w.commitment),
            array_agg(w.at) into v_note_of, v_note, v_note_commitment, v_note_at
        from write_notes(op.actor_id, p_id, null, p_note) w;
    end if;
    with timed as (
        select i.*, c.seq + 1 as seq, c.head as prev,
            coalesce(n.note_at, greatest(app_now(), c.head_at + interval '1 microsecond')) as at,
            c.status as old_status,
            case when i.owner_id is distinct from c.owner_id or i.team_id is distinct from c.team_id
                then coalesce(k.how, 'auto') end as how,
            string_to_array(i.labels, ',') as label_array, n.note_id, n.note_commitment
        from unnest(p_id, p_kind, p_status, p_owner, p_team, p_priority, p_labels, p_until, p_data)
                as i (id, kind, status, owner_id, team_id, priority, labels, until_at, data)
            join conversation c on c.id = i.id
            left join rules() k on k.subject = 'conversation' and k.kind = i.kind
            left join unnest(v_note_of, v_note, v_note_commitment, v_note_at)
                as n (conversation_id, note_id, note_commitment, note_at) on n.conversation_id = i.id
    ), hashed as (
        select t.*, event_hash(t.prev, op.digest, 'conversation', t.id, t.seq, t.at, t.kind, op.actor_id, op.id,
            t.status, t.owner_id, t.team_id, t.priority, t.label_array, t.until_at, t.how, v_reason_commitment,
            t.note_commitment, t.data) as hash
        from timed t
    ), written as (
        insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, status, owner_id, team_id,
            priority, labels, until_at, how, data, reason_id, reason_commitment, note_id, note_commitment, hash)
        select 'conversation', t.id, t.seq, t.at, t.kind, op.actor_id, op.id, t.status, t.owner_id, t.team_id,
            t.priority, t.label_array, t.until_at, t.how, t.data,
            v_reason, v_reason_commitment, t.note_id, t.note_commitment, t.hash
        from hashed t
    ), changed as (
        update conversation c set status = t.status, owner_id = t.owner_id, team_id = t.team_id,
            priority = t.priority, labels = t.label_array, snoozed_until = t.until_at,
            seq = t.seq, head = t.hash, head_at = t.at,
            resolved_at = case when t.status = 'resolved' then coalesce(c.resolved_at, t.at) end,
            waiting_since = case when t.status <> 'resolved' then c.waiting_since end
        from hashed t
        where c.id = t.id
        returning t.id, t.seq, t.at, t.kind, t.status, t.old_status, t.owner_id, t.team_id, t.how, t.data
    )
    select array_agg(t.id), array_agg(t.seq), array_agg(t.at), array_agg(t.kind), array_agg(t.status),
        array_agg(t.old_status), array_agg(t.owner_id), array_agg(t.team_id), array_agg(t.how), array_agg(t.data),
        coalesce(bool_or(t.how is not null), false), coalesce(bool_or(t.status <> t.old_status), false),
        coalesce(bool_or(t.kind in ('handoff_offered', 'handoff_declined', 'handoff_expired')), false)
    into v_id, v_seq, v_at, v_kind, v_status, v_old_status, v_owner, v_team, v_how, v_data, v_moves, v_turns, v_offers
    from changed t;
    -- Each of these statements runs only if it has work. The plan of a statement and its guards
    -- costs time in every session.
    if v_moves then
        with moved as (
            update leg l set to_at = w.at
            from unnest(v_id, v_at, v_owner, v_team, v_how) as w (id, at, owner_id, team_id, how)
            where w.how is not null and l.conversation_id = w.id and l.to_at is null
            returning l.conversation_id, l.seq + 1 as seq, w.owner_id, w.team_id, w.how, w.at
        )
        insert into leg (conversation_id, seq, agent_id, team_id, how, from_at, operation_id)
        select m.conversation_id, m.seq, m.owner_id, m.team_id, m.how, m.at, op.id from moved m;
    end if;
    if v_turns then
        with turned as (
            update phase p set to_at = w.at
            from unnest(v_id, v_at, v_status, v_old_status) as w (id, at, status, old_status)
            where w.status <> w.old_status and p.conversation_id = w.id and p.to_at is null
            returning p.conversation_id, p.seq + 1 as seq, w.status, w.at
        )
        insert into phase (conversation_id, seq, status, from_at)
        select u.conversation_id, u.seq, u.status, u.at from turned u;
        -- A resolve ends the customer's wait.
        update run r set ended_at = w.at, outcome = 'resolved'
        from unnest(v_id, v_at, v_status, v_old_status) as w (id, at, status, old_status)
        where w.status = 'resolved' and w.old_status <> 'resolved' and r.conversation_id = w.id and r.ended_at is null;
    end if;
    if (v_offers or v_moves or v_turns)
        and exists (select 1 from handoff h where h.conversation_id = any (v_id) and h.state = 'offered') then
        update handoff h
        set state = case w.kind when 'handoff_accepted' then 'accepted' when 'handoff_declined' then 'declined'
                when 'handoff_expired' then 'expired' else 'withdrawn' end,
            decided_at = w.at, decided_by = op.actor_id
        from unnest(v_id, v_at, v_kind, v_status, v_how) as w (id, at, kind, status, how)
        where h.conversation_id = w.id and h.state = 'offered'
            and (w.how is not null or w.status = 'resolved' or w.kind in ('handoff_declined', 'handoff_expired'));
    end if;
    if v_offers then
        insert into handoff (conversation_id, event_seq, offered_by, from_agent, to_agent, to_team, offered_at, due_at,
            state)
        select w.id, w.seq, op.actor_id, w.owner_id, (w.data ->> 'to_agent')::bigint, (w.data ->> 'to_team')::bigint,
            w.at, (w.data ->> 'due_at')::timestamptz, 'offered'
        from unnest(v_id, v_seq, v_at, v_kind, v_owner, v_data) as w (id, seq, at, kind, owner_id, data)
        where w.kind = 'handoff_offered';
    end if;
    return query select * from unnest(v_id, v_seq, v_at);
end $$;

-- Opens conversations, each with its first event, leg and phase. Only the login of `serve` may call
-- this function.
create or replace function open_conversations(
    p_operation bigint, p_channel bigint[], p_contact bigint[], p_owner bigint[], p_status text[],
        p_started_by text[], p_opened_at timestamptz[], p_data jsonb[]
) returns table (id bigint, channel_id bigint, contact_id bigint)
language plpgsql security definer set search_path from current as $$
#variable_conflict use_column
declare
    op operation := current_operation(p_operation);
begin
    if not exists (select 1 from agent a where a.id = op.actor_id and a.role = 'system') then
        raise exception using errcode = 'IB004', message = 'only serve opens conversations, as system';
    end if;
    perform 1 from agent a where a.id = any (p_owner) order by a.id for share;
    if exists (select 1 from unnest(p_owner) as o (id)
        where o.id is not null and not exists (select 1 from agent a where a.id = o.id and a.disabled_at is null
            and a.role not in ('viewer', 'system'))) then
        raise exception using errcode = 'IB005',
            message = 'a conversation cannot be opened for a disabled agent, or for a viewer';
    end if;
    return query
    with input as materialized (
        -- A conversation belongs to one customer permanently. The first event contains the
        -- customer.
        select nextval(pg_get_serial_sequence('conversation', 'id')) as id, ch.store_id, ch.team_id, app_now() as at,
            i.channel_id, i.contact_id, i.owner_id,
            i.status, i.started_by, i.opened_at, coalesce(i.why, '{}') || jsonb_build_object('channel', ch.id,
                'contact', i.contact_id, 'store', ch.store_id) as data
        from unnest(p_channel, p_contact, p_owner, p_status, p_started_by, p_opened_at, p_data)
                as i (channel_id, contact_id, owner_id, status, started_by, opened_at, why)
            join channel ch on ch.id = i.channel_id
    ), written as (
        insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, status, owner_id, team_id,
            priority, labels, how, data, hash)
        select 'conversation', i.id, 1, i.at, 'opened', op.actor_id, op.id, i.status, i.owner_id, i.team_id, 'normal',
            '{}', 'auto', i.data,
            event_hash('', op.digest, 'conversation', i.id, 1, i.at, 'opened', op.actor_id, op.id, i.status,
                i.owner_id, i.team_id, 'normal', '{}', null, 'auto',
                null, null, i.data)
        from input i
        returning event.subject_id, event.hash
    ), legs as (
        insert into leg (conversation_id, seq, agent_id, team_id, how, from_at, operation_id)
        select i.id, 1, i.owner_id, i.team_id, 'auto', i.at, op.id from input i
    ), phases as (
        insert into phase (conversation_id, seq, status, from_at) select i.id, 1, i.status, i.at from input i
    )
    insert into conversation (id, channel_id, contact_id, store_id, team_id, owner_id, status, priority, labels, seq,
        head, head_at, started_by, opened_at)
    select i.id, i.channel_id, i.contact_id, i.store_id, i.team_id, i.owner_id, i.status, 'normal', '{}', 1, w.hash,
        i.at, i.started_by, i.opened_at
    from input i join written w on w.subject_id = i.id
    returning conversation.id, conversation.channel_id, conversation.contact_id;
end $$;

-- Records takes that failed because another agent was first, after the rollback of their
-- transaction. Records at most 100 per minute for one agent and conversation, and 10,000 for one
-- agent.
create or replace function record_attempts(p_as text, p_id bigint[]) returns void
language plpgsql security definer set search_path from current as $$
declare
    me agent := acting_agent(p_as);
    t timestamptz := app_now();
begin
    if me.role in ('viewer', 'system') then
        raise exception using errcode = 'IB004', message = format('%s (%s) takes no conversations', me.handle, me.role);
    end if;
    insert into attempt (conversation_id, agent_id, owner_id, at)
    select c.id, me.id, c.owner_id, t
    from conversation c
        left join (
            select a.conversation_id, count(*) as count
            from attempt a
            where a.at > t - interval '1 minute' and a.agent_id = me.id
            group by a.conversation_id) r on r.conversation_id = c.id
    where c.id = any (p_id)
        and c.owner_id <> me.id
        and coalesce(r.count, 0) < 100
    order by c.id
    limit greatest(10000 - (select count(*) from attempt a where a.at > t - interval '1 minute'
        and a.agent_id = me.id), 0);
end $$;
