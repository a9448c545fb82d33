//! Random work: the database's permissions against the documented table, and rows against the
//! histories they follow from.

mod fold;
pub mod law;
mod past;
mod table;

use inbox::db::operation::{Invocation, Opened, Operation};
use inbox::db::server::connect::Mode;
use inbox::db::{self, Workspace};
use inbox::domain::conversation::Change;
use inbox::domain::ids::{AgentId, ConversationId, OperationId, TeamId};
use inbox::domain::vocabulary::Priority;
use inbox::error::Kind;
use inbox::verbs::undo::undo;
use inbox::verbs::{ChangeOptions, NewNote, Selection, act};
use serde_json::json;
use sqlx::PgConnection;

use crate::support::dice::Dice;
use crate::support::seed::{self, run, text};
use crate::support::{self, Db, WORKSPACE};

#[derive(Debug, Clone)]
struct Person {
    id: i64,
    handle: String,
    role: String,
    teams: Vec<i64>,
}

struct World {
    db: Db,
    conn: PgConnection,
    workspace: Workspace,
    people: Vec<Person>,
    teams: Vec<i64>,
}

/// Creates a workspace with agents of every role in random teams, and conversations.
async fn world(dice: &mut Dice, conversations: i32) -> World {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let mut body = String::from(
        "perform put_resource(op, 'team', null, '{\"handle\": \"returns\", \"name\": \"Returns\"}', 'added', null);",
    );
    for n in 0..10 {
        let role = [
            "agent",
            "agent",
            "agent",
            "bot",
            "supervisor",
            "admin",
            "agent",
            "bot",
            "agent",
            "supervisor",
        ][n];
        let teams = ["support", "ops", "returns"]
            .into_iter()
            .filter(|_| dice.chance(45))
            .collect::<Vec<_>>()
            .join("','");
        body += &format!(
            "perform put_resource(op, 'agent', null,
                jsonb_build_object('handle', 'p{n}', 'name', 'P', 'role', '{role}',
                    'teams', coalesce((select jsonb_agg(id) from team where handle in ('{teams}')), '[]')), 'added',
                null);"
        );
    }
    run(
        &mut conn,
        &format!(
            "do $do$
            declare op bigint;
            begin
                select operation_id into op
                from open_operation('admin', 'agent import', '{{}}', null, null, '0.1.0', null, null);
                {body}
                perform finish_operation(op, 1, 1, null, 0::smallint);
            end $do$"
        ),
    )
    .await;
    seed::conversations(&mut conn, conversations).await;
    let people =
        sqlx::query_as::<_, (i64, String, String, Vec<i64>)>("select id, handle, role, teams from agent order by id")
            .fetch_all(&mut conn)
            .await
            .unwrap()
            .into_iter()
            .map(|(id, handle, role, teams)| Person {
                id,
                handle,
                role,
                teams,
            })
            .collect();
    let teams = sqlx::query_scalar("select id from team order by id")
        .fetch_all(&mut conn)
        .await
        .unwrap();
    World {
        db,
        conn,
        workspace: WORKSPACE.parse().unwrap(),
        people,
        teams,
    }
}

async fn open(conn: &mut PgConnection, who: &str, undoes: Option<OperationId>) -> inbox::error::Result<Operation> {
    let args = json!({});
    let call = Invocation {
        acting: Some(who),
        verb: "try",
        args: &args,
        args_hash: &[],
        key: None,
        undoes,
    };
    match db::operation::open(conn, &call).await? {
        Opened::Fresh(operation) => Ok(operation),
        Opened::Replay(_) => panic!("there is no key"),
    }
}

