//! Events on their way to subscriptions: claimed by lease as effects are, sent, and what came of each attempt.
//!
//! An attempt is written down when it begins. What a sender says about it counts only while it holds the very claim (id, attempt, sender).

use chrono::{DateTime, Utc};

use crate::backend::Tx;
use crate::position::Position;
use crate::selection::{Bound, Selection};
use crate::subscription::keep_answer;
use crate::{CommitError, NewIdempotency, Page, Store, StoreError};

words!(
    /// How far a delivery has come.
    DeliveryState {
        /// To be sent from its due moment on.
        Pending = "pending",
        /// A sender is at it, until the lease's end.
        Sending = "sending",
        /// The receiver took it.
        Delivered = "delivered",
        /// It was given up.
        Failed = "failed",
    }
);

/// Which event a delivery tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfEvent {
    /// Its place in the stream of all events.
    pub position: String,
    /// The project.
    pub project_id: String,
    /// Its number within the project.
    pub seq: i64,
}

/// A delivery to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// Its id, by which the receiver knows a repetition again.
    pub id: String,
    /// To which subscription.
    pub subscription_id: String,
    /// Of which event; absent for a test.
    pub event: Option<OfEvent>,
    /// The event's kind.
    pub kind: String,
    /// When the event was.
    pub at: DateTime<Utc>,
}

/// A delivery as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// In the order in which they were made.
    pub number: i64,
    /// Its id.
    pub id: String,
    /// To which subscription.
    pub subscription_id: String,
    /// The event's project; absent for a test.
    pub project_id: Option<String>,
    /// The event's number within the project; absent for a test.
    pub seq: Option<i64>,
    /// The event's kind.
    pub kind: String,
    /// When the event was.
    pub at: DateTime<Utc>,
    /// How far it has come.
    pub state: DeliveryState,
    /// When it may be sent: its due moment or its lease's end; none when it is over.
    pub due_at: Option<DateTime<Utc>>,
    /// How often it was tried.
    pub attempts: i64,
    /// How often since it was made or last asked for again.
    pub attempts_of_round: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was over.
    pub settled_at: Option<DateTime<Utc>>,
}

from_row!(Delivery {
    number,
    id,
    subscription_id,
    project_id,
    seq,
    kind,
    at,
    state,
    due_at,
    attempts,
    attempts_of_round,
    created_at,
    settled_at
});

/// An attempt as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryAttempt {
    /// Which, from 1.
    pub attempt: i64,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// How long it took; none while nobody knows how it ended.
    pub milliseconds: Option<i64>,
    /// The HTTP status answered.
    pub status: Option<i64>,
    /// The beginning of what was answered.
    pub answer: Option<String>,
    /// What went wrong.
    pub error: Option<String>,
}

from_row!(DeliveryAttempt { attempt, started_at, milliseconds, status, answer, error });

/// What a sender says about the attempt that it holds.
#[derive(Debug, Clone)]
pub struct EndedAttempt {
    /// Which delivery.
    pub delivery_id: String,
    /// Which attempt.
    pub attempt: i64,
    /// The sender.
    pub claimed_by: String,
    /// When it ended.
    pub at: DateTime<Utc>,
    /// How long it took.
    pub milliseconds: i64,
    /// The HTTP status answered.
    pub status: Option<i64>,
    /// The beginning of what was answered.
    pub answer: Option<String>,
    /// What went wrong.
    pub error: Option<String>,
    /// What becomes of the delivery.
    pub then: ThenDelivery,
    /// Why nothing more is to be sent to the subscription, if so.
    pub disabled_because: Option<&'static str>,
}

/// What becomes of a delivery after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThenDelivery {
    /// It was taken.
    Delivered,
    /// It is tried again from this instant on.
    RetryAt(DateTime<Utc>),
    /// It is not tried again by itself.
    Failed,
}

