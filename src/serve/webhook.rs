//! `GET` and `POST /webhooks/whatsapp`: the handshake, and taking deliveries.

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

/// Meta's challenges are a few digits.
const MAX_CHALLENGE_BYTES: usize = 256;
/// What is read and thrown away of a refused body, so that a client that sends before it listens gets its answer.
const DISCARD: usize = 32 << 20;
const DISCARD_TIME: Duration = Duration::from_secs(5);
/// How long a body may send nothing at all.
const STALL: Duration = Duration::from_secs(10);
/// From [`STALL`] on, a body must have sent so many bytes for each second.
const SLOWEST: usize = 1 << 10;
/// Small bodies grow by doubling, larger ones by this: what is granted stays close to what arrived.
const STEP: usize = 256 << 10;

/// What the handlers share.
#[derive(Debug)]
pub struct AppState {
    /// The app secrets, any of which may have signed.
    pub secrets: Vec<Secret>,
    /// Take deliveries without a signature.
    pub unsigned: bool,
    /// The token of the handshake.
    pub verify_token: Option<Secret>,
    /// The longest body, in bytes.
    pub max_body: usize,
    /// How long a body may take to arrive.
    pub body_time: Duration,
    /// How long a delivery may wait to be stored.
    pub store_time: Duration,
    /// To the storer; none once draining.
    pub queue: mpsc::Sender<Job>,
    /// How the process is.
    pub health: Arc<Health>,
    /// Asks the database how it is.
    pub prober: Prober,
    /// Log lines that any client can cause.
    pub refused: Throttle,
}

impl AppState {
    /// Logs a refusal, but not each of many.
    fn refuse(&self, what: &'static str) {
        if let Some(times) = self.refused.pass() {
            tracing::warn!(times, "{what}");
        }
    }
}

/// Answers the handshake: the challenge as it came, or 403.
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

/// Takes one delivery: 200 once it is durable.
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

/// Reads a body within its limit, as long as it arrives fast enough and there is memory for it.
async fn read(state: &AppState, client: &Client, body: Body) -> Result<(Bytes, Held), Refusal> {
    let begun = Instant::now();
    let mut stream = body.into_data_stream();
    let mut all: Vec<u8> = Vec::new();
    loop {
        let chunk = match tokio::time::timeout(STALL, stream.next()).await {
            Ok(None) => break,
            Ok(Some(Ok(chunk))) => chunk,
            // The client broke off: nobody will read the status.
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

/// Lets a refused body run out beside the answer, within bounds. Closing at once would take the
/// answer away from a client that is still sending.
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

/// Answers that the process is alive.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Headers of a proxy: the client is not the peer of the connection.
const FORWARDED: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/// Returns whether deliveries can be taken. What waits and what went wrong is for clients of this machine alone.
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
