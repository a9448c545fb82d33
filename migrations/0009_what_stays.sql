-- What a conversation was made with stays. When it was resolved, or a ticket closed, is the time of the event that said so. After the change and with
-- its condition in the trigger, so that a change of many pays for a comparison a row and for no lock.
create function guard_fixed() returns trigger language plpgsql set search_path from current as $$
begin
    raise exception using errcode = 'IB001',
        message = format('%s-%s would change without the event that says so', case tg_table_name when 'ticket' then 'T' else 'C' end, old.id);
end $$;
create trigger fixed after update on conversation for each row
    when ((new.id, new.channel_id, new.contact_id, new.store_id, new.started_by) is distinct from (old.id, old.channel_id, old.contact_id, old.store_id, old.started_by)
        or new.resolved_at is distinct from old.resolved_at and (new.seq = old.seq or new.resolved_at <> new.head_at))
    execute function guard_fixed();
create trigger fixed after update on ticket for each row
    when (new.id <> old.id or new.closed_at is distinct from old.closed_at and (new.seq = old.seq or new.closed_at <> new.head_at))
    execute function guard_fixed();

-- New: what is reopened says how in the program's words alone, and may say which owner did not get it back, since he is off shift.
create or replace function event_data_fits(kind text, data jsonb) returns boolean language sql immutable parallel safe as $$
    select coalesce(case kind
        when 'opened' then jsonb_typeof(data) = 'object' and jsonb_typeof(data -> 'channel') = 'number' and jsonb_typeof(data -> 'contact') = 'number'
            and jsonb_typeof(data -> 'store') = 'number'
        when 'reopened' then data - '{by,late,off_shift}'::text[] = '{}' and data ? 'by' = data ? 'late' and coalesce(data ->> 'by', 'message') = 'message'
            and coalesce(jsonb_typeof(data -> 'late'), 'boolean') = 'boolean' and coalesce(data ->> 'off_shift', '0') ~ '^[0-9]{1,18}$'
        when 'escalated' then data = jsonb_build_object('ticket', data -> 'ticket') and jsonb_typeof(data -> 'ticket') = 'number'
        when 'undone' then data = jsonb_build_object('undoes', data -> 'undoes') and jsonb_typeof(data -> 'undoes') = 'number'
        when 'handoff_offered' then data - '{to_agent,to_team,due_at}'::text[] = '{}' and coalesce(jsonb_typeof(data -> 'to_agent'), 'null') in ('number', 'null')
            and coalesce(jsonb_typeof(data -> 'to_team'), 'null') in ('number', 'null')
            and coalesce(data ->> 'due_at', '2000-01-01T00:00:00Z') ~ '^(19[7-9]|20[0-9]|21[0-9])[0-9]-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z$'
        else data = '{}' end, false)
$$;

-- The longest texts, for psql too: as long as the program takes them.
alter table team add constraint team_name check (char_length(name) between 1 and 200);
alter table agent add constraint agent_name check (char_length(name) between 1 and 200);
alter table store add constraint store_name check (char_length(name) between 1 and 200);
alter table shift add constraint shift_name check (char_length(name) between 1 and 200);
alter table note add constraint note_longest
    check (greatest(octet_length(body), octet_length(order_id), octet_length(courier), octet_length(tracking_no), octet_length(tried)) <= 65536);
alter table reason add constraint reason_longest check (octet_length(body) <= 131072);

-- Times that no clock shows, which the program could not print. Of a conversation's opening it holds already.
alter table message add constraint message_times check (extract(year from least(at, received_at) at time zone 'UTC') >= 1970 and extract(year from greatest(at, received_at) at time zone 'UTC') <= 2199);
alter table message_status add constraint message_status_times check (extract(year from least(at, received_at) at time zone 'UTC') >= 1970 and extract(year from greatest(at, received_at) at time zone 'UTC') <= 2199);
alter table conversation add constraint conversation_times
    check (extract(year from least(last_message_at, first_customer_at, last_customer_at, waiting_since, first_reply_at) at time zone 'UTC') >= 1970 and extract(year from greatest(last_message_at, first_customer_at, last_customer_at, waiting_since, first_reply_at) at time zone 'UTC') <= 2199);
alter table run add constraint run_times check (extract(year from least(started_at, last_at, ended_at) at time zone 'UTC') >= 1970 and extract(year from greatest(started_at, last_at, ended_at) at time zone 'UTC') <= 2199);
alter table contact add constraint contact_times check (extract(year from least(first_seen, last_seen, name_at, username_at, marketing_at) at time zone 'UTC') >= 1970 and extract(year from greatest(first_seen, last_seen, name_at, username_at, marketing_at) at time zone 'UTC') <= 2199);
alter table contact_alias add constraint contact_alias_times check (extract(year from least(first_seen, last_seen, superseded_at) at time zone 'UTC') >= 1970 and extract(year from greatest(first_seen, last_seen, superseded_at) at time zone 'UTC') <= 2199);
alter table delivery add constraint delivery_times check (extract(year from least(received_at, not_before, applied_at) at time zone 'UTC') >= 1970 and extract(year from greatest(received_at, not_before, applied_at) at time zone 'UTC') <= 2199);

