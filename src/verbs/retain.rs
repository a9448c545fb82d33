//! Erases data whose retention period is over.

use sqlx::postgres::PgConnection;

use super::ingest::open_operation;
use crate::db::{self, erasure};
use crate::error::Result;

/// The maximum number of rows of each kind in one transaction.
const MAX_ROWS: i32 = 500;

/// Erases a batch. Returns the numbers of erased raw webhooks and messages. Writes nothing if no
/// data is due.
///
/// # Errors
/// [`crate::error::Kind::Denied`] when the login may not act as `system`.
pub async fn batch(conn: &mut PgConnection, acting: Option<&str>) -> Result<(usize, usize)> {
    if !erasure::due(conn).await? {
        return Ok((0, 0));
    }
    let operation = open_operation(conn, acting, "retention").await?;
    let (bodies, texts) = erasure::retain(conn, operation, MAX_ROWS).await?;
    db::operation::finish(conn, operation, bodies + texts, bodies + texts, None, 0).await?;
    Ok((bodies, texts))
}
