//! What was sent to other systems: each delivery, each attempt at it, and having it sent again.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use engine::subscription::told;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Delivery, DeliveryAttempt, DeliveryFilter, DeliveryState};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::ApiState;
use crate::answer::{Answer, json, of_handled};
use crate::auth::Manager;
use crate::body::Change;
use crate::page::{LIMIT_DEFAULT, Page};
use crate::path::Id;
use crate::problem::Problem;
use crate::projects::Nothing;
use crate::query::Params;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show)).routes(routes!(replay))
}

/// An event on its way to a subscription.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryView {
    /// Its id: `webhook-id`, the same at each attempt.
    #[schema(value_type = Uuid)]
    id: String,
    /// Where it stands.
    location: String,
    /// To which subscription.
    #[schema(value_type = Uuid)]
    subscription: String,
    /// The event's kind, or `test`.
    #[schema(example = "cutover_done")]
    r#type: String,
    /// When the event was.
    timestamp: DateTime<Utc>,
    /// The event's project; null for a test.
    #[schema(value_type = Option<Uuid>)]
    project: Option<String>,
    /// The event's number within the project; null for a test.
    seq: Option<i64>,
    /// How far it has come.
    state: DeliveryStateView,
    /// How often it was tried.
    attempts: i64,
    /// When it is tried next, unless its subscription is paused or disabled; null when it is over or being sent.
    next_attempt_at: Option<DateTime<Utc>>,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it was delivered or given up.
    settled_at: Option<DateTime<Utc>>,
}

/// How far a delivery has come.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DeliveryStateView {
    /// It waits for its first attempt, or its next.
    Pending,
    /// It is being sent.
    Sending,
    /// The receiver took it.
    Delivered,
    /// It was given up.
    Failed,
}

impl DeliveryStateView {
    const fn stored(self) -> DeliveryState {
        match self {
            Self::Pending => DeliveryState::Pending,
            Self::Sending => DeliveryState::Sending,
            Self::Delivered => DeliveryState::Delivered,
            Self::Failed => DeliveryState::Failed,
        }
    }
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        let state = match delivery.state {
            DeliveryState::Pending => DeliveryStateView::Pending,
            DeliveryState::Sending => DeliveryStateView::Sending,
            DeliveryState::Delivered => DeliveryStateView::Delivered,
            DeliveryState::Failed => DeliveryStateView::Failed,
        };
        Self {
            location: format!("/api/v1/deliveries/{}", delivery.id),
            id: delivery.id,
            subscription: delivery.subscription_id,
            r#type: delivery.kind,
            timestamp: delivery.at,
            project: delivery.project_id,
            seq: delivery.seq,
            state,
            attempts: delivery.attempts,
            next_attempt_at: delivery.due_at.filter(|_| delivery.state == DeliveryState::Pending),
            created_at: delivery.created_at,
            settled_at: delivery.settled_at,
        }
    }
}

/// What makes an answer of a delivery.
pub(crate) fn summary(status: StatusCode) -> impl Fn(&Delivery) -> (u16, Value) + Send + Sync {
    move |delivery| {
        let view = DeliveryView::from(delivery.clone());
        (status.as_u16(), serde_json::to_value(view).unwrap_or_default())
    }
}

/// An attempt to deliver.
#[derive(Debug, Serialize, ToSchema)]
struct AttemptView {
    /// 1, 2, 3 …
    attempt: i64,
    /// When it began.
    at: DateTime<Utc>,
    /// How long it took; null while it is under way, or when the server died meanwhile and nobody knows how it ended.
    milliseconds: Option<i64>,
    /// The HTTP status that was answered; null when none was.
    status: Option<i64>,
    /// The first KiB of what was answered.
    answer: Option<String>,
    /// What went wrong, where there is no whole answer.
    error: Option<String>,
}

impl From<DeliveryAttempt> for AttemptView {
    fn from(attempt: DeliveryAttempt) -> Self {
        let DeliveryAttempt { attempt, started_at: at, milliseconds, status, answer, error } = attempt;
        Self { attempt, at, milliseconds, status, answer, error }
    }
}

/// What is told, the same at each attempt.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes what is sent in the OpenAPI document")]
pub(crate) struct ToldEvent {
    /// The event's kind, or `test`.
    #[schema(example = "cutover_done")]
    r#type: String,
    /// When the event was.
    timestamp: DateTime<Utc>,
    /// `project`, `reference`, `seq`, `actor` and `data` as in `GET /projects/{id}/events`; for a test the `subscription`.
    data: Value,
}

/// A delivery with all that became of it.
#[derive(Debug, Serialize, ToSchema)]
struct DeliveryDetail {
    #[serde(flatten)]
    delivery: DeliveryView,
    /// What is told.
    #[schema(value_type = ToldEvent)]
    body: Value,
    /// Every attempt, the first first.
    tried: Vec<AttemptView>,
}

/// Which deliveries.
#[derive(Debug, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DeliveryParams {
    /// To this subscription.
    subscription: Option<Uuid>,
    /// In this state.
    #[param(inline)]
    state: Option<DeliveryStateView>,
    /// At most so many items.
    #[schema(minimum = 1, maximum = 200, default = 50)]
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// `next_cursor` of the part before.
    cursor: Option<String>,
}

/// Lists what was sent to other systems, the latest first.
///
/// Deliveries are kept for 30 days after they were delivered or given up.
#[utoipa::path(get, path = "/deliveries", tag = "subscriptions", params(DeliveryParams),
    responses((status = 200, description = "The deliveries", body = Page<DeliveryView>)))]
async fn list(State(api): State<ApiState>, _: Manager, Params(params): Params<DeliveryParams>) -> Answer {
    let filter = DeliveryFilter {
        subscription_id: params.subscription.map(|id| id.to_string()),
        state: params.state.map(|state| state.stored().as_str().to_owned()),
        limit: params.limit.unwrap_or(LIMIT_DEFAULT),
        cursor: params.cursor,
    };
    let page = api.engine.store().deliveries(&filter).await?;
    json(&Page { items: page.items.into_iter().map(DeliveryView::from).collect(), next_cursor: page.next_cursor })
}

/// Shows a delivery with what is told and every attempt.
#[utoipa::path(get, path = "/deliveries/{id}", tag = "subscriptions",
    responses((status = 200, description = "The delivery", body = DeliveryDetail)))]
async fn show(State(api): State<ApiState>, _: Manager, Id(id): Id) -> Answer {
    let store = api.engine.store();
    let delivery = store.delivery(&id.to_string()).await?.ok_or_else(Problem::not_found)?;
    let body = told(&api.engine, &delivery).await?.unwrap_or_default();
    let tried = store.attempts_of(&delivery.id).await?.into_iter().map(AttemptView::from).collect();
    json(&DeliveryDetail { delivery: delivery.into(), body, tried })
}

/// Sends a delivery again, under its id.
///
/// Whatever became of it; its pauses begin anew. 409 `delivery_under_way` while it is being sent.
#[utoipa::path(post, path = "/deliveries/{id}/replay", tag = "subscriptions", request_body = Nothing,
    responses((status = 200, description = "The delivery", body = DeliveryView)))]
async fn replay(State(api): State<ApiState>, _: Manager, Id(id): Id, Change { terms, .. }: Change<Nothing>) -> Answer {
    let handled = api.engine.replay_delivery(id, &terms.asked(), &summary(StatusCode::OK)).await;
    of_handled(handled, &terms)
}
