//! `inbox webhook`.

use std::collections::HashMap;

use crate::cli::args::{OutputArgs, TimeRangeArgs};
use crate::cli::{Context, Exit};
use crate::db::connect::Mode;
use crate::db::delivery::Cause;
use crate::db::delivery_list::{self, DeadLine, DeliveryFilter, DeliveryLine, NoticeLine};
use crate::db::{self, operation};
use crate::domain::whatsapp::{self, Item};
use crate::error::{Error, Kind, Result};
use crate::output::{Column, Row, Tone, Value};
use crate::worker::replay::{self, ReplayFilter, Tried};

/// What WhatsApp's webhooks brought, and what could not be applied
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    List(Box<List>),
    Show(Box<Show>),
    Replay(Box<Replay>),
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// What the subcommand refuses.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        match self.command {
            Command::List(a) => a.run(context).await,
            Command::Show(a) => a.run(context).await,
            Command::Replay(a) => Box::pin(a.run(context)).await,
        }
    }
}

/// What can be asked of deliveries.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum State {
    /// Not yet applied.
    New,
    /// Applied, all of it.
    Applied,
    /// With an event that waits as a dead letter.
    Dead,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            State::New => "new",
            State::Applied => "applied",
            State::Dead => "dead",
        }
    }
}

fn cause(text: &str) -> Result<Cause> {
    let wanted = text.replace('-', "_");
    Cause::ALL.into_iter().find(|c| c.as_str() == wanted).ok_or_else(|| {
        let all: Vec<&str> = Cause::ALL.iter().map(|c| c.as_str()).collect();
        Error::usage(format!("{} is not a cause", crate::domain::vocabulary::quoted(text)))
            .hint(format!("one of: {}", all.join(", ")))
    })
}

/// Deliveries, the newest last; or the dead letters, or notices about the account
#[derive(Debug, clap::Args)]
struct List {
    /// Only deliveries in this state
    #[arg(long, value_enum, value_name = "STATE", help_heading = "Filters")]
    state: Option<State>,
    /// Only with a dead letter of this cause: unknown_channel, no_identity, malformed, failed
    #[arg(long, value_name = "CAUSE", value_parser = cause, help_heading = "Filters")]
    cause: Option<Cause>,
    #[command(flatten)]
    range: TimeRangeArgs,
    /// The dead letters that wait, one row each
    #[arg(long, conflicts_with_all = ["state", "notices"])]
    dead: bool,
    /// What WhatsApp told about account, numbers and templates
    #[arg(long, conflicts_with_all = ["state", "cause"])]
    notices: bool,
    /// At most so many, the newest
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    #[command(flatten)]
    output: OutputArgs,
}

impl List {
    async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        let mut conn = context.connect().await?;
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let info = operation::workspace_info(&mut tx).await?;
        let zone = context.zone(&info)?;
        let (since, until) = self.range.range().resolve(Context::clock(&info, &zone))?;
        let which = DeliveryFilter {
            state: self.state.map(State::as_str),
            cause: self.cause.map(Cause::as_str),
            since,
            until,
            limit: self.limit.map(i64::from),
        };
        let mut out = context.output(Some(&info))?;
        out.page();
        if self.dead {
            out.print_rows(delivery_list::dead_letters(&mut tx, &which, None).await?)?;
        } else if self.notices {
            out.print_rows(delivery_list::notices(&mut tx, &which).await?)?;
        } else {
            out.print_rows(delivery_list::list(&mut tx, &which).await?)?;
        }
        out.finish()?;
        Ok(0)
    }
}

/// One delivery: each event in it and what became of it, and the body
#[derive(Debug, clap::Args)]
struct Show {
    /// Its number
    #[arg(value_name = "DELIVERY")]
    id: i64,
    /// Only the body
    #[arg(long)]
    body: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl Show {
    async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        let mut conn = context.connect().await?;
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let info = operation::workspace_info(&mut tx).await?;
        let whole = delivery_list::find(&mut tx, self.id).await?.ok_or_else(|| {
            Error::not_found(format!("no delivery {}", self.id)).hint("inbox webhook list shows them")
        })?;
        let letters = delivery_list::dead_letters(&mut tx, &DeliveryFilter::default(), Some(self.id)).await?;
        let mut out = context.output(Some(&info))?;
        out.page();
        if !self.body {
            out.print_rows(events(&whole.line, whole.body.as_deref(), &letters))?;
        }
        if self.body || out.options().format.is_human() && !self.output.quiet && !self.output.ids {
            match &whole.body {
                None => out.note("the body was removed when its time was over"),
                // The exact text, where it is JSON, laid out for reading.
                Some(bytes) => match serde_json::from_slice::<serde_json::Value>(bytes) {
                    Ok(json) => {
                        let text = serde_json::to_string_pretty(&json).unwrap_or_default();
                        for line in text.lines() {
                            out.line(Tone::Plain, line)?;
                        }
                    }
                    Err(_) => {
                        for line in String::from_utf8_lossy(bytes).lines() {
                            out.line(Tone::Plain, line)?;
                        }
                    }
                },
            }
        }
        out.finish()?;
        Ok(0)
    }
}

