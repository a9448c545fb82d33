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
    foreach t in array array['event', 'attempt', 'superseded'] loop
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

-- Whether the event that says that a contact is forgotten is of this transaction: what it covers may be erased.
create function being_forgotten(p_contact bigint) returns boolean language sql stable set search_path from current as $$
    select exists (select 1 from contact k join event e on e.subject = 'contact' and e.subject_id = k.id and e.seq = k.seq
        where k.id = p_contact and e.kind = 'forgotten' and e.hash = k.head and e.xid = pg_current_xact_id())
$$;

-- The contact of a conversation or ticket.
create function contact_of(p_subject text, p_id bigint) returns bigint language sql stable set search_path from current as $$
    select c.contact_id from conversation c where c.id = case p_subject when 'conversation' then p_id when 'ticket' then (select t.conversation_id from ticket t where t.id = p_id) end
$$;

-- What was written stays. Forgetting a contact empties text and salt, all of them, and leaves the commitment.
create function guard_text() returns trigger
language plpgsql set search_path from current set enable_nestloop = off as $$
declare
    v_text text[] := '{body,salt,order_id,courier,tracking_no,tried}';
    v_changed boolean;
begin
    select coalesce(bool_or(o.id is null or n.id is null or n.salt is not null or jsonb_strip_nulls(to_jsonb(n)) ?| v_text
        or to_jsonb(o) - v_text is distinct from to_jsonb(n) - v_text), false) into v_changed
    from old_rows o full join new_rows n on n.id = o.id;
    if not v_changed and tg_table_name = 'note' then
        v_changed := exists (select 1 from new_rows n where being_forgotten(contact_of('conversation', n.conversation_id)) is not true);
    elsif not v_changed then
        v_changed := exists (select 1 from new_rows n
            where not exists (select 1 from event e where e.reason_id = n.id and being_forgotten(contact_of(e.subject, e.subject_id))));
    end if;
    if v_changed then
        raise exception using errcode = 'IB001', message = format('a %s is never changed', tg_table_name), hint = 'a new one can replace it: inbox note C-1 TEXT --replaces N';
    end if;
    return null;
end $$;
create trigger never_changed after update on note referencing old table as old_rows new table as new_rows for each statement execute function guard_text();
create trigger never_changed after update on reason referencing old table as old_rows new table as new_rows for each statement execute function guard_text();

-- What a message says stays, unless more is known of it: the version before is kept as its commitment. Its text is erased where its contact is
-- being forgotten, or where it is older than the workspace keeps texts.
create function guard_message() returns trigger
language plpgsql security definer set search_path from current set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    bad bigint;
begin
    select coalesce(n.id, o.id) into bad
    from new_rows n full join old_rows o on o.id = n.id
    where case
        when n.id is null or o.id is null or n.channel_id <> o.channel_id then true
        when (n.rank, n.wamid, n.kind, n.at, n.direction, n.author, n.commitment, n.xid, n.salt, n.text, n.summary, n.raw, n.reply_to, n.target)
            is not distinct from (o.rank, o.wamid, o.kind, o.at, o.direction, o.author, o.commitment, o.xid, o.salt, o.text, o.summary, o.raw, o.reply_to, o.target) then false
        when n.rank > o.rank or n.rank = 0 and o.rank = 0 and n.salt is not null then
            n.wamid <> o.wamid or n.xid <> pg_current_xact_id() or n.rank = 5 and n.kind <> 'call'
            or n.commitment is distinct from sha256(n.salt || message_text(n.wamid, n.kind, n.at, n.direction, n.author, n.text, n.summary, n.raw))
        else (n.rank, n.kind, n.at, n.direction, n.author, n.commitment, n.xid) is distinct from (o.rank, o.kind, o.at, o.direction, o.author, o.commitment, o.xid)
            or coalesce(n.salt, convert_to(n.text, 'UTF8'), convert_to(n.summary, 'UTF8'), convert_to(n.raw, 'UTF8')) is not null
            or not (being_forgotten(n.contact_id) or (n.wamid, n.reply_to, n.target) is not distinct from (o.wamid, o.reply_to, o.target)
                and n.at < coalesce(kept_since('retention_messages'), '-infinity'))
        end
    limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('what message %s says is never changed', bad),
            hint = 'inbox contact forget erases a customer''s texts, the setting retention_messages those that are old';
    end if;
    insert into superseded (message_id, xid, rank, at, commitment)
    select o.id, o.xid, o.rank, o.at, o.commitment from old_rows o join new_rows n on n.id = o.id where n.xid <> o.xid
    on conflict do nothing;
    return null;
