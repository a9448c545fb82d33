//! Setting up and administering, with the real binary: what it prints, how it ends, what it refuses.

use std::path::Path;

use sqlx::{Connection, PgConnection};

use crate::support::seed::{conversations, run, text, workspace};
use crate::support::{self, Db};

/// Runs a command; gives exit code, stdout and stderr.
fn ran(mut command: assert_cmd::Command) -> (i32, String, String) {
    let out = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (out.status.code().unwrap(), text(&out.stdout), text(&out.stderr))
}

fn inbox(db: &Db, arguments: &[&str]) -> (i32, String, String) {
    let mut command = support::inbox(db);
    command.args(arguments);
    ran(command)
}

fn done(db: &Db, arguments: &[&str]) -> String {
    let (code, out, err) = inbox(db, arguments);
    assert_eq!(code, 0, "{arguments:?}: {out}{err}");
    out
}

fn refused(db: &Db, arguments: &[&str], code: i32, says: &str) -> String {
    let (got, out, err) = inbox(db, arguments);
    assert_eq!(got, code, "{arguments:?}: {out}{err}");
    assert!(err.contains(says), "{arguments:?} does not say {says:?}: {err}");
    err
}

fn config(home: &Path) -> String {
    fs_err::read_to_string(home.join(".config/inbox/config.toml")).unwrap()
}

#[test]
fn init_without_a_database_names_both_ways() {
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
async fn init_makes_a_workspace_its_admin_its_settings_and_a_profile_once() {
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
        "name,value\ntime_zone,Asia/Karachi\nphone_prefix,92\nreopen_window,72h\n"
    );
}

