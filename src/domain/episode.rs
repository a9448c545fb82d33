//! The placement of an arriving message: the episode that the message joins, and the effect on that
//! episode. The placement is decided on arrival and never changes.

use jiff::{SignedDuration, Timestamp};

use super::vocabulary::Status;

/// One conversation of a contact on a channel, with the fields that placement needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Episode {
    /// The status.
    pub status: Status,
    /// The time of the first message.
    pub opened_at: Timestamp,
    /// The time of the resolve. `None` if the conversation is live.
    pub resolved_at: Option<Timestamp>,
    /// The time of the newest human reply.
    pub last_reply_at: Option<Timestamp>,
}

/// The effect of a message on the episodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// A customer message that is content, or a handover from a bot to people. A person must read
    /// the conversation.
    Attention,
    /// A message of the business from another tool. It joins an episode and reopens none.
    Ours,
    /// A reaction, an edit or a bot's message. It joins an existing episode and opens none.
    Aside,
}

/// The placement of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// The message joins that episode, which does not change.
    Join(usize),
    /// The message joins that live episode, which becomes open.
    Wake(usize),
    /// The message joins that resolved episode, which reopens.
    Reopen {
        /// The position of the episode.
        episode: usize,
        /// Whether the message's time is before the resolve.
        late: bool,
    },
    /// The message opens a new episode.
    Open,
    /// The message joins no episode.
    Apart,
}

/// Returns the placement of a message with Meta's time `at`. The reopen window is in seconds.
pub fn place(episodes: &[Episode], at: Timestamp, effect: Effect, window: i64) -> Placement {
    let live = episodes.iter().position(|e| e.resolved_at.is_none());
    let Some(home) = home(episodes, live, at, window) else {
        return match effect {
            Effect::Attention | Effect::Ours => Placement::Open,
            Effect::Aside => Placement::Apart,
        };
    };
    match effect {
        Effect::Ours | Effect::Aside => Placement::Join(home),
        Effect::Attention if live == Some(home) => match episodes[home].status {
            Status::Pending | Status::Snoozed => Placement::Wake(home),
            Status::Open | Status::Resolved => Placement::Join(home),
        },
        // Another conversation is live, so a message of an earlier conversation does not reopen the
        // earlier one.
        Effect::Attention if live.is_some() => Placement::Join(home),
        Effect::Attention => {
            let late = episodes[home].resolved_at.is_some_and(|r| precedes(at, r));
            let answered = episodes[home]
                .last_reply_at
                .is_some_and(|reply| if late { reply >= at } else { reply > at });
            if answered {
                Placement::Join(home)
            } else {
                Placement::Reopen { episode: home, late }
            }
        }
    }
}

fn home(episodes: &[Episode], live: Option<usize>, at: Timestamp, window: i64) -> Option<usize> {
    let window = SignedDuration::from_secs(window);
    let resolved = || {
        episodes
            .iter()
            .enumerate()
            .filter_map(|(i, e)| e.resolved_at.map(|r| (i, e, r)))
    };
    let next = resolved()
        .filter(|(_, _, r)| precedes(at, *r))
        .min_by_key(|(_, _, r)| *r);
    if live.is_some() && next.is_none() {
        return live;
    }
    let within = next.filter(|(_, e, _)| e.opened_at <= at);
    let after = || {
        resolved()
            .filter(|(_, _, r)| !precedes(at, *r) && at.duration_since(*r) < window)
            .max_by_key(|(_, _, r)| *r)
    };
    let before = || next.filter(|(_, e, _)| live.is_some() || e.opened_at.duration_since(at) < window);
    within.or_else(after).or_else(before).map(|(i, _, _)| i)
}

