//! The guarantees of `--file` for scheduled exports.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::world::World;
use crate::support;

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs_err::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn export(w: &World, dir: &Path, line: &str) -> std::process::Output {
    support::inbox(&w.db)
        .current_dir(dir)
        .args(["kpi", "export", "--period", "2026-11-10"])
        .args(line.split(' '))
        .output()
        .unwrap()
}

fn message(out: &std::process::Output) -> String {
    String::from_utf8_lossy(&out.stderr).into_owned()
}

#[test]
fn export_replaces_or_keeps_a_file_as_requested() {
    let mut w = World::new();
    w.clock("20 12:00:00");
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();

    // An empty export has a header.
    let out = export(&w, dir, "--file kpi.csv --by agent,day");
    assert_eq!(out.status.code(), Some(0), "{}", message(&out));
    assert!(out.stdout.is_empty(), "rows go to the file alone");
    let text = fs_err::read_to_string(dir.join("kpi.csv")).unwrap();
    assert!(
        text.starts_with("agent,day,opened,inbound,outbound,") && text.trim_end().ends_with(",kpi_version"),
        "{text}"
    );
    assert_eq!(text.lines().count(), 1);
    // The file has the permissions of any new file.
    fs_err::write(dir.join("other"), "").unwrap();
    let mode = |name: &str| fs_err::metadata(dir.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("kpi.csv"), mode("other"));
    fs_err::remove_file(dir.join("other")).unwrap();

    w.customer_opens("main", "10 09:00:00");
    w.clock("20 12:00:00");
    let out = export(&w, dir, "--file kpi.csv --by agent,day --if-missing");
    assert_eq!(out.status.code(), Some(0));
    assert_eq!(
        fs_err::read_to_string(dir.join("kpi.csv")).unwrap(),
        text,
        "it was there and stays"
    );
    let out = export(&w, dir, "--file kpi.csv --by agent,day -q");
    assert_eq!((out.status.code(), message(&out).as_str()), (Some(0), ""));
    assert_eq!(
        fs_err::read_to_string(dir.join("kpi.csv")).unwrap().lines().count(),
        2,
        "a second run replaces it"
    );
    assert_eq!(export(&w, dir, "--file new.json --if-missing").status.code(), Some(0));
    let json: serde_json::Value = serde_json::from_slice(&fs_err::read(dir.join("new.json")).unwrap()).unwrap();
    assert_eq!(json[0]["opened"], 1);
    assert_eq!(names(dir), ["kpi.csv", "new.json"]);
}

#[test]
fn export_leaves_no_file_when_it_cannot_write() {
    let mut w = World::new();
    w.clock("20 12:00:00");
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs_err::create_dir(dir.join("sub")).unwrap();
    for line in [
        "--file kpi.csv -o json",
        "--file kpi.xlsx",
        "--file kpi",
        "--file sub",
        "--file sub/",
        "--file none/kpi.csv",
        "--file /dev/null -o csv",
        "--if-missing",
        "--file kpi.csv --columns nope",
        "--file kpi.csv --by moon",
    ] {
        let out = export(&w, dir, line);
        assert_eq!(out.status.code(), Some(2), "{line}: {}", message(&out));
    }
    // Nothing is written when the database is unreachable.
    fs_err::write(dir.join("old.csv"), "old").unwrap();
    let out = support::bare_inbox(w.db.home())
        .current_dir(dir)
        .env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
        .args(["kpi", "export", "--period", "2026-11-10", "--file", "old.csv"])
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(8), "{}", message(&out));
    assert_eq!(fs_err::read_to_string(dir.join("old.csv")).unwrap(), "old");
    assert_eq!(names(dir), ["old.csv", "sub"]);
    // An unknown file extension requires a format.
    assert_eq!(export(&w, dir, "--file kpi.dat -o csv").status.code(), Some(0));
}

#[test]
fn export_through_a_link_replaces_the_target() {
    let mut w = World::new();
    w.clock("20 12:00:00");
    let dir = tempfile::tempdir().unwrap();
    fs_err::create_dir(dir.path().join("2026")).unwrap();
    std::os::unix::fs::symlink("2026/11.csv", dir.path().join("latest.csv")).unwrap();
    assert_eq!(export(&w, dir.path(), "--file latest.csv").status.code(), Some(0));
    assert!(
        fs_err::symlink_metadata(dir.path().join("latest.csv"))
            .unwrap()
            .is_symlink()
    );
    assert!(
        fs_err::read_to_string(dir.path().join("2026/11.csv"))
            .unwrap()
            .starts_with("day,")
    );
}

#[test]
fn export_needs_an_unambiguous_period() {
    let mut w = World::new();
    w.clock("20 12:00:00");
    for line in [
        "",
        "--until 2026-11-10",
        "--period 2026-11 --since 2026-11-01",
        "--since 2026-11-10 --until 2026-11-09",
        "--period 2020..2026 --by hour",
    ] {
        let out = support::inbox(&w.db)
            .args(["kpi", "export"])
            .args(line.split_whitespace())
            .output()
            .unwrap();
        assert_eq!(out.status.code(), Some(2), "{line}: {}", message(&out));
    }
}

#[test]
fn interrupted_export_leaves_only_the_old_file() {
    let mut w = World::new();
    w.customer_opens("main", "10 09:00:00");
    w.clock("20 12:00:00");
    let dir = tempfile::tempdir().unwrap();
    for command in [&["kpi", "export"][..], &["kpi", "rows", "inbound"]] {
        fs_err::write(dir.path().join("kpi.csv"), "old").unwrap();
        // The command waits while another session locks the messages.
        w.sql("begin; lock table message in access exclusive mode");
        let mut child = std::process::Command::new(support::binary())
            .env_clear()
            .envs(support::environment(w.db.home()))
            .env("DATABASE_URL", w.db.url())
            .current_dir(dir.path())
            .args(command)
            .args(["--period", "2026-11-10", "--file", "kpi.csv", "-q"])
            .spawn()
            .unwrap();
        let waiting = "select count(*) from pg_locks where not granted and relation = 'message'::regclass";
        while w.text(waiting) == "0" {
            assert!(child.try_wait().unwrap().is_none(), "it waits");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let pid = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130));
        w.sql("rollback");
        assert_eq!(fs_err::read_to_string(dir.path().join("kpi.csv")).unwrap(), "old");
        assert_eq!(names(dir.path()), ["kpi.csv"]);
    }
}
