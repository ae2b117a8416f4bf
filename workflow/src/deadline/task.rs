//! By which day each task should be done.

use super::{Deadline, What, began, first_working_day, letters, planned_porting};
use crate::process::{Party, Task};
use crate::project::Project;
use crate::task::TaskState;
use crate::why::{Basis, Dated, Subject};

/// The due date of each task that has one, in the order of the process.
pub fn due_dates(project: &Project) -> Vec<(String, Dated)> {
    let porting = planned_porting(project);
    let soonest = first_working_day(project);
    let due = |task: &Task| {
        let before = task.due.working_days_before_porting.zip(porting.clone());
        let before = before.map(|(days, porting)| porting.minus_working_days(days, Basis::Process, Subject::TaskDue));
        let after = task.due.working_days_after_porting.zip(porting.clone());
        let after = after.map(|(days, porting)| porting.plus_working_days(days, Basis::Process, Subject::TaskDue));
        let post_by = task.due.post_by.then(|| letters::earliest_post_by(&project.intake.contracts, began(project))).flatten();
        let due = Dated::earliest(Subject::TaskDue, [before, after, post_by].into_iter().flatten())?;
        Some(due.not_before(&soonest))
    };
    project.process().tasks().iter().filter_map(|task| Some((task.key.clone(), due(task)?))).collect()
}

/// Of each task that is not done.
pub(super) fn deadlines(project: &Project) -> impl Iterator<Item = Deadline> {
    due_dates(project).into_iter().filter_map(|(key, on)| {
        let task = project.process().task(&key)?;
        let state = project.task_state(task);
        (!state.is_met()).then(|| Deadline {
            title: task.title.clone(),
            who: who(project, task),
            open: state == TaskState::Open,
            task: Some(key.clone()),
            what: What::Task(key),
            on,
        })
    })
}

/// Those who have not confirmed; nobody while it goes by itself.
fn who(project: &Project, task: &Task) -> Vec<Party> {
    if project.goes_by_itself(task) {
        return Vec::new();
    }
    let confirmed = project.tasks.get(&task.key).map(|progress| progress.confirmed_by.as_slice()).unwrap_or_default();
    task.done_by.iter().filter(|party| !confirmed.contains(party)).copied().collect()
}
