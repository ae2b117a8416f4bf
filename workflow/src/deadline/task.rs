//! By which day each task should be done.

use super::{Deadline, What, began, first_working_day, letters, planned_porting};
use crate::phase;
use crate::process::{Party, Task};
use crate::project::Project;
use crate::task::TaskState;
use crate::text::Text;
use crate::why::{Basis, Dated, Subject};

/// The due date of each task that has one, in the order of the process.
pub fn due_dates(project: &Project) -> Vec<(String, Dated)> {
    due(project, |_| true).map(|(task, on)| (task.key.clone(), on)).collect()
}

/// Of each task that is not done.
pub(super) fn deadlines(project: &Project) -> impl Iterator<Item = Deadline> {
    due(project, |task| !project.task_state(task).is_met()).map(|(task, on)| Deadline {
        what: What::Task(task.key.clone()),
        on,
        title: task.title.clone(),
        who: who(project, task),
        open: project.task_state(task) == TaskState::Open,
        task: Some(task.key.clone()),
    })
}

/// The appointment to install the phones, until the system is in use.
pub(super) fn appointment(project: &Project) -> Option<Deadline> {
    let installation = project.intake.installation.as_ref()?;
    let title = Text::new("Afspraak voor de installatie", "Appointment for the installation");
    let on = Dated::given(Subject::Installation, installation.on);
    (project.phase < phase::State::Maintenance).then(|| Deadline::to_know(What::Installation, on, title))
}

fn due(project: &Project, which: impl Fn(&Task) -> bool) -> impl Iterator<Item = (&Task, Dated)> {
    let porting = planned_porting(project);
    let soonest = first_working_day(project);
    let post_by = letters::earliest_post_by(&project.intake.contracts, began(project));
    let tasks = project.process().tasks().iter().filter(move |task| which(task));
    tasks.filter_map(move |task| {
        let before = task.due.working_days_before_porting.zip(porting.clone());
        let before = before.map(|(days, porting)| porting.minus_working_days(days, Basis::Process, Subject::TaskDue));
        let after = task.due.working_days_after_porting.zip(porting.clone());
        let after = after.map(|(days, porting)| porting.plus_working_days(days, Basis::Process, Subject::TaskDue));
        let post_by = post_by.clone().filter(|_| task.due.post_by);
        let due = Dated::earliest(Subject::TaskDue, [before, after, post_by].into_iter().flatten())?;
        Some((task, due.not_before(&soonest)))
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
