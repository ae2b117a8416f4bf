//! Ends of contracts, notice, and how an end fits the porting.

use chrono::NaiveDate;
use proptest::prelude::*;
use workflow::calendar::{add_months, is_working_day};
use workflow::contract::{ContractDates, Fit, Term, contract_dates, gap_or_overlap};
use workflow::why::Dated;

use crate::table::{Given, check};
use crate::working_days::any_day;

#[test]
fn the_initial_term_ends_on_the_same_day_number() {
    check_contracts(
        "
        N1: start 2021-03-01, term 36, received 2021-04-01
            -> term ends 2024-03-01, notify by 2024-02-01, post by 2024-01-25, ends 2024-03-01, term_over_24_months
        N2: start 2024-02-29, term 12, received 2024-04-01
            -> term ends 2025-02-28, notify by 2025-01-31, post by 2025-01-24, ends 2025-02-28
        N2: start 2024-02-29, term 36, received 2024-04-01
            -> term ends 2027-02-28, notify by 2027-01-31, post by 2027-01-25, ends 2027-02-28, term_over_24_months
        N2: start 2024-02-29, term 48, received 2024-04-01
            -> term ends 2028-02-29, notify by 2028-01-31, post by 2028-01-24, ends 2028-02-29, term_over_24_months
        N3: start 2024-08-31, term 18, received 2024-09-01
            -> term ends 2026-02-28, notify by 2026-01-31, post by 2026-01-26, ends 2026-02-28
        N15: start 2025-01-01, term 24, received 2025-02-01
            -> term ends 2027-01-01, notify by 2026-12-01, post by 2026-11-24, ends 2027-01-01
        N15: start 2025-01-01, term 25, received 2025-02-01
            -> term ends 2027-02-01, notify by 2027-01-01, post by 2026-12-24, ends 2027-02-01, term_over_24_months
        ",
    );
}

#[test]
fn a_renewed_term_binds_for_one_month() {
    check_contracts(
        "
        N4: start 2021-03-01, term 36, notice 1, received 2027-01-04
            -> term ends 2024-03-01, ends 2027-02-04, term_over_24_months
            start 2021-03-01, term 36, received 2027-01-04
            -> term ends 2024-03-01, ends 2027-02-04, term_over_24_months
        N5: start 2021-03-01, term 36, notice 3, received 2027-01-04
            -> term ends 2024-03-01, ends 2027-02-04, term_over_24_months
        N5: start 2021-03-01, term 36, notice 3, longer, received 2027-01-04
            -> term ends 2024-03-01, ends 2027-02-04, longer_notice_not_binding, term_over_24_months
            start 2021-03-01, term 36, notice 1, longer, received 2027-01-04
            -> term ends 2024-03-01, ends 2027-02-04, term_over_24_months
            start 2025-01-01, term 12, notice 0, received 2027-01-04
            -> term ends 2026-01-01, ends 2027-01-04
            start 2025-01-01, term 12, received 2026-01-01
            -> term ends 2026-01-01, ends 2026-02-01
        ",
    );
}

#[test]
fn an_indefinite_contract_binds_for_one_month_or_three() {
    check_contracts(
        "
        N6: start 2021-03-01, notice 3, received 2027-01-04         -> ends 2027-02-04
        N6: start 2021-03-01, notice 6, received 2027-01-04         -> ends 2027-02-04
        N6: start 2021-03-01, notice 2, longer, received 2027-01-04 -> ends 2027-03-04
        N6: start 2021-03-01, notice 3, longer, received 2027-01-04 -> ends 2027-04-04
        N6: start 2021-03-01, notice 6, longer, received 2027-01-04 -> ends 2027-04-04
        N7: start 2021-03-01, notice 1, received 2027-01-31         -> ends 2027-02-28
            start 2021-03-01, received 2027-01-31                   -> ends 2027-02-28
            start 2021-03-01, longer, received 2027-01-31           -> ends 2027-02-28
            start 2021-03-01, notice 0, received 2027-01-31         -> ends 2027-01-31
            start 2027-06-01, received 2027-01-31                   -> ends 2027-06-01
            start 2021-03-01, term 0, notice 3, longer, received 2027-01-04 -> ends 2027-04-04
        ",
    );
}

