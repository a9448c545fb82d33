-- Administered rows: settings, stores, teams, agents, grants to act, channels, shifts and rosters.

-- The administered resources. Each has a table of the same name, and the columns that put_resource
-- sets. The whole row is copied into permanent events, so no column may contain a secret or a text
-- about a person.
create or replace function resources() returns table (name text, columns text[]) language sql immutable as $$
    values
        ('setting', '{name,value}'::text[]),
        ('store', '{handle,name,disabled_at}'),
        ('team', '{handle,name,disabled_at}'),
        ('agent', '{handle,name,role,teams,capacity,login,disabled_at,away,away_until}'),
        ('acting', '{login,agent_id,revoked_at}'),
        ('channel', '{handle,phone_number_id,display_phone,store_id,team_id,disabled_at}'),
        ('shift', '{handle,name,starts,ends,disabled_at}'),
        ('roster', '{agent_id,shift_id,works,first_day,last_day,days,revoked_at}')
$$;

-- Returns the members of a row that are not null. A null column and a missing column are equal.
create or replace function present(p_row jsonb) returns jsonb language sql immutable parallel safe as $$
    select coalesce(jsonb_object_agg(x.key, x.value) filter (where x.value <> 'null'), '{}') from jsonb_each(p_row) as x
$$;

-- Adds an administered row (if p_id is null) or changes it. p_row contains the columns to set. The
-- event contains the whole row after the change.
create or replace function put_resource(p_operation bigint, p_resource text, p_id bigint, p_row jsonb, p_kind text,
    p_reason text) returns bigint
language plpgsql security definer set search_path from current set timezone = 'UTC' as $$
declare
    op operation := current_operation(p_operation);
    me agent;
    v_columns text[] := (select r.columns from resources() r where r.name = p_resource);
    v_relations text[];
    v_old jsonb;
    v_new jsonb;
    v_id bigint := p_id;
    v_seq int := 0;
    v_head bytea := '';
    v_at timestamptz := app_now();
    v_hash bytea;
    v_reason bigint;
    v_reason_commitment bytea;
    v_list text;
