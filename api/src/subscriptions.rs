//! Other systems that are told of events: whom, of what, and what they check it with. For project managers: events tell of every customer.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use engine::subscription::{SubscriptionChange, Wanted};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use store::{Subscription, SubscriptionState};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use workflow::subscription::{DisabledBecause, Key, Scheme};

use crate::ApiState;
use crate::answer::{Answer, DRY_RUN, TRUE, json, of_handled};
use crate::auth::Manager;
use crate::body::Change;
use crate::deliveries::{DeliveryView, summary};
use crate::page::Page;
use crate::path::Id;
use crate::problem::Problem;
use crate::projects::Nothing;
use crate::terms::Terms;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, amend, remove))
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(rotate))
        .routes(routes!(test))
        .routes(routes!(replay))
}

/// A system that is told of events.
#[derive(Debug, Serialize, ToSchema)]
struct SubscriptionView {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: String,
    /// Where it stands.
    #[schema(example = "/api/v1/subscriptions/01a21042-b969-7031-9a84-59cdc1edd6d9")]
    location: String,
    /// Counts its changes.
    version: i64,
    /// Where it is told.
    #[schema(example = "https://crm.example/overstap")]
    url: String,
    /// Of what.
    #[schema(example = json!(["cutover_*", "phase_advanced"]))]
    kinds: Vec<String>,
    /// What it is for.
    description: Option<String>,
    /// How deliveries are signed.
    #[schema(value_type = Scheme)]
    scheme: String,
    /// Whether it is told anything.
    state: SubscriptionStateView,
    /// Why it is not told anything any more; null unless it is disabled.
    disabled: Option<SubscriptionDisabledView>,
    /// The first attempt that failed since one succeeded.
    failing_since: Option<DateTime<Utc>>,
    /// What signs, the newest first.
    keys: Vec<SigningKeyView>,
    /// What the receiver checks signatures with (`v1`). Only in the answer to making and rotating: keep it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]
    secret: Option<String>,
    /// Who made it.
    created_by: String,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it last changed.
    updated_at: DateTime<Utc>,
}

/// Whether a subscription is told anything.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SubscriptionStateView {
    /// It is.
    Active,
    /// A person wants it to wait; what happens is told when it is resumed.
    Paused,
    /// It did not take what it was told. What happens is told when it is resumed.
    Disabled,
}

/// Why a subscription is not told anything any more.
#[derive(Debug, Serialize, ToSchema)]
struct SubscriptionDisabledView {
    /// The receiver answered 410, or every attempt failed for five days.
    #[schema(value_type = DisabledBecause)]
    because: String,
    /// Replay when.
    at: DateTime<Utc>,
}

/// A key that signs.
#[derive(Debug, Serialize, ToSchema)]
struct SigningKeyView {
    /// What the receiver checks signatures with (`v1a`); null for `v1`.
    #[schema(example = "whpk_oFRtBfFyUQ7uQhWrJn4Q0qTyIRPLOTgIpUNeVTsYfRk=")]
    public_key: Option<String>,
    /// Replay when.
    made_at: DateTime<Utc>,
    /// Until when; null for the newest.
    signs_until: Option<DateTime<Utc>>,
}

impl SubscriptionView {
    /// `now` decides which keys still sign; `new` is the key that was made just now.
    fn new(subscription: &Subscription, new: Option<&Key>, now: DateTime<Utc>) -> Self {
        let Subscription { id, version, url, kinds, description, scheme, created_by, created_at, updated_at, .. } =
            subscription.clone();
        let keys: Vec<Key> = serde_json::from_value(subscription.keys.clone()).unwrap_or_default();
        let key =
            |key: &Key| SigningKeyView { public_key: key.public.clone(), made_at: key.made_at, signs_until: key.signs_until };
        let because = subscription.disabled_because.clone().zip(subscription.disabled_at);
        Self {
            location: format!("/api/v1/subscriptions/{id}"),
            id,
            version,
            url,
            kinds,
            description,
            scheme,
            state: match subscription.state {
                SubscriptionState::Active => SubscriptionStateView::Active,
                SubscriptionState::Paused => SubscriptionStateView::Paused,
                SubscriptionState::Disabled | SubscriptionState::Deleted => SubscriptionStateView::Disabled,
            },
            disabled: because.map(|(because, at)| SubscriptionDisabledView { because, at }),
            failing_since: subscription.failing_since,
            keys: workflow::subscription::signing(&keys, now).map(key).collect(),
            // A private key is nobody's but ours.
            secret: new.filter(|key| key.public.is_none()).map(|key| key.secret.clone()),
            created_by,
            created_at,
            updated_at,
        }
    }
}

