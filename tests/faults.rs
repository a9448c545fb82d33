//! Killed processes, an unreachable database, and held locks.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use inbox::local::Cluster;
use sqlx::{Connection, PgConnection};

use crate::serving::{Serve, applied, eventually, laws, now, one, post_all, status};
use crate::support::{self, link::Link, seed};

#[tokio::test]
async fn killed_serve_neither_loses_nor_repeats_acknowledged_deliveries() {
    const POSTS: usize = 2_000;
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let start = now() - 4_000;
    let body = |i: usize| {
        let (who, at) = (format!("9230012{:05}", i % 173), start + i64::try_from(i).unwrap());
        if i % 5 == 4 {
            status(&format!("wamid.{i}"), &who, at, "delivered").to_string()
        } else {
            one(&format!("wamid.{i}"), &who, at).to_string()
        }
    };
    let (next, acknowledged) = (AtomicUsize::new(0), Mutex::new(HashSet::new()));
    let mut kills = 0;
    while acknowledged.lock().unwrap().len() < POSTS {
        let serve = Serve::start(&db);
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let mut client = serve.client();
                    while !over.load(Ordering::Relaxed) {
                        let i = next.fetch_add(1, Ordering::Relaxed) % POSTS;
                        if acknowledged.lock().unwrap().contains(&i) {
                            if acknowledged.lock().unwrap().len() == POSTS {
                                return;
                            }
                            continue;
                        }
                        if client.post(body(i).as_bytes()).is_ok_and(|s| s == 200) {
                            acknowledged.lock().unwrap().insert(i);
                        }
                    }
                });
            }
            // At a different point of the work each time.
            let enough = POSTS.min(acknowledged.lock().unwrap().len() + 400 + 37 * kills);
            let late = Instant::now() + Duration::from_secs(30);
            while acknowledged.lock().unwrap().len() < enough && Instant::now() < late {
                std::thread::sleep(Duration::from_millis(1));
            }
            if enough < POSTS {
                let pid = rustix::process::Pid::from_raw(i32::try_from(serve.id()).unwrap()).unwrap();
                rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
                kills += 1;
            }
            over.store(enough < POSTS, Ordering::Relaxed);
        });
        assert!(kills < 20, "no progress");
    }
    assert!(kills >= 3);
    let serve = Serve::start(&db);
    applied(&mut conn).await;
    assert_eq!(
        seed::text(
            &mut conn,
            "select count(*) || ' ' || count(distinct wamid) from message"
        )
        .await,
        format!("{POSTS} {POSTS}")
    );
    assert_eq!(seed::text(&mut conn, "select count(*) from dead_letter").await, "0");
    assert_eq!(
        seed::text(
            &mut conn,
            "select count(distinct contact_id) - count(*) from conversation"
        )
        .await,
        "0"
    );
    assert_eq!(laws(&mut conn).await, 173);
    drop(serve);
}

#[tokio::test]
async fn serve_answers_503_and_waits_when_the_database_is_down() {
    let db = support::db();
    let dir = support::folder();
    let cluster = Cluster::at(&dir.path().join("pg")).throwaway();
    let url = cluster.ensure_started().unwrap().url();
    let mut conn = PgConnection::connect(&url).await.unwrap();
    let workspace = support::WORKSPACE.parse().unwrap();
    inbox::db::schema::migrate::migrate(&mut conn, &workspace)
        .await
        .unwrap();
    seed::set_up(&mut conn).await;
    let serve = Serve::start_at(&db, &url);
    let mut client = serve.client();
    let body = |n: usize| one(&format!("wamid.{n}"), "923001234567", now()).to_string();
    assert_eq!(client.post(body(0).as_bytes()).unwrap(), 200);
    drop(conn);

    cluster.stop().unwrap();
    for n in 1..6 {
        let begun = Instant::now();
        assert_eq!(serve.client().post(body(n).as_bytes()).unwrap(), 503);
        // The first request detects the outage, and the others fail at once.
        assert!(
            n == 1 || begun.elapsed() < Duration::from_millis(500),
            "{:?}",
            begun.elapsed()
        );
    }
    assert_eq!(serve.client().send("GET", "/healthz", "", b"").unwrap().status, 200);
    assert_eq!(serve.client().send("GET", "/readyz", "", b"").unwrap().status, 503);

    cluster.ensure_started().unwrap();
    let late = Instant::now() + Duration::from_secs(30);
    while serve.client().post(body(9).as_bytes()).unwrap() != 200 {
        assert!(Instant::now() < late, "it does not recover");
        std::thread::sleep(Duration::from_millis(100));
    }
    let mut conn = PgConnection::connect(&url).await.unwrap();
    inbox::db::schema::migrate::enter(&mut conn, &workspace).await.unwrap();
    applied(&mut conn).await;
    // Refused deliveries were not stored; acknowledged ones were.
    assert_eq!(
        seed::text(&mut conn, "select string_agg(wamid, ' ' order by wamid) from message").await,
        "wamid.0 wamid.9"
    );
    assert!(serve.stop().success());
    drop(conn);
    cluster.stop().unwrap();
}

