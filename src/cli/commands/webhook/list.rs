//! `inbox webhook list`.

use super::cause;
use crate::cli::args::{OutputArgs, TimeRangeArgs};
use crate::cli::session;
use crate::cli::{Context, Exit};
use crate::db::webhook::dead_letter::Cause;
use crate::db::webhook::list::{DeadLine, DeliveryFilter, DeliveryLine, NoticeLine};
use crate::db::{self};
use crate::error::Result;
use crate::output::{Column, Row, Tone, Value};

/// What can be asked of deliveries.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum State {
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

/// List deliveries, dead letters or notices, newest last
#[derive(Debug, clap::Args)]
pub(super) struct Args {
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

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        session::print(context, async |session, out| {
            let (since, until) = self.range.range().resolve(session.clock())?;
            let which = DeliveryFilter {
                state: self.state.map(State::as_str),
                cause: self.cause.map(Cause::as_str),
                since,
                until,
                limit: self.limit.map(i64::from),
            };
            out.page();
            if self.dead {
                out.print_rows(db::webhook::list::dead_letters(session.conn, &which, None).await?)?;
            } else if self.notices {
                out.print_rows(db::webhook::list::notices(session.conn, &which).await?)?;
            } else {
                out.print_rows(db::webhook::list::list(session.conn, &which).await?)?;
            }
            Ok(0)
        })
        .await
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
