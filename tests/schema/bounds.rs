//! The bound of every argument of every function that a login can call. Each test uses the real
//! psql with a value one step beyond the bound.

use std::collections::BTreeSet;

use sqlx::{Connection, PgConnection};

use super::staff::*;
use crate::support::psql::typed;
use crate::support::seed::{run, text};
use crate::support::transcript::digest;

/// Functions that write nothing, so that no argument reaches a chain.
const READING: [&str; 19] = [
    "acting_agent",
    "app_now",
    "check_filter",
    "conversation_ids",
    "conversations_at",
    "event_hash",
    "forgotten_messages",
    "group_role",
    "key_fingerprint",
    "lock_conversations",
    "lock_rows",
    "login_statements",
    "message_text",
    "micros",
    "note_text",
    "operation_digest",
    "refused_conversations",
    "retention_due",
    "role_statements",
];

/// One argument, the login that tries it, the statements, and the expected SQLSTATE.
type Bound = (String, Who, String, &'static str);

/// Replaces one argument in a call with the arguments that the program would send.
fn beyond(
    list: &mut Vec<Bound>,
    who: Who,
    function: &str,
    sent: &[(&str, &str)],
    rest: &str,
    tries: &[(&str, &str, &'static str)],
) {
    for (argument, value, code) in tries {
        assert!(sent.iter().any(|s| s.0 == *argument), "{function}.{argument}");
        let arguments: Vec<String> = sent
            .iter()
            .map(|(name, usual)| format!("{name} => {}", if name == argument { value } else { usual }))
            .collect();
        let call = format!("{function}({})", arguments.join(", "));
        let sql = match function {
            "open_operation" | "record_attempts" => format!("select {call}"),
            "open_conversations" | "retain" | "bring_back" => {
                operation("'system'", "null", &format!("perform {call} {rest};"))
            }
            _ => operation("null", "null", &format!("perform {call} {rest};")),
        };
        list.push((format!("{function}.{argument}"), who, sql, code));
    }
}

fn bounds() -> Vec<Bound> {
    let mut list = Vec::new();
    beyond(
        &mut list,
        Sara,
        "open_operation",
        &[
            ("p_as", "null"),
            ("p_verb", "'try'"),
            ("p_args", "'{}'"),
            ("p_args_hash", "null"),
            ("p_key", "null"),
            ("p_version", "'0.1.0'"),
            ("p_os_user", "null"),
            ("p_undoes", "null"),
        ],
        "",
        &[
            ("p_as", "repeat('x', 1000000)", "IB003"),
            ("p_verb", "repeat('x', 41)", "22023"),
            ("p_args", "jsonb_build_object('x', repeat('x', 2097152))", "22023"),
            ("p_args", "jsonb_build_array('x')", "22023"),
            ("p_args_hash", "convert_to(repeat('x', 65), 'UTF8')", "22023"),
            ("p_key", "repeat('x', 201)", "22023"),
            ("p_version", "repeat('1', 41)", "22023"),
            ("p_os_user", "repeat('x', 65)", "22023"),
            ("p_undoes", "99999", "IB003"),
        ],
    );
    let finish = [
        ("p_operation", "op"),
        ("p_selected", "1"),
        ("p_changed", "1"),
        ("p_result", "null"),
        ("p_exit", "0::smallint"),
    ];
    beyond(
        &mut list,
        Sara,
        "finish_operation",
        &finish,
        "",
        &[
            ("p_operation", "1", "IB004"),
            ("p_selected", "-1", "22023"),
            ("p_selected", "0", "22023"),
            ("p_selected", "null", "22023"),
            ("p_changed", "-1", "22023"),
            ("p_changed", "2", "22023"),
            ("p_result", "jsonb_build_array(repeat('x', 67108864))", "22023"),
            ("p_exit", "99::smallint", "22023"),
            ("p_exit", "10::smallint", "22023"),
            ("p_exit", "-1::smallint", "22023"),
            ("p_exit", "null", "22023"),
        ],
    );
    let record = [
        ("p_operation", "op"),
        ("p_id", "array[c.id]"),
        ("p_seq", "array[c.seq]"),
        ("p_kind", "array['noted']"),
        ("p_status", "array[c.status]"),
        ("p_owner", "array[c.owner_id]"),
        ("p_team", "array[c.team_id]"),
        ("p_priority", "array[c.priority]"),
        ("p_labels", "array[array_to_string(c.labels, ',')]"),
        ("p_until", "array[c.snoozed_until]"),
        ("p_data", "array['{}'::jsonb]"),
        ("p_reason", "null"),
        ("p_note", r#"'{"body": "order 1001"}'"#),
    ];
    let from = "from conversation c where c.id = 2";
    let labelled = |labels: &'static str| {
        let mut sent = record;
        sent[3].1 = "array['labelled']";
        sent[12].1 = "null";
        (sent, labels)
    };
    beyond(
        &mut list,
        Omar,
        "record_conversations",
        &record,
        from,
        &[
            ("p_operation", "1", "IB004"),
            ("p_id", "array[-1::bigint]", "IB003"),
            (
                "p_id",
                "(select array_agg(g) from generate_series(1::bigint, 100000) g)",
                "IB005",
            ),
            ("p_seq", "array[c.seq - 1]", "IB005"),
            ("p_kind", "array['promoted']", "IB001"),
            ("p_status", "array['silly']", "IB001"),
            ("p_owner", "array[-1::bigint]", "IB001"),
            ("p_team", "array[-1::bigint]", "IB001"),
            ("p_priority", "array['silly']", "IB001"),
            ("p_labels", "array[repeat('x', 41)]", "IB001"),
            ("p_until", "array[timestamptz '20000-01-01']", "IB001"),
            ("p_data", r#"array['{"x": 1}'::jsonb]"#, "IB001"),
            ("p_reason", "repeat('x', 131073)", "23514"),
            // A kind "noted" without a note, or with an invalid one.
            ("p_note", "null", "IB001"),
            ("p_note", "'{}'", "22023"),
            ("p_note", r#"'{"replaces": 1}'"#, "22023"),
            ("p_note", r#"'{"body": {"x": 1}}'"#, "22023"),
            ("p_note", r#"'{"body": "x", "more": "y"}'"#, "22023"),
            ("p_note", "'[]'", "22023"),
            ("p_note", "jsonb_build_object('body', repeat('x', 65537))", "23514"),
            ("p_note", r#"'{"body": "x", "promised_by": "20000-01-01"}'"#, "23514"),
            ("p_note", r#"'{"body": "order 1001", "keys": ["2002"]}'"#, "22023"),
            ("p_note", r#"'{"body": "order 1001", "keys": ["order"]}'"#, "22023"),
            ("p_note", r#"'{"body": "order 1001", "keys": "1001"}'"#, "22023"),
            (
                "p_note",
                "(select jsonb_build_object('body', string_agg(g::text, ' '), 'keys', jsonb_agg(g::text))
                    from generate_series(1000, 1160) g)",
                "22023",
            ),
        ],
    );
    for (sent, labels) in [
        labelled("array[repeat('x', 41)]"),
        labelled("(select array[string_agg('x' || g, ',')] from generate_series(1, 101) g)"),
        labelled("(select array[string_agg('x' || g, ',')] from generate_series(1, 100000) g)"),
        // Changes without an effect.
        labelled("array[array_to_string(c.labels, ',')]"),
    ] {
        beyond(
            &mut list,
            Omar,
            "record_conversations",
            &sent,
            from,
            &[("p_labels", labels, "IB005")],
        );
    }
    // An event whose change has no effect.
    for kind in [
        "array['released']",
        "array['assigned']",
        "array['swept']",
        "array['handed_off']",
    ] {
        let mut sent = record;
        sent[12].1 = "null";
        beyond(
            &mut list,
            Omar,
            "record_conversations",
            &sent,
            from,
            &[("p_kind", kind, "IB005")],
        );
    }
    let mut snoozed = record;
    (snoozed[3].1, snoozed[4].1, snoozed[12].1) = ("array['snoozed']", "array['snoozed']", "null");
    beyond(
        &mut list,
        Omar,
        "record_conversations",
        &snoozed,
        from,
        &[
            ("p_until", "array[now() - interval '1 hour']", "IB005"),
            ("p_until", "array[timestamptz '20000-01-01']", "23514"),
        ],
    );
    // Changes by timers and messages require a due snooze or offer.
    for (kind, id) in [("woken", 2), ("snooze_ended", 2), ("woken", 4), ("snooze_ended", 4)] {
        list.push((
            "record_conversations.p_kind".to_owned(),
            Serve,
            operation(
                "'system'",
                "null",
                &super::staff::record(id, kind, &[("status", "'open'")]),
            ),
            "IB005",
        ));
    }
    let open = [
        ("p_operation", "op"),
        ("p_id", "array[c.id]"),
        ("p_seq", "array[c.seq]"),
        ("p_owner", "null"),
        ("p_team", "null"),
        ("p_priority", "'low'"),
        ("p_category", "null"),
        ("p_due", "null"),
        ("p_reason", "null"),
        ("p_note", "null"),
    ];
    beyond(
        &mut list,
        Omar,
        "open_tickets",
        &open,
        from,
        &[
            ("p_operation", "1", "IB004"),
            ("p_id", "array[-1::bigint]", "IB003"),
            ("p_seq", "array[c.seq + 1]", "IB005"),
            ("p_owner", "-1", "IB005"),
            ("p_team", "-1", "IB005"),
            ("p_priority", "'silly'", "23514"),
            ("p_category", "repeat('x', 65)", "23514"),
            ("p_due", "timestamptz '20000-01-01'", "23514"),
            ("p_reason", "repeat('x', 131073)", "23514"),
            ("p_note", "'{}'", "22023"),
        ],
    );
    let ticket = [
        ("p_operation", "op"),
        ("p_id", "array[t.id]"),
        ("p_seq", "array[t.seq]"),
        ("p_kind", "'ticket_set'"),
        ("p_status", "array['waiting']"),
        ("p_owner", "array[t.owner_id]"),
        ("p_team", "array[t.team_id]"),
        ("p_priority", "array[t.priority]"),
        ("p_due", "array[t.due_at]"),
        ("p_category", "array[t.category]"),
        ("p_reason", "null"),
        ("p_note", "null"),
    ];
    let from = "from ticket t where t.id = 1";
    beyond(
        &mut list,
        Omar,
        "record_tickets",
        &ticket,
        from,
        &[
            ("p_operation", "1", "IB004"),
            ("p_id", "array[-1::bigint]", "IB003"),
            ("p_seq", "array[t.seq + 1]", "IB005"),
            ("p_kind", "'noted'", "IB001"),
            ("p_status", "array['silly']", "23514"),
            ("p_status", "array[t.status]", "IB005"),
            ("p_owner", "array[-1::bigint]", "IB005"),
            ("p_team", "array[-1::bigint]", "IB005"),
            ("p_priority", "array['silly']", "23514"),
            ("p_due", "array[timestamptz '20000-01-01']", "23514"),
            ("p_category", "array[repeat('x', 65)]", "23514"),
            ("p_reason", "repeat('x', 131073)", "23514"),
            ("p_note", "'{}'", "22023"),
        ],
    );
    let mut noted = ticket;
    (noted[3].1, noted[4].1) = ("'ticket_noted'", "array[t.status]");
    beyond(
        &mut list,
        Omar,
        "record_tickets",
        &noted,
        from,
        &[("p_note", "null", "IB001")],
    );
    // Another test covers the limit on kept rows.
    beyond(
        &mut list,
        Sara,
        "record_attempts",
        &[("p_as", "null"), ("p_id", "'{3}'")],
        "",
        &[("p_as", "'omar'", "IB004"), ("p_id", "array['x']::bigint[]", "22P02")],
    );
    let put = [
        ("p_operation", "op"),
        ("p_resource", "'setting'"),
        ("p_id", "null"),
        ("p_row", r#"'{"name": "x", "value": 1}'"#),
        ("p_kind", "'added'"),
        ("p_reason", "null"),
    ];
    beyond(
        &mut list,
        Admin,
        "put_resource",
        &put,
        "",
        &[
            ("p_operation", "1", "IB004"),
            ("p_resource", "'event'", "IB001"),
            ("p_id", "-1", "IB001"),
            (
                "p_row",
                "jsonb_build_object('name', 'x', 'value', repeat('x', 16384))",
                "22023",
            ),
            ("p_row", r#"'{"name": "X", "value": 1}'"#, "23514"),
            ("p_kind", "'promoted'", "IB001"),
            ("p_reason", "repeat('x', 131073)", "23514"),
        ],
    );
    let mut agent = put;
    agent[1].1 = "'agent'";
    beyond(
        &mut list,
        Admin,
        "put_resource",
        &agent,
        "",
        &[
            (
                "p_row",
                "jsonb_build_object('handle', 'eve', 'name', 'Eve', 'role', 'agent', 'login', repeat('x', 64))",
                "22023",
            ),
            (
                "p_row",
                "jsonb_build_object('handle', 'eve', 'name', 'Eve', 'role', 'agent',
                    'teams', (select jsonb_agg(1) from generate_series(1, 10000)))",
                "22023",
            ),
            (
                "p_row",
                "jsonb_build_object('handle', 'eve', 'name', repeat('x', 201), 'role', 'agent')",
                "23514",
            ),
        ],
    );
    beyond(
        &mut list,
        Admin,
        "forget_contact",
        &[("p_operation", "op"), ("p_contact", "4"), ("p_reason", "null")],
        "",
        &[
            ("p_operation", "1", "IB004"),
            ("p_contact", "-1", "IB003"),
            ("p_reason", "repeat('x', 131073)", "23514"),
        ],
    );
    beyond(
        &mut list,
        Serve,
        "open_conversations",
        &[
            ("p_operation", "op"),
            ("p_channel", "array[1::bigint]"),
            ("p_contact", "array[4::bigint]"),
            ("p_owner", "array[null::bigint]"),
            ("p_status", "array['open']"),
            ("p_started_by", "array['customer']"),
            ("p_opened_at", "array[now()]"),
            ("p_data", "array['{}'::jsonb]"),
        ],
        "",
        &[
            ("p_operation", "1", "IB004"),
            ("p_channel", "array[null::bigint, 1]", "23502"),
            ("p_contact", "array[-1::bigint]", "23503"),
            ("p_owner", "array[-1::bigint]", "IB005"),
            ("p_status", "array['silly']", "23514"),
            ("p_started_by", "array['silly']", "23514"),
            ("p_opened_at", "array['infinity'::timestamptz]", "23514"),
            ("p_data", "array[jsonb_build_object('by', repeat('x', 100))]", "IB001"),
            ("p_data", "array[jsonb_build_object('more', 1)]", "IB001"),
        ],
    );
    beyond(
        &mut list,
        Serve,
        "retain",
        &[("p_operation", "op"), ("p_most", "10")],
        "",
        &[
            ("p_operation", "1", "IB004"),
            ("p_most", "10001", "22023"),
            ("p_most", "0", "22023"),
            ("p_most", "null", "22023"),
        ],
    );
    beyond(
        &mut list,
        Sara,
        "set_presence",
        &[
            ("p_operation", "op"),
            ("p_agent", ME),
            ("p_away", "'lunch'"),
            ("p_until", "null"),
        ],
        "",
        &[
            ("p_operation", "1", "IB004"),
            ("p_agent", "-1", "IB004"),
            ("p_agent", ZOYA, "IB004"),
            ("p_agent", "null", "IB001"),
            ("p_away", "'asleep'", "23514"),
            // Back, who was not away.
            ("p_away", "null", "IB005"),
            ("p_until", "now() - interval '1 hour'", "IB005"),
            ("p_until", "timestamptz 'infinity'", "23514"),
            ("p_until", "timestamptz '20000-01-01'", "23514"),
        ],
    );
    beyond(
        &mut list,
        Serve,
        "bring_back",
        &[("p_operation", "op"), ("p_limit", "10")],
        "",
        &[
            ("p_operation", "1", "IB004"),
            ("p_limit", "0", "22023"),
            ("p_limit", "1001", "22023"),
            ("p_limit", "null", "22023"),
        ],
    );
    // Whoever is not due is brought back by people alone.
    list.push((
        "set_presence.p_agent".to_owned(),
        Serve,
        operation(
            "'system'",
            "null",
            &format!("perform set_presence(op, {ME}, null, null);"),
        ),
        "IB004",
    ));
    list
}

#[tokio::test]
async fn every_function_argument_has_a_bound() {
    let (_db, mut conn, logins) = staffed().await;
    let before = digest(&mut conn).await;
    let list = bounds();
    // Every argument of every function that a group may call is in the table, or the function writes nothing.
    let arguments: Vec<String> = sqlx::query_scalar(
        "select distinct format('%s.%s', p.proname, a.name)
        from pg_proc p
            cross join lateral unnest(p.proargnames[:pronargs]) as a (name)
            cross join lateral aclexplode(p.proacl) x
        where p.pronamespace = 'inbox'::regnamespace and x.grantee <> p.proowner and p.proname <> all ($1)
        order by 1",
    )
    .bind(READING.map(str::to_owned).to_vec())
    .fetch_all(&mut conn)
    .await
    .unwrap();
    assert!(arguments.len() > 55, "{arguments:?}");
    let tried: BTreeSet<&str> = list.iter().map(|b| b.0.as_str()).collect();
    let untried: Vec<&String> = arguments.iter().filter(|a| !tried.contains(a.as_str())).collect();
    assert!(untried.is_empty(), "{untried:?}");
    let mut wrong = Vec::new();
    for login in &logins {
        let mine: Vec<&Bound> = list.iter().filter(|b| b.1 == login.who).collect();
        for (bound, refused) in mine.iter().zip(typed(&login.url, mine.iter().map(|b| b.2.as_str()))) {
            let refused = refused.unwrap_or_else(|| "done".to_owned());
            if !refused.starts_with(bound.3) {
                wrong.push(format!("{} wanted {}, got {refused}: {}", bound.0, bound.3, bound.2));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        list.len(),
        wrong.join("\n")
    );
    assert_eq!(digest(&mut conn).await, before);
}

#[tokio::test]
async fn bounds_admit_everything_that_the_program_sends() {
    let (_db, _conn, mut logins) = staffed().await;
    let most_labels = "(select string_agg('x' || lpad(g::text, 39, '0'), ',') from generate_series(1, 100) g)";
    for (who, sql) in [
        (
            Sara,
            "select open_operation(null, 'try',
                jsonb_build_object('refs', (select jsonb_agg('C-' || g) from generate_series(1, 100000) g)), null,
                null, '0.1.0', null, null)"
                .to_owned(),
        ),
        (
            Sara,
            operation("null", "null", &record(1, "labelled", &[("labels", most_labels)])),
        ),
        (
            Sara,
            operation(
                "null",
                "null",
                &record(
                    3,
                    "noted",
                    &[(
                        "note",
                        r#"'{"body": "۱۰۰۱ and PK-2024-1001", "keys": ["1001", "20241001", "2024"]}'"#,
                    )],
                ),
            ),
        ),
        (
            Serve,
            operation(
                "'system'",
                "null",
                "perform finish_operation(op, 100000, 100000, (select jsonb_agg(g) from generate_series(1, 100000) g),
                    6::smallint);",
            ),
        ),
    ] {
        run(session(&mut logins, who), &format!("begin; {sql}; rollback")).await;
    }
}

#[tokio::test]
async fn lost_takes_are_kept_up_to_a_limit() {
    let (_db, mut conn, mut logins) = staffed().await;
    let sara = session(&mut logins, Sara);
    // zoya owns C-3; the others are her own, unowned or unknown.
    let call = "perform record_attempts(null, array_fill(3::bigint, array[1000]) || '{1,2,5,99999}'::bigint[]);";
    let many = format!("do $do$ begin for n in 1..150 loop {call} end loop; end $do$");
    run(sara, &many).await;
    let kept = "select concat_ws(' ', count(*), string_agg(distinct conversation_id::text, ' ')) from attempt";
    assert_eq!(text(&mut conn, kept).await, "100 3");
}

#[tokio::test]
async fn logins_without_a_group_cannot_connect_once_roles_are_given() {
    let (db, mut conn, _logins) = staffed().await;
    let (_, url) = db.login("plain");
    let refused = PgConnection::connect(&url).await.unwrap_err();
    assert!(
        refused.to_string().contains("permission denied for database"),
        "{refused}"
    );
    // Another workspace in the same database keeps its logins, and its migration keeps those of the
    // first.
    let other = "other".parse().unwrap();
    inbox::db::schema::migrate::migrate(&mut conn, &other).await.unwrap();
    let mut superuser = db.connect_to(&db.superuser_url()).await;
    run(&mut superuser, "set search_path to other, pg_temp").await;
    let statements: Vec<String> = sqlx::query_scalar("select role_statements()")
        .fetch_all(&mut superuser)
        .await
        .unwrap();
    for statement in &statements {
        run(&mut superuser, statement).await;
    }
    for kind in ["viewer", "agent", "supervisor", "admin", "ingest"] {
        db.drops(text(&mut superuser, &format!("group_role('{kind}')")).await);
    }
    let (deputy, deputy_url) = db.login("deputy");
    let viewer = text(&mut superuser, "group_role('viewer')").await;
    run(&mut superuser, &format!("grant \"{viewer}\" to {deputy}")).await;
    run(&mut superuser, "set search_path to inbox, pg_temp").await;
    let statements: Vec<String> = sqlx::query_scalar("select role_statements()")
        .fetch_all(&mut superuser)
        .await
        .unwrap();
    for statement in &statements {
        run(&mut superuser, statement).await;
    }
    for url in [deputy_url, db.url()] {
        let mut through = PgConnection::connect(&url).await.unwrap();
        run(&mut through, "select 1").await;
    }
}
