-- The guards: rules for every login, the schema's owner included. If possible, a guard runs once
-- for each statement, with look-ups by index inside the schema. After each statement or at commit,
-- the guards check that rows and events agree.

-- Refuses every statement.
create or replace function guard_append_only() returns trigger language plpgsql set search_path from current as $$
begin
    raise exception using errcode = 'IB001', message = format('%s of %s is refused: it is append-only', lower(tg_op),
        tg_table_name),
        hint = 'to correct a mistake, run: inbox undo OPERATION';
end $$;

-- The audited columns of a conversation must equal those of its newest event. The hash of that
-- event is the head of the conversation. Join methods are fixed, because a session keeps the plan.
-- The first statement may have one row and the next ten thousand.
create or replace function guard_conversation() returns trigger
language plpgsql set search_path from current set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    bad bigint;
begin
    select n.id into bad
    from new_rows n
        left join lateral (select * from event x where x.subject = 'conversation' and x.subject_id = n.id
            order by x.seq desc limit 1) e on true
    where e.seq is distinct from n.seq or e.hash is distinct from n.head or e.at is distinct from n.head_at
        or (e.status, e.owner_id, e.team_id, e.priority, e.labels, e.until_at)
            is distinct from (n.status, n.owner_id, n.team_id, n.priority, n.labels, n.snoozed_until)
    limit 1;
    if found then
        raise exception using errcode = 'IB001',
            message = format('C-%s would change without a matching event', bad),
            hint = 'conversations are changed through the inbox program, which writes both';
    end if;
    return null;
end $$;

-- The columns that a conversation got at its creation cannot change. The time of a resolve or of a
-- ticket's end is the time of its event. The condition is in the trigger, so that a bulk change
-- needs one comparison for each row and no lock.
create or replace function guard_fixed() returns trigger language plpgsql set search_path from current as $$
begin
    raise exception using errcode = 'IB001',
        message = format('%s-%s would change without a matching event', case tg_table_name when 'ticket'
            then 'T' else 'C' end, old.id);
end $$;

-- A conversation of a forgotten customer stays resolved, because nobody could answer the customer.
create or replace function guard_forgotten() returns trigger language plpgsql set search_path from current as $$
begin
    if exists (select 1 from contact k where k.id = new.contact_id and k.forgotten_at is not null) then
        raise exception using errcode = 'IB005',
            message = format('C-%s belongs to a customer who was forgotten, and stays resolved', new.id),
            hint = 'a new message of the customer opens a new conversation';
    end if;
    return null;
end $$;

-- A ticket must equal its newest event. Its first event contains the agent who opened it and the
-- time. The owner of an open ticket must be an agent who may own tickets, also when the ticket is
-- opened again.
create or replace function guard_ticket() returns trigger
language plpgsql set search_path from current set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    bad bigint;
begin
    select n.id into bad
    from new_rows n
        left join lateral (select * from event x where x.subject = 'ticket' and x.subject_id = n.id
            order by x.seq desc limit 1) e on true
        left join event f on f.subject = 'ticket' and f.subject_id = n.id and f.seq = 1
    where e.seq is distinct from n.seq or e.hash is distinct from n.head or e.at is distinct from n.head_at
        or (e.status, e.owner_id, e.team_id, e.priority, e.until_at, e.data ->> 'category',
            (e.data ->> 'conversation')::bigint)
            is distinct from (n.status, n.owner_id, n.team_id, n.priority, n.due_at, n.category, n.conversation_id)
        or (f.at, f.actor_id) is distinct from (n.opened_at, n.opened_by)
    limit 1;
    if found then
        raise exception using errcode = 'IB001',
            message = format('T-%s would change without a matching event', bad),
            hint = 'tickets are changed through the inbox program, which writes both';
    end if;
    -- This includes a ticket that is opened again.
    select n.id into bad from new_rows n join agent a on a.id = n.owner_id
    where n.closed_at is null and (a.disabled_at is not null or a.role in ('viewer', 'system')) limit 1;
    if found then
        raise exception using errcode = 'IB005',
            message = format('T-%s cannot be given to a disabled agent or team, or to a viewer', bad),
            hint = format('inbox ticket assign T-%s --to HANDLE assigns the ticket to another agent', bad);
    end if;
    return null;
