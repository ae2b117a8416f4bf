//! When a contract ends and by when notice must be given.
//!
//! The *end* of a contract is its first day without service. Which letter follows from these dates, and which warning, is decided
//! elsewhere.

use chrono::NaiveDate;

use crate::why::{Basis, Dated, Subject};

/// The notice that is always enough for an indefinite contract (art. 7.2a(6) Telecommunicatiewet) and for a tacitly renewed
/// fixed term (art. 7.2ab(1)), and that is counted when none was agreed.
const LAWFUL_NOTICE_MONTHS: u32 = 1;

/// What a business may have agreed at its own express request, on an indefinite contract only (art. 7.2a(7)
/// Telecommunicatiewet).
const LONGER_LAWFUL_NOTICE_MONTHS: u32 = 3;

/// The longest term a provider may ask of small businesses, unless expressly agreed otherwise (art. 7.2a(3) and (4)
/// Telecommunicatiewet).
const USUAL_LONGEST_TERM_MONTHS: u32 = 24;

/// So long after the end of its contract a number can be taken along (art. 4.10(3) Telecommunicatiewet).
const RETENTION_MONTHS: u32 = 1;

/// A letter counts from its receipt (art. 3:37(3) Burgerlijk Wetboek), so it is posted this many working days earlier.
const POSTING_WORKING_DAYS: u32 = 5;

/// A month counts for 30.44 days when an overlap is told in months.
const HUNDREDTHS_OF_A_DAY_PER_MONTH: u64 = 3044;

/// What was agreed about a contract's duration and its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// First day of service.
    pub start_date: NaiveDate,
    /// Initial term in months. Absent, or 0: indefinite from its start.
    pub initial_term_months: Option<u32>,
    /// Agreed notice in months. Absent: one month.
    pub notice_period_months: Option<u32>,
    /// Whether the customer, at its own express request, agreed to a notice longer than one month (art. 7.2a(7)
    /// Telecommunicatiewet). Counts on an indefinite contract only.
    pub longer_notice_agreed: bool,
}

/// The days that follow from a [`Term`] for a notice received on a given day, each with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractDates {
    /// The first day after the initial term; absent when indefinite.
    pub initial_term_ends_on: Option<Dated>,
    /// The last day on which the provider can receive a notice that ends the contract with its initial term. Absent once
    /// the term has ended.
    pub notify_by: Option<Dated>,
    /// The last day to post that notice: five working days earlier.
    pub post_by: Option<Dated>,
    /// The first day without service, at the earliest, for this notice.
    pub earliest_end_on: Dated,
    /// The initial term still runs, but `notify_by` has passed: the contract may be renewed.
    pub notify_by_passed: bool,
    /// A longer notice was agreed, but on a renewed fixed term it does not bind (art. 7.2ab(1) Telecommunicatiewet).
    pub longer_notice_not_binding: bool,
    /// The initial term is longer than what is usually allowed (art. 7.2a(3) and (4) Telecommunicatiewet).
    pub term_over_24_months: bool,
}

/// The contract's dates for a notice that the provider receives on `received_on`.
pub fn contract_dates(term: &Term, received_on: NaiveDate) -> ContractDates {
    match term.initial_term_months {
        None | Some(0) => indefinite(term, received_on),
        Some(months) => fixed_term(term, months, received_on),
    }
}

/// Art. 7.2a(6) and (7) Telecommunicatiewet.
fn indefinite(term: &Term, received_on: NaiveDate) -> ContractDates {
    let cap = if term.longer_notice_agreed { LONGER_LAWFUL_NOTICE_MONTHS } else { LAWFUL_NOTICE_MONTHS };
    let (agreed, basis) = agreed_notice(term);
    let basis = match agreed {
        _ if agreed > cap => Basis::NoticeCapped { agreed, expressly: term.longer_notice_agreed },
        _ if agreed > LAWFUL_NOTICE_MONTHS => Basis::LongerNoticeAgreed,
        _ => basis,
    };
    let noticed = received(received_on).plus_months(agreed.min(cap), basis, Subject::NoticeOver);
    ContractDates {
        initial_term_ends_on: None,
        notify_by: None,
        post_by: None,
        // A contract that has yet to start doesn't end before it does.
        earliest_end_on: noticed.or_later(start(term), Subject::EarliestEnd),
        notify_by_passed: false,
        longer_notice_not_binding: false,
        term_over_24_months: false,
    }
}

