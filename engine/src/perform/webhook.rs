//! Effects at a peer that takes signed webhook calls: a PBX, or a carrier's portal.

use async_trait::async_trait;
use outside::Answer;
use outside::webhook::{WebhookCall, WebhookClient, WebhookProject};
use workflow::effect::{Effect, Outcome};

use super::{Performer, failed};

/// Performs effects by webhook calls.
pub struct OverWebhook(WebhookClient);

impl OverWebhook {
    /// Effects at this peer.
    pub fn new(client: WebhookClient) -> Self {
        Self(client)
    }
}

#[async_trait]
impl Performer for OverWebhook {
    async fn perform(&self, effect: &Effect) -> Outcome {
        let data = match serde_json::to_value(&effect.action) {
            Ok(mut action) => action.get_mut("data").map(serde_json::Value::take).unwrap_or_default(),
            Err(error) => return Outcome::Failed { error: error.to_string(), may_have_happened: false, repeatable: false },
        };
        let call = WebhookCall {
            id: effect.id.to_string(),
            kind: effect.action.kind().to_owned(),
            project: WebhookProject { id: effect.project.id.to_string(), reference: effect.project.reference.clone() },
            data,
        };
        match self.0.call(&call).await {
            Ok(Answer::Done { detail, data }) => Outcome::Done { detail, data },
            Ok(Answer::Refused { detail, .. }) => Outcome::Refused { detail },
            Ok(Answer::Later) => Outcome::Waiting { by_hand: false },
            Err(error) => failed(&error),
        }
    }
}
