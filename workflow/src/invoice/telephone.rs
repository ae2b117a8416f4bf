//! Telephone numbers in a line of text, and what only looks like one: dates, amounts, bank accounts, other parties' numbers.

use std::collections::BTreeSet;
use std::ops::Range;

use super::line::Line;
use super::{FOUND_MAX, Findings, Found};
use crate::number::{Kind, NumberFault, Series};

/// Lines about how to reach the provider.
const SERVICE_WORDS: [&str; 10] = [
    "klantenservice",
    "servicedesk",
    "helpdesk",
    "vragen",
    "bereikbaar",
    "bel ons",
    "customer service",
    "support",
    "questions",
    "storing",
];

/// How many digits a number has, with its 0.
const DIGITS: usize = 10;
/// The longest number there is, with its 0: 0900 123 45 67.
const DIGITS_MAX: usize = 11;

/// A number as it stands on a line.
struct Spelled {
    span: Range<usize>,
    /// National, with the 0.
    national: String,
    /// The digits before the first separator, with the 0; all of them when there is none.
    first_group: usize,
}

/// Adds the numbers of a line to the findings. `values` are parts of the line that are known to be something else.
pub(super) fn find(line: &Line, values: &[Range<usize>], findings: &mut Findings) {
    let small: String = line.small().into_iter().collect();
    if has_time_of_day(line) || SERVICE_WORDS.iter().any(|word| small.contains(word)) {
        return;
    }
    let chars = readable(line, values);
    let mut numbers: Vec<Series> = Vec::new();
    let mut at = 0;
    while let Some(start) = (at..chars.len()).find(|i| begins(&chars, *i)) {
        at = start + 1;
        let Some(spelled) = spelled(&chars, start) else { continue };
        match Series::parse(&spelled.national, None) {
            Ok(series) if is_grouped(&spelled, &series) => {
                at = spelled.span.end;
                if series.kind() == Kind::Service {
                    findings.other_numbers.push(spelled.national);
                    continue;
                }
                match range_end(&chars, at, &spelled.national) {
                    Some((block, end)) => {
                        at = end;
                        numbers.push(block);
                    }
                    None => numbers.push(series),
                }
            }
            Err(NumberFault::Mobile) => {
                at = spelled.span.end;
                findings.other_numbers.push(spelled.national);
            }
            _ => {}
        }
    }
    if let [only] = numbers.as_slice()
        && let Some(block) = block_told(&small, only)
    {
        numbers = vec![block];
    }
    findings.numbers.extend(numbers.into_iter().map(|value| Found { value, quote: line.quote() }));
}

/// Each number once, where it stands first; a single one not when its block is there too.
pub(super) fn tidy(findings: &mut Findings) {
    let numbers = &mut findings.numbers;
    let all: Vec<Series> = numbers.iter().map(|found| found.value.clone()).collect();
    let in_larger = |series: &Series| all.iter().any(|other| other != series && other.contains(series));
    let mut seen = BTreeSet::new();
    numbers.retain(|found| !in_larger(&found.value) && seen.insert(found.value.clone()));
    numbers.truncate(FOUND_MAX);
    let mut seen = BTreeSet::new();
    findings.other_numbers.retain(|number| seen.insert(number.clone()));
    findings.other_numbers.truncate(FOUND_MAX);
}

/// `09:41` or `09:41:07`: a call was made then.
fn has_time_of_day(line: &Line) -> bool {
    line.words.iter().any(|word| {
        let text: String = line.part(word).iter().collect();
        let parts: Vec<&str> = text.split(':').collect();
        let is_pair = |part: &&str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        let hour = |part: &&str| (1..=2).contains(&part.len()) && part.parse::<u8>().is_ok_and(|hour| hour < 24);
        matches!(parts.as_slice(), [first, rest @ ..] if hour(first) && (1..=2).contains(&rest.len()) && rest.iter().all(is_pair))
    })
}

