//! Everything of a project that has a day.

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use workflow::view::{DeadlineView, deadlines_view};

use crate::ApiState;
use crate::answer::{Answer, json};
use crate::page::Page;
use crate::path::ProjectId;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Lists a project's deadlines by day, each with why it is that day.
///
/// Tasks that are not done, letters to post, when to ask for the porting, windows, the porting itself.
#[utoipa::path(get, path = "/projects/{id}/deadlines", tag = "projects",
    responses((status = 200, description = "The deadlines, the earliest first", body = Page<DeadlineView>)))]
async fn list(State(api): State<ApiState>, ProjectId(id): ProjectId) -> Answer {
    let current = api.current(id).await?;
    json(&Page::whole(deadlines_view(&current.project, api.engine.moment().today())))
}