end $$;

-- An administered row must equal its newest event. A null column and a column that is missing from
-- the event are equal, because the column was added later.
create or replace function guard_resource() returns trigger
language plpgsql set search_path from current set timezone = 'UTC' as $$
declare
    bad bigint;
begin
    select n.id into bad
    from new_rows n left join event e on e.subject = tg_table_name and e.subject_id = n.id and e.seq = n.seq
    where e.hash is distinct from n.head or e.at is distinct from n.head_at
        or present(e.data) is distinct from present(to_jsonb(n) - '{seq,head,head_at,noun}'::text[])
        or exists (select 1 from event x where x.subject = tg_table_name and x.subject_id = n.id and x.seq = n.seq + 1)
    limit 1;
    if found then
        raise exception using errcode = 'IB001',
            message = format('%s %s would change without a matching event', tg_table_name, bad),
            hint = 'it is changed through the inbox program, which writes both';
    end if;
    return null;
end $$;

-- The only allowed change of a leg is to close it once. Every column is compared by name. A
-- comparison of whole rows as JSON would cost as much as all other guards of a bulk change.
create or replace function guard_leg_closed_once() returns trigger
language plpgsql set search_path from current set enable_nestloop = off as $$
declare
    bad bigint;
begin
    select n.conversation_id into bad
    from old_rows o full join new_rows n on n.conversation_id = o.conversation_id and n.seq = o.seq
    where o.conversation_id is null or n.conversation_id is null or o.to_at is not null or n.to_at is null
        or (o.agent_id, o.team_id, o.how, o.from_at, o.operation_id)
            is distinct from (n.agent_id, n.team_id, n.how, n.from_at, n.operation_id)
    limit 1;
    if found then
        raise exception using errcode = 'IB001',
            message = format('a leg of C-%s can be closed once and nothing else', bad);
    end if;
    return null;
end $$;

-- The only allowed change of a phase is to close it once.
create or replace function guard_phase_closed_once() returns trigger
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
        raise exception using errcode = 'IB001',
            message = format('a phase of C-%s can be closed once and nothing else', bad);
    end if;
    return null;
end $$;

-- A new leg must equal its conversation's newest event, and begin at the end of the previous leg.
create or replace function guard_leg() returns trigger
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
        raise exception using errcode = 'IB001',
            message = format('a leg of C-%s would begin without a matching event', bad);
    end if;
    return null;
end $$;

-- A new phase must equal its conversation's newest event, and begin at the end of the previous
-- phase.
create or replace function guard_phase() returns trigger
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
        raise exception using errcode = 'IB001',
            message = format('a phase of C-%s would begin without a matching event', bad);
    end if;
    return null;
end $$;

-- The end of a leg or phase is the time of the event that closes it.
create or replace function guard_ends() returns trigger
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
        raise exception using errcode = 'IB001',
            message = format('a %s of C-%s would end without a matching event', tg_table_name, bad);
    end if;
    return null;
end $$;

-- A written text cannot change. When a contact is forgotten, all its texts and salts are erased,
-- and the commitments stay.
create or replace function guard_text() returns trigger
language plpgsql set search_path from current set enable_nestloop = off as $$
declare
    v_text text[] := '{body,salt,order_id,courier,tracking_no,tried}';
    v_changed boolean;
begin
    select coalesce(bool_or(o.id is null or n.id is null or n.salt is not null
        or jsonb_strip_nulls(to_jsonb(n)) ?| v_text
        or to_jsonb(o) - v_text is distinct from to_jsonb(n) - v_text), false) into v_changed
    from old_rows o full join new_rows n on n.id = o.id;
    if not v_changed and tg_table_name = 'note' then
        v_changed := exists (select 1 from new_rows n
            where being_forgotten(contact_of('conversation', n.conversation_id)) is not true);
    elsif not v_changed then
        v_changed := exists (select 1 from new_rows n
            where not exists (select 1 from event e where e.reason_id = n.id
                and being_forgotten(contact_of(e.subject, e.subject_id))));
    end if;
    if v_changed then
        raise exception using errcode = 'IB001', message = format('a %s is never changed', tg_table_name),
            hint = 'a new one can replace it: inbox note C-1 TEXT --replaces N';
    end if;
    return null;
