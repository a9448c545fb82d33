//! Shifts and rosters with the real binary: permissions, precedence, and the owner of a reopened
//! conversation.

use insta::assert_snapshot;
use sqlx::Connection;

use super::{done, inbox, refused};
use crate::kpi::world::World;
use crate::support;
use crate::support::process::{said, start, waits};
use crate::support::seed::{run, text, workspace};
use crate::support::transcript::{clock, transcript};

#[tokio::test]
async fn rosters_are_added_overridden_revoked_and_listed() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    clock(&mut conn, "2026-11-27 12:00+05").await;
    let lines = [
        "--as omar shift add morning --hours 08:00-16:00 --name 'Day shift'",
        "--as omar shift add night --hours 22:00-06:00",
        "--as omar shift put sara,ali morning --since 2026-11-01 --days mon..sat",
        "--as omar shift put sara morning --since 2026-11-01 --days mon..sat",
        "--as omar shift off ali --period 2026-11-27..2026-11-28 --reason wedding",
        "--as omar shift put ali night --period tomorrow --dry-run",
        "--as omar shift put ali night --period tomorrow --idempotency-key k",
        "--as omar shift put ali night --period tomorrow --idempotency-key k",
        "shift list --columns handle,name,starts,ends,today",
        "shift who",
        "shift who --at '2026-11-29 05:59' --columns agent,shift,from,to",
        "shift who --at '2026-11-29 06:00' --ids",
        "shift roster --agent ali --columns entry,shift,says,first_day,last_day,days,reason",
        "--as omar shift revoke R-3 R-3 --columns handle,result",
        "shift who --ids",
        "audit --subject roster --columns event,kind,actor,change",
    ];
    assert_snapshot!(transcript(&db, &lines), @r"
    $ inbox --as omar shift add morning --hours 08:00-16:00 --name 'Day shift'
    noun   handle   result  changes                                       operation  problem
    shift  morning  added   ends=16:00:00 name=Day shift starts=08:00:00  O-3        -
    ! note: shift morning was added
    $ inbox --as omar shift add night --hours 22:00-06:00
    noun   handle  result  changes                                   operation  problem
    shift  night   added   ends=06:00:00 name=night starts=22:00:00  O-4        -
    ! note: shift night was added
    $ inbox --as omar shift put sara,ali morning --since 2026-11-01 --days mon..sat
    noun    handle  result  changes                                                                                 operation  problem
    roster  R-1     added   agent_id=sara days=mon..sat first_day=2026-11-01 last_day=- shift_id=morning works=yes  O-5        -
    roster  R-2     added   agent_id=ali days=mon..sat first_day=2026-11-01 last_day=- shift_id=morning works=yes   O-5        -
    ! note: 2 changes were made
    $ inbox --as omar shift put sara morning --since 2026-11-01 --days mon..sat
    noun    handle  result     changes  operation  problem
    roster  R-1     unchanged  -        -          -
    $ inbox --as omar shift off ali --period 2026-11-27..2026-11-28 --reason wedding
    noun    handle  result  changes                                                                                  operation  problem
    roster  R-3     added   agent_id=ali days=mon..sun first_day=2026-11-27 last_day=2026-11-28 shift_id=- works=no  O-7        -
    ! note: roster R-3 was added
    $ inbox --as omar shift put ali night --period tomorrow --dry-run
    noun    handle  result  changes                                                                                       operation  problem
    roster  R-4     added   agent_id=ali days=mon..sun first_day=2026-11-28 last_day=2026-11-28 shift_id=night works=yes  O-8        -
    ! note: dry run: 1 would change; nothing was changed
    $ inbox --as omar shift put ali night --period tomorrow --idempotency-key k
    noun    handle  result  changes                                                                                       operation  problem
    roster  R-5     added   agent_id=ali days=mon..sun first_day=2026-11-28 last_day=2026-11-28 shift_id=night works=yes  O-9        -
    ! note: roster R-5 was added
    $ inbox --as omar shift put ali night --period tomorrow --idempotency-key k
    noun    handle  result  changes                                                                                       operation  problem
    roster  R-5     added   agent_id=ali days=mon..sun first_day=2026-11-28 last_day=2026-11-28 shift_id=night works=yes  O-9        -
    ! note: the key was used by operation O-9; this is its result, and nothing was changed
    $ inbox shift list --columns handle,name,starts,ends,today
    handle   name       starts  ends   today
    morning  Day shift  08:00   16:00  sara
    night    night      22:00   06:00  -
    $ inbox shift who
    agent  name  shift    from                 to                   teams    live
    sara   Sara  morning  2026-11-27 08:00:00  2026-11-27 16:00:00  support     0
    $ inbox shift who --at '2026-11-29 05:59' --columns agent,shift,from,to
    agent  shift  from                 to
    ali    night  2026-11-28 22:00:00  2026-11-29 06:00:00
    $ inbox shift who --at '2026-11-29 06:00' --ids
    $ inbox shift roster --agent ali --columns entry,shift,says,first_day,last_day,days,reason
    entry  shift    says   first_day   last_day    days      reason
    R-2    morning  works  2026-11-01  -           mon..sat  -
    R-3    -        off    2026-11-27  2026-11-28  mon..sun  wedding
    R-5    night    works  2026-11-28  2026-11-28  mon..sun  -
    $ inbox --as omar shift revoke R-3 R-3 --columns handle,result
    handle  result
    R-3     revoked
    R-3     unchanged
    ! note: roster R-3 was revoked
    $ inbox shift who --ids
    ali
    sara
    $ inbox audit --subject roster --columns event,kind,actor,change
    event  kind     actor  change
    R-1#1  added    omar   agent_id: sara, days: mon..sat, first_day: 2026-11-01, shift_id: morning, works: true
    R-2#1  added    omar   agent_id: ali, days: mon..sat, first_day: 2026-11-01, shift_id: morning, works: true
    R-3#1  added    omar   agent_id: ali, days: mon..sun, first_day: 2026-11-27, last_day: 2026-11-28, works: false
    R-5#1  added    omar   agent_id: ali, days: mon..sun, first_day: 2026-11-28, last_day: 2026-11-28, shift_id: night, works: true
    R-3#2  revoked  omar   revoked_at: 2026-11-27 12:00
    ");
    assert!(done(&db, &["shift", "roster", "--all", "--ids"]).contains("R-3"));
    assert!(!done(&db, &["shift", "roster", "--ids"]).contains("R-3"));
    assert_eq!(
        inbox(&db, &["audit", "verify", "-q"]).0,
        7,
        "app_now was replaced by this test"
    );
}

