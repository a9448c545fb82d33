//! The effects of webhook events on conversations. Each test applies one delivery at a time through
//! the library.

use inbox::db;
use inbox::domain::whatsapp;
use inbox::verbs::ingest::{self, ApplyOptions, DeliveryEvents};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use crate::serving::{change, echo, laws, messages, now, one, status, text};
use crate::support::{self, Db, seed};

const WHO: &str = "923001234567";

struct World {
    db: Db,
    conn: PgConnection,
    /// The time of the first message: ten minutes ago, in Unix seconds.
    t: i64,
    window: i64,
}

impl World {
    async fn new() -> World {
        let db = support::db();
        let conn = seed::workspace(&db).await;
        World {
            db,
            conn,
            t: now() - 600,
            window: 259_200,
        }
    }

    /// Stores and applies one delivery. Returns the causes of its dead letters.
    async fn bring(&mut self, body: &Value) -> Vec<&'static str> {
        let bytes = body.to_string().into_bytes();
        let mut tx = self.conn.begin().await.unwrap();
        db::webhook::delivery::insert(&mut tx, &[&bytes]).await.unwrap();
        let begun = db::webhook::delivery::begin_fresh(&mut tx, 1, 0).await.unwrap();
        let row = begun.row.unwrap();
        let claimed = db::webhook::delivery::claim(&mut tx, row, &begun.deliveries)
            .await
            .unwrap()
            .remove(0);
        let items = whatsapp::parse(&bytes).unwrap();
        let manner = ApplyOptions {
            acting: Some("system"),
            window: self.window,
            any_held: false,
        };
        let parcel = DeliveryEvents {
            delivery: claimed.id,
            received_at: claimed.received_at,
            items: items.iter().collect(),
        };
        let report = ingest::apply(&mut tx, manner, &[parcel]).await.unwrap();
        db::webhook::delivery::applied(&mut tx, Some(row), &[claimed.id], &[1])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        report.dead.iter().map(|d| d.cause.as_str()).collect()
    }

    async fn get(&mut self, sql: &str) -> String {
        seed::text(&mut self.conn, sql).await
    }

    /// Returns status, owner and whether the customer waits, for every conversation in order of
    /// opening.
    async fn board(&mut self) -> String {
        self.get(
            "select coalesce(string_agg(concat_ws(' ', c.status, coalesce(a.handle, '-'),
                case when c.waiting_since is null then 'quiet' else 'waits' end), ', ' order by c.id), '')
            from conversation c left join agent a on a.id = c.owner_id",
        )
        .await
    }

    async fn kinds(&mut self) -> String {
        self.get("select string_agg(kind, ' ' order by subject_id, seq) from event where subject = 'conversation'")
            .await
    }

    fn inbox(&self, words: &[&str]) {
        support::inbox(&self.db).args(words).assert().success();
    }
}

#[tokio::test]
async fn album_of_a_new_customer_opens_one_conversation() {
    let mut w = World::new().await;
    let t = w.t;
    let album = (0..5).map(|n| text(&format!("wamid.{n}"), WHO, t, "photo")).collect();
    assert!(w.bring(&messages(album)).await.is_empty());
    assert_eq!(w.board().await, "open - waits");
    assert_eq!(w.kinds().await, "opened");
    let team = w
        .get(
            "select g.handle || ' ' || c.started_by || ' ' || extract(epoch from c.opened_at)::bigint
            from conversation c join team g on g.id = c.team_id",
        )
        .await;
    assert_eq!(team, format!("support customer {t}"));
    assert_eq!(w.get("select messages from run").await, "5");
    laws(&mut w.conn).await;
}

#[tokio::test]
async fn repeated_delivery_changes_nothing() {
    let mut w = World::new().await;
    let bodies = [
        one("wamid.1", WHO, w.t),
        echo("wamid.2", WHO, w.t + 5),
        status("wamid.2", WHO, w.t + 6, "read"),
    ];
    for body in &bodies {
        w.bring(body).await;
    }
    let state = "select string_agg(x::text, ',')
        from (select to_jsonb(m) as x
            from message m
            union all
            select to_jsonb(r)
            from run r
            union all
            select to_jsonb(c)
            from conversation c
            union all
            select to_jsonb(p)
            from contact p
            order by 1) s";
    let before = w.get(state).await;
    for body in bodies.iter().rev().chain(&bodies) {
        w.bring(body).await;
    }
    assert_eq!(w.get(state).await, before);
}

