-- The only ways to change what is audited. They run with the rights of the schema's owner and with the search path of this migration,
-- derive the actor from the login, hold the permission table, and write the event with the change.
--
-- SQLSTATEs: IB003 no such thing, IB004 not permitted, IB005 conflict, IB001 a guard refused (see 0003).

-- The one clock. A test replaces it in a database of its own.
create function app_now() returns timestamptz language sql volatile as 'select clock_timestamp()';

create function micros(t timestamptz) returns bigint language sql immutable parallel safe
as 'select (extract(epoch from t) * 1000000)::bigint';

-- Event hash, encoding 1: fields joined with '|', null as nothing; the one free field (data) stands last.
create function event_hash(
    prev bytea, digest bytea, subject text, subject_id bigint, seq int, at timestamptz, kind text, actor_id bigint, operation_id bigint,
    status text, owner_id bigint, team_id bigint, priority text, labels text[], until_at timestamptz, how text,
    reason_commitment bytea, note_commitment bytea, data jsonb
) returns bytea language sql stable parallel safe as $$
    select sha256(convert_to(concat(
        'inbox-event-1|', encode(prev, 'hex'), '|', encode(digest, 'hex'), '|', subject, '|', subject_id, '|', seq, '|', micros(at), '|', kind, '|',
        actor_id, '|', operation_id, '|', status, '|', owner_id, '|', team_id, '|', priority, '|', array_to_string(labels, ','), '|',
        micros(until_at), '|', how, '|', encode(reason_commitment, 'hex'), '|', encode(note_commitment, 'hex'), '|', data::text), 'UTF8'))
$$;

-- Operation digest, encoding 1: texts that may hold anything carry their length in bytes; the arguments stand last.
create function operation_digest(id bigint, at timestamptz, actor_id bigint, verb text, args jsonb, login text, address inet, version text, os_user text)
returns bytea language sql stable parallel safe as $$
    select sha256(convert_to(concat(
        'inbox-operation-1|', id, '|', micros(at), '|', actor_id, '|', verb, '|', octet_length(login), ':', login, '|', host(address), '|', version, '|',
        octet_length(os_user), ':', os_user, '|', args::text), 'UTF8'))
$$;

-- Note, encoding 1: each field with its length in bytes, or '-' for none. Its salted hash is the note's commitment.
create function note_text(body text, order_id text, courier text, tracking_no text, tried text, promised_by timestamptz, replaces bigint)
returns bytea language sql stable parallel safe as $$
    select convert_to(concat('inbox-note-1', '|', coalesce(octet_length(body) || ':' || body, '-'), '|', coalesce(octet_length(order_id) || ':' || order_id, '-'), '|',
        coalesce(octet_length(courier) || ':' || courier, '-'), '|', coalesce(octet_length(tracking_no) || ':' || tracking_no, '-'), '|',
        coalesce(octet_length(tried) || ':' || tried, '-'), '|', micros(promised_by), '|', replaces), 'UTF8')
$$;

-- Message, encoding 1: like a note. Its salted hash is the message's commitment.
create function message_text(wamid text, kind text, at timestamptz, direction text, author text, body text, summary text, raw text)
returns bytea language sql stable parallel safe as $$
    select convert_to(concat('inbox-message-1', '|', octet_length(wamid), ':', wamid, '|', octet_length(kind), ':', kind, '|', micros(at), '|', direction, '|', author, '|',
        coalesce(octet_length(body) || ':' || body, '-'), '|', coalesce(octet_length(summary) || ':' || summary, '-'), '|',
        coalesce(octet_length(raw) || ':' || raw, '-')), 'UTF8')
$$;

-- HMAC-SHA-256 with the workspace's key: the same for the same, and nothing to be guessed from it.
create function keyed_hash(p_text bytea) returns bytea language sql stable set search_path from current as $$
    select sha256(s.outer_pad || sha256(s.inner_pad || p_text)) from secret s
$$;

