//! The code of a workspace: the database has the functions of `migrations/code`, after any upgrade
//! and next to programs of other versions.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use inbox::db::schema::code::{FILES, VERSION};
use inbox::db::schema::migrate::run_online;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqlSafeStr};

use crate::support::seed::{conversations, run, set_up, text, workspace};
use crate::support::{self, Db, source};

/// Runs a command and returns its exit code and output.
fn ran(db: &Db, arguments: &[&str]) -> (i32, String) {
    let out = support::inbox(db).args(arguments).output().unwrap();
    let text = [out.stdout, out.stderr].concat();
    (out.status.code().unwrap(), String::from_utf8(text).unwrap())
}

/// Creates a workspace of the last release without `code/`.
async fn of_the_last_release(conn: &mut PgConnection) {
    run(conn, "create schema inbox").await;
    let files = sqlx::migrate!().iter().filter(|m| m.version <= 11).cloned().collect();
    Migrator::with_migrations(files).run(&mut *conn).await.unwrap();
}

/// Returns the functions that the files define by name, each with its text from `create` to the end
/// of the statement.
fn defined() -> BTreeMap<String, Vec<String>> {
    let mut functions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (_, file) in FILES {
        for part in file.split("create or replace function ").skip(1) {
            let name = part.split('(').next().unwrap().to_owned();
            functions.entry(name).or_default().push(part.to_owned());
        }
    }
    functions
}

