//! Who the caller is, and what time it is here.

use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::ApiState;
use crate::answer::{Answer, json};
use crate::auth::{Caller, TokenRole};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(me))
}

/// The bearer of the token.
#[derive(Debug, Serialize, ToSchema)]
struct Me {
    /// What they may do.
    role: TokenRole,
    /// As the trail shows them.
    name: String,
    /// The only project that they may see.
    project: Option<Uuid>,
    /// The time here.
    clock: ClockView,
}

/// The time by Overstap's clock.
#[derive(Debug, Serialize, ToSchema)]
struct ClockView {
    /// Now.
    now: DateTime<Utc>,
    /// It is not the world's time.
    simulated: bool,
}

/// Says who the token's bearer is.
#[utoipa::path(get, path = "/me", tag = "me", responses((status = 200, description = "The bearer", body = Me)))]
async fn me(State(api): State<ApiState>, caller: Caller) -> Answer {
    let clock = api.engine.clock();
    json(&Me {
        role: caller.role,
        name: caller.actor.name,
        project: caller.project,
        clock: ClockView { now: clock.now(), simulated: clock.is_simulated() },
    })
}
