-- The rules: the allowed changes of a conversation, and the actors who may make them.

-- Returns whether an undo sets a column correctly. A column that the operation changed and no later
-- event changed must have its earlier value. Every other column must not change.
create or replace function undone(before text, after text, now text, next text) returns boolean
language sql immutable parallel safe as $$
    select case when before is distinct from after then now is not distinct from after
        and next is not distinct from before else next is not distinct from now end
$$;

-- Returns the agent who gets a resolved conversation back: its last owner, if that agent may still
-- own conversations.
create or replace function last_owner(p_conversation bigint) returns bigint
language sql stable set search_path from current as $$
    select case when a.disabled_at is null and a.role not in ('viewer', 'system') then a.id end
    from leg l join agent a on a.id = l.agent_id where l.conversation_id = p_conversation order by l.seq desc limit 1
$$;

-- The rules of each kind of event, one row for each kind.
-- subject: the kind of subject. `resource` means all administered rows.
-- from_statuses, to_status: the allowed statuses before and the status after the event. If
-- to_status is null, the status does not change.
-- changes: the columns among owner, team, status and labels that may change. The others must not
-- change. The end of a snooze belongs to the status, and the priority to the labels.
-- owner: the required owner after the event: actor, nobody, or last (the last owner, or nobody).
-- Null allows any owner.
-- how: the word for a change of ownership by this kind.
-- must_change: whether an event without any change is refused.
create or replace function event_rules() returns table (
    subject text, kind text, from_statuses text[], to_status text, changes text[], owner text, how text,
        must_change boolean
) language sql immutable as $$
    values
        ('conversation', 'opened', '{}'::text[], null, '{}'::text[], null, 'auto', false),
        ('conversation', 'reopened', '{pending,snoozed,resolved}', 'open', '{owner,status}', 'last', 'auto', true),
        ('conversation', 'woken', '{pending,snoozed}', 'open', '{status}', null, null, true),
        ('conversation', 'snooze_ended', '{snoozed}', 'open', '{status}', null, null, true),
        ('conversation', 'taken', '{open,pending,snoozed}', null, '{owner}', 'actor', 'take', true),
        ('conversation', 'assigned', '{open,pending,snoozed}', null, '{owner,team}', null, 'assign', true),
        ('conversation', 'released', '{open,pending,snoozed}', null, '{owner}', 'nobody', 'release', true),
        ('conversation', 'handed_off', '{open,pending,snoozed}', null, '{owner,team}', null, 'handoff', true),
        ('conversation', 'handoff_offered', '{open,pending,snoozed}', null, '{}', null, null, false),
        ('conversation', 'handoff_accepted', '{open,pending,snoozed}', null, '{owner,team}', 'actor', 'handoff', false),
        ('conversation', 'handoff_declined', '{open,pending,snoozed}', null, '{}', null, null, false),
        ('conversation', 'handoff_expired', '{open,pending,snoozed}', null, '{}', null, null, false),
        ('conversation', 'rotated', '{open,pending,snoozed}', null, '{owner,team}', null, 'shift', true),
        ('conversation', 'swept', '{open,pending,snoozed}', null, '{owner,team}', null, 'sweep', true),
        ('conversation', 'resolved', '{open,pending,snoozed}', 'resolved', '{owner,status}', 'nobody', 'resolve', true),
        ('conversation', 'pended', '{open,pending,snoozed}', 'pending', '{status}', null, null, true),
        ('conversation', 'snoozed', '{open,pending,snoozed}', 'snoozed', '{status}', null, null, true),
        ('conversation', 'labelled', '{open,pending,snoozed,resolved}', null, '{labels}', null, null, true),
        ('conversation', 'noted', '{open,pending,snoozed,resolved}', null, '{}', null, null, false),
        ('conversation', 'escalated', '{open,pending,snoozed,resolved}', null, '{}', null, null, false),
        ('conversation', 'undone', '{open,pending,snoozed,resolved}', null, '{owner,team,status,labels}', null,
            'undo', false),
        ('ticket', 'ticket_opened', null, null, null, null, null, false),
        ('ticket', 'ticket_assigned', null, null, '{owner,team}', null, null, true),
        ('ticket', 'ticket_set', null, null, '{fields}', null, null, true),
        ('ticket', 'ticket_noted', null, null, '{}', null, null, false),
        ('resource', 'added', null, null, null, null, null, false),
        ('resource', 'changed', null, null, null, null, null, false),
        ('resource', 'disabled', null, null, null, null, null, false),
        ('resource', 'enabled', null, null, null, null, null, false),
        ('resource', 'granted', null, null, null, null, null, false),
        ('resource', 'revoked', null, null, null, null, null, false),
        ('resource', 'went_away', null, null, null, null, null, false),
        ('resource', 'came_back', null, null, null, null, null, false),
        ('contact', 'forgotten', null, null, null, null, null, false),
        ('contact', 'conflicted', null, null, null, null, null, false)