/// The line with a blocker for all that is no telephone number.
fn readable(line: &Line, values: &[Range<usize>]) -> Vec<char> {
    const BLOCKER: char = '\u{0}';
    let mut chars = line.chars.clone();
    let mut block = |span: &Range<usize>| {
        if let Some(part) = chars.get_mut(span.clone()) {
            part.fill(BLOCKER);
        }
    };
    values.iter().for_each(&mut block);
    // What follows "NL91 ABNA" belongs to it, and what follows a currency's sign is an amount.
    let mut account = 0;
    let mut after_currency = false;
    for word in &line.words {
        let text: String = line.part(word).iter().collect();
        account = match account {
            0 if is_country_and_check(&text) => 1,
            1 if text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_uppercase()) => 2,
            2 if text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit()) => 2,
            _ => 0,
        };
        let was_currency = std::mem::replace(&mut after_currency, matches!(text.as_str(), "€" | "$" | "EUR"));
        if account == 2 || was_currency || is_date(&text) || is_amount(&text) || mixes_letters_and_digits(&text) {
            block(word);
        }
    }
    chars
}

fn is_country_and_check(word: &str) -> bool {
    matches!(word.as_bytes(), [a, b, c, d] if a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit())
}

/// `01-02-2026`, `1/2/26`, `2026-02-01`.
fn is_date(word: &str) -> bool {
    let word = word.trim_matches(|c: char| matches!(c, ',' | ';' | '(' | ')' | '.'));
    ['-', '/', '.'].iter().any(|separator| {
        let parts: Vec<&str> = word.split(*separator).collect();
        let all_digits = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        all_digits && matches!(lengths.as_slice(), [1 | 2, 1 | 2, 2 | 4] | [4, 1 | 2, 1 | 2])
    })
}

/// `1.234,56`, `€ 12`, `21%`.
fn is_amount(word: &str) -> bool {
    let has_cents = word.split_once(',').is_some_and(|(_, cents)| cents.starts_with(|c: char| c.is_ascii_digit()));
    has_cents || word.contains(['€', '$', '%'])
}

/// A bank account, a tax number, an article: `NL91ABNA0417164300`, `C-778899`. Words such as `Tel:030-1001200` don't.
fn mixes_letters_and_digits(word: &str) -> bool {
    let mut before = None;
    for c in word.chars().filter(|c| !matches!(c, '-' | '_')) {
        let kind = match c {
            _ if c.is_ascii_digit() => Some(true),
            _ if c.is_alphabetic() => Some(false),
            _ => None,
        };
        if matches!((before, kind), (Some(a), Some(b)) if a != b) {
            return true;
        }
        before = kind;
    }
    false
}

/// A number begins with 0 or +31, and not within something else.
fn begins(chars: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| chars.get(before));
    let is_free =
        before.is_none_or(|c| c.is_whitespace() || matches!(c, ':' | '(' | ';' | ',' | '.' | '|') && !after_digit(chars, at));
    is_free && matches!(chars.get(at), Some('0' | '+'))
}

/// Whether a digit and a separator come before: `1.030` is no number's beginning.
fn after_digit(chars: &[char], at: usize) -> bool {
    at.checked_sub(2).and_then(|i| chars.get(i)).is_some_and(char::is_ascii_digit)
}

/// Reads as many digits as a number has, with at most three separators between them (`085 - 012`): two spaces begin another column.
fn spelled(chars: &[char], start: usize) -> Option<Spelled> {
    let (skip, international) = country_code(chars.get(start..)?)?;
    let mut national = String::with_capacity(DIGITS_MAX);
    if international {
        national.push('0');
    }
    let (mut end, mut first_group, mut gap) = (start + skip, None, 0);
    for (i, c) in chars.iter().enumerate().skip(start + skip) {
        match c {
            '0'..='9' => {
                if gap > 0 && first_group.is_none() && national.len() > 1 {
                    first_group = Some(national.len());
                }
                // +31 (0)30: the 0 that is not dialled after a country code.
                if !(international && national == "0" && *c == '0') {
                    national.push(*c);
                }
                (end, gap) = (i + 1, 0);
                if is_complete(&national) && !continues(chars, end, &national) {
                    break;
                }
                if national.len() >= DIGITS_MAX {
                    break;
                }
            }
            ' ' | '-' | '.' | '/' | '(' | ')' => {
                gap += 1;
                let two_spaces = *c == ' ' && i.checked_sub(1).and_then(|before| chars.get(before)) == Some(&' ');
                if gap > 3 || two_spaces {
                    break;
                }
            }
            _ => break,
        }
    }
    let first_group = first_group.unwrap_or(national.len());
    (is_complete(&national) && !is_followed(chars, end)).then_some(Spelled { span: start..end, national, first_group })
}

