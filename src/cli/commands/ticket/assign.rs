//! `inbox ticket assign`.

use serde_json::json;

use super::common::Common;
use crate::cli::verb::{recipient, recipient_or_pick};
use crate::cli::{Context, Exit};
use crate::db::admin::directory::Recipient;
use crate::error::Result;
use crate::verbs::ticket::TicketChange;

/// Assign tickets to an agent, or to a team's queue
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Agent, `me`, or team
    #[arg(long, value_name = "HANDLE")]
    to: Option<String>,
    #[command(flatten)]
    common: Common,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Denied`] if the agent may not move the ticket.
    pub async fn run(mut self, context: &mut Context) -> Result<Exit> {
        self.common.settle();
        let to = recipient_or_pick(context, &self.common.output, self.to.as_deref()).await?;
        self.common
            .run(context, "ticket assign", json!({"to": to}), async |session| {
                Ok(match recipient(session, &to).await? {
                    Recipient::Agent(a) => TicketChange::Assign {
                        owner: Some(a.id),
                        team: None,
                    },
                    Recipient::Team(team, _) => TicketChange::Assign {
                        owner: None,
                        team: Some(team),
                    },
                })
            })
            .await
    }
}
