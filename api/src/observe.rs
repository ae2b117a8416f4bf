//! What operators see of requests: an id, a line in the log, numbers. Never a token, a query or a body.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use chrono::SecondsFormat;
use metrics::{counter, histogram};
use tracing::Instrument;
use uuid::Uuid;

use crate::ApiState;
use crate::session::Session;

/// The id of a request, given by the caller or else made here, and given back.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// On every answer of a server whose clock is simulated.
const CLOCK: HeaderName = HeaderName::from_static("x-overstap-clock");

/// An id of the caller's own is kept when it is no longer than this: it goes to the log.
const REQUEST_ID_LENGTH_MAX: usize = 100;

/// Gives the request its id, a span and a line in the log, and counts it.
pub(crate) async fn observe(mut request: Request, next: Next) -> Response {
    // A page asks: its request is the one that counts.
    if request.extensions().get::<Session>().is_some() {
        return next.run(request).await;
    }
    let id = request_id(&request);
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", %method, path, id = id.to_str().unwrap_or_default());
    async move {
        let began = Instant::now();
        let mut response = next.run(request).await;
        let took = began.elapsed();
        let status = response.status().as_u16();
        tracing::info!(status, milliseconds = took.as_millis(), "answered");
        let labels = [("method", counted(&method).to_owned()), ("path", path.clone()), ("status", status.to_string())];
        counter!("http_requests_total", &labels).increment(1);
        histogram!("http_request_duration_seconds", &labels).record(took.as_secs_f64());
        response.headers_mut().insert(REQUEST_ID, id);
        response
    }
    .instrument(span)
    .await
}

/// Anybody may send a method of their own making; each would be counted apart.
fn counted(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        _ => "other",
    }
}

fn request_id(request: &Request) -> HeaderValue {
    let given = request.headers().get(REQUEST_ID).filter(|id| id.len() <= REQUEST_ID_LENGTH_MAX && id.to_str().is_ok());
    given.cloned().or_else(|| HeaderValue::from_str(&Uuid::now_v7().to_string()).ok()).unwrap_or(HeaderValue::from_static("-"))
}

/// Says on every answer that the clock is simulated, where it is.
pub(crate) async fn tell_clock(State(api): State<ApiState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let clock = api.engine.clock();
    if clock.is_simulated() {
        let now = clock.now().to_rfc3339_opts(SecondsFormat::Secs, true);
        if let Ok(value) = HeaderValue::from_str(&format!("simulated; now={now}")) {
            response.headers_mut().insert(CLOCK, value);
        }
    }
    response
}