/// Which deliveries, the latest first.
#[derive(Debug, Clone, Default)]
pub struct DeliveryFilter {
    /// Of this subscription.
    pub subscription_id: Option<String>,
    /// In this state.
    pub state: Option<String>,
    /// At most so many.
    pub limit: u32,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// How many deliveries are not over, and how many subscriptions are disabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// Deliveries that are not over.
    pub open: i64,
    /// Subscriptions that are disabled.
    pub disabled: i64,
}

from_row!(Backlog { open, disabled });

/// Of a project's events the earlier goes first: one that was never tried, or that is being sent, holds up those after it; one that failed
/// does not. The tail is the only difference between the databases, as with effects.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "WITH due AS MATERIALIZED (
                SELECT number FROM deliveries AS mine
                WHERE subscription_id = $1 AND due_at <= $2
                    AND EXISTS (SELECT 1 FROM subscriptions WHERE id = $1 AND state = 'active')
                    AND NOT EXISTS (
                        SELECT 1 FROM deliveries AS other
                        WHERE other.subscription_id = $1 AND other.project_id = mine.project_id AND other.due_at IS NOT NULL
                            AND (other.number < mine.number AND (other.state = 'sending' OR other.attempts = 0)
                                OR other.number > mine.number AND other.state = 'sending' AND other.due_at > $2))
                ORDER BY due_at, number LIMIT $5 ",
            $lock,
            ")
            UPDATE deliveries SET state = 'sending', due_at = $3, claimed_by = $4, attempts = attempts + 1,
                attempts_of_round = attempts_of_round + 1
            FROM due WHERE deliveries.number = due.number
            RETURNING deliveries.number, id, subscription_id, project_id, seq, kind, at, state, due_at, attempts, attempts_of_round,
                created_at, settled_at"
        )
    };
}
const CLAIM_SQLITE: &str = claim!("");
const CLAIM_POSTGRES: &str = claim!("FOR UPDATE SKIP LOCKED");

impl Store {
    /// Claims up to `limit` deliveries to an active subscription that are due at `now`, for `sender`, until `lease_until`, and writes down
    /// that an attempt began; those whose lease ran out are due again.
    pub async fn claim_deliveries(
        &self,
        subscription_id: &str,
        now: DateTime<Utc>,
        lease_until: DateTime<Utc>,
        sender: &str,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let sql = self.writer.pick(CLAIM_SQLITE, CLAIM_POSTGRES);
        let mut tx = self.writer.begin().await?;
        let mut claimed: Vec<Delivery> = read!(fetch_all, tx, sql, subscription_id, now, lease_until, sender, i64::from(limit))?;
        claimed.sort_by_key(|delivery| delivery.number);
        for delivery in &claimed {
            run!(
                tx,
                "INSERT INTO delivery_attempts (delivery_id, attempt, started_at) VALUES ($1, $2, $3)",
                &delivery.id,
                delivery.attempts,
                now,
            )?;
        }
        tx.commit().await?;
        Ok(claimed)
    }

