//! `inbox contact list`.

use futures_util::TryStreamExt as _;

use super::ContactRow;
use crate::cli::args::OutputArgs;
use crate::cli::session;
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::contact::list::ContactFilter;
use crate::error::Result;
use crate::output::{check_sort, sort_rows};

/// List customers, oldest first
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Select contacts that share an id with another contact
    #[arg(long)]
    conflicts: bool,
    /// Include forgotten customers
    #[arg(long)]
    all: bool,
    /// Sort by this column [default: oldest first]
    #[arg(long, value_name = "COLUMN")]
    sort: Option<String>,
    /// Reverse the order of --sort
    #[arg(long, requires = "sort")]
    reverse: bool,
    /// Maximum number of the newest rows
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_rows::<ContactRow>(&self.output)?;
        if let Some(column) = &self.sort {
            check_sort::<ContactRow>(column)?;
        }
        session::print(context, async |session, out| {
            let which = ContactFilter {
                ids: None,
                conflicts: self.conflicts,
                forgotten: self.all,
                limit: self.limit.filter(|_| self.sort.is_none()).map(i64::from),
            };
            out.page();
            let mut rows = out.rows::<ContactRow>()?;
            let mut lines = db::contact::list::list(session.conn, &which);
            if let Some(column) = &self.sort {
                let mut all = Vec::new();
                while let Some(line) = lines.try_next().await? {
                    all.push(ContactRow(line));
                }
                sort_rows(&mut all, column, self.reverse, self.limit)?;
                for row in &all {
                    rows.push(row)?;
                }
            } else {
                while let Some(line) = lines.try_next().await? {
                    rows.push(&ContactRow(line))?;
                    if rows.closed() {
                        break;
                    }
                }
            }
            drop(lines);
            let shown = rows.finish()?;
            if self.limit.is_some_and(|limit| shown == u64::from(limit)) {
                out.note(&format!("the first {shown}: --limit may have left out others"));
            }
            Ok(0)
        })
        .await
    }
}
