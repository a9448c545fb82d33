//! Personal logins: created when the caller can create roles, printed as SQL otherwise, and kept in
//! step with the agent.

use sqlx::{Connection, PgConnection};

use super::{done, inbox, ran};
use crate::support::seed::{run, text, workspace};
use crate::support::{self, Db};

/// Creates a workspace whose owner and admin `boss` can create roles and is not a superuser.
/// Returns the URL of `boss`.
async fn owned(db: &Db, superuser: &mut PgConnection) -> String {
    let (boss, url) = db.login("boss");
    run(
        superuser,
        &format!(
            "alter role {boss} createrole; grant create on database {} to {boss}",
            db.name()
        ),
    )
    .await;
    let (code, _, err) = ran_as(db, &url, &["init", "--handle", "boss"]);
    assert_eq!(code, 0, "{err}");
    for kind in ["viewer", "agent", "supervisor", "admin", "ingest"] {
        db.drops(text(superuser, &format!("inbox.group_role('{kind}')")).await);
    }
    let (code, _, err) = ran_as(db, &url, &["team", "add", "support"]);
    assert_eq!(code, 0, "{err}");
    url
}

fn ran_as(db: &Db, url: &str, arguments: &[&str]) -> (i32, String, String) {
    let mut command = support::bare_inbox(db.home());
    command.env("DATABASE_URL", url).args(arguments);
    ran(command)
}

/// Returns the attributes and groups of a login, without the database's name.
async fn standing(superuser: &mut PgConnection, login: &str) -> String {
    text(
        superuser,
        &format!(
            "concat_ws(' ',
                (select concat_ws(' ',
                        case when rolcanlogin then 'login' end,
                        case when rolsuper then 'superuser' end,
                        case when rolcreaterole then 'createrole' end,
                        case when rolcreatedb then 'createdb' end,
                        case when rolreplication then 'replication' end,
                        case when rolbypassrls then 'bypassrls' end)
                    from pg_roles
                    where rolname = '{login}'),
                (select string_agg(coalesce(k, g.rolname) || case when m.admin_option then '!' else '' end, ' '
                        order by g.rolname)
                    from pg_auth_members m
                        join pg_roles g on g.oid = m.roleid
                        join pg_roles l on l.oid = m.member
                        left join unnest(array['viewer', 'agent', 'supervisor', 'admin', 'ingest']) k
                            on inbox.group_role(k) = g.rolname
                    where l.rolname = '{login}'))"
        ),
    )
    .await
}

#[tokio::test]
async fn owner_without_createrole_grants_rights_to_groups_when_migrating() {
    let db = support::empty_db();
    let mut superuser = PgConnection::connect(&db.superuser_url()).await.unwrap();
    let boss = owned(&db, &mut superuser).await;
    let ingest = text(&mut superuser, "inbox.group_role('ingest')").await;
    run(&mut superuser, &format!("alter role {}_boss nocreaterole", db.name())).await;
    // The state after a migration that adds a table.
    run(
        &mut superuser,
        &format!(
            r#"revoke all on inbox.alias_bucket from "{ingest}";
            revoke update (latch) on inbox.alias_bucket from "{ingest}""#
        ),
    )
    .await;
    let may_lock = format!("select has_column_privilege('{ingest}', 'inbox.alias_bucket', 'latch', 'update')");
    assert_eq!(text(&mut superuser, &may_lock).await, "false");
    let (code, out, err) = ran_as(&db, &boss, &["db", "migrate"]);
    assert_eq!(code, 0, "{out}{err}");
    assert_eq!(text(&mut superuser, &may_lock).await, "true");
}

