//! `inbox agent list`.

use super::texts;
use crate::cli::args::word;
use crate::cli::resource::List;
use crate::cli::select::named;
use crate::cli::{Context, Exit};
use crate::db::admin::directory::{self};
use crate::db::admin::resource;
use crate::domain::ids::Handle;
use crate::domain::vocabulary::Role;
use crate::error::Result;

/// List agents with their live conversations, tickets and last activity
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Select by role
    #[arg(long, value_name = "ROLE", value_delimiter = ',', value_parser = word::<Role>())]
    role: Vec<Role>,
    /// Select by team
    #[arg(long, value_name = "HANDLE", value_delimiter = ',')]
    team: Vec<Handle>,
    #[command(flatten)]
    list: List,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        self.list
            .run(context, async |session| {
                let teams = texts(&self.team);
                directory::check_handles(session.conn, &named("team", &teams)).await?;
                let mut rows = resource::agents(session.conn).await?;
                rows.retain(|r| {
                    (self.list.all || r.disabled_at.is_none())
                        && (self.role.is_empty() || self.role.iter().any(|role| role.as_str() == r.role))
                        && (teams.is_empty() || r.teams.iter().any(|t| teams.contains(t)))
                });
                Ok(rows)
            })
            .await
    }
}
