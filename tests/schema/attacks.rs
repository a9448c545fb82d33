//! Attacks by hand: statements on the tables, by their owner and by others.

use super::staff::*;
use super::{elsewhere, functions};
use crate::support::psql::typed;
use crate::support::transcript::digest;

/// An attack: the login, the statements, and the expected SQLSTATE.
pub type Attack = (Who, String, &'static str);

/// Opens a second conversation for a customer with a live one.
pub const OPEN: &str =
    "perform open_conversations(op, array[1::bigint], array[1::bigint], array[null::bigint], array['open'],
        array['customer'], array[now()], array['{}'::jsonb]);";

/// Returns the commitment of the message `wamid.1` of a customer, as SQL.
pub fn hashed(at: &str, text: &str) -> String {
    format!("sha256('\\x00' || message_text('wamid.1', 'text', {at}, 'inbound', 'customer', {text}, null, null))")
}

/// Inserts a message of the customer of C-1 with given values for some columns and a matching
/// commitment.
fn written(changes: &[(&str, &str)]) -> String {
    let value = |name: &str, usual: &str| {
        changes
            .iter()
            .find(|c| c.0 == name)
            .map_or(usual.to_owned(), |c| c.1.to_owned())
    };
    format!(
        "insert into message (channel_id, wamid, contact_id, conversation_id, rank, source, direction, author, kind,
            at, received_at, counts, text, raw, salt, commitment, version)
        select channel_id, {}, contact_id, id, {}, {}, {}, {}, {}, {}, now(), false, {}, {}, {salt}, {}, {}
        from conversation c
        where id = 1",
        value("wamid", "'wamid.1'"),
        value("rank", "4"),
        value("source", "'live'"),
        value("direction", "'inbound'"),
        value("author", "'customer'"),
        value("kind", "'text'"),
        value("at", "'2026-01-01'"),
        value("text", "null"),
        value("raw", "null"),
        value(
            "commitment",
            &format!(
                "sha256({} || message_text({}, {}, {}, {}, {}, {}, null, {}))",
                value("salt", "'\\x00'"),
                value("wamid", "'wamid.1'"),
                value("kind", "'text'"),
                value("at", "'2026-01-01'"),
                value("direction", "'inbound'"),
                value("author", "'customer'"),
                value("text", "null"),
                value("raw", "null"),
            )
        ),
        value("version", "1"),
        salt = value("salt", "'\\x00'"),
    )
}

/// Replaces a [`written`] message with a newer version that has these values.
fn replaced(changes: &[(&str, &str)]) -> String {
    let value = |name: &str| {
        changes
            .iter()
            .find(|c| c.0 == name)
            .map_or(name.to_owned(), |c| c.1.to_owned())
    };
    let sets: Vec<String> = changes.iter().map(|(name, to)| format!("{name} = {to}")).collect();
    format!(
        "update message
        set {}, salt = '\\x01', xid = pg_current_xact_id(),
            commitment = sha256('\\x01' || message_text(wamid, {}, {}, {}, {}, {}, summary, raw))
        where wamid = 'wamid.1'",
        sets.join(", "),
        value("kind"),
        value("at"),
        value("direction"),
        value("author"),
        value("text"),
    )
}

