-- Bounds and checks for whatever a login can send, a version number for each message, and commitments for customers' ids.
-- Functions and guards that change are repeated whole; the comment above each names what is new.

-- Rights in the database itself. Every role that already has a place in this database keeps its way in.

-- Returns the statements that leave the database to the workspace's groups and to roles with rights of their own:
-- owners of schemas, and roles that another schema of the database names, such as the groups of another workspace.
create function connect_statements() returns setof text language sql stable set search_path from current as $$
    select format('grant connect on database %I to %I', current_database(), group_role(k))
    from unnest(array['viewer', 'ingest']) as k
    union all
    select format('grant connect on database %I to %I', current_database(), r.rolname)
    from pg_roles r
    where r.rolname !~ '^pg_'
        and r.rolname <> all (array[group_role('viewer'), group_role('ingest')])
        and r.oid in (
            select n.nspowner from pg_namespace n where n.nspname !~ '^pg_'
            union
            select a.grantee from pg_namespace n, aclexplode(n.nspacl) a where n.nspname !~ '^pg_')
    union all
    select format('revoke connect on database %I from public', current_database())
$$;

-- Versions of messages.

-- Two appliers can write the versions of one message in another order than that of their transaction ids.
-- Versions count the writes; ids of transactions only say which of them a seal covers.
alter table message add column version int not null default 1;
alter table superseded
    add column version int,
    add column kind text,
    add column direction text;
alter table superseded disable trigger append_only;
-- A rank rises from version to version. Only a placeholder is replaced by another, with an earlier or equal time.
update superseded s
set version = o.version
from (
    select message_id, xid, row_number() over (partition by message_id order by rank, at desc, xid) as version
    from superseded
) o
where o.message_id = s.message_id and o.xid = s.xid;
alter table superseded enable trigger append_only;
alter table superseded
    drop constraint superseded_pkey,
    alter column version set not null,
    add primary key (message_id, version);
alter table message disable trigger never_changed;
update message m
set version = o.count + 1
from (select message_id, count(*)::int as count from superseded group by message_id) o
where o.message_id = m.id;
alter table message enable trigger never_changed;

-- Returns whether a message of this rank can come this way and be of this kind, direction and author.
create function message_fits(rank smallint, source text, kind text, direction text, author text)
returns boolean language sql immutable parallel safe as $$
    select coalesce(
        case
        when rank = 0 then source = 'status' and direction = 'outbound' and kind in ('template', 'unknown')
        when rank in (1, 2) then source = 'history'
        when rank = 3 then source = 'standby'
        when rank = 4 then source in ('live', 'echo', 'sent')
        else source = 'live' and kind = 'call'
        end
        and case author
        when 'customer' then direction = 'inbound'
        when 'system' then true
        else direction = 'outbound'
        end
        and (source <> 'echo' or direction = 'outbound')
        and (source <> 'live' or direction = 'inbound' or kind = 'call'), false)
$$;

-- Returns whether the texts of a message are no longer than the longest webhook, and its words and ids are short.
create function message_bounded(
    wamid text, kind text, body text, summary text, raw text, reply_to text, target text, salt bytea
) returns boolean language sql immutable parallel safe as $$
    select octet_length(wamid) between 1 and 1024
        and octet_length(kind) between 1 and 256
        and greatest(octet_length(body), octet_length(summary), octet_length(raw), 0) <= 67108864
        and greatest(octet_length(reply_to), octet_length(target), 0) <= 1024
        and octet_length(salt) <= 64
$$;

-- The version is the database's to count.
create function count_version() returns trigger language plpgsql set search_path from current as $$
begin
    new.version := old.version + 1;
    return new;
end $$;
create trigger counts_versions before update on message for each row
    when (new.rank <> old.rank or new.commitment <> old.commitment)
    execute function count_version();

