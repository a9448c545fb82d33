//! The hash chains in a documented, independent form: encoding 1 of an event, and the problems of a
//! chain.
//!
//! An event's hash is SHA-256 over this text in UTF-8. The fields are joined with `|`, and a null
//! is an empty text:
//!
//! ```text
//! inbox-event-1 | previous hash, hex | operation digest, hex | subject | id | seq |
//! at, µs since 1970 | kind | actor | operation | status | owner | team | priority |
//! labels joined with , | until, µs | how | reason commitment, hex | note commitment, hex |
//! data, as jsonb prints it
//! ```
//!
//! (without the blanks). Only `data` can contain a `|`, and it is the last field. The previous hash
//! of the first event is empty.
//!
//! The seal contains three SHA-256 hashes. The first is over one line `subject|id|seq|hash\n` for
//! each chain, in order of subject (as bytes) and id, with the newest event of the chain at that
//! time. The second is over one line `id|rank|at|commitment\n` for each message, in order of ids.
//! Each line describes the version of the message that was stored at that time. The third is over
//! one line
//! `id|contact|what|commitment\n` for each id of a customer that was added or ended.

use std::collections::BTreeMap;
use std::io::Write as _;

use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::event::{EventKind, Subject};
use super::vocabulary::known;

/// The audited fields of a conversation or a ticket, after an event or in its row.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct State<'a> {
    /// The status.
    pub status: Option<&'a str>,
    /// The owner.
    pub owner: Option<i64>,
    /// The team.
    pub team: Option<i64>,
    /// The priority.
    pub priority: Option<&'a str>,
    /// The labels, joined with `,`.
    pub labels: Option<&'a str>,
    /// The end of the snooze or the due time, in microseconds since 1970.
    pub until: Option<i64>,
}

/// One event of a chain, for the check.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Link<'a> {
    /// The id of the chain within its subject.
    pub id: i64,
    /// The number of the event, from 1.
    pub seq: i64,
    /// The time, in microseconds since 1970.
    pub at: i64,
    /// The kind of event.
    pub kind: &'a str,
    /// The actor.
    pub actor: i64,
    /// The operation.
    pub operation: i64,
    /// The operation's digest.
    pub digest: &'a [u8],
    /// The state that the row must have after the event.
    pub state: State<'a>,
    /// The kind of change of ownership.
    pub how: &'a str,
    /// The commitment to the event's reason.
    pub reason: &'a [u8],
    /// The commitment to the event's note.
    pub note: &'a [u8],
    /// The data of the kind, as jsonb prints it.
    pub data: &'a str,
    /// The stored hash.
    pub hash: &'a [u8],
}

/// The text to hash, built field by field.
#[derive(Debug, Default)]
struct Text(Vec<u8>);

impl Text {
    fn start(&mut self, encoding: &str) {
        self.0.clear();
        self.0.extend_from_slice(encoding.as_bytes());
    }

    fn text(&mut self, field: &str) {
        self.0.push(b'|');
        self.0.extend_from_slice(field.as_bytes());
    }

    fn int(&mut self, field: Option<i64>) {
        self.0.push(b'|');
        if let Some(n) = field {
            // A write into memory cannot fail.
            write!(self.0, "{n}").unwrap_or_default();
        }
    }

    fn hex(&mut self, field: &[u8]) {
        self.0.push(b'|');
        let start = self.0.len();
        self.0.resize(start + 2 * field.len(), 0);
        hex::encode_to_slice(field, &mut self.0[start..]).unwrap_or_default();
    }

    fn measured(&mut self, field: Option<&str>) {
        self.int(field.and_then(|f| i64::try_from(f.len()).ok()));
        self.0.push(b':');
        self.0.extend_from_slice(field.unwrap_or_default().as_bytes());
    }

    fn state(&mut self, state: &State<'_>) {
        self.text(state.status.unwrap_or_default());
        self.int(state.owner);
        self.int(state.team);
        self.text(state.priority.unwrap_or_default());
        self.text(state.labels.unwrap_or_default());
        self.int(state.until);
    }

