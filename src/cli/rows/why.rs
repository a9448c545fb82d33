//! The output of `inbox why`: a row for each owner's share of a wait, and the same in sentences.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;

use crate::cli::rows::{Words, text};
use crate::db::conversation::why::{Activity, Share};
use crate::domain::event::Subject;
use crate::domain::ids::ConversationId;
use crate::domain::run::{End, Run, Wait};
use crate::domain::shift::Presence;
use crate::output::{Block, Column, Line, Row, Tone, Value};

/// One run, with the length of the wait and the owners during the wait.
pub struct Waited {
    /// The conversation.
    pub conversation: ConversationId,
    /// The run's number.
    pub seq: i32,
    /// The run, with its end if that is known.
    pub run: Run,
    /// The state of the run at the end of the selected time.
    pub wait: Wait,
    /// The shares of the owners, in the order of time.
    pub shares: Vec<Owned>,
}

/// One owner's share of a wait, with the time that the owner was on shift.
pub struct Owned {
    /// The share.
    pub share: Share,
    /// The part of the share in which the owner was on shift. None without an owner, or without a
    /// roster entry for the owner.
    pub presence: Option<Presence>,
    /// The agents of the team who were on shift at the start of a share without an owner. None if no
    /// roster has an entry for them.
    pub there: Option<Vec<i64>>,
}

/// One owner's share of a wait.
pub struct WhyRow<'a> {
    /// The run.
    pub told: &'a Waited,
    /// The share.
    pub owned: &'a Owned,
    /// The names of the ids.
    pub words: &'a Words,
    /// Whether the row is the conversation's first row. `--ids` prints each conversation once.
    pub first: bool,
}

/// Returns the seconds between two times, rounded to the millisecond. The values of adjacent
/// intervals sum to the value of the whole interval.
fn told(from: Timestamp, to: Timestamp) -> f64 {
    SignedDuration::from_millis(to.as_millisecond() - from.as_millisecond()).as_secs_f64()
}

impl Waited {
    fn waited(&self) -> f64 {
        told(self.run.started_at, self.wait.to)
    }

    fn outcome(&self) -> &'static str {
        match self.wait.end {
            Some(End::Answered(..)) => "answered",
            Some(End::Resolved(_)) => "resolved",
            None => "open",
        }
    }
}

fn answered_by(end: Option<End>, words: &Words) -> Option<String> {
    match end {
        Some(End::Answered(_, Some(agent))) => Some(words.agent(agent.0)),
        Some(End::Answered(_, None) | End::Resolved(_)) | None => None,
    }
}

/// Returns an action and its subject: `replied C-7`, `handed off C-9`.
fn deed(d: &Activity) -> String {
    let what = d.what.strip_prefix("ticket_").unwrap_or(&d.what).replace('_', " ");
    if d.subject.is(Subject::Conversation) {
        format!("{what} C-{}", d.subject_id)
    } else if d.subject.is(Subject::Ticket) {
        format!("{what} T-{}", d.subject_id)
    } else {
        format!("{what} {}", d.subject)
    }
}

/// Returns kinds of events with their counts, the most frequent first.
fn counts(kinds: &Json) -> Vec<(String, i64)> {
    let mut counts: Vec<(String, i64)> = kinds
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(kind, n)| Some((kind.clone(), n.as_i64()?)))
        .collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

fn fields(kinds: &Json) -> Value {
    let fields = counts(kinds)
        .into_iter()
        .map(|(kind, n)| (Cow::from(kind), Value::Int(n)));
    Value::Fields(fields.collect())
}

fn spoken(kinds: &Json) -> Option<String> {
    let counts = counts(kinds);
    let words: Vec<String> = counts
        .iter()
        .map(|(kind, n)| format!("{n} {}", kind.replace('_', " ")))
        .collect();
    (!words.is_empty()).then(|| words.join(", "))
}

