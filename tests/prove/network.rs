//! Faults of the network between `serve` and Postgres.

use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::site::{LOGIN, Site, Start, prepare};
use super::{Limits, Play, Row};
use crate::support;
use crate::support::postgres::Postgres;
use crate::support::process::note;
use crate::support::proxy::{Direction, End, Proxy};

pub fn rows() -> Vec<Row> {
    let row = |name, small, play| Row { name, small, play };
    vec![
        row("network half-open", true, half_open),
        row("network half-open-at-stop", false, half_open_at_stop),
        row("network stalled", false, |play| {
            stalled(play, &[Direction::ToServer, Direction::ToClient]);
        }),
        row("network answers-stalled", false, |play| {
            stalled(play, &[Direction::ToClient]);
        }),
        row("network requests-stalled", false, |play| {
            stalled(play, &[Direction::ToServer]);
        }),
        row("network answers-lost", false, answers_lost),
        row("network reset", true, |play| ended(play, End::Reset)),
        row("network closed", false, |play| ended(play, End::Close)),
        row("network delayed", false, delayed),
        row("network vanished-host", false, vanished),
    ]
}

fn behind_proxy<'a>(play: &Play<'a>) -> (Site<'a>, Proxy) {
    let mut site = Site::new(play.server);
    let upstream: SocketAddr = format!("127.0.0.1:{}", site.server.port).parse().unwrap();
    let proxy = Proxy::start(upstream);
    let url = site.server.url_at(&proxy.address.to_string(), LOGIN, &site.database);
    site.serve_with(&Start {
        url: Some(url),
        ..Start::default()
    });
    (site, proxy)
}

/// Open connections are silently dead; new ones work.
fn half_open(play: &mut Play<'_>) {
    let (mut site, proxy) = behind_proxy(play);
    let limits = Limits {
        longest: Some(play.size(Duration::from_secs(15), Duration::from_secs(30))),
        ..Limits::default()
    };
    let wait = play.size(Duration::from_secs(12), Duration::from_secs(1));
    play.faults(&mut site, limits, |_, _| {
        proxy.freeze();
        std::thread::sleep(wait);
        Vec::new()
    });
}

/// The shutdown of a process whose connections are dead.
fn half_open_at_stop(play: &mut Play<'_>) {
    let (mut site, proxy) = behind_proxy(play);
    let url = site.server.url_at(&proxy.address.to_string(), LOGIN, &site.database);
    play.faults(&mut site, Limits::default(), |site, _| {
        let mut problems = Vec::new();
        proxy.freeze();
        std::thread::sleep(Duration::from_millis(500));
        let mut old = site.remove(0);
        let begun = Instant::now();
        old.signal(Signal::TERM);
        // Its successor starts before it ends, as in a roll-out.
        site.serve_with(&Start {
            url: Some(url.clone()),
            ..Start::default()
        });
        match old.wait(Duration::from_secs(60)) {
            None => problems.push("serve did not end within 60 s of SIGTERM".to_owned()),
            Some(_) if begun.elapsed() > Duration::from_secs(25) => {
                problems.push(format!(
                    "serve ended {:.0} s after SIGTERM",
                    begun.elapsed().as_secs_f64()
                ));
            }
            Some(_) => {}
        }
        problems
    });
}

fn stalled(play: &mut Play<'_>, directions: &[Direction]) {
    let (mut site, proxy) = behind_proxy(play);
    let wait = play.size(Duration::from_secs(4), Duration::from_secs(1));
    play.faults(&mut site, Limits::default(), |_, _| {
        proxy.stall(directions);
        std::thread::sleep(wait);
        proxy.heal();
        Vec::new()
    });
}

/// The server receives everything, but its answers never arrive, so the outcome of a commit is
/// unknown.
fn answers_lost(play: &mut Play<'_>) {
    let (mut site, proxy) = behind_proxy(play);
    let wait = play.size(Duration::from_millis(700), Duration::from_millis(300));
    let times = play.size(4, 1);
    play.faults(&mut site, Limits::default(), |_, _| {
        for _ in 0..times {
            proxy.stall(&[Direction::ToClient]);
            std::thread::sleep(wait);
            proxy.end(End::Reset);
            proxy.heal();
            std::thread::sleep(wait);
        }
        Vec::new()
    });
}

fn ended(play: &mut Play<'_>, how: End) {
    let (mut site, proxy) = behind_proxy(play);
    let times = play.size(10, 3);
    play.faults(&mut site, Limits::default(), |_, _| {
        for _ in 0..times {
            proxy.end(how);
            std::thread::sleep(Duration::from_millis(300));
        }
        Vec::new()
    });
}

