//! What goes wrong, as `application/problem+json` (RFC 9457) with a stable `code`.
//!
//! A handler answers with a [`Problem`], which holds both languages. [`write()`] turns it into a body at the edge, where the caller's language
//! and the request's id are known; answers that the framework gave without one (404, 405, a timeout) become problems there too.

use std::any::Any;

use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, VARY, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use engine::{Failure, LoadError};
use letters::LetterError;
use serde::Serialize;
use serde_json::Value;
use store::StoreError;
use utoipa::ToSchema;
use uuid::Uuid;
use workflow::intake::FieldError;
use workflow::letter::Language;
use workflow::rejection::{Rejection, Unmet};
use workflow::text::Text;

use crate::language;
use crate::observe::REQUEST_ID;

/// A second is enough for a database that restarts or was too busy.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("1");

/// What went wrong.
#[derive(Debug, Clone)]
pub(crate) struct Problem(Box<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    status: StatusCode,
    code: &'static str,
    detail: Text,
    errors: Vec<FieldError>,
    unmet: Vec<Unmet>,
    dry_run: Option<Value>,
}

/// What went wrong, as answered (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody<'a> {
    /// Always `about:blank`: `code` tells problems apart.
    #[schema(example = "about:blank")]
    r#type: &'a str,
    /// The status in words.
    #[schema(example = "Unprocessable Entity")]
    title: &'a str,
    /// The HTTP status.
    #[schema(example = 422)]
    status: u16,
    /// A stable code.
    #[schema(example = "invalid_input")]
    code: &'a str,
    /// What is wrong and what can be done, in the language of `Accept-Language` (`nl` or `en`; English when absent).
    detail: &'a str,
    /// Everything that is wrong with the input.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<InputError<'a>>,
    /// Everything that must happen first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    unmet: Vec<UnmetNeed<'a>>,
    /// Of a dry run of asking for numbers: what it would make once all that is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<crate::porting_view::SubmissionView>)]
    dry_run: Option<&'a Value>,
    /// The request, as in the header `x-request-id`: by it the operator finds it in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
}

/// Something wrong with a field of what was sent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InputError<'a> {
    /// A JSON pointer (RFC 6901) to the field in the body, or to the parameter in the query.
    #[schema(example = "/numbers/0/number")]
    pointer: &'a str,
    /// A stable code.
    #[schema(example = "invalid_number")]
    code: &'a str,
    /// What is wrong, with the value, and what would be right.
    detail: &'a str,
}

/// Something that must happen first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnmetNeed<'a> {
    /// A task's key, or the code of what is missing.
    #[schema(example = "connectivity-test")]
    key: &'a str,
    /// In words.
    detail: &'a str,
}

impl Problem {
    /// A problem with a stable code, in Dutch and in English.
    pub(crate) fn new(status: StatusCode, code: &'static str, nl: impl Into<String>, en: impl Into<String>) -> Self {
        let detail = Text::new(nl, en);
        Self(Box::new(Parts { status, code, detail, errors: Vec::new(), unmet: Vec::new(), dry_run: None }))
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        self.0.status
    }

    /// Tells besides what a dry run found.
    pub(crate) fn with_dry_run(mut self, found: &impl Serialize) -> Self {
        self.0.dry_run = serde_json::to_value(found).ok();
        self
    }

