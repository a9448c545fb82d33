//! Faults of Postgres.

use std::time::{Duration, Instant};

use sqlx::{Connection as _, PgConnection};

use super::site::{LOGIN, Site, prepare};
use super::{Limits, Play, Row, until};
use crate::support::postgres::{PASSWORD, Postgres, Stop};
use crate::support::seed;

pub fn rows() -> Vec<Row> {
    let row = |name, play| Row {
        name,
        small: false,
        play,
    };
    vec![
        row("postgres killed", killed),
        row("postgres stopped-immediately", |play| stopped(play, Stop::Immediate)),
        row("postgres stopped-fast", |play| stopped(play, Stop::Fast)),
        row("postgres sessions-terminated", terminated),
        Row {
            name: "postgres read-only",
            small: true,
            play: read_only,
        },
        row("postgres statement-timeout", statement_timeout),
        row("postgres connections-exhausted", exhausted),
        row("postgres login-refused", refused),
        row("postgres password-changed", password),
        Row {
            name: "postgres plan-changed",
            small: true,
            play: plan_changed,
        },
    ]
}

fn pause(play: &Play<'_>) -> Duration {
    play.size(Duration::from_secs(2), Duration::from_millis(500))
}

fn killed(play: &mut Play<'_>) {
    let mut site = Site::new(play.server);
    site.serve();
    let down = pause(play);
    play.faults(&mut site, Limits::default(), |site, _| {
        site.server.kill();
        std::thread::sleep(down);
        site.server.start_again();
        Vec::new()
    });
}

fn stopped(play: &mut Play<'_>, how: Stop) {
    let mut site = Site::new(play.server);
    site.serve();
    let down = pause(play);
    play.faults(&mut site, Limits::default(), |site, _| {
        site.server.stop(how);
        std::thread::sleep(down);
        site.server.start_again();
        Vec::new()
    });
}

fn terminated(play: &mut Play<'_>) {
    let mut site = Site::new(play.server);
    site.serve();
    let times = play.size(10, 3);
    play.faults(&mut site, Limits::default(), |site, _| {
        for _ in 0..times {
            site.terminate_sessions();
            std::thread::sleep(Duration::from_millis(300));
        }
        Vec::new()
    });
}

/// Every delivery is answered with 503; `/readyz` must say so.
fn read_only(play: &mut Play<'_>) {
    let mut site = Site::new(play.server);
    site.serve();
    let down = pause(play);
    play.faults(&mut site, Limits::default(), |site, _| {
        let mut problems = Vec::new();
        let set = |site: &Site<'_>, value: &str| {
            let database = &site.database;
            site.superuser_at(
                "postgres",
                &format!("alter database {database} set default_transaction_read_only = {value}"),
            );
            site.terminate_sessions();
        };
        set(site, "on");
        // The server notices at the next delivery.
        std::thread::sleep(Duration::from_millis(1500));
        let (mut asked, mut ready) = (0, 0);
        let late = Instant::now() + down;
        while Instant::now() < late {
            asked += 1;
            ready += usize::from(site.get("/readyz").is_ok_and(|answer| answer.status == 200));
            std::thread::sleep(Duration::from_millis(50));
        }
        if ready > 0 {
            problems.push(format!(
                "/readyz was ready {ready} of {asked} times while nothing could be stored"
            ));
        }
        site.superuser_at(
            "postgres",
            &format!("alter database {} reset default_transaction_read_only", site.database),
        );
        site.terminate_sessions();
        problems
    });
}