#[tokio::test]
async fn locked_conversation_delays_only_its_own_messages() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let serve = Serve::start(&db);
    let (held, free) = ("923001111111", "923002222222");
    let t = now() - 100;
    assert_eq!(serve.post(&one("wamid.1", held, t)), 200);
    applied(&mut conn).await;

    let mut verb = db.connect().await;
    let mut tx = verb.begin().await.unwrap();
    seed::run(&mut tx, "select 1 from conversation for no key update").await;
    assert_eq!(serve.post(&one("wamid.2", held, t + 1)), 200);
    assert_eq!(serve.post(&one("wamid.3", free, t + 1)), 200);
    eventually(&mut conn, "exists (select from message where wamid = 'wamid.3')").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(
        seed::text(&mut conn, "select count(*) from message where wamid = 'wamid.2'").await,
        "0"
    );
    tx.commit().await.unwrap();
    applied(&mut conn).await;
    assert_eq!(seed::text(&mut conn, "select count(*) from message").await, "3");
    assert_eq!(laws(&mut conn).await, 2);
}

#[tokio::test]
async fn concurrent_appliers_and_agents_keep_consistent_books() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let (one_process, other) = (Serve::start(&db), Serve::start(&db));
    let start = now() - 600;
    let bodies: Vec<Vec<u8>> = (0..600_i64)
        .map(|n| {
            let who = format!("92300123450{}", n % 7);
            let id = format!("wamid.{n}");
            let body = match n % 4 {
                0 => status(&id, &who, start + n, "sent"),
                _ => one(&id, &who, start + n),
            };
            body.to_string().into_bytes()
        })
        .collect();
    let over = AtomicBool::new(false);
    let worked = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                for words in [
                    &["assign", "--unassigned", "--to", "sara", "--as", "omar", "-y"][..],
                    &["resolve", "--owner", "sara", "--as", "omar", "-y"],
                    &["pending", "--status", "open", "--as", "omar", "-y"],
                ] {
                    let out = support::inbox(&db).args(words).output().unwrap();
                    // Another agent was faster, which is an ordinary result.
                    let code = out.status.code();
                    assert!(
                        matches!(code, Some(0 | 5)),
                        "{words:?}: {}",
                        String::from_utf8_lossy(&out.stderr)
                    );
                    worked.fetch_add(usize::from(code == Some(0)), Ordering::Relaxed);
                }
            }
        });
        let (here, there) = bodies.split_at(300);
        let posting = scope.spawn(|| post_all(&one_process, here));
        post_all(&other, there);
        posting.join().unwrap();
        // The agents work until the deliveries are applied, however slow the machine is.
        let patience = Instant::now() + Duration::from_secs(60);
        while worked.load(Ordering::Relaxed) <= 3 && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(100));
        }
        over.store(true, Ordering::Relaxed);
    });
    applied(&mut conn).await;
    assert!(worked.load(Ordering::Relaxed) > 3);
    assert_eq!(seed::text(&mut conn, "select count(*) from message").await, "600");
    assert_eq!(seed::text(&mut conn, "select count(*) from dead_letter").await, "0");
    assert_eq!(laws(&mut conn).await, 7);
    support::inbox(&db).args(["audit", "verify"]).assert().success();
}

