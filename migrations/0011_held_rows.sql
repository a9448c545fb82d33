-- What appliers wait for, and what they skip. A delivery that touches a held row is set aside under that row's key and taken up when the row is free.
-- A delivery that cannot be applied in a batch is applied alone. A delivery that ends its process three times is a dead letter.

-- What keeps two appliers from creating the same contact, and two supervisors from changing the same roster: rows that only those may lock who
-- may do the work. An advisory lock can be taken by every login that connects.
create table alias_bucket (
    bucket int primary key,
    latch boolean generated always as (true) stored
);
insert into alias_bucket (bucket) select generate_series(0, 16383);

create table roster_bucket (
    bucket int primary key,
    latch boolean generated always as (true) stored
);
insert into roster_bucket (bucket) select generate_series(0, 63);

-- The deliveries that an applier has begun, committed before the work and deleted with it. The applier locks its row while it works: an unlocked row
-- is left by a process that ended.
create table applying (
    id bigint generated always as identity primary key,
    deliveries bigint[] not null,
    -- one delivery, applied alone because its process ended before: the only attempt that counts towards the three
    suspect boolean not null,
    started_at timestamptz not null
);

alter table delivery
    -- The row that it waits for: the row's id times four, plus 0 for a conversation, 1 for a contact, 2 for an alias bucket, 3 for a message.
    add column held_by bigint,
    -- How often its process ended while it was applied alone; null for a delivery that was not applied when a process ended.
    add column deaths smallint;
-- A delivery with a not_before is applied alone, once that time has come.
create index delivery_fresh on delivery (id) where state = 'new' and held_by is null and not_before is null;
create index delivery_held on delivery (held_by, id) where state = 'new' and held_by is not null;
create index delivery_alone on delivery (not_before) where state = 'new' and held_by is null and not_before is not null;
drop index delivery_new;

-- How many events it stands for. Above 1: the events from its path on that have no letter of their own.
alter table dead_letter add column events int not null default 1 check (events > 0);

-- A text is found by its beginning: a tsvector holds at most 1 MB.
drop index message_search;
create index message_search on message using gin (to_tsvector('simple', left(text, 65536))) where text is not null;

-- As in 0004, with the beginning of a text.
create or replace function conversation_ids(p jsonb) returns setof bigint
language plpgsql stable set search_path from current set plan_cache_mode = force_custom_plan as $$
declare
    t timestamptz := app_now();
begin
    return query
    select c.id from conversation c
    where (p -> 'ids' is null or c.id = any (array(select jsonb_array_elements_text(p -> 'ids')::bigint)))
        and (p -> 'live' is null or c.status <> 'resolved')
        and (p -> 'owners' is null and p -> 'nobody' is null
            or p -> 'owners' is not null and c.owner_id = any (array(select a.id from agent a where p -> 'owners' ? a.handle))
            or p -> 'nobody' is not null and c.owner_id is null)
        and (p -> 'teams' is null or c.team_id = any (array(select g.id from team g where p -> 'teams' ? g.handle)))
        and (p -> 'stores' is null or c.store_id = any (array(select s.id from store s where p -> 'stores' ? s.handle)))
        and (p -> 'channels' is null or c.channel_id = any (array(select h.id from channel h where p -> 'channels' ? h.handle)))
        and (p -> 'statuses' is null or p -> 'statuses' ? c.status)
        and (p -> 'priorities' is null or p -> 'priorities' ? c.priority)
        and (p -> 'labels' is null or c.labels @> array(select jsonb_array_elements_text(p -> 'labels')))
        and (p -> 'order' is null or c.id = any (array(select k.conversation_id from order_key k where k.key = p ->> 'order')))
        and (p -> 'contact' is null or c.contact_id = (p ->> 'contact')::bigint)
        and (p -> 'phone' is null or c.contact_id = any (array(select l.contact_id from contact_alias l where l.value = p ->> 'phone')))
        and (p -> 'waiting_over' is null or c.status = 'open' and c.waiting_since <= t - make_interval(secs => (p ->> 'waiting_over')::float8))
        and (p -> 'window_under' is null or c.status <> 'resolved' and c.last_customer_at > t - interval '24 hours'
            and c.last_customer_at <= t - interval '24 hours' + make_interval(secs => (p ->> 'window_under')::float8))
        and (p -> 'since' is null or c.opened_at >= (p ->> 'since')::timestamptz)
        and (p -> 'until' is null or c.opened_at < (p ->> 'until')::timestamptz)
        and (p -> 'due' is null or c.status = 'snoozed' and c.snoozed_until <= t)
        and (p -> 'offered' is null or exists (select 1 from handoff h where h.conversation_id = c.id and h.state = 'offered'
            and (p -> 'offered_to' is null or h.to_agent = (p ->> 'offered_to')::bigint
                or h.to_team = any (array(select unnest(a.teams) from agent a where a.id = (p ->> 'offered_to')::bigint)))))
        and (p -> 'has_ticket' is null or exists (select 1 from ticket k where k.conversation_id = c.id and k.closed_at is null))
        and (p -> 'search' is null or c.id = any (array(
            select m.conversation_id from message m where m.text is not null and to_tsvector('simple', left(m.text, 65536)) @@ websearch_to_tsquery('simple', p ->> 'search')
            union select n.conversation_id from note n where to_tsvector('simple', coalesce(n.body, '') || ' ' || coalesce(n.tried, '') || ' '
                || coalesce(n.courier, '') || ' ' || coalesce(n.tracking_no, '') || ' ' || coalesce(n.order_id, '')) @@ websearch_to_tsquery('simple', p ->> 'search'))));
