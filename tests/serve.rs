//! `inbox serve` over HTTP.

use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::serving::{
    SECRET, Serve, applied, change, echo, eventually, laws, messages, now, one, post_all, sign, status, text,
};
use crate::support::{self, seed};

/// A body with Meta's escapes.
const VECTOR: &str = concat!(
    r#"{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"#,
    r#""messaging_product":"whatsapp","#,
    r#""metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"#,
    r#""contacts":[{"profile":{"name":"Ay\u015fe \ud83d\ude00"},"wa_id":"16505551234"}],"#,
    r#""messages":[{"from":"16505551234","id":"wamid.TEST1","timestamp":"1750101000","#,
    r#""text":{"body":"a\/b \u003C50\u0025 off\u0040shop"},"type":"text"}]},"field":"messages"}]}]}"#
);

#[tokio::test]
async fn only_bodies_with_a_valid_signature_are_stored() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let serve = Serve::start(&db);
    let mut client = serve.client();
    let mut send = |head: &str, body: &[u8]| client.send("POST", "/webhooks/whatsapp", head, body).unwrap();
    let signed = "X-Hub-Signature-256: sha256=9a84b7cbd1c6045b1f5e816025cf8f346bbac10f364393f2a68dd082277ff9ca\r\n";
    let answer = send(signed, VECTOR.as_bytes());
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    let rewritten = serde_json::from_str::<Value>(VECTOR).unwrap().to_string();
    assert_eq!(send(signed, rewritten.as_bytes()).status, 401);
    assert_eq!(send("", VECTOR.as_bytes()).status, 401);
    for malformed in ["sha256=", "sha256=zz", "sha1=9a84", "9a84b7cb"] {
        assert_eq!(
            send(&format!("X-Hub-Signature-256: {malformed}\r\n"), b"x").status,
            401,
            "{malformed}"
        );
    }
    let other = sign(VECTOR.as_bytes(), "not the secret");
    assert_eq!(
        send(&format!("X-Hub-Signature-256: {other}\r\n"), VECTOR.as_bytes()).status,
        401
    );
    // The previous secret is still accepted.
    let older = sign(VECTOR.as_bytes(), "an-older-secret");
    assert_eq!(
        send(&format!("X-Hub-Signature-256: {older}\r\n"), VECTOR.as_bytes()).status,
        200
    );
    let long = vec![b'x'; 5 << 20];
    assert_eq!(
        client.send("POST", "/webhooks/whatsapp", "", &long).unwrap().status,
        401
    );
    assert_eq!(serve.client().post(&long).unwrap(), 413);
    assert_eq!(
        serve
            .client()
            .send("PUT", "/webhooks/whatsapp", "", b"")
            .unwrap()
            .status,
        405
    );
    applied(&mut conn).await;
    assert_eq!(seed::text(&mut conn, "select count(*) from delivery").await, "2");
}

#[tokio::test]
async fn refusal_does_not_wait_for_the_body() {
    use std::io::{Read, Write};
    let db = support::db();
    seed::workspace(&db).await;
    let serve = Serve::start(&db);
    let mut stream = std::net::TcpStream::connect(serve.address).unwrap();
    stream
        .set_read_timeout(Some(std::time::Duration::from_secs(5)))
        .unwrap();
    stream
        .write_all(b"POST /webhooks/whatsapp HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        .unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 401");
}

#[tokio::test]
async fn handshake_returns_the_challenge_unchanged() {
    let db = support::db();
    seed::workspace(&db).await;
    let serve = Serve::start(&db);
    let mut client = serve.client();
    let mut get = |query: &str| {
        client
            .send("GET", &format!("/webhooks/whatsapp?{query}"), "", b"")
            .unwrap()
    };
    let good = get("hub.mode=subscribe&hub.challenge=007%20x%26&hub.verify_token=token");
    assert_eq!((good.status, good.body.as_str()), (200, "007 x&"));
    assert!(good.head.contains("content-type: text/plain"), "{}", good.head);
    let longest = "1".repeat(256);
    assert_eq!(
        get(&format!(
            "hub.mode=subscribe&hub.challenge={longest}&hub.verify_token=token"
        ))
        .body,
        longest
    );
    for bad in [
        "hub.mode=subscribe&hub.challenge=1&hub.verify_token=tokem".to_owned(),
        "hub.mode=subscribe&hub.challenge=1".to_owned(),
        "hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=token".to_owned(),
        "hub.mode=subscribe&hub.verify_token=token".to_owned(),
        format!("hub.mode=subscribe&hub.challenge={longest}1&hub.verify_token=token"),
        String::new(),
    ] {
        let answer = get(&bad);
        assert_eq!((answer.status, answer.body.as_str()), (403, ""), "{bad}");
    }
}