    /// Writes down how an attempt ended, and what follows; false, and nothing has changed, if the claim is no longer ours.
    pub async fn end_attempt(&self, ended: &EndedAttempt) -> Result<bool, StoreError> {
        let (state, due_at, settled_at) = match ended.then {
            ThenDelivery::Delivered => (DeliveryState::Delivered, None, Some(ended.at)),
            ThenDelivery::RetryAt(at) => (DeliveryState::Pending, Some(at), None),
            ThenDelivery::Failed => (DeliveryState::Failed, None, Some(ended.at)),
        };
        let mut tx = self.writer.begin().await?;
        let subscription: Option<(String,)> = read!(
            fetch_optional,
            tx,
            "UPDATE deliveries SET state = $4, due_at = $5, settled_at = $6, claimed_by = NULL
             WHERE id = $1 AND attempts = $2 AND claimed_by = $3 AND state = 'sending' RETURNING subscription_id",
            &ended.delivery_id,
            ended.attempt,
            &ended.claimed_by,
            state.as_str(),
            due_at,
            settled_at,
        )?;
        let Some((subscription_id,)) = subscription else { return Ok(false) };
        run!(
            tx,
            "UPDATE delivery_attempts SET milliseconds = $3, status = $4, answer = $5, error = $6
             WHERE delivery_id = $1 AND attempt = $2",
            &ended.delivery_id,
            ended.attempt,
            ended.milliseconds,
            ended.status,
            &ended.answer,
            &ended.error,
        )?;
        if ended.then == ThenDelivery::Delivered {
            run!(
                tx,
                "UPDATE subscriptions SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL",
                &subscription_id
            )?;
        } else {
            run!(
                tx,
                "UPDATE subscriptions SET failing_since = $2 WHERE id = $1 AND failing_since IS NULL",
                &subscription_id,
                ended.at,
            )?;
        }
        if let Some(because) = ended.disabled_because {
            run!(
                tx,
                "UPDATE subscriptions SET state = 'disabled', disabled_because = $2, disabled_at = $3, updated_at = $3,
                    version = version + 1
                 WHERE id = $1 AND state = 'active'",
                &subscription_id,
                because,
                ended.at,
            )?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Makes a delivery that tells of no event, and keeps the answer to whoever asked for it.
    pub async fn add_test_delivery(
        &self,
        new: &NewDelivery,
        kept: Option<&NewIdempotency>,
        now: DateTime<Utc>,
    ) -> Result<(), CommitError> {
        let mut tx = self.writer.begin().await?;
        keep_answer(&mut tx, kept, now).await?;
        add(&mut tx, new, now).await?;
        Ok(tx.commit().await?)
    }

    /// Has a delivery sent again, from its first attempt on, and keeps the answer; an error if it is being sent.
    pub async fn replay_delivery(&self, id: &str, kept: Option<&NewIdempotency>, now: DateTime<Utc>) -> Result<(), CommitError> {
        let mut tx = self.writer.begin().await?;
        keep_answer(&mut tx, kept, now).await?;
        let replayed = run!(
            tx,
            "UPDATE deliveries SET state = 'pending', due_at = $2, settled_at = NULL, attempts_of_round = 0
             WHERE id = $1 AND state <> 'sending'",
            id,
            now,
        )?;
        if replayed == 0 {
            return Err(CommitError::StaleClaim);
        }
        Ok(tx.commit().await?)
    }

    /// Has those deliveries to a subscription sent again that were given up and whose event was at `since` or later; answers how many.
    /// `kept` makes of that the answer to keep.
    pub async fn replay_failed(
        &self,
        subscription_id: &str,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
        kept: impl FnOnce(u64) -> Option<NewIdempotency> + Send,
    ) -> Result<u64, CommitError> {
        let mut tx = self.writer.begin().await?;
        let replayed = run!(
            tx,
            "UPDATE deliveries SET state = 'pending', due_at = $3, settled_at = NULL, attempts_of_round = 0
             WHERE subscription_id = $1 AND state = 'failed' AND at >= $2",
            subscription_id,
            since,
            now,
        )?;
        keep_answer(&mut tx, kept(replayed).as_ref(), now).await?;
        tx.commit().await?;
        Ok(replayed)
    }

    /// How many deliveries [`Store::replay_failed`] would have sent again.
    pub async fn count_failed(&self, subscription_id: &str, since: DateTime<Utc>) -> Result<u64, StoreError> {
        let (count,): (i64,) = read!(
            fetch_one,
            self.reader,
            "SELECT count(*) FROM deliveries WHERE subscription_id = $1 AND state = 'failed' AND at >= $2",
            subscription_id,
            since,
        )?;
        Ok(count.unsigned_abs())
    }

    /// A delivery.
    pub async fn delivery(&self, id: &str) -> Result<Option<Delivery>, StoreError> {
        Ok(read!(
            fetch_optional,
            self.reader,
            "SELECT deliveries.* FROM deliveries JOIN subscriptions ON subscriptions.id = subscription_id
             WHERE deliveries.id = $1 AND subscriptions.state <> 'deleted'",
            id,
        )?)
    }

    /// A delivery's attempts, the first first.
    pub async fn attempts_of(&self, delivery_id: &str) -> Result<Vec<DeliveryAttempt>, StoreError> {
        Ok(read!(
            fetch_all,
            self.reader,
            "SELECT attempt, started_at, milliseconds, status, answer, error FROM delivery_attempts WHERE delivery_id = $1
             ORDER BY attempt",
            delivery_id,
        )?)
    }

    /// A page of deliveries, the latest first.
    pub async fn deliveries(&self, filter: &DeliveryFilter) -> Result<Page<Delivery>, StoreError> {
        let mut rows =
            Selection::from("SELECT deliveries.* FROM deliveries JOIN subscriptions ON subscriptions.id = subscription_id");
        rows.and("subscriptions.state <> 'deleted'", []);
        for (condition, text) in [("subscription_id = ?", &filter.subscription_id), ("deliveries.state = ?", &filter.state)] {
            if let Some(text) = text {
                rows.and(condition, [Bound::from(text.as_str())]);
            }
        }
        if let Some(cursor) = &filter.cursor {
            let before = cursor.parse().map_err(|_| StoreError::BadCursor)?;
            rows.and("number < ?", [Bound::Integer(before)]);
        }
        // One more than wanted tells whether there is another page.
        rows.page("number DESC", filter.limit.saturating_add(1));
        let mut items: Vec<Delivery> = rows.rows(&self.reader).await?;
        let limit = usize::try_from(filter.limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items.last().filter(|_| more).map(|last| last.number.to_string());
        Ok(Page { items, next_cursor })
    }

    /// What is still to be sent, and who is not sent anything.
    pub async fn backlog(&self) -> Result<Backlog, StoreError> {
        Ok(read!(
            fetch_one,
            self.reader,
            "SELECT (SELECT count(*) FROM deliveries WHERE due_at IS NOT NULL) AS open,
                (SELECT count(*) FROM subscriptions WHERE state = 'disabled') AS disabled"
        )?)
    }

    /// Forgets up to `limit` deliveries: those that were over before an instant or were made before it and wait for a subscription that is
    /// not active, and those of deleted subscriptions; and deleted subscriptions of which none is left. Answers how many.
    pub async fn prune_deliveries(&self, before: DateTime<Utc>, limit: u32) -> Result<u64, StoreError> {
        let pruned = run!(
            self.writer,
            "DELETE FROM deliveries WHERE number IN (
                SELECT number FROM deliveries JOIN subscriptions ON subscriptions.id = subscription_id
                WHERE subscriptions.state = 'deleted'
                    OR deliveries.created_at < $1 AND (settled_at < $1 OR settled_at IS NULL AND subscriptions.state <> 'active')
                LIMIT $2)",
            before,
            i64::from(limit),
        )?;
        run!(
            self.writer,
            "DELETE FROM subscriptions WHERE state = 'deleted'
                AND NOT EXISTS (SELECT 1 FROM deliveries WHERE subscription_id = subscriptions.id)"
        )?;
        Ok(pruned)
    }
}

/// Adds a delivery, unless its subscription has gone or was made after the event.
pub(crate) async fn add(tx: &mut Tx, new: &NewDelivery, now: DateTime<Utc>) -> Result<(), StoreError> {
    let at = match &new.event {
        Some(event) => event.position.parse()?,
        None => Position { tx: i64::MAX, id: i64::MAX },
    };
    run!(
        tx,
        "INSERT INTO deliveries (id, subscription_id, project_id, seq, kind, at, state, due_at, created_at)
         SELECT $1, id, $3, $4, $5, $6, 'pending', $7, $7 FROM subscriptions
         WHERE id = $2 AND state <> 'deleted' AND (after_tx, after_id) < ($8, $9)
         ON CONFLICT DO NOTHING",
        &new.id,
        &new.subscription_id,
        new.event.as_ref().map(|event| event.project_id.as_str()),
        new.event.as_ref().map(|event| event.seq),
        &new.kind,
        new.at,
        now,
        at.tx,
        at.id,
    )?;
    Ok(())
}
