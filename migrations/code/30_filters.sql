-- The conversations that a filter selects: now, after a lock, or at a time in the past.

-- Refuses a filter with an unknown key. If the key were ignored, the filter could select every
-- conversation of the workspace.
create or replace function check_filter(p jsonb) returns void
language plpgsql immutable set search_path from current as $$
declare
    v_unknown text;
begin
    if p is null or jsonb_typeof(p) <> 'object' then
        raise exception using errcode = '22023', message = 'a filter is a JSON object';
    end if;
    select string_agg(k, ', ') into v_unknown
    from jsonb_object_keys(p) as k
    where k <> all ('{ids,live,owners,nobody,teams,stores,channels,statuses,priorities,labels,order,contact,phone,'
        'waiting_over,window_under,since,until,due,offered,offered_to,has_ticket,search,not}'::text[]);
    if v_unknown is not null then
        raise exception using errcode = '22023', message = format('unknown filter: %s', v_unknown);
    end if;
    if jsonb_typeof(p -> 'not') <> 'array' then
        raise exception using errcode = '22023', message = 'the filters of "not" are a JSON array';
    end if;
end $$;

-- Returns, for each filter of "not", the conditions of the excluded conversations. They combine the
-- filter of "not" with the filter around it. If both have a key, the key of "not" is used. `owners`
-- and `nobody` are one key.
create or replace function taken_away(p jsonb) returns setof jsonb language sql immutable as $$
    select p - 'not' - case when n ?| '{owners,nobody}' then '{owners,nobody}'::text[] else '{}' end || n
    from jsonb_array_elements(p -> 'not') as n
$$;

-- Returns the conversations that a filter selects now. By EXPLAIN, the partial index
-- conversation_team (team_id, waiting_since) serves `waiting_over`. With `teams` it reads one range
-- for each team, otherwise all live conversations in the index.
create or replace function conversation_ids(p jsonb) returns setof bigint
language plpgsql stable set search_path from current set plan_cache_mode = force_custom_plan as $$
declare
    t timestamptz := app_now();
begin
    perform check_filter(p);
    if p ? 'not' then
        return query
        select f from conversation_ids(p - 'not') as f
        except select f from taken_away(p) as n, conversation_ids(n) as f;
        return;
    end if;
    return query
    select c.id from conversation c
    where (p -> 'ids' is null or c.id = any (array(select jsonb_array_elements_text(p -> 'ids')::bigint)))
        and (p -> 'live' is null or c.status <> 'resolved')
        and (p -> 'owners' is null and p -> 'nobody' is null
            or p -> 'owners' is not null
                and c.owner_id = any (array(select a.id from agent a where p -> 'owners' ? a.handle))
            or p -> 'nobody' is not null and c.owner_id is null)
        and (p -> 'teams' is null or c.team_id = any (array(select g.id from team g where p -> 'teams' ? g.handle)))
        and (p -> 'stores' is null or c.store_id = any (array(select s.id from store s where p -> 'stores' ? s.handle)))
        and (p -> 'channels' is null
            or c.channel_id = any (array(select h.id from channel h where p -> 'channels' ? h.handle)))
        and (p -> 'statuses' is null or p -> 'statuses' ? c.status)
        and (p -> 'priorities' is null or p -> 'priorities' ? c.priority)
        and (p -> 'labels' is null or c.labels @> array(select jsonb_array_elements_text(p -> 'labels')))
        and (p -> 'order' is null
            or c.id = any (array(select k.conversation_id from order_key k where k.key = p ->> 'order')))
        and (p -> 'contact' is null or c.contact_id = (p ->> 'contact')::bigint)
        and (p -> 'phone' is null
            or c.contact_id = any (array(select l.contact_id from contact_alias l where l.value = p ->> 'phone')))
        and (p -> 'waiting_over' is null or c.status = 'open'
            and c.waiting_since <= t - make_interval(secs => (p ->> 'waiting_over')::float8))
        and (p -> 'window_under' is null or c.status <> 'resolved' and c.last_customer_at > t - interval '24 hours'
            and c.last_customer_at <= t - interval '24 hours' + make_interval(secs => (p ->> 'window_under')::float8))
        and (p -> 'since' is null or c.opened_at >= (p ->> 'since')::timestamptz)
        and (p -> 'until' is null or c.opened_at < (p ->> 'until')::timestamptz)
        and (p -> 'due' is null or c.status = 'snoozed' and c.snoozed_until <= t)
        and (p -> 'offered' is null or exists (select 1 from handoff h where h.conversation_id = c.id
            and h.state = 'offered'
            and (p -> 'offered_to' is null or h.to_agent = (p ->> 'offered_to')::bigint
                or h.to_team = any (array(select unnest(a.teams) from agent a
                    where a.id = (p ->> 'offered_to')::bigint)))))
        and (p -> 'has_ticket' is null or exists (select 1 from ticket k where k.conversation_id = c.id
            and k.closed_at is null))
        and (p -> 'search' is null or c.id = any (array(
            select m.conversation_id from message m where m.text is not null
                and to_tsvector('simple', left(m.text, 65536)) @@ websearch_to_tsquery('simple', p ->> 'search')
            union select n.conversation_id from note n
                where to_tsvector('simple', coalesce(n.body, '') || ' ' || coalesce(n.tried, '') || ' '
                || coalesce(n.courier, '') || ' ' || coalesce(n.tracking_no, '') || ' '
                    || coalesce(n.order_id, '')) @@ websearch_to_tsquery('simple', p ->> 'search'))));
