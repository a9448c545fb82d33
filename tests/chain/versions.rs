//! The versions of a message in the order of writing, and the seals over them, before and after
//! versions had numbers.

use sqlx::PgConnection;
use sqlx::migrate::Migrator;

use super::found;
use crate::support::seed::{self, run, text};
use crate::support::{self, Db, inbox};

/// Writes a message of C-1 as `serve` does: a new message or a newer version.
pub fn put(wamid: &str, rank: i32, source: &str, kind: &str, at: &str, said: &str) -> String {
    let (direction, author) = match source {
        "live" => ("inbound", "customer"),
        _ => ("outbound", "human"),
    };
    format!(
        "insert into message as m (channel_id, wamid, contact_id, conversation_id, rank, source, direction, author,
            kind, at, received_at, counts, text, salt, commitment)
        select c.channel_id, '{wamid}', c.contact_id, c.id, {rank}, '{source}', '{direction}', '{author}', '{kind}',
            '{at}', app_now(), true, {said}, s.salt,
            sha256(s.salt || message_text('{wamid}', '{kind}', '{at}', '{direction}', '{author}', {said}, null, null))
        from conversation c, (select uuid_send(gen_random_uuid()) as salt) s
        where c.id = 1
        on conflict (channel_id, wamid) do update set rank = excluded.rank, source = excluded.source,
            direction = excluded.direction, author = excluded.author, kind = excluded.kind, at = excluded.at,
            text = excluded.text, salt = excluded.salt, commitment = excluded.commitment, xid = excluded.xid
        where m.rank < excluded.rank or m.rank = 0 and excluded.rank = 0"
    )
}

const EARLY: &str = "2026-11-20 10:00:00Z";

/// Writes two versions of a message by two appliers, the later one in the transaction with the
/// lower id.
async fn out_of_order(db: &Db, conn: &mut PgConnection, wamid: &str) {
    let mut first = db.connect().await;
    run(&mut first, "begin").await;
    let lower: u64 = text(&mut first, "select pg_current_xact_id()").await.parse().unwrap();
    run(conn, "begin").await;
    let higher: u64 = text(conn, "select pg_current_xact_id()").await.parse().unwrap();
    assert!(lower < higher);
    run(conn, &put(wamid, 0, "status", "unknown", EARLY, "null")).await;
    run(conn, "commit").await;
    run(&mut first, &put(wamid, 2, "history", "text", EARLY, "'from history'")).await;
    run(&mut first, "commit").await;
}

fn seal(db: &Db, name: &str) -> String {
    let file = db.home().join(name);
    inbox(db)
        .args(["audit", "seal", "--file", file.to_str().unwrap()])
        .assert()
        .success();
    file.to_str().unwrap().to_owned()
}

fn verified(db: &Db, seal: &str) -> Option<i32> {
    inbox(db)
        .args(["audit", "verify", "--against", seal])
        .output()
        .unwrap()
        .status
        .code()
}

#[tokio::test]
async fn seal_matches_when_version_order_differs_from_transaction_order() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    seed::conversations(&mut conn, 1).await;
    out_of_order(&db, &mut conn, "wamid.1").await;
    seed::settled(&mut conn).await;
    let before_echo = seal(&db, "before");
    run(&mut conn, &put("wamid.1", 4, "echo", "text", EARLY, "'as typed'")).await;
    assert_eq!(found(&db), []);
    assert_eq!(verified(&db, &before_echo), Some(0));
    let versions = "select string_agg(format('%s:%s:%s', version, rank, kind), ' ' order by version) from superseded";
    assert_eq!(text(&mut conn, versions).await, "1:0:unknown 2:2:text");
    assert_eq!(text(&mut conn, "select version from message").await, "3");
    // Two versions of one transaction count as two.
    run(
        &mut conn,
        &format!(
            "begin; {}; {}; commit",
            put("wamid.2", 0, "status", "unknown", EARLY, "null"),
            put("wamid.2", 0, "status", "template", "2026-11-20 09:00:00Z", "null"),
        ),
    )
    .await;
    seed::settled(&mut conn).await;
    let together = seal(&db, "together");
    run(&mut conn, &put("wamid.2", 4, "echo", "text", EARLY, "'as typed'")).await;
    assert_eq!(found(&db), []);
    assert_eq!(verified(&db, &together), Some(0));
}

#[tokio::test]
async fn verify_checks_the_kinds_of_message_versions() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    seed::conversations(&mut conn, 1).await;
    run(&mut conn, &put("wacid.1", 4, "live", "call", EARLY, "null")).await;
    run(
        &mut conn,
        &put("wacid.1", 5, "live", "call", "2026-11-20 10:05:00Z", "null"),
    )
    .await;
    run(&mut conn, &put("wamid.1", 0, "status", "unknown", EARLY, "null")).await;
    run(&mut conn, &put("wamid.1", 4, "echo", "text", EARLY, "'as typed'")).await;
    assert_eq!(found(&db), []);
    let mut su = db.connect_to(&db.superuser_url()).await;
    for sql in [
        "update superseded set kind = 'text' where rank = 4",
        "update superseded set direction = 'outbound' where rank = 4",
        "update superseded set version = 2 where rank = 4",
        "update superseded set rank = 5 where rank = 4",
        "update superseded set message_id = message_id + 1000 where rank = 4",
        "delete from superseded where rank = 4",
        "update message set version = 1 where wamid = 'wacid.1'",
        "update message set version = 3 where wamid = 'wacid.1'",
    ] {
        run(
            &mut su,
            "create table kept as table superseded; create table kept_message as table message",
        )
        .await;
        super::tamper(&mut su, sql).await;
        let problems: Vec<(String, String)> = found(&db).into_iter().map(|f| (f.0, f.2)).collect();
        assert!(
            !problems.is_empty()
                && problems
                    .iter()
                    .all(|p| p.0.starts_with("message") && p.1 == "text_differs" || p.0.contains("kept")),
            "{sql}: {problems:?}"
        );
        super::tamper(
            &mut su,
            "delete from superseded; insert into superseded table kept; drop table kept; delete from message;
            insert into message overriding system value table kept_message; drop table kept_message",
        )
        .await;
        assert_eq!(found(&db), [], "{sql}");
    }
}

