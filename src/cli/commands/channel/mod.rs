//! `inbox channel`. `list`, `disable` and `enable` work as for every resource, so they are in this file.

mod add;
mod edit;

use sqlx::postgres::PgConnection;

use crate::cli::commands::place::turn;
use crate::cli::resource::{Change, List};
use crate::cli::{Context, Exit};
use crate::db::admin::resource;
use crate::domain::ids::Handle;
use crate::domain::vocabulary::quoted;
use crate::error::{Error, Result};
use crate::verbs::administer::{Field, find};

/// Administer channels, the WhatsApp numbers of the business
///
/// A message to a number without a channel is stored. `serve` applies it after the channel is added.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Add(Box<add::Args>),
    /// List channels with their live conversations
    List(List),
    Edit(Box<edit::Args>),
    /// Disable channels; their history stays
    Disable(Box<Handles>),
    /// Enable channels again
    Enable(Box<Handles>),
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
        "{} is not a phone number id, which has only digits and is not the phone number",
        quoted(text)
    )))
}

/// Finds a team or store that is in use.
async fn needed(
    conn: &mut PgConnection,
    resource: &'static str,
    column: &'static str,
    handle: &Handle,
) -> Result<Field> {
    let (id, row) = find(conn, resource, handle.as_str()).await?;
    if row.get("disabled_at").is_some_and(|d| !d.is_null()) {
        return Err(Error::conflict(format!("the {resource} {handle} is disabled"))
            .hint(format!("inbox {resource} enable {handle}")));
    }
    Ok(Field::shown(column, id, handle.as_str()))
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// The errors of the subcommand.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        match self.command {
            Command::Add(a) => a.run(context).await,
            Command::Edit(a) => a.run(context).await,
            Command::Disable(a) => turn(context, "channel", &a.handles, false, &a.change).await,
            Command::Enable(a) => turn(context, "channel", &a.handles, true, &a.change).await,
            Command::List(list) => {
                let all = list.all;
                list.run(context, async |session| {
                    let mut rows = resource::channels(session.conn).await?;
                    rows.retain(|r| all || r.disabled_at.is_none());
                    Ok(rows)
                })
                .await
            }
        }
    }
}
