//! JSON bodies: bytes → JSON → shape → type, with every error that can be found at each step.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::ApiState;
use crate::answer::Refusal;
use crate::problem::Problem;
use crate::shape::Shape;
use crate::terms::Terms;

/// A whole intake with thousands of numbers fits several times.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// A request to change something: on what terms, and what. The body is read by [`Shape`]; an empty one counts as `{}`.
#[derive(Debug)]
pub(crate) struct Change<T> {
    pub(crate) terms: Terms,
    pub(crate) body: T,
}

impl<T: DeserializeOwned + ToSchema + 'static> FromRequest<ApiState> for Change<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, api: &ApiState) -> Result<Self, Refusal> {
        let Change { terms, body } = Change::<Json>::from_request(request, api).await?;
        let body = Shape::of::<T>().read(body.0).map_err(Problem::input)?;
        Ok(Self { terms, body })
    }
}

/// JSON of any shape.
#[derive(Debug)]
pub(crate) struct Json(pub(crate) Value);

impl FromRequest<ApiState> for Change<Json> {
    type Rejection = Refusal;

    async fn from_request(request: Request, api: &ApiState) -> Result<Self, Refusal> {
        let (mut parts, body) = request.into_parts();
        let bytes = read(body).await?;
        let terms = Terms::of(&mut parts, api, &bytes).await?;
        let body = Json(json(&parts.headers, &bytes)?);
        Ok(Self { terms, body })
    }
}

async fn read(body: Body) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| incomplete())?;
        if bytes.len() + chunk.len() > BODY_BYTES_MAX {
            return Err(too_large(BODY_BYTES_MAX));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// What was sent is larger than what is taken in.
pub(crate) fn too_large(bytes_max: usize) -> Problem {
    let mebibytes = bytes_max / (1024 * 1024);
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_large",
        format!("dit is te groot; stuur hooguit {mebibytes} MiB"),
        format!("this is too large; send at most {mebibytes} MiB"),
    )
}

/// The connection ended within the body, or the body breaks the rules of its form.
pub(crate) fn incomplete() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "incomplete_body",
        "het verzoek is niet volledig aangekomen; stuur het opnieuw",
        "the request did not arrive completely; send it again",
    )
}

fn json(headers: &HeaderMap, bytes: &[u8]) -> Result<Value, Problem> {
    if bytes.trim_ascii().is_empty() {
        return Ok(json!({}));
    }
    if !is_json(headers) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_json_content_type",
            "stuur JSON met `Content-Type: application/json`",
            "send JSON with `Content-Type: application/json`",
        ));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Problem::new(
            StatusCode::BAD_REQUEST,
            "not_json",
            format!("dit is geen JSON: regel {line}, teken {column}: {error}"),
            format!("this is not JSON: line {line}, column {column}: {error}"),
        )
    })
}

/// `application/json`, or a type of its own that is written in JSON (RFC 6839), such as `application/merge-patch+json`.
fn is_json(headers: &HeaderMap) -> bool {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}
