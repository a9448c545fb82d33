//! `inbox audit verify` and `inbox audit seal`.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::cli::args::{OutputArgs, RefArgs};
use crate::cli::deadline::while_it_answers;
use crate::cli::stdin;
use crate::cli::{Context, Exit};
use crate::config::Database;
use crate::db;
use crate::db::audit::chains::{Extent, Only, Reader, Seal, Span};
use crate::db::schema::code::{self, Difference};
use crate::db::schema::guards;
use crate::db::server::connect::Mode;
use crate::db::server::pooler::{self, Pooling};
use crate::domain::chain::{Finding, Problem};
use crate::domain::reference::{Bare, RefContext, Reference};
use crate::domain::time::Direction;
use crate::domain::vocabulary::quoted;
use crate::error::{Error, Kind, Result};
use crate::output::{Column, Progress, Row, Target, Terminal, Tone, Value};

/// Verify the hash chains of the history; exit 7 if one is broken
///
/// Each chain is compared with its hashes, its row, its legs and its phases. The output names the
/// first bad event of each broken chain.
#[derive(Debug, clap::Args)]
pub struct Verify {
    #[command(flatten)]
    refs: RefArgs,
    /// Verify only chains with an event since this time
    #[arg(long, value_name = "TIME", conflicts_with = "refs")]
    since: Option<String>,
    /// Compare with an earlier seal, to find rewritten or cut chains
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

/// Write a seal of all chains, to be kept elsewhere
#[derive(Debug, clap::Args)]
pub struct MakeSeal {
    /// Write to this file, atomically [default: standard output]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

pub struct FindingRow(Finding);

impl Row for FindingRow {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("subject", "What the chain is of: C-12, T-3, agent 4.", |r: &Self| {
                Value::text(subject(&r.0))
            }),
            Column::new("event", "The number of the first bad event.", |r: &Self| {
                Value::Int(r.0.seq)
            }),
            Column::new("problem", "What is wrong, as a word.", |r: &Self| {
                Value::text(r.0.problem.code()).tone(Tone::Bad)
            }),
            Column::new("meaning", "What is wrong, as a sentence.", |r: &Self| {
                Value::text(r.0.problem.describe())
            })
            .flex(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(subject(&self.0))
    }
}

fn subject(f: &Finding) -> String {
    match f.subject.as_str() {
        "conversation" => format!("C-{}", f.id),
        "ticket" => format!("T-{}", f.id),
        "operation" => format!("O-{}", f.id),
        whole if f.id == 0 => whole.to_owned(),
        other => format!("{other} {}", f.id),
    }
}

impl Verify {
    /// Runs it.
    ///
    /// # Errors
    /// [`Kind::Check`] where something is wrong.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        let sealed = self.against.as_deref().map(read_seal).transpose()?;
        if let Some(other) = sealed.as_ref().filter(|s| s.workspace != context.workspace.as_str()) {
            return Err(Error::usage(format!(
                "the seal is of the workspace {}, not of {}",
                other.workspace, context.workspace
            ))
            .hint("to select another one, add --workspace NAME"));
        }
        let (options, timeout) = context.options()?;
        let few = pooler::check(&options, timeout).await? == Pooling::Shared;
        let mut conn = context.connect().await?;
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let info = db::operation::workspace_info(&mut tx).await?;
        let zone = context.zone(&info)?;
        let only = match (self.refs.is_empty(), &self.since) {
            (true, None) => Only::All,
            (true, Some(since)) => {
                let at = Context::clock(&info, &zone).parse(since, Direction::Past)?;
                if at > info.now {
                    return Err(Error::usage(format!("--since {} is in the future", quoted(since)))
                        .hint("nothing was verified"));
                }
                Only::Since(at)
            }
            (false, _) => {
                let ids = ids(&self.refs, &info.phone_prefix, &context.terminal)?;
                if let Some(missing) = db::audit::chains::unheard_of(&mut tx, &ids).await? {
                    return Err(Error::not_found(format!(
                        "no conversation C-{missing}, and no trace of one"
                    )));
                }
                Only::Ids(ids)
            }
        };
        let recorded = code::recorded(&mut tx).await?;
        let snapshot = db::audit::chains::export_snapshot(&mut tx).await?;
        let extent = db::audit::chains::extent(&mut tx).await?;
        let reader = Reader {
            options,
            timeout,
            workspace: context.workspace.clone(),
            snapshot,
            few,
            guards: recorded.version == code::VERSION,
        };
        let mut out = context.output(Some(&info))?;
        let progress = out.progress("checking events", Some(extent.events));
        let workers = if few {
            1
        } else {
            std::thread::available_parallelism().map_or(1, |n| n.get().min(4))
        };
        let Checked {
            mut found,
            orders,
            events: checked,
        } = check_all(&reader, workers, &only, extent, &progress).await?;
        drop(progress);
        if recorded.difference() == Difference::Digest {
            found.push(Finding {
                subject: "code_version".to_owned(),
                id: 0,
                seq: 0,
                problem: Problem::GuardDiffers,
            });
        }
        // A newer program may write kinds that this one does not know; one of the same version does not.
        let unknown: Vec<Finding> = if reader.guards {
            Vec::new()
        } else {
            found.extract_if(.., |f| f.problem == Problem::UnknownKind).collect()
        };
        let broken_seal = match &sealed {
            None => None,
            Some(sealed) => {
                let now = db::audit::chains::seal(&mut tx, &context.workspace, Some(sealed)).await?;
                differs(&now, sealed).then_some(now)
            }
        };
        let powers = match context.settings.database()? {
            // Whoever has the machine has the private server.
            Database::Local => Vec::new(),
            Database::Server(_) => db::server::health::powers(&mut tx, &context.workspace).await?,
        };
        tx.rollback().await?;
        // That somebody could take a right is for doctor to say.
        for power in powers.iter().filter(|p| !p.ends_with(db::server::health::POTENTIAL)) {
            out.warn(&format!("not prevented: {power}"));
        }
        if let Some(first) = orders.first() {
            out.warn(&format!(
                "the order numbers of {} conversations are not those of their texts, C-{first} first: inbox list --order may miss them",
                orders.len()
            ));
        }
        if let Some(first) = unknown.first() {
            out.warn(&format!(
                "{} chains have events of kinds that this program does not know, {} first: inbox audit REF prints them",
                unknown.len(),
                subject(first)
            ));
        }
        let wrong = found.len();
        out.print_rows(found.into_iter().map(FindingRow))?;
        if wrong == 0 && broken_seal.is_none() {
            out.note(&format!(
                "{checked} events checked: every chain is whole, every text as it was{}",
                if sealed.is_some() { ", and as it was sealed" } else { "" }
            ));
        }
        out.finish()?;
        if let (Some(now), Some(sealed)) = (broken_seal, sealed) {
            let what = difference(&now, &sealed);
            return Err(Error::new(Kind::Check, what)
                .hint("history from before the seal was rewritten or removed; compare with a backup"));
        }
        if wrong > 0 {
            return Err(Error::new(Kind::Check, format!("{wrong} chains are not whole"))
                .hint("inbox audit REF shows the events around the first bad one"));
        }
        if !reader.guards {
            return Err(guards::unchecked(&recorded));
        }
        Ok(0)
    }
}

impl MakeSeal {
    /// Runs it.
    ///
    /// # Errors
    /// [`Kind::Usage`] for a place that no file can have; [`Kind::Failed`] where it cannot be
    /// written: it is whole or untouched.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        let target = self.file.as_deref().map(Target::new).transpose()?;
        let mut conn = context.connect().await?;
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let info = db::operation::workspace_info(&mut tx).await?;
        let seal = db::audit::chains::seal(&mut tx, &context.workspace, None).await?;
        tx.rollback().await?;
        if seal.uncovered > 0 {
            context.output(Some(&info))?.warn(&format!(
                "{} events and messages are newer than the oldest transaction that is still running on the server: this seal does not cover them; seal again later",
                seal.uncovered
            ));
        }
        let text = serde_json::to_string_pretty(&seal).map_err(|e| Error::failed(e.to_string()))? + "\n";
        let mut out = context.output(Some(&info))?;
        match target {
            None => out.raw(text.as_bytes())?,
            Some(target) => {
                let mut draft = target.start(out.options().clone())?;
                draft.output().raw(text.as_bytes())?;
                target.place(draft, true)?;
                out.note(&format!(
                    "{} events in {} chains and {} messages sealed in {target}",
                    seal.events, seal.chains, seal.messages
                ));
            }
        }
        out.finish()?;
        Ok(0)
    }
}

