//! Every audited column and every forgery, each on a random row of a workspace of 1,000
//! conversations.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{AssertSqlSafe, PgConnection};

use super::{forgeries, found, tamper};
use crate::support::dice::Dice;
use crate::support::seed::{self, run, text};
use crate::support::transcript::{digest, transcript};
use crate::support::{self, Db, inbox};

/// The conversations whose only operation has one event with its own note and reason.
const SINGLE: &str = "C-701..C-820";

/// Creates 1,000 conversations and changes them with verbs of every kind.
async fn busy() -> Db {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    seed::conversations(&mut conn, 1000).await;
    let lines = [
        "--as sara take C-1..C-400 -q --reason 'early | shift'",
        "--as ali take C-401..C-600 -q",
        "--as omar assign C-601..C-700 --to zoya -q --reason 'ops has it'",
        "--as sara note C-1..C-100 'rang, no answer' --order 1001 --courier TCS --tracking TCS1 \
         --tried 'rang twice' --promised-by 2h -q",
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
        "--as zoya agent away --kind lunch --until 2h -q",
        "store add outlet --name Outlet -q",
        "shift add morning --hours 08:00-16:00 -q",
        "shift add night --hours 22:00-06:00 -q",
        "shift edit morning --hours 09:00-17:00 -q",
        "shift put sara,ali morning --period 2026-11 -q --reason 'as ever'",
        "shift off ali --period 2026-11-20 -q --reason wedding",
        "shift off sara --shift night --period 2026-11-21 -q",
        "shift revoke R-2 -q",
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
            "do $do$
            declare op bigint; c conversation;
            begin
                for c in select * from conversation where id between {} and {} order by id loop
                    select operation_id into op
                    from open_operation('sara', 'note', '{{}}', null, null, '0.1.0', 'test', null);
                    perform record_conversations(op, array[c.id], array[c.seq], array['noted'], array[c.status],
                        array[c.owner_id], array[c.team_id], array[c.priority], array[array_to_string(c.labels, ',')],
                        array[c.snoozed_until], array['{{}}'::jsonb], 'why ' || c.id,
                        jsonb_build_object('body', 'what ' || c.id));
                    perform finish_operation(op, 1, 1, null, 0::smallint);
                end loop;
            end $do$",
            &from[2..],
            &to[2..]
        ),
    )
    .await;
    db
}

/// Maps the subjects of findings to conversations: tickets, notes, operations, and ids that a
/// tampering has moved.
fn owner_of(subject: &str, owners: &BTreeMap<String, String>) -> String {
    let digits = subject.trim_start_matches(|c: char| !c.is_ascii_digit());
    let (kind, id) = (
        &subject[..subject.len() - digits.len()],
        digits.parse::<u64>().unwrap_or(0),
    );
    // An event whose subject was changed to a contact.
    let kind = if kind == "contact " { "C-" } else { kind };
    let subject = format!("{kind}{}", id % 1_000_000);
    owners.get(&subject).cloned().unwrap_or(subject)
}

