//! Checks whether prepared statements survive between transactions. Without a pooler, prepared
//! statements always survive.
//!
//! PgBouncer in transaction mode runs each transaction on any of its connections. Before version
//! 1.21, and with `max_prepared_statements = 0`, it does not transfer a client's prepared
//! statements to that connection. The statements are then missing, or the server executes a
//! statement of another client with the same name. The driver prepares every statement under a
//! numbered name, so the program cannot run without prepared statements.

use std::time::Duration;

use sqlx::Connection;
use sqlx::postgres::PgConnection;

use super::connect::{ConnectOptions, connect};
use crate::error::{Error, Kind, Result};

/// The connection between the program and the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    /// Each connection has its own server process.
    Direct,
    /// Connections share server processes, and prepared statements survive.
    Shared,
}

/// The number of turns of two clients. A pooler returns the most recently used connection, so one
/// turn usually shows the fault.
const TURNS: usize = 4;
/// The timeout for a second connection while the first is in a transaction. A pool may have only
/// one connection.
const SECOND: Duration = Duration::from_secs(1);

/// Executes the prepared statements of two clients, first in turn and then at the same time.
///
/// # Errors
/// [`Kind::Usage`] when a prepared statement is lost or confused with another;
/// [`Kind::Unreachable`] when the server does not answer.
pub async fn check(options: &ConnectOptions, timeout: Duration) -> Result<Pooling> {
    let mut one = connect(options, timeout).await?;
    let mut two = connect(options, timeout).await?;
    let checked = tokio::time::timeout(timeout.max(SECOND * 3), take_turns(&mut one, &mut two)).await;
    match checked {
        Ok(pooling) => pooling,
        Err(_) => Err(Error::new(
            Kind::Unreachable,
            format!("the database did not answer within {} s", timeout.as_secs()),
        )),
    }
}

async fn take_turns(one: &mut PgConnection, two: &mut PgConnection) -> Result<Pooling> {
    let mut processes = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        processes.0.push(alone(one, 1).await?);
        processes.1.push(alone(two, 2).await?);
        let (first, second) = if turn % 2 == 0 {
            ((&mut *one, 1), (&mut *two, 2))
        } else {
            ((&mut *two, 2), (&mut *one, 1))
        };
        let mut tx = first.0.begin().await?;
        let process = execute(&mut tx, first.1).await?;
        let other = match tokio::time::timeout(SECOND, alone(second.0, second.1)).await {
            Ok(other) => Some(other?),
            // The pool has only one connection, and the first client uses it. The interrupted
            // connection cannot be used again.
            Err(_) => None,
        };
        tx.rollback().await?;
        let Some(other) = other else {
            return Ok(Pooling::Shared);
        };
        let (process, other) = if first.1 == 1 {
            (process, other)
        } else {
            (other, process)
        };
        processes.0.push(process);
        processes.1.push(other);
    }
    let one_each = |list: &[i32]| list.windows(2).all(|pair| pair[0] == pair[1]);
    let direct = one_each(&processes.0) && one_each(&processes.1) && processes.0[0] != processes.1[0];
    Ok(if direct { Pooling::Direct } else { Pooling::Shared })
}

async fn alone(conn: &mut PgConnection, who: i32) -> Result<i32> {
    let mut tx = conn.begin().await?;
    let process = execute(&mut tx, who).await?;
    tx.rollback().await?;
    Ok(process)
}

/// Executes the statement of a client. The driver prepares it once. Returns the server process.
async fn execute(conn: &mut PgConnection, who: i32) -> Result<i32> {
    // Both statements are the first of their connection, so that the driver gives both the same
    // name.
    let text = if who == 1 {
        "select pg_backend_pid(), 1"
    } else {
        "select pg_backend_pid(), 2"
    };
    match sqlx::query_as::<_, (i32, i32)>(text).fetch_one(conn).await {
        Ok((process, found)) if found == who => Ok(process),
        Ok(_) => Err(lost("executed the statement of another client")),
        Err(e) => {
            let code = e.as_database_error().and_then(|d| d.code().map(|c| c.into_owned()));
            match code.as_deref() {
                Some("26000") => Err(lost("lost a prepared statement").caused_by(e)),
                Some("42P05") => Err(lost("mixed up the prepared statements of two clients").caused_by(e)),
                Some(_) | None => Err(e.into()),
            }
        }
    }
}

fn lost(what: &str) -> Error {
    Error::usage(format!(
        "the connection pooler does not keep prepared statements: it {what}"
    ))
    .hint(
        "PgBouncer: version 1.21 or newer with max_prepared_statements = 200, or pool_mode = session; \
         or connect past the pooler",
    )
}