    fn event(&mut self, subject: Subject, previous: &[u8], link: &Link<'_>) {
        self.start("inbox-event-1");
        self.hex(previous);
        self.hex(link.digest);
        self.text(subject.as_str());
        self.int(Some(link.id));
        self.int(Some(link.seq));
        self.int(Some(link.at));
        self.text(link.kind);
        self.int(Some(link.actor));
        self.int(Some(link.operation));
        self.state(&link.state);
        self.text(link.how);
        self.hex(link.reason);
        self.hex(link.note);
        self.text(link.data);
    }

    fn sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }
}

/// One operation, for the check.
#[derive(Debug, Default, Clone, Copy)]
pub struct OperationRecord<'a> {
    /// The number of the operation.
    pub id: i64,
    /// The time, in microseconds since 1970.
    pub at: i64,
    /// The actor.
    pub actor: i64,
    /// The verb as typed.
    pub verb: &'a str,
    /// The Postgres login.
    pub login: &'a str,
    /// The client's address.
    pub address: &'a str,
    /// The program's version.
    pub version: &'a str,
    /// The OS user of the client.
    pub os_user: Option<&'a str>,
    /// The arguments, as jsonb prints them.
    pub args: &'a str,
}

/// Computes the digests of operations, one after another.
#[derive(Debug, Default)]
pub struct Digester(Text);

impl Digester {
    /// Returns an operation's digest in encoding 1. Texts with any content are preceded by their
    /// length in bytes. The arguments are the last field.
    pub fn digest(&mut self, deed: &OperationRecord<'_>) -> [u8; 32] {
        let text = &mut self.0;
        text.start("inbox-operation-1");
        text.int(Some(deed.id));
        text.int(Some(deed.at));
        text.int(Some(deed.actor));
        text.text(deed.verb);
        text.measured(Some(deed.login));
        text.text(deed.address);
        text.text(deed.version);
        text.measured(deed.os_user);
        text.text(deed.args);
        text.sha256()
    }
}

/// A problem of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// The content and the hash do not match the event before. The event was edited or moved.
    Edited,
    /// An event between two other events is missing.
    Missing,
    /// The newest event is missing. The row has a higher event number than the chain.
    TailMissing,
    /// Events exist without their row, or a row exists without events.
    NoRow,
    /// The chain has events after the newest event number in the row.
    BeyondHead,
    /// The row differs from the state in its newest event.
    StateDiffers,
    /// The ownership legs differ from the events.
    LegsDiffer,
    /// The status phases differ from the events.
    PhasesDiffer,
    /// A message, reason, note or operation differs from its commitment.
    TextDiffers,
    /// An offer differs from the events.
    OfferDiffers,
    /// The ids of a customer differ from the ids that were added.
    IdsDiffer,
    /// A trigger, constraint, unique index or function that enforces the rules is missing, disabled
    /// or different from the program's. Or a login has a right that no login should have.
    GuardDiffers,
    /// A text was erased, although its contact is not forgotten and its retention period is not
    /// over.
    Erased,
    /// The event has a kind that this program does not have. The event's effect on the row was not
    /// checked.
    UnknownKind,
    /// A value is unreadable. The check of this value did not finish.
    Unreadable,
}

impl Problem {
    /// Returns the stable word.
    pub fn code(self) -> &'static str {
        match self {
            Problem::Edited => "edited",
            Problem::Missing => "missing",
            Problem::TailMissing => "tail_missing",
            Problem::NoRow => "no_row",
            Problem::BeyondHead => "beyond_head",
            Problem::StateDiffers => "state_differs",
            Problem::LegsDiffer => "legs_differ",
            Problem::PhasesDiffer => "phases_differ",
            Problem::TextDiffers => "text_differs",
            Problem::OfferDiffers => "offer_differs",
            Problem::IdsDiffer => "ids_differ",
            Problem::GuardDiffers => "guard_differs",
            Problem::Erased => "erased",
            Problem::UnknownKind => "unknown_kind",
            Problem::Unreadable => "unreadable",
        }
    }

    /// Returns a description in one sentence.
    pub fn describe(self) -> &'static str {
        match self {
            Problem::Edited => "the event's content does not have its hash: it was edited, or put in another's place",
            Problem::Missing => "an event is missing before this one",
            Problem::TailMissing => "the newest event is missing",
            Problem::NoRow => "events without their row, or a row without events",
            Problem::BeyondHead => "an event stands beyond what the row knows",
            Problem::StateDiffers => "the row is not what its newest event says",
            Problem::LegsDiffer => "the ownership legs are not what the events say",
            Problem::PhasesDiffer => "the status phases are not what the events say",
            Problem::TextDiffers => "a text or operation is not what its event or commitment says",
            Problem::OfferDiffers => "an offer, or what became of it, is not what the events say",
            Problem::IdsDiffer => "the ids of the customer are not those that became known",
            Problem::GuardDiffers => "what holds the rules is gone, switched off, or not this program's",
            Problem::Erased => "a text was erased that nothing allows to be erased",
            Problem::UnknownKind => "the event is of a kind that this program does not know",
            Problem::Unreadable => {
                "a value that the program never writes cannot be read: what stands beside it was not checked to its end"
            }
        }
    }
}