-- Who the session is: the login's own agent, or the one a shared login names and was granted.
create function acting_agent(p_as text) returns agent
language plpgsql stable security definer set search_path from current as $$
declare
    own agent;
    wanted agent;
begin
    select * into own from agent where login = session_user;
    if p_as is null or p_as = own.handle then
        wanted := own;
        if wanted.id is null then
            raise exception using errcode = 'IB004', message = format('the login "%s" is no agent of this workspace', session_user),
                hint = format('an admin can add it: inbox agent add HANDLE --role agent --login %s; a shared login names its agent with --as or INBOX_AS', session_user);
        end if;
    else
        select * into wanted from agent where handle = p_as;
        if wanted.id is null then
            raise exception using errcode = 'IB003', message = format('no agent "%s"', p_as), hint = 'inbox agent list shows the handles';
        end if;
        if not exists (select 1 from acting where login = session_user and revoked_at is null and (agent_id is null or agent_id = wanted.id)) then
            raise exception using errcode = 'IB004', message = format('the login "%s" may not act as %s', session_user, p_as),
                hint = format('an admin can allow it: inbox agent grant-acting %s --login %s', p_as, session_user);
        end if;
    end if;
    if wanted.disabled_at is not null then
        raise exception using errcode = 'IB004', message = format('the agent %s is disabled', wanted.handle),
            hint = format('an admin can enable it: inbox agent enable %s', wanted.handle);
    end if;
    return wanted;
end $$;

-- Starts an operation in this transaction. With a key that was used: `replay` and the stored result; `same` tells whether verb and arguments agree.
create function open_operation(p_as text, p_verb text, p_args jsonb, p_args_hash bytea, p_key text, p_version text, p_os_user text, p_undoes bigint)
returns table (operation_id bigint, at timestamptz, actor_id bigint, handle text, role text, replay boolean, same boolean, result jsonb, exit_code smallint)
language plpgsql security definer set search_path from current as $$
#variable_conflict use_column
declare
    me agent := acting_agent(p_as);
    op bigint := nextval(pg_get_serial_sequence('operation', 'id'));
    t timestamptz := app_now();
    old operation;
begin
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
        case when p_key is not null then keyed_hash(p_args_hash) end, p_undoes)
    on conflict (actor_id, key) where key is not null do nothing;
    if not found then
        select * into old from operation o where o.actor_id = me.id and o.key = p_key;
        return query select old.id, old.at, me.id, me.handle, me.role, true, old.verb = p_verb and old.args_hash is not distinct from keyed_hash(p_args_hash),
            old.result, old.exit;
    else
        return query select op, t, me.id, me.handle, me.role, false, true, null::jsonb, null::smallint;
    end if;
end $$;

-- The operation of this transaction and session, or a refusal: nobody writes under another's.
create function current_operation(p_operation bigint) returns operation
language plpgsql stable security definer set search_path from current as $$
declare
    op operation;
begin
    select * into op from operation where id = p_operation and xid = pg_current_xact_id() and login = session_user and finished_at is null;
    if op.id is null then
        raise exception using errcode = 'IB004', message = format('operation %s is not open in this transaction', p_operation),
            hint = 'changes are made through the inbox program';
    end if;
    return op;
end $$;

-- Ends an operation. A key is kept only where something was selected.
create function finish_operation(p_operation bigint, p_selected int, p_changed int, p_result jsonb, p_exit smallint) returns void
language plpgsql security definer set search_path from current as $$
begin
    perform current_operation(p_operation);
    update operation set selected = p_selected, changed = p_changed, exit = p_exit, finished_at = app_now(),
        key = case when p_selected > 0 then key end, result = case when key is not null and p_selected > 0 then p_result end
    where id = p_operation;
end $$;

-- Whether a column goes back to what it was before an operation, where that had changed it and nobody has since; and stays as it is elsewhere.
create function undone(before text, after text, now text, next text) returns boolean language sql immutable parallel safe as $$
    select case when before is distinct from after then now is not distinct from after and next is not distinct from before else next is not distinct from now end