#[tokio::test]
async fn half_open_connections_are_dropped_within_15_s() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let link = Link::to(&db);
    let serve = Serve::start_at(&db, &link.url(&db));
    let store = async |conn: &mut PgConnection, n: i64| {
        let body = one(&format!("wamid.{n}"), &format!("9230012{n:05}"), now()).to_string();
        inbox::db::webhook::delivery::insert(conn, &[body.as_bytes()])
            .await
            .unwrap();
    };
    store(&mut conn, 0).await;
    applied(&mut conn).await;

    link.break_open();
    let begun = Instant::now();
    for n in 1..50 {
        store(&mut conn, n).await;
    }
    applied(&mut conn).await;
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert_eq!(seed::text(&mut conn, "select count(*) from message").await, "50");
    assert_eq!(seed::text(&mut conn, "select count(*) from dead_letter").await, "0");

    // Neither open nor new connections answer.
    link.break_all();
    store(&mut conn, 50).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let begun = Instant::now();
    assert!(serve.stop().success());
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn read_only_database_delays_deliveries_without_dead_letters() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let serve = Serve::start(&db);
    let set = |word: &str| {
        format!(
            "alter database {} set default_transaction_read_only to {word}",
            db.name()
        )
    };
    let drop_sessions = "select pg_terminate_backend(pid)
        from pg_stat_activity
        where datname = current_database() and application_name = 'inbox serve'";
    let mut writer = db.connect().await;
    seed::run(&mut conn, &set("on")).await;
    seed::run(&mut conn, drop_sessions).await;
    let body = one("wamid.1", "923001234567", now()).to_string();
    inbox::db::webhook::delivery::insert(&mut writer, &[body.as_bytes()])
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(seed::text(&mut conn, "select attempts from delivery").await, "0");
    let refused = support::inbox(&db).args(["team", "add", "more"]).assert().code(8);
    assert!(String::from_utf8_lossy(&refused.get_output().stderr).contains("read-only"));
    let mut superuser = db.connect_to(&db.superuser_url()).await;
    seed::run(&mut superuser, "set default_transaction_read_only to off").await;
    seed::run(&mut superuser, &set("off")).await;
    seed::run(&mut superuser, drop_sessions).await;
    applied(&mut conn).await;
    assert_eq!(seed::text(&mut conn, "select count(*) from dead_letter").await, "0");
    drop(serve);
}

#[tokio::test]
async fn slow_statement_does_not_delay_the_rest_of_its_batch() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    seed::run(
        &mut conn,
        "create function slow() returns trigger language plpgsql as $$
        begin
            if new.wamid = 'wamid.slow' then
                perform pg_sleep(60);
            end if;
            return new;
        end $$;
        create trigger slow before insert on message for each row execute function slow()",
    )
    .await;
    let bodies: Vec<Vec<u8>> = (0..20)
        .map(|n| {
            one(&format!("wamid.{n}"), &format!("9230012{n:05}"), now())
                .to_string()
                .into_bytes()
        })
        .chain([one("wamid.slow", "923001111111", now()).to_string().into_bytes()])
        .collect();
    let bodies: Vec<&[u8]> = bodies.iter().map(Vec::as_slice).collect();
    inbox::db::webhook::delivery::insert(&mut conn, &bodies).await.unwrap();
    let serve = Serve::start(&db);
    eventually(&mut conn, "(select count(*) from message) = 20").await;
    eventually(&mut conn, "exists (select from delivery where not_before is not null)").await;
    seed::run(&mut conn, "drop trigger slow on message").await;
    applied(&mut conn).await;
    assert_eq!(seed::text(&mut conn, "select count(*) from message").await, "21");
    assert_eq!(seed::text(&mut conn, "select count(*) from dead_letter").await, "0");
    drop(serve);
}
