//! The state of the process for `/healthz` and `/readyz`.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use serde::Serialize;
use sqlx::postgres::PgConnection;

use crate::db::server::connect::{ConnectOptions, Mode};
use crate::db::{self, Workspace, webhook::delivery::Backlog};
use crate::error::{Error, Result};

const PATIENCE: Duration = Duration::from_secs(2);
const FRESH: Duration = Duration::from_secs(1);

/// The state that all parts of a `serve` process share.
#[derive(Debug, Default)]
pub struct Health {
    storing: AtomicBool,
    draining: AtomicBool,
    last_error: Mutex<Option<String>>,
}

impl Health {
    /// Returns whether deliveries can be stored at present.
    pub fn is_storing(&self) -> bool {
        self.storing.load(Ordering::Relaxed)
    }

    /// Records whether deliveries can be stored.
    pub fn set_storing(&self, yes: bool) {
        self.storing.store(yes, Ordering::Relaxed);
    }

    /// Returns whether the process is about to end.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Records that the process is about to end.
    pub fn set_draining(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Stores the last error. The text must not contain customer text.
    pub fn failed(&self, what: String) {
        if let Ok(mut slot) = self.last_error.lock() {
            *slot = Some(what);
        }
    }

    fn last_error(&self) -> Option<String> {
        self.last_error.lock().ok().and_then(|e| e.clone())
    }
}

/// The age of the oldest unapplied delivery above which the process is degraded, in seconds.
const DEGRADED: f64 = 60.0;

/// The state of a process in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Deliveries are stored and applied.
    Ready,
    /// Deliveries are stored, but applied late. The HTTP status is 200, because another process
    /// would have the same backlog, and a refused delivery would not reduce it.
    Degraded,
    /// Deliveries are refused with 503.
    NotReady,
}

/// The answer of `/readyz`.
#[derive(Debug, Clone, Serialize)]
pub struct Readiness {
    /// The state in one word.
    pub status: Status,
    /// Whether deliveries can be accepted.
    pub ready: bool,
    /// Whether the database answers, accepts writes, and has a compatible version.
    pub database: bool,
    /// Whether the process is about to end.
    pub draining: bool,
    /// The number of deliveries that are not yet applied, up to 10,000.
    pub backlog: Option<i64>,
    /// The age of the oldest of these deliveries in seconds.
    pub backlog_age: Option<f64>,
    /// The number of dead letters that are not yet replayed, up to 10,000.
    pub dead_letters: Option<i64>,
    /// The last error since the start.
    pub last_error: Option<String>,
}

impl Readiness {
    /// Returns the HTTP status of the answer.
    pub fn http_status(&self) -> StatusCode {
        match self.status {
            Status::Ready | Status::Degraded => StatusCode::OK,
            Status::NotReady => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// Checks the database on a separate connection, at most once a second.
#[derive(Debug)]
pub struct Prober {
    options: ConnectOptions,
    workspace: Workspace,
    state: tokio::sync::Mutex<Probed>,
}

#[derive(Debug, Default)]
struct Probed {
    connection: Option<PgConnection>,
    last: Option<(Instant, Result<Backlog, String>)>,
}

impl Prober {
    /// Creates a prober that has not checked the database yet.
    pub fn new(options: ConnectOptions, workspace: Workspace) -> Prober {
        Prober {
            options,
            workspace,
            state: tokio::sync::Mutex::default(),
        }
    }

    /// Returns the readiness of the process, after at most twice [`PATIENCE`].
    pub async fn ask(&self, health: &Health) -> Readiness {
        let found = match tokio::time::timeout(PATIENCE, self.state.lock()).await {
            Ok(mut state) => self.cached(&mut state).await,
            Err(_) => Err("the database does not answer".to_owned()),
        };
        let draining = health.is_draining();
        let backlog = found.as_ref().ok();
        let ready = backlog.is_some() && !draining && health.is_storing();
        let late = backlog.and_then(|b| b.oldest_seconds).is_some_and(|age| age > DEGRADED);
        Readiness {
            status: match (ready, late) {
                (false, _) => Status::NotReady,
                (true, true) => Status::Degraded,
                (true, false) => Status::Ready,
            },
            ready,
            database: backlog.is_some(),
            draining,
            backlog: backlog.map(|b| b.deliveries),
            backlog_age: backlog.and_then(|b| b.oldest_seconds),
            dead_letters: backlog.map(|b| b.dead_letters),
            last_error: found.err().or_else(|| health.last_error()),
        }
    }

    async fn cached(&self, state: &mut Probed) -> Result<Backlog, String> {
        if let Some((when, found)) = &state.last
            && when.elapsed() < FRESH
        {
            return found.clone();
        }
        let mut connection = state.connection.take();
        let asked = tokio::time::timeout(PATIENCE, self.look(&mut connection)).await;
        let found = match asked {
            Ok(Ok(backlog)) => {
                state.connection = connection;
                Ok(backlog)
            }
            Ok(Err(e)) => Err(db::server::failure::described(&e)),
            Err(_) => Err("the database does not answer".to_owned()),
        };
        state.last = Some((Instant::now(), found.clone()));
        found
    }

    async fn look(&self, connection: &mut Option<PgConnection>) -> Result<Backlog> {
        let connection = match connection {
            Some(c) => c,
            None => connection.insert(db::connect(&self.options, PATIENCE).await?),
        };
        let mut tx = db::begin(connection, &self.workspace, Mode::Write).await?;
        db::server::connect::check_writable(&mut tx).await?;
        db::operation::workspace_info(&mut tx).await?;
        let backlog = db::webhook::delivery::backlog(&mut tx).await?;
        tx.rollback().await.map_err(Error::from)?;
        Ok(backlog)
    }
}
