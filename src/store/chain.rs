//! Reads what `audit verify` and `audit seal` check: streams in order of chains, in one snapshot, memory flat on any size.
//!
//! The queries use built-in functions alone: a workspace whose own functions were tampered with is checked all the same.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::StreamExt;
use sha2::{Digest, Sha256};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Executor};

use super::Workspace;
use crate::domain::chain::{Finding, Follower, Interval, Link, Problem};
use crate::error::{Error, Result};

/// How a checker gets to the database.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The way to the server.
    pub options: PgConnectOptions,
    /// How long to wait for it.
    pub timeout: Duration,
    /// The schema.
    pub workspace: Workspace,
    /// The snapshot that all readers share.
    pub snapshot: String,
}

/// Which chains are checked.
#[derive(Debug, Clone)]
pub struct Span {
    /// Ids from this one on.
    pub low: i64,
    /// Ids before this one.
    pub high: i64,
    /// Of these alone.
    pub only: Only,
}

/// A choice among the chains.
#[derive(Debug, Clone)]
pub enum Only {
    /// All of them.
    All,
    /// Those with an event since then; the whole chain is checked.
    Since(jiff::Timestamp),
    /// Those of these ids.
    Ids(Vec<i64>),
}

impl Span {
    /// Everything.
    pub fn all() -> Span {
        Span {
            low: 0,
            high: i64::MAX,
            only: Only::All,
        }
    }

    fn condition(&self, subject: &str, column: &str) -> String {
        let range = format!("{column} >= {} and {column} < {}", self.low, self.high);
        match &self.only {
            Only::All => range,
            Only::Since(at) => format!(
                "{range} and {column} in (select s.subject_id from event s where s.subject = '{subject}' and s.at >= '{at}')"
            ),
            Only::Ids(ids) => {
                let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                format!("{range} and {column} = any ('{{{}}}'::bigint[])", ids.join(","))
            }
        }
    }
}

/// The kinds of chain that are administered rows.
const NOUNS: [&str; 6] = ["acting", "agent", "channel", "setting", "store", "team"];

impl Reader {
    async fn connect(&self) -> Result<PgConnection> {
        let mut conn = super::connect(&self.options, self.timeout).await?;
        // The snapshot's name came from the server.
        let begin = format!(
            r#"begin isolation level repeatable read, read only; set transaction snapshot '{}'; set local search_path to "{}", pg_temp; set local timezone to 'UTC'"#,
            self.snapshot.replace('\'', "''"),
            self.workspace
        );
        conn.execute(AssertSqlSafe(begin)).await?;
        Ok(conn)
    }
}

/// Exports the snapshot of a read transaction, for other connections to share.
///
/// # Errors
/// What the database says.
pub async fn export_snapshot(conn: &mut PgConnection) -> Result<String> {
    Ok(sqlx::query_scalar!(r#"select pg_export_snapshot() as "s!""#)
        .fetch_one(conn)
        .await?)
}

/// Estimates how many events there are, for a progress bar, and gives the range of conversation ids.
///
/// # Errors
/// What the database says.
pub async fn extent(conn: &mut PgConnection) -> Result<(u64, i64, i64)> {
    let row = sqlx::query!(
        r#"select greatest((select reltuples::bigint from pg_class where oid = 'event'::regclass), 0) as "events!",
            coalesce((select min(subject_id) from event where subject = 'conversation'), 0) as "low!",
            greatest((select coalesce(max(subject_id), 0) from event where subject = 'conversation'), (select coalesce(max(id), 0) from conversation)) as "high!""#
    )
    .fetch_one(conn)
    .await?;
    Ok((u64::try_from(row.events).unwrap_or(0), row.low, row.high))
}

/// Rows of a COPY in text format, one at a time.
struct Rows<'c> {
    chunks: futures_util::stream::BoxStream<'c, sqlx::Result<bytes::Bytes>>,
    rest: Vec<u8>,
    lines: VecDeque<Vec<Option<String>>>,
}

