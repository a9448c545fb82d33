//! `inbox demo`.

use std::path::PathBuf;

use sqlx::postgres::PgConnectOptions;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::{Context, Exit};
use crate::config::{Database, Key, Origin, read_profile};
use crate::db::Workspace;
use crate::demo::{Demo, Place};
use crate::error::{Error, Kind, Result};

/// The name of the workspace and of the profile.
const NAME: &str = "demo";

/// Simulate a day of a shared inbox, in a separate workspace
///
/// The day is the last 24 hours: three shifts, a few hundred customers, and a real `inbox serve`
/// that receives their messages. The data are on the private Postgres of this machine. They stay
/// under the profile `demo` until the next demo.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Seed of the random customers
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Number of customers
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u16).range(24..=2000))]
    customers: u16,
    /// Use the configured database, not the private one
    #[arg(long)]
    here: bool,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`Kind::Usage`] without Postgres; [`Kind::Conflict`] if a workspace or profile has that name but
    /// was not created by a demo; the error of a command of the tour that should have succeeded.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        let mut ended = [SignalKind::terminate(), SignalKind::hangup()].map(signal);
        let [Ok(term), Ok(hangup)] = &mut ended else {
            return Err(Error::failed("signals cannot be waited for"));
        };
        tokio::select! {
            done = self.play(context) => done.map(|()| 0),
            _ = term.recv() => Err(interrupted()),
            _ = hangup.recv() => Err(interrupted()),
        }
    }

    async fn play(&self, context: &mut Context) -> Result<()> {
        let named = matches!(context.settings.origin(Key::Workspace), Some(Origin::Flag(_)));
        let name = if named {
            context.workspace.as_str().to_owned()
        } else {
            NAME.to_owned()
        };
        let workspace: Workspace = name.parse()?;
        let config = context.settings.file.clone().ok_or_else(|| {
            Error::usage("there is no home folder to keep the demo's profile in").hint("set HOME, or --config FILE")
        })?;
        let other = read_profile(&config, &name)?.is_some_and(|p| p.get(&Key::Workspace) != Some(&name));
        if other {
            return Err(Error::conflict(format!(
                "the profile {name} in {} is of another workspace: it is left alone",
                config.display()
            ))
            .hint("inbox demo --workspace OTHER uses a profile of that name"));
        }
        let out = context.output(None)?;
        let preparing = out.progress("setting up", None);
        let place = self.place(context, &workspace)?;
        let demo = Demo {
            name,
            workspace,
            config,
            place,
            seed: self.seed,
            customers: self.customers,
        };
        demo.play(out, preparing).await
    }

    /// Chooses the database, and starts the private Postgres.
    fn place(&self, context: &Context, workspace: &Workspace) -> Result<Place> {
        let mut profile = vec![(Key::Workspace, Some(workspace.to_string()))];
        let url = context.settings.origin(Key::DatabaseUrl);
        let configured = self.here || matches!(url, Some(Origin::Flag(_)));
        if configured && let Database::Server(_) = context.settings.database()? {
            let from_env = matches!(url, Some(Origin::Env(_)) | None);
            let kept = context.settings.get(Key::DatabaseUrl).filter(|_| !from_env);
            profile.push((Key::DatabaseUrl, kept.map(str::to_owned)));
            profile.push((Key::Local, None));
            return Ok(Place {
                options: context.options()?.0,
                profile,
                kept: if from_env {
                    vec![Key::DatabaseUrl, Key::Local]
                } else {
                    Vec::new()
                },
            });
        }
        let address = context.cluster()?.ensure_started().map_err(|e| {
            let here = "or play on a database that is configured: inbox demo --here";
            let hint = e
                .hint
                .as_deref()
                .map_or_else(|| here.to_owned(), |h| format!("{h}; {here}"));
            e.hint(hint)
        })?;
        profile.push((Key::Local, Some("true".to_owned())));
        profile.push((Key::DatabaseUrl, None));
        for key in [Key::LocalDir, Key::PgBin] {
            // Another shell finds the demo by this profile.
            let path: Option<PathBuf> = context.settings.path(key).map(std::path::absolute).transpose()?;
            profile.push((key, path.map(|p| p.display().to_string())));
        }
        let options = address
            .url()
            .parse::<PgConnectOptions>()
            .map_err(|e| Error::failed(format!("the private Postgres has no address: {e}")))?;
        Ok(Place {
            options: options.into(),
            profile,
            kept: Vec::new(),
        })
    }
}

fn interrupted() -> Error {
    Error::new(
        Kind::Interrupted,
        "interrupted; the next inbox demo starts again from the beginning",
    )
}
