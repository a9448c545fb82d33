//! Ends the absences whose time is over.

use sqlx::postgres::PgConnection;

use super::{Done, Scope, Task, finish};
use crate::db;
use crate::db::admin::presence;
use crate::db::server::connect::Mode;
use crate::error::Result;
use crate::verbs::ingest::open_operation;

pub(super) const TASK: Task = Task {
    name: "absences",
    counts: &[("absences_ended", "Agents whose absence has ended.")],
    batch: |conn, scope| Box::pin(batch(conn, scope)),
    overdue: Some(|conn| Box::pin(presence::oldest_return(conn))),
};

/// The maximum number of agents in one transaction.
const MAX_AGENTS: i32 = 100;

async fn batch(conn: &mut PgConnection, scope: Scope<'_>) -> Result<Done> {
    let mut tx = db::begin(conn, scope.workspace, Mode::Work).await?;
    if presence::oldest_return(&mut tx).await?.is_none() {
        return finish(tx, vec![0]).await;
    }
    let operation = open_operation(&mut tx, scope.acting, "tick").await?;
    let back = presence::bring_back(&mut tx, operation, MAX_AGENTS).await?;
    db::operation::finish(&mut tx, operation, back, back, None, 0).await?;
    finish(tx, vec![back]).await
}
