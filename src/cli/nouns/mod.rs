//! The nouns that are administered.

pub mod agent;
pub mod channel;
pub mod contact;
pub mod import;
pub mod place;
pub mod rows;
pub mod shift;
mod shift_rows;

use std::cell::{Cell, RefCell};

use serde_json::{Value, json};
use sqlx::postgres::PgConnection;

use super::args::{OutputArgs, WriteArgs};
use super::write::{Call, Written, write};
use super::{Cx, Exit};
use crate::error::Result;
use crate::output::Row;
use crate::store::connect::Mode;
use crate::store::operation::{Hello, Operation};
use crate::store::roles::{self, Granted};
use crate::store::{self};
use crate::verbs::administer::NounChanged;
use rows::NounRow;

/// What every change of a noun takes.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Change {
    /// End the sessions that hold what this change needs, where the login may
    #[arg(long)]
    terminate: bool,
    #[command(flatten)]
    write: WriteArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Change {
    fn reason(&self) -> Option<&str> {
        self.write.reason.as_deref()
    }

    /// Tells whether the rest is changed where something is refused.
    fn keep_going(&self) -> bool {
        self.write.keep_going
    }

    /// Runs a change of one or several rows.
    async fn run(
        &self,
        cx: &mut Cx,
        verb: &str,
        args: Value,
        change: impl AsyncFn(&mut PgConnection, &Operation) -> Result<Vec<NounChanged>>,
    ) -> Result<Exit> {
        self.run_at(cx, verb, args, async |conn, _, operation| change(conn, operation).await)
            .await
    }

    /// As [`Change::run`], for a change that depends on the workspace's clock.
    async fn run_at(
        &self,
        cx: &mut Cx,
        verb: &str,
        args: Value,
        change: impl AsyncFn(&mut PgConnection, &Hello, &Operation) -> Result<Vec<NounChanged>>,
    ) -> Result<Exit> {
        let call = Call {
            verb,
            write: &self.write,
            compared: json!([args, self.write.reason]),
            args,
            filtered: false,
            undoes: None,
        };
        // A dry run must not end anything.
        if self.terminate && !self.write.dry_run {
            cx.watch.terminate_holders();
        } else {
            cx.watch.offer_terminate();
        }
        let written = write(cx, &self.output, &call, async |conn, _, hello, operation| {
            let done = change(conn, hello, operation).await?;
            Ok(Written::rows(
                done.into_iter().map(|d| NounRow::of(d, operation)).collect(),
            ))
        })
        .await;
        for ended in cx.watch.take_ended() {
            cx.output(None)?.warn(&ended);
        }
        written
    }

    /// As [`Change::run`], and lets Postgres follow: the logins become members of the groups that they need now.
    async fn run_with_logins(
        &self,
        cx: &mut Cx,
        verb: &str,
        args: Value,
        create_login: bool,
        change: impl AsyncFn(&mut PgConnection, &Operation, &mut Vec<String>) -> Result<Vec<NounChanged>>,
    ) -> Result<Exit> {
        let (missing, absent) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
        let (made, groups) = (RefCell::new(Vec::new()), Cell::new(true));
        let exit = self
            .run(cx, verb, args, async |conn, operation| {
                let mut logins = Vec::new();
                let done = change(conn, operation, &mut logins).await?;
                logins.sort();
                logins.dedup();
                missing.borrow_mut().clear();
                absent.borrow_mut().clear();
                made.borrow_mut().clear();
                groups.set(logins.is_empty() || roles::groups_exist(conn).await?);
                for login in logins {
                    if create_login && !roles::login_exists(conn, &login).await? {
                        if let Granted::Missing(statements) = roles::create_login(conn, &login).await? {
                            let enrolment = roles::enrolment(conn, &login).await?;
                            missing.borrow_mut().extend(statements.into_iter().chain(enrolment));
                            continue;
                        }
                        made.borrow_mut().push(login.clone());
                    }
                    if !roles::login_exists(conn, &login).await? {
                        absent.borrow_mut().push(login);
                    } else if let Granted::Missing(statements) = roles::enrol(conn, &login).await? {
                        missing.borrow_mut().extend(statements);
                    }
                }
                Ok(done)
            })
            .await?;
        let mut out = cx.output(None)?;
        for login in made.borrow().iter().filter(|_| !self.write.dry_run) {
            out.note(&format!(
                "Postgres has the login \"{login}\" now, without a password; where the server asks for one, set it in psql: \\password {login}"
            ));
        }
        for login in absent.borrow().iter() {
            out.warn(&format!(
                "Postgres has no login \"{login}\" yet: create role \"{login}\" login; then inbox db roles"
            ));
        }
        if !missing.borrow().is_empty() {
            out.warn("this login may not change roles in Postgres; an administrator can run:");
            for statement in missing.borrow().iter() {
                out.warn(&format!("  {statement};"));
            }
            if !groups.get() {
                out.warn("the workspace's groups are not in Postgres either; before these: inbox db roles prints how to make them");
            }
        }
        Ok(exit)
    }
}

/// How a list is asked for.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct List {
    /// Those that are disabled too
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl List {
    /// Prints rows.
    async fn run<R: Row>(&self, cx: &mut Cx, read: impl AsyncFn(&mut PgConnection) -> Result<Vec<R>>) -> Result<Exit> {
        list(cx, &self.output, async |conn, _| read(conn).await).await
    }
}

/// Prints rows, which may depend on the workspace's clock.
async fn list<R: Row>(
    cx: &mut Cx,
    output: &OutputArgs,
    read: impl AsyncFn(&mut PgConnection, &Hello) -> Result<Vec<R>>,
) -> Result<Exit> {
    cx.with_output(output)?;
    cx.output(None)?.check_columns::<R>()?;
    let mut conn = cx.connect().await?;
    let mut tx = store::begin(&mut conn, &cx.workspace, Mode::Read).await?;
    let hello = store::operation::hello(&mut tx).await?;
    let rows = read(&mut tx, &hello).await?;
    tx.rollback().await?;
    let mut out = cx.output(Some(&hello))?;
    out.page();
    out.print_rows(rows)?;
    out.finish()?;
    Ok(0)
}