-- New: from rank 4 on only a call changes, into its own end. Whose a message is and how it came stay as they are, unless
-- more becomes known of it. Each version is kept with its kind and direction.
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
        when (n.rank, n.wamid, n.kind, n.at, n.direction, n.author, n.commitment, n.xid, n.salt, n.text, n.summary, n.raw,
                n.reply_to, n.target, n.version)
            is not distinct from (o.rank, o.wamid, o.kind, o.at, o.direction, o.author, o.commitment, o.xid, o.salt, o.text,
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
            -- A customer's message that did not count before finds its conversation when it does.
            or n.conversation_id is distinct from coalesce(o.conversation_id, n.conversation_id)
                and not (o.rank < 4 and n.direction = 'inbound' and n.counts and not o.counts)
            or n.rank = 0 and (n.at > o.at or coalesce(n.text, n.raw) is not null)
            or o.rank >= 4 and ((o.kind, n.kind) <> ('call', 'call') or n.at < o.at
                or (n.direction, n.author) <> (o.direction, o.author))
        else (n.rank, n.kind, n.at, n.direction, n.author, n.commitment, n.xid, n.version)
                is distinct from (o.rank, o.kind, o.at, o.direction, o.author, o.commitment, o.xid, o.version)
            or coalesce(n.salt, convert_to(n.text, 'UTF8'), convert_to(n.summary, 'UTF8'), convert_to(n.raw, 'UTF8')) is not null
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

-- New: the commitment, salt, version, source and lengths are checked as for an update.
create or replace function guard_new_message() returns trigger
language plpgsql security definer set search_path from current set enable_hashjoin = off set enable_mergejoin = off as $$
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
        when n.salt is null or n.commitment <> sha256(n.salt || message_text(n.wamid, n.kind, n.at, n.direction, n.author,
            n.text, n.summary, n.raw)) then 'the salted hash of its content'
        when n.conversation_id is not null and (c.contact_id, c.channel_id) is distinct from (n.contact_id, n.channel_id)
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
        or n.commitment <> sha256(n.salt || message_text(n.wamid, n.kind, n.at, n.direction, n.author, n.text, n.summary, n.raw))
        or n.conversation_id is not null and (c.contact_id, c.channel_id) is distinct from (n.contact_id, n.channel_id)
    limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('the message %s lacks %s', left(bad.wamid, 100), bad.lacks);
    end if;
    return null;
end $$;

-- What else serve's login can insert: times that can be printed, and words of a sane length.
alter table dead_letter
    add constraint dead_letter_times check (
        extract(year from least(received_at, replayed_at) at time zone 'UTC') >= 1970
        and extract(year from greatest(received_at, replayed_at) at time zone 'UTC') <= 2199),
    add constraint dead_letter_longest check (octet_length(path) <= 65536 and octet_length(reason) <= 1048576);
alter table notice
    add constraint notice_times check (extract(year from received_at at time zone 'UTC') between 1970 and 2199),
    add constraint notice_longest check (octet_length(summary) <= 65536);
alter table contact_conflict
    add constraint contact_conflict_times check (extract(year from first_seen at time zone 'UTC') between 1970 and 2199);
alter table message_status
    add constraint message_status_longest check (
        greatest(octet_length(status), octet_length(participant), octet_length(error_title), octet_length(opaque)) <= 8192);
alter table contact
    add constraint contact_longest check (greatest(octet_length(name), octet_length(username)) <= 8192);
alter table run
    add constraint run_messages check (messages >= 0);
-- The program looks up digits and nothing else.
delete from order_key where key !~ '^[0-9]{3,40}$';
alter table order_key
    add constraint order_key_digits check (key ~ '^[0-9]{3,40}$');

-- Whose an id is, for an outsider. An id of a customer has a commitment of its own when it becomes known, and the same one
-- when it ends. Ids are erased with their contact, with their salt; these rows stay.
create table alias_change (
    id bigint generated always as identity primary key,
    contact_id bigint not null,
    what text not null check (what in ('known', 'ended')),
    commitment bytea not null,
    -- when it was written down, not Meta's time
    at timestamptz not null default app_now(),
    xid xid8 not null default pg_current_xact_id(),
    unique (commitment, what)
);
alter table contact_alias
    add column salt bytea not null default uuid_send(gen_random_uuid());

-- The commitment of a customer's id.
create function alias_commitment(salt bytea, kind text, value text) returns bytea language sql immutable parallel safe as $$
    select sha256(salt || convert_to(concat('inbox-alias-1|', kind, '|', octet_length(value), ':', value), 'UTF8'))
$$;

create function guard_new_alias() returns trigger language plpgsql security definer set search_path from current as $$
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
create trigger is_written_down after insert on contact_alias referencing new table as new_rows
    for each statement execute function guard_new_alias();

create function guard_alias_end() returns trigger language plpgsql security definer set search_path from current as $$
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
create trigger ends_once after update on contact_alias for each row
    when ((new.contact_id, new.kind, new.value, new.salt, new.superseded_at)
        is distinct from (old.contact_id, old.kind, old.value, old.salt, old.superseded_at))
    execute function guard_alias_end();

-- Ids and order keys go with their contact and at no other time.
create function guard_erased_alias() returns trigger language plpgsql set search_path from current as $$
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
create function guard_erased_conflict() returns trigger language plpgsql set search_path from current as $$
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
create trigger erased_with_contact after delete on contact_alias referencing old table as old_rows
    for each statement execute function guard_erased_alias();
create trigger erased_with_contact after delete on contact_conflict referencing old table as old_rows
    for each statement execute function guard_erased_conflict();

create function guard_erased_order() returns trigger language plpgsql set search_path from current as $$
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
create trigger erased_with_contact after delete on order_key referencing old table as old_rows
    for each statement execute function guard_erased_order();
create trigger never_changed before update on order_key for each statement execute function guard_append_only();

do $$
declare
    t text;
begin
    foreach t in array array['contact_alias', 'contact_conflict', 'order_key'] loop
        execute format('create trigger no_truncate before truncate on %I for each statement execute function guard_append_only()', t);
    end loop;
    foreach t in array array['alias_change', 'secret'] loop
        execute format('create trigger append_only before update or delete on %I for each statement execute function guard_append_only()', t);
        execute format('create trigger append_only_truncate before truncate on %I for each statement execute function guard_append_only()', t);
    end loop;
end $$;
-- What is known already.
insert into alias_change (contact_id, what, commitment)
select a.contact_id, w.what, alias_commitment(a.salt, a.kind, a.value)
from contact_alias a
    cross join lateral (values ('known', a.first_seen), ('ended', a.superseded_at)) as w (what, at)
where w.at is not null
order by a.contact_id, a.kind, a.value, a.first_seen;
create trigger by_alias_alone before insert on alias_change for each statement
    when (pg_trigger_depth() = 0) execute function guard_append_only();
-- There is one key, for good.
create trigger only_one before insert on secret for each statement execute function guard_append_only();

-- A fingerprint of the key, for seals: it tells a replaced key, and nothing of the key itself.
create function key_fingerprint() returns text language sql stable security definer set search_path from current as $$
    select encode(sha256(coalesce(string_agg(sha256(s.outer_pad || sha256(s.inner_pad || 'inbox-key-1'::bytea)), ''::bytea
        order by s.outer_pad), ''::bytea)), 'hex')
    from secret s
$$;

-- What the functions take.

-- New: the arguments are an object no longer than a command line.
create or replace function open_operation(p_as text, p_verb text, p_args jsonb, p_args_hash bytea, p_key text, p_version text, p_os_user text, p_undoes bigint)
returns table (operation_id bigint, at timestamptz, actor_id bigint, handle text, role text, replay boolean, same boolean, result jsonb, exit_code smallint)
language plpgsql security definer set search_path from current as $$
#variable_conflict use_column
declare
    me agent := acting_agent(p_as);
    op bigint := nextval(pg_get_serial_sequence('operation', 'id'));
    t timestamptz := app_now();
    old operation;
begin
    -- A snapshot of earlier would judge by permissions and owners of then.
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception using errcode = 'IB004', message = 'changes are made in read committed transactions', hint = 'changes are made through the inbox program';
    end if;
    if p_verb !~ '^[a-z][a-z -]{0,39}$' or p_version !~ '^[0-9A-Za-z.+-]{1,40}$' or length(p_os_user) > 64 or length(p_key) not between 1 and 200 then
        raise exception using errcode = '22023', message = 'malformed operation';
    end if;
    if jsonb_typeof(p_args) <> 'object' or octet_length(p_args::text) > 2097152 or octet_length(p_args_hash) > 64 then
        raise exception using errcode = '22023', message = 'the arguments of an operation are an object of at most 2 MB';
    end if;
    if me.role = 'viewer' then
        raise exception using errcode = 'IB004', message = format('%s is a viewer and may change nothing', me.handle),
            hint = format('an admin can change the role: inbox agent edit %s --role agent', me.handle);
    end if;
    if p_undoes is not null and not exists (select 1 from operation o where o.id = p_undoes) then
        raise exception using errcode = 'IB003', message = format('no operation O-%s', p_undoes), hint = 'inbox audit shows the operation of each event';
    end if;
    insert into operation (id, at, xid, actor_id, verb, args, login, address, version, os_user, digest, key, args_hash, undoes)
    overriding system value
    values (op, t, pg_current_xact_id(), me.id, p_verb, p_args, session_user, inet_client_addr(), p_version, p_os_user,
        operation_digest(op, t, me.id, p_verb, p_args, session_user, inet_client_addr(), p_version, p_os_user), p_key,
        case when p_key is not null then keyed_hash('args|'::bytea || p_args_hash) end, p_undoes)
    on conflict (actor_id, key) where key is not null do nothing;
    if not found then
        select * into old from operation o where o.actor_id = me.id and o.key = p_key;
        return query select old.id, old.at, me.id, me.handle, me.role, true, old.verb = p_verb and old.args_hash is not distinct from keyed_hash('args|'::bytea || p_args_hash),
            old.result, old.exit;
    else
        return query select op, t, me.id, me.handle, me.role, false, true, null::jsonb, null::smallint;
    end if;
end $$;

-- New: an exit code that is documented, counts that can be, and a result that can be printed again.
create or replace function finish_operation(p_operation bigint, p_selected int, p_changed int, p_result jsonb, p_exit smallint) returns void
language plpgsql security definer set search_path from current as $$
begin
    perform current_operation(p_operation);
    if p_selected is null or p_changed is null or p_exit is null or p_selected < 0 or p_changed not between 0 and p_selected
        or p_exit not between 0 and 9 or octet_length(p_result::text) > 67108864 then
        raise exception using errcode = '22023', message = 'malformed result of an operation';
    end if;
    update operation set selected = p_selected, changed = p_changed, exit = p_exit, finished_at = app_now(),
        key = case when p_result is not null then key end, result = case when key is not null then p_result end
    where id = p_operation;
end $$;

-- New: a conversation begins with the program's words alone.
create or replace function event_data_fits(kind text, data jsonb) returns boolean language sql immutable parallel safe as $$
    select coalesce(case kind
        when 'opened' then jsonb_typeof(data) = 'object' and jsonb_typeof(data -> 'channel') = 'number' and jsonb_typeof(data -> 'contact') = 'number'
            and jsonb_typeof(data -> 'store') = 'number' and data - '{channel,contact,store,by}'::text[] = '{}'
            and coalesce(data ->> 'by', 'message') in ('message', 'handover', 'status')
        when 'reopened' then data - '{by,late,off_shift}'::text[] = '{}' and data ? 'by' = data ? 'late' and coalesce(data ->> 'by', 'message') = 'message'
            and coalesce(jsonb_typeof(data -> 'late'), 'boolean') = 'boolean' and coalesce(data ->> 'off_shift', '0') ~ '^[0-9]{1,18}$'
        when 'escalated' then data = jsonb_build_object('ticket', data -> 'ticket') and jsonb_typeof(data -> 'ticket') = 'number'
        when 'undone' then data = jsonb_build_object('undoes', data -> 'undoes') and jsonb_typeof(data -> 'undoes') = 'number'
        when 'handoff_offered' then data - '{to_agent,to_team,due_at}'::text[] = '{}' and coalesce(jsonb_typeof(data -> 'to_agent'), 'null') in ('number', 'null')
            and coalesce(jsonb_typeof(data -> 'to_team'), 'null') in ('number', 'null')
            and coalesce(data ->> 'due_at', '2000-01-01T00:00:00Z') ~ '^(19[7-9]|20[0-9]|21[0-9])[0-9]-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z$'
        else data = '{}' end, false)
$$;

-- New: a snooze ends or is cut short only where there is one, an event changes something, and labels are bounded.
create or replace function refused_conversations(
    p_operation bigint, p_id bigint[], p_seq int[], p_kind text[], p_status text[], p_owner bigint[], p_team bigint[], p_priority text[],
    p_labels text[], p_until timestamptz[], p_data jsonb[]
) returns table (conversation_id bigint, code text, message text)
language plpgsql stable security definer set search_path from current as $$
#variable_conflict use_column
declare
    op operation := current_operation(p_operation);
    me agent;
begin
    select * into me from agent where id = op.actor_id;
    return query
    with input as (
        select * from unnest(p_id, p_seq, p_kind, p_status, p_owner, p_team, p_priority, p_labels, p_until, p_data)
            as i (id, seq, kind, status, owner_id, team_id, priority, labels, until_at, data)
    ), judged as (
        select i.id, i.kind, c.owner_id as held_by,
            case
            when c.id is null then 'IB003'
            when c.seq is distinct from i.seq then 'changed'
            when c.status = 'resolved' and i.kind not in ('reopened', 'noted', 'labelled', 'escalated', 'undone') then 'resolved'
            when c.status = 'open' and i.kind = 'reopened' then 'live'
            -- A kind changes what it says and nothing else.
            when i.owner_id is distinct from c.owner_id and i.kind not in
                ('taken', 'assigned', 'released', 'handed_off', 'handoff_accepted', 'rotated', 'swept', 'resolved', 'reopened', 'undone') then 'shape'
            when i.team_id is distinct from c.team_id and i.kind not in
                ('assigned', 'handed_off', 'handoff_accepted', 'rotated', 'swept', 'undone') then 'shape'
            when i.status is distinct from c.status and i.kind not in
                ('resolved', 'reopened', 'woken', 'snooze_ended', 'pended', 'snoozed', 'undone') then 'shape'
            when i.until_at is distinct from c.snoozed_until and i.kind not in
                ('resolved', 'reopened', 'woken', 'snooze_ended', 'pended', 'snoozed', 'undone') then 'shape'
            when (i.priority is distinct from c.priority or i.labels is distinct from array_to_string(c.labels, ','))
                and i.kind not in ('labelled', 'undone') then 'shape'
            when i.kind = 'opened' or i.kind not in
                ('taken', 'assigned', 'released', 'handed_off', 'handoff_offered', 'handoff_accepted', 'handoff_declined', 'handoff_expired', 'rotated',
                 'swept', 'resolved', 'reopened', 'woken', 'snooze_ended', 'pended', 'snoozed', 'labelled', 'noted', 'escalated', 'undone') then 'shape'
            when i.kind = 'taken' and i.owner_id is distinct from me.id
                or i.kind = 'reopened' and c.status <> 'resolved' and i.owner_id is distinct from c.owner_id
                or i.kind = 'reopened' and c.status = 'resolved' and i.owner_id is not null and i.owner_id is distinct from last_owner(c.id)
                or i.kind in ('released', 'resolved') and i.owner_id is not null
                or i.kind = 'handoff_accepted' and i.owner_id is distinct from me.id
                or i.kind = 'resolved' and i.status <> 'resolved'
                or i.kind in ('reopened', 'woken', 'snooze_ended') and i.status <> 'open'
                or i.kind = 'pended' and i.status <> 'pending'
                or i.kind = 'snoozed' and i.status <> 'snoozed' then 'shape'
            when i.owner_id is not null and i.owner_id is distinct from c.owner_id
                and not exists (select 1 from agent t where t.id = i.owner_id and t.disabled_at is null and t.role not in ('viewer', 'system')) then 'target'
            when i.team_id <> c.team_id and not exists (select 1 from team t where t.id = i.team_id and t.disabled_at is null) then 'target'
            when i.kind = 'handoff_offered' and not (
                exists (select 1 from agent t where t.id = (i.data ->> 'to_agent')::bigint and t.disabled_at is null and t.role not in ('viewer', 'system'))
                or exists (select 1 from team t where t.id = (i.data ->> 'to_team')::bigint and t.disabled_at is null)) then 'target'
            when i.kind in ('handoff_accepted', 'handoff_declined', 'handoff_expired')
                and not exists (select 1 from handoff h where h.conversation_id = i.id and h.state = 'offered') then 'not_offered'
            -- Taking is for what nobody owns, whoever asks.
            when i.kind = 'taken' and c.owner_id is not null then 'owned'
            -- Who may do what.
            when me.role = 'system' and (i.kind = 'woken' and c.status not in ('pending', 'snoozed')
                or i.kind = 'snooze_ended' and c.status <> 'snoozed') then 'awake'
            when me.role = 'system' and i.kind in ('reopened', 'woken', 'snooze_ended', 'handoff_expired') then null
            when me.role = 'system' or me.role = 'viewer' or me.disabled_at is not null then 'IB004'
            when i.kind in ('woken', 'snooze_ended', 'handoff_expired') then 'IB004'
            when i.kind in ('taken', 'noted', 'labelled') then null
            when i.kind = 'handoff_accepted' then
                case when exists (select 1 from handoff h where h.conversation_id = i.id and h.state = 'offered'
                        and (h.to_agent = me.id or h.to_team = any (me.teams)) and i.team_id in (c.team_id, coalesce(h.to_team, i.team_id))
                        and (i.team_id = c.team_id or i.team_id = any (me.teams)))
                    then null else 'IB004' end
            when i.kind = 'handoff_declined' then
                case when me.role in ('supervisor', 'admin') or exists (select 1 from handoff h where h.conversation_id = i.id and h.state = 'offered'
                        and (h.to_agent = me.id or h.to_team = any (me.teams) or h.offered_by = me.id)) then null else 'IB004' end
            -- What an undone operation changed goes back to what it was before, if nobody has changed it since; and nothing else moves.
            when i.kind = 'undone' then
                case when (me.role in ('supervisor', 'admin') or exists (select 1 from operation u where u.id = op.undoes and u.actor_id = me.id))
                    and (i.data ->> 'undoes')::bigint = op.undoes
                    and exists (
                        select 1 from (select min(x.seq) as low, max(x.seq) as high from event x
                                where x.subject = 'conversation' and x.subject_id = i.id and x.operation_id = op.undoes) as o
                            join event b on b.subject = 'conversation' and b.subject_id = i.id and b.seq = o.low - 1
                            join event l on l.subject = 'conversation' and l.subject_id = i.id and l.seq = o.high
                        where undone(b.status, l.status, c.status, i.status) and undone(b.owner_id::text, l.owner_id::text, c.owner_id::text, i.owner_id::text)
                            and undone(b.team_id::text, l.team_id::text, c.team_id::text, i.team_id::text) and undone(b.priority, l.priority, c.priority, i.priority)
                            and undone(array_to_string(b.labels, ','), array_to_string(l.labels, ','), array_to_string(c.labels, ','), i.labels)
                            and undone(b.until_at::text, l.until_at::text, c.snoozed_until::text, i.until_at::text)
                            -- Though it may have come back to the same since.
                            and not exists (select 1 from event x where x.subject = 'conversation' and x.subject_id = i.id and x.seq > o.high
                                and (b.status <> l.status and x.status <> l.status or b.owner_id is distinct from l.owner_id and x.owner_id is distinct from l.owner_id
                                    or b.team_id <> l.team_id and x.team_id <> l.team_id or b.priority <> l.priority and x.priority <> l.priority
                                    or b.labels <> l.labels and x.labels <> l.labels or b.until_at is distinct from l.until_at and x.until_at is distinct from l.until_at)))
                    then null else 'IB004' end
            when me.role in ('supervisor', 'admin') then null
            when c.owner_id = me.id and i.kind in
                ('released', 'assigned', 'handed_off', 'handoff_offered', 'escalated', 'resolved', 'reopened', 'pended', 'snoozed') then null
            when c.owner_id is null and c.team_id = any (me.teams) and i.kind in
                ('assigned', 'handed_off', 'handoff_offered', 'resolved', 'pended') then null
            when i.kind = 'reopened' and (c.team_id = any (me.teams)
                or me.id = (select l.agent_id from leg l where l.conversation_id = i.id and l.agent_id is not null order by l.seq desc limit 1)) then null
            else 'IB004'
            end as why,
            case
            -- An event says that something changed.
            when i.kind in ('assigned', 'handed_off', 'rotated', 'swept', 'released', 'pended', 'snoozed', 'labelled')
                and (i.status, i.owner_id, i.team_id, i.priority, i.labels, i.until_at) is not distinct from
                    (c.status, c.owner_id, c.team_id, c.priority, array_to_string(c.labels, ','), c.snoozed_until) then 'same'
            when i.kind = 'snoozed' and i.until_at <= op.at - interval '1 minute' then 'past'
            when i.kind = 'labelled' and i.labels is distinct from array_to_string(c.labels, ',')
                and (i.labels ~ '[^,]{41}' or cardinality(string_to_array(i.labels, ',')) > 100)
                and length(i.labels) >= length(array_to_string(c.labels, ',')) then 'labels'
            end as beyond
        from input i left join conversation c on c.id = i.id
    ), decided as (
        select j.id, j.kind, j.held_by, coalesce(j.why, j.beyond) as why from judged j
    )
    select j.id,
        case when j.why in ('changed', 'resolved', 'live', 'target', 'not_offered', 'owned', 'awake', 'same', 'past', 'labels') then 'IB005' when j.why = 'shape' then 'IB001' else j.why end,
        case j.why
        when 'IB003' then format('no conversation C-%s', j.id)
        when 'changed' then format('C-%s was changed by someone else meanwhile', j.id)
        when 'resolved' then format('C-%s is resolved', j.id)
        when 'live' then format('C-%s is open', j.id)
        when 'target' then format('C-%s cannot be given to a disabled agent or team, or to one who may own nothing', j.id)
        when 'awake' then format('C-%s is not pending or snoozed', j.id)
        when 'same' then format('C-%s would not change', j.id)
        when 'past' then format('C-%s cannot be snoozed until a time that has passed', j.id)
        when 'labels' then format('C-%s can have at most 100 labels of 40 characters', j.id)
        when 'not_offered' then format('C-%s is not offered to anybody', j.id)
        when 'owned' then format('C-%s is owned by %s since %s', j.id, (select a.handle from agent a where a.id = j.held_by),
            (select to_char(l.from_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') from leg l where l.conversation_id = j.id and l.to_at is null))
        when 'shape' then format('the event "%s" does not say what would change in C-%s', j.kind, j.id)
        else format('%s (%s) may not %s C-%s, %s', me.handle, me.role,
            case j.kind when 'taken' then 'take' when 'assigned' then 'assign' when 'released' then 'release' when 'handed_off' then 'hand off'
                when 'handoff_offered' then 'hand off' when 'handoff_accepted' then 'accept' when 'handoff_declined' then 'decline' when 'rotated' then 'rotate'
                when 'swept' then 'sweep' when 'resolved' then 'resolve' when 'reopened' then 'reopen' when 'pended' then 'set pending' when 'snoozed' then 'snooze'
                when 'labelled' then 'label' when 'noted' then 'note' when 'escalated' then 'escalate' when 'undone' then 'undo' else 'change' end,
            j.id, coalesce('which ' || (select a.handle from agent a where a.id = j.held_by) || ' owns', 'which nobody owns'))
        end
    from decided j where j.why is not null
    order by j.id;
end $$;

-- Digits as the program reads them, of all scripts that customers use.
create function digits_of(p_text text) returns text language sql immutable parallel safe as $$
    select regexp_replace(translate(p_text, '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９', '012345678901234567890123456789'), '[^0-9]', '', 'g')
$$;

-- Refuses a note that the program would not write: empty, of other parts, or with order keys that are not in its texts.
create function check_note(p_note jsonb) returns void language plpgsql immutable set search_path from current as $$
declare
    v_digits text;
begin
    if jsonb_typeof(p_note) <> 'object'
        or p_note - '{body,order_id,courier,tracking_no,tried,promised_by,replaces,keys}'::text[] <> '{}'
        or coalesce(p_note ->> 'body', p_note ->> 'order_id', p_note ->> 'courier', p_note ->> 'tracking_no', p_note ->> 'tried',
            p_note ->> 'promised_by') is null
        or exists (select 1 from jsonb_each(p_note - '{keys,replaces}'::text[]) t where jsonb_typeof(t.value) not in ('string', 'null'))
        or coalesce(jsonb_typeof(p_note -> 'keys'), 'array') <> 'array'
        or jsonb_array_length(coalesce(p_note -> 'keys', '[]')) > 160 then
        raise exception using errcode = '22023', message = 'malformed note';
    end if;
    if jsonb_array_length(coalesce(p_note -> 'keys', '[]')) = 0 then
        return;
    end if;
    v_digits := digits_of(concat_ws(' ', p_note ->> 'body', p_note ->> 'order_id', p_note ->> 'courier', p_note ->> 'tracking_no',
        p_note ->> 'tried'));
    if exists (select 1 from jsonb_array_elements_text(p_note -> 'keys') k (key)
        where k.key !~ '^[0-9]{3,40}$' or strpos(v_digits, k.key) = 0) then
        raise exception using errcode = '22023', message = 'the order keys of a note are digits of its texts';
    end if;
end $$;

-- New: the note is one that the program would write.
create or replace function write_notes(p_agent bigint, p_conversation bigint[], p_ticket bigint[], p_note jsonb)
returns table (conversation_id bigint, ticket_id bigint, note_id bigint, commitment bytea, at timestamptz)
language plpgsql set search_path from current as $$
#variable_conflict use_column
declare
    bad text;
begin
    perform check_note(p_note);
    if p_note ->> 'replaces' is not null then
        select coalesce('T-' || i.ticket_id, 'C-' || i.conversation_id) into bad from unnest(p_conversation, p_ticket) as i (conversation_id, ticket_id)
        where not exists (select 1 from note n where n.id = (p_note ->> 'replaces')::bigint
            and case when i.ticket_id is null then n.conversation_id = i.conversation_id else n.ticket_id = i.ticket_id end)
        limit 1;
        if found then
            raise exception using errcode = 'IB003', message = format('there is no note %s on %s', p_note ->> 'replaces', bad),
                hint = 'a note replaces one of the same conversation or ticket: inbox show has their numbers';
        end if;
    end if;
    insert into order_key (key, conversation_id)
    select k.key, i.id from jsonb_array_elements_text(coalesce(p_note -> 'keys', '[]')) as k (key), unnest(p_conversation) as i (id)
    on conflict do nothing;
    return query
    with fresh as materialized (
        select i.conversation_id, i.ticket_id, uuid_send(gen_random_uuid()) as salt,
            greatest(app_now(), case when i.ticket_id is null then c.head_at else t.head_at end + interval '1 microsecond') as at
        from unnest(p_conversation, p_ticket) with ordinality as i (conversation_id, ticket_id, ord)
            join conversation c on c.id = i.conversation_id left join ticket t on t.id = i.ticket_id
        order by i.ord
    )
    insert into note (conversation_id, ticket_id, agent_id, at, body, order_id, courier, tracking_no, tried, promised_by, replaces, salt, commitment)
    select f.conversation_id, f.ticket_id, p_agent, f.at, p_note ->> 'body', p_note ->> 'order_id', p_note ->> 'courier', p_note ->> 'tracking_no',
        p_note ->> 'tried', (p_note ->> 'promised_by')::timestamptz, (p_note ->> 'replaces')::bigint, f.salt,
        sha256(f.salt || note_text(p_note ->> 'body', p_note ->> 'order_id', p_note ->> 'courier', p_note ->> 'tracking_no', p_note ->> 'tried',
            (p_note ->> 'promised_by')::timestamptz, (p_note ->> 'replaces')::bigint))
    from fresh f
    returning note.conversation_id, note.ticket_id, note.id, note.commitment, note.at;
end $$;

-- New: the event "noted" has a note.
create or replace function record_conversations(
    p_operation bigint, p_id bigint[], p_seq int[], p_kind text[], p_status text[], p_owner bigint[], p_team bigint[], p_priority text[],
    p_labels text[], p_until timestamptz[], p_data jsonb[], p_reason text, p_note jsonb
) returns table (id bigint, seq int, at timestamptz)
language plpgsql security definer set search_path from current as $$
#variable_conflict use_column
declare
    op operation := current_operation(p_operation);
    bad record;
    v_reason bigint;
    v_reason_commitment bytea;
    v_note_of bigint[] := '{}';
    v_note bigint[] := '{}';
    v_note_commitment bytea[] := '{}';
    v_note_at timestamptz[] := '{}';
begin
    -- In the one lock order; a caller that has them locked already pays little.
    perform 1 from conversation c where c.id = any (p_id) order by c.id for no key update;
    -- Whoever becomes an owner cannot be disabled before this commits: both would see the state before the other.
    perform 1 from agent a where a.id = any (p_owner) order by a.id for share;
    select r.* into bad from refused_conversations(p_operation, p_id, p_seq, p_kind, p_status, p_owner, p_team, p_priority, p_labels, p_until, p_data) r limit 1;
    if found then
        raise exception using errcode = bad.code, message = bad.message,
            hint = case bad.code when 'IB004' then 'an agent changes what he owns and what waits in his teams; a supervisor moves the rest' else '' end;
    end if;
    if p_note is null and 'noted' = any (p_kind) then
        raise exception using errcode = 'IB001', message = 'the event "noted" has a note',
            hint = 'inbox note C-1 TEXT writes both';
    end if;
    if p_reason is not null then
        select r.reason_id, r.commitment into v_reason, v_reason_commitment from write_reason(p_reason) r;
    end if;
    if p_note is not null then
        select array_agg(w.conversation_id), array_agg(w.note_id), array_agg(w.commitment), array_agg(w.at) into v_note_of, v_note, v_note_commitment, v_note_at
        from write_notes(op.actor_id, p_id, array_fill(null::bigint, array[cardinality(p_id)]), p_note) w;
    end if;
    return query
    with input as (
        select * from unnest(p_id, p_kind, p_status, p_owner, p_team, p_priority, p_labels, p_until, p_data)
            as i (id, kind, status, owner_id, team_id, priority, labels, until_at, data)
    ), timed as (
        select i.*, c.seq + 1 as seq, c.head as prev, coalesce(n.note_at, greatest(app_now(), c.head_at + interval '1 microsecond')) as at,
            c.owner_id as old_owner, c.team_id as old_team, c.status as old_status,
            case when i.owner_id is distinct from c.owner_id or i.team_id is distinct from c.team_id then
                case i.kind
                when 'taken' then 'take' when 'assigned' then 'assign' when 'released' then 'release' when 'resolved' then 'resolve'
                when 'handed_off' then 'handoff' when 'handoff_accepted' then 'handoff' when 'rotated' then 'shift' when 'swept' then 'sweep'
                when 'undone' then 'undo' else 'auto' end
            end as how,
            string_to_array(i.labels, ',') as label_array, n.note_id, n.note_commitment
        from input i join conversation c on c.id = i.id
            left join unnest(v_note_of, v_note, v_note_commitment, v_note_at) as n (conversation_id, note_id, note_commitment, note_at) on n.conversation_id = i.id
    ), written as (
        insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, status, owner_id, team_id, priority, labels, until_at, how, data,
            reason_id, reason_commitment, note_id, note_commitment, hash)
        select 'conversation', t.id, t.seq, t.at, t.kind, op.actor_id, op.id, t.status, t.owner_id, t.team_id, t.priority, t.label_array, t.until_at, t.how, t.data,
            v_reason, v_reason_commitment, t.note_id, t.note_commitment,
            event_hash(t.prev, op.digest, 'conversation', t.id, t.seq, t.at, t.kind, op.actor_id, op.id, t.status, t.owner_id, t.team_id, t.priority,
                t.label_array, t.until_at, t.how, v_reason_commitment, t.note_commitment, t.data)
        from timed t
        returning event.subject_id, event.seq, event.at, event.kind, event.status, event.owner_id, event.team_id, event.priority, event.labels,
            event.until_at, event.how, event.hash
    ), moved as (
        update leg l set to_at = w.at from written w
        where w.how is not null and l.conversation_id = w.subject_id and l.to_at is null
        returning l.conversation_id, l.seq
    ), opened_legs as (
        insert into leg (conversation_id, seq, agent_id, team_id, how, from_at, operation_id)
        select m.conversation_id, m.seq + 1, w.owner_id, w.team_id, w.how, w.at, op.id from moved m join written w on w.subject_id = m.conversation_id
    ), ended as (
        -- A resolve ends what the customer waited for.
        update run r set ended_at = w.at, outcome = 'resolved' from written w join timed t on t.id = w.subject_id
        where w.status = 'resolved' and t.old_status <> 'resolved' and r.conversation_id = w.subject_id and r.ended_at is null
    ), turned as (
        update phase p set to_at = w.at from written w
        where p.conversation_id = w.subject_id and p.to_at is null and p.status <> w.status
        returning p.conversation_id, p.seq
    ), opened_phases as (
        insert into phase (conversation_id, seq, status, from_at)
        select u.conversation_id, u.seq + 1, w.status, w.at from turned u join written w on w.subject_id = u.conversation_id
    ), withdrawn as (
        update handoff h set state = case w.kind when 'handoff_accepted' then 'accepted' when 'handoff_declined' then 'declined'
                when 'handoff_expired' then 'expired' else 'withdrawn' end, decided_at = w.at, decided_by = op.actor_id
        from written w
        where h.conversation_id = w.subject_id and h.state = 'offered'
            and (w.how is not null or w.status = 'resolved' or w.kind in ('handoff_declined', 'handoff_expired'))
    ), offered as (
        insert into handoff (conversation_id, event_seq, offered_by, from_agent, to_agent, to_team, offered_at, due_at, state)
        select t.id, t.seq, op.actor_id, t.owner_id, (t.data ->> 'to_agent')::bigint, (t.data ->> 'to_team')::bigint, t.at, (t.data ->> 'due_at')::timestamptz, 'offered'
        from timed t where t.kind = 'handoff_offered'
    )
    update conversation c set status = w.status, owner_id = w.owner_id, team_id = w.team_id, priority = w.priority, labels = w.labels,
        snoozed_until = w.until_at, seq = w.seq, head = w.hash, head_at = w.at,
        resolved_at = case when w.status = 'resolved' then coalesce(c.resolved_at, w.at) end,
        waiting_since = case when w.status <> 'resolved' then c.waiting_since end
    from written w where c.id = w.subject_id
    returning c.id, c.seq, c.head_at;
end $$;

-- New: a conversation has at most 100 tickets that are not closed.
create or replace function open_tickets(
    p_operation bigint, p_id bigint[], p_seq int[], p_owner bigint, p_team bigint, p_priority text, p_category text, p_due timestamptz, p_reason text, p_note jsonb
) returns table (ticket_id bigint, conversation_id bigint)
language plpgsql security definer set search_path from current as $$
#variable_conflict use_column
declare
    op operation := current_operation(p_operation);
    v_ticket bigint[];
begin
    perform 1 from agent a where a.id = p_owner for share;
    if p_owner is not null and not exists (select 1 from agent a where a.id = p_owner and a.disabled_at is null and a.role not in ('viewer', 'system'))
        or p_team is not null and not exists (select 1 from team t where t.id = p_team and t.disabled_at is null) then
        raise exception using errcode = 'IB005', message = 'a ticket cannot be given to a disabled agent or team, or to one who may own nothing';
    end if;
    if exists (select 1 from ticket t where t.conversation_id = any (p_id) and t.closed_at is null group by t.conversation_id having count(*) >= 100) then
        raise exception using errcode = 'IB005', message = 'a conversation can have at most 100 open tickets',
            hint = 'inbox ticket set T-1 --status closed ends one';
    end if;
    select array_agg(nextval(pg_get_serial_sequence('ticket', 'id')) order by i.ord) into v_ticket from unnest(p_id) with ordinality as i (id, ord);
    perform record_conversations(p_operation, p_id, p_seq, n.kinds, n.statuses, n.owners, n.teams, n.priorities, n.labels, n.untils, n.data, p_reason, p_note)
    from (
        select array_agg('escalated'::text) as kinds, array_agg(c.status order by i.ord) as statuses, array_agg(c.owner_id order by i.ord) as owners,
            array_agg(c.team_id order by i.ord) as teams, array_agg(c.priority order by i.ord) as priorities,
            array_agg(array_to_string(c.labels, ',') order by i.ord) as labels, array_agg(c.snoozed_until order by i.ord) as untils,
            array_agg(jsonb_build_object('ticket', i.ticket_id) order by i.ord) as data
        from unnest(p_id, v_ticket) with ordinality as i (id, ticket_id, ord) left join conversation c on c.id = i.id
    ) n;
    return query
    with input as materialized (
        select i.id as conversation_id, i.ticket_id, app_now() as at, coalesce(p_team, c.team_id) as team_id,
            jsonb_strip_nulls(jsonb_build_object('conversation', i.id, 'category', p_category)) as data
        from unnest(p_id, v_ticket) as i (id, ticket_id) join conversation c on c.id = i.id
    ), written as (
        insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, status, owner_id, team_id, priority, until_at, data, hash)
        select 'ticket', i.ticket_id, 1, i.at, 'ticket_opened', op.actor_id, op.id, 'open', p_owner, i.team_id, p_priority, p_due, i.data,
            event_hash('', op.digest, 'ticket', i.ticket_id, 1, i.at, 'ticket_opened', op.actor_id, op.id, 'open', p_owner, i.team_id, p_priority, null, p_due,
                null, null, null, i.data)
        from input i
        returning event.subject_id, event.hash
    )
    insert into ticket (id, conversation_id, owner_id, team_id, priority, status, due_at, category, seq, head, head_at, opened_at, opened_by)
    select i.ticket_id, i.conversation_id, p_owner, i.team_id, p_priority, 'open', p_due, p_category, 1, w.hash, i.at, i.at, op.actor_id
    from input i join written w on w.subject_id = i.ticket_id
    returning ticket.id, ticket.conversation_id;
end $$;

-- New: the event "ticket_noted" has a note, and a change of tickets changes something.
create or replace function record_tickets(
    p_operation bigint, p_id bigint[], p_seq int[], p_kind text, p_status text[], p_owner bigint[], p_team bigint[], p_priority text[], p_due timestamptz[],
    p_category text[], p_reason text, p_note jsonb
) returns table (id bigint, seq int, at timestamptz)
language plpgsql security definer set search_path from current as $$
#variable_conflict use_column
declare
    op operation := current_operation(p_operation);
    me agent;
    bad record;
    v_reason bigint;
    v_reason_commitment bytea;
    v_note_of bigint[] := '{}';
    v_note bigint[] := '{}';
    v_note_commitment bytea[] := '{}';
    v_note_at timestamptz[] := '{}';
begin
    select * into me from agent where id = op.actor_id;
    if p_kind is null or p_kind not in ('ticket_assigned', 'ticket_set', 'ticket_noted') then
        raise exception using errcode = 'IB001', message = format('the event "%s" is none of a ticket', p_kind);
    end if;
    perform 1 from ticket t where t.id = any (p_id) order by t.id for no key update;
    perform 1 from agent a where a.id = any (p_owner) order by a.id for share;
    select j.* into bad from (
        select i.id, t.owner_id,
            case
            when t.id is null then 'IB003'
            when t.seq is distinct from i.seq then 'changed'
            when i.owner_id is distinct from t.owner_id and i.owner_id is not null
                and not exists (select 1 from agent a where a.id = i.owner_id and a.disabled_at is null and a.role not in ('viewer', 'system')) then 'target'
            when i.team_id <> t.team_id and not exists (select 1 from team g where g.id = i.team_id and g.disabled_at is null) then 'target'
            when (i.owner_id is distinct from t.owner_id or i.team_id <> t.team_id) and p_kind <> 'ticket_assigned' then 'shape'
            when (i.status <> t.status or i.priority <> t.priority or i.due_at is distinct from t.due_at or i.category is distinct from t.category)
                and p_kind <> 'ticket_set' then 'shape'
            when me.disabled_at is not null then 'IB004'
            when me.role in ('supervisor', 'admin') or p_kind = 'ticket_noted' and me.role in ('agent', 'bot') then null
            when me.role in ('agent', 'bot') and (t.owner_id = me.id or t.owner_id is null and t.team_id = any (me.teams)) then null
            else 'IB004' end as why
        from unnest(p_id, p_seq, p_status, p_owner, p_team, p_priority, p_due, p_category)
                as i (id, seq, status, owner_id, team_id, priority, due_at, category)
            left join ticket t on t.id = i.id
    ) j where j.why is not null
    limit 1;
    if found then
        raise exception using
            errcode = case bad.why when 'IB003' then 'IB003' when 'IB004' then 'IB004' when 'shape' then 'IB001' else 'IB005' end,
            message = case bad.why
                when 'IB003' then format('no ticket T-%s', bad.id)
                when 'changed' then format('T-%s was changed by someone else meanwhile', bad.id)
                when 'target' then format('T-%s cannot be given to a disabled agent or team, or to one who may own nothing', bad.id)
                when 'shape' then format('the event "%s" does not say what would change in T-%s', p_kind, bad.id)
                else format('%s (%s) may not change T-%s, %s', me.handle, me.role, bad.id,
                    coalesce('owned by ' || (select a.handle from agent a where a.id = bad.owner_id), 'which is another team''s')) end;
    end if;
    if p_note is null and p_kind = 'ticket_noted' then
        raise exception using errcode = 'IB001', message = 'the event "ticket_noted" has a note',
            hint = 'inbox ticket note T-1 TEXT writes both';
    end if;
    if p_note is null and exists (
        select 1
        from unnest(p_id, p_status, p_owner, p_team, p_priority, p_due, p_category)
                as i (id, status, owner_id, team_id, priority, due_at, category)
            join ticket t on t.id = i.id
        where (i.status, i.owner_id, i.team_id, i.priority, i.due_at, i.category)
            is not distinct from (t.status, t.owner_id, t.team_id, t.priority, t.due_at, t.category)) then
        raise exception using errcode = 'IB005', message = 'a ticket would not change';
    end if;
    if p_reason is not null then
        select r.reason_id, r.commitment into v_reason, v_reason_commitment from write_reason(p_reason) r;
    end if;
    if p_note is not null then
        select array_agg(w.ticket_id), array_agg(w.note_id), array_agg(w.commitment), array_agg(w.at) into v_note_of, v_note, v_note_commitment, v_note_at
        from write_notes(op.actor_id, (select array_agg(t.conversation_id order by t.id) from ticket t where t.id = any (p_id)),
            (select array_agg(t.id order by t.id) from ticket t where t.id = any (p_id)), p_note) w;
    end if;
    return query
    with timed as (
        select i.*, t.seq + 1 as seq, t.head as prev, coalesce(n.note_at, greatest(app_now(), t.head_at + interval '1 microsecond')) as at, n.note_id, n.note_commitment,
            jsonb_strip_nulls(jsonb_build_object('conversation', t.conversation_id, 'category', i.category)) as data
        from unnest(p_id, p_status, p_owner, p_team, p_priority, p_due, p_category) as i (id, status, owner_id, team_id, priority, due_at, category)
            join ticket t on t.id = i.id
            left join unnest(v_note_of, v_note, v_note_commitment, v_note_at) as n (ticket_id, note_id, note_commitment, note_at) on n.ticket_id = i.id
    ), written as (
        insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, status, owner_id, team_id, priority, until_at, data,
            reason_id, reason_commitment, note_id, note_commitment, hash)
        select 'ticket', t.id, t.seq, t.at, p_kind, op.actor_id, op.id, t.status, t.owner_id, t.team_id, t.priority, t.due_at, t.data,
            v_reason, v_reason_commitment, t.note_id, t.note_commitment,
            event_hash(t.prev, op.digest, 'ticket', t.id, t.seq, t.at, p_kind, op.actor_id, op.id, t.status, t.owner_id, t.team_id, t.priority, null, t.due_at,
                null, v_reason_commitment, t.note_commitment, t.data)
        from timed t
        returning event.subject_id, event.seq, event.at, event.status, event.owner_id, event.team_id, event.priority, event.until_at, event.data, event.hash
    )
    update ticket t set status = w.status, owner_id = w.owner_id, team_id = w.team_id, priority = w.priority, due_at = w.until_at,
        category = w.data ->> 'category', seq = w.seq, head = w.hash, head_at = w.at,
        closed_at = case when w.status in ('resolved', 'closed') then coalesce(t.closed_at, w.at) end
    from written w where t.id = w.subject_id
    returning t.id, t.seq, t.head_at;
end $$;

-- New: at most 100 a minute for each agent and conversation, and 10,000 for an agent.
create or replace function record_attempts(p_as text, p_id bigint[]) returns void
language plpgsql security definer set search_path from current as $$
declare
    me agent := acting_agent(p_as);
    t timestamptz := app_now();
begin
    if me.role in ('viewer', 'system') then
        raise exception using errcode = 'IB004', message = format('%s (%s) takes no conversations', me.handle, me.role);
    end if;
    insert into attempt (conversation_id, agent_id, owner_id, at)
    select c.id, me.id, c.owner_id, t
    from conversation c
        left join (
            select a.conversation_id, count(*) as count
            from attempt a
            where a.at > t - interval '1 minute' and a.agent_id = me.id
            group by a.conversation_id) r on r.conversation_id = c.id
    where c.id = any (p_id)
        and c.owner_id <> me.id
        and coalesce(r.count, 0) < 100
    order by c.id
    limit greatest(10000 - (select count(*) from attempt a where a.at > t - interval '1 minute' and a.agent_id = me.id), 0);
end $$;

-- New: of a sane size, whatever it is.
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
    if octet_length(v_new::text) > 16384 or octet_length(v_new ->> 'login') > 63 then
        raise exception using errcode = '22023', message = format('a %s of this length cannot be kept', p_noun);
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

-- New: in batches.
create or replace function retain(p_operation bigint, p_most int) returns table (deliveries int, messages int)
language plpgsql security definer set search_path from current as $$
declare
    op operation := current_operation(p_operation);
    v_before timestamptz := kept_since('retention_deliveries');
    v_ids bigint[];
    v_notices int;
begin
    if not exists (select 1 from agent a where a.id = op.actor_id and a.role in ('system', 'admin')) then
        raise exception using errcode = 'IB004', message = 'only the system erases what is old';
    end if;
    if p_most is null or p_most not between 1 and 10000 then
        raise exception using errcode = '22023', message = 'a batch is of 1 to 10,000';
    end if;
    v_ids := array(select d.id from delivery d where d.body is not null and d.state = 'applied' and d.received_at < v_before
            and not exists (select 1 from dead_letter l where l.delivery_id = d.id and l.replayed_at is null)
        order by d.received_at limit p_most for no key update skip locked);
    update delivery d set body = null where d.id = any (v_ids);
    update dead_letter l set raw = null where l.delivery_id = any (v_ids) and l.raw is not null;
    update notice n set raw = null where n.id in (select x.id from notice x where x.raw is not null and x.received_at < v_before
        order by x.received_at limit p_most for no key update skip locked);
    get diagnostics v_notices = row_count;
    deliveries := cardinality(v_ids) + v_notices;
    v_ids := array(select m.id from message m where m.salt is not null and m.at < kept_since('retention_messages')
        order by m.at limit p_most for no key update skip locked);
    messages := erase_messages(v_ids, false);
    return next;
end $$;

do $$ begin execute format('revoke all on all functions in schema %I from public', current_schema()); end $$;