/// Within the term the agreed notice holds as it is, whatever its length. A notice in time ends the contract with its
/// term. A later one meets a contract that has been, or by then will be, tacitly renewed, and a renewal never binds for
/// longer than one month from the notice (art. 7.2ab(1) Telecommunicatiewet). So with three months agreed and received two
/// months before the end of the term, the contract still ends with its term: the month is over by then.
fn fixed_term(term: &Term, months: u32, received_on: NaiveDate) -> ContractDates {
    let ends_on = start(term).plus_months(months, Basis::InitialTerm, Subject::InitialTermEnd);
    let runs = received_on < ends_on.day;
    let (agreed, basis) = agreed_notice(term);
    let notify_by = runs.then(|| ends_on.clone().last_day_months_before(agreed, basis, Subject::NotifyBy));
    let lawful_basis = if agreed > LAWFUL_NOTICE_MONTHS { Basis::RenewalNoticeCapped { agreed } } else { basis };
    let noticed = received(received_on).plus_months(agreed.min(LAWFUL_NOTICE_MONTHS), lawful_basis, Subject::NoticeOver);
    ContractDates {
        post_by: notify_by.clone().map(|day| day.minus_working_days(POSTING_WORKING_DAYS, Basis::Posting, Subject::PostBy)),
        earliest_end_on: noticed.or_later(ends_on.clone(), Subject::EarliestEnd),
        notify_by_passed: notify_by.as_ref().is_some_and(|last| received_on > last.day),
        longer_notice_not_binding: !runs && term.longer_notice_agreed && agreed > LAWFUL_NOTICE_MONTHS,
        term_over_24_months: months > USUAL_LONGEST_TERM_MONTHS,
        notify_by,
        initial_term_ends_on: Some(ends_on),
    }
}

/// In months, and on what it rests.
fn agreed_notice(term: &Term) -> (u32, Basis) {
    term.notice_period_months.map_or((LAWFUL_NOTICE_MONTHS, Basis::NoticeNotAgreed), |months| (months, Basis::NoticeAgreed))
}

fn start(term: &Term) -> Dated {
    Dated::given(Subject::ContractStart, term.start_date)
}

fn received(on: NaiveDate) -> Dated {
    Dated::given(Subject::NoticeReceived, on)
}

/// How a contract's end and the porting of its numbers fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// The contract ends on the day of the porting.
    Exact,
    /// The contract ends later: both are paid for.
    DoubleCosts {
        /// Whole days paid for twice.
        days: u64,
        /// The same in tenths of a month of 30.44 days, rounded: 22 is 2.2 months.
        months_tenths: u64,
    },
    /// The contract ends earlier: the line is dead meanwhile, but the number can still be taken along.
    ServiceGap {
        /// Whole days without service.
        days: u64,
        /// The last day on which the donor must cooperate: one month after the end (art. 4.10(3) Telecommunicatiewet).
        retrievable_until: NaiveDate,
    },
    /// The contract ends so much earlier that the number is lost.
    RetentionExpired {
        /// The last day on which the donor had to cooperate (art. 4.10(3) Telecommunicatiewet).
        retrievable_until: NaiveDate,
    },
}

/// The last day on which the donor of a contract that ends must cooperate with the porting of its numbers: one month after the end (art.
/// 4.10(3) Telecommunicatiewet).
pub fn retrievable_until(contract_end: Dated) -> Dated {
    contract_end.plus_months(RETENTION_MONTHS, Basis::Retention, Subject::RetrieveBy)
}

/// Compares the day a contract ends with the day its numbers are to be ported.
pub fn gap_or_overlap(contract_end: NaiveDate, porting_on: NaiveDate) -> Fit {
    let days = (contract_end - porting_on).num_days().unsigned_abs();
    let retrievable_until = retrievable_until(Dated::given(Subject::ContractEnd, contract_end)).day;
    if porting_on == contract_end {
        Fit::Exact
    } else if porting_on < contract_end {
        Fit::DoubleCosts { days, months_tenths: tenths_of_months(days) }
    } else if porting_on <= retrievable_until {
        Fit::ServiceGap { days, retrievable_until }
    } else {
        Fit::RetentionExpired { retrievable_until }
    }
}

fn tenths_of_months(days: u64) -> u64 {
    (days * 1000 + HUNDREDTHS_OF_A_DAY_PER_MONTH / 2) / HUNDREDTHS_OF_A_DAY_PER_MONTH
}
