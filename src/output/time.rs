//! Times and durations in their forms for people and for machines.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Returns RFC 3339 with the zone's offset at that time and all digits of the database's value.
pub(super) fn rfc3339(at: Timestamp, tz: &TimeZone) -> String {
    at.display_with_offset(tz.to_offset(at)).to_string()
}

/// Returns `2026-11-01 14:05`, with seconds if the column needs them.
pub(super) fn stamp(at: Timestamp, tz: &TimeZone, seconds: bool) -> String {
    let format = if seconds { "%Y-%m-%d %H:%M:%S" } else { "%Y-%m-%d %H:%M" };
    at.to_zoned(tz.clone()).strftime(format).to_string()
}

/// Returns `5m ago` or `in 2h`, and the date for times more than a week away.
pub(super) fn relative(at: Timestamp, now: Timestamp, tz: &TimeZone) -> String {
    let seconds = now.as_second().saturating_sub(at.as_second());
    let size = seconds.unsigned_abs();
    let amount = match size {
        0..5 => return "now".to_owned(),
        5..60 => format!("{size}s"),
        60..3_600 => format!("{}m", size / 60),
        3_600..86_400 => format!("{}h", size / 3_600),
        86_400..604_800 => format!("{}d", size / 86_400),
        _ => return at.to_zoned(tz.clone()).strftime("%Y-%m-%d").to_string(),
    };
    if seconds < 0 {
        format!("in {amount}")
    } else {
        format!("{amount} ago")
    }
}

/// Returns `45s`, `12m 05s`, `2h 05m` or `3d 04h`.
pub(super) fn duration(seconds: f64) -> String {
    if !seconds.is_finite() {
        return "-".to_owned();
    }
    let sign = if seconds <= -0.5 { "-" } else { "" };
    // A float beyond u64 becomes the maximum, which is acceptable for an absurd duration.
    let s = seconds.abs().round() as u64;
    match s {
        0..60 => format!("{sign}{s}s"),
        60..3_600 => format!("{sign}{}m {:02}s", s / 60, s % 60),
        3_600..86_400 => format!("{sign}{}h {:02}m", s / 3_600, s % 3_600 / 60),
        _ => format!("{sign}{}d {:02}h", s / 86_400, s % 86_400 / 3_600),
    }
}

/// Returns a number with at most three decimals and no trailing zeros. Returns `None` for a value
/// that is not a number.
pub(super) fn decimal(number: f64) -> Option<String> {
    if !number.is_finite() {
        return None;
    }
    let text = format!("{number:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    Some(if text == "-0" { "0" } else { text }.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_rounded_once_without_trailing_zeros() {
        let cases = [
            (12.0, "12"),
            (12.5, "12.5"),
            (0.12345, "0.123"),
            (-0.0001, "0"),
            (100.0, "100"),
            (1e15, "1000000000000000"),
        ];
        for (number, text) in cases {
            assert_eq!(decimal(number).as_deref(), Some(text));
        }
        assert_eq!(decimal(f64::NAN), None);
    }

    #[test]
    fn durations_show_their_two_largest_units() {
        let cases = [
            (0.2, "0s"),
            (45.0, "45s"),
            (59.6, "1m 00s"),
            (725.0, "12m 05s"),
            (7_500.0, "2h 05m"),
            (273_600.0, "3d 04h"),
            (-90.0, "-1m 30s"),
        ];
        for (seconds, text) in cases {
            assert_eq!(duration(seconds), text);
        }
        assert_eq!(duration(f64::INFINITY), "-");
    }

    #[test]
    fn times_are_written_in_the_chosen_zone_with_its_offset() {
        let at: Timestamp = "2026-11-01T19:30:05.25Z".parse().unwrap();
        let karachi = TimeZone::get("Asia/Karachi").unwrap();
        assert_eq!(rfc3339(at, &karachi), "2026-11-02T00:30:05.25+05:00");
        assert_eq!(rfc3339(at, &TimeZone::UTC), "2026-11-01T19:30:05.25+00:00");
        assert_eq!(stamp(at, &karachi, false), "2026-11-02 00:30");
        assert_eq!(stamp(at, &karachi, true), "2026-11-02 00:30:05");
    }

    #[test]
    fn relative_times_cover_a_week_in_both_directions() {
        let now: Timestamp = "2026-11-10T12:00:00Z".parse().unwrap();
        let utc = TimeZone::UTC;
        let cases = [
            ("2026-11-10T12:00:01Z", "now"),
            ("2026-11-10T11:59:48Z", "12s ago"),
            ("2026-11-10T11:55:00Z", "5m ago"),
            ("2026-11-10T14:30:00Z", "in 2h"),
            ("2026-11-07T12:00:00Z", "3d ago"),
            ("2026-11-03T12:00:00Z", "2026-11-03"),
        ];
        for (at, text) in cases {
            assert_eq!(relative(at.parse().unwrap(), now, &utc), text);
        }
    }
}