$$;

-- Who gets a resolved conversation back: its last owner, if he may own something still.
create function last_owner(p_conversation bigint) returns bigint language sql stable set search_path from current as $$
    select case when a.disabled_at is null and a.role not in ('viewer', 'system') then a.id end
    from leg l join agent a on a.id = l.agent_id where l.conversation_id = p_conversation order by l.seq desc limit 1
$$;

-- What the database thinks of a set of changes: a row for each that it refuses. The permission table stands here and nowhere else.
create function refused_conversations(
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
                            and undone(b.until_at::text, l.until_at::text, c.snoozed_until::text, i.until_at::text))
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

-- Keeps why something is done; its events carry the commitment.
create function write_reason(p_body text, out reason_id bigint, out commitment bytea) language plpgsql set search_path from current as $$
declare
    v_salt bytea := uuid_send(gen_random_uuid());
begin
    commitment := sha256(v_salt || convert_to(p_body, 'UTF8'));
    insert into reason (body, salt, commitment) values (p_body, v_salt, write_reason.commitment) returning id into reason_id;
end $$;

-- Writes the note `p_note` (`body order_id courier tracking_no tried promised_by replaces keys`) once for each conversation, or for each ticket where
-- there is one, and makes it findable by its order keys. Its time is that of the event it goes with.
create function write_notes(p_agent bigint, p_conversation bigint[], p_ticket bigint[], p_note jsonb)
returns table (conversation_id bigint, ticket_id bigint, note_id bigint, commitment bytea, at timestamptz)
language plpgsql set search_path from current as $$
#variable_conflict use_column
declare
    bad text;
begin
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

-- Makes one event for each conversation and lets the row, its legs, its phases and its handoff follow from it.
-- `p_note` goes with each conversation; `p_reason` is shared.
create function record_conversations(
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

-- Opens conversations, each with its first event, leg and phase. For `serve` alone.
create function open_conversations(
    p_operation bigint, p_channel bigint[], p_contact bigint[], p_owner bigint[], p_status text[], p_started_by text[], p_opened_at timestamptz[], p_data jsonb[]
) returns table (id bigint, channel_id bigint, contact_id bigint)
language plpgsql security definer set search_path from current as $$
#variable_conflict use_column
declare
    op operation := current_operation(p_operation);
begin
    if not exists (select 1 from agent a where a.id = op.actor_id and a.role = 'system') then
        raise exception using errcode = 'IB004', message = 'only serve opens conversations, as system';
    end if;
    perform 1 from agent a where a.id = any (p_owner) order by a.id for share;
    if exists (select 1 from unnest(p_owner) as o (id)
        where o.id is not null and not exists (select 1 from agent a where a.id = o.id and a.disabled_at is null and a.role not in ('viewer', 'system'))) then
        raise exception using errcode = 'IB005', message = 'a conversation cannot be opened for a disabled agent, or for one who may own nothing';
    end if;
    return query
    with input as materialized (
        -- Whose conversation it is never changes: its first event says so.
        select nextval(pg_get_serial_sequence('conversation', 'id')) as id, ch.store_id, ch.team_id, app_now() as at, i.channel_id, i.contact_id, i.owner_id,
            i.status, i.started_by, i.opened_at, coalesce(i.why, '{}') || jsonb_build_object('channel', ch.id, 'contact', i.contact_id, 'store', ch.store_id) as data
        from unnest(p_channel, p_contact, p_owner, p_status, p_started_by, p_opened_at, p_data)
                as i (channel_id, contact_id, owner_id, status, started_by, opened_at, why)
            join channel ch on ch.id = i.channel_id
    ), written as (
        insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, status, owner_id, team_id, priority, labels, how, data, hash)
        select 'conversation', i.id, 1, i.at, 'opened', op.actor_id, op.id, i.status, i.owner_id, i.team_id, 'normal', '{}', 'auto', i.data,
            event_hash('', op.digest, 'conversation', i.id, 1, i.at, 'opened', op.actor_id, op.id, i.status, i.owner_id, i.team_id, 'normal', '{}', null, 'auto',
                null, null, i.data)
        from input i
        returning event.subject_id, event.hash
    ), legs as (
        insert into leg (conversation_id, seq, agent_id, team_id, how, from_at, operation_id)
        select i.id, 1, i.owner_id, i.team_id, 'auto', i.at, op.id from input i
    ), phases as (
        insert into phase (conversation_id, seq, status, from_at) select i.id, 1, i.status, i.at from input i
    )
    insert into conversation (id, channel_id, contact_id, store_id, team_id, owner_id, status, priority, labels, seq, head, head_at, started_by, opened_at)
    select i.id, i.channel_id, i.contact_id, i.store_id, i.team_id, i.owner_id, i.status, 'normal', '{}', 1, w.hash, i.at, i.started_by, i.opened_at
    from input i join written w on w.subject_id = i.id
    returning conversation.id, conversation.channel_id, conversation.contact_id;
