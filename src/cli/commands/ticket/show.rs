//! `inbox ticket list` and `inbox ticket show`.

use std::collections::HashMap;

use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use sqlx::postgres::PgConnection;

use crate::cli::args::{OutputArgs, TimeRangeArgs, word};
use crate::cli::past::{self, AsOfArgs};
use crate::cli::rows::{EntryKinds, TicketRow, Words, list, timeline};
use crate::cli::select::check_handles;
use crate::cli::stdin::lines;
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::audit::trail::EventScope;
use crate::db::operation::WorkspaceInfo;
use crate::db::server::connect::Mode;
use crate::db::ticket::{TicketFilter, TicketLine};
use crate::domain::filter::{Filter, OwnerFilter};
use crate::domain::ids::{ConversationId, Handle};
use crate::domain::reference::{Bare, RefContext, Reference, parse_refs};
use crate::domain::vocabulary::{Priority, TicketStatus};
use crate::error::{Error, Kind, Result};
use crate::output::{Timeline, Tone, Value, check_sort, sort_rows};

/// List tickets: due first, then the most urgent
///
/// Without --status, the list holds every ticket that is neither resolved nor closed. --since,
/// --until and --period compare the time of opening. With --as-of every filter compares the state
/// at that time.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Select by owner: an agent, `me` or `nobody`
    #[arg(long, value_name = "HANDLE", value_delimiter = ',', help_heading = "Filters")]
    owner: Vec<OwnerFilter>,
    /// Select by team
    #[arg(long, value_name = "HANDLE", value_delimiter = ',', help_heading = "Filters")]
    team: Vec<Handle>,
    /// Select by status
    #[arg(long, value_name = "STATUS", value_delimiter = ',', help_heading = "Filters", value_parser = word::<TicketStatus>())]
    status: Vec<TicketStatus>,
    /// Select by priority
    #[arg(long, value_name = "PRIORITY", value_delimiter = ',', help_heading = "Filters", value_parser = word::<Priority>())]
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
    /// Sort by this column [default: due first]
    #[arg(long, value_name = "COLUMN")]
    sort: Option<String>,
    /// Reverse the order of --sort
    #[arg(long, requires = "sort")]
    reverse: bool,
    /// Exit with 7 if the list is not empty, for alerts
    #[arg(long)]
    fail_if_any: bool,
    #[command(flatten)]
    range: TimeRangeArgs,
    #[command(flatten)]
    past: AsOfArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Show the history of tickets: changes and notes
#[derive(Debug, clap::Args)]
pub struct Show {
    /// T-88, 88, T-10..T-19, or - for standard input
    #[arg(value_name = "TICKET", required = true)]
    refs: Vec<String>,
    #[command(flatten)]
    past: AsOfArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl List {
    /// Runs it.
    ///
    /// # Errors
    /// [`Kind::NotFound`] for a handle that is none.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        context.output(None)?.check_columns::<TicketRow>()?;
        if let Some(column) = &self.sort {
            check_sort::<TicketRow>(column)?;
        }
        let mut conn = context.connect().await?;
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let info = db::operation::workspace_info(&mut tx).await?;
        let filter = self.filter(&mut tx, context, &info).await?;
        let mut out = context.output(Some(&info))?;
        out.page();
        let mut rows = out.rows::<TicketRow>()?;
        let limit = self.limit.map(u64::from);
        // One more than is shown tells whether something is left out.
        let asked = self.limit.filter(|_| self.sort.is_none()).map(|n| i64::from(n) + 1);
        let mut tickets = db::ticket::list(&mut tx, &filter, asked);
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
        out.finish()?;
        Ok(if self.fail_if_any && shown > 0 {
            Kind::Check.exit_code()
        } else {
            0
        })
    }

    async fn filter(&self, conn: &mut PgConnection, context: &Context, info: &WorkspaceInfo) -> Result<TicketFilter> {
        let named = Filter {
            owner: self.owner.clone(),
            team: self.team.clone(),
            ..Filter::default()
        };
        check_handles(conn, &named).await?;
        let mut owners = Vec::new();
        for owner in &self.owner {
            match owner {
                OwnerFilter::Me => owners.push(db::operation::whoami(conn, context.acting.as_deref()).await?.handle),
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
        let zone = context.zone(info)?;
        let clock = Context::clock(info, &zone);
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
            due_before: self.overdue.then_some(as_of.unwrap_or(info.now)),
            since,
            until,
            as_of,
        })
    }
}

