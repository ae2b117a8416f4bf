//! Days and moments as people write them: `26 januari 2027`, `di 26 jan`, Amsterdam time.

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Timelike as _, Utc};
use workflow::calendar::local_time;

use crate::language::Words;

const MONTHS_NL: [&str; 12] =
    ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"];
const MONTHS_EN: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const MONTHS_NL_SHORT: [&str; 12] = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"];
const MONTHS_EN_SHORT: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS_NL: [&str; 7] = ["ma", "di", "wo", "do", "vr", "za", "zo"];
const DAYS_EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

fn nth(names: &'static [&'static str], index: u32) -> &'static str {
    usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or_default()
}

/// `26 januari 2027`.
pub(crate) fn day(day: NaiveDate, words: Words) -> String {
    let month = words.say(nth(&MONTHS_NL, day.month0()), nth(&MONTHS_EN, day.month0()));
    format!("{} {month} {}", day.day(), day.year())
}

/// `di 26 jan`, with the year where it is another one.
pub(crate) fn short(day: NaiveDate, today: NaiveDate, words: Words) -> String {
    let of_week = day.weekday().num_days_from_monday();
    let of_week = words.say(nth(&DAYS_NL, of_week), nth(&DAYS_EN, of_week));
    let year = if day.year() == today.year() { String::new() } else { format!(" {}", day.year()) };
    format!("{of_week} {} {}{year}", day.day(), month_short(day, words))
}

/// `jan`.
pub(crate) fn month_short(day: NaiveDate, words: Words) -> &'static str {
    words.say(nth(&MONTHS_NL_SHORT, day.month0()), nth(&MONTHS_EN_SHORT, day.month0()))
}

/// `09:30`.
pub(crate) fn time(at: DateTime<Utc>) -> String {
    let local = local_time(at);
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// `di 26 jan, 09:30`.
pub(crate) fn moment(at: DateTime<Utc>, today: NaiveDate, words: Words) -> String {
    format!("{}, {}", short(local_time(at).date(), today, words), time(at))
}

/// How far a day is from today: `vandaag`, `over 3 dagen`, `2 dagen te laat` is for what is due.
pub(crate) fn from_today(day: NaiveDate, today: NaiveDate, words: Words) -> String {
    match (day - today).num_days() {
        0 => words.say("vandaag", "today").to_owned(),
        1 => words.say("morgen", "tomorrow").to_owned(),
        -1 => words.say("gisteren", "yesterday").to_owned(),
        ahead @ 2.. => format!("{} {ahead} {}", words.say("over", "in"), words.say("dagen", "days")),
        past => format!("{} {}", -past, words.say("dagen geleden", "days ago")),
    }
}

/// `4 s`, `2 min 05 s`, `1 u 10 min`.
pub(crate) fn lasted(time: TimeDelta, words: Words) -> String {
    let seconds = time.num_seconds().max(0);
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds:02} s"),
        (hours, minutes, _) => format!("{hours} {} {minutes:02} min", words.say("u", "h")),
    }
}

/// Days in a text of the API, which writes `2027-01-26`, spelled out.
pub(crate) fn spelled_out(text: &str, words: Words) -> String {
    const LENGTH: usize = "2027-01-26".len();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_inside = out.chars().next_back().is_some_and(|before| before.is_alphanumeric() || before == '-');
        let found = rest.get(..LENGTH).filter(|_| first.is_ascii_digit() && !is_inside);
        let ends = rest
            .get(LENGTH..)
            .and_then(|after| after.chars().next())
            .is_none_or(|after| !after.is_alphanumeric() && after != '-');
        if let Some(date) = found.filter(|_| ends).and_then(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()) {
            out.push_str(&day(date, words));
            rest = rest.get(LENGTH..).unwrap_or_default();
        } else {
            out.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, TimeDelta};
    use workflow::letter::Language;

    use super::{day, from_today, lasted, short, spelled_out};
    use crate::language::Words;

    const NL: Words = Words(Language::Nl);
    const EN: Words = Words(Language::En);

    fn on(text: &str) -> NaiveDate {
        text.parse().unwrap_or_default()
    }

    #[test]
    fn days_are_written_as_people_do() {
        let (date, today) = (on("2027-03-09"), on("2027-01-26"));
        assert_eq!([day(date, NL), day(date, EN)], ["9 maart 2027", "9 March 2027"]);
        assert_eq!([short(date, today, NL), short(date, on("2026-12-31"), EN)], ["di 9 mrt", "Tue 9 Mar 2027"]);
        for (text, nl, en) in [
            ("2027-01-26", "vandaag", "today"),
            ("2027-01-27", "morgen", "tomorrow"),
            ("2027-01-25", "gisteren", "yesterday"),
            ("2027-01-29", "over 3 dagen", "in 3 days"),
            ("2027-01-20", "6 dagen geleden", "6 days ago"),
        ] {
            assert_eq!([from_today(on(text), today, NL), from_today(on(text), today, EN)], [nl, en]);
        }
    }

    #[test]
    fn days_in_texts_are_spelled_out_and_nothing_else() {
        for (text, nl) in [
            ("het contract eindigt op 2027-05-01, 46 dagen later", "het contract eindigt op 1 mei 2027, 46 dagen later"),
            ("(2027-03-16)", "(16 maart 2027)"),
            ("é 2027-13-45 en 2027-0001", "é 2027-13-45 en 2027-0001"),
            ("x2027-05-01 2027-05-011 DYNX-2027-05-01", "x2027-05-01 2027-05-011 DYNX-2027-05-01"),
            ("", ""),
        ] {
            assert_eq!(spelled_out(text, NL), nl);
        }
    }

    #[test]
    fn a_duration_is_as_exact_as_it_is_short() {
        for (seconds, text) in [(4, "4 s"), (125, "2 min 05 s"), (4200, "1 u 10 min"), (-3, "0 s")] {
            assert_eq!(lasted(TimeDelta::seconds(seconds), NL), text);
        }
    }
}
