//! `inbox contact`.

use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use sqlx::postgres::PgConnection;

use crate::cli::args::{OutputArgs, RefArgs};
use crate::cli::resource::Change;
use crate::cli::stdin::lines;
use crate::cli::write::{WriteRequest, WriteResult, write};
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::contact::list::{ContactFilter, ContactLine};
use crate::db::operation::WorkspaceInfo;
use crate::db::server::connect::Mode;
use crate::domain::ids::{ConversationId, OperationId};
use crate::domain::reference::{Bare, RefContext, Reference, parse_refs};
use crate::error::{Error, Result};
use crate::output::{Column, Row, Tone, Value, check_sort, sort_rows};
use crate::verbs::forget::{Forgotten, forget};

/// Show customers, and erase one at their request
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    List(List),
    Show(Show),
    Forget(Box<Forget>),
}

/// List customers, oldest first
#[derive(Debug, clap::Args)]
struct List {
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
    /// Maximum number of rows, the newest ones
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    #[command(flatten)]
    output: OutputArgs,
}

/// Show the data of customers
#[derive(Debug, clap::Args)]
struct Show {
    #[command(flatten)]
    refs: RefArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Erase the data of a customer; the history and its figures stay
///
/// This erases the text of messages and notes, names, numbers and ids. It empties the raw webhooks,
/// dead letters and stored results of the customer. Events, their times and actors stay, and so do
/// the chains and seals. It cannot be undone. A customer who writes again is a new contact. Every
/// conversation of the customer has to be resolved first, and stays resolved. Notes in
/// conversations of other customers stay: search them for the number and the name with `inbox audit
/// --search`. Only admins may erase customers.
#[derive(Debug, clap::Args)]
struct Forget {
    #[command(flatten)]
    refs: RefArgs,
    #[command(flatten)]
    change: Change,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// What the subcommand refuses.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        match self.command {
            Command::List(a) => a.run(context).await,
            Command::Show(a) => a.run(context).await,
            Command::Forget(a) => a.run(context).await,
        }
    }
}

impl List {
    async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        context.output(None)?.check_columns::<ContactRow>()?;
        if let Some(column) = &self.sort {
            check_sort::<ContactRow>(column)?;
        }
        let mut conn = context.connect().await?;
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let info = db::operation::workspace_info(&mut tx).await?;
        let which = ContactFilter {
            ids: None,
            conflicts: self.conflicts,
            forgotten: self.all,
            limit: self.limit.filter(|_| self.sort.is_none()).map(i64::from),
        };
        let mut out = context.output(Some(&info))?;
        out.page();
        let mut rows = out.rows::<ContactRow>()?;
        let mut lines = db::contact::list::list(&mut tx, &which);
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
        out.finish()?;
        Ok(0)
    }
}

impl Show {
    async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        context.output(None)?.check_columns::<ContactRow>()?;
        let lines = read(&self.refs, context, "show")?;
        let mut conn = context.connect().await?;
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let info = db::operation::workspace_info(&mut tx).await?;
        let which = ContactFilter {
            ids: Some(resolve(&mut tx, &self.refs, &lines, &info).await?),
            forgotten: true,
            ..ContactFilter::default()
        };
        let found: Vec<ContactLine> = db::contact::list::list(&mut tx, &which).try_collect().await?;
        tx.rollback().await?;
        let mut out = context.output(Some(&info))?;
        out.print_rows(found.into_iter().map(ContactRow))?;
        out.finish()?;
        Ok(0)
    }
}

impl Forget {
    async fn run(self, context: &mut Context) -> Result<Exit> {
        if self.change.keep_going() {
            return Err(
                Error::usage("--keep-going cannot be used here: erasing is all or nothing")
                    .hint("to see what prevents it, add --dry-run"),
            );
        }
        let lines = read(&self.refs, context, "forget")?;
        let typed: &[String] = if lines.is_empty() { &self.refs.refs } else { &[] };
        let call = WriteRequest {
            verb: "contact forget",
            write: &self.change.write,
            // Who it was has no place in the history.
            args: json!({"contacts": self.refs.refs.len().max(lines.len())}),
            compared: json!([typed, self.change.write.reason]),
            filtered: false,
            undoes: None,
        };
        write(context, &self.change.output, &call, async |conn, _, info, operation| {
            let contacts = resolve(conn, &self.refs, &lines, info).await?;
            let done = forget(conn, operation, &contacts, self.change.reason()).await?;
            let rows: Vec<ForgetRow> = done.into_iter().map(|d| ForgetRow::of(d, operation.id)).collect();
            let mut written = WriteResult {
                selected: rows.len(),
                changed: rows.iter().filter(|r| r.operation.is_some()).count(),
                failed: 0,
                question: None,
                summary: None,
                rows,
            };
            if written.changed > 0 {
                written.question = Some(question(&written.rows));
            }
            Ok(written)
        })
        .await
    }
}

/// Says what would be gone for ever.
fn question(rows: &[ForgetRow]) -> String {
    let mut sums: Map<String, serde_json::Value> = Map::new();
    for (what, n) in rows.iter().flat_map(|r| &r.erased) {
        let sum = sums.get(what).and_then(serde_json::Value::as_i64).unwrap_or(0) + n.as_i64().unwrap_or(0);
        sums.insert(what.clone(), sum.into());
    }
    let parts: Vec<String> = sums
        .iter()
        .map(|(what, n)| format!("{n} {}", what.replace('_', " ")))
        .collect();
    format!("Erase for ever: {}?", parts.join(", "))
}

fn read(refs: &RefArgs, context: &Context, verb: &str) -> Result<Vec<String>> {
    if refs.is_empty() {
        return Err(Error::usage("no customer was given").hint(format!("inbox contact {verb} +923001234567, or C-12")));
    }
    lines(&refs.refs, &context.terminal)
}

