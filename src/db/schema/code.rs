//! The code of a workspace: functions, triggers and rights, from `migrations/code`. The code is
//! always complete and of one version. The version never falls.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor};

use crate::error::{Error, Result};

/// The version of this program's code. It rises with every released change of `migrations/`, and
/// never falls.
pub const VERSION: i32 = 1;

/// The oldest version of a workspace's code that this program can work on.
pub const OLDEST: i32 = 1;

macro_rules! files {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/code/", $name)))),*]
    };
}

/// The files, in the order in which they are applied.
pub const FILES: &[(&str, &str)] = files![
    "00_clock_and_hashes.sql" "10_operations.sql" "20_rules.sql" "21_conversations.sql" "22_tickets.sql"
    "23_notes.sql" "24_resources.sql" "25_erasure.sql" "26_messages.sql" "30_filters.sql" "40_guards.sql"
    "90_roles.sql" "99_dropped.sql"
];

/// Returns the SHA-256 of the files, in hex.
pub fn digest() -> &'static str {
    static DIGEST: LazyLock<String> = LazyLock::new(|| {
        let mut hash = Sha256::new();
        for (name, text) in FILES {
            for part in [name, text] {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
            }
        }
        hex::encode(hash.finalize())
    });
    &DIGEST
}

/// The record of a workspace about its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The version of its functions and guards.
    pub version: i32,
    /// The digest of the files with the code.
    pub digest: String,
    /// The oldest version of a program that can work on the workspace.
    pub compatible_from: i32,
}

/// The difference between a workspace's code and this program's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// The code is the same.
    None,
    /// The versions are equal, but the files differ.
    Digest,
    /// The program is newer and can work on the workspace.
    ProgramNewer,
    /// The workspace is newer, and the program can still work on it.
    WorkspaceNewer,
    /// The program needs a newer workspace.
    WorkspaceTooOld,
    /// The workspace needs a newer program.
    ProgramTooOld,
}

impl Recorded {
    /// Returns the difference between this program and the workspace.
    pub fn difference(&self) -> Difference {
        if self.compatible_from > VERSION {
            Difference::ProgramTooOld
        } else if self.version < OLDEST {
            Difference::WorkspaceTooOld
        } else if self.version > VERSION {
            Difference::WorkspaceNewer
        } else if self.version < VERSION {
            Difference::ProgramNewer
        } else if self.digest != digest() {
            Difference::Digest
        } else {
            Difference::None
        }
    }

    /// Refuses a workspace that is not compatible with this program.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] with the part that must be upgraded first.
    pub fn check(&self) -> Result<()> {
        match self.difference() {
            Difference::ProgramTooOld => Err(self.program_too_old()),
            Difference::WorkspaceTooOld => Err(workspace_too_old()),
            Difference::None | Difference::Digest | Difference::ProgramNewer | Difference::WorkspaceNewer => Ok(()),
        }
    }

    /// Returns the error for a program that is too old for the workspace.
    pub fn program_too_old(&self) -> Error {
        Error::usage(format!(
            "the workspace is newer than this program: it needs version {}, and this program is version {VERSION}",
            self.compatible_from
        ))
        .hint("upgrade inbox")
    }
}

/// Returns the error for a workspace that is too old for the program.
pub fn workspace_too_old() -> Error {
    Error::usage("the workspace is older than this program").hint("inbox db migrate brings it up to date")
}

/// Reads the record of the workspace about its code. The transaction must be in the workspace.
///
/// # Errors
/// [`crate::error::Kind::Usage`] when the workspace has no such record because no program with
/// `migrations/code` has migrated it.
pub async fn recorded(conn: &mut PgConnection) -> Result<Recorded> {
    let there = sqlx::query_scalar!(r#"select to_regclass('code_version') is not null as "there!""#)
        .fetch_one(&mut *conn)
        .await?;
    if !there {
        return Err(workspace_too_old());
    }
    Ok(
        sqlx::query_as!(Recorded, "select version, digest, compatible_from from code_version")
            .fetch_one(conn)
            .await?,
    )
}

/// Applies this program's code when its version is higher than the workspace's version, and grants
/// existing groups their rights. Returns whether the code was applied. The transaction must be in
/// the workspace, as the schema's owner. The code and its version become visible together.
///
/// # Errors
/// [`crate::error::Kind::Usage`] when the workspace needs a newer program.
/// [`crate::error::Kind::Conflict`] when the workspace has different code of the same version.
pub async fn apply(conn: &mut PgConnection) -> Result<bool> {
    let there = recorded(&mut *conn).await?;
    match there.difference() {
        Difference::None | Difference::WorkspaceNewer => return Ok(false),
        Difference::ProgramTooOld => return Err(there.program_too_old()),
        Difference::Digest => {
            return Err(Error::conflict(format!(
                "the workspace has other functions and guards of version {VERSION} than this program"
            ))
            .hint("nothing was changed; use the program that created them, or a later release"));
        }
        Difference::ProgramNewer | Difference::WorkspaceTooOld => {}
    }
    for (_, text) in FILES {
        conn.execute(AssertSqlSafe(*text)).await?;
    }
    sqlx::query!(
        "update code_version set version = $1, digest = $2, applied_at = app_now(), program = $3",
        VERSION,
        digest(),
        env!("CARGO_PKG_VERSION")
    )
    .execute(&mut *conn)
    .await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(version: i32, digest: &str, compatible_from: i32) -> Recorded {
        Recorded {
            version,
            digest: digest.to_owned(),
            compatible_from,
        }
    }

    #[test]
    fn program_works_on_newer_workspace_until_compatible_from_passes_it() {
        assert_eq!(recorded(VERSION, digest(), 1).difference(), Difference::None);
        assert_eq!(recorded(VERSION, "x", 1).difference(), Difference::Digest);
        let newer = recorded(VERSION + 2, "x", VERSION);
        assert_eq!(newer.difference(), Difference::WorkspaceNewer);
        newer.check().unwrap();
        let breaking = recorded(VERSION + 2, "x", VERSION + 1);
        assert_eq!(breaking.difference(), Difference::ProgramTooOld);
        assert!(
            breaking
                .check()
                .unwrap_err()
                .message
                .contains("newer than this program")
        );
        assert_eq!(recorded(OLDEST - 1, "", 1).difference(), Difference::WorkspaceTooOld);
    }
}