end $$;

-- Locks conversations in the order of ids, and returns their own columns. With p_ids, locks these
-- conversations. Without p_ids, locks the conversations that the filter selects, and returns those
-- that it still selects after the lock. The additional columns of lock_conversations need more time
-- in a new session than this function.
create or replace function lock_rows(p_ids bigint[], p_filter jsonb) returns table (
    id bigint, seq int, status text, owner_id bigint, team_id bigint, priority text, labels text[],
    snoozed_until timestamptz
) language plpgsql security definer set search_path from current as $$
#variable_conflict use_column
declare
    v_ids bigint[] := p_ids;
begin
    if p_ids is null then
        v_ids := array(select f from conversation_ids(p_filter) as f);
        perform 1 from conversation c where c.id = any (v_ids) order by c.id for no key update;
        v_ids := array(select f from conversation_ids(p_filter || jsonb_build_object('ids', to_jsonb(v_ids))) as f);
    end if;
    return query
    select c.id, c.seq, c.status, c.owner_id, c.team_id, c.priority, c.labels, c.snoozed_until
    from conversation c
    where c.id = any (v_ids)
    order by c.id
    for no key update;
end $$;

-- Locks the conversations that a filter selects, in the order of ids. Returns those that the filter
-- still selects after the lock, so that no change of another session is overwritten.
create or replace function lock_conversations(p jsonb) returns table (
    id bigint, seq int, status text, owner_id bigint, owner text, owned_since timestamptz, team_id bigint, team text,
        priority text, labels text[],
    snoozed_until timestamptz, last_owner_id bigint, offered_agent bigint, offered_team bigint, open_ticket bigint
) language plpgsql security definer set search_path from current as $$
#variable_conflict use_column
begin
    return query
    select c.id, c.seq, c.status, c.owner_id, a.handle, l.from_at, c.team_id, g.handle, c.priority, c.labels,
        c.snoozed_until,
        case when c.status = 'resolved' then last_owner(c.id) end,
        h.to_agent, h.to_team, k.id
    -- References need no filter. The plan of a filter takes long in a new session.
    from lock_rows(case when p ? 'ids' and p - 'ids' = '{}'
            then array(select f::bigint from jsonb_array_elements_text(p -> 'ids') as f) end, p) c
        join team g on g.id = c.team_id
        join leg l on l.conversation_id = c.id and l.to_at is null
        left join agent a on a.id = c.owner_id
        left join handoff h on h.conversation_id = c.id and h.state = 'offered'
        left join lateral (select t.id from ticket t where t.conversation_id = c.id and t.closed_at is null
            order by t.id limit 1) k on true
    order by c.id;
