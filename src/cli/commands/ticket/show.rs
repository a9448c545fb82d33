//! `inbox ticket show`.

use std::collections::HashMap;

use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use sqlx::postgres::PgConnection;

use crate::cli::args::OutputArgs;
use crate::cli::past::{self, AsOfArgs};
use crate::cli::rows::{EntryKinds, Words, list, timeline};
use crate::cli::session;
use crate::cli::stdin::lines;
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::audit::trail::EventScope;
use crate::db::ticket::TicketLine;
use crate::domain::reference::{Bare, RefContext, Reference, parse_refs};
use crate::error::{Error, Result};
use crate::output::{Timeline, Tone, Value};

/// Show the history of tickets: changes and notes
#[derive(Debug, clap::Args)]
pub struct Args {
    /// T-88, 88, T-10..T-19, or - for standard input
    #[arg(value_name = "TICKET", required = true)]
    refs: Vec<String>,
    #[command(flatten)]
    past: AsOfArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::NotFound`] for an unknown ticket.
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
        session::print(context, async |session, out| {
            let words = Words {
                handles: db::admin::directory::all_handles(session.conn).await?,
                tz: session.zone.clone(),
            };
            let of = EventScope {
                tickets: ids.clone(),
                ..EventScope::default()
            };
            db::audit::trail::check(session.conn, &of).await?;
            let as_of = self.past.resolve(session.clock())?;
            out.page();
            let human = out.options().format.is_human();
            let mut timelines = out.timelines()?;
            for id in ids {
                let Some(ticket) = db::ticket::rows_at(session.conn, &[id], as_of).await?.pop() else {
                    return Err(Error::not_found(format!("T-{id} did not exist then")));
                };
                timelines.push(&timeline_of(session.conn, &ticket, &words, (session.info.now, as_of), human).await?)?;
            }
            timelines.finish()?;
            Ok(0)
        })
        .await
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
