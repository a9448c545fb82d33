//! Checks each chain together with its row, its legs and its phases.

use crate::db::audit::chains::{self, Beside, Table};
use crate::db::audit::reader::{Reader, Span};
use crate::db::schema::guards;
use crate::db::server::copy::{Fields, Rows};
use crate::db::server::failure::is_of_the_data;
use crate::domain::chain::{Digester, Finding, Follower, Interval, Problem};
use crate::domain::event::Subject;
use crate::error::Result;

/// A stream of intervals, one conversation after another.
struct Intervals<'c> {
    rows: Rows<'c>,
    ahead: Option<Fields>,
}

impl<'c> Intervals<'c> {
    async fn of(mut rows: Rows<'c>) -> Result<Intervals<'c>> {
        let ahead = rows.next().await?;
        Ok(Intervals { rows, ahead })
    }

    /// Returns whether the intervals of a conversation in a table are equal to `wanted`. Skipped
    /// conversations without events are added to `orphans`.
    async fn are(&mut self, table: Table, id: i64, wanted: &[Interval], orphans: &mut Vec<i64>) -> Result<bool> {
        let (mut same, mut count) = (true, 0);
        let due = |row: &mut Fields| row.id() < id || (row.id() == id && row.is_of(table));
        while let Some(row) = self.ahead.take_if(due) {
            if row.id() < id {
                orphans.push(row.id());
            } else {
                same &= wanted.get(count).is_some_and(|interval| row.is(interval));
                count += 1;
            }
            self.ahead = self.rows.next().await?;
        }
        Ok(same && count == wanted.len())
    }
}

/// The legs and phases of conversations, on two connections or on one.
struct LegsAndPhases<'c> {
    first: Intervals<'c>,
    second: Option<Intervals<'c>>,
}

impl LegsAndPhases<'_> {
    async fn are(&mut self, table: Table, id: i64, wanted: &[Interval], orphans: &mut Vec<i64>) -> Result<bool> {
        let intervals = match (table, &mut self.second) {
            (Table::Phase, Some(second)) => second,
            (Table::Leg, _) | (Table::Phase, None) => &mut self.first,
        };
        intervals.are(table, id, wanted, orphans).await
    }
}

/// Checks the chains of one subject against their rows. For conversations, also checks the legs and
/// phases against the events.
///
/// # Errors
/// Any database error.
pub(super) async fn check(
    reader: &Reader,
    subject: Subject,
    span: &Span,
    found: &mut impl FnMut(Finding),
    passed: &mut impl FnMut(u64),
) -> Result<()> {
    let is_conversation = subject == Subject::Conversation;
    let mut c1 = reader.connect().await?;
    let (mut c2, mut c3, mut c4);
    let (mut rows, mut intervals);
    if reader.few {
        // The piece is small. All its rows except the events are read into memory, one query after
        // another.
        rows = chains::load_rows(&mut c1, subject, span).await?;
        intervals = if is_conversation {
            let both = chains::load_intervals(&mut c1, span).await?;
            Some(LegsAndPhases {
                first: Intervals::of(both).await?,
                second: None,
            })
        } else {
            None
        };
    } else {
        c2 = reader.connect().await?;
        rows = chains::rows(&mut c2, subject, span).await?;
        intervals = if is_conversation {
            (c3, c4) = (reader.connect().await?, reader.connect().await?);
            let legs = chains::intervals(&mut c3, Table::Leg, span).await?;
            let phases = chains::intervals(&mut c4, Table::Phase, span).await?;
            Some(LegsAndPhases {
                first: Intervals::of(legs).await?,
                second: Some(Intervals::of(phases).await?),
            })
        } else {
            None
        };
    }
    let mut events = chains::events(&mut c1, subject, span).await?;
    let mut event = events.next().await?;
    let mut row = rows.next().await?;
    let mut follower = Follower::default();
    loop {
        let id = match (&event, &row) {
            (None, None) => break,
            (Some(one), None) | (None, Some(one)) => one.id(),
            (Some(e), Some(r)) => e.id().min(r.id()),
        };
        follower.start();
        let mut last = 0;
        while let Some(e) = event.take_if(|e| e.id() == id) {
            let link = e.link();
            follower.push(subject, &link);
            last = link.seq;
            if e.text_differs() {
                found(Finding {
                    subject: subject.to_string(),
                    id,
                    seq: last,
                    problem: Problem::TextDiffers,
                });
            }
            passed(1);
            event = events.next().await?;
        }
        let head = row.take_if(|r| r.id() == id);
        if head.is_some() {
            row = rows.next().await?;
        }
        let finding = follower.end(subject, id, head.as_ref().map(Fields::head).as_ref());
        let clean = finding.is_none();
        if let Some(finding) = finding {
            found(finding);
        }
        if let Some(intervals) = &mut intervals {
            let mut orphans = Vec::new();
            let same_legs = intervals.are(Table::Leg, id, &follower.legs, &mut orphans).await?;
            let same_phases = intervals.are(Table::Phase, id, &follower.phases, &mut orphans).await?;
            report_orphans(orphans, found);
            let differs = match (same_legs, same_phases) {
                (false, _) => Some(Problem::LegsDiffer),
                (true, false) => Some(Problem::PhasesDiffer),
                (true, true) => None,
            };
            if let Some(problem) = differs.filter(|_| clean) {
                found(Finding {
                    subject: subject.to_string(),
                    id,
                    seq: last,
                    problem,
                });
            }
        }
    }
    if let Some(intervals) = &mut intervals {
        let mut orphans = Vec::new();
        intervals.are(Table::Leg, i64::MAX, &[], &mut orphans).await?;
        intervals.are(Table::Phase, i64::MAX, &[], &mut orphans).await?;
        report_orphans(orphans, found);
    }
    Ok(())
}

