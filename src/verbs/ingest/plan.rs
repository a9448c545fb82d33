//! Decides, in memory and in the order of arrival, the effect of each event on messages and
//! conversations.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use serde_json::json;

use super::classify::{Task, What};
use crate::db::conversation::episode::{Locked, New, Pair};
use crate::db::message::{Key, Known, Row, StatusRow};
use crate::db::webhook::notice::Notice;
use crate::domain::conversation::Change;
use crate::domain::episode::{self, Effect, Episode, Placement, precedes};
use crate::domain::vocabulary::Status as ConversationStatus;
use crate::domain::whatsapp::{Author, Direction, Kind, Message, Source, Status, StatusKind, ThreadControl};

/// An existing conversation, or the n-th of the conversations to open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ConversationRef {
    /// An existing conversation, by id.
    Known(i64),
    /// A new conversation, by position in [`Plan::new`].
    New(usize),
}

/// The stored version of a message, if any, and the row to write.
#[derive(Debug, Default)]
pub struct Entry {
    /// The stored version.
    pub known: Option<Known>,
    /// The row to write, without the conversation. `slot` contains the conversation.
    pub row: Option<Row>,
    /// The conversation.
    pub slot: Option<ConversationRef>,
}

#[derive(Debug)]
struct PlannedConversation {
    slot: ConversationRef,
    episode: Episode,
    head_at: Timestamp,
    last_message_at: Option<Timestamp>,
    change: Option<Change>,
}

/// The rows to write.
#[derive(Debug)]
pub struct Plan {
    window: i64,
    now: Timestamp,
    planned: Vec<PlannedConversation>,
    by_pair: HashMap<(i64, i64), Vec<usize>>,
    /// Messages by key, in the order of locks.
    pub messages: BTreeMap<Key, Entry>,
    /// Statuses by message, value and participant.
    pub statuses: BTreeMap<(Key, String, String), StatusRow>,
    /// The conversations to open.
    pub new: Vec<New>,
    /// Conversations whose runs must be computed again.
    pub refold: HashSet<ConversationRef>,
    /// Messages whose failure must be determined again.
    pub judge: HashSet<Key>,
}

fn claim_of(m: &Message) -> Option<Effect> {
    match (m.source, m.direction) {
        (Source::History, _) => None,
        (Source::Live, Direction::Inbound) if m.counts => Some(Effect::Attention),
        (Source::Echo, Direction::Outbound) if is_reply(m) => Some(Effect::Ours),
        (Source::Live | Source::Echo | Source::Standby, _) => Some(Effect::Aside),
    }
}

/// Returns whether a message is content from a human, unlike a bot's message or a reaction. A call
/// is not a reply, because the customer may not have answered it.
fn is_reply(m: &Message) -> bool {
    m.source == Source::Echo && m.author == Author::Human && m.kind.is_content() && m.kind != Kind::Call
}

/// Returns the rank of a message. The end of a call has a higher rank than its start.
fn rank_of(m: &Message) -> i16 {
    let ended = m.call.as_ref().is_some_and(|c| c.event.as_deref() == Some("terminate"));
    m.rank() + i16::from(ended && m.source == Source::Live)
}

/// Returns whether a message is a template, which a person did not write for this customer.
fn is_template(s: &Status) -> bool {
    s.source == Source::Standby
        || s.category.as_deref().is_some_and(|c| {
            ["marketing", "utility", "authentication"]
                .iter()
                .any(|t| c.starts_with(t))
        })
}

fn is_evidence(s: &Status) -> bool {
    match s.status {
        StatusKind::Sent | StatusKind::Delivered | StatusKind::Read | StatusKind::Played => true,
        StatusKind::Failed | StatusKind::Unknown(_) => false,
    }
}

fn shows_delivery(s: &Status) -> bool {
    is_evidence(s) && s.status != StatusKind::Sent
}

/// Returns whether a customer's message keeps the 24-hour window open.
pub fn keeps_window_open(row: &Row) -> bool {
    let aside = ["reaction", "edit", "revoke", "system", "request_welcome"];
    !row.outbound && (row.counts || row.source == "standby" && !aside.contains(&row.kind.as_str()))
}

/// The conversations that a task needs: the customer's conversations, or the conversation of a
/// stored message.
enum Need {
    Nothing,
    Pair(i64, i64),
    Conversation(i64),
}

