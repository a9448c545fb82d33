//! Rows locked by an open transaction: deliveries for other rows never wait.

use std::time::{Duration, Instant};

use sqlx::PgConnection;

use super::sender::{Load, Sent};
use super::site::Site;
use super::{Limits, Play, RECOVERY, Row, customers, until};
use crate::serving::{Client, echo, now, status};
use crate::support::postgres::PASSWORD;
use crate::support::seed;

pub fn rows() -> Vec<Row> {
    let row = |name, small, play| Row { name, small, play };
    vec![
        row("holds one-conversation", true, |play| {
            held(play, 1, 5.0, Held::Conversations)
        }),
        row("holds five-conversations", false, |play| {
            held(play, 5, 60.0, Held::Conversations)
        }),
        row("holds fifty-conversations", false, |play| {
            held(play, 50, 100.0, Held::Conversations);
        }),
        row("holds five-contacts", false, |play| held(play, 5, 60.0, Held::Contacts)),
        row("holds five-messages", false, |play| held(play, 5, 60.0, Held::Messages)),
        row("holds advisory-locks", true, advisory),
    ]
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    Conversations,
    Contacts,
    Messages,
}

/// Returns the time limit for other customers' messages.
fn limits(play: &Play<'_>) -> Limits {
    Limits {
        // A test shares two cores with hundreds of others.
        p99: Some(play.size(Duration::from_secs(2), Duration::from_secs(15))),
        ..Limits::default()
    }
}

/// Gives an agent a Postgres login with the rights that the program would give, and returns its name.
fn agent_login(site: &Site<'_>, handle: &str) -> String {
    let login = format!("{}_{handle}", site.database);
    let mut admin = site.connect_as("postgres");
    let mut owner = site.connect();
    site.block_on(async {
        seed::run(&mut admin, &format!("create role {login} login password '{PASSWORD}'")).await;
        for statement in statements(&mut admin, "select role_statements()").await {
            seed::run(&mut admin, &statement).await;
        }
        let put = format!(
            "do $do$
            declare op bigint;
            begin
                select operation_id into op
                from open_operation('admin', 'agent edit', '{{}}', null, null, '0.1.0', 'test', null);
                perform put_resource(op, 'agent', (select id from agent where handle = '{handle}'),
                    '{{\"login\": \"{login}\"}}', 'changed', null);
                perform finish_operation(op, 1, 1, null, 0::smallint);
            end $do$"
        );
        seed::run(&mut owner, &put).await;
        for statement in statements(&mut admin, &format!("select login_statements('{login}')")).await {
            seed::run(&mut admin, &statement).await;
        }
    });
    login
}

async fn statements(conn: &mut PgConnection, sql: &str) -> Vec<String> {
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()))
        .fetch_all(conn)
        .await
        .unwrap()
}

