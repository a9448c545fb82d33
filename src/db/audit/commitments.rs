//! The rows for two checks: whether texts match their commitments, and whether only erasable texts
//! are erased.
//!
//! Like the queries of the chains, these queries use only built-in functions. Each query is one
//! stream, so that the memory use does not depend on the size of the workspace.

use std::collections::BTreeSet;

use sqlx::postgres::PgConnection;

use super::reader::{Only, Span};
use crate::db::server::copy::{Fields, Rows};
use crate::domain::chain::{Finding, Problem};
use crate::domain::event::Subject;
use crate::error::Result;

/// The texts and the raw JSON of a message in encoding 1.
const CONTENT: &str = "convert_to(concat('inbox-message-1', '|', octet_length(m.wamid), ':', m.wamid, '|',
    octet_length(m.kind), ':', m.kind, '|', (extract(epoch from m.at) * 1000000)::bigint, '|',
    m.direction, '|', m.author, '|', coalesce(octet_length(m.text) || ':' || m.text, '-'), '|',
    coalesce(octet_length(m.summary) || ':' || m.summary, '-'), '|',
    coalesce(octet_length(m.raw) || ':' || m.raw, '-')), 'UTF8')";

/// The latest time before which the history of a setting allowed the erasure of messages.
const KEPT_SINCE: &str = "select coalesce(max(coalesce(s.until, now())
        - make_interval(secs => least(s.keep::numeric, 3155760000)::float8)), '-infinity')
    from (select e.data ->> 'value' as keep, lead(e.at) over (partition by e.subject_id order by e.seq) as until
        from event e
        where e.subject = 'setting' and e.data ->> 'name' = 'retention_messages') s
    where s.keep ~ '^[0-9]+$'";

/// Returns the SQL for the event that allows the erasure of a contact's texts from a time.
fn forgotten(contact: &str, at: &str) -> String {
    format!(
        "exists (select 1
            from event f
            where f.subject = 'contact' and f.subject_id = {contact} and f.kind = 'forgotten' and f.at >= {at})"
    )
}

impl Fields {
    /// Returns a finding from a row with kind, id, event and whether a text was erased.
    pub(crate) fn finding(&self, problem: Problem) -> Finding {
        Finding {
            subject: self.text(0).unwrap_or_default().to_owned(),
            id: self.int(1).unwrap_or(0),
            seq: self.int(2).unwrap_or(0),
            problem: if self.yes(3) { Problem::Erased } else { problem },
        }
    }

    /// Returns a row of [`order_keys`] or [`order_texts`]: a conversation, and an order key or a
    /// text.
    pub(crate) fn text_of(&self) -> Option<(i64, &str)> {
        self.int(0).zip(self.text(1))
    }
}

/// Streams wrong messages. Checks one of `pieces` equal parts, or the chosen conversations or
/// times. A message belongs to the customer of its conversation. That customer's history decides
/// whether the text may be erased.
pub(crate) async fn messages<'c>(
    conn: &'c mut PgConnection,
    (piece, pieces): (i64, i64),
    only: &Only,
) -> Result<Rows<'c>> {
    let which = match only {
        Only::All => format!(
            "m.id > (select coalesce(max(id), 0) from message) * {piece} / {pieces}
            and m.id <= (select coalesce(max(id), 0) from message) * ({piece} + 1) / {pieces}"
        ),
        Only::Since(at) => format!("m.at >= '{at}'"),
        Only::Ids(ids) => {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            format!("m.conversation_id = any ('{{{}}}'::bigint[])", ids.join(","))
        }
    };
    let covered = forgotten("m.contact_id", "m.at");
    let query = format!(
        "select 'message', m.id, 0,
            not coalesce((c.contact_id, c.channel_id) is distinct from (m.contact_id, m.channel_id)
                and m.conversation_id is not null, false)
                and m.salt is null and coalesce(m.text, m.summary, m.raw) is null
        from message m left join conversation c on c.id = m.conversation_id
        where {which}
            and case
                when m.conversation_id is not null
                    and (c.contact_id, c.channel_id) is distinct from (m.contact_id, m.channel_id) then true
                when m.rank = 5 and m.kind <> 'call' then true
                when m.version < 1
                    or m.version > 1
                        and not exists (select 1
                            from superseded s
                            where s.message_id = m.id and s.version = m.version - 1) then true
                when m.salt is not null then m.commitment <> sha256(m.salt || {CONTENT})
                else coalesce(m.text, m.summary, m.raw) is not null
                    or not (m.at < ({KEPT_SINCE}) or {covered}) end"
    );
    Rows::open(conn, &query).await
}

