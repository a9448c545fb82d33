//! Agents, teams, stores, channels and grants.

use insta::assert_snapshot;

use super::{done, inbox, ran, refused};
use crate::support;
use crate::support::seed::{conversations, run, text, workspace};
use crate::support::transcript::transcript;

#[tokio::test]
async fn resources_are_added_listed_changed_disabled_and_enabled() {
    let db = support::db();
    workspace(&db).await;
    assert_eq!(
        done(
            &db,
            &[
                "team",
                "add",
                "returns",
                "--name",
                "Returns",
                "-o",
                "jsonl",
                "--columns",
                "noun,handle,result,changes"
            ]
        ),
        "{\"noun\":\"team\",\"handle\":\"returns\",\"result\":\"added\",\"changes\":{\"name\":\"Returns\"}}\n"
    );
    refused(&db, &["team", "add", "returns"], 5, "the handle is already in use");
    refused(&db, &["team", "add", "sara"], 5, "the handle is already in use");
    refused(
        &db,
        &["team", "edit", "nobody-knows", "--name", "x"],
        3,
        "no team \"nobody-knows\"",
    );
    refused(&db, &["team", "edit", "returns"], 2, "nothing to change");
    assert!(done(&db, &["team", "edit", "returns", "--name", "Returns"]).contains("unchanged"));
    assert!(done(&db, &["team", "disable", "returns"]).contains("disabled"));
    assert!(!done(&db, &["team", "list", "--ids"]).contains("returns"));
    assert!(done(&db, &["team", "list", "--all", "--ids"]).contains("returns"));
    refused(
        &db,
        &["channel", "edit", "main", "--team", "returns"],
        5,
        "the team returns is disabled",
    );
    assert!(done(&db, &["team", "enable", "returns"]).contains("enabled"));
    refused(
        &db,
        &["team", "disable", "support"],
        5,
        "gets the conversations of main",
    );
    refused(&db, &["store", "disable", "shop"], 5, "gets the conversations of main");

    done(&db, &["store", "add", "karachi"]);
    done(
        &db,
        &[
            "channel",
            "add",
            "second",
            "--phone-number-id",
            "222",
            "--store",
            "karachi",
            "--team",
            "ops",
            "--display-phone",
            "+92 300 1234567",
        ],
    );
    refused(
        &db,
        &[
            "channel",
            "add",
            "third",
            "--phone-number-id",
            "222",
            "--store",
            "shop",
            "--team",
            "ops",
        ],
        5,
        "another channel has that phone number id",
    );
    refused(
        &db,
        &[
            "channel",
            "add",
            "third",
            "--phone-number-id",
            "+92300",
            "--store",
            "shop",
            "--team",
            "ops",
        ],
        2,
        "is not a phone number id",
    );
    refused(
        &db,
        &[
            "channel",
            "add",
            "third",
            "--phone-number-id",
            "3",
            "--store",
            "nope",
            "--team",
            "ops",
        ],
        3,
        "no store \"nope\"",
    );
    assert_eq!(
        done(
            &db,
            &[
                "channel",
                "list",
                "-o",
                "csv",
                "--columns",
                "handle,display_phone,store,team,state"
            ]
        ),
        "handle,display_phone,store,team,state\nmain,,shop,support,active\nsecond,+92 300 1234567,karachi,ops,active\n"
    );

    assert_eq!(
        done(
            &db,
            &[
                "agent",
                "add",
                "bilal",
                "--role",
                "supervisor",
                "--team",
                "ops,support",
                "--capacity",
                "20",
                "-o",
                "jsonl",
                "--columns",
                "changes"
            ]
        ),
        "{\"changes\":{\"capacity\":20,\"name\":\"bilal\",\"role\":\"supervisor\",\"teams\":[\"ops\",\"support\"]}}\n"
    );
    done(
        &db,
        &["agent", "edit", "bilal", "--remove-team", "ops", "--capacity", "none"],
    );
    assert_eq!(
        done(
            &db,
            &[
                "agent",
                "list",
                "--role",
                "supervisor",
                "-o",
                "csv",
                "--columns",
                "handle,teams,capacity,live,state"
            ]
        ),
        "handle,teams,capacity,live,state\nbilal,support,,0,active\nomar,\"ops,support\",,0,active\n"
    );
    refused(&db, &["agent", "list", "--team", "nope"], 3, "no team \"nope\"");
    refused(&db, &["agent", "add", "system"], 2, "reserved");
    refused(
        &db,
        &["agent", "edit", "admin", "--role", "agent"],
        5,
        "admin is the last admin",
    );
}

