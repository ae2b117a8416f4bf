//! How far an import is, told while it lasts: a JSON object a line (NDJSON).

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, Bytes};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::mpsc;
use utoipa::ToSchema;

use super::run::run;
use super::upload::Upload;
use crate::ApiState;
use crate::language;

const NDJSON: &str = "application/x-ndjson";

/// More lines than a reader is behind; further ones are left out, all but the last.
const LINES_WAITING_MAX: usize = 256;

/// How far it is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stage {
    /// The file has been read, and each project checked.
    Checked { projects: usize },
    /// So many projects are written; none of them is there before all are.
    Written { done: usize, of: usize },
}

/// A line of an answer that tells how far an import is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub(super) enum ProgressLine {
    /// The file has been read, and each project checked.
    Checked {
        /// How many projects it has.
        projects: usize,
    },
    /// Projects are being written; none of them is there before all are.
    Written {
        /// So many.
        done: usize,
        /// Of so many.
        of: usize,
    },
    /// The last line: it is done.
    Done {
        /// The status as without progress.
        status: u16,
        /// The report.
        #[schema(value_type = super::report::ImportReport)]
        report: Value,
    },
    /// The last line: nothing has changed.
    Refused {
        /// The problem.
        #[schema(value_type = crate::problem::ProblemBody<'static>)]
        problem: Value,
    },
}

pub(super) fn is_wanted(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|range| range.split(';').next().unwrap_or_default().trim() == NDJSON)
}

/// Imports, and answers at once with lines to come. Who stops listening does not stop it.
pub(super) fn told(api: ApiState, upload: Upload, headers: &HeaderMap) -> Response {
    let language = language::preferred(headers);
    let (lines, waiting) = mpsc::channel::<Bytes>(LINES_WAITING_MAX);
    tokio::spawn(async move {
        let percent = AtomicUsize::new(0);
        let tell = |stage| {
            let told = match stage {
                Stage::Checked { projects } => ProgressLine::Checked { projects },
                Stage::Written { done, of } => {
                    // A hundred lines are enough.
                    let now = done * 100 / of.max(1);
                    if percent.swap(now, Ordering::Relaxed) == now {
                        return;
                    }
                    ProgressLine::Written { done, of }
                }
            };
            // A reader who is far behind misses some.
            let _full = lines.try_send(line(&told));
        };
        let last = match run(&api, upload, &tell).await {
            Ok((status, report)) => ProgressLine::Done { status, report },
            Err(problem) => ProgressLine::Refused { problem: problem.told(language) },
        };
        let _gone = lines.send(line(&last)).await;
    });
    let lines = stream::unfold(waiting, |mut waiting| async move {
        let line = waiting.recv().await?;
        Some((Ok::<_, Infallible>(line), waiting))
    });
    let headers = [(CONTENT_TYPE, HeaderValue::from_static(NDJSON))];
    (StatusCode::OK, headers, Body::from_stream(lines)).into_response()
}

fn line(line: &ProgressLine) -> Bytes {
    let mut text = serde_json::to_string(line).unwrap_or_default();
    text.push('\n');
    text.into()
}
