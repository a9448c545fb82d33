//! KPIs of a small day against figures computed by hand, common errors in such figures, and export
//! files.

mod files;
pub mod world;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use world::World;

/// Plays Tuesday, 10 November 2026 in Karachi (UTC+5), with parts of the days before and after.
fn day() -> World {
    let mut w = World::new();

    // A, main: a bot's reply after 5 s does not count; sara replies at 09:05:00, 300 s after
    // 09:00:00; resolved at 09:30:00, 1800 s after opening.
    let a = w.customer_opens("main", "10 09:00:00");
    w.bot(&a, "10 09:00:05", "helper");
    w.run("10 09:01:00", "sara", &format!("take {a}"));
    w.reply(&a, "10 09:05:00", "sara");
    w.customer(&a, "10 09:06:00");
    w.reply(&a, "10 09:07:00", "sara");
    w.resolve(&a, "10 09:30:00", "sara");

    // B, main: answered from the phone app, credited to the owner ali: 09:20:30 - 09:10:00 = 630 s.
    // Unanswered from 09:40:00 to the day's end: 14 h 20 min = 51600 s.
    let b = w.customer_opens("main", "10 09:10:00");
    w.run("10 09:11:00", "ali", &format!("take {b}"));
    w.reply(&b, "10 09:20:30", "ali");
    w.customer(&b, "10 09:40:00");

    // C, main: resolved by sara after 600 s without any reply; reopened; her first reply of the
    // conversation 65 min after its first message: 3900 s; resolved again 90 min after opening:
    // 5400 s.
    let c = w.customer_opens("main", "10 10:00:00");
    w.run("10 10:00:30", "sara", &format!("take {c}"));
    w.resolve(&c, "10 10:10:00", "sara");
    w.customer(&c, "10 11:00:00");
    w.run("10 11:00:01", "sara", &format!("reopen {c}"));
    w.reply(&c, "10 11:05:00", "sara");
    w.resolve(&c, "10 11:30:00", "sara");

    // D, main: resolved by ali after 120 s, never answered.
    let d = w.customer_opens("main", "10 12:00:00");
    w.run("10 12:01:00", "ali", &format!("take {d}"));
    w.resolve(&d, "10 12:02:00", "ali");

    // E, main: the reply and a second message in the same second, 60 s after the first: the
    // customer came first, so nothing is left unanswered.
    let e = w.customer_opens("main", "10 12:30:00");
    w.run("10 12:30:40", "zoya", &format!("take {e}"));
    w.reply(&e, "10 12:31:00", "zoya");
    w.customer(&e, "10 12:31:00");

    // G, main: handed to ops before the first reply, which is not counted; zoya replies after 600
    // s; zoya to bilal and bilal to the team support are handoffs.
    let g = w.customer_opens("main", "10 13:00:00");
    w.run("10 13:01:00", "ali", &format!("take {g}"));
    w.run("10 13:02:00", "ali", &format!("handoff {g} --to ops --reason stock"));
    w.run("10 13:05:00", "zoya", &format!("take {g}"));
    w.reply(&g, "10 13:10:00", "zoya");
    w.run("10 13:20:00", "zoya", &format!("handoff {g} --to bilal --reason shift"));
    w.run(
        "10 13:30:00",
        "bilal",
        &format!("handoff {g} --to support --reason refund"),
    );

    // H, main: answered by sara after 120 s; rotated to ali at 16:00; assigned back by the
    // supervisor: a handoff from ali to sara.
    let h = w.customer_opens("main", "10 14:00:00");
    w.run("10 14:01:00", "sara", &format!("take {h}"));
    w.reply(&h, "10 14:02:00", "sara");
    w.run("10 16:00:00", "omar", "shift rotate --from sara --to ali -y");
    w.run("10 16:30:00", "omar", &format!("assign {h} --to sara"));

    // I, main: answered by zoya after 90 s, escalated by her while in the team support.
    let i = w.customer_opens("main", "10 15:00:00");
    w.run("10 15:01:00", "zoya", &format!("take {i}"));
    w.reply(&i, "10 15:01:30", "zoya");
    w.run(
        "10 15:10:00",
        "zoya",
        &format!("escalate {i} --to ops --reason courier"),
    );

    // J, second: bilal wrote first, so there is no first response time, and it is not opened by a customer.
    let j = w.we_open("second", "10 15:30:00", "bilal");
    w.run("10 15:31:00", "bilal", &format!("take {j}"));
    w.customer(&j, "10 15:45:00");
    w.reply(&j, "10 15:50:00", "bilal");

    // K, second: without an owner; waits since the first of two messages: 2 h = 7200 s at the day's
    // end.
    let k = w.customer_opens("second", "10 22:00:00");
    w.customer(&k, "10 22:30:00");

    // L, main: ali replies at 17:10:00, then a message of 16:58:00 comes late and moves to its
    // place: 720 s. Resolved at 18:30:00, 5520 s after it.
    let l = w.customer_opens("main", "10 17:00:00");
    w.run("10 17:01:00", "ali", &format!("take {l}"));
    w.reply(&l, "10 17:10:00", "ali");
    w.clock("10 18:00:00");
    w.customer(&l, "10 16:58:00");
    w.resolve(&l, "10 18:30:00", "ali");

    // M, main: answered after 600 s and resolved after 3600 s on the 9th; reopened on the 10th at
    // 08:00, resolved at 08:30, 45000 s after 20:00.
    let m = w.customer_opens("main", "09 20:00:00");
    w.run("09 20:01:00", "sara", &format!("take {m}"));
    w.reply(&m, "09 20:10:00", "sara");
    w.resolve(&m, "09 21:00:00", "sara");
    w.customer(&m, "10 08:00:00");
    w.run("10 08:00:01", "sara", &format!("reopen {m}"));
    w.reply(&m, "10 08:05:00", "sara");
    w.resolve(&m, "10 08:30:00", "sara");

    // N, second: bilal's reply at 18:05:00 failed, the one at 18:20:00 arrived: 1200 s. The
    // customer's reaction to it is not a message.
    let n = w.customer_opens("second", "10 18:00:00");
    w.run("10 18:01:00", "bilal", &format!("take {n}"));
    w.failed_reply(&n, "10 18:05:00", "bilal");
    w.reply(&n, "10 18:20:00", "bilal");
    w.reaction(&n, "10 18:21:00");

    // F, main, across midnight: unanswered for 600 s at the end of the 10th, with sara; her reply
    // after 1200 s is counted on the 11th.
    let f = w.customer_opens("main", "10 23:50:00");
    w.run("10 23:55:00", "sara", &format!("take {f}"));
    w.reply(&f, "11 00:10:00", "sara");

    w.clock("20 12:00:00");
    w
}

