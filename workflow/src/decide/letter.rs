//! Which letters a migration needs, what they say, and when they count as sent.

use chrono::NaiveDate;
use uuid::Uuid;

use super::Draft;
use crate::contract::contract_dates;
use crate::event::Event;
use crate::intake::{Address, Contract};
use crate::letter::{
    Language, LetterFacts, LetterKind, PrintedAddress, PrintedCompany, PrintedContract, PrintedNumber, Scenario,
};
use crate::number::Series;
use crate::phase;
use crate::project::Project;
use crate::rejection::{Reason, Rejection, conflict};
use crate::text::Text;

/// A letter that the migration needs: to whom, and for a cancellation about which contract.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Needed {
    kind: LetterKind,
    provider: String,
    contract: Option<String>,
}

/// The letters that a migration needs: a porting notice and an authorization per provider whose numbers are ported, a cancellation per
/// contract that ends. A contract that goes on or has ended needs no cancellation.
fn needed(project: &Project) -> Vec<Needed> {
    let mut letters = Vec::new();
    for provider in project.providers_to_port_from() {
        for kind in [LetterKind::PortingNotice, LetterKind::Authorization] {
            letters.push(Needed { kind, provider: provider.to_owned(), contract: None });
        }
    }
    for contract in &project.intake.contracts {
        if is_cancelled_by_letter(project, contract) {
            let provider = contract.provider.name.clone();
            letters.push(Needed { kind: LetterKind::Cancellation, provider, contract: Some(contract.id.clone()) });
        }
    }
    letters
}

fn is_cancelled_by_letter(project: &Project, contract: &Contract) -> bool {
    let ported = project.intake.numbers_of(&contract.id).next().is_some();
    match contract.scenario {
        Scenario::EndOfContract | Scenario::EarlyTermination => contract.ends_on.is_none() || ported,
        Scenario::AfterTermination | Scenario::Continuation => false,
    }
}

/// Makes the letters that are needed and not there yet.
pub(super) fn make_missing(draft: &mut Draft<'_>) {
    if !matches!(draft.project.phase, phase::State::Order | phase::State::Implementation) {
        return;
    }
    for letter in needed(&draft.project) {
        // A draft that was withdrawn is not there any more.
        let there = draft.project.letters.iter().any(|made| {
            made.kind == letter.kind
                && made.contract == letter.contract
                && made.provider == letter.provider
                && (made.sent_on.is_some() || !made.replaced)
        });
        if !there {
            make_one(draft, letter, None);
        }
    }
}

/// Makes letters anew that have not been sent, after what they say has changed. One that is not needed any more is withdrawn: a
/// cancellation of a contract that goes on after all must not be posted.
pub(super) fn remake_drafts(draft: &mut Draft<'_>) {
    let drafts = draft.project.letters.iter().filter(|letter| letter.sent_on.is_none() && !letter.replaced);
    let drafts: Vec<(Uuid, Needed)> = drafts
        .map(|letter| {
            let made = Needed { kind: letter.kind, provider: letter.provider.clone(), contract: letter.contract.clone() };
            (letter.id, made)
        })
        .collect();
    let needed = needed(&draft.project);
    for (id, letter) in drafts {
        if needed.contains(&letter) {
            make_one(draft, letter, None);
        } else {
            draft.emit(Event::LetterWithdrawn { id });
        }
    }
}

/// Whether every needed letter of this kind has been sent.
pub(super) fn all_sent(project: &Project, kind: LetterKind) -> bool {
    needed(project).into_iter().filter(|letter| letter.kind == kind).all(|letter| {
        project.letters.iter().any(|made| {
            made.kind == kind && made.contract == letter.contract && made.provider == letter.provider && made.sent_on.is_some()
        })
    })
}

pub(super) fn make(draft: &mut Draft<'_>, kind: LetterKind, contract: &str, language: Option<Language>) -> Result<(), Rejection> {
    let Some(provider) = draft.project.intake.contract(contract).map(|contract| contract.provider.name.clone()) else {
        return Err(Rejection::Input(vec![crate::intake::FieldError::new(
            "/contract",
            "unknown_contract",
            format!("er is geen contract met id {contract:?}"),
            format!("there is no contract with id {contract:?}"),
        )]));
    };
    let wanted = Needed { kind, provider, contract: (kind == LetterKind::Cancellation).then(|| contract.to_owned()) };
    if !needed(&draft.project).contains(&wanted) {
        return Err(conflict(
            Reason::LetterNotNeeded,
            "zo'n brief hoort niet bij dit contract: het loopt door, is al geëindigd, of heeft geen nummers",
            "no such letter belongs to this contract: it goes on, has ended, or has no numbers",
        ));
    }
    make_one(draft, wanted, language);
    Ok(())
}

fn make_one(draft: &mut Draft<'_>, letter: Needed, language: Option<Language>) {
    let language = language.unwrap_or(draft.project.intake.language);
    let Some(facts) = facts(draft, &letter, language) else { return };
    let id = draft.next_id("letter");
    draft.letters.push((id, facts));
    draft.emit(Event::LetterMade { id, letter: letter.kind, contract: letter.contract, provider: letter.provider, language });
}

pub(super) fn record_sent(
    draft: &mut Draft<'_>,
    id: Uuid,
    sent_on: Option<NaiveDate>,
    note: Option<String>,
) -> Result<(), Rejection> {
    let today = draft.context.moment.today();
    let Some(letter) = draft.project.letters.iter().find(|letter| letter.id == id) else {
        return Err(Rejection::NotFound(Text::new("deze brief bestaat niet", "there is no such letter")));
    };
    if let Some(sent_on) = letter.sent_on {
        return Err(conflict(
            Reason::LetterSent,
            format!("deze brief is op {sent_on} verstuurd"),
            format!("this letter was sent on {sent_on}"),
        ));
    }
    if letter.replaced {
        return Err(conflict(
            Reason::LetterReplaced,
            "voor deze brief is een nieuwere in de plaats gekomen; verstuur die",
            "a newer letter has taken this one's place; send that",
        ));
    }
    let sent_on = sent_on.unwrap_or(today);
    if sent_on > today {
        return Err(Rejection::Input(vec![crate::intake::FieldError::new(
            "/sent_on",
            "in_the_future",
            format!("{sent_on} moet nog komen (vandaag is {today})"),
            format!("{sent_on} is yet to come (today is {today})"),
        )]));
    }
    draft.emit(Event::LetterSent { id, sent_on, note });
    Ok(())
}

fn facts(draft: &Draft<'_>, letter: &Needed, language: Language) -> Option<LetterFacts> {
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
        _ => contract.ends_on.or_else(|| Some(contract_dates(&contract.term(), today).earliest_end_on)),
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
