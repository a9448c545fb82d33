//! Erasing what is older than the workspace keeps it.

use sqlx::postgres::PgConnection;

use super::ingest::open_operation;
use crate::db::{self, erasure};
use crate::error::Result;

/// How many of each in one transaction.
const MAX_ROWS: i32 = 500;

/// Erases a batch; gives how many raw webhooks and messages. Nothing is written where nothing is due.
///
/// # Errors
/// [`crate::error::Kind::Denied`] for who may not act as the system.
pub async fn batch(conn: &mut PgConnection, acting: Option<&str>) -> Result<(usize, usize)> {
    if !erasure::due(conn).await? {
        return Ok((0, 0));
    }
    let operation = open_operation(conn, acting, "retention").await?;
    let (bodies, texts) = erasure::retain(conn, operation, MAX_ROWS).await?;
    db::operation::finish(conn, operation, bodies + texts, bodies + texts, None, 0).await?;
    Ok((bodies, texts))
}