/// Returns whether a seal made now differs from an earlier one in anything that the earlier one covers.
fn differs(now: &Seal, sealed: &Seal) -> bool {
    now.digest != sealed.digest
        || now.messages_digest != sealed.messages_digest
        || sealed.ids_digest.is_some() && now.ids_digest != sealed.ids_digest
        || sealed.key.is_some() && now.key != sealed.key
}

/// Says what differs first.
fn difference(now: &Seal, sealed: &Seal) -> String {
    if now.digest != sealed.digest {
        return format!(
            "the chains are not those that were sealed at {}: {} events in {} chains then, {} in {} now",
            sealed.at, sealed.events, sealed.chains, now.events, now.chains
        );
    }
    if now.messages_digest != sealed.messages_digest {
        return format!(
            "the messages are not those that were sealed at {}: {} then, {} of that time now",
            sealed.at, sealed.messages, now.messages
        );
    }
    if sealed.ids_digest.is_some() && now.ids_digest != sealed.ids_digest {
        return format!(
            "the ids of customers are not those that were sealed at {}: {} then, {} of that time now",
            sealed.at,
            sealed.ids.unwrap_or_default(),
            now.ids.unwrap_or_default()
        );
    }
    format!(
        "the key of the keyed hashes is not the one that was sealed at {}: forgotten customers and idempotency keys are not recognised",
        sealed.at
    )
}