end $$;

-- A new message must have its salted hash, its first version, and values that its rank allows.
create or replace function guard_new_message() returns trigger
language plpgsql security definer set search_path from current set enable_hashjoin = off
    set enable_mergejoin = off as $$
declare
    bad record;
begin
    select n.wamid,
        case
        when n.xid <> pg_current_xact_id() then 'a transaction of its own'
        when n.version <> 1 then 'no version before it'
        when not message_fits(n.rank, n.source, n.kind, n.direction, n.author)
            or n.rank = 0 and coalesce(n.text, n.raw) is not null then 'the source and author of its rank'
        when not message_bounded(n.wamid, n.kind, n.text, n.summary, n.raw, n.reply_to, n.target, n.salt)
            then 'texts of a webhook''s length'
        when n.salt is null or n.commitment <> sha256(n.salt || message_text(n.wamid, n.kind, n.at, n.direction,
            n.author,
            n.text, n.summary, n.raw)) then 'the salted hash of its content'
        when n.conversation_id is not null and (c.contact_id, c.channel_id)
            is distinct from (n.contact_id, n.channel_id)
            then 'the customer and channel of its conversation'
        end as lacks
    into bad
    from new_rows n left join conversation c on c.id = n.conversation_id
    where n.xid <> pg_current_xact_id()
        or n.version <> 1
        or not message_fits(n.rank, n.source, n.kind, n.direction, n.author)
        or n.rank = 0 and coalesce(n.text, n.raw) is not null
        or not message_bounded(n.wamid, n.kind, n.text, n.summary, n.raw, n.reply_to, n.target, n.salt)
        or n.salt is null
        or n.commitment <> sha256(n.salt || message_text(n.wamid, n.kind, n.at, n.direction, n.author, n.text,
            n.summary, n.raw))
        or n.conversation_id is not null and (c.contact_id, c.channel_id) is distinct from (n.contact_id, n.channel_id)
    limit 1;
    if found then
        raise exception using errcode = 'IB001',
            message = format('the message %s lacks %s', left(bad.wamid, 100), bad.lacks);
    end if;
    return null;
end $$;

-- From rank 4 on, only a call can change, when its end arrives. The customer and the source of a
-- message change only with a version of a higher rank. Every version is stored with its kind and
-- direction.
create or replace function guard_message() returns trigger
language plpgsql security definer set search_path from current set enable_hashjoin = off
    set enable_mergejoin = off as $$
declare
    bad bigint;
