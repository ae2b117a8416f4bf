//! Which letters a migration needs, and making them.

use super::facts::facts;
use crate::decide::Draft;
use crate::event::Event;
use crate::intake::{Contract, FieldError};
use crate::letter::{Language, LetterKind, Scenario};
use crate::phase;
use crate::project::{Letter, Project};
use crate::rejection::{Reason, Rejection, conflict};

/// A letter that the migration needs: to whom, and for a cancellation about which contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Needed {
    pub(super) kind: LetterKind,
    pub(super) provider: String,
    pub(super) contract: Option<String>,
}

impl From<&Letter> for Needed {
    fn from(letter: &Letter) -> Self {
        Self { kind: letter.kind, provider: letter.provider.clone(), contract: letter.contract.clone() }
    }
}

/// The letters that a migration needs: a porting notice and an authorization per provider whose numbers are ported, a cancellation per
/// contract that ends. A contract that goes on or has ended needs no cancellation.
pub(super) fn needed(project: &Project) -> Vec<Needed> {
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
pub(in crate::decide) fn make_missing(draft: &mut Draft<'_>) {
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

/// Whether every needed letter of this kind has been sent.
pub(in crate::decide) fn all_sent(project: &Project, kind: LetterKind) -> bool {
    needed(project).into_iter().filter(|letter| letter.kind == kind).all(|letter| {
        project.letters.iter().any(|made| {
            made.kind == kind && made.contract == letter.contract && made.provider == letter.provider && made.sent_on.is_some()
        })
    })
}

pub(in crate::decide) fn make(
    draft: &mut Draft<'_>,
    kind: LetterKind,
    contract: &str,
    language: Option<Language>,
) -> Result<(), Rejection> {
    let Some(provider) = draft.project.intake.contract(contract).map(|contract| contract.provider.name.clone()) else {
        return Err(Rejection::Input(vec![FieldError::new(
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

/// Makes a letter; the one that was there for the same is replaced by it.
pub(super) fn make_one(draft: &mut Draft<'_>, letter: Needed, language: Option<Language>) {
    let language = language.unwrap_or(draft.project.intake.language);
    let Some(facts) = facts(draft, &letter, language, draft.context.moment.today()) else { return };
    let id = draft.next_id("letter");
    draft.letters.push((id, facts.clone()));
    let Needed { kind, provider, contract } = letter;
    draft.emit(Event::LetterMade { id, letter: kind, contract, provider, language, facts: Some(Box::new(facts)) });
}
