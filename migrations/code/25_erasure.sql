-- The erasure of personal data, at a customer's request or by age. The commitment of an erased text
-- stays, so that chains and seals are still valid.

-- Returns whether this transaction contains the event that forgets a contact. If it does, the
-- contact's data may be erased.
create or replace function being_forgotten(p_contact bigint) returns boolean
language sql stable set search_path from current as $$
    select exists (select 1 from contact k join event e on e.subject = 'contact' and e.subject_id = k.id
        and e.seq = k.seq
        where k.id = p_contact and e.kind = 'forgotten' and e.hash = k.head and e.xid = pg_current_xact_id())
$$;

-- Returns the contact of a conversation or ticket.
create or replace function contact_of(p_subject text, p_id bigint) returns bigint
language sql stable set search_path from current as $$
    select c.contact_id from conversation c where c.id = case p_subject when 'conversation' then p_id when 'ticket'
        then (select t.conversation_id from ticket t where t.id = p_id) end
$$;

-- Returns the replacement for the id of a forgotten message. It is enough to recognize a repeated
-- delivery, and contains no personal data.
create or replace function forgotten_wamid(p_wamid text) returns text
language sql stable set search_path from current as $$
    select case when p_wamid like 'forgotten:%' then p_wamid
        else 'forgotten:' || encode(keyed_hash(convert_to(p_wamid, 'UTF8')), 'hex') end
$$;

-- Returns the positions of messages that belong to forgotten customers. Without a channel, messages
-- of all channels are compared.
create or replace function forgotten_messages(p_channel bigint[], p_wamid text[]) returns table (ord bigint)
language plpgsql stable security definer set search_path from current as $$
begin
    if not exists (select 1 from contact k where k.forgotten_at is not null) then
        return;
    end if;
    return query
    select i.ord from unnest(p_channel, p_wamid) with ordinality as i (channel_id, wamid, ord)
        join channel c on c.id = i.channel_id or i.channel_id is null
            cross join lateral (select forgotten_wamid(i.wamid) as wamid offset 0) f
    where exists (select 1 from message m where m.channel_id = c.id and m.wamid = f.wamid)
        or exists (select 1 from message_status s where s.channel_id = c.id and s.wamid = f.wamid);
end $$;

