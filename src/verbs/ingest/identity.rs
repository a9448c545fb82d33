//! Identifies the customer of an event. The contact is looked up by business-scoped id, then by
//! phone number, then by the parent's id. If all ids are new, a contact is created. If the ids
//! belong to two contacts, the conflict is recorded and the contacts are never merged.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use sqlx::postgres::PgConnection;

use super::Line;
use super::classify::{Task, What};
use crate::db::contact::{self, Alias, AliasKind, ContactUpdate, Holder, Known};
use crate::db::webhook::delivery::Held;
use crate::domain::whatsapp::Ids;
use crate::error::Result;

/// The customers of a set of events. Their contacts are locked.
#[derive(Debug)]
pub struct ResolvedContacts {
    /// The contact of each event. `None` for events of busy deliveries.
    pub contacts: Vec<Option<i64>>,
    /// Deliveries whose contacts are locked by another session, or whose new ids another process is
    /// adding.
    pub busy: HashMap<i64, Held>,
}

/// Lists ids, the strongest first.
fn aliases(ids: &Ids) -> Vec<Alias> {
    [
        (AliasKind::Bsuid, &ids.bsuid),
        (AliasKind::WaId, &ids.phone),
        (AliasKind::ParentBsuid, &ids.parent_bsuid),
    ]
    .into_iter()
    .filter_map(|(kind, value)| {
        Some(Alias {
            kind,
            value: value.clone()?,
        })
    })
    .collect()
}

/// The present and past contacts of one id.
#[derive(Debug, Clone, Default)]
struct AliasHistory {
    /// The present contact.
    now: Option<i64>,
    /// The past contacts, each with the time when the id was superseded.
    past: Vec<(i64, Timestamp)>,
}

impl AliasHistory {
    /// Returns the contact that had the id at a time.
    fn at(&self, at: Timestamp) -> Option<i64> {
        self.now.or_else(|| {
            self.past
                .iter()
                .filter(|(_, until)| at <= *until)
                .min_by_key(|(_, until)| *until)
                .map(|(contact, _)| *contact)
        })
    }

    /// Returns whether an event of that time can make the id current. An event from before the id
    /// was superseded cannot.
    fn can_begin(&self, at: Timestamp) -> bool {
        self.now.is_none() && self.past.iter().all(|(_, until)| at > *until)
    }
}

type Standings = BTreeMap<Alias, AliasHistory>;

/// Lists the ids in a task, the customer's previous ids first.
fn named(task: &Task<'_>) -> Vec<Alias> {
    let mut all = aliases(task.ids());
    for alias in task.new_ids().into_iter().flat_map(aliases) {
        if !all.contains(&alias) {
            all.push(alias);
        }
    }
    all
}

/// The contacts that the ids in a set of tasks belong to: the contact of each task, and the contacts
/// to create.
#[derive(Debug, Default)]
struct Choice {
    /// The contact of each task. Contacts to create have the numbers -1, -2 and so on until they
    /// have an id.
    contacts: Vec<Option<i64>>,
    /// The time when each contact to create was first seen.
    new: Vec<Timestamp>,
    known: BTreeMap<Alias, Known>,
    conflicts: Vec<(i64, i64, Timestamp)>,
}