impl<'c> Rows<'c> {
    async fn open(conn: &'c mut PgConnection, query: &str) -> Result<Rows<'c>> {
        let chunks = conn.copy_out_raw(&format!("copy ({query}) to stdout")).await?;
        Ok(Rows {
            chunks,
            rest: Vec::new(),
            lines: VecDeque::new(),
        })
    }

    async fn next(&mut self) -> Result<Option<Vec<Option<String>>>> {
        while self.lines.is_empty() {
            let Some(chunk) = self.chunks.next().await else {
                return Ok(None);
            };
            let chunk = chunk?;
            self.rest.extend_from_slice(&chunk);
            while let Some(end) = self.rest.iter().position(|b| *b == b'\n') {
                let line: Vec<u8> = self.rest.drain(..=end).collect();
                self.lines.push_back(fields(&line[..end])?);
            }
        }
        Ok(self.lines.pop_front())
    }
}

/// Takes a line of COPY's text format apart.
fn fields(line: &[u8]) -> Result<Vec<Option<String>>> {
    let text = std::str::from_utf8(line).map_err(|_| Error::failed("the database sent what is not UTF-8"))?;
    Ok(text
        .split('\t')
        .map(|field| {
            if field == "\\N" {
                return None;
            }
            if !field.contains('\\') {
                return Some(field.to_owned());
            }
            let mut out = String::with_capacity(field.len());
            let mut chars = field.chars();
            while let Some(c) = chars.next() {
                if c != '\\' {
                    out.push(c);
                    continue;
                }
                match chars.next() {
                    Some('n') => out.push('\n'),
                    Some('t') => out.push('\t'),
                    Some('r') => out.push('\r'),
                    Some('b') => out.push('\u{8}'),
                    Some('f') => out.push('\u{c}'),
                    Some('v') => out.push('\u{b}'),
                    Some(other) => out.push(other),
                    None => {}
                }
            }
            Some(out)
        })
        .collect())
}

fn link_of(row: Vec<Option<String>>) -> Link {
    let mut f = row.into_iter().map(Option::unwrap_or_default);
    let mut next = || f.next().unwrap_or_default();
    Link {
        id: next().parse().unwrap_or(0),
        seq: next().parse().unwrap_or(0),
        at: next(),
        deed: next(),
        digest: next(),
        state: next(),
        how: next(),
        commitments: next(),
        data: next(),
        hash: next(),
    }
}

fn events_query(subject: &str, span: &Span) -> String {
    let condition = span.condition(subject, "e.subject_id");
    format!(
        "select e.subject_id, e.seq, (extract(epoch from e.at) * 1000000)::bigint, concat(e.kind, '|', e.actor_id, '|', e.operation_id), encode(o.digest, 'hex'),
            concat(e.status, '|', e.owner_id, '|', e.team_id, '|', e.priority, '|', array_to_string(e.labels, ','), '|', (extract(epoch from e.until_at) * 1000000)::bigint),
            e.how, concat(encode(e.reason_commitment, 'hex'), '|', encode(e.note_commitment, 'hex')), e.data::text, encode(e.hash, 'hex')
        from event e left join operation o on o.id = e.operation_id
        where e.subject = '{subject}' and {condition} order by e.subject_id, e.seq"
    )
}

fn rows_query(subject: &str, span: &Span) -> String {
    let state = match subject {
        "conversation" => {
            "concat(status, '|', owner_id, '|', team_id, '|', priority, '|', array_to_string(labels, ','), '|', (extract(epoch from snoozed_until) * 1000000)::bigint)".to_owned()
        }
        "ticket" => "concat(status, '|', owner_id, '|', team_id, '|', priority, '||', (extract(epoch from due_at) * 1000000)::bigint)".to_owned(),
        noun => format!("(to_jsonb({noun}) - '{{seq,head,head_at,noun}}'::text[])::text"),
    };
    format!(
        "select id, seq, encode(head, 'hex'), {state} from {subject} where {} order by id",
        span.condition(subject, "id")
    )
}

fn intervals_query(table: &str, span: &Span) -> String {
    let condition = span.condition("conversation", "conversation_id");
    let value = match table {
        "leg" => "concat(agent_id, '|', team_id, '/', how, '/'",
        _ => "concat(status, '//'",
    };
    format!(
        "select conversation_id, seq, {value}, (extract(epoch from from_at) * 1000000)::bigint, '/', (extract(epoch from to_at) * 1000000)::bigint)
        from {table} where {condition} order by conversation_id, seq"
    )
}

/// The intervals of one conversation after another.
struct Intervals<'c> {
    rows: Rows<'c>,
    ahead: Option<(i64, Interval)>,
}

