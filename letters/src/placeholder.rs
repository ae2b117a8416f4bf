//! The values that a template can name, as `templates/letters/README.md` lists them. An absent fact is left out rather than null, so
//! that a template which needs it fails instead of printing a blank.

use serde::Serialize;
use workflow::letter::{LetterFacts, LetterKind, Particulars, PrintedCompany, PrintedContract, Scenario};

use crate::wording::{Wording, time, unbroken};

/// Every value there is; a template that names another is refused when it is loaded.
pub(crate) const NAMES: [&str; 59] = [
    "reference",
    "written_on",
    "porting_on",
    "customer_numbers",
    "contracts",
    "customer.name",
    "customer.street",
    "customer.postal_code",
    "customer.city",
    "customer.kvk_number",
    "customer.contact",
    "customer.email",
    "customer.phone",
    "customer.reach",
    "provider.name",
    "provider.street",
    "provider.postal_code",
    "provider.city",
    "provider.kvk_number",
    "provider.contact",
    "provider.email",
    "provider.phone",
    "provider.reach",
    "contractor.name",
    "contractor.street",
    "contractor.postal_code",
    "contractor.city",
    "contractor.kvk_number",
    "contractor.contact",
    "contractor.email",
    "contractor.phone",
    "contractor.reach",
    "contract.contract_number",
    "contract.customer_number",
    "contract.line",
    "contract.scenario",
    "contract.ends_on",
    "contract.carries",
    "contract.has_numbers",
    "contract.provider",
    "contract.parts_of",
    "has_numbers",
    "reasons",
    "user_count",
    "appointment.on",
    "appointment.from",
    "appointment.until",
    "appointment.note",
    "appointment.has_devices",
    "cutover.on",
    "cutover.at",
    "cutover.forwarded",
    "delivery.has_users",
    "delivery.has_devices",
    "delivery.has_steps",
    "delivery.has_out_of_service",
    "delivery.forwarded",
    "delivery.points",
    "recording.retention_days",
];

/// A letter's values, as the template sees them.
#[derive(Debug, Serialize)]
pub(crate) struct Values<'a> {
    reference: &'a str,
    written_on: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    porting_on: Option<String>,
    customer_numbers: String,
    customer: Company<'a>,
    /// Only in a letter to a provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<Company<'a>>,
    contractor: Company<'a>,
    /// Only in a cancellation, which is about exactly one.
    #[serde(skip_serializing_if = "Option::is_none")]
    contract: Option<Contract<'a>>,
    contracts: Vec<Contract<'a>>,
    has_numbers: bool,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    particulars: Option<Told<'a>>,
}

/// What only letters of one kind say.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Told<'a> {
    Cover { reasons: Vec<String> },
    Installation { user_count: u32, appointment: Appointment<'a> },
    Cutover { cutover: Cutover },
    Delivery { user_count: u32, delivery: Delivery },
    Recording { recording: Recording },
}

#[derive(Debug, Serialize)]
struct Appointment<'a> {
    on: String,
    from: String,
    until: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    has_devices: bool,
}

#[derive(Debug, Serialize)]
struct Cutover {
    on: String,
    at: String,
    forwarded: Vec<String>,
}

#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "a text asks for each table apart")]
struct Delivery {
    has_users: bool,
    has_devices: bool,
    has_steps: bool,
    has_out_of_service: bool,
    forwarded: Vec<String>,
    points: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Recording {
    retention_days: u32,
}

#[derive(Debug, Serialize)]
struct Company<'a> {
    name: &'a str,
    street: &'a str,
    postal_code: String,
    city: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kvk_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    /// Phone and e-mail, as far as there.
    #[serde(skip_serializing_if = "Option::is_none")]
    reach: Option<String>,
}

#[derive(Debug, Serialize)]
struct Contract<'a> {
    #[serde(rename = "contract_number")]
    number: &'a str,
    customer_number: &'a str,
    line: &'a str,
    scenario: Scenario,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    carries: Option<String>,
    has_numbers: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parts_of: Option<String>,
}

