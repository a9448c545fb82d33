//! Notices about the account.

use sqlx::postgres::PgConnection;

use crate::error::Result;

/// A notice about the account for the operator.
#[derive(Debug, Clone)]
pub struct Notice {
    /// The delivery of the notice.
    pub delivery: i64,
    /// The key that equal notices share.
    pub key: String,
    /// The field of the change.
    pub field: String,
    /// The business account.
    pub waba: Option<String>,
    /// The phone number id of the notice.
    pub phone_number_id: Option<String>,
    /// `info`, `warning` or `critical`.
    pub severity: &'static str,
    /// One line, without customer text.
    pub summary: String,
    /// The JSON.
    pub raw: Option<String>,
}

/// Stores notices. Returns the notices that were not stored before.
///
/// # Errors
/// Any database error.
pub async fn notify(conn: &mut PgConnection, notices: &[Notice]) -> Result<Vec<String>> {
    if notices.is_empty() {
        return Ok(Vec::new());
    }
    let delivery: Vec<i64> = notices.iter().map(|n| n.delivery).collect();
    let key: Vec<&str> = notices.iter().map(|n| n.key.as_str()).collect();
    let field: Vec<&str> = notices.iter().map(|n| n.field.as_str()).collect();
    let waba: Vec<Option<&str>> = notices.iter().map(|n| n.waba.as_deref()).collect();
    let phone: Vec<Option<&str>> = notices.iter().map(|n| n.phone_number_id.as_deref()).collect();
    let severity: Vec<&str> = notices.iter().map(|n| n.severity).collect();
    let summary: Vec<&str> = notices.iter().map(|n| n.summary.as_str()).collect();
    let raw: Vec<Option<&str>> = notices.iter().map(|n| n.raw.as_deref()).collect();
    Ok(sqlx::query_scalar!(
        r#"insert into notice (delivery_id, key, field, waba, phone_number_id, severity, summary, raw, received_at)
        select i.*, app_now()
        from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
            as i (delivery_id, key, field, waba, phone_number_id, severity, summary, raw)
        order by i.key
        on conflict (key) do nothing
        returning key"#,
        &delivery,
        &key as &[&str],
        &field as &[&str],
        &waba as &[Option<&str>],
        &phone as &[Option<&str>],
        &severity as &[&str],
        &summary as &[&str],
        &raw as &[Option<&str>]
    )
    .fetch_all(conn)
    .await?)
}
