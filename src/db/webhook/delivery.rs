//! The queue of deliveries: the received bodies, and the attempts to apply them.

use jiff::Timestamp;
use sqlx::postgres::PgConnection;

use crate::error::Result;

/// Stores received bodies in their order. The commit waits for the disk, also if the server's
/// default is faster.
///
/// # Errors
/// Any database error.
pub async fn insert(conn: &mut PgConnection, bodies: &[&[u8]]) -> Result<()> {
    sqlx::query!(
        r#"with sync as (
            select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') = 'off'
        )
        insert into delivery (received_at, body)
        select app_now(), b.body
        from unnest($1::bytea[]) with ordinality as b (body, ord)
        where (select count(*) from sync) >= 0
        order by b.ord"#,
        bodies as &[&[u8]]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The state of the backlog.
#[derive(Debug, Clone, Copy)]
pub struct Backlog {
    /// The number of deliveries that are not yet applied, up to 10,000.
    pub deliveries: i64,
    /// The age of the oldest of these deliveries, in seconds.
    pub oldest_seconds: Option<f64>,
    /// The number of dead letters that are not yet replayed, up to 10,000.
    pub dead_letters: i64,
}

/// Returns the state of the backlog.
///
/// # Errors
/// Any database error.
pub async fn backlog(conn: &mut PgConnection) -> Result<Backlog> {
    let row = sqlx::query!(
        r#"with waiting as materialized (
            (select received_at
                from delivery
                where state = 'new' and held_by is null and not_before is null
                order by id
                limit 10000)
            union all (select received_at from delivery where state = 'new' and held_by is not null limit 10000)
            union all (select received_at
                from delivery
                where state = 'new' and held_by is null and not_before is not null
                limit 10000)
        )
        select (select least(count(*), 10000) from waiting) as "deliveries!",
            extract(epoch from app_now() - (select min(received_at) from waiting))::float8 as oldest,
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

/// A row that a delivery waits for, because another session has locked it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Held {
    /// A conversation.
    Conversation(i64),
    /// A contact.
    Contact(i64),
    /// A bucket of ids without a contact.
    AliasBucket(i32),
    /// A message.
    Message(i64),
}

impl Held {
    /// Returns the number stored for the row.
    pub fn key(self) -> i64 {
        match self {
            Held::Conversation(id) => id * 4,
            Held::Contact(id) => id * 4 + 1,
            Held::AliasBucket(bucket) => i64::from(bucket) * 4 + 2,
            Held::Message(id) => id * 4 + 3,
        }
    }

    fn of_key(key: i64) -> Held {
        let id = key.div_euclid(4);
        match key.rem_euclid(4) {
            0 => Held::Conversation(id),
            1 => Held::Contact(id),
            2 => Held::AliasBucket(i32::try_from(id).unwrap_or(i32::MAX)),
            _ => Held::Message(id),
        }
    }
}

/// The deliveries of an attempt, and the row of the attempt.
#[derive(Debug, Clone, Default)]
pub struct Begun {
    /// The row of `applying`. `None` if there is no delivery to apply.
    pub row: Option<i64>,
    /// The deliveries, in id order.
    pub deliveries: Vec<i64>,
    /// Whether other deliveries wait for a locked row.
    pub any_held: bool,
    /// Whether other deliveries must be applied alone now.
    pub any_alone: bool,
}

/// Deletes the row of a failed attempt. The next attempt writes a new row.
///
/// # Errors
/// Any database error.
pub async fn end_attempt(conn: &mut PgConnection, row: i64) -> Result<()> {
    sqlx::query!("delete from applying where id = $1", row)
        .execute(conn)
        .await?;
    Ok(())
}

/// Begins the oldest deliveries that were not tried yet, up to a number and a total size in bytes,
/// but at least one. The caller commits before the work, so that the row shows which deliveries a
/// process was applying when it ended.
///
/// # Errors
/// Any database error.
pub async fn begin_fresh(conn: &mut PgConnection, count: i64, bytes: i64) -> Result<Begun> {
    let row = sqlx::query!(
        r#"with due as materialized (
            select id, coalesce(octet_length(body), 0)::bigint as size
            from delivery
            where state = 'new' and held_by is null and not_before is null
                and id <> all (array(select unnest(a.deliveries) from applying a))
            order by id
            limit $1
            for update skip locked
        ), chosen as (
            select id
            from (select id, row_number() over by_id as n, sum(size) over by_id as total
                from due
                window by_id as (order by id)) s
            where n = 1 or total <= $2::bigint
        ), begun as (
            insert into applying (deliveries, suspect, started_at)
            select array_agg(id order by id), false, clock_timestamp()
            from chosen
            having count(*) > 0
            returning id, deliveries
        )
        select (select id from begun) as row, (select deliveries from begun) as deliveries,
            exists (select from delivery where state = 'new' and held_by is not null) as "held!",
            exists (select from delivery
                where state = 'new' and held_by is null and not_before <= clock_timestamp()) as "alone!""#,
        count,
        bytes
    )
    .fetch_one(conn)
    .await?;
    Ok(Begun {
        row: row.row,
        deliveries: row.deliveries.unwrap_or_default(),
        any_held: row.held,
        any_alone: row.alone,
    })
}

