//! Reads what `audit verify` and `audit seal` check: streams in order of chains, in one snapshot, memory flat on any size.
//!
//! The queries use built-in functions alone: a workspace whose own functions were tampered with is checked all the same.

use std::time::Duration;

use sha2::{Digest, Sha256};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor};

use super::commitments::{Order, alias_digest, digest};
use crate::db::Workspace;
use crate::db::schema::guards;
use crate::db::server::connect::ConnectOptions;
use crate::db::server::copy::{Fields, Rows};
use crate::db::server::failure::is_of_the_data;
use crate::domain::chain::{Digester, Finding, Follower, Head, Interval, Link, OperationRecord, Problem, State};
use crate::error::{Error, Kind, Result};

/// How a checker gets to the database.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The way to the server.
    pub options: ConnectOptions,
    /// How long to wait for it.
    pub timeout: Duration,
    /// The schema.
    pub workspace: Workspace,
    /// The snapshot that all readers share.
    pub snapshot: String,
    /// Whether one connection at a time has to do, because a pooler has few and others need them. The pieces to check must be small.
    pub few: bool,
    /// Whether the guards are to be compared with this program's: they are of its version.
    pub guards: bool,
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

    pub(super) fn condition(&self, subject: &str, column: &str) -> String {
        let range = format!("{column} >= {} and {column} < {}", self.low, self.high);
        match &self.only {
            Only::All => range,
            Only::Since(at) => format!(
                "{range} and {column} = any (array(select distinct s.subject_id from event s where s.subject = '{subject}' and s.at >= '{at}'))"
            ),
            Only::Ids(ids) => {
                let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                format!("{range} and {column} = any ('{{{}}}'::bigint[])", ids.join(","))
            }
        }
    }
}

/// The kinds of chain that are administered rows.
const NOUNS: [&str; 8] = [
    "acting", "agent", "channel", "roster", "setting", "shift", "store", "team",
];

impl Reader {
    pub(super) async fn connect(&self) -> Result<PgConnection> {
        let mut conn = crate::db::connect(&self.options, self.timeout).await?;
        // Everything is read in the order of keys, and what is beside it looked up by key: nothing is collected first, in memory or in files.
        // The snapshot's name came from the server.
        let begin = format!(
            r#"begin isolation level repeatable read, read only; set transaction snapshot '{}'; set local search_path to "{}", pg_temp; set local timezone to 'UTC';
            set local enable_hashjoin to off; set local enable_mergejoin to off; set local random_page_cost to 1.1;
            set local max_parallel_workers_per_gather to 0; set local jit to off; {}"#,
            self.snapshot.replace('\'', "''"),
            self.workspace,
            self.workspace.read_limits()
        );
        // A pooler accepts the connection, and lets the first statement wait until it has one of its own.
        match tokio::time::timeout(self.timeout, conn.execute(AssertSqlSafe(begin))).await {
            Ok(begun) => begun?,
            Err(_) => {
                let seconds = self.timeout.as_secs();
                return Err(
                    Error::new(Kind::Unreachable, format!("no connection was free within {seconds} s")).hint(
                        "nothing changed; the check needs two connections at once: see the size of the connection pool",
                    ),
                );
            }
        };
        let backend = sqlx::query_scalar!(r#"select pg_backend_pid() as "pid!""#)
            .fetch_one(&mut conn)
            .await?;
        crate::db::server::progress::add_backend(backend);
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

/// How much there is to check.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// How many events, about: for a progress bar.
    pub events: u64,
    /// The lowest conversation id.
    pub low: i64,
    /// The highest.
    pub high: i64,
    /// The highest operation id.
    pub operations: i64,
}

/// Tells how much there is.
///
/// # Errors
/// What the database says.
pub async fn extent(conn: &mut PgConnection) -> Result<Extent> {
    let row = sqlx::query!(
        r#"select greatest((select reltuples::bigint from pg_class where oid = 'event'::regclass), 0) as "events!",
            coalesce((select min(subject_id) from event where subject = 'conversation'), 0) as "low!",
            greatest((select coalesce(max(subject_id), 0) from event where subject = 'conversation'), (select coalesce(max(id), 0) from conversation)) as "high!",
            coalesce((select max(id) from operation), 0) as "operations!""#
    )
    .fetch_one(conn)
    .await?;
    Ok(Extent {
        events: u64::try_from(row.events).unwrap_or(0),
        low: row.low,
        high: row.high,
        operations: row.operations,
    })
}

/// Gives the first of the conversations of which there is nothing at all: no row, no event, no interval.
///
/// # Errors
/// What the database says.
pub async fn unheard_of(conn: &mut PgConnection, ids: &[i64]) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        r#"select w.id as "id!" from unnest($1::bigint[]) with ordinality as w (id, ord)
        where not exists (select 1 from conversation c where c.id = w.id)
            and not exists (select 1 from event e where e.subject = 'conversation' and e.subject_id = w.id)
            and not exists (select 1 from leg l where l.conversation_id = w.id) and not exists (select 1 from phase p where p.conversation_id = w.id)
        order by w.ord limit 1"#,
        ids
    )
    .fetch_optional(conn)
    .await?)
}

