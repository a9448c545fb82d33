-- What attacks with psql found. Each function and guard stands here as a whole; what is new in it is said above it.

-- Times that no clock shows, which the program could not print; words and lists that a hash does not tell from others.
alter table event
    add constraint event_until check (extract(year from until_at at time zone 'UTC') between 1970 and 2199),
    add constraint event_words check (status <> '' and priority <> '' and how <> ''),
    add constraint event_label_list check (labels = string_to_array(array_to_string(labels, ','), ',') and array_position(labels, '') is null);
alter table note add constraint note_promised check (extract(year from promised_by at time zone 'UTC') between 1970 and 2199);
alter table conversation
    add constraint conversation_opened check (extract(year from opened_at at time zone 'UTC') between 1970 and 2199),
    add constraint conversation_label_list check (labels = string_to_array(array_to_string(labels, ','), ',') and array_position(labels, '') is null);

-- What an event of a conversation may hold beside the state: what its kind needs, in the one way in which the program writes it.
create function event_data_fits(kind text, data jsonb) returns boolean language sql immutable parallel safe as $$
    select coalesce(case kind
        when 'opened' then jsonb_typeof(data) = 'object' and jsonb_typeof(data -> 'channel') = 'number' and jsonb_typeof(data -> 'contact') = 'number'
            and jsonb_typeof(data -> 'store') = 'number'
        when 'reopened' then data - '{by,late}'::text[] = '{}'
        when 'escalated' then data = jsonb_build_object('ticket', data -> 'ticket') and jsonb_typeof(data -> 'ticket') = 'number'
        when 'undone' then data = jsonb_build_object('undoes', data -> 'undoes') and jsonb_typeof(data -> 'undoes') = 'number'
        when 'handoff_offered' then data - '{to_agent,to_team,due_at}'::text[] = '{}' and coalesce(jsonb_typeof(data -> 'to_agent'), 'null') in ('number', 'null')
            and coalesce(jsonb_typeof(data -> 'to_team'), 'null') in ('number', 'null')
            and coalesce(data ->> 'due_at', '2000-01-01T00:00:00Z') ~ '^(19[7-9]|20[0-9]|21[0-9])[0-9]-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z$'
        else data = '{}' end, false)
$$;

-- New: the event's operation is of this transaction and its actor's, and its data are of its kind.
create or replace function guard_event() returns trigger
language plpgsql set search_path from current set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    bad record;
begin
    select n.subject, n.subject_id, n.kind into bad
    from new_rows n left join conversation c on n.subject = 'conversation' and c.id = n.subject_id left join ticket t on n.subject = 'ticket' and t.id = n.subject_id
        left join contact k on n.subject = 'contact' and k.id = n.subject_id left join operation o on o.id = n.operation_id
    where n.subject = 'conversation' and c.seq is distinct from n.seq or n.subject = 'ticket' and t.seq is distinct from n.seq
        or n.subject = 'contact' and (k.seq, k.head) is distinct from (n.seq, n.hash)
        or o.id is null or n.xid <> pg_current_xact_id() or o.xid <> n.xid or o.actor_id <> n.actor_id
        or n.subject = 'conversation' and not event_data_fits(n.kind, n.data)
    limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('the event "%s" of %s %s would say what did not happen', bad.kind, bad.subject, bad.subject_id);
    end if;
    return null;
end $$;

-- An escalation opens its ticket, in the same operation, and once. The ticket comes after it, so this waits for the commit.
create function guard_escalation() returns trigger language plpgsql set search_path from current as $$
begin
    if not exists (select 1 from ticket t join event e on e.subject = 'ticket' and e.subject_id = t.id and e.seq = 1
            where t.id = (new.data ->> 'ticket')::bigint and t.conversation_id = new.subject_id and e.operation_id = new.operation_id)
        or exists (select 1 from event x where x.subject = 'conversation' and x.subject_id = new.subject_id and x.kind = 'escalated' and x.data = new.data
            and x.seq <> new.seq) then
        raise exception using errcode = 'IB001', message = format('C-%s would be escalated without a ticket', new.subject_id);
    end if;
    return null;
end $$;
create constraint trigger opens_a_ticket after insert on event deferrable initially deferred for each row
    when (new.subject = 'conversation' and new.kind = 'escalated') execute function guard_escalation();

-- Who writes an operation by hand is who he is, as everybody else. The workspace's first operation makes its own actor.
create function guard_new_operation() returns trigger language plpgsql set search_path from current as $$
declare
    bad bigint;
begin
    select n.id into bad from new_rows n
    where n.login <> session_user or n.xid <> pg_current_xact_id()
        or not exists (select 1 from agent a where a.id = n.actor_id and a.login = session_user)
            and not exists (select 1 from acting x where x.login = session_user and x.revoked_at is null and (x.agent_id is null or x.agent_id = n.actor_id))
            and not (n.verb = 'init' and not exists (select 1 from operation o where o.id <> n.id))
    limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('O-%s would be of somebody else', bad), hint = 'changes are made through the inbox program';
    end if;
    return null;
end $$;
create trigger own_name after insert on operation referencing new table as new_rows for each statement execute function guard_new_operation();