#[test]
fn within_the_term_the_agreed_notice_holds() {
    check_contracts(
        "
        N8:  start 2025-05-31, term 24, notice 1, received 2027-03-10
             -> term ends 2027-05-31, notify by 2027-04-30, post by 2027-04-22, ends 2027-05-31
        N9:  start 2025-05-31, term 24, notice 1, received 2027-05-15
             -> term ends 2027-05-31, notify by 2027-04-30, post by 2027-04-22, ends 2027-06-15, notify_by_passed
             start 2025-05-31, term 24, notice 1, received 2027-04-30
             -> term ends 2027-05-31, notify by 2027-04-30, post by 2027-04-22, ends 2027-05-31
             start 2025-05-31, term 24, notice 1, received 2027-05-01
             -> term ends 2027-05-31, notify by 2027-04-30, post by 2027-04-22, ends 2027-06-01, notify_by_passed
        N10: start 2026-02-28, term 12, notice 1, received 2026-11-24
             -> term ends 2027-02-28, notify by 2027-01-31, post by 2027-01-25, ends 2027-02-28
        N11: start 2026-03-31, term 12, notice 1, received 2026-11-24
             -> term ends 2027-03-31, notify by 2027-02-28, post by 2027-02-22, ends 2027-03-31
        N13: start 2026-01-31, term 12, notice 1, received 2026-11-24
             -> term ends 2027-01-31, notify by 2026-12-31, post by 2026-12-23, ends 2027-01-31
        N14: start 2026-12-31, term 12, notice 3, received 2027-10-15
             -> term ends 2027-12-31, notify by 2027-09-30, post by 2027-09-23, ends 2027-12-31, notify_by_passed
        N14: start 2026-12-31, term 12, notice 3, received 2027-12-15
             -> term ends 2027-12-31, notify by 2027-09-30, post by 2027-09-23, ends 2028-01-15, notify_by_passed
             start 2026-12-31, term 12, notice 0, received 2027-12-30
             -> term ends 2027-12-31, notify by 2027-12-31, post by 2027-12-24, ends 2027-12-31
             start 2027-06-01, term 12, notice 2, received 2027-01-31
             -> term ends 2028-06-01, notify by 2028-04-01, post by 2028-03-27, ends 2028-06-01
        ",
    );
}

#[test]
fn the_end_of_a_contract_fits_the_porting_or_not() {
    check(
        "
             end 2027-02-04, porting 2027-02-04 -> exact
        P12: end 2027-02-04, porting 2027-02-10 -> 6 days without service, retrievable until 2027-03-04
             end 2027-02-04, porting 2027-03-04 -> 28 days without service, retrievable until 2027-03-04
             end 2027-02-04, porting 2027-03-05 -> lost after 2027-03-04
        P13: end 2027-02-04, porting 2027-03-08 -> lost after 2027-03-04
        P14: end 2027-04-04, porting 2027-01-26 -> 68 days paid twice, 2.2 months
             end 2027-01-27, porting 2027-01-26 -> 1 days paid twice, 0.0 months
             end 2027-01-28, porting 2027-01-26 -> 2 days paid twice, 0.1 months
             end 2028-01-26, porting 2027-01-26 -> 365 days paid twice, 12.0 months
        ",
        |given| match gap_or_overlap(given.take("end"), given.take("porting")) {
            Fit::Exact => "exact".into(),
            Fit::DoubleCosts { days, months_tenths } => {
                format!("{days} days paid twice, {}.{} months", months_tenths / 10, months_tenths % 10)
            }
            Fit::ServiceGap { days, retrievable_until } => {
                format!("{days} days without service, retrievable until {retrievable_until}")
            }
            Fit::RetentionExpired { retrievable_until } => format!("lost after {retrievable_until}"),
        },
    );
}

#[test]
fn the_edges_of_time_hold() {
    let term = Term {
        start_date: NaiveDate::MIN,
        initial_term_months: Some(u32::MAX),
        notice_period_months: Some(u32::MAX),
        longer_notice_agreed: true,
    };
    let dates = contract_dates(&term, NaiveDate::MAX);
    assert_eq!(dates.earliest_end_on.day, NaiveDate::MAX);
    assert!(matches!(gap_or_overlap(NaiveDate::MAX, NaiveDate::MIN), Fit::DoubleCosts { .. }));
}