impl Row for WhyRow<'_> {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("conversation", "The conversation.", |r: &Self| {
                Value::text(r.told.conversation.to_string())
            }),
            Column::new(
                "run",
                "The number of the run, a series of customer messages without a reply between them.",
                |r: &Self| r.told.seq.into(),
            )
            .right(),
            Column::new("started_at", "The time of the run's first message.", |r: &Self| {
                r.told.run.started_at.into()
            })
            .exact(),
            Column::new("last_at", "The time of the run's last message.", |r: &Self| {
                r.told.run.last_at.into()
            })
            .exact()
            .wide(),
            Column::new("messages", "The number of messages in the run.", |r: &Self| {
                r.told.run.messages.into()
            })
            .right(),
            Column::new(
                "waited",
                "The total wait of the run; the same on each row of a run.",
                |r: &Self| Value::Duration(r.told.waited()),
            )
            .right(),
            Column::new(
                "outcome",
                "The state of the run at the end of the period: answered, resolved or open.",
                |r: &Self| r.told.outcome().into(),
            ),
            Column::new(
                "ended_at",
                "The end of the wait, also after the period; empty while the run is open.",
                |r: &Self| r.told.run.end.map(|e| e.at()).into(),
            )
            .exact()
            .wide(),
            Column::new(
                "answered_by",
                "The agent whose reply ended the wait, if that is known.",
                |r: &Self| answered_by(r.told.run.end, r.words).into(),
            ),
            Column::new(
                "leg",
                "The number of the interval of ownership, as in audit owner.",
                |r: &Self| r.owned.share.leg.into(),
            )
            .right(),
            Column::new(
                "owner",
                "The accountable agent; nobody while the conversation was in the team's queue.",
                |r: &Self| r.owned.share.owner.map(|o| r.words.agent(o.0)).into(),
            ),
            Column::new("team", "The team of the conversation.", |r: &Self| {
                Value::text(r.owned.share.team.clone())
            }),
            Column::new(
                "how",
                "auto, take, assign, handoff, shift, sweep, release, resolve or undo.",
                |r: &Self| Value::text(r.owned.share.how.to_string()),
            ),
            Column::new(
                "since",
                "The time at which this owner became the owner, also before the run.",
                |r: &Self| r.owned.share.since.into(),
            )
            .exact()
            .wide(),
            Column::new("actor", "The agent who made this owner the owner.", |r: &Self| {
                text(r.owned.share.actor.as_ref())
            })
            .wide(),
            Column::new("operation", "The operation of that change.", |r: &Self| {
                Value::text(r.owned.share.operation.to_string())
            })
            .wide(),
            Column::new("reason", "The reason of that change.", |r: &Self| {
                Value::customer(r.owned.share.reason.clone())
            })
            .most(40)
            .wide(),
            Column::new("from", "The start of this owner's share of the wait.", |r: &Self| {
                r.owned.share.from.into()
            })
            .exact(),
            Column::new("to", "The end of this owner's share of the wait.", |r: &Self| {
                r.owned.share.to.into()
            })
            .exact()
            .wide(),
            Column::new(
                "share",
                "The length of the share; the shares of a run sum to waited.",
                |r: &Self| Value::Duration(told(r.owned.share.from, r.owned.share.to)),
            )
            .right(),
            Column::new(
                "on_shift",
                "Whether the owner was on shift: yes, partly or no; empty without a roster.",
                |r: &Self| r.presence().map(Presence::word).into(),
            ),
            Column::new(
                "on_shift_for",
                "The part of the share in which the owner was on shift.",
                |r: &Self| Value::duration(r.presence().map(|p| p.seconds)),
            )
            .right()
            .wide(),
            Column::new("shifts", "The shifts that the owner was on.", |r: &Self| {
                r.presence()
                    .map_or(Value::Null, |p| Value::list(p.duties.iter().map(|d| d.shift.clone())))
            })
            .wide(),
            Column::new(
                "team_on_shift",
                "The agents of the team on shift at the start of a share without an owner.",
                |r: &Self| {
                    r.owned.there.as_ref().map_or(Value::Null, |there| {
                        Value::list(there.iter().map(|a| r.words.agent(*a)))
                    })
                },
            )
            .wide(),
            Column::new(
                "replies_elsewhere",
                "The number of the owner's replies in other conversations during the share.",
                |r: &Self| r.of_owner(r.owned.share.replies.into()),
            )
            .right(),
            Column::new(
                "did_elsewhere",
                "The owner's events about other subjects during the share, by kind.",
                |r: &Self| r.of_owner(fields(&r.owned.share.elsewhere)),
            ),
            Column::new(
                "did_here",
                "The owner's events about this conversation and its tickets during the share, by kind.",
                |r: &Self| r.of_owner(fields(&r.owned.share.here)),
            ),
            Column::new(
                "others_waiting",
                "The number of the owner's other conversations whose customers waited at the start of the share.",
                |r: &Self| r.of_owner(r.owned.share.others.into()),
            )
            .right(),
            Column::new(
                "before_at",
                "The time of the owner's last action before the share.",
                |r: &Self| Value::from(r.owned.share.before.as_ref().map(|d| d.at)),
            )
            .exact()
            .wide(),
            Column::new("before", "The owner's last action before the share.", |r: &Self| {
                text(r.owned.share.before.as_ref().map(deed).as_ref())
            })
            .wide(),
            Column::new(
                "after_at",
                "The time of the owner's next action after the share.",
                |r: &Self| Value::from(r.owned.share.after.as_ref().map(|d| d.at)),
            )
            .exact()
            .wide(),
            Column::new("after", "The owner's next action after the share.", |r: &Self| {
                text(r.owned.share.after.as_ref().map(deed).as_ref())
            })
            .wide(),
        ]
    }

    fn reference(&self) -> Option<String> {
        self.first.then(|| self.told.conversation.to_string())
    }
}

