-- The conversations number :lo + 1 to :hi with all that belongs to them, in the order of time, in one transaction.
begin;
create temp table told on commit drop as
select i, :first_conversation + i as id, :first_contact + (i - 1) % :contacts + 1 as contact_id, h.id as channel_id,
    h.team_id,
    h.store_id, case when d < 60 then 0 when d < 80 then 1 else 2 end as story, i > :live_from as live,
    (select array_agg(a.ids[(pg_temp.dice('agent', i) + n) % cardinality(a.ids) + 1] order by n)
        from generate_series(0, 3) as n, (select :'agents'::bigint[] as ids) a) as agents,
    (100000 + i)::text as order_id, (7000000 + i)::text as tracking
from generate_series(:lo + 1::bigint, :hi) as i
    cross join lateral (select pg_temp.dice('story', i) % 100 as d) d
    join channel h on h.id = :channel;
analyze told;

-- Each step of each story. What shares an operation is the same `deed`.
create temp table happened on commit drop as
select t.i, s.subject, case s.subject when 'ticket' then :first_ticket + t.i else t.id end as subject_id,
    row_number() over (partition by s.subject, t.i order by s.minute)::int as seq, pg_temp.moment(t.i, s.minute) as at,
    s.kind, s.act, g.deed, s.verb, s.many,
    case s.role
    when 'system' then :system
    when 'agent' then t.agents[s.who + 1]
    else (:'supervisors'::bigint[])[g.deed % cardinality(:'supervisors'::bigint[]) + 1] end as actor_id,
    s.status, t.agents[s.owner + 1] as owner_id, t.team_id,
    case s.subject when 'ticket' then 'high' else 'normal' end as priority, s.labels,
    case s.subject when 'ticket' then pg_temp.moment(t.i, 16) + interval '1 day' end as until_at, s.how,
    case
    when s.kind = 'opened' then
        jsonb_build_object('channel', t.channel_id, 'contact', t.contact_id, 'store', t.store_id)
    when s.kind = 'escalated' then jsonb_build_object('ticket', :first_ticket + t.i)
    when s.kind = 'handoff_offered' then jsonb_build_object('to_agent', t.agents[2])
    when s.subject = 'ticket' then jsonb_build_object('conversation', t.id, 'category', 'courier')
    else '{}' end as data,
    case
    when s.kind = 'rotated' then :first_reason + :conversations + 1 + g.deed
    when s.kind = 'handed_off' and t.i % 4 = 0 then :first_reason + t.i end as reason_id,
    case when s.kind = 'noted' then :first_note + t.i end as note_id
from told t join step s on s.story = t.story cross join lateral (select (t.i - 1) / s.many as deed) g
where not (t.live and s.kind = 'resolved');

-- Ten numbers are set aside for each conversation.
create temp table done on commit drop as
select o.*, operation_digest(o.id, o.at, o.actor_id, o.verb, o.args, session_user, null, '0.1.0', null) as digest
from (
    select h.act, h.deed, :first_operation + :lo * 10 + row_number() over (order by min(h.at), h.act, h.deed) as id,
        min(h.at) as at, h.actor_id, h.verb, count(*)::int as changed,
        case when h.verb = 'apply' then '{}'
            else jsonb_build_object('refs', jsonb_build_array('C-' || :first_conversation + min(h.i))) end as args
    from happened h
    group by h.act, h.deed, h.actor_id, h.verb
) o;
analyze done;
insert into operation (id, at, xid, actor_id, verb, args, login, version, digest, selected, changed, exit, finished_at)
overriding system value
select d.id, d.at, pg_current_xact_id(), d.actor_id, d.verb, d.args, session_user, '0.1.0', d.digest, d.changed,
    d.changed, 0, d.at + interval '20 milliseconds'
from done d order by d.id;

create temp table customer on commit drop as
select t.contact_id as id, pg_temp.moment(t.i, 0) as first_seen,
    pg_temp.moment(t.i + (:conversations - t.i) / :contacts * :contacts, 88) as last_seen,
    pg_temp.pick('{Ayesha,Bilal,Fatima,Hamza,Iqra,Kamran,Maryam,Nadeem,Rabia,Saad,Sana,Usman}', 'first', t.i)
        || ' ' || pg_temp.pick('{Ahmed,Butt,Chaudhry,Khan,Malik,Mirza,Qureshi,Raza,Shah,Siddiqui}', 'last', t.i)
            as name,
    '923' || lpad(t.contact_id::text, 9, '0') as phone, pg_temp.salt('alias', t.i) as salt
