//! `--as-of`.

use std::collections::BTreeSet;

use insta::assert_snapshot;

use super::run;
use crate::kpi::world::World;

/// C-1: opened at 09:00, taken by ali, escalated, handed to sara, answered at 10:00, ticket closed,
/// resolved at 11:00; it is 12:00.
fn day() -> World {
    let mut w = World::new();
    let one = w.customer_opens("main", "10 09:00:00");
    w.run("10 09:10:00", "ali", &format!("take {one}"));
    w.run("10 09:15:00", "ali", &format!("label {one} --add vip --priority high"));
    w.run(
        "10 09:20:00",
        "ali",
        &format!("escalate {one} --category courier --due 2h"),
    );
    w.run("10 09:30:00", "ali", &format!("handoff {one} --to sara --reason lunch"));
    w.clock("10 10:00:00");
    w.reply(&one, "10 10:00:00", "sara");
    w.run("10 10:30:00", "admin", "ticket set T-1 --status closed");
    w.resolve(&one, "10 11:00:00", "sara");
    w.customer_opens("main", "10 11:30:00");
    w.clock("10 12:00:00");
    w
}

#[test]
fn past_conversation_ticket_owners_and_board_are_shown() {
    let w = day();
    let at = ["--as-of", "2026-11-10 09:25"];
    let asked = |words: &[&str]| run(&w.db, &[words, &at[..]].concat());
    assert_snapshot!(asked(&["show", "C-1"]), @r#"
    C-1
      as_of             2026-11-10 09:25
      status            open
      priority          high
      owner             ali
      owned_since       2026-11-10 09:10
      team              support
      store             shop
      channel           main
      name              Customer
      labels            vip
      waiting           25m 00s
      window            23h 35m
      tickets           T-1
      opened_at         2026-11-10 09:00
      last_customer_at  2026-11-10 09:00
      messages          1
      events            5

    ── Tuesday 2026-11-10 ──────────────────────────────────────────────────────────────────────────────
    09:00:00  Customer  wrote
    09:00:01  system    opened      team: support · status: open · priority: normal · how: auto ·
                                    operation: O-4
    09:10:00  ali       taken       owner: ali · how: take · operation: O-5
    09:15:00  ali       labelled    priority: normal → high · labels: vip · operation: O-6
    09:20:00  ali       escalated   ticket: T-1 · operation: O-7
    09:20:00  ali       T-1 opened  team: support · status: open · priority: normal · due: 2026-11-10
                                    11:20 · category: courier · operation: O-7
    "#);
    assert_snapshot!(asked(&["list", "--columns", "conversation,status,priority,owner,waiting,window,labels,ticket"]), @r#"
    conversation  status  priority  owner  waiting   window  labels  ticket
    C-1           open    high      ali    25m 00s  23h 35m  vip     T-1
    "#);
    assert_snapshot!(asked(&["list", "C-1", "--columns", "owner"]), @r#"
    owner
    ali
    "#);
    assert_snapshot!(asked(&["list", "--owner", "sara", "--ids"]), @"");
    assert_snapshot!(asked(&["audit", "C-1", "--columns", "event,kind"]), @r#"
    event  kind
    C-1#1  opened
    C-1#2  taken
    C-1#3  labelled
    C-1#4  escalated
    "#);
    assert_snapshot!(asked(&["audit", "owner", "C-1", "--columns", "leg,owner,to,duration"]), @r#"
    leg  owner  to                   duration
      1  -      2026-11-10 09:10:00    9m 59s
      2  ali    -                     15m 00s
    "#);
    assert_snapshot!(asked(&["ticket", "list", "--columns", "ticket,status,category,due_at,closed_at"]), @r#"
    ticket  status  category  due_at            closed_at
    T-1     open    courier   2026-11-10 11:20  -
    "#);
    assert_snapshot!(asked(&["ticket", "show", "T-1", "--columns", "reference,what"]), @r#"
    reference  what
    T-1        T-1 opened
    "#);
    // The ticket was closed at 10:30 and is shown as closed only from then on.
    assert_eq!(
        run(&w.db, &["ticket", "list", "--ids", "--as-of", "2026-11-10 10:30"]),
        ""
    );
    assert_eq!(
        run(
            &w.db,
            &[
                "ticket",
                "list",
                "--ids",
                "--status",
                "closed",
                "--as-of",
                "2026-11-10 10:29:59"
            ]
        ),
        ""
    );
    assert_eq!(
        run(
            &w.db,
            &[
                "ticket",
                "list",
                "--status",
                "closed",
                "--no-header",
                "--columns",
                "ticket,closed_at",
                "--as-of",
                "2026-11-10 11:00"
            ]
        ),
        "T-1  2026-11-10 10:30\n"
    );
    // The moment itself is included.
    assert!(
        run(
            &w.db,
            &["audit", "C-1", "--as-of", "2026-11-10 09:10", "--columns", "kind"]
        )
        .contains("taken")
    );
    assert!(
        !run(
            &w.db,
            &["audit", "C-1", "--as-of", "2026-11-10 09:09:59", "--columns", "kind"]
        )
        .contains("taken")
    );
}

#[test]
fn questions_about_the_past_without_an_answer_are_refused() {
    let w = day();
    assert_snapshot!(run(&w.db, &["list", "--as-of", "2026-11-10 12:01"]), @r#"
    --- stderr
    error: --as-of 2026-11-10 12:01:00 PKT is in the future
    hint: use a time in the past: 2h (ago), 'yesterday 18:00', '2026-11-20 14:05'
    --- exit Some(2)
    "#);
    assert_snapshot!(run(&w.db, &["list", "--as-of", "lately"]), @r#"
    --- stderr
    error: 'lately' is not a time
    hint: write it like 2026-11-01, '2026-11-01 14:05', 30m, 2h, 'yesterday 18:00', monday or 14:05
    --- exit Some(2)
    "#);
    assert_snapshot!(run(&w.db, &["show", "C-1", "--as-of", "2026-11-10 08:00"]), @r#"
    --- stderr
    error: C-1 did not exist then: it was opened at 2026-11-10 09:00:01
    --- exit Some(3)
    "#);
    assert_snapshot!(run(&w.db, &["list", "C-1..C-2", "--as-of", "2026-11-10 09:25"]), @r#"
    --- stderr
    error: C-2 did not exist then: it was opened at 2026-11-10 11:30:01
    --- exit Some(3)
    "#);
    assert_snapshot!(run(&w.db, &["show", "T-1", "--as-of", "2026-11-10 09:12"]), @r#"
    --- stderr
    error: T-1 did not exist then
    --- exit Some(3)
    "#);
    assert_snapshot!(run(&w.db, &["ticket", "show", "T-1", "--as-of", "2026-11-10 09:12"]), @r#"
    --- stderr
    error: T-1 did not exist then
    --- exit Some(3)
    "#);
    assert_snapshot!(run(&w.db, &["audit", "owner", "C-2", "--as-of", "1h"]), @r#"
    --- stderr
    error: C-2 did not exist then: it was opened at 2026-11-10 11:30:01
    --- exit Some(3)
    "#);
    let not_yet = run(&w.db, &["audit", "C-1", "C-2", "--as-of", "2026-11-10 09:25"]);
    assert!(
        not_yet.contains("C-2 did not exist then") && not_yet.contains("exit Some(3)"),
        "{not_yet}"
    );
    let not_yet = run(&w.db, &["audit", "T-1", "--as-of", "2026-11-10 09:12"]);
    assert!(
        not_yet.contains("T-1 did not exist then") && not_yet.contains("exit Some(3)"),
        "{not_yet}"
    );
    assert_eq!(
        run(&w.db, &["audit", "-f", "--as-of", "1h"]).lines().last(),
        Some("--- exit Some(2)")
    );
}

#[test]
fn order_filter_uses_the_messages_of_that_time() {
    let mut w = World::new();
    for time in ["10 09:00:00", "10 09:01:00", "10 09:02:00"] {
        w.customer_opens("main", time);
    }
    w.run("10 10:00:00", "sara", "note C-1 about_#1001 --courier TCS");
    w.run("10 11:00:00", "sara", "note C-2 late --order ORD-1001");
    w.run("10 11:30:00", "sara", "note C-3 late --order 10015");
    w.run("10 12:00:00", "omar", "resolve C-1");
    w.clock("10 13:00:00");
    let found = |at: &str, order: &str| run(&w.db, &["list", "--as-of", at, "--order", order, "--ids"]);
    assert_eq!(found("2026-11-10 09:59", "1001"), "");
    assert_eq!(found("2026-11-10 10:00", "#1001"), "C-1\n");
    assert_eq!(found("2026-11-10 11:45", "1001"), "C-1\nC-2\n");
    assert_eq!(
        found("2026-11-10 12:30", "1001"),
        "C-2\n",
        "what is resolved by then is not live"
    );
    let ids = |past: &[&str]| {
        let line = [&["list", "--order", "1001", "--status", "any", "--ids"], past].concat();
        run(&w.db, &line).lines().map(str::to_owned).collect::<BTreeSet<_>>()
    };
    assert_eq!(ids(&["--as-of", "2026-11-10 12:30"]), ids(&[]));
    assert_eq!(ids(&[]).len(), 2);
}
