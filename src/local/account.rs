//! The account of the server: the caller, or an unprivileged account if the caller is root.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::{Error, Result};

/// Returns whether the caller is root.
pub(super) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The account that owns the data and runs the server.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub uid: u32,
    pub gid: u32,
    /// The name, for messages.
    pub name: String,
    /// Whether the caller is root and must switch to this account.
    switch: bool,
}

impl Account {
    /// Returns the account of a cluster. For a normal caller it is the caller. For root it is the
    /// owner of `data`, or else the first suitable unprivileged account of the machine.
    pub fn of_cluster(data: &Path) -> Result<Account> {
        let (uid, gid) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
        let owner = match fs_err::symlink_metadata(data) {
            Ok(meta) => Some((meta.uid(), meta.gid())),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
            Err(e) => return Err(denied(data, e)),
        };
        match owner {
            Some((owner, _)) if uid != 0 && owner != uid => Err(Error::usage(format!(
                "the local database in {} belongs to another user (uid {owner})",
                data.display()
            ))
            .hint("run inbox as that user, or set INBOX_LOCAL_DIR to a folder of your own")),
            Some((0, _)) => Err(Error::usage(format!(
                "the local database in {} belongs to root, and Postgres does not run as root",
                data.display()
            ))
            .hint(format!("chown -R postgres {}", data.display()))),
            Some((owner, group)) if uid == 0 => Ok(Account {
                uid: owner,
                gid: group,
                name: name_of(owner),
                switch: true,
            }),
            _ if uid == 0 => Account::unprivileged(),
            _ => Ok(Account {
                uid,
                gid,
                name: name_of(uid),
                switch: false,
            }),
        }
    }

    fn unprivileged() -> Result<Account> {
        for name in ["postgres", "_postgres", "pgsql", "nobody"] {
            if let (Some(uid), Some(gid)) = (id(&["-u", name]), id(&["-g", name]))
                && uid != 0
            {
                return Ok(Account {
                    uid,
                    gid,
                    name: name.to_owned(),
                    switch: true,
                });
            }
        }
        Err(
            Error::usage("Postgres does not run as root, and this machine has neither a user postgres nor nobody")
                .hint("run inbox as an ordinary user, or: useradd --system postgres"),
        )
    }

    /// Creates a command that runs as this account. Its environment contains only the variables
    /// that find programs and libraries. A `PGPORT` or `PGOPTIONS` of the caller must not reach the
    /// server, and messages must be in English so that they can be parsed.
    ///
    /// The standard library clears root's supplementary groups along with the user id.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .current_dir("/");
        for key in ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"] {
            if let Some(value) = std::env::var_os(key) {
                command.env(key, value);
            }
        }
        if self.switch {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Transfers the ownership of a path from root to this account.
    pub fn own(&self, path: &Path) -> Result<()> {
        if self.switch {
            std::os::unix::fs::lchown(path, Some(self.uid), Some(self.gid)).map_err(|e| denied(path, e))?;
        }
        Ok(())
    }

    /// Returns the first folder on the path that this account cannot enter.
    pub fn barred_by<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        let mut on_the_way: Vec<&Path> = path.ancestors().collect();
        on_the_way.reverse();
        on_the_way.into_iter().find(|folder| {
            fs_err::metadata(folder).is_ok_and(|meta| {
                let enter = match (meta.uid() == self.uid, meta.gid() == self.gid) {
                    (true, _) => 0o100,
                    (false, true) => 0o010,
                    (false, false) => 0o001,
                };
                meta.is_dir() && meta.mode() & enter == 0
            })
        })
    }
}

/// Returns the error for an unreachable file, with a hint.
pub(super) fn denied(path: &Path, cause: std::io::Error) -> Error {
    let is = |kind| cause.kind() == kind;
    let what = if is(std::io::ErrorKind::PermissionDenied) {
        "permission denied"
    } else if is(std::io::ErrorKind::StorageFull) || is(std::io::ErrorKind::QuotaExceeded) {
        "no space left on the disk"
    } else if is(std::io::ErrorKind::ReadOnlyFilesystem) {
        "the file system is read-only"
    } else {
        "cannot be used"
    };
    Error::failed(format!("{}: {what}", path.display()))
        .hint("set INBOX_LOCAL_DIR to a folder of your own on a disk with free space")
        .caused_by(cause)
}

fn name_of(uid: u32) -> String {
    let found = Command::new("id")
        .arg("-un")
        .arg(uid.to_string())
        .stderr(Stdio::null())
        .output();
    match found {
        Ok(out) if out.status.success() => String::from_utf8_lossy(&out.stdout).trim().to_owned(),
        Ok(_) | Err(_) => format!("uid {uid}"),
    }
}

/// Runs `id`, which reads every source of accounts and needs no `unsafe`.
fn id(args: &[&str]) -> Option<u32> {
    let out = Command::new("id").args(args).stderr(Stdio::null()).output().ok()?;
    out.status
        .success()
        .then(|| String::from_utf8_lossy(&out.stdout).trim().parse().ok())
        .flatten()
}
