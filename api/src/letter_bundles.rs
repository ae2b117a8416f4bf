//! All current letters of a project at once: as one PDF for the printer, or as files in a ZIP.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::{Cursor, Write};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use letters::{Sides, bundle};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use store::Document;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use workflow::view::LetterStatus;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::ApiState;
use crate::answer::Answer;
use crate::download::{Shown, download};
use crate::path::ProjectId;
use crate::problem::Problem;
use crate::query::Params;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(as_pdf)).routes(routes!(as_zip))
}

/// Which letters.
#[derive(Debug, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BundleParams {
    /// Only those that are still to be signed and sent, or only those that were sent; both when absent.
    status: Option<LetterStatus>,
}

/// Which letters, and how they are printed.
#[derive(Debug, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PrintParams {
    /// Only those that are still to be signed and sent, or only those that were sent; both when absent.
    status: Option<LetterStatus>,
    /// For printing on both sides: a blank page after each letter with an odd number of pages, so that each begins on a new sheet.
    #[serde(default)]
    #[param(required = false)]
    double_sided: bool,
}

/// Downloads all current letters in one PDF, for the printer: those that no other has replaced, oldest first.
#[utoipa::path(get, path = "/projects/{id}/letters.pdf", tag = "letters", params(PrintParams),
    responses((status = 200, description = "The PDF", body = Vec<u8>, content_type = "application/pdf")))]
async fn as_pdf(
    State(api): State<ApiState>,
    ProjectId(id): ProjectId,
    Params(params): Params<PrintParams>,
    headers: HeaderMap,
) -> Answer {
    let sides = if params.double_sided { Sides::Both } else { Sides::One };
    let put_together = move |files: &Files| bundle(files.iter().map(|(_, document)| document.content.as_slice()), sides);
    let document = api.letters_together(id, params.status, ("pdf", "application/pdf"), put_together).await?;
    Ok(download(document, Shown::InPlace, &headers))
}

/// Downloads all current letters as files in a ZIP, named such as `2027-0001_cancellation_KPN-B.V_kpn-isdn_nl.pdf`.
#[utoipa::path(get, path = "/projects/{id}/letters.zip", tag = "letters", params(BundleParams),
    responses((status = 200, description = "The ZIP", body = Vec<u8>, content_type = "application/zip")))]
async fn as_zip(
    State(api): State<ApiState>,
    ProjectId(id): ProjectId,
    Params(params): Params<BundleParams>,
    headers: HeaderMap,
) -> Answer {
    let document = api.letters_together(id, params.status, ("zip", "application/zip"), zipped).await?;
    Ok(download(document, Shown::AsFile, &headers))
}

/// Letters, each with the name of its file.
type Files = [(String, Document)];

impl ApiState {
    /// The current letters of a project as one document, made on the spot and beside the requests: that takes some milliseconds a letter.
    async fn letters_together<E: Display + Send + 'static>(
        &self,
        id: Uuid,
        status: Option<LetterStatus>,
        (extension, content_type): (&str, &str),
        put_together: impl FnOnce(&Files) -> Result<Vec<u8>, E> + Send + 'static,
    ) -> Result<Document, Problem> {
        let (reference, files) = self.current_letters(id, status).await?;
        let made = tokio::task::spawn_blocking(move || {
            let content = put_together(&files)?;
            Ok::<_, E>((engine::handle::hex(&Sha256::digest(&content)), content))
        });
        let (sha256, content) =
            made.await.map_err(|error| Problem::internal(&error))?.map_err(|error| Problem::internal(&error))?;
        Ok(Document {
            id: id.to_string(),
            project_id: id.to_string(),
            kind: "letters".to_owned(),
            filename: format!("{reference}_letters.{extension}"),
            content_type: content_type.to_owned(),
            sha256,
            created_at: chrono::DateTime::default(),
            content,
        })
    }

    /// The current letters of a project, with its reference.
    async fn current_letters(
        &self,
        id: Uuid,
        status: Option<LetterStatus>,
    ) -> Result<(String, Vec<(String, Document)>), Problem> {
        let project = self.current(id).await?.project;
        let current = project.letters.iter().filter(|letter| !letter.replaced);
        let wanted = current.filter(|letter| status.is_none_or(|status| letter.status() == status));
        let mut files = Vec::new();
        for letter in wanted {
            let document = self.engine.store().document(&letter.id.to_string()).await?.ok_or_else(Problem::not_found)?;
            files.push((letter.filename(&project.reference), document));
        }
        if files.is_empty() {
            return Err(Problem::new(
                StatusCode::NOT_FOUND,
                "no_letters",
                "er zijn (nog) geen zulke brieven; ze komen met de fase order",
                "there are no such letters (yet); they come with the order phase",
            ));
        }
        Ok((project.reference, files))
    }
}

/// The files as they are: letters are small, and their fonts are compressed already. Without times, so that the same letters give the same
/// bytes.
fn zipped(files: &Files) -> Result<Vec<u8>, zip::result::ZipError> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut taken = BTreeSet::new();
    for (name, document) in files {
        zip.start_file(free_name(name, &mut taken), options)?;
        zip.write_all(&document.content)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// The name, with a number where another letter has it: two providers can be called nearly the same.
fn free_name(name: &str, taken: &mut BTreeSet<String>) -> String {
    let stem = name.trim_end_matches(".pdf");
    let numbered = (2..).map(|n: u32| format!("{stem}-{n}.pdf"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| taken.insert(name.clone())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::free_name;

    #[test]
    fn no_two_files_have_one_name() {
        let mut taken = BTreeSet::new();
        let names: Vec<_> = (0..3).map(|_| free_name("a_nl.pdf", &mut taken)).collect();
        assert_eq!(names, ["a_nl.pdf", "a_nl-2.pdf", "a_nl-3.pdf"]);
    }
}