impl ApiState {
    /// Changes a subscription, and answers with it.
    async fn amended(&self, id: Uuid, terms: Terms, change: SubscriptionChange) -> Answer {
        let now = self.engine.clock().now();
        let status = StatusCode::OK.as_u16();
        let render = move |subscription: &Subscription, key: Option<&Key>| {
            let view = SubscriptionView::new(subscription, key, now);
            (status, serde_json::to_value(view).unwrap_or_default())
        };
        let handled = self.engine.change_subscription(id, &change, &terms.caller.actor, &terms.asked(), &render).await;
        of_handled(handled, &terms)
    }
}

/// Lists who is told of events.
#[utoipa::path(get, path = "/subscriptions", tag = "subscriptions",
    responses((status = 200, description = "The subscriptions, the oldest first", body = Page<SubscriptionView>)))]
async fn list(State(api): State<ApiState>, _: Manager) -> Answer {
    let now = api.engine.clock().now();
    let subscriptions = api.engine.store().subscriptions().await?;
    json(&Page::whole(subscriptions.iter().map(|subscription| SubscriptionView::new(subscription, None, now)).collect()))
}

/// A subscription to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSubscription {
    /// Where it is told: an address with `https`.
    #[schema(max_length = 2000, example = "https://crm.example/overstap")]
    url: String,
    /// Of what: kinds of events (docs/api.md), beginnings of kinds such as `cutover_*`, or `*`.
    #[schema(min_items = 1, max_items = 100, example = json!(["cutover_*", "phase_advanced"]))]
    kinds: Vec<String>,
    /// What it is for.
    #[schema(max_length = 200)]
    description: Option<String>,
    /// How deliveries are signed; `v1` when absent.
    #[serde(default)]
    #[schema(required = false)]
    scheme: Scheme,
}

/// Subscribes a system to events.
///
/// From now on each event of these kinds, of any project, is sent to the address as Standard Webhooks says. The answer alone has the secret.
#[utoipa::path(post, path = "/subscriptions", tag = "subscriptions", request_body = NewSubscription,
    responses((status = 201, description = "The subscription, at `Location`", body = SubscriptionView)))]
async fn create(State(api): State<ApiState>, _: Manager, Change { terms, body }: Change<NewSubscription>) -> Answer {
    let now = api.engine.clock().now();
    let NewSubscription { url, kinds, description, scheme } = body;
    let render = move |subscription: &Subscription, key: Option<&Key>| {
        let view = SubscriptionView::new(subscription, key, now);
        (StatusCode::CREATED.as_u16(), serde_json::to_value(view).unwrap_or_default())
    };
    let wanted = Wanted { url, kinds, description, scheme };
    let handled = api.engine.subscribe(wanted, &terms.caller.actor, &terms.asked(), &render).await;
    of_handled(handled, &terms)
}

/// Shows a subscription.
#[utoipa::path(get, path = "/subscriptions/{id}", tag = "subscriptions",
    responses((status = 200, description = "The subscription", body = SubscriptionView)))]
async fn show(State(api): State<ApiState>, _: Manager, Id(id): Id) -> Answer {
    let subscription = api.engine.store().subscription(&id.to_string()).await?.ok_or_else(Problem::not_found)?;
    json(&SubscriptionView::new(&subscription, None, api.engine.clock().now()))
}

/// What is to be otherwise; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SubscriptionPatch {
    /// Where it is told.
    #[schema(value_type = String, required = false, max_length = 2000)]
    url: Option<String>,
    /// Of what.
    #[schema(value_type = Vec<String>, required = false, min_items = 1, max_items = 100)]
    kinds: Option<Vec<String>>,
    /// What it is for; null leaves it unsaid.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 200)]
    #[expect(clippy::option_option, reason = "in a merge patch, null and absent are two things")]
    description: Option<Option<String>>,
}

/// Tells null from absent.
#[expect(clippy::option_option, reason = "in a merge patch, null and absent are two things")]
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Changes where a subscription is told, and of what.
///
/// JSON merge patch. Deliveries under way go to the new address from their next attempt on.
#[utoipa::path(patch, path = "/subscriptions/{id}", tag = "subscriptions", request_body = SubscriptionPatch,
    responses((status = 200, description = "The subscription", body = SubscriptionView)))]
