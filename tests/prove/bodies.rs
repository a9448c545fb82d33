//! Hostile request bodies.

use std::io::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use super::sender::Load;
use super::site::Site;
use super::{Limits, Play, RECOVERY, Row, customers};
use crate::serving::{Client, change};

pub fn rows() -> Vec<Row> {
    let row = |name, small, play| Row { name, small, play };
    vec![
        row("bodies million-empty-objects", false, |play| million(play, "{}")),
        row("bodies million-nulls", false, |play| million(play, "0")),
        row("bodies 34-stalled", true, |play| stalled(play, 34)),
        row("bodies 500-stalled", false, |play| stalled(play, 500)),
    ]
}

fn others(play: &Play<'_>) -> Load {
    Load {
        prefix: "prove.others".to_owned(),
        rate: play.size(40.0, 20.0),
        customers: customers(20),
    }
}

/// A signed body of 3 MB with a million values that are not messages.
fn million(play: &mut Play<'_>, thing: &str) {
    let mut site = Site::new(play.server);
    site.serve();
    let count = play.size(1_000_000, 200_000);
    let body = change("messages", json!({"messages": "PLACE"}))
        .to_string()
        .replace("\"PLACE\"", &format!("[{}]", vec![thing; count].join(",")));
    assert!(body.len() < 4 << 20, "{}", body.len());
    let sender = site.send(others(play));
    std::thread::sleep(Duration::from_millis(500));
    let seal = site.seal();
    let mut problems = Vec::new();
    for _ in 0..play.size(3, 1) {
        let status = Client::to(site.serves[0].address, Duration::from_secs(30)).post(body.as_bytes());
        if !matches!(status, Ok(200)) {
            problems.push(format!("the body was answered with {status:?}"));
        }
        std::thread::sleep(play.size(Duration::from_secs(5), Duration::from_secs(1)));
    }
    let sent = sender.stop(RECOVERY);
    let waiting = site.settle(RECOVERY);
    if waiting > 0 {
        problems.push(format!("{waiting} deliveries are not applied"));
    }
    let letters: usize = site.text("select count(*) from dead_letter").parse().unwrap();
    if letters == 0 || letters > 3 * 10 {
        problems.push(format!("{letters} dead letters"));
    }
    let account = site.account(&sent);
    let limits = Limits {
        p99: Some(Duration::from_secs(5)),
        ..Limits::default()
    };
    play.judge(&mut site, "1", account, &seal, limits, problems);
}

/// Connections from another address send a body of 4 MiB but for its last byte, with a signature
/// that is well-formed and wrong, and then nothing.
fn stalled(play: &mut Play<'_>, count: usize) {
    let mut site = Site::new(play.server);
    site.serve();
    let address = site.serves[0].address;
    let seal = site.seal();
    let over = AtomicBool::new(false);
    let opened = AtomicUsize::new(0);
    let time = play.size(Duration::from_secs(40), Duration::from_secs(5));
    let sent = std::thread::scope(|scope| {
        scope.spawn(|| stall(address, count, time, &over, &opened));
        std::thread::sleep(Duration::from_millis(500));
        let sender = site.send(others(play));
        std::thread::sleep(time);
        let sent = sender.stop(RECOVERY);
        over.store(true, Ordering::Relaxed);
        sent
    });
    let mut problems = Vec::new();
    if opened.load(Ordering::Relaxed) < count {
        problems.push(format!(
            "only {} of {count} stalled bodies were begun",
            opened.load(Ordering::Relaxed)
        ));
    }
    if sent.refused > 0 {
        problems.push(format!(
            "{} deliveries were refused beside {}",
            sent.refused,
            sent.acknowledged.len()
        ));
    }
    let waiting = site.settle(RECOVERY);
    if waiting > 0 {
        problems.push(format!("{waiting} deliveries are not applied"));
    }
    let account = site.account(&sent);
    let limits = Limits {
        p99: Some(Duration::from_secs(4)),
        ..Limits::default()
    };
    play.judge(&mut site, "1", account, &seal, limits, problems);
}

/// Keeps `count` stalled connections. A connection that the server ends is opened again, up to
/// three times as many in all.
fn stall(address: SocketAddr, count: usize, time: Duration, over: &AtomicBool, opened: &AtomicUsize) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let head = format!(
        "POST /webhooks/whatsapp HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: sha256={}\r\nContent-Length: {}\r\n\r\n",
        "ab".repeat(32),
        4 << 20
    );
    let body = vec![b'x'; (4 << 20) - 1];
    let begin = || -> Option<TcpStream> {
        let stream = runtime.block_on(async {
            let socket = tokio::net::TcpSocket::new_v4().ok()?;
            socket.bind("127.0.0.2:0".parse().ok()?).ok()?;
            tokio::time::timeout(Duration::from_secs(2), socket.connect(address))
                .await
                .ok()?
                .ok()
        })?;
        let mut stream = stream.into_std().ok()?;
        stream.set_nonblocking(false).ok()?;
        stream.set_write_timeout(Some(Duration::from_secs(1))).ok()?;
        stream.write_all(head.as_bytes()).ok()?;
        opened.fetch_add(1, Ordering::Relaxed);
        // A server that has refused the body does not read on.
        drop(stream.write_all(&body));
        stream.set_nonblocking(true).ok()?;
        Some(stream)
    };
    let mut streams: Vec<TcpStream> = Vec::new();
    let late = Instant::now() + time * 2;
    while !over.load(Ordering::Relaxed) && Instant::now() < late {
        while streams.len() < count && opened.load(Ordering::Relaxed) < 3 * count {
            match begin() {
                Some(stream) => streams.push(stream),
                None => break,
            }
        }
        std::thread::sleep(Duration::from_millis(200));
        // Keeps only connections without an answer or an end.
        streams.retain(|stream| {
            let read = std::io::Read::read(&mut &*stream, &mut [0; 64]);
            matches!(read, Err(e) if e.kind() == std::io::ErrorKind::WouldBlock)
        });
    }
}