fn choose(tasks: &[Task<'_>], mut standings: Standings, busy: &HashMap<i64, Held>) -> Choice {
    let mut choice = Choice::default();
    for task in tasks {
        let mine = named(task);
        if mine.is_empty() || busy.contains_key(&task.delivery) {
            choice.contacts.push(None);
            continue;
        }
        let found = mine.iter().find_map(|a| standings.get(a)?.at(task.at));
        let contact = found.unwrap_or_else(|| {
            choice.new.push(task.at);
            -i64::try_from(choice.new.len()).unwrap_or(i64::MAX)
        });
        choice.contacts.push(Some(contact));
        for alias in mine {
            let Some(standing) = standings.get_mut(&alias) else {
                continue;
            };
            match standing.now {
                Some(other) if other != contact => {
                    choice.conflicts.push((contact, other, task.at));
                    continue;
                }
                Some(_) => {}
                None if standing.can_begin(task.at) => standing.now = Some(contact),
                None => continue,
            }
            let seen = choice.known.entry(alias.clone()).or_insert(Known {
                contact,
                alias,
                seen: (task.at, task.at),
            });
            seen.seen = (seen.seen.0.min(task.at), seen.seen.1.max(task.at));
        }
    }
    choice
}

/// Locks the buckets of ids without a contact, and looks up the contacts again. Returns the
/// deliveries whose buckets another session has locked, or an older delivery waits for.
async fn reserve(
    conn: &mut PgConnection,
    tasks: &[Task<'_>],
    standings: &mut Standings,
    line: &Line,
) -> Result<HashMap<i64, Held>> {
    let unknown: HashMap<Alias, i32> = standings
        .iter()
        .filter(|(_, s)| s.now.is_none())
        .map(|(a, _)| (a.clone(), a.bucket()))
        .collect();
    if unknown.is_empty() {
        return Ok(HashMap::new());
    }
    let mut buckets: Vec<i32> = unknown.values().copied().collect();
    buckets.sort_unstable();
    buckets.dedup();
    let locked: HashSet<i32> = contact::lock_buckets(conn, &buckets).await?.into_iter().collect();
    look_up(conn, standings, |s| s.now.is_none()).await?;
    let mut busy = HashMap::new();
    let mut touched = Vec::new();
    for task in tasks {
        for bucket in named(task).iter().filter_map(|a| unknown.get(a)) {
            let held = Held::AliasBucket(*bucket);
            if locked.contains(bucket) {
                touched.push((task.delivery, held));
            } else {
                busy.insert(task.delivery, held);
            }
        }
    }
    busy.extend(line.behind(conn, &touched).await?);
    Ok(busy)
}

/// Looks up or creates the contact of each event, locks the contacts, and records new ids.
pub async fn resolve(conn: &mut PgConnection, tasks: &[Task<'_>], line: &Line) -> Result<ResolvedContacts> {
    let mut standings: Standings = tasks
        .iter()
        .flat_map(named)
        .map(|alias| (alias, AliasHistory::default()))
        .collect();
    look_up(conn, &mut standings, |_| true).await?;
    let mut busy = reserve(conn, tasks, &mut standings, line).await?;

    let mut asked: HashSet<i64> = HashSet::new();
    let mut locked: HashSet<i64> = HashSet::new();
    let choice = loop {
        let choice = choose(tasks, standings.clone(), &busy);
        let pairs = || {
            choice
                .contacts
                .iter()
                .zip(tasks)
                .filter_map(|(c, t)| Some((t.delivery, (*c).filter(|c| *c > 0)?)))
        };
        let mut existing: Vec<i64> = pairs()
            .map(|(_, contact)| contact)
            .filter(|c| asked.insert(*c))
            .collect();
        if existing.is_empty() {
            break choice;
        }
        existing.sort_unstable();
        locked.extend(contact::lock(conn, &existing).await?);
        let touched: Vec<(i64, Held)> = pairs()
            .map(|(delivery, contact)| (delivery, Held::Contact(contact)))
            .collect();
        let before = busy.len();
        busy.extend(
            pairs()
                .filter(|(_, c)| !locked.contains(c))
                .map(|(d, c)| (d, Held::Contact(c))),
        );
        busy.extend(line.behind(conn, &touched).await?);
        if busy.len() == before {
            break choice;
        }
        // Decide again without the busy deliveries, because their ids may have affected the
        // contacts of other events.
    };
    let Choice {
        contacts: chosen,
        new,
        known,
        conflicts,
    } = choice;
    let made = if new.is_empty() {
        Vec::new()
    } else {
        contact::create(conn, &new).await?
    };
    let real = |c: i64| match usize::try_from(-c) {
        Ok(n) if n > 0 => made.get(n - 1).copied().unwrap_or(c),
        _ => c,
    };
    let known: Vec<Known> = known
        .into_values()
        .map(|k| Known {
            contact: real(k.contact),
            ..k
        })
        .collect();
    contact::learn(conn, &known).await?;
    let conflicts: Vec<(i64, i64, Timestamp)> = conflicts
        .into_iter()
        .map(|(one, other, at)| (real(one), real(other), at))
        .collect();
    let fresh = contact::conflicted(conn, &conflicts).await?;
    if !fresh.is_empty() {
        tracing::warn!(
            count = fresh.len(),
            "ids of one customer stand for two contacts: see inbox contact list --conflicts"
        );
    }
    let contacts: Vec<Option<i64>> = chosen.into_iter().map(|c| c.map(real)).collect();
    for (task, contact) in tasks.iter().zip(&contacts) {
        if let (Some(new), Some(contact)) = (task.new_ids(), contact) {
            replace(conn, *contact, task, new).await?;
        }
    }
    Ok(ResolvedContacts { contacts, busy })
}

async fn look_up(
    conn: &mut PgConnection,
    standings: &mut Standings,
    which: impl Fn(&AliasHistory) -> bool,
) -> Result<()> {
    let asked: Vec<Alias> = standings
        .iter()
        .filter(|(_, s)| which(s))
        .map(|(a, _)| a.clone())
        .collect();
    if asked.is_empty() {
        return Ok(());
    }
    let holders = contact::holders(conn, &asked.iter().collect::<Vec<_>>()).await?;
    for alias in &asked {
        standings.insert(alias.clone(), AliasHistory::default());
    }
    for Holder {
        index,
        contact,
        superseded_at,
    } in holders
    {
        let Some(standing) = asked.get(index).and_then(|a| standings.get_mut(a)) else {
            continue;
        };
        match superseded_at {
            None => standing.now = Some(contact),
            Some(until) => standing.past.push((contact, until)),
        }
    }
    Ok(())
}

/// Ends the ids that a change replaced.
async fn replace(conn: &mut PgConnection, contact: i64, task: &Task<'_>, new: &Ids) -> Result<()> {
    let old = aliases(task.ids());
    for alias in aliases(new) {
        let replaced = old.iter().find(|o| o.kind == alias.kind).map(|o| o.value.as_str());
        contact::supersede(conn, contact, alias.kind, replaced, &alias.value, task.at).await?;
    }
    Ok(())
}

impl ResolvedContacts {
    /// Updates the contacts' own data: names, choices, and the times when the customers were seen.
    pub async fn describe(&self, conn: &mut PgConnection, tasks: &[Task<'_>]) -> Result<()> {
        let mut portraits: HashMap<i64, ContactUpdate> = HashMap::new();
        let mut order: Vec<i64> = Vec::new();
        let mut seen_before: HashSet<i64> = HashSet::new();
        for task in tasks {
            let Some(contact) = task.contact else {
                continue;
            };
            if seen_before.insert(contact) {
                order.push(contact);
            }
            let p = portraits.entry(contact).or_insert_with(|| ContactUpdate {
                contact,
                seen: (task.at, task.at),
                name: None,
                username: None,
                marketing: None,
            });
            p.seen = (p.seen.0.min(task.at), p.seen.1.max(task.at));
            let (name, username) = match &task.what {
                What::Message(m) => (&m.profile_name, &m.username),
                What::Status(s) => (&s.profile_name, &s.username),
                What::Name(n) => (&n.name, &n.username),
                What::Preference(choice) => {
                    let word = choice.allows_marketing().map(|yes| if yes { "resume" } else { "stop" });
                    later(&mut p.marketing, word, task.at);
                    continue;
                }
                What::ThreadControl(_) | What::Ids(_) => continue,
            };
            // A name from the business's address book is used only until the customer's own name
            // arrives.
            let named_at = match &task.what {
                What::Name(n) if n.address_book => Timestamp::UNIX_EPOCH,
                What::Name(_)
                | What::Message(_)
                | What::Status(_)
                | What::ThreadControl(_)
                | What::Ids(_)
                | What::Preference(_) => task.at,
            };
            later(&mut p.name, name.clone(), named_at);
            later(&mut p.username, username.clone(), task.at);
        }
        order.sort_unstable();
        let portraits: Vec<ContactUpdate> = order.into_iter().filter_map(|c| portraits.remove(&c)).collect();
        contact::portray(conn, &portraits).await
    }
}

fn later<T>(slot: &mut Option<(T, Timestamp)>, value: Option<T>, at: Timestamp) {
    if let Some(value) = value
        && slot.as_ref().is_none_or(|(_, then)| at >= *then)
    {
        *slot = Some((value, at));
    }
}
