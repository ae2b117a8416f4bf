//! A bakery's letters.

use chrono::NaiveDate;
use letters::sample;
use workflow::letter::{
    Language, LetterFacts, LetterKind, PrintedAddress, PrintedCompany, PrintedContract, PrintedNumber, Scenario,
};

pub(crate) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

pub(crate) fn company(name: &str, street: &str, postal_code: &str, city: &str) -> PrintedCompany {
    PrintedCompany {
        name: name.to_owned(),
        address: PrintedAddress { street: street.to_owned(), postal_code: postal_code.to_owned(), city: city.to_owned() },
        kvk_number: None,
        contact: None,
        email: None,
        phone: None,
    }
}

pub(crate) fn single(number: &str) -> PrintedNumber {
    PrintedNumber { first: number.to_owned(), last: None, count: 1 }
}

pub(crate) fn block(first: &str, last: &str, count: u32) -> PrintedNumber {
    PrintedNumber { first: first.to_owned(), last: Some(last.to_owned()), count }
}

/// An ISDN30 line with a block and two single numbers. Its end fits the porting of 26 January 2027: possible the day before, in
/// September where it is early, on New Year's Day where it has passed.
pub(crate) fn contract(scenario: Scenario) -> PrintedContract {
    let ends_on = match scenario {
        Scenario::EndOfContract => Some(day(2027, 1, 25)),
        Scenario::EarlyTermination => Some(day(2027, 9, 1)),
        Scenario::AfterTermination => Some(day(2027, 1, 1)),
        Scenario::Continuation => None,
    };
    PrintedContract {
        customer_number: "100200300".to_owned(),
        contract_number: "C-778899".to_owned(),
        line: "ISDN30".to_owned(),
        scenario,
        ends_on,
        carries: Vec::new(),
        numbers: vec![block("030 100 12 00", "030 100 12 99", 100), single("030 234 56 78"), single("0297 12 34 56")],
        parts_of: Vec::new(),
        provider: Some("KPN B.V.".to_owned()),
    }
}

fn bakery() -> PrintedCompany {
    PrintedCompany {
        kvk_number: Some("12345678".to_owned()),
        contact: Some("J. de Vries".to_owned()),
        email: Some("j.devries@korenaar.example".to_owned()),
        phone: Some("030 100 12 34".to_owned()),
        ..company("Bakkerij De Korenaar B.V.", "Oudegracht 12", "3511 AB", "Utrecht")
    }
}

pub(crate) fn dynamx() -> PrintedCompany {
    PrintedCompany {
        kvk_number: Some("87654321".to_owned()),
        email: Some("service@dynamx.example".to_owned()),
        phone: Some("033 100 20 20".to_owned()),
        ..company("Dynamx", "Voorbeeldweg 1", "1234 AB", "Amersfoort")
    }
}

/// What the contractor writes to the bakery, on 4 January 2027.
pub(crate) fn to_customer(kind: LetterKind, language: Language, contracts: Vec<PrintedContract>) -> LetterFacts {
    let particulars = sample(kind, language).particulars;
    LetterFacts { sender: dynamx(), recipient: bakery(), particulars, ..letter(kind, language, contracts) }
}

/// The bakery's letter about these contracts, dated 4 January 2027, porting planned for the 26th.
pub(crate) fn letter(kind: LetterKind, language: Language, contracts: Vec<PrintedContract>) -> LetterFacts {
    LetterFacts {
        kind,
        language,
        reference: "2027-0001".to_owned(),
        written_on: day(2027, 1, 4),
        sender: bakery(),
        recipient: company("KPN B.V.", "Postbus 30000", "2500 GA", "Den Haag"),
        contractor: dynamx(),
        contracts,
        porting_on: Some(day(2027, 1, 26)),
        particulars: None,
    }
}
