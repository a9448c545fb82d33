//! Contacts for display.

use futures_util::stream::{Stream, StreamExt as _};
use jiff::Timestamp;
use sqlx::postgres::PgConnection;

use crate::domain::ids::ConversationId;
use crate::error::Result;

/// A filter of contacts.
#[derive(Debug, Clone, Default)]
pub struct ContactFilter {
    /// By id.
    pub ids: Option<Vec<i64>>,
    /// Only contacts with an id that also belongs to another contact.
    pub conflicts: bool,
    /// Also contacts that were forgotten.
    pub forgotten: bool,
    /// The maximum number of contacts. The newest are returned.
    pub limit: Option<i64>,
}

/// One contact.
#[derive(Debug, Clone)]
pub struct ContactLine {
    /// The number in the database. After the contact is forgotten, only this number identifies it.
    pub id: i64,
    /// The phone number with `+`, or WhatsApp's user id if there is no phone number.
    pub contact: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The username.
    pub username: Option<String>,
    /// All present and past ids of the customer.
    pub aliases: Vec<String>,
    /// The contacts that share an id with this contact.
    pub conflicts: Vec<String>,
    /// The conversations, oldest first.
    pub conversations: Vec<ConversationId>,
    /// The conversations that are not resolved.
    pub live: Vec<ConversationId>,
    /// `stop` or `resume`.
    pub marketing: Option<String>,
    /// The time when the customer was first seen.
    pub first_seen: Timestamp,
    /// The time when the customer was last seen.
    pub last_seen: Timestamp,
    /// The time when all data that identifies the customer was erased.
    pub forgotten_at: Option<Timestamp>,
}

/// Returns contacts in the order of their creation, row by row.
pub fn list<'c>(
    conn: &'c mut PgConnection,
    which: &ContactFilter,
) -> impl Stream<Item = Result<ContactLine>> + Unpin + use<'c> {
    sqlx::query!(
        r#"select k.id as "id!", k.name as "name?", k.username as "username?", k.marketing as "marketing?",
            k.first_seen as "first_seen!", k.last_seen as "last_seen!", k.forgotten_at as "forgotten_at?",
            array(select case a.kind when 'wa_id' then '+' || a.value else a.value end
                from contact_alias a
                where a.contact_id = k.id
                order by a.superseded_at is not null, a.kind = 'wa_id' desc, a.kind, a.last_seen desc,
                    a.value) as "aliases!",
            (select case a.kind when 'wa_id' then '+' || a.value else a.value end
                from contact_alias a
                where a.contact_id = k.id and a.superseded_at is null
                order by a.kind = 'wa_id' desc, a.kind, a.last_seen desc
                limit 1) as contact,
            array(select coalesce((select case a.kind when 'wa_id' then '+' || a.value else a.value end
                    from contact_alias a
                    where a.contact_id = o.id and a.superseded_at is null
                    order by a.kind = 'wa_id' desc, a.kind, a.last_seen desc
                    limit 1), 'contact ' || o.id)
                from contact o
                where o.id in (select x.other_id from contact_conflict x where x.contact_id = k.id
                    union
                    select x.contact_id from contact_conflict x where x.other_id = k.id)
                order by o.id) as "conflicts!",
            array(select c.id from conversation c where c.contact_id = k.id order by c.id) as "conversations!",
            array(select c.id
                from conversation c
                where c.contact_id = k.id and c.status <> 'resolved'
                order by c.id) as "live!"
        from (select *
            from contact k
            where ($1::bigint[] is null or k.id = any($1)) and ($3 or k.forgotten_at is null)
                and (not $2
                    or k.id in (select contact_id from contact_conflict union select other_id from contact_conflict))
            order by k.id desc
            limit $4) k
        order by k.id"#,
        which.ids.clone() as Option<Vec<i64>>,
        which.conflicts,
        which.forgotten,
        which.limit
    )
    .fetch(conn)
    .map(|row| {
        let r = row?;
        Ok(ContactLine {
            id: r.id,
            contact: r.contact,
            name: r.name,
            username: r.username,
            aliases: r.aliases,
            conflicts: r.conflicts,
            conversations: r.conversations.into_iter().map(ConversationId).collect(),
            live: r.live.into_iter().map(ConversationId).collect(),
            marketing: r.marketing,
            first_seen: r.first_seen.to_jiff(),
            last_seen: r.last_seen.to_jiff(),
            forgotten_at: r.forgotten_at.map(|t| t.to_jiff()),
        })
    })
}

/// Returns the contacts that a phone number or WhatsApp user id belongs to. If the id belongs to no
/// contact now, returns its past contacts.
///
/// # Errors
/// Any database error.
pub async fn holders(conn: &mut PgConnection, alias: &str) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar!(
        r#"select distinct a.contact_id
        from contact_alias a
        where a.value = $1
            and (a.superseded_at is null
                or not exists (select 1 from contact_alias b where b.value = $1 and b.superseded_at is null))
        order by 1"#,
        alias
    )
    .fetch_all(conn)
    .await?)
}

/// Returns the contact of a conversation.
///
/// # Errors
/// Any database error.
pub async fn of_conversation(conn: &mut PgConnection, id: ConversationId) -> Result<Option<i64>> {
    Ok(
        sqlx::query_scalar!("select contact_id from conversation where id = $1", id.0)
            .fetch_optional(conn)
            .await?,
    )
}
