//! Erases personal data: a customer's data on request, and data whose retention period is over.

use serde_json::Value;
use sqlx::postgres::PgConnection;

use crate::domain::ids::OperationId;
use crate::error::Result;

/// Forgets a contact: erases texts, names, numbers and ids, and records an event. Returns the
/// number of erased items by kind, or `None` when there was no data to erase.
///
/// # Errors
/// [`crate::error::Kind::Denied`] when the actor is not an admin. [`crate::error::Kind::Conflict`]
/// while a conversation is live or a delivery is not applied.
pub async fn forget(
    conn: &mut PgConnection,
    operation: OperationId,
    contact: i64,
    reason: Option<&str>,
) -> Result<Option<Value>> {
    Ok(
        sqlx::query_scalar!("select forget_contact($1, $2, $3)", operation.0, contact, reason)
            .fetch_one(conn)
            .await?,
    )
}

/// Returns whether the workspace has data whose retention period is over.
///
/// # Errors
/// Any database error.
pub async fn due(conn: &mut PgConnection) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"select retention_due() as "due!""#)
        .fetch_one(conn)
        .await?)
}

/// Erases data whose retention period is over, at most `limit` rows of each kind. Returns the
/// numbers of erased raw bodies and messages.
///
/// # Errors
/// [`crate::error::Kind::Denied`] when the login may not act as `system`.
pub async fn retain(conn: &mut PgConnection, operation: OperationId, most: i32) -> Result<(usize, usize)> {
    let row = sqlx::query!(
        r#"select deliveries as "deliveries!", messages as "messages!" from retain($1, $2)"#,
        operation.0,
        most
    )
    .fetch_one(conn)
    .await?;
    let count = |n: i32| usize::try_from(n).unwrap_or(0);
    Ok((count(row.deliveries), count(row.messages)))
}
