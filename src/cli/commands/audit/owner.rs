//! `inbox audit owner`.

use futures_util::TryStreamExt as _;

use crate::cli::args::{OutputArgs, RefArgs};
use crate::cli::past::AsOfArgs;
use crate::cli::rows::LegRow;
use crate::cli::select::Selector;
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::server::connect::Mode;
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
        context.with_output(&self.output)?;
        context.output(None)?.check_columns::<LegRow>()?;
        if self.refs.is_empty() {
            return Err(Error::usage("no conversation was given").hint("inbox audit owner C-12"));
        }
        let wanted = Selector::read(&self.refs, None, &context.terminal)?;
        let mut conn = context.connect().await?;
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let info = db::operation::workspace_info(&mut tx).await?;
        let as_of = self.past.resolve(Context::clock(&info, &context.zone(&info)?))?;
        let ids = wanted.look_at(&mut tx, context, &info, as_of).await?;
        let mut out = context.output(Some(&info))?;
        out.page();
        let mut rows = out.rows::<LegRow>()?;
        let mut legs = db::audit::trail::legs(&mut tx, &ids, as_of);
        while let Some(line) = legs.try_next().await? {
            let now = as_of.unwrap_or(info.now);
            rows.push(&LegRow { line, now })?;
            if rows.closed() {
                break;
            }
        }
        rows.finish()?;
        out.finish()?;
        Ok(0)
    }
}
