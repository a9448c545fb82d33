//! `inbox shift`: shifts, rosters, and the change from one shift to the next.

mod rotate;
mod rows;

use std::str::FromStr;

use jiff::civil::{Date, Time};
use serde_json::json;
use sqlx::postgres::PgConnection;

use crate::cli::args::OutputArgs;
use crate::cli::commands::place::turn;
pub use crate::cli::commands::shift::rows::{Listed, OnShift};
use crate::cli::resource::{Change, List, list};
use crate::cli::select::named;
use crate::cli::{Context, Exit};
use crate::config::Key;
use crate::db::admin::directory::check_handles;
use crate::db::admin::{resource, shift};
use crate::db::operation::{WorkspaceInfo, whoami};
use crate::domain::ids::{Handle, RosterId};
use crate::domain::period::Period;
use crate::domain::shift::{Days, Hours};
use crate::domain::time::{Clock, Direction, parse_zone};
use crate::domain::vocabulary::{name, quoted};
use crate::error::{Error, Result};
use crate::verbs::administer::{Field, add, edit};
use crate::verbs::shift::{NewEntry, enter, revoke};

/// Administer shifts and rosters, and rotate work
///
/// A shift is a named interval of local time. A roster says who works it on which days. Of several
/// entries for an agent, a shift and a day, the newest one counts, so that a day off is a new
/// entry. An entry is never changed; an entry made by mistake is revoked.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Rotate(Box<rotate::Args>),
    Who(Who),
    Put(Box<Put>),
    Off(Box<Off>),
    Roster(Roster),
    Revoke(Box<Revoke>),
    Add(Box<Add>),
    /// List shifts with the agents of today
    List(List),
    Edit(Box<Edit>),
    /// Disable shifts; their history stays
    Disable(Box<Shifts>),
    /// Enable shifts again
    Enable(Box<Shifts>),
}

/// Show the agents on shift, now or at another time
#[derive(Debug, clap::Args)]
struct Who {
    /// Time: 2h (ago), '2026-12-01 14:05', 'tomorrow 09:00' [default: now]
    ///
    /// A time without a date is the latest one that has passed.
    #[arg(long, value_name = "TIME", help_heading = "Filters")]
    at: Option<String>,
    /// Select by shift
    #[arg(long, value_name = "HANDLE", value_delimiter = ',', help_heading = "Filters")]
    shift: Vec<Handle>,
    /// Select by team
    #[arg(long, value_name = "HANDLE", value_delimiter = ',', help_heading = "Filters")]
    team: Vec<Handle>,
    #[command(flatten)]
    output: OutputArgs,
}

/// On which days.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Days")]
struct OnDays {
    /// First day, without an end: 2026-12-01, today, tomorrow, monday (the next one)
    #[arg(
        long,
        value_name = "DAY",
        required_unless_present = "period",
        conflicts_with = "period"
    )]
    since: Option<String>,
    /// Days, the last one included: 2026-12-24..2026-12-26, next-week, mon..wed
    ///
    /// A single day and a month (2026-12) are also valid. Days of the week are the next ones, today included.
    #[arg(long, value_name = "PERIOD")]
    period: Option<String>,
    /// Days of the week: mon..fri, or mon,wed,sat [default: every day]
    #[arg(long, value_name = "DAYS")]
    days: Option<Days>,
}

