//! Failures: usage, rights, network, signals. Each has its exit code, and nothing is half-done.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use rustix::process::{Pid, Signal, kill_process};
use sqlx::Connection;

use super::workspace;
use crate::support::process::{rests, start, start_at, waits};
use crate::support::seed::{run, text};
use crate::support::transcript::{digest, transcript};
use crate::support::{bare_inbox, inbox};

#[tokio::test]
async fn usage_errors_exit_with_2_and_name_the_flag() {
    let (db, mut conn) = workspace(1).await;
    let before = digest(&mut conn).await;
    assert_snapshot!(transcript(&db, &[
        "snoooze C-1",
        "--as sara take C-1 --frobnicate",
        "--as sara take C-1 --frobnicate -o json",
        "--as sara take",
        "--as sara take -o json",
        "--as sara assign C-1",
        "--as sara assign C-1 -o jsonl",
        "--as sara handoff C-1",
        "--as sara snooze C-1",
        "--as sara snooze C-1 --until sometime",
        "--as sara note C-1",
        "--as sara ticket assign T-1",
        "--as omar shift rotate --from sara",
        "--as sara take C-1 --columns owner,nonsense",
        "--as sara take C-1 --tz +05:00",
        "--as sara take --waiting-over soon",
        "--as sara take --status closed",
    ]), @r#"
    $ inbox snoooze C-1
    ! error: unrecognized subcommand 'snoooze'
    ! 
    !   tip: a similar subcommand exists: 'snooze'
    ! 
    ! Usage: inbox [OPTIONS] <COMMAND>
    ! 
    ! For more information, try '--help'.
    exit 2
    $ inbox --as sara take C-1 --frobnicate
    ! error: unexpected argument '--frobnicate' found
    ! 
    !   tip: to pass '--frobnicate' as a value, use '-- --frobnicate'
    ! 
    ! Usage: inbox take <REF>...
    ! 
    ! For more information, try '--help'.
    exit 2
    $ inbox --as sara take C-1 --frobnicate -o json
    ! {"error":{"code":"usage","message":"unexpected argument '--frobnicate' found","hint":"inbox --help"}}
    exit 2
    $ inbox --as sara take
    ! error: no conversation was given
    ! hint: inbox take C-12, several, '-' for one per line on standard input, or a filter such as --owner sara
    exit 2
    $ inbox --as sara take -o json
    ! {"error":{"code":"usage","message":"no conversation was given","hint":"inbox take C-12, several, '-' for one per line on standard input, or a filter such as --owner sara"}}
    exit 2
    $ inbox --as sara assign C-1
    ! error: no recipient was given
    ! hint: add --to HANDLE, an agent or a team
    exit 2
    $ inbox --as sara assign C-1 -o jsonl
    ! {"error":{"code":"usage","message":"no recipient was given","hint":"add --to HANDLE, an agent or a team"}}
    exit 2
    $ inbox --as sara handoff C-1
    ! error: no recipient was given
    ! hint: add --to HANDLE, an agent or a team
    exit 2
    $ inbox --as sara snooze C-1
    ! error: the following required arguments were not provided:
    !   --until <TIME>
    ! 
    ! Usage: inbox snooze --until <TIME> <REF>...
    ! 
    ! For more information, try '--help'.
    exit 2
    $ inbox --as sara snooze C-1 --until sometime
    ! error: 'sometime' is not a time
    ! hint: write it like 2026-11-01, '2026-11-01 14:05', 30m, 2h, 'yesterday 18:00', monday or 14:05
    exit 2
    $ inbox --as sara note C-1
    ! error: the note has no text
    ! hint: inbox note C-12 'text of the note', or --note @FILE, --note-order, --courier …
    exit 2
    $ inbox --as sara ticket assign T-1
    ! error: no recipient was given
    ! hint: add --to HANDLE, an agent or a team
    exit 2
    $ inbox --as omar shift rotate --from sara
    ! error: the following required arguments were not provided:
    !   --to <HANDLES>
    ! 
    ! Usage: inbox shift rotate --from <HANDLES> --to <HANDLES> [REF]...
    ! 
    ! For more information, try '--help'.
    exit 2
    $ inbox --as sara take C-1 --columns owner,nonsense
    ! error: there is no column "nonsense"
    ! hint: columns: conversation, result, event, status, was, owner, team, ticket, operation, problem
    exit 2
    $ inbox --as sara take C-1 --tz +05:00
    ! error: invalid value '+05:00' for '--tz <ZONE>': '+05:00' is a UTC offset, not a time zone
    ! 
    ! For more information, try '--help'.
    exit 2
    $ inbox --as sara take --waiting-over soon
    ! error: invalid value 'soon' for '--waiting-over <TIME>': 'soon' is not a length of time
    ! 
    ! For more information, try '--help'.
    exit 2
    $ inbox --as sara take --status closed
    ! error: invalid value 'closed' for '--status <STATUS>'
    !   [possible values: open, pending, snoozed, resolved, live, any]
    ! 
    ! For more information, try '--help'.
    exit 2
    "#);
    assert_eq!(digest(&mut conn).await, before);
}

#[tokio::test]
async fn unknown_handle_is_an_error_instead_of_an_empty_answer() {
    let (db, mut conn) = workspace(1).await;
    let before = digest(&mut conn).await;
    assert_snapshot!(transcript(&db, &[
        "--as omar assign --owner sra --to ali",
        "--as omar assign --team suport --to ali",
        "--as omar assign --store shp --to ali",
        "--as omar assign --channel man --to ali -o json",
        "--as nobody-here take C-1",
        "--as omar shift rotate --from sra --to ali",
    ]), @r#"
    $ inbox --as omar assign --owner sra --to ali
    ! error: no agent "sra"
    ! hint: did you mean sara? inbox agent list shows the handles
    exit 3
    $ inbox --as omar assign --team suport --to ali
    ! error: no team "suport"
    ! hint: did you mean support? inbox team list shows the handles
    exit 3
    $ inbox --as omar assign --store shp --to ali
    ! error: no store "shp"
    ! hint: did you mean shop? inbox store list shows the handles
    exit 3
    $ inbox --as omar assign --channel man --to ali -o json
    ! {"error":{"code":"not_found","message":"no channel \"man\"","hint":"did you mean main? inbox channel list shows the handles"}}
    exit 3
    $ inbox --as nobody-here take C-1
    ! error: no agent "nobody-here"
    ! hint: inbox agent list shows the handles
    exit 3
    $ inbox --as omar shift rotate --from sra --to ali
    ! error: no agent "sra"
    ! hint: did you mean sara? inbox agent list shows the handles
    exit 3
    "#);
    assert_eq!(digest(&mut conn).await, before);
}

#[tokio::test]
async fn refused_permission_is_explained_with_a_hint() {
    let (db, mut conn) = workspace(3).await;
    transcript(&db, &["--as sara take C-1 -q", "--as zoya take C-2 -q"]);
    let before = digest(&mut conn).await;
    assert_snapshot!(transcript(&db, &[
        "--as vera take C-3",
        "--as ali assign C-1 --to ali",
        "--as ali release C-1",
        "--as ali handoff C-1 --to ali",
        "--as ali resolve C-1",
        "--as ali snooze C-1 --until 2h",
        "--as ali escalate C-1 -o json",
        "--as zoya assign C-3 --to zoya",
        "--as zoya resolve C-3",
        "--as sara shift rotate --from zoya --to sara",
        "--as system take C-3",
    ]), @r#"
    $ inbox --as vera take C-3
    ! error: vera is a viewer and cannot change anything
    ! hint: an admin can change the role: inbox agent edit vera --role agent
    exit 4
    $ inbox --as ali assign C-1 --to ali
    ! error: ali (agent) may not assign C-1, which sara owns
    ! hint: agents can change conversations they own or that are unassigned in their teams; ask a supervisor
    exit 4
    $ inbox --as ali release C-1
    ! error: ali (agent) may not release C-1, which sara owns
    ! hint: agents can change conversations they own or that are unassigned in their teams; ask a supervisor
    exit 4
    $ inbox --as ali handoff C-1 --to ali
    ! error: ali (agent) may not hand off C-1, which sara owns
    ! hint: agents can change conversations they own or that are unassigned in their teams; ask a supervisor
    exit 4
    $ inbox --as ali resolve C-1
    ! error: ali (agent) may not resolve C-1, which sara owns
    ! hint: agents can change conversations they own or that are unassigned in their teams; ask a supervisor
    exit 4
    $ inbox --as ali snooze C-1 --until 2h
    ! error: ali (agent) may not snooze C-1, which sara owns
    ! hint: agents can change conversations they own or that are unassigned in their teams; ask a supervisor
    exit 4
    $ inbox --as ali escalate C-1 -o json
    ! {"error":{"code":"not_permitted","message":"ali (agent) may not escalate C-1, which sara owns","hint":"agents can change conversations they own or that are unassigned in their teams; ask a supervisor"}}
    exit 4
    $ inbox --as zoya assign C-3 --to zoya
    ! error: zoya (agent) may not assign C-3, which waits in the team support
    ! hint: agents can change conversations they own or that are unassigned in their teams; ask a supervisor
    exit 4
    $ inbox --as zoya resolve C-3
    ! error: zoya (agent) may not resolve C-3, which waits in the team support
    ! hint: agents can change conversations they own or that are unassigned in their teams; ask a supervisor
    exit 4
    $ inbox --as sara shift rotate --from zoya --to sara
    ! error: sara (agent) may not rotate C-2: only admins and supervisors may
    ! hint: agents can change conversations they own or that are unassigned in their teams; ask a supervisor
    exit 4
    $ inbox --as system take C-3
    ! error: invalid value 'system' for '--as <HANDLE>': the handle 'system' is reserved
    ! 
    ! For more information, try '--help'.
    exit 2
    "#);
    assert_eq!(digest(&mut conn).await, before);
}

#[tokio::test]
async fn login_is_refused_without_an_agent_or_a_grant() {
    let (db, mut conn) = workspace(1).await;
    let (role, url) = db.login("stranger");
    run(
        &mut conn,
        &format!(
            "grant usage on schema inbox to {role};
            grant select on all tables in schema inbox to {role};
            grant execute on all functions in schema inbox to {role}"
        ),
    )
    .await;
    let say = |args: &[&str]| {
        let output = inbox(&db).env("DATABASE_URL", &url).args(args).output().unwrap();
        format!(
            "{}exit {}\n",
            String::from_utf8_lossy(&output.stderr).replace(&role, "LOGIN"),
            output.status.code().unwrap()
        )
    };
    let mut seen = say(&["take", "C-1"]);
    seen += &say(&["take", "C-1", "--as", "sara"]);
    seen += &say(&["take", "C-1", "--as", "system"]);
    run(
        &mut conn,
        &format!(
            "do $$
            declare op bigint;
            begin
                select operation_id into op
                from open_operation('admin', 'agent edit', '{{}}', null, null, '0.1.0', null, null);
                perform put_resource(op, 'agent', (select id from agent where handle = 'ali'),
                    '{{\"login\": \"{role}\"}}', 'changed', null);
                perform put_resource(op, 'agent', (select id from agent where handle = 'zoya'),
                    '{{\"disabled_at\": \"2026-11-20T09:00:00Z\"}}', 'disabled', null);
                perform finish_operation(op, 1, 1, null, 0::smallint);
            end $$"
        ),
    )
    .await;
    seen += &say(&["take", "C-1", "--as", "sara"]);
    seen += &say(&["take", "C-1", "--as", "ali", "-q"]);
    let shared = transcript(&db, &["--as zoya take C-1", "--as omar assign C-1 --to zoya"]);
    assert_snapshot!(seen + &shared, @r#"
    error: the login "LOGIN" does not belong to an agent of this workspace
    hint: an admin can add it: inbox agent add HANDLE --role agent --login LOGIN; a shared login names its agent with --as or INBOX_AS
    exit 4
    error: the login "LOGIN" may not act as sara
    hint: an admin can allow it: inbox agent grant-acting sara --login LOGIN
    exit 4
    error: invalid value 'system' for '--as <HANDLE>': the handle 'system' is reserved

    For more information, try '--help'.
    exit 2
    error: the login "LOGIN" may not act as sara
    hint: an admin can allow it: inbox agent grant-acting sara --login LOGIN
    exit 4
    exit 0
    $ inbox --as zoya take C-1
    ! error: the agent zoya is disabled
    ! hint: an admin can enable it: inbox agent enable zoya
    exit 4
    $ inbox --as omar assign C-1 --to zoya
    ! error: zoya is disabled and cannot own conversations or tickets
    ! hint: inbox agent enable zoya, or name another
    exit 5
    "#);
    let who = text(
        &mut conn,
        "select concat(a.handle, ' as ', replace(o.login, '{role}', 'LOGIN'))
        from operation o join agent a on a.id = o.actor_id
        where o.verb = 'take'",
    )
    .await;
    assert_eq!(who, format!("ali as {role}"));
}

#[test]
fn unreachable_database_exits_with_8() {
    let home = tempfile::tempdir().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let run = |address: String, args: &[&str]| {
        let started = Instant::now();
        let output = bare_inbox(home.path())
            .env("DATABASE_URL", format!("postgres://u@{address}/d?sslmode=disable"))
            .args(args)
            .output()
            .unwrap();
        assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
        format!(
            "{}{}exit {}\n",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr).replace(&address, "ADDRESS"),
            output.status.code().unwrap()
        )
    };
    let mut seen = run(closed.to_string(), &["take", "C-1"]);
    seen += &run(closed.to_string(), &["take", "C-1", "-o", "json"]);
    seen += &run(
        silent.local_addr().unwrap().to_string(),
        &["take", "C-1", "--timeout", "1s"],
    );
    assert_snapshot!(seen, @r#"
    error: the database cannot be reached: error communicating with database: Connection refused (os error 111)
    hint: nothing was changed; try again, or run: inbox doctor
    exit 8
    {"error":{"code":"unreachable","message":"the database cannot be reached: error communicating with database: Connection refused (os error 111)","hint":"nothing was changed; try again, or run: inbox doctor"}}
    exit 8
    error: the database did not answer within 1 s
    hint: nothing was changed; try again, or add a longer --timeout
    exit 8
    "#);
}

#[test]
fn missing_database_setting_is_explained_with_a_hint() {
    let home = tempfile::tempdir().unwrap();
    let output = bare_inbox(home.path()).args(["take", "C-1"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_snapshot!(String::from_utf8_lossy(&output.stderr), @r"
    error: no database is configured
    hint: run 'inbox init' to set one up, or set DATABASE_URL=postgres://user@host/database
    ");
}

#[tokio::test]
async fn closed_pipe_is_not_a_failure() {
    let (db, mut conn) = workspace(3000).await;
    let mut child = start(&db, "--as sara take C-1..C-3000");
    let mut first = [0_u8; 1];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), String::from_utf8_lossy(&output.stderr)),
        (Some(0), "".into())
    );
    assert_eq!(
        text(
            &mut conn,
            "select count(*) from conversation where owner_id is not null"
        )
        .await,
        "3000"
    );
}

#[tokio::test]
async fn interrupted_bulk_change_changes_nothing() {
    let (db, mut conn) = workspace(500).await;
    transcript(&db, &["--as sara take C-1..C-500 -q"]);
    let before = digest(&mut conn).await;
    for (line, locked) in [
        ("--as omar assign --owner sara --to ali", 250),
        ("--as omar assign C-1..C-500 --to ali --idempotency-key k", 500),
    ] {
        let mut holder = db.connect().await;
        let mut tx = holder.begin().await.unwrap();
        run(
            &mut tx,
            &format!("select from conversation where id = {locked} for update"),
        )
        .await;
        let child = start(&db, line);
        waits(&mut conn, 1).await;
        kill_process(Pid::from_child(&child), Signal::INT).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130));
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            "error: interrupted; nothing is half-done\n"
        );
        assert!(output.stdout.is_empty());
        tx.rollback().await.unwrap();
        rests(&mut conn).await;
        assert_eq!(digest(&mut conn).await, before);
    }
    // The key was not used.
    let seen = transcript(&db, &["--as omar assign C-1 --to ali --idempotency-key k --ids"]);
    assert!(seen.ends_with("C-1\n"), "{seen}");
}

#[tokio::test]
async fn lost_connection_before_the_commit_changes_nothing() {
    let (db, mut conn) = workspace(2).await;
    let before = digest(&mut conn).await;
    let mut holder = db.connect().await;
    let mut tx = holder.begin().await.unwrap();
    run(&mut tx, "select from conversation where id = 2 for update").await;
    let child = start(&db, "--as sara take C-1 C-2");
    let pid = waits(&mut conn, 1).await[0];
    run(&mut conn, &format!("select pg_terminate_backend({pid})")).await;
    let output = child.wait_with_output().unwrap();
    assert_snapshot!(
        format!("{}exit {}", String::from_utf8_lossy(&output.stderr), output.status.code().unwrap()),
        @r"
    error: the database is not available: terminating connection due to administrator command
    hint: nothing changed; try again
    exit 8
    "
    );
    tx.rollback().await.unwrap();
    assert_eq!(digest(&mut conn).await, before);
}

#[tokio::test]
async fn key_resolves_an_unknown_outcome_after_a_lost_connection() {
    let (db, mut conn) = workspace(1).await;
    let Some(url) = cut_at_commit(&db.url()) else {
        return;
    };
    let child = start_at(&db, &url, "--as sara take C-1 --idempotency-key k");
    let output = child.wait_with_output().unwrap();
    assert_snapshot!(
        format!("{}exit {}", String::from_utf8_lossy(&output.stderr), output.status.code().unwrap()),
        @r"
    error: the connection was lost while committing: it is unknown whether the change was committed
    hint: check with: inbox audit --operation 4; or repeat with the same --idempotency-key
    exit 9
    "
    );
    rests(&mut conn).await;
    assert_snapshot!(transcript(&db, &["--as sara take C-1 --idempotency-key k"]), @r"
    $ inbox --as sara take C-1 --idempotency-key k
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    sara   support  -       O-4        -
    ! note: the key was used by operation O-4; this is its result, and nothing was changed
    ");
    assert_eq!(
        text(&mut conn, "select count(*) from event where kind = 'taken'").await,
        "1"
    );
}

/// Starts a proxy that delivers a commit and loses the answer. Returns its URL, or `None` when the
/// connection is encrypted.
fn cut_at_commit(url: &str) -> Option<String> {
    let (start, options) = url.split_once("?host=")?;
    let (folder, port) = options.split_once("&port=")?;
    let socket = format!("{folder}/.s.PGSQL.{port}");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let here = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut server = UnixStream::connect(socket).unwrap();
        let (mut answers, mut back) = (server.try_clone().unwrap(), client.try_clone().unwrap());
        std::thread::spawn(move || std::io::copy(&mut answers, &mut back));
        let mut buffer = [0; 65536];
        while let Ok(n @ 1..) = client.read(&mut buffer) {
            let commits = buffer[..n].windows(7).any(|w| w == b"COMMIT\0");
            if commits {
                client.shutdown(Shutdown::Both).unwrap();
            }
            server.write_all(&buffer[..n]).unwrap();
            if commits {
                // The server has the commit, and its answer is lost.
                std::thread::sleep(Duration::from_millis(300));
                return;
            }
        }
    });
    Some(format!(
        "{}?sslmode=disable",
        start.replace("localhost", &here.to_string())
    ))
}

