//! What the history is made of: what an event is about, what happened, and how an ownership began.
//!
//! These lists and those of `migrations/code/20_rules.sql` are the same; a test compares them. An
//! event of a newer program can be of a kind that is not here: it is printed as it is, and nothing
//! is concluded from it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::vocabulary::{Word, parse_word, vocabulary};
use crate::error::{Error, Result};

vocabulary! {
    /// What an event is about.
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
        /// A grant to act as somebody.
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
    /// What happened.
    EventKind, "kind of event", {
        /// A conversation began.
        Opened = "opened",
        /// A resolved, pending or snoozed conversation is open again.
        Reopened = "reopened",
        /// A message ended a pending or snoozed status.
        Woken = "woken",
        /// A snooze reached its time.
        SnoozeEnded = "snooze_ended",
        /// An agent took what nobody owned.
        Taken = "taken",
        /// Given to an agent or a team.
        Assigned = "assigned",
        /// Back to the team's queue.
        Released = "released",
        /// Given on by its owner.
        HandedOff = "handed_off",
        /// Offered to an agent or a team.
        HandoffOffered = "handoff_offered",
        /// An offer was accepted.
        HandoffAccepted = "handoff_accepted",
        /// An offer was declined or taken back.
        HandoffDeclined = "handoff_declined",
        /// An offer reached its time.
        HandoffExpired = "handoff_expired",
        /// Given to the next shift.
        Rotated = "rotated",
        /// Taken from an absent owner.
        Swept = "swept",
        /// Ended.
        Resolved = "resolved",
        /// Waits for the customer.
        Pended = "pended",
        /// Waits for a time.
        Snoozed = "snoozed",
        /// Labels or priority changed.
        Labelled = "labelled",
        /// A note was written.
        Noted = "noted",
        /// A ticket was opened.
        Escalated = "escalated",
        /// An operation was undone.
        Undone = "undone",
        /// A ticket began.
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
        /// A grant was given.
        Granted = "granted",
        /// A grant or an entry of a roster was revoked.
        Revoked = "revoked",
        /// An agent is away.
        WentAway = "went_away",
        /// An agent is back.
        CameBack = "came_back",
        /// A customer was forgotten.
        Forgotten = "forgotten",
        /// Reserved: two customers turned out to share an id.
        Conflicted = "conflicted",
    }
}

vocabulary! {
    /// How an ownership began.
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
