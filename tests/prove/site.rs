//! The site of a row: its own database, monitored `serve` processes, senders, and the final
//! accounts.

use std::collections::HashMap;
use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::sender::{Addresses, Load, Sender, Sent};
use crate::serving::{Answer, Client, SECRET};
use crate::support::postgres::{PASSWORD, Postgres};
use crate::support::process::note;
use crate::support::{self, seed};

/// The login that owns the workspace and runs `serve` and the commands.
pub const LOGIN: &str = "inbox";
const TEMPLATE: &str = "prove_template";

/// Creates the login and the template database for the sites of a server.
pub fn prepare(server: &Postgres) {
    let runtime = runtime();
    runtime.block_on(async {
        let mut admin = connected(&server.url("postgres", "postgres")).await;
        seed::run(&mut admin, &format!("create role {LOGIN} login password '{PASSWORD}'")).await;
        seed::run(&mut admin, &format!("create database {TEMPLATE} owner {LOGIN}")).await;
        let mut conn = connected(&server.url(LOGIN, TEMPLATE)).await;
        let workspace = support::WORKSPACE.parse().unwrap();
        inbox::db::schema::migrate::migrate(&mut conn, &workspace)
            .await
            .unwrap();
        seed::run(
            &mut conn,
            &format!("set search_path to {}, pg_temp", support::WORKSPACE),
        )
        .await;
        seed::set_up(&mut conn).await;
        conn.close().await.unwrap();
    });
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

async fn connected(url: &str) -> PgConnection {
    let late = Instant::now() + Duration::from_secs(60);
    loop {
        // A server that recovers refuses for a while.
        match tokio::time::timeout(Duration::from_secs(10), PgConnection::connect(url)).await {
            Ok(Ok(connection)) => return connection,
            failed => assert!(Instant::now() < late, "no connection: {failed:?}"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// One database and the processes on it, which end when the value is dropped.
pub struct Site<'a> {
    /// The server.
    pub server: &'a Postgres,
    /// The database.
    pub database: String,
    /// The addresses that senders post to.
    pub addresses: Addresses,
    /// The processes.
    pub serves: Vec<Served>,
    folder: TempDir,
    runtime: Runtime,
    usage: Arc<Usage>,
    logs: usize,
    begun: Instant,
}

/// The resources used by `serve` since the last reading.
#[derive(Debug, Default)]
struct Usage {
    /// The peak memory of one process, in KiB.
    memory: AtomicU64,
}

/// Options for starting a `serve`.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// The URL, when it is not that of the database.
    pub url: Option<String>,
    /// The program, when it is not this version.
    pub program: Option<PathBuf>,
    /// The network namespace and the address in it.
    pub namespace: Option<(String, String)>,
    /// The destination of its log.
    pub log: Log,
}

/// The destination of a log.
#[derive(Debug, Clone, Default)]
pub enum Log {
    /// A file of the site, whose size is counted.
    #[default]
    Counted,
    /// Another file.
    At(PathBuf),
    /// None: standard error is closed.
    Closed,
}

/// A `serve` process; killed when it is dropped.
pub struct Served {
    child: Child,
    /// The address it listens on.
    pub address: SocketAddr,
}

impl<'a> Site<'a> {
    /// Creates a database with the workspace, on a prepared server.
    pub fn new(server: &'a Postgres) -> Site<'a> {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        let database = format!("prove_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let site = Site {
            server,
            database,
            addresses: Arc::new(RwLock::new(Vec::new())),
            serves: Vec::new(),
            folder: support::folder(),
            runtime: runtime(),
            usage: Arc::default(),
            logs: 0,
            begun: Instant::now(),
        };
        site.superuser_at(
            "postgres",
            &format!("create database {} owner {LOGIN} template {TEMPLATE}", site.database),
        );
        site
    }

    /// Returns the URL of the owner's login.
    pub fn url(&self) -> String {
        self.server.url(LOGIN, &self.database)
    }

    /// Returns a path of the site's own folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Connects as the owner, inside the workspace.
    pub fn connect(&self) -> PgConnection {
        self.connect_as(LOGIN)
    }

    /// Connects as a login, inside the workspace.
    pub fn connect_as(&self, login: &str) -> PgConnection {
        self.block_on(async {
            let mut connection = connected(&self.server.url(login, &self.database)).await;
            let path = format!("set search_path to {}, pg_temp", support::WORKSPACE);
            seed::run(&mut connection, &path).await;
            connection
        })
    }

    /// Waits for a future.
    pub fn block_on<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(what)
    }

    /// Runs statements as the owner.
    pub fn run(&self, sql: &str) {
        let mut conn = self.connect();
        self.block_on(seed::run(&mut conn, sql));
    }

    /// Returns one value as text, as the owner.
    pub fn text(&self, sql: &str) -> String {
        let mut conn = self.connect();
        self.block_on(seed::text(&mut conn, sql))
    }

    /// Runs statements as the superuser, in a database of the server.
    pub fn superuser_at(&self, database: &str, sql: &str) {
        self.block_on(async {
            let mut conn = connected(&self.server.url("postgres", database)).await;
            conn.execute(AssertSqlSafe(sql.to_owned()))
                .await
                .unwrap_or_else(|e| panic!("{e}\n{sql}"));
        });
    }

    /// Ends the database sessions of `serve`.
    pub fn terminate_sessions(&self) {
        self.superuser_at(
            "postgres",
            &format!(
                "select pg_terminate_backend(pid)
                from pg_stat_activity
                where datname = '{}' and application_name = 'inbox serve'",
                self.database
            ),
        );
    }

    /// Starts a `serve` and waits until it answers.
    pub fn serve(&mut self) -> &Served {
        self.serve_with(&Start::default())
    }

    /// Starts a `serve` with options, and waits until it answers.
    pub fn serve_with(&mut self, start: &Start) -> &Served {
        let child = self.spawn_serve(start);
        let (mut child, address) = child;
        let late = Instant::now() + Duration::from_secs(30);
        while Client::to(address, Duration::from_secs(2))
            .send("GET", "/healthz", "", b"")
            .is_err()
        {
            if let Some(status) = child.try_wait().unwrap() {
                panic!("serve ended with {status}: {}", self.last_log());
            }
            assert!(Instant::now() < late, "serve does not answer: {}", self.last_log());
            std::thread::sleep(Duration::from_millis(20));
        }
        self.addresses.write().unwrap().push(address);
        self.serves.push(Served { child, address });
        self.serves.last().unwrap()
    }

    /// Starts a `serve` without waiting.
    pub fn spawn_serve(&mut self, start: &Start) -> (Child, SocketAddr) {
        let host = start
            .namespace
            .as_ref()
            .map_or("127.0.0.1", |(_, address)| address.as_str());
        let address: SocketAddr = format!("{host}:{}", free_port()).parse().unwrap();
        let program = start.program.clone().unwrap_or_else(|| support::binary().to_owned());
        let mut words: Vec<String> = Vec::new();
        if let Some((name, _)) = &start.namespace {
            words.extend(["ip", "netns", "exec", name].map(str::to_owned));
        }
        if matches!(start.log, Log::Closed) {
            words.extend(["sh", "-c", "exec \"$0\" \"$@\" 2>&-"].map(str::to_owned));
        }
        words.push(program.to_str().unwrap().to_owned());
        let stderr = match &start.log {
            Log::Counted => {
                self.logs += 1;
                Stdio::from(File::create(self.path(&format!("serve-{}.log", self.logs))).unwrap())
            }
            Log::At(path) => Stdio::from(File::options().append(true).open(path).unwrap()),
            Log::Closed => Stdio::null(),
        };
        let child = Command::new(&words[0])
            .args(&words[1..])
            .args(["serve", "--listen", &address.to_string()])
            .env_clear()
            .envs(support::environment(self.folder.path()))
            .env("DATABASE_URL", start.url.clone().unwrap_or_else(|| self.url()))
            .env("INBOX_APP_SECRET", SECRET)
            .env("INBOX_VERIFY_TOKEN", "token")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(stderr)
            .spawn()
            .unwrap();
        note("pid", child.id());
        let (pid, usage) = (child.id(), Arc::clone(&self.usage));
        // Ends with the process.
        std::thread::spawn(move || {
            while let Some(memory) = peak_memory(pid) {
                usage.memory.fetch_max(memory, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(50));
            }
        });
        (child, address)
    }

    /// Returns the end of the newest log.
    pub fn last_log(&self) -> String {
        let text = std::fs::read_to_string(self.path(&format!("serve-{}.log", self.logs))).unwrap_or_default();
        let lines: Vec<&str> = text.lines().rev().take(5).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    /// Removes a process from the addresses that senders post to.
    pub fn remove(&mut self, n: usize) -> Served {
        let served = self.serves.remove(n);
        self.addresses.write().unwrap().retain(|a| *a != served.address);
        served
    }

    /// Starts a sender. Its log is a file of the site.
    pub fn send(&self, load: Load) -> Sender {
        let log = self.path(&format!("sender-{}.log", load.prefix));
        Sender::start(&self.addresses, &log, load)
    }

    /// Requests a page of the first process.
    pub fn get(&self, target: &str) -> std::io::Result<Answer> {
        Client::to(self.serves[0].address, Duration::from_secs(10)).send("GET", target, "", b"")
    }

    /// Runs a command of the program and returns its exit code and standard error. A command that
    /// takes over a minute is killed and returns -1.
    pub fn inbox(&self, args: &[&str]) -> (i32, String) {
        self.inbox_at(&self.url(), args)
    }

    /// Runs a command of the program against a URL.
    pub fn inbox_at(&self, url: &str, args: &[&str]) -> (i32, String) {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        let said = self.path(&format!("command-{}", NEXT.fetch_add(1, Ordering::Relaxed)));
        let mut child = Command::new(support::binary())
            .args(args)
            .env_clear()
            .envs(support::environment(self.folder.path()))
            .env("DATABASE_URL", url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::from(File::create(&said).unwrap()))
            .spawn()
            .unwrap();
        let code = wait(&mut child, Duration::from_secs(60)).and_then(|status| status.code());
        if code.is_none() {
            drop(child.kill());
            drop(child.wait());
        }
        (code.unwrap_or(-1), fs_err::read_to_string(&said).unwrap_or_default())
    }

    /// Seals the present history and returns the file.
    pub fn seal(&self) -> PathBuf {
        let file = self.path("seal.json");
        drop(std::fs::remove_file(&file));
        let (code, said) = self.inbox(&["audit", "seal", "--file", file.to_str().unwrap()]);
        assert_eq!(code, 0, "audit seal: {said}");
        file
    }

    /// Verifies the history and returns the exit code and the findings.
    pub fn verify(&self) -> (i32, String) {
        self.inbox(&["audit", "verify"])
    }

    /// Verifies the history against a seal.
    pub fn verify_against(&self, seal: &Path) -> (i32, String) {
        self.inbox(&["audit", "verify", "--against", seal.to_str().unwrap()])
    }

    /// Waits until every delivery is applied. Returns how many are not within the time limit.
    pub fn settle(&self, patience: Duration) -> usize {
        let late = Instant::now() + patience;
        let mut conn = self.connect();
        loop {
            let sql = "select count(*) from delivery where state = 'new'";
            let waiting = self.block_on(seed::text(&mut conn, sql)).parse().unwrap();
            if waiting == 0 || Instant::now() > late {
                return waiting;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Compares the sender's account with the database.
    pub fn account(&self, sent: &Sent) -> Account {
        let mut conn = self.connect();
        // The commit time of the transaction that applied the delivery.
        let applied: Vec<(String, i64)> = self.block_on(async {
            sqlx::query_as(
                r#"select wamid, (extract(epoch from min(at)) * 1000000)::bigint from (
                    select substring(convert_from(body, 'UTF8') from '"id":"(prove[^"]*)"') as wamid,
                        case when state = 'applied' then pg_xact_commit_timestamp(xmin) else 'infinity' end as at
                    from delivery where length(body) < 10000) d
                where wamid is not null and at <> 'infinity' group by 1"#,
            )
            .fetch_all(&mut conn)
            .await
            .unwrap()
        });
        let stored: Vec<String> = self.block_on(async {
            sqlx::query_scalar(
                r#"select distinct substring(convert_from(body, 'UTF8') from '"id":"(prove[^"]*)"') from delivery
                where length(body) < 10000 and convert_from(body, 'UTF8') like '%"id":"prove%'"#,
            )
            .fetch_all(&mut conn)
            .await
            .unwrap()
        });
        let found: Vec<(String, i64)> = self.block_on(async {
            sqlx::query_as("select wamid, count(*) from message where wamid like 'prove%' group by 1")
                .fetch_all(&mut conn)
                .await
                .unwrap()
        });
        let (applied, found): (HashMap<_, _>, HashMap<_, _>) =
            (applied.into_iter().collect(), found.into_iter().collect());
        let stored: std::collections::HashSet<String> = stored.into_iter().collect();
        let mut until: Vec<Duration> = Vec::new();
        let mut account = Account {
            acknowledged: sent.acknowledged.len(),
            refused: sent.refused,
            given_up: sent.given_up,
            ..Account::default()
        };
        for message in &sent.acknowledged {
            account.stored += usize::from(stored.contains(&message.wamid));
            match (found.get(&message.wamid), applied.get(&message.wamid)) {
                (Some(count), Some(at)) => {
                    account.applied += 1;
                    account.doubled += usize::from(*count != 1);
                    let at = u64::try_from(*at).unwrap();
                    until.push(Duration::from_micros(at.saturating_sub(message.sent)));
                }
                _ => account.lost += 1,
            }
        }
        until.sort_unstable();
        let percentile = |p: usize| {
            until
                .get((until.len() * p / 100).min(until.len().saturating_sub(1)))
                .copied()
        };
        account.p50 = percentile(50).unwrap_or_default();
        account.p99 = percentile(99).unwrap_or_default();
        account.longest = until.last().copied().unwrap_or_default();
        account
    }

    /// Returns the peak memory of one `serve` in MB, and its log in bytes per minute, since the
    /// last call.
    pub fn usage(&mut self) -> (f64, u64) {
        let memory = self.usage.memory.swap(0, Ordering::Relaxed);
        let mut bytes = 0;
        for n in 1..=self.logs {
            let file = self.path(&format!("serve-{n}.log"));
            bytes += std::fs::metadata(&file).map_or(0, |meta| meta.len());
        }
        // A peak of one second is not a rate, so less than a minute counts as one.
        let minutes = (self.begun.elapsed().as_secs_f64() / 60.0).max(1.0);
        (memory as f64 / 1000.0, (bytes as f64 / minutes) as u64)
    }
}

impl Drop for Site<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() || std::env::var_os("INBOX_PROVE_KEEP").is_some() {
            keep_logs(self.folder.path());
        }
        self.serves.clear();
    }
}

/// Copies the logs of processes and senders to a folder that outlives the test.
fn keep_logs(folder: &Path) {
    let Some(kept) = std::env::var_os("INBOX_PROVE_KEEP").map(PathBuf::from) else {
        return;
    };
    let Some(name) = folder.file_name() else { return };
    let to = kept.join(name);
    drop(std::fs::create_dir_all(&to));
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        drop(std::fs::copy(entry.path(), to.join(entry.file_name())));
    }
}

/// The outcome of a sender's messages.
#[derive(Debug, Default, Clone)]
pub struct Account {
    /// Answered with 200.
    pub acknowledged: usize,
    /// The acknowledged ones in a stored delivery.
    pub stored: usize,
    /// The acknowledged ones with a message and an applied delivery.
    pub applied: usize,
    /// The acknowledged ones without these.
    pub lost: usize,
    /// The acknowledged ones with more than one message.
    pub doubled: usize,
    /// Deliveries not answered with 200.
    pub refused: u64,
    /// Messages never acknowledged.
    pub given_up: u64,
    /// The median time from sending until applied.
    pub p50: Duration,
    /// The 99th percentile of that time.
    pub p99: Duration,
    /// The maximum of that time.
    pub longest: Duration,
}

impl Served {
    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap()
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        rustix::process::kill_process(self.pid(), signal).unwrap();
    }

    /// Waits for the end. Returns `None` when it takes longer.
    pub fn wait(&mut self, patience: Duration) -> Option<ExitStatus> {
        wait(&mut self.child, patience)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Waits for a process. Returns `None` when it takes longer.
pub fn wait(child: &mut Child, patience: Duration) -> Option<ExitStatus> {
    let late = Instant::now() + patience;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        if Instant::now() > late {
            return None;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Returns an unused port of loopback.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Returns the peak memory of a process in KiB, or `None` when it has ended.
fn peak_memory(pid: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}
