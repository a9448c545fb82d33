//! Every audited column and every kind of forgery, each at a random place of a workspace of 1,000 conversations.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{AssertSqlSafe, PgConnection};

use super::{found, tamper};
use crate::support::dice::Dice;
use crate::support::seed::{self, run, text};
use crate::support::transcript::{digest, transcript};
use crate::support::{self, Db, inbox};

/// Those whose single operation has one event with a note and a reason of its own.
const SINGLE: &str = "C-701..C-820";

/// Makes 1,000 conversations with verbs of every kind.
async fn busy() -> Db {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    seed::conversations(&mut conn, 1000).await;
    let lines = [
        "--as sara take C-1..C-400 -q --reason 'early | shift'",
        "--as ali take C-401..C-600 -q",
        "--as omar assign C-601..C-700 --to zoya -q --reason 'ops has it'",
        "--as sara note C-1..C-100 'rang, no answer' --order 1001 --courier TCS --tracking TCS1 --tried 'rang twice' --promised-by 2h -q",
        "--as sara note C-101..C-110 'to be taken back' -q",
        "--as sara handoff C-1..C-60 --to ali --require-accept --reason 'speaks Urdu' -q",
        "--as ali accept C-1..C-20 -q",
        "--as ali decline C-21..C-30 -q",
        "--as sara release C-31..C-40 -q",
        "--as sara handoff C-61..C-80 --to ops --reason warehouse -q",
        "--as sara escalate C-101..C-180 --to zoya --due 2h --category courier -q",
        "--as zoya ticket set T-1..T-20 --status waiting -q",
        "--as zoya ticket set T-21..T-40 --status closed -q",
        "--as omar ticket assign T-41..T-50 --to ali -q",
        "--as zoya ticket note T-1..T-40 'warehouse has it' --tracking PX2 -q",
        "--as sara snooze C-181..C-220 --until 2h -q",
        "--as ali label C-401..C-500 --add cod,vip --set-priority high -q",
        "--as ali pending C-501..C-540 -q",
        "--as ali resolve C-401..C-480 -q --reason solved",
        "--as omar reopen C-401..C-430 -q",
        "--as omar shift rotate --from ali --to sara -q -y --reason 'shift | end'",
        "team add returns --name Returns -q",
        "agent edit sara --capacity 20 -q",
        "agent edit zoya --add-team support -q --reason 'helps out'",
        "agent add bina --name Bina --role agent --team ops -q",
        "agent disable bina -q",
        "store add outlet --name Outlet -q",
    ];
    let done = transcript(&db, &lines);
    assert!(!done.contains("exit"), "{done}");
    let rotated = text(&mut conn, "select max(operation_id) from event where kind = 'rotated'").await;
    let done = transcript(&db, &[&*format!("--as omar undo O-{rotated} -q")]);
    assert!(!done.contains("exit"), "{done}");
    let (from, to) = SINGLE.split_once("..").unwrap();
    run(
        &mut conn,
        &format!(
            "do $do$ declare op bigint; c conversation; begin
            for c in select * from conversation where id between {} and {} order by id loop
                select operation_id into op from open_operation('sara', 'note', '{{}}', null, null, '0.1.0', 'test', null);
                perform record_conversations(op, array[c.id], array[c.seq], array['noted'], array[c.status], array[c.owner_id], array[c.team_id], array[c.priority],
                    array[array_to_string(c.labels, ',')], array[c.snoozed_until], array['{{}}'::jsonb], 'why ' || c.id, jsonb_build_object('body', 'what ' || c.id));
                perform finish_operation(op, 1, 1, null, 0::smallint);
            end loop; end $do$",
            &from[2..],
            &to[2..]
        ),
    )
    .await;
    db
}

/// A table whose rows can be tampered with: whose subject each row is, and what `audit verify` may say of it.
struct Place {
    table: &'static str,
    whose: &'static str,
    problems: &'static [&'static str],
    /// Columns that no event covers, and why.
    free: &'static [&'static str],
}

