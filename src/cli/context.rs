//! The context of every command: the settings, the terminal, and the connection to the database.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use sqlx::postgres::PgConnection;

use crate::cli::Exit;
use crate::cli::args::{ConnArgs, OutputArgs};
use crate::cli::deadline::Watch;
use crate::cli::suggest;
use crate::config::{Database, Env, Flags, Key, Settings};
use crate::db::operation::WorkspaceInfo;
use crate::db::server::connect::{ConnectOptions, Mode};
use crate::db::{self, Workspace};
use crate::domain::time::parse_zone;
use crate::error::{Error, Kind, Result};
use crate::local::{Address, Cluster, State, default_dir};
use crate::output::{ColorWhen, Format, Options, Output, Row, Terminal};

/// The context of one command.
pub struct Context {
    /// The origin of each setting.
    pub settings: Settings,
    conn: ConnArgs,
    /// The kinds of the standard streams.
    pub terminal: Terminal,
    /// The workspace, which is a schema.
    pub workspace: Workspace,
    /// The agent of `--as`, `INBOX_AS` or the profile.
    pub acting: Option<String>,
    output: OutputArgs,
    /// The state of the command's work in the database, for its supervisor.
    pub watch: Arc<Watch>,
}

impl Context {
    /// Resolves the settings. This opens no connection.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for a wrong setting. The error names the origin of the setting.
    pub fn new(conn: &ConnArgs) -> Result<Context> {
        let settings = Settings::resolve(&conn.flags(), &Env::of_process()?)?;
        let mut terminal = Terminal::detect();
        terminal.no_input |= settings.is_on(Key::NoInput);
        if let Some(warning) = settings
            .warnings
            .iter()
            .find(|w| w.starts_with("the configuration is ignored"))
        {
            Output::stdio(Options::default(), terminal.clone()).warn(warning);
        }
        terminal.pager = settings.get(Key::Pager).map(str::to_owned).or(terminal.pager);
        Ok(Context {
            workspace: settings.workspace().parse::<Workspace>()?.with_limits(&settings.limits),
            acting: settings.act_as()?.map(|h| h.to_string()),
            settings,
            conn: conn.clone(),
            terminal,
            output: OutputArgs::default(),
            watch: Arc::default(),
        })
    }

    /// Applies the command's own output flags. They take precedence over the environment and the
    /// profile, also for error messages.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for a wrong setting.
    pub fn with_output(&mut self, output: &OutputArgs) -> Result<()> {
        self.output = output.clone();
        let mut flags = Flags::default();
        output.add_to(&mut flags);
        self.settings.put_over(&flags)
    }

    /// As [`Context::with_output`], for a command that prints these rows.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for an unknown column, before anything is done.
    pub fn with_rows<R: Row>(&mut self, output: &OutputArgs) -> Result<()> {
        self.with_output(output)?;
        self.output(None)?.check_columns::<R>()
    }

    /// Opens a connection to the configured database. Starts the embedded server if it does not run.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] without a configured database;
    /// [`crate::error::Kind::Unreachable`] if it does not answer.
    pub async fn connect(&self) -> Result<PgConnection> {
        let (options, timeout) = self.options()?;
        let mut connection = db::connect(&options, timeout).await?;
        if let Database::Local = self.settings.database()?
            && self.cluster()?.is_outdated()
        {
            connection = self.renewed(connection).await?;
        }
        self.watch
            .connected(&options, timeout, &self.workspace, self.settings.get(Key::Tz));
        Ok(connection)
    }

    /// Restarts the embedded server if that is necessary, for commands that do not use [`Context::connect`].
    ///
    /// # Errors
    /// See [`Context::connect`].
    pub async fn renew_outdated(&self) -> Result<()> {
        if let Database::Local = self.settings.database()?
            && self.cluster()?.is_outdated()
        {
            drop(self.connect().await?);
        }
        Ok(())
    }

