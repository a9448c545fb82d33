//! The environment of the program: variables that are not text, unusable home folders, and full
//! disks.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{self, Db, bare_inbox, binary, environment, inbox, seed};

fn full() -> File {
    OpenOptions::new().write(true).open("/dev/full").unwrap()
}

fn said(output: &Output) -> (i32, String) {
    let text = [&output.stdout, &output.stderr].map(|b| String::from_utf8_lossy(b).into_owned());
    (output.status.code().unwrap(), text.concat())
}

#[test]
fn variable_that_is_not_utf8_is_an_error_with_its_name() {
    let home = tempfile::tempdir().unwrap();
    let bad = OsStr::from_bytes(b"caf\xe9");
    let names = [
        "DATABASE_URL",
        "INBOX_DATABASE_URL",
        "INBOX_AS",
        "INBOX_WORKSPACE",
        "INBOX_PROFILE",
        "INBOX_CONFIG",
        "INBOX_TIMEOUT",
        "INBOX_NO_INPUT",
        "INBOX_LOG",
        "INBOX_APP_SECRET",
        "PGHOST",
        "PGPASSWORD",
        "PGSERVICEFILE",
        "HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "USER",
        "LOGNAME",
        "PAGER",
        "NO_COLOR",
        "CLICOLOR_FORCE",
        "TERM",
        "COLUMNS",
    ];
    for name in names {
        let output = bare_inbox(home.path()).env(name, bad).arg("config").output().unwrap();
        let (code, said) = said(&output);
        assert_eq!(code, 2, "{name}: {said}");
        assert!(
            said.contains(&format!("the environment variable {name} is not UTF-8")) && !said.contains("caf"),
            "{said}"
        );
        // Help needs no settings.
        bare_inbox(home.path()).env(name, bad).arg("--help").assert().success();
    }
    bare_inbox(home.path())
        .env("SOMEBODY_ELSES", bad)
        .arg("config")
        .assert()
        .success();
}

#[test]
fn every_variable_that_the_source_reads_is_documented() {
    let mut seen = 0;
    let mut folders = vec![support::source("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs_err::read_to_string(&path).unwrap();
            for call in ["env::var(\"", "env::var_os(\"", "env.get(\"", "set(\"", "number(\""] {
                for rest in text.split(call).skip(1) {
                    let name = rest.split('"').next().unwrap();
                    if name.is_empty() || !name.chars().all(|c| c.is_ascii_uppercase() || c == '_') {
                        continue;
                    }
                    seen += 1;
                    let output = Command::new(binary())
                        .env_clear()
                        .env(name, OsStr::from_bytes(b"\xff"))
                        .arg("config")
                        .output()
                        .unwrap();
                    let used_as_bytes = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"].contains(&name);
                    assert!(
                        used_as_bytes || output.status.code() == Some(2),
                        "{name} in {}",
                        path.display()
                    );
                }
            }
        }
    }
    assert!(seen > 15, "{seen}");
}

/// Runs a command with these variables in addition to the usual ones.
fn with(db: &Db, variables: &[(&str, &str)], words: &[&str]) -> (i32, String) {
    let mut command = inbox(db);
    for (name, value) in variables {
        command.env(name, value);
    }
    said(&command.args(words).output().unwrap())
}

#[tokio::test]
async fn unusable_home_is_ignored_when_all_settings_are_given() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    seed::conversations(&mut conn, 1).await;
    let dir = tempfile::tempdir().unwrap();
    let looped = dir.path().join("loop");
    std::os::unix::fs::symlink(&looped, &looped).unwrap();
    let looped = looped.to_str().unwrap();
    for variables in [
        &[("HOME", "/dev/null")][..],
        &[("HOME", "/proc/self/fd/nothing")],
        &[("HOME", looped)],
        &[
            ("HOME", "/dev/null"),
            ("XDG_CONFIG_HOME", "/dev/null"),
            ("XDG_DATA_HOME", "/dev/null"),
        ],
    ] {
        for words in [
            &["list", "--ids"][..],
            &["whoami"],
            &["config"],
            &["config", "workspace"],
            &["doctor"],
            &["--as", "sara", "note", "C-1", "called"],
            &["audit", "-n", "1"],
            &["db", "status"],
            &["init", "--handle", "admin"],
        ] {
            let (code, said) = with(&db, variables, words);
            assert!(
                code == 0 || words[0] == "doctor" && code == 7,
                "{variables:?} {words:?}: {code} {said}"
            );
        }
    }
    // A service in the system's file is found too.
    let services = dir.path().join("pg_service.conf");
    let url = db.url();
    if let Some((place, options)) = url.split_once("?host=") {
        let (folder, port) = options.split_once("&port=").unwrap();
        let user = place.split("//").nth(1).unwrap().split('@').next().unwrap();
        fs_err::write(
            &services,
            format!(
                "[there]\nhost={folder}\nport={port}\ndbname={}\nuser={user}\n",
                db.name()
            ),
        )
        .unwrap();
        let mut command = bare_inbox(Path::new("/dev/null"));
        command
            .env_remove("INBOX_LOCAL_DIR")
            .env("PGSERVICE", "there")
            .env("PGSYSCONFDIR", dir.path());
        assert_eq!(
            said(&command.args(["list", "--ids"]).output().unwrap()),
            (0, "C-1\n".to_owned())
        );
    }
}

