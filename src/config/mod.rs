//! Settings. The value of a setting comes from its flag, else from the environment, else from the
//! profile in `config.toml`, else from the default. Each value is stored with its origin.
//!
//! `[profiles.NAME]` tables contain the keys of [`Key`]. `default_profile` is the profile that is
//! used without `--profile` and `INBOX_PROFILE`. The `PG*` variables, service files and password
//! files of libpq supply the parts that are missing in the database's URL, as for `psql`.

mod file;
mod libpq;
mod parameters;
mod server;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::domain::ids::Handle;
use crate::domain::session::SessionLimits;
use crate::domain::time::{parse_seconds, parse_zone};
use crate::domain::vocabulary::quoted;
use crate::error::{Error, Result};

pub use file::{read_profile, use_profile, write_profile, write_side_profile};
pub use parameters::{strip_password, url_without_password};
pub use server::{ConnectSettings, Secret, Server, SslMode};

/// A copy of the process's environment, so that each test has a separate environment.
#[derive(Clone, Default)]
pub struct Env {
    vars: BTreeMap<String, String>,
    /// The account. `None` means the account of this process, which is looked up when it is needed.
    user: Option<String>,
}

impl Env {
    /// Copies the environment of this process.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] with a variable that the program reads and that is not UTF-8.
    /// The error never contains the value.
    pub fn of_process() -> Result<Env> {
        let mut vars = BTreeMap::new();
        for (name, value) in std::env::vars_os() {
            // No variable of the program has a name that is not UTF-8.
            let Ok(name) = name.into_string() else { continue };
            match value.into_string() {
                Ok(value) => {
                    vars.insert(name, value);
                }
                Err(_) if is_read(&name) => {
                    return Err(Error::usage(format!("the environment variable {name} is not UTF-8"))
                        .hint(format!("set it again, or leave it out: env -u {name} inbox …")));
                }
                Err(_) => {}
            }
        }
        Ok(Env { vars, user: None })
    }

    /// Creates an environment from variables and an account of the operating system.
    pub fn of<K: Into<String>, V: Into<String>>(user: &str, vars: impl IntoIterator<Item = (K, V)>) -> Env {
        let vars = vars.into_iter().map(|(k, v)| (k.into(), v.into())).collect();
        Env {
            vars,
            user: Some(user.to_owned()),
        }
    }

    /// Returns a variable. An empty variable is treated as not set.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.vars.get(name).map(String::as_str).filter(|v| !v.is_empty())
    }

    /// Returns the account that runs the process.
    pub fn user(&self) -> Option<String> {
        self.user.clone().or_else(|| whoami::username().ok())
    }

    fn home(&self) -> Option<PathBuf> {
        self.get("HOME").map(PathBuf::from)
    }
}

/// Returns whether the program reads an environment variable as text. `PATH` is used as bytes.
fn is_read(name: &str) -> bool {
    const NAMES: [&str; 10] = [
        "CLICOLOR_FORCE",
        "COLUMNS",
        "DATABASE_URL",
        "HOME",
        "LINES",
        "LOGNAME",
        "NO_COLOR",
        "PAGER",
        "TERM",
        "USER",
    ];
    NAMES.contains(&name) || ["INBOX_", "PG", "XDG_"].iter().any(|prefix| name.starts_with(prefix))
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The values can be secrets.
        f.debug_set().entries(self.vars.keys()).finish()
    }
}

macro_rules! keys {
    ($(#[doc = $doc:literal] $variant:ident = $name:literal, [$($env:literal),*], $flag:expr, $default:expr;)+) => {
        /// A setting.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Key { $(#[doc = $doc] $variant,)+ }

        impl Key {
            /// Lists all settings in the order in which they are printed.
            pub const ALL: &'static [Key] = &[$(Key::$variant),+];

            /// Returns the key in `config.toml`.
            pub fn name(self) -> &'static str {
                match self { $(Key::$variant => $name),+ }
            }

            /// Returns the description of the setting, without a full stop.
            pub fn meaning(self) -> &'static str {
                match self { $(Key::$variant => $doc),+ }.trim().trim_end_matches('.')
            }

            /// Returns the environment variables. The first variable that is set is used.
            pub fn env(self) -> &'static [&'static str] {
                match self { $(Key::$variant => &[$($env),*]),+ }
            }

            /// Returns the flag, if there is one.
            pub fn flag(self) -> Option<&'static str> {
                match self { $(Key::$variant => $flag),+ }
            }

            /// Returns the default, if there is one.
            pub fn default_value(self) -> Option<&'static str> {
                match self { $(Key::$variant => $default),+ }
            }
        }
    };
}

