//! A day's reason in words.

use std::fmt::Write;

use chrono::NaiveDate;
use serde::Serialize;

use super::basis::{Basis, months};
use super::{Dated, Rule};
use crate::calendar::DayOff;
use crate::letter::Language;
use crate::text::Text;

/// Why a day is that day: a sentence, where the rule in it stands, and what it follows from. A node without anything to follow from is a
/// fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Why {
    /// The day that it is about; null where it is about a count.
    pub date: Option<NaiveDate>,
    /// In words.
    pub text: Text,
    /// The law, contract, message or rule that says so.
    pub source: Text,
    /// What it follows from.
    #[cfg_attr(feature = "schema", schema(no_recursion))]
    pub because: Vec<Why>,
}

impl Why {
    /// The whole tree as text, a line for each node, indented by two spaces for each step down.
    pub fn in_words(&self, language: Language) -> String {
        let mut words = String::new();
        self.write(language, 0, &mut words);
        words
    }

    fn write(&self, language: Language, depth: usize, words: &mut String) {
        let indent = "  ".repeat(depth);
        // Writing to a String can't fail.
        let _infallible = writeln!(words, "{indent}{} ({})", self.text.in_language(language), self.source.in_language(language));
        for node in &self.because {
            node.write(language, depth + 1, words);
        }
    }

    fn fact(date: Option<NaiveDate>, text: Text, source: Text) -> Self {
        Self { date, text, source, because: Vec::new() }
    }
}

impl From<&Dated> for Why {
    fn from(dated: &Dated) -> Self {
        let mut because: Vec<Why> = dated.from.iter().map(Why::from).collect();
        because.extend(dated.rule.basis().map(|(count, basis)| Why::fact(None, basis.text(count), basis.source())));
        because.extend(passed_over(dated));
        let source = dated.rule.basis().map_or_else(|| dated.subject.source(), |(_, basis)| basis.source());
        Self { date: Some(dated.day), text: sentence(dated), source, because }
    }
}

impl Rule {
    /// What is counted, and on what basis.
    pub fn basis(self) -> Option<(u32, Basis)> {
        match self {
            Rule::Given | Rule::Earliest | Rule::Latest => None,
            Rule::MonthsAfter(count, basis)
            | Rule::LastDayMonthsBefore(count, basis)
            | Rule::DaysAfter(count, basis)
            | Rule::DaysBefore(count, basis)
            | Rule::WorkingDaysAfter(count, basis)
            | Rule::WorkingDaysBefore(count, basis) => Some((count, basis)),
        }
    }
}

/// More weekend days than this are counted, not listed.
const WEEKEND_DAYS_LISTED: usize = 4;

/// Weekends in one node, holidays each by name.
fn passed_over(dated: &Dated) -> impl Iterator<Item = Why> {
    let weekend = dated.passed_over.iter().filter(|(_, off)| *off == DayOff::Weekend);
    let mut weekend: Vec<NaiveDate> = weekend.map(|(day, _)| *day).collect();
    weekend.sort_unstable();
    let weekends = match weekend.as_slice() {
        [] => None,
        [first, .., last] if weekend.len() > WEEKEND_DAYS_LISTED => Some(Text::new(
            format!("geen werkdagen: {} weekenddagen van {first} tot en met {last}", weekend.len()),
            format!("no working days: {} weekend days from {first} to {last}", weekend.len()),
        )),
        days => {
            let days = list(days.iter().copied());
            Some(Text::new(format!("geen werkdagen: weekend, {days}"), format!("no working days: weekend, {days}")))
        }
    };
    let weekends = weekends.map(|text| Why::fact(None, text, Text::new("weekend", "weekend")));
    let holidays = dated.passed_over.iter().filter_map(|(day, off)| match off {
        DayOff::Weekend => None,
        DayOff::Holiday(holiday) => {
            let (nl, en) = (holiday.name(Language::Nl), holiday.name(Language::En));
            let text = Text::new(format!("geen werkdag: {day}, {nl}"), format!("no working day: {day}, {en}"));
            Some(Why::fact(Some(*day), text, holiday.source()))
        }
    });
    weekends.into_iter().chain(holidays)
}

fn sentence(dated: &Dated) -> Text {
    let (day, name) = (dated.day, named(dated));
    let first = dated.from.first();
    let other = || first.map(|first| (named(first), first.day));
    let counted = |nl: &str, en: &str| match other() {
        Some((other, on)) => Text::new(format!("{nl} {} ({on})", other.nl), format!("{en} {} ({on})", other.en)),
        None => Text::new(nl, en),
    };
    let days = || list(dated.from.iter().map(|from| from.day));
    let how = match dated.rule {
        Rule::Given => return Text::new(format!("{} is {day}", name.nl), format!("{} is {day}", name.en)),
        Rule::MonthsAfter(count, _) => {
            let months = months(count);
            counted(&format!("{} na", months.nl), &format!("{} after", months.en))
        }
        Rule::LastDayMonthsBefore(count, _) => {
            let months = months(count);
            counted(
                &format!("de laatste dag waarvan {} later niet valt na", months.nl),
                &format!("the last day of which {} later is not after", months.en),
            )
        }
        Rule::DaysAfter(count, _) => counted(&format!("{count} dagen na"), &format!("{count} days after")),
        Rule::DaysBefore(count, _) => counted(&format!("{count} dagen voor"), &format!("{count} days before")),
        Rule::WorkingDaysAfter(0, _) | Rule::WorkingDaysBefore(0, _) => counted("de dag zelf,", "the day itself,"),
        Rule::WorkingDaysAfter(1, _) => counted("de eerste werkdag na", "the first working day after"),
        Rule::WorkingDaysBefore(1, _) => counted("de laatste werkdag voor", "the last working day before"),
        Rule::WorkingDaysAfter(count, _) => counted(&format!("{count} werkdagen na"), &format!("{count} working days after")),
        Rule::WorkingDaysBefore(count, _) => counted(&format!("{count} werkdagen voor"), &format!("{count} working days before")),
        Rule::Earliest => Text::new(format!("de vroegste van {}", days()), format!("the earliest of {}", days())),
        Rule::Latest => Text::new(format!("de laatste van {}", days()), format!("the latest of {}", days())),
    };
    Text::new(format!("{} is {day}: {}", name.nl, how.nl), format!("{} is {day}: {}", name.en, how.en))
}

/// `the last day to post (kpn-isdn)`.
fn named(dated: &Dated) -> Text {
    let name = dated.subject.name();
    match &dated.of {
        Some(of) => Text::new(format!("{} [{of}]", name.nl), format!("{} [{of}]", name.en)),
        None => name,
    }
}

fn list(days: impl IntoIterator<Item = NaiveDate>) -> String {
    days.into_iter().map(|day| day.to_string()).collect::<Vec<_>>().join(", ")
}
