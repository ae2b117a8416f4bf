//! From the stream of events to deliveries, and from a delivery to what is told.

use serde_json::{Value, json};
use store::{Delivery, NewDelivery, OfEvent, StoreError, StoredEvent, Subscription};
use uuid::Uuid;
use workflow::subscription::takes;

use crate::Engine;

/// So many events are read at once.
const BATCH: u32 = 100;

impl Engine {
    /// Reads on in the stream of events, and makes deliveries of what is there for each subscription that takes it. Answers how many events
    /// were read; none when another server was faster.
    pub(super) async fn dispatch(&self) -> Result<usize, StoreError> {
        let store = self.store();
        // Where nobody listens, nothing is read or written: the first who does begins at the end of the stream.
        if store.subscriptions().await?.is_empty() {
            return Ok(0);
        }
        let from = store.dispatched_to().await?;
        let events = store.feed(Some(&from), None, BATCH).await?;
        let Some(last) = events.last() else { return Ok(0) };
        // After the events: a subscription that is not there by now is made after them, and begins behind them.
        let subscriptions = store.subscriptions().await?;
        let new: Vec<NewDelivery> = events.iter().flat_map(|event| deliveries(event, &subscriptions)).collect();
        let ours = store.dispatch(&from, &last.position, &new, self.clock().now()).await?;
        Ok(if ours { events.len() } else { 0 })
    }
}

fn deliveries<'a>(event: &'a StoredEvent, subscriptions: &'a [Subscription]) -> impl Iterator<Item = NewDelivery> + 'a {
    let wanted = subscriptions.iter().filter(|subscription| takes(&subscription.kinds, &event.kind));
    wanted.map(|subscription| NewDelivery {
        id: Uuid::now_v7().to_string(),
        subscription_id: subscription.id.clone(),
        event: Some(OfEvent { position: event.position.clone(), project_id: event.project_id.clone(), seq: event.seq }),
        kind: event.kind.clone(),
        at: event.at,
    })
}

/// What a delivery tells, as Standard Webhooks has it: `type`, `timestamp`, `data`. The same at each attempt, as an event never changes. None
/// if there is no such event.
///
/// # Errors
/// The database does not answer.
pub async fn told(engine: &Engine, delivery: &Delivery) -> Result<Option<Value>, StoreError> {
    let (Some(project), Some(seq)) = (&delivery.project_id, delivery.seq) else {
        let data = json!({"subscription": delivery.subscription_id});
        return Ok(Some(json!({"type": delivery.kind, "timestamp": delivery.at, "data": data})));
    };
    let event = engine.store().events_of(project, seq - 1, 1).await?.into_iter().find(|event| event.seq == seq);
    Ok(event.map(|event| {
        let StoredEvent { project_id, reference, at, actor, kind, data, .. } = event;
        let data = json!({"project": project_id, "reference": reference, "seq": seq, "actor": actor, "data": data});
        json!({"type": kind, "timestamp": at, "data": data})
    }))
}
