//! Runs every change: one transaction with one operation, which is safe to repeat.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::postgres::PgConnection;

use crate::cli::args::{OutputArgs, WriteArgs};
use crate::cli::rows::ChangeRow;
use crate::cli::session::{WorkspaceView, WriteSession};
use crate::cli::{Context, Exit};
use crate::db::admin::directory::Handles;
use crate::db::operation::{Invocation, Opened, Operation, WorkspaceInfo};
use crate::db::server::connect::Mode;
use crate::db::{self, is_retryable};
use crate::domain::event::EventKind;
use crate::domain::vocabulary::{Status, Stored};
use crate::error::{Error, Kind, Result};
use crate::output::Row;
use crate::verbs::Outcome;

/// One change, as the command line describes it.
#[derive(Debug)]
pub struct WriteRequest<'a> {
    /// The name of the verb in the history.
    pub verb: &'a str,
    /// `--dry-run`, `--idempotency-key` and the other flags of changes.
    pub write: &'a WriteArgs,
    /// The arguments that the history stores: ids and words, but no free text.
    pub args: Value,
    /// The arguments that must be equal when a key is used again.
    pub compared: Value,
    /// Whether a filter selects. The key is then stored even if the filter matches nothing.
    pub filtered: bool,
    /// The operation that this operation undoes.
    pub undoes: Option<crate::domain::ids::OperationId>,
}

/// The result of a change.
pub struct WriteResult<R> {
    /// The rows to print and to store.
    pub rows: Vec<R>,
    /// The number of selected rows.
    pub selected: usize,
    /// The number of changed rows.
    pub changed: usize,
    /// The number of failed rows.
    pub failed: usize,
    /// The question to ask on a terminal, even for one row, if the change cannot be undone.
    pub question: Option<String>,
    /// A summary of the change on one line, with the command that reverses it.
    pub summary: Option<String>,
}

impl WriteResult<ChangeRow> {
    /// Returns rows for the outcome of changes to conversations.
    ///
    /// # Errors
    /// The errors of the database.
    pub async fn of(session: &mut WriteSession<'_>, outcome: Outcome) -> Result<Self> {
        let operation = session.operation;
        let owners = outcome.done.iter().flat_map(|c| [c.before.state.owner, c.after.owner]);
        let mut agents: Vec<i64> = owners.flatten().map(|o| o.0).collect();
        agents.sort_unstable();
        agents.dedup();
        let mut teams: Vec<i64> = outcome.done.iter().map(|c| c.after.team.0).collect();
        teams.sort_unstable();
        teams.dedup();
        // Names are needed only for rows that are printed or stored.
        let names = if session.context.prints_rows() || operation.keyed {
            db::admin::directory::handles(session.conn, &agents, &teams).await?
        } else {
            Handles::default()
        };
        let (selected, changed, failed) = (outcome.selected(), outcome.changed(), outcome.failed.len());
        let done = outcome.done.into_iter().map(|c| ChangeRow {
            conversation: c.before.id,
            result: if c.kind.is_some() { "changed" } else { "unchanged" }.to_owned(),
            event: c.kind.map(Stored::Known),
            status: Some(Stored::Known(c.after.status)),
            was: c.before.state.owner.and_then(|o| names.agents.get(&o.0).cloned()),
            owner: c.after.owner.and_then(|o| names.agents.get(&o.0).cloned()),
            team: names.teams.get(&c.after.team.0).cloned(),
            ticket: c.ticket,
            operation: c.kind.map(|_| operation.id),
            problem: None,
        });
        let failures = outcome.failed.into_iter().map(|f| ChangeRow {
            conversation: f.id,
            result: "failed".to_owned(),
            event: None,
            status: None,
            was: None,
            owner: None,
            team: None,
            ticket: None,
            operation: None,
            problem: Some(f.error.message.into_owned()),
        });
        let mut rows: Vec<ChangeRow> = done.chain(failures).collect();
        rows.sort_by_key(|r| r.conversation);
        Ok(WriteResult {
            summary: summary(&rows, operation),
            rows,
            selected,
            changed,
            failed,
            question: None,
        })
    }
}

/// The number of times that a transaction is tried, if each ends with a deadlock, before the error is
/// reported.
const TRIES: u32 = 8;

