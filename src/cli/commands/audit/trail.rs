//! `inbox audit`: the trail itself.

use std::time::Duration;

use clap::builder::PossibleValuesParser;
use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sqlx::postgres::PgConnection;

use crate::cli::args::{OutputArgs, TimeRangeArgs};
use crate::cli::past::{self, AsOfArgs};
use crate::cli::rows::{EventRow, ReplyRow, Words};
use crate::cli::session::{Session, WorkspaceView};
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::admin::directory::Handles;
use crate::db::audit::trail::{EventScope, Filter, ReplyLine};
use crate::db::server::connect::Mode;
use crate::domain::event::{EventKind, Subject};
use crate::domain::ids::OperationId;
use crate::domain::reference::{Bare, RefContext, Reference, parse_refs};
use crate::error::{Error, Kind, Result};
use crate::output::RowWriter;

/// Time between two queries of `--follow`.
pub(super) const PAUSE: Duration = Duration::from_secs(1);
/// Number of events that `--follow` prints first.
pub(super) const TAIL: u32 = 10;

/// The arguments of `inbox audit` without a subcommand.
#[derive(Debug, clap::Args)]
pub(super) struct Trail {
    /// C-12, 12, T-88, C-10..C-19, a phone number, or - for standard input
    #[arg(value_name = "REF")]
    refs: Vec<String>,
    /// Select by actor: an agent, `me` or `system`
    #[arg(long, value_name = "HANDLE", value_delimiter = ',', help_heading = "Filters")]
    actor: Vec<String>,
    /// Include the agents' replies to customers
    ///
    /// Replies are not events and have no operation.
    #[arg(
        long,
        help_heading = "Filters",
        requires = "actor",
        conflicts_with_all = ["action", "operation", "subject", "search", "limit", "follow"],
        hide_short_help = true
    )]
    replies: bool,
    /// Select by kind, such as taken or handed_off
    #[arg(
        long,
        value_name = "KIND",
        value_delimiter = ',',
        help_heading = "Filters",
        value_parser = PossibleValuesParser::new(EventKind::ALL.iter().map(|k| k.as_str())),
        hide_possible_values = true
    )]
    action: Vec<String>,
    /// Select by operation, such as O-12
    #[arg(long, value_name = "OPERATION", value_delimiter = ',', help_heading = "Filters")]
    operation: Vec<OperationId>,
    /// Select by customer: a phone number or WhatsApp user id
    #[arg(
        long,
        value_name = "PHONE",
        help_heading = "Filters",
        conflicts_with = "refs",
        hide_short_help = true
    )]
    contact: Option<String>,
    /// Select by kind of subject
    #[arg(
        long,
        value_name = "NOUN",
        value_delimiter = ',',
        help_heading = "Filters",
        value_parser = PossibleValuesParser::new(Subject::ALL.iter().map(|s| s.as_str())),
        hide_short_help = true
    )]
    subject: Vec<String>,
    /// Select by words in the reason or the note
    #[arg(long, value_name = "TEXT", help_heading = "Filters", hide_short_help = true)]
    search: Option<String>,
    /// Maximum number of the newest events
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// Keep printing new events until interrupted
    #[arg(long, short, conflicts_with = "as_of")]
    pub(super) follow: bool,
    #[command(flatten)]
    range: TimeRangeArgs,
    #[command(flatten)]
    past: AsOfArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Trail {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_rows::<EventRow<'_>>(&self.output)?;
        let lines = crate::cli::stdin::lines(&self.refs, &context.terminal)?;
        let mut conn = context.connect().await?;
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::History).await?;
        let view = WorkspaceView::read(&mut tx, context).await?;
        let mut session = view.session(&mut tx, context, ());
        let mut words = Words {
            handles: db::admin::directory::all_handles(session.conn).await?,
            tz: session.zone.clone(),
        };
        let mut filter = self.filter(&mut session, &words.handles, &lines).await?;
        let mut out = context.output(Some(&view.info))?;
        if !self.follow {
            out.page();
        }
        let mut rows = out.rows::<EventRow<'_>>()?;
        let mut newest = self.limit.map(i64::from);
        if self.follow {
            filter.to_xid = Some(db::audit::trail::horizon(session.conn).await?);
            if filter.since.is_none() {
                newest = newest.or(Some(TAIL.into()));
            }
        }
        let replies = if self.replies {
            let as_of = self.past.resolve(session.clock())?;
            db::audit::trail::replies(session.conn, &filter, as_of).await?
        } else {
            Vec::new()
        };
        print(session.conn, &filter, newest, &replies, &words, &mut rows).await?;
        // The rollback is sent with the next statement or when the connection closes, so nothing waits for it.
        drop(tx);
        let mut exit = 0;
        while self.follow && !rows.closed() {
            rows.flush()?;
            tokio::select! {
                biased;
                _ = tokio::signal::ctrl_c() => {
                    exit = Kind::Interrupted.exit_code();
                    break;
                }
                () = tokio::time::sleep(PAUSE) => {}
            }
            let mut tx = db::begin(&mut conn, &context.workspace, Mode::History).await?;
            let horizon = db::audit::trail::horizon(&mut tx).await?;
            if filter.to_xid.as_ref() != Some(&horizon) {
                filter.from_xid = filter.to_xid.replace(horizon);
                words.handles = db::admin::directory::all_handles(&mut tx).await?;
                print(&mut tx, &filter, None, &[], &words, &mut rows).await?;
            }
            tx.rollback().await?;
        }
        rows.finish()?;
        out.finish()?;
        db::server::connect::close(conn).await;
        Ok(exit)
    }

    async fn filter(&self, session: &mut Session<'_>, handles: &Handles, lines: &[String]) -> Result<Filter> {
        let (clock, conn) = (session.clock(), &mut *session.conn);
        let (since, until) = self.range.range().resolve(clock)?;
        let as_of = self.past.resolve(clock)?;
        let until = past::until(until, as_of);
        let mut actors = Vec::with_capacity(self.actor.len());
        for handle in &self.actor {
            actors.push(if handle == "me" {
                db::operation::whoami(conn, session.context.acting.as_deref())
                    .await?
                    .handle
            } else {
                handle.clone()
            });
        }
        let known = |handle: &String| handles.agents.iter().find(|(_, h)| *h == handle).map(|(id, _)| *id);
        let actors = match actors.iter().map(known).collect() {
            Some(ids) => ids,
            None => {
                let agents = db::admin::directory::agents(conn, &actors).await?;
                agents.iter().map(|a| a.id.0).collect()
            }
        };
        db::operation::check(conn, &self.operation).await?;
        let ref_context = RefContext {
            bare: Bare::Conversation,
            phone_prefix: &session.info.phone_prefix,
        };
        let of = match &self.contact {
            Some(contact) => Some(of(conn, &[ref_context.parse(contact)?]).await?),
            None if self.refs.is_empty() => None,
            None => {
                let refs = parse_refs(&self.refs, lines.iter().cloned().map(Ok), ref_context)?;
                let of = of(conn, &refs).await?;
                if let Some(at) = as_of {
                    there(conn, &refs, at, session.zone).await?;
                }
                Some(of)
            }
        };
        Ok(Filter {
            of,
            subjects: self.subject.clone(),
            actors,
            kinds: self.action.clone(),
            operations: self.operation.iter().map(|o| o.0).collect(),
            since,
            until,
            search: self.search.clone(),
            from_xid: None,
            to_xid: None,
        })
    }
}

