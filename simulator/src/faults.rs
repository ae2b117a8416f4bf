//! Failures on order: the next calls of a kind go wrong in a chosen way.

use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;

use crate::{carrier, coin, pbx};

/// How long a slow peer takes to answer.
const SLOW: Duration = Duration::from_secs(30);

/// An order for failures: `{"target": "pbx.route", "kind": "unavailable", "times": 2}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    /// The kind of call, as the journal names it; also `coin.events`, the opening of a stream.
    target: String,
    kind: Fault,
    #[serde(default = "once")]
    times: u32,
}

fn once() -> u32 {
    1
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fault {
    /// 503 and no effect.
    Unavailable,
    /// Takes effect, and the connection is dropped without an answer.
    LostAnswer,
    /// Refused for a reason of the domain.
    Refuse,
    /// Takes effect and answers after 30 seconds.
    Slow,
}

/// The failures that are yet to happen, oldest order first.
#[derive(Default)]
pub(crate) struct Faults {
    orders: Vec<Order>,
}

impl Faults {
    /// Takes an order, or says why it can't be one.
    pub(crate) fn order(&mut self, order: Order) -> Result<(), String> {
        let known: Vec<String> = [coin::CALLS, pbx::CALLS, carrier::CALLS].concat().iter().map(ToString::to_string).collect();
        if !known.contains(&order.target) {
            return Err(format!("there are no calls of kind {:?}; there are {}", order.target, known.join(", ")));
        }
        if order.times == 0 {
            return Err("times is at least 1".to_owned());
        }
        self.orders.push(order);
        Ok(())
    }

    /// What goes wrong with this call, if anything; counts it.
    pub(crate) fn take(&mut self, call: &str) -> Option<Fault> {
        let at = self.orders.iter().position(|order| order.target == call)?;
        let fault = self.orders[at].kind;
        self.orders[at].times -= 1;
        if self.orders[at].times == 0 {
            self.orders.remove(at);
        }
        Some(fault)
    }
}

impl Fault {
    /// Gives an answer as the fault lets it through.
    pub(crate) async fn deliver(fault: Option<Self>, answer: Response) -> Response {
        match fault {
            Some(Self::Unavailable) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            Some(Self::LostAnswer) => dropped(),
            Some(Self::Slow) => {
                tokio::time::sleep(SLOW).await;
                answer
            }
            Some(Self::Refuse) | None => answer,
        }
    }
}

/// No answer: a body that fails at once makes the server drop the connection before it has written anything.
fn dropped() -> Response {
    let failure = stream::iter([Err::<&[u8], _>(std::io::Error::other("the answer is lost on purpose"))]);
    Body::from_stream(failure).into_response()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn order(target: &str, kind: Fault, times: u32) -> Order {
        Order { target: target.to_owned(), kind, times }
    }

    #[test]
    fn orders_are_used_up_in_turn_by_calls_of_their_kind_only() {
        let mut faults = Faults::default();
        faults.order(order("pbx.route", Fault::Unavailable, 2)).unwrap();
        faults.order(order("pbx.route", Fault::LostAnswer, 1)).unwrap();
        assert_eq!(faults.take("pbx.unroute"), None);
        let taken: Vec<_> = (0..4).map(|_| faults.take("pbx.route")).collect();
        assert_eq!(taken, [Some(Fault::Unavailable), Some(Fault::Unavailable), Some(Fault::LostAnswer), None]);
    }

    #[test]
    fn an_order_that_can_never_happen_is_refused() {
        let mut faults = Faults::default();
        assert!(faults.order(order("pbx.rout", Fault::Slow, 1)).unwrap_err().contains("pbx.route"));
        assert!(faults.order(order("pbx.route", Fault::Slow, 0)).is_err());
    }
}
