//! `inbox agent grant-acting`.

use serde_json::json;

use super::login;
use crate::cli::resource::Change;
use crate::cli::{Context, Exit};
use crate::error::Result;
use crate::verbs::administer::{self};

/// Allow a login to act as an agent with --as
///
/// The history names the agent and the login.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Agent; `system` for the login of serve
    #[arg(required_unless_present = "any", conflicts_with = "any")]
    handle: Option<String>,
    /// Allow acting as any agent
    #[arg(long)]
    any: bool,
    /// Postgres login
    #[arg(long, value_name = "LOGIN", value_parser = login)]
    login: String,
    /// Create the Postgres login too, without a password
    #[arg(long)]
    create_login: bool,
    #[command(flatten)]
    change: Change,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        acting(
            context,
            &self.change,
            self.handle.as_deref(),
            &self.login,
            Some(self.create_login),
        )
        .await
    }
}

/// Grants the right, or revokes it if `create_login` is none.
pub(super) async fn acting(
    context: &mut Context,
    change: &Change,
    handle: Option<&str>,
    login: &str,
    create_login: Option<bool>,
) -> Result<Exit> {
    let args = json!({"as": handle.unwrap_or("anyone"), "login": login});
    let verb = if create_login.is_some() {
        "agent grant-acting"
    } else {
        "agent revoke-acting"
    };
    change
        .run_with_logins(
            context,
            verb,
            args,
            create_login.unwrap_or(false),
            async |session, logins| {
                logins.push(login.to_owned());
                let agent = match handle {
                    None => None,
                    Some(handle) => Some((administer::find(session.conn, "agent", handle).await?.0, handle)),
                };
                let done = if create_login.is_some() {
                    administer::grant(session.conn, session.operation, login, agent, change.reason()).await?
                } else {
                    administer::revoke(session.conn, session.operation, login, agent, change.reason()).await?
                };
                Ok(vec![done])
            },
        )
        .await
}
