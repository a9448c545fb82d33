//! The definition of each figure, its columns, and the cells of an export. The facts come from the
//! database as [`Figure`]s.
//!
//! The definitions are versioned. A change of a figure's meaning increases [`VERSION`], which every
//! export contains.

mod bucket;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use bucket::{Buckets, MAX_BUCKETS};

use super::vocabulary::{Word, parse_word, vocabulary};
use crate::error::{Error, Result};

/// The version of the definitions.
pub const VERSION: i64 = 1;

/// The default reopen window of a workspace, in seconds.
pub const REOPEN_WINDOW: i64 = 72 * 3600;

vocabulary! {
    /// A metric: the kind of rows from which figures are computed.
    Metric, "metric", {
        /// Conversations that a customer started.
        Opened = "opened",
        /// Messages from customers.
        Inbound = "inbound",
        /// Messages from human agents.
        OutboundHuman = "outbound_human",
        /// Messages from bots and automatic replies.
        OutboundBot = "outbound_bot",
        /// First response time.
        Frt = "frt",
        /// Runs without an answer.
        Unanswered = "unanswered",
        /// Time to the first resolve.
        FirstResolve = "first_resolve",
        /// Time to the last resolve.
        FullResolve = "full_resolve",
        /// Resolves without a human reply.
        ResolvedUnanswered = "resolved_unanswered",
        /// Handoffs, for the giver.
        HandoffsOut = "handoffs_out",
        /// Handoffs, for the receiver.
        HandoffsIn = "handoffs_in",
        /// Moves by a shift rotation, for the giver.
        ShiftOut = "shift_out",
        /// Moves by a shift rotation, for the receiver.
        ShiftIn = "shift_in",
        /// Moves by routing, for the giver.
        AutoOut = "auto_out",
        /// Moves by routing, for the receiver.
        AutoIn = "auto_in",
        /// Moves by a sweep, for the giver.
        SweepOut = "sweep_out",
        /// Moves by a sweep, for the receiver.
        SweepIn = "sweep_in",
        /// Tickets opened.
        Escalated = "escalated",
    }
}

vocabulary! {
    /// A dimension that divides figures. A time bucket is an interval of the calendar, not an hour
    /// of any day.
    Dimension, "dimension", {
        /// The credited agent.
        Agent = "agent",
        /// The team of the conversation at the time of the event.
        Team = "team",
        /// The conversation's store.
        Store = "store",
        /// The WhatsApp number.
        Channel = "channel",
        /// An hour of the zone's clock.
        Hour = "hour",
        /// A day of the zone.
        Day = "day",
        /// An ISO week.
        Week = "week",
        /// A month.
        Month = "month",
    }
}

impl Dimension {
    /// Returns whether the dimension divides the range of time.
    pub fn is_time(self) -> bool {
        match self {
            Dimension::Hour | Dimension::Day | Dimension::Week | Dimension::Month => true,
            Dimension::Agent | Dimension::Team | Dimension::Store | Dimension::Channel => false,
        }
    }

    /// Returns the description of the dimension's column.
    pub fn doc(self) -> &'static str {
        match self {
            Dimension::Agent => "The agent to whom the figures are credited; empty without an agent.",
            Dimension::Team => "The team of the conversation at the time of the event.",
            Dimension::Store => "The store of the conversation.",
            Dimension::Channel => "The WhatsApp number, as a channel.",
            Dimension::Hour => "The start of the hour, in the time zone of the report.",
            Dimension::Day => "The day, in the time zone of the report.",
            Dimension::Week => "The ISO week, in the time zone of the report.",
            Dimension::Month => "The month, in the time zone of the report.",
        }
    }
}

/// The aggregation of a metric's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The number of the rows.
    Count,
    /// The number of the rows, and the greatest age of a row.
    Oldest,
    /// The statistics of the rows' durations.
    Duration,
}

impl Metric {
    /// Returns the aggregation of the rows.
    pub fn kind(self) -> Kind {
        match self {
            Metric::Frt | Metric::FirstResolve | Metric::FullResolve => Kind::Duration,
            Metric::Unanswered => Kind::Oldest,
            Metric::Opened
            | Metric::Inbound
            | Metric::OutboundHuman
            | Metric::OutboundBot
            | Metric::ResolvedUnanswered
            | Metric::HandoffsOut
            | Metric::HandoffsIn
            | Metric::ShiftOut
            | Metric::ShiftIn
            | Metric::AutoOut
            | Metric::AutoIn
            | Metric::SweepOut
            | Metric::SweepIn
            | Metric::Escalated => Kind::Count,
        }
    }