-- New: a snapshot is refused, and what is hashed for a key cannot be chosen to be what is hashed elsewhere.
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

-- New: whoever is disabled meanwhile goes on with nothing.
create or replace function current_operation(p_operation bigint) returns operation
language plpgsql stable security definer set search_path from current as $$
declare
    op operation;
begin
    select * into op from operation where id = p_operation and xid = pg_current_xact_id() and login = session_user and finished_at is null;
    if op.id is null then
        raise exception using errcode = 'IB004', message = format('operation %s is not open in this transaction', p_operation),
            hint = 'changes are made through the inbox program';
    end if;
    if exists (select 1 from agent a where a.id = op.actor_id and a.disabled_at is not null) then
        raise exception using errcode = 'IB004', message = format('the agent %s is disabled', (select a.handle from agent a where a.id = op.actor_id)),
            hint = 'an admin can enable it: inbox agent enable';
    end if;
    return op;
end $$;

-- New: what is undone has not been changed since, not even to something else and back.
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
            end as why
        from input i left join conversation c on c.id = i.id
    )
    select j.id,
        case when j.why in ('changed', 'resolved', 'live', 'target', 'not_offered', 'owned') then 'IB005' when j.why = 'shape' then 'IB001' else j.why end,
        case j.why
        when 'IB003' then format('no conversation C-%s', j.id)
        when 'changed' then format('C-%s was changed by someone else meanwhile', j.id)
        when 'resolved' then format('C-%s is resolved', j.id)
        when 'live' then format('C-%s is open', j.id)
        when 'target' then format('C-%s cannot be given to a disabled agent or team, or to one who may own nothing', j.id)
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
    from judged j where j.why is not null
    order by j.id;
end $$;

-- New: who opened a ticket and when is what its first event says, and nobody gets one back who may own nothing.
create or replace function guard_ticket() returns trigger
language plpgsql set search_path from current set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    bad bigint;
begin
    select n.id into bad
    from new_rows n
        left join lateral (select * from event x where x.subject = 'ticket' and x.subject_id = n.id order by x.seq desc limit 1) e on true
        left join event f on f.subject = 'ticket' and f.subject_id = n.id and f.seq = 1
    where e.seq is distinct from n.seq or e.hash is distinct from n.head or e.at is distinct from n.head_at
        or (e.status, e.owner_id, e.team_id, e.priority, e.until_at, e.data ->> 'category', (e.data ->> 'conversation')::bigint)
            is distinct from (n.status, n.owner_id, n.team_id, n.priority, n.due_at, n.category, n.conversation_id)
        or (f.at, f.actor_id) is distinct from (n.opened_at, n.opened_by)
    limit 1;
    if found then
        raise exception using errcode = 'IB001', message = format('T-%s would change without the event that says so', bad),
            hint = 'tickets are changed through the inbox program, which writes both';
    end if;
    -- One that is opened again, too.
    select n.id into bad from new_rows n join agent a on a.id = n.owner_id
    where n.closed_at is null and (a.disabled_at is not null or a.role in ('viewer', 'system')) limit 1;
    if found then
        raise exception using errcode = 'IB005', message = format('T-%s cannot be given to a disabled agent or team, or to one who may own nothing', bad),
            hint = format('inbox ticket assign T-%s --to HANDLE gives it to somebody else', bad);
    end if;
    return null;
end $$;

-- New: a text is erased with the contact that it has had.
create or replace function guard_message() returns trigger
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

-- A seal covers what was written before a transaction: which one wrote a message is not for its writer to say.
create function guard_new_message() returns trigger language plpgsql set search_path from current as $$
begin
    if exists (select 1 from new_rows n where n.xid <> pg_current_xact_id()) then
        raise exception using errcode = 'IB001', message = 'a message is of the transaction that writes it';
    end if;
    return null;
end $$;
create trigger own_transaction after insert on message referencing new table as new_rows for each statement execute function guard_new_message();

create trigger never_changed before update on handle for each statement execute function guard_append_only();

-- New: no longer than a hundred years.
create or replace function kept_since(p_setting text) returns timestamptz language sql stable set search_path from current as $$
    select date_trunc('hour', app_now() - make_interval(secs => least(x.keep::numeric, 3155760000)::float8))
    from (select coalesce((select s.value #>> '{}' from setting s where s.name = p_setting), case p_setting when 'retention_deliveries' then '2592000' end) as keep) x
    where x.keep ~ '^[0-9]+$'
$$;

create or replace function group_role(kind text) returns text language sql stable set search_path from current as $$
    -- With a hash where the parts could be told apart in two ways: inbox and inbox_x, or inbox_inbox and x.
    select case when octet_length(n) <= 63 and d !~ '_' and s !~ '_' then n else left(n, 30) || '_' || md5(concat_ws('/', d, s, kind)) end
    from (select d, s, format('%s_%s_%s', d, s, kind) as n from (select current_database()::text as d,
        (select nspname::text from pg_namespace where oid = (select pronamespace from pg_proc where oid = 'app_now()'::regprocedure)) as s) as x) as y
$$;

do $$ begin execute format('revoke all on all functions in schema %I from public', current_schema()); end $$;
