//! Short lists for the shell's completion. The login reads them with its own rights.

use sqlx::postgres::PgConnection;

use crate::error::Result;

/// A word to complete, and its description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The word.
    pub word: String,
    /// A name or text that describes the word. It may contain a customer's name.
    pub about: Option<String>,
}

/// Returns the handles in use of `agent`, `team`, `store`, `channel` or `shift`, in their order.
///
/// # Errors
/// See [`crate::db`].
pub async fn handles(conn: &mut PgConnection, resources: &[String]) -> Result<Vec<Candidate>> {
    Ok(sqlx::query_as!(
        Candidate,
        r#"select handle as "word!", name as "about?" from (
            select 'agent' as resource, handle, name from agent where disabled_at is null and role <> 'system'
            union all select 'team', handle, name from team where disabled_at is null
            union all select 'store', handle, name from store where disabled_at is null
            union all select 'channel', handle, display_phone from channel where disabled_at is null
            union all select 'shift', handle, name from shift where disabled_at is null
        ) n
        where resource = any($1)
        order by 1"#,
        resources
    )
    .fetch_all(conn)
    .await?)
}

/// Returns the labels of live conversations, the most frequent first.
///
/// # Errors
/// See [`crate::db`].
pub async fn labels(conn: &mut PgConnection, limit: i64) -> Result<Vec<Candidate>> {
    Ok(sqlx::query_as!(
        Candidate,
        r#"select l as "word!", null::text as "about?"
        from conversation c, unnest(c.labels) l
        where c.status <> 'resolved'
        group by l
        order by count(*) desc, l
        limit $1"#,
        limit
    )
    .fetch_all(conn)
    .await?)
}

/// Returns live conversations whose number begins with the given digits, the latest first, with
/// customer and last text.
///
/// # Errors
/// See [`crate::db`].
pub async fn conversations(conn: &mut PgConnection, digits: &str, limit: i64) -> Result<Vec<Candidate>> {
    Ok(sqlx::query_as!(
        Candidate,
        r#"select 'C-' || c.id as "word!", concat_ws(' · ', coalesce(k.name, k.username), m.summary) as "about?"
        from (
            select id, contact_id from conversation
            where status <> 'resolved' and id::text like $1 || '%'
            order by last_message_at desc nulls last, id desc
            limit $2
        ) c
            join contact k on k.id = c.contact_id
            left join lateral (
                select left(coalesce(m.summary, m.text), 200) as summary from message m
                where m.conversation_id = c.id and m.kind not in ('reaction', 'edit', 'revoke')
                order by m.at desc, m.id desc
                limit 1
            ) m on true"#,
        digits,
        limit
    )
    .fetch_all(conn)
    .await?)
}

/// Returns open tickets whose number begins with the given digits, the newest first, with their
/// category.
///
/// # Errors
/// See [`crate::db`].
pub async fn tickets(conn: &mut PgConnection, digits: &str, limit: i64) -> Result<Vec<Candidate>> {
    Ok(sqlx::query_as!(
        Candidate,
        r#"select 'T-' || id as "word!", concat_ws(' · ', priority, category) as "about?"
        from ticket
        where closed_at is null and id::text like $1 || '%'
        order by id desc
        limit $2"#,
        digits,
        limit
    )
    .fetch_all(conn)
    .await?)
}
