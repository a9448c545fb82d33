//! Reopened conversations whose last owner is off shift.

use sqlx::postgres::PgConnection;

use crate::db;
use crate::domain::conversation::Conversation;
use crate::domain::vocabulary::Status;
use crate::error::Result;

/// Changes the rows so that a reopened conversation goes to the queue if its last owner is off
/// shift. An agent without a roster entry always gets the conversation back.
///
/// # Errors
/// Any database error.
pub async fn keep_from_absent(conn: &mut PgConnection, rows: &mut [Conversation]) -> Result<()> {
    let mut owners: Vec<i64> = rows
        .iter()
        .filter(|row| row.state.status == Status::Resolved)
        .filter_map(|row| row.details.as_ref()?.last_owner.map(|o| o.0))
        .collect();
    if owners.is_empty() {
        return Ok(());
    }
    owners.sort_unstable();
    owners.dedup();
    let rosters = db::admin::shift::rosters(conn, Some(&owners), None).await?;
    if rosters.entries.is_empty() {
        return Ok(());
    }
    let now = db::message::now(conn).await?;
    owners.retain(|o| rosters.at(*o, now).is_some_and(|duties| duties.is_empty()));
    for row in rows {
        if let Some(details) = &mut row.details
            && details.last_owner.is_some_and(|o| owners.binary_search(&o.0).is_ok())
        {
            details.off_shift = details.last_owner.take();
        }
    }
    Ok(())
}
