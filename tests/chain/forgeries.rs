//! Forgeries by a superuser: another value in any audited column, and more elaborate changes.

use sqlx::{AssertSqlSafe, PgConnection};

/// A table whose rows can be tampered with, the subject of each row, and the problems that `audit
/// verify` can report.
pub struct Place {
    /// Its name.
    pub table: &'static str,
    /// The subject of a row `x`, as SQL.
    pub whose: &'static str,
    problems: &'static [&'static str],
    /// Columns that no event covers.
    free: &'static [&'static str],
}

// An offer precedes the event at which its chain breaks.
const BROKEN_CHAIN: &[&str] = &[
    "edited",
    "missing",
    "tail_missing",
    "no_row",
    "text_differs",
    "offer_differs",
];
const WRONG_ROW: &[&str] = &["state_differs", "tail_missing", "beyond_head", "no_row"];

static PLACES: [Place; 16] = [
    Place {
        table: "event",
        whose: "case subject when 'conversation' then 'C-' || subject_id
                when 'ticket' then 'C-' || (select conversation_id from ticket where ticket.id = subject_id)
                else subject || ' ' || subject_id end",
        problems: BROKEN_CHAIN,
        free: &[],
    },
    Place {
        table: "conversation",
        whose: "'C-' || id",
        problems: WRONG_ROW,
        // Derived from messages.
        free: &[
            "started_by",
            "opened_at",
            "last_message_at",
            "first_customer_at",
            "last_customer_at",
            "waiting_since",
            "first_reply_at",
            "first_reply_by",
        ],
    },
    Place {
        table: "ticket",
        whose: "'C-' || conversation_id",
        problems: WRONG_ROW,
        free: &[],
    },
    Place {
        table: "leg",
        whose: "'C-' || conversation_id",
        problems: &["legs_differ", "no_row"],
        free: &[],
    },
    Place {
        table: "phase",
        whose: "'C-' || conversation_id",
        problems: &["phases_differ", "no_row"],
        free: &[],
    },
    Place {
        table: "note",
        whose: "'C-' || conversation_id",
        problems: &["text_differs"],
        free: &[],
    },
    Place {
        table: "handoff",
        whose: "'C-' || conversation_id",
        problems: &["offer_differs"],
        free: &[],
    },
    Place {
        table: "reason",
        whose: "(select min('C-' || subject_id)
                from event
                where reason_id = x.id
                having count(*) = 1 and min(subject) = 'conversation')",
        problems: &["text_differs"],
        free: &[],
    },
    Place {
        table: "operation",
        whose: "(select min('C-' || subject_id)
                from event
                where operation_id = x.id
                having count(*) = 1 and min(subject) = 'conversation')",
        problems: &["text_differs", "edited"],
        // The outcome, as the caller reported it.
        free: &[
            "key",
            "args_hash",
            "selected",
            "changed",
            "result",
            "exit",
            "undoes",
            "finished_at",
        ],
    },
    Place {
        table: "setting",
        whose: "'setting ' || id",
        problems: WRONG_ROW,
        free: &[],
    },
    Place {
        table: "store",
        whose: "'store ' || id",
        problems: WRONG_ROW,
        free: &[],
    },
    Place {
        table: "team",
        whose: "'team ' || id",
        problems: WRONG_ROW,
        free: &[],
    },
    Place {
        table: "agent",
        whose: "'agent ' || id",
        problems: WRONG_ROW,
        free: &[],
    },
    Place {
        table: "channel",
        whose: "'channel ' || id",
        problems: WRONG_ROW,
        free: &[],
    },
    Place {
        table: "shift",
        whose: "'shift ' || id",
        problems: WRONG_ROW,
        free: &[],
    },
    Place {
        table: "roster",
        whose: "'roster ' || id",
        problems: WRONG_ROW,
        free: &[],
    },
];