#[tokio::test]
async fn administration_has_dry_runs_and_idempotency_keys() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    let (code, out, err) = inbox(&db, &["agent", "add", "bilal", "--dry-run"]);
    assert_eq!(code, 0);
    assert!(out.contains("added") && err.contains("dry run"), "{out}{err}");
    assert_eq!(
        text(&mut conn, "select count(*) from agent where handle = 'bilal'").await,
        "0"
    );
    let first = done(&db, &["agent", "add", "bilal", "--idempotency-key", "k1"]);
    assert_eq!(done(&db, &["agent", "add", "bilal", "--idempotency-key", "k1"]), first);
    refused(
        &db,
        &["agent", "add", "zara", "--idempotency-key", "k1"],
        5,
        "with other arguments",
    );
    assert_eq!(
        text(
            &mut conn,
            "select count(*) from agent where handle in ('bilal', 'zara')"
        )
        .await,
        "1"
    );
}

#[tokio::test]
async fn disabling_an_agent_moves_their_conversations_in_one_operation() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    let ids = conversations(&mut conn, 4).await;
    let refs: Vec<String> = ids.iter().map(|id| format!("C-{id}")).collect();
    let all: Vec<&str> = refs.iter().map(String::as_str).collect();
    done(&db, &[&["assign", "-y", "--to", "sara"], &all[..3]].concat());
    done(&db, &["assign", "-y", "--to", "ali", all[3]]);
    done(
        &db,
        &[
            "handoff",
            all[3],
            "--to",
            "sara",
            "--require-accept",
            "--reason",
            "knows him",
            "--as",
            "ali",
        ],
    );
    done(&db, &["escalate", all[0], "--priority", "high"]);
    done(&db, &["ticket", "assign", "T-1", "--to", "sara"]);

    let err = refused(
        &db,
        &["agent", "disable", "sara"],
        5,
        "sara owns 3 conversations and 1 tickets",
    );
    assert!(err.contains("--give-to HANDLE") && err.contains("--release"), "{err}");
    refused(&db, &["agent", "edit", "sara", "--role", "viewer"], 5, "still owns");
    refused(
        &db,
        &["agent", "disable", "sara", "--give-to", "sara"],
        2,
        "already owns",
    );
    refused(
        &db,
        &["agent", "disable", "sara", "--give-to", "vera"],
        5,
        "cannot own conversations or tickets",
    );
    assert_eq!(
        text(
            &mut conn,
            "select count(*) from conversation where owner_id = (select id from agent where handle = 'sara')"
        )
        .await,
        "3"
    );

    let row = done(
        &db,
        &[
            "agent",
            "disable",
            "sara",
            "--give-to",
            "omar",
            "--reason",
            "left",
            "-o",
            "jsonl",
            "--columns",
            "result,conversations,tickets",
        ],
    );
    assert_eq!(row, "{\"result\":\"disabled\",\"conversations\":3,\"tickets\":1}\n");
    let owners = "select string_agg(coalesce(a.handle, '-'), ' ' order by c.id)
        from conversation c left join agent a on a.id = c.owner_id";
    assert_eq!(text(&mut conn, owners).await, "omar omar omar ali");
    assert_eq!(
        text(
            &mut conn,
            "select a.handle from ticket t join agent a on a.id = t.owner_id"
        )
        .await,
        "omar"
    );
    assert_eq!(
        text(&mut conn, "select string_agg(state, ' ') from handoff").await,
        "declined"
    );
    let kinds = "select string_agg(kind || ' ' || n, ', ' order by kind)
        from (select kind, count(*) as n
            from event
            where operation_id = (select max(id) from operation)
            group by kind) k";
    assert_eq!(
        text(&mut conn, kinds).await,
        "assigned 3, disabled 1, handoff_declined 1, ticket_assigned 1"
    );
    refused(&db, &["assign", all[0], "--to", "sara"], 5, "disabled");
    assert!(done(&db, &["agent", "enable", "sara"]).contains("enabled"));

    done(&db, &["agent", "disable", "omar", "--release"]);
    assert_eq!(text(&mut conn, owners).await, "- - - ali");
    assert_eq!(
        text(&mut conn, "select count(*) from ticket where owner_id is null").await,
        "1"
    );
}