/// A problem and its first event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The kind of chain, or the name of the trigger or function.
    pub subject: String,
    /// The id of the chain. 0 if the subject is enough.
    pub id: i64,
    /// The first bad event.
    pub seq: i64,
    /// The problem.
    pub problem: Problem,
}

/// The row at the end of a chain.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Head<'a> {
    /// The number of the row's newest event.
    pub seq: i64,
    /// The hash of that event.
    pub hash: &'a [u8],
    /// The time of that event, in microseconds since 1970.
    pub at: i64,
    /// The audited state. Administered resources do not have it.
    pub state: State<'a>,
    /// The time since which a conversation is resolved or a ticket is closed.
    pub ended: Option<i64>,
    /// The time when a ticket was opened, and the agent who opened it.
    pub opened: Option<(i64, i64)>,
    /// The whole row of an administered resource, otherwise the parents of the row, as jsonb prints
    /// them.
    pub data: &'a str,
}

/// An interval derived from the events: a leg or a phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// The number of the interval, from 1.
    pub seq: i64,
    /// The owner. Phases do not have one.
    pub owner: Option<i64>,
    /// The team. Phases do not have one.
    pub team: Option<i64>,
    /// The kind of change that started the leg, or the status of the phase.
    pub word: String,
    /// The operation. Phases do not have one.
    pub operation: Option<i64>,
    /// The start, in microseconds since 1970.
    pub from: i64,
    /// The end. `None` if the interval is still open.
    pub to: Option<i64>,
}

/// Checks one chain after another, link by link, and returns the first problem of each chain.
#[derive(Debug, Default)]
pub struct Follower {
    previous: Vec<u8>,
    seq: i64,
    at: i64,
    data: String,
    /// The time, actor and data of the first event.
    begun: (i64, i64),
    first: String,
    /// The start of the present final status.
    ended: Option<i64>,
    text: Text,
    state: Text,
    problem: Option<(i64, Problem)>,
    /// The first event of a kind that this program does not have.
    unknown: Option<i64>,
    /// The ownership legs derived from the events.
    pub legs: Vec<Interval>,
    /// The status phases derived from the events.
    pub phases: Vec<Interval>,
}

impl Follower {
    /// Starts the next chain.
    pub fn start(&mut self) {
        self.previous.clear();
        self.seq = 0;
        self.at = 0;
        self.data.clear();
        self.first.clear();
        self.ended = None;
        self.state.start("");
        self.problem = None;
        self.unknown = None;
        self.legs.clear();
        self.phases.clear();
    }

    /// Adds the next event in order of numbers.
    pub fn push(&mut self, subject: Subject, link: &Link<'_>) {
        if self.problem.is_none() {
            if link.seq != self.seq + 1 {
                self.problem = Some((link.seq, Problem::Missing));
            } else {
                self.text.event(subject, &self.previous, link);
                if self.text.sha256() != link.hash {
                    self.problem = Some((link.seq, Problem::Edited));
                } else if known::<EventKind>(link.kind).is_none() {
                    self.unknown = self.unknown.or(Some(link.seq));
                }
            }
        }
        let status = link.state.status.unwrap_or_default();
        if subject == Subject::Conversation {
            let State { owner, team, .. } = link.state;
            if self.legs.last().is_none_or(|l| (l.owner, l.team) != (owner, team)) {
                let operation = Some(link.operation);
                let leg = Interval {
                    owner,
                    team,
                    operation,
                    ..Interval::from(link.how, link.at)
                };
                cut(&mut self.legs, leg);
            }
            if self.phases.last().is_none_or(|p| p.word != status) {
                cut(&mut self.phases, Interval::from(status, link.at));
            }
        }
        if !matches!(status, "resolved" | "closed") {
            self.ended = None;
        } else if self.ended.is_none() {
            self.ended = Some(link.at);
        }
        if self.seq == 0 {
            self.begun = (link.at, link.actor);
            self.first.push_str(link.data);
        }
        self.seq = link.seq;
        self.at = link.at;
        self.previous.clear();
        self.previous.extend_from_slice(link.hash);
        self.state.start("");
        self.state.state(&link.state);
        self.data.clear();
        self.data.push_str(link.data);
    }

