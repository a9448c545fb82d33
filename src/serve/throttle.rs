//! Limits repeated log lines.

use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Allows one of many equal log lines in each period.
#[derive(Debug)]
pub struct Throttle {
    period: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    last: Option<Instant>,
    held_back: u64,
}

impl Throttle {
    /// Creates a throttle that allows one line in each period.
    pub fn new(period: Duration) -> Throttle {
        Throttle {
            period,
            state: Mutex::default(),
        }
    }

    /// Records an occurrence. If a line is due, returns the number of occurrences since the last
    /// line.
    pub fn pass(&self) -> Option<u64> {
        // A panic in another thread must not stop the log.
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        state.held_back += 1;
        if state.last.is_some_and(|last| last.elapsed() < self.period) {
            return None;
        }
        state.last = Some(Instant::now());
        Some(std::mem::take(&mut state.held_back))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throttle_passes_one_line_per_period_with_a_count() {
        let throttle = Throttle::new(Duration::from_millis(50));
        assert_eq!(throttle.pass(), Some(1));
        assert_eq!((throttle.pass(), throttle.pass()), (None, None));
        std::thread::sleep(Duration::from_millis(60));
        assert_eq!(throttle.pass(), Some(3));
    }
}
