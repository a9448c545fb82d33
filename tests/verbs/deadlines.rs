//! Limits on waiting: locked rows, dead connections, `--timeout`, and signals during the commit.

use std::io::Read;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::process::Child;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use sqlx::{Connection, PgConnection};

use super::workspace;
use crate::support::process::{rests, start, start_at, waits};
use crate::support::proxy::{Direction, End, Proxy};
use crate::support::seed::{run, text};
use crate::support::transcript::{digest, transcript};
use crate::support::{Db, inbox};

/// Waits for a command and returns its exit code and both streams. Fails when it takes longer than `limit`.
fn ended(mut child: Child, limit: Duration) -> (i32, String, String) {
    fn reader<R: Read + Send + 'static>(mut from: R) -> std::thread::JoinHandle<String> {
        std::thread::spawn(move || {
            let mut text = String::new();
            from.read_to_string(&mut text).unwrap();
            text
        })
    }
    let (out, err) = (
        reader(child.stdout.take().unwrap()),
        reader(child.stderr.take().unwrap()),
    );
    let late = Instant::now() + limit;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break Some(status);
        }
        if Instant::now() > late {
            child.kill().unwrap();
            child.wait().unwrap();
            break None;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let (out, err) = (out.join().unwrap(), err.join().unwrap());
    let status = status.unwrap_or_else(|| panic!("it does not end in {limit:?}: {err}"));
    (status.code().unwrap_or(-1), out, err)
}

/// Sets the lock timeout of commands to six seconds instead of twenty.
fn impatient(url: &str) -> String {
    let more = if url.contains('?') { '&' } else { '?' };
    format!("{url}{more}options=-c%20lock_timeout%3D6s")
}

fn interrupt(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

/// Makes the commit of every `take` last this long.
async fn slow_commits(db: &Db, seconds: f64) {
    let mut superuser = db.connect_to(&db.superuser_url()).await;
    run(
        &mut superuser,
        &format!(
            "create function slow() returns trigger language plpgsql
                as 'begin perform pg_sleep({seconds}); return null; end';
            create constraint trigger slow after insert on event deferrable initially deferred
                for each row when (new.kind = 'taken') execute function slow()"
        ),
    )
    .await;
}

/// Waits until a session of the program is committing.
async fn commits(conn: &mut PgConnection) {
    for _ in 0..2000 {
        let sql = "select count(*)
            from pg_stat_activity
            where datname = current_database() and application_name = 'inbox' and query ilike 'commit%'
                and wait_event = 'PgSleep'";
        if text(conn, sql).await != "0" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("no session of the program commits");
}

/// Starts a proxy in front of the server and returns it with its URL. Returns `None` when the
/// server has no socket.
fn through_proxy(url: &str) -> Option<(&'static Proxy, String)> {
    let (start, options) = url.split_once("?host=")?;
    let (folder, port) = options.split_once("&port=")?;
    let there = bridge(format!("{folder}/.s.PGSQL.{port}"));
    // Its runtime cannot be started or dropped inside the test's runtime.
    let proxy = std::thread::spawn(move || Proxy::start(there)).join().unwrap();
    let proxy: &Proxy = Box::leak(Box::new(proxy));
    let there = start.replace("localhost", &proxy.address.to_string());
    Some((proxy, format!("{there}?sslmode=disable")))
}

/// Makes a server's Unix socket reachable by TCP.
fn bridge(socket: String) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (client, Ok(server)) = (client.unwrap(), UnixStream::connect(&socket)) else {
                continue;
            };
            let (mut there, mut back): (TcpStream, UnixStream) =
                (client.try_clone().unwrap(), server.try_clone().unwrap());
            let (mut from_client, mut to_server) = (client, server);
            std::thread::spawn(move || {
                drop(std::io::copy(&mut from_client, &mut to_server));
                drop(to_server.shutdown(std::net::Shutdown::Write));
            });
            std::thread::spawn(move || {
                drop(std::io::copy(&mut back, &mut there));
                drop(there.shutdown(std::net::Shutdown::Write));
            });
        }
    });
    address
}

