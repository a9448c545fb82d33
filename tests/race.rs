//! Races of two sessions: one locks a row, the other waits for it, and the first commits. The
//! second sees the committed state and overwrites nothing.

use std::collections::BTreeMap;

use sqlx::{Connection, PgConnection};

use crate::support::process::{said, start, start_at, waits};
use crate::support::seed::{self, run, text};
use crate::support::transcript::transcript;
use crate::support::{self, Db};

/// Creates the seed's workspace: ali owns C-1 and C-2, C-3 and C-4 are unowned, C-5 was ali's and
/// is resolved, and sara offers C-6 to ali.
async fn workspace() -> (Db, PgConnection) {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    for _ in 0..6 {
        seed::conversations(&mut conn, 1).await;
    }
    let done = transcript(
        &db,
        &[
            "--as ali take C-1 C-2 C-5 -q",
            "--as ali resolve C-5 -q",
            "--as sara take C-6 -q",
            "--as sara handoff C-6 --to ali --require-accept -q",
            "--as ali escalate C-2 --to support -q",
        ],
    );
    assert!(!done.contains("exit"), "{done}");
    (db, conn)
}

/// Changes conversations as another session would, in the caller's transaction.
async fn change(conn: &mut PgConnection, by: &str, kind: &str, ids: &str, columns: &str) {
    let sql = format!(
        "do $do$
        declare op bigint;
        begin
            select operation_id into op from open_operation('{by}', '{}', '{{}}', null, null, '0.1.0', null, null);
            perform record_conversations(op, array_agg(c.id), array_agg(c.seq), array_agg('{kind}'::text),
                array_agg(n.status), array_agg(n.owner_id), array_agg(n.team_id), array_agg(c.priority),
                array_agg(array_to_string(c.labels, ',')), array_agg(c.snoozed_until),
                array_agg('{{}}'::jsonb), null, null)
            from conversation c, lateral (select {columns}) n
            where c.id in ({ids});
            perform finish_operation(op, 1, 1, null, 0::smallint);
        end $do$",
        if kind == "taken" { "take" } else { "assign" }
    );
    run(conn, &sql).await;
}

const TO_ZOYA: &str = "c.status, (select id from agent where handle = 'zoya') as owner_id, c.team_id";
const TO_QUEUE: &str = "c.status, null::bigint as owner_id, c.team_id";
const ENDED: &str = "'resolved' as status, null::bigint as owner_id, c.team_id";

/// Makes the change `first` in a transaction that commits while the command line waits for it.
/// Returns the command's output.
async fn behind(db: &Db, first: (&str, &str, &str, &str), line: &str) -> String {
    let (mut watch, mut holder) = (db.connect().await, db.connect().await);
    let mut tx = holder.begin().await.unwrap();
    let (by, kind, ids, columns) = first;
    change(&mut tx, by, kind, ids, columns).await;
    let child = start(db, line);
    waits(&mut watch, 1).await;
    tx.commit().await.unwrap();
    said(child)
}

async fn owners(conn: &mut PgConnection) -> String {
    text(
        conn,
        "select string_agg(concat('C-', c.id, ' ', coalesce(a.handle, 'nobody')), ', ' order by c.id)
        from conversation c left join agent a on a.id = c.owner_id",
    )
    .await
}

/// Checks the first rule on every conversation: one open leg with the row's owner and team, and no
/// gaps between legs.
async fn one_owner_each(conn: &mut PgConnection) {
    let wrong = text(
        conn,
        "select count(*)
        from conversation c
        where (select count(*) from leg l where l.conversation_id = c.id and l.to_at is null) <> 1
            or not exists (select from leg l
                where l.conversation_id = c.id and l.to_at is null and l.agent_id is not distinct from c.owner_id
                    and l.team_id = c.team_id)
            or exists (select from leg l
                where l.conversation_id = c.id and l.seq > 1
                    and not exists (select from leg p
                        where p.conversation_id = c.id and p.seq = l.seq - 1 and p.to_at = l.from_at))",
    )
    .await;
    assert_eq!(wrong, "0");
}

macro_rules! interleaving {
    ($name:ident: $first:expr, then $line:literal gives $wanted:expr, leaves $owners:literal) => {
        #[tokio::test]
        async fn $name() {
            let (db, mut conn) = workspace().await;
            let got = behind(&db, $first, $line).await;
            for part in $wanted {
                assert!(got.contains(part), "{part:?} is not in:\n{got}");
            }
            assert_eq!(owners(&mut conn).await, $owners);
            one_owner_each(&mut conn).await;
        }
    };
}

