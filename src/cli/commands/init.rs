//! `inbox init`: creates a workspace with its first admin.

use serde_json::json;
use sqlx::postgres::PgConnection;

use crate::cli::args::{OutputArgs, UrlArg};
use crate::cli::commands::whoami::who;
use crate::cli::{Context, Exit};
use crate::config::{Database, Key, read_profile, strip_password, write_profile};
use crate::db;
use crate::db::admin::directory;
use crate::db::operation::{Invocation, Opened};
use crate::db::schema::roles::{self, Granted};
use crate::db::schema::workspace::{has_agents, has_tables, look};
use crate::db::server::connect::Mode;
use crate::domain::ids::Handle;
use crate::domain::setting::WorkspaceSetting;
use crate::domain::vocabulary::{name, quoted};
use crate::error::{Error, Kind, Result};
use crate::verbs::administer::{Field, set};

/// Set up a workspace, its first admin and a profile
///
/// You become the first admin. An existing workspace stays as it is, and only the profile is
/// written. A password is never written: keep it in ~/.pgpass (host:port:database:login:password,
/// mode 0600), or in PGPASSWORD.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Postgres URL of the database, without a password
    #[arg(value_name = "URL", value_parser = UrlArg, conflicts_with = "local")]
    url: Option<String>,
    /// Use a private Postgres on this machine
    #[arg(long)]
    local: bool,
    /// Your handle [default: your name on this machine]
    #[arg(long)]
    handle: Option<Handle>,
    /// Your name [default: the handle]
    #[arg(long, value_parser = name)]
    name: Option<String>,
    /// Time zone, such as Asia/Karachi [default: UTC]
    #[arg(long, value_name = "ZONE", value_parser = |t: &str| checked(WorkspaceSetting::TimeZone, t))]
    time_zone: Option<String>,
    /// Country prefix of local phone numbers, such as 92
    #[arg(long, value_name = "DIGITS", value_parser = |t: &str| checked(WorkspaceSetting::PhonePrefix, t))]
    phone_prefix: Option<String>,
    /// Time in which a message reopens a resolved conversation [default: 72h]
    #[arg(long, value_name = "TIME", value_parser = |t: &str| checked(WorkspaceSetting::ReopenWindow, t))]
    reopen_window: Option<String>,
    /// Allow this login to act as any agent with --as
    #[arg(long)]
    shared_login: bool,
    #[command(flatten)]
    output: OutputArgs,
}

