//! What stands in a cell, read as its column's kind: dates, counts and words as Dutch spreadsheets have them.

use chrono::NaiveDate;
use serde_json::{Value, json};
use workflow::letter::Language;
use workflow::number::{NumberFault, Series};
use workflow::text::Text;

use crate::cell::{Cell, Content};
use crate::column::{Kind, Words, folded};
use crate::equipment::{MODELS_MAX, equipment};

/// Days as spreadsheets count them that can be meant: 1950 to 2100.
const SERIAL_DAYS: std::ops::Range<f64> = 18_264.0..73_415.0;

/// The most services of a form.
const SERVICES_MAX: usize = 20;

/// Why a cell can't be read. Kept with each such cell, of which there can be very many: its words are made when they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// A formula that came to nothing.
    Formula,
    NoCount,
    NoMonths,
    NoDay,
    /// Neither yes nor no.
    NeitherYesNorNo,
    NotOneOf(Words),
    /// A telephone number of which the spreadsheet has kept the first digits.
    Rounded,
    /// One number where a block is meant.
    NoBlock,
    /// A block that can't be one.
    Block(NumberFault),
    /// Equipment of which the part so far, from 1, has no quantity.
    NoQuantity {
        part: usize,
    },
    TooManyModels,
}

impl Wrong {
    /// A stable code.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Formula => "formula_error",
            Self::NoCount | Self::NoMonths => "wrong_type",
            Self::NoDay => "invalid_date",
            Self::NeitherYesNorNo | Self::NotOneOf(_) => "not_one_of",
            Self::Rounded => "rounded_number",
            Self::NoBlock => "invalid_block_size",
            Self::Block(fault) => fault.code(),
            Self::NoQuantity { .. } => "invalid_value",
            Self::TooManyModels => "too_many",
        }
    }

    /// What is wrong with what stands there, and what would be right.
    pub(crate) fn text(self, value: &str) -> Text {
        match self {
            Self::Formula => Text::new(
                format!("de formule geeft {value}; vul de waarde zelf in"),
                format!("the formula gives {value}; fill in the value itself"),
            ),
            Self::NoCount => Text::new(
                format!("{value:?} is geen aantal; geef een geheel getal"),
                format!("{value:?} is no count; give a whole number"),
            ),
            Self::NoMonths => Text::new(
                format!("{value:?} is geen aantal maanden; geef bijvoorbeeld 36, of niets voor onbepaalde tijd"),
                format!("{value:?} is no number of months; give for example 36, or nothing for an indefinite term"),
            ),
            Self::NoDay => Text::new(
                format!("{value:?} is geen datum; geef bijvoorbeeld 1-3-2021, met het jaar in vier cijfers"),
                format!("{value:?} is no date; give for example 1-3-2021 (day first), with the year in four digits"),
            ),
            Self::NeitherYesNorNo => {
                Text::new(format!("{value:?} kan niet; geef ja of nee"), format!("{value:?} can't be; give yes or no"))
            }
            Self::NotOneOf(words) => {
                let known = words.iter().map(|(value, _)| *value).collect::<Vec<_>>().join(", ");
                Text::new(format!("{value:?} kan niet; geef een van {known}"), format!("{value:?} can't be; give one of {known}"))
            }
            Self::Rounded => Text::new(
                format!("{value:?}: de spreadsheet heeft dit nummer afgerond; maak de kolom tekst en vul het opnieuw in"),
                format!("{value:?}: the spreadsheet has rounded this number; make the column text and fill it in again"),
            ),
            Self::NoBlock => Text::new(
                format!("{value:?} is één nummer; geef het hele blok, bijvoorbeeld 030-100 12 00 t/m 99"),
                format!("{value:?} is one number; give the whole block, for example 030-100 12 00 t/m 99"),
            ),
            Self::Block(fault) => Text::new(fault.text(Language::Nl), fault.text(Language::En)),
            Self::NoQuantity { part } => Text::new(
                format!("van {value:?} heeft deel {part} geen aantal; geef bijvoorbeeld 10 x Yealink T54W; 2 x Gigaset N670"),
                format!("of {value:?} part {part} has no quantity; give for example 10 x Yealink T54W; 2 x Gigaset N670"),
            ),
            Self::TooManyModels => Text::new(
                format!("meer dan {MODELS_MAX} toestellen in één cel; geef er hooguit {MODELS_MAX}"),
                format!("more than {MODELS_MAX} models in one cell; give at most {MODELS_MAX}"),
            ),
        }
    }
}

