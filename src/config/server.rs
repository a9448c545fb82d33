//! The address of the database and the login: the URL, and the values from libpq's `PG*` variables,
//! service files and password files.
//!
//! sqlx reads most `PG*` variables itself, but no service file. It ignores an invalid `PGSSLMODE`
//! or `PGPORT`, and logs invalid lines of the password file together with the password. Therefore
//! this module resolves all values, in libpq's order: URL, service file, environment, password
//! file. An invalid value is an error with its source. No message contains a value that could be a
//! secret.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::libpq::{read_passfile, read_service};
use super::parameters::{Parameters, parse_url};
use super::{Env, TIMEOUT};
use crate::domain::session::{SessionLimits, TargetSession};
use crate::domain::vocabulary::quoted;
use crate::error::{Error, Result};

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Returns the text, for the connection only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Secret(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The mode of encryption and of the server's verification, as in libpq's `sslmode`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SslMode {
    /// The connection is never encrypted.
    Disable,
    /// The connection is encrypted only if the server requires it.
    Allow,
    /// The connection is encrypted if the server supports it.
    #[default]
    Prefer,
    /// The connection is always encrypted.
    Require,
    /// The connection is encrypted and the certificate is checked.
    VerifyCa,
    /// The connection is encrypted, and the certificate and the host's name are checked.
    VerifyFull,
}

impl SslMode {
    fn parse(text: &str) -> Option<SslMode> {
        Some(match text {
            "disable" => SslMode::Disable,
            "allow" => SslMode::Allow,
            "prefer" => SslMode::Prefer,
            "require" => SslMode::Require,
            "verify-ca" => SslMode::VerifyCa,
            "verify-full" => SslMode::VerifyFull,
            _ => return None,
        })
    }
}

/// The resolved settings of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectSettings {
    /// The servers with the database, in the order of the connection attempts.
    pub servers: Vec<Server>,
    /// The required kind of server.
    pub target: TargetSession,
    /// The login.
    pub user: String,
    /// The database's name.
    pub database: String,
    /// The mode of encryption.
    pub ssl_mode: SslMode,
    /// The file of the trusted authorities. `None` means the authorities of the system.
    pub ssl_root_cert: Option<String>,
    /// The client's certificate.
    pub ssl_cert: Option<String>,
    /// The client's key.
    pub ssl_key: Option<String>,
    /// The name of the program on the server.
    pub application_name: String,
    /// Server settings (`-c name=value`) from the URL or the service file. They override
    /// `PGOPTIONS`, which sqlx adds itself.
    pub options: Vec<(String, String)>,
    /// The limits after which the server ends a session whose client is silent or unreachable.
    pub limits: SessionLimits,
    /// The timeout of a connection attempt, for each server.
    pub timeout: Duration,
    /// Sentences about given parameters without effect.
    pub warnings: Vec<String>,
}

/// One of the servers with the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// A host name or address, or the folder of a Unix socket.
    pub host: String,
    /// The port, which is also part of the socket's name.
    pub port: u16,
    /// The login's password, if one was found.
    pub password: Option<Secret>,
}

impl ConnectSettings {
    /// Returns sqlx's options for each server.
    pub fn to_sqlx(&self) -> Vec<PgConnectOptions> {
        self.servers.iter().map(|server| self.options_of(server)).collect()
    }

    fn options_of(&self, server: &Server) -> PgConnectOptions {
        let mut options = PgConnectOptions::new_without_pgpass()
            .host(&server.host)
            .port(server.port)
            .username(&self.user)
            .database(&self.database)
            .application_name(&self.application_name)
            // As in libpq, a connection over a socket is not encrypted. It stays on this machine,
            // and the request to the server costs a round trip.
            .ssl_mode(match self.ssl_mode {
                _ if server.host.starts_with('/') => PgSslMode::Disable,
                SslMode::Disable => PgSslMode::Disable,
                SslMode::Allow => PgSslMode::Allow,
                SslMode::Prefer => PgSslMode::Prefer,
                SslMode::Require => PgSslMode::Require,
                SslMode::VerifyCa => PgSslMode::VerifyCa,
                SslMode::VerifyFull => PgSslMode::VerifyFull,
            });
        if let Some(password) = &server.password {
            options = options.password(password.expose());
        }
        if let Some(file) = &self.ssl_root_cert {
            options = options.ssl_root_cert(file);
        }
        if let Some(file) = &self.ssl_cert {
            options = options.ssl_client_cert(file);
        }
        if let Some(file) = &self.ssl_key {
            options = options.ssl_client_key(file);
        }
        if !self.options.is_empty() {
            options = options.options(self.options.iter().map(|(k, v)| (k.as_str(), v.as_str())));
        }
        options
    }
}

