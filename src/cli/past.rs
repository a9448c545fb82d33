//! The flag `--as-of`, which selects a time in the past in place of now.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::ConversationId;
use crate::domain::time::{Clock, Direction};
use crate::error::{Error, Result};

/// The flag `--as-of`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct AsOfArgs {
    /// Show the state at this time: '2026-11-20 14:05', 2h, 'yesterday 18:00'
    #[arg(long, value_name = "TIME", help_heading = "Filters")]
    pub as_of: Option<String>,
}

impl AsOfArgs {
    /// Reads the time.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for an invalid time and for a time in the future.
    pub fn resolve(&self, clock: Clock<'_>) -> Result<Option<Timestamp>> {
        let Some(text) = &self.as_of else {
            return Ok(None);
        };
        let at = clock.parse(text, Direction::Past)?;
        if at > clock.now {
            let shown = at
                .to_zoned(clock.zone.clone())
                .strftime("%Y-%m-%d %H:%M:%S %Z")
                .to_string();
            return Err(Error::usage(format!("--as-of {shown} is in the future"))
                .hint("use a time in the past: 2h (ago), 'yesterday 18:00', '2026-11-20 14:05'"));
        }
        Ok(Some(at))
    }
}

/// Refuses a conversation that was opened after the given time.
pub fn not_yet(id: ConversationId, opened: Timestamp, zone: &TimeZone) -> Error {
    let opened = opened.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S");
    Error::not_found(format!("{id} did not exist then: it was opened at {opened}"))
}

/// Ends a range of times after the given time, which stays in the range. The database's times are
/// whole microseconds.
pub fn until(end: Option<Timestamp>, as_of: Option<Timestamp>) -> Option<Timestamp> {
    let after = as_of.map(|at| at.checked_add(SignedDuration::from_micros(1)).unwrap_or(Timestamp::MAX));
    match (end, after) {
        (Some(end), Some(after)) => Some(end.min(after)),
        (end, after) => end.or(after),
    }
}