    /// Restarts the embedded server after an upgrade of its programs, if no other session is connected.
    ///
    /// # Errors
    /// [`Kind::Unreachable`] if other sessions are open, which the restart would end.
    async fn renewed(&self, mut connection: PgConnection) -> Result<PgConnection> {
        // A session of another command ends soon.
        let mut others = 0;
        for _ in 0..10 {
            others = db::server::waiting::other_sessions(&mut connection).await?;
            if others == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        if others > 0 {
            return Err(Error::new(
                Kind::Unreachable,
                format!(
                    "Postgres was upgraded while the local server runs, and {}",
                    match others {
                        1 => "another session is open".to_owned(),
                        n => format!("{n} other sessions are open"),
                    }
                ),
            )
            .hint("run: inbox local stop; the next command starts the new server"));
        }
        drop(connection);
        let cluster = self.cluster()?;
        cluster.stop()?;
        let (options, timeout) = self.options()?;
        self.output(None)?
            .note("Postgres was upgraded: the local server was restarted");
        db::connect(&options, timeout).await
    }

    /// Returns the options to connect to the configured database. Starts the embedded server if it does not run.
    ///
    /// # Errors
    /// See [`Context::connect`].
    pub fn options(&self) -> Result<(ConnectOptions, Duration)> {
        match self.settings.database()? {
            Database::Server(server) => Ok((ConnectOptions::new(server.to_sqlx(), server.target), server.timeout)),
            Database::Local => {
                let cluster = self.cluster()?;
                // Never create an empty database in place of a lost one.
                if !self.conn.setting_up && !cluster.exists()? {
                    let dir = cluster.status()?.dir;
                    return Err(Error::usage(format!("there is no local database in {}", dir.display()))
                        .hint("to create one, run: inbox init --local; INBOX_LOCAL_DIR sets another folder"));
                }
                let address = cluster.ensure_started()?;
                Ok((local_options(address), Duration::from_secs(10)))
            }
        }
    }

    /// Selects another database than the configured one: a URL, or the embedded cluster. `init` uses this.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for a wrong setting.
    pub fn turn_to(&mut self, url: Option<String>) -> Result<()> {
        self.conn.local = url.is_none();
        self.conn.database = url;
        let mut flags = self.conn.flags();
        self.output.add_to(&mut flags);
        self.settings = Settings::resolve(&flags, &Env::of_process()?)?;
        self.workspace = self.workspace.clone().with_limits(&self.settings.limits);
        Ok(())
    }

    /// Explains a statement that failed because there is no workspace, or no right to read it. Any
    /// other error stays as it is.
    pub async fn explain(&self, error: Error) -> Error {
        if let Some((resources, handle)) = error.unknown.clone() {
            return self.suggest(error, resources, &handle).await;
        }
        if !db::is_astray(&error) {
            return error;
        }
        let looked: Result<_> = async {
            let mut conn = self.connect().await?;
            db::schema::workspace::look(&mut conn, &self.workspace).await
        }
        .await;
        match looked {
            Ok(look) if look.owner.is_some() && look.migrated && !look.usage => stranger(&look.login),
            Ok(look) if !look.migrated => Error::usage(format!(
                "the database \"{}\" has no workspace {}",
                look.database, self.workspace
            ))
            .hint("to create it, run: inbox init; --workspace and --database select another one"),
            Ok(_) | Err(_) => error,
        }
    }

    /// Adds the nearest handle to the hint of an error about a handle that does not exist.
    async fn suggest(&self, error: Error, resources: &[&str], handle: &str) -> Error {
        let resources: Vec<String> = resources.iter().map(|n| (*n).to_owned()).collect();
        let known: Result<_> = async {
            let mut conn = self.connect().await?;
            let mut tx = db::begin(&mut conn, &self.workspace, Mode::Read).await?;
            db::complete::handles(&mut tx, &resources).await
        }
        .await;
        let known = known.unwrap_or_default();
        let Some(near) = suggest::nearest(handle, known.iter().map(|c| c.word.as_str())) else {
            return error;
        };
        let hint = error.hint.as_deref().unwrap_or_default();
        let hint = format!("did you mean {near}? {hint}");
        error.hint(hint)
    }

    /// Returns the embedded cluster, which may not be running.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] without a folder for its data.
    pub fn cluster(&self) -> Result<Cluster> {
        let dir = default_dir(self.settings.path(Key::LocalDir).as_deref())?;
        Ok(Cluster::at(&dir).with_programs(self.settings.path(Key::PgBin)))
    }

    /// Returns the time zone of times that are read and shown: `--tz`, else the workspace's. The host's
    /// time zone is never used.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for a name that is not an IANA zone.
    pub fn zone(&self, info: &WorkspaceInfo) -> Result<TimeZone> {
        parse_zone(self.settings.get(Key::Tz).unwrap_or(&info.time_zone))
    }

    /// Returns whether rows are printed.
    pub fn prints_rows(&self) -> bool {
        !self.output.quiet
    }

    /// Returns the output. Its times are in the workspace's zone, if that is known.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for a wrong setting.
    pub fn output(&self, info: Option<&WorkspaceInfo>) -> Result<Output> {
        let tz = match info {
            Some(info) => self.zone(info)?,
            None => TimeZone::UTC,
        };
        let defaults = Options::default();
        let options = Options {
            format: self.format(),
            header: !self.output.no_header,
            ids: self.output.ids,
            columns: self.output.columns.clone(),
            quiet: self.output.quiet,
            color: match self.settings.get(Key::Color) {
                Some("always") => ColorWhen::Always,
                Some("never") => ColorWhen::Never,
                Some(_) | None => ColorWhen::Auto,
            },
            pager: !self.output.no_pager,
            tz,
            now: info.map_or(defaults.now, |h| h.now),
        };
        Ok(Output::stdio(options, self.terminal.clone()))
    }

    /// Returns the format of rows.
    pub fn format(&self) -> Format {
        let word = self.settings.get(Key::Output).unwrap_or("table");
        <Format as clap::ValueEnum>::from_str(word, true).unwrap_or_default()
    }

    /// Prints an error in the selected format and returns its exit code.
    pub fn report(&self, error: &Error) -> Exit {
        match self.output(None) {
            Ok(mut output) => output.error(error),
            Err(_) => Output::stdio(Options::default(), self.terminal.clone()).error(error),
        }
        error.kind.exit_code()
    }
}

/// Refuses a login that may not read the workspace: it has no agent, or its rights in Postgres are
/// missing.
pub fn stranger(login: &str) -> Error {
    Error::new(
        Kind::Denied,
        format!("the login \"{login}\" may not use this workspace"),
    )
    .hint(format!(
        "ask an admin to run: inbox agent add HANDLE --role agent --login {login}; if it was added, \
         inbox db roles prints the missing rights"
    ))
}

fn local_options(address: Address) -> ConnectOptions {
    sqlx::postgres::PgConnectOptions::new_without_pgpass()
        .host(&address.socket_dir.to_string_lossy())
        .port(address.port)
        .username(address.user)
        .database(address.database)
        .application_name("inbox")
        .ssl_mode(sqlx::postgres::PgSslMode::Disable)
        .into()
}

/// Returns the options to connect to the configured database, without starting the embedded server.
///
/// # Errors
/// [`Kind::Usage`] without a configured database; [`Kind::Unreachable`] if the embedded server does
/// not run.
pub fn running(settings: &Settings) -> Result<ConnectOptions> {
    match settings.database()? {
        Database::Server(server) => Ok(ConnectOptions::new(server.to_sqlx(), server.target)),
        Database::Local => {
            let dir = default_dir(settings.path(Key::LocalDir).as_deref())?;
            let status = Cluster::at(&dir).status()?;
            match status.state {
                State::Running => Ok(local_options(status.address)),
                State::Absent | State::Stopped | State::Busy => {
                    Err(Error::new(Kind::Unreachable, "the local server does not run"))
                }
            }
        }
    }
}

/// Prints an error that occurs before the settings are known.
pub fn report_without_settings(error: &Error) -> ExitCode {
    Output::stdio(Options::default(), Terminal::detect()).error(error);
    ExitCode::from(error.kind.exit_code())
}

/// Prints an error as JSON.
pub fn report_as_json(error: &Error) -> ExitCode {
    let options = Options {
        format: Format::Json,
        ..Options::default()
    };
    Output::stdio(options, Terminal::detect()).error(error);
    ExitCode::from(error.kind.exit_code())
}
