//! What commitments promise of texts: that a message says what it said, and that nothing was erased but what may be.
//!
//! Like the chains, with built-in functions alone; one stream, memory flat on any size.

use sha2::{Digest, Sha256};
use sqlx::postgres::PgConnection;

use super::chain::{Only, Reader};
use super::copy::Rows;
use crate::domain::chain::{Finding, Problem};
use crate::error::Result;

/// Texts and raw JSON as encoding 1 of a message writes them.
const CONTENT: &str = "convert_to(concat('inbox-message-1', '|', octet_length(m.wamid), ':', m.wamid, '|', octet_length(m.kind), ':', m.kind, '|',
    (extract(epoch from m.at) * 1000000)::bigint, '|', m.direction, '|', m.author, '|', coalesce(octet_length(m.text) || ':' || m.text, '-'), '|',
    coalesce(octet_length(m.summary) || ':' || m.summary, '-'), '|', coalesce(octet_length(m.raw) || ':' || m.raw, '-')), 'UTF8')";

/// The time before which the history of a setting has ever let messages be erased.
const KEPT_SINCE: &str =
    "select coalesce(max(coalesce(s.until, now()) - make_interval(secs => least(s.keep::numeric, 3155760000)::float8)), '-infinity') from (
        select e.data ->> 'value' as keep, lead(e.at) over (partition by e.subject_id order by e.seq) as until
        from event e where e.subject = 'setting' and e.data ->> 'name' = 'retention_messages') s
    where s.keep ~ '^[0-9]+$'";

/// The event that lets a contact's texts of a time be erased.
fn forgotten(contact: &str, at: &str) -> String {
    format!(
        "exists (select 1 from event f where f.subject = 'contact' and f.subject_id = {contact} and f.kind = 'forgotten' and f.at >= {at})"
    )
}

/// Checks messages: one of some equal pieces of all, or those of the chosen conversations or times. A message is its conversation's customer's, which
/// decides whether its text may be gone.
///
/// # Errors
/// What the database says.
pub async fn check(
    reader: &Reader,
    (piece, pieces): (i64, i64),
    only: &Only,
    found: &mut impl FnMut(Finding),
) -> Result<()> {
    let which = match only {
        Only::All => format!(
            "m.id > (select coalesce(max(id), 0) from message) * {piece} / {pieces} and m.id <= (select coalesce(max(id), 0) from message) * ({piece} + 1) / {pieces}"
        ),
        Only::Since(at) => format!("m.at >= '{at}'"),
        Only::Ids(ids) => {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            format!("m.conversation_id = any ('{{{}}}'::bigint[])", ids.join(","))
        }
    };
    let covered = forgotten("m.contact_id", "m.at");
    let query = format!(
        "select 'message', m.id, 0, not coalesce((c.contact_id, c.channel_id) is distinct from (m.contact_id, m.channel_id) and m.conversation_id is not null, false)
            and m.salt is null and coalesce(m.text, m.summary, m.raw) is null
        from message m left join conversation c on c.id = m.conversation_id where {which} and case
            when m.conversation_id is not null and (c.contact_id, c.channel_id) is distinct from (m.contact_id, m.channel_id) then true
            when m.rank = 5 and m.kind <> 'call' then true
            when m.salt is not null then m.commitment <> sha256(m.salt || {CONTENT})
            else coalesce(m.text, m.summary, m.raw) is not null or not (m.at < ({KEPT_SINCE}) or {covered}) end"
    );
    report(reader, &query, found).await
}

/// Checks what is small: erased notes and reasons, and the versions of messages that better ones have superseded.
///
/// # Errors
/// What the database says.
pub async fn check_rest(reader: &Reader, found: &mut impl FnMut(Finding)) -> Result<()> {
    let note = forgotten("c.contact_id", "n.at");
    let reason = forgotten("c.contact_id", "e.at");
    let query = format!(
        "select e.subject, e.subject_id, e.seq, coalesce(n.body, n.order_id, n.courier, n.tracking_no, n.tried) is null
        from note n left join conversation c on c.id = n.conversation_id
            join event e on e.subject = case when n.ticket_id is null then 'conversation' else 'ticket' end
                and e.subject_id = coalesce(n.ticket_id, n.conversation_id) and e.note_id = n.id
        where n.salt is null and (coalesce(n.body, n.order_id, n.courier, n.tracking_no, n.tried) is not null or not {note})
        union all
        select w.subject, w.subject_id, w.seq, true from reason r
            join lateral (select * from event e where e.reason_id = r.id order by e.subject, e.subject_id, e.seq limit 1) w on true
        where r.salt is null and not exists (
            select 1 from event e left join ticket t on e.subject = 'ticket' and t.id = e.subject_id
                join conversation c on c.id = case e.subject when 'conversation' then e.subject_id when 'ticket' then t.conversation_id end
            where e.reason_id = r.id and {reason})
        union all
        select 'message', s.message_id, 0, false from superseded s left join message m on m.id = s.message_id
        where m.id is null or not (s.rank < m.rank or s.rank = 0 and m.rank = 0)"
    );
    report(reader, &query, found).await
}

/// Runs a query of kind, id, event and whether a text was erased.
async fn report(reader: &Reader, query: &str, found: &mut impl FnMut(Finding)) -> Result<()> {
    let mut conn = reader.connect().await?;
    let mut rows = Rows::open(&mut conn, query).await?;
    while let Some(row) = rows.next().await? {
        found(Finding {
            subject: row.text(0).unwrap_or_default().to_owned(),
            id: row.int(1).unwrap_or(0),
            seq: row.int(2).unwrap_or(0),
            problem: if row.yes(3) {
                Problem::Erased
            } else {
                Problem::TextDiffers
            },
        });
    }
    Ok(())
}

/// Gives how many messages there were before a transaction (and, where it says more, until a time), and SHA-256 over one line for each, in order of ids:
/// what was known of it then.
///
/// # Errors
/// What the database says.
pub async fn digest(conn: &mut PgConnection, xmin: &str, until: &str) -> Result<(u64, String)> {
    let then = format!("m.xid < '{xmin}'::xid8 and m.received_at <= '{until}'");
    let query = format!(
        "select concat(m.id, '|', coalesce(s.rank, m.rank), '|', (extract(epoch from coalesce(s.at, m.at)) * 1000000)::bigint, '|',
            encode(coalesce(s.commitment, m.commitment), 'hex'))
        from message m left join lateral (
            select s.rank, s.at, s.commitment from superseded s where not ({then}) and s.message_id = m.id and s.xid < '{xmin}'::xid8
            order by s.xid desc limit 1) s on true
        where {then} or s.commitment is not null
        order by m.id"
    );
    let (mut count, mut sha) = (0, Sha256::new());
    let mut rows = Rows::open(conn, &query).await?;
    while let Some(row) = rows.next().await? {
        sha.update(row.text(0).unwrap_or_default());
        sha.update(b"\n");
        count += 1;
    }
    Ok((count, hex::encode(sha.finalize())))
}
