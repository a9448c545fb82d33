//! `inbox contact`.

mod forget;
mod list;
mod show;

pub use forget::ForgetRow;
use sqlx::postgres::PgConnection;

use crate::cli::args::RefArgs;
use crate::cli::stdin::lines;
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::contact::list::ContactLine;
use crate::db::operation::WorkspaceInfo;
use crate::domain::ids::ConversationId;
use crate::domain::reference::{Bare, RefContext, Reference, parse_refs};
use crate::error::{Error, Result};
use crate::output::{Column, Row, Tone, Value};

/// Show customers, and erase a customer on request
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    List(list::Args),
    Show(show::Args),
    Forget(Box<forget::Args>),
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// The errors of the subcommand.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        match self.command {
            Command::List(a) => a.run(context).await,
            Command::Show(a) => a.run(context).await,
            Command::Forget(a) => a.run(context).await,
        }
    }
}

fn read(refs: &RefArgs, context: &Context, verb: &str) -> Result<Vec<String>> {
    if refs.is_empty() {
        return Err(Error::usage("no customer was given").hint(format!("inbox contact {verb} +923001234567, or C-12")));
    }
    lines(&refs.refs, &context.terminal)
}

/// Finds the contacts of references, without duplicates, in id order.
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
            Column::new("id", "The number of the contact in the database.", |r: &Self| {
                Value::Int(r.0.id)
            })
            .right(),
            Column::new(
                "contact",
                "The phone number; without a number, WhatsApp's user id.",
                |r: &Self| r.0.contact.clone().into(),
            ),
            Column::new("name", "The customer's name.", |r: &Self| {
                Value::customer(r.0.name.clone())
            })
            .most(20),
            Column::new("username", "The customer's username.", |r: &Self| {
                Value::customer(r.0.username.clone())
            }),
            Column::new(
                "conversations",
                "All conversations of the customer, oldest first.",
                |r: &Self| ids(&r.0.conversations),
            ),
            Column::new("live", "The conversations that are not resolved.", |r: &Self| {
                ids(&r.0.live)
            }),
            Column::new(
                "conflicts",
                "Other contacts that share an id with this contact.",
                |r: &Self| Value::list(r.0.conflicts.iter().cloned()),
            ),
            Column::new(
                "last_seen",
                "The time of the customer's last message or update.",
                |r: &Self| r.0.last_seen.into(),
            ),
            Column::new(
                "forgotten_at",
                "The time at which the customer's data were erased.",
                |r: &Self| Value::from(r.0.forgotten_at).tone(Tone::Faint),
            ),
            Column::new("aliases", "All numbers and ids; former ones are last.", |r: &Self| {
                Value::list(r.0.aliases.iter().cloned())
            })
            .wide(),
            Column::new(
                "marketing",
                "The customer's choice about marketing: stop or resume.",
                |r: &Self| r.0.marketing.clone().into(),
            )
            .wide(),
            Column::new(
                "first_seen",
                "The time of the customer's first message or update.",
                |r: &Self| r.0.first_seen.into(),
            )
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
