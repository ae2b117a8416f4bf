//! What is to happen by itself at a moment. Timers are a function of the state ([`timers`]): nothing sets or clears them by hand.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::calendar::{amsterdam, previous_working_day};
use crate::cutover;
use crate::deadline::{Deadline, What, deadlines, next_reminder};
use crate::porting::request;
use crate::porting::window::PortingHours;
use crate::project::{PendingEffect, Project, Turn};

/// What a timer is for. Its stored form is its `Display`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// The preflight, a working day before the cutover.
    Preflight,
    /// The cutover's moment.
    Cutover,
    /// The end of a porting request's window.
    WindowEnd(String),
    /// The end of a task's due date.
    Due(String),
    /// When a peer's, or a person's, silence about a cutover's step has lasted too long.
    Silence(Uuid),
    /// The end of the days in which the provider was asked to confirm this letter.
    Confirmation(Uuid),
    /// The end of the agreed day of a cutover that has begun.
    DayPassed,
    /// The next reminders of deadlines.
    Reminder,
}

/// Grows whenever [`timers`] asks something else of the same state. What was set by an earlier version is then set anew at a server's start.
pub const RULES: u32 = 6;

impl std::fmt::Display for Timer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Timer::Preflight => f.write_str("preflight"),
            Timer::Cutover => f.write_str("cutover"),
            Timer::WindowEnd(request) => write!(f, "window_end/{request}"),
            Timer::Due(task) => write!(f, "due/{task}"),
            Timer::Silence(effect) => write!(f, "silence/{effect}"),
            Timer::Confirmation(letter) => write!(f, "confirmation/{letter}"),
            Timer::DayPassed => f.write_str("day_passed"),
            Timer::Reminder => f.write_str("reminder"),
        }
    }
}

impl std::str::FromStr for Timer {
    type Err = ();

    fn from_str(stored: &str) -> Result<Self, ()> {
        match stored.split_once('/') {
            None if stored == "preflight" => Ok(Timer::Preflight),
            None if stored == "cutover" => Ok(Timer::Cutover),
            None if stored == "day_passed" => Ok(Timer::DayPassed),
            None if stored == "reminder" => Ok(Timer::Reminder),
            Some(("window_end", request)) => Ok(Timer::WindowEnd(request.to_owned())),
            Some(("due", task)) => Ok(Timer::Due(task.to_owned())),
            Some(("silence", effect)) => effect.parse().map(Timer::Silence).map_err(|_| ()),
            Some(("confirmation", letter)) => letter.parse().map(Timer::Confirmation).map_err(|_| ()),
            _ => Err(()),
        }
    }
}

/// The timers that a project's state calls for, with the porting hours that are configured. On hold only the window's end counts on: the law does not wait.
pub fn timers(project: &Project, hours: &PortingHours) -> BTreeMap<Timer, DateTime<Utc>> {
    let mut timers = BTreeMap::new();
    if project.phase.is_final() {
        return timers;
    }
    for request in project.requests.iter().filter(|request| request.state == request::State::Accepted) {
        // What is being ported may be past its end by the time its outcome is known; until then nothing has expired.
        if request.doubted || project.porting_is_under_way(&request.id) {
            continue;
        }
        if let Some(window) = request.window() {
            timers.insert(Timer::WindowEnd(request.id.clone()), window.expires_at());
        }
    }
    if project.hold.is_some() {
        return timers;
    }
    // Of others nobody awaits the outcome by a moment.
    let awaited = |effect: &PendingEffect| matches!(effect.turn, Turn::Peer | Turn::Person);
    for (id, effect) in project.effects.iter().filter(|(_, effect)| awaited(effect)) {
        timers.extend(effect.answer_by.map(|answer_by| (Timer::Silence(*id), answer_by)));
    }
    if let Some(cutover) = &project.cutover
        && cutover.state == cutover::machine::State::Scheduled
    {
        timers.insert(Timer::Cutover, cutover.at);
        if !cutover.preflight_announced {
            timers.insert(Timer::Preflight, preflight_at(cutover.at, hours));
        }
    }
    timers.extend(project.day_to_be_done_on().map(|day| (Timer::DayPassed, end_of_day(day))));
    let open: Vec<Deadline> = deadlines(project).into_iter().filter(|deadline| deadline.open).collect();
    timers.extend(next_reminder(project, &open, hours).map(|at| (Timer::Reminder, at)));
    for Deadline { what, on, .. } in open {
        if let What::Task(task) = what
            && project.overdue_reported.get(&task) != Some(&on.day)
        {
            timers.insert(Timer::Due(task), end_of_day(on.day));
        }
    }
    for letter in project.letters.iter().filter(|letter| !letter.confirmation_missed) {
        if let Some(confirm_by) = project.confirm_by(letter) {
            timers.insert(Timer::Confirmation(letter.id), end_of_day(confirm_by.day));
        }
    }
    timers
}

fn end_of_day(day: NaiveDate) -> DateTime<Utc> {
    amsterdam::start_of_day(day.succ_opt().unwrap_or(day))
}

/// The working day before, at the hour at which the porting hours begin, so that a day is left to mend what is missing.
fn preflight_at(cutover_at: DateTime<Utc>, hours: &PortingHours) -> DateTime<Utc> {
    let day = previous_working_day(amsterdam::local_date(cutover_at));
    amsterdam::resolve(day.and_time(hours.from())).instant
}
