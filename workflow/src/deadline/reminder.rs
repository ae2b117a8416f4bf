//! When those who must act are reminded of a deadline: ten and three working days before, and on the day (where nobody works then, on the
//! last working day before), when the working day begins. Each is told once. Of moments that had passed before there was anything to tell,
//! as when a task opens late, only the nearest is told, and on the next working morning: who opened it knows of it today.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Deadline, What, deadlines, first_working_day};
use crate::calendar::{amsterdam, is_working_day, next_working_day, previous_working_day, subtract_working_days};
use crate::porting::window::PortingHours;
use crate::project::Project;

/// So many working days before the day they are reminded; the farthest first.
pub const REMIND_WORKING_DAYS: [u32; 3] = [10, 3, 0];

/// The last reminder of a deadline that was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminded {
    /// The deadline's day then: another day is reminded of anew.
    pub on: NaiveDate,
    /// Which of [`REMIND_WORKING_DAYS`] it was.
    pub working_days_before: u32,
}

/// When the next reminder of a project's deadlines is to be told; `None` when none is left.
pub fn next_reminder(project: &Project, deadlines: &[Deadline], hours: &PortingHours) -> Option<DateTime<Utc>> {
    reminded_of(deadlines).flat_map(|deadline| moments(project, deadline, hours)).map(|(_, at)| at).min()
}

/// The reminders to be told at an instant: each deadline with its nearest moment that has come, as working days before its day.
pub fn reminders_at(project: &Project, hours: &PortingHours, now: DateTime<Utc>) -> Vec<(Deadline, u32)> {
    let deadlines = deadlines(project);
    let due = reminded_of(&deadlines).filter_map(|deadline| {
        let (nearest, _) = moments(project, deadline, hours).filter(|(_, at)| *at <= now).last()?;
        Some((deadline.clone(), nearest))
    });
    due.collect()
}

/// A task is not reminded of apart from the letter that it waits for, when both are due on one day.
fn reminded_of(all: &[Deadline]) -> impl Iterator<Item = &Deadline> {
    let pressing = |deadline: &&Deadline| deadline.open && !deadline.who.is_empty() && deadline.what.is_reminded_of();
    let is_its_letter = |other: &Deadline, task: &Deadline| {
        other.open && other.what != task.what && other.task == task.task && other.on.day == task.on.day
    };
    let apart = move |deadline: &&Deadline| {
        !matches!(deadline.what, What::Task(_)) || !all.iter().any(|other| is_its_letter(other, deadline))
    };
    all.iter().filter(pressing).filter(apart)
}

/// What is left to tell of a deadline, the nearest last, and when. On the day on which a project begins everybody has just seen it all.
fn moments(project: &Project, deadline: &Deadline, hours: &PortingHours) -> impl Iterator<Item = (u32, DateTime<Utc>)> {
    let (day, from) = (deadline.on.day, hours.from());
    let told = project.reminded.get(&deadline.what.to_string()).filter(|told| told.on == day);
    let told = told.map(|told| told.working_days_before);
    let soonest = first_working_day(project).day;
    let changed_on = amsterdam::local_date(project.updated_at);
    let next_morning = if amsterdam::local_time(project.updated_at).time() < from && is_working_day(changed_on) {
        changed_on
    } else {
        next_working_day(changed_on)
    };
    REMIND_WORKING_DAYS.into_iter().filter(move |days| told.is_none_or(|told| *days < told)).map(move |days| {
        let on = subtract_working_days(day, days);
        let on = if is_working_day(on) { on } else { previous_working_day(on) };
        let on = on.max(soonest);
        let on = if on < changed_on { next_morning } else { on };
        (days, amsterdam::resolve(on.and_time(from)).instant)
    })
}
