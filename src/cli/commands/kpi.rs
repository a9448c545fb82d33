//! `inbox kpi`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::cli::args::{OutputArgs, TimeRangeArgs, word};
use crate::cli::{Context, Exit};
use crate::db::server::connect::Mode;
use crate::db::{self, operation};
use crate::domain::filter::TimeRange;
use crate::domain::kpi::{self, Buckets, Cell, Dimension, Metric, Quantity, Question};
use crate::domain::time::Clock;
use crate::error::{Error, Result};
use crate::output::{Column, Draft, Format, Heading, Output, Row, Target, Value};

/// Export figures, and the rows behind them
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Export(Box<Export>),
    Rows(Box<Rows>),
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// What the subcommand refuses.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        match self.command {
            Command::Export(a) => a.run(context).await,
            Command::Rows(a) => a.run(context).await,
        }
    }
}

/// What reads the words of `--by`; `none` is one row for everything.
fn dimension() -> impl TypedValueParser<Value = Option<Dimension>> {
    let words = Dimension::ALL.iter().map(|d| d.as_str()).chain(["none"]);
    PossibleValuesParser::new(words).try_map(|text| match text.as_str() {
        "none" => Ok(None),
        one => one.parse().map(Some),
    })
}

/// Export the figures of a period
///
/// There is one row for each combination of --by with activity. Durations are in seconds.
///
/// Days, weeks, months and hours are those of the workspace's zone, or of --tz. The table has the
/// main columns. `-o wide` and the other formats have all columns.
#[derive(Debug, clap::Args)]
struct Export {
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

/// Where rows go besides standard output.
#[derive(Debug, clap::Args)]
struct FileArgs {
    /// Write to this file, atomically; its ending sets the format
    ///
    /// The endings are .csv, .tsv, .json, .jsonl and .txt.
    #[arg(long, value_name = "PATH")]
    file: Option<PathBuf>,
    /// Succeed without writing if the file exists
    #[arg(long, requires = "file")]
    if_missing: bool,
}

impl Export {
    async fn run(self, context: &mut Context) -> Result<Exit> {
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

/// Show the rows behind a metric
///
/// Their count and sum are those of the figure.
#[derive(Debug, clap::Args)]
struct Rows {
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

impl Rows {
    async fn run(self, context: &mut Context) -> Result<Exit> {
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

/// Where rows go.
enum Destination {
    Stdout,
    File {
        target: Target,
        format: Format,
        replace: bool,
    },
}

impl FileArgs {
    /// Looks at the place; nothing where a file is there and is to stay.
    fn place(&self, context: &Context, output: &OutputArgs) -> Result<Option<Destination>> {
        let Some(path) = &self.file else {
            return Ok(Some(Destination::Stdout));
        };
        let target = Target::new(path)?;
        let format = target.format(output.output)?;
        if self.if_missing && target.exists() {
            context
                .output(None)?
                .note(&format!("{} exists and was not changed", path.display()));
            return Ok(None);
        }
        Ok(Some(Destination::File {
            target,
            format,
            replace: !self.if_missing,
        }))
    }
}

impl Destination {
    fn start(self, mut out: Output) -> Result<Sheet> {
        let draft = match self {
            Destination::Stdout => {
                out.page();
                None
            }
            Destination::File {
                target,
                format,
                replace,
            } => {
                let mut options = out.options().clone();
                options.format = format;
                Some((target.start(options)?, target, replace))
            }
        };
        Ok(Sheet { out, draft })
    }
}

/// What rows are written to.
struct Sheet {
    out: Output,
    draft: Option<(Draft, Target, bool)>,
}

impl Sheet {
    fn output(&mut self) -> &mut Output {
        match &mut self.draft {
            Some((draft, _, _)) => draft.output(),
            None => &mut self.out,
        }
    }

    fn finish(mut self, count: u64) -> Result<()> {
        if let Some((draft, target, replace)) = self.draft {
            let text = if target.place(draft, replace)? {
                format!("{target}: {count} rows")
            } else {
                format!("{target} appeared meanwhile and stays as it is")
            };
            self.out.note(&text);
        }
        self.out.finish()
    }
}

/// What both commands begin with: the question, and the way to its answer.
struct Report {
    question: Question,
    conn: sqlx::postgres::PgConnection,
    out: Output,
}

impl Report {
    async fn open(
        context: &Context,
        range: &TimeRange,
        by: Vec<Dimension>,
        metrics: Vec<Metric>,
        columns: &[Heading],
    ) -> Result<Report> {
        if range.since.is_none() && range.period.is_none() {
            return Err(Error::usage("no period was given")
                .hint("add --period yesterday, --period 2026-11, or --since and --until"));
        }
        let mut conn = context.connect().await?;
        let mut transaction = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let info = operation::workspace_info(&mut transaction).await?;
        transaction.commit().await?;
        let mut out = context.output(Some(&info))?;
        // An unknown column is refused before the work.
        drop(out.rows_of(columns.to_vec())?);
        let zone = context.zone(&info)?;
        let clock = Clock {
            now: info.now,
            zone: &zone,
        };
        let (from, to) = range.resolve(clock)?;
        let from = from.ok_or_else(|| Error::failed("the range has no beginning"))?;
        let to = to.unwrap_or(info.now);
        if to > info.now {
            out.note("the period is not over; the figures are as of now");
        }
        Ok(Report {
            question: Question {
                buckets: Buckets::new(from, to, &by, &zone)?,
                now: info.now,
                by,
                metrics,
            },
            conn,
            out,
        })
    }
}

/// Returns the columns of an export by day.
pub fn default_columns() -> Vec<Heading> {
    columns(&[Dimension::Day])
}

/// Gives the export's columns: dimensions, figures, the cell's time, the version.
fn columns(by: &[Dimension]) -> Vec<Heading> {
    let dimensions = by.iter().map(|by| Heading::new(by.as_str(), by.doc()));
    let figures = kpi::columns().into_iter().map(|spec| {
        let column = Heading::new(spec.name, spec.doc).right();
        if spec.in_table { column } else { column.wide() }
    });
    let rest = [
        Heading::new("from", "The beginning of the cell's time, included.")
            .wide()
            .exact(),
        Heading::new("to", "The end of the cell's time, not included.")
            .wide()
            .exact(),
        Heading::new("kpi_version", "The version of the definitions.").right(),
    ];
    dimensions.chain(figures).chain(rest).collect()
}

fn values(cell: &Cell) -> Vec<Value> {
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

fn name(name: &Option<String>) -> Value {
    name.clone().map_or(Value::text("-"), Value::text)
}

impl Row for db::kpi::Row {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("metric", "The metric.", |r: &Self| Value::text(r.metric.as_str())),
            Column::new("conversation", "The conversation.", |r: &Self| {
                Value::text(r.conversation.to_string())
            }),
            Column::new("at", "The counted moment.", |r: &Self| Value::Time(r.at)).exact(),
            Column::new("since", "When its time began, where it is measured.", |r: &Self| {
                Value::from(r.since)
            })
            .exact(),
            Column::new("seconds", "Its length, where it is measured.", |r: &Self| {
                Value::duration(r.micros.map(kpi::seconds))
            })
            .right(),
            Column::new("agent", "Who it is credited to.", |r: &Self| name(&r.agent)),
            Column::new(
                "team",
                "The team of the conversation's leg at the counted moment.",
                |r: &Self| name(&r.team),
            ),
            Column::new("store", "The conversation's store.", |r: &Self| name(&r.store)).wide(),
            Column::new("channel", "The WhatsApp number.", |r: &Self| name(&r.channel)).wide(),
            Column::new(
                "reference",
                "Which it is: a message's id, the number of an event or a run in its conversation, a ticket's id.",
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
