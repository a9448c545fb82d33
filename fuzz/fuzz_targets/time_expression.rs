//! Any text: a time expression is read to the same instant each time, and a range is never empty.

#![no_main]

use inbox::domain::time::{Clock, Direction, parse_seconds, parse_zone};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for zone in ["Asia/Karachi", "America/New_York"] {
        let zone = parse_zone(zone).unwrap();
        let clock = Clock {
            now: Timestamp::from_second(1_793_000_000).unwrap(),
            zone: &zone,
        };
        for direction in [Direction::Past, Direction::Future] {
            let read = clock.parse(text, direction).ok();
            assert_eq!(clock.parse(text.trim(), direction).ok(), read);
            if let Some(at) = read {
                assert_eq!(clock.parse(&at.to_string(), direction).ok(), Some(at), "{text:?}");
            }
        }
        let (since, until) = text.split_once('|').unwrap_or((text, "now"));
        if let Ok((Some(from), Some(to))) = clock.parse_range(Some(since), Some(until)) {
            assert!(from < to);
        }
    }
    assert!(parse_seconds(text).is_ok_and(|seconds| seconds >= 0) || parse_seconds(text).is_err());
    let _ = parse_zone(text);
});