/// Runs one random verb as one random agent. Returns the name of the activity and whether it
/// succeeded.
async fn something(dice: &mut Dice, world: &mut World) -> (&'static str, bool) {
    let World {
        conn,
        workspace,
        people,
        teams,
        ..
    } = world;
    let mut actor = dice.of(people).clone();
    let which = dice.below(24);
    if which >= 22 {
        // Other agents can only undo their own operations.
        if dice.chance(70) {
            actor = people.iter().find(|p| p.role == "admin").unwrap().clone();
        }
        return ("undo", undo_something(dice, world, &actor).await);
    }
    // A random accept rarely succeeds, so half of them are by an agent with an offer.
    let mut offered = None;
    if matches!(which, 10 | 11) && dice.chance(50) {
        offered = sqlx::query_as::<_, (i64, i64)>(
            "select h.conversation_id, a.id
            from handoff h join agent a on a.id = h.to_agent or h.to_team = any (a.teams)
            where h.state = 'offered' and a.role not in ('viewer', 'system')
            order by random()
            limit 1",
        )
        .fetch_optional(&mut *conn)
        .await
        .unwrap();
        if let Some((_, who)) = offered {
            actor = people.iter().find(|p| p.id == who).unwrap().clone();
        }
    }
    let to = dice.of(people).clone();
    let team = TeamId(*dice.of(teams));
    let (by, to_id) = (AgentId(actor.id), AgentId(to.id));
    let mut tx = db::begin(conn, workspace, Mode::Write).await.unwrap();
    let operation = match open(&mut tx, &actor.handle, None).await {
        Ok(operation) => operation,
        Err(e) => {
            assert!(actor.role == "viewer", "{actor:?}: {e}");
            return ("viewer", false);
        }
    };
    let total: i64 = text(&mut tx, "select max(id) from conversation").await.parse().unwrap();
    let count = 1 + dice.below(4);
    let ids =
        (0..count).map(|_| ConversationId(1 + i64::try_from(dice.below(usize::try_from(total).unwrap())).unwrap()));
    let mut ids: Vec<_> = ids.collect();
    if let Some((id, _)) = offered {
        ids = vec![ConversationId(id)];
    }
    ids.sort_unstable();
    ids.dedup();
    let hour = jiff::SignedDuration::from_hours(1);
    let label = (*dice.of(&["vip", "cod", "urdu"])).to_owned();
    let (name, change) = match which {
        0..=2 => ("take", Change::Take { by }),
        3 => (
            "assign",
            Change::Assign {
                to: to_id,
                teams: to.teams.clone(),
            },
        ),
        4 => ("assign to a team", Change::AssignTeam { to: team }),
        5 => (
            "handoff",
            Change::HandOff {
                to: to_id,
                teams: to.teams.clone(),
            },
        ),
        6 => ("handoff to a team", Change::HandOffTeam { to: team }),
        7 | 8 => ("offer", Change::Offer { to: to_id, due: None }),
        9 => (
            "offer to a team",
            Change::OfferTeam {
                to: team,
                due: Some(operation.at + hour),
            },
        ),
        10 | 11 => (
            "accept",
            Change::Accept {
                by,
                teams: actor.teams.clone(),
            },
        ),
        12 => ("decline", Change::Decline),
        13 => (
            "rotate",
            Change::Rotate {
                to: to_id,
                teams: to.teams.clone(),
            },
        ),
        14 => ("release", Change::Release),
        15 => ("resolve", Change::Resolve),
        16 | 17 => ("reopen", Change::Reopen),
        18 => ("pending", Change::Pend),
        19 => (
            "snooze",
            Change::Snooze {
                until: operation.at + hour,
            },
        ),
        20 => (
            "label",
            Change::Label {
                add: vec![label],
                remove: vec!["cod".to_owned()],
                priority: Some(*dice.of(Priority::ALL)),
            },
        ),
        _ if actor.role == "system" => dice
            .of(&[
                ("wake", Change::Wake),
                ("end of a snooze", Change::EndSnooze),
                ("reopening by a message", Change::ReopenByMessage { late: false }),
            ])
            .clone(),
        _ => ("note", Change::Note),
    };
    let along = ChangeOptions {
        reason: dice.chance(20).then(|| "why".to_owned()),
        note: (name == "note" || dice.chance(20)).then(|| NewNote {
            body: Some("what".to_owned()),
            ..NewNote::default()
        }),
        if_owner: None,
        keep_going: dice.chance(50),
    };
    let done = match act(&mut tx, &operation, &Selection::by_id(ids), &along, |_| change.clone()).await {
        Err(_) => false,
        Ok(outcome) => outcome.changed() > 0,
    };
    if done {
        db::operation::finish(&mut tx, operation.id, 1, 1, None, 0)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    } else {
        tx.rollback().await.unwrap();
    }
    (name, done)
}

/// Undoes an operation of a conversation at random; returns whether it was done. What stands in the way
/// is a conflict or a missing right, never a failure of the database.
async fn undo_something(dice: &mut Dice, world: &mut World, actor: &Person) -> bool {
    let recent: Vec<i64> = sqlx::query_scalar(
        "select operation_id from event where subject = 'conversation' group by 1 order by 1 desc limit 30",
    )
    .fetch_all(&mut world.conn)
    .await
    .unwrap();
    let past = OperationId(*dice.of(&recent));
    let options = ChangeOptions {
        keep_going: dice.chance(50),
        ..ChangeOptions::default()
    };
    let mut tx = db::begin(&mut world.conn, &world.workspace, Mode::Write).await.unwrap();
    let undone = match open(&mut tx, &actor.handle, Some(past)).await {
        Ok(operation) => undo(&mut tx, &operation, past, &options)
            .await
            .map(|o| (operation.id, o.changed())),
        Err(refused) => Err(refused),
    };
    match undone {
        Ok((operation, changed)) if changed > 0 => {
            db::operation::finish(&mut tx, operation, 1, 1, None, 0).await.unwrap();
            tx.commit().await.unwrap();
            return true;
        }
        Ok(_) => {}
        Err(e) => assert!(
            matches!(e.kind, Kind::Conflict | Kind::Denied),
            "{} undoes {past}: {e}",
            actor.handle
        ),
    }
    tx.rollback().await.unwrap();
    false
}
