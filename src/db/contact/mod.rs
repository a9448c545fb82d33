//! Customers and their ids.

pub mod list;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgConnection;

use crate::error::{Error, Result};

/// The kind of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AliasKind {
    /// Business-scoped user id.
    Bsuid,
    /// WhatsApp phone number, only digits.
    WaId,
    /// Business-scoped id of the parent portfolio.
    ParentBsuid,
}

impl AliasKind {
    /// Returns the word stored for the kind.
    pub fn as_str(self) -> &'static str {
        match self {
            AliasKind::Bsuid => "bsuid",
            AliasKind::WaId => "wa_id",
            AliasKind::ParentBsuid => "parent_bsuid",
        }
    }
}

/// One id of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Alias {
    /// The kind of id.
    pub kind: AliasKind,
    /// The id.
    pub value: String,
}

/// A contact that an id belongs or belonged to.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The position of the id in the request.
    pub index: usize,
    /// The contact.
    pub contact: i64,
    /// The time when the id stopped belonging to the contact.
    pub superseded_at: Option<Timestamp>,
}

fn columns(aliases: &[&Alias]) -> (Vec<&'static str>, Vec<String>) {
    (
        aliases.iter().map(|a| a.kind.as_str()).collect(),
        aliases.iter().map(|a| a.value.clone()).collect(),
    )
}

/// Returns the present and past contacts of ids.
///
/// # Errors
/// Any database error.
pub async fn holders(conn: &mut PgConnection, aliases: &[&Alias]) -> Result<Vec<Holder>> {
    let (kinds, values) = columns(aliases);
    let rows = sqlx::query!(
        r#"select w.ord as "ord!", a.contact_id, a.superseded_at
        from unnest($1::text[], $2::text[]) with ordinality as w (kind, value, ord)
            join contact_alias a on a.value = w.value and a.kind = w.kind
        order by w.ord, a.superseded_at desc nulls first"#,
        &kinds as &[&str],
        &values
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Holder {
            index: usize::try_from(r.ord - 1).unwrap_or(0),
            contact: r.contact_id,
            superseded_at: r.superseded_at.map(|t| t.to_jiff()),
        })
        .collect())
}

/// The number of buckets for ids without a contact. With this number, two batches of new customers
/// seldom share a bucket.
const BUCKETS: u32 = 16_384;

impl Alias {
    /// Returns the bucket of this id. The lock on the bucket prevents other sessions from creating
    /// a contact with this id. Every version of the program must compute the same bucket.
    pub fn bucket(&self) -> i32 {
        // The hash function is FNV-1a.
        let hash = self.value.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        i32::try_from((hash ^ (hash >> 16)) % BUCKETS).unwrap_or(0)
    }
}

/// Locks the free buckets in order until the transaction ends, and returns them. This lock precedes
/// all other locks.
///
/// # Errors
/// [`crate::error::Kind::Failed`] when the table has lost rows, because two processes could then
/// create one contact twice.
pub async fn lock_buckets(conn: &mut PgConnection, buckets: &[i32]) -> Result<Vec<i32>> {
    let locked = sqlx::query_scalar!(
        "select bucket from alias_bucket where bucket = any($1) order by bucket for no key update skip locked",
        buckets
    )
    .fetch_all(&mut *conn)
    .await?;
    if locked.len() < buckets.len() {
        let there = sqlx::query_scalar!(
            r#"select count(*) as "there!" from alias_bucket where bucket = any($1)"#,
            buckets
        )
        .fetch_one(conn)
        .await?;
        if usize::try_from(there).ok() != Some(buckets.len()) {
            return Err(Error::failed("the table alias_bucket has lost rows").hint("restore its rows 0 to 16383"));
        }
    }
    Ok(locked)
}

/// Creates contacts and returns their ids in the order of their first times.
///
/// # Errors
/// Any database error.
pub async fn create(conn: &mut PgConnection, first_seen: &[Timestamp]) -> Result<Vec<i64>> {
    let first_seen: Vec<jiff_sqlx::Timestamp> = first_seen.iter().map(|t| t.to_sqlx()).collect();
    Ok(sqlx::query_scalar!(
        "insert into contact (first_seen, last_seen)
        select t, t
        from unnest($1::timestamptz[]) with ordinality as i (t, ord)
        order by ord
        returning id",
        &first_seen as &[jiff_sqlx::Timestamp]
    )
    .fetch_all(conn)
    .await?)
}