end $$;

-- Opens one ticket for each conversation, with the event `escalated` on it. The ticket's data holds its category.
create function open_tickets(
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

-- Changes tickets: one event each. Null in an array means null, so the caller sends the whole state after it.
create function record_tickets(
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
    if p_kind not in ('ticket_assigned', 'ticket_set', 'ticket_noted') then
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

-- Adds (p_id null) or changes an administered row; `p_row` holds the columns to set. The event holds the whole row after it.
create function put_noun(p_operation bigint, p_noun text, p_id bigint, p_row jsonb, p_kind text, p_reason text) returns bigint
language plpgsql security definer set search_path from current set timezone = 'UTC' as $$
declare
    op operation := current_operation(p_operation);
    me agent;
    v_columns text[] := case p_noun
        when 'setting' then '{name,value}' when 'store' then '{handle,name,disabled_at}' when 'team' then '{handle,name,disabled_at}'
        when 'agent' then '{handle,name,role,teams,capacity,login,disabled_at}' when 'acting' then '{login,agent_id,revoked_at}'
        when 'channel' then '{handle,phone_number_id,display_phone,store_id,team_id,disabled_at}' end;
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
    if me.role <> 'admin' then
        raise exception using errcode = 'IB004', message = format('%s (%s) may not change a %s', me.handle, me.role, p_noun), hint = 'admins may: inbox agent list --role admin';
    end if;
    if v_columns is null or p_kind not in ('added', 'changed', 'disabled', 'enabled', 'granted', 'revoked') then
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
        if p_noun in ('agent', 'team', 'store', 'channel') and p_row ? 'handle' and p_row ->> 'handle' <> v_old ->> 'handle' then
            raise exception using errcode = 'IB005', message = 'a handle is never changed: the history names it';
        end if;
        if p_noun = 'agent' and v_old ->> 'role' = 'system' then
            raise exception using errcode = 'IB004', message = 'the agent system cannot be changed';
        end if;
    else
        execute format('select nextval(pg_get_serial_sequence(%L, ''id''))', p_noun) into v_id;
        if p_noun in ('agent', 'team') then
            insert into handle (handle, noun) values (p_row ->> 'handle', p_noun);
        end if;
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

-- Makes an empty workspace's first agents: `system`, and the caller's login as its first admin, in an operation of their own.
create function bootstrap(p_handle text, p_name text, p_shared boolean, p_version text, p_os_user text) returns bigint
language plpgsql security definer set search_path from current set timezone = 'UTC' as $$
declare
    v_op bigint;
    v_system bigint;
    v_admin bigint;
    v_at timestamptz := app_now();
    v_digest bytea;
    v_row jsonb;
    v_hash bytea;
begin
    lock table agent in share row exclusive mode;
    if exists (select 1 from agent) then
        raise exception using errcode = 'IB005', message = 'this workspace has agents already', hint = 'inbox whoami tells who you are in it';
    end if;
    set constraints operation_actor_id_fkey deferred;
    v_op := nextval(pg_get_serial_sequence('operation', 'id'));
    v_system := nextval(pg_get_serial_sequence('agent', 'id'));
    v_digest := operation_digest(v_op, v_at, v_system, 'init', '{}', session_user, inet_client_addr(), p_version, p_os_user);
    insert into operation (id, at, xid, actor_id, verb, args, login, address, version, os_user, digest)
    overriding system value
    values (v_op, v_at, pg_current_xact_id(), v_system, 'init', '{}', session_user, inet_client_addr(), p_version, p_os_user, v_digest);
    insert into handle (handle, noun) values ('system', 'agent');
    v_row := jsonb_build_object('id', v_system, 'handle', 'system', 'name', 'system', 'role', 'system', 'teams', '[]'::jsonb, 'capacity', null, 'login', null, 'disabled_at', null);
    v_hash := event_hash('', v_digest, 'agent', v_system, 1, v_at, 'added', v_system, v_op, null, null, null, null, null, null, null, null, null, v_row);
    insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, data, hash) values ('agent', v_system, 1, v_at, 'added', v_system, v_op, v_row, v_hash);
    insert into agent (id, handle, name, role, seq, head, head_at) values (v_system, 'system', 'system', 'system', 1, v_hash, v_at);
    v_admin := nextval(pg_get_serial_sequence('agent', 'id'));
    insert into handle (handle, noun) values (p_handle, 'agent');
    v_row := jsonb_build_object('id', v_admin, 'handle', p_handle, 'name', p_name, 'role', 'admin', 'teams', '[]'::jsonb, 'capacity', null, 'login', session_user, 'disabled_at', null);
    v_hash := event_hash('', v_digest, 'agent', v_admin, 1, v_at, 'added', v_system, v_op, null, null, null, null, null, null, null, null, null, v_row);
    insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, data, hash) values ('agent', v_admin, 1, v_at, 'added', v_system, v_op, v_row, v_hash);
    insert into agent (id, handle, name, role, login, seq, head, head_at) values (v_admin, p_handle, p_name, 'admin', session_user, 1, v_hash, v_at);
    set constraints operation_actor_id_fkey immediate;
    -- The login that sets up also runs serve and timers, until an admin gives them a login of their own.
    perform grant_first_acting(v_op, v_digest, case when p_shared then null else v_system end);
    update operation set finished_at = app_now(), selected = 2, changed = 2, exit = 0 where id = v_op;
    return v_admin;
