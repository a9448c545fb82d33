//! Compares the guards of a workspace with the program's `guards.txt`: triggers, constraints,
//! unique indexes, columns, functions and rights.

use std::collections::BTreeMap;

use sqlx::postgres::PgConnection;

use super::code::{Recorded, VERSION};
use crate::db::Workspace;
use crate::error::{Error, Result};

/// The expected guards, one per line: `trigger leg.closed_once`, a tab, and the definition as
/// Postgres prints it. `.ci/sqlx` writes the file.
const GUARDS: &str = include_str!("guards.txt");
/// The prefix of a right. A right may be missing until the administrator grants it. Other guards
/// must exist.
const RIGHT: &str = "right of ";

/// Returns the number of expected guards.
pub fn count() -> usize {
    wanted().filter(|(name, _)| !name.starts_with(RIGHT)).count()
}

fn wanted() -> impl Iterator<Item = (&'static str, &'static str)> {
    GUARDS.lines().filter_map(|line| line.split_once('\t'))
}

/// Lists guards that are missing, disabled or different, such as `trigger leg.closed_once`. The
/// session must be in the workspace.
///
/// # Errors
/// Any database error.
pub async fn weak(conn: &mut PgConnection, workspace: &Workspace) -> Result<Vec<String>> {
    let there = sqlx::query_file!("src/db/schema/guards.sql", workspace.as_str())
        .fetch_all(conn)
        .await?;
    let mut names: BTreeMap<&str, (Vec<&str>, Vec<&str>)> = BTreeMap::new();
    for (name, definition) in wanted() {
        names.entry(name).or_default().0.push(definition);
    }
    for guard in &there {
        names.entry(&guard.name).or_default().1.push(&guard.definition);
    }
    Ok(names
        .into_iter()
        .filter(|(name, (wanted, there))| wanted != there && !(name.starts_with(RIGHT) && there.is_empty()))
        .map(|(name, _)| name.to_owned())
        .collect())
}

/// Returns the error for a check that could not compare the guards, because the workspace has
/// guards of another version.
pub fn unchecked(recorded: &Recorded) -> Error {
    Error::usage(format!(
        "guards not checked: this program is version {VERSION}, the workspace {}",
        recorded.version
    ))
    .hint("check them with a program of the workspace's version")
}
