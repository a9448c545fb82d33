//! The applier: claims deliveries and applies them in batches, each with its effects in one transaction.
//!
//! A batch that fails is tried delivery by delivery, and such a delivery event by event, so that only the event at fault goes to the dead letters.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use jiff::Timestamp;
use sqlx::Connection;
use sqlx::postgres::PgConnection;

use super::{FIRST_PAUSE, LONGEST_PAUSE, POLL, Worker};
use crate::domain::whatsapp::{self, Item, Poison};
use crate::error::{Error, Kind, Result};
use crate::store::delivery::{self, Cause, Claimed, Dead};
use crate::store::{self, failure};
use crate::verbs::ingest::{self, Manner, Parcel, Report};

/// Deliveries in one transaction, and their bytes.
const BATCH: i64 = 200;
const BATCH_BYTES: i64 = 4 << 20;
/// How often a batch that lost a race is tried again before it is taken apart.
const RETRIES: u32 = 4;
/// From this try on, a delivery waits for a conversation that somebody holds.
const PATIENT: i16 = 6;

/// How one transaction ended.
#[derive(Debug, Default)]
struct Round {
    /// Deliveries claimed.
    claimed: usize,
    /// Of them, left for later since somebody holds a conversation of theirs.
    busy: usize,
}

/// Applies deliveries until it is the end.
pub async fn run(worker: Worker) {
    let Some(mut connection) = worker.connect().await else {
        return;
    };
    let mut alone: usize = 0;
    let mut retries = 0;
    let mut pause = FIRST_PAUSE;
    while !worker.stopping() {
        let limit = if alone > 0 { 1 } else { BATCH };
        let mut claimed = 0;
        let error = match round(&mut connection, &worker, limit, &mut claimed).await {
            Ok(round) => {
                retries = 0;
                pause = FIRST_PAUSE;
                alone = if round.claimed == 0 {
                    0
                } else {
                    alone.saturating_sub(round.claimed)
                };
                if round.claimed > 0 && round.claimed > round.busy {
                    // There may be more than one takes: another helps.
                    if i64::try_from(round.claimed).is_ok_and(|n| n >= limit) {
                        worker.wake.notify_one();
                    }
                    continue;
                }
                // What somebody holds is free in a moment.
                let rest = if round.busy > 0 {
                    Duration::from_millis(100)
                } else {
                    POLL
                };
                tokio::select! {
                    () = worker.wake.notified() => {}
                    _ = worker.rest(rest) => {}
                }
                continue;
            }
            Err(e) => e,
        };
        if failure::is_outage(&error) {
            worker.complain("applying stopped: the database went away", &error);
            match worker.connect().await {
                Some(fresh) => connection = fresh,
                None => return,
            }
        } else if error.kind == Kind::Conflict && retries < RETRIES {
            // Lost a race, or a deadlock: nothing happened.
            retries += 1;
            tracing::debug!(retries, "a batch lost a race and is tried again");
        } else if claimed > 1 {
            tracing::warn!(error = %failure::described(&error), "a batch failed and is taken apart");
            alone = claimed;
            retries = 0;
        } else if failure::is_of_the_data(&error) || error.kind == Kind::Conflict {
            // Even event by event something went wrong: later, and ever more rarely.
            worker.complain("a delivery failed and is tried again later", &error);
            retries = 0;
            if let Err(e) = put_off(&mut connection, &worker, &error).await {
                worker.complain("a delivery could not be put off", &e);
                if worker.rest(pause).await {
                    return;
                }
            }
        } else {
            worker.complain("applying failed, and is tried again", &error);
            if worker.rest(pause).await {
                return;
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// Claims deliveries and applies them. `claimed` tells how many even when it fails.
async fn round(connection: &mut PgConnection, worker: &Worker, limit: i64, claimed: &mut usize) -> Result<Round> {
    let mut tx = super::begin(connection, &worker.workspace).await?;
    let deliveries = delivery::claim(&mut tx, limit, BATCH_BYTES).await?;
    *claimed = deliveries.len();
    if deliveries.is_empty() {
        tx.rollback().await.map_err(Error::from)?;
        return Ok(Round::default());
    }
    let window = store::operation::hello(&mut tx).await?.reopen_window;
    let manner = Manner {
        acting: worker.acting.as_deref(),
        window,
        wait: deliveries.iter().any(|d| d.attempts >= PATIENT),
    };
    let bodies: Vec<(Claimed, Result<Vec<Item>, String>)> = deliveries
        .into_iter()
        .map(|d| {
            let items = read(&d.body);
            (d, items)
        })
        .collect();
    // A delivery that came alone has no batch to be taken out of.
    let report = if bodies.len() == 1 {
        alone(&mut tx, manner, &bodies).await?
    } else {
        together(&mut tx, manner, &bodies).await?
    };

    let mut dead = report.dead;
    for (d, items) in &bodies {
        if let Err(reason) = items {
            dead.push(whole(d.id, reason.clone()));
        }
    }
    delivery::bury(&mut tx, &dead).await?;
    let (mut ids, mut events) = (Vec::new(), Vec::new());
    for (d, items) in &bodies {
        if !report.busy.contains(&d.id) {
            ids.push(d.id);
            events.push(items.as_ref().map_or(0, |i| i32::try_from(i.len()).unwrap_or(i32::MAX)));
        }
    }
    delivery::applied(&mut tx, &ids, &events).await?;
    let busy: Vec<i64> = report.busy.into_iter().collect();
    if !busy.is_empty() {
        delivery::postpone(&mut tx, &busy, 0.05, 2.0, None).await?;
    }
    store::commit(tx, None).await?;
    for d in &dead {
        tracing::warn!(delivery = d.delivery, path = %d.path, cause = d.cause.as_str(), "an event could not be applied: see inbox webhook list");
    }
    for alarm in &report.alarms {
        tracing::warn!(notice = %alarm, "WhatsApp tells about the account");
    }
    Ok(Round {
        claimed: bodies.len(),
        busy: busy.len(),
    })
}

/// Applies a batch as one.
async fn together(
    conn: &mut PgConnection,
    manner: Manner<'_>,
    bodies: &[(Claimed, Result<Vec<Item>, String>)],
) -> Result<Report> {
    let parcels: Vec<Parcel<'_>> = bodies
        .iter()
        .filter_map(|(d, items)| {
            Some(Parcel {
                delivery: d.id,
                received_at: d.received_at,
                items: items.as_ref().ok()?.iter().collect(),
            })
        })
        .collect();
    ingest::apply(conn, manner, &parcels).await
}

/// Applies one delivery as one, or else event by event.
async fn alone(
    conn: &mut PgConnection,
    manner: Manner<'_>,
    bodies: &[(Claimed, Result<Vec<Item>, String>)],
) -> Result<Report> {
    let mut point = conn.begin().await?;
    match together(&mut point, manner, bodies).await {
        Ok(report) => {
            point.commit().await?;
            return Ok(report);
        }
        Err(e) if !failure::is_of_the_data(&e) => return Err(e),
        Err(_) => point.rollback().await?,
    }
    let mut report = Report::default();
    for (d, items) in bodies {
        let Ok(items) = items else {
            continue;
        };
        match one_by_one(conn, manner.acting, manner.window, d.id, d.received_at, items).await? {
            Fate::Done(dead) => report.dead.extend(dead),
            Fate::Busy => {
                report.busy.insert(d.id);
            }
        }
    }
    Ok(report)
}

/// What became of a delivery that was applied event by event.
#[derive(Debug)]
pub enum Fate {
    /// Applied, but for these.
    Done(Vec<Dead>),
    /// Somebody holds a conversation of it.
    Busy,
}

/// Applies events one by one, each in a savepoint of its own.
///
/// # Errors
/// What is not the fault of an event.
pub async fn one_by_one(
    conn: &mut PgConnection,
    acting: Option<&str>,
    window: i64,
    delivery: i64,
    received_at: Timestamp,
    items: &[Item],
) -> Result<Fate> {
    let mut all = conn.begin().await?;
    let mut dead = Vec::new();
    for item in items {
        let mut point = all.begin().await?;
        let manner = Manner {
            acting,
            window,
            // The first has locked what the next ones need; nothing is gained by passing over it.
            wait: true,
        };
        let parcel = Parcel {
            delivery,
            received_at,
            items: vec![item],
        };
        match ingest::apply(&mut point, manner, &[parcel]).await {
            Ok(report) if report.busy.is_empty() => {
                point.commit().await?;
                dead.extend(report.dead);
            }
            Ok(_) => {
                point.rollback().await?;
                all.rollback().await?;
                return Ok(Fate::Busy);
            }
            Err(e) if failure::is_of_the_data(&e) => {
                point.rollback().await?;
                dead.push(Dead {
                    delivery,
                    path: item.path.clone(),
                    field: Some(item.field.clone()),
                    phone_number_id: item.phone_number_id.clone(),
                    cause: Cause::Failed,
                    reason: failure::described(&e),
                    raw: Some(item.raw.clone()),
                });
            }
            Err(e) => return Err(e),
        }
    }
    all.commit().await?;
    Ok(Fate::Done(dead))
}

/// Reads a body; a defect of the reader itself must not stop the others.
fn read(body: &[u8]) -> Result<Vec<Item>, String> {
    match catch_unwind(AssertUnwindSafe(|| whatsapp::parse(body))) {
        Ok(Ok(items)) => Ok(items),
        Ok(Err(poison)) => Err(described(poison)),
        Err(_) => Err("unreadable: the program failed on it".to_owned()),
    }
}

fn described(poison: Poison) -> String {
    format!("{}: {poison}", poison.code())
}

fn whole(delivery: i64, reason: String) -> Dead {
    Dead {
        delivery,
        path: String::new(),
        field: None,
        phone_number_id: None,
        cause: Cause::Malformed,
        reason,
        raw: None,
    }
}

/// Puts the delivery off that would be next: it failed even alone.
async fn put_off(connection: &mut PgConnection, worker: &Worker, error: &Error) -> Result<()> {
    let mut tx = super::begin(connection, &worker.workspace).await?;
    let next: Vec<i64> = delivery::claim(&mut tx, 1, 0).await?.iter().map(|d| d.id).collect();
    delivery::postpone(&mut tx, &next, 1.0, 300.0, Some(&failure::described(error))).await?;
    store::commit(tx, None).await
}