#[tokio::test]
async fn agent_add_creates_a_login_with_minimal_rights_when_allowed() {
    let db = support::empty_db();
    let mut superuser = PgConnection::connect(&db.superuser_url()).await.unwrap();
    let boss = owned(&db, &mut superuser).await;
    let login = format!("{}_ali", db.name());
    let add = [
        "agent",
        "add",
        "ali",
        "--team",
        "support",
        "--login",
        &login,
        "--create-login",
    ];

    let (code, _, err) = ran_as(&db, &boss, &[&add[..], &["--dry-run"]].concat());
    assert_eq!(code, 0, "{err}");
    assert!(!err.contains("password"), "{err}");
    assert_eq!(standing(&mut superuser, &login).await, "", "a dry run makes no login");

    let (code, out, err) = ran_as(&db, &boss, &add);
    assert_eq!(code, 0, "{out}{err}");
    assert!(
        err.contains(&format!(
            "without a password; if the server asks for one, set it in psql: \\password {login}"
        )),
        "{err}"
    );
    assert!(!err.contains("create role") && !err.contains("administrator"), "{err}");
    assert_eq!(standing(&mut superuser, &login).await, "login agent");
    let password = format!("select rolpassword is null from pg_authid where rolname = '{login}'");
    assert_eq!(text(&mut superuser, &password).await, "true");

    let url = db.url_of(&login);
    let (code, out, err) = ran_as(&db, &url, &["whoami", "-o", "jsonl", "--columns", "handle,role,teams"]);
    assert_eq!(
        (code, out.as_str()),
        (0, "{\"handle\":\"ali\",\"role\":\"agent\",\"teams\":[\"support\"]}\n"),
        "{err}"
    );
    let mut ali = PgConnection::connect(&url).await.unwrap();
    for sql in [
        "create role sneaked",
        "create table inbox.mine ()",
        "create schema mine",
        "update inbox.agent set role = 'admin'",
        "insert into inbox.event default values",
    ] {
        let refused = sqlx::query(sqlx::AssertSqlSafe(sql))
            .execute(&mut ali)
            .await
            .unwrap_err();
        assert_eq!(
            refused.as_database_error().unwrap().code().unwrap(),
            "42501",
            "{sql}: {refused}"
        );
    }

    // The grants follow the agent's role and state.
    for (change, standing_then) in [
        (
            &["agent", "edit", "ali", "--role", "supervisor"][..],
            "login supervisor",
        ),
        (&["agent", "edit", "ali", "--role", "viewer"], "login viewer"),
        (&["agent", "disable", "ali"], "login"),
        (&["agent", "enable", "ali"], "login viewer"),
        (&["agent", "edit", "ali", "--login", "none"], "login"),
    ] {
        let (code, out, err) = ran_as(&db, &boss, change);
        assert_eq!(code, 0, "{change:?}: {out}{err}");
        assert_eq!(standing(&mut superuser, &login).await, standing_then, "{change:?}");
        let (code, _, err) = ran_as(&db, &url, &["list"]);
        assert_eq!(code, if standing_then == "login" { 4 } else { 0 }, "{change:?}: {err}");
    }
    // An existing login is used unchanged.
    let (code, _, err) = ran_as(
        &db,
        &boss,
        &["agent", "add", "hina", "--login", &login, "--create-login"],
    );
    assert_eq!(code, 0, "{err}");
    assert!(!err.contains("password"), "{err}");
    assert_eq!(standing(&mut superuser, &login).await, "login agent");
}

#[tokio::test]
async fn agent_add_prints_the_sql_for_the_login_when_not_allowed_to_create_it() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    let mut superuser = PgConnection::connect(&db.superuser_url()).await.unwrap();
    let login = format!("{}_bilal", db.name());
    let add = [
        "agent",
        "add",
        "bilal",
        "--team",
        "support",
        "--login",
        &login,
        "--create-login",
    ];
    let (code, out, err) = inbox(&db, &add);
    assert_eq!(code, 0, "the agent is added: {out}{err}");
    assert!(out.contains("bilal"), "{out}");
    assert_eq!(
        text(&mut conn, "select login from agent where handle = 'bilal'").await,
        login
    );
    assert!(
        err.contains("may not change roles in Postgres; an administrator can run:"),
        "{err}"
    );
    assert!(
        err.contains("first run the SQL that inbox db roles prints"),
        "the groups are missing too: {err}"
    );
    assert_eq!(standing(&mut superuser, &login).await, "");

    let statements = err
        .lines()
        .filter_map(|l| l.strip_prefix("warning: "))
        .filter(|l| l.ends_with(';'));
    let sql = statements.collect::<Vec<_>>().join("\n");
    assert_eq!(sql.lines().count(), 2, "{err}");
    run(&mut superuser, &done(&db, &["db", "roles"])).await;
    for kind in ["viewer", "agent", "supervisor", "admin", "ingest"] {
        db.drops(text(&mut conn, &format!("group_role('{kind}')")).await);
    }
    run(&mut superuser, &sql).await;
    assert_eq!(standing(&mut superuser, &login).await, "login agent");
    let (code, out, err) = ran_as(
        &db,
        &db.url_of(&login),
        &["whoami", "-o", "jsonl", "--columns", "handle,role"],
    );
    assert_eq!(
        (code, out.as_str()),
        (0, "{\"handle\":\"bilal\",\"role\":\"agent\"}\n"),
        "{err}"
    );

    let (code, _, err) = inbox(&db, &["agent", "edit", "bilal", "--role", "viewer"]);
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("revoke ") && err.contains("grant ") && err.contains(&login),
        "{err}"
    );
    let (code, _, err) = inbox(&db, &["agent", "add", "x", "--create-login"]);
    assert_eq!(code, 2, "a login has to be named: {err}");
}
