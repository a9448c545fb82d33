//! `inbox ticket`: changes. Listing and showing are in `cli/tickets.rs`.

use std::collections::HashSet;

use serde_json::json;

use crate::cli::args::{OutputArgs, WriteArgs, word};
use crate::cli::rows::TicketChangeRow;
use crate::cli::stdin;
use crate::cli::verb::{NoteArgs, ahead, recipient, recipient_or_pick};
use crate::cli::write::{WriteRequest, WriteResult, write};
use crate::cli::{Context, Exit};
use crate::db::admin::directory::Recipient;
use crate::domain::ids::TicketId;
use crate::domain::reference::{Bare, RefContext, Reference, parse_refs};
use crate::domain::vocabulary::{Priority, TicketStatus};
use crate::error::{Error, Result};
use crate::verbs::ChangeOptions;
use crate::verbs::ticket::{TicketChange, change};

/// What every change of tickets takes.
#[derive(Debug, Clone, clap::Args)]
pub struct Common {
    /// T-88, 88, T-10..T-19, or - for standard input
    #[arg(value_name = "TICKET", required = true)]
    refs: Vec<String>,
    /// Order of the note
    #[arg(long, value_name = "ORDER", help_heading = "Note", conflicts_with = "note_order")]
    order: Option<String>,
    #[command(flatten)]
    write: WriteArgs,
    #[command(flatten)]
    note: NoteArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Assign tickets to an agent, or to a team's queue
#[derive(Debug, clap::Args)]
pub struct Assign {
    /// Agent, `me`, or team
    #[arg(long, value_name = "HANDLE")]
    to: Option<String>,
    #[command(flatten)]
    common: Common,
}

/// Set the status, priority, due time or category of tickets
#[derive(Debug, clap::Args)]
pub struct Set {
    /// Status
    #[arg(long, value_name = "STATUS", value_parser = word::<TicketStatus>())]
    status: Option<TicketStatus>,
    /// Priority
    #[arg(long, value_name = "PRIORITY", value_parser = word::<Priority>())]
    priority: Option<Priority>,
    /// Due time, such as 4h, or `none`
    #[arg(long, value_name = "TIME")]
    due: Option<String>,
    /// Category, or `none`
    #[arg(long, value_name = "WORD")]
    category: Option<String>,
    #[command(flatten)]
    common: Common,
}

/// Write an internal note on a ticket
///
/// The last argument is the text of the note, unless it is a reference. --note gives the text as a flag.
#[derive(Debug, clap::Args)]
#[command(override_usage = "inbox ticket note [OPTIONS] <TICKET>... [TEXT]")]
pub struct Note {
    #[command(flatten)]
    common: Common,
}

impl Common {
    /// Gives the note's order its place: here `--order` is no filter.
    fn settle(&mut self) {
        self.note.order = self.note.order.take().or(self.order.take());
    }

