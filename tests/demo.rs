//! `inbox demo`.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support;

/// A finished demo in its own home folder.
pub struct Played {
    home: TempDir,
    /// The standard output.
    pub text: String,
}

impl Drop for Played {
    fn drop(&mut self) {
        drop(command(&self.home, &["local", "stop"]).output());
    }
}

fn command(home: &TempDir, words: &[&str]) -> Command {
    let mut command = Command::new(support::binary());
    command
        .env_clear()
        .envs(environment(home))
        .args(words)
        .stdin(Stdio::null());
    command
}

fn environment(home: &TempDir) -> Vec<(String, String)> {
    let mut environment = support::environment(home.path());
    if let Ok(programs) = std::env::var("INBOX_PG_BIN") {
        environment.push(("INBOX_PG_BIN".to_owned(), programs));
    }
    environment
}

impl Played {
    /// Returns the environment of the demo.
    pub fn environment(&self) -> Vec<(String, String)> {
        environment(&self.home)
    }

    /// Returns the home folder of the demo.
    pub fn home(&self) -> &std::path::Path {
        self.home.path()
    }
}

fn play(home: &TempDir) -> String {
    let done = command(home, &["demo", "--customers", "30"]).output().unwrap();
    let (text, problems) = (
        String::from_utf8_lossy(&done.stdout).into_owned(),
        String::from_utf8_lossy(&done.stderr).into_owned(),
    );
    assert!(done.status.success(), "{}\n{problems}\n{text}", done.status);
    text
}

/// Runs a small demo.
pub fn played() -> Played {
    let home = support::folder();
    let text = play(&home);
    Played { home, text }
}

#[test]
fn demo_shows_each_command_and_its_suggestions_work() {
    let played = played();
    it_shows_and_leaves(&played);
    what_it_suggests_works(&played);
}

fn what_it_suggests_works(played: &Played) {
    let program = support::binary().display().to_string();
    let suggested: Vec<&str> = played
        .text
        .lines()
        .skip_while(|line| !line.contains("Yours to explore"))
        .filter_map(|line| line.strip_prefix("    "))
        .collect();
    assert!(suggested.len() >= 10, "{suggested:#?}");
    for line in suggested {
        assert!(line.contains(&program) && line.contains("--profile demo"), "{line}");
        let done = Command::new("sh")
            .args(["-c", line])
            .env_clear()
            .envs(played.environment())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{line}\n{}\n{}",
            done.status,
            String::from_utf8_lossy(&done.stderr)
        );
        assert!(!done.stdout.is_empty(), "{line} printed nothing");
    }
}

fn it_shows_and_leaves(played: &Played) {
    let shown: Vec<&str> = played
        .text
        .lines()
        .filter(|line| line.starts_with("$ inbox "))
        .collect();
    assert!(shown.len() >= 15, "{shown:#?}");
    for verb in [
        "serve",
        "take",
        "note",
        "handoff",
        "accept",
        "escalate",
        "ticket set",
        "label",
        "snooze",
        "shift rotate",
        "list",
        "show",
        "audit",
        "kpi export",
    ] {
        assert!(
            shown.iter().any(|line| line.starts_with(&format!("$ inbox {verb} "))),
            "{verb} is not shown: {shown:#?}"
        );
    }
    assert!(
        played.text.lines().all(|line| !line.contains('\x1b')),
        "colour in a pipe"
    );
    let rows = |words: &[&str]| -> Vec<serde_json::Value> {
        let mut command = Command::new(support::binary());
        let done = command
            .env_clear()
            .envs(played.environment())
            .args(["--profile", "demo"])
            .args(words)
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        serde_json::from_slice(&done.stdout).unwrap()
    };
    assert!(rows(&["list", "--status", "any", "-o", "json"]).len() >= 25);
    assert!(!rows(&["list", "-o", "json"]).is_empty());
    assert!(!rows(&["list", "--has-ticket", "-o", "json"]).is_empty());
    assert_eq!(
        rows(&["list", "--status", "any", "--order", "ORD-1003", "-o", "json"]).len(),
        1
    );
    let agents = rows(&["agent", "list", "-o", "json"]);
    assert_eq!(agents.len(), 14);
    let dead = rows(&["webhook", "list", "--dead", "-o", "json"]);
    assert!(dead.is_empty(), "{dead:?}");
}

#[test]
fn demo_restarts_after_a_killed_demo_and_leaves_others_alone() {
    let home = support::folder();
    let log = fs_err::File::create(home.path().join("log")).unwrap().into_parts().0;
    let mut killed = command(&home, &["demo", "--customers", "2000"])
        .stdout(log)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let late = Instant::now() + Duration::from_secs(120);
    while !fs_err::read_to_string(home.path().join("log"))
        .unwrap()
        .contains("$ inbox take")
    {
        assert!(Instant::now() < late, "the demo does not begin");
        assert!(killed.try_wait().unwrap().is_none(), "the demo ended early");
        std::thread::sleep(Duration::from_millis(50));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    let text = play(&home);
    assert!(text.contains("Yours to explore"));
    // A workspace that was not created by a demo.
    let init = command(&home, &["--profile", "own", "--workspace", "own", "init", "--local"])
        .output()
        .unwrap();
    assert!(init.status.success(), "{}", String::from_utf8_lossy(&init.stderr));
    let refused = command(&home, &["demo", "--workspace", "own"]).output().unwrap();
    assert_eq!(
        refused.status.code(),
        Some(5),
        "{}",
        String::from_utf8_lossy(&refused.stderr)
    );
    let still = command(&home, &["--profile", "own", "whoami"]).output().unwrap();
    assert!(still.status.success(), "{}", String::from_utf8_lossy(&still.stderr));
    command(&home, &["local", "stop"]).output().unwrap();
}

#[test]
fn demo_says_how_to_get_postgres_when_it_is_missing() {
    let home = support::folder();
    let empty = home.path().join("empty");
    fs_err::create_dir(&empty).unwrap();
    let refused = command(&home, &["demo"]).env("INBOX_PG_BIN", &empty).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("--here"), "{said}");
}
