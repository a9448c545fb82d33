//! `inbox kpi rows`.

use super::file::FileArgs;
use super::report::Report;
use crate::cli::args::{OutputArgs, TimeRangeArgs, word};
use crate::cli::{Context, Exit};
use crate::db::server::connect::Mode;
use crate::db::{self};
use crate::domain::kpi::{self, Metric};
use crate::error::Result;
use crate::output::{Column, Row, Value};

/// Show the rows behind a metric
///
/// Their count and sum equal the figure of `kpi export`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Metric
    #[arg(value_name = "METRIC", value_parser = word::<Metric>())]
    metric: Metric,
    #[command(flatten)]
    file: FileArgs,
    #[command(flatten)]
    time: TimeRangeArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        let Some(place) = self.file.place(context, &self.output)? else {
            return Ok(0);
        };
        let columns = <db::kpi::Row as Row>::headings();
        let report = Report::open(context, &self.time.range(), Vec::new(), vec![self.metric], &columns).await?;
        let Report {
            question,
            mut conn,
            out,
        } = report;
        let mut transaction = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let mut sheet = place.start(out)?;
        let mut rows = sheet.output().rows::<db::kpi::Row>()?;
        db::kpi::rows(&mut transaction, &question, |row| rows.push(&row)).await?;
        let count = rows.finish()?;
        sheet.finish(count)?;
        transaction.commit().await?;
        Ok(0)
    }
}

pub(super) fn name(name: &Option<String>) -> Value {
    name.clone().map_or(Value::text("-"), Value::text)
}

impl Row for db::kpi::Row {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("metric", "The metric.", |r: &Self| Value::text(r.metric.as_str())),
            Column::new("conversation", "The conversation.", |r: &Self| {
                Value::text(r.conversation.to_string())
            }),
            Column::new("at", "The time that decides the row's day and hour.", |r: &Self| {
                Value::Time(r.at)
            })
            .exact(),
            Column::new(
                "since",
                "The start of the measured time, for metrics of durations.",
                |r: &Self| Value::from(r.since),
            )
            .exact(),
            Column::new(
                "seconds",
                "The measured time in seconds, for metrics of durations.",
                |r: &Self| Value::duration(r.micros.map(kpi::seconds)),
            )
            .right(),
            Column::new("agent", "The agent to whom the row is credited.", |r: &Self| {
                name(&r.agent)
            }),
            Column::new("team", "The team of the conversation at that time.", |r: &Self| {
                name(&r.team)
            }),
            Column::new("store", "The conversation's store.", |r: &Self| name(&r.store)).wide(),
            Column::new("channel", "The WhatsApp number.", |r: &Self| name(&r.channel)).wide(),
            Column::new(
                "reference",
                "The id of the message or ticket, or the number of the event or run in its conversation.",
                |r: &Self| Value::from(r.reference),
            )
            .wide()
            .right(),
            Column::new("kpi_version", "The version of the definitions.", |_: &Self| {
                Value::Int(kpi::VERSION)
            })
            .wide()
            .right(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.conversation.to_string())
    }
}