interleaving!(take_loses_to_an_earlier_take_and_names_the_owner:
    ("zoya", "taken", "3", TO_ZOYA),
    then "--as sara take C-3"
    gives ["C-3 is owned by zoya since", "exit 5"],
    leaves "C-1 ali, C-2 ali, C-3 zoya, C-4 nobody, C-5 nobody, C-6 sara");
interleaving!(take_by_filter_skips_a_conversation_taken_first:
    ("zoya", "taken", "3", TO_ZOYA),
    then "--as sara take --unassigned --ids"
    gives ["C-4\nexit 0"],
    leaves "C-1 ali, C-2 ali, C-3 zoya, C-4 sara, C-5 nobody, C-6 sara");
interleaving!(assign_by_an_agent_is_refused_after_a_take:
    ("zoya", "taken", "3", TO_ZOYA),
    then "--as sara assign C-3 --to ali"
    gives ["sara (agent) may not assign C-3, which zoya owns", "exit 4"],
    leaves "C-1 ali, C-2 ali, C-3 zoya, C-4 nobody, C-5 nobody, C-6 sara");
interleaving!(assign_by_a_supervisor_reports_the_owner_it_replaced:
    ("zoya", "taken", "3", TO_ZOYA),
    then "--as omar assign C-3 --to sara --columns conversation,was,owner -o csv --no-header"
    gives ["C-3,zoya,sara", "exit 0"],
    leaves "C-1 ali, C-2 ali, C-3 sara, C-4 nobody, C-5 nobody, C-6 sara");
interleaving!(if_owner_is_checked_after_the_lock:
    ("zoya", "taken", "3", TO_ZOYA),
    then "--as omar assign C-3 C-4 --to sara --if-owner nobody"
    gives ["C-3 is owned by zoya since", "exit 5"],
    leaves "C-1 ali, C-2 ali, C-3 zoya, C-4 nobody, C-5 nobody, C-6 sara");
interleaving!(assign_by_owner_skips_a_conversation_that_changed_owner:
    ("omar", "assigned", "1", TO_ZOYA),
    then "--as omar assign --owner ali --to sara --ids"
    gives ["C-2\nexit 0"],
    leaves "C-1 zoya, C-2 sara, C-3 nobody, C-4 nobody, C-5 nobody, C-6 sara");
interleaving!(filter_changes_nothing_when_nothing_matches_any_more:
    ("omar", "assigned", "1, 2", TO_ZOYA),
    then "--as omar assign --owner ali --to sara --ids"
    gives ["nothing matched", "exit 0"],
    leaves "C-1 zoya, C-2 zoya, C-3 nobody, C-4 nobody, C-5 nobody, C-6 sara");
interleaving!(release_is_refused_after_a_move:
    ("omar", "assigned", "1", TO_ZOYA),
    then "--as ali release C-1 C-2"
    gives ["ali (agent) may not release C-1, which zoya owns", "exit 4"],
    leaves "C-1 zoya, C-2 ali, C-3 nobody, C-4 nobody, C-5 nobody, C-6 sara");
interleaving!(handoff_is_refused_after_a_move:
    ("omar", "assigned", "1", TO_ZOYA),
    then "--as ali handoff C-1 --to sara"
    gives ["ali (agent) may not hand off C-1, which zoya owns", "exit 4"],
    leaves "C-1 zoya, C-2 ali, C-3 nobody, C-4 nobody, C-5 nobody, C-6 sara");
interleaving!(offer_is_refused_after_a_move:
    ("omar", "assigned", "1", TO_ZOYA),
    then "--as ali handoff C-1 --to sara --require-accept"
    gives ["may not hand off C-1", "exit 4"],
    leaves "C-1 zoya, C-2 ali, C-3 nobody, C-4 nobody, C-5 nobody, C-6 sara");
interleaving!(accept_finds_no_offer_after_a_decline:
    ("sara", "handoff_declined", "6", "c.status, c.owner_id, c.team_id"),
    then "--as ali accept C-6"
    gives ["C-6 is not offered to anyone", "exit 5"],
    leaves "C-1 ali, C-2 ali, C-3 nobody, C-4 nobody, C-5 nobody, C-6 sara");
