//! `inbox list`.

use futures_util::{StreamExt as _, TryStreamExt as _};

use crate::cli::args::{FilterArgs, OutputArgs, RefArgs, TimeRangeArgs};
use crate::cli::past::AsOfArgs;
use crate::cli::rows::ListRow;
use crate::cli::select::Selector;
use crate::cli::session;
use crate::cli::{Context, Exit};
use crate::db;
use crate::error::{Kind, Result};
use crate::output::{check_sort, sort_rows};

/// List conversations, longest waiting first
///
/// Without filters, the list contains every conversation that is not resolved. The flags --since,
/// --until and --period compare the time at which a conversation was opened.
///
/// With --as-of, the list of that time is rebuilt from the history. Every filter compares the state
/// at that time, and the columns `waiting` and `window` are calculated for it. Later messages and
/// changes are not included. Names and numbers of customers are the current ones.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    refs: RefArgs,
    /// Same as --due-now
    #[arg(long, help_heading = "Filters", hide_short_help = true)]
    due: bool,
    /// Maximum number of rows
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// Sort by this column [default: longest waiting first]
    #[arg(long, value_name = "COLUMN")]
    sort: Option<String>,
    /// Reverse the order of --sort
    #[arg(long, requires = "sort")]
    reverse: bool,
    /// Exit with code 7 if the list is not empty, for alerts
    #[arg(long)]
    fail_if_any: bool,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    range: TimeRangeArgs,
    #[command(flatten)]
    past: AsOfArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`Kind::Usage`] for a wrong reference or filter; [`Kind::NotFound`] for an unknown
    /// reference or handle.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_rows::<ListRow>(&self.output)?;
        if let Some(column) = &self.sort {
            check_sort::<ListRow>(column)?;
        }
        let mut wanted = Selector::read(&self.refs, Some((&self.filter, &self.range)), &context.terminal)?;
        if self.due {
            wanted.due();
        }
        session::print(context, async |session, out| {
            let as_of = self.past.resolve(session.clock())?;
            let query = wanted.look(session, as_of).await?;
            out.page();
            let with_last = self.sort.as_deref() == Some("last") || !(self.output.ids || self.output.quiet);
            // The limit applies after sorting.
            let limit = self.limit.filter(|_| self.sort.is_none()).map(i64::from);
            let mut rows = out.rows::<ListRow>()?;
            let mut lines = match as_of {
                None => db::conversation::list::list(session.conn, &query, limit, with_last).left_stream(),
                Some(at) => db::conversation::past::list(session.conn, &query, at, limit, with_last).right_stream(),
            };
            let now = as_of.unwrap_or(session.info.now);
            if let Some(column) = &self.sort {
                let mut all = Vec::new();
                while let Some(line) = lines.try_next().await? {
                    all.push(ListRow { line, now });
                }
                sort_rows(&mut all, column, self.reverse, self.limit)?;
                for row in &all {
                    rows.push(row)?;
                }
            } else {
                while let Some(line) = lines.try_next().await? {
                    rows.push(&ListRow { line, now })?;
                    if rows.closed() {
                        break;
                    }
                }
            }
            drop(lines);
            let shown = rows.finish()?;
            if self.limit.is_some_and(|limit| shown == u64::from(limit)) && !out.closed() {
                let all = match as_of {
                    None => db::conversation::list::count(session.conn, &query).await?,
                    Some(at) => db::conversation::past::count(session.conn, &query, at).await?,
                };
                if all > i64::try_from(shown).unwrap_or(i64::MAX) {
                    out.note(&format!("the first {shown} of {all}: --limit left out the rest"));
                }
            }
            Ok(if self.fail_if_any && shown > 0 {
                Kind::Check.exit_code()
            } else {
                0
            })
        })
        .await
    }
}