end $$;

create function grant_first_acting(p_op bigint, p_digest bytea, p_agent bigint) returns void
language plpgsql set search_path from current set timezone = 'UTC' as $$
declare
    v_id bigint := nextval(pg_get_serial_sequence('acting', 'id'));
    v_at timestamptz := app_now();
    v_system bigint := (select actor_id from operation where id = p_op);
    v_row jsonb := jsonb_build_object('id', v_id, 'login', session_user, 'agent_id', p_agent, 'revoked_at', null);
    v_hash bytea := event_hash('', p_digest, 'acting', v_id, 1, v_at, 'granted', v_system, p_op, null, null, null, null, null, null, null, null, null, v_row);
begin
    insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, data, hash) values ('acting', v_id, 1, v_at, 'granted', v_system, p_op, v_row, v_hash);
    insert into acting (id, login, agent_id, seq, head, head_at) values (v_id, session_user, p_agent, 1, v_hash, v_at);
end $$;

-- Keeps takes that lost, after their transaction was rolled back.
create function record_attempts(p_as text, p_id bigint[]) returns void
language plpgsql security definer set search_path from current as $$
declare
    me agent := acting_agent(p_as);
begin
    insert into attempt (conversation_id, agent_id, owner_id, at) select c.id, me.id, c.owner_id, app_now()
    from conversation c where c.id = any (p_id) and c.owner_id <> me.id;
end $$;

-- A function is callable by PUBLIC unless that is taken away.
do $$ begin execute format('revoke all on all functions in schema %I from public', current_schema()); end $$;