fn need(task: &Task<'_>, known: &HashMap<Key, Known>) -> Need {
    let (Some(channel), Some(key)) = (task.channel, task.key()) else {
        return Need::Nothing;
    };
    let found = known.get(&key);
    let pair = |contact: Option<i64>| contact.map_or(Need::Nothing, |c| Need::Pair(channel, c));
    match &task.what {
        What::Message(m) => match (found, claim_of(m)) {
            (Some(k), _) if k.rank >= rank_of(m) => Need::Nothing,
            (_, None) => Need::Nothing,
            (Some(k), Some(effect)) => match k.conversation {
                Some(id) if k.counts || effect != Effect::Attention => Need::Conversation(id),
                Some(_) | None => pair(k.contact.or(task.contact)),
            },
            (None, Some(_)) => pair(task.contact),
        },
        What::ThreadControl(_) if found.is_some() => Need::Nothing,
        What::ThreadControl(_) => pair(task.contact),
        What::Status(s) => match found {
            None if s.is_call || s.group_id.is_some() => Need::Nothing,
            None => pair(task.contact),
            Some(k) if !k.outbound => Need::Nothing,
            Some(k) => match k.conversation {
                None if k.rank == 0 && is_evidence(s) => pair(k.contact.or(task.contact)),
                None => Need::Nothing,
                Some(id) => {
                    let verdict = match s.status {
                        StatusKind::Failed => !k.failed,
                        StatusKind::Delivered | StatusKind::Read | StatusKind::Played => k.failed,
                        StatusKind::Sent | StatusKind::Unknown(_) => false,
                    };
                    let moves = k.rank == 0 && (task.at < k.at || k.counts && is_template(s));
                    if verdict || moves {
                        Need::Conversation(id)
                    } else {
                        Need::Nothing
                    }
                }
            },
        },
        What::Ids(_) | What::Name(_) | What::Preference(_) => Need::Nothing,
    }
}