impl OnDays {
    /// Reads the days, in the workspace's zone: that of shifts.
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

/// An agent, as a command line names him.
#[derive(Debug, Clone)]
enum Named {
    /// `me`: who runs the command.
    Me,
    /// By his handle.
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
    /// Gives the handles of agents. `me`: that of who runs the command.
    fn handles(agents: &[Named], me: &str) -> Vec<String> {
        let handle = |agent: &Named| match agent {
            Named::Me => me.to_owned(),
            Named::Agent(handle) => handle.to_string(),
        };
        agents.iter().map(handle).collect()
    }
}

/// Put agents on a shift
#[derive(Debug, clap::Args)]
struct Put {
    /// Agents, separated by commas, or `me`
    #[arg(value_name = "AGENTS", value_delimiter = ',', required = true)]
    agents: Vec<Named>,
    /// Shift
    shift: Handle,
    #[command(flatten)]
    on: OnDays,
    #[command(flatten)]
    change: Change,
}

/// Give agents days off
#[derive(Debug, clap::Args)]
struct Off {
    /// Agents, separated by commas, or `me`
    #[arg(value_name = "AGENTS", value_delimiter = ',', required = true)]
    agents: Vec<Named>,
    /// Only from this shift [default: every shift]
    #[arg(long, value_name = "HANDLE")]
    shift: Option<Handle>,
    #[command(flatten)]
    on: OnDays,
    #[command(flatten)]
    change: Change,
}

/// List roster entries, newest last
#[derive(Debug, clap::Args)]
struct Roster {
    /// Select by agent, or `me`
    #[arg(long, value_name = "HANDLE", value_delimiter = ',', help_heading = "Filters")]
    agent: Vec<Named>,
    /// Select by shift
    #[arg(long, value_name = "HANDLE", value_delimiter = ',', help_heading = "Filters")]
    shift: Vec<Handle>,
    /// Include entries that are over or revoked
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    output: OutputArgs,
}

/// Revoke roster entries that were made by mistake
///
/// The entries before them count again, also for the past.
#[derive(Debug, clap::Args)]
struct Revoke {
    /// Entries, such as R-7
    #[arg(value_name = "ENTRY", required = true)]
    entries: Vec<RosterId>,
    #[command(flatten)]
    change: Change,
}

/// Add a shift
#[derive(Debug, clap::Args)]
struct Add {
    /// Handle, as commands name it; it can never be changed or reused
    handle: Handle,
    /// Hours in the workspace's zone: 08:00-16:00, or 22:00-06:00
    #[arg(long, value_name = "HOURS")]
    hours: Hours,
    /// Name [default: the handle]
    #[arg(long, value_parser = name)]
    name: Option<String>,
    #[command(flatten)]
    change: Change,
}

/// Change a shift
///
/// New hours count for shifts that begin from now on. The past stays as it was.
#[derive(Debug, clap::Args)]
struct Edit {
    /// Shift
    handle: Handle,
    /// Hours in the workspace's zone: 08:00-16:00, or 22:00-06:00
    #[arg(long, value_name = "HOURS")]
    hours: Option<Hours>,
    /// Name
    #[arg(long, value_parser = name)]
    name: Option<String>,
    #[command(flatten)]
    change: Change,
}

#[derive(Debug, clap::Args)]
struct Shifts {
    /// Shifts
    #[arg(required = true, value_name = "HANDLE")]
    handles: Vec<Handle>,
    #[command(flatten)]
    change: Change,
}

/// Gives the columns of hours.
fn fields(hours: Option<Hours>, name: Option<&str>) -> Vec<Field> {
    let time = |t: Time| t.strftime("%H:%M:%S").to_string();
    let mut fields = Vec::new();
    fields.extend(name.map(|n| Field::new("name", n)));
    if let Some(hours) = hours {
        fields.push(Field::new("starts", time(hours.starts)));
        fields.push(Field::new("ends", time(hours.ends)));
    }
    fields
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// What the subcommand refuses.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        match self.command {
            Command::Rotate(a) => a.run(context).await,
            Command::Who(a) => a.run(context).await,
            Command::Put(a) => {
                let a = *a;
                enter_all(context, "shift put", (a.agents, Some(a.shift), true), &a.on, &a.change).await
            }
            Command::Off(a) => {
                let a = *a;
                enter_all(context, "shift off", (a.agents, a.shift, false), &a.on, &a.change).await
            }
            Command::Roster(a) => a.run(context).await,
            Command::Revoke(a) => {
                let args = json!({"entries": a.entries});
                a.change
                    .run(context, "shift revoke", args, async |conn, operation| {
                        revoke(conn, operation, &a.entries, a.change.reason(), a.change.keep_going()).await
                    })
                    .await
            }
            Command::Add(a) => {
                let name = a.name.as_deref().unwrap_or(a.handle.as_str());
                let fields = fields(Some(a.hours), Some(name));
                let args = json!({"handle": a.handle, "name": name, "starts": a.hours.starts, "ends": a.hours.ends});
                a.change
                    .run(context, "shift add", args, async |conn, operation| {
                        let done = add(conn, operation, "shift", a.handle.as_str(), &fields, a.change.reason()).await?;
                        Ok(vec![done])
                    })
                    .await
            }
            Command::List(all) => {
                list(context, &all.output, async |conn, info| {
                    lines(conn, info, all.all).await
                })
                .await
            }
            Command::Edit(a) => {
                let fields = fields(a.hours, a.name.as_deref());
                if fields.is_empty() {
                    return Err(Error::usage("nothing to change").hint("add --hours or --name"));
                }
                let hours = a.hours.map(|h| (h.starts, h.ends));
                let args = json!({"handle": a.handle, "name": a.name, "hours": hours});
                a.change
                    .run(context, "shift edit", args, async |conn, operation| {
                        let done =
                            edit(conn, operation, "shift", a.handle.as_str(), &fields, a.change.reason()).await?;
                        Ok(vec![done])
                    })
                    .await
            }
            Command::Disable(a) => turn(context, "shift", &a.handles, false, &a.change).await,
            Command::Enable(a) => turn(context, "shift", &a.handles, true, &a.change).await,
        }
    }
}

