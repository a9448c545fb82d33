//! The law of the past: `--as-of` shows the state that was current at that time.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use inbox::db::conversation::run as runs;
use inbox::domain::run::{End, Run, fold};
use sqlx::PgConnection;

use super::{Dice, World, something, world};
use crate::support::inbox;
use crate::support::seed::{run, text};

/// The current values of everything that `--as-of` rebuilds, in the order of [`THEN`].
const NOW: &str =
    "select c.id, c.status, c.owner_id, l.from_at as owned_since, c.team_id, c.priority, c.labels, c.snoozed_until,
        c.resolved_at, h.to_agent, h.to_team,
        (select t.id
            from ticket t
            where t.conversation_id = c.id and t.closed_at is null
            order by t.id
            limit 1) as ticket, c.waiting_since, c.last_customer_at, c.last_message_at
    from conversation c
        join leg l on l.conversation_id = c.id and l.to_at is null
        left join handoff h on h.conversation_id = c.id and h.state = 'offered'";

const THEN: &str = r#"select id, status, owner_id, owned_since, team_id, priority, labels, snoozed_until,
        case status when 'resolved' then status_since end, offered_agent, offered_team, open_ticket, waiting_since,
        last_customer_at, last_message_at
    from conversations_at('{"statuses": ["open", "pending", "snoozed", "resolved"]}', "#;

/// The filters for the board, both at the time and about it.
const FILTERS: [&str; 14] = [
    "--status any",
    "--owner sara,p0,p1",
    "--unassigned",
    "--owner p2 --unassigned --status open",
    "--team ops",
    "--status snoozed,pending",
    "--label vip",
    "--priority high,urgent --status any",
    "--offered",
    "--offered=me --as p4",
    "--has-ticket",
    "--waiting-over 30m",
    "--search parcel --status any",
    "--contact +923000000003 --status any",
];

/// Activities that must have happened at least once.
const DEEDS: [&str; 9] = [
    "customer",
    "late customer",
    "reply",
    "failure",
    "ticket",
    "resolve",
    "reopen",
    "offer",
    "snooze",
];

struct Seen {
    at: String,
    rows: Vec<String>,
    runs: BTreeSet<String>,
    boards: Vec<String>,
}

/// Returns the number of boards that are not empty.
fn boards_of(seen: &[Seen]) -> usize {
    seen.iter().flat_map(|s| &s.boards).filter(|b| !b.is_empty()).count()
}

#[tokio::test]
async fn past_board_equals_the_board_at_that_time() {
    let mut dice = Dice::new();
    let seed = dice.0;
    let mut world = world(&mut dice, 12).await;
    let before = text(&mut world.conn, "clock_timestamp()").await;
    let started = Instant::now();
    let mut seen: Vec<Seen> = Vec::new();
    let mut done: BTreeMap<&str, u32> = BTreeMap::new();
    let enough = |seen: &[Seen], done: &BTreeMap<&str, u32>| {
        seen.len() > 120 && boards_of(seen) > 20 && DEEDS.iter().all(|name| done.contains_key(name))
    };
    while started.elapsed() < Duration::from_secs(6)
        || !enough(&seen, &done) && started.elapsed() < Duration::from_secs(180)
    {
        let name = if dice.chance(40) {
            said(&mut dice, &mut world.conn).await
        } else if dice.chance(10) {
            ticket(&mut dice, &world).await
        } else {
            match something(&mut dice, &mut world).await {
                (name, true) => name,
                (_, false) => continue,
            }
        };
        *done.entry(name).or_default() += 1;
        let with_boards = seen.len() % 40 == 20 && seen.len() < 400;
        seen.push(Seen {
            rows: lines(&mut world.conn, NOW).await,
            runs: runs_now(&mut world.conn).await,
            boards: if with_boards { boards(&world, None) } else { Vec::new() },
            at: text(&mut world.conn, "to_json(clock_timestamp()) #>> '{}'").await,
        });
    }
    assert!(seen.len() > 100, "seed {seed}: {} moments: {done:?}", seen.len());
    for name in DEEDS {
        assert!(
            done.contains_key(name),
            "seed {seed}: nothing was done by {name}: {done:?}"
        );
    }
    let mut waited = 0;
    for s in &seen {
        let then = lines(&mut world.conn, &format!("{THEN}'{}')", s.at)).await;
        assert_eq!(then, s.rows, "seed {seed}: as of {}", s.at);
        assert_eq!(
            runs_then(&mut world.conn, &s.at).await,
            s.runs,
            "seed {seed}: runs as of {}",
            s.at
        );
        waited += s.runs.iter().filter(|r| r.contains("None")).count();
        if !s.boards.is_empty() {
            assert_eq!(boards(&world, Some(&s.at)), s.boards, "seed {seed}: as of {}", s.at);
        }
    }
    assert!(waited > 50, "seed {seed}: nobody waited");
    let compared = boards_of(&seen);
    assert!(compared > 20, "seed {seed}: {compared} boards that were not empty");
    let opened = text(&mut world.conn, "select min(from_at) from phase").await;
    let none = text(
        &mut world.conn,
        &format!("select count(*) from conversations_at('{{}}', timestamptz '{opened}' - interval '1 microsecond')"),
    )
    .await;
    assert_eq!(none, "0");
    let all = text(
        &mut world.conn,
        &format!("select count(*) from conversations_at('{{}}', '{before}')"),
    )
    .await;
    assert_eq!(all, "12");
}

/// Inserts a message or a status, and recomputes runs and times. Skips customer messages to ended
/// conversations, which would reopen them.
async fn said(dice: &mut Dice, conn: &mut PgConnection) -> &'static str {
    let conversation = 1 + dice.below(12);
    let late = *dice.of(&["0", "0", "1500", "4000"]);
    let name = if dice.chance(12) {
        run(
            conn,
            "do $$
            declare one record;
            begin
                select channel_id, wamid into one
                from message
                where direction = 'outbound' and not failed
                order by random()
                limit 1;
                if found then
                    insert into message_status (channel_id, wamid, status, at, received_at)
                    values (one.channel_id, one.wamid, 'failed', app_now(), app_now());
                    update message set failed = true where channel_id = one.channel_id and wamid = one.wamid;
                end if;
            end $$",
        )
        .await;
        "failure"
    } else {
        let (name, direction, author, kind) = *dice.of(&[
            ("customer", "inbound", "customer", "text"),
            ("customer", "inbound", "customer", "text"),
            ("reply", "outbound", "human", "text"),
            ("bot", "outbound", "bot", "text"),
            ("reaction", "inbound", "customer", "reaction"),
        ]);
        let words = *dice.of(&["where is my parcel", "thanks", "order 1001"]);
        run(
            conn,
            &format!(
                "insert into message (channel_id, wamid, contact_id, conversation_id, rank, source, direction, author,
                    agent_id, kind, at, received_at, counts, text, salt, commitment)
                select c.channel_id, m.wamid, c.contact_id, c.id, 4,
                    case '{direction}' when 'inbound' then 'live' else 'echo' end, '{direction}', '{author}',
                    case when '{author}' = 'human' then coalesce(c.owner_id,
                        (select id from agent where handle = 'sara')) end, '{kind}', m.at, app_now(),
                    '{kind}' = 'text', '{words}', m.salt,
                    sha256(m.salt
                        || message_text(m.wamid, '{kind}', m.at, '{direction}', '{author}', '{words}', null, null))
                from conversation c,
                    (select gen_random_uuid()::text as wamid,
                        date_trunc('second', app_now() - {late} * interval '1 second') as at,
                        uuid_send(gen_random_uuid()) as salt) m
                where c.id = {conversation} and (c.status <> 'resolved' or '{name}' <> 'customer')"
            ),
        )
        .await;
        if late != "0" && name == "customer" {
            "late customer"
        } else {
            name
        }
    };
    fold_anew(conn).await;
    name
}

