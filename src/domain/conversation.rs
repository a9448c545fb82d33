//! The state machine of a conversation, as pure functions. From a state and a requested change they
//! return the next state and its event, or the refusal.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::event::EventKind;
use super::ids::{AgentId, ConversationId, TeamId, TicketId};
use super::vocabulary::{Priority, Status};

/// The audited state. Events contain the state, and folding the events returns the same state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The status.
    pub status: Status,
    /// The accountable agent. `None` means that nobody owns the conversation.
    pub owner: Option<AgentId>,
    /// The team whose queue contains the conversation.
    pub team: TeamId,
    /// The priority.
    pub priority: Priority,
    /// The labels, sorted and without repetition.
    pub labels: Vec<String>,
    /// The end of the snooze.
    pub snoozed_until: Option<Timestamp>,
}

/// A conversation whose row is locked.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// The id.
    pub id: ConversationId,
    /// The number of its newest event.
    pub seq: i32,
    /// The audited state.
    pub state: State,
    /// The details from other tables. `None` if they were not read, because most changes do not
    /// need them.
    pub details: Option<Details>,
}

/// The details of a locked conversation from other tables.
#[derive(Debug, Clone)]
pub struct Details {
    /// The owner's handle.
    pub owner: Option<String>,
    /// The time since which the owner has the conversation, or since which nobody owns it.
    pub since: Timestamp,
    /// The agent who gets the conversation when it is reopened: the last owner, unless the last
    /// owner may no longer own conversations or is off shift.
    pub last_owner: Option<AgentId>,
    /// The last owner, if they are passed over because they are off shift.
    pub off_shift: Option<AgentId>,
    /// The agent with an offer that is not yet accepted.
    pub offered_agent: Option<AgentId>,
    /// The team with an offer that is not yet accepted.
    pub offered_team: Option<TeamId>,
    /// The oldest open ticket.
    pub open_ticket: Option<TicketId>,
}

/// A requested change of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "a variant's line says what its fields are")]
pub enum Change {
    /// The actor becomes the owner of a conversation without an owner.
    Take { by: AgentId },
    /// A given agent becomes the owner. `teams` are the agent's teams.
    Assign { to: AgentId, teams: Vec<i64> },
    /// The conversation moves to a team's queue.
    AssignTeam { to: TeamId },
    /// The owner gives the conversation to another agent, at once.
    HandOff { to: AgentId, teams: Vec<i64> },
    /// The owner gives the conversation to a team's queue, at once.
    HandOffTeam { to: TeamId },
    /// The conversation is offered to an agent. The giver stays accountable.
    Offer { to: AgentId, due: Option<Timestamp> },
    /// The conversation is offered to a team. The giver stays accountable.
    OfferTeam { to: TeamId, due: Option<Timestamp> },
    /// The actor accepts an offer to the actor or to the actor's team.
    Accept { by: AgentId, teams: Vec<i64> },
    /// The actor declines an offer, or the giver withdraws the offer.
    Decline,
    /// The offer expires because nobody accepted it in time.
    ExpireOffer,
    /// A shift's conversation goes to an agent of the next shift.
    Rotate { to: AgentId, teams: Vec<i64> },
    /// The conversation returns to the queue.
    Release,
    /// The conversation ends.
    Resolve,
    /// An agent reopens the conversation.
    Reopen,
    /// A customer message reopens the conversation. If `late` is true, the message's time is
    /// before the resolve.
    ReopenByMessage { late: bool },
    /// A customer message opens a pending or snoozed conversation.
    Wake,
    /// The snooze ends.
    EndSnooze,
    /// The conversation waits for the customer.
    Pend,
    /// The conversation waits until a time.
    Snooze { until: Timestamp },
    /// Labels are added and removed, and the priority is set.
    Label {
        add: Vec<String>,
        remove: Vec<String>,
        priority: Option<Priority>,
    },
    /// A note is written and the state does not change.
    Note,
}

/// The event to write, and the state after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The kind of the event.
    pub kind: EventKind,
    /// The audited state after the event.
    pub state: State,
    /// The data that this kind of event has in addition to the state.
    pub data: Value,
}

/// The reason why a conversation's state does not allow a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Another agent owns the conversation.
    Owned,
    /// The conversation is resolved.
    Resolved,
    /// The conversation is not resolved.
    Live,
    /// The conversation is not offered.
    NotOffered,
    /// The conversation is already offered.
    Offered,
    /// The decision needs the [`Details`], which were not read.
    Unread,
}

