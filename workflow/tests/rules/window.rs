//! Porting windows and porting hours.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use proptest::prelude::*;
use workflow::calendar::{is_working_day, local_date, resolve};
use workflow::porting::window::{PortingHours, Window, WindowFault};

use crate::table::check;

#[test]
fn a_window_runs_from_the_first_possible_date_to_ninety_days_after_it() {
    check(
        "
        P1: fpd 2027-01-12T00:00 -> first 2027-01-12 08:00, last day 2027-04-12, last working day 2027-04-12
        P2: fpd 2027-02-01T00:00 -> first 2027-02-01 08:00, last day 2027-05-02, last working day 2027-04-30
        P3: fpd 2027-01-31T00:00 -> first 2027-02-01 08:00, last day 2027-05-01, last working day 2027-04-30
        P4: fpd 2027-01-12T14:30 -> first 2027-01-12 14:30, last day 2027-04-12, last working day 2027-04-12
            fpd 2027-01-12T16:59 -> first 2027-01-12 16:59, last day 2027-04-12, last working day 2027-04-12
            fpd 2027-01-12T17:00 -> first 2027-01-13 08:00, last day 2027-04-12, last working day 2027-04-12
            fpd 2027-04-26T17:00 -> first 2027-04-28 08:00, last day 2027-07-25, last working day 2027-07-23
        ",
        |given| {
            let window = window(&given.take::<String>("fpd"));
            let first = window.first_moment(&PortingHours::default()).unwrap();
            format!(
                "first {}, last day {}, last working day {}",
                workflow::calendar::local_time(first).format("%F %H:%M"),
                window.ends_on.day,
                window.last_working_day().unwrap(),
            )
        },
    );
}

#[test]
fn portings_are_planned_inside_window_and_hours() {
    check(
        "
        P4: fpd 2027-01-12T14:30, at 2027-01-12T09:00 -> before_first_possible_date
        P4: fpd 2027-01-12T14:30, at 2027-01-12T14:30 -> allowed
        P5: fpd 2027-01-12T00:00, at 2027-04-12T16:59 -> allowed
        P5: fpd 2027-01-12T00:00, at 2027-04-12T23:59 -> outside_porting_hours (can be overridden)
        P5: fpd 2027-01-12T00:00, at 2027-04-13T00:00 -> porting_window_expired, outside_porting_hours (can be overridden)
        P5: fpd 2027-01-12T00:00, at 2027-04-13T10:00 -> porting_window_expired
        P6: fpd 2027-01-12T00:00, at 2027-01-16T10:00 -> not_a_working_day (can be overridden)
        P6: fpd 2027-01-12T00:00, at 2027-03-29T10:00 -> not_a_working_day (can be overridden)
        P6: fpd 2027-01-12T00:00, at 2027-01-26T07:30 -> outside_porting_hours (can be overridden)
        P6: fpd 2027-01-12T00:00, at 2027-01-26T07:59 -> outside_porting_hours (can be overridden)
        P6: fpd 2027-01-12T00:00, at 2027-01-26T08:00 -> allowed
        P6: fpd 2027-01-12T00:00, at 2027-01-26T16:59 -> allowed
        P6: fpd 2027-01-12T00:00, at 2027-01-26T17:00 -> outside_porting_hours (can be overridden)
            fpd 2027-01-12T00:00, at 2027-04-06T07:59 -> outside_porting_hours (can be overridden)
            fpd 2027-01-12T00:00, at 2027-04-06T08:00 -> allowed
        ",
        |given| {
            let window = window(&given.take::<String>("fpd"));
            let faults = window.check(at(&given.take::<String>("at")), &PortingHours::default());
            let told = |fault: &WindowFault| {
                fault.code().to_owned() + if fault.can_be_overridden() { " (can be overridden)" } else { "" }
            };
            if faults.is_empty() { "allowed".into() } else { faults.iter().map(told).collect::<Vec<_>>().join(", ") }
        },
    );
}

#[test]
fn all_faults_are_told_at_once() {
    let faults = window("2027-01-12T14:30").check(at("2027-01-10T20:00"), &PortingHours::default());
    assert_eq!(faults, [WindowFault::BeforeFirstPossibleDate, WindowFault::NotAWorkingDay, WindowFault::OutsidePortingHours]);
}