fn checked(setting: WorkspaceSetting, text: &str) -> Result<String> {
    setting.parse(text).map(|_| text.to_owned())
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`Kind::Usage`] if no database was given; [`Kind::Denied`] without the right to create.
    pub async fn run(mut self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        self.choose_database(context)?;
        let database = context.settings.database()?;
        let profile = Profile::of(context, &database)?;
        if let Database::Local = database
            && !context.cluster()?.exists()?
        {
            let dir = context.cluster()?.status()?.dir;
            context
                .output(None)?
                .note(&format!("creating a private Postgres in {}", dir.display()));
        }
        let mut conn = context.connect().await?;
        let made = self
            .set_up(context, &mut conn, matches!(database, Database::Local))
            .await?;
        let (info, row) = who(context, &mut conn).await?;
        let written = profile.write()?;
        let mut out = context.output(Some(&info))?;
        if made {
            out.note(&format!(
                "created the workspace {} in the database {}; you are its first admin",
                context.workspace, row.database
            ));
            if info.time_zone == "UTC" && self.time_zone.is_none() {
                out.note(
                    "times are read and shown in UTC; to change this, run: inbox workspace set time_zone Asia/Karachi",
                );
            }
        } else {
            out.note(&format!(
                "the workspace {} is already set up; nothing in it was changed",
                context.workspace
            ));
        }
        if let Some(text) = written {
            out.note(&text);
        }
        if made {
            out.note("next: inbox team add, inbox store add, inbox channel add, inbox agent add, inbox serve");
        }
        out.print_rows([row])?;
        out.finish()?;
        Ok(0)
    }

    /// Returns the database of the command line, else the configured database. Without either, it asks
    /// on a terminal, and fails in a script.
    fn choose_database(&mut self, context: &mut Context) -> Result<()> {
        if self.local {
            return context.turn_to(None);
        }
        if let Some(url) = self.url.take() {
            return context.turn_to(Some(url));
        }
        if context.settings.database().is_ok() {
            return Ok(());
        }
        let prompter = context.output(None)?.prompter();
        if !prompter.is_interactive() {
            return Err(Error::usage("no database was given").hint(
                "inbox init --local for a private Postgres on this machine, or \
                 inbox init postgres://user@host/database",
            ));
        }
        let choices = [
            "a private Postgres on this machine (--local)".to_owned(),
            "a Postgres server, by its URL".to_owned(),
        ];
        match prompter.pick("database", "--local or a URL", &choices)? {
            0 => context.turn_to(None),
            _ => {
                let url = prompter.text("URL, such as postgres://user@host/database", "a URL", None)?;
                context.turn_to(Some(crate::config::url_without_password(url.trim())?))
            }
        }
    }

    /// Creates missing parts. Returns whether this call created the first admin.
    async fn set_up(&self, context: &Context, conn: &mut PgConnection, local: bool) -> Result<bool> {
        let found = look(conn, &context.workspace).await?;
        if !found.migrated && found.tables > 0 {
            return Err(Error::usage(format!(
                "the schema {} of the database \"{}\" has {} tables of another program",
                context.workspace, found.database, found.tables
            ))
            .hint("to use another schema, add --workspace NAME"));
        }
        if found.migrated {
            if !found.usage {
                return Err(crate::cli::context::stranger(&found.login));
            }
            if has_tables(conn, &context.workspace).await? {
                let mut tx = db::begin(conn, &context.workspace, Mode::Read).await?;
                let there = has_agents(&mut tx).await?;
                tx.rollback().await?;
                if there {
                    return Ok(false);
                }
            }
        }
        let handle = self.handle(context)?;
        let settings = self.settings(context)?;
        db::schema::migrate::migrate(conn, &context.workspace).await?;
        // Only a shared server has several logins. The private server has one user, its owner.
        if !local && let Granted::Missing(_) = roles::ensure(conn).await? {
            context.output(None)?.note(
                "further logins need group roles, which this login cannot create: inbox db roles prints the SQL \
                 for an administrator",
            );
        }
        let mut tx = db::begin(conn, &context.workspace, Mode::Write).await?;
        let name = self.name.as_deref().unwrap_or(handle.as_str());
        match directory::bootstrap(&mut tx, handle.as_str(), name, local || self.shared_login).await {
            Ok(_) => {}
            // Another session created it at the same time.
            Err(e) if e.kind == Kind::Conflict => return Ok(false),
            Err(e) => return Err(e),
        }
        let args = json!({"settings": settings.iter().map(|s| s.0.name()).collect::<Vec<_>>()});
        let invocation = Invocation {
            acting: None,
            verb: "init",
            args: &args,
            args_hash: &[],
            key: None,
            undoes: None,
        };
        let Opened::Fresh(operation) = db::operation::open(&mut tx, &invocation).await? else {
            return Err(Error::failed("an operation without a key was repeated"));
        };
        for (setting, value) in &settings {
            set(
                &mut tx,
                &operation,
                setting.name(),
                Field::new("value", value.clone()),
                None,
            )
            .await?;
        }
        let count = settings.len();
        db::operation::finish(&mut tx, operation.id, count, count, None, 0).await?;
        db::commit(tx, Some(operation.id.0)).await?;
        Ok(true)
    }

    fn settings(&self, context: &Context) -> Result<Vec<(WorkspaceSetting, serde_json::Value)>> {
        let prompter = context.output(None)?.prompter();
        let ask = |given: &Option<String>, setting: WorkspaceSetting, what: &str, default: &str| -> Result<String> {
            if given.is_some() || !prompter.is_interactive() {
                return Ok(given.clone().unwrap_or_else(|| setting.default_text().to_owned()));
            }
            prompter.text(what, "a value", Some(default))
        };
        let host = jiff::tz::TimeZone::system();
        let zone = ask(
            &self.time_zone,
            WorkspaceSetting::TimeZone,
            "time zone of the team",
            host.iana_name().unwrap_or("UTC"),
        )?;
        let prefix = ask(
            &self.phone_prefix,
            WorkspaceSetting::PhonePrefix,
            "country prefix of phone numbers that begin with 0 ('none' for none)",
            "none",
        )?;
        let prefix = if prefix == "none" { String::new() } else { prefix };
        let window = self
            .reopen_window
            .clone()
            .unwrap_or_else(|| WorkspaceSetting::ReopenWindow.default_text().to_owned());
        [
            (WorkspaceSetting::TimeZone, zone),
            (WorkspaceSetting::PhonePrefix, prefix),
            (WorkspaceSetting::ReopenWindow, window),
        ]
        .into_iter()
        .map(|(setting, text)| Ok((setting, setting.parse(text.trim())?)))
        .collect()
    }

    fn handle(&self, context: &Context) -> Result<Handle> {
        if let Some(handle) = &self.handle {
            return Ok(handle.clone());
        }
        let user = context.settings.env().user().unwrap_or_default();
        let suggested = handle_of(&user);
        let prompter = context.output(None)?.prompter();
        if prompter.is_interactive() {
            let text = prompter.text("your handle", "--handle", suggested.as_ref().map(Handle::as_str))?;
            return text.trim().parse();
        }
        suggested.ok_or_else(|| {
            Error::usage(format!("the user name {} is not a valid handle", quoted(&user))).hint("add --handle NAME")
        })
    }
}

/// Creates a handle from a user's name, if that is possible.
fn handle_of(user: &str) -> Option<Handle> {
    let text: String = user
        .to_lowercase()
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "._-".contains(c) {
                c
            } else {
                '-'
            }
        })
        .skip_while(|c| !c.is_ascii_lowercase())
        .take(32)
        .collect();
    text.trim_end_matches(['-', '.', '_']).parse().ok()
}

