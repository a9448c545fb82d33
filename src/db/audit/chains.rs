//! The rows that the chains are compared with: events, administered rows, legs and phases,
//! operations.
//!
//! The queries use only built-in functions, so that changed functions of a workspace cannot affect
//! them.

use sqlx::postgres::PgConnection;

use super::reader::Span;
use crate::db::server::copy::{Fields, Rows};
use crate::domain::chain::{Head, Interval, Link, OperationRecord, Problem, State};
use crate::domain::event::Subject;
use crate::error::Result;

/// The subjects that are administered resources.
pub(crate) const RESOURCES: [Subject; 8] = [
    Subject::Acting,
    Subject::Agent,
    Subject::Channel,
    Subject::Roster,
    Subject::Setting,
    Subject::Shift,
    Subject::Store,
    Subject::Team,
];

impl Fields {
    pub(crate) fn id(&self) -> i64 {
        self.int(0).unwrap_or(0)
    }

    /// Returns the state that begins at a field.
    fn state(&self, n: usize) -> State<'_> {
        State {
            status: self.text(n),
            owner: self.int(n + 1),
            team: self.int(n + 2),
            priority: self.text(n + 3),
            labels: self.text(n + 4),
            until: self.micros(n + 5),
        }
    }

    /// Returns a row of [`events_query`] as a link.
    pub(crate) fn link(&self) -> Link<'_> {
        Link {
            id: self.id(),
            seq: self.int(1).unwrap_or(0),
            at: self.micros(2).unwrap_or(0),
            kind: self.text(3).unwrap_or_default(),
            actor: self.int(4).unwrap_or(0),
            operation: self.int(5).unwrap_or(0),
            digest: self.bytes(6).unwrap_or_default(),
            state: self.state(7),
            how: self.text(13).unwrap_or_default(),
            reason: self.bytes(14).unwrap_or_default(),
            note: self.bytes(15).unwrap_or_default(),
            data: self.text(16).unwrap_or_default(),
            hash: self.bytes(17).unwrap_or_default(),
        }
    }

    /// Returns a row of [`rows_query`] as a head.
    pub(crate) fn head(&self) -> Head<'_> {
        Head {
            seq: self.int(1).unwrap_or(0),
            hash: self.bytes(2).unwrap_or_default(),
            at: self.micros(3).unwrap_or(0),
            state: self.state(4),
            ended: self.micros(10),
            opened: self.micros(11).zip(self.int(12)),
            data: self.text(13).unwrap_or_default(),
        }
    }

    /// Returns whether a row of [`intervals_query`] is this interval.
    pub(crate) fn is(&self, interval: &Interval) -> bool {
        (
            self.int(1),
            self.int(2),
            self.int(3),
            self.text(4),
            self.int(5),
            self.micros(6),
            self.micros(7),
        ) == (
            Some(interval.seq),
            interval.owner,
            interval.team,
            Some(interval.word.as_str()),
            interval.operation,
            Some(interval.from),
            interval.to,
        )
    }

    /// Returns whether a row of [`intervals_query`] comes from a table.
    pub(crate) fn is_of(&self, table: Table) -> bool {
        self.int(8) == Some(table as i64)
    }

    /// Returns whether the reason or the note of a row of [`events_query`] differs from the
    /// commitment in the event.
    pub(crate) fn text_differs(&self) -> bool {
        self.yes(18)
    }

    /// Returns a row of [`operations`] and its digest.
    pub(crate) fn operation(&self) -> (OperationRecord<'_>, Option<&[u8]>) {
        let record = OperationRecord {
            id: self.id(),
            at: self.micros(1).unwrap_or(0),
            actor: self.int(2).unwrap_or(0),
            verb: self.text(3).unwrap_or_default(),
            login: self.text(4).unwrap_or_default(),
            address: self.text(5).unwrap_or_default(),
            version: self.text(6).unwrap_or_default(),
            os_user: self.text(7),
            args: self.text(8).unwrap_or_default(),
        };
        (record, self.bytes(9))
    }

    /// Returns the event number of a row of [`beside`].
    pub(crate) fn seq(&self) -> i64 {
        self.int(1).unwrap_or(0)
    }
}

fn events_query(subject: Subject, span: &Span) -> String {
    let condition = span.condition(subject, "e.subject_id");
    // The hash is the same for an empty list and for no list. A conversation always has a list.
    let labels = if subject == Subject::Conversation {
        "coalesce(array_to_string(e.labels, ','), 'null')"
    } else {
        "array_to_string(e.labels, ',')"
    };
    format!(
        "select e.subject_id, e.seq, e.at, e.kind, e.actor_id, e.operation_id, o.digest, e.status, e.owner_id,
            e.team_id, e.priority, {labels}, e.until_at, e.how, e.reason_commitment, e.note_commitment,
            e.data::text, e.hash, {}
        from event e
            left join operation o on o.id = e.operation_id
            left join reason r on r.id = e.reason_id
            left join note n on n.id = e.note_id
        where e.subject = '{subject}' and {condition}
        order by e.subject_id, e.seq",
        include_str!("chains/texts.sql")
    )
}