#[tokio::test]
async fn health_means_alive_and_readiness_means_working() {
    let db = support::db();
    seed::workspace(&db).await;
    let serve = Serve::start(&db);
    let mut client = serve.client();
    assert_eq!(client.send("GET", "/healthz", "", b"").unwrap().status, 200);
    let ready = client.send("GET", "/readyz", "", b"").unwrap();
    let told: Value = serde_json::from_str(&ready.body).unwrap();
    assert_eq!(
        (ready.status, &told["ready"], &told["backlog"]),
        (200, &json!(true), &json!(0))
    );
}

#[test]
fn serve_does_not_start_without_a_secret() {
    let db = support::db();
    let out = support::inbox(&db)
        .args(["serve", "--listen", "127.0.0.1:0"])
        .assert()
        .code(2);
    assert!(String::from_utf8_lossy(&out.get_output().stderr).contains("no app secret"));
}

#[tokio::test]
async fn unreadable_bodies_are_kept_with_their_reason() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let serve = Serve::start(&db);
    let mut client = serve.client();
    let deep = format!("{}1{}", "{\"a\":".repeat(3000), "}".repeat(3000));
    let nested = messages(vec![]).to_string().replace(
        "\"messages\":[]",
        &format!("\"messages\":[{{\"id\":\"wamid.d\",\"from\":\"923001234567\",\"text\":{deep}}}]"),
    );
    for body in [&b"hello"[..], b"", b"\xff\xfe", b"[1]", b"{}", nested.as_bytes()] {
        assert_eq!(client.post(body).unwrap(), 200);
    }
    // An escaped NUL and half a surrogate pair are accepted as text.
    let odd = messages(vec![text("wamid.odd", "923001234567", now(), "PLACE")])
        .to_string()
        .replace("PLACE", r"a\u0000b\ud83dc");
    assert_eq!(client.post(odd.as_bytes()).unwrap(), 200);
    applied(&mut conn).await;
    let reasons: Vec<String> =
        sqlx::query_scalar("select split_part(reason, ':', 1) from dead_letter where cause = 'malformed' order by id")
            .fetch_all(&mut conn)
            .await
            .unwrap();
    let mut reasons = reasons;
    reasons.sort();
    assert_eq!(
        reasons,
        [
            "no_entry",
            "not_an_object",
            "not_json",
            "not_json",
            "not_utf8",
            "too_deep"
        ]
    );
    assert_eq!(
        seed::text(
            &mut conn,
            "select count(*) from delivery where body is not null and state = 'applied'"
        )
        .await,
        "7"
    );
    assert_eq!(
        seed::text(&mut conn, "select text from message").await,
        r"a\u0000b\ud83dc"
    );
}

/// Returns bodies of twenty customers who write, get replies from the app and another tool, react,
/// and write again.
fn a_busy_hour() -> Vec<Vec<u8>> {
    let start = now() - 3_600;
    let mut bodies = Vec::new();
    for c in 0..20_i64 {
        let who = format!("9230012345{c:02}");
        let t = start + c * 7;
        let id = |n: i64| format!("wamid.{c}.{n}");
        bodies.push(messages(vec![
            text(&id(1), &who, t, "one"),
            text(&id(2), &who, t, "same second"),
            text(&id(3), &who, t + 5, "order #1001"),
        ]));
        bodies.push(echo(&id(4), &who, t + 60));
        bodies.push(status(&id(4), &who, t + 61, "sent"));
        bodies.push(status(&id(4), &who, t + 62, "delivered"));
        bodies.push(one(&id(5), &who, t + 120));
        bodies.push(status(&id(6), &who, t + 180, "read"));
        bodies.push(status(&id(6), &who, t + 179, "sent"));
        bodies.push(messages(vec![json!({
            "id": id(7), "from": who, "timestamp": (t + 190).to_string(), "type": "reaction",
            "reaction": {"message_id": id(6), "emoji": "🙏"},
        })]));
        bodies.push(change(
            "messages",
            json!({
                "contacts": [{"wa_id": who, "profile": {"name": format!("Name {c}")}}],
                "messages": [text(&id(8), &who, t + 300, "still waiting")],
            }),
        ));
        if c % 3 == 0 {
            bodies.push(status(&id(9), &who, t + 400, "failed"));
        }
    }
    bodies.into_iter().map(|b| b.to_string().into_bytes()).collect()
}

