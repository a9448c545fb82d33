use std::collections::{HashMap, HashSet};

use super::*;
use crate::domain::whatsapp::{self, Direction, Event, Key, Kind, Source};

const START: i64 = 1_785_438_000;

fn channels() -> Vec<Channel> {
    (0..3)
        .map(|n| Channel {
            phone_number_id: format!("33190044271885{n}"),
            display: format!("92423211155{n}"),
            waba: format!("20451883347091{n}"),
        })
        .collect()
}

#[test]
fn same_seed_gives_the_same_bytes_and_another_does_not() {
    let one = day(7, &channels(), START, 0, 60);
    assert_eq!(one.deliveries, day(7, &channels(), START, 0, 60).deliveries);
    assert_eq!(one.customers, day(7, &channels(), START, 0, 60).customers);
    assert_ne!(one.deliveries, day(8, &channels(), START, 0, 60).deliveries);
}

#[test]
fn every_body_is_read_without_a_defect_and_has_a_customer() {
    let day = day(1, &channels(), START, 0, 300);
    let mut items = 0;
    for delivery in &day.deliveries {
        for item in whatsapp::parse(delivery.body.as_bytes()).unwrap() {
            items += 1;
            let event = item.event.unwrap_or_else(|d| panic!("{d}: {}", delivery.body));
            assert!(event.ids().is_some_and(|ids| !ids.is_empty()), "{}", delivery.body);
            assert!(item.phone_number_id.is_some());
            if let Event::Message(m) = &event {
                assert!(m.at.is_some_and(|at| at <= delivery.at && at < START + DAY));
                assert!(!matches!(m.kind, Kind::Unknown(_)));
            }
        }
    }
    assert!(items > 900, "{items}");
}

#[test]
fn day_has_every_difficulty_of_receiving() {
    for seed in 0..5 {
        let day = day(seed, &channels(), START, 0, 30);
        let mut kinds: HashMap<String, usize> = HashMap::new();
        let mut seen: HashSet<Key> = HashSet::new();
        let (mut repeats, mut early_statuses, mut backwards) = (0, 0, 0);
        let mut best: HashMap<String, i16> = HashMap::new();
        for delivery in &day.deliveries {
            *kinds.entry(delivery.kind.to_owned()).or_default() += 1;
            for item in whatsapp::parse(delivery.body.as_bytes()).unwrap() {
                let key = item.key().unwrap();
                match item.event.unwrap() {
                    Event::Message(m) => {
                        *kinds.entry(m.kind.to_string()).or_default() += 1;
                        if m.source == Source::Echo {
                            assert_eq!(m.direction, Direction::Outbound);
                        }
                    }
                    Event::Status(s) => {
                        let known = best.entry(s.wamid.clone()).or_default();
                        backwards += usize::from(s.status.rank() < *known);
                        *known = s.status.rank().max(*known);
                        let wamid = s.wamid;
                        early_statuses += usize::from(
                            !seen
                                .iter()
                                .any(|k| matches!(k, Key::Message { wamid: w, .. } if *w == wamid)),
                        );
                    }
                    Event::UserIdUpdate(_)
                    | Event::ContactName(_)
                    | Event::Preference(_)
                    | Event::ThreadControl(_)
                    | Event::HistoryDeclined(_)
                    | Event::Account(_) => panic!("{}", delivery.body),
                }
                repeats += usize::from(!seen.insert(key));
            }
        }
        for kind in [
            "batch",
            "echo",
            "status",
            "retry",
            "rebatch",
            "history",
            "text",
            "interactive",
            "edit",
            "revoke",
            "unsupported",
            "audio",
            "sticker",
            "order",
            "contacts",
            "document",
            "reaction",
        ] {
            assert!(kinds.contains_key(kind), "seed {seed}: no {kind} in {kinds:?}");
        }
        assert!(
            repeats > 0 && early_statuses > 0 && backwards > 0,
            "seed {seed}: {repeats} {early_statuses} {backwards}"
        );
        let without_phone: Vec<_> = day.customers.iter().filter(|c| c.phone.is_none()).collect();
        assert_eq!(without_phone.len(), 1);
        assert!(without_phone[0].bsuid.is_some() && without_phone[0].username.is_some());
    }
}

#[test]
fn customers_are_distinct_and_spread_over_the_shifts_and_channels() {
    let day = day(3, &channels(), START, 0, 300);
    assert_eq!(day.customers.len(), 300);
    let phones: HashSet<_> = day.customers.iter().filter_map(|c| c.phone.clone()).collect();
    assert_eq!(phones.len(), 299);
    assert!(phones.iter().all(|p| p.len() == 12 && p.starts_with("923")));
    for shift in 0..3 {
        assert!(
            day.customers.iter().filter(|c| c.shift == shift).count() > 10,
            "shift {shift}"
        );
        let from = START + DAY / 3 * i64::try_from(shift).unwrap();
        assert!(
            day.customers
                .iter()
                .filter(|c| c.shift == shift)
                .all(|c| (from..from + DAY / 3).contains(&c.first_at))
        );
    }
    for channel in 0..3 {
        assert!(day.customers.iter().any(|c| c.channel == channel));
    }
    assert!(day.deliveries.is_sorted_by_key(|d| d.at));
    assert!(
        day.customers
            .iter()
            .all(|c| !c.note.contains('{') && !c.tried.contains('{') && !c.note.is_empty())
    );
    assert!(
        day.deliveries
            .iter()
            .all(|d| !d.body.contains("{o}") && !d.body.contains("{c}") && !d.body.contains("{t}"))
    );
}

#[test]
fn day_is_empty_without_channels_or_customers() {
    assert!(day(1, &[], START, 0, 5).deliveries.is_empty());
    assert!(day(1, &channels(), START, 0, 0).deliveries.is_empty());
}

#[test]
fn day_that_begins_in_the_afternoon_has_its_night_at_night() {
    let two = 14 * 3600;
    let day = day(3, &channels(), START + two, two, 300);
    assert!(
        day.customers
            .iter()
            .all(|c| (START + two..START + two + DAY).contains(&c.first_at))
    );
    for c in &day.customers {
        let clock = (c.first_at - START).rem_euclid(DAY);
        assert_eq!(usize::try_from(clock / (DAY / 3)).unwrap(), c.shift);
    }
    let evening = day.customers.iter().filter(|c| c.shift == 2).count();
    let night = day.customers.iter().filter(|c| c.shift == 0).count();
    assert!(evening > 3 * night, "{evening} in the evening, {night} at night");
    for delivery in &day.deliveries {
        assert!(delivery.customer < day.customers.len());
    }
}

#[test]
fn nearly_every_customer_gets_a_reply() {
    let day = day(3, &channels(), START, 0, 300);
    let answered: HashSet<usize> = day
        .deliveries
        .iter()
        .filter(|d| d.kind == "echo")
        .map(|d| d.customer)
        .collect();
    assert!((240..300).contains(&answered.len()), "{}", answered.len());
    for n in answered {
        let first = |kinds: &[&str]| {
            day.deliveries
                .iter()
                .find(|d| d.customer == n && kinds.contains(&d.kind))
                .map(|d| d.at)
        };
        assert!(first(&["message", "batch"]) < first(&["echo"]), "customer {n}");
    }
}
