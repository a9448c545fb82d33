//! The conventions of the command line: help and topics, versions, suggestions, local settings, and
//! external subcommands.

use std::os::unix::fs::PermissionsExt;

use insta::assert_snapshot;

use crate::support::seed;
use crate::support::transcript::{transcript, words};
use crate::support::{self, bare_inbox, inbox};

/// Runs a command without a database; returns its exit code, stdout and stderr.
fn run(home: &std::path::Path, line: &str) -> (i32, String, String) {
    let output = bare_inbox(home).args(words(line)).output().unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn help_shows_commands_and_topics_without_settings() {
    let home = tempfile::tempdir().unwrap();
    for (line, same) in [
        ("help", "--help"),
        ("help take", "take --help"),
        ("help ticket list", "ticket list --help"),
        ("help shift", "shift --help"),
    ] {
        assert_eq!(run(home.path(), line), run(home.path(), same), "{line}");
    }
    for topic in [
        "exit-codes",
        "environment",
        "time",
        "filters",
        "formatting",
        "references",
        "scripting",
    ] {
        let (code, page, said) = run(home.path(), &format!("help {topic}"));
        assert_eq!((code, said.as_str()), (0, ""), "{topic}");
        assert!(page.lines().count() > 10, "{page}");
    }
    let (code, page, said) = run(home.path(), "help exit-code");
    assert_eq!((code, page.as_str()), (2, ""));
    assert!(said.contains("there is no command or topic 'exit-code'"), "{said}");
    assert!(said.contains("did you mean exit-codes?"), "{said}");
    let (code, _, said) = run(home.path(), "help ticket lst");
    assert!(code == 2 && said.contains("did you mean list?"), "{said}");
}

#[test]
fn help_says_where_to_report_a_bug() {
    let home = tempfile::tempdir().unwrap();
    for flag in ["-h", "--help"] {
        let (_, page, _) = run(home.path(), flag);
        let last = page.lines().last().unwrap();
        assert!(
            page.contains("To report a fault") && page.contains("inbox version"),
            "{last}"
        );
    }
}

#[test]
fn version_prints_program_and_migration() {
    let home = tempfile::tempdir().unwrap();
    let (code, text, _) = run(home.path(), "version -o json");
    assert_eq!(code, 0);
    let rows: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(rows[0]["program"], env!("CARGO_PKG_VERSION"));
    let newest = fs_err::read_dir(support::source("migrations"))
        .unwrap()
        .filter_map(|e| e.unwrap().file_name().to_str()?.split('_').next()?.parse::<i64>().ok())
        .max();
    assert_eq!(rows[0]["migration"].as_i64(), newest);
    assert!(rows[0]["code"].as_i64().unwrap() > 0, "{text}");
    // Help also works with settings that every other command refuses.
    let output = bare_inbox(home.path())
        .env("INBOX_TZ", "nowhere")
        .arg("version")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[tokio::test]
async fn misspelled_words_get_a_suggestion() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    seed::conversations(&mut conn, 1).await;
    let seen = transcript(
        &db,
        &[
            "tak C-1",
            "list --json",
            "list --columns conversatoin",
            "--as omar assign C-1 --to sarra",
            "list --owner sarra",
            "list --team suport",
            "agent disable zoia",
            "--as omar assign C-1 --to nobody-like-this",
        ],
    );
    assert_snapshot!(seen, @r#"
    $ inbox tak C-1
    ! error: unrecognized subcommand 'tak'
    ! 
    !   tip: some similar subcommands exist: 'take', 'team', 'tick'
    ! 
    ! Usage: inbox [OPTIONS] <COMMAND>
    ! 
    ! For more information, try '--help'.
    exit 2
    $ inbox list --json
    ! error: unexpected argument '--json' found
    ! 
    !   tip: use '-o json'
    ! 
    ! Usage: inbox list [OPTIONS] [REF]...
    ! 
    ! For more information, try '--help'.
    exit 2
    $ inbox list --columns conversatoin
    ! error: there is no column "conversatoin"
    ! hint: did you mean conversation? columns: conversation, status, priority, owner, team, waiting, window, customer, last, contact, name, username, store, channel, labels, ticket, offered_to, snoozed_until, owned_since, waiting_since, last_customer_at, last_message_at, opened_at, resolved_at
    exit 2
    $ inbox --as omar assign C-1 --to sarra
    ! error: no agent or team "sarra"
    ! hint: did you mean sara? inbox agent list and inbox team list show the handles
    exit 3
    $ inbox list --owner sarra
    ! error: no agent "sarra"
    ! hint: did you mean sara? inbox agent list shows the handles
    exit 3
    $ inbox list --team suport
    ! error: no team "suport"
    ! hint: did you mean support? inbox team list shows the handles
    exit 3
    $ inbox agent disable zoia
    ! error: no agent "zoia"
    ! hint: did you mean zoya? inbox agent list --all shows the handles
    exit 3
    $ inbox --as omar assign C-1 --to nobody-like-this
    ! error: no agent or team "nobody-like-this"
    ! hint: inbox agent list and inbox team list show the handles
    exit 3
    "#);
}

#[test]
fn programs_on_the_path_run_as_subcommands() {
    let home = tempfile::tempdir().unwrap();
    let bin = home.path().join("bin");
    fs_err::create_dir(&bin).unwrap();
    for name in ["inbox-hello", "inbox-list", "inbox-plain"] {
        let file = bin.join(name);
        fs_err::write(&file, "#!/bin/sh\necho \"$0 got $*\"\nexit 5\n").unwrap();
        let mode = if name == "inbox-plain" { 0o644 } else { 0o755 };
        fs_err::set_permissions(&file, PermissionsExt::from_mode(mode)).unwrap();
    }
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let run = |line: &str, path: &str| {
        let output = bare_inbox(home.path())
            .current_dir(&bin)
            .env("PATH", path)
            .args(words(line))
            .output()
            .unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    };
    let (code, text) = run("hello C-1 --json", &path);
    assert_eq!(code, 5, "{text}");
    assert!(text.ends_with("/inbox-hello got C-1 --json\n"), "{text}");
    // Built-in commands take precedence. Files that are not executable, paths, and the current
    // folder do not count.
    let (code, text) = run("list", &path);
    assert!(code == 2 && !text.contains("got"), "{text}");
    for (line, path) in [
        ("plain", path.as_str()),
        ("../bin/inbox-hello", &path),
        ("hello", ":/usr/bin:."),
    ] {
        let (code, text) = run(line, path);
        assert!(code == 2 && !text.contains("got"), "{line}: {text}");
    }
}

#[test]
fn config_changes_the_local_profile() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let (_, path, _) = run(home, "config path");
    assert_eq!(path.trim(), home.join(".config/inbox/config.toml").to_str().unwrap());
    assert_eq!(run(home, "config --path").1, path);
    assert_eq!(run(home, "config get output").1, "table\n");

    let (code, text, said) = run(home, "config set output wide");
    assert_eq!((code, text.as_str()), (0, ""), "{said}");
    assert_eq!(said, "note: output was set in profile default\n");
    assert_eq!(run(home, "config get output").1, "wide\n");
    assert_eq!(run(home, "config set workspace sales --profile sales").0, 0);
    assert_eq!(run(home, "config get workspace").1, "inbox\n");
    assert_eq!(run(home, "config get workspace --profile sales").1, "sales\n");
    let mode = fs_err::metadata(path.trim()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    assert_eq!(
        run(home, "config use sales"),
        (0, String::new(), "note: sales is the default profile\n".to_owned())
    );
    assert_eq!(run(home, "config get workspace").1, "sales\n");
    let (code, _, said) = run(home, "config use salse");
    assert!(
        code == 3 && said.contains("there is no profile 'salse'") && said.contains("profiles: default, sales"),
        "{said}"
    );
    assert_eq!(run(home, "config use default --profile sales").0, 0);
    assert_eq!(run(home, "config get workspace").1, "inbox\n");

    let before = fs_err::read_to_string(path.trim()).unwrap();
    for (line, says) in [
        (
            "config set database_url postgres://u:hunter2@h/d",
            "a flag must not contain a password",
        ),
        (
            "config set read_from 'postgres://u@h/d?password=hunter2'",
            "a flag must not contain a password",
        ),
        ("config set output weird", "'weird' is not one of"),
        ("config set outptu wide", "did you mean output?"),
        ("config get nothing", "'nothing' is not a setting"),
    ] {
        let (code, _, said) = run(home, line);
        assert_eq!(code, 2, "{line}: {said}");
        assert!(said.contains(says) && !said.contains("hunter2"), "{line}: {said}");
    }
    assert_eq!(fs_err::read_to_string(path.trim()).unwrap(), before);

    assert_eq!(run(home, "config unset output").0, 0);
    assert_eq!(run(home, "config get output").1, "table\n");
    let (code, _, said) = run(home, "config get as");
    assert_eq!(code, 3, "{said}");
    let output = bare_inbox(home)
        .env("INBOX_OUTPUT", "csv")
        .args(["config", "set", "output", "tsv"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("INBOX_OUTPUT takes precedence over the profile"),
        "{said}"
    );
}

#[tokio::test]
async fn workspace_settings_have_a_command_and_keep_the_old_spelling() {
    let db = support::db();
    seed::workspace(&db).await;
    let seen = transcript(
        &db,
        &[
            "workspace show time_zone -o csv",
            "workspace set time_zone Asia/Dubai",
            "config workspace time_zone -o csv",
            "config workspace reopen_window 48h -o csv",
            "workspace set nothing 1",
        ],
    );
    assert_snapshot!(seen, @r#"
    $ inbox workspace show time_zone -o csv
    name,value,origin,meaning
    time_zone,Asia/Karachi,workspace,the IANA zone that times are read and shown in
    $ inbox workspace set time_zone Asia/Dubai
    noun     handle     result   changes           operation  problem
    setting  time_zone  changed  value=Asia/Dubai  O-3        -
    ! note: setting time_zone was changed
    $ inbox config workspace time_zone -o csv
    name,value,origin,meaning
    time_zone,Asia/Dubai,workspace,the IANA zone that times are read and shown in
    $ inbox config workspace reopen_window 48h -o csv
    noun,handle,result,changes,conversations,tickets,operation,problem
    setting,reopen_window,changed,"{""value"":""48h""}",0,0,O-4,
    $ inbox workspace set nothing 1
    ! error: 'nothing' is not a setting of the workspace
    ! hint: one of: time_zone, phone_prefix, reopen_window, retention_deliveries, retention_messages
    exit 2
    "#);
}

#[tokio::test]
async fn lists_are_sorted_by_any_column() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    seed::conversations(&mut conn, 11).await;
    seed::run(
        &mut conn,
        "update contact set name = case when id % 3 = 0 then null else chr(65 + (id * 7 % 11)::int) end",
    )
    .await;
    let ids = |line: &str| {
        let output = inbox(&db).args(words(line)).output().unwrap();
        assert!(output.status.success(), "{line}: {output:?}");
        String::from_utf8(output.stdout)
            .unwrap()
            .replace('\n', " ")
            .trim()
            .to_owned()
    };
    let by_number = "C-1 C-2 C-3 C-4 C-5 C-6 C-7 C-8 C-9 C-10 C-11";
    assert_eq!(ids("list --ids --sort conversation"), by_number);
    let reversed: Vec<&str> = by_number.rsplit(' ').collect();
    assert_eq!(ids("list --ids --sort conversation --reverse"), reversed.join(" "));
    assert_eq!(ids("list --ids --sort conversation --reverse -n 2"), "C-11 C-10");
    let expected = seed::text(
        &mut conn,
        "select string_agg('C-' || c.id, ' ' order by k.name nulls last, c.waiting_since, c.id)
        from conversation c join contact k on k.id = c.contact_id",
    )
    .await;
    assert_eq!(ids("list --ids --sort name"), expected);
    let expected = seed::text(
        &mut conn,
        "select string_agg('C-' || c.id, ' ' order by k.name desc nulls last, c.waiting_since, c.id)
        from conversation c join contact k on k.id = c.contact_id",
    )
    .await;
    assert_eq!(ids("list --ids --sort name --reverse"), expected);
    // Every printed column can be sorted by.
    let output = inbox(&db)
        .args(words("schema list list -o csv --columns column --no-header"))
        .output()
        .unwrap();
    for column in String::from_utf8(output.stdout).unwrap().lines() {
        assert_eq!(
            ids(&format!("list --ids --sort {column}")).split(' ').count(),
            11,
            "{column}"
        );
    }
    for line in [
        "list --sort nothing",
        "ticket list --sort nothing",
        "contact list --sort nothing",
    ] {
        let output = inbox(&db).args(words(line)).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{line}");
        assert!(
            said.contains("there is no column") && said.contains("columns: "),
            "{said}"
        );
    }
}

#[tokio::test]
async fn changes_print_a_summary_and_the_undo_command_on_stderr() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    seed::conversations(&mut conn, 3).await;
    let said = |line: &str| {
        let output = inbox(&db).args(words(line)).output().unwrap();
        assert!(output.status.success(), "{line}: {output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let operation = |said: &str| said.trim().rsplit(' ').next().unwrap_or_default().to_owned();
    let first = said("--as sara take C-1");
    assert!(first.starts_with("note: C-1 is yours · undo: inbox undo O-"), "{first}");
    assert!(said("--as sara note C-1 hello").starts_with("note: the note on C-1 was saved\n"));
    assert!(said("--as sara resolve C-1").starts_with("note: C-1 is resolved · undo: "));
    let many = said("--as omar assign C-2 C-3 --to ali");
    assert!(
        many.starts_with("note: 2 conversations were changed · undo: inbox undo O-"),
        "{many}"
    );
    let undone = said(&format!("--as omar undo {}", operation(&many)));
    assert!(undone.starts_with("note: 2 conversations were changed"), "{undone}");
    for quiet in ["-q", "-o json", "-o csv", "--ids"] {
        assert_eq!(said(&format!("--as sara take C-2 {quiet}")), "", "{quiet}");
        said("--as sara release C-2 -q");
    }
    assert!(!said("--as sara take C-2 --dry-run").contains("yours"));
}

#[tokio::test]
async fn debug_shows_connections_and_statements_without_secrets() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    seed::conversations(&mut conn, 1).await;
    let run = |line: &str| inbox(&db).args(words(line)).output().unwrap();
    let (plain, debug) = (run("list -o csv"), run("list -o csv --search private-words --debug"));
    assert!(plain.status.success() && plain.stderr.is_empty());
    assert!(debug.status.success());
    let log = String::from_utf8(debug.stderr).unwrap();
    assert!(
        log.contains("connecting") && log.contains(&format!("database=\"{}\"", db.name())),
        "{log}"
    );
    assert!(log.contains("conversation_ids"), "{log}");
    assert!(log.contains("elapsed"), "{log}");
    assert!(!log.contains("private-words"), "{log}");
    if let Some((_, rest)) = db.program_url().split_once("://")
        && let Some((login, _)) = rest.split_once('@')
        && let Some((_, password)) = login.split_once(':')
    {
        assert!(!log.contains(password), "{log}");
    }
    let verbose = String::from_utf8(run("list -o csv --verbose").stderr).unwrap();
    assert!(
        verbose.contains("connecting") && verbose.contains("exit=0"),
        "{verbose}"
    );
    assert!(
        !verbose.contains("elapsed") && verbose.lines().count() < 10,
        "{verbose}"
    );
    let failed = run("show C-999 --debug");
    assert_eq!(failed.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&failed.stderr).contains("exit=3"));
}

#[test]
fn schema_lists_the_columns_of_every_command() {
    let home = tempfile::tempdir().unwrap();
    let (code, text, said) = run(home.path(), "schema list -o json");
    assert_eq!(code, 0, "{said}");
    let rows: serde_json::Value = serde_json::from_str(&text).unwrap();
    let has = |command: &str, column: &str| {
        rows.as_array()
            .unwrap()
            .iter()
            .any(|r| r["command"] == command && r["column"] == column)
    };
    for (command, column) in [
        ("list", "customer"),
        ("take", "owner"),
        ("ticket list", "due_at"),
        ("audit", "reason"),
    ] {
        assert!(has(command, column), "{command} {column}");
    }
    let (code, _, said) = run(home.path(), "schema list nothing");
    assert_eq!(code, 3, "{said}");
}