#[tokio::test]
async fn locked_row_exits_with_5_and_names_the_holder() {
    let (db, mut conn) = workspace(2).await;
    let before = digest(&mut conn).await;
    let mut holder = db.connect().await;
    run(&mut holder, "set application_name to 'psql of ana'").await;
    let mut tx = holder.begin().await.unwrap();
    run(&mut tx, "select from conversation where id = 2 for update").await;
    let pid = text(&mut tx, "pg_backend_pid()").await;
    let login = text(&mut tx, "session_user").await;
    // One after the other, because the second would wait for the locks of the first.
    for line in [
        "--as sara take C-1 C-2 -o json",
        "--as omar assign --status open --to ali",
        "--as omar label C-2 --add vip",
    ] {
        let child = start_at(&db, &impatient(&db.url()), line);
        let (code, out, err) = ended(child, Duration::from_secs(60));
        assert_eq!((code, out.as_str()), (5, ""), "{err}");
        let err = err.replace("\\\"", "\"");
        assert!(
            err.contains(&format!(
                "C-2 is locked by the session of the login \"{login}\" (pid {pid}, psql of ana) since "
            )),
            "{err}"
        );
        assert!(err.contains("pg_terminate_backend"), "{err}");
    }
    tx.rollback().await.unwrap();
    rests(&mut conn).await;
    assert_eq!(digest(&mut conn).await, before);
}

#[tokio::test]
async fn locked_table_ends_a_read_with_5() {
    let (db, mut conn) = workspace(1).await;
    let mut holder = db.connect().await;
    let mut tx = holder.begin().await.unwrap();
    run(&mut tx, "lock table conversation in access exclusive mode").await;
    let child = start_at(&db, &impatient(&db.url()), "list");
    let (code, _, err) = ended(child, Duration::from_secs(60));
    assert_eq!(code, 5, "{err}");
    assert!(
        err.contains("the table conversation is locked by the session of the login"),
        "{err}"
    );
    tx.rollback().await.unwrap();
    rests(&mut conn).await;
}

#[tokio::test]
async fn timeout_covers_the_whole_command() {
    let (db, mut conn) = workspace(2).await;
    let before = digest(&mut conn).await;
    let mut holder = db.connect().await;
    let mut tx = holder.begin().await.unwrap();
    run(&mut tx, "select from conversation where id = 2 for update").await;
    let begun = Instant::now();
    let child = start(&db, "--as sara take C-1 C-2 --timeout 2s");
    let (code, _, err) = ended(child, Duration::from_secs(6));
    // The command names the holder of the row, not the timeout.
    assert_eq!(code, 5, "{err}");
    assert!(err.contains("C-2 is locked by"), "{err}");
    assert!(begun.elapsed() >= Duration::from_secs(2));
    tx.rollback().await.unwrap();
    rests(&mut conn).await;

    // A busy server, and a standard input that never ends.
    slow_commits(&db, 60.0).await;
    let child = start(&db, "--as sara take C-1 --timeout 2s");
    let (code, _, err) = ended(child, Duration::from_secs(6));
    assert_eq!(code, 9, "{err}");
    assert!(err.contains("inbox audit --operation"), "{err}");
    let mut waits_for_input = std::process::Command::new(crate::support::binary())
        .args(["--as", "sara", "take", "-", "--timeout", "2s", "-o", "json"])
        .env_clear()
        .envs(crate::support::environment(db.home()))
        .env("DATABASE_URL", db.url())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let stdin = waits_for_input.stdin.take();
    let (code, _, err) = ended(waits_for_input, Duration::from_secs(6));
    drop(stdin);
    assert_eq!(code, 8, "{err}");
    assert!(err.starts_with("{\"error\":{\"code\":\"unreachable\""), "{err}");
    // The slow commit was aborted with its connection, or is still running.
    run(
        &mut conn,
        "select pg_terminate_backend(pid)
        from pg_stat_activity
        where datname = current_database() and usename = session_user and application_name = 'inbox'",
    )
    .await;
    rests(&mut conn).await;
    assert_eq!(digest(&mut conn).await, before);
}

#[tokio::test]
async fn signal_during_the_commit_exits_with_9_and_names_the_operation() {
    let (db, mut conn) = workspace(3).await;
    slow_commits(&db, 2.0).await;
    for (n, signal) in [(1, Signal::INT), (2, Signal::TERM), (3, Signal::INT)] {
        let child = start(&db, &format!("--as sara take C-{n}"));
        commits(&mut conn).await;
        interrupt(&child, signal);
        let (code, out, err) = ended(child, Duration::from_secs(2));
        assert_eq!((code, out.as_str()), (9, ""), "{err}");
        let operation = err
            .split("--operation ")
            .nth(1)
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        rests(&mut conn).await;
        // The server completed the commit.
        let found = inbox(&db)
            .args(["audit", "--operation", &operation, "-o", "json"])
            .output()
            .unwrap();
        let found = String::from_utf8(found.stdout).unwrap();
        assert!(found.contains("taken") && found.contains(&format!("C-{n}")), "{found}");
    }
}

