//! The state machine of a conversation: pure. Given its state and what is asked, the next state and
//! the event that says so, or why not.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::event::EventKind;
use super::ids::{AgentId, ConversationId, TeamId, TicketId};
use super::vocabulary::{Priority, Status};

/// The audited state: what events carry, and what folding them gives back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// What it waits for.
    pub status: Status,
    /// The one agent accountable, or nobody.
    pub owner: Option<AgentId>,
    /// The queue it is in.
    pub team: TeamId,
    /// Its urgency.
    pub priority: Priority,
    /// Sorted, without repetition.
    pub labels: Vec<String>,
    /// When a snooze ends.
    pub snoozed_until: Option<Timestamp>,
}

/// A conversation with its row locked.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// The number of its newest event.
    pub seq: i32,
    /// Its audited state.
    pub state: State,
    /// What other tables say of it; none where it was not read, since most changes need none of it.
    pub details: Option<Details>,
}

/// What other tables say of a locked conversation.
#[derive(Debug, Clone)]
pub struct Details {
    /// The owner's handle.
    pub owner: Option<String>,
    /// Since when the owner, or nobody, has it.
    pub since: Timestamp,
    /// Who gets it back when it is reopened: its last owner who may still own something, unless he is off shift.
    pub last_owner: Option<AgentId>,
    /// Its last owner, who does not get it back since he is off shift.
    pub off_shift: Option<AgentId>,
    /// To whom it is offered and not yet accepted.
    pub offered_agent: Option<AgentId>,
    /// To which team it is offered and not yet accepted.
    pub offered_team: Option<TeamId>,
    /// Its oldest open ticket.
    pub open_ticket: Option<TicketId>,
}

/// What is asked of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "a variant's line says what its fields are")]
pub enum Change {
    /// The actor becomes the owner of what nobody owns.
    Take { by: AgentId },
    /// A given agent becomes the owner; `teams` are his.
    Assign { to: AgentId, teams: Vec<i64> },
    /// To a team's queue.
    AssignTeam { to: TeamId },
    /// The owner gives it to another agent, at once.
    HandOff { to: AgentId, teams: Vec<i64> },
    /// The owner gives it to a team's queue, at once.
    HandOffTeam { to: TeamId },
    /// It is offered to an agent; the giver stays accountable.
    Offer { to: AgentId, due: Option<Timestamp> },
    /// It is offered to a team; the giver stays accountable.
    OfferTeam { to: TeamId, due: Option<Timestamp> },
    /// The actor accepts what was offered to him or his team.
    Accept { by: AgentId, teams: Vec<i64> },
    /// The actor declines what was offered, or its giver takes the offer back.
    Decline,
    /// Nobody accepted in time.
    ExpireOffer,
    /// A shift's work goes to the next one's agent.
    Rotate { to: AgentId, teams: Vec<i64> },
    /// Back to the queue.
    Release,
    /// Ends it.
    Resolve,
    /// Opens it again by hand.
    Reopen,
    /// A customer message opens it again; `late`: it arrived after its time.
    ReopenByMessage { late: bool },
    /// A customer message wakes what was pending or snoozed.
    Wake,
    /// Its snooze is over.
    EndSnooze,
    /// Waits for the customer.
    Pend,
    /// Waits until a time.
    Snooze { until: Timestamp },
    /// Adds and removes labels, sets the priority.
    Label {
        add: Vec<String>,
        remove: Vec<String>,
        priority: Option<Priority>,
    },
    /// Carries a note and changes nothing.
    Note,
}

/// The event to write, and the state after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The kind of the event.
    pub kind: EventKind,
    /// The audited state after it.
    pub state: State,
    /// What the kind needs beside the state.
    pub data: Value,
}

/// Why a change does not fit a conversation's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Someone else owns it.
    Owned,
    /// It is resolved.
    Resolved,
    /// It is not resolved.
    Live,
    /// It is offered to nobody.
    NotOffered,
    /// It is offered to somebody already.
    Offered,
    /// Its [`Details`] decide, and were not read.
    Unread,
}

impl Conversation {
    /// Returns the next state and its event; nothing where it already is so, which makes repeating safe.
    ///
    /// # Errors
    /// [`Refusal`] where the state does not allow it. Who may do it is the database's to say.
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

    /// Opens it again for its last owner; the event says who does not get it back.
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

    /// Puts back what an operation changed from `before` to `after`, and leaves the rest as it is
    /// now. None where something that it changed has changed since, or where the conversation was
    /// resolved or taken since, so that it would be resolved and have an owner.
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

    /// Keeps the team where the new owner is in it or in none; else his first.
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
