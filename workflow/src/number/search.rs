//! Searching by what somebody types of a telephone number.

use std::borrow::Cow;

/// A text to search by: the beginning of a telephone number, with its 0 or +31, as national digits; anything else as it is.
pub fn searched(text: &str) -> Cow<'_, str> {
    let begins = text.starts_with('0') || text.starts_with('+');
    if !begins || !text.chars().all(|c| c.is_ascii_digit() || " +-()./".contains(c)) {
        return Cow::Borrowed(text);
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let after_country = if text.starts_with('+') { digits.strip_prefix("31") } else { digits.strip_prefix("0031") };
    match after_country {
        Some(rest) => Cow::Owned(format!("0{}", rest.trim_start_matches('0'))),
        None => Cow::Owned(digits),
    }
}

#[cfg(test)]
mod tests {
    use super::searched;

    #[test]
    fn a_number_is_searched_by_its_national_digits() {
        for (typed, by) in [
            ("030 100", "030100"),
            ("030-100 12 00", "0301001200"),
            ("+31 30 100", "030100"),
            ("+31 (0)30 100", "030100"),
            ("0031 30", "030"),
            ("2027-0001", "2027-0001"),
            ("Korenaar", "Korenaar"),
            ("C-778899", "C-778899"),
            ("", ""),
        ] {
            assert_eq!(searched(typed), by, "{typed}");
        }
    }
}
