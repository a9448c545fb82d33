//! The generator behind `make bench`: the rows it writes without guards are rows that the guards
//! would accept.

use std::collections::BTreeMap;

use inbox::db::conversation::run;
use inbox::domain::run::fold;

use crate::property::law;
use crate::support::seed::{self, fill, text};
use crate::support::{self, inbox};

/// Every index and constraint of the workspace.
const INDEXES: &str = "select string_agg(x, e'\\n' order by x) from (
    select indexdef as x from pg_indexes where schemaname = 'inbox'
    union all
    select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
    where connamespace = 'inbox'::regnamespace) i";

/// A hash over all generated rows.
const CONTENT: &str = "select md5(concat(
    (select string_agg(hash::text, ',' order by subject, subject_id, seq) from event
        where subject in ('conversation', 'ticket')),
    (select string_agg((m.*)::text, ',' order by id)
        from (select id, conversation_id, agent_id, commitment from message) m),
    (select string_agg((s.*)::text, ',' order by wamid, status) from message_status s),
    (select string_agg((r.*)::text, ',' order by conversation_id, seq) from run r),
    (select string_agg((c.*)::text, ',' order by id) from contact c),
    (select string_agg((o.*)::text, ',' order by key, conversation_id) from order_key o)))";

#[tokio::test]
async fn generated_workspace_is_complete_and_equals_its_folded_events() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let before = text(&mut conn, INDEXES).await;
    fill(&db, 2_000, 7);
    assert_eq!(text(&mut conn, INDEXES).await, before);

    let verified = inbox(&db).args(["audit", "verify"]).assert().success();
    let said = String::from_utf8_lossy(&verified.get_output().stderr).into_owned();
    assert!(
        said.contains("every chain is complete, and every text is unchanged"),
        "{said}"
    );
    assert!(!said.contains("order numbers"), "{said}");
    let events = law::check_laws(&mut conn, 7).await;
    assert!(events > 18_000, "{events} events");

    // Runs and times equal the folded messages.
    let ids: Vec<i64> = (1..=2_000).collect();
    let facts = run::facts(&mut conn, &ids, None).await.unwrap();
    let mut runs: BTreeMap<i64, Vec<_>> = BTreeMap::new();
    for (id, seq, run) in run::of(&mut conn, &ids).await.unwrap() {
        runs.entry(id).or_default().push((seq, run));
    }
    let mut waiting = 0;
    for (times, _) in run::tails(&mut conn, &ids).await.unwrap() {
        let facts = &facts[&times.id];
        let folded = fold(&facts.said, &facts.resolves, false);
        assert_eq!(facts.said.len(), 10);
        assert_eq!(
            runs[&times.id],
            (1..).zip(folded.runs.clone()).collect::<Vec<_>>(),
            "C-{}",
            times.id
        );
        let open = folded.runs.iter().find(|r| r.end.is_none()).map(|r| r.started_at);
        assert_eq!(times.waiting_since, open);
        assert_eq!(times.first_customer_at, folded.first_customer_at);
        assert_eq!(
            times.first_reply_at.zip(times.first_reply_by),
            folded.first_reply.and_then(|(at, by)| Some((at, by?.0)))
        );
        assert_eq!(Some(times.opened_at), folded.first_customer_at);
        assert_eq!(
            (times.last_message_at, times.last_customer_at),
            (facts.last_message_at, facts.last_customer_at)
        );
        waiting += usize::from(open.is_some());
    }
    assert_eq!(waiting, 60);
}

#[tokio::test]
async fn generated_workspace_is_read_and_changed_like_any_other() {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    fill(&db, 2_000, 7);
    let lines = |args: &[&str]| {
        let output = inbox(&db).args(args).assert().success().get_output().stdout.clone();
        String::from_utf8(output).unwrap()
    };
    assert_eq!(lines(&["list", "--ids"]).lines().count(), 60);
    assert_eq!(
        lines(&["list", "--order", "#100005", "--status", "any", "--ids"]),
        "C-5\n"
    );
    assert!(lines(&["show", "C-5"]).contains("mera order #100005 kab aye ga"));
    let tickets: usize = text(&mut conn, "select count(*) from ticket").await.parse().unwrap();
    assert!((300..500).contains(&tickets), "{tickets} tickets");
    let figures = lines(&["kpi", "export", "--period", "2026-10-20", "-o", "jsonl"]);
    assert!(figures.contains("\"opened\":6,\"inbound\":35,"), "{figures}");

    // Ids continue after the generated ones, and the guards are active again.
    for line in [
        "--as omar assign C-1999 --to zoya --reason leave",
        "--as zoya note C-1999 called_#777",
        "--as zoya escalate C-1999 --to ops",
    ] {
        inbox(&db).args(line.split(' ')).arg("-q").assert().success();
    }
    seed::conversations(&mut conn, 3).await;
    let refused = seed::try_run(&mut conn, "update conversation set status = 'open' where id = 1").await;
    assert!(refused.is_err());
    inbox(&db).args(["audit", "verify", "-q"]).assert().success();
}

#[tokio::test]
async fn generated_rows_are_the_same_for_the_same_seed() {
    let mut contents = Vec::new();
    for seed in [1, 1, 2] {
        let db = support::db();
        let mut conn = seed::workspace(&db).await;
        fill(&db, 300, seed);
        contents.push(text(&mut conn, CONTENT).await);
    }
    assert_eq!(contents[0], contents[1]);
    assert_ne!(contents[0], contents[2]);
}
