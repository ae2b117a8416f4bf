//! By which day each task should be done.

use chrono::NaiveDate;

use crate::calendar::{add_working_days, amsterdam, next_working_day, subtract_working_days};
use crate::contract::contract_dates;
use crate::process::Task;
use crate::project::Project;

/// The due date of each task that has one, in the order of the process. What should have been done before the project began is due on the
/// first working day after that: nobody can be late with what they could not know.
pub fn due_dates(project: &Project) -> Vec<(String, NaiveDate)> {
    let porting_on = project.planned_porting_date();
    let soonest = next_working_day(amsterdam::local_date(project.created_at));
    let due = |task: &Task| {
        let before = task.due.working_days_before_porting.zip(porting_on).map(|(days, day)| subtract_working_days(day, days));
        let after = task.due.working_days_after_porting.zip(porting_on).map(|(days, day)| add_working_days(day, days));
        let post_by = task.due.post_by.then(|| earliest_post_by(project)).flatten();
        [before, after, post_by].into_iter().flatten().min().map(|day| day.max(soonest))
    };
    project.process().tasks().iter().filter_map(|task| Some((task.key.clone(), due(task)?))).collect()
}

/// The earliest post-by day of contracts whose term ran when the project began.
fn earliest_post_by(project: &Project) -> Option<NaiveDate> {
    let began = amsterdam::local_date(project.created_at);
    let dates = project.intake.contracts.iter().map(|contract| contract_dates(&contract.term(), began));
    dates.filter(|dates| !dates.notify_by_passed).filter_map(|dates| dates.post_by).map(|post_by| post_by.day).min()
}
