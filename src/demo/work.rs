//! Plays the day: posts the customers' messages, and answers them with the real commands of the
//! crew on duty.
//!
//! The workspace's clock is set to the start of the day and moves with it, so that each action has
//! its time of the day. At the end of the day the clock is reset.

use std::collections::BTreeMap;

use futures_util::StreamExt;
use sqlx::postgres::PgConnection;

use super::cast::{CREWS, Crew, SUPERVISOR};
use super::server::Server;
use super::shop::{Case, Clock, DAY, PlannedAction, SHIFT, Scene, Shop, note, words};
use super::simulate::{Customer, Day, Delivery, Topic};
use super::stage::Stage;
use super::tour;
use crate::db::{self, Workspace};
use crate::error::{Error, Result};

/// The maximum time between two checks of the queue by the crew, in seconds.
const LOOK: i64 = 30 * 60;
/// The time between the take of a conversation and the answer, in seconds.
const BEFORE_ANSWER: i64 = 60;
/// The interval of the rounds in which postponed work is done, in seconds.
const ROUND: i64 = 20 * 60;
/// A conversation whose customer wrote within this time before the end stays in the queue.
const FRESH: i64 = 25 * 60;
/// The number of commands that run in parallel.
const HANDS: usize = 4;

/// Returns the end of the round that contains a time.
fn round(at: i64) -> i64 {
    at - at.rem_euclid(ROUND) + ROUND
}