#[tokio::test]
async fn committed_change_is_reported_when_output_fails() {
    let (db, mut conn) = workspace(2).await;
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let run = |args: &[&str]| {
        let mut command = std::process::Command::new(inbox(&db).get_program());
        for (name, value) in inbox(&db).get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let output = command.args(args).stdout(full()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_snapshot!(format!("{:#?}", [
        run(&["--as", "sara", "take", "C-1"]),
        run(&["--as", "sara", "take", "C-1"]),
        run(&["--as", "sara", "take", "C-2", "--dry-run"]),
        run(&["list"]),
    ]), @r#"
    [
        (
            Some(
                1,
            ),
            "error: the change was made by operation O-5; but cannot write the output: No space left on device (os error 28)\nhint: inbox audit --operation O-5 shows it\n",
        ),
        (
            Some(
                1,
            ),
            "error: cannot write the output: No space left on device (os error 28)\n",
        ),
        (
            Some(
                1,
            ),
            "note: dry run: 1 would change; nothing was changed\nerror: cannot write the output: No space left on device (os error 28)\n",
        ),
        (
            Some(
                1,
            ),
            "error: cannot write the output: No space left on device (os error 28)\n",
        ),
    ]
    "#);
    assert_eq!(
        text(
            &mut conn,
            "select string_agg('C-' || id, ' ') from conversation where owner_id is not null"
        )
        .await,
        "C-1"
    );
}
