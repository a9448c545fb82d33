//! Resolves references or filters to the selected conversations.

use jiff::Timestamp;
use sqlx::postgres::PgConnection;

use crate::cli::args::{FilterArgs, RefArgs, TimeRangeArgs};
use crate::cli::past::not_yet;
use crate::cli::session::{Session, WriteSession};
use crate::cli::stdin;
use crate::db;
use crate::domain::filter::{Filter, Lookup, OfferedTo, OwnerFilter, Targets};
use crate::domain::ids::{AgentId, ConversationId};
use crate::domain::order::order_keys;
use crate::domain::query::Query;
use crate::domain::reference::{Bare, RefContext, Reference};
use crate::error::{Error, Result};
use crate::output::Terminal;
use crate::verbs::Selection;

/// The references and filters of a command. Standard input is read once, so that a retry has the same references.
#[derive(Debug)]
pub struct Selector {
    refs: RefArgs,
    filter: Filter,
    lines: Vec<String>,
}

impl Selector {
    /// Creates the selector from the command line, and reads standard input for `-`.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for `-` on a terminal.
    pub fn read(
        refs: &RefArgs,
        filter: Option<(&FilterArgs, &TimeRangeArgs)>,
        terminal: &Terminal,
    ) -> Result<Selector> {
        let lines = stdin::lines(&refs.refs, terminal)?;
        let filter = filter.map_or_else(Filter::default, |(f, range)| Filter {
            opened: range.range(),
            ..f.filter()
        });
        Ok(Selector {
            refs: refs.clone(),
            filter,
            lines,
        })
    }

    /// Returns whether neither references nor filters were given.
    pub fn is_empty(&self) -> bool {
        self.refs.is_empty() && self.filter.is_empty()
    }

    /// Returns whether a filter, and not references, selects the conversations.
    pub fn is_filter(&self) -> bool {
        self.refs.is_empty() && !self.filter.is_empty()
    }

    /// Adds references that were chosen on the terminal.
    pub fn add(&mut self, reference: String) {
        self.refs.refs.push(reference);
    }

    /// Adds a filter on an owner.
    pub fn owners(&mut self, owners: Vec<OwnerFilter>) {
        self.filter.owner = owners;
    }

    /// Narrows the filter to conversations whose snooze has ended.
    pub fn due(&mut self) {
        self.filter.snooze_due = true;
    }

    /// Returns the arguments that the operation stores: references and filters, but no free text.
    pub fn record(&self) -> serde_json::Value {
        if self.refs.is_empty() {
            return serde_json::json!({"filter": self.filter});
        }
        if self.lines.is_empty() {
            // A customer's number or user id is personal data, which must not be in the history.
            let ours = |r: &str| {
                r.starts_with(['c', 'C', 't', 'T', '1', '2', '3', '4', '5', '6', '7', '8', '9']) && !r.contains('.')
                    || r.contains("..")
            };
            let refs: Vec<&str> = self
                .refs
                .refs
                .iter()
                .map(|r| if ours(r) { r.as_str() } else { "contact" })
                .collect();
            return serde_json::json!({"refs": refs});
        }
        serde_json::json!({"refs": "stdin", "lines": self.lines.len()})
    }

    /// Returns the arguments that must be equal when an idempotency key is used again: typed
    /// references. Standard input may differ, because it can be empty after the first run.
    pub fn compared(&self) -> Vec<&str> {
        if self.refs.refs.iter().any(|r| r == "-") {
            return Vec::new();
        }
        self.refs.refs.iter().map(String::as_str).collect()
    }

    /// Resolves the references, or the filter, to the conversations to show. Without either, these are
    /// all live conversations. With `as_of`, they are the conversations that were live at that time.
    ///
    /// # Errors
    /// As [`Selector::pick`]; also [`crate::error::Kind::NotFound`] for an unknown reference.
    pub async fn look(&self, session: &mut Session<'_>, as_of: Option<Timestamp>) -> Result<Query> {
        if self.refs.is_empty() {
            let mine = self.filter.names_owner(&OwnerFilter::Me) || self.filter.names_offers_to(OfferedTo::Me);
            let me = if mine {
                let me = db::operation::whoami(session.conn, session.context.acting.as_deref()).await?;
                (me.handle, me.id)
            } else {
                (String::new(), AgentId(0))
            };
            let mut query = self.query(session, (&me.0, me.1), &self.filter).await?;
            if let Some(at) = as_of {
                known_orders(session.conn, &mut query, at).await?;
            }
            return Ok(query);
        }
        Ok(Query::ids(self.look_at(session, as_of).await?))
    }

    /// Resolves only references. With `as_of`, the conversations must have existed at that time.
    ///
    /// # Errors
    /// As [`Selector::look`].
    pub async fn look_at(&self, session: &mut Session<'_>, as_of: Option<Timestamp>) -> Result<Vec<i64>> {
        let conn = &mut *session.conn;
        let references = RefContext {
            bare: Bare::Conversation,
            phone_prefix: &session.info.phone_prefix,
        };
        let selected = self
            .refs
            .select(self.filter.clone(), self.lines.iter().cloned().map(Ok), references)?;
        let refs = match selected {
            Some(Targets::Refs(refs)) => refs,
            Some(Targets::Filter(_)) | None => Vec::new(),
        };
        let ids: Vec<i64> = by_reference(conn, &refs, Take::Tickets { as_of })
            .await?
            .iter()
            .map(|id| id.0)
            .collect();
        let there: std::collections::HashSet<i64> = db::conversation::existing(conn, &ids).await?.into_iter().collect();
        if let Some(missing) = ids.iter().find(|id| !there.contains(id)) {
            return Err(Error::not_found(format!(
                "no conversation {}",
                ConversationId(*missing)
            )));
        }
        if let Some(at) = as_of
            && let Some((id, opened)) = db::conversation::past::opened_later(conn, &ids, at).await?
        {
            return Err(not_yet(id, opened, session.zone));
        }
        Ok(ids)
    }