/// What became of one event.
#[derive(Debug)]
struct EventRow {
    path: String,
    field: Option<String>,
    kind: &'static str,
    outcome: &'static str,
    letter: Option<i64>,
    reason: Option<String>,
}

fn events(line: &DeliveryLine, body: Option<&[u8]>, letters: &[DeadLine]) -> Vec<EventRow> {
    let by_path: HashMap<&str, &DeadLine> = letters.iter().map(|l| (l.path.as_str(), l)).collect();
    let items: Vec<Item> = body.and_then(|b| whatsapp::parse(b).ok()).unwrap_or_default();
    let outcome = |letter: Option<&DeadLine>| match letter {
        Some(l) if l.replayed_at.is_some() => "replayed",
        Some(_) => "dead",
        None if line.applied_at.is_some() => "applied",
        None => "waits",
    };
    let row = |path: &str, field: Option<String>, kind: &'static str| {
        let letter = by_path.get(path).copied();
        EventRow {
            path: path.to_owned(),
            field,
            kind,
            outcome: outcome(letter),
            letter: letter.map(|l| l.id),
            reason: letter
                .map(|l| l.reason.clone())
                .or_else(|| line.error.clone().filter(|_| line.applied_at.is_none())),
        }
    };
    let mut rows: Vec<EventRow> = items
        .iter()
        .map(|i| {
            row(
                &i.path,
                Some(i.field.clone()),
                i.event.as_ref().map_or("unreadable", |e| e.kind()),
            )
        })
        .collect();
    // A body as a whole, or one that is gone.
    let found: Vec<&str> = items.iter().map(|i| i.path.as_str()).collect();
    rows.extend(
        letters
            .iter()
            .filter(|l| !found.contains(&l.path.as_str()))
            .map(|l| row(&l.path, l.field.clone(), "unreadable")),
    );
    rows
}

impl Row for EventRow {
    const COLUMNS: &'static [Column] = &[
        Column::new("path", "Where it stands in the body; nothing for the body as a whole."),
        Column::new("field", "What it is about, in WhatsApp's word."),
        Column::new("kind", "What it is."),
        Column::new("outcome", "applied, waits, dead or replayed."),
        Column::new("letter", "The dead letter: inbox webhook replay LETTER tries it again.").right(),
        Column::new("reason", "Why it is dead."),
    ];

    fn reference(&self) -> Option<String> {
        self.letter.map(|l| l.to_string())
    }

    fn values(&self) -> Vec<Value> {
        vec![
            Value::text(self.path.clone()),
            Value::customer(self.field.clone()),
            Value::text(self.kind),
            Value::text(self.outcome).tone(if self.outcome == "dead" { Tone::Bad } else { Tone::Plain }),
            self.letter.map_or(Value::Null, Value::Int),
            Value::customer(self.reason.clone()),
        ]
    }
}

/// Try dead letters again
///
/// Those that still fail stay where they are, with the new reason, and the exit code is 6. Letters for an unknown channel are tried by `serve`
/// itself once the channel is added.
#[derive(Debug, clap::Args)]
struct Replay {
    /// Their numbers, as inbox webhook list --dead shows them
    #[arg(value_name = "LETTER", required_unless_present_any = ["all", "cause"], conflicts_with = "all")]
    letters: Vec<i64>,
    /// All that wait
    #[arg(long)]
    all: bool,
    /// Only of this cause: unknown_channel, no_identity, malformed, failed
    #[arg(long, value_name = "CAUSE", value_parser = cause)]
    cause: Option<Cause>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Replay {
    async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        context.output(None)?.check_columns::<Tried>()?;
        let mut conn = context.connect().await?;
        let which = ReplayFilter {
            ids: (!self.letters.is_empty()).then(|| self.letters.clone()),
            cause: self.cause,
            found_channel: false,
        };
        let tried = replay::replay(&mut conn, &context.workspace, Some("system"), &which).await?;
        if let Some(missing) = self.letters.iter().find(|id| tried.iter().all(|t| t.id != **id)) {
            return Err(Error::not_found(format!("no dead letter {missing} waits"))
                .hint("inbox webhook list --dead shows those that do"));
        }
        let failed = tried.iter().filter(|t| t.failed.is_some()).count();
        let mut out = context.output(None)?;
        out.print_rows(tried)?;
        out.finish()?;
        Ok(if failed > 0 { Kind::Partial.exit_code() } else { 0 })
    }
}

