//! `inbox db`.

use jiff::Timestamp;

use crate::cli::args::OutputArgs;
use crate::cli::{Context, Exit};
use crate::config::Database;
use crate::db;
use crate::db::schema::migrate::{Step, migrate, steps};
use crate::db::schema::roles::{self, Granted};
use crate::db::schema::{code, workspace};
use crate::db::server::connect::Mode;
use crate::error::{Error, Result};
use crate::output::{Column, Row, Tone, Value};

/// Manage the tables of the workspace
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Migrate(Migrate),
    Status(Status),
    Roles(Roles),
}

/// Print the SQL that gives logins their rights
///
/// An administrator of Postgres runs it.
///
/// If the login may create roles, db migrate and agent add run it themselves. The SQL also revokes
/// connect on the database from PUBLIC. Roles with rights in one of its schemas keep it. Grant it
/// to others, such as a login for backups.
#[derive(Debug, clap::Args)]
struct Roles {
    #[command(flatten)]
    output: OutputArgs,
}

/// Migrate the workspace to the version of this program
///
/// Tables, functions, guards and the rights of existing groups change together or not at all. No other
/// command changes them. Older programs go on working on the workspace, unless a migration breaks
/// them: then they refuse and change nothing. Run this as the login that owns the schema.
#[derive(Debug, clap::Args)]
struct Migrate {
    /// Show what would be applied without changing anything
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: OutputArgs,
}

/// List the migrations of the program and of the workspace
#[derive(Debug, clap::Args)]
struct Status {
    #[command(flatten)]
    output: OutputArgs,
}

/// One migration.
pub struct StepRow(Step);

impl Row for StepRow {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("version", "The migration's number.", |r: &Self| Value::Int(r.0.version)).right(),
            Column::new("description", "What it makes.", |r: &Self| {
                Value::text(r.0.description.clone())
            }),
            Column::new(
                "state",
                "applied, missing, newer (this program does not know it) or changed.",
                |r: &Self| {
                    let (state, tone) = match (r.0.applied_at, r.0.known, r.0.same) {
                        (_, false, _) => ("newer", Tone::Warn),
                        (None, true, _) => ("missing", Tone::Warn),
                        (Some(_), true, false) => ("changed", Tone::Bad),
                        (Some(_), true, true) => ("applied", Tone::Good),
                    };
                    Value::text(state).tone(tone)
                },
            ),
            Column::new("applied_at", "When the workspace got it.", |r: &Self| {
                r.0.applied_at.map(|t: Timestamp| t).into()
            }),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.0.version.to_string())
    }
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// What the subcommand refuses.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        match self.command {
            Command::Migrate(a) => a.run(context).await,
            Command::Status(a) => a.run(context).await,
            Command::Roles(a) => a.run(context).await,
        }
    }
}

async fn all(context: &Context, conn: &mut sqlx::postgres::PgConnection) -> Result<Vec<Step>> {
    let mut tx = db::begin(conn, &context.workspace, Mode::Read).await?;
    let list = steps(&mut tx).await?;
    tx.rollback().await?;
    Ok(list)
}

impl Migrate {
    async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        let mut conn = context.connect().await?;
        let found = workspace::look(&mut conn, &context.workspace).await?;
        if !found.migrated {
            return Err(Error::usage(format!(
                "the database \"{}\" holds no workspace {}",
                found.database, context.workspace
            ))
            .hint("to create it, run: inbox init"));
        }
        let before = all(context, &mut conn).await?;
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let new_code = code::recorded(&mut tx)
            .await
            .map_or(true, |there| there.version < code::VERSION);
        tx.rollback().await?;
        let missing: Vec<i64> = before
            .iter()
            .filter(|s| s.applied_at.is_none())
            .map(|s| s.version)
            .collect();
        let mut out = context.output(None)?;
        if self.dry_run {
            let code = if new_code {
                format!(", and the functions and guards of version {}", code::VERSION)
            } else {
                String::new()
            };
            out.note(&format!("dry run: {} would be applied{code}", missing.len()));
            out.print_rows(before.into_iter().filter(|s| s.applied_at.is_none()).map(StepRow))?;
            out.finish()?;
            return Ok(0);
        }
        let applied = migrate(&mut conn, &context.workspace).await?;
        let local = matches!(context.settings.database()?, Database::Local);
        if !local && let Granted::Missing(_) = roles::ensure(&mut conn).await? {
            out.warn("this login may not change roles in Postgres: inbox db roles prints the SQL for an administrator");
        }
        let after = all(context, &mut conn).await?;
        if applied.code {
            out.note(&format!(
                "the workspace has the functions and guards of version {}",
                code::VERSION
            ));
        }
        if missing.is_empty() && !applied.code {
            out.note(&format!("the workspace {} is up to date", context.workspace));
        }
        out.print_rows(after.into_iter().filter(|s| missing.contains(&s.version)).map(StepRow))?;
        out.finish()?;
        Ok(0)
    }
}

impl Roles {
    async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        let mut conn = context.connect().await?;
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let statements = roles::statements(&mut tx).await?;
        tx.rollback().await?;
        let mut out = context.output(None)?;
        // Functions stand there without their schema.
        out.raw(format!("set search_path to \"{}\", pg_temp;\n", context.workspace).as_bytes())?;
        for statement in statements {
            out.raw(format!("{statement};\n").as_bytes())?;
        }
        out.finish()?;
        Ok(0)
    }
}

impl Status {
    async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        let mut conn = context.connect().await?;
        let list = all(context, &mut conn).await?;
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let recorded = code::recorded(&mut tx).await;
        tx.rollback().await?;
        let mut out = context.output(None)?;
        match &recorded {
            Ok(recorded) => out.note(&format!(
                "the workspace has version {} and is open to programs from version {} on; this program is version {}",
                recorded.version,
                recorded.compatible_from,
                code::VERSION
            )),
            Err(e) => out.warn(&e.message),
        }
        if list.iter().any(|s| s.applied_at.is_none()) {
            out.warn("migrations are missing: inbox db migrate");
        }
        out.print_rows(list.into_iter().map(StepRow))?;
        out.finish()?;
        Ok(0)
    }
}