// An offer comes before the event at which its chain breaks.
const BROKEN_CHAIN: &[&str] = &[
    "edited",
    "missing",
    "tail_missing",
    "no_row",
    "text_differs",
    "offer_differs",
];
const WRONG_ROW: &[&str] = &["state_differs", "tail_missing", "beyond_head", "no_row"];

const PLACES: [Place; 14] = [
    Place {
        table: "event",
        whose: "case subject when 'conversation' then 'C-' || subject_id when 'ticket' then 'C-' || (select conversation_id from ticket where ticket.id = subject_id)
            else subject || ' ' || subject_id end",
        problems: BROKEN_CHAIN,
        free: &[],
    },
    Place {
        table: "conversation",
        whose: "'C-' || id",
        problems: WRONG_ROW,
        // From messages.
        free: &["started_by", "opened_at", "last_message_at", "first_customer_at", "last_customer_at", "waiting_since", "first_reply_at", "first_reply_by"],
    },
    Place { table: "ticket", whose: "'C-' || conversation_id", problems: WRONG_ROW, free: &[] },
    Place { table: "leg", whose: "'C-' || conversation_id", problems: &["legs_differ", "no_row"], free: &[] },
    Place { table: "phase", whose: "'C-' || conversation_id", problems: &["phases_differ", "no_row"], free: &[] },
    Place { table: "note", whose: "'C-' || conversation_id", problems: &["text_differs"], free: &[] },
    Place { table: "handoff", whose: "'C-' || conversation_id", problems: &["offer_differs"], free: &[] },
    Place {
        table: "reason",
        whose: "(select min('C-' || subject_id) from event where reason_id = x.id having count(*) = 1)",
        problems: &["text_differs"],
        free: &[],
    },
    Place {
        table: "operation",
        whose: "(select min('C-' || subject_id) from event where operation_id = x.id and subject = 'conversation' having count(*) = 1)",
        problems: &["text_differs", "edited"],
        // What came of it, as its own caller says it.
        free: &["key", "args_hash", "selected", "changed", "result", "exit", "undoes", "finished_at"],
    },
    Place { table: "setting", whose: "'setting ' || id", problems: WRONG_ROW, free: &[] },
    Place { table: "store", whose: "'store ' || id", problems: WRONG_ROW, free: &[] },
    Place { table: "team", whose: "'team ' || id", problems: WRONG_ROW, free: &[] },
    Place { table: "agent", whose: "'agent ' || id", problems: WRONG_ROW, free: &[] },
    Place { table: "channel", whose: "'channel ' || id", problems: WRONG_ROW, free: &[] },
];

/// What a column becomes, and of which rows, where its type does not say.
const VALUES: [(&str, &str, &str); 15] = [
    ("event.subject", "'contact'", "true"),
    (
        "event.kind",
        "case kind when 'noted' then 'labelled' else 'noted' end",
        "true",
    ),
    ("event.labels", "labels || '{x}'::text[]", "labels is not null"),
    (
        "conversation.status",
        "case status when 'open' then 'pending' else 'open' end",
        "status in ('open', 'pending')",
    ),
    (
        "conversation.snoozed_until",
        "snoozed_until + interval '1 hour'",
        "snoozed_until is not null",
    ),
    (
        "conversation.resolved_at",
        "resolved_at - interval '1 hour'",
        "resolved_at is not null",
    ),
    (
        "ticket.status",
        "case status when 'open' then 'waiting' else 'open' end",
        "closed_at is null",
    ),
    (
        "ticket.closed_at",
        "closed_at - interval '1 hour'",
        "closed_at is not null",
    ),
    (
        "phase.status",
        "case status when 'open' then 'pending' else 'open' end",
        "true",
    ),
    (
        "handoff.state",
        "case state when 'declined' then 'accepted' else 'declined' end",
        "state <> 'offered'",
    ),
    (
        "handoff.decided_at",
        "decided_at + interval '1 hour'",
        "decided_at is not null",
    ),
    ("handoff.to_agent", "to_agent + 1", "to_agent is not null"),
    (
        "agent.role",
        "case role when 'agent' then 'admin' else 'agent' end",
        "true",
    ),
    ("setting.value", "'\"Asia/Dubai\"'", "true"),
    ("leg.how", "case how when 'take' then 'assign' else 'take' end", "true"),
];

