//! Finds the server programs of Postgres on this machine, or reports how to install them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::account::{Account, is_root};
use crate::error::{Error, Result};

/// The oldest supported major version of Postgres.
pub const OLDEST_MAJOR: u32 = 15;

/// One installation of the server programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PgBin {
    /// The folder with `postgres`, `initdb` and `pg_ctl`.
    pub dir: PathBuf,
    /// The major version: 15, 16, …
    pub major: u32,
    /// The output of `postgres --version`: `15.18 (Debian 15.18-0+deb12u1)`.
    pub version: String,
}

impl PgBin {
    /// Returns the path of one of the programs.
    pub fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

/// Returns the server programs. If `chosen` (`INBOX_PG_BIN`) is given, only that folder is used.
/// Otherwise the search covers the folder from `pg_config`, the folders of `PATH`, and the folders
/// of the distributions, newest version first.
///
/// # Errors
///
/// [`crate::error::Kind::Usage`] if no programs are found or all are older than [`OLDEST_MAJOR`].
/// The hint is this system's install command.
pub fn discover(chosen: Option<&Path>) -> Result<PgBin> {
    find(chosen, None, None)
}

/// Returns programs that `account` can run, of the major version `wanted` if it is given.
pub(super) fn find(chosen: Option<&Path>, wanted: Option<u32>, account: Option<&Account>) -> Result<PgBin> {
    let candidates = match chosen {
        Some(dir) => vec![std::path::absolute(dir)?],
        None => candidates(),
    };
    let mut others = Vec::new();
    for dir in &candidates {
        if !["postgres", "initdb", "pg_ctl"]
            .iter()
            .all(|name| dir.join(name).is_file())
        {
            continue;
        }
        let Some(found) = version(dir, account) else {
            others.push(format!("{} (does not run{})", dir.display(), barred(dir, account)));
            continue;
        };
        if found.major >= OLDEST_MAJOR && wanted.is_none_or(|major| major == found.major) {
            return Ok(found);
        }
        others.push(format!("{} ({})", dir.display(), found.major));
    }
    let what = match wanted {
        Some(major) => format!("the server programs of Postgres {major}, which made the local database,"),
        None => format!("the server programs of Postgres {OLDEST_MAJOR} or newer"),
    };
    let message = match (chosen, others.is_empty()) {
        (Some(dir), true) => format!(
            "INBOX_PG_BIN names {}, which lacks postgres, initdb or pg_ctl",
            dir.display()
        ),
        (Some(_), false) => format!("INBOX_PG_BIN does not name {what} but {}", others.join(", ")),
        (None, true) => format!("{what} are not on this machine"),
        (None, false) => format!("{what} are not on this machine, only {}", others.join(", ")),
    };
    let hint = match wanted {
        Some(major) => format!(
            "install Postgres {major} in addition to the other (INBOX_PG_BIN names its folder); to move to another \
             version, dump with {major} and restore"
        ),
        None => format!(
            "install them: {}; or name their folder in INBOX_PG_BIN; or give the URL of a server",
            install_command()
        ),
    };
    Err(Error::usage(message).hint(hint))
}

fn barred(dir: &Path, account: Option<&Account>) -> String {
    account
        .and_then(|account| {
            let folder = account.barred_by(dir)?;
            Some(format!(
                ": the user {} may not enter {}",
                account.name,
                folder.display()
            ))
        })
        .unwrap_or_default()
}

fn version(dir: &Path, account: Option<&Account>) -> Option<PgBin> {
    let program = dir.join("postgres");
    let mut command = match account {
        Some(account) => account.command(&program),
        None => Command::new(&program),
    };
    let out = command.arg("--version").stdin(Stdio::null()).output().ok()?;
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    let (major, version) = parse_version(&said)?;
    Some(PgBin {
        dir: dir.to_owned(),
        major,
        version,
    })
}

/// Reads `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`. A beta version has the form
/// `19beta1`.
fn parse_version(said: &str) -> Option<(u32, String)> {
    let version = said.split_once("(PostgreSQL)")?.1.trim();
    let digits = version.bytes().take_while(u8::is_ascii_digit).count();
    Some((version[..digits].parse().ok()?, version.to_owned()))
}

fn candidates() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    if let Ok(out) = Command::new("pg_config").arg("--bindir").stderr(Stdio::null()).output()
        && out.status.success()
    {
        found.push(PathBuf::from(String::from_utf8_lossy(&out.stdout).trim()));
    }
    if let Some(path) = std::env::var_os("PATH") {
        found.extend(std::env::split_paths(&path).filter(|dir| dir.is_absolute()));
    }
    for (parent, prefix, below) in [
        ("/usr/lib/postgresql", "", "bin"),         // Debian, Ubuntu
        ("/usr", "pgsql-", "bin"),                  // Fedora and RHEL, PGDG's packages
        ("/usr/libexec", "postgresql", ""),         // Alpine
        ("/usr/lib", "postgresql", "bin"),          // openSUSE
        ("/usr/lib64", "postgresql-", "bin"),       // Gentoo
        ("/opt/homebrew/opt", "postgresql", "bin"), // Homebrew on Apple silicon
        ("/usr/local/opt", "postgresql", "bin"),    // Homebrew on Intel
        ("/home/linuxbrew/.linuxbrew/opt", "postgresql", "bin"),
        ("/opt/local/lib", "postgresql", "bin"), // MacPorts
        ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
        ("/usr/pgsql", "", "bin"),
    ] {
        found.extend(newest_first(Path::new(parent), prefix, below));
    }
    found.extend(
        [
            "/usr/bin",                   // Fedora, Arch
            "/usr/local/bin",             // FreeBSD
            "/usr/local/pgsql/bin",       // built from source
            "/usr/pkg/bin",               // NetBSD
            "/run/current-system/sw/bin", // NixOS
        ]
        .map(PathBuf::from),
    );
    let mut seen = std::collections::HashSet::new();
    found.retain(|dir| seen.insert(dir.clone()));
    found
}

