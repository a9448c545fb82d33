//! The server behind the tests' databases.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::mpsc::{Sender, channel};

use inbox::local::{Address, Cluster, discover};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::WORKSPACE;

/// The prefix of the names of test databases and roles; the process id follows.
pub const PREFIX: &str = "inbox_t_";
const TEMPLATE_PREFIX: &str = "inbox_template_";
/// The password of test logins, which exist while a test runs.
const PASSWORD: &str = "inbox-test";

/// A running server with a template database that has all migrations.
pub struct Server {
    place: Place,
    /// The name of the template database.
    pub template: String,
    /// The login that owns the databases.
    pub everyday: String,
    admin: Sender<Job>,
}

enum Place {
    Own(Address),
    Given(String),
}

struct Job {
    statements: Vec<String>,
    done: Sender<Result<(), sqlx::Error>>,
}

/// Starts the server, or returns the one that this process has started.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::start)
}

impl Server {
    fn start() -> Server {
        let place = match std::env::var("INBOX_TEST_URL") {
            Ok(url) if !url.is_empty() => Place::Given(url),
            _ => Place::Own(start_cluster()),
        };
        let everyday = match &place {
            Place::Own(address) => address.user.to_owned(),
            Place::Given(_) => "inbox_test".to_owned(),
        };
        let template = format!("{TEMPLATE_PREFIX}{}", migrations_hash());
        let (admin, jobs) = channel::<Job>();
        let mut server = Server {
            place,
            template,
            everyday,
            admin,
        };
        let url = server.superuser_url("postgres");
        // One thread holds the superuser's connection, so that tests with and without a runtime of
        // their own can use it.
        let (first, ready) = channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            let mut connection = runtime
                .block_on(PgConnection::connect(&url))
                .unwrap_or_else(|e| panic!("the test server: {e}"));
            first.send(()).unwrap();
            for job in jobs {
                let outcome = runtime.block_on(async {
                    for statement in job.statements {
                        sqlx::query(AssertSqlSafe(statement))
                            .persistent(false)
                            .execute(&mut connection)
                            .await?;
                    }
                    Ok(())
                });
                // A test that has ended does not wait for the answer.
                drop(job.done.send(outcome));
            }
        });
        ready.recv().expect("the superuser can connect to the test server");
        server.prepare();
        server
    }

    fn prepare(&mut self) {
        if let Place::Given(_) = self.place {
            let role = self.everyday.clone();
            self.make_login(&role);
        }
        let (url, template, everyday) = (
            self.superuser_url("postgres"),
            self.template.clone(),
            self.everyday.clone(),
        );
        let building = format!("{template}_new");
        let template_url = self.url(&everyday, &building);
        let own = matches!(self.place, Place::Own(_));
        // A separate thread, because the caller may be inside a runtime.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let mut admin = PgConnection::connect(&url).await.unwrap();
                // One process creates the template, and the others wait.
                run(&mut admin, "select pg_advisory_lock(4242)").await;
                if own {
                    for statement in leftovers(&mut admin, &template).await {
                        run(&mut admin, &statement).await;
                    }
                }
                let there: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
                    .bind(&template)
                    .fetch_one(&mut admin)
                    .await
                    .unwrap();
                if !there {
                    run(&mut admin, &format!("drop database if exists {building} with (force)")).await;
                    run(
                        &mut admin,
                        &format!("create database {building} owner {everyday} template template0"),
                    )
                    .await;
                    let mut connection = PgConnection::connect(&template_url).await.unwrap();
                    apply_migrations(&mut connection).await;
                    connection.close().await.unwrap();
                    run(&mut admin, &format!("alter database {building} rename to {template}")).await;
                }
            });
        })
        .join()
        .unwrap();
    }

    /// Creates a database for one test.
    pub fn create(&self, name: &str, template: Option<&str>) {
        // Without fsync, copying the files takes 60 ms and writing all their pages to the log 150
        // to 300 ms; the checkpoints of a real server would reverse that.
        let strategy = if matches!(self.place, Place::Own(_)) {
            "file_copy"
        } else {
            "wal_log"
        };
        let template = template.unwrap_or("template0");
        self.admin([format!(
            "create database {name} owner {} template {template} strategy {strategy}",
            self.everyday
        )]);
    }

    /// Drops the objects of one test without waiting: the newest role first, because a grantor must
    /// be dropped after its grantees.
    pub fn drop_database(&self, name: &str, roles: Vec<String>) {
        let (done, _) = channel();
        let statements = std::iter::once(format!("drop database if exists {name} with (force)"))
            .chain(roles.iter().rev().map(|role| format!("drop role if exists {role}")))
            .collect();
        // The thread may have ended with the process; the next run cleans up.
        drop(self.admin.send(Job { statements, done }));
    }

    /// Creates a login that can only connect.
    pub fn make_login(&self, role: &str) {
        self.admin([format!(
            "do $$
            begin
                create role {role} login password '{PASSWORD}';
            exception
                when duplicate_object or unique_violation then null;
            end $$"
        )]);
    }

    /// Sets the test password.
    pub fn set_password(&self, role: &str) {
        self.admin([format!("alter role \"{role}\" password '{PASSWORD}'")]);
    }

    fn admin<const N: usize>(&self, statements: [String; N]) {
        let (done, outcome) = channel();
        let statements = statements.to_vec();
        self.admin
            .send(Job {
                statements: statements.clone(),
                done,
            })
            .unwrap();
        if let Err(e) = outcome.recv().unwrap() {
            panic!("{statements:?}: {e}");
        }
    }

    /// Returns the URL of a login created here.
    pub fn url(&self, user: &str, database: &str) -> String {
        match &self.place {
            Place::Own(address) => address.url_of(user, database),
            Place::Given(url) => with_login_and_database(url, Some(&format!("{user}:{PASSWORD}")), database),
        }
    }

    /// Returns the URL of the superuser.
    pub fn superuser_url(&self, database: &str) -> String {
        match &self.place {
            Place::Own(address) => address.url_of("postgres", database),
            Place::Given(url) => with_login_and_database(url, None, database),
        }
    }
}