    /// Returns the definition: the rows, the credited agent, and the time of a row.
    pub fn definition(self) -> &'static str {
        match self {
            Metric::Opened => {
                "Conversations that a customer started. The date is the time of opening. The team at that time is \
                 credited."
            }
            Metric::Inbound => {
                "Messages from customers (content, not reactions or edits). The date is WhatsApp's time of \
                 sending. The owner at that time is credited."
            }
            Metric::OutboundHuman => {
                "Messages that people sent and that did not finally fail. The date is the time of sending. The \
                 sender is credited; for the phone app, the owner is credited."
            }
            Metric::OutboundBot => {
                "Messages that bots and automatic replies sent and that did not finally fail. The date is the \
                 time of sending. The sender is credited."
            }
            Metric::Frt => {
                "First response time: first human reply - first customer message, once for each conversation that \
                 a customer started, without bots. The date is the time of the reply. The sender is credited."
            }
            Metric::Unanswered => {
                "Runs of customer messages without a human reply, still open at the end of the range or bucket. \
                 The owner at that end is credited."
            }
            Metric::FirstResolve => {
                "First resolve - opening. The date is the time of the resolve. The resolver is credited."
            }
            Metric::FullResolve => {
                "Last resolve before the range's end - opening. The date is the time of the resolve. The resolver \
                 is credited. The value is provisional until the reopen window has passed."
            }
            Metric::ResolvedUnanswered => {
                "Resolves of conversations in which the customer wrote and no person had replied. The date is the \
                 time of the resolve. The resolver is credited."
            }
            Metric::HandoffsOut => {
                "Handoffs, and assignments away from an owner, after the first human reply. The date is the time \
                 at which they take effect. The previous owner and their team are credited."
            }
            Metric::HandoffsIn => {
                "Handoffs, and assignments away from an owner, after the first human reply. The date is the time \
                 at which they take effect. The new owner and their team are credited."
            }
            Metric::ShiftOut => {
                "Moves by a shift rotation after the first human reply. The previous owner and their team are \
                 credited."
            }
            Metric::ShiftIn => {
                "Moves by a shift rotation after the first human reply. The new owner and their team are credited."
            }
            Metric::AutoOut => {
                "Moves by routing after the first human reply. The previous owner and their team are credited."
            }
            Metric::AutoIn => {
                "Moves by routing after the first human reply. The new owner and their team are credited."
            }
            Metric::SweepOut => {
                "Moves by a sweep after the first human reply. The previous owner and their team are credited."
            }
            Metric::SweepIn => {
                "Moves by a sweep after the first human reply. The new owner and their team are credited."
            }
            Metric::Escalated => {
                "Tickets. The date is the time of opening. The agent who opened the ticket is credited."
            }
        }
    }
}

/// One aggregate from the database: a metric in a cell. Durations are in whole microseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats {
    /// The number of rows.
    pub n: i64,
    /// The sum of the durations.
    pub sum: i64,
    /// The greatest duration.
    pub max: Option<i64>,
    /// The durations at 50, 90 and 95 percent, by nearest rank.
    pub percentiles: Option<[i64; 3]>,
    /// The number of rows that can still change if a conversation is reopened.
    pub provisional: i64,
}

impl Stats {
    /// Returns the mean duration in seconds.
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum as f64 / self.n as f64 / 1e6)
    }
}

/// Converts microseconds into seconds.
pub fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}

/// A metric's statistics in one cell, from the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// The metric.
    pub metric: Metric,
    /// The bucket's position.
    pub bucket: usize,
    /// The agent's handle, if figures are divided by agent and an agent is credited.
    pub agent: Option<String>,
    /// The team's handle.
    pub team: Option<String>,
    /// The store's handle.
    pub store: Option<String>,
    /// The channel's handle.
    pub channel: Option<String>,
    /// The statistics.
    pub stats: Stats,
}

