//! Many concurrent clients use every verb on conversations that webhooks also change. Some clients
//! are killed. No deadlock is reported, and all laws hold afterwards. `make prove` runs more
//! clients for longer; `--nocapture` prints the figures.

use std::collections::{BTreeMap, HashSet};
use std::process::Child;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, RwLock};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use sqlx::PgConnection;

use crate::property::law;
use crate::serving::{Serve, echo, eventually, laws, messages, now, one, status, text};
use crate::support::dice::Dice;
use crate::support::process::start;
use crate::support::{self, Db, inbox, seed};

const CONVERSATIONS: usize = 60;
const POSTERS: usize = 3;
const AGENTS: [&str; 3] = ["sara", "ali", "zoya"];

/// The results of command lines by verb and exit code, and the outputs that are not allowed.
#[derive(Default)]
struct Outcomes {
    exits: BTreeMap<(String, i32), usize>,
    killed: usize,
    wrong: Vec<String>,
}

/// Returns up to six conversations in any order, which other clients change too.
fn some(dice: &mut Dice) -> String {
    let count = 1 + dice.below(6);
    let refs: HashSet<String> = (0..count)
        .map(|_| format!("C-{}", 1 + dice.below(CONVERSATIONS)))
        .collect();
    let mut refs: Vec<String> = refs.into_iter().collect();
    if dice.chance(50) {
        refs.sort();
    }
    refs.join(" ")
}

/// Returns a random command line of a random agent.
fn line(dice: &mut Dice) -> String {
    let (me, to) = (*dice.of(&AGENTS), *dice.of(&AGENTS));
    let (refs, ticket, n) = (some(dice), 1 + dice.below(8), dice.below(1_000));
    let one = format!("C-{}", 1 + dice.below(CONVERSATIONS));
    let keep = if dice.chance(40) { " --keep-going" } else { "" };
    let agents = |verb: &str| format!("--as {me} {verb} {refs} -q{keep}");
    let supervisor = |rest: &str| format!("--as omar {rest} -q{keep}");
    match dice.below(32) {
        0..=3 => agents("take"),
        4 => format!("--as {me} take --unassigned --label l{} -q{keep}", n % 5),
        5 => format!("--as {me} take {refs} -q --idempotency-key k{}", n % 7),
        6 => supervisor(&format!("assign {refs} --to {to}")),
        7 => supervisor(&format!("assign --owner {me} --to {to}")),
        8 => supervisor("assign --status pending,snoozed --to support"),
        9 => supervisor(&format!("assign --unassigned --to {to}")),
        10 | 11 => format!("--as {me} note {refs} 'rang, no answer' --order 1001 -q"),
        12 | 13 => format!("--as {me} handoff {refs} --to {to} --require-accept --reason busy -q{keep}"),
        14 => format!("--as {me} accept --offered=me -q{keep}"),
        15 => agents("accept"),
        16 => agents("decline"),
        17 => supervisor(&format!("escalate {one} --to ops --due 2h")),
        18 => supervisor(&format!(
            "ticket set T-{ticket} T-{} --status {}",
            1 + n % 8,
            *dice.of(&["open", "waiting", "resolved"])
        )),
        19 => supervisor(&format!("ticket assign T-{ticket} T-{} --to {to}", 1 + n % 8)),
        20 => supervisor(&format!("resolve {refs}")),
        21 => supervisor(&format!("resolve --status pending --owner {me}")),
        22 => supervisor(&format!("reopen {refs}")),
        23 => agents("pending"),
        24 => supervisor(&format!("snooze {refs} --until 1s")),
        25 => supervisor(&format!("label --owner {me} --add l{}", n % 5)),
        26 => supervisor(&format!("label {refs} --add l{} --set-priority high", n % 5)),
        27 => {
            let other = if me == "sara" { "ali" } else { "sara" };
            format!("--as omar shift rotate --from {me} --to {other} -q -y")
        }
        28 => format!("--as omar undo O-{} -q", 1 + dice.below(600)),
        // Locks the agent's row after conversations, while the agent's own commands lock
        // conversations after the row.
        29 => format!(
            "--as admin agent disable zoya --give-to {} -q",
            if n % 2 == 0 { "sara" } else { "ali" }
        ),
        30 => "--as admin agent enable zoya -q".to_owned(),
        _ => format!("--as admin agent edit {to} --capacity {} -q", n % 50),
    }
}

