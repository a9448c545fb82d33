//! `inbox shift rotate`.

use serde_json::json;

use crate::cli::verb::{Common, Verb, agent_only, recipient};
use crate::cli::write::WriteResult;
use crate::cli::{Context, Exit};
use crate::domain::filter::OwnerFilter;
use crate::domain::ids::Handle;
use crate::error::{Error, Result};
use crate::verbs::rotate::rotate;

const VERB: Verb = Verb::new("shift rotate");

/// Distribute the conversations of one shift to the next shift
///
/// Members of the conversation's team are preferred, then agents with the fewest conversations.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Agents who end their shift, separated by commas
    #[arg(long, value_name = "HANDLES", value_delimiter = ',', required = true)]
    from: Vec<Handle>,
    /// Agents who begin their shift, separated by commas
    #[arg(long, value_name = "HANDLES", value_delimiter = ',', required = true)]
    to: Vec<Handle>,
    #[command(flatten)]
    common: Common,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Denied`] if the agent is not a supervisor.
    pub async fn run(mut self, context: &mut Context) -> Result<Exit> {
        if let Some(both) = self.from.iter().find(|h| self.to.contains(h)) {
            return Err(Error::usage(format!("{both} is in --from and in --to")).hint("remove it from one of them"));
        }
        if !self.common.refs.is_empty() {
            return Err(
                Error::usage("shift rotate accepts agents and filters, but no references")
                    .hint("inbox assign C-12 --to ali"),
            );
        }
        let mut selector = self.common.selector(context)?;
        selector.owners(self.from.iter().cloned().map(OwnerFilter::Handle).collect());
        let more = json!({"from": self.from, "to": self.to});
        self.common
            .run_on(
                context,
                VERB,
                None,
                more,
                &selector,
                async |session, selection, options| {
                    let mut to = Vec::with_capacity(self.to.len());
                    for handle in &self.to {
                        to.push(agent_only(recipient(session, handle.as_str()).await?, "--to")?);
                    }
                    let outcome = rotate(session.conn, session.operation, selection, options, &to).await?;
                    WriteResult::of(session, outcome).await
                },
            )
            .await
    }
}
