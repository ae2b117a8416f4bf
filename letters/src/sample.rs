//! Sample facts: what a preview shows, and what a contractor's own texts are tried with.

use chrono::{Days, NaiveDate, NaiveTime};
use workflow::intake::Installation;
use workflow::letter::{
    Language, LetterFacts, LetterKind, Particulars, PrintedAddress, PrintedCompany, PrintedContract, PrintedDevice,
    PrintedEnclosure, PrintedForwarding, PrintedNumber, PrintedOutage, PrintedPoint, PrintedStep, PrintedUser, Scenario,
};

use crate::facts;

const SCENARIOS: [Scenario; 4] =
    [Scenario::EndOfContract, Scenario::EarlyTermination, Scenario::AfterTermination, Scenario::Continuation];

/// A bakery's letter of this kind, with every fact that a letter can have: a contract with a block of numbers and two single ones, dated
/// 4 January 2027, the porting planned for the 26th.
pub fn sample(kind: LetterKind, language: Language) -> LetterFacts {
    let written_on = NaiveDate::from_ymd_opt(2027, 1, 4).unwrap_or_default();
    let customer = company("Bakkerij De Korenaar B.V.", "12345678", ["Oudegracht 12", "3511 AB", "Utrecht"]);
    let provider = company("KPN B.V.", "27124701", ["Postbus 30000", "2500 GA", "Den Haag"]);
    let contractor = company("Dynamx", "87654321", ["Stationsplein 1", "3511 ED", "Utrecht"]);
    let (sender, recipient) = if kind.is_from_contractor() { (contractor.clone(), customer) } else { (customer, provider) };
    LetterFacts {
        kind,
        language,
        reference: "2027-0001".to_owned(),
        written_on,
        sender,
        recipient,
        contractor,
        contracts: vec![contract(Scenario::EndOfContract, written_on)],
        porting_on: written_on.checked_add_days(Days::new(22)),
        particulars: particulars(kind, language, written_on),
    }
}

/// The sample in each way in which its text can differ: each scenario, with and without what can be absent.
pub(crate) fn samples(kind: LetterKind, language: Language) -> Vec<LetterFacts> {
    let mut samples = Vec::new();
    for scenario in SCENARIOS {
        let whole = sample(kind, language);
        let first = contract(scenario, whole.written_on);
        let second =
            PrintedContract { customer_number: "100200301".to_owned(), contract_number: "C-778900".to_owned(), ..first.clone() };
        let contracts = if kind == LetterKind::Cancellation { vec![first] } else { vec![first, second] };
        let whole = LetterFacts { contracts, ..whole };
        let mut sparse = whole.clone();
        sparse.porting_on = None;
        for company in [&mut sparse.sender, &mut sparse.recipient, &mut sparse.contractor] {
            (company.contact, company.email, company.phone) = (None, None, None);
        }
        // Who signs has one, and so has every customer; a provider's and a contractor's may not be known.
        let strangers = if kind.is_from_contractor() { &mut sparse.sender } else { &mut sparse.recipient };
        (strangers.kvk_number, sparse.contractor.kvk_number) = (None, None);
        sparse.particulars = sparse.particulars.map(without_what_can_be_absent);
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
        parts_of: Vec::new(),
        provider: Some("KPN B.V.".to_owned()),
    }
}

