//! What a letter says: the project's facts as they stand, in the words and forms of paper.

use chrono::NaiveDate;

use super::needed::Needed;
use crate::contract::contract_dates;
use crate::decide::Draft;
use crate::intake::{Address, Contract};
use crate::letter::{Language, LetterFacts, PrintedAddress, PrintedCompany, PrintedContract, PrintedNumber, Scenario};
use crate::number::Series;
use crate::project::Project;

pub(super) fn facts(draft: &Draft<'_>, letter: &Needed, language: Language) -> Option<LetterFacts> {
    let project = &draft.project;
    let today = draft.context.moment.today();
    let contracts: Vec<&Contract> = project
        .intake
        .contracts
        .iter()
        .filter(|contract| match &letter.contract {
            Some(id) => contract.id == *id,
            None => contract.provider.name == letter.provider && project.intake.numbers_of(&contract.id).next().is_some(),
        })
        .collect();
    let provider = &contracts.first()?.provider;
    let customer = &project.intake.customer;
    Some(LetterFacts {
        kind: letter.kind,
        language,
        reference: project.reference.clone(),
        written_on: today,
        sender: PrintedCompany {
            name: customer.name.clone(),
            address: printed_address(&customer.address),
            kvk_number: Some(customer.kvk_number.clone()),
            contact: Some(customer.contact.name.clone()),
            email: Some(customer.contact.email.clone()),
            phone: Some(printed_phone(&customer.contact.phone)),
        },
        recipient: PrintedCompany {
            name: provider.name.clone(),
            address: printed_address(&provider.address),
            kvk_number: None,
            contact: None,
            email: None,
            phone: None,
        },
        contractor: draft.context.settings.contractor.clone(),
        contracts: contracts.into_iter().map(|contract| printed_contract(project, contract, language, today)).collect(),
        porting_on: project.planned_porting_date(),
    })
}

fn printed_contract(project: &Project, contract: &Contract, language: Language, today: NaiveDate) -> PrintedContract {
    let ends_on = match contract.scenario {
        Scenario::Continuation => None,
        _ => contract.ends_on.or_else(|| Some(contract_dates(&contract.term(), today).earliest_end_on.day)),
    };
    PrintedContract {
        customer_number: contract.customer_number.clone(),
        contract_number: contract.contract_number.clone(),
        line: contract.line_type.printed(language).to_owned(),
        scenario: contract.scenario,
        ends_on,
        carries: contract.carries.iter().map(|service| printed_service(service, language)).collect(),
        numbers: project.intake.numbers_of(&contract.id).map(printed_number).collect(),
    }
}

fn printed_service(service: &str, language: Language) -> String {
    match (service, language) {
        ("lift", Language::Nl) => "liftalarm".to_owned(),
        ("lift", Language::En) => "lift alarm".to_owned(),
        ("payment_terminal", Language::Nl) => "betaalautomaat".to_owned(),
        (other, _) => other.replace('_', " "),
    }
}

fn printed_number(series: &Series) -> PrintedNumber {
    PrintedNumber {
        first: series.paper_first(),
        last: (series.block_size() > 1).then(|| series.paper_last()),
        count: series.block_size(),
    }
}

fn printed_address(address: &Address) -> PrintedAddress {
    PrintedAddress { street: address.street.clone(), postal_code: address.postal_code.clone(), city: address.city.clone() }
}

/// A fixed number in paper's format; anything else (a mobile number, say) as it was given.
fn printed_phone(phone: &str) -> String {
    Series::parse(phone, Some(1)).map_or_else(|_| phone.to_owned(), |series| series.paper_first())
}