/// The seal of the program before versions of messages had numbers.
const OLD_DIGEST: &str = "select json_build_object('format', 'inbox-seal-1', 'workspace', 'inbox',
        'at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), 'before_xid', x.xmin::text,
        'server', (select system_identifier::text from pg_control_system()),
        'chains', (select count(*) from (select distinct subject, subject_id from event where xid < x.xmin) c),
        'events', (select count(*) from event where xid < x.xmin),
        'digest',
            (select encode(sha256(convert_to(coalesce(string_agg(format(E'%s|%s|%s|%s\\n', subject, subject_id, seq,
                    encode(hash, 'hex')), '' order by subject collate \"C\", subject_id), ''), 'UTF8')), 'hex')
                from (select distinct on (subject, subject_id) *
                    from event
                    where xid < x.xmin
                    order by subject, subject_id, seq desc) e),
        'messages', (select count(*) from message where xid < x.xmin),
        'messages_digest',
            (select encode(sha256(convert_to(coalesce(string_agg(line, '' order by id), ''), 'UTF8')), 'hex')
                from (select m.id,
                        format(E'%s|%s|%s|%s\\n', m.id, coalesce(s.rank, m.rank),
                            (extract(epoch from coalesce(s.at, m.at)) * 1000000)::bigint,
                            encode(coalesce(s.commitment, m.commitment), 'hex')) as line
                    from message m
                        left join lateral (select s.rank, s.at, s.commitment
                            from superseded s
                            where not (m.xid < x.xmin) and s.message_id = m.id and s.xid < x.xmin
                            order by s.xid desc
                            limit 1) s on true
                    where m.xid < x.xmin or s.commitment is not null) l))::text
    from (select pg_snapshot_xmin(pg_current_snapshot()) as xmin) x";

#[tokio::test]
async fn seals_of_the_previous_version_match_after_the_migration() {
    let db = support::empty_db();
    let mut conn = db.connect().await;
    run(&mut conn, "create schema inbox").await;
    let all = sqlx::migrate!();
    let before = Migrator::with_migrations(all.iter().filter(|m| m.version <= 9).cloned().collect());
    before.run(&mut conn).await.unwrap();
    seed::set_up(&mut conn).await;
    seed::conversations(&mut conn, 3).await;
    // Ranks order these two versions and times order placeholders, in whatever transactions.
    out_of_order(&db, &mut conn, "wamid.1").await;
    run(&mut conn, &put("wamid.2", 0, "status", "unknown", EARLY, "null")).await;
    run(
        &mut conn,
        &put("wamid.2", 0, "status", "template", "2026-11-20 09:00:00Z", "null"),
    )
    .await;
    run(&mut conn, &put("wamid.3", 4, "live", "text", EARLY, "'order 1001'")).await;
    run(&mut conn, "insert into order_key values ('1001', 1)").await;
    seed::settled(&mut conn).await;
    let old = |name: &str, json: String| {
        let file = db.home().join(name);
        fs_err::write(&file, json).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let settled = old("settled", text(&mut conn, OLD_DIGEST).await);
    run(&mut conn, &put("wamid.1", 4, "echo", "text", EARLY, "'as typed'")).await;
    // A seal by transaction ids, made while the newest version was not yet covered.
    let later = text(&mut conn, OLD_DIGEST).await;
    let xmin = text(&mut conn, "select xid from message where wamid = 'wamid.1'").await;
    let running = old(
        "running",
        text(
            &mut conn,
            &OLD_DIGEST.replace("pg_snapshot_xmin(pg_current_snapshot())", &format!("'{xmin}'::xid8")),
        )
        .await,
    );
    let later = old("later", later);
    let events = text(
        &mut conn,
        "select md5(string_agg(e::text, '|' order by subject, subject_id, seq)) from event e",
    )
    .await;

    inbox(&db).args(["db", "migrate", "-q"]).assert().success();
    assert_eq!(
        text(
            &mut conn,
            "select md5(string_agg(e::text, '|' order by subject, subject_id, seq)) from event e"
        )
        .await,
        events
    );
    let versions =
        "select string_agg(format('%s:%s:%s', right(wamid, 1), s.version, s.rank), ' ' order by wamid, s.version)
        from superseded s join message m on m.id = s.message_id";
    assert_eq!(text(&mut conn, versions).await, "1:1:0 1:2:2 2:1:0");
    assert_eq!(
        text(
            &mut conn,
            "select string_agg(version::text, ' ' order by id) from message"
        )
        .await,
        "3 2 1"
    );
    assert_eq!(found(&db), []);
    for seal in [&settled, &running, &later] {
        assert_eq!(verified(&db, seal), Some(0), "{seal}");
    }
    run(&mut conn, &put("wamid.2", 4, "echo", "text", EARLY, "'as typed'")).await;
    for seal in [&settled, &running, &later] {
        assert_eq!(verified(&db, seal), Some(0), "{seal}");
    }
    assert_eq!(found(&db), []);
    let mut su = db.connect_to(&db.superuser_url()).await;
    super::tamper(
        &mut su,
        "update superseded
        set at = at - interval '1 hour'
        where rank = 0 and message_id = (select id from message where wamid = 'wamid.2')",
    )
    .await;
    assert_eq!(verified(&db, &settled), Some(7));
}
