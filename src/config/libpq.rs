//! libpq's service files and password files.

use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::Env;
use super::parameters::{Parameters, known};
use crate::domain::vocabulary::quoted;
use crate::error::{Error, Result};

/// Returns a service from the user's file, or else from the system's file.
pub(super) fn read_service(service: &str, env: &Env) -> Result<Parameters> {
    let user_file = env
        .get("PGSERVICEFILE")
        .map(PathBuf::from)
        .or_else(|| env.home().map(|home| home.join(".pg_service.conf")));
    let system_file = env
        .get("PGSYSCONFDIR")
        .map_or_else(|| PathBuf::from("/etc/postgresql-common"), PathBuf::from)
        .join("pg_service.conf");
    let named = env.get("PGSERVICEFILE").is_some();
    let mut tried = Vec::new();
    for file in user_file.into_iter().chain([system_file]) {
        match fs_err::read_to_string(&file) {
            Ok(text) => {
                if let Some(found) = parse_service(&text, service, &file)? {
                    return Ok(found);
                }
            }
            // The home folder is not a folder or belongs to another user, so it contains no
            // services.
            Err(e) if e.kind() == ErrorKind::NotFound || !named && is_no_home(e.kind()) => {}
            Err(e) => return Err(Error::usage(format!("the service file cannot be read: {e}")).caused_by(e)),
        }
        tried.push(file.display().to_string());
    }
    Err(
        Error::usage(format!("there is no service {} (service, PGSERVICE)", quoted(service)))
            .hint(format!("looked in: {}", tried.join(", "))),
    )
}

fn is_no_home(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotADirectory | ErrorKind::PermissionDenied)
}

fn parse_service(text: &str, service: &str, file: &Path) -> Result<Option<Parameters>> {
    let mut found = None;
    for (n, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            if found.is_some() {
                break;
            }
            found = (name == service).then(Parameters::new);
            continue;
        }
        let Some(parameters) = &mut found else { continue };
        let wrong = |what: &str| Error::usage(format!("{}, line {}: {what}", file.display(), n + 1));
        let (name, value) = line.split_once('=').ok_or_else(|| wrong("there is no '='"))?;
        let name = name.trim();
        if name == "service" {
            return Err(wrong("a service cannot name another"));
        }
        known(name).map_err(|e| wrong(&e.message))?;
        // As in libpq, the first of two equal keys is used.
        parameters
            .entry(name.to_owned())
            .or_insert_with(|| value.trim().to_owned());
    }
    Ok(found)
}

/// Returns the password from a password file that no other user can read.
pub(super) fn read_passfile(file: &Path, host: &str, port: u16, database: &str, user: &str) -> Option<String> {
    let metadata = fs_err::metadata(file).ok()?;
    if !metadata.is_file() {
        return None;
    }
    if metadata.permissions().mode() & 0o077 != 0 {
        tracing::warn!(file = %file.display(), "the password file is ignored, since others can read it: chmod 600 it");
        return None;
    }
    let text = fs_err::read_to_string(file).ok()?;
    let host = if host.starts_with('/') { "localhost" } else { host };
    let wanted = [host, &port.to_string(), database, user];
    text.lines().find_map(|line| match_passline(line, &wanted))
}

/// Reads `host:port:database:user:password`. `*` matches any value, and `\` escapes a character.
fn match_passline(line: &str, wanted: &[&str; 4]) -> Option<String> {
    if line.starts_with('#') {
        return None;
    }
    let mut fields = vec![String::new()];
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        let last = fields.len() - 1;
        match c {
            '\\' => fields[last].extend(chars.next()),
            ':' if last < 4 => fields.push(String::new()),
            c => fields[last].push(c),
        }
    }
    let (password, place) = fields.split_last()?;
    let fits = place.len() == 4
        && place
            .iter()
            .zip(wanted)
            .all(|(field, wanted)| field == "*" || field == wanted);
    (fits && !password.is_empty()).then(|| password.clone())
}