$$;

-- Returns event_rules(). Every statement that calls event_rules() parses all rows of that function
-- again. This function parses them once for each session.
create or replace function rules() returns table (
    subject text, kind text, from_statuses text[], to_status text, changes text[], owner text, how text,
        must_change boolean
) language plpgsql stable rows 33 set search_path from current as $$
begin
    return query select * from event_rules();
end $$;

-- The permissions for changes of conversations and administered rows. Each row has a kind of event,
-- some roles, and the relation of the actor to the changed row. One matching row is enough.
-- refused_conversations and put_resource compute the relations.
create or replace function permissions() returns table (kind text, roles text[], relation text)
language sql immutable as $$
    values
        ('taken', '{agent,bot,supervisor,admin}'::text[], 'anyone'),
        ('noted', '{agent,bot,supervisor,admin}', 'anyone'),
        ('labelled', '{agent,bot,supervisor,admin}', 'anyone'),
        ('assigned', '{agent,bot}', 'owner'),
        ('assigned', '{agent,bot}', 'unowned in own team'),
        ('assigned', '{supervisor,admin}', 'anyone'),
        ('released', '{agent,bot}', 'owner'),
        ('released', '{supervisor,admin}', 'anyone'),
        ('handed_off', '{agent,bot}', 'owner'),
        ('handed_off', '{agent,bot}', 'unowned in own team'),
        ('handed_off', '{supervisor,admin}', 'anyone'),
        ('handoff_offered', '{agent,bot}', 'owner'),
        ('handoff_offered', '{agent,bot}', 'unowned in own team'),
        ('handoff_offered', '{supervisor,admin}', 'anyone'),
        ('handoff_accepted', '{agent,bot,supervisor,admin}', 'offered to'),
        ('handoff_declined', '{agent,bot}', 'offered to'),
        ('handoff_declined', '{agent,bot}', 'offered by'),
        ('handoff_declined', '{supervisor,admin}', 'anyone'),
        ('handoff_expired', '{system}', 'anyone'),
        ('rotated', '{supervisor,admin}', 'anyone'),
        ('swept', '{supervisor,admin}', 'anyone'),
        ('resolved', '{agent,bot}', 'owner'),
        ('resolved', '{agent,bot}', 'unowned in own team'),
        ('resolved', '{supervisor,admin}', 'anyone'),
        ('reopened', '{agent,bot}', 'owner'),
        ('reopened', '{agent,bot}', 'own team'),
        ('reopened', '{agent,bot}', 'last owner'),
        ('reopened', '{supervisor,admin,system}', 'anyone'),
        ('woken', '{system}', 'anyone'),
        ('snooze_ended', '{system}', 'anyone'),
        ('pended', '{agent,bot}', 'owner'),
        ('pended', '{agent,bot}', 'unowned in own team'),
        ('pended', '{supervisor,admin}', 'anyone'),
        ('snoozed', '{agent,bot}', 'owner'),
        ('snoozed', '{supervisor,admin}', 'anyone'),
        ('escalated', '{agent,bot}', 'owner'),
        ('escalated', '{supervisor,admin}', 'anyone'),
        ('undone', '{agent,bot}', 'own operation'),
        ('undone', '{supervisor,admin}', 'anyone'),
        ('added', '{admin}', 'anyone'),
        ('added', '{supervisor}', 'shifts'),
        ('changed', '{admin}', 'anyone'),
        ('changed', '{supervisor}', 'shifts'),
        ('disabled', '{admin}', 'anyone'),
        ('disabled', '{supervisor}', 'shifts'),
        ('enabled', '{admin}', 'anyone'),
        ('enabled', '{supervisor}', 'shifts'),
        ('granted', '{admin}', 'anyone'),
        ('revoked', '{admin}', 'anyone'),
        ('revoked', '{supervisor}', 'shifts'),
        ('went_away', '{agent,bot}', 'oneself'),
        ('went_away', '{supervisor,admin}', 'anyone'),
        ('came_back', '{agent,bot}', 'oneself'),
        ('came_back', '{supervisor,admin}', 'anyone'),
        ('came_back', '{system}', 'due timer')
