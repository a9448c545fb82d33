//! Group roles and logins: least privilege, made where the login may make roles, else given as SQL for the administrator.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};

use crate::domain::words::Role;
use crate::error::{Error, Kind, Result};

/// What became of statements that need an administrator's rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Granted {
    /// They were run.
    Done,
    /// The login may not: the statements, for someone who may.
    Missing(Vec<String>),
}

/// Makes the workspace's group roles and gives them their rights. Run again after each migration; changes nothing the second time.
///
/// # Errors
/// What the database says, other than that the login may not.
pub async fn ensure(conn: &mut PgConnection) -> Result<Granted> {
    let statements = sqlx::query_scalar!(r#"select role_statements() as "s!""#)
        .fetch_all(&mut *conn)
        .await?;
    run(conn, statements).await
}

/// Makes a login a member of the group of its agent's role, and of no other; none: of no group.
///
/// # Errors
/// What the database says, other than that the login may not.
pub async fn enrol(conn: &mut PgConnection, login: &str, role: Option<Role>) -> Result<Granted> {
    let statements = sqlx::query_scalar!(
        r#"select login_statements($1, $2) as "s!""#,
        login,
        role.map(Role::as_str)
    )
    .fetch_all(&mut *conn)
    .await?;
    run(conn, statements).await
}

/// Gives the statement that makes a login, for those who may.
///
/// # Errors
/// What the database says.
pub async fn create_login(conn: &mut PgConnection, login: &str) -> Result<Granted> {
    let statement = sqlx::query_scalar!(r#"select format('create role %I login', $1::text) as "s!""#, login)
        .fetch_one(&mut *conn)
        .await?;
    run(conn, vec![statement]).await
}

/// Runs statements in a savepoint or transaction of their own; a lost race with another migration is tried again.
async fn run(conn: &mut PgConnection, statements: Vec<String>) -> Result<Granted> {
    for left in (0..10_u32).rev() {
        let mut tx = conn.begin().await?;
        let ran: std::result::Result<(), sqlx::Error> = async {
            for statement in &statements {
                tx.execute(AssertSqlSafe(statement.clone())).await?;
            }
            Ok(())
        }
        .await;
        match ran {
            Ok(()) => {
                tx.commit().await?;
                return Ok(Granted::Done);
            }
            Err(e) => {
                tx.rollback().await?;
                // Two who grant on one role at once: "tuple concurrently updated".
                let raced = e
                    .as_database_error()
                    .and_then(sqlx::error::DatabaseError::code)
                    .is_some_and(|c| c == "XX000" || c == "40001" || c == "40P01");
                if raced && left > 0 {
                    tokio::time::sleep(std::time::Duration::from_millis(u64::from(11 - left) * 10)).await;
                    continue;
                }
                let e = Error::from(e);
                return if e.kind == Kind::Denied {
                    Ok(Granted::Missing(statements))
                } else {
                    Err(e)
                };
            }
        }
    }
    Err(Error::conflict("someone else is changing the cluster's roles all the time").hint("try again"))
}