#[tokio::test]
async fn invalid_rosters_are_refused_with_a_hint() {
    let db = support::db();
    workspace(&db).await;
    done(&db, &["shift", "add", "morning", "--hours", "08:00-16:00"]);
    let put = |more: &[&str]| {
        let line = [&["shift", "put", "ali", "morning"], more].concat();
        line.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let refused = |line: &[&str], code, why: &str| refused(&db, line, code, why);
    for who in ["sara", "vera"] {
        refused(
            &["shift", "put", "ali", "morning", "--since", "today", "--as", who],
            4,
            " change ",
        );
        refused(
            &["shift", "add", "late", "--hours", "16:00-00:00", "--as", who],
            4,
            " change ",
        );
        refused(&["shift", "edit", "morning", "--name", "x", "--as", who], 4, " change ");
    }
    refused(
        &["shift", "add", "morning", "--hours", "08:00-16:00"],
        5,
        "already in use",
    );
    refused(
        &["shift", "add", "late", "--hours", "16-24"],
        2,
        "'16-24' is not a range of hours, such as 08:00-16:00",
    );
    refused(
        &["shift", "put", "nobody-here", "morning", "--since", "today"],
        3,
        "no agent",
    );
    refused(&["shift", "put", "ali", "evening", "--since", "today"], 3, "no shift");
    refused(&["shift", "put", "ali", "morning"], 2, "--since");
    refused(
        &["shift", "put", "ali", "morning", "--since", "2h"],
        2,
        "not a whole day",
    );
    refused(
        &["shift", "put", "ali", "morning", "--since", "today", "--days", "daily"],
        2,
        "'daily' is not a list of weekdays, such as mon..fri or mon,wed,sat",
    );
    refused(
        &["shift", "off", "ali", "--period", "2026-12-01", "--days", "mon"],
        2,
        "no day of 2026-12-01..2026-12-01 is one of mon",
    );
    // A roster names an agent, never a team.
    refused(&["shift", "off", "ali,system", "--since", "today"], 2, "reserved");
    refused(&["shift", "off", "ops", "--since", "today"], 3, "no agent");
    refused(&["shift", "off", "ali", "--period", "soon"], 2, "not a period");
    refused(&["shift", "revoke", "R-9"], 3, "no roster entry R-9");
    refused(&["shift", "revoke", "ali"], 2, "not a roster entry");
    refused(&["shift", "who", "--team", "returns"], 3, "no team");
    refused(&["shift", "roster", "--shift", "late"], 3, "no shift");
    done(&db, &["shift", "disable", "morning"]);
    refused(
        &["shift", "put", "ali", "morning", "--since", "today"],
        5,
        "the shift morning is disabled",
    );
    done(&db, &["shift", "enable", "morning"]);
    done(&db, &["agent", "disable", "ali"]);
    let line = put(&["--since", "today"]);
    refused(
        &line.iter().map(String::as_str).collect::<Vec<_>>(),
        5,
        "ali is disabled",
    );
    assert_eq!(done(&db, &["shift", "roster", "--all", "--ids"]), "");
    done(&db, &["audit", "verify"]);
}

#[test]
fn why_uses_the_roster_in_force_at_that_time() {
    let mut w = World::new();
    w.run("09 08:00:00", "omar", "shift add morning --hours 08:00-09:20");
    w.run("09 08:00:00", "omar", "shift add late --hours 22:00-06:00");
    w.run("09 08:00:00", "omar", "shift put ali morning --since 2026-11-09");
    let one = w.customer_opens("main", "10 09:00:00");
    w.run("10 09:10:00", "ali", &format!("take {one}"));
    w.run("10 09:40:00", "ali", &format!("handoff {one} --to sara"));
    w.clock("10 10:00:00");
    w.reply(&one, "10 10:00:00", "sara");
    let told = |w: &World, more: &str| {
        let columns = "owner,share,on_shift,on_shift_for,shifts,team_on_shift";
        let line = format!("why C-1 --columns {columns} -o csv --no-header {more}");
        transcript(&w.db, &[&line])
    };
    assert_snapshot!(told(&w, ""), @r#"
    $ inbox why C-1 --columns owner,share,on_shift,on_shift_for,shifts,team_on_shift -o csv --no-header 
    ,600,,,,ali
    ali,1800,partly,600,morning,
    sara,1200,,,,
    "#);
    assert!(
        transcript(&w.db, &["why C-1"])
            .contains("on shift: partly (morning from 2026-11-10 09:10:00 to 2026-11-10 09:20:00)\n")
    );
    assert!(transcript(&w.db, &["why C-1"]).contains("on shift in the team when this began: ali\n"));
    // Later plans and changes do not affect that day, and --as-of ignores later entries.
    w.run("11 08:00:00", "omar", "shift edit morning --hours 10:00-18:00");
    w.run("11 08:00:00", "omar", "shift put sara late --since 2026-11-11");
    let before = told(&w, "");
    assert_snapshot!(before, @r#"
    $ inbox why C-1 --columns owner,share,on_shift,on_shift_for,shifts,team_on_shift -o csv --no-header 
    ,600,,,,ali
    ali,1800,partly,600,morning,
    sara,1200,,,,
    "#);
    w.run("12 08:00:00", "omar", "shift off ali --period 2026-11-10 --reason sick");
    w.run("12 09:00:00", "omar", "shift put sara late --period 2026-11-09");
    assert_snapshot!(told(&w, ""), @r#"
    $ inbox why C-1 --columns owner,share,on_shift,on_shift_for,shifts,team_on_shift -o csv --no-header 
    ,600,,,,
    ali,1800,no,0,,
    sara,1200,no,0,,
    "#);
    assert_eq!(
        told(&w, "--as-of 2026-11-11T12:00:00").replace(" --as-of 2026-11-11T12:00:00", " "),
        before
    );
    w.run("13 09:00:00", "omar", "shift revoke R-3");
    assert!(told(&w, "").contains("ali,1800,partly,600,morning"));
    assert!(told(&w, "--as-of 2026-11-12T12:00:00").contains("ali,1800,no,0,"));
}

#[tokio::test]
async fn reopened_conversation_goes_to_its_last_owner_unless_off_shift() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    support::seed::conversations(&mut conn, 3).await;
    clock(&mut conn, "2026-11-27 12:00+05").await;
    // Sara works now, ali at night, and zoya is on no roster.
    let lines = [
        "shift add day --hours 08:00-16:00 -q",
        "shift add night --hours 22:00-06:00 -q",
        "shift put sara day --since 2026-11-01 -q",
        "shift put ali night --since 2026-11-01 -q",
        "assign C-1 --to sara -q",
        "assign C-2 --to ali -q",
        "assign C-3 --to zoya -q",
        "resolve C-1..C-3 -q",
        "--as omar reopen C-1..C-3 -q",
    ];
    let said = transcript(&db, &lines);
    assert!(!said.contains('!'), "{said}");
    let owners = "select string_agg(coalesce(a.handle, '-'), ' ' order by c.id)
        from conversation c left join agent a on a.id = c.owner_id";
    assert_eq!(text(&mut conn, owners).await, "sara - zoya");
    let told = ["audit C-1 C-2 C-3 --action reopened --columns event,change"];
    assert_snapshot!(transcript(&db, &told), @r#"
    $ inbox audit C-1 C-2 C-3 --action reopened --columns event,change
    event  change
    C-1#4  owner: sara, status: resolved → open
    C-2#4  status: resolved → open, off_shift: ali
    C-3#4  owner: zoya, status: resolved → open
    "#);
}

#[tokio::test]
async fn me_is_the_acting_agent_and_repeated_names_count_once() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    clock(&mut conn, "2026-11-27 12:00+05").await;
    let lines = [
        "shift add day --hours 08:00-16:00 -q",
        "--as omar shift put me,ali,omar,ali day --period fri..sat --columns handle,result,changes",
        "--as omar shift off me --period mon --columns handle,result,changes",
        "--as omar shift roster --agent me --columns entry,agent,first_day,last_day",
        "--as sara shift roster --agent me --ids",
    ];
    assert_snapshot!(transcript(&db, &lines), @r"
    $ inbox shift add day --hours 08:00-16:00 -q
    $ inbox --as omar shift put me,ali,omar,ali day --period fri..sat --columns handle,result,changes
    handle  result  changes
    R-1     added   agent_id=omar days=mon..sun first_day=2026-11-27 last_day=2026-11-28 shift_id=day works=yes
    R-2     added   agent_id=ali days=mon..sun first_day=2026-11-27 last_day=2026-11-28 shift_id=day works=yes
    ! note: 2 changes were made
    $ inbox --as omar shift off me --period mon --columns handle,result,changes
    handle  result  changes
    R-3     added   agent_id=omar days=mon..sun first_day=2026-11-30 last_day=2026-11-30 shift_id=- works=no
    ! note: roster R-3 was added
    $ inbox --as omar shift roster --agent me --columns entry,agent,first_day,last_day
    entry  agent  first_day   last_day
    R-1    omar   2026-11-27  2026-11-28
    R-3    omar   2026-11-30  2026-11-30
    $ inbox --as sara shift roster --agent me --ids
    ");
}

#[tokio::test]
async fn concurrent_equal_roster_changes_take_effect_once() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    done(&db, &["shift", "add", "day", "--hours", "08:00-16:00"]);
    let mut holder = db.connect().await;
    let count = |all: &[String], what: &str| all.iter().filter(|one| one.contains(what)).count();
    for (line, what) in [
        ("shift put ali day --since 2026-12-01", "added"),
        ("shift revoke R-1", "revoked"),
    ] {
        let mut tx = holder.begin().await.unwrap();
        run(
            &mut tx,
            "select 1
            from roster_bucket
            where bucket = (select id % 64 from agent where handle = 'ali')
            for no key update",
        )
        .await;
        let children: Vec<_> = (0..5).map(|_| start(&db, line)).collect();
        waits(&mut conn, 5).await;
        tx.commit().await.unwrap();
        let all: Vec<String> = children.into_iter().map(said).collect();
        let counts = (count(&all, what), count(&all, "unchanged"), count(&all, "exit 0"));
        assert_eq!(counts, (1, 4, 5), "{all:#?}");
    }
}

#[test]
fn new_time_zone_does_not_move_earlier_shifts() {
    let mut w = World::new();
    w.run("09 08:00:00", "omar", "shift add day --hours 08:00-16:00");
    w.run("09 08:00:00", "omar", "shift put ali day --since 2026-11-09");
    let one = w.customer_opens("main", "10 09:00:00");
    w.run("10 09:10:00", "ali", &format!("take {one}"));
    w.clock("10 09:40:00");
    w.reply(&one, "10 09:40:00", "ali");
    let told = |w: &World| {
        transcript(
            &w.db,
            &["why C-1 --columns owner,share,on_shift,on_shift_for,team_on_shift -o csv --no-header"],
        )
    };
    let before = told(&w);
    assert!(before.contains("ali,1800,yes,1800"), "{before}");
    // Noon in Karachi is 02:00 in New York.
    w.run("12 12:00:00", "admin", "config workspace time_zone America/New_York");
    assert_eq!(told(&w), before);
    w.clock("14 12:00:00");
    let who = |time: &str| done(&w.db, &["shift", "who", "--ids", "--at", time]);
    assert_eq!(who("2026-11-13 08:00"), "ali\n");
    assert_eq!(who("2026-11-13 07:59"), "");
    assert_eq!(who("2026-11-10T08:00:00+05:00"), "ali\n");
    assert_eq!(who("2026-11-10T07:59:00+05:00"), "");
}

#[test]
fn past_shifts_are_listed_with_the_names_and_teams_of_that_time() {
    let mut w = World::new();
    w.run("09 08:00:00", "omar", "shift add day --hours 08:00-16:00");
    w.run("09 08:00:00", "omar", "shift put ali,sara day --since 2026-11-09");
    w.run("11 08:00:00", "admin", "agent edit ali --name Alina --team ops");
    w.run("11 09:00:00", "admin", "agent disable sara");
    w.clock("11 10:00:00");
    let lines = [
        "shift who --at '2026-11-10 09:00' --columns agent,name,teams",
        "shift who --at '2026-11-10 09:00' --team ops",
        "shift who --columns agent,name,teams",
        "shift who --at 'tomorrow 09:00' --team ops --ids",
    ];
    assert_snapshot!(transcript(&w.db, &lines), @r#"
    $ inbox shift who --at '2026-11-10 09:00' --columns agent,name,teams
    agent  name  teams
    ali    Ali   support
    sara   Sara  support
    $ inbox shift who --at '2026-11-10 09:00' --team ops
    agent  name  shift  from  to  teams  live
    $ inbox shift who --columns agent,name,teams
    agent  name   teams
    ali    Alina  ops
    $ inbox shift who --at 'tomorrow 09:00' --team ops --ids
    ali
    "#);
}