$$;

-- Returns whether the data of a conversation's event are valid for the kind.
create or replace function event_data_fits(kind text, data jsonb) returns boolean
language plpgsql immutable parallel safe as $$
begin
    -- A session plans the next statement only for a kind that has data.
    if kind not in ('opened', 'reopened', 'escalated', 'undone', 'handoff_offered') then
        return coalesce(data = '{}', false);
    end if;
    return coalesce(case kind
        when 'opened' then jsonb_typeof(data) = 'object' and jsonb_typeof(data -> 'channel') = 'number'
            and jsonb_typeof(data -> 'contact') = 'number'
            and jsonb_typeof(data -> 'store') = 'number' and data - '{channel,contact,store,by}'::text[] = '{}'
            and coalesce(data ->> 'by', 'message') in ('message', 'handover', 'status')
        when 'reopened' then data - '{by,late,off_shift}'::text[] = '{}' and data ? 'by' = data ? 'late'
            and coalesce(data ->> 'by', 'message') = 'message'
            and coalesce(jsonb_typeof(data -> 'late'), 'boolean') = 'boolean'
                and coalesce(data ->> 'off_shift', '0') ~ '^[0-9]{1,18}$'
        when 'escalated' then data = jsonb_build_object('ticket', data -> 'ticket')
            and jsonb_typeof(data -> 'ticket') = 'number'
        when 'undone' then data = jsonb_build_object('undoes', data -> 'undoes')
            and jsonb_typeof(data -> 'undoes') = 'number'
        when 'handoff_offered' then data - '{to_agent,to_team,due_at}'::text[] = '{}'
            and coalesce(jsonb_typeof(data -> 'to_agent'), 'null') in ('number', 'null')
            and coalesce(jsonb_typeof(data -> 'to_team'), 'null') in ('number', 'null')
            and coalesce(data ->> 'due_at', '2000-01-01T00:00:00Z')
                ~ ('^(19[7-9]|20[0-9]|21[0-9])[0-9]-[0-9]{2}-[0-9]{2}'
                'T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z$')
        end, false);
end $$;

-- Returns whether a conversation returns to its state before an operation. Columns that the
-- operation changed must have their earlier values. All other columns must not change. A column
-- that a later event changed is not restored, even if it has the same value again.
create or replace function puts_back(
    p_undoes bigint, p_id bigint, p_status text, p_owner bigint, p_team bigint, p_priority text, p_labels text,
    p_until timestamptz
) returns boolean language sql stable set search_path from current as $$
    select exists (
        select 1
        from (
                select min(x.seq) as low, max(x.seq) as high from event x
                where x.subject = 'conversation' and x.subject_id = p_id and x.operation_id = p_undoes
            ) as o
            join event b on b.subject = 'conversation' and b.subject_id = p_id and b.seq = o.low - 1
            join event l on l.subject = 'conversation' and l.subject_id = p_id and l.seq = o.high
            join conversation c on c.id = p_id
        where undone(b.status, l.status, c.status, p_status)
            and undone(b.owner_id::text, l.owner_id::text, c.owner_id::text, p_owner::text)
            and undone(b.team_id::text, l.team_id::text, c.team_id::text, p_team::text)
            and undone(b.priority, l.priority, c.priority, p_priority)
            and undone(array_to_string(b.labels, ','), array_to_string(l.labels, ','), array_to_string(c.labels, ','),
                p_labels)
            and undone(b.until_at::text, l.until_at::text, c.snoozed_until::text, p_until::text)
            and not exists (
                select 1 from event x
                where x.subject = 'conversation' and x.subject_id = p_id and x.seq > o.high
                    and (b.status <> l.status and x.status <> l.status
                        or b.owner_id is distinct from l.owner_id and x.owner_id is distinct from l.owner_id
                        or b.team_id <> l.team_id and x.team_id <> l.team_id
                        or b.priority <> l.priority and x.priority <> l.priority
                        or b.labels <> l.labels and x.labels <> l.labels
                        or b.until_at is distinct from l.until_at and x.until_at is distinct from l.until_at)))