/// Compares the named columns of each row, and checks that there are no other rows.
fn expect(rows: &[Value], key: &str, expected: &[(&str, Value)]) {
    let keys: Vec<&str> = rows.iter().map(|row| row[key].as_str().unwrap()).collect();
    let wanted: Vec<&str> = expected.iter().map(|(key, _)| *key).collect();
    assert_eq!(keys, wanted);
    for (row, (name, figures)) in rows.iter().zip(expected) {
        for (column, value) in figures.as_object().unwrap() {
            assert_eq!(row[column].as_f64(), value.as_f64(), "{name} {column}");
        }
    }
}

#[test]
fn figures_of_a_small_day_are_exact() {
    let mut w = day();

    // By agent. Customers' messages to unowned conversations: the first of each of the 14
    // conversations they began or resumed (A B C D E F G H I K L M N, and C's second), K's second
    // and L's late one: 16. sara: first replies after 120, 300, 3900 s: mean 4320 / 3, median the
    // 2nd, p90 the ceil(2.7) = 3rd. First resolves: A 1800, C 600. Last ones: A 1800, C 5400, M
    // 45000. ali: 630 (B), 720 (L); resolves D 120, L 5520. zoya: 60 (E), 90 (I), 600 (G). bilal:
    // 1200 (N).
    let rows = w.kpi("export --period 2026-11-10 --by agent");
    expect(
        &rows,
        "agent",
        &[
            (
                "ali",
                json!({
                    "opened": 0, "inbound": 1, "outbound": 2, "outbound_human": 2, "outbound_bot": 0,
                    "frt_n": 2, "frt_mean": 675, "frt_p50": 630, "frt_p90": 720, "frt_p95": 720, "frt_max": 720,
                    "frt_sum": 1350, "unanswered": 1, "unanswered_oldest": 51600, "first_resolve_n": 2,
                    "first_resolve_mean": 2820, "first_resolve_p50": 120, "first_resolve_max": 5520,
                    "full_resolve_n": 2, "full_resolve_mean": 2820, "full_resolve_provisional": 2,
                    "resolved_unanswered": 1, "handoffs_out": 1, "handoffs_in": 0, "shift_out": 0,
                    "shift_in": 1, "escalated": 0, "kpi_version": 1,
                }),
            ),
            (
                "bilal",
                json!({
                    "opened": 0, "inbound": 1, "outbound": 3, "frt_n": 1, "frt_mean": 1200, "frt_p50": 1200,
                    "frt_p95": 1200, "unanswered": 0, "unanswered_oldest": null, "first_resolve_n": 0,
                    "first_resolve_mean": null, "first_resolve_p50": null, "first_resolve_sum": null,
                    "handoffs_out": 1, "handoffs_in": 1, "resolved_unanswered": 0,
                }),
            ),
            (
                "helper",
                json!({"outbound": 1, "outbound_bot": 1, "outbound_human": 0, "frt_n": 0, "frt_mean": null}),
            ),
            (
                "sara",
                json!({
                    "opened": 0, "inbound": 1, "outbound": 5, "frt_n": 3, "frt_mean": 1440, "frt_p50": 300,
                    "frt_p90": 3900, "frt_max": 3900, "unanswered": 1, "unanswered_oldest": 600,
                    "first_resolve_n": 2, "first_resolve_mean": 1200, "full_resolve_n": 3,
                    "full_resolve_mean": 17400, "full_resolve_p50": 5400, "full_resolve_p90": 45000,
                    "full_resolve_sum": 52200, "full_resolve_provisional": 3, "resolved_unanswered": 1,
                    "handoffs_out": 0, "handoffs_in": 1, "shift_out": 1, "shift_in": 0, "auto_out": 0,
                    "sweep_out": 0,
                }),
            ),
            (
                "zoya",
                json!({
                    "inbound": 1, "outbound": 3, "frt_n": 3, "frt_mean": 250, "frt_p50": 90, "frt_p90": 600,
                    "unanswered": 0, "handoffs_out": 1, "handoffs_in": 0, "escalated": 1,
                }),
            ),
            (
                "-",
                json!({
                    "opened": 12, "inbound": 16, "outbound": 0, "frt_n": 0, "unanswered": 1, "unanswered_oldest": 7200,
                    "handoffs_out": 0, "handoffs_in": 1, "resolved_unanswered": 0,
                }),
            ),
        ],
    );

    // By team: G was answered in ops, where both its moves began; K and N came in there.
    let rows = w.kpi("export --period 2026-11-10 --by team");
    expect(
        &rows,
        "team",
        &[
            (
                "ops",
                json!({
                    "opened": 2, "frt_n": 2, "frt_sum": 1800, "handoffs_out": 2, "handoffs_in": 1,
                    "escalated": 0, "unanswered": 1,
                }),
            ),
            (
                "support",
                json!({
                    "opened": 10, "frt_n": 7, "frt_sum": 5820, "handoffs_out": 1, "handoffs_in": 2,
                    "escalated": 1, "unanswered": 2,
                }),
            ),
        ],
    );

    // By store: J, K and N are the outlet's.
    let rows = w.kpi("export --period 2026-11-10 --by store");
    expect(
        &rows,
        "store",
        &[
            (
                "outlet",
                json!({"opened": 2, "inbound": 4, "outbound": 3, "frt_n": 1, "unanswered": 1}),
            ),
            (
                "shop",
                json!({"opened": 10, "inbound": 16, "outbound": 11, "frt_n": 8, "unanswered": 2}),
            ),
        ],
    );

    // By day, over three days. Nine first replies on the 10th: 60 90 120 300 600 630 720 1200 3900,
    // sum 7620, the 5th is 600, the ceil(8.1) = 9th 3900. On the 11th F's, 1200, and B and K still
    // wait: B for 38 h 20 min = 138000 s. M's last resolve is the 10th's, so the 9th has only a
    // first one.
    let rows = w.kpi("export --period 2026-11-09..2026-11-11 --by day");
    expect(
        &rows,
        "day",
        &[
            (
                "2026-11-09",
                json!({
                    "opened": 1, "inbound": 1, "outbound": 1, "frt_n": 1, "frt_mean": 600, "first_resolve_n": 1,
                    "first_resolve_mean": 3600, "full_resolve_n": 0, "unanswered": 0,
                }),
            ),
            (
                "2026-11-10",
                json!({
                    "opened": 12, "inbound": 20, "outbound": 14, "frt_n": 9, "frt_mean": 846.667,
                    "frt_p50": 600, "frt_p90": 3900, "frt_p95": 3900, "frt_sum": 7620, "unanswered": 3,
                    "unanswered_oldest": 51600, "first_resolve_n": 4, "full_resolve_n": 5,
                    "resolved_unanswered": 2, "handoffs_out": 3, "handoffs_in": 3, "shift_out": 1,
                    "shift_in": 1, "escalated": 1,
                }),
            ),
            (
                "2026-11-11",
                json!({
                    "opened": 0, "inbound": 0, "outbound": 1, "frt_n": 1, "frt_p50": 1200, "unanswered": 2,
                    "unanswered_oldest": 138000,
                }),
            ),
        ],
    );

    // A period of only the 9th has M's resolve as the last one before its end.
    let rows = w.kpi("export --period 2026-11-09 --by day");
    expect(
        &rows,
        "day",
        &[(
            "2026-11-09",
            json!({"full_resolve_n": 1, "full_resolve_mean": 3600, "full_resolve_provisional": 1}),
        )],
    );
}