/// Runs a change in one transaction under one operation and prints its rows.
///
/// For a repeated key, it prints the stored rows and returns the stored exit code. On a terminal, a
/// change of several rows is first tried and rolled back, and the user is asked with the number of
/// rows. With `--dry-run`, the change is always rolled back.
///
/// # Errors
/// The refusal of `change`, with nothing changed; [`Kind::CommitLost`] if the result is unknown.
pub async fn write<R>(
    context: &mut Context,
    output: &OutputArgs,
    call: &WriteRequest<'_>,
    change: impl AsyncFn(&mut WriteSession<'_>) -> Result<WriteResult<R>>,
) -> Result<Exit>
where
    R: Row + serde::Serialize + serde::de::DeserializeOwned,
{
    context.with_rows::<R>(output)?;
    let context = &*context;
    let mut conn = context.connect().await?;
    let asks = !call.write.yes && !call.write.dry_run && context.output(None)?.prompter().is_interactive();
    if asks {
        let working = context.output(None)?.progress("looking", None);
        let tried = attempt(context, &mut conn, call, &change, true).await?;
        drop(working);
        if let Done::Rows { written, .. } = tried
            && (written.changed > 1 || written.question.is_some())
            && !context.output(None)?.prompter().confirm(
                &written
                    .question
                    .unwrap_or_else(|| format!("{} {}?", capitalised(call.verb), written.changed)),
            )?
        {
            return Err(Error::new(Kind::Interrupted, "nothing was changed"));
        }
    }
    let working = context.output(None)?.progress("changing", None);
    let done = attempt(context, &mut conn, call, &change, call.write.dry_run).await?;
    drop(working);
    match done {
        Done::Replay {
            info,
            rows,
            operation,
            exit,
        } => {
            let mut out = context.output(Some(&info))?;
            out.note(&format!(
                "the key was used by operation {operation}; this is its result, and nothing was changed"
            ));
            out.print_rows::<R>(rows)?;
            out.finish()?;
            Ok(exit)
        }
        Done::Rows {
            info,
            written,
            operation,
            exit,
        } => {
            let mut out = context.output(Some(&info))?;
            if call.write.dry_run {
                out.note(&format!(
                    "dry run: {} would change; nothing was changed",
                    written.changed
                ));
            } else if written.selected == 0 {
                out.note("nothing matched; nothing was changed");
            }
            let summary = written
                .summary
                .filter(|_| !call.write.dry_run && out.options().is_for_people());
            let printed = if output.quiet {
                Ok(())
            } else {
                out.print_rows(written.rows).map(|_| ())
            };
            let printed = printed.and_then(|()| out.flush());
            if let (Ok(()), Some(summary)) = (&printed, summary.filter(|_| !out.closed())) {
                out.note(&summary);
            }
            printed.and_then(|()| out.finish()).map_err(|mut e| {
                if written.changed > 0 && !call.write.dry_run {
                    e.message = format!("the change was made by operation {operation}; but {}", e.message).into();
                    e.hint = Some(format!("inbox audit --operation {operation} shows it").into());
                }
                e
            })?;
            if written.failed > 0 {
                return Err(Error::new(
                    Kind::Partial,
                    format!("{} of {} could not be changed", written.failed, written.selected),
                )
                .hint("the column problem shows the reasons"));
            }
            Ok(exit)
        }
    }
}

enum Done<R> {
    Rows {
        info: WorkspaceInfo,
        written: WriteResult<R>,
        operation: crate::domain::ids::OperationId,
        exit: u8,
    },
    Replay {
        info: WorkspaceInfo,
        rows: Vec<R>,
        operation: crate::domain::ids::OperationId,
        exit: u8,
    },
}

async fn attempt<R>(
    context: &Context,
    conn: &mut PgConnection,
    call: &WriteRequest<'_>,
    change: &impl AsyncFn(&mut WriteSession<'_>) -> Result<WriteResult<R>>,
    roll_back: bool,
) -> Result<Done<R>>
where
    R: serde::Serialize + serde::de::DeserializeOwned,
{
    let mut tries = 0;
    loop {
        tries += 1;
        match once(context, conn, call, change, roll_back).await {
            Err(e) if is_retryable(&e) && tries < TRIES => {
                tracing::debug!(tries, error = %e, "running the transaction again");
                tokio::time::sleep(std::time::Duration::from_millis(u64::from(tries) * 7)).await;
            }
            other => return other,
        }
    }
}

async fn once<R>(
    context: &Context,
    conn: &mut PgConnection,
    call: &WriteRequest<'_>,
    change: &impl AsyncFn(&mut WriteSession<'_>) -> Result<WriteResult<R>>,
    roll_back: bool,
) -> Result<Done<R>>
where
    R: serde::Serialize + serde::de::DeserializeOwned,
{
    let mut tx = db::begin(conn, &context.workspace, Mode::Write).await?;
    let view = WorkspaceView::read(&mut tx, context).await?;
    let hash = Sha256::digest(
        serde_json::to_vec(&json!([call.verb, call.compared])).map_err(|e| Error::failed(e.to_string()))?,
    );
    let key = call.write.idempotency_key.as_deref();
    let invocation = Invocation {
        acting: context.acting.as_deref(),
        verb: call.verb,
        args: &call.args,
        args_hash: &hash,
        key,
        undoes: call.undoes,
    };
    let operation = match db::operation::open(&mut tx, &invocation).await? {
        Opened::Fresh(operation) => operation,
        Opened::Replay(stored) => {
            let rows = serde_json::from_value(stored.result)
                .map_err(|e| Error::failed(format!("the stored result of the key cannot be read: {e}")))?;
            return Ok(Done::Replay {
                info: view.info,
                rows,
                operation: stored.operation,
                exit: stored.exit,
            });
        }
    };
    let written = change(&mut view.session(&mut tx, context, &operation)).await?;
    let exit = if written.failed > 0 {
        Kind::Partial.exit_code()
    } else {
        0
    };
    let result = key
        .map(|_| serde_json::to_value(&written.rows))
        .transpose()
        .map_err(|e| Error::failed(e.to_string()))?;
    if roll_back {
        tx.rollback().await?;
    } else if written.changed == 0 && written.selected == 0 && !(call.filtered && key.is_some()) {
        // Without references, nothing is recorded and no key is stored, so that a failed pipe can be repeated.
        tx.rollback().await?;
    } else {
        db::operation::finish(
            &mut tx,
            operation.id,
            written.selected,
            written.changed,
            result.as_ref(),
            exit,
        )
        .await?;
        db::commit(tx, Some(operation.id.0)).await?;
    }
    Ok(Done::Rows {
        info: view.info,
        written,
        operation: operation.id,
        exit,
    })
}

/// Returns a summary of the change for its author, with the command that reverses it.
fn summary(rows: &[ChangeRow], operation: &Operation) -> Option<String> {
    let changed: Vec<&ChangeRow> = rows.iter().filter(|r| r.result == "changed").collect();
    let text = match changed.as_slice() {
        [] => return None,
        [one] => one_changed(one, &operation.handle),
        several => format!("{} conversations were changed", several.len()),
    };
    // `inbox undo` does not reverse a note, an offer or a ticket.
    let reversible = |r: &&ChangeRow| {
        r.event.as_ref().is_some_and(|e| {
            !matches!(
                e.known(),
                Some(EventKind::Noted | EventKind::Escalated | EventKind::HandoffOffered)
            )
        })
    };
    Some(match changed.iter().any(reversible) {
        true => format!("{text} · undo: inbox undo {}", operation.id),
        false => text,
    })
}

fn one_changed(row: &ChangeRow, me: &str) -> String {
    let name = row.conversation;
    if let Some(ticket) = row.ticket {
        return format!("{name} has the ticket {ticket}");
    }
    let (event, status) = (row.event.as_ref(), row.status.as_ref());
    match (
        event.and_then(Stored::known),
        row.owner.as_deref(),
        status.and_then(Stored::known),
    ) {
        (Some(EventKind::Noted), _, _) => format!("the note on {name} was saved"),
        (Some(EventKind::Labelled), _, _) => format!("the labels of {name} were changed"),
        (Some(EventKind::HandoffOffered), _, _) => {
            format!("{name} was offered; you stay accountable until it is accepted")
        }
        (_, _, Some(status @ (Status::Resolved | Status::Pending | Status::Snoozed))) => format!("{name} is {status}"),
        (_, Some(owner), _) if owner == me => format!("{name} is yours"),
        (_, Some(owner), _) => format!("{name} is owned by {owner}"),
        (_, None, _) => match &row.team {
            Some(team) => format!("{name} is in the queue of {team}"),
            None => format!("{name} was changed"),
        },
    }
}

fn capitalised(verb: &str) -> String {
    let mut chars = verb.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
