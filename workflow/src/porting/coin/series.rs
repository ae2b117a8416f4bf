//! Number series: consecutive numbers from the first to the last.

use serde::{Deserialize, Serialize};

/// Consecutive numbers in national form with the leading 0, digits only: `0301001200` up to and including `0301001299`.
/// One number has the same start and end.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NumberSeries {
    /// The first number, 1 to 20 digits.
    pub start: String,
    /// The last number, 1 to 20 digits.
    pub end: String,
}

impl NumberSeries {
    /// From the first and last number in E.164 (`+31301001200`). `None` for what isn't a Dutch number in that form.
    pub fn from_e164(first: &str, last: &str) -> Option<Self> {
        let national = |number: &str| {
            let rest = number.strip_prefix("+31").filter(|rest| is_digits(rest))?;
            Some(format!("0{rest}"))
        };
        Some(Self { start: national(first)?, end: national(last)? })
    }

    /// The first and last number in E.164; `None` for a number without the leading 0.
    pub fn e164(&self) -> Option<(String, String)> {
        let international = |number: &str| number.strip_prefix('0').map(|rest| format!("+31{rest}"));
        Some((international(&self.start)?, international(&self.end)?))
    }

    /// How many numbers it has; 0 for what is not in order.
    pub fn count(&self) -> u64 {
        match (self.start.parse::<u64>(), self.end.parse::<u64>()) {
            (Ok(start), Ok(end)) if start <= end => (end - start).saturating_add(1),
            _ => 0,
        }
    }

    /// Whether every number of `other` is in this series.
    pub fn contains(&self, other: &Self) -> bool {
        // Numbers of one length compare as text as they do as numbers.
        let lengths = [&self.end, &other.start, &other.end].map(String::len);
        lengths.iter().all(|length| *length == self.start.len()) && self.start <= other.start && other.end <= self.end
    }

    /// Whether start and end are digits of one length, in order.
    pub(super) fn is_in_order(&self) -> bool {
        is_digits(&self.start) && is_digits(&self.end) && self.start.len() == self.end.len() && self.start <= self.end
    }
}

/// Digits only, 1 to 20 of them.
fn is_digits(text: &str) -> bool {
    (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(start: &str, end: &str) -> NumberSeries {
        NumberSeries { start: start.to_owned(), end: end.to_owned() }
    }

    #[test]
    fn e164_becomes_national_and_back() {
        let block = NumberSeries::from_e164("+31301001200", "+31301001299");
        assert_eq!(block, Some(series("0301001200", "0301001299")));
        assert_eq!(block.and_then(|block| block.e164()), Some(("+31301001200".to_owned(), "+31301001299".to_owned())));
        assert_eq!(NumberSeries::from_e164("+3225551234", "+3225551234"), None);
        assert_eq!(NumberSeries::from_e164("0301001200", "0301001200"), None);
    }

    #[test]
    fn a_series_contains_its_parts_only() {
        let block = series("0301001200", "0301001299");
        assert!(block.contains(&block));
        assert!(block.contains(&series("0301001234", "0301001234")));
        assert!(!block.contains(&series("0301001199", "0301001201")));
        assert!(!block.contains(&series("030100120", "030100120")));
    }
}