$$;

-- Returns the message of a refused change, from the condition that failed.
create or replace function refusal(
    p_why text, me agent, op operation, p_id bigint, p_kind text, p_status text, p_owner bigint, p_team bigint,
    p_relations text[]
) returns text language plpgsql stable set search_path from current as $$
declare
    v_owner text := (select a.handle from agent a where a.id = p_owner);
    v_team text := (select t.handle from team t where t.id = p_team);
    v_offered text := (select coalesce(a.handle, 'the team ' || t.handle)
        from handoff h left join agent a on a.id = h.to_agent left join team t on t.id = h.to_team
        where h.conversation_id = p_id and h.state = 'offered');
begin
    return case
    when p_why = 'missing' then format('no conversation C-%s', p_id)
    when p_why = 'changed' then format('C-%s was changed by someone else meanwhile', p_id)
    when p_why = 'shape' then format('the event "%s" does not say what would change in C-%s', p_kind, p_id)
    when p_why = 'status' and p_status = 'resolved' then format('C-%s is resolved', p_id)
    when p_why = 'status' and p_kind = 'reopened' then format('C-%s is open', p_id)
    when p_why = 'status' then format('C-%s is not pending or snoozed', p_id)
    when p_why = 'target' then
        format('C-%s cannot be given to a disabled agent or team, or to a viewer', p_id)
    when p_why = 'not_offered' then format('C-%s is not offered to anybody', p_id)
    when p_why = 'owned' then format('C-%s is owned by %s since %s', p_id, v_owner,
        (select to_char(l.from_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
        from leg l where l.conversation_id = p_id and l.to_at is null))
    when p_why = 'undoing' then format('C-%s would not be what it was before O-%s', p_id, op.undoes)
    when p_why = 'same' then format('C-%s would not change', p_id)
    when p_why = 'past' then format('C-%s cannot be snoozed until a time that has passed', p_id)
    when p_why = 'labels' then format('C-%s can have at most 100 labels of 40 characters', p_id)
    else format('%s (%s) may not %s C-%s%s', me.handle, me.role,
        case p_kind when 'taken' then 'take' when 'assigned' then 'assign' when 'released' then 'release'
            when 'handed_off' then 'hand off' when 'handoff_offered' then 'hand off' when 'handoff_accepted'
                then 'accept'
            when 'handoff_declined' then 'decline' when 'rotated' then 'rotate' when 'swept' then 'sweep'
            when 'resolved' then 'resolve' when 'reopened' then 'reopen' when 'pended' then 'set pending'
            when 'snoozed' then 'snooze' when 'labelled' then 'label' when 'noted' then 'note'
            when 'escalated' then 'escalate' when 'undone' then 'undo' else 'change' end,
        p_id,
        case
        when p_why = 'role' then coalesce(': only ' || (
            select string_agg(case x.role when 'system' then 'the program' else x.role || 's' end, ' and '
                order by x.role)
            from (select distinct unnest(p.roles) as role from permissions() p where p.kind = p_kind) x) || ' may', '')
        when 'offered to' = any (p_relations) then ', which is offered to ' || v_offered
        when 'own operation' = any (p_relations) then
            format(', since O-%s is of %s', op.undoes, (select a.handle from operation u
                join agent a on a.id = u.actor_id
                where u.id = op.undoes))
        when v_owner is not null then format(', which %s owns', v_owner)
        when p_relations && '{own team,unowned in own team}' then format(', which waits in the team %s', v_team)
        else ', which nobody owns' end)
    end;
end $$;

-- Returns whether one of the less common relations is valid. Only few kinds use them. They are in a
-- separate function, because a statement in a function is planned only when it runs. Each command
-- is a new session, in which planning takes longer than execution.
create or replace function is_related(
    p_relations text[], p_id bigint, p_kind text, p_old_team bigint, p_team bigint, me agent, p_undoes bigint
) returns boolean language plpgsql stable set search_path from current as $$
begin
    if p_relations && '{offered to,offered by}' and exists (
        select 1 from handoff h
        where h.conversation_id = p_id and h.state = 'offered'
            and ('offered by' = any (p_relations) and h.offered_by = me.id
                -- With an accept, the conversation stays in its team or moves to the team of the
                -- offer.
                or 'offered to' = any (p_relations) and (h.to_agent = me.id or h.to_team = any (me.teams))
                    and (p_kind <> 'handoff_accepted' or p_team in (p_old_team, coalesce(h.to_team, p_team))
                        and (p_team = p_old_team or p_team = any (me.teams))))) then
        return true;
    end if;
    if 'last owner' = any (p_relations) and me.id = (
        select l.agent_id from leg l where l.conversation_id = p_id and l.agent_id is not null
        order by l.seq desc limit 1) then
        return true;
    end if;
    return 'own operation' = any (p_relations)
        and exists (select 1 from operation u where u.id = p_undoes and u.actor_id = me.id);
end $$;

-- Returns whether a conversation is offered.
create or replace function is_offered(p_id bigint) returns boolean
language plpgsql stable set search_path from current as $$
begin
    return exists (select 1 from handoff h where h.conversation_id = p_id and h.state = 'offered');
end $$;

-- Returns a row for each change that the rules refuse, with the condition that failed.
create or replace function refusals(
    op operation, p_id bigint[], p_seq int[], p_kind text[], p_status text[], p_owner bigint[], p_team bigint[],
    p_priority text[], p_labels text[], p_until timestamptz[], p_data jsonb[]
) returns table (conversation_id bigint, code text, message text)
language plpgsql stable set search_path from current as $$
#variable_conflict use_column
declare
    me agent;
    -- The given agents and teams that can receive a conversation.
    v_owners bigint[];
    v_teams bigint[];
begin
    select * into me from agent where id = op.actor_id;
    v_owners := array(select a.id from agent a
        where a.id = any (p_owner) and a.disabled_at is null and a.role not in ('viewer', 'system'));
    if 'handoff_offered' = any (p_kind) then
        v_owners := v_owners || array(select a.id from agent a
            where a.id in (select (d ->> 'to_agent')::bigint from unnest(p_data) as d)
                and a.disabled_at is null and a.role not in ('viewer', 'system'));
    end if;
    v_teams := array(select t.id from team t where t.disabled_at is null);
    return query
    select j.id,
        case j.why when 'missing' then 'IB003' when 'shape' then 'IB001'
            when 'role' then 'IB004' when 'relation' then 'IB004' when 'undoing' then 'IB004' else 'IB005' end,
        refusal(j.why, me, op, j.id, j.kind, j.old_status, j.old_owner, j.old_team, j.relations)
    from (
        select i.id, i.kind, c.owner_id as old_owner, c.team_id as old_team, c.status as old_status, a.relations,
            case
            when c.id is null then 'missing'
            when c.seq is distinct from i.seq then 'changed'
            when k.kind is null then 'shape'
            when c.status <> all (k.from_statuses) and (a.relations is not null or c.status = 'resolved')
                then 'status'
            -- An event may change only the columns in the rule of its kind.
            when i.owner_id is distinct from c.owner_id and 'owner' <> all (k.changes)
                or i.team_id is distinct from c.team_id and 'team' <> all (k.changes)
                or (i.status is distinct from c.status or i.until_at is distinct from c.snoozed_until)
                    and 'status' <> all (k.changes)
                or (i.priority is distinct from c.priority or i.labels is distinct from array_to_string(c.labels, ','))
                    and 'labels' <> all (k.changes)
                or i.status <> k.to_status
                or k.owner = 'actor' and i.owner_id is distinct from me.id
                or k.owner = 'nobody' and i.owner_id is not null
                or k.owner = 'last' and c.status <> 'resolved' and i.owner_id is distinct from c.owner_id
                or k.owner = 'last' and c.status = 'resolved' and i.owner_id is not null
                    and i.owner_id is distinct from last_owner(i.id) then 'shape'
            when i.owner_id is not null and i.owner_id is distinct from c.owner_id and i.owner_id <> all (v_owners)
                or i.team_id <> c.team_id and i.team_id <> all (v_teams) then 'target'
            when i.kind = 'handoff_offered' and not (coalesce((i.data ->> 'to_agent')::bigint = any (v_owners), false)
                or coalesce((i.data ->> 'to_team')::bigint = any (v_teams), false)) then 'target'
            when i.kind in ('handoff_accepted', 'handoff_declined', 'handoff_expired') and not is_offered(i.id)
                then 'not_offered'
            -- Only a conversation without an owner can be taken, by any agent.
            when i.kind = 'taken' and c.owner_id is not null then 'owned'
            when a.relations is null or me.disabled_at is not null then 'role'
            when ('anyone' = any (a.relations)
                or 'owner' = any (a.relations) and c.owner_id = me.id
                or 'unowned in own team' = any (a.relations) and c.owner_id is null and c.team_id = any (me.teams)
                or 'own team' = any (a.relations) and c.team_id = any (me.teams)
                or is_related(a.relations, i.id, i.kind, c.team_id, i.team_id, me, op.undoes)) is not true
                then 'relation'
            -- The changes of an undone operation are reversed, and all other columns stay.
            when i.kind = 'undone' and not coalesce((i.data ->> 'undoes')::bigint = op.undoes
                and puts_back(op.undoes, i.id, i.status, i.owner_id, i.team_id, i.priority, i.labels, i.until_at),
                false) then 'undoing'
            when k.must_change and (i.status, i.owner_id, i.team_id, i.priority, i.labels, i.until_at)
                is not distinct from (c.status, c.owner_id, c.team_id, c.priority, array_to_string(c.labels, ','),
                    c.snoozed_until) then 'same'
            when i.kind = 'snoozed' and i.until_at <= op.at - interval '1 minute' then 'past'
            when i.kind = 'labelled' and i.labels is distinct from array_to_string(c.labels, ',')
                and (i.labels ~ '[^,]{41}' or cardinality(string_to_array(i.labels, ',')) > 100)
                and length(i.labels) >= length(array_to_string(c.labels, ',')) then 'labels'
            end as why
        from unnest(p_id, p_seq, p_kind, p_status, p_owner, p_team, p_priority, p_labels, p_until, p_data)
                as i (id, seq, kind, status, owner_id, team_id, priority, labels, until_at, data)
            left join conversation c on c.id = i.id
            left join (select * from rules() where subject = 'conversation' and kind <> 'opened') k
                on k.kind = i.kind
            left join (select p.kind, array_agg(p.relation) as relations
                from permissions() p where me.role = any (p.roles) group by p.kind) a on a.kind = i.kind
        -- The expression is planned once, and not once for each use.
        offset 0
    ) j
    where j.why is not null
    order by j.id;
end $$;

-- Returns a row for each change that the rules refuse to the agent of an open operation.
create or replace function refused_conversations(
    p_operation bigint, p_id bigint[], p_seq int[], p_kind text[], p_status text[], p_owner bigint[], p_team bigint[],
    p_priority text[], p_labels text[], p_until timestamptz[], p_data jsonb[]
) returns table (conversation_id bigint, code text, message text)
language plpgsql stable security definer set search_path from current as $$
begin
    return query select * from refusals(current_operation(p_operation), p_id, p_seq, p_kind, p_status, p_owner,
        p_team, p_priority, p_labels, p_until, p_data);
end $$;
