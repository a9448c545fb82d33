//! Attacks elsewhere in the server, on the work of other logins, and with arguments that no program
//! sends.

use super::attacks::Attack;
use super::staff::*;
use crate::support::psql::typed;
use crate::support::seed::{run, text};
use crate::support::transcript::transcript;

/// Lists the attacks.
pub fn attacks() -> Vec<Attack> {
    let mut list: Vec<Attack> = Vec::new();
    let mut add =
        |who: &[Who], sql: &str, code: &'static str| list.extend(who.iter().map(|w| (*w, sql.to_owned(), code)));
    let staff = [Sara, Omar, Vera, Admin, Serve];
    // Files, programs, other sessions, the server's settings.
    for sql in [
        "copy event to program 'cat'",
        "copy event from program 'cat'",
        "copy event to '/tmp/inbox-event'",
        "create temp table loot (line text); copy loot from program 'id'",
        "create temp table loot (line text); copy loot from '/etc/passwd'",
        "select pg_read_file('/etc/passwd')",
        "select pg_ls_dir('/')",
        "select lo_import('/etc/passwd')",
        "select pg_terminate_backend(pid) from pg_stat_activity where usename <> session_user",
        "select pg_cancel_backend(pid) from pg_stat_activity where usename <> session_user",
        "select pg_reload_conf()",
        "load 'auto_explain'",
        "create extension dblink",
        "set log_statement = 'none'",
        "select set_config('session_replication_role', 'replica', false)",
        "create event trigger mine on ddl_command_end execute function app_now()",
        "create role eve",
        "alter role postgres with password 'x'",
        "do $do$ begin execute format('alter role %I superuser', session_user); end $do$",
    ] {
        add(&staff, sql, "42501");
    }
    // Objects inside or next to the workspace that a more privileged login could call.
    for sql in [
        "create view inbox.board as select 1",
        "create function inbox.micros(timestamp) returns bigint language sql as 'select 0::bigint'",
        "create type inbox.mine as (x int)",
        "create domain inbox.jsonb as text",
        "create operator inbox.= (leftarg = text, rightarg = text, function = texteq)",
        "create cast (text as bigint) with inout",
        "create sequence inbox.mine",
        "create schema bait",
        "create function public.bait() returns int language sql as 'select 1'",
        "create trigger mine before insert on event for each row execute function guard_append_only()",
        "create rule mine as on update to event do instead nothing",
        "create policy mine on event using (false)",
        "create index mine on event (kind)",
        "create statistics mine on subject, kind from event",
        "create publication mine for all tables",
        "alter table event add column mine int",
        "alter table event owner to current_user",
        "alter function app_now() owner to current_user",
        "alter function app_now() set search_path to public",
        "comment on table event is 'nothing happened'",
        "alter schema inbox rename to outbox",
        "drop table event",
        "drop function guard_event() cascade",
        "truncate run",
        "do $do$ begin execute 'delete from event'; end $do$",
        "select setval('conversation_id_seq', 1)",
        "select nextval('operation_id_seq')",
    ] {
        add(&staff, sql, "42501");
    }
    // Rights: granted to the attacker, granted to others, and revoked from others.
    for kind in ["admin", "ingest"] {
        add(
            &[Sara, Omar, Vera],
            &format!("do $do$ begin execute format('grant %I to %I', group_role('{kind}'), session_user); end $do$"),
            "42501",
        );
        add(
            &[Sara, Omar, Vera],
            &format!("do $do$ begin execute format('set role %I', group_role('{kind}')); end $do$"),
            "42501",
        );
    }
    let owner = "(select nspowner::regrole from pg_namespace where nspname = 'inbox')";
    for statement in [
        "set role %s",
        "drop owned by %s",
        "reassign owned by %s to current_user",
        "alter role %s set search_path to public",
        "alter default privileges for role %s grant all on tables to public",
    ] {
        add(
            &staff,
            &format!("do $do$ begin execute format('{statement}', {owner}); end $do$"),
            "42501",
        );
    }
    // Postgres only warns about these. A division by zero shows that the right has not changed.
    add(
        &staff,
        "grant all on conversation to public;
        select 1 / has_table_privilege('public', 'inbox.conversation', 'select')::int",
        "22012",
    );
    add(
        &[Sara, Omar, Admin],
        "do $do$
        begin
            execute format('drop owned by %I', group_role('agent'));
        end $do$;
        select 1 / (not has_function_privilege(group_role('agent'),
            'finish_operation(bigint, int, int, jsonb, smallint)', 'execute'))::int",
        "22012",
    );
    // Under the role of the group, the login is still identified.
    add(
        &[Sara],
        &format!(
            "do $do$ begin execute format('set role %I', group_role('agent')); end $do$; {}",
            operation("'omar'", "null", "")
        ),
        "IB004",
    );
    add(
        &[Sara],
        "prepare forged as select open_operation('omar', 'try', '{}', null, null, '0.1.0', null, null); execute forged",
        "IB004",
    );
    // Locks: a viewer can take none, and an agent none on a table.
    for sql in [
        "lock table conversation in row share mode",
        "lock table event in share mode",
        "lock table agent in access exclusive mode",
        "select from conversation for key share",
        "select from agent for update",
        "select lock_conversations('{}')",
        "select lock_rows('{1}', null)",
    ] {
        add(&[Vera], sql, "42501");
    }
    for sql in [
        "lock table conversation in share mode",
        "lock table event in access exclusive mode",
        "select from agent for key share",
        "select from conversation for update",
    ] {
        add(&[Sara, Omar, Admin], sql, "42501");
    }
    add(&[Serve], "lock table agent in share mode", "42501");
    // A viewer cannot call functions that change data.
    for call in [
        "finish_operation(1, 1, 1, null, 0::smallint)",
        "record_attempts(null, '{1}')",
        "put_resource(1, 'agent', 1, '{}', 'changed', null)",
        "open_tickets(1, '{1}', '{1}', null, null, 'low', null, null, null, null)",
        "write_reason('x')",
        "current_operation(1)",
        "last_owner(1)",
        "login_statements('eve')",
    ] {
        add(&[Vera], &format!("select {call}"), "42501");
    }
    list.extend(hostile());
    list
}