/// Finds the contacts that references stand for, each once, in id order.
async fn resolve(conn: &mut PgConnection, refs: &RefArgs, lines: &[String], info: &WorkspaceInfo) -> Result<Vec<i64>> {
    // WhatsApp writes numbers without the plus.
    let plus = |text: &String| {
        let number = text.len() >= 11 && !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
        if number { format!("+{text}") } else { text.clone() }
    };
    let typed: Vec<String> = refs.refs.iter().map(plus).collect();
    let ref_context = RefContext {
        bare: Bare::Conversation,
        phone_prefix: &info.phone_prefix,
    };
    let mut found = Vec::new();
    for reference in parse_refs(&typed, lines.iter().map(|l| Ok(plus(l))), ref_context)? {
        let holders = match &reference {
            Reference::Conversation(id) => db::contact::list::of_conversation(conn, ConversationId(*id))
                .await?
                .into_iter()
                .collect(),
            Reference::Ticket(_) => {
                return Err(Error::usage(format!("{reference} is a ticket"))
                    .hint(format!("inbox ticket show {reference} shows its conversation")));
            }
            Reference::Phone(alias) | Reference::Bsuid(alias) => db::contact::list::holders(conn, alias).await?,
        };
        match holders.as_slice() {
            [] if matches!(reference, Reference::Conversation(_)) => {
                return Err(Error::not_found(format!("no conversation {reference}")));
            }
            [] => {
                return Err(Error::not_found(format!("no contact {reference}"))
                    .hint("to list customers, run: inbox contact list; a forgotten customer has no number"));
            }
            [one] => found.push(*one),
            several => {
                return Err(
                    Error::usage(format!("{reference} was the number of {} contacts", several.len())).hint(format!(
                        "give a conversation; to list them, run: inbox list --contact {reference} --status any"
                    )),
                );
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// One customer.
pub struct ContactRow(ContactLine);

impl Row for ContactRow {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("id", "The contact's number in the database.", |r: &Self| {
                Value::Int(r.0.id)
            })
            .right(),
            Column::new(
                "contact",
                "The phone number, or WhatsApp's user id where there is none.",
                |r: &Self| r.0.contact.clone().into(),
            ),
            Column::new("name", "The customer's name.", |r: &Self| {
                Value::customer(r.0.name.clone())
            })
            .most(20),
            Column::new("username", "The customer's username.", |r: &Self| {
                Value::customer(r.0.username.clone())
            }),
            Column::new("conversations", "All conversations, oldest first.", |r: &Self| {
                ids(&r.0.conversations)
            }),
            Column::new("live", "Those that are not resolved.", |r: &Self| ids(&r.0.live)),
            Column::new(
                "conflicts",
                "Contacts that one of the ids stands for, too.",
                |r: &Self| Value::list(r.0.conflicts.iter().cloned()),
            ),
            Column::new("last_seen", "When the customer was seen last.", |r: &Self| {
                r.0.last_seen.into()
            }),
            Column::new(
                "forgotten_at",
                "When everything was erased that tells who it is.",
                |r: &Self| Value::from(r.0.forgotten_at).tone(Tone::Faint),
            ),
            Column::new("aliases", "All numbers and ids, those that ended last.", |r: &Self| {
                Value::list(r.0.aliases.iter().cloned())
            })
            .wide(),
            Column::new("marketing", "stop or resume, where the customer chose.", |r: &Self| {
                r.0.marketing.clone().into()
            })
            .wide(),
            Column::new("first_seen", "When the customer was seen first.", |r: &Self| {
                r.0.first_seen.into()
            })
            .wide(),
        ]
    }

    fn reference(&self) -> Option<String> {
        let of = self.0.conversations.last().map(ToString::to_string);
        self.0.contact.clone().or(of)
    }
}

fn ids(ids: &[ConversationId]) -> Value {
    Value::list(ids.iter().map(ToString::to_string))
}

/// One contact that was to be forgotten; kept as it is for a repeated key, so that nothing tells who it was.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ForgetRow {
    id: i64,
    result: String,
    conversations: Vec<ConversationId>,
    erased: Map<String, serde_json::Value>,
    operation: Option<OperationId>,
}

impl ForgetRow {
    fn of(done: Forgotten, operation: OperationId) -> ForgetRow {
        let changed = !done.erased.is_empty();
        ForgetRow {
            id: done.contact,
            result: if changed { "forgotten" } else { "unchanged" }.to_owned(),
            conversations: done.conversations,
            erased: done.erased,
            operation: changed.then_some(operation),
        }
    }
}

impl Row for ForgetRow {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("id", "The contact's number in the database.", |r: &Self| {
                Value::Int(r.id)
            })
            .right(),
            Column::new(
                "result",
                "forgotten, or unchanged (nothing was left to erase).",
                |r: &Self| Value::text(r.result.clone()),
            ),
            Column::new(
                "conversations",
                "The contact's conversations, which stay.",
                |r: &Self| Value::list(r.conversations.iter().map(ToString::to_string)),
            ),
            Column::new("erased", "How many of what.", |r: &Self| {
                let erased = r
                    .erased
                    .iter()
                    .map(|(what, n)| (what.clone().into(), n.as_i64().map_or(Value::Null, Value::Int)))
                    .collect();
                Value::Fields(erased)
            }),
            Column::new("operation", "All changes of one invocation.", |r: &Self| {
                r.operation.map(|o| o.to_string()).into()
            }),
        ]
    }

    fn reference(&self) -> Option<String> {
        self.conversations.last().map(ToString::to_string)
    }
}
