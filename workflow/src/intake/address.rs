//! How Dutch addresses are written: postal codes, and house numbers inside a street.

use super::Address;

/// `3511ab` → `3511 AB`.
pub(crate) fn postal_code(given: &str) -> Option<String> {
    let packed: String = given.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let (digits, letters) = packed.split_at_checked(4)?;
    let right = digits.chars().all(|c| c.is_ascii_digit())
        && !digits.starts_with('0')
        && letters.len() == 2
        && letters.chars().all(|c| c.is_ascii_uppercase());
    right.then(|| format!("{digits} {letters}"))
}

/// `Oudegracht 12-bis` → (`12`, `bis`). A PO box has a number of its own kind and is left alone, as is what doesn't fit COIN's fields.
pub(super) fn split_house_number(street: &str) -> Option<(String, Option<String>)> {
    if street.to_lowercase().starts_with("postbus") {
        return None;
    }
    let start = street.rfind(|c: char| c.is_whitespace()).map_or(0, |i| i + 1);
    let (start, last) = match street.get(start..) {
        Some(last) if last.starts_with(|c: char| c.is_ascii_digit()) => (start, last),
        // `12 bis`: the number stands one word earlier.
        Some(last) if last.len() <= 4 => {
            let before = street.get(..start)?.trim_end();
            let earlier = before.rfind(char::is_whitespace).map_or(0, |i| i + 1);
            (earlier, street.get(earlier..)?)
        }
        _ => return None,
    };
    if start == 0 {
        return None;
    }
    let digits = last.chars().take_while(char::is_ascii_digit).count();
    let (number, addition) = last.split_at_checked(digits)?;
    let addition = addition.trim_matches(|c: char| c == '-' || c == '/' || c.is_whitespace());
    let fits = (1..=5).contains(&number.len()) && addition.chars().count() <= 4;
    fits.then(|| (number.to_owned(), (!addition.is_empty()).then(|| addition.to_owned())))
}

impl Address {
    /// The street with the house number, which may have been given apart: `Oudegracht 12-bis`.
    pub fn street_and_number(&self) -> String {
        let Some(number) = &self.house_number else { return self.street.clone() };
        if self.street.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word.starts_with(number.as_str())) {
            return self.street.clone();
        }
        match &self.house_number_addition {
            Some(addition) => format!("{} {number}-{addition}", self.street),
            None => format!("{} {number}", self.street),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, postal_code, split_house_number};

    #[test]
    fn a_house_number_given_apart_is_printed_with_the_street() {
        for (street, number, addition, printed) in [
            ("Oudegracht", Some("12"), None, "Oudegracht 12"),
            ("Oudegracht", Some("12"), Some("bis"), "Oudegracht 12-bis"),
            ("Oudegracht 12", Some("12"), None, "Oudegracht 12"),
            ("Oudegracht 12-bis", Some("12"), Some("bis"), "Oudegracht 12-bis"),
            ("Laan van Meerdervoort 1024A", Some("1024"), Some("A"), "Laan van Meerdervoort 1024A"),
            ("Postbus 30000", None, None, "Postbus 30000"),
        ] {
            let address = Address {
                street: street.to_owned(),
                postal_code: String::new(),
                city: String::new(),
                house_number: number.map(str::to_owned),
                house_number_addition: addition.map(str::to_owned),
            };
            assert_eq!(address.street_and_number(), printed);
        }
    }

    #[test]
    fn a_house_number_is_taken_from_the_street() {
        for (street, expected) in [
            ("Oudegracht 12", Some(("12", None))),
            ("Oudegracht 12-bis", Some(("12", Some("bis")))),
            ("Oudegracht 12 bis", Some(("12", Some("bis")))),
            ("Laan van Meerdervoort 1024A", Some(("1024", Some("A")))),
            ("Plein 1944 7", Some(("7", None))),
            ("Postbus 30000", None),
            ("Marktplein", None),
            ("12", None),
            ("", None),
        ] {
            let found = split_house_number(street);
            let found = found.as_ref().map(|(number, addition)| (number.as_str(), addition.as_deref()));
            assert_eq!(found, expected, "{street}");
        }
    }

    #[test]
    fn a_postal_code_is_four_digits_and_two_letters() {
        for (given, expected) in [
            ("3511 AB", Some("3511 AB")),
            ("3511ab", Some("3511 AB")),
            (" 3511  AB ", Some("3511 AB")),
            ("0511 AB", None),
            ("3511", None),
            ("3511 A1", None),
            ("é511 AB", None),
        ] {
            assert_eq!(postal_code(given).as_deref(), expected, "{given}");
        }
    }
}