impl Fields {
    fn id(&self) -> i64 {
        self.int(0).unwrap_or(0)
    }

    /// The state that begins at a field.
    fn state(&self, n: usize) -> State<'_> {
        State {
            status: self.text(n),
            owner: self.int(n + 1),
            team: self.int(n + 2),
            priority: self.text(n + 3),
            labels: self.text(n + 4),
            until: self.micros(n + 5),
        }
    }

    /// A row of [`events_query`].
    fn link(&self) -> Link<'_> {
        Link {
            id: self.id(),
            seq: self.int(1).unwrap_or(0),
            at: self.micros(2).unwrap_or(0),
            kind: self.text(3).unwrap_or_default(),
            actor: self.int(4).unwrap_or(0),
            operation: self.int(5).unwrap_or(0),
            digest: self.bytes(6).unwrap_or_default(),
            state: self.state(7),
            how: self.text(13).unwrap_or_default(),
            reason: self.bytes(14).unwrap_or_default(),
            note: self.bytes(15).unwrap_or_default(),
            data: self.text(16).unwrap_or_default(),
            hash: self.bytes(17).unwrap_or_default(),
        }
    }

    /// A row of [`rows_query`].
    fn head(&self) -> Head<'_> {
        Head {
            seq: self.int(1).unwrap_or(0),
            hash: self.bytes(2).unwrap_or_default(),
            at: self.micros(3).unwrap_or(0),
            state: self.state(4),
            ended: self.micros(10),
            opened: self.micros(11).zip(self.int(12)),
            data: self.text(13).unwrap_or_default(),
        }
    }

    /// Whether the next interval of a row of [`intervals_query`] is this one.
    fn is(&self, interval: &Interval) -> bool {
        (
            self.int(1),
            self.int(2),
            self.int(3),
            self.text(4),
            self.int(5),
            self.micros(6),
            self.micros(7),
        ) == (
            Some(interval.seq),
            interval.owner,
            interval.team,
            Some(interval.word.as_str()),
            interval.operation,
            Some(interval.from),
            interval.to,
        )
    }
}

fn events_query(subject: &str, span: &Span) -> String {
    let condition = span.condition(subject, "e.subject_id");
    // The hash does not tell an empty list from none at all; of a conversation there is always a list.
    let labels = match subject {
        "conversation" => "coalesce(array_to_string(e.labels, ','), 'null')",
        _ => "array_to_string(e.labels, ',')",
    };
    format!(
        "select e.subject_id, e.seq, e.at, e.kind, e.actor_id, e.operation_id, o.digest, e.status, e.owner_id, e.team_id, e.priority,
            {labels}, e.until_at, e.how, e.reason_commitment, e.note_commitment, e.data::text, e.hash, {}
        from event e left join operation o on o.id = e.operation_id left join reason r on r.id = e.reason_id left join note n on n.id = e.note_id
        where e.subject = '{subject}' and {condition} order by e.subject_id, e.seq",
        include_str!("chains/texts.sql")
    )
}

