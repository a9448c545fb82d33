//! Converts database errors into the product's errors, in one place, by SQLSTATE and by the name of
//! the constraint.

use sqlx::postgres::PgDatabaseError;

use crate::error::{Error, Kind};

impl From<sqlx::Error> for Error {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the library's list is open: what is left has no meaning of its own here"
    )]
    fn from(e: sqlx::Error) -> Self {
        if let Some(db) = e
            .as_database_error()
            .and_then(|d| d.try_downcast_ref::<PgDatabaseError>())
        {
            return from_database(db).caused_by(e);
        }
        match &e {
            sqlx::Error::Io(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::BeginFailed => Error::new(Kind::Unreachable, format!("the database cannot be reached: {e}"))
                .hint("nothing was changed; try again, or run: inbox doctor")
                .caused_by(e),
            sqlx::Error::Tls(_) => Error::new(Kind::Unreachable, format!("no secure connection to the database: {e}"))
                .hint("see PGSSLMODE and PGSSLROOTCERT")
                .caused_by(e),
            sqlx::Error::Configuration(_) => Error::usage(format!("the database setting is wrong: {e}"))
                .hint("inbox config shows its origin")
                .caused_by(e),
            _ => Error::failed(format!("unexpected answer of the database: {e}")).caused_by(e),
        }
    }
}

fn from_database(db: &PgDatabaseError) -> Error {
    let message = db.message().to_owned();
    let with_hint = |kind: Kind| {
        let e = Error::new(kind, message.clone());
        match db.hint().filter(|h| !h.is_empty()) {
            Some(hint) => e.hint(hint.to_owned()),
            None => e,
        }
    };
    match db.code() {
        "IB003" => with_hint(Kind::NotFound),
        "IB004" => with_hint(Kind::Denied),
        "IB005" => with_hint(Kind::Conflict),
        "23505" => unique(db),
        "42501" if message.starts_with("permission denied for database") => Error::new(Kind::Denied, message).hint(
            "an admin can add the login: inbox agent add HANDLE --login LOGIN; if it was added, inbox db roles \
             prints the missing rights",
        ),
        "42501" => Error::new(Kind::Denied, message).hint("ask an admin for a role: inbox whoami shows your role"),
        "42P06" => Error::conflict(message),
        "42P01" | "3F000" | "42883" => {
            Error::usage("the workspace does not exist in this database, or is older than the program")
                .hint("inbox init sets one up; inbox db migrate brings an older one up to date")
        }
        "3D000" => Error::usage(message).hint("create the database first, or name another"),
        "28P01" | "28000" => Error::usage(format!("the database refused the login: {message}"))
            .hint("inbox config shows the login and its origin"),
        "57014" => Error::new(Kind::Unreachable, "the database took longer than allowed")
            .hint("nothing changed; allow more time with --timeout"),
        // The server is a standby, or became a primary in a fail-over.
        "25006" => Error::new(Kind::Unreachable, "the database is read-only")
            .hint("nothing changed; it may be a standby, or a fail-over is under way: try again"),
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25P04" | "53300" | "53400" => {
            Error::new(Kind::Unreachable, format!("the database is not available: {message}"))
                .hint("nothing changed; try again")
        }
        "40001" | "40P01" | "55P03" => {
            Error::conflict("the rows are busy: someone else is changing them").hint("try again")
        }
        "53100" => Error::failed("the database's disk is full").hint("nothing changed"),
        code if code.starts_with("08") => {
            Error::new(Kind::Unreachable, format!("the database cannot be reached: {message}"))
                .hint("nothing changed; try again")
        }
        code => with_hint(Kind::Failed).with_code(code),
    }
}