fn held(play: &mut Play<'_>, count: usize, rate: f64, what: Held) {
    let mut site = Site::new(play.server);
    site.serve();
    let everybody = customers(count + 20);
    let (them, others) = everybody.split_at(count);
    // Every customer has written before.
    let begun = site.send(Load {
        prefix: "prove.begun".to_owned(),
        rate: 1000.0,
        customers: everybody.clone(),
    });
    until(Duration::from_secs(30), || begun.acknowledged() >= everybody.len());
    assert_eq!(begun.stop(RECOVERY).given_up, 0);
    assert_eq!(site.settle(RECOVERY), 0);
    // Outgoing messages known only from a status: their text arrives while their rows are locked.
    let first: Vec<(String, &String)> = them
        .iter()
        .enumerate()
        .map(|(n, customer)| (format!("placeholder.{n}"), customer))
        .collect();
    if what == Held::Messages {
        for (wamid, customer) in &first {
            let body = status(wamid, customer, now(), "sent").to_string();
            let mut client = Client::to(site.serves[0].address, Duration::from_secs(10));
            assert_eq!(client.post(body.as_bytes()).unwrap(), 200);
        }
        assert_eq!(site.settle(RECOVERY), 0);
    }
    let aliases = format!("'{}'", them.join("','"));
    let contacts = format!("select contact_id from contact_alias where value in ({aliases})");
    let conversations = site.text(&format!(
        "select jsonb_agg(id) from conversation where contact_id in ({contacts})"
    ));
    let login = agent_login(&site, "sara");
    let seal = site.seal();

    let (mut holder, sql) = match what {
        Held::Conversations => (
            site.connect_as(&login),
            format!("begin; select lock_conversations('{{\"ids\": {conversations}}}')"),
        ),
        Held::Contacts => (
            site.connect(),
            format!("begin; select from contact where id in ({contacts}) for update"),
        ),
        Held::Messages => {
            let wamids: Vec<&str> = first.iter().map(|(wamid, _)| wamid.as_str()).collect();
            (
                site.connect(),
                format!(
                    "begin; select from message where wamid in ('{}') for update",
                    wamids.join("','")
                ),
            )
        }
    };
    site.block_on(seed::run(&mut holder, &sql));
    // One locked delivery once stopped all others after nine seconds.
    let time = play.size(Duration::from_secs(120), Duration::from_secs(30));
    let sender = site.send(Load {
        prefix: "prove.others".to_owned(),
        rate,
        customers: others.to_vec(),
    });
    let them_sender = (what != Held::Messages).then(|| {
        site.send(Load {
            prefix: "prove.held".to_owned(),
            rate: count as f64,
            customers: them.to_vec(),
        })
    });
    let mut problems = Vec::new();
    let late = Instant::now() + time;
    let mut second = 0;
    let mut posted = 0;
    while Instant::now() < late {
        if what == Held::Messages {
            // Sends the text of each locked message once a second.
            let mut client = Client::to(site.serves[0].address, Duration::from_secs(10));
            for (wamid, customer) in &first {
                let body = echo(wamid, customer, now()).to_string();
                posted += usize::from(client.post(body.as_bytes()).is_ok_and(|code| code == 200));
            }
        }
        second += 1;
        // `tick` does not wait for locks either.
        if second == 2 || second % 20 == 0 {
            let begun = Instant::now();
            let (code, said) = site.inbox(&["tick"]);
            if code != 0 || begun.elapsed() > Duration::from_secs(10) {
                problems.push(format!(
                    "tick: exit {code} after {:.1} s: {}",
                    begun.elapsed().as_secs_f64(),
                    said.trim()
                ));
            }
        }
        std::thread::sleep(Duration::from_millis(800));
    }
    let sent = sender.stop(RECOVERY);
    let them_sent = them_sender.map(|sender| sender.stop(RECOVERY)).unwrap_or_default();
    // The locked deliveries must have waited, or the row proves nothing.
    let waiting: usize = site
        .text("select count(*) from delivery where state = 'new'")
        .parse()
        .unwrap();
    let expected = them_sent.acknowledged.len() + posted;
    if waiting < expected.min(1).max(expected / 2) {
        problems.push(format!(
            "only {waiting} of the {expected} held deliveries waited: nothing was held"
        ));
    }
    if what == Held::Messages && posted == 0 {
        problems.push("no text was taken".to_owned());
    }
    site.block_on(seed::run(&mut holder, "rollback"));
    let released = Instant::now();
    let left = site.settle(RECOVERY);
    let took = released.elapsed();
    if left > 0 || took > play.size(Duration::from_secs(10), Duration::from_secs(20)) {
        problems.push(format!(
            "{left} held deliveries are not applied {:.1} s after the release",
            took.as_secs_f64()
        ));
    }
    let texts = "select count(*) from message where wamid like 'placeholder.%' and rank = 4";
    if what == Held::Messages && site.text(texts) != count.to_string() {
        problems.push(format!("{} of {count} held messages have their text", site.text(texts)));
    }
    let account = site.account(&sent);
    let limits = limits(play);
    play.judge(&mut site, "others", account, &seal, limits, problems);
    if what != Held::Messages {
        let account = site.account(&them_sent);
        play.judge(&mut site, "held", account, &seal, Limits::default(), Vec::new());
    }
}

/// A login without any grant takes all advisory locks that a new contact could wait for.
fn advisory(play: &mut Play<'_>) {
    let mut site = Site::new(play.server);
    site.serve();
    let stranger = format!("{}_stranger", site.database);
    site.superuser_at(
        "postgres",
        &format!(
            "create role {stranger} login password '{PASSWORD}'; grant connect on database {} to {stranger}",
            site.database
        ),
    );
    let seal = site.seal();
    let mut holder = site.block_on(async {
        use sqlx::Connection as _;
        PgConnection::connect(&site.server.url(&stranger, &site.database))
            .await
            .unwrap()
    });
    site.block_on(seed::run(
        &mut holder,
        "begin; select count(pg_advisory_xact_lock(hashtext('inbox'), n)) from generate_series(0, 1023) n",
    ));
    // Each message is from a new customer.
    let time = play.size(Duration::from_secs(20), Duration::from_secs(3));
    let rate = 20.0;
    let sender = site.send(Load {
        prefix: "prove.new".to_owned(),
        rate,
        customers: customers((rate * time.as_secs_f64()) as usize + 10),
    });
    std::thread::sleep(time);
    let sent: Sent = sender.stop(RECOVERY);
    let waiting = site.settle(Duration::from_secs(5));
    let mut problems = Vec::new();
    if waiting > 0 {
        problems.push(format!("{waiting} deliveries wait for a stranger's locks"));
    }
    site.block_on(seed::run(&mut holder, "rollback"));
    site.settle(RECOVERY);
    let account = site.account(&sent);
    let limits = limits(play);
    play.judge(&mut site, "1", account, &seal, limits, problems);
}
