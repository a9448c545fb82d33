//! KPI figures and the rows behind them. Each statement derives rows from the ledger and groups
//! them. To return single rows, a statement groups by the row itself, so that figures and rows
//! cannot differ.

use futures_util::{Stream, TryStreamExt};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgConnection;

use crate::domain::ids::ConversationId;
use crate::domain::kpi::{Figure, Metric, Question, Stats};
use crate::error::{Error, Result};

/// The result of every statement, one for each group.
struct Group {
    metric: String,
    bucket: i32,
    agent: Option<String>,
    team: Option<String>,
    store: Option<String>,
    channel: Option<String>,
    conversation_id: Option<i64>,
    reference: Option<i64>,
    since: Option<jiff_sqlx::Timestamp>,
    at: Option<jiff_sqlx::Timestamp>,
    n: i64,
    sum: Option<i64>,
    max: Option<i64>,
    percentiles: Option<Vec<i64>>,
    provisional: i64,
}

/// One of the rows from which figures are computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The metric.
    pub metric: Metric,
    /// The conversation.
    pub conversation: ConversationId,
    /// The id within the conversation: a message's id, the number of an event or a run, or a
    /// ticket's id.
    pub reference: Option<i64>,
    /// The start of the measured time, if the metric measures time.
    pub since: Option<Timestamp>,
    /// The time to which the row is assigned.
    pub at: Timestamp,
    /// The measured time in microseconds, if the metric measures time.
    pub micros: Option<i64>,
    /// The credited agent's handle.
    pub agent: Option<String>,
    /// The team's handle.
    pub team: Option<String>,
    /// The store's handle.
    pub store: Option<String>,
    /// The channel's handle.
    pub channel: Option<String>,
    /// The position of the bucket.
    pub bucket: usize,
}

/// Parameters in the form that the statements take.
struct Ask {
    from: Timestamp,
    to: Timestamp,
    starts: Vec<jiff_sqlx::Timestamp>,
    looked_at: Vec<jiff_sqlx::Timestamp>,
    metrics: Vec<String>,
    by: Vec<String>,
    provisional_after: Timestamp,
}

impl Ask {
    fn new(question: &Question, by: Vec<String>, window: i64) -> Result<Ask> {
        let buckets = &question.buckets;
        let provisional_after = buckets
            .to()
            .min(question.now)
            .checked_sub(jiff::SignedDuration::from_secs(window))
            .map_err(|e| Error::failed("the reopen window is out of the range of times").caused_by(e))?;
        Ok(Ask {
            from: buckets.from(),
            to: buckets.to(),
            starts: instants(buckets.starts()),
            looked_at: instants(&buckets.looked_at(question.now)),
            metrics: question.metrics.iter().map(|m| m.as_str().to_owned()).collect(),
            by,
            provisional_after,
        })
    }
}

fn instants(of: &[Timestamp]) -> Vec<jiff_sqlx::Timestamp> {
    of.iter().map(|t| t.to_sqlx()).collect()
}

/// One of the statements.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Source {
    Messages,
    Counts,
    Unanswered,
    Durations,
}

impl Source {
    const ALL: [Source; 4] = [Source::Messages, Source::Counts, Source::Unanswered, Source::Durations];

    fn of(metric: Metric) -> Source {
        match metric {
            Metric::Inbound | Metric::OutboundHuman | Metric::OutboundBot => Source::Messages,
            Metric::Unanswered => Source::Unanswered,
            Metric::Frt | Metric::FirstResolve | Metric::FullResolve => Source::Durations,
            Metric::Opened
            | Metric::ResolvedUnanswered
            | Metric::HandoffsOut
            | Metric::HandoffsIn
            | Metric::ShiftOut
            | Metric::ShiftIn
            | Metric::AutoOut
            | Metric::AutoIn
            | Metric::SweepOut
            | Metric::SweepIn
            | Metric::Escalated => Source::Counts,
        }
    }

    fn fetch<'c>(
        self,
        conn: &'c mut PgConnection,
        ask: &'c Ask,
    ) -> std::pin::Pin<Box<dyn Stream<Item = std::result::Result<Group, sqlx::Error>> + Send + 'c>> {
        let (from, to) = (ask.from.to_sqlx(), ask.to.to_sqlx());
        match self {
            Source::Messages => {
                let q = sqlx::query_file_as!(
                    Group,
                    "src/db/kpi/facts/messages.sql",
                    from,
                    to,
                    &ask.starts as &[jiff_sqlx::Timestamp],
                    &ask.metrics,
                    &ask.by
                );
                q.fetch(conn)
            }
            Source::Counts => {
                let q = sqlx::query_file_as!(
                    Group,
                    "src/db/kpi/facts/counts.sql",
                    from,
                    to,
                    &ask.starts as &[jiff_sqlx::Timestamp],
                    &ask.metrics,
                    &ask.by
                );
                q.fetch(conn)
            }
            Source::Unanswered => sqlx::query_file_as!(
                Group,
                "src/db/kpi/facts/unanswered.sql",
                to,
                &ask.looked_at as &[jiff_sqlx::Timestamp],
                &ask.by
            )
            .fetch(conn),
            Source::Durations => sqlx::query_file_as!(
                Group,
                "src/db/kpi/facts/durations.sql",
                from,
                to,
                &ask.starts as &[jiff_sqlx::Timestamp],
                &ask.metrics,
                &ask.by,
                ask.provisional_after.to_sqlx()
            )
            .fetch(conn),
        }
    }
}