/// A tampering: what it is called, the statement for a row `R`, the rows it is for, and what may be said of it.
struct Tampering {
    name: String,
    table: &'static str,
    whose: &'static str,
    rows: String,
    sql: String,
    problems: Vec<&'static str>,
}

/// Makes a tampering for each column of each place: another value, and none where none is allowed.
async fn columns(conn: &mut PgConnection) -> Vec<Tampering> {
    let mut list = Vec::new();
    for place in &PLACES {
        let columns: Vec<(String, String, bool)> = sqlx::query_as(AssertSqlSafe(format!(
            "select attname::text, format_type(atttypid, null), not attnotnull from pg_attribute
            where attrelid = '{}'::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity <> 'a' order by attnum",
            place.table
        )))
        .fetch_all(&mut *conn)
        .await
        .unwrap();
        for (column, kind, nullable) in columns {
            if place.free.contains(&&*column) {
                continue;
            }
            let name = format!("{}.{column}", place.table);
            let chosen = VALUES.iter().find(|v| v.0 == name);
            let (value, rows) = match (chosen, &*kind) {
                (Some((_, value, rows)), _) => ((*value).to_owned(), (*rows).to_owned()),
                (None, "bigint" | "integer" | "smallint") => {
                    let by = if matches!(&*column, "id" | "subject_id" | "conversation_id" | "contact_id" | "seq") {
                        1_000_000
                    } else {
                        1
                    };
                    (format!("coalesce({column}, 0) + {by}"), "true".to_owned())
                }
                (None, "timestamp with time zone") if name.ends_with("from_at") => {
                    (format!("{column} - interval '1 microsecond'"), "true".to_owned())
                }
                (None, "timestamp with time zone") if name.ends_with("to_at") => (
                    format!("{column} + interval '1 microsecond'"),
                    format!("{column} is not null"),
                ),
                (None, "timestamp with time zone") => (
                    format!("coalesce({column}, now()) + interval '1 microsecond'"),
                    "true".to_owned(),
                ),
                (None, "bytea") => (
                    format!("set_byte({column}, 0, (get_byte({column}, 0) + 1) % 256)"),
                    format!("{column} is not null"),
                ),
                (None, "xid8") => (format!("({column}::text::bigint + 1)::text::xid8"), "true".to_owned()),
                (None, "jsonb") => (
                    format!("coalesce({column}, '{{}}') || '{{\"x\": 1}}'"),
                    "true".to_owned(),
                ),
                (None, "bigint[]") => (format!("{column} || 9::bigint"), "true".to_owned()),
                (None, "text[]") => (format!("{column} || 'x'::text"), "true".to_owned()),
                (None, "inet") => (
                    format!("case when {column} is null then inet '10.9.8.7' end"),
                    "true".to_owned(),
                ),
                (None, "text") if column == "priority" => (
                    format!("case {column} when 'low' then 'high' else 'low' end"),
                    "true".to_owned(),
                ),
                (None, "text") => (format!("coalesce({column}, '') || 'x'"), "true".to_owned()),
                (None, other) => panic!("{name} is a {other}"),
            };
            let mut push = |name: String, value: &str, rows: String| {
                list.push(Tampering {
                    name,
                    table: place.table,
                    whose: place.whose,
                    rows,
                    sql: format!("update {} set {column} = {value} where ctid = R", place.table),
                    problems: place.problems.to_vec(),
                });
            };
            // The table's own checks refuse the rest.
            let checked = matches!(
                &*name,
                "leg.to_at"
                    | "phase.to_at"
                    | "handoff.to_agent"
                    | "handoff.decided_at"
                    | "conversation.resolved_at"
                    | "conversation.snoozed_until"
                    | "ticket.closed_at"
            ) || place.table == "reason";
            if nullable && !checked {
                push(format!("{name} to null"), "null", format!("{column} is not null"));
            }
            if name != "handoff.to_team" {
                push(name, &value, rows);
            }
        }
    }
    list
}

