//! `inbox list`.

use futures_util::{StreamExt as _, TryStreamExt as _};

use super::args::{FilterArgs, OutputArgs, RefArgs, TimeRangeArgs};
use super::past::AsOfArgs;
use super::rows::ListRow;
use super::select::Wanted;
use super::{Cx, Exit};
use crate::error::{Kind, Result};
use crate::store;
use crate::store::connect::Mode;

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
    pub async fn run(self, cx: &mut Cx) -> Result<Exit> {
        cx.with_output(&self.output)?;
        cx.output(None)?.check_columns::<ListRow>()?;
        let mut wanted = Wanted::read(&self.refs, Some((&self.filter, &self.range)), &cx.terminal)?;
        if self.due {
            wanted.due();
        }
        let mut conn = cx.connect().await?;
        let mut tx = store::begin(&mut conn, &cx.workspace, Mode::Read).await?;
        let hello = store::operation::hello(&mut tx).await?;
        let as_of = self.past.resolve(Cx::clock(&hello, &cx.zone(&hello)?))?;
        let query = wanted.look(&mut tx, cx, &hello, as_of).await?;
        let mut out = cx.output(Some(&hello))?;
        out.page();
        let with_last = !(self.output.ids || self.output.quiet);
        let limit = self.limit.map(i64::from);
        let mut rows = out.rows::<ListRow>()?;
        let mut lines = match as_of {
            None => store::list::list(&mut tx, &query, limit, with_last).left_stream(),
            Some(at) => store::past::list(&mut tx, &query, at, limit, with_last).right_stream(),
        };
        let now = as_of.unwrap_or(hello.now);
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
                None => store::list::count(&mut tx, &query).await?,
                Some(at) => store::past::count(&mut tx, &query, at).await?,
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
