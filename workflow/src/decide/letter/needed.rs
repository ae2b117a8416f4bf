//! Which letters a migration needs, and making them.

use chrono::NaiveDate;

use super::facts::facts;
use crate::cutover::machine;
use crate::decide::Draft;
use crate::event::Event;
use crate::intake::{Contract, FieldError};
use crate::letter::{Language, LetterKind, Occasion, Scenario};
use crate::phase;
use crate::process::Completion;
use crate::project::{Letter, Project};
use crate::rejection::{Reason, Rejection, conflict};
use crate::text::Text;

/// A letter that the migration needs: to which provider, and for a cancellation about which contract. The contractor's letters go to the
/// customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Needed {
    pub(super) kind: LetterKind,
    pub(super) provider: Option<String>,
    pub(super) contract: Option<String>,
    occasion: Option<Occasion>,
}

impl From<&Letter> for Needed {
    fn from(letter: &Letter) -> Self {
        let Letter { kind, provider, contract, occasion, .. } = letter.clone();
        Self { kind, provider, contract, occasion }
    }
}

impl Needed {
    fn to_provider(kind: LetterKind, provider: &str, contract: Option<&Contract>) -> Self {
        Self { kind, provider: Some(provider.to_owned()), contract: contract.map(|contract| contract.id.clone()), occasion: None }
    }

    fn to_customer(project: &Project, kind: LetterKind) -> Self {
        let occasion = match kind {
            LetterKind::InstallationAppointment => {
                project.intake.installation.as_ref().map(|installation| Occasion::Moment(installation.begins_at()))
            }
            LetterKind::CutoverAnnouncement => project.cutover.as_ref().map(|cutover| Occasion::Moment(cutover.at)),
            LetterKind::RecordingAnnouncement => Some(Occasion::Retention(project.intake.call_recording)),
            _ => None,
        };
        Self { kind, provider: None, contract: None, occasion }
    }

    /// Whether that letter was made for this, be it on another occasion.
    pub(super) fn is_like(&self, letter: &Letter) -> bool {
        letter.kind == self.kind && letter.contract == self.contract && letter.provider == self.provider
    }

    /// Whether it was made, on this occasion: the last that was made counts, unless it was withdrawn before it was sent.
    fn is_there(&self, project: &Project) -> bool {
        let stands = |letter: &&Letter| self.is_like(letter) && (letter.is_sent() || !letter.replaced);
        project.letters.iter().rev().find(stands).is_some_and(|letter| letter.occasion == self.occasion)
    }

    fn is_sent(&self, project: &Project) -> bool {
        project.letters.iter().any(|letter| self.is_like(letter) && letter.is_sent())
    }
}

/// The letters that a migration has something to say in.
pub(super) fn needed(project: &Project, today: NaiveDate) -> Vec<Needed> {
    let to_customer = LetterKind::ALL.into_iter().filter(|kind| kind.is_from_contractor());
    let to_customer = to_customer.filter(|kind| nothing_to_say(project, *kind, today).is_none());
    to_providers(project).into_iter().chain(to_customer.map(|kind| Needed::to_customer(project, kind))).collect()
}

