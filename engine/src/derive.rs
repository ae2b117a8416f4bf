//! What is computed and kept: each project's state, which its events make, and the timers and list columns, which follow from the state; and
//! computing it anew.
//!
//! A commit keeps them up. When the rules or the hours that they depend on have changed, what was kept before is stale until
//! the project next changes, and a timer that does not exist does not fire: so a server does this at its start, once for each change.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::to_raw_value;
use store::{Derived, ListColumns, Store, StoreError, TimerChange};
use uuid::Uuid;
use workflow::deadline::next_due_on;
use workflow::porting::window::PortingHours;
use workflow::project::{self, Project};
use workflow::timer::{RULES, timers};
use workflow::view;

use crate::{Current, Engine, LoadError};

/// The key under which a database keeps by which rules its timers were set.
const MARK: &str = "timers";

const PROJECTS_AT_A_TIME: u32 = 200;

/// By which rules a database's states and timers were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerRules {
    /// The version of the rules: [`RULES`] of the program that set them.
    pub version: u32,
    /// The version of the rules by which events make a state: [`project::RULES`].
    #[serde(default)]
    pub state_version: u32,
    /// The porting hours then configured.
    pub porting_hours: PortingHours,
}

impl TimerRules {
    /// Those by which a database's states and timers were last made as a whole; `None` before that, or when what is kept can't be read.
    pub async fn of(store: &Store) -> Result<Option<Self>, StoreError> {
        let kept = store.meta(MARK).await?;
        Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()))
    }

    /// Whether this program makes them by the same rules.
    pub fn are_ours(&self) -> bool {
        self.version == RULES && self.state_version == project::RULES
    }
}

/// What would make the stored timers those that the state calls for; nothing when they are.
pub fn timer_changes(project: &Project, hours: &PortingHours, stored: &[(String, DateTime<Utc>)]) -> Vec<TimerChange> {
    let wanted: BTreeMap<String, DateTime<Utc>> =
        timers(project, hours).into_iter().map(|(timer, due_at)| (timer.to_string(), due_at)).collect();
    let cleared = stored.iter().filter(|(key, _)| !wanted.contains_key(key));
    let cleared = cleared.map(|(key, _)| TimerChange::Clear { key: key.clone() });
    // One that is as it should be is left alone: a worker may hold it.
    let set = wanted.iter().filter(|(key, due_at)| !stored.iter().any(|(kept, at)| kept == *key && at == *due_at));
    cleared.chain(set.map(|(key, due_at)| TimerChange::Set { key: key.clone(), due_at: *due_at })).collect()
}

/// The copy of what lists select and sort by.
pub(crate) fn columns(project: &Project) -> ListColumns {
    let customer = &project.intake.customer;
    let mut search = vec![project.reference.clone(), customer.name.clone(), customer.address.city.clone()];
    search.extend(project.intake.numbers.iter().map(|entry| entry.series.national_first()));
    search.extend(project.intake.contracts.iter().map(|contract| contract.contract_number.clone()));
    ListColumns {
        phase: project.phase.as_str().to_owned(),
        status: project.status().as_str().to_owned(),
        customer_name: customer.name.clone(),
        city: customer.address.city.clone(),
        waiting_on: view::waiting_on(project).into_iter().map(|party| party.as_str().to_owned()).collect(),
        next_due_on: next_due_on(project),
        porting_on: project.planned_porting_date(),
        porting_status: project.porting_status().as_str().to_owned(),
        cutover_status: project.cutover_status().to_owned(),
        search: search.join(" ").to_lowercase(),
    }
}

impl Engine {
    /// Brings every project's state, timers and list columns up to this program's rules, unless they are already. What can't be read is logged, and
    /// tried again at the next start. Answers how many projects were looked at.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn derive_anew(&self) -> Result<u64, StoreError> {
        let store = self.store();
        let rules = TimerRules { version: RULES, state_version: project::RULES, porting_hours: self.settings().porting_hours };
        if TimerRules::of(store).await? == Some(rules) {
            return Ok(0);
        }
        let (mut count, mut unread, mut after) = (0, 0, None::<String>);
        loop {
            let ids = store.project_ids(after.as_deref(), PROJECTS_AT_A_TIME).await?;
            let Some(last) = ids.last() else { break };
            after = Some(last.clone());
            for id in &ids {
                count += 1;
                match self.derive_one(id, &rules.porting_hours).await {
                    Ok(()) => {}
                    Err(LoadError::Store(error)) => return Err(error),
                    Err(error @ LoadError::Unreadable { .. }) => {
                        tracing::error!(%error, "its state and timers can't be made anew");
                        unread += 1;
                    }
                }
            }
        }
        if unread == 0 {
            let mark = serde_json::to_string(&rules).unwrap_or_default();
            store.set_meta(MARK, &mark).await?;
        }
        tracing::info!(projects = count, "states, timers and lists were brought up to the rules of this version");
        Ok(count)
    }

    /// Again when the project changes meanwhile: another server may be at work on the same database.
    async fn derive_one(&self, id: &str, hours: &PortingHours) -> Result<(), LoadError> {
        let Ok(project_id) = Uuid::parse_str(id) else { return Ok(()) };
        while let Some(Current { project, version }) = self.load(project_id).await? {
            let stored = self.store().timers_of(id).await?;
            let timers = timer_changes(&project, hours, &stored);
            let state = to_raw_value(&project).map_err(|error| LoadError::Unreadable { id: id.to_owned(), error })?;
            let derived = Derived { project_id: id.to_owned(), version, state, columns: columns(&project), timers };
            if self.store().rewrite_derived(&derived).await? {
                break;
            }
        }
        Ok(())
    }
}
