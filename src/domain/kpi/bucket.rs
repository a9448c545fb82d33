//! Divides a range of time into the days, weeks, months and hours of a zone, before the database
//! query.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

use super::Dimension;
use crate::domain::time::Clock;
use crate::error::{Error, Result};

/// The maximum number of buckets: ten years of days, or more than a year of hours.
pub const MAX_BUCKETS: usize = 10_000;

/// Half-open, adjacent intervals that cover a range `[from, to)`.
#[derive(Debug, Clone)]
pub struct Buckets {
    starts: Vec<Timestamp>,
    to: Timestamp,
    zone: TimeZone,
}

impl Buckets {
    /// Divides a range at the start of each of the given units. Without units the range is not
    /// divided.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for an empty range and for more than [`MAX_BUCKETS`] buckets.
    pub fn new(from: Timestamp, to: Timestamp, by: &[Dimension], zone: &TimeZone) -> Result<Buckets> {
        if to <= from {
            return Err(Error::usage("the time range is empty: it ends before it begins"));
        }
        let clock = Clock { now: from, zone };
        let mut starts = vec![from];
        for &unit in by {
            let mut at = from;
            while let Some(next) = next_start(clock, unit, at)?.filter(|&next| next < to) {
                starts.push(next);
                at = next;
                if starts.len() > MAX_BUCKETS * 2 {
                    break;
                }
            }
        }
        starts.sort_unstable();
        starts.dedup();
        if starts.len() > MAX_BUCKETS {
            return Err(Error::usage(format!("the range has more than {MAX_BUCKETS} parts"))
                .hint("take a shorter period, or a longer unit in --by"));
        }
        Ok(Buckets {
            starts,
            to,
            zone: zone.clone(),
        })
    }

    /// Returns the start of the range, included.
    pub fn from(&self) -> Timestamp {
        self.starts[0]
    }

    /// Returns the end of the range, not included.
    pub fn to(&self) -> Timestamp {
        self.to
    }

    /// Returns the start of each bucket. The first is the start of the range.
    pub fn starts(&self) -> &[Timestamp] {
        &self.starts
    }

    /// Returns the reference time of each bucket: its end, or now if the end is in the future. A
    /// bucket that starts in the future has no reference time.
    pub fn looked_at(&self, now: Timestamp) -> Vec<Timestamp> {
        let ends = self.starts.iter().skip(1).chain(std::iter::once(&self.to));
        self.starts
            .iter()
            .zip(ends)
            .take_while(|&(&start, _)| start < now)
            .map(|(_, &end)| end.min(now))
            .collect()
    }

    /// Returns a bucket's interval.
    pub fn range(&self, bucket: usize) -> Option<(Timestamp, Timestamp)> {
        let from = *self.starts.get(bucket)?;
        Some((from, self.starts.get(bucket + 1).copied().unwrap_or(self.to)))
    }

    /// Returns the name of the bucket's unit: `2026-11-01`, `2026-W45`, `2026-11`,
    /// `2026-11-01T14:00+05:00`.
    pub(super) fn label(&self, unit: Dimension, bucket: usize) -> String {
        let start = self.starts.get(bucket).copied().unwrap_or(self.to);
        let here = start.to_zoned(self.zone.clone());
        match unit {
            Dimension::Month => here.strftime("%Y-%m").to_string(),
            Dimension::Week => here.strftime("%G-W%V").to_string(),
            Dimension::Day => here.strftime("%Y-%m-%d").to_string(),
            Dimension::Hour => here.strftime("%Y-%m-%dT%H:00%:z").to_string(),
            Dimension::Agent | Dimension::Team | Dimension::Store | Dimension::Channel => String::new(),
        }
    }

    /// Returns, for each bucket, the first bucket of the same unit.
    pub(super) fn firsts(&self, unit: Dimension) -> Vec<usize> {
        let mut firsts = Vec::with_capacity(self.starts.len());
        let mut current = (0, String::new());
        for bucket in 0..self.starts.len() {
            let label = self.label(unit, bucket);
            if bucket == 0 || label != current.1 {
                current = (bucket, label);
            }
            firsts.push(current.0);
        }
        firsts
    }
}

