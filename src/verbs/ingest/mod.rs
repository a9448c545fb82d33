//! Applies the events of webhooks in sets. The result is the same for any order, any number of
//! repeats and any number of workers.
//!
//! Every session takes locks in the same order: buckets of ids without a contact, contacts by id,
//! conversations by id, then messages and statuses by (channel, wamid). A row that another session
//! has locked is skipped, and the deliveries that need the row wait until it is free. A row that
//! another transaction is inserting cannot be skipped. The wait for such a row ends after the
//! transaction's lock timeout.
//!
//! A human reply is credited to the agent who owned the conversation at the message's time, because
//! the payload does not contain the author: see `credit`. A reply that opens its conversation is
//! credited to no agent. The credit is stored with the message, marked as inferred.

mod classify;
mod identity;
mod plan;
mod runs;

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde_json::json;
use sqlx::postgres::PgConnection;

use super::batch::{Batch, ChangeOptions, Decision, Selection};
use crate::db::message::{Key, Row};
use crate::db::operation::{Invocation, Opened};
use crate::db::webhook::dead_letter::Dead;
use crate::db::webhook::delivery::Held;
use crate::db::{self};
use crate::domain::ids::{AgentId, OperationId};
use crate::domain::order::order_keys;
use crate::domain::query::Query;
use crate::domain::run::{Said, Speaker};
use crate::domain::whatsapp::Item;
use crate::error::{Error, Result};
use classify::{Sorted, What};
use plan::{ConversationRef, Plan};

/// The events of one delivery, or some of them.
#[derive(Debug)]
pub struct DeliveryEvents<'a> {
    /// The id of the delivery.
    pub delivery: i64,
    /// The time of the delivery's arrival.
    pub received_at: Timestamp,
    /// The events, in the order of the body.
    pub items: Vec<&'a Item>,
}

/// The options of an application.
#[derive(Debug, Clone, Copy)]
pub struct ApplyOptions<'a> {
    /// The agent to act as, `system`.
    pub acting: Option<&'a str>,
    /// The reopen window in seconds.
    pub window: i64,
    /// Whether older deliveries wait for locked rows. Later deliveries that need the same row then
    /// wait behind the older ones.
    pub any_held: bool,
}

/// The result of an application.
#[derive(Debug, Default)]
pub struct Report {
    /// Deliveries that were not applied, because another session has locked a row that they need,
    /// or an older delivery waits for the row.
    pub busy: HashMap<i64, Held>,
    /// Events that cannot be applied and become dead letters.
    pub dead: Vec<Dead>,
    /// New notices for the operator with a severity above `info`.
    pub alarms: Vec<String>,
}