fn read_seal(path: &Path) -> Result<Seal> {
    let text = fs_err::read_to_string(path).map_err(|e| Error::usage(format!("the seal cannot be read: {e}")))?;
    let seal: Seal =
        serde_json::from_str(&text).map_err(|e| Error::usage(format!("{} is not a seal: {e}", path.display())))?;
    if seal.format != "inbox-seal-1" {
        return Err(Error::usage(format!(
            "{} has the format {:?}, which this program does not support",
            path.display(),
            seal.format
        )));
    }
    Ok(seal)
}

fn ids(refs: &RefArgs, phone_prefix: &str, terminal: &Terminal) -> Result<Vec<i64>> {
    let lines = stdin::lines(&refs.refs, terminal)?.into_iter().map(Ok);
    let refs = crate::domain::reference::parse_refs(
        &refs.refs,
        lines,
        RefContext {
            bare: Bare::Conversation,
            phone_prefix,
        },
    )?;
    refs.into_iter()
        .map(|r| match r {
            Reference::Conversation(id) => Ok(id),
            Reference::Ticket(_) | Reference::Phone(_) | Reference::Bsuid(_) => {
                Err(Error::usage(format!("{r} is not a conversation")).hint("use C-12, a range or -"))
            }
        })
        .collect()
}

/// One of the pieces that the checking is cut into.
enum Piece {
    Rest,
    Conversations(Span),
    Operations(i64, i64),
    /// The messages of one of so many shares.
    Messages(i64, i64, Only),
    /// The order numbers of conversations.
    Orders(Span),
}

/// What all pieces came to.
#[derive(Debug, Default)]
struct Checked {
    /// What is wrong.
    found: Vec<Finding>,
    /// Conversations whose order numbers are not those of their texts.
    orders: Vec<i64>,
    /// How many events were read.
    events: u64,
}

/// The conversations of a piece that is read into memory.
const SMALL_PIECE: i64 = 2_000;

/// Cuts what is to be checked into pieces that differ little; into small ones where a piece is read
/// into memory.
fn pieces(only: &Only, extent: Extent, workers: i64, small: bool) -> VecDeque<Piece> {
    // The small chains cannot be cut, so they are begun first.
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
    // Their order numbers are held in memory.
    let finer = if cuts == 1 || small { cuts } else { 8 * cuts };
    pieces.extend((0..finer).map(|n| Piece::Orders(span(n, finer))));
    // Only a check of all messages can be shared out: each other piece would read the same ones again.
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

/// Checks with so many workers, each with connections of its own in the same snapshot, and shows
/// the progress meanwhile.
async fn check_all(
    reader: &Reader,
    workers: usize,
    only: &Only,
    extent: Extent,
    progress: &Progress,
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
        checkers.spawn_blocking(move || check_pieces(&reader, &pieces, &checked));
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
                // The others end after the piece that they have begun, so that their connections are free again.
                if let Ok(mut pieces) = pieces.lock() {
                    pieces.clear();
                }
                failure.get_or_insert(failed);
            }
            _ = tick.tick() => progress.set(checked.load(Ordering::Relaxed)),
        }
    }
    if let Some(e) = failure {
        return Err(e);
    }
    let beside = |p| matches!(p, Problem::TextDiffers | Problem::OfferDiffers);
    found.sort_by_key(|f| (f.subject.clone(), f.id, f.seq, beside(f.problem)));
    // The first of each chain: what follows from it says nothing more.
    found.dedup_by(|later, first| (&later.subject, later.id) == (&first.subject, first.id));
    orders.sort_unstable();
    Ok(Checked {
        found,
        orders,
        events: checked.load(Ordering::Relaxed),
    })
}

fn check_pieces(
    reader: &Reader,
    pieces: &Mutex<VecDeque<Piece>>,
    checked: &AtomicU64,
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
                    db::audit::chains::check_rest(reader, &mut keep, &mut count).await?;
                    (
                        db::audit::commitments::check_rest(reader, &mut keep).await,
                        "erased texts",
                    )
                }
                Piece::Messages(n, of, only) => {
                    let checked = db::audit::commitments::check(reader, (n, of), &only, &mut keep).await;
                    (checked, "messages")
                }
                Piece::Conversations(span) => {
                    let checked = db::audit::chains::check(reader, "conversation", &span, &mut keep, &mut count).await;
                    (checked, "conversations")
                }
                Piece::Orders(span) => {
                    let checked = db::audit::commitments::check_orders(reader, &span, &mut differs).await;
                    (checked, "order numbers")
                }
                Piece::Operations(low, high) => {
                    let checked = db::audit::chains::check_operations(reader, low, high, &mut keep).await;
                    (checked, "operations")
                }
            };
            db::audit::chains::readable(checked, what, &mut keep)
        };
        runtime.block_on(while_it_answers(
            &reader.options,
            reader.timeout,
            &reader.workspace,
            check,
        ))?;
    }
    Ok((found, orders))
}