/// Returns whether a time in whole seconds is before an instant. A time in the same second is not
/// before the instant.
pub fn precedes(at: Timestamp, instant: Timestamp) -> bool {
    at.as_second() < instant.as_second()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: i64 = 1_000;

    fn t(s: i64) -> Timestamp {
        Timestamp::from_second(s).unwrap()
    }

    fn live(status: Status, opened: i64) -> Episode {
        Episode {
            status,
            opened_at: t(opened),
            resolved_at: None,
            last_reply_at: None,
        }
    }

    fn resolved(opened: i64, at: i64) -> Episode {
        Episode {
            resolved_at: Some(t(at)),
            ..live(Status::Resolved, opened)
        }
    }

    fn attention(episodes: &[Episode], s: i64) -> Placement {
        place(episodes, t(s), Effect::Attention, WINDOW)
    }

    #[test]
    fn message_joins_a_live_conversation_and_ends_a_snooze() {
        assert_eq!(attention(&[live(Status::Open, 10)], 20), Placement::Join(0));
        assert_eq!(attention(&[live(Status::Pending, 10)], 20), Placement::Wake(0));
        assert_eq!(attention(&[live(Status::Snoozed, 10)], 5), Placement::Wake(0));
    }

    #[test]
    fn message_before_the_last_resolve_joins_that_episode() {
        let both = [resolved(10, 100), live(Status::Pending, 5_000)];
        assert_eq!(attention(&both, 50), Placement::Join(0));
        assert_eq!(attention(&both, 5), Placement::Join(0));
        assert_eq!(attention(&both, 100), Placement::Wake(1));
        assert_eq!(attention(&both, 4_999), Placement::Wake(1));
    }

    #[test]
    fn message_reopens_within_the_window_and_opens_after_it() {
        let one = [resolved(10, 100)];
        assert_eq!(
            attention(&one, 100),
            Placement::Reopen {
                episode: 0,
                late: false
            }
        );
        assert_eq!(
            attention(&one, 1_099),
            Placement::Reopen {
                episode: 0,
                late: false
            }
        );
        assert_eq!(attention(&one, 1_100), Placement::Open);
        assert_eq!(attention(&[], 5), Placement::Open);
    }

    #[test]
    fn late_message_reopens_only_without_a_later_reply() {
        let mut one = [resolved(10, 100)];
        assert_eq!(attention(&one, 50), Placement::Reopen { episode: 0, late: true });
        one[0].last_reply_at = Some(t(50));
        assert_eq!(attention(&one, 50), Placement::Join(0));
        assert_eq!(attention(&one, 51), Placement::Reopen { episode: 0, late: true });
    }

    #[test]
    fn message_between_two_episodes_belongs_to_the_first() {
        let two = [resolved(10, 100), resolved(5_000, 6_000)];
        assert_eq!(
            attention(&two, 900),
            Placement::Reopen {
                episode: 0,
                late: false
            }
        );
        assert_eq!(attention(&two, 2_000), Placement::Open);
        assert_eq!(attention(&two, 4_500), Placement::Reopen { episode: 1, late: true });
    }

    #[test]
    fn message_sent_elsewhere_joins_or_starts_an_episode() {
        let ours = |episodes: &[Episode], s| place(episodes, t(s), Effect::Ours, WINDOW);
        assert_eq!(ours(&[resolved(10, 100)], 500), Placement::Join(0));
        assert_eq!(ours(&[resolved(10, 100)], 1_500), Placement::Open);
        assert_eq!(ours(&[live(Status::Snoozed, 10)], 500), Placement::Join(0));
    }

    #[test]
    fn reaction_opens_nothing_and_ends_no_snooze() {
        let aside = |episodes: &[Episode], s| place(episodes, t(s), Effect::Aside, WINDOW);
        assert_eq!(aside(&[], 5), Placement::Apart);
        assert_eq!(aside(&[resolved(10, 100)], 5_000), Placement::Apart);
        assert_eq!(aside(&[resolved(10, 100)], 500), Placement::Join(0));
        assert_eq!(aside(&[live(Status::Pending, 10)], 500), Placement::Join(0));
    }
}
