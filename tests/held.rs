//! Rows locked by another session: only deliveries that need these rows wait.

use std::time::{Duration, Instant};

use sqlx::{Connection, PgConnection};

use crate::serving::{Serve, applied, echo, eventually, laws, now, one, status};
use crate::support::{self, Db, psql, seed};

/// A session that keeps its locks until it is dropped.
async fn hold(db: &Db, sql: &str) -> PgConnection {
    let mut session = db.connect().await;
    seed::run(&mut session, &format!("begin; {sql}")).await;
    session
}

/// Stores a delivery without a server, as the storer does.
async fn store(conn: &mut PgConnection, body: &serde_json::Value) {
    let bytes = body.to_string().into_bytes();
    inbox::db::webhook::delivery::insert(conn, &[&bytes]).await.unwrap();
}

/// Sends other customers' bodies for a while and asserts that each is applied within two seconds.
async fn others_are_applied(serve: &Serve, conn: &mut PgConnection, prefix: &str, seconds: u64) {
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut count = 0;
    while Instant::now() < until {
        let wamid = format!("wamid.{prefix}.{count}");
        let who = format!("9230077{:05}", count % 20);
        assert_eq!(serve.post(&one(&wamid, &who, now())), 200);
        count += 1;
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    applied_but_held(conn).await;
    let slowest: f64 = seed::text(
        conn,
        "select coalesce(max(extract(epoch from applied_at - received_at)), 0) from delivery d where state = 'applied'
            and convert_from(body, 'UTF8') like '%9230077%'",
    )
    .await
    .parse()
    .unwrap();
    assert!(
        count > 5 && slowest < 2.0,
        "{count} bodies, the slowest after {slowest} s"
    );
}

/// Waits until every remaining delivery was tried at least once.
async fn applied_but_held(conn: &mut PgConnection) {
    eventually(
        conn,
        "not exists (select from delivery where state = 'new' and held_by is null and not_before is null)",
    )
    .await;
}

const HELD: &str = "923001111111";

/// Creates a workspace with one customer's conversation, and a server.
async fn served() -> (Db, PgConnection, Serve) {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let serve = Serve::start(&db);
    assert_eq!(serve.post(&one("wamid.first", HELD, now() - 60)), 200);
    applied(&mut conn).await;
    (db, conn, serve)
}

#[tokio::test]
async fn locked_conversation_delays_no_other_and_drains_in_order() {
    let (db, mut conn, serve) = served().await;
    let held = hold(&db, "select lock_conversations('{\"ids\": [1]}')").await;
    let t = now();
    for n in 0..40 {
        assert_eq!(serve.post(&one(&format!("wamid.held.{n}"), HELD, t + n)), 200);
    }
    others_are_applied(&serve, &mut conn, "other", 4).await;
    assert_eq!(
        seed::text(
            &mut conn,
            "select count(*) || ' ' || count(distinct held_by) from delivery where state = 'new'"
        )
        .await,
        "40 1"
    );
    // The row is polled all the time; a delivery is tried again only when two appliers collide.
    let tried = seed::text(&mut conn, "select max(attempts) from delivery where state = 'new'").await;
    assert!(tried.parse::<i32>().unwrap() < 20, "tried {tried} times");
    let freed = Instant::now();
    held.close().await.unwrap();
    assert_eq!(serve.post(&one("wamid.held.last", HELD, t + 99)), 200);
    applied(&mut conn).await;
    assert!(freed.elapsed() < Duration::from_secs(2), "{:?}", freed.elapsed());
    assert_eq!(
        seed::text(&mut conn, "select count(*) from message where late").await,
        "0"
    );
    assert_eq!(
        seed::text(&mut conn, "select count(*) from message where wamid like 'wamid.held%'").await,
        "41"
    );
    laws(&mut conn).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_locked_conversations_delay_no_other() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let serve = Serve::start(&db);
    let who = |n: i64| format!("9230055{n:05}");
    let t = now() - 60;
    for n in 0..50 {
        assert_eq!(serve.post(&one(&format!("wamid.first.{n}"), &who(n), t)), 200);
    }
    applied(&mut conn).await;
    let held = hold(&db, "select 1 from conversation for no key update").await;
    let posting = std::thread::scope(|scope| {
        let posting = scope.spawn(|| {
            let mut client = serve.client();
            for n in 0..200 {
                let body = one(&format!("wamid.held.{n}"), &who(n % 50), t + n).to_string();
                assert_eq!(client.post(body.as_bytes()).unwrap(), 200);
                std::thread::sleep(Duration::from_millis(15));
            }
        });
        tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(others_are_applied(&serve, &mut conn, "other", 4));
        });
        posting.join()
    });
    posting.unwrap();
    let freed = Instant::now();
    held.close().await.unwrap();
    applied(&mut conn).await;
    assert!(freed.elapsed() < Duration::from_secs(3), "{:?}", freed.elapsed());
    laws(&mut conn).await;
}

