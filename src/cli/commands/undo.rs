//! `inbox undo`.

use serde_json::json;

use crate::cli::args::{OutputArgs, WriteArgs};
use crate::cli::write::{WriteRequest, WriteResult, write};
use crate::cli::{Context, Exit};
use crate::domain::ids::OperationId;
use crate::error::Result;
use crate::verbs::ChangeOptions;
use crate::verbs::undo::undo;

/// Reverse an operation, unless its conversations have changed since
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Operation, such as O-12, from the output of a change or inbox audit
    #[arg(value_name = "OPERATION")]
    operation: OperationId,
    #[command(flatten)]
    write: WriteArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Conflict`] if a conversation has changed since;
    /// [`crate::error::Kind::Denied`] for an operation of another agent.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        let past = self.operation;
        let call = WriteRequest {
            verb: "undo",
            write: &self.write,
            args: json!({"operation": past}),
            compared: json!([past, self.write.reason]),
            filtered: false,
            undoes: Some(past),
        };
        write(context, &self.output, &call, async |session| {
            let options = ChangeOptions {
                reason: self.write.reason.clone(),
                keep_going: self.write.keep_going,
                ..ChangeOptions::default()
            };
            let outcome = undo(session.conn, session.operation, past, &options).await?;
            WriteResult::of(session, outcome).await
        })
        .await
    }
}
