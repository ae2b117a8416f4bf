//! Receiving a spreadsheet: only from who may begin projects, only when it is its turn, and at a pace.

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use futures_util::StreamExt;
use import::FILE_BYTES_MAX;
use sha2::{Digest, Sha256};
use tokio::sync::OwnedSemaphorePermit;
use workflow::decide::may_start;
use workflow::intake::FieldError;

use super::ImportParams;
use crate::ApiState;
use crate::answer::Refusal;
use crate::auth::Caller;
use crate::body::{incomplete, too_large};
use crate::pace::Pace;
use crate::problem::Problem;
use crate::query;
use crate::terms::Terms;
use crate::upload::announced_length;

/// A form: besides the file it has boundaries and headers.
pub(super) const FORM_BYTES_MAX: usize = FILE_BYTES_MAX + 64 * 1024;

/// A file that was sent, on what terms.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) terms: Terms,
    pub(super) skip_bad: bool,
    pub(super) content: Vec<u8>,
    /// Held until the import has ended: few are in memory at a time.
    pub(super) turn: OwnedSemaphorePermit,
}

impl FromRequest<ApiState> for Upload {
    type Rejection = Refusal;

    async fn from_request(request: Request, api: &ApiState) -> Result<Self, Refusal> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, api).await?;
        may_start(&caller.actor).map_err(Problem::from)?;
        let ImportParams { dry_run, skip_bad } = query::read(&parts.uri)?;
        if announced_length(&parts.headers).is_some_and(|length| length > FORM_BYTES_MAX as u64) {
            return Err(too_large(FILE_BYTES_MAX).into());
        }
        let turn = api.uploads.import_turn().await?;
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
        Ok(Self { terms, skip_bad, content, turn })
    }
}

async fn bare(body: Body) -> Result<Vec<u8>, Problem> {
    let (mut pace, mut content) = (Pace::begin(), Vec::new());
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pace.next(pieces.next()).await? {
        add(&mut content, &piece.map_err(|_| incomplete())?, &mut pace)?;
    }
    Ok(content)
}

/// The form's `file`; nothing where it has none.
async fn in_form(request: Request, api: &ApiState) -> Result<Vec<u8>, Problem> {
    let mut form = Multipart::from_request(request, api).await.map_err(|_| incomplete())?;
    let unreadable =
        |status: StatusCode| if status == StatusCode::PAYLOAD_TOO_LARGE { too_large(FILE_BYTES_MAX) } else { incomplete() };
    let (mut pace, mut content) = (Pace::begin(), Vec::new());
    while let Some(mut field) = pace.next(form.next_field()).await?.map_err(|error| unreadable(error.status()))? {
        if field.name() == Some("file") {
            while let Some(piece) = pace.next(field.chunk()).await?.map_err(|error| unreadable(error.status()))? {
                add(&mut content, &piece, &mut pace)?;
            }
            return Ok(content);
        }
    }
    Ok(content)
}

fn add(content: &mut Vec<u8>, piece: &[u8], pace: &mut Pace) -> Result<(), Problem> {
    pace.received(piece.len());
    if content.len() + piece.len() > FILE_BYTES_MAX {
        return Err(too_large(FILE_BYTES_MAX));
    }
    content.extend_from_slice(piece);
    Ok(())
}