impl fmt::Display for ConnectSettings {
    /// Writes the address without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |of: fn(&Server) -> String| self.servers.iter().map(of).collect::<Vec<_>>().join(",");
        if self.servers.iter().any(|server| server.host.starts_with('/')) {
            let (hosts, ports) = (list(|s| s.host.clone()), list(|s| s.port.to_string()));
            write!(
                f,
                "postgres://{}@/{}?host={hosts}&port={ports}",
                self.user, self.database
            )
        } else {
            let places = list(|s| format!("{}:{}", s.host, s.port));
            write!(f, "postgres://{}@{places}/{}", self.user, self.database)
        }
    }
}

/// Resolves a connection from an optional URL and the environment.
pub(super) fn resolve(url: Option<&str>, env: &Env, timeout: Option<Duration>) -> Result<ConnectSettings> {
    let mut found = url.map(parse_url).transpose()?.unwrap_or_default();
    if let Some(service) = found
        .get("service")
        .cloned()
        .or_else(|| env.get("PGSERVICE").map(str::to_owned))
    {
        for (name, text) in read_service(&service, env)? {
            found.entry(name).or_insert(text);
        }
    }
    for (variable, name) in [
        ("PGHOST", "host"),
        ("PGHOSTADDR", "hostaddr"),
        ("PGPORT", "port"),
        ("PGUSER", "user"),
        ("PGPASSWORD", "password"),
        ("PGDATABASE", "dbname"),
        ("PGSSLMODE", "sslmode"),
        ("PGSSLROOTCERT", "sslrootcert"),
        ("PGSSLCERT", "sslcert"),
        ("PGSSLKEY", "sslkey"),
        ("PGAPPNAME", "application_name"),
        ("PGCONNECT_TIMEOUT", "connect_timeout"),
        ("PGPASSFILE", "passfile"),
        ("PGTARGETSESSIONATTRS", "target_session_attrs"),
        ("PGLOADBALANCEHOSTS", "load_balance_hosts"),
        ("PGCHANNELBINDING", "channel_binding"),
        ("PGGSSENCMODE", "gssencmode"),
        ("PGSSLNEGOTIATION", "sslnegotiation"),
        ("PGSSLSNI", "sslsni"),
    ] {
        // An address in the environment must not redirect a host from the URL or the service.
        if variable == "PGHOSTADDR"
            && found.contains_key("host")
            && env.get("PGHOST") != found.get("host").map(String::as_str)
        {
            continue;
        }
        if let Some(text) = env.get(variable) {
            found.entry(name.to_owned()).or_insert_with(|| text.to_owned());
        }
    }
    let warnings = unused(&found)?;
    let mut take = |name: &str| found.remove(name).filter(|text| !text.is_empty());
    let ssl_mode = match take("sslmode") {
        None => None,
        Some(text) => Some(SslMode::parse(&text).ok_or_else(|| {
            Error::usage(format!("{} is not an sslmode (sslmode, PGSSLMODE)", quoted(&text)))
                .hint("one of: disable, allow, prefer, require, verify-ca, verify-full")
        })?),
    };
    let user = take("user").or_else(|| env.user());
    let user =
        user.ok_or_else(|| Error::usage("no database login is configured").hint("set PGUSER, or write it in the URL"))?;
    let database = take("dbname").unwrap_or_else(|| user.clone());
    let root = take("sslrootcert");
    // `system` means the authorities of the operating system, and requires a check of the name.
    let (ssl_root_cert, implied) = match root.as_deref() {
        Some("system") => (None, Some(SslMode::VerifyFull)),
        _ => (root, None),
    };
    let ssl_mode = ssl_mode.or(implied).unwrap_or_default();
    let mut places = places(
        take("host").as_deref(),
        take("hostaddr").as_deref(),
        take("port").as_deref(),
        ssl_mode == SslMode::VerifyFull,
    )?;
    match take("load_balance_hosts").as_deref() {
        None | Some("disable") => {}
        Some("random") => shuffle(&mut places),
        Some(other) => {
            return Err(Error::usage(format!(
                "{} is not a way to spread connections (load_balance_hosts, PGLOADBALANCEHOSTS)",
                quoted(other)
            ))
            .hint("one of: disable, random"));
        }
    }
    let connect_timeout = match take("connect_timeout") {
        None => None,
        Some(text) => {
            let seconds: i64 = text.trim().parse().map_err(|_| {
                Error::usage(format!(
                    "{} is not a number of seconds (connect_timeout, PGCONNECT_TIMEOUT)",
                    quoted(&text)
                ))
            })?;
            // In libpq, 0 and negative values mean an unlimited wait. In this program every wait
            // has a limit.
            u64::try_from(seconds).ok().filter(|s| *s > 0).map(Duration::from_secs)
        }
    };
    let passfile = take("passfile")
        .map(PathBuf::from)
        .or_else(|| env.home().map(|home| home.join(".pgpass")));
    let password = take("password");
    let servers = places
        .into_iter()
        .map(|(host, port)| {
            let password = match &password {
                Some(password) => Some(password.clone()),
                None => passfile
                    .as_deref()
                    .and_then(|file| read_passfile(file, &host, port, &database, &user)),
            };
            Server {
                host,
                port,
                password: password.map(Secret),
            }
        })
        .collect();
    let options = take("options")
        .map(|text| parse_options(&text))
        .transpose()?
        .unwrap_or_default();
    let target = take("target_session_attrs").map(|text| TargetSession::parse(&text));
    let limits = limits(&mut take, &options, env)?;
    let name = take("application_name").or_else(|| take("fallback_application_name"));
    Ok(ConnectSettings {
        servers,
        target: target.transpose()?.unwrap_or_default(),
        ssl_mode,
        ssl_root_cert,
        ssl_cert: take("sslcert"),
        ssl_key: take("sslkey"),
        application_name: name.unwrap_or_else(|| "inbox".to_owned()),
        options,
        limits,
        timeout: timeout.or(connect_timeout).unwrap_or(Duration::from_secs(TIMEOUT)),
        warnings,
        user,
        database,
    })
}