begin
    select coalesce(n.id, o.id) into bad
    from new_rows n full join old_rows o on o.id = n.id left join conversation c on c.id = n.conversation_id
    where case
        when n.id is null or o.id is null or n.channel_id <> o.channel_id then true
        when c.id is not null and (c.contact_id, c.channel_id) is distinct from (n.contact_id, n.channel_id) then true
        when (n.rank, n.wamid, n.kind, n.at, n.direction, n.author, n.commitment, n.xid, n.salt, n.text, n.summary,
            n.raw,
                n.reply_to, n.target, n.version)
            is not distinct from (o.rank, o.wamid, o.kind, o.at, o.direction, o.author, o.commitment, o.xid, o.salt,
                o.text,
                o.summary, o.raw, o.reply_to, o.target, o.version) then
            n.contact_id is distinct from coalesce(o.contact_id, n.contact_id)
            or n.conversation_id is distinct from coalesce(o.conversation_id, n.conversation_id)
            or (n.source, n.received_at, n.late, n.counts, n.agent_id, n.inferred)
                is distinct from (o.source, o.received_at, o.late, o.counts, o.agent_id, o.inferred)
        when n.rank > o.rank or n.rank = 0 and o.rank = 0 and n.salt is not null then
            n.wamid <> o.wamid or n.xid <> pg_current_xact_id() or n.version <> o.version + 1
            or not message_fits(n.rank, n.source, n.kind, n.direction, n.author)
            or not message_bounded(n.wamid, n.kind, n.text, n.summary, n.raw, n.reply_to, n.target, n.salt)
            or n.commitment is distinct from sha256(n.salt || message_text(n.wamid, n.kind, n.at, n.direction, n.author,
                n.text, n.summary, n.raw))
            or n.contact_id is distinct from coalesce(o.contact_id, n.contact_id)
            -- A customer's message gets a conversation when `counts` becomes true.
            or n.conversation_id is distinct from coalesce(o.conversation_id, n.conversation_id)
                and not (o.rank < 4 and n.direction = 'inbound' and n.counts and not o.counts)
            or n.rank = 0 and (n.at > o.at or coalesce(n.text, n.raw) is not null)
            or o.rank >= 4 and ((o.kind, n.kind) <> ('call', 'call') or n.at < o.at
                or (n.direction, n.author) <> (o.direction, o.author))
        else (n.rank, n.kind, n.at, n.direction, n.author, n.commitment, n.xid, n.version)
                is distinct from (o.rank, o.kind, o.at, o.direction, o.author, o.commitment, o.xid, o.version)
            or coalesce(n.salt, convert_to(n.text, 'UTF8'), convert_to(n.summary, 'UTF8'),
                convert_to(n.raw, 'UTF8')) is not null
            or n.contact_id is distinct from o.contact_id
            or n.conversation_id is distinct from o.conversation_id
            or not (being_forgotten(o.contact_id)
                or (n.wamid, n.reply_to, n.target) is not distinct from (o.wamid, o.reply_to, o.target)
                and n.at < coalesce(kept_since('retention_messages'), '-infinity'))
        end
    limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('message %s would change', bad),
            hint = 'messages are final; inbox contact forget and the setting retention_messages erase texts';
    end if;
    insert into superseded (message_id, version, xid, rank, at, kind, direction, commitment)
    select o.id, o.version, o.xid, o.rank, o.at, o.kind, o.direction, o.commitment
    from old_rows o join new_rows n on n.id = o.id
    where n.version <> o.version;
    return null;
end $$;

-- The database numbers the versions of a message.
create or replace function count_version() returns trigger language plpgsql set search_path from current as $$
begin
    new.version := old.version + 1;
    return new;
end $$;

-- A contact's chain must match its events, and a forgotten contact stays forgotten.
create or replace function guard_contact() returns trigger language plpgsql set search_path from current as $$
begin
    if new.seq <> coalesce((select max(e.seq) from event e where e.subject = 'contact' and e.subject_id = new.id), 0)
        or new.head is distinct from (select e.hash from event e where e.subject = 'contact' and e.subject_id = new.id
            and e.seq = new.seq)
        or new.head_at is distinct from (select e.at from event e where e.subject = 'contact'
            and e.subject_id = new.id and e.seq = new.seq)
        or new.forgotten_at is distinct from (select max(e.at) from event e where e.subject = 'contact'
            and e.subject_id = new.id and e.kind = 'forgotten')
        or new.forgotten_at is not null and coalesce(new.name, new.username, new.marketing) is not null then
        raise exception using errcode = 'IB001',
            message = format('contact %s would change without a matching event', new.id),
            hint = 'inbox contact forget writes both';
    end if;
    return null;
end $$;

-- A forgotten contact cannot get another id. The same customer becomes a new contact.
create or replace function guard_alias() returns trigger language plpgsql set search_path from current as $$
declare
    bad bigint;
begin
    select k.id into bad from new_rows n join contact k on k.id = n.contact_id where k.forgotten_at is not null limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('contact %s is forgotten and gets no id again', bad);
    end if;
    return null;
end $$;

-- Records that an id was added.
create or replace function guard_new_alias() returns trigger
language plpgsql security definer set search_path from current as $$
begin
    insert into alias_change (contact_id, what, commitment)
    select n.contact_id, 'known', alias_commitment(n.salt, n.kind, n.value)
    from new_rows n
    union all
    select n.contact_id, 'ended', alias_commitment(n.salt, n.kind, n.value)
    from new_rows n
    where n.superseded_at is not null;
    return null;
