//! The channels, to which events are routed.

use sqlx::postgres::PgConnection;

use crate::error::Result;

/// A channel with the fields that routing needs.
#[derive(Debug, Clone)]
pub struct Route {
    /// The id.
    pub id: i64,
    /// The id of the phone number from Meta.
    pub phone_number_id: String,
}

/// Returns all channels.
///
/// # Errors
/// Any database error.
pub async fn routes(conn: &mut PgConnection) -> Result<Vec<Route>> {
    let rows = sqlx::query!("select id, phone_number_id from channel")
        .fetch_all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|r| Route {
            id: r.id,
            phone_number_id: r.phone_number_id,
        })
        .collect())
}
