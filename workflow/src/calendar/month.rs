//! Months as contracts count them: the day number is kept, and clamped to the month's last day.

use chrono::{Months, NaiveDate};

/// This day some months later: 31 January and one month is 28 (or 29) February.
pub fn add_months(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

/// The last day from which `months` later is not after `end`. Searched, because subtracting loses days: one month before
/// 28 February is 28 January by subtraction, but 31 January and one month is 28 February too.
pub fn last_day_months_before(end: NaiveDate, months: u32) -> NaiveDate {
    let subtracted = end.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN);
    let is_in_time = |day: &NaiveDate| day.checked_add_months(Months::new(months)).is_some_and(|later| later <= end);
    std::iter::successors(Some(subtracted), NaiveDate::succ_opt).take_while(is_in_time).last().unwrap_or(subtracted)
}
