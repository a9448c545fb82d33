//! Operations: the action of one invocation, its actor, and the stored result for a repeated key.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;
use sqlx::Row;
use sqlx::postgres::PgConnection;
use sqlx::types::Json;

use super::schema::code::{self, Recorded};
use crate::domain::ids::{AgentId, OperationId};
use crate::domain::vocabulary::Role;
use crate::error::{Error, Result};

/// The information about the workspace that every command reads first.
#[derive(Debug, Clone)]
pub struct WorkspaceInfo {
    /// The database's clock.
    pub now: Timestamp,
    /// IANA name of the workspace's zone.
    pub time_zone: String,
    /// Country prefix for phone numbers that begin with 0, digits only.
    pub phone_prefix: String,
    /// The number of seconds within which a message reopens a resolved conversation.
    pub reopen_window: i64,
}

/// Reads the clock and the settings. Refuses a workspace that is not compatible with this program.
///
/// # Errors
/// [`crate::error::Kind::Usage`] when the program or the workspace must be brought up to date first.
pub async fn workspace_info(conn: &mut PgConnection) -> Result<WorkspaceInfo> {
    // The simple protocol takes one round trip. A prepared statement takes two on its first use.
    let row = sqlx::raw_sql(
        "select (extract(epoch from app_now()) * 1000000)::bigint, pg_backend_pid(), v.version, v.digest,
            v.compatible_from, (select jsonb_object_agg(s.name, s.value #>> '{}') from setting s)
        from code_version v",
    )
    .fetch_one(conn)
    .await
    .map_err(without_code)?;
    super::server::progress::set_backend(row.try_get(1)?);
    Recorded {
        version: row.try_get(2)?,
        digest: row.try_get(3)?,
        compatible_from: row.try_get(4)?,
    }
    .check()?;
    let mut settings: HashMap<String, String> = row.try_get::<Option<Json<_>>, _>(5)?.map(|j| j.0).unwrap_or_default();
    let reopen_window = settings.get("reopen_window").map(|seconds| seconds.parse::<i64>());
    Ok(WorkspaceInfo {
        now: Timestamp::from_microsecond(row.try_get(0)?).map_err(|e| Error::failed(e.to_string()))?,
        time_zone: settings.remove("time_zone").unwrap_or_else(|| "UTC".to_owned()),
        phone_prefix: settings.remove("phone_prefix").unwrap_or_default(),
        reopen_window: reopen_window
            .transpose()
            .map_err(|e| Error::failed(e.to_string()))?
            .unwrap_or(259_200),
    })
}

/// A workspace does not have the table if no program with `migrations/code` has migrated it.
fn without_code(e: sqlx::Error) -> Error {
    let lacks = e
        .as_database_error()
        .is_some_and(|d| d.code().is_some_and(|code| code == "42P01") && d.message().contains("\"code_version\""));
    if lacks {
        code::workspace_too_old().caused_by(e)
    } else {
        e.into()
    }
}

/// The agent that a session acts as.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The id.
    pub id: AgentId,
    /// The handle.
    pub handle: String,
    /// The role.
    pub role: Role,
    /// The Postgres login of the session.
    pub login: String,
    /// The ids of its teams.
    pub teams: Vec<i64>,
}

/// Returns the agent of the session. `acting` is the value of `--as`.
///
/// # Errors
/// [`crate::error::Kind::Denied`] for a login without an agent, or without a grant to act as the
/// given agent.
pub async fn whoami(conn: &mut PgConnection, acting: Option<&str>) -> Result<Actor> {
    let row = sqlx::query!(
        r#"select a.id as "id!", a.handle as "handle!", a.role as "role!", a.teams as "teams!",
            session_user::text as "login!"
        from acting_agent($1) a"#,
        acting
    )
    .fetch_one(conn)
    .await?;
    Ok(Actor {
        id: AgentId(row.id),
        handle: row.handle,
        role: row.role.parse()?,
        login: row.login,
        teams: row.teams,
    })
}

/// The description of an invocation.
#[derive(Debug, Clone)]
pub struct Invocation<'a> {
    /// The value of `--as`.
    pub acting: Option<&'a str>,
    /// The verb: `assign`, `ticket set`.
    pub verb: &'a str,
    /// The arguments: ids and words, without free text and secrets.
    pub args: &'a Value,
    /// The hash of the parts that must be equal when a key is used again.
    pub args_hash: &'a [u8],
    /// The value of `--idempotency-key`.
    pub key: Option<&'a str>,
    /// The operation that this one undoes.
    pub undoes: Option<OperationId>,
}

/// A started operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The id.
    pub id: OperationId,
    /// The start.
    pub at: Timestamp,
    /// The actor.
    pub actor: AgentId,
    /// The actor's handle.
    pub handle: String,
    /// The actor's role.
    pub role: Role,
    /// Whether the result is stored under a key.
    pub keyed: bool,
}

