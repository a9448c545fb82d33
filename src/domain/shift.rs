//! Shifts and rosters: the planned work of agents. The functions are pure. Local times are in the
//! workspace's zone.
//!
//! A shift is a named interval of local time. If its end is not after its start, the end is on the
//! next day. A roster is a list of entries. Each entry assigns an agent to a shift on some days, or
//! marks the agent as off on these days. If several entries cover the same agent, shift and day,
//! the newest applies. An override is therefore one more entry. An occurrence of a shift belongs to
//! the day on which it begins, with the hours and the zone that were in force when it began.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::time::{read_clock, read_weekday};
use super::vocabulary::quoted;
use crate::error::{Error, Result};

/// The start and end of a shift in local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// The start.
    pub starts: Time,
    /// The end. It is on the next day if it is not after the start.
    pub ends: Time,
}

impl FromStr for Hours {
    type Err = Error;

    /// Reads `08:00-16:00`. `22:00-06:00` includes midnight.
    fn from_str(text: &str) -> Result<Hours> {
        let lower = text.trim().to_ascii_lowercase();
        let read = || {
            let (starts, ends) = lower.split_once('-')?;
            Some(Hours {
                starts: read_clock(starts.trim())?,
                ends: read_clock(ends.trim())?,
            })
        };
        // The example is in the message itself, because clap prints only the message of an
        // argument's error.
        read().ok_or_else(|| Error::usage(format!("{} is not a range of hours, such as 08:00-16:00", quoted(text))))
    }
}

/// Days of the week, Monday first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days([bool; 7]);

impl Days {
    /// Every day.
    pub const ALL: Days = Days([true; 7]);

    /// Creates the set from ISO numbers, 1 for Monday. Other numbers are ignored.
    pub fn of_numbers(numbers: &[i32]) -> Days {
        let mut days = [false; 7];
        for n in numbers {
            if let Some(day) = usize::try_from(*n - 1).ok().and_then(|n| days.get_mut(n)) {
                *day = true;
            }
        }
        Days(days)
    }

    /// Returns the ISO numbers, in order.
    pub fn numbers(self) -> Vec<i32> {
        (1..).zip(self.0).filter(|(_, on)| *on).map(|(n, _)| n).collect()
    }

    /// Returns whether the range contains one of the days. A range without a last day has no end.
    pub fn meet(self, first: Date, last: Option<Date>) -> bool {
        let week = first.series(Span::new().days(1)).take(7);
        let mut days = week.take_while(|day| last.is_none_or(|last| *day <= last));
        days.any(|day| self.has(day.weekday()))
    }

    fn has(self, day: Weekday) -> bool {
        self.0[place(day)]
    }
}

fn place(day: Weekday) -> usize {
    usize::try_from(day.to_monday_zero_offset()).unwrap_or(0)
}

const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl FromStr for Days {
    type Err = Error;

    /// Reads `mon..fri`, `mon,wed,sat`, `fri..mon` (across the end of the week), or several of
    /// these with commas.
    fn from_str(text: &str) -> Result<Days> {
        let bad = || {
            Error::usage(format!(
                "{} is not a list of weekdays, such as mon..fri or mon,wed,sat",
                quoted(text)
            ))
        };
        let mut days = [false; 7];
        for part in text.to_ascii_lowercase().split(',') {
            let (first, last) = part.split_once("..").unwrap_or((part, part));
            let first = place(read_weekday(first.trim()).ok_or_else(bad)?);
            let last = place(read_weekday(last.trim()).ok_or_else(bad)?);
            let length = (last + 7 - first) % 7;
            for n in first..=first + length {
                days[n % 7] = true;
            }
        }
        Ok(Days(days))
    }
}

