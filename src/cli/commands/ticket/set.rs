//! `inbox ticket set`.

use serde_json::json;

use super::common::Common;
use crate::cli::args::word;
use crate::cli::verb::ahead;
use crate::cli::{Context, Exit};
use crate::domain::vocabulary::{Priority, TicketStatus};
use crate::error::{Error, Result};
use crate::verbs::ticket::TicketChange;

/// Set the status, priority, due time or category of tickets
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Status
    #[arg(long, value_name = "STATUS", value_parser = word::<TicketStatus>())]
    status: Option<TicketStatus>,
    /// Priority
    #[arg(long, value_name = "PRIORITY", value_parser = word::<Priority>())]
    priority: Option<Priority>,
    /// Due time, such as 4h, or `none`
    #[arg(long, value_name = "TIME")]
    due: Option<String>,
    /// Category, or `none`
    #[arg(long, value_name = "WORD")]
    category: Option<String>,
    #[command(flatten)]
    common: Common,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] if no change is given.
    pub async fn run(mut self, context: &mut Context) -> Result<Exit> {
        self.common.settle();
        if self.status.is_none() && self.priority.is_none() && self.due.is_none() && self.category.is_none() {
            return Err(Error::usage("nothing to set")
                .hint("add --status waiting, --priority high, --due 4h or --category courier"));
        }
        let more =
            json!({"status": self.status, "priority": self.priority, "due": self.due, "category": self.category});
        self.common
            .run(context, "ticket set", more, async |session| {
                let due = match self.due.as_deref() {
                    None => None,
                    Some("none") => Some(None),
                    Some(text) => Some(Some(ahead(session.clock(), "--due", text)?)),
                };
                let category = self.category.as_ref().map(|c| (c != "none").then(|| c.clone()));
                Ok(TicketChange::Set {
                    status: self.status,
                    priority: self.priority,
                    due,
                    category,
                })
            })
            .await
    }
}
