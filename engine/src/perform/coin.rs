//! Portings over an operator's own COIN connection.

use async_trait::async_trait;
use outside::coin::CoinClient;
use workflow::effect::{Effect, Outcome};
use workflow::porting::exchange;

use super::{Performer, failed};

/// Sends portings to COIN. Answers come over the event stream (see `inbox`).
///
/// COIN has no idempotency key and can't be asked what it has of a dossier. A message whose outcome is unknown is sent again under the same
/// dossier id, by which COIN knows it: a request or porting that it had already is reported by `errorfound`, and nothing happens twice.
pub struct OverCoin(CoinClient);

impl OverCoin {
    /// Portings over this connection.
    pub fn new(client: CoinClient) -> Self {
        Self(client)
    }
}

#[async_trait]
impl Performer for OverCoin {
    async fn perform(&self, effect: &Effect) -> Outcome {
        let Some(message) = exchange::message(&effect.action) else {
            let error = format!("COIN does not take {}", effect.action.kind());
            return Outcome::Failed { error, may_have_happened: false, repeatable: false };
        };
        let faults = message.faults();
        if !faults.is_empty() {
            let list = faults.iter().map(|fault| format!("{}: {}", fault.pointer, fault.detail)).collect::<Vec<_>>().join("; ");
            return Outcome::Refused { detail: format!("COIN would not take the message: {list}") };
        }
        match self.0.send(&message).await {
            Ok(receipt) => Outcome::Done {
                detail: Some(format!("COIN transaction {}", receipt.transaction_id)),
                data: serde_json::Value::Null,
            },
            Err(error) => failed(&error),
        }
    }
}
