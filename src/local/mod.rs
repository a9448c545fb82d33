//! The embedded Postgres: a private cluster on a Unix socket. It starts on demand and uses server
//! programs that are already installed.
//!
//! The functions are blocking and take all settings as parameters. The common case of
//! [`Cluster::ensure_started`], with a running server, costs the read of one small file and one
//! `connect`.
//!
//! # Who can get in
//!
//! The server listens on no network address, and its `pg_hba.conf` has `trust` only for the socket.
//! This is as strict as `peer` with a map. The socket has mode 0700 in a folder of mode 0700, and
//! the folder belongs to the account that also owns the data files. Only that account and root can
//! reach the socket, and both can also read and write the files. `peer` would need a passwd
//! look-up, which fails in containers, and would refuse the additional logins of a team's agents.
//! The superuser exists only because Postgres requires one. The database and its everyday login,
//! which is *not* a superuser, are created in single-user mode before the first start of the
//! server.
//!
//! # Root
//!
//! Postgres refuses to run as root. Root's cluster runs as `postgres`, or else as `nobody`. It is
//! in `/var/lib/inbox`, because that account cannot enter `/root`. Root can enter every folder, so
//! the folders stay private to the other account.

mod account;
mod binaries;
mod cluster;
mod dir;

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::error::{Error, Result};

pub use binaries::{OLDEST_MAJOR, PgBin, discover, install_command};
pub use cluster::{Address, Cluster, State, Status};

/// Returns the folder of the user's cluster: `chosen` (`INBOX_LOCAL_DIR`), else
/// `/var/lib/inbox/postgres` for root and `$XDG_DATA_HOME/inbox/postgres` for other users.
///
/// # Errors
///
/// [`crate::error::Kind::Usage`] if the user has no home folder.
pub fn default_dir(chosen: Option<&Path>) -> Result<PathBuf> {
    if let Some(dir) = chosen {
        return Ok(std::path::absolute(dir)?);
    }
    if account::is_root() {
        return Ok(PathBuf::from("/var/lib/inbox/postgres"));
    }
    let base = etcetera::choose_base_strategy().map_err(|e| {
        Error::usage("there is no home folder to keep a local database in")
            .hint("set HOME, or INBOX_LOCAL_DIR to a folder of yours")
            .caused_by(e)
    })?;
    Ok(base.data_dir().join("inbox/postgres"))
}
