//! Files that people add: invoices, signed authorizations and contracts.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State};
use axum::http::{HeaderMap, StatusCode};
use engine::{Origin, Target};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use store::NewDocument;
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use uuid::Uuid;
use workflow::command::Command;
use workflow::intake::FieldError;
use workflow::project::{Attachment, AttachmentKind};

use crate::ApiState;
use crate::answer::{Answer, Refusal, Step, json, render};
use crate::body::{incomplete, too_large};
use crate::download::{Shown, download};
use crate::page::Page;
use crate::path::{DocumentId, ProjectId};
use crate::problem::Problem;
use crate::shape::Shape;
use crate::terms::Terms;

/// A scanned contract of many pages; more is a mistake, and each is kept in the database.
const FILE_BYTES_MAX: usize = 20 * 1024 * 1024;

/// What a form has besides the file: boundaries, headers, other fields.
const FORM_BYTES_MAX: usize = FILE_BYTES_MAX + 64 * 1024;

/// What file systems take.
const FILENAME_LENGTH_MAX: usize = 200;

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
}

impl From<&Attachment> for AttachmentView {
    fn from(attachment: &Attachment) -> Self {
        Self { attachment: attachment.clone(), url: format!("/api/v1/attachments/{}", attachment.id) }
    }
}

/// Lists a project's files, oldest first.
#[utoipa::path(get, path = "/projects/{id}/attachments", tag = "attachments",
    responses((status = 200, description = "The files", body = Page<AttachmentView>)))]
async fn list(State(api): State<ApiState>, ProjectId(id): ProjectId) -> Answer {
    let current = api.current(id).await?;
    json(&Page::whole(current.project.attachments.iter().map(AttachmentView::from).collect::<Vec<_>>()))
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
/// Its media type is told by its content. The content is kept as it is and only ever given back as a download.
#[utoipa::path(post, path = "/projects/{id}/attachments", tag = "attachments",
    request_body(content = AttachmentForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "The file, at `Location`", body = AttachmentView)))]
