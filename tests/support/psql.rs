//! The real psql in an interactive session.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use inbox::local::discover;

use super::WORKSPACE;

/// Returns the psql of the server's installation, or the system's.
pub fn program() -> PathBuf {
    let chosen = std::env::var_os("INBOX_PG_BIN")
        .filter(|dir| !dir.is_empty())
        .map(PathBuf::from);
    let dir = chosen.or_else(|| discover(None).ok().map(|found| found.dir));
    dir.map(|dir| dir.join("psql"))
        .filter(|psql| psql.is_file())
        .unwrap_or_else(|| PathBuf::from("psql"))
}

/// Runs texts one after the other in one session, each in its own transaction with a commit.
/// Returns the first error of each as `SQLSTATE: message`, or nothing when it succeeded.
pub fn typed<'a>(url: &str, texts: impl IntoIterator<Item = &'a str>) -> Vec<Option<String>> {
    let mut script = String::from("\\set VERBOSITY verbose\n");
    let mut count = 0;
    for text in texts {
        script.push_str(&format!("\\warn number {count}\nbegin;\n{text};\ncommit;\nrollback;\n"));
        count += 1;
    }
    script.push_str(&format!("\\warn number {count}\n"));
    let mut psql = Command::new(program())
        .args(["-X", "-q", "-d", url])
        .env("PGOPTIONS", format!("-c search_path={WORKSPACE},pg_temp"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|e| panic!("psql: {e}"));
    let mut stdin = psql.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(script.as_bytes()));
    let output = psql.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let mut refused: Vec<Option<String>> = Vec::new();
    for line in said.lines() {
        if line.starts_with("number ") {
            refused.push(None);
        } else if let Some((_, error)) = line.split_once("ERROR:  ").or_else(|| line.split_once("FATAL:  "))
            && let Some(first @ None) = refused.last_mut()
        {
            *first = Some(error.to_owned());
        }
    }
    assert_eq!(refused.pop(), Some(None), "psql ended before its last line: {said}");
    assert_eq!(refused.len(), count);
    refused
}