impl fmt::Display for Days {
    /// Writes three and more consecutive days as `mon..fri`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        let mut n = 0;
        while n < 7 {
            let length = self.0[n..].iter().take_while(|on| **on).count();
            match length {
                0 => n += 1,
                1 | 2 => parts.extend(NAMES[n..n + length].iter().map(|d| (*d).to_owned())),
                _ => parts.push(format!("{}..{}", NAMES[n], NAMES[n + length - 1])),
            }
            n += length;
        }
        f.write_str(&parts.join(","))
    }
}

/// A shift with its history.
#[derive(Debug, Clone)]
pub struct Shift {
    /// The id.
    pub id: i64,
    /// The handle.
    pub handle: String,
    /// The hours, each with the time since which they were in force, in order. `None` while the
    /// shift was disabled. The first hours also apply to the time before.
    pub hours: Vec<(Timestamp, Option<Hours>)>,
}

/// Returns the index of the version in force at a time. Versions are in order of their start. The
/// first also applies to all earlier times.
fn in_force<T>(versions: &[(Timestamp, T)], at: Timestamp) -> usize {
    versions.partition_point(|v| v.0 <= at).saturating_sub(1)
}

impl Hours {
    /// Returns the start and end on a day. If the clock skips a time, the time moves forward. If
    /// the clock repeats a time, the earlier instant applies.
    fn on(self, day: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        let at = |day: Date, time: Time| zone.to_ambiguous_timestamp(day.to_datetime(time)).compatible().ok();
        let last = if self.ends > self.starts {
            day
        } else {
            day.tomorrow().ok()?
        };
        let (from, to) = (at(day, self.starts)?, at(last, self.ends)?);
        (to > from).then_some((from, to))
    }
}

impl Shift {
    /// Returns the shifts that begin on a day, by the hours and the zone in force. Hours that are
    /// replaced before they begin never apply. A shift that has begun continues to its end and does
    /// not begin again before its end.
    fn on(&self, day: Date, zones: &[(Timestamp, TimeZone)]) -> Vec<(Timestamp, Timestamp)> {
        let mut begun = Vec::new();
        for (n, (_, zone)) in zones.iter().enumerate() {
            for (m, (_, hours)) in self.hours.iter().enumerate() {
                let then = hours.and_then(|hours| hours.on(day, zone));
                begun.extend(then.filter(|t| in_force(zones, t.0) == n && in_force(&self.hours, t.0) == m));
            }
        }
        begun.sort_unstable();
        let mut end = Timestamp::MIN;
        begun.retain(|(from, to)| {
            let free = *from >= end;
            if free {
                end = *to;
            }
            free
        });
        begun
    }
}

/// One entry of a roster.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The id. Of two entries, the one with the higher id is the newer.
    pub id: i64,
    /// The agent.
    pub agent: i64,
    /// The shift. `None` means that the agent is off, whatever the shift.
    pub shift: Option<i64>,
    /// Whether the agent works. Otherwise the agent is off.
    pub works: bool,
    /// The first day.
    pub first: Date,
    /// The last day, included. `None` means until further notice.
    pub last: Option<Date>,
    /// The days of the week.
    pub days: Days,
}

impl Entry {
    fn covers(&self, shift: i64, day: Date) -> bool {
        self.shift.is_none_or(|s| s == shift)
            && self.first <= day
            && self.last.is_none_or(|last| day <= last)
            && self.days.has(day.weekday())
    }
}

/// Returns the entry that makes a new entry unnecessary. It has the same content and is the newest
/// of the entries that share a day and a shift with the new entry.
pub fn said_already<'a>(entries: &'a [Entry], new: &Entry) -> Option<&'a Entry> {
    let meets = |e: &&Entry| {
        e.agent == new.agent
            && (e.shift.is_none() || new.shift.is_none() || e.shift == new.shift)
            && e.last.is_none_or(|last| new.first <= last)
            && new.last.is_none_or(|last| e.first <= last)
    };
    let newest = entries.iter().rev().find(meets)?;
    let same = (newest.shift, newest.works, newest.first, newest.last, newest.days)
        == (new.shift, new.works, new.first, new.last, new.days);
    same.then_some(newest)
}

