//! Runs: how long customers waited. Folded from a conversation's messages and resolves, whatever order they arrived in.
//!
//! A run is the set of customer messages that the same thing ended: the first human reply after
//! them in Meta's time (at equal seconds the customer was first), or the first resolve after they
//! had *arrived*, whichever is earlier. Arrival decides about resolves because nobody can resolve
//! what he cannot see: a late message that reopens a conversation waits again, though its time lies
//! before the resolve.

use std::collections::HashMap;

use jiff::Timestamp;

use super::ids::AgentId;

/// Who said something that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// The customer.
    Customer,
    /// A person of the team, where known who.
    Human(Option<AgentId>),
}

/// One message that counts: content by the customer, or a human reply that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// Decides between messages of the same second.
    pub id: i64,
    /// Meta's time.
    pub at: Timestamp,
    /// When it could be seen.
    pub received_at: Timestamp,
    /// By whom.
    pub by: Speaker,
}

impl Said {
    fn is_reply(&self) -> bool {
        matches!(self.by, Speaker::Human(_))
    }

    fn key(&self) -> (Timestamp, bool, i64) {
        (self.at, self.is_reply(), self.id)
    }
}

/// What ended a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// A human reply.
    Answered(Timestamp, Option<AgentId>),
    /// A resolve.
    Resolved(Timestamp),
}

/// A series of customer messages without a human reply in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Its first message.
    pub started_at: Timestamp,
    /// Its last message so far.
    pub last_at: Timestamp,
    /// How many messages it has.
    pub messages: i32,
    /// What ended it; nothing while the customer waits.
    pub end: Option<End>,
    /// Whether it lies before the conversation's first human reply.
    pub first: bool,
}

/// How a run looked at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// Until when the customer had waited.
    pub to: Timestamp,
    /// What had ended it; nothing while the customer waited.
    pub end: Option<End>,
}

impl Run {
    /// Returns the time it had waited by `end`, or `None` when it had not begun by then or had
    /// ended before `since`.
    pub fn wait(&self, since: Option<Timestamp>, end: Timestamp) -> Option<Wait> {
        let ended = self.end.filter(|e| e.at() <= end);
        let to = ended.map_or(end, |e| e.at()).max(self.started_at);
        let meant = self.started_at < end && since.is_none_or(|since| to > since || self.started_at >= since);
        meant.then_some(Wait { to, end: ended })
    }
}

impl End {
    /// Returns the time of its end.
    pub fn at(&self) -> Timestamp {
        match self {
            End::Answered(at, _) | End::Resolved(at) => *at,
        }
    }
}

/// What a conversation's messages say about its times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    /// Its runs, by their first message. At most one has no end.
    pub runs: Vec<Run>,
    /// The first human reply, and by whom.
    pub first_reply: Option<(Timestamp, Option<AgentId>)>,
    /// The customer's first message.
    pub first_customer_at: Option<Timestamp>,
}

/// Folds what was said and when it was resolved. `by_us`: the conversation was started by us, so
/// that its first message is the first reply.
pub fn fold(said: &[Said], resolves: &[Timestamp], by_us: bool) -> Folded {
    let mut said: Vec<&Said> = said.iter().collect();
    said.sort_by_key(|s| s.key());
    let mut resolves = resolves.to_vec();
    resolves.sort();
    let first_customer_at = said.iter().find(|s| !s.is_reply()).map(|s| s.at);
    let first_reply = said
        .iter()
        .find(|s| s.is_reply() && (by_us || first_customer_at.is_some_and(|c| s.at >= c)))
        .and_then(|s| reply_of(s));

    let mut runs: Vec<Run> = Vec::new();
    let mut by_end: HashMap<Option<(bool, usize)>, usize> = HashMap::new();
    // Backwards, so that the next reply is at hand; the runs are turned round after.
    let mut next_reply: Option<usize> = None;
    let mut ends: Vec<Option<(bool, usize)>> = vec![None; said.len()];
    for (i, s) in said.iter().enumerate().rev() {
        if s.is_reply() {
            next_reply = Some(i);
            continue;
        }
        let resolve = resolves.partition_point(|r| *r <= s.received_at);
        ends[i] = match (next_reply, resolves.get(resolve)) {
            // A reply that was there already came first, though WhatsApp's clock may be ahead of ours.
            (Some(reply), Some(at)) if said[reply].at.min(said[reply].received_at) <= *at => Some((true, reply)),
            (_, Some(_)) => Some((false, resolve)),
            (Some(reply), None) => Some((true, reply)),
            (None, None) => None,
        };
    }
    for (s, end) in said.iter().zip(ends) {
        if s.is_reply() {
            continue;
        }
        let run = *by_end.entry(end).or_insert_with(|| {
            runs.push(Run {
                started_at: s.at,
                last_at: s.at,
                messages: 0,
                end: end.and_then(|(answered, i)| {
                    if answered {
                        reply_of(said[i]).map(|(at, by)| End::Answered(at, by))
                    } else {
                        resolves.get(i).copied().map(End::Resolved)
                    }
                }),
                first: first_reply.is_none_or(|(at, _)| s.at <= at),
            });
            runs.len() - 1
        });
        runs[run].last_at = s.at;
        runs[run].messages += 1;
    }
    Folded {
        runs,
        first_reply,
        first_customer_at,
    }
}

