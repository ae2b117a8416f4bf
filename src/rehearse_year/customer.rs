//! What a customer does next: confirms, posts letters, hands over invoices, signs.

use uuid::Uuid;
use workflow::letter::LetterKind;
use workflow::phase::State as Phase;
use workflow::process::{Completion, Party, Requirement};
use workflow::project::{AttachmentKind, Letter, Project};
use workflow::task::TaskState;

use super::case::Character;

/// A customer's part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// It confirms a task.
    Confirm(String),
    /// It signs the authorization for a provider, by a contract with it, and sends it back.
    Sign { provider: String, contract: String },
    /// It posts a letter that it got by e-mail.
    Post(Uuid),
    /// It hands over an invoice of a contract.
    Invoice(String),
}

impl Part {
    /// What a dormant customer does only once it is reminded.
    fn is_a_chore(&self) -> bool {
        !matches!(self, Part::Confirm(_))
    }
}

/// What the customer can do next; a dormant one only confirms, unless it is awake.
pub(super) fn next(project: &Project, character: Character, awake: bool) -> Option<Part> {
    if project.hold.is_some() || project.phase.is_final() {
        return None;
    }
    let does = |part: &Part| character != Character::Dormant || awake || !part.is_a_chore();
    signing(project).into_iter().chain(corrections(project)).chain(tasks(project)).find(|part| does(part))
}

/// The authorizations that are to be signed and came by e-mail.
fn signing(project: &Project) -> Vec<Part> {
    if project.phase < Phase::Order || project.phase > Phase::Implementation {
        return Vec::new();
    }
    let to_sign = |provider: &&str| !is_signed(project, provider) && has_come(project, provider);
    let part = |provider: &str| {
        let contract =
            project.intake.contracts.iter().find(|contract| {
                contract.provider.name == provider && project.intake.numbers_of(&contract.id).next().is_some()
            })?;
        Some(Part::Sign { provider: provider.to_owned(), contract: contract.id.clone() })
    };
    project.providers_to_port_from().into_iter().filter(to_sign).filter_map(part).collect()
}

/// Whether there is a signed authorization that speaks of all of a provider's numbers.
pub(super) fn is_signed(project: &Project, provider: &str) -> bool {
    let of_provider = |contract: &Option<String>| {
        let contract = contract.as_ref().and_then(|id| project.intake.contract(id));
        contract.is_some_and(|contract| contract.provider.name == provider)
    };
    let mut signed = project.attachments.iter().filter(|file| file.kind == AttachmentKind::SignedAuthorization);
    signed.any(|file| of_provider(&file.contract)) && project.not_authorized(provider).is_empty()
}

fn has_come(project: &Project, provider: &str) -> bool {
    let is_it = |letter: &&Letter| letter.kind == LetterKind::Authorization && letter.provider.as_deref() == Some(provider);
    project.letters.iter().rev().filter(is_it).any(|letter| !letter.replaced && letter.emailed_at.is_some())
}

/// Letters that take the place of ones that were sent.
fn corrections(project: &Project) -> impl Iterator<Item = Part> {
    let corrected = |letter: &&Letter| letter.replaces.is_some() && is_to_post(letter);
    project.letters.iter().filter(corrected).map(|letter| Part::Post(letter.id))
}

fn is_to_post(letter: &Letter) -> bool {
    letter.is_draft()
        && !letter.kind.is_from_contractor()
        && letter.kind != LetterKind::Authorization
        && letter.emailed_at.is_some()
}

fn tasks(project: &Project) -> impl Iterator<Item = Part> {
    project.process().tasks().iter().filter_map(|task| {
        let progress = project.tasks.get(&task.key);
        let confirmed = |party: Party| progress.is_some_and(|progress| progress.confirmed_by.contains(&party));
        let open = project.task_state(task) == TaskState::Open && !confirmed(Party::Customer);
        if !open || !task.done_by.contains(&Party::Customer) {
            return None;
        }
        match task.complete {
            Some(Completion::LettersSent(kind)) => {
                let mut letters = project.letters.iter();
                letters.find(|letter| letter.kind == kind && is_to_post(letter)).map(|letter| Part::Post(letter.id))
            }
            Some(Completion::InvoicesAttached) => {
                let given = |contract: &str| {
                    let invoices = project.attachments.iter().filter(|file| file.kind == AttachmentKind::Invoice);
                    invoices.into_iter().any(|file| file.contract.as_deref() == Some(contract))
                };
                let mut contracts = project.intake.contracts.iter();
                contracts.find(|contract| !given(&contract.id)).map(|contract| Part::Invoice(contract.id.clone()))
            }
            Some(_) => None,
            None => {
                let ready = match task.requires {
                    Some(Requirement::SignedAuthorizations) => {
                        project.providers_to_port_from().iter().all(|provider| is_signed(project, provider))
                    }
                    Some(Requirement::CutoverScheduled) => project.cutover_is_settled(),
                    _ => true,
                };
                // What is done together the contractor does first, but for what only the customer knows.
                let waits = task.done_by.first() == Some(&Party::Contractor) && !confirmed(Party::Contractor);
                (ready && !waits).then(|| Part::Confirm(task.key.clone()))
            }
        }
    })
}