keys! {
    /// URL of the database.
    DatabaseUrl = "database_url", ["INBOX_DATABASE_URL", "DATABASE_URL"], Some("--database"), None;
    /// true: the private Postgres.
    Local = "local", ["INBOX_LOCAL"], None, Some("false");
    /// Workspace, a schema.
    Workspace = "workspace", ["INBOX_WORKSPACE"], Some("--workspace"), Some("inbox");
    /// Agent to act as.
    As = "as", ["INBOX_AS"], Some("--as"), None;
    /// Time zone.
    Tz = "tz", ["INBOX_TZ"], Some("--tz"), None;
    /// Format of rows.
    Output = "output", ["INBOX_OUTPUT"], Some("--output"), Some("table");
    /// When to use colour.
    Color = "color", ["INBOX_COLOR"], Some("--color"), Some("auto");
    /// Pager on a terminal.
    Pager = "pager", ["INBOX_PAGER", "PAGER"], None, None;
    /// true: never prompt.
    NoInput = "no_input", ["INBOX_NO_INPUT"], Some("--no-input"), Some("false");
    /// Limit for a command.
    Timeout = "timeout", ["INBOX_TIMEOUT"], Some("--timeout"), None;
    /// URL of a replica.
    ReadFrom = "read_from", ["INBOX_READ_FROM"], Some("--read-from"), None;
    /// Address of serve.
    Listen = "listen", ["INBOX_LISTEN"], Some("--listen"), Some("127.0.0.1:8080");
    /// File with app secrets.
    AppSecretFile = "app_secret_file", ["INBOX_APP_SECRET_FILE"], Some("--app-secret-file"), None;
    /// File with the verify token.
    VerifyTokenFile = "verify_token_file", ["INBOX_VERIFY_TOKEN_FILE"], Some("--verify-token-file"), None;
    /// Folder of the private Postgres.
    LocalDir = "local_dir", ["INBOX_LOCAL_DIR"], None, None;
    /// Folder of Postgres' programs.
    PgBin = "pg_bin", ["INBOX_PG_BIN"], None, None;
}

/// The default timeout of a connection in seconds.
const TIMEOUT: u64 = 10;

impl Key {
    /// Returns a key by its name in `config.toml`.
    pub fn find(name: &str) -> Option<Key> {
        Key::ALL.iter().copied().find(|k| k.name() == name)
    }

    /// Returns whether the setting is a yes-or-no setting.
    fn is_bool(self) -> bool {
        matches!(self, Key::Local | Key::NoInput)
    }

    /// Returns whether the value can contain a password.
    fn is_url(self) -> bool {
        matches!(self, Key::DatabaseUrl | Key::ReadFrom)
    }

