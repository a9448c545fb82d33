//! Settings, rights, migrations and `doctor`.

use sqlx::{Connection, PgConnection};

use super::{done, inbox, ran, refused};
use crate::support;
use crate::support::seed::{conversations, run, text, workspace};

#[tokio::test]
async fn login_has_the_rights_of_its_agent_until_the_agent_loses_them() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    let (role, url) = db.login("sara");
    let (code, _, err) = inbox(&db, &["agent", "edit", "sara", "--login", &role]);
    assert_eq!(code, 0);
    // The ordinary login of the tests cannot create roles, so an administrator runs the printed
    // SQL.
    assert!(err.contains("grant ") && err.contains(&role), "{err}");
    let sql = done(&db, &["db", "roles"]);
    assert!(
        sql.lines().count() > 50 && sql.lines().all(|l| l.ends_with(';')),
        "{sql}"
    );
    let mut admin = PgConnection::connect(&db.superuser_url()).await.unwrap();
    run(&mut admin, &sql).await;

    let as_sara = |arguments: &[&str]| {
        let mut command = support::bare_inbox(db.home());
        command.env("DATABASE_URL", &url).args(arguments);
        ran(command)
    };
    let (code, out, err) = as_sara(&["whoami", "-o", "jsonl", "--columns", "handle,role,teams"]);
    assert_eq!(
        (code, out.as_str()),
        (0, "{\"handle\":\"sara\",\"role\":\"agent\",\"teams\":[\"support\"]}\n"),
        "{err}"
    );
    // An agent can neither administer nor act as another agent.
    let (code, _, err) = as_sara(&["team", "add", "returns"]);
    assert_eq!(code, 4, "{err}");
    let (code, _, err) = as_sara(&["whoami", "--as", "omar"]);
    assert_eq!(code, 4, "{err}");
    assert!(err.contains("grant-acting omar"), "{err}");

    done(&db, &["agent", "disable", "sara"]);
    let (code, _, err) = as_sara(&["whoami"]);
    assert_eq!(code, 4, "{err}");
    drop_groups(&mut admin, &mut conn).await;
}

/// Drops the group roles, which belong to the cluster and outlive the database.
async fn drop_groups(admin: &mut PgConnection, conn: &mut PgConnection) {
    let groups = text(
        conn,
        "select string_agg(quote_ident(group_role(k)), ', ')
        from unnest(array['viewer', 'agent', 'supervisor', 'admin', 'ingest']) k",
    )
    .await;
    run(admin, &format!("drop owned by {groups}; drop role {groups}")).await;
}

#[tokio::test]
async fn workspace_settings_are_validated_and_only_an_admin_sets_them() {
    let db = support::db();
    workspace(&db).await;
    refused(
        &db,
        &["config", "workspace", "time_zone", "+05:00"],
        2,
        "is a UTC offset",
    );
    refused(
        &db,
        &["config", "workspace", "phone_prefix", "092"],
        2,
        "is not a country prefix",
    );
    refused(
        &db,
        &["config", "workspace", "zone", "UTC"],
        2,
        "is not a setting of the workspace",
    );
    assert!(done(&db, &["config", "workspace", "reopen-window", "48h"]).contains("value=48h"));
    assert_eq!(
        done(
            &db,
            &[
                "config",
                "workspace",
                "reopen_window",
                "-o",
                "tsv",
                "--no-header",
                "--columns",
                "value,origin"
            ]
        ),
        "48h\tworkspace\n"
    );
    refused(
        &db,
        &["--as", "omar", "config", "workspace", "reopen_window", "24h"],
        4,
        "may not change a setting",
    );
}

#[test]
fn config_shows_where_each_value_comes_from_and_masks_passwords() {
    let home = tempfile::tempdir().unwrap();
    let mut command = support::bare_inbox(home.path());
    command.env("DATABASE_URL", "postgres://sara:hunter2@db/support").args([
        "config",
        "--workspace",
        "second",
        "-o",
        "csv",
        "--columns",
        "name,value,origin",
    ]);
    let (code, out, err) = ran(command);
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("database_url,postgres://sara:***@db/support,DATABASE_URL\n"),
        "{out}"
    );
    assert!(
        out.contains("workspace,second,--workspace\n") && out.contains("output,csv,--output\n"),
        "{out}"
    );
    assert!(!out.contains("hunter2"));
    let mut command = support::bare_inbox(home.path());
    command.args(["config", "--path"]);
    assert_eq!(
        ran(command).1,
        format!("{}/.config/inbox/config.toml\n", home.path().display())
    );
}

