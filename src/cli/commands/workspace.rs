//! `inbox workspace`: the settings that all users of the workspace share.

use serde_json::json;

use crate::cli::args::{OutputArgs, WriteArgs};
use crate::cli::rows::resource::ResourceRow;
use crate::cli::session::{self, Session};
use crate::cli::write::{WriteRequest, WriteResult, write};
use crate::cli::{Context, Exit};
use crate::db::admin::resource;
use crate::domain::setting::WorkspaceSetting;
use crate::error::Result;
use crate::output::{Column, Row, Value};
use crate::verbs::administer::{Field, set};

/// Show and change the settings that all users of the workspace share
///
/// `inbox config` shows the settings of this machine.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Show(Show),
    Set(Box<Set>),
}

/// Show the settings of the workspace
#[derive(Debug, clap::Args)]
struct Show {
    /// Name of the setting [default: every setting]
    #[arg(value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

/// Change a setting of the workspace
#[derive(Debug, clap::Args)]
struct Set {
    /// Name of the setting
    #[arg(value_name = "NAME")]
    name: String,
    /// New value
    #[arg(value_name = "VALUE")]
    value: String,
    #[command(flatten)]
    write: WriteArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Show the settings of the workspace, or change one
#[derive(Debug, clap::Args)]
pub struct Settings {
    /// Name of the setting
    name: Option<String>,
    /// New value
    value: Option<String>,
    #[command(flatten)]
    write: WriteArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// One setting of the workspace.
pub struct WorkspaceRow {
    setting: WorkspaceSetting,
    value: String,
    set: bool,
}

impl Row for WorkspaceRow {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("name", "The name of the setting.", |r: &Self| {
                Value::text(r.setting.name())
            }),
            Column::new("value", "The value of the setting.", |r: &Self| {
                Value::text(r.value.clone())
            }),
            Column::new(
                "origin",
                "workspace, or default if the setting has no value.",
                |r: &Self| Value::text(if r.set { "workspace" } else { "default" }),
            ),
            Column::new("meaning", "The meaning of the setting.", |r: &Self| {
                Value::text(r.setting.meaning())
            }),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.setting.name().to_owned())
    }
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for a wrong value; [`crate::error::Kind::Denied`] for a login
    /// that is not an admin.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        let settings = match self.command {
            Command::Show(a) => Settings {
                name: a.name,
                value: None,
                write: WriteArgs::default(),
                output: a.output,
            },
            Command::Set(a) => Settings {
                name: Some(a.name),
                value: Some(a.value),
                write: a.write,
                output: a.output,
            },
        };
        settings.run(context, "workspace set").await
    }
}

impl Settings {
    /// Runs the command; `verb` is the name of the change in the history and for a repeated key.
    pub(super) async fn run(self, context: &mut Context, verb: &str) -> Result<Exit> {
        let wanted = self.name.as_deref().map(WorkspaceSetting::find).transpose()?;
        let (Some(setting), Some(text)) = (wanted, &self.value) else {
            return self.list(context, wanted).await;
        };
        let value = setting.parse(text)?;
        let call = WriteRequest {
            verb,
            write: &self.write,
            args: json!({"name": setting.name(), "value": value}),
            compared: json!([setting.name(), value, self.write.reason]),
            filtered: false,
            undoes: None,
        };
        write(context, &self.output, &call, async |session| {
            let field = Field::shown("value", value.clone(), setting.show(&value));
            let done = set(
                session.conn,
                session.operation,
                setting.name(),
                field,
                self.write.reason.as_deref(),
            )
            .await?;
            Ok(WriteResult::one(ResourceRow::of(done, session.operation)))
        })
        .await
    }

    async fn list(&self, context: &mut Context, only: Option<WorkspaceSetting>) -> Result<Exit> {
        context.with_output(&self.output)?;
        let read = async |session: &mut Session<'_>| resource::settings(session.conn).await;
        let (values, mut out) = session::read(context, read).await?;
        out.print_rows(
            WorkspaceSetting::ALL
                .iter()
                .filter(|s| only.is_none_or(|o| o == **s))
                .map(|s| WorkspaceRow {
                    setting: *s,
                    value: values
                        .get(s.name())
                        .map_or_else(|| s.default_text().to_owned(), |v| s.show(v)),
                    set: values.contains_key(s.name()),
                }),
        )?;
        out.finish()?;
        Ok(0)
    }
}
