//! `inbox audit verify`.

use std::path::{Path, PathBuf};

use futures_util::FutureExt as _;

use crate::audit::{self, Checked, Supervise, seal};
use crate::cli::args::{OutputArgs, RefArgs};
use crate::cli::deadline::while_it_answers;
use crate::cli::session::WorkspaceView;
use crate::cli::stdin;
use crate::cli::{Context, Exit};
use crate::config::Database;
use crate::db;
use crate::db::audit::reader::{Only, Reader};
use crate::db::audit::seal::Seal;
use crate::db::schema::code::{self};
use crate::db::schema::guards;
use crate::db::server::connect::Mode;
use crate::db::server::pooler::{self, Pooling};
use crate::domain::chain::Finding;
use crate::domain::reference::{Bare, RefContext, Reference};
use crate::domain::time::Direction;
use crate::domain::vocabulary::quoted;
use crate::error::{Error, Kind, Result};
use crate::output::{Column, Row, Terminal, Tone, Value};

/// Verify the hash chains of the history; exit 7 if one is broken
///
/// Each chain is compared with its hashes, its row, its legs and its phases. The output names the
/// first bad event of each broken chain.
#[derive(Debug, clap::Args)]
pub struct Args {
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

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`Kind::Check`] if a check fails.
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
        let view = WorkspaceView::read(&mut tx, context).await?;
        let session = view.session(&mut tx, context, ());
        let only = match (self.refs.is_empty(), &self.since) {
            (true, None) => Only::All,
            (true, Some(since)) => {
                let at = session.clock().parse(since, Direction::Past)?;
                if at > session.info.now {
                    return Err(Error::usage(format!("--since {} is in the future", quoted(since)))
                        .hint("nothing was verified"));
                }
                Only::Since(at)
            }
            (false, _) => {
                let ids = ids(&self.refs, &session.info.phone_prefix, &context.terminal)?;
                if let Some(missing) = db::audit::reader::unheard_of(session.conn, &ids).await? {
                    return Err(Error::not_found(format!(
                        "there is no conversation C-{missing}, and no event of it"
                    )));
                }
                Only::Ids(ids)
            }
        };
        let recorded = code::recorded(session.conn).await?;
        let snapshot = db::audit::reader::export_snapshot(session.conn).await?;
        let extent = db::audit::reader::extent(session.conn).await?;
        let reader = Reader {
            options,
            timeout,
            workspace: context.workspace.clone(),
            snapshot,
            few,
            guards: recorded.version == code::VERSION,
        };
        let mut out = context.output(Some(&view.info))?;
        let progress = out.progress("checking events", Some(extent.events));
        let workers = if few {
            1
        } else {
            std::thread::available_parallelism().map_or(1, |n| n.get().min(4))
        };
        let supervise: Supervise =
            |reader, work| while_it_answers(&reader.options, reader.timeout, &reader.workspace, work).boxed_local();
        let Checked {
            found,
            unknown,
            orders,
            events: checked,
        } = audit::check(&reader, workers, &only, extent, &recorded, supervise, |n| {
            progress.set(n)
        })
        .await?;
        drop(progress);
        let broken_seal = match &sealed {
            None => None,
            Some(sealed) => {
                let now = db::audit::seal::seal(session.conn, &context.workspace, Some(sealed)).await?;
                seal::difference(&now, sealed)
            }
        };
        let powers = match context.settings.database()? {
            // The user of the machine owns the private server.
            Database::Local => Vec::new(),
            Database::Server(_) => db::server::health::powers(session.conn, &context.workspace).await?,
        };
        tx.rollback().await?;
        // `inbox doctor` reports logins that could acquire a right.
        for power in powers.iter().filter(|p| !p.ends_with(db::server::health::POTENTIAL)) {
            out.warn(&format!("not prevented: {power}"));
        }
        if let Some(first) = orders.first() {
            out.warn(&format!(
                "the order numbers of {} conversations, first C-{first}, differ from their texts: \
                 inbox list --order may miss them",
                orders.len()
            ));
        }
        if let Some(first) = unknown.first() {
            out.warn(&format!(
                "{} chains, first {}, have events of unknown kinds: inbox audit REF prints them",
                unknown.len(),
                subject(first)
            ));
        }
        let wrong = found.len();
        out.print_rows(found.into_iter().map(FindingRow))?;
        if wrong == 0 && broken_seal.is_none() {
            out.note(&format!(
                "{checked} events checked: every chain is complete, and every text is unchanged{}",
                if sealed.is_some() { ", and as it was sealed" } else { "" }
            ));
        }
        out.finish()?;
        if let Some(what) = broken_seal {
            return Err(Error::new(Kind::Check, what)
                .hint("history from before the seal was rewritten or removed; compare with a backup"));
        }
        if wrong > 0 {
            return Err(Error::new(Kind::Check, format!("{wrong} chains are damaged"))
                .hint("inbox audit REF shows the events around the first bad one"));
        }
        if !reader.guards {
            return Err(guards::unchecked(&recorded));
        }
        Ok(0)
    }
}

pub struct FindingRow(Finding);

impl Row for FindingRow {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new(
                "subject",
                "The subject of the chain: C-12, T-3, agent 4.",
                |r: &Self| Value::text(subject(&r.0)),
            ),
            Column::new("event", "The number of the first bad event.", |r: &Self| {
                Value::Int(r.0.seq)
            }),
            Column::new("problem", "The problem, as a word.", |r: &Self| {
                Value::text(r.0.problem.code()).tone(Tone::Bad)
            }),
            Column::new("meaning", "The problem, as a sentence.", |r: &Self| {
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