#[test]
fn code_is_embedded_in_full_and_defines_each_function_once() {
    let mut names: Vec<String> = fs_err::read_dir(source("migrations/code"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, FILES.iter().map(|f| f.0).collect::<Vec<_>>());
    for (name, file) in FILES {
        assert_eq!(file.matches("create function").count(), 0, "{name}");
    }
    let functions = defined();
    assert!(functions.len() > 70, "{}", functions.len());
    let twice: Vec<_> = functions.iter().filter(|(_, texts)| texts.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[tokio::test]
async fn workspace_functions_are_those_of_the_code() {
    let db = support::db();
    let mut conn = db.connect().await;
    let there: Vec<(String, String)> = sqlx::query_as(
        "select proname::text, prosrc from pg_proc where pronamespace = 'inbox'::regnamespace order by 1",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    let functions = defined();
    let names: Vec<&str> = there.iter().map(|f| f.0.as_str()).collect();
    assert_eq!(names, functions.keys().map(String::as_str).collect::<Vec<_>>());
    for (name, body) in &there {
        assert!(
            functions[name][0].contains(body.as_str()),
            "{name} is not its text in migrations/code"
        );
    }
}

/// Creates the groups and grants them their rights, as an administrator does.
async fn with_groups(db: &Db) {
    let mut superuser = PgConnection::connect(&db.superuser_url()).await.unwrap();
    run(&mut superuser, "set search_path to inbox, pg_temp").await;
    for kind in ["viewer", "agent", "supervisor", "admin", "ingest"] {
        db.drops(text(&mut superuser, &format!("group_role('{kind}')")).await);
    }
    let statements: Vec<String> = sqlx::query_scalar("select role_statements()")
        .fetch_all(&mut superuser)
        .await
        .unwrap();
    for statement in statements {
        run(&mut superuser, &statement).await;
    }
}

/// Returns every object of a schema, one a line.
async fn catalogue(conn: &mut PgConnection) -> BTreeSet<String> {
    let query = "with here as (
            select oid from pg_namespace where nspname = 'inbox'
        ), groups as (
            select k, r.oid
            from unnest(array['viewer', 'agent', 'supervisor', 'admin', 'ingest']) k
                join pg_roles r on r.rolname = group_role(k)
        ), rights as (
            select 'table ' || relname as what, relacl as acl
            from pg_class
            where relnamespace = (table here)
            union all
            select format('column %s.%s', c.relname, a.attname), attacl
            from pg_attribute a join pg_class c on c.oid = a.attrelid
            where c.relnamespace = (table here)
            union all
            select 'function ' || proname, proacl
            from pg_proc
            where pronamespace = (table here)
            union all
            select 'schema', nspacl
            from pg_namespace
            where nspname = 'inbox'
        )
        select format('relation %s %s %s', relname, relkind, reloptions)
        from pg_class
        where relnamespace = (table here)
        union all
        select format('column %s.%s %s %s %s %s %s', c.relname, a.attname, a.attnum,
            format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated, pg_get_expr(d.adbin, d.adrelid))
        from pg_attribute a
            join pg_class c on c.oid = a.attrelid and c.relkind = 'r'
            left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where c.relnamespace = (table here) and a.attnum > 0
        union all
        select format('constraint %s.%s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
        from pg_constraint
        where connamespace = (table here)
        union all
        select indexdef
        from pg_indexes
        where schemaname = 'inbox'
        union all
        select concat(pg_get_triggerdef(t.oid), t.tgenabled)
        from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where c.relnamespace = (table here) and not t.tgisinternal
        union all
        select pg_get_functiondef(oid)
        from pg_proc
        where pronamespace = (table here)
        union all
        select format('right of %s to %s %s', coalesce(g.k, a.grantee::regrole::text), a.privilege_type, r.what)
        from rights r cross join aclexplode(r.acl) a left join groups g on g.oid = a.grantee
        where a.grantee <> (select nspowner from pg_namespace where nspname = 'inbox')
        union all
        select format('code %s %s %s', version, digest, compatible_from)
        from code_version";
    let lines: Vec<String> = sqlx::query_scalar(query).fetch_all(conn).await.unwrap();
    lines.into_iter().collect()
}

#[tokio::test]
async fn upgraded_workspace_equals_a_fresh_one() {
    let fresh = support::db();
    with_groups(&fresh).await;
    let old = support::empty_db();
    let mut conn = old.connect().await;
    of_the_last_release(&mut conn).await;
    set_up(&mut conn).await;
    conversations(&mut conn, 20).await;
    with_groups(&old).await;
    let (code, said) = ran(&old, &["list"]);
    assert!(code == 2 && said.contains("inbox db migrate"), "{said}");
    let (code, said) = ran(&old, &["db", "migrate"]);
    assert_eq!(code, 0, "{said}");
    let upgraded = catalogue(&mut conn).await;
    let wanted = catalogue(&mut fresh.connect().await).await;
    assert!(wanted.len() > 900, "{}", wanted.len());
    let differ: Vec<_> = upgraded.symmetric_difference(&wanted).collect();
    assert!(differ.is_empty(), "{differ:#?}");
    let (code, said) = ran(&old, &["audit", "verify"]);
    assert_eq!(code, 0, "{said}");
    let (code, said) = ran(&old, &["take", "C-1..C-20", "--as", "sara", "-q"]);
    assert_eq!(code, 0, "{said}");
}

#[tokio::test]
async fn failed_migration_leaves_the_workspace_unchanged() {
    let db = support::empty_db();
    let mut conn = db.connect().await;
    of_the_last_release(&mut conn).await;
    set_up(&mut conn).await;
    // A function with another result type cannot be replaced.
    run(
        &mut conn,
        "create function table_readers() returns int language sql as 'select 1'",
    )
    .await;
    let state = "select concat_ws(' ', (select count(*) from _sqlx_migrations), to_regclass('code_version'),
        (select md5(string_agg(prosrc, '' order by proname)) from pg_proc where pronamespace = 'inbox'::regnamespace))";
    let before = text(&mut conn, state).await;
    let (code, said) = ran(&db, &["db", "migrate"]);
    assert!(code != 0, "{said}");
    assert_eq!(text(&mut conn, state).await, before);
    run(&mut conn, "drop function table_readers()").await;
    let (code, said) = ran(&db, &["db", "migrate"]);
    assert_eq!(code, 0, "{said}");
}

/// Inserts an event of a kind from a newer program, as its function would.
const COLOURED: &str = "do $do$
    declare op operation;
    begin
        perform open_operation('admin', 'colour', '{}', null, null, '9.0.0', 'test', null);
        select * into op from operation order by id desc limit 1;
        with before as (
            select c.*, app_now() as now from conversation c where c.id = 1
        ), written as (
            insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, status, owner_id, team_id,
                priority, labels, data, hash)
            select 'conversation', b.id, b.seq + 1, b.now, 'coloured', op.actor_id, op.id, b.status, b.owner_id,
                b.team_id, b.priority, b.labels, '{}',
                event_hash(b.head, op.digest, 'conversation', b.id, b.seq + 1, b.now, 'coloured', op.actor_id, op.id,
                    b.status, b.owner_id, b.team_id, b.priority, b.labels, null, null, null, null, '{}')
            from before b
            returning event.seq, event.at, event.hash
        )
        update conversation c set seq = w.seq, head = w.hash, head_at = w.at from written w where c.id = 1;
        perform finish_operation(op.id, 1, 1, null, 0::smallint);
    end $do$";

#[tokio::test]
async fn program_works_on_a_workspace_with_an_additive_migration_on_top() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    conversations(&mut conn, 5).await;
    let newer = VERSION + 1;
    run(
        &mut conn,
        "insert into _sqlx_migrations values (9999, 'of the future', now(), true, '', 0);
        alter table setting add column hint text;
        alter table team add column colour text;
        alter table conversation add column colour text;
        create table palette (colour text);
        create or replace function app_now() returns timestamptz language sql volatile
            as 'select clock_timestamp() /* newer */';
        update code_version set version = version + 1, digest = 'ff'",
    )
    .await;
    // The rules of the newer program include the kind.
    run(&mut conn, "alter table event disable trigger happened").await;
    run(&mut conn, COLOURED).await;
    run(&mut conn, "alter table event enable trigger happened").await;

    for arguments in [
        &["list"][..],
        &["take", "C-1", "C-2", "--as", "sara"],
        &["note", "C-2", "asked TCS", "--as", "sara"],
        &["handoff", "C-2", "--to", "ali", "--as", "sara", "--reason", "late"],
        &["escalate", "C-3", "--as", "omar"],
        &["team", "add", "night"],
        &["config", "workspace", "reopen_window", "24h"],
        &["why", "C-1"],
        &["show", "C-1"],
        &["kpi", "export", "--period", "today"],
        &["audit", "seal"],
    ] {
        let (code, said) = ran(&db, arguments);
        assert_eq!(code, 0, "{arguments:?}: {said}");
    }
    let (code, said) = ran(&db, &["audit", "C-1", "-o", "csv"]);
    assert!(code == 0 && said.contains("coloured"), "{said}");

    let (code, said) = ran(&db, &["audit", "verify"]);
    let unchecked = format!("guards not checked: this program is version {VERSION}, the workspace {newer}");
    assert_eq!(code, 2, "{said}");
    assert!(said.contains(&unchecked), "{said}");
    assert!(
        said.contains("1 chains, first C-1, have events of unknown kinds"),
        "{said}"
    );
    let (code, said) = ran(&db, &["doctor", "-o", "csv"]);
    assert_eq!(code, 0, "{said}");
    let both = format!("the workspace has version {newer}, this program is version {VERSION}");
    assert!(said.contains(&both) && said.contains(&unchecked), "{said}");

    // The older program does not restore its functions.
    let (code, said) = ran(&db, &["db", "migrate"]);
    assert_eq!(code, 0, "{said}");
    assert!(
        text(
            &mut conn,
            "select prosrc from pg_proc where oid = 'app_now()'::regprocedure"
        )
        .await
        .contains("newer")
    );

    // Tampering is still found.
    run(
        &mut conn,
        "alter table conversation disable trigger user; update conversation set priority = 'urgent' where id = 4;
        alter table conversation enable trigger user",
    )
    .await;
    let (code, said) = ran(&db, &["audit", "verify"]);
    assert!(
        code == 7 && said.contains("C-4") && said.contains("state_differs"),
        "{said}"
    );
}

#[tokio::test]
async fn program_is_refused_after_a_breaking_migration() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    run(
        &mut conn,
        "insert into _sqlx_migrations values (9999, 'of the future', now(), true, '', 0);
        update code_version set version = version + 2, compatible_from = version + 1, digest = 'ff'",
    )
    .await;
    for arguments in [
        &["list"][..],
        &["team", "add", "night"],
        &["audit", "verify"],
        &["db", "migrate"],
    ] {
        let (code, said) = ran(&db, arguments);
        assert_eq!(code, 2, "{arguments:?}: {said}");
        assert!(
            said.contains("the workspace is newer than this program") && said.contains("upgrade inbox"),
            "{said}"
        );
    }
    let (code, said) = ran(&db, &["doctor", "-o", "csv"]);
    assert!(
        code == 7 && said.contains("the workspace is newer than this program"),
        "{said}"
    );
    let (code, said) = ran(&db, &["db", "status", "-o", "csv", "--columns", "version,state"]);
    assert!(code == 0 && said.contains("9999,newer"), "{said}");
    assert!(
        said.contains(&format!("open to programs from version {} on", VERSION + 1)),
        "{said}"
    );
}

