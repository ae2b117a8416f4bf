//! Finds what is due and does it: timers become commands, effects are performed and their outcome is fed back.
//!
//! A wake-up is only a hint. The worker looks by itself too, and then does just the same; starting after a crash is not special. What
//! somebody claimed and did not finish is claimed again once its lease has run out.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use store::{ClaimedEffect, DueTimer, FiredTimer};
use tokio::task::{JoinError, JoinSet};
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
        let next_look = tokio::time::sleep(Duration::ZERO);
        tokio::pin!(next_look);
        while !stop.is_cancelled() {
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.engine.store().wait_for_wake() => lanes.look_everywhere(),
                () = next_look.as_mut() => lanes.look_everywhere(),
                // Only where there was more than could be taken.
                () = lanes.one_ends(), if !lanes.are_empty() => {}
                _ = prune.tick() => self.prune().await,
            }
            lanes.forget_ended();
            if lanes.have_all_been_looked_into() {
                if next_look.is_elapsed() {
                    next_look.as_mut().reset(tokio::time::Instant::now() + PAUSE_WHILE_LEFT);
                }
                continue;
            }
            let looked_at = self.engine.clock().now();
            let pause = match self.look(&mut lanes, looked_at).await {
                Ok(_) => {
                    let due_at = self.engine.store().next_due_at().await.ok().flatten();
                    pause(self.engine.clock(), due_at, looked_at)
                }
                Err(error) => {
                    tracing::error!(%error, "what is due can't be looked up; trying again");
                    PAUSE_ON_ERROR
                }
            };
            next_look.as_mut().reset(tokio::time::Instant::now() + pause);
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
        // In the order in which they are due, whatever the machine does: a story told twice is the same.
        lanes.0[0].at_a_time = 1;
        loop {
            lanes.look_everywhere();
            let found = self.look(&mut lanes, self.engine.clock().now()).await?;
            lanes.all_end().await;
            if found == 0 {
                return Ok(());
            }
        }
    }

    /// Takes what is due into lanes that have room for it; how much it was.
    async fn look(&self, lanes: &mut Lanes, now: DateTime<Utc>) -> Result<usize, store::StoreError> {
        let store = self.engine.store();
        let lease_until = now + self.engine.clock().in_real_time(LEASE);
        let mut found = 0;
        for lane in lanes.0.iter_mut().filter(|lane| !lane.is_looked_into && lane.has_room()) {
            let free = lane.free();
            let (engine, name) = (&self.engine, &self.name);
            let taken = match lane.of {
                Kind::Timers => {
                    let timers = store.claim_timers(now, lease_until, name, free).await?;
                    let taken = timers.len();
                    // Projects beside each other; one project's in the order in which they were due.
                    let mut by_project: BTreeMap<String, Vec<DueTimer>> = BTreeMap::new();
                    for timer in timers {
                        by_project.entry(timer.project_id.clone()).or_default().push(timer);
                    }
                    for timers in by_project.into_values() {
                        let (engine, name) = (engine.clone(), name.clone());
                        lane.doing.spawn(async move {
                            for timer in timers {
                                fire(&engine, &name, timer).await;
                            }
                        });
                    }
                    taken
                }
                Kind::Effects(adapter) => {
                    let effects = store.claim_effects(now, lease_until, name, free, adapter.as_str()).await?;
                    let taken = effects.len();
                    for effect in effects {
                        let (engine, name) = (engine.clone(), name.clone());
                        lane.doing.spawn(async move { perform(&engine, &name, effect).await });
                    }
                    taken
                }
            };
            found += taken;
            lane.is_looked_into = u32::try_from(taken).is_ok_and(|taken| taken < free);
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

/// What is being done: timers, and each adapter, have a lane of their own, so that no cutover waits behind a mail server that hangs, or a
/// stranger's file.
struct Lanes([Lane; LANES]);

/// Timers, and one for each adapter.
const LANES: usize = 1 + Adapter::ALL.len();

#[derive(Debug, Clone, Copy)]
enum Kind {
    Timers,
    Effects(Adapter),
}

struct Lane {
    of: Kind,
    doing: JoinSet<()>,
    at_a_time: u32,
    /// The last look found less than there was room for: until something becomes due, there is nothing more.
    is_looked_into: bool,
}

impl Default for Lanes {
    fn default() -> Self {
        let [porting, pbx, mail, reader] = Adapter::ALL.map(Kind::Effects);
        Self([Kind::Timers, porting, pbx, mail, reader].map(|of| Lane {
            of,
            doing: JoinSet::new(),
            at_a_time: of.at_a_time(),
            is_looked_into: false,
        }))
    }
}

impl Kind {
    const fn at_a_time(self) -> u32 {
        match self {
            // Between claim and commit nobody outside is called: as many as make good company in a transaction.
            Kind::Timers => 128,
            Kind::Effects(Adapter::Porting | Adapter::Pbx) => 32,
            Kind::Effects(Adapter::Mail) => 4,
            // Each takes a process with half a gigabyte.
            Kind::Effects(Adapter::Reader) => 2,
        }
    }
}

impl Lane {
    /// Whether a look pays: it costs the same for one as for many.
    fn has_room(&self) -> bool {
        self.free() >= (self.at_a_time / 4).max(1)
    }

    /// How many more can be taken now.
    fn free(&self) -> u32 {
        self.at_a_time.saturating_sub(u32::try_from(self.doing.len()).unwrap_or(u32::MAX))
    }

    /// Whatever ended is forgotten. Were a rule to panic over one project, the others' moments come all the same.
    fn forget_ended(&mut self) {
        while let Some(ended) = self.doing.try_join_next() {
            report(ended);
        }
    }
}

fn report(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "what was taken could not be carried out; it comes again");
    }
}

