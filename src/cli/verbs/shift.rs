//! `inbox shift`.

use serde_json::json;

use super::{Common, agent_only, recipient};
use crate::cli::write::Written;
use crate::cli::{Cx, Exit};
use crate::domain::filter::OwnerFilter;
use crate::domain::ids::Handle;
use crate::error::{Error, Result};
use crate::verbs::rotate::rotate;

/// Move work between shifts
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Rotate(Box<Rotate>),
}

/// Spread what people own over those who take over: members of the conversation's team first, then the least loaded
#[derive(Debug, clap::Args)]
struct Rotate {
    #[command(flatten)]
    common: Common,
    /// Who goes home; several with commas
    #[arg(long, value_name = "HANDLES", value_delimiter = ',', required = true)]
    from: Vec<Handle>,
    /// Who takes over; several with commas
    #[arg(long, value_name = "HANDLES", value_delimiter = ',', required = true)]
    to: Vec<Handle>,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Denied`] for who is no supervisor.
    pub async fn run(self, cx: &mut Cx) -> Result<Exit> {
        let Command::Rotate(mut a) = self.command;
        if let Some(both) = a.from.iter().find(|h| a.to.contains(h)) {
            return Err(Error::usage(format!("{both} goes home and takes over at once"))
                .hint("leave it out of --from or of --to"));
        }
        if !a.common.refs.is_empty() {
            return Err(
                Error::usage("rotate takes people and filters, not references").hint("inbox assign C-12 --to ali")
            );
        }
        let mut wanted = a.common.wanted(cx)?;
        wanted.owners(a.from.iter().cloned().map(OwnerFilter::Handle).collect());
        let more = json!({"from": a.from, "to": a.to});
        a.common
            .run_on(
                cx,
                "shift rotate",
                None,
                more,
                &wanted,
                async |conn, _, _, operation, picked, along| {
                    let mut to = Vec::with_capacity(a.to.len());
                    for handle in &a.to {
                        to.push(agent_only(recipient(conn, operation, handle.as_str()).await?, "--to")?);
                    }
                    let outcome = rotate(conn, operation, picked, along, &to).await?;
                    Written::of(conn, operation, outcome).await
                },
            )
            .await
    }
}
