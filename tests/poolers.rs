//! A real PgBouncer in front of the server, when one is installed (`INBOX_PGBOUNCER` names another
//! program).

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::serving::{Serve, applied, now, one};
use crate::support::{self, Db, inbox, seed};

fn program() -> Option<PathBuf> {
    let named = std::env::var_os("INBOX_PGBOUNCER").map(PathBuf::from);
    let usual = [
        "/usr/sbin/pgbouncer",
        "/usr/bin/pgbouncer",
        "/opt/homebrew/bin/pgbouncer",
    ]
    .map(PathBuf::from);
    named.into_iter().chain(usual).find(|path| path.exists())
}

/// Returns whether the program supports prepared statements (1.21 or newer).
fn keeps_statements(program: &PathBuf) -> bool {
    let out = Command::new(program).arg("--version").output().unwrap();
    let said = String::from_utf8(out.stdout).unwrap();
    let version = said.split_whitespace().nth(1).unwrap().to_owned();
    let minor: u32 = version.split('.').nth(1).unwrap().parse().unwrap();
    minor >= 21
}

struct Pooler {
    child: Child,
    port: u16,
    _dir: TempDir,
}

impl Pooler {
    /// Starts a pooler in front of the server of the tests. Returns `None` when the server has no
    /// Unix socket.
    fn start(program: &PathBuf, db: &Db, settings: &str) -> Option<Pooler> {
        let url = db.url();
        let (login, place) = url.strip_prefix("postgres://")?.split_once("@/")?;
        let (_, query) = place.split_once("?host=")?;
        let (socket, socket_port) = query.split_once("&port=")?;
        let socket = percent_encoding::percent_decode_str(socket).decode_utf8().unwrap();
        let dir = support::folder();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let file = dir.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host={socket} port={socket_port} user={login}\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n\
             {settings}\n"
        );
        fs_err::write(&file, text).unwrap();
        let mut command = Command::new(program);
        if rustix::process::geteuid().is_root() {
            // PgBouncer refuses to run as root, and this one lets everybody log in.
            command.args(["-u", "nobody"]);
        }
        let child = command
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let late = Instant::now() + Duration::from_secs(10);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < late, "PgBouncer does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(Pooler { child, port, _dir: dir })
    }

    fn url(&self, db: &Db) -> String {
        format!(
            "postgres://someone@127.0.0.1:{}/{}?connect_timeout=2",
            self.port,
            db.name()
        )
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        // The process may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[tokio::test]
async fn pooler_is_refused_when_it_loses_prepared_statements() {
    let Some(program) = program() else { return };
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let keeps = keeps_statements(&program);
    let off = if keeps { "max_prepared_statements = 0" } else { "" };
    for size in [1, 20] {
        let settings = format!("pool_mode = transaction\ndefault_pool_size = {size}\n{off}");
        let Some(pooler) = Pooler::start(&program, &db, &settings) else {
            return;
        };
        let out = inbox(&db)
            .env("DATABASE_URL", pooler.url(&db))
            .env("INBOX_APP_SECRET", "x")
            .args(["serve", "--listen", "127.0.0.1:0"])
            .timeout(Duration::from_secs(20))
            .assert()
            .code(2);
        let said = String::from_utf8_lossy(&out.get_output().stderr).into_owned();
        assert!(
            said.contains("does not keep prepared statements") && said.contains("max_prepared_statements"),
            "{said}"
        );
    }
    let good = if keeps {
        "pool_mode = transaction\nmax_prepared_statements = 200"
    } else {
        "pool_mode = session"
    };
    let pooler = Pooler::start(&program, &db, good).unwrap();
    let serve = Serve::start_at(&db, &pooler.url(&db));
    assert_eq!(serve.post(&one("wamid.1", "923001234567", now())), 200);
    applied(&mut conn).await;
    assert!(serve.stop().success());
}

#[tokio::test]
async fn verify_works_with_a_pool_of_four() {
    let Some(program) = program() else { return };
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let serve = Serve::start(&db);
    for n in 0..5 {
        assert_eq!(
            serve.post(&one(&format!("wamid.{n}"), &format!("92300123456{n}"), now())),
            200
        );
    }
    applied(&mut conn).await;
    drop(serve);
    inbox(&db)
        .args(["take", "C-1", "C-2", "--as", "sara", "-q"])
        .assert()
        .success();
    let verify = |pooler: &Pooler| {
        inbox(&db)
            .env("DATABASE_URL", pooler.url(&db))
            .args(["audit", "verify"])
            .timeout(Duration::from_secs(30))
            .assert()
    };
    // In session and transaction mode, each reader keeps its connection until it ends.
    let Some(pooler) = Pooler::start(&program, &db, "pool_mode = session\ndefault_pool_size = 4") else {
        return;
    };
    verify(&pooler).success();
    drop(pooler);
    // Both kinds of intervals are checked on one connection, so a change in either is found.
    let mut owner = db.connect_to(&db.superuser_url()).await;
    seed::run(
        &mut owner,
        "set session_replication_role = replica; update phase set status = 'snoozed' where conversation_id = 1",
    )
    .await;
    let pooler = Pooler::start(&program, &db, "pool_mode = session\ndefault_pool_size = 4").unwrap();
    let out = verify(&pooler).code(7);
    let said = String::from_utf8_lossy(&out.get_output().stdout).into_owned();
    assert!(said.contains("C-1") && said.contains("phases"), "{said}");
    let pooler = Pooler::start(&program, &db, "pool_mode = session\ndefault_pool_size = 2").unwrap();
    let out = verify(&pooler).code(8);
    let said = String::from_utf8_lossy(&out.get_output().stderr).into_owned();
    assert!(said.contains("no connection was free"), "{said}");
}
