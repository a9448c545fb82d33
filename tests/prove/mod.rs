//! The fault matrix: every fault of Postgres, network, disk and process, under load, with a sender's log of its own.
//!
//! `make prove` plays all rows at full size (`INBOX_PROVE=1`), `make prove ARGS='network
//! half-open'` those whose names have these words. `make test` plays a few of them at a small size,
//! so that the matrix itself stays tested. `INBOX_TEST_SEED` repeats the random choices,
//! `INBOX_PROVE_KEEP` names a folder for the logs of failed rows.

mod bodies;
mod disk;
mod holds;
mod network;
mod pooler;
mod postgres;
mod process;
mod sender;
mod site;
mod sizes;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use self::sender::{Load, Sent};
use self::site::{Account, Site, prepare};
use crate::support::dice::Dice;
use crate::support::postgres::Postgres;

/// The maximum memory of one `serve`, in MB.
const MAX_MEMORY: f64 = 100.0;
/// The maximum bytes of its log per minute.
const MAX_LOG: u64 = 1_000_000;
/// The time limit after a fault until everything is acknowledged and applied.
const RECOVERY: Duration = Duration::from_secs(40);

/// One row of the matrix.
pub struct Row {
    /// Its name: a group and a fault.
    pub name: &'static str,
    /// Whether `make test` plays it.
    pub small: bool,
    /// Plays it and notes the results.
    pub play: fn(&mut Play<'_>),
}

/// A row in progress.
pub struct Play<'a> {
    /// A prepared server for this row's databases.
    pub server: &'a Postgres,
    /// Whether to run at full size instead of that of `make test`.
    pub full: bool,
    /// Random choices.
    pub dice: Dice,
    name: &'static str,
    lines: Vec<Line>,
    skipped: Option<String>,
}

/// The requirements of one run, in addition to those of every run.
#[derive(Debug, Default, Clone, Copy)]
pub struct Limits {
    /// The 99th percentile of the time until applied.
    pub p99: Option<Duration>,
    /// The maximum time until applied.
    pub longest: Option<Duration>,
}

struct Line {
    run: String,
    account: Account,
    verify: i32,
    seal: i32,
    memory: f64,
    log: u64,
    problems: Vec<String>,
}

