//! A network link to the test server that can fail silently, as networks do.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use super::Db;

/// Forwards connections to the server of the tests.
pub struct Link {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// Connections older than this number forward nothing and stay open.
    broken: AtomicUsize,
    opened: AtomicUsize,
    /// New connections forward nothing either.
    silent: AtomicBool,
    over: AtomicBool,
}

enum Target {
    Unix(String),
    Tcp(String),
}

impl Link {
    /// Opens a link to the server of a database.
    pub fn to(db: &Db) -> Link {
        let url = db.url();
        let target = match url.split_once("?host=") {
            Some((_, query)) => {
                let (dir, port) = query.split_once("&port=").unwrap();
                let dir = percent_encoding::percent_decode_str(dir).decode_utf8().unwrap();
                Target::Unix(format!("{dir}/.s.PGSQL.{port}"))
            }
            None => {
                let (_, place) = url.rsplit_once('@').unwrap();
                Target::Tcp(place.split_once('/').unwrap().0.to_owned())
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                if shared.over.load(Ordering::Relaxed) {
                    return;
                }
                let client = client.unwrap();
                let number = shared.opened.fetch_add(1, Ordering::SeqCst) + 1;
                if shared.silent.load(Ordering::SeqCst) {
                    // Accepted by the kernel, and never answered.
                    shared.broken.fetch_max(number, Ordering::SeqCst);
                }
                match &target {
                    Target::Unix(path) => {
                        let server = UnixStream::connect(path).unwrap();
                        let (there, back) = (server.try_clone().unwrap(), server);
                        forward(client.try_clone().unwrap(), there, number, &shared);
                        forward(back, client, number, &shared);
                    }
                    Target::Tcp(place) => {
                        let server = TcpStream::connect(place).unwrap();
                        let (there, back) = (server.try_clone().unwrap(), server);
                        forward(client.try_clone().unwrap(), there, number, &shared);
                        forward(back, client, number, &shared);
                    }
                }
            }
        });
        Link { address, state }
    }

    /// Returns the database's URL by way of the link.
    pub fn url(&self, db: &Db) -> String {
        let url = db.url();
        let port = self.address.port();
        match url.split_once("?host=") {
            Some((start, _)) => format!("{start}?host=127.0.0.1&port={port}"),
            None => {
                let (login, place) = url.rsplit_once('@').unwrap();
                format!("{login}@127.0.0.1:{port}/{}", place.split_once('/').unwrap().1)
            }
        }
    }

    /// Makes the open connections half-open; new ones work.
    pub fn break_open(&self) {
        let opened = self.state.opened.load(Ordering::SeqCst);
        self.state.broken.fetch_max(opened, Ordering::SeqCst);
    }

    /// Makes all connections half-open, including new ones.
    pub fn break_all(&self) {
        self.state.silent.store(true, Ordering::SeqCst);
        self.break_open();
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.state.over.store(true, Ordering::Relaxed);
        // Wakes the thread that accepts.
        drop(TcpStream::connect(self.address));
    }
}

trait Stream: Read + Write + Send + 'static {
    fn end(&self);
    fn wait_at_most(&self, time: Duration);
}

impl Stream for TcpStream {
    fn end(&self) {
        drop(self.shutdown(Shutdown::Both));
    }
    fn wait_at_most(&self, time: Duration) {
        self.set_read_timeout(Some(time)).unwrap();
    }
}

impl Stream for UnixStream {
    fn end(&self) {
        drop(self.shutdown(Shutdown::Both));
    }
    fn wait_at_most(&self, time: Duration) {
        self.set_read_timeout(Some(time)).unwrap();
    }
}

fn forward(mut from: impl Stream, mut to: impl Stream, number: usize, state: &Arc<State>) {
    let state = Arc::clone(state);
    std::thread::spawn(move || {
        from.wait_at_most(Duration::from_millis(20));
        let mut buffer = vec![0; 64 << 10];
        while !state.over.load(Ordering::Relaxed) {
            let read = from.read(&mut buffer);
            if state.broken.load(Ordering::SeqCst) >= number {
                // The data is lost, and both ends stay open.
                std::thread::sleep(Duration::from_millis(20));
                continue;
            }
            match read {
                Ok(0) => break,
                Ok(n) if to.write_all(&buffer[..n]).is_ok() => {}
                Ok(_) => break,
                Err(e) if matches!(e.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
                Err(_) => break,
            }
        }
        from.end();
        to.end();
    });
}