#[tokio::test]
async fn locked_contact_bucket_message_or_notice_delays_no_other() {
    let (db, mut conn, serve) = served().await;
    assert_eq!(serve.post(&status("wamid.sent", HELD, now() - 50, "sent")), 200);
    applied(&mut conn).await;
    let newcomer = one("wamid.new", "923009999999", now());
    let alarm = || {
        let mut body = status("wamid.failed", HELD, now(), "failed");
        body["entry"][0]["changes"][0]["value"]["statuses"][0]["errors"] =
            serde_json::json!([{"code": 131042, "title": "Business eligibility payment issue"}]);
        body
    };
    let day = now() / 86_400;
    let cases = [
        (
            "contact",
            "select 1 from contact where id = 1 for update".to_owned(),
            one("wamid.a", HELD, now()),
        ),
        (
            "bucket",
            "select 1 from alias_bucket for no key update".to_owned(),
            newcomer,
        ),
        (
            "message",
            "select 1 from message where wamid = 'wamid.sent' for no key update".to_owned(),
            echo("wamid.sent", HELD, now() - 51),
        ),
        (
            "alias",
            "select 1 from contact_alias where contact_id = 1 for no key update".to_owned(),
            one("wamid.b", HELD, now()),
        ),
        // Rows that cannot be skipped because they do not exist yet.
        (
            "status",
            "insert into message_status (channel_id, wamid, status, at, received_at)
            select id, 'wamid.sent', 'read', app_now(), app_now()
            from channel"
                .to_owned(),
            status("wamid.sent", HELD, now(), "read"),
        ),
        (
            "notice",
            format!(
                "insert into notice (delivery_id, key, field, severity, summary, received_at)
                select 1, format(E'status_error\\u001f%s\\u001f131042\\u001f{day}', id), 'messages',
                    'critical', 'x', app_now()
                from channel"
            ),
            alarm(),
        ),
    ];
    for (what, sql, body) in cases {
        // The other customers already have contacts and ids.
        others_are_applied(&serve, &mut conn, &format!("{what}.before"), 1).await;
        let held = hold(&db, &sql).await;
        let before = seed::text(&mut conn, "select count(*) from delivery").await;
        assert_eq!(serve.post(&body), 200);
        others_are_applied(&serve, &mut conn, what, 2).await;
        let waiting = seed::text(
            &mut conn,
            "select string_agg(concat(id, coalesce(not_before, app_now()) is not null), ' ')
            from delivery
            where state = 'new'",
        )
        .await;
        let expected = format!("{}t", before.parse::<i64>().unwrap() + 1);
        assert_eq!(waiting, expected, "{what}");
        held.close().await.unwrap();
        let freed = Instant::now();
        applied(&mut conn).await;
        assert!(
            freed.elapsed() < Duration::from_secs(4),
            "{what}: {:?}",
            freed.elapsed()
        );
    }
    assert_eq!(seed::text(&mut conn, "select count(*) from dead_letter").await, "0");
    laws(&mut conn).await;
}

