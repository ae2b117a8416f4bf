//! The event stream: every message that isn't confirmed, then each new one, with a heartbeat when there is nothing to say.

use std::time::Duration;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::sleep;

use super::inbox::Wanted;
use super::reply::{Code, refusal};
use super::{EVENTS, Simulator};
use crate::faults::Fault;

/// Silence after which COIN sends an empty event.
const HEARTBEAT_AFTER: Duration = Duration::from_secs(20);

/// An event without content. Written by hand, as are the others: axum leaves an empty `data` field out, and without the
/// field COIN's Python SDK sees no event at all.
const HEARTBEAT: &str = "data: \n\n";

/// What wakes and what ends the streams.
#[derive(Default)]
pub(crate) struct Signals {
    /// Sent to when a message has come in.
    news: watch::Sender<()>,
    /// Sent to when the streams are to be dropped.
    cut: watch::Sender<()>,
    /// Sent to when a message has been confirmed.
    heard: watch::Sender<()>,
}

impl Signals {
    pub(super) fn announce(&self) {
        self.news.send_replace(());
    }

    pub(crate) fn drop_streams(&self) {
        self.cut.send_replace(());
    }

    pub(super) fn confirmed(&self) {
        self.heard.send_replace(());
    }

    /// Hears of each confirmation from now on.
    pub(crate) fn confirmations(&self) -> watch::Receiver<()> {
        self.heard.subscribe()
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Subscription {
    #[serde(default = "from_the_start")]
    offset: i64,
    /// Types of message, separated by commas.
    #[serde(default)]
    message_types: Option<String>,
    #[serde(default)]
    confirmation_status: ConfirmationStatus,
}

#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
enum ConfirmationStatus {
    #[default]
    Unconfirmed,
    All,
}

fn from_the_start() -> i64 {
    -1
}

pub(super) async fn events(
    State(simulator): State<Simulator>,
    subscription: Result<Query<Subscription>, QueryRejection>,
) -> Response {
    let Query(subscription) = match subscription {
        Ok(subscription) => subscription,
        Err(error) => {
            return refusal(StatusCode::BAD_REQUEST, Code::Parameter, [error.body_text()]);
        }
    };
    let fault = simulator.world().faults.take(EVENTS);
    let answer = match fault {
        Some(Fault::Refuse) => refusal(StatusCode::FORBIDDEN, Code::Forbidden, ["no stream for this consumer"]),
        _ => stream_of(simulator, subscription),
    };
    Fault::deliver(fault, answer).await
}

/// The connection is dropped, as by a failing network.
#[derive(Debug, thiserror::Error)]
#[error("the stream is dropped on purpose")]
struct Dropped;

struct Reader {
    simulator: Simulator,
    offset: i64,
    wanted: Wanted,
    news: watch::Receiver<()>,
    cut: watch::Receiver<()>,
    is_cut: bool,
}

fn stream_of(simulator: Simulator, subscription: Subscription) -> Response {
    let body = Body::from_stream(deliveries(simulator, subscription));
    ([(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-cache")], body).into_response()
}

fn deliveries(simulator: Simulator, subscription: Subscription) -> impl Stream<Item = Result<String, Dropped>> {
    let kinds = subscription.message_types.unwrap_or_default();
    let reader = Reader {
        news: simulator.shared.signals.news.subscribe(),
        cut: simulator.shared.signals.cut.subscribe(),
        simulator,
        offset: subscription.offset,
        wanted: Wanted {
            all: subscription.confirmation_status == ConfirmationStatus::All,
            kinds: kinds.split(',').map(str::trim).filter(|kind| !kind.is_empty()).map(str::to_owned).collect(),
        },
        is_cut: false,
    };
    stream::unfold(reader, |mut reader| async {
        let event = reader.next().await?;
        Some((event, reader))
    })
}

impl Reader {
    async fn next(&mut self) -> Option<Result<String, Dropped>> {
        if self.is_cut {
            return None;
        }
        loop {
            // Marked as seen before looking, so that what comes meanwhile wakes us.
            self.news.mark_unchanged();
            if let Some(event) = self.waiting() {
                return Some(Ok(event));
            }
            tokio::select! {
                _ = self.news.changed() => {}
                _ = self.cut.changed() => {
                    self.is_cut = true;
                    return Some(Err(Dropped));
                }
                () = sleep(HEARTBEAT_AFTER) => return Some(Ok(HEARTBEAT.to_owned())),
            }
        }
    }

    fn waiting(&mut self) -> Option<String> {
        let world = self.simulator.world();
        let delivery = world.inbox.after(self.offset, &self.wanted)?;
        self.offset = delivery.id;
        let (id, kind, text) = (delivery.id, &delivery.kind, &delivery.text);
        Some(format!("id: {id}\nevent: {kind}-v3\ndata: {text}\n\n"))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use futures_util::StreamExt;
    use tokio::time::Instant;

    use super::*;
    use crate::SimulatorSettings;

    #[tokio::test(start_paused = true)]
    async fn after_twenty_seconds_without_a_message_an_empty_event_comes() {
        let settings = SimulatorSettings {
            answer_after: Duration::ZERO,
            credentials: None,
            wire_clock: Default::default,
            webhook_secret: None,
        };
        let subscription =
            Subscription { offset: from_the_start(), message_types: None, confirmation_status: ConfirmationStatus::Unconfirmed };
        let events = stream_of(Simulator::new(settings).unwrap(), subscription);
        let mut bytes = events.into_body().into_data_stream();
        for heartbeat in 1..=2 {
            let before = Instant::now();
            assert_eq!(bytes.next().await.unwrap().unwrap(), "data: \n\n", "heartbeat {heartbeat}");
            assert_eq!(before.elapsed().as_secs(), 20);
        }
    }
}
