//! Snoozes that end, offers that expire, and what is older than the workspace keeps it, whoever looks first.

use sqlx::postgres::PgConnection;
use sqlx::{Postgres, Transaction};

use crate::db::connect::Mode;
use crate::db::{self, Workspace};
use crate::error::{Error, Result};
use crate::verbs::{ingest, retain};

/// How many of each in one transaction.
const MAX_ROWS: i64 = 500;

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
        let (snoozes, offers) = super::alive(async {
            let mut tx = db::begin(conn, workspace, Mode::Work).await?;
            let (snoozes, offers) = ingest::keep_time(&mut tx, acting, MAX_ROWS).await?;
            finish(tx, snoozes + offers).await?;
            Ok((snoozes, offers))
        })
        .await?;
        all.snoozes += snoozes;
        all.offers += offers;
        if snoozes + offers == 0 {
            break;
        }
        tracing::info!(snoozes, offers, "snoozes ended and offers expired");
    }
    loop {
        let (bodies, texts) = super::alive(async {
            let mut tx = db::begin(conn, workspace, Mode::Work).await?;
            let (bodies, texts) = retain::batch(&mut tx, acting).await?;
            finish(tx, bodies + texts).await?;
            Ok((bodies, texts))
        })
        .await?;
        all.bodies += bodies;
        all.texts += texts;
        if bodies + texts == 0 {
            return Ok(all);
        }
        tracing::info!(bodies, texts, "erased what is older than the workspace keeps it");
    }
}

/// Commits what was changed. Where everything that is due is held, nothing is written, the operation included.
async fn finish(tx: Transaction<'_, Postgres>, changed: usize) -> Result<()> {
    if changed == 0 {
        return tx.rollback().await.map_err(Error::from);
    }
    db::commit(tx, None).await
}