begin
    select * into me from agent where id = op.actor_id;
    v_relations := array(select p.relation from permissions() p where p.kind = p_kind and me.role = any (p.roles));
    -- An unknown kind is an error for every caller.
    if exists (select 1 from event_rules() k where k.subject = 'resource' and k.kind = p_kind)
        and not ('anyone' = any (v_relations)
        or 'shifts' = any (v_relations) and p_resource in ('shift', 'roster')
        or 'oneself' = any (v_relations) and p_resource = 'agent' and p_id = me.id
        or 'due timer' = any (v_relations) and p_resource = 'agent'
            and exists (select 1 from agent a where a.id = p_id and a.away_until <= op.at)) then
        raise exception using errcode = 'IB004',
            message = case when p_kind in ('went_away', 'came_back')
                then format('%s (%s) may not say whether another agent is away', me.handle, me.role)
                else format('%s (%s) may not change %s %s', me.handle, me.role,
                    case when p_resource ~ '^a' then 'an' else 'a' end, p_resource) end,
            hint = case when p_resource in ('shift', 'roster') or p_kind in ('went_away', 'came_back')
                then 'supervisors and admins may' else 'admins may' end || ': inbox agent list shows who is one';
    end if;
    -- A kind allows only the action of its name.
    if v_columns is null or p_kind is null or p_row is null or jsonb_typeof(p_row) <> 'object'
        or p_id is null <> (p_kind in ('added', 'granted')) or (case p_kind
        when 'added' then p_resource = 'acting' or p_row ?| '{away,away_until}'
        when 'granted' then p_resource <> 'acting' or p_row ->> 'revoked_at' is not null
        when 'changed' then p_resource in ('acting', 'roster') or p_row ?| '{disabled_at,away,away_until}'
        when 'went_away' then p_resource <> 'agent' or p_row - '{away,away_until}'::text[] <> '{}'
            or p_row ->> 'away' is null
        when 'came_back' then p_resource <> 'agent' or p_row <> '{"away": null, "away_until": null}'
        when 'revoked' then p_resource not in ('acting', 'roster') or p_row - 'revoked_at' <> '{}'
            or p_row ->> 'revoked_at' is null
        when 'disabled' then not 'disabled_at' = any (v_columns) or p_row - 'disabled_at' <> '{}'
            or p_row ->> 'disabled_at' is null
        when 'enabled' then not 'disabled_at' = any (v_columns) or p_row <> '{"disabled_at": null}'
        else true end) then
        raise exception using errcode = 'IB001', message = 'malformed change';
    end if;
    if p_resource = 'agent' and (p_row ? 'role' or p_row ? 'disabled_at') then
        -- Two admins may demote each other at the same time. The second session waits here, and
        -- then sees that only one admin is left.
        perform 1 from agent where role = 'admin' and disabled_at is null or id = p_id order by id for no key update;
    end if;
    if p_id is not null then
        -- The lock does not conflict with `key share`. Every operation has that lock on its actor
        -- before it waits for conversations.
        execute format('select to_jsonb(t) - ''{seq,head,head_at,noun}''::text[], seq, head, greatest($2, head_at + '
            'interval ''1 microsecond'') from %I t where id = $1 for no key update', p_resource)
            into v_old, v_seq, v_head, v_at using p_id, v_at;
        if v_old is null then
            raise exception using errcode = 'IB003', message = format('no such %s', p_resource);
        end if;
        if p_resource in ('agent', 'team', 'store', 'channel', 'shift') and p_row ? 'handle'
            and p_row ->> 'handle' <> v_old ->> 'handle' then
            raise exception using errcode = 'IB005',
                message = 'a handle cannot be changed, because the history contains it';
        end if;
        if p_resource = 'agent' and v_old ->> 'role' = 'system' then
            raise exception using errcode = 'IB004', message = 'the agent system cannot be changed';
        end if;
        if p_kind = 'revoked' and v_old ->> 'revoked_at' is not null or p_kind = 'disabled'
            and v_old ->> 'disabled_at' is not null
            or p_kind = 'enabled' and v_old ->> 'disabled_at' is null then
            raise exception using errcode = 'IB005', message = format('it is %s already', p_kind);
        end if;
        if p_kind = 'went_away' and v_old ->> 'disabled_at' is not null then
            raise exception using errcode = 'IB005', message = format('%s is disabled', v_old ->> 'handle');
        end if;
        if p_kind = 'went_away' and (p_row ->> 'away_until')::timestamptz <= op.at then
            raise exception using errcode = 'IB005',
                message = format('%s cannot be away until a time that has passed', v_old ->> 'handle');
        end if;
        if p_kind = 'came_back' and v_old ->> 'away' is null then
            raise exception using errcode = 'IB005', message = format('%s is not away', v_old ->> 'handle');
        end if;
    else
        execute format('select nextval(pg_get_serial_sequence(%L, ''id''))', p_resource) into v_id;
        if p_resource in ('agent', 'team') then
            insert into handle (handle, noun) values (p_row ->> 'handle', p_resource);
        end if;
    end if;
    if p_resource = 'setting' and p_id is not null and p_row ->> 'name' <> v_old ->> 'name' then
        raise exception using errcode = 'IB005',
            message = 'a setting cannot be renamed, because the history contains it';
    end if;
    if p_resource = 'roster' and p_id is null and (p_row ->> 'revoked_at' is not null
        or not exists (select 1 from agent where id = (p_row ->> 'agent_id')::bigint and disabled_at is null
            and role <> 'system')
        or p_row ->> 'shift_id' is not null
            and not exists (select 1 from shift where id = (p_row ->> 'shift_id')::bigint and disabled_at is null)) then
        raise exception using errcode = 'IB005', message = 'a roster entry cannot have a disabled agent or shift';
    end if;
    if p_resource = 'agent' and p_row ->> 'role' = 'system' then
        raise exception using errcode = 'IB004', message = 'the role system is for the program alone';
    end if;
    v_new := coalesce(v_old, '{}') || (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(p_row)
        where key = any (v_columns)) || jsonb_build_object('id', v_id);
    -- A disabled agent and a viewer cannot own work.
    if p_resource = 'agent' and (v_new ->> 'disabled_at' is not null or v_new ->> 'role' = 'viewer') and (
        exists (select 1 from conversation where owner_id = v_id)
            or exists (select 1 from ticket where owner_id = v_id and closed_at is null)) then
        raise exception using errcode = 'IB005',
            message = format('%s still owns conversations or tickets', v_new ->> 'handle'),
            hint = format('inbox agent disable %s --give-to HANDLE, or --release', v_new ->> 'handle');
    end if;
    -- A workspace without an admin could not be administered.
    if p_resource = 'agent' and v_old ->> 'role' = 'admin' and v_old ->> 'disabled_at' is null
        and (v_new ->> 'role' <> 'admin' or v_new ->> 'disabled_at' is not null)
        and not exists (select 1 from agent where role = 'admin' and disabled_at is null and id <> v_id) then
        raise exception using errcode = 'IB005', message = format('%s is the last admin', v_new ->> 'handle'),
            hint = 'make another agent an admin first';
    end if;
    execute format('select to_jsonb(jsonb_populate_record(null::%I, $1)) - ''{seq,head,head_at,noun}''::text[]',
        p_resource) into v_new using v_new;
    if v_new ->> 'teams' is null and p_resource = 'agent' then
        v_new := v_new || '{"teams": []}';
    end if;
    if p_resource = 'agent' and exists (select 1 from jsonb_array_elements_text(v_new -> 'teams') as t (id)
        where not exists (select 1 from team g where g.id = t.id::bigint)) then
        raise exception using errcode = 'IB003', message = 'no such team';
    end if;
    -- The caller cannot choose the time.
    v_new := v_new || (select coalesce(jsonb_object_agg(x.key, v_at), '{}')
        from unnest(array['disabled_at', 'revoked_at']) as x (key)
        where v_new ->> x.key is not null and v_new -> x.key is distinct from v_old -> x.key);
    -- Values that the program cannot use.
    if p_resource = 'setting' and not coalesce(case
        when v_new ->> 'name' = 'time_zone' then jsonb_typeof(v_new -> 'value') = 'string'
            and (v_new ->> 'value' = 'UTC' or v_new ->> 'value' like '%/%')
            and v_new ->> 'value' !~ '^(posix|right)/'
                and exists (select 1 from pg_timezone_names z where z.name = v_new ->> 'value')
        when v_new ->> 'name' = 'phone_prefix' then jsonb_typeof(v_new -> 'value') = 'string'
            and v_new ->> 'value' ~ '^[0-9]{0,3}$'
        when v_new ->> 'name' = 'reopen_window' then v_new ->> 'value' ~ '^[0-9]{1,9}$'
            and jsonb_typeof(v_new -> 'value') = 'number' and (v_new ->> 'value')::bigint <= 31536000
        when v_new ->> 'name' like 'retention%' then v_new ->> 'value' = 'none'
            or v_new ->> 'value' ~ '^[0-9]{1,10}$' and jsonb_typeof(v_new -> 'value') = 'number'
                and (v_new ->> 'value')::bigint between 86400 and 3155760000
        else true end, false) then
        raise exception using errcode = '22023',
            message = format('the setting %s cannot have this value', v_new ->> 'name'),
            hint = 'inbox workspace show lists the settings and their values';
    end if;
    if octet_length(v_new::text) > 16384 or octet_length(v_new ->> 'login') > 63 then
        raise exception using errcode = '22023', message = format('a %s of this length cannot be kept', p_resource);
    end if;
    if p_reason is not null then
        select r.reason_id, r.commitment into v_reason, v_reason_commitment from write_reason(p_reason) r;
    end if;
    v_hash := event_hash(v_head, op.digest, p_resource, v_id, v_seq + 1, v_at, p_kind, op.actor_id, op.id, null, null,
        null, null, null, null, null, v_reason_commitment, null, v_new);
    insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, data, reason_id, reason_commitment,
        hash)
    values (p_resource, v_id, v_seq + 1, v_at, p_kind, op.actor_id, op.id, v_new, v_reason, v_reason_commitment,
        v_hash);
    v_list := array_to_string(v_columns, ', ');
    if p_id is null then
        execute format('insert into %1$I (id, %2$s, seq, head, head_at) select id, %2$s, $2, $3, $4 from '
            'jsonb_populate_record(null::%1$I, $1)', p_resource, v_list)
            using v_new, v_seq + 1, v_hash, v_at;
    else
        execute format('update %1$I t set (%2$s) = (select %2$s from jsonb_populate_record(null::%1$I, $1)), seq = '
            '$2, head = $3, head_at = $4 where id = $5', p_resource, v_list)
            using v_new, v_seq + 1, v_hash, v_at, p_id;
    end if;
    return v_id;
end $$;

-- Records that an agent is away, with the end of the absence if it is known. Without p_away,
-- records that the agent is back.
create or replace function set_presence(p_operation bigint, p_agent bigint, p_away text, p_until timestamptz)
returns void language plpgsql security definer set search_path from current set timezone = 'UTC' as $$
begin
    perform put_resource(p_operation, 'agent', p_agent, jsonb_build_object('away', p_away, 'away_until', p_until),
        case when p_away is null then 'came_back' else 'went_away' end, null);
end $$;

-- Ends the absences whose time is over, and returns the number of agents. Skips agents that another
-- session is changing.
create or replace function bring_back(p_operation bigint, p_limit int) returns int
language plpgsql security definer set search_path from current set timezone = 'UTC' as $$
declare
    op operation := current_operation(p_operation);
    v_ids bigint[];
begin
    if p_limit not between 1 and 1000 or p_limit is null then
        raise exception using errcode = '22023', message = 'at most 1000 agents are brought back at once';
    end if;
    v_ids := array(select a.id from agent a where a.away_until <= op.at order by a.away_until, a.id
        limit p_limit for no key update skip locked);
    perform set_presence(p_operation, f, null, null) from unnest(v_ids) as f;
    return cardinality(v_ids);
end $$;