impl<'a> WhyRow<'a> {
    /// Returns whether the owner was on shift, and for what part of the share.
    fn presence(&self) -> Option<&'a Presence> {
        self.owned.presence.as_ref()
    }

    /// Returns a value that exists only for a share with an owner.
    fn of_owner(&self, value: Value) -> Value {
        if self.owned.share.owner.is_some() {
            value
        } else {
            Value::Null
        }
    }
}

impl Waited {
    /// Returns the wait in sentences. `ended` is the word for the time to which an open run is measured.
    pub fn block(&self, words: &Words, ended: &str) -> Block {
        let by = |end| answered_by(end, words).map_or_else(String::new, |who| format!(" by {who}"));
        let (outcome, tone) = match self.wait.end {
            Some(end @ End::Answered(..)) => (format!("answered{}", by(Some(end))), Tone::Strong),
            Some(End::Resolved(_)) => ("resolved without an answer".to_owned(), Tone::Strong),
            None => (format!("not answered {ended}"), Tone::Bad),
        };
        let mut story = vec![
            match self.run.messages {
                1 => "1 message, at ".into(),
                n => Value::text(format!("{n} messages, from ")),
            },
            self.run.started_at.into(),
        ];
        if self.run.messages > 1 {
            story.extend([" to ".into(), self.run.last_at.into()]);
        }
        let later = if self.wait.end.is_none() { "later " } else { "" };
        match self.run.end {
            Some(end @ End::Answered(at, _)) => {
                story.extend([
                    Value::text(format!("; {later}answered{} at ", by(Some(end)))),
                    at.into(),
                ]);
            }
            Some(End::Resolved(at)) => story.extend([Value::text(format!("; {later}resolved at ")), at.into()]),
            None => {}
        }
        let mut lines = vec![Line {
            label: Value::Null,
            text: story,
            tone: Tone::Plain,
        }];
        for share in &self.shares {
            lines.extend(share_lines(share, words));
        }
        Block {
            title: vec![
                Value::text(format!("{} · run {} · waited ", self.conversation, self.seq)),
                Value::Duration(self.waited()),
                Value::text(format!(" · {outcome}")),
            ],
            tone,
            lines,
        }
    }
}

