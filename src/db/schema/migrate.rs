//! Migrations run only forward, and only in `db migrate` and `init`. The numbered files and the
//! code of the workspace run first, in one transaction. Then the online files run.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use sqlx::migrate::{Migrate, MigrateError, Migration, Migrator};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};

use super::workspace::{Look, look};
use super::{code, roles};
use crate::db::server::progress;
use crate::db::{Workspace, commit};
use crate::error::{Error, Kind, Result};

static ALL: Migrator = sqlx::migrate!();

/// The first line of a file that runs after the other files, outside a transaction, one statement
/// at a time.
const ONLINE: &str = "-- online\n";

/// The files that run in the transaction of a migration.
static NUMBERED: LazyLock<Migrator> = LazyLock::new(|| {
    let files = ALL.iter().filter(|m| !is_online(m)).cloned().collect();
    let mut migrator = Migrator::with_migrations(files);
    // This function locks for longer than the library would. A newer program may have applied more
    // files.
    migrator.set_locking(false).set_ignore_missing(true);
    migrator
});

fn is_online(migration: &Migration) -> bool {
    migration.sql.as_str().starts_with(ONLINE)
}

/// The timeout for a lock of a migration, in milliseconds. Other sessions queue behind the
/// migration while it waits.
const LOCK_WAIT: u32 = 60_000;

/// The changes of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Applied {
    /// The number of numbered files.
    pub files: usize,
    /// Whether the code of the workspace was replaced.
    pub code: bool,
}

/// Returns the number of the program's newest migration.
pub fn known_version() -> i64 {
    ALL.iter().map(|m| m.version).max().unwrap_or(0)
}

/// One migration, of the program or of the workspace.
#[derive(Debug, Clone)]
pub struct Step {
    /// The number.
    pub version: i64,
    /// The name.
    pub description: String,
    /// The time when the migration was applied to the workspace.
    pub applied_at: Option<Timestamp>,
    /// Whether this program contains the migration.
    pub known: bool,
    /// Whether the applied migration is identical to this program's migration.
    pub same: bool,
    /// Whether the migration runs online. The program also works without an online migration.
    pub online: bool,
}

/// Creates the schema if it is missing, and applies everything new. The numbered files, the code
/// and the rights of existing groups are applied together or not at all. The online files follow. A
/// workspace newer than the program does not change.
///
/// # Errors
/// [`Kind::Denied`] without the right to create the schema. [`Kind::Usage`] when the workspace
/// needs a newer program. [`Kind::Conflict`] when the workspace has different code of the same
/// version. [`Kind::Failed`] when an applied migration was edited.
pub async fn migrate(conn: &mut PgConnection, workspace: &Workspace) -> Result<Applied> {
    let found = look(conn, workspace).await?;
    own(conn, workspace, &found).await?;
    enter(conn, workspace).await?;
    let backend = sqlx::query_scalar!(r#"select pg_backend_pid() as "pid!""#)
        .fetch_one(&mut *conn)
        .await?;
    progress::set_backend(backend);
    // A migration locks tables, and it also locks for the whole session. The session must end when
    // the client's machine fails. The creation of an index can take long.
    let limits = workspace.limits().replace("set local ", "set ");
    conn.execute(AssertSqlSafe(format!(
        "{limits}; set statement_timeout to 0; set lock_timeout to {LOCK_WAIT}"
    )))
    .await?;
    conn.lock().await.map_err(|e| could_not_migrate(e, workspace, &found))?;
    let done = at_once(conn, workspace, &found).await;
    // After a failure the session ends, and Postgres releases its lock. The caller needs only the
    // error.
    let unlocked = conn.unlock().await;
    let mut applied = done?;
    unlocked.map_err(|e| could_not_migrate(e, workspace, &found))?;
    let online: Vec<&Migration> = ALL.iter().filter(|m| is_online(m)).collect();
    applied.files += run_online(conn, &online).await?;
    Ok(applied)
}

/// Applies numbered files, code and rights in one transaction.
async fn at_once(conn: &mut PgConnection, workspace: &Workspace, found: &Look) -> Result<Applied> {
    let mut tx = conn.begin().await?;
    let before = count(&mut tx).await?;
    if before > 0 && has_code(&mut tx).await? {
        let there = code::recorded(&mut tx).await?;
        if there.difference() == code::Difference::ProgramTooOld {
            return Err(there.program_too_old());
        }
    }
    NUMBERED
        .run(&mut *tx)
        .await
        .map_err(|e| could_not_migrate(e, workspace, found))?;
    let files = count(&mut tx).await?.saturating_sub(before);
    let code = code::apply(&mut tx).await?;
    roles::grant_to_existing(&mut tx).await?;
    commit(tx, None).await?;
    Ok(Applied { files, code })
}

async fn count(conn: &mut PgConnection) -> Result<usize> {
    let there = sqlx::query_scalar!(r#"select to_regclass('_sqlx_migrations') is not null as "there!""#)
        .fetch_one(&mut *conn)
        .await?;
    if !there {
        return Ok(0);
    }
    let list = conn
        .list_applied_migrations("_sqlx_migrations")
        .await
        .map_err(|e| Error::failed(e.to_string()).caused_by(e))?;
    Ok(list.len())
}

async fn has_code(conn: &mut PgConnection) -> Result<bool> {
    Ok(
        sqlx::query_scalar!(r#"select to_regclass('code_version') is not null as "there!""#)
            .fetch_one(conn)
            .await?,
    )
}

/// Runs online files that the workspace does not have yet, one after another, outside a
/// transaction. Their statements end with `;` at the end of a line and can be repeated (`if not
/// exists`). A file is complete after its last statement. After a killed run, the next run drops
/// the invalid indexes of the killed run and starts the file again. The session must be in the
/// workspace. Returns the number of files run.
///
/// # Errors
/// Any database error. The changes of earlier statements stay.
pub async fn run_online(conn: &mut PgConnection, files: &[&Migration]) -> Result<usize> {
    let mut ran = 0;
    for file in files {
        if is_applied(conn, file).await? {
            continue;
        }
        // A session that waits for the lock inside a statement would have a snapshot. The creation
        // of an index would then wait for that session.
        while !sqlx::query_scalar!(
            r#"select pg_try_advisory_lock(hashtextextended('inbox online ' || current_schema(), 0)) as "locked!""#
        )
        .fetch_one(&mut *conn)
        .await?
        {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        if !is_applied(conn, file).await? {
            run_file(conn, file).await?;
            ran += 1;
        }
        sqlx::query_scalar!(
            r#"select pg_advisory_unlock(hashtextextended('inbox online ' || current_schema(), 0)) as "unlocked!""#
        )
        .fetch_one(&mut *conn)
        .await?;
    }
    Ok(ran)
}

async fn is_applied(conn: &mut PgConnection, file: &Migration) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from _sqlx_migrations where version = $1) as "there!""#,
        file.version
    )
    .fetch_one(conn)
    .await?)
}

