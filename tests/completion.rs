//! Completion in real shells: with a server, without one, and with one that does not answer.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::seed;
use crate::support::{self, Db, bare_inbox, binary, environment};

/// Returns whether a shell is installed. The name of a missing one is printed, and its tests are
/// skipped.
fn has(shell: &str) -> bool {
    let found = Command::new(shell)
        .arg("-c")
        .arg("true")
        .stdin(Stdio::null())
        .output()
        .is_ok();
    if !found {
        #[expect(clippy::print_stderr, reason = "a test that tests nothing says so")]
        {
            eprintln!("{shell} is not installed, so completion was not tested in it");
        }
    }
    found
}

/// Writes the completion script of a shell and puts the program on the PATH of a home folder.
fn prepare(home: &Path, shell: &str) -> String {
    let bin = home.join("bin");
    fs_err::create_dir_all(&bin).unwrap();
    drop(std::os::unix::fs::symlink(binary(), bin.join("inbox")));
    // Both spellings work.
    let command = if shell == "fish" { "completion" } else { "completions" };
    let made = bare_inbox(home).args([command, shell]).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let file = home.join(format!("inbox.{shell}"));
    fs_err::write(&file, made.stdout).unwrap();
    file.to_str().unwrap().to_owned()
}

/// Returns a command for a shell in which the completion is active.
fn shell(name: &str, home: &Path, url: Option<&str>) -> Command {
    let mut command = Command::new(name);
    command
        .env_clear()
        .envs(environment(home))
        .env(
            "PATH",
            format!("{}/bin:{}", home.display(), std::env::var("PATH").unwrap()),
        )
        // A busy test machine is slower than a person's machine.
        .env("INBOX_COMPLETE_TIMEOUT", "5000")
        .current_dir(home)
        .stdin(Stdio::null());
    if let Some(url) = url {
        command.env("DATABASE_URL", url);
    }
    command
}

