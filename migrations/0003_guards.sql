-- What holds for everybody, the schema's owner included: statement triggers, each with indexed look-ups inside the schema.

create function guard_append_only() returns trigger language plpgsql set search_path from current as $$
begin
    raise exception using errcode = 'IB001', message = format('%s of %s is refused: it is append-only', lower(tg_op), tg_table_name),
        hint = 'a mistake is mended by a new event: inbox undo OPERATION';
end $$;

do $$
declare
    t text;
begin
    foreach t in array array['event', 'attempt'] loop
        execute format('create trigger append_only before update or delete on %I for each statement execute function guard_append_only()', t);
        execute format('create trigger append_only_truncate before truncate on %I for each statement execute function guard_append_only()', t);
    end loop;
    foreach t in array array['conversation', 'ticket', 'leg', 'phase', 'note', 'reason', 'operation', 'handoff', 'setting', 'store', 'team', 'agent', 'acting', 'channel', 'handle',
        'contact', 'message'] loop
        execute format('create trigger no_delete before delete on %I for each statement execute function guard_append_only()', t);
        execute format('create trigger no_truncate before truncate on %I for each statement execute function guard_append_only()', t);
    end loop;
end $$;

-- The audited columns of a conversation are those of its newest event, whose hash is its head; no event stands beyond it.
-- Join methods are pinned: the plan is kept for the session, and the first statement may have had one row and the next ten thousand.
create function guard_conversation() returns trigger
language plpgsql set search_path from current set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    bad bigint;
begin
    select n.id into bad
    from new_rows n
        left join lateral (select * from event x where x.subject = 'conversation' and x.subject_id = n.id order by x.seq desc limit 1) e on true
    where e.seq is distinct from n.seq or e.hash is distinct from n.head or e.at is distinct from n.head_at
        or (e.status, e.owner_id, e.team_id, e.priority, e.labels, e.until_at) is distinct from (n.status, n.owner_id, n.team_id, n.priority, n.labels, n.snoozed_until)
    limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('C-%s would change without the event that says so', bad),
            hint = 'conversations are changed through the inbox program, which writes both';
    end if;
    return null;
end $$;
create trigger event_says_so_update after update on conversation referencing new table as new_rows for each statement execute function guard_conversation();
create trigger event_says_so_insert after insert on conversation referencing new table as new_rows for each statement execute function guard_conversation();

create function guard_ticket() returns trigger
language plpgsql set search_path from current set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    bad bigint;
begin
    select n.id into bad
    from new_rows n
        left join lateral (select * from event x where x.subject = 'ticket' and x.subject_id = n.id order by x.seq desc limit 1) e on true
    where e.seq is distinct from n.seq or e.hash is distinct from n.head or e.at is distinct from n.head_at
        or (e.status, e.owner_id, e.team_id, e.priority, e.until_at, e.data ->> 'category', (e.data ->> 'conversation')::bigint)
            is distinct from (n.status, n.owner_id, n.team_id, n.priority, n.due_at, n.category, n.conversation_id)
    limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('T-%s would change without the event that says so', bad),
            hint = 'tickets are changed through the inbox program, which writes both';
    end if;
    return null;
end $$;
create trigger event_says_so_update after update on ticket referencing new table as new_rows for each statement execute function guard_ticket();
create trigger event_says_so_insert after insert on ticket referencing new table as new_rows for each statement execute function guard_ticket();

-- An administered row is what its newest event holds.
create function guard_noun() returns trigger
language plpgsql set search_path from current set timezone = 'UTC' as $$
declare
    bad bigint;
begin
    select n.id into bad
    from new_rows n left join event e on e.subject = tg_table_name and e.subject_id = n.id and e.seq = n.seq
    where e.hash is distinct from n.head or e.at is distinct from n.head_at
        or e.data is distinct from to_jsonb(n) - '{seq,head,head_at,noun}'::text[]
        or exists (select 1 from event x where x.subject = tg_table_name and x.subject_id = n.id and x.seq = n.seq + 1)
    limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('%s %s would change without the event that says so', tg_table_name, bad),
            hint = 'it is changed through the inbox program, which writes both';
    end if;
    return null;
end $$;

do $$
declare
    t text;
