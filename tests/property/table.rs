//! An independent copy of the documented permission table, compared with the database.

use std::collections::BTreeMap;

use inbox::db;
use inbox::db::server::connect::Mode;
use inbox::domain::conversation::{State, Step};
use inbox::domain::event::EventKind;
use inbox::domain::ids::{AgentId, ConversationId, TeamId};
use inbox::domain::vocabulary::known;
use inbox::domain::vocabulary::{Priority, Status};
use serde_json::json;
use sqlx::Connection as _;

use super::{Dice, Person, World, open, something, world};
use crate::support::seed::text;

/// The facts about a conversation that the table "Who may do what" uses.
#[derive(Debug, Clone)]
struct Case {
    id: i64,
    seq: i32,
    status: Status,
    owner: Option<i64>,
    team: i64,
    last_owner: Option<i64>,
    priority: Priority,
    labels: Vec<String>,
    until: Option<jiff::Timestamp>,
    offer: Option<(i64, Option<i64>, Option<i64>)>,
}

/// The documented table, line by line. It does not cover whether the state allows the change.
fn permitted(me: &Person, kind: &str, c: &Case) -> bool {
    let offered_to_me = c
        .offer
        .is_some_and(|(_, agent, team)| agent == Some(me.id) || team.is_some_and(|t| me.teams.contains(&t)));
    let offered_by_me = c.offer.is_some_and(|(by, ..)| by == me.id);
    let mine = c.owner == Some(me.id);
    let of_my_team = me.teams.contains(&c.team);
    match me.role.as_str() {
        "viewer" => return false,
        "system" => return matches!(kind, "reopened" | "woken" | "snooze_ended" | "handoff_expired"),
        _ => {}
    }
    let supervises = matches!(me.role.as_str(), "supervisor" | "admin");
    match kind {
        // Take an unowned conversation, note, label.
        "taken" | "noted" | "labelled" => true,
        // Offers to the agent; the agent who made an offer can withdraw it.
        "handoff_accepted" => offered_to_me,
        "handoff_declined" => supervises || offered_to_me || offered_by_me,
        // Changes by timers and messages.
        "woken" | "snooze_ended" | "handoff_expired" => false,
        // Move a conversation of another agent.
        "rotated" | "swept" => supervises,
        // The agent's own conversations, and unowned ones of their teams.
        "released" | "escalated" | "snoozed" => supervises || mine,
        "assigned" | "handed_off" | "handoff_offered" | "resolved" | "pended" => {
            supervises || mine || c.owner.is_none() && of_my_team
        }
        "reopened" => supervises || mine || c.last_owner == Some(me.id) || of_my_team,
        other => panic!("{other}"),
    }
}

const KINDS: [&str; 18] = [
    "taken",
    "noted",
    "labelled",
    "handoff_accepted",
    "handoff_declined",
    "woken",
    "snooze_ended",
    "handoff_expired",
    "rotated",
    "swept",
    "released",
    "escalated",
    "snoozed",
    "assigned",
    "handed_off",
    "handoff_offered",
    "resolved",
    "pended",
];

const NOUNS: [&str; 8] = [
    "setting", "store", "team", "agent", "acting", "channel", "shift", "roster",
];

/// Returns the columns that an event of this kind leaves, with valid shapes.
fn step(dice: &mut Dice, world: &World, me: &Person, kind: &'static str, c: &Case) -> Step {
    let owners: Vec<&Person> = world
        .people
        .iter()
        .filter(|p| p.role != "viewer" && p.role != "system")
        .collect();
    let mut state = State {
        status: c.status,
        owner: c.owner.map(AgentId),
        team: TeamId(c.team),
        priority: c.priority,
        labels: c.labels.clone(),
        snoozed_until: c.until,
    };
    let mut data = json!({});
    match kind {
        "taken" | "handoff_accepted" => state.owner = Some(AgentId(me.id)),
        "labelled" => state.labels = vec!["vip".to_owned()],
        "assigned" | "handed_off" | "rotated" | "swept" => {
            state.owner = dice.chance(70).then(|| AgentId(dice.of(&owners).id));
            if dice.chance(50) {
                state.team = TeamId(*dice.of(&world.teams));
            }
        }
        "handoff_offered" => data = json!({"to_agent": dice.of(&owners).id}),
        "released" => state.owner = None,
        "resolved" => (state.status, state.owner, state.snoozed_until) = (Status::Resolved, None, None),
        "pended" => (state.status, state.snoozed_until) = (Status::Pending, None),
        "snoozed" => {
            (state.status, state.snoozed_until) = (
                Status::Snoozed,
                Some(jiff::Timestamp::from_second(2_000_000_000).unwrap()),
            )
        }
        "woken" | "snooze_ended" => (state.status, state.snoozed_until) = (Status::Open, None),
        "reopened" => {
            if c.status == Status::Resolved {
                state.owner = None;
            }
            (state.status, state.snoozed_until) = (Status::Open, None);
        }
        _ => {}
    }
    Step {
        kind: known(kind).unwrap(),
        state,
        data,
    }
}

