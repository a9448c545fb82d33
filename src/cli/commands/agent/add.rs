//! `inbox agent add`.

use serde_json::json;

use super::{login, texts};
use crate::cli::args::word;
use crate::cli::resource::Change;
use crate::cli::{Context, Exit};
use crate::domain::ids::Handle;
use crate::domain::vocabulary::{Role, name};
use crate::error::Result;
use crate::verbs::agent::{AgentChange, add_agent};

/// Add an agent
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Handle, which commands use; it can never be changed or reused
    handle: Handle,
    /// Name [default: the handle]
    #[arg(long, value_parser = name)]
    name: Option<String>,
    /// Role [default: agent]
    #[arg(long, value_name = "ROLE", value_parser = word::<Role>())]
    role: Option<Role>,
    /// Team; separate several with commas
    #[arg(long, value_name = "HANDLE", value_delimiter = ',')]
    team: Vec<Handle>,
    /// Maximum number of conversations to own
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(i32).range(0..))]
    capacity: Option<i32>,
    /// Postgres login of the agent
    #[arg(long, value_name = "LOGIN", value_parser = login)]
    login: Option<String>,
    /// Create the Postgres login too, without a password
    ///
    /// To set a password, run \password LOGIN in psql. If your login may not create logins, the SQL is printed.
    #[arg(long, requires = "login")]
    create_login: bool,
    #[command(flatten)]
    change: Change,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        let asked = AgentChange {
            name: self.name.clone(),
            role: self.role,
            teams: (!self.team.is_empty()).then(|| texts(&self.team)),
            capacity: self.capacity.map(Some),
            login: self.login.clone().map(Some),
            ..AgentChange::default()
        };
        let args = json!({
            "handle": self.handle, "name": self.name, "role": self.role, "teams": self.team,
            "capacity": self.capacity, "login": self.login,
        });
        self.change
            .run_with_logins(
                context,
                "agent add",
                args,
                self.create_login,
                async |session, logins| {
                    logins.extend(self.login.clone());
                    Ok(vec![
                        add_agent(
                            session.conn,
                            session.operation,
                            self.handle.as_str(),
                            &asked,
                            self.change.reason(),
                        )
                        .await?,
                    ])
                },
            )
            .await
    }
}