#[tokio::test]
async fn different_code_of_the_same_version_is_refused_and_found() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    run(&mut conn, "update code_version set digest = 'ff'").await;
    let (code, said) = ran(&db, &["db", "migrate"]);
    assert!(
        code == 5 && said.contains("other functions and guards of version"),
        "{code} {said}"
    );
    let (code, said) = ran(&db, &["audit", "verify"]);
    assert!(
        code == 7 && said.contains("code_version") && said.contains("guard_differs"),
        "{said}"
    );
    let (code, said) = ran(&db, &["doctor", "-o", "csv"]);
    assert!(
        code == 7 && said.contains("other functions and guards of version"),
        "{said}"
    );
    // A lowered version would let an older program restore its functions.
    let back = sqlx::raw_sql("update code_version set version = 0")
        .execute(&mut conn)
        .await;
    assert!(back.unwrap_err().to_string().contains("only rises"));
}

#[tokio::test]
async fn every_table_is_listed_with_its_readers() {
    let db = support::db();
    let mut conn = db.connect().await;
    let tables = "select coalesce(string_agg(relname, ' ' order by relname), '') from pg_class
        where relnamespace = 'inbox'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')";
    let listed = "select string_agg(name, ' ' order by name) from table_readers()";
    assert_eq!(text(&mut conn, tables).await, text(&mut conn, listed).await);
    for list in [
        "select name from table_writers()",
        "select name from function_callers()",
    ] {
        let unknown = format!(
            "select coalesce(string_agg(name, ' '), '')
            from ({list}) l
            where to_regclass(name) is null
                and not exists (select 1 from pg_proc where proname = name and pronamespace = 'inbox'::regnamespace)"
        );
        assert_eq!(text(&mut conn, &unknown).await, "", "{list}");
    }
}

