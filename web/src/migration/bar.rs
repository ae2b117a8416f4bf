//! A contract's time as a drawing: its term, the last day of notice, the porting window and the porting; paying twice and being without
//! service are seen. Places are percentages, so that the drawing stretches and its words don't. What it shows stands beside it in words too.

use chrono::{Datelike as _, Days, Months, NaiveDate};

use crate::dates;
use crate::language::Words;

/// What is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timeline {
    pub(super) today: NaiveDate,
    pub(super) start: NaiveDate,
    pub(super) term_ends: Option<NaiveDate>,
    pub(super) notify_by: Option<NaiveDate>,
    pub(super) earliest_end: NaiveDate,
    /// From the first possible date up to and including the last.
    pub(super) window: Option<(NaiveDate, NaiveDate)>,
    pub(super) porting: Option<NaiveDate>,
    /// It goes on whatever is ported.
    pub(super) goes_on: bool,
}

/// A stretch of time: where it begins and how long it is, in percent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) class: &'static str,
    pub(super) x: String,
    pub(super) width: String,
}

/// A day: where it is, and what stands at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) class: &'static str,
    pub(super) x: String,
    pub(super) text: String,
}

/// The drawing.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "which keys its legend needs")]
pub(super) struct Bar {
    pub(super) months: Vec<Mark>,
    pub(super) contract: Vec<Stretch>,
    pub(super) window: Option<Stretch>,
    pub(super) notify_by: Option<Mark>,
    pub(super) porting: Option<Mark>,
    pub(super) today: Mark,
    pub(super) has_term: bool,
    pub(super) has_open: bool,
    pub(super) has_double: bool,
    pub(super) has_gap: bool,
}

/// The time that is drawn.
#[derive(Debug, Clone, Copy)]
struct Scale {
    from: NaiveDate,
    to: NaiveDate,
}

impl Scale {
    /// From before the first day that matters until after the last. How long ago a contract began does not.
    fn of(days: &Timeline) -> Self {
        let window = days.window.into_iter().flat_map(|(opens, ends)| [opens, ends]);
        let matter = [
            Some(days.today),
            Some(days.earliest_end),
            days.notify_by,
            days.term_ends.filter(|end| *end >= days.today),
            days.porting,
        ];
        let matter: Vec<NaiveDate> = matter.into_iter().flatten().chain(window).collect();
        let (first, last) =
            (matter.iter().min().copied().unwrap_or(days.today), matter.iter().max().copied().unwrap_or(days.today));
        Self {
            from: first.checked_sub_days(Days::new(25)).unwrap_or(first),
            to: last.checked_add_days(Days::new(35)).unwrap_or(last),
        }
    }

    fn percent(self, day: NaiveDate) -> f64 {
        let whole = f64::from(i32::try_from((self.to - self.from).num_days()).unwrap_or(i32::MAX).max(1));
        let part = f64::from(i32::try_from((day - self.from).num_days()).unwrap_or(0));
        (part / whole * 100.0).clamp(0.0, 100.0)
    }

    fn x(self, day: NaiveDate) -> String {
        format!("{:.2}%", self.percent(day))
    }

    fn stretch(self, class: &'static str, from: NaiveDate, to: NaiveDate) -> Option<Stretch> {
        let (from, to) = (self.percent(from), self.percent(to));
        (to > from).then(|| Stretch { class, x: format!("{from:.2}%"), width: format!("{:.2}%", to - from) })
    }
}

