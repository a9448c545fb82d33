//! Updates the runs and times of conversations that received messages.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::postgres::PgConnection;

use crate::db::conversation::run as db;
use crate::db::conversation::run::Times;
use crate::domain::run::{self, Run, Said};
use crate::error::Result;

/// The messages that a conversation received.
#[derive(Debug, Default)]
pub struct Touched {
    /// Whether a message was changed and not only added. The runs must then be computed again.
    pub refold: bool,
    /// The added messages that are content.
    pub said: Vec<Said>,
    /// The time of the newest message of any kind.
    pub last_message_at: Option<Timestamp>,
    /// The time of the newest message that keeps the 24-hour window open.
    pub last_customer_at: Option<Timestamp>,
}

/// Updates runs and times. Continues from the last run if the messages came in order. Otherwise
/// computes the runs of the conversation again.
pub async fn settle(conn: &mut PgConnection, touched: HashMap<i64, Touched>) -> Result<()> {
    if touched.is_empty() {
        return Ok(());
    }
    let mut ids: Vec<i64> = touched.keys().copied().collect();
    ids.sort_unstable();
    let mut runs: Vec<(i64, i32, Run)> = Vec::new();
    let mut times: Vec<Times> = Vec::new();
    let mut refold: Vec<(Times, bool)> = Vec::new();
    for (mut at, mut tail) in db::tails(conn, &ids).await? {
        let Some(t) = touched.get(&at.id) else {
            continue;
        };
        let by_us = tail.by_us;
        let changed = if t.refold { None } else { tail.advance(&t.said) };
        let Some(changed) = changed else {
            refold.push((at, by_us));
            continue;
        };
        runs.extend(changed.into_iter().map(|(seq, run)| (at.id, seq, run)));
        at.opened_at = t.said.iter().map(|s| s.at).fold(at.opened_at, Timestamp::min);
        at.last_message_at = at.last_message_at.max(t.last_message_at);
        at.last_customer_at = at.last_customer_at.max(t.last_customer_at);
        at.first_customer_at = tail.first_customer_at;
        at.waiting_since = tail.open.map(|(_, run)| run.started_at);
        at.first_reply_at = tail.first_reply.map(|r| r.0);
        at.first_reply_by = tail.first_reply.and_then(|r| r.1).map(|a| a.0);
        times.push(at);
    }
    let mut whole: Vec<(i64, i32)> = Vec::new();
    if !refold.is_empty() {
        let ids: Vec<i64> = refold.iter().map(|(t, _)| t.id).collect();
        let facts = db::facts(conn, &ids, None).await?;
        for (at, by_us) in refold {
            let Some(f) = facts.get(&at.id) else {
                continue;
            };
            let folded = run::fold(&f.said, &f.resolves, by_us);
            let mut seq = 0;
            for run in &folded.runs {
                seq += 1;
                runs.push((at.id, seq, *run));
            }
            whole.push((at.id, seq));
            times.push(Times {
                id: at.id,
                opened_at: f.said.iter().map(|s| s.at).fold(at.opened_at, Timestamp::min),
                last_message_at: f.last_message_at.or(at.last_message_at),
                first_customer_at: folded.first_customer_at,
                last_customer_at: f.last_customer_at,
                waiting_since: folded.runs.iter().find(|r| r.end.is_none()).map(|r| r.started_at),
                first_reply_at: folded.first_reply.map(|r| r.0),
                first_reply_by: folded.first_reply.and_then(|r| r.1).map(|a| a.0),
            });
        }
    }
    db::put(conn, &runs, &whole).await?;
    db::put_times(conn, &times).await
}