/// Columns whose forged value does not follow from their type: the new value and the rows to choose
/// from.
const VALUES: [(&str, &str, &str); 18] = [
    // A conversation and its contact have the same number here, so the contact is reported too.
    ("event.subject", "'contact'", "subject = 'conversation'"),
    (
        "event.kind",
        "case kind when 'noted' then 'labelled' else 'noted' end",
        "true",
    ),
    ("event.labels", "labels || '{x}'::text[]", "labels is not null"),
    (
        "conversation.status",
        "case status when 'open' then 'pending' else 'open' end",
        "status in ('open', 'pending')",
    ),
    (
        "conversation.owner_id",
        "coalesce(owner_id, 0) + 1",
        "status <> 'resolved'",
    ),
    (
        "conversation.snoozed_until",
        "snoozed_until + interval '1 hour'",
        "snoozed_until is not null",
    ),
    (
        "conversation.resolved_at",
        "resolved_at - interval '1 hour'",
        "resolved_at is not null",
    ),
    (
        "ticket.status",
        "case status when 'open' then 'waiting' else 'open' end",
        "closed_at is null",
    ),
    (
        "ticket.closed_at",
        "closed_at - interval '1 hour'",
        "closed_at is not null",
    ),
    (
        "phase.status",
        "case status when 'open' then 'pending' else 'open' end",
        "true",
    ),
    (
        "handoff.state",
        "case state when 'declined' then 'accepted' else 'declined' end",
        "state <> 'offered'",
    ),
    (
        "handoff.decided_at",
        "decided_at + interval '1 hour'",
        "decided_at is not null",
    ),
    ("handoff.to_agent", "to_agent + 1", "to_agent is not null"),
    (
        "agent.role",
        "case role when 'agent' then 'admin' else 'agent' end",
        "true",
    ),
    (
        "agent.away",
        "case away when 'break' then 'lunch' else 'break' end",
        "true",
    ),
    (
        "agent.away_until",
        "away_until + interval '1 hour'",
        "away_until is not null",
    ),
    ("setting.value", "'\"Asia/Dubai\"'", "true"),
    ("leg.how", "case how when 'take' then 'assign' else 'take' end", "true"),
];

/// A tampering: its name, the rows `x` to choose from, the statements for the row `R`, and the
/// problems that can be reported.
pub struct Tampering {
    pub name: String,
    pub place: &'static Place,
    pub rows: String,
    pub sql: String,
    pub problems: &'static [&'static str],
}

/// Creates a tampering for each column of each table: another value, or null where the column is
/// nullable.
async fn columns(conn: &mut PgConnection) -> Vec<Tampering> {
    let mut list = Vec::new();
    for place in &PLACES {
        let columns: Vec<(String, String, bool)> = sqlx::query_as(AssertSqlSafe(format!(
            "select attname::text, format_type(atttypid, null), not attnotnull
            from pg_attribute
            where attrelid = '{}'::regclass and attnum > 0 and not attisdropped and attgenerated = ''
                and attidentity <> 'a'
            order by attnum",
            place.table
        )))
        .fetch_all(&mut *conn)
        .await
        .unwrap();
        for (column, kind, nullable) in columns {
            if place.free.contains(&&*column) {
                continue;
            }
            let name = format!("{}.{column}", place.table);
            let chosen = VALUES.iter().find(|v| v.0 == name);
            let (value, rows) = match (chosen, &*kind) {
                (Some((_, value, rows)), _) => ((*value).to_owned(), (*rows).to_owned()),
                (None, "bigint" | "integer" | "smallint") => {
                    let by = if matches!(&*column, "id" | "subject_id" | "conversation_id" | "contact_id" | "seq") {
                        1_000_000
                    } else {
                        1
                    };
                    (format!("coalesce({column}, 0) + {by}"), "true".to_owned())
                }
                (None, "timestamp with time zone") if name.ends_with("from_at") => {
                    (format!("{column} - interval '1 microsecond'"), "true".to_owned())
                }
                (None, "timestamp with time zone") if name.ends_with("to_at") => (
                    format!("{column} + interval '1 microsecond'"),
                    format!("{column} is not null"),
                ),
                (None, "timestamp with time zone") => (
                    format!("coalesce({column}, now()) + interval '1 microsecond'"),
                    "true".to_owned(),
                ),
                (None, "bytea") => (
                    format!("set_byte({column}, 0, (get_byte({column}, 0) + 1) % 256)"),
                    format!("{column} is not null"),
                ),
                (None, "xid8") => (format!("({column}::text::bigint + 1)::text::xid8"), "true".to_owned()),
                (None, "jsonb") => (
                    format!("coalesce({column}, '{{}}') || '{{\"x\": 1}}'"),
                    "true".to_owned(),
                ),
                (None, "time without time zone") => (format!("{column} + interval '1 minute'"), "true".to_owned()),
                (None, "date") => (
                    format!("coalesce({column}, first_day) + 1"),
                    "last_day > first_day".to_owned(),
                ),
                (None, "boolean") => (format!("not {column}"), "shift_id is not null".to_owned()),
                (None, "integer[]") => (
                    format!("case when {column} = '{{1}}' then '{{2}}' else '{{1}}' end::int[]"),
                    "true".to_owned(),
                ),
                (None, "bigint[]") => (format!("{column} || 9::bigint"), "true".to_owned()),
                (None, "text[]") => (format!("{column} || 'x'::text"), "true".to_owned()),
                (None, "inet") => (
                    format!("case when {column} is null then inet '10.9.8.7' end"),
                    "true".to_owned(),
                ),
                (None, "text") if column == "priority" => (
                    format!("case {column} when 'low' then 'high' else 'low' end"),
                    "true".to_owned(),
                ),
                (None, "text") => (format!("coalesce({column}, '') || 'x'"), "true".to_owned()),
                (None, other) => panic!("{name} is a {other}"),
            };
            let mut push = |name: String, value: &str, rows: String| {
                list.push(Tampering {
                    name,
                    place,
                    rows,
                    sql: format!("update {} set {column} = {value} where ctid = R", place.table),
                    problems: place.problems,
                });
            };
            // The table's own checks refuse other values.
            let checked = matches!(
                &*name,
                "leg.to_at"
                    | "phase.to_at"
                    | "handoff.to_agent"
                    | "handoff.decided_at"
                    | "conversation.resolved_at"
                    | "conversation.snoozed_until"
                    | "ticket.closed_at"
                    | "agent.away"
            ) || place.table == "reason";
            if nullable && !checked {
                // A worked day requires a shift.
                let off = if name == "roster.shift_id" {
                    " and not works"
                } else {
                    ""
                };
                push(format!("{name} to null"), "null", format!("{column} is not null{off}"));
            }
            if name != "handoff.to_team" {
                push(name, &value, rows);
            }
        }
    }
    list
}

