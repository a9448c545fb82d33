//! `inbox agent grants`.

use crate::cli::args::OutputArgs;
use crate::cli::resource::List;
use crate::cli::{Context, Exit};
use crate::db::admin::resource;
use crate::error::Result;

/// List logins with the agents that they may act as
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Select by login
    #[arg(long, value_name = "LOGIN")]
    login: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        let list = List {
            all: false,
            output: self.output,
        };
        list.run(context, async |session| {
            resource::grants(session.conn, self.login.as_deref()).await
        })
        .await
    }
}