impl Show {
    /// Runs it.
    ///
    /// # Errors
    /// [`Kind::NotFound`] for a ticket that is none.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        context.output(None)?.check_timeline_columns()?;
        let lines = lines(&self.refs, &context.terminal)?;
        let ref_context = RefContext {
            bare: Bare::Ticket,
            phone_prefix: "",
        };
        let refs = parse_refs(&self.refs, lines.into_iter().map(Ok), ref_context)?;
        let ids: Vec<i64> = refs
            .iter()
            .filter_map(|r| match r {
                Reference::Ticket(id) => Some(*id),
                Reference::Conversation(_) | Reference::Phone(_) | Reference::Bsuid(_) => None,
            })
            .collect();
        let mut conn = context.connect().await?;
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let info = db::operation::workspace_info(&mut tx).await?;
        let words = Words {
            handles: db::admin::directory::all_handles(&mut tx).await?,
            tz: context.zone(&info)?,
        };
        let of = EventScope {
            tickets: ids.clone(),
            ..EventScope::default()
        };
        db::audit::trail::check(&mut tx, &of).await?;
        let as_of = self.past.resolve(Context::clock(&info, &words.tz))?;
        let mut out = context.output(Some(&info))?;
        out.page();
        let human = out.options().format.is_human();
        let mut timelines = out.timelines()?;
        for id in ids {
            let Some(ticket) = db::ticket::rows_at(&mut tx, &[id], as_of).await?.pop() else {
                return Err(Error::not_found(format!("T-{id} did not exist then")));
            };
            timelines.push(&timeline_of(&mut tx, &ticket, &words, (info.now, as_of), human).await?)?;
        }
        timelines.finish()?;
        out.finish()?;
        Ok(0)
    }
}

async fn timeline_of(
    conn: &mut PgConnection,
    ticket: &TicketLine,
    words: &Words,
    (now, as_of): (Timestamp, Option<Timestamp>),
    human: bool,
) -> Result<Timeline> {
    let around = db::conversation::show::around(conn, ticket.conversation.0, as_of).await?;
    let replaced: HashMap<i64, i64> = around.replaced.into_iter().collect();
    let filter = db::audit::trail::Filter {
        of: Some(EventScope {
            tickets: vec![ticket.id.0],
            ..EventScope::default()
        }),
        until: past::until(None, as_of),
        ..db::audit::trail::Filter::default()
    };
    let told = EntryKinds {
        messages: false,
        notes: true,
        events: true,
    };
    let mut entries = Vec::new();
    let mut events = db::audit::trail::events(conn, &filter, None);
    while let Some(e) = events.try_next().await? {
        entries.extend(timeline::event(&e, words, &replaced, told));
    }
    let overdue = ticket.closed_at.is_none() && ticket.due.is_some_and(|due| due < as_of.unwrap_or(now));
    let mut head = vec![
        ("as_of", as_of.into()),
        ("conversation", Value::text(ticket.conversation.to_string())),
        ("status", Value::text(ticket.status.clone())),
        ("priority", list::priority(&ticket.priority)),
        ("owner", ticket.owner.clone().into()),
        ("team", Value::text(ticket.team.clone())),
        ("category", ticket.category.clone().into()),
        (
            "due_at",
            Value::from(ticket.due).tone(if overdue { Tone::Bad } else { Tone::Plain }),
        ),
        ("opened_at", ticket.opened_at.into()),
        ("opened_by", Value::text(ticket.opened_by.clone())),
        ("closed_at", ticket.closed_at.into()),
    ];
    if human {
        let blank = Value::Null.tone(Tone::Plain);
        head.retain(|(name, value)| *name == "owner" || *value != Value::Null && *value != blank);
    }
    Ok(Timeline {
        reference: ticket.id.to_string(),
        head,
        entries,
    })
}
