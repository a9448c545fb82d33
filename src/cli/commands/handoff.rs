//! `inbox handoff`.

use serde_json::json;

use crate::cli::args::IfOwnerArgs;
use crate::cli::verb::{Common, Verb, ahead, recipient, recipient_or_pick};
use crate::cli::{Context, Exit};
use crate::db::admin::directory::Recipient;
use crate::domain::conversation::Change;
use crate::error::Result;

const VERB: Verb = Verb::new("handoff");

/// Hand a conversation to another agent or team, with context
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Agent or team
    #[arg(long, value_name = "HANDLE")]
    to: Option<String>,
    /// Stay the owner until the handoff is accepted
    #[arg(long)]
    require_accept: bool,
    /// Time until the offer expires, such as 30m
    #[arg(long, value_name = "TIME", requires = "require_accept")]
    accept_within: Option<String>,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    if_owner: IfOwnerArgs,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Denied`] if another agent is the owner;
    /// [`crate::error::Kind::Conflict`] if the conversation is offered already.
    pub async fn run(mut self, context: &mut Context) -> Result<Exit> {
        let to = recipient_or_pick(context, &self.common.output, self.to.as_deref()).await?;
        let more = json!({"to": to, "require_accept": self.require_accept, "accept_within": self.accept_within});
        self.common
            .run(context, VERB, Some(&self.if_owner), more, async |session| {
                let due = self
                    .accept_within
                    .as_deref()
                    .map(|t| ahead(session.clock(), "--accept-within", t))
                    .transpose()?;
                let change = match (recipient(session, &to).await?, self.require_accept) {
                    (Recipient::Agent(a), false) => Change::HandOff {
                        to: a.id,
                        teams: a.teams,
                    },
                    (Recipient::Team(team, _), false) => Change::HandOffTeam { to: team },
                    (Recipient::Agent(a), true) => Change::Offer { to: a.id, due },
                    (Recipient::Team(team, _), true) => Change::OfferTeam { to: team, due },
                };
                Ok(move |_: &_| change.clone())
            })
            .await
    }
}