/// What only letters of this kind say, in the three weeks after the letter.
fn particulars(kind: LetterKind, language: Language, written_on: NaiveDate) -> Option<Particulars> {
    let said = |nl: &str, en: &str| if language == Language::Nl { nl } else { en }.to_owned();
    let after = |days| written_on.checked_add_days(Days::new(days)).unwrap_or_default();
    let time = |hour, minute, second| NaiveTime::from_hms_opt(hour, minute, second).unwrap_or_default();
    let cutover = |hour, minute, second| after(22).and_time(time(hour, minute, second));
    let devices = || {
        let device = |model: &str, quantity| PrintedDevice { model: model.to_owned(), quantity };
        vec![device("Yealink T54W", 10), device("Yealink W60B", 1)]
    };
    let forwarded = || {
        let number = |first: &str| PrintedNumber { first: first.to_owned(), last: None, count: 1 };
        let (numbers, to) = (number("030 234 56 78"), "085 100 12 00".to_owned());
        vec![PrintedForwarding { numbers, to, since: written_on }]
    };
    Some(match kind {
        LetterKind::PortingNotice | LetterKind::Cancellation | LetterKind::Authorization | LetterKind::FraudSafety => {
            return None;
        }
        LetterKind::Cover => {
            let why = || {
                said(
                    "de laatste dag om te versturen is 2027-01-08: 25 werkdagen voor de wensdatum (2027-02-12)",
                    "the last day to send is 2027-01-08: 25 working days before the wish date (2027-02-12)",
                )
            };
            let enclosure = |kind, to: &str, send_by| PrintedEnclosure {
                kind,
                contract_number: None,
                to: to.to_owned(),
                send_by,
                why: send_by.map(|_| why()),
            };
            let cancellation = enclosure(LetterKind::Cancellation, "KPN B.V.", None);
            Particulars::Cover {
                letters: vec![
                    enclosure(LetterKind::PortingNotice, "KPN B.V.", Some(after(4))),
                    enclosure(LetterKind::Authorization, "Dynamx", Some(after(8))),
                    PrintedEnclosure { contract_number: Some("C-778899".to_owned()), ..cancellation },
                ],
            }
        }
        LetterKind::InstallationAppointment => Particulars::Installation {
            appointment: Installation {
                on: after(16),
                from: time(9, 0, 0),
                until: time(12, 30, 0),
                note: Some(said("Onze monteur parkeert achter de bakkerij.", "Our engineer parks behind the bakery.")),
            },
            user_count: 12,
            devices: devices(),
        },
        LetterKind::CutoverAnnouncement => Particulars::Cutover { at: cutover(8, 30, 0), forwarded: forwarded() },
        LetterKind::Delivery => {
            let user = |name: &str, extension: Option<&str>, device: Option<&str>| PrintedUser {
                name: name.to_owned(),
                extension: extension.map(str::to_owned),
                device: device.map(str::to_owned),
                smartphone: None,
            };
            let step = |title: String, began, done, note: Option<String>| PrintedStep {
                title,
                began: Some(began),
                done: Some(done),
                note,
            };
            let rang = said("gebeld met een mobiel", "called from a mobile");
            let ported = cutover(8, 34, 0);
            Particulars::Delivery {
                user_count: 2,
                users: vec![user("Anna Bakker", Some("101"), Some("Yealink T54W")), user("Bo de Vries", None, None)],
                devices: devices(),
                steps: vec![
                    step(said("nummers overnemen", "taking the numbers over"), cutover(8, 30, 2), ported, None),
                    step(said("testoproepen", "test calls"), ported, cutover(8, 41, 30), Some(rang)),
                ],
                out_of_service: vec![PrintedOutage {
                    numbers: PrintedNumber {
                        first: "030 100 12 00".to_owned(),
                        last: Some("030 100 12 99".to_owned()),
                        count: 100,
                    },
                    from: cutover(8, 30, 2),
                    until: Some(cutover(8, 41, 30)),
                    seconds: Some(688),
                }],
                forwarded: forwarded(),
                points: vec![
                    PrintedPoint {
                        contract_number: Some("C-778899".to_owned()),
                        text: Some(said("aan deze lijn hangt: alarm", "on this line hangs: alarm")),
                        note: Some(said("de melder belt via 4G", "the alarm calls over 4G")),
                    },
                    PrintedPoint { contract_number: None, text: None, note: Some(said("de fax vervalt", "the fax goes")) },
                ],
            }
        }
        LetterKind::RecordingAnnouncement => Particulars::Recording { retention_days: 90 },
    })
}

fn without_what_can_be_absent(particulars: Particulars) -> Particulars {
    match particulars {
        Particulars::Installation { appointment, user_count, .. } => {
            Particulars::Installation { appointment: Installation { note: None, ..appointment }, user_count, devices: Vec::new() }
        }
        Particulars::Delivery { user_count, .. } => Particulars::Delivery {
            user_count,
            users: Vec::new(),
            devices: Vec::new(),
            steps: Vec::new(),
            out_of_service: Vec::new(),
            forwarded: Vec::new(),
            points: Vec::new(),
        },
        Particulars::Cutover { at, .. } => Particulars::Cutover { at, forwarded: Vec::new() },
        always_whole @ (Particulars::Cover { .. } | Particulars::Recording { .. }) => always_whole,
    }
}
