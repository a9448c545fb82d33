//! Erasure of a customer and retention of texts in the whole program: no personal data is left, and
//! the rest still verifies.

use std::process::Command;

use inbox::local::discover;
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::serving::{self, Serve, applied, change, echo, messages, now, text};
use crate::support::transcript::transcript;
use crate::support::{self, Db, inbox, seed};

const NUMBER: &str = "923331234567";
const BSUID: &str = "PK.13491208655302741918";
const OTHER: &str = "923007654321";

/// Returns an id like WhatsApp's, which contains the customer's number in base64.
fn wamid(number: &str, tail: &str) -> String {
    let base64: String = number
        .as_bytes()
        .chunks(3)
        .flat_map(|c| {
            let bits = u32::from(c[0]) << 16 | u32::from(c[1]) << 8 | u32::from(c[2]);
            [18, 12, 6, 0].map(|shift| {
                let table = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
                char::from(table[(bits >> shift & 63) as usize])
            })
        })
        .collect();
    format!("wamid.HBgM{base64}FQIAERgS{tail}")
}

/// Texts that must not be left anywhere.
fn secrets() -> Vec<String> {
    [
        NUMBER,
        "3331234567",
        BSUID,
        "OTIzMzMxMjM0NTY3",
        "Ayesha Zulfiqar",
        "ayesha.z",
        "where is my parcel",
        "and my refund",
        "from the app",
        "she shouted",
        "crying on the phone",
        "knocked twice",
        "ORD-77123",
        "77123",
        "LeopardsX",
        "TRK99881",
        "angry lady",
        "calls at night",
        "second letter",
        "call-back-token-5",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Returns a dump of the workspace, with bytes as text.
async fn dump(db: &Db, conn: &mut PgConnection) -> String {
    let programs = std::env::var_os("INBOX_PG_BIN").map(std::path::PathBuf::from);
    let program = discover(programs.as_deref()).unwrap().program("pg_dump");
    let output = Command::new(program)
        .args(["--data-only", "--schema=inbox", "--dbname", &db.superuser_url()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let bodies = seed::text(
        conn,
        "select coalesce(string_agg(encode(body, 'escape'), E'\\n'), '') from delivery",
    )
    .await;
    let dump = String::from_utf8(output.stdout).unwrap();
    assert!(dump.contains("COPY inbox.message ") && dump.contains("COPY inbox.delivery "));
    dump + &bodies
}

fn left(dump: &str) -> Vec<String> {
    let found = |s: &String| {
        dump.contains(s.as_str()) || dump.contains(&hex::encode(s)) || dump.to_lowercase().contains(&s.to_lowercase())
    };
    secrets().into_iter().filter(found).collect()
}

/// Returns webhook bodies of a customer with data of every kind.
fn bodies(t: i64) -> Vec<Value> {
    let contact =
        json!([{"wa_id": NUMBER, "user_id": BSUID, "profile": {"name": "Ayesha Zulfiqar", "username": "ayesha.z"}}]);
    let first = wamid(NUMBER, "AAA1");
    let sent = wamid(NUMBER, "BBB1");
    let mut asks = text(&first, NUMBER, t, "where is my parcel ORD-77123");
    asks["from_user_id"] = json!(BSUID);
    let mut quotes = text(&wamid(NUMBER, "AAA2"), NUMBER, t + 60, "and my refund");
    quotes["context"] = json!({"id": sent});
    let reacts = json!({
        "id": wamid(NUMBER, "AAA3"), "from": NUMBER, "timestamp": (t + 70).to_string(), "type": "reaction",
        "reaction": {"message_id": sent, "emoji": "👍"},
    });
    let mut unknown = messages(vec![text(&wamid(NUMBER, "AAA4"), NUMBER, t, "second letter")]);
    unknown["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = json!("999");
    vec![
        change(
            "messages",
            json!({"contacts": contact, "messages": [asks, text("wamid.other", OTHER, t, "hello of somebody else")]}),
        ),
        echo(&sent, NUMBER, t + 30),
        messages(vec![quotes, reacts]),
        // A status with only the id of its message, one of a call, and one that is reported to the
        // operator.
        change(
            "messages",
            json!({
                "statuses": [
                    {
                        "id": sent, "status": "delivered", "timestamp": (t + 31).to_string(),
                        "biz_opaque_callback_data": "call-back-token-5",
                    },
                ],
            }),
        ),
        change(
            "messages",
            json!({
                "statuses": [
                    {
                        "id": wamid(NUMBER, "CALL"), "status": "RINGING", "type": "call",
                        "timestamp": (t + 32).to_string(), "recipient_id": NUMBER,
                    },
                ],
            }),
        ),
        change(
            "messages",
            json!({
                "statuses": [
                    {
                        "id": wamid(NUMBER, "BBB2"), "status": "failed", "timestamp": (t + 33).to_string(),
                        "recipient_id": NUMBER,
                        "errors": [{"code": 131_042, "title": "Business eligibility payment issue"}],
                    },
                ],
            }),
        ),
        unknown,
    ]
}

/// Creates a workspace with personal data in every table that can hold it.
async fn filled() -> (Db, PgConnection, Serve, Vec<Value>) {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let serve = Serve::start(&db);
    let bodies = bodies(now() - 3600);
    for body in &bodies {
        assert_eq!(serve.post(body), 200);
        applied(&mut conn).await;
    }
    let done = transcript(
        &db,
        &[
            "take +923331234567 --as sara -q --reason 'angry lady' --idempotency-key k1",
            "take +923007654321 --as sara -q",
            "note +923331234567 'she shouted' --order ORD-77123 --courier LeopardsX --tracking TRK99881 \
             --tried 'knocked twice' --as sara -q --idempotency-key call-923331234567",
            "escalate +923331234567 --to zoya --note 'crying on the phone' --reason 'calls at night' --as sara -q",
            "ticket note T-1 'ORD-77123 again' --as zoya -q",
            "assign --owner sara --to ali --as omar -q --reason 'end of shift' --yes",
            "resolve --contact +923331234567 --as ali -q --reason 'Ayesha Zulfiqar is content'",
            "resolve --contact +923007654321 --as ali -q",
        ],
    );
    assert!(!done.contains("exit"), "{done}");
    (db, conn, serve, bodies)
}

fn output(db: &Db, line: &str) -> String {
    transcript(db, &[line])
}

#[tokio::test]
async fn forget_removes_everything_of_a_customer_and_nothing_else() {
    let (db, mut conn, serve, bodies) = filled().await;
    let before = dump(&db, &mut conn).await;
    assert_eq!(left(&before), secrets());
    seed::settled(&mut conn).await;
    let seal = db.home().join("seal");
    let seal = seal.to_str().unwrap();
    inbox(&db).args(["audit", "seal", "--file", seal]).assert().success();
    let reports = [
        "list --status any --columns conversation,status,owner,team,opened_at,resolved_at -o csv",
        "kpi export --since 2026-01-01 --until 2100-01-01 --by agent,team -o csv",
        "audit --columns subject,event,kind,actor,operation -o csv",
    ];
    let told = |db: &Db| reports.iter().map(|line| output(db, line)).collect::<Vec<_>>();
    let was = told(&db);
    assert!(was.iter().all(|r| r.lines().count() > 3), "{was:?}");

    let tried = output(&db, "contact forget +923331234567 --dry-run");
    assert!(
        tried.contains("messages=") && tried.contains("nothing was changed"),
        "{tried}"
    );
    assert_eq!(left(&dump(&db, &mut conn).await), secrets());
    let done = output(
        &db,
        "contact forget +923331234567 --idempotency-key f1 --reason 'asked for it'",
    );
    assert!(done.contains("forgotten") && !done.contains("exit"), "{done}");
    assert_eq!(left(&dump(&db, &mut conn).await), Vec::<String>::new());
    // The reason of a bulk change also belongs to the other conversations.
    assert_eq!(
        seed::text(
            &mut conn,
            "select string_agg(body, ', ' order by id) from reason where body is not null"
        )
        .await,
        "end of shift, asked for it"
    );

    inbox(&db).args(["audit", "verify"]).assert().success();
    inbox(&db)
        .args(["audit", "verify", "--against", seal])
        .assert()
        .success();
    let is = told(&db);
    assert_eq!(is[0], was[0]);
    assert_eq!(is[1], was[1]);
    // One event more, which records the erasure.
    assert_eq!(is[2].lines().count(), was[2].lines().count() + 1);
    let shown = output(&db, "show C-1");
    assert!(
        shown.matches("[erased]").count() >= 5 && shown.contains("[forgotten]") && !shown.contains("exit"),
        "{shown}"
    );
    let again = output(
        &db,
        "contact forget +923331234567 --idempotency-key f1 --reason 'asked for it'",
    );
    assert!(
        again.contains("this is its result") && !again.contains("exit"),
        "{again}"
    );
    let second = output(&db, "contact forget C-1");
    assert!(second.contains("unchanged") && !second.contains("exit"), "{second}");
    assert!(output(&db, "contact show +923331234567").ends_with("exit 3\n"));

    // Repeated deliveries have no effect and restore no data.
    let count = "select concat_ws(' ', (select count(*) from contact), (select count(*) from message),
            (select count(*) from message_status), (select count(*) from conversation), (select count(*) from event))";
    let counted = seed::text(&mut conn, count).await;
    for body in &bodies[..6] {
        assert_eq!(serve.post(body), 200);
    }
    applied(&mut conn).await;
    assert_eq!(seed::text(&mut conn, count).await, counted);
    seed::run(&mut conn, "update delivery set body = null where state = 'applied'").await;
    assert_eq!(left(&dump(&db, &mut conn).await), Vec::<String>::new());
    // A customer who writes again is a new contact.
    assert_eq!(serve.post(&serving::one(&wamid(NUMBER, "NEW1"), NUMBER, now())), 200);
    applied(&mut conn).await;
    let list = output(&db, "contact list --all --ids");
    assert!(
        list.contains("+923331234567") && list.contains("C-1\n") && list.contains("+923007654321"),
        "{list}"
    );
    // Texts that are written later are erased by a later command.
    inbox(&db)
        .args(["note", "C-1", "it was Ayesha Zulfiqar", "--as", "sara", "-q"])
        .assert()
        .success();
    assert!(output(&db, "contact forget C-1").contains("notes=1"));
    assert!(!dump(&db, &mut conn).await.contains("Zulfiqar"));
    inbox(&db)
        .args(["audit", "verify", "--against", seal])
        .assert()
        .success();
}

#[tokio::test]
async fn forget_is_refused_with_the_steps_to_take_first() {
    let (db, mut conn, serve, _) = filled().await;
    for (who, code) in [("sara", "exit 4"), ("omar", "exit 4")] {
        assert!(output(&db, &format!("contact forget C-1 --as {who}")).contains(code));
    }
    let mut said = String::new();
    let mut refused = |line: &str| said.push_str(&output(&db, line));
    refused("contact forget C-1 --reason 'Ayesha Zulfiqar asked'");
    refused("contact forget C-1 --reason 'on 0333 123 4567'");
    refused("contact forget");
    refused("contact forget T-1");
    refused("contact forget C-99");
    refused("contact forget +923450000000");
    inbox(&db)
        .args(["reopen", "C-1", "--as", "omar", "-q"])
        .assert()
        .success();
    refused("contact forget 923331234567");
    inbox(&db)
        .args(["resolve", "C-1", "--as", "omar", "-q"])
        .assert()
        .success();
    // A delivery that also has a dead letter of another customer.
    let mut both = messages(vec![
        text(&wamid(NUMBER, "AAA8"), NUMBER, now(), "mine"),
        text("wamid.8", OTHER, now(), "not his"),
    ]);
    both["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = json!("999");
    assert_eq!(serve.post(&both), 200);
    applied(&mut conn).await;
    refused("contact forget C-1");
    // A delivery that waits to be applied.
    serve.stop();
    seed::run(
        &mut conn,
        &format!(
            "update dead_letter set replayed_at = now();
            insert into delivery (received_at, body) values (app_now(), '{{\"from\": \"{NUMBER}\"}}')"
        ),
    )
    .await;
    refused("contact forget C-1");
    insta::assert_snapshot!(said, @r"
    $ inbox contact forget C-1 --reason 'Ayesha Zulfiqar asked'
    ! error: the reason names the customer, and would not be erased
    ! hint: --reason 'asked for it in C-12'
    exit 2
    $ inbox contact forget C-1 --reason 'on 0333 123 4567'
    ! error: the reason names the customer, and would not be erased
    ! hint: --reason 'asked for it in C-12'
    exit 2
    $ inbox contact forget
    ! error: no customer was given
    ! hint: inbox contact forget +923001234567, or C-12
    exit 2
    $ inbox contact forget T-1
    ! error: T-1 is a ticket
    ! hint: inbox ticket show T-1 shows its conversation
    exit 2
    $ inbox contact forget C-99
    ! error: no conversation C-99
    exit 3
    $ inbox contact forget +923450000000
    ! error: no contact +923450000000
    ! hint: to list customers, run: inbox contact list; a forgotten customer has no number
    exit 3
    $ inbox contact forget 923331234567
    ! error: C-1 of this contact is not resolved
    ! hint: the customer still waits for an answer; first run: inbox resolve C-1
    exit 5
    $ inbox contact forget C-1
    ! error: delivery 8 has something of this contact, and events of others that could not be applied yet
    ! hint: inbox webhook show 8 shows why they failed; inbox webhook replay tries them again; then forget again
    exit 5
    $ inbox contact forget C-1
    ! error: delivery 9 has something of this contact and is not applied yet
    ! hint: inbox serve applies the delivery; then run contact forget again
    exit 5
    ");
    assert_eq!(
        seed::text(&mut conn, "select count(*) from event where subject = 'contact'").await,
        "0"
    );
}

/// Runs statements as a superuser with the guards off.
async fn tamper(db: &Db, sql: &str) {
    let mut superuser = db.connect_to(&db.superuser_url()).await;
    seed::run(
        &mut superuser,
        &format!("begin; set local session_replication_role = replica; {sql}; commit"),
    )
    .await;
}

fn verified(db: &Db, more: &[&str]) -> (Vec<(String, String)>, i32) {
    let output = inbox(db)
        .args([&["audit", "verify", "-o", "json"], more].concat())
        .output()
        .unwrap();
    let rows: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let word = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let found = rows.iter().map(|r| (word(r, "subject"), word(r, "problem"))).collect();
    (found, output.status.code().unwrap())
}

#[tokio::test]
async fn verify_finds_a_text_that_was_edited_or_erased_by_hand() {
    let (db, mut conn, _serve, _) = filled().await;
    assert_eq!(verified(&db, &[]), (Vec::new(), 0));
    let message = seed::text(
        &mut conn,
        "select min(id) from message where text is not null and rank = 4",
    )
    .await;
    let note = seed::text(&mut conn, "select min(id) from note").await;
    let reason = seed::text(&mut conn, "select min(id) from reason").await;
    let of = async |conn: &mut PgConnection, text: &str, id: &str| {
        let sql = format!(
            "select case subject when 'conversation' then 'C-' else 'T-' end || subject_id
            from event
            where {text}_id = {id}
            order by subject, subject_id
            limit 1"
        );
        seed::text(conn, &sql).await
    };
    let (noted, reasoned) = (
        of(&mut conn, "note", &note).await,
        of(&mut conn, "reason", &reason).await,
    );
    let whole = "text = null, summary = null, raw = null, salt = null";
    let plan = [
        (
            format!("update message set text = 'never said' where id = {message}"),
            format!("message {message}"),
            "text_differs",
        ),
        (
            format!("update message set summary = 'never said' where id = {message}"),
            format!("message {message}"),
            "text_differs",
        ),
        (
            format!("update message set direction = 'outbound' where id = {message}"),
            format!("message {message}"),
            "text_differs",
        ),
        (
            format!("update message set salt = null where id = {message}"),
            format!("message {message}"),
            "text_differs",
        ),
        (
            format!("update message set {whole} where id = {message}"),
            format!("message {message}"),
            "erased",
        ),
        (
            format!("update note set salt = null where id = {note}"),
            noted.clone(),
            "text_differs",
        ),
        (
            format!(
                "update note
                set salt = null, body = null, order_id = null, courier = null, tracking_no = null, tried = null
                where id = {note}"
            ),
            noted,
            "erased",
        ),
        (
            format!("update reason set salt = null, body = null where id = {reason}"),
            reasoned,
            "erased",
        ),
        // A false erasure requires an event, and an event has a place in a chain.
        (
            "update contact set forgotten_at = now() where id = 1".to_owned(),
            "contact 1".to_owned(),
            "no_row",
        ),
        (
            format!(
                "update message set {whole} where id = {message};
                insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, status, hash)
                values ('contact', 1, 1, now(), 'forgotten', 1, 1, 'forgotten', '\\x00')"
            ),
            "contact 1".to_owned(),
            "edited",
        ),
    ];
    for (sql, subject, problem) in plan {
        let keep = "create table kept as select * from message;
            create table kept_note as select * from note;
            create table kept_reason as select * from reason";
        tamper(&db, &format!("set search_path to inbox; {keep}; {sql}")).await;
        let (found, exit) = verified(&db, &[]);
        assert!(
            found.contains(&(subject.clone(), problem.to_owned())) && exit == 7,
            "{sql}: {found:?}"
        );
        tamper(
            &db,
            "set search_path to inbox;
            delete from message;
            insert into message overriding system value select * from kept;
            delete from note;
            insert into note overriding system value select * from kept_note;
            delete from reason;
            insert into reason overriding system value select * from kept_reason;
            drop table kept;
            drop table kept_note;
            drop table kept_reason;
            update contact set forgotten_at = null;
            delete from event where subject = 'contact'",
        )
        .await;
        assert_eq!(verified(&db, &[]), (Vec::new(), 0), "{sql}");
    }
}

#[tokio::test]
async fn seal_detects_rewritten_messages_and_accepts_newer_versions() {
    let (db, mut conn, serve, _) = filled().await;
    let foreign = wamid(OTHER, "FOREIGN");
    assert_eq!(serve.post(&serving::status(&foreign, OTHER, now(), "sent")), 200);
    applied(&mut conn).await;
    seed::settled(&mut conn).await;
    let seal = db.home().join("seal");
    let against = ["--against", seal.to_str().unwrap()];
    inbox(&db)
        .args(["audit", "seal", "--file", against[1]])
        .assert()
        .success();
    // A message known only from a status gets its text from the phone app later.
    assert_eq!(serve.post(&echo(&foreign, OTHER, now())), 200);
    assert_eq!(serve.post(&serving::one("wamid.later", OTHER, now())), 200);
    applied(&mut conn).await;
    assert_eq!(seed::text(&mut conn, "select count(*) from superseded").await, "1");
    assert_eq!(verified(&db, &against), (Vec::new(), 0));

    let message = seed::text(
        &mut conn,
        "select min(id) from message where text is not null and rank = 4",
    )
    .await;
    let rewrite = format!(
        "set search_path to inbox;
        update message set text = 'never said', salt = '\\x01' where id = {message};
        update message m
        set commitment = sha256(salt || message_text(wamid, kind, at, direction, author, text, summary, raw))
        where id = {message}"
    );
    // A forged newer version: a message from WhatsApp itself already has the highest rank.
    tamper(
        &db,
        &format!(
            "set search_path to inbox;
            insert into superseded (message_id, version, xid, rank, at, commitment)
            select id, 1, xid, rank, at, commitment
            from message
            where id = {message};
            {rewrite};
            update message set xid = pg_current_xact_id(), version = 2 where id = {message}"
        ),
    )
    .await;
    assert_eq!(
        verified(&db, &[]),
        (vec![(format!("message {message}"), "text_differs".to_owned())], 7)
    );
    tamper(
        &db,
        &format!(
            "set search_path to inbox;
            delete from superseded where message_id = {message};
            update message set xid = '3', version = 1 where id = {message};
            {rewrite}"
        ),
    )
    .await;
    assert_eq!(verified(&db, &[]), (Vec::new(), 0));
    assert_eq!(verified(&db, &against).1, 7);
    let said = output(&db, &format!("audit verify --against {}", against[1]));
    assert!(
        said.contains("the messages differ from those that were sealed"),
        "{said}"
    );
    tamper(&db, &format!("delete from inbox.message where id = {message}")).await;
    assert_eq!(verified(&db, &[]).1, 0);
    assert_eq!(verified(&db, &against).1, 7);
}

#[tokio::test]
async fn retention_erases_in_batches_and_the_rest_still_verifies() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let serve = Serve::start(&db);
    let (old, young) = (now() - 3 * 86_400, now() - 60);
    let many = |range: std::ops::Range<i64>| {
        let list = range.map(|n| text(&format!("wamid.o{n}"), NUMBER, old + n, "an old text"));
        messages(list.collect())
    };
    for body in [many(0..600), many(600..1200), serving::one("wamid.y", NUMBER, young)] {
        assert_eq!(serve.post(&body), 200);
        applied(&mut conn).await;
    }
    let mut lost = serving::one("wamid.lost", OTHER, young);
    lost["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = json!("999");
    assert_eq!(serve.post(&lost), 200);
    applied(&mut conn).await;
    serve.stop();
    seed::settled(&mut conn).await;
    let seal = db.home().join("seal");
    let against = ["--against", seal.to_str().unwrap()];
    inbox(&db)
        .args(["audit", "seal", "--file", against[1]])
        .assert()
        .success();
    let texts = "select concat_ws(' ', count(text), count(raw), count(summary), count(salt), count(distinct wamid))
        from message";
    let raw = "select concat_ws(' ', (select count(body) from delivery), (select count(raw) from dead_letter),
            (select count(*) from delivery))";

    // The default policy erases only raw webhooks older than 30 days.
    assert_eq!(erased(&db), [0, 0]);
    seed::run(
        &mut conn,
        "update delivery set received_at = received_at - interval '31 days'",
    )
    .await;
    assert_eq!(erased(&db), [3, 0]);
    assert_eq!(seed::text(&mut conn, raw).await, "1 1 4");
    assert_eq!(seed::text(&mut conn, texts).await, "1201 1201 1201 1201 1201");

    inbox(&db)
        .args(["config", "workspace", "retention_messages", "2d", "-q"])
        .assert()
        .success();
    assert_eq!(erased(&db), [0, 1200]);
    assert_eq!(erased(&db), [0, 0]);
    assert_eq!(seed::text(&mut conn, texts).await, "1 1 1 1 1201");
    let batches = "select string_agg(changed::text, ' ' order by id) from operation where verb = 'retention'";
    assert_eq!(seed::text(&mut conn, batches).await, "3 500 500 200");
    assert_eq!(verified(&db, &against), (Vec::new(), 0));
    // The retention policy covers this text and no other.
    inbox(&db)
        .args(["config", "workspace", "retention_messages", "none", "-q"])
        .assert()
        .success();
    assert_eq!(verified(&db, &against), (Vec::new(), 0));
    let whole = "text = null, summary = null, raw = null, salt = null";
    let refused = sqlx::query(sqlx::AssertSqlSafe(format!(
        "update message set {whole} where wamid = 'wamid.y'"
    )))
    .execute(&mut conn)
    .await
    .unwrap_err();
    assert_eq!(refused.as_database_error().unwrap().code().unwrap(), "IB001");
    tamper(
        &db,
        &format!("update inbox.message set {whole} where wamid = 'wamid.y'"),
    )
    .await;
    assert_eq!(verified(&db, &[]).0[0].1, "erased");
}

#[tokio::test]
async fn message_during_a_forget_belongs_to_a_new_contact() {
    let (db, mut conn, serve, bodies) = filled().await;
    seed::run(
        &mut conn,
        "begin;
        do $$
        declare op bigint;
        begin
            select operation_id into op
            from open_operation('admin', 'contact forget', '{}', null, null, '0.1.0', 'test', null);
            perform forget_contact(op, 1, null);
            perform finish_operation(op, 1, 1, null, 0::smallint);
        end $$",
    )
    .await;
    // A repeated message and a new one both wait for the contact's row.
    assert_eq!(serve.post(&bodies[0]), 200);
    assert_eq!(serve.post(&serving::one(&wamid(NUMBER, "NEW1"), NUMBER, now())), 200);
    let mut watcher = db.connect().await;
    serving::eventually(
        &mut watcher,
        "(select count(*) from delivery where state = 'new' and held_by is not null) = 2",
    )
    .await;
    seed::run(&mut conn, "commit").await;
    applied(&mut conn).await;
    let contacts = "select string_agg(concat_ws(' ', k.id, k.forgotten_at is not null,
            (select string_agg(a.value, ',') from contact_alias a where a.contact_id = k.id),
            (select count(*) from message m where m.contact_id = k.id and m.salt is not null)), '; ' order by k.id)
        from contact k";
    assert_eq!(
        seed::text(&mut conn, contacts).await,
        format!("1 t 0; 2 f {OTHER} 1; 3 f {NUMBER} 1")
    );
    assert_eq!(verified(&db, &[]), (Vec::new(), 0));
}

/// Returns how many raw webhooks and texts a tick erases.
fn erased(db: &Db) -> [usize; 2] {
    let ticked = output(db, "tick -o csv --no-header");
    ["webhooks_emptied", "texts_erased"].map(|work| {
        let line = ticked.lines().find(|line| line.starts_with(work)).unwrap();
        line.split(',').nth(1).unwrap().parse().unwrap()
    })
}