fn kill(child: u32) {
    let pid = Pid::from_raw(i32::try_from(child).unwrap()).unwrap();
    // The process may have ended already.
    kill_process(pid, Signal::KILL).unwrap_or_default();
}

/// Runs random command lines until the deadline and kills some at a random moment.
fn client(db: &Db, seed: u64, until: Instant, outcomes: &Mutex<Outcomes>) {
    let mut dice = Dice(seed);
    while Instant::now() < until {
        let line = line(&mut dice);
        let verb = line
            .split(' ')
            .skip(2)
            .take_while(|w| w.chars().all(|c| c.is_ascii_lowercase()))
            .take(2);
        let verb = verb.collect::<Vec<_>>().join(" ");
        let child: Child = start(db, &line);
        let killed = dice.chance(6);
        if killed {
            std::thread::sleep(Duration::from_millis(dice.below(250) as u64));
            kill(child.id());
        }
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let mut outcomes = outcomes.lock().unwrap();
        match output.status.code() {
            None => outcomes.killed += 1,
            Some(code) => {
                *outcomes.exits.entry((verb, code)).or_default() += 1;
                // Success, no such ticket or operation, not permitted, conflict, or partial
                // success, but never busy rows.
                if !matches!(code, 0 | 3..=6) || said.contains("busy") || said.contains("deadlock") {
                    outcomes.wrong.push(format!("{line}: exit {code}: {said}"));
                }
            }
        }
    }
}

/// The posted bodies: each wamid answered with 200, and the number of bodies.
#[derive(Default)]
struct Posted {
    wamids: Mutex<HashSet<String>>,
    bodies: AtomicUsize,
    refused: AtomicUsize,
}

/// Posts messages, echoes, statuses and repeats for the same customers until the deadline, each
/// until it is answered with 200.
fn poster(serve: &RwLock<Serve>, n: usize, seed: u64, until: Instant, posted: &Posted) {
    let mut dice = Dice(seed);
    let mut count = 0;
    while Instant::now() < until {
        let customer = |dice: &mut Dice| format!("92300{:07}", 1 + dice.below(CONVERSATIONS));
        let (who, at) = (customer(&mut dice), now());
        let before = (count > 0).then(|| format!("wamid.{n}.{}", dice.below(count)));
        let wamid = format!("wamid.{n}.{count}");
        let (body, wamids) = match (dice.below(10), before) {
            (0, Some(before)) => (status(&before, &who, at, "read"), vec![]),
            // A repeat, possibly from another customer; the first one counts.
            (1, Some(before)) => (one(&before, &who, at), vec![]),
            (2 | 3, _) => (echo(&wamid, &who, at), vec![wamid]),
            (4, _) => {
                // Two customers in one body, in any order.
                let other = format!("{wamid}.other");
                let list = vec![
                    text(&wamid, &who, at, "hello"),
                    text(&other, &customer(&mut dice), at, "there"),
                ];
                (messages(list), vec![wamid, other])
            }
            _ => (one(&wamid, &who, at), vec![wamid]),
        };
        count += usize::from(!wamids.is_empty());
        let body = body.to_string();
        loop {
            let mut client = serve.read().unwrap().client();
            if client.post(body.as_bytes()).is_ok_and(|code| code == 200) {
                break;
            }
            posted.refused.fetch_add(1, Ordering::Relaxed);
            std::thread::sleep(Duration::from_millis(20));
        }
        posted.bodies.fetch_add(1, Ordering::Relaxed);
        posted.wamids.lock().unwrap().extend(wamids);
        std::thread::sleep(Duration::from_millis(dice.below(30) as u64));
    }
}

