//! Applies events for a number without a channel after the channel was added.

use sqlx::postgres::PgConnection;

use super::{Done, Scope, Task};
use crate::db;
use crate::db::server::connect::Mode;
use crate::error::{Error, Result};
use crate::worker::replay::{ReplayFilter, replay};

pub(super) const TASK: Task = Task {
    name: "dead letters",
    counts: &[("events_replayed", "Applied events that had waited for a channel.")],
    batch: |conn, scope| Box::pin(batch(conn, scope)),
    overdue: None,
};

/// Replays all these events. Events that fail again stay dead letters, and this task does not try
/// them again.
async fn batch(conn: &mut PgConnection, scope: Scope<'_>) -> Result<Done> {
    let mut tx = db::begin(conn, scope.workspace, Mode::Work).await?;
    let found = db::webhook::dead_letter::found_channel(&mut tx).await?;
    tx.rollback().await.map_err(Error::from)?;
    if !found {
        return Ok(Done::default());
    }
    let filter = ReplayFilter {
        found_channel: true,
        ..ReplayFilter::default()
    };
    let tried = replay(conn, scope.workspace, scope.acting, &filter).await?;
    let applied = tried.iter().filter(|t| t.failed.is_none()).count();
    Ok(Done {
        counts: vec![applied],
        more: false,
    })
}
