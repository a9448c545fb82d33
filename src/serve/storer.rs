//! Makes deliveries durable: everything that waits goes into one statement and one commit, and is answered after it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use sqlx::postgres::PgConnection;
use tokio::sync::{Notify, OwnedSemaphorePermit, mpsc, oneshot};

use super::health::Health;
use crate::error::{Error, Kind, Result};
use crate::store::connect::{ConnectOptions, Mode};
use crate::store::{self, Workspace};

/// A checked body that waits to be stored, and the memory that it takes.
#[derive(Debug)]
pub struct Job {
    /// The bytes as they came.
    pub body: Bytes,
    /// Held until it is stored.
    pub memory: Option<OwnedSemaphorePermit>,
    /// Gets true once it is durable, false when it is not.
    pub answer: oneshot::Sender<bool>,
}

/// The most bodies in one commit. Their bytes are bounded by the memory for bodies in flight.
const MOST: usize = 512;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(3);

/// Where and how to store.
#[derive(Debug)]
pub struct Storer {
    /// The database.
    pub options: ConnectOptions,
    /// The schema in it.
    pub workspace: Workspace,
    /// Told whether storing works.
    pub health: Arc<Health>,
    /// Rung after each commit.
    pub stored: Arc<Notify>,
    /// How long one commit may take.
    pub patience: Duration,
}

impl Storer {
    /// Runs until the queue is closed and empty.
    pub async fn run(self, mut queue: mpsc::Receiver<Job>, connection: PgConnection) {
        let mut connection = Some(connection);
        let mut jobs = Vec::new();
        loop {
            let conn = match &mut connection {
                Some(c) => c,
                None => match self.reconnect(&mut queue).await {
                    Some(c) => connection.insert(c),
                    None => return,
                },
            };
            if queue.recv_many(&mut jobs, MOST).await == 0 {
                return;
            }
            let bodies: Vec<&[u8]> = jobs.iter().map(|j| j.body.as_ref()).collect();
            let outcome = match tokio::time::timeout(self.patience, self.store(conn, &bodies)).await {
                Ok(outcome) => outcome,
                Err(_) => Err(Error::new(
                    Kind::Unreachable,
                    "the database took too long to store a delivery",
                )),
            };
            let good = outcome.is_ok();
            for job in jobs.drain(..) {
                if job.answer.send(good).is_err() {
                    tracing::debug!("a client did not wait for its answer: it will send again");
                }
                drop(job.memory);
            }
            match outcome {
                // One worker; it wakes the next if there is more than it takes.
                Ok(()) => self.stored.notify_one(),
                Err(e) => {
                    self.health.set_storing(false);
                    let what = store::failure::described(&e);
                    tracing::error!(error = %what, "deliveries cannot be stored: answering 503");
                    self.health.failed(what);
                    connection = None;
                }
            }
        }
    }

    async fn store(&self, conn: &mut PgConnection, bodies: &[&[u8]]) -> Result<()> {
        let mut tx = store::begin(conn, &self.workspace, Mode::Write).await?;
        store::delivery::insert(&mut tx, bodies).await?;
        store::commit(tx, None).await
    }

    /// Tries until it is connected; meanwhile everything that comes is refused at once. None when the queue is closed.
    async fn reconnect(&self, queue: &mut mpsc::Receiver<Job>) -> Option<PgConnection> {
        let mut pause = FIRST_PAUSE;
        loop {
            let rest = pause;
            let attempt = async {
                tokio::time::sleep(rest).await;
                let mut conn = store::connect(&self.options, self.patience).await?;
                // A server that is shutting down or read-only lets one connect, too.
                let tx = store::begin(&mut conn, &self.workspace, Mode::Write).await?;
                tx.rollback().await.map_err(Error::from)?;
                Ok::<_, Error>(conn)
            };
            tokio::pin!(attempt);
            let attempted = loop {
                tokio::select! {
                    done = &mut attempt => break done,
                    // Without an answer the handler says 503.
                    job = queue.recv() => drop(job?),
                }
            };
            match attempted {
                Ok(conn) => {
                    tracing::info!("the database is back: deliveries are stored again");
                    self.health.set_storing(true);
                    return Some(conn);
                }
                Err(e) => {
                    let what = store::failure::described(&e);
                    tracing::warn!(error = %what, "the database is not back yet");
                    self.health.failed(what);
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }
}