async fn amend(State(api): State<ApiState>, _: Manager, Id(id): Id, Change { terms, body }: Change<SubscriptionPatch>) -> Answer {
    let SubscriptionPatch { url, kinds, description } = body;
    api.amended(id, terms, SubscriptionChange::Amend { url, kinds, description }).await
}

/// Ends a subscription.
///
/// What was not delivered by now is not, and its deliveries can't be looked at any more.
#[utoipa::path(delete, path = "/subscriptions/{id}", tag = "subscriptions",
    responses((status = 204, description = "It is gone")))]
async fn remove(State(api): State<ApiState>, _: Manager, Id(id): Id, Change { terms, .. }: Change<Nothing>) -> Answer {
    let (asked, by) = (terms.asked(), &terms.caller.actor);
    let nothing = |_: &Subscription, _: Option<&Key>| (StatusCode::NO_CONTENT.as_u16(), Value::Null);
    let removed = api.engine.change_subscription(id, &SubscriptionChange::Remove, by, &asked, &nothing).await;
    removed.map_err(|failure| Problem::failure(failure, terms.if_match.is_some()))?;
    let mut response: Response = StatusCode::NO_CONTENT.into_response();
    if terms.dry_run {
        response.headers_mut().insert(DRY_RUN, TRUE);
    }
    Ok(response)
}

/// Has a subscription wait.
///
/// What happens meanwhile is told when it is resumed, at most 30 days later. One that is disabled stays so.
#[utoipa::path(post, path = "/subscriptions/{id}/pause", tag = "subscriptions", request_body = Nothing,
    responses((status = 200, description = "The subscription", body = SubscriptionView)))]
async fn pause(State(api): State<ApiState>, _: Manager, Id(id): Id, Change { terms, .. }: Change<Nothing>) -> Answer {
    api.amended(id, terms, SubscriptionChange::Pause).await
}

/// Has a subscription be told again that was paused or disabled.
#[utoipa::path(post, path = "/subscriptions/{id}/resume", tag = "subscriptions", request_body = Nothing,
    responses((status = 200, description = "The subscription", body = SubscriptionView)))]
async fn resume(State(api): State<ApiState>, _: Manager, Id(id): Id, Change { terms, .. }: Change<Nothing>) -> Answer {
    api.amended(id, terms, SubscriptionChange::Resume).await
}

/// Makes a new secret or key pair.
///
/// For 24 hours the old one signs beside it: `webhook-signature` then has a signature of each. The answer alone has the secret.
#[utoipa::path(post, path = "/subscriptions/{id}/rotate", tag = "subscriptions", request_body = Nothing,
    responses((status = 200, description = "The subscription", body = SubscriptionView)))]
async fn rotate(State(api): State<ApiState>, _: Manager, Id(id): Id, Change { terms, .. }: Change<Nothing>) -> Answer {
    api.amended(id, terms, SubscriptionChange::Rotate).await
}

/// Sends a delivery of the type `test`, which tells of no event.
///
/// What became of it is at `Location`.
#[utoipa::path(post, path = "/subscriptions/{id}/test", tag = "subscriptions", request_body = Nothing,
    responses((status = 201, description = "The delivery, at `Location`", body = DeliveryView)))]
async fn test(State(api): State<ApiState>, _: Manager, Id(id): Id, Change { terms, .. }: Change<Nothing>) -> Answer {
    let handled = api.engine.test_subscription(id, &terms.asked(), &summary(StatusCode::CREATED)).await;
    of_handled(handled, &terms)
}

/// From when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Replay {
    /// Events of this instant or later.
    since: DateTime<Utc>,
}

/// How many deliveries are sent again.
#[derive(Debug, Serialize, ToSchema)]
struct Replayed {
    /// So many.
    replayed: u64,
}

/// Sends again what was given up.
///
/// All deliveries to the subscription whose state is `failed` and whose event was at that instant or later, each under its id.
#[utoipa::path(post, path = "/subscriptions/{id}/replay", tag = "subscriptions", request_body = Replay,
    responses((status = 200, description = "How many", body = Replayed)))]
async fn replay(State(api): State<ApiState>, _: Manager, Id(id): Id, Change { terms, body }: Change<Replay>) -> Answer {
    let render = |replayed| (StatusCode::OK.as_u16(), serde_json::to_value(Replayed { replayed }).unwrap_or_default());
    let handled = api.engine.replay_failed(id, body.since, &terms.asked(), render).await;
    of_handled(handled, &terms)
}
