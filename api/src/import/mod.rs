//! Many migrations at once: a spreadsheet becomes projects, all of them or none.
//!
//! Here the answer is given; the file is taken in by [`upload`], and what is done between is in [`run`].

mod progress;
mod report;
mod run;
mod upload;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use workflow::letter::Language;

use crate::ApiState;
use crate::answer::{Answer, DRY_RUN, TRUE, answer};
use crate::query::Params;

use progress::ProgressLine;
use report::ImportReport;
use upload::{FORM_BYTES_MAX, Upload};

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
    if progress::is_wanted(&headers) {
        return Ok(progress::told(api, upload, &headers));
    }
    let dry_run = upload.terms.dry_run;
    let (status, report) = run::run(&api, upload, &|_| {}).await?;
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
    let language = params.language.unwrap_or_default();
    let csv = import::template(language);
    let disposition = match language {
        Language::Nl => "attachment; filename=\"overstap-klanten.csv\"",
        Language::En => "attachment; filename=\"overstap-customers.csv\"",
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (CONTENT_DISPOSITION, HeaderValue::from_static(disposition)),
    ];
    (headers, csv).into_response()
}