/// A cell's value as it stands in a form; null when it says that there is none.
pub(crate) fn read(kind: Kind, cell: &Cell) -> Result<Value, Wrong> {
    if cell.content == Content::Error {
        return Err(Wrong::Formula);
    }
    let text = cell.text.as_str();
    match kind {
        Kind::Text => Ok(json!(text)),
        Kind::KvkNumber => Ok(json!(kvk_number(cell))),
        Kind::Phone | Kind::Number | Kind::LastNumber => telephone(text).map(Value::from),
        Kind::Count => count(text).map(Value::from).ok_or(Wrong::NoCount),
        Kind::Months => months(text),
        Kind::Day => day(cell).map(|day| json!(day)),
        Kind::YesNo => yes_or_no(text).map(Value::from),
        Kind::Block => block(text),
        Kind::Services => Ok(services(text)),
        Kind::Equipment => equipment(text),
        Kind::OneOf(words) => one_of(words, text),
    }
}

/// A spreadsheet's number has lost the zero that an old registration begins with.
fn kvk_number(cell: &Cell) -> String {
    if matches!(cell.content, Content::Number(_)) { format!("{:0>8}", cell.text) } else { cell.text.clone() }
}

/// Nine digits that don't begin with a zero have lost it to a spreadsheet; so have service numbers of 7 or 10 digits (0800, 0900 and
/// the like have 8 or 11). No Dutch number is written so otherwise.
fn telephone(text: &str) -> Result<String, Wrong> {
    let rounded = text.split_once(['E', 'e']).is_some_and(|(before, after)| {
        before.contains([',', '.'])
            && before.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.'))
            && after.starts_with('+')
    });
    if rounded {
        return Err(Wrong::Rounded);
    }
    let mut mended = String::with_capacity(text.len() + 2);
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from_digits) = rest.split_at(start);
        let (digits, after) = from_digits.split_at(from_digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(from_digits.len()));
        let service = ["800", "900", "906", "909"].iter().any(|prefix| digits.starts_with(prefix));
        let lost_its_zero = !digits.starts_with('0') && (digits.len() == 9 || service && matches!(digits.len(), 7 | 10));
        mended.push_str(before);
        mended.push_str(if lost_its_zero { "0" } else { "" });
        mended.push_str(digits);
        rest = after;
    }
    mended.push_str(rest);
    Ok(mended)
}

/// `030-100 12 00 t/m 99`, as its first number and how many there are.
fn block(text: &str) -> Result<Value, Wrong> {
    let series = Series::parse(&telephone(text)?, None).map_err(Wrong::Block)?;
    match series.block_size() {
        1 => Err(Wrong::NoBlock),
        size => Ok(json!({"number": series.national_first(), "block_size": size})),
    }
}

/// `36`, `36,0`, `36.0`.
fn count(text: &str) -> Option<u32> {
    let whole = text.split_once([',', '.']).filter(|(_, rest)| rest.chars().all(|c| c == '0')).map_or(text, |(whole, _)| whole);
    whole.parse().ok()
}

/// A number of months, or of years; no term, or none that ends.
fn months(text: &str) -> Result<Value, Wrong> {
    let word = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | ' '));
    let amount = count(text.strip_suffix(word).unwrap_or(text).trim());
    match (amount, folded(word).as_str()) {
        (Some(months), "" | "m" | "mnd" | "maand" | "maanden" | "month" | "months") => Ok(json!(months)),
        (Some(years), "j" | "jr" | "jaar" | "year" | "years") => Ok(json!(years.saturating_mul(12))),
        (None, "" | "geen" | "none" | "onbepaald" | "onbepaaldetijd" | "indefinite" | "nvt")
            if text == "-" || !word.is_empty() =>
        {
            Ok(Value::Null)
        }
        _ => Err(Wrong::NoMonths),
    }
}