impl Bar {
    pub(super) fn of(days: &Timeline, words: Words) -> Self {
        let scale = Scale::of(days);
        let porting = days.porting.filter(|_| !days.goes_on);
        let end = days.earliest_end;
        let term_end = days.term_ends.map_or(days.start, |term| term.min(if days.goes_on { scale.to } else { end }));
        let runs_until = if days.goes_on { scale.to } else { end };
        let mut contract: Vec<Stretch> = Vec::new();
        contract.extend(scale.stretch("term", days.start, term_end));
        contract.extend(scale.stretch("open", term_end.max(days.start), runs_until));
        let double = porting.filter(|porting| *porting < end).and_then(|porting| scale.stretch("double", porting, end));
        let gap = porting.filter(|porting| *porting > end).and_then(|porting| scale.stretch("gap", end, porting));
        let (has_double, has_gap) = (double.is_some(), gap.is_some());
        let has = |class| contract.iter().any(|stretch| stretch.class == class);
        let (has_term, has_open) = (has("term"), has("open"));
        contract.extend(double);
        contract.extend(gap);
        let mark = |class, day: NaiveDate| Mark { class, x: scale.x(day), text: dates::short(day, days.today, words) };
        Self {
            months: months(scale, words),
            contract,
            window: days.window.and_then(|(opens, ends)| scale.stretch("window", opens, ends)),
            notify_by: days.notify_by.map(|day| mark("notify", day)),
            porting: days.porting.map(|day| mark("porting", day)),
            today: Mark { class: "today", x: scale.x(days.today), text: words.say("vandaag", "today").to_owned() },
            has_term,
            has_open,
            has_double,
            has_gap,
        }
    }
}

/// The months, or every second, third, … of them: as many as a phone has room for.
fn months(scale: Scale, words: Words) -> Vec<Mark> {
    const MONTHS_MAX: u32 = 7;
    let first = scale.from.with_day(1).and_then(|day| day.checked_add_months(Months::new(1))).unwrap_or(scale.from);
    let count = u32::try_from((scale.to - first).num_days() / 30).unwrap_or(0) + 1;
    let every = count.div_ceil(MONTHS_MAX).max(1);
    let nth = |nth: u32| first.checked_add_months(Months::new(nth * every));
    let inside = (0..=MONTHS_MAX).map_while(nth).take_while(|day| *day < scale.to && scale.percent(*day) < 94.0);
    let label = |day: NaiveDate| {
        let month = dates::month_short(day, words);
        if day.month() == 1 || day == first { format!("{month} {}", day.year()) } else { month.to_owned() }
    };
    inside.map(|day| Mark { class: "tick", x: scale.x(day), text: label(day) }).collect()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use workflow::letter::Language;

    use super::{Bar, Timeline};
    use crate::language::Words;

    fn on(text: &str) -> NaiveDate {
        text.parse().unwrap_or_default()
    }

    fn bar(porting: &str, goes_on: bool) -> Bar {
        let days = Timeline {
            today: on("2027-01-26"),
            start: on("2025-05-01"),
            term_ends: Some(on("2027-05-01")),
            notify_by: Some(on("2027-02-01")),
            earliest_end: on("2027-05-01"),
            window: None,
            porting: Some(on(porting)),
            goes_on,
        };
        Bar::of(&days, Words(Language::Nl))
    }

    fn classes(bar: &Bar) -> Vec<&str> {
        bar.contract.iter().map(|stretch| stretch.class).collect()
    }

    #[test]
    fn what_is_paid_twice_and_what_is_missing_is_drawn() {
        let early = bar("2027-03-16", false);
        assert_eq!((classes(&early), early.has_double, early.has_gap), (vec!["term", "double"], true, false));
        let late = bar("2027-05-20", false);
        assert_eq!((classes(&late), late.has_double, late.has_gap), (vec!["term", "gap"], false, true));
        let right = bar("2027-05-01", false);
        assert_eq!((classes(&right), right.has_double, right.has_gap), (vec!["term"], false, false));
        let going_on = bar("2027-03-16", true);
        assert_eq!((classes(&going_on), going_on.has_double), (vec!["term", "open"], false));
    }

    #[test]
    fn every_place_is_within_the_drawing() {
        let bar = bar("2027-03-16", false);
        let places =
            bar.months.iter().chain([&bar.today]).chain(&bar.porting).map(|mark| mark.x.trim_end_matches('%').parse::<f64>());
        for place in places {
            assert!(place.is_ok_and(|place| (0.0..=100.0).contains(&place)));
        }
        assert!((2..=7).contains(&bar.months.len()), "{:?}", bar.months);
    }
}