#[tokio::test]
async fn message_reopens_within_the_window_and_opens_a_new_one_after_it() {
    let mut w = World::new().await;
    w.bring(&one("wamid.1", WHO, w.t)).await;
    w.inbox(&["take", "C-1", "--as", "sara"]);
    w.inbox(&["resolve", "C-1", "--as", "sara"]);
    assert_eq!(w.board().await, "resolved - quiet");
    assert_eq!(w.get("select outcome from run").await, "resolved");
    w.bring(&one("wamid.2", WHO, now())).await;
    assert_eq!(w.board().await, "open sara waits");
    assert_eq!(w.kinds().await, "opened taken resolved reopened");
    w.inbox(&["resolve", "C-1", "--as", "sara"]);
    w.window = 60;
    w.bring(&one("wamid.3", WHO, now() + 120)).await;
    assert_eq!(w.board().await, "resolved - quiet, open - waits");
    laws(&mut w.conn).await;
    w.inbox(&["audit", "verify"]);
}

#[tokio::test]
async fn message_waits_in_the_queue_when_the_last_owner_is_off_shift() {
    let mut w = World::new().await;
    w.bring(&one("wamid.1", WHO, w.t)).await;
    w.inbox(&["take", "C-1", "--as", "sara"]);
    w.inbox(&["resolve", "C-1", "--as", "sara"]);
    w.inbox(&["shift", "add", "day", "--hours", "00:00-00:00"]);
    w.inbox(&["shift", "put", "sara", "day", "--since", "2026-01-01"]);
    w.inbox(&["shift", "off", "sara", "--since", "2026-01-01"]);
    w.bring(&one("wamid.2", WHO, now())).await;
    assert_eq!(w.board().await, "open - waits");
    w.inbox(&["take", "C-1", "--as", "sara"]);
    w.inbox(&["resolve", "C-1", "--as", "sara"]);
    w.inbox(&["shift", "revoke", "R-2"]);
    w.bring(&one("wamid.3", WHO, now() + 1)).await;
    assert_eq!(w.board().await, "open sara waits");
    laws(&mut w.conn).await;
    w.inbox(&["audit", "verify"]);
}

#[tokio::test]
async fn late_message_reopens_only_when_no_reply_followed_it() {
    let mut w = World::new().await;
    let t = w.t;
    w.bring(&one("wamid.1", WHO, t)).await;
    w.bring(&echo("wamid.2", WHO, t + 60)).await;
    w.inbox(&["resolve", "C-1", "--as", "omar"]);
    w.bring(&one("wamid.3", WHO, t + 30)).await;
    assert_eq!(w.board().await, "resolved - quiet");
    assert_eq!(w.get("select late from message where wamid = 'wamid.3'").await, "true");
    assert_eq!(w.get("select messages from run").await, "2");
    w.bring(&one("wamid.4", WHO, t + 90)).await;
    assert_eq!(w.board().await, "open - waits");
    assert_eq!(
        w.get("select data ->> 'late' from event where kind = 'reopened'").await,
        "true"
    );
    laws(&mut w.conn).await;
}

#[tokio::test]
async fn message_of_an_earlier_episode_does_not_change_the_live_one() {
    let mut w = World::new().await;
    w.window = 1;
    w.bring(&one("wamid.1", WHO, w.t)).await;
    w.inbox(&["resolve", "C-1", "--as", "omar"]);
    w.bring(&one("wamid.2", WHO, now() + 60)).await;
    w.inbox(&["pending", "C-2", "--as", "omar"]);
    w.bring(&one("wamid.3", WHO, w.t + 5)).await;
    assert_eq!(
        w.board()
            .await
            .split(", ")
            .map(|c| c.split(' ').next().unwrap())
            .collect::<Vec<_>>(),
        ["resolved", "pending"]
    );
    assert_eq!(
        w.get("select conversation_id from message where wamid = 'wamid.3'")
            .await,
        "1"
    );
    laws(&mut w.conn).await;
}

