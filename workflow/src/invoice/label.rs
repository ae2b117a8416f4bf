//! Values that stand behind a label or under it: the customer's number, the contract's, and others that are no telephone numbers.

use std::collections::BTreeSet;
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

/// A label on a line.
#[derive(Debug)]
struct Label {
    /// The plainest of a subject has the lowest.
    rank: usize,
    subject: Subject,
    /// Where on the line it stands.
    span: Range<usize>,
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

/// So much may stand before a value's first digit: `ZZ-2021`.
const BEFORE_DIGIT_MAX: usize = 8;

/// A table has some ten columns. More labels on a line are none, and each is looked behind and under.
const LABELS_PER_LINE_MAX: usize = 20;

/// What stands behind labels.
#[derive(Debug, Default)]
pub(super) struct Labelled {
    pub(super) customer_numbers: Vec<Found<String>>,
    pub(super) contract_numbers: Vec<Found<String>>,
    /// For each line, where on it such values stand.
    pub(super) spans: Vec<Vec<Range<usize>>>,
}

/// Where a value stands, and the rank of its label.
struct Ranked<'a> {
    rank: usize,
    line: &'a Line,
    span: Range<usize>,
}

/// Finds what stands behind labels, or under them where they are the heading of a table.
pub(super) fn labelled(lines: &[Line]) -> Labelled {
    let labels: Vec<Vec<Label>> = lines.iter().map(labels_of).collect();
    let mut spans = vec![Vec::new(); lines.len()];
    let (mut customer, mut contract): (Vec<Ranked<'_>>, Vec<Ranked<'_>>) = (Vec::new(), Vec::new());
    for (i, (line, labels_here)) in lines.iter().zip(&labels).enumerate() {
        // Where the next line is one of labels, these have no values under them.
        let has_no_labels = |i: usize| labels.get(i).is_some_and(Vec::is_empty);
        let next = lines.get(i + 1).filter(|next| next.page == line.page && has_no_labels(i + 1));
        for Label { rank, subject, span: label } in labels_here {
            let behind = || Some((i, line, value_behind(line, label.end)?));
            let below = || {
                let next = next.filter(|_| is_heading(line, label.end))?;
                Some((i + 1, next, value_below(next, label)?))
            };
            let Some((at, line, span)) = behind().or_else(below) else { continue };
            if let Some(spans) = spans.get_mut(at) {
                spans.push(span.clone());
            }
            let found = Ranked { rank: *rank, line, span };
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
fn best_first(mut ranked: Vec<Ranked<'_>>) -> Vec<Found<String>> {
    ranked.sort_by_key(|found| found.rank);
    let mut known = BTreeSet::new();
    let news = ranked.into_iter().filter(|found| known.insert(found.line.part(&found.span)));
    let found = |Ranked { line, span, .. }: Ranked<'_>| Found { value: line.part(&span).iter().collect(), quote: line.quote() };
    news.take(FOUND_MAX).map(found).collect()
}

/// The labels on a line, from left to right.
fn labels_of(line: &Line) -> Vec<Label> {
    let small = line.small();
    let mut labels: Vec<Label> = Vec::new();
    let mut before = ' ';
    for (start, c) in small.iter().enumerate() {
        let begins_a_word = c.is_alphanumeric() && !before.is_alphanumeric();
        let is_free = labels.last().is_none_or(|label| label.span.end <= start);
        if begins_a_word && is_free && labels.len() < LABELS_PER_LINE_MAX {
            labels.extend(small.get(start..).and_then(|rest| label_at(start, rest)));
        }
        before = *c;
    }
    labels
}

/// The label that a line goes on with from `start`.
fn label_at(start: usize, rest: &[char]) -> Option<Label> {
    let begins = |label: &str| rest.len() >= label.len() && label.chars().zip(rest).all(|(a, b)| a == *b);
    let (rank, (label, subject)) = LABELS.iter().enumerate().find(|(_, (label, _))| begins(label))?;
    Some(Label { rank, subject: *subject, span: start..start + label.chars().count() })
}

/// The value behind a label that ends at `end`: after what is left of the label's own words ("Klantnummer:", "KvK-nummer", "BTW nr."), and
/// at most a column's gap.
fn value_behind(line: &Line, end: usize) -> Option<Range<usize>> {
    for word in line.words_after(end) {
        let mut start = word.start.max(end);
        for part in line.part(&(start..word.end)).split(|c| *c == ':') {
            let (before, value) = part.split_at(part.iter().position(char::is_ascii_digit).unwrap_or(part.len()));
            let start_of_value = match (value.is_empty(), start == end) {
                (true, _) if is_of_label(before) => None,
                // What is written onto the label belongs to it up to the digits: "KvK-12345678".
                (false, true) if is_of_label(before) => Some(start + before.len()),
                (false, false) if before.len() <= BEFORE_DIGIT_MAX => Some(start),
                _ => return None,
            };
            if let Some(start) = start_of_value {
                return Some(value_at(line, start)).filter(|value| value.len() <= VALUE_LENGTH_MAX);
            }
            start += part.len() + 1;
        }
    }
    None
}

/// Whether a part of a word belongs to a label.
fn is_of_label(part: &[char]) -> bool {
    let is_letter = |c: &char| !matches!(c, '.' | '-' | '(' | ')');
    let (Some(first), Some(last)) = (part.iter().position(is_letter), part.iter().rposition(is_letter)) else { return true };
    let word: String = part.iter().take(last + 1).skip(first).flat_map(|c| c.to_lowercase()).collect();
    matches!(word.as_str(), "nummer" | "nr" | "no" | "number" | "id" | "is" | "uw" | "iban")
}

/// Whether a label that ends at `end` heads a column: nothing stands directly behind it.
fn is_heading(line: &Line, end: usize) -> bool {
    let rest = line.chars.get(end..).unwrap_or_default();
    let rest = rest.strip_prefix(&[':']).unwrap_or(rest);
    rest.iter().all(|c| *c == ' ') || rest.starts_with(&[' ', ' '])
}

/// The value under a label: what stands in its column on the next line, where that has a digit.
fn value_below(next: &Line, label: &Range<usize>) -> Option<Range<usize>> {
    let word = next.words_after(label.start).first().filter(|word| word.start < label.end)?;
    let is_value = next.part(word).iter().any(char::is_ascii_digit);
    Some(value_at(next, word.start)).filter(|value| is_value && value.len() <= VALUE_LENGTH_MAX)
}

/// A word, and the groups of digits that follow one of digits: `100 200 300`. A heading's stop or comma does not belong to it.
fn value_at(line: &Line, start: usize) -> Range<usize> {
    let is_digits = |word: &Range<usize>| line.part(word).iter().all(char::is_ascii_digit);
    let Some((first, following)) = line.words_after(start).split_first() else { return start..start };
    let mut value = start..first.end;
    let groups = if is_digits(&value) { following } else { &[] };
    for word in groups.iter().take_while(|word| is_digits(word)) {
        // What begins like a telephone number is one, not more of a customer's number.
        let is_telephone = line.part(word).first() == Some(&'0') && word.len() > 2;
        if is_telephone || word.start != value.end + 1 || value.len() > VALUE_LENGTH_MAX {
            break;
        }
        value.end = word.end;
    }
    while value.end > value.start && line.chars.get(value.end - 1).is_some_and(|c| !c.is_alphanumeric()) {
        value.end -= 1;
    }
    value
}
