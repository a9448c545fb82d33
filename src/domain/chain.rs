//! The hash chains, as an outsider would check them: encoding 1 of an event, and what can be wrong with a chain.
//!
//! An event's hash is SHA-256 over this text in UTF-8, fields joined with `|`, null as nothing:
//!
//! ```text
//! inbox-event-1 | previous hash, hex | operation digest, hex | subject | id | seq | at, µs since 1970 | kind | actor | operation |
//! status | owner | team | priority | labels joined with , | until, µs | how | reason commitment, hex | note commitment, hex | data, as jsonb prints it
//! ```
//!
//! (without the blanks). Only `data` can hold a `|`, and it stands last. The first event's previous hash is empty. The seal is SHA-256 over one line
//! `subject|id|seq|hash\n` for each chain, in order of subject (as bytes) and id, of its newest event that was settled then.

use sha2::{Digest, Sha256};

/// One event as it is checked: texts as the database prints them, null as `None`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Link {
    /// The chain within its subject.
    pub id: i64,
    /// Its number, from 1.
    pub seq: i64,
    /// When, in microseconds since 1970.
    pub at: String,
    /// The kind, the actor's id and the operation's id, joined with `|`.
    pub deed: String,
    /// The operation's digest, hex.
    pub digest: String,
    /// Status, owner, team, priority, labels and time, joined with `|`: what the row must say.
    pub state: String,
    /// How ownership changed.
    pub how: String,
    /// The commitments to its reason and note, hex, joined with `|`.
    pub commitments: String,
    /// What the kind needs, as jsonb prints it.
    pub data: String,
    /// The stored hash, hex.
    pub hash: String,
}

/// Computes the hash that an event must have after the one before it, hex.
pub fn hash(subject: &str, previous: &str, link: &Link) -> String {
    let mut sha = Sha256::new();
    let (id, seq) = (link.id.to_string(), link.seq.to_string());
    let fields = [
        "inbox-event-1",
        previous,
        &link.digest,
        subject,
        &id,
        &seq,
        &link.at,
        &link.deed,
        &link.state,
        &link.how,
        &link.commitments,
        &link.data,
    ];
    for (n, field) in fields.into_iter().enumerate() {
        if n > 0 {
            sha.update(b"|");
        }
        sha.update(field.as_bytes());
    }
    hex::encode(sha.finalize())
}

/// Says what is wrong with a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// Content and hash do not fit the event before it: it was edited, or put in another's place.
    Edited,
    /// An event between two others is gone.
    Missing,
    /// The newest event is gone: the row knows of one that is not there.
    TailMissing,
    /// There are events of a row that is gone, or a row without any event.
    NoRow,
    /// Events stand beyond what the row knows.
    BeyondHead,
    /// The row is not what its newest event says.
    StateDiffers,
    /// The ownership legs are not what the events say.
    LegsDiffer,
    /// The status phases are not what the events say.
    PhasesDiffer,
    /// A reason, note or operation is not what its events commit to.
    TextDiffers,
}

impl Problem {
    /// Gives the stable word.
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
        }
    }

    /// Says it in a sentence.
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
            Problem::TextDiffers => "a text or operation is not what its event commits to",
        }
    }
}

/// What is wrong, and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The kind of chain.
    pub subject: String,
    /// Which.
    pub id: i64,
    /// The first bad event.
    pub seq: i64,
    /// What is wrong.
    pub problem: Problem,
}

/// An interval that the events give: legs and phases alike, as the database prints them.
pub type Interval = (i64, String);

/// Follows one chain, link by link, and gives what is wrong with it first.
#[derive(Debug, Default)]
pub struct Follower {
    previous: String,
    seq: i64,
    state: String,
    data: String,
    problem: Option<(i64, Problem)>,
    legs: Vec<Interval>,
    phases: Vec<Interval>,
}

impl Follower {
    /// Takes the next event in order of numbers.
    pub fn push(&mut self, subject: &str, link: &Link) {
        if self.problem.is_none() {
            if link.seq != self.seq + 1 {
                self.problem = Some((link.seq, Problem::Missing));
            } else if hash(subject, &self.previous, link) != link.hash {
                self.problem = Some((link.seq, Problem::Edited));
            }
        }
        self.seq = link.seq;
        self.previous.clone_from(&link.hash);
        if subject == "conversation" {
            let mut parts = link.state.splitn(4, '|');
            let (status, owner, team) = (
                parts.next().unwrap_or(""),
                parts.next().unwrap_or(""),
                parts.next().unwrap_or(""),
            );
            cut(&mut self.legs, &format!("{owner}|{team}"), &link.at, &link.how);
            cut(&mut self.phases, status, &link.at, "");
        }
        self.state.clone_from(&link.state);
        self.data.clone_from(&link.data);
    }