const COUNTED: &[&str] = &[
    "opened",
    "inbound",
    "outbound",
    "outbound_human",
    "outbound_bot",
    "frt_n",
    "frt_sum",
    "first_resolve_n",
    "first_resolve_sum",
    "full_resolve_n",
    "full_resolve_sum",
    "full_resolve_provisional",
    "resolved_unanswered",
    "handoffs_out",
    "handoffs_in",
    "shift_out",
    "shift_in",
    "auto_out",
    "auto_in",
    "sweep_out",
    "sweep_in",
    "escalated",
];

fn sums(rows: &[Value]) -> BTreeMap<&'static str, f64> {
    COUNTED
        .iter()
        .map(|&c| (c, rows.iter().map(|row| row[c].as_f64().unwrap_or(0.0)).sum()))
        .collect()
}

#[test]
fn rows_sum_to_cells_and_cells_to_the_total() {
    let mut w = day();
    let whole = w.kpi("export --period 2026-11 --by none");
    assert_eq!(whole.len(), 1);
    let total = sums(&whole);
    assert!(
        total["inbound"] > 20.0 && total["full_resolve_sum"] > 0.0,
        "there is something to add up"
    );
    for by in [
        "day",
        "hour",
        "week,agent",
        "agent,team,store,channel,day,hour",
        "month,team",
    ] {
        let cells = w.kpi(&format!("export --period 2026-11 --by {by}"));
        assert_eq!(sums(&cells), total, "--by {by}");
    }
    // The rows of a metric, grouped here, are the cells of the export.
    let cells = w.kpi("export --period 2026-11 --by agent,team");
    let mut seen = 0;
    for metric in [
        "opened",
        "inbound",
        "outbound_human",
        "outbound_bot",
        "frt",
        "unanswered",
        "first_resolve",
        "full_resolve",
        "resolved_unanswered",
        "handoffs_out",
        "handoffs_in",
        "shift_out",
        "shift_in",
        "escalated",
    ] {
        let rows = w.kpi(&format!("rows {metric} --period 2026-11"));
        seen += rows.len();
        let timed = matches!(metric, "frt" | "first_resolve" | "full_resolve");
        for cell in &cells {
            let of_cell: Vec<&Value> = rows
                .iter()
                .filter(|r| r["agent"] == cell["agent"] && r["team"] == cell["team"])
                .collect();
            let n = if timed {
                format!("{metric}_n")
            } else {
                metric.to_owned()
            };
            assert_eq!(
                cell[&n].as_u64().unwrap(),
                of_cell.len() as u64,
                "{metric} of {} {}",
                cell["agent"],
                cell["team"]
            );
            let lengths: Vec<f64> = of_cell.iter().filter_map(|r| r["seconds"].as_f64()).collect();
            if timed {
                assert_eq!(
                    cell[format!("{metric}_sum")].as_f64().unwrap_or(0.0),
                    lengths.iter().sum::<f64>()
                );
            }
            if metric == "unanswered" {
                assert_eq!(
                    cell["unanswered_oldest"].as_f64().unwrap_or(0.0),
                    lengths.iter().copied().fold(0.0, f64::max)
                );
            }
        }
        let counted: u64 = cells
            .iter()
            .map(|c| {
                c[if timed {
                    format!("{metric}_n")
                } else {
                    metric.to_owned()
                }]
                .as_u64()
                .unwrap()
            })
            .sum();
        assert_eq!(counted, rows.len() as u64, "{metric}: no row lies outside the cells");
    }
    assert!(seen > 60, "there were rows");
}