#[tokio::test]
async fn customer_message_ends_a_snooze_and_a_reaction_does_not() {
    let mut w = World::new().await;
    w.bring(&one("wamid.1", WHO, w.t)).await;
    w.inbox(&["snooze", "C-1", "--until", "2h", "--as", "omar"]);
    let about = |id: &str, kind: &str, more: Value| {
        let mut m = json!({"id": id, "from": WHO, "timestamp": (w.t + 5).to_string(), "type": kind});
        m[kind] = more;
        messages(vec![m])
    };
    let asides = [
        about("wamid.r", "reaction", json!({"message_id": "wamid.1", "emoji": "👍"})),
        about("wamid.v", "revoke", json!({"original_message_id": "wamid.1"})),
        about(
            "wamid.e",
            "edit",
            json!({"original_message_id": "wamid.1", "message": {"type": "text", "text": {"body": "new"}}}),
        ),
        about(
            "wamid.s",
            "system",
            json!({"type": "customer_identity_changed", "body": "changed"}),
        ),
        about("wamid.w", "request_welcome", json!({})),
    ];
    for aside in &asides {
        assert!(w.bring(aside).await.is_empty());
    }
    assert_eq!(w.board().await, "snoozed - waits");
    assert_eq!(
        w.get("select count(*) from message where conversation_id = 1 and not counts")
            .await,
        "5"
    );
    assert_eq!(
        w.get("select text from message where wamid = 'wamid.1'").await,
        "text of wamid.1"
    );
    w.bring(&one("wamid.2", WHO, w.t + 10)).await;
    assert_eq!(w.kinds().await, "opened snoozed woken");
    w.bring(&one("wamid.3", WHO, w.t + 11)).await;
    assert_eq!(w.kinds().await, "opened snoozed woken");
    laws(&mut w.conn).await;
}

#[tokio::test]
async fn reaction_opens_nothing_and_joins_the_next_conversation() {
    let mut w = World::new().await;
    let reaction = json!({
        "id": "wamid.r", "from": WHO, "timestamp": w.t.to_string(), "type": "reaction",
        "reaction": {"message_id": "wamid.0", "emoji": "👍"},
    });
    w.bring(&messages(vec![reaction])).await;
    assert_eq!(w.board().await, "");
    w.bring(&one("wamid.1", WHO, w.t + 5)).await;
    assert_eq!(
        w.get("select count(*) from message where conversation_id = 1").await,
        "2"
    );
    laws(&mut w.conn).await;
}

#[tokio::test]
async fn reply_from_the_phone_app_ends_the_wait_and_counts_for_the_owner() {
    let mut w = World::new().await;
    w.bring(&one("wamid.1", WHO, w.t)).await;
    w.inbox(&["take", "C-1", "--as", "sara"]);
    w.bring(&echo("wamid.2", WHO, now())).await;
    assert_eq!(w.board().await, "open sara quiet");
    let told =
        "select m.author || ' ' || a.handle || ' ' || m.inferred || ' ' || r.outcome || ' ' || (r.answered_by = a.id)
            || ' ' || (c.first_reply_by = a.id)
        from message m join agent a on a.id = m.agent_id join run r on true join conversation c on true
        where m.wamid = 'wamid.2'";
    assert_eq!(w.get(told).await, "human sara true answered true true");
    laws(&mut w.conn).await;
}

#[tokio::test]
async fn status_of_an_unknown_message_counts_as_a_reply_once() {
    let mut w = World::new().await;
    w.bring(&one("wamid.1", WHO, w.t)).await;
    w.bring(&status("wamid.2", WHO, w.t + 20, "delivered")).await;
    assert_eq!(w.board().await, "open - quiet");
    // The message was sent earlier and is reported later.
    w.bring(&status("wamid.2", WHO, w.t + 19, "sent")).await;
    assert_eq!(
        w.get("select extract(epoch from ended_at)::bigint from run").await,
        (w.t + 19).to_string()
    );
    w.bring(&echo("wamid.2", WHO, w.t + 18)).await;
    assert_eq!(
        w.get("select count(*) || ' ' || max(rank) || ' ' || max(text) from message where direction = 'outbound'")
            .await,
        "1 4 from the app"
    );
    assert_eq!(
        w.get("select extract(epoch from ended_at)::bigint from run").await,
        (w.t + 18).to_string()
    );
    assert_eq!(w.get("select count(*) from message_status").await, "2");
    laws(&mut w.conn).await;
}

