use proptest::prelude::*;

use super::*;

fn at(s: i64) -> Timestamp {
    Timestamp::from_second(s).unwrap()
}

fn customer(id: i64, s: i64) -> Said {
    Said {
        id,
        at: at(s),
        received_at: at(s),
        by: Speaker::Customer,
    }
}

fn reply(id: i64, s: i64) -> Said {
    Said {
        by: Speaker::Human(Some(AgentId(7))),
        ..customer(id, s)
    }
}

fn spans(f: &Folded) -> Vec<(i64, Option<i64>, i32, bool)> {
    f.runs
        .iter()
        .map(|r| {
            let end = r.end.map(|e| match e {
                End::Answered(t, _) | End::Resolved(t) => t.as_second(),
            });
            (r.started_at.as_second(), end, r.messages, r.first)
        })
        .collect()
}

#[test]
fn run_starts_at_its_first_message_and_ends_at_the_reply() {
    let f = fold(
        &[customer(1, 10), customer(2, 20), reply(3, 50), customer(4, 60)],
        &[],
        false,
    );
    assert_eq!(spans(&f), [(10, Some(50), 2, true), (60, None, 1, false)]);
    assert_eq!(f.first_reply, Some((at(50), Some(AgentId(7)))));
    assert_eq!(f.first_customer_at, Some(at(10)));
}

#[test]
fn customer_comes_first_within_a_second() {
    assert_eq!(
        spans(&fold(&[reply(1, 10), customer(2, 10)], &[], false)),
        [(10, Some(10), 1, true)]
    );
}

#[test]
fn resolve_ends_a_run_without_a_reply() {
    let f = fold(&[customer(1, 10)], &[at(30)], false);
    assert_eq!(f.runs[0].end, Some(End::Resolved(at(30))));
    assert_eq!(f.first_reply, None);
}

#[test]
fn late_message_waits_even_when_sent_before_the_resolve() {
    let late = Said {
        received_at: at(40),
        ..customer(2, 20)
    };
    let f = fold(&[customer(1, 10), late], &[at(30)], false);
    assert_eq!(spans(&f), [(10, Some(30), 1, true), (20, None, 1, true)]);
}

#[test]
fn first_message_is_the_first_reply_when_the_business_started() {
    let f = fold(&[reply(1, 5), customer(2, 10), reply(3, 20)], &[], true);
    assert_eq!(spans(&f), [(10, Some(20), 1, false)]);
    assert_eq!(f.first_reply.unwrap().0, at(5));
    let f = fold(&[reply(1, 5), customer(2, 10), reply(3, 20)], &[], false);
    assert_eq!(f.first_reply.unwrap().0, at(20));
}

/// Returns a conversation's stored runs and times after each batch.
fn apply_in_batches(batches: &[Vec<Step>], by_us: bool) -> (Folded, usize) {
    let mut said: Vec<Said> = Vec::new();
    let mut resolves: Vec<Timestamp> = Vec::new();
    let mut state = Folded::default();
    let mut incremental = 0;
    let mut now = 1_000_i64;
    for batch in batches {
        let mut news = Vec::new();
        for step in batch {
            now += 1;
            match step {
                Step::Resolve => {
                    // A resolve is a separate transaction. The messages before it are already
                    // applied.
                    incremental += usize::from(take(&mut state, &mut said, &resolves, &mut news, by_us));
                    resolves.push(at(now));
                    for run in state.runs.iter_mut().filter(|r| r.end.is_none()) {
                        run.end = Some(End::Resolved(at(now)));
                    }
                }
                Step::Say(second, human) => {
                    let id = i64::try_from(said.len() + news.len()).unwrap();
                    let (by, s) = match human {
                        true => (Speaker::Human(None), *second),
                        false => (Speaker::Customer, *second),
                    };
                    news.push(Said {
                        id,
                        at: at(s),
                        received_at: at(now),
                        by,
                    });
                }
            }
        }
        incremental += usize::from(take(&mut state, &mut said, &resolves, &mut news, by_us));
    }
    let whole = fold(&said, &resolves, by_us);
    assert_eq!(state, whole, "{said:?} {resolves:?}");
    (state, incremental)
}

