//! `inbox agent edit`.

use serde_json::json;

use super::{login, texts};
use crate::cli::args::word;
use crate::cli::resource::Change;
use crate::cli::{Context, Exit};
use crate::db::admin::resource;
use crate::domain::ids::Handle;
use crate::domain::vocabulary::{Role, name, quoted};
use crate::error::{Error, Result};
use crate::verbs::agent::{AgentChange, edit_agent};

/// Change an agent; fields that are not given keep their value
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Agent
    handle: Handle,
    /// Name
    #[arg(long, value_parser = name)]
    name: Option<String>,
    /// Role
    #[arg(long, value_name = "ROLE", value_parser = word::<Role>())]
    role: Option<Role>,
    /// Teams, replacing the current ones; separate several with commas
    #[arg(long, value_name = "HANDLE", value_delimiter = ',')]
    team: Vec<Handle>,
    /// Team to join
    #[arg(long, value_name = "HANDLE", value_delimiter = ',')]
    add_team: Vec<Handle>,
    /// Team to leave
    #[arg(long, value_name = "HANDLE", value_delimiter = ',')]
    remove_team: Vec<Handle>,
    /// Maximum number of conversations to own, or `none`
    #[arg(long, value_name = "NUMBER", value_parser = capacity)]
    capacity: Option<Capacity>,
    /// Postgres login of the agent, or `none`
    #[arg(long, value_name = "LOGIN", value_parser = login)]
    login: Option<String>,
    /// Create the Postgres login too, without a password
    #[arg(long, requires = "login")]
    create_login: bool,
    #[command(flatten)]
    change: Change,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Capacity(Option<i32>);

pub(super) fn capacity(text: &str) -> Result<Capacity> {
    if text == "none" {
        return Ok(Capacity(None));
    }
    match text.parse() {
        Ok(n) if n >= 0 => Ok(Capacity(Some(n))),
        Ok(_) | Err(_) => Err(Error::usage(format!("{} is neither a number nor 'none'", quoted(text)))),
    }
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        let asked = AgentChange {
            name: self.name.clone(),
            role: self.role,
            teams: (!self.team.is_empty()).then(|| texts(&self.team)),
            join: texts(&self.add_team),
            leave: texts(&self.remove_team),
            capacity: self.capacity.map(|c| c.0),
            login: self.login.clone().map(|l| (l != "none").then_some(l)),
        };
        if asked.name.is_none()
            && asked.role.is_none()
            && asked.teams.is_none()
            && asked.join.is_empty()
            && asked.leave.is_empty()
            && asked.capacity.is_none()
            && asked.login.is_none()
        {
            return Err(Error::usage("nothing to change")
                .hint("--name, --role, --team, --add-team, --remove-team, --capacity or --login"));
        }
        let args = json!({
            "handle": self.handle, "name": self.name, "role": self.role, "teams": self.team, "join": self.add_team,
            "leave": self.remove_team, "capacity": asked.capacity, "login": self.login,
        });
        self.change
            .run_with_logins(
                context,
                "agent edit",
                args,
                self.create_login,
                async |session, logins| {
                    logins.extend(resource::logins_of(session.conn, self.handle.as_str()).await?);
                    let done = edit_agent(
                        session.conn,
                        session.operation,
                        self.handle.as_str(),
                        &asked,
                        self.change.reason(),
                    )
                    .await?;
                    logins.extend(resource::logins_of(session.conn, self.handle.as_str()).await?);
                    Ok(vec![done])
                },
            )
            .await
    }
}
