//! The applier: begins deliveries and applies them in batches. Each batch is one transaction with
//! all its effects.
//!
//! - A delivery that needs a row that another session has locked waits for that row. The rest of
//!   its batch is applied.
//! - A batch that fails is applied in small groups, and a group that fails is applied one delivery
//!   at a time. A delivery that causes a failure is then always applied alone.
//! - A delivery that fails alone is applied one event at a time, so that only the failing event
//!   becomes a dead letter.
//! - The start of an attempt is committed before the work. When a process ends, the deliveries of
//!   its attempts are applied alone. A delivery that then ends its process
//!   [`delivery::MAX_DEATHS`] times alone is set aside.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use jiff::Timestamp;
use sqlx::Connection;
use sqlx::postgres::PgConnection;

use super::letters::{self, summarize};
use super::{FIRST_PAUSE, Failing, MAX_PAUSE, POLL, Worker};
use crate::db;
use crate::db::server::connect::Mode;
use crate::db::server::failure;
use crate::db::webhook::dead_letter::{self, Cause, Dead};
use crate::db::webhook::delivery::{self, Begun, Claimed, Held};
use crate::domain::whatsapp::{self, Item, Poison};
use crate::error::{Error, Kind, Result};
use crate::verbs::ingest::{self, ApplyOptions, DeliveryEvents, Report};

/// The maximum number of deliveries in one transaction, and their maximum size in bytes.
const BATCH: i64 = 200;
const BATCH_BYTES: i64 = 4 << 20;
/// The number of deliveries in a part of a batch that failed.
const GROUP: usize = 15;
/// The number of retries of a batch after a deadlock, a serialization failure or another conflict
/// with a concurrent transaction. After these retries the batch is divided into groups.
const RETRIES: u32 = 2;
/// The shortest and the longest pause before another check of locked rows.
const HELD_PAUSES: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(250));

/// The choice of the deliveries to apply.
#[derive(Debug, Clone)]
enum Lot {
    /// Deliveries that were not tried yet.
    Fresh,
    /// Deliveries that waited for a row that is free now.
    Held,
    /// The next delivery to apply alone.
    Alone,
    /// A part of a batch that failed.
    Part(Vec<i64>),
}

/// The result of a turn.
#[derive(Debug, Default)]
struct Turn {
    /// The number of applied deliveries.
    applied: usize,
    /// Whether there may be more deliveries than one applier takes.
    is_full: bool,
    /// Whether deliveries wait for a row or were postponed.
    any_waiting: bool,
}

struct Applier {
    worker: Worker,
    connection: PgConnection,
    /// Whether this applier applies deliveries whose process ended. Only one applier of a process
    /// does this, so that the delivery that ends the process is known.
    suspects: bool,
    /// The row of the failed attempt.
    row: Option<i64>,
    limits: letters::Limits,
}

/// Applies deliveries until the process ends. `number` is the number of the applier, from 0.
pub async fn run(worker: Worker, number: usize, limits: letters::Limits) {
    let Some(connection) = worker.connect().await else {
        return;
    };
    let mut applier = Applier {
        worker: worker.clone(),
        connection,
        suspects: number == 0,
        row: None,
        limits,
    };
    let (mut pause, mut held_pause) = (FIRST_PAUSE, HELD_PAUSES.0);
    let mut failing = Failing::default();
    while !worker.stopping() {
        let error = match applier.turn().await {
            Ok(turn) => {
                pause = FIRST_PAUSE;
                failing = Failing::default();
                if turn.is_full {
                    worker.wake.notify_one();
                }
                if turn.applied > 0 {
                    held_pause = HELD_PAUSES.0;
                    continue;
                }
                let rest = if turn.any_waiting { held_pause } else { POLL };
                held_pause = (held_pause * 2).min(HELD_PAUSES.1);
                tokio::select! {
                    () = worker.wake.notified() => {}
                    _ = worker.rest(rest) => {}
                }
                continue;
            }
            Err(e) => e,
        };
        let again = failing.note(&worker, "applying stopped, and is tried again", &error);
        let mut is_lost = failure::is_outage(&error) || failure::is_stale_statement(&error);
        if !is_lost {
            // The driver rolls back with the next statement. The deliveries must not stay locked
            // while this applier pauses.
            is_lost = super::alive(async { Ok(applier.connection.ping().await?) })
                .await
                .is_err();
        }
        // After the first failure, a new connection may be enough.
        if again || !is_lost {
            if worker.rest(pause).await {
                return;
            }
            pause = (pause * 2).min(MAX_PAUSE);
        }
        if is_lost {
            match worker.connect().await {
                Some(fresh) => applier.connection = fresh,
                None => return,
            }
        }
    }
}

