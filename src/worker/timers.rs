//! Snoozes that end, offers that expire, and what is older than the workspace keeps it, whoever looks first.

use sqlx::postgres::PgConnection;

use crate::error::Result;
use crate::store::{self, Workspace};
use crate::verbs::{ingest, retain};

/// How many of each in one transaction.
const MOST: i64 = 500;

/// What the time has changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ticked {
    /// Conversations whose snooze ended.
    pub snoozes: usize,
    /// Offers that nobody accepted in time.
    pub offers: usize,
    /// Raw webhooks that were emptied.
    pub bodies: usize,
    /// Messages whose text was erased.
    pub texts: usize,
}

/// Ends snoozes and offers whose time has come, and erases what is older than the workspace keeps it, batch by batch. Safe to run anywhere, any
/// number of times.
///
/// # Errors
/// [`crate::error::Kind::Denied`] for who may not act as `system`.
pub async fn tick(conn: &mut PgConnection, workspace: &Workspace, acting: Option<&str>) -> Result<Ticked> {
    let mut all = Ticked::default();
    loop {
        let mut tx = super::begin(conn, workspace).await?;
        let (snoozes, offers) = ingest::keep_time(&mut tx, acting, MOST).await?;
        store::commit(tx, None).await?;
        all.snoozes += snoozes;
        all.offers += offers;
        if snoozes + offers == 0 {
            break;
        }
        tracing::info!(snoozes, offers, "time has come");
    }
    loop {
        let mut tx = super::begin(conn, workspace).await?;
        let (bodies, texts) = retain::batch(&mut tx, acting).await?;
        store::commit(tx, None).await?;
        all.bodies += bodies;
        all.texts += texts;
        if bodies + texts == 0 {
            return Ok(all);
        }
        tracing::info!(bodies, texts, "erased what is older than the workspace keeps it");
    }
}