end $$;

-- The only allowed change of an id is to end it once. The end is recorded.
create or replace function guard_alias_end() returns trigger
language plpgsql security definer set search_path from current as $$
begin
    if (new.contact_id, new.kind, new.value, new.salt) is distinct from (old.contact_id, old.kind, old.value, old.salt)
        or old.superseded_at is not null then
        raise exception using errcode = 'IB001', message = format('an id of contact %s would change', old.contact_id),
            hint = 'an id ends once and becomes known again as a new row';
    end if;
    insert into alias_change (contact_id, what, commitment)
    values (new.contact_id, 'ended', alias_commitment(new.salt, new.kind, new.value));
    return null;
end $$;

-- An id can be deleted only together with its contact.
create or replace function guard_erased_alias() returns trigger language plpgsql set search_path from current as $$
declare
    bad bigint;
begin
    select o.contact_id into bad from old_rows o where being_forgotten(o.contact_id) is not true limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('an id of contact %s would be deleted', bad),
            hint = 'inbox contact forget erases a customer''s ids';
    end if;
    return null;
end $$;

-- A conflict can be deleted only together with one of its contacts.
create or replace function guard_erased_conflict() returns trigger language plpgsql set search_path from current as $$
declare
    bad bigint;
begin
    select o.contact_id into bad
    from old_rows o
    where being_forgotten(o.contact_id) is not true and being_forgotten(o.other_id) is not true
    limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('a conflict of contact %s would be deleted', bad),
            hint = 'inbox contact forget erases it with the customer';
    end if;
    return null;
end $$;

-- An order number can be deleted only together with its contact.
create or replace function guard_erased_order() returns trigger language plpgsql set search_path from current as $$
declare
    bad bigint;
begin
    select o.conversation_id into bad
    from old_rows o
    where being_forgotten(contact_of('conversation', o.conversation_id)) is not true
    limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('an order number of C-%s would be deleted', bad),
            hint = 'inbox contact forget erases a customer''s order numbers';
    end if;
    return null;
end $$;

-- An event must be the newest of its conversation, ticket or contact. Its operation must be of this
-- transaction, and its actor the operation's actor. Its kind must belong to its subject, and its
-- data must be valid for the kind.
create or replace function guard_event() returns trigger
language plpgsql set search_path from current set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    bad record;
    v_kinds text[];
    v_hows text[];
    v_conversation boolean;
    v_ticket boolean;
    v_contact boolean;
    v_resource boolean;
begin
    -- Checks for only some subjects are in separate statements, so that a session plans them only
    -- if a row needs them.
    select bool_or(n.subject = 'conversation'), bool_or(n.subject = 'ticket'), bool_or(n.subject = 'contact'),
        bool_or(n.subject not in ('conversation', 'ticket', 'contact'))
    into v_conversation, v_ticket, v_contact, v_resource
    from new_rows n;
    select array_agg(k.subject || ' ' || k.kind), array_agg(k.how) filter (where k.how is not null)
    into v_kinds, v_hows
    from rules() k;
    if v_resource then
        v_kinds := v_kinds || array(select r.name || ' ' || k.kind
            from rules() k cross join resources() r where k.subject = 'resource');
    end if;
    select n.subject, n.subject_id, n.kind into bad
    from new_rows n left join operation o on o.id = n.operation_id
    where o.id is null or n.xid <> pg_current_xact_id() or o.xid <> n.xid or o.actor_id <> n.actor_id
        or n.subject || ' ' || n.kind <> all (v_kinds) or n.how <> all (v_hows) or n.subject = 'resource'
    limit 1;
    if bad is null and v_conversation then
        select n.subject, n.subject_id, n.kind into bad
        from new_rows n left join conversation c on c.id = n.subject_id
        where n.subject = 'conversation' and (c.seq is distinct from n.seq or not event_data_fits(n.kind, n.data))
        limit 1;
    end if;
    if bad is null and v_ticket then
        select n.subject, n.subject_id, n.kind into bad
        from new_rows n left join ticket t on t.id = n.subject_id
        where n.subject = 'ticket' and t.seq is distinct from n.seq
        limit 1;
    end if;
    if bad is null and v_contact then
        select n.subject, n.subject_id, n.kind into bad
        from new_rows n left join contact k on k.id = n.subject_id
        where n.subject = 'contact' and (k.seq, k.head) is distinct from (n.seq, n.hash)
        limit 1;
    end if;
    if bad is not null then
        raise exception using errcode = 'IB001',
            message = format('the event "%s" of %s %s does not match any change', bad.kind, bad.subject,
            bad.subject_id);
    end if;
    return null;
