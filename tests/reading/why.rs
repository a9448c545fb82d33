//! `inbox why` on a small day with figures computed by hand.

use insta::assert_snapshot;
use serde_json::Value;

use super::run;
use crate::kpi::world::World;
use crate::support;

/// C-1 waits twice: ali answers others first, sara receives it with a reason and answers; the
/// second wait has no answer. ali owns C-2 and C-3. C-4 has no customer message.
fn day() -> World {
    let mut w = World::new();
    let said = |w: &mut World, c: &str, time: &str| {
        w.clock(time);
        w.customer(c, time);
    };
    let replied = |w: &mut World, c: &str, time: &str, who: &str| {
        w.clock(time);
        w.reply(c, time, who);
    };
    let one = w.customer_opens("main", "10 09:00:00");
    said(&mut w, &one, "10 09:01:00");
    let other = w.customer_opens("main", "10 09:05:00");
    let third = w.customer_opens("main", "10 09:06:00");
    w.run("10 09:08:00", "ali", &format!("take {other} {third}"));
    w.run("10 09:10:00", "ali", &format!("take {one}"));
    replied(&mut w, &other, "10 09:20:00", "ali");
    replied(&mut w, &third, "10 09:25:00", "ali");
    w.run("10 09:30:00", "ali", &format!("resolve {other}"));
    w.run("10 09:31:00", "ali", &format!("note {one} asked_TCS"));
    w.run(
        "10 09:40:00",
        "ali",
        &format!("handoff {one} --to sara --reason =lunch"),
    );
    replied(&mut w, &one, "10 10:00:00", "sara");
    said(&mut w, &one, "10 11:00:00");
    w.run("10 12:00:00", "sara", &format!("release {one}"));
    w.we_open("main", "10 12:30:00", "sara");
    w.clock("10 13:00:00");
    w
}

