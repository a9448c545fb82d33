//! The arguments of every change of tickets, and the code that runs it.

use std::collections::HashSet;

use serde_json::json;

use crate::cli::args::{OutputArgs, WriteArgs};
use crate::cli::rows::TicketChangeRow;
use crate::cli::session::WriteSession;
use crate::cli::stdin;
use crate::cli::verb::NoteArgs;
use crate::cli::write::{WriteRequest, WriteResult, write};
use crate::cli::{Context, Exit};
use crate::domain::ids::TicketId;
use crate::domain::reference::{Bare, RefContext, Reference, parse_refs};
use crate::error::{Error, Result};
use crate::verbs::ChangeOptions;
use crate::verbs::ticket::{TicketChange, change};

/// The arguments of every change of tickets.
#[derive(Debug, Clone, clap::Args)]
pub struct Common {
    /// T-88, 88, T-10..T-19, or - for standard input
    #[arg(value_name = "TICKET", required = true)]
    pub(super) refs: Vec<String>,
    /// Order of the note
    #[arg(long, value_name = "ORDER", help_heading = "Note", conflicts_with = "note_order")]
    pub(super) order: Option<String>,
    #[command(flatten)]
    pub(super) write: WriteArgs,
    #[command(flatten)]
    pub(super) note: NoteArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

impl Common {
    /// Moves the note's order to its place. For tickets, `--order` is not a filter.
    pub(super) fn settle(&mut self) {
        self.note.order = self.note.order.take().or(self.order.take());
    }

    pub(super) async fn run(
        &self,
        context: &mut Context,
        verb: &str,
        more: serde_json::Value,
        asked: impl AsyncFn(&mut WriteSession<'_>) -> Result<TicketChange>,
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
        write(context, &self.output, &call, async |session| {
            let asked = asked(session).await?;
            let options = ChangeOptions {
                reason: self.write.reason.clone(),
                note: self.note.read(session)?,
                keep_going: self.write.keep_going,
                ..ChangeOptions::default()
            };
            let outcome = change(session.conn, session.operation, &ids, &asked, &options).await?;
            let changed: HashSet<TicketId> = outcome.done.iter().filter(|d| d.changed).map(|d| d.after.id).collect();
            let done: Vec<i64> = outcome.done.iter().map(|d| d.after.id.0).collect();
            let mut rows: Vec<TicketChangeRow> = crate::db::ticket::rows(session.conn, &done)
                .await?
                .into_iter()
                .map(|t| {
                    let by = changed.contains(&t.id).then_some(session.operation.id);
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