/// Arguments that no program sends.
fn hostile() -> Vec<Attack> {
    let mut list: Vec<Attack> = Vec::new();
    let mut add = |who: Who, sql: String, code: &'static str| list.push((who, sql, code));
    for (arguments, code) in [
        ("null, null, '{}', null, null, '0.1.0', null, null", "23502"),
        ("null, 'drop table', null, null, null, '0.1.0', null, null", "23502"),
        ("null, 'TRY', '{}', null, null, '0.1.0', null, null", "22023"),
        ("null, 'try', '{}', null, '', '0.1.0', null, null", "22023"),
        (
            "null, 'try', '{}', null, repeat('k', 201), '0.1.0', null, null",
            "22023",
        ),
        ("null, 'try', '{}', null, null, E'0\\n1', null, null", "22023"),
        ("null, 'try', '{}', null, null, null, null, null", "23502"),
        ("null, 'try', '{}', null, null, '0.1.0', repeat('u', 65), null", "22023"),
        ("null, 'undo', '{}', null, null, '0.1.0', null, -1", "IB003"),
        ("'', 'try', '{}', null, null, '0.1.0', null, null", "IB003"),
    ] {
        add(Sara, format!("select open_operation({arguments})"), code);
    }
    // Conversations: a supervisor has the permission, so that only the arguments are wrong.
    let one = record(2, "noted", &[]);
    for (from, to, code) in [
        ("array[2::bigint]", "array[2::bigint, 2]", "IB005"),
        ("array[2::bigint]", "array[2::bigint, null]", "IB003"),
        ("array[2::bigint]", "array[-1::bigint]", "IB003"),
        ("array[2::bigint]", "array[9223372036854775807]", "IB003"),
        ("array[2::bigint]", "null", "IB003"),
        (
            "array[2::bigint]",
            "(select array_agg(g) from generate_series(1::bigint, 50000) g)",
            "IB005",
        ),
        ("array['noted']", "array[null::text]", "IB001"),
        ("array['noted']", "array['noted', 'noted']", "IB003"),
        ("array[c.seq]", "null", "IB005"),
        ("array[c.seq]", "array[2147483647]", "IB005"),
        ("array[c.team_id]", "array[null::bigint]", "IB001"),
        ("array[c.status]", "null", "IB001"),
        ("array[c.priority]", "array['silly']", "IB001"),
        ("'{}'::jsonb", "'[1, 2]'::jsonb", "IB001"),
    ] {
        let sql = one.replacen(from, to, 1);
        assert!(sql != one, "{from}");
        add(Omar, operation("null", "null", &sql), code);
    }
    let twice = record(2, "noted", &[])
        .replace("array[2::bigint]", "array[2::bigint, 2]")
        .replace("array[c.seq]", "array[c.seq, c.seq]")
        .replace("array['noted']", "array['noted', 'noted']")
        .replace("array[c.status]", "array[c.status, c.status]")
        .replace("array[c.owner_id]", "array[c.owner_id, c.owner_id]")
        .replace("array[c.team_id]", "array[c.team_id, c.team_id]")
        .replace("array[c.priority]", "array[c.priority, c.priority]")
        .replace(
            "array[array_to_string(c.labels, ',')]",
            "array[array_to_string(c.labels, ','), array_to_string(c.labels, ',')]",
        )
        .replace("array[c.snoozed_until]", "array[c.snoozed_until, c.snoozed_until]");
    add(Omar, operation("null", "null", &twice), "23505");
    for (kind, columns, code) in [
        ("pended", vec![("status", "null")], "23502"),
        ("assigned", vec![("team", "null::bigint")], "23502"),
        ("assigned", vec![("owner", "-1")], "IB005"),
        ("assigned", vec![("team", "-1")], "IB005"),
        ("labelled", vec![("labels", "'NOT A LABEL'")], "23514"),
        ("labelled", vec![("labels", "null")], "23502"),
        ("labelled", vec![("priority", "'silly'")], "23514"),
        ("snoozed", vec![("status", "'snoozed'"), ("until", "null")], "23514"),
        ("handoff_offered", vec![("data", "{}")], "IB005"),
        ("handoff_offered", vec![("data", "{\"to_agent\": \"eve\"}")], "22P02"),
        (
            "handoff_offered",
            vec![("data", "{\"to_agent\": 1, \"to_team\": 1}")],
            "23514",
        ),
        ("undone", vec![("data", "{\"undoes\": null}")], "IB004"),
    ] {
        add(Omar, operation("null", "null", &record(2, kind, &columns)), code);
    }
    let ticket = |id: &str, seq: &str, kind: &str, status: &str| {
        operation(
            "null",
            "null",
            &format!(
                "perform record_tickets(op, array[{id}], array[{seq}]::int[], {kind}, array[{status}]::text[],
                    array[t.owner_id], array[t.team_id], array[t.priority], array[t.due_at],
                    array[t.category], null, null)
                from ticket t
                where t.id = 1;"
            ),
        )
    };
    add(Omar, ticket("1::bigint", "null", "'ticket_set'", "'waiting'"), "IB005");
    add(
        Omar,
        ticket("1::bigint", "t.seq - 1", "'ticket_set'", "'waiting'"),
        "IB005",
    );
    add(
        Omar,
        ticket("-1::bigint", "t.seq", "'ticket_set'", "'waiting'"),
        "IB003",
    );
    add(
        Omar,
        ticket("1::bigint, 1", "t.seq", "'ticket_set'", "'waiting'"),
        "IB005",
    );
    add(Omar, ticket("1::bigint", "t.seq", "null", "t.status"), "IB001");
    add(Omar, ticket("1::bigint", "t.seq", "'ticket_set'", "null"), "23502");
    add(Omar, ticket("1::bigint", "t.seq", "'ticket_set'", "'silly'"), "23514");
    for (arguments, code) in [
        (
            "array[2::bigint], array[c.seq], null, null, null, null, null, null, null",
            "23502",
        ),
        (
            "array[2::bigint], array[c.seq], null, null, 'silly', null, null, null, null",
            "23514",
        ),
        (
            "array[2::bigint], array[c.seq], null, null, 'low', 'NOT A WORD', null, null, null",
            "23514",
        ),
        (
            "array[2::bigint], array[c.seq], -1, null, 'low', null, null, null, null",
            "IB005",
        ),
        (
            "array[2::bigint], array[c.seq], null, -1, 'low', null, null, null, null",
            "IB005",
        ),
        (
            "array[2::bigint], null, null, null, 'low', null, null, null, null",
            "IB005",
        ),
        (
            "array[-1::bigint], array[c.seq], null, null, 'low', null, null, null, null",
            "IB003",
        ),
    ] {
        add(
            Omar,
            operation(
                "null",
                "null",
                &format!("perform open_tickets(op, {arguments}) from conversation c where c.id = 2;"),
            ),
            code,
        );
    }
    for (arguments, code) in [
        ("'agent', null, '{}', 'added', null", "23502"),
        ("'agent', null, null, 'added', null", "IB001"),
        ("'agent', null, '[]', 'added', null", "IB001"),
        ("null, null, '{}', 'added', null", "IB001"),
        ("'agent', -1, '{}', 'changed', null", "IB003"),
        ("'agent', 3, '{\"capacity\": -1}', 'changed', null", "23514"),
        ("'agent', 3, '{\"capacity\": \"many\"}', 'changed', null", "22P02"),
        ("'agent', 3, '{\"teams\": [\"support\"]}', 'changed', null", "22P02"),
        ("'agent', 3, '{\"login\": 5, \"role\": null}', 'changed', null", "23502"),
        (
            "'team', null, '{\"handle\": \"NOT ONE\", \"name\": \"x\"}', 'added', null",
            "23514",
        ),
        ("'setting', null, '{\"name\": \"x\"}', 'added', null", "23502"),
        (
            "'acting', null, '{\"login\": \"eve\", \"agent_id\": 99}', 'granted', null",
            "23503",
        ),
        ("'pg_authid', 10, '{}', 'changed', null", "IB001"),
    ] {
        add(
            Admin,
            operation("null", "null", &format!("perform put_resource(op, {arguments});")),
            code,
        );
    }
    let opened = |contact: &str, owner: &str, status: &str| {
        operation(
            "'system'",
            "null",
            &format!(
                "perform open_conversations(op, array[1::bigint], array[{contact}], array[{owner}]::bigint[],
                    array['{status}'], array['customer'], array[now()], null);"
            ),
        )
    };
    add(Serve, opened("99::bigint", "null", "open"), "23503");
    add(Serve, opened("4::bigint", "null", "resolved"), "23514");
    add(Serve, opened("4::bigint", "null", "silly"), "23514");
    for nobody in ["dina", "vera", "system"] {
        let owner = format!("(select id from agent where handle = '{nobody}')");
        add(Serve, opened("4::bigint", &owner, "open"), "IB005");
    }
    add(
        Sara,
        "select conversation_ids('{\"ids\": [\"x\"]}')".to_owned(),
        "22P02",
    );
    for call in ["lock_conversations(", "lock_rows(null, "] {
        add(
            Sara,
            format!("select {call}'{{\"contact\": \"x; drop table event\"}}')"),
            "22P02",
        );
    }
    add(
        Sara,
        "select conversation_ids('{\"waiting_over\": \"NaN\"}')".to_owned(),
        "22008",
    );
    list
}

