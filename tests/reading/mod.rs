//! The output of commands that only read: the real binary on a workspace that was seeded through
//! the database's functions.

mod audit;
mod exports;
mod list;
mod past;
mod show;
mod ticket;
mod why;

use crate::support::{self, Db};

/// A workspace with messages of four customers, one of them hostile. Its times are relative to its
/// creation.
pub const SEED: &str = include_str!("seed.sql");

/// Creates a seeded workspace.
pub async fn seeded() -> Db {
    let db = support::db();
    let mut connection = db.connect().await;
    sqlx::raw_sql(SEED).execute(&mut connection).await.unwrap();
    db
}

/// Runs the binary and returns stdout, stderr and the exit code as one text.
pub fn run(db: &Db, args: &[&str]) -> String {
    let output = support::inbox(db).args(args).output().unwrap();
    let mut text = String::from_utf8(output.stdout).unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    if !err.is_empty() {
        text.push_str("--- stderr\n");
        text.push_str(&err);
    }
    if output.status.code() != Some(0) {
        text.push_str(&format!("--- exit {:?}\n", output.status.code()));
    }
    text
}

/// Returns stdout of a run that must succeed.
pub fn out(db: &Db, args: &[&str]) -> String {
    let output = support::inbox(db).args(args).output().unwrap();
    assert!(
        output.status.success(),
        "{args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Creates the seeded workspace and changes it: C-1 is taken, noted, handed to a team and assigned;
/// C-2 is escalated; C-3 is snoozed.
pub async fn worked() -> Db {
    let db = seeded().await;
    for line in [
        &["--as", "sara", "take", "C-1"][..],
        &[
            "--as",
            "sara",
            "note",
            "C-1",
            "Called TCS,\nparcel is in Multan",
            "--order",
            "1001",
            "--courier",
            "TCS",
        ],
        &[
            "--as",
            "sara",
            "handoff",
            "C-1",
            "--to",
            "ops",
            "--reason",
            "=needs the \x1b[1m warehouse",
        ],
        &["--as", "ali", "assign", "C-1", "--to", "me"],
        &["escalate", "C-2", "--category", "courier", "--priority", "high"],
        &["ticket", "note", "T-1", "warehouse has it", "--as", "admin"],
        &["label", "C-3", "--add", "refund"],
    ] {
        out(&db, line);
    }
    db
}