/// A planned interval of work of an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// The shift.
    pub shift: String,
    /// The start.
    pub from: Timestamp,
    /// The end.
    pub to: Timestamp,
}

/// All shifts, zones and roster entries.
#[derive(Debug, Clone)]
pub struct Rosters {
    /// The workspace's zones, each with the time since which it was in force, in order. There is at
    /// least one. The first also applies to the time before.
    pub zones: Vec<(Timestamp, TimeZone)>,
    /// All shifts.
    pub shifts: Vec<Shift>,
    /// The entries in force, in order of ids.
    pub entries: Vec<Entry>,
}

impl Rosters {
    /// Returns the complete planned shifts of an agent that overlap a range of times, in order.
    /// Returns `None` if no entry exists for the agent by then.
    pub fn duties(&self, agent: i64, from: Timestamp, to: Timestamp) -> Option<Vec<Duty>> {
        let mine = self.of(agent);
        let by = self.day(to);
        if !mine.iter().any(|e| e.first <= by) {
            return None;
        }
        // The range contains the day in each zone, because a shift that began in an earlier zone
        // may continue.
        let days = |at: Timestamp| self.zones.iter().map(move |(_, zone)| zone.to_datetime(at).date());
        let last = days(to).max()?;
        // A shift that began on the day before may continue. A roster does not begin before its
        // first entry.
        let begun = days(from).min()?.yesterday().ok()?;
        let first = mine.iter().map(|e| e.first).min()?.max(begun);
        let mut duties = Vec::new();
        for day in first.series(Span::new().days(1)).take_while(|day| *day <= last) {
            for shift in &self.shifts {
                if works(&mine, shift.id, day) {
                    duties.extend(shift.on(day, &self.zones).into_iter().map(|(from, to)| Duty {
                        shift: shift.handle.clone(),
                        from,
                        to,
                    }));
                }
            }
        }
        duties.retain(|d| from < d.to && (d.from < to || d.from <= from));
        duties.sort_by_key(|d| (d.from, d.to));
        Some(duties)
    }

    /// Returns the date at a time, in the zone in force at that time.
    pub fn day(&self, at: Timestamp) -> Date {
        let zone = self.zones.get(in_force(&self.zones, at)).map(|z| &z.1);
        zone.unwrap_or(&TimeZone::UTC).to_datetime(at).date()
    }

    fn of(&self, agent: i64) -> Vec<&Entry> {
        self.entries.iter().filter(|e| e.agent == agent).collect()
    }

    /// Returns whether an agent is to work a shift that begins on a day.
    pub fn is_rostered(&self, agent: i64, shift: i64, day: Date) -> bool {
        works(&self.of(agent), shift, day)
    }

    /// Returns the given agents who are on shift at a time. Returns `None` if no entry exists for
    /// any of the agents by then.
    pub fn present(&self, agents: &[i64], at: Timestamp) -> Option<Vec<i64>> {
        let known: Vec<(i64, Vec<Duty>)> = agents.iter().filter_map(|a| Some((*a, self.at(*a, at)?))).collect();
        let present = known.iter().filter(|k| !k.1.is_empty()).map(|k| k.0).collect();
        (!known.is_empty()).then_some(present)
    }

    /// Returns the shifts of an agent at a time, or `None` if no entry exists for the agent by
    /// then.
    pub fn at(&self, agent: i64, at: Timestamp) -> Option<Vec<Duty>> {
        self.duties(agent, at, at)
    }
}

/// Returns whether an agent with these entries, in order of ids, works a shift on a day. The newest
/// entry that covers both decides.
fn works(entries: &[&Entry], shift: i64, day: Date) -> bool {
    let newest = entries.iter().rev().find(|e| e.covers(shift, day));
    newest.is_some_and(|e| e.works)
}

