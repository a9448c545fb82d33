//! Outgoing HTTP: signed webhooks to an `inbox serve`, as WhatsApp sends them.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::error::{Error, Kind, Result};
use crate::serve::{PATH, Secret};

/// The timeout for an answer.
const MAX_WAIT: Duration = Duration::from_secs(30);
/// The maximum size of an answer. An answer of `serve` has only a few words.
const MAX_ANSWER_BYTES: usize = 64 << 10;

/// Sends webhooks over one persistent connection.
#[derive(Debug)]
pub struct WebhookSender {
    address: SocketAddr,
    secret: Secret,
    open: Option<SendRequest<Full<Bytes>>>,
}

impl WebhookSender {
    /// Creates a sender that signs with an app secret. The sender connects with the first body.
    pub fn new(address: SocketAddr, secret: Secret) -> WebhookSender {
        WebhookSender {
            address,
            secret,
            open: None,
        }
    }

    /// Posts one body and returns the status of the answer. If the server has closed the
    /// connection, the sender connects again.
    ///
    /// # Errors
    /// [`Kind::Unreachable`] when there is no server or no answer. It is then unknown whether
    /// `serve` has the body. `serve` applies a repeated body only once.
    pub async fn post(&mut self, body: Bytes) -> Result<u16> {
        let reused = self.open.is_some();
        let first = self.exchange(body.clone()).await;
        match first {
            Err(_) if reused => self.exchange(body).await,
            answered => answered,
        }
    }

    async fn exchange(&mut self, body: Bytes) -> Result<u16> {
        let unreachable = |what: &str| Error::new(Kind::Unreachable, format!("{} {what}", self.address));
        let request = Request::post(PATH)
            .header(header::HOST, self.address.to_string())
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-hub-signature-256", self.secret.sign(&body)?)
            .body(Full::new(body))
            .map_err(|e| Error::failed("the webhook cannot be written as HTTP").caused_by(e))?;
        let mut sender = match self.open.take().filter(|open| !open.is_closed()) {
            Some(open) => open,
            None => {
                let stream = TcpStream::connect(self.address)
                    .await
                    .map_err(|e| unreachable(&format!("cannot be reached: {e}")).hint("inbox serve listens there"))?;
                stream.set_nodelay(true)?;
                let (sender, connection) = handshake(TokioIo::new(stream))
                    .await
                    .map_err(|e| unreachable("does not speak HTTP").caused_by(e))?;
                // The task ends with the connection. Any error of the task also fails the exchange.
                tokio::spawn(connection);
                sender
            }
        };
        let exchange = async {
            sender.ready().await?;
            let answer = sender.send_request(request).await?;
            let status = answer.status();
            // The answer is read completely, so that the connection can be used again.
            let rest = Limited::new(answer.into_body(), MAX_ANSWER_BYTES).collect().await;
            Ok::<(StatusCode, bool), hyper::Error>((status, rest.is_ok()))
        };
        let (status, is_whole) = tokio::time::timeout(MAX_WAIT, exchange)
            .await
            .map_err(|_| unreachable("does not answer"))?
            .map_err(|e| unreachable("ended the connection").caused_by(e))?;
        self.open = is_whole.then_some(sender);
        Ok(status.as_u16())
    }
}
