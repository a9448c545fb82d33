//! Whether what holds the rules is still the program's, as `guards.txt` has it: triggers, constraints, unique indexes, columns, functions, and who has
//! which right.

use std::collections::BTreeMap;

use sqlx::postgres::PgConnection;

use super::code::{Recorded, VERSION};
use crate::db::Workspace;
use crate::error::{Error, Result};

/// All that there is to be, one a line: `trigger leg.closed_once`, a tab, and its definition as Postgres prints it. `.ci/sqlx` writes it.
const GUARDS: &str = include_str!("guards.txt");
/// A right may be missing, where the administrator has not given it yet; the other things may not.
const RIGHT: &str = "right of ";

/// Counts what there is to be.
pub fn count() -> usize {
    wanted().filter(|(name, _)| !name.starts_with(RIGHT)).count()
}

fn wanted() -> impl Iterator<Item = (&'static str, &'static str)> {
    GUARDS.lines().filter_map(|line| line.split_once('\t'))
}

/// Lists what is missing, switched off, or not the program's, as `trigger leg.closed_once`. To be asked inside the workspace.
///
/// # Errors
/// What the database says.
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

/// Returns the error of a check that could not compare the guards, since the workspace has those of another version.
pub fn unchecked(recorded: &Recorded) -> Error {
    Error::usage(format!(
        "guards not checked: this program is version {VERSION}, the workspace {}",
        recorded.version
    ))
    .hint("check them with a program of the workspace's version")
}