fn check_contracts(table: &str) {
    check(table, |given| told(&contract_dates(&term(given), given.take("received"))));
}

pub(crate) fn term(given: &mut Given) -> Term {
    Term {
        start_date: given.take("start"),
        initial_term_months: given.take_if_given("term"),
        notice_period_months: given.take_if_given("notice"),
        longer_notice_agreed: given.take_flag("longer"),
    }
}

fn told(dates: &ContractDates) -> String {
    let day = |name: &str, day: Option<&Dated>| day.map(|dated| format!("{name} {}", dated.day));
    let flag = |name: &str, is_set: bool| is_set.then(|| name.to_owned());
    [
        day("term ends", dates.initial_term_ends_on.as_ref()),
        day("notify by", dates.notify_by.as_ref()),
        day("post by", dates.post_by.as_ref()),
        day("ends", Some(&dates.earliest_end_on)),
        flag("notify_by_passed", dates.notify_by_passed),
        flag("longer_notice_not_binding", dates.longer_notice_not_binding),
        flag("term_over_24_months", dates.term_over_24_months),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(", ")
}

/// The days without their reasons.
#[derive(Debug, PartialEq, Eq)]
struct Days {
    initial_term_ends_on: Option<NaiveDate>,
    notify_by: Option<NaiveDate>,
    post_by: Option<NaiveDate>,
    earliest_end_on: NaiveDate,
    notify_by_passed: bool,
}

impl Days {
    fn of(term: &Term, received_on: NaiveDate) -> Self {
        let dates = contract_dates(term, received_on);
        let day = |dated: Option<Dated>| dated.map(|dated| dated.day);
        Self {
            initial_term_ends_on: day(dates.initial_term_ends_on),
            notify_by: day(dates.notify_by),
            post_by: day(dates.post_by),
            earliest_end_on: dates.earliest_end_on.day,
            notify_by_passed: dates.notify_by_passed,
        }
    }
}

prop_compose! {
    pub(crate) fn any_term()(
        start_date in any_day(),
        initial_term_months in prop::option::of(0..72_u32),
        notice_period_months in prop::option::of(0..8_u32),
        longer_notice_agreed in any::<bool>(),
    ) -> Term {
        Term { start_date, initial_term_months, notice_period_months, longer_notice_agreed }
    }
}

proptest! {
    #[test]
    fn notify_by_is_the_last_day_in_time(term in any_term()) {
        let dates = Days::of(&term, term.start_date.pred_opt().unwrap());
        if let (Some(end), Some(notify_by)) = (dates.initial_term_ends_on, dates.notify_by) {
            let notice = term.notice_period_months.unwrap_or(1);
            let slowly = std::iter::successors(Some(end), NaiveDate::pred_opt)
                .find(|day| add_months(*day, notice) <= end);
            prop_assert_eq!(Some(notify_by), slowly);
            let days_in_the_post = dates.post_by.unwrap().iter_days().take_while(|day| *day < notify_by);
            prop_assert_eq!(days_in_the_post.filter(|day| is_working_day(*day)).count(), 5);
        }
    }

    #[test]
    fn nothing_ends_before_its_start_its_term_or_its_notice(term in any_term(), received_on in any_day()) {
        let dates = Days::of(&term, received_on);
        prop_assert!(dates.earliest_end_on >= term.start_date);
        prop_assert!(dates.earliest_end_on >= received_on);
        prop_assert!(Some(dates.earliest_end_on) >= dates.initial_term_ends_on);
        prop_assert!(dates.post_by <= dates.notify_by);
    }

    #[test]
    fn a_notice_in_time_ends_the_contract_with_its_term(term in any_term(), received_on in any_day()) {
        let dates = Days::of(&term, received_on);
        if let (Some(notify_by), Some(term_end)) = (dates.notify_by, dates.initial_term_ends_on) {
            prop_assert_eq!(dates.notify_by_passed, received_on > notify_by);
            if !dates.notify_by_passed {
                prop_assert_eq!(dates.earliest_end_on, term_end);
            }
        }
    }

    #[test]
    fn a_later_notice_never_ends_a_contract_sooner(term in any_term(), one in any_day(), other in any_day()) {
        let end = |day| Days::of(&term, day).earliest_end_on;
        prop_assert!(end(one.min(other)) <= end(one.max(other)));
    }
}
