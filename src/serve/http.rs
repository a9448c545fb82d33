//! The HTTP server. It uses axum's router on hyper's connections, because hyper has the limits for
//! slow clients.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

use super::clients::Clients;

/// The maximum number of accepted connections that wait for a slot. Further clients wait in the
/// kernel's queue.
const PENDING: usize = 64;
/// The maximum number of bytes that a connection reads at once, and of a request's head. A stalled
/// connection keeps this buffer.
const READ_BUFFER: usize = 16 << 10;
/// The time in which incomplete requests may still arrive when the process is about to end.
const LAST_BODIES: Duration = Duration::from_secs(3);

/// Serves until `shutdown` is ready. Then stops accepting connections and calls `stopping`.
/// Requests in flight may finish within `drain_time`.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    clients: &Arc<Clients>,
    (head_time, drain_time): (Duration, Duration),
    shutdown: impl Future<Output = ()> + Send,
    stopping: impl FnOnce() + Send,
) {
    let pending = Arc::new(Semaphore::new(PENDING));
    let (stop, stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        let accepted = async {
            let place = Arc::clone(&pending).acquire_owned().await;
            (place, listener.accept().await)
        };
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => {}
            (place, accepted) = accepted => match (place, accepted) {
                (Ok(place), Ok((stream, peer))) => {
                    let peer = (Arc::clone(clients), peer.ip(), place);
                    connections.spawn(connection(stream, router.clone(), peer, head_time, stopped.clone()));
                }
                (_, Err(e)) => {
                    tracing::warn!(error = %e, "a connection could not be accepted");
                    // The usual cause is a lack of file descriptors. During a pause some
                    // connections close.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                // The semaphore is never closed.
                (Err(_), Ok(_)) => break,
            }
        }
    }
    tracing::info!("stopping: no new connections");
    stopping();
    drop(listener);
    drop(router);
    drop(stopped);
    stop.send_replace(true);
    let all = async {
        let last_bodies = tokio::time::sleep(LAST_BODIES);
        tokio::pin!(last_bodies);
        let mut waiting = true;
        loop {
            tokio::select! {
                ended = connections.join_next() => if ended.is_none() { return },
                () = &mut last_bodies, if waiting => {
                    waiting = false;
                    clients.expel_waiting();
                }
            }
        }
    };
    if tokio::time::timeout(drain_time, all).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    connections.shutdown().await;
}

async fn connection(
    stream: TcpStream,
    router: Router,
    (clients, address, place): (Arc<Clients>, IpAddr, OwnedSemaphorePermit),
    head_time: Duration,
    mut stop: watch::Receiver<bool>,
) {
    let Some(client) = clients.admit(address).await.map(Arc::new) else {
        return;
    };
    drop(place);
    // An answer is one small packet.
    if let Err(e) = stream.set_nodelay(true) {
        tracing::debug!(error = %e, "no TCP_NODELAY");
    }
    let router = TowerToHyperService::new(router);
    let service = service_fn(|mut request: hyper::Request<Incoming>| {
        client.waits();
        request.extensions_mut().insert(Arc::clone(&client));
        let answered = router.call(request);
        let client = Arc::clone(&client);
        async move {
            let answer = answered.await;
            client.waits();
            answer
        }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_time)
        .max_buf_size(READ_BUFFER)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(served);
    // The guard of the watched value must not exist across an await.
    let told = async { drop(stop.wait_for(|stop| *stop).await) };
    let ended = tokio::select! {
        ended = served.as_mut() => Some(ended),
        () = told => None,
        () = client.expelled() => return,
    };
    let ended = match ended {
        Some(ended) => ended,
        None => {
            served.as_mut().graceful_shutdown();
            tokio::select! {
                ended = served => ended,
                () = client.expelled() => return,
            }
        }
    };
    if let Err(e) = ended {
        // Clients often disconnect.
        tracing::debug!(error = %e, "a connection ended early");
    }
}
