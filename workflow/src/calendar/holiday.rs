//! The holidays of the Netherlands, one function each.
//!
//! Their list is art. 3(1) Algemene termijnenwet, which names: New Year's Day, Easter Monday, Whit Monday, both days of
//! Christmas, Ascension Day, the day on which the King's birthday is celebrated, and the fifth of May. They are the
//! holidays as they stand since 2014, applied to every year.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::letter::Language;
use crate::text::Text;

/// A day on which no business is done although it may fall on Monday to Friday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Holiday {
    /// Nieuwjaarsdag, 1 January.
    NewYearsDay,
    /// Tweede paasdag, the day after Easter.
    EasterMonday,
    /// Koningsdag, 27 April or the Saturday before it.
    KingsDay,
    /// Bevrijdingsdag, 5 May.
    LiberationDay,
    /// Hemelvaartsdag, the Thursday 39 days after Easter.
    AscensionDay,
    /// Tweede pinksterdag, 50 days after Easter.
    WhitMonday,
    /// Eerste kerstdag, 25 December.
    ChristmasDay,
    /// Tweede kerstdag, 26 December.
    BoxingDay,
}

impl Holiday {
    /// What people call it.
    pub fn name(self, language: Language) -> &'static str {
        let (nl, en) = match self {
            Self::NewYearsDay => ("Nieuwjaarsdag", "New Year's Day"),
            Self::EasterMonday => ("Tweede paasdag", "Easter Monday"),
            Self::KingsDay => ("Koningsdag", "King's Day"),
            Self::LiberationDay => ("Bevrijdingsdag", "Liberation Day"),
            Self::AscensionDay => ("Hemelvaartsdag", "Ascension Day"),
            Self::WhitMonday => ("Tweede pinksterdag", "Whit Monday"),
            Self::ChristmasDay => ("Eerste kerstdag", "Christmas Day"),
            Self::BoxingDay => ("Tweede kerstdag", "Boxing Day"),
        };
        match language {
            Language::Nl => nl,
            Language::En => en,
        }
    }

    /// What makes it one.
    pub fn source(self) -> Text {
        Text::new("art. 3 lid 1 Algemene termijnenwet", "art. 3(1) Algemene termijnenwet")
    }
}

/// In which year on which day; nothing outside chrono's range.
type Rule = fn(i32) -> Option<NaiveDate>;

const RULES: [(Holiday, Rule); 8] = [
    (Holiday::NewYearsDay, new_years_day),
    (Holiday::EasterMonday, easter_monday),
    (Holiday::KingsDay, kings_day),
    (Holiday::LiberationDay, liberation_day),
    (Holiday::AscensionDay, ascension_day),
    (Holiday::WhitMonday, whit_monday),
    (Holiday::ChristmasDay, christmas_day),
    (Holiday::BoxingDay, boxing_day),
];

/// The holiday on this day, if it is one. Liberation Day goes before an Ascension Day that falls on it.
pub fn holiday(day: NaiveDate) -> Option<Holiday> {
    RULES.iter().find(|(_, falls_on)| falls_on(day.year()) == Some(day)).map(|(holiday, _)| *holiday)
}

/// Art. 3(1) Algemene termijnenwet: "de Nieuwjaarsdag".
fn new_years_day(year: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, 1, 1)
}

/// Art. 3(1) Algemene termijnenwet: "de Christelijke tweede Paasdag".
fn easter_monday(year: i32) -> Option<NaiveDate> {
    after_easter(year, 1)
}

/// Art. 3(1) Algemene termijnenwet: "de dag waarop de verjaardag van de Koning wordt gevierd". That is 27 April, and when
/// that is a Sunday the day before it.
fn kings_day(year: i32) -> Option<NaiveDate> {
    let birthday = NaiveDate::from_ymd_opt(year, 4, 27)?;
    if birthday.weekday() == Weekday::Sun { birthday.pred_opt() } else { Some(birthday) }
}

/// Art. 3(1) Algemene termijnenwet: "de vijfde mei", in every year. Many employers give the day off in lustrum years only;
/// a provider that is closed may not be counted on, so it is never a working day here.
fn liberation_day(year: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, 5, 5)
}

/// Art. 3(1) Algemene termijnenwet: "de Hemelvaartsdag".
fn ascension_day(year: i32) -> Option<NaiveDate> {
    after_easter(year, 39)
}

/// Art. 3(1) Algemene termijnenwet: "de Christelijke tweede Pinksterdag".
fn whit_monday(year: i32) -> Option<NaiveDate> {
    after_easter(year, 50)
}

/// Art. 3(1) Algemene termijnenwet: the first of "de beide Kerstdagen".
fn christmas_day(year: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, 12, 25)
}

/// Art. 3(1) Algemene termijnenwet: the second of "de beide Kerstdagen".
fn boxing_day(year: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, 12, 26)
}

fn after_easter(year: i32, days: u64) -> Option<NaiveDate> {
    easter(year)?.checked_add_days(Days::new(days))
}

/// Easter Sunday by the anonymous Gregorian computus, with the variable names of Meeus, *Astronomical Algorithms*, ch. 8.
#[expect(clippy::many_single_char_names, reason = "the published names are easier to check than invented ones")]
fn easter(year: i32) -> Option<NaiveDate> {
    let a = year.rem_euclid(19);
    let (b, c) = (year.div_euclid(100), year.rem_euclid(100));
    let (d, e) = (b.div_euclid(4), b.rem_euclid(4));
    let f = (b + 8).div_euclid(25);
    let g = (b - f + 1).div_euclid(3);
    let h = (19 * a + b - d - g + 15).rem_euclid(30);
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k).rem_euclid(7);
    let m = (a + 11 * h + 22 * l) / 451;
    let march_days = h + l - 7 * m + 21;
    NaiveDate::from_ymd_opt(year, 3, 1)?.checked_add_days(Days::new(u64::try_from(march_days).ok()?))
}
