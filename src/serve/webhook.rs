//! `GET` and `POST /webhooks/whatsapp`: the handshake, and taking deliveries.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::health::{Health, Prober};
use super::signature::{Secret, Signature};
use super::storer::Job;

/// Meta's challenges are a few digits.
const LONGEST_CHALLENGE: usize = 256;
/// What is read and thrown away of a refused body, so that a client that sends before it listens gets its answer.
const DISCARD: usize = 32 << 20;
const DISCARD_TIME: Duration = Duration::from_secs(5);

/// What the handlers share.
#[derive(Debug)]
pub struct Desk {
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
    /// Memory for the bodies in flight: a permit is a byte.
    pub memory: Arc<Semaphore>,
    /// To the storer; none once draining.
    pub queue: mpsc::Sender<Job>,
    /// How the process is.
    pub health: Arc<Health>,
    /// Asks the database how it is.
    pub prober: Prober,
}

/// Answers the handshake: the challenge as it came, or 403.
pub async fn handshake(
    State(desk): State<Arc<Desk>>,
    query: Result<Query<Vec<(String, String)>>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let Ok(Query(pairs)) = query else {
        return StatusCode::FORBIDDEN.into_response();
    };
    let find = |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    let Some(token) = &desk.verify_token else {
        tracing::warn!(
            "a webhook handshake was refused: no verify token is set (INBOX_VERIFY_TOKEN or --verify-token-file)"
        );
        return StatusCode::FORBIDDEN.into_response();
    };
    let good =
        find("hub.mode") == Some("subscribe") && find("hub.verify_token").is_some_and(|given| token.matches(given));
    match find("hub.challenge") {
        Some(challenge) if good && !challenge.is_empty() && challenge.len() <= LONGEST_CHALLENGE => (
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
            tracing::warn!("a webhook handshake was refused");
            StatusCode::FORBIDDEN.into_response()
        }
    }
}

/// Takes one delivery: 200 once it is durable.
pub async fn receive(State(desk): State<Arc<Desk>>, request: Request) -> StatusCode {
    let (parts, body) = request.into_parts();
    match take(&desk, &parts.headers, body).await {
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

async fn take(desk: &Desk, headers: &HeaderMap, body: Body) -> Result<(), Refusal> {
    let signature = headers
        .get("x-hub-signature-256")
        .and_then(|h| Signature::parse(h.as_bytes()));
    if signature.is_none() && !desk.unsigned {
        return Err((StatusCode::UNAUTHORIZED, Some(body)));
    }
    if desk.health.is_draining() || !desk.health.is_storing() {
        return Err((StatusCode::SERVICE_UNAVAILABLE, Some(body)));
    }
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|l| l.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|l| usize::try_from(l).map_or(true, |l| l > desk.max_body)) {
        return Err((StatusCode::PAYLOAD_TOO_LARGE, Some(body)));
    }
    let read = tokio::time::timeout(desk.body_time, read(desk, body)).await;
    let (body, memory) = read.unwrap_or(Err((StatusCode::REQUEST_TIMEOUT, None)))?;
    if let (Some(signature), false) = (signature, desk.unsigned)
        && !signature.signs(&body, &desk.secrets)
    {
        tracing::warn!("a delivery with a wrong signature was refused");
        return Err((StatusCode::UNAUTHORIZED, None));
    }
    let (answer, stored) = oneshot::channel();
    let unavailable = (StatusCode::SERVICE_UNAVAILABLE, None);
    if desk.queue.try_send(Job { body, memory, answer }).is_err() {
        return Err(unavailable);
    }
    match tokio::time::timeout(desk.store_time, stored).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false) | Err(_)) | Err(_) => Err(unavailable),
    }
}

/// Reads a body within its limit and the memory there is for all of them.
async fn read(desk: &Desk, body: Body) -> Result<(Bytes, Option<OwnedSemaphorePermit>), Refusal> {
    let mut stream = body.into_data_stream();
    let mut all: Vec<u8> = Vec::new();
    let mut memory: Option<OwnedSemaphorePermit> = None;
    while let Some(chunk) = stream.next().await {
        // The client broke off: nobody will read the status.
        let chunk = chunk.map_err(|_| (StatusCode::BAD_REQUEST, None))?;
        if all.len() + chunk.len() > desk.max_body {
            return Err((StatusCode::PAYLOAD_TOO_LARGE, Some(Body::from_stream(stream))));
        }
        let more = u32::try_from(chunk.len()).unwrap_or(u32::MAX);
        let Ok(permit) = Arc::clone(&desk.memory).try_acquire_many_owned(more) else {
            tracing::warn!("too many deliveries at once: answering 503");
            return Err((StatusCode::SERVICE_UNAVAILABLE, Some(Body::from_stream(stream))));
        };
        match &mut memory {
            Some(held) => held.merge(permit),
            None => memory = Some(permit),
        }
        all.extend_from_slice(&chunk);
    }
    Ok((Bytes::from(all), memory))
}

/// Lets a refused body run out beside the answer, within bounds. Closing at once would take the answer away from a client that is still sending.
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

/// Says that the process lives.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Says whether deliveries can be taken, and what waits.
pub async fn readyz(State(desk): State<Arc<Desk>>) -> Response {
    let answer = desk.prober.ask(&desk.health).await;
    let body = serde_json::to_string(&answer).unwrap_or_default();
    (
        answer.status(),
        [(header::CONTENT_TYPE, "application/json")],
        body + "\n",
    )
        .into_response()
}