/// Forgeries of more than one value: the name, the table, its rows `x`, the statements for the row
/// `R`, and the problems that can be reported.
const FORGERIES: [(&str, &str, &str, &str, &[&str]); 29] = [
    (
        "an event deleted",
        "event",
        "subject = 'conversation' and exists (select from event y
            where y.subject = x.subject and y.subject_id = x.subject_id and y.seq > x.seq)",
        "delete from event where ctid = R",
        BROKEN_CHAIN,
    ),
    (
        "the newest event deleted",
        "event",
        NEWEST,
        "delete from event where ctid = R",
        BROKEN_CHAIN,
    ),
    (
        "two events swapped",
        "event",
        NEWEST,
        "do $do$
        declare b event;
        begin
            select * into b from event where ctid = R;
            update event set seq = -1 where ctid = R;
            update event set seq = b.seq where (subject, subject_id, seq) = (b.subject, b.subject_id, b.seq - 1);
            update event set seq = b.seq - 1 where (subject, subject_id, seq) = (b.subject, b.subject_id, -1);
        end $do$",
        BROKEN_CHAIN,
    ),
    (
        "an event made up",
        "event",
        NEWEST,
        "insert into event
        select (jsonb_populate_record(e, jsonb_build_object('seq', e.seq + 1))).*
        from event e
        where ctid = R",
        BROKEN_CHAIN,
    ),
    (
        "an event and the row, without the hashes",
        "event",
        NEWEST,
        "update conversation c set priority = 'urgent' from event e where c.id = e.subject_id and e.ctid = R;
        update event set priority = 'urgent' where ctid = R",
        BROKEN_CHAIN,
    ),
    (
        "all events of a conversation deleted",
        "conversation",
        "true",
        "delete from event
        where subject = 'conversation' and subject_id = (select id from conversation where ctid = R)",
        BROKEN_CHAIN,
    ),
    (
        "a conversation's row deleted",
        "conversation",
        "true",
        "delete from conversation where ctid = R",
        &["no_row"],
    ),
    (
        "an owner changed in row and leg",
        "conversation",
        "owner_id is not null",
        "update leg
        set agent_id = 1
        where to_at is null and conversation_id = (select id from conversation where ctid = R);
        update conversation set owner_id = 1 where ctid = R",
        &["state_differs"],
    ),
    (
        "a ticket's row deleted",
        "ticket",
        "true",
        "delete from ticket where ctid = R",
        &["no_row", "text_differs"],
    ),
    (
        "a ticket deleted with its events",
        "ticket",
        "true",
        "delete from event where subject = 'ticket' and subject_id = (select id from ticket where ctid = R);
        delete from ticket where ctid = R",
        &["no_row", "text_differs"],
    ),
    (
        "a leg deleted",
        "leg",
        "true",
        "delete from leg where ctid = R",
        &["legs_differ"],
    ),
    (
        "a leg made up",
        "leg",
        "to_at is not null",
        "insert into leg
        select (jsonb_populate_record(l, jsonb_build_object('seq', l.seq + 1000))).*
        from leg l
        where ctid = R",
        &["legs_differ"],
    ),
    (
        "a phase deleted",
        "phase",
        "true",
        "delete from phase where ctid = R",
        &["phases_differ"],
    ),
    (
        "a phase made up",
        "phase",
        "to_at is not null",
        "insert into phase
        select (jsonb_populate_record(p, jsonb_build_object('seq', p.seq + 1000))).*
        from phase p
        where ctid = R",
        &["phases_differ"],
    ),
    (
        "a note deleted",
        "note",
        "true",
        "delete from note where ctid = R",
        &["text_differs"],
    ),
    (
        "a note made up",
        "note",
        "true",
        "insert into note overriding system value
            select (jsonb_populate_record(n, jsonb_build_object('id', n.id + 1000000))).* from note n where ctid = R",
        &["text_differs"],
    ),
    (
        "a note erased",
        "note",
        "true",
        "update note
        set body = null, order_id = null, courier = null, tracking_no = null, tried = null, salt = null
        where ctid = R",
        &["erased"],
    ),
    (
        "a note rewritten with a commitment of its own",
        "note",
        "true",
        "update note
        set body = 'never said',
            commitment = sha256(salt
                || note_text('never said', order_id, courier, tracking_no, tried, promised_by, replaces))
        where ctid = R",
        &["text_differs"],
    ),
    (
        "another note's text",
        "note",
        "body like 'what%'",
        "update note n
        set (body, salt, commitment) = (select body, salt, commitment
            from note o
            where o.body like 'what%' and o.id <> n.id
            order by o.id
            limit 1)
        where ctid = R",
        &["text_differs"],
    ),
    (
        "a reason deleted",
        "reason",
        "true",
        "delete from reason where ctid = R",
        &["text_differs"],
    ),
    (
        "a reason erased",
        "reason",
        "true",
        "update reason set body = null, salt = null where ctid = R",
        &["erased"],
    ),
    (
        "a reason rewritten with a commitment of its own",
        "reason",
        "true",
        "update reason set body = 'for no reason', commitment = sha256(salt || 'for no reason'::bytea) where ctid = R",
        &["text_differs"],
    ),
    (
        "an offer deleted",
        "handoff",
        "true",
        "delete from handoff where ctid = R",
        &["offer_differs"],
    ),
    (
        "an offer made up",
        "handoff",
        "state <> 'offered'",
        "insert into handoff overriding system value
        select (jsonb_populate_record(h, jsonb_build_object('id', h.id + 1000000, 'event_seq', h.event_seq + 1000))).*
        from handoff h
        where ctid = R",
        &["offer_differs"],
    ),
    (
        "an operation deleted",
        "operation",
        "true",
        "delete from operation where ctid = R",
        &["edited", "text_differs"],
    ),
    (
        "an operation rewritten with a digest of its own",
        "operation",
        "true",
        "update operation
        set login = 'eve', digest = operation_digest(id, at, actor_id, verb, args, 'eve', address, version, os_user)
        where ctid = R",
        &["edited"],
    ),
    (
        "an agent deleted",
        "agent",
        "handle = 'vera'",
        "delete from agent where ctid = R",
        &["no_row"],
    ),
    (
        "a team's events deleted",
        "team",
        "true",
        "delete from event where subject = 'team' and subject_id = (select id from team where ctid = R)",
        &["tail_missing"],
    ),
    (
        "an event of another conversation",
        "event",
        NEWEST,
        "update event set subject_id = subject_id + 1000000, seq = 1 where ctid = R",
        BROKEN_CHAIN,
    ),
];

/// The newest event of a conversation with at least two events.
const NEWEST: &str = "subject = 'conversation' and seq > 1
    and not exists (select from event y where y.subject = x.subject and y.subject_id = x.subject_id and y.seq > x.seq)";

/// Returns a tampering for every audited column, and every forgery.
pub async fn all(conn: &mut PgConnection) -> Vec<Tampering> {
    let mut list = columns(conn).await;
    list.extend(FORGERIES.iter().map(|(name, table, rows, sql, problems)| Tampering {
        name: (*name).to_owned(),
        place: PLACES.iter().find(|p| p.table == *table).unwrap(),
        rows: (*rows).to_owned(),
        sql: (*sql).to_owned(),
        problems,
    }));
    list
}
