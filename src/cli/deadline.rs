//! Ends a command early: after a signal, after `--timeout`, or if the database does not answer.
//!
//! This module supervises all database work of a command, so no statement needs a separate limit. A
//! command is silent while neither the server nor a timer wakes its future. After two seconds of
//! silence, a second connection checks the command's sessions. The check shows whether the server
//! computes, waits for another session's lock, or has lost the connection.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, mpsc};
use std::task::{self, Poll};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sqlx::postgres::PgConnection;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use crate::cli::Exit;
use crate::db::server::connect::{self, ConnectOptions, Mode};
use crate::db::server::progress::Progress;
use crate::db::server::waiting::{self, Holder, Seen, Wait};
use crate::db::{self, Workspace};
use crate::domain::time::parse_zone;
use crate::error::{Error, Kind, Result};

/// Silence before the first check. A change of many rows normally makes others wait for about this time.
const FIRST_LOOK: Duration = Duration::from_secs(2);
/// Time between two checks during the same silence.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// Time between two measurements of the silence.
const MEASURE: Duration = Duration::from_millis(250);
/// Silence that ends a statement although the server computes. No regular command takes this long
/// without returning a row.
const STATEMENT: Duration = Duration::from_secs(15 * 60);
/// The same limit for commands that migrate tables.
pub const MIGRATION: Duration = Duration::from_secs(24 * 3600);
/// Time limit of a check after it is connected.
const LOOK: Duration = Duration::from_secs(5);
/// Silence that ends a statement if the checks get no answer either.
const UNSEEN: Duration = Duration::from_secs(2 * 60);
/// Number of consecutive checks that must find the connection lost.
const LOST_LOOKS: u32 = 5;
/// Time in which an ended command may finish by itself.
const GRACE: Duration = Duration::from_millis(50);
/// The same limit while a commit is in progress.
const COMMIT_GRACE: Duration = Duration::from_millis(250);
/// Time after which the process ends although its main thread is blocked, for example by a full pipe.
const BLOCKED: Duration = Duration::from_secs(1);

/// The state of a running command, for its supervisor.
#[derive(Debug, Default)]
pub struct Watch {
    progress: Arc<Progress>,
    /// The options to connect to the database, after the command has connected.
    database: OnceLock<Database>,
    /// The number of times that the command's future was polled.
    polls: AtomicU64,
    /// Whether blocking sessions are ended.
    terminates: AtomicBool,
    /// Whether the command has the flag `--terminate`.
    can_terminate: AtomicBool,
    seen: Mutex<Observed>,
}

#[derive(Debug, Clone)]
struct Database {
    options: ConnectOptions,
    timeout: Duration,
    workspace: Workspace,
    tz: Option<String>,
}

#[derive(Debug, Default)]
struct Observed {
    /// A sentence about the lock that the command waits for.
    wait: Option<Blocked>,
    /// The sessions that were ended for the command.
    ended: Vec<String>,
}

#[derive(Debug, Clone)]
struct Blocked {
    message: String,
    pid: Option<i32>,
}

/// The reason for ending a command.
#[derive(Debug, Clone, Copy)]
enum End {
    /// SIGINT or SIGTERM.
    Signal,
    /// The time of `--timeout` has passed.
    Timeout(Duration),
}

impl Watch {
    /// Stores the options with which the command connected to the database.
    pub fn connected(&self, options: &ConnectOptions, timeout: Duration, workspace: &Workspace, tz: Option<&str>) {
        // Every connection of a command has the same options, so the first ones are stored.
        self.database.get_or_init(|| Database {
            options: options.clone(),
            timeout,
            workspace: workspace.clone(),
            tz: tz.map(str::to_owned),
        });
    }

    /// Allows ending the sessions that block the command, from now on.
    pub fn terminate_holders(&self) {
        self.terminates.store(true, Ordering::Relaxed);
    }

    /// Stores that the command has the flag `--terminate`.
    pub fn offer_terminate(&self) {
        self.can_terminate.store(true, Ordering::Relaxed);
    }

    /// Returns descriptions of the ended sessions, and clears the list.
    pub fn take_ended(&self) -> Vec<String> {
        std::mem::take(&mut self.observed().ended)
    }