/// Combines the lists of hosts, addresses and ports, as libpq does. A single port is used for every
/// host. Otherwise each host has its own port.
fn places(
    hosts: Option<&str>,
    addresses: Option<&str>,
    ports: Option<&str>,
    checks_name: bool,
) -> Result<Vec<(String, u16)>> {
    let split =
        |list: Option<&str>| list.map(|list| list.split(',').map(str::trim).map(str::to_owned).collect::<Vec<_>>());
    let hosts = match (split(hosts), split(addresses)) {
        (Some(hosts), Some(addresses)) if hosts.len() != addresses.len() => {
            return Err(Error::usage(format!(
                "{} hosts (host, PGHOST) do not match {} addresses (hostaddr, PGHOSTADDR)",
                hosts.len(),
                addresses.len()
            )));
        }
        // The certificate is checked against the name, so the address alone is not enough.
        (Some(hosts), Some(_)) if checks_name => hosts,
        (Some(hosts), Some(addresses)) => {
            let pick = |(host, address): (String, String)| if address.is_empty() { host } else { address };
            hosts.into_iter().zip(addresses).map(pick).collect()
        }
        (None, Some(list)) | (Some(list), None) => list,
        (None, None) => vec![String::new()],
    };
    let ports = split(ports).unwrap_or_else(|| vec![String::new()]);
    if ports.len() != 1 && ports.len() != hosts.len() {
        return Err(Error::usage(format!(
            "{} ports (port, PGPORT) do not match {} hosts (host, PGHOST)",
            ports.len(),
            hosts.len()
        )));
    }
    hosts
        .into_iter()
        .enumerate()
        .map(|(n, host)| {
            let port = ports.get(n).or(ports.first()).map_or("", String::as_str);
            let port = match port {
                "" => 5432,
                text => text
                    .parse()
                    .map_err(|_| Error::usage(format!("{} is not a port (port, PGPORT)", quoted(text))))?,
            };
            let host = if host.is_empty() { default_host(port) } else { host };
            Ok((host, port))
        })
        .collect()
}

/// Shuffles the servers, so that many clients are distributed among them.
fn shuffle(places: &mut [(String, u16)]) {
    for i in (1..places.len()).rev() {
        // Without randomness the given order is kept.
        let random = getrandom::u32().unwrap_or_default();
        let bound = u32::try_from(i + 1).unwrap_or(u32::MAX);
        places.swap(i, usize::try_from(random % bound).unwrap_or(i));
    }
}

