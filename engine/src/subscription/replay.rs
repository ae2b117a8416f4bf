//! Having deliveries sent: a test of the way, and again what was sent before.

use chrono::{DateTime, Utc};
use serde_json::Value;
use store::{Delivery, DeliveryState, NewDelivery};
use uuid::Uuid;
use workflow::subscription::TEST;

use super::{Asked, kept, under_way};
use crate::{Engine, Failure, Handled};

/// What makes an answer of a delivery.
type RenderDelivery<'a> = &'a (dyn Fn(&Delivery) -> (u16, Value) + Send + Sync);

impl Engine {
    /// Sends a subscription something that tells of no event.
    ///
    /// # Errors
    /// There is no such subscription.
    pub async fn test_subscription(&self, id: Uuid, asked: &Asked, render: RenderDelivery<'_>) -> Result<Handled, Failure> {
        without_version(asked)?;
        let subscription = self.store().subscription(&id.to_string()).await?.ok_or(Failure::NotFound)?;
        let now = self.clock().now();
        let made = Delivery {
            number: 0,
            id: Uuid::now_v7().to_string(),
            subscription_id: subscription.id,
            project_id: None,
            seq: None,
            kind: TEST.to_owned(),
            at: now,
            state: DeliveryState::Pending,
            due_at: Some(now),
            attempts: 0,
            attempts_of_round: 0,
            created_at: now,
            settled_at: None,
        };
        let (status, answer) = render(&made);
        if !asked.dry_run {
            let Delivery { id, subscription_id, kind, .. } = made;
            let new = NewDelivery { id, subscription_id, event: None, kind, at: now };
            if let Err(error) = self.store().add_test_delivery(&new, kept(asked, status, &answer).as_ref(), now).await {
                return self.kept_instead(asked, error).await;
            }
        }
        Ok(Handled { status, answer, version: Some(0) })
    }

    /// Has a delivery sent again, under its id, whatever became of it.
    ///
    /// # Errors
    /// There is no such delivery, or it is being sent.
    pub async fn replay_delivery(&self, id: Uuid, asked: &Asked, render: RenderDelivery<'_>) -> Result<Handled, Failure> {
        without_version(asked)?;
        let delivery = self.store().delivery(&id.to_string()).await?.ok_or(Failure::NotFound)?;
        if delivery.state == DeliveryState::Sending {
            return Err(under_way());
        }
        let now = self.clock().now();
        let replayed =
            Delivery { state: DeliveryState::Pending, due_at: Some(now), settled_at: None, attempts_of_round: 0, ..delivery };
        let (status, answer) = render(&replayed);
        if !asked.dry_run
            && let Err(error) = self.store().replay_delivery(&replayed.id, kept(asked, status, &answer).as_ref(), now).await
        {
            return self.kept_instead(asked, error).await;
        }
        Ok(Handled { status, answer, version: Some(0) })
    }

    /// Has those deliveries to a subscription sent again that were given up, and whose event was at `since` or later. `render` makes of their
    /// number an answer.
    ///
    /// # Errors
    /// There is no such subscription.
    pub async fn replay_failed(
        &self,
        id: Uuid,
        since: DateTime<Utc>,
        asked: &Asked,
        render: impl Fn(u64) -> (u16, Value) + Send + Sync,
    ) -> Result<Handled, Failure> {
        without_version(asked)?;
        let id = id.to_string();
        self.store().subscription(&id).await?.ok_or(Failure::NotFound)?;
        let count = if asked.dry_run {
            self.store().count_failed(&id, since).await?
        } else {
            let answer = |count| {
                let (status, answer) = render(count);
                kept(asked, status, &answer)
            };
            match self.store().replay_failed(&id, since, self.clock().now(), answer).await {
                Ok(count) => count,
                Err(error) => return self.kept_instead(asked, error).await,
            }
        };
        let (status, answer) = render(count);
        Ok(Handled { status, answer, version: Some(0) })
    }
}

/// A delivery has no version that could have been seen.
fn without_version(asked: &Asked) -> Result<(), Failure> {
    if asked.if_match.is_some() { Err(Failure::VersionConflict { current: 0 }) } else { Ok(()) }
}
