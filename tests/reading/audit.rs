//! `inbox audit`.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use insta::assert_snapshot;

use super::{out, run, seeded, worked};
use crate::support;

const STABLE: &str = "event,kind,actor,operation,change,reason,note,note_fields,verb";

#[tokio::test]
async fn audit_shows_old_and_new_values_and_reasons() {
    let db = worked().await;
    assert_snapshot!(out(&db, &["audit", "C-1", "--columns", STABLE]), @r#"
    event  kind        actor   operation  change                                         reason                        note                             note_fields             verb
    C-1#1  opened      system  O-3        team: support, status: open, priority: normal  -                             -                                -                       apply
    C-1#2  taken       sara    O-4        owner: sara                                    -                             -                                -                       take
    C-1#3  noted       sara    O-5        -                                              -                             Called TCS,⏎parcel is in Multan  order=1001 courier=TCS  note
    C-1#4  handed_off  sara    O-6        owner: sara → -, team: support → ops           =needs the \x1b[1m warehouse  -                                -                       handoff
    C-1#5  assigned    ali     O-7        owner: ali                                     -                             -                                -                       assign
    "#);
    assert_snapshot!(out(&db, &["audit", "C-1", "--columns", STABLE, "-o", "csv"]), @r#"
    event,kind,actor,operation,change,reason,note,note_fields,verb
    C-1#1,opened,system,O-3,"team: support, status: open, priority: normal",,,,apply
    C-1#2,taken,sara,O-4,owner: sara,,,,take
    C-1#3,noted,sara,O-5,,,"Called TCS,
    parcel is in Multan","{""order"":""1001"",""courier"":""TCS""}",note
    C-1#4,handed_off,sara,O-6,"owner: sara → -, team: support → ops",'=needs the \x1b[1m warehouse,,,handoff
    C-1#5,assigned,ali,O-7,owner: ali,,,,assign
    "#);
    let columns = "event,kind,was_owner,owner,was_team,team,was_status,status,reason,note,note_fields";
    assert_snapshot!(out(&db, &["audit", "C-1", "--columns", columns, "-o", "jsonl"]), @r#"
    {"event":"C-1#1","kind":"opened","was_owner":null,"owner":null,"was_team":null,"team":"support","was_status":null,"status":"open","reason":null,"note":null,"note_fields":null}
    {"event":"C-1#2","kind":"taken","was_owner":null,"owner":"sara","was_team":"support","team":"support","was_status":"open","status":"open","reason":null,"note":null,"note_fields":null}
    {"event":"C-1#3","kind":"noted","was_owner":"sara","owner":"sara","was_team":"support","team":"support","was_status":"open","status":"open","reason":null,"note":"Called TCS,\nparcel is in Multan","note_fields":{"order":"1001","courier":"TCS"}}
    {"event":"C-1#4","kind":"handed_off","was_owner":"sara","owner":null,"was_team":"support","team":"ops","was_status":"open","status":"open","reason":"=needs the \u001b[1m warehouse","note":null,"note_fields":null}
    {"event":"C-1#5","kind":"assigned","was_owner":null,"owner":"ali","was_team":"ops","team":"ops","was_status":"open","status":"open","reason":null,"note":null,"note_fields":null}
    "#);
    assert_snapshot!(out(&db, &["audit", "T-1", "--columns", "event,kind,actor,reason,note"]), @r#"
    event  kind           actor  reason  note
    T-1#1  ticket_opened  admin  -       -
    T-1#2  ticket_noted   admin  -       warehouse has it
    "#);
}

#[tokio::test]
async fn audit_shows_administered_resources_by_handle() {
    let db = seeded().await;
    let columns = "event,kind,actor,change";
    assert_snapshot!(out(&db, &["audit", "--subject", "agent,setting", "--actor", "admin", "--columns", columns]), @r#"
    event                   kind   actor  change
    setting time_zone#1     added  admin  name: time_zone, value: Asia/Karachi
    setting phone_prefix#1  added  admin  name: phone_prefix, value: 92
    agent sara#1            added  admin  name: Sara, role: agent, teams: support
    agent ali#1             added  admin  name: Ali, role: agent, teams: ops
    "#);
}

#[tokio::test]
async fn audit_filters_combine() {
    let db = worked().await;
    let events = |args: &[&str]| out(&db, &[&["audit", "--no-header", "--columns", "event"], args].concat());
    assert_eq!(events(&["--actor", "sara", "C-1"]), "C-1#2\nC-1#3\nC-1#4\n");
    assert_eq!(
        events(&["--actor", "sara,ali", "--action", "taken,assigned"]),
        "C-1#2\nC-1#5\n"
    );
    assert_eq!(events(&["--action", "escalated"]), "C-2#2\n");
    assert_eq!(
        events(&["--operation", "O-6"]),
        events(&["--actor", "sara", "--action", "handed_off"])
    );
    assert_eq!(events(&["--search", "warehouse"]), "C-1#4\nT-1#2\n");
    assert_eq!(events(&["--search", "multan"]), "C-1#3\n");
    assert_eq!(events(&["--contact", "03009999999"]), "C-3#1\nC-3#2\n");
    assert_eq!(
        events(&["--contact", "PK.13491208655302741918"]),
        "C-2#1\nC-2#2\nT-1#1\nT-1#2\n"
    );
    assert_eq!(events(&["--until", "2020-01-01"]), "");
    assert_eq!(events(&["--since", "1h", "-n", "2"]), "T-1#2\nC-3#2\n");
    assert_eq!(events(&["C-4"]), "C-4#1\n");
}

#[tokio::test]
async fn audit_has_the_same_events_in_every_format() {
    let db = worked().await;
    let all = out(&db, &["audit", "-o", "jsonl"]).lines().count();
    assert!(all > 15, "{all}");
    assert_eq!(out(&db, &["audit", "--no-header"]).lines().count(), all);
    assert_eq!(out(&db, &["audit", "--no-header", "-o", "tsv"]).lines().count(), all);
    let json: serde_json::Value = serde_json::from_str(&out(&db, &["audit", "-o", "json"])).unwrap();
    assert_eq!(json.as_array().unwrap().len(), all);
    let csv = out(&db, &["audit", "-o", "csv"]);
    assert_eq!(csv::Reader::from_reader(csv.as_bytes()).records().count(), all);
}

#[tokio::test]
async fn owners_show_who_when_how_and_why() {
    let db = worked().await;
    let columns = "conversation,leg,owner,team,how,actor,operation,reason,event";
    assert_snapshot!(out(&db, &["audit", "owner", "C-1", "--columns", columns]), @r#"
    conversation  leg  owner  team     how      actor   operation  reason                        event
    C-1             1  -      support  auto     system  O-3        -                             opened
    C-1             2  sara   support  take     sara    O-4        -                             taken
    C-1             3  -      ops      handoff  sara    O-6        =needs the \x1b[1m warehouse  handed_off
    C-1             4  ali    ops      assign   ali     O-7        -                             assigned
    "#);
    assert_snapshot!(run(&db, &["audit", "owner"]), @r#"
    --- stderr
    error: no conversation was given
    hint: inbox audit owner C-12
    --- exit Some(2)
    "#);
    assert_snapshot!(run(&db, &["audit", "C-99"]), @r#"
    --- stderr
    error: no conversation C-99
    --- exit Some(3)
    "#);
    assert_snapshot!(run(&db, &["audit", "--actor", "nosuch"]), @r#"
    --- stderr
    error: no agent "nosuch"
    hint: inbox agent list shows the handles
    --- exit Some(3)
    "#);
}

#[tokio::test]
async fn owners_show_the_reason_of_the_offer_when_it_is_accepted() {
    let db = worked().await;
    out(&db, &["--as", "sara", "take", "C-2"]);
    let offer = [
        "handoff",
        "C-2",
        "--to",
        "ali",
        "--require-accept",
        "--reason",
        "knows TCS",
        "--as",
        "sara",
    ];
    out(&db, &offer);
    out(&db, &["--as", "ali", "accept", "C-2"]);
    assert_snapshot!(out(&db, &["audit", "owner", "C-2", "--columns", "leg,owner,how,actor,reason,event"]), @r#"
    leg  owner  how      actor   reason     event
      1  -      auto     system  -          opened
      2  sara   take     sara    -          taken
      3  ali    handoff  ali     knows TCS  handoff_accepted
    "#);
}

#[tokio::test]
async fn follow_prints_late_commits_and_exits_with_130() {
    let db = seeded().await;
    let mut late = db.connect().await;
    // Open transactions of other tests hide newer events, so the seed must be older than all of
    // them.
    let begun = std::time::Instant::now();
    let settled = "(select bool_and(xid < pg_snapshot_xmin(pg_current_snapshot())) from operation)";
    while support::seed::text(&mut late, settled).await != "true" {
        assert!(begun.elapsed().as_secs() < 120, "another test's transaction stays open");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    // A transaction that began before `--follow` and commits after later events were printed.
    sqlx::raw_sql("begin; select open_operation('admin', 'note', '{}', null, null, '0.1.0', 'test', null)")
        .execute(&mut late)
        .await
        .unwrap();
    let mut follower = Command::new(support::binary())
        .env_clear()
        .envs(support::environment(db.home()))
        .env("DATABASE_URL", db.program_url())
        .args([
            "audit",
            "-f",
            "-n",
            "1",
            "--no-header",
            "--columns",
            "event",
            "-o",
            "csv",
            "--subject",
            "conversation",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(follower.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "C-4#1");
    out(&db, &["--as", "sara", "take", "C-1"]);
    let write = "with c as (select * from conversation where id = 2)
        select record_conversations((select max(id) from operation where xid = pg_current_xact_id()), array[c.id],
            array[c.seq], array['labelled'], array[c.status], array[c.owner_id], array[c.team_id], array[c.priority],
            array['late'], array[null::timestamptz], array['{}'::jsonb], null, null)
        from c;
        commit";
    sqlx::raw_sql(write).execute(&mut late).await.unwrap();
    let mut seen = vec![lines.next().unwrap().unwrap(), lines.next().unwrap().unwrap()];
    seen.sort();
    assert_eq!(seen, ["C-1#2", "C-2#2"]);
    let pid = rustix::process::Pid::from_child(&follower);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert!(lines.next().is_none());
    assert_eq!(follower.wait().unwrap().code(), Some(130));
}
