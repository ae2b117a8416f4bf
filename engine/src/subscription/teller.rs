//! Tells other systems of events: reads the stream, sends what is due, and writes down what came of it.
//!
//! Beside the worker, with a loop of its own. Each subscription has a lane of its own, so that a slow receiver holds up itself only.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use outside::webhook::{EventAnswer, EventCall, Signer};
use serde_json::Value;
use store::{Delivery, EndedAttempt, StoreError, Subscription, ThenDelivery};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use workflow::subscription::{Consequence, DisabledBecause, Ended, KEPT, Key, Next, after_attempt, signing};

use super::dispatch::told;
use crate::Engine;

/// How long a claim holds. Longer than a call and the writing down of its end may take, so it need not be renewed.
const LEASE: Duration = Duration::from_secs(30);
/// How often the stream of events is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// So many calls are under way to one receiver.
const LANE: u32 = 4;
/// So many of a server's deliveries are claimed or written down at a time: where writers wait in line, a cutover waits for these few at most.
const WRITERS: usize = 2;
/// How long a call under way may take after the server was told to stop: a silent receiver must not hold that up.
const LAST_CALLS: Duration = Duration::from_secs(1);
/// How long to wait when the database does not answer.
const PAUSE_ON_ERROR: Duration = Duration::from_secs(1);
/// How often old deliveries are forgotten, and how many are at once.
const PRUNE_EVERY: Duration = Duration::from_hours(1);
const PRUNED_AT_ONCE: u32 = 500;
/// How often the metrics learn what is open.
const COUNT_EVERY: Duration = Duration::from_secs(15);

/// Tells of events until it is told to stop; then finishes what it is telling.
pub struct Teller {
    engine: Engine,
    name: String,
    writers: Arc<Semaphore>,
}

/// What is being told, by subscription.
#[derive(Default)]
struct Lanes {
    by_subscription: HashMap<String, JoinSet<()>>,
    one_ended: Arc<Notify>,
}

impl Lanes {
    fn forget_ended(&mut self) {
        for lane in self.by_subscription.values_mut() {
            while lane.try_join_next().is_some() {}
        }
        self.by_subscription.retain(|_, lane| !lane.is_empty());
    }

    fn free(&self, subscription: &str) -> u32 {
        let busy = self.by_subscription.get(subscription).map_or(0, JoinSet::len);
        LANE.saturating_sub(u32::try_from(busy).unwrap_or(u32::MAX))
    }

    async fn all_end(&mut self) {
        for (_, mut lane) in self.by_subscription.drain() {
            while lane.join_next().await.is_some() {}
        }
    }
}

impl Teller {
    /// A teller with a name of its own.
    pub fn new(engine: Engine) -> Self {
        Self { engine, name: format!("teller-{}", Uuid::now_v7()), writers: Arc::new(Semaphore::new(WRITERS)) }
    }

    /// Tells until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        tokio::join!(self.tell(&stop), self.keep_house(&stop));
    }

    async fn tell(&self, stop: &CancellationToken) {
        let mut lanes = Lanes::default();
        while !stop.is_cancelled() {
            lanes.forget_ended();
            let pause = match self.look(&mut lanes, stop).await {
                Ok(0) => LOOK_EVERY,
                Ok(_) => continue,
                Err(error) => {
                    tracing::error!(%error, "what is to be told can't be looked up; trying again");
                    PAUSE_ON_ERROR
                }
            };
            let one_ended = lanes.one_ended.clone();
            tokio::select! {
                () = stop.cancelled() => {}
                () = one_ended.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        lanes.all_end().await;
    }

    /// Forgets what is old and counts what is open, however much there is to tell.
    async fn keep_house(&self, stop: &CancellationToken) {
        let (mut prune, mut count) = (tokio::time::interval(PRUNE_EVERY), tokio::time::interval(COUNT_EVERY));
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = prune.tick() => self.prune().await,
                _ = count.tick() => self.count().await,
            }
        }
    }

    /// Tells everything that is due now. For tests, which drive the clock themselves.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn drain(&self) -> Result<(), StoreError> {
        let mut lanes = Lanes::default();
        let never = CancellationToken::new();
        while self.look(&mut lanes, &never).await? > 0 {
            lanes.all_end().await;
        }
        Ok(())
    }

    /// Reads on, and begins to tell what is due; how much it was.
    async fn look(&self, lanes: &mut Lanes, stop: &CancellationToken) -> Result<usize, StoreError> {
        let (engine, store) = (&self.engine, self.engine.store());
        let mut found = engine.dispatch().await?;
        let now = engine.clock().now();
        let lease_until = now + engine.clock().in_real_time(LEASE);
        for subscription in store.subscriptions_to_tell(now).await? {
            let free = lanes.free(&subscription.id);
            if free == 0 {
                continue;
            }
            let claimed = {
                let _turn = self.writers.acquire().await;
                store.claim_deliveries(&subscription.id, now, lease_until, &self.name, free).await?
            };
            found += claimed.len();
            let subscription = Arc::new(subscription);
            for delivery in claimed {
                let attempt = Attempt {
                    engine: engine.clone(),
                    teller: self.name.clone(),
                    writers: self.writers.clone(),
                    subscription: subscription.clone(),
                    delivery,
                    stop: stop.clone(),
                };
                let one_ended = lanes.one_ended.clone();
                lanes.by_subscription.entry(subscription.id.clone()).or_default().spawn(async move {
                    attempt.make().await;
                    one_ended.notify_one();
                });
            }
        }
        Ok(found)
    }

    async fn prune(&self) {
        let before = self.engine.clock().now() - KEPT;
        loop {
            match self.engine.store().prune_deliveries(before, PRUNED_AT_ONCE).await {
                Ok(0) => return,
                Ok(count) => tracing::info!(count, "forgot old deliveries"),
                Err(error) => return tracing::warn!(%error, "old deliveries could not be forgotten"),
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "what a gauge shows")]
    async fn count(&self) {
        match self.engine.store().backlog().await {
            Ok(backlog) => {
                metrics::gauge!("overstap_deliveries_open").set(backlog.open as f64);
                metrics::gauge!("overstap_subscriptions_disabled").set(backlog.disabled as f64);
            }
            Err(error) => tracing::warn!(%error, "open deliveries could not be counted"),
        }
    }
}