    /// Fields of the body are wrong.
    pub(crate) fn input(errors: Vec<FieldError>) -> Self {
        let mut problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid_input",
            format!("alles wat niet klopt aan de invoer staat in `errors` ({})", errors.len()),
            format!("all that is wrong with the input stands in `errors` ({})", errors.len()),
        );
        problem.0.errors = errors;
        problem
    }

    /// Cells of a spreadsheet are wrong: so many, of which these are named.
    pub(crate) fn refused_import(count: usize, errors: Vec<FieldError>) -> Self {
        let (nl, en) = match errors.len() {
            all if all == count => (
                format!("alles wat niet klopt ({count}) staat met zijn cel in `errors`"),
                format!("all that is wrong ({count}) stands with its cell in `errors`"),
            ),
            first => (
                format!("van alles wat niet klopt ({count}) staan de eerste {first} met hun cel in `errors`, de rest niet"),
                format!("of all that is wrong ({count}) the first {first} stand with their cells in `errors`, the rest do not"),
            ),
        };
        let mut problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "import_refused",
            format!("er is niets geïmporteerd; {nl}"),
            format!("nothing was imported; {en}"),
        );
        problem.0.errors = errors;
        problem
    }

    /// Parameters of the query are wrong.
    pub(crate) fn query(errors: Vec<FieldError>) -> Self {
        let mut problem = Self::new(
            StatusCode::BAD_REQUEST,
            "invalid_query",
            format!("alles wat niet klopt aan de parameters staat in `errors` ({})", errors.len()),
            format!("all that is wrong with the parameters stands in `errors` ({})", errors.len()),
        );
        problem.0.errors = errors;
        problem
    }

    /// There is no such thing, or not for this caller.
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "dit bestaat niet", "there is no such thing")
    }

    /// This caller may not do that.
    pub(crate) fn forbidden(nl: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", nl, en)
    }

    /// It says nothing of the request: another time it may go well.
    pub(crate) fn is_of_the_server(&self) -> bool {
        self.0.status.is_server_error()
    }

    /// A defect, or a damaged database. What it is stays in the log.
    pub(crate) fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "er ging iets mis bij ons; meld het met het nummer in `instance`",
            "something went wrong on our side; report it with the number in `instance`",
        )
    }

    /// Why a command was not carried out. `conditional`: the caller named the version it has seen.
    pub(crate) fn failure(failure: Failure, conditional: bool) -> Self {
        match failure {
            Failure::Rejected(rejection) => rejection.into(),
            Failure::NotFound => Self::not_found(),
            Failure::VersionConflict { current } => Self::new(
                if conditional { StatusCode::PRECONDITION_FAILED } else { StatusCode::CONFLICT },
                "version_conflict",
                format!("dit is inmiddels op versie {current}; haal het opnieuw op en kijk of de wijziging nog klopt"),
                format!("this is at version {current} by now; get it again and see whether the change still fits"),
            ),
            Failure::KeyReused => key_reused(),
            Failure::AlreadyHandled => {
                Self::new(StatusCode::CONFLICT, "already_handled", "dit is al eerder verwerkt", "this has been handled before")
            }
            Failure::Letter(error) => error.into(),
            Failure::Load(error) => error.into(),
            Failure::Store(error) => error.into(),
            Failure::Json(error) => Self::internal(&error),
            Failure::Interrupted(error) => Self::internal(&error),
        }
    }

    /// The body where it is part of an answer.
    pub(crate) fn told(&self, language: Language) -> Value {
        serde_json::to_value(self.body(language, None)).unwrap_or_default()
    }

    fn body(&self, language: Language, instance: Option<String>) -> ProblemBody<'_> {
        let Parts { status, code, detail, errors, unmet, dry_run } = &*self.0;
        ProblemBody {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            code,
            detail: detail.in_language(language),
            errors: errors
                .iter()
                .map(|error| InputError {
                    pointer: &error.pointer,
                    code: &error.code,
                    detail: error.detail.in_language(language),
                })
                .collect(),
            unmet: unmet.iter().map(|unmet| UnmetNeed { key: &unmet.key, detail: unmet.detail.in_language(language) }).collect(),
            dry_run: dry_run.as_ref(),
            instance,
        }
    }
}

/// The idempotency key was used for something else.
pub(crate) fn key_reused() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "idempotency_key_reused",
        "deze Idempotency-Key is voor een ander verzoek gebruikt; kies een nieuwe",
        "this Idempotency-Key was used for another request; choose a new one",
    )
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Input(errors) => Self::input(errors),
            Rejection::Conflict { reason, detail, unmet } => {
                let mut problem = Self::new(StatusCode::CONFLICT, reason.code(), detail.nl, detail.en);
                problem.0.unmet = unmet;
                problem
            }
            Rejection::Forbidden(detail) => Self::forbidden(detail.nl, detail.en),
            Rejection::NotFound(detail) => Self::new(StatusCode::NOT_FOUND, "not_found", detail.nl, detail.en),
        }
    }
}

