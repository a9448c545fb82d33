//! Where an arriving message belongs: which episode takes it, and what that does to the episode.
//! Decided on arrival and never cut again.

use jiff::{SignedDuration, Timestamp};

use super::vocabulary::Status;

/// One conversation of a contact on a channel, as far as placing needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Episode {
    /// What it waits for.
    pub status: Status,
    /// Its first message.
    pub opened_at: Timestamp,
    /// Its resolve; nothing while it lives.
    pub resolved_at: Option<Timestamp>,
    /// The newest human reply in it.
    pub last_reply_at: Option<Timestamp>,
}

/// What a message asks of the episodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// A customer message that counts, or a bot that passes the customer on: somebody has to look.
    Attention,
    /// A message of ours from elsewhere: belongs somewhere, opens nothing that is closed.
    Ours,
    /// A reaction, an edit, a bot's talk: goes along where there is something.
    Aside,
}

/// Where a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// Into that episode, which stays as it is.
    Join(usize),
    /// Into that live episode, which wakes.
    Wake(usize),
    /// Into that resolved episode, which opens again.
    Reopen {
        /// Which one.
        episode: usize,
        /// Whether its time lies before the resolve.
        late: bool,
    },
    /// Into a new episode.
    Open,
    /// Into none.
    Apart,
}

/// Finds the place of a message of Meta's time `at`, with a reopen window in seconds.
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
        // Another conversation is live: what belongs to an earlier one does not open that too.
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

/// Returns whether a time in whole seconds lies before an instant: within the same second it does not.
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