impl<'c> Intervals<'c> {
    async fn open(conn: &'c mut PgConnection, table: &str, span: &Span) -> Result<Intervals<'c>> {
        let mut rows = Rows::open(conn, &intervals_query(table, span)).await?;
        let ahead = interval_of(rows.next().await?);
        Ok(Intervals { rows, ahead })
    }

    /// Gives those of a conversation; a conversation without events that was passed over is given to `orphan`.
    async fn of(&mut self, id: i64, orphan: &mut impl FnMut(i64)) -> Result<Vec<Interval>> {
        let mut found = Vec::new();
        while let Some((at, _)) = &self.ahead {
            if *at > id {
                break;
            }
            if *at < id {
                orphan(*at);
            }
            if let Some((at, interval)) = std::mem::replace(&mut self.ahead, interval_of(self.rows.next().await?))
                && at == id
            {
                found.push(interval);
            }
        }
        Ok(found)
    }
}

fn interval_of(row: Option<Vec<Option<String>>>) -> Option<(i64, Interval)> {
    let mut f = row?.into_iter().map(Option::unwrap_or_default);
    Some((f.next()?.parse().ok()?, (f.next()?.parse().ok()?, f.next()?)))
}

/// Checks the chains of one subject against their rows, and a conversation's legs and phases against its events.
///
/// # Errors
/// What the database says.
pub async fn check(
    reader: &Reader,
    subject: &str,
    span: &Span,
    found: &mut impl FnMut(Finding),
    passed: &mut impl FnMut(u64),
) -> Result<()> {
    let (mut c1, mut c2) = (reader.connect().await?, reader.connect().await?);
    let mut events = Rows::open(&mut c1, &events_query(subject, span)).await?;
    let mut rows = Rows::open(&mut c2, &rows_query(subject, span)).await?;
    let (mut c3, mut c4);
    let mut intervals = if subject == "conversation" {
        (c3, c4) = (reader.connect().await?, reader.connect().await?);
        Some((
            Intervals::open(&mut c3, "leg", span).await?,
            Intervals::open(&mut c4, "phase", span).await?,
        ))
    } else {
        None
    };
    let mut event = events.next().await?.map(link_of);
    let mut row = head_of(rows.next().await?);
    loop {
        let id = match (&event, &row) {
            (None, None) => break,
            (Some(e), None) => e.id,
            (None, Some(r)) => r.0,
            (Some(e), Some(r)) => e.id.min(r.0),
        };
        let mut follower = Follower::default();
        let mut last = 0;
        while let Some(e) = event.take_if(|e| e.id == id) {
            follower.push(subject, &e);
            last = e.seq;
            passed(1);
            event = events.next().await?.map(link_of);
        }
        let head = row.take_if(|r| r.0 == id);
        if head.is_some() {
            row = head_of(rows.next().await?);
        }
        let (finding, legs, phases) =
            follower.end(subject, id, head.as_ref().map(|h| (h.1, h.2.as_str(), h.3.as_str())));
        let clean = finding.is_none();
        if let Some(finding) = finding {
            found(finding);
        }
        if let Some((l, p)) = &mut intervals {
            let mut orphans = Vec::new();
            let (have_legs, have_phases) = (
                l.of(id, &mut |o| orphans.push(o)).await?,
                p.of(id, &mut |o| orphans.push(o)).await?,
            );
            orphans.dedup();
            for orphan in orphans {
                found(Finding {
                    subject: subject.to_owned(),
                    id: orphan,
                    seq: 0,
                    problem: Problem::NoRow,
                });
            }
            if clean && have_legs != legs {
                found(Finding {
                    subject: subject.to_owned(),
                    id,
                    seq: last,
                    problem: Problem::LegsDiffer,
                });
            } else if clean && have_phases != phases {
                found(Finding {
                    subject: subject.to_owned(),
                    id,
                    seq: last,
                    problem: Problem::PhasesDiffer,
                });
            }
        }
    }
    Ok(())
}

fn head_of(row: Option<Vec<Option<String>>>) -> Option<(i64, i64, String, String)> {
    let mut f = row?.into_iter().map(Option::unwrap_or_default);
    Some((f.next()?.parse().ok()?, f.next()?.parse().ok()?, f.next()?, f.next()?))
}

/// Checks what is small: tickets, administered rows, and that texts and operations are what events commit to.
///
/// # Errors
/// What the database says.
pub async fn check_rest(reader: &Reader, found: &mut impl FnMut(Finding), passed: &mut impl FnMut(u64)) -> Result<()> {
    for subject in std::iter::once("ticket").chain(NOUNS) {
        check(reader, subject, &Span::all(), found, passed).await?;
    }
    let mut conn = reader.connect().await?;
    let query = "select e.subject, e.subject_id, e.seq from event e
        left join operation o on o.id = e.operation_id left join reason r on r.id = e.reason_id left join note n on n.id = e.note_id
        where o.id is null or o.actor_id <> e.actor_id
            or (e.reason_id is not null and (r.commitment is distinct from e.reason_commitment
                or r.salt is not null and sha256(r.salt || convert_to(r.body, 'UTF8')) <> r.commitment))
            or (e.note_id is not null and (n.commitment is distinct from e.note_commitment
                or n.salt is not null and sha256(n.salt || convert_to(concat('inbox-note-1', '|', coalesce(octet_length(n.body) || ':' || n.body, '-'), '|',
                    coalesce(octet_length(n.order_id) || ':' || n.order_id, '-'), '|', coalesce(octet_length(n.courier) || ':' || n.courier, '-'), '|',
                    coalesce(octet_length(n.tracking_no) || ':' || n.tracking_no, '-'), '|', coalesce(octet_length(n.tried) || ':' || n.tried, '-'), '|',
                    (extract(epoch from n.promised_by) * 1000000)::bigint, '|', n.replaces), 'UTF8')) <> n.commitment))
        union all
        select 'operation', o.id, 0 from operation o where o.digest <> sha256(convert_to(concat('inbox-operation-1|', o.id, '|', (extract(epoch from o.at) * 1000000)::bigint,
            '|', o.actor_id, '|', o.verb, '|', octet_length(o.login), ':', o.login, '|', host(o.address), '|', o.version, '|', octet_length(o.os_user), ':', o.os_user,
            '|', o.args::text), 'UTF8'))
        union all
        select 'note', n.id, 0 from note n where not exists (select 1 from event e where e.note_id = n.id and e.subject = case when n.ticket_id is null then 'conversation' else 'ticket' end
            and e.subject_id = coalesce(n.ticket_id, n.conversation_id))";
    let mut rows = Rows::open(&mut conn, query).await?;
    while let Some(row) = rows.next().await? {
        let mut f = row.into_iter().map(Option::unwrap_or_default);
        let (subject, id, seq) = (
            f.next().unwrap_or_default(),
            f.next().unwrap_or_default(),
            f.next().unwrap_or_default(),
        );
        found(Finding {
            subject,
            id: id.parse().unwrap_or(0),
            seq: seq.parse().unwrap_or(0),
            problem: Problem::TextDiffers,
        });
    }
    Ok(())
}

/// Everything the chains were at a moment, in a few lines.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Seal {
    /// `inbox-seal-1`.
    pub format: String,
    /// The schema.
    pub workspace: String,
    /// When.
    pub at: jiff::Timestamp,
    /// Transactions before this one had ended; events of later ones are not covered.
    pub before_xid: String,
    /// How many chains.
    pub chains: u64,
    /// How many events.
    pub events: u64,
    /// SHA-256 over all chain heads in order, hex.
    pub digest: String,
}

