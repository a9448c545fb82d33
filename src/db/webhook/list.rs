//! Deliveries, dead letters and notices as people look at them.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgConnection;

use crate::error::Result;

/// Which deliveries or letters `webhook list` shows.
#[derive(Debug, Clone, Default)]
pub struct DeliveryFilter<'a> {
    /// `new`, `applied` or `dead`.
    pub state: Option<&'a str>,
    /// Only with a dead letter of this cause.
    pub cause: Option<&'a str>,
    /// Received from then on.
    pub since: Option<Timestamp>,
    /// Received before.
    pub until: Option<Timestamp>,
    /// At most so many, the newest.
    pub limit: Option<i64>,
}

/// A delivery as `webhook list` shows it.
#[derive(Debug, Clone)]
pub struct DeliveryLine {
    /// Its id.
    pub id: i64,
    /// When it came.
    pub received_at: Timestamp,
    /// `new`, `applied`, or `dead` while one of its events waits as a dead letter.
    pub state: String,
    /// Bytes of the body, unless it was removed.
    pub bytes: Option<i32>,
    /// Events found in it.
    pub events: Option<i32>,
    /// Dead letters that wait.
    pub dead: i64,
    /// How often it was tried.
    pub attempts: i16,
    /// When it was applied.
    pub applied_at: Option<Timestamp>,
    /// What went wrong last.
    pub error: Option<String>,
}

/// Lists deliveries, oldest first.
///
/// # Errors
/// What the database says.
pub async fn list(conn: &mut PgConnection, which: &DeliveryFilter<'_>) -> Result<Vec<DeliveryLine>> {
    let rows = sqlx::query!(
        r#"select *
        from (select d.id as "id!", d.received_at as "received_at!",
                case when l.n > 0 then 'dead' else d.state end as "state!", octet_length(d.body) as bytes, d.events,
                l.n as "dead!", d.attempts as "attempts!", d.applied_at, coalesce(d.error, l.reason) as error
            from delivery d
                left join lateral (select count(*) as n, min(x.reason) as reason
                    from dead_letter x
                    where x.delivery_id = d.id and x.replayed_at is null
                        and ($2::text is null or x.cause = $2)) l on true
            where ($1::text is null or $1 = 'new' and d.state = 'new'
                or $1 = 'applied' and d.state = 'applied' and l.n = 0 or $1 = 'dead' and l.n > 0)
                and ($2::text is null or l.n > 0) and ($3::timestamptz is null or d.received_at >= $3)
                and ($4::timestamptz is null or d.received_at < $4)
            order by d.id desc
            limit $5) r
        order by "id!""#,
        which.state,
        which.cause,
        which.since.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        which.until.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        which.limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| DeliveryLine {
            id: r.id,
            received_at: r.received_at.to_jiff(),
            state: r.state,
            bytes: r.bytes,
            events: r.events,
            dead: r.dead,
            attempts: r.attempts,
            applied_at: r.applied_at.map(|t| t.to_jiff()),
            error: r.error,
        })
        .collect())
}

/// A delivery's body and state.
#[derive(Debug)]
pub struct Whole {
    /// The list's line for it.
    pub line: DeliveryLine,
    /// The bytes as they came, unless retention has removed them.
    pub body: Option<Vec<u8>>,
}

/// Returns one delivery with its body.
///
/// # Errors
/// What the database says.
pub async fn find(conn: &mut PgConnection, id: i64) -> Result<Option<Whole>> {
    let row = sqlx::query!(
        r#"select d.id, d.received_at, case when l.n > 0 then 'dead' else d.state end as "state!", d.body, d.events,
            l.n as "dead!", d.attempts, d.applied_at, d.error
        from delivery d
            cross join lateral (select count(*) as n
                from dead_letter x
                where x.delivery_id = d.id and x.replayed_at is null) l
        where d.id = $1"#,
        id
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|r| Whole {
        line: DeliveryLine {
            id: r.id,
            received_at: r.received_at.to_jiff(),
            state: r.state,
            bytes: r.body.as_ref().map(|b| i32::try_from(b.len()).unwrap_or(i32::MAX)),
            events: r.events,
            dead: r.dead,
            attempts: r.attempts,
            applied_at: r.applied_at.map(|t| t.to_jiff()),
            error: r.error,
        },
        body: r.body,
    }))
}