/// Locks, in id order, the contacts that no other session has locked, and returns them.
///
/// # Errors
/// [`crate::error::Kind::Conflict`] when a contact was forgotten since its ids were looked up. The
/// caller must look the ids up again.
pub async fn lock(conn: &mut PgConnection, ids: &[i64]) -> Result<Vec<i64>> {
    let rows = sqlx::query!(
        r#"select id, forgotten_at is not null as "forgotten!"
        from contact
        where id = any($1)
        order by id
        for no key update skip locked"#,
        ids
    )
    .fetch_all(conn)
    .await?;
    if rows.iter().any(|r| r.forgotten) {
        return Err(Error::conflict("a contact was forgotten meanwhile"));
    }
    Ok(rows.into_iter().map(|r| r.id).collect())
}

/// An id to store for a contact.
#[derive(Debug, Clone)]
pub struct Known {
    /// The contact.
    pub contact: i64,
    /// The id.
    pub alias: Alias,
    /// The first and the last time when the id was seen.
    pub seen: (Timestamp, Timestamp),
}

/// Stores ids, or updates the times when they were seen. An id that currently belongs to another
/// contact stays with that contact.
///
/// # Errors
/// Any database error.
pub async fn learn(conn: &mut PgConnection, known: &[Known]) -> Result<()> {
    if known.is_empty() {
        return Ok(());
    }
    let contact: Vec<i64> = known.iter().map(|k| k.contact).collect();
    let kind: Vec<&str> = known.iter().map(|k| k.alias.kind.as_str()).collect();
    let value: Vec<&str> = known.iter().map(|k| k.alias.value.as_str()).collect();
    let first: Vec<jiff_sqlx::Timestamp> = known.iter().map(|k| k.seen.0.to_sqlx()).collect();
    let last: Vec<jiff_sqlx::Timestamp> = known.iter().map(|k| k.seen.1.to_sqlx()).collect();
    sqlx::query!(
        r#"insert into contact_alias as a (contact_id, kind, value, first_seen, last_seen)
        select *
        from unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[])
            as i (contact_id, kind, value, first_seen, last_seen)
        order by i.kind, i.value
        on conflict (kind, value) where superseded_at is null
            do update set first_seen = least(a.first_seen, excluded.first_seen),
                last_seen = greatest(a.last_seen, excluded.last_seen)
        where a.contact_id = excluded.contact_id
            and (excluded.first_seen < a.first_seen or excluded.last_seen > a.last_seen)"#,
        &contact,
        &kind as &[&str],
        &value as &[&str],
        &first as &[jiff_sqlx::Timestamp],
        &last as &[jiff_sqlx::Timestamp]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends ids of a contact at a time: the given id, or all ids of a kind except `keep`. Ids that
/// began later stay in force.
///
/// # Errors
/// Any database error.
pub async fn supersede(
    conn: &mut PgConnection,
    contact: i64,
    kind: AliasKind,
    old: Option<&str>,
    keep: &str,
    at: Timestamp,
) -> Result<()> {
    sqlx::query!(
        r#"update contact_alias
        set superseded_at = $5
        where contact_id = $1 and kind = $2 and superseded_at is null and ($3::text is null or value = $3)
            and value <> $4 and first_seen <= $5"#,
        contact,
        kind.as_str(),
        old,
        keep,
        at.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The data about a customer from events.
#[derive(Debug, Clone)]
pub struct ContactUpdate {
    /// The contact.
    pub contact: i64,
    /// The first and the last time when the customer was seen.
    pub seen: (Timestamp, Timestamp),
    /// The customer's name and the time of that name.
    pub name: Option<(String, Timestamp)>,
    /// The customer's username and the time of that username.
    pub username: Option<(String, Timestamp)>,
    /// `stop` or `resume`, and the time of that choice.
    pub marketing: Option<(&'static str, Timestamp)>,
}

/// Updates contacts. Of two names, the name with the later time stays.
///
/// # Errors
/// Any database error.
pub async fn portray(conn: &mut PgConnection, portraits: &[ContactUpdate]) -> Result<()> {
    if portraits.is_empty() {
        return Ok(());
    }
    let id: Vec<i64> = portraits.iter().map(|p| p.contact).collect();
    let first: Vec<jiff_sqlx::Timestamp> = portraits.iter().map(|p| p.seen.0.to_sqlx()).collect();
    let last: Vec<jiff_sqlx::Timestamp> = portraits.iter().map(|p| p.seen.1.to_sqlx()).collect();
    let name: Vec<Option<&str>> = portraits
        .iter()
        .map(|p| p.name.as_ref().map(|n| n.0.as_str()))
        .collect();
    let named: Vec<Option<jiff_sqlx::Timestamp>> = portraits
        .iter()
        .map(|p| p.name.as_ref().map(|n| n.1.to_sqlx()))
        .collect();
    let user: Vec<Option<&str>> = portraits
        .iter()
        .map(|p| p.username.as_ref().map(|n| n.0.as_str()))
        .collect();
    let used: Vec<Option<jiff_sqlx::Timestamp>> = portraits
        .iter()
        .map(|p| p.username.as_ref().map(|n| n.1.to_sqlx()))
        .collect();
    let marketing: Vec<Option<&str>> = portraits.iter().map(|p| p.marketing.as_ref().map(|n| n.0)).collect();
    let chosen: Vec<Option<jiff_sqlx::Timestamp>> = portraits
        .iter()
        .map(|p| p.marketing.as_ref().map(|n| n.1.to_sqlx()))
        .collect();
    sqlx::query!(
        r#"update contact c
        set first_seen = least(c.first_seen, p.first_seen), last_seen = greatest(c.last_seen, p.last_seen),
            name = case when p.named >= coalesce(c.name_at, p.named) then p.name else c.name end,
            name_at = greatest(c.name_at, p.named),
            username = case when p.used >= coalesce(c.username_at, p.used) then p.username else c.username end,
            username_at = greatest(c.username_at, p.used),
            marketing = case when p.chosen >= coalesce(c.marketing_at, p.chosen) then p.marketing
                else c.marketing end, marketing_at = greatest(c.marketing_at, p.chosen)
        from unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::text[], $5::timestamptz[], $6::text[],
            $7::timestamptz[], $8::text[], $9::timestamptz[])
            as p (id, first_seen, last_seen, name, named, username, used, marketing, chosen)
        where c.id = p.id and c.forgotten_at is null
            and (p.first_seen < c.first_seen or p.last_seen > c.last_seen
                or p.named is not null
                    and (c.name_at is null or p.named > c.name_at or p.named = c.name_at and p.name <> c.name)
                or p.used is not null
                    and (c.username_at is null or p.used > c.username_at
                        or p.used = c.username_at and p.username <> c.username)
                or p.chosen is not null
                    and (c.marketing_at is null or p.chosen > c.marketing_at
                        or p.chosen = c.marketing_at and p.marketing <> c.marketing))"#,
        &id,
        &first as &[jiff_sqlx::Timestamp],
        &last as &[jiff_sqlx::Timestamp],
        &name as &[Option<&str>],
        &named as &[Option<jiff_sqlx::Timestamp>],
        &user as &[Option<&str>],
        &used as &[Option<jiff_sqlx::Timestamp>],
        &marketing as &[Option<&str>],
        &chosen as &[Option<jiff_sqlx::Timestamp>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Records that ids of one message belong to two contacts. Returns the pairs that were not yet
/// recorded.
///
/// # Errors
/// Any database error.
pub async fn conflicted(conn: &mut PgConnection, pairs: &[(i64, i64, Timestamp)]) -> Result<Vec<(i64, i64)>> {
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let one: Vec<i64> = pairs.iter().map(|p| p.0).collect();
    let other: Vec<i64> = pairs.iter().map(|p| p.1).collect();
    let at: Vec<jiff_sqlx::Timestamp> = pairs.iter().map(|p| p.2.to_sqlx()).collect();
    let rows = sqlx::query!(
        r#"insert into contact_conflict (contact_id, other_id, first_seen)
        select distinct on (i.contact_id, i.other_id) *
        from unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) as i (contact_id, other_id, first_seen)
        order by i.contact_id, i.other_id, i.first_seen
        on conflict do nothing
        returning contact_id, other_id"#,
        &one,
        &other,
        &at as &[jiff_sqlx::Timestamp]
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|r| (r.contact_id, r.other_id)).collect())
}
