//! Receiving a file: at a pace, within limits, and not in memory.
//!
//! Each upload goes to an unnamed file on the disk while it comes in, however slowly; only when it is whole does it wait for its turn to be
//! taken into memory and from there into the database. So many uploads at once take disk space, and a few files' worth of memory.
//! Spreadsheets are few, and smaller: they are received in memory, by `import/upload.rs`, and only their turn is given here.

use std::io::SeekFrom;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio::time::timeout;
use utoipa::ToSchema;
use uuid::Uuid;
use workflow::intake::FieldError;
use workflow::project::AttachmentKind;

use crate::ApiState;
use crate::answer::Refusal;
use crate::body::{incomplete, too_large};
use crate::pace::Pace;
use crate::problem::Problem;
use crate::shape::Shape;
use crate::terms::Terms;

/// A scanned contract of many pages; more is a mistake, and each is kept in the database.
const FILE_BYTES_MAX: usize = 20 * 1024 * 1024;

/// What a form has besides the file: boundaries, headers, other fields.
const TEXTS_BYTES_MAX: usize = 64 * 1024;

/// A whole form.
pub(crate) const FORM_BYTES_MAX: usize = FILE_BYTES_MAX + TEXTS_BYTES_MAX;

/// What file systems take.
const FILENAME_LENGTH_MAX: usize = 200;

/// How many are received at a time: together at most 640 MiB on the disk.
const RECEIVED_AT_A_TIME: usize = 32;
/// How many are in memory at a time, each at most twice: here and on its way to the database.
const IN_MEMORY_AT_A_TIME: usize = 2;
/// How many spreadsheets are imported at a time: each is in memory from its first byte to its last project.
const IMPORTED_AT_A_TIME: usize = 2;
/// How long one that is whole, or a spreadsheet that is to come in, waits for its turn.
const TURN_WITHIN: Duration = Duration::from_secs(30);

/// Uploads under way. A clone is another handle to the same.
#[derive(Debug, Clone)]
pub struct Uploads(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    receiving: Arc<Semaphore>,
    in_memory: Semaphore,
    importing: Arc<Semaphore>,
}

impl Uploads {
    /// Receives files in this folder, which should be on a disk.
    ///
    /// # Errors
    /// No file can be made there.
    pub fn in_folder(folder: &Path) -> std::io::Result<Self> {
        unnamed_file(folder)?;
        Ok(Self(Arc::new(Inner {
            folder: folder.to_owned(),
            receiving: Arc::new(Semaphore::new(RECEIVED_AT_A_TIME)),
            in_memory: Semaphore::new(IN_MEMORY_AT_A_TIME),
            importing: Arc::new(Semaphore::new(IMPORTED_AT_A_TIME)),
        })))
    }

    /// Waits for the turn of a file to be in memory.
    pub(crate) async fn turn(&self) -> Result<SemaphorePermit<'_>, Problem> {
        match timeout(TURN_WITHIN, self.0.in_memory.acquire()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(too_many()),
        }
    }

    /// Waits for the turn of a spreadsheet, which has it until its import has ended.
    pub(crate) async fn import_turn(&self) -> Result<OwnedSemaphorePermit, Problem> {
        match timeout(TURN_WITHIN, self.0.importing.clone().acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(too_many()),
        }
    }

    fn place(&self) -> Result<OwnedSemaphorePermit, Problem> {
        self.0.receiving.clone().try_acquire_owned().map_err(|_| too_many())
    }

    async fn file(&self) -> Result<File, Problem> {
        let folder = self.0.folder.clone();
        match tokio::task::spawn_blocking(move || unnamed_file(&folder)).await {
            Ok(Ok(file)) => Ok(File::from_std(file)),
            Ok(Err(error)) => Err(Problem::internal(&error)),
            Err(error) => Err(Problem::internal(&error)),
        }
    }
}

/// A file that is gone when it is closed, also by a crash, and that nobody else can open.
fn unnamed_file(folder: &Path) -> std::io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    let path = folder.join(format!("overstap-upload-{}", Uuid::now_v7()));
    let file = std::fs::File::options().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

/// The fields of the form besides the file.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fields {
    pub(crate) kind: AttachmentKind,
    #[schema(max_length = 60)]
    pub(crate) contract: Option<String>,
}

/// A file that was sent, on what terms.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) terms: Terms,
    pub(crate) fields: Fields,
    pub(crate) file: Received,
}