impl Lanes {
    fn are_empty(&self) -> bool {
        self.0.iter().all(|lane| lane.doing.is_empty())
    }

    /// Something may have become due, anywhere.
    fn look_everywhere(&mut self) {
        self.0.iter_mut().for_each(|lane| lane.is_looked_into = false);
    }

    /// Nothing that is due could be taken any more; a full lane is looked into when there is room again.
    fn have_all_been_looked_into(&self) -> bool {
        self.0.iter().all(|lane| lane.is_looked_into || !lane.has_room())
    }

    fn forget_ended(&mut self) {
        self.0.iter_mut().for_each(Lane::forget_ended);
    }

    /// Waits until something ends.
    async fn one_ends(&mut self) {
        let [timers, porting, pbx, mail, reader] = &mut self.0;
        let ended = tokio::select! {
            Some(ended) = timers.doing.join_next() => ended,
            Some(ended) = porting.doing.join_next() => ended,
            Some(ended) = pbx.doing.join_next() => ended,
            Some(ended) = mail.doing.join_next() => ended,
            Some(ended) = reader.doing.join_next() => ended,
            else => return,
        };
        report(ended);
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
    let request =
        Request::internal(project, Command::TimerDue(timer), Actor::system(), Origin::Timer { fired, seen: due.project_version });
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
        Adapter::Porting => &engine.parts.porting,
        Adapter::Pbx => &engine.parts.pbx,
        Adapter::Mail => &engine.parts.mail,
        Adapter::Reader => &engine.parts.invoices,
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
    if let Outcome::Failed { error, .. } | Outcome::Denied { error, .. } = &outcome {
        tracing::warn!(project = %effect.project.reference, effect = %effect.id, kind = effect.action.kind(), attempt = claimed.attempt, %error, "an effect failed");
    }
    let attempt = u32::try_from(claimed.attempt).unwrap_or(u32::MAX);
    let command = Command::SettleEffect { effect: effect.id, attempt, outcome };
    let origin =
        Origin::Effect { id: effect.id, attempt: claimed.attempt, claimed_by: worker.to_owned(), seen: claimed.project_version };
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
        Outcome::Denied { error, may_have_happened } => {
            Outcome::Denied { error, may_have_happened: may_have_happened || previous_attempt_lost }
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
        Outcome::Denied { .. } => "denied",
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
            let denied = |may_have_happened| Outcome::Denied { error: "401".to_owned(), may_have_happened };
            assert_eq!(in_doubt(denied(this_attempt), &reading(), lost), denied(either));
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
