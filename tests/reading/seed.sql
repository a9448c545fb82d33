-- One workspace, made through the functions that the program uses: 4 conversations on one channel.
do $$
declare
    v_op bigint;
    v_team bigint;
    v_ops bigint;
    v_store bigint;
    v_channel bigint;
    v_sara bigint;
begin
    perform bootstrap('admin', 'Admin', true, '0.1.0', 'test');
    v_op := (select operation_id from open_operation('admin', 'init', '{}', null, null, '0.1.0', 'test', null));
    perform put_resource(v_op, 'setting', null, '{"name":"time_zone","value":"Asia/Karachi"}', 'added', null);
    perform put_resource(v_op, 'setting', null, '{"name":"phone_prefix","value":"92"}', 'added', null);
    v_team := put_resource(v_op, 'team', null, '{"handle":"support","name":"Support"}', 'added', null);
    v_ops := put_resource(v_op, 'team', null, '{"handle":"ops","name":"Operations"}', 'added', null);
    v_store := put_resource(v_op, 'store', null, '{"handle":"shop","name":"Shop"}', 'added', null);
    v_channel := put_resource(v_op, 'channel', null,
        jsonb_build_object('handle', 'main', 'phone_number_id', '111', 'store_id', v_store, 'team_id', v_team),
        'added', null);
    v_sara := put_resource(v_op, 'agent', null,
        jsonb_build_object('handle', 'sara', 'name', 'Sara', 'role', 'agent', 'teams', array[v_team]), 'added', null);
    perform put_resource(v_op, 'agent', null,
        jsonb_build_object('handle', 'ali', 'name', 'Ali', 'role', 'agent', 'teams', array[v_ops]), 'added', null);
    perform finish_operation(v_op, 8, 8, null, 0::smallint);

    insert into contact (name, username, first_seen, last_seen)
    values ('Ayesha Khan', null, now(), now()),
        (E'=cmd|A0\x1b[2J', 'eve', now(), now()),
        (null, null, now(), now()),
        ('عائشہ بی بی', null, now(), now());
    insert into contact_alias (contact_id, kind, value, first_seen, last_seen)
    values (1, 'wa_id', '923001234567', now(), now()),
        (2, 'bsuid', 'PK.13491208655302741918', now(), now()),
        (3, 'wa_id', '923009999999', now(), now()),
        (4, 'wa_id', '923331112222', now(), now());

    v_op := (select operation_id from open_operation('system', 'apply', '{}', null, null, '0.1.0', 'test', null));
    for i in 1..4 loop
        perform open_conversations(v_op, array[v_channel], array[i::bigint], array[null::bigint], array['open'],
            array['customer'], array[now() - interval '3 hours'], array['{}'::jsonb]);
    end loop;
    perform finish_operation(v_op, 4, 4, null, 0::smallint);

    insert into message (channel_id, wamid, contact_id, conversation_id, rank, source, direction, author, agent_id,
        inferred, kind, at, received_at, late, counts, text, summary, reply_to, target, salt, commitment)
    select v_channel, i.wamid, i.c, i.c, 4, i.source, d.direction, i.author,
        case i.author when 'human' then v_sara end, i.author = 'human', i.kind, d.at, d.at, false, true, i.text,
        d.summary, i.reply_to, i.target, d.salt,
        sha256(d.salt || message_text(i.wamid, i.kind, d.at, d.direction, i.author, i.text, d.summary, null))
    from (values
        ('w1', 1, 'live', 'customer', 'text', '2h 59m', 'Salam, order #1001 kahan hai?', null, null, null),
        ('w2', 1, 'echo', 'human', 'text', '2h 30m', 'Checking with TCS', null, 'w1', null),
        ('w3', 1, 'live', 'customer', 'image', '2h', null, '[image]', null, null),
        ('w4', 1, 'live', 'customer', 'reaction', '1h 59m', null, '[reaction 👍]', null, 'w2'),
        ('w5', 2, 'live', 'customer', 'text', '1h', E'=HYPERLINK("http://x")\x1b]0;owned\x07\nsecond line',
            E'=HYPERLINK("http://x")\x1b]0;owned\x07 second line', null, null),
        ('w6', 3, 'live', 'customer', 'text', '30m', 'order 2002', null, null, null),
        ('w7', 3, 'live', 'customer', 'edit', '29m', 'order 2003', '[edited] order 2003', null, 'w6'),
        ('w8', 4, 'live', 'customer', 'text', '20m', 'میرا پارسل کہاں ہے؟', null, null, null),
        ('w9', 4, 'live', 'customer', 'revoke', '19m', null, '[deleted message]', null, 'w8')
    ) as i (wamid, c, source, author, kind, ago, text, summary, reply_to, target)
        cross join lateral (
            select case i.author when 'customer' then 'inbound' else 'outbound' end as direction,
                now() - i.ago::interval as at, coalesce(i.summary, i.text) as summary,
                uuid_send(gen_random_uuid()) as salt
        ) d;
    insert into message_status (channel_id, wamid, status, at, received_at)
    values (v_channel, 'w2', 'read', now() - interval '2h 20m', now()),
        (v_channel, 'w2', 'delivered', now() - interval '2h 29m', now());
    update conversation c
    set last_customer_at = (select max(m.at) from message m where m.conversation_id = c.id and m.direction = 'inbound'),
        last_message_at = (select max(m.at) from message m where m.conversation_id = c.id),
        waiting_since = (select min(m.at)
            from message m
            where m.conversation_id = c.id and m.direction = 'inbound' and m.wamid <> 'w1');
end $$;
