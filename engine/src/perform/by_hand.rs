//! The adapter for what a person does: the effect waits until somebody says that it is done.

use async_trait::async_trait;
use workflow::effect::{Effect, Outcome};

use super::Performer;

/// A person performs the effects; what they have to do stands with the effect.
#[derive(Debug, Clone, Copy, Default)]
pub struct ByHand;

#[async_trait]
impl Performer for ByHand {
    async fn perform(&self, _: &Effect) -> Outcome {
        Outcome::Waiting { by_hand: true }
    }
}
