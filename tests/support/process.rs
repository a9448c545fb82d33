//! The real binary as a child process: started, waited for, interrupted.

use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use sqlx::PgConnection;

use super::transcript::words;
use super::{Db, binary, environment, seed};

/// Starts a command line and captures its output.
pub fn start(db: &Db, line: &str) -> Child {
    start_at(db, &db.program_url(), line)
}

/// Starts a command line with another URL.
pub fn start_at(db: &Db, url: &str, line: &str) -> Child {
    Command::new(binary())
        .args(words(line))
        .env_clear()
        .envs(environment(db.home()))
        .env("DATABASE_URL", url)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Records a resource that outlives a killed test process, for the script that started it: the kind
/// (`pid`, `netns`, `mount`) and its name.
pub fn note(kind: &str, which: impl std::fmt::Display) {
    use std::io::Write as _;
    if let Some(path) = std::env::var_os("INBOX_PROVE_LEFT") {
        let mut file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .unwrap();
        writeln!(file, "{kind} {which}").unwrap();
    }
}

/// Returns the output of a command on both streams, and its exit code.
pub fn said(child: Child) -> String {
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    format!(
        "{}{}exit {}",
        String::from_utf8(stdout).unwrap(),
        String::from_utf8(stderr).unwrap(),
        status.code().unwrap_or(-1)
    )
}

/// Waits until this many sessions of the program wait for locks. Returns their process ids.
pub async fn waits(conn: &mut PgConnection, sessions: usize) -> Vec<i32> {
    for _ in 0..2000 {
        let pids: Vec<i32> = sqlx::query_scalar(
            "select pid
            from pg_stat_activity
            where datname = current_database() and application_name = 'inbox' and wait_event_type = 'Lock'",
        )
        .fetch_all(&mut *conn)
        .await
        .unwrap();
        if pids.len() >= sessions {
            return pids;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("not {sessions} sessions wait for a lock");
}

/// Waits until the program's sessions are gone.
pub async fn rests(conn: &mut PgConnection) {
    let sql = "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'inbox'";
    for _ in 0..1000 {
        if seed::text(conn, sql).await == "0" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("a session of the program remains");
}