/// How many characters a country code takes, and whether there is one. Another country's number is none of ours.
fn country_code(rest: &[char]) -> Option<(usize, bool)> {
    match rest {
        ['+', '3', '1', ..] => Some((3, true)),
        ['0', '0', '3', '1', ..] => Some((4, true)),
        ['+', ..] | ['0', '0', ..] => None,
        _ => Some((0, false)),
    }
}

/// Service numbers have 8 or 11 digits (Nummerplan, annex 3), machines' 097 numbers 11 or 12, all others 10.
fn is_complete(national: &str) -> bool {
    let is_service = ["0800", "0900", "0906", "0909"].iter().any(|prefix| national.starts_with(prefix));
    if is_service {
        matches!(national.len(), 8 | DIGITS_MAX)
    } else {
        national.len() == DIGITS || national.starts_with("097") && national.len() == DIGITS_MAX
    }
}

/// A service number of eight digits can be the beginning of one of eleven.
fn continues(chars: &[char], end: usize, national: &str) -> bool {
    let next = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let more = next(end) || (chars.get(end) == Some(&' ') && next(end + 1));
    national.len() < DIGITS_MAX && (national.len() == 8 || national.starts_with("097")) && more
}

/// Whether it goes on: then it is something longer.
fn is_followed(chars: &[char], end: usize) -> bool {
    let next = |at: usize| chars.get(at).copied().unwrap_or(' ');
    next(end).is_alphanumeric()
        || (matches!(next(end), '-' | '.' | '/' | ',') && next(end + 1).is_ascii_digit())
        || next(end) == '\u{0}'
}

/// A number is written in one piece, or with its area code apart: `0102 2026 10` is something else.
fn is_grouped(spelled: &Spelled, series: &Series) -> bool {
    let prefix = match series.kind() {
        Kind::Geographic { area } => area.len(),
        Kind::Service => 4,
        _ => 3,
    };
    spelled.first_group == spelled.national.len() || spelled.first_group == prefix
}

/// The block from a number to what stands behind `t/m`, `tot en met`, `to`, or a dash and a whole number; and where it ends.
fn range_end(chars: &[char], at: usize, first: &str) -> Option<(Series, usize)> {
    let rest: String = chars.get(at..)?.iter().take(40).flat_map(|c| c.to_lowercase()).collect();
    let skipped = rest.len() - rest.trim_start_matches(' ').len();
    if skipped > 3 {
        return None;
    }
    let rest = rest.trim_start_matches(' ');
    let word = ["t/m", "tot en met", "tot", "to", "through", "–", "-"].into_iter().find(|word| rest.starts_with(word))?;
    let begins = at + skipped + word.chars().count();
    let after = (begins..chars.len()).find(|i| chars.get(*i).is_some_and(|c| !c.is_whitespace()))?;
    if after > begins + 3 {
        return None;
    }
    if let Some(last) = spelled(chars, after) {
        return Some((Series::parse(&format!("{first} t/m {}", last.national), None).ok()?, last.span.end));
    }
    let digits = chars.get(after..)?.iter().take_while(|c| c.is_ascii_digit()).count();
    let last: String = chars.get(after..after + digits)?.iter().collect();
    let is_short = (1..=4).contains(&digits) && word != "-" && !is_followed(chars, after + digits);
    let block = Series::parse(&format!("{first} t/m {last}"), None).ok().filter(|_| is_short)?;
    Some((block, after + digits))
}

/// A block told by its size: `030-1001200 (100 nummers)`.
fn block_told(small: &str, first: &Series) -> Option<Series> {
    let words: Vec<&str> = small.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let told = |pair: &[&str]| match pair {
        [size, "nummers" | "doorkiesnummers" | "numbers"] => size.parse::<u32>().ok().filter(|size| size.is_multiple_of(10)),
        _ => None,
    };
    let size = words.windows(2).find_map(told)?;
    Series::parse(&first.first(), Some(size)).ok()
}
