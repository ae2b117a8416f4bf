//! What a request says of the customer, for the donor to recognise.

use serde::{Deserialize, Serialize};

/// How the contract with the donor ends. Absent in a request: it ends in the ordinary way, by the porting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Contract {
    /// It ends before its term; the customer has accepted a possible buy-out sum.
    EarlyTermination,
    /// It goes on without the numbers.
    Continuation,
}

/// The customer as the donor may know it. Every field is optional; there is no street and no city.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomerInfo {
    /// A person's last name, 1 to 70 characters.
    #[serde(rename = "lastname", skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The company's name, 1 to 70 characters.
    #[serde(rename = "companyname", skip_serializing_if = "Option::is_none")]
    pub company_name: Option<String>,
    /// The house number, 1 to 5 characters. See [`house_number`].
    #[serde(rename = "housenr", skip_serializing_if = "Option::is_none")]
    pub house_number: Option<String>,
    /// What follows the house number, 1 to 4 characters.
    #[serde(rename = "housenrext", skip_serializing_if = "Option::is_none")]
    pub house_number_extension: Option<String>,
    /// The postcode without its space: `3511AB`. See [`postcode`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    /// The customer number at the donor, 1 to 20 characters.
    #[serde(rename = "customerid", skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
}

/// A house number in COIN's two fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseNumber {
    /// The number, 1 to 5 digits.
    pub number: String,
    /// What follows it, 1 to 4 characters.
    pub extension: Option<String>,
}

/// A postcode as COIN wants it: capitals, no space (`3511 ab` → `3511AB`). `None` if it isn't 1 to 6 digits and letters.
pub fn postcode(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
    is_postcode(&compact).then_some(compact)
}

/// Splits a house number with what follows it: `12-bis` → `12` and `bis`. `None` if it doesn't begin with a digit or if a
/// part doesn't fit; a part that was cut off would make the donor look at another address.
pub fn house_number(text: &str) -> Option<HouseNumber> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    let extension = rest.trim_start_matches(|c: char| !c.is_alphanumeric()).trim_end();
    let fits = (1..=5).contains(&digits) && extension.chars().count() <= 4;
    fits.then(|| HouseNumber { number: number.to_owned(), extension: (!extension.is_empty()).then(|| extension.to_owned()) })
}

/// Whether it is a postcode in COIN's form.
pub(super) fn is_postcode(text: &str) -> bool {
    (1..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postcode_has_no_space() {
        assert_eq!(postcode("3511 AB").as_deref(), Some("3511AB"));
        assert_eq!(postcode("3511ab").as_deref(), Some("3511AB"));
        assert_eq!(postcode(" "), None);
        assert_eq!(postcode("D-40210"), None);
    }

    #[track_caller]
    fn check(text: &str, number: &str, extension: Option<&str>) {
        let expected = HouseNumber { number: number.to_owned(), extension: extension.map(str::to_owned) };
        assert_eq!(house_number(text), Some(expected), "{text}");
    }

    #[test]
    fn a_house_number_is_split() {
        check("12-bis", "12", Some("bis"));
        check("12", "12", None);
        check("12 A", "12", Some("A"));
        check("12/3hg", "12", Some("3hg"));
        check("12345", "12345", None);
    }

    #[test]
    fn what_does_not_fit_is_not_cut_off() {
        for text in ["", "bis", "123456", "12-achterhuis"] {
            assert_eq!(house_number(text), None, "{text}");
        }
    }
}
