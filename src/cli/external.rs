//! Programs called `inbox-NAME` on the PATH, which run as `inbox NAME`. Commands of inbox itself
//! take precedence.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;

use crate::error::Error;

/// Replaces this process with the program that an unknown command names, with the remaining
/// arguments. Returns only if there is no such program, or with an error if it cannot be run.
pub fn run(args: &[OsString], refused: &clap::Error) -> Option<Error> {
    if refused.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    // Flags before the name belong to inbox, and are not passed to the program.
    let name = args.get(1)?.to_str()?;
    let program = find(name, &std::env::var_os("PATH")?)?;
    let failed = std::process::Command::new(&program).args(&args[2..]).exec();
    Some(Error::failed(format!("{} cannot be run: {failed}", program.display())).caused_by(failed))
}

fn find(name: &str, path: &std::ffi::OsStr) -> Option<PathBuf> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.is_empty() || name.starts_with('-') || !name.chars().all(plain) {
        return None;
    }
    std::env::split_paths(path)
        // An empty part of PATH is the current folder, in which any user may have put a program.
        .filter(|dir| dir.is_absolute())
        .map(|dir| dir.join(format!("inbox-{name}")))
        .find(|file| is_executable(file))
}

fn is_executable(file: &Path) -> bool {
    std::fs::metadata(file).is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}
