//! `inbox channel edit`.

use serde_json::json;

use super::{needed, phone_number_id};
use crate::cli::resource::Change;
use crate::cli::{Context, Exit};
use crate::domain::ids::Handle;
use crate::error::{Error, Result};
use crate::verbs::administer::{Field, edit};

/// Change a channel; existing conversations keep their team
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Channel
    handle: Handle,
    /// Phone number id, the digits that Meta shows with the number
    #[arg(long, value_name = "ID", value_parser = phone_number_id)]
    phone_number_id: Option<String>,
    /// Store of the channel
    #[arg(long, value_name = "HANDLE")]
    store: Option<Handle>,
    /// Team for new conversations
    #[arg(long, value_name = "HANDLE")]
    team: Option<Handle>,
    /// Phone number, as people write it
    #[arg(long, value_name = "PHONE")]
    display_phone: Option<String>,
    #[command(flatten)]
    change: Change,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        if self.phone_number_id.is_none() && self.store.is_none() && self.team.is_none() && self.display_phone.is_none()
        {
            return Err(
                Error::usage("nothing to change").hint("add --team, --store, --phone-number-id or --display-phone")
            );
        }
        let args = json!({
            "handle": self.handle, "phone_number_id": self.phone_number_id, "store": self.store, "team": self.team,
            "display_phone": self.display_phone,
        });
        self.change
            .run(context, "channel edit", args, async |session| {
                let mut fields = Vec::new();
                fields.extend(
                    self.phone_number_id
                        .as_deref()
                        .map(|p| Field::new("phone_number_id", p)),
                );
                if let Some(store) = &self.store {
                    fields.push(needed(session.conn, "store", "store_id", store).await?);
                }
                if let Some(team) = &self.team {
                    fields.push(needed(session.conn, "team", "team_id", team).await?);
                }
                fields.extend(self.display_phone.as_deref().map(|p| Field::new("display_phone", p)));
                let reason = self.change.reason();
                Ok(vec![
                    edit(
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