/// What the customer signs and sends: a porting notice and an authorization per provider whose numbers are ported, a cancellation per
/// contract that ends. A contract that goes on or has ended needs no cancellation.
pub(super) fn to_providers(project: &Project) -> Vec<Needed> {
    let mut letters = Vec::new();
    for provider in project.providers_to_port_from() {
        for kind in [LetterKind::PortingNotice, LetterKind::Authorization] {
            letters.push(Needed::to_provider(kind, provider, None));
        }
    }
    for contract in project.intake.contracts.iter().filter(|contract| is_cancelled_by_letter(project, contract)) {
        letters.push(Needed::to_provider(LetterKind::Cancellation, &contract.provider.name, Some(contract)));
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

/// Why a letter of the contractor has nothing to say on a day in Amsterdam; `None` where it has.
fn nothing_to_say(project: &Project, kind: LetterKind, today: NaiveDate) -> Option<Text> {
    let cutover_is_scheduled = || project.cutover.as_ref().is_some_and(|cutover| cutover.state == machine::State::Scheduled);
    let (has_something, nl, en) = match kind {
        LetterKind::Cover => {
            (!to_providers(project).is_empty(), "er zijn geen brieven aan providers nodig", "no letters to providers are needed")
        }
        LetterKind::InstallationAppointment => (
            project.intake.installation.as_ref().is_some_and(|installation| installation.on >= today),
            "er is geen afspraak voor de installatie die nog komt; vul installation in",
            "there is no appointment for the installation that is yet to come; fill in installation",
        ),
        LetterKind::CutoverAnnouncement => (cutover_is_scheduled(), "er is geen cutover gepland", "no cutover is scheduled"),
        LetterKind::Delivery => (
            is_delivered(project),
            "er is nog niets op te leveren: de nummers zijn nog niet overgezet",
            "there is nothing to deliver yet: the numbers have not been moved",
        ),
        LetterKind::RecordingAnnouncement => {
            (project.intake.call_recording.retention_days().is_some(), "gespreksopname staat uit", "call recording is off")
        }
        LetterKind::FraudSafety | LetterKind::PortingNotice | LetterKind::Cancellation | LetterKind::Authorization => {
            return None;
        }
    };
    (!has_something).then(|| Text::new(nl, en))
}

/// Whether the cutover is done and nothing is left to port. Without numbers: whether all is done that comes before.
fn is_delivered(project: &Project) -> bool {
    let met = |key: &str| project.is_met(key);
    project.numbers_to_port().next().is_none()
        && project.cutover.as_ref().is_none_or(|cutover| cutover.state == machine::State::Done)
        && project.process().completed_by(Completion::CutoverDone).all(|task| met(&task.key))
}

/// Whether it is time for a letter to be made by itself. A cover letter comes with letters that are still to be sent; the safety sheet is
/// handed over with the system that it is about.
fn is_time_for(project: &Project, kind: LetterKind) -> bool {
    match kind {
        LetterKind::Cover => to_providers(project).iter().any(|letter| !letter.is_sent(project)),
        LetterKind::FraudSafety => is_delivered(project),
        _ => true,
    }
}

/// Makes the letters that are needed and not there yet.
pub(in crate::decide) fn make_missing(draft: &mut Draft<'_>) {
    if !matches!(draft.project.phase, phase::State::Order | phase::State::Implementation) {
        return;
    }
    for letter in needed(&draft.project, draft.context.moment.today()) {
        if is_time_for(&draft.project, letter.kind) && !letter.is_there(&draft.project) {
            let language = draft.project.intake.language;
            make_one(draft, letter, language);
        }
    }
}

/// Withdraws drafts that are not needed any more: the cancellation of a contract that goes on after all, an appointment that is over.
pub(super) fn withdraw_needless(draft: &mut Draft<'_>) {
    let needed = needed(&draft.project, draft.context.moment.today());
    for letter in drafts(&draft.project) {
        if !needed.iter().any(|needed| needed.is_like(&letter)) {
            draft.emit(Event::LetterWithdrawn { id: letter.id });
        }
    }
}

fn drafts(project: &Project) -> Vec<Letter> {
    project.letters.iter().filter(|letter| letter.is_draft()).cloned().collect()
}

/// Whether every needed letter of this kind to a provider has been sent.
pub(in crate::decide) fn all_sent(project: &Project, kind: LetterKind) -> bool {
    to_providers(project).iter().filter(|letter| letter.kind == kind).all(|letter| letter.is_sent(project))
}

/// Makes a letter because somebody asks for it; one to a provider is asked for by any contract with that provider.
pub(in crate::decide) fn make(
    draft: &mut Draft<'_>,
    kind: LetterKind,
    contract: Option<&str>,
    language: Option<Language>,
) -> Result<(), Rejection> {
    let wanted = if kind.is_from_contractor() {
        wanted_by_customer(draft, kind, contract)?
    } else {
        wanted_by_provider(&draft.project, kind, contract)?
    };
    let language = language.unwrap_or(draft.project.intake.language);
    make_one(draft, wanted, language);
    Ok(())
}

fn wanted_by_customer(draft: &Draft<'_>, kind: LetterKind, contract: Option<&str>) -> Result<Needed, Rejection> {
    if contract.is_some() {
        return Err(wrong_contract(
            "unknown_field",
            "deze brief gaat naar de klant en niet over een contract; laat het weg",
            "this letter goes to the customer and is about no contract; leave it out",
        ));
    }
    match nothing_to_say(&draft.project, kind, draft.context.moment.today()) {
        Some(why) => Err(Rejection::Conflict { reason: Reason::LetterNotNeeded, detail: why, unmet: Vec::new() }),
        None => Ok(Needed::to_customer(&draft.project, kind)),
    }
}

fn wanted_by_provider(project: &Project, kind: LetterKind, contract: Option<&str>) -> Result<Needed, Rejection> {
    let Some(id) = contract else {
        return Err(wrong_contract(
            "missing",
            "ontbreekt; noem het contract, of een contract met de provider aan wie de brief gaat",
            "is missing; name the contract, or a contract with the provider to whom the letter goes",
        ));
    };
    let Some(contract) = project.intake.contract(id) else {
        return Err(wrong_contract(
            "unknown_contract",
            format!("er is geen contract met id {id:?}"),
            format!("there is no contract with id {id:?}"),
        ));
    };
    let wanted = Needed::to_provider(kind, &contract.provider.name, (kind == LetterKind::Cancellation).then_some(contract));
    if !to_providers(project).contains(&wanted) {
        return Err(conflict(
            Reason::LetterNotNeeded,
            "zo'n brief hoort niet bij dit contract: het loopt door, is al geëindigd, of heeft geen nummers",
            "no such letter belongs to this contract: it goes on, has ended, or has no numbers",
        ));
    }
    Ok(wanted)
}

fn wrong_contract(code: &str, nl: impl Into<String>, en: impl Into<String>) -> Rejection {
    Rejection::Input(vec![FieldError::new("/contract", code, nl, en)])
}

/// Makes a letter; the one that was there for the same is replaced by it. Where none can be made, a draft that says something else goes.
pub(super) fn make_one(draft: &mut Draft<'_>, letter: Needed, language: Language) {
    if !draft.context.makes_letters {
        for outdated in drafts(&draft.project).iter().filter(|there| letter.is_like(there)) {
            draft.emit(Event::LetterWithdrawn { id: outdated.id });
        }
        return;
    }
    let Some(facts) = facts(&draft.project, draft.context, &letter, language, draft.context.moment.today()) else { return };
    let id = draft.next_id("letter");
    draft.letters.push((id, facts.clone()));
    let Needed { kind, provider, contract, occasion } = letter;
    let facts = Some(Box::new(facts));
    draft.emit(Event::LetterMade { id, letter: kind, contract, provider, language, occasion, facts });
}
