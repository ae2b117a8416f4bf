//! What is to be done in the world outside, and the leases by which workers share it.
//!
//! An effect goes from `pending` to `claimed` and on to `done`, back to `pending` for another attempt, or to `waiting` for an
//! answer that comes by itself. A lease that runs out leaves it to be claimed again. What a worker says about an effect counts
//! only while it holds the very claim (id, attempt, worker) it speaks of.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::backend::Tx;
use crate::{Commit, CommitError, Store, StoreError};

words!(
    /// How far an effect has come.
    EffectState {
        /// To be done from its due moment on.
        Pending = "pending",
        /// A worker is at it, until the lease's end.
        Claimed = "claimed",
        /// The world has been asked; a person or a call from outside answers.
        Waiting = "waiting",
        /// It has its outcome.
        Done = "done",
        /// A decision took it back.
        Withdrawn = "withdrawn",
    }
);

/// An effect that a commit adds.
#[derive(Debug, Clone)]
pub struct NewEffect {
    /// Its id, also its idempotency key towards whoever performs it.
    pub id: String,
    /// What it is.
    pub kind: String,
    /// All that is needed to perform it.
    pub payload: Value,
    /// Not before this instant.
    pub due_at: DateTime<Utc>,
}

/// What a worker, by a commit, says about the effect that it holds.
#[derive(Debug, Clone)]
pub struct SettledEffect {
    /// Which effect of the project.
    pub id: String,
    /// Which attempt.
    pub attempt: i64,
    /// The worker.
    pub claimed_by: String,
    /// What becomes of it.
    pub then: Settle,
}

/// What becomes of an effect after an attempt.
#[derive(Debug, Clone)]
pub enum Settle {
    /// It has its outcome.
    Done {
        /// The outcome.
        outcome: Value,
    },
    /// It is to be tried again.
    RetryAt {
        /// Not before this instant.
        at: DateTime<Utc>,
        /// What went wrong.
        error: String,
    },
    /// The world has been asked and answers later.
    Waiting {
        /// What it said meanwhile; stands as the outcome until there is one.
        detail: Value,
    },
}

/// The answer to an effect, from a person or a call from outside. It counts once. It may also come before the worker has said
/// that the effect waits; the worker then finds its claim stale.
#[derive(Debug, Clone)]
pub struct AnsweredEffect {
    /// Which effect of the project.
    pub id: String,
    /// The outcome.
    pub outcome: Value,
}

/// An effect that a worker now holds.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimedEffect {
    /// Its id.
    pub id: String,
    /// The project that it belongs to.
    pub project_id: String,
    /// What it is.
    pub kind: String,
    /// The project's version by now.
    pub project_version: i64,
    /// All that is needed to perform it.
    pub payload: Value,
    /// Which attempt this is, from 1.
    pub attempt: i64,
    /// Some earlier attempt's lease ran out without an outcome: the effect may have happened.
    pub previous_attempt_lost: bool,
    /// When the commit was that added it.
    pub created_at: DateTime<Utc>,
}

from_row!(ClaimedEffect { id, project_id, project_version, kind, payload, attempt, previous_attempt_lost, created_at });

/// An effect as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEffect {
    /// Its id.
    pub id: String,
    /// The project that it belongs to.
    pub project_id: String,
    /// What it is.
    pub kind: String,
    /// All that is needed to perform it.
    pub payload: Value,
    /// How far it has come.
    pub state: EffectState,
    /// When it may be claimed: its due moment or its lease's end; none if it can't be.
    pub claimable_at: Option<DateTime<Utc>>,
    /// The worker that holds it.
    pub claimed_by: Option<String>,
    /// How often it was claimed.
    pub attempts: i64,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// Its outcome or, while it waits, what the world said meanwhile.
    pub outcome: Option<Value>,
    /// When the commit was that added it.
    pub created_at: DateTime<Utc>,
    /// When it was done or withdrawn.
    pub settled_at: Option<DateTime<Utc>>,
}

from_row!(StoredEffect {
    id,
    project_id,
    kind,
    payload,
    state,
    claimable_at,
    claimed_by,
    attempts,
    last_error,
    outcome,
    created_at,
    settled_at
});

