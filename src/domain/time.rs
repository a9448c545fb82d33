//! Times as users type them, read in the workspace's zone: `2026-11-01 14:05`, `2h`, `yesterday
//! 18:00`, `mon 09:00`.
//!
//! The functions are pure: the current time and the zone are parameters. If the clock skips a time,
//! the time moves forward by the length of the gap (02:30 becomes 03:30). If the clock repeats a
//! time, the earlier instant applies. A day begins at its first instant, for example at 00:00 or
//! 01:00.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp, Zoned};

use super::vocabulary::quoted;
use crate::error::{Error, Result};

/// The time and zone for reading a time expression.
#[derive(Debug, Clone, Copy)]
pub struct Clock<'a> {
    /// The current time of the database.
    pub now: Timestamp,
    /// The zone of civil times.
    pub zone: &'a TimeZone,
}

/// The direction of an expression without a date. `2h` and `monday` are in the past for `--since`,
/// and in the future for a snooze.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The latest match that is not after now.
    Past,
    /// The earliest match that is after now.
    Future,
}

/// Returns a zone by its IANA name, from the system's database or from the built-in database.
///
/// # Errors
/// [`crate::error::Kind::Usage`] for an unknown name, and for a bare UTC offset, which has no
/// daylight saving time.
pub fn parse_zone(name: &str) -> Result<TimeZone> {
    let name = name.trim();
    let upper = name.to_ascii_uppercase();
    let after_utc = upper
        .strip_prefix("UTC")
        .or_else(|| upper.strip_prefix("GMT"))
        .unwrap_or(&upper);
    let is_offset = after_utc.starts_with(['+', '-']) || after_utc.starts_with(|c: char| c.is_ascii_digit());
    if is_offset || upper.starts_with("ETC/GMT+") || upper.starts_with("ETC/GMT-") {
        return Err(
            Error::usage(format!("{} is a UTC offset, not a time zone", quoted(name)))
                .hint("give an IANA name, such as Asia/Karachi"),
        );
    }
    let unknown =
        || Error::usage(format!("{} is not a time zone", quoted(name))).hint("give an IANA name, such as Asia/Karachi");
    // The program uses its own rules. They are the same on every host, and no folder is searched.
    let zone = TimeZoneDatabase::bundled()
        .get(name)
        .map_err(|e| unknown().caused_by(e))?;
    if zone.is_unknown() || zone.iana_name().is_none() {
        return Err(unknown());
    }
    Ok(zone)
}

/// Converts a duration into seconds: `90s`, `10m`, `1h30m`, `3d` (days of 24 hours), `1w`.
///
/// # Errors
/// [`crate::error::Kind::Usage`] with the text, also for units without a fixed length.
pub fn parse_seconds(text: &str) -> Result<i64> {
    let bad =
        || Error::usage(format!("{} is not a length of time", quoted(text))).hint("write it like 30m, 2h, 1h30m, 3d");
    let span = read_span(text).filter(|s| !s.is_negative()).ok_or_else(bad)?;
    let length: SignedDuration = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|e| bad().caused_by(e))?;
    Ok(length.as_secs())
}