fn newest_first(parent: &Path, prefix: &str, below: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs_err::read_dir(parent) else {
        return Vec::new();
    };
    let mut versions: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let rest = name.to_str()?.strip_prefix(prefix)?;
            let number = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
            let digits = number.bytes().take_while(u8::is_ascii_digit).count();
            Some((number[..digits].parse().unwrap_or(0), entry.path().join(below)))
        })
        .collect();
    versions.sort_by(|a, b| b.cmp(a));
    versions.into_iter().map(|(_, dir)| dir).collect()
}

/// Returns the command that installs Postgres' server on this system.
pub fn install_command() -> String {
    let release = ["/etc/os-release", "/usr/lib/os-release"]
        .iter()
        .find_map(|file| fs_err::read_to_string(file).ok())
        .unwrap_or_default();
    let command = install_command_for(std::env::consts::OS, &release);
    if is_root() || command.starts_with("brew") || command.starts_with("nix") {
        command.to_owned()
    } else {
        format!("sudo {command}")
    }
}

/// `.ci/postgres` contains the same table, because it installs before this program is built.
fn install_command_for(os: &str, os_release: &str) -> &'static str {
    match os {
        "macos" => return "brew install postgresql@17",
        "freebsd" => return "pkg install postgresql17-server",
        "openbsd" => return "pkg_add postgresql-server",
        "netbsd" => return "pkgin install postgresql17-server",
        _ => {}
    }
    let field = |key: &str| {
        os_release
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
            .map(|value| value.trim_matches(['"', '\'']))
            .unwrap_or_default()
    };
    let families = field("ID")
        .split_whitespace()
        .chain(field("ID_LIKE").split_whitespace());
    for family in families {
        match family {
            "debian" | "ubuntu" => return "apt-get install -y postgresql",
            "fedora" | "rhel" | "centos" | "amzn" => return "dnf install -y postgresql-server",
            "alpine" => return "apk add postgresql",
            "arch" => return "pacman -S --noconfirm postgresql",
            "suse" | "opensuse" | "sles" => return "zypper --non-interactive install postgresql-server",
            "nixos" => return "nix-env -iA nixos.postgresql",
            "gentoo" => return "emerge dev-db/postgresql",
            "void" => return "xbps-install -y postgresql",
            _ => {}
        }
    }
    "your package manager's install command for the package postgresql or postgresql-server"
}

/// Returns whether a name belongs to a server process of Postgres.
pub(super) fn is_server_program(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name == OsStr::new("postgres") || name == OsStr::new("postmaster"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    #[test]
    fn versions_of_packages_and_betas_are_read() {
        let read = |said| parse_version(said).map(|(major, _)| major);
        assert_eq!(read("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(read("postgres (PostgreSQL) 19beta1"), Some(19));
        assert_eq!(read("postgres: command not found"), None);
    }

    #[test]
    fn install_command_fits_the_system() {
        let command = |release| install_command_for("linux", release);
        assert_eq!(command("NAME=x\nID=debian\n"), "apt-get install -y postgresql");
        assert_eq!(
            command("ID=linuxmint\nID_LIKE=\"ubuntu debian\""),
            "apt-get install -y postgresql"
        );
        assert_eq!(
            command("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\""),
            "dnf install -y postgresql-server"
        );
        assert_eq!(command("ID=alpine"), "apk add postgresql");
        assert_eq!(
            command("ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\""),
            "zypper --non-interactive install postgresql-server"
        );
        assert!(command("").contains("package manager"));
        assert_eq!(install_command_for("macos", ""), "brew install postgresql@17");
    }

    #[test]
    fn installed_postgres_is_found() {
        let named = std::env::var_os("INBOX_PG_BIN")
            .filter(|dir| !dir.is_empty())
            .map(PathBuf::from);
        let found = discover(named.as_deref()).unwrap();
        assert!(found.major >= OLDEST_MAJOR, "{found:?}");
        assert_eq!(discover(Some(&found.dir)).unwrap(), found);
    }

    #[test]
    fn folder_without_the_programs_is_refused_with_the_install_command() {
        let empty = tempfile::tempdir().unwrap();
        let error = discover(Some(empty.path())).unwrap_err();
        assert_eq!(error.kind, Kind::Usage);
        assert!(error.message.contains("INBOX_PG_BIN"), "{error:?}");
        assert!(error.hint.unwrap().contains(&install_command()));
    }

    #[test]
    fn newest_of_several_versions_comes_first() {
        let parent = tempfile::tempdir().unwrap();
        for name in ["9.6", "15", "18", "other"] {
            fs_err::create_dir(parent.path().join(name)).unwrap();
        }
        let order = newest_first(parent.path(), "", "bin");
        let names: Vec<_> = order
            .iter()
            .map(|dir| dir.strip_prefix(parent.path()).unwrap())
            .collect();
        assert_eq!(
            names,
            [
                Path::new("18/bin"),
                Path::new("15/bin"),
                Path::new("9.6/bin"),
                Path::new("other/bin")
            ]
        );
    }
}