#[tokio::test]
async fn doctor_reports_each_fault_and_nothing_when_there_is_none() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    conversations(&mut conn, 3).await;
    let doctor = |arguments: &[&str]| {
        inbox(
            &db,
            &[&["doctor", "-o", "csv", "--columns", "check,state,detail"], arguments].concat(),
        )
    };
    let (code, out, err) = doctor(&[]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.lines().count() > 12 && !out.contains(",fail,"), "{out}");
    assert!(out.contains("sample,ok,3 conversations"), "{out}");
    assert!(out.contains("orders,ok,"), "{out}");

    let mut admin = db.connect_to(&db.superuser_url()).await;
    assert!(out.contains("powers,"), "{out}");
    assert!(
        out.contains("connect,warn,every login of the server can connect to this database"),
        "{out}"
    );
    run(&mut admin, "alter table event disable trigger append_only").await;
    let (code, out, err) = doctor(&[]);
    assert_eq!(code, 7, "{out}{err}");
    assert!(
        out.contains("guards,fail,\"missing, off, or not this program's: trigger event.append_only\""),
        "{out}"
    );
    run(&mut admin, "alter table event enable trigger append_only").await;

    run(
        &mut admin,
        "set session_replication_role = replica;
        update conversation set status = 'pending' where id = (select min(id) from conversation)",
    )
    .await;
    let (code, out, _) = doctor(&[]);
    assert_eq!(code, 7);
    assert!(out.contains("sample,fail,differ from their history: C-"), "{out}");

    let mut command = support::bare_inbox(db.home());
    command
        .env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/x")
        .args(["doctor", "--timeout", "2s"]);
    let (code, out, _) = ran(command);
    assert_eq!(code, 7);
    assert!(out.contains("database") && out.contains("fail"), "{out}");
}

#[tokio::test]
async fn doctor_and_verify_name_logins_that_can_act_as_the_owner() {
    let db = support::empty_db();
    // A separate owner, because roles are common to all databases of the server.
    let (owner, url) = db.login("owner");
    let (deputy, _) = db.login("deputy");
    let mut admin = db.connect_to(&db.superuser_url()).await;
    run(&mut admin, &format!("alter database {} owner to {owner}", db.name())).await;
    let ran = |arguments: &[&str]| {
        let mut command = support::bare_inbox(db.home());
        let output = command.env("DATABASE_URL", &url).args(arguments).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout) + &text(output.stderr))
    };
    let (code, out) = ran(&["init", "--handle", "owner", "--time-zone", "Asia/Karachi"]);
    assert_eq!(code, Some(0), "{out}");
    let said = format!("{deputy} can act as the owner of the workspace, which can remove every guard");
    assert!(!ran(&["audit", "verify"]).1.contains(&said));
    run(&mut admin, &format!("grant {owner} to {deputy}")).await;
    for arguments in [&["audit", "verify"][..], &["doctor", "-o", "csv"]] {
        let (code, out) = ran(arguments);
        assert!(code == Some(0) && out.contains(&said), "{code:?} {out}");
    }
}

#[tokio::test]
async fn migrations_list_includes_those_of_a_newer_program() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    let (code, out, err) = inbox(&db, &["db", "migrate"]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(err.contains("is up to date"), "{err}");
    assert!(
        done(&db, &["db", "status", "-o", "csv", "--columns", "state"])
            .lines()
            .skip(1)
            .all(|l| l == "applied")
    );
    run(
        &mut conn,
        "insert into _sqlx_migrations values (9999, 'of the future', now(), true, '', 0)",
    )
    .await;
    done(&db, &["agent", "list"]);
    assert!(done(&db, &["db", "status", "-o", "csv", "--columns", "version,state"]).contains("9999,newer"));
    done(&db, &["db", "migrate"]);
}
