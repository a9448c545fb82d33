//! `inbox undo`.

use serde_json::json;

use crate::cli::args::{OutputArgs, WriteArgs};
use crate::cli::write::{Call, Written, write};
use crate::cli::{Cx, Exit};
use crate::domain::ids::OperationId;
use crate::error::Result;
use crate::verbs::Along;
use crate::verbs::undo::undo;

/// Put back what an operation changed, where nobody has changed the same since
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The operation, such as O-12; the output of each change and inbox audit name it
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
    /// [`crate::error::Kind::Conflict`] for what has changed since; [`crate::error::Kind::Denied`] for another's operation.
    pub async fn run(self, cx: &mut Cx) -> Result<Exit> {
        let past = self.operation;
        let call = Call {
            verb: "undo",
            write: &self.write,
            args: json!({"operation": past}),
            compared: json!([past, self.write.reason]),
            filtered: false,
            undoes: Some(past),
        };
        write(cx, &self.output, &call, async |conn, _, _, operation| {
            let along = Along {
                reason: self.write.reason.clone(),
                keep_going: self.write.keep_going,
                ..Along::default()
            };
            let outcome = undo(conn, operation, past, &along).await?;
            Written::of(conn, operation, outcome).await
        })
        .await
    }
}
