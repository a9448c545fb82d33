//! libpq's parameters, and the URLs that contain them.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use crate::domain::vocabulary::quoted;
use crate::error::{Error, Result};

/// Values by libpq's keyword.
pub(super) type Parameters = BTreeMap<String, String>;

/// The supported keywords of libpq, and one keyword of Prisma that providers write in their URLs.
const KNOWN: &[&str] = &[
    "application_name",
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "dbname",
    "fallback_application_name",
    "gssencmode",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "load_balance_hosts",
    "options",
    "passfile",
    "password",
    "pgbouncer",
    "port",
    "service",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslnegotiation",
    "sslrootcert",
    "sslsni",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
];

/// Reads a `postgres://` URL into libpq's parameters.
///
/// # Errors
/// [`crate::error::Kind::Usage`], which never contains the URL.
pub(super) fn parse_url(url: &str) -> Result<Parameters> {
    let bad = |why: &str| {
        Error::usage(format!("this is not a Postgres URL: {why}")).hint(
            "write it like postgres://user@host:5432/database; special characters in a password are percent-encoded",
        )
    };
    let rest = url
        .strip_prefix("postgres://")
        .or_else(|| url.strip_prefix("postgresql://"));
    let rest = rest.ok_or_else(|| bad("it does not begin with postgres://"))?;
    let decoded = |text: &str| -> Result<String> {
        let text = percent_decode_str(text)
            .decode_utf8()
            .map_err(|_| bad("it is not UTF-8"))?;
        if text.contains('\0') {
            Err(bad("it contains a zero byte"))
        } else {
            Ok(text.into_owned())
        }
    };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = place.split_once('/').unwrap_or((place, ""));
    let (login, address) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let (mut hosts, mut ports) = (Vec::new(), Vec::new());
    for place in address.split(',') {
        let (host, port) = match place.strip_prefix('[') {
            Some(v6) => {
                let (host, after) = v6.split_once(']').ok_or_else(|| bad("a bracket is not closed"))?;
                (host, after.strip_prefix(':').unwrap_or(after))
            }
            None => place.split_once(':').unwrap_or((place, "")),
        };
        if !port.is_empty() && port.parse::<u16>().is_err() {
            return Err(bad("the port is not a number"));
        }
        hosts.push(host);
        ports.push(port);
    }
    let listed = |list: &[&str]| {
        let empty = list.iter().all(|item| item.is_empty());
        if empty { String::new() } else { list.join(",") }
    };
    let mut found = Parameters::new();
    for (name, text) in [
        ("user", user),
        ("password", password),
        ("host", &*listed(&hosts)),
        ("port", &*listed(&ports)),
        ("dbname", database),
    ] {
        if !text.is_empty() {
            found.insert(name.to_owned(), decoded(text)?);
        }
    }
    for pair in query.split('&').filter(|p| !p.is_empty()) {
        let (name, text) = pair.split_once('=').ok_or_else(|| bad("a parameter has no value"))?;
        let (name, text) = (decoded(name)?, decoded(text)?);
        known(&name)?;
        found.insert(name, text);
    }
    Ok(found)
}

/// Refuses an unsupported keyword.
///
/// # Errors
/// [`crate::error::Kind::Usage`] with the supported keywords.
pub(super) fn known(name: &str) -> Result<()> {
    if KNOWN.contains(&name) {
        return Ok(());
    }
    Err(Error::usage(format!("unknown connection parameter {}", quoted(name)))
        .hint(format!("known: {}", KNOWN.join(", "))))
}

/// Accepts a URL for a flag only without a password. Every user of the machine can read a flag in
/// the list of processes.
///
/// # Errors
/// [`crate::error::Kind::Usage`], which never contains the URL.
pub fn url_without_password(url: &str) -> Result<String> {
    if parse_url(url)?.contains_key("password") {
        return Err(
            Error::usage("a flag must not contain a password, since every user of the machine can see it")
                .hint("put it into ~/.pgpass, PGPASSWORD, DATABASE_URL or the profile"),
        );
    }
    Ok(url.to_owned())
}

/// Masks the password in a URL. An invalid URL is masked completely.
pub(super) fn mask_url(url: &str) -> String {
    match parse_url(url) {
        Err(_) => "***".to_owned(),
        Ok(found) if !found.contains_key("password") => url.to_owned(),
        Ok(_) => rewrite_password(url, Some("***")),
    }
}

/// Removes the password from a URL.
///
/// # Errors
/// [`crate::error::Kind::Usage`], which never contains the URL.
pub fn strip_password(url: &str) -> Result<String> {
    Ok(if parse_url(url)?.contains_key("password") {
        rewrite_password(url, None)
    } else {
        url.to_owned()
    })
}

/// Replaces the password by another text, or removes it.
fn rewrite_password(url: &str, instead: Option<&str>) -> String {
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let mut out = match (place.find("://"), place.rfind('@')) {
        (Some(scheme), Some(at)) => {
            let (user, password) = place[scheme + 3..at]
                .split_once(':')
                .unwrap_or((&place[scheme + 3..at], ""));
            let mask = match instead {
                Some(mask) if !password.is_empty() => format!(":{mask}"),
                Some(_) | None => String::new(),
            };
            format!("{}{user}{mask}{}", &place[..scheme + 3], &place[at..])
        }
        _ => place.to_owned(),
    };
    let pairs: Vec<_> = query
        .split('&')
        .filter(|p| !p.is_empty())
        .filter_map(|pair| {
            let name = pair.split_once('=').map_or(pair, |(name, _)| name);
            // The keys are compared after decoding: `pass%77ord` is a password too.
            if percent_decode_str(name).decode_utf8_lossy() == "password" {
                instead.map(|mask| format!("password={mask}"))
            } else {
                Some(pair.to_owned())
            }
        })
        .collect();
    if !pairs.is_empty() {
        out.push('?');
        out.push_str(&pairs.join("&"));
    }
    out
}
