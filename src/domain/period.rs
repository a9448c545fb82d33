//! Periods of whole days, read in the workspace's zone: `yesterday`, `last-week`, `2026-11`, `2026-W47`, `mon..wed`.
//!
//! A period includes its last day and is stored as the half-open range of instants `[from, to)`.
//! Weeks are ISO weeks, from Monday.

use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::{Span, Timestamp};

use super::time::{Clock, Direction, read_date, read_weekday};
use super::vocabulary::quoted;
use crate::error::{Error, Result};

/// Consecutive whole days in a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub first: Date,
    /// The last day, included.
    pub last: Date,
    /// The first instant of the first day.
    pub from: Timestamp,
    /// The first instant after the last day.
    pub to: Timestamp,
}

impl Period {
    /// Creates the period of the days `first` to `last`, both included.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] if the last day is before the first, or a day is outside the
    /// years 1 to 9999.
    pub fn of_days(clock: Clock<'_>, first: Date, last: Date) -> Result<Period> {
        if last < first {
            return Err(Error::usage(format!(
                "a period cannot end on {last}, before it begins on {first}"
            )));
        }
        let after = last
            .tomorrow()
            .map_err(|e| Error::usage(format!("{last} is out of the range of periods")).caused_by(e))?;
        Ok(Period {
            first,
            last,
            from: clock.start_of(first)?,
            to: clock.start_of(after)?,
        })
    }

    /// Reads a period.
    ///
    /// | form | means |
    /// |---|---|
    /// | `today`, `yesterday`, `tomorrow` | that day |
    /// | `this-week`, `last-week`, `next-week`, and so with `month` and `year` | the whole of it, days to come included |
    /// | `2026`, `2026-11`, `2026-W47`, `2026-11-01` | that year, month, ISO week, day |
    /// | `mon`, `monday` | the latest one, today included |
    /// | `A..B` | from the first day of A to the last day of B; a weekday as B is the first from A on |
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] with the text.
    pub fn parse(text: &str, clock: Clock<'_>) -> Result<Period> {
        Period::toward(text, clock, Direction::Past)
    }

    /// Reads a period of future days, like [`Period::parse`]. A weekday is the next such day, today
    /// included.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] with the text.
    pub fn parse_coming(text: &str, clock: Clock<'_>) -> Result<Period> {
        Period::toward(text, clock, Direction::Future)
    }

    fn toward(text: &str, clock: Clock<'_>, direction: Direction) -> Result<Period> {
        let bad = || {
            Error::usage(format!("{} is not a period", quoted(text)))
                .hint("write it like yesterday, last-week, 2026-11, 2026-W47, 2026-11-01..2026-11-15 or mon..wed")
        };
        let lower = text.trim().to_ascii_lowercase().replace(' ', "-");
        let Some((a, b)) = lower.split_once("..") else {
            let (first, last) = days(&lower, clock.today(), direction).ok_or_else(bad)?;
            return Period::of_days(clock, first, last);
        };
        let today = clock.today();
        let (first, _) = days(a, today, direction).ok_or_else(bad)?;
        let last = match read_weekday(b) {
            Some(weekday) => plus(first, i64::from(weekday.since(first.weekday()))).ok_or_else(bad)?,
            None => days(b, today, direction).ok_or_else(bad)?.1,
        };
        Period::of_days(clock, first, last)
    }
}

/// Returns the first and last day of one part of a period.
fn days(text: &str, today: Date, direction: Direction) -> Option<(Date, Date)> {
    let one = |day: Date| Some((day, day));
    let week = |day: Date| {
        let monday = plus(day, -i64::from(day.weekday().since(Weekday::Monday)))?;
        Some((monday, plus(monday, 6)?))
    };
    let month = |day: Date| Some((day.first_of_month(), day.last_of_month()));
    let year = |day: Date| Some((day.first_of_year(), day.last_of_year()));
    match text {
        "today" => one(today),
        "yesterday" => one(plus(today, -1)?),
        "tomorrow" => one(plus(today, 1)?),
        "this-week" => week(today),
        "last-week" => week(plus(today, -7)?),
        "next-week" => week(plus(today, 7)?),
        "this-month" => month(today),
        "last-month" => month(plus(today.first_of_month(), -1)?),
        "next-month" => month(plus(today.last_of_month(), 1)?),
        "this-year" => year(today),
        "last-year" => year(plus(today.first_of_year(), -1)?),
        "next-year" => year(plus(today.last_of_year(), 1)?),
        _ => {
            if let Some(weekday) = read_weekday(text) {
                let today_is = today.weekday();
                return one(match direction {
                    Direction::Past => plus(today, -i64::from(today_is.since(weekday)))?,
                    Direction::Future => plus(today, i64::from(weekday.since(today_is)))?,
                });
            }
            if let Some(date) = read_date(text) {
                return one(date);
            }
            match text.split_once('-') {
                None => year(Date::new(digits(text, 4)?, 1, 1).ok()?),
                Some((y, rest)) => {
                    let y = digits(y, 4)?;
                    match rest.strip_prefix('w') {
                        Some(w) => {
                            let number = i8::try_from(digits(w, 2)?).ok()?;
                            week(ISOWeekDate::new(y, number, Weekday::Monday).ok()?.date())
                        }
                        None => month(Date::new(y, i8::try_from(digits(rest, 2)?).ok()?, 1).ok()?),
                    }
                }
            }
        }
    }
}