#[test]
fn past_figures_do_not_change_with_later_events() {
    let mut w = day();
    let before = w.kpi("export --period 2026-11-10 --by agent,team");
    // Later changes: another agent answers B, H changes hands, A is reopened and resolved, the
    // reopen window changes, and sara leaves.
    w.run("20 12:00:00", "omar", "assign C-2 --to sara");
    w.reply("C-2", "20 12:05:00", "sara");
    w.run("20 12:10:00", "omar", "shift rotate --from sara --to zoya -y");
    w.customer("C-1", "20 12:20:00");
    w.run("20 12:20:01", "omar", "reopen C-1");
    w.resolve("C-1", "20 12:30:00", "omar");
    w.sql(
        r#"do $do$
        declare op bigint;
        begin
            select operation_id into op
            from open_operation('admin', 'config set', '{}', null, null, '0.1.0', 'test', null);
            perform put_resource(op, 'setting', null, '{"name": "reopen_window", "value": 60}', 'added', null);
            perform put_resource(op, 'agent', (select id from agent where handle = 'sara'),
                jsonb_build_object('teams', array[(select id from team where handle = 'ops')]), 'changed', null);
            perform put_resource(op, 'channel', (select id from channel where handle = 'main'),
                jsonb_build_object('team_id', (select id from team where handle = 'ops'),
                    'store_id', (select id from store where handle = 'outlet')), 'changed', null);
            perform finish_operation(op, 3, 3, null, 0::smallint);
        end $do$"#,
    );
    assert!(!before.is_empty());
    assert_eq!(w.kpi("export --period 2026-11-10 --by agent,team"), before);
}