-- New: a message stays its customer's, who is that of its conversation: whose it is decides what may be erased.
create or replace function guard_message() returns trigger
language plpgsql security definer set search_path from current set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    bad bigint;
begin
    select coalesce(n.id, o.id) into bad
    from new_rows n full join old_rows o on o.id = n.id left join conversation c on c.id = n.conversation_id
    where case
        when n.id is null or o.id is null or n.channel_id <> o.channel_id then true
        when c.id is not null and (c.contact_id, c.channel_id) is distinct from (n.contact_id, n.channel_id) then true
        when (n.rank, n.wamid, n.kind, n.at, n.direction, n.author, n.commitment, n.xid, n.salt, n.text, n.summary, n.raw, n.reply_to, n.target)
            is not distinct from (o.rank, o.wamid, o.kind, o.at, o.direction, o.author, o.commitment, o.xid, o.salt, o.text, o.summary, o.raw, o.reply_to, o.target) then
            n.contact_id is distinct from coalesce(o.contact_id, n.contact_id) or n.conversation_id is distinct from coalesce(o.conversation_id, n.conversation_id)
        when n.rank > o.rank or n.rank = 0 and o.rank = 0 and n.salt is not null then
            n.wamid <> o.wamid or n.xid <> pg_current_xact_id() or n.rank = 5 and n.kind <> 'call'
            or n.commitment is distinct from sha256(n.salt || message_text(n.wamid, n.kind, n.at, n.direction, n.author, n.text, n.summary, n.raw))
        else (n.rank, n.kind, n.at, n.direction, n.author, n.commitment, n.xid) is distinct from (o.rank, o.kind, o.at, o.direction, o.author, o.commitment, o.xid)
            or coalesce(n.salt, convert_to(n.text, 'UTF8'), convert_to(n.summary, 'UTF8'), convert_to(n.raw, 'UTF8')) is not null
            or n.contact_id is distinct from o.contact_id or not (being_forgotten(o.contact_id) or (n.wamid, n.reply_to, n.target) is not distinct from (o.wamid, o.reply_to, o.target)
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

-- New: that of a message's first row.
create or replace function guard_new_message() returns trigger language plpgsql set search_path from current as $$
begin
    if exists (select 1 from new_rows n where n.xid <> pg_current_xact_id()) then
        raise exception using errcode = 'IB001', message = 'a message is of the transaction that writes it';
    end if;
    if exists (select 1 from new_rows n join conversation c on c.id = n.conversation_id where (c.contact_id, c.channel_id) is distinct from (n.contact_id, n.channel_id)) then
        raise exception using errcode = 'IB001', message = 'a message is of its conversation''s customer and channel';
    end if;
    return null;
end $$;
create trigger by_message_alone before insert on superseded for each statement when (pg_trigger_depth() = 0) execute function guard_append_only();

-- New: a kind says what is done and nothing else; settings are what the program can read.
create or replace function put_noun(p_operation bigint, p_noun text, p_id bigint, p_row jsonb, p_kind text, p_reason text) returns bigint
language plpgsql security definer set search_path from current set timezone = 'UTC' as $$
declare
    op operation := current_operation(p_operation);
    me agent;
    v_columns text[] := case p_noun
        when 'setting' then '{name,value}' when 'store' then '{handle,name,disabled_at}' when 'team' then '{handle,name,disabled_at}'
        when 'agent' then '{handle,name,role,teams,capacity,login,disabled_at}' when 'acting' then '{login,agent_id,revoked_at}'
        when 'channel' then '{handle,phone_number_id,display_phone,store_id,team_id,disabled_at}' when 'shift' then '{handle,name,starts,ends,disabled_at}'
        when 'roster' then '{agent_id,shift_id,works,first_day,last_day,days,revoked_at}' end;
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
    if me.role <> 'admin' and not (me.role = 'supervisor' and p_noun in ('shift', 'roster')) then
        raise exception using errcode = 'IB004', message = format('%s (%s) may not change %s %s', me.handle, me.role, case when p_noun ~ '^a' then 'an' else 'a' end, p_noun),
            hint = case when p_noun in ('shift', 'roster') then 'supervisors and admins may' else 'admins may' end || ': inbox agent list shows who is one';
    end if;
    -- A kind says what is done and nothing else.
    if v_columns is null or p_kind is null or p_row is null or jsonb_typeof(p_row) <> 'object' or p_id is null <> (p_kind in ('added', 'granted')) or (case p_kind
        when 'added' then p_noun = 'acting'
        when 'granted' then p_noun <> 'acting' or p_row ->> 'revoked_at' is not null
        when 'changed' then p_noun in ('acting', 'roster') or p_row ? 'disabled_at'
        when 'revoked' then p_noun not in ('acting', 'roster') or p_row - 'revoked_at' <> '{}' or p_row ->> 'revoked_at' is null
        when 'disabled' then not 'disabled_at' = any (v_columns) or p_row - 'disabled_at' <> '{}' or p_row ->> 'disabled_at' is null
        when 'enabled' then not 'disabled_at' = any (v_columns) or p_row <> '{"disabled_at": null}'
        else true end) then
        raise exception using errcode = 'IB001', message = 'malformed change';
    end if;
    if p_noun = 'agent' and (p_row ? 'role' or p_row ? 'disabled_at') then
        -- Two admins who demote each other: the second waits here and then sees that he would be the last to go.
        perform 1 from agent where role = 'admin' and disabled_at is null or id = p_id order by id for no key update;
    end if;
    if p_id is not null then
        -- Not against `key share`, which every operation holds on its actor before it waits for conversations.
        execute format('select to_jsonb(t) - ''{seq,head,head_at,noun}''::text[], seq, head, greatest($2, head_at + interval ''1 microsecond'') from %I t where id = $1 for no key update', p_noun)
            into v_old, v_seq, v_head, v_at using p_id, v_at;
        if v_old is null then
            raise exception using errcode = 'IB003', message = format('no such %s', p_noun);
        end if;
        if p_noun in ('agent', 'team', 'store', 'channel', 'shift') and p_row ? 'handle' and p_row ->> 'handle' <> v_old ->> 'handle' then
            raise exception using errcode = 'IB005', message = 'a handle is never changed: the history names it';
        end if;
        if p_noun = 'agent' and v_old ->> 'role' = 'system' then
            raise exception using errcode = 'IB004', message = 'the agent system cannot be changed';
        end if;
        if p_kind = 'revoked' and v_old ->> 'revoked_at' is not null or p_kind = 'disabled' and v_old ->> 'disabled_at' is not null
            or p_kind = 'enabled' and v_old ->> 'disabled_at' is null then
            raise exception using errcode = 'IB005', message = format('it is %s already', p_kind);
        end if;
    else
        execute format('select nextval(pg_get_serial_sequence(%L, ''id''))', p_noun) into v_id;
        if p_noun in ('agent', 'team') then
            insert into handle (handle, noun) values (p_row ->> 'handle', p_noun);
        end if;
    end if;
    if p_noun = 'setting' and p_id is not null and p_row ->> 'name' <> v_old ->> 'name' then
        raise exception using errcode = 'IB005', message = 'a setting is never renamed: the history names it';
    end if;
    if p_noun = 'roster' and p_id is null and (p_row ->> 'revoked_at' is not null
        or not exists (select 1 from agent where id = (p_row ->> 'agent_id')::bigint and disabled_at is null and role <> 'system')
        or p_row ->> 'shift_id' is not null and not exists (select 1 from shift where id = (p_row ->> 'shift_id')::bigint and disabled_at is null)) then
        raise exception using errcode = 'IB005', message = 'a roster takes no disabled agent or shift';
    end if;
    if p_noun = 'agent' and p_row ->> 'role' = 'system' then
        raise exception using errcode = 'IB004', message = 'the role system is for the program alone';
    end if;
    v_new := coalesce(v_old, '{}') || (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(p_row) where key = any (v_columns)) || jsonb_build_object('id', v_id);
    -- Who is disabled or a viewer owns nothing.
    if p_noun = 'agent' and (v_new ->> 'disabled_at' is not null or v_new ->> 'role' = 'viewer') and (
        exists (select 1 from conversation where owner_id = v_id) or exists (select 1 from ticket where owner_id = v_id and closed_at is null)) then
        raise exception using errcode = 'IB005', message = format('%s still owns conversations or tickets', v_new ->> 'handle'),
            hint = format('inbox agent disable %s --give-to HANDLE, or --release', v_new ->> 'handle');
    end if;
    -- Whoever would leave the workspace without an admin locks everybody out.
    if p_noun = 'agent' and v_old ->> 'role' = 'admin' and v_old ->> 'disabled_at' is null and (v_new ->> 'role' <> 'admin' or v_new ->> 'disabled_at' is not null)
        and not exists (select 1 from agent where role = 'admin' and disabled_at is null and id <> v_id) then
        raise exception using errcode = 'IB005', message = format('%s is the last admin', v_new ->> 'handle'), hint = 'make another agent an admin first';
    end if;
    execute format('select to_jsonb(jsonb_populate_record(null::%I, $1)) - ''{seq,head,head_at,noun}''::text[]', p_noun) into v_new using v_new;
    if v_new ->> 'teams' is null and p_noun = 'agent' then
        v_new := v_new || '{"teams": []}';
    end if;
    if p_noun = 'agent' and exists (select 1 from jsonb_array_elements_text(v_new -> 'teams') as t (id) where not exists (select 1 from team g where g.id = t.id::bigint)) then
        raise exception using errcode = 'IB003', message = 'no such team';
    end if;
    -- Since when is not for the caller to say.
    v_new := v_new || (select coalesce(jsonb_object_agg(x.key, v_at), '{}') from unnest(array['disabled_at', 'revoked_at']) as x (key)
        where v_new ->> x.key is not null and v_new -> x.key is distinct from v_old -> x.key);
    -- What the program itself cannot live with.
    if p_noun = 'setting' and not coalesce(case
        when v_new ->> 'name' = 'time_zone' then jsonb_typeof(v_new -> 'value') = 'string' and (v_new ->> 'value' = 'UTC' or v_new ->> 'value' like '%/%')
            and v_new ->> 'value' !~ '^(posix|right)/' and exists (select 1 from pg_timezone_names z where z.name = v_new ->> 'value')
        when v_new ->> 'name' = 'phone_prefix' then jsonb_typeof(v_new -> 'value') = 'string' and v_new ->> 'value' ~ '^[0-9]{0,3}$'
        when v_new ->> 'name' = 'reopen_window' then v_new ->> 'value' ~ '^[0-9]{1,9}$' and jsonb_typeof(v_new -> 'value') = 'number' and (v_new ->> 'value')::bigint <= 31536000
        when v_new ->> 'name' like 'retention%' then v_new ->> 'value' = 'none'
            or v_new ->> 'value' ~ '^[0-9]{1,10}$' and jsonb_typeof(v_new -> 'value') = 'number' and (v_new ->> 'value')::bigint between 86400 and 3155760000
        else true end, false) then
        raise exception using errcode = '22023', message = format('the setting %s cannot be that', v_new ->> 'name'), hint = 'inbox config workspace shows the settings and how to write them';
    end if;
    if p_reason is not null then
        select r.reason_id, r.commitment into v_reason, v_reason_commitment from write_reason(p_reason) r;
    end if;
    v_hash := event_hash(v_head, op.digest, p_noun, v_id, v_seq + 1, v_at, p_kind, op.actor_id, op.id, null, null, null, null, null, null, null, v_reason_commitment, null, v_new);
    insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, data, reason_id, reason_commitment, hash)
    values (p_noun, v_id, v_seq + 1, v_at, p_kind, op.actor_id, op.id, v_new, v_reason, v_reason_commitment, v_hash);
    v_list := array_to_string(v_columns, ', ');
    if p_id is null then
        execute format('insert into %1$I (id, %2$s, seq, head, head_at) select id, %2$s, $2, $3, $4 from jsonb_populate_record(null::%1$I, $1)', p_noun, v_list)
            using v_new, v_seq + 1, v_hash, v_at;
    else
        execute format('update %1$I t set (%2$s) = (select %2$s from jsonb_populate_record(null::%1$I, $1)), seq = $2, head = $3, head_at = $4 where id = $5', p_noun, v_list)
            using v_new, v_seq + 1, v_hash, v_at, p_id;
    end if;
    return v_id;
end $$;

-- New: a key is kept with the result that goes with it, be it that nothing fitted.
create or replace function finish_operation(p_operation bigint, p_selected int, p_changed int, p_result jsonb, p_exit smallint) returns void
language plpgsql security definer set search_path from current as $$
begin
    perform current_operation(p_operation);
    update operation set selected = p_selected, changed = p_changed, exit = p_exit, finished_at = app_now(),
        key = case when p_result is not null then key end, result = case when key is not null then p_result end
    where id = p_operation;
end $$;

-- A customer who was forgotten is answered by nobody: the conversation stays resolved.
create function guard_forgotten() returns trigger language plpgsql set search_path from current as $$
begin
    if exists (select 1 from contact k where k.id = new.contact_id and k.forgotten_at is not null) then
        raise exception using errcode = 'IB005', message = format('C-%s is of a customer who was forgotten: nobody could be answered in it', new.id),
            hint = 'a new message of the customer opens a new conversation';
    end if;
    return null;
end $$;
create trigger not_forgotten after update on conversation for each row when (old.status = 'resolved' and new.status <> 'resolved') execute function guard_forgotten();

do $$ begin execute format('revoke all on all functions in schema %I from public', current_schema()); end $$;
