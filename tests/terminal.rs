//! The real binary on a real terminal.

use std::process::Command;
use std::time::Duration;

use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};
use sqlx::PgConnection;

use crate::support::seed::{self, run, text};
use crate::support::transcript::{clock, words};
use crate::support::{self, Db, binary, environment};

/// Creates the seed's workspace with four unowned conversations. Returns `None` when the system has
/// no terminals, as in a bare chroot.
async fn workspace() -> Option<(Db, PgConnection)> {
    if let Err(e) = rexpect::spawn("true", None) {
        #[expect(clippy::print_stderr, reason = "a test that tests nothing says so")]
        {
            eprintln!("no terminal here, so nothing was tested on one: {e}");
        }
        assert!(!std::path::Path::new("/dev/pts/ptmx").exists(), "{e}");
        return None;
    }
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    clock(&mut conn, "2026-11-20 09:00+00").await;
    for _ in 0..4 {
        seed::conversations(&mut conn, 1).await;
    }
    Some((db, conn))
}

/// Starts a command line on an interactive terminal with `columns` columns and eight lines.
fn terminal(db: &Db, columns: u16, line: &str, more: &[(&str, &str)]) -> PtySession {
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("stty cols {columns} rows 8; exec \"$@\""), "sh"])
        .arg(binary())
        .args(words(line))
        .env_clear()
        .envs(environment(db.home()))
        .env_remove("INBOX_NO_INPUT")
        .envs([("TERM", "xterm"), ("NO_COLOR", "1"), ("INBOX_PAGER", "cat")])
        .env("DATABASE_URL", db.url())
        .envs(more.iter().copied());
    spawn_command(command, Some(20_000)).unwrap()
}

/// Returns the rest of the output and the exit code.
fn end(mut session: PtySession) -> (String, i32) {
    // Each byte is read as a character.
    let bytes: Vec<u8> = session
        .exp_eof()
        .unwrap()
        .chars()
        .map(|c| u8::try_from(c).unwrap())
        .collect();
    let said = String::from_utf8(bytes).unwrap();
    let ended = session.process().wait().unwrap();
    let WaitStatus::Exited(_, code) = ended else {
        panic!("{ended:?} after {said}");
    };
    (said, code)
}

async fn owners(conn: &mut PgConnection) -> String {
    text(
        conn,
        "select string_agg('C-' || c.id || ' ' || coalesce(a.handle, '-'), ', ' order by c.id)
        from conversation c left join agent a on a.id = c.owner_id",
    )
    .await
}

#[tokio::test]
async fn picker_opens_with_suitable_conversations_when_none_is_given() {
    let Some((db, mut conn)) = workspace().await else {
        return;
    };
    support::inbox(&db)
        .args(words("--as ali take C-1 C-3"))
        .assert()
        .success();

    let mut take = terminal(&db, 80, "--as sara take", &[]);
    let list = take.exp_string("C-4").unwrap();
    assert!(list.contains("conversation") && list.contains("C-2"), "{list}");
    assert!(!list.contains("C-1") && !list.contains("C-3"), "{list}");
    take.send("C-4").unwrap();
    take.send("\r").unwrap();
    take.flush().unwrap();
    let (said, code) = end(take);
    assert_eq!(code, 0, "{said}");
    assert_eq!(owners(&mut conn).await, "C-1 ali, C-2 -, C-3 ali, C-4 sara");

    // The agent's own conversations come first. Escape ends without a change.
    let mut release = terminal(&db, 80, "--as ali release", &[]);
    let list = release.exp_string("C-2").unwrap();
    assert!(list.contains("C-1") && list.contains("C-3"), "{list}");
    release.send("\x1b").unwrap();
    release.flush().unwrap();
    let (said, code) = end(release);
    assert_eq!(code, 130, "{said}");
    assert!(said.contains("nothing was changed"), "{said}");
    assert_eq!(owners(&mut conn).await, "C-1 ali, C-2 -, C-3 ali, C-4 sara");

    let (said, code) = end(terminal(&db, 80, "--as ali accept", &[]));
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("there is no conversation offered to you"), "{said}");
}

