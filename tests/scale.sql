-- psql -v events=10000000 -f tests/scale.sql: fills a new workspace, which has agents and one channel, with about so many events: conversations of ten
-- events each over a year, opened, taken, noted, handed off, pended, woken, rotated, labelled, assigned and (but for the newest 3 %) resolved, with their
-- operations, reasons, notes, legs, phases and runs. For a throwaway server alone: it writes past the guards, and everything it leaves is as they would have it.
\set ON_ERROR_STOP on
set session_replication_role = replica;
set timezone = 'UTC';
set synchronous_commit = off;
set work_mem = '256MB';
set maintenance_work_mem = '1GB';
set jit = off;

-- Indexes are made when the rows stand.
create temp table put_back as
select indexdef, format('drop index %I', indexname) as dropped from pg_indexes i
where schemaname = current_schema() and tablename in ('conversation', 'event', 'leg', 'phase', 'run', 'operation', 'note', 'reason')
    and not exists (select 1 from pg_constraint c where c.conname = i.indexname);
select dropped from put_back \gexec

create temp table round (k int, kind text, verb text, "group" int, by text, shift int, status text, owner int, how text, labels text[], base bigint);
insert into round values
    (1, 'opened', 'apply', 20, 'system', 0, 'open', null, 'auto', '{}'),
    (2, 'taken', 'take', 1, 'agent', 0, 'open', 0, 'take', '{}'),
    (3, 'noted', 'note', 1, 'agent', 0, 'open', 0, null, '{}'),
    (4, 'handed_off', 'handoff', 1, 'agent', 0, 'open', 1, 'handoff', '{}'),
    (5, 'pended', 'pending', 1, 'agent', 1, 'pending', 1, null, '{}'),
    (6, 'woken', 'apply', 20, 'system', 0, 'open', 1, null, '{}'),
    (7, 'rotated', 'shift rotate', 400, 'supervisor', 0, 'open', 2, 'shift', '{}'),
    (8, 'labelled', 'label', 50, 'supervisor', 0, 'open', 2, null, '{cod,sale}'),
    (9, 'assigned', 'assign', 10, 'supervisor', 0, 'open', 3, 'assign', '{cod,sale}'),
    (10, 'resolved', 'resolve', 1, 'agent', 3, 'resolved', null, 'resolve', '{cod,sale}');
select :events / 10 as n, (select coalesce(max(id), 0) + 1 from operation) as first_operation, (select coalesce(max(id), 0) from conversation) as first,
    (select array_agg(id order by id) from agent where role = 'agent') as agents, (select array_agg(id order by id) from agent where role = 'supervisor') as supervisors,
    (select id from agent where role = 'system') as system, (select id from channel limit 1) as channel, date_trunc('hour', app_now() - interval '366 days') as start \gset
update round r set base = :first_operation + (select coalesce(sum(:n / x."group" + 1), 0) from round x where x.k < r.k);

create function pg_temp.moment(i bigint, k int) returns timestamptz language sql immutable as
$$ select current_setting('scale.start')::timestamptz + i * current_setting('scale.step')::interval + k * interval '30 minutes' + abs(hashint8(i * 16 + k)) % 1500000000 * interval '1 microsecond' $$;
select set_config('scale.start', :'start', false), set_config('scale.step', (interval '360 days' / :n)::text, false);

create function pg_temp.actor(by text, shift int, g bigint) returns bigint language sql immutable as
$$ select case by when 'system' then current_setting('scale.system')::bigint else (current_setting('scale.' || by)::bigint[])[(g + shift) % cardinality(current_setting('scale.' || by)::bigint[]) + 1] end $$;
select set_config('scale.system', :'system', false), set_config('scale.agent', :'agents', false), set_config('scale.supervisor', :'supervisors', false);

insert into operation (id, at, xid, actor_id, verb, args, login, version, digest, selected, changed, exit, finished_at)
overriding system value
select o.id, o.at, pg_current_xact_id(), o.actor_id, o.verb, o.args, session_user, '0.1.0',
    operation_digest(o.id, o.at, o.actor_id, o.verb, o.args, session_user, null, '0.1.0', null), o."group", o."group", 0, o.at
from (
    select r.base + g as id, pg_temp.moment(g * r."group" + 1, r.k) as at, pg_temp.actor(r.by, r.shift, g) as actor_id, r.verb, r."group",
        jsonb_build_object('refs', jsonb_build_array('C-' || g * r."group" + 1)) as args
    from round r, generate_series(0, :n / r."group") as g
) o;

insert into reason (id, body, salt, commitment)
overriding system value
select g, t.body, t.salt, sha256(t.salt || convert_to(t.body, 'UTF8'))
from generate_series(0, :n / 4 + :n / 400) as g, lateral (select 'end of shift ' || g as body, uuid_send(gen_random_uuid()) as salt) t;

insert into note (id, conversation_id, agent_id, at, body, order_id, courier, salt, commitment)
overriding system value
select i, :first + i, pg_temp.actor('agent', 0, i), pg_temp.moment(i, 3), t.body, t.order_id, 'TCS', t.salt,
    sha256(t.salt || note_text(t.body, t.order_id, 'TCS', null, null, null, null))