/// Returns the start of the next unit, strictly after a time. Returns `None` for a dimension that
/// is not a unit of time.
fn next_start(clock: Clock<'_>, unit: Dimension, after: Timestamp) -> Result<Option<Timestamp>> {
    let here = clock.zone.to_datetime(after);
    let first = match unit {
        Dimension::Agent | Dimension::Team | Dimension::Store | Dimension::Channel => return Ok(None),
        Dimension::Hour => {
            // The step is in minutes of the clock, because zones differ by half and quarter hours.
            // An hour that the clock repeats or shortens is a separate hour.
            let into = i64::from(here.minute()) * 60 + i64::from(here.second());
            let next = after.as_second() - into + 3600;
            return Timestamp::from_second(next).map(Some).map_err(out_of_range);
        }
        Dimension::Day => here.date().tomorrow().map_err(out_of_range)?,
        Dimension::Week => {
            let into = i64::from(here.date().weekday().since(Weekday::Monday));
            plus(here.date(), (7 - into).days())?
        }
        Dimension::Month => here.date().last_of_month().tomorrow().map_err(out_of_range)?,
    };
    // If the clock skips a whole day, that day begins together with the next day.
    let mut day = first;
    loop {
        let at = clock.start_of(day)?;
        if at > after {
            return Ok(Some(at));
        }
        day = plus(day, 1.day())?;
    }
}

fn plus(day: Date, span: Span) -> Result<Date> {
    day.checked_add(span).map_err(out_of_range)
}

