//! Dead letters: the number of letters for each delivery, and their log lines.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::db::webhook::dead_letter::{Cause, Dead};

/// The maximum number of letters of one cause for a delivery, besides the letter for all other
/// events.
const LETTERS: usize = 3;
/// The maximum number of phone number ids with separate letters in a delivery. They are separate,
/// because each waits for a different channel.
const CHANNELS: usize = 10;

/// Returns a letter for a whole body.
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

/// Returns the number of letters by delivery and cause, with the path of the first.
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

/// Keeps the first letters of each delivery, cause and channel. Replaces the other letters by one
/// letter with their number.
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

/// The maximum number of warnings about deliveries in the log per minute.
const WARNINGS: u32 = 120;

/// Limits the log lines that senders can cause, for all workers of a process.
#[derive(Debug, Clone, Default)]
pub struct Limits(Arc<Mutex<Option<Window>>>);

#[derive(Debug)]
struct Window {
    began: Instant,
    logged: u32,
    left_out: u32,
}

impl Limits {
    /// Writes a log line, unless the limit of the minute is reached. The next minute begins with
    /// the number of omitted lines.
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
