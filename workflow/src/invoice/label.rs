//! Values that stand behind a label or under it: the customer's number, the contract's, and others that are no telephone numbers.

use std::ops::Range;

use super::line::Line;
use super::{FOUND_MAX, Found};

/// What a label is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    CustomerNumber,
    ContractNumber,
    /// No telephone number, whatever it looks like.
    Other,
}

/// Labels in small letters, the plainest of each subject first. A longer one comes before one that begins it.
const LABELS: [(&str, Subject); 43] = [
    ("klantnummer", Subject::CustomerNumber),
    ("klantnr", Subject::CustomerNumber),
    ("klant nr", Subject::CustomerNumber),
    ("klant-nummer", Subject::CustomerNumber),
    ("klantcode", Subject::CustomerNumber),
    ("customer number", Subject::CustomerNumber),
    ("customer no", Subject::CustomerNumber),
    ("customer id", Subject::CustomerNumber),
    ("client number", Subject::CustomerNumber),
    ("relatienummer", Subject::CustomerNumber),
    ("relatienr", Subject::CustomerNumber),
    ("debiteurennummer", Subject::CustomerNumber),
    ("debiteurennr", Subject::CustomerNumber),
    ("debiteurnummer", Subject::CustomerNumber),
    ("debiteurnr", Subject::CustomerNumber),
    ("debtor number", Subject::CustomerNumber),
    ("accountnummer", Subject::CustomerNumber),
    ("account number", Subject::CustomerNumber),
    ("contractnummer", Subject::ContractNumber),
    ("contractnr", Subject::ContractNumber),
    ("contract nr", Subject::ContractNumber),
    ("contract number", Subject::ContractNumber),
    ("contract no", Subject::ContractNumber),
    ("contract id", Subject::ContractNumber),
    ("overeenkomstnummer", Subject::ContractNumber),
    ("agreement number", Subject::ContractNumber),
    ("factuurnummer", Subject::Other),
    ("factuurnr", Subject::Other),
    ("invoice number", Subject::Other),
    ("invoice no", Subject::Other),
    ("notanummer", Subject::Other),
    ("ordernummer", Subject::Other),
    ("order number", Subject::Other),
    ("betalingskenmerk", Subject::Other),
    ("payment reference", Subject::Other),
    ("kenmerk", Subject::Other),
    ("referentie", Subject::Other),
    ("reference", Subject::Other),
    ("kvk", Subject::Other),
    ("k.v.k.", Subject::Other),
    ("btw", Subject::Other),
    ("bankrekening", Subject::Other),
    ("rekeningnummer", Subject::Other),
];

/// As much as the intake takes of such a number.
const VALUE_LENGTH_MAX: usize = 40;

/// What stands behind labels.
#[derive(Debug, Default)]
pub(super) struct Labelled {
    pub(super) customer_numbers: Vec<Found<String>>,
    pub(super) contract_numbers: Vec<Found<String>>,
    /// For each line, where on it such values stand.
    pub(super) spans: Vec<Vec<Range<usize>>>,
}

/// A value with the rank of its label.
type Ranked = (usize, Found<String>);

/// Finds what stands behind labels, or under them where they are the heading of a table.
pub(super) fn labelled(lines: &[Line]) -> Labelled {
    let mut spans = vec![Vec::new(); lines.len()];
    let (mut customer, mut contract): (Vec<Ranked>, Vec<Ranked>) = (Vec::new(), Vec::new());
    for (i, line) in lines.iter().enumerate() {
        for (rank, subject, label) in labels_of(line) {
            let below = || {
                let next = lines.get(i + 1).filter(|next| next.page == line.page && is_heading(line, label.end))?;
                Some((i + 1, value_below(next, &label)?))
            };
            let Some((at, span)) = value_behind(line, label.end).map(|span| (i, span)).or_else(below) else { continue };
            let Some(on) = lines.get(at) else { continue };
            let value: String = on.part(&span).iter().collect();
            if let Some(spans) = spans.get_mut(at) {
                spans.push(span);
            }
            let found = (rank, Found { value, quote: on.quote() });
            match subject {
                Subject::CustomerNumber => customer.push(found),
                Subject::ContractNumber => contract.push(found),
                Subject::Other => {}
            }
        }
    }
    Labelled { customer_numbers: best_first(customer), contract_numbers: best_first(contract), spans }
}

