//! What is computed and kept: a project's state, which its events make, and its list columns and timers, which follow from the state. A commit
//! writes them along with its events; when the computation itself has changed, they are written anew on their own.

use serde_json::Value;

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
    /// All of it, as its events make it.
    pub state: Value,
    /// What lists show, filter and sort by.
    pub columns: ListColumns,
    /// What changes in its timers.
    pub timers: Vec<TimerChange>,
}

impl Store {
    /// Writes what is computed anew, if the version is still in force; answers whether it was. The project's version stays as it is: nothing
    /// has happened to it.
    pub async fn rewrite_derived(&self, derived: &Derived) -> Result<bool, StoreError> {
        let Derived { project_id, version, state, columns, timers } = derived;
        let mut tx = self.writer.begin().await?;
        if !project::rewrite(&mut tx, project_id, *version, columns, state).await? {
            return Ok(false);
        }
        for change in timers {
            timer::change(&mut tx, project_id, change).await?;
        }
        tx.commit().await?;
        self.wake();
        Ok(true)
    }
}
