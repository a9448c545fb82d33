//! `inbox agent away` and `inbox agent back`.

use insta::assert_snapshot;
use sqlx::Connection;

use super::done;
use crate::support;
use crate::support::process::{said, start};
use crate::support::seed::{run, text, workspace};
use crate::support::transcript::{clock, transcript};

const EVENTS: &str =
    "select string_agg(concat_ws(' ', e.kind, s.handle, a.handle, e.data ->> 'away', e.data ->> 'away_until'),
    E'\\n' order by e.at, e.seq) from event e join agent a on a.id = e.actor_id join agent s on s.id = e.subject_id
    where e.subject = 'agent' and e.kind in ('went_away', 'came_back')";

#[tokio::test]
async fn absence_is_recorded_once_and_ends_by_command() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    clock(&mut conn, "2026-11-30 13:00+05").await;
    let lines = [
        "--as sara agent away --kind lunch --until 14:00 --tz Asia/Karachi",
        "--as sara agent away --kind lunch --until 14:00 --tz Asia/Karachi",
        "agent list --columns handle,state,away,away_until",
        "--as sara agent away --kind break",
        "--as omar agent away ali --kind leave --dry-run",
        "--as omar agent away ali --kind leave",
        "--as sara agent back",
        "--as sara agent back",
        // Refused.
        "--as sara agent back ali",
        "--as sara agent away zoya --kind break",
        "--as vera agent away --kind break",
        "--as sara agent away --kind asleep",
        "--as sara agent away --kind break --until 2026-11-30T12:00",
        "agent away nobody-there --kind break",
        "agent disable zoya -q",
        "agent away zoya --kind leave",
        "agent edit ali --name 'Ali Khan' -q",
        "agent list --columns handle,state,away --role agent --all",
        "audit --action went_away,came_back --columns kind,actor,change",
    ];
    assert_snapshot!(transcript(&db, &lines), @r#"
    $ inbox --as sara agent away --kind lunch --until 14:00 --tz Asia/Karachi
    noun   handle  result     changes                                     operation  problem
    agent  sara    went_away  away=lunch away_until=2026-11-30T09:00:00Z  O-3        -
    ! note: sara is away
    $ inbox --as sara agent away --kind lunch --until 14:00 --tz Asia/Karachi
    noun   handle  result     changes  operation  problem
    agent  sara    unchanged  -        -          -
    $ inbox agent list --columns handle,state,away,away_until
    handle  state   away   away_until
    admin   active  -      -
    ali     active  -      -
    omar    active  -      -
    sara    away    lunch  2026-11-30 14:00
    vera    active  -      -
    zoya    active  -      -
    $ inbox --as sara agent away --kind break
    noun   handle  result     changes     operation  problem
    agent  sara    went_away  away=break  O-5        -
    ! note: sara is away
    $ inbox --as omar agent away ali --kind leave --dry-run
    noun   handle  result     changes     operation  problem
    agent  ali     went_away  away=leave  O-6        -
    ! note: dry run: 1 would change; nothing was changed
    $ inbox --as omar agent away ali --kind leave
    noun   handle  result     changes     operation  problem
    agent  ali     went_away  away=leave  O-7        -
    ! note: ali is away
    $ inbox --as sara agent back
    noun   handle  result     changes  operation  problem
    agent  sara    came_back  -        O-8        -
    ! note: sara is back
    $ inbox --as sara agent back
    noun   handle  result     changes  operation  problem
    agent  sara    unchanged  -        -          -
    $ inbox --as sara agent back ali
    ! error: sara (agent) may not say whether another agent is away
    ! hint: supervisors and admins may: inbox agent list shows who is one
    exit 4
    $ inbox --as sara agent away zoya --kind break
    ! error: sara (agent) may not say whether another agent is away
    ! hint: supervisors and admins may: inbox agent list shows who is one
    exit 4
    $ inbox --as vera agent away --kind break
    ! error: vera is a viewer and cannot change anything
    ! hint: an admin can change the role: inbox agent edit vera --role agent
    exit 4
    $ inbox --as sara agent away --kind asleep
    ! error: invalid value 'asleep' for '--kind <KIND>'
    !   [possible values: break, lunch, leave, training]
    ! 
    !   tip: a similar value exists: 'leave'
    ! 
    ! For more information, try '--help'.
    exit 2
    $ inbox --as sara agent away --kind break --until 2026-11-30T12:00
    ! error: --until '2026-11-30T12:00' has passed
    ! hint: --until 2h, or 'tomorrow 09:00'
    exit 2
    $ inbox agent away nobody-there --kind break
    ! error: no agent "nobody-there"
    ! hint: inbox agent list --all shows the handles
    exit 3
    $ inbox agent disable zoya -q
    $ inbox agent away zoya --kind leave
    ! error: zoya is disabled
    exit 5
    $ inbox agent edit ali --name 'Ali Khan' -q
    $ inbox agent list --columns handle,state,away --role agent --all
    handle  state     away
    ali     away      leave
    sara    active    -
    zoya    disabled  -
    $ inbox audit --action went_away,came_back --columns kind,actor,change
    kind       actor  change
    went_away  sara   away: lunch, away_until: 2026-11-30 14:00
    went_away  sara   away: lunch → break, away_until: 2026-11-30 14:00 → -
    came_back  sara   away: break → -
    went_away  omar   away: leave
    "#);
    assert_snapshot!(text(&mut conn, EVENTS).await, @r"
    went_away sara sara lunch 2026-11-30T09:00:00+00:00
    went_away sara sara break
    came_back sara sara
    went_away ali omar leave
    ");
    set_clock_going(&mut conn).await;
    done(&db, &["audit", "verify", "-q"]);
}

#[tokio::test]
async fn absence_ends_once_when_its_time_has_come() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    clock(&mut conn, "2026-11-30 13:00+05").await;
    for agent in ["sara", "ali", "zoya"] {
        let until = if agent == "zoya" { "2h" } else { "1h" };
        done(
            &db,
            &[
                "--as", agent, "agent", "away", "--kind", "training", "--until", until, "-q",
            ],
        );
    }
    assert!(!done(&db, &["tick", "-o", "csv"]).contains("absences_ended,1"));
    clock(&mut conn, "2026-11-30 14:20+05").await;
    let doctor = said(start(&db, "doctor"));
    assert!(doctor.contains("absences"), "{doctor}");
    // One whom somebody is changing is left for the next round; several processes end each absence once.
    let mut other = sqlx::PgConnection::connect(&db.url()).await.unwrap();
    sqlx::raw_sql("begin; set search_path = inbox; select 1 from agent where handle = 'ali' for no key update")
        .execute(&mut other)
        .await
        .unwrap();
    let ticked = done(&db, &["tick", "-o", "csv", "--no-header"]);
    assert!(ticked.contains("absences_ended,1,"), "{ticked}");
    sqlx::raw_sql("rollback").execute(&mut other).await.unwrap();
    let ticks: Vec<_> = (0..4).map(|_| start(&db, "tick -o csv --no-header")).collect();
    let ended: Vec<String> = ticks.into_iter().map(said).collect();
    let some = ended.iter().filter(|t| t.contains("absences_ended,1,"));
    assert_eq!(some.count(), 1, "{ended:?}");
    assert_snapshot!(text(&mut conn, EVENTS).await, @r"
    went_away sara sara training 2026-11-30T09:00:00+00:00
    came_back sara system
    went_away ali ali training 2026-11-30T09:00:00+00:00
    came_back ali system
    went_away zoya zoya training 2026-11-30T10:00:00+00:00
    ");
    set_clock_going(&mut conn).await;
    done(&db, &["audit", "verify", "-q"]);
}

/// Puts the program's own clock back, without which `audit verify` finds the function replaced.
async fn set_clock_going(conn: &mut sqlx::PgConnection) {
    let sql =
        "create or replace function app_now() returns timestamptz language sql volatile as 'select clock_timestamp()'";
    run(conn, sql).await;
}
