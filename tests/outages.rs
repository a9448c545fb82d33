//! The answers, reports and logs of `inbox serve` while the database is unreachable, silent or
//! read-only, and its shutdown.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::serving::{Serve, applied, now, one};
use crate::support::link::Link;
use crate::support::{self, seed};

fn readiness(serve: &Serve) -> (u16, Value) {
    let answer = serve.client().send("GET", "/readyz", "", b"").unwrap();
    (answer.status, serde_json::from_str(&answer.body).unwrap())
}

/// Posts until the answer is 200.
fn recovers(serve: &Serve, within: Duration) {
    let late = Instant::now() + within;
    let mut n = 0;
    while serve.post(&one(&format!("wamid.again{n}"), "923001234567", now())) != 200 {
        assert!(Instant::now() < late, "it does not recover: {}", serve.log());
        n += 1;
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[tokio::test]
async fn half_open_connections_are_replaced() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let link = Link::to(&db);
    let serve = Serve::start_at(&db, &link.url(&db));
    assert_eq!(serve.post(&one("wamid.1", "923001234567", now())), 200);
    applied(&mut conn).await;
    link.break_open();
    recovers(&serve, Duration::from_secs(12));
    let late = Instant::now() + Duration::from_secs(5);
    while readiness(&serve).0 != 200 {
        assert!(Instant::now() < late, "{:?}", readiness(&serve));
    }
    assert!(serve.stop().success());
}

#[tokio::test]
async fn serve_is_not_ready_and_stops_in_time_when_the_database_is_silent() {
    let db = support::db();
    seed::workspace(&db).await;
    let link = Link::to(&db);
    let serve = Serve::start_at(&db, &link.url(&db));
    assert_eq!(serve.post(&one("wamid.1", "923001234567", now())), 200);
    link.break_all();
    let begun = Instant::now();
    assert_eq!(serve.post(&one("wamid.2", "923001234567", now())), 503);
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    // Probes are answered in time, however many there are.
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                let begun = Instant::now();
                let (status, told) = readiness(&serve);
                assert_eq!((status, &told["status"]), (503, &json!("not_ready")));
                assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
            });
        }
    });
    let log = serve.log();
    assert_eq!(log.matches("cannot be stored").count(), 1, "{log}");
    let begun = Instant::now();
    assert!(serve.stop().success());
    assert!(begun.elapsed() < Duration::from_secs(16), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn readiness_fails_when_the_database_is_read_only() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let serve = Serve::start(&db);
    let mut admin = db.connect_to(&db.superuser_url()).await;
    let switch = async |admin: &mut sqlx::PgConnection, on: &str| {
        let set = format!("alter database {} set default_transaction_read_only to {on}", db.name());
        seed::run(admin, "set default_transaction_read_only to off").await;
        seed::run(admin, &set).await;
        // A fail-over: every session is new afterwards.
        let end = "select count(pg_terminate_backend(pid))
            from pg_stat_activity
            where datname = current_database() and application_name = 'inbox serve'";
        seed::run(admin, end).await;
    };
    assert_eq!(readiness(&serve).1["status"], json!("ready"));
    switch(&mut admin, "on").await;
    // The server notices without a delivery.
    let late = Instant::now() + Duration::from_secs(10);
    while readiness(&serve).0 != 503 {
        assert!(Instant::now() < late);
        std::thread::sleep(Duration::from_millis(50));
    }
    let begun = Instant::now();
    let mut asked = 0;
    while begun.elapsed() < Duration::from_secs(3) {
        assert_eq!(serve.post(&one("wamid.no", "923001234567", now())), 503);
        let (status, told) = readiness(&serve);
        assert_eq!(
            (status, &told["ready"], &told["database"]),
            (503, &json!(false), &json!(false))
        );
        asked += 1;
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(asked > 20, "{asked}");
    let log = serve.log();
    assert!(log.matches("cannot be stored").count() <= 2, "{log}");
    switch(&mut admin, "off").await;
    recovers(&serve, Duration::from_secs(10));
    applied(&mut conn).await;
    assert!(serve.log().contains("the database is back"), "{}", serve.log());
}

#[tokio::test]
async fn serve_refuses_to_start_on_a_read_only_database() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    seed::run(
        &mut conn,
        &format!("alter database {} set default_transaction_read_only to on", db.name()),
    )
    .await;
    let out = support::inbox(&db)
        .args(["serve", "--listen", "127.0.0.1:0"])
        .env("INBOX_APP_SECRET", "x")
        .assert()
        .code(8);
    assert!(String::from_utf8_lossy(&out.get_output().stderr).contains("read-only"));
}

#[tokio::test]
async fn old_backlog_is_reported_only_to_this_machine() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let serve = Serve::start(&db);
    seed::run(
        &mut conn,
        "insert into delivery (received_at, body, not_before)
        values (now() - interval '2 minutes', '{}', now() + interval '1 hour')",
    )
    .await;
    let (status, told) = readiness(&serve);
    assert_eq!(
        (status, &told["status"], &told["ready"]),
        (200, &json!("degraded"), &json!(true))
    );
    assert!(told["backlog_age"].as_f64().unwrap() > 60.0);
    for proxied in [
        "X-Forwarded-For: 192.0.2.1",
        "Forwarded: for=192.0.2.1",
        "X-Real-IP: 192.0.2.1",
    ] {
        let answer = serve
            .client()
            .send("GET", "/readyz", &format!("{proxied}\r\n"), b"")
            .unwrap();
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (200, "{\"status\":\"degraded\"}\n")
        );
    }
}