#[tokio::test]
async fn signal_does_not_change_the_result_when_the_commit_succeeds() {
    let (db, mut conn) = workspace(1).await;
    slow_commits(&db, 0.15).await;
    let child = start(&db, "--as sara take C-1 --ids");
    commits(&mut conn).await;
    interrupt(&child, Signal::INT);
    let (code, out, err) = ended(child, Duration::from_secs(5));
    assert_eq!((code, out.as_str()), (0, "C-1\n"), "{err}");
}

#[tokio::test]
async fn signal_before_the_commit_exits_with_130_and_changes_nothing() {
    let (db, mut conn) = workspace(2).await;
    let before = digest(&mut conn).await;
    for signal in [Signal::INT, Signal::TERM] {
        let mut holder = db.connect().await;
        let mut tx = holder.begin().await.unwrap();
        run(&mut tx, "select from conversation where id = 2 for update").await;
        let child = start(&db, "--as sara take C-1 C-2");
        waits(&mut conn, 1).await;
        interrupt(&child, signal);
        let (code, _, err) = ended(child, Duration::from_secs(2));
        assert_eq!(
            (code, err.as_str()),
            (130, "error: interrupted; nothing is half-done\n")
        );
        tx.rollback().await.unwrap();
        rests(&mut conn).await;
        assert_eq!(digest(&mut conn).await, before);
    }
}

#[tokio::test]
async fn silently_lost_connection_exits_with_8() {
    let (db, mut conn) = workspace(2).await;
    let Some((proxy, url)) = through_proxy(&db.url()) else {
        return;
    };
    let before = digest(&mut conn).await;
    let mut holder = db.connect().await;
    let mut tx = holder.begin().await.unwrap();
    run(&mut tx, "select from conversation where id = 2 for update").await;
    // First only this connection is half-open, then the whole network.
    for whole in [false, true] {
        let child = start_at(&db, &impatient(&url), "--as sara take C-1 C-2");
        waits(&mut conn, 1).await;
        if whole {
            proxy.stall(&[Direction::ToServer, Direction::ToClient]);
        } else {
            proxy.freeze();
        }
        let (code, _, err) = ended(child, Duration::from_secs(60));
        assert!(matches!((whole, code), (false, 5 | 8) | (true, 8)), "{code} {err}");
        proxy.heal();
        run(
            &mut conn,
            "select pg_terminate_backend(pid)
            from pg_stat_activity
            where datname = current_database() and application_name = 'inbox'",
        )
        .await;
        rests(&mut conn).await;
    }
    tx.rollback().await.unwrap();
    assert_eq!(digest(&mut conn).await, before);
}

#[tokio::test]
async fn silently_lost_connection_during_the_commit_exits_with_9() {
    let (db, mut conn) = workspace(1).await;
    let Some((proxy, url)) = through_proxy(&db.url()) else {
        return;
    };
    slow_commits(&db, 1.0).await;
    let child = start_at(&db, &url, "--as sara take C-1");
    commits(&mut conn).await;
    proxy.freeze();
    let (code, _, err) = ended(child, Duration::from_secs(60));
    assert_eq!(code, 9, "{err}");
    assert!(err.contains("inbox audit --operation"), "{err}");
    assert_eq!(
        text(&mut conn, "select count(*) from event where kind = 'taken'").await,
        "1"
    );
}

#[tokio::test]
async fn closed_connection_exits_with_8_or_with_9_during_the_commit() {
    let (db, mut conn) = workspace(2).await;
    let Some((proxy, url)) = through_proxy(&db.url()) else {
        return;
    };
    slow_commits(&db, 0.5).await;
    let mut holder = db.connect().await;
    for how in [End::Close, End::Reset] {
        let mut tx = holder.begin().await.unwrap();
        run(&mut tx, "select from conversation where id = 2 for update").await;
        let child = start_at(&db, &url, "--as sara take C-2");
        waits(&mut conn, 1).await;
        proxy.end(how);
        let (code, _, err) = ended(child, Duration::from_secs(5));
        assert_eq!(code, 8, "{how:?}: {err}");
        tx.rollback().await.unwrap();
        rests(&mut conn).await;
    }
    let child = start_at(&db, &url, "--as sara take C-1");
    commits(&mut conn).await;
    proxy.end(End::Reset);
    let (code, _, err) = ended(child, Duration::from_secs(5));
    assert_eq!(code, 9, "{err}");
}

