//! Performing an effect: data in, outcome out. An effect is complete, so nothing is decided here.

mod by_hand;
mod coin;
mod invoice;
mod mail;
mod webhook;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use outside::CallError;
use serde::Serialize;
use workflow::effect::{Effect, Outcome};

pub use by_hand::ByHand;
pub use coin::OverCoin;
pub use invoice::InvoiceReader;
pub use mail::OverSmtp;
pub use webhook::OverWebhook;

/// Performs effects of some kinds. Called any number of times with the same effect, whose id is the idempotency key.
#[async_trait]
pub trait Performer: Send + Sync {
    /// Performs an effect, once more if need be.
    async fn perform(&self, effect: &Effect) -> Outcome;

    /// How the connection to the peer is doing, where it is one that stands.
    fn connection(&self) -> Option<Connection> {
        None
    }
}

/// How a connection that stands is doing: for those who run the server, so nothing of customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Connection {
    /// Whether what the peer says is heard.
    pub connected: bool,
    /// Since when the peer does not let us in: our credentials have expired, or our clock is off; null while it does.
    pub denied_since: Option<DateTime<Utc>>,
    /// How many seconds the peer's clock was ahead of ours when it last answered; negative: behind.
    pub clock_off_seconds: Option<i64>,
    /// How many messages came that the peer has no confirmation of. They are tried again.
    pub unconfirmed_messages: usize,
}

/// What a call that got no answer means.
fn failed(error: &CallError) -> Outcome {
    let (may_have_happened, repeatable) = match error {
        CallError::Denied(_) => return Outcome::Denied { error: error.to_string(), may_have_happened: false },
        CallError::NotReached(_) => (false, true),
        CallError::Unknown(_) => (true, true),
        CallError::Rejected(_) => (false, false),
    };
    Outcome::Failed { error: error.to_string(), may_have_happened, repeatable }
}
