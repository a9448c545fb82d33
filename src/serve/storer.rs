//! Stores deliveries durably. All waiting deliveries go into one statement and one commit, and are
//! answered after the commit.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use sqlx::postgres::PgConnection;
use tokio::sync::{Notify, mpsc, oneshot};

use super::clients::Held;
use super::health::Health;
use super::throttle::Throttle;
use crate::db::server::connect::{ConnectOptions, Mode};
use crate::db::{self, Workspace};
use crate::error::{Error, Kind, Result};

/// A checked body that waits to be stored, and the memory for it.
#[derive(Debug)]
pub struct Job {
    /// The received bytes.
    pub body: Bytes,
    /// The memory of the body, released after it is stored.
    pub memory: Held,
    /// Receives true when the body is durable, and false when it could not be stored.
    pub answer: oneshot::Sender<bool>,
}

/// The maximum number of bodies in one commit.
const MAX_BODIES: usize = 512;
/// The maximum number of bytes in one commit, unless a single body is larger. The driver needs two
/// more copies of these bytes while it sends them.
const MAX_BYTES: usize = 4 << 20;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const MAX_PAUSE: Duration = Duration::from_secs(3);
/// The interval between two checks of an idle connection.
const IDLE_CHECK: Duration = Duration::from_secs(5);
/// The interval between two log lines during an outage.
const REMINDER: Duration = Duration::from_secs(60);

/// The connection and the options for storing.
#[derive(Debug)]
pub struct Storer {
    /// The database.
    pub options: ConnectOptions,
    /// The schema of the workspace.
    pub workspace: Workspace,
    /// Records whether deliveries can be stored.
    pub health: Arc<Health>,
    /// Notified after each commit.
    pub stored: Arc<Notify>,
    /// The timeout of one commit, one check and one attempt to connect.
    pub patience: Duration,
}

/// Logs each change between storing and not storing once, and a continuing outage once a minute.
#[derive(Debug)]
struct Outage {
    since: Option<Instant>,
    said: bool,
    lines: Throttle,
}

impl Outage {
    fn goes_on(&mut self, health: &Health, e: &Error) {
        let what = db::server::failure::described(e);
        let first = self.since.is_none();
        let since = *self.since.get_or_insert_with(Instant::now);
        if self.lines.pass().is_some() {
            self.said = true;
            if first {
                tracing::error!(error = %what, "deliveries cannot be stored: answering 503");
            } else {
                let seconds = since.elapsed().as_secs();
                tracing::error!(error = %what, seconds, "deliveries still cannot be stored: answering 503");
            }
        }
        health.set_storing(false);
        health.failed(what);
    }

    fn is_over(&mut self, health: &Health) {
        if let Some(since) = self.since.take()
            && std::mem::take(&mut self.said)
        {
            let seconds = since.elapsed().as_secs();
            tracing::info!(seconds, "the database is back: deliveries are stored again");
        }
        health.set_storing(true);
    }
}

