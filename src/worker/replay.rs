//! Trying dead letters again.

use sqlx::postgres::PgConnection;

use super::apply::{Fate, one_by_one};
use crate::domain::whatsapp::{self, Item};
use crate::error::Result;
use crate::store::delivery::{Cause, Graves};
use crate::store::{self, Workspace};

/// Which dead letters to try again.
#[derive(Debug, Clone, Default)]
pub struct Which {
    /// By id; none for all that wait.
    pub ids: Option<Vec<i64>>,
    /// By cause.
    pub cause: Option<Cause>,
    /// Only those whose channel has been added since.
    pub found_channel: bool,
}

/// One dead letter that was tried again.
#[derive(Debug, Clone)]
pub struct Tried {
    /// Its id.
    pub id: i64,
    /// The delivery it came with.
    pub delivery: i64,
    /// Where it stood in the body.
    pub path: String,
    /// Why it still waits; none when it was applied.
    pub failed: Option<(Cause, String)>,
}

/// How many in one transaction.
const MOST: i64 = 100;

/// Tries dead letters again, each for itself, and gives what came of each.
///
/// # Errors
/// [`crate::error::Kind::Denied`] for who may not act as `system`.
pub async fn replay(
    conn: &mut PgConnection,
    workspace: &Workspace,
    acting: Option<&str>,
    which: &Which,
) -> Result<Vec<Tried>> {
    let mut tried: Vec<Tried> = Vec::new();
    let mut after = 0;
    loop {
        let mut tx = super::begin(conn, workspace).await?;
        let window = store::operation::hello(&mut tx).await?.reopen_window;
        let graves = store::delivery::exhume(
            &mut tx,
            &Graves {
                ids: which.ids.as_deref(),
                cause: which.cause.map(Cause::as_str),
                found_channel: which.found_channel,
                limit: MOST,
                after,
            },
        )
        .await?;
        let Some(last) = graves.last() else {
            tx.rollback().await.map_err(crate::error::Error::from)?;
            return Ok(tried);
        };
        after = last.id;
        let mut outcomes = Vec::with_capacity(graves.len());
        for grave in graves {
            let items: Result<Vec<Item>, (Cause, String)> = match grave.body.as_deref().map(whatsapp::parse) {
                Some(Ok(items)) => Ok(items.into_iter().filter(|i| i.path == grave.path).collect()),
                Some(Err(poison)) => Err((Cause::Malformed, format!("{}: {poison}", poison.code()))),
                None => Err((Cause::Failed, "its body was removed".to_owned())),
            };
            let failed = match items {
                Err(why) => Some(why),
                Ok(items) if items.is_empty() && !grave.path.is_empty() => {
                    Some((Cause::Failed, "this version does not find it in its body".to_owned()))
                }
                Ok(items) => {
                    let fate = one_by_one(&mut tx, acting, window, grave.delivery, grave.received_at, &items).await?;
                    match fate {
                        Fate::Done(dead) => dead.into_iter().next().map(|d| (d.cause, d.reason)),
                        Fate::Busy => Some((Cause::Failed, "somebody holds its conversation".to_owned())),
                    }
                }
            };
            outcomes.push((grave.id, failed.clone()));
            tried.push(Tried {
                id: grave.id,
                delivery: grave.delivery,
                path: grave.path,
                failed,
            });
        }
        store::delivery::replayed(&mut tx, &outcomes).await?;
        store::commit(tx, None).await?;
    }
}

/// Applies what waited for a channel that has been added since.
///
/// # Errors
/// What the database says.
pub async fn found_channels(conn: &mut PgConnection, workspace: &Workspace, acting: Option<&str>) -> Result<()> {
    let mut tx = store::begin(conn, workspace, store::connect::Mode::Read).await?;
    let found = store::delivery::found_channel(&mut tx).await?;
    tx.rollback().await.map_err(crate::error::Error::from)?;
    if !found {
        return Ok(());
    }
    let which = Which {
        found_channel: true,
        ..Which::default()
    };
    let tried = replay(conn, workspace, acting, &which).await?;
    let applied = tried.iter().filter(|t| t.failed.is_none()).count();
    tracing::info!(
        applied,
        left = tried.len() - applied,
        "a channel was added: events that waited for it are applied"
    );
    Ok(())
}
