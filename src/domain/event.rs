//! The words of the history: the subjects of events, the kinds of events, and the kinds of change
//! of ownership.
//!
//! These lists are equal to those in `migrations/code/20_rules.sql`, and a test compares them. An
//! event of a newer program can have a kind that is missing here. Its kind is printed unchanged,
//! and nothing is concluded from it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::vocabulary::{Word, parse_word, vocabulary};
use crate::error::{Error, Result};

vocabulary! {
    /// The subject of an event.
    Subject, "subject", {
        /// A conversation.
        Conversation = "conversation",
        /// A ticket.
        Ticket = "ticket",
        /// A customer.
        Contact = "contact",
        /// A setting of the workspace.
        Setting = "setting",
        /// A store.
        Store = "store",
        /// A team.
        Team = "team",
        /// An agent.
        Agent = "agent",
        /// A grant to act as an agent.
        Acting = "acting",
        /// A WhatsApp number.
        Channel = "channel",
        /// A shift.
        Shift = "shift",
        /// An entry of a roster.
        Roster = "roster",
    }
}

vocabulary! {
    /// The kind of an event.
    EventKind, "kind of event", {
        /// A conversation was opened.
        Opened = "opened",
        /// A resolved, pending or snoozed conversation was opened again.
        Reopened = "reopened",
        /// A message opened a pending or snoozed conversation.
        Woken = "woken",
        /// A snooze ended at its time.
        SnoozeEnded = "snooze_ended",
        /// An agent took a conversation without an owner.
        Taken = "taken",
        /// A conversation was assigned to an agent or a team.
        Assigned = "assigned",
        /// A conversation returned to its team's queue.
        Released = "released",
        /// The owner gave a conversation to another agent or team.
        HandedOff = "handed_off",
        /// A conversation was offered to an agent or a team.
        HandoffOffered = "handoff_offered",
        /// An offer was accepted.
        HandoffAccepted = "handoff_accepted",
        /// An offer was declined or withdrawn.
        HandoffDeclined = "handoff_declined",
        /// An offer expired.
        HandoffExpired = "handoff_expired",
        /// A conversation was given to an agent of the next shift.
        Rotated = "rotated",
        /// A conversation was taken from an absent owner.
        Swept = "swept",
        /// A conversation was resolved.
        Resolved = "resolved",
        /// A conversation waits for the customer.
        Pended = "pended",
        /// A conversation waits until a time.
        Snoozed = "snoozed",
        /// Labels or priority changed.
        Labelled = "labelled",
        /// A note was written.
        Noted = "noted",
        /// A ticket was opened.
        Escalated = "escalated",
        /// An operation was undone.
        Undone = "undone",
        /// A ticket was opened.
        TicketOpened = "ticket_opened",
        /// A ticket got another owner or team.
        TicketAssigned = "ticket_assigned",
        /// Fields of a ticket changed.
        TicketSet = "ticket_set",
        /// A note was written on a ticket.
        TicketNoted = "ticket_noted",
        /// An administered row was added.
        Added = "added",
        /// An administered row changed.
        Changed = "changed",
        /// An administered row was disabled.
        Disabled = "disabled",
        /// An administered row was enabled.
        Enabled = "enabled",
        /// A grant was added.
        Granted = "granted",
        /// A grant or an entry of a roster was revoked.
        Revoked = "revoked",
        /// An agent is away.
        WentAway = "went_away",
        /// An agent is back.
        CameBack = "came_back",
        /// A customer was forgotten.
        Forgotten = "forgotten",
        /// Reserved for two customers who share an id.
        Conflicted = "conflicted",
    }
}

vocabulary! {
    /// The kind of change that started an ownership.
    How, "way of getting a conversation", {
        /// By the program: opened or reopened.
        Auto = "auto",
        /// By a take.
        Take = "take",
        /// By an assignment.
        Assign = "assign",
        /// By a handoff.
        Handoff = "handoff",
        /// By a rotation of shifts.
        Shift = "shift",
        /// By a sweep.
        Sweep = "sweep",
        /// By a release.
        Release = "release",
        /// By a resolve.
        Resolve = "resolve",
        /// By an undo.
        Undo = "undo",
    }
}

#[cfg(test)]
mod tests {
    use super::EventKind;
    use crate::domain::vocabulary::{Stored, known};

    #[test]
    fn kind_of_a_newer_program_is_unknown() {
        assert_eq!(known("taken"), Some(EventKind::Taken));
        assert_eq!(known::<EventKind>("teleported"), None);
        assert_eq!(known::<EventKind>("Taken"), None);
        let kind = Stored::<EventKind>::from("teleported".to_owned());
        assert_eq!((kind.known(), kind.to_string().as_str()), (None, "teleported"));
        assert!(Stored::from("taken".to_owned()).is(EventKind::Taken));
    }
}
