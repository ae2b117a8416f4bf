//! Files that people add: invoices, signed authorizations and contracts.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use engine::{Origin, Target};
use serde::Serialize;
use store::NewDocument;
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use uuid::Uuid;
use workflow::command::Command;
use workflow::project::{Attachment, AttachmentKind, Project};
use workflow::view::{ReadingView, reading_view};

use crate::ApiState;
use crate::answer::{Answer, Step, json, render};
use crate::download::{Shown, download};
use crate::media_type::media_type;
use crate::page::Page;
use crate::path::{DocumentId, ProjectId};
use crate::problem::Problem;
use crate::upload::{FORM_BYTES_MAX, Upload};

/// The kind under which files are kept.
const DOCUMENT_KIND: &str = "attachment";

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list, add).layer(DefaultBodyLimit::max(FORM_BYTES_MAX))).routes(routes!(file))
}

/// A file that was added.
#[derive(Debug, Serialize, ToSchema)]
struct AttachmentView {
    #[serde(flatten)]
    attachment: Attachment,
    /// Where it is.
    #[schema(example = "/api/v1/attachments/019b3c1e-0000-7000-8000-000000000000")]
    url: String,
    /// What became of reading it; absent for what is no invoice.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    reading: Option<ReadingView>,
}

impl AttachmentView {
    fn of(project: &Project, attachment: &Attachment) -> Self {
        let url = format!("/api/v1/attachments/{}", attachment.id);
        Self { attachment: attachment.clone(), url, reading: reading_view(project, attachment.id) }
    }
}

/// Lists a project's files, oldest first.
#[utoipa::path(get, path = "/projects/{id}/attachments", tag = "attachments",
    responses((status = 200, description = "The files", body = Page<AttachmentView>)))]
async fn list(State(api): State<ApiState>, ProjectId(id): ProjectId) -> Answer {
    let current = api.current(id).await?;
    let project = &current.project;
    json(&Page::whole(project.attachments.iter().map(|file| AttachmentView::of(project, file)).collect::<Vec<_>>()))
}

/// A file with what it is.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the form in the OpenAPI document; its fields are read one by one")]
struct AttachmentForm {
    /// The file, at most 20 MiB.
    #[schema(value_type = String, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
    /// What it is.
    kind: AttachmentKind,
    /// The contract it belongs to.
    contract: Option<String>,
}

/// Adds a file.
///
/// Its media type is told by its content, and must fit its kind: PDF, PNG, JPEG or TIFF; as `other` also text and the files of office
/// programs. The content is kept as it is and only ever given back as a download. An invoice in PDF is read a moment later: see `reading`,
/// and the project's suggestions.
#[utoipa::path(post, path = "/projects/{id}/attachments", tag = "attachments",
    request_body(content = AttachmentForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "The file, at `Location`", body = AttachmentView)))]
async fn add(State(api): State<ApiState>, ProjectId(project): ProjectId, upload: Upload) -> Answer {
    let Upload { terms, fields, file } = upload;
    // Held until the file is in the database: there are few of them in memory at a time.
    let _turn = api.uploads.turn().await?;
    let content = file.read().await.map_err(|error| Problem::internal(&error))?;
    let id = Uuid::now_v7();
    let attachment = Attachment {
        id,
        kind: fields.kind,
        contract: fields.contract,
        filename: file.name,
        content_type: media_type(&content).to_owned(),
        size: content.len() as u64,
        sha256: file.sha256,
    };
    let document = NewDocument {
        id: id.to_string(),
        kind: DOCUMENT_KIND.to_owned(),
        filename: attachment.filename.clone(),
        content_type: attachment.content_type.clone(),
        sha256: attachment.sha256.clone(),
        content: Arc::new(content),
    };
    let step = Step {
        target: Target::Existing(project, Command::AddAttachment(attachment)),
        origin: Origin::Outside,
        documents: vec![document],
        render: render(StatusCode::CREATED, move |project, _, _| {
            let added = project.attachments.iter().find(|added| added.id == id);
            added.map(|added| AttachmentView::of(project, added))
        }),
    };
    api.take(terms, step).await
}

/// Downloads a file.
#[utoipa::path(get, path = "/attachments/{id}", tag = "attachments",
    responses((status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream")))]
async fn file(State(api): State<ApiState>, attachment: DocumentId, headers: HeaderMap) -> Answer {
    let document = api.engine.store().document(&attachment.id.to_string()).await?;
    let document = document.filter(|document| document.kind == DOCUMENT_KIND).ok_or_else(Problem::not_found)?;
    Ok(download(document, Shown::AsFile, &headers))
}
