//! Who an event is about. Contacts are found by business-scoped id, then phone, then the parent's id; unknown ids make a contact, known ones on
//! two contacts are a conflict that is recorded and never merged.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use sqlx::postgres::PgConnection;

use super::sort::{Task, What};
use crate::domain::whatsapp::Ids;
use crate::error::Result;
use crate::store::contact::{self, Alias, AliasKind, Holder, Known, Portrait};

/// The customers of a set of events, their contacts locked.
#[derive(Debug)]
pub struct Crowd {
    /// For each event its contact.
    pub contacts: Vec<Option<i64>>,
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

/// What is known of one id.
#[derive(Debug, Default)]
struct Standing {
    /// Whose it is.
    now: Option<i64>,
    /// Whose it was, and until when.
    past: Vec<(i64, Timestamp)>,
}

impl Standing {
    /// Tells whose it was at a time.
    fn at(&self, at: Timestamp) -> Option<i64> {
        self.now.or_else(|| {
            self.past
                .iter()
                .filter(|(_, until)| at <= *until)
                .min_by_key(|(_, until)| *until)
                .map(|(contact, _)| *contact)
        })
    }

    /// Tells whether an event of that time can say that it holds now: not one from before it ceased to.
    fn can_begin(&self, at: Timestamp) -> bool {
        self.now.is_none() && self.past.iter().all(|(_, until)| at > *until)
    }
}

type Standings = BTreeMap<Alias, Standing>;

/// Finds or makes the contact of each event, locks them, and puts down new ids.
pub async fn resolve(conn: &mut PgConnection, tasks: &[Task<'_>]) -> Result<Crowd> {
    let mut standings: Standings = tasks
        .iter()
        .flat_map(|t| t.new_ids().into_iter().chain([t.ids()]).flat_map(aliases))
        .map(|alias| (alias, Standing::default()))
        .collect();
    look_up(conn, &mut standings, |_| true).await?;
    let unknown: Vec<&Alias> = standings
        .iter()
        .filter(|(_, s)| s.now.is_none())
        .map(|(a, _)| a)
        .collect();
    if !unknown.is_empty() {
        contact::reserve(conn, &unknown).await?;
        look_up(conn, &mut standings, |s| s.now.is_none()).await?;
    }

    let mut new: Vec<Timestamp> = Vec::new();
    let mut chosen: Vec<Option<i64>> = Vec::with_capacity(tasks.len());
    let mut known: BTreeMap<Alias, Known> = BTreeMap::new();
    let mut conflicts: Vec<(i64, i64, Timestamp)> = Vec::new();
    for task in tasks {
        let mut mine = aliases(task.ids());
        mine.extend(
            task.new_ids()
                .into_iter()
                .flat_map(aliases)
                .filter(|a| !mine.contains(a))
                .collect::<Vec<_>>(),
        );
        if mine.is_empty() {
            chosen.push(None);
            continue;
        }
        let found = mine.iter().find_map(|a| standings.get(a)?.at(task.at));
        // Contacts to be made are numbered from -1 downwards until they have an id.
        let contact = found.unwrap_or_else(|| {
            new.push(task.at);
            -i64::try_from(new.len()).unwrap_or(i64::MAX)
        });
        chosen.push(Some(contact));
        for alias in mine {
            let Some(standing) = standings.get_mut(&alias) else {
                continue;
            };
            match standing.now {
                Some(other) if other != contact => {
                    conflicts.push((contact, other, task.at));
                    continue;
                }
                Some(_) => {}
                None if standing.can_begin(task.at) => standing.now = Some(contact),
                None => continue,
            }
            let seen = known.entry(alias.clone()).or_insert(Known {
                contact,
                alias,
                seen: (task.at, task.at),
            });
            seen.seen = (seen.seen.0.min(task.at), seen.seen.1.max(task.at));
        }
    }

    let mut existing: Vec<i64> = chosen.iter().flatten().copied().filter(|c| *c > 0).collect();
    existing.sort_unstable();
    existing.dedup();
    contact::lock(conn, &existing).await?;
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
    Ok(Crowd { contacts })
}

async fn look_up(conn: &mut PgConnection, standings: &mut Standings, which: impl Fn(&Standing) -> bool) -> Result<()> {
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
        standings.insert(alias.clone(), Standing::default());
    }
    for Holder {
        index,
        contact,
        superseded_at,
        ..
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

impl Crowd {
    /// Updates what is known of the contacts themselves: names, choices, when they were seen.
    pub async fn describe(&self, conn: &mut PgConnection, tasks: &[Task<'_>]) -> Result<()> {
        let mut portraits: HashMap<i64, Portrait> = HashMap::new();
        let mut order: Vec<i64> = Vec::new();
        let mut seen_before: HashSet<i64> = HashSet::new();
        for task in tasks {
            let Some(contact) = task.contact else {
                continue;
            };
            if seen_before.insert(contact) {
                order.push(contact);
            }
            let p = portraits.entry(contact).or_insert_with(|| Portrait {
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
                What::Handover(_) | What::Ids(_) => continue,
            };
            // What the business calls somebody stands only until he tells his name.
            let named_at = match &task.what {
                What::Name(n) if n.address_book => Timestamp::UNIX_EPOCH,
                What::Name(_)
                | What::Message(_)
                | What::Status(_)
                | What::Handover(_)
                | What::Ids(_)
                | What::Preference(_) => task.at,
            };
            later(&mut p.name, name.clone(), named_at);
            later(&mut p.username, username.clone(), task.at);
        }
        order.sort_unstable();
        let portraits: Vec<Portrait> = order.into_iter().filter_map(|c| portraits.remove(&c)).collect();
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
