//! Creates, starts and stops one cluster.

use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::account::{Account, denied, is_root};
use super::binaries::{self, PgBin};
use super::dir::{ClusterDir, PORT, check_private, make_private};
use crate::error::{Error, Kind, Result};

/// The timeout for the start of the server. Recovery after a crash replays all changes since the
/// last checkpoint.
const START_SECONDS: u32 = 180;
/// The timeout for a stop that ends sessions and writes all data. After it, the server is stopped
/// as in a crash, which loses no data.
const STOP_SECONDS: u32 = 60;
/// The time in which the processes of a killed server end.
const ORPHANS: Duration = Duration::from_secs(10);

/// The name of the everyday login and of the database. It is the same on every machine, so that
/// addresses can be documented.
const LOGIN: &str = "inbox";

/// One private cluster in a separate folder.
#[derive(Debug, Clone)]
pub struct Cluster {
    place: ClusterDir,
    programs: Option<PathBuf>,
    settings: Vec<(String, String)>,
    keep: bool,
}

/// The address of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The folder of the Unix socket, which is the host for libpq and sqlx.
    pub socket_dir: PathBuf,
    /// The port, which is only a part of the socket's name. No network port is open.
    pub port: u16,
    /// The everyday login. It owns the database and is not a superuser.
    pub user: &'static str,
    /// The database.
    pub database: &'static str,
}

impl Address {
    /// Returns the URL for inbox, psql and every other program.
    pub fn url(&self) -> String {
        self.url_of(self.user, self.database)
    }

    /// Returns the URL for another login or database of the cluster. Both must be plain names.
    pub fn url_of(&self, user: &str, database: &str) -> String {
        format!(
            "postgres://{user}@localhost/{database}?host={}&port={}",
            self.socket_dir.display(),
            self.port
        )
    }
}

/// The state of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The cluster does not exist yet.
    Absent,
    /// The data exist, but no server runs.
    Stopped,
    /// The server is starting, recovering or stopping.
    Busy,
    /// The server answers.
    Running,
}

/// The output of `inbox local status`.
#[derive(Debug, Clone)]
pub struct Status {
    /// The state.
    pub state: State,
    /// The process of the server, if one runs.
    pub pid: Option<u32>,
    /// The major version of Postgres that created the data.
    pub major: Option<u32>,
    /// The cluster's folder.
    pub dir: PathBuf,
    /// The server's log.
    pub log: PathBuf,
    /// The address.
    pub address: Address,
}

/// The server's data about itself in `postmaster.pid`.
struct PidFile {
    pid: u32,
    ready: bool,
}

impl Cluster {
    /// Returns the cluster in a folder, which need not exist yet. See [`super::default_dir`].
    pub fn at(dir: &Path) -> Cluster {
        Cluster {
            place: ClusterDir { dir: canonical(dir) },
            programs: None,
            settings: Vec::new(),
            keep: true,
        }
    }

    /// Uses only the server programs in this folder (`INBOX_PG_BIN`).
    #[must_use]
    pub fn with_programs(mut self, dir: Option<PathBuf>) -> Cluster {
        self.programs = dir;
        self
    }

