-- Notes and reasons: free text that an agent wrote with a change. Events contain the salted hashes
-- of these texts.

-- Stores a reason. The events with this reason contain the commitment.
create or replace function write_reason(p_body text, out reason_id bigint, out commitment bytea)
language plpgsql set search_path from current as $$
declare
    v_salt bytea := uuid_send(gen_random_uuid());
begin
    commitment := sha256(v_salt || convert_to(p_body, 'UTF8'));
    insert into reason (body, salt, commitment) values (p_body, v_salt, write_reason.commitment)
        returning id into reason_id;
end $$;

-- Refuses a note that the program does not write: an empty note, a note with unknown fields, or a
-- note with order keys that are not in its texts.
create or replace function check_note(p_note jsonb) returns void
language plpgsql stable set search_path from current as $$
declare
    v_digits text;
begin
    if jsonb_typeof(p_note) <> 'object'
        or p_note - '{body,order_id,courier,tracking_no,tried,promised_by,replaces,keys}'::text[] <> '{}'
        or coalesce(p_note ->> 'body', p_note ->> 'order_id', p_note ->> 'courier', p_note ->> 'tracking_no',
            p_note ->> 'tried',
            p_note ->> 'promised_by') is null
        or exists (select 1 from jsonb_each(p_note - '{keys,replaces}'::text[]) t
            where jsonb_typeof(t.value) not in ('string', 'null'))
        or coalesce(jsonb_typeof(p_note -> 'keys'), 'array') <> 'array'
        or jsonb_array_length(coalesce(p_note -> 'keys', '[]')) > 160 then
        raise exception using errcode = '22023', message = 'malformed note';
    end if;
    if jsonb_array_length(coalesce(p_note -> 'keys', '[]')) = 0 then
        return;
    end if;
    v_digits := digits_of(concat_ws(' ', p_note ->> 'body', p_note ->> 'order_id', p_note ->> 'courier',
        p_note ->> 'tracking_no',
        p_note ->> 'tried'));
    if exists (select 1 from jsonb_array_elements_text(p_note -> 'keys') k (key)
        where k.key !~ '^[0-9]{3,40}$' or strpos(v_digits, k.key) = 0) then
        raise exception using errcode = '22023', message = 'the order keys of a note are digits of its texts';
    end if;
end $$;

-- Writes one note for each ticket, or for each conversation if there are no tickets, and the order
-- keys in the note.
create or replace function write_notes(p_agent bigint, p_conversation bigint[], p_ticket bigint[], p_note jsonb)
returns table (conversation_id bigint, ticket_id bigint, note_id bigint, commitment bytea, at timestamptz)
language plpgsql set search_path from current as $$
#variable_conflict use_column
declare
    bad text;
    v_at timestamptz[];
begin
    perform check_note(p_note);
    if p_note ->> 'replaces' is not null then
        select coalesce('T-' || i.ticket_id, 'C-' || i.conversation_id) into bad
            from unnest(p_conversation, p_ticket) as i (conversation_id, ticket_id)
        where not exists (select 1 from note n where n.id = (p_note ->> 'replaces')::bigint
            and case when i.ticket_id is null then n.conversation_id = i.conversation_id
                else n.ticket_id = i.ticket_id end)
        limit 1;
        if found then
            raise exception using errcode = 'IB003',
                message = format('there is no note %s on %s', p_note ->> 'replaces', bad),
                hint = 'a note replaces one of the same conversation or ticket: inbox show has their numbers';
        end if;
    end if;
    if p_note -> 'keys' <> '[]' then
        insert into order_key (key, conversation_id)
        select k.key, i.id from jsonb_array_elements_text(p_note -> 'keys') as k (key), unnest(p_conversation) as i (id)
        on conflict do nothing;
    end if;
    if p_ticket is null then
        v_at := array(select c.head_at from unnest(p_conversation) with ordinality as i (id, ord)
            left join conversation c on c.id = i.id order by i.ord);
    else
        v_at := array(select t.head_at from unnest(p_ticket) with ordinality as i (id, ord)
            left join ticket t on t.id = i.id order by i.ord);
    end if;
    return query
    with fresh as materialized (
        select i.conversation_id, i.ticket_id, uuid_send(gen_random_uuid()) as salt,
            greatest(app_now(), i.head_at + interval '1 microsecond') as at
        from unnest(p_conversation, p_ticket, v_at) as i (conversation_id, ticket_id, head_at)
    )
    insert into note (conversation_id, ticket_id, agent_id, at, body, order_id, courier, tracking_no, tried,
        promised_by, replaces, salt, commitment)
    select f.conversation_id, f.ticket_id, p_agent, f.at, p_note ->> 'body', p_note ->> 'order_id',
        p_note ->> 'courier', p_note ->> 'tracking_no',
        p_note ->> 'tried', (p_note ->> 'promised_by')::timestamptz, (p_note ->> 'replaces')::bigint, f.salt,
        sha256(f.salt || note_text(p_note ->> 'body', p_note ->> 'order_id', p_note ->> 'courier',
            p_note ->> 'tracking_no', p_note ->> 'tried',
            (p_note ->> 'promised_by')::timestamptz, (p_note ->> 'replaces')::bigint))
    from fresh f
    returning note.conversation_id, note.ticket_id, note.id, note.commitment, note.at;
end $$;
