//! `inbox demo`.

mod cast;
mod server;
mod stage;
mod tour;
mod work;

use std::path::PathBuf;

use jiff::Timestamp;
use sqlx::postgres::PgConnectOptions;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::{Context, Exit};
use crate::config::{Database, Key, Origin, read_profile, write_side_profile};
use crate::db::server::connect::ConnectOptions;
use crate::db::{self, Workspace};
use crate::domain::simulate;
use crate::domain::time::parse_zone;
use crate::error::{Error, Kind, Result};
use server::Server;
use stage::Stage;
use work::{Clock, DAY, Shop};

/// The workspace and the profile.
const NAME: &str = "demo";

/// Play a day in a shared inbox, in a workspace of its own
///
/// The day is the last 24 hours: three shifts, a few hundred customers, and a real `inbox serve`
/// that receives their messages. The data stay, under the profile `demo`, until the next demo. They
/// are on the private Postgres of this machine.
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

/// Where the demo plays.
struct Place {
    options: ConnectOptions,
    /// What the profile says.
    profile: Vec<(Key, Option<String>)>,
    /// The settings that the commands take from the environment, as this one does.
    kept: Vec<Key>,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`Kind::Usage`] without Postgres; [`Kind::Conflict`] for a workspace or profile of that name
    /// which no demo made; what a command of the tour ends with that should have succeeded.
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
        let mut conn = db::connect(&place.options, std::time::Duration::from_secs(10)).await?;
        db::schema::demo::make(&mut conn, &workspace).await?;
        db::schema::migrate::migrate(&mut conn, &workspace).await?;
        // What is played ends now.
        let end = Timestamp::now().as_second();
        let start = end - DAY;
        let clock = Clock::set(&mut conn, &workspace, start - 3600).await?;
        cast::assemble(&mut conn, &workspace).await?;
        let values: Vec<(Key, Option<&str>)> = place.profile.iter().map(|(k, v)| (*k, v.as_deref())).collect();
        write_side_profile(&config, &name, &values)?;
        drop(preparing);

        let mut stage = Stage::set(out, &name, Some(&config), &place.kept)?;
        stage.say(&format!(
            "A day in a shared inbox: {} customers write to three shops on WhatsApp, twelve\npeople in three shifts answer. Below, `inbox` stands for\n\n    {}\n",
            self.customers,
            stage.pasted("").trim_end()
        ))?;
        let (server, words) = Server::start(&stage).await?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        stage.heading("Before the day")?;
        stage.running("The server that WhatsApp's webhooks go to runs beside:", &words)?;
        stage
            .show(
                "The numbers that customers write to, and where new conversations go:",
                &["channel", "list"],
                0,
            )
            .await?;
        stage.show("The people:", &["agent", "list"], 0).await?;

        let midnight = after_midnight(start)?;
        let day = simulate::day(
            self.seed,
            &cast::channels(),
            start,
            midnight,
            usize::from(self.customers),
        );
        let bodies = day.deliveries.len();
        let mut shop = Shop::new(
            &mut stage,
            server,
            conn,
            workspace,
            clock,
            day,
            self.seed,
            (start, midnight),
        );
        shop.play().await?;
        let id = tour::finale(&mut shop, start).await?;
        let crew = shop.crew(end);
        shop.close().await?;
        farewell(&mut stage, bodies, &id, crew)
    }

    /// Decides where to play, and starts the private Postgres.
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
            // So that it is found from another shell.
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
    Error::new(Kind::Interrupted, "interrupted; the next inbox demo begins anew")
}

/// Gives the seconds of the shops' day that have gone by at a time.
fn after_midnight(at: i64) -> Result<i64> {
    let at = Timestamp::from_second(at).map_err(|e| Error::failed(e.to_string()))?;
    let time = at.to_zoned(parse_zone(cast::ZONE)?).time();
    Ok(i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second()))
}

fn farewell(stage: &mut Stage, bodies: usize, id: &str, crew: &cast::Crew) -> Result<()> {
    stage.heading("Yours to explore")?;
    stage.say(&format!(
        "{bodies} webhook bodies were received, repeated and out-of-order ones among them.\nThe server has stopped; the data stays. Try:\n"
    ))?;
    let (one, two) = (crew.support[0], crew.support[1]);
    let commands = [
        "list --unassigned".to_owned(),
        "list --waiting-over 2h --columns conversation,owner,waiting,window,customer".to_owned(),
        "list --order 1003 --status any".to_owned(),
        format!("show {id}"),
        format!("note {id} 'called, no answer' --tried 'called twice' --as {one}"),
        format!("assign --owner {one} --to {two} --as {} --dry-run", cast::SUPERVISOR),
        "list --has-ticket".to_owned(),
        format!("audit --actor {two} --since 24h"),
        "audit verify".to_owned(),
        "kpi export --since 24h --by agent -o csv".to_owned(),
        "doctor".to_owned(),
    ];
    for words in commands {
        let line = stage.pasted(&words);
        stage.say(&format!("    {line}"))?;
    }
    stage.finish()
}
