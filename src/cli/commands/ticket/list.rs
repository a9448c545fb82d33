//! `inbox ticket list`.

use futures_util::TryStreamExt as _;

use crate::cli::args::{OutputArgs, TimeRangeArgs, word};
use crate::cli::past::AsOfArgs;
use crate::cli::rows::TicketRow;
use crate::cli::select::check_handles;
use crate::cli::session::{self, Session};
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::audit::trail::EventScope;
use crate::db::ticket::TicketFilter;
use crate::domain::filter::{Filter, OwnerFilter};
use crate::domain::ids::{ConversationId, Handle};
use crate::domain::vocabulary::{Priority, TicketStatus};
use crate::error::{Kind, Result};
use crate::output::{check_sort, sort_rows};

/// List tickets: earliest due time first, then highest priority
///
/// Without --status, the list contains every ticket that is neither resolved nor closed. The flags
/// --since, --until and --period compare the time at which a ticket was opened. With --as-of, every
/// filter compares the state at that time.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Select by owner: an agent, `me` or `nobody`
    #[arg(long, value_name = "HANDLE", value_delimiter = ',', help_heading = "Filters")]
    owner: Vec<OwnerFilter>,
    /// Select by team
    #[arg(long, value_name = "HANDLE", value_delimiter = ',', help_heading = "Filters")]
    team: Vec<Handle>,
    /// Select by status
    #[arg(
        long,
        value_name = "STATUS",
        value_delimiter = ',',
        help_heading = "Filters",
        value_parser = word::<TicketStatus>()
    )]
    status: Vec<TicketStatus>,
    /// Select by priority
    #[arg(
        long,
        value_name = "PRIORITY",
        value_delimiter = ',',
        help_heading = "Filters",
        value_parser = word::<Priority>()
    )]
    priority: Vec<Priority>,
    /// Select by category
    #[arg(long, value_name = "WORD", value_delimiter = ',', help_heading = "Filters")]
    category: Vec<String>,
    /// Select open tickets whose due time has passed
    #[arg(long, help_heading = "Filters")]
    overdue: bool,
    /// Select by conversation
    #[arg(long, value_name = "REF", value_delimiter = ',', help_heading = "Filters")]
    conversation: Vec<ConversationId>,
    /// Maximum number of rows
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// Sort by this column [default: due time]
    #[arg(long, value_name = "COLUMN")]
    sort: Option<String>,
    /// Reverse the order of --sort
    #[arg(long, requires = "sort")]
    reverse: bool,
    /// Exit with code 7 if the list is not empty
    #[arg(long)]
    fail_if_any: bool,
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
    /// [`Kind::NotFound`] for an unknown handle.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_rows::<TicketRow>(&self.output)?;
        if let Some(column) = &self.sort {
            check_sort::<TicketRow>(column)?;
        }
        session::print(context, async |session, out| {
            let filter = self.filter(session).await?;
            out.page();
            let mut rows = out.rows::<TicketRow>()?;
            let limit = self.limit.map(u64::from);
            // Reads one ticket more than the limit, to know whether tickets are left out.
            let asked = self.limit.filter(|_| self.sort.is_none()).map(|n| i64::from(n) + 1);
            let mut tickets = db::ticket::list(session.conn, &filter, asked);
            let (mut shown, mut cut) = (0, false);
            if let Some(column) = &self.sort {
                let mut all: Vec<TicketRow> = Vec::new();
                while let Some(ticket) = tickets.try_next().await? {
                    all.push(ticket.into());
                }
                let found = all.len();
                sort_rows(&mut all, column, self.reverse, self.limit)?;
                cut = all.len() < found;
                for row in &all {
                    shown += 1;
                    rows.push(row)?;
                }
            }
            while let Some(ticket) = tickets.try_next().await? {
                if limit == Some(shown) {
                    cut = true;
                    break;
                }
                shown += 1;
                rows.push(&TicketRow::from(ticket))?;
                if rows.closed() {
                    break;
                }
            }
            rows.finish()?;
            if cut {
                out.note(&format!("the first {shown}: --limit left out the rest"));
            }
            Ok(if self.fail_if_any && shown > 0 {
                Kind::Check.exit_code()
            } else {
                0
            })
        })
        .await
    }

    async fn filter(&self, session: &mut Session<'_>) -> Result<TicketFilter> {
        let (clock, conn) = (session.clock(), &mut *session.conn);
        let named = Filter {
            owner: self.owner.clone(),
            team: self.team.clone(),
            ..Filter::default()
        };
        check_handles(conn, &named).await?;
        let mut owners = Vec::new();
        for owner in &self.owner {
            match owner {
                OwnerFilter::Me => owners.push(
                    db::operation::whoami(conn, session.context.acting.as_deref())
                        .await?
                        .handle,
                ),
                OwnerFilter::Nobody => {}
                OwnerFilter::Handle(handle) => owners.push(handle.to_string()),
            }
        }
        let conversations: Vec<i64> = self.conversation.iter().map(|c| c.0).collect();
        let of = EventScope {
            conversations: conversations.clone(),
            ..EventScope::default()
        };
        db::audit::trail::check(conn, &of).await?;
        let (since, until) = self.range.range().resolve(clock)?;
        let as_of = self.past.resolve(clock)?;
        Ok(TicketFilter {
            ids: None,
            owners,
            nobody: self.owner.contains(&OwnerFilter::Nobody),
            teams: self.team.iter().map(ToString::to_string).collect(),
            statuses: self.status.iter().map(ToString::to_string).collect(),
            priorities: self.priority.iter().map(ToString::to_string).collect(),
            categories: self.category.clone(),
            conversations: (!conversations.is_empty()).then_some(conversations),
            due_before: self.overdue.then_some(as_of.unwrap_or(clock.now)),
            since,
            until,
            as_of,
        })
    }
}