/// Reports legs and phases of conversations without events.
fn report_orphans(mut ids: Vec<i64>, found: &mut impl FnMut(Finding)) {
    ids.dedup();
    for id in ids {
        found(Finding {
            subject: Subject::Conversation.to_string(),
            id,
            seq: 0,
            problem: Problem::NoRow,
        });
    }
}

/// Checks that the operations of a range of ids match their digests.
///
/// # Errors
/// Any database error.
pub(super) async fn check_operations(
    reader: &Reader,
    low: i64,
    high: i64,
    found: &mut impl FnMut(Finding),
) -> Result<()> {
    let mut conn = reader.connect().await?;
    let mut digester = Digester::default();
    let mut rows = chains::operations(&mut conn, low, high).await?;
    while let Some(row) = rows.next().await? {
        let (record, digest) = row.operation();
        if digest != Some(&digester.digest(&record)) {
            found(Finding {
                subject: "operation".to_owned(),
                id: record.id,
                seq: 0,
                problem: Problem::TextDiffers,
            });
        }
    }
    Ok(())
}

/// Checks tickets, administered rows, rows that follow from events but are not in a chain, and the
/// guards.
///
/// # Errors
/// Any database error.
pub(super) async fn check_rest(
    reader: &Reader,
    found: &mut impl FnMut(Finding),
    passed: &mut impl FnMut(u64),
) -> Result<()> {
    for subject in [Subject::Ticket, Subject::Contact].into_iter().chain(chains::RESOURCES) {
        let checked = check(reader, subject, &Span::all(), found, passed).await;
        readable(checked, &format!("{subject}s"), found)?;
    }
    let mut conn = reader.connect().await?;
    let weak = if reader.guards {
        guards::weak(&mut conn, &reader.workspace).await?
    } else {
        Vec::new()
    };
    for subject in weak {
        found(Finding {
            subject,
            id: 0,
            seq: 0,
            problem: Problem::GuardDiffers,
        });
    }
    for beside in chains::BESIDE {
        let checked = check_beside(reader, &beside, found).await;
        readable(checked, &format!("{}s", beside.subject), found)?;
    }
    Ok(())
}

async fn check_beside(reader: &Reader, beside: &Beside, found: &mut impl FnMut(Finding)) -> Result<()> {
    let mut conn = reader.connect().await?;
    let mut rows = chains::beside(&mut conn, beside).await?;
    while let Some(row) = rows.next().await? {
        found(Finding {
            subject: beside.subject.to_owned(),
            id: row.id(),
            seq: row.seq(),
            problem: beside.problem,
        });
    }
    Ok(())
}

/// Returns a finding for a check that stopped at an unreadable value, so that the findings of other
/// checks are not lost.
///
/// # Errors
/// Any other error of the check.
pub(super) fn readable(checked: Result<()>, what: &str, found: &mut impl FnMut(Finding)) -> Result<()> {
    match checked {
        Err(e) if is_of_the_data(&e) => {
            found(Finding {
                subject: what.to_owned(),
                id: 0,
                seq: 0,
                problem: Problem::Unreadable,
            });
            Ok(())
        }
        other => other,
    }
}
