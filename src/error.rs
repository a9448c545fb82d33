//! The one error type: what happened, to which reference, and what to do next.
//!
//! [`Kind`] decides the exit code and the HTTP status in two total matches; nothing else in the
//! crate maps errors to numbers.

use std::borrow::Cow;
use std::fmt;

/// The kind of an error, which determines the documented exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Anything that has no code of its own.
    Failed,
    /// Wrong words on the command line, or a missing or contradictory setting.
    Usage,
    /// No such conversation, ticket, agent, team …
    NotFound,
    /// The database says that this actor may not do this.
    Denied,
    /// Someone else was first, or the state does not allow the change.
    Conflict,
    /// Some of the references failed while `--keep-going` was given.
    Partial,
    /// A check that the command exists for has failed.
    Check,
    /// The database or network cannot be reached; nothing changed.
    Unreachable,
    /// The connection went away during the commit: the outcome is unknown.
    CommitLost,
    /// The user interrupted the command; nothing is half-done.
    Interrupted,
}

impl Kind {
    /// Returns the process exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            Kind::Failed => 1,
            Kind::Usage => 2,
            Kind::NotFound => 3,
            Kind::Denied => 4,
            Kind::Conflict => 5,
            Kind::Partial => 6,
            Kind::Check => 7,
            Kind::Unreachable => 8,
            Kind::CommitLost => 9,
            Kind::Interrupted => 130,
        }
    }

    /// Returns the HTTP status that `serve` answers with.
    pub fn http_status(self) -> u16 {
        match self {
            Kind::Usage => 400,
            Kind::NotFound => 404,
            Kind::Denied => 403,
            Kind::Conflict => 409,
            Kind::Failed | Kind::Partial | Kind::Check | Kind::Interrupted => 500,
            Kind::Unreachable | Kind::CommitLost => 503,
        }
    }

    /// Returns the stable word that stands in `{"error":{"code":…}}`.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Failed => "failed",
            Kind::Usage => "usage",
            Kind::NotFound => "not_found",
            Kind::Denied => "not_permitted",
            Kind::Conflict => "conflict",
            Kind::Partial => "partial",
            Kind::Check => "check_failed",
            Kind::Unreachable => "unreachable",
            Kind::CommitLost => "commit_lost",
            Kind::Interrupted => "interrupted",
        }
    }
}

/// Carries what happened, a hint that can be pasted, and the cause.
pub struct Error {
    /// Decides the exit code.
    pub kind: Kind,
    /// One sentence: what was wrong, with which reference. Never customer text or a secret.
    pub message: Cow<'static, str>,
    /// What to do next, where there is something: a command to paste, a flag to give.
    pub hint: Option<Cow<'static, str>>,
    /// A handle that does not exist, after its kinds: `agent`, `team` …
    pub unknown: Option<(&'static [&'static str], String)>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The result that every fallible function of the crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Creates an error of a kind with its message.
    pub fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Error {
            kind,
            message: message.into(),
            hint: None,
            unknown: None,
            source: None,
        }
    }

    /// Creates a [`Kind::Usage`] error.
    pub fn usage(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// Creates a [`Kind::Failed`] error.
    pub fn failed(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Failed, message)
    }

    /// Creates a [`Kind::NotFound`] error.
    pub fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::NotFound, message)
    }

    /// Creates a [`Kind::Conflict`] error.
    pub fn conflict(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Conflict, message)
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Names a handle that does not exist, so that the nearest one can be suggested.
    #[must_use]
    pub fn unknown(mut self, resources: &'static [&'static str], handle: &str) -> Self {
        self.unknown = Some((resources, handle.to_owned()));
        self
    }

    /// Adds the cause.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, " (hint: {hint})")?;
        }
        if let Some(source) = &self.source {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|s| s as _)
    }
}

impl From<std::io::Error> for Error {
    fn from(e: std::io::Error) -> Self {
        Error::failed(e.to_string()).caused_by(e)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_the_documented_ones() {
        let kinds = [
            (Kind::Failed, 1),
            (Kind::Usage, 2),
            (Kind::NotFound, 3),
            (Kind::Denied, 4),
            (Kind::Conflict, 5),
            (Kind::Partial, 6),
            (Kind::Check, 7),
            (Kind::Unreachable, 8),
            (Kind::CommitLost, 9),
            (Kind::Interrupted, 130),
        ];
        for (kind, code) in kinds {
            assert_eq!(kind.exit_code(), code, "{}", kind.code());
        }
    }
}
