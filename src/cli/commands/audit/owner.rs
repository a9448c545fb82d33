//! `inbox audit owner`.

use futures_util::TryStreamExt as _;

use crate::cli::args::{OutputArgs, RefArgs};
use crate::cli::past::AsOfArgs;
use crate::cli::rows::LegRow;
use crate::cli::select::Selector;
use crate::cli::session;
use crate::cli::{Context, Exit};
use crate::db;
use crate::error::{Error, Result};

/// Show the owners of a conversation over time
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    refs: RefArgs,
    #[command(flatten)]
    past: AsOfArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_rows::<LegRow>(&self.output)?;
        if self.refs.is_empty() {
            return Err(Error::usage("no conversation was given").hint("inbox audit owner C-12"));
        }
        let wanted = Selector::read(&self.refs, None, &context.terminal)?;
        session::print(context, async |session, out| {
            let as_of = self.past.resolve(session.clock())?;
            let ids = wanted.look_at(session, as_of).await?;
            out.page();
            let mut rows = out.rows::<LegRow>()?;
            let mut legs = db::audit::trail::legs(session.conn, &ids, as_of);
            while let Some(line) = legs.try_next().await? {
                let now = as_of.unwrap_or(session.info.now);
                rows.push(&LegRow { line, now })?;
                if rows.closed() {
                    break;
                }
            }
            rows.finish()?;
            Ok(0)
        })
        .await
    }
}