begin
    foreach t in array array['setting', 'store', 'team', 'agent', 'acting', 'channel'] loop
        execute format('create trigger event_says_so_update after update on %I referencing new table as new_rows for each statement execute function guard_noun()', t);
        execute format('create trigger event_says_so_insert after insert on %I referencing new table as new_rows for each statement execute function guard_noun()', t);
    end loop;
end $$;

-- A leg or phase can be closed once and nothing else. One function each, with every column by name: comparing whole rows as JSON costs as much as
-- all the other guards of a bulk change.
create function guard_leg_closed_once() returns trigger
language plpgsql set search_path from current set enable_nestloop = off as $$
declare
    bad bigint;
begin
    select n.conversation_id into bad
    from old_rows o full join new_rows n on n.conversation_id = o.conversation_id and n.seq = o.seq
    where o.conversation_id is null or n.conversation_id is null or o.to_at is not null or n.to_at is null
        or (o.agent_id, o.team_id, o.how, o.from_at, o.operation_id) is distinct from (n.agent_id, n.team_id, n.how, n.from_at, n.operation_id)
    limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('a leg of C-%s can be closed once and nothing else', bad);
    end if;
    return null;
end $$;
create trigger closed_once after update on leg referencing old table as old_rows new table as new_rows for each statement execute function guard_leg_closed_once();

create function guard_phase_closed_once() returns trigger
language plpgsql set search_path from current set enable_nestloop = off as $$
declare
    bad bigint;
begin
    select n.conversation_id into bad
    from old_rows o full join new_rows n on n.conversation_id = o.conversation_id and n.seq = o.seq
    where o.conversation_id is null or n.conversation_id is null or o.to_at is not null or n.to_at is null
        or (o.status, o.from_at) is distinct from (n.status, n.from_at)
    limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('a phase of C-%s can be closed once and nothing else', bad);
    end if;
    return null;
end $$;
create trigger closed_once after update on phase referencing old table as old_rows new table as new_rows for each statement execute function guard_phase_closed_once();

-- A new leg or phase is what its conversation's newest event says, and begins where the one before ends.
create function guard_leg() returns trigger
language plpgsql set search_path from current set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    bad bigint;
begin
    select n.conversation_id into bad
    from new_rows n left join conversation c on c.id = n.conversation_id
        left join event e on e.subject = 'conversation' and e.subject_id = c.id and e.seq = c.seq
        left join leg p on p.conversation_id = n.conversation_id and p.seq = n.seq - 1
    where n.to_at is not null or e.operation_id is distinct from n.operation_id
        or (e.owner_id, e.team_id, e.how, e.at) is distinct from (n.agent_id, n.team_id, n.how, n.from_at)
        or (n.seq > 1 or c.seq > 1) and p.to_at is distinct from n.from_at
    limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('a leg of C-%s would begin without the event that says so', bad);
    end if;
    return null;
end $$;
create trigger event_says_so_insert after insert on leg referencing new table as new_rows for each statement execute function guard_leg();

create function guard_phase() returns trigger
language plpgsql set search_path from current set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    bad bigint;
begin
    select n.conversation_id into bad
    from new_rows n left join conversation c on c.id = n.conversation_id
        left join event e on e.subject = 'conversation' and e.subject_id = c.id and e.seq = c.seq
        left join phase p on p.conversation_id = n.conversation_id and p.seq = n.seq - 1
    where n.to_at is not null or (e.status, e.at) is distinct from (n.status, n.from_at)
        or (n.seq > 1 or c.seq > 1) and p.to_at is distinct from n.from_at
    limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('a phase of C-%s would begin without the event that says so', bad);
    end if;
    return null;
end $$;
create trigger event_says_so_insert after insert on phase referencing new table as new_rows for each statement execute function guard_phase();

-- What was written stays; erasing a customer's text empties body and salt and leaves the commitment.
create function guard_text() returns trigger
language plpgsql set search_path from current set enable_nestloop = off as $$
begin
    if exists (
        select 1 from old_rows o full join new_rows n on n.id = o.id
        where o.id is null or n.id is null or n.salt is not null
            or to_jsonb(o) - '{body,salt,order_id,courier,tracking_no,tried}'::text[] is distinct from to_jsonb(n) - '{body,salt,order_id,courier,tracking_no,tried}'::text[]
    ) then
        raise exception using errcode = 'IB001', message = format('a %s is never changed', tg_table_name), hint = 'a new one can replace it: inbox note C-1 TEXT --replaces N';
    end if;
    return null;
