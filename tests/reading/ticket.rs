//! `inbox ticket list` and `inbox ticket show`.

use insta::assert_snapshot;

use super::{out, run, worked};

#[tokio::test]
async fn ticket_list_starts_with_the_first_due_and_omits_closed_ones() {
    let db = worked().await;
    out(&db, &["escalate", "C-1", "--due", "1h", "--as", "ali"]);
    out(&db, &["escalate", "C-3", "--priority", "urgent", "--to", "ops"]);
    out(&db, &["escalate", "C-4"]);
    out(&db, &["ticket", "set", "T-4", "--status", "closed"]);
    let columns = "ticket,conversation,status,priority,owner,team,category";
    assert_snapshot!(out(&db, &["ticket", "list", "--columns", columns]), @r#"
    ticket  conversation  status  priority  owner  team     category
    T-2     C-1           open    normal    -      ops      -
    T-3     C-3           open    urgent    -      ops      -
    T-1     C-2           open    high      -      support  courier
    "#);
    let ids = |args: &[&str]| out(&db, &[&["ticket", "list", "--ids"], args].concat());
    assert_eq!(ids(&["--team", "ops"]), "T-2\nT-3\n");
    assert_eq!(ids(&["--owner", "nobody", "--category", "courier"]), "T-1\n");
    assert_eq!(ids(&["--conversation", "C-3,C-4"]), "T-3\n");
    assert_eq!(ids(&["--status", "closed"]), "T-4\n");
    assert_eq!(ids(&["--overdue", "--fail-if-any"]), "");
    assert_snapshot!(run(&db, &["ticket", "list", "--ids", "-n", "1", "--fail-if-any"]), @r#"
    T-2
    --- stderr
    note: the first 1: --limit left out the rest
    --- exit Some(7)
    "#);
    assert_snapshot!(run(&db, &["ticket", "list", "--owner", "nosuch"]), @r#"
    --- stderr
    error: no agent "nosuch"
    hint: inbox agent list shows the handles
    --- exit Some(3)
    "#);
}

#[tokio::test]
async fn ticket_show_prints_its_timeline() {
    let db = worked().await;
    out(
        &db,
        &["ticket", "assign", "T-1", "--to", "ali", "--reason", "knows TCS"],
    );
    out(&db, &["ticket", "set", "T-1", "--status", "waiting"]);
    let columns = "reference,kind,who,what,text";
    assert_snapshot!(out(&db, &["ticket", "show", "1", "--columns", columns]), @r#"
    reference  kind    who    what          text
    T-1        ticket  admin  T-1 opened    -
    T-1        note    admin  T-1 noted     warehouse has it
    T-1        ticket  admin  T-1 assigned  knows TCS
    T-1        ticket  admin  T-1 set       -
    "#);
    let json: serde_json::Value = serde_json::from_str(&out(&db, &["ticket", "show", "T-1", "-o", "json"])).unwrap();
    assert_eq!(
        (&json[0]["conversation"], &json[0]["owner"]),
        (&"C-2".into(), &"ali".into())
    );
    assert_eq!(json[0]["timeline"].as_array().unwrap().len(), 4);
    assert_snapshot!(run(&db, &["ticket", "show", "T-9"]), @r#"
    --- stderr
    error: no ticket T-9
    --- exit Some(3)
    "#);
}
