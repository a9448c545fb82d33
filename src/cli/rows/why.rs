//! What `inbox why` tells: a row for each owner's share of a wait, and the same in sentences.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;

use crate::cli::rows::{Words, text};
use crate::db::why::{Activity, Share};
use crate::domain::ids::ConversationId;
use crate::domain::run::{End, Run, Wait};
use crate::domain::shift::Presence;
use crate::output::{Block, Column, Line, Row, Tone, Value};

/// One run with how long it waited and who owned it meanwhile.
pub struct Waited {
    /// The conversation.
    pub conversation: ConversationId,
    /// The run's number.
    pub seq: i32,
    /// The run, with its end as far as that is known.
    pub run: Run,
    /// How it looked at the end of what was asked for.
    pub wait: Wait,
    /// Who owned it, one after the other.
    pub shares: Vec<Owned>,
}

/// One owner's share of a wait, and how much of it he was on shift.
pub struct Owned {
    /// The share.
    pub share: Share,
    /// How much of it the owner was on shift; none while nobody owned it, and where no roster spoke of the owner.
    pub presence: Option<Presence>,
    /// While nobody owned it: who of the team was on shift when that began; none where no roster spoke of any of them.
    pub there: Option<Vec<i64>>,
}

/// One owner's share of a wait.
pub struct WhyRow<'a> {
    /// The run.
    pub told: &'a Waited,
    /// The share.
    pub owned: &'a Owned,
    /// What ids are called.
    pub words: &'a Words,
    /// Whether it is the conversation's first row: `--ids` names each conversation once.
    pub first: bool,
}

/// Gives the seconds between two times as they are told, to the millisecond: of times that adjoin they sum to the whole.
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

/// Names what was done, and on what: `replied C-7`, `handed off C-9`.
fn deed(d: &Activity) -> String {
    let what = d.what.strip_prefix("ticket_").unwrap_or(&d.what).replace('_', " ");
    match d.subject.as_str() {
        "conversation" => format!("{what} C-{}", d.subject_id),
        "ticket" => format!("{what} T-{}", d.subject_id),
        other => format!("{what} {other}"),
    }
}

/// Gives kinds of events with their counts, the most frequent first.
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
    const COLUMNS: &'static [Column] = &[
        Column::new("conversation", "The conversation."),
        Column::new("run", "The number of the run: customer messages without a reply between them.").right(),
        Column::new("started_at", "The run's first message.").exact(),
        Column::new("last_at", "The run's last message.").exact().wide(),
        Column::new("messages", "How many messages the run has.").right(),
        Column::new(
            "waited",
            "How long the customer had waited by its end, or by the end of what was asked for; the same on each row of a run.",
        )
        .right(),
        Column::new("outcome", "What had ended it by then: answered, resolved or open."),
        Column::new("ended_at", "When it ended, after the period too; none while it is open.").exact().wide(),
        Column::new("answered_by", "Whose reply ended it, as far as that is known."),
        Column::new("leg", "The interval of ownership that this share is of, as in audit owner.").right(),
        Column::new("owner", "Who was accountable; nobody while it was in the team's queue."),
        Column::new("team", "Whose queue it was in."),
        Column::new("how", "How the owner came to it: auto, take, assign, handoff, shift, sweep, release, resolve or undo."),
        Column::new("since", "Since when this owner had it, before the run too.").exact().wide(),
        Column::new("actor", "Who brought that about.").wide(),
        Column::new("operation", "In which invocation.").wide(),
        Column::new("reason", "Why.").most(40).wide(),
        Column::new("from", "From when this owner had it while the customer waited.").exact(),
        Column::new("to", "Until when.").exact().wide(),
        Column::new("share", "How long; the shares of a run sum to waited.").right(),
        Column::new("on_shift", "Whether the owner was on shift by the rosters: yes (but for a minute at most), partly or no; none where no roster speaks of him."),
        Column::new("on_shift_for", "For how much of the share the owner was.").right().wide(),
        Column::new("shifts", "The shifts that these were.").wide(),
        Column::new("team_on_shift", "While nobody owned it: who of the team was on shift when that began.").wide(),
        Column::new("replies_elsewhere", "The owner's replies in other conversations meanwhile.").right(),
        Column::new("did_elsewhere", "The owner's events about other things meanwhile, by kind."),
        Column::new("did_here", "The owner's events about this conversation and its tickets meanwhile, by kind."),
        Column::new(
            "others_waiting",
            "Other conversations of the owner whose customers waited when the share began.",
        )
        .right(),
        Column::new("before_at", "When the owner did something last before it.").exact().wide(),
        Column::new("before", "What that was.").wide(),
        Column::new("after_at", "When the owner did something next after it.").exact().wide(),
        Column::new("after", "What that was.").wide(),
    ];

    fn reference(&self) -> Option<String> {
        self.first.then(|| self.told.conversation.to_string())
    }

    fn values(&self) -> Vec<Value> {
        let (t, s, w) = (self.told, &self.owned.share, self.words);
        let presence = self.owned.presence.as_ref();
        let of_owner = |value: Value| if s.owner.is_some() { value } else { Value::Null };
        let at = |d: &Option<Activity>| d.as_ref().map(|d| d.at).into();
        let what = |d: &Option<Activity>| text(d.as_ref().map(deed).as_ref());
        vec![
            Value::text(t.conversation.to_string()),
            t.seq.into(),
            t.run.started_at.into(),
            t.run.last_at.into(),
            t.run.messages.into(),
            Value::Duration(t.waited()),
            t.outcome().into(),
            t.run.end.map(|e| e.at()).into(),
            answered_by(t.run.end, w).into(),
            s.leg.into(),
            s.owner.map(|o| w.agent(o.0)).into(),
            Value::text(s.team.clone()),
            Value::text(s.how.clone()),
            s.since.into(),
            text(s.actor.as_ref()),
            Value::text(s.operation.to_string()),
            Value::customer(s.reason.clone()),
            s.from.into(),
            s.to.into(),
            Value::Duration(told(s.from, s.to)),
            presence.map(Presence::word).into(),
            Value::duration(presence.map(|p| p.seconds)),
            presence.map_or(Value::Null, |p| Value::list(p.duties.iter().map(|d| d.shift.clone()))),
            self.owned
                .there
                .as_ref()
                .map_or(Value::Null, |there| Value::list(there.iter().map(|a| w.agent(*a)))),
            of_owner(s.replies.into()),
            of_owner(fields(&s.elsewhere)),
            of_owner(fields(&s.here)),
            of_owner(s.others.into()),
            at(&s.before),
            what(&s.before),
            at(&s.after),
            what(&s.after),
        ]
    }
}

impl Waited {
    /// Tells it in sentences. `ended`: what the time is called to which an open run is counted.
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

/// Says whether the owner was on shift, and where only for a part of the share, for which.
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