/// A dead letter as it is shown.
#[derive(Debug, Clone)]
pub struct DeadLine {
    /// Its id.
    pub id: i64,
    /// The delivery it came with.
    pub delivery: i64,
    /// When that came.
    pub received_at: Timestamp,
    /// Why.
    pub cause: String,
    /// The same in words.
    pub reason: String,
    /// Where it stood in the body.
    pub path: String,
    /// The change's field.
    pub field: Option<String>,
    /// What its channel is found by.
    pub phone_number_id: Option<String>,
    /// How often it was tried.
    pub attempts: i32,
    /// When it was replayed with success.
    pub replayed_at: Option<Timestamp>,
}

/// Lists dead letters, oldest first: those that wait, or all of one delivery.
///
/// # Errors
/// What the database says.
pub async fn dead_letters(
    conn: &mut PgConnection,
    which: &DeliveryFilter<'_>,
    delivery: Option<i64>,
) -> Result<Vec<DeadLine>> {
    let rows = sqlx::query!(
        r#"select *
        from (select l.id as "id!", l.delivery_id as "delivery!", l.received_at as "received_at!",
                l.cause as "cause!", l.reason as "reason!", l.path as "path!", l.field, l.phone_number_id,
                l.attempts as "attempts!", l.replayed_at
            from dead_letter l
            where ($5::bigint is null and l.replayed_at is null or l.delivery_id = $5)
                and ($1::text is null or l.cause = $1) and ($2::timestamptz is null or l.received_at >= $2)
                and ($3::timestamptz is null or l.received_at < $3)
            order by l.id desc
            limit $4) r
        order by "id!""#,
        which.cause,
        which.since.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        which.until.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        which.limit,
        delivery
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| DeadLine {
            id: r.id,
            delivery: r.delivery,
            received_at: r.received_at.to_jiff(),
            cause: r.cause,
            reason: r.reason,
            path: r.path,
            field: r.field,
            phone_number_id: r.phone_number_id,
            attempts: r.attempts,
            replayed_at: r.replayed_at.map(|t| t.to_jiff()),
        })
        .collect())
}

/// A notice as it is shown.
#[derive(Debug, Clone)]
pub struct NoticeLine {
    /// Its id.
    pub id: i64,
    /// When it came.
    pub received_at: Timestamp,
    /// `info`, `warning` or `critical`.
    pub severity: String,
    /// The change's field.
    pub field: String,
    /// The number it is about.
    pub phone_number_id: Option<String>,
    /// One line.
    pub summary: String,
    /// The delivery it came with.
    pub delivery: i64,
}

/// Lists notices, oldest first.
///
/// # Errors
/// What the database says.
pub async fn notices(conn: &mut PgConnection, which: &DeliveryFilter<'_>) -> Result<Vec<NoticeLine>> {
    let rows = sqlx::query!(
        r#"select *
        from (select id as "id!", received_at as "received_at!", severity as "severity!", field as "field!",
                phone_number_id, summary as "summary!", delivery_id as "delivery!"
            from notice
            where ($1::timestamptz is null or received_at >= $1) and ($2::timestamptz is null or received_at < $2)
            order by id desc
            limit $3) r
        order by "id!""#,
        which.since.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        which.until.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        which.limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| NoticeLine {
            id: r.id,
            received_at: r.received_at.to_jiff(),
            severity: r.severity,
            field: r.field,
            phone_number_id: r.phone_number_id,
            summary: r.summary,
            delivery: r.delivery,
        })
        .collect())
}
