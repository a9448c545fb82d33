//! Set-up and administration with the real binary: its output, exit codes and refusals.

mod checks;
mod logins;
mod presence;
mod resources;
mod setup;
mod shifts;

use std::path::Path;

use crate::support::{self, Db};

/// Runs a command and returns its exit code, stdout and stderr.
fn ran(mut command: assert_cmd::Command) -> (i32, String, String) {
    let out = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (out.status.code().unwrap(), text(&out.stdout), text(&out.stderr))
}

fn inbox(db: &Db, arguments: &[&str]) -> (i32, String, String) {
    let mut command = support::inbox(db);
    command.args(arguments);
    ran(command)
}

fn done(db: &Db, arguments: &[&str]) -> String {
    let (code, out, err) = inbox(db, arguments);
    assert_eq!(code, 0, "{arguments:?}: {out}{err}");
    out
}

fn refused(db: &Db, arguments: &[&str], code: i32, says: &str) -> String {
    let (got, out, err) = inbox(db, arguments);
    assert_eq!(got, code, "{arguments:?}: {out}{err}");
    assert!(err.contains(says), "{arguments:?} does not say {says:?}: {err}");
    err
}

fn config(home: &Path) -> String {
    fs_err::read_to_string(home.join(".config/inbox/config.toml")).unwrap()
}