impl Storer {
    /// Runs until the queue is closed and empty.
    pub async fn run(self, mut queue: mpsc::Receiver<Job>, connection: PgConnection) {
        let mut connection = Some(connection);
        let mut jobs = Vec::new();
        let mut pause = FIRST_PAUSE;
        let mut outage = Outage {
            since: None,
            said: false,
            lines: Throttle::new(REMINDER),
        };
        loop {
            let conn = match &mut connection {
                Some(c) => c,
                None => match self.reconnect(&mut queue, &mut pause, &mut outage).await {
                    Some(c) => connection.insert(c),
                    None => return,
                },
            };
            if jobs.is_empty() {
                let got = match tokio::time::timeout(IDLE_CHECK, queue.recv_many(&mut jobs, MAX_BODIES)).await {
                    Ok(0) => return,
                    Ok(got) => got,
                    Err(_) => 0,
                };
                if got == 0 {
                    // No data was sent for a while. If the connection was lost in this time, the
                    // next delivery would fail.
                    if let Err(e) = self.limited("answer", self.check(conn)).await {
                        outage.goes_on(&self.health, &e);
                        connection = None;
                    }
                    continue;
                }
            }
            let batch: Vec<Job> = jobs.drain(..together(&jobs)).collect();
            let bodies: Vec<&[u8]> = batch.iter().map(|j| j.body.as_ref()).collect();
            let outcome = self.limited("store a delivery", self.store(conn, &bodies)).await;
            let good = outcome.is_ok();
            // After a failure the other jobs would wait for nothing.
            let rest = if good { Vec::new() } else { std::mem::take(&mut jobs) };
            for job in batch.into_iter().chain(rest) {
                if job.answer.send(good).is_err() {
                    tracing::debug!("a client did not wait for its answer: it will send again");
                }
                drop(job.memory);
            }
            match outcome {
                Ok(()) => {
                    pause = FIRST_PAUSE;
                    // One worker is notified. It notifies the next if there is more work than one
                    // worker takes.
                    self.stored.notify_one();
                }
                Err(e) => {
                    outage.goes_on(&self.health, &e);
                    // The connection is dropped and not closed, because a lost server would never
                    // answer.
                    connection = None;
                }
            }
        }
    }

    async fn limited<T>(&self, what: &str, work: impl Future<Output = Result<T>>) -> Result<T> {
        match tokio::time::timeout(self.patience, work).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Error::new(
                Kind::Unreachable,
                format!("the database took too long to {what}"),
            )),
        }
    }

    async fn store(&self, conn: &mut PgConnection, bodies: &[&[u8]]) -> Result<()> {
        let mut tx = db::begin(conn, &self.workspace, Mode::Write).await?;
        db::webhook::delivery::insert(&mut tx, bodies).await?;
        db::commit(tx, None).await
    }

    /// Checks that the connection works and that the server accepts writes.
    async fn check(&self, conn: &mut PgConnection) -> Result<()> {
        let mut tx = db::begin(conn, &self.workspace, Mode::Write).await?;
        db::server::connect::check_writable(&mut tx).await?;
        tx.rollback().await.map_err(Error::from)
    }

    /// Checks that a delivery can be inserted. A server that is shutting down, read-only or out of
    /// disk space also accepts connections.
    async fn prove(&self, conn: &mut PgConnection) -> Result<()> {
        let mut tx = db::begin(conn, &self.workspace, Mode::Write).await?;
        db::webhook::delivery::insert(&mut tx, &[b"".as_slice()]).await?;
        tx.rollback().await.map_err(Error::from)
    }

    /// Tries to connect until a delivery can be inserted. Until then, every new delivery is refused
    /// at once. Returns `None` when the queue is closed.
    async fn reconnect(
        &self,
        queue: &mut mpsc::Receiver<Job>,
        pause: &mut Duration,
        outage: &mut Outage,
    ) -> Option<PgConnection> {
        loop {
            // The pause grows until a delivery is stored, so that a database that fails repeatedly
            // does not get too many requests.
            let rest = *pause;
            *pause = (rest * 2).min(MAX_PAUSE);
            let attempt = async {
                tokio::time::sleep(rest).await;
                let mut conn = db::connect(&self.options, self.patience).await?;
                self.limited("accept a delivery", self.prove(&mut conn)).await?;
                Ok::<_, Error>(conn)
            };
            tokio::pin!(attempt);
            let attempted = loop {
                tokio::select! {
                    done = &mut attempt => break done,
                    // When the sender is dropped without an answer, the handler answers 503.
                    job = queue.recv() => drop(job?),
                }
            };
            match attempted {
                Ok(conn) => {
                    outage.is_over(&self.health);
                    return Some(conn);
                }
                Err(e) => outage.goes_on(&self.health, &e),
            }
        }
    }
}

/// Returns the number of jobs for the next commit, at least one.
fn together(jobs: &[Job]) -> usize {
    let mut sum = 0;
    let fitting = jobs.iter().take_while(|job| {
        sum += job.body.len();
        sum <= MAX_BYTES
    });
    fitting.count().max(1)
}