fn rows(w: &World, line: &str) -> Vec<Value> {
    let output = support::inbox(&w.db)
        .arg("why")
        .args(line.split(' '))
        .args(["-o", "jsonl"])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{line}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

#[test]
fn why_shows_each_wait_with_its_owners_and_their_activity() {
    let w = day();
    assert_snapshot!(run(&w.db, &["why", "C-1"]), @r#"
    C-1 · run 1 · waited 1h 00m · answered by sara
               2 messages, from 2026-11-10 09:00:00 to 2026-11-10 09:01:00; answered by sara at
               2026-11-10 10:00:00
      10m 00s  nobody owned it (queue of support) from 2026-11-10 09:00:00 to 2026-11-10 09:10:00
               how: auto by system at 2026-11-10 09:00:01, O-4
      30m 00s  ali owned it (team support) from 2026-11-10 09:10:00 to 2026-11-10 09:40:00
               how: take by ali at 2026-11-10 09:10:00, O-8
               on shift: - (no roster speaks of ali)
               meanwhile: 2 replies in other conversations; elsewhere 1 resolved; here 1 noted, 1 taken
               waited on ali too when this began: 2 other conversations
               last before: 2026-11-10 09:08:00 taken C-3
               next after: 2026-11-10 09:40:00 handed off C-1
      20m 00s  sara owned it (team support) from 2026-11-10 09:40:00 to 2026-11-10 10:00:00
               how: handoff by ali at 2026-11-10 09:40:00, O-11: =lunch
               on shift: - (no roster speaks of sara)
               meanwhile: nothing that is recorded
               waited on sara too when this began: 0 other conversations
               next after: 2026-11-10 10:00:00 replied C-1

    C-1 · run 2 · waited 2h 00m · not answered yet
              1 message, at 2026-11-10 11:00:00
      1h 00m  sara owned it (team support) from 2026-11-10 11:00:00 to 2026-11-10 12:00:00
              how: handoff by ali at 2026-11-10 09:40:00, O-11: =lunch
              on shift: - (no roster speaks of sara)
              meanwhile: nothing that is recorded
              waited on sara too when this began: 0 other conversations
              last before: 2026-11-10 10:00:00 replied C-1
              next after: 2026-11-10 12:00:00 released C-1
      1h 00m  nobody owned it (queue of support) from 2026-11-10 12:00:00 to 2026-11-10 13:00:00
              how: release by sara at 2026-11-10 12:00:00, O-12
    "#);
    let columns = "run,outcome,waited,leg,owner,how,reason,share,on_shift,replies_elsewhere,did_elsewhere,did_here,\
        others_waiting,before,after";
    assert_snapshot!(run(&w.db, &["why", "C-1", "--columns", columns, "-o", "csv"]), @r#"
    run,outcome,waited,leg,owner,how,reason,share,on_shift,replies_elsewhere,did_elsewhere,did_here,others_waiting,before,after
    1,answered,3600,1,,auto,,600,,,,,,,
    1,answered,3600,2,ali,take,,1800,,2,"{""resolved"":1}","{""noted"":1,""taken"":1}",2,taken C-3,handed off C-1
    1,answered,3600,3,sara,handoff,'=lunch,1200,,0,{},{},0,,replied C-1
    2,open,7200,3,sara,handoff,'=lunch,3600,,0,{},{},0,replied C-1,released C-1
    2,open,7200,4,,release,,3600,,,,,,,
    "#);
    assert_eq!(run(&w.db, &["why", "C-1..C-3", "--ids"]), "C-1\nC-2\nC-3\n");
}

#[test]
fn shares_of_a_run_sum_to_its_wait_and_match_the_legs() {
    let w = day();
    let rows = rows(&w, "C-1..C-3");
    assert!(rows.len() >= 7, "{rows:#?}");
    let mut sums: std::collections::BTreeMap<(String, i64), (f64, f64)> = std::collections::BTreeMap::new();
    for r in &rows {
        assert!(
            r["on_shift"].is_null(),
            "no roster speaks of anybody, and nothing is guessed: {r}"
        );
        let key = (r["conversation"].to_string(), r["run"].as_i64().unwrap());
        let sum = sums.entry(key).or_insert((0.0, r["waited"].as_f64().unwrap()));
        sum.0 += r["share"].as_f64().unwrap();
    }
    assert_eq!(sums.len(), 4);
    for (run, (shares, waited)) in sums {
        assert!((shares - waited).abs() < 0.002, "{run:?}: {shares} of {waited}");
    }
}

#[test]
fn shares_sum_to_the_wait_in_milliseconds() {
    let mut w = World::new();
    let one = w.customer_opens("main", "10 09:00:00.0004");
    let other = w.customer_opens("main", "10 09:05:00");
    w.run("10 09:08:00", "ali", &format!("take {other}"));
    w.run("10 09:10:00.0009", "ali", &format!("take {one}"));
    w.run("10 09:20:00.0018", "ali", &format!("handoff {one} --to sara"));
    w.clock("10 09:30:00.0022");
    w.reply(&one, "10 09:30:00.0022", "sara");
    let number = |r: &Value, column: &str| r[column].as_f64().unwrap();
    let told: Vec<_> = rows(&w, "C-1")
        .iter()
        .map(|r| (number(r, "waited"), number(r, "share")))
        .collect();
    assert_eq!(told, [(1800.002, 600.0), (1800.002, 600.001), (1800.002, 600.001)]);
    assert!(run(&w.db, &["why", "C-1"]).contains("waited on ali too when this began: 1 other conversation\n"));
}

#[test]
fn period_ends_open_waits_and_as_of_ignores_later_events() {
    let mut w = day();
    let brief = |rows: Vec<Value>| -> Vec<String> {
        let text = |v: &Value| v.as_str().unwrap_or("-").to_owned();
        rows.iter()
            .map(|r| {
                let by = text(&r["answered_by"]);
                format!(
                    "{} {} {} {by} {} {}",
                    r["run"],
                    text(&r["outcome"]),
                    r["waited"],
                    text(&r["owner"]),
                    r["share"]
                )
            })
            .collect()
    };
    let cut = "C-1 --since 2026-11-10T09:00:00 --until 2026-11-10T09:30:00";
    assert_eq!(
        brief(rows(&w, cut)),
        ["1 open 1800 sara - 600", "1 open 1800 sara ali 1200"]
    );
    assert!(
        run(
            &w.db,
            &[
                "why",
                "C-1",
                "--since",
                "2026-11-10 09:15",
                "--until",
                "2026-11-10 09:30"
            ]
        )
        .contains("not answered by the end of the period")
    );
    let then = "C-1 --as-of 2026-11-10T09:29:00";
    assert_eq!(brief(rows(&w, then)), ["1 open 1740 - - 600", "1 open 1740 - ali 1140"]);
    assert!(rows(&w, then)[1]["after"].is_null(), "what came after is not known");
    assert_eq!(
        brief(rows(&w, "C-1 --since 2026-11-10T10:30:00")).len(),
        2,
        "the second run alone"
    );

    // A reply of 09:15 that arrives at 13:30 ends the first run, but was unknown at 13:00.
    let before = rows(&w, "C-1 --as-of 2026-11-10T13:00:00");
    w.clock("10 13:30:00");
    w.reply("C-1", "10 09:15:00", "ali");
    assert_eq!(rows(&w, "C-1 --as-of 2026-11-10T13:00:00"), before);
    assert_eq!(rows(&w, "C-1")[0]["waited"], 900);
}

#[test]
fn why_says_so_when_there_was_no_wait() {
    let w = day();
    assert_snapshot!(run(&w.db, &["why", "C-4"]), @r#"
    --- stderr
    note: C-4: no message of the customer waited for an answer
    "#);
    assert_snapshot!(run(&w.db, &["why", "C-4", "-o", "csv", "--columns", "run", "--period", "2026-11-10"]), @r#"
    run
    --- stderr
    note: C-4: no message of the customer waited for an answer in that time
    "#);
    assert_snapshot!(run(&w.db, &["why"]), @r#"
    --- stderr
    error: no conversation was given
    hint: inbox why C-12
    --- exit Some(2)
    "#);
    assert_snapshot!(run(&w.db, &["why", "C-9"]), @r#"
    --- stderr
    error: no conversation C-9
    --- exit Some(3)
    "#);
    assert_snapshot!(run(&w.db, &["why", "C-1", "--columns", "who"]), @r#"
    --- stderr
    error: there is no column "who"
    hint: columns: conversation, run, started_at, last_at, messages, waited, outcome, ended_at, answered_by, leg, owner, team, how, since, actor, operation, reason, from, to, share, on_shift, on_shift_for, shifts, team_on_shift, replies_elsewhere, did_elsewhere, did_here, others_waiting, before_at, before, after_at, after
    --- exit Some(2)
    "#);
}

#[test]
fn audit_by_actor_includes_replies_on_request() {
    let w = day();
    let columns = "at,event,kind,actor,operation,reason";
    assert_snapshot!(run(&w.db, &["audit", "--actor", "ali", "--replies", "--since", "2026-11-10", "--columns", columns]), @r#"
    at                   event  kind        actor  operation  reason
    2026-11-10 09:08:00  C-2#2  taken       ali    O-7        -
    2026-11-10 09:08:00  C-3#2  taken       ali    O-7        -
    2026-11-10 09:10:00  C-1#2  taken       ali    O-8        -
    2026-11-10 09:20:00  C-2    replied     ali    -          -
    2026-11-10 09:25:00  C-3    replied     ali    -          -
    2026-11-10 09:30:00  C-2#3  resolved    ali    O-9        -
    2026-11-10 09:31:00  C-1#3  noted       ali    O-10       -
    2026-11-10 09:40:00  C-1#4  handed_off  ali    O-11       =lunch
    "#);
    let lines = |more: &[&str]| {
        run(
            &w.db,
            &[
                &["audit", "--actor", "ali,sara", "--no-header", "--columns", "kind"],
                more,
            ]
            .concat(),
        )
    };
    let (events, all) = (lines(&[]).lines().count(), lines(&["--replies"]));
    assert_eq!(all.lines().count(), events + 4, "{all}");
    assert_eq!(lines(&["--replies", "C-2"]).matches("replied").count(), 1);
    assert_eq!(
        lines(&["--replies", "--as-of", "2026-11-10 09:22"])
            .matches("replied")
            .count(),
        1
    );
    assert!(run(&w.db, &["audit", "--replies"]).contains("--actor"));
}