#[tokio::test]
async fn database_permissions_equal_the_documented_table() {
    let mut dice = Dice::new();
    let seed = dice.0;
    let mut world = world(&mut dice, 40).await;
    for round in 0..3000 {
        something(&mut dice, &mut world).await;
        let enough = "select (select count(*) from handoff where state = 'offered') >= 4
                and (select count(*) from conversation where status = 'resolved') >= 4
                and (select count(*) from conversation where status = 'snoozed') >= 2";
        if round >= 500 && text(&mut world.conn, enough).await == "true" {
            break;
        }
    }
    type Row = (
        i64,
        i32,
        String,
        Option<i64>,
        i64,
        Option<i64>,
        String,
        Vec<String>,
        Option<jiff_sqlx::Timestamp>,
        Option<i64>,
        Option<i64>,
        Option<i64>,
    );
    let rows: Vec<Row> = sqlx::query_as(
        "select c.id, c.seq, c.status, c.owner_id, c.team_id,
            (select l.agent_id
                from leg l
                where l.conversation_id = c.id and l.agent_id is not null
                order by l.seq desc
                limit 1), c.priority, c.labels, c.snoozed_until, h.offered_by, h.to_agent, h.to_team
        from conversation c left join handoff h on h.conversation_id = c.id and h.state = 'offered'
        order by c.id",
    )
    .fetch_all(&mut world.conn)
    .await
    .unwrap();
    let cases: Vec<Case> = rows
        .into_iter()
        .map(
            |(id, seq, status, owner, team, last_owner, priority, labels, until, by, agent, to_team)| Case {
                id,
                seq,
                status: status.parse().unwrap(),
                owner,
                team,
                last_owner,
                priority: priority.parse().unwrap(),
                labels,
                until: until.map(|t| t.to_jiff()),
                offer: by.map(|by| (by, agent, to_team)),
            },
        )
        .collect();
    assert!(
        cases.iter().any(|c| c.status == Status::Resolved)
            && cases.iter().any(|c| c.offer.is_some())
            && cases.iter().any(|c| c.owner.is_some())
    );
    let mut judged: BTreeMap<(&str, bool), u32> = BTreeMap::new();
    let mut unjudged = 0;
    for me in world.people.clone() {
        let mut conn = world.db.connect().await;
        let mut tx = db::begin(&mut conn, &world.workspace, Mode::Write).await.unwrap();
        let operation = match open(&mut tx, &me.handle, None).await {
            Ok(operation) => operation,
            Err(e) => {
                assert!(me.role == "viewer" && e.kind == inbox::error::Kind::Denied, "{e}");
                continue;
            }
        };
        for kind in KINDS.into_iter().chain(["reopened"]) {
            let steps: Vec<(ConversationId, i32, Step)> = cases
                .iter()
                .map(|c| (ConversationId(c.id), c.seq, step(&mut dice, &world, &me, kind, c)))
                .collect();
            let refused: BTreeMap<i64, (String, String)> = db::conversation::refused(&mut tx, operation.id, &steps)
                .await
                .unwrap()
                .into_iter()
                .map(|r| (r.id.0, (r.code, r.message)))
                .collect();
            for c in &cases {
                let may = permitted(&me, kind, c);
                match refused.get(&c.id).map(|r| r.0.as_str()) {
                    // The state does not allow the change by anyone.
                    Some("IB005") => unjudged += 1,
                    Some("IB004") => {
                        assert!(
                            !may,
                            "seed {seed}: {me:?} is refused to have {kind} {c:?}: {:?}",
                            refused[&c.id]
                        );
                        *judged.entry((kind, false)).or_default() += 1;
                    }
                    None => {
                        assert!(may, "seed {seed}: {me:?} may have {kind} {c:?}");
                        *judged.entry((kind, true)).or_default() += 1;
                    }
                    Some(_) => panic!("seed {seed}: {me:?} {kind} {c:?}: {:?}", refused[&c.id]),
                }
            }
        }
        // Erasure: only admins, in any state of the customer's conversations.
        for c in &cases {
            let mut point = tx.begin().await.unwrap();
            let contact = text(
                &mut point,
                &format!("select contact_id from conversation where id = {}", c.id),
            )
            .await;
            let done = db::erasure::forget(&mut point, operation.id, contact.parse().unwrap(), None).await;
            let denied = done.is_err_and(|e| e.kind == inbox::error::Kind::Denied);
            assert_eq!(
                denied,
                me.role != "admin",
                "seed {seed}: {me:?} forgets the customer of {c:?}"
            );
            *judged.entry(("forgotten", !denied)).or_default() += 1;
            point.rollback().await.unwrap();
        }
        // Administration: only admins, except for shifts and rosters. The contents of rows are not
        // covered.
        for noun in NOUNS {
            let mut point = tx.begin().await.unwrap();
            let row = json!({"name": "x"});
            let done =
                db::admin::directory::put(&mut point, operation.id, noun, None, &row, EventKind::Added, None).await;
            let denied = done.expect_err("no row is whole with a name alone").kind == inbox::error::Kind::Denied;
            let supervised = matches!(noun, "shift" | "roster") && me.role == "supervisor";
            assert_eq!(
                denied,
                me.role != "admin" && !supervised,
                "seed {seed}: {me:?} adds a {noun}"
            );
            *judged.entry((noun, !denied)).or_default() += 1;
            point.rollback().await.unwrap();
        }
        tx.rollback().await.unwrap();
    }
    let total: u32 = judged.values().sum();
    assert!(total > 4000 && unjudged > 500, "{total} {unjudged}");
    for kind in KINDS.into_iter().chain(["forgotten"]).chain(NOUNS) {
        // A take is refused only because of the state.
        assert!(
            kind == "taken" || judged.contains_key(&(kind, false)),
            "{kind} was refused to nobody"
        );
        assert!(judged.contains_key(&(kind, true)), "{kind} was allowed to nobody");
    }
}
