//! `inbox serve` receives WhatsApp's webhooks: it checks, stores and answers each delivery. The
//! worker applies the stored deliveries.

mod clients;
mod health;
mod http;
pub mod signature;
mod storer;
mod throttle;
mod webhook;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::time::Instant;

use crate::db::server::connect::{ConnectOptions, Mode};
use crate::db::{self, Workspace};
use crate::domain::vocabulary::Role;
use crate::error::{Error, Kind, Result};
use crate::worker::{self, Worker};
use clients::Clients;
pub use health::{Health, Readiness, Status};
pub use signature::Secret;
use throttle::Throttle;

/// The path to configure in WhatsApp.
pub const PATH: &str = "/webhooks/whatsapp";

/// The limits of a `serve` process.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The maximum size of a body, in bytes.
    pub max_body: usize,
    /// The memory for all bodies in flight, in bytes. At least four bodies of the maximum size fit.
    pub memory: usize,
    /// The maximum number of open connections.
    pub connections: usize,
    /// The timeout for a request's head, and for an idle connection.
    pub head_time: Duration,
    /// The timeout for a request's body.
    pub body_time: Duration,
    /// The timeout for storing a delivery. After it the answer is 503.
    pub store_time: Duration,
    /// The time for the shutdown: requests in flight, storing and applying together.
    pub stop_time: Duration,
    /// The number of deliveries that are applied in parallel.
    pub workers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_body: 4 << 20,
            memory: 24 << 20,
            connections: 1024,
            head_time: Duration::from_secs(15),
            body_time: Duration::from_secs(30),
            store_time: Duration::from_secs(5),
            stop_time: Duration::from_secs(15),
            workers: 2,
        }
    }
}

/// The options of `serve`.
#[derive(Debug)]
pub struct ServeOptions {
    /// The address to listen on. Port 0 selects a free port.
    pub listen: SocketAddr,
    /// Receives the address when the server listens.
    pub bound: Option<oneshot::Sender<SocketAddr>>,
    /// The app secrets. Any of them can have signed a delivery.
    pub secrets: Vec<Secret>,
    /// The token of the handshake. Without a token, every handshake is refused.
    pub verify_token: Option<Secret>,
    /// Whether to accept deliveries without a signature. This is safe only behind a trusted proxy.
    pub insecure_no_signature: bool,
    /// The database.
    pub connect: ConnectOptions,
    /// The schema of the workspace.
    pub workspace: Workspace,
    /// The limits.
    pub limits: Limits,
    /// The agent to act as, `system`. `None` if the login belongs to `system`.
    pub acting: Option<String>,
}

/// The timeout of each step of the start that uses the database.
const START_TIME: Duration = Duration::from_secs(10);

