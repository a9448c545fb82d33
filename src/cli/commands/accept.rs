//! `inbox accept`.

use serde_json::json;

use crate::cli::verb::{Choices, Common, Verb};
use crate::cli::{Context, Exit};
use crate::db;
use crate::domain::conversation::Change;
use crate::error::Result;

const VERB: Verb = Verb::new("accept").on(Choices::Offered);

/// Accept an offer to you or your team, and become the owner
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    common: Common,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Conflict`] if the conversation is not offered;
    /// [`crate::error::Kind::Denied`] if it is offered to another agent.
    pub async fn run(mut self, context: &mut Context) -> Result<Exit> {
        self.common
            .run(context, VERB, None, json!({}), async |session| {
                let me =
                    db::admin::directory::agents(session.conn, std::slice::from_ref(&session.operation.handle)).await?;
                let teams = me.into_iter().next().map(|a| a.teams).unwrap_or_default();
                let by = session.operation.actor;
                Ok(move |_: &_| Change::Accept {
                    by,
                    teams: teams.clone(),
                })
            })
            .await
    }
}
