//! A small workspace, created by the functions that the program calls.

use std::process::Command;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::{Db, psql, source};

/// Runs SQL that must succeed.
pub async fn run(conn: &mut PgConnection, sql: &str) {
    conn.execute(AssertSqlSafe(sql.to_owned()))
        .await
        .unwrap_or_else(|e| panic!("{e}\n{sql}"));
}

/// Runs SQL that may be refused.
pub async fn try_run(conn: &mut PgConnection, sql: &str) -> sqlx::Result<()> {
    conn.execute(AssertSqlSafe(sql.to_owned())).await.map(drop)
}

/// Returns one value as text.
pub async fn text(conn: &mut PgConnection, sql: &str) -> String {
    sqlx::query_scalar(AssertSqlSafe(format!("select ({sql})::text")))
        .fetch_one(conn)
        .await
        .unwrap_or_else(|e| panic!("{e}\n{sql}"))
}

/// Creates a team's workspace: the ordinary login is the admin `admin` and can act as any agent;
/// teams `support` and `ops`; the store `shop`; the channel `main` into `support`; agents sara and
/// ali (support), zoya (ops), omar (a supervisor), vera (a viewer).
pub async fn workspace(db: &Db) -> PgConnection {
    let mut conn = db.connect().await;
    set_up(&mut conn).await;
    conn
}

/// Creates the same in an empty migrated workspace.
pub async fn set_up(conn: &mut PgConnection) {
    let sql = r#"do $do$
        declare op bigint; support bigint; ops bigint; shop bigint;
        begin
            perform bootstrap('admin', 'Admin', true, '0.1.0', 'test');
            select operation_id into op
            from open_operation('admin', 'team add', '{}', null, null, '0.1.0', 'test', null);
            perform put_resource(op, 'setting', null,
                '{"name": "time_zone", "value": "Asia/Karachi"}', 'added', null);
            perform put_resource(op, 'setting', null, '{"name": "phone_prefix", "value": "92"}', 'added', null);
            support := put_resource(op, 'team', null, '{"handle": "support", "name": "Support"}', 'added', null);
            ops := put_resource(op, 'team', null, '{"handle": "ops", "name": "Operations"}', 'added', null);
            shop := put_resource(op, 'store', null, '{"handle": "shop", "name": "Shop"}', 'added', null);
            perform put_resource(op, 'channel', null,
                jsonb_build_object('handle', 'main', 'phone_number_id', '111', 'store_id', shop, 'team_id', support),
                'added', null);
            perform put_resource(op, 'agent', null,
                jsonb_build_object('handle', 'sara', 'name', 'Sara', 'role', 'agent', 'teams', array[support]),
                'added', null);
            perform put_resource(op, 'agent', null,
                jsonb_build_object('handle', 'ali', 'name', 'Ali', 'role', 'agent',
                    'teams', array[support]), 'added', null);
            perform put_resource(op, 'agent', null,
                jsonb_build_object('handle', 'zoya', 'name', 'Zoya', 'role', 'agent',
                    'teams', array[ops]), 'added', null);
            perform put_resource(op, 'agent', null,
                jsonb_build_object('handle', 'omar', 'name', 'Omar', 'role', 'supervisor',
                    'teams', array[support, ops]), 'added', null);
            perform put_resource(op, 'agent', null,
                jsonb_build_object('handle', 'vera', 'name', 'Vera', 'role', 'viewer', 'teams', array[support]),
                'added', null);
            perform finish_operation(op, 10, 10, null, 0::smallint);
        end $do$"#;
    // Workspaces of earlier releases have the function under its old name.
    let there = text(conn, "to_regproc('put_resource') is not null").await == "true";
    let function = if there { "put_resource" } else { "put_noun" };
    run(conn, &sql.replace("put_resource", function)).await;
}

/// Opens conversations on the channel `main`, one for each customer. Returns their ids.
pub async fn conversations(conn: &mut PgConnection, count: i32) -> Vec<i64> {
    let mut tx = conn.begin().await.unwrap();
    let before: i64 = text(&mut tx, "select coalesce(max(id), 0) from conversation")
        .await
        .parse()
        .unwrap();
    let sql = format!(
        r#"do $do$
        declare op bigint; made bigint[];
        begin
            with fresh as (
                insert into contact (name, first_seen, last_seen)
                select 'Customer ' || g, app_now(), app_now()
                from generate_series(1, {count}) g
                returning id
            )
            select array_agg(id order by id) into made from fresh;
            insert into contact_alias (contact_id, kind, value, first_seen, last_seen)
            select id, 'wa_id', '92300' || lpad(id::text, 7, '0'), app_now(), app_now()
            from unnest(made) id;
            select operation_id into op
            from open_operation('system', 'apply', '{{}}', null, null, '0.1.0', 'test', null);
            perform open_conversations(op, array_fill((select id from channel where handle = 'main'), array[{count}]),
                made, array_fill(null::bigint, array[{count}]), array_fill('open'::text, array[{count}]),
                array_fill('customer'::text, array[{count}]), array_fill(app_now(), array[{count}]),
                array_fill('{{}}'::jsonb, array[{count}]));
            perform finish_operation(op, {count}, {count}, null, 0::smallint);
        end $do$"#
    );
    run(&mut tx, &sql).await;
    let ids = sqlx::query_scalar("select id from conversation where id > $1 order by id")
        .bind(before)
        .fetch_all(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    ids
}

/// Waits until no transaction of the server is older than the last event. Until then a seal does
/// not cover it, because of other tests.
pub async fn settled(conn: &mut PgConnection) {
    let sql = "select pg_snapshot_xmin(pg_current_snapshot()) > (select max(xid) from event)
            and not exists (select from message where xid >= pg_snapshot_xmin(pg_current_snapshot()))";
    for _ in 0..2000 {
        if text(conn, sql).await == "true" {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("a transaction goes on for ever");
}

/// Fills a team's workspace with generated conversations of the year before November 2026, as `make
/// bench` does: the same seed gives the same rows.
pub fn fill(db: &Db, conversations: u32, seed: u32) {
    let output = Command::new(source(".ci/fill"))
        .args([conversations.to_string(), seed.to_string()])
        .env(
            "PSQL",
            format!("{} -d {}", psql::program().display(), db.superuser_url()),
        )
        .env("UNTIL", "2026-11-01 00:00+00")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