/// The largest part of a share, in seconds, that can be outside the owner's shift and is ignored.
/// The hand-over of work happens some moments after the end of a shift.
const HANDOVER: f64 = 60.0;

/// The part of a range of times in which an agent was on shift.
#[derive(Debug, Clone, PartialEq)]
pub struct Presence {
    /// The planned intervals of work within the range.
    pub duties: Vec<Duty>,
    /// The total length in seconds. Time in two shifts at once is included once.
    pub seconds: f64,
    /// The length of the range in seconds.
    pub of: f64,
}

impl Presence {
    /// Limits planned intervals, in order, to a range.
    pub fn of(duties: Vec<Duty>, from: Timestamp, to: Timestamp) -> Presence {
        let mut cut = duties;
        let (mut seconds, mut counted) = (0.0, from);
        for d in &mut cut {
            d.from = d.from.max(from);
            d.to = d.to.min(to);
            if d.to > counted {
                seconds += d.to.duration_since(d.from.max(counted)).as_secs_f64();
                counted = d.to;
            }
        }
        Presence {
            duties: cut,
            seconds,
            of: to.duration_since(from).as_secs_f64(),
        }
    }

    /// Returns `yes` if the agent was on shift for the whole range except the moments of a
    /// hand-over, `no` if the agent was never on shift, else `partly`. A range without length is
    /// `yes` or `no`.
    pub fn word(&self) -> &'static str {
        if self.duties.is_empty() {
            "no"
        } else if self.of - self.seconds <= HANDOVER {
            "yes"
        } else {
            "partly"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::parse_zone;

    fn hours(text: &str) -> Option<Hours> {
        Some(text.parse().unwrap())
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn shift(id: i64, handle: &str, times: &str) -> Shift {
        Shift {
            id,
            handle: handle.to_owned(),
            hours: vec![(at("2026-11-01T00:00:00Z"), hours(times))],
        }
    }

    fn entry(id: i64, shift: Option<i64>, works: bool, first: &str, last: Option<&str>, days: &str) -> Entry {
        Entry {
            id,
            agent: 7,
            shift,
            works,
            first: first.parse().unwrap(),
            last: last.map(|l| l.parse().unwrap()),
            days: days.parse().unwrap(),
        }
    }

    fn rosters(zone: &str, shifts: Vec<Shift>, entries: Vec<Entry>) -> Rosters {
        Rosters {
            zones: vec![(at("2026-11-01T00:00:00Z"), parse_zone(zone).unwrap())],
            shifts,
            entries,
        }
    }

    fn told(r: &Rosters, from: &str, to: &str) -> Vec<String> {
        let duties = r.duties(7, at(from), at(to)).unwrap();
        duties
            .into_iter()
            .map(|d| format!("{} {} {}", d.shift, d.from, d.to))
            .collect()
    }

    #[test]
    fn days_and_hours_are_parsed_and_printed() {
        for (text, written) in [
            ("mon..fri", "mon..fri"),
            ("mon,tue", "mon,tue"),
            ("sat..mon", "mon,sat,sun"),
            ("sun,mon..wed", "mon..wed,sun"),
            ("monday..sunday", "mon..sun"),
            ("fri..fri", "fri"),
        ] {
            let days: Days = text.parse().unwrap();
            assert_eq!(days.to_string(), written);
            assert_eq!(Days::of_numbers(&days.numbers()), days);
        }
        for text in ["", "weekdays", "mon..", "mon-fri", "1"] {
            assert!(text.parse::<Days>().is_err(), "{text}");
        }
        for text in ["8-16", "08:00", "08:00-25:00", "08:00..16:00", ""] {
            assert!(text.parse::<Hours>().is_err(), "{text}");
        }
        let night: Hours = "10pm-6am".parse().unwrap();
        assert_eq!((night.starts.hour(), night.ends.hour()), (22, 6));
    }

    #[test]
    fn night_shift_belongs_to_the_day_on_which_it_begins() {
        let r = rosters(
            "Asia/Karachi",
            vec![shift(1, "night", "22:00-06:00")],
            vec![entry(1, Some(1), true, "2026-11-02", Some("2026-11-06"), "mon..fri")],
        );
        // Friday's shift continues into Saturday. No shift begins on Saturday.
        assert_eq!(
            told(&r, "2026-11-06T00:00:00Z", "2026-11-08T00:00:00Z"),
            [
                "night 2026-11-05T17:00:00Z 2026-11-06T01:00:00Z",
                "night 2026-11-06T17:00:00Z 2026-11-07T01:00:00Z"
            ]
        );
        assert!(r.at(7, at("2026-11-07T00:59:59Z")).is_some_and(|d| d.len() == 1));
        assert_eq!(r.at(7, at("2026-11-07T01:00:00Z")), Some(vec![]));
    }

    #[test]
    fn newest_entry_that_covers_a_day_counts() {
        let entries = vec![
            entry(1, Some(1), true, "2026-11-02", None, "mon..sun"),
            entry(2, None, false, "2026-11-04", Some("2026-11-05"), "mon..sun"),
            entry(3, Some(2), true, "2026-11-05", Some("2026-11-05"), "mon..sun"),
        ];
        let shifts = vec![shift(1, "morning", "08:00-16:00"), shift(2, "evening", "16:00-00:00")];
        let r = rosters("UTC", shifts, entries);
        // The agent is off on both days, but has an extra shift on the second evening.
        assert_eq!(
            told(&r, "2026-11-03T00:00:00Z", "2026-11-07T00:00:00Z"),
            [
                "morning 2026-11-03T08:00:00Z 2026-11-03T16:00:00Z",
                "evening 2026-11-05T16:00:00Z 2026-11-06T00:00:00Z",
                "morning 2026-11-06T08:00:00Z 2026-11-06T16:00:00Z"
            ]
        );
    }

    #[test]
    fn new_hours_do_not_change_the_past() {
        let mut s = shift(1, "morning", "08:00-16:00");
        s.hours.push((at("2026-11-10T12:00:00Z"), hours("07:00-13:00")));
        s.hours.push((at("2026-11-12T09:00:00Z"), None));
        s.hours.push((at("2026-11-14T00:00:00Z"), hours("09:00-17:00")));
        let r = rosters(
            "UTC",
            vec![s],
            vec![entry(1, Some(1), true, "2026-10-30", None, "mon..sun")],
        );
        assert_eq!(
            told(&r, "2026-10-31T00:00:00Z", "2026-10-31T23:00:00Z"),
            ["morning 2026-10-31T08:00:00Z 2026-10-31T16:00:00Z"],
            "the first hours also hold before the shift was entered"
        );
        assert_eq!(
            told(&r, "2026-11-10T00:00:00Z", "2026-11-15T00:00:00Z"),
            [
                "morning 2026-11-10T08:00:00Z 2026-11-10T16:00:00Z",
                "morning 2026-11-11T07:00:00Z 2026-11-11T13:00:00Z",
                "morning 2026-11-12T07:00:00Z 2026-11-12T13:00:00Z",
                "morning 2026-11-14T09:00:00Z 2026-11-14T17:00:00Z"
            ]
        );
    }

    /// Returns the work on 10 November for a shift of 08:00-16:00 whose hours change that day.
    fn worked(changes: &[(&str, Option<Hours>)]) -> Vec<String> {
        let mut s = shift(1, "s", "08:00-16:00");
        for (time, hours) in changes {
            s.hours.push((at(&format!("2026-11-10T{time}:00Z")), *hours));
        }
        let r = rosters(
            "UTC",
            vec![s],
            vec![entry(1, Some(1), true, "2026-11-10", Some("2026-11-10"), "mon..sun")],
        );
        let duties = r.duties(7, at("2026-11-10T00:00:00Z"), at("2026-11-12T00:00:00Z"));
        let hour = |t: Timestamp| TimeZone::UTC.to_datetime(t).strftime("%H:%M").to_string();
        duties
            .unwrap()
            .into_iter()
            .map(|d| format!("{}-{}", hour(d.from), hour(d.to)))
            .collect()
    }

    #[test]
    fn begun_shift_continues_and_replaced_hours_never_begin() {
        let is = |changes: &[(&str, Option<Hours>)], then: &[&str]| assert_eq!(worked(changes), then, "{changes:?}");
        let (day, early, late) = (hours("08:00-16:00"), hours("06:00-14:00"), hours("12:00-20:00"));
        is(&[("07:00", late)], &["12:00-20:00"]);
        is(&[("08:00", late)], &["12:00-20:00"]);
        is(&[("08:01", late)], &["08:00-16:00"]);
        is(&[("07:00", early)], &[]);
        is(&[("10:00", early)], &["08:00-16:00"]);
        is(&[("07:00", late), ("07:30", day)], &["08:00-16:00"]);
        is(&[("09:00", late), ("10:00", day)], &["08:00-16:00"]);
        is(&[("07:00", late), ("09:00", day)], &[]);
        is(&[("18:00", hours("23:00-23:30"))], &["08:00-16:00", "23:00-23:30"]);
        is(&[("12:00", hours("16:00-23:30"))], &["08:00-16:00", "16:00-23:30"]);
        is(&[("12:00", hours("15:59-23:30"))], &["08:00-16:00"]);
        is(&[("07:00", None), ("07:30", day)], &["08:00-16:00"]);
        is(&[("07:00", None), ("09:00", day)], &[]);
        is(&[("09:00", None), ("10:00", day)], &["08:00-16:00"]);
    }

    #[test]
    fn shift_starts_by_the_zone_of_its_day() {
        let mut r = rosters(
            "Asia/Karachi",
            vec![shift(1, "s", "08:00-16:00")],
            vec![entry(1, Some(1), true, "2026-11-09", Some("2026-11-11"), "mon..sun")],
        );
        let in_karachi = told(&r, "2026-11-08T00:00:00Z", "2026-11-10T12:00:00Z");
        assert_eq!(
            in_karachi,
            [
                "s 2026-11-09T03:00:00Z 2026-11-09T11:00:00Z",
                "s 2026-11-10T03:00:00Z 2026-11-10T11:00:00Z"
            ]
        );
        r.zones
            .push((at("2026-11-10T05:00:00Z"), parse_zone("Europe/Berlin").unwrap()));
        assert_eq!(told(&r, "2026-11-08T00:00:00Z", "2026-11-10T12:00:00Z"), in_karachi);
        assert_eq!(
            told(&r, "2026-11-10T12:00:00Z", "2026-11-13T00:00:00Z"),
            ["s 2026-11-11T07:00:00Z 2026-11-11T15:00:00Z"]
        );
        // It is the 10th in Karachi five hours before it is in Greenwich.
        assert_eq!(r.day(at("2026-11-09T19:00:00Z")).to_string(), "2026-11-10");
        assert_eq!(r.day(at("2026-11-10T22:59:59Z")).to_string(), "2026-11-10");
    }

    #[test]
    fn daylight_saving_changes_the_length_of_a_night_shift() {
        let r = rosters(
            "Europe/Berlin",
            vec![shift(1, "night", "22:00-06:00")],
            vec![entry(1, Some(1), true, "2026-03-01", None, "mon..sun")],
        );
        let length = |day: &str| {
            let d = &r.at(7, at(&format!("{day}T23:00:00Z"))).unwrap()[0];
            d.to.duration_since(d.from).as_hours()
        };
        assert_eq!(
            (length("2026-03-27"), length("2026-03-28"), length("2026-10-24")),
            (8, 7, 9)
        );
    }

    #[test]
    fn agent_without_a_roster_is_unknown_instead_of_off() {
        let r = rosters(
            "UTC",
            vec![shift(1, "day", "08:00-16:00")],
            vec![entry(1, Some(1), true, "2026-11-10", None, "mon..sun")],
        );
        assert_eq!(r.at(7, at("2026-11-09T23:59:59Z")), None);
        assert_eq!(r.at(7, at("2026-11-10T00:00:00Z")), Some(vec![]));
        assert_eq!(r.at(8, at("2026-11-10T09:00:00Z")), None);
        assert_eq!(r.present(&[8, 7], at("2026-11-10T09:00:00Z")), Some(vec![7]));
        assert_eq!(r.present(&[8, 7], at("2026-11-10T19:00:00Z")), Some(vec![]));
        assert_eq!(r.present(&[8], at("2026-11-10T09:00:00Z")), None);
    }

    #[test]
    fn entry_is_redundant_when_the_newest_one_is_equal() {
        let mut entries = vec![entry(1, Some(1), true, "2026-11-02", None, "mon..fri")];
        let again = entry(0, Some(1), true, "2026-11-02", None, "mon..fri");
        assert_eq!(said_already(&entries, &again).map(|e| e.id), Some(1));
        for other in [
            entry(0, Some(2), true, "2026-11-02", None, "mon..fri"),
            entry(0, Some(1), false, "2026-11-02", None, "mon..fri"),
            entry(0, Some(1), true, "2026-11-03", None, "mon..fri"),
            entry(0, Some(1), true, "2026-11-02", None, "mon..sat"),
        ] {
            assert!(said_already(&entries, &other).is_none(), "{other:?}");
        }
        entries.push(entry(2, Some(2), true, "2026-11-02", None, "mon..fri"));
        entries.push(entry(3, None, false, "2026-10-01", Some("2026-11-01"), "mon..fri"));
        assert_eq!(said_already(&entries, &again).map(|e| e.id), Some(1));
        // Since then the agent was given a day off. Adding the old entry again cancels the day off.
        entries.push(entry(4, None, false, "2026-11-09", Some("2026-11-09"), "mon..sun"));
        assert!(said_already(&entries, &again).is_none());
    }

    #[test]
    fn time_in_two_shifts_at_once_counts_once() {
        let duty = |from: &str, to: &str| Duty {
            shift: "s".to_owned(),
            from: at(from),
            to: at(to),
        };
        let day = |h: &str| format!("2026-11-10T{h}:00Z");
        let (a, b) = (duty(&day("08:00"), &day("16:00")), duty(&day("12:00"), &day("20:00")));
        let p = Presence::of(vec![a.clone(), b.clone()], at(&day("10:00")), at(&day("22:00")));
        assert_eq!((p.seconds, p.of, p.word()), (36_000.0, 43_200.0, "partly"));
        let p = Presence::of(vec![a.clone(), b], at(&day("10:00")), at(&day("18:00")));
        assert_eq!((p.seconds, p.word()), (28_800.0, "yes"));
        let p = Presence::of(vec![], at(&day("10:00")), at(&day("18:00")));
        assert_eq!((p.seconds, p.word()), (0.0, "no"));
        let p = Presence::of(vec![a.clone()], at(&day("10:00")), at(&day("10:00")));
        assert_eq!(p.word(), "yes");
        // A rotation runs a moment after the end of the shift. A share that continues for longer is
        // not ignored.
        let p = Presence::of(vec![a.clone()], at(&day("10:00")), at("2026-11-10T16:01:00Z"));
        assert_eq!((p.seconds, p.word()), (21_600.0, "yes"));
        let p = Presence::of(vec![a], at(&day("10:00")), at("2026-11-10T16:01:00.001Z"));
        assert_eq!((p.seconds, p.word()), (21_600.0, "partly"));
    }
}
