//! Messages from COIN become commands. A message is kept in the transaction of the change that it causes, and only then confirmed: told
//! again, it is known by its id. What can't be taken although the database answers is not confirmed, and does not hold up the others.

use outside::coin::{IncomingMessage, MessageSink, SinkError};
use store::{MessageDirection, NewMessage};
use uuid::Uuid;
use workflow::actor::{Actor, Role};
use workflow::command::Command;
use workflow::porting::coin::{Body, Message};
use workflow::porting::exchange;

use crate::{Engine, Failure, Origin, Request};

/// Takes what COIN says.
#[derive(Clone)]
pub struct Inbox(Engine);

impl Inbox {
    /// The inbox of an engine.
    pub fn new(engine: Engine) -> Self {
        Self(engine)
    }

    async fn take(&self, incoming: &IncomingMessage) -> Result<(), Failure> {
        let engine = &self.0;
        let kept = NewMessage {
            peer: "coin".to_owned(),
            direction: MessageDirection::In,
            external_id: incoming.id.clone(),
            kind: incoming.kind.clone(),
            body: serde_json::from_str(&incoming.text).unwrap_or_else(|_| serde_json::Value::String(incoming.text.clone())),
        };
        let message = match incoming.message() {
            Ok(message) => message,
            Err(error) => {
                tracing::error!(coin.message = %incoming.id, kind = %incoming.kind, %error, "a message from COIN can't be read; it is kept");
                engine.store().record_message(&kept, engine.clock().now()).await?;
                return Ok(());
            }
        };
        match self.project_of(&message).await? {
            Some(id) => self.hand_over(id, &message, kept).await,
            None => self.keep_foreign(&message, kept).await,
        }
    }

    async fn project_of(&self, message: &Message) -> Result<Option<Uuid>, Failure> {
        let Some(dossier_id) = message.body.dossier_id() else { return Ok(None) };
        let id = self.0.store().project_of_dossier(dossier_id).await?;
        id.as_deref().map(project_id).transpose()
    }

    async fn hand_over(&self, id: Uuid, message: &Message, kept: NewMessage) -> Result<(), Failure> {
        let Some(current) = self.0.load(id).await? else { return Ok(()) };
        let Some(command) = exchange::command(&current.project, &message.body) else {
            self.0.store().record_message(&kept, self.0.clock().now()).await?;
            return Ok(());
        };
        self.carry_out(id, command, message, kept).await
    }

    async fn carry_out(&self, id: Uuid, command: Command, message: &Message, kept: NewMessage) -> Result<(), Failure> {
        let actor = Actor::new(Role::Provider, message.header.sender.network_operator.clone());
        let mut request = Request::internal(id, command, actor, Origin::Outside);
        request.message = Some(kept.clone());
        match self.0.handle(request).await {
            Ok(_) | Err(Failure::AlreadyHandled) => Ok(()),
            // A rule that forbids it will forbid it again: it is kept and shown in the project, and COIN need not tell it for ever.
            Err(Failure::Rejected(rejection)) => {
                tracing::error!(project = %id, coin.message = %kept.external_id, ?rejection, "a message from COIN does not fit the project; it is kept");
                let unfit = Command::RecordUnfitMessage { kind: kept.kind.clone(), reason: rejection.reason() };
                let actor = Actor::new(Role::Provider, message.header.sender.network_operator.clone());
                let mut request = Request::internal(id, unfit, actor, Origin::Outside);
                request.message = Some(kept);
                match self.0.handle(request).await {
                    Ok(_) | Err(Failure::AlreadyHandled) => Ok(()),
                    Err(failure) => Err(failure),
                }
            }
            Err(failure) => Err(failure),
        }
    }

    /// Somebody else's dossier. When it takes or closes a number of a live project of ours, that project is told.
    async fn keep_foreign(&self, message: &Message, kept: NewMessage) -> Result<(), Failure> {
        let numbers = exchange::foreign_numbers(&message.body);
        for series in &numbers {
            let (first, last) = series.span();
            if let Some(holder) = self.0.store().number_holder(first, last, None).await? {
                let id = project_id(&holder.project_id)?;
                let kind = message.body.kind().to_owned();
                let command = Command::RecordForeignMessage { kind, numbers: numbers.clone() };
                return self.carry_out(id, command, message, kept).await;
            }
        }
        if matches!(message.body, Body::Other { .. }) {
            tracing::info!(coin.message = %kept.external_id, kind = %kept.kind, "a message from COIN of a kind that means nothing here; it is kept");
        }
        self.0.store().record_message(&kept, self.0.clock().now()).await?;
        Ok(())
    }
}

fn project_id(stored: &str) -> Result<Uuid, Failure> {
    Uuid::parse_str(stored).map_err(|_| Failure::NotFound)
}

impl MessageSink for Inbox {
    async fn receive(&self, message: IncomingMessage) -> Result<(), SinkError> {
        let inbox = self.clone();
        // On its own: were a rule to panic over one message, the others must be heard all the same.
        match tokio::spawn(async move { inbox.take(&message).await }).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(failure)) if failure.passes() => Err(SinkError::NotNow(failure.into())),
            Ok(Err(failure)) => Err(SinkError::NotThis(failure.into())),
            Err(panic) => Err(SinkError::NotThis(panic.into())),
        }
    }
}