impl Applier {
    /// Applies new deliveries, then a limited number of the deliveries that waited.
    async fn turn(&mut self) -> Result<Turn> {
        let begun = self.begin(&Lot::Fresh).await?;
        let (any_held, any_alone) = (begun.any_held, begun.any_alone);
        let mut turn = Turn {
            applied: 0,
            is_full: i64::try_from(begun.deliveries.len()).is_ok_and(|n| n >= BATCH),
            any_waiting: any_held || any_alone || !begun.deliveries.is_empty(),
        };
        turn.applied += self.work(&Lot::Fresh, begun, any_held).await?;
        if any_held && !self.worker.stopping() {
            let begun = self.begin(&Lot::Held).await?;
            turn.applied += self.work(&Lot::Held, begun, true).await?;
        }
        if any_alone && !self.worker.stopping() {
            let begun = self.begin(&Lot::Alone).await?;
            turn.applied += self.work(&Lot::Alone, begun, any_held).await?;
        }
        Ok(turn)
    }

    /// Records the deliveries to apply next.
    async fn begin(&mut self, lot: &Lot) -> Result<Begun> {
        let (row, suspects) = (self.row, self.suspects);
        let workspace = &self.worker.workspace;
        let connection = &mut self.connection;
        let begun = super::alive(async {
            let mut tx = db::begin(connection, workspace, Mode::Note).await?;
            if let Some(row) = row {
                delivery::end_attempt(&mut tx, row).await?;
            }
            let begun = match lot {
                Lot::Fresh => delivery::begin_fresh(&mut tx, BATCH, BATCH_BYTES).await?,
                Lot::Held => delivery::begin_held(&mut tx, BATCH, BATCH_BYTES).await?,
                Lot::Alone => delivery::begin_alone(&mut tx, suspects).await?,
                Lot::Part(ids) => delivery::begin_again(&mut tx, ids).await?,
            };
            db::commit(tx, None).await?;
            Ok(begun)
        })
        .await?;
        self.row = begun.row;
        Ok(begun)
    }

    /// Applies the deliveries of an attempt. Tries again after a lost race, for example a deadlock,
    /// and divides the batch if it fails for another reason. Returns the number of applied
    /// deliveries.
    async fn work(&mut self, lot: &Lot, begun: Begun, any_held: bool) -> Result<usize> {
        let mut retries = 0;
        let mut begun = begun;
        loop {
            let Some(row) = begun.row else {
                return Ok(0);
            };
            let alone = matches!(lot, Lot::Alone) || begun.deliveries.len() == 1;
            let error = match self
                .attempt(row, &begun.deliveries, alone && matches!(lot, Lot::Alone), any_held)
                .await
            {
                Ok(applied) => {
                    self.row = None;
                    return Ok(applied);
                }
                Err(e) => e,
            };
            let lost_a_race = error.kind == Kind::Conflict && !failure::is_of_the_data(&error);
            let of_a_delivery = failure::is_of_the_data(&error) || failure::is_timeout(&error) || lost_a_race;
            if failure::is_stale_statement(&error) || !of_a_delivery {
                return Err(error);
            }
            if lost_a_race && !failure::is_lock_timeout(&error) && retries < RETRIES {
                retries += 1;
                tracing::debug!(retries, "a batch lost a race and is tried again");
                begun = self.begin(&Lot::Part(begun.deliveries)).await?;
            } else if alone {
                return self.postpone(row, &begun.deliveries, &error).await;
            } else {
                tracing::debug!(error = %failure::described(&error), "a batch failed and is taken apart");
                return self.apart(&begun.deliveries, any_held).await;
            }
        }
    }

