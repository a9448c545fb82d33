//! Attacks by calling the functions directly: forged actors, other agents' conversations, and
//! events that differ from their change.

use super::attacks::{Attack, OPEN};
use super::staff::*;
use crate::support::seed::run;
use crate::support::transcript::digest;

/// A valid roster row.
const ROSTERED: &str = r#""agent_id": 3, "shift_id": 1, "works": true, "first_day": "2026-01-01", "days": [1]"#;

/// Adds or changes an administered row.
fn put(arguments: &str) -> String {
    operation("null", "null", &format!("perform put_resource(op, {arguments});"))
}

/// Lists the attacks.
pub fn attacks() -> Vec<Attack> {
    let mut list: Vec<Attack> = Vec::new();
    let mut add =
        |who: &[Who], sql: &str, code: &'static str| list.extend(who.iter().map(|w| (*w, sql.to_owned(), code)));
    // The actor is always the agent of the login.
    for forged in ["'omar'", "'admin'", "'system'", "'zoya'"] {
        add(&[Sara], &operation(forged, "null", ""), "IB004");
        add(&[Dina], &operation(forged, "null", ""), "IB004");
    }
    add(&[Omar, Admin], &operation("'sara'", "null", ""), "IB004");
    add(&[Serve], &operation("'admin'", "null", ""), "IB004");
    add(&[Serve], &operation("null", "null", ""), "IB004");
    add(&[Dina], &operation("null", "null", ""), "IB004");
    add(&[Vera], &operation("null", "null", ""), "42501");
    add(&[Owner], &operation("'vera'", "null", ""), "IB004");
    add(&[Owner], &operation("'dina'", "null", ""), "IB004");
    add(&[Owner], &operation("'nobody-here'", "null", ""), "IB003");
    // Conversations of other agents, and kinds that differ from their change.
    for (kind, columns, code) in [
        ("taken", vec![("owner", ME)], "IB005"),
        ("assigned", vec![("owner", ME)], "IB004"),
        ("handed_off", vec![("owner", ME)], "IB004"),
        ("released", vec![("owner", "null")], "IB004"),
        ("rotated", vec![("owner", ME)], "IB004"),
        ("swept", vec![("owner", ME)], "IB004"),
        ("resolved", vec![("owner", "null"), ("status", "'resolved'")], "IB004"),
        ("pended", vec![("status", "'pending'")], "IB004"),
        ("escalated", vec![], "IB004"),
        ("woken", vec![], "IB004"),
        ("snooze_ended", vec![], "IB004"),
        ("handoff_accepted", vec![("owner", ME)], "IB005"),
        ("noted", vec![("owner", ME)], "IB001"),
        ("labelled", vec![("owner", ME)], "IB001"),
        ("noted", vec![("team", OPS)], "IB001"),
        ("noted", vec![("status", "'pending'")], "IB001"),
        ("noted", vec![("priority", "'urgent'")], "IB001"),
        ("noted", vec![("labels", "'vip'")], "IB001"),
        ("reopened", vec![("owner", ME)], "IB005"),
        ("opened", vec![], "IB001"),
        ("undone", vec![("owner", ME)], "IB004"),
        ("ticket_set", vec![], "IB001"),
        ("noted", vec![("seq", "c.seq - 1")], "IB005"),
        ("noted", vec![("seq", "null::int")], "IB005"),
        ("promoted", vec![], "IB001"),
    ] {
        add(&[Sara], &operation("null", "null", &record(3, kind, &columns)), code);
    }
    add(
        &[Sara],
        &operation("null", "null", &record(2, "taken", &[("owner", ZOYA)])),
        "IB001",
    );
    add(
        &[Sara],
        &operation(
            "null",
            "null",
            &record(
                2,
                "assigned",
                &[("owner", "(select id from agent where handle = 'dina')")],
            ),
        ),
        "IB005",
    );
    add(
        &[Sara],
        &operation(
            "null",
            "null",
            &record(
                2,
                "assigned",
                &[("owner", "(select id from agent where handle = 'vera')")],
            ),
        ),
        "IB005",
    );
    add(
        &[Sara],
        &operation(
            "null",
            "null",
            &record(
                2,
                "assigned",
                &[("owner", "(select id from agent where handle = 'system')")],
            ),
        ),
        "IB005",
    );
    add(
        &[Sara],
        &operation("null", "null", &record(2, "released", &[("owner", ME)])),
        "IB001",
    );
    add(
        &[Sara],
        &operation(
            "null",
            "null",
            &record(4, "reopened", &[("owner", ME), ("status", "'open'")]),
        ),
        "IB001",
    );
    add(
        &[Sara],
        &operation("null", "null", &record(4, "assigned", &[("owner", ME)])),
        "IB005",
    );
    add(
        &[Sara],
        &operation("null", "null", &record(5, "handoff_accepted", &[("owner", ME)])),
        "IB004",
    );
    add(
        &[Sara],
        &operation(
            "null",
            "null",
            &record(5, "handoff_offered", &[("data", "{\"to_team\": 1}")]),
        ),
        "23505",
    );
    add(
        &[Sara],
        &operation("null", "null", &record(99, "noted", &[])).replace("c.id = 99", "c.id = 1"),
        "IB003",
    );
    // An undo of the attacker's note on another agent's conversation, to become its owner.
    let noted = "(select max(o.id)
            from operation o join event e on e.operation_id = o.id
            where e.kind = 'noted' and e.subject_id = 3)";
    add(
        &[Sara],
        &operation(
            "null",
            noted,
            &record(3, "undone", &[("owner", ME), ("data", "{\"undoes\": 0}")]),
        ),
        "IB004",
    );
    add(
        &[Sara],
        &operation(
            "null",
            noted,
            &record(3, "undone", &[("owner", ME)])
                .replace("'{}'::jsonb", &format!("jsonb_build_object('undoes', {noted})")),
        ),
        "IB004",
    );
    // An operation of another agent, a finished one, and one of another session.
    add(
        &[Sara, Omar, Admin],
        &record(2, "taken", &[("owner", ME)])
            .replace("perform", "select")
            .replace("(op,", &format!("({noted},")),
        "IB004",
    );
    add(
        &[Sara],
        &operation(
            "null",
            "null",
            &format!(
                "perform finish_operation(op, 1, 1, null, 0::smallint); {}",
                record(2, "taken", &[("owner", ME)])
            ),
        ),
        "IB004",
    );
    add(
        &[Sara],
        &format!("select finish_operation({noted}, 1, 1, null, 0::smallint)"),
        "IB004",
    );
    // Tickets.
    let ticket = |kind: &str, owner: &str, status: &str| {
        format!(
            "perform record_tickets(op, array[1::bigint], array[t.seq], '{kind}', array[{status}], array[{owner}],
                array[t.team_id], array[t.priority], array[t.due_at], array[t.category], null, null)
            from ticket t
            where t.id = 1;"
        )
    };
    add(
        &[Sara],
        &operation("null", "null", &ticket("ticket_assigned", ME, "t.status")),
        "IB004",
    );
    add(
        &[Sara],
        &operation("null", "null", &ticket("ticket_set", "t.owner_id", "'closed'")),
        "IB004",
    );
    add(
        &[Sara],
        &operation("null", "null", &ticket("ticket_noted", ME, "t.status")),
        "IB001",
    );
    add(
        &[Omar],
        &operation("null", "null", &ticket("ticket_noted", "t.owner_id", "'closed'")),
        "IB001",
    );
    add(
        &[Omar],
        &operation("null", "null", &ticket("assigned", "t.owner_id", "'closed'")),
        "IB001",
    );
    add(
        &[Omar],
        &operation(
            "null",
            "null",
            &ticket(
                "ticket_assigned",
                "(select id from agent where handle = 'vera')",
                "t.status",
            ),
        ),
        "IB005",
    );
    // A note that replaces a note of another conversation.
    add(
        &[Sara],
        &operation(
            "null",
            "null",
            &record(
                1,
                "noted",
                &[(
                    "note",
                    "jsonb_build_object('body', 'x', 'replaces', (select min(id) from note))",
                )],
            ),
        ),
        "IB003",
    );
    // Changes that only admins and `serve` can make.
    add(
        &[Serve],
        &operation(
            "'system'",
            "null",
            "perform put_resource(op, 'agent', 1, '{\"name\": \"x\"}', 'changed', null);",
        ),
        "42501",
    );
    add(
        &[Sara, Vera],
        &put(r#"'agent', 1, '{"name": "x"}', 'changed', null"#),
        "42501",
    );
    add(
        &[Omar],
        &put(r#"'agent', 1, '{"name": "x"}', 'changed', null"#),
        "IB004",
    );
    add(
        &[Owner],
        &operation(
            "'omar'",
            "null",
            "perform put_resource(op, 'agent', 1, '{\"name\": \"x\"}', 'changed', null);",
        ),
        "IB004",
    );
    add(&[Owner], &operation("'omar'", "null", OPEN), "IB004");
    add(&[Sara, Omar, Admin], &operation("null", "null", OPEN), "42501");
    for (noun, id, row, kind, code) in [
        (
            "agent",
            "(select id from agent where handle = 'sara')",
            "{\"handle\": \"eve\"}",
            "changed",
            "IB005",
        ),
        (
            "agent",
            "(select id from agent where handle = 'sara')",
            "{\"role\": \"system\"}",
            "changed",
            "IB004",
        ),
        (
            "agent",
            "(select id from agent where handle = 'system')",
            "{\"name\": \"x\"}",
            "changed",
            "IB004",
        ),
        (
            "agent",
            "(select id from agent where handle = 'sara')",
            "{\"disabled_at\": \"2026-11-20T00:00:00Z\"}",
            "disabled",
            "IB005",
        ),
        (
            "agent",
            "(select id from agent where handle = 'zoya')",
            "{\"role\": \"viewer\"}",
            "changed",
            "IB005",
        ),
        (
            "agent",
            "(select id from agent where handle = 'sara')",
            "{\"teams\": [99]}",
            "changed",
            "IB003",
        ),
        (
            "agent",
            "(select id from agent where handle = 'sara')",
            "{\"name\": \"x\"}",
            "noted",
            "IB001",
        ),
        ("agent", "99", "{\"name\": \"x\"}", "changed", "IB003"),
        (
            "agent",
            "null",
            "{\"handle\": \"ops\", \"name\": \"x\", \"role\": \"agent\"}",
            "added",
            "23505",
        ),
        (
            "agent",
            "null",
            "{\"handle\": \"eve\", \"name\": \"x\", \"role\": \"owner\"}",
            "added",
            "23514",
        ),
        ("event", "1", "{\"kind\": \"noted\"}", "changed", "IB001"),
        ("leg; drop table event", "1", "{}", "changed", "IB001"),
    ] {
        add(
            &[Admin],
            &operation(
                "null",
                "null",
                &format!("perform put_resource(op, '{noun}', {id}, '{row}', '{kind}', null);"),
            ),
            code,
        );
    }
    // The last admin.
    add(
        &[Admin],
        &operation(
            "null",
            "null",
            "perform put_resource(op, 'agent', (select id from agent where handle = 'admin'), '{\"role\": \"agent\"}',
                'changed', null);
            perform put_resource(op, 'agent', (select id from agent where handle = 'adnan'),
                '{\"role\": \"supervisor\"}', 'changed', null);",
        ),
        "IB005",
    );
    // Erasure: only admins can forget a customer, only the system applies retention, and nobody
    // else can access their data.
    let forget = |contact: u32| format!("perform forget_contact(op, {contact}, null);");
    let retain = "perform retain(op, 10);";
    add(&[Sara, Omar], &operation("null", "null", &forget(4)), "42501");
    add(&[Serve], &operation("'system'", "null", &forget(4)), "42501");
    add(&[Owner], &operation("'omar'", "null", &forget(4)), "IB004");
    add(&[Owner], &operation("'system'", "null", &forget(4)), "IB004");
    add(&[Admin], &operation("null", "null", &forget(1)), "IB005");
    add(&[Admin], &operation("null", "null", &forget(99)), "IB003");
    add(&[Admin], "select forget_contact(1, 4, null)", "IB004");
    add(&[Sara, Omar, Admin], &operation("null", "null", retain), "42501");
    add(&[Owner], &operation("'omar'", "null", retain), "IB004");
    add(
        &[Sara, Omar, Vera, Admin],
        "select forgotten_messages(array[1::bigint], array['wamid.1'])",
        "42501",
    );
    for sql in [
        "select * from secret",
        "update secret set inner_pad = ''",
        "select keyed_hash('x')",
        "select forgotten_wamid('x')",
        "select erase_messages(array[1::bigint], true)",
        "insert into superseded (message_id, xid, rank, at, commitment) values (1, '1', 0, now(), '\\x00')",
    ] {
        add(&[Sara, Omar, Vera, Admin, Serve], sql, "42501");
    }
    for set in ["forgotten_at = now()", "seq = 1", "head = '\\x00'", "head_at = now()"] {
        add(&[Serve], &format!("update contact set {set} where id = 1"), "42501");
    }
    // `serve` writes data derived from messages and nothing that is audited.
    for set in [
        "owner_id = 1",
        "status = 'pending'",
        "team_id = 1",
        "seq = 9",
        "head = '\\x00'",
        "labels = '{x}'",
        "resolved_at = now()",
    ] {
        add(
            &[Serve],
            &format!("update conversation set {set} where id = 1"),
            "42501",
        );
    }
    add(&[Serve], "delete from message", "42501");
    for (kind, columns) in [
        ("assigned", vec![("owner", ZOYA)]),
        ("taken", vec![("owner", ZOYA)]),
        ("noted", vec![]),
        ("resolved", vec![("owner", "null"), ("status", "'resolved'")]),
    ] {
        let code = if kind == "taken" { "IB001" } else { "IB004" };
        add(
            &[Serve],
            &operation("'system'", "null", &record(2, kind, &columns)),
            code,
        );
    }
    // Temporary tables and functions that shadow the real ones.
    let shadow = format!(
        "create temp table agent as
        select id, handle, name, 'admin'::text as role, teams, capacity, session_user::text as login,
            null::timestamptz as disabled_at
        from inbox.agent;
        create temp table acting as
        select 1 as id, session_user::text as login, null::bigint as agent_id, null::timestamptz as revoked_at;
        create function pg_temp.acting_agent(text) returns inbox.agent language sql
            as 'select * from inbox.agent where handle = $1';
        create function pg_temp.current_operation(bigint) returns inbox.operation language sql
            as 'select * from inbox.operation where id = $1';
        create function pg_temp.session_user() returns text language sql as 'select ''postgres''';
        set local search_path to pg_temp, inbox;
        {}",
        operation("'admin'", "null", "")
    );
    add(&[Sara], &shadow, "IB004");
    let shadow = shadow.replace(
        &operation("'admin'", "null", ""),
        &operation("null", "null", &record(3, "assigned", &[("owner", ME)])),
    );
    add(
        &[Sara],
        &shadow
            .replace("open_operation", "inbox.open_operation")
            .replace("perform record_", "perform inbox.record_")
            .replace(
                "create function pg_temp.acting_agent",
                "create function pg_temp.acting_agent2",
            ),
        "IB004",
    );
    // Events with false data, or with data whose meaning could change.
    for data in [
        r#"{"ticket": "abc"}"#,
        r#"{"ticket": 99999}"#,
        r#"{"ticket": 1}"#,
        r#"{"ticket": 1, "more": 2}"#,
        "{}",
    ] {
        add(
            &[Sara],
            &operation("null", "null", &record(5, "escalated", &[("data", data)])),
            "IB001",
        );
    }
    for due in ["now", "2026-12-01 10:00", "tomorrow", "99999-01-01T00:00:00Z"] {
        let data = format!(r#"{{"to_agent": 4, "due_at": "{due}"}}"#);
        let offer = record(1, "handoff_offered", &[("data", &data)]);
        add(&[Sara], &operation("null", "null", &offer), "IB001");
    }
    add(
        &[Sara],
        &operation("null", "null", &record(1, "noted", &[("data", r#"{"x": 1}"#)])),
        "IB001",
    );
    for until in ["timestamptz '20000-01-01'", "timestamptz '1900-01-01'"] {
        let snooze = record(1, "snoozed", &[("status", "'snoozed'"), ("until", until)]);
        let code = if until.contains("1900") { "IB005" } else { "23514" };
        add(&[Sara], &operation("null", "null", &snooze), code);
        let ticket = format!(
            "perform open_tickets(op, array[1::bigint], array[c.seq], null, null, 'low', null, {until}, null, null)
            from conversation c
            where c.id = 1;"
        );
        add(&[Sara], &operation("null", "null", &ticket), "23514");
    }
    add(
        &[Sara],
        &operation("null", "null", &record(1, "labelled", &[("labels", "'a,'")])),
        "23514",
    );
    add(
        &[Serve],
        &operation(
            "'system'",
            "null",
            &OPEN
                .replace("array[1::bigint], array[null", "array[4::bigint], array[null")
                .replace("'{}'::jsonb", "'[1]'::jsonb"),
        ),
        "IB001",
    );
    // A reopening with an invented actor or way.
    for data in [
        r#"{"by": "sara"}"#,
        r#"{"by": "message", "late": "no"}"#,
        r#"{"by": {"a": 1}, "late": true}"#,
        r#"{"off_shift": "ali"}"#,
    ] {
        let step = record(
            4,
            "reopened",
            &[("owner", "null"), ("status", "'open'"), ("data", data)],
        );
        add(&[Omar, Admin], &operation("null", "null", &step), "IB001");
    }
    // An earlier snapshot, in which the login had more rights.
    for isolation in ["repeatable read", "serializable"] {
        let sql = format!(
            "rollback; begin isolation level {isolation}; {}",
            operation("null", "null", "")
        );
        add(&[Sara, Omar, Admin, Owner], &sql, "IB004");
    }
    // Settings that the program cannot use.
    for (arguments, code) in [
        (
            r#"'setting', null, '{"name": "retention_messages", "value": "99999999999999999999"}', 'added', null"#,
            "22023",
        ),
        (
            r#"'setting', null, '{"name": "retention_messages", "value": 1}', 'added', null"#,
            "22023",
        ),
        (r#"'setting', 1, '{"value": {"a": [1]}}', 'changed', null"#, "22023"),
        (r#"'setting', 1, '{"value": "Mars/Olympus"}', 'changed', null"#, "22023"),
        (r#"'setting', 1, '{"value": "UTC+5"}', 'changed', null"#, "22023"),
        (r#"'setting', 1, '{"value": "+05"}', 'changed', null"#, "22023"),
        (r#"'setting', 1, '{"value": "PKT"}', 'changed', null"#, "22023"),
        (
            r#"'setting', 1, '{"value": "posix/Asia/Karachi"}', 'changed', null"#,
            "22023",
        ),
        (
            r#"'setting', null, '{"name": "reopen_window", "value": 0.5}', 'added', null"#,
            "22023",
        ),
        (
            r#"'setting', null, '{"name": "retention_messages", "value": 86400.5}', 'added', null"#,
            "22023",
        ),
        (r#"'acting', null, '{"login": "eve"}', 'revoked', null"#, "IB001"),
        (r#"'acting', null, '{"login": "eve"}', 'added', null"#, "IB001"),
        (r#"'acting', 1, '{"login": "eve"}', 'changed', null"#, "IB001"),
        (r#"'setting', 1, '{"name": "other"}', 'changed', null"#, "IB005"),
    ] {
        add(&[Admin], &put(arguments), code);
    }
    // Rosters: only supervisors change them, past entries do not change, and supervisors administer
    // nothing else.
    let entry = |row: &str| format!("'roster', null, '{{{row}}}', 'added', null");
    let revoked = r#"'roster', 1, '{"revoked_at": "2026-11-20T00:00:00Z"}', 'revoked', null"#;
    for arguments in [
        &entry(ROSTERED),
        revoked,
        r#"'shift', 1, '{"ends": "12:00"}', 'changed', null"#,
    ] {
        add(&[Sara, Vera], &put(arguments), "42501");
        add(
            &[Serve],
            &put(arguments).replace("open_operation(null", "open_operation('system'"),
            "42501",
        );
    }
    for (arguments, code) in [
        (r#"'roster', 1, '{"works": false}', 'changed', null"#, "IB001"),
        (
            r#"'roster', 1, '{"works": false, "revoked_at": "2026-11-20T00:00:00Z"}', 'revoked', null"#,
            "IB001",
        ),
        (r#"'roster', 1, '{"revoked_at": null}', 'revoked', null"#, "IB001"),
        // A kind that differs from its change.
        (
            r#"'shift', 1, '{"disabled_at": "2026-01-01T00:00:00Z"}', 'enabled', null"#,
            "IB001",
        ),
        (r#"'shift', 1, '{"disabled_at": null}', 'enabled', null"#, "IB005"),
        (r#"'shift', 1, '{"name": "Other"}', 'disabled', null"#, "IB001"),
        (
            r#"'shift', 1, '{"disabled_at": "2026-01-01T00:00:00Z"}', 'changed', null"#,
            "IB001",
        ),
        (r#"'shift', 1, '{"name": "Other"}', 'added', null"#, "IB001"),
        (
            r#"'roster', null, '{"agent_id": 3, "works": false, "first_day": "2026-01-01", "days": [1]}',
                'revoked', null"#,
            "IB001",
        ),
        (
            r#"'roster', 99, '{"revoked_at": "2026-11-20T00:00:00Z"}', 'revoked', null"#,
            "IB003",
        ),
        (r#"'shift', 1, '{"handle": "evening"}', 'changed', null"#, "IB005"),
        (
            r#"'shift', null, '{"handle": "late", "name": "Late", "starts": "25:00", "ends": "01:00"}', 'added', null"#,
            "22008",
        ),
        (
            r#"'shift', null, '{"handle": "late", "name": "Late", "starts": "24:00", "ends": "01:00"}', 'added', null"#,
            "23514",
        ),
        (r#"'agent', 3, '{"role": "admin"}', 'changed', null"#, "IB004"),
        (
            r#"'setting', null, '{"name": "x", "value": 1}', 'added', null"#,
            "IB004",
        ),
        (r#"'acting', null, '{"login": "eve"}', 'granted', null"#, "IB004"),
    ] {
        add(&[Omar], &put(arguments), code);
    }
    for (right, wrong, code) in [
        (r#""agent_id": 3"#, r#""agent_id": 1"#, "IB005"),
        (r#""agent_id": 3"#, r#""agent_id": null"#, "IB005"),
        (r#""shift_id": 1"#, r#""shift_id": 99"#, "IB005"),
        (r#""shift_id": 1"#, r#""shift_id": null"#, "23514"),
        (
            r#""works": true"#,
            r#""works": true, "revoked_at": "2026-11-20T00:00:00Z""#,
            "IB005",
        ),
        (r#""days": [1]"#, r#""days": [8]"#, "23514"),
        (r#""days": [1]"#, r#""days": []"#, "23514"),
        (r#""days": [1]"#, r#""days": [[1, 2], [3, 4]]"#, "23514"),
        (r#""first_day": "2026-01-01""#, r#""first_day": "infinity""#, "23514"),
        (
            r#""first_day": "2026-01-01""#,
            r#""first_day": "2026-01-01", "last_day": "9999-01-01""#,
            "23514",
        ),
        (r#""days": [1]"#, r#""days": [1], "last_day": "2025-12-31""#, "23514"),
    ] {
        add(&[Omar], &put(&entry(&ROSTERED.replace(right, wrong))), code);
    }
    list
}

#[tokio::test]
async fn permitted_changes_by_the_same_logins_succeed() {
    let (_db, mut conn, mut logins) = staffed().await;
    let before = digest(&mut conn).await;
    let mut done = 0;
    for (who, sql) in [
        (Sara, operation("null", "null", &record(2, "taken", &[("owner", ME)]))),
        (
            Sara,
            operation("null", "null", &record(1, "released", &[("owner", "null")])),
        ),
        (Sara, operation("'sara'", "null", &record(3, "noted", &[]))),
        (
            Omar,
            operation("null", "null", &record(3, "assigned", &[("owner", ME)])),
        ),
        (
            Omar,
            operation(
                "null",
                "null",
                &record(
                    4,
                    "reopened",
                    &[
                        ("owner", "(select id from agent where handle = 'ali')"),
                        ("status", "'open'"),
                    ],
                ),
            ),
        ),
        (
            Admin,
            operation(
                "null",
                "null",
                "perform put_resource(op, 'agent', (select id from agent where handle = 'ali'),
                    '{\"name\": \"Ali Khan\"}', 'changed', null);",
            ),
        ),
        (Omar, put(&format!("'roster', null, '{{{ROSTERED}}}', 'added', null"))),
        (
            Vera,
            "select count(*) from conversation; select count(*) from event".to_owned(),
        ),
        (Omar, "select count(*) from delivery".to_owned()),
        (
            Serve,
            operation(
                "'system'",
                "null",
                &record(4, "reopened", &[("owner", "null"), ("status", "'open'")]),
            ),
        ),
        (
            Serve,
            "update conversation set last_message_at = now() where id = 1".to_owned(),
        ),
        (
            Owner,
            operation("'zoya'", "null", &record(3, "released", &[("owner", "null")])),
        ),
        (
            Admin,
            operation("null", "null", "perform forget_contact(op, 4, 'asked for it');"),
        ),
        (Serve, operation("'system'", "null", "perform retain(op, 10);")),
        (
            Serve,
            "select retention_due(), forgotten_messages(array[1::bigint], array['wamid.1'])".to_owned(),
        ),
    ] {
        run(session(&mut logins, who), &format!("begin; {sql}; rollback")).await;
        done += 1;
    }
    assert_eq!(done, 15);
    assert_eq!(digest(&mut conn).await, before);
}