#[tokio::test]
async fn group_loses_rights_that_the_lists_no_longer_grant() {
    let db = support::db();
    let mut conn = db.connect().await;
    with_groups(&db).await;
    let viewer = text(&mut conn, "group_role('viewer')").await;
    run(
        &mut conn,
        &format!("create table palette (colour text); grant select on palette, secret to \"{viewer}\""),
    )
    .await;
    let may = |table: &str| format!("select has_table_privilege('{viewer}', '{table}', 'select')");
    assert_eq!(text(&mut conn, &may("secret")).await, "true");
    let (code, said) = ran(&db, &["db", "migrate"]);
    assert_eq!(code, 0, "{said}");
    for (table, expected) in [("palette", "false"), ("secret", "false"), ("event", "true")] {
        assert_eq!(text(&mut conn, &may(table)).await, expected, "{table}");
    }
}

#[tokio::test]
async fn existing_rows_still_verify_after_a_new_nullable_column() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    let tables = [
        "setting", "store", "team", "agent", "acting", "channel", "shift", "roster",
    ];
    for table in tables {
        run(&mut conn, &format!("alter table {table} add column hint text")).await;
    }
    let (_, said) = ran(&db, &["audit", "verify"]);
    assert!(
        said.contains("column agent.hint") && !said.contains("state_differs"),
        "{said}"
    );
    // Each guard accepts a change of a row older than the column.
    for arguments in [
        &["team", "edit", "support", "--name", "Help"][..],
        &["agent", "edit", "sara", "--name", "Sara K."],
        &["config", "workspace", "phone_prefix", "93"],
    ] {
        let (code, said) = ran(&db, arguments);
        assert_eq!(code, 0, "{arguments:?}: {said}");
    }
    let (code, said) = ran(
        &db,
        &["audit", "--subject", "team", "-o", "csv", "--columns", "kind,change"],
    );
    assert!(
        code == 0 && said.contains("name: Support → Help") && !said.contains("hint"),
        "{said}"
    );
    assert!(!ran(&db, &["audit", "verify"]).1.contains("state_differs"));
    // A value that no event contains is found.
    run(
        &mut conn,
        "alter table team disable trigger user;
        update team set hint = 'x' where handle = 'ops';
        alter table team enable trigger user",
    )
    .await;
    assert!(ran(&db, &["audit", "verify"]).1.contains("state_differs"));
    let refused = sqlx::raw_sql("update team set hint = 'y'").execute(&mut conn).await;
    assert!(refused.unwrap_err().to_string().contains("without a matching event"));
}