    /// Ends the chain and compares it with its row.
    pub fn end(&mut self, subject: Subject, id: i64, head: Option<&Head<'_>>) -> Option<Finding> {
        if self.problem.is_none() {
            let seq = self.seq;
            self.problem = match head {
                None => Some((seq, Problem::NoRow)),
                Some(head) if seq == 0 && head.seq <= 0 => Some((head.seq, Problem::NoRow)),
                Some(head) if seq == 0 => Some((head.seq, Problem::TailMissing)),
                Some(head) if head.seq > seq => Some((seq + 1, Problem::TailMissing)),
                Some(head) if head.seq < seq => Some((head.seq + 1, Problem::BeyondHead)),
                Some(head) if !self.says(subject, head) => Some((seq, Problem::StateDiffers)),
                Some(_) => None,
            };
        }
        let unknown = self.unknown.map(|seq| (seq, Problem::UnknownKind));
        self.problem.or(unknown).map(|(seq, problem)| Finding {
            subject: subject.to_string(),
            id,
            seq,
            problem,
        })
    }

    /// Returns whether the row matches its events.
    fn says(&mut self, subject: Subject, head: &Head<'_>) -> bool {
        if head.hash != self.previous || head.at != self.at {
            return false;
        }
        let (opened, belongs_by) = match subject {
            Subject::Conversation => (None, self.first.as_str()),
            Subject::Ticket => (Some(self.begun), self.data.as_str()),
            Subject::Contact => (None, ""),
            Subject::Setting
            | Subject::Store
            | Subject::Team
            | Subject::Agent
            | Subject::Acting
            | Subject::Channel
            | Subject::Shift
            | Subject::Roster => {
                return head.data == self.data
                    || present(head.data).is_some_and(|p| present(&self.data).is_some_and(|q| same(&p, &q)));
            }
        };
        self.text.start("");
        self.text.state(&head.state);
        self.text.0 == self.state.0
            && head.ended == self.ended
            && head.opened == opened
            && belongs(head.data) == belongs(belongs_by)
    }
}

/// Reads the members of an administered row that are not null. A null column and a column that is
/// missing from an event are equal, because the column was added later.
fn present(data: &str) -> Option<BTreeMap<String, &RawValue>> {
    let mut row: BTreeMap<String, &RawValue> = serde_json::from_str(data).ok()?;
    row.retain(|_, value| value.get() != "null");
    Some(row)
}

fn same(a: &BTreeMap<String, &RawValue>, b: &BTreeMap<String, &RawValue>) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(x, y)| x.0 == y.0 && x.1.get() == y.1.get())
}

/// Returns the parents of a conversation or ticket from an event's data.
fn belongs(data: &str) -> Option<[serde_json::Value; 5]> {
    let mut data: serde_json::Value = serde_json::from_str(data).ok()?;
    let names = ["channel", "contact", "store", "conversation", "category"];
    Some(names.map(|name| data.get_mut(name).map(serde_json::Value::take).unwrap_or_default()))
}

impl Interval {
    /// Creates an interval that starts at a time.
    fn from(word: &str, at: i64) -> Interval {
        Interval {
            seq: 1,
            owner: None,
            team: None,
            word: word.to_owned(),
            operation: None,
            from: at,
            to: None,
        }
    }
}

