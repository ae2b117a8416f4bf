//! Portings over an operator's own COIN connection.

use async_trait::async_trait;
use outside::coin::CoinClient;
use store::{MessageDirection, NewMessage, Store};
use workflow::effect::{Effect, Outcome};
use workflow::porting::coin::{Envelope, Message};
use workflow::porting::exchange;

use super::{Connection, Performer, failed};
use crate::inbox::PEER;

/// Sends portings to COIN. Answers come over the event stream (see `inbox`).
///
/// COIN has no idempotency key and can't be asked what it has of a dossier. A message whose outcome is unknown is sent again under the same
/// dossier id, by which COIN knows it: a request or porting that it had already is reported by `errorfound`, and nothing happens twice.
pub struct OverCoin {
    client: CoinClient,
    store: Store,
}

impl OverCoin {
    /// Portings over this connection; what is sent is kept here.
    pub fn new(client: CoinClient, store: Store) -> Self {
        Self { client, store }
    }

    /// Keeps a message before it is sent, so that none goes of which nobody knows. One that is sent again is kept already.
    async fn keep(&self, effect: &Effect, message: &Message) -> Result<(), String> {
        let envelope = Envelope { message: message.clone() };
        let kept = NewMessage {
            peer: PEER.to_owned(),
            direction: MessageDirection::Out,
            external_id: effect.id.to_string(),
            kind: message.body.kind().to_owned(),
            body: serde_json::to_value(envelope).map_err(|error| error.to_string())?,
        };
        // The project's time, by which it was decided.
        let at = message.header.timestamp.instant();
        self.store.keep_message(&effect.project.id.to_string(), &kept, at).await.map_err(|error| error.to_string())?;
        Ok(())
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
        if let Err(error) = self.keep(effect, &message).await {
            let error = format!("the message can't be kept: {error}");
            return Outcome::Failed { error, may_have_happened: false, repeatable: true };
        }
        match self.client.send(&message).await {
            Ok(receipt) => Outcome::Done {
                detail: Some(format!("COIN transaction {}", receipt.transaction_id)),
                data: serde_json::Value::Null,
            },
            Err(error) => failed(&error),
        }
    }

    fn connection(&self) -> Option<Connection> {
        let health = self.client.health();
        Some(Connection {
            connected: health.connected_since.is_some(),
            denied_since: health.denied.map(|(since, _)| since),
            clock_off_seconds: health.clock_off.map(|off| off.num_seconds()),
            unconfirmed_messages: health.unconfirmed.len(),
        })
    }
}
