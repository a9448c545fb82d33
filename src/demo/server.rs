//! The demo's own `inbox serve`, and WhatsApp's part: signed bodies over HTTP.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::simulate::Delivery;
use super::stage::Stage;
use crate::error::{Error, Kind, Result};

/// The environment variable that tells the demo's own `inbox serve` to end with the demo, even one that is killed. Only
/// Linux can do that.
pub const WITH_PARENT: &str = "INBOX_SERVE_WITH_PARENT";
/// Connections that WhatsApp has open at once.
const LINES: usize = 8;
const READY: Duration = Duration::from_secs(15);
const GONE: Duration = Duration::from_secs(15);
/// The longest answer that is read.
const MAX_HEADER_BYTES: usize = 64 << 10;

/// A running `inbox serve`; killed and waited for when it is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: SocketAddr,
    secret: String,
    /// Holds the secret and the log; goes with the server.
    dir: TempDir,
    lines: Vec<Line>,
}

impl Server {
    /// Starts one on a free port and waits until it listens; gives it with the words of its command.
    ///
    /// # Errors
    /// [`Kind::Failed`] with the end of its log when it does not start.
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
            // Somebody may take the port before serve does: then another is tried.
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
        let lines = (0..LINES).map(|_| Line { stream: None }).collect();
        Ok((
            Server {
                child,
                address,
                secret,
                dir,
                lines,
            },
            words,
        ))
    }

    /// Posts bodies on several connections at once; those about one customer keep their order, as
    /// far as a network keeps it.
    ///
    /// # Errors
    /// [`Kind::Failed`] for any answer but 200.
    pub async fn post(&mut self, deliveries: &[Delivery]) -> Result<()> {
        let (address, secret) = (self.address, self.secret.as_str());
        let count = self.lines.len();
        let mut posting: FuturesUnordered<_> = self
            .lines
            .iter_mut()
            .enumerate()
            .map(|(n, line)| async move {
                for delivery in deliveries.iter().filter(|d| d.customer % count == n) {
                    line.post(address, secret, delivery.body.as_bytes()).await?;
                }
                Ok::<(), Error>(())
            })
            .collect();
        while let Some(posted) = posting.next().await {
            posted?;
        }
        Ok(())
    }

    /// Lets it finish what it has begun, and waits for its end.
    ///
    /// # Errors
    /// [`Kind::Failed`] when it ends with an error.
    pub async fn stop(mut self) -> Result<()> {
        self.lines.clear();
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

/// A child that has not proved itself yet.
struct Running(Option<Child>);

impl Running {
    /// Waits until it takes connections; false when it ends before.
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

/// Kills and reaps. What fails here has ended already.
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

/// One connection that is kept open.
#[derive(Debug)]
struct Line {
    stream: Option<TcpStream>,
}

impl Line {
    async fn post(&mut self, address: SocketAddr, secret: &str, body: &[u8]) -> Result<()> {
        let failed = || Error::failed("the webhook cannot be signed");
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| failed())?;
        mac.update(body);
        let signature = hex::encode(mac.finalize().into_bytes());
        let mut request = format!(
            "POST /webhooks/whatsapp HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nx-hub-signature-256: sha256={signature}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        let mut status = 0;
        // WhatsApp asks again after anything but 200, and so does this; a connection may have been closed meanwhile.
        for pause in [0, 50, 200, 1000] {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            match self.exchange(address, &request).await {
                Ok(200) => return Ok(()),
                Ok(other) => status = other,
                Err(_) => self.stream = None,
            }
        }
        Err(Error::new(
            Kind::Failed,
            format!("inbox serve answers {status} to a webhook"),
        ))
    }

    async fn exchange(&mut self, address: SocketAddr, request: &[u8]) -> std::io::Result<u16> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(address).await?;
                stream.set_nodelay(true)?;
                stream
            }
        };
        stream.write_all(request).await?;
        let (status, keep) = read_answer(&mut stream).await?;
        self.stream = keep.then_some(stream);
        Ok(status)
    }
}

/// Reads one answer whole; tells whether the connection may be used again.
async fn read_answer(stream: &mut TcpStream) -> std::io::Result<(u16, bool)> {
    let bad = |what: &str| std::io::Error::new(std::io::ErrorKind::InvalidData, what.to_owned());
    let mut bytes = Vec::with_capacity(512);
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break end;
        }
        if bytes.len() > MAX_HEADER_BYTES || stream.read_buf(&mut bytes).await? == 0 {
            return Err(bad("no answer"));
        }
    };
    let text = std::str::from_utf8(&bytes[..head]).map_err(|_| bad("not HTTP"))?;
    let mut lines = text.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1)?.parse().ok())
        .ok_or_else(|| bad("not HTTP"))?;
    let (mut length, mut keep) = (0, true);
    for line in lines {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().map_err(|_| bad("a wrong length"))?,
            "connection" => keep = !value.trim().eq_ignore_ascii_case("close"),
            "transfer-encoding" => return Err(bad("chunks")),
            _ => {}
        }
    }
    while bytes.len() < head + 4 + length {
        if bytes.len() > MAX_HEADER_BYTES || stream.read_buf(&mut bytes).await? == 0 {
            return Err(bad("half an answer"));
        }
    }
    Ok((status, keep))
}