impl Conversation {
    /// Returns the next state and its event. Returns `None` if the conversation already has the
    /// requested state, so that a repeat is safe.
    ///
    /// # Errors
    /// [`Refusal`] when the state does not allow the change. The database checks the actor's
    /// rights.
    pub fn apply(&self, change: &Change) -> Result<Option<Step>, Refusal> {
        let now = &self.state;
        let step = |kind, state: State| {
            Ok(Some(Step {
                kind,
                state,
                data: json!({}),
            }))
        };
        let unless_resolved = || {
            if now.status == Status::Resolved {
                Err(Refusal::Resolved)
            } else {
                Ok(())
            }
        };
        match change {
            Change::Take { by } => {
                unless_resolved()?;
                match now.owner {
                    Some(owner) if owner == *by => Ok(None),
                    Some(_) => Err(Refusal::Owned),
                    None => step(EventKind::Taken, now.owned_by(*by, now.team)),
                }
            }
            Change::Assign { to, teams } => {
                unless_resolved()?;
                self.give(EventKind::Assigned, *to, teams)
            }
            Change::HandOff { to, teams } => {
                unless_resolved()?;
                self.give(EventKind::HandedOff, *to, teams)
            }
            Change::Rotate { to, teams } => {
                unless_resolved()?;
                self.give(EventKind::Rotated, *to, teams)
            }
            Change::AssignTeam { to } => {
                unless_resolved()?;
                self.queue(EventKind::Assigned, *to)
            }
            Change::HandOffTeam { to } => {
                unless_resolved()?;
                self.queue(EventKind::HandedOff, *to)
            }
            Change::Offer { to, due } => {
                unless_resolved()?;
                if now.owner == Some(*to) || self.details()?.offered_agent == Some(*to) {
                    return Ok(None);
                }
                self.offer(json!({"to_agent": to.0, "due_at": due}))
            }
            Change::OfferTeam { to, due } => {
                unless_resolved()?;
                if self.details()?.offered_team == Some(*to) {
                    return Ok(None);
                }
                self.offer(json!({"to_team": to.0, "due_at": due}))
            }
            Change::Accept { by, teams } => {
                let details = self.details()?;
                if !details.is_offered() {
                    return if now.owner == Some(*by) {
                        Ok(None)
                    } else {
                        Err(Refusal::NotOffered)
                    };
                }
                let team = details.offered_team.unwrap_or_else(|| now.team_for(teams));
                step(EventKind::HandoffAccepted, now.owned_by(*by, team))
            }
            Change::Decline | Change::ExpireOffer if !self.details()?.is_offered() => Err(Refusal::NotOffered),
            Change::Decline => step(EventKind::HandoffDeclined, now.clone()),
            Change::ExpireOffer => step(EventKind::HandoffExpired, now.clone()),
            Change::Release => {
                if now.owner.is_none() {
                    return Ok(None);
                }
                step(
                    EventKind::Released,
                    State {
                        owner: None,
                        ..now.clone()
                    },
                )
            }
            Change::Resolve => {
                if now.status == Status::Resolved {
                    return Ok(None);
                }
                step(
                    EventKind::Resolved,
                    State {
                        status: Status::Resolved,
                        owner: None,
                        snoozed_until: None,
                        ..now.clone()
                    },
                )
            }
            Change::Reopen => match now.status {
                Status::Resolved => self.reopened(json!({})),
                Status::Pending | Status::Snoozed => step(EventKind::Reopened, now.opened()),
                Status::Open => Ok(None),
            },
            Change::ReopenByMessage { late } => match now.status {
                Status::Resolved => self.reopened(json!({"by": "message", "late": late})),
                Status::Open | Status::Pending | Status::Snoozed => Err(Refusal::Live),
            },
            Change::Wake => match now.status {
                Status::Pending | Status::Snoozed => step(EventKind::Woken, now.opened()),
                Status::Open => Ok(None),
                Status::Resolved => Err(Refusal::Resolved),
            },
            Change::EndSnooze => match now.status {
                Status::Snoozed => step(EventKind::SnoozeEnded, now.opened()),
                Status::Open | Status::Pending => Ok(None),
                Status::Resolved => Err(Refusal::Resolved),
            },
            Change::Pend => {
                unless_resolved()?;
                if now.status == Status::Pending {
                    return Ok(None);
                }
                step(
                    EventKind::Pended,
                    State {
                        status: Status::Pending,
                        snoozed_until: None,
                        ..now.clone()
                    },
                )
            }
            Change::Snooze { until } => {
                unless_resolved()?;
                if now.snoozed_until == Some(*until) {
                    return Ok(None);
                }
                step(
                    EventKind::Snoozed,
                    State {
                        status: Status::Snoozed,
                        snoozed_until: Some(*until),
                        ..now.clone()
                    },
                )
            }
            Change::Label { add, remove, priority } => {
                let mut labels: Vec<String> = now
                    .labels
                    .iter()
                    .filter(|l| !remove.contains(l))
                    .chain(add)
                    .cloned()
                    .collect();
                labels.sort();
                labels.dedup();
                let next = State {
                    labels,
                    priority: priority.unwrap_or(now.priority),
                    ..now.clone()
                };
                if next == *now {
                    Ok(None)
                } else {
                    step(EventKind::Labelled, next)
                }
            }
            Change::Note => step(EventKind::Noted, now.clone()),
        }
    }