interleaving!(accept_finds_no_offer_after_a_move:
    ("omar", "assigned", "6", TO_ZOYA),
    then "--as ali accept C-6"
    gives ["C-6 is not offered to anyone", "exit 5"],
    leaves "C-1 ali, C-2 ali, C-3 nobody, C-4 nobody, C-5 nobody, C-6 zoya");
interleaving!(decline_finds_no_offer_after_an_accept:
    ("ali", "handoff_accepted", "6", "c.status, (select id from agent where handle = 'ali') as owner_id, c.team_id"),
    then "--as sara decline C-6"
    gives ["C-6 is not offered to anyone", "exit 5"],
    leaves "C-1 ali, C-2 ali, C-3 nobody, C-4 nobody, C-5 nobody, C-6 ali");
interleaving!(resolve_is_refused_after_a_take:
    ("zoya", "taken", "3", TO_ZOYA),
    then "--as sara resolve C-3"
    gives ["sara (agent) may not resolve C-3, which zoya owns", "exit 4"],
    leaves "C-1 ali, C-2 ali, C-3 zoya, C-4 nobody, C-5 nobody, C-6 sara");
interleaving!(resolve_changes_nothing_after_a_resolve:
    ("ali", "resolved", "1", ENDED),
    then "--as ali resolve C-1 -o csv --no-header --columns result"
    gives ["unchanged\nexit 0"],
    leaves "C-1 nobody, C-2 ali, C-3 nobody, C-4 nobody, C-5 nobody, C-6 sara");
interleaving!(assign_is_refused_after_a_resolve:
    ("ali", "resolved", "1", ENDED),
    then "--as omar assign C-1 --to sara"
    gives ["C-1 is resolved", "exit 5"],
    leaves "C-1 nobody, C-2 ali, C-3 nobody, C-4 nobody, C-5 nobody, C-6 sara");
interleaving!(reopen_changes_nothing_after_a_reopen:
    ("omar", "reopened", "5", "'open' as status, (select id from agent where handle = 'ali') as owner_id, c.team_id"),
    then "--as ali reopen C-5 -o csv --no-header --columns result,owner"
    gives ["unchanged,ali\nexit 0"],
    leaves "C-1 ali, C-2 ali, C-3 nobody, C-4 nobody, C-5 ali, C-6 sara");
interleaving!(escalate_is_refused_after_a_move:
    ("omar", "assigned", "1", TO_ZOYA),
    then "--as ali escalate C-1"
    gives ["ali (agent) may not escalate C-1, which zoya owns", "exit 4"],
    leaves "C-1 zoya, C-2 ali, C-3 nobody, C-4 nobody, C-5 nobody, C-6 sara");
interleaving!(pending_after_a_release_stays_in_the_queue:
    ("ali", "released", "1", TO_QUEUE),
    then "--as ali pending C-1 -o csv --no-header --columns was,owner,status"
    gives [",,pending\nexit 0"],
    leaves "C-1 nobody, C-2 ali, C-3 nobody, C-4 nobody, C-5 nobody, C-6 sara");
interleaving!(snooze_is_refused_after_a_move:
    ("omar", "assigned", "1", TO_ZOYA),
    then "--as ali snooze C-1 --until 2h"
    gives ["may not snooze C-1", "exit 4"],
    leaves "C-1 zoya, C-2 ali, C-3 nobody, C-4 nobody, C-5 nobody, C-6 sara");
interleaving!(rotation_skips_a_conversation_that_was_moved:
    ("omar", "assigned", "1", TO_ZOYA),
    then "--as omar shift rotate --from ali --to sara --ids"
    gives ["C-2\nexit 0"],
    leaves "C-1 zoya, C-2 sara, C-3 nobody, C-4 nobody, C-5 nobody, C-6 sara");
interleaving!(keep_going_reports_a_conversation_taken_first:
    ("zoya", "taken", "3", TO_ZOYA),
    then "--as sara take C-3 C-4 --keep-going"
    gives ["C-3 is owned by zoya", "1 of 2 could not be changed", "exit 6"],
    leaves "C-1 ali, C-2 ali, C-3 zoya, C-4 sara, C-5 nobody, C-6 sara");
interleaving!(note_waits_for_the_lock_and_is_kept:
    ("zoya", "taken", "3", TO_ZOYA),
    then "--as sara note C-3 hello -o csv --no-header --columns result,owner"
    gives ["changed,zoya\nexit 0"],
    leaves "C-1 ali, C-2 ali, C-3 zoya, C-4 nobody, C-5 nobody, C-6 sara");