fn rows_query(subject: Subject, span: &Span) -> String {
    let rest = match subject {
        Subject::Conversation => {
            "status, owner_id, team_id, priority, array_to_string(labels, ','), snoozed_until, resolved_at,
            null::timestamptz, null::bigint,
            jsonb_build_object('channel', channel_id, 'contact', contact_id, 'store', store_id)::text"
        }
        Subject::Ticket => {
            "status, owner_id, team_id, priority, null::text, due_at, closed_at, opened_at, opened_by,
            jsonb_build_object('conversation', conversation_id, 'category', category)::text"
        }
        // The data that identifies the customer must be erased. A contact without events has no
        // chain.
        Subject::Contact => {
            "case when forgotten_at = head_at and coalesce(name, username, marketing) is null
                and not exists (select 1 from contact_alias a where a.contact_id = contact.id) then 'forgotten' end,
                null::bigint, null::bigint, null::text, null::text, null::timestamptz, null::timestamptz,
                null::timestamptz, null::bigint, null::text"
        }
        resource @ (Subject::Setting
        | Subject::Store
        | Subject::Team
        | Subject::Agent
        | Subject::Acting
        | Subject::Channel
        | Subject::Shift
        | Subject::Roster) => &*format!(
            "null::text, null::bigint, null::bigint, null::text, null::text, null::timestamptz, null::timestamptz,
            null::timestamptz, null::bigint,
            (to_jsonb({resource}) - '{{seq,head,head_at,noun}}'::text[])::text"
        ),
    };
    let chained = if subject == Subject::Contact {
        "(seq > 0 or forgotten_at is not null) and "
    } else {
        ""
    };
    format!(
        "select id, seq, head, head_at, {rest} from {subject} where {chained}{} order by id",
        span.condition(subject, "id")
    )
}

/// The table of a row with an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    Leg = 0,
    Phase = 1,
}

/// Selects intervals in the order of conversations. Legs come before phases if both tables are
/// selected.
fn intervals_query(tables: &[Table], span: &Span) -> String {
    let condition = span.condition(Subject::Conversation, "conversation_id");
    let selects: Vec<String> = tables
        .iter()
        .map(|table| {
            let (name, value) = match table {
                Table::Leg => ("leg", "agent_id, team_id, how, operation_id"),
                Table::Phase => ("phase", "null::bigint, null::bigint, status, null::bigint"),
            };
            let number = *table as i64;
            format!(
                "select conversation_id, seq, {value}, from_at, to_at, {number}::bigint from {name} where {condition}"
            )
        })
        .collect();
    match selects.as_slice() {
        [one] => format!("{one} order by conversation_id, seq"),
        several => format!("select * from ({}) i order by 1, 9, 2", several.join(" union all ")),
    }
}

/// Streams the events of the chains of one subject.
pub(crate) async fn events<'c>(conn: &'c mut PgConnection, subject: Subject, span: &Span) -> Result<Rows<'c>> {
    Rows::open(conn, &events_query(subject, span)).await
}

/// Streams the current rows at the ends of the chains of one subject.
pub(crate) async fn rows<'c>(conn: &'c mut PgConnection, subject: Subject, span: &Span) -> Result<Rows<'c>> {
    Rows::open(conn, &rows_query(subject, span)).await
}

/// Reads the current rows at the ends of the chains of one subject into memory.
pub(crate) async fn load_rows(conn: &mut PgConnection, subject: Subject, span: &Span) -> Result<Rows<'static>> {
    Rows::load(conn, &rows_query(subject, span)).await
}

/// Streams the intervals of a table in the order of conversations.
pub(crate) async fn intervals<'c>(conn: &'c mut PgConnection, table: Table, span: &Span) -> Result<Rows<'c>> {
    Rows::open(conn, &intervals_query(&[table], span)).await
}

/// Reads legs and phases into memory: in the order of conversations, legs first.
pub(crate) async fn load_intervals(conn: &mut PgConnection, span: &Span) -> Result<Rows<'static>> {
    Rows::load(conn, &intervals_query(&[Table::Leg, Table::Phase], span)).await
}

/// Streams the operations of a range of ids.
pub(crate) async fn operations(conn: &mut PgConnection, low: i64, high: i64) -> Result<Rows<'_>> {
    let query = format!(
        "select id, at, actor_id, verb, login, host(address), version, os_user, args::text, digest
        from operation where id >= {low} and id < {high}"
    );
    Rows::open(conn, &query).await
}

/// A check of rows that follow from events but are not part of a chain.
pub(crate) struct Beside {
    /// The problem to report for a wrong row.
    pub problem: Problem,
    /// The kind of the subject.
    pub subject: &'static str,
    /// Selects the id and the event of each wrong row.
    query: &'static str,
}

/// Streams the wrong rows of a check.
pub(crate) async fn beside<'c>(conn: &'c mut PgConnection, check: &Beside) -> Result<Rows<'c>> {
    Rows::open(conn, check.query).await
}

/// The checks of rows that follow from events but are not part of a chain.
pub(crate) const BESIDE: [Beside; 4] = [
    Beside {
        problem: Problem::TextDiffers,
        subject: "note",
        query: "select n.id, 0 from note n where not exists (select 1 from event e where e.note_id = n.id
            and e.subject = case when n.ticket_id is null then 'conversation' else 'ticket' end
            and e.subject_id = coalesce(n.ticket_id, n.conversation_id))",
    },
    Beside {
        problem: Problem::OfferDiffers,
        subject: "conversation",
        query: include_str!("chains/offers.sql"),
    },
    Beside {
        problem: Problem::NoRow,
        subject: "ticket",
        query: "select x.id, 1 from event e cross join lateral (
                select case when jsonb_typeof(e.data -> 'ticket') = 'number'
                    then (e.data ->> 'ticket')::numeric::bigint end as id) x
            where e.kind = 'escalated' and x.id is not null and not exists (select 1 from ticket t where t.id = x.id)",
    },
    Beside {
        problem: Problem::TextDiffers,
        subject: "conversation",
        query: "select e.subject_id, e.seq from event e
            where e.kind = 'escalated' and jsonb_typeof(e.data -> 'ticket') is distinct from 'number'",
    },
];