#[test]
fn series_ported_together_share_a_window() {
    check(
        "
        P7: one 2027-01-12T00:00, other 2027-02-15T00:00 -> 2027-02-15 to 2027-04-12
        P8: one 2027-01-12T00:00, other 2027-05-03T00:00 -> none
            one 2027-01-12T00:00, other 2027-04-12T23:59 -> 2027-04-12 to 2027-04-12
            one 2027-01-12T00:00, other 2027-04-13T00:00 -> none
            one 2027-01-12T00:00, other 2027-01-12T00:00 -> 2027-01-12 to 2027-04-12
        ",
        |given| {
            let both = [window(&given.take::<String>("one")), window(&given.take::<String>("other"))];
            Window::common(both).map_or("none".into(), |common| format!("{} to {}", common.opens_on.day, common.ends_on.day))
        },
    );
    assert_eq!(Window::common([]), None);
}

#[test]
fn porting_hours_contain_a_time() {
    let read = |text: &str| serde_json::from_str::<PortingHours>(text);
    assert_eq!(read(r#"{"from": "08:00", "until": "17:00:00"}"#).unwrap(), PortingHours::default());
    let error = read(r#"{"from": "17:00:00", "until": "17:00:00"}"#).unwrap_err();
    assert!(error.to_string().contains("`from` must be before `until`"), "{error}");
}

#[test]
fn the_edges_of_time_hold() {
    let last = Window::of_first_possible(DateTime::<Utc>::MAX_UTC);
    assert_eq!(last.ends_on.day, NaiveDate::MAX);
    assert_eq!(last.expires_at(), DateTime::<Utc>::MAX_UTC);
    assert_eq!(last.first_moment(&PortingHours::default()), None);
    let first = Window::of_first_possible(DateTime::<Utc>::MIN_UTC);
    assert!(first.last_working_day().is_some());
}

fn at(local: &str) -> DateTime<Utc> {
    let resolved = resolve(format!("{local}:00").parse().unwrap());
    assert!(resolved.clear);
    resolved.instant
}

fn window(first_possible: &str) -> Window {
    Window::of_first_possible(at(first_possible))
}

prop_compose! {
    fn any_window()(day in 0..200_i64, minute in 0..1440_i64) -> Window {
        let start = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap().and_time(NaiveTime::MIN).and_utc();
        Window::of_first_possible(start + TimeDelta::days(day) + TimeDelta::minutes(minute))
    }
}

proptest! {
    #[test]
    fn a_common_window_is_what_the_windows_have_in_common(windows in prop::collection::vec(any_window(), 1..4)) {
        let common = Window::common(windows.clone());
        if let Some(common) = &common {
            prop_assert_eq!(common.opens_on.day, local_date(common.opens_at));
        }
        let is_in = |window: &Window, at: DateTime<Utc>| window.opens_at <= at && at < window.expires_at();
        let start = windows[0].opens_at - TimeDelta::days(300);
        let hourly = (0..24 * 600).map(|hour| start + TimeDelta::hours(hour));
        // Beside each hour, each edge, where alone an off-by-one can hide.
        for at in hourly.chain(windows.iter().flat_map(|it| [it.opens_at, it.expires_at()])) {
            let in_all = windows.iter().all(|window| is_in(window, at));
            prop_assert_eq!(common.as_ref().is_some_and(|common| is_in(common, at)), in_all);
        }
    }

    #[test]
    fn the_first_moment_is_allowed_and_none_before_it_is(window in any_window()) {
        let hours = PortingHours::default();
        let first = window.first_moment(&hours).unwrap();
        prop_assert!(window.check(first, &hours).is_empty());
        let minutes = (first - window.opens_at).num_minutes();
        for earlier in (1..=minutes).map(|minute| first - TimeDelta::minutes(minute)) {
            prop_assert!(!window.check(earlier, &hours).is_empty());
        }
    }

    #[test]
    fn the_last_working_day_is_the_last(window in any_window()) {
        let last = window.last_working_day().unwrap();
        prop_assert!(is_working_day(last) && last <= window.ends_on.day);
        prop_assert!(last.iter_days().skip(1).take_while(|day| *day <= window.ends_on.day).all(|day| !is_working_day(day)));
    }
}
