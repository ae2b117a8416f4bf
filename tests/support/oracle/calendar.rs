//! Days in Amsterdam, and those on which people work.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc, Weekday};

/// The day that it is in Amsterdam.
pub(super) fn day(at: DateTime<Utc>) -> NaiveDate {
    local(at).date()
}

/// A working day between eight and five: when portings are planned, unless somebody has a reason.
pub(super) fn is_porting_hour(at: DateTime<Utc>) -> bool {
    is_working_day(day(at)) && (8..17).contains(&local(at).hour())
}

/// Central European time; summer time from the last Sunday of March to that of October, at one o'clock UTC.
pub(super) fn local(at: DateTime<Utc>) -> NaiveDateTime {
    let change = |month| {
        let last = date(at.year(), month, 31);
        (last - TimeDelta::days(last.weekday().num_days_from_sunday().into())).and_hms_opt(1, 0, 0)
    };
    let summer = change(3) <= Some(at.naive_utc()) && Some(at.naive_utc()) < change(10);
    at.naive_utc() + TimeDelta::hours(if summer { 2 } else { 1 })
}

/// Monday to Friday, but for the days on which the Netherlands don't work.
fn is_working_day(day: NaiveDate) -> bool {
    let year = day.year();
    let kings_day = date(year, 4, 27);
    let kings_day = if kings_day.weekday() == Weekday::Sun { kings_day - TimeDelta::days(1) } else { kings_day };
    let fixed = [date(year, 1, 1), kings_day, date(year, 5, 5), date(year, 12, 25), date(year, 12, 26)];
    let after_easter = [1, 39, 50].map(|days| easter(year) + TimeDelta::days(days));
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !fixed.contains(&day) && !after_easter.contains(&day)
}

/// Easter Sunday, after Gauss, for the years 1900 to 2099.
fn easter(year: i32) -> NaiveDate {
    let d = (19 * (year % 19) + 24) % 30;
    let e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + 5) % 7;
    let days = match (d, e) {
        (29, 6) => 28 + 6,
        (28, 6) if year % 19 > 10 => 27 + 6,
        _ => d + e,
    };
    date(year, 3, 22) + TimeDelta::days(days.into())
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}
