//! Dead letters: how many of one kind a delivery gets, and how they are logged.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::db::webhook::dead_letter::{Cause, Dead};

/// How many letters of one cause a delivery gets, besides the one that stands for the rest.
const LETTERS: usize = 3;
/// For how many phone number ids a delivery gets letters apart, since each waits for its own channel.
const CHANNELS: usize = 10;

/// Returns a letter for a body as a whole.
pub fn whole_body(delivery: i64, cause: Cause, reason: String) -> Dead {
    Dead {
        delivery,
        path: String::new(),
        field: None,
        phone_number_id: None,
        cause,
        reason,
        raw: None,
        events: 1,
    }
}

/// Counts letters by delivery and cause, with the path of the first.
pub fn counts(dead: &[Dead]) -> Vec<(i64, Cause, usize, String)> {
    let mut counts: Vec<(i64, Cause, usize, String)> = Vec::new();
    for d in dead {
        match counts
            .iter_mut()
            .rev()
            .find(|(delivery, cause, ..)| (*delivery, *cause) == (d.delivery, d.cause))
        {
            Some((_, _, count, _)) => *count += 1,
            None => counts.push((d.delivery, d.cause, 1, d.path.clone())),
        }
    }
    counts
}

/// Keeps the first letters of each delivery, cause and channel, and puts one letter with the count
/// in the place of the others.
pub fn summarize(dead: Vec<Dead>) -> Vec<Dead> {
    type Kind = (i64, Cause, Option<String>);
    let mut kept: Vec<Dead> = Vec::new();
    let mut seen: HashMap<Kind, usize> = HashMap::new();
    let mut channels: HashMap<(i64, Cause), usize> = HashMap::new();
    let mut rest: HashMap<Kind, usize> = HashMap::new();
    for d in dead {
        let mut kind = (d.delivery, d.cause, d.phone_number_id.clone());
        if !seen.contains_key(&kind) {
            let channels = channels.entry((d.delivery, d.cause)).or_default();
            *channels += 1;
            if *channels > CHANNELS {
                kind.2 = None;
            }
        }
        let count = seen.entry(kind.clone()).or_default();
        *count += 1;
        if *count <= LETTERS {
            kept.push(d);
        } else if let Some(at) = rest.get(&kind) {
            let letter = &mut kept[*at];
            letter.events = letter.events.saturating_add(1);
        } else {
            rest.insert(kind.clone(), kept.len());
            kept.push(Dead {
                phone_number_id: kind.2,
                ..d
            });
        }
    }
    for letter in &mut kept {
        if letter.events > 1 {
            letter.reason = format!("{} events from here on, the first: {}", letter.events, letter.reason);
            letter.raw = None;
        }
    }
    kept
}

/// How many warnings about deliveries are logged in a minute, whatever is sent.
const WARNINGS: u32 = 120;

/// Keeps the log of what others send within limits, for all workers of a process.
#[derive(Debug, Clone, Default)]
pub struct Limits(Arc<Mutex<Option<Window>>>);

#[derive(Debug)]
struct Window {
    began: Instant,
    logged: u32,
    left_out: u32,
}

impl Limits {
    /// Logs, unless the minute has its share. The next minute begins with how many were left out.
    pub fn log(&self, line: impl FnOnce()) {
        let Ok(mut slot) = self.0.lock() else {
            return;
        };
        if let Some(window) = slot.as_ref()
            && window.began.elapsed() >= Duration::from_secs(60)
        {
            if window.left_out > 0 {
                tracing::warn!(
                    count = window.left_out,
                    "warnings about deliveries were left out in the last minute"
                );
            }
            *slot = None;
        }
        let window = slot.get_or_insert_with(|| Window {
            began: Instant::now(),
            logged: 0,
            left_out: 0,
        });
        if window.logged < WARNINGS {
            window.logged += 1;
            line();
        } else {
            window.left_out += 1;
        }
    }
}