async fn ticket(dice: &mut Dice, world: &World) -> &'static str {
    let n = dice.below(12) + 1;
    let escalate = format!("escalate C-{n} --as admin -q");
    let close = format!(
        "ticket set T-{} --status {} --as admin -q",
        dice.below(4) + 1,
        dice.of(&["closed", "open", "waiting"])
    );
    let line = if dice.chance(50) { escalate } else { close };
    // The ticket may not exist yet.
    inbox(&world.db).args(line.split(' ')).output().unwrap();
    "ticket"
}

async fn fold_anew(conn: &mut PgConnection) {
    let ids: Vec<i64> = (1..=12).collect();
    let facts = runs::facts(conn, &ids, None).await.unwrap();
    for (mut times, _) in runs::tails(conn, &ids).await.unwrap() {
        let facts = &facts[&times.id];
        let folded = fold(&facts.said, &facts.resolves, false);
        let runs: Vec<(i64, i32, Run)> = (1..)
            .zip(&folded.runs)
            .map(|(seq, run)| (times.id, seq, *run))
            .collect();
        let whole = [(times.id, i32::try_from(runs.len()).unwrap())];
        runs::put(conn, &runs, &whole).await.unwrap();
        times.waiting_since = folded.runs.iter().find(|r| r.end.is_none()).map(|r| r.started_at);
        times.last_customer_at = facts.last_customer_at;
        times.last_message_at = facts.last_message_at;
        runs::put_times(conn, &[times]).await.unwrap();
    }
}