fn rows() -> Vec<Row> {
    [
        postgres::rows(),
        network::rows(),
        process::rows(),
        disk::rows(),
        holds::rows(),
        bodies::rows(),
        pooler::rows(),
        sizes::rows(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Returns whether full sizes are requested instead of those of `make test`.
pub fn full() -> bool {
    std::env::var_os("INBOX_PROVE").is_some_and(|v| !v.is_empty() && v != "0")
}

impl Play<'_> {
    /// Returns how often a fault is repeated.
    pub fn runs(&self) -> usize {
        if self.full { 5 } else { 1 }
    }

    /// Returns one size or the other.
    pub fn size<T>(&self, full: T, small: T) -> T {
        if self.full { full } else { small }
    }

    /// Returns the load under a fault.
    pub fn load(&self, run: &str) -> Load {
        Load {
            prefix: format!("prove.{run}"),
            rate: self.size(100.0, 40.0),
            customers: customers(20),
        }
    }

    /// Notes that the row cannot be played here.
    pub fn skip(&mut self, why: impl Into<String>) {
        self.skipped = Some(why.into());
    }

    /// Plays a fault again and again under load; the fault returns when it is over.
    pub fn faults(
        &mut self,
        site: &mut Site<'_>,
        limits: Limits,
        mut fault: impl FnMut(&mut Site<'_>, usize) -> Vec<String>,
    ) {
        for run in 1..=self.runs() {
            let sender = site.send(self.load(&run.to_string()));
            std::thread::sleep(self.size(Duration::from_secs(1), Duration::from_millis(300)));
            let seal = site.seal();
            // Varies the point of the work.
            std::thread::sleep(Duration::from_millis(u64::try_from(self.dice.below(400)).unwrap()));
            let mut problems = fault(site, run);
            std::thread::sleep(self.size(Duration::from_secs(1), Duration::from_millis(300)));
            let sent = sender.stop(RECOVERY);
            let waiting = site.settle(RECOVERY);
            if waiting > 0 {
                problems.push(format!(
                    "{waiting} deliveries are not applied after {} s",
                    RECOVERY.as_secs()
                ));
            }
            let account = site.account(&sent);
            self.judge(site, &run.to_string(), account, &seal, limits, problems);
        }
    }

    /// Records the result of one run and checks the requirements of every run.
    pub fn judge(
        &mut self,
        site: &mut Site<'_>,
        run: &str,
        account: Account,
        seal: &std::path::Path,
        limits: Limits,
        mut problems: Vec<String>,
    ) {
        let (verify, said) = site.verify();
        if verify != 0 {
            problems.push(format!("audit verify: {}", said.trim()));
        }
        let (sealed, said) = site.verify_against(seal);
        if sealed != 0 {
            problems.push(format!("audit verify --against: {}", said.trim()));
        }
        let letters = site.text("select count(*) from dead_letter where cause = 'failed'");
        if letters != "0" {
            problems.push(format!("{letters} dead letters of the program's own making"));
        }
        let (memory, log) = site.usage();
        let a = &account;
        let mut must = |good: bool, what: String| {
            if !good {
                problems.push(what);
            }
        };
        must(a.acknowledged > 0, "nothing was acknowledged".to_owned());
        must(a.given_up == 0, format!("{} were never acknowledged", a.given_up));
        must(a.lost == 0 && a.applied == a.acknowledged, format!("{} lost", a.lost));
        must(
            a.stored == a.acknowledged,
            format!("{} not stored", a.acknowledged - a.stored),
        );
        must(a.doubled == 0, format!("{} doubled", a.doubled));
        must(memory < MAX_MEMORY, format!("serve took {memory:.0} MB"));
        must(log < MAX_LOG, format!("{log} bytes of log a minute"));
        if let Some(limit) = limits.p99 {
            must(a.p99 < limit, format!("p99 until applied {}", seconds(a.p99)));
        }
        if let Some(limit) = limits.longest {
            must(
                a.longest < limit,
                format!("longest until applied {}", seconds(a.longest)),
            );
        }
        self.note(Line {
            run: run.to_owned(),
            account,
            verify,
            seal: sealed,
            memory,
            log,
            problems,
        });
    }

    /// Records a result without an account, from a size that another test plays.
    pub fn judge_alone(&mut self, problems: Vec<String>) {
        self.note(Line {
            run: "-".to_owned(),
            account: Account::default(),
            verify: 0,
            seal: 0,
            memory: 0.0,
            log: 0,
            problems,
        });
    }

    fn note(&mut self, line: Line) {
        let a = &line.account;
        let verdict = if line.problems.is_empty() {
            "pass".to_owned()
        } else {
            format!("FAIL: {}", line.problems.join("; ").replace('\n', " | "))
        };
        say(&format!(
            "{:<32} {:>6} {:>7} {:>7} {:>7} {:>5} {:>5} {:>7} {:>8} {:>8} {:>8} {:>6} {:>4} {:>6.1} {:>8}  {verdict}",
            self.name,
            line.run,
            a.acknowledged,
            a.stored,
            a.applied,
            a.lost,
            a.doubled,
            a.refused,
            seconds(a.p50),
            seconds(a.p99),
            seconds(a.longest),
            line.verify,
            line.seal,
            line.memory,
            line.log,
        ));
        self.lines.push(line);
    }
}

fn head() -> String {
    format!(
        "{:<32} {:>6} {:>7} {:>7} {:>7} {:>5} {:>5} {:>7} {:>8} {:>8} {:>8} {:>6} {:>4} {:>6} {:>8}  verdict",
        "fault",
        "run",
        "acked",
        "stored",
        "applied",
        "lost",
        "twice",
        "refused",
        "p50",
        "p99",
        "longest",
        "verify",
        "seal",
        "MB",
        "log/min"
    )
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

/// Returns the numbers of customers.
pub fn customers(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("92300{n:07}")).collect()
}

/// Waits until something holds; returns whether it did in time.
pub fn until(patience: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let late = Instant::now() + patience;
    while !holds() {
        if Instant::now() > late {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}

#[expect(
    clippy::print_stdout,
    reason = "the table is what the matrix is for; cargo shows it with --nocapture"
)]
fn say(line: &str) {
    println!("{line}");
}

/// Plays one row. A panic fails only this row.
fn play(row: &Row, server: &Postgres, full: bool, seed: u64) -> Result<bool, String> {
    let mut play = Play {
        server,
        full,
        dice: Dice(seed),
        name: row.name,
        lines: Vec::new(),
        skipped: None,
    };
    let played = catch_unwind(AssertUnwindSafe(|| (row.play)(&mut play)));
    if let Err(panic) = played {
        let said = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
        play.judge_alone(vec![said.unwrap_or_else(|| "it panicked".to_owned())]);
    }
    if let Some(why) = play.skipped {
        return Err(why);
    }
    Ok(!play.lines.is_empty() && play.lines.iter().all(|line| line.problems.is_empty()))
}

/// Plays rows and prints the table; returns the names of those that failed.
fn matrix(rows: &[Row], full: bool) -> Vec<&'static str> {
    let seed = Dice::new().0;
    say(&format!("INBOX_TEST_SEED={seed}"));
    say(&head());
    // Rows about locks take two minutes each with little work, so they run in parallel on a server
    // of their own.
    let (held, others): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.name.starts_with("holds"));
    let lane = |rows: &[&Row]| -> Vec<(&'static str, Result<bool, String>)> {
        if rows.is_empty() {
            return Vec::new();
        }
        let server = Postgres::start(&["max_connections=100"]);
        prepare(&server);
        rows.iter()
            .map(|row| (row.name, play(row, &server, full, seed)))
            .collect()
    };
    let played = std::thread::scope(|scope| {
        let held = scope.spawn(|| lane(&held));
        let mut played = lane(&others);
        played.extend(held.join().unwrap());
        played
    });
    let (mut passed, mut failed, mut skipped) = (0, Vec::new(), 0);
    for (name, outcome) in played {
        match outcome {
            Ok(true) => passed += 1,
            Ok(false) => failed.push(name),
            Err(why) => {
                skipped += 1;
                say(&format!("{name:<32} skipped: {why}"));
            }
        }
    }
    say(&format!("{passed} passed, {} failed, {skipped} skipped", failed.len()));
    failed
}

#[test]
fn matrix_passes_when_faults_happen_under_load() {
    let full = full();
    let words = std::env::var("INBOX_PROVE_ROWS").unwrap_or_default();
    let words: Vec<&str> = words.split_whitespace().collect();
    let chosen: Vec<Row> = rows()
        .into_iter()
        .filter(|row| words.iter().all(|word| row.name.contains(word)))
        .filter(|row| full || row.small || !words.is_empty())
        .collect();
    assert!(!chosen.is_empty(), "no row has the words {words:?}");
    let failed = matrix(&chosen, full);
    assert!(failed.is_empty(), "failed: {failed:?}");
}

#[test]
fn sender_names_the_lost_delivery_when_one_is_deleted() {
    let server = Postgres::start(&[]);
    prepare(&server);
    let mut site = Site::new(&server);
    site.serve();
    let sender = site.send(Load {
        prefix: "prove.x".to_owned(),
        rate: 50.0,
        customers: customers(3),
    });
    assert!(until(Duration::from_secs(20), || sender.acknowledged() >= 20));
    let mut sent: Sent = sender.stop(RECOVERY);
    assert_eq!(site.settle(RECOVERY), 0);
    let account = site.account(&sent);
    assert_eq!((account.lost, account.doubled, account.given_up), (0, 0, 0));
    assert_eq!(account.applied, sent.acknowledged.len());
    assert!(account.p50 > Duration::ZERO && account.p99 >= account.p50);
    // The missing message is reported.
    sent.acknowledged[0].wamid.push_str(".never");
    let account = site.account(&sent);
    assert_eq!((account.lost, account.stored + 1), (1, sent.acknowledged.len()));
    let lines = fs_err::read_to_string(site.path("sender-prove.x.log")).unwrap();
    assert!(lines.lines().count() >= sent.acknowledged.len());
}
