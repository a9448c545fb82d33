//! The engine of `audit verify` and `audit seal`. It divides the history into pieces, reads them in
//! one snapshot, and checks them. `chains` checks chains, `texts` compares texts with their
//! commitments, and `seal` compares seals.

mod chains;
pub mod seal;
mod texts;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;

use crate::db::audit::reader::{Extent, Only, Reader, Span};
use crate::db::schema::code::{Difference, Recorded};
use crate::domain::chain::{Finding, Problem};
use crate::domain::event::Subject;
use crate::error::{Error, Result};

/// A piece of the check.
enum Piece {
    Rest,
    Conversations(Span),
    Operations(i64, i64),
    /// One share of the messages: its index, the number of shares, and the choice.
    Messages(i64, i64, Only),
    /// The order numbers of conversations.
    Orders(Span),
}

/// The result of all pieces.
#[derive(Debug, Default)]
pub struct Checked {
    /// The first problem of each chain.
    pub found: Vec<Finding>,
    /// Chains with events of unknown kinds, in a workspace of a newer program.
    pub unknown: Vec<Finding>,
    /// Conversations whose order numbers differ from their texts.
    pub orders: Vec<i64>,
    /// The number of events that were read.
    pub events: u64,
}

/// The number of conversations in a piece that is read into memory.
const SMALL_PIECE: i64 = 2_000;

/// Divides the check into pieces of similar size. A piece that is read into memory is small.
fn pieces(only: &Only, extent: Extent, workers: i64, small: bool) -> VecDeque<Piece> {
    // The small chains cannot be divided, so they start first.
    let mut pieces = VecDeque::new();
    if !matches!(only, Only::Ids(_)) {
        pieces.push_back(Piece::Rest);
    }
    let cuts = match only {
        Only::Ids(_) => 1,
        Only::All | Only::Since(_) if small => (extent.high - extent.low) / SMALL_PIECE + 1,
        Only::All => 4 * workers,
        Only::Since(_) => 1,
    };
    let span = |n: i64, of: i64| {
        let width = (extent.high - extent.low) / of + 1;
        Span {
            low: if n == 0 { 0 } else { extent.low + n * width },
            high: if n + 1 == of {
                i64::MAX
            } else {
                extent.low + (n + 1) * width
            },
            only: only.clone(),
        }
    };
    pieces.extend((0..cuts).map(|n| Piece::Conversations(span(n, cuts))));
    // The order numbers of a piece are kept in memory.
    let finer = if cuts == 1 || small { cuts } else { 8 * cuts };
    pieces.extend((0..finer).map(|n| Piece::Orders(span(n, finer))));
    // Only a check of all messages can be divided. In any other check, each piece would read the
    // same messages again.
    let shares = if matches!(only, Only::All) { cuts } else { 1 };
    pieces.extend((0..shares).map(|n| Piece::Messages(n, shares, only.clone())));
    if !matches!(only, Only::Ids(_)) {
        let width = extent.operations / cuts + 1;
        pieces.extend(
            (0..cuts).map(|n| Piece::Operations(n * width, if n + 1 == cuts { i64::MAX } else { (n + 1) * width })),
        );
    }
    pieces
}

/// Supervises the work of one thread. Returns the result of the work, or an error when the database
/// does not answer.
pub type Supervise = for<'a> fn(&'a Reader, LocalBoxFuture<'a, Result<()>>) -> LocalBoxFuture<'a, Result<()>>;

