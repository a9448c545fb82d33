//! The work behind `serve`: applying deliveries, and the background [`tasks`].

mod apply;
mod letters;
pub mod replay;
pub mod tasks;

use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use sqlx::postgres::PgConnection;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::db::server::connect::{ConnectOptions, Mode};
use crate::db::{self, Workspace};
use crate::error::{Error, Kind, Result};

/// The state that the workers of a process share.
#[derive(Clone)]
pub struct Worker {
    /// The database.
    pub options: ConnectOptions,
    /// The schema of the workspace.
    pub workspace: Workspace,
    /// The agent to act as, `system`.
    pub acting: Option<String>,
    /// Notified after a delivery was stored.
    pub wake: Arc<Notify>,
    /// True when the process is about to end.
    pub stop: watch::Receiver<bool>,
    /// Receives each error, without customer text.
    pub report: Arc<dyn Fn(String) + Send + Sync>,
    /// The number of deliveries to apply in parallel.
    pub appliers: usize,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker")
            .field("workspace", &self.workspace)
            .finish_non_exhaustive()
    }
}

/// The interval between two checks without a notification. Other processes also store deliveries.
const POLL: Duration = Duration::from_secs(1);
/// The interval between two runs of the background tasks.
const UPKEEP: Duration = Duration::from_secs(2);
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const MAX_PAUSE: Duration = Duration::from_secs(10);
/// The time without data from the database after which a query fails. It is a little more than the
/// server's own timeout for a statement, so that only a lost connection is silent for so long.
const SILENCE: Duration = Duration::from_secs(9);
/// The timeout for a connection.
const CONNECTING: Duration = Duration::from_secs(5);

/// Starts the workers. They end after their present work when `stop` is true.
pub fn start(worker: &Worker) -> Vec<JoinHandle<()>> {
    let limits = letters::Limits::default();
    let mut tasks: Vec<JoinHandle<()>> = (0..worker.appliers.max(1))
        .map(|number| {
            let limits = limits.clone();
            supervise(worker.clone(), "applying", move |w| {
                Box::pin(apply::run(w, number, limits.clone()))
            })
        })
        .collect();
    tasks.push(supervise(worker.clone(), "upkeep", |w| Box::pin(upkeep(w))));
    tasks
}

type Job = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// Restarts a job after a panic, because a defect must not stop the inbox.
fn supervise(worker: Worker, what: &'static str, job: impl Fn(Worker) -> Job + Send + 'static) -> JoinHandle<()> {
    tokio::spawn(async move {
        while tokio::spawn(job(worker.clone())).await.is_err() {
            tracing::error!("{what} has failed unexpectedly, and starts again");
            (worker.report)(format!("{what} has failed unexpectedly"));
            if worker.rest(MAX_PAUSE).await {
                return;
            }
        }
    })
}

/// Waits for work in the database while answers arrive, at most [`SILENCE`] for each answer.
///
/// # Errors
/// [`Kind::Unreachable`] when the connection is silent. The connection must not be used again.
async fn alive<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let mut work = std::pin::pin!(work);
    let mut silence = std::pin::pin!(tokio::time::sleep(SILENCE));
    // The work is polled again when data arrived, which restarts the timeout.
    std::future::poll_fn(|context| {
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(done);
        }
        if silence.as_mut().poll(context).is_ready() {
            let message = format!("the database has not answered for {} s", SILENCE.as_secs());
            return Poll::Ready(Err(Error::new(Kind::Unreachable, message)));
        }
        silence.as_mut().reset(tokio::time::Instant::now() + SILENCE);
        silence
            .as_mut()
            .poll(context)
            .map(|()| Err(Error::failed("time stands still")))
    })
    .await
}

impl Worker {
    /// Waits for a duration or for the end of the process. Returns true at the end of the process.
    async fn rest(&self, pause: Duration) -> bool {
        let mut stop = self.stop.clone();
        tokio::select! {
            () = tokio::time::sleep(pause) => *self.stop.borrow(),
            _ = stop.wait_for(|stop| *stop) => true,
        }
    }

    fn stopping(&self) -> bool {
        *self.stop.borrow()
    }

    /// Connects to a workspace of a compatible version. Returns `None` at the end of the process.
    /// Reports the start and the end of an outage once.
    async fn connect(&self) -> Option<PgConnection> {
        let mut pause = FIRST_PAUSE;
        let mut known: Option<String> = None;
        let mut stop = self.stop.clone();
        loop {
            let tried = tokio::select! {
                tried = self.try_connect() => tried,
                _ = stop.wait_for(|stop| *stop) => return None,
            };
            let why = match tried {
                Ok(connection) => {
                    if known.is_some() {
                        tracing::info!("the database can be used again");
                    }
                    return Some(connection);
                }
                Err(e) => db::server::failure::described(&e),
            };
            (self.report)(why.clone());
            if known.as_ref() != Some(&why) {
                tracing::warn!(error = %why, "the database cannot be used");
                known = Some(why);
            }
            if self.rest(pause).await {
                return None;
            }
            pause = (pause * 2).min(MAX_PAUSE);
        }
    }

    async fn try_connect(&self) -> Result<PgConnection> {
        let mut connection = db::connect(&self.options, CONNECTING).await?;
        alive(async {
            let mut tx = db::begin(&mut connection, &self.workspace, Mode::Work).await?;
            db::operation::workspace_info(&mut tx).await?;
            // A standby or a read-only server also accepts reads.
            db::contact::lock_buckets(&mut tx, &[0]).await?;
            tx.rollback().await.map_err(Error::from)
        })
        .await?;
        Ok(connection)
    }

    fn complain(&self, what: &'static str, e: &Error) {
        let why = db::server::failure::described(e);
        tracing::warn!(error = %why, "{what}");
        (self.report)(why);
    }
}

/// The last failure, so that a continuing failure is logged once.
#[derive(Debug, Default)]
struct Failing(Option<String>);

impl Failing {
    /// Reports a failure, and logs it unless it is equal to the last one. Returns whether there was
    /// a last one.
    fn note(&mut self, worker: &Worker, what: &'static str, e: &Error) -> bool {
        let why = db::server::failure::described(e);
        if self.0.as_ref() != Some(&why) {
            tracing::warn!(error = %why, "{what}");
        }
        (worker.report)(why.clone());
        self.0.replace(why).is_some()
    }
}

/// Runs every task every [`UPKEEP`]. A failed task does not prevent the other tasks.
async fn upkeep(worker: Worker) {
    let Some(mut connection) = worker.connect().await else {
        return;
    };
    let scope = tasks::Scope {
        workspace: &worker.workspace,
        acting: worker.acting.as_deref(),
    };
    let mut failing = Failing::default();
    loop {
        let mut failed = None;
        for task in tasks::ALL {
            if let Err(e) = task.run(&mut connection, scope).await {
                failed = failed.or(Some(e));
            }
        }
        match &failed {
            None => failing = Failing::default(),
            Some(e) => {
                failing.note(&worker, "upkeep failed, and is tried again", e);
            }
        }
        if failed.is_some() {
            // After any failure, the task starts with a new connection.
            match worker.connect().await {
                Some(fresh) => connection = fresh,
                None => return,
            }
        }
        if worker.rest(UPKEEP).await {
            return;
        }
    }
}
