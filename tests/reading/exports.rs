//! Exports reconcile with the printed counts, whatever texts people write.

use serde_json::Value;

use super::{out, worked};
use crate::support::Db;
use crate::support::seed::text;

/// Texts that break unquoted files, unescaped lines, and spreadsheets.
const AWKWARD: [&str; 8] = [
    "two\nlines, \"quoted\", 'single'\r\nthird",
    "=HYPERLINK(\"http://x\",\"y\")",
    "-2+3",
    "+SUM(A1)",
    "پارسل کہاں ہے؟ \u{202b}kal\u{202c} 😀",
    "tab\there; semicolon | pipe",
    "\u{1b}[31mred\u{7}",
    "ends with a backslash \\",
];

/// Returns the workspace after work by several agents, with every awkward text as a reason and as a
/// note.
async fn busy() -> Db {
    let db = worked().await;
    for (n, awkward) in AWKWARD.iter().enumerate() {
        let (who, other) = if n % 2 == 0 { ("sara", "ali") } else { ("ali", "sara") };
        let one = format!("C-{}", n % 3 + 2);
        // A value that begins with a hyphen follows an equals sign.
        let (reason, note) = (format!("--reason={awkward}"), format!("--note={awkward}"));
        out(&db, &["assign", &one, "--to", who, &reason]);
        out(&db, &["note", &one, &note, "--order", "=1+1", "--as", other]);
        out(
            &db,
            &[
                "label", &one, "--add", "seen", "--remove", "refund", &reason, "--as", who,
            ],
        );
    }
    out(
        &db,
        &["ticket", "set", "T-1", "--status", "waiting", "--reason", AWKWARD[0]],
    );
    db
}

fn jsonl(db: &Db, args: &[&str]) -> Vec<Value> {
    let text = out(db, &[args, &["-o", "jsonl"]].concat());
    text.lines()
        .map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{e}: {l}")))
        .collect()
}

fn csv(db: &Db, args: &[&str]) -> Vec<csv::StringRecord> {
    let text = out(db, &[args, &["-o", "csv"]].concat());
    csv::Reader::from_reader(text.as_bytes())
        .records()
        .map(Result::unwrap)
        .collect()
}