async fn everything(conn: &mut sqlx::PgConnection) -> String {
    // Omits everything that depends on the order of arrival: who began, what is late, and ids.
    seed::text(
        conn,
        r"select string_agg(line, E'\n' order by line)
        from (select concat_ws('|', 'm', m.wamid, m.kind, m.author, m.rank, m.at, m.counts, m.failed, m.text,
                a.value) as line
            from message m join contact_alias a on a.contact_id = m.contact_id
            union all
            select concat_ws('|', 's', wamid, status, at)
            from message_status
            union all
            select concat_ws('|', 'r', a.value, r.started_at, r.last_at, r.messages, r.ended_at, r.outcome)
            from run r
                join conversation c on c.id = r.conversation_id
                join contact_alias a on a.contact_id = c.contact_id
            union all
            select concat_ws('|', 'c', a.value, c.status, c.opened_at, c.last_message_at, c.first_customer_at,
                c.last_customer_at, c.waiting_since)
            from conversation c join contact_alias a on a.contact_id = c.contact_id
            union all
            select concat_ws('|', 'p', a.value, p.name, p.first_seen, p.last_seen)
            from contact p join contact_alias a on a.contact_id = p.id
            union all
            select concat_ws('|', 'o', a.value, k.key)
            from order_key k
                join conversation c on c.id = k.conversation_id
                join contact_alias a on a.contact_id = c.contact_id) x",
    )
    .await
}

#[tokio::test]
async fn deliveries_in_any_order_and_repeated_have_the_same_result() {
    let bodies = a_busy_hour();
    let mut first: Option<String> = None;
    for round in 0..4_usize {
        let db = support::db();
        let mut conn = seed::workspace(&db).await;
        let serve = Serve::start(&db);
        if round == 0 {
            let mut client = serve.client();
            for body in &bodies {
                assert_eq!(client.post(body).unwrap(), 200);
            }
        } else {
            // Two processes on one database, and each body three times.
            let other = Serve::start(&db);
            let mut many: Vec<Vec<u8>> = bodies.iter().cycle().take(bodies.len() * 3).cloned().collect();
            shuffle(&mut many, round as u64);
            let (here, there) = many.split_at(many.len() / 2);
            std::thread::scope(|s| {
                s.spawn(|| post_all(&serve, here));
                post_all(&other, there);
            });
        }
        applied(&mut conn).await;
        assert_eq!(laws(&mut conn).await, 20);
        let found = everything(&mut conn).await;
        assert!(found.lines().count() > 300, "{found}");
        assert_eq!(
            seed::text(
                &mut conn,
                "select count(*) from event where subject = 'conversation' and kind = 'opened'"
            )
            .await,
            "20"
        );
        match &first {
            None => first = Some(found),
            Some(first) => {
                let lines = |text: &str| {
                    text.lines()
                        .map(str::to_owned)
                        .collect::<std::collections::BTreeSet<_>>()
                };
                let (now, then) = (lines(&found), lines(first));
                let differing: Vec<_> = now.symmetric_difference(&then).collect();
                assert!(differing.is_empty(), "round {round}: {differing:#?}");
            }
        }
    }
}

fn shuffle<T>(list: &mut [T], seed: u64) {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    for i in (1..list.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        list.swap(i, usize::try_from(state % (i as u64 + 1)).unwrap());
    }
}

