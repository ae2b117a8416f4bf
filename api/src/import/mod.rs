//! Many migrations at once: a spreadsheet becomes projects, all of them or none.
//!
//! Here the file is taken in and the answer given; what is done between is in [`run`].

mod progress;
mod report;
mod run;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use import::FILE_BYTES_MAX;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use workflow::intake::FieldError;
use workflow::letter::Language;

use crate::ApiState;
use crate::answer::{Answer, DRY_RUN, Refusal, TRUE, answer};
use crate::body::{incomplete, too_large};
use crate::problem::Problem;
use crate::query::{self, Params};
use crate::terms::Terms;

use progress::ProgressLine;
use report::ImportReport;

/// What a form has besides the file: boundaries and headers.
const FORM_BYTES_MAX: usize = FILE_BYTES_MAX + 64 * 1024;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(import).layer(DefaultBodyLimit::max(FORM_BYTES_MAX))).routes(routes!(template))
}

/// How a file is imported.
#[derive(Debug, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ImportParams {
    /// Only say what would happen: every fault, and what would be begun.
    #[serde(default)]
    #[param(required = false)]
    dry_run: bool,
    /// Begin the projects in which nothing is wrong, and leave out the others.
    #[serde(default)]
    #[param(required = false)]
    skip_bad: bool,
}

/// A spreadsheet.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the form in the OpenAPI document; its field is read by itself")]
struct ImportForm {
    /// XLSX or CSV, at most 10 MiB.
    #[schema(value_type = String, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// Starts projects from a spreadsheet.
///
/// XLSX, or CSV as Dutch Excel writes it; as the `file` of a form, or as the body itself. A row per number or block, with the columns of
/// the customer and the contract repeated or left out; or sheets `Klanten`, `Contracten` and `Nummers`. Columns stand in any order, with
/// Dutch or English headers (`GET /projects/import/template.csv`).
///
/// All projects begin, in one transaction, or none: then 422 names every fault by its cell. With `Accept: application/x-ndjson` the answer
/// is 200, and lines that tell how far it is; the last has the report or the problem.
#[utoipa::path(post, path = "/projects/import", tag = "import", params(ImportParams),
    request_body(content((ImportForm = "multipart/form-data"), (Vec<u8> = "application/octet-stream"), (String = "text/csv"))),
    responses((status = 201, description = "The projects were begun", body = ImportReport),
        (status = 200, description = "A dry run; or progress, line by line",
            content((ImportReport = "application/json"), (ProgressLine = "application/x-ndjson")))))]
async fn import(State(api): State<ApiState>, headers: HeaderMap, upload: Upload) -> Answer {
    let Upload { terms, skip_bad, content } = upload;
    if progress::is_wanted(&headers) {
        return Ok(progress::told(api, terms, skip_bad, content, &headers));
    }
    let dry_run = terms.dry_run;
    let (status, report) = run::run(&api, terms, skip_bad, content, &|_| {}).await?;
    let mut response = answer(status, &report, None, false);
    if dry_run {
        response.headers_mut().insert(DRY_RUN, TRUE);
    }
    Ok(response)
}

/// In which language.
#[derive(Debug, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TemplateParams {
    /// The headers' language; Dutch when absent.
    language: Option<Language>,
}

/// Downloads a CSV file to fill in.
///
/// With every column, and an example to be replaced.
#[utoipa::path(get, path = "/projects/import/template.csv", tag = "import", params(TemplateParams),
    responses((status = 200, description = "The file", body = String, content_type = "text/csv")))]
async fn template(Params(params): Params<TemplateParams>) -> Response {
    let csv = import::template(params.language.unwrap_or_default());
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"overstap-import.csv\"")),
    ];
    (headers, csv).into_response()
}

/// A file that was sent, on what terms.
#[derive(Debug)]
struct Upload {
    terms: Terms,
    skip_bad: bool,
    content: Vec<u8>,
}

impl FromRequest<ApiState> for Upload {
    type Rejection = Refusal;

    async fn from_request(request: Request, api: &ApiState) -> Result<Self, Refusal> {
        let (mut parts, body) = request.into_parts();
        let ImportParams { dry_run, skip_bad } = query::read(&parts.uri)?;
        let content_type = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let content = if content_type.starts_with("multipart/form-data") {
            in_form(Request::from_parts(parts.clone(), body), api).await?
        } else {
            bare(body).await?
        };
        if content.is_empty() {
            let fault = FieldError::new("/file", "missing", "ontbreekt; voeg een bestand toe", "is missing; add a file");
            return Err(Problem::input(vec![fault]).into());
        }
        let said = engine::handle::hex(&Sha256::digest(&content));
        let terms = Terms::agreed(&mut parts, api, said.as_bytes(), dry_run).await?;
        Ok(Self { terms, skip_bad, content })
    }
}

async fn bare(body: Body) -> Result<Vec<u8>, Problem> {
    let bytes = axum::body::to_bytes(body, FILE_BYTES_MAX).await.map_err(|_| too_large(FILE_BYTES_MAX))?;
    Ok(bytes.to_vec())
}

/// The form's `file`; nothing where it has none.
async fn in_form(request: Request, api: &ApiState) -> Result<Vec<u8>, Problem> {
    let mut form = Multipart::from_request(request, api).await.map_err(|_| incomplete())?;
    let unreadable =
        |status: StatusCode| if status == StatusCode::PAYLOAD_TOO_LARGE { too_large(FILE_BYTES_MAX) } else { incomplete() };
    while let Some(field) = form.next_field().await.map_err(|error| unreadable(error.status()))? {
        if field.name() == Some("file") {
            let content = field.bytes().await.map_err(|error| unreadable(error.status()))?;
            return if content.len() > FILE_BYTES_MAX { Err(too_large(FILE_BYTES_MAX)) } else { Ok(content.to_vec()) };
        }
    }
    Ok(Vec::new())
}