/// Closes the open interval and opens the next.
fn cut(intervals: &mut Vec<Interval>, next: Interval) {
    let seq = intervals.last_mut().map_or(1, |last| {
        last.to = Some(next.from);
        last.seq + 1
    });
    intervals.push(Interval { seq, ..next });
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOBODY: State<'static> = State {
        status: Some("open"),
        owner: None,
        team: Some(1),
        priority: Some("normal"),
        labels: Some(""),
        until: None,
    };

    fn link(seq: i64, previous: &[u8], state: State<'static>, at: i64) -> (Link<'static>, [u8; 32]) {
        let link = Link {
            id: 7,
            seq,
            at,
            kind: "taken",
            actor: 2,
            operation: 8 + seq,
            state,
            how: "take",
            data: r#"{"contact": 5}"#,
            ..Link::default()
        };
        let mut text = Text::default();
        text.event(Subject::Conversation, previous, &link);
        (link, text.sha256())
    }

    fn chain() -> Vec<(Link<'static>, [u8; 32])> {
        let a = link(1, b"", NOBODY, 10);
        let b = link(
            2,
            &a.1,
            State {
                owner: Some(2),
                ..NOBODY
            },
            20,
        );
        let c = link(
            3,
            &b.1,
            State {
                status: Some("resolved"),
                ..NOBODY
            },
            30,
        );
        vec![a, b, c]
    }

    fn follow(links: &[(Link<'static>, [u8; 32])]) -> Follower {
        let mut f = Follower::default();
        for (link, hash) in links {
            f.push(Subject::Conversation, &Link { hash, ..*link });
        }
        f
    }

    fn head<'c>(chain: &'c [(Link<'static>, [u8; 32])]) -> Head<'c> {
        let (last, hash) = &chain[2];
        Head {
            seq: 3,
            hash,
            at: 30,
            state: last.state,
            ended: Some(30),
            opened: None,
            data: last.data,
        }
    }

    fn against(links: &[(Link<'static>, [u8; 32])], head: &Head<'_>) -> Option<(i64, Problem)> {
        let found = follow(links).end(Subject::Conversation, 7, Some(head));
        found.map(|f| (f.seq, f.problem))
    }

    fn check(links: &[(Link<'static>, [u8; 32])]) -> Option<(i64, Problem)> {
        against(links, &head(&chain()))
    }

    #[test]
    fn intact_chain_has_no_problem_and_returns_its_intervals() {
        assert_eq!(check(&chain()), None);
        let f = follow(&chain());
        let leg = |seq, owner, from, to| Interval {
            seq,
            owner,
            team: Some(1),
            operation: Some(8 + seq),
            to,
            ..Interval::from("take", from)
        };
        let phase = |seq, word, from, to| Interval {
            seq,
            to,
            ..Interval::from(word, from)
        };
        assert_eq!(
            f.legs,
            [
                leg(1, None, 10, Some(20)),
                leg(2, Some(2), 20, Some(30)),
                leg(3, None, 30, None)
            ]
        );
        assert_eq!(
            f.phases,
            [phase(1, "open", 10, Some(30)), phase(2, "resolved", 30, None)]
        );
    }

    #[test]
    fn each_tampering_is_reported_at_its_first_bad_event() {
        let mut edited = chain();
        edited[1].0.state.owner = Some(3);
        assert_eq!(check(&edited), Some((2, Problem::Edited)));
        let mut gone = chain();
        gone.remove(1);
        assert_eq!(check(&gone), Some((3, Problem::Missing)));
        let mut short = chain();
        short.pop();
        assert_eq!(check(&short), Some((3, Problem::TailMissing)));
        let mut swapped = chain();
        swapped.swap(0, 1);
        swapped[0].0.seq = 1;
        swapped[1].0.seq = 2;
        assert_eq!(check(&swapped), Some((1, Problem::Edited)));
        assert_eq!(check(&[]), Some((3, Problem::TailMissing)));
    }

    #[test]
    fn row_that_differs_from_its_events_is_reported() {
        type Forge = fn(&mut Head<'_>);
        let forged: [Forge; 6] = [
            |h| h.hash = &[0],
            |h| h.at = 31,
            |h| h.state.status = Some("open"),
            |h| h.ended = Some(20),
            |h| h.opened = Some((10, 2)),
            |h| h.data = r#"{"contact": 6}"#,
        ];
        for (n, forge) in forged.into_iter().enumerate() {
            let whole = chain();
            let mut head = head(&whole);
            assert_eq!(against(&whole, &head), None);
            forge(&mut head);
            assert_eq!(against(&whole, &head), Some((3, Problem::StateDiffers)), "{n}");
        }
    }
}