#[tokio::test]
async fn every_known_body_is_stored_and_applied() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let ids: Vec<String> = fixtures()
        .iter()
        .flat_map(|b| inbox::domain::whatsapp::parse(b).unwrap_or_default())
        .filter_map(|i| i.phone_number_id)
        .collect();
    for (n, id) in ids
        .iter()
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .enumerate()
    {
        seed::run(&mut conn, &channel(&format!("c{n}"), id)).await;
    }
    let serve = Serve::start(&db);
    let mut many: Vec<Vec<u8>> = fixtures().into_iter().cycle().take(fixtures().len() * 3).collect();
    shuffle(&mut many, 5);
    post_all(&serve, &many);
    applied(&mut conn).await;
    let mut wanted: Vec<String> = fixtures()
        .iter()
        .flat_map(|b| inbox::domain::whatsapp::parse(b).unwrap_or_default())
        .filter_map(|i| match i.event {
            Ok(inbox::domain::whatsapp::Event::Message(m)) if !m.ids.is_empty() || m.new_ids.is_some() => Some(m.wamid),
            _ => None,
        })
        .collect();
    wanted.sort();
    wanted.dedup();
    let missing: Vec<String> =
        sqlx::query_scalar("select w from unnest($1::text[]) w where w not in (select wamid from message)")
            .bind(&wanted)
            .fetch_all(&mut conn)
            .await
            .unwrap();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(wanted.len() > 40);
    assert_eq!(
        seed::text(&mut conn, "select count(*) from dead_letter where cause = 'failed'").await,
        "0"
    );
    laws(&mut conn).await;
}

fn fixtures() -> Vec<Vec<u8>> {
    let mut paths: Vec<_> = fs_err::read_dir(support::source("tests/fixtures/webhooks"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    paths.sort();
    paths.iter().map(|p| fs_err::read(p).unwrap()).collect()
}

fn channel(handle: &str, id: &str) -> String {
    format!(
        "do $do$
        declare op bigint;
        begin
            select operation_id into op
            from open_operation('admin', 'channel add', '{{}}', null, null, '0.1.0', 'test', null);
            perform put_resource(op, 'channel', null,
                jsonb_build_object('handle', '{handle}', 'phone_number_id', '{id}',
                    'store_id', (select id from store limit 1),
                    'team_id', (select id from team limit 1)), 'added', null);
            perform finish_operation(op, 1, 1, null, 0::smallint);
        end $do$"
    )
}

#[tokio::test]
async fn deliveries_are_applied_when_their_channel_is_added() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let serve = Serve::start(&db);
    let mut body = one("wamid.u", "923001234567", now());
    body["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = json!("222");
    assert_eq!(serve.post(&body), 200);
    applied(&mut conn).await;
    assert_eq!(
        seed::text(&mut conn, "select cause || phone_number_id from dead_letter").await,
        "unknown_channel222"
    );
    seed::run(&mut conn, &channel("second", "222")).await;
    eventually(&mut conn, "exists (select from message where wamid = 'wamid.u')").await;
    eventually(
        &mut conn,
        "exists (select from dead_letter where replayed_at is not null)",
    )
    .await;
}

/// Makes the database refuse every message whose id contains `bad`.
async fn refuse_bad(conn: &mut PgConnection) {
    seed::run(
        conn,
        "create function inbox.refuse() returns trigger language plpgsql as $$
        begin
            if new.wamid like '%bad%' then
                raise exception 'no: %', new.text;
            end if;
            return new;
        end $$;
        create trigger refuse before insert on message for each row execute function inbox.refuse()",
    )
    .await;
}

#[tokio::test]
async fn invalid_event_does_not_block_others_of_a_single_delivery() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    refuse_bad(&mut conn).await;
    let serve = Serve::start(&db);
    let list = ["good1", "bad", "good2"].map(|id| text(&format!("wamid.{id}"), "923001234500", now(), "fine"));
    assert_eq!(serve.post(&messages(list.to_vec())), 200);
    applied(&mut conn).await;
    assert_eq!(
        seed::text(&mut conn, "select string_agg(wamid, ' ' order by id) from message").await,
        "wamid.good1 wamid.good2"
    );
    assert_eq!(
        seed::text(
            &mut conn,
            "select string_agg(path || ' ' || cause, ' ') from dead_letter"
        )
        .await,
        "entry[0].changes[0].value.messages[1] failed"
    );
    laws(&mut conn).await;
}

#[tokio::test]
async fn invalid_event_does_not_fail_others_of_its_batch() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    refuse_bad(&mut conn).await;
    let serve = Serve::start(&db);
    let t = now();
    let who = |n: i64| format!("92300123450{n}");
    let mut list: Vec<Value> = (0..6)
        .map(|n| text(&format!("wamid.good{n}"), &who(n), t, "fine"))
        .collect();
    list.insert(3, text("wamid.bad", &who(7), t, "secret words"));
    assert_eq!(serve.post(&messages(list)), 200);
    for n in 0..5 {
        assert_eq!(serve.post(&one(&format!("wamid.other{n}"), &who(n), t + 1)), 200);
    }
    applied(&mut conn).await;
    assert_eq!(seed::text(&mut conn, "select count(*) from message").await, "11");
    let (path, cause, reason): (String, String, String) = sqlx::query_as("select path, cause, reason from dead_letter")
        .fetch_one(&mut conn)
        .await
        .unwrap();
    assert_eq!(
        (path.as_str(), cause.as_str()),
        ("entry[0].changes[0].value.messages[3]", "failed")
    );
    assert!(reason.contains("P0001") && !reason.contains("secret"), "{reason}");
    laws(&mut conn).await;
    // A replay succeeds after the fault is fixed.
    seed::run(&mut conn, "drop trigger refuse on message").await;
    support::inbox(&db)
        .args(["webhook", "replay", "--all"])
        .assert()
        .success();
    assert_eq!(seed::text(&mut conn, "select count(*) from message").await, "12");
    support::inbox(&db)
        .args(["webhook", "list", "--dead"])
        .assert()
        .success();
    laws(&mut conn).await;
}

