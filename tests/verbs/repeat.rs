//! Scripts are safe to repeat: --dry-run, --idempotency-key, --if-owner, --keep-going.

use std::process::{Command, Stdio};

use insta::assert_snapshot;

use super::workspace;
use crate::support::seed::text;
use crate::support::transcript::{digest, piped, transcript, words};
use crate::support::{binary, environment};

#[tokio::test]
async fn dry_run_of_any_verb_prints_the_changes_and_makes_none() {
    let (db, mut conn) = workspace(6).await;
    transcript(
        &db,
        &[
            "--as sara take C-1 C-2 C-3 -q",
            "--as sara handoff C-2 --to ali --require-accept -q",
            "--as sara escalate C-1 --to zoya -q",
            "--as omar resolve C-6 -q",
        ],
    );
    let before = digest(&mut conn).await;
    let lines = [
        "--as ali take C-4",
        "--as omar assign --owner sara --to ali",
        "--as sara release C-1",
        "--as sara note C-1 hello",
        "--as sara handoff C-1 --to ops --reason why --note what",
        "--as sara handoff C-1 --to ali --require-accept",
        "--as ali accept C-2",
        "--as ali decline C-2",
        "--as sara escalate C-3 --note what",
        "--as sara resolve C-1",
        "--as sara reopen C-6",
        "--as sara pending C-1",
        "--as sara snooze C-1 --until 2h",
        "--as sara label C-1 --add vip",
        "--as zoya ticket assign T-1 --to ops",
        "--as zoya ticket set T-1 --status closed",
        "--as zoya ticket note T-1 hello",
        "--as omar shift rotate --from sara --to ali",
    ];
    for line in lines {
        let seen = transcript(&db, &[&format!("{line} --dry-run --idempotency-key k")]);
        assert!(
            seen.contains("would change; nothing was changed") && !seen.contains("exit"),
            "{seen}"
        );
        assert!(!seen.contains("0 would change"), "{seen}");
        assert_eq!(digest(&mut conn).await, before, "{line}");
    }
    // A dry run is refused like the real run.
    assert_snapshot!(transcript(&db, &["--as ali resolve C-1 --dry-run", "--as ali take C-1 --dry-run", "--as ali take C-99 --dry-run"]), @r"
    $ inbox --as ali resolve C-1 --dry-run
    ! error: ali (agent) may not resolve C-1, which sara owns
    ! hint: agents can change conversations they own or that are unassigned in their teams; ask a supervisor
    exit 4
    $ inbox --as ali take C-1 --dry-run
    ! error: C-1 is owned by sara since 2026-11-20T09:00:00Z (0 s ago)
    ! hint: the owner can use inbox handoff; a supervisor can use inbox assign
    exit 5
    $ inbox --as ali take C-99 --dry-run
    ! error: no conversation C-99
    ! hint: inbox list shows the live ones
    exit 3
    ");
    assert_eq!(digest(&mut conn).await, before);
}

#[tokio::test]
async fn repeated_key_returns_the_stored_result_and_exit_code() {
    let (db, mut conn) = workspace(4).await;
    let first = transcript(
        &db,
        &[
            "--as sara take C-1 C-2 --idempotency-key k1",
            "--as ali take C-2 C-3 --keep-going --idempotency-key k2",
        ],
    );
    let after = digest(&mut conn).await;
    let again = transcript(
        &db,
        &[
            "--as sara take C-1 C-2 --idempotency-key k1",
            "--as ali take C-2 C-3 --keep-going --idempotency-key k2",
        ],
    );
    assert_eq!(digest(&mut conn).await, after);
    let stdout = |seen: &str| {
        seen.lines()
            .filter(|l| !l.starts_with('!'))
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_eq!(stdout(&first), stdout(&again));
    assert_snapshot!(again, @r"
    $ inbox --as sara take C-1 C-2 --idempotency-key k1
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    sara   support  -       O-7        -
    C-2           changed  open    sara   support  -       O-7        -
    ! note: the key was used by operation O-7; this is its result, and nothing was changed
    $ inbox --as ali take C-2 C-3 --keep-going --idempotency-key k2
    conversation  result   status  owner  team     ticket  operation  problem
    C-2           failed   -       -      -        -       -          C-2 is owned by sara since 2026-11-20T09:00:00Z (0 s ago)
    C-3           changed  open    ali    support  -       O-8        -
    ! note: the key was used by operation O-8; this is its result, and nothing was changed
    exit 6
    ");
    assert_snapshot!(transcript(&db, &[
        "--as sara take C-1 C-3 --idempotency-key k1",
        "--as sara release C-1 C-2 --idempotency-key k1",
        "--as sara take C-1 C-2 --reason other --idempotency-key k1",
        "--as sara take C-1 C-2 --idempotency-key k1 -q",
        "--as sara take C-1 C-2 --idempotency-key k1 --ids",
        "--as omar take C-4 --idempotency-key k1",
        "--as sara take C-1 --idempotency-key ''",
        "--as sara take C-1 --idempotency-key 'a b'",
    ]), @r"
    $ inbox --as sara take C-1 C-3 --idempotency-key k1
    ! error: the idempotency key was used by operation O-7 with other arguments
    ! hint: take a new key for a new change
    exit 5
    $ inbox --as sara release C-1 C-2 --idempotency-key k1
    ! error: the idempotency key was used by operation O-7 with other arguments
    ! hint: take a new key for a new change
    exit 5
    $ inbox --as sara take C-1 C-2 --reason other --idempotency-key k1
    ! error: the idempotency key was used by operation O-7 with other arguments
    ! hint: take a new key for a new change
    exit 5
    $ inbox --as sara take C-1 C-2 --idempotency-key k1 -q
    $ inbox --as sara take C-1 C-2 --idempotency-key k1 --ids
    C-1
    C-2
    ! note: the key was used by operation O-7; this is its result, and nothing was changed
    $ inbox --as omar take C-4 --idempotency-key k1
    conversation  result   status  owner  team     ticket  operation  problem
    C-4           changed  open    omar   support  -       O-16       -
    ! note: C-4 is yours · undo: inbox undo O-16
    $ inbox --as sara take C-1 --idempotency-key ''
    ! error: invalid value '' for '--idempotency-key <KEY>': a key has 1 to 200 printable ASCII characters without spaces
    ! 
    ! For more information, try '--help'.
    exit 2
    $ inbox --as sara take C-1 --idempotency-key 'a b'
    ! error: invalid value 'a b' for '--idempotency-key <KEY>': a key has 1 to 200 printable ASCII characters without spaces
    ! 
    ! For more information, try '--help'.
    exit 2
    ");
}

#[tokio::test]
async fn repeated_key_ignores_references_from_standard_input_or_a_filter() {
    let (db, _) = workspace(4).await;
    let mut seen = transcript(&db, &["--as sara take C-1..C-3 -q"]);
    seen += &piped(
        &db,
        "--as omar assign - --to ali --idempotency-key night --ids",
        "C-1\nC-2\n",
    );
    // The second run gets empty input, because the first run changed everything.
    seen += &piped(&db, "--as omar assign - --to ali --idempotency-key night --ids", "");
    seen += &piped(
        &db,
        "--as omar assign - --to ali --idempotency-key night --ids",
        "C-3\n",
    );
    seen += &piped(
        &db,
        "--as omar assign - --to zoya --idempotency-key night --ids",
        "C-1\nC-2\n",
    );
    seen += &transcript(
        &db,
        &[
            "--as omar assign --owner sara --to ali --idempotency-key filter --ids",
            "--as omar assign --owner sara --to ali --idempotency-key filter --ids",
        ],
    );
    assert_snapshot!(seen, @r"
    $ inbox --as sara take C-1..C-3 -q
    $ inbox --as omar assign - --to ali --idempotency-key night --ids
    C-1
    C-2
    $ inbox --as omar assign - --to ali --idempotency-key night --ids
    C-1
    C-2
    ! note: the key was used by operation O-8; this is its result, and nothing was changed
    $ inbox --as omar assign - --to ali --idempotency-key night --ids
    C-1
    C-2
    ! note: the key was used by operation O-8; this is its result, and nothing was changed
    $ inbox --as omar assign - --to zoya --idempotency-key night --ids
    ! error: the idempotency key was used by operation O-8 with other arguments
    ! hint: take a new key for a new change
    exit 5
    $ inbox --as omar assign --owner sara --to ali --idempotency-key filter --ids
    C-3
    $ inbox --as omar assign --owner sara --to ali --idempotency-key filter --ids
    C-3
    ! note: the key was used by operation O-12; this is its result, and nothing was changed
    ");
}

#[tokio::test]
async fn key_is_not_used_by_empty_input_a_failure_or_a_dry_run() {
    let (db, mut conn) = workspace(2).await;
    let before = digest(&mut conn).await;
    let mut seen = piped(&db, "--as sara take - --idempotency-key k", "");
    seen += &piped(&db, "--as sara take - --idempotency-key k", "\n  \n");
    seen += &transcript(
        &db,
        &[
            "--as sara resolve C-9 --idempotency-key k",
            "--as sara escalate C-1 --idempotency-key k",
            "--as sara take C-1 --idempotency-key k --dry-run",
        ],
    );
    assert_eq!(digest(&mut conn).await, before);
    seen += &transcript(&db, &["--as sara take C-1 --idempotency-key k"]);
    assert_snapshot!(seen, @r"
    $ inbox --as sara take - --idempotency-key k
    conversation  result  status  owner  team  ticket  operation  problem
    ! note: nothing matched; nothing was changed
    $ inbox --as sara take - --idempotency-key k
    conversation  result  status  owner  team  ticket  operation  problem
    ! note: nothing matched; nothing was changed
    $ inbox --as sara resolve C-9 --idempotency-key k
    ! error: no conversation C-9
    ! hint: inbox list shows the live ones
    exit 3
    $ inbox --as sara escalate C-1 --idempotency-key k
    ! error: sara (agent) may not escalate C-1, which nobody owns
    ! hint: agents can change conversations they own or that are unassigned in their teams; ask a supervisor
    exit 4
    $ inbox --as sara take C-1 --idempotency-key k --dry-run
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    sara   support  -       O-9        -
    ! note: dry run: 1 would change; nothing was changed
    $ inbox --as sara take C-1 --idempotency-key k
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    sara   support  -       O-10       -
    ! note: C-1 is yours · undo: inbox undo O-10
    ");
}

#[tokio::test]
async fn key_is_used_when_a_filter_matches_nothing() {
    let (db, _conn) = workspace(2).await;
    let lines = [
        "--as omar assign --owner sara --to ali --idempotency-key night",
        "--as sara take C-1 C-2 -q",
        "--as omar assign --owner sara --to ali --idempotency-key night",
        "--as omar assign --owner sara --to ali --ids",
    ];
    assert_snapshot!(transcript(&db, &lines), @r"
    $ inbox --as omar assign --owner sara --to ali --idempotency-key night
    conversation  result  status  owner  team  ticket  operation  problem
    ! note: nothing matched; nothing was changed
    $ inbox --as sara take C-1 C-2 -q
    $ inbox --as omar assign --owner sara --to ali --idempotency-key night
    conversation  result  status  owner  team  ticket  operation  problem
    ! note: the key was used by operation O-5; this is its result, and nothing was changed
    $ inbox --as omar assign --owner sara --to ali --ids
    C-1
    C-2
    ");
}

#[tokio::test]
async fn concurrent_processes_with_one_key_act_once_and_print_the_same() {
    let (db, mut conn) = workspace(3).await;
    for round in 0..6 {
        let line = format!("--as sara note C-1..C-3 hello --idempotency-key round-{round}");
        let start = || {
            Command::new(binary())
                .args(words(&line))
                .env_clear()
                .envs(environment(db.home()))
                .env("DATABASE_URL", db.program_url())
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        };
        let both = [start(), start(), start()].map(|child| child.wait_with_output().unwrap());
        for one in &both {
            assert_eq!(one.status.code(), Some(0), "{}", String::from_utf8_lossy(&one.stderr));
            assert_eq!(one.stdout, both[0].stdout);
        }
        let replays = both
            .iter()
            .filter(|o| String::from_utf8_lossy(&o.stderr).contains("this is its result"))
            .count();
        assert_eq!(replays, 2);
    }
    assert_eq!(text(&mut conn, "select count(*) from note").await, "18");
    assert_eq!(
        text(&mut conn, "select count(*) from operation where verb = 'note'").await,
        "6"
    );
}

#[tokio::test]
async fn if_owner_protects_a_conversation_that_changed_owner() {
    let (db, mut conn) = workspace(3).await;
    transcript(&db, &["--as sara take C-1 C-2 -q", "--as ali take C-3 -q"]);
    let before = digest(&mut conn).await;
    let lines = [
        "assign C-1..C-3 --to zoya",
        "handoff C-1..C-3 --to zoya",
        "release C-1..C-3",
        "resolve C-1..C-3",
        "pending C-1..C-3",
        "snooze C-1..C-3 --until 2h",
        "escalate C-1..C-3",
        "reopen C-1..C-3",
    ];
    for line in lines {
        let seen = transcript(&db, &[&format!("--as omar {line} --if-owner sara")]);
        assert!(
            seen.contains("C-3 is owned by ali since") && seen.ends_with("exit 5\n"),
            "{seen}"
        );
        assert_eq!(digest(&mut conn).await, before, "{line}");
    }
    assert_snapshot!(transcript(&db, &[
        "--as omar assign C-1..C-3 --to zoya --if-owner sara --keep-going",
        "--as omar assign C-1 --to ali --if-owner nobody",
        "--as omar assign C-1 --to ali --if-owner ghost",
    ]), @r#"
    $ inbox --as omar assign C-1..C-3 --to zoya --if-owner sara --keep-going
    conversation  result   status  owner  team  ticket  operation  problem
    C-1           changed  open    zoya   ops   -       O-16       -
    C-2           changed  open    zoya   ops   -       O-16       -
    C-3           failed   -       -      -     -       -          C-3 is owned by ali since 2026-11-20T09:00:00Z, not sara
    ! note: 2 conversations were changed · undo: inbox undo O-16
    ! error: 1 of 3 could not be changed
    ! hint: the column problem shows the reasons
    exit 6
    $ inbox --as omar assign C-1 --to ali --if-owner nobody
    ! error: C-1 is owned by zoya since 2026-11-20T09:00:00Z, not by nobody
    ! hint: nothing was changed; see the current state with inbox show
    exit 5
    $ inbox --as omar assign C-1 --to ali --if-owner ghost
    ! error: no agent "ghost"
    ! hint: inbox agent list shows the handles
    exit 3
    "#);
}

#[tokio::test]
async fn keep_going_changes_possible_conversations_and_reports_each() {
    let (db, _) = workspace(5).await;
    assert_snapshot!(transcript(&db, &[
        "--as sara take C-1 -q",
        "--as zoya take C-2 -q",
        "--as omar resolve C-3 -q",
        "--as sara handoff C-1..C-6 --to ali --keep-going",
        "--as sara handoff C-2 C-3 C-6 --to ali --keep-going",
        "--as sara handoff C-2 C-3 C-6 --to ali",
        "--as sara resolve C-2 C-4 --keep-going -o json",
    ]), @r#"
    $ inbox --as sara take C-1 -q
    $ inbox --as zoya take C-2 -q
    $ inbox --as omar resolve C-3 -q
    $ inbox --as sara handoff C-1..C-6 --to ali --keep-going
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    ali    support  -       O-11       -
    C-2           failed   -       -      -        -       -          sara (agent) may not hand off C-2, which zoya owns
    C-3           failed   -       -      -        -       -          C-3 is resolved
    C-4           changed  open    ali    support  -       O-11       -
    C-5           changed  open    ali    support  -       O-11       -
    C-6           failed   -       -      -        -       -          no conversation C-6
    ! note: 3 conversations were changed · undo: inbox undo O-11
    ! error: 3 of 6 could not be changed
    ! hint: the column problem shows the reasons
    exit 6
    $ inbox --as sara handoff C-2 C-3 C-6 --to ali --keep-going
    conversation  result  status  owner  team  ticket  operation  problem
    C-2           failed  -       -      -     -       -          sara (agent) may not hand off C-2, which zoya owns
    C-3           failed  -       -      -     -       -          C-3 is resolved
    C-6           failed  -       -      -     -       -          no conversation C-6
    ! error: 3 of 3 could not be changed
    ! hint: the column problem shows the reasons
    exit 6
    $ inbox --as sara handoff C-2 C-3 C-6 --to ali
    ! error: C-3 is resolved; and 1 more could not be changed. Nothing was changed
    ! hint: --keep-going changes the rest and reports each
    exit 5
    $ inbox --as sara resolve C-2 C-4 --keep-going -o json
    [
    {"conversation":"C-2","result":"failed","event":null,"status":null,"was":null,"owner":null,"team":null,"ticket":null,"operation":null,"problem":"sara (agent) may not resolve C-2, which zoya owns"},
    {"conversation":"C-4","result":"failed","event":null,"status":null,"was":null,"owner":null,"team":null,"ticket":null,"operation":null,"problem":"sara (agent) may not resolve C-4, which ali owns"}
    ]
    ! {"error":{"code":"partial","message":"2 of 2 could not be changed","hint":"the column problem shows the reasons"}}
    exit 6
    "#);
}
