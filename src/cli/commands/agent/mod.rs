//! `inbox agent`.

mod import;
mod presence;

use serde_json::json;

use crate::cli::args::{OutputArgs, word};
use crate::cli::commands::agent::import::Import;
use crate::cli::resource::{Change, List};
use crate::cli::select::named;
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::admin::directory::{self, agents};
use crate::db::admin::resource;
use crate::db::server::connect::Mode;
use crate::domain::ids::Handle;
use crate::domain::vocabulary::{Role, name, quoted};
use crate::error::{Error, Result};
use crate::verbs::administer::{self, Leaving, disable_agent, enable};
use crate::verbs::agent::{AgentChange, add_agent, edit_agent};

/// Administer agents: people and bots, roles, teams, logins
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Add(Box<Add>),
    List(Box<ListAgents>),
    Edit(Box<Edit>),
    Disable(Box<Disable>),
    Enable(Box<Enable>),
    Away(Box<presence::Leave>),
    Back(Box<presence::Return>),
    Import(Box<Import>),
    GrantActing(Box<Acting>),
    RevokeActing(Box<Revoke>),
    Grants(Grants),
}

/// Add an agent
#[derive(Debug, clap::Args)]
struct Add {
    /// Handle, as commands name it; it can never be changed or reused
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

/// List agents with their work and last activity
#[derive(Debug, clap::Args)]
struct ListAgents {
    /// Select by role
    #[arg(long, value_name = "ROLE", value_delimiter = ',', value_parser = word::<Role>())]
    role: Vec<Role>,
    /// Select by team
    #[arg(long, value_name = "HANDLE", value_delimiter = ',')]
    team: Vec<Handle>,
    #[command(flatten)]
    list: List,
}

/// Change an agent; fields that are not given keep their value
#[derive(Debug, clap::Args)]
struct Edit {
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

/// Disable agents; their history stays
#[derive(Debug, clap::Args)]
struct Disable {
    /// Agents
    #[arg(required = true, value_name = "HANDLE")]
    handles: Vec<Handle>,
    /// Assign their conversations to this agent or team
    #[arg(long, value_name = "HANDLE", conflicts_with = "release")]
    give_to: Option<Handle>,
    /// Return their conversations to the queues
    #[arg(long)]
    release: bool,
    #[command(flatten)]
    change: Change,
}

/// Enable agents again
#[derive(Debug, clap::Args)]
struct Enable {
    /// Agents
    #[arg(required = true, value_name = "HANDLE")]
    handles: Vec<Handle>,
    #[command(flatten)]
    change: Change,
}

/// Allow a login to act as an agent with --as
///
/// The history names the agent and the login.
#[derive(Debug, clap::Args)]
struct Acting {
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

/// Revoke the right of a login to act as an agent
#[derive(Debug, clap::Args)]
struct Revoke {
    /// Agent
    #[arg(required_unless_present = "any", conflicts_with = "any")]
    handle: Option<String>,
    /// Revoke the right to act as any agent
    #[arg(long)]
    any: bool,
    /// Postgres login
    #[arg(long, value_name = "LOGIN", value_parser = login)]
    login: String,
    #[command(flatten)]
    change: Change,
}

/// List which logins may act as which agents
#[derive(Debug, clap::Args)]
struct Grants {
    /// Select by login
    #[arg(long, value_name = "LOGIN")]
    login: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Clone, Copy)]
struct Capacity(Option<i32>);

fn capacity(text: &str) -> Result<Capacity> {
    if text == "none" {
        return Ok(Capacity(None));
    }
    match text.parse() {
        Ok(n) if n >= 0 => Ok(Capacity(Some(n))),
        Ok(_) | Err(_) => Err(Error::usage(format!("{} is neither a number nor 'none'", quoted(text)))),
    }
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
    /// What the subcommand refuses.
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

impl Add {
    async fn run(self, context: &mut Context) -> Result<Exit> {
        let asked = AgentChange {
            name: self.name.clone(),
            role: self.role,
            teams: (!self.team.is_empty()).then(|| texts(&self.team)),
            capacity: self.capacity.map(Some),
            login: self.login.clone().map(Some),
            ..AgentChange::default()
        };
        let args = json!({"handle": self.handle, "name": self.name, "role": self.role, "teams": self.team, "capacity": self.capacity, "login": self.login});
        self.change
            .run_with_logins(
                context,
                "agent add",
                args,
                self.create_login,
                async |conn, operation, logins| {
                    logins.extend(self.login.clone());
                    Ok(vec![
                        add_agent(conn, operation, self.handle.as_str(), &asked, self.change.reason()).await?,
                    ])
                },
            )
            .await
    }
}

impl ListAgents {
    async fn run(self, context: &mut Context) -> Result<Exit> {
        self.list
            .run(context, async |conn| {
                let teams = texts(&self.team);
                directory::check_handles(conn, &named("team", &teams)).await?;
                let mut rows = resource::agents(conn).await?;
                rows.retain(|r| {
                    (self.list.all || r.disabled_at.is_none())
                        && (self.role.is_empty() || self.role.iter().any(|role| role.as_str() == r.role))
                        && (teams.is_empty() || r.teams.iter().any(|t| teams.contains(t)))
                });
                Ok(rows)
            })
            .await
    }
}

impl Edit {
    async fn run(self, context: &mut Context) -> Result<Exit> {
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
        let args = json!({"handle": self.handle, "name": self.name, "role": self.role, "teams": self.team, "join": self.add_team,
            "leave": self.remove_team, "capacity": asked.capacity, "login": self.login});
        self.change
            .run_with_logins(
                context,
                "agent edit",
                args,
                self.create_login,
                async |conn, operation, logins| {
                    logins.extend(resource::logins_of(conn, self.handle.as_str()).await?);
                    let done = edit_agent(conn, operation, self.handle.as_str(), &asked, self.change.reason()).await?;
                    logins.extend(resource::logins_of(conn, self.handle.as_str()).await?);
                    Ok(vec![done])
                },
            )
            .await
    }
}

impl Disable {
    async fn run(mut self, context: &mut Context) -> Result<Exit> {
        self.ask(context).await?;
        let args = json!({"handles": self.handles, "give_to": self.give_to, "release": self.release});
        self.change
            .run_with_logins(
                context,
                "agent disable",
                args,
                false,
                async |conn, operation, logins| {
                    let leaving = match &self.give_to {
                        Some(to) => Leaving::Give(directory::recipient(conn, to.as_str()).await?),
                        None if self.release => Leaving::Release,
                        None => Leaving::Nothing,
                    };
                    let keep_going = self.change.keep_going();
                    administer::each(conn, keep_going, "agent", &self.handles, async |conn, handle| {
                        logins.extend(resource::logins_of(conn, handle.as_str()).await?);
                        disable_agent(conn, operation, handle.as_str(), &leaving, self.change.reason()).await
                    })
                    .await
                },
            )
            .await
    }

    /// Asks on a terminal where the work goes, if there is any.
    async fn ask(&mut self, context: &mut Context) -> Result<()> {
        context.with_output(&self.change.output)?;
        let prompter = context.output(None)?.prompter();
        if self.give_to.is_some() || self.release || !prompter.is_interactive() {
            return Ok(());
        }
        let mut conn = context.connect().await?;
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let mut owned = 0;
        for agent in agents(&mut tx, &texts(&self.handles)).await? {
            let held = resource::held(&mut tx, agent.id).await?;
            owned += held.conversations + i64::try_from(held.tickets.len()).unwrap_or(0);
        }
        let mut to = directory::recipients(&mut tx).await?;
        tx.rollback().await?;
        if owned == 0 {
            return Ok(());
        }
        to.retain(|h| !self.handles.iter().any(|mine| mine.as_str() == h));
        let mut labels = vec!["back into the queues".to_owned()];
        labels.extend(to.iter().cloned());
        let what = format!("where {owned} conversations and tickets go");
        match prompter.pick(&what, "--give-to or --release", &labels)? {
            0 => self.release = true,
            n => self.give_to = to.get(n - 1).map(|h| h.parse()).transpose()?,
        }
        Ok(())
    }
}

impl Enable {
    async fn run(self, context: &mut Context) -> Result<Exit> {
        self.change
            .run_with_logins(
                context,
                "agent enable",
                json!({"handles": self.handles}),
                false,
                async |conn, operation, logins| {
                    let keep_going = self.change.keep_going();
                    administer::each(conn, keep_going, "agent", &self.handles, async |conn, handle| {
                        let done = enable(conn, operation, "agent", handle.as_str(), self.change.reason()).await?;
                        logins.extend(resource::logins_of(conn, handle.as_str()).await?);
                        Ok(done)
                    })
                    .await
                },
            )
            .await
    }
}

impl Acting {
    async fn run(self, context: &mut Context) -> Result<Exit> {
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

impl Revoke {
    async fn run(self, context: &mut Context) -> Result<Exit> {
        acting(context, &self.change, self.handle.as_deref(), &self.login, None).await
    }
}

/// Grants, or revokes where `create_login` is none.
async fn acting(
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
            async |conn, operation, logins| {
                logins.push(login.to_owned());
                let agent = match handle {
                    None => None,
                    Some(handle) => Some((administer::find(conn, "agent", handle).await?.0, handle)),
                };
                let done = if create_login.is_some() {
                    administer::grant(conn, operation, login, agent, change.reason()).await?
                } else {
                    administer::revoke(conn, operation, login, agent, change.reason()).await?
                };
                Ok(vec![done])
            },
        )
        .await
}

impl Grants {
    async fn run(self, context: &mut Context) -> Result<Exit> {
        let list = List {
            all: false,
            output: self.output,
        };
        list.run(context, async |conn| {
            resource::grants(conn, self.login.as_deref()).await
        })
        .await
    }
}