impl From<LetterError> for Problem {
    /// What is wrong with the project's data can be mended by who asks; what is wrong with templates or fonts can't.
    fn from(error: LetterError) -> Self {
        let code = match error {
            LetterError::Missing { .. } | LetterError::NoValue { .. } => "letter_incomplete",
            LetterError::Unprintable { .. } => "letter_unprintable",
            LetterError::TooLong { .. } => "letter_too_long",
            LetterError::ContractCount { .. } | LetterError::NothingToCancel { .. } | LetterError::NothingToPort { .. } => {
                "letter_not_needed"
            }
            LetterError::UnknownPlaceholder { .. }
            | LetterError::Template { .. }
            | LetterError::Font { .. }
            | LetterError::Rendering { .. } => return Self::internal(&error),
        };
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            code,
            format!("de brief kan niet worden gemaakt: {error}"),
            format!("the letter can't be made: {error}"),
        )
    }
}

impl From<LoadError> for Problem {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Store(error) => error.into(),
            unreadable @ LoadError::Unreadable { .. } => Self::internal(&unreadable),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => {
                tracing::warn!(%error, "the database is not available");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "database_unavailable",
                    "de database antwoordt nu niet; probeer het zo weer",
                    "the database does not answer now; try again in a moment",
                )
            }
            StoreError::BadCursor => Self::query(vec![FieldError::new(
                "/cursor",
                "invalid_cursor",
                "deze cursor is niet voor deze lijst en volgorde gegeven; begin zonder cursor",
                "this cursor was not given for this list and order; begin without one",
            )]),
            StoreError::Address(_) | StoreError::Migration(_) | StoreError::Failed(_) => Self::internal(&error),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        let headers = response.headers_mut();
        match self.0.status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(RETRY_AFTER, RETRY_AFTER_SECONDS);
            }
            _ => {}
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes the body of every problem.
pub(crate) async fn write(request: Request, next: Next) -> Response {
    let language = language::preferred(request.headers());
    let instance = instance(request.headers());
    let mut response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let problem = response.extensions_mut().remove::<Problem>().unwrap_or_else(|| of_status(status));
    let Ok(body) = serde_json::to_vec(&problem.body(language, instance)) else { return response };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    parts.headers.append(VARY, HeaderValue::from_static("accept-language"));
    Response::from_parts(parts, body.into())
}

/// A defect in a handler harms one request only.
#[expect(clippy::needless_pass_by_value, reason = "as the layer that catches panics calls it")]
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<&str>().copied().map(str::to_owned).or_else(|| panic.downcast_ref::<String>().cloned());
    Problem::internal(&format!("panic: {}", text.unwrap_or_default())).into_response()
}

fn instance(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    Some(Uuid::parse_str(id).ok()?.urn().to_string())
}

/// For what the framework refuses by itself.
fn of_status(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND => Problem::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(
            status,
            "method_not_allowed",
            "deze aanroep kent deze methode niet; zie `Allow`",
            "this call does not know this method; see `Allow`",
        ),
        StatusCode::REQUEST_TIMEOUT => {
            Problem::new(status, "timeout", "dit duurde te lang; probeer het weer", "this took too long; try again")
        }
        _ if status.is_server_error() => {
            let mut problem = Problem::internal(&status);
            problem.0.status = status;
            problem
        }
        _ => Problem::new(status, "bad_request", "dit verzoek is niet te begrijpen", "this request can't be understood"),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::extract::Request;
    use axum::http::StatusCode;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use serde_json::Value;
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    use super::{Problem, panicked, write};

    async fn answer(router: Router) -> (StatusCode, Value) {
        let response = router.layer(from_fn(write)).oneshot(Request::new(Body::empty())).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_that_tells_nothing_of_what_is_inside() {
        async fn broken() {
            panic!("the password is swordfish");
        }
        let (status, body) = answer(Router::new().route("/", get(broken)).layer(CatchPanicLayer::custom(panicked))).await;
        assert_eq!((status, &body["code"]), (StatusCode::INTERNAL_SERVER_ERROR, &"internal".into()));
        assert!(!body.to_string().contains("swordfish"), "{body}");
    }

    #[tokio::test]
    async fn what_the_framework_refuses_is_a_problem_too() {
        for (status, code) in [
            (StatusCode::REQUEST_TIMEOUT, "timeout"),
            (StatusCode::BAD_REQUEST, "bad_request"),
            (StatusCode::BAD_GATEWAY, "internal"),
        ] {
            let (found, body) = answer(Router::new().route("/", get(move || async move { status }))).await;
            assert_eq!((found, &body["code"], &body["status"]), (status, &code.into(), &status.as_u16().into()));
        }
        let (_, body) = answer(Router::new().route("/", get(|| async { Problem::not_found() }))).await;
        assert_eq!(body["code"], "not_found");
    }
}
