//! `inbox why`.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use sqlx::postgres::PgConnection;

use crate::cli::args::{OutputArgs, RefArgs, TimeRangeArgs};
use crate::cli::past::AsOfArgs;
use crate::cli::rows::{Owned, Waited, WhyRow, Words};
use crate::cli::select::Selector;
use crate::cli::session;
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::conversation::why::{Share, Waiting};
use crate::domain::ids::ConversationId;
use crate::domain::run::{self, Run};
use crate::domain::shift::Presence;
use crate::error::{Error, Result};

/// Explain why a customer waited, and who owned each wait
///
/// A run is a series of customer messages without a reply between them. For each run, the output
/// shows the time that the customer waited, and the event that ended the wait. It also lists the
/// owners of the conversation during the wait.
///
/// For each owner, it shows how they became the owner, whether they were on shift, their replies in
/// other conversations, and their other work. It also shows the number of other customers who
/// waited for them, and their actions directly before and after the wait.
///
/// Formats other than the table, and --columns, print one row per owner and run.
///
/// The flags --since, --until and --period select the runs that waited in that time. The wait of an
/// unanswered run is measured to the end of the period, or to now. With --as-of, the output contains
/// only data that were known at that time.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    refs: RefArgs,
    #[command(flatten)]
    range: TimeRangeArgs,
    #[command(flatten)]
    past: AsOfArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] without a reference; [`crate::error::Kind::NotFound`] for an
    /// unknown reference.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_rows::<WhyRow<'_>>(&self.output)?;
        if self.refs.is_empty() {
            return Err(Error::usage("no conversation was given").hint("inbox why C-12"));
        }
        let wanted = Selector::read(&self.refs, None, &context.terminal)?;
        let ((ids, told, words, ended, bounded), mut out) = session::read(context, async |session| {
            let clock = session.clock();
            let as_of = self.past.resolve(clock)?;
            let (since, until) = self.range.range().resolve(clock)?;
            let ids = wanted.look_at(session, as_of).await?;
            let known = as_of.unwrap_or(clock.now);
            let end = until.map_or(known, |until| until.min(known));
            let told = waits(session.conn, &ids, (since, end), as_of).await?;
            let words = Words {
                handles: db::admin::directory::all_handles(session.conn).await?,
                tz: session.zone.clone(),
            };
            let ended = match (end < known, as_of) {
                (true, _) => "by the end of the period",
                (false, Some(_)) => "by then",
                (false, None) => "yet",
            };
            Ok((ids, told, words, ended, since.is_some() || until.is_some()))
        })
        .await?;
        out.page();
        if out.options().format.is_human() && out.options().columns.is_none() && !out.options().ids {
            let blocks: Vec<_> = told.iter().map(|t| t.block(&words, ended)).collect();
            out.blocks(&blocks)?;
        } else {
            let mut rows = out.rows::<WhyRow<'_>>()?;
            let mut seen = HashSet::new();
            for told in &told {
                for owned in &told.shares {
                    rows.push(&WhyRow {
                        told,
                        owned,
                        words: &words,
                        first: seen.insert(told.conversation),
                    })?;
                }
            }
            rows.finish()?;
        }
        let waited: HashSet<i64> = told.iter().map(|t| t.conversation.0).collect();
        for id in ids.iter().filter(|id| !waited.contains(id)) {
            let when = if bounded { " in that time" } else { "" };
            out.note(&format!(
                "{}: no message of the customer waited for an answer{when}",
                ConversationId(*id)
            ));
        }
        out.finish()?;
        Ok(0)
    }
}

/// Finds the runs that waited in a range of times, with their owners.
async fn waits(
    conn: &mut PgConnection,
    ids: &[i64],
    (since, end): (Option<Timestamp>, Timestamp),
    as_of: Option<Timestamp>,
) -> Result<Vec<Waited>> {
    let runs = match as_of {
        None => db::conversation::run::of(conn, ids).await?,
        Some(at) => known_then(conn, ids, at).await?,
    };
    let place: HashMap<i64, usize> = ids.iter().enumerate().map(|(n, id)| (*id, n)).collect();
    let mut told: Vec<Waited> = runs
        .into_iter()
        .filter_map(|(id, seq, run)| {
            Some(Waited {
                conversation: ConversationId(id),
                seq,
                run,
                wait: run.wait(since, end)?,
                shares: Vec::new(),
            })
        })
        .collect();
    told.sort_by_key(|t| (place.get(&t.conversation.0).copied(), t.run.started_at, t.seq));
    let asked: Vec<Waiting> = told
        .iter()
        .map(|t| Waiting {
            conversation: t.conversation.0,
            from: t.run.started_at,
            to: t.wait.to,
        })
        .collect();
    let shares = db::conversation::why::shares(conn, &asked, as_of).await?;
    for owned in attend(conn, shares, as_of).await? {
        if let Some(told) = told.get_mut(owned.share.wait) {
            told.shares.push(owned);
        }
    }
    Ok(told)
}

/// Adds to each share how long its owner was on shift, according to the rosters. For a share
/// without an owner, it adds the agents of the team who were on shift.
async fn attend(conn: &mut PgConnection, shares: Vec<Share>, as_of: Option<Timestamp>) -> Result<Vec<Owned>> {
    let rosters = db::admin::shift::rosters(conn, None, as_of).await?;
    let queues = shares.iter().filter(|s| s.owner.is_none());
    let queues: Vec<_> = queues.map(|s| (s.team_id, s.from)).collect();
    let mut teams = match rosters.entries.is_empty() {
        true => vec![Vec::new(); queues.len()],
        false => db::conversation::why::members(conn, &queues).await?,
    }
    .into_iter();
    let mut attended = Vec::with_capacity(shares.len());
    for share in shares {
        let (from, to) = (share.from, share.to);
        let (presence, there) = match share.owner {
            Some(owner) => {
                let duties = rosters.duties(owner.0, from, to);
                (duties.map(|d| Presence::of(d, from, to)), None)
            }
            None => (None, teams.next().and_then(|team| rosters.present(&team, from))),
        };
        attended.push(Owned { share, presence, there });
    }
    Ok(attended)
}

/// Computes the runs from the messages that had arrived by a time. A message that arrived later may
/// have changed the runs since.
async fn known_then(conn: &mut PgConnection, ids: &[i64], at: Timestamp) -> Result<Vec<(i64, i32, Run)>> {
    let facts = db::conversation::run::facts(conn, ids, Some(at)).await?;
    let by_us: HashSet<i64> = db::conversation::run::begun_by_us(conn, ids)
        .await?
        .into_iter()
        .collect();
    let mut runs = Vec::new();
    for (id, facts) in facts {
        let folded = run::fold(&facts.said, &facts.resolves, by_us.contains(&id));
        runs.extend((1..).zip(folded.runs).map(|(seq, run)| (id, seq, run)));
    }
    Ok(runs)
}