/// What differs is how the word before the kind's dot is had, and the tail of the inner look: PostgreSQL's workers step over what another is just
/// claiming, SQLite's wait in line.
macro_rules! claim {
    ($adapter:literal, $lock:literal) => {
        concat!(
            "WITH due AS MATERIALIZED (
                SELECT id FROM outbox WHERE claimable_at <= $1 AND ",
            $adapter,
            " = $5 ORDER BY claimable_at LIMIT $4 ",
            $lock,
            ")
            UPDATE outbox SET state = 'claimed', claimable_at = $2, claimed_by = $3, attempts = attempts + 1,
                previous_attempt_lost = CASE WHEN state = 'claimed' THEN TRUE ELSE previous_attempt_lost END
            FROM due WHERE outbox.id = due.id
            RETURNING outbox.id, project_id, (SELECT version FROM projects WHERE projects.id = project_id) AS project_version, kind, payload,
                attempts AS attempt, previous_attempt_lost, created_at"
        )
    };
}
const CLAIM_SQLITE: &str = claim!("substr(kind, 1, instr(kind, '.') - 1)", "");
const CLAIM_POSTGRES: &str = claim!("split_part(kind, '.', 1)", "FOR UPDATE SKIP LOCKED");

impl Store {
    /// Claims up to `limit` effects of an adapter, which stands before the dot of their kind, due at `now`, for `worker`, until `lease_until`; those whose lease ran out are
    /// due again. Oldest first.
    pub async fn claim_effects(
        &self,
        now: DateTime<Utc>,
        lease_until: DateTime<Utc>,
        worker: &str,
        limit: u32,
        adapter: &str,
    ) -> Result<Vec<ClaimedEffect>, StoreError> {
        let sql = self.writer.pick(CLAIM_SQLITE, CLAIM_POSTGRES);
        let mut claimed: Vec<ClaimedEffect> =
            read!(fetch_all, self.writer, sql, now, lease_until, worker, i64::from(limit), adapter)?;
        // Neither database says in which order it returns changed rows.
        claimed.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
        Ok(claimed)
    }

    /// Gives a claim back without a commit, to be tried again from `at` on; false if it is no longer ours.
    pub async fn postpone_effect(
        &self,
        id: &str,
        attempt: i64,
        worker: &str,
        at: DateTime<Utc>,
        error: &str,
    ) -> Result<bool, StoreError> {
        let postponed = run!(
            self.writer,
            "UPDATE outbox SET state = 'pending', claimable_at = $4, claimed_by = NULL, last_error = $5
             WHERE id = $1 AND attempts = $2 AND claimed_by = $3 AND state = 'claimed'",
            id,
            attempt,
            worker,
            at,
            error,
        )?;
        Ok(postponed > 0)
    }

    /// Holds a claim until another instant; false if it is no longer ours.
    pub async fn extend_lease(
        &self,
        id: &str,
        attempt: i64,
        worker: &str,
        lease_until: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let extended = run!(
            self.writer,
            "UPDATE outbox SET claimable_at = $4
             WHERE id = $1 AND attempts = $2 AND claimed_by = $3 AND state = 'claimed'",
            id,
            attempt,
            worker,
            lease_until,
        )?;
        Ok(extended > 0)
    }

    /// An effect.
    pub async fn effect(&self, id: &str) -> Result<Option<StoredEffect>, StoreError> {
        Ok(read!(fetch_optional, self.reader, "SELECT * FROM outbox WHERE id = $1", id)?)
    }

    /// A project's effects, oldest first.
    pub async fn effects_of(&self, project_id: &str) -> Result<Vec<StoredEffect>, StoreError> {
        Ok(read!(fetch_all, self.reader, "SELECT * FROM outbox WHERE project_id = $1 ORDER BY created_at, id", project_id)?)
    }

    /// When there is next something to claim: the earliest due moment or lease's end of any effect or timer. It may have
    /// passed.
    pub async fn next_due_at(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let (due_at,): (Option<DateTime<Utc>>,) = read!(
            fetch_one,
            self.reader,
            "SELECT min(claimable_at) FROM (
                SELECT min(claimable_at) AS claimable_at FROM outbox WHERE claimable_at IS NOT NULL
                UNION ALL SELECT min(claimable_at) FROM timers
             ) AS next"
        )?;
        Ok(due_at)
    }
}

pub(crate) async fn add(tx: &mut Tx, commits: &[&Commit]) -> sqlx::Result<()> {
    let added: Vec<(&Commit, &NewEffect)> =
        commits.iter().flat_map(|&commit| commit.new_effects.iter().map(move |effect| (commit, effect))).collect();
    if added.is_empty() {
        return Ok(());
    }
    run_rows!(tx, added, |one| "INSERT INTO outbox (id, project_id, kind, payload, state, claimable_at, created_at)
        SELECT id, project_id, kind, payload, 'pending', due_at, at FROM ", [
        "$1" id "text" = &one.1.id,
        "$2" project_id "text" = &one.0.project.id,
        "$3" kind "text" = &one.1.kind,
        "$4" payload "jsonb" = &one.1.payload,
        "$5" due_at "timestamptz" = one.1.due_at,
        "$6" at "timestamptz" = one.0.at,
    ], "")?;
    Ok(())
}

