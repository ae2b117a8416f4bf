//! Tasks: confirming, skipping, reopening.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use workflow::command::Command;
use workflow::decide::{TaskDeeds, task_deeds};
use workflow::process::Party;
use workflow::view::{ProjectView, TaskView, tasks_view};

use crate::ApiState;
use crate::answer::{Answer, Step, json};
use crate::auth::Caller;
use crate::body::Change;
use crate::page::Page;
use crate::path::{Key, ProjectId};
use crate::projects::{Because, project};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(complete)).routes(routes!(skip)).routes(routes!(reopen))
}

/// A task, and what the caller can do with it now.
#[derive(Debug, Serialize, ToSchema)]
struct TaskItem {
    #[serde(flatten)]
    task: TaskView,
    /// What the caller can do with it now.
    can: TaskDeeds,
}

/// Lists a project's tasks, in the order of the process, each with what the caller can do with it.
#[utoipa::path(get, path = "/projects/{id}/tasks", tag = "tasks",
    responses((status = 200, description = "The tasks", body = Page<TaskItem>)))]
async fn list(State(api): State<ApiState>, caller: Caller, ProjectId(id): ProjectId) -> Answer {
    let project = api.current(id).await?.project;
    let views = tasks_view(&project, &api.engine.moment());
    let item = |(task, view)| TaskItem { task: view, can: task_deeds(&project, task, caller.actor.role) };
    json(&Page::whole(project.process().tasks().iter().zip(views).map(item).collect()))
}

/// A confirmation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    /// For whom, when not for the caller's own party. Only a project manager confirms for another.
    on_behalf_of: Option<Party>,
    /// Anything worth keeping.
    #[schema(max_length = 2000)]
    note: Option<String>,
}

/// Confirms a party's part of a task.
///
/// A task with two names in `done_by` is done when both have confirmed.
#[utoipa::path(post, path = "/projects/{id}/tasks/{key}/complete", tag = "tasks", request_body = Confirmation,
    responses((status = 200, description = "The project", body = ProjectView)))]
async fn complete(
    State(api): State<ApiState>,
    ProjectId(id): ProjectId,
    Key(key): Key,
    Change { terms, body }: Change<Confirmation>,
) -> Answer {
    let Confirmation { on_behalf_of, note } = body;
    api.take(terms, Step::command(id, Command::CompleteTask { key, on_behalf_of, note }, project())).await
}

/// Skips a task that is not needed here.
///
/// It counts as done for gates. Some tasks can't be skipped while any number is to be ported.
#[utoipa::path(post, path = "/projects/{id}/tasks/{key}/skip", tag = "tasks", request_body = Because,
    responses((status = 200, description = "The project", body = ProjectView)))]
async fn skip(
    State(api): State<ApiState>,
    ProjectId(id): ProjectId,
    Key(key): Key,
    Change { terms, body }: Change<Because>,
) -> Answer {
    api.take(terms, Step::command(id, Command::SkipTask { key, reason: body.reason }, project())).await
}

/// Reopens a task, and what depended on it.
#[utoipa::path(post, path = "/projects/{id}/tasks/{key}/reopen", tag = "tasks", request_body = Because,
    responses((status = 200, description = "The project", body = ProjectView)))]
async fn reopen(
    State(api): State<ApiState>,
    ProjectId(id): ProjectId,
    Key(key): Key,
    Change { terms, body }: Change<Because>,
) -> Answer {
    api.take(terms, Step::command(id, Command::ReopenTask { key, reason: body.reason }, project())).await
}