/// Creates the workspace of the template, as `inbox db migrate` does. Runs as the ordinary login.
async fn apply_migrations(connection: &mut PgConnection) {
    let workspace = WORKSPACE.parse().unwrap();
    let applied = inbox::db::schema::migrate::migrate(connection, &workspace)
        .await
        .unwrap();
    assert!(applied.files > 0 && applied.code, "a new workspace needs migrations");
}

fn migrations_hash() -> String {
    let mut files: Vec<PathBuf> = ["migrations", "migrations/code"]
        .iter()
        .flat_map(|dir| fs_err::read_dir(super::source(dir)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files.extend([
        super::source("src/db/schema/migrate.rs"),
        super::source("src/db/schema/code.rs"),
    ]);
    let mut hash = Sha256::new();
    for file in &files {
        hash.update(file.file_name().unwrap().as_encoded_bytes());
        hash.update(fs_err::read(file).unwrap());
    }
    assert!(files.len() > 1, "there are migrations");
    hex::encode(&hash.finalize()[..6])
}

fn start_cluster() -> Address {
    let programs = std::env::var_os("INBOX_PG_BIN")
        .filter(|dir| !dir.is_empty())
        .map(PathBuf::from);
    let dir = match std::env::var_os("INBOX_TEST_DIR").filter(|dir| !dir.is_empty()) {
        Some(dir) => PathBuf::from(dir),
        None => cluster_dir(discover(programs.as_deref()).unwrap().major),
    };
    Cluster::at(&dir)
        .with_programs(programs)
        .throwaway()
        .with_setting("max_connections", "500")
        .with_setting("shared_buffers", "256MB")
        .ensure_started()
        .unwrap()
}

/// Returns a folder in `target/`, or elsewhere when the account of the server cannot enter it.
/// `.ci/lib.sh` chooses the same.
fn cluster_dir(major: u32) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let open = target
        .ancestors()
        .all(|dir| fs_err::metadata(dir).is_ok_and(|meta| meta.permissions().mode() & 0o001 != 0));
    if open || !rustix::process::geteuid().is_root() {
        return target.join(format!("inbox-test-pg-{major}"));
    }
    let hash = hex::encode(&Sha256::digest(target.as_os_str().as_encoded_bytes())[..6]);
    PathBuf::from(format!("/var/tmp/inbox-test-{hash}/inbox-test-pg-{major}"))
}

/// Lists statements that remove the leftovers of killed runs and the templates of other migrations.
async fn leftovers(admin: &mut PgConnection, template: &str) -> Vec<String> {
    let names: Vec<(String, bool)> = sqlx::query_as(
        "select name, database
        from (select datname::text as name, true as database, 0 as granted
            from pg_database
            where datname ~ '^inbox_(t|template)_'
            union all
            select r.rolname::text, false, (select count(*) from pg_auth_members m where m.grantor = r.oid)
            from pg_roles r
            where r.rolname ~ '^inbox_t_') x
        order by database desc, granted",
    )
    .fetch_all(admin)
    .await
    .unwrap();
    names
        .into_iter()
        .filter(|(name, _)| match name.strip_prefix(PREFIX) {
            Some(rest) => !runs(rest.split('_').next().unwrap()),
            None => name != template,
        })
        .map(|(name, database)| match database {
            true => format!("drop database if exists {name} with (force)"),
            false => format!("drop role if exists {name}"),
        })
        .collect()
}

fn runs(pid: &str) -> bool {
    let pid = pid.parse().ok().and_then(rustix::process::Pid::from_raw);
    pid.is_some_and(|pid| rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

async fn run(connection: &mut PgConnection, statement: &str) {
    let ran = sqlx::query(AssertSqlSafe(statement.to_owned()))
        .persistent(false)
        .execute(connection)
        .await;
    ran.unwrap_or_else(|e| panic!("{statement}: {e}"));
}

/// Replaces the database of a URL, and the login when one is given:
/// `postgres://user:password@host:port/database?options`.
fn with_login_and_database(url: &str, login: Option<&str>, database: &str) -> String {
    let (scheme, rest) = url.split_once("://").expect("INBOX_TEST_URL is a URL");
    let (rest, options) = rest
        .split_once('?')
        .map_or((rest, String::new()), |(rest, options)| (rest, format!("?{options}")));
    let authority = rest.split('/').next().unwrap();
    let (given, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let login = login.unwrap_or(given);
    let at = if login.is_empty() { "" } else { "@" };
    format!("{scheme}://{login}{at}{host}/{database}{options}")
}