    fn observed(&self) -> MutexGuard<'_, Observed> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the error of a command that is ended now. The error depends on whether a commit was sent.
    fn ended_by(&self, end: End) -> Error {
        if let Some(commit) = self.progress.in_flight() {
            let what = match end {
                End::Signal => "interrupted while committing".to_owned(),
                End::Timeout(limit) => format!("no answer to the commit within {}", words(limit)),
            };
            return connect::commit_lost(&what, commit.operation.map(|o| o.0));
        }
        match end {
            End::Signal => match (self.progress.committed(), self.progress.last_operation()) {
                (0, _) => Error::new(Kind::Interrupted, "interrupted; nothing is half-done"),
                (_, Some(operation)) => Error::new(
                    Kind::Interrupted,
                    format!("interrupted; operation {operation} was done before, and nothing is half-done"),
                )
                .hint(format!("inbox audit --operation {operation} shows it")),
                (n, None) => Error::new(
                    Kind::Interrupted,
                    format!("interrupted; {n} steps were done before, and nothing is half-done"),
                ),
            },
            End::Timeout(limit) => {
                if let Some(blocked) = &self.observed().wait {
                    return blocked.error(self.can_terminate.load(Ordering::Relaxed));
                }
                let e = Error::new(
                    Kind::Unreachable,
                    match self.database.get() {
                        Some(_) => format!("the command did not end within {}", words(limit)),
                        None => format!("the database did not answer within {}", words(limit)),
                    },
                );
                match self.progress.committed() {
                    0 => e.hint("nothing was changed; try again, or add a longer --timeout"),
                    _ => e.hint("the first steps were done; check the result before you repeat it"),
                }
            }
        }
    }

    /// Returns the error of a command whose connection is lost.
    fn lost(&self, what: String) -> Error {
        match self.progress.in_flight() {
            Some(commit) => connect::commit_lost(&format!("{what} during the commit"), commit.operation.map(|o| o.0)),
            None => Error::new(Kind::Unreachable, what).hint("nothing was changed; try again, or run: inbox doctor"),
        }
    }

    /// Adds the session that holds the lock to an error about a locked row, if a check found it.
    fn explained(&self, error: Error) -> Error {
        if !db::server::failure::is_lock_timeout(&error) {
            return error;
        }
        match &self.observed().wait {
            Some(blocked) => blocked
                .error(self.can_terminate.load(Ordering::Relaxed))
                .caused_by(error),
            None => error,
        }
    }
}

impl Blocked {
    fn error(&self, can_terminate: bool) -> Error {
        let hint = match self.pid {
            _ if can_terminate => "try again when it has ended, or end it with --terminate".to_owned(),
            Some(pid) => format!(
                "try again when it has ended; an administrator of Postgres can end it: \
                 select pg_terminate_backend({pid})"
            ),
            None => "try again when it has ended".to_owned(),
        };
        Error::conflict(self.message.clone()).hint(hint)
    }
}

/// Formats a duration for people: `45 s`, `12 min`, `3 h`.
fn words(length: Duration) -> String {
    match length.as_secs() {
        s @ 0..120 => format!("{s} s"),
        s @ 120..7_200 => format!("{} min", s / 60),
        s => format!("{} h", s / 3_600),
    }
}

/// A supervised command, with the thread that waits for signals and for the time limit.
pub struct Guard {
    ends: oneshot::Receiver<End>,
    limit: Option<Duration>,
    // Dropping this sender at the end of the command also ends the thread.
    _over: mpsc::Sender<()>,
}

impl Guard {
    /// Starts to wait for SIGINT, SIGTERM and the end of `limit`. The process ends even if its main
    /// thread is blocked.
    ///
    /// # Errors
    /// The error of the operating system.
    pub fn start(
        watch: &Arc<Watch>,
        limit: Option<Duration>,
        interactive: bool,
        blocked: impl Fn(&Error) -> Exit + Send + 'static,
    ) -> Result<Guard> {
        let (send, ends) = oneshot::channel();
        let (over, is_over) = mpsc::channel::<()>();
        let watch = Arc::clone(watch);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        // The handlers are set before the thread runs, so that an early signal does not kill the process.
        let (mut interrupt, mut terminate) = {
            let _inside = runtime.enter();
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
        };
        std::thread::Builder::new().name("guard".to_owned()).spawn(move || {
            let end = runtime.block_on(async {
                let timeout = async {
                    match limit {
                        Some(limit) => tokio::time::sleep(limit).await,
                        None => std::future::pending().await,
                    }
                };
                tokio::select! {
                    _ = interrupt.recv() => End::Signal,
                    _ = terminate.recv() => End::Signal,
                    () = timeout => End::Timeout(limit.unwrap_or_default()),
                }
            });
            if send.send(end).is_err() {
                // The command has its own result.
                return;
            }
            let finished = || matches!(is_over.recv_timeout(BLOCKED), Err(mpsc::RecvTimeoutError::Disconnected));
            while !finished() {
                // The limit does not apply while a person reads a page or answers a question.
                let asking = interactive && matches!(end, End::Timeout(_));
                if !crate::output::is_paging() && !asking {
                    let exit = blocked(&watch.ended_by(end));
                    end_process(exit);
                }
            }
        })?;
        Ok(Guard {
            ends,
            limit,
            _over: over,
        })
    }

