//! Every command of the README is run.
//!
//! Blocks marked `sh` run in order, in one shell, on the workspace of a small demo; `sql` blocks
//! run as the superuser of the demo's own cluster. A wrapper counts the commands that ran. Three
//! kinds of blocks are not run, and are marked: `sh root` installs software and changes the system;
//! `sh elsewhere` needs another machine or Postgres' client programs; `make` targets are tried with
//! `make -n`, since this test is part of `make test`.

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use inbox::local::Cluster;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::{demo, support};

/// The database server of the README, which the demo's cluster replaces.
const SERVER: &str = "db.example.com/inbox";

struct Block {
    kind: String,
    text: String,
}

fn blocks() -> Vec<Block> {
    let readme = fs_err::read_to_string(support::source("README.md")).unwrap();
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for line in readme.lines() {
        match (line.strip_prefix("```"), open) {
            (Some(kind), false) => {
                blocks.push(Block {
                    kind: kind.trim().to_owned(),
                    text: String::new(),
                });
                open = true;
            }
            (Some(_), true) => open = false,
            (None, true) => {
                let text = &mut blocks.last_mut().unwrap().text;
                text.push_str(line);
                text.push('\n');
            }
            (None, false) => {}
        }
    }
    assert!(!open, "a block is not closed");
    blocks
}

#[test]
fn every_readme_block_is_run_or_exempt() {
    let mut run = 0;
    for block in blocks() {
        match block.kind.as_str() {
            "sh" | "sql" | "sh make" => run += 1,
            "sh root" | "sh elsewhere" => {}
            // Blocks without commands: output, and files of other programs.
            "text" | "nginx" | "ini" | "cron" => {
                assert!(
                    !block.text.lines().any(|l| l.starts_with("inbox ")),
                    "a command hides in\n{}",
                    block.text
                );
            }
            other => panic!("what is a block of {other:?}?"),
        }
    }
    assert!(run >= 8, "{run}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_readme_command_works() {
    let played = tokio::task::spawn_blocking(demo::played).await.unwrap();
    let address = Cluster::at(&played.home().join("local")).address();
    let at = format!(
        "localhost/inbox?host={}&port={}",
        address.socket_dir.display(),
        address.port
    );
    let mut superuser = PgConnection::connect(&address.url_of("postgres", "postgres"))
        .await
        .unwrap();
    // The demo's cluster already has a database `inbox`, which is the name in the README.
    let at = at.replace("localhost/inbox", "localhost/inbox_team");

    // A wrapper for inbox, first on the PATH, that counts its runs.
    let bin = played.home().join("bin");
    fs_err::create_dir(&bin).unwrap();
    let counter = played.home().join("ran");
    let wrapper = format!(
        "#!/bin/sh\necho x >>'{}'\nexec '{}' \"$@\"\n",
        counter.display(),
        support::binary().display()
    );
    fs_err::write(bin.join("inbox"), wrapper).unwrap();
    fs_err::set_permissions(bin.join("inbox"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let work = played.home().join("work");
    fs_err::create_dir(&work).unwrap();

    let mut written = 0;
    let mut script = String::from("set -eu\n");
    let mut statements = 0;
    for block in blocks() {
        match block.kind.as_str() {
            "sh" => {
                written += block
                    .text
                    .lines()
                    .filter(|l| !l.trim_start().starts_with('#'))
                    .map(uses)
                    .sum::<usize>();
                script.push_str(&block.text.replace(SERVER, &at));
                script.push_str("echo >&2 '-- block done'\n");
            }
            "sql" => {
                for statement in block.text.replace(" inbox ", " inbox_team ").split(';') {
                    let statement = statement.trim();
                    if statement.is_empty() {
                        continue;
                    }
                    superuser
                        .execute(AssertSqlSafe(statement.to_owned()))
                        .await
                        .unwrap_or_else(|e| panic!("{statement}: {e}"));
                    statements += 1;
                }
            }
            "sh make" => {
                for line in block.text.lines() {
                    let words = line
                        .strip_prefix("make ")
                        .unwrap_or_else(|| panic!("{line} is not make"));
                    let words = words.split('#').next().unwrap();
                    let tried = Command::new("make")
                        .arg("-n")
                        .args(words.split_whitespace())
                        .current_dir(support::source(""))
                        .output()
                        .unwrap();
                    assert!(
                        tried.status.success(),
                        "{line}: {}",
                        String::from_utf8_lossy(&tried.stderr)
                    );
                }
            }
            _ => {}
        }
    }
    assert!(statements >= 3, "{statements} statements");

    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let environment = played.environment();
    let done = tokio::task::spawn_blocking(move || {
        Command::new("sh")
            .args(["-c", &script])
            .env_clear()
            .envs(environment)
            .env("PATH", path)
            .current_dir(work)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    })
    .await
    .unwrap();
    assert!(
        done.status.success(),
        "{}\n{}\n{}",
        done.status,
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
    let ran = fs_err::read_to_string(counter).unwrap().lines().count();
    assert!(written >= 50, "the README has {written} commands");
    assert_eq!(ran, written, "each command of the README ran once");
}

/// Counts the invocations in a line of shell.
fn uses(line: &str) -> usize {
    let words = line.split('#').next().unwrap().split_whitespace();
    words
        .filter(|word| *word == "inbox" || word.ends_with("$(inbox"))
        .count()
}