#[test]
fn days_start_at_midnight_of_the_zone_and_include_that_moment() {
    let mut w = World::new();
    let a = w.customer_opens("main", "09 23:59:59");
    let b = w.customer_opens("main", "10 00:00:00");
    w.run("10 00:00:10", "sara", &format!("take {a} {b}"));
    // The reply at midnight ends A's run on the 10th: at the end of the 9th it was open.
    w.reply(&a, "10 00:00:00", "sara");
    w.reply(&b, "11 00:00:00", "sara");
    w.clock("20 12:00:00");
    let rows = w.kpi("export --period 2026-11-09..2026-11-11 --by day");
    expect(
        &rows,
        "day",
        &[
            (
                "2026-11-09",
                json!({"opened": 1, "inbound": 1, "outbound": 0, "frt_n": 0, "unanswered": 1, "unanswered_oldest": 1}),
            ),
            (
                "2026-11-10",
                json!({
                    "opened": 1, "inbound": 1, "outbound": 1, "frt_n": 1, "frt_mean": 1, "unanswered": 1,
                    "unanswered_oldest": 86400,
                }),
            ),
            (
                "2026-11-11",
                json!({"opened": 0, "outbound": 1, "frt_n": 1, "frt_mean": 86400, "unanswered": 0}),
            ),
        ],
    );
    // In UTC both were opened on the 9th, at 18:59:59 and 19:00:00.
    let rows = w.kpi("export --period 2026-11-09 --by day --tz UTC");
    expect(&rows, "day", &[("2026-11-09", json!({"opened": 2, "outbound": 1}))]);
    assert_eq!(rows[0]["from"], "2026-11-09T00:00:00+00:00");
}

