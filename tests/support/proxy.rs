//! A TCP proxy on loopback that fails as networks do.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::watch;

/// A proxy in front of one address. Dropping it ends all connections.
pub struct Proxy {
    /// The address it listens on.
    pub address: SocketAddr,
    state: watch::Sender<State>,
    _runtime: Runtime,
}

/// The direction of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the server.
    ToServer,
    /// From the server to the client.
    ToClient,
}

/// How connections are ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// In order, by FIN.
    Close,
    /// By RST.
    Reset,
}

#[derive(Debug, Clone, Default)]
struct State {
    /// The directions whose bytes wait.
    stalled: Vec<Direction>,
    /// The delay of each piece.
    delay: Duration,
    /// Connections with a lower number are half-open: nothing passes, without notice.
    frozen_below: u64,
    /// Connections with a lower number are ended.
    ended_below: u64,
    end: Option<End>,
    next: u64,
}

impl Proxy {
    /// Starts a proxy in front of an address.
    pub fn start(upstream: SocketAddr) -> Proxy {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let (state, seen) = watch::channel(State::default());
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let numbers = state.clone();
        runtime.spawn(async move {
            loop {
                let Ok((client, _)) = listener.accept().await else {
                    continue;
                };
                let mut number = 0;
                numbers.send_modify(|s| {
                    number = s.next;
                    s.next += 1;
                });
                tokio::spawn(connection(client, upstream, number, seen.clone()));
            }
        });
        Proxy {
            address,
            state,
            _runtime: runtime,
        }
    }

    /// Makes the bytes of both directions, or of one, wait until [`Proxy::heal`].
    pub fn stall(&self, directions: &[Direction]) {
        self.state.send_modify(|s| s.stalled = directions.to_vec());
    }

    /// Makes each piece wait.
    pub fn delay(&self, delay: Duration) {
        self.state.send_modify(|s| s.delay = delay);
    }

    /// Makes the open connections half-open; later ones work.
    pub fn freeze(&self) {
        self.state.send_modify(|s| s.frozen_below = s.next);
    }

    /// Ends the open connections.
    pub fn end(&self, how: End) {
        self.state.send_modify(|s| {
            s.end = Some(how);
            s.ended_below = s.next;
        });
    }

    /// Lets everything pass that is not half-open or ended.
    pub fn heal(&self) {
        self.state.send_modify(|s| {
            s.stalled.clear();
            s.delay = Duration::ZERO;
        });
    }
}

async fn connection(client: TcpStream, upstream: SocketAddr, number: u64, seen: watch::Receiver<State>) {
    let Ok(server) = TcpStream::connect(upstream).await else {
        return;
    };
    for stream in [&client, &server] {
        drop(stream.set_nodelay(true));
    }
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    tokio::join!(
        pump(from_client, to_server, Direction::ToServer, number, seen.clone()),
        pump(from_server, to_client, Direction::ToClient, number, seen),
    );
}

async fn pump(
    from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    direction: Direction,
    number: u64,
    seen: watch::Receiver<State>,
) {
    let mut watched = seen.clone();
    let end = tokio::select! {
        () = copy(from, &mut to, direction, number, seen) => None,
        ended = watched.wait_for(|s| number < s.ended_below) => ended.ok().and_then(|s| s.end),
    };
    match end {
        Some(End::Reset) => {
            drop(to.as_ref().set_zero_linger());
            // Its drop would send a FIN first.
            to.forget();
        }
        Some(End::Close) | None => drop(to.shutdown().await),
    }
}

async fn copy(
    mut from: OwnedReadHalf,
    to: &mut OwnedWriteHalf,
    direction: Direction,
    number: u64,
    mut seen: watch::Receiver<State>,
) {
    let mut piece = vec![0; 16 << 10];
    loop {
        let read = from.read(&mut piece).await;
        let delay = {
            // The end of a stream waits too, because a half-open connection reports nothing.
            let passes = |s: &State| number >= s.frozen_below && !s.stalled.contains(&direction);
            let Ok(state) = seen.wait_for(passes).await else {
                return;
            };
            state.delay
        };
        tokio::time::sleep(delay).await;
        match read {
            Ok(count) if count > 0 => {
                if to.write_all(&piece[..count]).await.is_err() {
                    return;
                }
            }
            Ok(_) | Err(_) => return,
        }
    }
}