#[tokio::test]
async fn login_without_rights_cannot_lock_rows_that_appliers_wait_for() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let (role, url) = db.login("nina");
    support::inbox(&db)
        .args([
            "agent",
            "add",
            "nina",
            "--role",
            "supervisor",
            "--team",
            "support",
            "--login",
            &role,
            "-q",
        ])
        .assert()
        .success();
    let mut superuser = db.connect_to(&db.superuser_url()).await;
    for from in ["role_statements()".to_owned(), format!("login_statements('{role}')")] {
        let statements: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select {from}")))
            .fetch_all(&mut superuser)
            .await
            .unwrap();
        for statement in statements {
            seed::run(&mut superuser, &statement).await;
        }
    }
    for kind in ["viewer", "agent", "supervisor", "admin", "ingest"] {
        db.drops(seed::text(&mut superuser, &format!("select group_role('{kind}')")).await);
    }
    let refused = psql::typed(
        &url,
        [
            "select 1 from alias_bucket for no key update",
            "select 1 from alias_bucket for key share",
            "select 1 from applying for update",
            "lock table alias_bucket in row exclusive mode",
            "select 1 from roster_bucket for no key update",
        ],
    );
    for (n, refused) in refused.iter().enumerate() {
        // A supervisor can change rosters.
        let denied = refused.as_ref().is_some_and(|why| why.starts_with("42501"));
        assert_eq!(denied, n < 4, "{n}: {refused:?}");
    }
    // No applier waits for a lock that any login can take.
    let mut stranger = db.connect_to(&url).await;
    seed::run(
        &mut stranger,
        "begin; select pg_advisory_xact_lock(hashtext('inbox'), n) from generate_series(0, 1023) n",
    )
    .await;
    let serve = Serve::start(&db);
    assert_eq!(serve.post(&one("wamid.1", HELD, now())), 200);
    applied(&mut conn).await;
}

#[tokio::test]
async fn missing_bucket_is_an_error_instead_of_a_second_contact() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    seed::run(&mut conn, "delete from alias_bucket").await;
    let alias = inbox::db::contact::Alias {
        kind: inbox::db::contact::AliasKind::WaId,
        value: HELD.to_owned(),
    };
    let locked = inbox::db::contact::lock_buckets(&mut conn, &[alias.bucket()]).await;
    assert!(locked.unwrap_err().to_string().contains("alias_bucket"));
}

#[tokio::test]
async fn tick_skips_locked_rows_and_reaches_the_rows_behind_them() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    seed::conversations(&mut conn, 505).await;
    support::inbox(&db)
        .args([
            "snooze", "--status", "open", "--until", "1h", "--as", "omar", "-y", "-q",
        ])
        .assert()
        .success();
    seed::run(
        &mut conn,
        "create or replace function inbox.app_now() returns timestamptz language sql volatile
            as $$ select clock_timestamp() + interval '3 hours' $$",
    )
    .await;
    let overdue = |state: &str| {
        let checks = support::inbox(&db)
            .args(["doctor", "-o", "csv", "--columns", "check,state"])
            .output()
            .unwrap();
        let said = String::from_utf8(checks.stdout).unwrap();
        assert!(said.contains(&format!("background work,{state}\n")), "{said}");
    };
    overdue("fail");
    let held = hold(
        &db,
        "select 1 from conversation order by snoozed_until, id limit 500 for no key update",
    )
    .await;
    let ticked = support::inbox(&db)
        .args(["tick", "-o", "csv", "--no-header"])
        .assert()
        .success();
    let said = String::from_utf8_lossy(&ticked.get_output().stdout).into_owned();
    assert!(said.contains("snoozes_ended,5,"), "{said}");
    // While everything that is due is locked, nothing is written, not even an operation.
    let rest = hold(&db, "select 1 from conversation for no key update skip locked").await;
    let operations = "select count(*) from operation where verb = 'tick'";
    let before = seed::text(&mut conn, operations).await;
    support::inbox(&db).arg("tick").assert().success();
    assert_eq!(seed::text(&mut conn, operations).await, before);
    held.close().await.unwrap();
    rest.close().await.unwrap();
    let ticked = support::inbox(&db)
        .args(["tick", "-o", "csv", "--no-header"])
        .assert()
        .success();
    assert!(String::from_utf8_lossy(&ticked.get_output().stdout).contains("snoozes_ended,500,"));
    overdue("ok");
}