#[test]
fn unfinished_period_ends_now() {
    let mut w = World::new();
    w.customer_opens("main", "10 09:00:00");
    w.clock("10 10:00:00");
    let rows = w.kpi("export --period 2026-11-10..2026-11-12 --by day");
    expect(
        &rows,
        "day",
        &[("2026-11-10", json!({"unanswered": 1, "unanswered_oldest": 3600}))],
    );
    let out = output(&w, &["kpi", "export", "--period", "today"]);
    assert!(out.1.contains("the period is not over"), "{}", out.1);
}

#[test]
fn clock_that_runs_behind_gives_no_negative_time() {
    let mut w = World::new();
    let a = w.customer_opens("main", "10 09:00:05");
    // The database's clock says 09:00:00 at the resolve, which is before the customer's message.
    w.clock("10 09:00:00");
    w.sql(&format!(
        "update conversation set opened_at = '2026-11-10T05:00:00Z' where id = {}",
        a.trim_start_matches("C-")
    ));
    output(&w, &["resolve", &a, "--as", "omar"]);
    w.clock("20 12:00:00");
    let rows = w.kpi("export --period 2026-11-10 --by agent");
    let omar = rows.iter().find(|r| r["agent"] == "omar").unwrap();
    assert_eq!(
        (omar["first_resolve_n"].as_i64(), omar["first_resolve_mean"].as_f64()),
        (Some(1), Some(0.0))
    );
}

#[test]
fn handoff_counts_when_accepted_and_never_when_declined() {
    let mut w = World::new();
    let a = w.customer_opens("main", "10 09:00:00");
    w.run("10 09:01:00", "sara", &format!("take {a}"));
    w.reply(&a, "10 09:02:00", "sara");
    w.run(
        "10 23:00:00",
        "sara",
        &format!("handoff {a} --to ali --require-accept --reason later"),
    );
    w.run("10 23:10:00", "ali", &format!("decline {a}"));
    w.run(
        "10 23:20:00",
        "sara",
        &format!("handoff {a} --to ali --require-accept --reason later"),
    );
    w.run("11 00:30:00", "ali", &format!("accept {a}"));
    w.clock("20 12:00:00");
    let rows = w.kpi("rows handoffs_out --period 2026-11");
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0]["agent"].as_str(), rows[0]["at"].as_str().map(|t| &t[..10])),
        (Some("sara"), Some("2026-11-11"))
    );
}

fn output(w: &World, line: &[&str]) -> (String, String) {
    let out = crate::support::inbox(&w.db).args(line).assert().success();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&out.get_output().stdout), text(&out.get_output().stderr))
}