#[tokio::test]
async fn picker_asks_for_a_recipient_and_bulk_changes_ask_once() {
    let Some((db, mut conn)) = workspace().await else {
        return;
    };
    let mut assign = terminal(&db, 80, "--as omar assign C-1 C-2 C-3", &[]);
    assign.exp_string("agent or team").unwrap();
    assign.send("zoy").unwrap();
    assign.send("\r").unwrap();
    assign.flush().unwrap();
    assign.exp_string("Assign 3?").unwrap();
    assign.send("n").unwrap();
    assign.flush().unwrap();
    let (said, code) = end(assign);
    assert_eq!(code, 130, "{said}");
    assert_eq!(owners(&mut conn).await, "C-1 -, C-2 -, C-3 -, C-4 -");

    let mut assign = terminal(&db, 80, "--as omar assign --unassigned --to zoya", &[]);
    assign.exp_string("Assign 4?").unwrap();
    assign.send("y").unwrap();
    assign.flush().unwrap();
    let (said, code) = end(assign);
    assert_eq!(code, 0, "{said}");
    assert_eq!(owners(&mut conn).await, "C-1 zoya, C-2 zoya, C-3 zoya, C-4 zoya");

    // Moving an agent's conversations is confirmed too.
    let mut disable = terminal(&db, 80, "agent disable zoya --release", &[]);
    disable.exp_string("Move 4 conversations and tickets of zoya?").unwrap();
    disable.send("n").unwrap();
    disable.flush().unwrap();
    let (said, code) = end(disable);
    assert_eq!(code, 130, "{said}");

    // A single change, a dry run, -y, and non-interactive use need no confirmation.
    let unasked: [(&str, &[(&str, &str)]); 5] = [
        ("--as omar assign C-1 --to ali", &[]),
        ("--as omar assign --owner zoya --to ali --dry-run", &[]),
        ("--as omar assign --owner zoya --to ali -y", &[]),
        ("--as omar assign --owner ali --to sara --no-input", &[]),
        ("--as omar assign --owner sara --to ali", &[("INBOX_NO_INPUT", "1")]),
    ];
    for (line, more) in unasked {
        let (said, code) = end(terminal(&db, 80, line, more));
        assert_eq!(code, 0, "{line}: {said}");
        assert!(!said.contains("y/n"), "{line}: {said}");
    }
    assert_eq!(owners(&mut conn).await, "C-1 ali, C-2 ali, C-3 ali, C-4 ali");
    let (said, code) = end(terminal(&db, 80, "--as omar assign C-1", &[("INBOX_NO_INPUT", "1")]));
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("--to"), "{said}");
}

#[tokio::test]
async fn progress_is_shown_only_on_a_terminal() {
    let Some((db, mut conn)) = workspace().await else {
        return;
    };
    for (line, shown) in [
        ("--as sara take C-1", true),
        ("--as sara take C-1 -q", false),
        ("--as sara take C-1", false),
    ] {
        run(&mut conn, "begin").await;
        run(&mut conn, "select 1 from conversation where id = 1 for update").await;
        let more: &[(&str, &str)] = if shown { &[] } else { &[("TERM", "dumb")] };
        let mut take = terminal(&db, 80, line, more);
        if shown {
            take.exp_string("looking").unwrap();
        } else {
            tokio::time::sleep(Duration::from_millis(1200)).await;
        }
        run(&mut conn, "rollback").await;
        let (said, code) = end(take);
        assert_eq!(code, 0, "{said}");
        assert!(shown || !said.contains("looking"), "{said}");
    }
}

#[tokio::test]
async fn terminal_changes_only_width_and_relative_times() {
    let Some((db, _conn)) = workspace().await else { return };
    let (wide, code) = end(terminal(&db, 200, "list", &[]));
    assert_eq!(code, 0, "{wide}");
    let wide_header = wide
        .lines()
        .next()
        .unwrap()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(",");
    let plain = support::inbox(&db).args(["list"]).output().unwrap();
    let plain = String::from_utf8(plain.stdout).unwrap();
    let plain_header = plain
        .lines()
        .next()
        .unwrap()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(",");
    assert_eq!(wide_header, plain_header);

    for columns in [80, 60, 40, 30] {
        let (said, code) = end(terminal(&db, columns, "list", &[]));
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("C-1") && said.contains("C-4"), "{said}");
        for line in said.lines() {
            let width = line.trim_end().chars().count();
            assert!(width <= usize::from(columns), "{width} > {columns}: {line}");
        }
    }
    let (narrow, _) = end(terminal(&db, 80, "list", &[]));
    assert_eq!(narrow.lines().count(), 5, "one line each at 80 columns: {narrow}");
}

#[tokio::test]
async fn long_output_uses_the_pager_unless_turned_off() {
    let Some((db, mut conn)) = workspace().await else {
        return;
    };
    seed::conversations(&mut conn, 20).await;
    let pager = [("INBOX_PAGER", "sed 's/^/paged: /'")];
    let (said, code) = end(terminal(&db, 80, "list", &pager));
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("paged: C-1"), "{said}");
    for line in ["list --no-pager", "list -o json"] {
        let (said, code) = end(terminal(&db, 80, line, &pager));
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("C-1"), "{said}");
        assert!(!said.contains("paged: "), "{line}: {said}");
    }
}

#[tokio::test]
async fn dash_is_refused_on_a_terminal_by_every_command() {
    let Some((db, _)) = workspace().await else {
        return;
    };
    for line in [
        "--as ali take -",
        "--as ali note - text",
        "show -",
        "list -",
        "why -",
        "audit -",
        "audit owner -",
        "audit verify -",
        "contact show -",
        "contact forget -",
        "ticket show -",
        "ticket set - --status waiting",
        "ticket assign - --to ali",
        "ticket note - text",
        "agent import -",
    ] {
        let (said, code) = end(terminal(&db, 80, line, &[]));
        assert_eq!(code, 2, "{line}: {said}");
        assert!(
            said.contains("'-' reads standard input, which is a terminal"),
            "{line}: {said}"
        );
    }
}

#[tokio::test]
async fn short_help_fits_the_screen() {
    let Some((db, _)) = workspace().await else {
        return;
    };
    for line in ["-h", "list -h", "take -h", "kpi export -h", "agent add -h"] {
        let (said, code) = end(terminal(&db, 80, line, &[]));
        assert_eq!(code, 0, "{said}");
        assert!(said.trim_end().lines().count() <= 24, "{said}");
        assert!(said.lines().all(|l| l.trim_end().chars().count() <= 80), "{said}");
    }
}
