//! Events that could not be applied. They are stored, so that they can be tried again.

use jiff::Timestamp;
use sqlx::postgres::PgConnection;

use crate::error::Result;

/// One event that could not be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dead {
    /// The delivery of the event.
    pub delivery: i64,
    /// The path in the body. Empty for a whole body.
    pub path: String,
    /// The field of the change.
    pub field: Option<String>,
    /// The phone number id that identifies the channel.
    pub phone_number_id: Option<String>,
    /// The cause.
    pub cause: Cause,
    /// The reason in words, without customer text.
    pub reason: String,
    /// The JSON of the event. `None` for a whole body, which the delivery stores, and for several
    /// events.
    pub raw: Option<String>,
    /// The number of events in the letter. If it is above 1, the letter stands for all events from
    /// its path on that have no separate letter.
    pub events: i32,
}

/// The cause of a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// No channel has the phone number id. The event is applied automatically after the channel is
    /// added.
    UnknownChannel,
    /// The event does not identify the customer.
    NoIdentity,
    /// The event is unreadable.
    Malformed,
    /// The event could not be applied.
    Failed,
}

impl Cause {
    /// All causes.
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

    /// Returns the word stored for the cause.
    pub fn as_str(self) -> &'static str {
        match self {
            Cause::UnknownChannel => "unknown_channel",
            Cause::NoIdentity => "no_identity",
            Cause::Malformed => "malformed",
            Cause::Failed => "failed",
        }
    }
}

/// Stores events that could not be applied.
///
/// # Errors
/// Any database error.
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

/// A locked dead letter, with the body that contained the event.
#[derive(Debug)]
pub struct DeadLetter {
    /// The id.
    pub id: i64,
    /// The delivery of the event.
    pub delivery: i64,
    /// The time of the delivery's arrival.
    pub received_at: Timestamp,
    /// The path of the event in the body.
    pub path: String,
    /// The cause.
    pub cause: Cause,
    /// The number of events in the letter.
    pub events: i32,
    /// The phone number id that identifies the channel.
    pub phone_number_id: Option<String>,
    /// The paths in the body that have a separate letter.
    pub other_paths: Vec<String>,
    /// The body, unless retention has removed it.
    pub body: Option<Vec<u8>>,
}

/// A filter of the dead letters to replay.
#[derive(Debug, Clone, Default)]
pub struct DeadLetterFilter<'a> {
    /// The ids of the letters.
    pub ids: Option<&'a [i64]>,
    /// The cause of the letters.
    pub cause: Option<&'a str>,
    /// Only letters of an unknown channel that exists now.
    pub found_channel: bool,
    /// The maximum number of letters.
    pub limit: i64,
    /// Only letters after this id.
    pub after: i64,
}

/// Locks, in id order, the dead letters that are not yet replayed. Skips letters that another
/// process is replaying.
///
/// # Errors
/// Any database error.
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
/// Any database error.
pub async fn found_channel(conn: &mut PgConnection) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from channel c join dead_letter l on l.phone_number_id = c.phone_number_id
            where l.cause = 'unknown_channel' and l.replayed_at is null) as "found!""#
    )
    .fetch_one(conn)
    .await?)
}

/// Records the results of replays: null for success, otherwise the new cause and reason.
///
/// # Errors
/// Any database error.
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