/// A file that has come in whole.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) name: String,
    pub(crate) sha256: String,
    size: usize,
    on_disk: File,
    _place: OwnedSemaphorePermit,
}

impl Received {
    /// Takes it into memory.
    pub(crate) async fn read(&self) -> std::io::Result<Vec<u8>> {
        let mut file = self.on_disk.try_clone().await?;
        file.seek(SeekFrom::Start(0)).await?;
        let mut content = vec![0; self.size];
        file.read_exact(&mut content).await?;
        Ok(content)
    }
}

impl FromRequest<ApiState> for Upload {
    type Rejection = Refusal;

    async fn from_request(request: Request, api: &ApiState) -> Result<Self, Refusal> {
        if announced_length(request.headers()).is_some_and(|length| length > FORM_BYTES_MAX as u64) {
            return Err(too_large(FILE_BYTES_MAX).into());
        }
        let place = api.uploads.place()?;
        let (mut parts, body) = request.into_parts();
        let whole = Request::from_parts(parts.clone(), body);
        let Parsed { texts, file, mut errors, .. } = Parsed::read(whole, api).await?;
        let fields = Shape::of::<Fields>().read::<Fields>(Value::Object(texts.clone()));
        match (fields, file) {
            (Ok(fields), Some(FilePart { name, size, sha256, on_disk })) if errors.is_empty() => {
                // Each attempt has boundaries of its own, so it is what the form says that tells a repetition.
                let said = json!([texts, name, sha256]).to_string();
                let terms = Terms::of(&mut parts, api, said.as_bytes()).await?;
                Ok(Self { terms, fields, file: Received { name, sha256, size, on_disk, _place: place } })
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

pub(crate) fn announced_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A form taken apart.
struct Parsed {
    pace: Pace,
    texts: Map<String, Value>,
    texts_length: usize,
    file: Option<FilePart>,
    errors: Vec<FieldError>,
}

/// The file of a form.
struct FilePart {
    name: String,
    size: usize,
    sha256: String,
    on_disk: File,
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
        let mut parsed = Self { pace: Pace::begin(), texts: Map::new(), texts_length: 0, file: None, errors: Vec::new() };
        while let Some(field) = parsed.pace.next(form.next_field()).await?.map_err(|error| unreadable(&error))? {
            parsed.take(field, &api.uploads).await?;
        }
        Ok(parsed)
    }

    async fn take(&mut self, field: Field<'_>, uploads: &Uploads) -> Result<(), Problem> {
        let name = field.name().unwrap_or_default().to_owned();
        let twice = if name == "file" {
            let file = self.receive(field, uploads).await?;
            if file.size == 0 {
                self.errors.push(FieldError::new("/file", "empty", "het bestand is leeg", "the file is empty"));
            }
            self.file.replace(file).is_some()
        } else {
            let text = self.text(field).await?;
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

    async fn receive(&mut self, mut field: Field<'_>, uploads: &Uploads) -> Result<FilePart, Problem> {
        let name = clean(field.file_name().unwrap_or_default());
        let (mut on_disk, mut hash, mut size) = (uploads.file().await?, Sha256::new(), 0);
        while let Some(piece) = self.pace.next(field.chunk()).await?.map_err(|error| unreadable(&error))? {
            size += piece.len();
            self.pace.received(piece.len());
            if size > FILE_BYTES_MAX {
                return Err(too_large(FILE_BYTES_MAX));
            }
            hash.update(&piece);
            on_disk.write_all(&piece).await.map_err(|error| Problem::internal(&error))?;
        }
        on_disk.flush().await.map_err(|error| Problem::internal(&error))?;
        Ok(FilePart { name, size, sha256: engine::handle::hex(&hash.finalize()), on_disk })
    }

    async fn text(&mut self, mut field: Field<'_>) -> Result<String, Problem> {
        let mut text = Vec::new();
        while let Some(piece) = self.pace.next(field.chunk()).await?.map_err(|error| unreadable(&error))? {
            self.texts_length += piece.len();
            if self.texts_length > TEXTS_BYTES_MAX {
                return Err(too_large(FILE_BYTES_MAX));
            }
            text.extend_from_slice(&piece);
        }
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}

fn unreadable(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { too_large(FILE_BYTES_MAX) } else { incomplete() }
}

fn too_many() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "too_many_uploads",
        "er worden nu te veel bestanden tegelijk gestuurd; probeer het zo weer",
        "too many files are being sent at this moment; try again in a moment",
    )
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

#[cfg(test)]
mod tests {
    use super::clean;

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
}
