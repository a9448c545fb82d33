//! A seal: a few lines that cover all chains, messages and ids of customers.

use sha2::{Digest, Sha256};
use sqlx::postgres::PgConnection;

use crate::db::Workspace;
use crate::db::server::copy::Rows;
use crate::error::{Error, Result};

/// The state of all chains at a time, in a few lines.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Seal {
    /// The format, `inbox-seal-1`.
    pub format: String,
    /// The schema.
    pub workspace: String,
    /// The time of the seal.
    pub at: jiff::Timestamp,
    /// The seal covers transactions before this one, which had all ended. It does not cover events
    /// of later transactions.
    pub before_xid: String,
    /// The id of the server that numbered the transactions. After a restore on another server,
    /// transactions have other numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// The number of chains.
    pub chains: u64,
    /// The number of events.
    pub events: u64,
    /// The SHA-256 over all chain heads in order, in hex.
    pub digest: String,
    /// The number of messages.
    pub messages: u64,
    /// The SHA-256 over the messages' commitments in order, in hex.
    pub messages_digest: String,
    /// The number of customers' ids that were added or ended. A seal of an earlier version of the
    /// program does not have this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ids: Option<u64>,
    /// The SHA-256 over the commitments of these ids in order, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ids_digest: Option<String>,
    /// The fingerprint of the workspace's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The number of events and messages that the seal does not cover. An older transaction of the
    /// server was still running when they were written.
    #[serde(skip)]
    pub uncovered: u64,
}

/// Returns a seal of the chains as they are now. With an earlier seal, returns the seal of the
/// chains at that time, to compare both.
///
/// On another server, transactions can have lower numbers than in the seal. There, events with a
/// later time than the seal are also left out.
///
/// # Errors
/// Any database error.
pub async fn seal(conn: &mut PgConnection, workspace: &Workspace, of: Option<&Seal>) -> Result<Seal> {
    let row = sqlx::query!(
        r#"select app_now() as "at!", pg_snapshot_xmin(pg_current_snapshot())::text as "xmin!",
            (select system_identifier::text from pg_control_system()) as server"#
    )
    .fetch_one(&mut *conn)
    .await?;
    let xmin = of.map_or(row.xmin, |seal| seal.before_xid.clone());
    if !xmin.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::usage("the seal's before_xid is not a transaction number"));
    }
    let moved = of.filter(|seal| seal.server.is_some() && seal.server != row.server);
    let until = moved.map_or("infinity".to_owned(), |seal| seal.at.to_string());
    let query = format!(
        "select subject, subject_id, max(seq), (array_agg(encode(hash, 'hex') order by seq desc))[1], count(*)
        from event where xid < '{xmin}'::xid8 and at <= '{until}'
        group by subject, subject_id order by subject collate \"C\", subject_id"
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
    // An earlier version of the program identified versions of a message only by their
    // transactions.
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
        r#"select (select count(*) from event where xid >= $1::text::xid8)
            + (select count(*) from message where xid >= $1::text::xid8) as "n!""#,
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

/// The order of the versions of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// By version number.
    Version,
    /// By transaction id, as in seals from before versions had numbers.
    Transaction,
}

/// Returns the number of messages before a transaction, and the SHA-256 over one line for each, in
/// order of ids, with the version at that time. `until` limits them by time as well, for a server
/// whose transaction ids have restarted.
///
/// # Errors
/// Any database error.
async fn digest(conn: &mut PgConnection, xmin: &str, until: &str, order: Order) -> Result<(u64, String)> {
    let then = format!("m.xid < '{xmin}'::xid8 and m.received_at <= '{until}'");
    let newest = match order {
        Order::Version => "s.version",
        Order::Transaction => "s.xid",
    };
    let query = format!(
        "select concat(m.id, '|', coalesce(s.rank, m.rank), '|',
            (extract(epoch from coalesce(s.at, m.at)) * 1000000)::bigint, '|',
            encode(coalesce(s.commitment, m.commitment), 'hex'))
        from message m left join lateral (
            select s.rank, s.at, s.commitment from superseded s
            where not ({then}) and s.message_id = m.id and s.xid < '{xmin}'::xid8
            order by {newest} desc limit 1) s on true
        where {then} or s.commitment is not null
        order by m.id"
    );
    lines(conn, &query).await
}

/// Returns the number of customers' ids that were added or ended before a transaction, and the
/// SHA-256 over one line for each id.
///
/// # Errors
/// Any database error.
async fn alias_digest(conn: &mut PgConnection, xmin: &str, until: &str) -> Result<(u64, String)> {
    let query = format!(
        "select concat(c.id, '|', c.contact_id, '|', c.what, '|', encode(c.commitment, 'hex'))
        from alias_change c where c.xid < '{xmin}'::xid8 and c.at <= '{until}' order by c.id"
    );
    lines(conn, &query).await
}

/// Returns the number of lines from a query and their SHA-256. Each line ends with a line feed.
async fn lines(conn: &mut PgConnection, query: &str) -> Result<(u64, String)> {
    let (mut count, mut sha) = (0, Sha256::new());
    let mut rows = Rows::open(conn, query).await?;
    while let Some(row) = rows.next().await? {
        sha.update(row.text(0).unwrap_or_default());
        sha.update(b"\n");
        count += 1;
    }
    Ok((count, hex::encode(sha.finalize())))
}
