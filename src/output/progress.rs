//! A progress bar or spinner on stderr for work that takes longer than half a second, only on a
//! terminal.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The time before the bar is shown.
const PATIENCE: Duration = Duration::from_millis(500);
const TICK: Duration = Duration::from_millis(100);

/// Shows the progress of long work. Does nothing without a terminal. The bar is removed from the
/// screen on drop.
pub struct Progress {
    bar: ProgressBar,
    /// When this sender is dropped with the progress, the thread that waits to show the bar ends.
    _shown: Option<Sender<()>>,
}

impl Progress {
    pub(super) fn new(what: &str, total: Option<u64>, visible: bool) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        if !visible {
            return Progress { bar, _shown: None };
        }
        let template = match total {
            Some(_) => "{msg} {wide_bar} {human_pos}/{human_len} {eta}",
            None => "{spinner} {msg} {elapsed}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        let (shown, dropped) = mpsc::channel::<()>();
        let later = bar.clone();
        thread::spawn(move || {
            if dropped.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                later.set_draw_target(ProgressDrawTarget::stderr());
                later.enable_steady_tick(TICK);
            }
        });
        Progress {
            bar,
            _shown: Some(shown),
        }
    }

    /// Sets the number of finished pieces.
    pub fn set(&self, done: u64) {
        self.bar.set_position(done);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
