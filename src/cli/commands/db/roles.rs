//! `inbox db roles`.

use crate::cli::args::OutputArgs;
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::schema::roles::{self};
use crate::db::server::connect::Mode;
use crate::error::Result;

/// Print the SQL that grants logins their rights
///
/// An administrator of Postgres runs this SQL.
///
/// If the login may create roles, db migrate and agent add run the SQL themselves. The SQL also
/// revokes the right to connect to the database from PUBLIC. Roles with rights in one of the
/// schemas keep this right. Grant it to other logins that need it, such as a login for backups.
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
        // The SQL names functions without their schema.
        out.raw(format!("set search_path to \"{}\", pg_temp;\n", context.workspace).as_bytes())?;
        for statement in statements {
            out.raw(format!("{statement};\n").as_bytes())?;
        }
        out.finish()?;
        Ok(0)
    }
}
