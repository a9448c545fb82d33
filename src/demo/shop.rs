//! The state of the shop during the day: its customers, its clock, and the agents on duty.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use sqlx::postgres::PgConnection;

use super::cast::{CREWS, Crew};
use super::server::Server;
use super::simulate::{Customer, Delivery, Topic};
use super::stage::Stage;
use crate::db::{self, Workspace};
use crate::error::{Error, Result};

/// The number of seconds in a day.
pub const DAY: i64 = 86_400;
/// The number of seconds in a shift.
pub const SHIFT: i64 = DAY / 3;

/// A feature of the program, shown with one customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scene {
    /// An agent takes a conversation, another take fails, and a note is written.
    Take,
    /// Hand off to a team.
    HandOff,
    /// A conversation is offered to a colleague, who accepts.
    Offer,
    /// Open a ticket and work on it.
    Escalate,
    /// A conversation is snoozed until later.
    Snooze,
}

impl Scene {
    /// Returns whether the conversation continues normally after the scene. Otherwise it stays in
    /// its state for the user to look at.
    pub fn ends(self) -> bool {
        !matches!(self, Scene::Escalate | Scene::Snooze)
    }
}

/// The crew's data about a customer.
#[derive(Debug, Clone, Default)]
pub struct Case {
    /// The phone number or user id, which any verb accepts in place of C-12.
    pub reference: String,
    pub(super) first_message: Option<i64>,
    pub(super) first_answer: Option<i64>,
    /// The time of the last message.
    pub(super) last: i64,
    pub(super) opened: bool,
    pub(super) taken: bool,
    /// The owner.
    pub owner: Option<&'static str>,
    pub(super) ticket: Option<String>,
    /// The scene of the tour that uses this customer.
    pub scene: Option<Scene>,
}

impl Case {
    /// Returns the time of the customer's first message, and whether the message gets a reply.
    pub fn story(&self) -> Option<(i64, bool)> {
        self.first_message.map(|at| (at, self.first_answer.is_some()))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlannedAction {
    Pend,
    Resolve,
}

/// The day in progress.
pub struct Shop<'a> {
    /// The stage on which commands run.
    pub stage: &'a mut Stage,
    /// The customers.
    pub customers: Vec<Customer>,
    /// The data about each customer.
    pub cases: Vec<Case>,
    pub(super) server: Server,
    pub(super) conn: PgConnection,
    pub(super) workspace: Workspace,
    pub(super) clock: Clock,
    pub(super) seed: u64,
    pub(super) deliveries: Vec<Delivery>,
    pub(super) deeds: BTreeMap<(i64, usize), PlannedAction>,
    pub(super) start: i64,
    pub(super) after_midnight: i64,
    pub(super) turn: usize,
    pub(super) piped: bool,
}

impl Shop<'_> {
    /// Returns the crew on duty at a time.
    pub fn crew(&self, at: i64) -> &'static Crew {
        let third = (at - self.start + self.after_midnight).rem_euclid(DAY) / SHIFT;
        let third = usize::try_from(third).unwrap_or(0);
        &CREWS[third.min(CREWS.len() - 1)]
    }
}

/// The clock of the workspace.
#[derive(Debug)]
pub struct Clock {
    behind: SignedDuration,
}

impl Clock {
    /// Sets the clock to a time in the past.
    ///
    /// # Errors
    /// Any database error.
    pub async fn set(conn: &mut PgConnection, workspace: &Workspace, to: i64) -> Result<Clock> {
        let behind = since(to)?;
        db::schema::demo::set_clock_back(conn, workspace, behind).await?;
        Ok(Clock { behind })
    }

    /// Moves the clock forward. The clock never goes back.
    ///
    /// # Errors
    /// Any database error.
    pub async fn advance(&mut self, conn: &mut PgConnection, workspace: &Workspace, to: i64) -> Result<()> {
        let behind = since(to)?.max(SignedDuration::ZERO);
        if behind < self.behind {
            db::schema::demo::set_clock_back(conn, workspace, behind).await?;
            self.behind = behind;
        }
        Ok(())
    }
}

fn since(at: i64) -> Result<SignedDuration> {
    let at = Timestamp::from_second(at).map_err(|e| Error::failed(e.to_string()))?;
    Ok(Timestamp::now().duration_since(at))
}

/// Returns the words of a command.
pub fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|w| (*w).to_owned()).collect()
}

/// Returns an agent's note about a customer, as flags.
pub fn note(customer: &Customer, flag: &str) -> Vec<String> {
    let mut words = words(&[
        flag,
        &customer.note,
        "--order",
        &customer.order,
        "--courier",
        customer.courier,
    ]);
    if customer.topic == Topic::LateParcel {
        words.extend(["--tracking".to_owned(), customer.tracking.clone()]);
    }
    if !customer.tried.is_empty() {
        words.extend(["--tried".to_owned(), customer.tried.clone()]);
    }
    words
}