#[tokio::test]
async fn serve_finishes_open_work_when_it_stops() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let serve = Serve::start(&db);
    for n in 0..50 {
        assert_eq!(serve.post(&one(&format!("wamid.{n}"), "923001234567", now())), 200);
    }
    assert!(serve.stop().success());
    assert_eq!(seed::text(&mut conn, "select count(*) from delivery").await, "50");
    let again = Serve::start(&db);
    applied(&mut conn).await;
    assert_eq!(seed::text(&mut conn, "select count(*) from message").await, "50");
    drop(again);
}

#[tokio::test]
async fn webhook_play_sends_bodies_signed_and_reports_each_answer() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let server = Serve::start(&db);
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    fs_err::write(path("one.json"), one("w1", "923001112233", 1_795_000_000).to_string()).unwrap();
    let lines: Vec<String> = (2..500)
        .map(|n| one(&format!("w{n}"), "923001112233", 1_795_000_000 + n).to_string())
        .collect();
    fs_err::write(path("many.jsonl"), format!("{}\n\n", lines.join("\r\n"))).unwrap();
    fs_err::write(path("secret"), SECRET).unwrap();
    fs_err::write(path("wrong"), "another").unwrap();
    let address = server.address.to_string();
    let play = |rest: &str, secret: &str| {
        let mut command = support::inbox(&db);
        command.args(["webhook", "play", "-o", "csv", "--no-header", "--listen", &address]);
        command
            .args(["--app-secret-file", &path(secret)])
            .args(rest.split(' ').map(|f| match f {
                "-" => f.to_owned(),
                file => path(file),
            }));
        command
    };
    let ran = |mut command: assert_cmd::Command| {
        let out = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (out.status.code().unwrap(), text(out.stdout), text(out.stderr))
    };
    let (code, out, said) = ran(play("one.json many.jsonl", "secret"));
    assert_eq!(code, 0, "{out}{said}");
    assert_eq!(out.lines().count(), 499);
    assert!(
        out.starts_with(&format!("{},,", path("one.json"))) && out.contains("many.jsonl,498,"),
        "{out}"
    );
    assert!(out.lines().all(|line| line.ends_with(",200")), "{out}");
    let mut piped = play("-", "secret");
    piped.write_stdin(lines[0].clone());
    assert_eq!(ran(piped).0, 0);
    // What is refused is reported, and the rest is sent.
    let (code, out, _) = ran(play("one.json many.jsonl", "wrong"));
    assert_eq!(code, 6);
    assert!(
        out.lines().count() == 499 && out.lines().all(|line| line.ends_with(",401")),
        "{out}"
    );
    let (code, _, said) = ran(play("one.json nothing.json", "secret"));
    assert!(code == 2 && said.contains("nothing.json cannot be read"), "{said}");
    let messages = "select count(*) || ' ' || count(distinct wamid) from message";
    applied(&mut conn).await;
    assert_eq!(seed::text(&mut conn, messages).await, "499 499");
    drop(server);
    let (code, _, said) = ran(play("one.json", "secret"));
    assert!(code == 8 && said.contains("cannot be reached"), "{code} {said}");
    let without = support::inbox(&db)
        .args(["webhook", "play", &path("one.json")])
        .output()
        .unwrap();
    assert_eq!(without.status.code(), Some(2));
}
