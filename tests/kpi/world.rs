//! A workspace whose clock the test sets, changed by the real binary. Messages are inserted as
//! `serve` applies them, and runs are folded from them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgConnection, Row};
use tokio::runtime::Runtime;

use crate::support::{self, Db, seed};

/// When a run ended, how, and by whom.
type End = (Timestamp, &'static str, Option<i64>);

pub struct World {
    pub db: Db,
    conn: PgConnection,
    runtime: Runtime,
}

/// Reads `10 09:05:00` as that day of November 2026 in Karachi.
pub fn at(text: &str) -> Timestamp {
    let (day, clock) = text.split_once(' ').unwrap();
    let civil: DateTime = format!("2026-11-{day}T{clock}").parse().unwrap();
    TimeZone::get("Asia/Karachi").unwrap().to_timestamp(civil).unwrap()
}

impl World {
    /// The seed's workspace, with an ops agent bilal, a bot helper, and a second store `outlet`
    /// whose channel `second` goes to ops.
    pub fn new() -> World {
        let db = support::db();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let mut conn = runtime.block_on(db.connect());
        // The agents exist before anything happens.
        let sql = r#"create table test_clock (at timestamptz);
            insert into test_clock values ('2026-11-01');
            create or replace function app_now() returns timestamptz language sql volatile
                as 'select coalesce((select at from test_clock), clock_timestamp())';"#;
        runtime.block_on(seed::run(&mut conn, sql));
        runtime.block_on(seed::set_up(&mut conn));
        let sql = r#"do $do$
            declare op bigint; outlet bigint; ops bigint := (select id from team where handle = 'ops');
            begin
                select operation_id into op
                from open_operation('admin', 'agent add', '{}', null, null, '0.1.0', 'test', null);
                outlet := put_resource(op, 'store', null, '{"handle": "outlet", "name": "Outlet"}', 'added', null);
                perform put_resource(op, 'channel', null,
                    jsonb_build_object('handle', 'second', 'phone_number_id', '222', 'store_id', outlet,
                        'team_id', ops), 'added', null);
                perform put_resource(op, 'agent', null,
                    jsonb_build_object('handle', 'bilal', 'name', 'Bilal', 'role', 'agent', 'teams', array[ops]),
                    'added', null);
                perform put_resource(op, 'agent', null,
                    jsonb_build_object('handle', 'helper', 'name', 'Helper', 'role', 'bot', 'teams', array[ops]),
                    'added', null);
                perform finish_operation(op, 4, 4, null, 0::smallint);
            end $do$;
            truncate test_clock"#;
        runtime.block_on(seed::run(&mut conn, sql));
        World { db, conn, runtime }
    }

    pub fn sql(&mut self, sql: &str) {
        self.runtime.block_on(seed::run(&mut self.conn, sql));
    }

    pub fn text(&mut self, sql: &str) -> String {
        self.runtime.block_on(seed::text(&mut self.conn, sql))
    }

    /// Sets the database's clock.
    pub fn clock(&mut self, time: &str) {
        self.sql(&format!(
            "truncate test_clock; insert into test_clock values ('{}')",
            at(time)
        ));
    }

    /// Runs a command of the real binary at a time. The command must succeed.
    pub fn run(&mut self, time: &str, who: &str, line: &str) {
        self.clock(time);
        support::inbox(&self.db)
            .args(line.split(' '))
            .args(["--as", who])
            .assert()
            .success();
    }

    /// Lets a customer write without a live conversation, which opens one a second later. Returns
    /// its reference.
    pub fn customer_opens(&mut self, channel: &str, time: &str) -> String {
        let conversation = self.open(channel, time, "open", "customer");
        self.customer(&conversation, time);
        conversation
    }

    /// Lets an agent write from the phone app without a live conversation.
    pub fn we_open(&mut self, channel: &str, time: &str, who: &str) -> String {
        let conversation = self.open(channel, time, "pending", "us");
        self.reply(&conversation, time, who);
        conversation
    }

    fn open(&mut self, channel: &str, time: &str, status: &str, by: &str) -> String {
        let arrived = at(time).checked_add(jiff::SignedDuration::from_secs(1)).unwrap();
        self.sql(&format!(
            r#"truncate test_clock;
            insert into test_clock values ('{arrived}');
            do $do$
            declare op bigint; who bigint;
            begin
                insert into contact (name, first_seen, last_seen)
                values ('Customer', app_now(), app_now())
                returning id into who;
                select operation_id into op
                from open_operation('system', 'apply', '{{}}', null, null, '0.1.0', 'test', null);
                perform open_conversations(op, array[(select id from channel where handle = '{channel}')], array[who],
                    array[null::bigint], array['{status}'], array['{by}'], array['{}'::timestamptz],
                    array['{{}}'::jsonb]);
                perform finish_operation(op, 1, 1, null, 0::smallint);
            end $do$"#,
            at(time)
        ));
        format!("C-{}", self.text("select max(id) from conversation"))
    }

    pub fn customer(&mut self, conversation: &str, time: &str) {
        self.message(conversation, time, "inbound", "customer", None, true, false);
    }

    pub fn reply(&mut self, conversation: &str, time: &str, who: &str) {
        self.message(conversation, time, "outbound", "human", Some(who), true, false);
    }

    pub fn failed_reply(&mut self, conversation: &str, time: &str, who: &str) {
        self.message(conversation, time, "outbound", "human", Some(who), true, true);
    }

    pub fn bot(&mut self, conversation: &str, time: &str, who: &str) {
        self.message(conversation, time, "outbound", "bot", Some(who), true, false);
    }

    pub fn reaction(&mut self, conversation: &str, time: &str) {
        self.message(conversation, time, "inbound", "customer", None, false, false);
    }

    #[expect(clippy::too_many_arguments, reason = "a message has as many sides")]
    fn message(
        &mut self,
        conversation: &str,
        time: &str,
        direction: &str,
        author: &str,
        who: Option<&str>,
        counts: bool,
        failed: bool,
    ) {
        let id = conversation.trim_start_matches("C-");
        let agent = who.map_or("null".to_owned(), |who| {
            format!("(select id from agent where handle = '{who}')")
        });
        let kind = if counts { "text" } else { "reaction" };
        self.sql(&format!(
            "insert into message (channel_id, wamid, contact_id, conversation_id, rank, source, direction, author,
                agent_id, kind, at, received_at, counts, failed, salt, commitment)
            select channel_id, m.wamid, contact_id, id, 4,
                case '{direction}' when 'inbound' then 'live' else 'echo' end, '{direction}', '{author}', {agent},
                '{kind}', m.at, app_now(), {counts}, {failed}, m.salt,
                sha256(m.salt || message_text(m.wamid, '{kind}', m.at, '{direction}', '{author}', null, null, null))
            from conversation,
                (select gen_random_uuid()::text as wamid, timestamptz '{}' as at,
                    uuid_send(gen_random_uuid()) as salt) m
            where id = {id}",
            at(time)
        ));
        self.fold(id);
    }

    /// Recomputes a conversation's runs and times from its messages and resolves. Within a second,
    /// the customer comes first. A resolve ends a run.
    pub fn fold(&mut self, id: &str) {
        let sql = format!(
            "select at, author = 'customer' as customer, false as resolve, agent_id
            from message
            where conversation_id = {id} and counts and not failed and author in ('customer', 'human')
            union all
            select at, false, true, null
            from event
            where subject = 'conversation' and subject_id = {id} and kind = 'resolved'
            order by 1, 2 desc"
        );
        let facts = self
            .runtime
            .block_on(sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut self.conn))
            .unwrap();
        let mut runs: Vec<(Timestamp, Option<End>, bool, Timestamp, i32)> = Vec::new();
        let (mut first_customer, mut first_reply) = (None, None);
        for fact in facts {
            let at = fact.get::<jiff_sqlx::Timestamp, _>("at").to_jiff();
            let agent: Option<i64> = fact.get("agent_id");
            let resolve: bool = fact.get("resolve");
            let open = runs.last_mut().filter(|run| run.1.is_none());
            if fact.get("customer") {
                first_customer = first_customer.or(Some(at));
                match open {
                    Some(run) => (run.3, run.4) = (at, run.4 + 1),
                    None => runs.push((at, None, first_reply.is_none(), at, 1)),
                }
            } else {
                if let Some(run) = open {
                    run.1 = Some((at, if resolve { "resolved" } else { "answered" }, agent));
                }
                if !resolve && first_reply.is_none() {
                    first_reply = Some((at, agent));
                }
            }
        }
        let quoted = |at: Option<Timestamp>| at.map_or("null".to_owned(), |at| format!("'{at}'"));
        let number = |n: Option<i64>| n.map_or("null".to_owned(), |n| n.to_string());
        let mut sql = format!("delete from run where conversation_id = {id};");
        for (seq, (start, end, first, last, messages)) in runs.iter().enumerate() {
            sql += &format!(
                "insert into run (conversation_id, seq, started_at, last_at, messages, ended_at, outcome,
                    answered_by, first)
                values ({id}, {}, '{start}', '{last}', {messages}, {}, {}, {}, {first});",
                seq + 1,
                quoted(end.map(|e| e.0)),
                end.map_or("null".to_owned(), |e| format!("'{}'", e.1)),
                number(end.and_then(|e| e.2)),
            );
        }
        sql += &format!(
            "update conversation set first_customer_at = {0}, first_reply_at = {1}, first_reply_by = {2},
                opened_at = case when started_by = 'customer' then {0} else opened_at end where id = {id}",
            quoted(first_customer),
            quoted(first_reply.map(|r| r.0)),
            number(first_reply.and_then(|r| r.1)),
        );
        self.sql(&sql);
    }

    pub fn resolve(&mut self, conversation: &str, time: &str, who: &str) {
        self.run(time, who, &format!("resolve {conversation}"));
        self.fold(conversation.trim_start_matches("C-"));
    }

    /// Runs `kpi` and returns the printed rows.
    pub fn kpi(&mut self, line: &str) -> Vec<Value> {
        let out = support::inbox(&self.db)
            .arg("kpi")
            .args(line.split(' '))
            .args(["-o", "json"])
            .assert()
            .success()
            .get_output()
            .stdout
            .clone();
        serde_json::from_slice(&out).unwrap()
    }
}