    /// Checks a value and returns its normal spelling. The error never contains a value that can
    /// contain a password.
    fn check(self, text: &str) -> Result<String> {
        let one_of = |words: &[&str]| match words.iter().find(|w| **w == text) {
            Some(word) => Ok((*word).to_owned()),
            None => Err(Error::usage(format!(
                "{} is not one of {}",
                quoted(text),
                words.join(", ")
            ))),
        };
        match self {
            Key::DatabaseUrl | Key::ReadFrom => parameters::parse_url(text).map(|_| text.to_owned()),
            Key::Local | Key::NoInput => match text.to_ascii_lowercase().as_str() {
                "1" | "true" | "yes" | "on" => Ok("true".to_owned()),
                "0" | "false" | "no" | "off" => Ok("false".to_owned()),
                _ => Err(Error::usage(format!("{} is neither true nor false", quoted(text)))),
            },
            Key::Workspace => {
                let first = text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
                let rest = text
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
                if first && rest && text.len() <= 63 && !text.starts_with("pg_") && text != "information_schema" {
                    Ok(text.to_owned())
                } else {
                    Err(Error::usage(format!("{} is not a workspace name", quoted(text)))
                        .hint("lower-case letters, digits and '_', 63 at most, not beginning with a digit or pg_"))
                }
            }
            Key::As => text.parse::<Handle>().map(String::from),
            Key::Tz => parse_zone(text).map(|z| z.iana_name().unwrap_or(text).to_owned()),
            Key::Output => one_of(&["table", "wide", "json", "jsonl", "csv", "tsv"]),
            Key::Color => one_of(&["auto", "always", "never"]),
            Key::Timeout => match parse_seconds(text)? {
                1..=86_400 => Ok(text.to_owned()),
                _ => Err(Error::usage(format!("{} is not between 1s and 24h", quoted(text)))),
            },
            Key::Listen => {
                match text.rsplit_once(':') {
                    Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => Ok(text.to_owned()),
                    _ => Err(Error::usage(format!("{} is not an address", quoted(text)))
                        .hint("write it like 127.0.0.1:8080")),
                }
            }
            Key::Pager | Key::AppSecretFile | Key::VerifyTokenFile | Key::LocalDir | Key::PgBin => Ok(text.to_owned()),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The origin of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// This flag.
    Flag(&'static str),
    /// This environment variable.
    Env(&'static str),
    /// This profile of the configuration file.
    Profile(String),
    /// The program.
    Default,
}

impl Origin {
    fn of_flag(key: Key) -> Origin {
        Origin::Flag(key.flag().unwrap_or(key.name()))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Flag(name) | Origin::Env(name) => f.write_str(name),
            Origin::Profile(name) => write!(f, "profile {name}"),
            Origin::Default => f.write_str("default"),
        }
    }
}

/// A setting's value with its origin.
#[derive(Clone, PartialEq, Eq)]
pub struct Setting {
    value: String,
    /// The origin of the value.
    pub origin: Origin,
}

impl Setting {
    /// Checks a value. The error contains the origin of the value.
    fn checked(key: Key, text: &str, origin: Origin) -> Result<Setting> {
        let value = key.check(text).map_err(|mut e| {
            e.message = format!("{origin}: {}", e.message).into();
            e
        })?;
        Ok(Setting { value, origin })
    }
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The value can contain a password.
        write!(f, "Setting({:?})", self.origin)
    }
}

/// The settings on the command line.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// The value of `--profile`.
    pub profile: Option<String>,
    /// The value of `--config`.
    pub config: Option<PathBuf>,
    /// The values of the settings with a flag.
    pub set: BTreeMap<Key, String>,
    /// Whether the file and the profile may be missing, because `init` creates them.
    pub setting_up: bool,
}

/// One line of `inbox config`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The key in `config.toml`.
    pub name: &'static str,
    /// The value, with a masked password. `None` if unset.
    pub value: Option<String>,
    /// The origin of the value. `None` if unset.
    pub origin: Option<Origin>,
}

/// The configured database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// A server.
    Server(Box<ConnectSettings>),
    /// The embedded cluster.
    Local,
}

/// All settings of one invocation.
#[derive(Debug, Clone)]
pub struct Settings {
    set: BTreeMap<Key, Setting>,
    env: Env,
    /// The path of the configuration file, which may not exist. `None` without a home folder.
    pub file: Option<PathBuf>,
    /// Whether `--config` or `INBOX_CONFIG` contains the path of the file.
    pub file_is_named: bool,
    /// The profile in use.
    pub profile: Option<String>,
    /// The requested profile that does not exist yet. It is set only during the set-up.
    pub new_profile: Option<String>,
    /// The warnings for the user: a file that others can read, a URL that hides another URL, or a
    /// connection parameter without effect.
    pub warnings: Vec<String>,
    /// The limits after which the server ends a session whose client is silent or unreachable.
    pub limits: SessionLimits,
}