    async fn run(
        &self,
        context: &mut Context,
        verb: &str,
        more: serde_json::Value,
        asked: impl AsyncFn(
            &mut sqlx::postgres::PgConnection,
            &Context,
            &crate::db::operation::WorkspaceInfo,
            &crate::db::operation::Operation,
        ) -> Result<TicketChange>,
    ) -> Result<Exit> {
        let lines = stdin::lines(&self.refs, &context.terminal)?;
        let refs = parse_refs(
            &self.refs,
            lines.into_iter().map(Ok),
            RefContext {
                bare: Bare::Ticket,
                phone_prefix: "",
            },
        )?;
        let mut ids = Vec::with_capacity(refs.len());
        for reference in refs {
            match reference {
                Reference::Ticket(id) => ids.push(TicketId(id)),
                Reference::Conversation(_) | Reference::Phone(_) | Reference::Bsuid(_) => {
                    return Err(Error::usage(format!("{reference} is not a ticket")).hint("write it like T-88"));
                }
            }
        }
        let call = WriteRequest {
            verb,
            write: &self.write,
            args: json!({"tickets": ids, "args": more}),
            compared: json!([self.refs, more, self.write.reason, self.note.compared()]),
            filtered: false,
            undoes: None,
        };
        write(context, &self.output, &call, async |conn, context, info, operation| {
            let asked = asked(conn, context, info, operation).await?;
            let options = ChangeOptions {
                reason: self.write.reason.clone(),
                note: self.note.read(context, info)?,
                keep_going: self.write.keep_going,
                ..ChangeOptions::default()
            };
            let outcome = change(conn, operation, &ids, &asked, &options).await?;
            let changed: HashSet<TicketId> = outcome.done.iter().filter(|d| d.changed).map(|d| d.after.id).collect();
            let done: Vec<i64> = outcome.done.iter().map(|d| d.after.id.0).collect();
            let mut rows: Vec<TicketChangeRow> = crate::db::ticket::rows(conn, &done)
                .await?
                .into_iter()
                .map(|t| {
                    let by = changed.contains(&t.id).then_some(operation.id);
                    TicketChangeRow::done(t, by)
                })
                .collect();
            let failed = outcome.failed.len();
            rows.extend(
                outcome
                    .failed
                    .into_iter()
                    .map(|(id, e)| TicketChangeRow::failed(id, e.message.into_owned())),
            );
            rows.sort_by_key(TicketChangeRow::ticket);
            Ok(WriteResult {
                selected: rows.len(),
                changed: changed.len(),
                failed,
                question: None,
                summary: match changed.len() {
                    0 => None,
                    1 => rows
                        .iter()
                        .find(|r| r.is_changed())
                        .and_then(TicketChangeRow::ticket)
                        .map(|t| format!("{t} was changed")),
                    n => Some(format!("{n} tickets were changed")),
                },
                rows,
            })
        })
        .await
    }
}

impl Assign {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Denied`] for another's ticket.
    pub async fn run(mut self, context: &mut Context) -> Result<Exit> {
        self.common.settle();
        let to = recipient_or_pick(context, &self.common.output, self.to.as_deref()).await?;
        self.common
            .run(
                context,
                "ticket assign",
                json!({"to": to}),
                async |conn, _, _, operation| {
                    Ok(match recipient(conn, operation, &to).await? {
                        Recipient::Agent(a) => TicketChange::Assign {
                            owner: Some(a.id),
                            team: None,
                        },
                        Recipient::Team(team, _) => TicketChange::Assign {
                            owner: None,
                            team: Some(team),
                        },
                    })
                },
            )
            .await
    }
}

impl Set {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] where nothing is asked.
    pub async fn run(mut self, context: &mut Context) -> Result<Exit> {
        self.common.settle();
        if self.status.is_none() && self.priority.is_none() && self.due.is_none() && self.category.is_none() {
            return Err(Error::usage("nothing to set")
                .hint("add --status waiting, --priority high, --due 4h or --category courier"));
        }
        let more =
            json!({"status": self.status, "priority": self.priority, "due": self.due, "category": self.category});
        self.common
            .run(context, "ticket set", more, async |_, context, info, _| {
                let due = match self.due.as_deref() {
                    None => None,
                    Some("none") => Some(None),
                    Some(text) => Some(Some(ahead(context, info, "--due", text)?)),
                };
                let category = self.category.as_ref().map(|c| (c != "none").then(|| c.clone()));
                Ok(TicketChange::Set {
                    status: self.status,
                    priority: self.priority,
                    due,
                    category,
                })
            })
            .await
    }
}

impl Note {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] without a text.
    pub async fn run(mut self, context: &mut Context) -> Result<Exit> {
        self.common.settle();
        let shape = RefContext {
            bare: Bare::Ticket,
            phone_prefix: "",
        };
        if self.common.note.note.is_none()
            && self.common.refs.len() > 1
            && let Some(last) = self.common.refs.last()
            && last != "-"
            && shape.parse_each(last, |_| ()).is_err()
        {
            self.common.note.note = self.common.refs.pop();
        }
        if self.common.note.compared() == NoteArgs::default().compared() {
            return Err(
                Error::usage("the note has no text").hint("inbox ticket note T-88 'what happened', or --note @FILE")
            );
        }
        self.common
            .run(context, "ticket note", json!({}), async |_, _, _, _| {
                Ok(TicketChange::Note)
            })
            .await
    }
}
