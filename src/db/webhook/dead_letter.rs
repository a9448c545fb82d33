//! Events that could not be applied, kept to be tried again.

use jiff::Timestamp;
use sqlx::postgres::PgConnection;

use crate::error::Result;

/// One event that could not be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dead {
    /// The delivery it came with.
    pub delivery: i64,
    /// Where it stood in the body; empty for the body as a whole.
    pub path: String,
    /// The change's field.
    pub field: Option<String>,
    /// What its channel is found by.
    pub phone_number_id: Option<String>,
    /// Why.
    pub cause: Cause,
    /// The same in words, without customer text.
    pub reason: String,
    /// Its JSON; none for a body as a whole, which the delivery keeps, and for several events.
    pub raw: Option<String>,
    /// How many events it stands for. Above 1: those from its path on that have no letter of their own.
    pub events: i32,
}

/// Why an event could not be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// No channel has its phone number id: applied by itself once one has.
    UnknownChannel,
    /// Nothing in it tells who the customer is.
    NoIdentity,
    /// It cannot be read.
    Malformed,
    /// Applying it failed.
    Failed,
}

impl Cause {
    /// All of them.
    pub const ALL: [Cause; 4] = [
        Cause::UnknownChannel,
        Cause::NoIdentity,
        Cause::Malformed,
        Cause::Failed,
    ];

    fn of_word(word: &str) -> Cause {
        Cause::ALL
            .into_iter()
            .find(|c| c.as_str() == word)
            .unwrap_or(Cause::Failed)
    }

    /// Returns the word stored for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Cause::UnknownChannel => "unknown_channel",
            Cause::NoIdentity => "no_identity",
            Cause::Malformed => "malformed",
            Cause::Failed => "failed",
        }
    }
}

/// Keeps events that could not be applied.
///
/// # Errors
/// What the database says.
pub async fn insert_dead_letters(conn: &mut PgConnection, dead: &[Dead]) -> Result<()> {
    if dead.is_empty() {
        return Ok(());
    }
    let delivery: Vec<i64> = dead.iter().map(|d| d.delivery).collect();
    let path: Vec<&str> = dead.iter().map(|d| d.path.as_str()).collect();
    let field: Vec<Option<&str>> = dead.iter().map(|d| d.field.as_deref()).collect();
    let phone: Vec<Option<&str>> = dead.iter().map(|d| d.phone_number_id.as_deref()).collect();
    let cause: Vec<&str> = dead.iter().map(|d| d.cause.as_str()).collect();
    let reason: Vec<&str> = dead.iter().map(|d| d.reason.as_str()).collect();
    let raw: Vec<Option<&str>> = dead.iter().map(|d| d.raw.as_deref()).collect();
    let events: Vec<i32> = dead.iter().map(|d| d.events).collect();
    sqlx::query!(
        r#"insert into dead_letter (delivery_id, path, field, phone_number_id, cause, reason, raw, events, received_at)
        select i.delivery_id, i.path, i.field, i.phone_number_id, i.cause, i.reason, i.raw, i.events, d.received_at
        from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[])
                as i (delivery_id, path, field, phone_number_id, cause, reason, raw, events)
            join delivery d on d.id = i.delivery_id"#,
        &delivery,
        &path as &[&str],
        &field as &[Option<&str>],
        &phone as &[Option<&str>],
        &cause as &[&str],
        &reason as &[&str],
        &raw as &[Option<&str>],
        &events
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A dead letter that this transaction has locked, with the body it stood in.
#[derive(Debug)]
pub struct DeadLetter {
    /// Its id.
    pub id: i64,
    /// The delivery it came with.
    pub delivery: i64,
    /// When that came.
    pub received_at: Timestamp,
    /// Where it stood in the body.
    pub path: String,
    /// Its cause.
    pub cause: Cause,
    /// How many events it stands for.
    pub events: i32,
    /// What its channel is found by.
    pub phone_number_id: Option<String>,
    /// The paths in the body that have a letter of their own.
    pub other_paths: Vec<String>,
    /// The body, unless retention has removed it.
    pub body: Option<Vec<u8>>,
}

/// Which dead letters to replay.
#[derive(Debug, Clone, Default)]
pub struct DeadLetterFilter<'a> {
    /// By id.
    pub ids: Option<&'a [i64]>,
    /// By cause.
    pub cause: Option<&'a str>,
    /// Only those of an unknown channel that is known by now.
    pub found_channel: bool,
    /// At most so many, those after this id.
    pub limit: i64,
    /// Only those beyond this id.
    pub after: i64,
}

/// Locks dead letters that wait, in id order, passing over those that another process replays.
///
/// # Errors
/// What the database says.
pub async fn dead_letters_to_replay(conn: &mut PgConnection, which: &DeadLetterFilter<'_>) -> Result<Vec<DeadLetter>> {
    let rows = sqlx::query!(
        r#"select l.id, l.delivery_id, d.received_at, l.path, l.cause, l.events, l.phone_number_id, d.body,
            case when l.events > 1 then array(select o.path
                from dead_letter o
                where o.delivery_id = l.delivery_id and o.events = 1) else '{}' end as "others!"
        from dead_letter l join delivery d on d.id = l.delivery_id
        where l.replayed_at is null and l.id > $5 and ($1::bigint[] is null or l.id = any($1))
            and ($2::text is null or l.cause = $2)
            and (not $3
                or l.cause = 'unknown_channel' and l.phone_number_id in (select c.phone_number_id from channel c))
        order by l.id
        limit $4
        for update of l skip locked"#,
        which.ids,
        which.cause,
        which.found_channel,
        which.limit,
        which.after
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| DeadLetter {
            id: r.id,
            delivery: r.delivery_id,
            received_at: r.received_at.to_jiff(),
            path: r.path,
            cause: Cause::of_word(&r.cause),
            events: r.events,
            phone_number_id: r.phone_number_id,
            other_paths: r.others,
            body: r.body,
        })
        .collect())
}

/// Returns whether a dead letter's channel has been added.
///
/// # Errors
/// What the database says.
pub async fn found_channel(conn: &mut PgConnection) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from channel c join dead_letter l on l.phone_number_id = c.phone_number_id
            where l.cause = 'unknown_channel' and l.replayed_at is null) as "found!""#
    )
    .fetch_one(conn)
    .await?)
}

/// Notes what came of replays: null for success, else the cause and reason that stand now.
///
/// # Errors
/// What the database says.
pub async fn replayed(conn: &mut PgConnection, outcomes: &[(i64, Option<(Cause, String)>)]) -> Result<()> {
    let id: Vec<i64> = outcomes.iter().map(|o| o.0).collect();
    let cause: Vec<Option<&str>> = outcomes.iter().map(|o| o.1.as_ref().map(|f| f.0.as_str())).collect();
    let reason: Vec<Option<&str>> = outcomes.iter().map(|o| o.1.as_ref().map(|f| f.1.as_str())).collect();
    sqlx::query!(
        r#"update dead_letter l
        set replayed_at = case when o.cause is null then app_now() end, cause = coalesce(o.cause, l.cause),
            reason = coalesce(o.reason, l.reason), attempts = l.attempts + 1
        from unnest($1::bigint[], $2::text[], $3::text[]) as o (id, cause, reason)
        where l.id = o.id"#,
        &id,
        &cause as &[Option<&str>],
        &reason as &[Option<&str>]
    )
    .execute(conn)
    .await?;
    Ok(())
}