/// Lists messages that no program writes, each with a matching commitment.
fn messages() -> Vec<Attack> {
    let mut list: Vec<Attack> = Vec::new();
    let mut add = |sql: String| list.extend([Owner, Superuser, Serve].map(|who| (who, sql.clone(), "IB001")));
    // A final message becomes another one.
    let end = [("rank", "5"), ("source", "'live'"), ("kind", "'call'")];
    add(format!("{}; {}", written(&[]), replaced(&end)));
    add(format!(
        "{}; {}",
        written(&[]),
        replaced(&[&end[..], &[("text", "'never said'")]].concat())
    ));
    // The end of a call belongs to the same call.
    let call = [("kind", "'call'")];
    for other in [
        ("direction", "'outbound'"),
        ("author", "'system'"),
        ("at", "timestamptz '2025-01-01'"),
        ("kind", "'text'"),
        ("contact_id", "2"),
        ("conversation_id", "null"),
        ("source", "'echo'"),
        ("wamid", "'wamid.2'"),
    ] {
        let mut set: Vec<(&str, &str)> = end.into_iter().filter(|c| c.0 != other.0).collect();
        set.push(other);
        add(format!("{}; {}", written(&call), replaced(&set)));
    }
    // The database counts versions; a version without a change is refused.
    add(format!(
        "{}; update message set version = 7 where wamid = 'wamid.1'",
        written(&call)
    ));
    // The source and the time of arrival do not change.
    for set in [
        "source = 'echo'",
        "received_at = now() - interval '1 day'",
        "late = true",
        "counts = true",
        "agent_id = 1",
        "inferred = true",
    ] {
        add(format!(
            "{}; update message set {set} where wamid = 'wamid.1'",
            written(&[])
        ));
    }
    // A placeholder moves to an earlier time only, and becomes a message of its own customer.
    let placeholder = [
        ("rank", "0"),
        ("source", "'status'"),
        ("direction", "'outbound'"),
        ("author", "'human'"),
        ("kind", "'unknown'"),
    ];
    add(format!(
        "{}; {}",
        written(&placeholder),
        replaced(&[("at", "timestamptz '2026-02-01'")])
    ));
    add(format!(
        "{}; {}",
        written(&placeholder),
        replaced(&[("text", "'never said'")])
    ));
    add(format!(
        "{}; {}",
        written(&placeholder),
        replaced(&[("rank", "4"), ("source", "'echo'"), ("contact_id", "2")])
    ));
    add(format!(
        "{}; {}",
        written(&placeholder),
        replaced(&[("rank", "4"), ("source", "'history'")])
    ));
    // Inserted with values that verify could never match.
    add(written(&[("salt", "null"), ("commitment", "sha256('')")]));
    for wrong in [
        ("commitment", "'\\x00'"),
        ("commitment", "sha256('other')"),
        ("salt", "convert_to(repeat('x', 65), 'UTF8')"),
        ("version", "2"),
        ("version", "0"),
        ("rank", "0"),
        ("rank", "2"),
        ("rank", "3"),
        ("rank", "5"),
        ("source", "'history'"),
        ("source", "'echo'"),
        ("source", "'status'"),
        ("direction", "'outbound'"),
        ("author", "'human'"),
        ("author", "'bot'"),
        ("wamid", "repeat('x', 1025)"),
        ("wamid", "''"),
        ("kind", "repeat('x', 257)"),
        ("kind", "''"),
        ("raw", "repeat('x', 67108865)"),
    ] {
        add(written(&[wrong]));
    }
    list
}

