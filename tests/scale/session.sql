-- What each session of .ci/fill begins with. It writes past the guards, and leaves what they would have let through.
-- Variables: seed, conversations, until, and the ids before the first of each table (those of .ci/fill).
\set ON_ERROR_STOP on
set client_min_messages = warning;
set session_replication_role = replica;
set timezone = 'UTC';
set synchronous_commit = off;
set work_mem = '256MB';
set jit = off;
-- The tables of a chunk are joined whole; before they are analyzed the planner takes them for empty.
set enable_nestloop = off;

-- A number from 0 on that looks like chance: the same for the same seed.
create function pg_temp.dice(what text, i bigint) returns bigint language sql immutable
return hashint8extended(i, hashtextextended(what, :seed)) & 9007199254740991;

create function pg_temp.pick(lines text[], what text, i bigint) returns text language sql immutable
return lines[pg_temp.dice(what, i) % cardinality(lines) + 1];

-- When something happens in the conversation number i: so many of its minutes after it began. Some customers' minutes
-- are
-- longer than others'.
create function pg_temp.moment(i bigint, minute int) returns timestamptz language sql immutable
return timestamptz :'start' + (i * :step
    + minute * (20 + pg_temp.dice('pace', i) % 100) * 1000000
    + pg_temp.dice('jitter', i * 128 + minute) % 15000000) * interval '1 microsecond';

create function pg_temp.salt(what text, i bigint) returns bytea language sql immutable
return int8send(pg_temp.dice(what, i)) || int8send(pg_temp.dice(what, i + 4611686018427387904));

-- The hashes of a chain, one after the other: as a window function over its events in order.
create aggregate pg_temp.chain(
    digest bytea, subject text, subject_id bigint, seq int, at timestamptz, kind text, actor_id bigint,
    operation_id bigint, status text, owner_id bigint, team_id bigint, priority text, labels text[],
    until_at timestamptz, how text, reason_commitment bytea, note_commitment bytea, data jsonb
) (sfunc = event_hash, stype = bytea, initcond = '');

-- Three stories of ten messages: the second has a ticket, the third an offer. `who` and `owner` are places in the
-- conversation's four agents; `many` conversations share an operation, and `act` is the same for what one operation
-- does.
create temp table step (
    story int, subject text, minute int, kind text, act int, verb text, many int, role text, who int, status text,
    owner int, how text, labels text[]
);
insert into step
select s.story, v.subject, v.minute, v.kind, v.act, v.verb, v.many, v.role, v.who, v.status, v.owner, v.how, v.labels
from (values
    ('{0,1,2}'::int[], 'conversation', 0, 'opened', 1, 'apply', 20, 'system', 0, 'open', null::int, 'auto',
        '{}'::text[]),
    ('{0,1,2}', 'conversation', 4, 'taken', 2, 'take', 1, 'agent', 0, 'open', 0, 'take', '{}'),
    ('{0,1,2}', 'conversation', 12, 'noted', 3, 'note', 1, 'agent', 0, 'open', 0, null, '{}'),
    ('{1}', 'conversation', 16, 'escalated', 4, 'escalate', 1, 'agent', 0, 'open', 0, null, '{}'),
    ('{1}', 'ticket', 16, 'ticket_opened', 4, 'escalate', 1, 'agent', 0, 'open', null, null, null),
    ('{2}', 'conversation', 18, 'handoff_offered', 5, 'handoff', 1, 'agent', 0, 'open', 0, null, '{}'),
    ('{2}', 'conversation', 20, 'handoff_accepted', 6, 'accept', 1, 'agent', 1, 'open', 1, 'handoff', '{}'),
    ('{0}', 'conversation', 20, 'handed_off', 7, 'handoff', 1, 'agent', 0, 'open', 1, 'handoff', '{}'),
    ('{0,2}', 'conversation', 25, 'pended', 8, 'pending', 1, 'agent', 1, 'pending', 1, null, '{}'),
    ('{1}', 'conversation', 25, 'pended', 8, 'pending', 1, 'agent', 0, 'pending', 0, null, '{}'),
    ('{0,2}', 'conversation', 60, 'woken', 9, 'apply', 20, 'system', 0, 'open', 1, null, '{}'),
    ('{1}', 'conversation', 60, 'woken', 9, 'apply', 20, 'system', 0, 'open', 0, null, '{}'),
    ('{1}', 'ticket', 64, 'ticket_assigned', 10, 'ticket assign', 1, 'supervisor', 0, 'open', 1, null, null),
    ('{0,1,2}', 'conversation', 66, 'rotated', 11, 'shift rotate', 400, 'supervisor', 0, 'open', 2, 'shift', '{}'),
    ('{1}', 'ticket', 68, 'ticket_set', 12, 'ticket set', 1, 'supervisor', 0, 'resolved', 1, null, null),
    ('{0,1,2}', 'conversation', 75, 'labelled', 13, 'label', 50, 'supervisor', 0, 'open', 2, null, '{cod,sale}'),
    ('{0}', 'conversation', 80, 'assigned', 14, 'assign', 10, 'supervisor', 0, 'open', 3, 'assign', '{cod,sale}'),
    ('{0}', 'conversation', 95, 'resolved', 15, 'resolve', 1, 'agent', 3, 'resolved', null, 'resolve', '{cod,sale}'),
    ('{1,2}', 'conversation', 95, 'resolved', 15, 'resolve', 1, 'agent', 2, 'resolved', null, 'resolve', '{cod,sale}')
) as v (stories, subject, minute, kind, act, verb, many, role, who, status, owner, how, labels)
    cross join unnest(v.stories) as s (story);

-- Who writes when: agents reply in minutes 5, 14, 22 and 70. The owner does, whose place is `who`.
create temp table line (story int, minute int, who int);
insert into line
select story, minute, case
    when minute in (5, 14) or minute = 22 and story = 1 then 0
    when minute = 22 then 1
    when minute = 70 then 2 end
from generate_series(0, 2) as story, unnest('{0,1,5,9,14,22,60,61,70,88}'::int[]) as minute;

-- The series of the customer's messages: first and last minute, and that of the answer, or of the resolve.
create temp table wait (seq int, started int, last int, messages int, answered int, resolved int);
insert into wait values (1, 0, 1, 2, 5, null), (2, 9, 9, 1, 14, null), (3, 60, 61, 2, 70, null), (4, 88, 88, 1, null,
    95);

create temp table said (author text, source text, direction text, lines text[]);
insert into said values
    ('customer', 'live', 'inbound', '{"salam, parcel kab milega?","rider ne call nahi ki","size exchange karna hai",'
        '"rang pasand nahi aya","theek hai, shukriya","abhi tak nahi mila","please jaldi bata dein",'
        '"kya COD ho sakta hai?"}'),
    ('human', 'echo', 'outbound', '{"ji, abhi check karti hun","rider ko dobara bheja hai","aap ka parcel hub par hai",'
        '"ji ho jayega","kal subah tak mil jayega inshallah","tracking bhej di hai",'
        '"exchange ke liye parcel wapis bhej dein"}');
analyze step, line, wait, said;
