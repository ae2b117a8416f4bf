//! Days on which business is done: Monday to Friday, less the holidays.

use chrono::{Datelike, NaiveDate, Weekday};

use super::holiday;

/// Whether business is done on this day. Good Friday counts as a working day: it is one for business, though art. 3(2)
/// Algemene termijnenwet treats it as a holiday for statutory periods.
pub fn is_working_day(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && holiday(day).is_none()
}

/// The first working day strictly after this day.
pub fn next_working_day(after: NaiveDate) -> NaiveDate {
    std::iter::successors(after.succ_opt(), NaiveDate::succ_opt).find(|day| is_working_day(*day)).unwrap_or(NaiveDate::MAX)
}

/// The last working day strictly before this day.
pub fn previous_working_day(before: NaiveDate) -> NaiveDate {
    std::iter::successors(before.pred_opt(), NaiveDate::pred_opt).find(|day| is_working_day(*day)).unwrap_or(NaiveDate::MIN)
}

/// The `n`th working day after this day; the day itself, working or not, when `n` is 0.
pub fn add_working_days(day: NaiveDate, n: u32) -> NaiveDate {
    walk(day, n, next_working_day)
}

/// The `n`th working day before this day; the day itself, working or not, when `n` is 0.
pub fn subtract_working_days(day: NaiveDate, n: u32) -> NaiveDate {
    walk(day, n, previous_working_day)
}

fn walk(day: NaiveDate, steps: u32, step: fn(NaiveDate) -> NaiveDate) -> NaiveDate {
    (0..steps).fold(day, |day, _| step(day))
}
