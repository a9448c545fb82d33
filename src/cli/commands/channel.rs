//! `inbox channel`.

use serde_json::json;
use sqlx::postgres::PgConnection;

use crate::cli::commands::place::turn;
use crate::cli::resource::{Change, List};
use crate::cli::{Context, Exit};
use crate::db::admin::resource;
use crate::domain::ids::Handle;
use crate::domain::vocabulary::quoted;
use crate::error::{Error, Result};
use crate::verbs::administer::{Field, add, edit, find};

/// Administer channels, the WhatsApp numbers of the business
///
/// A message to a number without a channel is kept. `serve` applies it as soon as the channel is added.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Add(Box<Add>),
    /// List channels with their live conversations
    List(List),
    Edit(Box<Edit>),
    /// Disable channels; their history stays
    Disable(Box<Handles>),
    /// Enable channels again
    Enable(Box<Handles>),
}

/// Add a channel
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "inbox channel add [OPTIONS] --phone-number-id <ID> --store <HANDLE>\n                         --team <HANDLE> <HANDLE>"
)]
struct Add {
    /// Handle, as commands name it; it can never be changed or reused
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

/// Change a channel; existing conversations keep their team
#[derive(Debug, clap::Args)]
struct Edit {
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

#[derive(Debug, clap::Args)]
struct Handles {
    /// Channels
    #[arg(required = true, value_name = "HANDLE")]
    handles: Vec<Handle>,
    #[command(flatten)]
    change: Change,
}

fn phone_number_id(text: &str) -> Result<String> {
    if (1..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    Err(Error::usage(format!(
        "{} is no phone number id: digits alone, not the phone number",
        quoted(text)
    )))
}

/// Finds a team or store that is in use.
async fn needed(conn: &mut PgConnection, noun: &'static str, column: &'static str, handle: &Handle) -> Result<Field> {
    let (id, row) = find(conn, noun, handle.as_str()).await?;
    if row.get("disabled_at").is_some_and(|d| !d.is_null()) {
        return Err(
            Error::conflict(format!("the {noun} {handle} is disabled")).hint(format!("inbox {noun} enable {handle}"))
        );
    }
    Ok(Field::shown(column, id, handle.as_str()))
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// What the subcommand refuses.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        match self.command {
            Command::Add(a) => a.run(context).await,
            Command::Edit(a) => a.run(context).await,
            Command::Disable(a) => turn(context, "channel", &a.handles, false, &a.change).await,
            Command::Enable(a) => turn(context, "channel", &a.handles, true, &a.change).await,
            Command::List(list) => {
                let all = list.all;
                list.run(context, async |conn| {
                    let mut rows = resource::channels(conn).await?;
                    rows.retain(|r| all || r.disabled_at.is_none());
                    Ok(rows)
                })
                .await
            }
        }
    }
}

impl Add {
    async fn run(self, context: &mut Context) -> Result<Exit> {
        let args = json!({"handle": self.handle, "phone_number_id": self.phone_number_id, "store": self.store, "team": self.team,
            "display_phone": self.display_phone});
        self.change
            .run(context, "channel add", args, async |conn, operation| {
                let mut fields = vec![
                    Field::new("phone_number_id", self.phone_number_id.as_str()),
                    needed(conn, "store", "store_id", &self.store).await?,
                    needed(conn, "team", "team_id", &self.team).await?,
                ];
                fields.extend(self.display_phone.as_deref().map(|p| Field::new("display_phone", p)));
                let reason = self.change.reason();
                Ok(vec![
                    add(conn, operation, "channel", self.handle.as_str(), &fields, reason).await?,
                ])
            })
            .await
    }
}

impl Edit {
    async fn run(self, context: &mut Context) -> Result<Exit> {
        if self.phone_number_id.is_none() && self.store.is_none() && self.team.is_none() && self.display_phone.is_none()
        {
            return Err(
                Error::usage("nothing to change").hint("add --team, --store, --phone-number-id or --display-phone")
            );
        }
        let args = json!({"handle": self.handle, "phone_number_id": self.phone_number_id, "store": self.store, "team": self.team,
            "display_phone": self.display_phone});
        self.change
            .run(context, "channel edit", args, async |conn, operation| {
                let mut fields = Vec::new();
                fields.extend(
                    self.phone_number_id
                        .as_deref()
                        .map(|p| Field::new("phone_number_id", p)),
                );
                if let Some(store) = &self.store {
                    fields.push(needed(conn, "store", "store_id", store).await?);
                }
                if let Some(team) = &self.team {
                    fields.push(needed(conn, "team", "team_id", team).await?);
                }
                fields.extend(self.display_phone.as_deref().map(|p| Field::new("display_phone", p)));
                let reason = self.change.reason();
                Ok(vec![
                    edit(conn, operation, "channel", self.handle.as_str(), &fields, reason).await?,
                ])
            })
            .await
    }
}
