//! What a letter says: the project's facts as they stand, in the words and forms of paper.

use chrono::NaiveDate;

use super::needed::Needed;
use super::particulars::particulars;
use crate::contract::contract_dates;
use crate::decide::Context;
use crate::intake::{Address, Contract, Provider};
use crate::letter::{
    Language, LetterFacts, LetterKind, PrintedAddress, PrintedCompany, PrintedContract, PrintedNumber, Scenario,
};
use crate::number::Series;
use crate::project::Project;

/// What a letter dated on this day says, as the project stands now; `None` where there is nothing that it could be about.
pub(super) fn facts(
    project: &Project,
    context: &Context<'_>,
    letter: &Needed,
    language: Language,
    written_on: NaiveDate,
) -> Option<LetterFacts> {
    let contracts = contracts(project, letter);
    let contractor = context.settings.contractor.clone();
    // To a provider: the day of its own numbers, when they have one.
    let porting_on = match &letter.provider {
        Some(_) => {
            let mut days = contracts.iter().map(|contract| project.porting_date_of(&contract.id));
            let first = days.next().flatten();
            first.filter(|first| days.all(|day| day == Some(*first)))
        }
        None if letter.kind == LetterKind::CutoverAnnouncement => project.cutover_date(),
        None => project.planned_porting_date(),
    };
    let particulars = particulars(project, context, letter.kind, language, written_on);
    let (sender, recipient) = if letter.kind.is_from_contractor() {
        (contractor.clone(), printed_customer(project))
    } else {
        (printed_customer(project), printed_provider(&contracts.first()?.provider))
    };
    // Numbers may move in parts: each announcement is about its own.
    let moves = |series: &Series| letter.kind != LetterKind::CutoverAnnouncement || moves_in_cutover(project, series);
    Some(LetterFacts {
        kind: letter.kind,
        language,
        reference: project.reference.clone(),
        written_on,
        sender,
        recipient,
        contractor,
        contracts: contracts
            .into_iter()
            .map(|contract| printed_contract(project, contract, language, written_on, moves))
            .collect(),
        porting_on,
        particulars,
    })
}

fn moves_in_cutover(project: &Project, series: &Series) -> bool {
    project.cutover.as_ref().is_some_and(|cutover| cutover.is_about(series))
}

/// The contracts that the letter is about.
fn contracts<'a>(project: &'a Project, letter: &Needed) -> Vec<&'a Contract> {
    let has_numbers = |contract: &Contract| project.intake.numbers_of(&contract.id).next().is_some();
    let is_about = |contract: &Contract| match (&letter.contract, &letter.provider) {
        (Some(id), _) => contract.id == *id,
        (None, Some(provider)) => contract.provider.name == *provider && has_numbers(contract),
        (None, None) => match letter.kind {
            // An invoice of each is asked for.
            LetterKind::Cover => true,
            LetterKind::CutoverAnnouncement => {
                project.intake.numbers_of(&contract.id).any(|series| moves_in_cutover(project, series))
            }
            LetterKind::Delivery => has_numbers(contract),
            _ => false,
        },
    };
    project.intake.contracts.iter().filter(|contract| is_about(contract)).collect()
}

fn printed_contract(
    project: &Project,
    contract: &Contract,
    language: Language,
    written_on: NaiveDate,
    is_told: impl Fn(&Series) -> bool,
) -> PrintedContract {
    let ends_on = match contract.scenario {
        Scenario::Continuation => None,
        // When it ended can't be computed.
        Scenario::AfterTermination => contract.ends_on,
        Scenario::EndOfContract | Scenario::EarlyTermination => {
            contract.ends_on.or_else(|| Some(contract_dates(&contract.term(), written_on).earliest_end_on.day))
        }
    };
    let of_contract = project.intake.numbers.iter().filter(|entry| entry.contract.as_deref() == Some(contract.id.as_str()));
    let mut parts_of: Vec<PrintedNumber> = Vec::new();
    for whole in of_contract.filter_map(|entry| entry.part_of.as_ref().filter(|whole| whole.series != entry.series)) {
        let whole = printed_number(&whole.series);
        if !parts_of.contains(&whole) {
            parts_of.push(whole);
        }
    }
    PrintedContract {
        customer_number: contract.customer_number.clone(),
        contract_number: contract.contract_number.clone(),
        line: contract.line_type.printed(language).to_owned(),
        scenario: contract.scenario,
        ends_on,
        carries: contract.carries.iter().map(|service| printed_service(service, language)).collect(),
        numbers: project.intake.numbers_of(&contract.id).filter(|series| is_told(series)).map(printed_number).collect(),
        parts_of,
        provider: Some(contract.provider.name.clone()),
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

pub(super) fn printed_number(series: &Series) -> PrintedNumber {
    PrintedNumber {
        first: series.paper_first(),
        last: (series.block_size() > 1).then(|| series.paper_last()),
        count: series.block_size(),
    }
}

fn printed_customer(project: &Project) -> PrintedCompany {
    let customer = &project.intake.customer;
    PrintedCompany {
        name: customer.name.clone(),
        address: printed_address(&customer.address),
        kvk_number: Some(customer.kvk_number.clone()),
        contact: Some(customer.contact.name.clone()),
        email: Some(customer.contact.email.clone()),
        phone: Some(printed_phone(&customer.contact.phone)),
    }
}

fn printed_provider(provider: &Provider) -> PrintedCompany {
    PrintedCompany {
        name: provider.name.clone(),
        address: printed_address(&provider.address),
        kvk_number: None,
        contact: None,
        email: None,
        phone: None,
    }
}

fn printed_address(address: &Address) -> PrintedAddress {
    PrintedAddress { street: address.street_and_number(), postal_code: address.postal_code.clone(), city: address.city.clone() }
}

/// A fixed number in paper's format; anything else (a mobile number, say) as it was given.
fn printed_phone(phone: &str) -> String {
    Series::parse(phone, Some(1)).map_or_else(|_| phone.to_owned(), |series| series.paper_first())
}