from generate_series(1, :n) as i, lateral (select 'parcel ' || i || ' was asked for' as body, (100000 + i)::text as order_id, uuid_send(gen_random_uuid()) as salt) t;

insert into order_key (key, conversation_id)
select (100000 + i)::text, :first + i from generate_series(1, :n) as i
union
select i::text, :first + i from generate_series(100, :n) as i;

-- Conversation C-n is of one of these.
insert into contact (name, first_seen, last_seen) select 'Customer ' || g, :'start', :'start' from generate_series(1, :n / 3 + 1) as g;
select max(id) as last_contact from contact \gset

-- One round after another: each event follows the hash of the one before.
select format($$
    insert into event (subject, subject_id, seq, at, xid, kind, actor_id, operation_id, status, owner_id, team_id, priority, labels, how, data,
        reason_id, reason_commitment, note_id, note_commitment, hash)
    select 'conversation', x.id, r.k, x.at, o.xid, r.kind, o.actor_id, o.id, r.status, x.owner_id, h.team_id, 'normal', r.labels, r.how, d.data, w.id, w.commitment, t.id, t.commitment,
        event_hash(x.prev, o.digest, 'conversation', x.id, r.k, x.at, r.kind, o.actor_id, o.id, r.status, x.owner_id, h.team_id, 'normal', r.labels, null, r.how,
            w.commitment, t.commitment, d.data)
    from round r join channel h on h.id = %2$s cross join lateral (
        select i + %3$s as id, i, pg_temp.moment(i, r.k) as at, r.base + i / r."group" as operation_id, p.prev,
            case when r.owner is not null then pg_temp.actor('agent', r.owner, i) end as owner_id
        from %4$s p
    ) x join operation o on o.id = x.operation_id
        cross join lateral (select case r.k when 1 then jsonb_build_object('channel', h.id, 'contact', %6$s - x.id %% (%5$s / 3), 'store', h.store_id) else '{}' end as data) d
        left join reason w on w.id = case when r.k = 7 then %5$s / 4 + x.i / 400 when r.k = 4 and x.i %% 4 = 0 then x.i / 4 end
        left join note t on r.k = 3 and t.id = x.i
    where r.k = %1$s$$, k, :'channel', :'first',
    case when k = 1 then format('(select i, ''''::bytea as prev from generate_series(1, %s) as i)', :n)
        else format('(select e.subject_id - %s as i, e.hash as prev from event e where e.subject = ''conversation'' and e.seq = %s %s)', :first, k - 1,
            case when k = 10 then format('and e.subject_id - %s <= %s', :first, :n * 97 / 100) else '' end) end, :n, :last_contact)
from round order by k \gexec

insert into leg (conversation_id, seq, agent_id, team_id, how, from_at, to_at, operation_id)
select subject_id, row_number() over w, owner_id, team_id, how, at, lead(at) over w, operation_id
from event where subject = 'conversation' and how is not null window w as (partition by subject_id order by seq);

insert into phase (conversation_id, seq, status, from_at, to_at)
select subject_id, row_number() over w, status, at, lead(at) over w
from event where subject = 'conversation' and kind in ('opened', 'pended', 'woken', 'resolved') window w as (partition by subject_id order by seq);

insert into conversation (id, channel_id, contact_id, store_id, team_id, owner_id, status, priority, labels, seq, head, head_at, resolved_at, started_by, opened_at,
    last_message_at, first_customer_at, last_customer_at, waiting_since, first_reply_at, first_reply_by)
select e.subject_id, h.id, :last_contact - e.subject_id % (:n / 3), h.store_id, e.team_id, e.owner_id, e.status, e.priority, e.labels, e.seq, e.hash, e.at,
    case e.seq when 10 then e.at end, 'customer', t.opened, t.woken, t.opened, t.woken, null, t.opened + interval '40 minutes', pg_temp.actor('agent', 0, e.subject_id - :first)
from event e join channel h on h.id = :channel,
    lateral (select pg_temp.moment(e.subject_id - :first, 1) as opened, pg_temp.moment(e.subject_id - :first, 6) as woken) t
where e.subject = 'conversation' and e.seq = case when e.subject_id - :first <= :n * 97 / 100 then 10 else 9 end;

-- Two series of customer messages each, both answered.
insert into run (conversation_id, seq, started_at, last_at, messages, ended_at, outcome, answered_by, first)
select c.id, s, t.started, t.started, 1, t.started + interval '40 minutes', 'answered', c.first_reply_by, s = 1
from conversation c, generate_series(1, 2) as s, lateral (select case s when 1 then c.opened_at else c.last_message_at end as started) t
where c.id > :first;

select setval(pg_get_serial_sequence(t, 'id'), (select max(m) from (
    select case t when 'operation' then (select max(id) from operation) when 'reason' then (select max(id) from reason)
        when 'note' then (select max(id) from note) else (select max(id) from conversation) end) as x (m)))
from unnest(array['operation', 'reason', 'note', 'conversation']) as t;

-- In the order of time, as a year of work leaves them.
create index by_time on event (at);
cluster event using by_time;
drop index by_time;
select indexdef from put_back \gexec
vacuum analyze;