#[tokio::test]
async fn output_that_cannot_be_written_exits_with_1() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    seed::conversations(&mut conn, 1).await;
    for line in [
        "--help",
        "-h",
        "--version",
        "take --help",
        "shift rotate --help",
        "take --version",
        "completions bash",
        "completions zsh",
        "completions fish",
        "man",
        "list",
        "list -o json",
        "list -o csv",
        "list --ids",
        "show C-1",
        "audit",
        "audit -o jsonl",
        "audit owner C-1",
        "audit seal",
        "audit verify -o json",
        "config",
        "config workspace",
        "doctor",
        "whoami",
        "db status",
        "db roles",
        "agent list",
        "kpi export --since 1h",
        "webhook list",
        "tick",
        "local status",
        "--as sara take C-1 --dry-run",
    ] {
        let output = Command::new(binary())
            .args(line.split(' '))
            .env_clear()
            .envs(environment(db.home()))
            .env("DATABASE_URL", db.url())
            .stdout(full())
            .output()
            .unwrap();
        let (code, said) = said(&output);
        assert_eq!(code, 1, "{line}: {said}");
        assert!(said.contains("cannot write the output"), "{line}: {said}");
    }
    // A pager that is closed early is not a failure.
    let mut child = Command::new(binary())
        .args(["take", "--help"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn upgraded_local_server_restarts_when_nobody_uses_it() {
    let home = tempfile::tempdir().unwrap();
    let dir = support::folder();
    let named = std::env::var_os("INBOX_PG_BIN").filter(|d| !d.is_empty());
    let real = inbox::local::discover(named.as_deref().map(Path::new)).unwrap().dir;
    let programs = dir.path().join("bin");
    fs_err::create_dir(&programs).unwrap();
    for entry in fs_err::read_dir(&real).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name() != "postgres" {
            std::os::unix::fs::symlink(entry.path(), programs.join(entry.file_name())).unwrap();
        }
    }
    let install = |version: u32| {
        let new = programs.join("new");
        let text = format!(
            "#!/bin/sh\n# build {version}\nexec '{}' \"$@\"\n",
            real.join("postgres").display()
        );
        fs_err::write(&new, text).unwrap();
        fs_err::set_permissions(&new, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        fs_err::rename(&new, programs.join("postgres")).unwrap();
    };
    install(1);
    let run = |words: &[&str]| {
        let mut command = bare_inbox(home.path());
        command
            .env("INBOX_LOCAL_DIR", dir.path().join("local"))
            .env("INBOX_PG_BIN", &programs)
            .args(words);
        said(&command.output().unwrap())
    };
    let (code, text) = run(&["init", "--local", "--handle", "zoya"]);
    assert_eq!(code, 0, "{text}");
    let cluster = inbox::local::Cluster::at(&dir.path().join("local")).with_programs(Some(programs.clone()));
    let pid = cluster.status().unwrap().pid;
    let (code, text) = run(&["whoami", "-o", "jsonl", "--columns", "handle"]);
    assert_eq!((code, text.as_str()), (0, "{\"handle\":\"zoya\"}\n"));

    install(2);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let session = runtime
        .block_on(<sqlx::PgConnection as sqlx::Connection>::connect(
            &cluster.address().url(),
        ))
        .unwrap();
    let (code, text) = run(&["whoami"]);
    assert_eq!(code, 8, "{text}");
    assert!(
        text.contains("Postgres was upgraded while the local server runs, and another session is open")
            && text.contains("inbox local stop"),
        "{text}"
    );
    let (code, text) = run(&["local", "status"]);
    assert!(code == 0 && text.contains("Postgres was upgraded"), "{text}");
    assert_eq!(cluster.status().unwrap().pid, pid);

    runtime.block_on(sqlx::Connection::close(session)).unwrap();
    let (code, text) = run(&["whoami"]);
    assert!(
        code == 0 && text.contains("the local server was restarted"),
        "{code} {text}"
    );
    assert_ne!(cluster.status().unwrap().pid, pid);
    let (code, text) = run(&["whoami"]);
    assert!(code == 0 && !text.contains("restarted"), "{code} {text}");
    assert!(cluster.stop().unwrap());
}
