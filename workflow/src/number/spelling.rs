//! Reads numbers as people and systems write them: `030-100 12 00`, `+31 (0)30 1001200`, `tel:+31-30-1001200`,
//! `030 100 12 00 t/m 99`, `0301001200-0301001299`.

use super::NumberFault;
use super::plan::{self, Kind, LONGEST_SHORT_CODE};

/// A number in the plan.
#[derive(Debug)]
pub(super) struct Number {
    /// With the trunk 0, digits only.
    pub(super) national: String,
    pub(super) kind: Kind,
}

impl Number {
    /// The digits of E.164 (ITU-T), without the plus.
    pub(super) fn e164(&self) -> Result<i64, NumberFault> {
        e164(&self.national)
    }
}

/// A number, or the first and last of a range (as E.164 digits).
#[derive(Debug)]
pub(super) struct Spelled {
    pub(super) first: Number,
    pub(super) last: Option<i64>,
}

/// Words between the first and the last number of a range.
const RANGE_WORDS: [&str; 2] = ["t/m", "tot en met"];

/// Reads a number or a range.
pub(super) fn read(text: &str) -> Result<Spelled, NumberFault> {
    let text = text.trim().to_lowercase();
    let text = text.strip_prefix("tel:").unwrap_or(&text);
    if let Some((first, last)) = RANGE_WORDS.iter().find_map(|words| text.split_once(words)) {
        return range(number(first)?, last);
    }
    number(text).map(|first| Spelled { first, last: None }).or_else(|fault| match split_at_dash(text) {
        // A dash may also stand after the area code: it is a range only where a whole number stands before it.
        Some((first, last)) if let Ok(first) = number(first) => range(first, last),
        _ => two_numbers(text).map_or(Err(fault), |(first, last)| range(first, last)),
    })
}

/// A hyphen without spaces makes a range only between two whole numbers.
fn two_numbers(text: &str) -> Option<(Number, &str)> {
    text.match_indices('-').map(|(at, hyphen)| (text.get(..at), text.get(at + hyphen.len()..))).find_map(|parts| {
        let (Some(first), Some(last)) = parts else { return None };
        number(last).ok()?;
        Some((number(first).ok()?, last))
    })
}

/// A hyphen without spaces makes no range with part of a number: `030-1001200-1` is rather a slip than two numbers.
fn split_at_dash(text: &str) -> Option<(&str, &str)> {
    text.rsplit_once(" - ").or_else(|| text.rsplit_once(['–', '—']))
}

/// The last of a range is a whole number or only the digits in which it differs.
fn range(first: Number, last: &str) -> Result<Spelled, NumberFault> {
    let last = match number(last) {
        Ok(last) => last.e164()?,
        Err(_) => e164(&with_last_digits(&first.national, last).ok_or(NumberFault::InvalidRange)?)?,
    };
    Ok(Spelled { first, last: Some(last) })
}

fn with_last_digits(national: &str, last: &str) -> Option<String> {
    let last = digits(last)?;
    let kept = national.len().checked_sub(last.len()).filter(|kept| *kept > 0)?;
    Some(national.get(..kept)?.to_owned() + &last)
}

fn number(text: &str) -> Result<Number, NumberFault> {
    let text = text.trim_start_matches(is_separator);
    let (has_plus, text) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
    let national = national(has_plus, digits(text).ok_or(NumberFault::Unreadable)?)?;
    Ok(Number { kind: plan::kind_of(&national)?, national })
}

/// Takes off the country code, and puts the trunk 0 in its place, or keeps one that was left there as in `+31 (0)30`.
fn national(has_plus: bool, digits: String) -> Result<String, NumberFault> {
    let subscriber = if has_plus {
        digits.strip_prefix("31").ok_or(NumberFault::Foreign)?
    } else if let Some(international) = digits.strip_prefix("00") {
        international.strip_prefix("31").ok_or(NumberFault::Foreign)?
    } else if let Some(subscriber) = digits.strip_prefix("31")
        && digits.len() > LONGEST_SHORT_CODE
    {
        subscriber
    } else {
        return Ok(digits);
    };
    if subscriber.starts_with('0') || plan::is_short_code(subscriber) {
        Ok(subscriber.to_owned())
    } else {
        Ok(format!("0{subscriber}"))
    }
}

/// A Dutch mobile number as anybody writes it, in E.164; `None` for anything else.
pub fn mobile(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches(is_separator);
    let (has_plus, text) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
    let national = national(has_plus, digits(text)?).ok()?;
    let subscriber = national.strip_prefix('0').filter(|_| plan::is_mobile(&national))?;
    Some(format!("+31{subscriber}"))
}

/// The digits of a text that holds nothing else but separators, and at least one.
fn digits(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !is_separator(*c)).collect();
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '.' | '-' | '‐' | '‑' | '–' | '—' | '/' | '(' | ')')
}

fn e164(national: &str) -> Result<i64, NumberFault> {
    let subscriber = national.strip_prefix('0').ok_or(NumberFault::UnknownPrefix)?;
    format!("31{subscriber}").parse().map_err(|_| NumberFault::Unreadable)
}