/// Seals the chains as they were before a transaction number; none: now.
///
/// # Errors
/// What the database says.
pub async fn seal(conn: &mut PgConnection, workspace: &Workspace, before: Option<&str>) -> Result<Seal> {
    let row = sqlx::query!(
        r#"select app_now() as "at!", coalesce($1, pg_snapshot_xmin(pg_current_snapshot())::text) as "xmin!""#,
        before
    )
    .fetch_one(&mut *conn)
    .await?;
    if !row.xmin.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::usage("the seal's before_xid is no transaction number"));
    }
    let query = format!(
        "select subject, subject_id, max(seq), (array_agg(encode(hash, 'hex') order by seq desc))[1], count(*)
        from event where xid < '{}'::xid8 group by subject, subject_id order by subject collate \"C\", subject_id",
        row.xmin
    );
    let (mut chains, mut events) = (0, 0);
    let mut sha = Sha256::new();
    let mut rows = Rows::open(conn, &query).await?;
    while let Some(row) = rows.next().await? {
        let f: Vec<String> = row.into_iter().map(Option::unwrap_or_default).collect();
        if let [subject, id, seq, hash, count] = f.as_slice() {
            sha.update(format!("{subject}|{id}|{seq}|{hash}\n").as_bytes());
            chains += 1;
            events += count.parse::<u64>().unwrap_or(0);
        }
    }
    drop(rows);
    Ok(Seal {
        format: "inbox-seal-1".to_owned(),
        workspace: workspace.to_string(),
        at: row.at.to_jiff(),
        before_xid: row.xmin,
        chains,
        events,
        digest: hex::encode(sha.finalize()),
    })
}
