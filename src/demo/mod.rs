//! Plays a day in a shared inbox, in a separate workspace. [`simulate`] generates the customers'
//! messages. `work` posts them to a real `inbox serve` and answers them with the real commands.
//! `tour` prints some of the commands.

mod cast;
mod server;
mod shop;
pub mod simulate;
mod stage;
mod tour;
mod work;

use std::path::PathBuf;

use jiff::Timestamp;

use crate::config::{Key, write_side_profile};
use crate::db::server::connect::ConnectOptions;
use crate::db::{self, Workspace};
use crate::domain::time::parse_zone;
use crate::error::{Error, Result};
use crate::output::{Output, Progress};
pub use server::WITH_PARENT;
use shop::{Clock, DAY, Shop};
use stage::Stage;

/// One demo.
#[derive(Debug)]
pub struct Demo {
    /// The name of the demo's profile.
    pub name: String,
    /// The schema of the demo. It is created again for each demo.
    pub workspace: Workspace,
    /// The file that contains the profile.
    pub config: PathBuf,
    /// The database of the demo.
    pub place: Place,
    /// The seed of the random customers.
    pub seed: u64,
    /// The number of customers.
    pub customers: u16,
}

/// The database of a demo.
#[derive(Debug)]
pub struct Place {
    /// The options to connect to the server.
    pub options: ConnectOptions,
    /// The settings in the profile.
    pub profile: Vec<(Key, Option<String>)>,
    /// The settings that the commands read from the environment, as this process does.
    pub kept: Vec<Key>,
}

impl Demo {
    /// Plays the day and prints a part of it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Conflict`] for a workspace of the same name that is not a demo. The
    /// error of a command of the tour that fails unexpectedly.
    pub async fn play(&self, out: Output, preparing: Progress) -> Result<()> {
        let (place, workspace, name) = (&self.place, &self.workspace, &self.name);
        let mut conn = db::connect(&place.options, std::time::Duration::from_secs(10)).await?;
        db::schema::demo::make(&mut conn, workspace).await?;
        db::schema::migrate::migrate(&mut conn, workspace).await?;
        // The played day ends now.
        let end = Timestamp::now().as_second();
        let start = end - DAY;
        let clock = Clock::set(&mut conn, workspace, start - 3600).await?;
        cast::assemble(&mut conn, workspace).await?;
        let values: Vec<(Key, Option<&str>)> = place.profile.iter().map(|(k, v)| (*k, v.as_deref())).collect();
        write_side_profile(&self.config, name, &values)?;
        drop(preparing);

        let mut stage = Stage::set(out, name, Some(&self.config), &place.kept)?;
        stage.say(&format!(
            "A day in a shared inbox: {} customers write to three shops on WhatsApp, twelve\npeople in three shifts \
             answer. Below, `inbox` stands for\n\n    {}\n",
            self.customers,
            stage.pasted("").trim_end()
        ))?;
        let (server, words) = server::Server::start(&stage).await?;
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
            workspace.clone(),
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
}

/// Returns the seconds between midnight in the shops' zone and a time.
fn after_midnight(at: i64) -> Result<i64> {
    let at = Timestamp::from_second(at).map_err(|e| Error::failed(e.to_string()))?;
    let time = at.to_zoned(parse_zone(cast::ZONE)?).time();
    Ok(i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second()))
}

fn farewell(stage: &mut Stage, bodies: usize, id: &str, crew: &cast::Crew) -> Result<()> {
    stage.heading("Yours to explore")?;
    stage.say(&format!(
        "{bodies} webhook bodies were received, repeated and out-of-order ones among them.\n\
         The server has stopped; the data stays. Try:\n"
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
