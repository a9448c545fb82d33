//! The chains against people with full access to the database: each tampering is found and named,
//! without false alarms.

mod forgeries;
mod kinds;
mod tampering;
mod versions;

use std::process::Command;

use sqlx::PgConnection;

use crate::support::{self, Db, inbox, seed};

/// Creates a workspace in which each conversation has changed.
async fn worked(count: i32) -> (Db, Vec<i64>) {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let ids = seed::conversations(&mut conn, count).await;
    let all = format!("C-{}..C-{}", ids[0], ids[ids.len() - 1]);
    inbox(&db).args(["--as", "sara", "take", &all, "-q"]).assert().success();
    inbox(&db)
        .args([
            "--as",
            "sara",
            "note",
            &all,
            "a | b\\ \"c\" ہیلو",
            "--tried",
            "rang\ntwice",
            "-q",
        ])
        .assert()
        .success();
    inbox(&db)
        .args([
            "--as",
            "omar",
            "assign",
            &all,
            "--to",
            "ali",
            "--reason",
            "shift | end",
            "-q",
        ])
        .assert()
        .success();
    inbox(&db)
        .args(["--as", "ali", "label", &all, "--add", "cod,vip", "-q"])
        .assert()
        .success();
    inbox(&db)
        .args(["--as", "ali", "snooze", &format!("C-{}", ids[0]), "--until", "2h", "-q"])
        .assert()
        .success();
    inbox(&db)
        .args([
            "--as",
            "ali",
            "escalate",
            &format!("C-{}", ids[1]),
            "--due",
            "2h",
            "--category",
            "courier",
            "-q",
        ])
        .assert()
        .success();
    inbox(&db)
        .args(["--as", "omar", "ticket", "set", "T-1", "--status", "waiting", "-q"])
        .assert()
        .success();
    inbox(&db)
        .args([
            "--as",
            "omar",
            "resolve",
            &format!("C-{}..C-{}", ids[2], ids[ids.len() - 1]),
            "-q",
        ])
        .assert()
        .success();
    (db, ids)
}

/// Runs statements as a superuser with the guards off.
async fn tamper(superuser: &mut PgConnection, sql: &str) {
    seed::run(
        superuser,
        &format!("begin; set local session_replication_role = replica; {sql}; commit"),
    )
    .await;
}

