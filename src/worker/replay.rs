//! Replays dead letters.

use sqlx::Connection;
use sqlx::postgres::PgConnection;

use super::apply::{Fate, one_by_one};
use crate::db::server::connect::Mode;
use crate::db::server::failure;
use crate::db::webhook::dead_letter::{Cause, DeadLetter, DeadLetterFilter};
use crate::db::{self, Workspace};
use crate::domain::whatsapp::{self, Item};
use crate::error::{Error, Kind, Result};
use crate::verbs::ingest::{self, ApplyOptions, DeliveryEvents};

/// The dead letters to replay.
#[derive(Debug, Clone, Default)]
pub struct ReplayFilter {
    /// The ids. `None` means all that are not yet replayed.
    pub ids: Option<Vec<i64>>,
    /// The cause.
    pub cause: Option<Cause>,
    /// Whether to select only letters whose channel was added since.
    pub found_channel: bool,
}

/// The result for one replayed dead letter.
#[derive(Debug, Clone)]
pub struct Tried {
    /// The id.
    pub id: i64,
    /// The delivery of the event.
    pub delivery: i64,
    /// The path of the event in the body.
    pub path: String,
    /// The reason why the letter is still dead. `None` when it was applied.
    pub failed: Option<(Cause, String)>,
}

/// The maximum number of deliveries in one transaction.
const MAX_DELIVERIES: i64 = 100;

/// Replays dead letters, each separately, and returns the result of each.
///
/// # Errors
/// [`crate::error::Kind::Denied`] when the login may not act as `system`.
pub async fn replay(
    conn: &mut PgConnection,
    workspace: &Workspace,
    acting: Option<&str>,
    which: &ReplayFilter,
) -> Result<Vec<Tried>> {
    let mut tried: Vec<Tried> = Vec::new();
    let mut after = 0;
    loop {
        let done = super::alive(Box::pin(batch(conn, workspace, acting, which, after))).await?;
        let Some(last) = done.last() else {
            return Ok(tried);
        };
        after = last.id;
        tried.extend(done);
    }
}

async fn batch(
    conn: &mut PgConnection,
    workspace: &Workspace,
    acting: Option<&str>,
    which: &ReplayFilter,
    after: i64,
) -> Result<Vec<Tried>> {
    let mut tx = db::begin(conn, workspace, Mode::Work).await?;
    let options = ApplyOptions {
        acting,
        window: db::operation::workspace_info(&mut tx).await?.reopen_window,
        any_held: false,
    };
    let letters = db::webhook::dead_letter::dead_letters_to_replay(
        &mut tx,
        &DeadLetterFilter {
            ids: which.ids.as_deref(),
            cause: which.cause.map(Cause::as_str),
            found_channel: which.found_channel,
            limit: MAX_DELIVERIES,
            after,
        },
    )
    .await?;
    if letters.is_empty() {
        tx.rollback().await.map_err(Error::from)?;
        return Ok(Vec::new());
    }
    let mut outcomes = Vec::with_capacity(letters.len());
    let mut tried = Vec::with_capacity(letters.len());
    for letter in letters {
        let outcome = match again(&mut tx, options, &letter).await {
            Ok(outcome) => outcome,
            Err(e) if failure::is_timeout(&e) || e.kind == Kind::Conflict => Outcome::Busy,
            Err(e) => return Err(e),
        };
        let failed = match outcome {
            Outcome::Applied => None,
            Outcome::Failed(cause, reason) => Some((cause, reason)),
            Outcome::Busy => {
                // The cause does not change, because nothing was tried.
                let reason = "another session is changing its conversation: try again".to_owned();
                tried.push(Tried {
                    id: letter.id,
                    delivery: letter.delivery,
                    path: letter.path,
                    failed: Some((letter.cause, reason)),
                });
                continue;
            }
        };
        outcomes.push((letter.id, failed.clone()));
        tried.push(Tried {
            id: letter.id,
            delivery: letter.delivery,
            path: letter.path,
            failed,
        });
    }
    db::webhook::dead_letter::replayed(&mut tx, &outcomes).await?;
    db::commit(tx, None).await?;
    Ok(tried)
}

enum Outcome {
    Applied,
    Failed(Cause, String),
    /// Another session has locked a row that the event needs.
    Busy,
}

/// Applies the events of a dead letter, in a savepoint.
async fn again(conn: &mut PgConnection, options: ApplyOptions<'_>, letter: &DeadLetter) -> Result<Outcome> {
    let items = match letter.body.as_deref().map(whatsapp::parse) {
        Some(Ok(items)) => items,
        Some(Err(poison)) => {
            return Ok(Outcome::Failed(
                Cause::Malformed,
                format!("{}: {poison}", poison.code()),
            ));
        }
        None => return Ok(Outcome::Failed(Cause::Failed, "its body was removed".to_owned())),
    };
    let items = meant(&items, letter);
    if items.is_empty() && !letter.path.is_empty() {
        let reason = "this version does not find it in its body".to_owned();
        return Ok(Outcome::Failed(Cause::Failed, reason));
    }
    let mut point = conn.begin().await?;
    match all(&mut point, options, letter, &items).await {
        Ok(Fate::Busy(_)) => {
            point.rollback().await?;
            Ok(Outcome::Busy)
        }
        Ok(Fate::Done(dead)) => {
            point.commit().await?;
            let left = dead.len();
            Ok(match dead.into_iter().next() {
                None => Outcome::Applied,
                Some(d) if left > 1 => Outcome::Failed(d.cause, format!("{left} events, the first: {}", d.reason)),
                Some(d) => Outcome::Failed(d.cause, d.reason),
            })
        }
        Err(e) => {
            point.rollback().await?;
            Err(e)
        }
    }
}

/// Applies events as a whole, or else one by one.
async fn all(conn: &mut PgConnection, options: ApplyOptions<'_>, letter: &DeadLetter, items: &[&Item]) -> Result<Fate> {
    if items.len() > 1 {
        let mut point = conn.begin().await?;
        let parcel = DeliveryEvents {
            delivery: letter.delivery,
            received_at: letter.received_at,
            items: items.to_vec(),
        };
        match ingest::apply(&mut point, options, &[parcel]).await {
            Ok(report) => {
                point.commit().await?;
                let held = report.busy.into_values().next();
                return Ok(held.map_or(Fate::Done(report.dead), Fate::Busy));
            }
            Err(e) if failure::is_of_the_data(&e) => point.rollback().await?,
            Err(e) => return Err(e),
        }
    }
    one_by_one(conn, options, letter.delivery, letter.received_at, items).await
}

/// Returns the events of a body that belong to a letter.
fn meant<'a>(items: &'a [Item], letter: &DeadLetter) -> Vec<&'a Item> {
    if letter.path.is_empty() {
        // The letter is for the whole body. The body is readable now, or it ended the program
        // before.
        return items.iter().collect();
    }
    if letter.events == 1 {
        return items.iter().filter(|i| i.path == letter.path).collect();
    }
    items
        .iter()
        .skip_while(|i| i.path != letter.path)
        .filter(|i| !letter.other_paths.contains(&i.path))
        .filter(|i| letter.phone_number_id.is_none() || i.phone_number_id == letter.phone_number_id)
        .collect()
}