    fn give(&self, kind: EventKind, to: AgentId, teams: &[i64]) -> Result<Option<Step>, Refusal> {
        if self.state.owner == Some(to) {
            return Ok(None);
        }
        let state = self.state.owned_by(to, self.state.team_for(teams));
        Ok(Some(Step {
            kind,
            state,
            data: json!({}),
        }))
    }

    fn queue(&self, kind: EventKind, to: TeamId) -> Result<Option<Step>, Refusal> {
        if self.state.owner.is_none() && self.state.team == to {
            return Ok(None);
        }
        let state = State {
            owner: None,
            team: to,
            ..self.state.clone()
        };
        Ok(Some(Step {
            kind,
            state,
            data: json!({}),
        }))
    }

    fn offer(&self, data: Value) -> Result<Option<Step>, Refusal> {
        if self.details()?.is_offered() {
            return Err(Refusal::Offered);
        }
        Ok(Some(Step {
            kind: EventKind::HandoffOffered,
            state: self.state.clone(),
            data,
        }))
    }

    /// Returns the step that reopens the conversation for its last owner. If the last owner is off
    /// shift, the event's data contains that agent.
    fn reopened(&self, mut data: Value) -> Result<Option<Step>, Refusal> {
        let details = self.details()?;
        if let Some(absent) = details.off_shift {
            data["off_shift"] = absent.0.into();
        }
        Ok(Some(Step {
            kind: EventKind::Reopened,
            state: State {
                owner: details.last_owner,
                ..self.state.opened()
            },
            data,
        }))
    }

    fn details(&self) -> Result<&Details, Refusal> {
        self.details.as_ref().ok_or(Refusal::Unread)
    }
}

impl Details {
    fn is_offered(&self) -> bool {
        self.offered_agent.is_some() || self.offered_team.is_some()
    }
}

impl State {
    fn owned_by(&self, owner: AgentId, team: TeamId) -> State {
        State {
            owner: Some(owner),
            team,
            ..self.clone()
        }
    }

    fn opened(&self) -> State {
        State {
            status: Status::Open,
            snoozed_until: None,
            ..self.clone()
        }
    }

    /// Returns the state that restores the changes of an operation from `before` to `after` and
    /// keeps all other fields. Returns `None` if one of the changed fields has changed since. Also
    /// returns `None` if the conversation was resolved or taken since, because it would then be
    /// resolved and have an owner.
    pub fn undoing(&self, before: &State, after: &State) -> Option<State> {
        fn column<T: PartialEq + Clone>(before: &T, after: &T, now: &T) -> Option<T> {
            if before == after {
                return Some(now.clone());
            }
            (now == after).then(|| before.clone())
        }
        let undone = State {
            status: column(&before.status, &after.status, &self.status)?,
            owner: column(&before.owner, &after.owner, &self.owner)?,
            team: column(&before.team, &after.team, &self.team)?,
            priority: column(&before.priority, &after.priority, &self.priority)?,
            labels: column(&before.labels, &after.labels, &self.labels)?,
            snoozed_until: column(&before.snoozed_until, &after.snoozed_until, &self.snoozed_until)?,
        };
        (undone.status != Status::Resolved || undone.owner.is_none()).then_some(undone)
    }