impl Clock<'_> {
    /// Returns today's date in the zone.
    pub fn today(&self) -> Date {
        self.zone.to_datetime(self.now).date()
    }

    /// Returns the instant of a civil time. The module describes skipped and repeated times.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] outside the years -9999 to 9999.
    pub fn at(&self, civil: DateTime) -> Result<Timestamp> {
        self.zone
            .to_ambiguous_timestamp(civil)
            .compatible()
            .map_err(|e| out_of_range(&civil.to_string(), e))
    }

    /// Returns the first instant of a day.
    ///
    /// # Errors
    /// See [`Clock::at`].
    pub fn start_of(&self, day: Date) -> Result<Timestamp> {
        self.at(day.to_datetime(Time::midnight()))
    }

    /// Reads a time expression.
    ///
    /// | form | means |
    /// |---|---|
    /// | `2026-11-01`, `2026-11-01 14:05`, `2026-11-01T14:05:30` | that time in the zone; a date alone is its first instant |
    /// | `2026-11-01T14:05:00+05:00`, `…Z` | RFC 3339 |
    /// | `30m`, `2h`, `1h30m`, `3d`, `1w` | ago, or ahead; days and weeks keep the clock across daylight saving |
    /// | `now`, `today`, `yesterday`, `tomorrow 9:00` | a day alone is its first instant |
    /// | `monday`, `mon 09:00`, `14:05`, `9am` | the latest before now, or the first after it |
    /// | `last monday`, `next mon 9am` | always before today, always after today |
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] with the expression.
    pub fn parse(&self, text: &str, direction: Direction) -> Result<Timestamp> {
        let bad = || {
            Error::usage(format!("{} is not a time", quoted(text)))
                .hint("write it like 2026-11-01, '2026-11-01 14:05', 30m, 2h, 'yesterday 18:00', monday or 14:05")
        };
        let lower = text.trim().to_ascii_lowercase();
        let words: Vec<&str> = lower.split_whitespace().collect();
        let (which, rest) = match words.as_slice() {
            ["now"] => return Ok(self.now),
            ["last", rest @ ..] => (Some(Direction::Past), rest),
            ["next", rest @ ..] => (Some(Direction::Future), rest),
            rest => (None, rest),
        };
        let (day, time) = match rest {
            [one] => match read_clock(one) {
                Some(time) if which.is_none() => return self.nearest(self.today(), 1, time, direction),
                Some(_) => return Err(bad()),
                None => (*one, Time::midnight()),
            },
            [day, clock] => match read_clock(clock) {
                Some(time) => (*day, time),
                None => return self.absolute(text, direction).ok_or_else(bad)?,
            },
            _ => return self.absolute(text, direction).ok_or_else(bad)?,
        };
        if let Some(weekday) = read_weekday(day) {
            let today = self.today();
            let Some(which) = which else {
                let back = i64::from(today.weekday().since(weekday));
                return self.nearest(self.shift(today, -back)?, 7, time, direction);
            };
            return self.at(self.weekday_beside(weekday, which)?.to_datetime(time));
        }
        if which.is_some() {
            return Err(bad());
        }
        let days = match day {
            "today" => 0,
            "yesterday" => -1,
            "tomorrow" => 1,
            _ => match read_date(day) {
                Some(date) => return self.at(date.to_datetime(time)),
                None => return self.absolute(text, direction).ok_or_else(bad)?,
            },
        };
        self.at(self.shift(self.today(), days)?.to_datetime(time))
    }

    /// Reads `--since` and `--until`, both in the past. A clock time or weekday without a date as
    /// the end is the first match after the start. `--since 'mon 22:00' --until 06:00` is therefore
    /// one night.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] with the expression, or because the end is not after the
    /// start.
    pub fn parse_range(
        &self,
        since: Option<&str>,
        until: Option<&str>,
    ) -> Result<(Option<Timestamp>, Option<Timestamp>)> {
        let from = since.map(|s| self.parse(s, Direction::Past)).transpose()?;
        let to = match (from, until) {
            (_, None) => None,
            (Some(now), Some(until)) if floats(until) => Some(Clock { now, ..*self }.parse(until, Direction::Future)?),
            (_, Some(until)) => Some(self.parse(until, Direction::Past)?),
        };
        if let (Some(from), Some(to)) = (from, to)
            && to <= from
        {
            return Err(Error::usage(format!(
                "the time range is empty: it ends ({}) before it begins ({})",
                quoted(until.unwrap_or_default()),
                quoted(since.unwrap_or_default())
            ))
            .hint("--since is included, --until is not"));
        }
        Ok((from, to))
    }

    /// Returns the weekday strictly before or strictly after today.
    fn weekday_beside(&self, weekday: Weekday, which: Direction) -> Result<Date> {
        let today = self.today();
        let days = match which {
            Direction::Past => match today.weekday().since(weekday) {
                0 => -7,
                n => -i64::from(n),
            },
            Direction::Future => match weekday.since(today.weekday()) {
                0 => 7,
                n => i64::from(n),
            },
        };
        self.shift(today, days)
    }

    /// Looks at `day` and the days at every `step` from it. Returns the latest whose `time` is not
    /// after now, or the first whose `time` is after now.
    fn nearest(&self, day: Date, step: i64, time: Time, direction: Direction) -> Result<Timestamp> {
        let at = self.at(day.to_datetime(time))?;
        let days = match direction {
            Direction::Past if at > self.now => -step,
            Direction::Future if at <= self.now => step,
            Direction::Past | Direction::Future => return Ok(at),
        };
        self.at(self.shift(day, days)?.to_datetime(time))
    }

    fn shift(&self, day: Date, days: i64) -> Result<Date> {
        let span = Span::new()
            .try_days(days)
            .map_err(|e| out_of_range(&day.to_string(), e))?;
        day.checked_add(span).map_err(|e| out_of_range(&day.to_string(), e))
    }

    /// Reads RFC 3339, a civil time or a span. Returns `None` for any other text.
    fn absolute(&self, text: &str, direction: Direction) -> Option<Result<Timestamp>> {
        let text = text.trim();
        if text.get(..10).and_then(read_date).is_some() {
            // A zone in brackets must be used, but jiff's civil types would ignore it.
            if text.contains('[') {
                return text.parse::<Zoned>().ok().map(|z| Ok(z.timestamp()));
            }
            if let Ok(instant) = text.parse::<Timestamp>() {
                return Some(Ok(instant));
            }
            return text.parse::<DateTime>().ok().map(|civil| self.at(civil));
        }
        let span = read_span(text)?;
        let here = self.now.to_zoned(self.zone.clone());
        let moved = match direction {
            Direction::Past => here.checked_sub(span.abs()),
            Direction::Future if span.is_negative() => return None,
            Direction::Future => here.checked_add(span),
        };
        Some(moved.map(|z| z.timestamp()).map_err(|e| out_of_range(text, e)))
    }
}