end $$;

-- As in 0004, with the beginning of a text.
create or replace function conversations_at(p jsonb, t timestamptz) returns table (
    id bigint, status text, status_since timestamptz, owner_id bigint, owned_since timestamptz, team_id bigint, priority text, labels text[],
    snoozed_until timestamptz, offered_agent bigint, offered_team bigint, open_ticket bigint,
    waiting_since timestamptz, last_customer_at timestamptz, last_message_at timestamptz
) language plpgsql stable set search_path from current set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
    -- Where something else than the time finds them faster.
    v_ids bigint[] := case when p -> 'ids' is not null then array(select jsonb_array_elements_text(p -> 'ids')::bigint) end;
begin
    if p -> 'contact' is not null or p -> 'phone' is not null then
        v_ids := array(select c.id from conversation c
            where (v_ids is null or c.id = any (v_ids)) and (p -> 'contact' is null or c.contact_id = (p ->> 'contact')::bigint)
                and (p -> 'phone' is null or c.contact_id = any (array(select a.contact_id from contact_alias a where a.value = p ->> 'phone'))));
    end if;
    if p -> 'owners' is not null and p -> 'nobody' is null then
        v_ids := array(select l.conversation_id from leg l where l.agent_id = any (array(select a.id from agent a where p -> 'owners' ? a.handle))
            and l.from_at <= t and coalesce(l.to_at, 'infinity') > t and (v_ids is null or l.conversation_id = any (v_ids)));
    end if;
    if p -> 'search' is not null then
        v_ids := array(select f.id from (
            select x.conversation_id as id from message x where x.text is not null and x.received_at <= t
                and to_tsvector('simple', left(x.text, 65536)) @@ websearch_to_tsquery('simple', p ->> 'search')
            union select n.conversation_id from note n where n.at <= t and to_tsvector('simple', coalesce(n.body, '') || ' ' || coalesce(n.tried, '') || ' '
                || coalesce(n.courier, '') || ' ' || coalesce(n.tracking_no, '') || ' ' || coalesce(n.order_id, '')) @@ websearch_to_tsquery('simple', p ->> 'search')
            ) f where v_ids is null or f.id = any (v_ids));
    end if;
    return query
    -- Nothing here but look-ups by key, of which each is a subquery of its own: the planner takes a quarter of all phases for those of one moment.
    select c.id, h.status, h.from_at, l.agent_id, l.from_at, l.team_id, e.priority, e.labels, e.until_at, o.to_agent, o.to_team, k.id,
        w.waiting_since, m.last_customer_at, m.last_message_at
    from phase h
        cross join lateral (
            select x.id, x.store_id, x.channel_id, x.opened_at from conversation x where x.id = h.conversation_id offset 0) c
        cross join lateral (
            select x.agent_id, x.team_id, x.from_at from leg x where x.conversation_id = c.id and x.from_at <= t order by x.seq desc limit 1) l
        cross join lateral (
            select x.priority, x.labels, x.until_at from event x
            where x.subject = 'conversation' and x.subject_id = c.id and x.at <= t order by x.seq desc limit 1) e
        left join lateral (
            select x.to_agent, x.to_team from handoff x
            where x.conversation_id = c.id and x.offered_at <= t and (x.decided_at is null or x.decided_at > t) limit 1) o on true
        left join lateral (
            select x.id from ticket x cross join lateral (
                select y.status from event y where y.subject = 'ticket' and y.subject_id = x.id and y.at <= t order by y.seq desc limit 1) y
            where x.conversation_id = c.id and (x.closed_at is null or x.closed_at > t) and y.status not in ('resolved', 'closed')
            order by x.id limit 1) k on true
        cross join lateral (
            select max(x.at) as last_message_at,
                max(x.at) filter (where x.direction = 'inbound' and (x.counts or x.source = 'standby'
                    and x.kind not in ('reaction', 'edit', 'revoke', 'system', 'request_welcome'))) as last_customer_at,
                max(x.at) filter (where x.author = 'human' and x.counts and not (x.failed and coalesce((select min(s.received_at) from message_status s
                    where s.channel_id = x.channel_id and s.wamid = x.wamid and s.status = 'failed'), '-infinity') <= t)) as replied_at
            from message x where x.conversation_id = c.id and x.received_at <= t) m
        cross join lateral (
            -- What no reply follows and no resolve has ended since it arrived: the open run of that moment.
            select min(x.at) as waiting_since from message x
            where x.conversation_id = c.id and x.received_at <= t and x.author = 'customer' and x.counts and not x.failed
                and x.at > coalesce(m.replied_at, '-infinity') and x.received_at >= coalesce((select max(case y.status when 'resolved' then y.from_at end)
                    from phase y where y.conversation_id = c.id and y.from_at <= t), '-infinity')) w
    where h.from_at <= t and coalesce(h.to_at, 'infinity') > t
        and (v_ids is null or h.conversation_id = any (v_ids))
        and (p -> 'live' is null or h.status <> 'resolved')
        and (p -> 'statuses' is null or h.status = any (array(select jsonb_array_elements_text(p -> 'statuses'))))
        and (p -> 'statuses' is null or p -> 'statuses' ? 'resolved' or h.status <> 'resolved')
        and (p -> 'owners' is null and p -> 'nobody' is null
            or p -> 'owners' is not null and l.agent_id = any (array(select a.id from agent a where p -> 'owners' ? a.handle))
            or p -> 'nobody' is not null and l.agent_id is null)
        and (p -> 'teams' is null or l.team_id = any (array(select g.id from team g where p -> 'teams' ? g.handle)))
        and (p -> 'stores' is null or c.store_id = any (array(select s.id from store s where p -> 'stores' ? s.handle)))
        and (p -> 'channels' is null or c.channel_id = any (array(select n.id from channel n where p -> 'channels' ? n.handle)))
        and (p -> 'priorities' is null or p -> 'priorities' ? e.priority)
        and (p -> 'labels' is null or e.labels @> array(select jsonb_array_elements_text(p -> 'labels')))
        and (p -> 'waiting_over' is null or h.status = 'open' and w.waiting_since <= t - make_interval(secs => (p ->> 'waiting_over')::float8))
        and (p -> 'window_under' is null or h.status <> 'resolved' and m.last_customer_at > t - interval '24 hours'
            and m.last_customer_at <= t - interval '24 hours' + make_interval(secs => (p ->> 'window_under')::float8))
        and (p -> 'since' is null or c.opened_at >= (p ->> 'since')::timestamptz)
        and (p -> 'until' is null or c.opened_at < (p ->> 'until')::timestamptz)
        and (p -> 'due' is null or h.status = 'snoozed' and e.until_at <= t)
        and (p -> 'offered' is null or (o.to_agent is not null or o.to_team is not null)
            and (p -> 'offered_to' is null or o.to_agent = (p ->> 'offered_to')::bigint
                -- His teams of that time, as the history has them.
                or o.to_team = any (array(select jsonb_array_elements_text(y.data -> 'teams')::bigint from (
                    select x.data from event x where x.subject = 'agent' and x.subject_id = (p ->> 'offered_to')::bigint and x.at <= t
                    order by x.seq desc limit 1) y))))
        and (p -> 'has_ticket' is null or k.id is not null);
