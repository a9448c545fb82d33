//! `inbox agent enable`.

use serde_json::json;

use crate::cli::resource::Change;
use crate::cli::{Context, Exit};
use crate::db::admin::resource;
use crate::domain::ids::Handle;
use crate::error::Result;
use crate::verbs::administer::{self, enable};

/// Enable agents again
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Agents
    #[arg(required = true, value_name = "HANDLE")]
    handles: Vec<Handle>,
    #[command(flatten)]
    change: Change,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        self.change
            .run_with_logins(
                context,
                "agent enable",
                json!({"handles": self.handles}),
                false,
                async |session, logins| {
                    let keep_going = self.change.keep_going();
                    administer::each(
                        session.conn,
                        keep_going,
                        "agent",
                        &self.handles,
                        async |conn, handle| {
                            let done =
                                enable(conn, session.operation, "agent", handle.as_str(), self.change.reason()).await?;
                            logins.extend(resource::logins_of(conn, handle.as_str()).await?);
                            Ok(done)
                        },
                    )
                    .await
                },
            )
            .await
    }
}