/// A question to the database.
#[derive(Debug, Clone)]
pub struct Question {
    /// The range of time and its buckets.
    pub buckets: Buckets,
    /// The database's clock. There are no facts after this time.
    pub now: Timestamp,
    /// The dimensions, in the order of the columns.
    pub by: Vec<Dimension>,
    /// The requested metrics.
    pub metrics: Vec<Metric>,
}

/// One row of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The values of the dimensions, in the requested order. `None` means that no agent is
    /// credited.
    pub keys: Vec<Option<String>>,
    /// The start of the cell's time, included.
    pub from: Timestamp,
    /// The end of the cell's time, not included.
    pub to: Timestamp,
    figures: BTreeMap<Metric, Stats>,
}

impl Cell {
    /// Returns one value for each of [`columns`].
    pub fn values(&self) -> Vec<Quantity> {
        let none = Stats::default();
        let of = |metric: Metric| self.figures.get(&metric).unwrap_or(&none);
        FIGURES
            .iter()
            .map(|(column, _)| match *column {
                FigureColumn::Count(metric) => Quantity::Count(of(metric).n),
                FigureColumn::Outbound => Quantity::Count(of(Metric::OutboundHuman).n + of(Metric::OutboundBot).n),
                FigureColumn::Mean(metric) => Quantity::Seconds(of(metric).mean()),
                FigureColumn::Percentile(metric, which) => {
                    Quantity::Seconds(of(metric).percentiles.map(|p| seconds(p[which.index()])))
                }
                FigureColumn::Max(metric) => Quantity::Seconds(of(metric).max.map(seconds)),
                FigureColumn::Sum(metric) => Quantity::Seconds((of(metric).n > 0).then(|| seconds(of(metric).sum))),
                FigureColumn::Provisional(metric) => Quantity::Count(of(metric).provisional),
            })
            .collect()
    }
}

/// A figure of an export.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Quantity {
    /// A number of rows.
    Count(i64),
    /// A duration in seconds, unrounded. `None` if nothing was measured.
    Seconds(Option<f64>),
}

#[derive(Debug, Clone, Copy)]
enum Percentile {
    P50,
    P90,
    P95,
}