#[tokio::test]
async fn undo_is_refused_when_another_change_committed_first() {
    let (db, mut conn) = workspace().await;
    let operation = text(
        &mut conn,
        "select operation_id from event where kind = 'taken' and subject_id = 1",
    )
    .await;
    let got = behind(
        &db,
        ("omar", "assigned", "1", TO_ZOYA),
        &format!("--as ali undo O-{operation}"),
    )
    .await;
    assert!(
        got.contains("C-1 has been changed again since") && got.contains("exit 5"),
        "{got}"
    );
    assert_eq!(
        owners(&mut conn).await,
        "C-1 zoya, C-2 ali, C-3 nobody, C-4 nobody, C-5 nobody, C-6 sara"
    );
}

#[tokio::test]
async fn second_escalation_names_the_ticket_of_the_first() {
    let (db, mut conn) = workspace().await;
    let (mut watch, mut holder) = (db.connect().await, db.connect().await);
    let mut tx = holder.begin().await.unwrap();
    run(&mut tx, "select from conversation where id = 1 for no key update").await;
    let children = [start(&db, "--as ali escalate C-1"), start(&db, "--as ali escalate C-1")];
    waits(&mut watch, 2).await;
    tx.commit().await.unwrap();
    let mut got = children.map(said);
    got.sort_by_key(|g| g.contains("exit 5"));
    assert!(got[0].contains("T-2") && got[0].ends_with("exit 0"), "{got:?}");
    assert!(
        got[1].contains("C-1 has the open ticket T-2") && got[1].ends_with("exit 5"),
        "{got:?}"
    );
    assert_eq!(
        text(&mut conn, "select count(*) from ticket where conversation_id = 1").await,
        "1"
    );
}

#[tokio::test]
async fn ticket_assign_is_refused_after_another_agent_took_it() {
    let (db, mut conn) = workspace().await;
    let mut holder = db.connect().await;
    let mut tx = holder.begin().await.unwrap();
    run(
        &mut tx,
        "do $do$
        declare op bigint;
        begin
            select operation_id into op
            from open_operation('sara', 'ticket assign', '{}', null, null, '0.1.0', null, null);
            perform record_tickets(op, array[t.id], array[t.seq], 'ticket_assigned', array[t.status],
                array[(select id from agent where handle = 'sara')], array[t.team_id], array[t.priority],
                array[t.due_at], array[t.category], null, null)
            from ticket t
            where t.id = 1;
            perform finish_operation(op, 1, 1, null, 0::smallint);
        end $do$",
    )
    .await;
    let child = start(&db, "--as ali ticket assign T-1 --to ali");
    waits(&mut conn, 1).await;
    tx.commit().await.unwrap();
    let got = said(child);
    assert!(
        got.contains("ali (agent) may not change T-1, owned by sara") && got.ends_with("exit 4"),
        "{got}"
    );
    assert_eq!(
        text(
            &mut conn,
            "select a.handle from ticket t join agent a on a.id = t.owner_id"
        )
        .await,
        "sara"
    );
}

#[tokio::test]
async fn agent_being_disabled_receives_nothing() {
    let (db, mut conn) = workspace().await;
    let disable = "do $do$
        declare op bigint;
        begin
            select operation_id into op
            from open_operation('admin', 'agent disable', '{}', null, null, '0.1.0', null, null);
            perform put_resource(op, 'agent', (select id from agent where handle = 'zoya'),
                '{\"disabled_at\": \"2026-11-20T00:00:00Z\"}', 'disabled', null);
            perform finish_operation(op, 1, 1, null, 0::smallint);
        end $do$";
    for line in [
        "--as omar assign C-3 --to zoya",
        "--as ali handoff C-1 --to zoya",
        "--as omar shift rotate --from ali --to zoya",
        "--as ali escalate C-1 --to zoya",
        "--as omar ticket assign T-1 --to zoya",
    ] {
        let mut holder = db.connect().await;
        let mut tx = holder.begin().await.unwrap();
        run(&mut tx, disable).await;
        let child = start(&db, line);
        waits(&mut conn, 1).await;
        tx.commit().await.unwrap();
        let got = said(child);
        assert!(
            got.contains("cannot be given to a disabled agent") && got.ends_with("exit 5"),
            "{line}: {got}"
        );
        let owned = text(
            &mut conn,
            "select count(*) from conversation c join agent a on a.id = c.owner_id where a.disabled_at is not null",
        )
        .await;
        assert_eq!(owned, "0");
        run(
            &mut conn,
            &disable
                .replace("\"2026-11-20T00:00:00Z\"", "null")
                .replace("'disabled', null", "'enabled', null"),
        )
        .await;
    }
    // The other order: a conversation that was given first stops the disabling.
    let (mut first, mut second) = (db.connect().await, db.connect().await);
    let mut tx = first.begin().await.unwrap();
    change(&mut tx, "omar", "assigned", "3", TO_ZOYA).await;
    let disabling = tokio::spawn(async move {
        sqlx::raw_sql(sqlx::AssertSqlSafe(disable.to_owned()))
            .execute(&mut second)
            .await
    });
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    tx.commit().await.unwrap();
    let refused = disabling.await.unwrap().unwrap_err().to_string();
    assert!(
        refused.contains("zoya still owns conversations or tickets"),
        "{refused}"
    );
}

