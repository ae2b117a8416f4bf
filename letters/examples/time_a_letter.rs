//! Prints how long a letter takes and how large it is: `cargo run --release -p letters --example time_a_letter [letter.pdf]`, which
//! with a file name also leaves the letter there.
#![expect(clippy::print_stdout, reason = "an example speaks to a person")]

use std::error::Error;
use std::time::Instant;

use chrono::NaiveDate;
use letters::Letters;
use workflow::letter::{
    Language, LetterFacts, LetterKind, PrintedAddress, PrintedCompany, PrintedContract, PrintedNumber, Scenario,
};

const RUNS: usize = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let letters = Letters::embedded()?;
    let letter = letter().ok_or("not a date")?;
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        letters.render(&letter)?;
        times.push(start.elapsed());
    }
    times.sort();
    let pdf = letters.render(&letter)?;
    println!("{:?} a letter (median of {RUNS}), {} bytes, {} page(s)", times[RUNS / 2], pdf.bytes.len(), pdf.pages);
    if let Some(file) = std::env::args().nth(1) {
        std::fs::write(file, &pdf.bytes)?;
    }
    Ok(())
}

fn letter() -> Option<LetterFacts> {
    let company = |name: &str, kvk_number: &str| PrintedCompany {
        name: name.to_owned(),
        address: PrintedAddress {
            street: "Oudegracht 12".to_owned(),
            postal_code: "3511 AB".to_owned(),
            city: "Utrecht".to_owned(),
        },
        kvk_number: Some(kvk_number.to_owned()),
        contact: None,
        email: None,
        phone: None,
    };
    Some(LetterFacts {
        kind: LetterKind::PortingNotice,
        language: Language::Nl,
        reference: "2027-0001".to_owned(),
        written_on: NaiveDate::from_ymd_opt(2027, 1, 4)?,
        sender: company("Bakkerij De Korenaar B.V.", "12345678"),
        recipient: company("KPN B.V.", "27124701"),
        contractor: company("Dynamx", "87654321"),
        contracts: vec![PrintedContract {
            customer_number: "100200300".to_owned(),
            contract_number: "C-778899".to_owned(),
            line: "ISDN30".to_owned(),
            scenario: Scenario::EndOfContract,
            ends_on: NaiveDate::from_ymd_opt(2027, 3, 1),
            carries: Vec::new(),
            numbers: vec![PrintedNumber {
                first: "030 100 12 00".to_owned(),
                last: Some("030 100 12 99".to_owned()),
                count: 100,
            }],
            parts_of: Vec::new(),
            provider: None,
        }],
        porting_on: NaiveDate::from_ymd_opt(2027, 1, 26),
        particulars: None,
    })
}
