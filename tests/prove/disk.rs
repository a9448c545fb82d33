//! Full disks.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::site::{Log, Site, Start, prepare};
use super::{Limits, Play, Row};
use crate::support;
use crate::support::postgres::Postgres;
use crate::support::process::note;

pub fn rows() -> Vec<Row> {
    let row = |name, small, play| Row { name, small, play };
    vec![
        row("disk full-for-postgres", false, full_for_postgres),
        row("disk log-full", true, log_full),
        row("disk log-closed", false, log_closed),
    ]
}

/// A small file system in memory; unmounted when it is dropped.
struct Tmpfs {
    folder: tempfile::TempDir,
}

impl Tmpfs {
    /// Mounts one. Returns `None` when that is not permitted.
    fn mount(size: &str) -> Option<Tmpfs> {
        let folder = support::folder();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size},mode=755"), "none"])
            .arg(folder.path())
            .output();
        note("mount", folder.path().display());
        mounted
            .is_ok_and(|out| out.status.success())
            .then_some(Tmpfs { folder })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("--lazy").arg(self.folder.path()).output());
    }
}

/// Writes a file until the file system is full.
fn fill(folder: &Path) -> PathBuf {
    use std::io::Write as _;
    let ballast = folder.join("ballast");
    let mut file = std::fs::File::create(&ballast).unwrap();
    for size in [1 << 20, 4 << 10, 1] {
        let piece = vec![0; size];
        while file.write_all(&piece).is_ok() {}
    }
    ballast
}

/// No room for data and log of Postgres: it panics, cannot recover, and comes back when there is room.
fn full_for_postgres(play: &mut Play<'_>) {
    let Some(disk) = Tmpfs::mount("400m") else {
        return play.skip("a small file system can be mounted by root alone");
    };
    let server = Postgres::at(
        disk.path(),
        "127.0.0.1",
        &["max_wal_size=64MB", "shared_buffers=32MB", "wal_segment_size=16MB"][..2],
    );
    prepare(&server);
    let mut site = Site::new(&server);
    site.serve();
    let down = play.size(Duration::from_secs(4), Duration::from_secs(1));
    play.faults(&mut site, Limits::default(), |site, _| {
        let ballast = fill(disk.path());
        // Existing files have room for a while; new ones do not.
        let mut filler = site.connect();
        site.block_on(async {
            use sqlx::Executor as _;
            let sql = "create table ballast as select repeat(g::text, 200) from generate_series(1, 400000) g";
            drop(filler.execute(sql).await);
        });
        std::thread::sleep(down);
        fs_err::remove_file(&ballast).unwrap();
        if !site.server.is_alive() {
            site.server.start_again();
        }
        site.run("drop table if exists ballast");
        Vec::new()
    });
}

/// The log of `serve` cannot be written.
fn log_full(play: &mut Play<'_>) {
    let mut site = Site::new(play.server);
    site.serve_with(&Start {
        log: Log::At(PathBuf::from("/dev/full")),
        ..Start::default()
    });
    // Causes log lines.
    play.faults(&mut site, Limits::default(), |site, _| {
        for _ in 0..3 {
            site.terminate_sessions();
            std::thread::sleep(Duration::from_millis(300));
        }
        Vec::new()
    });
}

fn log_closed(play: &mut Play<'_>) {
    let mut site = Site::new(play.server);
    site.serve_with(&Start {
        log: Log::Closed,
        ..Start::default()
    });
    play.faults(&mut site, Limits::default(), |site, _| {
        for _ in 0..3 {
            site.terminate_sessions();
            std::thread::sleep(Duration::from_millis(300));
        }
        Vec::new()
    });
}