/// One attempt at a delivery that we hold.
struct Attempt {
    engine: Engine,
    teller: String,
    writers: Arc<Semaphore>,
    subscription: Arc<Subscription>,
    delivery: Delivery,
    stop: CancellationToken,
}

impl Attempt {
    async fn make(self) {
        let told = match told(&self.engine, &self.delivery).await {
            Ok(told) => told,
            // No fault of the receiver's: the claim lapses, and it is sent then.
            Err(error) => return tracing::error!(delivery = self.delivery.id, %error, "what is to be told can't be read"),
        };
        let began = Instant::now();
        let called = tokio::select! {
            called = self.call(told) => called,
            () = self.stopped() => {
                // No fault of the receiver's either: whoever starts next sends it again, under the same id.
                let error = "the server was stopped before an answer came".to_owned();
                let again = Consequence { next: Next::Again(self.engine.clock().now()), disabled: None };
                return self.write_down(unanswered(began.elapsed(), error), again).await;
            }
        };
        let answer = called.unwrap_or_else(|error| {
            tracing::error!(delivery = self.delivery.id, error, "a delivery can't be sent");
            unanswered(Duration::ZERO, error)
        });
        let ended = match answer.status {
            Some(status) => Ended::Answered { status, retry_after: answer.retry_after },
            None => Ended::Unanswered,
        };
        let attempt = u32::try_from(self.delivery.attempts_of_round).unwrap_or(u32::MAX);
        let now = self.engine.clock().now();
        let consequence = after_attempt(ended, attempt, self.subscription.failing_since, self.spread(), now);
        self.write_down(answer, consequence).await;
    }

    /// The server was told to stop, and the call had its time since.
    async fn stopped(&self) {
        self.stop.cancelled().await;
        tokio::time::sleep(LAST_CALLS).await;
    }

    /// Sends what is told; an error where there is nothing to send or to sign with.
    async fn call(&self, told: Option<Value>) -> Result<EventAnswer, String> {
        let told = told.ok_or_else(|| "there is no such event".to_owned())?;
        let keys: Vec<Key> = serde_json::from_value(self.subscription.keys.clone()).map_err(|error| error.to_string())?;
        let signers = signing(&keys, self.engine.clock().now()).map(|key| key.secret.parse::<Signer>());
        let signers: Vec<Signer> = signers.collect::<Result<_, _>>().map_err(|error| error.to_string())?;
        let body = told.to_string().into_bytes();
        let call = EventCall { url: &self.subscription.url, id: &self.delivery.id, body, signers: &signers };
        Ok(self.engine.parts.receivers.tell(call).await)
    }

    /// Another number for each delivery and attempt: the end of an id is random.
    fn spread(&self) -> u16 {
        let id = Uuid::parse_str(&self.delivery.id).unwrap_or_default();
        let [.., high, low] = id.into_bytes();
        let attempt = u16::try_from(self.delivery.attempts % 1000).unwrap_or_default();
        // The multiplier is odd and far from a power of two, so that the attempts of one delivery lie apart.
        u16::from_be_bytes([high, low]).wrapping_add(attempt.wrapping_mul(40_503))
    }

    async fn write_down(self, answer: EventAnswer, consequence: Consequence) {
        let Consequence { next, disabled } = consequence;
        let (then, outcome) = match next {
            Next::Delivered => (ThenDelivery::Delivered, "delivered"),
            Next::Again(at) => (ThenDelivery::RetryAt(at), "retried"),
            Next::GivenUp => (ThenDelivery::Failed, "failed"),
        };
        let Self { engine, teller, writers, subscription, delivery, .. } = self;
        let ended = EndedAttempt {
            delivery_id: delivery.id,
            attempt: delivery.attempts,
            claimed_by: teller,
            at: engine.clock().now(),
            milliseconds: i64::try_from(answer.took.as_millis()).unwrap_or(i64::MAX),
            status: answer.status.map(i64::from),
            answer: answer.answer,
            error: answer.error,
            then,
            disabled_because: disabled.map(DisabledBecause::as_str),
        };
        let _turn = writers.acquire().await;
        match engine.store().end_attempt(&ended).await {
            Ok(true) => {
                metrics::counter!("overstap_deliveries_total", "outcome" => outcome).increment(1);
                if let Some(because) = ended.disabled_because {
                    tracing::warn!(subscription = subscription.id, because, "a subscription is disabled");
                }
            }
            Ok(false) => tracing::warn!(delivery = ended.delivery_id, "a delivery went to another sender"),
            Err(error) => {
                tracing::error!(delivery = ended.delivery_id, %error, "what came of a delivery could not be written down; it is sent again under the same id");
            }
        }
    }
}

fn unanswered(took: Duration, error: String) -> EventAnswer {
    EventAnswer { took, status: None, retry_after: None, answer: None, error: Some(error) }
}