#[tokio::test]
async fn filter_with_an_unknown_key_is_refused() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    conversations(&mut conn, 3).await;
    for call in [
        "conversation_ids(%)",
        "lock_conversations(%)",
        "lock_rows(null, %)",
        "conversations_at(%, app_now())",
    ] {
        let with = |filter: &str| format!("select count(*) from {} x", call.replace('%', filter));
        assert_eq!(
            text(&mut conn, &with("'{\"owners\": [\"sara\"]}'")).await,
            "0",
            "{call}"
        );
        for filter in ["'{\"owner\": [\"sara\"]}'", "'[]'", "null"] {
            let refused = sqlx::raw_sql(AssertSqlSafe(with(filter))).execute(&mut conn).await;
            let said = refused.unwrap_err().to_string();
            assert!(
                said.contains("unknown filter: owner") || said.contains("a filter is a JSON object"),
                "{call} {said}"
            );
        }
    }
}

fn online(version: i64, sql: &'static str) -> Migration {
    Migration::new(
        version,
        Cow::Borrowed("indexes of labels"),
        MigrationType::Simple,
        AssertSqlSafe(sql).into_sql_str(),
        true,
    )
}

#[tokio::test]
async fn online_migration_resumes_after_a_kill() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    conversations(&mut conn, 50).await;
    let file = online(
        9001,
        "-- online\ncreate index concurrently if not exists conversation_priority on conversation (priority);\n\
        create index concurrently if not exists conversation_labels on conversation using gin (labels);\n",
    );
    // An open write transaction delays the creation of an index.
    let mut writer = db.connect().await;
    let mut builder = db.connect().await;
    let pid = text(&mut builder, "select pg_backend_pid()").await;
    run(&mut writer, "begin; lock table conversation in row exclusive mode").await;
    let building = {
        let file = file.clone();
        tokio::spawn(async move { run_online(&mut builder, &[&file]).await })
    };
    let invalid = "select coalesce(string_agg(indexrelid::regclass::text, ' '), '') from pg_index where not indisvalid";
    let begun = std::time::Instant::now();
    while text(&mut conn, invalid).await != "conversation_priority" {
        assert!(begun.elapsed() < Duration::from_secs(30), "no index is being built");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    run(&mut conn, &format!("select pg_terminate_backend({pid})")).await;
    building.await.unwrap().unwrap_err();
    assert_eq!(text(&mut conn, invalid).await, "conversation_priority");
    assert_eq!(
        text(&mut conn, "select count(*) from _sqlx_migrations where version = 9001").await,
        "0"
    );
    // The program works in the meantime.
    run(&mut writer, "rollback").await;
    assert_eq!(ran(&db, &["take", "C-1", "--as", "sara"]).0, 0);

    let mut other = db.connect().await;
    assert_eq!(run_online(&mut other, &[&file]).await.unwrap(), 1);
    assert_eq!(text(&mut conn, invalid).await, "");
    let built = "select string_agg(c.relname, ' ' order by c.relname) from pg_class c
        join pg_index x on x.indexrelid = c.oid where c.relname in ('conversation_labels', 'conversation_priority')";
    assert_eq!(
        text(&mut conn, built).await,
        "conversation_labels conversation_priority"
    );
    assert_eq!(run_online(&mut other, &[&file]).await.unwrap(), 0);
    assert_eq!(
        text(&mut conn, "select success from _sqlx_migrations where version = 9001").await,
        "true"
    );
}
