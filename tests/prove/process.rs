//! Faults of the process.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::site::{Site, Start};
use super::{Limits, Play, Row};
use crate::support;

pub fn rows() -> Vec<Row> {
    let row = |name, small, play| Row { name, small, play };
    vec![
        row("process killed", true, killed),
        row("process terminated", false, terminated),
        row("process paused", false, paused),
        row("process three-and-ticks", false, three),
        row("process two-versions", false, two_versions),
    ]
}

fn killed(play: &mut Play<'_>) {
    let mut site = Site::new(play.server);
    site.serve();
    let down = play.size(Duration::from_secs(1), Duration::from_millis(200));
    play.faults(&mut site, Limits::default(), |site, _| {
        let mut served = site.remove(0);
        served.signal(Signal::KILL);
        served.wait(Duration::from_secs(10));
        site.addresses.write().unwrap().push(served.address);
        std::thread::sleep(down);
        site.addresses.write().unwrap().clear();
        site.serve();
        Vec::new()
    });
}

fn terminated(play: &mut Play<'_>) {
    let mut site = Site::new(play.server);
    site.serve();
    play.faults(&mut site, Limits::default(), |site, _| {
        let mut problems = Vec::new();
        let mut old = site.remove(0);
        site.addresses.write().unwrap().push(old.address);
        let begun = Instant::now();
        old.signal(Signal::TERM);
        match old.wait(Duration::from_secs(30)) {
            Some(status) if status.success() => {}
            Some(status) => problems.push(format!("serve ended with {status}")),
            None => problems.push("serve did not end within 30 s of SIGTERM".to_owned()),
        }
        if begun.elapsed() > Duration::from_secs(10) {
            problems.push(format!(
                "serve ended {:.1} s after SIGTERM",
                begun.elapsed().as_secs_f64()
            ));
        }
        site.addresses.write().unwrap().clear();
        site.serve();
        problems
    });
}

/// One of two processes is stopped while it holds locks.
fn paused(play: &mut Play<'_>) {
    let mut site = Site::new(play.server);
    site.serve();
    site.serve();
    let wait = play.size(Duration::from_secs(6), Duration::from_secs(1));
    play.faults(&mut site, Limits::default(), |site, run| {
        let n = run % 2;
        site.serves[n].signal(Signal::STOP);
        std::thread::sleep(wait);
        site.serves[n].signal(Signal::CONT);
        Vec::new()
    });
}

/// Three processes and `tick` from cron, with one of the processes killed.
fn three(play: &mut Play<'_>) {
    let mut site = Site::new(play.server);
    for _ in 0..3 {
        site.serve();
    }
    let wait = play.size(Duration::from_secs(3), Duration::from_secs(1));
    play.faults(&mut site, Limits::default(), |site, run| {
        let over = AtomicBool::new(false);
        let mut problems = Vec::new();
        let victim = site.remove(run % 3);
        let seen = &*site;
        std::thread::scope(|scope| {
            let ticks: Vec<_> = (0..2)
                .map(|_| {
                    scope.spawn(|| {
                        let mut wrong = Vec::new();
                        while !over.load(Ordering::Relaxed) {
                            // The runtime of the site is not used by commands.
                            let (code, said) = seen.inbox(&["tick"]);
                            if code != 0 {
                                wrong.push(format!("tick: exit {code}: {}", said.trim()));
                            }
                        }
                        wrong
                    })
                })
                .collect();
            std::thread::sleep(wait);
            victim.signal(Signal::KILL);
            std::thread::sleep(wait);
            over.store(true, Ordering::Relaxed);
            for tick in ticks {
                problems.extend(tick.join().unwrap());
            }
        });
        drop(victim);
        site.serve();
        problems
    });
}

/// An older version and this one on one database, as in a roll-out: the older one works until it is
/// stopped. `INBOX_PROVE_OLDER` names its program; without one it is two processes of this version.
fn two_versions(play: &mut Play<'_>) {
    let older = std::env::var_os("INBOX_PROVE_OLDER")
        .filter(|p| !p.is_empty())
        .map(PathBuf::from);
    let program = older.unwrap_or_else(|| support::binary().to_owned());
    let mut site = Site::new(play.server);
    let wait = play.size(Duration::from_secs(3), Duration::from_secs(1));
    site.serve();
    play.faults(&mut site, Limits::default(), |site, _| {
        let mut problems = Vec::new();
        let (mut child, address) = site.spawn_serve(&Start {
            program: Some(program.clone()),
            ..Start::default()
        });
        // An older version that refuses this schema ends at once with a reason, and senders never
        // get its address.
        std::thread::sleep(Duration::from_millis(1500));
        if let Some(status) = child.try_wait().unwrap() {
            if !site.last_log().contains("upgrade inbox") {
                problems.push(format!("the older serve ended with {status}: {}", site.last_log()));
            }
            return problems;
        }
        site.addresses.write().unwrap().push(address);
        std::thread::sleep(wait);
        site.addresses.write().unwrap().retain(|a| *a != address);
        let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
        rustix::process::kill_process(pid, Signal::TERM).unwrap();
        if super::site::wait(&mut child, Duration::from_secs(30)).is_none() {
            drop(child.kill());
            drop(child.wait());
            problems.push("the older serve did not end within 30 s of SIGTERM".to_owned());
        }
        problems
    });
}
