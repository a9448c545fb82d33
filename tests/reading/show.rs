//! `inbox show`.

use insta::assert_snapshot;

use super::{out, run, seeded, worked};

const STABLE: &str = "reference,kind,who,what,text";

#[tokio::test]
async fn show_prints_one_timeline_of_messages_notes_changes_and_tickets() {
    let db = worked().await;
    assert_snapshot!(out(&db, &["show", "C-1", "--columns", STABLE]), @r#"
    reference  kind     who          what        text
    C-1        message  Ayesha Khan  wrote       Salam, order #1001 kahan hai?
    C-1        message  sara         replied     Checking with TCS
    C-1        message  Ayesha Khan  sent image  [image]
    C-1        event    system       opened      -
    C-1        event    sara         taken       -
    C-1        note     sara         noted       Called TCS,⏎parcel is in Multan
    C-1        event    sara         handed off  =needs the \x1b[1m warehouse
    C-1        event    ali          assigned    -
    "#);
    assert_snapshot!(out(&db, &["show", "C-2", "--columns", STABLE, "-o", "csv"]), @r#"
    reference,kind,who,what,text
    C-2,message,'=cmd|A0\x1b[2J,wrote,"'=HYPERLINK(""http://x"")\x1b]0;owned\x07
    second line"
    C-2,event,system,opened,
    C-2,event,admin,escalated,
    C-2,ticket,admin,T-1 opened,
    C-2,note,admin,T-1 noted,warehouse has it
    "#);
    assert_snapshot!(out(&db, &["show", "C-1", "--messages", "--columns", "who,what,text,detail", "-o", "jsonl"]), @r#"
    {"who":"Ayesha Khan","what":"wrote","text":"Salam, order #1001 kahan hai?","detail":null}
    {"who":"sara","what":"replied","text":"Checking with TCS","detail":{"reply_to":"Salam, order #1001 kahan hai?","from":"phone app","sender":"assumed, as owner at that time","delivery":"read","reaction":"👍"}}
    {"who":"Ayesha Khan","what":"sent image","text":"[image]","detail":null}
    "#);
}

#[tokio::test]
async fn edits_and_deletions_are_marked_on_their_message() {
    let db = seeded().await;
    let told = |reference: &str| -> Vec<serde_json::Value> {
        let text = out(
            &db,
            &[
                "show",
                reference,
                "--messages",
                "--columns",
                "what,text,detail",
                "-o",
                "jsonl",
            ],
        );
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let edited = told("C-3");
    assert_eq!(edited[0]["text"], "order 2002");
    assert!(edited[0]["detail"]["edited"].is_string(), "{edited:?}");
    assert_eq!(
        (&edited[1]["what"], &edited[1]["text"]),
        (&"edited".into(), &"order 2003".into())
    );
    assert_eq!(edited[1]["detail"]["of"], "order 2002");
    let deleted = told("C-4");
    assert!(deleted[0]["detail"]["deleted"].is_string(), "{deleted:?}");
    assert_eq!(deleted[1]["what"], "deleted a message");
    let reacted = told("C-1");
    assert_eq!(reacted.len(), 3, "the reaction stands on its target alone: {reacted:?}");
    assert_eq!(reacted[1]["detail"]["reaction"], "👍");
    assert_eq!(reacted[1]["detail"]["delivery"], "read");
}

#[tokio::test]
async fn show_starts_with_a_summary_and_json_has_every_field() {
    let db = worked().await;
    let text = out(&db, &["show", "C-2"]);
    for line in [
        "  owner             -",
        "  contact           PK.13491208655302741918",
        "  tickets           T-1",
    ] {
        assert!(text.lines().any(|l| l == line), "{line:?} in {text}");
    }
    assert!(!text.contains('\x1b'));
    let json: serde_json::Value = serde_json::from_str(&out(&db, &["show", "C-1", "-o", "json"])).unwrap();
    assert_eq!(json[0]["reference"], "C-1");
    assert_eq!(json[0]["owner"], "ali");
    assert_eq!(json[0]["snoozed_until"], serde_json::Value::Null);
    assert_eq!(json[0]["messages"], 4);
    assert_eq!(json[0]["events"], 5);
    let rows = out(&db, &["show", "C-1", "-o", "csv"]);
    let rows = csv::Reader::from_reader(rows.as_bytes()).records().count();
    assert_eq!(json[0]["timeline"].as_array().unwrap().len(), rows);
}

#[tokio::test]
async fn long_timeline_is_cut_with_a_note() {
    let db = worked().await;
    assert_snapshot!(run(&db, &["show", "C-1", "-n", "1", "--columns", STABLE]), @r#"
    reference  kind   who  what      text
    C-1        event  ali  assigned  -
    --- stderr
    note: C-1: only the newest 1 entries; --all shows every one
    "#);
    assert_eq!(run(&db, &["show", "C-1", "--all", "--ids"]), "C-1\n");
}

#[tokio::test]
async fn show_accepts_a_ticket_or_a_phone_number() {
    let db = worked().await;
    assert_eq!(
        out(&db, &["show", "T-1", "0300-1234567", "C-3..C-4", "--ids"]),
        "C-2\nC-1\nC-3\nC-4\n"
    );
    assert_snapshot!(run(&db, &["show"]), @r#"
    --- stderr
    error: no conversation was given
    hint: inbox show C-12, several, '-' for one per line on standard input, or a filter such as --owner sara
    --- exit Some(2)
    "#);
    assert_snapshot!(run(&db, &["show", "C-99", "-o", "json"]), @r#"
    --- stderr
    {"error":{"code":"not_found","message":"no conversation C-99","hint":null}}
    --- exit Some(3)
    "#);
    assert_snapshot!(run(&db, &["show", "+92300"]), @r#"
    --- stderr
    error: '+92300' is not a phone number: it needs 7 to 15 digits with the country code
    --- exit Some(2)
    "#);
    out(&db, &["resolve", "C-1", "--as", "ali"]);
    assert_snapshot!(run(&db, &["show", "+923001234567"]), @r#"
    --- stderr
    error: +923001234567 has no open conversation
    hint: to list the resolved ones, run: inbox list --contact PHONE --status any
    --- exit Some(3)
    "#);
}