/// Returns a warning for each parameter without effect. A required feature that is missing is an
/// error.
fn unused(found: &Parameters) -> Result<Vec<String>> {
    let mut warnings = Vec::new();
    let given = |name: &str| found.get(name).map(|text| text.trim().to_ascii_lowercase());
    match given("gssencmode").as_deref() {
        None | Some("" | "disable" | "prefer") => {}
        Some(_) => {
            return Err(
                Error::usage("connections encrypted by Kerberos are not supported (gssencmode, PGGSSENCMODE)")
                    .hint("use sslmode=verify-full, and gssencmode=disable"),
            );
        }
    }
    let harmless: [(&str, &[&str], &str); 4] = [
        (
            "channel_binding",
            &["", "disable", "prefer"],
            "the login is not bound to the TLS channel; sslmode=verify-full checks the server",
        ),
        (
            "client_encoding",
            &["", "auto", "utf8", "utf-8", "unicode"],
            "the program always uses UTF-8",
        ),
        (
            "sslnegotiation",
            &["", "postgres"],
            "TLS is always negotiated in the usual way",
        ),
        ("sslsni", &["", "1"], "the host name is always sent"),
    ];
    for (name, expected, why) in harmless {
        if given(name).is_some_and(|text| !expected.contains(&text.as_str())) {
            warnings.push(format!("the connection parameter {name} has no effect: {why}"));
        }
    }
    Ok(warnings)
}

/// Reads libpq's settings for silent and unreachable peers. libpq applies them to the client's end
/// of the connection. This program applies them to the server's end during transactions, because a
/// lost client can hold locks. The client's end has its own timeouts.
fn limits(
    take: &mut impl FnMut(&str) -> Option<String>,
    options: &[(String, String)],
    env: &Env,
) -> Result<SessionLimits> {
    let mut number = |name: &str| -> Result<Option<u32>> {
        let Some(text) = take(name) else {
            return Ok(None);
        };
        let parsed = text.trim().parse::<i32>().ok();
        let parsed = parsed.ok_or_else(|| Error::usage(format!("{} is not a whole number ({name})", quoted(&text))))?;
        // In libpq, a negative value also means the default of the system.
        Ok(Some(u32::try_from(parsed).unwrap_or(0)))
    };
    let default = SessionLimits::default();
    let mut own: std::collections::BTreeSet<String> = options.iter().map(|(name, _)| name.clone()).collect();
    if let Some(text) = env.get("PGOPTIONS") {
        // sqlx sends the value to the server, and the server refuses it if it is invalid.
        own.extend(
            parse_options(text)
                .unwrap_or_default()
                .into_iter()
                .map(|(name, _)| name),
        );
    }
    Ok(SessionLimits {
        keepalives: number("keepalives")? != Some(0),
        keepalives_idle: number("keepalives_idle")?.unwrap_or(default.keepalives_idle),
        keepalives_interval: number("keepalives_interval")?.unwrap_or(default.keepalives_interval),
        keepalives_count: number("keepalives_count")?.unwrap_or(default.keepalives_count),
        user_timeout: number("tcp_user_timeout")?,
        own,
    })
}

/// Returns the folder of the local server's socket, or else `localhost`.
fn default_host(port: u16) -> String {
    let socket = format!(".s.PGSQL.{port}");
    let folders = ["/var/run/postgresql", "/tmp"];
    let found = folders
        .into_iter()
        .find(|folder| Path::new(folder).join(&socket).exists());
    found.unwrap_or("localhost").to_owned()
}

/// Reads `-c name=value` and `--name=value`, with a backslash before each space in a value.
fn parse_options(text: &str) -> Result<Vec<(String, String)>> {
    let mut words = vec![String::new()];
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let last = words.len() - 1;
        match c {
            '\\' => words[last].extend(chars.next()),
            c if c.is_whitespace() => words.push(String::new()),
            c => words[last].push(c),
        }
    }
    let mut words = words.into_iter().filter(|w| !w.is_empty());
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        let pair = match (word.strip_prefix("--"), word.strip_prefix("-c")) {
            (Some(pair), _) => Some(pair.to_owned()),
            (None, Some("")) => words.next(),
            (None, Some(pair)) => Some(pair.to_owned()),
            (None, None) => None,
        };
        match pair.as_deref().and_then(|pair| pair.split_once('=')) {
            Some((name, value)) => found.push((name.replace('-', "_"), value.to_owned())),
            None => {
                return Err(Error::usage("the connection parameter 'options' is not understood")
                    .hint("write it like: -c name=value"));
            }
        }
    }
    Ok(found)
}