    /// Applies a failed batch in groups, and a failed group one delivery at a time.
    async fn apart(&mut self, deliveries: &[i64], any_held: bool) -> Result<usize> {
        let size = if deliveries.len() > GROUP { GROUP } else { 1 };
        let mut applied = 0;
        for part in deliveries.chunks(size) {
            let lot = Lot::Part(part.to_vec());
            let begun = self.begin(&lot).await?;
            applied += Box::pin(self.work(&lot, begun, any_held)).await?;
        }
        Ok(applied)
    }

    /// Postpones a delivery that failed alone.
    async fn postpone(&mut self, row: i64, deliveries: &[i64], error: &Error) -> Result<usize> {
        let (first, longest) = if failure::is_lock_timeout(error) || error.kind == Kind::Conflict {
            (0.1, 2.0)
        } else {
            self.limits.log(|| {
                self.worker
                    .complain("a delivery failed and is tried again later", error)
            });
            (1.0, 300.0)
        };
        let why = failure::described(error);
        let workspace = &self.worker.workspace;
        let connection = &mut self.connection;
        super::alive(async {
            let mut tx = db::begin(connection, workspace, Mode::Work).await?;
            for id in deliveries {
                delivery::postpone(&mut tx, Some(row), *id, first, longest, Some(&why)).await?;
            }
            db::commit(tx, None).await
        })
        .await?;
        self.row = None;
        Ok(0)
    }

    /// Applies deliveries in one transaction. Returns the number of applied deliveries. The other
    /// deliveries wait for locked rows.
    async fn attempt(&mut self, row: i64, ids: &[i64], stays_alone: bool, any_held: bool) -> Result<usize> {
        let (worker, limits) = (&self.worker, &self.limits);
        let connection = &mut self.connection;
        super::alive(Box::pin(async {
            let mut tx = db::begin(connection, &worker.workspace, Mode::Work).await?;
            let deliveries = delivery::claim(&mut tx, row, ids).await?;
            let window = db::operation::workspace_info(&mut tx).await?.reopen_window;
            let options = ApplyOptions {
                acting: worker.acting.as_deref(),
                window,
                any_held,
            };
            let bodies: Vec<(Claimed, Result<Vec<Item>, String>)> = deliveries
                .into_iter()
                .map(|mut d| {
                    let items = read(&std::mem::take(&mut d.body));
                    (d, items)
                })
                .collect();
            // A delivery that is applied alone has no batch to be removed from.
            let report = if bodies.len() == 1 {
                alone(&mut tx, options, &bodies).await?
            } else {
                together(&mut tx, options, &bodies).await?
            };
            let mut dead = report.dead;
            for (d, items) in &bodies {
                if let Err(reason) = items {
                    dead.push(letters::whole_body(d.id, Cause::Malformed, reason.clone()));
                }
            }
            let counts = letters::counts(&dead);
            dead_letter::insert_dead_letters(&mut tx, &summarize(dead)).await?;
            let held: Vec<(i64, Held)> = report.busy.into_iter().collect();
            let (mut done, mut events) = (Vec::new(), Vec::new());
            for (d, items) in &bodies {
                if held.iter().all(|(id, _)| *id != d.id) {
                    done.push(d.id);
                    events.push(items.as_ref().map_or(0, |i| i32::try_from(i.len()).unwrap_or(i32::MAX)));
                }
            }
            delivery::applied(&mut tx, Some(row), &done, &events).await?;
            if stays_alone {
                for (id, _) in &held {
                    delivery::postpone(&mut tx, None, *id, 0.1, 2.0, None).await?;
                }
            } else if !held.is_empty() {
                delivery::hold(&mut tx, &held).await?;
            }
            db::commit(tx, None).await?;
            for (delivery, cause, count, path) in counts {
                limits.log(|| {
                    let cause = cause.as_str();
                    tracing::warn!(
                        delivery, count, %path, cause,
                        "events could not be applied: see inbox webhook list --dead",
                    );
                });
            }
            for alarm in &report.alarms {
                limits.log(|| tracing::warn!(notice = %alarm, "WhatsApp reports a problem of the account"));
            }
            Ok(done.len())
        }))
        .await
    }
}

