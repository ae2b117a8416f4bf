//! Days and their reasons: ten thousand contracts against a second calendar, and every explanation against itself.

use chrono::{Datelike, NaiveDate};
use proptest::prelude::*;
use workflow::calendar::{DayOff, working_days_until};
use workflow::contract::{ContractDates, Term, contract_dates};
use workflow::letter::Language;
use workflow::porting::submission::{submit_by, submit_from};
use workflow::porting::window::Window;
use workflow::why::{Dated, Rule, Subject, Why};

use crate::contract_dates::any_term;
use crate::naive::{self, Day};
use crate::table::check;
use crate::working_days::any_day;

fn plain(day: NaiveDate) -> Day {
    (day.year(), day.month(), day.day())
}

/// What the contract's dates are by the second calendar: term's end, notify by, post by, earliest end.
fn slowly(term: &Term, received_on: NaiveDate) -> (Option<Day>, Option<Day>, Option<Day>, Day) {
    let (start, received) = (plain(term.start_date), plain(received_on));
    let agreed = term.notice_period_months.unwrap_or(1);
    let months = term.initial_term_months.unwrap_or(0);
    if months == 0 {
        let binds = agreed.min(if term.longer_notice_agreed { 3 } else { 1 });
        return (None, None, None, naive::plus_months(received, binds).max(start));
    }
    let end = naive::plus_months(start, months);
    let earliest = naive::plus_months(received, agreed.min(1)).max(end);
    if received >= end {
        return (Some(end), None, None, earliest);
    }
    let notify_by = naive::last_day_months_before(end, agreed);
    (Some(end), Some(notify_by), Some(naive::minus_working_days(notify_by, 5)), earliest)
}

fn all(dates: &ContractDates) -> impl Iterator<Item = &Dated> {
    [&dates.initial_term_ends_on, &dates.notify_by, &dates.post_by].into_iter().flatten().chain([&dates.earliest_end_on])
}

/// A day from its own explanation, and nothing else.
fn by_its_explanation(dated: &Dated) -> Day {
    let from: Vec<Day> = dated.from.iter().map(by_its_explanation).collect();
    match dated.rule {
        Rule::Given => plain(dated.day),
        Rule::MonthsAfter(months, _) => naive::plus_months(from[0], months),
        Rule::LastDayMonthsBefore(months, _) => naive::last_day_months_before(from[0], months),
        Rule::DaysAfter(days, _) => (0..days).fold(from[0], |day, _| naive::next(day)),
        Rule::DaysBefore(days, _) => (0..days).fold(from[0], |day, _| naive::previous(day)),
        Rule::WorkingDaysAfter(days, _) => naive::plus_working_days(from[0], days),
        Rule::WorkingDaysBefore(days, _) => naive::minus_working_days(from[0], days),
        Rule::Earliest => *from.iter().min().unwrap(),
        Rule::Latest => *from.iter().max().unwrap(),
    }
}

/// Every node gives its own day, leaves are facts, and what was passed over is all that lies between and is no working day.
fn check_explanation(dated: &Dated) {
    assert_eq!(by_its_explanation(dated), plain(dated.day), "{}", dated.why().in_words(Language::En));
    let facts = [
        Subject::ContractStart,
        Subject::NoticeReceived,
        Subject::WishDate,
        Subject::FirstPossible,
        Subject::CutoverDay,
        Subject::ProjectStart,
    ];
    assert_eq!(dated.from.is_empty(), dated.rule == Rule::Given);
    assert!(dated.rule != Rule::Given || facts.contains(&dated.subject), "{:?} is no fact", dated.subject);
    if matches!(dated.rule, Rule::WorkingDaysAfter(..) | Rule::WorkingDaysBefore(..)) {
        let (mut day, last) = (plain(dated.day.min(dated.from[0].day)), plain(dated.day.max(dated.from[0].day)));
        let mut off = Vec::new();
        while day <= last {
            if !naive::is_working_day(day) && day != plain(dated.from[0].day) {
                off.push(day);
            }
            day = naive::next(day);
        }
        let mut told: Vec<Day> = dated.passed_over.iter().map(|(day, _)| plain(*day)).collect();
        told.sort_unstable();
        assert_eq!(told, off, "{}", dated.why().in_words(Language::En));
    } else {
        assert_eq!(dated.passed_over, []);
    }
    check_words(dated, &dated.why());
    dated.from.iter().for_each(check_explanation);
}

/// The words name the node's day and that of each from which it follows, in both languages, with a source.
fn check_words(dated: &Dated, why: &Why) {
    assert_eq!(why.date, Some(dated.day));
    for language in [Language::Nl, Language::En] {
        let text = why.text.in_language(language);
        assert!(text.contains(&dated.day.to_string()), "{text}");
        assert!(dated.from.iter().all(|from| text.contains(&from.day.to_string())), "{text}");
        assert!(!why.source.in_language(language).is_empty());
    }
    assert!(why.because.len() >= dated.from.len());
    let holidays = dated.passed_over.iter().filter(|(_, off)| *off != DayOff::Weekend).count();
    let told = why.because.iter().skip(dated.from.len()).filter(|node| node.date.is_some()).count();
    assert_eq!(told, holidays, "each holiday by name");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn ten_thousand_contracts_end_when_a_second_calendar_says(term in any_term(), received_on in any_day()) {
        // A day of its own choice seldom lies within the term.
        let within = term.start_date + chrono::Days::new(u64::from(received_on.ordinal()) * 4);
        for received_on in [received_on, within] {
            let dates = contract_dates(&term, received_on);
            let day = |dated: &Option<Dated>| dated.as_ref().map(|dated| plain(dated.day));
            let found = (
                day(&dates.initial_term_ends_on), day(&dates.notify_by), day(&dates.post_by), plain(dates.earliest_end_on.day),
            );
            prop_assert_eq!(found, slowly(&term, received_on));
        }
    }
}

