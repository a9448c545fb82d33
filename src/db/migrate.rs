//! Migrations: forward only, run by `db migrate` and `init` alone.

use jiff::Timestamp;
use sqlx::migrate::{Migrate, MigrateError, Migrator};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor};

use super::workspace::{Look, look};
use super::{Workspace, progress};
use crate::error::{Error, Kind, Result};

static MIGRATOR: Migrator = sqlx::migrate!();

/// Milliseconds that a migration waits for a lock, while everybody else queues behind it.
const LOCK_WAIT: u32 = 60_000;

/// Gives the newest version this program knows.
pub fn known_version() -> i64 {
    MIGRATOR.iter().map(|m| m.version).max().unwrap_or(0)
}

/// One migration, of the program or of the workspace.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its number.
    pub version: i64,
    /// Its name.
    pub description: String,
    /// When the workspace got it.
    pub applied_at: Option<Timestamp>,
    /// Whether this program has it.
    pub known: bool,
    /// Whether what was applied is what this program has.
    pub same: bool,
}

/// Makes the schema where it is missing and applies what it does not have yet; gives how many were applied.
///
/// # Errors
/// [`crate::error::Kind::Denied`] without the right to create; [`crate::error::Kind::Failed`] when an applied migration was edited.
pub async fn migrate(conn: &mut PgConnection, workspace: &Workspace) -> Result<usize> {
    let found = look(conn, workspace).await?;
    own(conn, workspace, &found).await?;
    enter(conn, workspace).await?;
    let backend = sqlx::query_scalar!(r#"select pg_backend_pid() as "pid!""#)
        .fetch_one(&mut *conn)
        .await?;
    progress::set_backend(backend);
    // Migrations hold locks, and one of the whole session: a machine that vanishes must not keep them. Building an index may take long.
    let limits = workspace.limits().replace("set local ", "set ");
    conn.execute(AssertSqlSafe(format!(
        "{limits}; set statement_timeout to 0; set lock_timeout to {LOCK_WAIT}"
    )))
    .await?;
    let before = applied(conn, &found).await?;
    // The library commits each migration by itself, so from outside the whole run looks like one commit.
    progress::committing(None, MIGRATOR.run(&mut *conn))
        .await
        .map_err(|e| could_not_migrate(e, workspace, &found))?;
    Ok(MIGRATOR.iter().count().saturating_sub(before))
}

/// Makes the schema, or takes on the role of its owner, to whom everything in it must belong.
async fn own(conn: &mut PgConnection, workspace: &Workspace, found: &Look) -> Result<()> {
    let Some(owner) = &found.owner else {
        let made = conn
            .execute(AssertSqlSafe(format!(r#"create schema "{workspace}""#)))
            .await;
        return match made.map_err(Error::from) {
            Ok(_) => Ok(()),
            // Someone else has just made it.
            Err(e) if e.kind == Kind::Conflict => Ok(()),
            Err(e) if e.kind == Kind::Denied => Err(Error::new(
                Kind::Denied,
                format!(
                    "the login \"{}\" may not make the schema {workspace} in the database \"{}\"",
                    found.login, found.database
                ),
            )
            .hint(format!(
                "its owner can allow it: grant create on database \"{}\" to \"{}\";",
                found.database, found.login
            ))
            .caused_by(e)),
            Err(e) => Err(e),
        };
    };
    if *owner == found.login {
        return Ok(());
    }
    let quoted = owner.replace('"', "\"\"");
    conn.execute(AssertSqlSafe(format!(r#"set role "{quoted}""#)))
        .await
        .map_err(|e| {
            Error::new(
                Kind::Denied,
                format!(
                    "the schema {workspace} belongs to \"{owner}\", not to the login \"{}\"",
                    found.login
                ),
            )
            .hint(format!("run it as the login {owner}"))
            .caused_by(e)
        })?;
    Ok(())
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other failure of a migration is reported as it is"
)]
fn could_not_migrate(e: MigrateError, workspace: &Workspace, found: &Look) -> Error {
    match e {
        MigrateError::VersionMissing(v) => {
            Error::usage(format!("the workspace is newer (migration {v}) than this program")).hint("upgrade inbox")
        }
        MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) => {
            let e = Error::from(cause);
            if e.kind != Kind::Denied {
                return e;
            }
            Error::new(
                Kind::Denied,
                format!(
                    "the login \"{}\" may not make tables in the schema {workspace}: {}",
                    found.login, e.message
                ),
            )
            .hint(format!(
                "its owner can give it away: alter schema \"{workspace}\" owner to \"{}\";",
                found.login
            ))
        }
        other => Error::failed(format!("a migration failed: {other}")).caused_by(other),
    }
}

/// Sets the search path for the whole session.
///
/// # Errors
/// [`crate::error::Kind::Unreachable`] when the connection is gone.
pub async fn enter(conn: &mut PgConnection, workspace: &Workspace) -> Result<()> {
    conn.execute(AssertSqlSafe(format!(r#"set search_path to "{workspace}", pg_temp"#)))
        .await?;
    Ok(())
}

async fn applied(conn: &mut PgConnection, found: &Look) -> Result<usize> {
    if !found.migrated {
        return Ok(0);
    }
    let list = conn
        .list_applied_migrations("_sqlx_migrations")
        .await
        .map_err(|e| Error::failed(e.to_string()).caused_by(e))?;
    Ok(list.len())
}

/// Lists the migrations of this program and of the workspace that the transaction is in.
///
/// # Errors
/// [`crate::error::Kind::Usage`] where there is no workspace.
pub async fn steps(conn: &mut PgConnection) -> Result<Vec<Step>> {
    let applied =
        sqlx::query!("select version, description, checksum, installed_on from _sqlx_migrations order by version")
            .fetch_all(conn)
            .await?;
    let mut steps: Vec<Step> = MIGRATOR
        .iter()
        .map(|m| {
            let there = applied.iter().find(|a| a.version == m.version);
            Step {
                version: m.version,
                description: m.description.to_string(),
                applied_at: there.map(|a| a.installed_on.to_jiff()),
                known: true,
                same: there.is_none_or(|a| a.checksum == *m.checksum),
            }
        })
        .collect();
    steps.extend(
        applied
            .into_iter()
            .filter(|a| !MIGRATOR.version_exists(a.version))
            .map(|a| Step {
                version: a.version,
                description: a.description,
                applied_at: Some(a.installed_on.to_jiff()),
                known: false,
                same: true,
            }),
    );
    Ok(steps)
}
