//! What invoices suggest to change, and what a person makes of it.

use axum::extract::State;
use axum::http::StatusCode;
use engine::Render;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use workflow::command::Command;
use workflow::view::{SuggestionView, suggestions_view};

use crate::ApiState;
use crate::answer::{Answer, Step, json, render};
use crate::body::Change;
use crate::page::Page;
use crate::path::{Key, ProjectId};
use crate::problem::Problem;
use crate::projects::Nothing;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(accept)).routes(routes!(dismiss))
}

/// Lists what invoices suggest to change in a project, oldest first.
///
/// Each names the invoice and quotes the line on which it stands. Nothing is changed until somebody accepts it.
#[utoipa::path(get, path = "/projects/{id}/suggestions", tag = "attachments",
    responses((status = 200, description = "The suggestions", body = Page<SuggestionView>)))]
async fn list(State(api): State<ApiState>, ProjectId(id): ProjectId) -> Answer {
    json(&Page::whole(suggestions_view(&api.current(id).await?.project)))
}

/// Carries out a suggestion: changes the intake as a PATCH would, with the same checks.
///
/// Refused, with what is wrong, where that can't be: `errors` point into the intake as it would be.
#[utoipa::path(post, path = "/projects/{id}/suggestions/{suggestion}/accept", tag = "attachments", request_body = Nothing,
    responses((status = 200, description = "The suggestion", body = SuggestionView)))]
async fn accept(
    State(api): State<ApiState>,
    ProjectId(id): ProjectId,
    Key(key): Key,
    Change { terms, .. }: Change<Nothing>,
) -> Answer {
    let suggestion = suggestion(&key)?;
    api.take(terms, Step::command(id, Command::AcceptSuggestion { suggestion }, view(suggestion))).await
}

/// Why a suggestion does not hold.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Dismissal {
    /// Why; the trail keeps it.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    reason: String,
}

/// Puts a suggestion aside. The same fact is not suggested again, from whatever invoice.
#[utoipa::path(post, path = "/projects/{id}/suggestions/{suggestion}/dismiss", tag = "attachments", request_body = Dismissal,
    responses((status = 200, description = "The suggestion", body = SuggestionView)))]
async fn dismiss(
    State(api): State<ApiState>,
    ProjectId(id): ProjectId,
    Key(key): Key,
    Change { terms, body }: Change<Dismissal>,
) -> Answer {
    let suggestion = suggestion(&key)?;
    api.take(terms, Step::command(id, Command::DismissSuggestion { suggestion, reason: body.reason }, view(suggestion))).await
}

/// What is not an id belongs to nothing.
fn suggestion(key: &str) -> Result<Uuid, Problem> {
    Uuid::parse_str(key).map_err(|_| Problem::not_found())
}

fn view(id: Uuid) -> Render {
    render(StatusCode::OK, move |project, _, _| suggestions_view(project).into_iter().find(|suggestion| suggestion.id == id))
}
