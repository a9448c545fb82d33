//! `inbox shift list`.

use super::rows::Listed;
use crate::cli::resource::{List, list};
use crate::cli::session::Session;
use crate::cli::{Context, Exit};
use crate::db::admin::{resource, shift};
use crate::error::Result;

/// List shifts, and the agents who work them today
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    list: List,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        list(context, &self.list.output, async |session| {
            lines(session, self.list.all).await
        })
        .await
    }
}

async fn lines(session: &mut Session<'_>, all: bool) -> Result<Vec<Listed>> {
    let conn = &mut *session.conn;
    let lines = shift::lines(conn).await?;
    let agents = resource::agents(conn).await?;
    let rosters = shift::rosters(conn, None, None).await?;
    let today = rosters.day(session.info.now);
    Ok(lines
        .into_iter()
        .filter(|line| all || line.disabled_at.is_none())
        .map(|line| Listed {
            today: agents
                .iter()
                .filter(|a| a.disabled_at.is_none() && rosters.is_rostered(a.id.0, line.id, today))
                .map(|a| a.handle.clone())
                .collect(),
            line,
        })
        .collect())
}