pub(crate) async fn settle(tx: &mut Tx, commits: &[&Commit]) -> Result<(), CommitError> {
    let settled: Vec<_> = commits.iter().filter_map(|commit| Some(SettledRow::of(commit, commit.settled.as_ref()?))).collect();
    if settled.is_empty() {
        return Ok(());
    }
    let changed = run_rows!(tx, settled, |one| "UPDATE outbox SET state = new.state, claimable_at = new.claimable_at, claimed_by = NULL,
        outcome = new.outcome, last_error = coalesce(new.error, outbox.last_error), settled_at = new.settled_at FROM ", [
        "$1" id "text" = &one.of.id,
        "$2" project_id "text" = one.project_id,
        "$3" attempt "bigint" = one.of.attempt,
        "$4" claimed_by "text" = &one.of.claimed_by,
        "$5" state "text" = one.state.as_str(),
        "$6" claimable_at "timestamptz" = one.claimable_at,
        "$7" outcome "jsonb" = one.outcome,
        "$8" error "text" = one.error,
        "$9" settled_at "timestamptz" = one.settled_at,
    ], " WHERE outbox.id = new.id AND outbox.project_id = new.project_id AND outbox.attempts = new.attempt
        AND outbox.claimed_by = new.claimed_by AND outbox.state = 'claimed'")?;
    if changed == settled.len() as u64 { Ok(()) } else { Err(CommitError::StaleClaim) }
}

/// What a settled effect's row becomes.
struct SettledRow<'a> {
    of: &'a SettledEffect,
    project_id: &'a str,
    state: EffectState,
    claimable_at: Option<DateTime<Utc>>,
    outcome: Option<&'a Value>,
    error: Option<&'a str>,
    settled_at: Option<DateTime<Utc>>,
}

impl<'a> SettledRow<'a> {
    fn of(commit: &'a Commit, settled: &'a SettledEffect) -> Self {
        let (state, claimable_at, outcome, error, settled_at) = match &settled.then {
            Settle::Done { outcome } => (EffectState::Done, None, Some(outcome), None, Some(commit.at)),
            Settle::RetryAt { at, error } => (EffectState::Pending, Some(*at), None, Some(error.as_str()), None),
            Settle::Waiting { detail } => (EffectState::Waiting, None, Some(detail), None, None),
        };
        Self { of: settled, project_id: &commit.project.id, state, claimable_at, outcome, error, settled_at }
    }
}

pub(crate) async fn answer(
    tx: &mut Tx,
    project_id: &str,
    answered: &AnsweredEffect,
    at: DateTime<Utc>,
) -> Result<(), CommitError> {
    let changed = run!(
        tx,
        "UPDATE outbox SET state = 'done', claimable_at = NULL, claimed_by = NULL, outcome = $3, settled_at = $4
         WHERE id = $1 AND project_id = $2 AND state IN ('pending', 'claimed', 'waiting')",
        &answered.id,
        project_id,
        &answered.outcome,
        at,
    )?;
    if changed == 0 { Err(CommitError::AlreadyHandled) } else { Ok(()) }
}

/// Has an effect wait that would be tried by itself.
pub(crate) async fn hold(tx: &mut Tx, project_id: &str, id: &str) -> Result<(), CommitError> {
    run!(
        tx,
        "UPDATE outbox SET state = 'waiting', claimable_at = NULL
         WHERE id = $1 AND project_id = $2 AND state = 'pending'",
        id,
        project_id,
    )?;
    Ok(())
}

/// Has a waiting effect tried again; one that is done or withdrawn stays so.
pub(crate) async fn rearm(tx: &mut Tx, project_id: &str, id: &str, due_at: DateTime<Utc>) -> Result<(), CommitError> {
    run!(
        tx,
        "UPDATE outbox SET state = 'pending', claimable_at = $3, claimed_by = NULL
         WHERE id = $1 AND project_id = $2 AND state = 'waiting'",
        id,
        project_id,
        due_at,
    )?;
    Ok(())
}

/// Takes an effect back; one that is done stays done. A worker that is at it finds its claim stale.
pub(crate) async fn withdraw(tx: &mut Tx, project_id: &str, id: &str, at: DateTime<Utc>) -> Result<(), CommitError> {
    run!(
        tx,
        "UPDATE outbox SET state = 'withdrawn', claimable_at = NULL, claimed_by = NULL, settled_at = $3
         WHERE id = $1 AND project_id = $2 AND state IN ('pending', 'claimed', 'waiting')",
        id,
        project_id,
        at,
    )?;
    Ok(())
}
