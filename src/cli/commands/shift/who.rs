//! `inbox shift who`.

use super::rows::OnShift;
use crate::cli::args::OutputArgs;
use crate::cli::resource::list;
use crate::cli::select::named;
use crate::cli::{Context, Exit};
use crate::db::admin::directory::check_handles;
use crate::db::admin::shift;
use crate::domain::ids::Handle;
use crate::domain::time::Direction;
use crate::error::Result;

/// Show the agents on shift, now or at another time
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Time, such as 2h (ago) or 'tomorrow 09:00' [default: now]
    ///
    /// A time without a date, such as 14:05, is its most recent occurrence.
    #[arg(long, value_name = "TIME", help_heading = "Filters")]
    at: Option<String>,
    /// Select by shift
    #[arg(long, value_name = "HANDLE", value_delimiter = ',', help_heading = "Filters")]
    shift: Vec<Handle>,
    /// Select by team
    #[arg(long, value_name = "HANDLE", value_delimiter = ',', help_heading = "Filters")]
    team: Vec<Handle>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        list(context, &self.output, async |session| {
            check_handles(
                session.conn,
                &[named("team", &self.team), named("shift", &self.shift)].concat(),
            )
            .await?;
            let at = match &self.at {
                None => session.info.now,
                Some(at) => session.clock().parse(at, Direction::Past)?,
            };
            let agents = shift::colleagues(session.conn, (at < session.info.now).then_some(at)).await?;
            let rosters = shift::rosters(session.conn, None, None).await?;
            let mut rows = Vec::new();
            for a in agents {
                if !self.team.is_empty() && !a.teams.iter().any(|t| self.team.iter().any(|w| w.as_str() == t)) {
                    continue;
                }
                for duty in rosters.at(a.id, at).unwrap_or_default() {
                    if self.shift.is_empty() || self.shift.iter().any(|s| s.as_str() == duty.shift) {
                        rows.push(OnShift {
                            handle: a.handle.clone(),
                            name: a.name.clone(),
                            shift: duty.shift,
                            from: duty.from,
                            to: duty.to,
                            teams: a.teams.clone(),
                            live: a.live,
                        });
                    }
                }
            }
            rows.sort_by(|a, b| (a.from, &a.shift, &a.handle).cmp(&(b.from, &b.shift, &b.handle)));
            Ok(rows)
        })
        .await
    }
}