from told t where t.i <= :contacts;
insert into contact (id, name, first_seen, last_seen, name_at)
overriding system value
select id, name, first_seen, last_seen, last_seen from customer order by id;
insert into contact_alias (contact_id, kind, value, first_seen, last_seen, salt)
select id, 'wa_id', phone, first_seen, last_seen, salt from customer order by id;
insert into alias_change (id, contact_id, what, commitment, at)
overriding system value
select :first_alias + id - :first_contact, id, 'known', alias_commitment(salt, 'wa_id', phone), first_seen
    from customer order by id;

-- What was said: the second message and the note name the order.
create temp table message_of on commit drop as
select m.*, :first_message + :lo * 10 + row_number() over (order by m.sent_at, m.i, m.minute) as id,
    concat('{"from":"', case m.direction when 'inbound' then m.phone else '923001112222","to":"' || m.phone end,
        '","id":"', m.wamid, '","timestamp":"', extract(epoch from m.sent_at)::bigint,
        '","type":"text","text":{"body":"', m.body, '"}}') as raw
from (
    select t.i, l.minute, t.channel_id, t.contact_id, t.id as conversation_id, t.agents[l.who + 1] as agent_id,
        s.author, s.source, s.direction, '923' || lpad(t.contact_id::text, 9, '0') as phone,
        'wamid.HBgM' || upper(encode(pg_temp.salt('wamid', t.i * 128 + l.minute), 'hex')) as wamid,
        case when l.minute = 1 then 'mera order #' || t.order_id || ' kab aye ga'
            else pg_temp.pick(s.lines, 'line', t.i * 128 + l.minute) end as body,
        pg_temp.moment(t.i, l.minute) as received_at,
        date_trunc('second', pg_temp.moment(t.i, l.minute)) as sent_at,
        pg_temp.salt('message', t.i * 128 + l.minute) as salt
    from told t
        join line l on l.story = t.story
        join said s on (s.author = 'customer') = (l.who is null)
) m;
insert into message (id, channel_id, wamid, contact_id, conversation_id, rank, source, direction, author, agent_id,
    inferred, kind, at, received_at, counts, text, summary, raw, salt, commitment)
overriding system value
select id, channel_id, wamid, contact_id, conversation_id, 4, source, direction, author, agent_id,
    agent_id is not null, 'text', sent_at, received_at, true, body, body, raw, salt,
    sha256(salt || message_text(wamid, 'text', sent_at, direction, author, body, body, raw))
from message_of order by id;
insert into message_status (channel_id, wamid, status, at, received_at)
select m.channel_id, m.wamid, s.status, m.sent_at + s.after, m.received_at + s.after
from message_of m
    cross join (values ('sent', interval '1 second'), ('delivered', '2 seconds'), ('read', '40 seconds'))
        as s (status, after)
where m.direction = 'outbound';
insert into order_key (key, conversation_id)
select k.key, t.id from told t cross join lateral (values (t.order_id), (t.tracking)) as k (key);

-- The events, each with the hash of the one before.
create temp table reason_of on commit drop as
select r.*, sha256(r.salt || convert_to(r.body, 'UTF8')) as commitment
from (
    select h.reason_id as id, case h.kind when 'rotated' then 'end of shift' else 'the courier does not answer' end
            as body,
        pg_temp.salt('reason', h.reason_id) as salt
    from happened h
    where h.reason_id is not null
    group by h.reason_id, h.kind
) r;
insert into reason (id, body, salt, commitment) overriding system value select * from reason_of order by id;
create temp table note_of on commit drop as
select n.*, sha256(n.salt || note_text(n.body, n.order_id, 'TCS', n.tracking, n.tried, null, null)) as commitment
from (
    select h.note_id as id, t.id as conversation_id, h.actor_id, h.at, 'customer asks for the parcel again' as body,
        t.order_id, 'TCS-' || t.tracking as tracking, 'called the hub' as tried, pg_temp.salt('note', h.note_id) as salt
    from happened h join told t on t.i = h.i
    where h.note_id is not null
) n;
insert into note (id, conversation_id, agent_id, at, body, order_id, courier, tracking_no, tried, salt, commitment)
overriding system value
select id, conversation_id, actor_id, at, body, order_id, 'TCS', tracking, tried, salt, commitment
    from note_of order by id;