#[tokio::test]
async fn templates_and_failed_sends_are_not_replies() {
    let mut w = World::new().await;
    w.bring(&one("wamid.1", WHO, w.t)).await;
    let mut template = status("wamid.t", WHO, w.t + 5, "sent");
    template["entry"][0]["changes"][0]["value"]["statuses"][0]["pricing"] = json!({"category": "marketing"});
    w.bring(&template).await;
    assert_eq!(w.board().await, "open - waits");
    // The price is not known yet, so the message counts as a reply.
    w.bring(&status("wamid.u", WHO, w.t + 6, "delivered")).await;
    assert_eq!(w.board().await, "open - quiet");
    let mut priced = status("wamid.u", WHO, w.t + 6, "read");
    priced["entry"][0]["changes"][0]["value"]["statuses"][0]["pricing"] = json!({"category": "utility"});
    w.bring(&priced).await;
    assert_eq!(w.board().await, "open - waits");
    w.bring(&echo("wamid.e", WHO, w.t + 10)).await;
    assert_eq!(w.board().await, "open - quiet");
    w.bring(&status("wamid.e", WHO, w.t + 11, "failed")).await;
    assert_eq!(w.board().await, "open - waits");
    w.bring(&status("wamid.e", WHO, w.t + 12, "delivered")).await;
    assert_eq!(w.board().await, "open - quiet");
    laws(&mut w.conn).await;
}

#[tokio::test]
async fn message_sent_elsewhere_starts_a_pending_conversation() {
    let mut w = World::new().await;
    w.bring(&status("wamid.f", WHO, w.t, "failed")).await;
    assert_eq!(w.board().await, "");
    w.bring(&echo("wamid.1", WHO, w.t)).await;
    assert_eq!(w.board().await, "pending - quiet");
    w.bring(&one("wamid.2", WHO, w.t + 5)).await;
    assert_eq!(w.board().await, "open - waits");
    assert_eq!(
        w.get("select started_by || ' ' || (select first from run) from conversation")
            .await,
        "us false"
    );
    laws(&mut w.conn).await;
}

#[tokio::test]
async fn thread_passed_on_by_a_bot_opens_a_conversation() {
    let mut w = World::new().await;
    let standby = change(
        "standby",
        json!({"standby": {"messages": [text("wamid.1", WHO, w.t, "to the bot")]}}),
    );
    assert!(w.bring(&standby).await.is_empty());
    assert_eq!(w.board().await, "");
    let passed = json!({
        "messaging_product": "whatsapp",
        "recipient": {"phone_number_id": "111", "display_phone_number": "15550783881"},
        "sender": {"phone_number": WHO},
        "timestamp": (w.t + 9).to_string(),
        "type": "control_passed",
        "control_passed": {
            "previous_owner_role": "ai_agent", "new_owner_role": "escalation",
            "conversation_context": {"summary": {"text": "wants a refund"}},
        },
    });
    let handover = json!({
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messaging_handovers", "value": passed}]}],
    });
    w.bring(&handover).await;
    w.bring(&handover).await;
    assert_eq!(w.board().await, "open - quiet");
    assert_eq!(w.kinds().await, "opened");
    let lines = "select string_agg(concat_ws(' ', source, author, kind, counts, text), ', ' order by at)
        from message
        where conversation_id = 1";
    assert_eq!(
        w.get(lines).await,
        "standby customer text f to the bot, live system handover f wants a refund"
    );
    // The window starts at the message to the bot.
    assert_eq!(
        w.get("select extract(epoch from last_customer_at)::bigint from conversation")
            .await,
        w.t.to_string()
    );
    laws(&mut w.conn).await;
}

