//! The requirements of a database session: the kind of server, and the limits after which the
//! server ends the session.

use std::collections::BTreeSet;

use crate::domain::vocabulary::quoted;
use crate::error::{Error, Result};

/// The kind of server that a session needs, like libpq's `target_session_attrs`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TargetSession {
    /// Any server that accepts the login.
    #[default]
    Any,
    /// A server that accepts writes by default.
    ReadWrite,
    /// A server that refuses writes by default.
    ReadOnly,
    /// A server that is not a standby.
    Primary,
    /// A server in recovery.
    Standby,
    /// A standby, or any server when no standby answers.
    PreferStandby,
}

impl TargetSession {
    /// Parses libpq's word.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for any other word.
    pub fn parse(text: &str) -> Result<TargetSession> {
        Ok(match text {
            "any" => TargetSession::Any,
            "read-write" => TargetSession::ReadWrite,
            "read-only" => TargetSession::ReadOnly,
            "primary" => TargetSession::Primary,
            "standby" => TargetSession::Standby,
            "prefer-standby" => TargetSession::PreferStandby,
            _ => {
                return Err(Error::usage(format!(
                    "{} is not a kind of server (target_session_attrs, PGTARGETSESSIONATTRS)",
                    quoted(text)
                ))
                .hint("one of: any, read-write, read-only, primary, standby, prefer-standby"));
            }
        })
    }

    /// Returns libpq's word.
    pub fn as_str(self) -> &'static str {
        match self {
            TargetSession::Any => "any",
            TargetSession::ReadWrite => "read-write",
            TargetSession::ReadOnly => "read-only",
            TargetSession::Primary => "primary",
            TargetSession::Standby => "standby",
            TargetSession::PreferStandby => "prefer-standby",
        }
    }

    /// Returns whether a server with these properties is of the required kind.
    pub fn accepts(self, in_recovery: bool, read_only: bool) -> bool {
        match self {
            TargetSession::Any => true,
            TargetSession::ReadWrite => !in_recovery && !read_only,
            TargetSession::ReadOnly => in_recovery || read_only,
            TargetSession::Primary => !in_recovery,
            TargetSession::Standby | TargetSession::PreferStandby => in_recovery,
        }
    }
}

/// The limits after which the server ends a transaction whose client is silent or unreachable.
///
/// Without the limits, a session with locks would stay open for two hours after its client's
/// machine failed, until the kernel's keepalive ends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionLimits {
    /// Whether the server probes an idle connection during a transaction.
    pub keepalives: bool,
    /// Seconds of silence before the first probe.
    pub keepalives_idle: u32,
    /// Seconds between probes.
    pub keepalives_interval: u32,
    /// The number of lost probes after which the connection ends.
    pub keepalives_count: u32,
    /// Milliseconds that sent data may stay unacknowledged. `None` means [`WRITE_USER_TIMEOUT`] for
    /// changes, and the server's own value for reads.
    pub user_timeout: Option<u32>,
    /// Server settings from the user (`options=-c name=value`). Transactions do not change these
    /// settings.
    pub own: BTreeSet<String>,
}

/// Milliseconds that data sent to a client may stay unacknowledged during a change.
///
/// Reads have no such limit: a paused pager closes the window of the connection, which counts as unacknowledged.
pub const WRITE_USER_TIMEOUT: u32 = 15_000;
/// Milliseconds that a transaction with changes may wait for its client.
pub const WRITE_IDLE: u32 = 20_000;
/// Milliseconds that a reading transaction may wait for its client, for example while a pager is open.
pub const READ_IDLE: u32 = 3_600_000;

/// Milliseconds that a statement waits for a lock of another session. A command then reports the
/// other session. Two hundred commands that start at once for the same row on two cores wait for
/// half of this time.
pub const LOCK_WAIT: u32 = 20_000;
/// Milliseconds that a statement of a change may take. The server ends the statement even if the
/// program cannot send a request. Reads have no such limit, because an answer streams for as long
/// as the user reads.
pub const WRITE_STATEMENT: u32 = 900_000;

impl Default for SessionLimits {
    fn default() -> Self {
        // The server ends the session of a failed client after 10 + 3 · 5 seconds.
        SessionLimits {
            keepalives: true,
            keepalives_idle: 10,
            keepalives_interval: 5,
            keepalives_count: 3,
            user_timeout: None,
            own: BTreeSet::new(),
        }
    }
}

impl SessionLimits {
    /// Returns the `set local` statements for a transaction, each after a semicolon. A Unix socket
    /// ignores the `tcp_` settings.
    pub fn statements(&self, writes: bool) -> String {
        let mut text = String::new();
        let mut set = |name: &str, value: u32| {
            // Zero means the server's own default, which applies anyway.
            if value > 0 && !self.own.contains(name) {
                text += &format!("; set local {name} to {value}");
            }
        };
        set("lock_timeout", LOCK_WAIT);
        if writes {
            set("statement_timeout", WRITE_STATEMENT);
        }
        set(
            "idle_in_transaction_session_timeout",
            if writes { WRITE_IDLE } else { READ_IDLE },
        );
        if self.keepalives {
            set("tcp_keepalives_idle", self.keepalives_idle);
            set("tcp_keepalives_interval", self.keepalives_interval);
            set("tcp_keepalives_count", self.keepalives_count);
        }
        set(
            "tcp_user_timeout",
            self.user_timeout.unwrap_or(if writes { WRITE_USER_TIMEOUT } else { 0 }),
        );
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_kinds_match_as_libpq_documents() {
        // Each case: whether the server is in recovery, whether it is read-only, and the kinds that accept it.
        let cases = [
            (false, false, "any read-write primary"),
            (false, true, "any read-only primary"),
            (true, true, "any read-only standby prefer-standby"),
        ];
        for (in_recovery, read_only, wanted) in cases {
            let accepting: Vec<&str> = ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"]
                .into_iter()
                .filter(|word| TargetSession::parse(word).unwrap().accepts(in_recovery, read_only))
                .collect();
            assert_eq!(accepting.join(" "), wanted);
        }
        assert!(TargetSession::parse("master").is_err());
    }

    #[test]
    fn settings_of_the_user_are_kept() {
        let mut limits = SessionLimits::default();
        assert!(limits.statements(true).contains("set local tcp_user_timeout to 15000"));
        assert!(!limits.statements(false).contains("tcp_user_timeout"));
        for name in [
            "idle_in_transaction_session_timeout",
            "lock_timeout",
            "statement_timeout",
        ] {
            limits.own.insert(name.to_owned());
        }
        limits.keepalives = false;
        limits.user_timeout = Some(0);
        assert_eq!(limits.statements(true), "");
    }
}