/// Returns whether an expression matches many days: a clock time or a weekday.
fn floats(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    let mut words = lower.split_whitespace();
    words
        .next()
        .is_some_and(|first| read_clock(first).is_some() || read_weekday(first).is_some())
}

fn out_of_range(text: &str, e: jiff::Error) -> Error {
    Error::usage(format!("{} is out of the range of times", quoted(text))).caused_by(e)
}

/// Reads a date such as `2026-11-01`. Accepts no other form.
pub(super) fn read_date(text: &str) -> Option<Date> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| {
            if i == 4 || i == 7 {
                b == b'-'
            } else {
                b.is_ascii_digit()
            }
        });
    shaped.then(|| text.parse().ok()).flatten()
}

/// Reads `mon` or `monday`, in lower case.
pub(super) fn read_weekday(text: &str) -> Option<Weekday> {
    Some(match text {
        "mon" | "monday" => Weekday::Monday,
        "tue" | "tuesday" => Weekday::Tuesday,
        "wed" | "wednesday" => Weekday::Wednesday,
        "thu" | "thursday" => Weekday::Thursday,
        "fri" | "friday" => Weekday::Friday,
        "sat" | "saturday" => Weekday::Saturday,
        "sun" | "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

/// Reads `14:05`, `9:00`, `14:05:30`, `9am`, `9:30pm`.
pub(super) fn read_clock(text: &str) -> Option<Time> {
    let (digits, half) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(rest), _) => (rest, Some(0)),
        (_, Some(rest)) => (rest, Some(12)),
        (None, None) => (text, None),
    };
    let mut parts = digits.split(':');
    let hour = number(parts.next()?, 1)?;
    let minute = parts.next().map(|p| number(p, 2));
    let second = parts.next().map(|p| number(p, 2));
    if parts.next().is_some() {
        return None;
    }
    let hour = match half {
        Some(add) if (1..=12).contains(&hour) => hour % 12 + add,
        Some(_) => return None,
        None => {
            minute?;
            hour
        }
    };
    Time::new(hour, minute.unwrap_or(Some(0))?, second.unwrap_or(Some(0))?, 0).ok()
}

/// Reads a number of at least `shortest` and at most two digits.
fn number(text: &str, shortest: usize) -> Option<i8> {
    let fits = (shortest..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

/// Reads an unsigned span such as `1h30m`. The suffix `ago` makes the span negative.
fn read_span(text: &str) -> Option<Span> {
    let text = text.trim();
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Returns an instant without fractions of a second, for display.
pub fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use proptest::prelude::*;

    /// Tuesday, 17 November 2026, 14:30:00 in Karachi.
    const NOW: &str = "2026-11-17T09:30:00Z";

    fn zone(name: &str) -> TimeZone {
        parse_zone(name).unwrap()
    }

    fn read_at(now: &str, tz: &str, text: &str, direction: Direction) -> Result<String> {
        let zone = zone(tz);
        let clock = Clock {
            now: now.parse().unwrap(),
            zone: &zone,
        };
        clock
            .parse(text, direction)
            .map(|t| t.to_zoned(zone.clone()).strftime("%F %T").to_string())
    }

    fn past(text: &str) -> String {
        read_at(NOW, "Asia/Karachi", text, Direction::Past).unwrap()
    }

    fn future(text: &str) -> String {
        read_at(NOW, "Asia/Karachi", text, Direction::Future).unwrap()
    }

    #[test]
    fn dates_and_civil_times_are_read_in_the_zone() {
        assert_eq!(past("2026-11-01"), "2026-11-01 00:00:00");
        assert_eq!(past("2026-11-01 14:05"), "2026-11-01 14:05:00");
        assert_eq!(past("2026-11-01 9:05"), "2026-11-01 09:05:00");
        assert_eq!(past("2026-11-01T14:05"), "2026-11-01 14:05:00");
        assert_eq!(past("2026-11-01T14:05:30"), "2026-11-01 14:05:30");
        let zone = zone("Asia/Karachi");
        let clock = Clock {
            now: NOW.parse().unwrap(),
            zone: &zone,
        };
        let start = clock.parse("2026-11-01", Direction::Past).unwrap();
        assert_eq!(
            start.to_string(),
            "2026-10-31T19:00:00Z",
            "a Karachi day starts at 19:00 UTC the day before"
        );
    }

    #[test]
    fn offset_or_zone_in_the_text_precedes_that_of_the_workspace() {
        assert_eq!(past("2026-11-01T14:05:00Z"), "2026-11-01 19:05:00");
        assert_eq!(past("2026-11-01T14:05:00+02:00"), "2026-11-01 17:05:00");
        assert_eq!(past("2026-11-01 14:05+02:00"), "2026-11-01 17:05:00");
        assert_eq!(past("2026-11-01T14:05[Europe/Berlin]"), "2026-11-01 18:05:00");
    }

    #[test]
    fn spans_look_back_or_ahead() {
        assert_eq!(past("30m"), "2026-11-17 14:00:00");
        assert_eq!(past("1h30m"), "2026-11-17 13:00:00");
        assert_eq!(past("3d"), "2026-11-14 14:30:00");
        assert_eq!(past("1w"), "2026-11-10 14:30:00");
        assert_eq!(past("2 hours ago"), "2026-11-17 12:30:00");
        assert_eq!(future("2h"), "2026-11-17 16:30:00");
        assert_eq!(future("1w"), "2026-11-24 14:30:00");
        assert!(read_at(NOW, "Asia/Karachi", "2h ago", Direction::Future).is_err());
    }

    #[test]
    fn named_days_begin_at_midnight_or_at_the_time_given() {
        assert_eq!(past("now"), "2026-11-17 14:30:00");
        assert_eq!(past("today"), "2026-11-17 00:00:00");
        assert_eq!(past("yesterday"), "2026-11-16 00:00:00");
        assert_eq!(past("yesterday 18:00"), "2026-11-16 18:00:00");
        assert_eq!(past("Yesterday  18:00"), "2026-11-16 18:00:00");
        assert_eq!(future("tomorrow 9:00"), "2026-11-18 09:00:00");
        assert_eq!(future("tomorrow 9pm"), "2026-11-18 21:00:00");
    }

    #[test]
    fn weekday_is_the_nearest_one_in_its_direction() {
        assert_eq!(past("monday"), "2026-11-16 00:00:00");
        assert_eq!(past("tue"), "2026-11-17 00:00:00");
        assert_eq!(past("wed"), "2026-11-11 00:00:00");
        assert_eq!(past("tue 14:30"), "2026-11-17 14:30:00");
        assert_eq!(past("tue 14:31"), "2026-11-10 14:31:00");
        assert_eq!(future("mon 09:00"), "2026-11-23 09:00:00");
        assert_eq!(future("tue 14:30"), "2026-11-24 14:30:00");
        assert_eq!(future("tue 14:31"), "2026-11-17 14:31:00");
        assert_eq!(future("tuesday"), "2026-11-24 00:00:00");
    }

    #[test]
    fn last_and_next_never_mean_today() {
        assert_eq!(past("last monday"), "2026-11-16 00:00:00");
        assert_eq!(past("last tuesday"), "2026-11-10 00:00:00");
        assert_eq!(future("next tue 9am"), "2026-11-24 09:00:00");
        assert_eq!(future("next wed"), "2026-11-18 00:00:00");
    }

    #[test]
    fn clock_time_is_the_nearest_one_in_its_direction() {
        assert_eq!(past("14:05"), "2026-11-17 14:05:00");
        assert_eq!(past("22:00"), "2026-11-16 22:00:00");
        assert_eq!(future("14:05"), "2026-11-18 14:05:00");
        assert_eq!(future("22:00"), "2026-11-17 22:00:00");
        assert_eq!(past("12am"), "2026-11-17 00:00:00");
        assert_eq!(past("12pm"), "2026-11-17 12:00:00");
    }

    #[test]
    fn invalid_time_is_named() {
        for text in [
            "",
            "soon",
            "25:00",
            "14:60",
            "9",
            "13pm",
            "0am",
            "2026-13-01",
            "2026-02-30",
            "2026-11-1",
            "20261101",
            "last",
            "last 14:05",
            "last yesterday",
            "monday 25:00",
            "2h!",
            "-2h",
            "+2h",
            "2026-11-01 14:05 +05:00",
            "2026-11-01T14:05[Mars/Base]",
            "1:2",
        ] {
            let e = read_at(NOW, "Asia/Karachi", text, Direction::Past).unwrap_err();
            assert_eq!(
                (e.kind, &*e.message),
                (Kind::Usage, &*format!("'{text}' is not a time"))
            );
        }
        assert!(read_at(NOW, "Asia/Karachi", "999999w", Direction::Past).is_err());
    }

    #[test]
    fn time_in_a_gap_moves_forward_and_in_a_fold_is_the_earlier() {
        let berlin = |text| {
            let zone = zone("Europe/Berlin");
            let clock = Clock {
                now: NOW.parse().unwrap(),
                zone: &zone,
            };
            clock.parse(text, Direction::Past).unwrap().to_string()
        };
        assert_eq!(berlin("2026-03-29 02:30"), "2026-03-29T01:30:00Z");
        assert_eq!(berlin("2026-10-25 02:30"), "2026-10-25T00:30:00Z");
    }

    #[test]
    fn day_ago_keeps_the_clock_across_daylight_saving_unlike_24_hours() {
        let now = "2026-03-29T10:00:00Z";
        assert_eq!(
            read_at(now, "Europe/Berlin", "1d", Direction::Past).unwrap(),
            "2026-03-28 12:00:00"
        );
        assert_eq!(
            read_at(now, "Europe/Berlin", "24h", Direction::Past).unwrap(),
            "2026-03-28 11:00:00"
        );
    }

    #[test]
    fn day_without_midnight_starts_at_its_first_instant() {
        assert_eq!(
            read_at(NOW, "Asia/Beirut", "2026-03-29", Direction::Past).unwrap(),
            "2026-03-29 01:00:00"
        );
    }

    #[test]
    fn end_of_a_range_follows_its_start() {
        let zone = zone("Asia/Karachi");
        let clock = Clock {
            now: NOW.parse().unwrap(),
            zone: &zone,
        };
        let range = |a, b| {
            let (a, b) = clock.parse_range(a, b).unwrap();
            let show = |t: Option<Timestamp>| t.map(|t| t.to_zoned(zone.clone()).strftime("%d %H:%M").to_string());
            (show(a).unwrap_or_default(), show(b).unwrap_or_default())
        };
        assert_eq!(
            range(Some("yesterday 22:00"), Some("06:00")),
            ("16 22:00".into(), "17 06:00".into())
        );
        assert_eq!(
            range(Some("9:00"), Some("18:00")),
            ("17 09:00".into(), "17 18:00".into())
        );
        assert_eq!(range(Some("mon"), Some("tue")), ("16 00:00".into(), "17 00:00".into()));
        assert_eq!(range(None, Some("18:00")), (String::new(), "16 18:00".into()));
        assert_eq!(range(Some("3d"), None), ("14 14:30".into(), String::new()));
        let e = clock.parse_range(Some("1h"), Some("2h")).unwrap_err();
        assert!(e.message.contains("'2h'") && e.message.contains("empty"));
        assert!(clock.parse_range(Some("today"), Some("today")).is_err());
    }

    #[test]
    fn zones_are_iana_names_and_never_offsets() {
        assert_eq!(zone("asia/karachi").iana_name(), Some("Asia/Karachi"));
        assert_eq!(zone("UTC").iana_name(), Some("UTC"));
        for offset in ["+05:00", "-3", "+5", "UTC+5", "GMT-3", "05:00", "Etc/GMT-5"] {
            let e = parse_zone(offset).unwrap_err();
            assert_eq!(e.message, format!("'{offset}' is a UTC offset, not a time zone"));
            assert_eq!(e.hint.unwrap(), "give an IANA name, such as Asia/Karachi");
        }
        for wrong in ["", "PKT", "Asia/Lahore", "local", "../etc/passwd", "Etc/Unknown"] {
            assert_eq!(
                parse_zone(wrong).unwrap_err().message,
                format!("'{wrong}' is not a time zone")
            );
        }
    }

    #[test]
    fn zone_database_is_built_in() {
        assert!(jiff::tz::TimeZoneDatabase::bundled().get("Asia/Karachi").is_ok());
    }

    #[test]
    fn length_is_parsed_into_seconds() {
        for (text, seconds) in [
            ("90s", 90),
            ("10m", 600),
            ("1h30m", 5400),
            ("1d", 86_400),
            ("1w", 604_800),
            ("0s", 0),
        ] {
            assert_eq!(parse_seconds(text).unwrap(), seconds, "{text}");
        }
        for text in ["", "10", "m", "-5m", "5m ago", "1mo", "1y", "ten"] {
            assert_eq!(
                parse_seconds(text).unwrap_err().message,
                format!("'{text}' is not a length of time")
            );
        }
    }

    proptest! {
        #[test]
        fn parser_never_panics(text in "[ -~]{0,24}") {
            let zone = zone("Europe/Berlin");
            let clock = Clock { now: NOW.parse().unwrap(), zone: &zone };
            for direction in [Direction::Past, Direction::Future] {
                prop_assert_eq!(clock.parse(&text, direction).is_err(), clock.parse(&text, direction).is_err());
            }
        }

        #[test]
        fn direction_is_checked(
            now in 0i64..4_000_000_000, day in 0usize..7, hour in 0u8..24, minute in 0u8..60,
        ) {
            let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
            let zone = zone("Europe/Berlin");
            let clock = Clock { now: Timestamp::from_second(now).unwrap(), zone: &zone };
            for text in [format!("{hour}:{minute:02}"), format!("{} {hour}:{minute:02}", names[day])] {
                prop_assert!(clock.parse(&text, Direction::Past).unwrap() <= clock.now);
                prop_assert!(clock.parse(&text, Direction::Future).unwrap() > clock.now);
            }
        }

        #[test]
        fn instant_in_rfc_3339_reads_back_exactly(seconds in 0i64..4_000_000_000) {
            let zone = zone("Asia/Karachi");
            let at = Timestamp::from_second(seconds).unwrap();
            let clock = Clock { now: Timestamp::UNIX_EPOCH, zone: &zone };
            prop_assert_eq!(clock.parse(&at.to_string(), Direction::Past).unwrap(), at);
        }
    }
}