#[tokio::test]
async fn history_opens_nothing_and_its_live_delivery_takes_effect_once() {
    let mut w = World::new().await;
    let mut old = text("wamid.1", WHO, w.t, "old");
    old["history_context"] = json!({"status": "read"});
    let history = change(
        "history",
        json!({"history": [{"metadata": {"phase": 0}, "threads": [{"id": WHO, "messages": [old]}]}]}),
    );
    assert!(w.bring(&history).await.is_empty());
    assert_eq!(w.board().await, "");
    assert_eq!(w.get("select source || rank from message").await, "history2");
    w.bring(&one("wamid.1", WHO, w.t)).await;
    w.bring(&history).await;
    w.bring(&one("wamid.1", WHO, w.t)).await;
    assert_eq!(w.board().await, "open - waits");
    assert_eq!(
        w.get("select source || rank || counts || (select messages from run) from message")
            .await,
        "live4true1"
    );
    laws(&mut w.conn).await;
}

#[tokio::test]
async fn customer_is_one_contact_under_every_id() {
    let mut w = World::new().await;
    let with = |id: &str, from: Option<&str>, user: Option<&str>, at: i64| {
        let mut m = text(id, "x", at, "hi");
        m.as_object_mut().unwrap().remove("from");
        if let Some(from) = from {
            m["from"] = json!(from);
        }
        if let Some(user) = user {
            m["from_user_id"] = json!(user);
        }
        messages(vec![m])
    };
    let (t, user) = (w.t, "PK.13491208655302741918");
    w.bring(&with("wamid.1", Some(WHO), None, t)).await;
    w.bring(&with("wamid.2", Some(WHO), Some(user), t + 1)).await;
    w.bring(&with("wamid.3", None, Some(user), t + 2)).await;
    assert_eq!(w.get("select count(*) from contact").await, "1");
    assert_eq!(w.board().await, "open - waits");
    // Two contacts have one of the ids each: the conflict is recorded, nothing is merged, and the
    // user id decides.
    w.bring(&with("wamid.4", Some("923007654321"), None, t + 3)).await;
    w.bring(&with("wamid.5", Some("923007654321"), Some(user), t + 4)).await;
    assert_eq!(
        w.get("select count(*) || ' ' || (select contact_id || '-' || other_id from contact_conflict) from contact")
            .await,
        "2 1-2"
    );
    assert_eq!(
        w.get("select contact_id from message where wamid = 'wamid.5'").await,
        "1"
    );
    // No id at all.
    assert_eq!(w.bring(&with("wamid.6", None, None, t)).await, ["no_identity"]);
    laws(&mut w.conn).await;
}

#[tokio::test]
async fn changed_number_belongs_to_the_same_contact() {
    let mut w = World::new().await;
    w.bring(&one("wamid.1", WHO, w.t)).await;
    let notice = json!({
        "id": "wamid.s", "from": WHO, "timestamp": (w.t + 10).to_string(), "type": "system",
        "system": {
            "type": "user_changed_number", "body": "User A changed from 923001234567 to 923009999999",
            "wa_id": "923009999999",
        },
    });
    for _ in 0..2 {
        assert!(w.bring(&messages(vec![notice.clone()])).await.is_empty());
    }
    w.bring(&one("wamid.2", "923009999999", w.t + 20)).await;
    assert_eq!(w.get("select count(*) from contact").await, "1");
    assert_eq!(w.board().await, "open - waits");
    // A message sent before the change belongs to the same contact; a later one belongs to the new
    // holder of the number.
    w.bring(&one("wamid.3", WHO, w.t + 5)).await;
    assert_eq!(w.get("select count(*) from contact").await, "1");
    w.bring(&one("wamid.4", WHO, w.t + 30)).await;
    assert_eq!(w.get("select count(*) from contact").await, "2");
    laws(&mut w.conn).await;
}

#[tokio::test]
async fn newest_profile_name_is_kept_in_any_order_of_arrival() {
    let mut w = World::new().await;
    let named = |id: &str, name: &str, at: i64| {
        change(
            "messages",
            json!({"contacts": [{"wa_id": WHO, "profile": {"name": name}}], "messages": [text(id, WHO, at, "hi")]}),
        )
    };
    w.bring(&named("wamid.2", "New", w.t + 10)).await;
    w.bring(&named("wamid.1", "Old", w.t)).await;
    assert_eq!(w.get("select name from contact").await, "New");
    let preference = |value: &str, at: i64| {
        change(
            "user_preferences",
            json!({
                "user_preferences": [
                    {"wa_id": WHO, "category": "marketing_messages", "value": value, "timestamp": at},
                ],
            }),
        )
    };
    w.bring(&preference("stop", w.t + 10)).await;
    w.bring(&preference("resume", w.t + 5)).await;
    assert_eq!(w.get("select marketing from contact").await, "stop");
}

