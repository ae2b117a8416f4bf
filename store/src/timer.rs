//! Moments at which a project is to be looked at again: one per project and key.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::backend::Tx;
use crate::{Commit, CommitError, Store, StoreError};

/// What a commit does with one of the project's timers. Of several about one timer the last counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimerChange {
    /// Sets it, whether it existed or not. A worker that holds it loses it.
    Set {
        /// Which timer.
        key: String,
        /// When it is due.
        due_at: DateTime<Utc>,
    },
    /// Clears it, if it exists. A worker that holds it loses it.
    Clear {
        /// Which timer.
        key: String,
    },
}

impl TimerChange {
    fn key(&self) -> &str {
        match self {
            Self::Set { key, .. } | Self::Clear { key } => key,
        }
    }
}

/// The timer by which a commit came about. The commit ends it; if it is no longer the same timer, due at the same instant and
/// held by the same worker, the commit is refused as stale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiredTimer {
    /// Which timer of the project.
    pub key: String,
    /// When it was due.
    pub due_at: DateTime<Utc>,
    /// The worker that holds it.
    pub claimed_by: String,
}

/// A timer that a worker now holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueTimer {
    /// The project.
    pub project_id: String,
    /// The project's version by now.
    pub project_version: i64,
    /// Which of its timers.
    pub key: String,
    /// When it was due.
    pub due_at: DateTime<Utc>,
}

from_row!(DueTimer { project_id, project_version, key, due_at });

/// The tail of the inner look is the only difference: PostgreSQL's workers step over what another is just claiming, SQLite's
/// wait in line.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "WITH due AS MATERIALIZED (
                SELECT project_id, key FROM timers WHERE claimable_at <= $1 AND NOT EXISTS (
                    SELECT 1 FROM timers AS held
                    WHERE held.project_id = timers.project_id AND held.claimed_by IS NOT NULL AND held.claimable_at > $1
                ) ORDER BY claimable_at LIMIT $4 ",
            $lock,
            ")
            UPDATE timers SET claimable_at = $2, claimed_by = $3 FROM due
            WHERE timers.project_id = due.project_id AND timers.key = due.key
            RETURNING timers.project_id, (SELECT version FROM projects WHERE projects.id = timers.project_id) AS project_version, timers.key,
                timers.due_at"
        )
    };
}
const CLAIM_SQLITE: &str = claim!("");
const CLAIM_POSTGRES: &str = claim!("FOR UPDATE SKIP LOCKED");

impl Store {
    /// A project's timers and when they are due, claimed or not, by key.
    pub async fn timers_of(&self, project_id: &str) -> Result<Vec<(String, DateTime<Utc>)>, StoreError> {
        let sql = "SELECT key, due_at FROM timers WHERE project_id = $1 ORDER BY key";
        Ok(read!(fetch_all, self.reader, sql, project_id)?)
    }

    /// Claims up to `limit` timers due at `now` for `worker`, until `lease_until`; those whose lease ran out are due again.
    /// Earliest first. A project of which a timer is held is passed over, as its others come after that one.
    pub async fn claim_timers(
        &self,
        now: DateTime<Utc>,
        lease_until: DateTime<Utc>,
        worker: &str,
        limit: u32,
    ) -> Result<Vec<DueTimer>, StoreError> {
        let sql = self.writer.pick(CLAIM_SQLITE, CLAIM_POSTGRES);
        let mut due: Vec<DueTimer> = read!(fetch_all, self.writer, sql, now, lease_until, worker, i64::from(limit))?;
        // Neither database says in which order it returns changed rows.
        due.sort_by(|one, other| (one.due_at, &one.project_id, &one.key).cmp(&(other.due_at, &other.project_id, &other.key)));
        Ok(due)
    }
}

/// Changes projects' timers. Of several changes of one timer the last counts: PostgreSQL does not write a row twice in one statement.
pub(crate) async fn change(tx: &mut Tx, changes: &[(&str, &TimerChange)]) -> sqlx::Result<()> {
    let last: BTreeMap<(&str, &str), &TimerChange> =
        changes.iter().map(|&(project_id, change)| ((project_id, change.key()), change)).collect();
    let (mut cleared, mut set) = (Vec::new(), Vec::new());
    for ((project_id, key), change) in last {
        match change {
            TimerChange::Clear { .. } => cleared.push((project_id, key)),
            TimerChange::Set { due_at, .. } => set.push((project_id, key, *due_at)),
        }
    }
    if !cleared.is_empty() {
        run_rows!(tx, cleared, |timer| "DELETE FROM timers WHERE (project_id, key) IN (SELECT new.project_id, new.key FROM ", [
            "$1" project_id "text" = timer.0,
            "$2" key "text" = timer.1,
        ], ")")?;
    }
    if !set.is_empty() {
        run_rows!(tx, set, |timer| "INSERT INTO timers (project_id, key, due_at, claimable_at) SELECT project_id, key, due_at, due_at FROM ", [
            "$1" project_id "text" = timer.0,
            "$2" key "text" = timer.1,
            "$3" due_at "timestamptz" = timer.2,
        ], " WHERE TRUE ON CONFLICT (project_id, key)
            DO UPDATE SET due_at = excluded.due_at, claimable_at = excluded.claimable_at, claimed_by = NULL")?;
    }
    Ok(())
}

/// Ends the timers by which commits came about.
pub(crate) async fn end(tx: &mut Tx, commits: &[&Commit]) -> Result<(), CommitError> {
    let fired: Vec<_> = commits.iter().filter_map(|commit| Some((&commit.project.id, commit.fired_timer.as_ref()?))).collect();
    if fired.is_empty() {
        return Ok(());
    }
    let ended = run_rows!(tx, fired, |timer| "DELETE FROM timers WHERE (project_id, key, due_at, claimed_by) IN (
        SELECT new.project_id, new.key, new.due_at, new.claimed_by FROM ", [
        "$1" project_id "text" = timer.0,
        "$2" key "text" = &timer.1.key,
        "$3" due_at "timestamptz" = timer.1.due_at,
        "$4" claimed_by "text" = &timer.1.claimed_by,
    ], ")")?;
    if ended == fired.len() as u64 { Ok(()) } else { Err(CommitError::StaleClaim) }
}
