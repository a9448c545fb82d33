//! `inbox serve`.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};

use tokio::signal::unix::{SignalKind, signal};

use crate::cli::{Context, Exit};
use crate::config::{Env, Key};
use crate::error::{Error, Kind, Result};
use crate::serve::{self, Limits, PATH, Secret, ServeOptions};
use crate::telemetry;

/// Receive WhatsApp's webhooks and run the timers
///
/// The server runs until SIGTERM or Ctrl-C. WhatsApp uses GET and POST /webhooks/whatsapp, and
/// monitoring uses /healthz and /readyz. A delivery is on disk before the answer 200. Use a reverse
/// proxy for TLS.
///
/// The app secrets come from files and from INBOX_APP_SECRET, one per line or separated by commas.
/// The verify token comes from a file or from INBOX_VERIFY_TOKEN. The log is written to standard
/// error. INBOX_LOG=debug logs more, and INBOX_LOG_FORMAT=json writes one object per line.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address to listen on; port 0 selects a free port [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// File with app secrets, one per line; can be repeated
    #[arg(long, value_name = "PATH")]
    app_secret_file: Vec<PathBuf>,
    /// File with the verify token
    #[arg(long, value_name = "PATH")]
    verify_token_file: Option<PathBuf>,
    /// Accept deliveries without a signature
    ///
    /// Anyone who can connect to the port can then write to the inbox.
    #[arg(long)]
    insecure_no_signature: bool,
    /// Maximum size of a body in bytes; the answer to a larger body is 413
    #[arg(
        long,
        value_name = "BYTES",
        default_value_t = 4 << 20,
        value_parser = clap::value_parser!(u32).range(1024..=64 << 20)
    )]
    max_body: u32,
}

impl Args {
    /// Runs the server on separate threads. It handles the signals that end other commands.
    ///
    /// # Errors
    /// [`Kind::Usage`] without a secret or with a wrong address; see [`serve::run`].
    pub fn run(self, context: &Context) -> Result<Exit> {
        telemetry::start();
        #[cfg(target_os = "linux")]
        if std::env::var_os(crate::demo::WITH_PARENT).is_some() {
            // A killed demo cannot stop its server.
            rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::TERM))
                .map_err(std::io::Error::from)?;
        }
        let env = Env::of_process()?;
        let secrets = app_secrets(context, &env, &self.app_secret_file)?;
        let token_file = self
            .verify_token_file
            .or_else(|| context.settings.path(Key::VerifyTokenFile));
        let verify_token = match (token_file, env.get("INBOX_VERIFY_TOKEN")) {
            (Some(file), _) => from_file(&file, "the verify token")?.into_iter().next(),
            (None, Some(text)) => Secret::new(text),
            (None, None) => None,
        };
        if secrets.is_empty() && !self.insecure_no_signature {
            return Err(serve::no_secret());
        }
        let listen = listen_address(context, self.listen.as_deref())?;
        let (connect, _) = context.options()?;
        let options = ServeOptions {
            listen,
            bound: None,
            secrets,
            verify_token,
            insecure_no_signature: self.insecure_no_signature,
            connect,
            workspace: context.workspace.clone(),
            limits: Limits {
                max_body: usize::try_from(self.max_body).unwrap_or(usize::MAX),
                ..Limits::default()
            },
            acting: Some("system".to_owned()),
        };
        if options.verify_token.is_none() {
            tracing::warn!("no verify token is set: the handshake of {PATH} will be refused (INBOX_VERIFY_TOKEN)");
        }
        if options.insecure_no_signature {
            tracing::warn!("signatures are not checked: anyone who can connect to the port can write to the inbox");
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let served = runtime.block_on(async {
            context.renew_outdated().await?;
            let mut terminate = signal(SignalKind::terminate())?;
            let mut interrupt = signal(SignalKind::interrupt())?;
            let stop = async move {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
            };
            Box::pin(serve::run(options, stop)).await
        });
        runtime.shutdown_background();
        served.map(|()| 0)
    }
}

/// Returns the app secrets of the environment and of the given files, or of the configured file.
///
/// # Errors
/// [`Kind::Usage`] for a file that is empty or cannot be read.
pub(super) fn app_secrets(context: &Context, env: &Env, files: &[PathBuf]) -> Result<Vec<Secret>> {
    let mut secrets = from_text(env.get("INBOX_APP_SECRET").unwrap_or_default());
    let files = match files {
        [] => context.settings.path(Key::AppSecretFile).into_iter().collect(),
        files => files.to_vec(),
    };
    for file in &files {
        secrets.extend(from_file(file, "the app secret")?);
    }
    Ok(secrets)
}

/// Returns the address of `serve`: the given address, else the configured one, else the default.
///
/// # Errors
/// [`Kind::Usage`] for an invalid address.
pub(super) fn listen_address(context: &Context, given: Option<&str>) -> Result<SocketAddr> {
    let text = given.or(context.settings.get(Key::Listen)).unwrap_or("127.0.0.1:8080");
    let found = text.to_socket_addrs().ok().and_then(|mut all| all.next());
    found.ok_or_else(|| {
        Error::new(Kind::Usage, format!("{text:?} is not an address to listen on")).hint("write it like 127.0.0.1:8080")
    })
}

fn from_text(text: &str) -> Vec<Secret> {
    text.split([',', '\n']).filter_map(Secret::new).collect()
}

fn from_file(path: &Path, what: &str) -> Result<Vec<Secret>> {
    let text =
        fs_err::read_to_string(path).map_err(|e| Error::usage(format!("{what} cannot be read: {e}")).caused_by(e))?;
    let secrets: Vec<Secret> = text.lines().filter_map(Secret::new).collect();
    if secrets.is_empty() {
        return Err(Error::usage(format!("{what} is missing: {} is empty", path.display())));
    }
    Ok(secrets)
}