pub(super) async fn print(
    conn: &mut PgConnection,
    filter: &Filter,
    newest: Option<i64>,
    replies: &[ReplyLine],
    words: &Words,
    rows: &mut RowWriter<'_>,
) -> Result<()> {
    let mut replies = replies.iter().peekable();
    let mut events = db::audit::trail::events(conn, filter, newest);
    while let Some(line) = events.try_next().await? {
        while let Some(line) = replies.next_if(|r| r.at <= line.at) {
            rows.push(&ReplyRow { line, words })?;
        }
        rows.push(&EventRow { line, words })?;
        if rows.closed() {
            return Ok(());
        }
    }
    for line in replies {
        rows.push(&ReplyRow { line, words })?;
    }
    Ok(())
}

/// Refuses a conversation or ticket that did not exist then. A customer may have had no events.
pub(super) async fn there(conn: &mut PgConnection, refs: &[Reference], at: Timestamp, zone: &TimeZone) -> Result<()> {
    let (mut conversations, mut tickets) = (Vec::new(), Vec::new());
    for reference in refs {
        match reference {
            Reference::Conversation(id) => conversations.push(*id),
            Reference::Ticket(id) => tickets.push(*id),
            Reference::Phone(_) | Reference::Bsuid(_) => {}
        }
    }
    if let Some((id, opened)) = db::conversation::past::opened_later(conn, &conversations, at).await? {
        return Err(past::not_yet(id, opened, zone));
    }
    let then = db::ticket::rows_at(conn, &tickets, Some(at)).await?;
    match tickets.iter().find(|id| then.iter().all(|t| t.id.0 != **id)) {
        Some(id) => Err(Error::not_found(format!("T-{id} did not exist then"))),
        None => Ok(()),
    }
}

/// Finds the subjects of references. A customer's number selects all their conversations. Events
/// of the customer belong to each of these conversations.
pub(super) async fn of(conn: &mut PgConnection, refs: &[Reference]) -> Result<EventScope> {
    let mut found = EventScope::default();
    for reference in refs {
        match reference {
            Reference::Conversation(id) => found.conversations.push(*id),
            Reference::Ticket(id) => found.tickets.push(*id),
            Reference::Phone(alias) | Reference::Bsuid(alias) => {
                let contacts = db::audit::trail::contacts(conn, alias).await?;
                if contacts.is_empty() {
                    return Err(Error::not_found(format!("no customer {reference}")));
                }
                let all = db::audit::trail::of_contacts(conn, &contacts).await?;
                found.conversations.extend(all.conversations);
                found.tickets.extend(all.tickets);
                found.contacts.extend(all.contacts);
            }
        }
    }
    let contacts = db::audit::trail::check(conn, &found).await?;
    found.contacts.extend(contacts);
    Ok(found)
}
