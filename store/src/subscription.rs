//! Other systems that are told of events, and how far the stream of events has been read for them.
//!
//! Who reads on takes what was read and the new place in one transaction ([`Store::dispatch`]), and only where nobody else has been faster:
//! each event goes to each subscription once, whichever server reads.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::backend::Tx;
use crate::delivery::{self, NewDelivery};
use crate::event::feed_end;
use crate::idempotency;
use crate::position::Position;
use crate::{CommitError, NewIdempotency, Store, StoreError};

words!(
    /// Whether a subscription is told anything.
    SubscriptionState {
        /// It is.
        Active = "active",
        /// A person wants it to wait.
        Paused = "paused",
        /// It did not take what it was told.
        Disabled = "disabled",
        /// It is gone, and its deliveries go with time.
        Deleted = "deleted",
    }
);

/// A subscription as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Subscription {
    /// Its id.
    pub id: String,
    /// How often it has changed.
    pub version: i64,
    /// Where it is told.
    pub url: String,
    /// Of what: kinds of events.
    pub kinds: Vec<String>,
    /// What it is for, in words.
    pub description: Option<String>,
    /// How deliveries are signed.
    pub scheme: String,
    /// What signs.
    pub keys: Value,
    /// Whether it is told anything.
    pub state: SubscriptionState,
    /// Why not, where it is disabled.
    pub disabled_because: Option<String>,
    /// Since when it is disabled.
    pub disabled_at: Option<DateTime<Utc>>,
    /// The first attempt that failed since one succeeded.
    pub failing_since: Option<DateTime<Utc>>,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

from_row!(Subscription {
    id, version, url, description, scheme, keys, state, disabled_because, disabled_at, failing_since, created_by, created_at, updated_at
} json { kinds });

impl Store {
    /// All subscriptions, the oldest first.
    pub async fn subscriptions(&self) -> Result<Vec<Subscription>, StoreError> {
        Ok(read!(fetch_all, self.reader, "SELECT * FROM subscriptions WHERE state <> 'deleted' ORDER BY created_at, id")?)
    }

    /// A subscription.
    pub async fn subscription(&self, id: &str) -> Result<Option<Subscription>, StoreError> {
        Ok(read!(fetch_optional, self.reader, "SELECT * FROM subscriptions WHERE id = $1 AND state <> 'deleted'", id)?)
    }

    /// Keeps a new subscription, and the answer to whoever asked for it. It is told of what the stream shows from now on. The
    /// first of all moves the place up to which the stream has been read to its end.
    pub async fn add_subscription(&self, new: &Subscription, kept: Option<&NewIdempotency>) -> Result<(), CommitError> {
        let mut tx = self.writer.begin().await?;
        keep_answer(&mut tx, kept, new.created_at).await?;
        // Who reads on, and who else subscribes, waits here.
        run!(tx, "UPDATE dispatch SET row_number = 1")?;
        let after = feed_end(&mut tx).await?;
        // While nobody subscribed nobody read on: there may be years of events that are for nobody.
        run!(
            tx,
            "UPDATE dispatch SET tx = $1, id = $2 WHERE NOT EXISTS (SELECT 1 FROM subscriptions WHERE state <> 'deleted')",
            after.tx,
            after.id
        )?;
        run!(
            tx,
            "INSERT INTO subscriptions (id, version, url, kinds, description, scheme, keys, state, after_tx, after_id, created_by,
                created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
            &new.id,
            new.version,
            &new.url,
            sqlx::types::Json(&new.kinds),
            &new.description,
            &new.scheme,
            &new.keys,
            new.state.as_str(),
            after.tx,
            after.id,
            &new.created_by,
            new.created_at,
        )?;
        Ok(tx.commit().await?)
    }

    /// Changes a subscription that is at the version before the one given, and keeps the answer to whoever asked for it.
    pub async fn change_subscription(&self, changed: &Subscription, kept: Option<&NewIdempotency>) -> Result<(), CommitError> {
        let mut tx = self.writer.begin().await?;
        keep_answer(&mut tx, kept, changed.updated_at).await?;
        let rows = run!(
            tx,
            "UPDATE subscriptions SET version = $2, url = $3, kinds = $4, description = $5, keys = $6, state = $7, disabled_because = $8,
                disabled_at = $9, failing_since = $10, updated_at = $11
             WHERE id = $1 AND version = $2 - 1 AND state <> 'deleted'",
            &changed.id,
            changed.version,
            &changed.url,
            sqlx::types::Json(&changed.kinds),
            &changed.description,
            &changed.keys,
            changed.state.as_str(),
            &changed.disabled_because,
            changed.disabled_at,
            changed.failing_since,
            changed.updated_at,
        )?;
        if rows == 0 {
            let current: Option<(i64,)> =
                read!(fetch_optional, tx, "SELECT version FROM subscriptions WHERE id = $1 AND state <> 'deleted'", &changed.id)?;
            return Err(CommitError::VersionConflict { current: current.map_or(0, |(version,)| version) });
        }
        Ok(tx.commit().await?)
    }

    /// Active subscriptions of which something is to be sent at `now`.
    pub async fn subscriptions_to_tell(&self, now: DateTime<Utc>) -> Result<Vec<Subscription>, StoreError> {
        Ok(read!(
            fetch_all,
            self.reader,
            "SELECT * FROM subscriptions WHERE state = 'active'
                AND EXISTS (SELECT 1 FROM deliveries WHERE subscription_id = subscriptions.id AND due_at <= $1)
             ORDER BY id",
            now,
        )?)
    }

    /// Up to where the stream of events has been read for subscriptions.
    pub async fn dispatched_to(&self) -> Result<String, StoreError> {
        let (position,): (String,) =
            read!(fetch_one, self.reader, "SELECT CAST(tx AS TEXT) || '.' || CAST(id AS TEXT) FROM dispatch")?;
        Ok(position)
    }

    /// Goes on from one place in the stream to another, with the deliveries of the events between; false, and nothing has changed, where
    /// another server has gone on from there. A delivery to a subscription that was made after its event is left out.
    pub async fn dispatch(&self, from: &str, to: &str, new: &[NewDelivery], now: DateTime<Utc>) -> Result<bool, StoreError> {
        let (from, to): (Position, Position) = (from.parse()?, to.parse()?);
        let mut tx = self.writer.begin().await?;
        let moved = run!(
            tx,
            "UPDATE dispatch SET tx = $3, id = $4 WHERE row_number = 1 AND tx = $1 AND id = $2",
            from.tx,
            from.id,
            to.tx,
            to.id
        )?;
        if moved == 0 {
            return Ok(false);
        }
        for delivery in new {
            delivery::add(&mut tx, delivery, now).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}

/// Keeps an answer in the transaction of what it tells.
pub(crate) async fn keep_answer(tx: &mut Tx, kept: Option<&NewIdempotency>, at: DateTime<Utc>) -> Result<(), CommitError> {
    match kept {
        Some(new) => idempotency::save(tx, new, at).await,
        None => Ok(()),
    }
}
