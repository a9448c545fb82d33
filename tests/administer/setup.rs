//! Set-up of a workspace from nothing.

use sqlx::{Connection, PgConnection};

use super::{config, done, inbox, ran, refused};
use crate::support;
use crate::support::seed::{conversations, run, set_up, text, workspace};

#[test]
fn init_names_both_ways_when_no_database_is_given() {
    let home = tempfile::tempdir().unwrap();
    let mut command = support::bare_inbox(home.path());
    command.arg("init");
    let (code, _, err) = ran(command);
    assert_eq!(code, 2);
    assert!(
        err.contains("inbox init --local") && err.contains("postgres://"),
        "{err}"
    );
    assert!(!home.path().join(".config").exists(), "nothing is written");
}

#[tokio::test]
async fn init_creates_workspace_admin_settings_and_profile_once() {
    use std::os::unix::fs::PermissionsExt;
    let db = support::empty_db();
    let arguments = [
        "init",
        "--handle",
        "zoya",
        "--time-zone",
        "Asia/Karachi",
        "--phone-prefix",
        "92",
        "-o",
        "jsonl",
        "--columns",
        "handle,role,time_zone,may_act_as",
    ];
    let first = done(&db, &arguments);
    assert_eq!(
        first,
        "{\"handle\":\"zoya\",\"role\":\"admin\",\"time_zone\":\"Asia/Karachi\",\"may_act_as\":[\"system\"]}\n"
    );
    let (code, again, err) = inbox(&db, &arguments);
    assert_eq!((code, again), (0, first));
    assert!(err.contains("already set up"), "{err}");

    let written = config(db.home());
    assert!(
        written.contains("database_url") && !written.contains(":inbox-test@"),
        "no password in it: {written}"
    );
    let mode = fs_err::metadata(db.home().join(".config/inbox/config.toml"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);

    let mut conn = db.connect().await;
    assert_eq!(
        text(&mut conn, "select count(*) from operation where verb = 'init'").await,
        "2",
        "one makes the agents, one the settings"
    );
    assert_eq!(
        text(
            &mut conn,
            "select string_agg(name || '=' || (value #>> '{}'), ' ' order by name) from setting"
        )
        .await,
        "phone_prefix=92 reopen_window=259200 time_zone=Asia/Karachi"
    );
    assert_eq!(
        text(&mut conn, "select count(*) from event where subject = 'setting'").await,
        "3"
    );
    let settings = done(&db, &["config", "workspace", "-o", "csv", "--columns", "name,value"]);
    assert_eq!(
        settings,
        "name,value\ntime_zone,Asia/Karachi\nphone_prefix,92\nreopen_window,72h\nretention_deliveries,30d\n\
         retention_messages,none\n"
    );
}

#[tokio::test]
async fn concurrent_inits_create_one_workspace_and_all_succeed() {
    let db = support::empty_db();
    let codes: Vec<i32> = std::thread::scope(|scope| {
        let inits: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| inbox(&db, &["init", "--handle", "zoya"])))
            .collect();
        inits
            .into_iter()
            .map(|init| {
                let (code, out, err) = init.join().unwrap();
                assert_eq!(code, 0, "{out}{err}");
                code
            })
            .collect()
    });
    assert_eq!(codes.len(), 6);
    let mut conn = db.connect().await;
    assert_eq!(
        text(&mut conn, "select string_agg(handle, ' ' order by handle) from agent").await,
        "system zoya"
    );
    assert_eq!(text(&mut conn, "select count(*) from setting").await, "3");
}

#[test]
fn init_names_the_grant_when_rights_are_missing() {
    let db = support::empty_db();
    let (role, url) = db.login("plain");
    let mut command = support::bare_inbox(db.home());
    command.env("DATABASE_URL", &url).args(["init", "--handle", "zoya"]);
    let (code, _, err) = ran(command);
    assert_eq!(code, 4, "{err}");
    assert!(
        err.contains(&format!("grant create on database \"{}\" to \"{role}\"", db.name())),
        "{err}"
    );
}

#[tokio::test]
async fn init_refuses_a_schema_of_another_program() {
    let db = support::empty_db();
    run(
        &mut PgConnection::connect(&db.url()).await.unwrap(),
        "create schema inbox; create table inbox.orders ()",
    )
    .await;
    refused(&db, &["init", "--handle", "zoya"], 2, "has 1 tables of another program");
}

#[test]
fn init_never_changes_the_database_of_a_profile() {
    let (one, other) = (support::empty_db(), support::empty_db());
    done(&one, &["init", "--handle", "zoya"]);
    let before = config(one.home());
    let mut command = support::bare_inbox(one.home());
    command
        .env("DATABASE_URL", other.url())
        .args(["init", "--handle", "zoya"]);
    let (code, _, err) = ran(command);
    assert_eq!(code, 2, "{err}");
    assert!(
        err.contains("is for another database") && err.contains("--profile NAME"),
        "{err}"
    );
    assert_eq!(config(one.home()), before);
    let mut command = support::bare_inbox(one.home());
    command
        .env("DATABASE_URL", other.url())
        .args(["--profile", "second", "init", "--handle", "zoya"]);
    assert_eq!(ran(command).0, 0);
    assert!(config(one.home()).contains("[profiles.second]"));
}