end $$;

-- The rows of administered resources are written after their events, so this check waits for the
-- commit. There are few such rows.
create or replace function guard_resource_event() returns trigger language plpgsql set search_path from current as $$
declare
    v_seq int;
begin
    execute format('select seq from %I where id = $1', new.subject) into v_seq using new.subject_id;
    if v_seq is null or v_seq < new.seq then
        raise exception using errcode = 'IB001',
            message = format('the event "%s" of %s %s does not match any change', new.kind, new.subject,
            new.subject_id);
    end if;
    return null;
end $$;

-- An escalation opens exactly one ticket, in the same operation. The ticket is written after the
-- event, so this check waits for the commit.
create or replace function guard_escalation() returns trigger language plpgsql set search_path from current as $$
begin
    if not exists (select 1 from ticket t join event e on e.subject = 'ticket' and e.subject_id = t.id and e.seq = 1
            where t.id = (new.data ->> 'ticket')::bigint and t.conversation_id = new.subject_id
                and e.operation_id = new.operation_id)
        or exists (select 1 from event x where x.subject = 'conversation' and x.subject_id = new.subject_id
            and x.kind = 'escalated' and x.data = new.data
            and x.seq <> new.seq) then
        raise exception using errcode = 'IB001',
            message = format('C-%s would be escalated without a ticket', new.subject_id);
    end if;
    return null;
end $$;

-- An operation is written under the session's own login. The first operation of the workspace
-- creates its own actor.
create or replace function guard_new_operation() returns trigger language plpgsql set search_path from current as $$
declare
    bad bigint;
begin
    select n.id into bad from new_rows n
    where n.login <> session_user or n.xid <> pg_current_xact_id()
        or not exists (select 1 from agent a where a.id = n.actor_id and a.login = session_user)
            and not exists (select 1 from acting x where x.login = session_user and x.revoked_at is null
                and (x.agent_id is null or x.agent_id = n.actor_id))
            and not (n.verb = 'init' and not exists (select 1 from operation o where o.id <> n.id))
    limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('O-%s would be of somebody else', bad),
            hint = 'changes are made through the inbox program';
    end if;
    return null;
end $$;

-- An operation can be finished once. After that, only its stored result and its key can be erased.
create or replace function guard_operation() returns trigger
language plpgsql set search_path from current set enable_nestloop = off as $$
declare
    bad bigint;
begin
    select coalesce(o.id, n.id) into bad
    from old_rows o full join new_rows n on n.id = o.id
    where o.id is null or n.id is null
        or to_jsonb(o) - '{key,selected,changed,result,exit,finished_at}'::text[]
            is distinct from to_jsonb(n) - '{key,selected,changed,result,exit,finished_at}'::text[]
        or o.finished_at is not null
            and (to_jsonb(o) - '{key,result}'::text[] is distinct from to_jsonb(n) - '{key,result}'::text[]
            or n.result is not null and n.result is distinct from o.result or n.key is not null
                and n.key is distinct from o.key)
    limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('O-%s is never changed', bad),
            hint = 'what it did can be undone: inbox undo';
    end if;
    return null;
end $$;

-- The only allowed change of an offer is to decide it once.
create or replace function guard_handoff() returns trigger
language plpgsql set search_path from current set enable_nestloop = off as $$
declare
    bad bigint;
