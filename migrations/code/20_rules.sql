-- What may happen to a conversation, and who may do it.

-- Returns whether undoing leaves a column right: back at its earlier value where the operation
-- changed it and nobody has since, and unchanged elsewhere.
create or replace function undone(before text, after text, now text, next text) returns boolean
language sql immutable parallel safe as $$
    select case when before is distinct from after then now is not distinct from after
        and next is not distinct from before else next is not distinct from now end
$$;

-- Returns who gets a resolved conversation back: its last owner, if that agent may still own
-- something.
create or replace function last_owner(p_conversation bigint) returns bigint
language sql stable set search_path from current as $$
    select case when a.disabled_at is null and a.role not in ('viewer', 'system') then a.id end
    from leg l join agent a on a.id = l.agent_id where l.conversation_id = p_conversation order by l.seq desc limit 1
$$;

-- Returns whether the data of a conversation's event are what its kind needs.
create or replace function event_data_fits(kind text, data jsonb) returns boolean
language sql immutable parallel safe as $$
    select coalesce(case kind
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
        else data = '{}' end, false)
$$;

-- Returns a row for each change that the rules refuse.
create or replace function refused_conversations(
    p_operation bigint, p_id bigint[], p_seq int[], p_kind text[], p_status text[], p_owner bigint[], p_team bigint[],
        p_priority text[],
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
            when c.status = 'resolved' and i.kind not in ('reopened', 'noted', 'labelled', 'escalated', 'undone')
                then 'resolved'
            when c.status = 'open' and i.kind = 'reopened' then 'live'
            -- A kind changes what it says and nothing else.
            when i.owner_id is distinct from c.owner_id and i.kind not in
                ('taken', 'assigned', 'released', 'handed_off', 'handoff_accepted', 'rotated', 'swept', 'resolved',
                    'reopened', 'undone') then 'shape'
            when i.team_id is distinct from c.team_id and i.kind not in
                ('assigned', 'handed_off', 'handoff_accepted', 'rotated', 'swept', 'undone') then 'shape'
            when i.status is distinct from c.status and i.kind not in
                ('resolved', 'reopened', 'woken', 'snooze_ended', 'pended', 'snoozed', 'undone') then 'shape'
            when i.until_at is distinct from c.snoozed_until and i.kind not in
                ('resolved', 'reopened', 'woken', 'snooze_ended', 'pended', 'snoozed', 'undone') then 'shape'
            when (i.priority is distinct from c.priority or i.labels is distinct from array_to_string(c.labels, ','))
                and i.kind not in ('labelled', 'undone') then 'shape'
            when i.kind = 'opened' or i.kind not in
                ('taken', 'assigned', 'released', 'handed_off', 'handoff_offered', 'handoff_accepted',
                    'handoff_declined', 'handoff_expired', 'rotated',
                 'swept', 'resolved', 'reopened', 'woken', 'snooze_ended', 'pended', 'snoozed', 'labelled', 'noted',
                     'escalated', 'undone') then 'shape'
            when i.kind = 'taken' and i.owner_id is distinct from me.id
                or i.kind = 'reopened' and c.status <> 'resolved' and i.owner_id is distinct from c.owner_id
                or i.kind = 'reopened' and c.status = 'resolved' and i.owner_id is not null
                    and i.owner_id is distinct from last_owner(c.id)
                or i.kind in ('released', 'resolved') and i.owner_id is not null
                or i.kind = 'handoff_accepted' and i.owner_id is distinct from me.id
                or i.kind = 'resolved' and i.status <> 'resolved'
                or i.kind in ('reopened', 'woken', 'snooze_ended') and i.status <> 'open'
                or i.kind = 'pended' and i.status <> 'pending'
                or i.kind = 'snoozed' and i.status <> 'snoozed' then 'shape'
            when i.owner_id is not null and i.owner_id is distinct from c.owner_id
                and not exists (select 1 from agent t where t.id = i.owner_id and t.disabled_at is null
                    and t.role not in ('viewer', 'system')) then 'target'
            when i.team_id <> c.team_id and not exists (select 1 from team t where t.id = i.team_id
                and t.disabled_at is null) then 'target'
            when i.kind = 'handoff_offered' and not (
                exists (select 1 from agent t where t.id = (i.data ->> 'to_agent')::bigint and t.disabled_at is null
                    and t.role not in ('viewer', 'system'))
                or exists (select 1 from team t where t.id = (i.data ->> 'to_team')::bigint
                    and t.disabled_at is null)) then 'target'
            when i.kind in ('handoff_accepted', 'handoff_declined', 'handoff_expired')
                and not exists (select 1 from handoff h where h.conversation_id = i.id and h.state = 'offered')
                    then 'not_offered'
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
                        and (h.to_agent = me.id or h.to_team = any (me.teams))
                            and i.team_id in (c.team_id, coalesce(h.to_team, i.team_id))
                        and (i.team_id = c.team_id or i.team_id = any (me.teams)))
                    then null else 'IB004' end
            when i.kind = 'handoff_declined' then
                case when me.role in ('supervisor', 'admin')
                    or exists (select 1 from handoff h where h.conversation_id = i.id and h.state = 'offered'
                        and (h.to_agent = me.id or h.to_team = any (me.teams) or h.offered_by = me.id)) then null
                            else 'IB004' end
            -- What an undone operation changed goes back to what it was before, if nobody has
            -- changed it since; and nothing else moves.
            when i.kind = 'undone' then
                case when (me.role in ('supervisor', 'admin')
                    or exists (select 1 from operation u where u.id = op.undoes and u.actor_id = me.id))
                    and (i.data ->> 'undoes')::bigint = op.undoes
                    and exists (
                        select 1 from (select min(x.seq) as low, max(x.seq) as high from event x
                                where x.subject = 'conversation' and x.subject_id = i.id
                                    and x.operation_id = op.undoes) as o
                            join event b on b.subject = 'conversation' and b.subject_id = i.id and b.seq = o.low - 1
                            join event l on l.subject = 'conversation' and l.subject_id = i.id and l.seq = o.high
                        where undone(b.status, l.status, c.status, i.status)
                            and undone(b.owner_id::text, l.owner_id::text, c.owner_id::text, i.owner_id::text)
                            and undone(b.team_id::text, l.team_id::text, c.team_id::text, i.team_id::text)
                                and undone(b.priority, l.priority, c.priority, i.priority)
                            and undone(array_to_string(b.labels, ','), array_to_string(l.labels, ','),
                                array_to_string(c.labels, ','), i.labels)
                            and undone(b.until_at::text, l.until_at::text, c.snoozed_until::text, i.until_at::text)
                            -- Though it may have come back to the same since.
                            and not exists (select 1 from event x where x.subject = 'conversation'
                                and x.subject_id = i.id and x.seq > o.high
                                and (b.status <> l.status and x.status <> l.status
                                    or b.owner_id is distinct from l.owner_id and x.owner_id is distinct from l.owner_id
                                    or b.team_id <> l.team_id and x.team_id <> l.team_id or b.priority <> l.priority
                                        and x.priority <> l.priority
                                    or b.labels <> l.labels and x.labels <> l.labels
                                        or b.until_at is distinct from l.until_at
                                        and x.until_at is distinct from l.until_at)))
                    then null else 'IB004' end
            when me.role in ('supervisor', 'admin') then null
            when c.owner_id = me.id and i.kind in
                ('released', 'assigned', 'handed_off', 'handoff_offered', 'escalated', 'resolved', 'reopened',
                    'pended', 'snoozed') then null
            when c.owner_id is null and c.team_id = any (me.teams) and i.kind in
                ('assigned', 'handed_off', 'handoff_offered', 'resolved', 'pended') then null
            when i.kind = 'reopened' and (c.team_id = any (me.teams)
                or me.id = (select l.agent_id from leg l where l.conversation_id = i.id and l.agent_id is not null
                    order by l.seq desc limit 1)) then null
            else 'IB004'
            end as why,
            case
            -- An event says that something changed.
            when i.kind in ('assigned', 'handed_off', 'rotated', 'swept', 'released', 'pended', 'snoozed', 'labelled')
                and (i.status, i.owner_id, i.team_id, i.priority, i.labels, i.until_at) is not distinct from
                    (c.status, c.owner_id, c.team_id, c.priority, array_to_string(c.labels, ','), c.snoozed_until)
                        then 'same'
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
        case when j.why in ('changed', 'resolved', 'live', 'target', 'not_offered', 'owned', 'awake', 'same', 'past',
            'labels') then 'IB005' when j.why = 'shape' then 'IB001' else j.why end,
        case j.why
        when 'IB003' then format('no conversation C-%s', j.id)
        when 'changed' then format('C-%s was changed by someone else meanwhile', j.id)
        when 'resolved' then format('C-%s is resolved', j.id)
        when 'live' then format('C-%s is open', j.id)
        when 'target' then format('C-%s cannot be given to a disabled agent or team, or to one who may own nothing',
            j.id)
        when 'awake' then format('C-%s is not pending or snoozed', j.id)
        when 'same' then format('C-%s would not change', j.id)
        when 'past' then format('C-%s cannot be snoozed until a time that has passed', j.id)
        when 'labels' then format('C-%s can have at most 100 labels of 40 characters', j.id)
        when 'not_offered' then format('C-%s is not offered to anybody', j.id)
        when 'owned' then format('C-%s is owned by %s since %s', j.id, (select a.handle from agent a
            where a.id = j.held_by),
            (select to_char(l.from_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') from leg l
                where l.conversation_id = j.id and l.to_at is null))
        when 'shape' then format('the event "%s" does not say what would change in C-%s', j.kind, j.id)
        else format('%s (%s) may not %s C-%s, %s', me.handle, me.role,
            case j.kind when 'taken' then 'take' when 'assigned' then 'assign' when 'released' then 'release'
                when 'handed_off' then 'hand off'
                when 'handoff_offered' then 'hand off' when 'handoff_accepted' then 'accept' when 'handoff_declined'
                    then 'decline' when 'rotated' then 'rotate'
                when 'swept' then 'sweep' when 'resolved' then 'resolve' when 'reopened' then 'reopen' when 'pended'
                    then 'set pending' when 'snoozed' then 'snooze'
                when 'labelled' then 'label' when 'noted' then 'note' when 'escalated' then 'escalate' when 'undone'
                    then 'undo' else 'change' end,
            j.id, coalesce('which ' || (select a.handle from agent a where a.id = j.held_by) || ' owns',
                'which nobody owns'))
        end
    from decided j where j.why is not null
    order by j.id;
end $$;
