//! Finds what is due and does it: timers become commands, effects are performed and their outcome is fed back.
//!
//! A wake-up is only a hint. The worker looks by itself too, and then does just the same; starting after a crash is not special. What
//! somebody claimed and did not finish is claimed again once its lease has run out.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use store::{ClaimedEffect, DueTimer, FiredTimer};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use workflow::actor::Actor;
use workflow::command::Command;
use workflow::effect::{Action, Adapter, Effect, Outcome};
use workflow::timer::Timer;

use crate::{Clock, Engine, Failure, Origin, Request};

/// How long a claim holds. Short, so that work of a server that died is soon taken over; renewed while it is being done.
const LEASE: Duration = Duration::from_secs(10);
/// How often a claim is renewed while its effect is being performed.
const RENEWAL: Duration = Duration::from_secs(3);
/// The longest pause between two looks.
const LOOK_AT_LEAST_EVERY: Duration = Duration::from_secs(1);
/// The shortest pause between two looks.
const SHORTEST_PAUSE: Duration = Duration::from_millis(5);
/// The pause when something was due that could not be taken: its lane is full, or it is of a kind that only another version knows.
const PAUSE_WHILE_LEFT: Duration = Duration::from_millis(100);
/// How many timers are taken at a time.
const TIMERS_AT_A_TIME: u32 = 50;
/// How long an answer is kept for a repetition of its request.
const ANSWERS_KEPT: TimeDelta = TimeDelta::days(7);
/// How often answers older than that are thrown away.
const PRUNE_EVERY: Duration = Duration::from_hours(1);
/// How long to wait when the database does not answer.
const PAUSE_ON_ERROR: Duration = Duration::from_secs(1);

/// Does what is due until it is told to stop; then finishes what it is doing.
pub struct Worker {
    engine: Engine,
    name: String,
}

impl Worker {
    /// A worker with a name of its own.
    pub fn new(engine: Engine) -> Self {
        Self { engine, name: format!("worker-{}", Uuid::now_v7()) }
    }

    /// Works until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        let mut lanes = Lanes::default();
        let mut prune = tokio::time::interval(PRUNE_EVERY);
        while !stop.is_cancelled() {
            lanes.forget_ended();
            let looked_at = self.engine.clock().now();
            let pause = match self.look(&mut lanes, looked_at).await {
                Ok(0) => {
                    let due_at = self.engine.store().next_due_at().await.ok().flatten();
                    pause(self.engine.clock(), due_at, looked_at)
                }
                Ok(_) => Duration::ZERO,
                Err(error) => {
                    tracing::error!(%error, "what is due can't be looked up; trying again");
                    PAUSE_ON_ERROR
                }
            };
            if pause.is_zero() {
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.engine.store().wait_for_wake() => {}
                () = lanes.one_ends(), if !lanes.are_empty() => {}
                _ = prune.tick() => self.prune().await,
                () = tokio::time::sleep(pause) => {}
            }
        }
        lanes.all_end().await;
    }

    async fn prune(&self) {
        match self.engine.store().prune_idempotency(self.engine.clock().now() - ANSWERS_KEPT).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "threw away answers kept for repetitions"),
            Err(error) => tracing::warn!(%error, "old answers could not be thrown away"),
        }
    }

    /// Does everything that is due now, and all that follows from it at once. For tests, which drive the clock themselves.
    pub async fn drain(&self) -> Result<(), store::StoreError> {
        let mut lanes = Lanes::default();
        loop {
            let found = self.look(&mut lanes, self.engine.clock().now()).await?;
            lanes.all_end().await;
            if found == 0 {
                return Ok(());
            }
        }
    }

    /// Takes what is due; how much it was.
    async fn look(&self, lanes: &mut Lanes, now: DateTime<Utc>) -> Result<usize, store::StoreError> {
        let store = self.engine.store();
        let lease_until = now + self.engine.clock().in_real_time(LEASE);
        let timers = store.claim_timers(now, lease_until, &self.name, TIMERS_AT_A_TIME).await?;
        let mut found = timers.len();
        for lane in lanes.0.iter_mut().filter(|lane| lane.free() > 0) {
            let effects = store.claim_effects(now, lease_until, &self.name, lane.free(), lane.adapter.kinds()).await?;
            found += effects.len();
            for effect in effects {
                let (engine, name) = (self.engine.clone(), self.name.clone());
                lane.performing.spawn(async move { perform(&engine, &name, effect).await });
            }
        }
        for timer in timers {
            let (engine, name) = (self.engine.clone(), self.name.clone());
            // On its own: were a rule to panic over one project, the others' moments must come all the same.
            if let Err(error) = tokio::spawn(async move { fire(&engine, &name, timer).await }).await {
                tracing::error!(%error, "a timer could not be carried out; it comes again");
            }
        }
        Ok(found)
    }
}