/// Returns whether the owner was on shift, and the shift times if it was only a part of the share.
fn on_shift(owner: &str, presence: Option<&Presence>) -> Vec<Value> {
    let Some(p) = presence else {
        return vec![Value::text(format!("on shift: - (no roster speaks of {owner})"))];
    };
    let mut said = vec![Value::text(format!("on shift: {}", p.word()))];
    for (n, d) in p.duties.iter().enumerate() {
        said.push(Value::text(format!("{}{}", if n == 0 { " (" } else { ", " }, d.shift)));
        if p.word() == "partly" {
            said.extend([" from ".into(), d.from.into(), " to ".into(), d.to.into()]);
        }
    }
    if !p.duties.is_empty() {
        said.push(")".into());
    }
    said
}

fn share_lines(owned: &Owned, words: &Words) -> Vec<Line> {
    let s = &owned.share;
    let owner = s.owner.map(|o| words.agent(o.0));
    let who = match &owner {
        Some(owner) => format!("{owner} owned it (team {})", s.team),
        None => format!("nobody owned it (queue of {})", s.team),
    };
    let actor = s.actor.as_ref().map_or_else(String::new, |a| format!(" by {a}"));
    let mut how = vec![
        Value::text(format!("how: {}{actor} at ", s.how)),
        s.since.into(),
        Value::text(format!(", {}", s.operation)),
    ];
    if let Some(reason) = &s.reason {
        how.extend([": ".into(), Value::customer(reason.clone())]);
    }
    let line = |label, text, tone| Line { label, text, tone };
    let mut lines = vec![
        line(
            Value::Duration(told(s.from, s.to)),
            vec![
                Value::text(format!("{who} from ")),
                s.from.into(),
                " to ".into(),
                s.to.into(),
            ],
            Tone::Plain,
        ),
        line(Value::Null, how, Tone::Faint),
    ];
    let Some(owner) = owner else {
        lines.extend(owned.there.as_ref().map(|there| {
            let there: Vec<String> = there.iter().map(|a| words.agent(*a)).collect();
            let there = if there.is_empty() {
                "nobody".to_owned()
            } else {
                there.join(", ")
            };
            let text = format!("on shift in the team when this began: {there}");
            line(Value::Null, vec![text.into()], Tone::Faint)
        }));
        return lines;
    };
    lines.push(line(
        Value::Null,
        on_shift(&owner, owned.presence.as_ref()),
        Tone::Faint,
    ));
    let mut did = Vec::new();
    match s.replies {
        0 => {}
        1 => did.push("1 reply in another conversation".to_owned()),
        n => did.push(format!("{n} replies in other conversations")),
    }
    did.extend(spoken(&s.elsewhere).map(|kinds| format!("elsewhere {kinds}")));
    did.extend(spoken(&s.here).map(|kinds| format!("here {kinds}")));
    let did = if did.is_empty() {
        "meanwhile: nothing that is recorded".to_owned()
    } else {
        format!("meanwhile: {}", did.join("; "))
    };
    lines.push(line(Value::Null, vec![did.into()], Tone::Plain));
    let others = match s.others {
        1 => "1 other conversation".to_owned(),
        n => format!("{n} other conversations"),
    };
    let others = format!("waited on {owner} too when this began: {others}");
    lines.push(line(Value::Null, vec![others.into()], Tone::Plain));
    for (when, what) in [("last before: ", &s.before), ("next after: ", &s.after)] {
        if let Some(d) = what {
            let text = vec![when.into(), d.at.into(), Value::text(format!(" {}", deed(d)))];
            lines.push(line(Value::Null, text, Tone::Faint));
        }
    }
    lines
}