async fn lines(conn: &mut PgConnection, sql: &str) -> Vec<String> {
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
        "select x::text from ({sql}) x order by x.id"
    )))
    .fetch_all(conn)
    .await
    .unwrap_or_else(|e| panic!("{e}\n{sql}"))
}

fn told(id: i64, run: &Run) -> String {
    // A run that a resolve ends keeps its number, but not the time when it was counted.
    let by = match run.end {
        Some(End::Answered(_, by)) => by,
        Some(End::Resolved(_)) | None => None,
    };
    format!(
        "C-{id} {} {} {} {:?} {by:?}",
        run.started_at,
        run.last_at,
        run.messages,
        run.end.map(|e| e.at())
    )
}

async fn runs_now(conn: &mut PgConnection) -> BTreeSet<String> {
    let ids: Vec<i64> = (1..=12).collect();
    let runs = runs::of(conn, &ids).await.unwrap();
    runs.iter().map(|(id, _, run)| told(*id, run)).collect()
}

async fn runs_then(conn: &mut PgConnection, at: &str) -> BTreeSet<String> {
    let ids: Vec<i64> = (1..=12).collect();
    let facts = runs::facts(conn, &ids, Some(at.parse().unwrap())).await.unwrap();
    let fold = |(id, f): (i64, runs::Facts)| {
        let runs = fold(&f.said, &f.resolves, false).runs;
        runs.into_iter().map(move |run| told(id, &run))
    };
    facts.into_iter().flat_map(fold).collect()
}

/// Runs the real program with each filter, now or about a time. Waits are left out, because they
/// grow.
fn boards(world: &World, at: Option<&str>) -> Vec<String> {
    let columns = "conversation,status,priority,owner,team,last,labels,ticket,offered_to,snoozed_until,\
        owned_since,waiting_since,last_customer_at,last_message_at,resolved_at";
    FILTERS
        .iter()
        .map(|filter| {
            let mut command = inbox(&world.db);
            command
                .arg("list")
                .args(filter.split(' '))
                .args(["-o", "csv", "--no-header", "--columns", columns]);
            command.args(at.iter().flat_map(|at| ["--as-of", at]));
            let output = command.output().unwrap();
            assert!(
                output.status.success(),
                "{filter}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            String::from_utf8(output.stdout).unwrap()
        })
        .collect()
}
