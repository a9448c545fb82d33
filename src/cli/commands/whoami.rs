//! `inbox whoami`.

use sqlx::postgres::PgConnection;

use crate::cli::args::OutputArgs;
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::admin::resource;
use crate::db::operation::WorkspaceInfo;
use crate::db::server::connect::Mode;
use crate::error::Result;
use crate::output::{Column, Row, Value};

/// Show your agent, role, teams, login and workspace
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    output: OutputArgs,
}

/// The agent of a session in a workspace.
#[derive(Debug, Clone)]
pub struct WhoRow {
    handle: String,
    role: String,
    teams: Vec<String>,
    login: String,
    acting: Vec<String>,
    workspace: String,
    /// The database.
    pub database: String,
    time_zone: String,
}

impl Row for WhoRow {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("handle", "The handle of your agent.", |r: &Self| {
                Value::text(r.handle.clone())
            }),
            Column::new("role", "Your role.", |r: &Self| Value::text(r.role.clone())),
            Column::new("teams", "Your teams.", |r: &Self| Value::list(r.teams.clone())),
            Column::new("login", "The Postgres login.", |r: &Self| Value::text(r.login.clone())),
            Column::new(
                "may_act_as",
                "The agents that the login may act as with --as.",
                |r: &Self| Value::list(r.acting.clone()),
            ),
            Column::new("workspace", "The workspace, a schema of the database.", |r: &Self| {
                Value::text(r.workspace.clone())
            }),
            Column::new("database", "The name of the database.", |r: &Self| {
                Value::text(r.database.clone())
            }),
            Column::new("time_zone", "The time zone of the workspace.", |r: &Self| {
                Value::text(r.time_zone.clone())
            }),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.handle.clone())
    }
}

impl WhoRow {
    /// Returns a sentence for people.
    pub fn sentence(&self) -> String {
        format!("{} is {} ({})", self.login, self.handle, self.role)
    }
}

/// Finds the agent of the session.
///
/// # Errors
/// [`crate::error::Kind::Denied`] for a login without an agent.
pub async fn who(context: &Context, conn: &mut PgConnection) -> Result<(WorkspaceInfo, WhoRow)> {
    let mut tx = db::begin(conn, &context.workspace, Mode::Read).await?;
    let info = db::operation::workspace_info(&mut tx).await?;
    let actor = db::operation::whoami(&mut tx, context.acting.as_deref()).await?;
    let teams = db::admin::directory::handles(&mut tx, &[], &actor.teams).await?.teams;
    let grants = resource::grants(&mut tx, Some(&actor.login)).await?;
    let look = db::schema::workspace::look(&mut tx, &context.workspace).await?;
    tx.rollback().await?;
    let mut teams: Vec<String> = teams.into_values().collect();
    teams.sort();
    let row = WhoRow {
        handle: actor.handle,
        role: actor.role.to_string(),
        teams,
        login: actor.login,
        acting: grants
            .into_iter()
            .map(|g| g.agent.unwrap_or_else(|| "anyone".to_owned()))
            .collect(),
        workspace: context.workspace.to_string(),
        database: look.database,
        time_zone: info.time_zone.clone(),
    };
    Ok((info, row))
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Denied`] for a login without an agent. The hint is a command for an admin.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        let mut conn = context.connect().await?;
        let (info, row) = who(context, &mut conn).await?;
        let mut out = context.output(Some(&info))?;
        out.print_rows([row])?;
        out.finish()?;
        Ok(0)
    }
}