impl Settings {
    /// Resolves all settings. Reads the configuration file.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] with the flag, the variable, or the key and line of the file,
    /// if the value is invalid. Also for an unknown key or profile, and for a file in `--config` or
    /// `INBOX_CONFIG` that cannot be read.
    pub fn resolve(flags: &Flags, env: &Env) -> Result<Settings> {
        let (path, named) = config_path(flags, env);
        let file_is_named = named.is_some();
        let named = named.filter(|_| !flags.setting_up);
        let file = match &path {
            Some(path) => file::read(path, named)?,
            None => file::ConfigFile::default(),
        };
        let wanted = match (&flags.profile, env.get("INBOX_PROFILE")) {
            (Some(name), _) => Some((name.as_str(), "--profile")),
            (None, Some(name)) => Some((name, "INBOX_PROFILE")),
            (None, None) => file.default_profile.as_deref().map(|name| (name, "default_profile")),
        };
        let profile = match wanted {
            None => None,
            Some((name, _)) if flags.setting_up && !file.profiles.contains_key(name) => None,
            Some((name, by)) => Some((
                name,
                file.profiles
                    .get(name)
                    .ok_or_else(|| no_profile(name, by, &file, path.as_deref()))?,
            )),
        };
        let mut set = BTreeMap::new();
        for &key in Key::ALL {
            let (text, origin) = if let Some(text) = flags.set.get(&key) {
                (text.as_str(), Origin::of_flag(key))
            } else if let Some((name, text)) = key.env().iter().find_map(|name| Some((*name, env.get(name)?))) {
                (text, Origin::Env(name))
            } else if let Some((name, text)) = profile.and_then(|(name, keys)| Some((name, keys.get(&key)?))) {
                (text.as_str(), Origin::Profile(name.to_owned()))
            } else if let Some(text) = key.default_value() {
                (text, Origin::Default)
            } else {
                continue;
            };
            set.insert(key, Setting::checked(key, text, origin)?);
        }
        let mut warnings = file.warnings;
        if let (Some((name, keys)), Some(url)) = (profile, set.get(&Key::DatabaseUrl))
            && wanted.is_some_and(|(_, by)| by != "default_profile")
            && matches!(url.origin, Origin::Env(_))
            && (keys.contains_key(&Key::DatabaseUrl) || keys.get(&Key::Local).is_some_and(|v| v == "true"))
        {
            warnings.push(format!("{} overrides the database of profile {name}", url.origin));
        }
        let new_profile = wanted.filter(|_| profile.is_none()).map(|(name, _)| name.to_owned());
        let profile = profile.map(|(name, _)| name.to_owned());
        let mut settings = Settings {
            new_profile,
            set,
            env: env.clone(),
            file: path,
            file_is_named,
            profile,
            warnings,
            limits: SessionLimits::default(),
        };
        // An invalid connection setting is reported only by a command that needs a connection.
        if let Ok(Database::Server(server)) = settings.database() {
            settings.warnings.extend(server.warnings);
            settings.limits = server.limits;
        }
        Ok(settings)
    }

    /// Applies more flags to the resolved settings. Reads no file again.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] with the flag whose value is invalid.
    pub fn put_over(&mut self, flags: &Flags) -> Result<()> {
        for (&key, text) in &flags.set {
            self.set.insert(key, Setting::checked(key, text, Origin::of_flag(key))?);
        }
        Ok(())
    }

    /// Returns a setting's text in its normal spelling.
    pub fn get(&self, key: Key) -> Option<&str> {
        self.set.get(&key).map(|s| s.value.as_str())
    }

    /// Returns the origin of a setting.
    pub fn origin(&self, key: Key) -> Option<&Origin> {
        self.set.get(&key).map(|s| &s.origin)
    }

    /// Returns the environment of the settings.
    pub fn env(&self) -> &Env {
        &self.env
    }

    /// Returns the workspace's schema name.
    pub fn workspace(&self) -> &str {
        self.get(Key::Workspace).unwrap_or("inbox")
    }

    /// Returns the agent to act as.
    ///
    /// # Errors
    /// No error occurs in practice, because the handle was checked before.
    pub fn act_as(&self) -> Result<Option<Handle>> {
        self.get(Key::As).map(str::parse).transpose()
    }

    /// Returns whether a yes-or-no setting is on.
    pub fn is_on(&self, key: Key) -> bool {
        self.get(key) == Some("true")
    }

    /// Returns the path in a setting. A path in the profile is relative to the configuration file,
    /// and `~/` is the home folder.
    pub fn path(&self, key: Key) -> Option<PathBuf> {
        let setting = self.set.get(&key)?;
        if let (Some(rest), Some(home)) = (setting.value.strip_prefix("~/"), self.env.home()) {
            return Some(home.join(rest));
        }
        let beside = match setting.origin {
            Origin::Profile(_) => self.file.as_deref().and_then(Path::parent),
            Origin::Flag(_) | Origin::Env(_) | Origin::Default => None,
        };
        Some(beside.map_or_else(|| PathBuf::from(&setting.value), |dir| dir.join(&setting.value)))
    }