async fn add(State(api): State<ApiState>, ProjectId(project): ProjectId, upload: Upload) -> Answer {
    let Upload { terms, fields, filename, content } = upload;
    let id = Uuid::now_v7();
    let attachment = Attachment {
        id,
        kind: fields.kind,
        contract: fields.contract,
        filename,
        content_type: content_type(&content).to_owned(),
        size: content.len() as u64,
        sha256: engine::handle::hex(&Sha256::digest(&content)),
    };
    let document = NewDocument {
        id: id.to_string(),
        kind: DOCUMENT_KIND.to_owned(),
        filename: attachment.filename.clone(),
        content_type: attachment.content_type.clone(),
        sha256: attachment.sha256.clone(),
        content,
    };
    let step = Step {
        target: Target::Existing(project, Command::AddAttachment(attachment)),
        origin: Origin::Outside,
        documents: vec![document],
        render: render(StatusCode::CREATED, move |project, _, _| {
            project.attachments.iter().find(|added| added.id == id).map(AttachmentView::from)
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

/// The fields of the form besides the file.
#[derive(Debug, serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Fields {
    kind: AttachmentKind,
    #[schema(max_length = 60)]
    contract: Option<String>,
}

/// A file that was sent, on what terms.
#[derive(Debug)]
struct Upload {
    terms: Terms,
    fields: Fields,
    filename: String,
    content: Vec<u8>,
}

impl FromRequest<ApiState> for Upload {
    type Rejection = Refusal;

    async fn from_request(request: Request, api: &ApiState) -> Result<Self, Refusal> {
        let (mut parts, body) = request.into_parts();
        let whole = Request::from_parts(parts.clone(), body);
        let Parsed { texts, file, mut errors } = Parsed::read(whole, api).await?;
        let fields = Shape::of::<Fields>().read::<Fields>(Value::Object(texts.clone()));
        match (fields, file) {
            (Ok(fields), Some((filename, content))) if errors.is_empty() => {
                // Each attempt has boundaries of its own, so it is what the form says that tells a repetition.
                let said = json!([texts, filename, engine::handle::hex(&Sha256::digest(&content))]).to_string();
                let terms = Terms::of(&mut parts, api, said.as_bytes()).await?;
                Ok(Self { terms, fields, filename, content })
            }
            (fields, file) => {
                errors.extend(fields.err().unwrap_or_default());
                if file.is_none() && !errors.iter().any(|error| error.pointer == "/file") {
                    errors.push(FieldError::new("/file", "missing", "ontbreekt; voeg een bestand toe", "is missing; add a file"));
                }
                Err(Problem::input(errors).into())
            }
        }
    }
}

/// A form taken apart.
struct Parsed {
    texts: Map<String, Value>,
    file: Option<(String, Vec<u8>)>,
    errors: Vec<FieldError>,
}

impl Parsed {
    async fn read(request: Request, api: &ApiState) -> Result<Self, Problem> {
        let mut form = Multipart::from_request(request, api).await.map_err(|_| {
            Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not_multipart",
                "stuur een formulier met `Content-Type: multipart/form-data; boundary=…`",
                "send a form with `Content-Type: multipart/form-data; boundary=…`",
            )
        })?;
        let mut parsed = Self { texts: Map::new(), file: None, errors: Vec::new() };
        while let Some(field) = form.next_field().await.map_err(|error| unreadable(&error))? {
            parsed.take(field).await?;
        }
        Ok(parsed)
    }

    async fn take(&mut self, field: Field<'_>) -> Result<(), Problem> {
        let name = field.name().unwrap_or_default().to_owned();
        let filename = clean(field.file_name().unwrap_or_default());
        let content = field.bytes().await.map_err(|error| unreadable(&error))?;
        let twice = if name == "file" {
            if content.len() > FILE_BYTES_MAX {
                return Err(too_large(FILE_BYTES_MAX));
            }
            if content.is_empty() {
                self.errors.push(FieldError::new("/file", "empty", "het bestand is leeg", "the file is empty"));
            }
            self.file.replace((filename, content.to_vec())).is_some()
        } else {
            let text = String::from_utf8_lossy(&content).into_owned();
            self.texts.insert(name.clone(), Value::String(text)).is_some()
        };
        if twice {
            self.errors.push(FieldError::new(
                format!("/{name}"),
                "given_twice",
                "staat er meer dan eens; geef het een keer",
                "stands there more than once; give it once",
            ));
        }
        Ok(())
    }
}

fn unreadable(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { too_large(FILE_BYTES_MAX) } else { incomplete() }
}

/// A file's own name, without folders and control characters.
fn clean(filename: &str) -> String {
    let own = filename.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = own.chars().filter(|c| !c.is_control()).take(FILENAME_LENGTH_MAX).collect();
    match name.trim() {
        "" | "." | ".." => "unnamed".to_owned(),
        name => name.to_owned(),
    }
}

/// The media type by the first bytes, whatever the sender says.
fn content_type(content: &[u8]) -> &'static str {
    const MAGIC: [(&[u8], &str); 5] = [
        (b"%PDF-", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"II*\0", "image/tiff"),
        (b"MM\0*", "image/tiff"),
    ];
    if let Some((_, media_type)) = MAGIC.iter().find(|(magic, _)| content.starts_with(magic)) {
        return media_type;
    }
    let is_text = |text: &str| text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
    if std::str::from_utf8(content).is_ok_and(is_text) { "text/plain; charset=utf-8" } else { "application/octet-stream" }
}

#[cfg(test)]
mod tests {
    use super::{clean, content_type};

    #[test]
    fn a_file_keeps_its_own_name_only() {
        for (given, kept) in [
            ("factuur mei.pdf", "factuur mei.pdf"),
            ("../../etc/passwd", "passwd"),
            (r"C:\Users\j\factuur.pdf", "factuur.pdf"),
            ("een\r\nregel\0.pdf", "eenregel.pdf"),
            ("", "unnamed"),
            ("..", "unnamed"),
            ("map/", "unnamed"),
        ] {
            assert_eq!(clean(given), kept, "{given:?}");
        }
        assert_eq!(clean(&"é".repeat(500)).chars().count(), 200);
    }

    #[test]
    fn a_media_type_is_told_by_the_content() {
        for (content, media_type) in [
            (b"%PDF-1.7 \xff".as_slice(), "application/pdf"),
            (b"\x89PNG\r\n\x1a\n....", "image/png"),
            (b"\xff\xd8\xff\xe0", "image/jpeg"),
            (b"II*\0....", "image/tiff"),
            (b"MM\0*....", "image/tiff"),
            ("één regel\r\n".as_bytes(), "text/plain; charset=utf-8"),
            (b"\xc3", "application/octet-stream"),
            (b"a\0b", "application/octet-stream"),
        ] {
            assert_eq!(content_type(content), media_type, "{content:?}");
        }
    }
}
