//! Routing: finds the channel of an event, checks whether the event identifies the customer, and
//! separates events that do not concern conversations.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use sqlx::postgres::PgConnection;

use super::DeliveryEvents;
use crate::db::message::{self, Key};
use crate::db::webhook::dead_letter::{Cause, Dead};
use crate::db::webhook::notice::Notice;
use crate::domain::whatsapp::{
    Account, ContactName, Event, Ids, Item, Message, Preference, Severity, Status, ThreadControl, UserIdUpdate,
};
use crate::error::Result;

/// One event about a customer.
#[derive(Debug)]
pub struct Task<'a> {
    /// The delivery of the event.
    pub delivery: i64,
    /// The channel. `None` for an event that is only about the customer.
    pub channel: Option<i64>,
    /// The event's time from Meta, or the arrival if it has no time.
    pub at: Timestamp,
    /// The event as it was received.
    pub item: &'a Item,
    /// The content of the event.
    pub what: What<'a>,
    /// The customer, set later. `None` for a status that does not identify the customer.
    pub contact: Option<i64>,
}

/// The content of an event.
#[derive(Debug)]
pub enum What<'a> {
    /// A message.
    Message(&'a Message),
    /// A delivery status of a message.
    Status(&'a Status),
    /// A change of the thread's controller.
    ThreadControl(&'a ThreadControl),
    /// A change of a customer's ids.
    Ids(&'a UserIdUpdate),
    /// A customer's name.
    Name(&'a ContactName),
    /// A customer's choice about marketing messages.
    Preference(&'a Preference),
}

impl Task<'_> {
    /// Returns the ids that identify the customer.
    pub fn ids(&self) -> &Ids {
        match &self.what {
            What::Message(m) if m.ids.is_empty() => m.new_ids.as_ref().unwrap_or(&m.ids),
            What::Message(m) => &m.ids,
            What::Status(s) => &s.ids,
            What::ThreadControl(h) => &h.ids,
            What::Ids(u) => &u.previous,
            What::Name(n) => &n.ids,
            What::Preference(p) => &p.ids,
        }
    }

    /// Returns the new ids, if the event changes ids.
    pub fn new_ids(&self) -> Option<&Ids> {
        match &self.what {
            What::Message(m) => m.new_ids.as_ref(),
            What::Ids(u) => Some(&u.current),
            What::Status(_) | What::ThreadControl(_) | What::Name(_) | What::Preference(_) => None,
        }
    }

    /// Returns the message's key, if the event is about a message.
    pub fn key(&self) -> Option<Key> {
        let channel = self.channel?;
        match &self.what {
            What::Message(m) => Some((channel, m.wamid.clone())),
            What::Status(s) => Some((channel, s.wamid.clone())),
            What::ThreadControl(_) => Some((channel, handover_wamid(self.item))),
            What::Ids(_) | What::Name(_) | What::Preference(_) => None,
        }
    }
}

/// Creates an id for a handover, which comes without an id. Every delivery of the same handover
/// gets the same id.
fn handover_wamid(item: &Item) -> String {
    use sha2::{Digest, Sha256};
    let key = item.key().map(|k| k.to_string()).unwrap_or_default();
    format!("handover:{}", hex::encode(&Sha256::digest(key)[..16]))
}

/// Returns the keys of all messages in the tasks.
pub fn keys(tasks: &[Task<'_>]) -> std::collections::BTreeSet<Key> {
    tasks.iter().filter_map(Task::key).collect()
}

/// Events, separated by how they are processed.
#[derive(Debug, Default)]
pub struct Sorted<'a> {
    /// The events to apply, in the order of arrival.
    pub tasks: Vec<Task<'a>>,
    /// The events to store as dead letters.
    pub dead: Vec<Dead>,
    /// The notices for the operator.
    pub notices: Vec<Notice>,
}

/// Returns the positions of events about messages of forgotten customers. These events were applied
/// before the customer was forgotten, and must have no effect again.
async fn forgotten(
    conn: &mut PgConnection,
    deliveries: &[DeliveryEvents<'_>],
    routes: &HashMap<String, i64>,
) -> Result<HashSet<usize>> {
    let (mut places, mut asked) = (Vec::new(), Vec::new());
    for (place, item) in deliveries.iter().flat_map(|p| &p.items).enumerate() {
        let wamid = match &item.event {
            Ok(Event::Message(m)) => m.wamid.clone(),
            Ok(Event::Status(s)) => s.wamid.clone(),
            Ok(Event::ThreadControl(_)) => handover_wamid(item),
            Ok(_) | Err(_) => continue,
        };
        places.push(place);
        asked.push((
            item.phone_number_id.as_ref().and_then(|id| routes.get(id).copied()),
            wamid,
        ));
    }
    if asked.is_empty() {
        return Ok(HashSet::new());
    }
    let found = message::forgotten(conn, &asked).await?;
    Ok(found.into_iter().filter_map(|n| places.get(n).copied()).collect())
}

/// Separates the events of deliveries by how they are processed.
pub async fn classify<'a>(
    conn: &mut PgConnection,
    deliveries: &'a [DeliveryEvents<'a>],
    routes: &HashMap<String, i64>,
) -> Result<Sorted<'a>> {
    let unrouted: Vec<String> = deliveries
        .iter()
        .flat_map(|p| &p.items)
        .filter(|i| i.phone_number_id.is_none())
        .filter_map(|i| match &i.event {
            Ok(Event::Status(s)) => Some(s.wamid.clone()),
            Ok(_) | Err(_) => None,
        })
        .collect();
    let mut by_wamid: HashMap<String, i64> = HashMap::new();
    if !unrouted.is_empty() {
        by_wamid.extend(
            message::channels(conn, &unrouted)
                .await?
                .into_iter()
                .map(|(c, w)| (w, c)),
        );
    }
    let forgotten = forgotten(conn, deliveries, routes).await?;
    let mut sorted = Sorted::default();
    let all = deliveries.iter().flat_map(|p| p.items.iter().map(move |i| (p, *i)));
    for (place, (events, item)) in all.enumerate() {
        if !forgotten.contains(&place) {
            sorted.add(events, item, routes, &by_wamid);
        }
    }
    Ok(sorted)
}

impl<'a> Sorted<'a> {
    fn add(
        &mut self,
        events: &DeliveryEvents<'a>,
        item: &'a Item,
        routes: &HashMap<String, i64>,
        by_wamid: &HashMap<String, i64>,
    ) {
        let mut insert_dead_letters = |cause: Cause, reason: String| {
            self.dead.push(Dead {
                delivery: events.delivery,
                path: item.path.clone(),
                field: Some(item.field.clone()),
                phone_number_id: item.phone_number_id.clone(),
                cause,
                reason,
                raw: Some(item.raw.clone()).filter(|raw| !raw.is_empty()),
                events: 1,
            });
        };
        let event = match &item.event {
            Ok(event) => event,
            Err(defect) => return insert_dead_letters(Cause::Malformed, format!("{}: {defect}", defect.code())),
        };
        let (what, at, needs_channel) = match event {
            Event::Message(m) => (What::Message(m), m.at, true),
            Event::Status(s) => (What::Status(s), s.at, true),
            Event::ThreadControl(h) => (What::ThreadControl(h), h.at, true),
            Event::UserIdUpdate(u) => (What::Ids(u), u.at, false),
            // The business removed a contact from its address book. The customer's data does not
            // change.
            Event::ContactName(n) if n.removed => return,
            Event::ContactName(n) => (What::Name(n), n.at, false),
            Event::Preference(p) => (What::Preference(p), p.at, false),
            Event::HistoryDeclined(e) => {
                let code = e.code.map(|c| format!(" ({c})")).unwrap_or_default();
                let summary = format!("the business does not share its chat history{code}");
                return self.notices.push(notice(events, item, "info", summary));
            }
            Event::Account(a) => return self.notices.push(account(events, item, a)),
        };
        let channel = match (&item.phone_number_id, &what) {
            (Some(id), _) => match routes.get(id) {
                Some(channel) => Some(*channel),
                None => {
                    return insert_dead_letters(
                        Cause::UnknownChannel,
                        format!(
                            "no channel has the phone number id {}",
                            crate::domain::vocabulary::quoted(id)
                        ),
                    );
                }
            },
            // Some senders leave the phone number id out of statuses. The channel then comes from
            // the stored message, or is the only channel.
            (None, What::Status(s)) => by_wamid.get(&s.wamid).copied().or_else(|| only(routes)),
            (None, _) => None,
        };
        if needs_channel && channel.is_none() {
            return insert_dead_letters(Cause::UnknownChannel, "the event has no phone number id".to_owned());
        }
        let task = Task {
            delivery: events.delivery,
            channel,
            at: sane(at, events.received_at),
            item,
            what,
            contact: None,
        };
        let nobody = task.ids().is_empty() && task.new_ids().is_none_or(Ids::is_empty);
        // A status without ids is stored for its message.
        if nobody && !matches!(task.what, What::Status(_)) {
            let group = matches!(&task.what, What::Message(m) if m.group_id.is_some());
            let reason = if group {
                "written in a group, to nobody in particular"
            } else {
                "the event does not identify the customer"
            };
            return insert_dead_letters(Cause::NoIdentity, reason.to_owned());
        }
        self.tasks.push(task);
    }
}

fn only(routes: &HashMap<String, i64>) -> Option<i64> {
    match routes.len() {
        1 => routes.values().next().copied(),
        _ => None,
    }
}

/// Returns the arrival if the time is missing or in the future. A wrong clock must not keep a
/// window open for years.
fn sane(at: Option<i64>, received_at: Timestamp) -> Timestamp {
    at.and_then(|s| Timestamp::from_second(s).ok())
        .filter(|t| t.duration_since(received_at) < SignedDuration::from_hours(24))
        .unwrap_or(received_at)
}

fn notice(events: &DeliveryEvents<'_>, item: &Item, severity: &'static str, summary: String) -> Notice {
    Notice {
        delivery: events.delivery,
        key: item.key().map(|k| k.to_string()).unwrap_or_default(),
        field: item.field.clone(),
        waba: item.waba.clone(),
        phone_number_id: item.phone_number_id.clone(),
        severity,
        summary,
        raw: Some(item.raw.clone()),
    }
}

fn account(events: &DeliveryEvents<'_>, item: &Item, account: &Account) -> Notice {
    let severity = match account.severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Attention => "critical",
    };
    notice(events, item, severity, account.summary.clone())
}
