//! The embedded Postgres: a private cluster on a Unix socket, started on demand from server
//! binaries that the machine already has.
//!
//! Plain blocking functions that take everything as parameters; nothing here reads the settings.
//! The fast path of [`Cluster::ensure_started`] (the server runs) costs one small file and one
//! `connect`.
//!
//! # Who can get in
//!
//! The server listens on no network address, and its `pg_hba.conf` says `trust` for the socket
//! alone. That is as strict as `peer` with a map would be, because the socket is mode 0700 in a
//! folder of mode 0700 that belongs to the account which also owns the data files: whoever can
//! reach the socket (that account, and root) could as well read and write the files. `peer` would
//! only add a passwd look-up that fails in containers, and would refuse the further logins that a
//! team gives its agents. Nobody needs the superuser, who exists because Postgres wants one: the
//! database and its everyday login, which is *not* a superuser, are made in single-user mode before
//! the server first starts.
//!
//! # Root
//!
//! Postgres refuses to run as root. Root's cluster runs as `postgres`, else `nobody`, and lies in
//! `/var/lib/inbox`, because that account cannot enter `/root`. Root passes the folder's mode, so
//! nothing has to be opened for the two to meet.

mod account;
mod binaries;
mod cluster;
mod dir;

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::error::{Error, Result};

pub use binaries::{OLDEST_MAJOR, PgBin, discover, install_command};
pub use cluster::{Address, Cluster, State, Status};

/// Returns the folder of the user's cluster: `chosen` (`INBOX_LOCAL_DIR`), else `/var/lib/inbox/postgres` for root and
/// `$XDG_DATA_HOME/inbox/postgres` for everybody else.
///
/// # Errors
///
/// [`crate::error::Kind::Usage`] where the user has no home folder.
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
