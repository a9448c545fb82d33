//! `inbox contact forget`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use super::{read, resolve};
use crate::cli::args::RefArgs;
use crate::cli::resource::Change;
use crate::cli::write::{WriteRequest, WriteResult, write};
use crate::cli::{Context, Exit};
use crate::domain::ids::{ConversationId, OperationId};
use crate::error::{Error, Result};
use crate::output::{Column, Row, Value};
use crate::verbs::forget::{Forgotten, forget};

/// Erase the data of a customer; the history and its figures stay
///
/// This command erases the text of messages and notes, names, numbers and ids. It also erases the
/// content of the customer's raw webhooks, dead letters and stored results. Events, their times and
/// actors stay, and chains and seals stay valid. The erasure cannot be undone. A customer who
/// writes again is a new contact.
///
/// First resolve all conversations of the customer. They stay resolved. Notes in conversations
/// of other customers stay. Search these notes for the number and the name with `inbox audit
/// --search`. Only admins may erase customers.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    refs: RefArgs,
    #[command(flatten)]
    change: Change,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
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
            // The history must not name the erased customer.
            args: json!({"contacts": self.refs.refs.len().max(lines.len())}),
            compared: json!([typed, self.change.write.reason]),
            filtered: false,
            undoes: None,
        };
        write(context, &self.change.output, &call, async |session| {
            let contacts = resolve(session.conn, &self.refs, &lines, session.info).await?;
            let done = forget(session.conn, session.operation, &contacts, self.change.reason()).await?;
            let rows: Vec<ForgetRow> = done
                .into_iter()
                .map(|d| ForgetRow::of(d, session.operation.id))
                .collect();
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

/// Returns the question that names the data to be erased.
pub(super) fn question(rows: &[ForgetRow]) -> String {
    let mut sums: Map<String, serde_json::Value> = Map::new();
    for (what, n) in rows.iter().flat_map(|r| &r.erased) {
        let sum = sums.get(what).and_then(serde_json::Value::as_i64).unwrap_or(0) + n.as_i64().unwrap_or(0);
        sums.insert(what.clone(), sum.into());
    }
    let parts: Vec<String> = sums
        .iter()
        .map(|(what, n)| format!("{n} {}", what.replace('_', " ")))
        .collect();
    format!("Erase permanently: {}?", parts.join(", "))
}

/// The result for one contact. It is stored for a repeated key, so it does not identify the customer.
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
            Column::new("id", "The number of the contact in the database.", |r: &Self| {
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
                "The conversations of the contact, which stay.",
                |r: &Self| Value::list(r.conversations.iter().map(ToString::to_string)),
            ),
            Column::new("erased", "The number of erased items of each kind.", |r: &Self| {
                let erased = r
                    .erased
                    .iter()
                    .map(|(what, n)| (what.clone().into(), n.as_i64().map_or(Value::Null, Value::Int)))
                    .collect();
                Value::Fields(erased)
            }),
            Column::new(
                "operation",
                "The operation, which groups all changes of one command.",
                |r: &Self| r.operation.map(|o| o.to_string()).into(),
            ),
        ]
    }

    fn reference(&self) -> Option<String> {
        self.conversations.last().map(ToString::to_string)
    }
}