    async fn query<O>(
        &self,
        session: &mut Session<'_, O>,
        (me, my_id): (&str, AgentId),
        filter: &Filter,
    ) -> Result<Query> {
        check_handles(session.conn, filter).await?;
        filter.query(Lookup {
            clock: session.clock(),
            me,
            my_id,
            references: RefContext {
                bare: Bare::Conversation,
                phone_prefix: &session.info.phone_prefix,
            },
        })
    }

    /// Returns the selected conversations, or none without references and filters.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for a malformed or ambiguous reference;
    /// [`crate::error::Kind::NotFound`] for an unknown handle.
    pub async fn pick(&self, session: &mut WriteSession<'_>) -> Result<Option<Selection>> {
        let me = (session.operation.handle.as_str(), session.operation.actor);
        let references = RefContext {
            bare: Bare::Conversation,
            phone_prefix: &session.info.phone_prefix,
        };
        match self
            .refs
            .select(self.filter.clone(), self.lines.iter().cloned().map(Ok), references)?
        {
            None => Ok(None),
            Some(Targets::Refs(refs)) => Ok(Some(Selection::by_id(
                by_reference(session.conn, &refs, Take::Live).await?,
            ))),
            Some(Targets::Filter(filter)) => Ok(Some(Selection::by_query(self.query(session, me, &filter).await?))),
        }
    }
}

/// Replaces the order in a filter's query with the conversations that mentioned it by a given time.
/// Only messages and notes contain the time of a mention.
async fn known_orders(conn: &mut PgConnection, query: &mut Query, at: Timestamp) -> Result<()> {
    let mut not = std::mem::take(&mut query.not);
    for one in std::iter::once(&mut *query).chain(&mut not) {
        if let Some(key) = one.order.take() {
            let named = |text: &str| order_keys(text).contains(&key);
            one.ids = Some(db::conversation::past::of_order(conn, &key, at, named).await?);
        }
    }
    query.not = not;
    Ok(())
}

/// Refuses a filter on a handle that does not exist.
///
/// # Errors
/// [`crate::error::Kind::NotFound`], which names the first unknown handle.
pub async fn check_handles(conn: &mut PgConnection, filter: &Filter) -> Result<()> {
    let mut handles = Vec::new();
    for one in std::iter::once(filter).chain(&filter.not) {
        let owners = one.owner.iter().filter(|o| matches!(o, OwnerFilter::Handle(_)));
        let owners: Vec<&str> = owners.map(OwnerFilter::as_str).collect();
        handles.extend(named("agent", &owners));
        handles.extend(named("team", &one.team));
        handles.extend(named("store", &one.store));
        handles.extend(named("channel", &one.channel));
    }
    db::admin::directory::check_handles(conn, &handles).await
}

/// Returns the handles with their kind of resource.
pub fn named<T: ToString>(resource: &'static str, handles: &[T]) -> Vec<(&'static str, String)> {
    handles.iter().map(|h| (resource, h.to_string())).collect()
}

/// The subjects that references may select.
#[derive(Debug, Clone, Copy)]
enum Take {
    /// Conversations to change. A ticket is refused.
    Live,
    /// Conversations to show. A ticket selects its conversation. With `as_of`, the state of that time is used.
    Tickets { as_of: Option<Timestamp> },
}

/// Finds the conversations of references.
async fn by_reference(conn: &mut PgConnection, refs: &[Reference], take: Take) -> Result<Vec<ConversationId>> {
    let (tickets, as_of) = match take {
        Take::Live => (false, None),
        Take::Tickets { as_of } => (true, as_of),
    };
    let mut ids = Vec::with_capacity(refs.len());
    for reference in refs {
        match reference {
            Reference::Conversation(id) => ids.push(ConversationId(*id)),
            Reference::Ticket(id) if tickets => match db::ticket::rows(conn, &[*id]).await?.first() {
                Some(ticket) if as_of.is_none_or(|at| ticket.opened_at <= at) => ids.push(ticket.conversation),
                Some(_) => return Err(Error::not_found(format!("{reference} did not exist then"))),
                None => return Err(Error::not_found(format!("no ticket {reference}"))),
            },
            Reference::Ticket(id) => {
                return Err(
                    Error::usage(format!("T-{id} is a ticket; this command takes conversations"))
                        .hint(format!("inbox ticket show T-{id} shows its conversation")),
                );
            }
            Reference::Phone(alias) | Reference::Bsuid(alias) => {
                let live = match as_of {
                    None => db::conversation::live_of_contact(conn, alias).await?,
                    Some(at) => db::conversation::past::live_of_contact(conn, alias, at).await?,
                };
                match live.as_slice() {
                    [] => {
                        return Err(Error::not_found(format!("{reference} has no open conversation"))
                            .hint("to list the resolved ones, run: inbox list --contact PHONE --status any"));
                    }
                    [one] => ids.push(*one),
                    several => {
                        let list: Vec<String> = several.iter().map(ToString::to_string).collect();
                        return Err(Error::usage(format!(
                            "{reference} has several conversations: {}",
                            list.join(", ")
                        ))
                        .hint("name one of them"));
                    }
                }
            }
        }
    }
    let mut seen = std::collections::HashSet::new();
    ids.retain(|id| seen.insert(*id));
    Ok(ids)
}
