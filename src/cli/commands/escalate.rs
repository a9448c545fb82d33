//! `inbox escalate`.

use serde_json::json;

use crate::cli::args::{IfOwnerArgs, word};
use crate::cli::verb::{Common, Verb, ahead, recipient};
use crate::cli::write::WriteResult;
use crate::cli::{Context, Exit};
use crate::db::admin::directory::Recipient;
use crate::db::ticket::NewTicket;
use crate::domain::vocabulary::Priority;
use crate::error::Result;
use crate::verbs::escalate::escalate;

const VERB: Verb = Verb::new("escalate");

/// Open a ticket for a conversation
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Agent or team of the ticket [default: the conversation's team]
    ///
    /// With references, --owner does the same.
    #[arg(long, value_name = "HANDLE")]
    to: Option<String>,
    /// Priority of the ticket [default: normal]
    ///
    /// With references, --priority does the same.
    #[arg(id = "ticket_priority", long = "ticket-priority", value_name = "PRIORITY", value_parser = word::<Priority>())]
    priority: Option<Priority>,
    /// Category, such as courier or refund
    #[arg(long, value_name = "WORD")]
    category: Option<String>,
    /// Due time, such as 4h or 'tomorrow 18:00'
    #[arg(long, value_name = "TIME")]
    due: Option<String>,
    /// Open a ticket even if one is open already
    #[arg(long)]
    another: bool,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    if_owner: IfOwnerArgs,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Conflict`] if a ticket is open already. The error names it.
    pub async fn run(mut self, context: &mut Context) -> Result<Exit> {
        if !self.common.refs.is_empty() {
            self.priority = self.priority.or(self.common.filter.take_priority());
            self.to = self
                .to
                .take()
                .or(self.common.filter.take_owner().map(|o| o.as_str().to_owned()));
        }
        let (to, priority) = (self.to, self.priority.unwrap_or(Priority::Normal));
        let more = json!({
            "to": to, "priority": priority, "category": self.category, "due": self.due, "another": self.another,
        });
        self.common
            .run_with(
                context,
                VERB,
                Some(&self.if_owner),
                more,
                async |session, selection, options| {
                    let (owner, team) = match &to {
                        None => (None, None),
                        Some(handle) => match recipient(session, handle).await? {
                            Recipient::Agent(a) => (Some(a.id), None),
                            Recipient::Team(t, _) => (None, Some(t)),
                        },
                    };
                    let new = NewTicket {
                        owner,
                        team,
                        priority,
                        category: self.category.as_deref(),
                        due: self
                            .due
                            .as_deref()
                            .map(|t| ahead(session.clock(), "--due", t))
                            .transpose()?,
                    };
                    let outcome =
                        escalate(session.conn, session.operation, selection, options, &new, self.another).await?;
                    WriteResult::of(session, outcome).await
                },
            )
            .await
    }
}
