//! Changes and lists of administered resources.

use std::cell::{Cell, RefCell};

use serde_json::{Value, json};

use crate::cli::args::{OutputArgs, WriteArgs};
use crate::cli::rows::resource::ResourceRow;
use crate::cli::session::{self, Session, WriteSession};
use crate::cli::write::{WriteRequest, WriteResult, write};
use crate::cli::{Context, Exit};
use crate::db::schema::roles::{self, Granted};
use crate::error::Result;
use crate::output::Row;
use crate::verbs::administer::ResourceChanged;

impl WriteResult<ResourceRow> {
    /// Returns one row to print.
    pub fn one(row: ResourceRow) -> Self {
        Self::rows(vec![row])
    }

    /// Returns rows to print.
    pub fn rows(rows: Vec<ResourceRow>) -> Self {
        WriteResult {
            selected: rows.len(),
            changed: rows.iter().filter(|r| r.is_changed()).count(),
            failed: rows.iter().filter(|r| r.is_failed()).count(),
            question: ResourceRow::question(&rows),
            summary: ResourceRow::summary(&rows),
            rows,
        }
    }
}

/// The arguments of every change of a resource.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Change {
    /// End the sessions that block this change, if the login may
    #[arg(long)]
    pub terminate: bool,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

impl Change {
    pub fn reason(&self) -> Option<&str> {
        self.write.reason.as_deref()
    }

    /// Returns whether the other rows are changed if one is refused.
    pub fn keep_going(&self) -> bool {
        self.write.keep_going
    }

    /// Runs a change of one or several rows.
    pub async fn run(
        &self,
        context: &mut Context,
        verb: &str,
        args: Value,
        change: impl AsyncFn(&mut WriteSession<'_>) -> Result<Vec<ResourceChanged>>,
    ) -> Result<Exit> {
        let call = WriteRequest {
            verb,
            write: &self.write,
            compared: json!([args, self.write.reason]),
            args,
            filtered: false,
            undoes: None,
        };
        // A dry run must not end sessions.
        if self.terminate && !self.write.dry_run {
            context.watch.terminate_holders();
        } else {
            context.watch.offer_terminate();
        }
        let written = write(context, &self.output, &call, async |session| {
            let done = change(session).await?;
            Ok(WriteResult::rows(
                done.into_iter()
                    .map(|d| ResourceRow::of(d, session.operation))
                    .collect(),
            ))
        })
        .await;
        for ended in context.watch.take_ended() {
            context.output(None)?.warn(&ended);
        }
        written
    }

    /// As [`Change::run`], but also changes Postgres: the logins become members of the groups that they
    /// now need.
    pub async fn run_with_logins(
        &self,
        context: &mut Context,
        verb: &str,
        args: Value,
        create_login: bool,
        change: impl AsyncFn(&mut WriteSession<'_>, &mut Vec<String>) -> Result<Vec<ResourceChanged>>,
    ) -> Result<Exit> {
        let (missing, absent) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
        let (made, groups) = (RefCell::new(Vec::new()), Cell::new(true));
        let exit = self
            .run(context, verb, args, async |session| {
                let mut logins = Vec::new();
                let done = change(session, &mut logins).await?;
                let conn = &mut *session.conn;
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
        let mut out = context.output(None)?;
        for login in made.borrow().iter().filter(|_| !self.write.dry_run) {
            out.note(&format!(
                "Postgres has the login \"{login}\" now, without a password; if the server asks for one, set it in \
                 psql: \\password {login}"
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
                out.warn(
                    "the workspace's groups are not in Postgres either; first run the SQL that inbox db roles prints",
                );
            }
        }
        Ok(exit)
    }
}

/// The flags of a list of resources.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct List {
    /// Include disabled resources
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub output: OutputArgs,
}

impl List {
    /// Prints rows.
    pub async fn run<R: Row>(
        &self,
        context: &mut Context,
        read: impl AsyncFnOnce(&mut Session<'_>) -> Result<Vec<R>>,
    ) -> Result<Exit> {
        list(context, &self.output, read).await
    }
}

/// Prints rows.
pub async fn list<R: Row>(
    context: &mut Context,
    output: &OutputArgs,
    read: impl AsyncFnOnce(&mut Session<'_>) -> Result<Vec<R>>,
) -> Result<Exit> {
    context.with_rows::<R>(output)?;
    let (rows, mut out) = session::read(context, read).await?;
    out.page();
    out.print_rows(rows)?;
    out.finish()?;
    Ok(0)
}
