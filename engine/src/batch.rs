//! Projects begun together, of a spreadsheet say: all of them in one transaction, or none.

use std::sync::Arc;

use chrono::Datelike;
use serde_json::Value;
use store::{Commit, CommitError, StoreError};
use uuid::Uuid;
use workflow::actor::{Actor, Moment};
use workflow::calendar::amsterdam;
use workflow::command::Command;
use workflow::decide::{Context, Decision, decide};
use workflow::intake::{FieldError, Intake};
use workflow::project::Project;

use crate::handle::{RACES_MAX, commit_of};
use crate::held::numbers_of;
use crate::{Engine, Failure, Handled, Idempotency, Origin, Request, Target};

/// What makes an answer of the projects, in the order of their intakes: HTTP status and JSON body.
pub type BatchRender = Box<dyn Fn(&[&Project], &Moment) -> (u16, Value) + Send + Sync>;

/// Projects that are to begin together.
pub struct Batch {
    /// Their intakes.
    pub intakes: Arc<[Intake]>,
    /// Who begins them.
    pub actor: Actor,
    /// Only say what would happen.
    pub dry_run: bool,
    /// The key under which the answer is kept for a repetition.
    pub idempotency: Option<Idempotency>,
    /// What makes the answer.
    pub render: BatchRender,
}

/// Why projects are not begun. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum BatchFailure {
    /// Numbers stand in other live projects: each with its intake's place in the batch.
    #[error("numbers stand in other projects: {0:?}")]
    NumbersTaken(Vec<(usize, FieldError)>),
    /// As for a project alone.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<StoreError> for BatchFailure {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl Engine {
    /// Begins all projects of a batch. `told` hears how many are written; none of them is there before all are.
    pub async fn start_all(&self, batch: Batch, told: impl Fn(usize) + Send + Sync) -> Result<Handled, BatchFailure> {
        if let Some(idempotency) = &batch.idempotency
            && let Some(kept) = self.kept_answer(idempotency).await?
        {
            return Ok(kept);
        }
        let moment = self.moment();
        let decisions = self.decide_all(&batch, moment).await?;
        let projects: Vec<&Project> = decisions.iter().map(|decision| &decision.project).collect();
        let (status, answer) = (batch.render)(&projects, &moment);
        let mut commits = Vec::new();
        for _ in 0..RACES_MAX {
            let mut taken = Vec::new();
            for (i, intake) in batch.intakes.iter().enumerate() {
                taken.extend(self.numbers_held(&numbers_of(intake), None).await?.into_iter().map(|fault| (i, fault)));
            }
            if !taken.is_empty() {
                return Err(BatchFailure::NumbersTaken(taken));
            }
            if batch.dry_run {
                return Ok(Handled { status, answer, version: Some(0) });
            }
            if commits.is_empty() {
                commits = self.commits(&batch, &decisions, moment, (status, &answer)).await?;
            }
            match self.store().commit_all(&commits, &told).await {
                Ok(()) => return Ok(Handled { status, answer, version: Some(1) }),
                // Somebody else was faster, and is named when it is looked for again.
                Err(CommitError::NumberTaken { .. }) => {}
                Err(CommitError::IdempotencyKeyUsed) => {
                    if let Some(idempotency) = &batch.idempotency
                        && let Some(kept) = self.kept_answer(idempotency).await?
                    {
                        return Ok(kept);
                    }
                }
                Err(CommitError::Store(error)) => return Err(error.into()),
                Err(error) => return Err(Failure::Interrupted(error.to_string()).into()),
            }
        }
        Err(Failure::VersionConflict { current: 0 }.into())
    }

    /// A thousand decisions take a while: not where requests are waited for.
    async fn decide_all(&self, batch: &Batch, moment: Moment) -> Result<Vec<Decision>, Failure> {
        let count = batch.intakes.len();
        let year = amsterdam::local_date(moment.now).year();
        // A dry run takes no numbers; what they would be is not known before.
        let first = match u32::try_from(count) {
            Ok(count) if count > 0 && !batch.dry_run => self.store().next_reference_numbers(year, count).await?,
            _ => 0,
        };
        let (engine, actor, intakes, dry_run) = (self.clone(), batch.actor.clone(), batch.intakes.clone(), batch.dry_run);
        let decided = tokio::task::spawn_blocking(move || {
            let context = Context { actor: &actor, moment, settings: engine.settings(), version: 1, makes_letters: true };
            let decide_one = |(number, intake): (i64, &Intake)| {
                let reference = format!("{year}-{:04}", if dry_run { 0 } else { number });
                let start = Command::Start { id: Uuid::now_v7(), reference, intake: Box::new(intake.clone()) };
                decide(None, start, &context)
            };
            (first..).zip(intakes.iter()).map(decide_one).collect::<Result<Vec<_>, _>>()
        });
        decided.await.map_err(|error| Failure::Interrupted(error.to_string()))?.map_err(Failure::Rejected)
    }

    async fn commits(
        &self,
        batch: &Batch,
        decisions: &[Decision],
        moment: Moment,
        (status, answer): (u16, &Value),
    ) -> Result<Vec<Commit>, Failure> {
        let mut commits = Vec::with_capacity(decisions.len());
        for (i, (decision, intake)) in decisions.iter().zip(batch.intakes.iter()).enumerate() {
            let request = Request {
                target: Target::New(Box::new(intake.clone())),
                actor: batch.actor.clone(),
                if_match: None,
                dry_run: false,
                // The answer is one, and is kept with the first.
                idempotency: batch.idempotency.clone().filter(|_| i == 0),
                documents: Vec::new(),
                message: None,
                origin: Origin::Outside,
                render: Box::new(|_, _, _| (204, Value::Null)),
            };
            let documents = self.render_letters(decision).await?;
            commits.push(commit_of(&request, decision, 0, moment, documents, status, answer)?);
        }
        Ok(commits)
    }
}