#[tokio::test]
async fn long_answer_is_not_cut_off() {
    let (db, _conn) = workspace(100).await;
    let Some((proxy, url)) = through_proxy(&db.url()) else {
        return;
    };
    let child = start_at(&db, &url, "list -o jsonl");
    proxy.delay(Duration::from_millis(550));
    let (code, out, err) = ended(child, Duration::from_secs(60));
    assert_eq!(code, 0, "{err}");
    assert_eq!(out.lines().count(), 100);
}

#[tokio::test]
async fn read_only_database_ends_changes_with_8() {
    let (db, mut conn) = workspace(1).await;
    let mut superuser = db.connect_to(&db.superuser_url()).await;
    run(
        &mut superuser,
        &format!("alter database {} set default_transaction_read_only to on", db.name()),
    )
    .await;
    let seen = transcript(&db, &["--as sara take C-1", "list --ids"]);
    assert!(seen.contains("exit 8") && seen.contains("C-1\n"), "{seen}");
    assert_eq!(
        text(&mut conn, "select count(*) from event where kind = 'taken'").await,
        "0"
    );
}

#[tokio::test]
async fn blocking_session_is_named_and_ended_on_request() {
    let (db, mut conn) = workspace(1).await;
    let ((role, url), (boss, boss_url)) = (db.login("sara"), db.login("boss"));
    run(
        &mut conn,
        &format!(
            "do $$
            declare op bigint;
            begin
                select operation_id into op
                from open_operation('admin', 'agent edit', '{{}}', null, null, '0.1.0', null, null);
                perform put_resource(op, 'agent', (select id from agent where handle = 'sara'),
                    '{{\"login\": \"{role}\"}}', 'changed', null);
                perform put_resource(op, 'agent', (select id from agent where handle = 'omar'),
                    '{{\"login\": \"{boss}\", \"role\": \"admin\"}}', 'changed', null);
                perform finish_operation(op, 2, 2, null, 0::smallint);
            end $$"
        ),
    )
    .await;
    run(
        &mut conn,
        &format!(
            "grant usage on schema inbox to {role}, {boss};
            grant select on all tables in schema inbox to {role}, {boss};
            grant execute on all functions in schema inbox to {role}, {boss}"
        ),
    )
    .await;
    let mut sara = db.connect_to(&url).await;
    let mut tx = sara.begin().await.unwrap();
    run(
        &mut tx,
        "select open_operation(null, 'take', '{}', null, null, '0.1.0', null, null)",
    )
    .await;
    run(&mut tx, "select lock_conversations('{\"ids\": [1]}')").await;
    run(
        &mut tx,
        "select record_conversations((select max(id) from operation), array[1],
            array[(select seq from conversation where id = 1)], array['taken'], array['open'],
            array[(select id from agent where handle = 'sara')],
            array[(select team_id from conversation where id = 1)], array['normal'], array[''],
            array[null::timestamptz], array['{}'::jsonb], null, null)",
    )
    .await;

    let disable = |more: &str| {
        ended(
            start_at(&db, &impatient(&boss_url), format!("agent disable sara {more}").trim()),
            Duration::from_secs(60),
        )
    };
    let (code, _, err) = disable("");
    assert_eq!(code, 5, "{err}");
    assert!(
        err.contains(&format!(
            "the agent sara is locked by the session of the login \"{role}\" (pid "
        )),
        "{err}"
    );
    assert!(err.contains("for at least ") && err.contains("--terminate"), "{err}");
    // A dry run ends no session.
    let (code, _, err) = disable("--terminate --dry-run");
    assert_eq!(code, 5, "{err}");
    // This login cannot end the session of another login.
    let (code, _, err) = disable("--terminate");
    assert_eq!(code, 4, "{err}");
    assert!(
        err.contains("may not end the session") && err.contains("pg_signal_backend"),
        "{err}"
    );

    let mut superuser = db.connect_to(&db.superuser_url()).await;
    run(
        &mut superuser,
        &format!("grant pg_signal_backend, pg_read_all_stats to {boss}"),
    )
    .await;
    let (code, out, err) = disable("--terminate --ids");
    assert_eq!((code, out.as_str()), (0, "sara\n"), "{err}");
    assert!(err.contains("was ended"), "{err}");
    assert!(tx.commit().await.is_err());
}
