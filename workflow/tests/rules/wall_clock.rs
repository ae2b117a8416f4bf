//! Amsterdam time.

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use proptest::prelude::*;
use workflow::calendar::{local_date, local_time, resolve, start_of_day};

use crate::table::check;
use crate::working_days::any_day;

#[test]
fn wall_clock_times_are_instants() {
    check(
        "
        P10: local 2027-01-26T08:30:00 -> 2027-01-26T07:30:00Z
        P10: local 2027-04-06T08:30:00 -> 2027-04-06T06:30:00Z
             local 2027-10-31T01:59:59 -> 2027-10-30T23:59:59Z
        M9:  local 2027-10-31T02:00:00 -> 2027-10-31T01:00:00Z unclear
        M9:  local 2027-10-31T02:30:00 -> 2027-10-31T01:30:00Z unclear
             local 2027-10-31T03:00:00 -> 2027-10-31T02:00:00Z
             local 2027-03-28T01:59:59 -> 2027-03-28T00:59:59Z
        M9:  local 2027-03-28T02:00:00 -> 2027-03-28T01:00:00Z unclear
        M9:  local 2027-03-28T02:30:00 -> 2027-03-28T01:00:00Z unclear
             local 2027-03-28T03:00:00 -> 2027-03-28T01:00:00Z
        ",
        |given| {
            let resolved = resolve(given.take("local"));
            let doubt = if resolved.clear { "" } else { " unclear" };
            resolved.instant.format("%FT%TZ").to_string() + doubt
        },
    );
}

#[test]
fn days_begin_at_midnight_in_amsterdam() {
    check(
        "
        at 2027-01-11T23:00:00Z -> 2027-01-12, begun 2027-01-11T23:00:00Z
        at 2027-01-11T22:59:59Z -> 2027-01-11, begun 2027-01-10T23:00:00Z
        at 2027-07-01T22:00:00Z -> 2027-07-02, begun 2027-07-01T22:00:00Z
        at 2027-03-28T12:00:00Z -> 2027-03-28, begun 2027-03-27T23:00:00Z
        at 2027-10-31T23:00:00Z -> 2027-11-01, begun 2027-10-31T23:00:00Z
        ",
        |given| {
            let day = local_date(given.take("at"));
            format!("{day}, begun {}", start_of_day(day).format("%FT%TZ"))
        },
    );
}

#[test]
fn the_edges_of_time_hold() {
    assert_eq!(local_time(DateTime::<Utc>::MAX_UTC), NaiveDateTime::MAX);
    assert_eq!(resolve(NaiveDateTime::MIN).instant, DateTime::<Utc>::MIN_UTC);
    assert!(resolve(NaiveDateTime::MAX).instant < DateTime::<Utc>::MAX_UTC);
    assert!(local_time(DateTime::<Utc>::MIN_UTC) > NaiveDateTime::MIN);
}

proptest! {
    #[test]
    fn a_clear_time_is_shown_at_its_instant(day in any_day(), second in 0..86_400_u32) {
        let local = day.and_time(NaiveTime::from_num_seconds_from_midnight_opt(second, 0).unwrap());
        let resolved = resolve(local);
        if resolved.clear {
            prop_assert_eq!(local_time(resolved.instant), local);
        } else {
            // Shown at this instant for the second time, or jumped over just before it.
            prop_assert!(local_time(resolved.instant) >= local);
            prop_assert!(local_time(resolved.instant - TimeDelta::hours(2)) < local);
        }
    }

    #[test]
    fn each_day_begins_once(day in any_day()) {
        let start = start_of_day(day);
        prop_assert_eq!(local_date(start), day);
        prop_assert_eq!(local_date(start - TimeDelta::seconds(1)), day.pred_opt().unwrap());
    }
}