#[tokio::test]
async fn false_undo_of_an_operation_hides_nothing() {
    let (db, mut conn, mut logins) = staffed().await;
    assert!(!transcript(&db, &["--as omar assign C-2 --to ali -q"]).contains("exit"));
    let moved = text(&mut conn, "select max(operation_id) from event where kind = 'assigned'").await;
    let sara = session(&mut logins, Sara);
    let claim = operation("null", &moved, "perform finish_operation(op, 1, 1, null, 0::smallint);");
    run(sara, &claim).await;
    let done = transcript(&db, &[&*format!("--as omar undo O-{moved} -q")]);
    assert!(!done.contains("exit"), "{done}");
    let done = transcript(&db, &[&*format!("--as omar undo O-{moved} -q")]);
    assert!(done.contains("is undone, by"), "{done}");
    let done = transcript(&db, &["--as omar undo O-99999 -q"]);
    assert!(
        done.contains("no operation O-99999") && done.contains("exit 3"),
        "{done}"
    );
}

#[tokio::test]
async fn other_workspace_in_the_same_database_is_out_of_reach() {
    let (_db, mut conn, logins) = staffed().await;
    let other = "other".parse().unwrap();
    inbox::db::schema::migrate::migrate(&mut conn, &other).await.unwrap();
    let attacks = [
        "select * from other.conversation",
        "select * from other.event",
        "insert into other.delivery (received_at, body) values (now(), '')",
        "select other.open_operation(null, 'try', '{}', null, null, '0.1.0', null, null)",
        "select other.bootstrap('eve', 'Eve', true, '0.1.0', null)",
        "select other.app_now()",
    ];
    let mut tried = 0;
    for login in logins.iter().filter(|l| !matches!(l.who, Owner | Superuser)) {
        for (sql, refused) in attacks.iter().zip(typed(&login.url, attacks)) {
            let refused = refused.unwrap_or_default();
            assert!(refused.starts_with("42501: "), "{:?}: {sql}: {refused}", login.who);
            tried += 1;
        }
    }
    assert_eq!(tried, 7 * 6);
}

#[tokio::test]
async fn disabled_agent_cannot_continue_an_open_operation() {
    let (db, mut conn, mut logins) = staffed().await;
    let adnan = session(&mut logins, Admin);
    run(adnan, "begin").await;
    let begun = text(
        adnan,
        "select operation_id from open_operation(null, 'try', '{}', null, null, '0.1.0', null, null)",
    )
    .await;
    assert!(!transcript(&db, &["agent disable adnan -q"]).contains("exit"));
    let back = format!(
        "select put_resource({begun}, 'agent', (select id from agent where handle = 'adnan'),
            '{{\"disabled_at\": null}}', 'enabled', null)"
    );
    let refused = sqlx::raw_sql(sqlx::AssertSqlSafe(back))
        .execute(&mut *adnan)
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("the agent adnan is disabled"), "{refused}");
    run(adnan, "rollback").await;
    let disabled = "select disabled_at is not null from agent where handle = 'adnan'";
    assert_eq!(text(&mut conn, disabled).await, "true");
}
