//! Group roles and logins with least privilege: created when the login can create roles, otherwise
//! printed as SQL for the administrator.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};

use crate::error::{Error, Kind, Result};

/// The result of statements that need an administrator's rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Granted {
    /// The statements were run.
    Done,
    /// The login has no right to run the statements. An administrator must run them.
    Missing(Vec<String>),
}

/// Creates the workspace's group roles and grants them their rights. A second call changes nothing.
///
/// # Errors
/// Any database error except a missing right of the login.
pub async fn ensure(conn: &mut PgConnection) -> Result<Granted> {
    let statements = sqlx::query_scalar!(r#"select role_statements() as "s!""#)
        .fetch_all(&mut *conn)
        .await?;
    run(conn, statements).await
}

/// Grants existing groups their rights to tables and functions, in the caller's transaction. The
/// owner can do this; new groups need an administrator.
///
/// # Errors
/// Any database error.
pub async fn grant_to_existing(conn: &mut PgConnection) -> Result<()> {
    // A right that a group no longer needs is also revoked.
    let statements = sqlx::query_scalar!(
        r#"select format('revoke all on all %s in schema %I from %I', w, current_schema(), rolname) as "s!"
        from pg_roles, unnest(array['tables', 'functions']) as w
        where rolname in (select group_role(k)
            from unnest(array['viewer', 'agent', 'supervisor', 'admin', 'ingest']) as k)
        union all
        select g.statement
        from grant_statements() g
        where exists (select 1 from pg_roles where rolname = group_role(g.kind))"#
    )
    .fetch_all(&mut *conn)
    .await?;
    for statement in statements {
        conn.execute(AssertSqlSafe(statement)).await?;
    }
    Ok(())
}

/// Grants a login the groups of its agent and of the agents it can act as, and revokes all others.
///
/// # Errors
/// Any database error except a missing right of the login.
pub async fn enrol(conn: &mut PgConnection, login: &str) -> Result<Granted> {
    let statements = enrolment(conn, login).await?;
    run(conn, statements).await
}

/// Returns the statements that [`enrol`] runs. The login need not exist.
///
/// # Errors
/// Any database error.
pub async fn enrolment(conn: &mut PgConnection, login: &str) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(r#"select login_statements($1) as "s!""#, login)
        .fetch_all(conn)
        .await?)
}

/// Returns whether the workspace's group roles exist.
///
/// # Errors
/// Any database error.
pub async fn groups_exist(conn: &mut PgConnection) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from pg_roles where rolname = group_role('viewer')) as "there!""#
    )
    .fetch_one(conn)
    .await?)
}

/// Lists every statement that groups and logins need, for an administrator to run.
///
/// # Errors
/// Any database error.
pub async fn statements(conn: &mut PgConnection) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"with strangers as (
            -- In a copy that was restored under another name, the groups of the original workspace
            -- and PUBLIC still have rights.
            select distinct a.grantee
            from pg_namespace n, pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
            where n.nspname = current_schema() and p.pronamespace = n.oid and a.grantee <> n.nspowner
                and not exists (select 1
                    from unnest(array['viewer', 'agent', 'supervisor', 'admin', 'ingest']) k
                        join pg_roles o on o.rolname = group_role(k)
                    where o.oid = a.grantee)
        )
        select format('revoke all on all functions in schema %I from %s', current_schema(),
            case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end) as "s!"
        from strangers
        union all
        select format('revoke insert, update, delete, truncate, references, trigger on all tables in schema %I from %I',
            current_schema(), pg_get_userbyid(grantee))
        from strangers
        where grantee <> 0
        union all
        select s from role_statements() s
        union all
        select s
        from (select login as l from agent where login is not null union select login from acting) logins
            join pg_roles r on r.rolname = l, login_statements(l) s"#
    )
    .fetch_all(conn)
    .await?)
}

/// Returns whether a login exists in Postgres.
///
/// # Errors
/// Any database error.
pub async fn login_exists(conn: &mut PgConnection, login: &str) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from pg_roles where rolname = $1) as "there!""#,
        login
    )
    .fetch_one(conn)
    .await?)
}

/// Returns the statement that creates a login, for an administrator.
///
/// # Errors
/// Any database error.
pub async fn create_login(conn: &mut PgConnection, login: &str) -> Result<Granted> {
    let statement = sqlx::query_scalar!(r#"select format('create role %I login', $1::text) as "s!""#, login)
        .fetch_one(&mut *conn)
        .await?;
    run(conn, vec![statement]).await
}

/// Runs statements in a separate savepoint or transaction. Tries again if another migration changed
/// the same role at the same time.
async fn run(conn: &mut PgConnection, statements: Vec<String>) -> Result<Granted> {
    let nested = conn.is_in_transaction();
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
                if nested {
                    tx.commit().await?;
                } else {
                    crate::db::commit(tx, None).await?;
                }
                return Ok(Granted::Done);
            }
            Err(e) => {
                tx.rollback().await?;
                // Two sessions that change the same role at once get "tuple concurrently updated".
                let raced = e
                    .as_database_error()
                    .and_then(sqlx::error::DatabaseError::code)
                    .is_some_and(|c| c == "XX000" || c == "40001" || c == "40P01");
                if raced && left > 0 {
                    tokio::time::sleep(std::time::Duration::from_millis(u64::from(11 - left) * 10)).await;
                    continue;
                }
                // A group that does not exist yet, because no login had the right to create it.
                let undefined = e
                    .as_database_error()
                    .and_then(sqlx::error::DatabaseError::code)
                    .is_some_and(|c| c == "42704");
                let e = Error::from(e);
                return if e.kind == Kind::Denied || undefined {
                    Ok(Granted::Missing(statements))
                } else {
                    Err(e)
                };
            }
        }
    }
    Err(Error::conflict("someone else is changing the cluster's roles all the time").hint("try again"))
}
