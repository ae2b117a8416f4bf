//! From a command to an answer: through the engine, or from what was kept of an earlier time.

use axum::http::header::{CONTENT_TYPE, ETAG, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::{Failure, Handled, Idempotency, Origin, Render, Request, Target};
use serde::Serialize;
use serde_json::Value;
use store::NewDocument;
use uuid::Uuid;
use workflow::actor::Moment;
use workflow::command::Command;
use workflow::project::Project;

use crate::ApiState;
use crate::problem::{Problem, key_reused};
use crate::terms::Terms;

/// Says that an answer was given before.
const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Says that nothing has changed.
pub(crate) const DRY_RUN: HeaderName = HeaderName::from_static("x-overstap-dry-run");

pub(crate) const TRUE: HeaderValue = HeaderValue::from_static("true");

/// What a handler answers.
pub(crate) type Answer = Result<Response, Problem>;

/// Why a handler is not asked: a problem, or it was asked before.
pub(crate) enum Refusal {
    Problem(Problem),
    Kept(Box<Response>),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Problem(problem) => problem.into_response(),
            Self::Kept(response) => *response,
        }
    }
}

/// What a change is, besides its terms.
pub(crate) struct Step {
    pub(crate) target: Target,
    pub(crate) origin: Origin,
    pub(crate) documents: Vec<NewDocument>,
    pub(crate) render: Render,
}

impl Step {
    /// A command to a project.
    pub(crate) fn command(project: Uuid, command: Command, render: Render) -> Self {
        Self { target: Target::Existing(project, command), origin: Origin::Outside, documents: Vec::new(), render }
    }
}

impl ApiState {
    /// Takes a step through the engine and answers.
    pub(crate) async fn take(&self, terms: Terms, step: Step) -> Answer {
        let conditional = terms.if_match.is_some();
        self.attempt(terms, step).await.map_err(|failure| Problem::failure(failure, conditional))
    }

    /// The same for who has something better to do than to tell of a failure.
    pub(crate) async fn attempt(&self, terms: Terms, step: Step) -> Result<Response, Failure> {
        let Terms { caller, if_match, dry_run, idempotency } = terms;
        let Step { target, origin, documents, render } = step;
        let request =
            Request { target, actor: caller.actor, if_match, dry_run, idempotency, documents, message: None, origin, render };
        self.engine.handle(request).await.map(|handled| answered(&handled, dry_run))
    }
}

/// Answers with what became of something that belongs to no project.
pub(crate) fn of_handled(handled: Result<Handled, Failure>, terms: &Terms) -> Answer {
    let handled = handled.map_err(|failure| Problem::failure(failure, terms.if_match.is_some()))?;
    Ok(answered(&handled, terms.dry_run))
}

fn answered(handled: &Handled, dry_run: bool) -> Response {
    // Only a kept answer comes without a version.
    let replayed = handled.version.is_none();
    // What has none of its own comes with 0.
    let version = handled.version.filter(|version| *version > 0);
    let mut response = answer(handled.status, &handled.answer, version, replayed);
    if dry_run {
        // Nothing was made, so there is nothing at any place, and no version to go by.
        if response.status() == StatusCode::CREATED {
            *response.status_mut() = StatusCode::OK;
        }
        response.headers_mut().remove(LOCATION);
        response.headers_mut().remove(ETAG);
        response.headers_mut().insert(DRY_RUN, TRUE);
    }
    response
}

/// What makes an answer of the state after a command.
pub(crate) fn render<T: Serialize>(
    status: StatusCode,
    view: impl Fn(&Project, i64, &Moment) -> T + Send + Sync + 'static,
) -> Render {
    Box::new(move |project, version, moment| {
        let view = serde_json::to_value(view(project, version, moment)).unwrap_or_default();
        (status.as_u16(), view)
    })
}

/// Something read, as JSON.
pub(crate) fn json<T: Serialize>(view: &T) -> Answer {
    let view = serde_json::to_value(view).map_err(|error| Problem::internal(&error))?;
    Ok(answer(StatusCode::OK.as_u16(), &view, None, false))
}

/// The answer kept under a key.
pub(crate) async fn kept(api: &ApiState, idempotency: &Idempotency) -> Result<Option<Response>, Problem> {
    let Some(saved) = api.engine.store().idempotency(&idempotency.scope, &idempotency.key).await? else { return Ok(None) };
    if saved.fingerprint != idempotency.fingerprint {
        return Err(key_reused());
    }
    Ok(Some(answer(u16::try_from(saved.status).unwrap_or(200), &saved.answer, None, true)))
}

/// An answer with this body; `replayed` where it was given before.
pub(crate) fn answer(status: u16, body: &Value, version: Option<i64>, replayed: bool) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let version = version.or_else(|| body.get("version").and_then(Value::as_i64));
    if let Some(tag) = version.and_then(|version| HeaderValue::from_str(&format!("\"{version}\"")).ok()) {
        headers.insert(ETAG, tag);
    }
    if status == StatusCode::CREATED
        && let Some(place) = place(body).and_then(|place| HeaderValue::from_str(&place).ok())
    {
        headers.insert(LOCATION, place);
    }
    if replayed {
        headers.insert(IDEMPOTENCY_REPLAYED, TRUE);
    }
    (status, headers, body.to_string()).into_response()
}

/// Where what was made can be found: what is no project says so itself.
fn place(made: &Value) -> Option<String> {
    let text = |name: &str| made.get(name).and_then(Value::as_str);
    text("location")
        .or_else(|| text("url"))
        .or_else(|| text("pdf"))
        .map(str::to_owned)
        .or_else(|| Some(format!("/api/v1/projects/{}", text("id")?)))
}
