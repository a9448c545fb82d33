//! `GET` and `POST /webhooks/whatsapp`: the handshake and the deliveries.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{Extension, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use tokio::sync::{mpsc, oneshot};

use super::clients::{Client, Held};
use super::health::{Health, Prober};
use super::signature::{Secret, Signature};
use super::storer::Job;
use super::throttle::Throttle;

/// The maximum size of a challenge. Meta's challenges have only a few digits.
const MAX_CHALLENGE_BYTES: usize = 256;
/// The maximum number of bytes of a refused body that are read and discarded. A client that sends
/// the whole body first can then read the answer.
const DISCARD: usize = 32 << 20;
const DISCARD_TIME: Duration = Duration::from_secs(5);
/// The time after which a body without new data is refused.
const STALL: Duration = Duration::from_secs(10);
/// The minimum number of bytes per second that a body must have sent after [`STALL`].
const SLOWEST: usize = 1 << 10;
/// The buffer of a small body doubles. The buffer of a larger body grows by this number of bytes,
/// so that the granted memory is close to the received size.
const STEP: usize = 256 << 10;

/// The state that the handlers share.
#[derive(Debug)]
pub struct AppState {
    /// The app secrets. Any of them can have signed a delivery.
    pub secrets: Vec<Secret>,
    /// Whether deliveries without a signature are accepted.
    pub unsigned: bool,
    /// The token of the handshake.
    pub verify_token: Option<Secret>,
    /// The maximum size of a body, in bytes.
    pub max_body: usize,
    /// The timeout for a body to arrive.
    pub body_time: Duration,
    /// The timeout for a delivery to be stored.
    pub store_time: Duration,
    /// The queue of the storer. It is closed while the process is draining.
    pub queue: mpsc::Sender<Job>,
    /// The health of the process.
    pub health: Arc<Health>,
    /// Checks the database.
    pub prober: Prober,
    /// The throttle of log lines that any client can cause.
    pub refused: Throttle,
}

impl AppState {
    /// Logs a refusal. Many equal refusals are logged once.
    fn refuse(&self, what: &'static str) {
        if let Some(times) = self.refused.pass() {
            tracing::warn!(times, "{what}");
        }
    }
}

/// Answers the handshake with the received challenge or with 403.
pub async fn handshake(
    State(state): State<Arc<AppState>>,
    query: Result<Query<Vec<(String, String)>>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let Ok(Query(pairs)) = query else {
        return StatusCode::FORBIDDEN.into_response();
    };
    let find = |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    let Some(token) = &state.verify_token else {
        state.refuse(
            "a webhook handshake was refused: no verify token is set (INBOX_VERIFY_TOKEN or --verify-token-file)",
        );
        return StatusCode::FORBIDDEN.into_response();
    };
    let good =
        find("hub.mode") == Some("subscribe") && find("hub.verify_token").is_some_and(|given| token.matches(given));
    match find("hub.challenge") {
        Some(challenge) if good && !challenge.is_empty() && challenge.len() <= MAX_CHALLENGE_BYTES => (
            [
                (
                    header::CONTENT_TYPE,
                    HeaderValue::from_static("text/plain; charset=utf-8"),
                ),
                (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            ],
            challenge.to_owned(),
        )
            .into_response(),
        Some(_) | None => {
            state.refuse("a webhook handshake was refused");
            StatusCode::FORBIDDEN.into_response()
        }
    }
}

/// Receives one delivery. Answers 200 after the delivery is durable.
pub async fn receive(
    State(state): State<Arc<AppState>>,
    Extension(client): Extension<Arc<Client>>,
    request: Request,
) -> StatusCode {
    let (parts, body) = request.into_parts();
    match take(&state, &client, &parts.headers, body).await {
        Ok(()) => StatusCode::OK,
        Err((status, unread)) => {
            if let Some(body) = unread {
                discard(body);
            }
            status
        }
    }
}

type Refusal = (StatusCode, Option<Body>);

async fn take(state: &AppState, client: &Client, headers: &HeaderMap, body: Body) -> Result<(), Refusal> {
    let signature = headers
        .get("x-hub-signature-256")
        .and_then(|h| Signature::parse(h.as_bytes()));
    if signature.is_none() && !state.unsigned {
        return Err((StatusCode::UNAUTHORIZED, Some(body)));
    }
    if state.health.is_draining() || !state.health.is_storing() {
        return Err((StatusCode::SERVICE_UNAVAILABLE, Some(body)));
    }
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|l| l.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|l| usize::try_from(l).map_or(true, |l| l > state.max_body)) {
        return Err((StatusCode::PAYLOAD_TOO_LARGE, Some(body)));
    }
    let read = tokio::time::timeout(state.body_time, read(state, client, body)).await;
    let (body, memory) = read.unwrap_or(Err((StatusCode::REQUEST_TIMEOUT, None)))?;
    if let (Some(signature), false) = (signature, state.unsigned)
        && !signature.signs(&body, &state.secrets)
    {
        state.refuse("a delivery with a wrong signature was refused");
        return Err((StatusCode::UNAUTHORIZED, None));
    }
    let (answer, stored) = oneshot::channel();
    let unavailable = (StatusCode::SERVICE_UNAVAILABLE, None);
    if state.queue.try_send(Job { body, memory, answer }).is_err() {
        return Err(unavailable);
    }
    match tokio::time::timeout(state.store_time, stored).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false) | Err(_)) | Err(_) => Err(unavailable),
    }
}

