//! The code that `inbox shift put` and `off` share: agents, days, and roster entries.

use std::str::FromStr;

use jiff::civil::Date;
use serde_json::json;

use crate::cli::resource::Change;
use crate::cli::{Context, Exit};
use crate::db::operation::WorkspaceInfo;
use crate::domain::ids::Handle;
use crate::domain::period::Period;
use crate::domain::shift::Days;
use crate::domain::time::{Clock, Direction, parse_zone};
use crate::domain::vocabulary::quoted;
use crate::error::{Error, Result};
use crate::verbs::shift::{NewEntry, enter};

/// The days of a roster entry.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Days")]
pub(super) struct OnDays {
    /// First day of an entry without an end: 2026-12-01, today, tomorrow, monday
    #[arg(
        long,
        value_name = "DAY",
        required_unless_present = "period",
        conflicts_with = "period"
    )]
    since: Option<String>,
    /// Days, including the last: 2026-12-24..2026-12-26, next-week, mon..wed
    ///
    /// A single day, or a month such as 2026-12, is also valid. A weekday is its next date, or today.
    #[arg(long, value_name = "PERIOD")]
    period: Option<String>,
    /// Days of the week: mon..fri, or mon,wed,sat [default: every day]
    #[arg(long, value_name = "DAYS")]
    days: Option<Days>,
}

impl OnDays {
    /// Reads the days in the workspace's zone, as for shifts.
    fn resolve(&self, info: &WorkspaceInfo) -> Result<(Date, Option<Date>)> {
        let zone = parse_zone(&info.time_zone)?;
        let clock = Clock {
            now: info.now,
            zone: &zone,
        };
        if let Some(period) = &self.period {
            let period = Period::parse_coming(period, clock)?;
            return Ok((period.first, Some(period.last)));
        }
        let text = self.since.as_deref().unwrap_or_default();
        let at = clock.parse(text, Direction::Future)?;
        let day = zone.to_datetime(at).date();
        if clock.start_of(day)? != at {
            return Err(Error::usage(format!("{} is not a whole day", quoted(text)))
                .hint("use a day: --since 2026-12-01, today, tomorrow or monday"));
        }
        Ok((day, None))
    }
}

/// An agent on the command line.
#[derive(Debug, Clone)]
pub(super) enum Named {
    /// `me`, the agent who runs the command.
    Me,
    /// The agent with this handle.
    Agent(Handle),
}

impl FromStr for Named {
    type Err = Error;

    fn from_str(text: &str) -> Result<Named> {
        match text {
            "me" => Ok(Named::Me),
            handle => handle.parse().map(Named::Agent),
        }
    }
}

impl Named {
    /// Returns the handles of agents. `me` becomes the handle of the agent who runs the command.
    pub(super) fn handles(agents: &[Named], me: &str) -> Vec<String> {
        let handle = |agent: &Named| match agent {
            Named::Me => me.to_owned(),
            Named::Agent(handle) => handle.to_string(),
        };
        agents.iter().map(handle).collect()
    }
}

/// Creates roster entries.
pub(super) async fn enter_all(
    context: &mut Context,
    verb: &str,
    (agents, shift, works): (Vec<Named>, Option<Handle>, bool),
    on: &OnDays,
    change: &Change,
) -> Result<Exit> {
    let days = on.days.unwrap_or(Days::ALL);
    let args = json!({
        "agents": Named::handles(&agents, "me"), "shift": shift, "since": on.since, "period": on.period,
        "days": days.to_string(),
    });
    change
        .run(context, verb, args, async |session| {
            let (first, last) = on.resolve(session.info)?;
            let new = NewEntry {
                agents: Named::handles(&agents, &session.operation.handle),
                shift: shift.clone(),
                works,
                first,
                last,
                days,
            };
            enter(
                session.conn,
                session.operation,
                &new,
                change.reason(),
                change.keep_going(),
            )
            .await
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(since: Option<&str>, period: Option<&str>) -> Result<(Date, Option<Date>)> {
        let info = WorkspaceInfo {
            now: "2026-11-28T20:30:00Z".parse().unwrap(),
            time_zone: "Asia/Karachi".to_owned(),
            phone_prefix: String::new(),
            reopen_window: 0,
        };
        OnDays {
            since: since.map(str::to_owned),
            period: period.map(str::to_owned),
            days: None,
        }
        .resolve(&info)
    }

    #[test]
    fn roster_days_are_whole_days_of_the_workspace() {
        // In Karachi, it is already Sunday the 29th.
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(on(Some("today"), None).unwrap(), (day("2026-11-29"), None));
        assert_eq!(on(Some("monday"), None).unwrap(), (day("2026-11-30"), None));
        assert_eq!(on(Some("sunday"), None).unwrap(), (day("2026-12-06"), None));
        assert_eq!(on(Some("2026-12-01"), None).unwrap(), (day("2026-12-01"), None));
        assert_eq!(
            on(None, Some("next-week")).unwrap(),
            (day("2026-11-30"), Some(day("2026-12-06")))
        );
        assert_eq!(
            on(None, Some("mon..wed")).unwrap(),
            (day("2026-11-30"), Some(day("2026-12-02")))
        );
        assert_eq!(
            on(None, Some("sun")).unwrap(),
            (day("2026-11-29"), Some(day("2026-11-29")))
        );
        assert_eq!(
            on(None, Some("tomorrow")).unwrap(),
            (day("2026-11-30"), Some(day("2026-11-30")))
        );
        for text in ["2h", "2026-12-01 08:00", "never"] {
            assert!(on(Some(text), None).is_err(), "{text}");
        }
    }
}
