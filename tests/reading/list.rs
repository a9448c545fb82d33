//! `inbox list`.

use insta::assert_snapshot;

use super::{out, run, seeded, worked};
use crate::support::seed::text;

const STABLE: &str = "conversation,status,priority,owner,team,customer,last,contact,labels";

#[tokio::test]
async fn list_starts_with_the_longest_waiting_and_escapes_hostile_text() {
    let db = seeded().await;
    assert_snapshot!(out(&db, &["list", "--columns", STABLE]), @r#"
    conversation  status  priority  owner  team     customer        last                                                contact                  labels
    C-1           open    normal    -      support  Ayesha Khan     [image]                                             +923001234567            -
    C-2           open    normal    -      support  =cmd|A0\x1b[2J  =HYPERLINK("http://x")\x1b]0;owned\x07 second line  PK.13491208655302741918  -
    C-3           open    normal    -      support  +923009999999   order 2002                                          +923009999999            -
    C-4           open    normal    -      support  عائشہ بی بی     میرا پارسل کہاں ہے؟                                 +923331112222            -
    "#);
    assert_snapshot!(out(&db, &["list", "--columns", STABLE, "-o", "csv"]), @r#"
    conversation,status,priority,owner,team,customer,last,contact,labels
    C-1,open,normal,,support,Ayesha Khan,[image],+923001234567,
    C-2,open,normal,,support,'=cmd|A0\x1b[2J,"'=HYPERLINK(""http://x"")\x1b]0;owned\x07 second line",PK.13491208655302741918,
    C-3,open,normal,,support,+923009999999,order 2002,+923009999999,
    C-4,open,normal,,support,عائشہ بی بی,میرا پارسل کہاں ہے؟,+923331112222,
    "#);
    assert_snapshot!(out(&db, &["list", "--columns", STABLE, "-o", "json"]), @r#"
    [
    {"conversation":"C-1","status":"open","priority":"normal","owner":null,"team":"support","customer":"Ayesha Khan","last":"[image]","contact":"+923001234567","labels":[]},
    {"conversation":"C-2","status":"open","priority":"normal","owner":null,"team":"support","customer":"=cmd|A0\u001b[2J","last":"=HYPERLINK(\"http://x\")\u001b]0;owned\u0007 second line","contact":"PK.13491208655302741918","labels":[]},
    {"conversation":"C-3","status":"open","priority":"normal","owner":null,"team":"support","customer":"+923009999999","last":"order 2002","contact":"+923009999999","labels":[]},
    {"conversation":"C-4","status":"open","priority":"normal","owner":null,"team":"support","customer":"عائشہ بی بی","last":"میرا پارسل کہاں ہے؟","contact":"+923331112222","labels":[]}
    ]
    "#);
}

#[tokio::test]
async fn list_has_the_same_conversations_in_every_format() {
    let db = seeded().await;
    let ids = out(&db, &["list", "--ids"]);
    assert_eq!(ids, "C-1\nC-2\nC-3\nC-4\n");
    assert_eq!(out(&db, &["list", "--no-header"]).lines().count(), 4);
    assert_eq!(out(&db, &["list", "-o", "wide", "--no-header"]).lines().count(), 4);
    assert_eq!(out(&db, &["list", "-o", "tsv", "--no-header"]).lines().count(), 4);
    assert_eq!(out(&db, &["list", "-o", "jsonl"]).lines().count(), 4);
    let json: serde_json::Value = serde_json::from_str(&out(&db, &["list", "-o", "json"])).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 4);
    let csv = out(&db, &["list", "-o", "csv"]);
    assert_eq!(csv::Reader::from_reader(csv.as_bytes()).records().count(), 4);
}

#[tokio::test]
async fn list_reports_omitted_rows_and_can_set_the_exit_code() {
    let db = seeded().await;
    assert_snapshot!(run(&db, &["list", "--ids", "--limit", "2"]), @r#"
    C-1
    C-2
    --- stderr
    note: the first 2 of 4: --limit left out the rest
    "#);
    assert_snapshot!(run(&db, &["list", "--ids", "--limit", "4"]), @r#"
    C-1
    C-2
    C-3
    C-4
    "#);
    assert_snapshot!(run(&db, &["list", "-q", "--fail-if-any"]), @r#"
    --- exit Some(7)
    "#);
    assert_snapshot!(run(&db, &["list", "--ids", "--due", "--fail-if-any"]), @r"");
}

#[tokio::test]
async fn references_and_filters_select_the_same_conversations() {
    let db = seeded().await;
    assert_eq!(out(&db, &["list", "--ids", "C-2..C-3"]), "C-2\nC-3\n");
    assert_eq!(out(&db, &["list", "--ids", "0300-1234567"]), "C-1\n");
    assert_eq!(
        out(&db, &["list", "--ids", "--contact", "PK.13491208655302741918"]),
        "C-2\n"
    );
    assert_eq!(
        out(&db, &["list", "--ids", "--unassigned", "--waiting-over", "90m"]),
        "C-1\n"
    );
    assert_eq!(out(&db, &["--as", "sara", "list", "--ids", "--owner", "me"]), "");
    assert_snapshot!(run(&db, &["list", "C-1", "C-99"]), @r#"
    --- stderr
    error: no conversation C-99
    --- exit Some(3)
    "#);
    assert_snapshot!(run(&db, &["list", "--owner", "nosuch"]), @r#"
    --- stderr
    error: no agent "nosuch"
    hint: inbox agent list shows the handles
    --- exit Some(3)
    "#);
    assert_snapshot!(run(&db, &["list", "C-1", "--owner", "sara"]), @r#"
    --- stderr
    error: references and filters cannot be combined
    hint: give only references, or only filters
    --- exit Some(2)
    "#);
}

#[tokio::test]
async fn not_leaves_out_what_the_filter_alone_selects() {
    let db = worked().await;
    out(&db, &["--as", "sara", "take", "C-3", "-q"]);
    out(&db, &["resolve", "C-4", "-q"]);
    let now = text(&mut db.connect().await, "to_json(app_now()) #>> '{}'").await;
    let list = |args: &[&str]| out(&db, &[&["list", "--ids", "--status", "any"], args].concat());
    let all = list(&[]);
    let mut seen = [false; 2];
    for filter in [
        "owner=sara",
        "owner=sara,nobody",
        "unassigned",
        "team=support",
        "store=shop",
        "status=resolved",
        "status=live",
        "label=refund",
        "priority=normal",
        "order=1001",
        "contact=0300-1234567",
        "waiting-over=90m",
        "search=parcel",
        "has-ticket",
        "offered",
    ] {
        let flag = format!("--{filter}");
        for at in [&[][..], &["--as-of", &now]] {
            // Of two statuses a list shows both.
            let any: &[&str] = if filter.starts_with("status") {
                &[]
            } else {
                &["--status", "any"]
            };
            let selected = out(&db, &[&["list", "--ids", &flag], any, at].concat());
            let left = list(&[at, &["--not", filter]].concat());
            let mut both: Vec<&str> = selected.lines().chain(left.lines()).collect();
            both.sort_unstable();
            assert_eq!(both, all.lines().collect::<Vec<_>>(), "{filter} {at:?}");
            seen[0] |= !selected.is_empty();
            seen[1] |= !left.is_empty();
        }
    }
    assert_eq!(seen, [true; 2]);
    // With another filter, and with itself.
    assert_eq!(list(&["--owner", "sara,nobody", "--not", "unassigned"]), "C-3\n");
    assert_eq!(
        list(&[
            "--owner",
            "sara,nobody",
            "--not",
            "owner=sara",
            "--not",
            "status=resolved"
        ]),
        "C-2\n"
    );
    assert_eq!(
        out(&db, &["list", "--ids", "--not", "owner=sara"]),
        "C-1\nC-2\n",
        "live ones alone"
    );
    assert_snapshot!(run(&db, &["list", "--not", "owner=nosuch"]), @r#"
    --- stderr
    error: no agent "nosuch"
    hint: inbox agent list shows the handles
    --- exit Some(3)
    "#);
    // A change by such a filter changes what the list shows.
    out(
        &db,
        &[
            "label",
            "--not",
            "owner=nobody",
            "--not",
            "label=refund",
            "--add",
            "vip",
            "-y",
            "-q",
        ],
    );
    assert_eq!(list(&["--label", "vip"]), "C-1\n");
}

#[tokio::test]
async fn empty_standard_input_selects_nothing() {
    let db = seeded().await;
    let output = crate::support::inbox(&db)
        .args(["list", "--ids", "-"])
        .write_stdin("")
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(output.stdout.is_empty());
    let output = crate::support::inbox(&db)
        .args(["list", "--ids", "-"])
        .write_stdin("C-3\nC-1\n")
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "C-1\nC-3\n");
}