/// Makes entries of a roster.
async fn enter_all(
    context: &mut Context,
    verb: &str,
    (agents, shift, works): (Vec<Named>, Option<Handle>, bool),
    on: &OnDays,
    change: &Change,
) -> Result<Exit> {
    let days = on.days.unwrap_or(Days::ALL);
    let args = json!({"agents": Named::handles(&agents, "me"), "shift": shift, "since": on.since, "period": on.period, "days": days.to_string()});
    change
        .run_at(context, verb, args, async |conn, _, info, operation| {
            let (first, last) = on.resolve(info)?;
            let new = NewEntry {
                agents: Named::handles(&agents, &operation.handle),
                shift: shift.clone(),
                works,
                first,
                last,
                days,
            };
            enter(conn, operation, &new, change.reason(), change.keep_going()).await
        })
        .await
}

async fn lines(conn: &mut PgConnection, info: &WorkspaceInfo, all: bool) -> Result<Vec<Listed>> {
    let lines = shift::lines(conn).await?;
    let agents = resource::agents(conn).await?;
    let rosters = shift::rosters(conn, None, None).await?;
    let today = rosters.day(info.now);
    Ok(lines
        .into_iter()
        .filter(|line| all || line.disabled_at.is_none())
        .map(|line| Listed {
            today: agents
                .iter()
                .filter(|a| a.disabled_at.is_none() && rosters.is_rostered(a.id.0, line.id, today))
                .map(|a| a.handle.clone())
                .collect(),
            line,
        })
        .collect())
}

impl Who {
    async fn run(self, context: &mut Context) -> Result<Exit> {
        let tz = context.settings.get(Key::Tz).map(str::to_owned);
        list(context, &self.output, async |conn, info| {
            check_handles(conn, &[named("team", &self.team), named("shift", &self.shift)].concat()).await?;
            let zone = parse_zone(tz.as_deref().unwrap_or(&info.time_zone))?;
            let at = match &self.at {
                None => info.now,
                Some(at) => Clock {
                    now: info.now,
                    zone: &zone,
                }
                .parse(at, Direction::Past)?,
            };
            let agents = shift::colleagues(conn, (at < info.now).then_some(at)).await?;
            let rosters = shift::rosters(conn, None, None).await?;
            let mut rows = Vec::new();
            for a in agents {
                if !self.team.is_empty() && !a.teams.iter().any(|t| self.team.iter().any(|w| w.as_str() == t)) {
                    continue;
                }
                for duty in rosters.at(a.id, at).unwrap_or_default() {
                    if self.shift.is_empty() || self.shift.iter().any(|s| s.as_str() == duty.shift) {
                        rows.push(OnShift {
                            handle: a.handle.clone(),
                            name: a.name.clone(),
                            shift: duty.shift,
                            from: duty.from,
                            to: duty.to,
                            teams: a.teams.clone(),
                            live: a.live,
                        });
                    }
                }
            }
            rows.sort_by(|a, b| (a.from, &a.shift, &a.handle).cmp(&(b.from, &b.shift, &b.handle)));
            Ok(rows)
        })
        .await
    }
}

impl Roster {
    async fn run(self, context: &mut Context) -> Result<Exit> {
        let acting = context.acting.clone();
        list(context, &self.output, async |conn, info| {
            let me = match self.agent.iter().any(|a| matches!(a, Named::Me)) {
                true => whoami(conn, acting.as_deref()).await?.handle,
                false => String::new(),
            };
            let agents = Named::handles(&self.agent, &me);
            check_handles(conn, &[named("agent", &agents), named("shift", &self.shift)].concat()).await?;
            let texts = |list: &[Handle]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
            // A night shift that began yesterday may go on.
            let today = parse_zone(&info.time_zone)?.to_datetime(info.now).date();
            let from = (!self.all).then(|| today.yesterday().unwrap_or(today));
            shift::entry_lines(conn, &agents, &texts(&self.shift), from).await
        })
        .await
    }
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
    fn days_of_a_roster_are_those_of_the_workspace_and_whole() {
        // In Karachi it is Sunday the 29th already.
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