-- Returns the time before which a retention setting erases data. The time is at most a hundred
-- years ago.
create or replace function kept_since(p_setting text) returns timestamptz
language sql stable set search_path from current as $$
    select date_trunc('hour', app_now() - make_interval(secs => least(x.keep::numeric, 3155760000)::float8))
    from (select coalesce((select s.value #>> '{}' from setting s where s.name = p_setting), case p_setting
        when 'retention_deliveries' then '2592000' end) as keep) x
    where x.keep ~ '^[0-9]+$'
$$;

-- Erases the texts of messages. No other function erases them. `p_forget` also erases the ids that
-- lead to the customer.
create or replace function erase_messages(p_id bigint[], p_forget boolean) returns int
language plpgsql set search_path from current as $$
declare
    v_count int;
begin
    perform 1 from message m where m.id = any (p_id) order by m.channel_id, m.wamid for no key update;
    update message m set text = null, summary = null, raw = null, salt = null, wamid = case when p_forget
        then forgotten_wamid(m.wamid) else m.wamid end,
        reply_to = case when not p_forget then m.reply_to end, target = case when not p_forget then m.target end
    where m.id = any (p_id);
    get diagnostics v_count = row_count;
    return v_count;
end $$;

-- Returns the `like` pattern that finds a text anywhere in another text.
create or replace function containing(p_text text) returns text language sql immutable parallel safe
as $$ select '%' || regexp_replace(p_text, '([\\%_])', '\\\1', 'g') || '%' $$;

-- Returns the forms of a customer's ids in data from WhatsApp: the plain id, and the id in base64
-- inside message ids, at each of the three offsets. The forms are `like` patterns, because `like`
-- is the fastest search.
create or replace function patterns_of(p_ids text[]) returns text[]
language sql stable set search_path from current as $$
    select coalesce(array_agg(distinct containing(x.n)), '{}')
    from unnest(p_ids) as v cross join lateral (
        select case when length(v) < 7 then '"' || v || '"' else v end as n
        union all
        select substr(translate(encode(decode(repeat('00', k), 'hex') || convert_to(v, 'UTF8'), 'base64'), E'\n', ''),
            start + 1, (k + octet_length(v)) * 4 / 3 - start)
        from (values (0, 0), (1, 2), (2, 3)) as o (k, start) where length(v) >= 7
    ) x
$$;

-- Forgets a contact: erases the customer's texts, names, numbers and ids in all tables, and writes
-- the event. Returns the number of erased items by kind. A second call erases data that arrived
-- after the first. If there is no such data, it writes nothing. The function reads large tables
-- before it locks any row. After the lock it reads only the rows that arrived in between.
create or replace function forget_contact(p_operation bigint, p_contact bigint, p_reason text) returns jsonb
language plpgsql security definer set search_path from current as $$
declare
    op operation := current_operation(p_operation);
    me agent;
    k contact;
    v_begun timestamptz := app_now();
    v_ids text[];
    v_patterns text[];
    v_bytes bytea[];
    v_pattern text;
    v_bodies bigint[] := '{}';
    v_letters bigint[] := '{}';
    v_strays text[] := '{}';
    v_conversations bigint[];
    v_tickets bigint[];
    v_messages bigint[];
    v_wamids text[];
    v_notes bigint[];
    v_reasons bigint[];
    v_notices bigint[];
    v_keys bigint[];
    v_bad bigint;
    v_data jsonb;
    v_reason bigint;
    v_reason_commitment bytea;
begin
    select * into me from agent where id = op.actor_id;
    if me.role <> 'admin' then
        raise exception using errcode = 'IB004',
            message = format('%s (%s) may not forget a contact', me.handle, me.role),
            hint = 'admins may: inbox agent list --role admin';
    end if;
    v_ids := array(select distinct a.value from contact_alias a where a.contact_id = p_contact order by 1);
    v_patterns := patterns_of(v_ids);
    -- Ids of messages that contain none of these forms.
    v_patterns := v_patterns || array(select containing('"' || x || '"') from message m
        cross join unnest(array[m.wamid, replace(m.wamid, '/', '\/')]) as x
        where m.contact_id = p_contact and m.wamid not like 'forgotten:%' and not m.wamid like any (v_patterns));
    v_bytes := array(select convert_to(x, 'UTF8') from unnest(v_patterns) as x);
    if v_patterns <> '{}' then
        v_bodies := array(select d.id from delivery d where d.body like any (v_bytes));
        v_strays := array(select distinct s.wamid from message_status s where s.wamid not like 'forgotten:%'
            and (s.participant = any (v_ids) or s.wamid like any (v_patterns)));
    end if;

    select * into k from contact where id = p_contact for no key update;
    if k.id is null then
        raise exception using errcode = 'IB003', message = 'no such contact';
    end if;
    if v_ids is distinct from array(select distinct a.value from contact_alias a where a.contact_id = p_contact
        order by 1) then
        raise exception using errcode = '40001', message = 'the contact got another id meanwhile';
    end if;
    v_conversations := array(select c.id from conversation c where c.contact_id = p_contact
        order by c.id for no key update);
    v_tickets := array(select t.id from ticket t where t.conversation_id = any (v_conversations)
        order by t.id for no key update);
    -- Otherwise the customer would wait in a conversation that nobody can answer.
    select c.id into v_bad from conversation c where c.id = any (v_conversations) and c.status <> 'resolved' limit 1;
    if found then
        raise exception using errcode = 'IB005', message = format('C-%s of this contact is not resolved', v_bad),
            hint = format('the customer still waits for an answer; first run: inbox resolve C-%s', v_bad);
    end if;
    if v_patterns <> '{}' then
        v_bodies := v_bodies || array(select d.id from delivery d
            where d.received_at >= v_begun - interval '10 minutes' and d.id <> all (v_bodies)
            and d.body like any (v_bytes));
        select d.id into v_bad from delivery d where d.id = any (v_bodies) and d.state = 'new' limit 1;
        if found then
            raise exception using errcode = 'IB005',
                message = format('delivery %s has something of this contact and is not applied yet', v_bad),
                hint = 'inbox serve applies the delivery; then run contact forget again';
        end if;
        -- An id must match as a whole, so that a dead letter of another customer is not erased.
        v_pattern := (select string_agg('(^|[^0-9A-Za-z])' || regexp_replace(v, '([^0-9A-Za-z])', '\\\1', 'g')
            || '($|[^0-9A-Za-z])', '|') from unnest(v_ids) as v);
        v_letters := array(select l.id from dead_letter l where l.raw ~ v_pattern
            or l.raw like any (array(select x from unnest(v_patterns) as x
                where x <> all (array(select containing(v) from unnest(v_ids) as v))))
            or l.raw is null and l.replayed_at is null and l.path = '' and l.delivery_id = any (v_bodies));
        select l.delivery_id into v_bad from dead_letter l where l.delivery_id = any (v_bodies)
            and l.replayed_at is null and l.id <> all (v_letters) limit 1;
        if found then
            raise exception using errcode = 'IB005',
                message = format('delivery %s has something of this contact, and events of others that could not be '
                'applied yet', v_bad),
                hint = format('inbox webhook show %s shows why they failed; inbox webhook replay tries them '
                    'again; then forget again', v_bad);
        end if;
    end if;

    select coalesce(array_agg(m.id), '{}'), coalesce(array_agg(m.wamid), '{}') into v_messages, v_wamids from message m
    where m.contact_id = p_contact and (m.salt is not null or m.wamid not like 'forgotten:%'
        or coalesce(m.reply_to, m.target) is not null);
    v_notes := array(select n.id from note n where n.conversation_id = any (v_conversations) and n.salt is not null
        order by n.id);
    -- A reason can belong to conversations of several customers. Such a reason is erased only if it
    -- contains this customer's name or number.
    v_reasons := array(
        select r.id from reason r where r.body is not null and r.id in (
                select e.reason_id from event e where e.subject = 'conversation'
                    and e.subject_id = any (v_conversations)
                union select e.reason_id from event e where e.subject = 'ticket' and e.subject_id = any (v_tickets))
            and (not exists (select 1 from event e where e.reason_id = r.id and contact_of(e.subject, e.subject_id)
                is distinct from p_contact)
                or exists (select 1 from unnest(v_ids || k.name || k.username) as v where length(v) > 2
                    and position(lower(v) in lower(r.body)) > 0)
                or exists (select 1 from unnest(v_ids) as v where v ~ '^[0-9]{10,}$'
                    and position(right(v, 9) in regexp_replace(r.body, '[^0-9]', '', 'g')) > 0))
        order by r.id);
    v_notices := array(select n.id from notice n where n.raw like any (v_patterns));
    v_keys := array(select o.id from operation o where o.key is not null
        and concat(o.key, o.result::text) like any (v_patterns));
    select jsonb_object_agg(x.what, x.n) into v_data from (values
        ('ids', cardinality(v_ids)), ('messages', cardinality(v_messages)), ('notes', cardinality(v_notes)),
            ('reasons', cardinality(v_reasons)),
        ('deliveries', cardinality(v_bodies)), ('dead_letters', cardinality(v_letters)),
            ('notices', cardinality(v_notices)), ('keys', cardinality(v_keys)),
        ('orders', (select count(*)::int from order_key o where o.conversation_id = any (v_conversations))),
            ('statuses', cardinality(v_strays)),
        ('names', (num_nonnulls(k.name, k.username, k.marketing)))) as x (what, n)
    where x.n > 0;
    if v_data is null then
        return null;
    end if;

    if p_reason is not null then
        select r.reason_id, r.commitment into v_reason, v_reason_commitment from write_reason(p_reason) r;
    end if;
    with said as (
        select k.seq + 1 as seq, greatest(app_now(), k.head_at + interval '1 microsecond') as at
    ), written as (
        insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, status, data, reason_id,
            reason_commitment, hash)
        select 'contact', k.id, s.seq, s.at, 'forgotten', op.actor_id, op.id, 'forgotten', v_data, v_reason,
            v_reason_commitment,
            event_hash(coalesce(k.head, ''), op.digest, 'contact', k.id, s.seq, s.at, 'forgotten', op.actor_id, op.id,
                'forgotten', null, null, null, null, null, null,
                v_reason_commitment, null, v_data)
        from said s
        returning event.seq, event.at, event.hash
    )
    update contact c set seq = w.seq, head = w.hash, head_at = w.at, forgotten_at = w.at, name = null, name_at = null,
        username = null, username_at = null,
        marketing = null, marketing_at = null
    from written w where c.id = k.id;
    delete from contact_alias where contact_id = p_contact;
    delete from contact_conflict where contact_id = p_contact or other_id = p_contact;
    perform erase_messages(v_messages, true);
    update message_status s set wamid = forgotten_wamid(s.wamid), opaque = null, error_title = null,
        participant = case when s.participant = any (v_ids) then forgotten_wamid(s.participant) else s.participant end
    from channel c where s.channel_id = c.id and s.wamid = any (v_wamids || v_strays);
    update note set body = null, order_id = null, courier = null, tracking_no = null, tried = null, salt = null
        where id = any (v_notes);
    update reason set body = null, salt = null where id = any (v_reasons);
    delete from order_key where conversation_id = any (v_conversations);
    update delivery set body = null where id = any (v_bodies);
    update dead_letter set raw = null, reason = 'its customer is forgotten',
        replayed_at = coalesce(replayed_at, app_now()) where id = any (v_letters);
    update notice set raw = null where id = any (v_notices);
    update operation set key = null, result = null where id = any (v_keys);
    return v_data;
