//! Pages ask the API in this process, for whoever is signed in. They take from its answers what they show, by shapes of their own.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, IF_MATCH};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::frame::Part;
use crate::trouble::{Said, Trouble};
use crate::visit::Visit;

/// More than the API answers at once.
const ANSWER_BYTES_MAX: usize = 32 * 1024 * 1024;

/// A list of the API.
#[derive(Debug, Deserialize)]
pub(crate) struct List<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next_cursor: Option<String>,
}

/// On what terms a change is asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Terms {
    /// The version that was shown.
    pub(crate) version: Option<i64>,
    /// What tells a form that is sent twice from two forms.
    pub(crate) key: Option<String>,
}

impl Visit {
    /// What the API answers under `/api/v1`.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Trouble> {
        let response = self.ask(Method::GET, path, HeaderMap::new(), Body::empty()).await;
        self.read(response).await
    }

    /// Asks for a change.
    pub(crate) async fn post(&self, path: &str, body: &Value, terms: &Terms) -> Result<Value, Trouble> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let tag = terms.version.and_then(|version| HeaderValue::from_str(&format!("\"{version}\"")).ok());
        let key = terms.key.as_deref().and_then(|key| HeaderValue::from_str(key).ok());
        headers.extend(tag.map(|tag| (IF_MATCH, tag)));
        headers.extend(key.map(|key| (HeaderName::from_static("idempotency-key"), key)));
        let response = self.ask(Method::POST, path, headers, Body::from(body.to_string())).await;
        self.read(response).await
    }

    /// The API's answer as it is.
    pub(crate) async fn ask(&self, method: Method, path: &str, headers: HeaderMap, body: Body) -> Response {
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.headers_mut() = headers;
        request.headers_mut().insert(ACCEPT_LANGUAGE, HeaderValue::from_static(self.words.tag()));
        let id = HeaderName::from_static("x-request-id");
        if let Some(value) = self.headers.get(&id) {
            request.headers_mut().insert(id, value.clone());
        }
        // A path that can't be one leads nowhere.
        *request.uri_mut() = format!("/api/v1{path}").parse().unwrap_or_default();
        request.extensions_mut().insert(self.session.clone());
        self.web.api.clone().oneshot(request).await.unwrap_or_else(|never| match never {})
    }

    async fn read<T: DeserializeOwned>(&self, response: Response) -> Result<T, Trouble> {
        let (status, body) = taken(response).await;
        let frame = || self.frame(Part::Other);
        if !status.is_success() {
            let said = serde_json::from_slice(&body).unwrap_or_else(|_| Said::default());
            return Err(Trouble::new(frame(), status, said));
        }
        serde_json::from_slice(&body).map_err(|error| {
            tracing::error!(%error, "the API's answer is not what a page expects");
            Trouble::new(frame(), StatusCode::INTERNAL_SERVER_ERROR, Said::default())
        })
    }
}

async fn taken(response: Response) -> (StatusCode, Bytes) {
    let (parts, body) = response.into_parts();
    (parts.status, to_bytes(body, ANSWER_BYTES_MAX).await.unwrap_or_default())
}
