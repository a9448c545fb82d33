//! `inbox webhook`.

use std::collections::HashMap;

use crate::cli::args::{OutputArgs, TimeRangeArgs};
use crate::cli::{Context, Exit};
use crate::db::server::connect::Mode;
use crate::db::webhook::delivery::Cause;
use crate::db::webhook::list::{DeadLine, DeliveryFilter, DeliveryLine, NoticeLine};
use crate::db::{self, operation};
use crate::domain::whatsapp::{self, Item};
use crate::error::{Error, Kind, Result};
use crate::output::{Column, Row, Tone, Value};
use crate::worker::replay::{self, ReplayFilter, Tried};

/// Inspect deliveries from WhatsApp, and replay failed events
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

/// List deliveries, dead letters or notices, newest last
#[derive(Debug, clap::Args)]
struct List {
    /// Select by state
    #[arg(long, value_enum, value_name = "STATE", help_heading = "Filters")]
    state: Option<State>,
    /// Select by cause: unknown_channel, no_identity, malformed, failed
    #[arg(long, value_name = "CAUSE", value_parser = cause, help_heading = "Filters")]
    cause: Option<Cause>,
    /// List dead letters
    #[arg(long, conflicts_with_all = ["state", "notices"])]
    dead: bool,
    /// List notices about the account, numbers and templates
    #[arg(long, conflicts_with_all = ["state", "cause"])]
    notices: bool,
    /// Maximum number of rows, the newest ones
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    #[command(flatten)]
    range: TimeRangeArgs,
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
            out.print_rows(db::webhook::list::dead_letters(&mut tx, &which, None).await?)?;
        } else if self.notices {
            out.print_rows(db::webhook::list::notices(&mut tx, &which).await?)?;
        } else {
            out.print_rows(db::webhook::list::list(&mut tx, &which).await?)?;
        }
        out.finish()?;
        Ok(0)
    }
}

/// Show a delivery: its events, their results, and the body
#[derive(Debug, clap::Args)]
struct Show {
    /// Number of the delivery
    #[arg(value_name = "DELIVERY")]
    id: i64,
    /// Print only the body
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
        let whole = db::webhook::list::find(&mut tx, self.id).await?.ok_or_else(|| {
            Error::not_found(format!("no delivery {}", self.id)).hint("to list deliveries, run: inbox webhook list")
        })?;
        let letters = db::webhook::list::dead_letters(&mut tx, &DeliveryFilter::default(), Some(self.id)).await?;
        let mut out = context.output(Some(&info))?;
        out.page();
        if !self.body {
            out.print_rows(events(&whole.line, whole.body.as_deref(), &letters))?;
        }
        if self.body || out.options().format.is_human() && !self.output.quiet && !self.output.ids {
            match &whole.body {
                None => out.note("the body was removed by the retention policy"),
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
pub struct EventRow {
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
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new(
                "path",
                "Where it stands in the body; nothing for the body as a whole.",
                |r: &Self| Value::text(r.path.clone()),
            ),
            Column::new("field", "What it is about, in WhatsApp's word.", |r: &Self| {
                Value::customer(r.field.clone())
            }),
            Column::new("kind", "What it is.", |r: &Self| Value::text(r.kind)),
            Column::new("outcome", "applied, waits, dead or replayed.", |r: &Self| {
                Value::text(r.outcome).tone(if r.outcome == "dead" { Tone::Bad } else { Tone::Plain })
            }),
            Column::new(
                "letter",
                "The dead letter: inbox webhook replay LETTER tries it again.",
                |r: &Self| r.letter.map_or(Value::Null, Value::Int),
            )
            .right(),
            Column::new("reason", "Why it is dead.", |r: &Self| {
                Value::customer(r.reason.clone())
            }),
        ]
    }

    fn reference(&self) -> Option<String> {
        self.letter.map(|l| l.to_string())
    }
}

/// Apply dead letters again
///
/// Letters that fail again keep the new reason, and the exit code is 6. `serve` applies letters of
/// an unknown channel itself, as soon as the channel is added.
#[derive(Debug, clap::Args)]
struct Replay {
    /// Numbers of the letters, from inbox webhook list --dead
    #[arg(value_name = "LETTER", required_unless_present_any = ["all", "cause"], conflicts_with = "all")]
    letters: Vec<i64>,
    /// Apply every dead letter
    #[arg(long)]
    all: bool,
    /// Apply letters of this cause: unknown_channel, no_identity, malformed, failed
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
            return Err(Error::not_found(format!("there is no dead letter {missing}"))
                .hint("to list dead letters, run: inbox webhook list --dead"));
        }
        let failed = tried.iter().filter(|t| t.failed.is_some()).count();
        let mut out = context.output(None)?;
        out.print_rows(tried)?;
        out.finish()?;
        Ok(if failed > 0 { Kind::Partial.exit_code() } else { 0 })
    }
}