fn rows_query(subject: &str, span: &Span) -> String {
    let rest = match subject {
        "conversation" => {
            "status, owner_id, team_id, priority, array_to_string(labels, ','), snoozed_until, resolved_at, null::timestamptz, null::bigint,
            jsonb_build_object('channel', channel_id, 'contact', contact_id, 'store', store_id)::text"
        }
        "ticket" => {
            "status, owner_id, team_id, priority, null::text, due_at, closed_at, opened_at, opened_by,
            jsonb_build_object('conversation', conversation_id, 'category', category)::text"
        }
        // What tells who he is must be gone; a contact that nothing has happened to has no chain.
        "contact" => {
            "case when forgotten_at = head_at and coalesce(name, username, marketing) is null
                and not exists (select 1 from contact_alias a where a.contact_id = contact.id) then 'forgotten' end,
            null::bigint, null::bigint, null::text, null::text, null::timestamptz, null::timestamptz, null::timestamptz, null::bigint, null::text"
        }
        noun => &*format!(
            "null::text, null::bigint, null::bigint, null::text, null::text, null::timestamptz, null::timestamptz, null::timestamptz, null::bigint,
            (to_jsonb({noun}) - '{{seq,head,head_at,noun}}'::text[])::text"
        ),
    };
    let chained = if subject == "contact" {
        "(seq > 0 or forgotten_at is not null) and "
    } else {
        ""
    };
    format!(
        "select id, seq, head, head_at, {rest} from {subject} where {chained}{} order by id",
        span.condition(subject, "id")
    )
}

/// The table of intervals that a row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Leg = 0,
    Phase = 1,
}

/// Selects intervals in the order of conversations; legs before phases where both are asked for.
fn intervals_query(tables: &[Table], span: &Span) -> String {
    let condition = span.condition("conversation", "conversation_id");
    let selects: Vec<String> = tables
        .iter()
        .map(|table| {
            let (name, value) = match table {
                Table::Leg => ("leg", "agent_id, team_id, how, operation_id"),
                Table::Phase => ("phase", "null::bigint, null::bigint, status, null::bigint"),
            };
            let number = *table as i64;
            format!(
                "select conversation_id, seq, {value}, from_at, to_at, {number}::bigint from {name} where {condition}"
            )
        })
        .collect();
    match selects.as_slice() {
        [one] => format!("{one} order by conversation_id, seq"),
        several => format!("select * from ({}) i order by 1, 9, 2", several.join(" union all ")),
    }
}

/// The intervals of one conversation after another.
struct Intervals<'c> {
    rows: Rows<'c>,
    ahead: Option<Fields>,
}