#[tokio::test]
async fn replay_of_a_locked_conversation_keeps_the_dead_letter() {
    let (db, mut conn, serve) = served().await;
    let mut elsewhere = one("wamid.x", HELD, now());
    elsewhere["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "222".into();
    assert_eq!(serve.post(&elsewhere), 200);
    eventually(&mut conn, "exists (select from dead_letter)").await;
    let letter = "select concat_ws(' ', cause, attempts, replayed_at is null, reason) from dead_letter";
    let before = seed::text(&mut conn, letter).await;
    assert!(before.starts_with("unknown_channel 1 t"));
    // The locked rows are its contact, and later the conversation that it would open.
    let held = hold(&db, "select 1 from contact for no key update").await;
    support::inbox(&db)
        .args([
            "channel",
            "add",
            "second",
            "--phone-number-id",
            "222",
            "--store",
            "shop",
            "--team",
            "support",
            "-q",
        ])
        .assert()
        .success();
    let replayed = support::inbox(&db).args(["webhook", "replay", "1"]).assert().code(6);
    let said = String::from_utf8_lossy(&replayed.get_output().stdout).into_owned();
    assert!(said.contains("try again"), "{said}");
    assert_eq!(seed::text(&mut conn, letter).await, before);
    held.close().await.unwrap();
    eventually(
        &mut conn,
        "not exists (select from dead_letter where replayed_at is null)",
    )
    .await;
    laws(&mut conn).await;
}

#[tokio::test]
async fn delivery_that_crashes_three_times_is_set_aside_alone() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    // A session that inserts the same status keeps the delivery waiting for a lock, long enough to
    // kill the process.
    let fatal = status("wamid.fatal", HELD, now(), "read");
    let held = hold(
        &db,
        "insert into message_status (channel_id, wamid, status, at, received_at)
        select id, 'wamid.fatal', 'read', app_now(), app_now()
        from channel",
    )
    .await;
    store(&mut conn, &fatal).await;
    for n in 0..30 {
        store(
            &mut conn,
            &one(&format!("wamid.{n}"), &format!("92300777{n:04}"), now()),
        )
        .await;
    }
    let mut kills = 0;
    let late = Instant::now() + Duration::from_secs(90);
    while seed::text(&mut conn, "exists (select from dead_letter)").await == "false" {
        assert!(Instant::now() < late, "not set aside after {kills} kills");
        let last = seed::text(&mut conn, "select coalesce(max(id), 0) from applying").await;
        let works = format!("exists (select from applying where 1 = any (deliveries) and id > {last})");
        let serve = Serve::start(&db);
        while seed::text(&mut conn, &works).await == "false"
            && seed::text(&mut conn, "exists (select from dead_letter)").await == "false"
        {
            assert!(Instant::now() < late, "not tried again after {kills} kills");
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
        kills += 1;
        drop(serve);
    }
    assert_eq!(
        seed::text(
            &mut conn,
            "select string_agg(concat_ws(' ', delivery_id, cause, path = '', reason), ',') from dead_letter"
        )
        .await,
        "1 failed t the program ended 3 times while it applied this delivery alone"
    );
    let serve = Serve::start(&db);
    applied(&mut conn).await;
    assert_eq!(
        seed::text(&mut conn, "select count(*) from message where wamid <> 'wamid.fatal'").await,
        "30"
    );
    assert_eq!(seed::text(&mut conn, "select count(*) from applying").await, "0");
    // The delivery is stored whole, and a replay applies it.
    held.close().await.unwrap();
    support::inbox(&db)
        .args(["webhook", "replay", "--all", "-q"])
        .assert()
        .success();
    assert_eq!(seed::text(&mut conn, "select count(*) from message_status").await, "1");
    drop(serve);
}

#[tokio::test]
async fn events_without_a_channel_are_few_letters_and_applied_once_it_exists() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let serve = Serve::start(&db);
    let list =
        (0..500).map(|n| crate::serving::text(&format!("wamid.{n}"), &format!("92300777{n:04}"), now(), "hello"));
    let mut body = crate::serving::messages(list.collect());
    body["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "222".into();
    let mut malformed = vec![serde_json::json!({}); 50];
    malformed.push(crate::serving::text("wamid.good", HELD, now(), "hello"));
    assert_eq!(serve.post(&body), 200);
    assert_eq!(serve.post(&crate::serving::messages(malformed)), 200);
    applied(&mut conn).await;
    assert_eq!(
        seed::text(
            &mut conn,
            "select string_agg(concat_ws(' ', cause, events, raw is null), ', ' order by id)
            from dead_letter
            where delivery_id = 1"
        )
        .await,
        "unknown_channel 1 f, unknown_channel 1 f, unknown_channel 1 f, unknown_channel 497 t"
    );
    assert_eq!(
        seed::text(
            &mut conn,
            "select string_agg(concat_ws(' ', cause, events, reason), ', ' order by id)
            from dead_letter
            where delivery_id = 2 and events > 1"
        )
        .await,
        "malformed 47 47 events from here on, the first: no_id: it has no id"
    );
    assert_eq!(seed::text(&mut conn, "select count(*) from message").await, "1");
    support::inbox(&db)
        .args([
            "channel",
            "add",
            "second",
            "--phone-number-id",
            "222",
            "--store",
            "shop",
            "--team",
            "support",
            "-q",
        ])
        .assert()
        .success();
    eventually(
        &mut conn,
        "not exists (select from dead_letter where cause = 'unknown_channel' and replayed_at is null)",
    )
    .await;
    assert_eq!(seed::text(&mut conn, "select count(*) from message").await, "501");
    // Unreadable letters stay unchanged.
    support::inbox(&db)
        .args(["webhook", "replay", "--all", "-q"])
        .assert()
        .code(6);
    assert_eq!(
        seed::text(
            &mut conn,
            "select string_agg(concat_ws(' ', cause, events), ', ' order by id)
            from dead_letter
            where replayed_at is null"
        )
        .await,
        "malformed 1, malformed 1, malformed 1, malformed 47"
    );
    laws(&mut conn).await;
}

#[tokio::test]
async fn statement_is_prepared_again_after_a_migration() {
    let (_db, mut conn, serve) = served().await;
    seed::run(&mut conn, "alter table message alter column author type varchar").await;
    seed::run(
        &mut conn,
        "alter table channel alter column phone_number_id type varchar",
    )
    .await;
    assert_eq!(serve.post(&echo("wamid.first", HELD, now())), 200);
    assert_eq!(serve.post(&one("wamid.2", HELD, now())), 200);
    applied(&mut conn).await;
    assert_eq!(seed::text(&mut conn, "select count(*) from dead_letter").await, "0");
    assert_eq!(seed::text(&mut conn, "select count(*) from message").await, "2");
}

#[tokio::test]
async fn text_of_megabytes_is_stored_whole_and_found_by_its_beginning() {
    let (db, mut conn, serve) = served().await;
    let words: Vec<String> = (0..300_000).map(|n| format!("w{n:07}")).collect();
    let text = format!("needle {}", words.join(" "));
    assert!(text.len() > 2_600_000);
    let body = crate::serving::messages(vec![crate::serving::text("wamid.long", HELD, now(), &text)]);
    assert_eq!(serve.post(&body), 200);
    applied(&mut conn).await;
    assert_eq!(seed::text(&mut conn, "select count(*) from dead_letter").await, "0");
    assert_eq!(
        seed::text(
            &mut conn,
            "select octet_length(text) from message where wamid = 'wamid.long'"
        )
        .await,
        text.len().to_string()
    );
    for (word, found) in [("needle", "C-1"), ("w0000100", "C-1"), ("w0299999", "")] {
        let listed = support::inbox(&db)
            .args(["list", "--search", word, "--ids"])
            .assert()
            .success();
        assert_eq!(
            String::from_utf8_lossy(&listed.get_output().stdout).trim(),
            found,
            "{word}"
        );
    }
    // The search uses the index.
    let plan: Vec<String> = sqlx::query_scalar(
        "explain select from message m
        where m.text is not null
            and to_tsvector('simple', left(m.text, 65536)) @@ websearch_to_tsquery('simple', 'needle')",
    )
    .fetch_all({
        seed::run(&mut conn, "set enable_seqscan to off").await;
        &mut conn
    })
    .await
    .unwrap();
    assert!(plan.iter().any(|line| line.contains("message_search")), "{plan:?}");
}
