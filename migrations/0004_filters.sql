-- The one set of filters, for `list`, for every verb that takes filters, and for exports. Keys of `p`, each optional:
-- ids[] live(bool) owners[] nobody(bool) teams[] stores[] channels[] statuses[] priorities[] labels[] order search phone contact
-- waiting_over window_under (seconds) since until (of the opening) due offered offered_to (agent id) has_ticket.
-- A null key filters nothing; with constants the planner drops what is not asked for.
create function conversation_ids(p jsonb) returns setof bigint
language plpgsql stable set search_path from current as $$
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
        and (p -> 'order' is null or c.id in (select k.conversation_id from order_key k where k.key = p ->> 'order'))
        and (p -> 'contact' is null or c.contact_id = (p ->> 'contact')::bigint)
        and (p -> 'phone' is null or c.contact_id in (select l.contact_id from contact_alias l where l.value = p ->> 'phone'))
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
        and (p -> 'search' is null or c.id in (
            select m.conversation_id from message m where m.text is not null and to_tsvector('simple', m.text) @@ websearch_to_tsquery('simple', p ->> 'search')
            union select n.conversation_id from note n where to_tsvector('simple', coalesce(n.body, '') || ' ' || coalesce(n.tried, '') || ' '
                || coalesce(n.courier, '') || ' ' || coalesce(n.tracking_no, '') || ' ' || coalesce(n.order_id, '')) @@ websearch_to_tsquery('simple', p ->> 'search')));
end $$;

-- Locks what a filter selects, in id order, and gives what it still selects once locked: nobody who was faster is overwritten.
create function lock_conversations(p jsonb) returns table (
    id bigint, seq int, status text, owner_id bigint, owner text, owned_since timestamptz, team_id bigint, team text, priority text, labels text[],
    snoozed_until timestamptz, last_owner_id bigint, offered_agent bigint, offered_team bigint, open_ticket bigint
) language plpgsql security definer set search_path from current as $$
#variable_conflict use_column
declare
    v_ids bigint[] := array(select f from conversation_ids(p) as f order by f);
begin
    perform 1 from conversation c where c.id = any (v_ids) order by c.id for no key update;
    v_ids := array(select f from conversation_ids(p || jsonb_build_object('ids', to_jsonb(v_ids))) as f);
    return query
    select c.id, c.seq, c.status, c.owner_id, a.handle, l.from_at, c.team_id, g.handle, c.priority, c.labels, c.snoozed_until,
        case when c.status = 'resolved' then last_owner(c.id) end,
        h.to_agent, h.to_team, k.id
    from unnest(v_ids) as i (id) join conversation c on c.id = i.id join team g on g.id = c.team_id
        join leg l on l.conversation_id = c.id and l.to_at is null
        left join agent a on a.id = c.owner_id
        left join handoff h on h.conversation_id = c.id and h.state = 'offered'
        left join lateral (select t.id from ticket t where t.conversation_id = c.id and t.closed_at is null order by t.id limit 1) k on true
    order by c.id;
end $$;

do $$ begin execute format('revoke all on all functions in schema %I from public', current_schema()); end $$;
