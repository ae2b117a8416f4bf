//! Performing an effect: data in, outcome out. An effect is complete, so nothing is decided here.

mod by_hand;
mod coin;
mod invoice;
mod mail;
mod webhook;

use async_trait::async_trait;
use outside::CallError;
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
}

/// What a call that got no answer means.
fn failed(error: &CallError) -> Outcome {
    let (may_have_happened, repeatable) = match error {
        CallError::NotReached(_) => (false, true),
        CallError::Unknown(_) => (true, true),
        CallError::Rejected(_) => (false, false),
    };
    Outcome::Failed { error: error.to_string(), may_have_happened, repeatable }
}