/// Each value once, that with the plainest label first.
fn best_first(mut ranked: Vec<Ranked>) -> Vec<Found<String>> {
    ranked.sort_by_key(|(rank, _)| *rank);
    let mut best: Vec<Found<String>> = Vec::new();
    for (_, found) in ranked {
        if best.len() < FOUND_MAX && !best.iter().any(|known| known.value == found.value) {
            best.push(found);
        }
    }
    best
}

/// The labels on a line, with their rank and where they stand.
fn labels_of(line: &Line) -> Vec<(usize, Subject, Range<usize>)> {
    let small = line.small();
    let mut found: Vec<(usize, Subject, Range<usize>)> = Vec::new();
    for (rank, (label, subject)) in LABELS.iter().enumerate() {
        let label: Vec<char> = label.chars().collect();
        let starts = (0..small.len()).filter(|start| small.get(*start..).is_some_and(|rest| rest.starts_with(&label)));
        for start in starts {
            let begins_a_word = start.checked_sub(1).and_then(|before| small.get(before)).is_none_or(|c| !c.is_alphanumeric());
            let span = start..start + label.len();
            if begins_a_word && !found.iter().any(|(.., known)| known.start <= start && start < known.end) {
                found.push((rank, *subject, span));
            }
        }
    }
    found
}

/// The value behind a label that ends at `end`: after what is left of the label's own words, and at most a column's gap.
fn value_behind(line: &Line, end: usize) -> Option<Range<usize>> {
    let rest = line.chars.get(end..)?;
    // "Klantnummer:", "KvK-nummer", "BTW nr.": what may still come before the value.
    let digit = rest.iter().position(char::is_ascii_digit)?;
    let before: String = rest.get(..digit)?.iter().collect::<String>().to_lowercase();
    let (words, value_begins) = match before.rfind(|c: char| c.is_whitespace() || c == ':') {
        Some(at) => before.split_at_checked(at + 1)?,
        None => (before.as_str(), ""),
    };
    let is_of_label = |word: &str| {
        let word = word.trim_matches(|c: char| matches!(c, '.' | ':' | '-' | '(' | ')'));
        matches!(word, "" | "nummer" | "nr" | "no" | "number" | "id" | "is" | "uw" | "iban")
    };
    let only_of_label = words.split(|c: char| c.is_whitespace() || c == ':').all(is_of_label);
    if !only_of_label || value_begins.chars().count() > 8 {
        return None;
    }
    let start = end + digit - value_begins.chars().count();
    Some(value_at(line, start)).filter(|value| value.len() <= VALUE_LENGTH_MAX)
}

/// Whether a label that ends at `end` heads a column: nothing stands directly behind it.
fn is_heading(line: &Line, end: usize) -> bool {
    let rest = line.chars.get(end..).unwrap_or_default();
    let rest = rest.strip_prefix(&[':']).unwrap_or(rest);
    rest.iter().all(|c| *c == ' ') || rest.starts_with(&[' ', ' '])
}

/// The value under a label: what stands in its column on the next line, where that has a digit and no letters of a sentence.
fn value_below(next: &Line, label: &Range<usize>) -> Option<Range<usize>> {
    let word = next.words().into_iter().find(|word| word.start < label.end && label.start < word.end)?;
    let is_value = next.part(&word).iter().any(char::is_ascii_digit);
    // Where that column is another label's, this one has no value.
    let value = value_at(next, word.start);
    (is_value && labels_of(next).is_empty() && value.len() <= VALUE_LENGTH_MAX).then_some(value)
}

/// A word, and the groups of digits that follow one of digits: `100 200 300`. A heading's stop or comma does not belong to it.
fn value_at(line: &Line, start: usize) -> Range<usize> {
    let words = line.words();
    let mut following = words.into_iter().filter(|word| word.end > start);
    let Some(first) = following.next() else { return start..start };
    let is_digits = |word: &Range<usize>| line.part(word).iter().all(char::is_ascii_digit);
    let mut value = start..first.end;
    for word in following {
        if !(is_digits(&value_of_last(&value, &first)) && is_digits(&word) && word.start == value.end + 1) {
            break;
        }
        // What begins like a telephone number is one, not more of a customer's number.
        if line.part(&word).first() == Some(&'0') && word.len() > 2 {
            break;
        }
        value.end = word.end;
    }
    while value.end > value.start && line.chars.get(value.end - 1).is_some_and(|c| !c.is_alphanumeric()) {
        value.end -= 1;
    }
    value
}

/// The first word as far as it belongs to the value.
fn value_of_last(value: &Range<usize>, first: &Range<usize>) -> Range<usize> {
    value.start..first.end
}
