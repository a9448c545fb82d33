//! Shifts and rosters in the database: the roster entries, and the hours of a shift at each time.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgConnection;

use crate::domain::ids::RosterId;
use crate::domain::shift::{Days, Entry, Hours, Rosters, Shift};
use crate::domain::time::parse_zone;
use crate::error::Result;

/// Reads all shifts, and the roster entries of these agents or of all agents. With `as_of`, reads
/// the rosters as they were stored at that time.
///
/// # Errors
/// Any database error.
pub async fn rosters(conn: &mut PgConnection, agents: Option<&[i64]>, as_of: Option<Timestamp>) -> Result<Rosters> {
    let entries = entries(conn, agents, as_of).await?;
    if entries.is_empty() {
        return Ok(Rosters {
            zones: vec![(Timestamp::UNIX_EPOCH, TimeZone::UTC)],
            shifts: Vec::new(),
            entries,
        });
    }
    Ok(Rosters {
        zones: zones(conn, as_of).await?,
        shifts: shifts(conn, as_of).await?,
        entries,
    })
}

/// Reads the workspace's zones from the history of the setting.
async fn zones(conn: &mut PgConnection, as_of: Option<Timestamp>) -> Result<Vec<(Timestamp, TimeZone)>> {
    let rows = sqlx::query!(
        r#"select e.at, coalesce(e.data ->> 'value', 'UTC') as "zone!"
        from event e
        where e.subject = 'setting' and e.data ->> 'name' = 'time_zone' and ($1::timestamptz is null or e.at <= $1)
        order by e.seq"#,
        as_of.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>
    )
    .fetch_all(conn)
    .await?;
    let zones: Result<Vec<_>> = rows
        .into_iter()
        .map(|r| Ok((r.at.to_jiff(), parse_zone(&r.zone)?)))
        .collect();
    let mut zones = zones?;
    if zones.is_empty() {
        zones.push((Timestamp::UNIX_EPOCH, TimeZone::UTC));
    }
    Ok(zones)
}

/// Reads the shifts with their hours from their history.
async fn shifts(conn: &mut PgConnection, as_of: Option<Timestamp>) -> Result<Vec<Shift>> {
    let rows = sqlx::query!(
        r#"select e.subject_id, e.at, e.data ->> 'handle' as "handle!", (e.data ->> 'starts')::time as "starts!",
            (e.data ->> 'ends')::time as "ends!", e.data ->> 'disabled_at' is not null as "disabled!"
        from event e
        where e.subject = 'shift' and ($1::timestamptz is null or e.at <= $1)
        order by e.subject_id, e.seq"#,
        as_of.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>
    )
    .fetch_all(conn)
    .await?;
    let mut shifts: Vec<Shift> = Vec::new();
    for r in rows {
        let hours = Hours {
            starts: r.starts.to_jiff(),
            ends: r.ends.to_jiff(),
        };
        let version = (r.at.to_jiff(), (!r.disabled).then_some(hours));
        match shifts.last_mut().filter(|s| s.id == r.subject_id) {
            Some(shift) => shift.hours.push(version),
            None => shifts.push(Shift {
                id: r.subject_id,
                handle: r.handle,
                hours: vec![version],
            }),
        }
    }
    Ok(shifts)
}

/// Reads the entries in force, in order of ids. By the times of the history, an entry is in force
/// from its creation until it is revoked.
async fn entries(conn: &mut PgConnection, agents: Option<&[i64]>, as_of: Option<Timestamp>) -> Result<Vec<Entry>> {
    let rows = sqlx::query!(
        r#"select r.id, r.agent_id, r.shift_id, r.works, r.first_day, r.last_day, r.days
        from roster r
        where ($1::bigint[] is null or r.agent_id = any($1))
            and case when $2::timestamptz is null then r.revoked_at is null
                else (r.revoked_at is null or r.head_at > $2)
                and exists (select 1
                    from event e
                    where e.subject = 'roster' and e.subject_id = r.id and e.seq = 1 and e.at <= $2) end
        order by r.id"#,
        agents,
        as_of.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Entry {
            id: r.id,
            agent: r.agent_id,
            shift: r.shift_id,
            works: r.works,
            first: r.first_day.to_jiff(),
            last: r.last_day.map(|d| d.to_jiff()),
            days: Days::of_numbers(&r.days),
        })
        .collect())
}

/// A shift as a list shows it.
#[derive(Debug, Clone)]
pub struct ShiftLine {
    /// The id.
    pub id: i64,
    /// The handle.
    pub handle: String,
    /// The name.
    pub name: String,
    /// The hours of the shift.
    pub hours: Hours,
    /// The time when the shift was disabled. `None` if the shift is enabled.
    pub disabled_at: Option<Timestamp>,
}

/// Lists shifts, the earliest in the day first.
///
/// # Errors
/// Any database error.
pub async fn lines(conn: &mut PgConnection) -> Result<Vec<ShiftLine>> {
    let rows =
        sqlx::query!("select id, handle, name, starts, ends, disabled_at from shift order by starts, ends, handle")
            .fetch_all(conn)
            .await?;
    Ok(rows
        .into_iter()
        .map(|r| ShiftLine {
            id: r.id,
            handle: r.handle,
            name: r.name,
            hours: Hours {
                starts: r.starts.to_jiff(),
                ends: r.ends.to_jiff(),
            },
            disabled_at: r.disabled_at.map(|t| t.to_jiff()),
        })
        .collect())
}