end $$;
create trigger never_changed after update on note referencing old table as old_rows new table as new_rows for each statement execute function guard_text();
create trigger never_changed after update on reason referencing old table as old_rows new table as new_rows for each statement execute function guard_text();

-- A leg or phase ends with the event that ends it.
create function guard_ends() returns trigger
language plpgsql set search_path from current set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    bad bigint;
begin
    select n.conversation_id into bad
    from new_rows n left join conversation c on c.id = n.conversation_id
        left join event e on e.subject = 'conversation' and e.subject_id = c.id and e.seq = c.seq
    where e.at is distinct from n.to_at or tg_table_name = 'leg' and e.how is null
    limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('a %s of C-%s would end without the event that says so', tg_table_name, bad);
    end if;
    return null;
end $$;
create trigger event_says_so_update after update on leg referencing new table as new_rows for each statement execute function guard_ends();
create trigger event_says_so_update after update on phase referencing new table as new_rows for each statement execute function guard_ends();

-- No event without its change: the row stands at it when the statement ends.
create function guard_event() returns trigger
language plpgsql set search_path from current set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    bad record;
begin
    select n.subject, n.subject_id, n.kind into bad
    from new_rows n left join conversation c on n.subject = 'conversation' and c.id = n.subject_id left join ticket t on n.subject = 'ticket' and t.id = n.subject_id
    where n.subject = 'conversation' and c.seq is distinct from n.seq or n.subject = 'ticket' and t.seq is distinct from n.seq
    limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('the event "%s" of %s %s would say what did not happen', bad.kind, bad.subject, bad.subject_id);
    end if;
    return null;
end $$;
create trigger happened after insert on event referencing new table as new_rows for each statement execute function guard_event();

-- The rows of administered nouns follow their events, so these wait for the commit. They are few.
create function guard_noun_event() returns trigger language plpgsql set search_path from current as $$
declare
    v_seq int;
begin
    execute format('select seq from %I where id = $1', new.subject) into v_seq using new.subject_id;
    if v_seq is null or v_seq < new.seq then
        raise exception using errcode = 'IB001', message = format('the event "%s" of %s %s would say what did not happen', new.kind, new.subject, new.subject_id);
    end if;
    return null;
end $$;
create constraint trigger happened_to_noun after insert on event deferrable initially deferred for each row
    when (new.subject in ('setting', 'store', 'team', 'agent', 'acting', 'channel')) execute function guard_noun_event();

-- An operation is finished once and not changed after, but for a stored result that is erased.
create function guard_operation() returns trigger
language plpgsql set search_path from current set enable_nestloop = off as $$
declare
    bad bigint;
begin
    select coalesce(o.id, n.id) into bad
    from old_rows o full join new_rows n on n.id = o.id
    where o.id is null or n.id is null
        or to_jsonb(o) - '{key,selected,changed,result,exit,finished_at}'::text[] is distinct from to_jsonb(n) - '{key,selected,changed,result,exit,finished_at}'::text[]
        or o.finished_at is not null and (to_jsonb(o) - 'result' is distinct from to_jsonb(n) - 'result' or n.result is not null and n.result is distinct from o.result)
    limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('O-%s is never changed', bad), hint = 'what it did can be undone: inbox undo';
    end if;
    return null;
end $$;
create trigger never_changed after update on operation referencing old table as old_rows new table as new_rows for each statement execute function guard_operation();

-- An offer is decided once and nothing else.
create function guard_handoff() returns trigger
language plpgsql set search_path from current set enable_nestloop = off as $$
declare
    bad bigint;
begin
    select coalesce(o.conversation_id, n.conversation_id) into bad
    from old_rows o full join new_rows n on n.id = o.id
    where o.id is null or n.id is null or o.state <> 'offered' or n.state = 'offered'
        or to_jsonb(o) - '{state,decided_at,decided_by}'::text[] is distinct from to_jsonb(n) - '{state,decided_at,decided_by}'::text[]
    limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('the offer of C-%s is decided once and not changed', bad);
    end if;
    return null;
end $$;
create trigger decided_once after update on handoff referencing old table as old_rows new table as new_rows for each statement execute function guard_handoff();