/// Reads a body within its limit, while it arrives fast enough and memory is available.
async fn read(state: &AppState, client: &Client, body: Body) -> Result<(Bytes, Held), Refusal> {
    let begun = Instant::now();
    let mut stream = body.into_data_stream();
    let mut all: Vec<u8> = Vec::new();
    loop {
        let chunk = match tokio::time::timeout(STALL, stream.next()).await {
            Ok(None) => break,
            Ok(Some(Ok(chunk))) => chunk,
            // The client disconnected, so nobody reads the status.
            Ok(Some(Err(_))) => return Err((StatusCode::BAD_REQUEST, None)),
            Err(_) => return Err((StatusCode::REQUEST_TIMEOUT, None)),
        };
        let length = all.len() + chunk.len();
        if length > state.max_body {
            return Err((StatusCode::PAYLOAD_TOO_LARGE, Some(Body::from_stream(stream))));
        }
        if length > all.capacity() {
            let room = if length <= STEP {
                length.max(2 * all.capacity())
            } else {
                length.next_multiple_of(STEP).min(state.max_body)
            };
            if !client.grant(room - all.capacity()) {
                return Err((StatusCode::SERVICE_UNAVAILABLE, Some(Body::from_stream(stream))));
            }
            all.reserve_exact(room - all.len());
        }
        all.extend_from_slice(&chunk);
        let elapsed = begun.elapsed();
        let seconds = usize::try_from(elapsed.as_secs()).unwrap_or(usize::MAX);
        if elapsed > STALL && all.len() < seconds.saturating_mul(SLOWEST) {
            return Err((StatusCode::REQUEST_TIMEOUT, None));
        }
    }
    match client.complete() {
        Some(held) => Ok((Bytes::from(all), held)),
        None => Err((StatusCode::SERVICE_UNAVAILABLE, None)),
    }
}

/// Drains a refused body in the background, up to a limit. If the connection closed at once, a
/// client that is still sending would not get the answer.
fn discard(body: Body) {
    tokio::spawn(async move {
        let mut stream = body.into_data_stream();
        let mut seen = 0;
        let all = async {
            while let Some(Ok(chunk)) = stream.next().await {
                seen += chunk.len();
                if seen > DISCARD {
                    break;
                }
            }
        };
        drop(tokio::time::timeout(DISCARD_TIME, all).await);
    });
}

/// Answers that the process runs.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Headers of a proxy. With one of them, the client is not the peer of the connection.
const FORWARDED: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/// Answers whether deliveries can be accepted. The backlog and the last error are only for clients
/// of this machine.
pub async fn readyz(
    State(state): State<Arc<AppState>>,
    Extension(client): Extension<Arc<Client>>,
    headers: HeaderMap,
) -> Response {
    let answer = state.prober.ask(&state.health).await;
    let local = client.address().is_loopback() && !FORWARDED.iter().any(|name| headers.contains_key(*name));
    let body = if local {
        serde_json::to_string(&answer)
    } else {
        serde_json::to_string(&serde_json::json!({ "status": answer.status }))
    };
    (
        answer.http_status(),
        [(header::CONTENT_TYPE, "application/json")],
        body.unwrap_or_default() + "\n",
    )
        .into_response()
}
