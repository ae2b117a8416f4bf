//! Days on which business is done: Monday to Friday, less the holidays.

use chrono::{Datelike, NaiveDate, Weekday};

use super::{Holiday, holiday};

/// Why no business is done on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DayOff {
    /// A Saturday or Sunday, holiday or not.
    Weekend,
    /// A holiday on Monday to Friday.
    Holiday(Holiday),
}

/// A day that was reached by counting working days, and the days that did not count on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The day.
    pub day: NaiveDate,
    /// What was passed over, in the order in which it was passed.
    pub passed_over: Vec<(NaiveDate, DayOff)>,
}

/// Why no business is done on this day; `None` on a working day. Good Friday counts as a working day: it is one for business, though
/// art. 3(2) Algemene termijnenwet treats it as a holiday for statutory periods.
pub fn day_off(day: NaiveDate) -> Option<DayOff> {
    match day.weekday() {
        Weekday::Sat | Weekday::Sun => Some(DayOff::Weekend),
        _ => holiday(day).map(DayOff::Holiday),
    }
}

/// Whether business is done on this day.
pub fn is_working_day(day: NaiveDate) -> bool {
    day_off(day).is_none()
}

/// The first working day strictly after this day.
pub fn next_working_day(after: NaiveDate) -> NaiveDate {
    add_working_days(after, 1)
}

/// The last working day strictly before this day.
pub fn previous_working_day(before: NaiveDate) -> NaiveDate {
    subtract_working_days(before, 1)
}

/// The `n`th working day after this day; the day itself, working or not, when `n` is 0.
pub fn add_working_days(day: NaiveDate, n: u32) -> NaiveDate {
    count_working_days_after(day, n).day
}

/// The `n`th working day before this day; the day itself, working or not, when `n` is 0.
pub fn subtract_working_days(day: NaiveDate, n: u32) -> NaiveDate {
    count_working_days_before(day, n).day
}

/// The same as [`add_working_days`], with what was passed over.
pub fn count_working_days_after(day: NaiveDate, n: u32) -> Counted {
    count(day, n, NaiveDate::succ_opt)
}

/// The same as [`subtract_working_days`], with what was passed over.
pub fn count_working_days_before(day: NaiveDate, n: u32) -> Counted {
    count(day, n, NaiveDate::pred_opt)
}

/// How many working days there are from the day after `from` up to and including `to`: what is left until `to` when it is `from` now.
/// Negative when `to` has passed.
pub fn working_days_until(from: NaiveDate, to: NaiveDate) -> i64 {
    let (first, last) = (from.min(to), from.max(to));
    let days = std::iter::successors(first.succ_opt(), NaiveDate::succ_opt).take_while(|day| *day <= last);
    let count = days.filter(|day| is_working_day(*day)).fold(0, |count: i64, _| count + 1);
    if from <= to { count } else { -count }
}

fn count(from: NaiveDate, n: u32, step: fn(&NaiveDate) -> Option<NaiveDate>) -> Counted {
    let (mut counted, mut left) = (Counted { day: from, passed_over: Vec::new() }, n);
    while left > 0
        && let Some(day) = step(&counted.day)
    {
        counted.day = day;
        match day_off(day) {
            Some(off) => counted.passed_over.push((day, off)),
            None => left -= 1,
        }
    }
    counted
}
