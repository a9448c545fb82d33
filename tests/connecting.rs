//! Connections: several servers, the required kind of server, and the settings of a session.

use std::time::Duration;

use inbox::db::server::connect::{ConnectOptions, Mode};
use inbox::db::{self, Workspace};
use inbox::domain::session::{SessionLimits, TargetSession};
use sqlx::Connection;
use sqlx::postgres::PgConnectOptions;

use crate::support::{self, Db, seed};

/// Adds a server on which nothing listens in front of the real one.
fn behind_a_dead_server(db: &Db, more: &str) -> String {
    let url = db.url();
    let url = if url.contains("?host=") {
        url.replace("?host=", "?host=127.0.0.1,").replace("&port=", "&port=1,")
    } else {
        url.replacen("@127.0.0.1:", "@127.0.0.1:1,127.0.0.1:", 1)
    };
    assert_ne!(url, db.url());
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}{more}")
}

#[tokio::test]
async fn next_server_is_used_when_the_first_does_not_answer() {
    let db = support::db();
    seed::workspace(&db).await;
    let run = |more: &str| {
        support::inbox(&db)
            .env("DATABASE_URL", behind_a_dead_server(&db, more))
            .args(["list", "--ids"])
            .assert()
    };
    for kind in ["any", "read-write", "primary", "prefer-standby"] {
        run(&format!("target_session_attrs={kind}")).success();
    }
    for kind in ["standby", "read-only"] {
        let out = run(&format!("target_session_attrs={kind}")).code(8);
        let said = String::from_utf8_lossy(&out.get_output().stderr).into_owned();
        assert!(
            said.contains(&format!("is not {kind} (target_session_attrs)")),
            "{said}"
        );
    }
    // The database itself can be read-only by default.
    let mut conn = db.connect().await;
    let read_only = format!("alter database {} set default_transaction_read_only to on", db.name());
    seed::run(&mut conn, &read_only).await;
    run("target_session_attrs=read-only").success();
    run("target_session_attrs=read-write").code(8);
}

#[tokio::test]
async fn transaction_sets_client_limits_and_restores_the_session() {
    let db = support::db();
    let options: PgConnectOptions = db.url().parse().unwrap();
    let options = ConnectOptions::new(vec![options], TargetSession::Any);
    let mut conn = db::connect(&options, Duration::from_secs(10)).await.unwrap();
    let workspace: Workspace = support::WORKSPACE.parse().unwrap();
    let limits = "select concat_ws(' ', current_setting('idle_in_transaction_session_timeout'),
            current_setting('tcp_keepalives_idle'), current_setting('tcp_keepalives_interval'),
            current_setting('tcp_keepalives_count'), current_setting('tcp_user_timeout'))";
    let before = seed::text(&mut conn, limits).await;
    let over_tcp = seed::text(&mut conn, "select inet_server_addr() is not null").await == "true";
    for (mode, wanted) in [
        (Mode::Write, "20s 10 5 3 15000"),
        (Mode::Read, "1h 10 5 3 0"),
        (Mode::History, "1h 10 5 3 0"),
    ] {
        let mut tx = db::begin(&mut conn, &workspace, mode).await.unwrap();
        let found = seed::text(&mut tx, limits).await;
        // A Unix socket has no such settings, and accepts them without an error.
        let (idle, _) = wanted.split_once(' ').unwrap();
        let wanted = if over_tcp {
            wanted.to_owned()
        } else {
            format!("{idle} 0 0 0 0")
        };
        assert_eq!(found, wanted);
        tx.rollback().await.unwrap();
        assert_eq!(seed::text(&mut conn, limits).await, before);
    }
    let mut own = SessionLimits::default();
    own.own.insert("idle_in_transaction_session_timeout".to_owned());
    let mut tx = db::begin(&mut conn, &workspace.with_limits(&own), Mode::Write)
        .await
        .unwrap();
    assert!(seed::text(&mut tx, limits).await.starts_with("0 "));
}

#[tokio::test]
async fn silent_client_loses_its_locks() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let workspace: Workspace = support::WORKSPACE.parse().unwrap();
    let mut silent = db.connect().await;
    let mut tx = db::begin(&mut silent, &workspace, Mode::Write).await.unwrap();
    // The limit itself, shortened from twenty seconds.
    seed::run(&mut tx, "set local idle_in_transaction_session_timeout to '100ms'").await;
    seed::run(&mut tx, "lock table store in exclusive mode").await;
    let mut waiting = conn.begin().await.unwrap();
    seed::run(
        &mut waiting,
        "set local lock_timeout to '10s'; lock table store in exclusive mode",
    )
    .await;
    waiting.rollback().await.unwrap();
    assert!(tx.rollback().await.is_err() || silent.ping().await.is_err());
}