/// How long to wait after a look that found nothing to take.
fn pause(clock: &dyn Clock, due_at: Option<DateTime<Utc>>, looked_at: DateTime<Utc>) -> Duration {
    match due_at {
        None => LOOK_AT_LEAST_EVERY,
        Some(due_at) if due_at <= looked_at => PAUSE_WHILE_LEFT,
        Some(due_at) => clock.until(due_at).clamp(SHORTEST_PAUSE, LOOK_AT_LEAST_EVERY),
    }
}

/// What is being done: each adapter has a lane of its own, so that no cutover waits behind a mail server that hangs, or a stranger's file.
struct Lanes([Lane; Adapter::ALL.len()]);

struct Lane {
    adapter: Adapter,
    performing: JoinSet<()>,
}

impl Default for Lanes {
    fn default() -> Self {
        Self(Adapter::ALL.map(|adapter| Lane { adapter, performing: JoinSet::new() }))
    }
}

impl Lane {
    /// How many more effects can be performed now.
    fn free(&self) -> u32 {
        let at_a_time: u32 = match self.adapter {
            Adapter::Porting | Adapter::Pbx => 16,
            Adapter::Mail => 4,
            // Each takes a process with half a gigabyte.
            Adapter::Reader => 2,
        };
        at_a_time.saturating_sub(u32::try_from(self.performing.len()).unwrap_or(u32::MAX))
    }
}

impl Lanes {
    fn are_empty(&self) -> bool {
        self.0.iter().all(|lane| lane.performing.is_empty())
    }

    fn forget_ended(&mut self) {
        for lane in &mut self.0 {
            while lane.performing.try_join_next().is_some() {}
        }
    }

    /// Waits until something ends.
    async fn one_ends(&mut self) {
        let [porting, pbx, mail, reader] = &mut self.0;
        tokio::select! {
            Some(_) = porting.performing.join_next() => {}
            Some(_) = pbx.performing.join_next() => {}
            Some(_) = mail.performing.join_next() => {}
            Some(_) = reader.performing.join_next() => {}
            else => {}
        }
    }

    async fn all_end(&mut self) {
        while !self.are_empty() {
            self.one_ends().await;
        }
    }
}

async fn fire(engine: &Engine, worker: &str, due: DueTimer) {
    let (Ok(project), Ok(timer)) = (Uuid::parse_str(&due.project_id), due.key.parse::<Timer>()) else {
        tracing::error!(project = %due.project_id, timer = %due.key, "a timer of a kind that this version does not know");
        return;
    };
    let fired = FiredTimer { key: due.key.clone(), due_at: due.due_at, claimed_by: worker.to_owned() };
    let request = Request::internal(project, Command::TimerDue(timer), Actor::system(), Origin::Timer(fired));
    match engine.handle(request).await {
        Ok(_) | Err(Failure::AlreadyHandled) => {}
        Err(error) => tracing::error!(%project, timer = %due.key, %error, "a timer could not be carried out; it comes again"),
    }
}

/// Performs a claimed effect and feeds the outcome back, renewing the claim meanwhile.
async fn perform(engine: &Engine, worker: &str, claimed: ClaimedEffect) {
    let effect: Effect = match serde_json::from_value(claimed.payload.clone()) {
        Ok(effect) => effect,
        Err(error) => {
            tracing::error!(effect = %claimed.id, %error, "an effect of a kind that this version does not know");
            return;
        }
    };
    if claimed.previous_attempt_lost {
        tracing::warn!(effect = %effect.id, kind = effect.action.kind(), "an earlier attempt ended without an outcome; trying again under the same key");
    }
    let performer = match effect.action.adapter() {
        Adapter::Porting => &engine.0.porting,
        Adapter::Pbx => &engine.0.pbx,
        Adapter::Mail => &engine.0.mail,
        Adapter::Reader => &engine.0.invoices,
    };
    let outcome = tokio::select! {
        outcome = performer.perform(&effect) => outcome,
        () = keep_claim(engine, worker, &claimed) => {
            tracing::warn!(effect = %effect.id, "the claim went to somebody else");
            return;
        }
    };
    let outcome = in_doubt(outcome, &effect.action, claimed.previous_attempt_lost);
    metrics::counter!("overstap_effects_total", "kind" => effect.action.kind(), "outcome" => outcome_name(&outcome)).increment(1);
    if let Outcome::Failed { error, .. } = &outcome {
        tracing::warn!(project = %effect.project.reference, effect = %effect.id, kind = effect.action.kind(), attempt = claimed.attempt, %error, "an effect failed");
    }
    let attempt = u32::try_from(claimed.attempt).unwrap_or(u32::MAX);
    let command = Command::SettleEffect { effect: effect.id, attempt, outcome };
    let origin = Origin::Effect { id: effect.id, attempt: claimed.attempt, claimed_by: worker.to_owned() };
    match engine.handle(Request::internal(effect.project.id, command, Actor::system(), origin)).await {
        // Settled meanwhile: withdrawn by a person, or answered by the peer before its call returned.
        Ok(_) | Err(Failure::AlreadyHandled | Failure::Rejected(_)) => {}
        Err(error) => {
            tracing::error!(effect = %effect.id, %error, "an outcome could not be recorded; the effect is performed again under the same key");
        }
    }
}