/// Applies a batch as a whole.
async fn together(
    conn: &mut PgConnection,
    options: ApplyOptions<'_>,
    bodies: &[(Claimed, Result<Vec<Item>, String>)],
) -> Result<Report> {
    let parcels: Vec<DeliveryEvents<'_>> = bodies
        .iter()
        .filter_map(|(d, items)| {
            Some(DeliveryEvents {
                delivery: d.id,
                received_at: d.received_at,
                items: items.as_ref().ok()?.iter().collect(),
            })
        })
        .collect();
    ingest::apply(conn, options, &parcels).await
}

/// Applies one delivery as a whole, or else one event at a time.
async fn alone(
    conn: &mut PgConnection,
    options: ApplyOptions<'_>,
    bodies: &[(Claimed, Result<Vec<Item>, String>)],
) -> Result<Report> {
    let mut point = conn.begin().await?;
    match together(&mut point, options, bodies).await {
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
        let items: Vec<&Item> = items.iter().collect();
        match one_by_one(conn, options, d.id, d.received_at, &items).await? {
            Fate::Done(dead) => report.dead.extend(dead),
            Fate::Busy(held) => {
                report.busy.insert(d.id, held);
            }
        }
    }
    Ok(report)
}

/// The result of applying a delivery one event at a time.
#[derive(Debug)]
pub enum Fate {
    /// The events were applied, except for these.
    Done(Vec<Dead>),
    /// The delivery was not applied, because another session has locked this row.
    Busy(Held),
}

/// Applies events one by one, each in a separate savepoint.
///
/// # Errors
/// Any error that an event did not cause.
pub async fn one_by_one(
    conn: &mut PgConnection,
    options: ApplyOptions<'_>,
    delivery: i64,
    received_at: Timestamp,
    items: &[&Item],
) -> Result<Fate> {
    let mut all = conn.begin().await?;
    let mut dead = Vec::new();
    for item in items {
        let mut point = all.begin().await?;
        let parcel = DeliveryEvents {
            delivery,
            received_at,
            items: vec![*item],
        };
        match ingest::apply(&mut point, options, &[parcel]).await {
            Ok(report) => match report.busy.into_values().next() {
                None => {
                    point.commit().await?;
                    dead.extend(report.dead);
                }
                Some(held) => {
                    point.rollback().await?;
                    all.rollback().await?;
                    return Ok(Fate::Busy(held));
                }
            },
            Err(e) if failure::is_of_the_data(&e) => {
                point.rollback().await?;
                dead.push(Dead {
                    delivery,
                    path: item.path.clone(),
                    field: Some(item.field.clone()),
                    phone_number_id: item.phone_number_id.clone(),
                    cause: Cause::Failed,
                    reason: failure::described(&e),
                    raw: Some(item.raw.clone()).filter(|raw| !raw.is_empty()),
                    events: 1,
                });
            }
            Err(e) => return Err(e),
        }
    }
    all.commit().await?;
    Ok(Fate::Done(dead))
}

/// Reads a body. A panic of the parser must not stop the other deliveries.
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