/// Begins the oldest deliveries that waited for a row that is free now.
///
/// # Errors
/// Any database error.
pub async fn begin_held(conn: &mut PgConnection, count: i64, bytes: i64) -> Result<Begun> {
    let keys = sqlx::query_scalar!(
        r#"with recursive k as (
            (select held_by from delivery where state = 'new' and held_by is not null order by held_by limit 1)
            union all
            select (select d.held_by
                from delivery d
                where d.state = 'new' and d.held_by > k.held_by
                order by d.held_by
                limit 1)
            from k
            where k.held_by is not null
        )
        select held_by as "key!" from k where held_by is not null limit 10000"#
    )
    .fetch_all(&mut *conn)
    .await?;
    let (mut conversations, mut contacts, mut buckets, mut messages) = (vec![], vec![], vec![], vec![]);
    for key in keys {
        match Held::of_key(key) {
            Held::Conversation(id) => conversations.push(id),
            Held::Contact(id) => contacts.push(id),
            Held::AliasBucket(bucket) => buckets.push(bucket),
            Held::Message(id) => messages.push(id),
        }
    }
    // Each lock ends with the commit, which follows at once.
    let mut free: Vec<i64> = Vec::new();
    if !buckets.is_empty() {
        let locked = crate::db::contact::lock_buckets(conn, &buckets).await?;
        free.extend(locked.into_iter().map(|b| Held::AliasBucket(b).key()));
    }
    if !contacts.is_empty() {
        let locked = sqlx::query_scalar!(
            "select id from contact where id = any($1) order by id for no key update skip locked",
            &contacts
        )
        .fetch_all(&mut *conn)
        .await?;
        free.extend(locked.into_iter().map(|id| Held::Contact(id).key()));
    }
    if !conversations.is_empty() {
        let locked = sqlx::query_scalar!(
            "select id from conversation where id = any($1) order by id for no key update skip locked",
            &conversations
        )
        .fetch_all(&mut *conn)
        .await?;
        free.extend(locked.into_iter().map(|id| Held::Conversation(id).key()));
    }
    if !messages.is_empty() {
        let locked = crate::db::message::lock(conn, &messages).await?;
        free.extend(locked.into_iter().map(|id| Held::Message(id).key()));
    }
    if free.is_empty() {
        return Ok(Begun::default());
    }
    let row = sqlx::query!(
        r#"with due as materialized (
            select id, coalesce(octet_length(body), 0)::bigint as size
            from delivery
            where state = 'new' and held_by = any($3)
                and id <> all (array(select unnest(a.deliveries) from applying a))
            order by id
            limit $1
            for update skip locked
        ), chosen as (
            select id
            from (select id, row_number() over by_id as n, sum(size) over by_id as total
                from due
                window by_id as (order by id)) s
            where n = 1 or total <= $2::bigint
        ), begun as (
            insert into applying (deliveries, suspect, started_at)
            select array_agg(id order by id), false, clock_timestamp()
            from chosen
            having count(*) > 0
            returning id, deliveries
        )
        select (select id from begun) as row, (select deliveries from begun) as deliveries"#,
        count,
        bytes,
        &free
    )
    .fetch_one(conn)
    .await?;
    Ok(Begun {
        row: row.row,
        deliveries: row.deliveries.unwrap_or_default(),
        any_held: true,
        any_alone: false,
    })
}

