//! The output of commands as one text: stdout unchanged, stderr after `! `, and the exit code when
//! it is not 0.

use std::fmt::Write;

use sqlx::PgConnection;

use super::{Db, inbox, seed};

/// Runs command lines of the program one after the other, with nothing on standard input.
pub fn transcript(db: &Db, lines: &[&str]) -> String {
    let mut out = String::new();
    for line in lines {
        said(&mut out, db, line, "");
    }
    out
}

/// Runs one command line with a text on standard input.
pub fn piped(db: &Db, line: &str, stdin: impl Into<Vec<u8>>) -> String {
    let mut out = String::new();
    said(&mut out, db, line, stdin);
    out
}

fn said(out: &mut String, db: &Db, line: &str, stdin: impl Into<Vec<u8>>) {
    let output = inbox(db).args(words(line)).write_stdin(stdin).output().unwrap();
    writeln!(out, "$ inbox {line}").unwrap();
    out.push_str(&String::from_utf8(output.stdout).unwrap());
    for line in String::from_utf8(output.stderr).unwrap().lines() {
        writeln!(out, "! {line}").unwrap();
    }
    match output.status.code() {
        Some(0) => {}
        Some(code) => writeln!(out, "exit {code}").unwrap(),
        None => writeln!(out, "{}", output.status).unwrap(),
    }
}

/// Splits a command line like a shell that knows only single quotes.
pub fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    assert!(!quoted, "a quote is open in {line}");
    words
}

/// Stops the workspace's clock at a time.
pub async fn clock(conn: &mut PgConnection, at: &str) {
    let sql = format!(
        "create or replace function app_now() returns timestamptz language sql volatile as $$
        select timestamptz '{at}' $$"
    );
    seed::run(conn, &sql).await;
}

/// Returns one hash over every row of every table, to check that nothing has changed.
pub async fn digest(conn: &mut PgConnection) -> String {
    let tables: Vec<String> =
        sqlx::query_scalar("select tablename::text from pg_tables where schemaname = 'inbox' order by 1")
            .fetch_all(&mut *conn)
            .await
            .unwrap();
    assert!(tables.len() > 20, "{tables:?}");
    let each: Vec<String> = tables
        .iter()
        .map(|t| format!("(select '{t} ' || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {t} t)"))
        .collect();
    seed::text(conn, &format!("concat_ws(E'\\n', {})", each.join(", "))).await
}
