//! The state of a database, read only from the catalogue, so that it also works for a login without
//! rights in the workspace.

use sqlx::postgres::PgConnection;

use crate::db::Workspace;
use crate::error::Result;

/// The state of a database as a login sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The login of this session.
    pub login: String,
    /// The database.
    pub database: String,
    /// The owner of the schema. `None` if there is no such schema.
    pub owner: Option<String>,
    /// Whether the login has the right to use the schema.
    pub usage: bool,
    /// Whether a migration has started in the schema.
    pub migrated: bool,
    /// The number of tables in the schema.
    pub tables: i64,
}

/// Returns the state of the database for a workspace's name.
///
/// # Errors
/// [`crate::error::Kind::Unreachable`] when the connection is lost.
pub async fn look(conn: &mut PgConnection, workspace: &Workspace) -> Result<Look> {
    Ok(sqlx::query_as!(
        Look,
        r#"select session_user::text as "login!", current_database()::text as "database!",
            pg_get_userbyid(n.nspowner)::text as owner,
            coalesce(has_schema_privilege(n.oid, 'usage'), false) as "usage!",
            exists (select 1
                from pg_class c
                where c.relnamespace = n.oid and c.relname = '_sqlx_migrations') as "migrated!",
            (select count(*)
                from pg_class c
                where c.relnamespace = n.oid and c.relkind in ('r', 'p', 'v', 'm', 'f')) as "tables!"
        from (select $1::text as name) w left join pg_namespace n on n.nspname = w.name"#,
        workspace.as_str()
    )
    .fetch_one(conn)
    .await?)
}

/// Returns whether an agent exists. The creation of the first agent is the last step of the set-up.
///
/// # Errors
/// [`crate::error::Kind::Usage`] if the tables are missing. Any database error.
pub async fn has_agents(conn: &mut PgConnection) -> Result<bool> {
    Ok(
        sqlx::query_scalar!(r#"select exists (select 1 from agent) as "there!""#)
            .fetch_one(conn)
            .await?,
    )
}

/// Returns whether the workspace has its tables.
///
/// # Errors
/// Any database error.
pub async fn has_tables(conn: &mut PgConnection, workspace: &Workspace) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = $1 and c.relname = 'agent') as "there!""#,
        workspace.as_str()
    )
    .fetch_one(conn)
    .await?)
}
