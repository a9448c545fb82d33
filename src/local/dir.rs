//! The folders of a cluster, and the checks that no other user can reach them.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::account::{Account, denied, is_root};
use crate::error::{Error, Result};

/// The maximum length of a socket's path. The limit is 104 bytes on the BSDs and 108 on Linux, with
/// the final zero.
const MAX_SOCKET_PATH: usize = 103;

/// The port, which is only a part of the socket's name.
pub(super) const PORT: u16 = 5432;

/// The folder of one cluster, with the paths in it.
#[derive(Debug, Clone)]
pub(super) struct ClusterDir {
    /// The cluster's folder, which belongs to the caller.
    pub dir: PathBuf,
}

impl ClusterDir {
    pub fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// Returns the path of data that are not complete yet. The folder is renamed to `data` when it
    /// is complete.
    pub fn unfinished(&self) -> PathBuf {
        self.dir.join("data.new")
    }

    pub fn log(&self) -> PathBuf {
        self.data().join("server.log")
    }

    pub fn socket(&self) -> PathBuf {
        self.socket_dir().join(format!(".s.PGSQL.{PORT}"))
    }

    /// Returns the socket's folder. It is in the cluster's own folder, or in `/tmp` if that path is
    /// too long for a socket or has characters that need quotes. It depends only on the cluster's
    /// folder, so that all callers use the same socket. `XDG_RUNTIME_DIR` is not used, because cron
    /// does not set it.
    pub fn socket_dir(&self) -> PathBuf {
        let own = self.dir.join("run");
        let plain = own
            .as_os_str()
            .as_bytes()
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(b));
        if plain && own.as_os_str().len() + "/.s.PGSQL.5432".len() <= MAX_SOCKET_PATH {
            return own;
        }
        let hash = hex::encode(Sha256::digest(self.dir.as_os_str().as_bytes()));
        PathBuf::from(format!("/tmp/inbox-{}", &hash[..20]))
    }

    /// Returns the major version that created the data, or `None` without data.
    pub fn major(&self) -> Result<Option<u32>> {
        let file = self.data().join("PG_VERSION");
        match std::fs::read_to_string(&file) {
            Ok(text) => {
                text.trim().parse().map(Some).map_err(|e| {
                    Error::failed(format!("{} does not hold a version number", file.display())).caused_by(e)
                })
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(denied(&file, e)),
        }
    }

    /// Creates the cluster's folder. The server's account can pass through root's folder. The
    /// folder of any other user is private.
    pub fn make(&self) -> Result<()> {
        let mode = if is_root() { 0o711 } else { 0o700 };
        if let Some(parent) = self.dir.parent() {
            let parents = if is_root() { 0o755 } else { 0o700 };
            DirBuilder::new()
                .recursive(true)
                .mode(parents)
                .create(parent)
                .map_err(|e| denied(parent, e))?;
        }
        match DirBuilder::new().mode(mode).create(&self.dir) {
            Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => Err(denied(&self.dir, e)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Waits for the lock that every start and stop takes. The lock is released when the file is
    /// dropped, or when the process ends.
    pub fn lock(&self) -> Result<File> {
        let path = self.dir.join("lock");
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .custom_flags(no_follow())
            .open(&path)
            .map_err(|e| denied(&path, e))?;
        if is_root() {
            // If root starts another user's cluster, that user must be able to open the file later.
            let meta = fs_err::metadata(&self.dir)?;
            std::os::unix::fs::fchown(&file, Some(meta.uid()), Some(meta.gid())).map_err(|e| denied(&path, e))?;
        }
        file.lock().map_err(|e| denied(&path, e))?;
        Ok(file)
    }

    /// Creates the socket's folder for `account`.
    pub fn make_socket_dir(&self, account: &Account) -> Result<()> {
        let dir = self.socket_dir();
        make_private(&dir, account)?;
        check_private(&dir, account.uid)
    }

    /// Returns the present length of the server's log.
    pub fn log_length(&self) -> u64 {
        std::fs::symlink_metadata(self.log()).map_or(0, |meta| meta.len())
    }

    /// Reads the text that was added to the server's log after the first `from` bytes. Returns only
    /// the end of a long text.
    pub fn log_since(&self, from: u64) -> String {
        const MAX_LOG_EXCERPT: u64 = 16 * 1024;
        let read = || -> std::io::Result<Vec<u8>> {
            let mut file = OpenOptions::new()
                .read(true)
                .custom_flags(no_follow())
                .open(self.log())?;
            let length = file.metadata()?.len();
            file.seek(SeekFrom::Start(from.max(length.saturating_sub(MAX_LOG_EXCERPT))))?;
            let mut bytes = Vec::new();
            file.take(MAX_LOG_EXCERPT).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        String::from_utf8_lossy(&read().unwrap_or_default()).into_owned()
    }
}

/// Creates a folder of mode 0700 that belongs to `account`.
pub(super) fn make_private(dir: &Path, account: &Account) -> Result<()> {
    match DirBuilder::new().mode(0o700).create(dir) {
        Ok(()) => account.own(dir),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(denied(dir, e)),
    }
}

/// Refuses a path that is not a folder, is a symbolic link, belongs to another user or is
/// accessible to others. Any user can create a folder in `/tmp` and could then answer in the
/// server's place.
pub(super) fn check_private(dir: &Path, uid: u32) -> Result<()> {
    let meta = std::fs::symlink_metadata(dir).map_err(|e| denied(dir, e))?;
    if meta.is_dir() && meta.uid() == uid && meta.mode() & 0o077 == 0 {
        return Ok(());
    }
    Err(Error::failed(format!(
        "{} must be a folder of mode 0700 that belongs to uid {uid}, but is a {} of mode {:o} that belongs to uid {}",
        dir.display(),
        if meta.is_symlink() {
            "symbolic link"
        } else if meta.is_dir() {
            "folder"
        } else {
            "file"
        },
        meta.mode() & 0o7777,
        meta.uid()
    ))
    .hint(format!("find out who made it, then remove it: {}", dir.display())))
}

fn no_follow() -> i32 {
    rustix::fs::OFlags::NOFOLLOW.bits().cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn me() -> u32 {
        rustix::process::geteuid().as_raw()
    }

    #[test]
    fn long_or_special_path_gets_a_short_socket_folder() {
        let at = |dir: &str| {
            ClusterDir {
                dir: PathBuf::from(dir),
            }
            .socket_dir()
        };
        assert_eq!(
            at("/home/ali/.local/share/inbox/postgres"),
            Path::new("/home/ali/.local/share/inbox/postgres/run")
        );
        let long = format!("/home/{}", "x".repeat(120));
        assert!(at(&long).starts_with("/tmp"), "{:?}", at(&long));
        assert!(at("/home/o'brien, jr").starts_with("/tmp"));
        assert_ne!(at("/home/o'brien, jr"), at("/home/o'brien, sr"));
        // The longest path that is not moved, and a path with one byte more.
        let longest = MAX_SOCKET_PATH - "/run/.s.PGSQL.5432".len() - 1;
        assert!(at(&format!("/{}", "y".repeat(longest))).ends_with("run"));
        assert!(at(&format!("/{}", "y".repeat(longest + 1))).starts_with("/tmp"));
    }

    #[test]
    fn folder_of_others_or_open_to_others_is_refused() {
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("run");
        DirBuilder::new().mode(0o700).create(&dir).unwrap();
        assert!(check_private(&dir, me()).is_ok());
        assert!(check_private(&dir, me() + 1).is_err(), "another owner");
        fs_err::set_permissions(&dir, PermissionsExt::from_mode(0o750)).unwrap();
        assert!(check_private(&dir, me()).is_err(), "open to a group");
        let link = parent.path().join("link");
        symlink(parent.path(), &link).unwrap();
        let error = check_private(&link, me()).unwrap_err();
        assert!(error.message.contains("symbolic link"), "{error:?}");
    }
}
