//! Deliveries, dead letters and notices for display.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgConnection;

use crate::error::Result;

/// A filter of the deliveries or letters in `webhook list`.
#[derive(Debug, Clone, Default)]
pub struct DeliveryFilter<'a> {
    /// `new`, `applied` or `dead`.
    pub state: Option<&'a str>,
    /// Only deliveries with a dead letter of this cause.
    pub cause: Option<&'a str>,
    /// Only deliveries received at or after this time.
    pub since: Option<Timestamp>,
    /// Only deliveries received before this time.
    pub until: Option<Timestamp>,
    /// The maximum number of rows. The newest are returned.
    pub limit: Option<i64>,
}

/// A delivery as `webhook list` prints it.
#[derive(Debug, Clone)]
pub struct DeliveryLine {
    /// The id.
    pub id: i64,
    /// The time of arrival.
    pub received_at: Timestamp,
    /// `new`, `applied` or `dead`. A delivery is `dead` while one of its events is a dead letter
    /// that is not yet replayed.
    pub state: String,
    /// The number of bytes in the body. `None` if the body was removed.
    pub bytes: Option<i32>,
    /// The number of events in the body.
    pub events: Option<i32>,
    /// The number of dead letters that are not yet replayed.
    pub dead: i64,
    /// The number of attempts to apply the delivery.
    pub attempts: i16,
    /// When it was applied.
    pub applied_at: Option<Timestamp>,
    /// The last error.
    pub error: Option<String>,
}

/// Lists deliveries, oldest first.
///
/// # Errors
/// Any database error.
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
    /// The row of the list.
    pub line: DeliveryLine,
    /// The bytes of the body, unless retention has removed them.
    pub body: Option<Vec<u8>>,
}

/// Returns one delivery with its body.
///
/// # Errors
/// Any database error.
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

/// A dead letter for display.
#[derive(Debug, Clone)]
pub struct DeadLine {
    /// The id.
    pub id: i64,
    /// The delivery of the event.
    pub delivery: i64,
    /// The time of the delivery's arrival.
    pub received_at: Timestamp,
    /// The cause.
    pub cause: String,
    /// The reason in words.
    pub reason: String,
    /// The path of the event in the body.
    pub path: String,
    /// The field of the change.
    pub field: Option<String>,
    /// The phone number id that identifies the channel.
    pub phone_number_id: Option<String>,
    /// The number of attempts.
    pub attempts: i32,
    /// The time of the successful replay.
    pub replayed_at: Option<Timestamp>,
}

/// Lists dead letters, oldest first: those that are not yet replayed, or all letters of one
/// delivery.
///
/// # Errors
/// Any database error.
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

/// A notice for display.
#[derive(Debug, Clone)]
pub struct NoticeLine {
    /// The id.
    pub id: i64,
    /// The time of arrival.
    pub received_at: Timestamp,
    /// `info`, `warning` or `critical`.
    pub severity: String,
    /// The field of the change.
    pub field: String,
    /// The phone number id of the notice.
    pub phone_number_id: Option<String>,
    /// The notice on one line.
    pub summary: String,
    /// The delivery of the notice.
    pub delivery: i64,
}

/// Lists notices, oldest first.
///
/// # Errors
/// Any database error.
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
