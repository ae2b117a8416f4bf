//! Working days, holidays and months.

use chrono::{Datelike, NaiveDate};
use proptest::prelude::*;
use workflow::calendar::{
    add_months, add_working_days, holiday, is_working_day, last_day_months_before, next_working_day, previous_working_day,
    subtract_working_days,
};
use workflow::letter::Language;

use crate::table::check;

#[test]
fn holidays_are_not_working_days() {
    check(
        "
        W1: on 2027-03-26 -> working day
        W1: on 2027-03-29 -> Tweede paasdag, Easter Monday
            on 2027-01-01 -> Nieuwjaarsdag, New Year's Day
            on 2027-04-27 -> Koningsdag, King's Day
            on 2027-05-05 -> Bevrijdingsdag, Liberation Day
        W2: on 2027-05-06 -> Hemelvaartsdag, Ascension Day
        W5: on 2027-05-17 -> Tweede pinksterdag, Whit Monday
        W5: on 2028-06-05 -> Tweede pinksterdag, Whit Monday
            on 2026-12-25 -> Eerste kerstdag, Christmas Day
            on 2026-12-26 -> Tweede kerstdag, Boxing Day
        W3: on 2031-04-25 -> working day
        W3: on 2031-04-26 -> Koningsdag, King's Day
        W3: on 2031-04-27 -> weekend
        W3: on 2031-04-28 -> working day
            on 2024-12-31 -> working day
            on 2016-05-05 -> Bevrijdingsdag, Liberation Day
            on 2026-11-28 -> weekend
        ",
        |given| {
            let day = given.take("on");
            match holiday(day) {
                Some(holiday) => {
                    assert!(!is_working_day(day));
                    format!("{}, {}", holiday.name(Language::Nl), holiday.name(Language::En))
                }
                None if is_working_day(day) => "working day".into(),
                None => "weekend".into(),
            }
        },
    );
}

#[test]
fn easter_falls_where_the_almanac_says() {
    // From the earliest to the latest possible Easter, and the computus's known exceptions (1954, 1981, 2049, 2076).
    check(
        "
        monday 1818-03-23 -> Easter Monday
        monday 1943-04-26 -> Easter Monday
        monday 1954-04-19 -> Easter Monday
        monday 1981-04-20 -> Easter Monday
        monday 2000-04-24 -> Easter Monday
        monday 2008-03-24 -> Easter Monday
        monday 2026-04-06 -> Easter Monday
        monday 2038-04-26 -> Easter Monday
        monday 2049-04-19 -> Easter Monday
        monday 2076-04-20 -> Easter Monday
        monday 2285-03-23 -> Easter Monday
        ",
        |given| holiday(given.take("monday")).map_or("none", |it| it.name(Language::En)).into(),
    );
}

#[test]
fn working_days_are_counted_around_holidays() {
    check(
        "
        W2:  after 2027-05-04           -> 2027-05-07
        W4:  after 2026-12-24           -> 2026-12-28
        W4:  after 2027-12-24           -> 2027-12-27
             after 2026-11-27           -> 2026-11-30
             before 2026-11-30          -> 2026-11-27
             before 2027-05-07          -> 2027-05-04
             from 2027-01-29, plus 0    -> 2027-01-29
             from 2027-01-30, plus 0    -> 2027-01-30
             from 2027-01-30, plus 1    -> 2027-02-01
             from 2027-05-04, plus 3    -> 2027-05-11
        N10: from 2027-01-31, minus 5   -> 2027-01-25
        N12: from 2027-04-30, minus 5   -> 2027-04-22
        N13: from 2026-12-31, minus 5   -> 2026-12-23
        ",
        |given| {
            if let Some(day) = given.take_if_given("after") {
                next_working_day(day).to_string()
            } else if let Some(day) = given.take_if_given("before") {
                previous_working_day(day).to_string()
            } else if let Some(days) = given.take_if_given("plus") {
                add_working_days(given.take("from"), days).to_string()
            } else {
                subtract_working_days(given.take("from"), given.take("minus")).to_string()
            }
        },
    );
}

#[test]
fn months_keep_the_day_or_clamp_it() {
    check(
        "
        N2: from 2024-02-29, months 12 -> 2025-02-28
        N2: from 2024-02-29, months 48 -> 2028-02-29
        N3: from 2024-08-31, months 18 -> 2026-02-28
        N7: from 2027-01-31, months 1  -> 2027-02-28
            from 2027-02-28, months 1  -> 2027-03-28
            from 2027-05-15, months 0  -> 2027-05-15
        ",
        |given| add_months(given.take("from"), given.take("months")).to_string(),
    );
}

#[test]
fn the_edges_of_time_hold() {
    assert_eq!(add_months(NaiveDate::MAX, 1), NaiveDate::MAX);
    assert_eq!(add_months(NaiveDate::MIN, u32::MAX), NaiveDate::MAX);
    assert_eq!(next_working_day(NaiveDate::MAX), NaiveDate::MAX);
    assert_eq!(previous_working_day(NaiveDate::MIN), NaiveDate::MIN);
    assert_eq!(add_working_days(NaiveDate::MAX, 3), NaiveDate::MAX);
    assert_eq!(subtract_working_days(NaiveDate::MIN, 3), NaiveDate::MIN);
    assert_eq!(last_day_months_before(NaiveDate::MAX, u32::MAX), NaiveDate::MIN);
    assert_eq!(last_day_months_before(NaiveDate::MIN, 1), NaiveDate::MIN);
}

/// Any day from 1900 to 2200.
pub(crate) fn any_day() -> impl Strategy<Value = NaiveDate> {
    (693_596..803_169_i32).prop_map(|day| NaiveDate::from_num_days_from_ce_opt(day).unwrap())
}

proptest! {
    #[test]
    fn adding_months_keeps_or_clamps_the_day(day in any_day(), months in 0..600_u32) {
        let later = add_months(day, months);
        let passed = (later.year() - day.year()) * 12 + later.month().cast_signed() - day.month().cast_signed();
        prop_assert_eq!(passed, months.cast_signed());
        let is_last_of_month = later.succ_opt().unwrap().day() == 1;
        prop_assert!(later.day() == day.day() || (later.day() < day.day() && is_last_of_month));
    }

    #[test]
    fn adding_months_is_monotone(one in any_day(), other in any_day(), months in 0..600_u32) {
        let (first, last) = (one.min(other), one.max(other));
        prop_assert!(add_months(first, months) <= add_months(last, months));
        prop_assert!(add_months(first, months) <= add_months(first, months + 1));
    }

    #[test]
    fn working_days_are_left_as_they_were_entered(day in any_day(), n in 1..40_u32) {
        let start = next_working_day(day);
        prop_assert_eq!(subtract_working_days(add_working_days(start, n), n), start);
        prop_assert!(is_working_day(add_working_days(day, n)) && is_working_day(subtract_working_days(day, n)));
    }

    #[test]
    fn between_neighbouring_working_days_there_is_none(day in any_day()) {
        let next = next_working_day(day);
        prop_assert!(next > day && is_working_day(next));
        let mut between = day.iter_days().skip(1).take_while(|it| *it < next);
        prop_assert!(between.all(|it| !is_working_day(it)));
        prop_assert!(previous_working_day(next) <= day);
    }
}
