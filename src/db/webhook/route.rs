//! Where events go: the channels.

use sqlx::postgres::PgConnection;

use crate::error::Result;

/// A channel, as events are routed to it.
#[derive(Debug, Clone)]
pub struct Route {
    /// Its id.
    pub id: i64,
    /// What Meta calls it.
    pub phone_number_id: String,
}

/// Returns all channels.
///
/// # Errors
/// What the database says.
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