    /// Runs a command until it is done, or until an event above ends it.
    ///
    /// # Errors
    /// The command's own errors; [`Kind::Interrupted`], [`Kind::Unreachable`], [`Kind::Conflict`] or
    /// [`Kind::CommitLost`] if it was ended.
    pub async fn run(
        mut self,
        watch: &Arc<Watch>,
        limit: Duration,
        command: impl Future<Output = Result<Exit>>,
    ) -> Result<Exit> {
        let work = watch.progress.observe(Counted {
            inner: Box::pin(command),
            polls: &watch.polls,
        });
        // Polls the command only after its own wake-ups, and not when one of the timers below fires.
        let mut work: FuturesUnordered<_> = std::iter::once(work).collect();
        let first = self.limit.map_or(FIRST_LOOK, |limit| FIRST_LOOK.min(limit / 3));
        let silence = watch_silence(watch, limit, first);
        tokio::pin!(silence);
        let end = tokio::select! {
            biased;
            Some(done) = work.next() => return done.map_err(|e| watch.explained(e)),
            error = &mut silence => return Err(error),
            Ok(end) = &mut self.ends => end,
        };
        // The command may be done already, or handle the signal itself, as `audit --follow` does.
        let mut grace = GRACE;
        loop {
            match tokio::time::timeout(grace, work.next()).await {
                Ok(Some(done)) => return done.map_err(|e| watch.explained(e)),
                Ok(None) | Err(_) if grace == GRACE && watch.progress.in_flight().is_some() => grace = COMMIT_GRACE,
                Ok(None) | Err(_) => return Err(watch.ended_by(end)),
            }
        }
    }
}

#[expect(clippy::exit, reason = "the main thread is blocked and cannot return")]
fn end_process(exit: Exit) -> ! {
    std::process::exit(i32::from(exit))
}

/// A future that counts its polls.
struct Counted<'a, F> {
    inner: Pin<Box<F>>,
    polls: &'a AtomicU64,
}

impl<F: Future> Future for Counted<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<F::Output> {
        self.polls.fetch_add(1, Ordering::Relaxed);
        self.inner.as_mut().poll(context)
    }
}

/// Supervises database work on a separate thread, with the same checks but without signals.
///
/// # Errors
/// The errors of the work; [`Kind::Unreachable`] if the database does not answer.
pub async fn while_it_answers<T>(
    options: &ConnectOptions,
    timeout: Duration,
    workspace: &Workspace,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let watch = Watch::default();
    watch.connected(options, timeout, workspace, None);
    let counted = watch.progress.observe(Counted {
        inner: Box::pin(work),
        polls: &watch.polls,
    });
    let mut work: FuturesUnordered<_> = std::iter::once(counted).collect();
    tokio::select! {
        biased;
        Some(done) = work.next() => done.map_err(|e| watch.explained(e)),
        error = watch_silence(&watch, STATEMENT, FIRST_LOOK) => Err(error),
    }
}

/// Returns the time limit for the answer to a statement: the larger of `--timeout` and the default.
pub fn statement_limit(limit: Option<Duration>) -> Duration {
    limit.map_or(STATEMENT, |limit| limit.max(STATEMENT))
}

/// Waits until the database's silence shows that it will not answer.
async fn watch_silence(watch: &Watch, limit: Duration, first: Duration) -> Error {
    let mut polls = watch.polls.load(Ordering::Relaxed);
    let mut since = Instant::now();
    let mut last_look = since;
    let mut lost = 0;
    loop {
        tokio::time::sleep(MEASURE).await;
        let now = watch.polls.load(Ordering::Relaxed);
        if now != polls {
            (polls, since, lost) = (now, Instant::now(), 0);
            last_look = since;
            watch.observed().wait = None;
            continue;
        }
        let silent = since.elapsed();
        // Connecting has a separate limit.
        let Some(database) = watch.database.get() else { continue };
        if silent > limit {
            return watch.lost(format!("the database did not answer within {}", words(limit)));
        }
        let due = if last_look == since { first } else { LOOK_AGAIN };
        if last_look.elapsed() < due {
            continue;
        }
        let looked = look(watch, database, silent).await;
        last_look = Instant::now();
        if watch.polls.load(Ordering::Relaxed) != polls {
            continue;
        }
        match looked {
            Looked::Alive => lost = 0,
            Looked::Lost => lost += 1,
            Looked::Unseen if silent < UNSEEN => {}
            Looked::Unseen => lost = LOST_LOOKS,
            Looked::Unreachable => return watch.lost("the database does not answer any more".to_owned()),
            Looked::Refused(e) => return e,
        }
        if lost >= LOST_LOOKS {
            return watch.lost("the connection to the database is lost".to_owned());
        }
    }
}

