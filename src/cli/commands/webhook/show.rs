//! `inbox webhook show`.

use std::collections::HashMap;

use crate::cli::args::OutputArgs;
use crate::cli::session;
use crate::cli::{Context, Exit};
use crate::db::webhook::list::{DeadLine, DeliveryFilter, DeliveryLine};
use crate::db::{self};
use crate::domain::whatsapp::{self, Item};
use crate::error::{Error, Result};
use crate::output::{Column, Row, Tone, Value};

/// Show a delivery: its events, their results, and the body
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Number of the delivery
    #[arg(value_name = "DELIVERY")]
    id: i64,
    /// Print only the body
    #[arg(long)]
    body: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        session::print(context, async |session, out| {
            let whole = db::webhook::list::find(session.conn, self.id).await?.ok_or_else(|| {
                Error::not_found(format!("no delivery {}", self.id)).hint("to list deliveries, run: inbox webhook list")
            })?;
            let letters =
                db::webhook::list::dead_letters(session.conn, &DeliveryFilter::default(), Some(self.id)).await?;
            out.page();
            if !self.body {
                out.print_rows(events(&whole.line, whole.body.as_deref(), &letters))?;
            }
            if self.body || out.options().format.is_human() && !self.output.quiet && !self.output.ids {
                match &whole.body {
                    None => out.note("the body was removed by the retention policy"),
                    // JSON is indented for reading; any other body is printed as it is.
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
            Ok(0)
        })
        .await
    }
}

/// The result of one event.
#[derive(Debug)]
pub struct EventRow {
    path: String,
    field: Option<String>,
    kind: &'static str,
    outcome: &'static str,
    letter: Option<i64>,
    reason: Option<String>,
}

pub(super) fn events(line: &DeliveryLine, body: Option<&[u8]>, letters: &[DeadLine]) -> Vec<EventRow> {
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
    // The letter is for the whole body, or the body is erased.
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
                "The position in the body; empty for the whole body.",
                |r: &Self| Value::text(r.path.clone()),
            ),
            Column::new("field", "The webhook field, as WhatsApp names it.", |r: &Self| {
                Value::customer(r.field.clone())
            }),
            Column::new("kind", "The kind of event.", |r: &Self| Value::text(r.kind)),
            Column::new("outcome", "applied, waits, dead or replayed.", |r: &Self| {
                Value::text(r.outcome).tone(if r.outcome == "dead" { Tone::Bad } else { Tone::Plain })
            }),
            Column::new(
                "letter",
                "The dead letter; inbox webhook replay LETTER applies it again.",
                |r: &Self| r.letter.map_or(Value::Null, Value::Int),
            )
            .right(),
            Column::new(
                "reason",
                "The reason why the event could not be applied.",
                |r: &Self| Value::customer(r.reason.clone()),
            ),
        ]
    }

    fn reference(&self) -> Option<String> {
        self.letter.map(|l| l.to_string())
    }
}
