//! `inbox contact show`.

use futures_util::TryStreamExt as _;

use super::{ContactRow, read, resolve};
use crate::cli::args::{OutputArgs, RefArgs};
use crate::cli::session;
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::contact::list::ContactFilter;
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
        context.with_rows::<ContactRow>(&self.output)?;
        let lines = read(&self.refs, context, "show")?;
        let (found, mut out) = session::read(context, async |session| {
            let which = ContactFilter {
                ids: Some(resolve(session.conn, &self.refs, &lines, session.info).await?),
                forgotten: true,
                ..ContactFilter::default()
            };
            db::contact::list::list(session.conn, &which)
                .try_collect::<Vec<_>>()
                .await
        })
        .await?;
        out.print_rows(found.into_iter().map(ContactRow))?;
        out.finish()?;
        Ok(0)
    }
}