/// The stored result of a key that was used before.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The operation that used the key.
    pub operation: OperationId,
    /// The result to print again.
    pub result: Value,
    /// The exit code.
    pub exit: u8,
}

/// The result of opening an operation.
#[derive(Debug, Clone)]
pub enum Opened {
    /// The operation must run under this new id.
    Fresh(Operation),
    /// The operation was done before. This is the stored result.
    Replay(Stored),
}

/// Starts an operation in this transaction.
///
/// # Errors
/// [`crate::error::Kind::Denied`] when the login may not act. [`crate::error::Kind::Conflict`] for
/// a key that was used with other arguments.
pub async fn open(conn: &mut PgConnection, call: &Invocation<'_>) -> Result<Opened> {
    let os_user = os_user();
    let row = sqlx::query!(
        r#"select operation_id as "operation_id!", at as "at!", actor_id as "actor_id!", handle as "handle!",
            role as "role!", replay as "replay!", same as "same!", result, exit_code
        from open_operation($1, $2, $3, $4, $5, $6, $7, $8)"#,
        call.acting,
        call.verb,
        call.args,
        call.args_hash,
        call.key,
        env!("CARGO_PKG_VERSION"),
        os_user,
        call.undoes.map(i64::from),
    )
    .fetch_one(conn)
    .await?;
    if !row.replay {
        return Ok(Opened::Fresh(Operation {
            id: OperationId(row.operation_id),
            at: row.at.to_jiff(),
            actor: AgentId(row.actor_id),
            handle: row.handle,
            role: row.role.parse()?,
            keyed: call.key.is_some(),
        }));
    }
    if !row.same {
        return Err(Error::conflict(format!(
            "the idempotency key was used by operation O-{} with other arguments",
            row.operation_id
        ))
        .hint("take a new key for a new change"));
    }
    Ok(Opened::Replay(Stored {
        operation: OperationId(row.operation_id),
        result: row.result.unwrap_or(Value::Null),
        exit: row.exit_code.and_then(|e| u8::try_from(e).ok()).unwrap_or(0),
    }))
}

/// Ends an operation: stores its numbers, the result to repeat, and the exit code.
///
/// # Errors
/// Any database error.
pub async fn finish(
    conn: &mut PgConnection,
    id: OperationId,
    selected: usize,
    changed: usize,
    result: Option<&Value>,
    exit: u8,
) -> Result<()> {
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    sqlx::query!(
        "select finish_operation($1, $2, $3, $4, $5)",
        id.0,
        count(selected),
        count(changed),
        result,
        i16::from(exit)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns the name of the OS user, at most 64 characters. It is a hint and not a proof.
pub fn os_user() -> Option<String> {
    std::env::var("USER")
        .or_else(|_| std::env::var("LOGNAME"))
        .ok()
        .filter(|u| !u.is_empty())
        .map(|u| u.chars().take(64).collect())
}

/// The data about an operation that is to be undone.
#[derive(Debug, Clone)]
pub struct Past {
    /// The verb.
    pub verb: String,
    /// The operation that has undone this operation and was not undone itself.
    pub undone_by: Option<OperationId>,
}

/// Returns an operation by its number.
///
/// # Errors
/// [`crate::error::Kind::NotFound`] when no operation has this number.
pub async fn past(conn: &mut PgConnection, id: OperationId) -> Result<Past> {
    let row = sqlx::query!(
        r#"select o.verb,
            (select u.id
                from operation u
                where u.undoes = o.id
                    and exists (select 1 from event e where e.operation_id = u.id and e.kind = 'undone')
                    and not exists (select 1
                        from operation v
                        where v.undoes = u.id
                            and exists (select 1 from event e where e.operation_id = v.id and e.kind = 'undone'))
                order by u.id desc
                limit 1) as undone_by
        from operation o
        where o.id = $1"#,
        id.0
    )
    .fetch_optional(conn)
    .await?
    .ok_or_else(|| none_of(id))?;
    Ok(Past {
        verb: row.verb,
        undone_by: row.undone_by.map(OperationId),
    })
}

/// Refuses a number that no operation has. The number of a dry run, or of an operation that was
/// rolled back, is never used again.
///
/// # Errors
/// [`crate::error::Kind::NotFound`] with the first such number.
pub async fn check(conn: &mut PgConnection, ids: &[OperationId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let wanted: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let missing = sqlx::query_scalar!(
        r#"select w.id as "id!" from unnest($1::bigint[]) with ordinality as w (id, ord)
        where not exists (select 1 from operation o where o.id = w.id) order by w.ord limit 1"#,
        &wanted
    )
    .fetch_optional(conn)
    .await?;
    missing.map_or(Ok(()), |id| Err(none_of(OperationId(id))))
}

fn none_of(id: OperationId) -> Error {
    Error::not_found(format!("no operation {id}"))
        .hint("inbox audit shows the operation of each event; that of a dry run has never been")
}
