//! The HTTP server: axum's router on hyper's connections, since bounds on slow clients are set there.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

use super::Limits;
use super::health::Health;

/// Serves until `shutdown` is ready; then stops accepting and lets requests in flight finish, within the limit.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: &Limits,
    health: &Health,
    shutdown: impl Future<Output = ()> + Send,
) {
    let slots = Arc::new(Semaphore::new(limits.connections));
    let (stop, stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        let accepted = async {
            // Beyond the limit, clients wait in the kernel's queue.
            let slot = Arc::clone(&slots).acquire_owned().await;
            (slot, listener.accept().await)
        };
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => {}
            (slot, accepted) = accepted => match (slot, accepted) {
                (Ok(slot), Ok((stream, _))) => {
                    connections.spawn(connection(stream, router.clone(), limits.head_time, stopped.clone(), slot));
                }
                (_, Err(e)) => {
                    tracing::warn!(error = %e, "a connection could not be accepted");
                    // Out of files, mostly: a pause lets some close.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                // The slots are never closed.
                (Err(_), Ok(_)) => break,
            }
        }
    }
    tracing::info!("stopping: no new connections");
    health.set_draining();
    drop(listener);
    drop(router);
    drop(stopped);
    stop.send_replace(true);
    let all = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.drain_time, all).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    connections.shutdown().await;
}

async fn connection(
    stream: TcpStream,
    router: Router,
    head_time: Duration,
    mut stop: watch::Receiver<bool>,
    _slot: OwnedSemaphorePermit,
) {
    // An answer is one small packet.
    if let Err(e) = stream.set_nodelay(true) {
        tracing::debug!(error = %e, "no TCP_NODELAY");
    }
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_time)
        .max_buf_size(64 << 10)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    tokio::pin!(served);
    // The guard of the watched value must not live across an await.
    let told = async { drop(stop.wait_for(|stop| *stop).await) };
    let ended = tokio::select! {
        ended = served.as_mut() => Some(ended),
        () = told => None,
    };
    let ended = match ended {
        Some(ended) => ended,
        None => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(e) = ended {
        // Clients go away all the time.
        tracing::debug!(error = %e, "a connection ended early");
    }
}
