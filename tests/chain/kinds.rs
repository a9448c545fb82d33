//! Every kind of tampering by a superuser, each on a fresh copy of a workspace. `audit verify` or
//! an earlier seal finds it, or `verify` warns of its means, or the documentation names it as not
//! covered.
//!
//! `make test` tries a share of them, drawn by the seed; `INBOX_PROVE=1` tries all.

use super::versions::put;
use crate::support::dice::Dice;
use crate::support::seed::{self, run};
use crate::support::transcript::{digest, transcript};
use crate::support::{self, Db, inbox, source};

/// How a kind of tampering is detected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// `audit verify` reports this subject and this problem.
    Verify(&'static str, &'static str),
    /// `audit verify --against` an earlier seal fails, with these words; without it nothing is found.
    Seal(&'static str),
    /// `audit verify` warns with these words and finds nothing.
    Named(&'static str),
    /// Nothing finds it. The documentation names it with these words.
    Documented(&'static str),
}

use Outcome::{Documented, Named, Seal, Verify};

const CHAINS: Outcome = Seal("the chains differ from those that were sealed");
const MESSAGES: Outcome = Seal("the messages differ from those that were sealed");
const IDS: Outcome = Seal("the ids of customers differ from those that were sealed");
const KEY: Outcome = Seal("the key of the keyed hashes differs from the key that was sealed");
const ORDERS: Outcome = Named("the order numbers of 1 conversations, first C-1, differ from their texts");

/// Recomputes the hashes of a chain from its first event to its row.
const REHASH: &str = "do $do$
    declare e event; prev bytea := '';
    begin
        for e in select * from event where subject = 'SUBJECT' and subject_id = ID order by seq loop
            update event
            set hash = event_hash(prev, (select digest from operation where id = e.operation_id), e.subject,
                e.subject_id, e.seq, e.at, e.kind, e.actor_id, e.operation_id, e.status, e.owner_id, e.team_id,
                e.priority, e.labels, e.until_at, e.how, e.reason_commitment, e.note_commitment, e.data)
            where subject = e.subject and subject_id = e.subject_id and seq = e.seq
            returning hash into prev;
        end loop;
        update SUBJECT set head = prev where id = ID;
    end $do$";

/// Recomputes the commitment of a message from its present content.
const RECOMMIT: &str = "update message
    set commitment = sha256(salt || message_text(wamid, kind, at, direction, author, text, summary, raw))
    where wamid = 'wamid.1'";

/// Each kind: its name, the superuser's statements, and how it is detected.
const KINDS: [(&str, &str, Outcome); 106] = [
    // Events.
    (
        "an event edited",
        "update event set priority = 'urgent' where subject = 'conversation' and subject_id = 2 and seq = 2",
        Verify("C-2", "edited"),
    ),
    (
        "an event's time edited",
        "update event set at = at - interval '1 hour' where subject = 'conversation' and subject_id = 2 and seq = 2",
        Verify("C-2", "edited"),
    ),
    (
        "an event's actor edited",
        "update event set actor_id = 1 where subject = 'conversation' and subject_id = 2 and seq = 2",
        Verify("C-2", "edited"),
    ),
    (
        "an event's labels removed",
        "update event set labels = null where subject = 'conversation' and subject_id = 2 and seq = 2",
        Verify("C-2", "edited"),
    ),
    (
        "an event of another operation",
        "update event set operation_id = 1 where subject = 'conversation' and subject_id = 2 and seq = 2",
        Verify("C-2", "edited"),
    ),
    (
        "an event deleted",
        "delete from event where subject = 'conversation' and subject_id = 2 and seq = 2",
        Verify("C-2", "missing"),
    ),
    (
        "the newest event deleted",
        "delete from event e
        where subject = 'conversation' and subject_id = 2 and seq = (select seq from conversation where id = 2)",
        Verify("C-2", "tail_missing"),
    ),
    (
        "all events of a conversation deleted",
        "delete from event where subject = 'conversation' and subject_id = 2",
        Verify("C-2", "tail_missing"),
    ),
    (
        "two events swapped",
        "update event set seq = -1 where subject = 'conversation' and subject_id = 2 and seq = 2;
        update event set seq = 2 where subject = 'conversation' and subject_id = 2 and seq = 3;
        update event set seq = 3 where subject = 'conversation' and subject_id = 2 and seq = -1",
        Verify("C-2", "edited"),
    ),
    (
        "an event added",
        "insert into event select (jsonb_populate_record(e, jsonb_build_object('seq', e.seq + 1))).* from event e
            where subject = 'conversation' and subject_id = 2 and seq = (select seq from conversation where id = 2)",
        Verify("C-2", "edited"),
    ),
    (
        "an event put into another chain",
        "update event set subject_id = 3, seq = 50 where subject = 'conversation' and subject_id = 2 and seq = 2",
        Verify("C-2", "missing"),
    ),
    (
        "an event and its chain hashed again",
        "update event set priority = 'urgent' where subject = 'conversation' and subject_id = 2 and seq > 1;
        update conversation set priority = 'urgent' where id = 2;
        REHASH conversation 2",
        CHAINS,
    ),
    (
        "the newest event taken back",
        "delete from event where subject = 'conversation' and subject_id = 3 and seq = 3;
        update conversation c
        set seq = 2, head = e.hash, head_at = e.at, labels = e.labels
        from event e
        where c.id = 3 and e.subject = 'conversation' and e.subject_id = 3 and e.seq = 2",
        CHAINS,
    ),
    (
        "a conversation deleted with everything of it",
        "delete from event where subject = 'conversation' and subject_id = 3;
        delete from leg where conversation_id = 3;
        delete from phase where conversation_id = 3;
        delete from conversation where id = 3",
        CHAINS,
    ),
    (
        "an event moved past a seal",
        "update event set xid = pg_current_xact_id() where subject = 'conversation' and subject_id = 2 and seq = 2",
        Verify("C-2", "text_differs"),
    ),
    // Rows, legs, phases, offers.
    (
        "a conversation's row edited",
        "update conversation set priority = 'urgent' where id = 2",
        Verify("C-2", "state_differs"),
    ),
    (
        "a conversation's row deleted",
        "delete from conversation where id = 2",
        Verify("C-2", "no_row"),
    ),
    (
        "a conversation of another customer",
        "update conversation set contact_id = 99 where id = 2",
        Verify("C-2", "state_differs"),
    ),
    (
        "a conversation's end moved",
        "update conversation set resolved_at = resolved_at - interval '1 hour' where id = 6",
        Verify("C-6", "state_differs"),
    ),
    (
        "an owner edited in row and leg",
        "update conversation set owner_id = 1 where id = 2;
        update leg set agent_id = 1 where conversation_id = 2 and to_at is null",
        Verify("C-2", "state_differs"),
    ),
    (
        "a leg edited",
        "update leg set agent_id = 1 where conversation_id = 2 and seq = 2",
        Verify("C-2", "legs_differ"),
    ),
    (
        "a leg deleted",
        "delete from leg where conversation_id = 2 and seq = 1",
        Verify("C-2", "legs_differ"),
    ),
    (
        "a leg added",
        "insert into leg select 99, 1, 1, 1, 'take', now(), null, 1",
        Verify("C-99", "no_row"),
    ),
    (
        "a phase edited",
        "update phase set from_at = from_at - interval '1 hour' where conversation_id = 6 and seq = 1",
        Verify("C-6", "phases_differ"),
    ),
    (
        "a phase deleted",
        "delete from phase where conversation_id = 6 and seq = 1",
        Verify("C-6", "phases_differ"),
    ),
    (
        "an offer edited",
        "update handoff set to_agent = to_agent + 1",
        Verify("C-4", "offer_differs"),
    ),
    (
        "an offer deleted",
        "delete from handoff",
        Verify("C-4", "offer_differs"),
    ),
    (
        "an offer added",
        "insert into handoff overriding system value
        select (jsonb_populate_record(h,
            '{\"id\": 99, \"event_seq\": 99, \"state\": \"declined\", \"decided_at\": \"2026-01-01T00:00:00Z\"}')).*
        from handoff h",
        Verify("C-4", "offer_differs"),
    ),
    (
        "times and runs edited",
        "update conversation set waiting_since = now() - interval '1 day' where id = 1;
        update run set answered_by = 1",
        Documented("when a customer waits and who answered"),
    ),
    // Tickets, notes, reasons, operations.
    (
        "a ticket edited",
        "update ticket set owner_id = 1 where id = 1",
        Verify("T-1", "state_differs"),
    ),
    (
        "a ticket deleted with its events",
        "delete from event where subject = 'ticket' and subject_id = 1;
        delete from ticket where id = 1",
        Verify("T-1", "no_row"),
    ),
    (
        "a note edited",
        "update note set body = 'never said'",
        Verify("C-5", "text_differs"),
    ),
    ("a note deleted", "delete from note", Verify("C-5", "text_differs")),
    (
        "a note erased",
        "update note set body = null, order_id = null, courier = null, tracking_no = null, tried = null, salt = null",
        Verify("C-5", "erased"),
    ),
    (
        "a note added",
        "insert into note overriding system value select (jsonb_populate_record(n, '{\"id\": 99}')).* from note n",
        Verify("note 99", "text_differs"),
    ),
    (
        "a note with a commitment of its own",
        "update note
        set body = 'never said',
            commitment = sha256(salt
                || note_text('never said', order_id, courier, tracking_no, tried, promised_by, replaces))",
        Verify("C-5", "text_differs"),
    ),
    (
        "a reason edited",
        "update reason set body = 'for no reason'",
        Verify("C-3", "text_differs"),
    ),
    (
        "a reason erased",
        "update reason set body = null, salt = null",
        Verify("C-3", "erased"),
    ),
    ("a reason deleted", "delete from reason", Verify("C-3", "text_differs")),
    (
        "an operation edited",
        "update operation
        set login = 'eve'
        where id = (select operation_id from event where subject = 'conversation' and subject_id = 5 and seq = 2)",
        Verify("O-", "text_differs"),
    ),
    (
        "an operation deleted",
        "delete from operation
        where id = (select operation_id from event where subject = 'conversation' and subject_id = 5 and seq = 2)",
        Verify("C-5", "edited"),
    ),
    (
        "an operation with a digest of its own",
        "update operation
        set login = 'eve', digest = operation_digest(id, at, actor_id, verb, args, 'eve', address, version, os_user)
        where id = (select operation_id from event where subject = 'conversation' and subject_id = 5 and seq = 2)",
        Verify("C-5", "edited"),
    ),
    (
        "the outcome of an operation edited",
        "update operation set exit = 5, selected = 0, changed = 0 where verb = 'take'",
        Documented("what became of an operation"),
    ),
    (
        "an undo pretended",
        "update operation set undoes = 1 where verb = 'take'",
        Documented("what it undid"),
    ),
    (
        "lost takes added",
        "insert into attempt (conversation_id, agent_id, at) select 1, 1, now()",
        Documented("takes that lost"),
    ),
    // Administered rows.
    (
        "an agent's role edited",
        "update agent set role = 'admin' where handle = 'zoya'",
        Verify("agent 5", "state_differs"),
    ),
    (
        "an agent deleted",
        "delete from agent where handle = 'vera'",
        Verify("agent 7", "no_row"),
    ),
    (
        "an agent added",
        "insert into agent (handle, name, role, seq, head, head_at) values ('eve', 'Eve', 'admin', 1, '\\x00', now())",
        Verify("agent", "tail_missing"),
    ),
    (
        "a grant to act added",
        "insert into acting (login, seq, head, head_at) values ('eve', 1, '\\x00', now())",
        Verify("acting", "tail_missing"),
    ),
    (
        "a setting edited",
        "update setting set value = '\"UTC\"' where name = 'time_zone'",
        Verify("setting", "state_differs"),
    ),
    (
        "a channel's number edited",
        "update channel set phone_number_id = '222'",
        Verify("channel 1", "state_differs"),
    ),
    (
        "a roster edited",
        "update roster set first_day = first_day - 1",
        Verify("roster 1", "state_differs"),
    ),
    (
        "another role from the beginning",
        "update agent set role = 'admin' where handle = 'omar';
        update event set data = data || '{\"role\": \"admin\"}' where subject = 'agent' and subject_id = 6;
        REHASH agent 6",
        CHAINS,
    ),
    // Messages and their versions.
    (
        "a message edited",
        "update message set text = 'never said' where wamid = 'wamid.1'",
        Verify("message", "text_differs"),
    ),
    (
        "a message's author edited",
        "update message set author = 'bot' where wamid = 'wamid.1'",
        Verify("message", "text_differs"),
    ),
    (
        "a message erased",
        "update message set text = null, summary = null, raw = null, salt = null where wamid = 'wamid.1'",
        Verify("message", "erased"),
    ),
    (
        "a message of another customer",
        "update message set contact_id = 2 where wamid = 'wamid.1'",
        Verify("message", "text_differs"),
    ),
    (
        "a message with a commitment of its own",
        "update message set text = 'never said' where wamid = 'wamid.1';
        RECOMMIT",
        MESSAGES,
    ),
    (
        "a message deleted",
        "delete from message where wamid = 'wamid.1'",
        MESSAGES,
    ),
    (
        "a message moved past a seal",
        "update message set xid = pg_current_xact_id() where wamid = 'wamid.1'",
        MESSAGES,
    ),
    (
        "a message added before a seal",
        "insert into message overriding system value
        select (jsonb_populate_record(m,
            '{\"id\": 99, \"wamid\": \"wamid.9\", \"contact_id\": null, \"conversation_id\": null}')).*
        from message m
        where wamid = 'wamid.1';
        update message
        set commitment = sha256(salt || message_text(wamid, kind, at, direction, author, text, summary, raw))
        where wamid = 'wamid.9'",
        MESSAGES,
    ),
    (
        "a message added",
        "RESET; PUT",
        Documented("a new message that WhatsApp never sent"),
    ),
    (
        "an earlier version deleted",
        "delete from superseded where version = 1 and message_id = (select id from message where wamid = 'wamid.2')",
        Verify("message", "text_differs"),
    ),
    (
        "an earlier version's kind edited",
        "update superseded set kind = 'text' where rank = 4",
        Verify("message", "text_differs"),
    ),
    (
        "an earlier version's direction edited",
        "update superseded set direction = 'outbound' where rank = 4",
        Verify("message", "text_differs"),
    ),
    (
        "an earlier version's rank edited",
        "update superseded set rank = 5",
        Verify("message", "text_differs"),
    ),
    (
        "earlier versions exchanged",
        "update superseded set version = version + 10",
        Verify("message", "text_differs"),
    ),
    (
        "an earlier version's commitment edited",
        "update superseded
        set commitment = '\\x00'
        where message_id = (select id from message where wamid = 'wamid.2') and version = 2;
        LATER",
        MESSAGES,
    ),
    (
        "all earlier versions deleted",
        "delete from superseded; update message set version = 1; LATER",
        MESSAGES,
    ),
    (
        "a message counted or credited otherwise",
        "update message set counts = false, failed = true, agent_id = 1, received_at = now() where wamid = 'wamid.1'",
        Documented("whether a message counts, has failed, and to whom it is credited"),
    ),
    (
        "what became of a message",
        "delete from message_status",
        Documented("statuses of messages"),
    ),
    // Customers.
    (
        "an id given to another customer",
        "update contact_alias set contact_id = 2 where contact_id = 1",
        Verify("contact 1", "ids_differ"),
    ),
    (
        "an id deleted",
        "delete from contact_alias where contact_id = 1",
        Verify("contact 1", "ids_differ"),
    ),
    (
        "an id edited",
        "update contact_alias set value = '923999999999' where contact_id = 1",
        Verify("contact 1", "ids_differ"),
    ),
    (
        "an id added",
        "insert into contact_alias (contact_id, kind, value, first_seen, last_seen)
        values (1, 'wa_id', '923999999999', now(), now())",
        Verify("contact 1", "ids_differ"),
    ),
    (
        "an id ended",
        "update contact_alias set superseded_at = now() where contact_id = 1",
        Verify("contact 1", "ids_differ"),
    ),
    (
        "an id in force again",
        "update contact_alias set superseded_at = null where superseded_at is not null",
        Verify("contact 3", "ids_differ"),
    ),
    (
        "an id given to another customer with its commitment",
        "update contact_alias set contact_id = 2 where contact_id = 1;
        update alias_change set contact_id = 2 where contact_id = 1",
        IDS,
    ),
    (
        "an id deleted with its commitment",
        "delete from contact_alias where contact_id = 1;
        delete from alias_change where contact_id = 1",
        IDS,
    ),
    (
        "a customer forgotten by pretence",
        "update contact set forgotten_at = now() where id = 1",
        Verify("contact 1", "no_row"),
    ),
    (
        "a customer's name edited",
        "update contact set name = 'Somebody else', marketing = 'stop' where id = 1",
        Documented("names, usernames and marketing choices"),
    ),
    (
        "conflicts of ids deleted",
        "delete from contact_conflict",
        Documented("conflicts of ids"),
    ),
    (
        "an order number removed",
        "delete from order_key where conversation_id = 1",
        ORDERS,
    ),
    (
        "an order number added",
        "insert into order_key values ('90909', 5)",
        Named("the order numbers of 1 conversations, first C-5, differ from their texts"),
    ),
    (
        "the key replaced",
        "update secret set inner_pad = outer_pad, outer_pad = inner_pad",
        KEY,
    ),
    (
        "a second key added",
        "insert into secret values ('\\x01', '\\x02')",
        KEY,
    ),
    (
        "raw webhooks edited",
        "insert into delivery (received_at, body, state) values (now(), '{}', 'applied')",
        Documented("raw webhooks, dead letters and notices"),
    ),
    // Guards, functions and constraints.
    (
        "a trigger disabled",
        "alter table event disable trigger append_only",
        Verify("trigger event.append_only", "guard_differs"),
    ),
    (
        "a trigger dropped",
        "drop trigger closed_once on leg",
        Verify("trigger leg.closed_once", "guard_differs"),
    ),
    (
        "foreign keys disabled",
        "alter table conversation disable trigger all",
        Verify("trigger conversation.", "guard_differs"),
    ),
    (
        "a trigger added",
        "create trigger mine before insert on event for each row execute function guard_append_only()",
        Verify("trigger event.mine", "guard_differs"),
    ),
    (
        "a function replaced",
        "create or replace function guard_append_only() returns trigger language plpgsql as 'begin return null; end'",
        Verify("function guard_append_only", "guard_differs"),
    ),
    (
        "a function's search path",
        "alter function put_resource set search_path to public",
        Verify("function put_resource", "guard_differs"),
    ),
    (
        "a constraint dropped",
        "alter table event drop constraint event_words",
        Verify("constraint event.event_words", "guard_differs"),
    ),
    (
        "a unique index dropped",
        "drop index leg_open",
        Verify("index leg.leg_open", "guard_differs"),
    ),
    (
        "a column's default",
        "alter table event alter xid set default '1'",
        Verify("column event.xid", "guard_differs"),
    ),
    (
        "a column's collation",
        "alter table message alter wamid type text collate \"C\"",
        Verify("column message.wamid", "guard_differs"),
    ),
    (
        "a rule",
        "create rule quiet as on update to agent do instead nothing",
        Verify("rule agent.quiet", "guard_differs"),
    ),
    (
        "row security",
        "alter table event enable row level security",
        Verify("row security of event", "guard_differs"),
    ),
    (
        "a table that is not logged",
        "alter table attempt set unlogged",
        Verify("unlogged attempt", "guard_differs"),
    ),
    (
        "a cast",
        "create cast (text as bigint) with inout as assignment",
        Verify("cast from text to bigint", "guard_differs"),
    ),
    (
        "a right to write",
        "grant update on event to public",
        Verify("right of public to update event", "guard_differs"),
    ),
    (
        "guards off by setting",
        "do $do$
        begin
            execute format('alter database %I set session_replication_role = replica', current_database());
        end $do$",
        Verify("setting session_replication_role", "guard_differs"),
    ),
    (
        "an event trigger",
        "create function public.mine() returns event_trigger language plpgsql as 'begin end';
        create event trigger mine on ddl_command_end execute function public.mine()",
        Named("the event trigger mine runs at changes of the schema"),
    ),
    (
        "a library in every session",
        "do $do$
        begin
            execute format('alter database %I set session_preload_libraries = ''plpgsql''', current_database());
        end $do$",
        Named("session_preload_libraries"),
    ),
    (
        "a sequence reset",
        "select setval('note_id_seq', 1)",
        Documented("sequences"),
    ),
];

/// Creates the workspace to tamper with, in which every kind of change has happened. C-1 has
/// messages, C-2 most changes, C-3 a reason, C-4 an offer, C-5 a note, C-6 an end and a ticket.
async fn workspace() -> (Db, String) {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    seed::conversations(&mut conn, 9).await;
    let done = transcript(
        &db,
        &[
            "--as sara take C-2..C-5 -q",
            "--as sara label C-2 --add vip -q",
            "--as omar label C-3 --add cod -q --reason 'paid at the door'",
            "--as sara handoff C-4 --to ali --require-accept -q",
            "--as sara note C-5 'rang about 1001' -q",
            "--as ali take C-6 -q",
            "--as ali escalate C-6 --to zoya -q",
            "--as ali resolve C-6 -q",
            "--as omar shift add morning --hours 08:00-16:00 -q",
            "--as omar shift put sara morning --since 2026-11-01 -q",
        ],
    );
    assert!(!done.contains("exit"), "{done}");
    let at = "2026-11-20 10:00:00Z";
    for sql in [
        put("wamid.1", 4, "live", "text", at, "'order 2002'"),
        put("wamid.2", 0, "status", "unknown", at, "null"),
        put("wamid.2", 2, "history", "text", at, "'from history'"),
        put("wacid.1", 4, "live", "call", at, "null"),
        put("wacid.1", 5, "live", "call", at, "null"),
        "insert into order_key values ('2002', 1)".to_owned(),
        "insert into message_status (channel_id, wamid, status, at, received_at)
        values (1, 'wamid.2', 'sent', now(), now())"
            .to_owned(),
        "update contact_alias set superseded_at = now() where contact_id = 3".to_owned(),
        "insert into contact_conflict values (1, 2, now())".to_owned(),
        "insert into run (conversation_id, seq, started_at, last_at, messages, first)
        values (1, 1, now(), now(), 1, true)"
            .to_owned(),
    ] {
        run(&mut conn, &sql).await;
    }
    seed::settled(&mut conn).await;
    let file = db.home().join("seal.json");
    let seal = file.to_str().unwrap().to_owned();
    inbox(&db).args(["audit", "seal", "--file", &seal]).assert().success();
    // More becomes known after the seal, which the seal must accept.
    run(&mut conn, &put("wamid.2", 4, "echo", "text", at, "'as typed'")).await;
    (db, seal)
}

/// Runs `audit verify` and returns its findings, its warnings and its exit code.
fn verify(db: &Db, against: Option<&str>) -> (Vec<(String, String)>, String, Option<i32>) {
    let mut command = inbox(db);
    command.args(["audit", "verify", "-o", "json"]);
    if let Some(seal) = against {
        command.args(["--against", seal]);
    }
    let output = command.output().unwrap();
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let word = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap().to_owned();
    let found = rows
        .iter()
        .map(|row| (word(row, "subject"), word(row, "problem")))
        .collect();
    (
        found,
        String::from_utf8_lossy(&output.stderr).into_owned(),
        output.status.code(),
    )
}

#[tokio::test]
async fn every_kind_of_tampering_is_found_or_documented() {
    let mut dice = Dice::new();
    let seed = dice.0;
    let (db, seal) = workspace().await;
    let (found, said, code) = verify(&db, Some(&seal));
    assert!(
        found.is_empty() && code == Some(0) && !said.contains("not prevented"),
        "{found:?} {said}"
    );
    let page = fs_err::read_to_string(source("man/inbox-chain.7")).unwrap();
    let page = page
        .replace("\\fB", "")
        .replace("\\fR", "")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let all = std::env::var_os("INBOX_PROVE").is_some();
    let mut wrong = Vec::new();
    let mut tried = 0;
    for (name, sql, outcome) in KINDS {
        if let Documented(words) = outcome
            && !page.contains(words)
        {
            wrong.push(format!("{name}: inbox-chain(7) does not say {words:?}"));
        }
        if !all && !dice.chance(10) {
            continue;
        }
        tried += 1;
        let copy = support::copy_of(&db);
        let mut su = copy.connect_to(&copy.superuser_url()).await;
        let before = digest(&mut su).await;
        let composed = ["REHASH", "RECOMMIT", "PUT", "LATER"]
            .iter()
            .any(|word| sql.contains(word));
        // Other entries can have blocks with semicolons of their own.
        let parts: Vec<&str> = if composed {
            sql.split(';').map(str::trim).collect()
        } else {
            vec![sql]
        };
        for part in parts {
            let statement = match part.split(' ').collect::<Vec<_>>()[..] {
                ["REHASH", subject, id] => REHASH.replace("SUBJECT", subject).replace("ID", id),
                ["RECOMMIT"] => RECOMMIT.to_owned(),
                ["PUT"] => put("wamid.9", 4, "live", "text", "2026-11-20 10:00:00Z", "'never sent'"),
                ["RESET"] => "select 1".to_owned(),
                // The row itself is newer, so a seal must look up the earlier version.
                ["LATER"] => "update message set xid = pg_current_xact_id() where wamid = 'wamid.2'".to_owned(),
                _ => part.to_owned(),
            };
            super::tamper(&mut su, &statement).await;
        }
        if ["update ", "delete ", "insert "]
            .iter()
            .any(|verb| sql.starts_with(verb))
        {
            assert_ne!(digest(&mut su).await, before, "{name} changed nothing");
        }
        drop(su);
        let (found, said, code) = verify(&copy, None);
        let (_, sealed, against) = verify(&copy, Some(&seal));
        let clean = found.is_empty() && code == Some(0);
        let right = match outcome {
            Verify(subject, problem) => {
                code == Some(7) && found.iter().any(|f| f.0.starts_with(subject) && f.1 == problem)
            }
            Seal(words) => clean && against == Some(7) && sealed.contains(words),
            Named(words) => clean && said.contains(words),
            Documented(_) => clean && against == Some(0),
        };
        if !right {
            wrong.push(format!(
                "{name}: wanted {outcome:?}, got {code:?} {found:?} {said}; with the seal {against:?} {sealed}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "INBOX_TEST_SEED={seed}: {} of {tried}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(tried >= if all { 66 } else { 1 }, "INBOX_TEST_SEED={seed}: {tried}");
}