#[tokio::test]
async fn agent_is_not_disabled_while_becoming_an_owner() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    let id = conversations(&mut conn, 1).await[0];
    let mut other = db.connect().await;
    // A assigns the conversation to sara and has not committed; B disables sara and waits for A.
    run(&mut conn, "begin").await;
    run(
        &mut conn,
        &format!(
            "do $do$
            declare op bigint; sara bigint := (select id from agent where handle = 'sara');
            begin
                select operation_id into op
                from open_operation('admin', 'assign', '{{}}', null, null, '0.1.0', 'test', null);
                perform record_conversations(op, array[{id}], array[(select seq from conversation where id = {id})],
                    array['assigned'], array['open'], array[sara],
                    array[(select team_id from conversation where id = {id})], array['normal'], array[''],
                    array[null::timestamptz], array['{{}}'::jsonb], null, null);
                perform finish_operation(op, 1, 1, null, 0::smallint);
            end $do$"
        ),
    )
    .await;
    let home = db.home().to_owned();
    let url = db.url();
    let disable = std::thread::spawn(move || {
        let mut command = support::bare_inbox(&home);
        command.env("DATABASE_URL", url).args(["agent", "disable", "sara"]);
        ran(command)
    });
    let waits = "select count(*)
        from pg_locks
        where not granted and pid <> pg_backend_pid()
            and database = (select oid from pg_database where datname = current_database())
            or (not granted and locktype = 'transactionid')";
    for _ in 0..200 {
        if text(&mut other, waits).await != "0" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    run(&mut conn, "commit").await;
    let (code, out, err) = disable.join().unwrap();
    assert_eq!(code, 5, "{out}{err}");
    assert_eq!(
        text(
            &mut other,
            "select count(*) from agent where handle = 'sara' and disabled_at is null"
        )
        .await,
        "1"
    );
}

#[tokio::test]
async fn agent_file_is_imported_whole_or_not_at_all() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    let import = |file: &str, more: &[&str]| {
        let mut command = support::inbox(&db);
        command
            .args(["agent", "import", "-", "-o", "csv", "--columns", "handle,result"])
            .args(more)
            .write_stdin(file.to_owned());
        ran(command)
    };
    let (code, out, err) = import(
        "handle,role,teams\nbilal,boss,support\nSara,agent,\nhina,agent,nope\nops,agent,\n",
        &[],
    );
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    for says in [
        "line 2: 'boss' is not a role",
        "line 3: 'Sara' is not a handle",
        "line 4: no team \"nope\"",
        "line 5: ops is a team",
        "4 problems; nothing was changed",
    ] {
        assert!(err.contains(says), "{says}: {err}");
    }
    let (code, _, err) = import("handle,email\nbilal,b@example.com\n", &[]);
    assert_eq!(code, 2);
    assert!(err.contains("unknown column 'email'"), "{err}");

    let file = "\u{feff}handle,name,role,teams,capacity,login\n\
        bilal,Bilal,agent,support;ops,25,\n\
        sara,Sara Khan,agent,support,,\n\
        ali,Ali,agent,support,,\n";
    let (code, out, err) = import(file, &["--dry-run"]);
    assert_eq!(
        (code, out.as_str()),
        (0, "handle,result\nbilal,added\nsara,changed\nali,unchanged\n"),
        "{err}"
    );
    assert_eq!(
        text(&mut conn, "select count(*) from agent where handle = 'bilal'").await,
        "0"
    );
    assert_eq!(import(file, &[]).0, 0);
    let (_, out, _) = import(file, &[]);
    assert_eq!(out, "handle,result\nbilal,unchanged\nsara,unchanged\nali,unchanged\n");
    assert_eq!(
        text(
            &mut conn,
            "select count(*)
            from event
            where subject = 'agent' and subject_id = (select id from agent where handle = 'ali')"
        )
        .await,
        "1"
    );
    assert_eq!(
        text(
            &mut conn,
            "select name || ' ' || capacity || ' ' || cardinality(teams) from agent where handle = 'bilal'"
        )
        .await,
        "Bilal 25 2"
    );
}

