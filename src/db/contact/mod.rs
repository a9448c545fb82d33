//! Customers and the ids they are known by.

pub mod list;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgConnection;

use crate::error::{Error, Result};

/// What kind of id an alias is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AliasKind {
    /// Business-scoped user id.
    Bsuid,
    /// WhatsApp phone number, digits alone.
    WaId,
    /// Business-scoped id of the parent portfolio.
    ParentBsuid,
}

impl AliasKind {
    /// Returns the word stored for it.
    pub fn as_str(self) -> &'static str {
        match self {
            AliasKind::Bsuid => "bsuid",
            AliasKind::WaId => "wa_id",
            AliasKind::ParentBsuid => "parent_bsuid",
        }
    }
}

/// One id of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Alias {
    /// What kind of id.
    pub kind: AliasKind,
    /// The id.
    pub value: String,
}

/// Whose an id is or was.
#[derive(Debug, Clone)]
pub struct Holder {
    /// Which of the ids asked for, by position.
    pub index: usize,
    /// The contact.
    pub contact: i64,
    /// When it ceased to.
    pub superseded_at: Option<Timestamp>,
}

fn columns(aliases: &[&Alias]) -> (Vec<&'static str>, Vec<String>) {
    (
        aliases.iter().map(|a| a.kind.as_str()).collect(),
        aliases.iter().map(|a| a.value.clone()).collect(),
    )
}

/// Finds whose ids they are, and were.
///
/// # Errors
/// What the database says.
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

/// Buckets of ids that no contact has yet: so many that two batches of new customers seldom share one.
const BUCKETS: u32 = 16_384;

impl Alias {
    /// Returns the bucket whose lock prevents others from creating a contact with this id. Every
    /// version of the program must agree on it.
    pub fn bucket(&self) -> i32 {
        // FNV-1a.
        let hash = self.value.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        i32::try_from((hash ^ (hash >> 16)) % BUCKETS).unwrap_or(0)
    }
}

/// Locks the free buckets in order until the transaction ends, and returns them. This precedes
/// every other lock.
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
/// What the database says.
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

/// Locks the contacts that nobody else holds, in id order, and returns them.
///
/// # Errors
/// [`crate::error::Kind::Conflict`] when one was forgotten since its ids were looked up: look again.
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

/// An id to put down for a contact.
#[derive(Debug, Clone)]
pub struct Known {
    /// Whose.
    pub contact: i64,
    /// The id.
    pub alias: Alias,
    /// The times it was seen, first and last.
    pub seen: (Timestamp, Timestamp),
}

/// Puts ids down, or notes that they were seen again. One that is another's in force stays his.
///
/// # Errors
/// What the database says.
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

/// Ends ids of a contact at a time: the one given, or of that kind all but `keep`. Those that began later stay.
///
/// # Errors
/// What the database says.
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

/// What events tell of a contact himself.
#[derive(Debug, Clone)]
pub struct ContactUpdate {
    /// Who.
    pub contact: i64,
    /// The times he was seen, first and last.
    pub seen: (Timestamp, Timestamp),
    /// His name and when it was so.
    pub name: Option<(String, Timestamp)>,
    /// His username and when it was so.
    pub username: Option<(String, Timestamp)>,
    /// `stop` or `resume`, and when.
    pub marketing: Option<(&'static str, Timestamp)>,
}

/// Updates contacts; of two names the one of the later time stays.
///
/// # Errors
/// What the database says.
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

/// Notes that ids of one message stand for two contacts; gives the pairs that were not known.
///
/// # Errors
/// What the database says.
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