end $$;

-- Returns whether the workspace has data whose retention period is over.
create or replace function retention_due() returns boolean
language sql stable security definer set search_path from current as $$
    select exists (select 1 from delivery d where d.body is not null and d.state = 'applied'
        and d.received_at < kept_since('retention_deliveries')
            and not exists (select 1 from dead_letter l where l.delivery_id = d.id and l.replayed_at is null))
        or exists (select 1 from notice n where n.raw is not null
            and n.received_at < kept_since('retention_deliveries'))
        or exists (select 1 from message m where m.salt is not null and m.at < kept_since('retention_messages'))
$$;

-- Erases a batch of data whose retention period is over.
create or replace function retain(p_operation bigint, p_most int) returns table (deliveries int, messages int)
language plpgsql security definer set search_path from current as $$
declare
    op operation := current_operation(p_operation);
    v_before timestamptz := kept_since('retention_deliveries');
    v_ids bigint[];
    v_notices int;
begin
    if not exists (select 1 from agent a where a.id = op.actor_id and a.role in ('system', 'admin')) then
        raise exception using errcode = 'IB004', message = 'only the agent system erases old texts';
    end if;
    if p_most is null or p_most not between 1 and 10000 then
        raise exception using errcode = '22023', message = 'a batch is of 1 to 10,000';
    end if;
    v_ids := array(select d.id from delivery d where d.body is not null and d.state = 'applied'
        and d.received_at < v_before
            and not exists (select 1 from dead_letter l where l.delivery_id = d.id and l.replayed_at is null)
        order by d.received_at limit p_most for no key update skip locked);
    update delivery d set body = null where d.id = any (v_ids);
    update dead_letter l set raw = null where l.delivery_id = any (v_ids) and l.raw is not null;
    update notice n set raw = null where n.id in (select x.id from notice x where x.raw is not null
        and x.received_at < v_before
        order by x.received_at limit p_most for no key update skip locked);
    get diagnostics v_notices = row_count;
    deliveries := cardinality(v_ids) + v_notices;
    v_ids := array(select m.id from message m where m.salt is not null and m.at < kept_since('retention_messages')
        order by m.at limit p_most for no key update skip locked);
    messages := erase_messages(v_ids, false);
    return next;
end $$;
