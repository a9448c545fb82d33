//! Migrations: forward only, run only by `db migrate` and `init`. First the numbered files and the
//! code of the workspace, in one transaction, then the online files.

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

/// The first line of a file that runs after the others, outside a transaction, statement by statement.
const ONLINE: &str = "-- online\n";

/// The files that run in the transaction of a migration.
static NUMBERED: LazyLock<Migrator> = LazyLock::new(|| {
    let files = ALL.iter().filter(|m| !is_online(m)).cloned().collect();
    let mut migrator = Migrator::with_migrations(files);
    // The lock is held for longer than the library would, and a newer program may have applied more.
    migrator.set_locking(false).set_ignore_missing(true);
    migrator
});

fn is_online(migration: &Migration) -> bool {
    migration.sql.as_str().starts_with(ONLINE)
}

/// Milliseconds that a migration waits for a lock, while everybody else queues behind it.
const LOCK_WAIT: u32 = 60_000;

/// What a migration applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Applied {
    /// How many numbered files.
    pub files: usize,
    /// Whether the code of the workspace was replaced.
    pub code: bool,
}

/// Returns the newest migration that this program knows.
pub fn known_version() -> i64 {
    ALL.iter().map(|m| m.version).max().unwrap_or(0)
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
    /// Whether it runs online: the program works without it.
    pub online: bool,
}

/// Creates the schema when it is missing and applies everything new: numbered files, code and
/// rights of existing groups, all or nothing; then the online files. A workspace newer than the
/// program stays unchanged.
///
/// # Errors
/// [`Kind::Denied`] without the right to create; [`Kind::Usage`] when the workspace needs a newer
/// program; [`Kind::Conflict`] when it has different code of the same version; [`Kind::Failed`]
/// when an applied migration was edited.
pub async fn migrate(conn: &mut PgConnection, workspace: &Workspace) -> Result<Applied> {
    let found = look(conn, workspace).await?;
    own(conn, workspace, &found).await?;
    enter(conn, workspace).await?;
    let backend = sqlx::query_scalar!(r#"select pg_backend_pid() as "pid!""#)
        .fetch_one(&mut *conn)
        .await?;
    progress::set_backend(backend);
    // Migrations hold locks, one of them for the session, which must end when the machine vanishes.
    // The creation of an index can take long.
    let limits = workspace.limits().replace("set local ", "set ");
    conn.execute(AssertSqlSafe(format!(
        "{limits}; set statement_timeout to 0; set lock_timeout to {LOCK_WAIT}"
    )))
    .await?;
    conn.lock().await.map_err(|e| could_not_migrate(e, workspace, &found))?;
    let done = at_once(conn, workspace, &found).await;
    // After a failure the session ends, and its lock with it; the failure is what matters.
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
/// exists`). A file counts as applied after its last statement. After a killed run, the next run
/// starts the file again, without the invalid indexes of the killed run. The session must be in the
/// workspace. Returns the number of files run.
///
/// # Errors
/// What the database says. The statements before stay.
pub async fn run_online(conn: &mut PgConnection, files: &[&Migration]) -> Result<usize> {
    let mut ran = 0;
    for file in files {
        if is_applied(conn, file).await? {
            continue;
        }
        // Whoever waited in a statement would hold a snapshot, for which the building of an index would wait.
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
    // Building an index waits for every transaction that is older, and nobody waits behind it.
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

/// Creates the schema, or takes on the role of its owner, to whom everything in it must belong.
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

/// Lists the migrations of this program and of the workspace that the transaction is in.
///
/// # Errors
/// [`crate::error::Kind::Usage`] where there is no workspace.
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