/// Counts the sessions seen waiting for a lock, in total and at most at once, until all clients
/// have finished.
async fn watch(conn: &mut PgConnection, until: Instant) -> (usize, usize) {
    let (mut seen, mut most) = (0, 0);
    while Instant::now() < until {
        let sql =
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        let waiting: usize = seed::text(conn, sql).await.parse().unwrap();
        seen += waiting;
        most = most.max(waiting);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    (seen, most)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mixed_work_with_kills_keeps_all_laws_and_shows_no_deadlock() {
    mixed_work(10, Duration::from_secs(6)).await;
}

/// Runs `clients` clients and three senders for `time`, and checks everything afterwards.
pub async fn mixed_work(clients: usize, time: Duration) {
    let seed = Dice::new().0;
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    seed::conversations(&mut conn, i32::try_from(CONVERSATIONS).unwrap()).await;
    let serve = RwLock::new(Serve::start(&db));
    let (outcomes, posted) = (Mutex::new(Outcomes::default()), Posted::default());
    let until = Instant::now() + time;
    let (seen, most) = std::thread::scope(|scope| {
        for n in 0..clients {
            let (db, outcomes) = (&db, &outcomes);
            scope.spawn(move || client(db, seed + 1_000 * n as u64, until, outcomes));
        }
        for n in 0..POSTERS {
            let (serve, posted) = (&serve, &posted);
            scope.spawn(move || poster(serve, n, seed + 77 * n as u64, until, posted));
        }
        scope.spawn(|| {
            std::thread::sleep(time / 2);
            kill(serve.read().unwrap().id());
            *serve.write().unwrap() = Serve::start(&db);
        });
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(watch(&mut conn, until)))
    });
    // Applies the deliveries that waited or that killed processes left.
    let late = Instant::now() + time + Duration::from_secs(30);
    while seed::text(&mut conn, "exists (select from delivery where state = 'new')").await == "true"
        && Instant::now() < late
    {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    eventually(&mut conn, "not exists (select from delivery where state = 'new')").await;
    eventually(
        &mut conn,
        "not exists (select from pg_stat_activity
            where datname = current_database() and application_name = 'inbox' and xact_start is not null)",
    )
    .await;
    let outcomes = outcomes.into_inner().unwrap();
    let wamids = posted.wamids.into_inner().unwrap();
    let deadlocks = seed::text(
        &mut conn,
        "select deadlocks from pg_stat_database where datname = current_database()",
    )
    .await;
    let figures = format!(
        "INBOX_TEST_SEED={seed}: {} commands ({} killed), {} bodies posted ({} answers missed), {} messages; \
         {deadlocks} deadlocks within, {seen} waits for a lock seen, {most} at most at once\n{:?}",
        outcomes.exits.values().sum::<usize>() + outcomes.killed,
        outcomes.killed,
        posted.bodies.load(Ordering::Relaxed),
        posted.refused.load(Ordering::Relaxed),
        wamids.len(),
        outcomes.exits
    );
    show(&figures);
    assert!(outcomes.wrong.is_empty(), "{figures}\n{}", outcomes.wrong.join("\n"));
    assert!(outcomes.killed > 0 && outcomes.exits.len() > 15, "{figures}");
    // Every acknowledged message exists once. WhatsApp, and the poster here, repeats the others.
    let found: Vec<String> = sqlx::query_scalar("select wamid from message")
        .fetch_all(&mut conn)
        .await
        .unwrap();
    assert_eq!(found.len(), wamids.len(), "{figures}");
    assert_eq!(found.into_iter().collect::<HashSet<_>>(), wamids, "{figures}");
    assert_eq!(seed::text(&mut conn, "select count(*) from dead_letter").await, "0");
    assert!(laws(&mut conn).await >= CONVERSATIONS);
    assert!(law::check_laws(&mut conn, seed).await > CONVERSATIONS);
    inbox(&db).args(["audit", "verify"]).assert().success();
}

#[expect(
    clippy::print_stdout,
    reason = "the figures of a load are for whoever asks for them with --nocapture"
)]
fn show(figures: &str) {
    println!("{figures}");
}