/// Begins the delivery that has been due longest among those to apply alone. With `suspects`, also
/// includes deliveries whose process ended.
///
/// # Errors
/// Any database error.
pub async fn begin_alone(conn: &mut PgConnection, suspects: bool) -> Result<Begun> {
    let row = sqlx::query!(
        r#"with due as materialized (
            select id, deaths is not null as suspect from delivery
            where state = 'new' and held_by is null and not_before <= clock_timestamp() and ($1 or deaths is null)
                and id <> all (array(select unnest(a.deliveries) from applying a))
            order by not_before limit 1 for update skip locked
        )
        insert into applying (deliveries, suspect, started_at) select array[id], suspect, clock_timestamp() from due
        returning id, deliveries"#,
        suspects
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map_or_else(Begun::default, |r| Begun {
        row: Some(r.id),
        deliveries: r.deliveries,
        any_held: false,
        any_alone: true,
    }))
}

/// Begins the given deliveries, except those that are already applied or belong to another attempt.
///
/// # Errors
/// Any database error.
pub async fn begin_again(conn: &mut PgConnection, deliveries: &[i64]) -> Result<Begun> {
    let row = sqlx::query!(
        r#"with due as materialized (
            select id
            from delivery
            where id = any($1) and state = 'new' and id <> all (array(select unnest(a.deliveries) from applying a))
            order by id
            for update skip locked
        )
        insert into applying (deliveries, suspect, started_at)
        select array_agg(id order by id), false, clock_timestamp()
        from due
        having count(*) > 0
        returning id, deliveries"#,
        deliveries
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map_or_else(Begun::default, |r| Begun {
        row: Some(r.id),
        deliveries: r.deliveries,
        any_held: false,
        any_alone: false,
    }))
}

/// The number of times that a process may end while it applies a delivery alone. After that the
/// delivery is set aside.
pub const MAX_DEATHS: i16 = 3;

/// Marks the deliveries that processes were applying when they ended, so that they are applied
/// alone. Returns the deliveries whose process ended [`MAX_DEATHS`] times while they were applied
/// alone for that reason.
///
/// # Errors
/// Any database error.
pub async fn find_deaths(conn: &mut PgConnection) -> Result<Vec<i64>> {
    // A running applier locks its row directly after the commit of the row.
    let rows = sqlx::query!(
        r#"with left_behind as materialized (
            select id, deliveries, suspect
            from applying
            where started_at < clock_timestamp() - interval '1 second'
            order by id
            limit 100
            for update skip locked
        ), gone as (delete from applying a using left_behind l where a.id = l.id)
        update delivery d
        set deaths = least(coalesce(d.deaths, 0) + x.alone, 32000)::smallint, not_before = clock_timestamp(),
            held_by = null
        from (select u.id, count(*) filter (where l.suspect) as alone
            from left_behind l cross join unnest(l.deliveries) as u (id)
            group by u.id) x
        where d.id = x.id and d.state = 'new'
        returning d.id, d.deaths as "deaths!""#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .filter(|r| r.deaths >= MAX_DEATHS)
        .map(|r| r.id)
        .collect())
}

