//! The law: folding a conversation's events gives its row, its legs and its phases.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use inbox::domain::conversation::State;
use inbox::domain::ids::{AgentId, TeamId};
use sqlx::PgConnection;

use super::fold::{Event, Folded, Leg, Phase, fold};
use super::{Dice, something, world};
use crate::support::inbox;
use crate::support::seed::{run, text};

/// Activities that must have happened at least once.
const VERBS: [&str; 13] = [
    "take", "assign", "handoff", "offer", "accept", "release", "resolve", "reopen", "snooze", "label", "note",
    "rotate", "undo",
];

#[tokio::test]
async fn folded_events_equal_row_legs_and_phases_after_random_work() {
    let mut dice = Dice::new();
    let seed = dice.0;
    let mut world = world(&mut dice, 12).await;
    // A clock that jumps by up to an hour in both directions.
    run(
        &mut world.conn,
        "create or replace function app_now() returns timestamptz language sql volatile as $$
        select clock_timestamp() + (random() - 0.5) * interval '2 hours' $$",
    )
    .await;
    let started = Instant::now();
    let mut done: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    let mut rounds = 0;
    let some_of_each = |done: &BTreeMap<&str, (u32, u32)>| VERBS.iter().all(|v| done.get(v).is_some_and(|d| d.0 > 0));
    while started.elapsed() < Duration::from_secs(8)
        || !some_of_each(&done) && started.elapsed() < Duration::from_secs(40)
    {
        let (name, did) = something(&mut dice, &mut world).await;
        let count = done.entry(name).or_default();
        *(if did { &mut count.0 } else { &mut count.1 }) += 1;
        rounds += 1;
        if rounds % 200 == 0 {
            check_laws(&mut world.conn, seed).await;
        }
    }
    let events = check_laws(&mut world.conn, seed).await;
    assert!(events > 100, "{events} events of {rounds} rounds: {done:?}");
    for verb in VERBS {
        assert!(
            done.get(verb).is_some_and(|d| d.0 > 0),
            "seed {seed}: nothing was done by {verb}: {done:?}"
        );
    }
    run(
        &mut world.conn,
        "create or replace function app_now() returns timestamptz language sql volatile as 'select clock_timestamp()'",
    )
    .await;
    inbox(&world.db).args(["audit", "verify", "-q"]).assert().success();
}

/// Compares every conversation with the fold of its events. Returns the number of events.
pub async fn check_laws(conn: &mut PgConnection, seed: u64) -> usize {
    type Line = (
        i64,
        i32,
        jiff_sqlx::Timestamp,
        String,
        Option<i64>,
        i64,
        String,
        Vec<String>,
        Option<jiff_sqlx::Timestamp>,
        Option<String>,
    );
    let lines: Vec<Line> = sqlx::query_as(
        "select subject_id, seq, at, status, owner_id, team_id, priority, labels, until_at, how
        from event
        where subject = 'conversation'
        order by subject_id, seq",
    )
    .fetch_all(&mut *conn)
    .await
    .unwrap();
    let mut histories: BTreeMap<i64, Vec<Event>> = BTreeMap::new();
    let total = lines.len();
    for (id, seq, at, status, owner, team, priority, labels, until, how) in lines {
        let state = state(&status, owner, team, &priority, labels, until);
        histories.entry(id).or_default().push(Event {
            seq,
            at: at.to_jiff(),
            state,
            how,
        });
    }
    type Row = (
        i64,
        i32,
        String,
        Option<i64>,
        i64,
        String,
        Vec<String>,
        Option<jiff_sqlx::Timestamp>,
    );
    let rows: Vec<Row> = sqlx::query_as(
        "select id, seq, status, owner_id, team_id, priority, labels, snoozed_until from conversation order by id",
    )
    .fetch_all(&mut *conn)
    .await
    .unwrap();
    assert!(!rows.is_empty());
    assert_eq!(rows.len(), histories.len());
    let mut legs: BTreeMap<i64, Vec<Leg>> = BTreeMap::new();
    type LegRow = (
        i64,
        i32,
        Option<i64>,
        i64,
        String,
        jiff_sqlx::Timestamp,
        Option<jiff_sqlx::Timestamp>,
    );
    let found: Vec<LegRow> =
        sqlx::query_as("select conversation_id, seq, agent_id, team_id, how, from_at, to_at from leg order by 1, 2")
            .fetch_all(&mut *conn)
            .await
            .unwrap();
    for (id, seq, agent, team, how, from, to) in found {
        let leg = Leg {
            seq,
            agent: agent.map(AgentId),
            team: TeamId(team),
            how,
            from: from.to_jiff(),
            to: to.map(|t| t.to_jiff()),
        };
        legs.entry(id).or_default().push(leg);
    }
    let mut phases: BTreeMap<i64, Vec<Phase>> = BTreeMap::new();
    type PhaseRow = (i64, i32, String, jiff_sqlx::Timestamp, Option<jiff_sqlx::Timestamp>);
    let found: Vec<PhaseRow> =
        sqlx::query_as("select conversation_id, seq, status, from_at, to_at from phase order by 1, 2")
            .fetch_all(&mut *conn)
            .await
            .unwrap();
    for (id, seq, status, from, to) in found {
        phases.entry(id).or_default().push(Phase {
            seq,
            status: status.parse().unwrap(),
            from: from.to_jiff(),
            to: to.map(|t| t.to_jiff()),
        });
    }
    for (id, seq, status, owner, team, priority, labels, until) in rows {
        let history = &histories[&id];
        assert_eq!(
            history.iter().map(|e| e.seq).collect::<Vec<_>>(),
            (1..=seq).collect::<Vec<_>>(),
            "seed {seed}: C-{id}"
        );
        assert!(
            history.windows(2).all(|w| w[0].at < w[1].at),
            "seed {seed}: C-{id} goes back in time"
        );
        let found = Folded {
            state: state(&status, owner, team, &priority, labels, until),
            legs: legs.remove(&id).unwrap(),
            phases: phases.remove(&id).unwrap(),
        };
        assert_eq!(fold(history).unwrap(), found, "seed {seed}: C-{id}");
        assert_eq!(found.legs.iter().filter(|l| l.to.is_none()).count(), 1);
        assert!(
            found
                .legs
                .windows(2)
                .all(|w| w[0].to == Some(w[1].from) && w[0].from < w[1].from)
        );
        assert!(
            found
                .phases
                .windows(2)
                .all(|w| w[0].to == Some(w[1].from) && w[0].status != w[1].status)
        );
    }
    assert!(legs.is_empty() && phases.is_empty());
    let odd = text(
        conn,
        "select count(*)
        from conversation c
        where c.owner_id in (select id from agent where disabled_at is not null or role in ('viewer', 'system'))
            or c.status = 'resolved'
                and exists (select from handoff h where h.conversation_id = c.id and h.state = 'offered')",
    )
    .await;
    assert_eq!(odd, "0", "seed {seed}");
    total
}

fn state(
    status: &str,
    owner: Option<i64>,
    team: i64,
    priority: &str,
    labels: Vec<String>,
    until: Option<jiff_sqlx::Timestamp>,
) -> State {
    State {
        status: status.parse().unwrap(),
        owner: owner.map(AgentId),
        team: TeamId(team),
        priority: priority.parse().unwrap(),
        labels,
        snoozed_until: until.map(|t| t.to_jiff()),
    }
}