#[tokio::test]
async fn token_problems_are_reported_once() {
    let mut w = World::new().await;
    w.bring(&one("wamid.1", WHO, w.t)).await;
    for n in 0..3 {
        let mut failed = status(&format!("wamid.f{n}"), WHO, w.t, "failed");
        failed["entry"][0]["changes"][0]["value"]["statuses"][0]["errors"] =
            json!([{"code": 131042, "title": "Business eligibility payment issue"}]);
        w.bring(&failed).await;
    }
    assert_eq!(
        w.get("select string_agg(severity || ' ' || summary, ',') from notice")
            .await,
        "critical messages fail with error 131042 Business eligibility payment issue"
    );
    assert_eq!(w.get("select count(*) from message where failed").await, "3");
}

#[tokio::test]
async fn snoozes_and_offers_end_when_they_are_due() {
    let mut w = World::new().await;
    w.bring(&one("wamid.1", WHO, w.t)).await;
    w.bring(&one("wamid.2", "923007654321", w.t)).await;
    w.inbox(&["snooze", "C-1", "--until", "1h", "--as", "omar"]);
    w.inbox(&["take", "C-2", "--as", "sara"]);
    w.inbox(&[
        "handoff",
        "C-2",
        "--to",
        "ali",
        "--require-accept",
        "--accept-within",
        "30m",
        "--reason",
        "shift",
        "--as",
        "sara",
    ]);
    w.inbox(&["tick"]);
    assert!(w.board().await.starts_with("snoozed"));
    seed::run(
        &mut w.conn,
        "create or replace function inbox.app_now() returns timestamptz language sql volatile
            as $$ select clock_timestamp() + interval '2 hours' $$",
    )
    .await;
    w.inbox(&["tick"]);
    assert_eq!(
        w.kinds().await,
        "opened snoozed snooze_ended opened taken handoff_offered handoff_expired"
    );
    w.inbox(&["tick"]);
    assert_eq!(
        w.kinds().await,
        "opened snoozed snooze_ended opened taken handoff_offered handoff_expired"
    );
}

/// Returns a body with one event of a call.
fn call(id: &str, event: &str, at: i64, more: &Value) -> Value {
    let mut element = json!({"id": id, "from": WHO, "to": "111", "event": event, "timestamp": at.to_string()});
    element
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    change("calls", json!({"calls": [element]}))
}

#[tokio::test]
async fn call_keeps_its_direction_when_it_ends() {
    let mut w = World::new().await;
    let t = w.t;
    let begun = json!({"direction": "USER_INITIATED"});
    let ended = json!({"direction": "BUSINESS_INITIATED", "status": "COMPLETED", "duration": 60});
    for (id, end, at) in [("wacid.1", &ended, t + 60), ("wacid.2", &json!({}), t - 60)] {
        assert_eq!(w.bring(&call(id, "connect", t, &begun)).await, [] as [&str; 0]);
        assert_eq!(w.bring(&call(id, "terminate", at, end)).await, [] as [&str; 0]);
    }
    let calls = "select string_agg(concat_ws(' ', rank, direction, author, kind, extract(epoch from at)::bigint - ";
    let calls = format!("{calls}{t}, version), ', ' order by wamid) from message");
    assert_eq!(
        w.get(&calls).await,
        "5 inbound customer call 60 2, 5 inbound customer call 0 2"
    );
    // A call with the id of a message changes nothing.
    assert_eq!(w.bring(&one("wamid.1", WHO, t)).await, [] as [&str; 0]);
    assert_eq!(w.bring(&call("wamid.1", "terminate", t, &ended)).await, [] as [&str; 0]);
    assert_eq!(
        w.get("select concat_ws(' ', rank, kind, version) from message where wamid = 'wamid.1'")
            .await,
        "4 text 1"
    );
}
