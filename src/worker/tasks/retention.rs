//! Erases raw webhooks and texts of messages whose retention period is over.

use sqlx::postgres::PgConnection;

use super::{Done, Scope, Task, finish};
use crate::db;
use crate::db::server::connect::Mode;
use crate::error::Result;
use crate::verbs::retain;

pub(super) const TASK: Task = Task {
    name: "retention",
    counts: &[
        (
            "webhooks_emptied",
            "Erased raw webhooks older than retention_deliveries.",
        ),
        (
            "texts_erased",
            "Messages whose text was erased, because it is older than retention_messages.",
        ),
    ],
    batch: |conn, scope| Box::pin(batch(conn, scope)),
    overdue: None,
};

async fn batch(conn: &mut PgConnection, scope: Scope<'_>) -> Result<Done> {
    let mut tx = db::begin(conn, scope.workspace, Mode::Work).await?;
    let (bodies, texts) = retain::batch(&mut tx, scope.acting).await?;
    finish(tx, vec![bodies, texts]).await
}