end $$;
create trigger never_changed after update on message referencing old table as old_rows new table as new_rows for each statement execute function guard_message();

-- A contact's chain is what its events say, and one that is forgotten stays so.
create function guard_contact() returns trigger language plpgsql set search_path from current as $$
begin
    if new.seq <> coalesce((select max(e.seq) from event e where e.subject = 'contact' and e.subject_id = new.id), 0)
        or new.head is distinct from (select e.hash from event e where e.subject = 'contact' and e.subject_id = new.id and e.seq = new.seq)
        or new.head_at is distinct from (select e.at from event e where e.subject = 'contact' and e.subject_id = new.id and e.seq = new.seq)
        or new.forgotten_at is distinct from (select max(e.at) from event e where e.subject = 'contact' and e.subject_id = new.id and e.kind = 'forgotten')
        or new.forgotten_at is not null and coalesce(new.name, new.username, new.marketing) is not null then
        raise exception using errcode = 'IB001', message = format('contact %s would change without the event that says so', new.id),
            hint = 'inbox contact forget writes both';
    end if;
    return null;
end $$;
create trigger event_says_so_update after update on contact for each row
    when (new.forgotten_at is not null or old.forgotten_at is not null or (old.seq, old.head, old.head_at) is distinct from (new.seq, new.head, new.head_at))
    execute function guard_contact();
create trigger event_says_so_insert after insert on contact for each row
    when (new.forgotten_at is not null or new.seq <> 0 or new.head is not null or new.head_at is not null) execute function guard_contact();

-- Nothing is learned of somebody who is forgotten: he is a new contact.
create function guard_alias() returns trigger language plpgsql set search_path from current as $$
declare
    bad bigint;
begin
    select k.id into bad from new_rows n join contact k on k.id = n.contact_id where k.forgotten_at is not null limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('contact %s is forgotten and gets no id again', bad);
    end if;
    return null;
end $$;
create trigger not_forgotten_insert after insert on contact_alias referencing new table as new_rows for each statement execute function guard_alias();
create trigger not_forgotten_update after update on contact_alias referencing new table as new_rows for each statement execute function guard_alias();

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
        left join contact k on n.subject = 'contact' and k.id = n.subject_id
    where n.subject = 'conversation' and c.seq is distinct from n.seq or n.subject = 'ticket' and t.seq is distinct from n.seq
        or n.subject = 'contact' and (k.seq, k.head) is distinct from (n.seq, n.hash)
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

-- An operation is finished once and not changed after, but for a stored result, or a key, that is erased.
create function guard_operation() returns trigger
language plpgsql set search_path from current set enable_nestloop = off as $$
declare
    bad bigint;
begin
    select coalesce(o.id, n.id) into bad
    from old_rows o full join new_rows n on n.id = o.id
    where o.id is null or n.id is null
        or to_jsonb(o) - '{key,selected,changed,result,exit,finished_at}'::text[] is distinct from to_jsonb(n) - '{key,selected,changed,result,exit,finished_at}'::text[]
        or o.finished_at is not null and (to_jsonb(o) - '{key,result}'::text[] is distinct from to_jsonb(n) - '{key,result}'::text[]
            or n.result is not null and n.result is distinct from o.result or n.key is not null and n.key is distinct from o.key)
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
