//! The session of a command inside its transaction, and functions that read. Changes go through `write`.

use jiff::tz::TimeZone;
use sqlx::postgres::PgConnection;

use crate::cli::Context;
use crate::db;
use crate::db::operation::{Operation, WorkspaceInfo};
use crate::db::server::connect::{Mode, close};
use crate::domain::time::Clock;
use crate::error::Result;
use crate::output::Output;

/// A transaction of a command. `O` is the operation of a change; a transaction that reads has none.
pub struct Session<'s, O = ()> {
    /// The connection, inside the transaction.
    pub conn: &'s mut PgConnection,
    /// The settings, the terminal and the acting agent.
    pub context: &'s Context,
    /// The workspace, with the database's clock.
    pub info: &'s WorkspaceInfo,
    /// The time zone of times that are read and shown.
    pub zone: &'s TimeZone,
    /// The operation that every change belongs to.
    pub operation: O,
}

/// A transaction that changes something.
pub type WriteSession<'s> = Session<'s, &'s Operation>;

impl<'s, O> Session<'s, O> {
    /// Returns the clock for times on the command line.
    pub fn clock(&self) -> Clock<'s> {
        Clock {
            now: self.info.now,
            zone: self.zone,
        }
    }
}

/// The state of the workspace in a transaction.
pub struct WorkspaceView {
    pub info: WorkspaceInfo,
    pub zone: TimeZone,
}

impl WorkspaceView {
    /// Reads the workspace's settings and the database's clock.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for a wrong time zone.
    pub async fn read(conn: &mut PgConnection, context: &Context) -> Result<WorkspaceView> {
        let info = db::operation::workspace_info(conn).await?;
        let zone = context.zone(&info)?;
        Ok(WorkspaceView { info, zone })
    }

    /// Returns the session of the transaction.
    pub fn session<'s, O>(&'s self, conn: &'s mut PgConnection, context: &'s Context, operation: O) -> Session<'s, O> {
        Session {
            conn,
            context,
            info: &self.info,
            zone: &self.zone,
            operation,
        }
    }
}

/// Reads in one consistent view, and ends the transaction. Returns the data, and the output to print them.
///
/// # Errors
/// The errors of [`Context::connect`] and of `read`.
pub async fn read<T>(context: &Context, read: impl AsyncFnOnce(&mut Session<'_>) -> Result<T>) -> Result<(T, Output)> {
    let mut conn = context.connect().await?;
    let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
    let view = WorkspaceView::read(&mut tx, context).await?;
    let done = read(&mut view.session(&mut tx, context, ())).await?;
    tx.rollback().await?;
    Ok((done, context.output(Some(&view.info))?))
}

/// Prints rows while they are read, in one consistent view.
///
/// # Errors
/// The errors of [`Context::connect`] and of `print`, and the error of writing the output.
pub async fn print<T>(
    context: &Context,
    print: impl AsyncFnOnce(&mut Session<'_>, &mut Output) -> Result<T>,
) -> Result<T> {
    let mut conn = context.connect().await?;
    let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
    let view = WorkspaceView::read(&mut tx, context).await?;
    let mut out = context.output(Some(&view.info))?;
    let done = print(&mut view.session(&mut tx, context, ()), &mut out).await?;
    // The rollback is sent when the connection closes, so nothing waits for it while the pager is open.
    drop(tx);
    close(conn).await;
    out.finish()?;
    Ok(done)
}
