//! For those who run it: is it alive, is it ready, what does it count. Needs no token and tells nothing about customers.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use crate::ApiState;
use crate::answer::Answer;
use crate::problem::Problem;

pub(crate) fn routes() -> Router<ApiState> {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready)).route("/metrics", get(numbers))
}

async fn alive() -> Response {
    Json(json!({ "status": "ok" })).into_response()
}

async fn ready(State(api): State<ApiState>) -> Answer {
    api.engine.store().ping().await?;
    // No reason to send callers elsewhere: the server does all but the portings, and those go on by themselves.
    Ok(match api.engine.porting_connection() {
        Some(coin) => Json(json!({ "status": "ready", "coin": coin })).into_response(),
        None => Json(json!({ "status": "ready" })).into_response(),
    })
}

/// In the Prometheus text format.
async fn numbers(State(api): State<ApiState>) -> Answer {
    let metrics = api.metrics.as_ref().ok_or_else(Problem::not_found)?;
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.render()).into_response())
}