impl Row for Tried {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("letter", "The dead letter.", |r: &Self| Value::Int(r.id)).right(),
            Column::new("delivery", "The delivery it came with.", |r: &Self| {
                Value::Int(r.delivery)
            })
            .right(),
            Column::new("outcome", "applied, or why it still waits.", |r: &Self| {
                Value::text(r.failed.as_ref().map_or("applied", |(cause, _)| cause.as_str()))
                    .tone(if r.failed.is_some() { Tone::Bad } else { Tone::Plain })
            }),
            Column::new("reason", "The same in words.", |r: &Self| {
                Value::customer(r.failed.as_ref().map(|(_, reason)| reason.clone()))
            }),
            Column::new("path", "Where it stands in the body.", |r: &Self| {
                Value::text(r.path.clone())
            })
            .wide(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Row for DeliveryLine {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("delivery", "Its number.", |r: &Self| Value::Int(r.id)).right(),
            Column::new("received_at", "When it came.", |r: &Self| Value::Time(r.received_at)),
            Column::new(
                "state",
                "new, applied, or dead while one of its events waits as a dead letter.",
                |r: &Self| Value::text(r.state.clone()).tone(if r.state == "dead" { Tone::Bad } else { Tone::Plain }),
            ),
            Column::new("events", "Events in it.", |r: &Self| {
                r.events.map_or(Value::Null, |n| Value::Int(n.into()))
            })
            .right(),
            Column::new("dead", "Dead letters that wait.", |r: &Self| Value::Int(r.dead)).right(),
            Column::new("bytes", "Length of the body, while it is kept.", |r: &Self| {
                r.bytes.map_or(Value::Null, |n| Value::Int(n.into()))
            })
            .right(),
            Column::new("error", "What went wrong, or one reason of several.", |r: &Self| {
                Value::customer(r.error.clone())
            }),
            Column::new("attempts", "How often it was tried.", |r: &Self| {
                Value::Int(r.attempts.into())
            })
            .right()
            .wide(),
            Column::new("applied_at", "When it was applied.", |r: &Self| {
                r.applied_at.map_or(Value::Null, Value::Time)
            })
            .wide(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Row for DeadLine {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new(
                "letter",
                "Its number: inbox webhook replay LETTER tries it again.",
                |r: &Self| Value::Int(r.id),
            )
            .right(),
            Column::new("delivery", "The delivery it came with.", |r: &Self| {
                Value::Int(r.delivery)
            })
            .right(),
            Column::new("received_at", "When that came.", |r: &Self| Value::Time(r.received_at)),
            Column::new(
                "cause",
                "unknown_channel, no_identity, malformed or failed.",
                |r: &Self| Value::text(r.cause.clone()),
            ),
            Column::new("reason", "The same in words.", |r: &Self| {
                Value::customer(r.reason.clone())
            }),
            Column::new("field", "What it is about, in WhatsApp's word.", |r: &Self| {
                Value::customer(r.field.clone())
            })
            .wide(),
            Column::new("phone_number_id", "What its channel is found by.", |r: &Self| {
                Value::customer(r.phone_number_id.clone())
            })
            .wide(),
            Column::new("path", "Where it stands in the body.", |r: &Self| {
                Value::text(r.path.clone())
            })
            .wide(),
            Column::new("attempts", "How often it was tried.", |r: &Self| {
                Value::Int(r.attempts.into())
            })
            .right()
            .wide(),
            Column::new("replayed_at", "When it was applied after all.", |r: &Self| {
                r.replayed_at.map_or(Value::Null, Value::Time)
            })
            .wide(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Row for NoticeLine {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("notice", "Its number.", |r: &Self| Value::Int(r.id)).right(),
            Column::new("received_at", "When it came.", |r: &Self| Value::Time(r.received_at)),
            Column::new("severity", "info, warning or critical.", |r: &Self| {
                let tone = match r.severity.as_str() {
                    "critical" => Tone::Bad,
                    "warning" => Tone::Warn,
                    _ => Tone::Plain,
                };
                Value::text(r.severity.clone()).tone(tone)
            }),
            Column::new("field", "What it is about, in WhatsApp's word.", |r: &Self| {
                Value::customer(r.field.clone())
            }),
            Column::new("summary", "What happened.", |r: &Self| {
                Value::customer(r.summary.clone())
            }),
            Column::new("phone_number_id", "The number it is about.", |r: &Self| {
                Value::customer(r.phone_number_id.clone())
            })
            .wide(),
            Column::new("delivery", "The delivery it came with.", |r: &Self| {
                Value::Int(r.delivery)
            })
            .right()
            .wide(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}