fn reply_of(s: &Said) -> Option<(Timestamp, Option<AgentId>)> {
    match s.by {
        Speaker::Human(agent) => Some((s.at, agent)),
        Speaker::Customer => None,
    }
}

/// The end of a conversation's fold: enough to go on from where messages arrive in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tail {
    /// The open run and its number.
    pub open: Option<(i32, Run)>,
    /// The highest number of a run, 0 without any.
    pub last_seq: i32,
    /// The newest time of any message.
    pub last_message_at: Option<Timestamp>,
    /// The newest resolve.
    pub last_resolve: Option<Timestamp>,
    /// The first human reply.
    pub first_reply: Option<(Timestamp, Option<AgentId>)>,
    /// The customer's first message.
    pub first_customer_at: Option<Timestamp>,
    /// Whether we started the conversation.
    pub by_us: bool,
}

impl Tail {
    /// Goes on with newly arrived messages and gives the runs that are new or changed, with their numbers.
    /// None where one is not in order: then the conversation is folded anew.
    pub fn advance(&mut self, news: &[Said]) -> Option<Vec<(i32, Run)>> {
        let mut news: Vec<&Said> = news.iter().collect();
        news.sort_by_key(|s| s.key());
        let mut changed: Vec<(i32, Run)> = Vec::new();
        for s in news {
            let after_all = self.last_message_at.is_none_or(|last| s.at > last);
            // Several photos in one second, or a reply in the second of the message: still in order.
            let same_second = self.last_message_at == Some(s.at)
                && (s.is_reply() || self.open.as_ref().is_some_and(|(_, run)| run.last_at == s.at));
            if !(after_all || same_second) {
                return None;
            }
            match s.by {
                Speaker::Customer => {
                    self.first_customer_at.get_or_insert(s.at);
                    let first = self.first_reply.is_none();
                    match &mut self.open {
                        Some((_, run)) => {
                            run.last_at = s.at;
                            run.messages += 1;
                        }
                        None => {
                            self.last_seq += 1;
                            let run = Run {
                                started_at: s.at,
                                last_at: s.at,
                                messages: 1,
                                end: None,
                                first,
                            };
                            self.open = Some((self.last_seq, run));
                        }
                    }
                    if let Some(open) = &self.open {
                        put(&mut changed, *open);
                    }
                }
                Speaker::Human(agent) => {
                    // It would have ended what a resolve ended after it.
                    if self.last_resolve.is_some_and(|r| s.at <= r) {
                        return None;
                    }
                    if self.first_reply.is_none() && (self.by_us || self.first_customer_at.is_some()) {
                        self.first_reply = Some((s.at, agent));
                    }
                    if let Some((seq, mut run)) = self.open.take() {
                        run.end = Some(End::Answered(s.at, agent));
                        put(&mut changed, (seq, run));
                    }
                }
            }
            self.last_message_at = Some(s.at);
        }
        Some(changed)
    }
}

fn put(changed: &mut Vec<(i32, Run)>, (seq, run): (i32, Run)) {
    match changed.iter_mut().find(|(s, _)| *s == seq) {
        Some(slot) => slot.1 = run,
        None => changed.push((seq, run)),
    }
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