#[tokio::test]
async fn grant_to_act_is_given_listed_and_revoked() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    done(&db, &["agent", "grant-acting", "sara", "--login", "cron"]);
    assert!(done(&db, &["agent", "grant-acting", "sara", "--login", "cron"]).contains("unchanged"));
    done(&db, &["agent", "grant-acting", "system", "--login", "receiver"]);
    assert_eq!(
        done(
            &db,
            &[
                "agent",
                "grants",
                "--login",
                "cron",
                "-o",
                "csv",
                "--columns",
                "login,may_act_as"
            ]
        ),
        "login,may_act_as\ncron,sara\n"
    );
    done(&db, &["agent", "revoke-acting", "sara", "--login", "cron"]);
    refused(
        &db,
        &["agent", "revoke-acting", "sara", "--login", "cron"],
        3,
        "has no grant to act as sara",
    );
    refused(
        &db,
        &["agent", "grant-acting", "nope", "--login", "cron"],
        3,
        "no agent \"nope\"",
    );
    refused(&db, &["agent", "grant-acting", "--login", "cron"], 2, "required");
    assert_eq!(
        text(
            &mut conn,
            "select string_agg(kind, ' ' order by at)
            from event
            where subject = 'acting' and subject_id = (select id from acting where login = 'cron')"
        )
        .await,
        "granted revoked"
    );
}

