//! Runs measure the waits of customers. They are computed from a conversation's messages and
//! resolves. The result does not depend on the order of arrival.
//!
//! A run is the set of customer messages that end with the same reply or resolve. The end is the
//! first human reply after the messages in Meta's time, or the first resolve after the messages
//! *arrived*, whichever is earlier. At equal seconds the customer's message is before the reply.
//! Arrival decides about resolves, because an agent cannot see a message before it arrives. A late
//! message that reopens a conversation therefore starts a new wait, although its time is before the
//! resolve.
//!
//! A human reply is credited to the agent who owned the conversation at the message's time, because
//! the payload does not contain the author. A reply that opens its conversation is credited to no
//! agent. `verbs::ingest` stores the credit with the message.

use std::collections::HashMap;

use jiff::Timestamp;

use super::ids::AgentId;

/// The author of a message that is content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// The customer.
    Customer,
    /// A human of the team, with the credited agent if one exists.
    Human(Option<AgentId>),
}

/// One message that is content: by the customer, or a human reply that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// The id of the message. It decides the order of messages of the same second.
    pub id: i64,
    /// Meta's time.
    pub at: Timestamp,
    /// The time when the message became visible.
    pub received_at: Timestamp,
    /// The author.
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

/// The end of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// A human reply.
    Answered(Timestamp, Option<AgentId>),
    /// A resolve.
    Resolved(Timestamp),
}

/// A series of customer messages without a human reply between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// The time of the first message.
    pub started_at: Timestamp,
    /// The time of the last message so far.
    pub last_at: Timestamp,
    /// The number of messages.
    pub messages: i32,
    /// The end. `None` while the customer waits.
    pub end: Option<End>,
    /// Whether the run is before the conversation's first human reply.
    pub first: bool,
}

/// The state of a run at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// The time up to which the wait is measured.
    pub to: Timestamp,
    /// The end of the run by that time. `None` if the customer was still waiting.
    pub end: Option<End>,
}

impl Run {
    /// Returns the wait of the run by `end`, or `None` if the run started after `end` or ended
    /// before `since`.
    pub fn wait(&self, since: Option<Timestamp>, end: Timestamp) -> Option<Wait> {
        let ended = self.end.filter(|e| e.at() <= end);
        let to = ended.map_or(end, |e| e.at()).max(self.started_at);
        let meant = self.started_at < end && since.is_none_or(|since| to > since || self.started_at >= since);
        meant.then_some(Wait { to, end: ended })
    }
}

impl End {
    /// Returns the time of the end.
    pub fn at(&self) -> Timestamp {
        match self {
            End::Answered(at, _) | End::Resolved(at) => *at,
        }
    }
}

/// The times of a conversation that follow from its messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    /// The runs, in order of their first messages. At most one has no end.
    pub runs: Vec<Run>,
    /// The first human reply, with the credited agent.
    pub first_reply: Option<(Timestamp, Option<AgentId>)>,
    /// The time of the customer's first message.
    pub first_customer_at: Option<Timestamp>,
}

/// Computes the runs from the messages and the times at which the conversation was resolved. If
/// `by_us` is true, the business started the conversation, and its first message is the first
/// reply.
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
    // The loop runs backwards, so that the next reply is available. The runs are reversed
    // afterwards.
    let mut next_reply: Option<usize> = None;
    let mut ends: Vec<Option<(bool, usize)>> = vec![None; said.len()];
    for (i, s) in said.iter().enumerate().rev() {
        if s.is_reply() {
            next_reply = Some(i);
            continue;
        }
        let resolve = resolves.partition_point(|r| *r <= s.received_at);
        ends[i] = match (next_reply, resolves.get(resolve)) {
            // A reply that had already arrived comes first, even if WhatsApp's clock is ahead of
            // the database's clock.
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

/// The last state of a conversation's runs. It is enough to continue when messages arrive in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tail {
    /// The open run and its number.
    pub open: Option<(i32, Run)>,
    /// The highest number of a run, 0 without any.
    pub last_seq: i32,
    /// The time of the newest message of any kind.
    pub last_message_at: Option<Timestamp>,
    /// The time of the newest resolve.
    pub last_resolve: Option<Timestamp>,
    /// The first human reply.
    pub first_reply: Option<(Timestamp, Option<AgentId>)>,
    /// The time of the customer's first message.
    pub first_customer_at: Option<Timestamp>,
    /// Whether the business started the conversation.
    pub by_us: bool,
}

impl Tail {
    /// Continues with newly arrived messages. Returns the new and changed runs with their numbers.
    /// Returns `None` if a message is out of order. The caller must then compute all runs of the
    /// conversation again.
    pub fn advance(&mut self, news: &[Said]) -> Option<Vec<(i32, Run)>> {
        let mut news: Vec<&Said> = news.iter().collect();
        news.sort_by_key(|s| s.key());
        let mut changed: Vec<(i32, Run)> = Vec::new();
        for s in news {
            let after_all = self.last_message_at.is_none_or(|last| s.at > last);
            // Several photos in one second, or a reply in the second of the message, are still in
            // order.
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
                    // The reply would have ended a run that a later resolve ended.
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
