//! `inbox kpi export`.

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::file::FileArgs;
use super::report::Report;
use crate::cli::args::{OutputArgs, TimeRangeArgs};
use crate::cli::{Context, Exit};
use crate::db::server::connect::Mode;
use crate::db::{self};
use crate::domain::kpi::{self, Cell, Dimension, Metric, Quantity};
use crate::error::Result;
use crate::output::{Heading, Value};

/// The parser of the words of `--by`; `none` is one row for everything.
pub(super) fn dimension() -> impl TypedValueParser<Value = Option<Dimension>> {
    let words = Dimension::ALL.iter().map(|d| d.as_str()).chain(["none"]);
    PossibleValuesParser::new(words).try_map(|text| match text.as_str() {
        "none" => Ok(None),
        one => one.parse().map(Some),
    })
}

/// Export the figures of a period
///
/// Each combination of the --by values that has activity is one row. Durations are in seconds.
///
/// Days, weeks, months and hours are in the workspace's time zone, or in that of --tz. The table has
/// the main columns. `-o wide` and the other formats have all columns.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Dimensions, separated by commas
    #[arg(long, value_name = "WORDS", value_delimiter = ',', default_value = "day", value_parser = dimension())]
    by: Vec<Option<Dimension>>,
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
        let mut by = Vec::new();
        for dimension in self.by.iter().flatten() {
            if !by.contains(dimension) {
                by.push(*dimension);
            }
        }
        let columns = columns(&by);
        let report = Report::open(context, &self.time.range(), by, Metric::ALL.to_vec(), &columns).await?;
        let Report {
            question,
            mut conn,
            out,
        } = report;
        let mut transaction = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let figures = db::kpi::figures(&mut transaction, &question).await?;
        transaction.commit().await?;
        let cells = kpi::cells(&question, figures);
        let mut sheet = place.start(out)?;
        let mut rows = sheet.output().rows_of(columns)?;
        for cell in &cells {
            rows.push_values(None, &values(cell))?;
        }
        let count = rows.finish()?;
        sheet.finish(count)?;
        Ok(0)
    }
}

/// Returns the columns of an export by day.
pub fn default_columns() -> Vec<Heading> {
    columns(&[Dimension::Day])
}

/// Returns the export's columns: the dimensions, the figures, the time range and the version.
pub(super) fn columns(by: &[Dimension]) -> Vec<Heading> {
    let dimensions = by.iter().map(|by| Heading::new(by.as_str(), by.doc()));
    let figures = kpi::columns().into_iter().map(|spec| {
        let column = Heading::new(spec.name, spec.doc).right();
        if spec.in_table { column } else { column.wide() }
    });
    let rest = [
        Heading::new("from", "The start of the row's time range, included.")
            .wide()
            .exact(),
        Heading::new("to", "The end of the row's time range, not included.")
            .wide()
            .exact(),
        Heading::new("kpi_version", "The version of the definitions.").right(),
    ];
    dimensions.chain(figures).chain(rest).collect()
}

pub(super) fn values(cell: &Cell) -> Vec<Value> {
    let keys = cell
        .keys
        .iter()
        .map(|key| key.clone().map_or(Value::text("-"), Value::text));
    let figures = cell.values().into_iter().map(|quantity| match quantity {
        Quantity::Count(n) => Value::Int(n),
        Quantity::Seconds(seconds) => Value::duration(seconds),
    });
    let rest = [Value::Time(cell.from), Value::Time(cell.to), Value::Int(kpi::VERSION)];
    keys.chain(figures).chain(rest).collect()
}