/// Lists the rows to lock: customers on channels with their earliest time, and conversations.
pub fn wanted(tasks: &[Task<'_>], known: &HashMap<Key, Known>) -> (Vec<Pair>, Vec<i64>) {
    let mut pairs: BTreeMap<(i64, i64), Timestamp> = BTreeMap::new();
    let mut ids: HashSet<i64> = HashSet::new();
    for task in tasks {
        match need(task, known) {
            Need::Nothing => {}
            Need::Pair(channel, contact) => {
                let from = pairs.entry((contact, channel)).or_insert(task.at);
                *from = (*from).min(task.at);
            }
            Need::Conversation(id) => {
                ids.insert(id);
            }
        }
    }
    let pairs = pairs
        .into_iter()
        .map(|((contact, channel), from)| Pair { channel, contact, from })
        .collect();
    (pairs, ids.into_iter().collect())
}

/// Conversations by id and by customer.
pub struct Conversations {
    ids: HashSet<i64>,
    by_pair: HashMap<(i64, i64), i64>,
}

impl Conversations {
    /// Collects conversations, each as id, channel and contact.
    pub fn new(planned: impl Iterator<Item = (i64, i64, i64)> + Clone) -> Conversations {
        Conversations {
            ids: planned.clone().map(|(id, ..)| id).collect(),
            by_pair: planned.map(|(id, channel, contact)| ((channel, contact), id)).collect(),
        }
    }

    /// Returns the conversation in this set that a task needs.
    pub fn touched(&self, task: &Task<'_>, known: &HashMap<Key, Known>) -> Option<i64> {
        match need(task, known) {
            Need::Nothing => None,
            Need::Pair(channel, contact) => self.by_pair.get(&(channel, contact)).copied(),
            Need::Conversation(id) => self.ids.get(&id).copied(),
        }
    }
}

/// Returns the id of the stored message that a task may update.
pub fn updated(task: &Task<'_>, known: &HashMap<Key, Known>) -> Option<i64> {
    let found = known.get(&task.key()?)?;
    let updates = match &task.what {
        What::Message(m) => found.rank < rank_of(m),
        What::Status(s) => found.outbound && (found.rank == 0 || s.status == StatusKind::Failed || found.failed),
        What::ThreadControl(_) | What::Ids(_) | What::Name(_) | What::Preference(_) => false,
    };
    updates.then_some(found.id)
}

impl Plan {
    /// Creates a plan from stored messages and locked conversations.
    pub fn new(known: HashMap<Key, Known>, locked: Vec<Locked>, window: i64, now: Timestamp) -> Plan {
        let mut planned = Vec::new();
        let mut by_pair: HashMap<(i64, i64), Vec<usize>> = HashMap::new();
        for l in locked {
            by_pair.entry((l.channel, l.contact)).or_default().push(planned.len());
            planned.push(PlannedConversation {
                slot: ConversationRef::Known(l.id),
                episode: Episode {
                    status: l.status,
                    opened_at: l.opened_at,
                    resolved_at: l.resolved_at,
                    last_reply_at: l.last_reply_at,
                },
                head_at: l.head_at,
                last_message_at: l.last_message_at,
                change: None,
            });
        }
        let messages = known
            .into_iter()
            .map(|(key, k)| {
                let slot = k.conversation.map(ConversationRef::Known);
                let entry = Entry {
                    known: Some(k),
                    row: None,
                    slot,
                };
                (key, entry)
            })
            .collect();
        Plan {
            window,
            now,
            planned,
            by_pair,
            messages,
            statuses: BTreeMap::new(),
            new: Vec::new(),
            refold: HashSet::new(),
            judge: HashSet::new(),
        }
    }

    /// Lists the changes of existing conversations.
    pub fn changes(&self) -> BTreeMap<i64, Change> {
        self.planned
            .iter()
            .filter_map(|r| match (r.slot, &r.change) {
                (ConversationRef::Known(id), Some(change)) => Some((id, change.clone())),
                (ConversationRef::Known(_) | ConversationRef::New(_), _) => None,
            })
            .collect()
    }

    /// Assigns a message to a conversation and records its effect there. Returns the conversation,
    /// and whether the message arrived out of order.
    fn place_message(
        &mut self,
        channel: i64,
        contact: i64,
        at: Timestamp,
        effect: Effect,
        by: &str,
    ) -> (Option<ConversationRef>, bool) {
        let planned = self.by_pair.entry((channel, contact)).or_default();
        let episodes: Vec<Episode> = planned.iter().map(|i| self.planned[*i].episode).collect();
        let (at_index, change) = match episode::place(&episodes, at, effect, self.window) {
            Placement::Apart => return (None, false),
            Placement::Open => {
                let status = if effect == Effect::Attention {
                    ConversationStatus::Open
                } else {
                    ConversationStatus::Pending
                };
                let slot = ConversationRef::New(self.new.len());
                self.new.push(New {
                    channel,
                    contact,
                    status,
                    by_us: effect == Effect::Ours,
                    opened_at: at,
                    data: json!({ "by": by }),
                });
                planned.push(self.planned.len());
                self.planned.push(PlannedConversation {
                    slot,
                    episode: Episode {
                        status,
                        opened_at: at,
                        resolved_at: None,
                        last_reply_at: None,
                    },
                    head_at: self.now,
                    last_message_at: None,
                    change: None,
                });
                (self.planned.len() - 1, None)
            }
            Placement::Join(i) => (planned[i], None),
            Placement::Wake(i) => (planned[i], Some(Change::Wake)),
            Placement::Reopen { episode, late } => (planned[episode], Some(Change::ReopenByMessage { late })),
        };
        let conversation = &mut self.planned[at_index];
        let late = conversation.last_message_at.is_some_and(|last| at < last)
            || conversation.episode.resolved_at.is_some_and(|r| precedes(at, r));
        if let Some(change) = change {
            conversation.episode.status = ConversationStatus::Open;
            conversation.episode.resolved_at = None;
            match conversation.slot {
                ConversationRef::Known(_) => conversation.change = Some(change),
                // An outbound message was going to open the conversation. The customer has already
                // answered.
                ConversationRef::New(i) => self.new[i].status = ConversationStatus::Open,
            }
        }
        conversation.last_message_at = conversation.last_message_at.max(Some(at));
        match effect {
            Effect::Attention => conversation.episode.opened_at = conversation.episode.opened_at.min(at),
            Effect::Ours => {
                conversation.episode.opened_at = conversation.episode.opened_at.min(at);
                conversation.episode.last_reply_at = conversation.episode.last_reply_at.max(Some(at));
            }
            Effect::Aside => {}
        }
        if let ConversationRef::New(i) = conversation.slot {
            self.new[i].opened_at = conversation.episode.opened_at;
        }
        (Some(conversation.slot), late)
    }

    /// Returns the time from which a message is visible. The time is not before the events of its
    /// conversation.
    fn seen_at(&self, slot: Option<ConversationRef>) -> Timestamp {
        self.planned
            .iter()
            .find(|r| Some(r.slot) == slot)
            .map_or(self.now, |r| r.head_at.max(self.now))
    }

    /// Adds a message to the plan: a new message, or a version with a higher, equal or lower rank
    /// than the stored one.
    pub fn message(&mut self, task: &Task<'_>, m: &Message) {
        let (Some(channel), Some(contact), Some(key)) = (task.channel, task.contact, task.key()) else {
            return;
        };
        let rank = rank_of(m);
        let entry = self.messages.entry(key.clone()).or_default();
        let before = Before::of(entry);
        if before.rank.is_some_and(|r| r >= rank) {
            return;
        }
        // From rank 4 on, only a call changes, when its end arrives. Other differences between the
        // two versions are ignored.
        let call = before.call.clone().filter(|_| before.rank.is_some_and(|r| r >= 4));
        if call.is_none() && before.rank.is_some_and(|r| r >= 4) {
            return;
        }
        let counts = match call {
            Some(_) => before.counts,
            None => m.counts || is_reply(m),
        };
        let contact = before.contact.unwrap_or(contact);
        let effect = claim_of(m).filter(|_| call.is_none() || before.slot.is_none());
        let at = match &call {
            Some(_) => before.at.map_or(task.at, |then| then.max(task.at)),
            None => task.at,
        };
        let (outbound, author) =
            call.unwrap_or_else(|| (m.direction == Direction::Outbound, m.author.as_str().to_owned()));
        // A message that becomes content in this version has its effect now. A message with a
        // conversation stays there.
        let (slot, late) = match (before.slot, effect) {
            (Some(slot), Some(effect)) if effect != Effect::Attention || before.counts => (Some(slot), before.late),
            (slot, None) => (slot, before.late),
            (_, Some(effect)) => self.place_message(channel, contact, at, effect, "message"),
        };
        let received_at = match before.received_at {
            Some(then) if before.counts || !counts => then,
            Some(_) | None => self.seen_at(slot),
        };
        if before.rank.is_some() {
            self.refold.extend(before.slot.into_iter().chain(slot));
        }
        let row = Row {
            key: key.clone(),
            contact: Some(contact),
            conversation: None,
            rank,
            source: m.source.as_str(),
            outbound,
            author,
            agent: None,
            inferred: false,
            kind: m.kind.as_str().to_owned(),
            at,
            received_at,
            late,
            counts,
            text: m.text.clone(),
            summary: Some(m.placeholder.clone()),
            reply_to: m.reply_to.clone(),
            target: m.target.clone(),
            raw: Some(task.item.raw.clone()),
        };
        let entry = self.messages.entry(key).or_default();
        entry.row = Some(row);
        entry.slot = slot;
    }

    /// Adds a handover to the plan, as a message of the author `system`. It opens the conversation
    /// when people control the thread from now on.
    pub fn handover(&mut self, task: &Task<'_>, h: &ThreadControl) {
        let (Some(channel), Some(contact), Some(key)) = (task.channel, task.contact, task.key()) else {
            return;
        };
        if self.messages.contains_key(&key) {
            return;
        }
        let effect = if h.to_people == Some(true) {
            Effect::Attention
        } else {
            Effect::Aside
        };
        let (slot, late) = self.place_message(channel, contact, task.at, effect, "handover");
        let line = match h.to_people {
            Some(true) => "[the bot passed the customer on]",
            Some(false) => "[a bot holds the thread]",
            None => "[the thread changed hands]",
        };
        let row = Row {
            key: key.clone(),
            contact: Some(contact),
            conversation: None,
            rank: 4,
            source: "live",
            outbound: false,
            author: "system".to_owned(),
            agent: None,
            inferred: false,
            kind: "handover".to_owned(),
            at: task.at,
            received_at: self.seen_at(slot),
            late,
            counts: false,
            text: h.summary.clone(),
            summary: Some(h.summary.as_ref().map_or(line.to_owned(), |s| format!("{line} {s}"))),
            reply_to: None,
            target: None,
            raw: Some(task.item.raw.clone()),
        };
        self.messages.insert(
            key,
            Entry {
                known: None,
                row: Some(row),
                slot,
            },
        );
    }

    /// Adds a status to the plan. A status of an unknown message is evidence that another tool sent
    /// a message. Returns the notice for the operator.
    pub fn status(&mut self, task: &Task<'_>, s: &Status) -> Option<Notice> {
        let (Some(channel), Some(key)) = (task.channel, task.key()) else {
            return None;
        };
        let participant = s.participant.clone().unwrap_or_default();
        let error = s.errors.first();
        self.statuses
            .entry((key.clone(), s.status.as_str().to_owned(), participant.clone()))
            .or_insert_with(|| StatusRow {
                key: key.clone(),
                status: s.status.as_str().to_owned(),
                participant,
                at: task.at,
                error_code: error.and_then(|e| e.code),
                error_title: error.and_then(|e| e.title.clone()),
                opaque: s.opaque.clone(),
            });
        self.foreign(task, s, channel, &key);
        let found = self.messages.get(&key).and_then(|e| e.known.as_ref());
        if s.status == StatusKind::Failed || shows_delivery(s) && found.is_none_or(|k| k.failed) {
            self.judge.insert(key);
        }
        let alarm = s.errors.iter().find(|e| e.needs_operator())?;
        let code = alarm.code.unwrap_or_default();
        let day = task.at.as_second() / 86_400;
        Some(Notice {
            delivery: task.delivery,
            key: format!("status_error\u{1f}{channel}\u{1f}{code}\u{1f}{day}"),
            field: task.item.field.clone(),
            waba: task.item.waba.clone(),
            phone_number_id: task.item.phone_number_id.clone(),
            severity: "critical",
            summary: format!(
                "messages fail with error {code} {}",
                alarm.title.as_deref().unwrap_or_default()
            )
            .trim()
            .to_owned(),
            raw: Some(task.item.raw.clone()),
        })
    }

    /// Stores a placeholder for a message that is known only from its statuses.
    fn foreign(&mut self, task: &Task<'_>, s: &Status, channel: i64, key: &Key) {
        if s.is_call || s.group_id.is_some() {
            return;
        }
        let entry = self.messages.entry(key.clone()).or_default();
        let before = Before::of(entry);
        if before.rank.is_some_and(|r| r > 0) {
            return;
        }
        let Some(contact) = before.contact.or(task.contact) else {
            if before.rank.is_none() {
                self.messages.remove(key);
            }
            return;
        };
        let template = is_template(s) || before.rank.is_some() && !before.counts;
        let at = before.at.map_or(task.at, |at| at.min(task.at));
        let (mut slot, mut late) = (before.slot, before.late);
        // A send that only failed did not reach the customer. It joins an existing conversation and
        // opens none.
        let effect = if is_evidence(s) { Effect::Ours } else { Effect::Aside };
        let newly = slot.is_none() && (before.rank.is_none() || effect == Effect::Ours);
        if newly {
            (slot, late) = self.place_message(channel, contact, at, effect, "status");
        }
        let unchanged = before.at == Some(at) && before.counts != template && !newly;
        if before.rank.is_some() && unchanged {
            return;
        }
        if before.rank.is_some() {
            self.refold.extend(slot);
        }
        let row = Row {
            key: key.clone(),
            contact: Some(contact),
            conversation: None,
            rank: 0,
            source: "status",
            outbound: true,
            author: if template { "bot" } else { "human" }.to_owned(),
            agent: None,
            inferred: false,
            kind: if template { "template" } else { "unknown" }.to_owned(),
            at,
            received_at: before.received_at.unwrap_or_else(|| self.seen_at(slot)),
            late,
            counts: !template,
            text: None,
            summary: Some(
                if template {
                    "[template sent by another tool]"
                } else {
                    "[sent by another tool]"
                }
                .to_owned(),
            ),
            reply_to: None,
            target: None,
            raw: None,
        };
        let entry = self.messages.entry(key.clone()).or_default();
        entry.row = Some(row);
        entry.slot = slot;
    }
}

/// A message before an event, from the database or from an earlier event of this set.
struct Before {
    rank: Option<i16>,
    contact: Option<i64>,
    slot: Option<ConversationRef>,
    counts: bool,
    at: Option<Timestamp>,
    received_at: Option<Timestamp>,
    late: bool,
    /// The direction and author of a call.
    call: Option<(bool, String)>,
}

impl Before {
    fn of(entry: &Entry) -> Before {
        let slot = entry.slot;
        match (&entry.row, &entry.known) {
            (Some(r), _) => Before {
                rank: Some(r.rank),
                contact: r.contact,
                slot,
                counts: r.counts,
                at: Some(r.at),
                received_at: Some(r.received_at),
                late: r.late,
                call: (r.kind == Kind::Call.as_str()).then(|| (r.outbound, r.author.clone())),
            },
            (None, Some(k)) => Before {
                rank: Some(k.rank),
                contact: k.contact,
                slot,
                counts: k.counts,
                at: Some(k.at),
                received_at: Some(k.received_at),
                late: k.late,
                call: (k.kind == Kind::Call.as_str()).then(|| (k.outbound, k.author.clone())),
            },
            (None, None) => Before {
                rank: None,
                contact: None,
                slot: None,
                counts: false,
                at: None,
                received_at: None,
                late: false,
                call: None,
            },
        }
    }
}
