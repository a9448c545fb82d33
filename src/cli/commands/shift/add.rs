//! `inbox shift add`.

use serde_json::json;

use super::fields;
use crate::cli::resource::Change;
use crate::cli::{Context, Exit};
use crate::domain::ids::Handle;
use crate::domain::shift::Hours;
use crate::domain::vocabulary::name;
use crate::error::Result;
use crate::verbs::administer::add;

/// Add a shift
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Handle, which commands use; it can never be changed or reused
    handle: Handle,
    /// Hours in the workspace's zone: 08:00-16:00, or 22:00-06:00
    #[arg(long, value_name = "HOURS")]
    hours: Hours,
    /// Name [default: the handle]
    #[arg(long, value_parser = name)]
    name: Option<String>,
    #[command(flatten)]
    change: Change,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        let name = self.name.as_deref().unwrap_or(self.handle.as_str());
        let fields = fields(Some(self.hours), Some(name));
        let args = json!({"handle": self.handle, "name": name, "starts": self.hours.starts, "ends": self.hours.ends});
        self.change
            .run(context, "shift add", args, async |session| {
                let (handle, reason) = (self.handle.as_str(), self.change.reason());
                Ok(vec![
                    add(session.conn, session.operation, "shift", handle, &fields, reason).await?,
                ])
            })
            .await
    }
}