begin
    select coalesce(o.conversation_id, n.conversation_id) into bad
    from old_rows o full join new_rows n on n.id = o.id
    where o.id is null or n.id is null or o.state <> 'offered' or n.state = 'offered'
        or to_jsonb(o) - '{state,decided_at,decided_by}'::text[]
            is distinct from to_jsonb(n) - '{state,decided_at,decided_by}'::text[]
    limit 1;
    if found then
        raise exception using errcode = 'IB001',
            message = format('the offer of C-%s is decided once and not changed', bad);
    end if;
    return null;
end $$;

-- The code of a workspace cannot return to an older version.
create or replace function guard_code_version() returns trigger language plpgsql set search_path from current as $$
begin
    raise exception using errcode = 'IB001', message = 'the version of the workspace only rises',
        hint = 'inbox db migrate raises it with the functions and guards';
end $$;

do $$
declare
    t text;
begin
    foreach t in array array['event', 'attempt', 'superseded', 'alias_change', 'secret'] loop
        execute format('create or replace trigger append_only before update or delete on %I
            for each statement execute function guard_append_only()', t);
        execute format('create or replace trigger append_only_truncate before truncate on %I
            for each statement execute function guard_append_only()', t);
    end loop;
    foreach t in array array['conversation', 'ticket', 'leg', 'phase', 'note', 'reason', 'operation', 'handoff',
        'setting', 'store', 'team', 'agent', 'acting', 'channel', 'shift', 'roster', 'handle', 'contact',
        'message', 'code_version'] loop
        execute format('create or replace trigger no_delete before delete on %I
            for each statement execute function guard_append_only()', t);
        execute format('create or replace trigger no_truncate before truncate on %I
            for each statement execute function guard_append_only()', t);
    end loop;
    foreach t in array array['contact_alias', 'contact_conflict', 'order_key'] loop
        execute format('create or replace trigger no_truncate before truncate on %I
            for each statement execute function guard_append_only()', t);
    end loop;
    foreach t in array array['setting', 'store', 'team', 'agent', 'acting', 'channel', 'shift', 'roster'] loop
        execute format('create or replace trigger event_says_so_update after update on %I
            referencing new table as new_rows for each statement execute function guard_resource()', t);
        execute format('create or replace trigger event_says_so_insert after insert on %I
            referencing new table as new_rows for each statement execute function guard_resource()', t);
    end loop;
end $$;

create or replace trigger event_says_so_update after update on conversation
    referencing new table as new_rows for each statement execute function guard_conversation();
create or replace trigger event_says_so_insert after insert on conversation
    referencing new table as new_rows for each statement execute function guard_conversation();
create or replace trigger fixed after update on conversation for each row
    when ((new.id, new.channel_id, new.contact_id, new.store_id, new.started_by)
            is distinct from (old.id, old.channel_id, old.contact_id, old.store_id, old.started_by)
        or new.resolved_at is distinct from old.resolved_at
            and (new.seq = old.seq or new.resolved_at <> new.head_at))
    execute function guard_fixed();
create or replace trigger not_forgotten after update on conversation for each row
    when (old.status = 'resolved' and new.status <> 'resolved') execute function guard_forgotten();

create or replace trigger event_says_so_update after update on ticket
    referencing new table as new_rows for each statement execute function guard_ticket();
create or replace trigger event_says_so_insert after insert on ticket
    referencing new table as new_rows for each statement execute function guard_ticket();
create or replace trigger fixed after update on ticket for each row
    when (new.id <> old.id or new.closed_at is distinct from old.closed_at
        and (new.seq = old.seq or new.closed_at <> new.head_at))
    execute function guard_fixed();

create or replace trigger closed_once after update on leg
    referencing old table as old_rows new table as new_rows
    for each statement execute function guard_leg_closed_once();
create or replace trigger event_says_so_insert after insert on leg
    referencing new table as new_rows for each statement execute function guard_leg();
create or replace trigger event_says_so_update after update on leg
    referencing new table as new_rows for each statement execute function guard_ends();

create or replace trigger closed_once after update on phase
    referencing old table as old_rows new table as new_rows
    for each statement execute function guard_phase_closed_once();
create or replace trigger event_says_so_insert after insert on phase
    referencing new table as new_rows for each statement execute function guard_phase();
create or replace trigger event_says_so_update after update on phase
    referencing new table as new_rows for each statement execute function guard_ends();

create or replace trigger decided_once after update on handoff
    referencing old table as old_rows new table as new_rows for each statement execute function guard_handoff();

create or replace trigger never_changed after update on note
    referencing old table as old_rows new table as new_rows for each statement execute function guard_text();
create or replace trigger never_changed after update on reason
    referencing old table as old_rows new table as new_rows for each statement execute function guard_text();

create or replace trigger own_transaction after insert on message
    referencing new table as new_rows for each statement execute function guard_new_message();
create or replace trigger never_changed after update on message
    referencing old table as old_rows new table as new_rows for each statement execute function guard_message();
create or replace trigger counts_versions before update on message for each row
    when (new.rank <> old.rank or new.commitment <> old.commitment) execute function count_version();
create or replace trigger by_message_alone before insert on superseded for each statement
    when (pg_trigger_depth() = 0) execute function guard_append_only();

create or replace trigger event_says_so_update after update on contact for each row
    when (new.forgotten_at is not null or old.forgotten_at is not null
        or (old.seq, old.head, old.head_at) is distinct from (new.seq, new.head, new.head_at))
    execute function guard_contact();
create or replace trigger event_says_so_insert after insert on contact for each row
    when (new.forgotten_at is not null or new.seq <> 0 or new.head is not null or new.head_at is not null)
    execute function guard_contact();

create or replace trigger not_forgotten_insert after insert on contact_alias
    referencing new table as new_rows for each statement execute function guard_alias();
create or replace trigger not_forgotten_update after update on contact_alias
    referencing new table as new_rows for each statement execute function guard_alias();
create or replace trigger is_written_down after insert on contact_alias
    referencing new table as new_rows for each statement execute function guard_new_alias();
create or replace trigger ends_once after update on contact_alias for each row
    when ((new.contact_id, new.kind, new.value, new.salt, new.superseded_at)
        is distinct from (old.contact_id, old.kind, old.value, old.salt, old.superseded_at))
    execute function guard_alias_end();
create or replace trigger erased_with_contact after delete on contact_alias
    referencing old table as old_rows for each statement execute function guard_erased_alias();
create or replace trigger by_alias_alone before insert on alias_change for each statement
    when (pg_trigger_depth() = 0) execute function guard_append_only();

create or replace trigger erased_with_contact after delete on contact_conflict
    referencing old table as old_rows for each statement execute function guard_erased_conflict();
create or replace trigger erased_with_contact after delete on order_key
    referencing old table as old_rows for each statement execute function guard_erased_order();
create or replace trigger never_changed before update on order_key
    for each statement execute function guard_append_only();

-- A constraint trigger cannot be replaced, so it is dropped first.
drop trigger if exists happened_to_noun on event;
drop trigger if exists opens_a_ticket on event;
create constraint trigger happened_to_noun after insert on event deferrable initially deferred for each row
    when (new.subject in ('setting', 'store', 'team', 'agent', 'acting', 'channel', 'shift', 'roster'))
    execute function guard_resource_event();
create constraint trigger opens_a_ticket after insert on event deferrable initially deferred for each row
    when (new.subject = 'conversation' and new.kind = 'escalated') execute function guard_escalation();
create or replace trigger happened after insert on event
    referencing new table as new_rows for each statement execute function guard_event();

create or replace trigger own_name after insert on operation
    referencing new table as new_rows for each statement execute function guard_new_operation();
create or replace trigger never_changed after update on operation
    referencing old table as old_rows new table as new_rows for each statement execute function guard_operation();

create or replace trigger only_rises before update on code_version for each row
    when (new.version < old.version or new.compatible_from < old.compatible_from) execute function guard_code_version();

-- A handle cannot be used again, so its row never changes. A workspace has exactly one secret key.
create or replace trigger never_changed before update on handle
    for each statement execute function guard_append_only();
create or replace trigger only_one before insert on secret
    for each statement execute function guard_append_only();
