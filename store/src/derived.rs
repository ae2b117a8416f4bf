//! What is computed and kept: a project's state, which its events make, and its list columns and timers, which follow from the state. A commit
//! writes them along with its events; when the computation itself has changed, they are written anew on their own.

use crate::timer::TimerChange;
use crate::{JsonText, ListColumns, Store, StoreError};
use crate::{project, timer};

/// What is computed from one version of a project.
#[derive(Debug, Clone)]
pub struct Derived {
    /// The project.
    pub project_id: String,
    /// The version that it was computed from.
    pub version: i64,
    /// All of it, as its events make it.
    pub state: JsonText,
    /// What lists show, filter and sort by.
    pub columns: ListColumns,
    /// What changes in its timers.
    pub timers: Vec<TimerChange>,
}

impl Store {
    /// Writes what is computed anew, if the version is still in force; answers whether it was. The project's version stays as it is: nothing
    /// has happened to it.
    pub async fn rewrite_derived(&self, derived: &Derived) -> Result<bool, StoreError> {
        let mut tx = self.writer.begin().await?;
        if !project::rewrite(&mut tx, derived).await? {
            return Ok(false);
        }
        let changes: Vec<_> = derived.timers.iter().map(|change| (derived.project_id.as_str(), change)).collect();
        timer::change(&mut tx, &changes).await?;
        tx.commit().await?;
        self.wake();
        Ok(true)
    }
}
