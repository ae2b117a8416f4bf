//! The event stream: every message that isn't confirmed, then each new one, with a heartbeat when there is nothing to say.

use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, Sse};
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

/// What wakes and what ends the streams.
#[derive(Default)]
pub(crate) struct Signals {
    /// Sent to when a message has come in.
    news: watch::Sender<()>,
    /// Sent to when the streams are to be dropped.
    cut: watch::Sender<()>,
}

impl Signals {
    pub(super) fn announce(&self) {
        self.news.send_replace(());
    }

    pub(crate) fn drop_streams(&self) {
        self.cut.send_replace(());
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
        _ => Sse::new(deliveries(simulator, subscription)).into_response(),
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

fn deliveries(simulator: Simulator, subscription: Subscription) -> impl Stream<Item = Result<Event, Dropped>> {
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
    async fn next(&mut self) -> Option<Result<Event, Dropped>> {
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
                () = sleep(HEARTBEAT_AFTER) => return Some(Ok(Event::default().data(""))),
            }
        }
    }

    fn waiting(&mut self) -> Option<Event> {
        let world = self.simulator.world();
        let delivery = world.inbox.after(self.offset, &self.wanted)?;
        self.offset = delivery.id;
        Some(Event::default().id(delivery.id.to_string()).event(format!("{}-v3", delivery.kind)).data(&delivery.text))
    }
}