end $$;

-- Returns the conversations that a filter selected at a time in the past. Their state is rebuilt
-- from legs, phases, events and the messages that had arrived.
create or replace function conversations_at(p jsonb, t timestamptz) returns table (
    id bigint, status text, status_since timestamptz, owner_id bigint, owned_since timestamptz, team_id bigint,
        priority text, labels text[],
    snoozed_until timestamptz, offered_agent bigint, offered_team bigint, open_ticket bigint,
    waiting_since timestamptz, last_customer_at timestamptz, last_message_at timestamptz
) language plpgsql stable set search_path from current set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
    -- The cases in which another condition than the time selects the conversations faster.
    v_ids bigint[] := case when p -> 'ids' is not null
        then array(select jsonb_array_elements_text(p -> 'ids')::bigint) end;
begin
    perform check_filter(p);
    if p ? 'not' then
        return query
        select * from conversations_at(p - 'not', t) as f
        where f.id not in (select x.id from taken_away(p) as n, conversations_at(n, t) as x);
        return;
    end if;
    if p -> 'contact' is not null or p -> 'phone' is not null then
        v_ids := array(select c.id from conversation c
            where (v_ids is null or c.id = any (v_ids))
                and (p -> 'contact' is null or c.contact_id = (p ->> 'contact')::bigint)
                and (p -> 'phone' is null
                    or c.contact_id = any (array(select a.contact_id from contact_alias a
                    where a.value = p ->> 'phone'))));
    end if;
    if p -> 'owners' is not null and p -> 'nobody' is null then
        v_ids := array(select l.conversation_id from leg l
            where l.agent_id = any (array(select a.id from agent a where p -> 'owners' ? a.handle))
            and l.from_at <= t and coalesce(l.to_at, 'infinity') > t
                and (v_ids is null or l.conversation_id = any (v_ids)));
    end if;
    if p -> 'search' is not null then
        v_ids := array(select f.id from (
            select x.conversation_id as id from message x where x.text is not null and x.received_at <= t
                and to_tsvector('simple', left(x.text, 65536)) @@ websearch_to_tsquery('simple', p ->> 'search')
            union select n.conversation_id from note n where n.at <= t
                and to_tsvector('simple', coalesce(n.body, '') || ' ' || coalesce(n.tried, '') || ' '
                || coalesce(n.courier, '') || ' ' || coalesce(n.tracking_no, '') || ' '
                    || coalesce(n.order_id, '')) @@ websearch_to_tsquery('simple', p ->> 'search')
            ) f where v_ids is null or f.id = any (v_ids));
    end if;
    return query
    -- All look-ups below are by key, each in a separate subquery. The planner estimates a quarter
    -- of all phases for the phases of one time.
    select c.id, h.status, h.from_at, l.agent_id, l.from_at, l.team_id, e.priority, e.labels, e.until_at, o.to_agent,
        o.to_team, k.id,
        w.waiting_since, m.last_customer_at, m.last_message_at
    from phase h
        cross join lateral (
            select x.id, x.store_id, x.channel_id, x.opened_at from conversation x
                where x.id = h.conversation_id offset 0) c
        cross join lateral (
            select x.agent_id, x.team_id, x.from_at from leg x where x.conversation_id = c.id and x.from_at <= t
                order by x.seq desc limit 1) l
        cross join lateral (
            select x.priority, x.labels, x.until_at from event x
            where x.subject = 'conversation' and x.subject_id = c.id and x.at <= t order by x.seq desc limit 1) e
        left join lateral (
            select x.to_agent, x.to_team from handoff x
            where x.conversation_id = c.id and x.offered_at <= t and (x.decided_at is null or x.decided_at > t)
                limit 1) o on true
        left join lateral (
            select x.id from ticket x cross join lateral (
                select y.status from event y where y.subject = 'ticket' and y.subject_id = x.id and y.at <= t
                    order by y.seq desc limit 1) y
            where x.conversation_id = c.id and (x.closed_at is null or x.closed_at > t)
                and y.status not in ('resolved', 'closed')
            order by x.id limit 1) k on true
        cross join lateral (
            select max(x.at) as last_message_at,
                max(x.at) filter (where x.direction = 'inbound' and (x.counts or x.source = 'standby'
                    and x.kind not in ('reaction', 'edit', 'revoke', 'system', 'request_welcome'))) as last_customer_at,
                max(x.at) filter (where x.author = 'human' and x.counts
                    and not (x.failed and coalesce((select min(s.received_at) from message_status s
                    where s.channel_id = x.channel_id and s.wamid = x.wamid and s.status = 'failed'),
                        '-infinity') <= t)) as replied_at
            from message x where x.conversation_id = c.id and x.received_at <= t) m
        cross join lateral (
            -- The run that was open at that time. No reply follows its messages, and no resolve
            -- came after they arrived.
            select min(x.at) as waiting_since from message x
            where x.conversation_id = c.id and x.received_at <= t and x.author = 'customer' and x.counts
                and not x.failed
                and x.at > coalesce(m.replied_at, '-infinity')
                    and x.received_at >= coalesce((select max(case y.status when 'resolved' then y.from_at end)
                    from phase y where y.conversation_id = c.id and y.from_at <= t), '-infinity')) w
    where h.from_at <= t and coalesce(h.to_at, 'infinity') > t
        and (v_ids is null or h.conversation_id = any (v_ids))
        and (p -> 'live' is null or h.status <> 'resolved')
        and (p -> 'statuses' is null or h.status = any (array(select jsonb_array_elements_text(p -> 'statuses'))))
        and (p -> 'statuses' is null or p -> 'statuses' ? 'resolved' or h.status <> 'resolved')
        and (p -> 'owners' is null and p -> 'nobody' is null
            or p -> 'owners' is not null
                and l.agent_id = any (array(select a.id from agent a where p -> 'owners' ? a.handle))
            or p -> 'nobody' is not null and l.agent_id is null)
        and (p -> 'teams' is null or l.team_id = any (array(select g.id from team g where p -> 'teams' ? g.handle)))
        and (p -> 'stores' is null or c.store_id = any (array(select s.id from store s where p -> 'stores' ? s.handle)))
        and (p -> 'channels' is null
            or c.channel_id = any (array(select n.id from channel n where p -> 'channels' ? n.handle)))
        and (p -> 'priorities' is null or p -> 'priorities' ? e.priority)
        and (p -> 'labels' is null or e.labels @> array(select jsonb_array_elements_text(p -> 'labels')))
        and (p -> 'waiting_over' is null or h.status = 'open'
            and w.waiting_since <= t - make_interval(secs => (p ->> 'waiting_over')::float8))
        and (p -> 'window_under' is null or h.status <> 'resolved' and m.last_customer_at > t - interval '24 hours'
            and m.last_customer_at <= t - interval '24 hours' + make_interval(secs => (p ->> 'window_under')::float8))
        and (p -> 'since' is null or c.opened_at >= (p ->> 'since')::timestamptz)
        and (p -> 'until' is null or c.opened_at < (p ->> 'until')::timestamptz)
        and (p -> 'due' is null or h.status = 'snoozed' and e.until_at <= t)
        and (p -> 'offered' is null or (o.to_agent is not null or o.to_team is not null)
            and (p -> 'offered_to' is null or o.to_agent = (p ->> 'offered_to')::bigint
                -- The agent's teams at that time, from the history.
                or o.to_team = any (array(select jsonb_array_elements_text(y.data -> 'teams')::bigint from (
                    select x.data from event x where x.subject = 'agent'
                        and x.subject_id = (p ->> 'offered_to')::bigint and x.at <= t
                    order by x.seq desc limit 1) y))))
        and (p -> 'has_ticket' is null or k.id is not null);
end $$;