impl<'a> From<&'a LetterFacts> for Values<'a> {
    fn from(letter: &'a LetterFacts) -> Values<'a> {
        let wording = Wording(letter.language);
        let mut customer_numbers: Vec<&str> = Vec::new();
        for contract in &letter.contracts {
            if !customer_numbers.contains(&contract.customer_number.as_str()) {
                customer_numbers.push(&contract.customer_number);
            }
        }
        let (customer, provider) =
            if letter.kind.is_from_contractor() { (&letter.recipient, None) } else { (&letter.sender, Some(&letter.recipient)) };
        let contract = letter.contracts.first().filter(|_| letter.kind == LetterKind::Cancellation);
        Values {
            reference: &letter.reference,
            written_on: wording.date(letter.written_on),
            porting_on: letter.porting_on.map(|date| wording.date(date)),
            customer_numbers: wording.list(customer_numbers),
            customer: company(customer, wording),
            provider: provider.map(|provider| company(provider, wording)),
            contractor: company(&letter.contractor, wording),
            contract: contract.map(|contract| self::contract(contract, wording)),
            contracts: letter.contracts.iter().map(|contract| self::contract(contract, wording)).collect(),
            has_numbers: letter.contracts.iter().any(|contract| !contract.numbers.is_empty()),
            particulars: letter.particulars.as_ref().map(|particulars| told(particulars, wording)),
        }
    }
}

fn told(particulars: &Particulars, wording: Wording) -> Told<'_> {
    match particulars {
        Particulars::Cover { letters } => {
            let mut reasons: Vec<String> = Vec::new();
            for why in letters.iter().filter_map(|letter| letter.why.as_deref()) {
                let why = wording.with_dates_in_full(why);
                if !reasons.contains(&why) {
                    reasons.push(why);
                }
            }
            Told::Cover { reasons }
        }
        Particulars::Installation { appointment, user_count, devices } => Told::Installation {
            user_count: *user_count,
            appointment: Appointment {
                on: wording.day(appointment.on),
                from: time(appointment.from),
                until: time(appointment.until),
                note: appointment.note.as_deref(),
                has_devices: !devices.is_empty(),
            },
        },
        Particulars::Cutover { at, forwarded } => Told::Cutover {
            cutover: Cutover {
                on: wording.day(at.date()),
                at: time(at.time()),
                forwarded: forwarded.iter().map(|own| wording.forwarding(own)).collect(),
            },
        },
        Particulars::Delivery { user_count, users, devices, steps, out_of_service, forwarded, points } => Told::Delivery {
            user_count: *user_count,
            delivery: Delivery {
                has_users: !users.is_empty(),
                has_devices: !devices.is_empty(),
                has_steps: !steps.is_empty(),
                has_out_of_service: !out_of_service.is_empty(),
                forwarded: forwarded.iter().map(|own| wording.forwarding(own)).collect(),
                points: points.iter().map(|point| wording.point(point)).collect(),
            },
        },
        Particulars::Recording { retention_days } => Told::Recording { recording: Recording { retention_days: *retention_days } },
    }
}

fn company(company: &PrintedCompany, wording: Wording) -> Company<'_> {
    Company {
        name: &company.name,
        street: &company.address.street,
        postal_code: unbroken(&company.address.postal_code),
        city: &company.address.city,
        kvk_number: company.kvk_number.as_deref(),
        contact: company.contact.as_deref(),
        email: company.email.as_deref(),
        phone: company.phone.as_deref().map(unbroken),
        reach: wording.reach(company.phone.as_deref(), company.email.as_deref()),
    }
}

fn contract(contract: &PrintedContract, wording: Wording) -> Contract<'_> {
    let carries = wording.list(contract.carries.iter().map(String::as_str));
    Contract {
        number: &contract.contract_number,
        customer_number: &contract.customer_number,
        line: &contract.line,
        scenario: contract.scenario,
        ends_on: contract.ends_on.map(|date| wording.date(date)),
        carries: (!contract.carries.is_empty()).then_some(carries),
        has_numbers: !contract.numbers.is_empty(),
        provider: contract.provider.as_deref(),
        parts_of: wording.blocks(&contract.parts_of),
    }
}
