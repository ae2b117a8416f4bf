//! An invoice held against a project: what the project lacks, what differs, what the invoice does not mention.

use uuid::Uuid;

use super::suggestion::essence;
use super::{Findings, Found, Proposal, Suggestion, SuggestionOutcome};
use crate::intake::{Contract, Intake};
use crate::number::Series;
use crate::project::{Attachment, Project};
use crate::provider::Directory;

/// Nobody goes through more of one invoice.
const SUGGESTIONS_MAX: usize = 100;
/// Donors give blocks in tens, so single numbers that make up a whole ten are one.
const TEN: usize = 10;

/// What an invoice says about a project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// What it suggests and nobody was asked before.
    pub suggestions: Vec<Suggestion>,
    /// Numbers of the project that it does not mention, though it mentions others. Only a hint: many invoices name a main number alone.
    pub unmentioned: Vec<Series>,
}

/// Holds what was found on an invoice against a project. By the directory a provider is known under its other names too.
pub fn compare(project: &Project, invoice: &Attachment, findings: &Findings, providers: &Directory) -> Comparison {
    let intake = &project.intake;
    let contract = contract_of(intake, invoice, findings, providers);
    let mut proposals: Vec<Found<Proposal>> = Vec::new();
    // Another provider's invoice, added in the wrong place, says nothing of this contract.
    let is_its_own = |contract: &&Contract| findings.provider.as_ref().is_none_or(|sender| is_of(contract, sender, providers));
    if let Some(contract) = contract.filter(is_its_own) {
        let differs = |found: &[Found<String>], known: &str| {
            let as_known = found.iter().any(|found| essence(&found.value) == essence(known));
            found.first().filter(|_| !as_known).cloned()
        };
        if let Some(Found { value, quote }) = differs(&findings.customer_numbers, &contract.customer_number) {
            let proposal = Proposal::ChangeCustomerNumber { contract: contract.id.clone(), customer_number: value };
            proposals.push(Found { value: proposal, quote });
        }
        if let Some(Found { value, quote }) = differs(&findings.contract_numbers, &contract.contract_number) {
            let proposal = Proposal::ChangeContractNumber { contract: contract.id.clone(), contract_number: value };
            proposals.push(Found { value: proposal, quote });
        }
    }
    let known = |series: &Series| intake.numbers.iter().any(|entry| entry.series.contains(series));
    let lacking = findings.numbers.iter().filter(|found| !known(&found.value)).cloned().collect();
    let add = |Found { value, quote }| {
        let proposal = Proposal::AddNumber { numbers: value, contract: contract.map(|contract| contract.id.clone()) };
        Found { value: proposal, quote }
    };
    proposals.extend(in_tens(lacking).into_iter().map(add));
    let suggestions = proposals.into_iter().filter_map(|found| suggestion(project, invoice, found));
    Comparison { suggestions: suggestions.take(SUGGESTIONS_MAX).collect(), unmentioned: unmentioned(intake, contract, findings) }
}

/// The contract that an invoice belongs to: the one it was added for, the only one, the one whose number it bears, or the only one with its
/// provider.
fn contract_of<'a>(intake: &'a Intake, invoice: &Attachment, findings: &Findings, providers: &Directory) -> Option<&'a Contract> {
    if let Some(id) = &invoice.contract {
        return intake.contract(id);
    }
    let only = |which: &dyn Fn(&Contract) -> bool| {
        let mut such = intake.contracts.iter().filter(|contract| which(contract));
        such.next().filter(|_| such.next().is_none())
    };
    let stands = |found: &[Found<String>], number: &str| found.iter().any(|found| essence(&found.value) == essence(number));
    let is_of_provider =
        |contract: &Contract| findings.provider.as_ref().is_some_and(|sender| is_of(contract, sender, providers));
    only(&|_| true)
        .or_else(|| only(&|contract| stands(&findings.contract_numbers, &contract.contract_number)))
        .or_else(|| only(&|contract| stands(&findings.customer_numbers, &contract.customer_number)))
        .or_else(|| only(&is_of_provider))
}

/// Whether a contract's provider has the sender's name in its own, or is the same by the directory: T-Mobile is Odido.
fn is_of(contract: &Contract, sender: &str, providers: &Directory) -> bool {
    let provider = &contract.provider.name;
    let is_the_same = || providers.find(provider).is_some_and(|entry| providers.find(sender) == Some(entry));
    provider.to_lowercase().contains(&sender.to_lowercase()) || is_the_same()
}

/// What is suggested for the first time, or again after it was accepted and then changed. One that waits or was dismissed does not come back.
fn suggestion(project: &Project, invoice: &Attachment, found: Found<Proposal>) -> Option<Suggestion> {
    let Found { value: proposal, quote } = found;
    let id = Uuid::new_v5(&project.id, format!("suggestion/{}", proposal.key()).as_bytes());
    let before = project.suggestions.iter().find(|known| known.id == id);
    let again = before.is_none_or(|known| known.outcome == Some(SuggestionOutcome::Accepted));
    again.then_some(Suggestion { id, proposal, attachment: invoice.id, quote, outcome: None })
}

fn unmentioned(intake: &Intake, contract: Option<&Contract>, findings: &Findings) -> Vec<Series> {
    if findings.numbers.is_empty() {
        return Vec::new();
    }
    let of_invoice =
        intake.numbers.iter().filter(|entry| contract.is_none_or(|contract| entry.contract.as_ref() == Some(&contract.id)));
    let mentioned = |series: &Series| findings.numbers.iter().any(|found| found.value.overlaps(series));
    of_invoice.map(|entry| &entry.series).filter(|series| !mentioned(series)).cloned().collect()
}

/// Puts single numbers that make up whole tens together: an invoice that lists a hundred numbers of a block is about one block.
fn in_tens(mut found: Vec<Found<Series>>) -> Vec<Found<Series>> {
    found.sort_by_key(|found| found.value.span());
    let mut together: Vec<Found<Series>> = Vec::new();
    let mut rest = found.as_slice();
    while let Some((first, after)) = rest.split_first() {
        let (start, _) = first.value.span();
        let run = (start..).zip(rest).take_while(|(number, found)| found.value.span() == (*number, *number)).count();
        let whole = if start % 10 == 0 { run / TEN * TEN } else { 0 };
        let block = u32::try_from(whole).ok().filter(|size| *size > 0);
        if let Some(block) = block.and_then(|size| Series::parse(&first.value.first(), Some(size)).ok()) {
            together.push(Found { value: block, quote: first.quote.clone() });
            rest = rest.get(whole..).unwrap_or_default();
        } else {
            together.push(first.clone());
            rest = after;
        }
    }
    together
}
