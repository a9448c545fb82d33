//! What a conversation's row, legs and phases must be, by its events.

use inbox::domain::conversation::State;
use inbox::domain::ids::{AgentId, TeamId};
use inbox::domain::vocabulary::{Priority, Status};
use jiff::Timestamp;

/// One event, as the history is folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    /// Its number.
    pub(super) seq: i32,
    /// When.
    pub(super) at: Timestamp,
    /// The state after it.
    pub(super) state: State,
    /// How the ownership changed, where it did.
    pub(super) how: Option<String>,
}

/// One interval of ownership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leg {
    /// Its number, from 1.
    pub(super) seq: i32,
    /// The owner, or nobody.
    pub(super) agent: Option<AgentId>,
    /// The queue.
    pub(super) team: TeamId,
    /// How it began.
    pub(super) how: String,
    /// From when.
    pub(super) from: Timestamp,
    /// Until when; none while it lasts.
    pub(super) to: Option<Timestamp>,
}

/// One interval of a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phase {
    /// Its number, from 1.
    pub(super) seq: i32,
    /// The status.
    pub(super) status: Status,
    /// From when.
    pub(super) from: Timestamp,
    /// Until when; none while it lasts.
    pub(super) to: Option<Timestamp>,
}

/// What a conversation's events say that its row, legs and phases must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folded {
    /// The audited state.
    pub(super) state: State,
    /// Every interval of ownership.
    pub(super) legs: Vec<Leg>,
    /// Every interval of a status.
    pub(super) phases: Vec<Phase>,
}

/// Folds the events of one conversation, in order of their numbers. None without events.
pub(super) fn fold(events: &[Event]) -> Option<Folded> {
    let mut legs: Vec<Leg> = Vec::new();
    let mut phases: Vec<Phase> = Vec::new();
    for e in events {
        if legs
            .last()
            .is_none_or(|l| (l.agent, l.team) != (e.state.owner, e.state.team))
        {
            if let Some(last) = legs.last_mut() {
                last.to = Some(e.at);
            }
            legs.push(Leg {
                seq: i32::try_from(legs.len()).unwrap_or(i32::MAX - 1) + 1,
                agent: e.state.owner,
                team: e.state.team,
                how: e.how.clone().unwrap_or_default(),
                from: e.at,
                to: None,
            });
        }
        if phases.last().is_none_or(|p| p.status != e.state.status) {
            if let Some(last) = phases.last_mut() {
                last.to = Some(e.at);
            }
            phases.push(Phase {
                seq: i32::try_from(phases.len()).unwrap_or(i32::MAX - 1) + 1,
                status: e.state.status,
                from: e.at,
                to: None,
            });
        }
    }
    let state = events.last()?.state.clone();
    Some(Folded { state, legs, phases })
}

#[test]
fn fold_ends_legs_with_the_owner_or_team_and_phases_with_the_status() {
    let at = |s| Timestamp::from_second(s).unwrap();
    let base = State {
        status: Status::Open,
        owner: None,
        team: TeamId(1),
        priority: Priority::Normal,
        labels: vec!["vip".into()],
        snoozed_until: None,
    };
    let event = |seq: i32, s: i64, state: State, how: Option<&str>| Event {
        seq,
        at: at(s),
        state,
        how: how.map(Into::into),
    };
    let taken = State {
        owner: Some(AgentId(2)),
        ..base.clone()
    };
    let resolved = State {
        status: Status::Resolved,
        owner: None,
        ..taken.clone()
    };
    let folded = fold(&[
        event(1, 10, base.clone(), Some("auto")),
        event(2, 20, taken.clone(), Some("take")),
        event(3, 30, taken, None),
        event(4, 40, resolved.clone(), Some("resolve")),
    ])
    .unwrap();
    assert_eq!(folded.state, resolved);
    let legs: Vec<_> = folded
        .legs
        .iter()
        .map(|l| (l.seq, l.agent.map(|a| a.0), l.how.as_str(), l.to))
        .collect();
    assert_eq!(
        legs,
        [
            (1, None, "auto", Some(at(20))),
            (2, Some(2), "take", Some(at(40))),
            (3, None, "resolve", None)
        ]
    );
    let phases: Vec<_> = folded.phases.iter().map(|p| (p.status, p.to)).collect();
    assert_eq!(phases, [(Status::Open, Some(at(40))), (Status::Resolved, None)]);
}
