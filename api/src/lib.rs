//! REST under `/api/v1`: parse, build a command, call the engine, answer. No rule about migrations lives here.
//!
//! A file per resource. A handler reads its input by `body`'s `Change` or `query`'s `Params`, which name every error at once; `answer`
//! takes the command through the engine; what goes wrong is a `problem`. `/api/openapi.json` is made of the handlers themselves.

#![expect(unused_qualifications, reason = "what utoipa's attributes write")]

mod answer;
mod attachments;
mod auth;
mod body;
mod calendar;
mod checklist;
mod click;
mod contract_dates;
mod cutover;
mod deadlines;
mod deliveries;
mod download;
mod effects;
mod events;
mod forwardings;
mod health;
mod html;
mod import;
mod intake;
mod language;
mod letter_bundles;
mod letters;
mod me;
mod media_type;
mod observe;
mod openapi;
mod order;
mod pace;
mod page;
mod path;
mod porting;
mod porting_view;
mod problem;
mod projects;
mod providers;
mod query;
mod session;
mod shape;
mod sheet;
mod subscriptions;
mod suggestions;
mod tasks;
mod terms;
mod upload;
mod warnings;

use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use engine::{Current, Engine};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::timeout::TimeoutLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::SwaggerUi;
use uuid::Uuid;

pub use auth::{TokenRole, token_hash};
pub use language::preferred_or;
use problem::Problem;
pub use session::{Session, Sessions, SignInRefused, Unavailable};
pub use upload::Uploads;

/// Longer than any answer takes; a caller who waits longer has gone.
const TIME_MAX: Duration = Duration::from_secs(30);

/// What requests are answered from. A clone is another handle to the same.
#[derive(Clone)]
pub struct ApiState {
    /// The one path by which everything happens.
    pub engine: Engine,
    /// A project manager's token that is not in the database.
    pub admin_token: Option<String>,
    /// Files being received.
    pub uploads: Uploads,
    /// What is counted, for `/metrics`.
    pub metrics: Option<PrometheusHandle>,
    /// Ends streams when the server stops.
    pub stop: CancellationToken,
}

impl ApiState {
    /// The project as it is stored now.
    async fn current(&self, id: Uuid) -> Result<Current, Problem> {
        self.engine.load(id).await?.ok_or_else(Problem::not_found)
    }
}

/// Everything under `/api`, and `/healthz`, `/readyz`, `/metrics`. Answers what nobody knows with a problem.
pub fn router(state: ApiState) -> Router {
    let timed = OpenApiRouter::new()
        .merge(projects::routes())
        .merge(tasks::routes())
        .merge(warnings::routes())
        .merge(letters::routes())
        .merge(letter_bundles::routes())
        .merge(contract_dates::routes())
        .merge(deadlines::routes())
        .merge(suggestions::routes())
        .merge(porting::routes())
        .merge(cutover::routes())
        .merge(forwardings::routes())
        .merge(checklist::routes())
        .merge(effects::routes())
        .merge(sheet::routes())
        .merge(events::routes())
        .merge(me::routes())
        .merge(providers::routes())
        .merge(subscriptions::routes())
        .merge(deliveries::routes())
        .route_layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, TIME_MAX));
    let v1 = timed
        .merge(attachments::routes())
        .merge(import::routes())
        .merge(events::stream_routes())
        .route_layer(from_fn_with_state(state.clone(), auth::authenticate))
        .merge(calendar::routes().route_layer(from_fn_with_state(state.clone(), auth::authenticate_feed)));
    let (v1, mut document) = OpenApiRouter::with_openapi(openapi::blank()).nest("/api/v1", v1).split_for_parts();
    openapi::complete(&mut document);
    let router = v1
        .merge(health::routes())
        .with_state(state.clone())
        .merge(SwaggerUi::new("/api/docs").url("/api/openapi.json", document))
        .fallback(|| async { Problem::not_found() })
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(from_fn(problem::write));
    observed(router, state)
}

/// What holds for every answer, of the API or a page: it is compressed where that pays, has an id and a line in the log, is counted, and
/// tells of a simulated clock. What a page asks of the API is part of the page's own answer, and not observed a second time.
pub fn observed(router: Router, state: ApiState) -> Router {
    let compressed = DefaultPredicate::new()
        .and(NotForContentType::const_new("application/pdf"))
        .and(NotForContentType::const_new("application/zip"))
        // Lines are to be seen when they are told, not when there are enough of them to compress.
        .and(NotForContentType::const_new("application/x-ndjson"));
    router
        .layer(CompressionLayer::new().compress_when(compressed))
        .layer(from_fn(observe::observe))
        .layer(from_fn_with_state(state, observe::tell_clock))
}
