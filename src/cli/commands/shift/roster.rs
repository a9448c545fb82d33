//! `inbox shift roster`.

use super::entry::Named;
use crate::cli::args::OutputArgs;
use crate::cli::resource::list;
use crate::cli::select::named;
use crate::cli::{Context, Exit};
use crate::db::admin::directory::check_handles;
use crate::db::admin::shift;
use crate::db::operation::whoami;
use crate::domain::ids::Handle;
use crate::domain::time::parse_zone;
use crate::error::Result;

/// List roster entries, newest last
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Select by agent, or `me`
    #[arg(long, value_name = "HANDLE", value_delimiter = ',', help_heading = "Filters")]
    agent: Vec<Named>,
    /// Select by shift
    #[arg(long, value_name = "HANDLE", value_delimiter = ',', help_heading = "Filters")]
    shift: Vec<Handle>,
    /// Include entries that have ended or are revoked
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        list(context, &self.output, async |session| {
            let me = match self.agent.iter().any(|a| matches!(a, Named::Me)) {
                true => whoami(session.conn, session.context.acting.as_deref()).await?.handle,
                false => String::new(),
            };
            let agents = Named::handles(&self.agent, &me);
            check_handles(
                session.conn,
                &[named("agent", &agents), named("shift", &self.shift)].concat(),
            )
            .await?;
            let texts = |list: &[Handle]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
            // A night shift that began yesterday may not have ended.
            let today = parse_zone(&session.info.time_zone)?
                .to_datetime(session.info.now)
                .date();
            let from = (!self.all).then(|| today.yesterday().unwrap_or(today));
            shift::entry_lines(session.conn, &agents, &texts(&self.shift), from).await
        })
        .await
    }
}
