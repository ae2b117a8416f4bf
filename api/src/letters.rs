//! Letters to the current providers: making them, their PDFs, recording that they were posted.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use workflow::command::Command;
use workflow::letter::{Language, LetterKind};
use workflow::project::Project;
use workflow::view::LetterView;

use crate::ApiState;
use crate::answer::{Answer, Step, json, render};
use crate::body::Change;
use crate::download::{Shown, download};
use crate::page::Page;
use crate::path::{DocumentId, ProjectId};
use crate::problem::Problem;

/// The kind under which the engine keeps a letter's PDF.
const DOCUMENT_KIND: &str = "letter";

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list, make)).routes(routes!(pdf)).routes(routes!(sent))
}

/// Lists a project's letters, oldest first.
#[utoipa::path(get, path = "/projects/{id}/letters", tag = "letters",
    responses((status = 200, description = "The letters", body = Page<LetterView>)))]
async fn list(State(api): State<ApiState>, ProjectId(id): ProjectId) -> Answer {
    let current = api.current(id).await?;
    let letters = current.project.letters.iter().map(|letter| LetterView::new(&current.project, letter));
    json(&Page::whole(letters.collect::<Vec<_>>()))
}

/// A letter to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewLetter {
    /// Which letter.
    kind: LetterKind,
    /// For a cancellation: the contract. For the others: any contract with the provider.
    #[schema(min_length = 1, max_length = 60)]
    contract: String,
    /// In another language than the customer's.
    language: Option<Language>,
}

/// Makes a letter, or makes it anew.
///
/// The letters that a migration needs are made by themselves when it comes to the order phase.
#[utoipa::path(post, path = "/projects/{id}/letters", tag = "letters", request_body = NewLetter,
    responses((status = 201, description = "The letter, its PDF at `Location`", body = LetterView)))]
async fn make(State(api): State<ApiState>, ProjectId(id): ProjectId, Change { terms, body }: Change<NewLetter>) -> Answer {
    let NewLetter { kind, contract, language } = body;
    let command = Command::MakeLetter { kind, contract: contract.clone(), language };
    let view = render(StatusCode::CREATED, move |project, _, _| newest(project, kind, &contract));
    api.take(terms, Step::command(id, command, view)).await
}

/// The letter of this kind that was made last for a contract or its provider.
fn newest(project: &Project, kind: LetterKind, contract: &str) -> Option<LetterView> {
    let provider = project.intake.contract(contract).map(|contract| contract.provider.name.as_str());
    let letter = project.letters.iter().rev().find(|letter| {
        letter.kind == kind && letter.contract.as_deref().map_or(Some(letter.provider.as_str()) == provider, |of| of == contract)
    });
    letter.map(|letter| LetterView::new(project, letter))
}

/// Downloads a letter's PDF.
///
/// It is rendered once, when the letter is made, and never changes.
#[utoipa::path(get, path = "/letters/{id}/pdf", tag = "letters",
    responses((status = 200, description = "The PDF", body = Vec<u8>, content_type = "application/pdf")))]
async fn pdf(State(api): State<ApiState>, letter: DocumentId, headers: HeaderMap) -> Answer {
    let document = api.engine.store().document(&letter.id.to_string()).await?;
    let document = document.filter(|document| document.kind == DOCUMENT_KIND).ok_or_else(Problem::not_found)?;
    Ok(download(document, Shown::InPlace, &headers))
}

/// A letter that was posted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Posting {
    /// On which day, Amsterdam time; today when absent.
    sent_on: Option<NaiveDate>,
    /// Anything worth keeping, a tracking code say.
    #[schema(max_length = 2000)]
    note: Option<String>,
}

/// Records that a letter was posted.
#[utoipa::path(post, path = "/letters/{id}/sent", tag = "letters", request_body = Posting,
    responses((status = 200, description = "The letter", body = LetterView)))]
async fn sent(State(api): State<ApiState>, letter: DocumentId, Change { terms, body }: Change<Posting>) -> Answer {
    let Posting { sent_on, note } = body;
    let command = Command::RecordLetterSent { letter: letter.id, sent_on, note };
    let view = render(StatusCode::OK, move |project, _, _| {
        project.letters.iter().find(|known| known.id == letter.id).map(|letter| LetterView::new(project, letter))
    });
    api.take(terms, Step::command(letter.project, command, view)).await
}