fn take(state: &mut Folded, said: &mut Vec<Said>, resolves: &[Timestamp], news: &mut Vec<Said>, by_us: bool) -> bool {
    if news.is_empty() {
        return false;
    }
    let mut tail = Tail {
        open: state
            .runs
            .iter()
            .position(|r| r.end.is_none())
            .map(|i| (i32::try_from(i).unwrap() + 1, state.runs[i])),
        last_seq: i32::try_from(state.runs.len()).unwrap(),
        last_message_at: said.iter().map(|s| s.at).max(),
        last_resolve: resolves.last().copied(),
        first_reply: state.first_reply,
        first_customer_at: state.first_customer_at,
        by_us,
    };
    let changed = tail.advance(news);
    said.append(news);
    match changed {
        Some(changed) => {
            for (seq, run) in changed {
                let i = usize::try_from(seq).unwrap() - 1;
                match state.runs.get_mut(i) {
                    Some(slot) => *slot = run,
                    None => state.runs.push(run),
                }
            }
            state.first_reply = tail.first_reply;
            state.first_customer_at = tail.first_customer_at;
            true
        }
        None => {
            *state = fold(said, resolves, by_us);
            false
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Say(i64, bool),
    Resolve,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let say = (0..40_i64, any::<bool>()).prop_map(|(s, human)| Step::Say(1_000 + s, human));
    prop::collection::vec(prop_oneof![6 => say, 1 => Just(Step::Resolve)], 0..25)
}

/// Steps that are nearly in order, as in real traffic, so that the test covers continuing from the
/// tail as well as folding again.
fn calm() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((0..8_i64, any::<bool>(), 0..12), 0..25).prop_map(|list| {
        let mut now = 1_000;
        list.into_iter()
            .map(|(gap, human, dice)| {
                now += gap / 3;
                if dice == 0 {
                    Step::Resolve
                } else {
                    Step::Say(now - i64::from(dice == 1) * 3, human)
                }
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn any_batching_gives_the_fold_of_all(
        steps in prop_oneof![steps(), calm()], cuts in prop::collection::vec(1..5_usize, 1..10), by_us: bool,
    ) {
        let mut batches = Vec::new();
        let mut rest = steps.as_slice();
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (head, tail) = rest.split_at((*cut).min(rest.len()));
            batches.push(head.to_vec());
            rest = tail;
        }
        apply_in_batches(&batches, by_us);
    }

    #[test]
    fn order_of_arrival_does_not_matter(
        mut said in prop::collection::vec((0..30_i64, any::<bool>()), 0..20), seed: u64, by_us: bool,
    ) {
        let facts: Vec<Said> = said.drain(..).enumerate().map(|(i, (s, human))| Said {
            id: i64::try_from(i).unwrap(), at: at(s), received_at: at(100),
            by: if human { Speaker::Human(Some(AgentId(1))) } else { Speaker::Customer },
        }).collect();
        let mut shuffled = facts.clone();
        let len = shuffled.len().max(1);
        for i in 0..shuffled.len() {
            let j = usize::try_from(seed.wrapping_mul(i as u64 + 7) % len as u64).unwrap();
            shuffled.swap(i, j);
        }
        let folded = fold(&shuffled, &[], by_us);
        prop_assert_eq!(&folded, &fold(&facts, &[], by_us));
        // Every customer message is in exactly one run, and at most one run is open.
        let customers = facts.iter().filter(|s| s.by == Speaker::Customer).count();
        prop_assert_eq!(folded.runs.iter().map(|r| r.messages).sum::<i32>(), i32::try_from(customers).unwrap());
        prop_assert!(folded.runs.iter().filter(|r| r.end.is_none()).count() <= 1);
    }
}

#[test]
fn messages_in_order_need_no_new_fold() {
    let steps = [
        Step::Say(1_001, false),
        Step::Say(1_001, false),
        Step::Say(1_005, true),
        Step::Resolve,
        Step::Say(1_020, false),
    ];
    let batches: Vec<Vec<Step>> = steps.iter().map(|s| vec![s.clone()]).collect();
    let (folded, incremental) = apply_in_batches(&batches, false);
    assert_eq!(incremental, 4);
    assert_eq!(folded.runs.len(), 2);
}