/// Runs the check with a number of workers. Each worker has its own connections in the same
/// snapshot. `progress` is called five times a second with the number of events that were read.
///
/// # Errors
/// Any database error, and the errors of `supervise`.
pub async fn check(
    reader: &Reader,
    workers: usize,
    only: &Only,
    extent: Extent,
    recorded: &Recorded,
    supervise: Supervise,
    progress: impl Fn(u64),
) -> Result<Checked> {
    let pieces = Arc::new(Mutex::new(pieces(
        only,
        extent,
        i64::try_from(workers).unwrap_or(1),
        reader.few,
    )));
    let checked = Arc::new(AtomicU64::new(0));
    let mut checkers = tokio::task::JoinSet::new();
    for _ in 0..workers {
        let (reader, pieces, checked) = (reader.clone(), Arc::clone(&pieces), Arc::clone(&checked));
        checkers.spawn_blocking(move || check_pieces(&reader, &pieces, &checked, supervise));
    }
    let (mut found, mut orders) = (Vec::new(), Vec::new());
    let mut failure = None;
    let mut tick = tokio::time::interval(Duration::from_millis(200));
    loop {
        tokio::select! {
            done = checkers.join_next() => {
                let failed = match done {
                    None => break,
                    Some(Ok(Ok((wrong, differing)))) => {
                        found.extend(wrong);
                        orders.extend(differing);
                        continue;
                    }
                    Some(Ok(Err(e))) => e,
                    Some(Err(e)) => Error::failed("a checker stopped").caused_by(e),
                };
                // The other workers stop after their present piece, so that their connections are
                // free again.
                if let Ok(mut pieces) = pieces.lock() {
                    pieces.clear();
                }
                failure.get_or_insert(failed);
            }
            _ = tick.tick() => progress(checked.load(Ordering::Relaxed)),
        }
    }
    if let Some(e) = failure {
        return Err(e);
    }
    let beside = |p| matches!(p, Problem::TextDiffers | Problem::OfferDiffers);
    found.sort_by_key(|f| (f.subject.clone(), f.id, f.seq, beside(f.problem)));
    // Only the first problem of each chain is kept, because the later problems follow from it.
    found.dedup_by(|later, first| (&later.subject, later.id) == (&first.subject, first.id));
    orders.sort_unstable();
    if recorded.difference() == Difference::Digest {
        found.push(Finding {
            subject: "code_version".to_owned(),
            id: 0,
            seq: 0,
            problem: Problem::GuardDiffers,
        });
    }
    // A newer program may write kinds that this program does not have. A program of the same
    // version does not.
    let unknown = if reader.guards {
        Vec::new()
    } else {
        found.extract_if(.., |f| f.problem == Problem::UnknownKind).collect()
    };
    Ok(Checked {
        found,
        unknown,
        orders,
        events: checked.load(Ordering::Relaxed),
    })
}

fn check_pieces(
    reader: &Reader,
    pieces: &Mutex<VecDeque<Piece>>,
    checked: &AtomicU64,
    supervise: Supervise,
) -> Result<(Vec<Finding>, Vec<i64>)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut found, mut orders) = (Vec::new(), Vec::new());
    let mut keep = |f| found.push(f);
    let mut differs = |id| orders.push(id);
    let mut count = |n| {
        checked.fetch_add(n, Ordering::Relaxed);
    };
    let next = || pieces.lock().map_or(None, |mut pieces| pieces.pop_front());
    while let Some(piece) = next() {
        let check = async {
            let (checked, what) = match piece {
                Piece::Rest => {
                    chains::check_rest(reader, &mut keep, &mut count).await?;
                    (texts::check_rest(reader, &mut keep).await, "erased texts")
                }
                Piece::Messages(n, of, only) => {
                    let checked = texts::check(reader, (n, of), &only, &mut keep).await;
                    (checked, "messages")
                }
                Piece::Conversations(span) => {
                    let checked = chains::check(reader, Subject::Conversation, &span, &mut keep, &mut count).await;
                    (checked, "conversations")
                }
                Piece::Orders(span) => {
                    let checked = texts::check_orders(reader, &span, &mut differs).await;
                    (checked, "order numbers")
                }
                Piece::Operations(low, high) => {
                    let checked = chains::check_operations(reader, low, high, &mut keep).await;
                    (checked, "operations")
                }
            };
            chains::readable(checked, what, &mut keep)
        };
        runtime.block_on(supervise(reader, check.boxed_local()))?;
    }
    Ok((found, orders))
}
