//! Performing an effect: data in, outcome out.

use async_trait::async_trait;
use workflow::effect::{Effect, Outcome};

/// Performs effects of some kinds. Called any number of times with the same effect, whose id is the idempotency key.
#[async_trait]
pub trait Performer: Send + Sync {
    /// Performs an effect, once more if need be.
    async fn perform(&self, effect: &Effect) -> Outcome;
}
