//! Messages from COIN become commands. A message is kept in the transaction of the change that it causes, and only then confirmed: told
//! again, it is known by its id. What can't be taken although the database answers is not confirmed, and does not hold up the others.

use std::collections::BTreeMap;

use outside::coin::{IncomingMessage, MessageSink, SinkError};
use store::{MessageDirection, NewMessage};
use uuid::Uuid;
use workflow::actor::{Actor, Role};
use workflow::command::Command;
use workflow::number::Series;
use workflow::porting::coin::Message;
use workflow::porting::exchange;
use workflow::porting::foreign::{self, ForeignMessage};
use workflow::text::Text;

use crate::{Engine, Failure, Origin, Request};

/// The name under which COIN's messages are kept.
pub(crate) const PEER: &str = "coin";

/// Takes what COIN says.
#[derive(Clone)]
pub struct Inbox(Engine);

impl Inbox {
    /// The inbox of an engine.
    pub fn new(engine: Engine) -> Self {
        Self(engine)
    }

    async fn take(&self, incoming: &IncomingMessage) -> Result<(), Failure> {
        let body = serde_json::from_str(&incoming.text).unwrap_or_else(|_| serde_json::Value::String(incoming.text.clone()));
        let kept = NewMessage {
            peer: PEER.to_owned(),
            direction: MessageDirection::In,
            external_id: incoming.id.clone(),
            kind: incoming.kind.clone(),
            body,
        };
        let message = match incoming.message() {
            Ok(message) => message,
            Err(error) => return self.keep_unreadable(&error.to_string(), kept).await,
        };
        let dossier_id = message.body.dossier_id().map(str::to_owned);
        match self.project_of(dossier_id.as_deref()).await? {
            Some(id) => self.hand_over(id, &message, kept).await,
            None => self.keep_foreign(&message, kept).await,
        }
    }

    async fn project_of(&self, dossier_id: Option<&str>) -> Result<Option<Uuid>, Failure> {
        let Some(dossier_id) = dossier_id else { return Ok(None) };
        let id = self.0.store().project_of_dossier(dossier_id).await?;
        id.as_deref().map(project_id).transpose()
    }

    /// What can't be read is shown in the project whose dossier it names, if it does.
    async fn keep_unreadable(&self, error: &str, kept: NewMessage) -> Result<(), Failure> {
        tracing::error!(coin.message = %kept.external_id, kind = %kept.kind, error, "a message from COIN can't be read; it is kept");
        match self.project_of(exchange::dossier_in(&kept.body)).await? {
            Some(id) => {
                let reason = Text::new(format!("kan niet worden gelezen: {error}"), format!("can't be read: {error}"));
                self.show(id, reason, Actor::new(Role::Provider, PEER), kept).await
            }
            None => self.keep(None, &kept).await,
        }
    }

    async fn hand_over(&self, id: Uuid, message: &Message, kept: NewMessage) -> Result<(), Failure> {
        let Some(current) = self.0.load(id).await? else { return Ok(()) };
        let command = exchange::command(&current.project, &message.body);
        match command.or_else(|| exchange::unexpected(message, &self.0.settings().operator_code)) {
            Some(command) => self.carry_out(id, command, message, kept).await,
            None => self.keep(Some(id), &kept).await,
        }
    }

    async fn carry_out(&self, id: Uuid, command: Command, message: &Message, kept: NewMessage) -> Result<(), Failure> {
        let actor = Actor::new(Role::Provider, message.header.sender.network_operator.clone());
        let mut request = Request::internal(id, command, actor.clone(), Origin::Outside);
        request.message = Some(kept.clone());
        match self.0.handle(request).await {
            Ok(_) | Err(Failure::AlreadyHandled) => Ok(()),
            // A rule that forbids it will forbid it again: it is kept and shown in the project, and COIN need not tell it for ever.
            Err(Failure::Rejected(rejection)) => {
                tracing::error!(project = %id, coin.message = %kept.external_id, ?rejection, "a message from COIN does not fit the project; it is kept");
                self.show(id, rejection.reason(), actor, kept).await
            }
            Err(failure) => Err(failure),
        }
    }

    /// Shows a message in a project in which it changes nothing.
    async fn show(&self, id: Uuid, reason: Text, actor: Actor, kept: NewMessage) -> Result<(), Failure> {
        let unfit = Command::RecordUnfitMessage { kind: kept.kind.clone(), reason };
        let mut request = Request::internal(id, unfit, actor, Origin::Outside);
        request.message = Some(kept);
        match self.0.handle(request).await {
            Ok(_) | Err(Failure::AlreadyHandled) => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    /// Somebody else's dossier. Every live project of which it takes or closes a number is told.
    async fn keep_foreign(&self, message: &Message, kept: NewMessage) -> Result<(), Failure> {
        let mut touched: BTreeMap<(String, String), Vec<Series>> = BTreeMap::new();
        for (first, last) in foreign::ranges(&message.body) {
            let mut last = last;
            // Whoever holds the highest number is found first.
            while let Some(holder) = self.0.store().number_holder(first, last, None).await? {
                let size = u32::try_from(holder.last - holder.first + 1).ok();
                let numbers = touched.entry((holder.reference, holder.project_id)).or_default();
                numbers.extend(Series::parse(&format!("+{}", holder.first), size).ok());
                last = holder.first - 1;
                if last < first {
                    break;
                }
            }
        }
        if touched.is_empty() {
            tracing::info!(coin.message = %kept.external_id, kind = %kept.kind, "a message from COIN that is about no project; it is kept");
            return self.keep(None, &kept).await;
        }
        for (i, ((reference, id), numbers)) in touched.into_iter().enumerate() {
            let mut own = kept.clone();
            // A message is kept once under its id; another project that it touches has a copy of its own.
            if i > 0 {
                own.external_id = format!("{} ({reference})", kept.external_id);
            }
            tracing::error!(project = %id, coin.message = %kept.external_id, kind = %kept.kind, "somebody takes or closes a number of a project");
            metrics::counter!("overstap_numbers_taken_away_total", "kind" => message.body.kind().to_owned()).increment(1);
            let command = Command::RecordForeignMessage(ForeignMessage::of(&message.body, numbers));
            self.carry_out(project_id(&id)?, command, message, own).await?;
        }
        Ok(())
    }

    async fn keep(&self, project: Option<Uuid>, kept: &NewMessage) -> Result<(), Failure> {
        let (store, now) = (self.0.store(), self.0.clock().now());
        if let Some(id) = project {
            store.keep_message(&id.to_string(), kept, now).await?;
        } else {
            metrics::counter!("overstap_coin_messages_unclaimed_total").increment(1);
            store.record_message(kept, now).await?;
        }
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