/// Applies the events of some deliveries in the caller's transaction.
///
/// # Errors
/// [`crate::error::Kind::Conflict`] when another process was faster. The caller must roll back and
/// try again. Every other error comes from an event or from the database.
pub async fn apply(
    conn: &mut PgConnection,
    options: ApplyOptions<'_>,
    deliveries: &[DeliveryEvents<'_>],
) -> Result<Report> {
    let routes: HashMap<String, i64> = db::webhook::route::routes(conn)
        .await?
        .into_iter()
        .map(|r| (r.phone_number_id, r.id))
        .collect();
    let Sorted {
        mut tasks,
        mut dead,
        mut notices,
    } = classify::classify(conn, deliveries, &routes).await?;

    let mut report = Report::default();
    let line = Line::new(options.any_held, deliveries);
    let contacts = identity::resolve(conn, &tasks, &line).await?;
    for (task, contact) in tasks.iter_mut().zip(&contacts.contacts) {
        task.contact = *contact;
    }
    tasks.retain(|t| !contacts.busy.contains_key(&t.delivery));
    let known = db::message::find(conn, classify::keys(&tasks).iter()).await?;
    let known: HashMap<Key, db::message::Known> = known.into_iter().map(|k| (k.key.clone(), k)).collect();
    let (pairs, ids) = plan::wanted(&tasks, &known);
    let found = db::conversation::episode::lock(conn, &pairs, &ids, options.window).await?;
    let mut busy = busy_conversations(conn, &tasks, &known, &found, &line).await?;
    tasks.retain(|t| !busy.contains_key(&t.delivery));
    busy.extend(busy_messages(conn, &tasks, &known).await?);
    tasks.retain(|t| !busy.contains_key(&t.delivery));
    report.busy = contacts.busy.clone();
    report.busy.extend(busy);
    dead.retain(|d| !report.busy.contains_key(&d.delivery));
    notices.retain(|n| !report.busy.contains_key(&n.delivery));
    contacts.describe(conn, &tasks).await?;

    let now = db::message::now(conn).await?;
    let mut plan = Plan::new(known, found.locked, options.window, now);
    for task in &tasks {
        match &task.what {
            What::Message(m) => plan.message(task, m),
            What::ThreadControl(h) => plan.handover(task, h),
            What::Status(s) => notices.extend(plan.status(task, s)),
            What::Ids(_) | What::Name(_) | What::Preference(_) => {}
        }
    }
    write(conn, options, plan).await?;

    let mut seen = HashSet::new();
    notices.retain(|n| seen.insert(n.key.clone()));
    let fresh: HashSet<String> = db::webhook::notice::notify(conn, &notices).await?.into_iter().collect();
    report.alarms = notices
        .into_iter()
        .filter(|n| n.severity != "info" && fresh.contains(&n.key))
        .map(|n| n.summary)
        .collect();
    report.dead = dead;
    Ok(report)
}

/// The order of the deliveries that need the same row: first those that already wait for it, then
/// later ones.
struct Line {
    any_held: bool,
    deliveries: Vec<i64>,
}

impl Line {
    fn new(any_held: bool, deliveries: &[DeliveryEvents<'_>]) -> Line {
        Line {
            any_held,
            deliveries: deliveries.iter().map(|p| p.delivery).collect(),
        }
    }

    /// Returns the deliveries that need a row for which an older delivery waits.
    async fn behind(&self, conn: &mut PgConnection, touched: &[(i64, Held)]) -> Result<HashMap<i64, Held>> {
        if !self.any_held || touched.is_empty() {
            return Ok(HashMap::new());
        }
        let mut rows: Vec<Held> = touched.iter().map(|(_, held)| *held).collect();
        rows.sort_unstable();
        rows.dedup();
        let oldest: HashMap<Held, i64> = db::webhook::delivery::oldest_held(conn, &rows, &self.deliveries)
            .await?
            .into_iter()
            .collect();
        let is_behind = |(delivery, held): &&(i64, Held)| oldest.get(held).is_some_and(|first| first < delivery);
        Ok(touched.iter().filter(is_behind).copied().collect())
    }
}

/// Returns the deliveries whose conversations are locked by another session, or have an older
/// waiting delivery.
async fn busy_conversations(
    conn: &mut PgConnection,
    tasks: &[classify::Task<'_>],
    known: &HashMap<Key, db::message::Known>,
    found: &db::conversation::episode::Found,
    line: &Line,
) -> Result<HashMap<i64, Held>> {
    let mut busy = HashMap::new();
    if !found.held.is_empty() {
        let held = plan::Conversations::new(found.held.iter().copied());
        let touched = tasks.iter().filter_map(|t| Some((t.delivery, held.touched(t, known)?)));
        busy.extend(touched.map(|(delivery, id)| (delivery, Held::Conversation(id))));
    }
    let locked = plan::Conversations::new(found.locked.iter().map(|l| (l.id, l.channel, l.contact)));
    // Contacts are checked again. A delivery can move from one key to another between two checks,
    // and neither check must miss it.
    let touched: Vec<(i64, Held)> = tasks
        .iter()
        .filter(|t| line.any_held && !busy.contains_key(&t.delivery))
        .flat_map(|t| {
            let conversation = locked.touched(t, known).map(Held::Conversation);
            let rows = [t.contact.map(Held::Contact), conversation];
            rows.into_iter().flatten().map(|held| (t.delivery, held))
        })
        .collect();
    busy.extend(line.behind(conn, &touched).await?);
    Ok(busy)
}

/// Locks the messages that will be updated. Returns the deliveries whose messages another session
/// has locked.
async fn busy_messages(
    conn: &mut PgConnection,
    tasks: &[classify::Task<'_>],
    known: &HashMap<Key, db::message::Known>,
) -> Result<HashMap<i64, Held>> {
    let updated: Vec<(i64, i64)> = tasks
        .iter()
        .filter_map(|t| Some((t.delivery, plan::updated(t, known)?)))
        .collect();
    if updated.is_empty() {
        return Ok(HashMap::new());
    }
    let mut ids: Vec<i64> = updated.iter().map(|(_, id)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    let locked: HashSet<i64> = db::message::lock(conn, &ids).await?.into_iter().collect();
    Ok(updated
        .into_iter()
        .filter(|(_, id)| !locked.contains(id))
        .map(|(delivery, id)| (delivery, Held::Message(id)))
        .collect())
}

/// Writes the plan.
async fn write(conn: &mut PgConnection, options: ApplyOptions<'_>, mut plan: Plan) -> Result<()> {
    let opened = change_conversations(conn, options, &plan).await?;
    let id_of = |slot: ConversationRef| match slot {
        ConversationRef::Known(id) => Some(id),
        ConversationRef::New(i) => opened.get(i).copied(),
    };

    let mut rows: Vec<Row> = Vec::new();
    let mut fresh: Vec<bool> = Vec::new();
    for entry in plan.messages.values_mut() {
        if let Some(row) = entry.row.take() {
            fresh.push(entry.known.is_none());
            rows.push(Row {
                conversation: entry.slot.and_then(id_of),
                ..row
            });
        }
    }
    credit(conn, &mut rows, &opened).await?;
    let ids = db::message::put(conn, &rows).await?;
    let statuses: Vec<_> = plan.statuses.into_values().collect();
    db::message::put_statuses(conn, &statuses).await?;

    let mut touched: HashMap<i64, runs::Touched> = HashMap::new();
    for slot in &plan.refold {
        if let Some(id) = id_of(*slot) {
            touched.entry(id).or_default().refold = true;
        }
    }
    let outbound = rows.iter().filter(|r| r.outbound && r.rank > 0).map(|r| &r.key);
    let judged: HashSet<&Key> = outbound.chain(&plan.judge).collect();
    for id in db::message::judge(conn, judged.into_iter()).await? {
        touched.entry(id).or_default().refold = true;
    }
    let mut orders: HashSet<(String, i64)> = HashSet::new();
    for ((row, id), fresh) in rows.iter().zip(&ids).zip(&fresh) {
        let Some(conversation) = row.conversation else {
            continue;
        };
        let touched = touched.entry(conversation).or_default();
        touched.refold |= !fresh;
        touched.last_message_at = touched.last_message_at.max(Some(row.at));
        if plan::keeps_window_open(row) {
            touched.last_customer_at = touched.last_customer_at.max(Some(row.at));
        }
        if row.counts && matches!(row.author.as_str(), "customer" | "human") {
            touched.said.push(Said {
                id: *id,
                at: row.at,
                received_at: row.received_at,
                by: if row.outbound {
                    Speaker::Human(row.agent.map(AgentId))
                } else {
                    Speaker::Customer
                },
            });
        }
        if let Some(text) = &row.text {
            orders.extend(order_keys(text).into_iter().map(|k| (k, conversation)));
        }
    }
    for (conversation, text) in db::message::adopt(conn, &opened, options.window).await? {
        touched.entry(conversation).or_default().refold = true;
        orders.extend(
            order_keys(&text.unwrap_or_default())
                .into_iter()
                .map(|k| (k, conversation)),
        );
    }
    db::message::file_orders(conn, &orders.into_iter().collect::<Vec<_>>()).await?;
    runs::settle(conn, touched).await
}

/// Opens, reopens and wakes conversations under one operation. Returns the ids of the new
/// conversations.
async fn change_conversations(conn: &mut PgConnection, options: ApplyOptions<'_>, plan: &Plan) -> Result<Vec<i64>> {
    let changes = plan.changes();
    if changes.is_empty() && plan.new.is_empty() {
        return Ok(Vec::new());
    }
    let operation = open_operation(conn, options.acting, "apply").await?;
    let opened = db::conversation::episode::open(conn, operation, &plan.new).await?;
    if !changes.is_empty() {
        let selection = Selection::by_query(Query::ids(changes.keys().copied()));
        let options = ChangeOptions::default();
        let batch = Batch::decide(conn, operation, &selection, &options, |row| {
            changes
                .get(&row.id.0)
                .map_or(Decision::Skip, |change| Decision::where_it_fits(row, change))
        });
        batch.await?.record(conn, &options).await?;
    }
    let changed = opened.len() + changes.len();
    db::operation::finish(conn, operation, changed, changed, None, 0).await?;
    Ok(opened)
}

/// Starts an operation of the agent `system`.
pub(crate) async fn open_operation(conn: &mut PgConnection, acting: Option<&str>, verb: &str) -> Result<OperationId> {
    let call = Invocation {
        acting,
        verb,
        args: &json!({}),
        args_hash: &[],
        key: None,
        undoes: None,
    };
    match db::operation::open(conn, &call).await? {
        Opened::Fresh(operation) => Ok(operation.id),
        Opened::Replay(_) => Err(Error::failed("an operation without a key was taken for a repeated one")),
    }
}

/// Credits each human reply to the agent who owned the conversation at the message's time.
async fn credit(conn: &mut PgConnection, rows: &mut [Row], opened: &[i64]) -> Result<()> {
    let asked: Vec<usize> = (0..rows.len())
        .filter(|i| {
            let row = &rows[*i];
            row.outbound && row.author == "human" && row.conversation.is_some_and(|c| !opened.contains(&c))
        })
        .collect();
    let questions: Vec<(i64, Timestamp)> = asked
        .iter()
        .filter_map(|i| Some((rows[*i].conversation?, rows[*i].at)))
        .collect();
    let owners = db::message::owners(conn, &questions).await?;
    for (i, owner) in asked.into_iter().zip(owners) {
        rows[i].agent = owner;
        rows[i].inferred = owner.is_some();
    }
    Ok(())
}
