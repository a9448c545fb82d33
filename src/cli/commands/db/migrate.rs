//! `inbox db migrate`.

use super::{StepRow, all};
use crate::cli::args::OutputArgs;
use crate::cli::{Context, Exit};
use crate::config::Database;
use crate::db;
use crate::db::schema::migrate::migrate;
use crate::db::schema::roles::{self, Granted};
use crate::db::schema::{code, workspace};
use crate::db::server::connect::Mode;
use crate::error::{Error, Result};

/// Migrate the workspace to the version of this program
///
/// Tables, functions, guards and the rights of existing groups change in one transaction. No other
/// command changes them. Older programs can still use the workspace, unless a migration is
/// incompatible with them. They then refuse every command. Run db migrate as the login that owns
/// the schema.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Show what would be applied without changing anything
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        let mut conn = context.connect().await?;
        let found = workspace::look(&mut conn, &context.workspace).await?;
        if !found.migrated {
            return Err(Error::usage(format!(
                "the database \"{}\" has no workspace {}",
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