#[tokio::test]
async fn random_tamperings_are_found_without_false_alarms() {
    let mut dice = Dice::new();
    let seed = dice.0;
    let db = busy().await;
    assert_eq!(found(&db), []);
    let mut su = db.connect_to(&db.superuser_url()).await;
    let owners: BTreeMap<String, String> = sqlx::query_as::<_, (String, String)>(
        "select 'T-' || id, 'C-' || conversation_id
        from ticket
        union all
        select 'note ' || id, 'C-' || conversation_id
        from note
        union all
        select 'O-' || operation_id, min('C-' || subject_id)
        from event
        where subject = 'conversation'
        group by operation_id
        having count(*) = 1",
    )
    .fetch_all(&mut su)
    .await
    .unwrap()
    .into_iter()
    .collect();
    let mut list = forgeries::all(&mut su).await;
    assert!(list.len() >= 100, "{}", list.len());
    let mut tampered: BTreeMap<String, (String, &[&str])> = BTreeMap::new();
    let mut idle = Vec::new();
    // In random order, each on a random row of an untouched subject. Small tables run out of
    // subjects.
    while !list.is_empty() {
        let t = list.swap_remove(dice.below(list.len()));
        let candidates: Vec<(String, String)> = sqlx::query_as(AssertSqlSafe(format!(
            "select ctid::text, whose
            from (select x.ctid, {} as whose from {} x where {}) c
            where whose is not null
            order by ctid",
            t.place.whose, t.place.table, t.rows
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
        "INBOX_TEST_SEED={seed}: of {} tamperings\nunseen: {unseen:#?}\n\
         false alarms: {false_alarms:#?}\nmisnamed: {misnamed:#?}",
        tampered.len()
    );
    let kinds: BTreeSet<&str> = tampered.values().map(|t| t.0.split('.').next().unwrap()).collect();
    assert!(kinds.len() > 30, "{kinds:?}");
}

/// Takes a seal, makes a consistent change, and checks that the seal detects it.
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
    assert!(
        stderr.contains("differ from those that were sealed"),
        "{name}: {stderr}"
    );
}

/// Recomputes the hashes of a chain from its first event to its row.
fn rehash(subject: &str, id: &str) -> String {
    format!(
        "do $do$
        declare e event; prev bytea := '';
        begin
            for e in select * from event where subject = '{subject}' and subject_id = {id} order by seq loop
                update event
                set hash = event_hash(prev, (select digest from operation where id = e.operation_id), e.subject,
                    e.subject_id, e.seq, e.at, e.kind, e.actor_id, e.operation_id, e.status, e.owner_id, e.team_id,
                    e.priority, e.labels, e.until_at, e.how, e.reason_commitment, e.note_commitment, e.data)
                where subject = e.subject and subject_id = e.subject_id and seq = e.seq
                returning hash into prev;
            end loop;
            update {subject} set head = prev where id = {id};
        end $do$"
    )
}

#[tokio::test]
async fn earlier_seal_detects_a_consistent_rewrite() {
    let db = busy().await;
    let mut su = db.connect_to(&db.superuser_url()).await;
    let conversation = |sql: &str, id: &str| format!("{}; {}", sql.replace("ID", id), rehash("conversation", id));
    sealed(
        &db,
        &mut su,
        "another owner from the second event on",
        &conversation(
            "update event set owner_id = 1 where subject = 'conversation' and subject_id = ID and seq > 1;
            update leg set agent_id = 1 where conversation_id = ID and seq = 2;
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
            "update operation o
            set actor_id = 1,
                digest = operation_digest(o.id, o.at, 1, o.verb, o.args, o.login, o.address, o.version, o.os_user)
            from event e
            where e.subject = 'conversation' and e.subject_id = ID and e.kind = 'noted' and o.id = e.operation_id;
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
            "update note
            set body = 'never said',
                commitment = sha256(salt
                    || note_text('never said', order_id, courier, tracking_no, tried, promised_by, replaces))
            where conversation_id = ID;
            update event e
            set note_commitment = n.commitment
            from note n
            where e.subject = 'conversation' and e.subject_id = ID and n.id = e.note_id",
            "720",
        ),
    )
    .await;
    sealed(
        &db,
        &mut su,
        "another role from the beginning",
        &format!(
            "update agent set role = 'admin' where handle = 'omar';
            update event
            set data = data || '{{\"role\": \"admin\"}}'
            where subject = 'agent' and data ->> 'handle' = 'omar';
            {}",
            rehash("agent", "(select id from agent where handle = 'omar')")
        ),
    )
    .await;
    sealed(
        &db,
        &mut su,
        "the newest event taken back",
        "delete from event where subject = 'conversation' and subject_id = 730 and seq = 2;
        delete from note where conversation_id = 730;
        update conversation c
        set seq = 1, head = e.hash, head_at = e.at
        from event e
        where c.id = 730 and e.subject = 'conversation' and e.subject_id = 730",
    )
    .await;
    sealed(
        &db,
        &mut su,
        "a conversation removed with everything of it",
        "delete from event where subject = 'conversation' and subject_id = 740;
        delete from note where conversation_id = 740;
        delete from leg where conversation_id = 740;
        delete from phase where conversation_id = 740;
        delete from conversation where id = 740",
    )
    .await;
}

#[tokio::test]
async fn older_seal_still_matches_after_any_permitted_change() {
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
async fn disabled_missing_or_replaced_guards_are_named() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    assert_eq!(found(&db), []);
    // The owner of the tables makes each change, which is then reverted.
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
            "create or replace trigger append_only before update
                or delete on event for each statement when (false) execute function guard_append_only()",
            "trigger event.append_only",
        ),
        (
            "create or replace trigger append_only before delete
                on event for each statement execute function guard_append_only()",
            "trigger event.append_only",
        ),
        (
            "create function mine() returns trigger language plpgsql as 'begin return null; end';
            create trigger mine before insert on event for each row execute function mine()",
            "trigger event.mine",
        ),
        (
            "create or replace function guard_append_only() returns trigger language plpgsql
            set search_path
            from current as 'begin return null; end'",
            "function guard_append_only",
        ),
        (
            "create or replace function acting_agent(p_as text) returns agent language sql stable security definer
            set search_path
            from current as 'select * from agent where handle = p_as'",
            "function acting_agent",
        ),
        (
            "create or replace function app_now() returns timestamptz language sql as $$
            select clock_timestamp() - interval '1 day' $$",
            "function app_now",
        ),
        (
            "alter function put_resource set search_path to public",
            "function put_resource",
        ),
        (
            "alter function acting_agent(text) security invoker",
            "function acting_agent",
        ),
        // The query of verify would call this overload, because it fits better than the built-in
        // one.
        (
            "create function concat(text, text, bigint, text, bigint) returns text language sql as $$
            select 'taken|1|1' $$",
            "function concat",
        ),
        (
            "create rule quiet as on update to agent do instead nothing",
            "rule agent.quiet",
        ),
        ("alter table event enable row level security", "row security of event"),
        // The constraints for one owner, one live conversation, and one effect of a message.
        ("drop index leg_open", "index leg.leg_open"),
        (
            "drop index conversation_live;
            create unique index conversation_live on conversation (channel_id, contact_id, id)
            where status <> 'resolved'",
            "index conversation.conversation_live",
        ),
        (
            "alter table message drop constraint message_channel_id_wamid_key",
            "constraint message.message_channel_id_wamid_key",
        ),
        (
            "alter table event drop constraint event_words;
            alter table event add constraint event_words check (kind <> '')",
            "constraint event.event_words",
        ),
        (
            "alter table agent drop constraint agent_role_check;
            alter table agent add constraint agent_role_check check (role <> '') not valid",
            "constraint agent.agent_role_check",
        ),
        (
            "alter table conversation drop constraint conversation_owner_id_fkey",
            "constraint conversation.conversation_owner_id_fkey",
        ),
        ("alter table event alter xid set default '1'", "column event.xid"),
        ("alter table leg alter team_id drop not null", "column leg.team_id"),
        (
            "alter function refused_conversations strict",
            "function refused_conversations",
        ),
        (
            "create table other (like attempt); alter table other inherit attempt",
            "child of attempt",
        ),
        (
            "create function same(text[], text) returns boolean language sql as 'select true';
            create operator = (leftarg = text[], rightarg = text, function = same)",
            "operator =",
        ),
        ("grant select on secret to public", "right of public to select secret"),
        ("grant update on event to public", "right of public to update event"),
        (
            "grant update (kind) on event to pg_monitor",
            "right of pg_monitor to update event.kind",
        ),
        (
            "grant execute on function grant_first_acting(bigint, bytea, bigint) to pg_monitor",
            "right of pg_monitor to execute grant_first_acting()",
        ),
        (
            "grant create on schema inbox to public",
            "right of public to create schema",
        ),
    ] {
        let mut tx = sqlx::Connection::begin(&mut conn).await.unwrap();
        run(&mut tx, sql).await;
        let named_now = inbox::db::schema::guards::weak(&mut tx, &support::WORKSPACE.parse().unwrap())
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
