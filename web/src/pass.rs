//! Letters and files, as the API gives them: a browser has no token to fetch them with.

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::header::IF_NONE_MATCH;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use uuid::Uuid;

use crate::Web;
use crate::frame::Part;
use crate::trouble::{Said, Trouble};
use crate::visit::Visit;

pub(crate) fn routes() -> Router<Web> {
    Router::new().route("/letters/{id}/pdf", get(letter)).route("/attachments/{id}", get(attachment))
}

async fn letter(visit: Visit, Path(id): Path<String>) -> Response {
    given(&visit, &id, |id| format!("/letters/{id}/pdf")).await
}

async fn attachment(visit: Visit, Path(id): Path<String>) -> Response {
    given(&visit, &id, |id| format!("/attachments/{id}")).await
}

async fn given(visit: &Visit, id: &str, path: impl Fn(Uuid) -> String) -> Response {
    let asked: HeaderMap = visit.headers.get(IF_NONE_MATCH).map(|tag| (IF_NONE_MATCH, tag.clone())).into_iter().collect();
    // What is not an id belongs to nothing.
    let path = path(Uuid::parse_str(id).unwrap_or_default());
    let response = visit.ask(Method::GET, &path, asked, Body::empty()).await;
    let status = response.status();
    if status.is_client_error() || status.is_server_error() {
        return Trouble::new(visit.frame(Part::Other), status, Said::default()).into_response();
    }
    response
}
