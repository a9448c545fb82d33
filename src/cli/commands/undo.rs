//! `inbox undo`.

use serde_json::json;

use crate::cli::args::{OutputArgs, WriteArgs};
use crate::cli::write::{WriteRequest, WriteResult, write};
use crate::cli::{Context, Exit};
use crate::domain::ids::OperationId;
use crate::error::Result;
use crate::verbs::ChangeOptions;
use crate::verbs::undo::undo;

/// Reverse an operation, if nothing has changed since
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
    /// [`crate::error::Kind::Conflict`] for what has changed since; [`crate::error::Kind::Denied`]
    /// for another's operation.
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
        write(context, &self.output, &call, async |conn, context, _, operation| {
            let options = ChangeOptions {
                reason: self.write.reason.clone(),
                keep_going: self.write.keep_going,
                ..ChangeOptions::default()
            };
            let outcome = undo(conn, operation, past, &options).await?;
            WriteResult::of(conn, context, operation, outcome).await
        })
        .await
    }
}