impl Percentile {
    fn index(self) -> usize {
        match self {
            Percentile::P50 => 0,
            Percentile::P90 => 1,
            Percentile::P95 => 2,
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum FigureColumn {
    Count(Metric),
    Outbound,
    Mean(Metric),
    Percentile(Metric, Percentile),
    Max(Metric),
    Sum(Metric),
    Provisional(Metric),
}

/// Whether the plain table has the column.
type InTable = bool;

/// The figures of an export, in their order. `unanswered` is next to `frt`, because `frt` ignores
/// runs without an answer.
const FIGURES: &[(FigureColumn, InTable)] = {
    use FigureColumn::{Count, Max, Mean, Outbound, Provisional, Sum};
    use Metric as M;
    use Percentile::{P50, P90, P95};
    const fn at(metric: Metric, which: Percentile) -> FigureColumn {
        FigureColumn::Percentile(metric, which)
    }
    &[
        (Count(M::Opened), true),
        (Count(M::Inbound), true),
        (Outbound, true),
        (Count(M::OutboundHuman), false),
        (Count(M::OutboundBot), false),
        (Count(M::Frt), false),
        (Mean(M::Frt), false),
        (at(M::Frt, P50), true),
        (at(M::Frt, P90), true),
        (at(M::Frt, P95), false),
        (Max(M::Frt), false),
        (Sum(M::Frt), false),
        (Count(M::Unanswered), true),
        (Max(M::Unanswered), true),
        (Count(M::FirstResolve), false),
        (Mean(M::FirstResolve), false),
        (at(M::FirstResolve, P50), false),
        (at(M::FirstResolve, P90), false),
        (at(M::FirstResolve, P95), false),
        (Max(M::FirstResolve), false),
        (Sum(M::FirstResolve), false),
        (Count(M::FullResolve), false),
        (Mean(M::FullResolve), false),
        (at(M::FullResolve, P50), true),
        (at(M::FullResolve, P90), false),
        (at(M::FullResolve, P95), false),
        (Max(M::FullResolve), false),
        (Sum(M::FullResolve), false),
        (Provisional(M::FullResolve), false),
        (Count(M::ResolvedUnanswered), false),
        (Count(M::HandoffsOut), true),
        (Count(M::HandoffsIn), true),
        (Count(M::ShiftOut), false),
        (Count(M::ShiftIn), false),
        (Count(M::AutoOut), false),
        (Count(M::AutoIn), false),
        (Count(M::SweepOut), false),
        (Count(M::SweepIn), false),
        (Count(M::Escalated), true),
    ]
};

/// Describes a column of figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSpec {
    /// `metric` or `metric_stat`.
    pub name: String,
    /// The description of the column.
    pub doc: String,
    /// Whether the plain table has the column.
    pub in_table: bool,
}

/// Returns the columns of figures, in the order of [`Cell::values`].
pub fn columns() -> Vec<ColumnSpec> {
    FIGURES
        .iter()
        .map(|&(column, in_table)| {
            let stat = |metric: Metric, stat: &str, says: &str| {
                (
                    format!("{metric}_{stat}"),
                    format!("{says} of {metric}. {}", metric.definition()),
                )
            };
            let (name, doc) = match column {
                FigureColumn::Outbound => (
                    "outbound".to_owned(),
                    "Messages sent: outbound_human and outbound_bot together.".to_owned(),
                ),
                FigureColumn::Count(metric) => match metric.kind() {
                    Kind::Duration => stat(metric, "n", "Number"),
                    Kind::Count | Kind::Oldest => (metric.to_string(), metric.definition().to_owned()),
                },
                FigureColumn::Mean(metric) => stat(metric, "mean", "Mean, in seconds,"),
                FigureColumn::Percentile(metric, Percentile::P50) => {
                    stat(metric, "p50", "Median (nearest rank), in seconds,")
                }
                FigureColumn::Percentile(metric, Percentile::P90) => {
                    stat(metric, "p90", "90th percentile (nearest rank), in seconds,")
                }
                FigureColumn::Percentile(metric, Percentile::P95) => {
                    stat(metric, "p95", "95th percentile (nearest rank), in seconds,")
                }
                FigureColumn::Max(Metric::Unanswered) => (
                    "unanswered_oldest".to_owned(),
                    format!("Age of the oldest run, in seconds. {}", Metric::Unanswered.definition()),
                ),
                FigureColumn::Max(metric) => stat(metric, "max", "Maximum, in seconds,"),
                FigureColumn::Sum(metric) => stat(metric, "sum", "Sum, in seconds,"),
                FigureColumn::Provisional(metric) => {
                    stat(metric, "provisional", "Number, still within the reopen window,")
                }
            };
            ColumnSpec { name, doc, in_table }
        })
        .collect()
}

/// Sorts figures into cells, one for each combination of dimensions with a figure. Cells are in the
/// order of the dimensions. Cells without an agent come last.
pub fn cells(question: &Question, figures: Vec<Figure>) -> Vec<Cell> {
    let buckets = &question.buckets;
    let firsts: BTreeMap<Dimension, Vec<usize>> = question
        .by
        .iter()
        .filter(|by| by.is_time())
        .map(|&by| (by, buckets.firsts(by)))
        .collect();
    let mut cells: BTreeMap<Vec<Key>, Cell> = BTreeMap::new();
    for figure in figures {
        let Some((from, to)) = buckets.range(figure.bucket) else {
            continue;
        };
        let key: Vec<Key> = question
            .by
            .iter()
            .map(|&by| match by {
                Dimension::Agent => Key::Name(figure.agent.clone()),
                Dimension::Team => Key::Name(figure.team.clone()),
                Dimension::Store => Key::Name(figure.store.clone()),
                Dimension::Channel => Key::Name(figure.channel.clone()),
                Dimension::Hour | Dimension::Day | Dimension::Week | Dimension::Month => Key::Time(
                    firsts
                        .get(&by)
                        .and_then(|f| f.get(figure.bucket))
                        .copied()
                        .unwrap_or(figure.bucket),
                ),
            })
            .collect();
        let cell = cells.entry(key).or_insert_with_key(|key| Cell {
            keys: question
                .by
                .iter()
                .zip(key)
                .map(|(&by, key)| match key {
                    Key::Name(name) => name.clone(),
                    Key::Time(bucket) => Some(buckets.label(by, *bucket)),
                })
                .collect(),
            from,
            to,
            figures: BTreeMap::new(),
        });
        cell.figures.insert(figure.metric, figure.stats);
    }
    cells.into_values().collect()
}

/// The sort key of a cell: times in order, names in order, cells without a value last.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Key {
    Time(usize),
    Name(Option<String>),
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Key::Time(a), Key::Time(b)) => a.cmp(b),
            (Key::Name(Some(a)), Key::Name(Some(b))) => a.cmp(b),
            (Key::Name(a), Key::Name(b)) => a.is_none().cmp(&b.is_none()),
            (Key::Time(_), Key::Name(_)) => Ordering::Less,
            (Key::Name(_), Key::Time(_)) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::parse_zone;