/// Lists what is more than another value in a column.
fn forgeries() -> Vec<Tampering> {
    const C: &str = "'C-' || conversation_id";
    const OF_EVENT: &str = "'C-' || subject_id";
    let event = |rows: &str| format!("subject = 'conversation' and {rows}");
    let last = "not exists (select from event y where y.subject = x.subject and y.subject_id = x.subject_id and y.seq > x.seq)";
    let list: Vec<(&str, &'static str, &'static str, String, String, &[&'static str])> = vec![
        ("an event deleted", "event", OF_EVENT, event(&format!("not ({last})")), "delete from event where ctid = R".to_owned(), BROKEN_CHAIN),
        ("the newest event deleted", "event", OF_EVENT, event(&format!("seq > 1 and {last}")), "delete from event where ctid = R".to_owned(), BROKEN_CHAIN),
        ("two events swapped", "event", OF_EVENT, event(&format!("not ({last})")),
            format!("do $do$ declare a event; b event; begin
                select * into a from event e where e.ctid = R;
                select * into b from event e where (e.subject, e.subject_id, e.seq) = (a.subject, a.subject_id, a.seq + 1);
                update event set seq = -1 where (subject, subject_id, seq) = (a.subject, a.subject_id, a.seq);
                update event set seq = a.seq where (subject, subject_id, seq) = (b.subject, b.subject_id, b.seq);
                update event set seq = b.seq where subject = a.subject and subject_id = a.subject_id and seq = -1; end $do$"), BROKEN_CHAIN),
        ("events put at another's place", "event", OF_EVENT, event("seq > 1"), "update event set subject_id = subject_id + 1000000 where ctid = R".to_owned(), BROKEN_CHAIN),
        ("an event made up", "event", OF_EVENT, event(last),
            "insert into event select (jsonb_populate_record(e, jsonb_build_object('seq', e.seq + 1))).* from event e where ctid = R".to_owned(), BROKEN_CHAIN),
        ("an event and the row, without the hashes", "event", OF_EVENT, event(last),
            "update event set priority = 'urgent' where ctid = R; update conversation c set priority = 'urgent' from event e where e.kind <> '' and c.id = e.subject_id
                and e.subject = 'conversation' and e.ctid = R".to_owned(), &["edited", "state_differs"]),
        ("all events of a conversation deleted", "conversation", "'C-' || id", "true".to_owned(),
            "delete from event where subject = 'conversation' and subject_id = (select id from conversation where ctid = R)".to_owned(), BROKEN_CHAIN),
        ("a conversation's row deleted", "conversation", "'C-' || id", "true".to_owned(), "delete from conversation where ctid = R".to_owned(), &["no_row"]),
        ("an owner changed in row and leg", "conversation", "'C-' || id", "owner_id is not null".to_owned(),
            "update leg set agent_id = 1 where to_at is null and conversation_id = (select id from conversation where ctid = R); update conversation set owner_id = 1 where ctid = R".to_owned(), &["state_differs"]),
        ("a ticket's row deleted", "ticket", C, "true".to_owned(), "delete from ticket where ctid = R".to_owned(), &["no_row", "text_differs"]),
        ("a ticket deleted with its events", "ticket", C, "true".to_owned(),
            "delete from event where subject = 'ticket' and subject_id = (select id from ticket where ctid = R); delete from ticket where ctid = R".to_owned(), &["no_row", "text_differs"]),
        ("a leg deleted", "leg", C, "true".to_owned(), "delete from leg where ctid = R".to_owned(), &["legs_differ"]),
        ("a leg made up", "leg", C, "to_at is not null".to_owned(),
            "insert into leg select (jsonb_populate_record(l, jsonb_build_object('seq', l.seq + 1000))).* from leg l where ctid = R".to_owned(), &["legs_differ"]),
        ("a phase deleted", "phase", C, "true".to_owned(), "delete from phase where ctid = R".to_owned(), &["phases_differ"]),
        ("a phase made up", "phase", C, "to_at is not null".to_owned(),
            "insert into phase select (jsonb_populate_record(l, jsonb_build_object('seq', l.seq + 1000))).* from phase l where ctid = R".to_owned(), &["phases_differ"]),
        ("a note deleted", "note", C, "true".to_owned(), "delete from note where ctid = R".to_owned(), &["text_differs"]),
        ("a note made up", "note", C, "true".to_owned(),
            "insert into note overriding system value select (jsonb_populate_record(n, jsonb_build_object('id', n.id + 1000000))).* from note n where ctid = R".to_owned(), &["text_differs"]),
        ("a note erased", "note", C, "true".to_owned(),
            "update note set body = null, order_id = null, courier = null, tracking_no = null, tried = null, salt = null where ctid = R".to_owned(), &["text_differs"]),
        ("a note rewritten with a commitment of its own", "note", C, "true".to_owned(),
            "update note set body = 'never said', commitment = sha256(salt || note_text('never said', order_id, courier, tracking_no, tried, promised_by, replaces)) where ctid = R".to_owned(), &["text_differs"]),
        ("two notes' texts swapped", "note", C, "body like 'what%'".to_owned(),
            "update note n set (body, salt, commitment) = (select body, salt, commitment from note o where o.body like 'what%' and o.id <> n.id order by o.id limit 1) where ctid = R".to_owned(), &["text_differs"]),
        ("a reason deleted", "reason", PLACES[7].whose, "true".to_owned(), "delete from reason where ctid = R".to_owned(), &["text_differs"]),
        ("a reason erased", "reason", PLACES[7].whose, "true".to_owned(), "update reason set body = null, salt = null where ctid = R".to_owned(), &["text_differs"]),
        ("a reason rewritten with a commitment of its own", "reason", PLACES[7].whose, "true".to_owned(),
            "update reason set body = 'for no reason', commitment = sha256(salt || 'for no reason'::bytea) where ctid = R".to_owned(), &["text_differs"]),
        ("an offer deleted", "handoff", C, "true".to_owned(), "delete from handoff where ctid = R".to_owned(), &["offer_differs"]),
        ("an offer made up", "handoff", C, "state <> 'offered'".to_owned(),
            "insert into handoff overriding system value select (jsonb_populate_record(h, jsonb_build_object('id', h.id + 1000000, 'event_seq', h.event_seq + 1000))).* from handoff h where ctid = R".to_owned(), &["offer_differs"]),
        ("an operation deleted", "operation", PLACES[8].whose, "true".to_owned(), "delete from operation where ctid = R".to_owned(), &["edited", "text_differs"]),
        ("an operation rewritten with a digest of its own", "operation", PLACES[8].whose, "true".to_owned(),
            "update operation set login = 'eve', digest = operation_digest(id, at, actor_id, verb, args, 'eve', address, version, os_user) where ctid = R".to_owned(), &["edited"]),
        ("an agent deleted", "agent", "'agent ' || id", "handle = 'vera'".to_owned(), "delete from agent where ctid = R".to_owned(), &["no_row"]),
        ("a team's newest event deleted", "team", "'team ' || id", "true".to_owned(),
            "delete from event where subject = 'team' and subject_id = (select id from team where ctid = R)".to_owned(), &["tail_missing"]),
    ];
    list.into_iter()
        .map(|(name, table, whose, rows, sql, problems)| Tampering {
            name: name.to_owned(),
            table,
            whose,
            rows,
            sql,
            problems: problems.to_vec(),
        })
        .collect()
}

/// Whose the findings are: of a ticket, a note or an operation the conversation that it belongs to; and ids that a tampering has moved.
fn owner_of(subject: &str, owners: &BTreeMap<String, String>) -> String {
    let digits = subject.trim_start_matches(|c: char| !c.is_ascii_digit());
    let (kind, id) = (
        &subject[..subject.len() - digits.len()],
        digits.parse::<u64>().unwrap_or(0),
    );
    // An event's subject is made a contact's.
    let kind = if kind == "contact " { "C-" } else { kind };
    let subject = format!("{kind}{}", id % 1_000_000);
    owners.get(&subject).cloned().unwrap_or(subject)
}

#[tokio::test]
async fn a_hundred_random_tamperings_are_found_and_nothing_beside_them() {
    let mut dice = Dice::new();
    let seed = dice.0;
    let db = busy().await;
    assert_eq!(found(&db), []);
    let mut su = db.connect_to(&db.superuser_url()).await;
    let owners: BTreeMap<String, String> = sqlx::query_as::<_, (String, String)>(
        "select 'T-' || id, 'C-' || conversation_id from ticket union all select 'note ' || id, 'C-' || conversation_id from note
        union all select 'O-' || operation_id, min('C-' || subject_id) from event where subject = 'conversation' group by operation_id having count(*) = 1",
    )
    .fetch_all(&mut su)
    .await
    .unwrap()
    .into_iter()
    .collect();
    let mut list = columns(&mut su).await;
    list.extend(forgeries());
    assert!(list.len() >= 100, "{}", list.len());
    let mut tampered: BTreeMap<String, (String, Vec<&str>)> = BTreeMap::new();
    let mut idle = Vec::new();
    // In a random order, each at a random row of a subject that nobody has touched; the small tables run out of subjects.
    while !list.is_empty() {
        let t = list.swap_remove(dice.below(list.len()));
        let candidates: Vec<(String, String)> = sqlx::query_as(AssertSqlSafe(format!(
            "select ctid::text, whose from (select x.ctid, {} as whose from {} x where {}) c where whose is not null order by ctid",
            t.whose, t.table, t.rows
        )))
        .fetch_all(&mut su)
        .await
        .unwrap_or_else(|e| panic!("{}: {e}", t.name));
        let free: Vec<_> = candidates
            .into_iter()
            .map(|(row, whose)| (row, owner_of(&whose, &owners)))
            .filter(|c| !tampered.contains_key(&c.1))
            .collect();
        if free.is_empty() {
            idle.push(t.name);
            continue;
        }
        let (row, whose) = dice.of(&free).clone();
        tamper(&mut su, &t.sql.replace("= R", &format!("= '{row}'"))).await;
        tampered.insert(whose, (t.name, t.problems));
    }
    assert!(
        tampered.len() >= 100,
        "{} tamperings; none possible: {idle:?}",
        tampered.len()
    );
    let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (subject, _, problem) in found(&db) {
        said.entry(owner_of(&subject, &owners)).or_default().push(problem);
    }
    let unseen: Vec<_> = tampered.iter().filter(|t| !said.contains_key(t.0)).collect();
    let false_alarms: Vec<_> = said.iter().filter(|s| !tampered.contains_key(s.0)).collect();
    let misnamed: Vec<_> = tampered
        .iter()
        .filter(|(whose, (_, problems))| {
            said.get(*whose)
                .is_some_and(|s| !s.iter().any(|p| problems.contains(&p.as_str())))
        })
        .map(|(whose, t)| (whose, t, &said[whose]))
        .collect();
    assert!(
        unseen.is_empty() && false_alarms.is_empty() && misnamed.is_empty(),
        "INBOX_TEST_SEED={seed}: of {} tamperings\nunseen: {unseen:#?}\nfalse alarms: {false_alarms:#?}\nmisnamed: {misnamed:#?}",
        tampered.len()
    );
    let kinds: BTreeSet<&str> = tampered.values().map(|t| t.0.split('.').next().unwrap()).collect();
    assert!(kinds.len() > 30, "{kinds:?}");
}

/// Takes a seal, tampers so that every chain is whole, and has the seal find it.
async fn sealed(db: &Db, su: &mut PgConnection, name: &str, sql: &str) {
    let file = db.home().join("seal.json");
    let seal = file.to_str().unwrap();
    inbox(db).args(["audit", "seal", "--file", seal]).assert().success();
    let before = digest(su).await;
    tamper(su, sql).await;
    assert_ne!(digest(su).await, before, "{name} changed nothing");
    assert_eq!(found(db), [], "{name}");
    let refused = inbox(db).args(["audit", "verify", "--against", seal]).assert().code(7);
    let stderr = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(stderr.contains("not those that were sealed"), "{name}: {stderr}");
}

/// Hashes a chain anew from its first event to its row.
fn rehash(subject: &str, id: &str) -> String {
    format!(
        "do $do$ declare e event; prev bytea := ''; begin
            for e in select * from event where subject = '{subject}' and subject_id = {id} order by seq loop
                update event set hash = event_hash(prev, (select digest from operation where id = e.operation_id), e.subject, e.subject_id, e.seq, e.at, e.kind, e.actor_id,
                    e.operation_id, e.status, e.owner_id, e.team_id, e.priority, e.labels, e.until_at, e.how, e.reason_commitment, e.note_commitment, e.data)
                where subject = e.subject and subject_id = e.subject_id and seq = e.seq returning hash into prev;
            end loop;
            update {subject} set head = prev where id = {id};
        end $do$"
    )
}

#[tokio::test]
async fn what_was_rewritten_so_that_all_agrees_is_found_by_an_earlier_seal() {
    let db = busy().await;
    let mut su = db.connect_to(&db.superuser_url()).await;
    let conversation = |sql: &str, id: &str| format!("{}; {}", sql.replace("ID", id), rehash("conversation", id));
    sealed(
        &db,
        &mut su,
        "another owner from the second event on",
        &conversation(
            "update event set owner_id = 1 where subject = 'conversation' and subject_id = ID and seq > 1; update leg set agent_id = 1 where conversation_id = ID and seq = 2;
            update conversation set owner_id = 1 where id = ID",
            "90",
        ),
    )
    .await;
    sealed(
        &db,
        &mut su,
        "another actor, with his operation",
        &conversation(
            "update operation o set actor_id = 1, digest = operation_digest(o.id, o.at, 1, o.verb, o.args, o.login, o.address, o.version, o.os_user)
                from event e where e.subject = 'conversation' and e.subject_id = ID and e.kind = 'noted' and o.id = e.operation_id;
            update note set agent_id = 1 where conversation_id = ID;
            update event set actor_id = 1 where subject = 'conversation' and subject_id = ID and kind = 'noted'",
            "710",
        ),
    )
    .await;
    sealed(
        &db,
        &mut su,
        "another text of a note",
        &conversation(
            "update note set body = 'never said', commitment = sha256(salt || note_text('never said', order_id, courier, tracking_no, tried, promised_by, replaces))
                where conversation_id = ID;
            update event e set note_commitment = n.commitment from note n where e.subject = 'conversation' and e.subject_id = ID and n.id = e.note_id",
            "720",
        ),
    )
    .await;
    sealed(
        &db,
        &mut su,
        "another role from the beginning",
        &format!(
            "update agent set role = 'admin' where handle = 'omar'; update event set data = data || '{{\"role\": \"admin\"}}' where subject = 'agent' and data ->> 'handle' = 'omar'; {}",
            rehash("agent", "(select id from agent where handle = 'omar')")
        ),
    )
    .await;
    sealed(
        &db,
        &mut su,
        "the newest event taken back",
        "delete from event where subject = 'conversation' and subject_id = 730 and seq = 2; delete from note where conversation_id = 730;
        update conversation c set seq = 1, head = e.hash, head_at = e.at from event e where c.id = 730 and e.subject = 'conversation' and e.subject_id = 730",
    )
    .await;
    sealed(
        &db,
        &mut su,
        "a conversation removed with everything of it",
        "delete from event where subject = 'conversation' and subject_id = 740; delete from note where conversation_id = 740; delete from leg where conversation_id = 740;
        delete from phase where conversation_id = 740; delete from conversation where id = 740",
    )
    .await;
}

#[tokio::test]
async fn an_older_seal_raises_no_alarm_whatever_is_done_after_it() {
    let db = busy().await;
    let file = db.home().join("seal.json");
    let seal = file.to_str().unwrap();
    inbox(&db).args(["audit", "seal", "--file", seal]).assert().success();
    let mut conn = db.connect().await;
    seed::conversations(&mut conn, 20).await;
    let done = transcript(
        &db,
        &[
            "--as omar resolve --team support --status open -q -y",
            "--as omar reopen C-1..C-50 -q",
            "--as sara note C-1..C-700 again -q",
            "--as zoya ticket note T-1..T-10 later -q",
            "agent edit sara --capacity 5 -q",
            "team add night --name Night -q",
        ],
    );
    assert!(!done.contains("exit"), "{done}");
    inbox(&db)
        .args(["audit", "verify", "--against", seal])
        .assert()
        .success();
}

#[tokio::test]
async fn guards_that_are_off_gone_or_replaced_are_found_and_named() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    assert_eq!(found(&db), []);
    // Each by the owner of the tables, who may do so, and then put back.
    for (sql, named) in [
        (
            "alter table event disable trigger append_only",
            "trigger event.append_only",
        ),
        (
            "alter table conversation disable trigger user",
            "trigger conversation.event_says_so_insert",
        ),
        ("drop trigger closed_once on leg", "trigger leg.closed_once"),
        (
            "create or replace trigger append_only before update or delete on event for each statement when (false) execute function guard_append_only()",
            "trigger event.append_only",
        ),
        (
            "create or replace trigger append_only before delete on event for each statement execute function guard_append_only()",
            "trigger event.append_only",
        ),
        (
            "create function mine() returns trigger language plpgsql as 'begin return null; end'; create trigger mine before insert on event for each row execute function mine()",
            "trigger event.mine",
        ),
        (
            "create or replace function guard_append_only() returns trigger language plpgsql set search_path from current as 'begin return null; end'",
            "function guard_append_only",
        ),
        (
            "create or replace function acting_agent(p_as text) returns agent language sql stable security definer set search_path from current as 'select * from agent where handle = p_as'",
            "function acting_agent",
        ),
        (
            "create or replace function app_now() returns timestamptz language sql as $$ select clock_timestamp() - interval '1 day' $$",
            "function app_now",
        ),
        ("alter function put_noun set search_path to public", "function put_noun"),
        (
            "alter function acting_agent(text) security invoker",
            "function acting_agent",
        ),
        // Verify's own query would call it: it fits better than the built-in one.
        (
            "create function concat(text, text, bigint, text, bigint) returns text language sql as $$ select 'taken|1|1' $$",
            "function concat",
        ),
        (
            "create rule quiet as on update to agent do instead nothing",
            "rule agent.quiet",
        ),
        ("alter table event enable row level security", "row security of event"),
    ] {
        let mut tx = sqlx::Connection::begin(&mut conn).await.unwrap();
        run(&mut tx, sql).await;
        let named_now = inbox::store::guards::weak(&mut tx, &support::WORKSPACE.parse().unwrap())
            .await
            .unwrap();
        assert!(named_now.iter().any(|n| n == named), "{sql}: {named_now:?}");
        tx.rollback().await.unwrap();
    }
    run(&mut conn, "alter table note disable trigger never_changed").await;
    assert_eq!(
        found(&db),
        [("trigger note.never_changed".to_owned(), 0, "guard_differs".to_owned())]
    );
}
