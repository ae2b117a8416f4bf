//! Days that carry their reason.
//!
//! A [`Dated`] is made by applying a [`Rule`] to days that are known; the rule computes the day, so what is shown as the reason is how it was
//! computed, and there is no other telling of it. Leaves are facts: days that somebody gave, counts that a contract or a law gives,
//! holidays. [`Why`] is the same in words. Which rule applies when is said by `contract`, `porting` and `deadline`, not here.

mod basis;
mod subject;
mod words;

use chrono::{Days, NaiveDate};

use crate::calendar::{Counted, DayOff, add_months, count_working_days_after, count_working_days_before, last_day_months_before};

pub use basis::Basis;
pub use subject::Subject;
pub use words::Why;

/// A day, and why it is that day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    /// The day, in Amsterdam.
    pub day: NaiveDate,
    /// What day it is.
    pub subject: Subject,
    /// Of what, where there are several: a contract's or dossier's name.
    pub of: Option<String>,
    /// How it follows.
    pub rule: Rule,
    /// From which days it follows: none where it was given, one where it was counted, two or more where one was chosen.
    pub from: Vec<Dated>,
    /// Days that did not count on the way, in the order in which they were passed.
    pub passed_over: Vec<(NaiveDate, DayOff)>,
}

/// How a day follows from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// It is a fact.
    Given,
    /// So many months later: the day number is kept, and clamped to the month's last day.
    MonthsAfter(u32, Basis),
    /// The last day from which so many months later is not after the other.
    LastDayMonthsBefore(u32, Basis),
    /// So many calendar days later.
    DaysAfter(u32, Basis),
    /// So many calendar days earlier.
    DaysBefore(u32, Basis),
    /// So many working days later.
    WorkingDaysAfter(u32, Basis),
    /// So many working days earlier.
    WorkingDaysBefore(u32, Basis),
    /// The earliest of several.
    Earliest,
    /// The latest of several.
    Latest,
}

impl Dated {
    /// A day that is a fact.
    pub fn given(subject: Subject, day: NaiveDate) -> Self {
        Self { day, subject, of: None, rule: Rule::Given, from: Vec::new(), passed_over: Vec::new() }
    }

    /// Names what it is of.
    #[must_use]
    pub fn of(mut self, name: &str) -> Self {
        self.of = Some(name.to_owned());
        self
    }

    /// The day so many months after this one.
    #[must_use]
    pub fn plus_months(self, months: u32, basis: Basis, subject: Subject) -> Self {
        let day = add_months(self.day, months);
        self.leads_to(subject, Rule::MonthsAfter(months, basis), day)
    }

    /// The last day from which so many months later is not after this one.
    #[must_use]
    pub fn last_day_months_before(self, months: u32, basis: Basis, subject: Subject) -> Self {
        let day = last_day_months_before(self.day, months);
        self.leads_to(subject, Rule::LastDayMonthsBefore(months, basis), day)
    }

    /// The day so many calendar days after this one.
    #[must_use]
    pub fn plus_days(self, days: u32, basis: Basis, subject: Subject) -> Self {
        let day = self.day.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX);
        self.leads_to(subject, Rule::DaysAfter(days, basis), day)
    }

    /// The day so many calendar days before this one.
    #[must_use]
    pub fn minus_days(self, days: u32, basis: Basis, subject: Subject) -> Self {
        let day = self.day.checked_sub_days(Days::new(days.into())).unwrap_or(NaiveDate::MIN);
        self.leads_to(subject, Rule::DaysBefore(days, basis), day)
    }

    /// The day so many working days after this one.
    #[must_use]
    pub fn plus_working_days(self, days: u32, basis: Basis, subject: Subject) -> Self {
        let Counted { day, passed_over } = count_working_days_after(self.day, days);
        Self { passed_over, ..self.leads_to(subject, Rule::WorkingDaysAfter(days, basis), day) }
    }

    /// The day so many working days before this one.
    #[must_use]
    pub fn minus_working_days(self, days: u32, basis: Basis, subject: Subject) -> Self {
        let Counted { day, passed_over } = count_working_days_before(self.day, days);
        Self { passed_over, ..self.leads_to(subject, Rule::WorkingDaysBefore(days, basis), day) }
    }

    /// The earliest of these days; a single one is itself. `None` when there are none.
    pub fn earliest(subject: Subject, of: impl IntoIterator<Item = Self>) -> Option<Self> {
        Self::chosen(subject, Rule::Earliest, of, Ord::min)
    }

    /// The latest of these days; a single one is itself. `None` when there are none.
    pub fn latest(subject: Subject, of: impl IntoIterator<Item = Self>) -> Option<Self> {
        Self::chosen(subject, Rule::Latest, of, Ord::max)
    }

    /// The later of this day and another.
    #[must_use]
    pub fn or_later(self, other: Self, subject: Subject) -> Self {
        let (day, of) = (self.day.max(other.day), self.of.clone());
        Self { day, subject, of, rule: Rule::Latest, from: vec![self, other], passed_over: Vec::new() }
    }

    /// This day as it is; where it lies before another, that one in its place.
    #[must_use]
    pub fn not_before(self, other: &Self) -> Self {
        let subject = self.subject;
        if self.day < other.day { self.or_later(other.clone(), subject) } else { self }
    }

    /// The same in words.
    pub fn why(&self) -> Why {
        Why::from(self)
    }

    /// What is told twice is told once.
    fn chosen(
        subject: Subject,
        rule: Rule,
        of: impl IntoIterator<Item = Self>,
        choose: fn(NaiveDate, NaiveDate) -> NaiveDate,
    ) -> Option<Self> {
        let mut from: Vec<Self> = Vec::new();
        for dated in of {
            if !from.contains(&dated) {
                from.push(dated);
            }
        }
        if from.len() == 1 {
            return from.pop();
        }
        let day = from.iter().map(|dated| dated.day).reduce(choose)?;
        Some(Self { day, subject, of: None, rule, from, passed_over: Vec::new() })
    }

    fn leads_to(self, subject: Subject, rule: Rule, day: NaiveDate) -> Self {
        Self { day, subject, of: self.of.clone(), rule, from: vec![self], passed_over: Vec::new() }
    }
}
