//! Deliveries, dead letters and notices: what the webhooks brought, and what could not be applied.

use jiff::Timestamp;
use sqlx::postgres::PgConnection;

use crate::error::Result;

/// Keeps bodies as they came, in that order. The commit waits for the disk, whatever the server's default is.
///
/// # Errors
/// What the database says.
pub async fn insert(conn: &mut PgConnection, bodies: &[&[u8]]) -> Result<()> {
    sqlx::query!(
        r#"with sync as (select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') = 'off')
        insert into delivery (received_at, body)
        select app_now(), b.body from unnest($1::bytea[]) with ordinality as b (body, ord) where (select count(*) from sync) >= 0 order by b.ord"#,
        bodies as &[&[u8]]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What waits.
#[derive(Debug, Clone, Copy)]
pub struct Backlog {
    /// Deliveries not yet applied, counted up to 10,000.
    pub deliveries: i64,
    /// Age of the oldest of them.
    pub oldest_seconds: Option<f64>,
    /// Dead letters not yet replayed, counted up to 10,000.
    pub dead_letters: i64,
}

/// Tells what waits.
///
/// # Errors
/// What the database says.
pub async fn backlog(conn: &mut PgConnection) -> Result<Backlog> {
    let row = sqlx::query!(
        r#"select (select count(*) from (select from delivery where state = 'new' limit 10000) d) as "deliveries!",
            extract(epoch from app_now() - (select received_at from delivery where state = 'new' order by id limit 1))::float8 as oldest,
            (select count(*) from (select from dead_letter where replayed_at is null limit 10000) d) as "dead!""#
    )
    .fetch_one(conn)
    .await?;
    Ok(Backlog {
        deliveries: row.deliveries,
        oldest_seconds: row.oldest.map(|s| s.max(0.0)),
        dead_letters: row.dead,
    })
}

/// A delivery that this transaction has locked.
#[derive(Debug)]
pub struct Claimed {
    /// Its id.
    pub id: i64,
    /// When it came.
    pub received_at: Timestamp,
    /// The bytes as they came.
    pub body: Vec<u8>,
    /// How often it was tried before.
    pub attempts: i16,
}

/// Locks the oldest deliveries that are due and nobody else has, up to a number and to a sum of bytes (but at least one).
///
/// # Errors
/// What the database says.
pub async fn claim(conn: &mut PgConnection, count: i64, bytes: i64) -> Result<Vec<Claimed>> {
    let sizes = sqlx::query!(
        r#"select id, coalesce(octet_length(body), 0)::bigint as "size!" from delivery
        where state = 'new' and (not_before is null or not_before <= clock_timestamp()) order by id limit $1 for update skip locked"#,
        count
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut sum = 0;
    let ids: Vec<i64> = sizes
        .iter()
        .enumerate()
        .take_while(|(i, row)| {
            sum += row.size;
            *i == 0 || sum <= bytes
        })
        .map(|(_, row)| row.id)
        .collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        r#"select id, received_at, body, attempts from delivery where id = any($1) order by id"#,
        &ids
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Claimed {
            id: r.id,
            received_at: r.received_at.to_jiff(),
            body: r.body.unwrap_or_default(),
            attempts: r.attempts,
        })
        .collect())
}

/// Marks deliveries as applied, with the number of events in each.
///
/// # Errors
/// What the database says.
pub async fn applied(conn: &mut PgConnection, ids: &[i64], events: &[i32]) -> Result<()> {
    sqlx::query!(
        r#"update delivery d set state = 'applied', applied_at = app_now(), events = a.events, attempts = least(d.attempts + 1, 32000)::smallint,
            not_before = null, error = null
        from unnest($1::bigint[], $2::int[]) as a (id, events) where d.id = a.id"#,
        ids,
        events
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Leaves deliveries for later, by the server's own clock (a pause is no business time): the pause doubles with every try, from `first` to `longest` seconds.
///
/// # Errors
/// What the database says.
pub async fn postpone(
    conn: &mut PgConnection,
    ids: &[i64],
    first: f64,
    longest: f64,
    error: Option<&str>,
) -> Result<()> {
    sqlx::query!(
        r#"update delivery set attempts = least(attempts + 1, 32000)::smallint, error = coalesce($4, error),
            not_before = clock_timestamp() + make_interval(secs => least($3, $2 * power(2, least(attempts, 20))))
        where id = any($1) and state = 'new'"#,
        ids,
        first,
        longest,
        error
    )
    .execute(conn)
    .await?;
    Ok(())
}

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
    /// Its JSON; none for a body as a whole, which the delivery keeps.
    pub raw: Option<String>,
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

    /// Gives the word stored for it.
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
pub async fn bury(conn: &mut PgConnection, dead: &[Dead]) -> Result<()> {
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
    sqlx::query!(
        r#"insert into dead_letter (delivery_id, path, field, phone_number_id, cause, reason, raw, received_at)
        select i.delivery_id, i.path, i.field, i.phone_number_id, i.cause, i.reason, i.raw, d.received_at
        from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
                as i (delivery_id, path, field, phone_number_id, cause, reason, raw)
            join delivery d on d.id = i.delivery_id"#,
        &delivery,
        &path as &[&str],
        &field as &[Option<&str>],
        &phone as &[Option<&str>],
        &cause as &[&str],
        &reason as &[&str],
        &raw as &[Option<&str>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Something about the account that the operator may have to know.
#[derive(Debug, Clone)]
pub struct Notice {
    /// The delivery it came with.
    pub delivery: i64,
    /// What makes two of them the same.
    pub key: String,
    /// The change's field.
    pub field: String,
    /// The business account.
    pub waba: Option<String>,
    /// The number it is about.
    pub phone_number_id: Option<String>,
    /// `info`, `warning` or `critical`.
    pub severity: &'static str,
    /// One line, without customer text.
    pub summary: String,
    /// Its JSON.
    pub raw: Option<String>,
}

/// Keeps notices; gives those that were not known.
///
/// # Errors
/// What the database says.
pub async fn notify(conn: &mut PgConnection, notices: &[Notice]) -> Result<Vec<String>> {
    if notices.is_empty() {
        return Ok(Vec::new());
    }
    let delivery: Vec<i64> = notices.iter().map(|n| n.delivery).collect();
    let key: Vec<&str> = notices.iter().map(|n| n.key.as_str()).collect();
    let field: Vec<&str> = notices.iter().map(|n| n.field.as_str()).collect();
    let waba: Vec<Option<&str>> = notices.iter().map(|n| n.waba.as_deref()).collect();
    let phone: Vec<Option<&str>> = notices.iter().map(|n| n.phone_number_id.as_deref()).collect();
    let severity: Vec<&str> = notices.iter().map(|n| n.severity).collect();
    let summary: Vec<&str> = notices.iter().map(|n| n.summary.as_str()).collect();
    let raw: Vec<Option<&str>> = notices.iter().map(|n| n.raw.as_deref()).collect();
    Ok(sqlx::query_scalar!(
        r#"insert into notice (delivery_id, key, field, waba, phone_number_id, severity, summary, raw, received_at)
        select i.*, app_now() from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
            as i (delivery_id, key, field, waba, phone_number_id, severity, summary, raw) order by i.key
        on conflict (key) do nothing returning key"#,
        &delivery,
        &key as &[&str],
        &field as &[&str],
        &waba as &[Option<&str>],
        &phone as &[Option<&str>],
        &severity as &[&str],
        &summary as &[&str],
        &raw as &[Option<&str>]
    )
    .fetch_all(conn)
    .await?)
}

/// A dead letter that this transaction has locked, with the body it stood in.
#[derive(Debug)]
pub struct Grave {
    /// Its id.
    pub id: i64,
    /// The delivery it came with.
    pub delivery: i64,
    /// When that came.
    pub received_at: Timestamp,
    /// Where it stood in the body.
    pub path: String,
    /// The body, unless retention has removed it.
    pub body: Option<Vec<u8>>,
}

/// Which dead letters to replay.
#[derive(Debug, Clone, Default)]
pub struct Graves<'a> {
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
pub async fn exhume(conn: &mut PgConnection, which: &Graves<'_>) -> Result<Vec<Grave>> {
    let rows = sqlx::query!(
        r#"select l.id, l.delivery_id, d.received_at, l.path, d.body from dead_letter l join delivery d on d.id = l.delivery_id
        where l.replayed_at is null and l.id > $5 and ($1::bigint[] is null or l.id = any($1)) and ($2::text is null or l.cause = $2)
            and (not $3 or l.cause = 'unknown_channel' and l.phone_number_id in (select c.phone_number_id from channel c))
        order by l.id limit $4 for update of l skip locked"#,
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
        .map(|r| Grave {
            id: r.id,
            delivery: r.delivery_id,
            received_at: r.received_at.to_jiff(),
            path: r.path,
            body: r.body,
        })
        .collect())
}

/// Tells whether a dead letter's channel has been added.
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
        r#"update dead_letter l set replayed_at = case when o.cause is null then app_now() end, cause = coalesce(o.cause, l.cause),
            reason = coalesce(o.reason, l.reason), attempts = l.attempts + 1
        from unnest($1::bigint[], $2::text[], $3::text[]) as o (id, cause, reason) where l.id = o.id"#,
        &id,
        &cause as &[Option<&str>],
        &reason as &[Option<&str>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A channel, as events are routed to it.
#[derive(Debug, Clone)]
pub struct Route {
    /// Its id.
    pub id: i64,
    /// What Meta calls it.
    pub phone_number_id: String,
}

/// Gives all channels.
///
/// # Errors
/// What the database says.
pub async fn routes(conn: &mut PgConnection) -> Result<Vec<Route>> {
    let rows = sqlx::query!("select id, phone_number_id from channel")
        .fetch_all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|r| Route {
            id: r.id,
            phone_number_id: r.phone_number_id,
        })
        .collect())
}