/// A failure says of its own attempt whether it may have had an effect; what became of an earlier one that was lost, nobody knows. Neither
/// does a refusal to take numbers over say it: they may have been.
fn in_doubt(outcome: Outcome, action: &Action, previous_attempt_lost: bool) -> Outcome {
    match outcome {
        Outcome::Refused { detail } if previous_attempt_lost && matches!(action, Action::PerformPorting(_)) => {
            Outcome::Failed { error: detail, may_have_happened: true, repeatable: false }
        }
        Outcome::Failed { error, may_have_happened, repeatable } => {
            Outcome::Failed { error, may_have_happened: may_have_happened || previous_attempt_lost, repeatable }
        }
        other => other,
    }
}

/// Ends when the claim is lost.
async fn keep_claim(engine: &Engine, worker: &str, claimed: &ClaimedEffect) {
    loop {
        tokio::time::sleep(RENEWAL).await;
        let until = engine.clock().now() + engine.clock().in_real_time(LEASE);
        match engine.store().extend_lease(&claimed.id, claimed.attempt, worker, until).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::warn!(effect = %claimed.id, %error, "a claim could not be renewed"),
        }
    }
}

fn outcome_name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done { .. } => "done",
        Outcome::Refused { .. } => "refused",
        Outcome::Waiting { .. } => "waiting",
        Outcome::Failed { .. } => "failed",
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use uuid::Uuid;
    use workflow::effect::{Action, InvoiceFile, Outcome, PortingExecution};

    use super::{in_doubt, pause};
    use crate::Clock;

    struct Shows(DateTime<Utc>);

    impl Clock for Shows {
        fn now(&self) -> DateTime<Utc> {
            self.0
        }
    }

    #[test]
    fn what_is_due_and_can_not_be_taken_is_not_looked_for_without_end() {
        let looked_at = DateTime::UNIX_EPOCH;
        // The look took a while.
        let clock = Shows(looked_at + TimeDelta::milliseconds(20));
        let pause_until = |due_at: Option<i64>| {
            pause(&clock, due_at.map(|millis| looked_at + TimeDelta::milliseconds(millis)), looked_at).as_millis()
        };
        assert_eq!([Some(-7000), Some(0)].map(pause_until), [100, 100], "it was there to be taken");
        assert_eq!(pause_until(Some(12)), 5, "it became due during the look");
        assert_eq!([Some(24), Some(220), Some(90_000), None].map(pause_until), [5, 200, 1000, 1000]);
    }

    fn reading() -> Action {
        Action::ReadInvoice(InvoiceFile { attachment: Uuid::nil(), filename: String::new() })
    }

    #[test]
    fn a_failure_after_a_lost_attempt_is_in_doubt() {
        for (this_attempt, lost, either) in [(false, false, false), (false, true, true), (true, false, true), (true, true, true)]
        {
            let failed = |may_have_happened| Outcome::Failed { error: "503".to_owned(), may_have_happened, repeatable: true };
            assert_eq!(in_doubt(failed(this_attempt), &reading(), lost), failed(either));
        }
        assert_eq!(in_doubt(Outcome::Waiting { by_hand: true }, &reading(), true), Outcome::Waiting { by_hand: true });
    }

    #[test]
    fn a_refused_porting_after_a_lost_attempt_is_in_doubt() {
        let porting = Action::PerformPorting(PortingExecution {
            request: "1".to_owned(),
            dossier_id: "DYNX-20270001-1".to_owned(),
            recipient_operator: "DYNX".to_owned(),
            donor_operator: None,
            numbers: Vec::new(),
            at: DateTime::UNIX_EPOCH,
        });
        let refused = || Outcome::Refused { detail: "performed already".to_owned() };
        let doubt = Outcome::Failed { error: "performed already".to_owned(), may_have_happened: true, repeatable: false };
        assert_eq!(in_doubt(refused(), &porting, true), doubt);
        assert_eq!(in_doubt(refused(), &porting, false), refused());
        assert_eq!(in_doubt(refused(), &reading(), true), refused(), "what else is refused has not happened");
    }
}
