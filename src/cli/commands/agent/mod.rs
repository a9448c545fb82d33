//! `inbox agent`.

mod add;
mod away;
mod back;
mod disable;
mod edit;
mod enable;
mod grant_acting;
mod grants;
mod import;
mod list;
mod revoke_acting;

use crate::cli::{Context, Exit};
use crate::domain::ids::Handle;
use crate::error::{Error, Result};

/// Administer agents: people and bots, roles, teams, logins
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Add(Box<add::Args>),
    List(Box<list::Args>),
    Edit(Box<edit::Args>),
    Disable(Box<disable::Args>),
    Enable(Box<enable::Args>),
    Away(Box<away::Args>),
    Back(Box<back::Args>),
    Import(Box<import::Args>),
    GrantActing(Box<grant_acting::Args>),
    RevokeActing(Box<revoke_acting::Args>),
    Grants(grants::Args),
}

fn login(text: &str) -> Result<String> {
    if (1..=63).contains(&text.len()) && !text.chars().any(char::is_control) {
        return Ok(text.to_owned());
    }
    Err(Error::usage("a login has 1 to 63 characters"))
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// The errors of the subcommand.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        match self.command {
            Command::Add(a) => a.run(context).await,
            Command::List(a) => a.run(context).await,
            Command::Edit(a) => a.run(context).await,
            Command::Disable(a) => a.run(context).await,
            Command::Enable(a) => a.run(context).await,
            Command::Away(a) => a.run(context).await,
            Command::Back(a) => a.run(context).await,
            Command::Import(a) => a.run(context).await,
            Command::GrantActing(a) => a.run(context).await,
            Command::RevokeActing(a) => a.run(context).await,
            Command::Grants(a) => a.run(context).await,
        }
    }
}

fn texts(handles: &[Handle]) -> Vec<String> {
    handles.iter().map(ToString::to_string).collect()
}