async fn run_file(conn: &mut PgConnection, file: &Migration) -> Result<()> {
    let begun = Instant::now();
    // The creation of an index waits for every older transaction. No other session waits behind it.
    conn.execute("set lock_timeout to 0").await?;
    let text = file.sql.as_str();
    let leftovers = sqlx::query_scalar!(
        r#"select format('drop index concurrently %I.%I', current_schema(), c.relname) as "s!"
        from pg_index x join pg_class c on c.oid = x.indexrelid
        where c.relnamespace = current_schema()::regnamespace and not x.indisvalid
            and $1 ~ ('\m' || c.relname || '\M')"#,
        text
    )
    .fetch_all(&mut *conn)
    .await?;
    for statement in leftovers {
        conn.execute(AssertSqlSafe(statement)).await?;
    }
    for statement in text.split_inclusive(";\n").filter(|s| !s.trim().is_empty()) {
        progress::committing(None, conn.execute(AssertSqlSafe(statement.to_owned()))).await?;
    }
    sqlx::query!(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
        values ($1, $2, true, $3, $4)",
        file.version,
        &*file.description,
        &*file.checksum,
        i64::try_from(begun.elapsed().as_nanos()).unwrap_or(i64::MAX)
    )
    .execute(&mut *conn)
    .await?;
    conn.execute(AssertSqlSafe(format!("set lock_timeout to {LOCK_WAIT}")))
        .await?;
    Ok(())
}

/// Creates the schema, or switches to the role of its owner. The owner must own every object in the
/// schema.
async fn own(conn: &mut PgConnection, workspace: &Workspace, found: &Look) -> Result<()> {
    let Some(owner) = &found.owner else {
        let made = conn
            .execute(AssertSqlSafe(format!(r#"create schema "{workspace}""#)))
            .await;
        return match made.map_err(Error::from) {
            Ok(_) => Ok(()),
            // Another session has just created the schema.
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
                "its owner can transfer it: alter schema \"{workspace}\" owner to \"{}\";",
                found.login
            ))
        }
        other => Error::failed(format!("a migration failed: {other}")).caused_by(other),
    }
}

/// Sets the search path for the whole session.
///
/// # Errors
/// [`crate::error::Kind::Unreachable`] when the connection is lost.
pub async fn enter(conn: &mut PgConnection, workspace: &Workspace) -> Result<()> {
    conn.execute(AssertSqlSafe(format!(r#"set search_path to "{workspace}", pg_temp"#)))
        .await?;
    Ok(())
}

/// Lists the migrations of this program and of the workspace that the transaction is in.
///
/// # Errors
/// [`crate::error::Kind::Usage`] if there is no workspace.
pub async fn steps(conn: &mut PgConnection) -> Result<Vec<Step>> {
    let applied =
        sqlx::query!("select version, description, checksum, installed_on from _sqlx_migrations order by version")
            .fetch_all(conn)
            .await?;
    let mut steps: Vec<Step> = ALL
        .iter()
        .map(|m| {
            let there = applied.iter().find(|a| a.version == m.version);
            Step {
                version: m.version,
                description: m.description.to_string(),
                applied_at: there.map(|a| a.installed_on.to_jiff()),
                known: true,
                same: there.is_none_or(|a| a.checksum == *m.checksum),
                online: is_online(m),
            }
        })
        .collect();
    steps.extend(
        applied
            .into_iter()
            .filter(|a| !ALL.version_exists(a.version))
            .map(|a| Step {
                version: a.version,
                description: a.description,
                applied_at: Some(a.installed_on.to_jiff()),
                known: false,
                same: true,
                online: false,
            }),
    );
    Ok(steps)
}
