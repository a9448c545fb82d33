//! `inbox db roles`.

use crate::cli::args::OutputArgs;
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::schema::roles::{self};
use crate::db::server::connect::Mode;
use crate::error::Result;

/// Print the SQL that gives logins their rights
///
/// An administrator of Postgres runs it.
///
/// If the login may create roles, db migrate and agent add run it themselves. The SQL also revokes
/// connect on the database from PUBLIC. Roles with rights in one of its schemas keep it. Grant it
/// to others, such as a login for backups.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
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
