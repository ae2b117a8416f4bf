//! Where each task stands, and whether a phase may be left. Computed from what has been confirmed; nothing of it is stored.

use serde::{Deserialize, Serialize};

use crate::event::Purpose;
use crate::porting::{PortingRequest, request};
use crate::process::{Completion, Task};
use crate::project::Project;

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Its phase is not reached, or a need is not done.
    Waiting,
    /// Somebody can do it.
    Open,
    /// All who must have confirmed.
    Done,
    /// Not needed here; counts as done.
    Skipped,
}

impl TaskState {
    /// Done, or as good as.
    pub fn is_met(self) -> bool {
        matches!(self, TaskState::Done | TaskState::Skipped)
    }
}

impl Project {
    /// Where a task stands.
    pub fn task_state(&self, task: &Task) -> TaskState {
        let progress = self.tasks.get(&task.key);
        if progress.is_some_and(|progress| progress.skipped.is_some()) {
            return TaskState::Skipped;
        }
        if task.phase > self.phase || self.needs_of(task).next().is_some() {
            return TaskState::Waiting;
        }
        let confirmed = |party| progress.is_some_and(|progress| progress.confirmed_by.contains(party));
        if !task.recurring && task.done_by.iter().all(confirmed) { TaskState::Done } else { TaskState::Open }
    }

    /// The tasks that this one still needs.
    pub fn needs_of<'a>(&'a self, task: &'a Task) -> impl Iterator<Item = &'a Task> {
        let needs = task.needs.iter().filter_map(|need| self.process().task(need));
        needs.filter(|need| !self.task_state(need).is_met())
    }

    /// Whether somebody can do the task now.
    pub fn is_open(&self, key: &str) -> bool {
        self.process().task(key).is_some_and(|task| self.task_state(task) == TaskState::Open)
    }

    /// Whether the task is done or skipped.
    pub fn is_met(&self, key: &str) -> bool {
        self.process().task(key).is_some_and(|task| self.task_state(task).is_met())
    }

    /// The tasks of this and earlier phases that keep the phase from being left.
    pub fn unmet_tasks(&self) -> impl Iterator<Item = &'static Task> {
        self.process()
            .tasks()
            .iter()
            .filter(|task| task.phase <= self.phase && !task.recurring && !self.task_state(task).is_met())
    }

    /// Whether the task's matter is under way without anybody, or as an action of its own.
    pub(crate) fn goes_by_itself(&self, task: &Task) -> bool {
        let kept_open = self.tasks.get(&task.key).is_some_and(|progress| progress.kept_open);
        let pending = |purpose: &Purpose| self.effects.values().any(|effect| effect.purpose == *purpose);
        match task.complete {
            _ if kept_open => false,
            Some(Completion::PbxProvisioned) => pending(&Purpose::Provision),
            // A donor answers what has reached it.
            Some(Completion::PortingAccepted) => {
                let with_donor = |request: &PortingRequest| {
                    request.state == request::State::Requested && !pending(&Purpose::RequestPorting(request.id.clone()))
                };
                !self.requests.is_empty() && !self.requests.iter().any(with_donor)
            }
            Some(Completion::CutoverDone) => self.cutover_is_under_way(),
            _ => false,
        }
    }
}