#[test]
fn url_with_a_password_is_refused_without_showing_it() {
    let db = support::empty_db();
    let err = refused(
        &db,
        &["init", "postgres://zoya:hunter2@localhost/x"],
        2,
        "must not contain a password",
    );
    assert!(!err.contains("hunter2") && err.contains(".pgpass"), "{err}");
}

#[test]
fn only_init_creates_a_private_postgres() {
    let home = support::folder();
    let at = home.path().join("pg");
    let local = |arguments: &[&str]| {
        let mut command = support::bare_inbox(home.path());
        command.env("INBOX_LOCAL_DIR", &at).args(arguments);
        if let Some(programs) = std::env::var_os("INBOX_PG_BIN") {
            command.env("INBOX_PG_BIN", programs);
        }
        ran(command)
    };
    let mut command = support::bare_inbox(home.path());
    command
        .env("INBOX_LOCAL_DIR", &at)
        .env("INBOX_LOCAL", "1")
        .arg("whoami");
    let (code, _, err) = ran(command);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("inbox init --local") && !at.exists(), "{err}");
    assert_eq!(local(&["local", "start"]).0, 2);
    assert_eq!(
        local(&["local", "status", "-o", "tsv", "--no-header", "--columns", "state"]).1,
        "absent\n"
    );

    let (code, out, err) = local(&["init", "--local", "--handle", "zoya", "--ids"]);
    assert_eq!((code, out.as_str()), (0, "zoya\n"), "{err}");
    assert_eq!(
        local(&["local", "stop", "-o", "tsv", "--no-header", "--columns", "state"]).1,
        "stopped\n"
    );
    // The cluster starts on demand, and its only login can act as any agent.
    let (code, out, err) = local(&["whoami", "-o", "jsonl", "--columns", "handle,may_act_as"]);
    assert_eq!(
        (code, out.as_str()),
        (0, "{\"handle\":\"zoya\",\"may_act_as\":[\"anyone\"]}\n"),
        "{err}"
    );
    assert_eq!(local(&["local", "stop", "-q"]).0, 0);
}

#[tokio::test]
async fn unknown_login_gets_the_command_for_an_admin() {
    let db = support::db();
    workspace(&db).await;
    let (role, url) = db.login("stranger");
    for arguments in [&["whoami"][..], &["agent", "list"], &["config", "workspace"]] {
        let mut command = support::bare_inbox(db.home());
        command.env("DATABASE_URL", &url).args(arguments);
        let (code, _, err) = ran(command);
        assert_eq!(code, 4, "{arguments:?}: {err}");
        assert!(
            err.contains("inbox agent add HANDLE --role agent --login") && err.contains(&role),
            "{err}"
        );
    }
}

#[test]
fn database_without_a_workspace_is_reported() {
    let db = support::empty_db();
    for arguments in [
        &["whoami"][..],
        &["db", "status"],
        &["db", "migrate"],
        &["agent", "add", "sara"],
    ] {
        refused(&db, arguments, 2, "has no workspace inbox");
    }
}

#[tokio::test]
async fn migration_keeps_everything_in_an_older_workspace() {
    let db = support::empty_db();
    let mut conn = db.connect().await;
    run(&mut conn, "create schema inbox").await;
    // The workspace of the first release.
    let old = tempfile::tempdir().unwrap();
    for file in fs_err::read_dir(support::source("migrations"))
        .unwrap()
        .map(|f| f.unwrap())
    {
        let name = file.file_name().into_string().unwrap();
        if name.as_str() < "0007" {
            fs_err::copy(file.path(), old.path().join(name)).unwrap();
        }
    }
    let migrator = sqlx::migrate::Migrator::new(old.path()).await.unwrap();
    assert_eq!(migrator.iter().count(), 6);
    migrator.run(&mut conn).await.unwrap();
    set_up(&mut conn).await;
    conversations(&mut conn, 20).await;
    let event = "select md5(string_agg(e::text, ',' order by e.subject, e.subject_id, e.seq)) from event e";
    let before = text(&mut conn, event).await;

    refused(&db, &["list"], 2, "inbox db migrate");
    done(&db, &["db", "migrate"]);
    assert_eq!(text(&mut conn, event).await, before);
    done(&db, &["audit", "verify"]);
    done(&db, &["shift", "add", "morning", "--hours", "08:00-16:00"]);
    done(
        &db,
        &["shift", "put", "sara", "morning", "--since", "today", "--as", "omar"],
    );
    done(&db, &["take", "C-1..C-20", "--as", "sara", "-q"]);
    done(&db, &["audit", "verify"]);
    assert!(inbox(&db, &["db", "migrate"]).2.contains("up to date"));
}
