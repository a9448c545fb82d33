//! What goes on behind `serve`: applying deliveries, replaying what an added channel makes possible, and keeping time.

mod apply;
pub mod replay;
pub mod timers;

use std::sync::Arc;
use std::time::Duration;

use sqlx::Connection;
use sqlx::postgres::PgConnection;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::error::{Error, Result};
use crate::store::connect::{ConnectOptions, Mode};
use crate::store::{self, Workspace};

/// What the workers of a process share.
#[derive(Clone)]
pub struct Worker {
    /// The database.
    pub options: ConnectOptions,
    /// The schema in it.
    pub workspace: Workspace,
    /// Whom to act as: `system`.
    pub acting: Option<String>,
    /// Rung when a delivery was stored.
    pub wake: Arc<Notify>,
    /// True when the process is to end.
    pub stop: watch::Receiver<bool>,
    /// Told what went wrong, free of customer text.
    pub report: Arc<dyn Fn(String) + Send + Sync>,
    /// How many deliveries to apply side by side.
    pub appliers: usize,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker")
            .field("workspace", &self.workspace)
            .finish_non_exhaustive()
    }
}

/// How long to wait between looks without being woken: other processes store deliveries, too.
const POLL: Duration = Duration::from_secs(1);
/// How often timers and letters for unknown channels are looked at.
const UPKEEP: Duration = Duration::from_secs(2);
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Starts the workers. They end after what they are doing once `stop` says so.
pub fn start(worker: &Worker) -> Vec<JoinHandle<()>> {
    let mut tasks: Vec<JoinHandle<()>> = (0..worker.appliers.max(1))
        .map(|_| supervise(worker.clone(), "applying", |w| Box::pin(apply::run(w))))
        .collect();
    tasks.push(supervise(worker.clone(), "upkeep", |w| Box::pin(upkeep(w))));
    tasks
}

type Job = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// Starts a job again when it panics: a defect must not stop the inbox.
fn supervise(worker: Worker, what: &'static str, job: fn(Worker) -> Job) -> JoinHandle<()> {
    tokio::spawn(async move {
        while tokio::spawn(job(worker.clone())).await.is_err() {
            tracing::error!("{what} has failed unexpectedly, and starts again");
            (worker.report)(format!("{what} has failed unexpectedly"));
            if worker.rest(LONGEST_PAUSE).await {
                return;
            }
        }
    })
}

impl Worker {
    /// Waits for so long, or for the end; true when it is the end.
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

    /// Connects to a workspace of the version that this program knows; none when it is the end.
    async fn connect(&self) -> Option<PgConnection> {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.try_connect().await {
                Ok(connection) => return Some(connection),
                Err(e) => self.complain("the database cannot be used", &e),
            }
            if self.rest(pause).await {
                return None;
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn try_connect(&self) -> Result<PgConnection> {
        let mut connection = store::connect(&self.options, Duration::from_secs(5)).await?;
        let mut tx = store::begin(&mut connection, &self.workspace, Mode::Read).await?;
        store::operation::hello(&mut tx).await?;
        tx.rollback().await.map_err(Error::from)?;
        Ok(connection)
    }

    fn complain(&self, what: &'static str, e: &Error) {
        let why = store::failure::described(e);
        tracing::warn!(error = %why, "{what}");
        (self.report)(why);
    }
}

/// Begins a transaction for applying. Joins are by index, whatever the tables looked like when a plan was kept: batches are small and tables are
/// not. No statement waits long for a lock.
async fn begin<'c>(
    connection: &'c mut PgConnection,
    workspace: &Workspace,
) -> Result<sqlx::Transaction<'c, sqlx::Postgres>> {
    let mut tx = store::begin(connection, workspace, Mode::Write).await?;
    store::connect::steady(&mut tx).await?;
    Ok(tx)
}

async fn upkeep(worker: Worker) {
    let Some(mut connection) = worker.connect().await else {
        return;
    };
    loop {
        let outcome = async {
            timers::tick(&mut connection, &worker.workspace, worker.acting.as_deref()).await?;
            replay::found_channels(&mut connection, &worker.workspace, worker.acting.as_deref()).await
        }
        .await;
        if let Err(e) = outcome {
            worker.complain("upkeep failed, and is tried again", &e);
            // Whatever it was, a new connection is a clean start.
            drop(connection.close_hard().await);
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