fn found(db: &Db) -> Vec<(String, i64, String)> {
    let output = inbox(db).args(["audit", "verify", "-o", "json"]).output().unwrap();
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        output.status.code(),
        Some(if rows.is_empty() { 0 } else { 7 }),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    rows.iter()
        .map(|r| {
            (
                r["subject"].as_str().unwrap().to_owned(),
                r["event"].as_i64().unwrap(),
                r["problem"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

#[tokio::test]
async fn verify_finds_nothing_in_an_untouched_workspace() {
    let (db, _) = worked(30).await;
    assert_eq!(found(&db), []);
}

#[tokio::test]
async fn verify_names_the_first_event_of_each_tampering() {
    let (db, ids) = worked(40).await;
    let mut su = db.connect_to(&db.superuser_url()).await;
    let c = |n: usize| ids[n];
    let plan: Vec<(String, String, i64, &str)> = vec![
        (
            format!(
                "update event set owner_id = 1 where subject = 'conversation' and subject_id = {} and seq = 2",
                c(3)
            ),
            format!("C-{}", c(3)),
            2,
            "edited",
        ),
        (
            format!(
                "update event
                set at = at - interval '1 hour'
                where subject = 'conversation' and subject_id = {} and seq = 3",
                c(4)
            ),
            format!("C-{}", c(4)),
            3,
            "edited",
        ),
        (
            format!(
                "update event set actor_id = 1 where subject = 'conversation' and subject_id = {} and seq = 5",
                c(5)
            ),
            format!("C-{}", c(5)),
            5,
            "edited",
        ),
        (
            format!(
                "delete from event where subject = 'conversation' and subject_id = {} and seq = 3",
                c(6)
            ),
            format!("C-{}", c(6)),
            4,
            "missing",
        ),
        (
            format!(
                "delete from event where subject = 'conversation' and subject_id = {} and seq = 6",
                c(7)
            ),
            format!("C-{}", c(7)),
            6,
            "tail_missing",
        ),
        (
            format!(
                "update event set seq = -1 where subject = 'conversation' and subject_id = {0} and seq = 3;
                update event set seq = 3 where subject = 'conversation' and subject_id = {0} and seq = 4;
                update event set seq = 4 where subject = 'conversation' and subject_id = {0} and seq = -1",
                c(8)
            ),
            format!("C-{}", c(8)),
            3,
            "edited",
        ),
        (
            format!("update conversation set priority = 'urgent' where id = {}", c(9)),
            format!("C-{}", c(9)),
            6,
            "state_differs",
        ),
        (
            format!(
                "update leg set agent_id = 1 where conversation_id = {} and seq = 2",
                c(10)
            ),
            format!("C-{}", c(10)),
            6,
            "legs_differ",
        ),
        (
            format!(
                "update phase set from_at = from_at - interval '1 hour' where conversation_id = {} and seq = 2",
                c(11)
            ),
            format!("C-{}", c(11)),
            6,
            "phases_differ",
        ),
        (
            format!(
                "delete from event where subject = 'conversation' and subject_id = {}",
                c(12)
            ),
            format!("C-{}", c(12)),
            6,
            "tail_missing",
        ),
        (
            format!("delete from conversation where id = {}", c(13)),
            format!("C-{}", c(13)),
            6,
            "no_row",
        ),
        (
            format!("update note set body = 'never said' where conversation_id = {}", c(14)),
            format!("C-{}", c(14)),
            3,
            "text_differs",
        ),
        (
            "insert into leg (conversation_id, seq, agent_id, team_id, how, from_at, operation_id)
            values (90001, 1, 3, 1, 'take', now(), 1)"
                .to_owned(),
            "C-90001".to_owned(),
            0,
            "no_row",
        ),
        (
            format!(
                "update event set data = '{{\"ticket\": \"abc\"}}' where subject_id = {} and kind = 'escalated'",
                c(1)
            ),
            format!("C-{}", c(1)),
            6,
            "edited",
        ),
        (
            "update ticket set owner_id = 1 where id = 1".to_owned(),
            "T-1".to_owned(),
            2,
            "state_differs",
        ),
        (
            "update agent set role = 'admin' where handle = 'zoya'".to_owned(),
            "agent 5".to_owned(),
            1,
            "state_differs",
        ),
        (
            "update operation
            set login = 'somebody else'
            where id = (select operation_id from event where kind = 'taken' limit 1)"
                .to_owned(),
            format!(
                "O-{}",
                seed::text(&mut su, "select operation_id from event where kind = 'taken' limit 1").await
            ),
            0,
            "text_differs",
        ),
    ];
    for (sql, ..) in &plan {
        tamper(&mut su, sql).await;
    }
    let mut wanted: Vec<_> = plan
        .iter()
        .map(|(_, subject, seq, problem)| (subject.clone(), *seq, (*problem).to_owned()))
        .collect();
    let mut rows = found(&db);
    // The notes of the deleted events no longer belong to any event.
    for n in [6, 12] {
        let note = seed::text(
            &mut su,
            &format!("select id from note where conversation_id = {}", c(n)),
        )
        .await;
        wanted.push((format!("note {note}"), 0, "text_differs".to_owned()));
    }
    wanted.sort();
    rows.sort();
    assert_eq!(rows, wanted);
}

#[tokio::test]
async fn seal_detects_rewritten_or_cut_chains_after_growth() {
    let (db, ids) = worked(10).await;
    let mut conn = db.connect().await;
    seed::settled(&mut conn).await;
    let seal = db.home().join("seal.json");
    let seal = seal.to_str().unwrap();
    inbox(&db).args(["audit", "seal", "--file", seal]).assert().success();
    inbox(&db)
        .args(["--as", "omar", "reopen", &format!("C-{}", ids[4]), "-q"])
        .assert()
        .success();
    seed::conversations(&mut conn, 5).await;
    inbox(&db)
        .args(["audit", "verify", "--against", seal])
        .assert()
        .success();
    // A consistent chain without its newest event.
    let mut su = db.connect_to(&db.superuser_url()).await;
    tamper(
        &mut su,
        &format!(
            "delete from event where subject = 'conversation' and subject_id = {0} and seq = 6;
            update conversation c
            set seq = 5, head = e.hash, head_at = e.at, status = e.status, owner_id = e.owner_id, resolved_at = null
            from event e
            where c.id = {0} and e.subject = 'conversation' and e.subject_id = {0} and e.seq = 5;
            delete from leg
            where conversation_id = {0} and from_at > (select head_at from conversation where id = {0});
            update leg
            set to_at = null
            where conversation_id = {0} and to_at > (select head_at from conversation where id = {0});
            delete from phase
            where conversation_id = {0} and from_at > (select head_at from conversation where id = {0});
            update phase
            set to_at = null
            where conversation_id = {0} and to_at > (select head_at from conversation where id = {0})",
            ids[5]
        ),
    )
    .await;
    assert_eq!(found(&db), []);
    let refused = inbox(&db).args(["audit", "verify", "--against", seal]).assert().code(7);
    let stderr = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(stderr.contains("differ from those that were sealed"), "{stderr}");
}

/// An independent implementation of the page inbox-chain(7), with only Python and psql's COPY.
const OUTSIDER: &str = r#"
import hashlib, sys
previous, heads, events = {}, {}, 0
for line in sys.stdin:
    f = [None if x == '\\N'
        else x.replace('\\\\', '\0').replace('\\n', '\n').replace('\\t', '\t').replace('\0', '\\')
        for x in line.rstrip('\n').split('\t')]
    subject, id, seq, stored = f[0], f[1], f[2], f[-1]
    text = '|'.join(['inbox-event-1', previous.get((subject, id), ''), f[3]] + [x or '' for x in f[:3] + f[4:-1]])
    computed = hashlib.sha256(text.encode()).hexdigest()
    if computed != stored:
        sys.exit(f'{subject} {id} event {seq}: {computed} is not {stored}\n{text}')
    previous[(subject, id)] = stored
    heads[(subject, int(id))] = f'{subject}|{id}|{seq}|{stored}\n'
    events += 1
print(events, hashlib.sha256(''.join(heads[k] for k in sorted(heads)).encode()).hexdigest())
"#;

#[tokio::test]
async fn documented_format_gives_the_same_hashes_and_seal() {
    let (db, _) = worked(12).await;
    let mut conn = db.connect().await;
    let rows: Vec<String> = sqlx::query_scalar(
        r"select concat_ws(E'\t', e.subject, e.subject_id, e.seq, encode(o.digest, 'hex'),
            (extract(epoch from e.at) * 1000000)::bigint, e.kind, e.actor_id, e.operation_id,
            coalesce(e.status, '\N'), coalesce(e.owner_id::text, '\N'), coalesce(e.team_id::text, '\N'),
            coalesce(e.priority, '\N'), array_to_string(coalesce(e.labels, '{}'), ','),
            coalesce(((extract(epoch from e.until_at) * 1000000)::bigint)::text, '\N'), coalesce(e.how, '\N'),
            coalesce(encode(e.reason_commitment, 'hex'), '\N'), coalesce(encode(e.note_commitment, 'hex'), '\N'),
            coalesce(replace(e.data::text, '\', '\\'), '\N'), encode(e.hash, 'hex'))
        from event e join operation o on o.id = e.operation_id
        order by e.subject, e.subject_id, e.seq",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    assert!(rows.len() > 60, "{}", rows.len());
    let said = computed(&db, OUTSIDER, &rows);
    let seal = sealed(&db, &mut conn).await;
    assert_eq!(said, format!("{} {}", seal["events"], seal["digest"].as_str().unwrap()));
}

/// Returns the output of an independent program for rows, one a line.
fn computed(db: &Db, program: &str, rows: &[String]) -> String {
    let input = db.home().join("rows");
    fs_err::write(&input, rows.join("\n") + "\n").unwrap();
    let python = Command::new("python3")
        .args(["-c", program])
        .stdin(std::fs::File::open(&input).unwrap())
        .output()
        .unwrap();
    assert!(python.status.success(), "{}", String::from_utf8_lossy(&python.stderr));
    String::from_utf8(python.stdout).unwrap().trim().to_owned()
}

/// Returns the program's seal over everything written so far.
async fn sealed(db: &Db, conn: &mut sqlx::PgConnection) -> serde_json::Value {
    seed::settled(conn).await;
    serde_json::from_slice(&inbox(db).args(["audit", "seal"]).output().unwrap().stdout).unwrap()
}

/// The same for messages: commitments from text and salt, and the seal over them.
const OUTSIDER_OF_MESSAGES: &str = r#"
import hashlib, json, sys
lines = []
for line in sys.stdin:
    m = json.loads(line)
    sized = lambda x: '-' if x is None else f'{len(x.encode())}:{x}'
    text = '|'.join(['inbox-message-1', sized(m['wamid']), sized(m['kind']), str(m['at']), m['direction'],
        m['author'], sized(m['text']), sized(m['summary']), sized(m['raw'])])
    computed = hashlib.sha256(bytes.fromhex(m['salt']) + text.encode()).hexdigest()
    if computed != m['commitment']:
        sys.exit(f'{m["id"]}: {computed} is not {m["commitment"]}')
    lines.append(f'{m["id"]}|{m["rank"]}|{m["at"]}|{m["commitment"]}\n')
print(len(lines), hashlib.sha256(''.join(lines).encode()).hexdigest())
"#;

#[tokio::test]
async fn documented_format_gives_the_same_message_commitments_and_seal() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    seed::run(
        &mut conn,
        r#"insert into message (channel_id, wamid, rank, source, direction, author, kind, at, received_at, counts,
            text, summary, raw, salt, commitment)
        select 1, 'wamid.' || g, 4, 'live', 'inbound', 'customer', 'text', timestamptz '2026-11-20 10:00:00.25Z',
            app_now(), true, x.t, x.s, '{"a": "b|c"}', x.salt,
            sha256(x.salt
                || message_text('wamid.' || g, 'text', '2026-11-20 10:00:00.25Z', 'inbound', 'customer', x.t, x.s,
                    '{"a": "b|c"}'))
        from (select g, 'کہاں ہے | ' || g as t, case when g % 2 = 0 then 'one | line' end as s,
                uuid_send(gen_random_uuid()) as salt
            from generate_series(1, 40) g) x"#,
    )
    .await;
    let rows: Vec<String> = sqlx::query_scalar(
        "select json_build_object('id', id, 'rank', rank, 'at', (extract(epoch from at) * 1000000)::bigint,
            'wamid', wamid, 'kind', kind, 'direction', direction, 'author', author, 'text', text, 'summary', summary,
            'raw', raw, 'salt', encode(salt, 'hex'), 'commitment', encode(commitment, 'hex'))::text
        from message
        order by id",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    assert_eq!(rows.len(), 40);
    let said = computed(&db, OUTSIDER_OF_MESSAGES, &rows);
    let seal = sealed(&db, &mut conn).await;
    assert_eq!(
        said,
        format!("{} {}", seal["messages"], seal["messages_digest"].as_str().unwrap())
    );
}

#[tokio::test]
async fn seal_counts_newer_events_and_is_refused_by_another_workspace() {
    let (db, _) = worked(5).await;
    let mut conn = db.connect().await;
    seed::settled(&mut conn).await;
    // Another session has an open transaction that is older than the next changes.
    let mut other = db.connect().await;
    seed::run(&mut other, "begin; select pg_current_xact_id()").await;
    inbox(&db)
        .args(["--as", "omar", "note", "C-1", "later", "-q"])
        .assert()
        .success();
    let seal = inbox(&db)
        .args(["audit", "seal"])
        .assert()
        .success()
        .get_output()
        .clone();
    let said = String::from_utf8(seal.stderr).unwrap();
    assert!(said.contains("1 events and messages are newer"), "{said}");
    seed::run(&mut other, "rollback").await;

    let text = String::from_utf8(seal.stdout).unwrap();
    let file = db.home().join("other.json");
    fs_err::write(
        &file,
        text.replace("\"workspace\": \"inbox\"", "\"workspace\": \"team\""),
    )
    .unwrap();
    let refused = inbox(&db)
        .args(["audit", "verify", "--against", file.to_str().unwrap()])
        .assert()
        .code(2);
    let said = String::from_utf8(refused.get_output().stderr.clone()).unwrap();
    assert!(
        said.contains("the seal is of the workspace team, not of inbox"),
        "{said}"
    );
}

#[tokio::test]
async fn unreadable_rows_are_found_and_hide_nothing_else() {
    let (db, ids) = worked(20).await;
    let mut su = db.connect_to(&db.superuser_url()).await;
    seed::run(
        &mut su,
        "alter table message drop constraint message_times; alter table note drop constraint note_promised",
    )
    .await;
    for sql in [
        "insert into message (channel_id, wamid, rank, source, direction, author, kind, at, received_at, counts, text,
            salt, commitment)
        values (1, 'wamid.1', 4, 'live', 'inbound', 'customer', 'text', 'infinity', now(), true,
            'said', '\\x00', '\\x00')",
        "update note set promised_by = 'infinity' where id = (select min(id) from note)",
        "update event
        set data = '{\"ticket\": 1e40}'
        where kind = 'escalated' and subject_id = (select min(subject_id) from event where kind = 'escalated')",
        &format!("update conversation set priority = 'urgent' where id = {}", ids[19]),
    ] {
        tamper(&mut su, sql).await;
    }
    let found: Vec<(String, String)> = found(&db).into_iter().map(|f| (f.0, f.2)).collect();
    for (subject, problem) in [
        ("messages", "unreadable"),
        ("constraint message.message_times", "guard_differs"),
        ("constraint note.note_promised", "guard_differs"),
    ] {
        assert!(
            found.contains(&(subject.to_owned(), problem.to_owned())),
            "{subject}: {found:?}"
        );
    }
    assert!(
        found.iter().any(|f| f.1 == "unreadable" && f.0 != "messages"),
        "{found:?}"
    );
}

#[tokio::test]
async fn seal_uses_time_when_transaction_ids_restart() {
    let (db, _) = worked(5).await;
    let mut conn = db.connect().await;
    seed::settled(&mut conn).await;
    let seal = inbox(&db)
        .args(["audit", "seal"])
        .assert()
        .success()
        .get_output()
        .clone();
    let seal: serde_json::Value = serde_json::from_slice(&seal.stdout).unwrap();
    assert!(seal["server"].as_str().is_some_and(|s| s.len() > 10), "{seal}");
    let verify = |name: &str, server: &str| {
        let mut other = seal.clone();
        // The transaction ids of the original server were far ahead.
        other["before_xid"] = "999999999".into();
        other["server"] = server.into();
        let file = db.home().join(name);
        fs_err::write(&file, other.to_string()).unwrap();
        let args = ["audit", "verify", "--against", file.to_str().unwrap()];
        inbox(&db).args(args).output().unwrap().status.code()
    };
    inbox(&db)
        .args(["--as", "omar", "note", "C-1", "later", "-q"])
        .assert()
        .success();
    assert_eq!(verify("moved.json", "1"), Some(0));
    assert_eq!(verify("here.json", seal["server"].as_str().unwrap()), Some(7));
    let mut su = db.connect_to(&db.superuser_url()).await;
    tamper(
        &mut su,
        "update event
        set actor_id = 2
        where subject = 'conversation' and subject_id = (select min(id) from conversation) and seq = 1",
    )
    .await;
    assert_eq!(verify("moved.json", "1"), Some(7));
}

#[tokio::test]
async fn verify_fails_when_a_named_object_does_not_exist() {
    let (db, ids) = worked(3).await;
    let run = |arguments: &[&str]| {
        let output = inbox(&db).arg("audit").args(arguments).output().unwrap();
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr)
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
        )
    };
    let there = format!("C-{}", ids[0]);
    for (arguments, code, said) in [
        (vec!["verify", &there], 0, "events checked"),
        (
            vec!["verify", "C-99999"],
            3,
            "there is no conversation C-99999, and no event of it",
        ),
        (vec!["verify", &there, "C-99999"], 3, "there is no conversation C-99999"),
        (vec!["verify", "--since", "2199-01-01"], 2, "is in the future"),
        (vec!["--operation", "O-99999"], 3, "no operation O-99999"),
    ] {
        let (got, stderr) = run(&arguments);
        assert_eq!(got, Some(code), "{arguments:?}: {stderr}");
        assert!(stderr.contains(said), "{arguments:?}: {stderr}");
    }
    // Replaces the file and keeps a link to it.
    let home = db.home();
    let path = |name: &str| home.join(name).to_str().unwrap().to_owned();
    let (pipe, link, file) = (path("pipe"), path("link"), path("file"));
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    std::os::unix::fs::symlink(&file, &link).unwrap();
    for place in ["/dev/null", &pipe, home.to_str().unwrap()] {
        assert_eq!(run(&["seal", "--file", place]).0, Some(2), "{place}");
    }
    assert_eq!(run(&["seal", "--file", &link]).0, Some(0));
    assert!(fs_err::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs_err::read_to_string(&file).unwrap().contains("inbox-seal-1"));
}