/// Serves until `shutdown` is ready, then finishes the work that has begun.
///
/// # Errors
/// [`Kind::Usage`] without a secret, when the address cannot be used, or behind a pooler that loses
/// prepared statements. [`Kind::Unreachable`] when there is no database at the start, or it is
/// read-only. [`Kind::Denied`] when the login may not act as `system`. During a later outage, the
/// server answers 503 and tries to reconnect.
pub async fn run(options: ServeOptions, shutdown: impl Future<Output = ()> + Send) -> Result<()> {
    if options.secrets.is_empty() && !options.insecure_no_signature {
        return Err(no_secret());
    }
    let limits = options.limits.clone();
    let connect = options.connect.clone().application_name("inbox serve");
    db::server::pooler::check(&connect, START_TIME).await?;
    let mut connection = db::connect(&connect, START_TIME).await?;
    let started = async {
        let mut tx = db::begin(&mut connection, &options.workspace, Mode::Write).await?;
        db::operation::workspace_info(&mut tx).await?;
        let actor = db::operation::whoami(&mut tx, options.acting.as_deref()).await?;
        if actor.role != Role::System {
            return Err(Error::new(
                Kind::Denied,
                format!("serve would act as {}, which may not open conversations", actor.handle),
            )
            .hint(format!(
                "an admin can allow it: inbox agent grant-acting system --login {}",
                actor.login
            )));
        }
        db::server::connect::check_writable(&mut tx).await?;
        tx.rollback().await.map_err(Error::from)
    };
    tokio::time::timeout(START_TIME, started).await.map_err(|_| {
        let seconds = START_TIME.as_secs();
        Error::new(
            Kind::Unreachable,
            format!("the database did not answer within {seconds} s"),
        )
    })??;
    let listener = TcpListener::bind(options.listen)
        .await
        .map_err(|e| Error::usage(format!("cannot listen on {}: {e}", options.listen)).caused_by(e))?;
    let address = listener.local_addr().map_err(Error::from)?;

    let health = Arc::new(Health::default());
    // The process connects before any client can send a request.
    health.set_storing(true);
    let stored = Arc::new(Notify::new());
    let (queue, jobs) = mpsc::channel(4_096);
    let storer = tokio::spawn(
        storer::Storer {
            options: connect.clone(),
            workspace: options.workspace.clone(),
            health: Arc::clone(&health),
            stored: Arc::clone(&stored),
            patience: limits.store_time,
        }
        .run(jobs, connection),
    );
    let (stop, stopped) = watch::channel(false);
    let workers = worker::start(&Worker {
        options: connect.clone(),
        workspace: options.workspace.clone(),
        acting: options.acting.clone(),
        wake: Arc::clone(&stored),
        stop: stopped,
        report: {
            let health = Arc::clone(&health);
            Arc::new(move |what: String| health.failed(what))
        },
        appliers: limits.workers,
    });

    let clients = Clients::new(
        open_files().min(limits.connections),
        limits.memory.max(limits.max_body.saturating_mul(4)),
    );
    let state = Arc::new(webhook::AppState {
        secrets: options.secrets,
        unsigned: options.insecure_no_signature,
        verify_token: options.verify_token,
        max_body: limits.max_body,
        body_time: limits.body_time,
        // A delivery can wait for one commit before the commit with its own body.
        store_time: limits.store_time * 2,
        queue,
        health: Arc::clone(&health),
        prober: health::Prober::new(connect, options.workspace),
        refused: Throttle::new(Duration::from_secs(10)),
    });
    let router = Router::new()
        .route(PATH, get(webhook::handshake).post(webhook::receive))
        .route("/healthz", get(webhook::healthz))
        .route("/readyz", get(webhook::readyz))
        .with_state(state);

    tracing::info!(%address, "listening");
    if let Some(bound) = options.bound
        && bound.send(address).is_err()
    {
        tracing::debug!("nobody wants to know the address any more");
    }
    let mut end = None;
    let stopping = || {
        health.set_draining();
        // Workers finish their round while the last requests are answered.
        stop.send_replace(true);
        end = Some(Instant::now() + limits.stop_time);
    };
    let times = (limits.head_time, limits.store_time * 2);
    http::serve(listener, router, &clients, times, shutdown, stopping).await;
    let end = end.unwrap_or_else(Instant::now);

    // The router has ended, and with it the last sender of the queue. The storer ends after it has
    // stored all accepted deliveries.
    wait_for(storer, end, "storing").await;
    for task in workers {
        wait_for(task, end, "applying").await;
    }
    tracing::info!("stopped");
    Ok(())
}

/// Raises the limit of open files to the system's maximum for the process. Returns the number of
/// connections that fit. Some files are reserved for the database and the log.
fn open_files() -> usize {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        let raised = rustix::process::Rlimit {
            current: limit.maximum,
            ..limit
        };
        if setrlimit(Resource::Nofile, raised).is_ok() {
            limit = raised;
        }
    }
    let files = limit
        .current
        .map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX));
    files.saturating_sub(128).max(16)
}

/// Returns the error for a start without an app secret.
pub fn no_secret() -> Error {
    Error::usage("no app secret is set; without a secret, anyone could write to the inbox")
        .hint("set INBOX_APP_SECRET or --app-secret-file; for a test: --insecure-no-signature")
}

async fn wait_for(task: tokio::task::JoinHandle<()>, end: Instant, what: &'static str) {
    let abort = task.abort_handle();
    match tokio::time::timeout_at(end, task).await {
        Ok(Ok(())) => {}
        Ok(Err(_)) => tracing::error!("{what} had failed before the end"),
        Err(_) => {
            tracing::warn!("{what} takes too long to end: left as it is, and taken up at the next start");
            abort.abort();
        }
    }
}
