//! Pages for project managers, engineers and customers.
//!
//! A page has no power of its own: whatever it shows or changes it asks of the API, in this process and for whoever is signed in (`call`), so
//! what they may see and do, the rules and their words are the API's. A page has only the looks, and the words around what the API says.
//!
//! A form is posted to a page here, which asks the API and answers 303 to a page that says what happened, or the same page with what is wrong
//! beside it and nothing typed lost. Everything works without scripts; htmx only saves loading whole pages.

mod assets;
mod attempts;
mod call;
mod cookie;
mod dates;
mod form;
mod frame;
mod guard;
mod labels;
mod language;
mod migration;
mod migrations;
mod pass;
mod sign_in;
mod today;
mod trouble;
mod visit;

use std::sync::Arc;

use api::{ApiState, Sessions};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use tower::ServiceExt as _;
use tower_http::catch_panic::CatchPanicLayer;

use attempts::Attempts;

/// A form with the longest texts that the API takes fits several times.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// What pages are made from. A clone is another handle to the same.
#[derive(Clone)]
pub(crate) struct Web {
    /// The API, spoken to as over the network but without one.
    api: Router,
    /// Who is signed in.
    sessions: Sessions,
    /// Who tried to sign in and could not.
    attempts: Arc<Attempts>,
}

/// The pages, and behind them the API. `clock` is the world's, by which sessions end.
pub fn router(state: ApiState, clock: fn() -> DateTime<Utc>) -> Router {
    let api = api::router(state.clone());
    let web = Web { api: api.clone(), sessions: Sessions::new(state.clone(), clock), attempts: Arc::default() };
    let pages = Router::new()
        .route("/", get(today::show))
        .route("/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/language", post(sign_in::choose_language))
        .route("/migrations", get(migrations::list))
        .merge(migration::routes())
        .merge(pass::routes());
    let dressed = |pages: Router| {
        let pages = pages.layer(CatchPanicLayer::custom(trouble::panicked)).layer(from_fn(guard::protect));
        api::observed(pages, state.clone())
    };
    let pages = dressed(pages.layer(DefaultBodyLimit::max(FORM_BYTES_MAX)).with_state(web.clone()));
    let assets = Router::new().route("/assets/{version}/{name}", get(assets::asset));
    let lost = dressed(Router::new().fallback(trouble::lost).with_state(web));
    let behind = Behind { api, lost };
    pages.merge(api::observed(assets, state)).fallback_service(Router::new().fallback(elsewhere).with_state(behind))
}

/// What is no page.
#[derive(Clone)]
struct Behind {
    api: Router,
    lost: Router,
}

/// The API's own paths go to the API; whoever asks for another is told in a page.
async fn elsewhere(State(behind): State<Behind>, request: Request) -> Response {
    let path = request.uri().path();
    let is_of_the_api = path == "/api" || path.starts_with("/api/") || ["/healthz", "/readyz", "/metrics"].contains(&path);
    let router = if is_of_the_api { behind.api } else { behind.lost };
    router.oneshot(request).await.unwrap_or_else(|never| match never {})
}
