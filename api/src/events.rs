//! The audit trail of a project, and of all as a stream of server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use chrono::{DateTime, Utc};
use engine::trail::recorded;
use futures_util::{Stream, StreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::StoredEvent;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use workflow::actor::Actor;
use workflow::text::Text;

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

/// Something that happened to a project, in words too.
#[derive(Debug, Serialize, ToSchema)]
struct TrailItem {
    #[serde(flatten)]
    event: EventView,
    /// What happened, in a sentence; who and when are beside it.
    text: Text,
}

/// Which part of a trail, in which order.
#[derive(Debug, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TrailParams {
    /// The order; the oldest first when absent.
    #[param(inline)]
    sort: Option<TrailOrder>,
    /// At most so many items.
    #[schema(minimum = 1, maximum = 200, default = 50)]
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// `next_cursor` of the part before, for the same order.
    cursor: Option<String>,
}

/// The order of a trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
enum TrailOrder {
    /// The oldest first.
    #[serde(rename = "seq")]
    OldestFirst,
    /// The latest first.
    #[serde(rename = "-seq")]
    LatestFirst,
}

/// Lists what happened to a project, oldest first unless asked otherwise.
///
/// The trail is only ever added to.
#[utoipa::path(get, path = "/projects/{id}/events", tag = "events", params(TrailParams),
    responses((status = 200, description = "What happened", body = Page<TrailItem>)))]
async fn trail(State(api): State<ApiState>, ProjectId(id): ProjectId, Params(params): Params<TrailParams>) -> Answer {
    let TrailParams { sort, limit, cursor } = params;
    let part = PageParams { limit, cursor };
    let (project, limit, seen) = (api.current(id).await?.project, part.limit(), part.after()?);
    let (store, of) = (api.engine.store(), id.to_string());
    // One more than wanted tells whether there is another page.
    let mut events = match sort {
        None | Some(TrailOrder::OldestFirst) => store.events_of(&of, seen, limit + 1).await?,
        Some(TrailOrder::LatestFirst) => store.latest_events_of(&of, part.cursor.is_some().then_some(seen), limit + 1).await?,
    };
    let more = events.len() > limit as usize;
    events.truncate(limit as usize);
    let next_cursor = events.last().filter(|_| more).map(|event| event.seq.to_string());
    let item = |event: StoredEvent| {
        let told =
            recorded(&event).map(|recorded| recorded.event.told(project.process())).map_err(|error| Problem::internal(&error))?;
        Ok(TrailItem { event: EventView::from(event), text: told })
    };
    json(&Page { items: events.into_iter().map(item).collect::<Result<Vec<_>, Problem>>()?, next_cursor })
}

/// From where to go on.
#[derive(Debug, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FollowParams {
    /// After the event with this id; `0.0` for all that ever happened. The header `Last-Event-ID` goes before it. Absent: from now on.
    after: Option<String>,
    /// Only what happens to this project.
    project: Option<Uuid>,
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
    // What a caller may not know of does not exist for it.
    if params.project.is_some_and(|project| !caller.may_see(project)) {
        return Err(Problem::not_found());
    }
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
    let follower = Follower { api: api.clone(), project: params.project.or(caller.project), after };
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