fn plus(day: Date, days: i64) -> Option<Date> {
    day.checked_add(Span::new().try_days(days).ok()?).ok()
}

/// Reads exactly `len` digits.
fn digits(text: &str, len: usize) -> Option<i16> {
    (text.len() == len && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::parse_zone;
    use crate::error::Kind;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    fn karachi() -> TimeZone {
        parse_zone("Asia/Karachi").unwrap()
    }

    /// Reads with the clock at Tuesday, 17 November 2026, 14:30 in Karachi.
    fn read(text: &str) -> Result<String> {
        let zone = karachi();
        let clock = Clock {
            now: "2026-11-17T09:30:00Z".parse().unwrap(),
            zone: &zone,
        };
        Period::parse(text, clock).map(|p| format!("{}..{}", p.first, p.last))
    }

    #[test]
    fn every_form_has_its_documented_meaning() {
        for (text, days) in [
            ("today", "2026-11-17..2026-11-17"),
            ("yesterday", "2026-11-16..2026-11-16"),
            ("tomorrow", "2026-11-18..2026-11-18"),
            ("this-week", "2026-11-16..2026-11-22"),
            ("last-week", "2026-11-09..2026-11-15"),
            ("Last Week", "2026-11-09..2026-11-15"),
            ("this-month", "2026-11-01..2026-11-30"),
            ("last-month", "2026-10-01..2026-10-31"),
            ("this-year", "2026-01-01..2026-12-31"),
            ("last-year", "2025-01-01..2025-12-31"),
            ("2026", "2026-01-01..2026-12-31"),
            ("2026-11", "2026-11-01..2026-11-30"),
            ("2024-02", "2024-02-01..2024-02-29"),
            ("2026-W47", "2026-11-16..2026-11-22"),
            ("2026-w01", "2025-12-29..2026-01-04"),
            ("2026-W53", "2026-12-28..2027-01-03"),
            ("2026-11-01", "2026-11-01..2026-11-01"),
            ("2026-11-01..2026-11-15", "2026-11-01..2026-11-15"),
            ("2026-10..2026-11", "2026-10-01..2026-11-30"),
            ("yesterday..today", "2026-11-16..2026-11-17"),
            ("tue", "2026-11-17..2026-11-17"),
            ("wednesday", "2026-11-11..2026-11-11"),
            ("mon..wed", "2026-11-16..2026-11-18"),
            ("fri..sun", "2026-11-13..2026-11-15"),
            ("sat..mon", "2026-11-14..2026-11-16"),
            ("mon..today", "2026-11-16..2026-11-17"),
        ] {
            assert_eq!(read(text).unwrap(), days, "{text}");
        }
    }

    #[test]
    fn weekday_is_the_next_one_including_today_when_looking_ahead() {
        let zone = karachi();
        let clock = Clock {
            now: "2026-11-17T09:30:00Z".parse().unwrap(),
            zone: &zone,
        };
        for (text, days) in [
            ("tue", "2026-11-17..2026-11-17"),
            ("wednesday", "2026-11-18..2026-11-18"),
            ("mon", "2026-11-23..2026-11-23"),
            ("mon..wed", "2026-11-23..2026-11-25"),
            ("sat..mon", "2026-11-21..2026-11-23"),
            ("today..thu", "2026-11-17..2026-11-19"),
            ("2026-11-20..mon", "2026-11-20..2026-11-23"),
            ("yesterday", "2026-11-16..2026-11-16"),
            ("next-week", "2026-11-23..2026-11-29"),
        ] {
            let p = Period::parse_coming(text, clock).unwrap();
            assert_eq!(format!("{}..{}", p.first, p.last), days, "{text}");
        }
    }

    #[test]
    fn invalid_period_is_named() {
        for text in [
            "", "..", "today..", "..today", "2025-W53", "2026-13", "2026-00", "2026-W00", "26", "2026-1", "2h", "a..b",
            "1..2..3",
        ] {
            let e = read(text).unwrap_err();
            assert_eq!(
                (e.kind, &*e.message),
                (Kind::Usage, &*format!("'{text}' is not a period"))
            );
        }
        assert!(
            read("2026-11-15..2026-11-01")
                .unwrap_err()
                .message
                .contains("before it begins")
        );
        assert!(read("9999").is_err());
    }

    #[test]
    fn karachi_day_starts_at_19_00_utc_the_day_before() {
        let zone = karachi();
        let clock = Clock {
            now: "2026-11-17T18:59:59Z".parse().unwrap(),
            zone: &zone,
        };
        let p = Period::parse("today", clock).unwrap();
        assert_eq!(
            (p.from.to_string(), p.to.to_string()),
            ("2026-11-16T19:00:00Z".into(), "2026-11-17T19:00:00Z".into())
        );
        let clock = Clock { now: p.to, ..clock };
        assert_eq!(Period::parse("yesterday", clock).unwrap(), p);
    }

    #[test]
    fn days_of_daylight_saving_have_23_and_25_hours() {
        let zone = parse_zone("Europe/Berlin").unwrap();
        let clock = Clock {
            now: Timestamp::UNIX_EPOCH,
            zone: &zone,
        };
        let hours = |text| {
            let p = Period::parse(text, clock).unwrap();
            (p.to.as_second() - p.from.as_second()) / 3600
        };
        assert_eq!(hours("2026-03-28"), 24);
        assert_eq!(hours("2026-03-29"), 23);
        assert_eq!(hours("2026-10-25"), 25);
        assert_eq!(hours("2026-W13"), 7 * 24 - 1);
        assert_eq!(hours("2026-10"), 31 * 24 + 1);
        assert_eq!(hours("2026"), 365 * 24);
    }

    proptest! {
        #[test]
        fn days_of_a_period_adjoin_and_cover_it(
            year in 1990i16..2090, month in 1i8..=12, zone in prop::sample::select(vec![
                "Asia/Karachi", "Europe/Berlin", "America/Sao_Paulo", "Asia/Beirut", "Australia/Lord_Howe",
                "Pacific/Apia", "UTC",
            ]),
        ) {
            let zone = parse_zone(zone).unwrap();
            let clock = Clock { now: Timestamp::UNIX_EPOCH, zone: &zone };
            let whole = Period::parse(&format!("{year}-{month:02}"), clock).unwrap();
            let mut at = whole.from;
            let mut count = 0;
            let last = whole.last;
            for day in whole.first.series(Span::new().days(1)).take_while(|day| *day <= last) {
                let day = Period::of_days(clock, day, day).unwrap();
                prop_assert_eq!(day.from, at);
                prop_assert!(day.to >= day.from);
                at = day.to;
                count += 1;
            }
            prop_assert_eq!(at, whole.to);
            prop_assert_eq!(count, i32::from(whole.first.days_in_month()));
        }

        #[test]
        fn months_and_weeks_tile_time(year in 1990i16..2090) {
            let zone = parse_zone("Europe/Berlin").unwrap();
            let clock = Clock { now: Timestamp::UNIX_EPOCH, zone: &zone };
            let whole = Period::parse(&format!("{year}"), clock).unwrap();
            let mut at = whole.from;
            for month in 1..=12 {
                let month = Period::parse(&format!("{year}-{month:02}"), clock).unwrap();
                prop_assert_eq!(month.from, at);
                at = month.to;
            }
            prop_assert_eq!(at, whole.to);
            let week = |n| Period::parse(&format!("{year}-W{n:02}"), clock).unwrap();
            for n in 1..52 {
                prop_assert_eq!(week(n).to, week(n + 1).from);
            }
        }

        #[test]
        fn any_text_is_read_or_refused_but_never_panics(text in "[0-9a-zW .-]{0,24}") {
            let zone = karachi();
            let clock = Clock { now: Timestamp::UNIX_EPOCH, zone: &zone };
            if let Ok(p) = Period::parse(&text, clock) {
                prop_assert!(p.from < p.to && p.first <= p.last);
            }
        }
    }
}
