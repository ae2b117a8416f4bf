//! What is computed from a project's state and kept beside it: list columns and timers. A commit writes them along with the state; when the
//! computation itself has changed, they are written anew on their own.

use crate::project;
use crate::timer::{self, TimerChange};
use crate::{ListColumns, Store, StoreError};

/// What is computed from one version of a project.
#[derive(Debug, Clone)]
pub struct Derived {
    /// The project.
    pub project_id: String,
    /// The version that it was computed from.
    pub version: i64,
    /// What lists show, filter and sort by.
    pub columns: ListColumns,
    /// What changes in its timers.
    pub timers: Vec<TimerChange>,
}

impl Store {
    /// Writes what is computed anew, if the version is still in force; answers whether it was. The project's version stays as it is: nothing
    /// has happened to it.
    pub async fn rewrite_derived(&self, derived: &Derived) -> Result<bool, StoreError> {
        let Derived { project_id, version, columns, timers } = derived;
        let mut tx = self.writer.begin().await?;
        if !project::rewrite_columns(&mut tx, project_id, *version, columns).await? {
            return Ok(false);
        }
        for change in timers {
            timer::change(&mut tx, project_id, change).await?;
        }
        tx.commit().await?;
        self.wake().await;
        Ok(true)
    }
}
