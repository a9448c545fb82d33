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

-- New: what is reopened may say which owner did not get it back, since he is off shift.
create or replace function event_data_fits(kind text, data jsonb) returns boolean language sql immutable parallel safe as $$
    select coalesce(case kind
        when 'opened' then jsonb_typeof(data) = 'object' and jsonb_typeof(data -> 'channel') = 'number' and jsonb_typeof(data -> 'contact') = 'number'
            and jsonb_typeof(data -> 'store') = 'number'
        when 'reopened' then data - '{by,late,off_shift}'::text[] = '{}' and coalesce(jsonb_typeof(data -> 'off_shift'), 'number') = 'number'
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

revoke execute on function guard_fixed() from public;
