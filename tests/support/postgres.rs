//! A Postgres server for one test, reached by TCP, whose commits outlive a kill of the server.

use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use inbox::local::discover;
use rustix::process::{Pid, Signal};
use tempfile::TempDir;

use super::process::note;

/// The password of every login of the server, until a test changes it.
pub const PASSWORD: &str = "prove";

/// A running server. It is stopped, and its data removed, when the value is dropped.
pub struct Postgres {
    /// The data folder, when the caller gave none.
    _folder: Option<TempDir>,
    dir: PathBuf,
    programs: PathBuf,
    addresses: String,
    settings: Vec<String>,
    /// The port, on every address.
    pub port: u16,
}

/// How a server is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Ends the sessions and flushes everything.
    Fast,
    /// Stops without a flush, so that the next start recovers.
    Immediate,
}

impl Postgres {
    /// Starts a server with further settings, such as `max_connections=20`.
    pub fn start(settings: &[&str]) -> Postgres {
        let folder = super::folder();
        let dir = folder.path().to_owned();
        let mut server = Postgres::at(&dir, "127.0.0.1", settings);
        server._folder = Some(folder);
        server
    }

    /// Starts a server in a folder that the server's account can enter, on addresses of the machine.
    pub fn at(folder: &Path, addresses: &str, settings: &[&str]) -> Postgres {
        let mut server = Postgres {
            _folder: None,
            dir: folder.join("pg"),
            programs: programs(),
            addresses: addresses.to_owned(),
            settings: settings.iter().map(|s| (*s).to_owned()).collect(),
            port: 0,
        };
        server.create_folder();
        let password = folder.join("password");
        fs_err::write(&password, format!("{PASSWORD}\n")).unwrap();
        server.run(
            "initdb",
            &[
                "--username=postgres",
                "--encoding=UTF8",
                "--locale=C",
                "--auth-local=trust",
                "--auth-host=scram-sha-256",
                "--no-sync",
                &format!("--pwfile={}", password.display()),
            ],
        );
        server.start_on_free_port();
        server
    }

    fn create_folder(&self) {
        fs_err::create_dir_all(&self.dir).unwrap();
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        fs_err::set_permissions(&self.dir, private).unwrap();
        if let Some((user, group)) = account() {
            std::os::unix::fs::chown(&self.dir, Some(user), Some(group)).unwrap();
        }
    }

    fn start_on_free_port(&mut self) {
        // Another process can take the port between the check and the start.
        for attempt in 0.. {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            self.port = listener.local_addr().unwrap().port();
            drop(listener);
            match self.try_start() {
                Ok(()) => return,
                Err(said) => assert!(attempt < 3, "the server does not start: {said}"),
            }
        }
    }

    /// Starts the server again. Panics with the server's log when it does not start.
    pub fn start_again(&self) {
        let late = Instant::now() + Duration::from_secs(60);
        // Processes of a killed server need a moment to notice.
        while let Err(said) = self.try_start() {
            assert!(Instant::now() < late, "the server does not start again: {said}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn try_start(&self) -> Result<(), String> {
        let mut options = format!(
            "-c listen_addresses={} -c port={} -c unix_socket_directories={} -c fsync=off -c timezone=UTC \
             -c track_commit_timestamp=on -c logging_collector=off -c log_min_messages=fatal \
             -c dynamic_shared_memory_type=mmap",
            self.addresses,
            self.port,
            self.dir.display()
        );
        for setting in &self.settings {
            options.push_str(&format!(" -c {setting}"));
        }
        let log = self.dir.join("server.log");
        let out = self
            .command("pg_ctl")
            .args(["start", "-w", "-t", "60", "-l"])
            .arg(&log)
            .arg("-o")
            .arg(options)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        if out.status.success() {
            if let Some(pid) = self.postmaster() {
                note("pid", pid.as_raw_nonzero());
            }
            return Ok(());
        }
        let said = fs_err::read_to_string(&log).unwrap_or_default();
        Err(said.lines().rev().take(5).collect::<Vec<_>>().join("\n"))
    }

    /// Stops the server.
    pub fn stop(&self, how: Stop) {
        let mode = match how {
            Stop::Fast => "fast",
            Stop::Immediate => "immediate",
        };
        self.run("pg_ctl", &["stop", "-w", "-t", "60", "-m", mode]);
    }

    /// Kills the first process of the server, as the kernel does when memory runs out.
    pub fn kill(&self) {
        if let Some(pid) = self.postmaster() {
            rustix::process::kill_process(pid, Signal::KILL).unwrap();
        }
    }

    /// Returns whether the server's first process is alive.
    pub fn is_alive(&self) -> bool {
        self.postmaster()
            .is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok())
    }

    fn postmaster(&self) -> Option<Pid> {
        let text = std::fs::read_to_string(self.dir.join("postmaster.pid")).ok()?;
        Pid::from_raw(text.lines().next()?.trim().parse().ok()?)
    }

    /// Returns the URL of a login at an address of the server or of something in front of it.
    pub fn url_at(&self, address: &str, user: &str, database: &str) -> String {
        format!("postgres://{user}:{PASSWORD}@{address}/{database}")
    }

    /// Returns the URL of a login.
    pub fn url(&self, user: &str, database: &str) -> String {
        self.url_at(&format!("127.0.0.1:{}", self.port), user, database)
    }

    /// Allows every login to connect by TCP from a network.
    pub fn allow_network(&self, network: &str) {
        let file = self.dir.join("pg_hba.conf");
        let mut text = fs_err::read_to_string(&file).unwrap();
        text.push_str(&format!("host all all {network} scram-sha-256\n"));
        fs_err::write(&file, text).unwrap();
        self.run("pg_ctl", &["reload"]);
    }

    fn run(&self, program: &str, args: &[&str]) {
        let out = self.command(program).args(args).output().unwrap();
        assert!(
            out.status.success(),
            "{program}: {}{}",
            String::from_utf8_lossy(&out.stdout),
            String::from_utf8_lossy(&out.stderr)
        );
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LC_ALL", "C")
            .env("PGDATA", &self.dir)
            .current_dir("/")
            .stdin(Stdio::null());
        as_server(&mut command);
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(
            self.command("pg_ctl")
                .args(["stop", "-w", "-t", "20", "-m", "immediate"])
                .output(),
        );
        if self.is_alive() {
            self.kill();
        }
    }
}

/// Returns the folder of the server programs.
pub fn programs() -> PathBuf {
    let chosen = std::env::var_os("INBOX_PG_BIN")
        .filter(|dir| !dir.is_empty())
        .map(PathBuf::from);
    chosen.unwrap_or_else(|| discover(None).unwrap().dir)
}

/// Makes a command run as the account of the server, which refuses to run as root.
pub fn as_server(command: &mut Command) {
    if let Some((user, group)) = account() {
        command.uid(user).gid(group);
    }
}

/// Returns the user and group for the server when the caller is root.
pub fn account() -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let id = |flag: &str, name: &str| {
        let out = Command::new("id").args([flag, name]).output().ok()?;
        String::from_utf8(out.stdout).ok()?.trim().parse::<u32>().ok()
    };
    ["postgres", "_postgres", "pgsql", "nobody"]
        .iter()
        .find_map(|name| Some((id("-u", name)?, id("-g", name)?)))
}