proptest! {
    #[test]
    fn every_contract_explains_itself(term in any_term(), received_on in any_day()) {
        for received_on in [received_on, term.start_date] {
            all(&contract_dates(&term, received_on)).for_each(check_explanation);
        }
    }

    #[test]
    fn every_window_and_submission_explains_itself(wish_date in any_day(), first in any_day(), later in 0..120_u64) {
        check_explanation(&submit_from(wish_date));
        check_explanation(&submit_by(wish_date));
        let at = |day: NaiveDate| workflow::calendar::start_of_day(day);
        let windows = [first, first + chrono::Days::new(later)].map(|day| Window::of_first_possible(at(day)).of("DYNX-1"));
        if let Some(common) = Window::common(windows) {
            check_explanation(&common.opens_on);
            check_explanation(&common.ends_on);
        }
    }

    #[test]
    fn working_days_that_are_left_lead_to_the_day(today in any_day(), n in 0..60_u32) {
        let later = workflow::calendar::add_working_days(today, n);
        prop_assert_eq!(working_days_until(today, later), i64::from(n));
        prop_assert_eq!(working_days_until(later, today), -i64::from(n));
    }
}

#[test]
fn both_calendars_know_the_almanac() {
    check(
        "
        year 1943 -> 4-25
        year 1818 -> 3-22
        year 2027 -> 3-28
        year 2038 -> 4-25
        year 2049 -> 4-18
        year 2076 -> 4-19
        ",
        |given| {
            let (_, month, day) = naive::easter(given.take("year"));
            format!("{month}-{day}")
        },
    );
    assert_eq!([naive::weekday((2027, 3, 26)), naive::weekday((2000, 2, 29))], [5, 2]);
}

#[test]
fn a_last_day_to_post_is_told_down_to_its_facts() {
    let term = Term {
        start_date: "2025-05-31".parse().unwrap(),
        initial_term_months: Some(24),
        notice_period_months: Some(1),
        longer_notice_agreed: false,
    };
    let dates = contract_dates(&term, "2026-11-24".parse().unwrap());
    let why = dates.post_by.unwrap().of("kpn-isdn").why();
    assert_eq!(
        why.in_words(Language::En),
        "\
the last day to post [kpn-isdn] is 2027-04-22: 5 working days before the last day for the notice to be received (2027-04-30) (BW art. 3:37(3))
  the last day for the notice to be received is 2027-04-30: the last day of which 1 month later is not after the end of the initial term (2027-05-31) (contract)
    the end of the initial term is 2027-05-31: 24 months after the contract's start (2025-05-31) (contract)
      the contract's start is 2025-05-31 (contract)
      the initial term is 24 months (contract)
    the agreed notice is 1 month (contract)
  a letter counts from its receipt; 5 working days are reckoned for the post (BW art. 3:37(3))
  no working days: weekend, 2027-04-24, 2027-04-25 (weekend)
  no working day: 2027-04-27, King's Day (art. 3(1) Algemene termijnenwet)
"
    );
    assert_eq!(
        dates.earliest_end_on.why().in_words(Language::Nl),
        "\
het vroegste einde van het contract is 2027-05-31: de laatste van 2026-12-24, 2027-05-31 (geen contract eindigt voor zijn looptijd)
  het einde van de opzegtermijn is 2026-12-24: 1 maand na de ontvangst van de opzegging (2026-11-24) (contract)
    de ontvangst van de opzegging is 2026-11-24 (verondersteld)
    de afgesproken opzegtermijn is 1 maand (contract)
  het einde van de eerste looptijd is 2027-05-31: 24 maanden na het begin van het contract (2025-05-31) (contract)
    het begin van het contract is 2025-05-31 (contract)
    de eerste looptijd is 24 maanden (contract)
"
    );
}

#[test]
fn a_notice_that_the_law_caps_says_which_article() {
    check(
        "
        start 2021-03-01, term 36, notice 3         -> Tw art. 7.2ab(1)
        start 2021-03-01, term 36, notice 3, longer -> Tw art. 7.2ab(1)
        start 2021-03-01, term 36, notice 1         -> contract
        start 2021-03-01, term 36                   -> Tw art. 7.2a(6) and 7.2ab(1)
        start 2021-03-01, notice 3                  -> Tw art. 7.2a(6)
        start 2021-03-01, notice 3, longer          -> Tw art. 7.2a(7)
        start 2021-03-01, notice 6, longer          -> Tw art. 7.2a(7)
        start 2021-03-01, notice 1, longer          -> contract
        ",
        |given| {
            let dates = contract_dates(&crate::contract_dates::term(given), "2027-01-04".parse().unwrap());
            dates.earliest_end_on.from[0].why().source.en
        },
    );
}

#[test]
fn a_long_way_over_weekends_is_told_shortly() {
    let wish_date = Dated::given(Subject::WishDate, "2027-06-01".parse().unwrap());
    let due = wish_date.minus_working_days(20, workflow::why::Basis::Process, Subject::TaskDue);
    let told: Vec<String> = due.why().because.into_iter().map(|node| node.text.en).collect();
    assert_eq!(
        told,
        [
            "the wish date is 2027-06-01",
            "the process reckons 20 working days for this task",
            "no working days: 10 weekend days from 2027-05-01 to 2027-05-30",
            "no working day: 2027-05-17, Whit Monday",
            "no working day: 2027-05-06, Ascension Day",
            "no working day: 2027-05-05, Liberation Day",
        ]
    );
}