/// Lock storms: statements are cancelled because they cannot get their locks.
fn statement_timeout(play: &mut Play<'_>) {
    let mut site = Site::new(play.server);
    site.serve();
    let held = play.size(Duration::from_secs(4), Duration::from_secs(1));
    play.faults(&mut site, Limits::default(), |site, run| {
        let database = site.database.clone();
        site.superuser_at(
            "postgres",
            &format!("alter database {database} set statement_timeout = '400ms'"),
        );
        site.terminate_sessions();
        // One table after the other, each in a lock storm of its own.
        let table = ["message", "conversation", "contact", "delivery", "message_status"][(run - 1) % 5];
        let mut holder = site.connect();
        site.block_on(async {
            let sql = "set statement_timeout to 0; begin; lock table";
            seed::run(&mut holder, &format!("{sql} {table} in exclusive mode")).await;
        });
        std::thread::sleep(held);
        site.block_on(seed::run(&mut holder, "rollback"));
        site.superuser_at(
            "postgres",
            &format!("alter database {database} reset statement_timeout"),
        );
        // Its sessions keep the short timeout.
        std::thread::sleep(held);
        site.terminate_sessions();
        Vec::new()
    });
}

/// No connection is free when `serve` needs a new one.
fn exhausted(play: &mut Play<'_>) {
    let server = Postgres::start(&["max_connections=20"]);
    prepare(&server);
    let mut site = Site::new(&server);
    site.serve();
    let down = pause(play);
    let url = site.url();
    play.faults(&mut site, Limits::default(), |site, _| {
        let mut taken: Vec<PgConnection> = Vec::new();
        let fill = |site: &Site<'_>, taken: &mut Vec<PgConnection>| {
            for _ in 0..20 {
                match site.block_on(PgConnection::connect(&url)) {
                    Ok(conn) => taken.push(conn),
                    Err(_) => break,
                }
            }
        };
        fill(site, &mut taken);
        let late = Instant::now() + down;
        while Instant::now() < late {
            // Another program takes the place of each session that ends.
            site.terminate_sessions();
            fill(site, &mut taken);
            std::thread::sleep(Duration::from_millis(100));
        }
        drop(taken);
        Vec::new()
    });
}

fn refused(play: &mut Play<'_>) {
    let mut site = Site::new(play.server);
    site.serve();
    let down = pause(play);
    play.faults(&mut site, Limits::default(), |site, _| {
        site.superuser_at("postgres", &format!("alter role {LOGIN} nologin"));
        site.terminate_sessions();
        std::thread::sleep(down);
        site.superuser_at("postgres", &format!("alter role {LOGIN} login"));
        Vec::new()
    });
}

fn password(play: &mut Play<'_>) {
    let mut site = Site::new(play.server);
    site.serve();
    let down = pause(play);
    play.faults(&mut site, Limits::default(), |site, _| {
        site.superuser_at("postgres", &format!("alter role {LOGIN} password 'another'"));
        site.terminate_sessions();
        std::thread::sleep(down);
        site.superuser_at("postgres", &format!("alter role {LOGIN} password '{PASSWORD}'"));
        Vec::new()
    });
}

/// A migration changes the type of what prepared statements return: Postgres refuses their plans
/// until they are prepared again.
fn plan_changed(play: &mut Play<'_>) {
    let mut site = Site::new(play.server);
    site.serve();
    let pause = play.size(Duration::from_secs(2), Duration::from_millis(700));
    play.faults(
        &mut site,
        Limits {
            longest: Some(play.size(Duration::from_secs(15), Duration::from_secs(30))),
            ..Limits::default()
        },
        |site, _| {
            let mut problems = Vec::new();
            for (table, column) in [("message", "author"), ("channel", "phone_number_id")] {
                for kind in ["varchar", "text"] {
                    let altered = until(Duration::from_secs(20), || {
                        let mut conn = site.connect_as("postgres");
                        site.block_on(async {
                            use sqlx::Executor as _;
                            let sql = format!(
                                "set lock_timeout to '500ms'; alter table {table} alter column {column} type {kind}"
                            );
                            conn.execute(sqlx::AssertSqlSafe(sql)).await.is_ok()
                        })
                    });
                    if !altered {
                        problems.push(format!("{table}.{column} was never altered"));
                    }
                    std::thread::sleep(pause);
                }
            }
            problems
        },
    );
}