/// Streams wrong rows among erased notes, erased reasons and earlier versions of messages.
pub(crate) async fn erased(conn: &mut PgConnection) -> Result<Rows<'_>> {
    let note = forgotten("c.contact_id", "n.at");
    let reason = forgotten("c.contact_id", "e.at");
    let query = format!(
        "select e.subject, e.subject_id, e.seq,
            coalesce(n.body, n.order_id, n.courier, n.tracking_no, n.tried) is null
        from note n
            left join conversation c on c.id = n.conversation_id
            join event e on e.subject = case when n.ticket_id is null then 'conversation' else 'ticket' end
                and e.subject_id = coalesce(n.ticket_id, n.conversation_id) and e.note_id = n.id
        where n.salt is null
            and (coalesce(n.body, n.order_id, n.courier, n.tracking_no, n.tried) is not null or not {note})
        union all
        select w.subject, w.subject_id, w.seq, true
        from reason r
            join lateral (select *
                from event e
                where e.reason_id = r.id
                order by e.subject, e.subject_id, e.seq
                limit 1) w on true
        where r.salt is null
            and not exists (select 1
                from event e
                    left join ticket t on e.subject = 'ticket' and t.id = e.subject_id
                    join conversation c
                        on c.id = case e.subject when 'conversation' then e.subject_id
                            when 'ticket' then t.conversation_id end
                where e.reason_id = r.id and {reason})
        union all
        select 'message', s.message_id, 0, false
        from (select s.*, row_number() over w as place, lead(s.rank) over w as next_rank,
                lead(s.kind) over w as next_kind, lead(s.direction) over w as next_direction
            from superseded s
            window w as (partition by s.message_id order by s.version)) s
            left join message m on m.id = s.message_id
        where m.id is null or s.version <> s.place or s.next_rank is null and s.version <> m.version - 1
            or not (s.rank < coalesce(s.next_rank, m.rank) or s.rank = 0 and coalesce(s.next_rank, m.rank) = 0)
            -- Versions from before kinds and directions were kept have none.
            or s.rank >= 4
                and ((s.kind, case when s.next_rank is null then m.kind else s.next_kind end) <> ('call', 'call')
                    or s.direction <> case when s.next_rank is null then m.direction else s.next_direction end)"
    );
    Rows::open(conn, &query).await
}

/// Streams contacts whose ids differ from the ids in their commitments.
pub(crate) async fn aliases(conn: &mut PgConnection) -> Result<Rows<'_>> {
    Rows::open(conn, ALIASES).await
}

/// Selects contacts whose ids differ from the ids that were added and ended, by their commitments.
const ALIASES: &str = "with aliases as materialized (
        select a.contact_id, a.superseded_at,
            sha256(a.salt
                || convert_to(concat('inbox-alias-1|', a.kind, '|', octet_length(a.value), ':', a.value),
                    'UTF8')) as commitment
        from contact_alias a
    )
    select 'contact', a.contact_id, 0, false
    from aliases a
    where not exists (select 1
        from alias_change c
        where c.commitment = a.commitment and c.what = 'known' and c.contact_id = a.contact_id)
        or (a.superseded_at is not null) <> exists (select 1
            from alias_change c
            where c.commitment = a.commitment and c.what = 'ended' and c.contact_id = a.contact_id)
    union all
    select 'contact', c.contact_id, 0, false
    from alias_change c
    where not exists (select 1
        from contact_alias a
        where a.contact_id = c.contact_id
            and c.commitment = sha256(a.salt
                || convert_to(concat('inbox-alias-1|', a.kind, '|', octet_length(a.value), ':', a.value), 'UTF8')))
        and not exists (select 1
            from event f
            where f.subject = 'contact' and f.subject_id = c.contact_id and f.kind = 'forgotten')";

/// Streams the order numbers of conversations.
pub(crate) async fn order_keys<'c>(conn: &'c mut PgConnection, span: &Span) -> Result<Rows<'c>> {
    let condition = span.condition(Subject::Conversation, "x.conversation_id");
    let query = format!("select x.conversation_id, x.key from order_key x where {condition}");
    Rows::open(conn, &query).await
}

/// Streams the texts of conversations that contain digits. The order numbers are read from these
/// texts.
pub(crate) async fn order_texts<'c>(conn: &'c mut PgConnection, span: &Span) -> Result<Rows<'c>> {
    let condition = span.condition(Subject::Conversation, "x.conversation_id");
    let digits = "~ '[0-9٠-٩۰-۹０-９]'";
    let query = format!(
        "select x.conversation_id, x.text from message x where {condition} and x.text {digits}
        union all
        select x.conversation_id, t.text from note x
            cross join lateral (values (x.body), (x.order_id), (x.courier), (x.tracking_no), (x.tried)) as t (text)
        where {condition} and t.text {digits}"
    );
    Rows::open(conn, &query).await
}

/// Returns the conversations without an erased text. Each order number of such a conversation must
/// be in one of its texts.
pub(crate) async fn whole_texts<'c>(conn: &'c mut PgConnection, ids: &BTreeSet<i64>) -> Result<Rows<'c>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let query = format!(
        "select c.id from conversation c where c.id = any ('{{{}}}'::bigint[])
                and not exists (select 1 from note n where n.conversation_id = c.id and n.salt is null)
                and not exists (select 1 from message m where m.conversation_id = c.id and m.salt is null)
                and not exists (select 1 from message m where m.contact_id = c.contact_id and m.version > 1)",
        ids.join(",")
    );
    Rows::open(conn, &query).await
}
