//! Sample facts: what a preview shows, and what a contractor's own texts are tried with.

use chrono::{Days, NaiveDate};
use workflow::letter::{
    Language, LetterFacts, LetterKind, PrintedAddress, PrintedCompany, PrintedContract, PrintedNumber, Scenario,
};

use crate::facts;

const SCENARIOS: [Scenario; 4] =
    [Scenario::EndOfContract, Scenario::EarlyTermination, Scenario::AfterTermination, Scenario::Continuation];

/// A bakery's letter of this kind, with every fact that a letter can have: a contract with a block of numbers and two single ones, dated
/// 4 January 2027, the porting planned for the 26th.
pub fn sample(kind: LetterKind, language: Language) -> LetterFacts {
    let written_on = NaiveDate::from_ymd_opt(2027, 1, 4).unwrap_or_default();
    LetterFacts {
        kind,
        language,
        reference: "2027-0001".to_owned(),
        written_on,
        sender: company("Bakkerij De Korenaar B.V.", "12345678", ["Oudegracht 12", "3511 AB", "Utrecht"]),
        recipient: company("KPN B.V.", "27124701", ["Postbus 30000", "2500 GA", "Den Haag"]),
        contractor: company("Dynamx", "87654321", ["Stationsplein 1", "3511 ED", "Utrecht"]),
        contracts: vec![contract(Scenario::EndOfContract, written_on)],
        porting_on: written_on.checked_add_days(Days::new(22)),
    }
}

/// The sample in each way in which its text can differ: each scenario, with and without what can be absent.
pub(crate) fn samples(kind: LetterKind, language: Language) -> Vec<LetterFacts> {
    let mut samples = Vec::new();
    for scenario in SCENARIOS {
        let whole = sample(kind, language);
        let whole = LetterFacts { contracts: vec![contract(scenario, whole.written_on)], ..whole };
        let mut sparse = whole.clone();
        sparse.porting_on = None;
        for company in [&mut sparse.sender, &mut sparse.recipient, &mut sparse.contractor] {
            (company.contact, company.email, company.phone) = (None, None, None);
        }
        sparse.recipient.kvk_number = None;
        for contract in &mut sparse.contracts {
            contract.carries.clear();
        }
        let mut without_numbers = whole.clone();
        for contract in &mut without_numbers.contracts {
            contract.numbers.clear();
        }
        samples.extend([whole, sparse, without_numbers]);
    }
    samples.retain(|letter| facts::check(letter).is_ok());
    samples
}

fn company(name: &str, kvk_number: &str, [street, postal_code, city]: [&str; 3]) -> PrintedCompany {
    PrintedCompany {
        name: name.to_owned(),
        address: PrintedAddress { street: street.to_owned(), postal_code: postal_code.to_owned(), city: city.to_owned() },
        kvk_number: Some(kvk_number.to_owned()),
        contact: Some("J. de Vries".to_owned()),
        email: Some("info@voorbeeld.example".to_owned()),
        phone: Some("030 100 12 34".to_owned()),
    }
}

/// A contract whose end fits a porting three weeks after the letter.
fn contract(scenario: Scenario, written_on: NaiveDate) -> PrintedContract {
    let number =
        |first: &str, last: Option<&str>, count| PrintedNumber { first: first.to_owned(), last: last.map(str::to_owned), count };
    PrintedContract {
        customer_number: "100200300".to_owned(),
        contract_number: "C-778899".to_owned(),
        line: "ISDN30".to_owned(),
        scenario,
        ends_on: match scenario {
            Scenario::EndOfContract => written_on.checked_add_days(Days::new(21)),
            Scenario::EarlyTermination => written_on.checked_add_days(Days::new(240)),
            Scenario::AfterTermination => written_on.checked_sub_days(Days::new(3)),
            Scenario::Continuation => None,
        },
        carries: vec!["internet".to_owned()],
        numbers: vec![
            number("030 100 12 00", Some("030 100 12 99"), 100),
            number("030 234 56 78", None, 1),
            number("0297 12 34 56", None, 1),
        ],
    }
}
