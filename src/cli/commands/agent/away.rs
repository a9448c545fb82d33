//! `inbox agent away`, and the code that `inbox agent back` shares with it.

use serde_json::json;

use crate::cli::args::word;
use crate::cli::resource::Change;
use crate::cli::verb::ahead;
use crate::cli::{Context, Exit};
use crate::db::admin::presence::Away;
use crate::domain::ids::Handle;
use crate::domain::vocabulary::Absence;
use crate::error::Result;
use crate::verbs::presence;

/// Record that you or another agent is away
///
/// The agent keeps their conversations. With --until, the absence ends at that time by itself.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Agent [default: you]
    handle: Option<Handle>,
    /// Kind of absence: break, lunch, leave or training
    #[arg(long, value_name = "KIND", value_parser = word::<Absence>())]
    kind: Absence,
    /// End of the absence: 30m, 14:00, 'monday 09:00'
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    #[command(flatten)]
    change: Change,
}

impl Args {
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        let args = json!({"handle": self.handle, "kind": self.kind, "until": self.until});
        set(
            context,
            &self.change,
            "agent away",
            args,
            self.handle.as_ref(),
            Some((self.kind, self.until.as_deref())),
        )
        .await
    }
}

/// Records an absence, or a return if no absence is given.
pub(super) async fn set(
    context: &mut Context,
    change: &Change,
    verb: &str,
    args: serde_json::Value,
    handle: Option<&Handle>,
    away: Option<(Absence, Option<&str>)>,
) -> Result<Exit> {
    change
        .run(context, verb, args, async |session| {
            let handle = handle.map_or(session.operation.handle.as_str(), Handle::as_str);
            let away = match away {
                Some((kind, until)) => Some(Away {
                    kind,
                    until: until.map(|text| ahead(session.clock(), "--until", text)).transpose()?,
                }),
                None => None,
            };
            Ok(vec![
                presence::set(session.conn, session.operation, handle, away).await?,
            ])
        })
        .await
}