fn by_hand() -> Vec<Attack> {
    let mut list: Vec<Attack> = Vec::new();
    let mut add =
        |who: &[Who], sql: &str, code: &'static str| list.extend(who.iter().map(|w| (*w, sql.to_owned(), code)));
    let owners = [Owner, Superuser];
    let staff = [Sara, Omar, Vera, Admin, Serve];

    // Changes without an event.
    for set in [
        "status = 'pending'",
        "owner_id = (select id from agent where handle = 'zoya')",
        "owner_id = null",
        "team_id = (select id from team where handle = 'ops')",
        "priority = 'urgent'",
        "labels = '{vip}'",
        "status = 'snoozed', snoozed_until = now() + interval '1 day'",
        "seq = seq + 1",
        "seq = seq - 1",
        "head = '\\x00'",
        "head_at = now()",
    ] {
        add(&owners, &format!("update conversation set {set} where id = 1"), "IB001");
    }
    for set in [
        "status = 'open', resolved_at = null",
        "resolved_at = resolved_at - interval '1 day'",
        "resolved_at = head_at, seq = seq + 1",
        "contact_id = (select max(id) from contact)",
        "started_by = 'us'",
    ] {
        add(&owners, &format!("update conversation set {set} where id = 4"), "IB001");
    }
    add(
        &owners,
        "update ticket set closed_at = closed_at - interval '1 day' where id = 2",
        "IB001",
    );
    for set in [
        "status = 'waiting'",
        "owner_id = null",
        "team_id = (select id from team where handle = 'ops')",
        "priority = 'low'",
        "due_at = now()",
        "category = 'x'",
        "conversation_id = 2",
        "seq = 2",
    ] {
        add(&owners, &format!("update ticket set {set} where id = 1"), "IB001");
    }
    for (noun, set) in [
        ("agent", "role = 'admin' where handle = 'sara'"),
        ("agent", "login = 'nobody' where handle = 'zoya'"),
        ("agent", "teams = '{}' where handle = 'ali'"),
        ("agent", "disabled_at = null where handle = 'dina'"),
        ("agent", "name = 'Other' where handle = 'ali'"),
        ("agent", "capacity = 1 where handle = 'ali'"),
        ("team", "name = 'Other' where handle = 'ops'"),
        ("store", "disabled_at = now()"),
        ("channel", "team_id = (select id from team where handle = 'ops')"),
        ("setting", "value = '\"UTC\"' where name = 'time_zone'"),
        ("acting", "revoked_at = now()"),
        ("acting", "agent_id = null"),
        ("shift", "starts = '09:00'"),
        ("shift", "disabled_at = now()"),
        ("roster", "agent_id = (select id from agent where handle = 'ali')"),
        ("roster", "works = false"),
        ("roster", "first_day = '2026-01-01'"),
        ("roster", "revoked_at = now()"),
    ] {
        add(&owners, &format!("update {noun} set {set}"), "IB001");
    }
    // An event that differs from its change.
    let beside = |kind: &str, owner: &str| {
        format!(
            "with e as (
                insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, status, owner_id,
                    team_id, priority, labels, hash)
                select 'conversation', c.id, c.seq + 1, now(), '{kind}', {ME}, 1, c.status, {owner}, c.team_id,
                    c.priority, c.labels, '\\x01'
                from conversation c
                where id = 3
                returning *
            )
            update conversation c
            set owner_id = {ME}, seq = e.seq, head = e.hash, head_at = e.at
            from e
            where c.id = 3"
        )
    };
    add(&owners, &beside("noted", "c.owner_id"), "IB001");
    add(&owners, &beside("assigned", "null"), "IB001");
    // Events without a change.
    for (subject, id) in [("conversation", "1"), ("ticket", "1"), ("conversation", "99")] {
        add(
            &owners,
            &format!(
                "insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, status, owner_id,
                    team_id, priority, labels, hash)
                values ('{subject}', {id}, 50, now(), 'noted', 1, 1, 'open', null, 1, 'normal', '{{}}', '\\x01')"
            ),
            "IB001",
        );
    }
    for noun in [
        "agent", "setting", "team", "store", "channel", "acting", "shift", "roster",
    ] {
        add(
            &owners,
            &format!(
                "insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, data, hash)
                values ('{noun}', 1, 50, now(), 'changed', 1, 1, '{{}}', '\\x01')"
            ),
            "IB001",
        );
    }
    add(
        &owners,
        "insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, hash)
        values ('agent', 1, 50, now(), 'promoted', 1, 1, '\\x01')",
        "IB001",
    );
    // Rows without any event.
    add(
        &owners,
        "insert into conversation (channel_id, contact_id, store_id, team_id, status, priority, labels, seq, head,
            head_at, started_by, opened_at)
        values (1, 4, 1, 1, 'open', 'normal', '{}', 1, '\\x00', now(), 'us', now())",
        "IB001",
    );
    add(
        &owners,
        "insert into ticket (conversation_id, team_id, priority, status, seq, head, head_at, opened_at, opened_by)
        values (1, 1, 'low', 'open', 1, '\\x00', now(), now(), 1)",
        "IB001",
    );
    add(
        &owners,
        "insert into handle (handle, noun) values ('eve', 'agent');
        insert into agent (handle, name, role, seq, head, head_at) values ('eve', 'Eve', 'admin', 1, '\\x00', now())",
        "IB001",
    );
    add(
        &owners,
        "insert into shift (handle, name, starts, ends, seq, head, head_at)
        values ('late', 'Late', '16:00', '00:00', 1, '\\x00', now())",
        "IB001",
    );
    add(
        &owners,
        "insert into roster (agent_id, shift_id, works, first_day, days, seq, head, head_at)
        select 1, id, true, '2026-01-01', '{1}', 1, '\\x00', now()
        from shift",
        "IB001",
    );
    add(
        &owners,
        "insert into acting (login, seq, head, head_at) values ('eve', 1, '\\x00', now())",
        "IB001",
    );
    // History cannot be changed.
    for table in [
        "event",
        "attempt",
        "conversation",
        "ticket",
        "leg",
        "phase",
        "note",
        "reason",
        "operation",
        "handoff",
        "agent",
        "team",
        "store",
        "channel",
        "setting",
        "acting",
        "shift",
        "roster",
        "handle",
        "contact",
        "message",
    ] {
        add(&owners, &format!("delete from {table}"), "IB001");
        add(&owners, &format!("truncate {table} cascade"), "IB001");
    }
    for sql in [
        "update event set kind = 'noted'",
        "update event set at = now() where subject = 'conversation'",
        "update event set hash = hash",
        "update attempt set agent_id = 1",
        "update note set body = 'never said'",
        "update note set agent_id = 1",
        "update note set at = now()",
        "update reason set body = 'for no reason'",
        "update operation set actor_id = 1",
        "update operation set login = 'eve'",
        "update operation set args = '{\"to\": \"x\"}'",
        "update operation set exit = 5",
        "update operation set finished_at = null",
        "update operation set key = 'k' where id = (select max(id) from operation)",
        "update operation set undoes = 1",
        "update handoff set to_agent = 1",
        "update handoff set due_at = now()",
        "update handoff set offered_by = 1",
    ] {
        add(&owners, sql, "IB001");
    }
    // Erasure by hand, and false erasure of a contact.
    for sql in [
        "update note set body = null, order_id = null, courier = null, tracking_no = null, tried = null, salt = null",
        "update note set salt = null",
        "update reason set body = null, salt = null",
        "update contact set forgotten_at = now() where id = 1",
        "update contact set seq = 1, head = '\\x01', head_at = now(), forgotten_at = now(), name = null where id = 1",
        "insert into contact (first_seen, last_seen, forgotten_at) values (now(), now(), now())",
        "insert into contact (first_seen, last_seen, seq) values (now(), now(), 1)",
        "insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, hash)
        values ('contact', 1, 1, now(), 'forgotten', 1, 1, '\\x01')",
        "update superseded set rank = 0",
        "delete from superseded",
        "truncate superseded",
    ] {
        add(&owners, sql, "IB001");
    }
    // The content of a message.
    for set in [
        "text = 'never said'",
        "summary = 'never said'",
        "raw = '{}'",
        "wamid = 'wamid.other'",
        "kind = 'image'",
        "at = now() - interval '1 day'",
        "direction = 'outbound'",
        "author = 'human'",
        "salt = '\\x01'",
        "commitment = '\\x01'",
        "rank = 3",
        "rank = 5",
        "xid = '3'",
        "text = null, summary = null, raw = null, salt = null",
        "target = 'wamid.other'",
    ] {
        let write =
            "insert into message (channel_id, wamid, rank, source, direction, author, kind, at, received_at, counts,
                text, summary, raw, salt, commitment)
            values (1, 'wamid.1', 4, 'live', 'inbound', 'customer', 'text', '2026-01-01', now(), true, 'said', 'said',
                '{\"a\": 1}', '\\x00',
                sha256('\\x00'
                    || message_text('wamid.1', 'text', '2026-01-01', 'inbound', 'customer', 'said', 'said',
                        '{\"a\": 1}')))";
        add(
            &[Owner, Superuser, Serve],
            &format!("{write}; update message set {set} where wamid = 'wamid.1'"),
            "IB001",
        );
    }
    list.extend(messages());
    let mut add =
        |who: &[Who], sql: &str, code: &'static str| list.extend(who.iter().map(|w| (*w, sql.to_owned(), code)));
    // The contact of a message, which decides with whom it is erased.
    for set in [
        "contact_id = 2",
        "contact_id = null",
        "conversation_id = 2",
        "conversation_id = 2, contact_id = 2",
        "conversation_id = null",
    ] {
        let write = format!(
            "insert into message (channel_id, wamid, contact_id, conversation_id, rank, source, direction, author,
                kind, at, received_at, counts, salt, commitment)
            select channel_id, 'wamid.1', contact_id, id, 4, 'live', 'inbound', 'customer', 'text', '2026-01-01',
                now(), true, '\\x00', {}
            from conversation
            where id = 1",
            hashed("'2026-01-01'", "null")
        );
        add(
            &[Owner, Superuser, Serve],
            &format!("{write}; update message set {set} where wamid = 'wamid.1'"),
            "IB001",
        );
        let strange = write.replace(" contact_id, id,", " (select max(id) from contact), id,");
        add(&[Owner, Superuser, Serve], &strange, "IB001");
    }
    // Times outside the range that programs can list.
    for sql in [
        "insert into message (channel_id, wamid, rank, source, direction, author, kind, at, received_at,
            counts, salt, commitment)
        values (1, 'wamid.1', 4, 'live', 'inbound', 'customer', 'text', 'infinity', now(), true, '\\x00', '\\x00')",
        "insert into message (channel_id, wamid, rank, source, direction, author, kind, at, received_at,
            counts, salt, commitment)
        values (1, 'wamid.1', 4, 'live', 'inbound', 'customer', 'text', now(), '20000-01-01', true, '\\x00', '\\x00')",
        "update conversation set waiting_since = 'infinity' where id = 1",
        "update conversation set last_message_at = '20000-01-01' where id = 1",
        "update contact set first_seen = '-infinity'",
        "insert into run (conversation_id, seq, started_at, last_at, messages, first)
        values (1, 99, '20000-01-01', now(), 1, true)",
    ] {
        add(&[Owner, Superuser, Serve], sql, "23514");
    }
    add(
        &owners,
        "insert into superseded (message_id, version, xid, rank, at, commitment) values (1, 1, '5', 0, now(), '\\x00')",
        "IB001",
    );
    // Legs and phases.
    for sql in [
        "update leg set to_at = now() where conversation_id = 1 and to_at is null",
        "update leg set to_at = now() where conversation_id = 1 and seq = 1",
        "update leg set agent_id = 1 where conversation_id = 1",
        "update leg set from_at = from_at - interval '1 hour'",
        "update leg set how = 'sweep' where conversation_id = 1 and seq = 2",
        "update leg set operation_id = 1 where conversation_id = 1 and seq = 2",
        "insert into leg (conversation_id, seq, agent_id, team_id, how, from_at, to_at, operation_id)
        values (1, 7, 1, 1, 'take', '2026-01-01', '2026-01-02', 1)",
        "insert into leg (conversation_id, seq, agent_id, team_id, how, from_at, operation_id)
        values (99, 1, 1, 1, 'take', now(), 1)",
        "update phase set to_at = now() where conversation_id = 1",
        "update phase set status = 'pending' where conversation_id = 1",
        "insert into phase (conversation_id, seq, status, from_at, to_at)
        values (1, 7, 'open', '2026-01-01', '2026-01-02')",
    ] {
        add(&owners, sql, "IB001");
    }
    add(
        &owners,
        "update leg set to_at = null where conversation_id = 1 and seq = 1",
        "23505",
    );
    add(
        &owners,
        "update phase set to_at = null where conversation_id = 4 and seq = 1",
        "23505",
    );
    add(
        &owners,
        "insert into leg (conversation_id, seq, agent_id, team_id, how, from_at, operation_id)
        values (1, 7, 1, 1, 'take', now(), 1)",
        "23505",
    );
    add(
        &owners,
        "insert into phase (conversation_id, seq, status, from_at) values (1, 7, 'open', now())",
        "23505",
    );
    // One live conversation for each customer and number, one message for each wamid.
    add(&[Owner], &operation("'system'", "null", OPEN), "23505");
    add(
        &owners,
        "insert into message (channel_id, wamid, rank, source, direction, author, kind, at, received_at,
            counts, commitment)
        select 1, 'wamid.1', 2, 'live', 'inbound', 'customer', 'text', now(), now(), true, '\\x00'
        from generate_series(1, 2)",
        "23505",
    );

    // Operations of another agent or another transaction.
    let operation_of = |actor: &str, login: &str, xid: &str| {
        format!(
            "insert into operation (at, xid, actor_id, verb, args, login, version, digest)
            values (now(), {xid}, (select id from agent where handle = '{actor}'), 'x', '{{}}', {login}, '1', '\\x00')"
        )
    };
    add(
        &[Owner],
        &operation_of("sara", "'sara'", "pg_current_xact_id()"),
        "IB001",
    );
    add(&[Owner], &operation_of("admin", "session_user", "'3'"), "IB001");
    add(
        &[Superuser],
        &operation_of("sara", "session_user", "pg_current_xact_id()"),
        "IB001",
    );
    add(
        &owners,
        "update handle set handle = 'other' where handle = 'sara'",
        "IB001",
    );
    add(
        &[Serve, Owner],
        "insert into message (channel_id, wamid, rank, source, direction, author, kind, at, received_at, counts,
            commitment, xid)
        values (1, 'wamid.2', 4, 'live', 'inbound', 'customer', 'text', now(), now(), true, '\\x00', '9000000000000')",
        "IB001",
    );
    for set in ["opened_by = 1", "opened_at = '2020-01-01'"] {
        add(&owners, &format!("update ticket set {set}"), "IB001");
    }
    // Direct writes: only the owner can write a table.
    for sql in [
        "update conversation set owner_id = 1 where id = 2",
        "insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, hash)
        values ('ticket', 1, 9, now(), 'noted', 1, 1, '\\x00')",
        "update event set kind = 'noted'",
        "delete from event",
        "truncate event",
        "update leg set agent_id = 1",
        "delete from leg",
        "update note set body = 'x'",
        "delete from note",
        "insert into note (conversation_id, agent_id, at, commitment) values (1, 1, now(), '\\x00')",
        "update operation set actor_id = 1",
        "insert into operation (at, xid, actor_id, verb, args, login, version, digest)
        values (now(), pg_current_xact_id(), 1, 'x', '{}', session_user, '1', '\\x00')",
        "insert into acting (login, seq, head, head_at) values (session_user, 1, '\\x00', now())",
        "update agent set role = 'admin'",
        "update shift set ends = '12:00'",
        "update roster set works = false",
        "insert into roster (agent_id, works, first_day, days, seq, head, head_at)
        values (1, false, '2026-01-01', '{1}', 1, '\\x00', now())",
        "update handoff set to_agent = 1",
        "insert into attempt (conversation_id, agent_id, at) values (1, 1, now())",
        "alter table event disable trigger all",
        "set session_replication_role = replica",
        "create table inbox.agent2 ()",
        "create or replace function inbox.app_now() returns timestamptz language sql
            as $$ select now() - interval '1 day' $$",
        "drop trigger append_only on inbox.event",
        "select bootstrap('eve', 'Eve', true, '0.1.0', null)",
        "select grant_first_acting(1, '\\x00', null)",
    ] {
        add(&staff, sql, "42501");
    }
    for role in ["postgres", "pg_read_server_files"] {
        add(
            &[Sara, Omar, Admin, Serve, Owner],
            &format!("set role {role}; select 1/0"),
            "42501",
        );
    }
    add(
        &[Sara, Omar, Admin, Serve, Owner],
        "set session authorization postgres",
        "42501",
    );
    add(&[Sara, Vera], "select body from delivery", "42501");
    add(&[Stranger], "select 1 from conversation", "42P01");
    for sql in [
        "select 1 from inbox.conversation",
        "select 1 from inbox.event",
        "update inbox.agent set role = 'admin'",
        "delete from inbox.event",
        "select inbox.open_operation(null, 'try', '{}', null, null, '0.1.0', null, null)",
        "select inbox.bootstrap('eve', 'Eve', true, '0.1.0', null)",
        "select inbox.app_now()",
        "create table inbox.mine ()",
        "set role postgres",
        "create schema inbox2",
    ] {
        add(&[Stranger], sql, "42501");
    }
    list
}

#[tokio::test]
async fn every_attack_is_refused_without_effect() {
    let (_db, mut conn, logins) = staffed().await;
    let before = digest(&mut conn).await;
    let list = [by_hand(), functions::attacks(), elsewhere::attacks()].concat();
    let mut tried = 0;
    let mut wrong = Vec::new();
    for login in &logins {
        let mine: Vec<&Attack> = list.iter().filter(|a| a.0 == login.who).collect();
        assert!(!mine.is_empty(), "{:?} tried nothing", login.who);
        let refused = typed(&login.url, mine.iter().map(|a| a.1.as_str()));
        for ((who, sql, code), refused) in mine.into_iter().zip(refused) {
            let refused = refused.unwrap_or_else(|| "done".to_owned());
            if !refused.starts_with(code) {
                wrong.push(format!("{who:?} wanted {code}, got {refused}: {sql}"));
            }
            tried += 1;
        }
    }
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(digest(&mut conn).await, before);
    assert!(tried == list.len() && tried >= 900, "{tried} attacks");
}