/// A day by the spreadsheet's own type, or as people write it, the day first: `1-3-2021`, `01/03/2021`, `1 maart 2021`; or `2021-03-01`.
fn day(cell: &Cell) -> Result<NaiveDate, Wrong> {
    let found = match cell.content {
        Content::Day(day) => Some(day),
        // A day of which the cell isn't formatted as one.
        Content::Number(serial) if SERIAL_DAYS.contains(&serial) => {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the range above")]
            let days = chrono::Days::new(serial as u64);
            NaiveDate::from_ymd_opt(1899, 12, 30).and_then(|epoch| epoch.checked_add_days(days))
        }
        _ => written_day(&cell.text),
    };
    found.ok_or(Wrong::NoDay)
}

fn written_day(text: &str) -> Option<NaiveDate> {
    // A time of day says nothing here: `1-3-2021 00:00`.
    let date = text.split_once(':').map_or(text, |(before, _)| before.trim_end_matches(|c: char| c.is_ascii_digit()));
    let parts: Vec<&str> =
        date.trim_end_matches(['T', ' ']).split(['-', '/', '.', ' ']).filter(|part| !part.is_empty()).collect();
    let [first, month, last] = parts.as_slice() else { return None };
    let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
    if year.len() != 4 {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month_number(month)?, day.parse().ok()?)
}

fn month_number(text: &str) -> Option<u32> {
    const NAMES: [&[&str]; 12] = [
        &["jan"],
        &["feb"],
        &["mrt", "maa", "mar"],
        &["apr"],
        &["mei", "may"],
        &["jun"],
        &["jul"],
        &["aug"],
        &["sep"],
        &["okt", "oct"],
        &["nov"],
        &["dec"],
    ];
    let word = text.to_lowercase();
    let named = (1..).zip(NAMES).find(|(_, names)| names.iter().any(|name| word.starts_with(name))).map(|(number, _)| number);
    text.parse().ok().or(named)
}

fn yes_or_no(text: &str) -> Result<bool, Wrong> {
    match folded(text).as_str() {
        "ja" | "j" | "yes" | "y" | "x" | "true" | "waar" | "1" => Ok(true),
        "nee" | "n" | "no" | "false" | "onwaar" | "0" => Ok(false),
        _ => Err(Wrong::NeitherYesNorNo),
    }
}

/// What rides on a line, by the words for it; others are left as they are. Of too many, one more than a form takes is enough to be told of.
fn services(text: &str) -> Value {
    let words = text.split([',', ';', '/', '+', '\n', '&']).map(str::trim).filter(|word| !word.is_empty());
    let service = |word: &str| match folded(word).as_str() {
        "alarm" | "alarmsysteem" | "inbraakalarm" => "alarm".to_owned(),
        "lift" | "liftlijn" | "elevator" => "lift".to_owned(),
        "fax" => "fax".to_owned(),
        "pin" | "pinautomaat" | "pinapparaat" | "betaalautomaat" | "paymentterminal" => "payment_terminal".to_owned(),
        "internet" | "adsl" | "vdsl" => "internet".to_owned(),
        _ => word.to_lowercase().replace([' ', '-'], "_"),
    };
    let none = matches!(folded(text).as_str(), "" | "geen" | "none" | "nvt" | "nee" | "no");
    json!(if none { Vec::new() } else { words.take(SERVICES_MAX + 1).map(service).collect() })
}

