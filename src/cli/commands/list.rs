//! `inbox list`.

use futures_util::{StreamExt as _, TryStreamExt as _};

use crate::cli::args::{FilterArgs, OutputArgs, RefArgs, TimeRangeArgs};
use crate::cli::past::AsOfArgs;
use crate::cli::rows::ListRow;
use crate::cli::select::Selector;
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::connect::Mode;
use crate::error::{Kind, Result};

/// Show conversations, longest waiting first
///
/// Without filters: every conversation that is not resolved. --since, --until and --period look at when it was opened.
///
/// With --as-of the board of that time is rebuilt from the history: every filter looks at the state of then, waiting and windows are counted to it, and
/// what arrived or was recorded later does not count. Customers' names and numbers are those of today.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    refs: RefArgs,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    range: TimeRangeArgs,
    #[command(flatten)]
    past: AsOfArgs,
    /// The same as --due-now
    #[arg(long, help_heading = "Filters")]
    due: bool,
    /// At most so many
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// Exit with 7 if there is any: for alerts from cron
    #[arg(long)]
    fail_if_any: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`Kind::Usage`] for a wrong reference or filter; [`Kind::NotFound`] for a reference or handle that is none.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        context.output(None)?.check_columns::<ListRow>()?;
        let mut wanted = Selector::read(&self.refs, Some((&self.filter, &self.range)), &context.terminal)?;
        if self.due {
            wanted.due();
        }
        let mut conn = context.connect().await?;
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let info = db::operation::workspace_info(&mut tx).await?;
        let as_of = self.past.resolve(Context::clock(&info, &context.zone(&info)?))?;
        let query = wanted.look(&mut tx, context, &info, as_of).await?;
        let mut out = context.output(Some(&info))?;
        out.page();
        let with_last = !(self.output.ids || self.output.quiet);
        let limit = self.limit.map(i64::from);
        let mut rows = out.rows::<ListRow>()?;
        let mut lines = match as_of {
            None => db::list::list(&mut tx, &query, limit, with_last).left_stream(),
            Some(at) => db::past::list(&mut tx, &query, at, limit, with_last).right_stream(),
        };
        let now = as_of.unwrap_or(info.now);
        while let Some(line) = lines.try_next().await? {
            rows.push(&ListRow { line, now })?;
            if rows.closed() {
                break;
            }
        }
        drop(lines);
        let shown = rows.finish()?;
        if self.limit.is_some_and(|limit| shown == u64::from(limit)) && !out.closed() {
            let all = match as_of {
                None => db::list::count(&mut tx, &query).await?,
                Some(at) => db::past::count(&mut tx, &query, at).await?,
            };
            if all > i64::try_from(shown).unwrap_or(i64::MAX) {
                out.note(&format!("the first {shown} of {all}: --limit left out the others"));
            }
        }
        out.finish()?;
        Ok(if self.fail_if_any && shown > 0 {
            Kind::Check.exit_code()
        } else {
            0
        })
    }
}