/// The result of a check of the command's connection.
enum Looked {
    Alive,
    /// The server does no work for the command, which still waits for an answer.
    Lost,
    /// The server accepted a second connection, but did not answer on it.
    Unseen,
    /// The server cannot be reached.
    Unreachable,
    /// The login may not end a blocking session.
    Refused(Error),
}

async fn look(watch: &Watch, database: &Database, silent: Duration) -> Looked {
    // A server that refuses a connection is reachable. It may have no room for a second connection.
    let answers = |e: &Error| waiting::is_answer(e) || e.kind != Kind::Unreachable;
    // There may be more than one server to try. Each check connects again, because many waiting
    // commands must not double the number of connections.
    let connecting = db::connect(&database.options, database.timeout);
    let mut conn = match tokio::time::timeout(database.timeout * 2, connecting).await {
        Ok(Ok(conn)) => conn,
        Ok(Err(e)) if answers(&e) => return Looked::Alive,
        Ok(Err(_)) | Err(_) => return Looked::Unreachable,
    };
    match tokio::time::timeout(LOOK, look_with(&mut conn, watch, database, silent)).await {
        Ok(Ok(looked)) => looked,
        Ok(Err(e)) if answers(&e) => Looked::Alive,
        // A pooler also answers late if all its connections are in use.
        Ok(Err(_)) | Err(_) => Looked::Unseen,
    }
}

async fn look_with(conn: &mut PgConnection, watch: &Watch, database: &Database, silent: Duration) -> Result<Looked> {
    let backends = watch.progress.backends();
    if backends.is_empty() {
        // The server answers a new connection, but the command's session is not known yet.
        return Ok(Looked::Alive);
    }
    let mut tx = db::begin(conn, &database.workspace, Mode::Read).await?;
    let seen = waiting::look(&mut tx, &backends).await?;
    let wait = match seen {
        Seen::Gone | Seen::Idle => return tx.rollback().await.map_err(Error::from).map(|()| Looked::Lost),
        Seen::Active => return tx.rollback().await.map_err(Error::from).map(|()| Looked::Alive),
        Seen::Waiting(wait) => wait,
    };
    let blocked = describe(&mut tx, database, &wait, silent).await?;
    watch.observed().wait = Some(blocked);
    if watch.terminates.load(Ordering::Relaxed) {
        for holder in wait.holders.iter().filter(|h| h.login.is_some()) {
            match waiting::terminate(&mut tx, holder).await {
                Ok(true) => watch.observed().ended.push(format!("{} was ended", session(holder))),
                Ok(false) => {}
                Err(e) => return Ok(Looked::Refused(e)),
            }
        }
    }
    tx.rollback().await?;
    Ok(Looked::Alive)
}

/// Formats the session that blocks the command, and the time of its lock.
async fn describe(conn: &mut PgConnection, database: &Database, wait: &Wait, silent: Duration) -> Result<Blocked> {
    let what = wait.what.as_deref().unwrap_or("a row that the command needs");
    let Some(holder) = wait.holders.first() else {
        return Ok(Blocked {
            message: format!("{what} is locked by another session"),
            pid: None,
        });
    };
    let since = match holder.since {
        Some(at) => {
            let info = db::operation::workspace_info(conn).await?;
            let zone = parse_zone(database.tz.as_deref().unwrap_or(&info.time_zone))?;
            let seconds = waiting::seconds_since(conn, at).await?;
            since(at, u64::try_from(seconds).unwrap_or(0), &zone)
        }
        None => format!("for at least {}", words(silent)),
    };
    Ok(Blocked {
        message: format!("{what} is locked by {} {since}", session(holder)),
        pid: Some(holder.pid),
    })
}

fn session(holder: &Holder) -> String {
    let application = holder
        .application
        .as_deref()
        .map(|a| format!(", {a}"))
        .unwrap_or_default();
    match &holder.login {
        Some(login) => format!("the session of the login \"{login}\" (pid {}{application})", holder.pid),
        None if holder.pid == 0 => "a prepared transaction".to_owned(),
        None => format!("a process of the server (pid {}{application})", holder.pid),
    }
}

/// Formats a start time: `since 14:05 (2 min)`, with the date if it is not today.
fn since(at: Timestamp, seconds: u64, zone: &TimeZone) -> String {
    let length = Duration::from_secs(seconds);
    let at = at.to_zoned(zone.clone());
    let now = at
        .checked_add(jiff::SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(0)))
        .unwrap_or_else(|_| at.clone());
    let format = if at.date() == now.date() {
        "%H:%M"
    } else {
        "%Y-%m-%d %H:%M"
    };
    format!("since {} ({})", at.strftime(format), words(length))
}