fn one_of(words: Words, text: &str) -> Result<Value, Wrong> {
    let given = folded(text);
    let known = words.iter().find(|(value, synonyms)| synonyms.contains(&given.as_str()) || *value == text);
    known.map(|(value, _)| json!(value)).ok_or(Wrong::NotOneOf(words))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::read;
    use crate::cell::{Cell, Content};
    use crate::column::Kind;

    fn text(text: &str) -> Cell {
        Cell { text: text.to_owned(), content: Content::Text }
    }

    fn value(kind: Kind, cell: &Cell) -> Value {
        read(kind, cell).unwrap_or_else(|wrong| json!(wrong.code()))
    }

    #[test]
    fn days_are_read_as_dutch_spreadsheets_have_them() {
        for (given, expected) in [
            ("1-3-2021", "2021-03-01"),
            ("01-03-2021", "2021-03-01"),
            ("2021-03-01", "2021-03-01"),
            ("1/3/2021", "2021-03-01"),
            ("1.3.2021", "2021-03-01"),
            ("1-3-2021 00:00", "2021-03-01"),
            ("2021-03-01T00:00:00", "2021-03-01"),
            ("1 maart 2021", "2021-03-01"),
            ("31 mrt. 2021", "2021-03-31"),
            ("1 May 2021", "2021-05-01"),
            ("30-2-2021", "invalid_date"),
            ("3-13-2021", "invalid_date"),
            ("1-3-21", "invalid_date"),
            ("2021", "invalid_date"),
            ("volgend jaar", "invalid_date"),
        ] {
            assert_eq!(value(Kind::Day, &text(given)), json!(expected), "{given}");
        }
        let serial = Cell { text: "44256".to_owned(), content: Content::Number(44_256.0) };
        assert_eq!(value(Kind::Day, &serial), json!("2021-03-01"));
        assert_eq!(value(Kind::Day, &Cell { content: Content::Text, ..serial }), json!("invalid_date"));
    }

    #[test]
    fn counts_and_months_are_read() {
        for (given, expected) in [
            ("12", json!(12)),
            ("12,0", json!(12)),
            ("12.00", json!(12)),
            ("12,5", json!("wrong_type")),
            ("-1", json!("wrong_type")),
            ("veel", json!("wrong_type")),
        ] {
            assert_eq!(value(Kind::Count, &text(given)), expected, "{given}");
        }
        for (given, expected) in [
            ("36", json!(36)),
            ("36,0", json!(36)),
            ("36 maanden", json!(36)),
            ("1 maand", json!(1)),
            ("3 jaar", json!(36)),
            ("onbepaalde tijd", Value::Null),
            ("-", Value::Null),
            ("36 weken", json!("wrong_type")),
            ("lang", json!("wrong_type")),
        ] {
            assert_eq!(value(Kind::Months, &text(given)), expected, "{given}");
        }
    }

    #[test]
    fn a_lost_zero_is_put_back() {
        for (given, expected) in [
            ("301001200", "0301001200"),
            ("0301001200", "0301001200"),
            ("301001200-301001299", "0301001200-0301001299"),
            ("+31 301001200", "+31 0301001200"),
            ("31301001200", "31301001200"),
            ("8001234", "08001234"),
            ("9008844123", "9008844123".replacen('9', "09", 1).as_str()),
            ("030-100 12 00 t/m 99", "030-100 12 00 t/m 99"),
            ("3,01001E+08", "rounded_number"),
            ("6", "6"),
        ] {
            assert_eq!(value(Kind::Number, &text(given)), json!(expected), "{given}");
        }
        let kvk = |content| value(Kind::KvkNumber, &Cell { text: "1234567".to_owned(), content });
        assert_eq!(kvk(Content::Number(1_234_567.0)), json!("01234567"));
        assert_eq!(kvk(Content::Text), json!("1234567"), "a typing error is not mended");
    }

    #[test]
    fn words_are_understood() {
        for (given, expected) in [("ja", json!(true)), ("X", json!(true)), ("Nee", json!(false)), ("soms", json!("not_one_of"))] {
            assert_eq!(value(Kind::YesNo, &text(given)), expected, "{given}");
        }
        for (given, expected) in [
            ("Alarm, lift", json!(["alarm", "lift"])),
            ("pinautomaat + internet", json!(["payment_terminal", "internet"])),
            ("Deur intercom", json!(["deur_intercom"])),
            ("geen", json!([])),
        ] {
            assert_eq!(value(Kind::Services, &text(given)), expected, "{given}");
        }
        let words = Kind::OneOf(&[("isdn30", &["isdn30"]), ("pstn", &["pstn", "analoog"])]);
        for (given, expected) in [("ISDN-30", "isdn30"), ("Analoog", "pstn"), ("ISDN 40", "not_one_of")] {
            assert_eq!(value(words, &text(given)), json!(expected), "{given}");
        }
        let failed = Cell { text: "#N/A".to_owned(), content: Content::Error };
        assert_eq!(value(Kind::Text, &failed), json!("formula_error"));
    }
}
