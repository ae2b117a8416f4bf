//! Between instants and the clock on the wall in the Netherlands (zone Europe/Amsterdam).

use chrono::{DateTime, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};
use chrono_tz::Europe::Amsterdam;
use chrono_tz::GapInfo;

/// The instant that a wall clock time stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved {
    /// The instant.
    pub instant: DateTime<Utc>,
    /// Whether there is exactly one instant with that wall clock time. If not, `instant` is a choice.
    pub clear: bool,
}

/// The day it is in the Netherlands.
pub fn local_date(instant: DateTime<Utc>) -> NaiveDate {
    local_time(instant).date()
}

/// What the clock on the wall shows in the Netherlands.
pub fn local_time(instant: DateTime<Utc>) -> NaiveDateTime {
    let utc = instant.naive_utc();
    let offset = Amsterdam.offset_from_utc_datetime(&utc).fix();
    utc.checked_add_offset(offset).unwrap_or(NaiveDateTime::MAX)
}

/// The instant at which the clock on the wall shows this time. When it shows it twice (an hour in October): the later
/// instant. When it never does (an hour in March): the first instant after the gap. Neither is clear.
pub fn resolve(local: NaiveDateTime) -> Resolved {
    let (instant, clear) = match Amsterdam.offset_from_local_datetime(&local) {
        MappedLocalTime::Single(offset) => (at_offset(local, offset.fix()), true),
        MappedLocalTime::Ambiguous(one, other) => (at_offset(local, one.fix()).max(at_offset(local, other.fix())), false),
        MappedLocalTime::None => (end_of_gap(local), false),
    };
    Resolved { instant, clear }
}

/// The instant at which this day begins in the Netherlands.
pub fn start_of_day(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    // In 1916 summer time ended at one: midnight came twice, and the day began with the first.
    let first = Amsterdam.offset_from_local_datetime(&midnight).earliest();
    first.map_or_else(|| end_of_gap(midnight), |offset| at_offset(midnight, offset.fix()))
}

fn at_offset(local: NaiveDateTime, offset: FixedOffset) -> DateTime<Utc> {
    // The Netherlands have never been behind UTC, so only the lower edge of the range can be crossed.
    local.checked_sub_offset(offset).unwrap_or(NaiveDateTime::MIN).and_utc()
}

fn end_of_gap(local: NaiveDateTime) -> DateTime<Utc> {
    let end = GapInfo::new(&local, &Amsterdam).and_then(|gap| gap.end);
    end.map_or(local.and_utc(), |end| end.with_timezone(&Utc))
}
