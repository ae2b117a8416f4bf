//! By which day letters to the providers should be posted.

use chrono::NaiveDate;

use super::{Deadline, What, began, completed_by, first_working_day, planned_porting};
use crate::contract::{ContractDates, contract_dates};
use crate::intake::Contract;
use crate::letter::{LetterKind, Scenario};
use crate::phase;
use crate::process::{Completion, Party, Requirement, Task};
use crate::project::{Letter, Project};
use crate::text::Text;
use crate::why::{Basis, Dated, Subject};

/// The last day to post a letter: a cancellation's from its contract, a porting notice's the earliest of its contracts. `None` for other
/// letters, and where no initial term ends that a letter could still be in time for.
pub fn letter_post_by(project: &Project, letter: &Letter) -> Option<Dated> {
    match (letter.kind, &letter.contract) {
        (LetterKind::Cancellation, Some(contract)) => post_by(project, [project.intake.contract(contract)?]),
        (LetterKind::PortingNotice, _) => post_by(project, ported_from(project, letter.provider.as_deref()?)),
        _ => None,
    }
}

/// The last day to send a letter to a provider, or the authorization to the contractor, so that all can go as planned: the earliest of its
/// contracts' post-by days and of what the process asks before the porting.
pub fn send_by(project: &Project, kind: LetterKind, contract: Option<&str>, provider: Option<&str>) -> Option<Dated> {
    let contracts: Vec<&Contract> = match contract {
        Some(id) => project.intake.contract(id).into_iter().collect(),
        None => provider.map(|provider| ported_from(project, provider).collect()).unwrap_or_default(),
    };
    let post_by = earliest_post_by(contracts, began(project));
    let asks = |task: &&Task| match kind {
        LetterKind::Authorization => task.requires == Some(Requirement::SignedAuthorizations),
        kind => task.complete == Some(Completion::LettersSent(kind)),
    };
    let days = project.process().tasks().iter().filter(asks).filter_map(|task| task.due.working_days_before_porting).max();
    let before = days.zip(planned_porting(project));
    let before = before.map(|(days, porting)| porting.minus_working_days(days, Basis::Process, Subject::SendBy));
    [post_by, before].into_iter().flatten().min_by_key(|on| on.day)
}

/// Of each letter that is not posted, and of each cancellation by when it must be received and confirmed.
pub(super) fn deadlines(project: &Project) -> Vec<Deadline> {
    let mut deadlines: Vec<Deadline> =
        project.intake.contracts.iter().filter_map(|contract| confirm_by(project, contract)).collect();
    if project.phase > phase::State::Implementation {
        return deadlines;
    }
    for contract in &project.intake.contracts {
        let kind = LetterKind::Cancellation;
        let made = |letter: &Letter| letter.contract.as_deref() == Some(contract.id.as_str());
        let Some(who) = to_post(project, kind, made) else { continue };
        let Some(on) = post_by(project, [contract]) else { continue };
        let provider = &contract.provider.name;
        let title = Text::new(
            format!("Opzegging aan {provider} uiterlijk posten"),
            format!("Last day to post the cancellation to {provider}"),
        );
        let task = completed_by(project, Completion::LettersSent(kind));
        deadlines.push(Deadline { what: What::PostBy(contract.id.clone()), on, title, who, open: true, task });
        let title = Text::new(
            format!("Opzegging bij {provider} uiterlijk ontvangen"),
            format!("Last day for {provider} to receive the cancellation"),
        );
        let notify_by = in_time(contract, began(project)).and_then(|dates| dates.notify_by);
        let what = What::NotifyBy(contract.id.clone());
        deadlines.extend(notify_by.map(|on| Deadline::to_know(what, on.of(&contract.id), title)));
    }
    for provider in project.providers_to_port_from() {
        let kind = LetterKind::PortingNotice;
        let Some(who) = to_post(project, kind, |letter| letter.provider.as_deref() == Some(provider)) else { continue };
        let Some(on) = post_by(project, ported_from(project, provider)) else { continue };
        let title = Text::new(
            format!("Aankondiging van de portering aan {provider} uiterlijk posten"),
            format!("Last day to post the porting notice to {provider}"),
        );
        let task = completed_by(project, Completion::LettersSent(kind));
        deadlines.push(Deadline { what: What::PostNotice(provider.to_owned()), on, title, who, open: true, task });
    }
    deadlines
}

/// The customer, who sent the cancellation, sees to it that the provider confirms it.
fn confirm_by(project: &Project, contract: &Contract) -> Option<Deadline> {
    let letter = project.awaiting_confirmation(&contract.id)?;
    let provider = &contract.provider.name;
    Some(Deadline {
        what: What::ConfirmBy(contract.id.clone()),
        on: project.confirm_by(letter)?.of(&contract.id),
        title: Text::new(
            format!("Bevestiging van de opzegging door {provider}"),
            format!("Confirmation of the cancellation by {provider}"),
        ),
        who: vec![Party::Customer],
        open: true,
        task: None,
    })
}

/// The earliest post-by day of contracts whose notice could still be in time when the project began.
pub(super) fn earliest_post_by<'a>(contracts: impl IntoIterator<Item = &'a Contract>, began: NaiveDate) -> Option<Dated> {
    let dates = contracts.into_iter().filter_map(|contract| Some(in_time(contract, began)?.post_by?.of(&contract.id)));
    Dated::earliest(Subject::PostBy, dates)
}

fn post_by<'a>(project: &Project, contracts: impl IntoIterator<Item = &'a Contract>) -> Option<Dated> {
    Some(earliest_post_by(contracts, began(project))?.not_before(&first_working_day(project)))
}

/// The dates of a contract that a letter ends, when its notice could still be in time. One that goes on or has ended needs none, and where the
/// end is settled notice has been given.
fn in_time(contract: &Contract, began: NaiveDate) -> Option<ContractDates> {
    let ends_by_letter = matches!(contract.scenario, Scenario::EndOfContract | Scenario::EarlyTermination);
    let dates = contract_dates(&contract.term(), began);
    (ends_by_letter && contract.ends_on.is_none() && !dates.notify_by_passed).then_some(dates)
}

fn ported_from<'a>(project: &'a Project, provider: &str) -> impl Iterator<Item = &'a Contract> {
    let contracts = project.intake.contracts.iter().filter(move |contract| contract.provider.name == provider);
    contracts.filter(|contract| project.intake.numbers_of(&contract.id).next().is_some())
}

/// Who must see to it that a letter is posted; `None` when it was, or when its task is done without it. Before it is made, the contractor.
fn to_post(project: &Project, kind: LetterKind, is_it: impl Fn(&Letter) -> bool) -> Option<Vec<Party>> {
    let mut made = project.letters.iter().filter(|letter| letter.kind == kind && is_it(letter)).peekable();
    let there = made.peek().is_some();
    if made.any(|letter| letter.sent_on.is_some()) {
        return None;
    }
    let task = project.process().completed_by(Completion::LettersSent(kind)).next()?;
    match project.task_state(task) {
        state if state.is_met() => None,
        _ if there => Some(task.done_by.clone()),
        _ => Some(vec![Party::Contractor]),
    }
}
