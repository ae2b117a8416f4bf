//! The values that a template can name, as `templates/letters/README.md` lists them. An absent fact is left out rather than null, so
//! that a template which needs it fails instead of printing a blank.

use serde::Serialize;
use workflow::letter::{LetterFacts, LetterKind, PrintedCompany, PrintedContract, Scenario};

use crate::wording::{Wording, unbroken};

/// Every value there is; a template that names another is refused when it is loaded.
pub(crate) const NAMES: [&str; 36] = [
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
    "provider.name",
    "provider.street",
    "provider.postal_code",
    "provider.city",
    "provider.kvk_number",
    "provider.contact",
    "provider.email",
    "provider.phone",
    "contractor.name",
    "contractor.street",
    "contractor.postal_code",
    "contractor.city",
    "contractor.kvk_number",
    "contractor.contact",
    "contractor.email",
    "contractor.phone",
    "contract.contract_number",
    "contract.customer_number",
    "contract.line",
    "contract.scenario",
    "contract.ends_on",
    "contract.carries",
    "contract.has_numbers",
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
    provider: Company<'a>,
    contractor: Company<'a>,
    /// Only in a cancellation, which is about exactly one.
    #[serde(skip_serializing_if = "Option::is_none")]
    contract: Option<Contract<'a>>,
    contracts: Vec<Contract<'a>>,
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
        let contract = letter.contracts.first().filter(|_| letter.kind == LetterKind::Cancellation);
        Values {
            reference: &letter.reference,
            written_on: wording.date(letter.written_on),
            porting_on: letter.porting_on.map(|date| wording.date(date)),
            customer_numbers: wording.list(customer_numbers),
            customer: company(&letter.sender),
            provider: company(&letter.recipient),
            contractor: company(&letter.contractor),
            contract: contract.map(|contract| self::contract(contract, wording)),
            contracts: letter.contracts.iter().map(|contract| self::contract(contract, wording)).collect(),
        }
    }
}

fn company(company: &PrintedCompany) -> Company<'_> {
    Company {
        name: &company.name,
        street: &company.address.street,
        postal_code: unbroken(&company.address.postal_code),
        city: &company.address.city,
        kvk_number: company.kvk_number.as_deref(),
        contact: company.contact.as_deref(),
        email: company.email.as_deref(),
        phone: company.phone.as_deref().map(unbroken),
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
    }
}
