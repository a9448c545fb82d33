//! `inbox show`.

use std::collections::HashMap;

use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use sqlx::postgres::PgConnection;

use crate::cli::args::{OutputArgs, RefArgs, TimeRangeArgs};
use crate::cli::past::{self, AsOfArgs};
use crate::cli::rows::{EntryKinds, Words, list, timeline};
use crate::cli::select::Selector;
use crate::cli::session;
use crate::cli::verb::{Choices, Verb, pick_on_terminal};
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::audit::trail::{EventScope, Filter};
use crate::db::conversation::list::ListLine;
use crate::db::conversation::show::ConversationContext;
use crate::domain::query::Query;
use crate::domain::vocabulary::Status;
use crate::error::{Error, Result};
use crate::output::{Entry, Timeline, Value};

const VERB: Verb = Verb::new("show").on(Choices::Visible);

/// The default number of entries.
const NEWEST: u32 = 200;

/// Show a conversation: messages, notes, changes, tickets
///
/// With --as-of, the output contains only data that were known at that time.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    refs: RefArgs,
    /// Show messages [default: messages, notes and events]
    #[arg(long, help_heading = "Filters")]
    messages: bool,
    /// Show notes
    #[arg(long, help_heading = "Filters")]
    notes: bool,
    /// Show changes with their reasons
    #[arg(long, help_heading = "Filters")]
    events: bool,
    /// Maximum number of the newest entries [default: 200]
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// Show every entry
    #[arg(long, conflicts_with = "limit")]
    all: bool,
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
    /// [`crate::error::Kind::NotFound`] for an unknown reference.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        context.output(None)?.check_timeline_columns()?;
        let mut wanted = Selector::read(&self.refs, None, &context.terminal)?;
        if self.refs.is_empty() {
            pick_on_terminal(context, &self.output, &mut wanted, VERB).await?;
        }
        session::print(context, async |session, out| {
            let as_of = self.past.resolve(session.clock())?;
            let ids = wanted.look_at(session, as_of).await?;
            let range = self.range.range().resolve(session.clock())?;
            let words = Words {
                handles: db::admin::directory::all_handles(session.conn).await?,
                tz: session.zone.clone(),
            };
            out.page();
            let human = out.options().format.is_human();
            let mut cut = Vec::new();
            let mut timelines = out.timelines()?;
            for id in ids {
                let told = self.timeline_of(session.conn, id, &words, range, as_of).await?;
                if told.left_out {
                    cut.push(format!("C-{id}"));
                }
                timelines.push(&Timeline {
                    reference: format!("C-{id}"),
                    head: head(&told.line, &told.around, (session.info.now, as_of), human),
                    entries: told.entries,
                })?;
            }
            timelines.finish()?;
            if !cut.is_empty() {
                out.note(&format!(
                    "{}: only the newest {} entries; --all shows every one",
                    cut.join(", "),
                    self.limit.unwrap_or(NEWEST)
                ));
            }
            Ok(0)
        })
        .await
    }

    async fn timeline_of(
        &self,
        conn: &mut PgConnection,
        id: i64,
        words: &Words,
        (since, until): (Option<Timestamp>, Option<Timestamp>),
        as_of: Option<Timestamp>,
    ) -> Result<Story> {
        let this = Query::ids([id]);
        let found = match as_of {
            None => {
                db::conversation::list::list(conn, &this, None, false)
                    .try_next()
                    .await?
            }
            Some(at) => {
                db::conversation::past::list(conn, &this, at, None, false)
                    .try_next()
                    .await?
            }
        };
        let line = found.ok_or_else(|| Error::not_found(format!("no conversation C-{id}")))?;
        let around = db::conversation::show::around(conn, id, as_of).await?;
        let every = !(self.messages || self.notes || self.events);
        let told = EntryKinds {
            messages: every || self.messages,
            notes: every || self.notes,
            events: every || self.events,
        };
        let most = (!self.all).then(|| self.limit.unwrap_or(NEWEST));
        // Reads one entry more than the limit, to know whether entries are left out.
        let limit = most.map(|n| i64::from(n) + 1);
        let mut entries = Vec::new();
        if told.messages {
            let messages = db::conversation::show::messages(conn, id, since, until, as_of, limit).await?;
            let customer = list::customer(line.name.as_deref(), line.username.as_deref(), line.contact.as_deref());
            entries.extend(timeline::messages(&messages, &customer));
        }
        if told.notes || told.events {
            let filter = Filter {
                of: Some(EventScope {
                    conversations: vec![id],
                    tickets: around.tickets.iter().map(|t| t.0.0).collect(),
                    contacts: Vec::new(),
                }),
                since,
                until: past::until(until, as_of),
                ..Filter::default()
            };
            let replaced: HashMap<i64, i64> = around.replaced.iter().copied().collect();
            let mut events = db::audit::trail::events(conn, &filter, limit);
            while let Some(e) = events.try_next().await? {
                entries.extend(timeline::event(&e, words, &replaced, told));
            }
        }
        entries.sort_by_key(|e| e.at);
        let extra = most.map_or(0, |n| entries.len().saturating_sub(n as usize));
        entries.drain(..extra);
        Ok(Story {
            line,
            around,
            entries,
            left_out: extra > 0,
        })
    }
}

struct Story {
    line: ListLine,
    around: ConversationContext,
    entries: Vec<Entry>,
    left_out: bool,
}

/// Returns the facts at the top. The format for people omits empty facts, except the owner.
fn head(
    c: &ListLine,
    around: &ConversationContext,
    (now, as_of): (Timestamp, Option<Timestamp>),
    human: bool,
) -> Vec<(&'static str, Value)> {
    let now = as_of.unwrap_or(now);
    let aliases = around.aliases.iter().filter(|a| Some(*a) != c.contact.as_ref());
    let tickets = around.tickets.iter().map(|(id, closed)| {
        let closed = if *closed && human { " (done)" } else { "" };
        format!("{id}{closed}")
    });
    let live = !c.status.is(Status::Resolved);
    let mut head = vec![
        ("as_of", as_of.into()),
        ("status", Value::text(c.status.to_string())),
        ("priority", list::priority(&c.priority)),
        ("owner", c.owner.clone().into()),
        ("owned_since", c.owned_since.filter(|_| c.owner.is_some()).into()),
        ("team", Value::text(c.team.clone())),
        ("store", Value::text(c.store.clone())),
        ("channel", Value::text(c.channel.clone())),
        ("name", Value::customer(c.name.clone())),
        ("contact", c.contact.clone().into()),
        ("username", Value::customer(c.username.clone())),
        ("aliases", Value::list(aliases.cloned())),
        ("labels", Value::list(c.labels.iter().cloned())),
        ("waiting", list::waiting(&c.status, c.waiting_since, now)),
        (
            "window",
            if live {
                list::window(c.last_customer_at, now)
            } else {
                Value::Null
            },
        ),
        ("offered_to", c.offered_to.clone().into()),
        ("snoozed_until", c.snoozed_until.into()),
        ("tickets", Value::list(tickets)),
        ("opened_at", c.opened_at.into()),
        ("resolved_at", c.resolved_at.into()),
        ("last_customer_at", c.last_customer_at.into()),
        ("messages", Value::Int(around.messages)),
        ("events", Value::Int(around.events)),
        (
            "other_conversations",
            Value::list(around.others.iter().map(ToString::to_string)),
        ),
    ];
    if human {
        let empty = Value::List(Vec::new());
        head.retain(|(name, value)| *name == "owner" || *value != Value::Null && *value != empty);
    }
    head
}