/// Returns the figures of all cells. The caller needs a transaction with one snapshot for all
/// statements: [`Mode::Read`](super::server::connect::Mode::Read).
///
/// # Errors
/// Any database error.
pub async fn figures(conn: &mut PgConnection, question: &Question) -> Result<Vec<Figure>> {
    let by = question
        .by
        .iter()
        .filter(|by| !by.is_time())
        .map(|by| by.as_str().to_owned())
        .collect();
    let window = reopen_window(conn, question.buckets.to()).await?;
    let ask = Ask::new(question, by, window)?;
    let mut figures = Vec::new();
    for source in Source::ALL {
        if !question.metrics.iter().any(|&m| Source::of(m) == source) {
            continue;
        }
        // The planner's estimate for the number of cells is too high. It would sort millions of
        // rows to group them. Only percentiles need the sort.
        let sorts = matches!(source, Source::Durations);
        sqlx::query!(
            "select set_config('work_mem', '256MB', true) as memory, set_config('enable_sort', $1, true) as sort",
            if sorts { "on" } else { "off" }
        )
        .fetch_one(&mut *conn)
        .await?;
        let mut groups = source.fetch(conn, &ask);
        while let Some(group) = groups.try_next().await? {
            figures.push(figure(group)?);
        }
    }
    Ok(figures)
}

/// Returns the rows behind a metric one by one, in the order in which they happened. The memory use
/// does not depend on the number of rows.
///
/// # Errors
/// Any database error, and the errors of `each`.
pub async fn rows(conn: &mut PgConnection, question: &Question, mut each: impl FnMut(Row) -> Result<()>) -> Result<()> {
    let window = reopen_window(conn, question.buckets.to()).await?;
    let ask = Ask::new(question, vec!["row".to_owned()], window)?;
    for source in Source::ALL {
        if !question.metrics.iter().any(|&m| Source::of(m) == source) {
            continue;
        }
        sqlx::query!(
            "select set_config('work_mem', '64MB', true) as memory, set_config('enable_sort', 'on', true) as sort"
        )
        .fetch_one(&mut *conn)
        .await?;
        let mut groups = source.fetch(conn, &ask);
        while let Some(group) = groups.try_next().await? {
            // Identical rows are separate facts.
            for _ in 0..group.n {
                each(row(&group)?)?;
            }
        }
    }
    Ok(())
}

/// Returns the reopen window in force at the range's end, in seconds, so that a later change does
/// not affect past figures.
async fn reopen_window(conn: &mut PgConnection, at: Timestamp) -> Result<i64> {
    let window = sqlx::query_scalar!(
        r#"select x.value::bigint
        from (select e.data #>> '{value}' as value
            from setting s join event e on e.subject = 'setting' and e.subject_id = s.id
            where s.name = 'reopen_window' and e.at < $1
            order by e.seq desc
            limit 1) x"#,
        at.to_sqlx()
    )
    .fetch_optional(conn)
    .await?;
    Ok(window.flatten().unwrap_or(crate::domain::kpi::REOPEN_WINDOW))
}

fn figure(group: Group) -> Result<Figure> {
    Ok(Figure {
        metric: group.metric.parse()?,
        bucket: bucket(group.bucket)?,
        agent: group.agent,
        team: group.team,
        store: group.store,
        channel: group.channel,
        stats: Stats {
            n: group.n,
            sum: group.sum.unwrap_or(0),
            max: group.max,
            percentiles: group.percentiles.and_then(|p| p.try_into().ok()),
            provisional: group.provisional,
        },
    })
}

fn row(group: &Group) -> Result<Row> {
    let (Some(conversation), Some(at)) = (group.conversation_id, group.at) else {
        return Err(Error::failed("a row has neither conversation nor time"));
    };
    Ok(Row {
        metric: group.metric.parse()?,
        conversation: ConversationId(conversation),
        reference: group.reference,
        since: group.since.map(jiff_sqlx::Timestamp::to_jiff),
        at: at.to_jiff(),
        micros: group.max,
        agent: group.agent.clone(),
        team: group.team.clone(),
        store: group.store.clone(),
        channel: group.channel.clone(),
        bucket: bucket(group.bucket)?,
    })
}

/// The database numbers buckets from 1.
fn bucket(number: i32) -> Result<usize> {
    usize::try_from(number - 1).map_err(|e| Error::failed("a row lies before its range").caused_by(e))
}
