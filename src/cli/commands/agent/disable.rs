//! `inbox agent disable`.

use serde_json::json;

use super::texts;
use crate::cli::resource::Change;
use crate::cli::session;
use crate::cli::{Context, Exit};
use crate::db::admin::directory::{self, agents};
use crate::db::admin::resource;
use crate::domain::ids::Handle;
use crate::error::Result;
use crate::verbs::administer::{self, Leaving, disable_agent};

/// Disable agents; their history stays
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Agents
    #[arg(required = true, value_name = "HANDLE")]
    handles: Vec<Handle>,
    /// Assign their conversations to this agent or team
    #[arg(long, value_name = "HANDLE", conflicts_with = "release")]
    give_to: Option<Handle>,
    /// Return their conversations to the queues
    #[arg(long)]
    release: bool,
    #[command(flatten)]
    change: Change,
}

impl Args {
    pub(super) async fn run(mut self, context: &mut Context) -> Result<Exit> {
        self.ask(context).await?;
        let args = json!({"handles": self.handles, "give_to": self.give_to, "release": self.release});
        self.change
            .run_with_logins(context, "agent disable", args, false, async |session, logins| {
                let leaving = match &self.give_to {
                    Some(to) => Leaving::Give(directory::recipient(session.conn, to.as_str()).await?),
                    None if self.release => Leaving::Release,
                    None => Leaving::Nothing,
                };
                let keep_going = self.change.keep_going();
                administer::each(
                    session.conn,
                    keep_going,
                    "agent",
                    &self.handles,
                    async |conn, handle| {
                        logins.extend(resource::logins_of(conn, handle.as_str()).await?);
                        disable_agent(conn, session.operation, handle.as_str(), &leaving, self.change.reason()).await
                    },
                )
                .await
            })
            .await
    }

    /// Asks on a terminal for the new owner of the agent's work, if the agent has any.
    async fn ask(&mut self, context: &mut Context) -> Result<()> {
        context.with_output(&self.change.output)?;
        let prompter = context.output(None)?.prompter();
        if self.give_to.is_some() || self.release || !prompter.is_interactive() {
            return Ok(());
        }
        let ((owned, mut to), _) = session::read(context, async |session| {
            let mut owned = 0;
            for agent in agents(session.conn, &texts(&self.handles)).await? {
                let held = resource::held(session.conn, agent.id).await?;
                owned += held.conversations + i64::try_from(held.tickets.len()).unwrap_or(0);
            }
            Ok((owned, directory::recipients(session.conn).await?))
        })
        .await?;
        if owned == 0 {
            return Ok(());
        }
        to.retain(|h| !self.handles.iter().any(|mine| mine.as_str() == h));
        let mut labels = vec!["back into the queues".to_owned()];
        labels.extend(to.iter().cloned());
        let what = format!("new owner of {owned} conversations and tickets");
        match prompter.pick(&what, "--give-to or --release", &labels)? {
            0 => self.release = true,
            n => self.give_to = to.get(n - 1).map(|h| h.parse()).transpose()?,
        }
        Ok(())
    }
}
