//! `inbox contact show`.

use futures_util::TryStreamExt as _;

use super::{ContactRow, read, resolve};
use crate::cli::args::{OutputArgs, RefArgs};
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::contact::list::{ContactFilter, ContactLine};
use crate::db::server::connect::Mode;
use crate::error::Result;

/// Show the data of customers
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    refs: RefArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        context.output(None)?.check_columns::<ContactRow>()?;
        let lines = read(&self.refs, context, "show")?;
        let mut conn = context.connect().await?;
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let info = db::operation::workspace_info(&mut tx).await?;
        let which = ContactFilter {
            ids: Some(resolve(&mut tx, &self.refs, &lines, &info).await?),
            forgotten: true,
            ..ContactFilter::default()
        };
        let found: Vec<ContactLine> = db::contact::list::list(&mut tx, &which).try_collect().await?;
        tx.rollback().await?;
        let mut out = context.output(Some(&info))?;
        out.print_rows(found.into_iter().map(ContactRow))?;
        out.finish()?;
        Ok(0)
    }
}