impl Row for Tried {
    const COLUMNS: &'static [Column] = &[
        Column::new("letter", "The dead letter.").right(),
        Column::new("delivery", "The delivery it came with.").right(),
        Column::new("outcome", "applied, or why it still waits."),
        Column::new("reason", "The same in words."),
        Column::new("path", "Where it stands in the body.").wide(),
    ];

    fn reference(&self) -> Option<String> {
        Some(self.id.to_string())
    }

    fn values(&self) -> Vec<Value> {
        let (outcome, reason) = match &self.failed {
            None => ("applied", None),
            Some((cause, reason)) => (cause.as_str(), Some(reason.clone())),
        };
        vec![
            Value::Int(self.id),
            Value::Int(self.delivery),
            Value::text(outcome).tone(if self.failed.is_some() { Tone::Bad } else { Tone::Plain }),
            Value::customer(reason),
            Value::text(self.path.clone()),
        ]
    }
}

impl Row for DeliveryLine {
    const COLUMNS: &'static [Column] = &[
        Column::new("delivery", "Its number.").right(),
        Column::new("received_at", "When it came."),
        Column::new(
            "state",
            "new, applied, or dead while one of its events waits as a dead letter.",
        ),
        Column::new("events", "Events in it.").right(),
        Column::new("dead", "Dead letters that wait.").right(),
        Column::new("bytes", "Length of the body, while it is kept.").right(),
        Column::new("error", "What went wrong, or one reason of several."),
        Column::new("attempts", "How often it was tried.").right().wide(),
        Column::new("applied_at", "When it was applied.").wide(),
    ];

    fn reference(&self) -> Option<String> {
        Some(self.id.to_string())
    }

    fn values(&self) -> Vec<Value> {
        vec![
            Value::Int(self.id),
            Value::Time(self.received_at),
            Value::text(self.state.clone()).tone(if self.state == "dead" { Tone::Bad } else { Tone::Plain }),
            self.events.map_or(Value::Null, |n| Value::Int(n.into())),
            Value::Int(self.dead),
            self.bytes.map_or(Value::Null, |n| Value::Int(n.into())),
            Value::customer(self.error.clone()),
            Value::Int(self.attempts.into()),
            self.applied_at.map_or(Value::Null, Value::Time),
        ]
    }
}

impl Row for DeadLine {
    const COLUMNS: &'static [Column] = &[
        Column::new("letter", "Its number: inbox webhook replay LETTER tries it again.").right(),
        Column::new("delivery", "The delivery it came with.").right(),
        Column::new("received_at", "When that came."),
        Column::new("cause", "unknown_channel, no_identity, malformed or failed."),
        Column::new("reason", "The same in words."),
        Column::new("field", "What it is about, in WhatsApp's word.").wide(),
        Column::new("phone_number_id", "What its channel is found by.").wide(),
        Column::new("path", "Where it stands in the body.").wide(),
        Column::new("attempts", "How often it was tried.").right().wide(),
        Column::new("replayed_at", "When it was applied after all.").wide(),
    ];

    fn reference(&self) -> Option<String> {
        Some(self.id.to_string())
    }

    fn values(&self) -> Vec<Value> {
        vec![
            Value::Int(self.id),
            Value::Int(self.delivery),
            Value::Time(self.received_at),
            Value::text(self.cause.clone()),
            Value::customer(self.reason.clone()),
            Value::customer(self.field.clone()),
            Value::customer(self.phone_number_id.clone()),
            Value::text(self.path.clone()),
            Value::Int(self.attempts.into()),
            self.replayed_at.map_or(Value::Null, Value::Time),
        ]
    }
}

impl Row for NoticeLine {
    const COLUMNS: &'static [Column] = &[
        Column::new("notice", "Its number.").right(),
        Column::new("received_at", "When it came."),
        Column::new("severity", "info, warning or critical."),
        Column::new("field", "What it is about, in WhatsApp's word."),
        Column::new("summary", "What happened."),
        Column::new("phone_number_id", "The number it is about.").wide(),
        Column::new("delivery", "The delivery it came with.").right().wide(),
    ];

    fn reference(&self) -> Option<String> {
        Some(self.id.to_string())
    }

    fn values(&self) -> Vec<Value> {
        let tone = match self.severity.as_str() {
            "critical" => Tone::Bad,
            "warning" => Tone::Warn,
            _ => Tone::Plain,
        };
        vec![
            Value::Int(self.id),
            Value::Time(self.received_at),
            Value::text(self.severity.clone()).tone(tone),
            Value::customer(self.field.clone()),
            Value::customer(self.summary.clone()),
            Value::customer(self.phone_number_id.clone()),
            Value::Int(self.delivery),
        ]
    }
}