impl<'a> Shop<'a> {
    /// Plans the day.
    #[expect(
        clippy::too_many_arguments,
        reason = "it is called once, with what the demo has made"
    )]
    pub fn new(
        stage: &'a mut Stage,
        server: Server,
        conn: PgConnection,
        workspace: Workspace,
        clock: Clock,
        day: Day,
        seed: u64,
        (start, after_midnight): (i64, i64),
    ) -> Shop<'a> {
        let mut cases: Vec<Case> = day.customers.iter().map(case).collect();
        for d in &day.deliveries {
            let Some(case) = cases.get_mut(d.customer) else {
                continue;
            };
            match d.kind {
                "status" | "history" => continue,
                "echo" => case.first_answer = case.first_answer.or(Some(d.at)),
                _ => case.first_message = case.first_message.or(Some(d.at)),
            }
            case.last = case.last.max(d.at);
        }
        for (n, scene) in tour::scenes(&day.customers, &cases, (start + 600, start + DAY - 2 * 3600)) {
            if let Some(case) = cases.get_mut(n) {
                case.scene = Some(scene);
            }
        }
        let mut deeds = BTreeMap::new();
        for (n, (case, customer)) in cases.iter().zip(&day.customers).enumerate() {
            let Some(answer) = case.first_answer.filter(|_| case.scene.is_none_or(Scene::ends)) else {
                continue;
            };
            let quick = customer.topic != Topic::LateParcel || dice(seed, n, 1) % 100 < 60;
            if !quick {
                deeds.insert((round(answer + 120), n), PlannedAction::Pend);
            }
            if dice(seed, n, 2) % 100 < 90 {
                let pause = if quick { 300 } else { 1800 } + i64::try_from(dice(seed, n, 3) % 2400).unwrap_or(0);
                deeds.insert((round(case.last + pause), n), PlannedAction::Resolve);
            }
        }
        Shop {
            stage,
            customers: day.customers,
            cases,
            server,
            conn,
            workspace,
            clock,
            seed,
            deliveries: day.deliveries,
            deeds,
            start,
            after_midnight,
            turn: 0,
            piped: false,
        }
    }

    /// Plays the day to its end, and resets the clock.
    ///
    /// # Errors
    /// The error of a command that fails unexpectedly.
    pub async fn play(&mut self) -> Result<()> {
        let deliveries = std::mem::take(&mut self.deliveries);
        let bar = self.stage.progress("the day", deliveries.len() as u64);
        let first = SHIFT - self.after_midnight % SHIFT;
        let mut changes: Vec<i64> = (0..3)
            .map(|n| self.start + first + n * SHIFT)
            .filter(|at| *at < self.start + DAY)
            .collect();
        let last_change = changes.last().copied();
        let mut from = 0;
        let mut looked = self.start;
        for to in 0..=deliveries.len() {
            let next = deliveries.get(to);
            let at = next.map_or(self.start + DAY, |d| d.at);
            let answer = deliveries[from..to]
                .iter()
                .filter_map(|d| self.cases.get(d.customer))
                .filter(|c| !c.taken)
                .filter_map(|c| c.first_answer)
                .min();
            let answer_comes = answer.is_some_and(|a| at >= a - BEFORE_ANSWER);
            let change = changes.first().copied().filter(|c| *c <= at);
            if next.is_some() && !answer_comes && change.is_none() && at - looked < LOOK {
                continue;
            }
            let now = deliveries[from..to].last().map_or(looked, |d| d.at);
            self.tick(now, &deliveries[from..to]).await?;
            bar.set(to as u64);
            from = to;
            looked = at;
            if let Some(change) = change {
                changes.remove(0);
                self.clock.advance(&mut self.conn, &self.workspace, change).await?;
                self.change_shifts(change, Some(change) == last_change).await?;
            }
        }
        drop(bar);
        self.clock
            .advance(&mut self.conn, &self.workspace, i64::from(i32::MAX))
            .await?;
        self.owners().await?;
        Ok(())
    }

    /// Ends the server after all deliveries are applied.
    ///
    /// # Errors
    /// The error with which the server ends.
    pub async fn close(self) -> Result<()> {
        self.server.stop().await
    }

    /// Posts the bodies up to a time, and runs the work of the crew.
    async fn tick(&mut self, now: i64, batch: &[Delivery]) -> Result<()> {
        self.clock.advance(&mut self.conn, &self.workspace, now).await?;
        self.server.post(batch).await?;
        self.applied().await?;
        for d in batch {
            if let Some(case) = self.cases.get_mut(d.customer) {
                case.opened |= !matches!(d.kind, "status" | "history");
            }
        }
        let crew = self.crew(now);
        let fresh = self.take(crew, now).await?;
        self.route(crew, &fresh).await?;
        for n in 0..self.cases.len() {
            let case = &self.cases[n];
            if let Some(scene) = case.scene.filter(|_| case.opened && !case.taken) {
                self.cases[n].taken = true;
                tour::play(self, scene, n, now).await?;
            }
        }
        self.due(now).await
    }

    async fn applied(&mut self) -> Result<()> {
        for _ in 0..3000 {
            let mut tx = db::begin(&mut self.conn, &self.workspace, db::server::connect::Mode::Read).await?;
            let waiting = db::schema::demo::backlog(&mut tx).await?;
            tx.rollback().await?;
            if waiting == 0 {
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        Err(Error::failed("inbox serve does not apply what it has taken").hint("inbox --profile demo webhook list"))
    }

    /// Takes new conversations for the agents. Returns the cases.
    async fn take(&mut self, crew: &'static Crew, now: i64) -> Result<Vec<usize>> {
        // An agent who checks the queue takes all new conversations. The agent for the couriers
        // does so every fifth time.
        self.turn += 1;
        let who = match self.turn % 5 {
            4 => crew.ops,
            turn => crew.support[turn % 2],
        };
        let mut taken = Vec::new();
        let end = self.start + DAY;
        for n in 0..self.cases.len() {
            let case = &mut self.cases[n];
            if !case.opened || case.taken || case.scene.is_some() {
                continue;
            }
            let waits = case.first_answer.is_none() && (now > end - FRESH || dice(self.seed, n, 4).is_multiple_of(2));
            if waits {
                continue;
            }
            case.taken = true;
            case.owner = Some(who);
            taken.push(n);
        }
        if !taken.is_empty() {
            let mut words = words(&["take", "--as", who, "-q"]);
            words.extend(taken.iter().map(|n| self.cases[*n].reference.clone()));
            self.stage.quiet(words).await?;
        }
        Ok(taken)
    }

    /// Writes the agents' notes, and hands conversations off to the responsible agents.
    async fn route(&mut self, crew: &'static Crew, fresh: &[usize]) -> Result<()> {
        let mut first = Vec::new();
        let mut then = Vec::new();
        for &n in fresh {
            let (Some(customer), Some(case)) = (self.customers.get(n), self.cases.get_mut(n)) else {
                continue;
            };
            let Some(owner) = case.owner else { continue };
            let returns = matches!(customer.topic, Topic::WrongSize | Topic::Damaged | Topic::Refund);
            if returns && dice(self.seed, n, 5) % 100 < 55 {
                let reason = "goods come back";
                let mut words = words(&[
                    "handoff",
                    &case.reference,
                    "--to",
                    crew.returns,
                    "--reason",
                    reason,
                    "--as",
                    owner,
                    "-q",
                ]);
                words.extend(note(customer, "--note"));
                first.push(words);
                case.owner = Some(crew.returns);
            } else if customer.topic == Topic::LateParcel && dice(self.seed, n, 5) % 100 < 60 {
                let mut words = words(&["note", &case.reference, "--as", owner, "-q"]);
                words.extend(note(customer, "--note"));
                first.push(words);
            }
            if customer.is_serious() && dice(self.seed, n, 6) % 100 < 30 {
                let category = if customer.topic == Topic::Damaged {
                    "damage"
                } else {
                    "refund"
                };
                let due = if customer.topic == Topic::Damaged { "24h" } else { "8h" };
                let owner = case.owner.unwrap_or(owner);
                let said = ["escalate", &case.reference, "--to", "returns", "--category", category];
                let more = ["--due", due, "--as", owner, "-o", "json"];
                then.push((n, words(&[&said[..], &more[..]].concat())));
            }
        }
        self.run(first).await?;
        let (cases, commands): (Vec<usize>, Vec<_>) = then.into_iter().unzip();
        for (n, printed) in cases.into_iter().zip(self.run(commands).await?) {
            let rows: serde_json::Value = serde_json::from_slice(&printed).map_err(|e| Error::failed(e.to_string()))?;
            self.cases[n].ticket = rows[0]["ticket"].as_str().map(str::to_owned);
        }
        Ok(())
    }

    /// Does the postponed work that is due.
    async fn due(&mut self, now: i64) -> Result<()> {
        let later = self.deeds.split_off(&(now + 1, 0));
        let due = std::mem::replace(&mut self.deeds, later);
        let mut pends: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        let mut tickets = Vec::new();
        let mut resolves: BTreeMap<(&'static str, &'static str), Vec<String>> = BTreeMap::new();
        for ((_, n), deed) in due {
            let (Some(case), Some(customer)) = (self.cases.get(n), self.customers.get(n)) else {
                continue;
            };
            let Some(owner) = case.owner else { continue };
            match deed {
                PlannedAction::Pend => pends.entry(owner).or_default().push(case.reference.clone()),
                PlannedAction::Resolve => {
                    let same = resolves.entry((owner, customer.outcome)).or_default();
                    same.push(case.reference.clone());
                    if let Some(ticket) = &case.ticket {
                        tickets.push(words(&[
                            "ticket", "set", ticket, "--status", "resolved", "--as", SUPERVISOR, "-q",
                        ]));
                    }
                }
            }
        }
        let pends = pends.into_iter().map(|(owner, references)| {
            let mut words = words(&["pending", "--as", owner, "-q"]);
            words.extend(references);
            words
        });
        self.run(pends.collect()).await?;
        let resolves = resolves.into_iter().map(|((owner, outcome), references)| {
            let mut words = words(&["resolve", "--reason", outcome, "--as", owner, "-q"]);
            words.extend(references);
            words
        });
        self.run(resolves.chain(tickets).collect()).await?;
        Ok(())
    }

    /// Moves the conversations of the old crew to the new crew.
    async fn change_shifts(&mut self, at: i64, last: bool) -> Result<()> {
        let (old, new) = (self.crew(at - 1), self.crew(at));
        let (mut from, mut to) = (old.all().to_vec(), new.all().to_vec());
        self.owners().await?;
        let some = self.cases.iter().any(|case| case.owner == Some(old.support[0]));
        if !self.piped && (some || last) {
            self.piped = true;
            tour::pipe(self, at, old, new).await?;
            from.remove(0);
            to.remove(0);
        }
        let (from, to) = (from.join(","), to.join(","));
        if last {
            tour::rotate(self, at, new, &from, &to).await?;
        } else {
            let words = words(&[
                "shift", "rotate", "--from", &from, "--to", &to, "--as", SUPERVISOR, "-q",
            ]);
            self.stage.quiet(words).await?;
        }
        self.owners().await
    }

    /// Reads the owners of all conversations after many were moved at once.
    async fn owners(&mut self) -> Result<()> {
        let words = words(&["list", "--status", "live", "-o", "json", "--columns", "contact,owner"]);
        let printed = self.stage.quiet(words).await?;
        let rows: Vec<serde_json::Value> =
            serde_json::from_slice(&printed).map_err(|e| Error::failed(format!("inbox list: {e}")))?;
        let digits = |text: &str| text.trim_start_matches('+').to_owned();
        let owners: BTreeMap<String, Option<&'static str>> = rows
            .iter()
            .filter_map(|row| {
                let owner = row["owner"].as_str().and_then(person);
                Some((digits(row["contact"].as_str()?), owner))
            })
            .collect();
        for case in &mut self.cases {
            case.owner = owners.get(&digits(&case.reference)).copied().flatten();
        }
        Ok(())
    }

    /// Runs commands in parallel. Returns their outputs in order.
    async fn run(&self, commands: Vec<Vec<String>>) -> Result<Vec<Vec<u8>>> {
        let stage = &*self.stage;
        let running = commands.into_iter().map(|words| stage.quiet(words));
        let done: Vec<Result<Vec<u8>>> = futures_util::stream::iter(running).buffered(HANDS).collect().await;
        done.into_iter().collect()
    }
}

fn case(customer: &Customer) -> Case {
    let phone = customer.phone.as_ref().map(|p| format!("+{p}"));
    Case {
        reference: phone.or_else(|| customer.bsuid.clone()).unwrap_or_default(),
        ..Case::default()
    }
}

fn person(handle: &str) -> Option<&'static str> {
    let everybody = CREWS.iter().flat_map(Crew::all).chain([SUPERVISOR]);
    everybody.into_iter().find(|h| *h == handle)
}

/// Returns a pseudo-random number that is the same for the same seed, customer and purpose.
fn dice(seed: u64, customer: usize, purpose: u64) -> u64 {
    let mut z =
        seed ^ (customer as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ purpose.wrapping_mul(0xD1B5_4A32_D192_ED03);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