impl<'c> Intervals<'c> {
    async fn of(mut rows: Rows<'c>) -> Result<Intervals<'c>> {
        let ahead = rows.next().await?;
        Ok(Intervals { rows, ahead })
    }

    /// Returns whether a conversation's intervals in a table are these. Conversations without events that were passed over are added to `orphans`.
    async fn are(&mut self, table: Table, id: i64, wanted: &[Interval], orphans: &mut Vec<i64>) -> Result<bool> {
        let (mut same, mut count) = (true, 0);
        let number = table as i64;
        let due = |row: &mut Fields| row.id() < id || (row.id() == id && row.int(8) == Some(number));
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

/// The legs and phases of conversations: each on a connection of its own, or both on one.
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
    let is_conversation = subject == "conversation";
    let mut c1 = reader.connect().await?;
    let (mut c2, mut c3, mut c4);
    let (mut rows, mut intervals);
    if reader.few {
        // The piece is small: all but its events are read into memory, one query after the other.
        rows = Rows::load(&mut c1, &rows_query(subject, span)).await?;
        intervals = if is_conversation {
            let both = Rows::load(&mut c1, &intervals_query(&[Table::Leg, Table::Phase], span)).await?;
            Some(LegsAndPhases {
                first: Intervals::of(both).await?,
                second: None,
            })
        } else {
            None
        };
    } else {
        c2 = reader.connect().await?;
        rows = Rows::open(&mut c2, &rows_query(subject, span)).await?;
        intervals = if is_conversation {
            (c3, c4) = (reader.connect().await?, reader.connect().await?);
            let legs = Rows::open(&mut c3, &intervals_query(&[Table::Leg], span)).await?;
            let phases = Rows::open(&mut c4, &intervals_query(&[Table::Phase], span)).await?;
            Some(LegsAndPhases {
                first: Intervals::of(legs).await?,
                second: Some(Intervals::of(phases).await?),
            })
        } else {
            None
        };
    }
    let mut events = Rows::open(&mut c1, &events_query(subject, span)).await?;
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
            if e.yes(18) {
                found(Finding {
                    subject: subject.to_owned(),
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
                    subject: subject.to_owned(),
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

/// Reports legs and phases of conversations that there are no events of.
fn report_orphans(mut ids: Vec<i64>, found: &mut impl FnMut(Finding)) {
    ids.dedup();
    for id in ids {
        found(Finding {
            subject: "conversation".to_owned(),
            id,
            seq: 0,
            problem: Problem::NoRow,
        });
    }
}

/// Checks that operations of a range of ids are what their digests cover.
///
/// # Errors
/// What the database says.
pub async fn check_operations(reader: &Reader, low: i64, high: i64, found: &mut impl FnMut(Finding)) -> Result<()> {
    let mut conn = reader.connect().await?;
    let query = format!(
        "select id, at, actor_id, verb, login, host(address), version, os_user, args::text, digest from operation where id >= {low} and id < {high}"
    );
    let mut digester = Digester::default();
    let mut rows = Rows::open(&mut conn, &query).await?;
    while let Some(row) = rows.next().await? {
        let deed = OperationRecord {
            id: row.id(),
            at: row.micros(1).unwrap_or(0),
            actor: row.int(2).unwrap_or(0),
            verb: row.text(3).unwrap_or_default(),
            login: row.text(4).unwrap_or_default(),
            address: row.text(5).unwrap_or_default(),
            version: row.text(6).unwrap_or_default(),
            os_user: row.text(7),
            args: row.text(8).unwrap_or_default(),
        };
        if row.bytes(9) != Some(&digester.digest(&deed)) {
            found(Finding {
                subject: "operation".to_owned(),
                id: deed.id,
                seq: 0,
                problem: Problem::TextDiffers,
            });
        }
    }
    Ok(())
}

/// Checks tickets and administered rows, what follows from events beside the chains, and that the guards are the program's.
///
/// # Errors
/// What the database says.
pub async fn check_rest(reader: &Reader, found: &mut impl FnMut(Finding), passed: &mut impl FnMut(u64)) -> Result<()> {
    for subject in ["ticket", "contact"].into_iter().chain(NOUNS) {
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
    for (problem, subject, query) in BESIDE {
        let checked = check_beside(reader, (problem, subject, query), found).await;
        readable(checked, &format!("{subject}s"), found)?;
    }
    Ok(())
}

async fn check_beside(
    reader: &Reader,
    (problem, subject, query): (Problem, &str, &str),
    found: &mut impl FnMut(Finding),
) -> Result<()> {
    let mut conn = reader.connect().await?;
    let mut rows = Rows::open(&mut conn, query).await?;
    while let Some(row) = rows.next().await? {
        found(Finding {
            subject: subject.to_owned(),
            id: row.id(),
            seq: row.int(1).unwrap_or(0),
            problem,
        });
    }
    Ok(())
}

/// Makes a finding of a check that stopped at a value which it could not read, so that what others found is not lost with it.
///
/// # Errors
/// Any other failure of the check.
pub fn readable(checked: Result<()>, what: &str, found: &mut impl FnMut(Finding)) -> Result<()> {
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

/// What stands beside the chains: what a wrong one is called, of which kind it is, and the query that finds its id and event.
const BESIDE: [(Problem, &str, &str); 4] = [
    (
        Problem::TextDiffers,
        "note",
        "select n.id, 0 from note n where not exists (select 1 from event e where e.note_id = n.id
            and e.subject = case when n.ticket_id is null then 'conversation' else 'ticket' end and e.subject_id = coalesce(n.ticket_id, n.conversation_id))",
    ),
    (Problem::OfferDiffers, "conversation", include_str!("chains/offers.sql")),
    (
        Problem::NoRow,
        "ticket",
        "select x.id, 1 from event e cross join lateral (
                select case when jsonb_typeof(e.data -> 'ticket') = 'number' then (e.data ->> 'ticket')::numeric::bigint end as id) x
            where e.kind = 'escalated' and x.id is not null and not exists (select 1 from ticket t where t.id = x.id)",
    ),
    (
        Problem::TextDiffers,
        "conversation",
        "select e.subject_id, e.seq from event e where e.kind = 'escalated' and jsonb_typeof(e.data -> 'ticket') is distinct from 'number'",
    ),
];

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
    /// The server that numbered them; another one, into which the workspace was restored, numbers its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// How many chains.
    pub chains: u64,
    /// How many events.
    pub events: u64,
    /// SHA-256 over all chain heads in order, hex.
    pub digest: String,
    /// How many messages.
    pub messages: u64,
    /// SHA-256 over the messages' commitments in order, hex.
    pub messages_digest: String,
    /// How many ids of customers became known or ended; a seal of an earlier version of the program has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ids: Option<u64>,
    /// SHA-256 over the commitments of these ids in order, hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ids_digest: Option<String>,
    /// The fingerprint of the workspace's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// How many events and messages there were that it does not cover, since a transaction of the server that began before them was still running.
    #[serde(skip)]
    pub uncovered: u64,
}

/// Seals the chains as they are; or as they were at an earlier seal, to compare.
///
/// On another server than the seal's, whose transactions may have lower numbers, what is later than the seal by its time is not of then either.
///
/// # Errors
/// What the database says.
pub async fn seal(conn: &mut PgConnection, workspace: &Workspace, of: Option<&Seal>) -> Result<Seal> {
    let row = sqlx::query!(
        r#"select app_now() as "at!", pg_snapshot_xmin(pg_current_snapshot())::text as "xmin!", (select system_identifier::text from pg_control_system()) as server"#
    )
    .fetch_one(&mut *conn)
    .await?;
    let xmin = of.map_or(row.xmin, |seal| seal.before_xid.clone());
    if !xmin.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::usage("the seal's before_xid is no transaction number"));
    }
    let moved = of.filter(|seal| seal.server.is_some() && seal.server != row.server);
    let until = moved.map_or("infinity".to_owned(), |seal| seal.at.to_string());
    let query = format!(
        "select subject, subject_id, max(seq), (array_agg(encode(hash, 'hex') order by seq desc))[1], count(*)
        from event where xid < '{xmin}'::xid8 and at <= '{until}' group by subject, subject_id order by subject collate \"C\", subject_id"
    );
    let (mut chains, mut events) = (0, 0);
    let mut sha = Sha256::new();
    let mut rows = Rows::open(conn, &query).await?;
    while let Some(row) = rows.next().await? {
        if let (Some(subject), Some(id), Some(seq), Some(hash), Some(count)) =
            (row.text(0), row.int(1), row.int(2), row.text(3), row.int(4))
        {
            sha.update(format!("{subject}|{id}|{seq}|{hash}\n").as_bytes());
            chains += 1;
            events += u64::try_from(count).unwrap_or(0);
        }
    }
    drop(rows);
    let (mut messages, mut messages_digest) = digest(conn, &xmin, &until, Order::Version).await?;
    // An earlier version of the program told versions apart by their transactions alone.
    if let Some(old) = of.filter(|seal| seal.ids.is_none() && seal.messages_digest != messages_digest) {
        let (count, other) = digest(conn, &xmin, &until, Order::Transaction).await?;
        if other == old.messages_digest {
            (messages, messages_digest) = (count, other);
        }
    }
    let (ids, ids_digest) = alias_digest(conn, &xmin, &until).await?;
    let key = sqlx::query_scalar!("select key_fingerprint()")
        .fetch_one(&mut *conn)
        .await?;
    let uncovered = sqlx::query_scalar!(
        r#"select (select count(*) from event where xid >= $1::text::xid8) + (select count(*) from message where xid >= $1::text::xid8) as "n!""#,
        xmin
    )
    .fetch_one(&mut *conn)
    .await?;
    Ok(Seal {
        format: "inbox-seal-1".to_owned(),
        workspace: workspace.to_string(),
        at: row.at.to_jiff(),
        before_xid: xmin,
        server: row.server,
        chains,
        events,
        digest: hex::encode(sha.finalize()),
        messages,
        messages_digest,
        ids: Some(ids),
        ids_digest: Some(ids_digest),
        key,
        uncovered: u64::try_from(uncovered).unwrap_or(0),
    })
}