create temp table chained on commit drop as
select h.*, d.id as operation_id, r.commitment as reason_commitment, n.commitment as note_commitment,
    pg_temp.chain(d.digest, h.subject, h.subject_id, h.seq, h.at, h.kind, h.actor_id, d.id, h.status, h.owner_id,
        h.team_id, h.priority, h.labels, h.until_at, h.how, r.commitment, n.commitment, h.data)
        over (partition by h.subject, h.subject_id order by h.seq) as hash
from happened h
    join done d on d.act = h.act and d.deed = h.deed
    left join reason_of r on r.id = h.reason_id
    left join note_of n on n.id = h.note_id;
insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, status, owner_id, team_id, priority,
    labels, until_at, how, data, reason_id, reason_commitment, note_id, note_commitment, hash)
select subject, subject_id, seq, at, kind, actor_id, operation_id, status, owner_id, team_id, priority, labels,
    until_at, how, data, reason_id, reason_commitment, note_id, note_commitment, hash
from chained order by at;

-- What follows from events and messages.
insert into leg (conversation_id, seq, agent_id, team_id, how, from_at, to_at, operation_id)
select subject_id, row_number() over w, owner_id, team_id, how, at, lead(at) over w, operation_id
from chained where how is not null window w as (partition by subject_id order by seq);
insert into phase (conversation_id, seq, status, from_at, to_at)
select subject_id, row_number() over w, status, at, lead(at) over w
from chained where kind in ('opened', 'pended', 'woken', 'resolved') window w as (partition by subject_id order by seq);
create temp table run_of on commit drop as
select t.id, w.seq, date_trunc('second', pg_temp.moment(t.i, w.started)) as started_at,
    date_trunc('second', pg_temp.moment(t.i, w.last)) as last_at, w.messages,
    case when w.answered is not null then date_trunc('second', pg_temp.moment(t.i, w.answered))
        when not t.live then pg_temp.moment(t.i, w.resolved) end as ended_at,
    case when w.answered is not null then 'answered' when not t.live then 'resolved' end as outcome,
    t.agents[l.who + 1] as answered_by
from told t cross join wait w left join line l on l.story = t.story and l.minute = w.answered;
insert into run (conversation_id, seq, started_at, last_at, messages, ended_at, outcome, answered_by, first)
select id, seq, started_at, last_at, messages, ended_at, outcome, answered_by, seq = 1 from run_of order by id, seq;
insert into conversation (id, channel_id, contact_id, store_id, team_id, owner_id, status, priority, labels, seq,
    head, head_at, resolved_at, started_by, opened_at, last_message_at, first_customer_at, last_customer_at,
    waiting_since, first_reply_at, first_reply_by)
select t.id, t.channel_id, t.contact_id, t.store_id, e.team_id, e.owner_id, e.status, e.priority, e.labels, e.seq,
    e.hash, e.at, case e.status when 'resolved' then e.at end, 'customer', f.started_at, l.last_at, f.started_at,
        l.last_at,
    case when t.live then l.started_at end, f.ended_at, f.answered_by
from told t
    join (select distinct on (subject_id) * from chained where subject = 'conversation' order by subject_id, seq desc) e
        on e.subject_id = t.id
    join run_of f on f.id = t.id and f.seq = 1
    join run_of l on l.id = t.id and l.seq = 4
order by t.id;
insert into ticket (id, conversation_id, owner_id, team_id, priority, status, due_at, category, seq, head, head_at,
    opened_at, opened_by, closed_at)
select e.subject_id, t.id, e.owner_id, e.team_id, e.priority, e.status, e.until_at, e.data ->> 'category', e.seq,
    e.hash, e.at, o.at, o.actor_id, case e.status when 'resolved' then e.at end
from (select distinct on (subject_id) * from chained where subject = 'ticket' order by subject_id, seq desc) e
    join told t on t.i = e.i
    join chained o on o.subject = 'ticket' and o.subject_id = e.subject_id and o.seq = 1
order by e.subject_id;
insert into handoff (id, conversation_id, event_seq, offered_by, from_agent, to_agent, offered_at, state, decided_at,
    decided_by)
overriding system value
select :first_handoff + o.i, o.subject_id, o.seq, o.actor_id, o.owner_id, (o.data ->> 'to_agent')::bigint, o.at,
    'accepted', a.at, a.actor_id
from chained o join chained a on a.subject = 'conversation' and a.i = o.i and a.seq = o.seq + 1
where o.kind = 'handoff_offered'
order by o.i;
commit;
