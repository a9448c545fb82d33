//! The progress of a command's work in the database: the server processes that do the work, and
//! whether a commit is sent but not answered.
//!
//! A command runs inside [`Progress::observe`]. A signal or a deadline that ends the command reads
//! the possible changes from here.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::ids::OperationId;

tokio::task_local! {
    static CURRENT: Arc<Progress>;
}

/// The work of one command.
#[derive(Debug, Default)]
pub struct Progress {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    backends: Vec<i32>,
    in_flight: Option<InFlight>,
    committed: u32,
    last: Option<OperationId>,
}

/// A commit without an answer yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InFlight {
    /// The operation of the commit, if it has one.
    pub operation: Option<OperationId>,
}

impl Progress {
    /// Records into `self` the database work of `work`.
    pub async fn observe<T>(self: &Arc<Self>, work: impl Future<Output = T>) -> T {
        CURRENT.scope(Arc::clone(self), work).await
    }

    /// Returns the server processes that work for the command.
    pub fn backends(&self) -> Vec<i32> {
        self.state().backends.clone()
    }

    /// Returns the commit that was sent but not answered.
    pub fn in_flight(&self) -> Option<InFlight> {
        self.state().in_flight
    }

    /// Returns the number of committed transactions.
    pub fn committed(&self) -> u32 {
        self.state().committed
    }

    /// Returns the operation that was committed last.
    pub fn last_operation(&self) -> Option<OperationId> {
        self.state().last
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code can panic while it has this lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Records the only server process that works for the command. Behind a pooler, the next
/// transaction has another server process.
pub(in crate::db) fn set_backend(pid: i32) {
    with(|state| state.backends = vec![pid]);
}

/// Records one more server process that works for the command.
pub(in crate::db) fn add_backend(pid: i32) {
    with(|state| state.backends.push(pid));
}

/// Runs the future that commits a transaction. The commit is recorded as sent from the first poll
/// to the answer.
pub(in crate::db) async fn committing<T, E>(
    operation: Option<i64>,
    commit: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let operation = operation.map(OperationId);
    with(|state| state.in_flight = Some(InFlight { operation }));
    let done = commit.await;
    with(|state| {
        state.in_flight = None;
        if done.is_ok() {
            state.committed += 1;
            state.last = operation.or(state.last);
        }
    });
    done
}

fn with(change: impl FnOnce(&mut State)) {
    // `serve` and tests run without a progress record.
    if let Ok(progress) = CURRENT.try_with(Arc::clone) {
        change(&mut progress.state());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn commit_is_in_flight_until_it_is_answered() {
        let progress = Arc::new(Progress::default());
        let seen = Arc::clone(&progress);
        progress
            .observe(async {
                let commit = async {
                    let operation = Some(OperationId(7));
                    assert_eq!(seen.in_flight(), Some(InFlight { operation }));
                    Ok::<(), ()>(())
                };
                committing(Some(7), commit).await.unwrap();
                assert_eq!(committing(None, async { Err::<(), ()>(()) }).await, Err(()));
            })
            .await;
        assert_eq!(
            (progress.in_flight(), progress.committed(), progress.last_operation()),
            (None, 1, Some(OperationId(7)))
        );
    }

    #[tokio::test]
    async fn abandoned_commit_stays_in_flight() {
        let progress = Arc::new(Progress::default());
        let commit = progress.observe(committing(None, std::future::pending::<Result<(), ()>>()));
        drop(tokio::time::timeout(std::time::Duration::from_millis(1), commit).await);
        assert_eq!(progress.in_flight(), Some(InFlight { operation: None }));
    }
}