end $$;

-- As in 0007, with the rights to the tables above, connect_statements and the fingerprint of the key.
create or replace function role_statements() returns setof text language plpgsql stable set search_path from current as $$
declare
    v_schema text := (select nspname from pg_namespace where oid = (select pronamespace from pg_proc where oid = 'app_now()'::regprocedure));
    v_kind text;
    v_row record;
begin
    foreach v_kind in array array['viewer', 'agent', 'supervisor', 'admin', 'ingest'] loop
        -- Two programs may migrate two workspaces of one cluster at once.
        return next format('do $do$ begin create role %1$I nologin; exception when duplicate_object or unique_violation then null; end $do$', group_role(v_kind));
        return next format('grant usage on schema %I to %I', v_schema, group_role(v_kind));
    end loop;
    return next format('grant %I to %I', group_role('viewer'), group_role('agent'));
    return next format('grant %I to %I', group_role('agent'), group_role('supervisor'));
    return next format('grant %I to %I', group_role('supervisor'), group_role('admin'));
    -- What everybody reads. Raw webhooks, which hold customers' texts and numbers as they came, are for supervisors.
    for v_row in select relname from pg_class where relnamespace = v_schema::regnamespace and relkind = 'r' and relname <> 'secret' order by relname loop
        return next format('grant select on %I.%I to %I', v_schema, v_row.relname,
            case when v_row.relname in ('delivery', 'dead_letter', 'notice') then group_role('supervisor') else group_role('viewer') end);
        return next format('grant select on %I.%I to %I', v_schema, v_row.relname, group_role('ingest'));
    end loop;
    for v_row in
        select p.oid::regprocedure::text as signature, p.proname, k.kind
        from pg_proc p join (values
            ('app_now', 'viewer'), ('micros', 'viewer'), ('event_hash', 'viewer'), ('operation_digest', 'viewer'), ('acting_agent', 'viewer'),
            ('conversation_ids', 'viewer'), ('conversations_at', 'viewer'), ('group_role', 'viewer'), ('note_text', 'viewer'), ('message_text', 'viewer'),
            ('open_operation', 'agent'), ('finish_operation', 'agent'), ('lock_conversations', 'agent'), ('refused_conversations', 'agent'),
            ('record_conversations', 'agent'), ('open_tickets', 'agent'), ('record_tickets', 'agent'), ('record_attempts', 'agent'),
            ('put_noun', 'supervisor'), ('forget_contact', 'admin'), ('role_statements', 'admin'), ('login_statements', 'admin'),
            ('app_now', 'ingest'), ('micros', 'ingest'), ('event_hash', 'ingest'), ('operation_digest', 'ingest'), ('acting_agent', 'ingest'),
            ('conversation_ids', 'ingest'), ('open_operation', 'ingest'), ('finish_operation', 'ingest'), ('lock_conversations', 'ingest'),
            ('refused_conversations', 'ingest'), ('record_conversations', 'ingest'), ('open_conversations', 'ingest'), ('message_text', 'ingest'),
            ('forgotten_messages', 'ingest'), ('retention_due', 'ingest'), ('retain', 'ingest'),
            ('key_fingerprint', 'viewer'), ('key_fingerprint', 'ingest')
        ) as k (name, kind) on k.name = p.proname
        where p.pronamespace = v_schema::regnamespace
        order by 1, 3
    loop
        return next format('grant execute on function %s to %I', v_row.signature, group_role(v_row.kind));
    end loop;
    -- The right to lock a ticket, through a column that takes no value.
    return next format('grant update (latch) on %I.ticket to %I', v_schema, group_role('agent'));
    -- What `serve` writes: messages and what follows from them, and nothing that is audited.
    foreach v_kind in array array['delivery', 'dead_letter', 'notice', 'message', 'message_status', 'contact_alias', 'contact_conflict', 'run'] loop
        return next format('grant insert, update on %I.%I to %I', v_schema, v_kind, group_role('ingest'));
    end loop;
    return next format('grant insert (first_seen, last_seen) on %I.contact to %I', v_schema, group_role('ingest'));
    return next format('grant update (name, name_at, username, username_at, marketing, marketing_at, first_seen, last_seen) on %I.contact to %I', v_schema, group_role('ingest'));
    return next format('grant insert on %I.order_key to %I', v_schema, group_role('ingest'));
    return next format('grant delete on %I.run to %I', v_schema, group_role('ingest'));
    return next format('grant insert, update, delete on %I.applying to %I', v_schema, group_role('ingest'));
    -- The right to lock a bucket, through a column that takes no value.
    return next format('grant update (latch) on %I.alias_bucket to %I', v_schema, group_role('ingest'));
    return next format('grant update (latch) on %I.roster_bucket to %I', v_schema, group_role('supervisor'));
    return next format('grant update (started_by, opened_at, last_message_at, first_customer_at, last_customer_at, waiting_since, first_reply_at, first_reply_by, latch) on %I.conversation to %I', v_schema, group_role('ingest'));
    return query select connect_statements();
end $$;

do $$ begin execute format('revoke all on all functions in schema %I from public', current_schema()); end $$;