/// A locked delivery.
#[derive(Debug)]
pub struct Claimed {
    /// The id.
    pub id: i64,
    /// The time of arrival.
    pub received_at: Timestamp,
    /// The received bytes.
    pub body: Vec<u8>,
}

/// Locks the deliveries of an attempt together with their row in `applying`, and reads their
/// bodies. Returns an empty list if another process has treated the attempt as abandoned.
///
/// # Errors
/// Any database error.
pub async fn claim(conn: &mut PgConnection, row: i64, deliveries: &[i64]) -> Result<Vec<Claimed>> {
    let rows = sqlx::query!(
        r#"select d.id, d.received_at, d.body
        from (select a.id from applying a where a.id = $1 for update) mine cross join delivery d
        where d.id = any($2) and d.state = 'new' order by d.id for update of d skip locked"#,
        row,
        deliveries
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Claimed {
            id: r.id,
            received_at: r.received_at.to_jiff(),
            body: r.body.unwrap_or_default(),
        })
        .collect())
}

/// Marks deliveries as applied, with the number of events in each, and ends the attempt.
///
/// # Errors
/// Any database error.
pub async fn applied(conn: &mut PgConnection, row: Option<i64>, ids: &[i64], events: &[i32]) -> Result<()> {
    sqlx::query!(
        r#"with ended as (delete from applying where id = $3)
        update delivery d
        set state = 'applied', applied_at = app_now(), events = a.events,
            attempts = least(d.attempts + 1, 32000)::smallint, not_before = null, held_by = null, deaths = null,
            error = null
        from unnest($1::bigint[], $2::int[]) as a (id, events)
        where d.id = a.id"#,
        ids,
        events,
        row
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Records that deliveries wait until the rows that they need are free.
///
/// # Errors
/// Any database error.
pub async fn hold(conn: &mut PgConnection, held: &[(i64, Held)]) -> Result<()> {
    let id: Vec<i64> = held.iter().map(|(id, _)| *id).collect();
    let key: Vec<i64> = held.iter().map(|(_, held)| held.key()).collect();
    sqlx::query!(
        r#"update delivery d set held_by = h.key, attempts = least(d.attempts + 1, 32000)::smallint
        from unnest($1::bigint[], $2::bigint[]) as h (id, key) where d.id = h.id and d.state = 'new'"#,
        &id,
        &key
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns, for each row, the oldest delivery that waits for the row. The deliveries in `besides`
/// are ignored.
///
/// # Errors
/// Any database error.
pub async fn oldest_held(conn: &mut PgConnection, held: &[Held], besides: &[i64]) -> Result<Vec<(Held, i64)>> {
    let keys: Vec<i64> = held.iter().map(|h| h.key()).collect();
    let rows = sqlx::query!(
        r#"select k.key as "key!", d.id as "id!"
        from unnest($1::bigint[]) as k (key)
            cross join lateral (select d.id
                from delivery d
                where d.state = 'new' and d.held_by = k.key and d.id <> all ($2)
                order by d.id
                limit 1) d"#,
        &keys,
        besides
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|r| (Held::of_key(r.key), r.id)).collect())
}

/// Postpones a delivery, to be applied alone. The pause uses the server's own clock, because it is
/// not business time. The pause doubles with every attempt, from `first` to `longest` seconds.
///
/// # Errors
/// Any database error.
pub async fn postpone(
    conn: &mut PgConnection,
    row: Option<i64>,
    id: i64,
    first: f64,
    longest: f64,
    error: Option<&str>,
) -> Result<()> {
    sqlx::query!(
        r#"with ended as (delete from applying where id = $5)
        update delivery
        set attempts = least(attempts + 1, 32000)::smallint, error = coalesce($4, error), held_by = null,
            deaths = case when deaths is not null then 0 end,
            not_before = clock_timestamp() + make_interval(secs => least($3, $2 * power(2, least(attempts, 20))))
        where id = $1 and state = 'new'"#,
        id,
        first,
        longest,
        error,
        row
    )
    .execute(conn)
    .await?;
    Ok(())
}