fn printed(mut command: Command) -> Vec<String> {
    let output = command.output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{command:?}");
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

/// Completes the last word of a line in bash.
fn bash(home: &Path, url: Option<&str>, line: &str) -> Vec<String> {
    let file = prepare(home, "bash");
    let words: Vec<String> = line.split(' ').map(|w| format!("'{w}'")).collect();
    let script = format!(
        "source '{file}'; COMP_WORDS=({}); COMP_CWORD={}; COMP_TYPE=9; \
         _inbox inbox \"${{COMP_WORDS[-1]}}\" x; \
         printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words.join(" "),
        words.len() - 1
    );
    let mut command = shell("bash", home, url);
    // compopt works only inside a completion.
    command.args(["--norc", "-c", &format!("{{ {script}; }} 2>/dev/null")]);
    printed(command).into_iter().filter(|l| !l.is_empty()).collect()
}

/// Completes a line in fish. A result is a word, a tab, and a description.
fn fish(home: &Path, url: Option<&str>, line: &str) -> Vec<String> {
    let file = prepare(home, "fish");
    let mut command = shell("fish", home, url);
    command.args(["--no-config", "-c", &format!("source '{file}'; complete -C '{line}'")]);
    printed(command)
}

/// Completes a line in zsh on a terminal, which its completion requires. Returns the screen.
fn zsh(home: &Path, url: Option<&str>, line: &str) -> String {
    let file = prepare(home, "zsh");
    let mut command = shell("zsh", home, url);
    command
        .args(["-f", "-i"])
        .env("TERM", "dumb")
        .env("PS1", "ready> ")
        .env("COLUMNS", "200");
    let mut session = rexpect::session::spawn_command(command, Some(20_000)).unwrap();
    let setup = format!(
        "stty cols 200 rows 50; PS1='ready> '; unsetopt prompt_cr; autoload -Uz compinit; compinit -u -D; \
         source '{file}'; setopt auto_list no_list_beep; LISTMAX=1000; echo set-''up"
    );
    session.send_line(&setup).unwrap();
    session.exp_string("set-up").unwrap();
    session.exp_string("ready> ").unwrap();
    session.send(line).unwrap();
    session.send("\t\t").unwrap();
    session.flush().unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    // Clears the line and exits.
    session.send("\x15").unwrap();
    session.send_line("echo the-''end; exit").unwrap();
    let screen = session.exp_string("the-end").unwrap();
    drop(session.exp_eof());
    screen
}

async fn workspace() -> Db {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    seed::conversations(&mut conn, 3).await;
    let hostile = "E'evil\\x1b[31m\\n$(touch pwned) `touch pwned`; touch pwned \\t:%F{red}\\u202eabc'";
    seed::run(
        &mut conn,
        &format!("update contact set name = {hostile} where id = (select min(id) from contact)"),
    )
    .await;
    let label = r#"do $$ declare op bigint; begin
        select operation_id into op from open_operation('admin', 'label', '{}', null, null, '0.1.0', 'test', null);
        perform finish_operation(op, 0, 0, null, 0::smallint); end $$"#;
    seed::run(&mut conn, label).await;
    let done = support::inbox(&db)
        .args(["--as", "omar", "label", "C-1", "--add", "vip,cod"])
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
    db
}

#[tokio::test(flavor = "multi_thread")]
async fn bash_completes_words_and_data_without_descriptions() {
    if !has("bash") {
        return;
    }
    let db = workspace().await;
    let url = db.program_url();
    let ask = |line: &str| bash(db.home(), Some(&url), line);
    assert!(ask("inbox agent gr").contains(&"grant-acting".to_owned()));
    assert!(ask("inbox tak").contains(&"take".to_owned()));
    assert_eq!(ask("inbox handoff C-1 --to sa"), ["sara"]);
    assert_eq!(ask("inbox list --owner m"), ["me"]);
    assert_eq!(ask("inbox list --team su"), ["support"]);
    assert_eq!(ask("inbox list --store s"), ["shop"]);
    assert_eq!(ask("inbox list --label v"), ["vip"]);
    assert_eq!(ask("inbox list --not has"), ["has-ticket"]);
    assert_eq!(ask("inbox list --not own"), ["owner="]);
    assert_eq!(ask("inbox list --not owner=sa"), ["sara"]);
    assert_eq!(ask("inbox list --columns wait"), ["waiting", "waiting_since"]);
    assert_eq!(ask("inbox list --sort cust"), ["customer"]);
    let all = ask("inbox take C-");
    assert_eq!(all.len(), 3, "{all:?}");
    assert!(all.iter().all(|w| w.starts_with("C-") && w.len() == 3), "{all:?}");
    assert_eq!(ask("inbox take c-1"), ["c-1"]);
    assert_eq!(ask("inbox help exit"), ["exit-codes"]);
    assert!(!db.home().join("pwned").exists());
}

/// Completes a line in an interactive bash, which splits words at `=` and `:`. Returns the line.
fn typed_in_bash(home: &Path, url: &str, line: &str) -> String {
    let file = prepare(home, "bash");
    let mut command = shell("bash", home, Some(url));
    command
        .stdin(Stdio::inherit())
        .args(["--norc", "--noprofile", "-i"])
        .env("TERM", "dumb")
        .env("PS1", "ready> ");
    let mut session = rexpect::session::spawn_command(command, Some(20_000)).unwrap();
    session
        .send_line(&format!("stty cols 200; source '{file}'; echo set-''up"))
        .unwrap();
    session.exp_string("set-up").unwrap();
    session.exp_string("ready> ").unwrap();
    session.send(line).unwrap();
    session.send("\t").unwrap();
    session.flush().unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    session.send("\x01echo '\x05' the-''end; exit").unwrap();
    session.send_line("").unwrap();
    let mut screen = session.exp_string("the-end").unwrap();
    drop(session.exp_eof());
    screen.replace_range(..screen.rfind('\n').map_or(0, |at| at + 1), "");
    screen.trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn bash_completes_behind_an_equals_sign() {
    if !has("bash") || rexpect::spawn("true", None).is_err() {
        return;
    }
    let db = workspace().await;
    for (line, completed) in [
        ("inbox list --owner=sa", "inbox list --owner=sara"),
        ("inbox list --owner sa", "inbox list --owner sara"),
        ("inbox list --not owner=sa", "inbox list --not owner=sara"),
        ("inbox list --not sto", "inbox list --not store="),
        ("inbox list --not store=", "inbox list --not store=shop"),
        ("inbox agent gran", "inbox agent grant"),
    ] {
        assert_eq!(typed_in_bash(db.home(), &db.program_url(), line), completed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fish_shows_customers_on_one_safe_line() {
    if !has("fish") {
        return;
    }
    let db = workspace().await;
    let url = db.program_url();
    let seen = fish(db.home(), Some(&url), "inbox take C-");
    assert_eq!(seen.len(), 3, "{seen:?}");
    let evil = seen.iter().find(|l| l.contains("evil")).unwrap();
    assert!(evil.starts_with("C-") && evil.matches('\t').count() == 1, "{evil:?}");
    assert!(
        !evil.chars().any(|c| c.is_control() && c != '\t' || c == '\u{202e}'),
        "{evil:?}"
    );
    assert!(fish(db.home(), Some(&url), "inbox handoff C-1 --to sa")[0].starts_with("sara\tSara"));
    let not = fish(db.home(), Some(&url), "inbox list --not owner=sa");
    assert!(not[0].starts_with("owner=sara\tSara"), "{not:?}");
    assert!(!db.home().join("pwned").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn zsh_shows_customers_on_one_safe_line() {
    if !has("zsh") || rexpect::spawn("true", None).is_err() {
        return;
    }
    let db = workspace().await;
    let url = db.program_url();
    let screen = zsh(db.home(), Some(&url), "inbox take C-");
    for word in ["C-1", "C-2", "C-3"] {
        assert!(screen.contains(word), "{screen:?}");
    }
    assert!(screen.contains("evil") && screen.contains("Customer"), "{screen:?}");
    assert!(
        !screen.contains("\u{1b}[31mevil") && !screen.contains("evil\u{1b}[31m"),
        "{screen:?}"
    );
    let screen = zsh(db.home(), Some(&url), "inbox handoff C-1 --to sar");
    assert!(screen.contains("--to sara"), "{screen:?}");
    assert!(!db.home().join("pwned").exists());
}

#[test]
fn completion_is_silent_and_starts_nothing_without_a_server() {
    let home = support::folder();
    let home = home.path();
    for url in [None, Some("postgres://nobody@127.0.0.1:1/none"), Some("not a url")] {
        assert_eq!(
            bash(home, url, "inbox handoff C-1 --to sa"),
            Vec::<String>::new(),
            "{url:?}"
        );
        // Completions that need no server still work.
        assert_eq!(bash(home, url, "inbox list --columns cust"), ["customer"], "{url:?}");
    }
    // The private server is configured but not running.
    let set = bare_inbox(home)
        .args(["config", "set", "local", "true"])
        .output()
        .unwrap();
    assert!(set.status.success(), "{set:?}");
    assert_eq!(bash(home, None, "inbox take C-"), Vec::<String>::new());
    assert!(!home.join("local").exists());
}

#[test]
fn completion_gives_up_at_its_deadline() {
    let home = support::folder();
    // The server accepts the connection and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://nobody@{}/none", silent.local_addr().unwrap());
    let answer = |limit: &str| {
        let started = Instant::now();
        let output = bare_inbox(home.path())
            .env("DATABASE_URL", &url)
            .env("INBOX_COMPLETE", "fish")
            .env("INBOX_COMPLETE_TIMEOUT", limit)
            .args(["--", "inbox", "handoff", "C-1", "--to", ""])
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        assert!(output.stderr.is_empty(), "{output:?}");
        (started.elapsed(), String::from_utf8(output.stdout).unwrap())
    };
    let (fast, text) = answer("100");
    assert_eq!(text, "me\tthe acting agent\n");
    let (slow, _) = answer("2500");
    assert!(slow - fast > Duration::from_millis(1500), "{fast:?} {slow:?}");
}
