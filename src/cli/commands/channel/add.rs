//! `inbox channel add`.

use serde_json::json;

use super::{needed, phone_number_id};
use crate::cli::resource::Change;
use crate::cli::{Context, Exit};
use crate::domain::ids::Handle;
use crate::error::Result;
use crate::verbs::administer::{Field, add};

/// Add a channel
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "inbox channel add [OPTIONS] --phone-number-id <ID> --store <HANDLE>\n\
        \x20                        --team <HANDLE> <HANDLE>"
)]
pub(super) struct Args {
    /// Handle, which commands use; it can never be changed or reused
    handle: Handle,
    /// Phone number id, the digits that Meta shows with the number
    #[arg(long, value_name = "ID", value_parser = phone_number_id)]
    phone_number_id: String,
    /// Store of the channel
    #[arg(long, value_name = "HANDLE")]
    store: Handle,
    /// Team for new conversations
    #[arg(long, value_name = "HANDLE")]
    team: Handle,
    /// Phone number, as people write it
    #[arg(long, value_name = "PHONE")]
    display_phone: Option<String>,
    #[command(flatten)]
    change: Change,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        let args = json!({
            "handle": self.handle, "phone_number_id": self.phone_number_id, "store": self.store, "team": self.team,
            "display_phone": self.display_phone,
        });
        self.change
            .run(context, "channel add", args, async |session| {
                let mut fields = vec![
                    Field::new("phone_number_id", self.phone_number_id.as_str()),
                    needed(session.conn, "store", "store_id", &self.store).await?,
                    needed(session.conn, "team", "team_id", &self.team).await?,
                ];
                fields.extend(self.display_phone.as_deref().map(|p| Field::new("display_phone", p)));
                let reason = self.change.reason();
                Ok(vec![
                    add(
                        session.conn,
                        session.operation,
                        "channel",
                        self.handle.as_str(),
                        &fields,
                        reason,
                    )
                    .await?,
                ])
            })
            .await
    }
}
