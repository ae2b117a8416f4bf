//! Taking note of a warning.

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use workflow::command::Command;
use workflow::view::ProjectView;

use crate::ApiState;
use crate::answer::{Answer, Step};
use crate::body::Change;
use crate::path::{Key, ProjectId};
use crate::projects::project;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(acknowledge))
}

/// A warning taken note of.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Acknowledgement {
    /// The contract that the warning is about, if it is about one.
    #[schema(max_length = 60)]
    contract: Option<String>,
    /// What was done about it.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    note: String,
}

/// Takes note of a warning.
///
/// Nothing is ported while a lift hangs on a line that ends and nobody has taken note of `line_bound_device`.
#[utoipa::path(post, path = "/projects/{id}/warnings/{code}/acknowledge", tag = "projects", request_body = Acknowledgement,
    responses((status = 200, description = "The project", body = ProjectView)))]
async fn acknowledge(
    State(api): State<ApiState>,
    ProjectId(id): ProjectId,
    Key(code): Key,
    Change { terms, body }: Change<Acknowledgement>,
) -> Answer {
    let Acknowledgement { contract, note } = body;
    api.take(terms, Step::command(id, Command::AcknowledgeWarning { code, contract, note }, project())).await
}
