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

/// The states of a delivery that `--state` selects.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum State {
    /// Not yet applied.
    New,
    /// All events are applied.
    Applied,
    /// An event waits as a dead letter.
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
    /// Maximum number of the newest rows
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
            Column::new("delivery", "The number of the delivery.", |r: &Self| Value::Int(r.id)).right(),
            Column::new("received_at", "The time at which it was received.", |r: &Self| {
                Value::Time(r.received_at)
            }),
            Column::new(
                "state",
                "new, applied, or dead if one of its events is a dead letter.",
                |r: &Self| Value::text(r.state.clone()).tone(if r.state == "dead" { Tone::Bad } else { Tone::Plain }),
            ),
            Column::new("events", "The number of events in the delivery.", |r: &Self| {
                r.events.map_or(Value::Null, |n| Value::Int(n.into()))
            })
            .right(),
            Column::new(
                "dead",
                "The number of dead letters that are not applied.",
                |r: &Self| Value::Int(r.dead),
            )
            .right(),
            Column::new(
                "bytes",
                "The length of the body in bytes; empty once the body is erased.",
                |r: &Self| r.bytes.map_or(Value::Null, |n| Value::Int(n.into())),
            )
            .right(),
            Column::new(
                "error",
                "The reason of the failure; with several failures, one of the reasons.",
                |r: &Self| Value::customer(r.error.clone()),
            ),
            Column::new("attempts", "The number of attempts to apply it.", |r: &Self| {
                Value::Int(r.attempts.into())
            })
            .right()
            .wide(),
            Column::new("applied_at", "The time at which it was applied.", |r: &Self| {
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
                "The number of the letter; inbox webhook replay LETTER applies it again.",
                |r: &Self| Value::Int(r.id),
            )
            .right(),
            Column::new("delivery", "The delivery that contains it.", |r: &Self| {
                Value::Int(r.delivery)
            })
            .right(),
            Column::new(
                "received_at",
                "The time at which the delivery was received.",
                |r: &Self| Value::Time(r.received_at),
            ),
            Column::new(
                "cause",
                "unknown_channel, no_identity, malformed or failed.",
                |r: &Self| Value::text(r.cause.clone()),
            ),
            Column::new("reason", "The cause in words.", |r: &Self| {
                Value::customer(r.reason.clone())
            }),
            Column::new("field", "The webhook field, as WhatsApp names it.", |r: &Self| {
                Value::customer(r.field.clone())
            })
            .wide(),
            Column::new(
                "phone_number_id",
                "WhatsApp's id of the business number, which selects the channel.",
                |r: &Self| Value::customer(r.phone_number_id.clone()),
            )
            .wide(),
            Column::new("path", "The position in the body.", |r: &Self| {
                Value::text(r.path.clone())
            })
            .wide(),
            Column::new("attempts", "The number of attempts to apply it.", |r: &Self| {
                Value::Int(r.attempts.into())
            })
            .right()
            .wide(),
            Column::new(
                "replayed_at",
                "The time at which a replay applied the letter.",
                |r: &Self| r.replayed_at.map_or(Value::Null, Value::Time),
            )
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
            Column::new("notice", "The number of the notice.", |r: &Self| Value::Int(r.id)).right(),
            Column::new("received_at", "The time at which it was received.", |r: &Self| {
                Value::Time(r.received_at)
            }),
            Column::new("severity", "info, warning or critical.", |r: &Self| {
                let tone = match r.severity.as_str() {
                    "critical" => Tone::Bad,
                    "warning" => Tone::Warn,
                    _ => Tone::Plain,
                };
                Value::text(r.severity.clone()).tone(tone)
            }),
            Column::new("field", "The webhook field, as WhatsApp names it.", |r: &Self| {
                Value::customer(r.field.clone())
            }),
            Column::new("summary", "A description of the notice.", |r: &Self| {
                Value::customer(r.summary.clone())
            }),
            Column::new(
                "phone_number_id",
                "WhatsApp's id of the business number.",
                |r: &Self| Value::customer(r.phone_number_id.clone()),
            )
            .wide(),
            Column::new("delivery", "The delivery that contains it.", |r: &Self| {
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