#[tokio::test]
async fn of_several_inits_at_once_one_makes_the_workspace_and_all_end_well() {
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
fn init_without_rights_names_the_grant() {
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
async fn init_leaves_a_schema_of_something_else_alone() {
    let db = support::empty_db();
    run(
        &mut PgConnection::connect(&db.url()).await.unwrap(),
        "create schema inbox; create table inbox.orders ()",
    )
    .await;
    refused(
        &db,
        &["init", "--handle", "zoya"],
        2,
        "holds 1 tables of something else",
    );
}

#[test]
fn a_profile_is_never_turned_to_another_database() {
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
fn a_url_with_a_password_is_refused_without_showing_it() {
    let db = support::empty_db();
    let err = refused(
        &db,
        &["init", "postgres://zoya:hunter2@localhost/x"],
        2,
        "must not hold a password",
    );
    assert!(!err.contains("hunter2") && err.contains(".pgpass"), "{err}");
}

#[test]
fn a_private_postgres_is_made_by_init_alone() {
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
    // It starts by itself, and the one login of a private cluster may act as anyone.
    let (code, out, err) = local(&["whoami", "-o", "jsonl", "--columns", "handle,may_act_as"]);
    assert_eq!(
        (code, out.as_str()),
        (0, "{\"handle\":\"zoya\",\"may_act_as\":[\"anyone\"]}\n"),
        "{err}"
    );
    assert_eq!(local(&["local", "stop", "-q"]).0, 0);
}

#[tokio::test]
async fn an_unknown_login_is_told_the_line_for_an_admin() {
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
fn a_database_without_a_workspace_says_so() {
    let db = support::empty_db();
    for arguments in [
        &["whoami"][..],
        &["db", "status"],
        &["db", "migrate"],
        &["agent", "add", "sara"],
    ] {
        refused(&db, arguments, 2, "holds no workspace inbox");
    }
}

#[tokio::test]
async fn a_login_gets_the_rights_of_its_agent_and_loses_them_with_him() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    let (role, url) = db.login("sara");
    let (code, _, err) = inbox(&db, &["agent", "edit", "sara", "--login", &role]);
    assert_eq!(code, 0);
    // The everyday login of the tests may not make roles: an administrator runs what is printed.
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
    // An agent administers nothing, and names nobody else.
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

/// Group roles belong to the cluster: they go before the database does.
async fn drop_groups(admin: &mut PgConnection, conn: &mut PgConnection) {
    let groups = text(conn, "select string_agg(quote_ident(group_role(k)), ', ') from unnest(array['viewer', 'agent', 'supervisor', 'admin', 'ingest']) k").await;
    run(admin, &format!("drop owned by {groups}; drop role {groups}")).await;
}

#[tokio::test]
async fn nouns_are_added_listed_changed_disabled_and_enabled() {
    let db = support::db();
    workspace(&db).await;
    assert_eq!(
        done(
            &db,
            &[
                "team",
                "add",
                "returns",
                "--name",
                "Returns",
                "-o",
                "jsonl",
                "--columns",
                "noun,handle,result,changes"
            ]
        ),
        "{\"noun\":\"team\",\"handle\":\"returns\",\"result\":\"added\",\"changes\":{\"name\":\"Returns\"}}\n"
    );
    refused(&db, &["team", "add", "returns"], 5, "that handle is taken");
    refused(&db, &["team", "add", "sara"], 5, "that handle is taken");
    refused(
        &db,
        &["team", "edit", "nobody-knows", "--name", "x"],
        3,
        "no team \"nobody-knows\"",
    );
    refused(&db, &["team", "edit", "returns"], 2, "nothing to change");
    assert!(done(&db, &["team", "edit", "returns", "--name", "Returns"]).contains("unchanged"));
    assert!(done(&db, &["team", "disable", "returns"]).contains("disabled"));
    assert!(!done(&db, &["team", "list", "--ids"]).contains("returns"));
    assert!(done(&db, &["team", "list", "--all", "--ids"]).contains("returns"));
    refused(
        &db,
        &["channel", "edit", "main", "--team", "returns"],
        5,
        "the team returns is disabled",
    );
    assert!(done(&db, &["team", "enable", "returns"]).contains("enabled"));
    refused(
        &db,
        &["team", "disable", "support"],
        5,
        "gets the conversations of main",
    );
    refused(&db, &["store", "disable", "shop"], 5, "gets the conversations of main");

    done(&db, &["store", "add", "karachi"]);
    done(
        &db,
        &[
            "channel",
            "add",
            "second",
            "--phone-number-id",
            "222",
            "--store",
            "karachi",
            "--team",
            "ops",
            "--display-phone",
            "+92 300 1234567",
        ],
    );
    refused(
        &db,
        &[
            "channel",
            "add",
            "third",
            "--phone-number-id",
            "222",
            "--store",
            "shop",
            "--team",
            "ops",
        ],
        5,
        "another channel has that phone number id",
    );
    refused(
        &db,
        &[
            "channel",
            "add",
            "third",
            "--phone-number-id",
            "+92300",
            "--store",
            "shop",
            "--team",
            "ops",
        ],
        2,
        "no phone number id",
    );
    refused(
        &db,
        &[
            "channel",
            "add",
            "third",
            "--phone-number-id",
            "3",
            "--store",
            "nope",
            "--team",
            "ops",
        ],
        3,
        "no store \"nope\"",
    );
    assert_eq!(
        done(
            &db,
            &[
                "channel",
                "list",
                "-o",
                "csv",
                "--columns",
                "handle,display_phone,store,team,state"
            ]
        ),
        "handle,display_phone,store,team,state\nmain,,shop,support,active\nsecond,+92 300 1234567,karachi,ops,active\n"
    );

    assert_eq!(
        done(
            &db,
            &[
                "agent",
                "add",
                "bilal",
                "--role",
                "supervisor",
                "--team",
                "ops,support",
                "--capacity",
                "20",
                "-o",
                "jsonl",
                "--columns",
                "changes"
            ]
        ),
        "{\"changes\":{\"capacity\":20,\"name\":\"bilal\",\"role\":\"supervisor\",\"teams\":[\"ops\",\"support\"]}}\n"
    );
    done(
        &db,
        &["agent", "edit", "bilal", "--remove-team", "ops", "--capacity", "none"],
    );
    assert_eq!(
        done(
            &db,
            &[
                "agent",
                "list",
                "--role",
                "supervisor",
                "-o",
                "csv",
                "--columns",
                "handle,teams,capacity,live,state"
            ]
        ),
        "handle,teams,capacity,live,state\nbilal,support,,0,active\nomar,\"ops,support\",,0,active\n"
    );
    refused(&db, &["agent", "list", "--team", "nope"], 3, "no team \"nope\"");
    refused(&db, &["agent", "add", "system"], 2, "reserved");
    refused(
        &db,
        &["agent", "edit", "admin", "--role", "agent"],
        5,
        "admin is the last admin",
    );
}

#[tokio::test]
async fn administration_is_dry_run_and_repeated_like_every_change() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    let (code, out, err) = inbox(&db, &["agent", "add", "bilal", "--dry-run"]);
    assert_eq!(code, 0);
    assert!(out.contains("added") && err.contains("dry run"), "{out}{err}");
    assert_eq!(
        text(&mut conn, "select count(*) from agent where handle = 'bilal'").await,
        "0"
    );
    let first = done(&db, &["agent", "add", "bilal", "--idempotency-key", "k1"]);
    assert_eq!(done(&db, &["agent", "add", "bilal", "--idempotency-key", "k1"]), first);
    refused(
        &db,
        &["agent", "add", "zara", "--idempotency-key", "k1"],
        5,
        "with other arguments",
    );
    assert_eq!(
        text(
            &mut conn,
            "select count(*) from agent where handle in ('bilal', 'zara')"
        )
        .await,
        "1"
    );
}

#[tokio::test]
async fn an_agent_who_leaves_gives_what_he_owns_away_in_one_operation() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    let ids = conversations(&mut conn, 4).await;
    let refs: Vec<String> = ids.iter().map(|id| format!("C-{id}")).collect();
    let all: Vec<&str> = refs.iter().map(String::as_str).collect();
    done(&db, &[&["assign", "-y", "--to", "sara"], &all[..3]].concat());
    done(&db, &["assign", "-y", "--to", "ali", all[3]]);
    done(
        &db,
        &[
            "handoff",
            all[3],
            "--to",
            "sara",
            "--require-accept",
            "--reason",
            "knows him",
            "--as",
            "ali",
        ],
    );
    done(&db, &["escalate", all[0], "--priority", "high"]);
    done(&db, &["ticket", "assign", "T-1", "--to", "sara"]);

    let err = refused(
        &db,
        &["agent", "disable", "sara"],
        5,
        "sara owns 3 conversations and 1 tickets",
    );
    assert!(err.contains("--give-to HANDLE") && err.contains("--release"), "{err}");
    refused(&db, &["agent", "edit", "sara", "--role", "viewer"], 5, "still owns");
    refused(&db, &["agent", "disable", "sara", "--give-to", "sara"], 2, "his own");
    refused(
        &db,
        &["agent", "disable", "sara", "--give-to", "vera"],
        5,
        "may own nothing",
    );
    assert_eq!(
        text(
            &mut conn,
            "select count(*) from conversation where owner_id = (select id from agent where handle = 'sara')"
        )
        .await,
        "3"
    );

    let row = done(
        &db,
        &[
            "agent",
            "disable",
            "sara",
            "--give-to",
            "omar",
            "--reason",
            "left",
            "-o",
            "jsonl",
            "--columns",
            "result,conversations,tickets",
        ],
    );
    assert_eq!(row, "{\"result\":\"disabled\",\"conversations\":3,\"tickets\":1}\n");
    let owners = "select string_agg(coalesce(a.handle, '-'), ' ' order by c.id) from conversation c left join agent a on a.id = c.owner_id";
    assert_eq!(text(&mut conn, owners).await, "omar omar omar ali");
    assert_eq!(
        text(
            &mut conn,
            "select a.handle from ticket t join agent a on a.id = t.owner_id"
        )
        .await,
        "omar"
    );
    assert_eq!(
        text(&mut conn, "select string_agg(state, ' ') from handoff").await,
        "declined"
    );
    let kinds = "select string_agg(kind || ' ' || n, ', ' order by kind) from (select kind, count(*) as n from event where operation_id = (select max(id) from operation) group by kind) k";
    assert_eq!(
        text(&mut conn, kinds).await,
        "assigned 3, disabled 1, handoff_declined 1, ticket_assigned 1"
    );
    refused(&db, &["assign", all[0], "--to", "sara"], 5, "disabled");
    assert!(done(&db, &["agent", "enable", "sara"]).contains("enabled"));

    done(&db, &["agent", "disable", "omar", "--release"]);
    assert_eq!(text(&mut conn, owners).await, "- - - ali");
    assert_eq!(
        text(&mut conn, "select count(*) from ticket where owner_id is null").await,
        "1"
    );
}

#[tokio::test]
async fn nobody_is_disabled_while_he_is_being_made_an_owner() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    let id = conversations(&mut conn, 1).await[0];
    let mut other = db.connect().await;
    // A gives it to sara and has not committed; B disables her and waits for A.
    run(&mut conn, "begin").await;
    run(&mut conn, &format!(
        "do $do$ declare op bigint; sara bigint := (select id from agent where handle = 'sara'); begin
            select operation_id into op from open_operation('admin', 'assign', '{{}}', null, null, '0.1.0', 'test', null);
            perform record_conversations(op, array[{id}], array[(select seq from conversation where id = {id})], array['assigned'], array['open'], array[sara],
                array[(select team_id from conversation where id = {id})], array['normal'], array[''], array[null::timestamptz], array['{{}}'::jsonb], null, null);
            perform finish_operation(op, 1, 1, null, 0::smallint); end $do$")).await;
    let home = db.home().to_owned();
    let url = db.url();
    let disable = std::thread::spawn(move || {
        let mut command = support::bare_inbox(&home);
        command.env("DATABASE_URL", url).args(["agent", "disable", "sara"]);
        ran(command)
    });
    let waits = "select count(*) from pg_locks where not granted and pid <> pg_backend_pid() and database = (select oid from pg_database where datname = current_database()) or (not granted and locktype = 'transactionid')";
    for _ in 0..200 {
        if text(&mut other, waits).await != "0" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    run(&mut conn, "commit").await;
    let (code, out, err) = disable.join().unwrap();
    assert_eq!(code, 5, "{out}{err}");
    assert_eq!(
        text(
            &mut other,
            "select count(*) from agent where handle = 'sara' and disabled_at is null"
        )
        .await,
        "1"
    );
}

#[tokio::test]
async fn a_file_of_agents_is_taken_whole_or_not_at_all() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    let import = |file: &str, more: &[&str]| {
        let mut command = support::inbox(&db);
        command
            .args(["agent", "import", "-", "-o", "csv", "--columns", "handle,result"])
            .args(more)
            .write_stdin(file.to_owned());
        ran(command)
    };
    let (code, out, err) = import(
        "handle,role,teams\nbilal,boss,support\nSara,agent,\nhina,agent,nope\nops,agent,\n",
        &[],
    );
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    for says in [
        "line 2: 'boss' is not a role",
        "line 3: 'Sara' is not a handle",
        "line 4: no team \"nope\"",
        "line 5: ops is a team",
        "4 problems; nothing was changed",
    ] {
        assert!(err.contains(says), "{says}: {err}");
    }
    let (code, _, err) = import("handle,email\nbilal,b@example.com\n", &[]);
    assert_eq!(code, 2);
    assert!(err.contains("unknown column 'email'"), "{err}");

    let file = "\u{feff}handle,name,role,teams,capacity,login\nbilal,Bilal,agent,support;ops,25,\nsara,Sara Khan,agent,support,,\nali,Ali,agent,support,,\n";
    let (code, out, err) = import(file, &["--dry-run"]);
    assert_eq!(
        (code, out.as_str()),
        (0, "handle,result\nbilal,added\nsara,changed\nali,unchanged\n"),
        "{err}"
    );
    assert_eq!(
        text(&mut conn, "select count(*) from agent where handle = 'bilal'").await,
        "0"
    );
    assert_eq!(import(file, &[]).0, 0);
    let (_, out, _) = import(file, &[]);
    assert_eq!(out, "handle,result\nbilal,unchanged\nsara,unchanged\nali,unchanged\n");
    assert_eq!(text(&mut conn, "select count(*) from event where subject = 'agent' and subject_id = (select id from agent where handle = 'ali')").await, "1");
    assert_eq!(
        text(
            &mut conn,
            "select name || ' ' || capacity || ' ' || cardinality(teams) from agent where handle = 'bilal'"
        )
        .await,
        "Bilal 25 2"
    );
}

#[tokio::test]
async fn a_grant_to_act_is_given_listed_and_taken_back() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    done(&db, &["agent", "grant-acting", "sara", "--login", "cron"]);
    assert!(done(&db, &["agent", "grant-acting", "sara", "--login", "cron"]).contains("unchanged"));
    done(&db, &["agent", "grant-acting", "system", "--login", "receiver"]);
    assert_eq!(
        done(
            &db,
            &[
                "agent",
                "grants",
                "--login",
                "cron",
                "-o",
                "csv",
                "--columns",
                "login,may_act_as"
            ]
        ),
        "login,may_act_as\ncron,sara\n"
    );
    done(&db, &["agent", "revoke-acting", "sara", "--login", "cron"]);
    refused(
        &db,
        &["agent", "revoke-acting", "sara", "--login", "cron"],
        3,
        "has no grant to act as sara",
    );
    refused(
        &db,
        &["agent", "grant-acting", "nope", "--login", "cron"],
        3,
        "no agent \"nope\"",
    );
    refused(&db, &["agent", "grant-acting", "--login", "cron"], 2, "required");
    assert_eq!(text(&mut conn, "select string_agg(kind, ' ' order by at) from event where subject = 'acting' and subject_id = (select id from acting where login = 'cron')").await, "granted revoked");
}

#[tokio::test]
async fn settings_of_the_workspace_are_checked_and_only_an_admin_sets_them() {
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
        "no country prefix",
    );
    refused(
        &db,
        &["config", "workspace", "zone", "UTC"],
        2,
        "no setting of a workspace",
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
async fn doctor_finds_nothing_wrong_and_then_what_was_broken() {
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

    let mut admin = db.connect_to(&db.superuser_url()).await;
    run(&mut admin, "alter table event disable trigger append_only").await;
    let (code, out, err) = doctor(&[]);
    assert_eq!(code, 7, "{out}{err}");
    assert!(out.contains("guards,fail,missing or off: event.append_only"), "{out}");
    run(&mut admin, "alter table event enable trigger append_only").await;

    run(&mut admin, "set session_replication_role = replica; update conversation set status = 'pending' where id = (select min(id) from conversation)").await;
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
async fn every_guard_of_the_schema_is_one_that_doctor_looks_for() {
    let db = support::db();
    let mut conn = db.connect().await;
    let there = text(&mut conn, "select string_agg(c.relname || '.' || t.tgname, ' ' order by 1) from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'inbox' and not t.tgisinternal").await;
    let mut there: Vec<String> = there.split(' ').map(str::to_owned).collect();
    let mut known: Vec<String> = inbox::store::health::GUARDS
        .iter()
        .flat_map(|(table, triggers)| triggers.iter().map(move |t| format!("{table}.{t}")))
        .collect();
    there.sort();
    known.sort();
    assert!(known.len() > 40);
    assert_eq!(there, known);
}

#[tokio::test]
async fn migrations_are_listed_and_a_newer_workspace_is_refused() {
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
    refused(&db, &["agent", "list"], 2, "the workspace is newer than this program");
    assert!(done(&db, &["db", "status", "-o", "csv", "--columns", "version,state"]).contains("9999,newer"));
    refused(&db, &["db", "migrate"], 2, "upgrade inbox");
}
