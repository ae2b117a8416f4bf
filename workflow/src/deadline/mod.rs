//! Everything in a project that has a day: tasks, letters to post, the porting's own days. One list, from which due dates, lateness,
//! reminders, the calendar and the lists of projects are made.
//!
//! A function of the state alone, so that timers can be set by it; what day it is today is added where it is shown. Each day carries its
//! reason ([`Dated`]). What should have been done before the project began is due on the first working day after that: nobody can be late
//! with what they could not know.

mod contract;
mod forwarding;
mod letters;
mod porting;
mod reminder;
mod task;
mod what;

use chrono::NaiveDate;

pub use letters::{letter_post_by, send_by};
pub use reminder::{REMIND_WORKING_DAYS, Reminded, next_reminder, reminders_at};
pub use task::due_dates;
pub use what::What;

use crate::calendar::amsterdam;
use crate::process::{Completion, Party, Requirement};
use crate::project::Project;
use crate::text::Text;
use crate::why::{Basis, Dated, Subject};

/// Something with a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// What.
    pub what: What,
    /// The day, with its reason.
    pub on: Dated,
    /// What it is called.
    pub title: Text,
    /// Who must act; nobody where it goes by itself or is only a day to know.
    pub who: Vec<Party>,
    /// Its time has come and it is not done: when the day passes, it is late.
    pub open: bool,
    /// The task that it belongs to.
    pub task: Option<String>,
}

impl Deadline {
    /// A day that is good to know, and nobody's to meet.
    fn to_know(what: What, on: Dated, title: Text) -> Self {
        Self { what, on, title, who: Vec::new(), open: false, task: None }
    }

    /// Whether it is late on a day.
    pub fn is_late(&self, today: NaiveDate) -> bool {
        self.open && self.on.day < today
    }
}

/// All of a project's deadlines, by day. None when the project is over; on hold they stand, and none is open.
pub fn deadlines(project: &Project) -> Vec<Deadline> {
    if project.phase.is_final() {
        return Vec::new();
    }
    let mut deadlines: Vec<Deadline> = task::deadlines(project).collect();
    deadlines.extend(task::appointment(project));
    deadlines.extend(letters::deadlines(project));
    deadlines.extend(contract::deadlines(project));
    deadlines.extend(porting::deadlines(project));
    deadlines.extend(forwarding::deadlines(project));
    for deadline in &mut deadlines {
        deadline.open &= project.hold.is_none();
    }
    deadlines.sort_by(|one, other| (one.on.day, &one.what).cmp(&(other.on.day, &other.what)));
    deadlines
}

/// The day by which the next thing is due; it has passed when something is late.
pub fn next_due_on(project: &Project) -> Option<NaiveDate> {
    deadlines(project).into_iter().filter(|deadline| deadline.open).map(|deadline| deadline.on.day).min()
}

/// The first working day after the project began.
fn first_working_day(project: &Project) -> Dated {
    let began = Dated::given(Subject::ProjectStart, began(project));
    began.plus_working_days(1, Basis::CouldNotBeKnown, Subject::FirstWorkingDay)
}

fn began(project: &Project) -> NaiveDate {
    amsterdam::local_date(project.created_at)
}

/// The day on which the numbers are planned to be ported: the cutover's, else the wish date.
fn planned_porting(project: &Project) -> Option<Dated> {
    let day = project.planned_porting_date()?;
    let subject = if project.cutover_date().is_some() { Subject::CutoverDay } else { Subject::WishDate };
    Some(Dated::given(subject, day))
}

fn completed_by(project: &Project, completion: Completion) -> Option<String> {
    project.process().completed_by(completion).next().map(|task| task.key.clone())
}

fn requiring(project: &Project, requirement: Requirement) -> Option<String> {
    project.process().tasks().iter().find(|task| task.requires == Some(requirement)).map(|task| task.key.clone())
}