#[tokio::test]
async fn combined_audit_filters_equal_filtering_the_whole_trail() {
    let db = busy().await;
    let all = jsonl(&db, &["audit"]);
    assert!(all.len() > 40, "{}", all.len());
    let middle = all[all.len() / 2]["at"].as_str().unwrap();
    let operation = all.iter().find(|e| e["kind"] == "handed_off").unwrap()["operation"]
        .as_str()
        .unwrap();
    let late = all[all.len() - 6]["at"].as_str().unwrap();
    type Fits = dyn Fn(&Value) -> bool;
    let after = |at: &str| {
        let at: jiff::Timestamp = at.parse().unwrap();
        move |e: &Value| e["at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap() >= at
    };
    let is = |member: &'static str, of: &'static [&'static str]| move |e: &Value| of.iter().any(|w| e[member] == *w);
    let about = |of: &'static [&'static str]| {
        move |e: &Value| {
            of.iter()
                .any(|r| e["event"].as_str().unwrap().starts_with(&format!("{r}#")))
        }
    };
    let (this, from, to) = (operation.to_owned(), after(middle), after(late));
    let flags: Vec<(Vec<&str>, Box<Fits>)> = vec![
        (vec!["--actor", "sara"], Box::new(is("actor", &["sara"]))),
        (vec!["--actor", "ali,admin"], Box::new(is("actor", &["ali", "admin"]))),
        (vec!["--action", "noted"], Box::new(is("kind", &["noted"]))),
        (
            vec!["--action", "labelled,assigned,taken"],
            Box::new(is("kind", &["labelled", "assigned", "taken"])),
        ),
        (
            vec!["--subject", "conversation"],
            Box::new(is("subject", &["conversation"])),
        ),
        (
            vec!["--subject", "ticket,agent"],
            Box::new(is("subject", &["ticket", "agent"])),
        ),
        (
            vec!["--operation", operation],
            Box::new(move |e| e["operation"] == this.as_str()),
        ),
        (vec!["--since", middle], Box::new(from)),
        (vec!["--until", late], Box::new(move |e| !to(e))),
        (
            vec!["--search", "quoted"],
            Box::new(|e: &Value| format!("{} {}", e["reason"], e["note"]).contains("quoted")),
        ),
        (vec!["C-2", "C-3"], Box::new(about(&["C-2", "C-3"]))),
        (vec!["T-1", "C-2"], Box::new(about(&["T-1", "C-2"]))),
    ];
    let names = |events: &[&Value]| -> Vec<String> { events.iter().map(|e| e["event"].to_string()).collect() };
    let (mut some, mut tried) = (0, 0);
    for (n, (first, fits_first)) in flags.iter().enumerate() {
        for (m, (second, fits_second)) in flags.iter().enumerate().skip(n) {
            // References are one filter, and so is each flag. Two of one kind have another meaning.
            if m != n && first[0][..2] == second[0][..2] && (!first[0].starts_with("--") || first[0] == second[0]) {
                continue;
            }
            if m != n && !first[0].starts_with("--") && !second[0].starts_with("--") {
                continue;
            }
            let third = &flags[(n + m + 5) % flags.len()];
            let mut line = vec!["audit"];
            line.extend(first);
            let mut wanted: Vec<&Value> = all.iter().filter(|e| fits_first(e)).collect();
            if m != n {
                line.extend(second);
                wanted.retain(|e| fits_second(e));
            }
            if third.0[0].starts_with("--") && !line.contains(&third.0[0]) {
                line.extend(&third.0);
                wanted.retain(|e| third.1(e));
            }
            let found = jsonl(&db, &line);
            assert_eq!(names(&found.iter().collect::<Vec<_>>()), names(&wanted), "{line:?}");
            some += usize::from(!wanted.is_empty());
            tried += 1;
        }
    }
    assert!(tried > 50 && some > 20, "{some} of {tried} found something");
}

#[tokio::test]
async fn exports_have_every_row_and_the_exact_texts() {
    let db = busy().await;
    let mut conn = db.connect().await;

    // An operation's changes.
    let changed = jsonl(
        &db,
        &[
            "label", "--status", "any", "--add", "export", "--reason", AWKWARD[0], "--yes",
        ],
    );
    let operation = changed[0]["operation"].as_str().unwrap();
    let counted = text(
        &mut conn,
        &format!(
            "select changed from operation where id = {}",
            operation.trim_start_matches("O-")
        ),
    )
    .await;
    assert_eq!((changed.len(), counted.as_str()), (4, "4"));
    let trail = ["audit", "--operation", operation];
    assert_eq!((jsonl(&db, &trail).len(), csv(&db, &trail).len()), (4, 4));

    // The whole trail, and the counts in the summary of each conversation.
    let events: usize = text(&mut conn, "select count(*) from event").await.parse().unwrap();
    assert_eq!(
        (jsonl(&db, &["audit"]).len(), csv(&db, &["audit"]).len()),
        (events, events)
    );
    for reference in ["C-1", "C-2", "C-3", "C-4"] {
        let shown: Vec<Value> = serde_json::from_str(&out(&db, &["show", reference, "-o", "json"])).unwrap();
        let tickets: Vec<&str> = shown[0]["tickets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|t| t.as_str().unwrap())
            .collect();
        let line = [&["audit", reference][..], &tickets].concat();
        let number = usize::try_from(shown[0]["events"].as_i64().unwrap()).unwrap();
        assert_eq!(
            (jsonl(&db, &line).len(), csv(&db, &line).len()),
            (number, number),
            "{reference}"
        );
        let entries = shown[0]["timeline"].as_array().unwrap().len();
        assert_eq!(csv(&db, &["show", reference]).len(), entries, "{reference}");
        assert_eq!(csv(&db, &["list", reference]).len(), 1);
        // The legs cover the whole life of the conversation.
        let now = text(&mut conn, "to_json(clock_timestamp()) #>> '{}'").await;
        let legs = jsonl(&db, &["audit", "owner", reference, "--as-of", &now]);
        let sum: f64 = legs.iter().map(|l| l["duration"].as_f64().unwrap()).sum();
        let id = reference.trim_start_matches("C-");
        let life = format!(
            "select extract(epoch from timestamptz '{now}' - min(at))
            from event
            where subject = 'conversation' and subject_id = {id}"
        );
        let life: f64 = text(&mut conn, &life).await.parse().unwrap();
        assert!((sum - life).abs() < 0.01, "{reference}: the legs last {sum}, it {life}");
        assert_eq!(
            csv(&db, &["audit", "owner", reference, "--as-of", &now]).len(),
            legs.len()
        );
    }

    // Texts are exact in JSON. CSV defuses formulas and shows control characters.
    let notes = ["audit", "--action", "noted", "--columns", "note"];
    let exact: Vec<String> = jsonl(&db, &notes)
        .iter()
        .map(|e| e["note"].as_str().unwrap().to_owned())
        .collect();
    let cells: Vec<String> = csv(&db, &notes).iter().map(|r| r[0].to_owned()).collect();
    assert_eq!(exact.len(), cells.len());
    for awkward in AWKWARD {
        assert!(exact.iter().any(|n| n == awkward), "{awkward:?} is not in {exact:?}");
    }
    for (exact, cell) in exact.iter().zip(&cells) {
        let formula = exact.starts_with(['=', '+', '-', '@', '\t', '\r']);
        assert_eq!(cell.starts_with('\''), formula, "{exact:?}: {cell:?}");
        assert!(!cell.contains('\u{1b}') && !cell.contains('\u{7}'), "{cell:?}");
        if exact
            .chars()
            .all(|c| !c.is_control() && c != '\u{202b}' && c != '\u{202c}')
        {
            assert_eq!(cell.trim_start_matches('\''), exact);
        }
    }
}