fn out_of_range(e: jiff::Error) -> Error {
    Error::usage("the period is out of the range of times").caused_by(e)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::period::Period;
    use crate::domain::time::parse_zone;
    use proptest::prelude::*;

    fn buckets(zone: &str, period: &str, by: &[Dimension]) -> Buckets {
        let zone = parse_zone(zone).unwrap();
        let clock = Clock {
            now: Timestamp::UNIX_EPOCH,
            zone: &zone,
        };
        let p = Period::parse(period, clock).unwrap();
        Buckets::new(p.from, p.to, by, &zone).unwrap()
    }

    fn labels(b: &Buckets, unit: Dimension) -> Vec<String> {
        let firsts = b.firsts(unit);
        let mut seen: Vec<usize> = firsts;
        seen.dedup();
        seen.into_iter().map(|n| b.label(unit, n)).collect()
    }

    #[test]
    fn karachi_days_begin_at_19_00_utc_the_day_before() {
        let b = buckets("Asia/Karachi", "2026-11-01..2026-11-03", &[Dimension::Day]);
        let starts: Vec<String> = b.starts().iter().map(ToString::to_string).collect();
        assert_eq!(
            starts,
            ["2026-10-31T19:00:00Z", "2026-11-01T19:00:00Z", "2026-11-02T19:00:00Z"]
        );
        assert_eq!(b.to().to_string(), "2026-11-03T19:00:00Z");
        assert_eq!(labels(&b, Dimension::Day), ["2026-11-01", "2026-11-02", "2026-11-03"]);
    }

    #[test]
    fn days_of_daylight_saving_have_23_and_25_hours_with_a_name_each() {
        let hours = |day: &str| buckets("Europe/Berlin", day, &[Dimension::Hour]);
        assert_eq!(hours("2026-03-29").starts().len(), 23);
        let long = hours("2026-10-25");
        let names = labels(&long, Dimension::Hour);
        assert_eq!(names.len(), 25);
        assert_eq!(names[2..4], ["2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00"]);
    }

    #[test]
    fn hours_follow_the_minutes_of_the_zones_clock() {
        let b = buckets("Asia/Kolkata", "2026-11-01", &[Dimension::Hour]);
        assert_eq!(b.starts().len(), 24);
        assert_eq!(b.starts()[1].to_string(), "2026-10-31T19:30:00Z");
        assert_eq!(b.label(Dimension::Hour, 1), "2026-11-01T01:00+05:30");
    }

    #[test]
    fn weeks_and_months_intersect_and_keep_their_names() {
        let b = buckets("Asia/Karachi", "2026-11", &[Dimension::Month, Dimension::Week]);
        // 1 November 2026 is a Sunday.
        assert_eq!(
            labels(&b, Dimension::Week),
            ["2026-W44", "2026-W45", "2026-W46", "2026-W47", "2026-W48", "2026-W49"]
        );
        assert_eq!(labels(&b, Dimension::Month), ["2026-11"]);
        assert_eq!(b.firsts(Dimension::Month), [0; 6]);
        let year = buckets("Asia/Karachi", "2026", &[Dimension::Month]);
        assert_eq!(year.starts().len(), 12);
        let whole = buckets("Asia/Karachi", "2026-11", &[Dimension::Agent]);
        assert_eq!(whole.starts().len(), 1);
    }

    #[test]
    fn range_that_begins_inside_a_day_ends_that_day_at_midnight() {
        let zone = parse_zone("Asia/Karachi").unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let b = Buckets::new(
            at("2026-11-01T10:00:00.5Z"),
            at("2026-11-02T10:00:00Z"),
            &[Dimension::Day],
            &zone,
        )
        .unwrap();
        assert_eq!(b.starts()[1].to_string(), "2026-11-01T19:00:00Z");
        assert_eq!(labels(&b, Dimension::Day), ["2026-11-01", "2026-11-02"]);
        assert!(Buckets::new(at("2026-11-01T10:00:00Z"), at("2026-11-01T10:00:00Z"), &[], &zone).is_err());
    }

    #[test]
    fn unfinished_bucket_ends_now_and_future_buckets_are_left_out() {
        let b = buckets("Asia/Karachi", "2026-11-01..2026-11-03", &[Dimension::Day]);
        let at = |text: &str| {
            b.looked_at(text.parse().unwrap())
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            at("2026-11-02T06:00:00Z"),
            ["2026-11-01T19:00:00Z", "2026-11-02T06:00:00Z"]
        );
        assert_eq!(at("2026-11-01T19:00:00Z"), ["2026-11-01T19:00:00Z"]);
        assert_eq!(at("2027-01-01T00:00:00Z").len(), 3);
        assert_eq!(at("2026-01-01T00:00:00Z").len(), 0);
    }

    #[test]
    fn day_that_the_zone_skipped_has_no_bucket() {
        let b = buckets("Pacific/Apia", "2011-12-29..2011-12-31", &[Dimension::Day]);
        assert_eq!(labels(&b, Dimension::Day), ["2011-12-29", "2011-12-31"]);
    }

    #[test]
    fn too_many_buckets_are_refused_at_once() {
        let zone = parse_zone("UTC").unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let e = Buckets::new(
            at("0001-01-01T00:00:00Z"),
            at("9000-01-01T00:00:00Z"),
            &[Dimension::Hour],
            &zone,
        )
        .unwrap_err();
        assert_eq!(e.message, "the range has more than 10000 parts");
    }

    proptest! {
        #[test]
        fn buckets_tile_any_range_and_every_unit_begins_one(
            from in 1_000_000_000i64..2_000_000_000, length in 1i64..4_000_000,
            by in prop::sample::subsequence(
                vec![Dimension::Hour, Dimension::Day, Dimension::Week, Dimension::Month], 0..=4,
            ),
            zone in prop::sample::select(vec![
                "Asia/Karachi", "Europe/Berlin", "America/Sao_Paulo", "Asia/Beirut", "Australia/Lord_Howe",
                "Asia/Kathmandu", "UTC",
            ]),
        ) {
            let zone = parse_zone(zone).unwrap();
            let at = |second| Timestamp::from_second(second).unwrap();
            let b = Buckets::new(at(from), at(from + length), &by, &zone).unwrap();
            prop_assert_eq!(b.from(), at(from));
            prop_assert!(b.starts().windows(2).all(|w| w[0] < w[1]));
            prop_assert!(b.starts().iter().all(|&s| s < b.to()));
            // No bucket contains times of two days.
            if by.contains(&Dimension::Day) {
                for n in 0..b.starts().len() {
                    let (start, end) = b.range(n).unwrap();
                    let last = end.checked_sub(jiff::SignedDuration::from_micros(1)).unwrap();
                    prop_assert_eq!(zone.to_datetime(start).date(), zone.to_datetime(last).date());
                }
            }
        }
    }
}
