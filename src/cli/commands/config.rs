//! `inbox config`: what holds here, and where it comes from.

use serde_json::json;

use crate::cli::args::{OutputArgs, WriteArgs};
use crate::cli::rows::resource::ResourceRow;
use crate::cli::write::{WriteRequest, WriteResult, write};
use crate::cli::{Context, Exit};
use crate::config::{Key, Origin};
use crate::db::connect::Mode;
use crate::db::{self, resource};
use crate::domain::setting::WorkspaceSetting;
use crate::error::{Error, Result};
use crate::output::{Column, Row, Value};
use crate::verbs::administer::{Field, set};

/// Show every setting with its value and where it came from
///
/// A flag goes before the environment, that before the profile of config.toml, that before the default. `inbox config workspace` shows and
/// sets what holds for everybody in the workspace.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  inbox config
  inbox config --path
  inbox config workspace
  inbox config workspace time_zone Asia/Karachi"
)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// Print the path of the configuration file
    #[arg(long)]
    path: bool,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Workspace(Box<Workspace>),
}

/// Show the workspace's settings, or set one
#[derive(Debug, clap::Args)]
#[command(after_help = "Settings:
  time_zone             the IANA zone that times are read and shown in, such as Asia/Karachi
  phone_prefix          the country prefix of phone numbers that begin with 0, such as 92
  reopen_window         how long after it was resolved a message reopens a conversation, such as 72h
  retention_deliveries  how long raw webhooks are kept once they are applied, such as 30d, or none for ever
  retention_messages    how long it is kept what messages say, such as 730d, or none for ever")]
struct Workspace {
    /// The setting
    name: Option<String>,
    /// Its new value
    value: Option<String>,
    #[command(flatten)]
    write: WriteArgs,
    #[command(flatten)]
    output: OutputArgs,
}

struct SettingRow {
    key: Key,
    value: Option<String>,
    origin: Option<Origin>,
}

impl Row for SettingRow {
    const COLUMNS: &'static [Column] = &[
        Column::new("name", "The key in config.toml."),
        Column::new("value", "Its value, passwords masked."),
        Column::new("origin", "The flag, variable or profile that says so, or default."),
        Column::new("flag", "The flag for it.").wide(),
        Column::new(
            "variables",
            "The environment variables for it, the first that is set counts.",
        )
        .wide(),
    ];

    fn reference(&self) -> Option<String> {
        Some(self.key.name().to_owned())
    }

    fn values(&self) -> Vec<Value> {
        vec![
            Value::text(self.key.name()),
            self.value.clone().into(),
            self.origin.as_ref().map(ToString::to_string).into(),
            self.key.flag().into(),
            Value::list(self.key.env().iter().copied()),
        ]
    }
}

struct WorkspaceRow {
    setting: WorkspaceSetting,
    value: String,
    set: bool,
}

impl Row for WorkspaceRow {
    const COLUMNS: &'static [Column] = &[
        Column::new("name", "The setting."),
        Column::new("value", "Its value."),
        Column::new("origin", "workspace, or default where nobody has set it."),
        Column::new("meaning", "What it is."),
    ];

    fn reference(&self) -> Option<String> {
        Some(self.setting.name().to_owned())
    }

    fn values(&self) -> Vec<Value> {
        vec![
            Value::text(self.setting.name()),
            Value::text(self.value.clone()),
            Value::text(if self.set { "workspace" } else { "default" }),
            Value::text(self.setting.meaning()),
        ]
    }
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for a wrong value; [`crate::error::Kind::Denied`] for who is no admin.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        if let Some(Command::Workspace(a)) = self.command {
            return a.run(context).await;
        }
        context.with_output(&self.output)?;
        let mut out = context.output(None)?;
        if self.path {
            let Some(path) = &context.settings.file else {
                return Err(Error::usage("there is no home folder to keep a configuration in")
                    .hint("set HOME, or name a file with --config"));
            };
            out.raw(format!("{}\n", path.display()).as_bytes())?;
            out.finish()?;
            return Ok(0);
        }
        let lines = context.settings.lines();
        out.print_rows(Key::ALL.iter().zip(lines).map(|(key, line)| SettingRow {
            key: *key,
            value: line.value,
            origin: line.origin,
        }))?;
        out.finish()?;
        Ok(0)
    }
}

impl Workspace {
    async fn run(self, context: &mut Context) -> Result<Exit> {
        let wanted = self.name.as_deref().map(WorkspaceSetting::find).transpose()?;
        let (Some(setting), Some(text)) = (wanted, &self.value) else {
            return self.list(context, wanted).await;
        };
        let value = setting.parse(text)?;
        let call = WriteRequest {
            verb: "config workspace",
            write: &self.write,
            args: json!({"name": setting.name(), "value": value}),
            compared: json!([setting.name(), value, self.write.reason]),
            filtered: false,
            undoes: None,
        };
        write(context, &self.output, &call, async |conn, _, _, operation| {
            let field = Field::shown("value", value.clone(), setting.show(&value));
            let done = set(conn, operation, setting.name(), field, self.write.reason.as_deref()).await?;
            Ok(WriteResult::one(ResourceRow::of(done, operation)))
        })
        .await
    }

    async fn list(&self, context: &mut Context, only: Option<WorkspaceSetting>) -> Result<Exit> {
        context.with_output(&self.output)?;
        let mut conn = context.connect().await?;
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let info = db::operation::workspace_info(&mut tx).await?;
        let values = resource::settings(&mut tx).await?;
        tx.rollback().await?;
        let mut out = context.output(Some(&info))?;
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
