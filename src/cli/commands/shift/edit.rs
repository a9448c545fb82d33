//! `inbox shift edit`.

use serde_json::json;

use super::fields;
use crate::cli::resource::Change;
use crate::cli::{Context, Exit};
use crate::domain::ids::Handle;
use crate::domain::shift::Hours;
use crate::domain::vocabulary::name;
use crate::error::{Error, Result};
use crate::verbs::administer::edit;

/// Change a shift
///
/// New hours apply to shifts that begin after the change. Past shifts keep their hours.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Shift
    handle: Handle,
    /// Hours in the workspace's zone: 08:00-16:00, or 22:00-06:00
    #[arg(long, value_name = "HOURS")]
    hours: Option<Hours>,
    /// Name
    #[arg(long, value_parser = name)]
    name: Option<String>,
    #[command(flatten)]
    change: Change,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        let fields = fields(self.hours, self.name.as_deref());
        if fields.is_empty() {
            return Err(Error::usage("nothing to change").hint("add --hours or --name"));
        }
        let hours = self.hours.map(|h| (h.starts, h.ends));
        let args = json!({"handle": self.handle, "name": self.name, "hours": hours});
        self.change
            .run(context, "shift edit", args, async |session| {
                let (handle, reason) = (self.handle.as_str(), self.change.reason());
                Ok(vec![
                    edit(session.conn, session.operation, "shift", handle, &fields, reason).await?,
                ])
            })
            .await
    }
}