#[tokio::test]
async fn disabling_does_not_wait_for_an_operation_that_is_then_refused() {
    let (db, mut conn) = workspace().await;
    let mut begun = db.connect().await;
    let mut tx = begun.begin().await.unwrap();
    let operation = text(
        &mut tx,
        "select operation_id from open_operation('zoya', 'note', '{}', null, null, '0.1.0', null, null)",
    )
    .await;
    // The agent's open operation waits for conversations that the disabling session has locked, so
    // waiting for the agent would be a deadlock.
    run(
        &mut conn,
        "set lock_timeout = '2s';
        do $do$
        declare op bigint;
        begin
            select operation_id into op
            from open_operation('admin', 'agent disable', '{}', null, null, '0.1.0', null, null);
            perform put_resource(op, 'agent', (select id from agent where handle = 'zoya'),
                '{\"disabled_at\": \"2026-11-20T00:00:00Z\"}', 'disabled', null);
            perform finish_operation(op, 1, 1, null, 0::smallint);
        end $do$",
    )
    .await;
    for (change, refused) in [
        (
            format!(
                "select record_conversations({operation}, array[c.id], array[c.seq], array['noted'], array[c.status],
                    array[c.owner_id], array[c.team_id], array[c.priority], array[array_to_string(c.labels, ',')],
                    array[c.snoozed_until], array['{{}}'::jsonb], null, null)
                from conversation c
                where c.id = 3"
            ),
            "the agent zoya is disabled",
        ),
        (
            format!(
                "select record_tickets({operation}, array[t.id], array[t.seq], 'ticket_noted',
                    array[t.status], array[t.owner_id], array[t.team_id], array[t.priority], array[t.due_at],
                    array[t.category], null, null)
                from ticket t
                where t.id = 1"
            ),
            "the agent zoya is disabled",
        ),
    ] {
        let mut point = tx.begin().await.unwrap();
        let said = sqlx::raw_sql(sqlx::AssertSqlSafe(change))
            .execute(&mut *point)
            .await
            .unwrap_err();
        assert!(said.to_string().contains(refused), "{said}");
        point.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn one_admin_stays_when_two_step_down_at_once() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let demote = |by: &str, whom: &str, role: &str| {
        format!(
            "do $do$
            declare op bigint;
            begin
                select operation_id into op
                from open_operation('{by}', 'agent edit', '{{}}', null, null, '0.1.0', null, null);
                perform put_resource(op, 'agent', (select id from agent where handle = '{whom}'),
                    '{{\"role\": \"{role}\"}}', 'changed', null);
                perform finish_operation(op, 1, 1, null, 0::smallint);
            end $do$"
        )
    };
    run(&mut conn, &demote("admin", "omar", "admin")).await;
    let (mut first, mut second) = (db.connect().await, db.connect().await);
    let mut tx = first.begin().await.unwrap();
    run(&mut tx, &demote("omar", "omar", "agent")).await;
    let other = demote("admin", "admin", "agent");
    let pid = text(&mut second, "select pg_backend_pid()").await;
    let demoting = tokio::spawn(async move { sqlx::raw_sql(sqlx::AssertSqlSafe(other)).execute(&mut second).await });
    loop {
        let waiting = text(
            &mut conn,
            &format!("select coalesce((select wait_event_type from pg_stat_activity where pid = {pid}), '')"),
        )
        .await;
        if waiting == "Lock" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    tx.commit().await.unwrap();
    let refused = demoting.await.unwrap().unwrap_err().to_string();
    assert!(refused.contains("admin is the last admin"), "{refused}");
    assert_eq!(
        text(
            &mut conn,
            "select string_agg(handle, ',') from agent where role = 'admin'"
        )
        .await,
        "admin"
    );
}

#[tokio::test]
async fn one_of_200_concurrent_takes_wins_and_the_others_name_the_owner() {
    let (db, mut conn) = workspace().await;
    let mut holder = db.connect().await;
    let mut tx = holder.begin().await.unwrap();
    run(&mut tx, "select from conversation where id = 3 for update").await;
    let takers = ["sara", "ali", "zoya", "omar", "admin"];
    // Two hundred processes start slowly on a busy machine.
    let url = format!("{}&options=-c%20lock_timeout%3D2min", db.url());
    let children: Vec<_> = (0..200)
        .map(|n| start_at(&db, &url, &format!("--as {} take C-3", takers[n % 5])))
        .collect();
    waits(&mut conn, 200).await;
    tx.commit().await.unwrap();
    let said: Vec<(usize, String)> = children.into_iter().map(said).enumerate().collect();
    let winner = text(
        &mut conn,
        "select a.handle from conversation c join agent a on a.id = c.owner_id where c.id = 3",
    )
    .await;
    let told = format!("C-3 is owned by {winner} since");
    let mut exits = BTreeMap::new();
    for (n, one) in &said {
        let exit = one.rsplit(' ').next().unwrap();
        // A take by the owner changes nothing.
        let result = if takers[n % 5] == winner { "the winner" } else { exit };
        *exits.entry((result, exit)).or_insert(0) += 1;
        assert!(exit == "0" || one.contains(&told), "{one}");
    }
    assert_eq!(exits, BTreeMap::from([(("the winner", "0"), 40), (("5", "5"), 160)]));
    assert_eq!(said.iter().filter(|s| s.1.contains("  changed ")).count(), 1);
    assert_eq!(
        text(
            &mut conn,
            "select count(*) from event where kind = 'taken' and subject_id = 3"
        )
        .await,
        "1"
    );
    assert_eq!(
        text(&mut conn, "select count(*) from attempt where conversation_id = 3").await,
        "160"
    );
    one_owner_each(&mut conn).await;
}

#[tokio::test]
async fn bulk_changes_in_opposite_order_do_not_deadlock() {
    let (db, mut conn) = workspace().await;
    let mut holder = db.connect().await;
    let mut tx = holder.begin().await.unwrap();
    run(&mut tx, "select from conversation where id = 1 for update").await;
    let forth = start(&db, "--as omar label C-1 C-2 --add forth -q");
    let back = start(&db, "--as omar label C-2 C-1 --add back -q");
    let filter = start(&db, "--as omar label --owner ali --add filter -q");
    waits(&mut conn, 3).await;
    // A session that waits for the first row does not hold the second.
    run(&mut conn, "select from conversation where id = 2 for update nowait").await;
    tx.commit().await.unwrap();
    for child in [forth, back, filter] {
        assert_eq!(said(child), "exit 0");
    }
    assert_eq!(
        text(&mut conn, "select distinct labels from conversation where id <= 2").await,
        "{back,filter,forth}"
    );
    // Many concurrent sessions without a fixed order.
    seed::conversations(&mut conn, 94).await;
    let forth: Vec<String> = (1..=100).map(|n| format!("C-{n}")).collect();
    let back: Vec<String> = forth.iter().rev().cloned().collect();
    let children: Vec<_> = (0..24)
        .map(|n| {
            let refs = if n % 2 == 0 { forth.join(" ") } else { back.join(" ") };
            start(
                &db,
                &match n % 3 {
                    0 => format!("--as omar note {refs} hello -q"),
                    1 => format!("--as omar label {refs} --add l{n} -q"),
                    _ => format!("--as omar assign {refs} --to ops --reason swap -q --keep-going"),
                },
            )
        })
        .collect();
    for child in children {
        let got = said(child);
        assert!(
            got == "exit 0" || got.contains("C-5 is resolved") || got.contains("1 of 100 could not be changed"),
            "{got}"
        );
    }
    assert_eq!(
        text(
            &mut conn,
            "select deadlocks from pg_stat_database where datname = current_database()"
        )
        .await,
        "0"
    );
    one_owner_each(&mut conn).await;
}
