//! `inbox assign`.

use serde_json::json;

use crate::cli::args::IfOwnerArgs;
use crate::cli::verb::{Common, Verb, recipient, recipient_or_pick};
use crate::cli::{Context, Exit};
use crate::db::admin::directory::Recipient;
use crate::domain::conversation::Change;
use crate::error::Result;

const VERB: Verb = Verb::new("assign");

/// Make an agent the owner, or move a conversation to a team's queue
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Agent, `me`, or team
    #[arg(long, value_name = "HANDLE")]
    to: Option<String>,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    if_owner: IfOwnerArgs,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Denied`] if the agent may not move conversations of others.
    pub async fn run(mut self, context: &mut Context) -> Result<Exit> {
        let to = recipient_or_pick(context, &self.common.output, self.to.as_deref()).await?;
        self.common
            .run(
                context,
                VERB,
                Some(&self.if_owner),
                json!({"to": to}),
                async |session| {
                    let change = match recipient(session, &to).await? {
                        Recipient::Agent(a) => Change::Assign {
                            to: a.id,
                            teams: a.teams,
                        },
                        Recipient::Team(team, _) => Change::AssignTeam { to: team },
                    };
                    Ok(move |_: &_| change.clone())
                },
            )
            .await
    }
}