/// A roster entry as a list shows it.
#[derive(Debug, Clone)]
pub struct EntryLine {
    /// The id of the entry.
    pub id: RosterId,
    /// The handle of the agent.
    pub agent: String,
    /// The handle of the shift. `None` means that the agent is off, whatever the shift.
    pub shift: Option<String>,
    /// Whether the agent works. Otherwise the agent is off.
    pub works: bool,
    /// The first day.
    pub first: Date,
    /// The last day, included. `None` means until further notice.
    pub last: Option<Date>,
    /// The days of the week.
    pub days: Days,
    /// The time when the entry was added.
    pub entered_at: Timestamp,
    /// The handle of the agent who added the entry.
    pub entered_by: String,
    /// The reason for the entry.
    pub reason: Option<String>,
    /// The time when the entry was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// Lists the roster entries of these agents and shifts, or of all, newest last. With `from`, lists
/// only entries in force that end on or after that day.
///
/// # Errors
/// Any database error.
pub async fn entry_lines(
    conn: &mut PgConnection,
    agents: &[String],
    shifts: &[String],
    from: Option<Date>,
) -> Result<Vec<EntryLine>> {
    let rows = sqlx::query!(
        r#"select r.id, a.handle as agent, s.handle as "shift?", r.works, r.first_day, r.last_day, r.days,
            e.at as entered_at, y.handle as entered_by,
            coalesce(w.body, case when w.id is not null then '[erased]' end) as reason, r.revoked_at
        from roster r
            join agent a on a.id = r.agent_id
            left join shift s on s.id = r.shift_id
            join event e on e.subject = 'roster' and e.subject_id = r.id and e.seq = 1
            join agent y on y.id = e.actor_id
            left join reason w on w.id = e.reason_id
        where (cardinality($1::text[]) = 0 or a.handle = any($1))
            and (cardinality($2::text[]) = 0 or s.handle = any($2) or s.id is null)
            and ($3::date is null or r.revoked_at is null and coalesce(r.last_day >= $3, true))
        order by r.id"#,
        agents,
        shifts,
        from.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| EntryLine {
            id: RosterId(r.id),
            agent: r.agent,
            shift: r.shift,
            works: r.works,
            first: r.first_day.to_jiff(),
            last: r.last_day.map(|d| d.to_jiff()),
            days: Days::of_numbers(&r.days),
            entered_at: r.entered_at.to_jiff(),
            entered_by: r.entered_by,
            reason: r.reason,
            revoked_at: r.revoked_at.map(|t| t.to_jiff()),
        })
        .collect())
}

/// Locks the rosters of these agents, and of the agents with these entries, until the transaction
/// ends. Later reads see the committed changes of other sessions.
///
/// # Errors
/// Any database error.
pub async fn lock(conn: &mut PgConnection, agents: &[i64], entries: &[i64]) -> Result<()> {
    sqlx::query!(
        r#"select bucket
        from roster_bucket
        where bucket in (select (id % 64)::int from unnest($1::bigint[]) id
            union
            select (agent_id % 64)::int from roster where id = any($2))
        order by bucket
        for no key update"#,
        agents,
        entries
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// The state of an agent at a time.
#[derive(Debug, Clone)]
pub struct Colleague {
    /// The id.
    pub id: i64,
    /// The handle.
    pub handle: String,
    /// The name at that time.
    pub name: String,
    /// The handles of the agent's teams at that time.
    pub teams: Vec<String>,
    /// The number of live conversations that the agent owns today.
    pub live: i64,
}

/// Lists, by handle, the agents who were enabled at a time by their history. Without a time, lists
/// the agents who are enabled today.
///
/// # Errors
/// Any database error.
pub async fn colleagues(conn: &mut PgConnection, at: Option<Timestamp>) -> Result<Vec<Colleague>> {
    Ok(sqlx::query_as!(
        Colleague,
        r#"select a.id, a.handle, coalesce(v.data ->> 'name', a.name) as "name!",
            array(select g.handle from team g where v.data -> 'teams' @> to_jsonb(g.id) order by g.handle) as "teams!",
            (select count(*) from conversation c where c.owner_id = a.id) as "live!"
        from agent a cross join lateral (select e.data from event e where e.subject = 'agent' and e.subject_id = a.id
                and ($1::timestamptz is null or e.at <= $1) order by e.seq desc limit 1) v
        where a.role <> 'system' and v.data ->> 'disabled_at' is null order by a.handle"#,
        at.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>
    )
    .fetch_all(conn)
    .await?)
}

/// Returns whether an entry is already revoked. Returns `None` if the entry does not exist.
///
/// # Errors
/// Any database error.
pub async fn is_revoked(conn: &mut PgConnection, id: RosterId) -> Result<Option<bool>> {
    Ok(sqlx::query_scalar!(
        r#"select revoked_at is not null as "revoked!" from roster where id = $1"#,
        id.0
    )
    .fetch_optional(conn)
    .await?)
}