fn unique(db: &PgDatabaseError) -> Error {
    match db.constraint() {
        Some("conversation_live") => Error::conflict("the customer has another conversation that is not resolved")
            .hint("inbox list --contact PHONE shows it"),
        Some("handoff_offered") => Error::conflict("it is already offered to another agent or team")
            .hint("inbox list --offered shows the offers; inbox decline withdraws an offer"),
        Some("handle_pkey" | "store_handle_key" | "channel_handle_key" | "shift_handle_key") => {
            Error::conflict("the handle is already in use, possibly by a disabled agent or team")
                .hint("handles are never reused: choose another one")
        }
        Some("channel_phone_number_id_key") => {
            Error::conflict("another channel has that phone number id").hint("inbox channel list shows it")
        }
        Some("agent_login_key") => Error::conflict("another agent has that login")
            .hint("inbox agent list --columns handle,login shows the agent"),
        Some(name) => Error::conflict(format!("it exists already ({name})")),
        None => Error::conflict("it exists already"),
    }
}

impl Error {
    fn with_code(mut self, code: &str) -> Self {
        self.message = format!("{} (SQLSTATE {code})", self.message).into();
        self
    }
}

/// Returns whether the whole transaction can run again without a message: after a deadlock or a
/// serialization failure.
pub fn is_retryable(e: &Error) -> bool {
    use std::error::Error as _;
    e.source()
        .and_then(|s| s.downcast_ref::<sqlx::Error>())
        .and_then(sqlx::Error::as_database_error)
        .and_then(|d| d.code())
        .is_some_and(|c| c == "40001" || c == "40P01")
}

/// Returns whether the statement found no workspace, or had no right to use it. Only the catalogue
/// shows which of the two is the cause.
pub fn is_astray(e: &Error) -> bool {
    use std::error::Error as _;
    e.source()
        .and_then(|s| s.downcast_ref::<sqlx::Error>())
        .and_then(sqlx::Error::as_database_error)
        .and_then(|d| d.code())
        .is_some_and(|c| matches!(c.as_ref(), "42P01" | "3F000" | "42883" | "42501"))
}

/// Returns whether the database was unreachable. A refusal by the database is not an outage.
pub fn is_outage(e: &Error) -> bool {
    matches!(e.kind, Kind::Unreachable | Kind::CommitLost) && !is_timeout(e)
}

/// Returns whether a statement exceeded the server's timeout.
pub fn is_timeout(e: &Error) -> bool {
    database(e).is_some_and(|db| db.code() == "57014")
}

/// Returns whether a lock request timed out.
pub fn is_lock_timeout(e: &Error) -> bool {
    database(e).is_some_and(|db| db.code() == "55P03")
}

/// Returns whether the session's prepared statements are invalid, as after a migration or behind a
/// pooler that mixes sessions. A new connection prepares them again.
pub fn is_stale_statement(e: &Error) -> bool {
    database(e).is_some_and(|db| match db.code() {
        "0A000" => db.routine() == Some("RevalidateCachedQuery"),
        "26000" | "42P05" => true,
        _ => false,
    })
}

/// Describes a failure for a log, a dead letter or `/readyz`, without values of rows and without
/// customer text.
pub fn described(e: &Error) -> String {
    match database(e) {
        // The product's own refusals contain only ids and handles.
        Some(db) if db.code().starts_with("IB") => format!("{} (SQLSTATE {})", db.message(), db.code()),
        // Database messages can contain values of rows.
        Some(db) => {
            let place = [db.table(), db.constraint()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(", ");
            let code = db.code();
            if place.is_empty() {
                format!("{}: the database refused it (SQLSTATE {code})", e.kind.code())
            } else {
                format!("{}: the database refused it (SQLSTATE {code}; {place})", e.kind.code())
            }
        }
        None => format!("{}: {}", e.kind.code(), e.message),
    }
}

/// Returns whether the written data caused a failure, so that a repeat cannot succeed: a
/// constraint, a value or a guard. All other causes, such as rights, disk, memory or a missing
/// table, would fail for any event.
pub fn is_of_the_data(e: &Error) -> bool {
    !is_stale_statement(e)
        && database(e).is_some_and(|db| {
            let code = db.code();
            ["22", "23", "0A", "21", "P0", "XX"]
                .iter()
                .any(|class| code.starts_with(class))
                || ["54000", "IB001", "IB003"].contains(&code)
        })
}

fn database(e: &Error) -> Option<&PgDatabaseError> {
    use std::error::Error as _;
    e.source()?
        .downcast_ref::<sqlx::Error>()?
        .as_database_error()?
        .try_downcast_ref::<PgDatabaseError>()
}