    /// Returns the value of `--timeout`, if it is set. It is the limit of the whole command.
    pub fn timeout(&self) -> Option<Duration> {
        let seconds = parse_seconds(self.get(Key::Timeout)?).ok()?;
        u64::try_from(seconds).ok().map(Duration::from_secs)
    }

    /// Returns the configured database. A flag takes precedence over the environment, and the
    /// environment over the profile. In the same source, `INBOX_LOCAL` takes precedence over
    /// `DATABASE_URL`. The `PG*` variables alone also configure a database, if they contain a host,
    /// database or service.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] with a hint if there is no database. Also for a service that
    /// is not in its file, and for invalid `PG*` values.
    pub fn database(&self) -> Result<Database> {
        let rank = |origin: &Origin| match origin {
            Origin::Flag(_) => 0,
            Origin::Env("INBOX_DATABASE_URL") => 1,
            Origin::Env("INBOX_LOCAL") => 2,
            Origin::Env(_) => 3,
            Origin::Profile(_) => 4,
            Origin::Default => 5,
        };
        let url = self.set.get(&Key::DatabaseUrl);
        let local = self.set.get(&Key::Local).filter(|s| s.value == "true");
        if let Some(local) = local
            && url.is_none_or(|url| rank(&local.origin) < rank(&url.origin))
        {
            return Ok(Database::Local);
        }
        match url {
            Some(url) => self.server(Some(&url.value)),
            None if ["PGSERVICE", "PGHOST", "PGHOSTADDR", "PGDATABASE"]
                .iter()
                .any(|name| self.env.get(name).is_some()) =>
            {
                self.server(None)
            }
            None => {
                return Err(Error::usage("no database is configured")
                    .hint("run 'inbox init' to set one up, or set DATABASE_URL=postgres://user@host/database"));
            }
        }
        .map(|server| Database::Server(Box::new(server)))
    }

    /// Returns the replica for reports, if one is configured.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`], see [`Settings::database`].
    pub fn read_from(&self) -> Result<Option<ConnectSettings>> {
        self.get(Key::ReadFrom).map(|url| self.server(Some(url))).transpose()
    }

    fn server(&self, url: Option<&str>) -> Result<ConnectSettings> {
        server::resolve(url, &self.env, self.timeout())
    }

    /// Lists every setting for `inbox config`, with masked passwords.
    pub fn lines(&self) -> Vec<Line> {
        let line = |&key: &Key| {
            let setting = self.set.get(&key);
            let value = setting.map(|s| {
                if key.is_url() {
                    parameters::mask_url(&s.value)
                } else {
                    s.value.clone()
                }
            });
            Line {
                name: key.name(),
                value,
                origin: setting.map(|s| s.origin.clone()),
            }
        };
        Key::ALL.iter().map(line).collect()
    }
}

/// Returns the path of the configuration file, and the source of the path.
fn config_path(flags: &Flags, env: &Env) -> (Option<PathBuf>, Option<&'static str>) {
    if let Some(path) = &flags.config {
        return (Some(path.clone()), Some("--config"));
    }
    if let Some(path) = env.get("INBOX_CONFIG") {
        return (Some(PathBuf::from(path)), Some("INBOX_CONFIG"));
    }
    let base = env
        .get("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .filter(|p| p.is_absolute());
    let base = base.or_else(|| env.home().map(|home| home.join(".config")));
    (base.map(|base| base.join("inbox/config.toml")), None)
}

fn no_profile(name: &str, by: &str, file: &file::ConfigFile, path: Option<&Path>) -> Error {
    let place = path.map_or_else(|| "the configuration".to_owned(), |p| p.display().to_string());
    let e = Error::usage(format!("{by}: there is no profile {} in {place}", quoted(name)));
    let names: Vec<&str> = file.profiles.keys().map(String::as_str).collect();
    if names.is_empty() {
        e.hint("run 'inbox init' to write one")
    } else {
        e.hint(format!("there are: {}", names.join(", ")))
    }
}

#[cfg(test)]
mod tests;
