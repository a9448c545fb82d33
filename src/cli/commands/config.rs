//! `inbox config`: the settings of this machine and their origins.

use crate::cli::args::OutputArgs;
use crate::cli::commands::workspace;
use crate::cli::{Context, Exit};
use crate::config::{self, Env, Key, Origin};
use crate::error::{Error, Result};
use crate::output::{Column, Row, Value};

/// Show and change the settings of this machine
///
/// A flag takes precedence over the environment, the environment over the profile in config.toml,
/// and the profile over the default. `inbox workspace` shows the settings that all users of the
/// workspace share.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// Print the path of the configuration file
    #[arg(long, hide = true)]
    path: bool,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    List(List),
    Get(Get),
    Set(Set),
    Unset(Unset),
    Use(Use),
    Path(Path),
    /// The name of `inbox workspace` until version 0.1.
    #[command(hide = true)]
    Workspace(Box<workspace::Settings>),
}

/// List every setting with its value and origin
#[derive(Debug, clap::Args)]
struct List {
    #[command(flatten)]
    output: OutputArgs,
}

/// Print the value of a setting
#[derive(Debug, clap::Args)]
struct Get {
    /// Name of the setting
    #[arg(value_name = "NAME")]
    name: String,
}

/// Write a setting to the profile in config.toml
///
/// The file is replaced atomically, with mode 0600. A password is refused.
#[derive(Debug, clap::Args)]
struct Set {
    /// Name of the setting
    #[arg(value_name = "NAME")]
    name: String,
    /// New value
    #[arg(value_name = "VALUE")]
    value: String,
}

/// Remove a setting from the profile in config.toml
#[derive(Debug, clap::Args)]
struct Unset {
    /// Name of the setting
    #[arg(value_name = "NAME")]
    name: String,
}

/// Make a profile of config.toml the default
#[derive(Debug, clap::Args)]
struct Use {
    /// Name of the profile
    #[arg(value_name = "PROFILE")]
    name: String,
}

/// Print the path of config.toml
#[derive(Debug, clap::Args)]
struct Path {}

/// One setting of this machine.
pub struct SettingRow {
    key: Key,
    value: Option<String>,
    origin: Option<Origin>,
}

impl Row for SettingRow {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("name", "The key of the setting in config.toml.", |r: &Self| {
                Value::text(r.key.name())
            }),
            Column::new(
                "value",
                "The value of the setting, with passwords masked.",
                |r: &Self| r.value.clone().into(),
            ),
            Column::new(
                "origin",
                "The flag, variable or profile that sets the value, or default.",
                |r: &Self| r.origin.as_ref().map(ToString::to_string).into(),
            ),
            Column::new("flag", "The flag that sets the value.", |r: &Self| r.key.flag().into()).wide(),
            Column::new(
                "variables",
                "The environment variables that set the value; the first one takes precedence.",
                |r: &Self| Value::list(r.key.env().iter().copied()),
            )
            .wide(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.key.name().to_owned())
    }
}

impl Args {
    /// Returns whether the command writes the file. Such a command needs no existing file or profile.
    pub fn writes(&self) -> bool {
        matches!(
            self.command,
            Some(Command::Set(_) | Command::Unset(_) | Command::Use(_))
        )
    }

    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for an unknown name or a wrong value.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        match self.command {
            None if self.path => path(context),
            None => list(context, &self.output),
            Some(Command::List(a)) => list(context, &a.output),
            Some(Command::Path(Path {})) => path(context),
            Some(Command::Get(a)) => get(context, &a.name),
            Some(Command::Set(a)) => write(context, &a.name, Some(&a.value)),
            Some(Command::Unset(a)) => write(context, &a.name, None),
            Some(Command::Use(a)) => use_profile(context, &a.name),
            Some(Command::Workspace(a)) => a.run(context, "config workspace").await,
        }
    }
}

fn file(context: &Context) -> Result<&std::path::Path> {
    context.settings.file.as_deref().ok_or_else(|| {
        Error::usage("there is no home folder to keep a configuration in")
            .hint("set HOME, or name a file with --config")
    })
}

fn path(context: &Context) -> Result<Exit> {
    let mut out = context.output(None)?;
    out.raw(format!("{}\n", file(context)?.display()).as_bytes())?;
    out.finish()?;
    Ok(0)
}

fn list(context: &mut Context, output: &OutputArgs) -> Result<Exit> {
    context.with_output(output)?;
    let mut out = context.output(None)?;
    let lines = context.settings.lines();
    out.print_rows(Key::ALL.iter().zip(lines).map(|(key, line)| SettingRow {
        key: *key,
        value: line.value,
        origin: line.origin,
    }))?;
    out.finish()?;
    Ok(0)
}

/// Sets the default profile. Prints the flag or variable that overrides it, if there is one.
fn use_profile(context: &Context, name: &str) -> Result<Exit> {
    config::use_profile(file(context)?, name)?;
    let mut out = context.output(None)?;
    out.note(&format!("{name} is the default profile"));
    if Env::of_process()?.get("INBOX_PROFILE").is_some_and(|p| p != name) {
        out.warn("INBOX_PROFILE takes precedence over the default profile");
    }
    out.finish()?;
    Ok(0)
}

/// Finds a setting by its name.
fn find(name: &str) -> Result<Key> {
    Key::find(&name.replace('-', "_")).ok_or_else(|| {
        let names: Vec<&str> = Key::ALL.iter().map(|k| k.name()).collect();
        let known = format!("settings: {}", names.join(", "));
        let quoted = crate::domain::vocabulary::quoted(name);
        let hint = match crate::cli::suggest::nearest(name, names) {
            Some(near) => format!("did you mean {near}? {known}"),
            None => known,
        };
        Error::usage(format!("{quoted} is not a setting")).hint(hint)
    })
}

fn get(context: &Context, name: &str) -> Result<Exit> {
    let key = find(name)?;
    let line = context.settings.lines().into_iter().find(|l| l.name == key.name());
    let Some(value) = line.and_then(|l| l.value) else {
        return Err(Error::not_found(format!("{key} is not set")).hint(format!("inbox config set {key} VALUE")));
    };
    let mut out = context.output(None)?;
    out.raw(format!("{value}\n").as_bytes())?;
    out.finish()?;
    Ok(0)
}

/// Writes or removes a setting of the current profile. Prints the flag or variable that overrides
/// it, if there is one.
fn write(context: &Context, name: &str, value: Option<&str>) -> Result<Exit> {
    let key = find(name)?;
    if let Some(value) = value
        && matches!(key, Key::DatabaseUrl | Key::ReadFrom)
    {
        config::url_without_password(value)?;
    }
    let settings = &context.settings;
    let profile = settings
        .new_profile
        .as_deref()
        .or(settings.profile.as_deref())
        .unwrap_or("default");
    config::write_profile(file(context)?, profile, &[(key, value)])?;
    let mut out = context.output(None)?;
    out.note(&match value {
        Some(_) => format!("{key} was set in profile {profile}"),
        None => format!("{key} was removed from profile {profile}"),
    });
    if let Some(origin @ (Origin::Flag(_) | Origin::Env(_))) = settings.origin(key) {
        out.warn(&format!("{origin} takes precedence over the profile"));
    }
    out.finish()?;
    Ok(0)
}
