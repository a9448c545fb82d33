//! The demo's own `inbox serve`, and a sender in the role of WhatsApp: signed bodies over HTTP.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tempfile::TempDir;
use tokio::net::TcpStream;

use super::simulate::Delivery;
use super::stage::Stage;
use crate::client::WebhookSender;
use crate::error::{Error, Result};
use crate::serve::Secret;

/// The environment variable with which the demo's own `inbox serve` ends together with the demo,
/// even if the demo is killed. It works only on Linux.
pub const WITH_PARENT: &str = "INBOX_SERVE_WITH_PARENT";
/// The number of connections that the sender keeps open.
const SENDERS: usize = 8;
const READY: Duration = Duration::from_secs(15);
const GONE: Duration = Duration::from_secs(15);

/// A running `inbox serve`. On drop it is killed and its end is awaited.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// The folder with the secret and the log. It is removed together with the server.
    dir: TempDir,
    senders: Vec<WebhookSender>,
}

impl Server {
    /// Starts the server on a free port and waits until it listens. Returns the server and the
    /// words of its command.
    ///
    /// # Errors
    /// [`crate::error::Kind::Failed`] with the end of the log if the server does not start.
    pub async fn start(stage: &Stage) -> Result<(Server, Vec<String>)> {
        let dir = tempfile::Builder::new().prefix("inbox-demo-").tempdir()?;
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|e| Error::failed(format!("no random secret can be made: {e}")))?;
        let secret = hex::encode(bytes);
        let secret_file = dir.path().join("app-secret");
        write_private(&secret_file, &secret)?;
        let mut tries = 0;
        let (child, address, words) = loop {
            tries += 1;
            // Another process may take the port before serve does. Then another port is tried.
            let address = free_port()?;
            let words = vec![
                "serve".to_owned(),
                "--listen".to_owned(),
                address.to_string(),
                "--app-secret-file".to_owned(),
                secret_file.display().to_string(),
            ];
            let log = fs_err::File::create(dir.path().join("serve.log"))?.into_parts().0;
            let mut command: Command = stage.command(&words);
            command.env(WITH_PARENT, "1").stdout(Stdio::null()).stderr(log);
            let mut child = Running(Some(command.spawn()?));
            if child.listens(address).await {
                break (child.into_inner()?, address, words);
            }
            drop(child);
            if tries == 3 {
                let log = fs_err::read_to_string(dir.path().join("serve.log")).unwrap_or_default();
                let last: Vec<&str> = log.trim_end().lines().rev().take(3).collect();
                let last: Vec<&str> = last.into_iter().rev().collect();
                return Err(Error::failed(format!(
                    "inbox serve does not start: {}",
                    last.join("; ")
                )));
            }
        };
        let key = Secret::new(&secret).ok_or_else(|| Error::failed("the random secret is empty"))?;
        let senders = (0..SENDERS).map(|_| WebhookSender::new(address, key.clone())).collect();
        Ok((Server { child, dir, senders }, words))
    }

    /// Posts bodies on several connections at once. Bodies about one customer keep their order as
    /// far as the network does.
    ///
    /// # Errors
    /// [`crate::error::Kind::Failed`] for any answer but 200.
    pub async fn post(&mut self, deliveries: &[Delivery]) -> Result<()> {
        let count = self.senders.len();
        let mut posting: FuturesUnordered<_> = self
            .senders
            .iter_mut()
            .enumerate()
            .map(|(n, sender)| async move {
                for delivery in deliveries.iter().filter(|d| d.customer % count == n) {
                    post(sender, &delivery.body).await?;
                }
                Ok::<(), Error>(())
            })
            .collect();
        while let Some(posted) = posting.next().await {
            posted?;
        }
        Ok(())
    }

    /// Waits until the server has finished its work and ended.
    ///
    /// # Errors
    /// [`crate::error::Kind::Failed`] when the server ends with an error.
    pub async fn stop(mut self) -> Result<()> {
        self.senders.clear();
        if let Some(pid) = i32::try_from(self.child.id())
            .ok()
            .and_then(rustix::process::Pid::from_raw)
        {
            rustix::process::kill_process(pid, rustix::process::Signal::TERM).map_err(std::io::Error::from)?;
        }
        let late = Instant::now() + GONE;
        loop {
            if let Some(status) = self.child.try_wait()? {
                if status.success() {
                    return Ok(());
                }
                let log = fs_err::read_to_string(self.dir.path().join("serve.log")).unwrap_or_default();
                let last = log.trim_end().lines().next_back().unwrap_or_default().to_owned();
                return Err(Error::failed(format!("inbox serve ended with {status}: {last}")));
            }
            if Instant::now() > late {
                return Err(Error::failed("inbox serve does not stop"));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// A child process that does not listen yet.
struct Running(Option<Child>);

impl Running {
    /// Waits until the server accepts connections. Returns false if the server ends first.
    async fn listens(&mut self, address: SocketAddr) -> bool {
        let late = Instant::now() + READY;
        while Instant::now() < late {
            let ended = self.0.as_mut().is_none_or(|c| !matches!(c.try_wait(), Ok(None)));
            if ended {
                return false;
            }
            if TcpStream::connect(address).await.is_ok() {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        false
    }

    fn into_inner(mut self) -> Result<Child> {
        self.0.take().ok_or_else(|| Error::failed("inbox serve is gone"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            end(child);
        }
    }
}

/// Kills the child and waits for its end. An error means that the child has already ended.
fn end(child: &mut Child) {
    drop(child.kill());
    drop(child.wait());
}

fn free_port() -> Result<SocketAddr> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}

fn write_private(path: &PathBuf, text: &str) -> Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    Ok(())
}

/// Posts a body until the answer is 200, as WhatsApp does.
async fn post(sender: &mut WebhookSender, body: &str) -> Result<()> {
    let mut last = None;
    for pause in [0, 50, 200, 1000] {
        tokio::time::sleep(Duration::from_millis(pause)).await;
        match sender.post(Bytes::copy_from_slice(body.as_bytes())).await {
            Ok(200) => return Ok(()),
            Ok(status) => last = Some(Error::failed(format!("inbox serve answers {status} to a webhook"))),
            Err(e) => last = Some(e),
        }
    }
    Err(last.unwrap_or_else(|| Error::failed("inbox serve answers nothing to a webhook")))
}