    fn question(by: &[Dimension]) -> Question {
        let zone = parse_zone("Asia/Karachi").unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        Question {
            buckets: Buckets::new(at("2026-10-31T19:00:00Z"), at("2026-11-02T19:00:00Z"), by, &zone).unwrap(),
            now: at("2026-12-01T00:00:00Z"),
            by: by.to_vec(),
            metrics: Metric::ALL.to_vec(),
        }
    }

    fn figure(metric: Metric, bucket: usize, agent: Option<&str>, n: i64) -> Figure {
        Figure {
            metric,
            bucket,
            agent: agent.map(str::to_owned),
            team: None,
            store: None,
            channel: None,
            stats: Stats { n, ..Stats::default() },
        }
    }

    #[test]
    fn cell_has_all_metrics_of_its_dimensions_and_unowned_is_last() {
        let q = question(&[Dimension::Agent, Dimension::Day]);
        let figures = vec![
            figure(Metric::Inbound, 0, None, 7),
            figure(Metric::Frt, 1, Some("sara"), 1),
            figure(Metric::Inbound, 0, Some("sara"), 2),
            figure(Metric::OutboundHuman, 0, Some("sara"), 3),
            figure(Metric::OutboundBot, 0, Some("sara"), 4),
            figure(Metric::Inbound, 0, Some("ali"), 5),
        ];
        let cells = cells(&q, figures);
        let keys: Vec<String> = cells
            .iter()
            .map(|c| {
                c.keys
                    .iter()
                    .map(|k| k.as_deref().unwrap_or("-"))
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        assert_eq!(
            keys,
            ["ali 2026-11-01", "sara 2026-11-01", "sara 2026-11-02", "- 2026-11-01"]
        );
        let names: Vec<String> = columns().into_iter().map(|c| c.name).collect();
        let value = |cell: &Cell, name: &str| cell.values()[names.iter().position(|n| n == name).unwrap()];
        assert_eq!(value(&cells[1], "inbound"), Quantity::Count(2));
        assert_eq!(value(&cells[1], "outbound"), Quantity::Count(7));
        assert_eq!(value(&cells[1], "opened"), Quantity::Count(0));
        assert_eq!(
            value(&cells[1], "frt_p50"),
            Quantity::Seconds(None),
            "nothing measured is nothing, not 0"
        );
        assert_eq!(value(&cells[1], "frt_mean"), Quantity::Seconds(None));
        assert_eq!(cells[2].from.to_string(), "2026-11-01T19:00:00Z");
    }

    #[test]
    fn columns_are_distinct_and_unanswered_follows_frt() {
        let names: Vec<String> = columns().into_iter().map(|c| c.name).collect();
        let mut unique = names.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), names.len());
        let at = |name: &str| names.iter().position(|n| n == name).unwrap();
        assert_eq!(at("frt_sum") + 1, at("unanswered"));
        assert_eq!(at("unanswered") + 1, at("unanswered_oldest"));
        for metric in Metric::ALL {
            let word = metric.as_str();
            assert!(
                names.iter().any(|n| n == word || *n == format!("{word}_n")),
                "{word} has a column"
            );
        }
    }

    #[test]
    fn mean_uses_raw_values_without_rounding() {
        let stats = Stats {
            n: 3,
            sum: 10_000_000,
            ..Stats::default()
        };
        assert_eq!(stats.mean(), Some(10.0 / 3.0));
        assert_eq!(Stats::default().mean(), None);
    }
}