    /// Ends the chain against its row: number and hash of the head, and the state (of a noun: its data).
    pub fn end(
        mut self,
        subject: &str,
        id: i64,
        head: Option<(i64, &str, &str)>,
    ) -> (Option<Finding>, Vec<Interval>, Vec<Interval>) {
        let noun = !matches!(subject, "conversation" | "ticket");
        if self.problem.is_none() {
            self.problem = match head {
                None => Some((self.seq, Problem::NoRow)),
                Some((seq, _, _)) if self.seq == 0 => {
                    Some((seq, if seq > 0 { Problem::TailMissing } else { Problem::NoRow }))
                }
                Some((seq, _, _)) if seq > self.seq => Some((self.seq + 1, Problem::TailMissing)),
                Some((seq, _, _)) if seq < self.seq => Some((seq + 1, Problem::BeyondHead)),
                Some((seq, hash, _)) if hash != self.previous => Some((seq, Problem::StateDiffers)),
                Some((seq, _, state)) if state != if noun { &self.data } else { &self.state } => {
                    Some((seq, Problem::StateDiffers))
                }
                Some(_) => None,
            };
        }
        let finding = self.problem.map(|(seq, problem)| Finding {
            subject: subject.to_owned(),
            id,
            seq,
            problem,
        });
        (finding, self.legs, self.phases)
    }
}

/// Closes the open interval and opens the next where the value changes. Text: `value|how|from|to`.
fn cut(intervals: &mut Vec<Interval>, value: &str, at: &str, how: &str) {
    if let Some((_, last)) = intervals.last_mut() {
        if last.strip_prefix(value).is_some_and(|rest| rest.starts_with('/')) {
            return;
        }
        last.push_str(at);
    }
    let next = intervals.last().map_or(1, |(n, _)| n + 1);
    intervals.push((next, format!("{value}/{how}/{at}/")));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(seq: i64, previous: &str, state: &str, at: &str) -> Link {
        let mut l = Link {
            id: 7,
            seq,
            at: at.to_owned(),
            deed: "taken|2|9".to_owned(),
            digest: "00".to_owned(),
            state: state.to_owned(),
            how: "take".to_owned(),
            commitments: "|".to_owned(),
            data: "{}".to_owned(),
            hash: String::new(),
        };
        l.hash = hash("conversation", previous, &l);
        l
    }

    fn chain() -> Vec<Link> {
        let a = link(1, "", "open||1|normal||", "10");
        let b = link(2, &a.hash, "open|2|1|normal||", "20");
        let c = link(3, &b.hash, "resolved||1|normal||", "30");
        vec![a, b, c]
    }

    fn check(links: &[Link]) -> Option<(i64, Problem)> {
        let whole = chain();
        let head = whole.last().unwrap();
        let mut f = Follower::default();
        links.iter().for_each(|l| f.push("conversation", l));
        f.end("conversation", 7, Some((3, &head.hash, &head.state)))
            .0
            .map(|f| (f.seq, f.problem))
    }

    #[test]
    fn an_untouched_chain_has_nothing_wrong_and_gives_its_intervals() {
        let whole = chain();
        let mut f = Follower::default();
        whole.iter().for_each(|l| f.push("conversation", l));
        let (finding, legs, phases) = f.end("conversation", 7, Some((3, &whole[2].hash, &whole[2].state)));
        assert_eq!(finding, None);
        assert_eq!(
            legs,
            [
                (1, "|1/take/10/20".to_owned()),
                (2, "2|1/take/20/30".to_owned()),
                (3, "|1/take/30/".to_owned())
            ]
        );
        assert_eq!(phases, [(1, "open//10/30".to_owned()), (2, "resolved//30/".to_owned())]);
    }

    #[test]
    fn each_way_of_tampering_is_named_at_its_first_bad_event() {
        let mut edited = chain();
        edited[1].state = "open|3|1|normal||".to_owned();
        assert_eq!(check(&edited), Some((2, Problem::Edited)));
        let mut gone = chain();
        gone.remove(1);
        assert_eq!(check(&gone), Some((3, Problem::Missing)));
        let mut short = chain();
        short.pop();
        assert_eq!(check(&short), Some((3, Problem::TailMissing)));
        let mut swapped = chain();
        swapped.swap(0, 1);
        swapped[0].seq = 1;
        swapped[1].seq = 2;
        assert_eq!(check(&swapped), Some((1, Problem::Edited)));
        assert_eq!(check(&[]), Some((3, Problem::TailMissing)));
    }
}
