//! What is under way outside: saying how it ended.

use axum::extract::State;
use axum::http::StatusCode;
use engine::{Origin, Target};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use workflow::command::Command;
use workflow::effect::Outcome;

use crate::ApiState;
use crate::answer::{Answer, Step, render};
use crate::body::Change;
use crate::path::EffectId;
use crate::projects::Nothing;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(outcome)).routes(routes!(retry))
}

/// How an effect ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OutcomeForm {
    /// Done, or refused for a reason of the domain.
    outcome: Ending,
    /// In the peer's words.
    #[schema(max_length = 2000)]
    detail: Option<String>,
    /// What the peer gives with it. For `porting.request` it may be the donor's answer.
    #[serde(default)]
    data: Value,
}

/// How an effect can end.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Ending {
    /// It has been done.
    Done,
    /// The peer won't do it; repeating does not help.
    Refused,
}

/// An effect that is over.
#[derive(Debug, Serialize, ToSchema)]
struct SettledEffectView {
    /// The effect.
    id: Uuid,
    /// The project.
    project: Uuid,
    /// How it ended.
    outcome: Ending,
}

/// Says how an effect ended that was accepted with 202, or that a person does by hand.
///
/// Once: 409 `effect_settled` when it is over already or was withdrawn.
#[utoipa::path(post, path = "/effects/{id}/outcome", tag = "effects", request_body = OutcomeForm,
    responses((status = 200, description = "It is recorded", body = SettledEffectView)))]
async fn outcome(State(api): State<ApiState>, effect: EffectId, Change { terms, body }: Change<OutcomeForm>) -> Answer {
    let OutcomeForm { outcome: ending, detail, data } = body;
    let outcome = match ending {
        Ending::Done => Outcome::Done { detail, data },
        Ending::Refused => Outcome::Refused { detail: detail.unwrap_or_default() },
    };
    let EffectId { id, project, attempt } = effect;
    let step = Step {
        target: Target::Existing(project, Command::SettleEffect { effect: id, attempt, outcome }),
        origin: Origin::Answer(id),
        documents: Vec::new(),
        render: render(StatusCode::OK, move |project, _, _| SettledEffectView { id, project: project.id, outcome: ending }),
    };
    api.take(terms, step).await
}

/// An effect that is tried again.
#[derive(Debug, Serialize, ToSchema)]
struct RetriedEffectView {
    /// The effect.
    id: Uuid,
    /// The project.
    project: Uuid,
}

/// Tries an effect again that stopped, once what stood in its way has been mended.
///
/// For what stands under `next_actions` with an error: wrong credentials, say. A cutover's step is tried again with `cutover/retry`.
#[utoipa::path(post, path = "/effects/{id}/retry", tag = "effects", request_body = Nothing,
    responses((status = 200, description = "It is tried again", body = RetriedEffectView)))]
async fn retry(State(api): State<ApiState>, effect: EffectId, Change { terms, .. }: Change<Nothing>) -> Answer {
    let EffectId { id, project, .. } = effect;
    let step = Step {
        target: Target::Existing(project, Command::RetryEffect { effect: id }),
        origin: Origin::Outside,
        documents: Vec::new(),
        render: render(StatusCode::OK, move |project, _, _| RetriedEffectView { id, project: project.id }),
    };
    api.take(terms, step).await
}