/// The profile that will be written.
struct Profile {
    path: Option<std::path::PathBuf>,
    /// Whether `--config` or `INBOX_CONFIG` named the file, which must then be written.
    is_named: bool,
    name: String,
    values: Vec<(Key, Option<String>)>,
    notes: Vec<String>,
}

impl Profile {
    /// Checks the profile before anything is created, so that a contradiction is found early.
    fn of(context: &Context, database: &Database) -> Result<Profile> {
        let settings = &context.settings;
        let name = settings
            .new_profile
            .clone()
            .or_else(|| settings.profile.clone())
            .unwrap_or_else(|| "default".to_owned());
        let mut notes = Vec::new();
        let mut values: Vec<(Key, Option<String>)> = Vec::new();
        match (database, settings.get(Key::DatabaseUrl)) {
            (Database::Local, _) => {
                values.extend([(Key::Local, Some("true".to_owned())), (Key::DatabaseUrl, None)]);
                for key in [Key::LocalDir, Key::PgBin] {
                    if let Some(path) = settings.path(key) {
                        values.push((key, Some(std::path::absolute(path)?.to_string_lossy().into_owned())));
                    }
                }
            }
            (Database::Server(_), Some(url)) => {
                let stripped = strip_password(url)?;
                if stripped != url {
                    notes.push("without the password: keep it in ~/.pgpass or PGPASSWORD".to_owned());
                }
                values.extend([(Key::DatabaseUrl, Some(stripped)), (Key::Local, None)]);
            }
            // The database comes from PG* variables or service files, so it is not written to the profile.
            (Database::Server(_), None) => {}
        }
        if values.is_empty() || settings.workspace() != "inbox" {
            values.push((Key::Workspace, Some(settings.workspace().to_owned())));
        }
        let profile = Profile {
            path: settings.file.clone(),
            is_named: settings.file_is_named,
            name,
            values,
            notes,
        };
        profile.refuse_another(settings.workspace())?;
        Ok(profile)
    }

    /// Refuses to point an existing profile to another database: scripts that use it would not notice.
    fn refuse_another(&self, workspace: &str) -> Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        let Some(old) = read_profile(path, &self.name)? else {
            return Ok(());
        };
        let new = |key: Key| self.values.iter().find(|v| v.0 == key).and_then(|v| v.1.clone());
        let was_local = old.get(&Key::Local).is_some_and(|v| v == "true");
        let was_url = old.get(&Key::DatabaseUrl).map(|u| strip_password(u)).transpose()?;
        let names_one = was_local || was_url.is_some();
        let other_database = names_one
            && (was_local != (new(Key::Local).as_deref() == Some("true"))
                || !was_local && was_url != new(Key::DatabaseUrl));
        let other_workspace = names_one && old.get(&Key::Workspace).map_or("inbox", String::as_str) != workspace;
        if other_database || other_workspace {
            return Err(Error::usage(format!(
                "the profile {} in {} is for another {}",
                self.name,
                path.display(),
                if other_database { "database" } else { "workspace" }
            ))
            .hint("to add another profile, run: inbox --profile NAME init …"));
        }
        Ok(())
    }

    /// Writes the profile if it contains something new. Returns the message for the user.
    fn write(&self) -> Result<Option<String>> {
        let Some(path) = &self.path else {
            return Ok(Some("no profile was written: there is no home folder".to_owned()));
        };
        let old = read_profile(path, &self.name)?.unwrap_or_default();
        let same = self.values.iter().all(|(key, value)| match value {
            Some(value) => {
                old.get(key) == Some(value)
                    || *key == Key::DatabaseUrl
                        && old.get(key).and_then(|u| strip_password(u).ok()).as_ref() == Some(value)
            }
            None => !old.contains_key(key),
        });
        if same {
            return Ok(None);
        }
        let values: Vec<(Key, Option<&str>)> = self.values.iter().map(|(k, v)| (*k, v.as_deref())).collect();
        match write_profile(path, &self.name, &values) {
            // The workspace exists. A user without a usable home folder names it in the environment.
            Err(e) if e.kind == Kind::Failed && !self.is_named => {
                return Ok(Some(format!("no profile was written: {}", e.message)));
            }
            written => written?,
        }
        let mut text = format!("wrote the profile {} in {}", self.name, path.display());
        for note in &self.notes {
            text.push_str(", ");
            text.push_str(note);
        }
        Ok(Some(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_name_becomes_a_handle_when_possible() {
        for (user, handle) in [
            ("sara", Some("sara")),
            ("Sara Khan", Some("sara-khan")),
            ("DOMAIN\\ali", Some("domain-ali")),
            ("123bilal", Some("bilal")),
            ("root", Some("root")),
            ("", None),
            ("123", None),
            ("system", None),
        ] {
            assert_eq!(handle_of(user).map(String::from).as_deref(), handle, "{user}");
        }
    }
}