    /// Returns the present team if the new owner belongs to it or to no team. Otherwise returns the
    /// new owner's first team.
    fn team_for(&self, teams: &[i64]) -> TeamId {
        match teams.first() {
            Some(first) if !teams.contains(&self.team.0) => TeamId(*first),
            Some(_) | None => self.team,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conversation(status: Status, owner: Option<i64>) -> Conversation {
        Conversation {
            id: ConversationId(1),
            seq: 3,
            state: State {
                status,
                owner: owner.map(AgentId),
                team: TeamId(1),
                priority: Priority::Normal,
                labels: vec!["vip".into()],
                snoozed_until: (status == Status::Snoozed).then_some(Timestamp::UNIX_EPOCH),
            },
            details: Some(Details {
                owner: owner.map(|o| format!("agent{o}")),
                since: Timestamp::UNIX_EPOCH,
                last_owner: Some(AgentId(7)),
                off_shift: None,
                offered_agent: None,
                offered_team: None,
                open_ticket: None,
            }),
        }
    }

    #[test]
    fn take_is_refused_for_another_owner_and_changes_nothing_for_oneself() {
        let c = conversation(Status::Open, Some(2));
        assert_eq!(c.apply(&Change::Take { by: AgentId(3) }), Err(Refusal::Owned));
        assert_eq!(c.apply(&Change::Take { by: AgentId(2) }), Ok(None));
    }

    #[test]
    fn resolve_clears_the_owner_and_reopen_restores_the_last_one() {
        let resolved = conversation(Status::Open, Some(2))
            .apply(&Change::Resolve)
            .unwrap()
            .unwrap();
        assert_eq!((resolved.state.status, resolved.state.owner), (Status::Resolved, None));
        let back = conversation(Status::Resolved, None)
            .apply(&Change::Reopen)
            .unwrap()
            .unwrap();
        assert_eq!((back.state.status, back.state.owner), (Status::Open, Some(AgentId(7))));
    }

    #[test]
    fn conversation_keeps_its_team_when_the_new_owner_is_a_member() {
        let c = conversation(Status::Open, None);
        let same = c
            .apply(&Change::Assign {
                to: AgentId(9),
                teams: vec![4, 1],
            })
            .unwrap()
            .unwrap();
        assert_eq!(same.state.team, TeamId(1));
        let other = c
            .apply(&Change::Assign {
                to: AgentId(9),
                teams: vec![4, 5],
            })
            .unwrap()
            .unwrap();
        assert_eq!(other.state.team, TeamId(4));
    }

    #[test]
    fn labels_are_a_sorted_set_and_equal_ones_write_no_event() {
        let c = conversation(Status::Open, None);
        let change = |add: &[&str], remove: &[&str]| Change::Label {
            add: add.iter().map(|s| (*s).to_owned()).collect(),
            remove: remove.iter().map(|s| (*s).to_owned()).collect(),
            priority: None,
        };
        assert_eq!(
            c.apply(&change(&["cod", "vip"], &[])).unwrap().unwrap().state.labels,
            ["cod", "vip"]
        );
        assert_eq!(c.apply(&change(&["vip"], &["spam"])), Ok(None));
    }

    #[test]
    fn resolved_conversation_cannot_get_an_owner() {
        let c = conversation(Status::Resolved, None);
        for change in [
            Change::Take { by: AgentId(1) },
            Change::Assign {
                to: AgentId(1),
                teams: vec![],
            },
            Change::Rotate {
                to: AgentId(1),
                teams: vec![],
            },
            Change::Snooze {
                until: Timestamp::UNIX_EPOCH,
            },
            Change::Pend,
        ] {
            assert_eq!(c.apply(&change), Err(Refusal::Resolved), "{change:?}");
        }
    }

    #[test]
    fn undo_restores_old_values_and_keeps_later_changes() {
        let before = conversation(Status::Open, Some(2)).state;
        let after = before.owned_by(AgentId(3), TeamId(4));
        let labelled_since = State {
            labels: vec!["cod".into()],
            ..after.clone()
        };
        assert_eq!(
            labelled_since.undoing(&before, &after),
            Some(State {
                labels: vec!["cod".into()],
                ..before.clone()
            })
        );
        let moved_since = after.owned_by(AgentId(9), TeamId(4));
        assert_eq!(moved_since.undoing(&before, &after), None);
    }

    #[test]
    fn undo_never_leaves_a_resolved_conversation_with_an_owner() {
        let (owned, queued, resolved) = (
            conversation(Status::Open, Some(2)).state,
            conversation(Status::Open, None).state,
            conversation(Status::Resolved, None).state,
        );
        assert_eq!(resolved.undoing(&owned, &queued), None, "released, then resolved");
        assert_eq!(owned.undoing(&resolved, &queued), None, "reopened, then taken");
        assert_eq!(queued.undoing(&resolved, &queued), Some(resolved));
    }
}