    /// Adds a setting for the start of the server.
    #[must_use]
    pub fn with_setting(mut self, name: &str, value: &str) -> Cluster {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Uses settings that are faster and not durable, for tests and benchmarks.
    #[must_use]
    pub fn throwaway(mut self) -> Cluster {
        self.keep = false;
        for (name, value) in [
            ("fsync", "off"),
            ("full_page_writes", "off"),
            ("synchronous_commit", "off"),
            ("wal_level", "minimal"),
            ("max_wal_senders", "0"),
            ("max_wal_size", "4GB"),
            ("checkpoint_timeout", "1h"),
        ] {
            self = self.with_setting(name, value);
        }
        self
    }

    /// Returns whether the cluster exists.
    ///
    /// # Errors
    ///
    /// [`Kind::Failed`] if the folder cannot be read.
    pub fn exists(&self) -> Result<bool> {
        Ok(self.place.major()?.is_some())
    }

    /// Returns the address of the server, also if the server does not run.
    pub fn address(&self) -> Address {
        Address {
            socket_dir: self.place.socket_dir(),
            port: PORT,
            user: LOGIN,
            database: LOGIN,
        }
    }

    /// Starts the server if it does not run, and creates the cluster on the first call. If there
    /// are several callers at the same time, one does the work and the others wait.
    ///
    /// # Errors
    ///
    /// [`Kind::Usage`] if the server programs are missing or have another major version than the
    /// data. [`Kind::Failed`] if the folder cannot be used. [`Kind::Unreachable`] with the end of
    /// the log if the server does not start.
    pub fn ensure_started(&self) -> Result<Address> {
        if self.answers() {
            return Ok(self.address());
        }
        self.place.make()?;
        let _lock = self.place.lock()?;
        if self.answers() {
            return Ok(self.address());
        }
        let account = Account::of_cluster(&self.place.data())?;
        let major = self.place.major()?;
        let programs = binaries::find(self.programs.as_deref(), major, Some(&account))?;
        if major.is_none() {
            self.make(&programs, &account)?;
        }
        self.place.make_socket_dir(&account)?;
        self.forget_dead_server()?;
        self.start(&programs, &account)?;
        self.remember(&programs)?;
        Ok(self.address())
    }

    /// Returns whether an upgrade has replaced the server programs since the server started. Such a
    /// server can no longer load its own libraries. A server that an older version of this program
    /// started is reported as current.
    pub fn is_outdated(&self) -> bool {
        let Ok(started) = std::fs::read_to_string(self.started_with()) else {
            return false;
        };
        let Some((path, _)) = started.split_once('\n') else {
            return false;
        };
        // Missing programs are being replaced, or programs in another folder have replaced them.
        identity(Path::new(path)).is_none_or(|now| now != started)
    }

    /// Returns the path of the file that identifies the programs of the running server.
    fn started_with(&self) -> PathBuf {
        self.place.dir.join("started-with")
    }

    fn remember(&self, programs: &PgBin) -> Result<()> {
        let file = self.started_with();
        let Some(text) = identity(&programs.program("postgres")) else {
            return Ok(());
        };
        std::fs::write(&file, text).map_err(|e| denied(&file, e))
    }

    /// Stops the server. Returns `false` if no server was running. Sessions are ended, and all data
    /// are written to disk. If this takes longer than a minute, the server is stopped as in a
    /// crash. No committed data are lost, because the next start recovers them.
    ///
    /// # Errors
    ///
    /// [`Kind::Failed`] if the server cannot be stopped.
    pub fn stop(&self) -> Result<bool> {
        if self.place.major()?.is_none() {
            return Ok(false);
        }
        let _lock = self.place.lock()?;
        let Some(server) = self.pid_file() else {
            return Ok(false);
        };
        if !self.runs(server.pid) {
            self.forget_dead_server()?;
            return Ok(false);
        }
        let account = Account::of_cluster(&self.place.data())?;
        let programs = binaries::find(self.programs.as_deref(), self.place.major()?, Some(&account))?;
        let mut problem = String::new();
        for mode in ["fast", "immediate"] {
            let mut command = self.pg_ctl(&programs, &account);
            let out = run(
                command.args(["stop", "-w", "-t", &STOP_SECONDS.to_string(), "-m", mode]),
                &account,
            )?;
            if out.status.success() || !self.runs(server.pid) {
                return Ok(true);
            }
            problem = text(&out);
        }
        Err(Error::failed(format!(
            "the local Postgres (process {}) does not stop: {}",
            server.pid,
            last_line(&problem)
        ))
        .hint(format!("see its log: {}", self.place.log().display())))
    }

    /// Returns the state of the cluster without changing it.
    ///
    /// # Errors
    ///
    /// [`Kind::Failed`] if the folder cannot be read.
    pub fn status(&self) -> Result<Status> {
        let major = self.place.major()?;
        let server = self.pid_file().filter(|server| self.runs(server.pid));
        let state = match (major, &server) {
            (None, _) => State::Absent,
            (Some(_), None) => State::Stopped,
            (Some(_), Some(_)) if self.answers() => State::Running,
            (Some(_), Some(_)) => State::Busy,
        };
        Ok(Status {
            state,
            pid: server.map(|server| server.pid),
            major,
            dir: self.place.dir.clone(),
            log: self.place.log(),
            address: self.address(),
        })
    }

    /// Returns whether the server accepts connections and belongs to this cluster. The process is
    /// checked too, because the socket of a killed server accepts connections for a moment.
    fn answers(&self) -> bool {
        let Ok(data) = std::fs::symlink_metadata(self.place.data()) else {
            return false;
        };
        (is_root() || data.uid() == rustix::process::geteuid().as_raw())
            && self
                .pid_file()
                .is_some_and(|server| server.ready && self.runs(server.pid))
            && check_private(&self.place.socket_dir(), data.uid()).is_ok()
            && UnixStream::connect(self.place.socket()).is_ok()
    }

    fn pid_file_path(&self) -> PathBuf {
        self.place.data().join("postmaster.pid")
    }

    fn pid_file(&self) -> Option<PidFile> {
        let text = std::fs::read_to_string(self.pid_file_path()).ok()?;
        let mut lines = text.lines();
        Some(PidFile {
            pid: lines.next()?.trim().parse().ok()?,
            ready: lines.nth(6).is_some_and(|state| state.trim() == "ready"),
        })
    }

    /// Returns whether a process is this cluster's server. After a reboot, another process may have
    /// the same number.
    fn runs(&self, pid: u32) -> bool {
        let process = PathBuf::from(format!("/proc/{pid}"));
        if Path::new("/proc/self/cwd").exists() {
            return match std::fs::read_link(process.join("cwd")) {
                Ok(folder) => folder == self.place.data(),
                // The process belongs to another user. It is not this server, unless the cluster
                // also belongs to another user.
                Err(e) => e.kind() == std::io::ErrorKind::PermissionDenied && !is_root() && !self.is_mine(),
            };
        }
        Command::new("ps")
            .args(["-o", "comm=", "-p", &pid.to_string()])
            .stderr(Stdio::null())
            .output()
            .is_ok_and(|out| binaries::is_server_program(Path::new(String::from_utf8_lossy(&out.stdout).trim())))
    }

    fn is_mine(&self) -> bool {
        std::fs::symlink_metadata(self.place.data()).is_ok_and(|meta| meta.uid() == rustix::process::geteuid().as_raw())
    }

    /// Removes the files of a server that was killed. Postgres removes them itself, unless another
    /// process of the same user has the number of the killed process, which is likely after a
    /// reboot.
    fn forget_dead_server(&self) -> Result<()> {
        let Some(server) = self.pid_file() else {
            return Ok(());
        };
        if self.runs(server.pid) {
            return Ok(());
        }
        let socket = self.place.socket();
        let mut lock = socket.clone().into_os_string();
        lock.push(".lock");
        for file in [self.pid_file_path(), PathBuf::from(lock), socket] {
            match std::fs::remove_file(&file) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(denied(&file, e)),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// Creates the data, with database and login, under a temporary name. A killed `initdb`
    /// therefore leaves no folder that looks like a cluster.
    fn make(&self, programs: &PgBin, account: &Account) -> Result<()> {
        let new = self.place.unfinished();
        if new.exists() {
            fs_err::remove_dir_all(&new)?;
        }
        make_private(&new, account)?;
        if let Err(error) = self.fill(&new, programs, account) {
            // The incomplete data are removed, for example after a full disk. A failed removal is
            // ignored, because the first error is more important.
            drop(fs_err::remove_dir_all(&new));
            return Err(error);
        }
        fs_err::rename(&new, self.place.data())?;
        Ok(())
    }

    fn fill(&self, new: &Path, programs: &PgBin, account: &Account) -> Result<()> {
        let out = self.initdb(new, programs, account, C_UTF8)?;
        if !out.status.success() {
            // The C library has no C.UTF-8, and this Postgres has no built-in locale. The byte
            // order is the same. Only upper and lower case of some scripts is missing.
            let plain = text(&out).contains("invalid locale name");
            let out = if plain {
                self.initdb(new, programs, account, "C")?
            } else {
                out
            };
            if !out.status.success() {
                return Err(explain(
                    Kind::Failed,
                    "the local database could not be created",
                    &text(&out),
                    &self.place.dir,
                ));
            }
        }
        let mut command = account.command(&programs.program("postgres"));
        command
            .args([
                "--single",
                "-c",
                "exit_on_error=on",
                "-c",
                "log_min_messages=warning",
                "-D",
            ])
            .arg(new)
            .arg("postgres");
        if !self.keep {
            command.args(["-c", "fsync=off"]);
        }
        let statements = format!("create role {LOGIN} login\ncreate database {LOGIN} owner {LOGIN}\n");
        let out = run_with(&mut command, statements.as_bytes(), account)?;
        if out.status.success() {
            return Ok(());
        }
        Err(explain(
            Kind::Failed,
            "the local database could not be set up",
            &text(&out),
            &self.place.dir,
        ))
    }

    fn initdb(&self, new: &Path, programs: &PgBin, account: &Account, locale: &str) -> Result<Output> {
        let mut command = account.command(&programs.program("initdb"));
        command.arg("-D").arg(new).args([
            "--username=postgres",
            "--encoding=UTF8",
            "--auth-local=trust",
            "--auth-host=reject",
            "--data-checksums",
            "--no-instructions",
        ]);
        if programs.major >= 17 && locale == C_UTF8 {
            // The built-in locale of Postgres has the same order on every system and after every
            // upgrade.
            command.args(["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]);
        } else {
            command.arg(format!("--locale={locale}")).arg("--lc-messages=C");
        }
        if !self.keep {
            command.arg("--no-sync");
        }
        run(&mut command, account)
    }

    fn start(&self, programs: &PgBin, account: &Account) -> Result<()> {
        self.turn_log_over();
        let give_up = Instant::now() + ORPHANS;
        loop {
            let before = self.place.log_length();
            let mut command = self.pg_ctl(programs, account);
            command.args(["start", "-w", "-t", &START_SECONDS.to_string(), "-l", "server.log"]);
            command.arg("-o").arg(self.options());
            let out = run(&mut command, account)?;
            if out.status.success() {
                return Ok(());
            }
            let log = self.place.log_since(before);
            let orphans =
                log.contains("pre-existing shared memory block") || log.contains("postmaster.pid\" already exists");
            if orphans && Instant::now() < give_up {
                std::thread::sleep(Duration::from_millis(100));
                if self.answers() {
                    return Ok(());
                }
                continue;
            }
            let said = if log.trim().is_empty() { text(&out) } else { log };
            return Err(explain(
                Kind::Unreachable,
                "the local Postgres does not start",
                &said,
                &self.place.dir,
            ));
        }
    }

    /// Keeps one older log next to the current log.
    fn turn_log_over(&self) {
        const MAX_LOG_BYTES: u64 = 8 * 1024 * 1024;
        if self.place.log_length() > MAX_LOG_BYTES {
            let old = self.place.data().join("server.log.old");
            // If the log cannot be moved, it only becomes long.
            drop(std::fs::rename(self.place.log(), old));
        }
    }

    fn pg_ctl(&self, programs: &PgBin, account: &Account) -> Command {
        let mut command = account.command(&programs.program("pg_ctl"));
        // The command contains neither `-D` nor the whole path of the log. pg_ctl puts both between
        // double quotes in a shell command, in which the shell expands a `$`.
        command.env("PGDATA", self.place.data()).current_dir(self.place.data());
        command
    }

    /// Returns the server's settings as words of a shell, for `pg_ctl -o`. They are passed at each
    /// start and are not part of the data. Root therefore writes no file into a folder that another
    /// account controls.
    fn options(&self) -> String {
        let socket_dir = self.place.socket_dir().display().to_string();
        let fixed = [
            ("listen_addresses", ""),
            ("port", "5432"),
            ("unix_socket_directories", socket_dir.as_str()),
            ("unix_socket_permissions", "0700"),
            ("max_connections", "300"),
            ("timezone", "UTC"),
            ("log_timezone", "UTC"),
            ("log_destination", "stderr"),
            ("logging_collector", "off"),
            // Neither statements nor rows are logged, because they contain customers' texts.
            ("log_error_verbosity", "terse"),
            ("log_min_error_statement", "panic"),
            ("log_statement", "none"),
            // Shared memory is not in /dev/shm. It has only 64 MB in a container, and systemd
            // empties it when the user logs out.
            ("dynamic_shared_memory_type", "mmap"),
        ];
        let own = self
            .settings
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        fixed
            .into_iter()
            .chain(own)
            .map(|(name, value)| format!("-c {}", quoted(&format!("{name}={value}"))))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Returns an identity of a program's file that changes when the file is replaced: its path in the
/// first line, then its data from the file system. Returns `None` if the file does not exist.
fn identity(program: &Path) -> Option<String> {
    let meta = std::fs::metadata(program).ok()?;
    Some(format!(
        "{}\n{} {} {} {}\n",
        program.display(),
        meta.ino(),
        meta.len(),
        meta.mtime(),
        meta.mtime_nsec()
    ))
}

const C_UTF8: &str = "C.UTF-8";

/// Quotes one word for a shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Resolves symbolic links in the existing part of a path, so that a folder has one name and one
/// socket before and after it is created.
fn canonical(dir: &Path) -> PathBuf {
    let dir = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    dir.ancestors()
        .find_map(|there| {
            let real = std::fs::canonicalize(there).ok()?;
            let rest = dir.strip_prefix(there).ok()?;
            Some(if rest.as_os_str().is_empty() {
                real
            } else {
                real.join(rest)
            })
        })
        .unwrap_or(dir)
}

fn run(command: &mut Command, account: &Account) -> Result<Output> {
    command.output().map_err(|e| cannot_run(command, account, e))
}

fn run_with(command: &mut Command, input: &[u8], account: &Account) -> Result<Output> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| cannot_run(command, account, e))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that ends early writes the reason to stderr. The reason is more useful than
        // "broken pipe".
        drop(stdin.write_all(input));
    }
    Ok(child.wait_with_output()?)
}

fn cannot_run(command: &Command, account: &Account, cause: std::io::Error) -> Error {
    let program = Path::new(command.get_program());
    let message = match account.barred_by(program) {
        Some(folder) => format!(
            "the user {}, who runs the server, may not enter {}",
            account.name,
            folder.display()
        ),
        None => format!("{} cannot be run as the user {}", program.display(), account.name),
    };
    Error::failed(message)
        .hint("run inbox as an ordinary user")
        .caused_by(cause)
}

/// Creates an error from the output of the server's programs, with a useful hint.
fn explain(kind: Kind, what: &str, said: &str, dir: &Path) -> Error {
    let has = |needle: &str| said.contains(needle);
    let (why, hint) = if has("No space left on device") || has("Disk quota exceeded") {
        (
            "no space is left on its disk",
            format!(
                "free some space for {}, then try again; nothing that was committed is lost",
                dir.display()
            ),
        )
    } else if has("could not look up effective user") {
        (
            "the user who runs it has no entry in the passwd file",
            "give this uid a name, or use a server's URL instead".to_owned(),
        )
    } else if has("Permission denied") {
        (
            "permission denied",
            match is_root() {
                true => format!(
                    "the server does not run as root: its user must be able to reach {} (INBOX_LOCAL_DIR; \
                     /var/lib/inbox works)",
                    dir.display()
                ),
                false => format!("all of {} must belong to you", dir.display()),
            },
        )
    } else if has("are incompatible with server") {
        (
            "its data was created by another major version of Postgres",
            "name the programs of that version in INBOX_PG_BIN".to_owned(),
        )
    } else if has("Cannot allocate memory") || has("could not create shared memory segment") {
        (
            "there is not enough memory",
            "end something else, then try again".to_owned(),
        )
    } else {
        ("", String::new())
    };
    let important = said
        .lines()
        .rev()
        .find(|line| line.contains("FATAL:") || line.contains("PANIC:") || line.contains("error:"))
        .unwrap_or(last_line(said));
    let message = if why.is_empty() {
        format!("{what}: {}", important.trim())
    } else {
        format!("{what}: {why}")
    };
    let hint = if hint.is_empty() {
        format!("the last lines of its log, in {}:\n{}", dir.display(), tail(said, 6))
    } else {
        hint
    };
    Error::new(kind, message).hint(hint).caused_by(tail(said, 12))
}

fn text(out: &Output) -> String {
    let mut all = String::from_utf8_lossy(&out.stdout).into_owned();
    all.push_str(&String::from_utf8_lossy(&out.stderr));
    all
}

fn last_line(said: &str) -> &str {
    said.lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("it said nothing")
}

fn tail(said: &str, most: usize) -> String {
    let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(most)..].join("\n")
}

#[cfg(test)]
#[path = "cluster_tests.rs"]
mod tests;
