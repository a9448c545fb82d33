use proptest::prelude::*;

use super::*;

const CHANNEL: &str = "331900442718850";
const DISPLAY: &str = "924232111550";

/// Wraps a change's value, given as JSON text, in the envelope.
fn envelope(field: &str, value: &str) -> String {
    let change = format!(r#"{{"field":"{field}","value":{value}}}"#);
    let entry = format!(r#"{{"id":"W","time":1785480000,"changes":[{change}]}}"#);
    format!(r#"{{"object":"whatsapp_business_account","entry":[{entry}]}}"#)
}

fn value(lists: &str) -> String {
    format!(r#"{{"metadata":{{"display_phone_number":"{DISPLAY}","phone_number_id":"{CHANNEL}"}},{lists}}}"#)
}

fn read(field: &str, lists: &str) -> Vec<Item> {
    parse(envelope(field, &value(lists)).as_bytes()).unwrap()
}

fn message(item: &Item) -> &Message {
    match &item.event {
        Ok(Event::Message(m)) => m,
        other => panic!("no message: {other:?}"),
    }
}

/// Reads one inbound message with additional members.
fn inbound(members: &str) -> Message {
    let items = read(
        "messages",
        &format!(r#""messages":[{{"id":"m1","from":"923001234567","timestamp":"1785480001",{members}}}]"#),
    );
    assert_eq!(items.len(), 1);
    message(&items[0]).clone()
}

#[test]
fn customer_messages_are_counted_by_type() {
    let counting = [
        r#""type":"text","text":{"body":"x"}"#,
        r#""type":"image","image":{"id":"1"}"#,
        r#""type":"video","video":{"id":"1"}"#,
        r#""type":"audio","audio":{"id":"1"}"#,
        r#""type":"document","document":{"id":"1"}"#,
        r#""type":"sticker","sticker":{"id":"1"}"#,
        r#""type":"location","location":{"latitude":1,"longitude":2}"#,
        r#""type":"contacts","contacts":[]"#,
        r#""type":"button","button":{"text":"Yes"}"#,
        r#""type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"1","title":"Yes"}}"#,
        concat!(
            r#""type":"interactive","interactive":{"type":"call_permission_reply","#,
            r#""call_permission_reply":{"response":"accept","response_source":"user_action"}}"#
        ),
        r#""type":"order","order":{"product_items":[]}"#,
        r#""type":"unsupported","errors":[{"code":131051}]"#,
        r#""type":"hologram""#,
        r#""no":"type""#,
    ];
    for members in counting {
        assert!(inbound(members).counts, "{members}");
    }
    let not_counting = [
        r#""type":"reaction","reaction":{"message_id":"m0","emoji":"x"}"#,
        r#""type":"edit","edit":{"original_message_id":"m0","message":{"type":"text","text":{"body":"y"}}}"#,
        r#""type":"revoke","revoke":{"original_message_id":"m0"}"#,
        r#""type":"system","system":{"type":"user_changed_number","wa_id":"923009999999"}"#,
        r#""type":"request_welcome""#,
        concat!(
            r#""type":"interactive","interactive":{"type":"call_permission_reply","#,
            r#""call_permission_reply":{"response":"accept","response_source":"automatic"}}"#
        ),
    ];
    for members in not_counting {
        assert!(!inbound(members).counts, "{members}");
    }
    let text = r#"{"id":"m1","from":"923001234567","timestamp":"1785480001","type":"text","text":{"body":"x"}}"#;
    for (field, list) in [
        ("history", "messages"),
        ("standby", "messages"),
        ("smb_message_echoes", "message_echoes"),
    ] {
        let items = read(field, &format!(r#""{list}":[{text}]"#));
        assert!(!message(&items[0]).counts, "{field}");
    }
}

#[test]
fn call_counts_when_the_customer_made_it() {
    let call = |direction: &str| {
        let call = format!(
            concat!(
                r#""calls":[{{"id":"wacid.1","from":"923001234567","to":"923001234567","event":"connect","#,
                r#""direction":"{}","timestamp":"1785480001"}}]"#
            ),
            direction
        );
        message(&read("calls", &call)[0]).clone()
    };
    let theirs = call("USER_INITIATED");
    assert!(theirs.counts && theirs.direction == Direction::Inbound);
    let ours = call("BUSINESS_INITIATED");
    assert!(!ours.counts && ours.direction == Direction::Outbound);
}

#[test]
fn every_item_with_a_wamid_has_the_same_kind_of_key() {
    let bodies = [
        (
            "messages",
            concat!(
                r#""messages":[{"id":"m1","from":"923001234567","timestamp":"1785480001","#,
                r#""type":"text","text":{"body":"x"}}]"#
            ),
        ),
        (
            "messages",
            r#""messages":[{"id":"m1","from":"923001234567","type":"edit","edit":{"original_message_id":"m0"}}]"#,
        ),
        (
            "messages",
            r#""messages":[{"id":"m1","from":"923001234567","type":"reaction","reaction":{"message_id":"m0"}}]"#,
        ),
        (
            "messages",
            r#""messages":[{"id":"m1","from":"923001234567","type":"system"}]"#,
        ),
        (
            "smb_message_echoes",
            r#""message_echoes":[{"id":"m1","to":"923001234567","type":"text"}]"#,
        ),
        (
            "history",
            r#""history":[{"threads":[{"id":"923001234567","messages":[{"id":"m1","from":"923001234567"}]}]}]"#,
        ),
        (
            "standby",
            r#""standby":{"message_echoes":[{"id":"m1","message":{"to":"923001234567","type":"text"}}]}"#,
        ),
    ];
    for (field, lists) in bodies {
        let items = read(field, lists);
        assert_eq!(items.len(), 1, "{lists}");
        assert_eq!(
            items[0].key(),
            Some(Key::Message {
                channel: CHANNEL.into(),
                wamid: "m1".into()
            }),
            "{lists}"
        );
    }
}

#[test]
fn key_of_a_status_has_its_value_and_the_participant() {
    let items = read(
        "messages",
        concat!(
            r#""statuses":[{"id":"m1","status":"Read","recipient_id":"923001234567"},"#,
            r#"{"id":"m1","status":"read","recipient_id":"1@g.us","recipient_participant_id":"923001234567"}]"#
        ),
    );
    let key = |participant: &str| Key::Status {
        channel: CHANNEL.into(),
        wamid: "m1".into(),
        status: "read".into(),
        participant: participant.into(),
    };
    assert_eq!(items[0].key(), Some(key("")));
    assert_eq!(items[1].key(), Some(key("923001234567")));
}

#[test]
fn key_of_an_account_change_has_its_time_and_content() {
    let keys = |value: &str| parse(envelope("account_update", value).as_bytes()).unwrap()[0].key();
    assert_eq!(keys(r#"{"event":"A","x":1}"#), keys(r#"{ "x": 1, "event":"A" }"#));
    assert_ne!(keys(r#"{"event":"A","x":1}"#), keys(r#"{"event":"A","x":2}"#));
    let later = envelope("account_update", r#"{"event":"A","x":1}"#).replace("1785480000", "1785480001");
    assert_ne!(
        keys(r#"{"event":"A","x":1}"#),
        parse(later.as_bytes()).unwrap()[0].key()
    );
}

#[test]
fn better_source_replaces_a_poorer_one() {
    let rank = |field: &str, kind: &str| {
        let items = read(
            field,
            &format!(r#""messages":[{{"id":"m1","from":"923001234567","type":"{kind}"}}]"#),
        );
        message(&items[0]).rank()
    };
    let ranks = [
        rank("history", "media_placeholder"),
        rank("history", "image"),
        rank("standby", "image"),
        rank("messages", "image"),
    ];
    assert!(ranks[0] > 0, "a placeholder known from a status alone ranks lowest");
    assert!(ranks.is_sorted_by(|a, b| a < b), "{ranks:?}");
    assert_eq!(rank("messages", "image"), rank("smb_message_echoes", "image"));
}

#[test]
fn statuses_only_advance_and_delivered_replaces_failed() {
    use StatusKind::{Delivered, Failed, Played, Read, Sent};
    let settle = |order: &[StatusKind]| {
        let mut known: Option<StatusKind> = None;
        for status in order {
            if status.advances(known.as_ref()) {
                known = Some(status.clone());
            }
        }
        known.unwrap()
    };
    assert_eq!(settle(&[Read, Sent, Delivered]), Read);
    assert_eq!(settle(&[Failed, Delivered]), Delivered);
    assert_eq!(settle(&[Delivered, Failed]), Delivered);
    assert_eq!(settle(&[Failed, Sent]), Failed);
    assert_eq!(settle(&[Sent, Failed]), Failed);
    assert_eq!(settle(&[Played, Read]), Played);
    assert_eq!(settle(&[Sent, StatusKind::parse("teleported")]), Sent);
}

#[test]
fn sender_without_any_id_is_kept_and_marked() {
    let items = read(
        "messages",
        r#""messages":[{"id":"m1","timestamp":"1785480001","type":"text","text":{"body":"x"}}]"#,
    );
    let m = message(&items[0]);
    assert!(m.ids.is_empty() && m.counts);
    assert_eq!(m.text.as_deref(), Some("x"));
}

#[test]
fn contacts_are_matched_by_id_and_complete_the_ids() {
    let items = read(
        "messages",
        r#""contacts":[{"wa_id":"923009999999","profile":{"name":"Other"}},
            {"wa_id":"923001234567","user_id":"PK.7","profile":{"name":"Hina","username":"@hina"}}],
           "messages":[{"id":"m1","from_user_id":"PK.7","type":"text","text":{"body":"x"}}]"#,
    );
    let m = message(&items[0]);
    assert_eq!(m.profile_name.as_deref(), Some("Hina"));
    assert_eq!(m.username.as_deref(), Some("@hina"));
    assert_eq!(m.ids.phone.as_deref(), Some("923001234567"));
    let Ok(Event::ContactName(other)) = &items[1].event else {
        panic!()
    };
    assert_eq!(other.name.as_deref(), Some("Other"));
}

#[test]
fn message_ids_precede_conflicting_contact_ids() {
    let items = read(
        "messages",
        concat!(
            r#""contacts":[{"wa_id":"923001234567","user_id":"PK.8"}],"#,
            r#""messages":[{"id":"m1","from":"923001234567","from_user_id":"PK.7","type":"text"}]"#
        ),
    );
    assert_eq!(message(&items[0]).ids.bsuid.as_deref(), Some("PK.7"));
}

#[test]
fn times_are_read_from_text_and_number_and_fall_back() {
    let at = |time: &str| {
        let items = read(
            "messages",
            &format!(r#""messages":[{{"id":"m1","from":"923001234567","type":"text"{time}}}]"#),
        );
        let m = message(&items[0]);
        (m.at, m.at_is_entry_time)
    };
    assert_eq!(at(r#","timestamp":"1785480001""#), (Some(1_785_480_001), false));
    assert_eq!(at(r#","timestamp":1785480001"#), (Some(1_785_480_001), false));
    assert_eq!(at(r#","timestamp":1785480001420"#), (Some(1_785_480_001), false));
    for bad in [
        "",
        r#","timestamp":null"#,
        r#","timestamp":"soon""#,
        r#","timestamp":-5"#,
        r#","timestamp":1e300"#,
        r#","timestamp":{}"#,
        r#","timestamp":99999999999"#,
    ] {
        assert_eq!(at(bad), (Some(1_785_480_000), true), "{bad}");
    }
}

#[test]
fn history_distinguishes_customer_and_business() {
    let items = read(
        "history",
        r#""history":[{"threads":[{"id":"923001234567","messages":[
            {"id":"a","from":"+92 42 3211 1550","type":"text"},
            {"id":"b","from":"923001234567","type":"text"},
            {"id":"c","from":"924200000000","type":"text"},
            {"id":"d","from":"923001234567","type":"text","history_context":{"from_me":true,"status":"READ"}},
            {"id":"e","from":"+92 300 1234567","type":"text"}]}]}]"#,
    );
    let directions: Vec<_> = items.iter().map(|i| message(i).direction).collect();
    use Direction::{Inbound, Outbound};
    assert_eq!(directions, [Outbound, Inbound, Outbound, Outbound, Inbound]);
    assert!(
        items
            .iter()
            .all(|i| message(i).ids.phone.as_deref() == Some("923001234567"))
    );
    assert_eq!(message(&items[3]).history_status.as_deref(), Some("read"));
}

#[test]
fn system_notice_has_the_ids_before_and_after() {
    let m = inbound(
        r#""type":"system","system":{"type":"user_changed_number","new_wa_id":"923009999999","body":"changed"}"#,
    );
    assert_eq!(m.ids.phone.as_deref(), Some("923001234567"));
    assert_eq!(m.new_ids.unwrap().phone.as_deref(), Some("923009999999"));
    let same = inbound(r#""type":"system","system":{"type":"user_changed_number","wa_id":"923001234567"}"#);
    assert_eq!(same.new_ids, None);
    let identity = inbound(r#""type":"system","system":{"type":"customer_identity_changed","wa_id":"923009999999"}"#);
    assert_eq!(identity.new_ids, None);
}

#[test]
fn invalid_element_does_not_affect_others() {
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    let items = read(
        "messages",
        &format!(
            concat!(
                r#""messages":[{{"id":"ok1","from":"923001234567","type":"text"}},"#,
                r#"{{"id":"deep","text":{}}},7,null,{{}},{{"id":"ok2","from":"923001234567","type":"text"}}],"#,
                r#""statuses":[{{"id":"s"}},{{"id":"ok3","status":"sent"}}]"#
            ),
            deep
        ),
    );
    let results: Vec<_> = items
        .iter()
        .map(|i| i.event.as_ref().map(Event::kind).map_err(|d| *d))
        .collect();
    assert_eq!(
        results,
        [
            Ok("message"),
            Err(Defect::TooDeep),
            Err(Defect::NotAnObject),
            Err(Defect::NotAnObject),
            Err(Defect::NoId),
            Ok("message"),
            Err(Defect::NoStatus),
            Ok("status")
        ]
    );
    assert!(items.iter().all(|i| i.event.is_ok() == i.key().is_some()));
}

#[test]
fn nested_standby_is_limited() {
    let nested = format!("{}null{}", r#"{"standby":"#.repeat(50_000), "}".repeat(50_000));
    let items = parse(envelope("standby", &nested).as_bytes()).unwrap();
    assert!(!items.is_empty());
    assert!(items.iter().all(|i| i.event.is_err()));
}

#[test]
fn invalid_bodies_are_distinguished_from_empty_ones() {
    assert_eq!(parse(b"\xff\xfe"), Err(Poison::NotUtf8));
    assert!(matches!(parse(b""), Err(Poison::NotJson { .. })));
    assert!(matches!(parse(b"{\"entry\":[}"), Err(Poison::NotJson { .. })));
    assert!(matches!(parse(b"{\"entry\":[]}\0"), Err(Poison::NotJson { .. })));
    assert_eq!(parse(b"[]"), Err(Poison::NotAnObject));
    assert_eq!(parse("[".repeat(3_000_000).as_bytes()).unwrap_err().code(), "not_json");
    assert_eq!(parse(b"{}"), Err(Poison::NoEntry));
    assert_eq!(parse(b"{\"entry\":null}"), Err(Poison::NoEntry));
    assert_eq!(parse(b"\xef\xbb\xbf{\"entry\":[]}"), Ok(vec![]));
    assert_eq!(parse(br#"{"entry":[{"id":"1","changes":[]}]}"#), Ok(vec![]));
    assert_eq!(
        parse(envelope("messages", &value(r#""messages":[]"#)).as_bytes()),
        Ok(vec![])
    );
}

#[test]
fn account_problems_are_reported_to_the_operator() {
    let severity = |field: &str, value: &str| match &parse(envelope(field, value).as_bytes()).unwrap()[0].event {
        Ok(Event::Account(a)) => a.severity,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        severity("account_update", r#"{"event":"ACCOUNT_VIOLATION"}"#),
        Severity::Attention
    );
    assert_eq!(
        severity(
            "account_update",
            r#"{"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"DISABLE"}}"#
        ),
        Severity::Attention
    );
    assert_eq!(
        severity("messages", &value(r#""errors":[{"code":190}]"#)),
        Severity::Attention
    );
    assert_eq!(
        severity("messages", &value(r#""errors":[{"code":131000}]"#)),
        Severity::Warning
    );
    assert_eq!(
        severity("message_template_status_update", r#"{"event":"PAUSED"}"#),
        Severity::Warning
    );
    assert_eq!(
        severity("message_template_status_update", r#"{"event":"APPROVED"}"#),
        Severity::Info
    );
}

#[test]
fn megabytes_are_read_in_linear_time() {
    let contacts: Vec<String> = (0..MAX_UPDATES)
        .map(|n| format!(r#"{{"wa_id":"92300{n:07}","profile":{{"name":"N{n}"}}}}"#))
        .collect();
    let text = "سلام ".repeat(350);
    let messages: Vec<String> = (0..MAX_UPDATES)
        .map(|n| {
            let from = format!("92300{n:07}");
            let text = format!(r#""type":"text","text":{{"body":"{text}"}}"#);
            format!(r#"{{"id":"m{n}","from":"{from}","timestamp":"1785480001",{text}}}"#)
        })
        .collect();
    let body = envelope(
        "messages",
        &value(&format!(
            r#""contacts":[{}],"messages":[{}]"#,
            contacts.join(","),
            messages.join(",")
        )),
    );
    assert!(body.len() > 3_000_000);
    let started = std::time::Instant::now();
    let items = parse(body.as_bytes()).unwrap();
    assert_eq!(items.len(), MAX_UPDATES);
    assert_eq!(message(&items[999]).profile_name.as_deref(), Some("N999"));
    // Unoptimised on a busy machine this takes about a second. A quadratic algorithm would take
    // minutes.
    assert!(started.elapsed().as_secs() < 20);

    let members: String = (0..200_000).map(|n| format!(r#""k{n}":1,"#)).collect();
    assert_eq!(
        read("messages", &format!(r#""messages":[{{{members}"id":"m1"}}]"#)).len(),
        1
    );
    assert!(started.elapsed().as_secs() < 40);
}

/// Returns any JSON text, with names from the payloads so that it reaches the parser's branches.
fn any_json() -> impl Strategy<Value = String> {
    let words = [
        "entry",
        "changes",
        "value",
        "field",
        "metadata",
        "phone_number_id",
        "contacts",
        "messages",
        "statuses",
        "errors",
        "message_echoes",
        "calls",
        "history",
        "threads",
        "standby",
        "user_id_update",
        "user_preferences",
        "state_sync",
        "messaging_handovers",
        "id",
        "from",
        "to",
        "type",
        "text",
        "body",
        "timestamp",
        "image",
        "interactive",
        "button_reply",
        "nfm_reply",
        "response_json",
        "order",
        "product_items",
        "system",
        "edit",
        "message",
        "reaction",
        "context",
        "profile",
        "wa_id",
        "user_id",
        "status",
        "control_passed",
        "conversation_context",
        "contact",
        "time",
        "code",
    ];
    let word = prop::sample::select(words.to_vec());
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|b| b.to_string()),
        any::<i64>().prop_map(|n| n.to_string()),
        Just("1e999".to_owned()),
        Just("1785480001".to_owned()),
        Just(r#""\ud800\u0000""#.to_owned()),
        word.clone().prop_map(|w| format!("\"{w}\"")),
        any::<String>().prop_map(|s| serde_json::to_string(&s).unwrap()),
    ];
    leaf.prop_recursive(9, 80, 6, move |inner| {
        let member = (word.clone(), inner.clone()).prop_map(|(name, value)| format!("\"{name}\":{value}"));
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(|v| format!("[{}]", v.join(","))),
            prop::collection::vec(member, 0..6).prop_map(|v| format!("{{{}}}", v.join(","))),
        ]
    })
}

/// Checks the properties of every result.
fn check(body: &str, items: &[Item]) {
    for item in items {
        assert!(body.contains(&item.raw));
        assert_eq!(item.event.is_ok(), item.key().is_some());
        // No member of an event may contain text that Postgres refuses. A NUL is printed as \0,
        // and a backslash before a zero as \\0.
        assert!(!format!("{item:?}").replace("\\\\", "").contains("\\0"), "{item:?}");
        assert!(item.key().is_none_or(|k| !k.to_string().contains('\0')));
        if let Ok(Event::Message(m)) = &item.event {
            assert!(!m.placeholder.is_empty() && !m.placeholder.contains(['\n', '\r', '\0']));
            assert!(m.placeholder.chars().count() < 450);
            assert!(!m.counts || (m.direction == Direction::Inbound && m.source == Source::Live));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_read_without_a_panic(json in any_json()) {
        let lists = format!(r#""messages":[{json}],"statuses":{json},"calls":{json}"#);
        for body in [
            json.clone(),
            format!(r#"{{"entry":[{json}]}}"#),
            envelope("messages", &json),
            envelope("standby", &json),
            envelope("messages", &value(&lists)),
        ] {
            if let Ok(items) = parse(body.as_bytes()) {
                check(&body, &items);
            }
        }
    }

    #[test]
    fn element_next_to_any_json_is_read(json in any_json()) {
        let good = r#"{"id":"good","from":"923001234567","timestamp":"1785480001","type":"text","text":{"body":"x"}}"#;
        let lists = format!(r#""messages":[{json},{good}],"statuses":[{json},{{"id":"s","status":"read"}}]"#);
        let items = read("messages", &lists);
        let is_good = |i: &Item| matches!(&i.event, Ok(Event::Message(m)) if m.wamid == "good" && m.counts);
        prop_assert!(items.iter().any(is_good));
        let kinds = items.iter().filter(|i| matches!(&i.event, Ok(Event::Status(s)) if s.wamid == "s")).count();
        prop_assert_eq!(kinds, 1);
    }

    #[test]
    fn damaged_body_never_panics(
        at in any::<prop::sample::Index>(), with in any::<Vec<u8>>(), cut in 0usize..40,
    ) {
        let lists = concat!(
            r#""contacts":[{"wa_id":"923001234567","user_id":"PK.7","profile":{"name":"Hina"}}],"#,
            r#""messages":[{"id":"m1","from":"923001234567","timestamp":"1785480001","type":"interactive","#,
            r#""interactive":{"type":"nfm_reply","nfm_reply":{"response_json":"{\"a\":\"b\"}"}}},"#,
            r#"{"id":"m2","from":"923001234567","type":"order","#,
            r#""order":{"product_items":[{"quantity":2,"item_price":3,"currency":"PKR"}]}}],"#,
            r#""statuses":[{"id":"m0","status":"read","recipient_id":"923001234567"}]"#
        );
        let body = envelope("messages", &value(lists));
        let mut bytes = body.into_bytes();
        let from = at.index(bytes.len());
        let to = (from + cut).min(bytes.len());
        bytes.splice(from..to, with.into_iter().take(8));
        if let Ok(items) = parse(&bytes) {
            check(std::str::from_utf8(&bytes).unwrap(), &items);
        }
    }
}

/// Returns the number of items of a body, and the number of unread elements in its last item.
fn read_and_left(body: &str) -> (usize, usize) {
    let items = parse(body.as_bytes()).unwrap();
    let left = match items.last().map(|i| &i.event) {
        Some(Err(Defect::TooMany(left))) => *left,
        _ => 0,
    };
    (items.len(), left)
}

#[test]
fn elements_beyond_the_limits_are_one_counted_item() {
    let many = vec!["{}"; 5_000].join(",");
    assert_eq!(read_and_left(&format!(r#"{{"entry":[{many}]}}"#)), (1_001, 4_000));
    assert_eq!(
        read_and_left(&format!(r#"{{"entry":[{{"changes":[{many}]}}]}}"#)),
        (1_001, 4_000)
    );
    for list in [
        "messages",
        "statuses",
        "errors",
        "calls",
        "user_preferences",
        "standby",
        "history",
    ] {
        let body = envelope("messages", &value(&format!(r#""{list}":[{many}]"#)));
        assert_eq!(read_and_left(&body), (1_001, 4_000), "{list}");
    }
    // All lists of a change together.
    let body = envelope(
        "messages",
        &value(&format!(r#""messages":[{many}],"statuses":[{many}]"#)),
    );
    assert_eq!(read_and_left(&body), (1_001, 9_000));
    let first = &parse(body.as_bytes()).unwrap()[1_000];
    assert_eq!(first.path, "entry[0].changes[0].value.messages[1000]");
    assert_eq!(first.raw, "");
    let people = vec![r#"{"wa_id":"1"}"#; 1_200].join(",");
    assert_eq!(
        read_and_left(&envelope("messages", &value(&format!(r#""contacts":[{people}]"#)))).1,
        200
    );
    // The elements inside an event are read up to their limit.
    let message = format!(r#"{{"id":"m","from":"923001234567","errors":[{many}]}}"#);
    assert_eq!(
        read_and_left(&envelope("messages", &value(&format!(r#""messages":[{message}]"#)))),
        (1, 0)
    );
}

#[test]
fn history_of_thousands_is_read_up_to_the_limit() {
    let history = |count: usize| {
        let messages = vec![r#"{"id":"m","from":"923001234567"}"#; count].join(",");
        let threads = format!(r#""history":[{{"threads":[{{"id":"923001234567","messages":[{messages}]}}]}}]"#);
        envelope("history", &value(&threads))
    };
    assert_eq!(read_and_left(&history(12_000)), (12_000, 0));
    assert_eq!(read_and_left(&history(MAX_EVENTS + 7)), (MAX_EVENTS + 1, 7));
}
