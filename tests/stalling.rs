//! Clients of `inbox serve` that stall, alone and in large numbers, next to honest deliveries.
//! `INBOX_PROVE=1` sends 500 and 1,000 large bodies.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::serving::{Serve, applied, now, one, sign};
use crate::support::{self, seed};

/// Sends a head and a body without its end. Ignores the reaction of the server.
fn stall(serve: &Serve, length: usize, sent: usize) -> Option<TcpStream> {
    let mut stream = TcpStream::connect(serve.address).ok()?;
    stream.set_write_timeout(Some(Duration::from_secs(10))).ok()?;
    let signature = sign(b"another body", "another secret");
    let head = format!(
        "POST /webhooks/whatsapp HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: {signature}\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(&vec![b'x'; sent]).ok()?;
    Some(stream)
}

/// Returns the peak memory of the process in MB. Only Linux reports it.
fn peak_memory(serve: &Serve) -> Option<usize> {
    let status = fs_err::read_to_string(format!("/proc/{}/status", serve.id())).ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<usize>().ok()? / 1024)
}

fn many_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    setrlimit(Resource::Nofile, raised).unwrap();
}

/// Posts honest deliveries while many clients stall. Each must be answered with 200 in time.
fn honest_beside(serve: &Serve, crowd: usize, length: usize) {
    many_files();
    std::thread::scope(|scope| {
        let stalling: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    (0..crowd / 4)
                        .filter_map(|_| stall(serve, length, length - 1))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        let mut slowest = Duration::ZERO;
        for n in 0..200 {
            // Half of them on a new connection, as after a pause.
            let begun = Instant::now();
            let status = serve.post(&one(&format!("wamid.{crowd}.{n}"), "923001234567", now()));
            slowest = slowest.max(begun.elapsed());
            assert_eq!(
                status,
                200,
                "beside {crowd} stalled bodies of {length} bytes: {}",
                serve.log()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(slowest < Duration::from_secs(5), "{slowest:?}");
        drop(stalling.into_iter().map(|s| s.join().unwrap()).collect::<Vec<_>>());
    });
    if let Some(megabytes) = peak_memory(serve) {
        assert!(
            megabytes < 100,
            "{megabytes} MB beside {crowd} bodies of {length} bytes"
        );
    }
    let log = serve.log();
    assert!(log.lines().count() < 60, "{log}");
}

#[tokio::test]
async fn stalled_bodies_do_not_displace_honest_deliveries() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let serve = Serve::start(&db);
    honest_beside(&serve, 34, 4 << 20);
    if std::env::var_os("INBOX_PROVE").is_some() {
        honest_beside(&serve, 500, 4 << 20);
        honest_beside(&serve, 1_000, 4 << 20);
    }
    applied(&mut conn).await;
}

#[tokio::test]
async fn stalled_connections_do_not_displace_honest_deliveries() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let serve = Serve::start(&db);
    many_files();
    // More connections than allowed, each in the middle of its head.
    let stalled: Vec<TcpStream> = (0..1_200)
        .filter_map(|_| {
            let mut stream = TcpStream::connect(serve.address).ok()?;
            stream
                .write_all(b"POST /webhooks/whatsapp HTTP/1.1\r\nHost: x\r\n")
                .ok()?;
            Some(stream)
        })
        .collect();
    assert!(stalled.len() > 1_100, "{}", stalled.len());
    honest_beside(&serve, 1_200, 1_000);
    applied(&mut conn).await;
    drop(stalled);
}

#[tokio::test]
async fn body_without_progress_is_ended_early() {
    let db = support::db();
    seed::workspace(&db).await;
    let serve = Serve::start(&db);
    let mut stream = stall(&serve, 1_000, 10).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let begun = Instant::now();
    let mut head = [0; 12];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 408");
    assert!(begun.elapsed() < Duration::from_secs(14), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn stalled_clients_do_not_delay_shutdown() {
    let db = support::db();
    seed::workspace(&db).await;
    let serve = Serve::start(&db);
    let stalled: Vec<_> = (0..20).map(|_| stall(&serve, 1_000, 10).unwrap()).collect();
    let begun = Instant::now();
    assert!(serve.stop().success());
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    drop(stalled);
}
