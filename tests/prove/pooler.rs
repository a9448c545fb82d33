//! Behind PgBouncer in transaction mode, with a pool of four connections.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::site::{LOGIN, Site, Start, free_port, wait};
use super::{Limits, Play, Row, until};
use crate::support;
use crate::support::postgres::{PASSWORD, Postgres, as_server};
use crate::support::process::note;

pub fn rows() -> Vec<Row> {
    vec![
        Row {
            name: "pooler transactions",
            small: false,
            play: transactions,
        },
        Row {
            name: "pooler without-statements",
            small: false,
            play: without_statements,
        },
    ]
}

/// A PgBouncer; stopped when it is dropped.
struct PgBouncer {
    child: Child,
    port: u16,
}

impl PgBouncer {
    fn start(program: &Path, server: &Postgres, folder: &Path, settings: &str) -> PgBouncer {
        let port = free_port();
        let config = folder.join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={} user={LOGIN} password={PASSWORD}\n\
            [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = any\nunix_socket_dir =\n\
            pool_mode = transaction\ndefault_pool_size = 4\nmax_client_conn = 200\n\
            ignore_startup_parameters = extra_float_digits\n{settings}\n",
            server.port
        );
        fs_err::write(&config, text).unwrap();
        let mut command = Command::new(program);
        command
            .arg("-q")
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let log = std::fs::File::create(folder.join("pgbouncer.log")).unwrap();
        command.stderr(Stdio::from(log));
        as_server(&mut command);
        let child = command.spawn().unwrap();
        note("pid", child.id());
        let bouncer = PgBouncer { child, port };
        let listens = until(Duration::from_secs(10), || {
            std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        assert!(
            listens,
            "PgBouncer does not start: {}",
            fs_err::read_to_string(folder.join("pgbouncer.log")).unwrap_or_default()
        );
        bouncer
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://{LOGIN}@127.0.0.1:{}/{database}", self.port)
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Returns the program that a variable names, or the one that the script of the repository finds.
fn program(variable: &str, which: &[&str]) -> Result<PathBuf, String> {
    if let Some(named) = std::env::var_os(variable).filter(|p| !p.is_empty()) {
        return Ok(PathBuf::from(named));
    }
    let out = Command::new(support::source(".ci/pgbouncer"))
        .args(which)
        .stdin(Stdio::null())
        .output()
        .map_err(|e| e.to_string())?;
    let said = String::from_utf8_lossy(&out.stderr).trim().to_owned();
    match out.status.success() {
        true => Ok(PathBuf::from(String::from_utf8_lossy(&out.stdout).trim())),
        false => Err(said.lines().last().unwrap_or("no PgBouncer").to_owned()),
    }
}

/// A pooler with prepared statements: everything works, including reads on several connections.
fn transactions(play: &mut Play<'_>) {
    let program = match program("INBOX_PGBOUNCER", &[]) {
        Ok(program) => program,
        Err(why) => return play.skip(why),
    };
    let mut site = Site::new(play.server);
    let folder = support::folder();
    let bouncer = PgBouncer::start(&program, site.server, folder.path(), "max_prepared_statements = 200");
    let url = bouncer.url(&site.database);
    site.serve_with(&Start {
        url: Some(url.clone()),
        ..Start::default()
    });
    play.faults(
        &mut site,
        Limits {
            p99: Some(Duration::from_secs(5)),
            ..Limits::default()
        },
        |site, run| {
            let mut problems = Vec::new();
            until(Duration::from_secs(10), || {
                site.text("select count(*) > 10 from conversation") == "true"
            });
            let seal = site.path(&format!("pooled-{run}.json"));
            let seal = seal.to_str().unwrap();
            let one = format!("C-{run}");
            for line in [
                &["take", "C-1", "C-2", "C-3", "--as", "sara"][..],
                &["note", "C-1", "rang, no answer", "--as", "sara"],
                &["handoff", "C-2", "--to", "ali", "--as", "sara"],
                &["resolve", "C-3", "--as", "omar"],
                &["reopen", "C-3", "--as", "omar"],
                &["list"],
                &["show", &one],
                &["why", &one],
                &["audit", "-n", "20"],
                &["kpi", "export", "--since", "1d"],
                &["doctor"],
                &["tick"],
                &["audit", "seal", "--file", seal],
                &["audit", "verify"],
                &["audit", "verify", "--against", seal],
            ] {
                let (code, said) = site.inbox_at(&url, line);
                // A conflict is expected, because each run takes the same conversations.
                let lost = code == 5 && run > 1;
                // `doctor` has findings of its own here: exit 1 is a result.
                let found = line[0] == "doctor" && (0..=7).contains(&code);
                if code != 0 && !lost && !found {
                    problems.push(format!("inbox {}: exit {code}: {}", line.join(" "), said.trim()));
                }
            }
            problems
        },
    );
}

/// A pooler that mixes up the statements of sessions: `serve` refuses it with a reason, or works
/// without prepared statements.
fn without_statements(play: &mut Play<'_>) {
    let program = match program("INBOX_PGBOUNCER_OLD", &["old"]) {
        Ok(program) => program,
        Err(why) => return play.skip(why),
    };
    let mut site = Site::new(play.server);
    let folder = support::folder();
    let bouncer = PgBouncer::start(&program, site.server, folder.path(), "");
    let start = Start {
        url: Some(bouncer.url(&site.database)),
        ..Start::default()
    };
    let (mut child, _) = site.spawn_serve(&start);
    if let Some(status) = wait(&mut child, Duration::from_secs(5)) {
        let said = site.last_log();
        let clear = !status.success() && said.to_lowercase().contains("prepared statement");
        let problems = if clear {
            Vec::new()
        } else {
            vec![format!("serve ended with {status}: {said}")]
        };
        return play.judge_alone(problems);
    }
    drop(child.kill());
    drop(child.wait());
    // If it works, it loses nothing.
    site.serve_with(&start);
    play.faults(
        &mut site,
        Limits {
            p99: Some(Duration::from_secs(5)),
            ..Limits::default()
        },
        |_, _| Vec::new(),
    );
}
