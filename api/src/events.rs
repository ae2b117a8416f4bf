//! The audit trail of a project, and of all as a stream of server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use chrono::{DateTime, Utc};
use futures_util::{Stream, StreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::StoredEvent;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use workflow::actor::Actor;

use crate::ApiState;
use crate::answer::{Answer, json};
use crate::auth::Caller;
use crate::page::{Page, PageParams};
use crate::path::ProjectId;
use crate::problem::Problem;
use crate::query::Params;

/// A person who watches sees a change at once; a look costs one read by key.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// So many events are read at once.
const BATCH: u32 = 100;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(trail))
}

/// The stream lasts as long as its reader: it stands outside the time limit.
pub(crate) fn stream_routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(follow))
}

/// Something that happened to a project.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventView {
    /// 1, 2, 3 … within the project.
    seq: i64,
    /// When.
    at: DateTime<Utc>,
    /// Who.
    #[schema(value_type = Actor)]
    actor: Value,
    /// What.
    #[schema(example = "task_confirmed")]
    kind: String,
    /// The particulars.
    data: Value,
}

impl From<StoredEvent> for EventView {
    fn from(event: StoredEvent) -> Self {
        Self { seq: event.seq, at: event.at, actor: event.actor, kind: event.kind, data: event.data }
    }
}

/// Lists what happened to a project, oldest first.
///
/// The trail is only ever added to.
#[utoipa::path(get, path = "/projects/{id}/events", tag = "events", params(PageParams),
    responses((status = 200, description = "What happened", body = Page<EventView>)))]
async fn trail(State(api): State<ApiState>, ProjectId(id): ProjectId, Params(params): Params<PageParams>) -> Answer {
    api.current(id).await?;
    let limit = params.limit();
    // One more than wanted tells whether there is another page.
    let mut events = api.engine.store().events_of(&id.to_string(), params.after()?, limit + 1).await?;
    let more = events.len() > limit as usize;
    events.truncate(limit as usize);
    let next_cursor = events.last().filter(|_| more).map(|event| event.seq.to_string());
    json(&Page { items: events.into_iter().map(EventView::from).collect(), next_cursor })
}

/// From where to go on.
#[derive(Debug, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FollowParams {
    /// After the event with this id; `0.0` for all that ever happened. The header `Last-Event-ID` goes before it. Absent: from now on.
    after: Option<String>,
}

/// An event in the stream.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StreamedEvent {
    /// The project.
    project: String,
    /// Its reference.
    reference: String,
    #[serde(flatten)]
    event: EventView,
}

/// Follows what happens to all projects, as server-sent events.
///
/// `id` is the position to go on from, `event` the kind, `data` a `StreamedEvent`. A reader who reconnects with `Last-Event-ID` misses
/// nothing. A customer follows its own project.
#[utoipa::path(get, path = "/events/stream", tag = "events", params(FollowParams),
    responses((status = 200, description = "Events as they happen", body = StreamedEvent, content_type = "text/event-stream")))]
async fn follow(State(api): State<ApiState>, caller: Caller, headers: HeaderMap, Params(params): Params<FollowParams>) -> Answer {
    let last_seen = headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let asked = last_seen.filter(|id| !id.is_empty()).or(params.after);
    let store = api.engine.store();
    let after = match asked {
        Some(after) => {
            // A position that was never given out is told now, not in the middle of a stream.
            store.feed(Some(&after), None, 1).await.map_err(|error| bad_position(error, &after))?;
            Some(after)
        }
        None => store.feed_end().await?,
    };
    let follower = Follower { api: api.clone(), project: caller.project, after };
    let events = follower.events().take_until(api.stop.clone().cancelled_owned());
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}

fn bad_position(error: store::StoreError, given: &str) -> Problem {
    match error {
        store::StoreError::BadCursor => Problem::query(vec![workflow::intake::FieldError::new(
            "/after",
            "invalid_position",
            format!("{given:?} is niet de id van een gebeurtenis"),
            format!("{given:?} is not the id of an event"),
        )]),
        other => other.into(),
    }
}

/// A reader of the stream and how far it is.
struct Follower {
    api: ApiState,
    project: Option<Uuid>,
    after: Option<String>,
}

impl Follower {
    /// What happens from now on, look after look. A database that does not answer is asked again.
    fn events(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(self, |mut follower| async move {
            let batch = loop {
                match follower.look().await {
                    Ok(batch) if !batch.is_empty() => break batch,
                    Ok(_) => {}
                    Err(error) => tracing::warn!(%error, "could not read the events for a stream"),
                }
                tokio::time::sleep(LOOK_EVERY).await;
            };
            follower.after = batch.last().map(|event| event.position.clone());
            Some((stream::iter(batch.into_iter().filter_map(streamed).map(Ok)), follower))
        })
        .flatten()
    }

    async fn look(&self) -> Result<Vec<StoredEvent>, store::StoreError> {
        let project = self.project.map(|project| project.to_string());
        self.api.engine.store().feed(self.after.as_deref(), project.as_deref(), BATCH).await
    }
}

fn streamed(event: StoredEvent) -> Option<Event> {
    let (id, kind) = (event.position.clone(), event.kind.clone());
    let data =
        StreamedEvent { project: event.project_id.clone(), reference: event.reference.clone(), event: EventView::from(event) };
    Event::default().id(id).event(kind).json_data(data).ok()
}