fn delayed(play: &mut Play<'_>) {
    let (mut site, proxy) = behind_proxy(play);
    let wait = play.size(Duration::from_secs(5), Duration::from_secs(1));
    play.faults(&mut site, Limits::default(), |_, _| {
        proxy.delay(Duration::from_millis(100));
        std::thread::sleep(wait);
        proxy.heal();
        Vec::new()
    });
}

/// A network namespace that is joined with this one by a pair of interfaces: another host.
struct Host {
    name: String,
    interface: String,
}

impl Host {
    /// Creates one. Returns `None` when that is not permitted.
    fn create(number: usize, here: &str, there: &str) -> Option<Host> {
        let name = format!("inbox-{}-{number}", std::process::id());
        let (interface, peer) = (format!("ib{}n{number}", std::process::id()), "uplink");
        if !ip(&["netns", "add", &name]) {
            return None;
        }
        note("netns", &name);
        // From here on, its drop removes everything.
        let host = Host { name, interface };
        let (name, interface) = (&host.name, &host.interface);
        let made = ip(&[
            "link", "add", interface, "type", "veth", "peer", "name", peer, "netns", name,
        ]) && ip(&["addr", "add", &format!("{here}/30"), "dev", interface])
            && ip(&["link", "set", interface, "up"])
            && ip(&["-n", name, "addr", "add", &format!("{there}/30"), "dev", peer])
            && ip(&["-n", name, "link", "set", peer, "up"])
            && ip(&["-n", name, "link", "set", "lo", "up"]);
        made.then_some(host)
    }

    /// Cuts the link: packets are lost without notice.
    fn vanish(&self) {
        assert!(ip(&["-n", &self.name, "link", "set", "uplink", "down"]));
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        ip(&["link", "del", &self.interface]);
        ip(&["netns", "del", &self.name]);
    }
}

fn ip(words: &[&str]) -> bool {
    Command::new("ip")
        .args(words)
        .output()
        .is_ok_and(|out| out.status.success())
}

/// The machine of one of two `serve` processes vanishes during a transaction with locks.
fn vanished(play: &mut Play<'_>) {
    // An address block reserved for network tests.
    let block = format!("198.18.{}", std::process::id() % 250);
    let (here, there) = (format!("{block}.1"), format!("{block}.2"));
    // The address must exist before the server listens there.
    let Some(first) = Host::create(0, &here, &there) else {
        return play.skip("network namespaces can be made by root alone, with iproute2");
    };
    let folder = support::folder();
    let server = Postgres::at(folder.path(), &format!("127.0.0.1,{here}"), &["max_connections=100"]);
    server.allow_network(&format!("{block}.0/30"));
    prepare(&server);
    let mut site = Site::new(&server);
    site.serve();
    let url = server.url_at(&format!("{here}:{}", server.port), LOGIN, &site.database);
    let limits = Limits {
        longest: Some(Duration::from_secs(30)),
        ..Limits::default()
    };
    let mut host = Some(first);
    // The link stays cut until the run is judged, because a late FIN would inform the server.
    let mut gone: Option<Host> = None;
    play.faults(&mut site, limits, |site, run| {
        drop(gone.take());
        let Some(host) = host.take().or_else(|| Host::create(run, &here, &there)) else {
            return vec!["the next host could not be made".to_owned()];
        };
        site.serve_with(&Start {
            url: Some(url.clone()),
            namespace: Some((host.name.clone(), there.clone())),
            ..Start::default()
        });
        let mut served = site.remove(1);
        site.addresses.write().unwrap().push(served.address);
        let holds = format!(
            "select exists (select from pg_stat_activity
                where client_addr = '{there}' and state = 'idle in transaction' and backend_xid is not null)"
        );
        let mut conn = site.connect_as("postgres");
        let mut caught = false;
        let late = Instant::now() + Duration::from_secs(20);
        while !caught && Instant::now() < late {
            if site.block_on(support::seed::text(&mut conn, &holds)) != "true" {
                continue;
            }
            served.signal(Signal::STOP);
            std::thread::sleep(Duration::from_millis(50));
            caught = site.block_on(support::seed::text(&mut conn, &holds)) == "true";
            if !caught {
                served.signal(Signal::CONT);
            }
        }
        host.vanish();
        served.signal(Signal::KILL);
        served.wait(Duration::from_secs(10));
        site.addresses.write().unwrap().retain(|a| *a != served.address);
        std::thread::sleep(Duration::from_secs(3));
        gone = Some(host);
        match caught {
            true => Vec::new(),
            false => vec!["it was never caught in a transaction: the run shows nothing".to_owned()],
        }
    });
}
