//! One Postgres for all tests, a database of its own for each, and the real binary in a clean environment.
//!
//! `cargo test` starts a cluster under `target/` the first time and leaves it running; `make test`
//! stops it. `INBOX_TEST_URL` (a superuser's) names another server instead. `INBOX_TEST_POOLER`
//! (host:port) puts a pooler between that server and the program; the tests' own sessions go to the
//! server. `INBOX_TEST_KEEP=1` leaves the databases for a look with psql.

pub mod dice;
pub mod link;
pub mod postgres;
pub mod process;
pub mod proxy;
pub mod psql;
pub mod seed;
mod server;
pub mod transcript;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

use server::{Server, server};

/// The workspace that the template has.
pub const WORKSPACE: &str = "inbox";

/// A database for one test, dropped with it, and an empty home folder.
pub struct Db {
    name: String,
    server: &'static Server,
    home: TempDir,
    logins: Mutex<Vec<String>>,
}

/// Creates a database with the workspace `inbox` and all migrations.
pub fn db() -> Db {
    make(Some(&server().template))
}

/// Creates an empty database.
pub fn empty_db() -> Db {
    make(None)
}

/// Creates a copy of a database without open connections, with its own home folder.
pub fn copy_of(db: &Db) -> Db {
    make(Some(db.name()))
}

fn make(template: Option<&str>) -> Db {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let server = server();
    let name = format!(
        "{}{}_{}",
        server::PREFIX,
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    );
    server.create(&name, template);
    Db {
        name,
        server,
        home: tempfile::tempdir().unwrap(),
        logins: Mutex::new(Vec::new()),
    }
}

impl Db {
    /// Returns the database's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the URL for the ordinary login, which owns the database and is not a superuser.
    pub fn url(&self) -> String {
        self.server.url(&self.server.everyday, &self.name)
    }

    /// Returns the URL that the program gets for the ordinary login: that of the pooler when there
    /// is one.
    pub fn program_url(&self) -> String {
        through_pooler(&self.url())
    }

    /// Returns the URL for a superuser, for attacks on the guards.
    pub fn superuser_url(&self) -> String {
        self.server.superuser_url(&self.name)
    }

    /// Creates a login without rights. Returns its name (unique, because roles are common to all
    /// databases) and its URL.
    pub fn login(&self, name: &str) -> (String, String) {
        let role = format!("{}_{name}", self.name);
        self.server.make_login(&role);
        self.logins.lock().unwrap().push(role.clone());
        let url = self.server.url(&role, &self.name);
        (role, url)
    }

    /// Returns the URL for an existing login, with the password that the server may require. The
    /// login is dropped with the database.
    pub fn url_of(&self, role: &str) -> String {
        self.server.set_password(role);
        self.logins.lock().unwrap().push(role.to_owned());
        self.server.url(role, &self.name)
    }

    /// Registers a role to be dropped with the database.
    pub fn drops(&self, role: String) {
        self.logins.lock().unwrap().push(role);
    }

    /// Connects as the ordinary login, inside the workspace.
    pub async fn connect(&self) -> PgConnection {
        self.connect_to(&self.url()).await
    }

    /// Connects with one of this database's URLs, inside the workspace.
    pub async fn connect_to(&self, url: &str) -> PgConnection {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(format!("set search_path to {WORKSPACE}, pg_temp")))
            .execute(&mut connection)
            .await
            .unwrap();
        connection
    }

    /// Returns the home folder of the commands of [`inbox`].
    pub fn home(&self) -> &Path {
        self.home.path()
    }
}

impl Drop for Db {
    fn drop(&mut self) {
        if std::env::var_os("INBOX_TEST_KEEP").is_none() {
            let logins = std::mem::take(&mut *self.logins.lock().unwrap());
            self.server.drop_database(&self.name, logins);
        }
    }
}

/// Returns a command of the real binary with the database and nothing else of this machine.
pub fn inbox(db: &Db) -> assert_cmd::Command {
    let mut command = bare_inbox(db.home());
    command.env("DATABASE_URL", db.program_url());
    command
}

/// Replaces the server of a URL with the pooler in front of it, when there is one.
fn through_pooler(url: &str) -> String {
    let pooler = std::env::var("INBOX_TEST_POOLER").unwrap_or_default();
    if pooler.is_empty() {
        return url.to_owned();
    }
    let (login, rest) = url.split_once('@').expect("a login with a password");
    let (_, database) = rest.split_once('/').expect("a database");
    format!("{login}@{pooler}/{database}")
}

/// Returns a command of the real binary with a home folder and no database.
pub fn bare_inbox(home: &Path) -> assert_cmd::Command {
    let mut command = assert_cmd::Command::new(binary());
    command.env_clear();
    for (key, value) in environment(home) {
        command.env(key, value);
    }
    command
}

/// Returns the path of the real binary.
pub fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_inbox"))
}

/// Returns the whole environment of the binary, for tests that start it by other means (a terminal,
/// many at once).
pub fn environment(home: &Path) -> Vec<(String, String)> {
    let home = home.to_str().unwrap().to_owned();
    vec![
        ("PATH".to_owned(), std::env::var("PATH").unwrap()),
        // Root's cluster would lie outside the home folder.
        ("INBOX_LOCAL_DIR".to_owned(), format!("{home}/local")),
        ("HOME".to_owned(), home),
        ("LANG".to_owned(), "C.UTF-8".to_owned()),
        ("INBOX_NO_INPUT".to_owned(), "1".to_owned()),
    ]
}

/// Creates a folder that the account of a server can enter. The server does not run as root when
/// the tests do.
pub fn folder() -> TempDir {
    let dir = tempfile::Builder::new()
        .prefix("inbox-test-")
        .tempdir_in("/tmp")
        .unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs_err::set_permissions(dir.path(), mode).unwrap();
    dir
}

/// Returns a path below the crate's root.
pub fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