#[tokio::test]
async fn keep_going_changes_possible_resources_and_reports_the_rest() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    conversations(&mut conn, 3).await;
    let lines = [
        "--as sara take C-1 -q",
        "shift add morning --hours 08:00-16:00 -q",
        "team add returns -q",
        "agent disable vera sara zed ali",
        "agent disable vera sara zed ali --keep-going --idempotency-key off",
        "agent disable vera sara zed ali --keep-going --idempotency-key off -o csv --columns handle,result",
        "agent enable ali sara --keep-going --columns handle,result,problem",
        "team disable support returns --keep-going --columns handle,result,problem",
        "shift put ali,vera,zed,sara,ali morning --period 2026-12 --keep-going --columns handle,result,changes,problem",
        "shift put ali,vera morning --period 2027-01 --keep-going --dry-run --columns handle,result,problem",
        "shift revoke R-1 R-9 --keep-going --columns handle,result,problem",
        "shift off zed --period 2026-12 --keep-going --columns handle,result,problem",
        "agent import people.csv --keep-going",
        "audit verify",
    ];
    assert_snapshot!(transcript(&db, &lines), @r#"
    $ inbox --as sara take C-1 -q
    $ inbox shift add morning --hours 08:00-16:00 -q
    $ inbox team add returns -q
    $ inbox agent disable vera sara zed ali
    ! error: sara owns 1 conversations and 0 tickets
    ! hint: inbox agent disable sara --give-to HANDLE, or --release to return them to their queues
    exit 5
    $ inbox agent disable vera sara zed ali --keep-going --idempotency-key off
    noun   handle  result    changes  operation  problem
    agent  vera    disabled  -        O-8        -
    agent  sara    failed    -        -          sara owns 1 conversations and 0 tickets
    agent  zed     failed    -        -          no agent "zed"
    agent  ali     disabled  -        O-8        -
    ! note: 2 changes were made
    ! error: 2 of 4 could not be changed
    ! hint: the column problem shows the reasons
    exit 6
    $ inbox agent disable vera sara zed ali --keep-going --idempotency-key off -o csv --columns handle,result
    handle,result
    vera,disabled
    sara,failed
    zed,failed
    ali,disabled
    ! note: the key was used by operation O-8; this is its result, and nothing was changed
    exit 6
    $ inbox agent enable ali sara --keep-going --columns handle,result,problem
    handle  result     problem
    ali     enabled    -
    sara    unchanged  -
    ! note: agent ali was enabled
    $ inbox team disable support returns --keep-going --columns handle,result,problem
    handle   result    problem
    support  failed    the team support gets the conversations of main
    returns  disabled  -
    ! note: team returns was disabled
    ! error: 1 of 2 could not be changed
    ! hint: the column problem shows the reasons
    exit 6
    $ inbox shift put ali,vera,zed,sara,ali morning --period 2026-12 --keep-going --columns handle,result,changes,problem
    handle  result  changes                                                                                          problem
    R-1     added   agent_id=ali days=mon..sun first_day=2026-12-01 last_day=2026-12-31 shift_id=morning works=yes   -
    vera    failed  -                                                                                                vera is disabled and cannot be on a roster
    zed     failed  -                                                                                                no agent "zed"
    R-2     added   agent_id=sara days=mon..sun first_day=2026-12-01 last_day=2026-12-31 shift_id=morning works=yes  -
    ! note: 2 changes were made
    ! error: 2 of 4 could not be changed
    ! hint: the column problem shows the reasons
    exit 6
    $ inbox shift put ali,vera morning --period 2027-01 --keep-going --dry-run --columns handle,result,problem
    handle  result  problem
    R-3     added   -
    vera    failed  vera is disabled and cannot be on a roster
    ! note: dry run: 1 would change; nothing was changed
    ! error: 1 of 2 could not be changed
    ! hint: the column problem shows the reasons
    exit 6
    $ inbox shift revoke R-1 R-9 --keep-going --columns handle,result,problem
    handle  result   problem
    R-1     revoked  -
    R-9     failed   no roster entry R-9
    ! note: roster R-1 was revoked
    ! error: 1 of 2 could not be changed
    ! hint: the column problem shows the reasons
    exit 6
    $ inbox shift off zed --period 2026-12 --keep-going --columns handle,result,problem
    handle  result  problem
    zed     failed  no agent "zed"
    ! error: 1 of 1 could not be changed
    ! hint: the column problem shows the reasons
    exit 6
    $ inbox agent import people.csv --keep-going
    ! error: --keep-going cannot be used with an import, which is all or nothing
    ! hint: to see every problem of the file, add --dry-run
    exit 2
    $ inbox audit verify
    subject  event  problem  meaning
    ! note: 27 events checked: every chain is complete, and every text is unchanged
    "#);
}

#[tokio::test]
async fn name_has_1_to_200_characters() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    let long = "\u{0639}".repeat(200);
    done(&db, &["agent", "add", "umar", "--name", &long]);
    done(&db, &["team", "add", "retro", "--name", &long]);
    for args in [
        ["agent", "add", "zed"],
        ["agent", "edit", "sara"],
        ["team", "edit", "retro"],
        ["store", "add", "zed"],
        ["shift", "edit", "zed"],
    ] {
        for name in ["", " ", &format!("{long}x"), "two\nlines", "\u{1b}[31mred"] {
            refused(&db, &[&args[..], &["--name", name]].concat(), 2, "is not a valid name");
        }
    }
    let file = format!("handle,name\nzed,{long}x\n");
    let import = support::inbox(&db)
        .args(["agent", "import", "-"])
        .write_stdin(file)
        .assert()
        .code(2);
    assert!(String::from_utf8_lossy(&import.get_output().stderr).contains("line 2: "));
    assert_eq!(
        text(
            &mut conn,
            "select count(*) from event where kind = 'added' and data ->> 'handle' = 'zed'"
        )
        .await,
        "0"
    );
}
